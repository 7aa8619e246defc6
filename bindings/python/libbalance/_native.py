# SPDX-License-Identifier: LGPL-2.1-or-later
"""Finds the library and its typelib, and gives the introspected namespace to the rest of the package."""

import importlib
from pathlib import Path
from typing import Any

__all__ = ["Balance", "Gio", "GLib"]

_ADVICE = """
libbalance needs PyGObject in this Python ({python}): {reason}
On Debian:  apt install python3-gi  and a virtual environment made by
            /usr/bin/python3 -m venv --system-site-packages DIRECTORY
libbalance 需要当前 Python 中有 PyGObject。Debian 上请安装 python3-gi，并用上面的命令建立虚拟环境。"""


def _import_gi() -> Any:
    import sys

    try:
        import gi
    except ImportError as error:
        raise ImportError(_ADVICE.format(python=sys.executable, reason=error)) from error
    if not hasattr(gi, "require_version"):
        # a folder gi/overrides on the path, our own for one, is an empty package where PyGObject is not
        raise ImportError(_ADVICE.format(python=sys.executable, reason="no module of that name"))
    return gi


def _use_bundled(folder: Path) -> None:
    """A wheel brings the library along, which finds its data and helper programs beside itself."""
    libraries = str(folder)
    typelibs = str(folder / "girepository-1.0")
    gi = _import_gi()
    try:
        gi.require_version("GIRepository", "2.0")
    except ValueError:
        # PyGObject 3.52 and later are built on another library of the same name
        gi.require_version("GIRepository", "3.0")
    repository: Any = importlib.import_module("gi.repository.GIRepository").Repository
    if hasattr(repository, "dup_default"):
        repository = repository.dup_default()
    repository.prepend_library_path(libraries)
    repository.prepend_search_path(typelibs)


_bundled = Path(__file__).with_name("_bundled")
if _bundled.is_dir():
    _use_bundled(_bundled)

try:
    _import_gi().require_version("Balance", "1.0")
except ValueError as error:
    raise ImportError(
        f"The typelib Balance-1.0 is not found ({error}). Install libbalance, or set GI_TYPELIB_PATH and LD_LIBRARY_PATH "
        "to where it was built.\n"
        "找不到 Balance-1.0 的 typelib。请安装 libbalance，或把 GI_TYPELIB_PATH 和 LD_LIBRARY_PATH 设为其构建目录。") from error

from gi.repository import Balance, Gio, GLib  # noqa: E402
