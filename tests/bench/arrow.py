# SPDX-License-Identifier: LGPL-2.1-or-later
"""arrow.py FILE ROUNDS: processor time of a census out of the file and its verdicts, against the same census out of an Arrow table
and its sections back into one. They take turns, the first round for nothing; prints a line of JSON for each."""

import json
import resource
import sys
import time

import pyarrow.csv

import libbalance as lb

path, rounds = sys.argv[1], int(sys.argv[2])
table = pyarrow.csv.read_csv(path)


def busy():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def evaluate(census):
    return lb.evaluate(census, "cn-2017-quality", only="resources", as_of="2024-09-01")


def timed(work, run):
    wall, processor = time.perf_counter(), busy()
    result = run()
    times.append({"work": work, "seconds": busy() - processor, "wall": time.perf_counter() - wall})
    return result


for round_ in range(rounds + 1):
    times = []
    evaluation = timed("csv", lambda: evaluate(lb.read(path)))
    census = timed("arrow-in", lambda: lb.read(table))
    sections = timed("arrow-out", evaluation.sections.to_arrow)
    if sections.num_rows != table.num_rows:
        sys.exit("arrow.py: not all sections came back")
    for line in times if round_ > 0 else ():
        print(json.dumps(line))
