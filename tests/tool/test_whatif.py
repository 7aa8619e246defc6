# SPDX-License-Identifier: LGPL-2.1-or-later
"""balance whatif: proposals on the synthetic county and city, side by side, in both languages, and their faults."""

import json
import os
import unittest
from fractions import Fraction

from test_tool import ToolCase

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
CITY = os.path.join(SOURCE, "examples", "data", "example-city.csv")
COUNTY = os.path.join(SOURCE, "examples", "data", "sample-county.csv")
SCENARIOS = os.path.join(SOURCE, "examples", "scenarios")
DATED = ("--only", "resources", "--as-of", "2026-09-01")


class WhatIf(ToolCase):
    def city(self, *args, status=1):
        return self.run_tool("whatif", CITY, os.path.join(SCENARIOS, "example-city.yaml"), *DATED, *args, status=status)

    def test_help(self):
        for language in ("en", "zh"):
            out = self.run_tool("whatif", "--help", "--lang", language)
            self.assertFits(out)
            for action in ("set", "add", "clear", "move", "hand_over", "merge", "close", "open", "extend", "recode", "grow"):
                self.assertIn(action, out)

    def test_side_by_side(self):
        out = self.city("--lang", "zh")
        self.assertFits(out)
        for text in ("方案比较", "现状", "市直小学划归东区", "结论改变", "余量缩小", "占差异系数平方的比例"):
            self.assertIn(text, out)
        out = self.city("--lang", "en")
        self.assertFits(out)
        self.assertIn("Side by side", out)
        out = self.city("--lang", "en", "--proposal", "some")
        self.assertNotIn("Side by side", out)

    def test_county(self):
        for language in ("en", "zh"):
            self.assertFits(self.run_tool("whatif", COUNTY, os.path.join(SCENARIOS, "sample-county.yaml"), *DATED, "--lang", language, status=1))

    def test_json(self):
        document = json.loads(self.city("--format", "json"))
        self.assertEqual([p["id"] for p in document["proposals"]], ["some", "all", "with_merger"])
        some = document["proposals"][0]
        # giver and taker
        self.assertEqual({d["code"]: (d["before"], d["after"]) for d in some["districts"]},
                         {"990100": ("unmet", "met"), "990101": ("met", "unmet")})
        self.assertTrue(any(e["kind"] == "flipped" for e in some["effects"]))
        n = 0
        for proposal in document["proposals"]:
            for effect in proposal["effects"]:
                if not effect.get("contributions"):
                    continue
                square = Fraction(effect["after"]["exact"].removeprefix("sqrt(").removesuffix(")"))
                self.assertEqual(sum(Fraction(c["exact"]) for c in effect["contributions"]), square)
                self.assertAlmostEqual(effect["after"]["value"] ** 2, float(square), 12)
                n += 1
        self.assertGreater(n, 10)

    def test_faults(self):
        path = self.write("bad.yaml", "proposals:\n- id: x\n  actions:\n  - merge: {schools: [nobody], into: 东区第一小学}\n"
                                      "  - move: {bundle: pupils, number: 9999, from: 东区第一小学, to: 东区第二小学}\n")
        self.run_tool("whatif", CITY, path, *DATED, "--lang", "zh", status=2)
        self.assertEqual(self.out, "")
        self.assertIn("nobody", self.err)
        self.assertIn("将低于零", self.err)
        self.assertIn("4:", self.err)
        self.assertIn("5:", self.err)
        self.run_tool("whatif", CITY, self.write("odd.yaml", "proposals:\n- id: x\n  actions:\n  - melt: {}\n"), *DATED, status=2)
        self.assertIn("melt", self.err)
        self.run_tool("whatif", CITY, status=2)
        self.city("--proposal", "nosuch", status=2)
        self.city("--format", "html", status=2)


if __name__ == "__main__":
    unittest.main()
