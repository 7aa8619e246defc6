#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""print-findings.py CASES: what tests/print-findings.c prints of one case, by the package libbalance, for each of a list."""

import json
import struct
import sys

import libbalance as lb
from gi.repository import Balance, GLib


def print_line(*words):
    sys.stdout.write(json.dumps(words) + "\n")


def bits(number):
    return "missing" if number is None or number != number else f"{struct.unpack('=Q', struct.pack('=d', number))[0]:016x}"


def doubles(data):
    return [bits(number) for number, in struct.iter_unpack("=d", data.get_data())]


def print_findings(findings):
    for finding in findings:
        settled = finding.verdict != lb.Verdict.UNDETERMINED
        print_line("finding", finding.path, finding.verdict, finding.strict_verdict, bits(finding.value),
                   *map(bits, finding.value_bounds), bits(finding.limit), bits(finding.floor), bits(finding.margin),
                   finding.gi.to_json(), finding.text("zh") if settled else None, finding.text("en") if settled else None)
        print_findings(finding.children)


def or_none(function, *arguments):
    try:
        return function(*arguments)
    except GLib.Error:
        return None


def print_facts(census):
    for level in ("section", "school", "district"):
        for field in census.fields(level):
            column = or_none(census.gi.dup_column, getattr(Balance.Level, level.upper()), field)
            if column is not None:
                values, validity = column
                print_line("facts", field, *doubles(values), *map(str, validity.get_data()))


def print_evaluation(evaluation):
    names = [str(verdict) for verdict in lb.Verdict]
    print_line("verdict", evaluation.verdict)
    for indicator in evaluation.standard.indicators:
        words = []
        column = or_none(evaluation.gi.dup_values, indicator.id)
        if column is not None:
            words += [*doubles(column[0]), *map(str, column[1].get_data())]
        verdicts = or_none(evaluation.gi.dup_verdicts, indicator.id)
        if verdicts is not None:
            words += [names[verdict] for verdict in verdicts.get_data()]
        print_line("values", indicator.id, *words)
    print_findings(lb.Findings([lb.Finding(finding) for finding in evaluation.gi.get_findings(None)]))
    for district in evaluation.census.districts:
        print_findings(evaluation.of_district(district.code))
        for school in district.schools:
            print_findings(evaluation.of_school(school))


def print_case(case):
    standard = lb.Standard(case["standard"])
    try:
        census = lb.read(*case["files"], standard=standard)
        problems = census.problems
    except lb.BalanceError as error:
        census, problems = None, error.problems
    for problem in problems:
        print_line("problem", problem.gi.to_json())
    if census is None:
        return
    print_facts(census)
    options = dict(option.split("=", 1) for option in case["options"])
    try:
        evaluation = lb.evaluate(census, standard, as_of=case["as_of"], concessions=case["concessions"], options=options, threads=1)
    except lb.BalanceError as error:
        print_line("error", "\n".join(line for pair in zip(error.en.split("\n"), error.zh.split("\n")) for line in pair))
        return
    print_evaluation(evaluation)


with open(sys.argv[1], encoding="utf-8") as file:
    for one in json.load(file):
        print_line("case", one["name"])
        print_case(one)
