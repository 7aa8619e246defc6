# SPDX-License-Identifier: LGPL-2.1-or-later
"""The cases of tests/conformance in gjs give what they give in C."""

import os
import unittest

import conformance_runner


class TestConformance(unittest.TestCase):
    pass


class TestComparison(unittest.TestCase):
    """A comparison that finds nothing must be able to find something."""

    OWN = ['["verdict","met"]', '["values","R1","3ff0000000000000"]']

    def test_equal(self):
        self.assertIsNone(conformance_runner.difference(self.OWN, list(self.OWN)))

    def test_one_bit(self):
        other = [self.OWN[0], '["values","R1","3ff0000000000001"]']
        self.assertIn("3ff0000000000001", conformance_runner.difference(self.OWN, other))

    def test_less_and_more(self):
        self.assertIsNotNone(conformance_runner.difference(self.OWN, self.OWN[:1]))
        self.assertIsNotNone(conformance_runner.difference(self.OWN, self.OWN + self.OWN))
        self.assertIsNotNone(conformance_runner.difference(self.OWN, None))
        self.assertIsNotNone(conformance_runner.difference(self.OWN, [self.OWN[0], '["values","R1"]']))


conformance_runner.add_tests(TestConformance, [
    "gjs", "-m", os.path.join(conformance_runner.SOURCE, "tests", "javascript", "print-findings.js")])

if __name__ == "__main__":
    unittest.main()
