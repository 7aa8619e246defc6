# SPDX-License-Identifier: LGPL-2.1-or-later
"""What of a standard cannot be judged district by district."""

import os
import unittest

import gi

gi.require_version("Balance", "1.0")
from gi.repository import Balance, GLib

PACK = """
pack: region
title: {zh: 全区, en: Region}
reference: for tests
effective: 2000-01-01
stages: [primary, junior]
indicators:
- {id: P1, title: {zh: 班额, en: Class size}, unit: pupil/class, value: pupils / classes}
- {id: M, level: region, title: {zh: 全区平均, en: Mean of all}, unit: pupil/class, value: sum(pupils) / sum(classes)}
- {id: P2, title: {zh: 与平均之差, en: Above the mean}, unit: pupil/class, value: pupils / classes - M}
requirements:
- {id: mean, title: {zh: 平均, en: Mean}, each: region, unit: pupil/class, value: sum(pupils) / sum(classes), at_most: 45}
- id: all
  title: {zh: 每县, en: Each district}
  of:
  - {id: own, title: {zh: 班额, en: Class size}, each: section, unit: pupil/class, value: pupils / classes, at_most: 50}
"""


class RegionItems(unittest.TestCase):
    def items(self, standard, only=None):
        builder = Balance.CensusBuilder.new(standard.get_dictionary(), 2024)
        builder.add_section("1", "1", "primary")
        evaluator = Balance.Evaluator.new_full(standard, "2024-09-01", Balance.Concessions.AUTO, only, None, 1)
        return evaluator.evaluate(builder.end().get_census(), None, None).dup_region_items()

    def test_shipped_standards_judge_each_district_by_itself(self):
        for name in ("cn-2017-quality", "cn-2012-basic", "cn-2020-preschool"):
            self.assertEqual(self.items(Balance.Standard.lookup(name)), [], name)

    def test_what_sums_over_the_region(self):
        standard = Balance.Standard.new_from_bytes(GLib.Bytes.new(PACK.encode()), "region.yaml")
        self.assertEqual(self.items(standard), ["mean", "M", "P2"])
        # indicators have their values whatever is asked
        self.assertEqual(self.items(standard, "all"), ["M", "P2"])

    def test_choices_among_all_districts(self):
        path = os.path.join(os.environ["BALANCE_SOURCE_DIR"], "examples", "packs", "city-targets-example.yaml")
        standard = Balance.Standard.new_from_file(path)
        items = self.items(standard)
        self.assertGreater(len(items), 0)


if __name__ == "__main__":
    unittest.main()
