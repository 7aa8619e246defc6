# SPDX-License-Identifier: LGPL-2.1-or-later
"""From files, tables and databases to a census, and from there to an evaluation."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

from . import _arrow
from ._call import Progress, run
from ._census import Census
from ._evaluation import Evaluation
from ._native import Balance, Gio, GLib
from ._problems import BalanceError, Problems, from_glib
from ._standard import Standard, dictionary_of

__all__ = ["read", "read_database", "evaluate"]

StandardLike: TypeAlias = str | os.PathLike[str] | Standard | Balance.Standard
DictionaryLike: TypeAlias = str | os.PathLike[str] | Standard | Balance.Dictionary | None
MapLike: TypeAlias = str | os.PathLike[str] | Balance.Map | None
Concessions = Literal["auto", "on", "off"]


def read(*sources: Any, standard: StandardLike | None = None, map: MapLike = None, dictionary: DictionaryLike = None,
         year: int | None = None, skip_bad_rows: bool = False, encoding: str | None = None, hidden_sheets: bool = False,
         digests: bool = True, progress: Progress = None) -> Census:
    """Reads school data: files (CSV, XLSX, XLS, ODS, DBF, a `.balance` store), or tables in memory.

    >>> lb.read("county.xlsx")
    >>> lb.read("schools.csv", "facts.csv", standard="cn-2017-quality")     # several files make one census
    >>> lb.read(df)                                 # pandas, Polars, pyarrow, NumPy, anything that speaks Arrow
    >>> lb.read({"district_code": ["990001"], "school_code": ["1"], "stage": ["primary"], "pupils": [None]})

    A column is known by the id of a field, its title or an alias, as in a file. Missing (an empty cell, ``None``, ``NaN``,
    ``NaT``, ``<NA>``, null) stays missing and is never zero.

    standard
        whose fields are known: id, path of a rule pack, or :class:`libbalance.Standard`; else the shipped dictionary
    map
        path of a map that says which column is which field
    dictionary
        path of a data dictionary, in place of the standard's
    year
        of files with several years the one to take; else the last. For tables that state none: their year
    skip_bad_rows
        leave rows with errors out, with problems that say so; their district can then not be met
    encoding
        of a text file, where it is guessed wrongly
    hidden_sheets
        read hidden sheets of workbooks too
    digests
        ``False``: do not compute the SHA-256 of the files, by which a store can later tell whether a file is the one its
        facts came from. Large files are then read somewhat sooner
    progress
        ``False``: show none; a function: is called with fraction and phase. In a notebook or terminal it is shown by itself.

    Raises :class:`libbalance.BalanceError`, whose ``problems`` are all that is wrong. What was only noticed is in
    ``census.problems``.
    """
    if not sources:
        raise TypeError("read() needs a file or a table; 请给出文件或表")
    known = dictionary_of(dictionary, None if standard is None else Standard(standard))
    mapping = _map(map, known)
    frames = [_arrow.is_frame(source) for source in sources]
    if all(frames):
        imported = _read_tables(sources, Balance.Reader.new(known, mapping, skip_bad_rows), progress)
    elif any(frames):
        raise TypeError("read() takes files or tables, not both at once; 文件与内存中的表不能混用")
    else:
        imported = _read_files([os.fspath(source) for source in sources], known, mapping, year, skip_bad_rows, encoding,
                               hidden_sheets, digests, progress)
    return _census(imported, year)


def read_database(connection: str, *, table: str | None = None, query: str | None = None, standard: StandardLike | None = None,
                  map: MapLike = None, dictionary: DictionaryLike = None, year: int | None = None, skip_bad_rows: bool = False,
                  progress: Progress = None) -> Census:
    """Reads a table or the result of a query from PostgreSQL.

    >>> lb.read_database("postgresql://localhost/education", table="schools_2024")
    """
    known = dictionary_of(dictionary, None if standard is None else Standard(standard))
    reader = Balance.Reader.new(known, _map(map, known), skip_bad_rows)
    imported = run(lambda state, cancellable: reader.read_database(connection, table, query, state, cancellable), progress)
    return _census(imported, year)


def evaluate(source: Any, standard: StandardLike = "cn-2017-quality", *, as_of: str | None = None,
             options: Mapping[str, str] | None = None, concessions: Concessions = "auto", only: str | None = None,
             threads: int = 0, map: MapLike = None, year: int | None = None, skip_bad_rows: bool = False,
             progress: Progress = None) -> Evaluation:
    """Judges schools by a standard.

    >>> lb.evaluate("county.xlsx", "cn-2017-quality", as_of="2024-09-01")
    >>> lb.evaluate(df, standard="our-province.yaml", options={"retention_formula": "b"})
    >>> lb.evaluate(["schools.csv", "facts.csv"])

    source
        a census, a path, a table in memory, or a list of paths or of tables; all that :func:`libbalance.read` takes
    standard
        the id of a standard that is installed, the path of a rule pack, or a :class:`libbalance.Standard`
    as_of
        by the rules of this day, as ``"2024-09-01"``; else of today
    options
        how doubts of the standard are settled; ``Standard(…).options`` shows which there are
    concessions
        ``"auto"``: by date; ``"on"``: all; ``"off"``: none
    only
        the id of the only requirement to judge, such as ``"resources"``, where facts for the others are not at hand
    threads
        how many may work, 0: one for each processor. Results are the same bits whatever their number

    Raises :class:`libbalance.BalanceError`.
    """
    judged_by = Standard(standard)
    if isinstance(source, Census):
        census = source
    elif isinstance(source, Balance.Census):
        census = Census(source)
    elif isinstance(source, Balance.Import):
        census = _census(source, year)
    else:
        sources = list(source) if isinstance(source, (list, tuple)) else [source]
        census = read(*sources, standard=judged_by, map=map, year=year, skip_bad_rows=skip_bad_rows, progress=progress)
    try:
        relaxed = {"auto": Balance.Concessions.AUTO, "on": Balance.Concessions.ON, "off": Balance.Concessions.OFF}[concessions]
    except KeyError:
        raise ValueError(f"concessions is “auto”, “on” or “off”, not “{concessions}”") from None
    settled = [f"{key}={value}" for key, value in (options or {}).items()]
    evaluator = Balance.Evaluator.new_full(judged_by.gi, as_of, relaxed, only, settled or None, threads)
    return Evaluation(run(lambda state, cancellable: evaluator.evaluate(census.gi, state, cancellable), progress), census)


def _map(source: MapLike, dictionary: Any) -> Any:
    if source is None or isinstance(source, Balance.Map):
        return source
    path = os.fspath(source)
    known = dictionary if dictionary is not None else Balance.Dictionary.get_default()
    try:
        return Balance.Map.new_from_file(path, known)
    except GLib.Error as error:
        problems = Problems([])
        if Path(path).is_file():
            problems = Problems.of(Balance.Map.check(GLib.Bytes.new(Path(path).read_bytes()), path, known))
        raise from_glib(error, problems) from None


def _census(imported: Balance.Import, year: int | None) -> Census:
    try:
        imported.check()
    except GLib.Error as error:
        problems = Problems.of(imported.get_problems())
        raise from_glib(error, problems if problems.errors else None) from None
    found = imported.get_census()
    assert found is not None
    census = Census(found, imported)
    if year is None or census.year in (year, None):
        return census
    return census.of_year(year)


def _read_files(paths: list[str], dictionary: Any, mapping: Any, year: int | None, skip_bad_rows: bool, encoding: str | None,
                hidden_sheets: bool, digests: bool, progress: Progress) -> Balance.Import:
    if len(paths) == 1 and Balance.Store.recognise(paths[0]):
        return run(lambda state, cancellable: _read_store(paths[0], dictionary, year, cancellable), progress)
    reader = Balance.Reader(dictionary=dictionary, map=mapping, skip_bad_rows=skip_bad_rows, encoding=encoding,
                            hidden_sheets=hidden_sheets, digests=digests)
    return run(lambda state, cancellable: reader.read(paths, state, cancellable), progress)


def _read_tables(sources: Sequence[Any], reader: Balance.Reader, progress: Progress) -> Balance.Import:
    names = [f"{type(source).__module__.split('.')[0]}.{type(source).__name__}" for source in sources]
    if len(names) > 1:
        names = [f"{name} {number}" for number, name in enumerate(names, 1)]
    # whoever made the streams is held until the library has read them
    holders = [_arrow.as_stream(source, name) for source, name in zip(sources, names)]
    streams = _arrow.Streams(holder.__arrow_c_stream__() for holder in holders)
    return run(lambda state, cancellable: Balance.Census.import_arrow_tables(
        streams.address, len(names), names, reader, state, cancellable), progress)


def _read_store(path: str, dictionary: Any, year: int | None, cancellable: Gio.Cancellable) -> Balance.Import:
    store = Balance.Store.open(path, Balance.StoreMode.READ)
    years = list(store.get_years())
    if not years or year is not None and year not in years:
        listed = ", ".join(map(str, years))
        raise BalanceError(f"{path} 中没有要读的年度的数据，已有年度：{listed or '无'}",
                           f"{path} has no data of that year; it has: {listed or 'none'}", "not-found")
    return store.read(years[-1] if year is None else year, dictionary, cancellable)
