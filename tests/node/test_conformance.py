# SPDX-License-Identifier: LGPL-2.1-or-later
"""The cases of tests/conformance in Node give what they give in C."""

import os
import sys
import unittest

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "javascript"))
import conformance_runner  # noqa: E402


class TestConformance(unittest.TestCase):
    pass


conformance_runner.add_tests(TestConformance, [
    "bash", os.path.join(SOURCE, "tests", "node", "run.sh"), os.environ["BALANCE_BUILD"], os.environ["BALANCE_NODE"],
    "--script", "print-findings.mjs"])

if __name__ == "__main__":
    unittest.main()
