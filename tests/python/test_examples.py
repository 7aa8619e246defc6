# SPDX-License-Identifier: LGPL-2.1-or-later
"""The programs of examples/python run, and say what they are there to say."""

import importlib.util
import os
import subprocess
import sys
import unittest

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
DATA = os.path.join(SOURCE, "examples", "data")
COUNTY = [os.path.join(DATA, "sample-county.csv"), os.path.join(DATA, "sample-county-facts.csv")]


class TestExamples(unittest.TestCase):
    def run_example(self, name, *arguments):
        done = subprocess.run([sys.executable, os.path.join(SOURCE, "examples", "python", name), *COUNTY, *arguments],
                              capture_output=True, timeout=120, env={**os.environ, "LC_ALL": "C.UTF-8"}, text=True,
                              encoding="utf-8", check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_evaluate(self):
        said = self.run_example("evaluate.py")
        self.assertIn("示例县（合成数据） unmet", said)
        self.assertIn("sample-county.csv!AH8", said)

    def test_what_if(self):
        self.assertEqual(self.run_example("what_if.py").split()[-1], "680000")

    @unittest.skipIf(importlib.util.find_spec("pandas") is None or importlib.util.find_spec("pyarrow") is None,
                     "pandas and pyarrow are not installed (tests/requirements.txt)")
    def test_frames(self):
        said = self.run_example("frames.py")
        self.assertRegex(said, r"R5 +5\n")
        self.assertRegex(said, r"primary +0\.138 +0\.186")

    def test_every_example_is_run(self):
        with open(__file__, encoding="utf-8") as file:
            text = file.read()
        for name in os.listdir(os.path.join(SOURCE, "examples", "python")):
            if name.endswith(".py"):
                self.assertIn(f'"{name}"', text)


if __name__ == "__main__":
    unittest.main()
