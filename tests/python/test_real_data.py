# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rows that nobody on the project made: California (bundled), and others where ../shared/data is present."""

import csv
import math
import os
import struct
import unittest
from collections import defaultdict
from fractions import Fraction

import gi

gi.require_version("Balance", "1.0")
from gi.repository import Balance, GLib

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
PACKS = os.path.join(SOURCE, "examples", "packs")
SHARED = os.path.join(SOURCE, "..", "shared", "data")
STAGES = ("primary", "junior", "senior", "primary_junior", "junior_senior", "all_through")


def needs(name):
    path = os.path.join(SHARED, name)
    return unittest.skipUnless(os.path.isdir(path), f"../shared/data/{name} is not there")


def standard_of(name):
    return Balance.Standard.new_from_file(os.path.join(PACKS, name))


def read(standard, path, map_name=None, table_map=None):
    if map_name:
        table_map = Balance.Map.new_from_file(os.path.join(PACKS, map_name), standard.get_dictionary())
    imported = Balance.Reader.new(standard.get_dictionary(), table_map, False).read([path], None, None)
    imported.check()
    return imported


def evaluate(standard, census, as_of):
    return Balance.Evaluator.new_full(standard, as_of, Balance.Concessions.AUTO, None, None, 0).evaluate(census, None, None)


def doubles(data):
    return struct.unpack(f"={data.get_size() // 8}d", data.get_data())


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def square_root(number):
    """The double nearest to the root of a fraction."""
    scale = 4 ** 120
    return float(Fraction(math.isqrt(number.numerator * scale // number.denominator), 2 ** 120))


def squared_cv(pairs):
    """Square of the weighted coefficient of variation of (weight, value) pairs; None where all is zero."""
    total = sum(weight for weight, _ in pairs)
    mean = sum(weight * value for weight, value in pairs) / total
    return sum(weight * (value - mean) ** 2 for weight, value in pairs) / total / mean ** 2 if mean else None


class TestCalifornia(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        path = os.path.join(SOURCE, "examples", "data", "california", "schools.csv")
        standard = standard_of("california-example.yaml")
        cls.rows = rows_of(path)
        cls.census = read(standard, path, "california.map.yaml").get_census()
        cls.evaluation = evaluate(standard, cls.census, "1999-06-30")
        cls.mine = {}
        for row in cls.rows:
            pupils = Fraction(row["pupils"])
            cls.mine[row["school_id"]] = {
                "teachers_per_100": 100 * Fraction(row["teachers"]) / pupils,
                "computers_per_100": 100 * Fraction(row["computers"]) / pupils,
                "spending": Fraction(row["spend_per_pupil"]),
            }

    def test_everything_is_read(self):
        self.assertEqual(self.census.get_districts().get_n_items(), 45)
        self.assertEqual(self.census.get_schools().get_n_items(), 420)
        self.assertEqual(self.census.get_sections().get_n_items(), 420)

    def test_values(self):
        codes = [section.get_school_code() for section in self.census.get_sections()]
        for indicator in ("teachers_per_100", "computers_per_100", "spending"):
            values = doubles(self.evaluation.dup_values(indicator)[0])
            self.assertEqual(values, tuple(float(self.mine[code][indicator]) for code in codes), indicator)

    def test_coefficients_of_each_county(self):
        groups = defaultdict(list)
        for row in self.rows:
            groups[row["district"], row["stage"]].append(row)
        compared = undefined = 0
        for group in self.evaluation.get_groups():
            rows = groups.pop((group.get_district_code(), group.get_stage()))
            for indicator in ("teachers_per_100", "computers_per_100", "spending"):
                square = squared_cv([(Fraction(row["pupils"]), self.mine[row["school_id"]][indicator]) for row in rows])
                place = f"{group.get_district_code()} {group.get_stage()} {indicator}"
                if square is None:
                    self.assertTrue(math.isnan(group.get_cv(indicator)), place)
                    self.assertEqual(group.get_cv_verdict(indicator), Balance.Verdict.MET, place)
                    undefined += 1
                    continue
                self.assertEqual(group.get_cv(indicator), square_root(square), place)
                self.assertEqual(group.get_cv_verdict(indicator) == Balance.Verdict.MET, square <= Fraction(1, 4), place)
                compared += 1
        self.assertFalse(groups)
        self.assertGreater(compared, 100)
        self.assertLess(undefined, 10)

    def test_verdicts_of_schools(self):
        limits = {"teachers_per_100": Fraction("4.5"), "computers_per_100": Fraction(10), "spending": Fraction(5000)}
        verdicts = self.evaluation.dup_verdicts("schools").get_data()
        met = 0
        for section, verdict in zip(self.census.get_sections(), verdicts):
            values = self.mine[section.get_school_code()]
            mine = (sum(values[i] >= limit for i, limit in limits.items()) >= 2
                    and all(values[i] >= limit * Fraction("0.8") for i, limit in limits.items()))
            self.assertEqual(verdict == int(Balance.Verdict.MET), mine, section.get_school_name())
            met += mine
        self.assertTrue(0 < met < len(verdicts))


@needs("north_carolina")
class TestNorthCarolina(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = os.path.join(SHARED, "north_carolina")
        standard = standard_of("north-carolina-example.yaml")
        path = os.path.join(folder, "schools_2014_2016.csv")
        imported = read(standard, path, "north-carolina.map.yaml")
        cls.years = {census.get_year(): census for census in imported.get_censuses()}
        cls.evaluations = {year: evaluate(standard, census, f"{year}-06-30") for year, census in cls.years.items()}
        cls.rows = [row for row in rows_of(path) if row["district_id"] and row["stage"]]
        cls.published = {(int(row["year"]), row["district_id"], row["stage"]): row
                         for row in rows_of(os.path.join(folder, "published_district_by_stage_2014_2016.csv"))}

    def test_one_census_a_year(self):
        self.assertEqual(sorted(self.years), [2014, 2015, 2016])
        for year, census in self.years.items():
            self.assertEqual(census.get_districts().get_n_items(), 115)
            self.assertEqual(census.get_sections().get_n_items(), sum(row["year"] == str(year) for row in self.rows))

    def figures(self, indicator, column):
        """(what the library says, what the state published, the group) wherever both say something."""
        for year, evaluation in self.evaluations.items():
            values = doubles(evaluation.dup_values(indicator)[0])
            for group, value in zip(evaluation.get_groups(), values):
                key = (year, group.get_district_code(), group.get_stage())
                if not math.isnan(value) and key in self.published and self.published[key][column]:
                    yield value, float(self.published[key][column]), key

    def test_mean_pupils(self):
        pairs = list(self.figures("mean_pupils", "lea_avg_student_num"))
        near = sum(abs(mine - published) <= 0.5 + 1e-9 for mine, published, _ in pairs)
        self.assertGreater(len(pairs), 1300)
        self.assertGreaterEqual(near / len(pairs), 0.999)

    def check_share(self, indicator, field, column, by_shares, by_all):
        # Shares are printed with three decimals, by the state and by the schools: together they may be 0.001
        # apart. Teachers are printed in whole posts, which adds what half a post can do to the weights.
        groups = defaultdict(list)
        for row in self.rows:
            if row["teachers"] and row[field]:
                groups[int(row["year"]), row["district_id"], row["stage"]].append((float(row["teachers"]), float(row[field])))
        total = narrow = wide = 0
        for mine, published, key in self.figures(indicator, column):
            posts = sum(teachers for teachers, _ in groups[key])
            whole = sum(abs(share - mine) / 2 for _, share in groups[key]) / posts
            total += 1
            narrow += abs(mine - published) <= 0.001 + 1e-9
            wide += abs(mine - published) <= 0.001 + whole + 1e-9
        self.assertGreater(total, 1300)
        self.assertGreaterEqual(narrow / total, by_shares)
        self.assertGreaterEqual(wide / total, by_all)

    def test_licensed_teachers(self):
        self.check_share("licensed_mean", "flicensed_teach_pct", "lea_flicensed_teach_pct", 0.98, 0.987)

    def test_advanced_degrees(self):
        self.check_share("advanced_mean", "advance_dgr_pct", "lea_advance_dgr_pct", 0.957, 0.969)

    def test_means_are_exact(self):
        groups = defaultdict(list)
        for row in self.rows:
            if row["teachers"] and row["advance_dgr_pct"]:
                groups[int(row["year"]), row["district_id"], row["stage"]].append(
                    (Fraction(row["teachers"]), Fraction(row["advance_dgr_pct"])))
        compared = 0
        for mine, _, key in self.figures("advanced_mean", "lea_advance_dgr_pct"):
            posts = sum(teachers for teachers, _ in groups[key])
            self.assertEqual(mine, float(sum(teachers * share for teachers, share in groups[key]) / posts), key)
            compared += 1
        self.assertGreater(compared, 1300)

    def test_missing_books_are_never_met(self):
        met, undetermined = int(Balance.Verdict.MET), int(Balance.Verdict.UNDETERMINED)
        for year, missing in ((2014, 2428), (2016, 150)):
            census, evaluation = self.years[year], self.evaluations[year]
            books = {row["school_id"]: row["books_per_student"] for row in self.rows if row["year"] == str(year)}
            without = []
            for section, value, verdict in zip(census.get_sections(), doubles(evaluation.dup_values("N3")[0]),
                                               evaluation.dup_verdicts("schools").get_data()):
                self.assertEqual(math.isnan(value), not books[section.get_school_code()], section.get_school_name())
                if math.isnan(value):
                    without.append(verdict)
            self.assertGreaterEqual(len(without), missing)
            # each of the four has to be half of its limit at least, so nothing is met without the books
            self.assertTrue(met not in without, year)
            self.assertTrue(undetermined in without, year)
        self.assertTrue(met in self.evaluations[2016].dup_verdicts("schools").get_data())


@needs("hong_kong_primary")
class TestHongKong(unittest.TestCase):
    def test_weight_of_classes(self):
        path = os.path.join(SHARED, "hong_kong_primary", "schools.csv")
        standard = standard_of("hong-kong-primary-example.yaml")
        census = read(standard, path, "hong-kong-primary.map.yaml").get_census()
        evaluation = evaluate(standard, census, "2024-06-30")
        rows = {row["school_id"]: row for row in rows_of(path)}
        self.assertEqual(census.get_sections().get_n_items(), len(rows))
        self.assertEqual(census.find_school("HK001", None).get_name(), rows["HK001"]["school"])
        codes = [section.get_school_code() for section in census.get_sections()]
        values = doubles(evaluation.dup_values("HK1")[0])
        for code, value in zip(codes, values):
            row = rows[code]
            if row["teachers"] and Fraction(row["classes_this"] or 0):
                self.assertEqual(value, float(Fraction(row["teachers"]) / Fraction(row["classes_this"])), code)
        compared = 0
        for group in evaluation.get_groups():
            pairs = [(Fraction(row["classes_this"]), Fraction(row["teachers"]) / Fraction(row["classes_this"]))
                     for row in rows.values() if row["district"] == group.get_district_code()
                     and row["finance_type"] != "私立" and row["teachers"] and Fraction(row["classes_this"] or 0)]
            if not math.isnan(group.get_cv("HK1")):
                self.assertEqual(group.get_cv("HK1"), square_root(squared_cv(pairs)), group.get_district_code())
                compared += 1
        self.assertGreaterEqual(compared, 10)


MALAYSIA_PACK = """
pack: malaysia-test
title: {zh: 马来西亚华小, en: Chinese primary schools of Malaysia}
reference: example, no official standard
stages: [primary]
weight: pupils
indicators:
- {id: M1, unit: teacher, decimals: 2, value: 100 pupil * teachers / pupils, at_least: 6, title: {zh: 每百名学生教师数, en: Teachers per 100 pupils}}
requirements:
- {id: schools, each: section, of: [M1], title: {zh: 各校, en: Schools}}
- {id: dispersion, each: stage, measure: cv, of: [M1], at_most: 0.50, decimals: 3, title: {zh: 差异系数, en: Coefficient of variation}}
"""
MALAYSIA_MAP = """
map: malaysia
columns:
  district_code: district
  district_name: district
  school_code: school_id
  school_name: school
  stage: stage
  pupils: pupils
  teachers: teachers
ignore: [region, school_ms, stage_raw, location, grade, aid, sessions, preschool_pupils, special_needs_yn, small_school_yn, lon, lat]
"""


@needs("malaysia_chinese_schools")
class TestMalaysia(unittest.TestCase):
    def test_small_schools_and_chinese_names(self):
        path = os.path.join(SHARED, "malaysia_chinese_schools", "schools.csv")
        standard = Balance.Standard.new_from_bytes(GLib.Bytes.new(MALAYSIA_PACK.encode()), "malaysia.yaml")
        table_map = Balance.Map.new_from_bytes(GLib.Bytes.new(MALAYSIA_MAP.encode()), "map.yaml", standard.get_dictionary())
        census = read(standard, path, table_map=table_map).get_census()
        evaluation = evaluate(standard, census, "2024-06-30")
        rows = {row["school_id"]: row for row in rows_of(path)}
        sections = [(section.get_school_code(), section.get_school_name()) for section in census.get_sections()]
        self.assertEqual(len(sections), len(rows))
        empty = 0
        for (code, name), value in zip(sections, doubles(evaluation.dup_values("M1")[0])):
            row = rows[code]
            self.assertEqual(name, row["school"])
            if row["pupils"] and int(row["pupils"]) and row["teachers"]:
                self.assertEqual(value, float(100 * Fraction(row["teachers"]) / Fraction(row["pupils"])), code)
            else:
                self.assertTrue(math.isnan(value), code)
                empty += 1
        self.assertLess(empty, 100)
        groups = list(evaluation.get_groups())
        self.assertEqual(len(groups), len({row["district"] for row in rows.values()}))
        for group in groups:
            pairs = [(Fraction(row["pupils"]), 100 * Fraction(row["teachers"]) / Fraction(row["pupils"]))
                     for row in rows.values() if row["district"] == group.get_district_code() and int(row["pupils"] or 0)]
            if not math.isnan(group.get_cv("M1")):
                self.assertEqual(group.get_cv("M1"), square_root(squared_cv(pairs)), group.get_district_code())


if __name__ == "__main__":
    unittest.main()
