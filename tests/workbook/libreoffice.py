# SPDX-License-Identifier: LGPL-2.1-or-later
"""libreoffice.py FOLDER: the corpus as LibreOffice writes it in each format, against what openpyxl's file holds.

PRINT_WORKBOOK and BALANCE_LIBEXEC_DIR as for the tests. Prints TAP.
"""

import pathlib
import subprocess
import sys

import corpus
from test_workbook import Book

# LibreOffice takes a truth value for the number 1 or 0 where it writes ODS.
TRUTH = {"TRUE": "1", "FALSE": "0"}


def differences(ours, theirs, name):
    if [(g.name, g.hidden, g.merges, g.hidden_rows) for g in ours] != \
       [(g.name, g.hidden, g.merges, g.hidden_rows) for g in theirs]:
        yield "the sheets differ"
    for a, b in zip(ours, theirs):
        for row in sorted(set(a.rows) | set(b.rows)):
            for column in range(1, max(a.columns, b.columns) + 1):
                one, other = a.cell(row, column), b.cell(row, column)
                if one != other and not (name == "ods" and TRUTH.get(one[1]) == other[1]):
                    yield f"row {row} column {column}: {one[0]} {one[1][:40]!r}, {other[0]} {other[1][:40]!r}"


def main(folder):
    folder = pathlib.Path(folder)
    corpus.make_xlsx(folder / "book.xlsx")
    original = Book(folder / "book.xlsx")
    failed = 0
    for i, name in enumerate(["ods", "xls", "xlsx"], 1):
        out = folder / "out"
        subprocess.run(["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                        "--convert-to", name, "--outdir", str(out), str(folder / "book.xlsx")],
                       check=True, capture_output=True, timeout=300)
        book = Book(out / f"book.{name}")
        found = list(differences(original.grids, book.grids, name)) + [p["en"] for p in book.problems]
        failed += bool(found)
        print(f"{'not ok' if found else 'ok'} {i} - {name} by LibreOffice")
        for line in found:
            print("#", line)
    print("1..3")
    return 1 if failed else 0


sys.exit(main(sys.argv[1]))
