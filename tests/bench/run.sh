#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# run.sh TOOL: prints how long the tool takes, and how much memory, for the sample county and for a made-up nation: from CSV
# to all verdicts (text sums them up) and to all values of all schools (JSON).
# The best of three: what the machine can do, not what else it was doing.
set -euo pipefail
tool=$1
work=$(dirname "$tool")/../bench
mkdir -p "$work"
nation=$work/nation.csv
[ -e "$nation" ] || /usr/bin/python3 tests/bench/make-nation.py --output "$nation"

/usr/bin/python3 - "$tool" examples/data/sample-county.csv "$nation" <<'PYTHON'
import os
import subprocess
import sys
import time

tool, *files = sys.argv[1:]
print(f"{'file':30} {'input':>10} {'output':>8} {'time':>9} {'memory':>9}")
for path, form in ((path, form) for path in files for form in ("text", "json")):
    best, memory = float("inf"), 0
    for _ in range(3):
        start = time.monotonic()
        process = subprocess.Popen(
            [tool, "evaluate", path, "--only", "resources", "--format", form, "--output", os.devnull],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            sys.exit(f"{tool} failed on {path}")
        best = min(best, time.monotonic() - start)
        memory = max(memory, usage.ru_maxrss)
    size = os.path.getsize(path)
    print(f"{os.path.basename(path):30} {size / 1e6:7.2f} MB {form:>8} {best * 1000:6.0f} ms {memory / 1024:6.0f} MB")
PYTHON
