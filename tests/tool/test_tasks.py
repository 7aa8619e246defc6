# SPDX-License-Identifier: LGPL-2.1-or-later
"""The ledger as users of the command meet it."""

import json
import os
import re
import unittest

from test_tool import HEADER, ToolCase, width

YEARS = "year," + HEADER

ROWS = ["2025,D1,东县（合成）,S1,东县第一小学,primary,200,10,3", "2025,D1,东县（合成）,S2,东县第二小学,primary,1000,44,20"]
NEXT = ["2026,D1,东县（合成）,S1,东县第一小学,primary,200,10,3", "2026,D1,东县（合成）,S2,东县第二小学,primary,1000,45,20"]


class TasksCase(ToolCase):
    def setUp(self):
        super().setUp()
        self.store = os.path.join(self.folder, "county.balance")
        self.judge = ["--standard", self.pack, "--as-of", "2025-09-01"]
        self.bring(ROWS)
        self.run_tool("gaps", self.store, *self.judge, "--tasks", "--deadline", "2026-06-30", "--who", "张三", "--lang", "zh")

    def bring(self, rows):
        table = self.table(*rows, header=YEARS)
        self.run_tool("import", table, "--store", self.store, "--standard", self.pack)

    def list(self, *options):
        return json.loads(self.run_tool("tasks", "list", self.store, "--format", "json", *options))["tasks"]

    def test_shown(self):
        task, = self.list("--lang", "zh")
        self.assertEqual((task["school"], task["requirements"], task["quantity"], task["deadline"]), ("S2", ["A"], "1", "2026-06-30"))
        self.run_tool("tasks", "set", self.store, "1", "进展=整改中", "per cent=50%", "责任单位=教育局", "--who", "李四")
        for language, late in (("zh", "逾期"), ("en", "late")):
            for action, more in (("list", []), ("summary", ["--by", "unit"]), ("history", [])):
                out = self.run_tool("tasks", action, self.store, *more, "--lang", language, "--date", "2026-07-01")
                for line in out.splitlines():
                    self.assertLessEqual(width(line), 80, line)
                if action != "history":
                    self.assertIn(late, out.lower())
        self.assertIn("50%", self.run_tool("tasks", "list", self.store, "--lang", "zh"))
        self.assertEqual(len(self.list("--late", "--date", "2026-06-30")), 0)
        self.assertEqual(len(self.list("--late", "--date", "2026-07-01", "--where", "进展=整改中")), 1)
        self.assertEqual(len(self.list("--where", "school=S1")), 0)
        changes = json.loads(self.run_tool("tasks", "history", self.store, "1", "--format", "json"))["changes"]
        self.assertEqual([(c["field"], c["old"], c["new"]) for c in changes if c["who"] == "李四"],
                         [("responsible_unit", None, "教育局"), ("status", "open", "under_way"), ("progress", None, "50")])
        first = min(c["revision"] for c in changes if c["who"] == "李四") - 1
        self.assertEqual(self.list("--revision", str(first))[0]["status"], "open")

    def test_verified(self):
        self.run_tool("tasks", "set", self.store, "1", "status=done", "--who", "李四", "--date", "2026-05-01")
        self.assertEqual(self.list()[0]["finished"], "2026-05-01")
        verify = ["tasks", "verify", self.store, "--year", "2026", "--standard", self.pack, "--as-of", "2026-09-01", "--who", "核验组", "--date", "2026-09-01"]
        # the effect is not in the facts of the year after
        self.bring([row.replace("2025,", "2026,") for row in ROWS])
        out = self.run_tool(*verify, "--lang", "zh", status=1)
        self.assertIn("重新整改", out)
        for line in out.splitlines():
            self.assertLessEqual(width(line), 80, line)
        self.assertEqual(self.list()[0]["status"], "open")
        table = self.table(*NEXT, header=YEARS)
        self.run_tool("import", table, "--store", self.store, "--standard", self.pack, "--replace")
        seen = json.loads(self.run_tool(*verify, "--dry-run", "--format", "json"))
        self.assertEqual((seen["closed"], seen["tasks"][0]["verdicts"]), (1, {"A": "met"}))
        self.assertEqual(self.list()[0]["status"], "open")
        self.assertIn("verified", self.run_tool(*verify, "--lang", "en"))
        self.assertEqual((self.list()[0]["status"], self.list()[0]["verified_year"]), ("verified", 2026))

    def test_workbook(self):
        path = os.path.join(self.folder, "tasks.xlsx")
        self.run_tool("tasks", "export", self.store, "--output", path, "--lang", "zh")
        self.run_tool("tasks", "import", self.store, path, "--who", "王")
        self.run_tool("tasks", "list", self.store, "--format", "csv", "--output", os.path.join(self.folder, "tasks.csv"))
        with open(os.path.join(self.folder, "tasks.csv"), encoding="utf-8-sig") as file:
            self.assertEqual(len(file.readlines()), 2)

    def test_made_again(self):
        self.run_tool("tasks", "set", self.store, "1", "title=买书", "deadline=2026-05-31", "progress=10", "status=under_way", "--who", "李四")
        self.run_tool("gaps", self.store, *self.judge, "--tasks", "--who", "张三", "--lang", "en")
        task, = self.list()
        # words, days and progress stay as people wrote them
        self.assertEqual((task["title"], task["deadline"], task["progress"]), ("买书", "2026-05-31", 10))
        self.run_tool("gaps", self.store, *self.judge, "--tasks", "--deadline", "2026-07-31", "--who", "张三")
        self.assertEqual(self.list()[0]["deadline"], "2026-07-31")

    def test_added(self):
        self.run_tool("tasks", "add", self.store, "district=D1", "title=培训", "cost=2万元", "depends_on=1", "--who", "张三")
        out = self.run_tool("tasks", "list", self.store, "--lang", "en")
        self.assertIn("20000 yuan; waits for 1", re.sub(r"\s+", " ", out))

    def test_wrong(self):
        for arguments in (["list"], ["burn", self.store], ["list", self.store, "extra"], ["add", self.store, "district=D1", "title=t"], ["set", self.store, "1", "status=verified", "--who", "x"],
                          ["set", self.store, "9", "status=done", "--who", "x"], ["set", self.store, "one", "--who", "x"], ["set", self.store, "1", "done", "--who", "x"],
                          ["import", self.store, self.pack, "--who", "x"], ["list", self.store, "--where", "colour=red"], ["list", self.store, "--date", "soon"],
                          ["list", self.store, "--revision", "99999"], ["summary", self.store, "--by", "age"], ["list", self.store, "--format", "xml"], ["verify", self.store]):
            self.run_tool("tasks", *arguments, status=2)
        self.run_tool("gaps", self.store, *self.judge, "--tasks", status=2)

    def test_option_without_effect(self):
        for arguments in (["tasks", "history", self.store, "--late"], ["tasks", "verify", self.store, "--year", "2026", "--where", "school=S1"],
                          ["tasks", "list", self.store, "--by", "unit"], ["tasks", "list", self.store, "--dry-run"],
                          ["gaps", self.store, *self.judge, "--deadline", "2026-06-30"], ["gaps", self.store, *self.judge, "--who", "张三"],
                          ["gaps", self.store, *self.judge, "--tasks", "--plan", "gaps.xlsx", "--who", "张三"],
                          ["plan", self.store, *self.judge, "--costs", "example", "--who", "张三"],
                          ["plan", self.store, *self.judge, "--costs", "example", "--start", "2026-01-01"]):
            for language, words in (("en", ("go with", "goes with", "choose one")), ("zh", ("只用于", "只能选一个"))):
                self.run_tool(*arguments, "--lang", language, status=2)
                self.assertTrue(any(word in self.err for word in words), self.err)

    def test_start_is_read_first(self):
        self.run_tool("plan", self.store, *self.judge, "--costs", "example", "--tasks", "--start", "soon", "--who", "张三", status=2)
        self.assertIn("soon", self.err)
        self.assertEqual(self.out, "")

    def test_history_of_nothing(self):
        for language, words in (("en", "no task 9"), ("zh", "没有任务 9")):
            self.run_tool("tasks", "history", self.store, "9", "--lang", language, status=2)
            self.assertIn(words, self.err)


if __name__ == "__main__":
    unittest.main()
