# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whole files as people have them, through introspection: what they hold must be the facts of the clean tables."""

import csv
import json
import os
import tempfile
import unittest

import gi

gi.require_version("Balance", "1.0")
from gi.repository import Balance, Gio, GLib

import county_books as books

SHARED = os.path.join(os.environ["BALANCE_SOURCE_DIR"], "..", "shared", "data")
DICTIONARY = Balance.Dictionary.get_default()
FIELDS = [DICTIONARY.get_fields().get_item(i).get_id() for i in range(DICTIONARY.get_fields().get_n_items())]


HELPER = os.path.join(os.environ.get("BALANCE_LIBEXEC_DIR", ""), "balance-sheet")
needs_helper = unittest.skipUnless(os.access(HELPER, os.X_OK), "the helper for workbooks is not built")


def items(model):
    return [model.get_item(i) for i in range(model.get_n_items())]


def kinds(problems):
    return [problem.get_kind() for problem in items(problems)]


def facts(census):
    """Every value of every subject."""
    found = {}
    for level, subjects in (("district", census.get_districts()), ("school", census.get_schools()), ("section", census.get_sections())):
        for subject in items(subjects):
            if level == "section":
                key = (subject.get_school().get_code(), subject.get_stage())
            else:
                key = subject.get_code()
            for field in FIELDS:
                text = subject.dup_text(field, None)
                if text is not None:
                    found[level, key, field] = text
    return found


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text, encoding="utf-8"):
        with open(self.path(name), "w", encoding=encoding, newline="") as file:
            file.write(text)
        return self.path(name)

    def read(self, *paths, **settings):
        return Balance.Reader(**settings).read(list(paths), None, None)

    def census(self, *paths, **settings):
        imported = self.read(*paths, **settings)
        imported.check()
        return imported.get_census()

    def inspect(self, path, **settings):
        return Balance.Reader(**settings).inspect(path, None)


class SampleCounty(Case):
    @classmethod
    def setUpClass(cls):
        cls.clean = facts(Balance.Reader().read([books.SCHOOLS, books.FACTS], None, None).get_census())

    def same(self, census):
        self.maxDiff = 2000
        self.assertEqual(facts(census), self.clean)

    @needs_helper
    def test_workbooks(self):
        for suffix, write in books.WRITERS.items():
            with self.subTest(format=suffix):
                path = self.path("county." + suffix)
                write(path, books.book())
                imported = self.read(path)
                imported.check()
                self.same(imported.get_census())
                found = kinds(imported.get_problems())
                for kind in ("hidden-sheet", "no-table", "total-row", "note-row", "taken-from-title", "district-of-others"):
                    self.assertIn(kind, found)

    @needs_helper
    def test_cells_name_the_sheet(self):
        path = self.path("county.xlsx")
        books.write_xlsx(path, books.book())
        census = self.census(path)
        section = census.find_section("9900010001", "primary", None)
        self.assertRegex(section.get_cell("pupils").to_text(), r"county\.xlsx!学校基本情况!O7$")
        district = census.find_district("990001")
        self.assertRegex(district.get_cell("population").to_text(), r"county\.xlsx!县级情况!D3$")
        self.assertRegex(district.get_cell("townships").to_text(), r"county\.xlsx!县级情况!D5$")

    def test_text_files(self):
        for encoding in ("gb18030", "utf-8", "utf-8-sig", "utf-16"):
            with self.subTest(encoding=encoding):
                schools, county = self.path("schools.csv"), self.path("county.csv")
                books.write_csv(schools, books.school_sheet(), encoding)
                books.write_csv(county, books.facts_sheet(), encoding)
                self.same(self.census(schools, county))
                self.same(self.census(county, schools))

    def test_parts(self):
        """Schools by code, another table of them by name, and the county without a code."""
        names, _ = books.table(books.SCHOOLS)
        areas = [name for name in names if name.endswith("（㎡）")]
        _, data = books.table(books.SCHOOLS)
        columns = [names.index(name) for name in ["学校名称", *areas]]
        with open(self.path("areas.csv"), "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["学校名称", *areas]] + [[row[i] for i in columns] for row in data])
        books.write_csv(self.path("schools.csv"), books.school_sheet(without=areas))
        imported = self.read(self.path("areas.csv"), books.FACTS, self.path("schools.csv"))
        imported.check()
        self.same(imported.get_census())
        self.assertIn("joined-by-name", kinds(imported.get_problems()))

    @needs_helper
    def test_sheets_by_stage(self):
        """A sheet 小学 and a sheet 初中 without a column that says so."""
        names, data = books.table(books.SCHOOLS)
        sheets = []
        for stage in ("小学", "初中"):
            pupils, classes, kind = names.index(stage + "在校生数"), names.index(stage + "班级总数"), names.index("学校类型")
            rows = [["区县代码：990001"], ["学校代码", "学校名称", "学校类型", "在校生数", "班级总数"]]
            rows += [[row[3], row[4], row[kind], books.cell(row[pupils]), books.cell(row[classes])] for row in data if row[pupils]]
            sheets.append((stage, False, rows, []))
        path = self.path("stages.xlsx")
        books.write_xlsx(path, sheets)
        found = facts(self.census(path))
        wanted = {key: value for key, value in self.clean.items() if key[0] == "section" and key[2] in ("pupils", "classes") and key[1][1] in ("primary", "junior")}
        self.assertEqual({key: value for key, value in found.items() if key[0] == "section" and key[2] in ("pupils", "classes")}, wanted)

    @needs_helper
    def test_hidden_sheets(self):
        path = self.path("county.xlsx")
        books.write_xlsx(path, [books.school_sheet(), (*books.facts_sheet()[:1], True, *books.facts_sheet()[2:])])
        self.assertFalse(self.census(path).find_district("990001").has_value("population"))
        self.same(self.census(path, hidden_sheets=True))

    @needs_helper
    def test_book_without_a_table(self):
        path = self.path("notes.xlsx")
        books.write_xlsx(path, books.book()[:1])
        imported = self.read(path)
        self.assertIsNone(imported.get_census())
        self.assertIn("no-known-table", kinds(imported.get_problems()))

    @needs_helper
    def test_broken_book(self):
        with open(self.path("broken.xlsx"), "wb") as file:
            file.write(b"PK\3\4 this is no workbook")
        imported = self.read(self.path("broken.xlsx"))
        self.assertIsNone(imported.get_census())
        self.assertGreater(imported.get_n_errors(), 0)
        self.assertTrue(all(problem.get_remedy("zh") for problem in items(imported.get_problems())))
        inspection = self.inspect(self.path("broken.xlsx"))
        self.assertIsNone(inspection.get_format())
        self.assertGreater(inspection.get_problems().get_n_items(), 0)


@needs_helper
class SpreadsheetCells(Case):
    def test_errors_and_formulas(self):
        path = self.path("cells.xlsx")
        books.write_xlsx(path, [("表", False, [
            ["区县代码", "学校代码", "学段", "在校生数", "班级总数", "专任教师总数"],
            ["1", "S1", "小学", "=C1+1", 10, 20],
            ["1", "S2", "小学", 100, "=1/0", 20],
        ], [])])
        problems = items(self.read(path).get_problems())
        found = [(p.get_kind(), p.get_sheet(), p.get_row(), p.get_column()) for p in problems]
        self.assertIn(("uncomputed-formula", "表", 2, 4), found)
        self.assertIn(("uncomputed-formula", "表", 3, 5), found)

    def test_percent_and_dates(self):
        import openpyxl

        workbook = openpyxl.Workbook()
        sheet = workbook.active
        sheet.append(["区县代码", "基本均衡认定日期", "语文校际差异率"])
        sheet.append(["1", __import__("datetime").date(2017, 12, 20), 0.125])
        sheet["C2"].number_format = "0.0%"
        workbook.save(self.path("formats.xlsx"))
        district = self.census(self.path("formats.xlsx")).find_district("1")
        self.assertEqual(district.dup_text("basic_certified_on", None), "2017-12-20")
        self.assertEqual(district.dup_text("gap_chinese", None), "0.125")


class SeveralFiles(Case):
    SCHOOLS = "年度,区县代码,学校代码,学校名称,学段,在校生数\n2024,1,S1,甲小学,小学,100\n2024,1,S2,乙小学,小学,200\n2024,1,S3,丙小学,小学,300\n"

    def problems(self, *texts):
        paths = [self.write(f"{chr(97 + i)}.csv", text) for i, text in enumerate(texts)]
        return items(self.read(*paths).get_problems())

    def test_school_in_one_table(self):
        found = self.problems(self.SCHOOLS, "年度,区县代码,学校代码,占地面积\n2024,1,S1,10\n2024,1,S2,20\n2024,1,S9,30\n")
        texts = [problem.get_message("en") for problem in found if problem.get_kind() == "school-in-one-table"]
        self.assertEqual(len(texts), 2)
        self.assertTrue(any("S3" in text for text in texts))
        self.assertTrue(any("S9" in text for text in texts))

    def test_parts_of_one_table_are_no_mismatch(self):
        found = self.problems(self.SCHOOLS, self.SCHOOLS.replace("S", "T").replace("甲", "丁"))
        self.assertNotIn("school-in-one-table", [problem.get_kind() for problem in found])

    def test_names_that_differ(self):
        found = self.problems(self.SCHOOLS, "年度,区县代码,学校代码,学校名称,占地面积\n2024,1,S1,甲学校,10\n2024,1,S2,乙小学,2\n2024,1,S3,丙小学,2\n")
        self.assertEqual([(p.get_kind(), p.get_row(), p.get_field()) for p in found if p.get_severity() == Balance.Severity.ERROR],
                         [("disagreement", 2, "school_name")])

    def test_row_twice_is_one_problem(self):
        found = self.problems(self.SCHOOLS + "2024,1,S1,另一小学,小学,999\n")
        self.assertEqual([problem.get_kind() for problem in found], ["duplicate-section"])

    def test_districts_that_do_not_meet(self):
        found = self.problems(self.SCHOOLS, "年度,区县代码,乡镇数\n2024,2,9\n")
        self.assertEqual(sorted(problem.get_kind() for problem in found), ["district-without-facts", "district-without-schools"])

    def test_years_that_do_not_meet(self):
        found = self.problems(self.SCHOOLS, "年度,区县代码,乡镇数\n2023,1,9\n")
        self.assertIn("years-differ", [problem.get_kind() for problem in found])

    def test_name_not_found(self):
        found = self.problems(self.SCHOOLS, "区县代码,学校名称,占地面积\n1,甲 小学,10\n1,乙小学,10\n1,丙小学,10\n1,戊小学,10\n")
        self.assertEqual([(p.get_kind(), p.get_row(), p.get_found()) for p in found if p.get_kind() == "name-not-found"],
                         [("name-not-found", 5, "戊小学")])

    def test_name_of_two_schools(self):
        found = self.problems(self.SCHOOLS.replace("乙", "甲"), "区县代码,学校名称,占地面积\n1,甲小学,10\n1,丙小学,10\n")
        self.assertIn(("ambiguous-name", 2), [(p.get_kind(), p.get_row()) for p in found])

    def test_district_by_name(self):
        census = self.census(self.write("a.csv", "区县代码,区县名称,学校代码,学段,在校生数\n1,甲县,S1,小学,10\n2,乙县,S1,小学,20\n"),
                             self.write("b.csv", "区县名称,乡镇数\n乙县,7\n甲县,5\n"))
        self.assertEqual([(d.get_code(), d.dup_text("townships", None)) for d in items(census.get_districts())], [("1", "5"), ("2", "7")])


class Inspection(Case):
    def test_columns(self):
        path = self.write("t.csv", "示例县基本情况表,,,,\n区县代码,学校代码,学校名称,教学仪器设备值（万元）,计算机数量\n1,S1,甲小学,5,6\n", "gb18030")
        inspection = self.inspect(path)
        self.assertEqual((inspection.get_format(), inspection.get_encoding(), inspection.get_encoding_guessed(), inspection.get_separator()),
                         ("CSV", "GB18030", True, ","))
        (sheet,) = items(inspection.get_sheets())
        self.assertIsNone(sheet.get_name())
        self.assertEqual((sheet.get_kind(), sheet.get_is_form(), sheet.get_first_header_row(), sheet.get_last_header_row()), ("schools", False, 2, 2))
        columns = items(sheet.get_columns())
        self.assertEqual([column.get_column() for column in columns], [1, 2, 3, 4, 5])
        self.assertEqual([column.get_field() and column.get_field().get_id() for column in columns],
                         ["district_code", "school_code", "school_name", "equipment_value", None])
        self.assertEqual(columns[3].get_factor(), 10000.0)
        self.assertIn("computers", columns[4].get_suggestions())
        self.assertEqual(columns[4].get_problem().get_kind(), "unknown-column")
        self.assertEqual((sheet.get_n_known(), sheet.get_n_samples(), sheet.get_sample_row(0)), (4, 1, 3))
        self.assertEqual(sheet.dup_sample(0), ["1", "S1", "甲小学", "5", "6"])

    def test_form(self):
        sheet = self.inspect(self.write("t.csv", "区县代码,1\n乡镇数,9\n行政村数,142\n")).get_sheets().get_item(0)
        self.assertTrue(sheet.get_is_form())
        self.assertEqual([(c.get_field().get_id(), c.get_value()) for c in items(sheet.get_columns())],
                         [("district_code", "1"), ("townships", "9"), ("villages", "142")])

    def test_only_the_head(self):
        """A character cut at the end of the head is nobody's fault; what follows is not looked at."""
        for encoding in ("utf-8", "gb18030", "utf-16"):
            for shift in range(4):
                path = self.write("t.csv", "x" * shift + "学校代码,学校名称\n" + "1,示例县第一小学\n" * 100000 + "\0", encoding)
                inspection = self.inspect(path)
                self.assertEqual(kinds(inspection.get_problems())[1:], [])
                self.assertEqual(inspection.get_sheets().get_item(0).get_n_samples(), 3)

    def test_given_encoding(self):
        path = self.write("t.csv", "学校代码,学校名称\n1,甲\n", "gb18030")
        self.assertEqual(self.inspect(path, encoding="GBK").get_encoding(), "GBK")
        with self.assertRaises(GLib.Error):
            self.inspect(path, encoding="no-such-encoding")
        self.assertIn("encoding", kinds(self.read(path, encoding="UTF-16LE").get_problems()))

    @needs_helper
    def test_text_and_json(self):
        path = self.path("county.xlsx")
        books.write_xlsx(path, books.book())
        inspection = self.inspect(path)
        for language in ("zh", "en"):
            self.assertIn("pupils.primary", inspection.to_text(language, False))
        whole = json.loads(inspection.to_json())
        self.assertEqual([sheet["name"] for sheet in whole["sheets"]], ["填表说明", "学校基本情况", "县级情况", "旧数据"])
        self.assertEqual([sheet["kind"] for sheet in whole["sheets"]], ["none", "schools", "region", "none"])
        self.assertEqual([sheet["hidden"] for sheet in whole["sheets"]], [False, False, False, True])
        self.assertEqual([column["stage"] for column in whole["sheets"][1]["columns"] if column["field"] == "pupils"], ["primary", "junior", "senior"])

    def test_no_file(self):
        with self.assertRaises(GLib.Error):
            self.inspect(self.path("absent.csv"))

    def test_async(self):
        loop, found = GLib.MainLoop(), []
        reader = Balance.Reader()

        def done(source, result):
            found.append(source.inspect_finish(result))
            loop.quit()

        reader.inspect_async(books.SCHOOLS, None, done)
        loop.run()
        self.assertEqual(found[0].get_file(), books.SCHOOLS)
        cancellable = Gio.Cancellable()
        cancellable.cancel()
        with self.assertRaises(GLib.Error):
            reader.inspect(books.SCHOOLS, cancellable)


@unittest.skipUnless(os.path.isdir(os.path.join(SHARED, "encodings")), "../shared/data/encodings is not there")
class Encodings(Case):
    FILES = {
        "hk_primary.big5hkscs.csv": ("hong_kong_primary", "BIG5-HKSCS"),
        "hk_primary.gb18030.csv": ("hong_kong_primary", "GB18030"),
        "hk_primary.utf16le_bom.tsv": ("hong_kong_primary", "UTF-16LE"),
        "my_sjkc.gb18030.csv": ("malaysia_chinese_schools", "GB18030"),
        "my_sjkc.gbk.csv": ("malaysia_chinese_schools", "GB18030"),
        "my_sjkc.utf8_bom_crlf.csv": ("malaysia_chinese_schools", "UTF-8"),
    }
    MAPS = {
        "hong_kong_primary": "map: hk\ncolumns: {school_code: school_id, school_name: school, district_code: district}\nignore: ['*']\n",
        "malaysia_chinese_schools": "map: my\ncolumns: {school_code: school_id, school_name: school, district_code: district}\nignore: ['*']\n",
    }

    def rows(self, path, folder):
        table_map = Balance.Map.new_from_bytes(GLib.Bytes.new(self.MAPS[folder].encode()), "map.yaml", None)
        imported = self.read(path, map=table_map, skip_bad_rows=True)
        census = imported.get_census()
        names = [(school.get_code(), school.get_name(), school.get_district().get_code()) for school in items(census.get_schools())]
        errors = [(p.get_kind(), p.get_row()) for p in items(imported.get_problems()) if p.get_kind() not in ("encoding-guessed",)]
        return names, errors

    def test_same_rows(self):
        for name, (folder, encoding) in self.FILES.items():
            with self.subTest(name=name):
                path = os.path.join(SHARED, "encodings", name)
                self.assertEqual(self.inspect(path).get_encoding(), encoding)
                self.assertEqual(self.rows(path, folder), self.rows(os.path.join(SHARED, folder, "schools.csv"), folder))


if __name__ == "__main__":
    unittest.main()
