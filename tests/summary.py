#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Adds up test results: NAME=FILE…, where FILE is a log of Meson (JSON lines) or TAP.

Prints the sums of each, what failed and what was skipped, and as the last line
"N passed, N failed, N skipped". A missing log is a failure. Exit status 1 if anything failed.
"""

import json
import re
import sys

LINE = re.compile(r"^(not )?ok\b(?:\s+\d+)?(?:\s*-?\s*(?P<name>[^#]*))?(?P<rest>#.*)?$")


class Sum:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []

    def add_tap(self, text, prefix=""):
        """Counts the test lines of TAP; whether there were any."""
        found = False
        for line in text.splitlines():
            match = LINE.match(line)
            if match is None:
                continue
            found = True
            name = prefix + (match["name"] or "").strip()
            skip = re.match(r"#\s*SKIP\S*\s*(.*)", match["rest"] or "", re.IGNORECASE)
            if skip:
                self.skipped.append(f"{name}: {skip[1]}" if skip[1] else name)
            elif match[1]:
                self.failed.append(name)
            else:
                self.passed += 1
        return found

    def add_meson(self, line):
        test = json.loads(line)
        name = test["name"]
        failures = len(self.failed)
        found = self.add_tap(test.get("stdout") or "", name + ": ")
        good = test["result"] in ("OK", "EXPECTEDFAIL")
        if test["result"] == "SKIP":
            if not found:
                reason = re.search(r"^1\.\.0\s*#\s*SKIP\S*\s*(.*)$", test.get("stdout") or "", re.IGNORECASE | re.MULTILINE)
                self.skipped.append(f"{name}: {reason[1]}" if reason else name)
        elif not good:
            # A program can fail after all its tests passed: a leak, a crash at the end, a wrong plan.
            if len(self.failed) == failures:
                self.failed.append(f"{name} ({test['result'].lower()})")
        elif not found:
            self.passed += 1


def read(path):
    result = Sum()
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        result.failed.append(f"no results in {path}: not built or not run")
        return result
    if path.endswith(".tap"):
        result.add_tap(text)
    else:
        for line in text.splitlines():
            if line.strip():
                result.add_meson(line)
        if not result.passed and not result.failed:
            result.failed.append(f"nothing ran according to {path}")
    return result


def main():
    total = Sum()
    print()
    for argument in sys.argv[1:]:
        name, path = argument.split("=", 1)
        part = read(path)
        print(f"{name}: {part.passed} passed, {len(part.failed)} failed, {len(part.skipped)} skipped")
        for label, names in (("failed", part.failed), ("skipped", part.skipped)):
            for item in names:
                print(f"  {label}: {item}")
        total.passed += part.passed
        total.failed += part.failed
        total.skipped += part.skipped
    print(f"{total.passed} passed, {len(total.failed)} failed, {len(total.skipped)} skipped")
    return 1 if total.failed or not total.passed else 0


sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
sys.exit(main())
