# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is made over and over must not stay: memory is flat after the first rounds."""

import gc
import importlib.util
import os
import unittest

import libbalance as lb

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
DATA = os.path.join(SOURCE, "examples", "data")
COUNTY = [os.path.join(DATA, "sample-county.csv"), os.path.join(DATA, "sample-county-facts.csv")]


def resident():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class TestMemory(unittest.TestCase):
    def flat(self, work, rounds=40, bound=2 << 20):
        """Two stretches alike: a leak grows in both, what allocators keep for later does not."""
        for _ in range(rounds):
            work()
        growth = []
        for _ in range(2):
            gc.collect()
            before = resident()
            for _ in range(rounds):
                work()
            gc.collect()
            growth.append(resident() - before)
        self.assertLess(min(growth), bound, growth)

    def test_reading_and_evaluating(self):
        self.flat(lambda: lb.evaluate(COUNTY, as_of="2024-09-01", threads=1))

    def test_findings_and_pages(self):
        evaluation = lb.evaluate(COUNTY, as_of="2024-09-01", threads=1)

        def work():
            evaluation._repr_html_()
            for finding in evaluation.of_school("9900010013").walk():
                finding.text("zh")

        self.flat(work, rounds=10)

    def test_errors(self):
        def work():
            try:
                lb.read(__file__)
            except lb.BalanceError as error:
                str(error)

        self.flat(work)

    @unittest.skipIf(importlib.util.find_spec("pyarrow") is None, "pyarrow is not installed (tests/requirements.txt)")
    def test_tables(self):
        evaluation = lb.evaluate(COUNTY, as_of="2024-09-01", threads=1)
        tables = [evaluation.census.to_arrow(level) for level in ("section", "school", "district")]

        def work():
            lb.read(*tables)
            evaluation.findings.to_arrow()
            evaluation.sections.__arrow_c_stream__()

        self.flat(work)


if __name__ == "__main__":
    unittest.main()
