# SPDX-License-Identifier: LGPL-2.1-or-later
"""Spark in local mode with several worker processes against one machine: the same bits."""

import importlib.util
import os
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession, functions

import libbalance as lb
import libbalance.spark

SOURCE = Path(os.environ["BALANCE_SOURCE_DIR"])
EXAMPLES = SOURCE / "examples" / "spark"
JUDGED = {"standard": "cn-2017-quality", "as_of": "2024-09-01"}
TABLES = ("sections", "groups", "districts", "findings")
N_DISTRICTS = 6


def bits(value):
    """A double as its bits, so that nothing is nearly equal."""
    return struct.pack("d", value) if isinstance(value, float) else value


def rows_of(table):
    """Rows as sorted tuples of plain values."""
    columns = table.column_names
    found = [tuple((name, bits(row[name])) for name in columns) for row in table.to_pylist()]
    return sorted(found, key=repr)


def single(sources, output, **how):
    """What one machine says, as Spark would give it."""
    evaluation = lb.evaluate(sources, progress=False, **{**JUDGED, **how})
    table = getattr(evaluation, output).to_arrow()
    if output == "findings":
        table = table.filter(pa.compute.not_equal(table["level"].cast(pa.string()), "region"))
    plain = pa.schema([pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in table.schema])
    year = evaluation.census.year
    return table.cast(plain).add_column(0, "year", pa.array([year] * table.num_rows, pa.int32()))


def province(n=N_DISTRICTS):
    """The sample county again and again, each time a little different: synthetic."""
    county = pyarrow.csv.read_csv(SOURCE / "examples" / "data" / "sample-county.csv")
    parts = []
    for number in range(n):
        part = county.slice(number)          # one school fewer each time
        codes = pa.array([f"{990001 + number}"] * part.num_rows)
        schools = pa.array([f"{990001 + number}{code % 10000:04}" for code in part["学校代码"].to_pylist()])
        pupils = pa.array([None if value is None else value + number * 7 for value in part["小学在校生数"].to_pylist()], pa.int64())
        part = part.set_column(part.column_names.index("区县代码"), "区县代码", codes)
        part = part.set_column(part.column_names.index("学校代码"), "学校代码", schools)
        parts.append(part.set_column(part.column_names.index("小学在校生数"), "小学在校生数", pupils))
    return pa.concat_tables(parts)


class Spark(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.spark = (SparkSession.builder.master("local[3]").appName("libbalance-test")
                     .config("spark.ui.enabled", False).config("spark.sql.shuffle.partitions", 3)
                     # small tables would be joined into one task
                     .config("spark.sql.adaptive.enabled", False)
                     .config("spark.sql.warehouse.dir", cls.folder.name + "/warehouse")
                     .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate())
        cls.spark.sparkContext.setLogLevel("ERROR")
        cls.province = province()
        # in no order, so that the rows of a district lie in many partitions
        cls.frame = cls.spark.createDataFrame(cls.province).repartition(4, functions.rand(3))

    @classmethod
    def tearDownClass(cls):
        cls.spark.stop()
        cls.folder.cleanup()

    def same(self, frame, sources, outputs=("sections",), **how):
        for output in outputs:
            with self.subTest(output=output, **how):
                ours = rows_of(single(sources, output, **how))
                theirs = rows_of(libbalance.spark.evaluate(frame, output=output, **{**JUDGED, **how}).toArrow())
                self.assertEqual(len(theirs), len(ours))
                self.assertEqual(theirs, ours)

    def test_many_districts(self):
        self.same(self.frame, self.province, TABLES)

    def test_options_and_what_is_asked(self):
        self.same(self.frame, self.province, only="resources", concessions="off", options={"primary_degree": "bachelor"})

    def test_several_processes_took_part(self):
        workers = self.frame.groupBy(functions.col("`区县代码`")).applyInArrow(
            lambda table: pa.table({"process": [os.getpid()]}), "process long").distinct().count()
        self.assertGreater(workers, 1)

    def test_two_tables(self):
        census = lb.read(self.province, progress=False)
        sections, schools = census.to_arrow("section"), census.to_arrow("school")
        plain = [table.cast(pa.schema([pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
                                       for f in table.schema])) for table in (sections, schools)]
        frames = [self.spark.createDataFrame(table).repartition(3) for table in plain]
        self.same(frames, plain, ("groups", "sections"))

    def test_a_code_with_blanks_is_the_same_district(self):
        column = functions.when(functions.rand(1) < 0.5, functions.concat(functions.lit("\u3000"), functions.col("`区县代码`"))) \
            .otherwise(functions.concat(functions.col("`区县代码`"), functions.lit(" ")))
        self.same(self.frame.withColumn("区县代码", column), self.province, only="resources")

    def test_years_are_judged_apart(self):
        before = self.province.set_column(0, "年度", pa.array([2023] * self.province.num_rows))
        frame = self.spark.createDataFrame(pa.concat_tables([self.province, before]))
        table = libbalance.spark.evaluate(frame, output="districts", **JUDGED).toArrow()
        self.assertEqual(sorted(zip(table["year"].to_pylist(), table["district_code"].to_pylist())),
                         [(year, str(990001 + number)) for year in (2023, 2024) for number in range(N_DISTRICTS)])

    def test_a_rule_pack_and_a_map_travel(self):
        pack = Path(self.folder.name) / "own.yaml"
        pack.write_text(Path(os.environ["BALANCE_DATA_DIR"], "standards", "cn-2017-quality.yaml").read_text()
                        .replace("pack: cn-2017-quality", "pack: own").replace("primary: 4.2", "primary: 6.4"))
        own_map = Path(self.folder.name) / "own.map.yaml"
        own_map.write_text("map: own\ncolumns: {district_code: 县码}\n")
        table = self.province.rename_columns(["县码" if name == "区县代码" else name for name in self.province.column_names])
        frame = self.spark.createDataFrame(table)
        self.same(frame, table, standard=str(pack), map=str(own_map), only="resources")

    # ---- what cannot be

    def test_what_needs_all_districts_is_refused_or_judged_together(self):
        pack = Path(self.folder.name) / "region.yaml"
        pack.write_text(REGION)
        with self.assertRaises(lb.BalanceError) as caught:
            libbalance.spark.evaluate(self.frame, standard=str(pack))
        self.assertIn("cities (Mean of all schools)", caught.exception.en)
        self.assertIn("全部学校的平均水平", caught.exception.zh)
        self.assertIn("together=True", caught.exception.zh)
        for output in ("districts", "findings"):
            evaluation = lb.evaluate(self.province, str(pack), as_of="2024-09-01", progress=False)
            ours = getattr(evaluation, output).to_arrow()
            theirs = libbalance.spark.evaluate(self.frame, standard=str(pack), as_of="2024-09-01", output=output, together=True).toArrow()
            self.assertEqual(rows_of(theirs.drop_columns("year")), rows_of(pa.Table.from_pylist(ours.to_pylist(), theirs.drop_columns("year").schema)))

    def test_no_district(self):
        with self.assertRaisesRegex(lb.BalanceError, "which district"):
            libbalance.spark.evaluate(self.frame.select("`学校代码`", "`小学在校生数`"))

    def test_what_cannot_travel(self):
        with self.assertRaisesRegex(lb.BalanceError, "sent to workers"):
            libbalance.spark.evaluate(self.frame, lb.Standard("cn-2017-quality"))
        with self.assertRaisesRegex(lb.BalanceError, "no-such-standard"):
            libbalance.spark.evaluate(self.frame, "no-such-standard")
        with self.assertRaises(ValueError):
            libbalance.spark.evaluate(self.frame, output="schools")

    def test_data_that_are_wrong(self):
        table = self.province.set_column(self.province.column_names.index("小学在校生数"), "小学在校生数", pa.array(
            [-5 if row == 3 else value for row, value in enumerate(self.province["小学在校生数"].to_pylist())]))
        frame = self.spark.createDataFrame(table)
        with self.assertRaises(PySparkException) as caught:
            libbalance.spark.evaluate(frame, **JUDGED).collect()
        self.assertIn("-5", str(caught.exception))
        self.assertIn("990001", str(caught.exception))
        problems = libbalance.spark.evaluate(frame, output="problems", **JUDGED).where("severity = 'error'").collect()
        self.assertEqual([(row.district, row.kind, row.found, row.row) for row in problems], [("990001", "negative", "-5", 4)])
        left_out = libbalance.spark.evaluate(frame, output="districts", skip_bad_rows=True, **JUDGED).where("rows_left_out").collect()
        self.assertEqual([row.district_code for row in left_out], ["990001"])

    # ---- records

    def test_from_records(self):
        """The guide: records of pupils and teachers, summed up by SQL, judged; against sums made by hand."""
        spec = importlib.util.spec_from_file_location("make_records", EXAMPLES / "make-records.py")
        maker = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(maker)
        warehouse, results = Path(self.folder.name) / "records", Path(self.folder.name) / "results"
        maker.main(str(warehouse), "4")
        done = subprocess.run([sys.executable, EXAMPLES / "judge.py", warehouse, results], capture_output=True, text=True,
                              env={**os.environ, "PYSPARK_SUBMIT_ARGS": "--master local[2] --conf spark.ui.enabled=false pyspark-shell",
                                   "SPARK_LOCAL_IP": "127.0.0.1"}, cwd=self.folder.name)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

        records = {name: pyarrow.parquet.read_table(warehouse / name).to_pylist() for name in ("pupils", "teachers", "schools", "rooms", "equipment")}
        sections = pyarrow.parquet.read_table(results / "sections").to_pylist()
        self.assertEqual({row["district_code"] for row in sections}, {str(990100 + number) for number in range(4)})
        kinds = {school["school_code"]: school["kind"] for school in records["schools"]}
        known = {item["school_code"] for item in records["equipment"] if item["in_use"]}
        self.assertLess(len(known), len(kinds), "every school has equipment; the gap shows nothing")
        for row in sections:
            here = (row["school_code"], row["stage"])
            pupils = sum((p["school_code"], p["stage"]) == here and p["status"] == "enrolled" for p in records["pupils"])
            self.assertEqual(pupils > 0, row["R2_state"] != "not_applicable")
            backbone = sum((t["school_code"], t["stage"]) == here and t["full_time"] and t["backbone"] for t in records["teachers"])
            self.assertEqual(row["R2"], 100 * backbone / pupils)
            if kinds[row["school_code"]] != "nine_year":
                rooms = [r for r in records["rooms"] if r["school_code"] == row["school_code"]]
                sports = sum(r["area"] for r in rooms if r["kind"] in ("indoor_sports", "sports_ground"))
                self.assertAlmostEqual(row["R5"], float(sports / pupils), 12)
            # what nobody recorded is missing and not zero
            self.assertEqual(row["R6"] is None, row["school_code"] not in known)
            self.assertEqual(row["R6_state"] == "undetermined", row["school_code"] not in known)
        groups = pyarrow.parquet.read_table(results / "groups").to_pylist()
        self.assertEqual({row["R6_cv_verdict"] for row in groups if row["R6_cv"] is not None} - {"met", "unmet"}, set())


REGION = """
pack: region
title: {zh: 全区平均, en: Region mean}
reference: for tests
effective: 2000-01-01
stages: [primary, junior]
indicators:
- {id: P1, title: {zh: 班额, en: Class size}, unit: pupil/class, value: pupils / classes}
requirements:
- {id: cities, title: {zh: 全部学校的平均水平, en: Mean of all schools}, each: region, unit: pupil/class, value: sum(pupils) / sum(classes), at_most: 45}
- id: schools
  title: {zh: 每所学校, en: Each school}
  each: section
  of: [{id: S1, title: {zh: 班额, en: Class size}, unit: pupil/class, value: pupils / classes, at_most: 50}]
"""

if __name__ == "__main__":
    unittest.main()
