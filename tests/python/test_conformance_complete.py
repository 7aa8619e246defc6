# SPDX-License-Identifier: LGPL-2.1-or-later
"""The cases of tests/conformance leave nothing of the shipped standards out: each requirement that judges by itself is expected met,
unmet and undetermined somewhere, where it has a limit also exactly on it, and each concession applies in one case and not in another."""

import collections
import unittest

import gi

gi.require_version("Balance", "1.0")
from gi.repository import Balance

import conformance


def items_of(pack, key):
    for item in pack.get(key) or []:
        yield item


def rules_of(items):
    for item in items:
        if isinstance(item, dict):
            yield item
            yield from rules_of(item.get("of") or [])


def limits_of(item):
    return any(key in item for key in ("at_least", "at_most", "above", "below"))


class Expected:
    """What the cases of one standard expect, by the id at the end of the path, and on which subjects."""

    def __init__(self, standard):
        self.verdicts = collections.defaultdict(set)
        self.on_limit, self.conceded, self.strict = set(), set(), set()
        standards, self.standard = conformance.Standards(), standard
        for path in conformance.case_files():
            case = conformance.load_case(path)
            if case["standard"] == standard:
                self.add(case, standards.get(standard))

    def add(self, case, standard):
        inputs = case["input"] if isinstance(case["input"], list) else [case["input"]]
        census = conformance._read(Balance.Reader.new(standard.get_dictionary(), None, False), inputs).get_census()
        if census is None:
            return
        options = [f"{key}={value}" for key, value in case.get("options", {}).items()]
        concessions = getattr(Balance.Concessions, case.get("concessions", "auto").upper())
        evaluation = Balance.Evaluator.new_full(standard, case["as_of"], concessions, None, options or None, 1).evaluate(census, None, None)
        for expected in case["expect"]:
            if "verdict" not in expected:
                continue
            name = expected["path"].rsplit("/", 1)[1]
            self.verdicts[name].add(expected["verdict"])
            for finding in conformance.Subject(evaluation, expected["path"]).findings:
                if finding.get_margin() == 0:
                    self.on_limit.add(name)
                applied = finding.get_concession()
                if applied is not None:
                    self.conceded.add(applied.get_item())
                elif concessions == Balance.Concessions.OFF:
                    self.strict.add(name)


def shipped():
    for identifier in Balance.Standard.list_ids():
        with open(f"{conformance.SOURCE}/data/standards/{identifier}.yaml", encoding="utf-8") as file:
            yield identifier, conformance.load_yaml(file)


class TestComplete(unittest.TestCase):
    maxDiff = None

    def test_each_requirement(self):
        missing = []
        for identifier, pack in shipped():
            expected = Expected(identifier)
            indicators = {item["id"]: item for item in items_of(pack, "indicators")}
            rules = list(rules_of(items_of(pack, "requirements")))
            listed = {name for rule in rules if "measure" not in rule for name in rule.get("of") or [] if isinstance(name, str)}
            leaves = [rule for rule in rules if "value" in rule] + [indicators[name] for name in sorted(listed)]
            # coefficients of several indicators are judged one by one
            leaves += [{**rule, "id": f"{rule['id']}.{name}"} for rule in rules if "measure" in rule and "combine" not in rule
                       for name in rule["of"]]
            leaves += [rule for rule in rules if "combine" in rule and limits_of(rule)]
            for leaf in leaves:
                name = leaf["id"]
                missing += [f"{identifier}: {name} {verdict}" for verdict in ("met", "unmet", "undetermined")
                            if verdict not in expected.verdicts[name]]
                if limits_of(leaf) and name not in expected.on_limit:
                    missing.append(f"{identifier}: {name} on the limit")
        self.assertEqual(missing, [])

    def test_each_concession(self):
        missing = []
        for identifier, pack in shipped():
            expected = Expected(identifier)
            for concession in items_of(pack, "concessions"):
                missing += [f"{identifier}: {item['id']} applied" for item in concession["items"] if item["id"] not in expected.conceded]
                missing += [f"{identifier}: {item['on']} without {item['id']}" for item in concession["items"]
                            if item["on"] not in expected.strict]
        self.assertEqual(missing, [])


if __name__ == "__main__":
    unittest.main()
