# SPDX-License-Identifier: LGPL-2.1-or-later
"""Many districts judged on many machines: the same call on Apache Spark, each district whole on one worker.

>>> import libbalance.spark
>>> sections = libbalance.spark.evaluate(spark.table("school_sections"))
>>> sections.groupBy("verdict").count().show()

The results are those of :func:`libbalance.evaluate`, bit for bit, whatever the number of workers and the order of rows.
It needs Spark 4 (``pip install pyspark``), and libbalance on every worker.
"""

from __future__ import annotations

import csv
import datetime
import functools
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from . import _arrow
from ._evaluation import Evaluation
from ._native import Balance, GLib
from ._problems import BalanceError, from_glib
from ._read import Concessions, MapLike, StandardLike, evaluate as _evaluate
from ._standard import Standard

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import Column, DataFrame

__all__ = ["evaluate"]

Output = Literal["sections", "groups", "districts", "findings", "notices", "problems"]

_TABLES = ("sections", "groups", "districts", "findings")
_BLANKS = r"^[\s\u00a0\u3000]+|[\s\u00a0\u3000]+$"


@dataclass(frozen=True)
class _Job:
    """Everything that a worker must know. It travels, so it holds nothing but plain values."""

    standard: tuple[str, bytes | None]       # id, or name and text of a rule pack
    map: tuple[str, bytes] | None
    as_of: str
    options: tuple[tuple[str, str], ...]
    concessions: Concessions
    only: str | None
    skip_bad_rows: bool
    output: Output
    columns: tuple[tuple[str, ...], ...]     # of each table
    order: tuple[tuple[str, ...], ...]       # of each table those that say who a row is about
    together: bool


def evaluate(tables: DataFrame | Sequence[DataFrame], standard: StandardLike = "cn-2017-quality", *, output: Output = "sections",
             as_of: str | None = None, options: Mapping[str, str] | None = None, concessions: Concessions = "auto",
             only: str | None = None, map: MapLike = None, skip_bad_rows: bool = False, together: bool = False) -> DataFrame:
    """Judges the schools of a Spark table, district by district.

    tables
        a DataFrame with a row for each section or school, or two of them (such as sections and schools) that are joined by
        their codes. Columns are known by id, title or alias of a field, as in a file; one names the district. Where there is
        a column for the year, each year is judged by itself.
    standard, as_of, options, concessions, only, map, skip_bad_rows
        as of :func:`libbalance.evaluate`. A rule pack or map that is a file is read here and sent to the workers. Without
        `as_of` the day is that of this call, on every worker.
    output
        ``"sections"``, ``"groups"``, ``"districts"`` or ``"findings"``: the tables that an evaluation has under these names,
        with the year in front; ``"notices"``: what a reader must know; ``"problems"``: what is wrong with the data, also where
        it is such that the district cannot be judged, which is an error of all other outputs
    together
        judge all districts in one place. A standard that asks something of the region, such as a mean over all districts or a
        choice among all schools, cannot be judged district by district, and is refused without this.

    The result is a DataFrame that is computed when Spark needs it. Raises :class:`libbalance.BalanceError` for what can be
    known beforehand.
    """
    frames: list[DataFrame] = list(tables) if isinstance(tables, Sequence) else [tables]
    if not 1 <= len(frames) <= 2:
        raise BalanceError("请给出一个或两个Spark表（如学段部和学校）；更多的表请先用join合并。",
                           "Give one Spark table or two, such as sections and schools; join more of them first.", "invalid-data")
    if output not in (*_TABLES, "notices", "problems"):
        raise ValueError(f"output is one of {', '.join((*_TABLES, 'notices', 'problems'))}, not “{output}”")

    job = _Job(_keep_standard(standard), _keep_map(map), as_of or datetime.date.today().isoformat(),
               tuple((options or {}).items()), concessions, only, skip_bad_rows, output, (), (), together)
    _check_region(job)
    fields = [_find_fields(frame.columns, job) for frame in frames]
    order = tuple(tuple(found[field] for field in ("district_code", "district_name", "school_code", "school_name", "stage")
                        if field in found) for found in fields)
    columns = tuple(tuple(frame.columns) for frame in frames)
    job = _Job(**{**job.__dict__, "columns": columns, "order": order})
    schema = _spark_schema(_empty_result(job).schema)

    # Names of Spark's own kind: a dot in a header would mean a part of a structure, and two tables that were made of the same
    # one would not be told apart.
    plain = [frame.toDF(*_plain_names(len(frame.columns))) for frame in frames]
    by_year = all("year" in found for found in fields)
    grouped = [frame.groupBy(*_make_keys(frame, names, found, by_year, together)) for frame, names, found in zip(plain, columns, fields)]
    # lambdas, because Spark looks for hints of types in functions that have a name
    if len(grouped) == 1:
        return grouped[0].applyInArrow(lambda table: _judge_tables(job, [table]), schema)
    return grouped[0].cogroup(grouped[1]).applyInArrow(lambda left, right: _judge_tables(job, [left, right]), schema)


# ---- before anything travels


def _keep_standard(standard: StandardLike) -> tuple[str, bytes | None]:
    if isinstance(standard, (Standard, Balance.Standard)):
        raise BalanceError("请给出标准的编号或规则包文件的路径，以便发送到各工作节点。",
                           "Give the id of a standard or the path of a rule pack: that can be sent to workers.", "invalid-data")
    name = os.fspath(standard)
    Standard(name)                           # what is wrong with it is known before it travels
    path = Path(name)
    return (path.name, path.read_bytes()) if path.is_file() else (name, None)


def _keep_map(source: MapLike) -> tuple[str, bytes] | None:
    if source is None:
        return None
    if isinstance(source, Balance.Map):
        raise BalanceError("请给出映射文件的路径，以便发送到各工作节点。", "Give the path of the map: that can be sent to workers.", "invalid-data")
    try:
        return os.path.basename(os.fspath(source)), Path(source).read_bytes()
    except OSError as error:
        raise BalanceError(f"无法读取映射文件：{error}", f"the map cannot be read: {error}", "not-found") from None


@functools.lru_cache(maxsize=8)
def _open(standard: tuple[str, bytes | None], map: tuple[str, bytes] | None) -> tuple[Standard, Balance.Map | None]:
    """Standard and map, once in the life of a worker."""
    name, text = standard
    opened = Standard(name) if text is None else Standard.from_yaml(text.decode(), name)
    if map is None:
        return opened, None
    try:
        return opened, Balance.Map.new_from_bytes(GLib.Bytes.new(map[1]), map[0], opened.gi.get_dictionary())
    except GLib.Error as error:
        raise from_glib(error) from None


def _judge(job: _Job, source: Any) -> Evaluation:
    standard, map = _open(job.standard, job.map)
    return _evaluate(source, standard, as_of=job.as_of, options=dict(job.options), concessions=job.concessions, only=job.only,
                     threads=1, map=map, skip_bad_rows=job.skip_bad_rows, progress=False)


@functools.lru_cache(maxsize=8)
def _example(job: _Job) -> Evaluation:
    """An evaluation of a school without any figure: it shows what the tables look like."""
    standard, _ = _open(job.standard, job.map)
    builder = Balance.CensusBuilder.new(standard.gi.get_dictionary(), 0)
    builder.add_section("0", "0", standard.stages[0])
    return _judge(_Job(**{**job.__dict__, "map": None}), builder.end())


def _check_region(job: _Job) -> None:
    items = _example(job).gi.dup_region_items()
    if not items or job.together:
        return
    standard, _ = _open(job.standard, job.map)
    known: dict[str, Any] = {indicator.id: indicator.gi for indicator in standard.indicators}
    known.update((each.id, each.gi) for root in standard.requirements for each in root.walk())

    def name(item: str, language: str) -> str:
        title = known[item].get_title(language) if item in known else None
        return f"{item} ({title})" if title else item

    raise BalanceError(
        f"标准{standard.id}中有须以全部区县的数据共同判定的要求，不能逐县分发到各节点：{'、'.join(name(item, 'zh') for item in items)}。"
        "请用 together=True 在一个节点上评估全部区县，或用 only=… 只评估其他要求。",
        f"The standard {standard.id} asks what needs all districts at once, so they cannot be judged apart on several workers: "
        f"{', '.join(name(item, 'en') for item in items)}. Judge them in one place with together=True, or only something else with only=….",
        "invalid-data")


def _find_fields(columns: Sequence[str], job: _Job) -> dict[str, str]:
    """Field → column, as the reader of the library sees a table with these headers."""
    standard, map = _open(job.standard, job.map)
    reader = Balance.Reader.new(standard.gi.get_dictionary(), map, False)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "columns.csv")
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(columns)
        inspection = reader.inspect(path, None)
    found: dict[str, str] = {}
    for sheet in inspection.get_sheets():
        for column in sheet.get_columns():
            field = column.get_field()
            if field is not None and column.get_column() > 0:
                found.setdefault(field.get_id(), columns[column.get_column() - 1])
    if "district_code" not in found and "district_name" not in found:
        raise BalanceError(f"没有指明区县的列，无法按区县分发。现有列：{'、'.join(columns)}。请增加“区县代码”列，或用映射文件指定。",
                           f"No column says which district a row is about. There are: {', '.join(columns)}. "
                           "Add a column district_code, or name it in a map.", "invalid-data")
    return found


def _plain_names(n: int) -> list[str]:
    return [f"c{number}" for number in range(n)]


def _make_keys(frame: DataFrame, columns: Sequence[str], fields: Mapping[str, str], by_year: bool, together: bool) -> list[Column]:
    """What rows that are judged together have in common. Blanks around a code are none of it, as in a file."""
    functions: Any = _arrow.need("pyspark.sql.functions")

    def plain(column: str) -> Any:
        return functions.regexp_replace(frame[frame.columns[columns.index(column)]].cast("string"), _BLANKS, "")

    district = fields.get("district_code") or fields["district_name"]
    keys = [functions.lit(0).alias("_all") if together else plain(district).alias("_district")]
    if by_year:
        keys.append(plain(fields["year"]).alias("_year"))
    return keys


def _spark_schema(schema: pyarrow.Schema) -> Any:
    pa: Any = _arrow.need("pyarrow")
    types: Any = _arrow.need("pyspark.sql.types")
    known = {pa.string(): types.StringType(), pa.int64(): types.LongType(), pa.int32(): types.IntegerType(),
             pa.float64(): types.DoubleType(), pa.bool_(): types.BooleanType()}
    return types.StructType([types.StructField(field.name, known[field.type]) for field in schema])


# ---- on a worker


def _judge_tables(job: _Job, tables: Sequence[pyarrow.Table]) -> pyarrow.Table:
    # rows come in any order; the number of a row in a problem should mean something
    given = [(table.rename_columns(list(columns)).sort_by([(column, "ascending") for column in order]), order)
             for table, columns, order in zip(tables, job.columns, job.order) if table.num_rows > 0]
    first, order = given[0]
    district = None if job.together else first[order[0]][0].as_py()
    try:
        evaluation = _judge(job, [table for table, _ in given])
        years = evaluation.census.years
        if len(years) > 1:
            raise BalanceError(f"有多个年度（{years}），但不是每个表都有年度列。",
                               f"there are several years ({years}), but not every table has a column for the year")
    except BalanceError as error:
        if job.output == "problems" and error.problems:
            return _problem_table(None, district, error.problems)
        where = "" if job.together else f"{district}: "
        raise BalanceError(where + error.text("zh"), where + error.text("en"), error.code) from None
    return _result(job, evaluation, district)


def _empty_result(job: _Job) -> pyarrow.Table:
    return _result(job, _example(job), None)


def _result(job: _Job, evaluation: Evaluation, district: object) -> pyarrow.Table:
    pa: Any = _arrow.need("pyarrow")
    year = evaluation.census.year
    if job.output == "problems":
        return _problem_table(year, district, evaluation.problems)
    if job.output == "notices":
        return _problem_table(year, district, evaluation.notices)
    table = getattr(evaluation, job.output).to_arrow()
    # Spark has no dictionaries
    plain = pa.schema([pa.field(field.name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type)
                       for field in table.schema])
    if job.output == "findings" and not job.together:
        # of the region there is nothing to say: each worker sees a part of it
        table = table.slice(1) if table["level"][0].as_py() == "region" else table
    return table.cast(plain).add_column(0, "year", pa.array([year] * table.num_rows, pa.int32()))


def _problem_table(year: int | None, district: object, problems: Any) -> pyarrow.Table:
    pa: Any = _arrow.need("pyarrow")
    rows = [{"year": year, "district": None if district is None else str(district), "severity": problem.severity, "kind": problem.kind,
             "row": problem.row, "column": problem.column_name, "field": problem.field, "found": problem.found,
             "text_zh": problem.text("zh"), "text_en": problem.text("en")} for problem in problems]
    text = pa.string()
    return pa.Table.from_pylist(rows, pa.schema([
        ("year", pa.int32()), ("district", text), ("severity", text), ("kind", text), ("row", pa.int64()), ("column", text),
        ("field", text), ("found", text), ("text_zh", text), ("text_en", text)]))
