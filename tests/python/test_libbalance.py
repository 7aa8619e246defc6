# SPDX-License-Identifier: LGPL-2.1-or-later
"""The package libbalance as somebody in a notebook uses it: files in, verdicts, explanations and pages out."""

import html.parser
import json
import os
import pickle
import re
import subprocess
import sys
import tempfile
import threading
import unittest

import libbalance as lb
from gi.repository import Balance

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
DATA = os.path.join(SOURCE, "examples", "data")
COUNTY = [os.path.join(DATA, "sample-county.csv"), os.path.join(DATA, "sample-county-facts.csv")]
CALIFORNIA = os.path.join(DATA, "california", "schools.csv")
PACK = os.path.join(SOURCE, "examples", "packs", "california-example.yaml")
MAP = os.path.join(SOURCE, "examples", "packs", "california.map.yaml")


class _Page(html.parser.HTMLParser):
    """Elements that are opened are closed, in order; nothing runs."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        assert tag not in ("script", "iframe", "img", "link"), tag
        assert not any(name.startswith("on") for name, _value in attributes)
        self.open.append(tag)
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self):
        return " ".join(self.words)


class Case(unittest.TestCase):
    def setUp(self):
        lb.set_language("en")
        self.addCleanup(lb.set_language, None)


class TestRead(Case):
    def test_files(self):
        census = lb.read(*COUNTY)
        self.assertEqual((census.year, census.years), (2024, [2024]))
        self.assertEqual((len(census.districts), len(census.schools), len(census.sections)), (1, 60, 72))
        self.assertEqual([os.path.basename(source) for source in census.sources], ["sample-county.csv", "sample-county-facts.csv"])
        school = census.school("9900010013")
        self.assertEqual(school["equipment_value"], 679900.0)
        self.assertRegex(school.cell("equipment_value"), r"sample-county\.csv!CT14$")
        self.assertEqual(school.name, "白塔镇中心小学")
        with self.assertRaises(KeyError):
            school["no_such_field"]
        with self.assertRaises(KeyError):
            census.school("nowhere")

    def test_missing_is_none(self):
        census = lb.read(*COUNTY)
        known = [section["teachers_backbone"] for section in census.sections if section.stage == "primary"]
        self.assertIn(None, known)
        self.assertNotIn("nan", map(str, known))

    def test_views(self):
        census = lb.read(*COUNTY)
        self.assertEqual(census.schools[0], census.schools[0])
        self.assertEqual(len({*census.sections, *census.sections}), 72)
        self.assertEqual(census.schools[-1].code, list(census.schools)[-1].code)
        self.assertEqual([school.code for school in census.schools[1:3]], ["9900010002", "9900010003"])
        with self.assertRaises(IndexError):
            census.schools[60]

    def test_map_and_pack(self):
        census = lb.read(CALIFORNIA, standard=PACK, map=MAP)
        self.assertEqual(len(census.schools), 420)
        self.assertEqual(lb.evaluate(census, PACK, as_of="1999-06-30").standard.id, "california-example")
        self.assertEqual(lb.evaluate(CALIFORNIA, PACK, map=MAP, as_of="1999-06-30").verdict,
                         lb.evaluate(census, lb.Standard(PACK), as_of="1999-06-30").verdict)

    def test_several_years(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "years.csv")
            with open(path, "w", encoding="utf-8") as file:
                file.write("year,district_code,school_code,stage,pupils\n2023,1,a,primary,10\n2024,1,a,primary,20\n")
            census = lb.read(path)
            self.assertEqual((census.year, census.years), (2024, [2023, 2024]))
            self.assertEqual(census.of_year(2023).section("a", "primary")["pupils"], 10)
            self.assertEqual(lb.read(path, year=2023).year, 2023)
            with self.assertRaises(lb.BalanceError) as caught:
                lb.read(path, year=1999)
            self.assertIn("2023, 2024", str(caught.exception))

    def test_store(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "county.balance")
            store = Balance.Store.open(path, Balance.StoreMode.CREATE)
            store.put(Balance.Reader.new(None, None, False).read(COUNTY, None, None), 0, Balance.StorePutMode.ADD, None, None)
            self.assertEqual(len(lb.read(path).schools), 60)
            with self.assertRaises(lb.BalanceError):
                lb.read(path, year=1999)


class TestErrors(Case):
    def read(self, text, **options):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "county.csv")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            return lb.read(path, **options)

    def test_all_problems_with_their_fields(self):
        with self.assertRaises(lb.BalanceError) as caught:
            self.read("district_code,school_code,stage,pupils\n1,a,primary,many\n1,b,primary,-3\n")
        error = caught.exception
        self.assertEqual(error.code, "invalid-data")
        first, second = error.problems.errors
        self.assertEqual((first.row, first.column, first.column_name, first.field, first.found, first.severity, first.sheet),
                         (2, 4, "pupils", "pupils", "many", "error", None))
        self.assertEqual(os.path.basename(first.file), "county.csv")
        self.assertTrue(first.expected and first.remedy and first.message)
        self.assertEqual((second.row, second.found, second.kind), (3, "-3", "negative"))
        self.assertIn("many", str(error))
        self.assertNotRegex(str(error), "[一-龥]")
        self.assertRegex(error.text("zh"), "不是数字")
        self.assertEqual(len(error.problems.to_dicts()), len(error.problems))

    def test_skipped_rows_are_warned_of(self):
        census = self.read("district_code,school_code,stage,pupils\n1,a,primary,many\n1,b,primary,3\n", skip_bad_rows=True)
        self.assertTrue(census.problems)
        self.assertTrue(census.district("1").skipped)
        self.assertIn("Rows left out", _Page(census._repr_html_()).text)

    def test_what_is_not_there(self):
        evaluation = lb.evaluate(COUNTY, as_of="2024-09-01")
        for code, call in {
            "not-found": [lambda: lb.read("/nowhere.csv"), lambda: lb.Standard("no-such"), lambda: evaluation.find("schools/x/R1"),
                          lambda: lb.Standard("/nowhere.yaml")],
            "invalid-data": [lambda: lb.evaluate(COUNTY, options={"x": "y"}), lambda: lb.evaluate(COUNTY, as_of="soon")],
            "invalid-pack": [lambda: lb.Standard(os.path.join(SOURCE, "meson.build")), lambda: lb.Standard.from_yaml("a: [")],
            "failed": [lambda: evaluation.write("report.pdf")],
        }.items():
            for function in call:
                with self.assertRaises(lb.BalanceError) as caught:
                    function()
                self.assertEqual(caught.exception.code, code)
                self.assertNotEqual(caught.exception.text("zh"), caught.exception.text("en"))

    def test_pack_problems(self):
        with self.assertRaises(lb.BalanceError) as caught:
            lb.Standard.from_yaml("pack: broken\ntitle: {zh: x, en: x}\nreference: x\nsurprise: 1\n"
                                  "indicators:\n- {id: A, value: pupils +}\n", "broken.yaml")
        self.assertLessEqual({4, 6}, {problem.row for problem in caught.exception.problems})

    def test_travels_between_processes(self):
        with self.assertRaises(lb.BalanceError) as caught:
            self.read("district_code,school_code,stage,pupils\n1,a,primary,many\n")
        again = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((again.code, again.text("zh")), (caught.exception.code, caught.exception.text("zh")))

    def test_arguments(self):
        for call, kind in ((lambda: lb.read(), TypeError), (lambda: lb.evaluate(COUNTY, concessions="maybe"), ValueError),
                           (lambda: lb.set_language("fr"), ValueError), (lambda: lb.read({"a": [1]}, COUNTY[0]), TypeError)):
            with self.assertRaises(kind):
                call()


class TestEvaluation(Case):
    @classmethod
    def setUpClass(cls):
        cls.evaluation = lb.evaluate(COUNTY, "cn-2017-quality", as_of="2024-09-01")

    def test_verdicts(self):
        self.assertEqual(self.evaluation.verdict, "unmet")
        self.assertIs(self.evaluation.district_verdict("990001"), lb.Verdict.UNMET)
        self.assertEqual(self.evaluation.verdict.text("zh"), "未达标")
        self.assertEqual(f"{self.evaluation.verdict}", "unmet")
        with self.assertRaises(KeyError):
            self.evaluation.district_verdict("nowhere")

    def test_finding(self):
        finding = self.evaluation.find("schools/9900010013/primary/R6")
        self.assertEqual((finding.verdict, finding.value, finding.limit, finding.floor, finding.margin),
                         ("unmet", 1699.75, 2000.0, 1700.0, -300.25))
        self.assertTrue(finding.rounding_flips)
        self.assertEqual({operand.field: operand.value for operand in finding.operands},
                         {"equipment_value": 679900.0, "pupils": 400.0})
        self.assertIn("1699.75", str(finding))
        self.assertIn("未达标", finding.text("zh"))

    def test_no_number_is_none(self):
        missing = [finding for finding in self.evaluation.of_district().walk() if finding.verdict == "undetermined"]
        self.assertTrue(missing)
        for finding in missing:
            for number in (finding.value, finding.limit, finding.margin):
                self.assertEqual(number, number)
        self.assertTrue(any(operand.missing and operand.value is None for finding in missing for operand in finding.operands))

    def test_groups(self):
        group = self.evaluation.group("junior")
        self.assertEqual((group.n_sections, group.cv_limit("R2"), group.cv_verdict("R2")), (22, 0.45, "unmet"))
        self.assertAlmostEqual(group.cv("R2"), 0.4502, 4)
        self.assertIsNone(group.cv("R5"))
        with self.assertRaises(KeyError):
            self.evaluation.group("senior")

    def test_options_and_only(self):
        only = lb.evaluate(self.evaluation.census, only="resources", options={"cv_weighting": "pupils"}, as_of="2024-09-01")
        self.assertEqual([finding.id for finding in only.of_district()], ["resources"])
        self.assertEqual(only.options["cv_weighting"], "pupils")

    def test_reports(self):
        with tempfile.TemporaryDirectory() as folder:
            for suffix, start in ((".html", b"<!"), (".xlsx", b"PK"), (".csv", b""), (".json", b"{"), (".txt", b"")):
                path = os.path.join(folder, "report" + suffix)
                self.evaluation.write(path, language="zh")
                with open(path, "rb") as file:
                    content = file.read()
                self.assertTrue(content.startswith(start))
                self.assertGreater(len(content), 1000)
            with open(os.path.join(folder, "report.json"), encoding="utf-8") as file:
                self.assertEqual(json.load(file)["verdict"], "unmet")

    def test_threads_of_the_caller(self):
        results = []
        threads = [threading.Thread(target=lambda: results.append(lb.evaluate(COUNTY, as_of="2024-09-01", threads=1).verdict))
                   for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(results, ["unmet"] * 4)


class TestPages(Case):
    @classmethod
    def setUpClass(cls):
        cls.evaluation = lb.evaluate(COUNTY, "cn-2017-quality", as_of="2024-09-01")

    def pages(self):
        evaluation = self.evaluation
        return {
            "census": evaluation.census, "evaluation": evaluation, "finding": evaluation.find("schools/9900010013/primary/R6"),
            "findings": evaluation.of_school("9900010013"), "standard": evaluation.standard, "problems": evaluation.notices,
            "schools": evaluation.census.schools, "sections": evaluation.census.sections}

    def test_in_both_languages(self):
        for language, words, others in (("zh", "未达标", "unmet"), ("en", "unmet", "未达标")):
            lb.set_language(language)
            for name, thing in self.pages().items():
                page = _Page(thing._repr_html_())
                self.assertLess(len(thing._repr_html_()), 200_000, name)
                if name in ("evaluation", "finding", "findings"):
                    self.assertIn(words, page.text)
                    self.assertNotIn(others, page.text)
                    self.assertIn("details", page.tags)
                if name == "finding":
                    self.assertIn("sample-county.csv!CT14", page.text)

    def test_names_are_data(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "county.csv")
            with open(path, "w", encoding="utf-8") as file:
                file.write("district_code,district_name,school_code,school_name,stage,pupils\n"
                           '1,<script>alert(1)</script>,a,"<img src=x onerror=alert(1)>",primary,0\n')
            evaluation = lb.evaluate(path, only="resources", as_of="2024-09-01")
            for thing in (evaluation, evaluation.census, evaluation.census.schools, evaluation.census.sections,
                          evaluation.of_district(), evaluation.of_school("a"), evaluation.notices, evaluation.census.districts):
                self.assertIn("a", _Page(thing._repr_html_()).text)

    def test_problems(self):
        try:
            lb.read(__file__)
        except lb.BalanceError as error:
            self.assertIn("tr", _Page(error._repr_html_()).tags)
            self.assertIn("tr", _Page(error.problems[0]._repr_html_()).tags)


class TestLanguage(unittest.TestCase):
    def ask(self, **variables):
        environment = {key: value for key, value in os.environ.items() if key not in ("LC_ALL", "LC_MESSAGES", "LANG")}
        return subprocess.run([sys.executable, "-c", "import libbalance; print(libbalance.get_language())"],
                              env={**environment, **variables}, capture_output=True, text=True, check=True).stdout.strip()

    def test_environment(self):
        self.assertEqual(self.ask(), "en")
        self.assertEqual(self.ask(LANG="zh_CN.UTF-8"), "zh")
        self.assertEqual(self.ask(LANG="zh_CN.UTF-8", LC_ALL="C"), "en")
        self.assertEqual(self.ask(LANG="C", LC_MESSAGES="zh_TW"), "zh")


class TestProgress(Case):
    def test_function(self):
        seen = []
        census = lb.read(*COUNTY, progress=lambda fraction, phase: seen.append((fraction, phase)))
        self.assertEqual(len(census.schools), 60)
        self.assertEqual(seen[-1], (1.0, ""))

    def test_interrupted(self):
        """Ctrl-C ends the call that is under way, and nothing is left running."""
        program = ("import _thread, threading, libbalance as lb\n"
                   "def stop(fraction, phase): _thread.interrupt_main()\n"
                   "import libbalance._call as call, time\n"
                   "def slow(state, cancellable):\n"
                   "    while not cancellable.is_cancelled(): time.sleep(0.01)\n"
                   "    cancellable.set_error_if_cancelled()\n"
                   "try: call.run(slow, stop)\n"
                   "except KeyboardInterrupt: print('stopped', threading.active_count())\n")
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.stdout.strip(), "stopped 1", done.stderr)

    def test_quiet_where_nobody_looks(self):
        program = ("import libbalance._call as call, time\n"
                   "call.run(lambda state, cancellable: time.sleep(0.8), None)\n")
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
        self.assertEqual(done.stdout + done.stderr, "")


class TestHelp(unittest.TestCase):
    def test_everything_public_says_what_it_is(self):
        for name in lb.__all__:
            thing = getattr(lb, name)
            self.assertTrue(thing.__doc__, name)
            self.assertNotRegex(thing.__doc__, "^An enumeration|^dict", name)
        for name in ("read", "evaluate", "Evaluation", "Census", "Finding", "Table", "BalanceError", "Standard"):
            self.assertIn(">>>", getattr(lb, name).__doc__, name)

    def test_tab(self):
        self.assertLessEqual({"read", "evaluate", "plot", "Census"}, set(dir(lb)))
        self.assertFalse([name for name in dir(lb) if name.startswith("_") and not name.startswith("__")])
        self.assertIn("to_pandas", dir(lb.Census))

    def test_installed_files_are_listed(self):
        """A module that meson.build does not name is missing from a wheel."""
        folder = os.path.join(SOURCE, "bindings", "python", "libbalance")
        with open(os.path.join(SOURCE, "bindings", "meson.build"), encoding="utf-8") as file:
            listed = set(re.findall(r"'python/libbalance/([\w.]+)'", file.read()))
        self.assertEqual(listed, {name for name in os.listdir(folder) if not name.startswith("__pycache__")})


if __name__ == "__main__":
    unittest.main()
