#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""what_if.py FILE…: what one school's equipment must be worth for the school to be met, found by trying, with a class behind the package."""

import sys

import libbalance as lb
from gi.repository import Balance

census = lb.read(*sys.argv[1:])
standard = lb.Standard("cn-2017-quality")
evaluator = Balance.Evaluator.new_full(standard.gi, "2024-09-01", Balance.Concessions.AUTO, "resources", None, 1)
scenario = Balance.Scenario.new(evaluator, census.gi, None)

section = census.section("9900010013", "primary")
value = int(census.school("9900010013")["equipment_value"])
while scenario.get_requirement_verdict("schools", section.row) != Balance.Verdict.MET:
    value += 100
    scenario.set_decimal(Balance.Level.SCHOOL, section.school.row, "equipment_value", value, 0)
print(section.school_name, value)
