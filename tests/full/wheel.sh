#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# pip install of this tree into a fresh virtual environment over the system's Python, then used from there: by the package,
# by introspection, by the command. A wheel may lie anywhere; nothing of this tree or of its builds may be needed.
set -euo pipefail
source=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A copy, so that what lies in this folder beside the sources can neither help nor hinder.
mkdir "$work/source"
if git rev-parse --git-dir > /dev/null 2>&1; then
  git ls-files -z --cached --others --exclude-standard
else
  find . -path './build*' -prune -o -type f -print0
fi | tar --null --files-from=- -cf - | tar -xf - -C "$work/source"

/usr/bin/python3 -m venv --system-site-packages "$work/venv"
unset BALANCE_DATA_DIR BALANCE_LIBEXEC_DIR GI_TYPELIB_PATH LD_LIBRARY_PATH PYTHONPATH
if ! "$work/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$work/probe" meson-python > "$work/log" 2>&1; then
  cat "$work/log"
  echo "wheel: PyPI cannot be reached"
  exit 77
fi
if ! "$work/venv/bin/pip" install --disable-pip-version-check "$work/source" > "$work/log" 2>&1; then
  tail -40 "$work/log"
  exit 1
fi

# Moved: only what finds its own place goes on working.
rm -rf "$work/source"
site=$("$work/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("platlib"))')
# the words of tables are built into the library
diff <(cd "$source/data" && find . '(' -name '*.yaml' -o -name '*.json' ')' ! -path ./words.yaml | sort) <(cd "$site/libbalance/_bundled/share" && find . -type f | sort)

cd "$work"
LANG=C.UTF-8 "$work/venv/bin/python" - "$source/examples/data" << 'PYTHON'
import os
import subprocess
import sys

import libbalance as lb

data = sys.argv[1]
assert lb.__file__.startswith(sys.prefix), lb.__file__
assert "cn-2017-quality" in lb.list_standards()
evaluation = lb.evaluate([f"{data}/sample-county.csv", f"{data}/sample-county-facts.csv"], as_of="2024-09-01")
assert evaluation.verdict == "unmet"
assert evaluation.find("schools/9900010013/primary/R6").value == 1699.75
assert evaluation.census.schools[0] == evaluation.census.schools[0]

# by introspection, with the override and the library that came along
from gi.repository import Balance
assert Balance.District.__eq__ is not object.__eq__
library = os.path.join(os.path.dirname(lb.__file__), "_bundled", "libbalance-1.0.so.0")
with open("/proc/self/maps", encoding="utf-8") as maps:
    assert any(library in line for line in maps), "another library was loaded"

# the helper program reads a workbook
evaluation.write("county.xlsx")
if os.path.exists(os.path.join(os.path.dirname(library), "libexec", "balance-sheet")):
    template = "template.xlsx"
    from gi.repository import Gio
    stream = Gio.File.new_for_path(template).replace(None, False, Gio.FileCreateFlags.NONE, None)
    evaluation.standard.gi.write_template("zh", None, None, stream, None)
    stream.close(None)
    try:
        lb.read(template)
    except lb.BalanceError as error:
        assert error.code == "invalid-data", error

# a folder of one's own beside the data that came along
os.environ["BALANCE_DATA_DIR"] = "/nonexistent"
assert subprocess.run([sys.executable, "-c", "import libbalance as lb; print(len(lb.list_standards()))"], capture_output=True,
                      check=True, text=True).stdout.strip() == str(len(lb.list_standards()))
print("wheel: works from", sys.prefix)
PYTHON
"$work/venv/bin/balance" evaluate "$source/examples/data/sample-county.csv" --lang en --as-of 2024-09-01 > out.txt && exit 1 || [ $? -eq 1 ]
grep -q 'unmet' out.txt
! grep -rlF "$work/source" "$site/libbalance"
