# SPDX-License-Identifier: LGPL-2.1-or-later
"""Standards: indicators, requirements and where they come from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import _html
from ._language import Language, choose, get_language, pick
from ._native import Balance, GLib
from ._problems import Problems, from_glib
from ._words import Level

__all__ = ["Indicator", "Requirement", "Standard", "list_standards"]


def list_standards() -> list[str]:
    """The ids of the standards that are installed.

    >>> lb.list_standards()
    ['cn-2012-basic', 'cn-2017-quality', …]
    """
    return list(Balance.Standard.list_ids())


class Indicator:
    """An indicator: a formula over fields."""

    __slots__ = ("gi",)

    gi: Balance.Indicator

    def __init__(self, indicator: Balance.Indicator) -> None:
        self.gi = indicator

    @property
    def id(self) -> str:
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
    def unit(self) -> str | None:
        return self.gi.get_unit()

    @property
    def decimals(self) -> int:
        """How many decimals the official form prints. What is judged is not rounded."""
        return self.gi.get_decimals()

    def formula(self, stage: str | None = None) -> str | None:
        return self.gi.get_formula(stage)

    def limit(self, stage: str | None = None) -> str | None:
        """The limit as the standard states it; where it differs by date, the latest."""
        return self.gi.get_limit(stage)[0]

    def comparison(self, stage: str | None = None) -> str | None:
        """``"at_least"``, ``"at_most"``, ``"above"`` or ``"below"``."""
        return self.gi.get_limit(stage)[1]

    def __repr__(self) -> str:
        return f"<Indicator {self.id} {self.title}>"


class Requirement:
    """What must hold. Requirements form a tree."""

    __slots__ = ("gi",)

    gi: Balance.Requirement

    def __init__(self, requirement: Balance.Requirement) -> None:
        self.gi = requirement

    @property
    def id(self) -> str:
        return self.gi.get_id()

    @property
    def title(self) -> str:
        return self.gi.get_title(get_language()) or self.id

    @property
    def reference(self) -> str | None:
        return self.gi.get_reference()

    @property
    def level(self) -> Level:
        """On what it is judged."""
        return Level.of(self.gi.get_level())

    @property
    def binding(self) -> bool:
        """Does it count for the verdict, or only inform?"""
        return self.gi.get_binding()

    @property
    def veto(self) -> bool:
        return self.gi.get_veto()

    @property
    def rule(self) -> str:
        """The rule in words."""
        return self.gi.dup_rule(get_language()) or ""

    @property
    def children(self) -> list[Requirement]:
        return [Requirement(child) for child in self.gi.get_children()]

    def walk(self) -> Iterator[Requirement]:
        """It and everything below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def __repr__(self) -> str:
        return f"<Requirement {self.id} {self.title}>"


class Standard:
    """A standard that schools are judged by (督导评估标准).

    >>> lb.Standard("cn-2017-quality")              # one that is installed
    >>> lb.Standard("our-province.yaml")            # a rule pack of one's own

    In a notebook its requirements are a tree to unfold.
    """

    __slots__ = ("gi",)

    gi: Balance.Standard

    def __init__(self, name: str | os.PathLike[str] | Balance.Standard | Standard) -> None:
        if isinstance(name, Standard):
            self.gi = name.gi
        elif isinstance(name, Balance.Standard):
            self.gi = name
        else:
            self.gi = _load(os.fspath(name))

    @classmethod
    def from_yaml(cls, text: str, name: str = "pack.yaml") -> Standard:
        """Reads a rule pack from its text. `name` stands in messages."""
        data = GLib.Bytes.new(text.encode())
        try:
            return cls(Balance.Standard.new_from_bytes(data, name))
        except GLib.Error as error:
            raise from_glib(error, Problems.of(Balance.Standard.check(data, name))) from None

    @property
    def id(self) -> str:
        return self.gi.get_id()

    @property
    def title(self) -> str:
        return self.gi.get_title(get_language()) or self.id

    @property
    def reference(self) -> str | None:
        return self.gi.get_reference()

    @property
    def effective(self) -> str | None:
        """From which day it holds, as ``"2017-04-19"``."""
        return self.gi.get_effective()

    @property
    def options(self) -> dict[str, str]:
        """The doubts that it leaves to be settled, with the choice that is made if nobody says otherwise."""
        return dict(option.split("=", 1) for option in self.gi.dup_options())

    @property
    def indicators(self) -> list[Indicator]:
        return [Indicator(indicator) for indicator in self.gi.get_indicators()]

    @property
    def requirements(self) -> list[Requirement]:
        """The outermost requirements; each has ``children``, and ``walk()`` for all of them."""
        return [Requirement(requirement) for requirement in self.gi.get_requirements()]

    @property
    def stages(self) -> list[str]:
        return list(self.gi.get_dictionary().dup_stages())

    def stage_title(self, stage: str) -> str:
        """The title of a stage: 小学."""
        field = self.gi.get_dictionary().lookup("stage")
        return (field.get_choice_title(stage, get_language()) if field is not None else None) or stage

    def _unit(self, unit: str | None) -> str:
        return "" if unit is None else self.gi.get_dictionary().dup_unit_title(unit, get_language()) or unit

    def indicator(self, id: str) -> Indicator:
        found = self.gi.find_indicator(id)
        if found is None:
            raise KeyError(f"{id}; {self.id} has {', '.join(indicator.id for indicator in self.indicators)}")
        return Indicator(found)

    def text(self, language: Language | None = None) -> str:
        """The whole standard in words: every formula, limit and reference."""
        return self.gi.to_text(choose(language))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Standard) and self.gi == other.gi

    def __hash__(self) -> int:
        return hash(self.gi)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Standard {self.id}: {self.title}>"

    def _repr_html_(self) -> str:
        head = [_html.tag("h4", self.title),
                _html.tag("p", f"{self.id} · {self.reference or ''} · ", pick(f"{self.effective} 起施行", f"in force from {self.effective}"))]
        rows = []
        stages = self.stages
        for indicator in self.indicators:
            limits: dict[str, list[str]] = {}
            for stage in stages:
                limit = indicator.limit(stage)
                if limit is not None:
                    sign = {"at_least": "≥", "at_most": "≤", "above": ">", "below": "<"}[indicator.comparison(stage) or "at_least"]
                    limits.setdefault(f"{sign} {limit}", []).append(self.stage_title(stage))
            rows.append((indicator.id, indicator.title, self._unit(indicator.unit), self._limits(limits), indicator.reference or ""))
        headers = (pick("编号", "Id"), pick("指标", "Indicator"), pick("单位", "Unit"), pick("限值", "Limit"), pick("依据", "Reference"))
        return _html.page(*head, _html.table(headers, rows), *(_tree(requirement) for requirement in self.requirements))

    def _limits(self, limits: dict[str, list[str]]) -> str:
        if len(limits) == 1:
            return next(iter(limits))
        return pick("；", "; ").join(f"{pick('、', ', ').join(stages)} {limit}" for limit, stages in limits.items())


def _tree(requirement: Requirement) -> _html.Markup:
    line = _html.tag("span", _html.tag("b", requirement.id), " ", requirement.title, " ",
                     _html.tag("span", requirement.rule, " ", requirement.reference or "", class_="lb-faint"))
    children = requirement.children
    if not children:
        return _html.tag("div", line, style="margin-left:1em")
    return _html.details(line, *(_tree(child) for child in children))


def _load(name: str) -> Balance.Standard:
    try:
        if name.endswith((".yaml", ".yml")) or os.sep in name or Path(name).is_file():
            return Balance.Standard.new_from_file(name)
        return Balance.Standard.lookup(name)
    except GLib.Error as error:
        problems = Problems([])
        if Path(name).is_file():
            problems = Problems.of(Balance.Standard.check_file(name))
        raise from_glib(error, problems) from None


def dictionary_of(source: Any, standard: Standard | None) -> Any:
    """The data dictionary that `source` names: a path, a dictionary, a standard; else the one of `standard`, else the shipped one."""
    if source is None:
        return None if standard is None else standard.gi.get_dictionary()
    if isinstance(source, Standard):
        return source.gi.get_dictionary()
    if isinstance(source, Balance.Dictionary):
        return source
    path = os.fspath(source)
    try:
        return Balance.Dictionary.new_from_file(path)
    except GLib.Error as error:
        problems = Problems([])
        if Path(path).is_file():
            problems = Problems.of(Balance.Dictionary.check(GLib.Bytes.new(Path(path).read_bytes()), path))
        raise from_glib(error, problems) from None
