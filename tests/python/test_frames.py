# SPDX-License-Identifier: LGPL-2.1-or-later
"""Data frames in and out of libbalance: the same census, the same bits, whichever package holds the table."""

import gc
import importlib.util
import os
import unittest

import libbalance as lb

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
DATA = os.path.join(SOURCE, "examples", "data")
COUNTY = [os.path.join(DATA, "sample-county.csv"), os.path.join(DATA, "sample-county-facts.csv")]


def needs(*packages):
    absent = [package for package in packages if importlib.util.find_spec(package) is None]
    return unittest.skipIf(absent, f"{', '.join(absent)} is not installed (tests/requirements.txt)")


def small(**columns):
    return {"district_code": ["1", "1"], "school_code": ["a", "b"], "stage": ["primary", "primary"], "pupils": [10, 20], **columns}


class Case(unittest.TestCase):
    def setUp(self):
        lb.set_language("en")
        self.addCleanup(lb.set_language, None)

    def pupils(self, source):
        return [section["pupils"] for section in lb.read(source).sections]


@needs("pyarrow", "pandas", "polars", "numpy")
class TestSameCensus(Case):
    @classmethod
    def setUpClass(cls):
        import pyarrow
        cls.pa = pyarrow
        cls.evaluation = lb.evaluate(COUNTY, as_of="2024-09-01")
        cls.findings = cls.evaluation.findings.to_arrow()

    def check(self, *tables):
        evaluation = lb.evaluate(list(tables), as_of="2024-09-01")
        self.assertEqual([problem.text() for problem in evaluation.problems if problem.severity != "note"], [])
        for name in ("findings", "sections", "groups", "districts"):
            self.assertTrue(getattr(evaluation, name).to_arrow().equals(getattr(self.evaluation, name).to_arrow()), name)

    def test_pandas_by_chinese_headers(self):
        import pandas
        self.check(*(pandas.read_csv(path) for path in COUNTY))
        self.check(*(pandas.read_csv(path, dtype_backend="numpy_nullable") for path in COUNTY))
        self.check(*(pandas.read_csv(path, dtype_backend="pyarrow") for path in COUNTY))

    def test_polars(self):
        import polars
        self.check(*(polars.read_csv(path, infer_schema_length=None) for path in COUNTY))

    def test_one_table_with_everything(self):
        import pandas
        schools, facts = (pandas.read_csv(path, dtype=str) for path in COUNTY)
        self.check(schools.merge(facts.drop(columns=["年度", "区县名称"]), on="区县代码"))

    def test_its_own_tables(self):
        """What comes out goes in again: level by level, in each package."""
        census = self.evaluation.census
        for export in ("to_arrow", "to_pandas", "to_polars", "table"):
            with self.subTest(export):
                self.check(*(getattr(census, export)(level) for level in ("section", "school", "district")))

    def test_numpy(self):
        table = self.evaluation.census.to_arrow()
        arrays = {name: table[name].to_numpy() for name in table.column_names}
        census = lb.read(arrays)
        self.assertTrue(census.to_arrow().equals(table))

    def test_row_order_does_not_matter(self):
        import pandas
        frames = [pandas.read_csv(path) for path in COUNTY]
        self.check(frames[0].sample(frac=1, random_state=1), frames[1])


@needs("pyarrow", "pandas", "numpy")
class TestMissing(Case):
    def test_every_way_to_say_it(self):
        import numpy
        import pandas
        import pyarrow
        nothing = [numpy.array([10, numpy.nan]), numpy.ma.masked_array([10, 20], mask=[False, True]), [10, None],
                   pandas.array([10, None], dtype="Int64"), pandas.Series([10, pandas.NA], dtype="object"),
                   pandas.Series([10, None], dtype="Float64"), pyarrow.array([10, None]), pandas.Series([10.0, None]),
                   pandas.Series(["10", None]), pandas.Categorical(["10", None]), pandas.Series([10, None], dtype="int64[pyarrow]")]
        for pupils in nothing:
            with self.subTest(type(pupils).__name__ + str(getattr(pupils, "dtype", ""))):
                for table in (small(pupils=pupils), pandas.DataFrame(small(pupils=pupils)) if not isinstance(pupils, pyarrow.Array)
                              else pyarrow.table(small(pupils=pupils))):
                    self.assertEqual(self.pupils(table), [10, None])

    def test_out_again(self):
        import pandas
        census = lb.read(small(pupils=[10, None]))
        self.assertEqual(census.to_pandas()["pupils"].isna().tolist(), [False, True])
        self.assertIs(census.to_pandas(nullable=True)["pupils"][1], pandas.NA)
        self.assertEqual(census.to_arrow()["pupils"].null_count, 1)
        self.assertEqual(census.to_arrow()["pupils"].to_pylist(), [10, None])


@needs("pyarrow", "pandas", "numpy")
class TestTables(Case):
    def test_structured_array(self):
        import numpy
        table = numpy.array([("1", "a", "primary", 10), ("1", "b", "primary", 20)],
                            dtype=[("district_code", "U2"), ("school_code", "U2"), ("stage", "U8"), ("pupils", "i4")])
        self.assertEqual(self.pupils(table), [10, 20])

    def test_index_of_pandas(self):
        import pandas
        frame = pandas.DataFrame(small())
        self.assertEqual(self.pupils(frame[frame["pupils"] > 10]), [20])
        self.assertEqual(self.pupils(frame.set_index("school_code")), [10, 20])
        self.assertEqual(self.pupils(frame.set_index(["district_code", "school_code"])), [10, 20])
        self.assertEqual(lb.read(frame.set_index(pandas.Index([7, 8]))).problems.to_dicts(), [])

    def test_codes_as_numbers(self):
        self.assertEqual([school.code for school in lb.read(small(school_code=[9900010001, 9900010002])).schools],
                         ["9900010001", "9900010002"])

    def test_only_the_stream_is_needed(self):
        import pyarrow
        table = pyarrow.table(small())

        class Anything:
            def __arrow_c_stream__(self, requested_schema=None):
                return table.__arrow_c_stream__(requested_schema)

        self.assertEqual(self.pupils(Anything()), [10, 20])
        self.assertEqual(self.pupils(table.to_batches()[0]), [10, 20])

    def test_problems_name_row_and_column(self):
        import pandas
        with self.assertRaises(lb.BalanceError) as caught:
            lb.read(pandas.DataFrame(small(pupils=[10, -3])))
        problem, = caught.exception.problems.errors
        self.assertEqual((problem.file, problem.row, problem.column_name, problem.found), ("pandas.DataFrame", 2, "pupils", "-3"))
        self.assertTrue(problem.expected or problem.remedy)

    def test_stream_that_fails(self):
        """The streams before and behind one that fails are released, and the error says what its maker said."""
        import pyarrow
        released = []

        def batches(name, error):
            try:
                yield from pyarrow.table(small(school_code=[name + "1", name + "2"])).to_batches()
                if error:
                    raise RuntimeError("the cable was pulled")
            finally:
                released.append(name)

        schema = pyarrow.table(small()).schema
        readers = [pyarrow.RecordBatchReader.from_batches(schema, batches(name, name == "b")) for name in "abc"]
        with self.assertRaises(lb.BalanceError) as caught:
            lb.read(*readers)
        self.assertIn("the cable was pulled", str(caught.exception))
        del readers
        gc.collect()
        self.assertLessEqual({"a", "b"}, set(released))

    def test_stream_that_was_read_before(self):
        import pyarrow
        capsule = pyarrow.table(small()).__arrow_c_stream__()

        class Once:
            def __arrow_c_stream__(self, requested_schema=None):
                return capsule

        self.assertEqual(self.pupils(Once()), [10, 20])
        with self.assertRaises(lb.BalanceError):
            lb.read(Once())

    def test_columns_that_are_none(self):
        import numpy
        import pandas
        for table in (pandas.DataFrame(small(pupils=[10, [1]])), small(pupils=numpy.zeros((2, 2))), small(pupils="ab"), small(pupils=7),
                      small(pupils=[1]), pandas.DataFrame([["1", 1, 2]], columns=["district_code", "pupils", "pupils"])):
            with self.assertRaises(lb.BalanceError) as caught:
                lb.read(table)
            self.assertIn("pupils", str(caught.exception))
            self.assertEqual(caught.exception.code, "invalid-data")
        for nothing in (7, None, object()):
            with self.assertRaises(TypeError):
                lb.read(nothing)


@needs("pyarrow", "pandas", "polars")
class TestOut(Case):
    @classmethod
    def setUpClass(cls):
        cls.evaluation = lb.evaluate(COUNTY, as_of="2024-09-01")

    def test_values_are_those_of_the_library(self):
        import struct
        table = self.evaluation.sections.to_arrow()
        for indicator in ("R1", "R6"):
            values, validity = self.evaluation.gi.dup_values(indicator)
            mine = [float("nan") if value is None else value for value in table[indicator].to_pylist()]
            known = [number for number, valid in zip(struct.iter_unpack("=d", values.get_data()), validity.get_data()) if valid]
            self.assertEqual(struct.pack(f"={len(known)}d", *(value for value in mine if value == value)),
                             struct.pack(f"={len(known)}d", *(number for number, in known)))

    def test_frames(self):
        for table, rows in ((self.evaluation.sections, 72), (self.evaluation.groups, 2), (self.evaluation.districts, 1)):
            self.assertEqual(len(table.to_pandas()), rows)
            self.assertEqual(len(table.to_polars()), rows)
            self.assertEqual(table.to_arrow().num_rows, rows)
        frame = self.evaluation.sections.to_pandas(nullable=True)
        self.assertEqual(str(frame["R6"].dtype), "Float64")
        self.assertEqual(str(frame["verdict"].dtype), "category")

    def test_page(self):
        page = self.evaluation.sections._repr_html_()
        self.assertIn("9900010001", page)
        self.assertIn("72 rows", page)
        self.assertLess(len(page), 60_000)

    def test_whole_thing_is_a_stream(self):
        import pyarrow
        self.assertTrue(pyarrow.table(self.evaluation).equals(self.evaluation.sections.to_arrow()))
        self.assertTrue(pyarrow.table(self.evaluation.census).equals(self.evaluation.census.to_arrow()))

    def test_capsule_that_nobody_reads(self):
        for _ in range(100):
            self.evaluation.sections.__arrow_c_stream__()
        gc.collect()

    def test_stream_outlives_what_it_came_from(self):
        import pyarrow
        capsule = lb.evaluate(COUNTY, as_of="2024-09-01").sections.__arrow_c_stream__()
        gc.collect()
        reader = pyarrow.RecordBatchReader._import_from_c_capsule(capsule)
        self.assertEqual(reader.read_all().num_rows, 72)

    @needs("duckdb")
    def test_duckdb(self):
        import duckdb
        sections = self.evaluation.sections
        found = duckdb.sql("SELECT stage, count(*) FROM sections GROUP BY stage ORDER BY 2 DESC").fetchall()
        self.assertEqual(found[:2], [("primary", 45), ("junior", 23)])


if __name__ == "__main__":
    unittest.main()
