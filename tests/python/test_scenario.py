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


class Actions(unittest.TestCase):
    def setUp(self):
        path = os.path.join(SOURCE, "examples", "data", "example-city.csv")
        self.census = Balance.Reader.new(None, None, False).read([path], None, None).get_census()
        standard = Balance.Standard.lookup("cn-2017-quality")
        self.evaluator = Balance.Evaluator.new_full(standard, "2026-09-01", Balance.Concessions.AUTO, "resources", None, 1)
        self.scenario = Balance.Scenario.new(self.evaluator, self.census, None)

    def apply(self, action):
        done, problems = self.scenario.apply(action)
        self.assertTrue(done)
        self.assertEqual(len(problems), 0)

    def test_hand_over(self):
        before = self.scenario.evaluate(None, None)
        self.apply(Balance.Action.new_hand_over(["样例市机关小学"], "990101"))
        after = self.scenario.evaluate(None, None)
        effects = Balance.Effects.new(before, after, None)
        self.assertEqual(effects.dup_districts(), ["990100", "990101"])
        flipped = [e for e in effects if e.get_kind() == Balance.EffectKind.FLIPPED]
        self.assertEqual({e.get_after().get_district_code() for e in flipped}, {"990100", "990101"})
        self.assertEqual(len(flipped), effects.count(Balance.EffectKind.FLIPPED))
        for effect in effects:
            if effect.get_kind() == Balance.EffectKind.SHRANK:
                self.assertLess(effect.get_after().get_margin(), effect.get_before().get_margin())
                self.assertTrue(effect.dup_exact_after())
        self.assertIn("机关小学", effects.to_text("zh"))
        self.assertTrue(self.scenario.undo())
        self.assertEqual(self.scenario.dup_verdicts("schools").get_data(), before.dup_verdicts("schools").get_data())

    def test_actions_of_a_program(self):
        actions = [Balance.Action.new_move("backbone_pe_teacher", "1", "9901010001", "9901010002", "primary"),
                   Balance.Action.new_add(None, "9901010003", None, "books", "500"),
                   Balance.Action.new_merge(["9901020007"], "9901020003"),
                   Balance.Action.new("close: {school: '9901010008', give: [{bundle: pupils, to: {'9901010006': 1/2, '9901010007': 50%}}]}")]
        proposal = Balance.Proposal.new("mine", "我的方案", "Mine", actions)
        self.assertEqual(len(proposal), 4)
        done, _ = self.scenario.apply_proposal(proposal)
        self.assertTrue(done)
        self.assertEqual(self.scenario.get_n_edits(), 4)
        self.assertEqual(self.scenario.get_action(2), actions[2])
        facts = self.scenario.dup_census()

        # the file that it writes does the same
        again, _ = Balance.Proposal.read(GLib.Bytes.new(proposal.to_yaml().encode()), "again.yaml")
        other = Balance.Scenario.new(self.evaluator, self.census, None)
        other.apply_proposal(again[0])
        for a, b in zip(facts.get_sections(), other.dup_census().get_sections()):
            self.assertEqual(a.dup_text("pupils", "en"), b.dup_text("pupils", "en"))

    def test_contributions(self):
        evaluation = self.scenario.evaluate(None, None)
        for number, group in enumerate(evaluation.get_groups()):
            found = evaluation.get_contributions("R4", number)
            self.assertAlmostEqual(sum(c.get_amount() for c in found), group.get_cv("R4") ** 2, 12)
            self.assertEqual(sorted((c.get_amount() for c in found), reverse=True), [c.get_amount() for c in found])

    def test_faults(self):
        with self.assertRaises(GLib.Error) as caught:
            Balance.Action.new("move: {from: A, to: B}")
        self.assertTrue(caught.exception.matches(Balance.error_quark(), Balance.Error.INVALID_DATA))
        with self.assertRaises(GLib.Error) as caught:
            self.scenario.apply(Balance.Action.new_merge(["nobody"], "9901020003"))
        self.assertIn("nobody", caught.exception.message)
        self.assertEqual(self.scenario.get_n_edits(), 0)


if __name__ == "__main__":
    unittest.main()
