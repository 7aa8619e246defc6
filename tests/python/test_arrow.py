# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tables in memory: pyarrow, Polars, DuckDB and pandas as both ends of the Arrow C stream interface."""

import ctypes
import datetime
import decimal
import os
import struct
import unittest

import gi

gi.require_version("Balance", "1.0")
from gi.repository import Balance, GLib

try:
    import duckdb
    import numpy as np
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    import pyarrow.csv
    MISSING = None
except ImportError as error:
    MISSING = f"{error}; ./dev installs what tests/requirements.txt lists"

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
COUNTY = os.path.join(SOURCE, "examples", "data", "sample-county.csv")
LEVELS = [Balance.Level.SECTION, Balance.Level.SCHOOL, Balance.Level.DISTRICT, Balance.Level.REGION]
TABLES = Balance.EvaluationTable

get_pointer = ctypes.pythonapi.PyCapsule_GetPointer
get_pointer.restype, get_pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
new_capsule = ctypes.pythonapi.PyCapsule_New
new_capsule.restype, new_capsule.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


class Stream:
    """Room for a struct ArrowArrayStream."""

    def __init__(self):
        self.room = (ctypes.c_void_p * 5)()
        self.address = ctypes.addressof(self.room)

    @property
    def released(self):
        return self.room[3] is None


class Given:
    """What a producer gives, as an object that consumers take."""

    def __init__(self, giver, what):
        self.giver, self.what = giver, what

    def __arrow_c_stream__(self, requested_schema=None):
        self.stream = Stream()
        self.giver.export_arrow(self.what, self.stream.address)
        return new_capsule(self.stream.address, b"arrow_array_stream", None)


def read(table, name=None, reader=None):
    """An import of anything with __arrow_c_stream__."""
    capsule = table.__arrow_c_stream__()
    address = get_pointer(capsule, b"arrow_array_stream")
    imported = Balance.Census.import_arrow(address, name, reader, None, None)
    assert struct.unpack_from("P", ctypes.string_at(address, 40), 24)[0] == 0, "the stream was not taken"
    return imported


def read_tables(tables, names=None):
    """An import of several."""
    room = (ctypes.c_void_p * (5 * len(tables)))()
    for number, table in enumerate(tables):
        pa.RecordBatchReader.from_stream(table)._export_to_c(ctypes.addressof(room) + 40 * number)
    imported = Balance.Census.import_arrow_tables(ctypes.addressof(room), len(tables), names, None, None, None)
    assert all(room[5 * number + 3] is None for number in range(len(tables))), "a stream was not taken"
    return imported


def read_file(path):
    imported = Balance.Reader.new(None, None, False).read([path], None, None)
    imported.check()
    return imported.get_census()


def columns(census):
    """All facts, bit for bit."""
    result = {}
    for level in LEVELS:
        for field in census.dup_columns(level):
            try:
                values, valid = census.dup_column(level, field)
                result[level, field] = values.get_data(), valid.get_data()
            except GLib.Error:
                views = {LEVELS[0]: census.get_sections, LEVELS[1]: census.get_schools, LEVELS[2]: census.get_districts}[level]()
                result[level, field] = [view.dup_text(field, "en") for view in views]
    return result


def results(evaluation):
    """All values and verdicts, bit for bit."""
    standard = evaluation.get_standard()
    found = {}
    for indicator in standard.get_indicators():
        values, valid = evaluation.dup_values(indicator.get_id())
        found[indicator.get_id()] = values.get_data(), valid.get_data(), evaluation.dup_verdicts(indicator.get_id()).get_data()
    for requirement in standard.get_requirements():
        found["requirement " + requirement.get_id()] = evaluation.dup_verdicts(requirement.get_id()).get_data()
    return found


def evaluate(census, standard="cn-2017-quality"):
    evaluator = Balance.Evaluator.new_full(Balance.Standard.lookup(standard), "2024-09-01", Balance.Concessions.AUTO, None, None, 1)
    return evaluator.evaluate(census, None, None)


def kinds(imported):
    return [problem.get_kind() for problem in imported.get_problems()]


def small(**given):
    """A small table of one district with more columns."""
    n = len(next(iter(given.values())))
    base = {
        "district_code": pa.array(["990001"] * n),
        "school_code": pa.array([f"S{i + 1}" for i in range(n)]),
        "stage": pa.array(["primary"] * n),
    }
    return pa.table({**base, **given})


def numbers(imported, field, level=Balance.Level.SECTION):
    """The values of a field, None where missing."""
    imported.check()
    values, valid = imported.get_census().dup_column(level, field)
    n = len(valid.get_data())
    return [v if ok else None for v, ok in zip(struct.unpack(f"{n}d", values.get_data()), valid.get_data())]


def texts(imported, field):
    """The exact values of a field of sections."""
    imported.check()
    return [section.dup_text(field, "en") for section in imported.get_census().get_sections()]


@unittest.skipIf(MISSING, MISSING)
class County(unittest.TestCase):
    """The sample county through each producer is the same as through the file."""

    @classmethod
    def setUpClass(cls):
        cls.census = read_file(COUNTY)
        cls.evaluation = evaluate(cls.census)
        cls.columns, cls.results = columns(cls.census), results(cls.evaluation)

    def same(self, table):
        imported = read(table)
        imported.check()
        self.assertEqual(columns(imported.get_census()), self.columns)
        self.assertEqual(results(evaluate(imported.get_census())), self.results)

    def test_pandas(self):
        self.same(pd.read_csv(COUNTY))
        self.same(pd.read_csv(COUNTY, dtype_backend="numpy_nullable"))
        self.same(pd.read_csv(COUNTY, dtype_backend="pyarrow"))
        self.same(pd.read_csv(COUNTY).astype({"学校类型": "category", "区县名称": "category"}))

    def test_pandas_texts(self):
        self.same(pd.read_csv(COUNTY, dtype=str))
        self.same(pd.read_csv(COUNTY, dtype=str, keep_default_na=False))

    def test_pyarrow(self):
        table = pyarrow.csv.read_csv(COUNTY)
        self.same(table)
        self.same(pa.Table.from_batches(table.to_batches(max_chunksize=7)))
        # every row begins in the middle of the buffers of others
        self.same(pa.concat_tables([table.slice(0, 13), table.slice(13, 1), table.slice(14)]))
        self.same(pa.concat_tables([table.slice(40), table.slice(0, 40)]))

    def test_pyarrow_large_and_views(self):
        table = pyarrow.csv.read_csv(COUNTY)
        for text in (pa.large_string(), pa.string_view()):
            fields = [pa.field(f.name, text if pa.types.is_string(f.type) else f.type) for f in table.schema]
            self.same(table.cast(pa.schema(fields)))
        fields = [pa.field(f.name, pa.dictionary(pa.int16(), f.type) if pa.types.is_string(f.type) else f.type) for f in table.schema]
        self.same(table.cast(pa.schema(fields)))

    def test_decimals(self):
        table = pyarrow.csv.read_csv(COUNTY)
        fields = [pa.field(f.name, pa.decimal128(20, 6) if pa.types.is_floating(f.type) else f.type) for f in table.schema]
        self.same(table.cast(pa.schema(fields)))

    def test_polars(self):
        frame = pl.read_csv(COUNTY)
        self.same(frame)
        self.same(frame.with_columns(pl.col("学校类型").cast(pl.Categorical)))
        # chunks and offsets of its own
        self.same(pl.concat([frame[5:30], frame[30:], frame[:5]], rechunk=False))

    def test_duckdb(self):
        connection = duckdb.connect()
        self.same(connection.sql(f"SELECT * FROM read_csv('{COUNTY}')"))
        self.same(connection.sql(f"SELECT * FROM read_csv('{COUNTY}', all_varchar = true)"))

    def test_codes_as_floating_point_numbers(self):
        # what pandas makes of codes where one is missing
        self.same(pd.read_csv(COUNTY, dtype={"学校代码": float, "区县代码": float}))

    # ---- out

    def test_sections_in_all_ends(self):
        table = pa.table(Given(self.evaluation, TABLES.SECTIONS))
        table.validate(full=True)
        indicators = [i.get_id() for i in self.evaluation.get_standard().get_indicators() if i.get_level() == Balance.Level.SECTION]
        self.assertEqual(table.column_names[:6], ["district_code", "district_name", "school_code", "school_name", "stage", "verdict"])
        self.assertEqual(table.column_names[6:], [name for i in indicators for name in (i, i + "_state")])
        for indicator in indicators:
            values = table[indicator].to_numpy()
            self.assertEqual(values[~np.isnan(values)].tobytes(),
                             b"".join(v for v, ok in zip(self.chunks(self.results[indicator][0]), self.results[indicator][1]) if ok))
            states = table[indicator + "_state"].combine_chunks()
            self.assertEqual(states.dictionary.to_pylist(), ["not_applicable", "met", "unmet", "undetermined", "at_floor"])
            self.assertEqual([2 if s == 4 else s for s in states.indices.to_pylist()], list(self.results[indicator][2]))
        verdicts = table["verdict"].combine_chunks()
        self.assertEqual(verdicts.dictionary.to_pylist(), ["not_applicable", "met", "unmet", "undetermined"])
        self.assertEqual(verdicts.indices.to_pylist(),
                         [int(self.evaluation.get_section_verdict(s)) for s in self.census.get_sections()])

        frame = pl.DataFrame(Given(self.evaluation, TABLES.SECTIONS))
        self.assertEqual(frame["R1"].to_list(), table["R1"].to_pylist())
        self.assertEqual(frame["verdict"].cast(pl.String).to_list(), table["verdict"].to_pylist())
        relation = duckdb.connect().from_arrow(pa.RecordBatchReader.from_stream(Given(self.evaluation, TABLES.SECTIONS)))
        self.assertEqual(relation.project("school_code, verdict, R1").fetchall(),
                         list(zip(table["school_code"].to_pylist(), table["verdict"].to_pylist(), table["R1"].to_pylist())))
        data = table.to_pandas()
        self.assertEqual(list(data["verdict"].cat.categories), ["not_applicable", "met", "unmet", "undetermined"])

    def test_duckdb_reads_our_stream_itself(self):
        given = Given(self.evaluation, TABLES.DISTRICTS)
        self.assertEqual(duckdb.connect().sql("SELECT district_code, verdict, n_schools, n_sections FROM given").fetchall(),
                         [("990001", "unmet", 60, 72)])

    @staticmethod
    def chunks(data):
        return [data[i:i + 8] for i in range(0, len(data), 8)]

    def test_groups(self):
        table = pa.table(Given(self.evaluation, TABLES.GROUPS))
        table.validate(full=True)
        rows = table.to_pylist()
        groups = list(self.evaluation.get_groups())
        self.assertEqual(len(rows), len(groups))
        for row, group in zip(rows, groups):
            self.assertEqual((row["district_code"], row["stage"], row["n_sections"], row["weight"]),
                             (group.get_district_code(), group.get_stage(), group.get_n_sections(), group.get_weight()))
            self.assertEqual(row["verdict"], group.get_verdict().value_nick.replace("-", "_"))
            for name, figure in (("mean", group.get_mean), ("cv", group.get_cv), ("cv_limit", group.get_cv_limit)):
                self.assertEqual(repr(row["R1_" + name]), repr(figure("R1")))
            # NaN is null
            self.assertEqual(row["R5_cv"], None)
            self.assertEqual(row["R5_cv_verdict"], "undetermined")

    def test_findings(self):
        table = pa.table(Given(self.evaluation, TABLES.FINDINGS))
        table.validate(full=True)
        rows = table.to_pylist()
        self.assertEqual((rows[0]["level"], rows[0]["requirement"], rows[0]["verdict"]), ("region", None, "unmet"))
        asked = [row for row in rows if row["path"] is not None]
        self.assertEqual(len({row["path"] for row in asked}), len(asked))
        for row in asked[:: max(1, len(asked) // 60)]:
            finding = self.evaluation.find(row["path"])
            self.assertEqual(row["requirement"], finding.get_id())
            self.assertEqual(row["verdict"], finding.get_verdict().value_nick.replace("-", "_"))
            self.assertEqual((row["district_code"], row["school_code"], row["stage"], row["unit"], row["comparison"]),
                             (finding.get_district_code(), finding.get_school_code(), finding.get_stage(), finding.get_unit(),
                              finding.get_comparison()))
            for name, figure in (("value", finding.get_value()), ("limit", finding.get_limit()), ("margin", finding.get_margin())):
                self.assertEqual(row[name], None if np.isnan(figure) else figure)

    def test_facts_there_and_back(self):
        tables = [pa.table(Given(self.census, level)) for level in LEVELS]
        for table in tables:
            table.validate(full=True)
        self.assertEqual(tables[0].schema.field("pupils").type, pa.int64())
        self.assertEqual(tables[0].schema.field("stage").type.value_type, pa.string())
        self.assertEqual(tables[1].schema.field("boarding").type, pa.bool_())
        self.assertEqual(tables[1].schema.field("teaching_area").type, pa.float64())
        imported = read_tables(tables[:3])
        imported.check()
        self.assertEqual(columns(imported.get_census()), self.columns)
        self.assertEqual(results(evaluate(imported.get_census())), self.results)

    def test_the_stream_outlives_what_gave_it(self):
        stream = Stream()
        evaluation = evaluate(read_file(COUNTY))
        evaluation.export_arrow(TABLES.FINDINGS, stream.address)
        del evaluation
        table = pa.RecordBatchReader._import_from_c(stream.address).read_all()
        self.assertEqual(table.num_rows, pa.table(Given(self.evaluation, TABLES.FINDINGS)).num_rows)

    def test_a_batch_outlives_its_stream_and_its_columns_the_batch(self):
        reader = pa.RecordBatchReader.from_stream(Given(self.evaluation, TABLES.SECTIONS))
        column = next(iter(reader)).column("R1")
        del reader
        self.assertEqual(len(column), 72)

    def test_groups_have_no_facts(self):
        with self.assertRaisesRegex(GLib.Error, "no facts of groups"):
            pa.table(Given(self.census, Balance.Level.STAGE))


@unittest.skipIf(MISSING, MISSING)
class Types(unittest.TestCase):
    def test_integers(self):
        for kind in (pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(), pa.int64(), pa.uint64()):
            with self.subTest(kind=kind):
                imported = read(small(pupils=pa.array([100, None, 127], kind)))
                self.assertEqual(numbers(imported, "pupils"), [100, None, 127])

    def test_floating_point(self):
        array = pa.array([100.0, None, float("nan"), 0.1 + 0.2], pa.float64(), from_pandas=False)
        imported = read(small(pupils=[1, 2, 3, 4], teaching_area=array))
        self.assertEqual(texts(imported, "teaching_area"), ["100", None, None, "0.30000000000000004"])

    def test_single_precision(self):
        imported = read(small(pupils=[1, 2, 3], teaching_area=pa.array([3.57, 1234.5, 0.1], pa.float32())))
        self.assertEqual(texts(imported, "teaching_area"), ["3.57", "1234.5", "0.1"])

    def test_infinity_is_a_problem(self):
        for value, found in ((float("inf"), "inf"), (float("-inf"), "-inf"), (1e300, "1e+300")):
            imported = read(small(pupils=pa.array([1.0, value])), "frame")
            self.assertIsNone(imported.get_census())
            problem = imported.get_problems()[0]
            self.assertEqual((problem.get_file(), problem.get_row(), problem.get_column(), problem.get_field(), problem.get_found()),
                             ("frame", 2, 4, "pupils", found))

    def test_decimals_are_exact(self):
        exact = decimal.Decimal("123456789012345.678")
        for kind in (pa.decimal128(18, 3), pa.decimal128(30, 10), pa.decimal256(60, 5)):
            with self.subTest(kind=kind):
                imported = read(small(pupils=[1, 1], teaching_area=pa.array([exact, None], kind)))
                self.assertEqual(texts(imported, "teaching_area"), ["123456789012345.678", None])
        imported = read(small(pupils=pa.array([decimal.Decimal(10) ** 20], pa.decimal128(38, 2))))
        self.assertEqual(imported.get_problems()[0].get_found(), "100000000000000000000")
        imported = read(small(pupils=pa.array([decimal.Decimal(1200), decimal.Decimal(-100)], pa.decimal128(10, -2))))
        self.assertEqual(imported.get_problems()[0].get_found(), "-100")

    def test_units_in_headers(self):
        table = small(pupils=[1, 2]).append_column("占地面积（亩）", pa.array([1.5, 2])).append_column("教学仪器设备值(万元)", pa.array([3, 4]))
        imported = read(table)
        self.assertEqual(texts(imported, "site_area"), ["1000.00005", "1333.3334"])
        self.assertEqual(texts(imported, "equipment_value"), ["30000", "40000"])

    def test_truth_values_and_flags(self):
        for flags in (pa.array([True, False, None]), pa.array([1, 0, None]), pa.array([1.0, 0.0, None]), pa.array(["是", "否", ""])):
            imported = read(small(pupils=[1, 2, 3], boarding=flags))
            self.assertEqual(numbers(imported, "boarding", Balance.Level.SCHOOL), [1, 0, None])
        imported = read(small(pupils=pa.array([True, False])))
        self.assertEqual(imported.get_problems()[0].get_found(), "true")

    def test_texts(self):
        for kind in (pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string()),
                     pa.dictionary(pa.uint32(), pa.large_string()), pa.dictionary(pa.int64(), pa.string_view())):
            with self.subTest(kind=kind):
                names = pa.array(["示例县实验小学", None, "a name of more than twelve bytes", "", "短"]).cast(kind)
                imported = read(small(pupils=[1, 2, 3, 4, 5], school_name=names))
                imported.check()
                self.assertEqual([s.get_name() for s in imported.get_census().get_schools()],
                                 ["示例县实验小学", "", "a name of more than twelve bytes", "", "短"])

    def test_nulls(self):
        imported = read(small(pupils=[1, 2], teachers=pa.nulls(2)))
        self.assertEqual(numbers(imported, "teachers"), [None, None])

    def test_dictionaries_of_numbers_and_with_missing_words(self):
        array = pa.DictionaryArray.from_arrays(pa.array([2, 0, None, 1]), pa.array([30, None, 50]))
        self.assertEqual(numbers(read(small(pupils=array)), "pupils"), [50, 30, None, None])

    def test_dictionaries_that_differ(self):
        kind = pa.dictionary(pa.int8(), pa.string())
        first = small(pupils=[1, 2], school_name=pa.array(["甲", "乙"]).cast(kind))
        second = small(pupils=[1, 2], school_name=pa.array(["丙", "甲"]).cast(kind)).set_column(1, "school_code", pa.array(["T1", "T2"]))
        imported = read(pa.concat_tables([first, second]))
        imported.check()
        self.assertEqual([s.get_name() for s in imported.get_census().get_schools()], ["甲", "乙", "丙", "甲"])

    def test_dates_and_years(self):
        day = datetime.date(2019, 9, 1)
        midnight = datetime.datetime(2019, 9, 1)
        dates = [
            pa.array([day]), pa.array([day], pa.date64()), pa.array(["2019-09-01"]),
            *[pa.array([midnight], pa.timestamp(unit)) for unit in ("s", "ms", "us", "ns")],
            # 16:00 of the day before in Greenwich
            pa.array([pd.Timestamp("2019-09-01 00:00", tz="Asia/Shanghai")], pa.timestamp("ns", "Asia/Shanghai")),
        ]
        dictionary = Balance.Dictionary.new_from_bytes(GLib.Bytes.new(DATES.encode()), "dates.yaml")
        reader = Balance.Reader.new(dictionary, None, False)
        for array in dates:
            with self.subTest(kind=array.type):
                year = pa.array([2019]) if pa.types.is_string(array.type) else array
                imported = read(small(pupils=[1], opened=array, year=year), None, reader)
                imported.check()
                census = imported.get_census()
                self.assertEqual(census.get_schools()[0].dup_text("opened", "en"), "2019-09-01")
                self.assertEqual(census.get_year(), 2019)
        for array in (pa.array([2019]), pa.array([2019.0]), pa.array(["2019学年"])):
            self.assertEqual(read(small(pupils=[1], year=array), None, reader).get_census().get_year(), 2019)
        before = pa.array([datetime.date(1938, 3, 5)])
        self.assertEqual(read(small(pupils=[1], opened=before), None, reader).get_census().get_schools()[0].dup_text("opened", "en"), "1938-03-05")

    def test_a_type_that_holds_no_values_is_named(self):
        for array, name in ((pa.array([[1], [2]]), "list"), (pa.array([b"1", b"2"]), "binary"), (pa.array([{"a": 1}, {"a": 2}]), "struct"),
                            (pa.array([1, 2], pa.duration("s")), "tDs"), (pa.array([datetime.time(1), None]), "ttu")):
            imported = read(small(pupils=array), "frame")
            problem = imported.get_problems()[0]
            self.assertEqual((problem.get_kind(), problem.get_found(), problem.get_column(), problem.get_field()),
                             ("unknown-type", name, 4, "pupils"))
            self.assertIn("cast", problem.to_text("en"))
            self.assertIn("转换", problem.to_text("zh"))
            # where nobody wants it, it is in nobody's way
            self.assertEqual(kinds(read(small(pupils=[1, 2], other=array))), ["unknown-column"])

    def test_extension_types(self):
        array = pa.ExtensionArray.from_storage(pa.json_(), pa.array(["甲", "乙"]))
        self.assertEqual([s.get_name() for s in read(small(pupils=[1, 2], school_name=array)).get_census().get_schools()], ["甲", "乙"])


DATES = """
fields:
- {id: year, level: region, type: year, title: {zh: 年度, en: Year}}
- {id: district_code, level: district, type: text, title: {zh: 区县代码, en: District code}}
- {id: district_name, level: district, type: text, title: {zh: 区县名称, en: District}}
- {id: school_code, level: school, type: text, title: {zh: 学校代码, en: School code}}
- {id: school_name, level: school, type: text, title: {zh: 学校名称, en: School}}
- {id: kind, level: school, type: choice, title: {zh: 学校类型, en: Kind}, values: {primary: {zh: 小学, en: Primary school, stages: [primary]}}}
- {id: stage, level: section, type: choice, title: {zh: 学段, en: Stage}, values: {primary: {zh: 小学, en: Primary}}}
- {id: opened, level: school, type: date, title: {zh: 建校日期, en: Opened}}
- {id: pupils, level: section, type: count, title: {zh: 在校生数, en: Pupils}}
"""


@unittest.skipIf(MISSING, MISSING)
class Shapes(unittest.TestCase):
    def test_slices(self):
        table = small(pupils=pa.array([1, None, 3, 4, None, 6, 7, 8, 9, None]), school_name=pa.array(list("甲乙丙丁戊己庚辛壬癸")),
                      boarding=pa.array([True, None, False] * 3 + [True]))
        for start in range(10):
            part = table.slice(start, 9)
            imported = read(part)
            # codes are in the order of texts
            expected = sorted(part.to_pylist(), key=lambda row: row["school_code"])
            self.assertEqual(numbers(imported, "pupils"), [row["pupils"] for row in expected])
            schools = imported.get_census().get_schools()
            self.assertEqual([s.get_name() for s in schools], [row["school_name"] for row in expected])
            self.assertEqual(numbers(imported, "boarding", Balance.Level.SCHOOL), [row["boarding"] for row in expected])

    def test_a_structure_with_an_offset_and_missing_rows(self):
        table = small(pupils=[1, 2, 3, 4])
        array = pa.StructArray.from_arrays([c.combine_chunks() for c in table.columns], table.column_names,
                                           mask=pa.array([False, False, True, False]))
        chunked = pa.chunked_array([array.slice(1)])
        imported = read(chunked)
        self.assertEqual([s.get_code() for s in imported.get_census().get_schools()], ["S2", "S4"])

    def test_empty_batches(self):
        table = small(pupils=[1, 2])
        empty = table.slice(0, 0).to_batches() or [pa.RecordBatch.from_arrays([pa.array([], f.type) for f in table.schema], schema=table.schema)]
        reader = pa.RecordBatchReader.from_batches(table.schema, [*empty, *table.to_batches(), *empty])
        self.assertEqual(numbers(read(reader), "pupils"), [1, 2])
        nothing = read(pa.RecordBatchReader.from_batches(table.schema, []))
        self.assertIn("no-rows", kinds(nothing))
        self.assertIsNone(nothing.get_census())

    def test_no_columns(self):
        self.assertEqual(kinds(read(pa.table({}))), ["no-known-column"])
        self.assertIn("no-known-column", kinds(read(pa.table({"a": [1], "b": [2]}))))

    def test_rows_of_one_value_and_names_that_repeat(self):
        table = pa.table([pa.array(["990001"]), pa.array(["S1"]), pa.array(["primary"]), pa.array([1]), pa.array([2])],
                         names=["district_code", "school_code", "stage", "pupils", "在校生数"])
        self.assertIn("repeated-column", kinds(read(table)))

    def test_totals_are_no_schools(self):
        table = small(pupils=[1, 2, 3]).set_column(1, "school_code", pa.array(["S1", "S2", None]))
        table = table.append_column("school_name", pa.array(["甲", "乙", "合计"]))
        imported = read(table)
        imported.check()
        self.assertEqual(kinds(imported), ["total-row"])
        self.assertEqual(len(imported.get_census().get_schools()), 2)

    def test_figures_in_a_row_are_not_taken_for_numbers_of_columns(self):
        table = pa.table({"school_code": ["A1", "A2"], "district_code": [1, 1], "stage": ["primary"] * 2, "pupils": [2, 3], "teachers": [3, 4],
                          "classes": [4, 5]})
        self.assertEqual(numbers(read(table), "pupils"), [2, 3])

    def test_problems_have_places(self):
        imported = read(small(pupils=[1, -2, 3]), "学校表")
        problem = imported.get_problems()[0]
        self.assertEqual((problem.get_file(), problem.get_row(), problem.get_column(), problem.get_column_name(), problem.get_found()),
                         ("学校表", 2, 4, "pupils", "-2"))
        cell = read(small(pupils=[1, 2]), "学校表").get_census().get_sections()[1].get_cell("pupils")
        self.assertEqual(cell.to_text(), "学校表!D2")

    def test_bad_rows_are_left_out_where_asked(self):
        imported = read(small(pupils=[1, -2, 3]), None, Balance.Reader.new(None, None, True))
        self.assertEqual(kinds(imported), ["rows-left-out", "negative"])
        self.assertEqual(numbers(imported, "pupils"), [1, 3])

    def test_text_that_is_no_utf8(self):
        bad = pa.Array.from_buffers(pa.string(), 2, [None, pa.py_buffer(struct.pack("3i", 0, 3, 5)), pa.py_buffer(b"abc\xff\xfe")])
        problem = read(small(pupils=[1, 2], school_name=bad)).get_problems()[0]
        self.assertEqual((problem.get_kind(), problem.get_row(), problem.get_column_name()), ("encoding", 2, "school_name"))

    def test_several_tables(self):
        schools = pa.table({"school_code": ["S1", "S2"], "school_name": ["甲", "乙"], "district_code": [990001, 990001], "year": [2023, 2023]})
        # by code, by name, without year or district, and the first is the last to be understood
        by_name = pa.table({"school_name": ["乙", "甲"], "stage": ["小学", "小学"], "pupils": [20, 10]})
        imported = read_tables([by_name, schools, pa.table({"school_code": ["S1"], "stage": ["小学"], "teachers": [3]})], ["names", "schools", "codes"])
        imported.check()
        self.assertEqual(imported.get_census().get_year(), 2023)
        self.assertEqual((numbers(imported, "pupils"), numbers(imported, "teachers")), ([10, 20], [3, None]))
        self.assertEqual(imported.get_census().get_sections()[0].get_cell("pupils").to_text(), "names!C2")
        self.assertIn("joined-by-name", kinds(imported))

    def test_tables_that_disagree(self):
        imported = read_tables([small(pupils=[1, 2]), small(pupils=[1, 3], teachers=[1, 1])], ["a", "b"])
        problem = imported.get_problems()[0]
        self.assertEqual((problem.get_kind(), problem.get_file(), problem.get_row()), ("disagreement", "b", 2))
        self.assertIn("row 2, column 4 of a", problem.get_message("en"))

    def test_maps(self):
        text = ("map: m\ncolumns: {pupils: 在校生}\nvalues: {stage: {P: primary}}\n"
                "derive: {teachers: 'local + visiting'}\nskip: 'closed == 1'\n")
        balance_map = Balance.Map.new_from_bytes(GLib.Bytes.new(text.encode()), "test.map.yaml", None)
        table = pa.table({"district_code": [990001] * 3, "school_code": [1, 2, 3], "stage": ["P"] * 3, "在校生": [10, 20, 30],
                          "local": [1, 2, 3], "visiting": pa.array([0.5, 1.5, 2]), "closed": [0, 1, 0]})
        reader = Balance.Reader.new(None, balance_map, False)
        imported = read(table.set_column(5, "visiting", pa.array([1, 1, 1])), None, reader)
        self.assertEqual((numbers(imported, "pupils"), numbers(imported, "teachers")), ([10, 30], [2, 4]))


@unittest.skipIf(MISSING, MISSING)
class Faults(unittest.TestCase):
    def test_a_stream_that_fails_is_an_error_and_released(self):
        table = small(pupils=[1, 2])

        def batches():
            yield table.to_batches()[0]
            raise ValueError("连接中断")

        stream = Stream()
        pa.RecordBatchReader.from_batches(table.schema, batches())._export_to_c(stream.address)
        with self.assertRaisesRegex(GLib.Error, "连接中断"):
            Balance.Census.import_arrow(stream.address, "query", None, None, None)
        self.assertTrue(stream.released)

    def test_a_stream_is_read_once(self):
        stream = Stream()
        table = small(pupils=[1, 2])
        pa.RecordBatchReader.from_batches(table.schema, table.to_batches())._export_to_c(stream.address)
        Balance.Census.import_arrow(stream.address, None, None, None, None).check()
        with self.assertRaisesRegex(GLib.Error, "read or released before"):
            Balance.Census.import_arrow(stream.address, None, None, None, None)

    def test_no_address_is_refused(self):
        self.assertRaises(ValueError, Balance.Census.import_arrow, "address", None, None, None, None)

    def test_in_a_thread(self):
        loop, done = GLib.MainLoop(), []
        stream = Stream()
        table = small(pupils=[1, 2])
        pa.RecordBatchReader.from_batches(table.schema, table.to_batches())._export_to_c(stream.address)

        def finished(source, result):
            done.append(Balance.Census.import_arrow_finish(result))
            loop.quit()

        Balance.Census.import_arrow_async(stream.address, None, None, None, None, finished)
        self.assertTrue(stream.released)
        loop.run()
        self.assertEqual(numbers(done[0], "pupils"), [1, 2])


if __name__ == "__main__":
    unittest.main()
