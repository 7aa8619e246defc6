# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tables of the library, handed out by the Arrow C stream interface: whole columns, no value by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import _arrow, _html
from ._language import pick
from ._native import GLib
from ._problems import from_glib

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

__all__ = ["Table"]


class Table:
    """A table that everything that speaks Arrow can read: pandas, Polars, pyarrow, DuckDB, …

    >>> evaluation.sections.to_pandas()
    >>> evaluation.sections.to_polars()
    >>> pyarrow.table(evaluation.sections)
    >>> sections = evaluation.sections              # DuckDB finds it by the name of the variable
    >>> duckdb.sql("SELECT stage, count(*) FROM sections GROUP BY stage")

    The library makes the table anew each time that it is asked for; keep the result of ``to_…()``.
    """

    __slots__ = ("_export", "_name")

    def __init__(self, export: Callable[[int], object], name: str) -> None:
        self._export = export
        self._name = name

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow PyCapsule interface. A requested schema is a wish that need not be followed, and is not."""
        try:
            return _arrow.stream_capsule(self._export)
        except GLib.Error as error:
            raise from_glib(error) from None

    def to_arrow(self) -> pyarrow.Table:
        """A pyarrow.Table."""
        pa: Any = _arrow.need("pyarrow")
        return pa.table(self)

    def to_pandas(self, nullable: bool = False) -> pandas.DataFrame:
        """A pandas.DataFrame. Missing numbers are NaN, or with `nullable` the ``<NA>`` of pandas' nullable types, which keep
        whole numbers whole. Choices are categories. Needs pyarrow beside pandas."""
        pd: Any = _arrow.need("pandas")
        pa: Any = _arrow.need("pyarrow")
        if not nullable:
            return pa.table(self).to_pandas()
        types = {pa.int8(): pd.Int8Dtype(), pa.int16(): pd.Int16Dtype(), pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype(),
                 pa.uint8(): pd.UInt8Dtype(), pa.uint16(): pd.UInt16Dtype(), pa.uint32(): pd.UInt32Dtype(),
                 pa.uint64(): pd.UInt64Dtype(), pa.bool_(): pd.BooleanDtype(), pa.float32(): pd.Float32Dtype(),
                 pa.float64(): pd.Float64Dtype(), pa.string(): pd.StringDtype(), pa.large_string(): pd.StringDtype()}
        return pa.table(self).to_pandas(types_mapper=types.get)

    def to_polars(self) -> polars.DataFrame:
        """A polars.DataFrame. Needs no pyarrow."""
        pl: Any = _arrow.need("polars")
        return pl.DataFrame(self)

    def __repr__(self) -> str:
        return f"<Table {self._name}: .to_pandas(), .to_polars(), .to_arrow(), or give it to anything that reads Arrow>"

    def _repr_html_(self) -> str:
        try:
            pa: Any = _arrow.need("pyarrow")
        except ImportError:
            return _html.page(_html.tag("p", repr(self)))
        whole = pa.table(self)
        shown = whole.slice(0, 20)
        numbers = [i for i, field in enumerate(whole.schema) if pa.types.is_integer(field.type) or pa.types.is_floating(field.type)]
        columns = [column.to_pylist() for column in shown.columns]
        rows = [["" if cell is None else f"{cell:.6g}" if isinstance(cell, float) else cell for cell in row]
                for row in zip(*columns)]
        size = pick(f"{whole.num_rows} 行 × {whole.num_columns} 列", f"{whole.num_rows} rows × {whole.num_columns} columns")
        return _html.page(_html.table(whole.column_names, rows, f"{self._name} · {size}", numbers),
                          _html.left_out(whole.num_rows, shown.num_rows))
