#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Least-cost plans of synthetic counties of real size: are they plans, how far from the best, how long, how much memory."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time

from synthetic_county import rows, write, write_costs_without_moves

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
TOOL = os.environ["BALANCE_TOOL"]

def plan(path, costs, gap, *options):
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, time.monotonic()
    result = subprocess.run([TOOL, "plan", path, "--only", "resources", "--as-of", "2024-09-01", "--costs", costs, "--gap", gap,
                             "--format", "json", *options], capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    memory = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024
    if result.returncode > 1:
        sys.exit(f"plan: {result.stderr}")
    return json.loads(result.stdout), seconds, memory


def judge(name, answer, seconds, memory, gap):
    if answer["verdict_after"] is None:
        sys.exit(f"{name}: {answer['status']} after {seconds:.1f} s")
    print(f"{name}: {answer['status']}, {len(answer['items'])} things to do, {answer['cost']:.0f} yuan, gap {100 * answer['gap']:.3f} %, "
          f"{seconds:.1f} s, at most {memory:.0f} MB, schools {answer['schools_met_before']} -> {answer['schools_met_after']} "
          f"of {answer['schools']}", flush=True)
    assert answer["verdict_after"] == "met", (name, answer["beyond"][:5])
    assert answer["schools_met_after"] == answer["schools"], name
    assert answer["bound"] <= answer["cost"] + 1e-6, name
    if answer["status"] == "proven":
        assert answer["gap"] <= gap + 1e-9, (name, answer["gap"])


def main():
    example = os.path.join(SOURCE, "data", "costs", "example.yaml")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "county.csv")
        # without moves, as few schools as a county has
        fixed = os.path.join(folder, "fixed.yaml")
        write_costs_without_moves(fixed, example)
        write(path, rows(60, 1))
        judge("60 sections", *plan(path, fixed, "0.1%"), 0.001)
        judge("60 sections with moves", *plan(path, example, "0.1%", "--time-limit", "60"), 0.001)
        write(path, rows(300, 2))
        judge("300 sections with moves and 3 years", *plan(path, example, "1%", "--years", "3", "--time-limit", "120"), 0.01)


if __name__ == "__main__":
    main()
