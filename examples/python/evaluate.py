#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""evaluate.py FILE…: judges the schools of a county and prints what is not met, with the reasons."""

import sys

import libbalance as lb

try:
    evaluation = lb.evaluate(sys.argv[1:], "cn-2017-quality", as_of="2024-09-01")
except lb.BalanceError as error:
    sys.exit(str(error))

for district in evaluation.census.districts:
    print(district.name, evaluation.district_verdict(district.code).text())
    for finding in evaluation.of_district(district.code):
        if finding.verdict == "unmet":
            print(" ", finding.id, finding.title)

unmet = [finding for finding in evaluation.of_district().walk() if finding.verdict == "unmet" and finding.operands]
print(unmet[0] if unmet else "")
