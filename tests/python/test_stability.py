# SPDX-License-Identifier: LGPL-2.1-or-later
"""How sure: errors that turn a verdict, against exact fractions and all corners of the box."""

import itertools
import json
import math
import os
import random
import unittest
from fractions import Fraction

import gi

gi.require_version("Balance", "1.0")
from gi.repository import Balance, Gio, GLib

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
SECTION, SCHOOL = Balance.Level.SECTION, Balance.Level.SCHOOL

PACK = """
pack: stability
title: {zh: 稳定性测试, en: Stability}
reference: made up
effective: 2020-01-01
stages: [primary, junior]
weight: pupils
scope: not (kind == 'teaching_point' and pupils < 50)
split: {fields: [teaching_area, books], weights: {primary: 1, junior: 1.1, senior: 1.32}, by: pupils}
indicators:
- {id: teachers_rate, unit: teacher, decimals: 2, value: 100 pupil * (teachers_bachelor + teachers_master) / pupils, at_least: 5, title: {zh: 教师, en: Teachers}}
- {id: area_rate, unit: m2/pupil, decimals: 2, value: teaching_area / pupils, at_least: 4.5, title: {zh: 用房, en: Rooms}}
- {id: book_rate, unit: book/pupil, decimals: 2, value: books / pupils, at_least: 20, title: {zh: 图书, en: Books}}
requirements:
- id: schools
  each: section
  need: 2
  floor: 0.85
  of: [teachers_rate, area_rate, book_rate]
  title: {zh: 三项中两项, en: Two of three}
- {id: spread, each: stage, measure: cv, of: [book_rate], at_most: 0.30, decimals: 3, title: {zh: 差异系数, en: CV}}
"""


def standard(text=PACK):
    return Balance.Standard.new_from_bytes(GLib.Bytes.new(text.encode()), "stability.yaml")


def census(rows, judged):
    """rows: dicts with school, stage and fields; school fields start with a capital S."""
    builder = Balance.CensusBuilder.new(judged.get_dictionary(), 2024)
    for row in rows:
        school = builder.add_school("D", row["school"])
        section = builder.add_section("D", row["school"], row.get("stage", "primary"))
        builder.set_text(SCHOOL, school, "kind", row.get("kind", "primary"))
        for field, value in row.items():
            if field.startswith("S:"):
                builder.set_decimal(SCHOOL, school, field[2:], value, 0)
            elif isinstance(value, int):
                builder.set_decimal(SECTION, section, field, value, 0)
    imported = builder.end()
    imported.check()
    return imported.get_census()


def stability(rows, text=PACK, only=None):
    judged = standard(text)
    evaluator = Balance.Evaluator.new_full(judged, "2024-09-01", Balance.Concessions.AUTO, only, None, 1)
    evaluation = evaluator.evaluate(census(rows, judged), None, None)
    found = Balance.Stability.find(evaluation, None, None, None)
    return {item.get_path(): item for item in found}, found


def spread(weights, values):
    """1 + CV^2."""
    total = sum(weights)
    mean = sum(p * v for p, v in zip(weights, values))
    return total * sum(p * v * v for p, v in zip(weights, values)) / mean ** 2


OFFICIAL = [(45, 279), (37, 137), (89, 935), (76, 160), (55, 402)]


def official(limit="0.50"):
    text = PACK.replace("at_most: 0.30", f"at_most: {limit}")
    items, found = stability([{"school": f"X{i}", "pupils": p, "S:books": b} for i, (p, b) in enumerate(OFFICIAL)], text, "spread")
    return next(item for item in items.values() if item.get_holds_weights()), found


class Values(unittest.TestCase):
    def test_linear(self):
        rng = random.Random(1)
        for _ in range(60):
            p, a, b = rng.randint(60, 900), rng.randint(2, 40), rng.randint(0, 9)
            items, _found = stability([{"school": "S", "pupils": p, "teachers_bachelor": a, "teachers_master": b}], only="schools")
            item = next(i for path, i in items.items() if path.endswith("teachers_rate"))
            above, below = 100 * (a + b), 5 * p
            exact = Fraction(abs(above - below), above + below)
            self.assertEqual(item.get_certainty(), Balance.Certainty.EXACT)
            self.assertAlmostEqual(item.get_error_low(), float(exact), delta=1e-13)
            self.assertEqual(item.get_error_low(), item.get_error_high())
            met = item.get_verdict() == Balance.Verdict.MET
            self.assertEqual(met, above >= below)
            cells = {cell.get_operand().get_field(): cell for cell in item.get_cells()}
            # the least change of one fact alone, and the slope of the value
            self.assertAlmostEqual(cells["pupils"].get_alone(), float(Fraction(above - below, below)), delta=1e-12)
            self.assertAlmostEqual(cells["pupils"].get_slope(), -100 * (a + b) / p ** 2, delta=1e-12)
            self.assertAlmostEqual(cells["teachers_bachelor"].get_slope(), 100 / p, delta=1e-12)
            self.assertEqual(cells["teachers_bachelor"].get_direction(), -1 if met else 1)

    def test_split(self):
        # V w / (sum of w p) of the school and its limit: linear once multiplied out
        rng = random.Random(2)
        for _ in range(40):
            p, q, area = rng.randint(100, 900), rng.randint(100, 900), rng.randint(1500, 9000)
            rows = [{"school": "N", "stage": "primary", "kind": "nine_year", "pupils": p, "S:teaching_area": area},
                    {"school": "N", "stage": "junior", "kind": "nine_year", "pupils": q}]
            items, _found = stability(rows, only="schools")
            for stage, weight in (("primary", Fraction(1)), ("junior", Fraction(11, 10))):
                item = next(i for path, i in items.items() if path.endswith(f"{stage}/area_rate"))
                above, below = area * weight, Fraction(9, 2) * (p + Fraction(11, 10) * q)
                self.assertEqual(item.get_certainty(), Balance.Certainty.EXACT)
                self.assertAlmostEqual(item.get_error_low(), float(abs(above - below) / (above + below)), delta=1e-12)

    def test_on_the_limit(self):
        items, found = stability([{"school": "S", "pupils": 100, "teachers_bachelor": 5, "teachers_master": 0}], only="schools")
        item = next(i for path, i in items.items() if path.endswith("teachers_rate"))
        self.assertEqual((item.get_error_low(), item.get_error_high()), (0, 0))
        cells = {cell.get_operand().get_field(): cell for cell in item.get_cells()}
        self.assertEqual(cells["teachers_bachelor"].get_direction(), -1)
        self.assertEqual(cells["pupils"].get_direction(), 1)
        self.assertGreaterEqual(found.get_n_below(0.01), 1)
        self.assertIn("恰在限值上", item.to_text("zh"))

    def test_scope(self):
        # 50 pupils: any error takes the point out of scope, whatever its teachers
        rows = [{"school": "P", "kind": "teaching_point", "pupils": 50, "teachers_bachelor": 9, "teachers_master": 1}]
        items, _found = stability(rows, only="schools")
        item = next(i for path, i in items.items() if path.endswith("teachers_rate"))
        self.assertEqual(item.get_error_low(), 0)
        self.assertEqual(item.get_certainty(), Balance.Certainty.UNKNOWN)
        rows[0]["pupils"] = 100
        items, _found = stability(rows, only="schools")
        item = next(i for path, i in items.items() if path.endswith("teachers_rate"))
        self.assertEqual(item.get_certainty(), Balance.Certainty.EXACT)

    def test_combination(self):
        rng = random.Random(3)
        for _ in range(60):
            p = rng.randint(60, 900)
            row = {"school": "S", "pupils": p, "teachers_bachelor": round(p * rng.uniform(0.03, 0.07)), "teachers_master": 1,
                   "S:teaching_area": round(p * rng.uniform(3, 6)), "S:books": round(p * rng.uniform(12, 28))}
            items, _found = stability([row], only="schools")
            whole = next(i for path, i in items.items() if path.endswith("/schools"))
            upper = [(100 * (row["teachers_bachelor"] + 1), 5 * p), (row["S:teaching_area"], Fraction(9, 2) * p), (row["S:books"], 20 * p)]

            def turns(error, sign):
                """Is it met when everything goes one way? Facts above and pupils below, so no two pull apart."""
                met = floor = 0
                for above, below in upper:
                    above, below = above * (1 + sign * error), below * (1 - sign * error)
                    met += above >= below
                    floor += above >= Fraction(85, 100) * below
                return met >= 2 and floor == 3

            now = turns(Fraction(0), 1)
            self.assertEqual(whole.get_verdict() == Balance.Verdict.MET, now)
            low = Fraction(whole.get_error_low())
            self.assertGreater(low, 0)
            self.assertEqual(turns(low * Fraction(999999, 1000000), -1 if now else 1), now)
            self.assertEqual(turns(low * Fraction(1000001, 1000000), -1 if now else 1), not now)
            self.assertIsNotNone(whole.get_cause())


    def test_formulas_within_formulas_end(self):
        # each name stands twice in the next: walked as a tree that would take 2^50 steps
        text = PACK.split("indicators:")[0] + "fields:\n"
        text += "".join(f"- {{id: x{i}, level: section, type: number, unit: pupil, value: {f'x{i - 1} + x{i - 1}' if i else 'pupils + pupils'}, "
                        f"title: {{zh: 项{i}, en: X{i}}}}}\n" for i in range(50))
        text += "requirements:\n- {id: many, each: section, unit: pupil, value: x49, at_least: 5, title: {zh: 多, en: Many}}\n"
        items, _found = stability([{"school": "S", "pupils": 100}], text)
        self.assertEqual([i.get_certainty() for i in items.values()], [Balance.Certainty.UNKNOWN] * len(items))


class Spreads(unittest.TestCase):
    def test_official_example(self):
        item, found = official()
        self.assertEqual(item.get_verdict(), Balance.Verdict.UNMET)
        self.assertEqual(item.get_certainty(), Balance.Certainty.EXACT)
        self.assertTrue(item.get_holds_weights())
        self.assertEqual(f"{100 * item.get_error_low():.2f}", "2.09")
        self.assertEqual(f"{100 * item.get_error_free():.2f}", "0.95")
        # 17 books to school 4; none to 1 or 5 ever
        alone = {cell.get_operand().dup_path().split("/")[-2]: cell.get_alone() for cell in item.get_cells()}
        self.assertEqual(math.ceil(alone["X3"] * 160), 17)
        self.assertTrue(math.isnan(alone["X0"]) and math.isnan(alone["X4"]))
        self.assertIn("2.09 %", item.to_text("en"))
        self.assertIn("在校生数视为准确", item.to_text("zh"))
        self.assertEqual(found.get_n_below(0.02), 0)
        self.assertGreaterEqual(found.get_n_below(0.021), 1)

    def test_slopes(self):
        item, _found = official()
        pupils = [p for p, _ in OFFICIAL]
        for i, cell in enumerate(sorted(item.get_cells(), key=lambda cell: cell.get_operand().dup_path())):
            def cv(step):
                return math.sqrt(spread(pupils, [(b + (step if k == i else 0)) / p for k, (p, b) in enumerate(OFFICIAL)]) - 1)
            self.assertAlmostEqual(cell.get_slope(), (cv(1e-3) - cv(-1e-3)) / 2e-3, delta=1e-9)

    def test_free_bound_is_reached(self):
        # there is a corner of the box of books and pupils that turns it
        for limit in ("0.50", "0.53"):
            item, _found = official(limit)
            error = Fraction(item.get_error_free()) * Fraction(1000001, 1000000)
            bound = 1 + Fraction(limit) ** 2
            best = []
            for corner in itertools.product((-1, 1), repeat=10):
                p = [Fraction(n) * (1 + corner[i] * error) for i, (n, _) in enumerate(OFFICIAL)]
                v = [Fraction(b) * (1 + corner[5 + i] * error) / p[i] for i, (_, b) in enumerate(OFFICIAL)]
                best.append(spread(p, v))
            self.assertTrue(max(best) > bound if limit == "0.53" else min(best) <= bound)
            self.assertLessEqual(item.get_error_free(), item.get_error_high())

    def random_group(self, rng, n):
        return [(rng.randint(50, 900), rng.randint(500, 20000)) for _ in range(n)]

    def item(self, group, limit):
        text = PACK.replace("at_most: 0.30", f"at_most: {limit}")
        rows = [{"school": f"S{i}", "pupils": p, "S:books": b} for i, (p, b) in enumerate(group)]
        items, _found = stability(rows, text, "spread")
        return next(i for path, i in items.items() if "spread" in path and i.get_holds_weights())

    def test_from_met(self):
        # convex: the greatest CV of a box stands at a corner, so all corners tell
        rng = random.Random(4)
        exact = 0
        for _ in range(40):
            group = self.random_group(rng, 6)
            now = spread([p for p, _ in group], [Fraction(b, p) for p, b in group])
            limit = f"{math.sqrt(now - 1) * rng.choice((1.001, 1.01, 1.1, 1.4)) + 0.0005:.4f}"
            item = self.item(group, limit)
            self.assertEqual(item.get_verdict(), Balance.Verdict.MET)

            def greatest(error):
                return max(spread([p for p, _ in group], [Fraction(b, p) * (1 + way * error) for (p, b), way in zip(group, corner)])
                           for corner in itertools.product((-1, 1), repeat=6))

            bound = 1 + Fraction(limit) ** 2
            self.assertLessEqual(greatest(Fraction(item.get_error_low()) * Fraction(999999, 1000000)), bound)
            if math.isfinite(item.get_error_high()):
                self.assertGreater(greatest(Fraction(item.get_error_high()) * Fraction(1000001, 1000000)), bound)
            exact += item.get_certainty() == Balance.Certainty.EXACT
        self.assertGreater(exact, 30)

    def test_from_unmet(self):
        rng = random.Random(5)
        for _ in range(25):
            group = self.random_group(rng, 6)
            weights = [p for p, _ in group]
            values = [Fraction(b, p) for p, b in group]
            limit = f"{math.sqrt(spread(weights, values) - 1) * rng.choice((0.999, 0.98, 0.9, 0.7)):.4f}"
            item = self.item(group, limit)
            self.assertEqual(item.get_verdict(), Balance.Verdict.UNMET)
            self.assertEqual(item.get_certainty(), Balance.Certainty.EXACT)
            bound, error = 1 + Fraction(limit) ** 2, Fraction(item.get_error_low())

            def clipped(size, t):
                return spread(weights, [max(v * (1 - size), min(v * (1 + size), t)) for v in values])

            # just beyond it some point of the box is within the limit …
            beyond = error * Fraction(1000001, 1000000)
            low, high = float(min(values)), float(max(values))
            rough, size = [float(v) for v in values], float(beyond)
            for _round in range(6):
                ts = [low + (high - low) * k / 200 for k in range(201)]
                best = min(ts, key=lambda t: spread(weights, [max(v * (1 - size), min(v * (1 + size), t)) for v in rough]))
                low, high = best - (high - low) / 100, best + (high - low) / 100
            fine = Fraction(best)
            self.assertLessEqual(clipped(beyond, fine), bound)
            # … and short of it none is, wherever it is sought
            short = error * Fraction(9999, 10000)
            for _sample in range(100):
                point = [v * (1 + short * Fraction(rng.randint(-1000, 1000), 1000)) for v in values]
                self.assertGreater(spread(weights, point), bound)
            self.assertGreater(clipped(short, fine), bound)


class Reports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        path = os.path.join(SOURCE, "examples", "data", "sample-county.csv")
        census_ = Balance.Reader.new(None, None, False).read([path], None, None).get_census()
        evaluator = Balance.Evaluator.new_full(Balance.Standard.lookup("cn-2017-quality"), "2024-09-01", Balance.Concessions.AUTO, None, None, 1)
        cls.evaluation = evaluator.evaluate(census_, None, None)
        cls.stability = Balance.Stability.find(cls.evaluation, None, None, None)

    def written(self, write, *arguments):
        stream = Gio.MemoryOutputStream.new_resizable()
        write(*arguments, stream, None)
        stream.close(None)
        return stream.steal_as_bytes().get_data().decode()

    def test_order_and_bounds(self):
        last = -1
        for item in self.stability:
            low, high = item.get_error_low(), item.get_error_high()
            self.assertGreaterEqual(low, last)
            self.assertLessEqual(low, high)
            last = low

    def test_json(self):
        document = json.loads(self.written(self.stability.write_json, "en", math.inf))
        self.assertEqual(len(document["sensitivities"]), len(self.stability))
        weak = json.loads(self.written(self.stability.write_json, "zh", 0.01))
        self.assertEqual(len(weak["sensitivities"]), self.stability.get_n_below(0.01))

    def test_text(self):
        for language, words in (("zh", ("数据误差不足4.00 %", "恰在限值上")), ("en", ("an error of less than 4.00 %", "it lies on its limit"))):
            text = self.written(self.stability.write_text, language, 0.04)
            joined = text.replace("\n", "") if language == "zh" else " ".join(text.split())
            for some in words:
                self.assertTrue(some in joined, some)
            for line in text.splitlines():
                self.assertLessEqual(sum(2 if ord(c) > 0x2e7f else 1 for c in line), 80, line)

    def test_errors(self):
        with self.assertRaises(GLib.Error) as caught:
            Balance.Stability.find(self.evaluation, "nowhere", None, None)
        self.assertTrue(caught.exception.matches(Balance.error_quark(), Balance.Error.NOT_FOUND))
        cancellable = Gio.Cancellable()
        cancellable.cancel()
        with self.assertRaises(GLib.Error) as caught:
            Balance.Stability.find(self.evaluation, None, None, cancellable)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))

    def test_async(self):
        loop, got = GLib.MainLoop(), []
        Balance.Stability.find_async(self.evaluation, None, None, None,
                                     lambda source, result, *data: (got.append(Balance.Stability.find_finish(result)), loop.quit()))
        loop.run()
        self.assertEqual(len(got[0]), len(self.stability))


if __name__ == "__main__":
    unittest.main()
