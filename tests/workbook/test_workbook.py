# SPDX-License-Identifier: LGPL-2.1-or-later
"""Workbooks through the helper program: what the library sees against what was written, against openpyxl's own
reading, and what becomes of workbooks that are damaged, hostile or no workbooks at all.

PRINT_WORKBOOK names the program that prints grids, BALANCE_LIBEXEC_DIR where the helper is.
"""

import datetime
import decimal
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile
import unittest
import zipfile

import openpyxl
from xlwt.CompoundDoc import XlsDoc

import corpus

PROGRAM = os.environ["PRINT_WORKBOOK"]
MUTATIONS = int(os.environ.get("MUTATIONS", "16"))


class Grid:
    def __init__(self, line):
        self.name = line["sheet"]
        self.hidden = line["hidden"]
        self.columns = line["columns"]
        self.merges = sorted(tuple(merge) for merge in line["merges"])
        self.rows = {}
        self.hidden_rows = set()

    def add(self, line):
        self.rows[line["row"]] = [tuple(cell) for cell in line["cells"]]
        if line["hidden"]:
            self.hidden_rows.add(line["row"])

    def cell(self, row, column):
        cells = self.rows.get(row, [])
        return cells[column - 1] if column <= len(cells) else ("plain", "")

    def key(self):
        return (self.name, self.hidden, self.merges, self.rows, self.hidden_rows)


class Book:
    """What the program prints of one file: a format and grids, or problems."""

    def __init__(self, path):
        result = subprocess.run([PROGRAM, str(path)], capture_output=True, timeout=100)
        assert result.returncode in (0, 1), (path, result)
        self.grids = []
        self.problems = []
        self.format = None
        for line in result.stdout.decode("utf-8").splitlines():
            line = json.loads(line)
            if "recognised" in line:
                self.recognised = line["recognised"]
            elif "format" in line:
                self.format = line["format"]
            elif "sheet" in line:
                self.grids.append(Grid(line))
            elif "row" in line:
                self.grids[-1].add(line)
            elif "problem" in line:
                self.problems.append(line)
        assert (result.returncode == 1) == bool(self.problems), (path, result)

    def key(self):
        return [grid.key() for grid in self.grids]


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def problem(self, path):
        book = Book(path)
        self.assertEqual(len(book.problems), 1, book.problems)
        return book.problems[0]


class Formats(Case):
    """The same cells in each format."""

    def check(self, name, make):
        path = self.folder / name
        make(path)
        book = Book(path)
        self.assertTrue(book.recognised)
        self.assertEqual(book.problems, [])
        self.assertEqual(book.format, name.rsplit(".", 1)[1].upper())
        self.assertEqual([(grid.name, grid.hidden) for grid in book.grids],
                         [(corpus.MAIN, False), (corpus.HIDDEN, True), (corpus.EMPTY, False)])
        main, hidden, empty = book.grids
        self.assertEqual(sorted(main.rows), sorted(corpus.expected_rows()))
        for row, cells in corpus.expected_rows().items():
            for column, cell in enumerate(cells, 1):
                self.assertEqual(main.cell(row, column), cell, f"{name} row {row} column {column}")
        self.assertEqual(main.columns, len(corpus.CELLS))
        self.assertEqual(main.merges, sorted(corpus.MERGES))
        self.assertEqual(main.hidden_rows, {corpus.HIDDEN_ROW})
        self.assertEqual(hidden.rows, {2: [("plain", "")] * 2 + [("plain", "隐藏的值")]})
        self.assertEqual(empty.rows, {})

    def test_xlsx(self):
        self.check("book.xlsx", corpus.make_xlsx)

    def test_xls(self):
        self.check("book.xls", corpus.make_xls)

    def test_ods(self):
        self.check("book.ods", corpus.make_ods)

    def test_content_decides(self):
        path = self.folder / "book.csv"
        corpus.make_ods(path)
        self.assertEqual(Book(path).format, "ODS")


def openpyxl_cell(formula, value):
    """What openpyxl says about a cell, in our words: its reading with formulas and its reading with values."""
    code = formula.number_format
    content = value.value
    if formula.data_type == "f" and content is None:
        return ("uncomputed", formula.value)
    if value.data_type == "e":
        return ("error", content)
    if content is None:
        return ("plain", "")
    if isinstance(content, bool):
        return ("plain", str(content).upper())
    if isinstance(content, (datetime.datetime, datetime.date)):
        text = content.isoformat()
        return ("date", text.removesuffix("T00:00:00"))
    if isinstance(content, datetime.time):
        return ("date", content.isoformat())
    if isinstance(content, (int, float)):
        number = decimal.Decimal(str(content)) if isinstance(content, int) else decimal.Decimal("%.15g" % content)
        percent = "%" in re.sub(r'"[^"]*"|\\.', "", code)
        number = number.scaleb(2) if percent else number
        text = format(number, "f")
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return ("percent", text + "%") if percent else ("plain", "0" if text == "-0" else text)
    return ("plain", content.replace("\r\n", "\n"))


class AgainstOpenpyxl(Case):
    def check(self, path):
        ours = Book(path)
        self.assertEqual(ours.problems, [])
        formulas = openpyxl.load_workbook(path)
        values = openpyxl.load_workbook(path, data_only=True)
        self.assertEqual([grid.name for grid in ours.grids], formulas.sheetnames)
        n = 0
        for grid in ours.grids:
            sheet = formulas[grid.name]
            self.assertEqual(grid.hidden, sheet.sheet_state != "visible")
            self.assertEqual(grid.merges, sorted((m.min_row, m.min_col, m.max_row, m.max_col)
                                                 for m in sheet.merged_cells.ranges))
            hidden = {row for row, dimension in sheet.row_dimensions.items() if dimension.hidden}
            self.assertEqual(grid.hidden_rows, hidden & set(grid.rows))
            if grid.rows:
                self.assertLessEqual(max(grid.rows), sheet.max_row)
                self.assertLessEqual(grid.columns, sheet.max_column)
            for row in sheet.iter_rows():
                for cell in row:
                    expected = openpyxl_cell(cell, values[grid.name].cell(cell.row, cell.column))
                    self.assertEqual(grid.cell(cell.row, cell.column), expected, f"{path.name} {cell.coordinate}")
                    n += 1
        return n

    def test_corpus(self):
        path = self.folder / "corpus.xlsx"
        corpus.make_xlsx(path)
        self.assertGreater(self.check(path), len(corpus.CELLS))

    def test_thousand_schools(self):
        path = self.folder / "real.xlsx"
        corpus.make_real(path)
        self.assertGreater(self.check(path), 30000)

    def test_formulas_and_errors(self):
        path = self.folder / "formulas.xlsx"
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["=1+2", "=1+2", '="a"&"b"', "=1/0", "=TRUE()", "=0.5", "=A1&A2", "=1/3"])
        sheet["F1"].number_format = "0.0%"
        for column, error in enumerate(["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"], 1):
            sheet.cell(2, column, error).data_type = "e"
        book.save(path)

        # what Excel would have computed; openpyxl computes nothing, so A1 stays as it is
        def compute(text):
            for cell, kind, value in [("B1", "", "3"), ("C1", ' t="str"', "ab"), ("D1", ' t="e"', "#DIV/0!"),
                                      ("E1", ' t="b"', "1"), ("F1", "", "0.5"), ("G1", ' t="str"', ""),
                                      ("H1", "", "0.33333333333333331")]:
                text, n = re.subn(rf'<c r="{cell}"([^>]*?)( t="\w+")?><f>([^<]*)</f><v ?(/>|></v>)',
                                  rf'<c r="{cell}"\1{kind}><f>\3</f><v>{value}</v>', text)
                self.assertEqual(n, 1, text)
            return text

        corpus.patch(path, "xl/worksheets/sheet1.xml", compute)
        book = Book(path)
        self.assertEqual(book.grids[0].rows[1], [
            ("uncomputed", "=1+2"), ("plain", "3"), ("plain", "ab"), ("error", "#DIV/0!"), ("plain", "TRUE"),
            ("percent", "50%"), ("plain", ""), ("plain", "0.333333333333333")])
        self.assertEqual([text for _, text in book.grids[0].rows[2]],
                         ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"])
        self.assertEqual({kind for kind, _ in book.grids[0].rows[2]}, {"error"})

    def test_every_date_format(self):
        path = self.folder / "dates.xlsx"
        book = openpyxl.Workbook()
        sheet = book.active
        codes = ["mm-dd-yy", "d-mmm-yy", "mmm-yy", "h:mm AM/PM", "h:mm:ss", "m/d/yy h:mm", "mm:ss", "yyyy\\-mm", "[$-409]d mmm",
                 '"共"yyyy"年"', "dddd", "[Red]yyyy/m/d", "yyyy/m/d;@", "上午/下午h\"时\"mm\"分\""]
        for row, value in enumerate([45536.5, 45536, 61, 1, 2958465], 1):
            for column, code in enumerate(codes, 1):
                cell = sheet.cell(row, column, value)
                cell.number_format = code
        book.save(path)
        grid = Book(path).grids[0]
        for row, day in enumerate(["2024-09-01", "2024-09-01", "1900-03-01", "1900-01-01", "9999-12-31"], 1):
            for column, code in enumerate(codes, 1):
                only_time = code.startswith(("h:", "mm:ss", "上午"))
                if only_time:
                    continue
                both = code == "m/d/yy h:mm" and row == 1
                self.assertEqual(grid.cell(row, column), ("date", day + ("T12:00:00" if both else "")), code)
        self.assertEqual(grid.cell(2, 14)[0], "plain")

        # days that the calendar does not have stay numbers
        for column, value in enumerate([-1, 2958466, 60, 0.25], 1):
            sheet.cell(1, column, value).number_format = "yyyy-mm-dd"
        book.save(path)
        self.assertEqual(Book(path).grids[0].rows[1][:4],
                         [("plain", "-1"), ("plain", "2958466"), ("plain", "60"), ("plain", "0.25")])


class RawXlsx(Case):
    """What other writers put into the parts."""

    def rows(self, sheet, **parts):
        path = self.folder / "raw.xlsx"
        corpus.make_raw(path, sheet, **parts)
        book = Book(path)
        self.assertEqual(book.problems, [])
        self.assertEqual(book.grids[0].name, "表&1")
        return book.grids[0].rows

    def test_shared_strings(self):
        strings = ("<si><t>纯</t></si>"
                   "<si><r><rPr><b/></rPr><t>粗</t></r><r><t xml:space='preserve'> 细 </t></r></si>"
                   "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh><phoneticPr fontId='1'/></si>"
                   "<si><t>a_x000D_\nb_x005F_x0041_ _x0000_ _xZZZZ_</t></si><si/><si><t><![CDATA[<c>]]></t></si>")
        cells = "".join(f"<c t='s'><v>{i}</v></c>" for i in range(6))
        self.assertEqual(self.rows(f"<sheetData><row>{cells}</row></sheetData>", strings=strings)[1],
                         [("plain", text) for text in
                          ["纯", "粗 细 ", "東京", "a\nb_x0041_ _x0000_ _xZZZZ_", "", "<c>"]])

    def test_prefix_and_inline(self):
        sheet = ("<x:sheetData><x:row r='3'><x:c r='B3' t='inlineStr'><x:is><x:r><x:t>甲</x:t></x:r><x:r><x:t>乙</x:t></x:r>"
                 "</x:is></x:c><x:c r='D3'><x:v>1.5E3</x:v></x:c></x:row></x:sheetData>")
        self.assertEqual(self.rows(sheet, prefix="x"),
                         {3: [("plain", ""), ("plain", "甲乙"), ("plain", ""), ("plain", "1500")]})

    def test_numbers_as_stored(self):
        stored = {"0.30000000000000004": "0.3", "85.299999999999997": "85.3", "1E-3": "0.001", "-0": "0", "1.50": "1.5",
                  "210102199001011234": "210102199001011234", "1e300": "1e300", "-1.5e-60": "-1.5e-60",
                  "4.5000000000000003E-2": "0.045", "12345678901234.5": "12345678901234.5", "x": "x", "1.2.3": "1.2.3"}
        cells = "".join(f"<c><v>{text}</v></c>" for text in stored)
        self.assertEqual(self.rows(f"<sheetData><row>{cells}</row></sheetData>")[1],
                         [("plain", text) for text in stored.values()])

    def test_formats(self):
        styles = ("<numFmts><numFmt numFmtId='176' formatCode='0.00%;[Red]-0.00%'/><numFmt numFmtId='177' formatCode='0\"%\"'/>"
                  "<numFmt numFmtId='178' formatCode='[h]:mm'/><numFmt numFmtId='179' formatCode='0.0E+00'/>"
                  "<numFmt numFmtId='180' formatCode='General&quot;人&quot;'/></numFmts>"
                  "<cellStyleXfs><xf numFmtId='9'/></cellStyleXfs><cellXfs>"
                  + "".join(f"<xf numFmtId='{i}'/>" for i in [0, 9, 176, 177, 178, 179, 180, 31, 57, 32]) + "</cellXfs>")
        cells = "".join(f"<c s='{i}'><v>1.5</v></c>" for i in range(11))
        self.assertEqual(self.rows(f"<sheetData><row>{cells}</row></sheetData>", styles=styles)[1], [
            ("plain", "1.5"), ("percent", "150%"), ("percent", "150%"), ("plain", "1.5"), ("plain", "36:00:00"),
            ("plain", "1.5"), ("plain", "1.5"), ("date", "1900-01-01"), ("date", "1900-01-01"), ("plain", "36:00:00"),
            ("plain", "1.5")])

    def test_1904_and_iso_dates(self):
        styles = "<cellXfs><xf numFmtId='14'/></cellXfs>"
        sheet = ("<sheetData><row><c><v>0</v></c><c><v>44074</v></c><c t='d'><v>2024-09-01T00:00:00</v></c>"
                 "<c t='d'><v>2024-09-01T08:30:00</v></c></row></sheetData>")
        self.assertEqual(self.rows(sheet, styles=styles, date1904=True)[1],
                         [("date", "1904-01-01"), ("date", "2024-09-01"), ("date", "2024-09-01"),
                          ("date", "2024-09-01T08:30:00")])

    def test_shared_formula(self):
        sheet = ("<sheetData><row><c><f t='shared' ref='A1:C1' si='0'>A2*2</f></c><c><f t='shared' si='0'/><v>4</v></c>"
                 "<c><f t='shared' si='0'/></c><c t='str'><f>A2</f><v></v></c></row></sheetData>")
        self.assertEqual(self.rows(sheet)[1],
                         [("uncomputed", "=A2*2"), ("plain", "4"), ("uncomputed", "=A2*2")])

    def test_blank_cells_take_nothing(self):
        sheet = ("<sheetData><row r='1'><c r='A1'><v>1</v></c><c r='XFD1' s='1'/></row><row r='2'/>"
                 "<row r='1048576'><c r='XFD1048576' t='b'><v>0</v></c></row></sheetData>")
        rows = self.rows(sheet)
        self.assertEqual(sorted(rows), [1, 1048576])
        self.assertEqual(rows[1], [("plain", "1")])
        self.assertEqual(len(rows[1048576]), 16384)
        self.assertEqual(rows[1048576][-1], ("plain", "FALSE"))

    def test_without_strings_and_styles(self):
        rels = (f'<Relationships xmlns="{corpus.PACKAGE}"><Relationship Id="s" Type="{corpus.OFFICE}/worksheet" '
                'Target="worksheets/sheet1.xml"/></Relationships>')
        self.assertEqual(self.rows("<sheetData><row><c><v>1</v></c></row></sheetData>",
                                   parts={"xl/_rels/workbook.xml.rels": rels, "xl/styles.xml": None,
                                          "xl/sharedStrings.xml": None}), {1: [("plain", "1")]})


class Ods(Case):
    def rows(self, table, styles=""):
        path = self.folder / "raw.ods"
        content = ('<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
                   'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
                   'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
                   'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
                   f'<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body></office:document-content>')
        corpus.write_zip(path, {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})
        book = Book(path)
        self.assertEqual(book.problems, [])
        return book.grids[0].rows

    def test_what_libreoffice_writes(self):
        rows = self.rows(
            '<table:tracked-changes><table:table-cell><text:p>old</text:p></table:table-cell></table:tracked-changes>'
            '<table:table table:name="t"><table:shapes><table:table-cell/></table:shapes><table:table-header-rows><table:table-row>'
            '<table:table-cell calcext:value-type="error" office:value-type="string" office:string-value="" '
            'table:formula="of:=1/0"><text:p>#DIV/0!</text:p></table:table-cell>'
            '<table:table-cell table:formula="of:=[.A1]*2"/>'
            '<table:table-cell table:formula="of:=1" office:value-type="float" calcext:value-type="float" office:value="7">'
            '<text:p>seven</text:p></table:table-cell>'
            '<table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p></office:annotation>'
            '<text:p>  a <text:span>b</text:span><text:tab/>c<text:line-break/>d</text:p><text:p>e</text:p></table:table-cell>'
            '<table:table-cell office:value-type="string"><text:p><text:ruby><text:ruby-base>漢</text:ruby-base>'
            '<text:ruby-text>かん</text:ruby-text></text:ruby></text:p></table:table-cell>'
            '</table:table-row></table:table-header-rows><table:table-row table:number-rows-repeated="3">'
            '<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="0.30000000000000004"/>'
            '</table:table-row><table:table-row><table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="1" '
            'office:value-type="time" office:time-value="PT30H00M00S"/><table:covered-table-cell office:value-type="string">'
            '<text:p>unseen</text:p></table:covered-table-cell></table:table-row></table:table>')
        self.assertEqual(rows[1], [("error", "#DIV/0!"), ("uncomputed", "=[.A1]*2"), ("plain", "7"),
                                   ("plain", "a b\tc\nd\ne"), ("plain", "漢")])
        for row in (2, 3, 4):
            self.assertEqual(rows[row], [("plain", "0.3")] * 2)
        self.assertEqual(rows[5], [("plain", "30:00:00")])


class Dbf(Case):
    def check(self, **options):
        path = self.folder / "book.dbf"
        corpus.make_dbf(path, **options)
        book = Book(path)
        self.assertTrue(book.recognised)
        self.assertEqual(book.problems, [])
        self.assertEqual(book.format, "DBF")
        # the deleted record is row 3
        self.assertEqual(book.grids[0].rows, {
            1: [("plain", name) for name in ["代码", "名称", "学生数", "面积", "建校"]],
            2: [("plain", "0000000001"), ("plain", "甲小学（合成）"), ("plain", "120"), ("plain", "3456.5"),
                ("date", "1998-09-01")],
            4: [("plain", "0000000003"), ("plain", "乙初中（合成）")],
        })

    def test_gbk_declared(self):
        self.check()

    def test_gbk_not_declared(self):
        self.check(language=0)

    def test_utf8(self):
        self.check(encoding="utf-8", language=0)

    def test_cut(self):
        path = self.folder / "book.dbf"
        corpus.make_dbf(path)
        data = path.read_bytes()
        path.write_bytes(data[:-60])
        self.assertEqual(self.problem(path)["problem"], "damaged-workbook")


class Hostile(Case):
    def raw(self, sheet, **parts):
        path = self.folder / "hostile.xlsx"
        corpus.make_raw(path, sheet, **parts)
        return self.problem(path)

    def test_entity_bomb(self):
        bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
            f'<!ENTITY {chr(ord(c) + 1)} "{("&" + c + ";") * 10}">' for c in "abcdefghi") + "]>"
        parts = {"xl/sharedStrings.xml": bomb + f'<sst xmlns="{corpus.SHEET}"><si><t>&j;</t></si></sst>'}
        problem = self.raw("<sheetData/>", parts=parts)
        self.assertEqual(problem["problem"], "damaged-workbook")
        self.assertIn("DOCTYPE", problem["en"])

    def test_external_entity(self):
        secret = self.folder / "secret"
        secret.write_text("top secret")
        part = (f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]><worksheet xmlns="{corpus.SHEET}"><sheetData><row>'
                '<c t="inlineStr"><is><t>&a;</t></is></c></row></sheetData></worksheet>')
        problem = self.raw("", parts={"xl/worksheets/sheet1.xml": part})
        self.assertEqual(problem["problem"], "damaged-workbook")
        self.assertNotIn("secret", problem["en"])

    def test_target_outside(self):
        rels = (f'<Relationships xmlns="{corpus.PACKAGE}"><Relationship Id="s" Type="{corpus.OFFICE}/worksheet" '
                'Target="../../../../../../etc/passwd"/></Relationships>')
        self.assertEqual(self.raw("", parts={"xl/_rels/workbook.xml.rels": rels})["problem"], "damaged-workbook")

    def test_many_long_texts(self):
        strings = f"<si><t>{'x' * 32000}</t></si>"
        sheet = "<sheetData>" + ("<row>" + "<c t='s'><v>0</v></c>" * 100 + "</row>") * 100 + "</sheetData>"
        problem = self.raw(sheet, strings=strings)
        self.assertEqual(problem["problem"], "large-workbook")
        self.assertIn("表&1", problem["en"])

    def test_wide_rows(self):
        sheet = "".join(f"<row r='{r}'><c r='XFD{r}'><v>1</v></c></row>" for r in range(1, 3000))
        self.assertEqual(self.raw(f"<sheetData>{sheet}</sheetData>")["problem"], "large-workbook")

    def test_beyond_the_last_column(self):
        self.assertEqual(self.raw("<sheetData><row r='1'><c r='XFE1'><v>1</v></c></row></sheetData>")["problem"],
                         "large-workbook")

    def test_repeated_cells(self):
        path = self.folder / "hostile.ods"
        corpus.make_ods(path)
        corpus.patch(path, "content.xml", lambda text: text.replace(
            "<table:table-row>",
            '<table:table-row table:number-rows-repeated="2000000000"><table:table-cell table:number-columns-repeated="16384" '
            'office:value-type="float" office:value="1"/></table:table-row><table:table-row>', 1))
        self.assertEqual(self.problem(path)["problem"], "large-workbook")

    def test_too_long_a_text(self):
        problem = self.raw(f"<sheetData><row r='2'><c r='C2' t='str'><v>{'x' * 131073}</v></c></row></sheetData>")
        self.assertEqual(problem["problem"], "long-cell")
        self.assertIn("2", problem["en"])

    def test_bad_references(self):
        for sheet in ["<sheetData><row r='2'/><row r='1'><c><v>1</v></c></row></sheetData>",
                      "<sheetData><row><c r='B1'><v>1</v></c><c r='A1'><v>2</v></c></row></sheetData>",
                      "<sheetData><row><c t='s'><v>7</v></c></row></sheetData>",
                      "<sheetData><row><c t='s'><v>-1</v></c></row></sheetData>",
                      "<sheetData/><mergeCells><mergeCell ref='B2:A1'/></mergeCells>",
                      "<sheetData><row>"]:
            self.assertEqual(self.raw(sheet)["problem"], "damaged-workbook", sheet)


class NoWorkbook(Case):
    def test_password(self):
        path = self.folder / "secret.xlsx"
        path.write_bytes(corpus.rename_ole_stream(corpus.xls_bytes(), "EncryptedPackage"))
        problem = self.problem(path)
        self.assertEqual(problem["problem"], "encrypted-workbook")
        self.assertIn("protected by a password", problem["en"])
        self.assertIn("密码", problem["zh"])

    def test_password_xls(self):
        path = self.folder / "secret.xls"
        bof = b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(12)
        with open(path, "wb") as out:
            XlsDoc().save(out, bof + b"\x2f\x00\x06\x00\x01\x00\x01\x00\x01\x00" + bytes(range(256)) * 40)
        self.assertEqual(self.problem(path)["problem"], "encrypted-workbook")

    def test_password_ods(self):
        path = self.folder / "secret.ods"
        corpus.make_ods(path)
        corpus.patch(path, "META-INF/manifest.xml",
                     lambda text: text.replace("</manifest:manifest>", "<manifest:encryption-data/></manifest:manifest>"))
        self.assertEqual(self.problem(path)["problem"], "encrypted-workbook")

    def test_old_excel(self):
        path = self.folder / "old.xls"
        path.write_bytes(corpus.rename_ole_stream(corpus.xls_bytes(), "Book"))
        self.assertEqual(self.problem(path)["problem"], "unsupported-workbook")

    def test_binary_workbook(self):
        path = self.folder / "book.xlsb"
        corpus.write_zip(path, {"_rels/.rels": f'<Relationships xmlns="{corpus.PACKAGE}"><Relationship Id="a" '
                                f'Type="{corpus.OFFICE}/officeDocument" Target="xl/workbook.bin"/></Relationships>'})
        problem = self.problem(path)
        self.assertEqual(problem["problem"], "unsupported-workbook")
        self.assertIn("XLSB", problem["en"])

    def test_web_page(self):
        path = self.folder / "export.xls"
        path.write_text("<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table><tr><td>甲</td></tr></table></html>")
        self.assertTrue(Book(path).recognised)
        problem = self.problem(path)
        self.assertEqual(problem["problem"], "unsupported-workbook")
        self.assertIn("HTML", problem["zh"])

    def test_other_containers(self):
        word = self.folder / "letter.xlsx"
        corpus.write_zip(word, {"_rels/.rels": f'<Relationships xmlns="{corpus.PACKAGE}"><Relationship Id="a" '
                                f'Type="{corpus.OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
                                "word/document.xml": "<document/>"})
        plain = self.folder / "plain.xlsx"
        corpus.write_zip(plain, {"a.txt": "a"})
        ole = self.folder / "letter.xls"
        ole.write_bytes(corpus.rename_ole_stream(corpus.xls_bytes(), "WordDocument"))
        text = self.folder / "text.xls"
        text.write_text("学校,学生\n甲,1\n" * 10)
        for path in (word, plain, ole, text):
            self.assertEqual(self.problem(path)["problem"], "unknown-workbook", path.name)
        self.assertFalse(Book(text).recognised)


class Damaged(Case):
    """Real workbooks with bits turned and ends cut off: a grid or a problem, never a crash, never silence.

    A ZIP container has checksums, so what is read of it is what was written."""

    def mutate(self, name, make, checked=True):
        path = self.folder / name
        make(path)
        data = path.read_bytes()
        whole = Book(path).key()
        chance = random.Random(name)
        for i in range(MUTATIONS):
            bad = bytearray(data)
            if i % 4 == 0:
                del bad[chance.randrange(len(bad)):]
            else:
                for _ in range(chance.choice([1, 1, 1, 8])):
                    bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
            path.write_bytes(bytes(bad))
            book = Book(path)
            if checked and not book.problems:
                self.assertEqual(book.key(), whole, f"{name} mutation {i}")
            for problem in book.problems:
                self.assertNotIn("crashed", problem["en"], f"{name} mutation {i}")

    def test_xlsx(self):
        self.mutate("book.xlsx", corpus.make_xlsx)

    def test_ods(self):
        self.mutate("book.ods", corpus.make_ods)

    def test_xls(self):
        self.mutate("book.xls", corpus.make_xls, checked=False)

    def test_dbf(self):
        self.mutate("book.dbf", corpus.make_dbf, checked=False)

    def test_parts_missing(self):
        path = self.folder / "book.xlsx"
        corpus.make_xlsx(path)
        with zipfile.ZipFile(path) as book:
            names = book.namelist()
        whole = Book(path).key()
        for name in names:
            corpus.make_xlsx(path)
            corpus.patch(path, name, lambda text: None)
            book = Book(path)
            self.assertTrue(book.problems or book.key() == whole, name)
