# SPDX-License-Identifier: LGPL-2.1-or-later
"""views.py FILE: walks all schools of a census as objects, then takes a column as bytes; prints a line of JSON."""

import json
import re
import sys
import time

import gi

gi.require_version("Balance", "1.0")
from gi.repository import Balance  # noqa: E402


def peak():
    with open("/proc/self/status", encoding="ascii") as status:
        return 1024 * int(re.search(r"VmHWM:\s*(\d+)", status.read())[1])


imported = Balance.Reader.new(Balance.Dictionary.get_default(), None, False).read([sys.argv[1]], None, None)
imported.check()
census = imported.get_census()

start = time.perf_counter()
pupils = memoryview(census.dup_column(Balance.Level.SECTION, "pupils")[0].get_data()).cast("d")
total = sum(pupils)
bulk = time.perf_counter() - start

before = peak()
start = time.perf_counter()
n = length = 0
for school in census.get_schools():
    length += len(school.get_code()) + len(school.get_name())
    n += 1
views = time.perf_counter() - start
after = peak()

print(json.dumps({"schools": n, "views": views, "bulk": bulk, "peak": after, "grown": after - before,
                  "pupils": total}))
