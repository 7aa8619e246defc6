# SPDX-License-Identifier: LGPL-2.1-or-later
"""The cases of tests/conformance by the package libbalance give what they give in C, bit for bit."""

import os
import sys
import unittest

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "javascript"))
import conformance_runner  # noqa: E402 (shared with the runner of gjs)


@unittest.skipUnless("PRINT_FINDINGS" in os.environ, "PRINT_FINDINGS does not name the program in C")
class TestConformanceBits(unittest.TestCase):
    pass


conformance_runner.add_tests(TestConformanceBits, [sys.executable, os.path.join(SOURCE, "tests", "python", "print-findings.py")])

if __name__ == "__main__":
    unittest.main()
