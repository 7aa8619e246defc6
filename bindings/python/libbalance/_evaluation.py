# SPDX-License-Identifier: LGPL-2.1-or-later
"""What came out of judging a census by a standard."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _html
from ._call import Progress, run
from ._census import Census
from ._finding import Finding, Findings
from ._language import Language, choose, pick
from ._native import Balance, Gio, GLib
from ._problems import BalanceError, Problems, from_glib
from ._standard import Standard
from ._subjects import School
from ._table import Table
from ._words import Verdict, number

if TYPE_CHECKING:
    import matplotlib.axes

__all__ = ["Group", "Evaluation"]


class Group:
    """All sections of one district and stage (县内学段), judged together."""

    __slots__ = ("gi",)

    gi: Balance.Group

    def __init__(self, group: Balance.Group) -> None:
        self.gi = group

    @property
    def district_code(self) -> str:
        return self.gi.get_district_code()

    @property
    def stage(self) -> str:
        return self.gi.get_stage()

    @property
    def n_sections(self) -> int:
        """How many sections are in the scope of the standard."""
        return self.gi.get_n_sections()

    @property
    def weight(self) -> float:
        """What its sections weigh together; pupils, unless the standard says otherwise."""
        return self.gi.get_weight()

    @property
    def verdict(self) -> Verdict:
        return Verdict.of(self.gi.get_verdict())

    def mean(self, indicator: str) -> float | None:
        return number(self.gi.get_mean(indicator))

    def cv(self, indicator: str) -> float | None:
        """The coefficient of variation (差异系数); ``None`` where a value is missing."""
        return number(self.gi.get_cv(indicator))

    def cv_limit(self, indicator: str) -> float | None:
        return number(self.gi.get_cv_limit(indicator))

    def cv_verdict(self, indicator: str) -> Verdict:
        return Verdict.of(self.gi.get_cv_verdict(indicator))

    def __repr__(self) -> str:
        return f"<Group {self.district_code}/{self.stage} {self.n_sections} sections, {self.verdict}>"


class Evaluation:
    """Verdicts and statistics of one standard on one census; findings are made when they are asked for.

    >>> evaluation = lb.evaluate("county.xlsx", "cn-2017-quality", as_of="2024-09-01")
    >>> evaluation.verdict
    <Verdict.UNMET: 'unmet'>
    >>> evaluation.find("schools/9900010013/primary/R6")
    >>> evaluation.sections.to_pandas()
    >>> evaluation.write("report.html", language="zh")
    """

    __slots__ = ("gi", "problems", "_census")

    gi: Balance.Evaluation
    problems: Problems

    def __init__(self, evaluation: Balance.Evaluation, census: Census | None = None) -> None:
        self.gi = evaluation
        self._census = Census(evaluation.get_census()) if census is None else census
        self.problems = self._census.problems

    @property
    def census(self) -> Census:
        return self._census

    @property
    def standard(self) -> Standard:
        return Standard(self.gi.get_standard())

    @property
    def as_of(self) -> str:
        """The day whose rules were applied."""
        return self.gi.get_as_of()

    @property
    def options(self) -> dict[str, str]:
        """How the doubts of the standard were settled."""
        return dict(option.split("=", 1) for option in self.gi.dup_options())

    @property
    def concessions(self) -> list[str]:
        """The concessions that were used."""
        return list(self.gi.dup_concessions())

    @property
    def verdict(self) -> Verdict:
        """The verdict of everything: of the district, or of all of them."""
        return Verdict.of(self.gi.get_verdict())

    @property
    def notices(self) -> Problems:
        """What a reader must know: absent stages, schools without pupils, rows left out."""
        return Problems.of(self.gi.get_notices())

    def district_verdict(self, code: str) -> Verdict:
        self.census.district(code)
        return Verdict.of(self.gi.get_district_verdict(code))

    # ---- tables

    @property
    def sections(self) -> Table:
        """A row for each section: codes and names, its verdict, value and verdict of every indicator."""
        return self._table(Balance.EvaluationTable.SECTIONS, pick("各校指标", "sections"))

    @property
    def groups(self) -> Table:
        """A row for each district, stage and indicator: mean, coefficient of variation, limit, verdict."""
        return self._table(Balance.EvaluationTable.GROUPS, pick("校际差异", "groups"))

    @property
    def districts(self) -> Table:
        """A row for each district: its verdict and those of the requirements that it is judged by."""
        return self._table(Balance.EvaluationTable.DISTRICTS, pick("县（市、区）", "districts"))

    @property
    def findings(self) -> Table:
        """A row for each requirement on each subject. Of a province these are millions; the table streams."""
        return self._table(Balance.EvaluationTable.FINDINGS, pick("评估发现", "findings"))

    def _table(self, kind: Balance.EvaluationTable, name: str) -> Table:
        return Table(lambda stream: self.gi.export_arrow(kind, stream), name)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.sections.__arrow_c_stream__(requested_schema)

    # ---- findings

    def find(self, path: str) -> Finding:
        """Explains one requirement on one subject.

        `path` is ``"districts/CODE/REQ"``, ``"districts/CODE/STAGE/REQ"``, ``"schools/CODE/REQ"``,
        ``"schools/CODE/STAGE/REQ"`` or ``"region/REQ"``, where REQ is the id of a requirement or an indicator.
        """
        try:
            return Finding(self.gi.find(path))
        except GLib.Error as error:
            raise from_glib(error) from None

    def of_district(self, code: str | None = None) -> Findings:
        """The requirements that a district is judged by, outermost first; all else hangs below them. Without a code: of the
        only district there is."""
        return Findings([Finding(finding) for finding in self.gi.get_findings(self._district(code))])

    def of_school(self, school: str | School, district: str | None = None) -> Findings:
        """Everything that is judged on one school and its sections."""
        view = school if isinstance(school, School) else self.census.school(school, district)
        return Findings([Finding(finding) for finding in self.gi.get_school_findings(view.gi)])

    def group(self, stage: str, district: str | None = None) -> Group:
        """The statistics of one stage of a district; without a code of the only district there is."""
        code = self._district(district)
        for group in self.gi.get_groups():
            if group.get_stage() == stage and group.get_district_code() == code:
                return Group(group)
        raise KeyError(f"{code}/{stage}")

    def group_list(self, district: str | None = None) -> list[Group]:
        """The groups of a district, or of all."""
        return [Group(group) for group in self.gi.get_groups() if district in (None, group.get_district_code())]

    def _district(self, code: str | None) -> str:
        if code is not None:
            return self.census.district(code).code
        districts = self.census.districts
        if len(districts) != 1:
            raise BalanceError(f"数据中有 {len(districts)} 个县（市、区），请指明代码。",
                               f"There are {len(districts)} districts: say the code of one.", "not-found")
        return districts[0].code

    # ---- reports

    def write(self, path: str | os.PathLike[str], language: Language | None = None, district: str | None = None,
              progress: Progress = None) -> None:
        """Writes the report to a file. Its name says which: ``.html``, ``.xlsx`` (the official tables), ``.csv``, ``.json``,
        ``.txt``."""
        kind = Path(path).suffix.lower().lstrip(".")
        if kind == "txt":
            kind = "text"
        if kind not in ("html", "xlsx", "csv", "json", "text"):
            raise BalanceError(f"不知道要写成什么格式：“{os.fspath(path)}”。文件名应以 .html、.xlsx、.csv、.json 或 .txt 结尾。",
                               f"“{os.fspath(path)}” does not say which report: it should end in .html, .xlsx, .csv, .json or .txt.")
        report = Balance.Report.new_full(self.gi, choose(language), None if district is None else self._district(district),
                                         self._problem_list(), False)

        def write(_progress: Balance.Progress, cancellable: Gio.Cancellable) -> None:
            file = Gio.File.new_for_path(os.fspath(path))
            stream = file.replace(None, False, Gio.FileCreateFlags.REPLACE_DESTINATION, cancellable)
            getattr(report, f"write_{kind}")(stream, cancellable)
            stream.close(cancellable)

        run(write, progress)

    def _problem_list(self) -> Any:
        item_type: Any = Balance.Problem
        problems = Gio.ListStore.new(item_type)
        for problem in self.problems:
            problems.append(problem.gi)
        return problems

    # ---- pictures

    def plot_distribution(self, indicator: str, stage: str | None = None, district: str | None = None, *,
                          language: Language | None = None, ax: matplotlib.axes.Axes | None = None) -> matplotlib.axes.Axes:
        """Where the schools stand on an indicator, with its limit and floor. See :mod:`libbalance.plot`."""
        from . import plot

        return plot.distribution(self, indicator, stage, district, language=language, ax=ax)

    def plot_lorenz(self, indicator: str, stage: str | None = None, district: str | None = None, *, weight: str = "pupils",
                    language: Language | None = None, ax: matplotlib.axes.Axes | None = None) -> matplotlib.axes.Axes:
        """Which share of pupils has which share of a resource. See :mod:`libbalance.plot`."""
        from . import plot

        return plot.lorenz(self, indicator, stage, district, weight=weight, language=language, ax=ax)

    def plot_heatmap(self, indicators: Sequence[str] | None = None, stage: str | None = None, district: str | None = None, *,
                     language: Language | None = None, ax: matplotlib.axes.Axes | None = None) -> matplotlib.axes.Axes:
        """Schools by indicators: how far each value is above or below its limit. See :mod:`libbalance.plot`."""
        from . import plot

        return plot.heatmap(self, indicators, stage, district, language=language, ax=ax)

    def plot_cv(self, stage: str | None = None, district: str | None = None, *,
                language: Language | None = None, ax: matplotlib.axes.Axes | None = None) -> matplotlib.axes.Axes:
        """Coefficients of variation of all indicators against their limits. See :mod:`libbalance.plot`."""
        from . import plot

        return plot.cv(self, stage, district, language=language, ax=ax)

    def __repr__(self) -> str:
        return f"<Evaluation {self.standard.id} as of {self.as_of}: {self.verdict}, districts: {len(self.census.districts)}>"

    def _repr_html_(self) -> str:
        standard = self.standard
        asides = [self.census.year and pick(f"{self.census.year} 年度数据", f"data of {self.census.year}"),
                  pick(f"按 {self.as_of} 的规定", f"by the rules of {self.as_of}"), standard.reference]
        content = [_html.tag("h4", standard.title, pick("：", ": "), _html.verdict(self.verdict, self.verdict.text())),
                   _html.tag("p", " · ".join(aside for aside in asides if aside), class_="lb-faint")]
        notices = self.notices
        if notices:
            content.append(_html.details(pick(f"注意：{len(notices)} 条", f"Notices: {len(notices)}"),
                                         _html.tag("ul", *(_html.tag("li", notice.message) for notice in notices))))
        districts = self.census.districts
        if len(districts) == 1:
            code = districts[0].code
            findings = self.of_district(code)
            content.append(_html.tag("p", _html.tag("b", districts[0].name or code)))
            content += [finding._explanation(budget=_html.MAX_ROWS // len(findings)) for finding in findings]
        else:
            rows = [(district.code, district.name, _html.verdict(verdict, verdict.text()))
                    for district in districts[:_html.MAX_ROWS]
                    for verdict in (Verdict.of(self.gi.get_district_verdict(district.code)),)]
            content += [_html.table((pick("代码", "Code"), pick("县（市、区）", "District"), pick("结论", "Verdict")), rows),
                        _html.left_out(len(districts), len(rows))]
        groups = self._group_rows()
        if groups:
            content.append(groups)
        return _html.page(*content)

    def _group_rows(self) -> _html.Markup | None:
        groups = self.group_list()
        if not 0 < len(groups) <= _html.MAX_ROWS:
            return None
        indicators = [indicator for indicator in self.standard.indicators
                      if any(group.cv_limit(indicator.id) is not None for group in groups)]
        if not indicators:
            return None
        rows = []
        for group in groups:
            cells: list[object] = [group.district_code, group.stage, _html.verdict(group.verdict, group.verdict.text())]
            for indicator in indicators:
                value, verdict = group.cv(indicator.id), group.cv_verdict(indicator.id)
                limit = group.cv_limit(indicator.id)
                text = pick("缺数据", "missing") if value is None else f"{value:.3f}"
                cells.append(_html.verdict(verdict, text) if limit is not None else "")
            rows.append(cells)
        headers = (pick("县（市、区）", "District"), pick("学段", "Stage"), pick("结论", "Verdict"),
                   *(_html.tag("span", indicator.id, title=indicator.title) for indicator in indicators))
        return _html.details(pick("校际差异（差异系数）", "Spread between schools (coefficients of variation)"),
                             _html.table(headers, rows, numbers=range(3, 3 + len(indicators))))

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if name != "gi"]
