# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the check of a pack proves, against judging: random packs of selectors on a made-up census with a section for every case.

A section of each kind, stage, locality, flag and of each number below, at, between and above the constants is judged on every
day and under every option that could matter. Where the check proves alternatives, exactly one must apply to every section; where
it finds a hole or an overlap, one must be there; and the same for requirements that ask nobody and for missing limits."""

import collections
import itertools
import os
import random
import re
import unittest

import gi

gi.require_version("Balance", "1.0")
from gi.repository import Balance, GLib

from conformance import _read

SEEDS = range(int(os.environ.get("BALANCE_COVERAGE_SEEDS", "60")))
KINDS = ["primary", "teaching_point", "junior", "nine_year", "special"]
STAGES = ["primary", "junior"]
LOCALITIES = ["urban", "town", "rural"]
NUMBERS = [0, 10, 11, 12, 49, 50, 51, 99, 100, 101, 150]
DAYS = ["2020-01-01", "2020-12-31", "2021-01-01", "2021-06-30", "2021-07-01", "2022-12-31", "2023-01-01"]
NOT_APPLICABLE = int(Balance.Verdict.NOT_APPLICABLE)
TITLE = "title: {zh: 名, en: Name}"


class Rules:
    """Random alternatives, conditions and limits. Some alternatives are cut from a partition and fit together."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        choose = self.random.choice
        self.small = choose(["pupils < 50", "kind == 'teaching_point' or pupils <= 10", "stage == 'primary' and not boarding"])
        self.scope = self.condition(1) if self.random.random() < 0.4 else "pupils >= 0"
        self.items = self.alternatives()
        self.one = self.condition()
        self.limits = self.limit()
        self.limit_scope = self.condition(1) if self.random.random() < 0.5 else "pupils >= 0"
        self.limit_until = choose([None, None, "2021-06-30"])

    def atom(self):
        choose = self.random.choice
        return choose([
            lambda: f"kind == '{choose(KINDS)}'",
            lambda: "kind in [" + ", ".join(f"'{kind}'" for kind in self.random.sample(KINDS, 2)) + "]",
            lambda: f"locality {choose(['==', '!='])} '{choose(LOCALITIES)}'",
            lambda: f"stage == '{choose(STAGES)}'",
            lambda: "boarding",
            lambda: f"pupils {choose(['<', '<=', '>', '>=', '==', '!='])} {choose([11, 50, 100])}",
            lambda: f"{choose([11, 50, 100])} {choose(['<', '<=', '>', '>='])} pupils",
            lambda: f"mode == '{choose('xyz')}'",
            lambda: "small",
        ])()

    def condition(self, depth=2):
        if depth == 0 or self.random.random() < 0.35:
            return self.atom()
        return self.random.choice([
            lambda: f"({self.condition(depth - 1)} and {self.condition(depth - 1)})",
            lambda: f"({self.condition(depth - 1)} or {self.condition(depth - 1)})",
            lambda: f"not ({self.condition(depth - 1)})",
            lambda: f"(if {self.atom()} then {self.condition(depth - 1)} else {self.condition(depth - 1)})",
        ])()

    def alternatives(self):
        """Condition, first and last day of two or three items."""
        a, b = self.condition(), self.condition()
        if self.random.random() < 0.3:
            until, since = self.random.choice([("2020-12-31", "2021-01-01"), ("2021-06-30", "2021-07-01"),
                                               ("2020-12-31", "2021-07-01"), ("2021-07-01", "2021-07-01")])
            when = self.random.choice([a, "pupils >= 0", "pupils >= 0"])
            return [(when, None, until), (when, since, None)]
        exact = self.random.choice([[a, f"not ({a})"], [f"({a}) and ({b})", f"({a}) and not ({b})", f"not ({a})"]])
        if self.random.random() < 0.5:
            exact[self.random.randrange(len(exact))] = self.condition()
        return [(when, None, None) for when in exact]

    def limit(self):
        """Dated maps by stage, some with holes."""
        days = self.random.sample(["2020-01-01", "2021-01-01", "2021-07-01"], self.random.choice([1, 2, 3]))
        return [(day, self.random.choice([STAGES, STAGES, STAGES[:1], STAGES[1:]])) for day in sorted(days)]


HEAD = f"""pack: random
{TITLE}
reference: made up
effective: 2020-01-01
stages: [{", ".join(STAGES)}]
weight: pupils + 1 pupil
options:
- {{id: mode, {TITLE}, values: [x, y, z], default: x}}
fields:
- {{id: small, level: section, type: flag, title: {{zh: 小, en: Small}}, value: "%s"}}
requirements:
"""


def pack_of(rules):
    """The pack that is checked."""
    lines = [f"- id: g\n  {TITLE}\n  each: section\n  scope: \"{rules.scope}\"\n  alternatives: true\n  of:"]
    for at, (when, since, until) in enumerate(rules.items):
        dates = (f", from: {since}" if since else "") + (f", until: {until}" if until else "")
        lines.append(f'  - {{id: s{at}, {TITLE}, value: pupils >= 0, when: "{when}"{dates}}}')
    lines.append(f'- {{id: one, {TITLE}, each: section, value: pupils >= 0, when: "{rules.one}"}}')
    limits = ", ".join(f"{{from: {day}, is: {{{', '.join(f'{stage}: 1' for stage in stages)}}}}}" for day, stages in rules.limits)
    until = f", until: {rules.limit_until}" if rules.limit_until else ""
    lines.append(f'- {{id: l, {TITLE}, each: section, scope: "{rules.limit_scope}"{until}, unit: class, value: classes, at_most: [{limits}]}}')
    return HEAD % rules.small + "\n".join(lines) + "\n"


def probes_of(rules):
    """A pack that asks each condition by itself, of one section more than there is, so that it is never refused."""
    conditions = {"scope": rules.scope, "one": rules.one, "limit": rules.limit_scope}
    conditions.update((f"s{at}", when) for at, (when, _, _) in enumerate(rules.items))
    return HEAD % rules.small + "".join(
        f'- {{id: probe_{name}, {TITLE}, each: section, value: pupils >= 0, when: "pupils > 1000000 or ({condition})"}}\n'
        for name, condition in conditions.items())


def judge(rules):
    """What happens on all sections, days and options: how many alternatives apply, who is asked, what has no limit."""
    standard = Balance.Standard.new_from_bytes(GLib.Bytes.new(probes_of(rules).encode()), "random.yaml")
    census = census_of(standard.get_dictionary())
    stages = [case[1] for case in CASES]
    result = {"applied": set(), "asked": set(), "no limit": False}
    for mode in "xyz":
        # conditions name no date: one day will do
        evaluator = Balance.Evaluator.new_full(standard, DAYS[0], Balance.Concessions.OFF, None, [f"mode={mode}"], 1)
        evaluation = evaluator.evaluate(census, None, None)

        def holds(name):
            return [verdict != NOT_APPLICABLE for verdict in evaluation.dup_verdicts(f"probe_{name}").get_data()]

        scope, one, limit = holds("scope"), holds("one"), holds("limit")
        items = [holds(f"s{at}") for at in range(len(rules.items))]
        assert len(scope) == len(CASES)
        result["asked"].update(["one"] if any(one) else [])
        for day in DAYS:
            for at in range(len(CASES)):
                if scope[at]:
                    result["asked"].add("g")
                    result["applied"].add(sum(column[at] and (since or day) <= day <= (until or day)
                                              for column, (_, since, until) in zip(items, rules.items)))
                if limit[at] and day <= (rules.limit_until or day):
                    result["asked"].add("l")
                    in_force = [names for since, names in rules.limits if since <= day]
                    result["no limit"] |= not in_force or stages[at] not in in_force[-1]
    return result


CASES = sorted(itertools.product(KINDS, STAGES, LOCALITIES, ["yes", "no"], NUMBERS), key=lambda case: STAGES.index(case[1]))


def census_of(dictionary):
    """One school for each case, in the order in which sections are kept: by stage, then by code."""
    rows = ["district_code,school_code,kind,locality,boarding,stage,pupils,classes"]
    for number, (kind, stage, locality, boarding, pupils) in enumerate(CASES):
        rows.append(f"1,S{number:05d},{kind},{locality},{boarding},{stage},{pupils},1")
    return _read(Balance.Reader.new(dictionary, None, False), ["\n".join(rows) + "\n"]).get_census()


class TestCoverage(unittest.TestCase):
    def test_random_packs(self):
        seen = collections.Counter()
        for seed in SEEDS:
            rules = Rules(seed)
            text = pack_of(rules)
            check = Balance.PackCheck.new_from_bytes(GLib.Bytes.new(text.encode()), "random.yaml")
            problems = [(problem.get_kind(), *re.match("“(.*?)”(.*)", problem.get_message("en")).groups())
                        for problem in check.get_problems() if problem.get_kind() in ("gap", "overlap", "never-asked", "unproved")]
            with self.subTest(seed=seed, pack=text, problems=problems):
                truth = judge(rules)
                found = collections.defaultdict(set)
                for kind, name, _ in problems:
                    found[name].add(kind)
                self.assertEqual(check.get_n_unproved(), 0)
                for name in ("g", "one", "l"):
                    self.assertEqual("never-asked" in found[name], name not in truth["asked"], name)
                self.assertEqual("gap" in found["g"], 0 in truth["applied"])
                self.assertEqual("overlap" in found["g"], bool(truth["applied"] - {0, 1}))
                self.assertEqual("gap" in found["l"], truth["no limit"])
                seen.update(found["g"] | found["one"] | {f"limit {kind}" for kind in found["l"]} or {"sound"})
        # a run in which one of these never happens would show nothing
        if len(SEEDS) >= 60:
            for kind in ("sound", "gap", "overlap", "never-asked", "limit gap"):
                self.assertGreater(seen[kind], 1, seen)


if __name__ == "__main__":
    unittest.main()
