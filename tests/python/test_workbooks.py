# SPDX-License-Identifier: LGPL-2.1-or-later
"""Workbooks: the fill-in template and the official tables, read back with openpyxl."""

import csv
import io
import json
import locale
import os
import re
import subprocess
import tempfile
import unittest
import unittest.mock
from decimal import ROUND_HALF_UP, Decimal

import gi
import openpyxl

gi.require_version("Balance", "1.0")
from gi.repository import Balance, Gio, GLib

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
DATA = os.path.join(SOURCE, "examples", "data")
SAMPLE = [os.path.join(DATA, "sample-county.csv"), os.path.join(DATA, "sample-county-facts.csv")]
UNMET, FLOOR, DOUBT = "FFC7CE", "FFEB9C", "D9D9D9"


def written(function, *args):
    stream = Gio.MemoryOutputStream.new_resizable()
    function(*args, stream, None)
    stream.close(None)
    return stream.steal_as_bytes().get_data()


def workbook(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def evaluate(paths, standard="cn-2017-quality", only=None, options=None):
    standard = Balance.Standard.lookup(standard) if "/" not in standard else Balance.Standard.new_from_file(standard)
    result = Balance.Reader.new(standard.get_dictionary(), None, False).read(paths, None, None)
    problems = [p.get_message("en") for p in result.get_problems() if p.get_severity() == Balance.Severity.ERROR]
    assert not problems, problems
    evaluator = Balance.Evaluator.new_full(standard, "2024-09-01", Balance.Concessions.AUTO, only, options, 1)
    return evaluator.evaluate(result.get_census(), None, None), result


def placeless(node):
    """A report without the cells that its facts came from."""
    if isinstance(node, dict):
        return {key: placeless(value) for key, value in node.items() if key != "cell"}
    return [placeless(value) for value in node] if isinstance(node, list) else node


def shade(cell):
    """The colour behind a cell; solid fills keep it in the foreground."""
    return cell.fill.fgColor.rgb[-6:] if cell.fill.fill_type == "solid" else None


def half_up(number, decimals):
    return Decimal(repr(number)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def find_row(sheet, text, column=1):
    for row in range(1, sheet.max_row + 1):
        value = sheet.cell(row, column).value
        if isinstance(value, str) and value.startswith(text):
            return row
    raise AssertionError(f"{sheet.title} has no {text!r}")


class Official(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.evaluation, cls.imported = evaluate(SAMPLE)
        cls.json = json.loads(written(cls.evaluation.write_json))
        report = Balance.Report.new_full(cls.evaluation, "zh", None, cls.imported.get_problems(), False)
        cls.bytes = written(report.write_xlsx)
        cls.book = workbook(cls.bytes)

    def test_sheets(self):
        self.assertEqual(self.book.sheetnames, [
            "表Ⅰ 基本情况", "表Ⅱ-1 资源配置", "表Ⅱ-2 分学校", "表Ⅲ 校际均衡", "表Ⅳ 政府保障程度", "表Ⅴ 教育质量", "表Ⅵ 社会认可度",
            "说明", "数据问题"])
        for sheet in self.book.worksheets:
            self.assertEqual(sheet.page_setup.orientation, "landscape", sheet.title)
            self.assertEqual(sheet.page_setup.paperSize, 9)
            self.assertTrue(sheet.sheet_properties.pageSetUpPr.fitToPage)
            self.assertTrue(sheet.print_title_rows, sheet.title)

    def test_same_bytes_again(self):
        report = Balance.Report.new_full(self.evaluation, "zh", None, self.imported.get_problems(), False)
        self.assertEqual(written(report.write_xlsx), self.bytes)

    def set_german(self):
        try:
            locale.setlocale(locale.LC_NUMERIC, "de_DE.UTF-8")
            return
        except locale.Error:
            pass
        # made of its source where the machine has that
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        try:
            subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", os.path.join(folder.name, "de_DE.UTF-8")],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError):
            self.skipTest("there is no German locale, nor its source (locales)")
        with unittest.mock.patch.dict(os.environ, LOCPATH=folder.name):
            locale.setlocale(locale.LC_NUMERIC, "de_DE.UTF-8")

    def test_decimal_comma_of_the_host(self):
        self.set_german()
        try:
            report = Balance.Report.new_full(self.evaluation, "zh", None, self.imported.get_problems(), False)
            self.assertEqual(written(report.write_xlsx), self.bytes)
            self.assertEqual(locale.localeconv()["decimal_point"], ",")
        finally:
            locale.setlocale(locale.LC_NUMERIC, "C")

    def labels(self, sheet, first="L1"):
        for row in range(1, 12):
            values = [sheet.cell(row, c).value for c in range(1, sheet.max_column + 1)]
            if first in values:
                return row, {v: i + 1 for i, v in enumerate(values) if v}
        raise AssertionError("no labels")

    def test_basic_facts(self):
        sheet = self.book.worksheets[0]
        row, columns = self.labels(sheet)
        self.assertEqual(list(columns), [f"L{i}" for i in range(1, 25)])
        found = [sheet.cell(row + 1, columns[f"L{i}"]).value for i in range(1, 25)]
        with open(SAMPLE[0], encoding="utf-8-sig") as file:
            schools = list(csv.DictReader(file))
        with open(SAMPLE[1], encoding="utf-8-sig") as file:
            county = next(csv.DictReader(file))

        def total(column):
            return sum(int(s[column] or 0) for s in schools)

        def kinds(kind):
            return sum(s["学校类型"] == kind for s in schools)

        points = [s for s in schools if s["学校类型"] == "教学点"]
        self.assertEqual(found, [
            float(county["人口总数（万）"]), float(county["农业人口（万）"]), int(county["乡镇数"]), int(county["行政村数"]),
            int(county["人均GDP（元）"]), int(county["人均地方财政收入（元）"]), int(county["农民人均纯收入（元）"]),
            int(county["城镇居民人均可支配收入（元）"]),
            kinds("小学"), kinds("九年一贯制"), kinds("初中"), kinds("完全中学"), kinds("十二年一贯制"), kinds("特殊教育"),
            len(points), sum(int(s["小学在校生数"]) >= 50 for s in points),
            total("小学班级总数"), total("初中班级总数"), total("小学在校生数"), total("初中在校生数"),
            total("小学教职工数"), total("小学专任教师总数"), total("初中教职工数"), total("初中专任教师总数")])
        self.assertEqual(sheet.cell(row + 1, columns["L1"]).number_format, "0.00")

    def sections(self):
        """The rows of the evaluation that table II-2 has."""
        return [s for s in self.json["districts"][0]["sections"] if s["verdict"] != "not_applicable"]

    def test_schools(self):
        sheet = self.book.worksheets[2]
        header, columns = self.labels(sheet)
        self.assertEqual(list(columns), [f"L{i}" for i in range(1, 16)])
        n = 0
        stages = []
        flips = 0
        facts = {s.get_code(): s for s in self.evaluation.get_census().get_schools()}
        for row in range(header + 1, sheet.max_row + 1):
            if not isinstance(sheet.cell(row, 1).value, (int, float)):
                break
            n += 1
            self.assertEqual(sheet.cell(row, 1).value, n)
        groups = {g.get_stage(): g.get_n_sections() for g in self.evaluation.get_groups()}
        self.assertEqual(n, groups["primary"] + groups["junior"])

        row = header
        for section in self.evaluation.get_census().get_sections():
            school, stage = section.get_school().get_code(), section.get_stage()
            try:
                finding = self.evaluation.find(f"schools/{school}/{stage}/schools")
            except Exception:
                continue
            if finding.get_verdict() == Balance.Verdict.NOT_APPLICABLE:
                continue
            row += 1
            stages.append(stage)
            children = list(finding.get_children())
            name = sheet.cell(row, columns["L2"]).value
            several = len(list(facts[school].get_sections())) > 1
            self.assertEqual(name, facts[school].get_name() + (f"（{'小学' if stage == 'primary' else '初中'}部）" if several else ""))
            self.assertEqual(sheet.cell(row, columns["L4"]).value, section.get_number("pupils"))
            remark = sheet.cell(row, columns["L15"]).value
            for i, child in enumerate(children):
                cell = sheet.cell(row, columns[f"L{7 + i}"])
                if child.get_verdict() == Balance.Verdict.UNDETERMINED:
                    self.assertEqual((cell.value, shade(cell)), ("缺", DOUBT))
                    self.assertIn("缺数据", remark)
                    continue
                self.assertEqual(cell.number_format, "0.00")
                self.assertEqual(Decimal(repr(cell.value)), half_up(child.get_value(), 2), (name, child.get_id()))
                want = None if child.get_verdict() == Balance.Verdict.MET else FLOOR if child.get_at_floor() else UNMET
                self.assertEqual(shade(cell), want, (name, child.get_id()))
                # printed figures that contradict the verdict are announced
                limit = child.get_limit()
                if (float(half_up(child.get_value(), 2)) >= limit) != (child.get_value() >= limit):
                    self.assertIn("会得出不同结论", remark)
                    self.assertIsNotNone(cell.comment)
                    flips += 1
            word = {Balance.Verdict.MET: "是", Balance.Verdict.UNMET: "否", Balance.Verdict.UNDETERMINED: "无法判定"}
            self.assertEqual(sheet.cell(row, columns["L14"]).value, word[finding.get_verdict()])
            if all(c.get_verdict() == Balance.Verdict.MET for c in children):
                self.assertIn("7项均达标", remark)
        self.assertEqual(row, header + n)
        self.assertEqual(stages, sorted(stages, key=["primary", "junior"].index))
        self.assertGreater(flips, 0, "the sample has such a school")
        notes = " ".join(str(sheet.cell(r, 1).value) for r in range(row + 1, sheet.max_row + 1))
        self.assertIn(f"小学总数{groups['primary']}所", notes)
        self.assertIn("会得出不同结论", notes)

    def test_met_schools(self):
        sheet = self.book.worksheets[1]
        _, columns = self.labels(sheet)
        for stage, title in (("primary", "小学"), ("junior", "初中")):
            first = find_row(sheet, title)
            for label, requirement in zip(range(1, 9), ["R1", "R2", "R3", "R4", "R5", "R6", "R7", "schools"]):
                verdicts = self.evaluation.dup_verdicts(requirement).get_data()
                own = [v for v, s in zip(verdicts, self.evaluation.get_census().get_sections()) if s.get_stage() == stage and v != 0]
                met = sum(v == int(Balance.Verdict.MET) for v in own)
                self.assertEqual(sheet.cell(first, columns[f"L{label}"]).value, met)
                share = (Decimal(100 * met) / len(own)).quantize(Decimal("0.1"), ROUND_HALF_UP)
                self.assertEqual(Decimal(repr(sheet.cell(first + 1, columns[f"L{label}"]).value)), share)

    def test_dispersion(self):
        sheet = self.book.worksheets[3]
        _, columns = self.labels(sheet)
        groups = {g.get_stage(): g for g in self.evaluation.get_groups()}
        checked = 0
        for stage, title in (("primary", "小学"), ("junior", "初中")):
            row = find_row(sheet, title)
            for i in range(1, 8):
                mean, cv = sheet.cell(row, columns[f"L{i}"]), sheet.cell(row + 1, columns[f"L{i}"])
                value = groups[stage].get_mean(f"R{i}")
                if value != value:
                    self.assertEqual((mean.value, cv.value, shade(cv)), ("缺", "缺", DOUBT))
                    continue
                checked += 1
                self.assertEqual(Decimal(repr(mean.value)), half_up(value, 2))
                self.assertEqual(Decimal(repr(cv.value)), half_up(groups[stage].get_cv(f"R{i}"), 3))
                self.assertEqual((mean.number_format, cv.number_format), ("0.00", "0.000"))
                unmet = groups[stage].get_cv_verdict(f"R{i}") == Balance.Verdict.UNMET
                self.assertEqual(shade(cv), UNMET if unmet else None)
        self.assertGreater(checked, 8)
        self.assertEqual(sheet.cell(find_row(sheet, "小学"), columns["L8"]).value, "—")

    def test_items(self):
        for index, root, count in ((4, "government", 15), (5, "quality", 9)):
            sheet = self.book.worksheets[index]
            rows = [r for r in range(4, sheet.max_row + 1) if isinstance(sheet.cell(r, 1).value, (int, float)) or
                    str(sheet.cell(r, 1).value).isdigit()]
            self.assertEqual(len(rows), count)
            finding = self.evaluation.find(f"districts/990001/{root}")
            children = {}
            for child in finding.get_children():
                children.setdefault(child.get_id(), []).append(child)
            # shown only
            children.pop("Q1_other", None)
            self.assertEqual(len(children), count)
            for row, (name, findings) in zip(rows, children.items()):
                verdicts = {f.get_verdict() for f in findings}
                want = "否" if Balance.Verdict.UNMET in verdicts else "无法判定" if Balance.Verdict.UNDETERMINED in verdicts else "是"
                self.assertEqual(sheet.cell(row, 2).value, findings[0].get_title("zh"))
                self.assertEqual(sheet.cell(row, 4).value, want, name)
                self.assertEqual(shade(sheet.cell(row, 4)), {"否": UNMET, "无法判定": DOUBT, "是": None}[want])
        text = self.book.worksheets[4].cell(find_row(self.book.worksheets[4], "专任教师持证上岗率", 2), 3)
        # 2972 of 2973 is 99.966 %: printed 100.0 and unmet
        self.assertIn("持证上岗率100.0%", text.value)
        self.assertIn("会得出不同结论", text.comment.text)
        # what is attested is told in the county's own words
        first = self.book.worksheets[4].cell(find_row(self.book.worksheets[4], "县域内义务教育学校规划布局合理", 2), 3).value
        self.assertIn(self.evaluation.find("districts/990001/G1").dup_conclusion("zh"), first)

    def test_satisfaction(self):
        sheet = self.book.worksheets[6]
        _, columns = self.labels(sheet)
        row = find_row(sheet, "计")
        self.assertEqual([sheet.cell(row, columns[f"L{i}"]).value for i in range(1, 8)], [3000, 2864, 2533, 88.4, 180, 161, 89.4])
        self.assertEqual([sheet.cell(row + 1, columns[f"L{i}"]).value for i in range(1, 8)], [1800, 1733, 1541, 88.9, 95, 86, 90.5])

    def test_english(self):
        book = workbook(written(Balance.Report.new(self.evaluation, "en").write_xlsx))
        self.assertEqual(book.sheetnames[:3], ["Table I", "Table II-1", "Table II-2"])
        names = re.compile("[\u4e00-\u9fff]+")
        for sheet in book.worksheets[:2]:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and not cell.value.startswith("County"):
                        self.assertIsNone(names.search(cell.value), cell.value)


class Generic(unittest.TestCase):
    def test_standard_without_form(self):
        evaluation, imported = evaluate([SAMPLE[0]], os.path.join(SOURCE, "data", "standards", "cn-2012-basic.yaml"))
        book = workbook(written(Balance.Report.new(evaluation, "zh").write_xlsx))
        # 2012 judges only the composite, so there is no sheet of single coefficients
        self.assertEqual(book.sheetnames, ["分学校指标", "各项要求", "说明", "数据问题"])
        sheet = book.worksheets[0]
        indicators = [i for i in evaluation.get_standard().get_indicators() if i.get_level() == Balance.Level.SECTION]
        heads = [sheet.cell(3, c).value for c in range(1, sheet.max_column + 1)]
        self.assertEqual(heads[3:-1], [f"{i.get_id()} {i.get_title('zh')}" for i in indicators])
        requirements = book["各项要求"]
        self.assertGreater(requirements.max_row, 10)

    def test_child_of_a_standard_has_its_form(self):
        evaluation, _ = evaluate(SAMPLE, os.path.join(SOURCE, "examples", "packs", "cn-2017-quality-example-province.yaml"))
        book = workbook(written(Balance.Report.new(evaluation, "zh").write_xlsx))
        self.assertIn("表Ⅱ-2 分学校", book.sheetnames)


class TextSafety(unittest.TestCase):
    def test_nothing_is_run(self):
        evil = ['=cmd|"/c calc"!A1', "+1+1", "-2-3", "@SUM(A1)", "\tTab"]
        rows = ["district_code,district_name,school_code,school_name,stage,kind,sponsor,pupils,equipment_value"]
        for i, name in enumerate(evil):
            quoted = name.replace('"', '""')
            rows.append(f'D1,"=1+1 县",S{i},"{quoted}",primary,primary,county_education,100,300000')
        with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
            file.write("\n".join(rows) + "\n")
            file.flush()
            evaluation, _ = evaluate([file.name], only="resources")
        report = Balance.Report.new(evaluation, "zh")
        book = workbook(written(report.write_xlsx))
        seen = set()
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    self.assertNotEqual(cell.data_type, "f", (sheet.title, cell.coordinate, cell.value))
                    if isinstance(cell.value, str):
                        seen.add(cell.value.strip())
        for name in evil:
            self.assertIn(name.strip(), seen)
        table = list(csv.reader(io.StringIO(written(report.write_csv).decode("utf-8"))))
        for row in table[1:]:
            for text in row:
                if text and text[0] in "=+-@\t\r":
                    float(text)


class Template(unittest.TestCase):
    def template(self, standard="cn-2017-quality", language="zh"):
        standard = Balance.Standard.lookup(standard)
        return workbook(written(standard.write_template, language, "2024-09-01", None))

    def test_layout(self):
        book = self.template()
        self.assertEqual(book.sheetnames, ["学校", "县级", "填报说明"])
        sheet = book["学校"]
        self.assertEqual(sheet.freeze_panes, "F2")
        heads = [c.value for c in sheet[1]]
        self.assertEqual(len(heads), len(set(heads)))
        for wanted in ("小学在校生数（人）", "初中毕业生数（人）", "教学仪器设备资产值（万元）", "高中在校生数（人）", "小学专科学历专任教师数（人）"):
            self.assertIn(wanted, heads)
        # a field that the standard does not read, and stages that it does not read it for
        for unwanted in ("图书册数（册）", "初中专科学历专任教师数（人）", "小学毕业生数（人）", "小学25人及以下班级数（个）"):
            self.assertNotIn(unwanted, heads)
        # a code typed as 0012 stays 0012
        for head in ("区县代码", "学校代码"):
            letter = openpyxl.utils.get_column_letter(heads.index(head) + 1)
            self.assertEqual(sheet.column_dimensions[letter].number_format, "@")
        self.assertIn("留空不等于0", sheet["A1"].comment.text)

    def test_guide_is_no_table(self):
        """Nothing in it may be taken for a column, nor for a table that lies on its side."""
        book = self.template()
        headers = {c.value for sheet in book.worksheets[:2] for c in sheet[1]}
        told = set()
        for row in book["填报说明"].iter_rows():
            for cell in row:
                self.assertNotIn(cell.value, headers)
                told.add(cell.value)
        for sheet in book.worksheets[:2]:
            for cell in sheet[1]:
                self.assertIn(f"{sheet.title}：{cell.value}", told)

    def test_checks(self):
        sheet = self.template()["学校"]
        heads = [c.value for c in sheet[1]]
        rules = {}
        for rule in sheet.data_validations.dataValidation:
            rules[openpyxl.utils.cell.coordinate_from_string(str(rule.sqref).split(":")[0])[0]] = rule

        def rule(header):
            return rules[openpyxl.utils.get_column_letter(heads.index(header) + 1)]

        self.assertEqual(rule("是否寄宿制").formula1, '"是,否"')
        self.assertIn("九年一贯制", rule("学校类型").formula1)
        pupils = rule("小学在校生数（人）")
        self.assertEqual((pupils.type, pupils.operator, pupils.formula1), ("whole", "greaterThanOrEqual", "0"))
        self.assertEqual(rule("教学及辅助用房总面积（平方米）").type, "decimal")

    def fill(self, header, source):
        """The rows of a table of the sample, put under the headers of the template."""
        def plain(text):
            return re.sub("（(平方米|㎡|万元|元|人|个|间|份|万人|万|元/人)）$", "", text)

        with open(source, encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        # where the sample uses another name of a field than its title
        renamed = {"教学仪器设备值": "教学仪器设备资产值"}
        columns = {re.sub("简要结论$", "结论", renamed.get(plain(k), plain(k))): k for k in rows[0]}
        table = [header]
        for row in rows:
            line = []
            for head in header:
                own = columns.get(plain(head))
                value = row[own] if own else ""
                if value and own.endswith("（万元）") and not head.endswith("（万元）"):
                    value = str(Decimal(value) * 10000)
                line.append(value)
            table.append(line)
        return table

    def test_workbook_comes_back(self):
        """The template itself, filled in and saved by another program, read as one workbook."""
        before = json.loads(written(evaluate(SAMPLE)[0].write_json))
        book = self.template()
        for name, source in (("学校", SAMPLE[0]), ("县级", SAMPLE[1])):
            sheet = book[name]
            table = self.fill([c.value for c in sheet[1]], source)
            for number, line in enumerate(table[1:], 2):
                for column, value in enumerate(line, 1):
                    if value == "":
                        continue
                    # numbers as numbers, the way they are typed in; codes stay text
                    header = table[0][column - 1]
                    is_number = re.fullmatch(r"[0-9]+(\.[0-9]+)?", value) and not header.endswith("代码")
                    sheet.cell(number, column, float(value) if is_number and "." in value else int(value) if is_number else value)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "填报.xlsx")
            book.save(path)
            evaluation, imported = evaluate([path])
        problems = [p for p in imported.get_problems() if p.get_severity() >= Balance.Severity.WARNING]
        self.assertEqual([p.to_text("en") for p in problems if p.get_kind() in ("unknown-column", "unknown-unit")], [])
        after = json.loads(written(evaluation.write_json))
        for key in ("verdict", "groups", "sections"):
            self.assertEqual(after["districts"][0][key], before["districts"][0][key], key)

    def test_comes_back_without_a_map(self):
        before = json.loads(written(evaluate(SAMPLE)[0].write_json))
        book = self.template()
        paths = []
        with tempfile.TemporaryDirectory() as folder:
            for name, source in (("学校", SAMPLE[0]), ("县级", SAMPLE[1])):
                path = os.path.join(folder, f"{name}.csv")
                with open(path, "w", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows(self.fill([c.value for c in book[name][1]], source))
                paths.append(path)
            evaluation, imported = evaluate(paths)
        kinds = [p.get_kind() for p in imported.get_problems()]
        self.assertNotIn("unknown-column", kinds)
        self.assertNotIn("unknown-unit", kinds)
        after = json.loads(written(evaluation.write_json))
        for key in ("verdict", "groups", "sections", "requirements"):
            self.assertEqual(placeless(before["districts"][0][key]), placeless(after["districts"][0][key]), key)

    def test_every_header_is_known(self):
        for standard in Balance.Standard.list_ids():
            for language in ("zh", "en"):
                book = self.template(standard, language)
                for sheet in book.worksheets[:2]:
                    header = [c.value for c in sheet[1]]
                    data = io.StringIO()
                    csv.writer(data).writerow(header)
                    dictionary = Balance.Standard.lookup(standard).get_dictionary()
                    result = Balance.Reader.new(dictionary, None, False).read_bytes(
                        GLib.Bytes.new(data.getvalue().encode()), "t.csv", None, None)
                    bad = [p.get_message("en") for p in result.get_problems()
                           if p.get_kind() in ("unknown-column", "unknown-unit", "ambiguous-column", "repeated-column")]
                    self.assertEqual(bad, [], (standard, language, sheet.title))


if __name__ == "__main__":
    unittest.main()
