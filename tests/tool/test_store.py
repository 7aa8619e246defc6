# SPDX-License-Identifier: LGPL-2.1-or-later
"""Stores as users of the command meet them."""

import os
import sqlite3
import unittest

from test_tool import GOOD, HEADER, ToolCase

YEARS = "year," + HEADER

# something that is stated of all districts together
REGION = """\
pack: places
title: {zh: 学位, en: Places}
reference: synthetic
stages: [primary]
fields:
- {id: places, level: region, type: count, unit: pupil, title: {zh: 学位数, en: Places}}
requirements:
- {id: enough, each: region, title: {zh: 学位充足, en: Enough places}, value: places, unit: pupil, at_least: 1000}
"""


class StoreCase(ToolCase):
    def setUp(self):
        super().setUp()
        self.store = os.path.join(self.folder, "county.balance")

    def fill(self, *years):
        table = self.table(*[f"{year},{row}" for year in years for row in GOOD], header=YEARS)
        self.run_tool("import", table, "--store", self.store, "--standard", self.pack)
        return table

    def test_same_verdict(self):
        table = self.fill(2025)
        options = ["--standard", self.pack, "--as-of", "2025-09-01", "--format", "json"]
        from_table = self.run_tool("evaluate", table, *options)
        self.assertEqual(self.run_tool("evaluate", self.store, *options), from_table)
        out = self.run_tool("explain", self.store, "--standard", self.pack, "--school", "S1", "--indicator", "A")
        self.assertIn("table.csv", out)

    def test_years(self):
        self.fill(2024, 2025)
        for lang, years in ("en", "2024, 2025"), ("zh", "2024、2025"):
            self.run_tool("evaluate", self.store, "--standard", self.pack, "--lang", lang, status=2)
            self.assertIn(years, self.err)
            self.assertIn("--year", self.err)
        self.run_tool("evaluate", self.store, "--standard", self.pack, "--year", "1999", status=2)
        self.assertIn("1999", self.err)
        self.run_tool("evaluate", self.store, "--standard", self.pack, "--year", "2024")

    def test_modes(self):
        table = self.table(GOOD[0])
        self.run_tool("import", table, "--store", self.store, status=2)
        self.assertIn("year", self.err)
        self.run_tool("import", table, "--store", self.store, "--year", "2025", "--lang", "zh")
        self.assertIn("2025 年度", self.out)
        self.run_tool("import", table, "--store", self.store, "--year", "2025", status=2)
        self.assertIn("--replace", self.err)
        other = self.table(GOOD[1], name="other.csv")
        self.run_tool("import", other, "--store", self.store, "--year", "2025", "--merge")
        self.assertIn("districts: 1", self.out)
        with sqlite3.connect(self.store) as db:
            self.assertEqual(db.execute("SELECT count(*) FROM v_schools").fetchone(), (2,))
        self.run_tool("import", other, "--store", self.store, "--year", "2025", "--replace")
        with sqlite3.connect(self.store) as db:
            self.assertEqual(db.execute("SELECT school FROM v_schools").fetchall(), [("S2",)])

    def test_save_and_info(self):
        table = self.fill(2025)
        self.run_tool("evaluate", table, "--standard", self.pack, "--save", status=2)
        self.run_tool("evaluate", self.store, "--standard", self.pack, "--as-of", "2025-09-01", "--save")
        for lang, words in ("en", ["Year 2025", "table.csv", "little", "met"]), ("zh", ["2025 年度", "table.csv", "little", "达标"]):
            out = self.run_tool("store", "info", self.store, "--lang", lang)
            for word in words:
                self.assertIn(word, out)
        self.assertIn("sound", self.run_tool("store", "check", self.store))

    def test_sources_without_digest(self):
        self.fill(2025)
        with sqlite3.connect(self.store) as db:
            digest, = db.execute("SELECT digest FROM sources").fetchone()
        self.assertEqual(len(digest), 64)
        self.assertIn(digest[:12], self.run_tool("store", "info", self.store))
        with sqlite3.connect(self.store) as db:
            db.execute("UPDATE sources SET digest = NULL")
        for lang, words in ("en", "no digest"), ("zh", "无摘要"):
            self.assertIn(words, self.run_tool("store", "info", self.store, "--lang", lang))
        self.assertIn("sound", self.run_tool("store", "check", self.store))

    def test_export_reads_back(self):
        self.fill(2025)
        self.run_tool("store", "export", self.store, "--year", "2025", "--output", self.folder)
        options = ["--standard", self.pack, "--as-of", "2025-09-01", "--format", "csv"]
        self.assertEqual(self.run_tool("evaluate", *self.exported(), *options), self.run_tool("evaluate", self.store, *options))

    def exported(self):
        return [os.path.join(self.folder, f"2025-{level}.csv") for level in ("region", "districts", "schools", "sections")]

    def test_export_makes_the_folder(self):
        self.fill(2025)
        folder = os.path.join(self.folder, "new", "tables")
        self.run_tool("store", "export", self.store, "--year", "2025", "--output", folder)
        self.assertEqual(len(os.listdir(folder)), 4)
        self.run_tool("store", "export", self.store, "--year", "2025", "--output", self.store, status=2)

    def test_export_keeps_the_region(self):
        pack = self.write("places.yaml", REGION)
        table = self.table(*[f"2025,{row}" for row in GOOD], header=YEARS)
        region = self.write("region.csv", "year,places\n2025,1500\n")
        options = ["--standard", pack, "--as-of", "2025-09-01", "--lang", "en"]
        self.run_tool("evaluate", table, region, *options)
        self.run_tool("evaluate", table, *options, status=1)    # without it nobody knows
        self.run_tool("import", table, region, "--store", self.store, "--standard", pack)
        self.run_tool("store", "export", self.store, "--year", "2025", "--output", self.folder)
        self.run_tool("evaluate", *self.exported(), *options)

    def test_audit_of_the_years(self):
        self.fill(2024, 2025)
        from_store = self.run_tool("audit", self.store, "--standard", self.pack, "--year", "2025", "--format", "json", status=0)
        table = self.table(*[f"{year},{row}" for year in (2024, 2025) for row in GOOD], header=YEARS)
        self.assertEqual(self.run_tool("audit", table, "--standard", self.pack, "--year", "2025", "--format", "json", status=0), from_store)

    def test_refusals(self):
        table = self.fill(2025)
        self.run_tool("evaluate", self.store, table, "--standard", self.pack, status=2)
        self.assertIn("alone", self.err)
        self.run_tool("store", "info", table, status=2)
        self.assertIn("no store", self.err)
        self.run_tool("store", "check", os.path.join(self.folder, "none.balance"), "--lang", "zh", status=2)
        self.assertIn("没有文件", self.err)
        with open(self.store, "r+b") as file:
            file.truncate(5000)
        self.run_tool("store", "check", self.store, status=2)


if __name__ == "__main__":
    unittest.main()
