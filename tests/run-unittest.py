# SPDX-License-Identifier: LGPL-2.1-or-later
"""run-unittest.py DIRECTORY: runs the unittest cases of a directory and reports each as a line of TAP."""

import sys
import unittest


class TapResult(unittest.TestResult):
    count = 0

    def _line(self, test, ok, directive=""):
        self.count += 1
        name = ".".join(test.id().split(".")[-2:])
        print(f"{'ok' if ok else 'not ok'} {self.count} - {name}{directive}", flush=True)

    def _broken(self, test, err):
        self._line(test, False)
        for line in self._exc_info_to_string(err, test).splitlines():
            print("#", line)

    def addSuccess(self, test):
        self._line(test, True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._broken(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self._broken(test, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._line(test, True, f" # SKIP {reason}")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._broken(subtest, err)


# UTF-8 output whatever the locale of the machine.
sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
suite = unittest.defaultTestLoader.discover(sys.argv[1])
result = TapResult()
suite.run(result)
print(f"1..{result.count}")
sys.exit(result.count == 0 or not result.wasSuccessful())
