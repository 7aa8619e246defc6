# SPDX-License-Identifier: LGPL-2.1-or-later
"""The gap list: every amount, added to the facts, meets exactly its requirement; the workbook that comes back filled in."""

import csv
import io
import json
import os
import re
import tempfile
import unittest
from decimal import Decimal

import gi
import openpyxl

gi.require_version("Balance", "1.0")
from gi.repository import Balance, Gio, GLib

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
DATA = os.path.join(SOURCE, "examples", "data")
SAMPLE = [os.path.join(DATA, "sample-county.csv"), os.path.join(DATA, "sample-county-facts.csv")]
STAGES = {"primary": "小学", "junior": "初中"}


def written(function, *args):
    stream = Gio.MemoryOutputStream.new_resizable()
    function(*args, stream, None)
    stream.close(None)
    return stream.steal_as_bytes().get_data()


def read(paths, standard):
    result = Balance.Reader.new(standard.get_dictionary(), None, False).read(paths, None, None)
    errors = [p.get_message("en") for p in result.get_problems() if p.get_severity() == Balance.Severity.ERROR]
    assert not errors, errors
    return result.get_census()


def evaluate(paths, standard=None):
    standard = standard or Balance.Standard.lookup("cn-2017-quality")
    evaluator = Balance.Evaluator.new_full(standard, "2024-09-01", Balance.Concessions.AUTO, None, None, 1)
    return evaluator.evaluate(read(paths, standard), None, None)


class Amounts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.standard = Balance.Standard.lookup("cn-2017-quality")
        cls.dictionary = cls.standard.get_dictionary()
        cls.tables = []
        for path in SAMPLE:
            with open(path, encoding="utf-8-sig") as file:
                cls.tables.append(list(csv.reader(file)))
        cls.gaps = list(Balance.GapList.new(evaluate(SAMPLE), None))

    def headers(self, field, stage):
        """Where the sample has a field: table, column, what one of its units is in base units."""
        names = {field.get_title("zh"), *(field.get_aliases() or [])}
        prefixes = [STAGES[stage]] if stage else ["", *STAGES.values()]
        for number, table in enumerate(self.tables):
            for column, header in enumerate(table[0]):
                match = re.fullmatch(r"(.*?)(?:（(㎡|万元|元|万)）)?", header)
                if any(match.group(1) == prefix + name for prefix in prefixes for name in names):
                    yield number, column, Decimal(10000) if match.group(2) in ("万元", "万") else Decimal(1)

    def with_change(self, gap, field, change):
        """The sample with a fact changed; None where this fact cannot take it."""
        level = field.get_level()
        stage = gap.get_stage() if level == Balance.Level.SECTION else None
        for number, column, unit in self.headers(field, stage):
            table = self.tables[number]
            for row in range(1, len(table)):
                if gap.get_school_code() and number == 0 and gap.get_school_code() not in table[row]:
                    continue
                old = table[row][column]
                if old == "" or Decimal(old) * unit + change < 0:
                    continue
                tables = [[list(r) for r in t] for t in self.tables]
                tables[number][row][column] = str(Decimal(old) + change / unit)
                return tables
        return None

    def verdict(self, tables, path):
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for number, table in enumerate(tables):
                paths.append(os.path.join(folder, f"{number}.csv"))
                with open(paths[-1], "w", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows(table)
            return evaluate(paths, self.standard).find(path).get_verdict()

    def test_each_amount_is_the_least(self):
        tried = set()
        for gap in self.gaps:
            if gap.get_verdict() != Balance.Verdict.UNMET or not gap.get_in_facts():
                continue
            path, amount = gap.get_path(), Decimal(gap.get_amount())
            sign = -1 if gap.get_lower() else 1
            fields = [self.dictionary.lookup(f) for f in gap.dup_fields()]
            whole = all(f.get_field_type() == Balance.FieldType.COUNT for f in fields)
            step = Decimal(1) if whole else Decimal("0.01")
            self.assertEqual(amount % step, 0, path)
            self.assertLessEqual(Decimal(repr(gap.get_exact())), amount + Decimal("1e-9"))
            field = next((f for f in fields if self.with_change(gap, f, sign * amount)), None)
            self.assertIsNotNone(field, path)
            self.assertEqual(self.verdict(self.with_change(gap, field, sign * amount), path), Balance.Verdict.MET, path)
            self.assertEqual(self.verdict(self.with_change(gap, field, sign * (amount - step)), path), Balance.Verdict.UNMET, path)
            tried.add(gap.get_id())
        # teachers, rooms, areas, money, classes, pupils, the county's certificates
        self.assertLessEqual({"R1", "R3", "R4", "R5", "R6", "R7", "G3_music", "G5", "G6", "G12", "Q4"}, tried)
        # whether a school has both stages depends on its pupils, and the limit on that: the plain difference
        size = next(g for g in self.gaps if g.get_id() == "G4_size")
        self.assertEqual((size.get_in_facts(), size.get_lower(), size.get_amount(), size.get_unit()), (False, True, "180", "pupil"))

    def test_floors(self):
        found = 0
        for gap in self.gaps:
            amount = gap.get_floor_amount()
            if gap.get_verdict() != Balance.Verdict.UNMET or amount is None or Decimal(amount) == 0:
                continue
            found += 1
            field = self.dictionary.lookup(gap.dup_fields()[0])
            step = Decimal(1) if field.get_field_type() == Balance.FieldType.COUNT else Decimal("0.01")
            for change, want in ((Decimal(amount), True), (Decimal(amount) - step, False)):
                tables = self.with_change(gap, field, change)
                with tempfile.TemporaryDirectory() as folder:
                    paths = []
                    for number, table in enumerate(tables):
                        paths.append(os.path.join(folder, f"{number}.csv"))
                        with open(paths[-1], "w", encoding="utf-8", newline="") as file:
                            csv.writer(file).writerows(table)
                    finding = evaluate(paths, self.standard).find(gap.get_path())
                    self.assertEqual(finding.get_at_floor() or finding.get_verdict() == Balance.Verdict.MET, want, gap.get_path())
        self.assertEqual(found, 2)

    def test_all_that_is_not_met_is_there(self):
        """Each unmet or undetermined binding leaf of the evaluation, once."""
        wanted = set()
        evaluation = evaluate(SAMPLE)

        def walk(finding):
            children = list(finding.get_children())
            if not finding.get_binding():
                return
            if not children and finding.get_verdict() in (Balance.Verdict.UNMET, Balance.Verdict.UNDETERMINED):
                wanted.add(finding.get_path())
            for child in children:
                walk(child)

        for finding in evaluation.get_findings("990001"):
            walk(finding)
        paths = [g.get_path() for g in self.gaps]
        self.assertEqual(len(paths), len(set(paths)))
        self.assertEqual(set(paths), wanted)

    def test_targets(self):
        by_school = {}
        for gap in self.gaps:
            by_school.setdefault((gap.get_school_code(), gap.get_stage()), []).append(gap)
        # two below the limit, one may stay: the one with the longer way
        both = {g.get_id(): g for g in by_school["9900010014", "primary"]}
        self.assertEqual(both["R4"].get_target(), Balance.GapTarget.LIMIT)
        self.assertEqual(both["R5"].get_target(), Balance.GapTarget.NONE)
        self.assertGreater(both["R5"].get_share(), both["R4"].get_share())
        # alone, but below the floor
        self.assertEqual(by_school["9900010013", "primary"][0].get_target(), Balance.GapTarget.FLOOR)
        # the other one is not known: it cannot be counted on
        unknown = {g.get_id(): g for g in by_school["9900010047", "junior"]}
        self.assertEqual(unknown["R5"].get_target(), Balance.GapTarget.LIMIT)
        self.assertEqual(unknown["R6"].get_verdict(), Balance.Verdict.UNDETERMINED)
        self.assertIsNone(unknown["R6"].get_amount())
        # doing what is to be done makes each school pass
        for (school, stage), gaps in by_school.items():
            if stage and school and all(g.get_verdict() == Balance.Verdict.UNMET and g.get_target() == Balance.GapTarget.NONE for g in gaps):
                finding = evaluate(SAMPLE).find(f"schools/{school}/{stage}/schools")
                self.assertEqual(finding.get_verdict(), Balance.Verdict.MET, school)

    def test_order(self):
        last = None
        for gap in self.gaps:
            if gap.get_school_code() is None:
                last = "county"
                continue
            self.assertNotEqual(last, "county", "schools first")
        first = [g.get_school_code() for g in self.gaps if g.get_school_code()]
        self.assertEqual(len(set(first)), 1 + sum(a != b for a, b in zip(first, first[1:])), "each school once")


class Own(unittest.TestCase):
    def test_formula_that_is_no_quotient(self):
        pack = """\
pack: odd
title: {zh: 测试, en: Odd}
reference: test
effective: 2024-01-01
stages: [primary]
weight: pupils
indicators:
- {id: share, level: district, unit: '%', decimals: 1, title: {zh: 比例, en: Share}, value: sum(teachers_college) / sum(teachers_college + teachers_bachelor), at_least: 50%}
- {id: least, title: {zh: 最小, en: Least}, unit: room, decimals: 0, value: 'min(multimedia_rooms, computers / 10 computer * 1 room)', at_least: 5}
requirements:
- {id: a, of: [share], title: {zh: 甲, en: A}}
- {id: b, each: section, of: [least], title: {zh: 乙, en: B}}
split: {fields: [multimedia_rooms, computers], weights: {primary: 1}, by: pupils}
"""
        standard = Balance.Standard.new_from_bytes(GLib.Bytes.new(pack.encode()), "odd.yaml")
        with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
            file.write("district_code,school_code,school_name,stage,kind,pupils,teachers_college,teachers_bachelor,multimedia_rooms,computers\n"
                       "D1,S1,One,primary,primary,100,3,5,8,30\n")
            file.flush()
            gaps = {g.get_id(): g for g in Balance.GapList.new(evaluate([file.name], standard), None)}
        # 3 of 8 is 37.5 %; more college teachers are more teachers too, so there is no simple number of them
        self.assertFalse(gaps["share"].get_in_facts())
        self.assertEqual((gaps["share"].get_amount(), gaps["share"].get_unit()), ("12.5", "%"))
        self.assertFalse(gaps["least"].get_in_facts())
        self.assertEqual(gaps["least"].get_amount(), "2")


class Files(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.list = Balance.GapList.new(evaluate(SAMPLE), None)
        cls.bytes = written(cls.list.write_xlsx, "zh")

    def filled(self, change):
        book = openpyxl.load_workbook(io.BytesIO(self.bytes))
        change(book)
        out = io.BytesIO()
        book.save(out)
        return GLib.Bytes.new(out.getvalue())

    def columns(self, sheet):
        return {sheet.cell(3, c).value: c for c in range(1, sheet.max_column + 1)}

    def test_workbook(self):
        book = openpyxl.load_workbook(io.BytesIO(self.bytes))
        self.assertEqual(book.sheetnames, ["学校整改任务", "县级整改任务"])
        sheet = book.worksheets[0]
        columns = self.columns(sheet)
        for name in ("措施", "责任单位", "责任人", "完成时限", "进展"):
            self.assertIn(name, columns)
        kinds = {str(v.sqref).split(":")[0][0]: v for v in sheet.data_validations.dataValidation}
        self.assertIn("整改中", [v.formula1 for v in sheet.data_validations.dataValidation if v.type == "list"][0])
        self.assertTrue(kinds)
        gaps = [g for g in self.list if g.get_school_code()]
        for number, gap in enumerate(gaps):
            row = 4 + number
            self.assertEqual(sheet.cell(row, columns["学校代码"]).value, gap.get_school_code())
            self.assertEqual(sheet.cell(row, columns["指标编号"]).value, gap.get_id())
            cell = sheet.cell(row, columns["距要求差额"]).value
            self.assertEqual(None if cell is None else Decimal(repr(cell)).normalize(),
                             None if gap.get_amount() is None else Decimal(gap.get_amount()).normalize())
            # a figure that prints as its limit and misses it is told with more decimals
            value, limit = sheet.cell(row, columns["现值"]).value, sheet.cell(row, columns["要求值"]).value
            if gap.get_verdict() == Balance.Verdict.UNMET and limit:
                self.assertNotEqual(re.sub("[^0-9.]", "", value).rstrip("0"), re.sub("[^0-9.]", "", limit).rstrip("0"), gap.get_path())
        self.assertEqual(sheet.max_row, 3 + len(gaps))

    def test_other_forms(self):
        document = json.loads(written(self.list.write_json, "zh"))
        table = list(csv.DictReader(io.StringIO(written(self.list.write_csv, "en").decode("utf-8"))))
        self.assertEqual([g["path"] for g in document["gaps"]], [g.get_path() for g in self.list])
        self.assertEqual([r["path"] for r in table], [g.get_path() for g in self.list])
        self.assertEqual([r["amount"] or None for r in table], [g["amount"] for g in document["gaps"]])
        text = written(self.list.write_text, "zh").decode("utf-8")
        self.assertIn("还差97.50 平方米", text)
        self.assertIn("未考虑费用", text)

    def test_plan_comes_back(self):
        def fill(book):
            sheet = book.worksheets[0]
            c = self.columns(sheet)
            sheet.cell(4, c["措施"]).value = "拆分超员班级"
            sheet.cell(4, c["责任单位"]).value = "县教育局"
            sheet.cell(4, c["责任人"]).value = "张三"
            sheet.cell(4, c["完成时限"]).value = "2025-08-31"
            sheet.cell(4, c["进展"]).value = "整改中"
            county = book.worksheets[1]
            county.cell(4, self.columns(county)["措施"]).value = "补充骨干教师"

        ledger, problems = Balance.Ledger.new_from_gap_book(self.list, self.filled(fill), "filled.xlsx", "zh", None)
        self.assertEqual([p.get_message("en") for p in problems], [])
        self.assertEqual(len(ledger), 2)
        first = next(g for g in self.list if g.get_school_code())
        task = ledger[0]
        self.assertEqual((task.get_year(), task.get_district_code(), task.get_school_code(), task.get_stage()), (2024, "990001", first.get_school_code(), first.get_stage()))
        self.assertEqual((task.dup_requirements(), task.get_title(), task.get_deadline()), ([first.get_id()], "拆分超员班级", "2025-08-31"))
        self.assertEqual((task.get_responsible_unit(), task.get_responsible_person(), task.get_status()), ("县教育局", "张三", Balance.TaskStatus.UNDER_WAY))
        if first.get_in_facts():
            self.assertEqual((task.get_quantity(), task.get_unit()), (first.get_amount(), first.get_unit()))

        with tempfile.TemporaryDirectory() as folder:
            store = Balance.Store.open(os.path.join(folder, "county.balance"), Balance.StoreMode.CREATE)
            self.assertEqual(store.put_ledger(ledger, "李四"), (True, 2, 0))
            self.assertEqual(store.put_ledger(ledger, "李四"), (True, 0, 0))
            kept = store.read_ledger(None, 0)
            self.assertEqual([t.get_status() for t in kept], [Balance.TaskStatus.UNDER_WAY, Balance.TaskStatus.OPEN])

    def test_rows_that_do_not_match(self):
        def fill(book):
            sheet = book.worksheets[0]
            c = self.columns(sheet)
            for row in range(4, 9):
                sheet.cell(row, c["措施"]).value = "整改"
            sheet.cell(4, c["学校代码"]).value = "404"
            sheet.cell(5, c["进展"]).value = "快了"
            sheet.cell(6, c["完成时限"]).value = "月底"
            for name in ("学校代码", "学段", "指标编号"):
                sheet.cell(8, c[name]).value = sheet.cell(7, c[name]).value

        ledger, problems = Balance.Ledger.new_from_gap_book(self.list, self.filled(fill), "filled.xlsx", "zh", None)
        self.assertEqual(len(ledger), 1)
        self.assertEqual([(p.get_row(), p.get_kind()) for p in problems],
                         [(4, "unknown-row"), (5, "unknown-value"), (6, "date"), (8, "repeated-row")])
        for problem in problems:
            self.assertEqual(problem.get_sheet(), "学校整改任务")
            self.assertTrue(problem.get_remedy("zh"))

    def test_no_such_table(self):
        empty = openpyxl.Workbook()
        out = io.BytesIO()
        empty.save(out)
        with self.assertRaises(GLib.Error):
            Balance.Ledger.new_from_gap_book(self.list, GLib.Bytes.new(out.getvalue()), "empty.xlsx", "zh", None)
        with self.assertRaises(GLib.Error):
            Balance.Ledger.new_from_gap_book(self.list, GLib.Bytes.new(b"no workbook"), "text.xlsx", "zh", None)


if __name__ == "__main__":
    unittest.main()
