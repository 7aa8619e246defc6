# SPDX-License-Identifier: LGPL-2.1-or-later
"""Workbooks of synthetic data, made by the writers that people use: openpyxl, xlwt, odfpy, and a DBF by hand.

The same cells go into each format, with what the library must see of each of them.
"""

import datetime
import io
import re
import struct
import zipfile

import odf.number
import odf.opendocument
import odf.style
import odf.table
import odf.text
import openpyxl
import xlwt

LONG = "长" * 32767

# value, number format, kind, text
CELLS = [
    ("甲小学（合成）", None, "plain", "甲小学（合成）"),
    ("他说\"好\"，'行'", None, "plain", "他说\"好\"，'行'"),
    ("a,b;c", None, "plain", "a,b;c"),
    ("第一行\n第二行", None, "plain", "第一行\n第二行"),
    ("  前后  有空格  ", None, "plain", "  前后  有空格  "),
    ("00123", None, "plain", "00123"),
    ("<&>", None, "plain", "<&>"),
    ("𠮷野家", None, "plain", "𠮷野家"),
    (None, None, "plain", ""),
    (1234, None, "plain", "1234"),
    (0, None, "plain", "0"),
    (-5.25, None, "plain", "-5.25"),
    (0.1 + 0.2, None, "plain", "0.3"),
    (4.35 * 100, None, "plain", "435"),
    (1e-7, None, "plain", "0.0000001"),
    (1234567.891, "#,##0.00", "plain", "1234567.891"),
    (123456789012345, None, "plain", "123456789012345"),
    (0.85, "0%", "percent", "85%"),
    (0.853, "0.0%", "percent", "85.3%"),
    (0.07, "0.00%", "percent", "7%"),
    (1.15, "0%", "percent", "115%"),
    (0.123456, "0.0%", "percent", "12.3456%"),
    (-0.05, "0%", "percent", "-5%"),
    (0, "0%", "percent", "0%"),
    (0.1 + 0.2, "0.0%", "percent", "30%"),
    (0.5, '0.0"%"', "plain", "0.5"),
    (datetime.date(2024, 9, 1), "yyyy-mm-dd", "date", "2024-09-01"),
    (datetime.date(1998, 2, 28), 'yyyy"年"m"月"d"日"', "date", "1998-02-28"),
    (datetime.date(2000, 2, 29), "[$-804]m/d/yy", "date", "2000-02-29"),
    (datetime.datetime(2024, 9, 1, 12, 30), "yyyy-mm-dd hh:mm", "date", "2024-09-01T12:30:00"),
    (datetime.datetime(2024, 9, 1, 23, 59, 59), "yyyy-mm-dd hh:mm:ss", "date", "2024-09-01T23:59:59"),
    (datetime.time(8, 30), "hh:mm", "date", "08:30:00"),
    (True, None, "plain", "TRUE"),
    (False, None, "plain", "FALSE"),
    (LONG, None, "plain", LONG),
    (None, None, "plain", ""),
    ("末", None, "plain", "末"),
]

MAIN = "表Ⅱ-2 学校“数据”"
HIDDEN = "隐藏"
EMPTY = "空表"
TITLE = "某县义务教育学校情况（合成数据）"
MERGES = [(1, 1, 1, 6), (3, 1, 4, 1), (3, 2, 3, 3)]
CELL_ROW = 7
HIDDEN_ROW = 8

# row -> what stands in its first columns; rows between them are empty
TEXTS = {
    1: [TITLE],
    3: ["学校", "学生数"],
    4: [None, "小学", "初中"],
    8: ["隐藏行", 1],
    12: ["注：空行之后"],
}


def expected_rows():
    """row -> [(kind, text)] of the main sheet."""
    rows = {
        row: [("plain", "" if value is None else str(value)) for value in values]
        for row, values in TEXTS.items()
    }
    rows[CELL_ROW] = [(kind, text) for _, _, kind, text in CELLS]
    return rows


def make_xlsx(path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = MAIN
    for row, values in TEXTS.items():
        for column, value in enumerate(values, 1):
            if value is not None:
                sheet.cell(row, column, value)
    for column, (value, code, _, _) in enumerate(CELLS, 1):
        if value is not None:
            cell = sheet.cell(CELL_ROW, column, value)
            if code is not None:
                cell.number_format = code
    for top, left, bottom, right in MERGES:
        sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    sheet.row_dimensions[HIDDEN_ROW].hidden = True
    hidden = book.create_sheet(HIDDEN)
    hidden.sheet_state = "hidden"
    hidden["C2"] = "隐藏的值"
    book.create_sheet(EMPTY)
    book.save(path)


def make_xls(path):
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(MAIN)
    for row, values in TEXTS.items():
        for column, value in enumerate(values):
            if value is not None:
                sheet.write(row - 1, column, value)
    for column, (value, code, _, _) in enumerate(CELLS):
        if value is not None:
            style = xlwt.XFStyle()
            if code is not None:
                style.num_format_str = code
            sheet.write(CELL_ROW - 1, column, value, style)
    for top, left, bottom, right in MERGES:
        sheet.merge(top - 1, bottom - 1, left - 1, right - 1)
    sheet.row(HIDDEN_ROW - 1).hidden = True
    hidden = book.add_sheet(HIDDEN)
    hidden.visibility = 1
    hidden.write(1, 2, "隐藏的值")
    book.add_sheet(EMPTY)
    book.save(path)


def ods_paragraphs(cell, text):
    for line in text.split("\n"):
        paragraph = odf.text.P()
        for piece in re.split("( +)", line):
            if piece.startswith(" "):
                paragraph.addElement(odf.text.S(c=len(piece)))
            elif piece:
                paragraph.addText(piece)
        cell.addElement(paragraph)


def ods_cell(value, code, **spans):
    if value is None:
        return odf.table.TableCell(**spans)
    if isinstance(value, str):
        cell = odf.table.TableCell(valuetype="string", **spans)
        ods_paragraphs(cell, value)
        return cell
    if isinstance(value, bool):
        return odf.table.TableCell(valuetype="boolean", booleanvalue=str(value).lower(), **spans)
    if isinstance(value, datetime.datetime):
        return odf.table.TableCell(valuetype="date", datevalue=value.isoformat() + ".000000000", **spans)
    if isinstance(value, datetime.date):
        return odf.table.TableCell(valuetype="date", datevalue=value.isoformat(), **spans)
    if isinstance(value, datetime.time):
        return odf.table.TableCell(valuetype="time", timevalue=value.strftime("PT%HH%MM%SS"), **spans)
    percent = code is not None and "%" in re.sub('"[^"]*"', "", code)
    return odf.table.TableCell(valuetype="percentage" if percent else "float", value=repr(value), **spans)


def make_ods(path):
    document = odf.opendocument.OpenDocumentSpreadsheet()
    invisible = odf.style.Style(name="ta9", family="table")
    invisible.addElement(odf.style.TableProperties(display="false"))
    document.automaticstyles.addElement(invisible)

    table = odf.table.Table(name=MAIN)
    covered = {
        (row, column)
        for top, left, bottom, right in MERGES
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    } - {(top, left) for top, left, _, _ in MERGES}
    spans = {
        (top, left): {"numberrowsspanned": bottom - top + 1, "numbercolumnsspanned": right - left + 1}
        for top, left, bottom, right in MERGES
    }
    cells = dict(TEXTS)
    cells[CELL_ROW] = [value for value, _, _, _ in CELLS]
    for row in range(1, max(cells) + 1):
        attributes = {"visibility": "collapse"} if row == HIDDEN_ROW else {}
        line = odf.table.TableRow(**attributes)
        for column, value in enumerate(cells.get(row, []), 1):
            code = CELLS[column - 1][1] if row == CELL_ROW else None
            if (row, column) in covered:
                line.addElement(odf.table.CoveredTableCell())
            else:
                line.addElement(ods_cell(value, code, **spans.get((row, column), {})))
        # as spreadsheets do: the rest of the row is one blank cell
        line.addElement(odf.table.TableCell(numbercolumnsrepeated=16384 - len(cells.get(row, []))))
        table.addElement(line)
    table.addElement(odf.table.TableRow(numberrowsrepeated=1048576 - max(cells)))
    document.spreadsheet.addElement(table)

    hidden = odf.table.Table(name=HIDDEN, stylename=invisible)
    hidden.addElement(odf.table.TableRow())
    line = odf.table.TableRow()
    line.addElement(odf.table.TableCell(numbercolumnsrepeated=2))
    line.addElement(ods_cell("隐藏的值", None))
    hidden.addElement(line)
    document.spreadsheet.addElement(hidden)
    document.spreadsheet.addElement(odf.table.Table(name=EMPTY))
    document.save(str(path))


def make_dbf(path, encoding="gbk", language=0x4D, records=None):
    fields = [("代码", "C", 12, 0), ("名称", "C", 40, 0), ("学生数", "N", 10, 0), ("面积", "N", 12, 2), ("建校", "D", 8, 0)]
    if records is None:
        records = [
            (" ", "0000000001", "甲小学（合成）", "120", "3456.50", "19980901"),
            ("*", "0000000002", "删除的学校", "1", "1.00", "20000101"),
            (" ", "0000000003", "乙初中（合成）", "", "", ""),
        ]
    size = 1 + sum(width for _, _, width, _ in fields)
    out = bytearray(struct.pack("<BBBBIHH16xBB2x", 3, 124, 9, 1, len(records), 33 + 32 * len(fields), size, 0, language))
    for name, kind, width, decimals in fields:
        out += name.encode(encoding)[:10].ljust(11, b"\0") + kind.encode() + bytes(4) + bytes([width, decimals]) + bytes(14)
    out += b"\r"
    for deleted, *values in records:
        out += deleted.encode()
        for (_, kind, width, _), value in zip(fields, values):
            data = value.encode(encoding)
            out += data.rjust(width) if kind == "N" else data.ljust(width)
    out += b"\x1a"
    path.write_bytes(bytes(out))


def make_real(path, n=1000):
    """A wide table such as counties send: a title, two header rows, n schools."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "学校"
    sheet.append(["某县学校一览（合成数据）"])
    sheet.append(["学校代码", "学校名称"] + [f"指标{i}" for i in range(28)])
    for i in range(n):
        sheet.append([f"S{i:05d}", f"第{i}小学（合成）"] + [(i * 31 + j * 17) % 997 / 8 for j in range(28)])
    book.save(path)


def patch(path, part, change):
    """Rewrites one part of a ZIP container; change gets its text. None as a part's text drops the part."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    text = change(parts.get(part, b"").decode())
    if text is None:
        del parts[part]
    else:
        parts[part] = text.encode()
    write_zip(path, parts)


def write_zip(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(zipfile.ZipInfo(name, (2024, 9, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def make_raw(path, sheet, strings="", styles="", prefix="", parts=None, date1904=False):
    """An XLSX from the text of its parts, as other writers than openpyxl put them; sheet is the inside of <worksheet>."""
    p = prefix + ":" if prefix else ""
    xmlns = f'xmlns{":" + prefix if prefix else ""}="{SHEET}"'
    contents = {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{OFFICE}/officeDocument" '
                       'Target="/xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<{p}workbook {xmlns} xmlns:r="{OFFICE}"><{p}workbookPr date1904="{int(date1904)}"/><{p}sheets>'
                           f'<{p}sheet name="表&amp;1" sheetId="1" r:id="s"/></{p}sheets></{p}workbook>',
        "xl/_rels/workbook.xml.rels":
            f'<Relationships xmlns="{PACKAGE}">'
            f'<Relationship Id="s" Type="{OFFICE}/worksheet" Target="worksheets/../worksheets/SHEET1.xml"/>'
            f'<Relationship Id="t" Type="{OFFICE}/styles" Target="styles.xml"/>'
            f'<Relationship Id="u" Type="{OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<{p}worksheet {xmlns}>{sheet}</{p}worksheet>",
        "xl/styles.xml": f"<{p}styleSheet {xmlns}>{styles}</{p}styleSheet>",
        "xl/sharedStrings.xml": f"<{p}sst {xmlns}>{strings}</{p}sst>",
    }
    contents.update(parts or {})
    write_zip(path, {name: text if isinstance(text, bytes) else text.encode() for name, text in contents.items()
                     if text is not None})


def rename_ole_stream(data, new):
    """xlwt writes one stream, Workbook."""
    old = "Workbook".encode("utf-16-le")
    at = data.index(old + bytes(64 - len(old)))
    name = new.encode("utf-16-le")
    return data[:at] + name.ljust(64, b"\0") + struct.pack("<H", len(name) + 2) + data[at + 66:]


def xls_bytes():
    book = xlwt.Workbook(encoding="utf-8")
    book.add_sheet("A").write(0, 0, "x")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
