# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every case of tests/checks, and what check files may get wrong."""

import csv
import glob
import io
import json
import os
import re
import tempfile
import unittest

import gi

from conformance import SOURCE, load_case

gi.require_version("Balance", "1.0")
from gi.repository import Balance, Gio, GLib

FOLDER = os.path.join(SOURCE, "tests", "checks")
DATA = os.path.join(SOURCE, "examples", "data")
YEAR = 2024


def expand(rows):
    """[n, row] stands for n rows, with what stands in braces computed for i = 0 .. n - 1."""
    for row in [rows] if isinstance(rows, str) else rows:
        if isinstance(row, str):
            yield row
            continue
        for i in range(row[0]):
            yield re.sub(r"\{([^}]*)\}", lambda match: str(eval(match[1], {"__builtins__": {}}, {"i": i})), row[1])


def table(columns, rows, year=YEAR, level="section", own_school=False):
    if level == "district":
        return f"year,district_code,{columns}\n" + "".join(f"{year},D1,{row}\n" for row in expand(rows))
    head = "year,district_code,school_code," + columns
    return head + "\n" + "".join(
        f"{year},D1," + ("" if own_school else f"S{number:03},") + row + "\n" for number, row in enumerate(expand(rows), 1))


def read(checks, *texts, standard=None):
    dictionary = checks.dup_dictionary_with(standard)
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, text in enumerate(texts, 1):
            paths.append(os.path.join(folder, f"table{number}.csv"))
            with open(paths[-1], "w", encoding="utf-8", newline="") as file:
                file.write(text)
        imported = Balance.Reader.new(dictionary, None, False).read(paths, None, None)
    problems = [problem.to_text("en") for problem in imported.get_problems()
                if problem.get_severity() == Balance.Severity.ERROR]
    assert not problems, problems
    return imported.get_census()


def audit(checks, census, previous=(), standard=None):
    store = Gio.ListStore.new(Balance.Census)
    for other in previous:
        store.append(other)
    return Balance.Auditor.new(checks, standard, "2024-09-01").audit(census, store, None, None)


class Case:
    def __init__(self, path):
        self.case = load_case(path)
        self.id = self.case["check"]

    def audit(self, checks, kind, standard):
        case = self.case
        before = case.get("before", [])
        if isinstance(before, dict):
            before = before[kind]
        own = "schools" in case
        texts = [table(case["columns"], case[kind], own_school=own)]
        if own:
            texts.append(table(case["schools"]["columns"], case["schools"][kind], own_school=True))
        if "county" in case:
            texts.append(table(case["county"]["columns"], case["county"][kind], level="district"))
        census = read(checks, *texts, standard=standard)
        previous = [read(checks, table(case["columns"], rows, YEAR - 1 - back), standard=standard)
                    for back, rows in enumerate(before)]
        return audit(checks, census, previous, standard)


def findings_of(result, check):
    return [finding for finding in result.get_findings() if finding.get_check().get_id() == check]


class TestCases(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.checks = Balance.Checks.lookup("cn-compulsory")
        cls.standard = Balance.Standard.lookup("cn-2017-quality")

    def test_every_check_has_a_case(self):
        self.assertEqual({os.path.splitext(os.path.basename(path))[0] for path in glob.glob(os.path.join(FOLDER, "*.yaml"))},
                         {check.get_id() for check in self.checks.get_checks()})

    def test_what_every_check_says(self):
        for check in self.checks.get_checks():
            with self.subTest(check.get_id()):
                for language in ("zh", "en"):
                    self.assertTrue(check.get_title(language))
                    self.assertTrue(check.get_remedy(language) or check.get_id() in ())
                self.assertNotEqual(check.get_title("zh"), check.get_title("en"))
                self.assertTrue(check.get_reference())


def _test(path):
    def test(self):
        case = Case(path)
        self.assertEqual(case.id, os.path.splitext(os.path.basename(path))[0])

        found = case.audit(self.checks, "found", self.standard)
        findings = findings_of(found, case.id)
        self.assertEqual(len(findings), case.case.get("n", 1))
        self.assertEqual(found.get_n_found(case.id), len(findings))
        for finding in findings:
            for language in ("zh", "en"):
                message = finding.get_message(language)
                self.assertTrue(message)
                self.assertNotRegex(message, "[{}]|（缺）|missing")
            self.assertRegex(finding.get_message("zh"), "[\u4e00-\u9fff]")
        if "cells" in case.case:
            self.assertEqual([operand.get_cell().to_text().split("!")[-1] for operand in findings[0].get_operands()],
                             case.case["cells"])

        held = case.audit(self.checks, "held", self.standard)
        self.assertEqual([finding.get_message("en") for finding in findings_of(held, case.id)], [])
        self.assertGreater(held.get_n_held(case.id), 0)

        missing = case.audit(self.checks, "missing", self.standard)
        self.assertEqual([finding.get_message("en") for finding in findings_of(missing, case.id)], [])
        self.assertGreater(missing.get_n_not_checked(case.id), 0)
    return test


for _path in sorted(glob.glob(os.path.join(FOLDER, "*.yaml"))):
    setattr(TestCases, "test_" + os.path.splitext(os.path.basename(_path))[0], _test(_path))
