# SPDX-License-Identifier: LGPL-2.1-or-later
"""Findings: one judged requirement on one subject, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from . import _html
from ._language import Language, choose, get_language, pick
from ._native import Balance
from ._words import Level, Verdict, number

__all__ = ["Operand", "Finding", "Findings"]


class Operand:
    """One fact that a finding rests on."""

    __slots__ = ("gi",)

    gi: Balance.Operand

    def __init__(self, operand: Balance.Operand) -> None:
        self.gi = operand

    @property
    def field(self) -> str:
        return self.gi.get_field()

    @property
    def title(self) -> str:
        return self.gi.get_title(get_language()) or self.field

    @property
    def subject(self) -> str:
        """Whose fact: 示例小学（小学）."""
        return self.gi.dup_subject(get_language()) or ""

    @property
    def missing(self) -> bool:
        return self.gi.get_missing()

    @property
    def value(self) -> float | None:
        return None if self.missing else number(self.gi.get_number())

    @property
    def unit(self) -> str:
        return self.gi.dup_unit_title(get_language()) or ""

    @property
    def cell(self) -> str | None:
        """Where it stands: ``"county.xlsx!表Ⅱ-2!K17"``."""
        cell = self.gi.get_cell()
        return None if cell is None else cell.to_text()

    def __str__(self) -> str:
        return self.gi.dup_text(get_language()) or ""

    def __repr__(self) -> str:
        return f"<Operand {self.field} = {'missing' if self.missing else self} [{self.cell}]>"


class Finding:
    """One judged requirement on one subject, explained down to the cells.

    >>> finding = evaluation.find("schools/9900010013/primary/R6")
    >>> finding.verdict, finding.value, finding.limit
    (<Verdict.UNMET: 'unmet'>, 1699.75, 2000.0)
    >>> print(finding)

    A notebook shows it as an explanation to unfold.
    """

    __slots__ = ("gi",)

    gi: Balance.Finding

    def __init__(self, finding: Balance.Finding) -> None:
        self.gi = finding

    @property
    def path(self) -> str:
        """Where it is: ``"schools/9900010013/primary/R6"``. :meth:`libbalance.Evaluation.find` leads back."""
        return self.gi.get_path()

    @property
    def id(self) -> str:
        """The id of the requirement."""
        return self.gi.get_id()

    @property
    def title(self) -> str:
        return self.gi.get_title(get_language()) or self.id

    @property
    def reference(self) -> str | None:
        """The document and article."""
        return self.gi.get_reference()

    @property
    def level(self) -> Level:
        return Level.of(self.gi.get_level())

    @property
    def subject(self) -> str:
        """On what it was judged, by name."""
        return self.gi.dup_subject(get_language()) or ""

    @property
    def district_code(self) -> str | None:
        return self.gi.get_district_code()

    @property
    def school_code(self) -> str | None:
        return self.gi.get_school_code()

    @property
    def stage(self) -> str | None:
        return self.gi.get_stage()

    @property
    def verdict(self) -> Verdict:
        return Verdict.of(self.gi.get_verdict())

    @property
    def strict_verdict(self) -> Verdict:
        """The verdict without any concession."""
        return Verdict.of(self.gi.get_strict_verdict())

    @property
    def reason(self) -> str | None:
        """Why it is not applicable or undetermined, or which concession applied."""
        return self.gi.get_reason(get_language())

    @property
    def value(self) -> float | None:
        """The value, unrounded; ``None`` where there is none."""
        return number(self.gi.get_value())

    @property
    def value_bounds(self) -> tuple[float | None, float | None]:
        """Between what the value lies whatever the missing facts are."""
        return number(self.gi.get_value_low()), number(self.gi.get_value_high())

    @property
    def limit(self) -> float | None:
        return number(self.gi.get_limit())

    @property
    def floor(self) -> float | None:
        """The lower bar that may do for some indicators of a school (such as 85 % of the limit)."""
        return number(self.gi.get_floor())

    @property
    def at_floor(self) -> bool:
        return self.gi.get_at_floor()

    @property
    def margin(self) -> float | None:
        """How far the value is on the good side of the limit; negative where it falls short."""
        return number(self.gi.get_margin())

    @property
    def comparison(self) -> str | None:
        """``"at_least"``, ``"at_most"``, ``"above"`` or ``"below"``."""
        return self.gi.get_comparison()

    @property
    def binding(self) -> bool:
        """Does it count for the verdict, or only inform?"""
        return self.gi.get_binding()

    @property
    def rounding_flips(self) -> bool:
        """Would the verdict be another one if the value were rounded as the official form prints it?"""
        return self.gi.get_rounding_flips()

    @property
    def value_text(self) -> str | None:
        """The value as the official form prints it, with its unit."""
        return self.gi.dup_value_text(get_language())

    @property
    def limit_text(self) -> str | None:
        return self.gi.dup_limit_text(get_language())

    @property
    def formula(self) -> str | None:
        return self.gi.get_formula()

    @property
    def operands(self) -> list[Operand]:
        """The facts that it rests on."""
        return [Operand(operand) for operand in self.gi.get_operands()]

    @property
    def children(self) -> Findings:
        """What it consists of."""
        return Findings(Finding(child) for child in self.gi.get_children())

    def walk(self) -> Iterator[Finding]:
        """It and everything below it."""
        yield self
        for child in self.gi.get_children():
            yield from Finding(child).walk()

    def text(self, language: Language | None = None) -> str:
        """The explanation as text."""
        return self.gi.to_text(choose(language))

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        value = "" if self.value is None else f" {self.value:g}"
        return f"<Finding {self.path} {self.verdict}{value}>"

    def _repr_html_(self) -> str:
        return _html.page(self._explanation(unfolded=True))

    def _line(self) -> _html.Markup:
        figures = ""
        if self.value_text or self.limit_text:
            sign = {"at_least": "≥", "at_most": "≤", "above": ">", "below": "<"}.get(self.comparison or "", "")
            figures = f" {self.value_text or '–'}" + (f" ({sign} {self.limit_text})" if self.limit_text else "")
        return _html.tag("span", _html.tag("b", self.id), f" {self.title} · {self.subject} · ",
                         _html.verdict(self.verdict, self.verdict.text()), figures)

    def _explanation(self, unfolded: bool = False, budget: int = 60) -> _html.Markup:
        """The finding with what is below it: at most `budget` findings, shared fairly between its parts."""
        content = [_html.table((), self._facts())]
        operands = self.operands
        if operands:
            rows = [(operand.title, operand.subject, pick("缺失", "missing") if operand.missing else str(operand), operand.unit,
                     operand.cell or "") for operand in operands[:20]]
            headers = (pick("数据项", "Fact"), pick("所属", "Whose"), pick("数值", "Number"), pick("单位", "Unit"),
                       pick("来源（文件!表!单元格）", "Source (file!sheet!cell)"))
            content += [_html.table(headers, rows, numbers=(2,)), _html.left_out(len(operands), len(rows))]
        children = self._worst_first()
        shown = children[:max(0, budget - 1)]
        for child in shown:
            content.append(child._explanation(budget=(budget - 1) // len(shown)))
        if len(shown) < len(children):
            more = len(children) - len(shown)
            content.append(_html.tag("p", pick(f"另有 {more} 项构成，见 .children", f"{more} more parts: see .children"), class_="lb-faint"))
        return _html.details(self._line(), *content, unfolded=unfolded)

    def _worst_first(self) -> list[Finding]:
        """Children in their order, but those that are not met before all others, where there are many."""
        children = list(self.children)
        if len(children) <= 12:
            return children
        order = {Verdict.UNMET: 0, Verdict.UNDETERMINED: 1, Verdict.MET: 2, Verdict.NOT_APPLICABLE: 3}
        return sorted(children, key=lambda child: order[child.verdict])

    def _facts(self) -> list[tuple[str, str]]:
        rows = []
        if self.reason:
            rows.append((pick("说明", "Reason"), self.reason))
        if self.margin is not None:
            rows.append((pick("与要求相比", "Margin"), f"{self.margin:+.6g}"))
        if self.rounding_flips:
            rows.append((pick("修约", "Rounding"), pick("以未修约的值判定；如按公布表格的小数位数修约，结论将不同",
                                                     "judged by the unrounded value; rounded as the official form prints it, the "
                                                     "verdict would be another one")))
        if self.formula:
            rows.append((pick("公式", "Formula"), self.formula))
        if self.reference:
            rows.append((pick("依据", "Reference"), self.reference))
        rows.append((pick("路径", "Path"), self.path))
        return rows


class Findings(Sequence[Finding]):
    """A list of findings. A notebook shows each as an explanation to unfold."""

    def __init__(self, findings: Iterator[Finding] | Sequence[Finding]) -> None:
        self._findings = list(findings)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Findings: ...
    def __getitem__(self, index: int | slice) -> Finding | Findings:
        return Findings(self._findings[index]) if isinstance(index, slice) else self._findings[index]

    def __len__(self) -> int:
        return len(self._findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings)

    def walk(self) -> Iterator[Finding]:
        """All of them and everything below them."""
        for finding in self._findings:
            yield from finding.walk()

    def of(self, verdict: Verdict | str) -> Findings:
        """Those of one verdict."""
        return Findings([finding for finding in self._findings if finding.verdict == verdict])

    def __repr__(self) -> str:
        shown = ", ".join(repr(finding) for finding in self._findings[:5])
        return f"[{shown}{f', … {len(self)} in all' if len(self) > 5 else ''}]"

    def _repr_html_(self) -> str:
        shown = self._findings[:_html.MAX_ROWS]
        share = max(1, _html.MAX_ROWS // max(1, len(shown)))
        return _html.page(*(finding._explanation(budget=share) for finding in shown), _html.left_out(len(self), len(shown)))
