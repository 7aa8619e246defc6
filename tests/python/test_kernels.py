# SPDX-License-Identifier: LGPL-2.1-or-later
"""The same report, byte for byte, whichever way the districts are judged and however many threads do it."""

import os
import sys
import tempfile
import unittest

import gi

gi.require_version("Balance", "1.0")
from gi.repository import Balance, Gio

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "oracle"))
import random_packs

WAYS = [("none", 1), ("baseline", 1), ("avx2", 1), ("avx512", 1), (None, 3)]


def report(standard, census, kernels, threads):
    evaluator = Balance.Evaluator(standard=standard, as_of="2024-09-01", kernels=kernels, n_threads=threads)
    stream = Gio.MemoryOutputStream.new_resizable()
    Balance.Report.new(evaluator.evaluate(census, None, None), "en").write_json(stream, None)
    stream.close(None)
    return bytes(stream.steal_as_bytes().get_data())


class Kernels(unittest.TestCase):
    def assert_same(self, standard, census, what):
        expected = report(standard, census, *WAYS[0])
        self.assertGreater(len(expected), 300)
        for way in WAYS[1:]:
            self.assertEqual(report(standard, census, *way), expected, f"{what}: {way}")

    def test_random_packs(self):
        for seed in range(40):
            with tempfile.TemporaryDirectory() as folder:
                random_packs.write(seed, folder)
                standard = Balance.Standard.new_from_file(os.path.join(folder, "pack.yaml"))
                reader = Balance.Reader.new(standard.get_dictionary(), None, False)
                census = reader.read([os.path.join(folder, "data.csv")], None, None).get_census()
                self.assert_same(standard, census, f"seed {seed}")

    def test_shipped_packs(self):
        files = [os.path.join(SOURCE, "examples", "data", name) for name in ("sample-county.csv", "sample-county-facts.csv")]
        for pack in ("cn-2017-quality", "cn-2012-basic", "cn-2020-preschool"):
            standard = Balance.Standard.lookup(pack)
            census = Balance.Reader.new(standard.get_dictionary(), None, False).read(files, None, None).get_census()
            self.assert_same(standard, census, pack)


if __name__ == "__main__":
    unittest.main()
