# SPDX-License-Identifier: LGPL-2.1-or-later
"""The main path as a user of Python walks it: standard, census, evaluation, school, findings."""

import json
import math
import os
import struct
import subprocess
import tempfile
import unittest
from fractions import Fraction

import gi

gi.require_version("Balance", "1.0")
from gi.repository import Balance, Gio, GLib

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
PACK = os.path.join(SOURCE, "data", "standards", "cn-2017-quality.yaml")
SAMPLE = os.path.join(SOURCE, "examples", "data", "sample-county.csv")

RESOURCES = [
    # per section
    {"pupils": 400, "teachers_college": 4, "teachers_bachelor": 16, "teachers_master": 1, "teachers_doctor": 0,
     "teachers_backbone": 5, "teachers_pe": 3, "teachers_music": 2, "teachers_fine_arts": 2, "teachers_arts": 0},
    {"pupils": 300, "teachers_college": 2, "teachers_bachelor": 6, "teachers_master": 0, "teachers_doctor": 0,
     "teachers_backbone": 1, "teachers_pe": 1, "teachers_music": 1, "teachers_fine_arts": 0, "teachers_arts": 0},
]
FACILITIES = [
    # per school
    {"teaching_area": "2000.5", "indoor_sports_area": "100", "sports_ground_area": "3200",
     "equipment_value": "900000", "multimedia_rooms": "12"},
    {"teaching_area": "1000", "indoor_sports_area": "0", "sports_ground_area": "1000",
     "equipment_value": "300000.25", "multimedia_rooms": "3"},
]


def build(sections=RESOURCES, facilities=FACILITIES):
    """A county of primary schools S1, S2, … with the facts above."""
    builder = Balance.CensusBuilder.new(None, 2023)
    for number, (section, facility) in enumerate(zip(sections, facilities), 1):
        code = f"S{number}"
        row = builder.add_section("110101", code, "primary")
        for field, value in section.items():
            if value is not None:
                builder.set_number(Balance.Level.SECTION, row, field, value)
        row = builder.add_school("110101", code)
        builder.set_text(Balance.Level.SCHOOL, row, "school_name", f"示例第{number}小学")
        builder.set_text(Balance.Level.SCHOOL, row, "kind", "primary")
        for field, text in facility.items():
            whole, _, part = text.partition(".")
            builder.set_decimal(Balance.Level.SCHOOL, row, field, int(whole + part), len(part))
    return builder.end()


def evaluate(census, **options):
    standard = Balance.Standard.lookup("cn-2017-quality")
    evaluator = Balance.Evaluator.new_full(
        standard, options.get("as_of", "2024-06-30"), Balance.Concessions.AUTO, "resources", None,
        options.get("n_threads", 1))
    return evaluator.evaluate(census, None, None)


def doubles(data):
    return struct.unpack(f"={data.get_size() // 8}d", data.get_data())


class TestStandard(unittest.TestCase):
    def test_lookup_and_file_are_the_same(self):
        known = Balance.Standard.lookup("cn-2017-quality")
        read = Balance.Standard.new_from_file(PACK)
        self.assertEqual(known.get_id(), "cn-2017-quality")
        self.assertEqual(read.get_id(), known.get_id())
        self.assertEqual(read.get_title("zh"), known.get_title("zh"))
        self.assertIn("cn-2017-quality", Balance.Standard.list_ids())
        indicators = [indicator.get_id() for indicator in read.get_indicators()]
        self.assertEqual([i for i in indicators if i.startswith("R")], [f"R{n}" for n in range(1, 8)])

    def test_unknown_standard_raises(self):
        with self.assertRaises(GLib.Error) as caught:
            Balance.Standard.lookup("no-such-standard")
        self.assertEqual(caught.exception.domain, GLib.quark_to_string(Balance.error_quark()))
        self.assertIn("no-such-standard", caught.exception.message)

    def test_missing_file_raises(self):
        with self.assertRaises(GLib.Error):
            Balance.Standard.new_from_file("/nowhere/pack.yaml")

    def test_problems_of_a_pack_are_objects(self):
        pack = b"pack: broken\ntitle: {zh: x, en: x}\nreference: x\nsurprise: 1\nindicators:\n- {id: A, value: pupils +}\n"
        problems = list(Balance.Standard.check(GLib.Bytes.new(pack), "broken.yaml"))
        self.assertGreaterEqual(len(problems), 2)
        rows = set()
        for problem in problems:
            self.assertIsInstance(problem, Balance.Problem)
            self.assertEqual(problem.get_file(), "broken.yaml")
            self.assertTrue(problem.get_message("en"))
            self.assertTrue(problem.get_message("zh"))
            rows.add(problem.get_row())
        self.assertLessEqual({4, 6}, rows)


class TestCensus(unittest.TestCase):
    def setUp(self):
        imported = build()
        self.assertTrue(imported.check())
        self.census = imported.get_census()

    def test_walk(self):
        district, = self.census.get_districts()
        self.assertEqual(district.get_code(), "110101")
        schools = list(district.get_schools())
        self.assertEqual([school.get_code() for school in schools], ["S1", "S2"])
        self.assertEqual(schools[0].get_name(), "示例第1小学")
        section, = schools[0].get_sections()
        self.assertEqual(section.get_stage(), "primary")
        self.assertEqual(section.get_number("pupils"), 400)
        self.assertEqual(schools[0].get_number("teaching_area"), 2000.5)

    def test_missing_is_nan_and_not_zero(self):
        section = self.census.find_section("S1", "primary", None)
        self.assertFalse(section.has_value("graduates"))
        self.assertTrue(math.isnan(section.get_number("graduates")))
        self.assertTrue(section.has_value("teachers_doctor"))
        self.assertEqual(section.get_number("teachers_doctor"), 0)

    def test_views_compare_by_content(self):
        first, again = (self.census.find_school("S1", None) for _ in range(2))
        other = self.census.find_school("S2", None)
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)
        self.assertNotEqual(first, "S1")
        self.assertEqual(len({first, again, other}), 2)

    def test_column(self):
        values, validity = self.census.dup_column(Balance.Level.SECTION, "pupils")
        self.assertEqual(doubles(values), (400.0, 300.0))

    def test_views_outlive_the_census(self):
        school = self.census.find_school("S1", None)
        del self.census
        self.assertEqual(school.get_name(), "示例第1小学")


class TestReader(unittest.TestCase):
    def read(self, text, skip=False):
        reader = Balance.Reader.new(None, None, skip)
        return reader.read_bytes(GLib.Bytes.new(text.encode()), "county.csv", None, None)

    def test_problems_are_objects(self):
        imported = self.read("district_code,school_code,stage,pupils\n"
                             "110101,S1,primary,12\n"
                             "110101,S2,primary,-3\n"
                             "110101,S3,primary,many\n")
        problems = [p for p in imported.get_problems() if p.get_severity() == Balance.Severity.ERROR]
        self.assertEqual([(p.get_row(), p.get_column(), p.get_found()) for p in problems],
                         [(3, 4, "-3"), (4, 4, "many")])
        self.assertEqual({p.get_field() for p in problems}, {"pupils"})
        for problem in problems:
            self.assertTrue(problem.get_remedy("zh") or problem.get_expected("zh"))

    def test_check_raises_a_summary(self):
        imported = self.read("district_code,school_code,stage,pupils\n110101,S1,primary,many\n")
        self.assertIsNone(imported.get_census())
        with self.assertRaises(GLib.Error) as caught:
            imported.check()
        self.assertEqual(caught.exception.domain, GLib.quark_to_string(Balance.error_quark()))
        self.assertIn("many", caught.exception.message)

    def test_missing_file_raises(self):
        with self.assertRaises(GLib.Error):
            Balance.Reader.new(None, None, False).read(["/nowhere/county.csv"], None, None)

    def test_skipped_rows_are_reported(self):
        imported = self.read("district_code,school_code,stage,pupils\n"
                             "110101,S1,primary,12\n"
                             "110101,S2,primary,many\n", skip=True)
        census = imported.get_census()
        self.assertEqual([s.get_code() for s in census.get_schools()], ["S1"])
        self.assertTrue(census.find_district("110101").get_skipped())


class TestEvaluation(unittest.TestCase):
    def setUp(self):
        self.census = build().get_census()
        self.evaluation = evaluate(self.census)

    def test_verdicts(self):
        self.assertEqual(self.evaluation.get_verdict(), Balance.Verdict.UNMET)
        self.assertEqual(self.evaluation.get_district_verdict("110101"), Balance.Verdict.UNMET)
        section = self.census.find_section("S1", "primary", None)
        self.assertEqual(self.evaluation.get_section_verdict(section), Balance.Verdict.MET)
        section = self.census.find_section("S2", "primary", None)
        self.assertEqual(self.evaluation.get_section_verdict(section), Balance.Verdict.UNMET)

    def test_values_are_correctly_rounded(self):
        expected = {
            "R1": [Fraction(100 * 21, 400), Fraction(100 * 8, 300)],
            "R2": [Fraction(100 * 5, 400), Fraction(100, 300)],
            "R3": [Fraction(100 * 7, 400), Fraction(200, 300)],
            "R4": [(Fraction("2000.5") - 100) / 400, Fraction(1000, 300)],
            "R6": [Fraction(900000, 400), Fraction("300000.25") / 300],
        }
        for indicator, fractions in expected.items():
            with self.subTest(indicator):
                values, _ = self.evaluation.dup_values(indicator)
                self.assertEqual(doubles(values), tuple(map(float, fractions)))

    def test_walk_to_a_school_and_its_findings(self):
        school = self.census.find_school("S2", None)
        findings = list(self.evaluation.get_school_findings(school))
        self.assertTrue(findings)

        def walk(finding):
            yield finding
            for child in finding.get_children():
                yield from walk(child)

        leaves = {f.get_id(): f for top in findings for f in walk(top) if f.get_id() in ("R1", "R4")}
        finding = leaves["R4"]
        self.assertEqual(finding.get_verdict(), Balance.Verdict.UNMET)
        self.assertEqual(finding.get_value(), float(Fraction(1000, 300)))
        self.assertEqual(finding.get_limit(), 4.5)
        self.assertEqual(finding.get_school_code(), "S2")
        self.assertEqual(finding.get_stage(), "primary")
        self.assertIn("教督〔2017〕6号", finding.get_reference())
        self.assertIn("teaching_area", finding.get_formula())
        operands = {o.get_field(): o.get_number() for o in finding.get_operands()}
        self.assertEqual(operands["teaching_area"], 1000)
        self.assertEqual(operands["pupils"], 300)
        self.assertTrue(finding.to_text("zh"))
        self.assertTrue(finding.to_text("en"))
        # The path of a finding leads back to it.
        self.assertEqual(self.evaluation.find(finding.get_path()).get_value(), finding.get_value())

    def test_unknown_path_raises(self):
        with self.assertRaises(GLib.Error):
            self.evaluation.find("schools/S9/primary/R1")

    def test_missing_value_is_undetermined(self):
        sections = [dict(RESOURCES[0]), dict(RESOURCES[1])]
        sections[0]["teachers_backbone"] = None
        evaluation = evaluate(build(sections).get_census())
        values, validity = evaluation.dup_values("R2")
        self.assertTrue(math.isnan(doubles(values)[0]))
        self.assertEqual(validity.get_data(), b"\0\1")
        finding = evaluation.find("schools/S1/primary/R2")
        self.assertEqual(finding.get_verdict(), Balance.Verdict.UNDETERMINED)

    def test_groups(self):
        group, = [g for g in self.evaluation.get_groups() if g.get_stage() == "primary"]
        self.assertEqual(group.get_n_sections(), 2)
        self.assertEqual(group.get_weight(), 700)
        self.assertEqual(group.get_mean("R1"), float(Fraction(100 * 29, 700)))
        self.assertGreater(group.get_cv("R1"), 0)
        self.assertEqual(group.get_cv_limit("R1"), 0.5)

    def test_asynchronous(self):
        loop = GLib.MainLoop()
        results = []

        def done(evaluator, result):
            results.append(evaluator.evaluate_finish(result).get_verdict())
            loop.quit()

        standard = Balance.Standard.lookup("cn-2017-quality")
        evaluator = Balance.Evaluator.new(standard)
        evaluator.evaluate_async(self.census, None, None, done)
        loop.run()
        self.assertEqual(results, [evaluator.evaluate(self.census, None, None).get_verdict()])

    def test_cancelled(self):
        cancellable = Gio.Cancellable()
        cancellable.cancel()
        with self.assertRaises(GLib.Error) as caught:
            Balance.Evaluator.new(Balance.Standard.lookup("cn-2017-quality")).evaluate(self.census, None, cancellable)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))


class TestSameBits(unittest.TestCase):
    """What Python sees is what the tool, which is written in C, prints."""

    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tool.json")
            status = subprocess.run(
                [os.environ["BALANCE_TOOL"], "evaluate", SAMPLE, "--as-of", "2024-06-30", "--format", "json",
                 "--output", path], stdin=subprocess.DEVNULL, check=False).returncode
            assert status <= 1, status
            with open(path, encoding="utf-8") as file:
                cls.json = json.load(file)
        imported = Balance.Reader.new(None, None, False).read([SAMPLE], None, None)
        cls.census = imported.get_census()
        evaluator = Balance.Evaluator.new_full(
            Balance.Standard.lookup("cn-2017-quality"), "2024-06-30", Balance.Concessions.AUTO, None, None, 0)
        cls.evaluation = evaluator.evaluate(cls.census, None, None)

    def test_values(self):
        rows = {}
        for number, section in enumerate(self.census.get_sections()):
            rows[section.get_district().get_code(), section.get_school().get_code(), section.get_stage()] = number
        compared = 0
        columns = {}
        for district in self.json["districts"]:
            for section in district["sections"]:
                row = rows[district["code"], section["school"], section["stage"]]
                for indicator, value in section["values"].items():
                    if indicator not in columns:
                        columns[indicator] = doubles(self.evaluation.dup_values(indicator)[0])
                    mine = columns[indicator][row]
                    if value is None:
                        self.assertTrue(math.isnan(mine), (section["school"], indicator))
                    else:
                        self.assertEqual(struct.pack("=d", mine), struct.pack("=d", value))
                        compared += 1
        self.assertGreater(compared, 300)

    def test_groups(self):
        groups = {(g.get_district_code(), g.get_stage()): g for g in self.evaluation.get_groups()}
        compared = 0
        for district in self.json["districts"]:
            for group in district["groups"]:
                mine = groups[district["code"], group["stage"]]
                for indicator in group["indicators"]:
                    for key, value in (("mean", mine.get_mean(indicator["id"])), ("cv", mine.get_cv(indicator["id"]))):
                        if indicator[key] is None:
                            self.assertTrue(math.isnan(value))
                        else:
                            self.assertEqual(struct.pack("=d", value), struct.pack("=d", indicator[key]))
                            compared += 1
        self.assertGreaterEqual(compared, 14)

    def test_json_is_the_tool_s(self):
        stream = Gio.MemoryOutputStream.new_resizable()
        self.evaluation.write_json(stream, None)
        stream.close(None)
        mine = json.loads(stream.steal_as_bytes().get_data())
        mine["census"]["sources"] = self.json["census"]["sources"]
        self.assertEqual(mine, self.json)


if __name__ == "__main__":
    unittest.main()
