# SPDX-License-Identifier: LGPL-2.1-or-later
"""The ledger through a year of quarters: plan, tasks, updates, the workbook back, a new census, what slipped."""

import io
import json
import os
import sqlite3
import tempfile
import unittest

import gi
import openpyxl

gi.require_version("Balance", "1.0")
from gi.repository import Balance, Gio, GLib

PACK = """\
pack: teachers
title: {zh: 教师（合成）, en: Teachers (synthetic)}
reference: synthetic
effective: 2020-01-01
stages: [primary]
weight: pupils
requirements:
- {id: enough, each: section, title: {zh: 生师比, en: Teachers per pupil}, value: teachers / pupils, unit: teacher/pupil, at_least: 0.1, decimals: 3}
"""

COSTS = """\
costs: synthetic
title: {zh: 合成单价, en: Synthetic costs}
years: 2
budget: [900000, 900000]
measures:
- {id: hire, title: {zh: 招聘教师, en: Hire a teacher}, kind: add, changes: {teachers: 1}, cost: 100000, source: test}
"""

SCHOOLS = {"S1": 95, "S2": 94, "S3": 120, "S4": 97}     # teachers for 1000 pupils; 100 are asked


def written(function, *args):
    stream = Gio.MemoryOutputStream.new_resizable()
    function(*args, stream, None)
    stream.close(None)
    return stream.steal_as_bytes().get_data()


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = os.path.join(self.folder, "county.balance")
        self.store = Balance.Store.open(self.path, Balance.StoreMode.CREATE)
        self.standard = Balance.Standard.new_from_bytes(GLib.Bytes.new(PACK.encode()), "pack.yaml")
        self.evaluator = Balance.Evaluator.new_full(self.standard, "2026-01-01", Balance.Concessions.AUTO, None, None, 1)

    def census(self, year, teachers):
        path = os.path.join(self.folder, f"{year}.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("year,district_code,district_name,school_code,school_name,stage,pupils,teachers\n")
            for code, n in teachers.items():
                file.write(f"{year},D1,合成县,{code},{code}小学,primary,1000,{n}\n")
        result = Balance.Reader.new(self.standard.get_dictionary(), None, False).read([path], None, None)
        self.store.put(result, 0, Balance.StorePutMode.REPLACE, None, None)
        return self.evaluator.evaluate(self.store.read_census(year, None), None, None)

    def ledger(self, as_of=None):
        return self.store.read_ledger(as_of, 0)

    def plan(self):
        evaluation = self.census(2025, SCHOOLS)
        costs = Balance.Costs.new_from_bytes(GLib.Bytes.new(COSTS.encode()), "costs.yaml", self.standard.get_dictionary())
        plan = Balance.Planner.new(self.evaluator, costs).plan(evaluation.get_census(), None, None)
        ledger = Balance.Ledger.new_from_plan(plan, "2026-01-01", "zh")
        self.assertEqual(self.store.put_ledger(ledger, "张"), (True, len(ledger), 0))
        return ledger

    def book(self, as_of, edit, language="zh"):
        """The workbook of the ledger, edited: a function of the sheet and its columns by header."""
        book = openpyxl.load_workbook(io.BytesIO(written(self.ledger(as_of).write_xlsx, language)))
        sheet = book.worksheets[0]
        edit(sheet, {cell.value: cell.column for cell in sheet[3]})
        out = io.BytesIO()
        book.save(out)
        return GLib.Bytes.new(out.getvalue())

    def bring(self, book, who="王", as_of=None):
        return self.store.import_tasks(book, "tasks.xlsx", who, as_of, None)[1:]

    def status(self):
        return {task.get_id(): task.get_status().value_nick for task in self.ledger()}


class Year(Case):
    def test_year(self):
        tasks = list(self.plan())
        self.assertEqual(sum(int(t.get_quantity()) for t in tasks), 5 + 6 + 3)
        self.assertEqual({t.get_phase() for t in tasks}, {1, 2})
        for task in self.ledger():
            self.assertEqual(task.dup_requirements(), ["enough"])
            self.assertEqual(task.dup_fields(), ["teachers"])
            self.assertEqual(task.dup_before(), [str(SCHOOLS[task.get_school_code()])])
            self.assertEqual(task.get_cost(), 100000 * int(task.get_quantity()))
        self.assertEqual({t.get_deadline() for t in tasks}, {"2026-12-31", "2027-12-31"})

        # first quarter: who does it, by the workbook; nobody is asked for dates in one way only
        def assign(sheet, column):
            for row in range(4, 4 + len(tasks)):
                sheet.cell(row, column["责任单位"]).value = "县教育局"
                sheet.cell(row, column["责任人"]).value = "李四"
            sheet.cell(4, column["进展"]).value = "整改中"
            sheet.cell(4, column["完成百分比"]).value = 60
            sheet.cell(4, column["完成时限"]).value = "2026年6月30日"

        self.assertEqual(self.bring(self.book("2026-03-31", assign))[:2], (0, len(tasks)))
        first = self.ledger().find(1)
        self.assertEqual((first.get_responsible_unit(), first.get_progress(), first.get_deadline()), ("县教育局", 60, "2026-06-30"))
        # the same book again changes nothing: it is of an older revision, and says what stands there now
        self.assertEqual(self.bring(self.book("2026-03-31", lambda sheet, column: None))[:2], (0, 0))

        # second quarter: 60 per cent are nothing
        total = self.ledger("2026-07-01").get_total()
        self.assertEqual((total.get_n_done(), total.get_n_late(), total.get_cost_done()), (0, 1, 0.0))
        self.assertEqual(total.get_cost_late(), first.get_cost())

        # third quarter: all say they are done; a new task is written below
        def finish(sheet, column):
            for row in range(4, 4 + len(tasks)):
                sheet.cell(row, column["进展"]).value = "已完成"
                sheet.cell(row, column["完成日期"]).value = "2026-08-20"
            row = 4 + len(tasks)
            sheet.cell(row, column["区县代码"]).value = "D1"
            sheet.cell(row, column["整改措施"]).value = "培训校长"
            sheet.cell(row, column["费用（元）"]).value = "2.5万元"

        self.assertEqual(self.bring(self.book("2026-09-30", finish))[:2], (1, len(tasks)))
        quarters = {s.get_quarter(): s for s in self.ledger("2026-09-30").summarise(Balance.TaskGrouping.QUARTER)}
        self.assertEqual(quarters["2026Q3"].get_n_finished(), len(tasks))
        self.assertEqual(quarters["2026Q2"].get_n_late(), 0)
        self.assertEqual(quarters[None].get_n_due(), 1)

        # the census: S2 has one teacher too few
        seen = self.store.verify_tasks(self.census(2026, {"S1": 100, "S2": 99, "S3": 120, "S4": 100}), "2026-09-01", "核验组")
        reopened = [o for o in seen if o.get_reopened()]
        self.assertEqual({o.get_before().get_school_code() for o in reopened}, {"S2"})
        self.assertEqual(len(reopened), 1)
        for outcome in seen:
            if outcome.get_before().get_school_code() == "S2":
                self.assertEqual(outcome.dup_actual(), ["5"])
                self.assertEqual(outcome.get_verdict("enough"), Balance.Verdict.UNMET)
        self.assertEqual(sorted(set(self.status().values())), ["open", "verified"])

        # the year after: one more there, and S1 has lost what it had
        change = self.ledger().find(reopened[0].get_before().get_id()).amend(["status"], ["已完成"])
        self.store.put_tasks([change], "李四", "2027-08-01")
        seen = self.store.verify_tasks(self.census(2027, {"S1": 96, "S2": 100, "S3": 120, "S4": 100}), "2027-09-01", "核验组")
        self.assertEqual({o.get_before().get_school_code() for o in seen if o.get_reopened()}, {"S1"})
        self.assertEqual({o.get_before().get_school_code() for o in seen if o.get_closed()}, {"S2"})
        self.assertTrue(self.store.check(None))

        # replayed by another program, the history gives what stands there
        with sqlite3.connect(self.path) as other:
            state = {}
            for task, field, old, new in other.execute("SELECT task, field, old, new FROM task_changes ORDER BY id"):
                self.assertEqual(state.get((task, field)), old)
                state[task, field] = new
            names = [row[1] for row in other.execute("PRAGMA table_info (tasks)")]
            for row in other.execute("SELECT * FROM tasks"):
                for name, value in list(zip(names, row))[1:]:
                    self.assertEqual(state.get((row[0], name)), None if value is None else str(value))
            self.assertGreater(other.execute("SELECT count(*) FROM v_tasks WHERE status = 'verified' AND cost > 0").fetchone()[0], 0)

    def test_forms(self):
        self.plan()
        ledger = self.ledger("2026-03-31")
        document = json.loads(written(ledger.write_json, "en"))
        self.assertEqual([t["task"] for t in document["tasks"]], [t.get_id() for t in ledger])
        self.assertEqual(document["total"]["cost_due"], 1400000)
        self.assertIn("招聘教师", written(ledger.write_csv).decode())
        book = openpyxl.load_workbook(io.BytesIO(written(ledger.write_xlsx, "en")))
        self.assertEqual([sheet.title for sheet in book.worksheets], ["Tasks", "Quarters"])
        choices = [v.formula1 for v in book.worksheets[0].data_validations.dataValidation if v.type == "list"]
        self.assertTrue(any("under way" in c for c in choices))
        self.assertFalse(any("verified" in c for c in choices))


class Book(Case):
    """Every bad workbook is refused whole, with all that is wrong."""

    def setUp(self):
        super().setUp()
        for n in range(5):
            self.store.put_tasks([Balance.Task.new(["district", "title", "school", "unit", "quantity"], ["D1", f"任务{n}", f"S{n}", "个", "12.50"])], "张", None)

    def refused(self, edit, language="zh"):
        book = self.book(None, edit, language)
        before = written(self.ledger().write_json, "en")
        with self.assertRaises(GLib.Error) as caught:
            self.bring(book)
        self.assertIn("\n", caught.exception.message)
        self.assertEqual(written(self.ledger().write_json, "en"), before)
        return caught.exception.message

    def test_all_problems_at_once(self):
        def edit(sheet, column):
            sheet.cell(4, column["完成时限"]).value = "月底"
            sheet.cell(5, column["进展"]).value = "已销号"
            sheet.cell(6, column["版本号"]).value = None
            sheet.cell(7, column["前置任务"]).value = "77"
            sheet.cell(8, column["任务编号"]).value = 1
            sheet.cell(9, column["整改措施"]).value = "新任务无区县"
            sheet.cell(10, column["区县代码"]).value = "D1"

        message = self.refused(edit)
        self.assertIn("月底", message)
        # the tool shows all of them; here they are counted
        self.assertIn("7", message.rsplit("\n", 1)[-1])
        self.assertIn("整改台账", message)

    def test_single_problems(self):
        for header, value, said in (("费用（元）", "很多", "很多"), ("数量", -3, "-3"), ("完成百分比", 40, "整改中"), ("核验年度", 2026, "核验"), ("进展", "不再整改", "理由"),
                                    ("任务编号", 99, "99"), ("任务编号", "甲", "甲"), ("类别", None, "不能为空"), ("版本号", 10000, "10000"), ("区县代码", None, "区县代码")):
            with self.subTest(header=header):
                def edit(sheet, column):
                    sheet.cell(4, column[header]).value = value
                    sheet.cell(5, column["整改措施"]).value = "改写"
                self.assertIn(said, self.refused(edit))

    def test_conflict(self):
        def edit(sheet, column):
            sheet.cell(4, column["完成时限"]).value = "2026-12-31"
            sheet.cell(5, column["佐证材料"]).value = "照片"

        book = self.book(None, edit)
        self.store.put_tasks([self.ledger().find(1).amend(["deadline"], ["2026-10-01"])], "李", None)
        with self.assertRaises(GLib.Error) as caught:
            self.bring(book)
        for word in ("2026-10-01", "2026-12-31", "已有他人修改", "somebody else"):
            self.assertIn(word, caught.exception.message)
        self.assertIsNone(self.ledger().find(2).get_evidence())

    def test_sorted_and_left_out(self):
        def edit(sheet, column):
            rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=8)]
            sheet.delete_rows(4, 5)
            for number, row in enumerate(reversed(rows[1:])):
                for place, value in enumerate(row):
                    sheet.cell(4 + number, place + 1).value = value
            sheet.cell(4, column["Evidence"]).value = "photo"
            sheet.cell(3, 40).value = "remarks of ours"

        added, changed, problems = self.bring(self.book(None, edit, "en"))
        self.assertEqual((added, changed), (0, 1))
        self.assertEqual([p.get_kind() for p in problems], ["unknown-column"])
        self.assertEqual(self.ledger().find(5).get_evidence(), "photo")
        # what two units share a title with is not changed by being read
        self.assertEqual({t.get_quantity() for t in self.ledger()}, {"12.5"})

    def test_no_table(self):
        empty = openpyxl.Workbook()
        out = io.BytesIO()
        empty.save(out)
        for content in (out.getvalue(), b"no workbook", b""):
            with self.assertRaises(GLib.Error):
                self.bring(GLib.Bytes.new(content))


if __name__ == "__main__":
    unittest.main()
