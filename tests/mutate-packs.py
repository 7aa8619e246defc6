#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Changes each single number of a standard in turn and shows that some conformance case fails.

    mutate-packs.py [--item ID] [--list] [STANDARD...]

A standard is the id of a shipped one or a path from the top of the project that ends in .yaml; without any, all
shipped ones and all examples that have cases. Each number is taken one step of its last written digit up and down,
each date a day, and the cases of that standard are run on what comes out. The last line counts; the exit status
is 1 if a change was not noticed.
"""

import argparse
import datetime
import os
import re
import sys
import time
from decimal import Decimal

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "python"))

import yaml

import conformance

# Keys whose text says nothing about the verdict. `effective` is printed only.
PROSE = {"title", "reference", "note", "id", "unit", "aliases", "effective", "on", "uses", "extends", "pack"}
# Numbers that may be any positive number: weights of equal sections count in proportion only.
FREE = {("cn-2017-quality", None, "weight", "1")}
DATE = re.compile(r"\d{4}-\d\d-\d\d")
# digits of a name (R1, music_rooms_ge96) and of a quoted text are no numbers
NUMBER = re.compile(r"'[^']*'|[^\W\d]\w*(?:\.\w+)*|(?P<number>\d+(?:\.\d+)?)")


class Number:
    def __init__(self, item, key, line, start, end, text):
        self.item, self.key, self.line, self.start, self.end, self.text = item, key, line, start, end, text

    def changed(self):
        if DATE.fullmatch(self.text):
            day = datetime.date.fromisoformat(self.text)
            return [str(day + datetime.timedelta(days=step)) for step in (1, -1)]
        step = Decimal(1).scaleb(Decimal(self.text).as_tuple().exponent)
        return [str(Decimal(self.text) + step), str(Decimal(self.text) - step)]


def numbers_of(text):
    """The numbers of a pack that count, by their place in its text."""
    found = []

    def scalar(node, item, key):
        source = text[node.start_mark.index:node.end_mark.index]
        quoted = source[:1] in ("'", '"')
        if quoted:
            source = source[1:-1]
        start = node.start_mark.index + quoted
        whole = DATE.fullmatch(source)
        matches = [whole] if whole else [m for m in NUMBER.finditer(source) if m["number"]]
        for match in matches:
            line = text.count("\n", 0, start + match.start()) + 1
            found.append(Number(item, key, line, start + match.start(), start + match.end(), match.group()))

    def walk(node, item, key):
        if isinstance(node, yaml.ScalarNode):
            scalar(node, item, key)
        elif isinstance(node, yaml.SequenceNode):
            for child in node.value:
                walk(child, item, key)
        else:
            item = next((value.value for name, value in node.value if name.value == "id"), item)
            for name, value in node.value:
                if name.value not in PROSE:
                    walk(value, item, key if name.value in ("primary", "junior", "senior", "preschool") else name.value)

    walk(yaml.compose(text), None, None)
    return found


def path_of(standard):
    return standard if standard.endswith(".yaml") else f"data/standards/{standard}.yaml"


def standards_with_cases():
    names = {conformance.load_case(path)["standard"] for path in conformance.case_files()}
    shipped = {name[:-5] for name in os.listdir(os.path.join(conformance.SOURCE, "data", "standards"))
               if name.endswith(".yaml")}
    return sorted(shipped | {name for name in names if "\n" not in name})


def cases_of(standard):
    """The cases of a standard, with their text."""
    for path in conformance.case_files():
        with open(path, encoding="utf-8") as file:
            text = file.read()
        case = conformance.load_yaml(text)
        if case["standard"] == standard:
            yield case, text


def noticed(changed, standard, cases, imports):
    standards = conformance.Standards({standard: changed})
    return any(next(conformance.run(case, standards, imports), None) for case in cases)


def mutate(standard, only, show):
    """Returns how many changes were tried and the lines about those that no case noticed."""
    with open(os.path.join(conformance.SOURCE, path_of(standard)), encoding="utf-8") as file:
        text = file.read()
    cases = list(cases_of(standard))
    imports, tried, survivors = {}, 0, []
    for case, _ in cases:
        failures = list(conformance.run(case, conformance.Standards(), imports))
        if failures:
            sys.exit(f"{case['case']} fails without any change:\n" + "\n".join(failures))
    for number in numbers_of(text):
        if (only and number.item not in only) or (standard, number.item, number.key, number.text) in FREE:
            continue
        if show:
            print(f"{path_of(standard)}:{number.line}: {number.item} {number.key} {number.text}")
            continue
        # the cases that speak of the item first: they are most likely to notice
        word = re.compile(rf"(?<![\w.-]){re.escape(number.item or '')}(?![\w-])")
        ordered = [case for case, _ in sorted(cases, key=lambda pair: not word.search(pair[1]))]
        # bounds of fields are applied on reading
        known = imports if number.key not in ("min", "max") else None
        for changed in number.changed():
            tried += 1
            if not noticed(text[:number.start] + changed + text[number.end:], standard, ordered, known):
                survivors.append(f"{path_of(standard)}:{number.line}: {number.item} {number.key}: {number.text} -> {changed}")
                print(survivors[-1], flush=True)
    return tried, survivors


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--item", action="append", help="only the numbers of this item")
    parser.add_argument("--list", action="store_true", help="print the numbers instead of changing them")
    parser.add_argument("standards", nargs="*")
    arguments = parser.parse_args()
    total, missed, start = 0, 0, time.monotonic()
    for standard in arguments.standards or standards_with_cases():
        tried, survivors = mutate(standard, arguments.item, arguments.list)
        total, missed = total + tried, missed + len(survivors)
    if not arguments.list:
        print(f"{total} changes, {missed} not noticed, {time.monotonic() - start:.0f} s")
    sys.exit(missed > 0)


if __name__ == "__main__":
    main()
