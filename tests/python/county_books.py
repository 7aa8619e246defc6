# SPDX-License-Identifier: LGPL-2.1-or-later
"""The sample county once more, as the workbooks that county officers keep: titles, headers of two rows with merged cells,
numbers of columns, totals, notes, signatures, a form of the county, a sheet of instructions, a hidden sheet.

A book is a list of sheets: (name, hidden, rows, merges) with merges as (top, left, bottom, right) from 1."""

import csv
import os

DATA = os.path.join(os.environ["BALANCE_SOURCE_DIR"], "examples", "data")
SCHOOLS = os.path.join(DATA, "sample-county.csv")
FACTS = os.path.join(DATA, "sample-county-facts.csv")
IDENTITY = ("年度", "区县代码", "区县名称")
STAGES = ("小学", "初中", "高中")


def table(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], rows[1:]


def cell(text):
    """Numbers as numbers, as in a spreadsheet."""
    try:
        number = float(text)
    except ValueError:
        return text or None
    return int(number) if number == int(number) else number


def headers(names):
    """Two rows of headers, the stages over the columns that have one, and the merges of the two rows from `top` on."""
    upper, lower = [], []
    for name in names:
        stage = next((stage for stage in STAGES if name.startswith(stage)), None)
        upper.append(stage or name)
        lower.append(name[len(stage):] if stage else None)
    return upper, lower


def merge_headers(upper, lower, top):
    merges, column = [], 0
    while column < len(upper):
        last = column
        if lower[column] is None:
            merges.append((top, column + 1, top + 1, column + 1))
        else:
            while last + 1 < len(upper) and upper[last + 1] == upper[column] and lower[last + 1] is not None:
                last += 1
                upper[last] = None
            if last > column:
                merges.append((top, column + 1, top, last + 1))
        column = last + 1
    return merges


def school_sheet(name="学校基本情况", without=(), caption="区县代码：990001　区县名称：示例县（合成数据）"):
    names, data = table(SCHOOLS)
    keep = [i for i, header in enumerate(names) if header not in IDENTITY and header not in without]
    upper, lower = headers(["序号"] + [names[i] for i in keep])
    merges = [(1, 1, 1, len(upper))] + merge_headers(upper, lower, 4)
    rows = [["2024年示例县（合成数据）义务教育学校基本情况表"], [caption], [], upper, lower, ["甲"] + list(range(1, len(upper)))]
    for number, record in enumerate(data):
        row = [number + 1]
        for i in keep:
            value = record[i] if names[i] in ("学校代码", "学校名称") else cell(record[i])
            # as people type them
            if isinstance(value, int) and value >= 1000 and number % 3 == 0 and names[i] != "建校年":
                value = f"{value:,}"
            row.append(value)
        rows.append(row)
        if number == 29:
            rows += [[], [None if text is None else text for text in upper], lower]
    rows.append(["合计", None, None] + [123] * (len(upper) - 3))
    rows.append(["注：本表为合成数据。"])
    rows.append(["填表人：甲", None, None, "审核人：乙"])
    return (name, False, rows, merges)


def facts_sheet():
    names, data = table(FACTS)
    rows = [["2024年县级基本情况"], ["序号", "指标", "单位", "数值", "备注"]]
    for name, value in zip(names, data[0]):
        unit = None
        if name in IDENTITY:
            continue
        if name.endswith("）") and name.rsplit("（", 1)[1] in ("万）", "元）", "万元）"):
            name, unit = name[:-1].rsplit("（", 1)
        rows.append([len(rows) - 1, name, unit, value if value.count("-") == 2 else cell(value), None])
    return ("县级情况", False, rows, [(1, 1, 1, 5)])


def book():
    return [
        ("填表说明", False, [["填表说明"], ["一、本表由县级教育行政部门汇总。"], ["二、没有的填0，不要留空。"]], []),
        school_sheet(),
        facts_sheet(),
        ("旧数据", True, [["学校代码", "学校名称", "小学在校生数"], ["1", "旧学校", 3]], []),
    ]


def write_xlsx(path, sheets):
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, hidden, rows, merges in sheets:
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for top, left, bottom, right in merges:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        if hidden:
            sheet.sheet_state = "hidden"
    workbook.save(path)


def write_xls(path, sheets):
    import xlwt

    workbook = xlwt.Workbook(encoding="utf-8")
    for name, hidden, rows, merges in sheets:
        sheet = workbook.add_sheet(name)
        sheet.visibility = int(hidden)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value is not None:
                    sheet.write(r, c, value)
        for top, left, bottom, right in merges:
            sheet.merge(top - 1, bottom - 1, left - 1, right - 1)
    workbook.save(path)


def write_ods(path, sheets):
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.style import Style, TableProperties
    from odf.table import CoveredTableCell, Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    hidden_style = Style(name="hidden", family="table")
    hidden_style.addElement(TableProperties(display="false"))
    document.automaticstyles.addElement(hidden_style)
    for name, hidden, rows, merges in sheets:
        sheet = Table(name=name, stylename=hidden_style) if hidden else Table(name=name)
        starts = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in merges}
        covered = {(r, c) for top, left, bottom, right in merges for r in range(top, bottom + 1) for c in range(left, right + 1)} - set(starts)
        width = max(len(row) for row in rows)
        for r, row in enumerate(rows, 1):
            element = TableRow()
            for c in range(1, width + 1):
                value = row[c - 1] if c <= len(row) else None
                if (r, c) in covered:
                    element.addElement(CoveredTableCell())
                    continue
                span = starts.get((r, c))
                attributes = {"numberrowsspanned": span[0], "numbercolumnsspanned": span[1]} if span else {}
                if value is None:
                    element.addElement(TableCell(**attributes))
                elif isinstance(value, str):
                    item = TableCell(valuetype="string", **attributes)
                    item.addElement(P(text=value))
                    element.addElement(item)
                else:
                    item = TableCell(valuetype="float", value=repr(value), **attributes)
                    item.addElement(P(text=repr(value)))
                    element.addElement(item)
            sheet.addElement(element)
        document.spreadsheet.addElement(sheet)
    document.save(path)


def write_csv(path, sheet, encoding="gb18030"):
    rows = sheet[2]
    width = max(len(row) for row in rows)
    with open(path, "w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([["" if value is None else value for value in row] + [""] * (width - len(row)) for row in rows])


WRITERS = {"xlsx": write_xlsx, "xls": write_xls, "ods": write_ods}
