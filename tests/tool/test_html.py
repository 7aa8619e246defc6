# SPDX-License-Identifier: LGPL-2.1-or-later
"""The HTML report as a document: well-formed, closed against whatever stands in the data, and with the figures of the
JSON report. How it looks and behaves in a browser is tested by tests/full/browser.sh."""

import base64
import hashlib
import json
import os
import re
import unittest

import html5lib

from test_tool import HEADER, ToolCase

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "=cmd()",
    "\"double\" and 'single' &amp;",
    "\u202eright to left\u202c",
    "line\u2028separator",
    "@data@ @title@",
    "]]><svg onload=alert(1)>",
]


def quoted(value):
    return '"' + value.replace('"', '""') + '"'


class HtmlCase(ToolCase):
    def report(self, *rows, options=(), status=1, language="zh"):
        table = self.table(*rows)
        self.run_tool("evaluate", table, "--standard", self.pack, "--format", "html", "--lang", language, *options, status=status)
        self.page = self.out
        # strict: the first fault raises
        self.tree = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False).parse(self.page)
        self.data = json.loads(self.element("script", id="data").text)
        return self.data

    def element(self, tag, **attributes):
        found = [e for e in self.tree.iter(tag) if all(e.get(k) == v for k, v in attributes.items())]
        self.assertEqual(len(found), 1, (tag, attributes))
        return found[0]

    def text(self, entry, language=0):
        entry = self.data["texts"][entry]
        return entry if isinstance(entry, str) else entry[language]

    def json_report(self, *rows, options=()):
        return json.loads(self.run_tool("evaluate", self.table(*rows), "--standard", self.pack, "--format", "json", *options, status=1))


GOOD = [
    "D1,东县（合成）,S1,东县第一小学,primary,200,10,3",
    "D1,东县（合成）,S2,东县第二小学,primary,400,20,6",
    "D1,东县（合成）,S3,东县第三小学,primary,100,1,5",
    "D1,东县（合成）,S4,东县第四小学,primary,100,,5",
    "D1,东县（合成）,S5,东县初中,junior,300,20,5",
]


class Document(HtmlCase):
    def test_head(self):
        self.report(*GOOD)
        self.assertEqual(self.element("html").get("lang"), "zh")
        self.assertEqual(self.element("title").text, "东县（合成） · 小测试标准")
        self.assertEqual(self.data["language"], "zh")
        self.report(*GOOD, language="en")
        self.assertEqual(self.element("html").get("lang"), "en")
        self.assertEqual(self.element("title").text, "东县（合成） · A little standard")

    def test_policy_allows_only_what_is_in_the_page(self):
        self.report(*GOOD)
        policy = self.element("meta", **{"http-equiv": "Content-Security-Policy"}).get("content")
        rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
        self.assertEqual(rules["default-src"], "'none'")
        self.assertNotIn("unsafe", policy)

        def hashes(elements):
            return {"'sha256-" + base64.b64encode(hashlib.sha256(e.text.encode()).digest()).decode() + "'" for e in elements}

        scripts = [e for e in self.tree.iter("script") if e.get("type") != "application/json"]
        self.assertEqual(hashes(scripts), set(rules["script-src"].split()))
        self.assertEqual(hashes(self.tree.iter("style")), set(rules["style-src"].split()))

    def test_nothing_is_fetched(self):
        self.report(*GOOD)
        for element in self.tree.iter():
            if not isinstance(element.tag, str):
                continue
            self.assertNotIn(element.tag, ("link", "img", "iframe", "object", "embed", "base", "form"))
            for name in element.keys():
                self.assertNotIn(name, ("src", "href", "srcset", "action", "background"))
                self.assertFalse(name.startswith("on"), name)
        own = [e.text for e in self.tree.iter("script") if e.get("id") != "echarts"] + [e.text for e in self.tree.iter("style")]
        for text in own:
            self.assertNotRegex(text, r"https?://|url\(|@import|\bfetch\(|XMLHttpRequest|\beval\(|innerHTML|document\.write")

    def test_hostile_names(self):
        rows = [f"D1,{quoted(HOSTILE[0])},S{i},{quoted(name)},primary,100,1,1" for i, name in enumerate(HOSTILE)]
        self.report(*rows)
        self.assertEqual([one["name"] for one in self.data["districts"][0]["sections"]], HOSTILE)
        self.assertEqual(self.element("title").text, HOSTILE[0] + " · 小测试标准")
        # as many scripts as without them
        self.assertLessEqual(len(list(self.tree.iter("script"))), 3)
        raw = re.search(r'<script type="application/json" id="data">(.*?)</script>', self.page, re.DOTALL)[1]
        self.assertNotRegex(raw, "[<>&\u2028\u2029]")

    def test_both_languages(self):
        self.report(*GOOD)
        self.assertEqual((self.text(self.data["standard"]["title"]), self.text(self.data["standard"]["title"], 1)), ("小测试标准", "A little standard"))
        finding = next(f for f in self.data["findings"] if f["path"] == "schools/S3/primary/A")
        self.assertEqual(self.text(finding["subject"]), "东县第三小学（小学）")
        self.assertEqual(self.text(finding["subject"], 1), "东县第三小学 (Primary)")
        self.assertEqual(self.text(finding["margin_text"]), "差 3.50")
        self.assertEqual(self.text(finding["margin_text"], 1), "3.50 short")


class Figures(HtmlCase):
    def test_same_as_json(self):
        self.report(*GOOD)
        expected = self.json_report(*GOOD)
        self.assertEqual(self.data["verdict"], expected["verdict"])
        shown, wanted = self.data["districts"][0], expected["districts"][0]
        for key in ("code", "name", "verdict"):
            self.assertEqual(shown[key], wanted[key])

        ids = [indicator["id"] for indicator in self.data["indicators"]]
        for one, other in zip(shown["sections"], wanted["sections"], strict=True):
            for key in ("school", "name", "stage", "weight", "verdict"):
                self.assertEqual(one[key], other[key])
            self.assertEqual({i: cell["value"] for i, cell in zip(ids, one["cells"], strict=True)}, other["values"])
            for i, cell in zip(ids, one["cells"]):
                self.assertIn(i, other[cell["state"]])

        for one, other in zip(shown["groups"], wanted["groups"], strict=True):
            for key in ("stage", "sections", "weight", "verdict", "composite_cv"):
                self.assertEqual(one[key], other[key])
            for cv, value in zip(one["indicators"], other["indicators"], strict=True):
                for key in ("id", "mean", "cv", "cv_limit", "verdict"):
                    self.assertEqual(cv[key], value[key])

        found = {f["path"]: f for f in self.data["findings"]}

        def compare(node):
            if "path" in node:
                finding = found[node["path"]]
                self.assertEqual(finding["verdict"], node["verdict"])
                for key in ("value", "limit", "margin"):
                    self.assertEqual(finding.get(key), node[key])
            for child in node["children"] + node.get("failing", []):
                compare({"children": [], **child})

        for node in wanted["requirements"]:
            compare(node)

    def test_explained_down_to_the_cell(self):
        self.report(*GOOD)
        third = next(one for one in self.data["districts"][0]["sections"] if one["school"] == "S3")
        finding = self.data["findings"][third["cells"][0]["finding"]]
        self.assertEqual((finding["path"], finding["verdict"], finding["value"], finding["limit"]), ("schools/S3/primary/A", "unmet", 1, 4.5))
        self.assertEqual(self.text(finding["formula"]), "100 pupil * atlases / pupils")
        operands = [self.data["operands"][i] for i in finding["operands"]]
        self.assertEqual([(o["field"], self.text(o["value"]), o["cell"]) for o in operands], [("atlases", "1", "G4"), ("pupils", "100", "F4")])
        self.assertTrue(self.text(operands[0]["file"]).endswith("table.csv"))

    def test_missing_is_missing(self):
        self.report(*GOOD)
        fourth = next(one for one in self.data["districts"][0]["sections"] if one["school"] == "S4")
        cell = fourth["cells"][0]
        self.assertEqual((cell["state"], cell["value"]), ("undetermined", None))
        self.assertNotIn("text", cell)
        operands = [self.data["operands"][i] for i in self.data["findings"][cell["finding"]]["operands"]]
        self.assertEqual([(o["field"], o["cell"]) for o in operands if o.get("missing")], [("atlases", "G5")])
        self.assertTrue(all("value" not in o for o in operands if o.get("missing")))

    def test_what_would_decide(self):
        self.report(*GOOD)
        found = {f["path"]: f for f in self.data["findings"]}
        sets = found["schools/S4/primary/A"]["deciding"]["sets"]
        self.assertEqual({one["verdict"] for one in sets}, {"met", "unmet"})
        for one in sets:
            self.assertEqual([self.data["operands"][i]["field"] for i in one["facts"]], ["atlases"])
            self.assertTrue(self.data["operands"][one["facts"][0]]["missing"])
        # what is known needs nothing
        self.assertNotIn("deciding", found["schools/S3/primary/A"])

    def test_reasons(self):
        self.report(*GOOD)
        reasons = self.data["districts"][0]["reasons"]
        self.assertEqual(reasons[0]["id"], "schools")
        self.assertEqual(reasons[0]["counts"], {"met": 3, "unmet": 1, "undetermined": 1, "not_applicable": 0})
        # what is unmet is named before what is undetermined
        self.assertEqual([self.data["findings"][i]["school"] for i in reasons[0]["findings"]], ["S3", "S4"])

    def test_problems(self):
        rows = GOOD + ["D1,东县（合成）,S6,坏<b>数据,primary,many,1,1"]
        self.report(*rows, options=["--skip-bad-rows"])
        [problem] = [p for p in self.data["problems"] if p.get("found") == "many"]
        self.assertEqual((problem["row"], problem["column_name"]), (7, "pupils"))
        for key in ("message", "expected"):
            self.assertNotEqual(self.text(problem[key]), self.text(problem[key], 1))


class Plan(HtmlCase):
    COSTS = ("costs: little\ntitle: {zh: 试验<b>单价, en: Test}\nyears: 2\nmeasures:\n"
             "- {id: atlas, title: {zh: 购置</script>地图册, en: Buy an atlas}, kind: add, changes: {atlases: 1}, cost: 30, source: test}\n")

    def plan(self, *rows, options=(), status=0):
        costs = self.write("costs.yaml", self.COSTS)
        try:
            self.run_tool("plan", self.table(*rows), "--standard", self.pack, "--as-of", "2024-06-01", "--costs", costs, "--format", "html", *options, status=status)
        except AssertionError:
            if "balance-solve" in self.err:
                self.skipTest("balance-solve is not built (coinor-libcbc-dev)")
            raise
        self.page = self.out
        self.tree = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False).parse(self.page)
        self.data = json.loads(self.element("script", id="data").text)
        return self.data["plan"]

    def test_pages(self):
        plan = self.plan(*GOOD[:2], "D1,东县（合成）,S3,东县第三小学,primary,100,1,2")
        self.assertEqual((plan["district"], plan["status"], plan["verdict_before"], plan["verdict_after"]), ("D1", "proven", "unmet", "met"))
        third = next(one for one in plan["sections"] if one["school"] == "S3")
        self.assertEqual((third["before"], third["after"]), ("unmet", "met"))
        cell = third["cells"][0]
        self.assertEqual((cell["before"]["state"], cell["before"]["value"], cell["after"]["state"]), ("unmet", 1, "met"))
        self.assertAlmostEqual(cell["before"]["distance"], (1 - 4.5) / 4.5, 15)
        self.assertGreaterEqual(cell["after"]["distance"], 0)
        item = next(one for one in plan["items"] if one["school"] == "S3")
        self.assertEqual([one["id"] for one in item["mends"]], ["A"])
        self.assertEqual(self.text(plan["measures"][0]["title"]), "购置</script>地图册")
        # the district as it is stands beside it
        self.assertEqual(self.data["districts"][0]["verdict"], "unmet")
        self.assertLessEqual(len(list(self.tree.iter("script"))), 3)

    def test_without_a_plan(self):
        plan = self.plan(*GOOD[:3], options=["--budget", "10", "--aim", "all"], status=1)
        self.assertEqual(plan["status"], "impossible")
        self.assertTrue(plan["barriers"])
        self.assertNotIn("sections", plan)

    def test_not_of_a_curve(self):
        self.run_tool("plan", self.table(*GOOD[:3]), "--standard", self.pack, "--costs", self.write("costs.yaml", self.COSTS), "--format", "html", "--curve", status=2)
        self.assertEqual(self.out, "")


class Tasks(HtmlCase):
    def test_of_a_store(self):
        store = os.path.join(self.folder, "county.balance")
        self.run_tool("import", self.write("years.csv", "year," + HEADER + "".join(f"2024,{row}\n" for row in GOOD[:3])), "--store", store, "--standard", self.pack)
        for title, deadline in (("购置</script>地图册", "2024-12-31"), ("=维修", "2025-06-30")):
            self.run_tool("tasks", "add", store, "district=D1", "school=S3", "school_name=东县第三小学", "stage=primary", "title=" + title, "requirements=A",
                          "deadline=" + deadline, "cost=300", "--who", "王芳")
        self.run_tool("tasks", "set", store, "2", "status=done", "finished=2025-01-05", "--who", "王芳")
        self.page = self.run_tool("tasks", "list", store, "--standard", self.pack, "--date", "2025-02-01", "--format", "html")
        self.tree = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False).parse(self.page)
        self.data = json.loads(self.element("script", id="data").text)
        own, = self.data["ledger"]["districts"]
        self.assertEqual([(one["id"], one["title"], one["status"], one.get("late", False)) for one in own["tasks"]],
                         [(1, "购置</script>地图册", "open", True), (2, "=维修", "done", False)])
        self.assertEqual([(one["quarter"], one["due"], one["done"], one["late"], one["finished"]) for one in own["quarters"]],
                         [("2024Q4", 1, 0, 1, 0), ("2025Q1", 0, 0, 0, 1), ("2025Q2", 1, 1, 0, 0)])
        self.assertEqual(self.data["verdict"], "unmet")
        self.assertNotIn("plan", self.data)
        self.assertLessEqual(len(list(self.tree.iter("script"))), 3)
        self.run_tool("tasks", "list", store, "--standard", self.pack, "--where", "status=done", "--format", "html", "--output", os.path.join(self.folder, "done.html"))
        with open(os.path.join(self.folder, "done.html"), encoding="utf-8") as file:
            self.assertNotIn("购置", file.read())


class Size(HtmlCase):
    def rows(self, district, n, atlases=10):
        return [f"{district},{district}（合成）,{district}S{i:04},第{i}小学,primary,200,{1 if i == 0 else atlases},3" for i in range(n)]

    def test_several_districts_in_full(self):
        self.report(*self.rows("A", 3), *self.rows("B", 3))
        self.assertEqual([len(d["sections"]) for d in self.data["districts"]], [3, 3])

    def test_many_districts_are_listed(self):
        rows = [row for i in range(51) for row in self.rows(f"D{i:02}", 2)]
        self.report(*rows)
        self.assertEqual(len(self.data["districts"]), 51)
        self.assertFalse(any("sections" in d for d in self.data["districts"]))
        self.assertEqual(self.data["findings"], [])
        self.report(*rows, options=["--district", "D03"])
        self.assertEqual([d["code"] for d in self.data["districts"] if "sections" in d], ["D03"])
        self.assertEqual(len(self.data["districts"]), 51)
        self.assertEqual(self.element("title").text, "D03（合成） · 小测试标准")

    def test_a_large_county_explains_what_is_not_met(self):
        self.report(*self.rows("A", 601))
        self.assertNotIn("everything", self.data)
        sections = self.data["districts"][0]["sections"]
        self.assertEqual(len(sections), 601)
        self.assertIn("finding", sections[0]["cells"][0])
        self.assertNotIn("finding", sections[1]["cells"][0])
        # the limit is there all the same
        self.assertEqual(sections[1]["cells"][0]["limit"], 4.5)
        self.report(*self.rows("A", 600))
        self.assertTrue(self.data["everything"])
        self.assertIn("finding", self.data["districts"][0]["sections"][1]["cells"][0])


if __name__ == "__main__":
    unittest.main()
