# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which missing facts decide: held against trying all of them on small random censuses."""

import itertools
import os
import random
import unittest

import gi

gi.require_version("Balance", "1.0")
from gi.repository import Balance, GLib

import test_findings as findings

MET, UNMET, UNDETERMINED, NOT_APPLICABLE = (
    Balance.Verdict.MET, Balance.Verdict.UNMET, Balance.Verdict.UNDETERMINED, Balance.Verdict.NOT_APPLICABLE)

PACK = """
pack: tried
title: {zh: 试, en: Tried}
stages: [primary]
reference: 试验规定
weight: n
fields:
- {id: n, level: section, type: count, title: 甲}
- {id: m, level: section, type: count, title: 乙}
- {id: x, level: section, type: amount, title: 丙}
- {id: s, level: section, type: share, title: 丁}
- {id: f, level: section, type: flag, title: 戊}
- {id: g, level: school, type: amount, title: 己}
- {id: d, level: district, type: count, max: 20, title: 庚}
split: {fields: [g], weights: {primary: 1}, by: n}
indicators:
- {id: I1, title: 一, value: m / n, at_least: 0.5}
- {id: I2, title: 二, value: x / n, at_most: 4}
- {id: I3, title: 三, value: s, at_least: 0.6}
- {id: I4, title: 四, value: g / n, above: 2}
requirements:
- {id: floors, title: 五, each: section, of: [I1, I2, I3], need: 2, floor: 80%}
- {id: every, title: 六, each: section, of: [I4, {id: flagged, title: 七, value: f}]}
- {id: some, title: 八, each: section, need: 1, of: [{id: low, title: 九, value: x, at_most: 8}, {id: yes, title: 十, value: f}, {id: size, title: 十一, value: n, at_least: 6}]}
- {id: spread, title: 十二, each: stage, measure: cv, of: [I1], at_most: 0.5}
- {id: total, title: 十三, value: sum(m) / sum(n), at_least: 50%}
- {id: many, title: 十四, value: share(f over sections), at_least: 60%}
- {id: asked, title: 十五, each: section, when: f, value: x, at_least: 8}
- {id: either, title: 十六, value: 'd > 5 or sum(m) >= 20'}
- {id: both, title: 十七, each: section, of: [{id: wide, title: 十八, value: x, at_least: 4}, {id: narrow, title: 十九, value: x, at_most: 20}]}
- {id: bounded, title: 二十, value: d, at_most: 20}
- {id: scored, title: 二十一, points: 10, at_least: 6, of: [{id: s1, title: 二十二, points: 6, value: d, at_least: 10}, {id: s2, title: 二十三, points: 4, value: count(f over sections), at_least: 1}]}
- {id: refused, title: 二十四, veto: true, value: d < 18}
"""
GRID = {"n": [0, 1, 2, 4, 6, 8, 10, 12, 16, 24, 10**6], "m": [0, 1, 2, 3, 4, 8, 20, 10**6], "x": [0, 4, 8, 16, 20, 40, 10**6],
        "s": [0.0, 0.5, 0.6, 1.0], "f": [0, 1], "g": [0, 4, 16, 40, 10**6], "d": [0, 6, 10, 17, 20]}
LEVELS = {"g": Balance.Level.SCHOOL, "d": Balance.Level.DISTRICT}


class Trial:
    """A district with some facts missing, and the verdicts for all ways to fill some of them."""

    def __init__(self, standard, seed):
        draw = random.Random(seed)
        self.standard = standard
        self.schools = [f"s{i}" for i in range(draw.choice([2, 2, 3]))]
        self.known = {}
        for school in self.schools:
            for field in ("n", "m", "x", "s", "f", "g"):
                values = GRID[field][1:-1] if len(GRID[field]) > 2 else GRID[field]
                self.known[school, field] = draw.choice(values)
        self.known["", "d"] = draw.choice(GRID["d"])
        wanted = draw.choice([1, 2, 2, 3])
        pool = list(self.known)
        if draw.random() < 0.7:
            # more often facts of one school, which share requirements
            pool = [key for key in pool if key[0] in (draw.choice(self.schools), "")]
        self.missing = sorted(draw.sample(pool, min(wanted, len(pool))))
        for key in self.missing:
            del self.known[key]
        self.empty = self.evaluate({})
        self.paths = {f.get_path(): f for root in self.empty.get_findings("D") for f in findings.walk([root])}
        self.table = {}
        for values in itertools.product(*([None, *GRID[field]] for _, field in self.missing)):
            filled = {key: value for key, value in zip(self.missing, values) if value is not None}
            evaluation = self.evaluate(filled)
            self.table[values] = self.verdicts(evaluation)

    def evaluate(self, filled):
        builder = Balance.CensusBuilder.new(self.standard.get_dictionary(), 2024)
        facts = {**self.known, **filled}
        district = builder.add_district("D")
        for school in self.schools:
            rows = {Balance.Level.SECTION: builder.add_section("D", school, "primary"),
                    Balance.Level.SCHOOL: builder.add_school("D", school)}
            for field in ("n", "m", "x", "s", "f", "g"):
                if (school, field) in facts:
                    level = LEVELS.get(field, Balance.Level.SECTION)
                    self.put(builder, level, rows[level], field, facts[school, field])
        if ("", "d") in facts:
            self.put(builder, Balance.Level.DISTRICT, district, "d", facts["", "d"])
        imported = builder.end()
        census, = imported.get_censuses()
        return findings.evaluate(self.standard, census)

    @staticmethod
    def put(builder, level, row, field, value):
        builder.set_number(level, row, field, value)

    def verdicts(self, evaluation):
        columns = {}
        for path, finding in self.paths.items():
            requirement = finding.get_id()
            if requirement not in columns:
                columns[requirement] = evaluation.dup_verdicts(requirement).get_data()
        # rows are in the order of the census, schools by code
        return {path: Balance.Verdict(columns[f.get_id()][self.schools.index(f.get_school_code()) if f.get_school_code() else 0])
                for path, f in self.paths.items()}

    def reachable(self, path, verdict):
        """The sets of facts that can lead there, as found by trying the grid."""
        reached = set()
        for values, verdicts in self.table.items():
            if verdicts[path] == verdict:
                reached.add(frozenset(k for k, v in zip(self.missing, values) if v is not None))
        return {s for s in reached if not any(other < s for other in reached)}

    @staticmethod
    def keys(deciding):
        return frozenset((o.dup_subject("zh").split("（")[0] if o.get_level() != Balance.Level.DISTRICT else "", o.get_field())
                         for o in deciding.get_facts())


class TestAgainstTryingAll(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.standard = Balance.Standard.new_from_bytes(GLib.Bytes.new(PACK.encode()), "tried.yaml")

    def check(self, seed):
        trial = Trial(self.standard, seed)
        n_sets = 0
        for path, finding in trial.paths.items():
            base = finding.get_verdict()
            self.assertEqual(trial.table[(None,) * len(trial.missing)][path], base)
            where = f"seed {seed}, {path}, missing {trial.missing}"
            # what is decided stays so whatever one fact more is, and so whatever all others are
            for values, verdicts in trial.table.items():
                if verdicts[path] == UNDETERMINED:
                    continue
                for place, (_, field) in enumerate(trial.missing):
                    if values[place] is None:
                        for value in GRID[field]:
                            further = (*values[:place], value, *values[place + 1:])
                            # where it is not known whether it is asked, met stays so: to all else the two are the same
                            same = {MET: (MET, NOT_APPLICABLE)}.get(verdicts[path], (verdicts[path],))
                            self.assertIn(trial.table[further][path], same, f"{where}: {values} -> {further}")
            if base != UNDETERMINED:
                self.assertEqual(finding.get_deciding_sets().get_n_items(), 0)
                continue

            sets = list(finding.get_deciding_sets())
            self.assertLessEqual(finding.get_n_missing(), len(trial.missing), where)
            everything = {verdict: trial.reachable(path, verdict) for verdict in (MET, UNMET, NOT_APPLICABLE)}
            for verdict in (MET, UNMET, NOT_APPLICABLE):
                listed = {trial.keys(s) for s in sets if s.get_verdict() == verdict}
                n_sets += len(listed)
                self.assertEqual(finding.get_n_deciding_sets(verdict), len(listed), where)
                tried = everything[verdict]
                if verdict == NOT_APPLICABLE:
                    tried = {s for s in tried if not any(o <= s for v in (MET, UNMET) for o in everything[v])}
                if "/spread" in path:
                    # the coefficient is least between the values of the grid: more may be found than by trying that
                    for one in tried if finding.get_deciding_exact() else ():
                        self.assertTrue(any(other <= one for other in listed), f"{where}: {set(one)} leads to {verdict.value_nick}")
                    continue
                if finding.get_deciding_exact():
                    self.assertEqual(listed, tried, f"{where}: {verdict.value_nick}")
                for one in listed:
                    self.assertTrue(any(other <= one for other in tried), f"{where}: {set(one)} does not lead to {verdict.value_nick}")
        return n_sets

    def test_random_censuses(self):
        n_sets, seeds = 0, range(int(os.environ.get("BALANCE_DECIDING_SEEDS", "10")))
        for seed in seeds:
            with self.subTest(seed):
                n_sets += self.check(seed)
        self.assertGreater(n_sets, 3 * len(seeds))


def flags(n):
    return "\n".join(f"- {{id: q{i}, level: district, type: flag, title: 项{i}}}" for i in range(n))


def items(n):
    return ", ".join(f"{{id: r{i}, title: 求{i}, value: q{i}}}" for i in range(n))


def standard(text):
    return Balance.Standard.new_from_bytes(GLib.Bytes.new(text.encode()), "written.yaml")


def district(of, facts, schools=("s0",)):
    builder = Balance.CensusBuilder.new(of.get_dictionary(), 2024)
    row = builder.add_district("D")
    for school in schools:
        builder.add_section("D", school, "primary")
    for field, value in facts.items():
        builder.set_number(Balance.Level.DISTRICT, row, field, value)
    census, = builder.end().get_censuses()
    return findings.evaluate(of, census)


def fields(sets, verdict):
    return [sorted(o.get_field() for o in s.get_facts()) for s in sets if s.get_verdict() == verdict]


class TestWrittenCases(unittest.TestCase):
    def k_of_n(self, n, need, **known):
        pack = standard(f"""
pack: written
title: {{zh: 写, en: Written}}
stages: [primary]
reference: 试验规定
fields:
{flags(n)}
requirements:
- {{id: together, title: 合, need: {need}, of: [{items(n)}]}}
""")
        return district(pack, known)

    def test_six_of_seven(self):
        finding = self.k_of_n(7, 6, q0=1, q1=1, q2=1, q3=1, q4=1).find("districts/D/together")
        self.assertEqual(finding.get_n_missing(), 2)
        self.assertTrue(finding.get_deciding_exact())
        self.assertEqual(fields(finding.get_deciding_sets(), MET), [["q5"], ["q6"]])
        self.assertEqual(fields(finding.get_deciding_sets(), UNMET), [["q5", "q6"]])
        self.assertIn("任一行", finding.to_text("zh"))
        self.assertIn("any one line", finding.to_text("en"))

    def test_already_lost_or_safe(self):
        lost = self.k_of_n(7, 6, q0=0, q1=0, q2=1).find("districts/D/together")
        safe = self.k_of_n(7, 2, q0=1, q1=1).find("districts/D/together")
        for finding, verdict, zh, en in ((lost, UNMET, "结论均为未达标", "unmet whatever"), (safe, MET, "结论均为达标", "met whatever")):
            self.assertEqual(finding.get_verdict(), verdict)
            self.assertTrue(finding.get_despite_missing())
            self.assertIn(zh, finding.get_reason("zh"))
            self.assertIn(en, finding.get_reason("en"))
            self.assertEqual(finding.get_deciding_sets().get_n_items(), 0)

    def test_very_many_are_counted(self):
        finding = self.k_of_n(20, 10).find("districts/D/together")
        sets = finding.get_deciding_sets()
        self.assertEqual((len(fields(sets, MET)), len(fields(sets, UNMET))), (16, 16))
        self.assertEqual(finding.get_n_deciding_sets(MET), 184756)      # 10 of 20
        self.assertEqual(finding.get_n_deciding_sets(UNMET), 167960)    # 11 of 20
        self.assertTrue(finding.get_deciding_exact())
        self.assertEqual({len(s) for s in fields(sets, MET)}, {10})
        self.assertIn("另有 184740 种", finding.to_text("zh"))
        self.assertIn("and 184740 more", finding.to_text("en"))

    def test_every_school(self):
        pack = standard("""
pack: written
title: {zh: 写, en: Written}
stages: [primary]
reference: 试验规定
fields:
- {id: fit, level: section, type: flag, title: 合格}
requirements:
- {id: all, title: 全, of: [{id: one, title: 校, each: section, value: fit}]}
""")
        evaluation = district(pack, {}, [f"s{i:02}" for i in range(20)])
        finding = evaluation.find("districts/D/all")
        sets = finding.get_deciding_sets()
        self.assertEqual([len(s) for s in fields(sets, MET)], [20])
        self.assertEqual([len(s) for s in fields(sets, UNMET)], [1] * 16)
        self.assertEqual(finding.get_n_deciding_sets(UNMET), 20)
        first = list(evaluation.get_deciding_sets("D"))
        self.assertEqual([(s.get_verdict(), s.get_facts().get_n_items(), s.get_proved()) for s in first], [(MET, 20, True), (UNMET, 1, True)])
        self.assertEqual(first[1].get_facts()[0].dup_path(), "districts/D/schools/s00/primary/fit")
        self.assertEqual(list(evaluation.get_deciding_sets("E")), [])

    def test_bounds_of_the_dictionary_decide(self):
        pack = standard("""
pack: written
title: {zh: 写, en: Written}
stages: [primary]
reference: 试验规定
fields:
- {id: part, level: district, type: count, title: 分}
- {id: whole, level: district, type: count, min: 10, max: 50, title: 总}
requirements:
- {id: safe, title: 稳, value: part / whole, at_most: 3}
- {id: lost, title: 失, value: part / whole, at_least: 10}
- {id: open, title: 疑, value: part / whole, at_least: 1}
""")
        evaluation = district(pack, {"part": 20})
        safe, lost, undecided = (evaluation.find(f"districts/D/{i}") for i in ("safe", "lost", "open"))
        self.assertEqual((safe.get_verdict(), lost.get_verdict(), undecided.get_verdict()), (MET, UNMET, UNDETERMINED))
        self.assertTrue(safe.get_despite_missing() and lost.get_despite_missing())
        self.assertFalse(undecided.get_despite_missing())
        self.assertEqual((safe.get_value_low(), safe.get_value_high()), (0.4, 2.0))
        self.assertIn("无论缺失数据为何值", safe.to_text("zh"))
        self.assertEqual(fields(undecided.get_deciding_sets(), MET), [["whole"]])

    def test_coefficient_of_variation(self):
        pack = standard("""
pack: written
title: {zh: 写, en: Written}
stages: [primary]
reference: 试验规定
weight: n
fields:
- {id: n, level: section, type: count, title: 甲}
- {id: m, level: section, type: count, title: 乙}
indicators:
- {id: I, title: 一, value: m / n}
requirements:
- {id: spread, title: 差, each: stage, measure: cv, of: [I], at_most: 0.5}
""")
        builder = Balance.CensusBuilder.new(pack.get_dictionary(), 2024)
        for code, m in (("a", 10), ("b", 11), ("c", None)):
            row = builder.add_section("D", code, "primary")
            builder.set_number(Balance.Level.SECTION, row, "n", 100)
            if m is not None:
                builder.set_number(Balance.Level.SECTION, row, "m", m)
        census, = builder.end().get_censuses()
        finding = findings.evaluate(pack, census).find("districts/D/primary/spread.I")
        self.assertEqual(finding.get_verdict(), UNDETERMINED)
        # as even as can be with the missing one at the others' mean weighted by value, as uneven as one school having all
        self.assertAlmostEqual(finding.get_value_low(), (3 * 221 / (21**2 + 221) - 1) ** 0.5, places=12)
        self.assertAlmostEqual(finding.get_value_high(), 2**0.5, places=12)
        self.assertEqual(fields(finding.get_deciding_sets(), MET), [["m"]])
        self.assertEqual(fields(finding.get_deciding_sets(), UNMET), [["m"]])

    def test_not_applicable(self):
        pack = standard("""
pack: written
title: {zh: 写, en: Written}
stages: [primary]
reference: 试验规定
fields:
- {id: asked, level: district, type: flag, title: 问}
- {id: have, level: district, type: count, title: 有}
requirements:
- {id: if_asked, title: 若, when: asked, value: have, at_least: 1}
""")
        finding = district(pack, {}).find("districts/D/if_asked")
        sets = finding.get_deciding_sets()
        self.assertEqual(fields(sets, NOT_APPLICABLE), [["asked"]])
        self.assertEqual(fields(sets, UNMET), [["asked", "have"]])
        # met whether it is asked or not
        self.assertEqual(fields(sets, MET), [["have"]])

    def test_json(self):
        evaluation = self.k_of_n(7, 6, q0=1, q1=1, q2=1, q3=1, q4=1)
        tree = findings.to_json(evaluation)["districts"][0]
        entry = tree["requirements"][0]
        self.assertEqual({k: entry["deciding"][k] for k in ("missing", "exact", "met", "unmet", "not_applicable")},
                         {"missing": 2, "exact": True, "met": 2, "unmet": 1, "not_applicable": 0})
        self.assertEqual(entry["deciding"]["sets"][0],
                         {"verdict": "met", "proved": True, "n_facts": 1, "facts": [{"path": "districts/D/q5", "cell": None}]})
        self.assertEqual([(s["verdict"], s["n_facts"]) for s in tree["deciding"]], [("met", 1), ("unmet", 2)])
        self.assertIsNone(entry["children"][0]["deciding"])
        lost = findings.to_json(self.k_of_n(7, 6, q0=0, q1=0))["districts"][0]["requirements"][0]
        self.assertTrue(lost["despite_missing"])
        self.assertIsNone(lost["deciding"])


if __name__ == "__main__":
    unittest.main()
