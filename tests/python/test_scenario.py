# SPDX-License-Identifier: LGPL-2.1-or-later
"""What if: facts changed and changed back, through introspection."""

import os
import unittest

import gi

gi.require_version("Balance", "1.0")
from gi.repository import Balance, GLib

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
SECTION, SCHOOL = Balance.Level.SECTION, Balance.Level.SCHOOL


class Scenario(unittest.TestCase):
    def setUp(self):
        path = os.path.join(SOURCE, "examples", "data", "sample-county.csv")
        self.census = Balance.Reader.new(None, None, False).read([path], None, None).get_census()
        self.standard = Balance.Standard.lookup("cn-2017-quality")
        self.evaluator = Balance.Evaluator.new_full(self.standard, "2024-09-01", Balance.Concessions.AUTO, "resources", None, 1)
        self.scenario = Balance.Scenario.new(self.evaluator, self.census, None)

    def unmet(self):
        """(row, code) of the first section that falls short."""
        verdicts = self.scenario.dup_verdicts("schools").get_data()
        row = verdicts.index(int(Balance.Verdict.UNMET))
        return row, self.census.get_sections()[row].get_school().get_code()

    def test_mending_a_school(self):
        row, _ = self.unmet()
        pupils = int(self.census.get_sections()[row].get_number("pupils"))
        for field in ("teachers_bachelor", "teachers_backbone", "teachers_pe"):
            self.assertTrue(self.scenario.set_decimal(SECTION, row, field, pupils, 0))
        for field in ("teaching_area", "sports_ground_area", "equipment_value", "multimedia_rooms"):
            self.assertTrue(self.scenario.set_decimal(SECTION, row, field, pupils * 10000, 0))
        self.assertEqual(self.scenario.get_requirement_verdict("schools", row), Balance.Verdict.MET)

        # the evaluation of the changed facts says the same, and the census is what it was
        changed = self.scenario.evaluate(None, None)
        self.assertEqual(changed.dup_verdicts("schools").get_data()[row], int(Balance.Verdict.MET))
        again = self.evaluator.evaluate(self.census, None, None)
        self.assertEqual(again.dup_verdicts("schools").get_data()[row], int(Balance.Verdict.UNMET))

        self.assertEqual(self.scenario.get_n_edits(), 7)
        while self.scenario.undo():
            pass
        self.assertEqual(self.scenario.get_requirement_verdict("schools", row), Balance.Verdict.UNMET)

    def test_missing(self):
        row, _ = self.unmet()
        self.assertTrue(self.scenario.clear(SECTION, row, "pupils"))
        self.assertEqual(self.scenario.get_requirement_verdict("schools", row), Balance.Verdict.UNDETERMINED)

    def test_errors(self):
        with self.assertRaises(GLib.Error) as caught:
            self.scenario.set_text(SCHOOL, 0, "kind", "castle")
        self.assertTrue(caught.exception.matches(Balance.error_quark(), Balance.Error.INVALID_DATA))
        self.assertIn("castle", caught.exception.message)
        with self.assertRaises(GLib.Error):
            self.scenario.get_requirement_verdict("no_such", 0)


if __name__ == "__main__":
    unittest.main()
