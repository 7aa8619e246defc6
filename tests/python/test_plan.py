# SPDX-License-Identifier: LGPL-2.1-or-later
"""Least-cost plans through introspection: what a plan says must be what its facts are judged to be."""

import itertools
import json
import os
import unittest
from fractions import Fraction

import gi

gi.require_version("Balance", "1.0")
from gi.repository import Balance, Gio, GLib

SECTION, SCHOOL = Balance.Level.SECTION, Balance.Level.SCHOOL
MET, UNMET = Balance.Verdict.MET, Balance.Verdict.UNMET

# 县域义务教育校际均衡指标计算方法（以生均图书册数为例）: pupils, books
OFFICIAL = [(45, 279), (37, 137), (89, 935), (76, 160), (55, 402)]

BOOKS_PACK = """
pack: books
title: {zh: 图书, en: Books}
reference: made up
effective: 2012-01-20
stages: [primary]
weight: pupils
split: {fields: [books], weights: {primary: 1, junior: 1.1}, by: pupils}
indicators:
- {id: books_per_pupil, unit: book/pupil, decimals: 2, value: books / pupils, title: {zh: 生均图书册数, en: Books per pupil}, reference: made up}
requirements:
- {id: dispersion, each: stage, measure: cv, of: [books_per_pupil], at_most: 0.50, decimals: 3, title: {zh: 差异系数, en: CV}, reference: made up}
"""

BUY = "- {id: buy, title: {zh: 购书, en: Buy books}, kind: add, changes: {books: 1}, cost: 20, source: made up}\n"
MOVE = "- {id: move, title: {zh: 调书, en: Move books}, kind: move, changes: {books: 1}, cost: 0, source: made up}\n"

# Two of the three facts of each school can be mended; what each school and the stage are asked.
SMALL_PACK = """
pack: small
title: {zh: 小标准, en: Small}
reference: made up
effective: 2012-01-20
stages: [primary]
weight: pupils
indicators:
- {id: I1, unit: teacher, decimals: 2, value: 100 pupil * teachers_backbone / pupils, at_least: {primary: 4}, title: {zh: 骨干, en: I1}, reference: made up}
- {id: I2, unit: teacher, decimals: 2, value: 100 pupil * teachers_pe / pupils, at_least: {primary: 6}, title: {zh: 体育, en: I2}, reference: made up}
requirements:
- {id: schools, each: section, of: [I1, I2], need: 1, floor: 85%, title: {zh: 学校, en: Schools}, reference: made up}
- {id: spread, each: stage, measure: cv, of: [I1, I2], at_most: 0.30, decimals: 3, title: {zh: 差异系数, en: CV}, reference: made up}
"""

SMALL_COSTS = """
costs: small
measures:
- {id: b, kind: add, changes: {teachers_backbone: 1}, cost: 7, at_most: 3, source: made up}
- {id: p, kind: add, changes: {teachers_pe: 1}, cost: 5, at_most: 3, source: made up}
- {id: m, kind: move, changes: {teachers_backbone: 1}, cost: 1, at_most: 2, source: made up}
"""

# pupils, backbone teachers, teachers of physical education
POOR = [(50, 0, 1), (60, 2, 4), (70, 4, 5)]


def standard(text):
    return Balance.Standard.new_from_bytes(GLib.Bytes.new(text.encode()), "pack.yaml")


def costs(text, judged):
    return Balance.Costs.new_from_bytes(GLib.Bytes.new(text.encode()), "costs.yaml", judged.get_dictionary())


def official_census(judged):
    builder = Balance.CensusBuilder.new(judged.get_dictionary(), 2012)
    for i, (pupils, books) in enumerate(OFFICIAL):
        section = builder.add_section("D", f"S{i + 1}", "primary")
        school = builder.add_school("D", f"S{i + 1}")
        builder.set_number(SECTION, section, "pupils", pupils)
        builder.set_number(SCHOOL, school, "books", books)
    imported = builder.end()
    imported.check()
    return imported.get_census()


def small_census(judged, schools=None):
    builder = Balance.CensusBuilder.new(judged.get_dictionary(), 2012)
    for i, (pupils, backbone, pe) in enumerate(schools or POOR):
        section = builder.add_section("D", f"S{i + 1}", "primary")
        for field, number in (("pupils", pupils), ("teachers_backbone", backbone), ("teachers_pe", pe)):
            builder.set_number(SECTION, section, field, number)
    imported = builder.end()
    imported.check()
    return imported.get_census()


def planner(judged, text, goal=Balance.PlanGoal.CHEAPEST, budget=-1.0, years=0, gap=0.0, time_limit=0.0, first=None):
    return Balance.Planner.new_full(Balance.Evaluator.new(judged), costs(text, judged), None, goal, budget, False, first, years, gap, time_limit)


def spread_met(pupils, books):
    """Is the coefficient of variation at most one half? Without a root: P sum b^2 / p <= (1 + 1/4) (sum b)^2."""
    squares = sum(Fraction(b * b, p) for p, b in zip(pupils, books))
    return sum(pupils) * squares <= Fraction(5, 4) * sum(books) ** 2


class WithSolver(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        helper = os.path.join(os.environ["BALANCE_LIBEXEC_DIR"], "balance-solve")
        if not os.access(helper, os.X_OK):
            raise unittest.SkipTest("libbalance was built without CBC (coinor-libcbc-dev)")


class FiveSchools(WithSolver):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.standard = standard(BOOKS_PACK)
        cls.census = official_census(cls.standard)

    def plan(self, text, **options):
        return planner(self.standard, text, **options).plan(self.census, None, None)

    def test_books_bought(self):
        plan = self.plan("costs: t\nmeasures:\n" + BUY)
        self.assertEqual(plan.get_status(), Balance.PlanStatus.PROVEN)
        self.assertEqual([(i.get_school_code(), i.get_quantity(), i.get_measure(), i.get_kind()) for i in plan],
                         [("S4", "17", "buy", Balance.PlanKind.ADD)])
        self.assertEqual((plan.get_cost(), plan.get_gap()), (340, 0))
        self.assertEqual(list(plan[0].dup_fields()), ["books"])
        self.assertEqual(list(plan[0].dup_amounts()), ["17"])
        self.assertEqual(plan[0].get_title("zh"), "购书")
        self.assertEqual((plan.get_before().get_verdict(), plan.get_after().get_verdict()), (UNMET, MET))
        # 16 would not do, by exact fractions
        pupils, books = zip(*OFFICIAL)
        self.assertTrue(spread_met(pupils, [*books[:3], books[3] + 17, books[4]]))
        self.assertFalse(spread_met(pupils, [*books[:3], books[3] + 16, books[4]]))

    def test_books_moved(self):
        plan = self.plan("costs: t\nmeasures:\n" + MOVE)
        self.assertEqual({i.get_school_code() for i in plan}, {"S4"})
        self.assertEqual(sum(int(i.get_quantity()) for i in plan), 12)
        self.assertEqual(plan.get_cost(), 0)
        self.assertEqual(plan.get_after().get_verdict(), MET)
        self.assertTrue(all(i.get_giver_code() not in (None, "S4") for i in plan))

    def test_impossible(self):
        # no number of books to the third school alone ever does; the plan says who stands in the way
        none = "".join(f"- {{schools: [S{i}], measures: [buy], at_most: 0, source: made up}}\n" for i in (1, 2, 4, 5))
        plan = self.plan("costs: t\nmeasures:\n" + BUY + "restrictions:\n" + none)
        self.assertEqual(plan.get_status(), Balance.PlanStatus.IMPOSSIBLE)
        self.assertEqual(len(plan), 0)
        self.assertIsNone(plan.get_after())
        (barrier,) = plan.get_barriers()
        self.assertEqual(barrier.get_school_code(), "S4")
        self.assertEqual(barrier.get_allowed(), 0)
        self.assertGreaterEqual(barrier.get_needed(), 1)
        self.assertIn("S4", barrier.to_text("en"))
        self.assertNotEqual(barrier.to_text("en"), barrier.to_text("zh"))

    def test_reports(self):
        plan = self.plan("costs: t\nmeasures:\n" + BUY)
        written = {}
        for kind in ("text", "json", "csv"):
            stream = Gio.MemoryOutputStream.new_resizable()
            getattr(plan, f"write_{kind}")("zh", stream, None)
            stream.close(None)
            written[kind] = stream.steal_as_bytes().get_data().decode()
        document = json.loads(written["json"])
        self.assertEqual((document["cost"], document["verdict_after"], len(document["items"])), (340, "met", 1))
        self.assertIn("购书", written["text"])
        self.assertIn("S4", written["csv"])


class SmallCounty(WithSolver):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.standard = standard(SMALL_PACK)
        cls.census = small_census(cls.standard)

    def cheapest(self, schools):
        """By trying everything that can be bought."""
        best = None
        for more in itertools.product(range(4), repeat=6):
            now = [(p, b + more[2 * i], e + more[2 * i + 1]) for i, (p, b, e) in enumerate(schools)]
            cost = sum(7 * more[2 * i] + 5 * more[2 * i + 1] for i in range(3))
            good = all((100 * b >= 4 * p or 100 * e >= 6 * p) and 10000 * b >= 340 * p and 10000 * e >= 510 * p for p, b, e in now)
            pupils = sum(p for p, _b, _e in now)
            level = all(pupils * sum(Fraction(x[k] ** 2, x[0]) for x in now) <= Fraction(109, 100) * sum(x[k] for x in now) ** 2
                        for k in (1, 2))
            if good and level and (best is None or cost < best):
                best = cost
        return best

    def test_against_enumeration(self):
        bought = SMALL_COSTS.replace(next(line for line in SMALL_COSTS.splitlines() if "id: m" in line) + "\n", "")
        plan = planner(self.standard, bought).plan(self.census, None, None)
        self.assertEqual(plan.get_status(), Balance.PlanStatus.PROVEN)
        self.assertAlmostEqual(plan.get_cost(), self.cheapest(POOR), delta=1e-6)
        self.assertLessEqual(plan.get_bound(), plan.get_cost() + 1e-6)
        self.assertEqual(sum(item.get_cost() for item in plan), plan.get_cost())

    def test_years_and_scenario(self):
        # what the proposals of the last year bring about is judged as the plan says
        plan = planner(self.standard, SMALL_COSTS + "years: 3\nbudget: [12, 12, 100]\n").plan(self.census, None, None)
        self.assertEqual(plan.get_years(), 3)
        self.assertLessEqual(max(plan.get_year_cost(1), plan.get_year_cost(2)), 12)
        self.assertAlmostEqual(sum(plan.get_year_cost(year) for year in (1, 2, 3)), plan.get_cost(), delta=1e-9)
        proposals, _problems = Balance.Proposal.read(GLib.Bytes.new(plan.to_scenario().encode()), "plan.yaml")
        self.assertEqual([proposal.get_id() for proposal in proposals], ["year_1", "year_2", "year_3"])
        scenario = Balance.Scenario.new(Balance.Evaluator.new(self.standard), self.census, None)
        scenario.apply_proposal(proposals[2])
        after = scenario.evaluate(None, None)
        self.assertEqual(after.get_verdict(), MET)
        for requirement in ("schools", "spread", "I1", "I2"):
            self.assertEqual(after.dup_verdicts(requirement).get_data(), plan.get_after().dup_verdicts(requirement).get_data())

    def test_budget(self):
        all_of_it = planner(self.standard, SMALL_COSTS).plan(self.census, None, None)
        plan = planner(self.standard, SMALL_COSTS, goal=Balance.PlanGoal.MOST_SCHOOLS, budget=12).plan(self.census, None, None)
        self.assertLessEqual(plan.get_cost(), 12)
        self.assertGreater(all_of_it.get_cost(), 12)
        self.assertGreaterEqual(plan.get_n_met_after(), plan.get_n_met_before())
        self.assertEqual(plan.get_n_schools(), 3)

    def test_curve(self):
        points = planner(self.standard, SMALL_COSTS).trace(self.census, 10, None, None).unpack()
        self.assertGreaterEqual(len(points), 2)
        self.assertEqual(points[-1][0], 3)
        for (schools, cost, bound), (more, dearer, _bound) in zip(points, points[1:]):
            self.assertLess(schools, more)
            self.assertLessEqual(cost, dearer)
            self.assertLessEqual(bound, cost + 1e-6)

    def test_async_with_progress(self):
        loop, got, progress = GLib.MainLoop(), [], Balance.Progress.new()
        planner(self.standard, SMALL_COSTS).plan_async(self.census, progress, None, lambda source, result: (
            got.append(source.plan_finish(result)), loop.quit()))
        loop.run()
        now = planner(self.standard, SMALL_COSTS).plan(self.census, None, None)
        self.assertEqual([(i.get_school_code(), i.get_measure(), i.get_quantity()) for i in got[0]],
                         [(i.get_school_code(), i.get_measure(), i.get_quantity()) for i in now])
        self.assertEqual(progress.get_fraction(), 1)

    def test_cancelled(self):
        cancellable = Gio.Cancellable()
        cancellable.cancel()
        with self.assertRaises(GLib.Error) as caught:
            planner(self.standard, SMALL_COSTS).plan(self.census, None, cancellable)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))
        loop, errors = GLib.MainLoop(), []

        def done(source, result):
            try:
                source.plan_finish(result)
            except GLib.Error as error:
                errors.append(error)
            loop.quit()

        cancellable = Gio.Cancellable()
        planner(self.standard, SMALL_COSTS).plan_async(self.census, None, cancellable, done)
        cancellable.cancel()
        loop.run()
        self.assertTrue(errors[0].matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))

    def test_refused(self):
        with self.assertRaises(GLib.Error) as caught:
            planner(self.standard, SMALL_COSTS + "decided:\n- {school: S9, measure: b, quantity: 1}\n").plan(self.census, None, None)
        self.assertTrue(caught.exception.matches(Balance.error_quark(), Balance.Error.INVALID_DATA))
        self.assertIn("costs.yaml:8", caught.exception.message)


class Costs(unittest.TestCase):
    def test_faults_have_places(self):
        judged = standard(SMALL_PACK)
        text = SMALL_COSTS.replace("teachers_pe: 1", "teachers_pa: 1")
        problems = Balance.Costs.check(GLib.Bytes.new(text.encode()), "costs.yaml", judged.get_dictionary())
        self.assertEqual([(p.get_row(), "teachers_pa" in p.to_text("en")) for p in problems], [(5, True)])
        with self.assertRaises(GLib.Error):
            costs(text, judged)


if __name__ == "__main__":
    unittest.main()
