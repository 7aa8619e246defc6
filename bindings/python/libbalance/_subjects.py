# SPDX-License-Identifier: LGPL-2.1-or-later
"""Districts, schools and sections of a census, and lists of them that are made when they are walked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

from . import _html
from ._language import get_language, pick
from ._words import number

__all__ = ["District", "School", "Section", "Views"]

_T = TypeVar("_T")


class _Subject:
    """A view: two of the same thing are equal, and it stays valid as long as somebody holds it."""

    __slots__ = ("gi",)

    def __init__(self, view: Any) -> None:
        self.gi = view

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and bool(self.gi.equal(other.gi))

    def __hash__(self) -> int:
        return int(self.gi.hash())

    def __contains__(self, field: str) -> bool:
        return bool(self.gi.has_value(field))

    def __getitem__(self, field: str) -> float | str | None:
        """The value of a field: a number, a text, or ``None`` where it is missing. ``KeyError`` where there is no such field.

        >>> section["pupils"]
        400.0
        """
        definition = self._dictionary().lookup(field)
        if definition is None:
            raise KeyError(field)
        if not self.gi.has_value(field):
            return None
        value = number(self.gi.get_number(field))
        if value is None or definition.get_field_type().value_nick in ("choice", "text", "date"):
            return str(self.gi.dup_text(field, get_language()))
        return value

    def text(self, field: str) -> str:
        """The value as it is written in the data; choices by their title; "" where it is missing."""
        return str(self.gi.dup_text(field, get_language()) or "")

    def cell(self, field: str) -> str | None:
        """Where the value stands: ``"county.xlsx!表Ⅱ-2!K17"``."""
        cell = self.gi.get_cell(field)
        return None if cell is None else str(cell.to_text())

    def _dictionary(self) -> Any:
        raise NotImplementedError


class Section(_Subject):
    """One stage of one school (学段部), the row on which indicators are computed."""

    __slots__ = ("_fields",)

    def __init__(self, view: Any, fields: Any) -> None:
        super().__init__(view)
        self._fields = fields

    def _dictionary(self) -> Any:
        return self._fields

    @property
    def school_code(self) -> str:
        return str(self.gi.get_school_code())

    @property
    def school_name(self) -> str:
        return str(self.gi.get_school_name() or "")

    @property
    def district_code(self) -> str:
        return str(self.gi.get_district_code())

    @property
    def stage(self) -> str:
        """The id of its stage: ``"primary"``."""
        return str(self.gi.get_stage())

    @property
    def stage_title(self) -> str:
        return str(self.gi.get_stage_title(get_language()))

    @property
    def school(self) -> School:
        return School(self.gi.get_school(), self._fields)

    @property
    def row(self) -> int:
        """Its row in whole columns and in :attr:`libbalance.Evaluation.sections`, from 0."""
        return int(self.gi.get_row())

    def __repr__(self) -> str:
        return f"<Section {self.school_code} {self.school_name} {self.stage}>"


class School(_Subject):
    """A school with its sections."""

    __slots__ = ("_fields",)

    def __init__(self, view: Any, fields: Any) -> None:
        super().__init__(view)
        self._fields = fields

    def _dictionary(self) -> Any:
        return self._fields

    @property
    def code(self) -> str:
        return str(self.gi.get_code())

    @property
    def name(self) -> str:
        return str(self.gi.get_name() or "")

    @property
    def district_code(self) -> str:
        return str(self.gi.get_district_code())

    @property
    def sections(self) -> Views[Section]:
        return Views(self.gi.get_sections(), lambda view: Section(view, self._fields))

    @property
    def row(self) -> int:
        return int(self.gi.get_row())

    def __repr__(self) -> str:
        return f"<School {self.code} {self.name}>"


class District(_Subject):
    """The unit that is judged: a county (县、市、区)."""

    __slots__ = ("_fields",)

    def __init__(self, view: Any, fields: Any) -> None:
        super().__init__(view)
        self._fields = fields

    def _dictionary(self) -> Any:
        return self._fields

    @property
    def code(self) -> str:
        return str(self.gi.get_code())

    @property
    def name(self) -> str:
        return str(self.gi.get_name() or "")

    @property
    def skipped(self) -> bool:
        """Were rows of it left out? Then it can never be met."""
        return bool(self.gi.get_skipped())

    @property
    def schools(self) -> Views[School]:
        return Views(self.gi.get_schools(), lambda view: School(view, self._fields))

    @property
    def sections(self) -> Views[Section]:
        return Views(self.gi.get_sections(), lambda view: Section(view, self._fields))

    @property
    def row(self) -> int:
        return int(self.gi.get_row())

    def __repr__(self) -> str:
        return f"<District {self.code} {self.name}>"


class Views(Sequence[_T], Generic[_T]):
    """A list whose items are made when they are asked for. For hundreds of thousands take whole tables instead."""

    def __init__(self, model: Any, make: Callable[[Any], _T]) -> None:
        self._model = model
        self._make = make

    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> list[_T]: ...
    def __getitem__(self, index: int | slice) -> _T | list[_T]:
        length = len(self)
        if isinstance(index, slice):
            return [self._make(self._model.get_item(i)) for i in range(*index.indices(length))]
        if index < 0:
            index += length
        if not 0 <= index < length:
            raise IndexError(f"{index} of {length}")
        return self._make(self._model.get_item(index))

    def __len__(self) -> int:
        return int(self._model.get_n_items())

    def __iter__(self) -> Iterator[_T]:
        for i in range(len(self)):
            yield self._make(self._model.get_item(i))

    def __repr__(self) -> str:
        shown = ", ".join(repr(item) for item in self[:3])
        return f"[{shown}{f', … {len(self)} in all' if len(self) > 3 else ''}]"

    def _repr_html_(self) -> str:
        rows: list[tuple[str, ...]] = []
        headers: tuple[str, ...] = (pick("代码", "Code"), pick("名称", "Name"))
        for item in self[:_html.MAX_ROWS]:
            if isinstance(item, Section):
                headers = (pick("代码", "Code"), pick("名称", "Name"), pick("学段", "Stage"))
                rows.append((item.school_code, item.school_name, item.stage_title))
            elif isinstance(item, (School, District)):
                rows.append((item.code, item.name))
        return _html.page(_html.table(headers, rows), _html.left_out(len(self), len(rows)))
