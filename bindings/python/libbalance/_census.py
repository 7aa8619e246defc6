# SPDX-License-Identifier: LGPL-2.1-or-later
"""A census: the school data of one year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from . import _html
from ._language import pick
from ._native import Balance
from ._problems import BalanceError, Problems
from ._subjects import District, School, Section, Views
from ._table import Table

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

__all__ = ["Census"]

TableLevel = Literal["section", "school", "district"]


class Census:
    """The school data of one year, for one county or many: what :func:`libbalance.read` returns.

    >>> census = lb.read("county.xlsx")
    >>> census.problems                             # what was noticed while reading
    >>> census.school("9900010013")["equipment_value"]
    679900.0
    >>> census.to_pandas()                          # a row for each school and stage
    """

    __slots__ = ("gi", "problems", "_import")

    gi: Balance.Census
    problems: Problems

    def __init__(self, census: Balance.Census, imported: Balance.Import | None = None) -> None:
        self.gi = census
        self._import = imported
        self.problems = Problems.of(None if imported is None else imported.get_problems())

    @property
    def year(self) -> int | None:
        return self.gi.get_year() or None

    @property
    def years(self) -> list[int]:
        """The years that were read together with it; :meth:`of_year` gets another one."""
        if self._import is None:
            return [] if self.year is None else [self.year]
        return [census.get_year() for census in self._import.get_censuses() if census.get_year() > 0]

    def of_year(self, year: int) -> Census:
        """The census of another year of the same files."""
        for census in self._import.get_censuses() if self._import is not None else [self.gi]:
            if census.get_year() == year:
                return Census(census, self._import)
        listed = ", ".join(map(str, self.years))
        raise BalanceError(f"没有 {year} 年度的数据，数据中的年度：{listed}",
                           f"there are no data of the year {year}; there are: {listed}", "not-found")

    @property
    def sources(self) -> list[str]:
        """The files that it comes from."""
        return list(self.gi.dup_sources())

    @property
    def districts(self) -> Views[District]:
        return Views(self.gi.get_districts(), lambda view: District(view, self._fields))

    @property
    def schools(self) -> Views[School]:
        return Views(self.gi.get_schools(), lambda view: School(view, self._fields))

    @property
    def sections(self) -> Views[Section]:
        """All stages of all schools, by district code, stage, school code."""
        return Views(self.gi.get_sections(), lambda view: Section(view, self._fields))

    @property
    def _fields(self) -> Any:
        return self.gi.get_dictionary()

    def district(self, code: str) -> District:
        found = self.gi.find_district(code)
        if found is None:
            raise KeyError(code)
        return District(found, self._fields)

    def school(self, code: str, district: str | None = None) -> School:
        """The school of a code; `district` where the code is used in several."""
        found = self.gi.find_school(code, district)
        if found is None:
            raise KeyError(code)
        return School(found, self._fields)

    def section(self, school: str, stage: str, district: str | None = None) -> Section:
        found = self.gi.find_section(school, stage, district)
        if found is None:
            raise KeyError(f"{school}/{stage}")
        return Section(found, self._fields)

    def fields(self, level: TableLevel = "section") -> list[str]:
        """The ids of the fields of which it has values at a level."""
        return list(self.gi.dup_columns(getattr(Balance.Level, level.upper())))

    def table(self, level: TableLevel = "section") -> Table:
        """Everything that is known at one level, as a table with a column for each field."""
        kind = getattr(Balance.Level, level.upper())
        return Table(lambda stream: self.gi.export_arrow(kind, stream), f"{level} of {self!r}")

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.table().__arrow_c_stream__(requested_schema)

    def to_arrow(self, level: TableLevel = "section") -> pyarrow.Table:
        return self.table(level).to_arrow()

    def to_pandas(self, level: TableLevel = "section", nullable: bool = False) -> pandas.DataFrame:
        return self.table(level).to_pandas(nullable)

    def to_polars(self, level: TableLevel = "section") -> polars.DataFrame:
        return self.table(level).to_polars()

    def __repr__(self) -> str:
        year = f"{self.year}, " if self.year else ""
        return (f"<Census {year}districts: {len(self.districts)}, schools: {len(self.schools)}, "
                f"sections: {len(self.sections)}, problems: {len(self.problems)}>")

    def _repr_html_(self) -> str:
        rows = [(pick("年度", "Year"), self.year or pick("未注明", "not stated")),
                (pick("数据文件", "Sources"), ", ".join(self.sources)),
                (pick("县（市、区）", "Districts"), len(self.districts)),
                (pick("学校", "Schools"), len(self.schools)),
                (pick("学段部", "School stages"), len(self.sections)),
                (pick("学段部数据项", "Fields of school stages"), len(self.fields())),
                (pick("学校数据项", "Fields of schools"), len(self.fields("school")))]
        skipped = [district.name or district.code for district in self.districts if district.skipped]
        if skipped:
            rows.append((pick("有行被略去", "Rows left out in"), ", ".join(skipped)))
        serious = Problems(problem for problem in self.problems if problem.severity != "note")
        content = [_html.tag("h4", pick("年度学校数据", "Census")), _html.table((), rows)]
        if self.problems:
            content.append(_html.details(
                pick(f"数据问题 {len(self.problems)} 条，其中警告和错误 {len(serious)} 条",
                     f"{len(self.problems)} problems, {len(serious)} of them warnings or errors"),
                _html.Markup(self.problems._repr_html_())))
        return _html.page(*content)

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if name != "gi"]
