# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is wrong with an input, as values and as an exception."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

from . import _html
from ._language import Language, choose, get_language, pick
from ._native import Balance, GLib

__all__ = ["Problem", "Problems", "BalanceError", "from_glib"]


class Problem:
    """One thing that is wrong with an input, or worth knowing about it.

    Texts are in the language of :func:`libbalance.set_language`; :meth:`text` takes another one.
    """

    __slots__ = ("gi",)

    gi: Balance.Problem

    def __init__(self, problem: Balance.Problem) -> None:
        self.gi = problem

    @property
    def kind(self) -> str:
        """What kind of problem it is, in a word that programs can compare: ``"negative"``, ``"unknown-column"``."""
        return self.gi.get_kind()

    @property
    def severity(self) -> str:
        """``"error"``, ``"warning"`` or ``"note"``."""
        return self.gi.get_severity().value_nick

    @property
    def file(self) -> str | None:
        """The file, table or object that it is about."""
        return self.gi.get_file() or None

    @property
    def sheet(self) -> str | None:
        """The sheet of a workbook."""
        return self.gi.get_sheet() or None

    @property
    def row(self) -> int | None:
        """The row as a spreadsheet numbers it, from 1."""
        return self.gi.get_row() or None

    @property
    def column(self) -> int | None:
        """The column, from 1."""
        return self.gi.get_column() or None

    @property
    def column_name(self) -> str | None:
        """The header of the column as it stands in the input."""
        return self.gi.get_column_name() or None

    @property
    def field(self) -> str | None:
        """The id of the field in the data dictionary."""
        return self.gi.get_field() or None

    @property
    def found(self) -> str | None:
        """What was found."""
        return self.gi.get_found() or None

    @property
    def message(self) -> str:
        """What is wrong."""
        return self.gi.get_message(get_language()) or ""

    @property
    def expected(self) -> str | None:
        """What was expected in its place."""
        return self.gi.get_expected(get_language()) or None

    @property
    def remedy(self) -> str | None:
        """How to mend it."""
        return self.gi.get_remedy(get_language()) or None

    def text(self, language: Language | None = None) -> str:
        """The whole in one line: place, message, what was expected, remedy."""
        return self.gi.to_text(choose(language))

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Problem {self.severity} {self.kind}: {self.text()}>"

    def _repr_html_(self) -> str:
        return Problems([self])._repr_html_()


class Problems(Sequence[Problem]):
    """All problems of one input, in the order of the input. A notebook shows them as a table.

    >>> census.problems
    >>> [p for p in census.problems if p.severity == "error"]
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self._problems = list(problems)

    @classmethod
    def of(cls, model: Iterable[Any] | None) -> Problems:
        return cls(Problem(problem) for problem in (model if model is not None else ()))

    @property
    def errors(self) -> Problems:
        """Those because of which something could not be read."""
        return Problems(problem for problem in self._problems if problem.severity == "error")

    @property
    def warnings(self) -> Problems:
        """Those that somebody should look at."""
        return Problems(problem for problem in self._problems if problem.severity == "warning")

    @overload
    def __getitem__(self, index: int) -> Problem: ...
    @overload
    def __getitem__(self, index: slice) -> Problems: ...
    def __getitem__(self, index: int | slice) -> Problem | Problems:
        if isinstance(index, slice):
            return Problems(self._problems[index])
        return self._problems[index]

    def __len__(self) -> int:
        return len(self._problems)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._problems)

    def __add__(self, other: Iterable[Problem]) -> Problems:
        return Problems([*self, *other])

    def __str__(self) -> str:
        return "\n".join(problem.text() for problem in self._problems)

    def __repr__(self) -> str:
        counts = {severity: sum(problem.severity == severity for problem in self._problems)
                  for severity in ("error", "warning", "note")}
        return "<Problems: " + (", ".join(f"{n} {severity}{'s' * (n > 1)}" for severity, n in counts.items() if n) or "none") + ">"

    def to_dicts(self) -> list[dict[str, Any]]:
        """One dictionary for each problem, as ``pandas.DataFrame`` takes them."""
        keys = ("severity", "kind", "file", "sheet", "row", "column", "column_name", "field", "found", "message", "expected",
                "remedy")
        return [{key: getattr(problem, key) for key in keys} for problem in self._problems]

    def _repr_html_(self) -> str:
        if not self._problems:
            return _html.page(_html.tag("p", pick("没有发现问题。", "No problems were found.")))
        severities = {"error": pick("错误", "error"), "warning": pick("警告", "warning"), "note": pick("提示", "note")}
        rows = []
        for problem in self._problems[:_html.MAX_ROWS]:
            place = problem.file or ""
            if problem.sheet:
                place += "!" + problem.sheet
            if problem.row:
                place += pick(f" 第 {problem.row} 行", f" row {problem.row}")
            name = problem.column_name or problem.field or ""
            rows.append((_html.tag("span", severities[problem.severity], class_=f"lb-{problem.severity}"), place, name,
                         problem.message, problem.found or "", problem.expected or "", problem.remedy or ""))
        headers = (pick("程度", "Severity"), pick("位置", "Place"), pick("列", "Column"), pick("问题", "Problem"),
                   pick("发现", "Found"), pick("应为", "Expected"), pick("如何改正", "Remedy"))
        return _html.page(_html.table(headers, rows), _html.left_out(len(self), len(rows)))


class BalanceError(Exception):
    """Something could not be done. ``problems`` says what was wrong with the input, completely.

    >>> try:
    ...     census = lb.read("county.csv")
    ... except lb.BalanceError as error:
    ...     for problem in error.problems:
    ...         print(problem.file, problem.row, problem.column, problem.found, problem.expected, problem.remedy)

    ``code`` is what kind of error it is: ``"invalid-data"``, ``"invalid-pack"``, ``"invalid-formula"``, ``"not-found"``,
    ``"limit"``, ``"failed"``, ``"helper-missing"``, ``"helper"``, ``"busy"``, ``"exists"``, ``"newer"``, ``"cancelled"``.
    """

    def __init__(self, zh: str, en: str, code: str = "failed", problems: Problems | None = None) -> None:
        super().__init__(en, zh)
        self.zh = zh
        self.en = en
        self.code = code
        self.problems = Problems([]) if problems is None else problems

    def text(self, language: Language | None = None) -> str:
        """The message and the problems, one a line."""
        own = pick(self.zh, self.en, language)
        lines = [own] if own else []
        shown = self.problems.errors or self.problems
        lines += [problem.text(language) for problem in shown[:20]]
        if len(shown) > 20:
            lines.append(pick(f"另有 {len(shown) - 20} 条，见 .problems", f"{len(shown) - 20} more, see .problems", language))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()

    def __reduce__(self) -> tuple[Any, ...]:
        # problems are views of the library and stay in this process; what they say travels
        return (BalanceError, (self.text("zh"), self.text("en"), self.code))

    def _repr_html_(self) -> str:
        own = pick(self.zh, self.en)
        return (_html.page(_html.tag("p", own)) if own else "") + (self.problems._repr_html_() if self.problems else "")


_CODES = ("invalid-data", "invalid-pack", "invalid-formula", "not-found", "limit", "failed", "helper-missing", "helper", "busy",
          "exists", "newer")


def from_glib(error: GLib.Error, problems: Problems | None = None) -> BalanceError:
    """An error of the library as an exception of Python. Its message has the two languages line about."""
    lines = error.message.split("\n")
    code = "failed"
    domain: Any = error.domain
    if domain == GLib.quark_to_string(Balance.error_quark()) and error.code < len(_CODES):
        code = _CODES[error.code]
    elif domain == "g-io-error-quark" and error.code == 19:
        code = "cancelled"
    elif domain in ("g-io-error-quark", "g-file-error-quark") and error.code in (1, 4):
        code = "not-found"
    if problems:
        return BalanceError("", "", code, problems)
    if len(lines) < 2 or len(lines) % 2 == 1:
        return BalanceError(error.message, error.message, code)
    return BalanceError("\n".join(lines[1::2]), "\n".join(lines[0::2]), code)
