# SPDX-License-Identifier: LGPL-2.1-or-later
"""The same report, byte for byte, whichever way the districts are judged and however many threads do it; and all
coefficients of variation at once, each correctly rounded."""

import decimal
import math
import os
import random
import struct
import sys
import tempfile
import unittest
from fractions import Fraction

import gi

gi.require_version("Balance", "1.0")
from gi.repository import Balance, Gio

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "oracle"))
import random_packs

WAYS = [("none", 1), ("baseline", 1), ("avx2", 1), ("avx512", 1), (None, 3)]
ALL = [(kernels, threads) for kernels in ("none", "baseline", "avx2", "avx512") for threads in (1, 2, 3, 8)]


def nearest_root(square):
    """The double nearest to the square root of a fraction."""
    with decimal.localcontext() as context:
        context.prec = 80
        return float((decimal.Decimal(square.numerator) / square.denominator).sqrt())


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

    def test_dispersions(self):
        """For each group the bits of the exact coefficient of variation, on every path and with any number of threads."""
        rng = random.Random(5)
        standard = Balance.Standard.lookup("cn-2017-quality")
        builder = Balance.CensusBuilder.new(standard.get_dictionary(), 2024)
        facts = {}
        for district in range(60):
            for i in range(rng.randint(1, 12)):
                code = f"{district:03d}{i:03d}"
                school = builder.add_school(f"{district:03d}", code)
                builder.set_text(Balance.Level.SCHOOL, school, "kind", "primary")
                row = builder.add_section(f"{district:03d}", code, "primary")
                pupils = rng.choice((0, 50, 299, 1201))
                backbone, area = rng.randint(0, 40), rng.randint(0, 10**7)
                if rng.random() > 0.02:
                    builder.set_number(Balance.Level.SECTION, row, "teachers_backbone", backbone)
                else:
                    backbone = None
                builder.set_number(Balance.Level.SECTION, row, "pupils", pupils)
                builder.set_decimal(Balance.Level.SECTION, row, "teaching_area", area, 2)
                builder.set_decimal(Balance.Level.SECTION, row, "indoor_sports_area", 0, 2)
                facts.setdefault(district, []).append((pupils, backbone, Fraction(area, 100)))
        census = builder.end().get_census()

        def expected(which):
            for rows in facts.values():
                rows = [row for row in rows if row[0] > 0]
                if not rows or any(row[which] is None for row in rows) or not any(row[which] for row in rows):
                    yield math.nan
                elif len(rows) == 1:
                    yield 0.0
                else:
                    weight, total = sum(row[0] for row in rows), sum(row[which] for row in rows)
                    squares = sum(Fraction(row[which]) ** 2 / row[0] for row in rows)
                    yield nearest_root(weight * squares / total**2 - 1)

        for kernels, threads in ALL:
            evaluator = Balance.Evaluator(standard=standard, as_of="2024-09-01", only="resources", kernels=kernels, n_threads=threads)
            evaluation = evaluator.evaluate(census, None, None)
            groups = list(evaluation.get_groups())
            for which, indicator in ((1, "R2"), (2, "R4")):
                values, validity = evaluation.dup_dispersions(indicator)
                found = struct.unpack(f"{len(groups)}d", values.get_data())
                self.assertEqual(list(map(repr, found)), list(map(repr, expected(which))), (indicator, kernels, threads))
                self.assertEqual([bool(v) for v in validity.get_data()], [not math.isnan(v) for v in found])
                self.assertEqual(list(map(repr, found)), [repr(group.get_cv(indicator)) for group in groups])


if __name__ == "__main__":
    unittest.main()
