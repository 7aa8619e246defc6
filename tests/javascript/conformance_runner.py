# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every case of tests/conformance through a runner of another language, compared with what C prints, bit for bit.

A runner is a program that takes a file with the cases as JSON and prints what tests/print-findings.c prints."""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "python"))
import conformance  # noqa: E402 (reads the cases)


def _prepare(path, folder):
    """The case as runners take it, its input in files."""
    case = conformance.load_case(path)
    name, standard = case["case"], case["standard"]
    if "\n" in standard:
        standard = os.path.join(folder, f"{name}.yaml")
        with open(standard, "w", encoding="utf-8") as file:
            file.write(case["standard"])
    elif standard.endswith(".yaml"):
        standard = os.path.join(SOURCE, standard)
    inputs = case["input"] if isinstance(case["input"], list) else [case["input"]]
    files = []
    for number, text in enumerate(inputs, 1):
        files.append(os.path.join(folder, f"{name}-{number}.csv"))
        with open(files[-1], "w", encoding="utf-8", newline="") as file:
            file.write(text)
    return {"name": name, "standard": standard, "as_of": case["as_of"], "concessions": case.get("concessions", "auto"),
            "options": [f"{key}={value}" for key, value in case.get("options", {}).items()], "files": files}


def _in_c(case):
    done = subprocess.run([os.environ["PRINT_FINDINGS"], case["standard"], case["as_of"], case["concessions"],
                           *case["options"], *case["files"]], capture_output=True, check=True, timeout=60)
    return done.stdout.decode().splitlines()


def _in_other(command, cases, folder):
    path = os.path.join(folder, "cases.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(cases, file)
    done = subprocess.run([*command, path], capture_output=True, timeout=240)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")
    lines, found = [], {}
    for line in done.stdout.decode().splitlines():
        if line.startswith('["case",'):
            lines = found.setdefault(json.loads(line)[1], [])
        else:
            lines.append(line)
    return found


def run(command):
    """{case: (lines of C, lines of the other)}"""
    with tempfile.TemporaryDirectory() as folder:
        cases = [_prepare(path, folder) for path in conformance.case_files()]
        with ThreadPoolExecutor(2) as pool:
            other = pool.submit(_in_other, command, cases, folder)
            own = list(pool.map(_in_c, cases))
        found = other.result()
    return {case["name"]: (lines, found.get(case["name"])) for case, lines in zip(cases, own)}


def difference(own, other):
    """The first line that differs, or None."""
    if other is None:
        return "the case did not run"
    for number, (a, b) in enumerate(zip(own, other), 1):
        a, b = json.loads(a), json.loads(b)   # texts may be escaped in one way or another
        if a != b:
            where = next((i for i, pair in enumerate(zip(a, b)) if pair[0] != pair[1]), min(len(a), len(b)))
            return f"line {number}, {a[:2]}: word {where} is {b[where:where + 1]}, in C {a[where:where + 1]}"
    if len(own) != len(other):
        return f"{len(other)} lines, in C {len(own)}"
    return None


def add_tests(cls, command):
    """Gives a TestCase one test for each case."""
    cls.setUpClass = classmethod(lambda self: setattr(self, "results", run(command)))

    def make(name):
        def test(self):
            own, other = self.results[name]
            self.assertGreater(len(own), 0)
            self.assertIsNone(difference(own, other))
        return test

    for path in conformance.case_files():
        name = os.path.splitext(os.path.basename(path))[0]
        setattr(cls, "test_" + name.replace("-", "_"), make(name))
