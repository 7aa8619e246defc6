# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a plan of the sample county becomes: the task book as a workbook, the pages of the HTML report."""

import io
import json
import math
import os
import re
import unittest
from collections import Counter

import gi
import openpyxl

gi.require_version("Balance", "1.0")
from gi.repository import Balance, Gio

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
DATA = os.path.join(SOURCE, "examples", "data")
SAMPLE = [os.path.join(DATA, "sample-county.csv"), os.path.join(DATA, "sample-county-facts.csv")]
COLUMNS = ["序号", "学校代码", "学校", "学段", "存在问题", "依据", "整改后预计", "整改措施", "数量", "单位", "调出学校", "费用（元）", "实施年度",
           "责任单位", "责任人", "完成时限", "进展", "备注"]


def written(function, *args):
    stream = Gio.MemoryOutputStream.new_resizable()
    function(*args, stream, None)
    stream.close(None)
    return stream.steal_as_bytes().get_data()


def data_of(page):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page.decode("utf-8"), re.DOTALL)[1])


def solver_is_built():
    return os.path.exists(os.path.join(os.environ.get("BALANCE_LIBEXEC_DIR", ""), "balance-solve"))


@unittest.skipUnless(solver_is_built(), "balance-solve is not built (coinor-libcbc-dev)")
class PlanCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.standard = Balance.Standard.lookup("cn-2017-quality")
        dictionary = cls.standard.get_dictionary()
        cls.census = Balance.Reader.new(dictionary, None, False).read(SAMPLE, None, None).get_census()
        cls.evaluator = Balance.Evaluator.new_full(cls.standard, "2024-09-01", Balance.Concessions.AUTO, None, None, 1)
        costs = Balance.Costs.lookup("example", dictionary)
        cls.plan = Balance.Planner.new_full(cls.evaluator, costs, None, Balance.PlanGoal.CHEAPEST, -1, False, None, 3, 0.0, 0).plan(cls.census, None, None)
        cls.items = list(cls.plan)
        assert cls.items


class TaskBook(PlanCase):
    def setUp(self):
        self.book = openpyxl.load_workbook(io.BytesIO(written(self.plan.write_xlsx, "zh")))
        self.rows = [dict(zip(COLUMNS, row)) for row in self.book["整改任务书"].iter_rows(min_row=4, values_only=True)]

    def test_sheets(self):
        self.assertEqual(self.book.sheetnames, ["整改任务书", "分校汇总", "分年度汇总", "说明"])
        sheet = self.book["整改任务书"]
        self.assertEqual(sheet["A1"].value, "示例县（合成数据）整改任务书")
        self.assertIn("cn-2017-quality", sheet["A2"].value)
        self.assertEqual([cell.value for cell in sheet[3]], COLUMNS)
        self.assertEqual([row["序号"] for row in self.rows], list(range(1, len(self.rows) + 1)))

    def test_every_item_and_every_gap_is_there(self):
        done = [row for row in self.rows if row["数量"] is not None]
        self.assertEqual(Counter((row["学校代码"], row["整改措施"], str(row["数量"]), float(row["费用（元）"]), row["实施年度"]) for row in done),
                         Counter((i.get_school_code(), i.get_title("zh"), i.get_quantity(), i.get_cost(), f"第{i.get_year()}年") for i in self.items))
        text = "\n".join(row["存在问题"] for row in self.rows)
        for gap in Balance.GapList.new(self.plan.get_before(), "990001"):
            self.assertIn(gap.get_title("zh"), text)
        # schools together, the county at the end
        codes = [row["学校代码"] for row in self.rows]
        self.assertEqual([code for at, code in enumerate(codes) if at == 0 or codes[at - 1] != code], sorted(set(codes) - {"990001"}) + ["990001"])

    def test_problem_and_measure(self):
        row = next(row for row in self.rows if row["学校代码"] == "9900010013")
        self.assertEqual((row["学校"], row["学段"], row["整改措施"], row["数量"], row["单位"]), ("白塔镇中心小学", "小学", "调拨教学仪器设备", 1000, "元"))
        self.assertEqual(row["存在问题"], "R6 生均教学仪器设备值：1699.75 元/人，要求 ≥ 2000 元/人")
        self.assertEqual(row["整改后预计"], "1702.25 元/人")
        self.assertIn("教督〔2017〕6号", row["依据"])
        self.assertRegex(row["调出学校"], r"^99000100\d\d \w+")
        # what other schools need is said of the stage whose coefficient it is
        row = next(row for row in self.rows if "差异系数" in row["存在问题"] and row["数量"] is not None)
        self.assertIn("R2 每百名学生拥有县级以上骨干教师数的差异系数：0.4502，要求 ≤ 0.45", row["存在问题"])

    def test_what_the_plan_leaves(self):
        left = {row["存在问题"].split("：")[0].split(" ")[0]: row["整改措施"] for row in self.rows if row["学校代码"] == "9900010014" and row["数量"] is None}
        self.assertEqual(left, {"R4": "其余指标达标，本项可暂缓"})
        missing = [row for row in self.rows if "缺数据" in row["存在问题"]]
        self.assertTrue(missing)
        self.assertEqual({row["整改措施"] for row in missing}, {"补报缺失数据"})
        self.assertIn("方案未含措施，另行安排", [row["整改措施"] for row in self.rows])

    def test_columns_to_fill_in(self):
        sheet = self.book["整改任务书"]
        for row in self.rows:
            self.assertEqual([row[name] for name in COLUMNS[13:]], [None] * 5)
        checks = {str(check.sqref).split(":")[0]: check for check in sheet.data_validations.dataValidation}
        self.assertEqual(sorted(checks), ["P4", "Q4"])
        self.assertEqual(checks["P4"].type, "date")
        self.assertEqual(checks["Q4"].formula1, '"待整改,整改中,已完成,不再整改"')

    def test_totals(self):
        cost = sum(item.get_cost() for item in self.items)
        schools = list(self.book["分校汇总"].iter_rows(min_row=3, values_only=True))
        self.assertEqual(schools[-1][-1], cost)
        self.assertEqual(sum(row[-1] for row in schools[1:-1]), cost)
        self.assertEqual(schools[-1][schools[0].index("措施数")], len(self.items))
        found = {row[0]: row for row in schools}
        self.assertEqual(found["9900010013"][2:4], ("未达标", "达标"))
        self.assertEqual(sum(1 for row in schools[1:-2] if row[2] == "未达标" and row[3] == "达标"),
                         self.plan.get_n_met_after() - self.plan.get_n_met_before())
        years = list(self.book["分年度汇总"].iter_rows(min_row=3, values_only=True))
        by_year = [years[-1][years[0].index(f"第{year}年费用")] for year in (1, 2, 3)]
        self.assertEqual(by_year, [self.plan.get_year_cost(year) for year in (1, 2, 3)])
        self.assertEqual(years[-1][years[0].index("费用合计（元）")], cost)

    def test_english(self):
        book = openpyxl.load_workbook(io.BytesIO(written(self.plan.write_xlsx, "en")))
        self.assertEqual(book.sheetnames, ["Task book", "By school", "By year", "Notes"])
        text = "\n".join(str(cell.value) for row in book["Task book"].iter_rows() for cell in row if cell.value is not None)
        self.assertIn("R6 Teaching equipment per pupil: 1699.75 yuan/pupil, required ≥ 2000 yuan/pupil", text)


class Pages(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = Balance.Report.new_for_plan(cls.plan, "zh", None)
        cls.data = data_of(written(cls.report.write_html))
        cls.pages = cls.data["plan"]

    def text(self, entry, language=0):
        entry = self.data["texts"][entry]
        return entry if isinstance(entry, str) else entry[language]

    def test_properties(self):
        self.assertEqual(self.report.props.plan, self.plan)
        self.assertEqual(self.report.get_plan(), self.plan)
        self.assertEqual(self.report.props.evaluation, self.plan.get_before())
        self.assertEqual(self.report.props.district, "990001")
        # a report of something else may show it, too
        other = Balance.Report(evaluation=self.plan.get_after(), language="en", plan=self.plan)
        self.assertIn(b'"plan":{', written(other.write_html))
        self.assertNotIn(b'"plan":{', written(Balance.Report.new(self.plan.get_before(), "zh").write_html))

    def test_before_and_after_are_those_of_the_evaluations(self):
        sections = list(self.census.get_sections())
        self.assertEqual(len(self.pages["sections"]), len(sections))
        for side, evaluation in (("before", self.plan.get_before()), ("after", self.plan.get_after())):
            for shown, section in zip(self.pages["sections"], evaluation.get_census().get_sections(), strict=True):
                verdict = evaluation.get_section_verdict(section).value_nick.replace("-", "_")
                self.assertEqual(shown[side], verdict, shown)
                for indicator, cell in zip(self.pages["indicators"], shown["cells"], strict=True):
                    try:
                        finding = evaluation.find(f"schools/{shown['school']}/{shown['stage']}/{indicator['id']}")
                    except gi.repository.GLib.Error:
                        continue
                    state = finding.get_verdict().value_nick.replace("-", "_")
                    self.assertEqual(cell[side]["state"], "at_floor" if state == "unmet" and finding.get_at_floor() else state)
                    if not math.isnan(finding.get_value()):
                        self.assertEqual(cell[side]["value"], finding.get_value())
                    if "distance" in cell[side]:
                        self.assertAlmostEqual(cell[side]["distance"], finding.get_margin() / finding.get_limit(), 12)

    def test_sums(self):
        self.assertEqual(sum(item["cost"] for item in self.pages["items"]), self.plan.get_cost())
        self.assertEqual(sum(measure["cost"] for measure in self.pages["measures"]), self.plan.get_cost())
        self.assertEqual([year["cost"] for year in self.pages["years"]], [self.plan.get_year_cost(year) for year in (1, 2, 3)])
        self.assertEqual(len(self.pages["items"]), len(self.items))
        self.assertEqual(len(self.pages["beyond"]), len(self.plan.dup_beyond("zh")))

    def test_items_say_what_for(self):
        item = next(item for item in self.pages["items"] if item["school"] == "9900010013")
        self.assertEqual([one["id"] for one in item["mends"]], ["R6"])
        self.assertEqual(self.text(self.pages["measures"][item["measure"]]["title"]), "调拨教学仪器设备")
        self.assertEqual(self.text(self.pages["measures"][item["measure"]]["title"], 1), "Move teaching equipment")


class TaskPages(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        first = list(Balance.Ledger.new_from_plan(cls.plan, "2024-09-01", "zh"))
        changes = [{"status": "done", "finished": "2024-12-20", "evidence": "</script>验收单"}, {"status": "under_way", "progress": "40", "deadline": "2024-12-31"},
                   {"status": "waived", "reason": "学校撤并"}, {"responsible_unit": "人事科", "responsible_person": "张三", "deadline": "2025-06-30"}]
        cls.tasks = [task.amend(list(change), list(change.values())) for task, change in zip(first, changes, strict=True)]
        cls.ledger = Balance.Ledger.new(cls.tasks, "2025-02-10")
        cls.report = Balance.Report.new_for_ledger(cls.ledger, cls.plan.get_after(), None, "zh", None, None)
        cls.data = data_of(written(cls.report.write_html))

    def test_properties(self):
        self.assertEqual(self.report.props.ledger, self.ledger)
        self.assertEqual(self.report.get_ledger(), self.ledger)
        self.assertIsNone(self.report.get_plan())
        self.assertNotIn("plan", self.data)

    def test_tasks(self):
        self.assertEqual(self.data["ledger"]["as_of"], "2025-02-10")
        own, = self.data["ledger"]["districts"]
        self.assertEqual((own["district"], own["more_tasks"]), ("990001", 0))
        for shown, task in zip(own["tasks"], self.tasks, strict=True):
            self.assertEqual((shown["school"], shown["title"], shown["quantity"], shown["cost"], shown["status"]),
                             (task.get_school_code(), task.get_title(), task.get_quantity(), task.get_cost(), task.get_value("status")))
            self.assertEqual((shown.get("deadline"), shown.get("late", False)), (task.get_deadline(), task.is_late("2025-02-10")))
        done, late, waived, last = own["tasks"]
        self.assertEqual((done["finished"], done["evidence"]), ("2024-12-20", "</script>验收单"))
        self.assertEqual((late["progress"], late["late"]), (40, True))
        self.assertEqual(waived["reason"], "学校撤并")
        self.assertEqual((last["unit_of"], last["person"]), ("人事科", "张三"))
        self.assertNotIn("progress", done)

    def test_requirements_are_those_that_come_out_better(self):
        own, = self.data["ledger"]["districts"]
        self.assertEqual([task.get("requirements") for task in own["tasks"]], [["R6"], ["R5"], ["R3"], ["dispersion.R2"]])

    def test_sums(self):
        own, = self.data["ledger"]["districts"]
        wanted = list(self.ledger.summarise(Balance.TaskGrouping.QUARTER))
        self.assertEqual([(q.get("quarter"), q["due"], q["done"], q["late"], q["waived"], q["cost_due"], q["cost_done"]) for q in own["quarters"]],
                         [(q.get_quarter(), q.get_n_due(), q.get_n_done(), q.get_n_late(), q.get_n_waived(), q.get_cost_due(), q.get_cost_done()) for q in wanted])
        self.assertEqual((own["total"]["due"], own["total"]["done"], own["total"]["late"], own["total"]["waived"]), (3, 1, 1, 1))

    def test_of_another_district_nothing(self):
        data = data_of(written(Balance.Report.new_for_ledger(self.ledger, self.plan.get_before(), None, "zh", "000000", None).write_html))
        self.assertEqual(data["ledger"]["districts"], [])


if __name__ == "__main__":
    unittest.main()
