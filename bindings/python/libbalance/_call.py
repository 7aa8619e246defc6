# SPDX-License-Identifier: LGPL-2.1-or-later
"""Long calls of the library: with their progress shown, to be stopped by Ctrl-C or the stop button of a notebook."""

from __future__ import annotations

import html
import sys
import threading
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from ._language import get_language
from ._native import Balance, Gio, GLib
from ._problems import from_glib

__all__ = ["Progress", "run"]

_T = TypeVar("_T")

# True: show it; False: do not; None: show it where somebody can see it; else called with the fraction and what is being done
Progress = bool | None | Callable[[float, str], None]

_FIRST_AFTER = 0.5   # seconds; what is over sooner needs no bar
_EVERY = 0.1


class _Display(Protocol):
    def __call__(self, fraction: float, phase: str) -> None: ...
    def end(self) -> None: ...


class _Terminal:
    """One line on standard error, written over and over and taken away at the end."""

    def __call__(self, fraction: float, phase: str) -> None:
        filled = round(30 * fraction)
        sys.stderr.write(f"\r\033[K{'█' * filled}{'░' * (30 - filled)} {fraction:4.0%} {phase}")
        sys.stderr.flush()

    def end(self) -> None:
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()


class _Lines:
    """Where the output is a file: a line for each tenth."""

    def __init__(self) -> None:
        self._last = -1

    def __call__(self, fraction: float, phase: str) -> None:
        if int(10 * fraction) > self._last:
            self._last = int(10 * fraction)
            print(f"{fraction:4.0%} {phase}", file=sys.stderr, flush=True)

    def end(self) -> None:
        pass


class _Notebook:
    """A bar below the cell that becomes empty at the end."""

    def __init__(self) -> None:
        ipython: Any = sys.modules["IPython"].display

        self._html = ipython.HTML
        self._handle = ipython.display(ipython.HTML(""), display_id=True)

    def __call__(self, fraction: float, phase: str) -> None:
        self._handle.update(self._html(
            f'<progress max="1" value="{fraction:.3f}"></progress> {fraction:.0%} {html.escape(phase)}'))

    def end(self) -> None:
        self._handle.update(self._html(""))


class _Function:
    def __init__(self, function: Callable[[float, str], None]) -> None:
        self._function = function

    def __call__(self, fraction: float, phase: str) -> None:
        self._function(fraction, phase)

    def end(self) -> None:
        self._function(1.0, "")


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    return shell is not None and type(shell).__name__ == "ZMQInteractiveShell"


def _display(progress: Progress) -> _Display | None:
    if callable(progress):
        return _Function(progress)
    if progress is False:
        return None
    if _in_notebook():
        return _Notebook()
    if sys.stderr is not None and sys.stderr.isatty():
        return _Terminal()
    return _Lines() if progress else None


def run(function: Callable[[Balance.Progress, Gio.Cancellable], _T], progress: Progress = None) -> _T:
    """Calls `function` and returns what it returns; an error of the library becomes a BalanceError.

    In the main thread the call is made by another one, so that this one can show how far it is and hear Ctrl-C, which
    cancels the call. Elsewhere, as in the workers of a pool, it is simply made.
    """
    state, cancellable = Balance.Progress.new(), Gio.Cancellable.new()
    if threading.current_thread() is not threading.main_thread():
        try:
            return function(state, cancellable)
        except GLib.Error as error:
            raise from_glib(error) from None

    results: list[_T] = []
    errors: list[BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            results.append(function(state, cancellable))
        except BaseException as error:
            errors.append(error)
        finally:
            done.set()

    thread = threading.Thread(target=work, name="libbalance")
    thread.start()
    display = _display(progress) if callable(progress) else None    # a function hears of the end, however soon
    try:
        if display is None and not done.wait(_FIRST_AFTER):
            display = _display(progress)
        while not done.wait(_EVERY):
            if display is not None:
                display(min(max(state.get_fraction(), 0.0), 1.0), state.dup_phase(get_language()) or "")
    except BaseException:
        cancellable.cancel()
        raise
    finally:
        thread.join()
        if display is not None:
            display.end()
    if errors:
        first = errors[0]
        raise (from_glib(first) if isinstance(first, GLib.Error) else first) from None
    return results[0]
