# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every case of tests/conformance is one test."""

import os
import unittest

import conformance


class TestConformance(unittest.TestCase):
    standards = conformance.Standards()


class TestRunner(unittest.TestCase):
    """A runner that finds nothing wrong must be able to find something wrong."""

    def failures(self, name, **changes):
        case = conformance.load_case(os.path.join(conformance.FOLDER, f"{name}.yaml"))
        return list(conformance.run({**case, **changes}, conformance.Standards()))

    def test_every_key_can_fail(self):
        path = "schools/old2400/G4_size"
        right = {"path": path, "verdict": "met", "value": 2400.0, "limit": 2400.0, "margin": 0.0, "at_floor": False,
                 "rounding_flip": False, "strict_verdict": "unmet", "duty_years": 3, "duty_until": "2027-09-01",
                 "concession_item": "size_2010", "value_without": 2400.0, "limit_without": 2000.0, "worse": False, "decimals": 0}
        wrong = {"verdict": "unmet", "value": 2400.0000000000005, "limit": 2400.5, "margin": 1.0, "at_floor": True,
                 "rounding_flip": True, "strict_verdict": "met", "duty_years": 2, "duty_until": "2027-08-31",
                 "concession_item": "size_2011", "value_without": 2401.0, "limit_without": 2400.0, "worse": True, "decimals": 1}
        self.assertEqual(self.failures("cn-2017-concession-size-on", expect=[right]), [])
        for key, value in wrong.items():
            with self.subTest(key):
                self.assertEqual(len(self.failures("cn-2017-concession-size-on", expect=[{"path": path, key: value}])), 1)
        self.assertEqual(len(self.failures("duty-90", expect=[{"path": "region/duty", "grade": "good"}])), 1)

    def test_no_value_is_not_zero(self):
        self.assertEqual(len(self.failures("cn-2017-g7", expect=[{"path": "districts/zero/G7", "value": 0.0}])), 1)
        self.assertEqual(len(self.failures("cn-2017-g7", expect=[{"path": "districts/one/G7", "value": None}])), 1)

    def test_paths_lead_somewhere(self):
        for path in ("districts/on/G99", "districts/nowhere/G7", "schools/on/G7", "region/G99", "G7"):
            self.assertEqual(len(self.failures("cn-2017-g7", expect=[{"path": path, "verdict": "met"}])), 1, path)

    def test_problems_and_refusals(self):
        self.assertEqual(len(self.failures("refused-negative", expect=[{"problem": "negative", "row": 99}])), 1)
        self.assertEqual(len(self.failures("cn-2017-g7", case="refused-g7", expect=[])), 1)
        self.assertEqual(len(self.failures("refused-negative", case="not-refused", expect=[])), 1)
        self.assertEqual(len(self.failures("warned-unknown-column", expect=[])), 1)

    def test_verdict_of_the_whole(self):
        case = conformance.load_case(os.path.join(conformance.FOLDER, "cn-2017-county-met.yaml"))
        self.assertEqual(case["verdict"], "met")
        self.assertEqual(len(self.failures("cn-2017-county-met", verdict="unmet")), 1)


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
