# SPDX-License-Identifier: LGPL-2.1-or-later
"""balance inspect, and files in other encodings."""

import json
import unittest

from test_tool import GOOD, HEADER, ToolCase

CHINESE = (
    "2024年东县（合成）学校情况表,,,,,\n"
    "区县代码：D1,,,,,\n"
    "学校代码,学校名称,小学,,初中,颜色\n"
    ",,在校生数,班级数,在校生数,\n"
    "S1,东县第一小学,\"1,200\",30,—,红\n"
    "合计,,1200,30,,\n"
)


class Inspect(ToolCase):
    def chinese(self, encoding="gb18030"):
        path = self.write("county.csv", "")
        with open(path, "w", encoding=encoding) as file:
            file.write(CHINESE)
        return path

    def test_text(self):
        path = self.chinese()
        for language in ("zh", "en"):
            out = self.run_tool("inspect", path, "--lang", language)
            self.assertFits(out)
            for part in ("GB18030", "pupils.primary", "classes.primary", "pupils.junior", "小学在校生数", "颜色", "东县第一小学"):
                self.assertIn(part, out)
        self.assertNotRegex(self.run_tool("inspect", path, "--lang", "zh"), "headers|columns")

    def test_json(self):
        whole = json.loads(self.run_tool("inspect", self.chinese(), self.table(*GOOD), "--format", "json"))
        self.assertEqual([file["encoding"] for file in whole], ["GB18030", "UTF-8"])
        sheet = whole[0]["sheets"][0]
        self.assertEqual((sheet["first_header_row"], sheet["last_header_row"], sheet["kind"]), (3, 4, "schools"))
        self.assertEqual([column["field"] for column in sheet["columns"]],
                         ["school_code", "school_name", "pupils", "classes", "pupils", None, "district_code", "year"])
        self.assertEqual(sheet["columns"][5]["problem"]["kind"], "unknown-column")
        self.assertEqual(sheet["samples"], [{"row": 5, "cells": ["S1", "东县第一小学", "1,200", "30", "—", "红"]}])

    def test_map_and_standard(self):
        path = self.write("foreign.csv", "cds,lvl,enr,red\n1,E,5,6\n")
        rules = self.write("map.yaml", "map: m\ncolumns: {school_code: cds, stage: lvl, pupils: enr}\nderive: {atlases: red * 2}\nvalues: {stage: {E: primary}}\n")
        out = self.run_tool("inspect", path, "--map", rules, "--standard", self.pack, "--format", "json")
        columns = json.loads(out)[0]["sheets"][0]["columns"]
        self.assertEqual([column["field"] for column in columns], ["school_code", "stage", "pupils", None])
        self.assertTrue(columns[3]["in_formula"])

    def test_statuses(self):
        self.run_tool("inspect", status=2)
        self.run_tool("inspect", "absent.csv", status=2)
        self.run_tool("inspect", self.table(*GOOD), "--format", "xml", status=2)
        self.run_tool("inspect", self.write("empty.csv", ""), status=2)
        self.assertIn("empty", self.out)
        self.run_tool("inspect", self.chinese(), "--encoding", "no-such", status=2)
        self.assertIn("no-such", self.err)

    def test_given_encoding(self):
        self.evaluate(self.table(*GOOD), "--encoding", "UTF-16LE", status=2)
        self.assertIn("none of the columns is known", self.err)
        path = self.write("gbk.csv", "")
        with open(path, "w", encoding="gbk") as file:
            file.write(HEADER + "".join(row + "\n" for row in GOOD))
        plain = self.evaluate(self.table(*GOOD))
        self.assertEqual(self.evaluate(path), plain)
        self.assertEqual(self.evaluate(path, "--encoding", "GB18030"), plain)


if __name__ == "__main__":
    unittest.main()
