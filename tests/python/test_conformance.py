# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every case of tests/conformance is one test."""

import os
import unittest

import conformance


class TestConformance(unittest.TestCase):
    standards = conformance.Standards()


def _test(path):
    def test(self):
        case = conformance.load_case(path)
        self.assertEqual(case["case"], os.path.splitext(os.path.basename(path))[0])
        self.assertTrue(case["expect"] or "verdict" in case)
        failures = list(conformance.run(case, self.standards))
        self.assertFalse(failures, "\n".join([case["title"], *failures]))
    return test


for _path in conformance.case_files():
    _name = os.path.splitext(os.path.basename(_path))[0].replace("-", "_")
    setattr(TestConformance, f"test_{_name}", _test(_path))


if __name__ == "__main__":
    unittest.main()
