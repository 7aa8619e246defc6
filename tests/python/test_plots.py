# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pictures show what was judged, in a font that has the characters, or say which one to install."""

import importlib.util
import io
import os
import unittest
import warnings
from unittest import mock

import libbalance as lb

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
DATA = os.path.join(SOURCE, "examples", "data")
COUNTY = [os.path.join(DATA, "sample-county.csv"), os.path.join(DATA, "sample-county-facts.csv")]
PACKS = os.path.join(SOURCE, "examples", "packs")


@unittest.skipIf(importlib.util.find_spec("matplotlib") is None, "matplotlib is not installed (tests/requirements.txt)")
class TestPlots(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        import matplotlib
        matplotlib.use("agg")
        cls.evaluation = lb.evaluate(COUNTY, as_of="2024-09-01")

    def tearDown(self):
        from matplotlib import pyplot
        pyplot.close("all")

    def draw(self, axes):
        """The texts of a picture that was really drawn; a missing glyph is a warning, which is an error here."""
        from matplotlib.text import Text
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = io.BytesIO()
            axes.figure.savefig(picture, format="png", dpi=50)
        self.assertGreater(len(picture.getvalue()), 5000)
        return [text.get_text() for text in axes.figure.findobj(Text)]

    def has_font(self):
        from libbalance import _fonts
        if _fonts.find() is None:
            self.skipTest("no font with Chinese characters is installed")

    def test_all_in_both_languages(self):
        self.has_font()
        for language, words in (("zh", "[一-龥]"), ("en", "[A-Za-z]{4}")):
            for plot in (lambda **o: self.evaluation.plot_distribution("R6", "primary", **o),
                         lambda **o: self.evaluation.plot_lorenz("R6", "primary", **o),
                         lambda **o: self.evaluation.plot_heatmap(stage="junior", **o), self.evaluation.plot_cv):
                self.assertRegex(" ".join(self.draw(plot(language=language))), words)

    def test_distribution(self):
        self.has_font()
        axes = self.evaluation.plot_distribution("R6", "primary", language="en")
        self.assertEqual(sorted(line.get_xdata()[0] for line in axes.lines), [1700.0, 2000.0])
        self.assertEqual(sum(patch.get_height() for patch in axes.patches), self.evaluation.group("primary").n_sections)
        self.assertIn("2 short of the limit", axes.get_title())

    def test_lorenz(self):
        self.has_font()
        axes = self.evaluation.plot_lorenz("R6", "primary", language="en")
        x, y = axes.lines[1].get_data()
        self.assertEqual((x[0], y[0], x[-1], y[-1]), (0, 0, 1, 1))
        self.assertTrue((y <= x + 1e-12).all())
        # two groups of equal weight, one with three times as much: a quarter by the formula for two
        flat = lb.read({"district_code": ["1"] * 2, "school_code": ["a", "b"], "stage": ["primary"] * 2, "pupils": [10, 10],
                        "equipment_value": [100, 300]}) if importlib.util.find_spec("pyarrow") else None
        if flat is not None:
            axes = lb.evaluate(flat, only="resources", as_of="2024-09-01").plot_lorenz("R6", "primary", language="en")
            self.assertIn("0.250", axes.get_title())

    def test_heatmap(self):
        self.has_font()
        axes = self.evaluation.plot_heatmap(stage="junior", language="en")
        self.assertEqual(len(axes.get_yticks()), 22)
        marks = [text.get_text() for text in axes.texts]
        unmet = [finding for finding in self.evaluation.of_district().walk()
                 if finding.stage == "junior" and finding.school_code and finding.id in [f"R{n}" for n in range(1, 8)]
                 and finding.verdict == "unmet"]
        self.assertEqual(marks.count("×"), len({finding.path for finding in unmet}))

    def test_cv(self):
        self.has_font()
        group = self.evaluation.group("junior")
        axes = self.evaluation.plot_cv("junior", language="en")
        widths = [patch.get_width() for patch in axes.patches]
        self.assertEqual(widths, [group.cv(f"R{n}") for n in range(1, 8) if group.cv(f"R{n}") is not None])
        self.assertEqual({line.get_xdata()[0] for line in axes.lines}, {0.45})

    def test_many_districts(self):
        self.has_font()
        california = lb.evaluate(os.path.join(DATA, "california", "schools.csv"), os.path.join(PACKS, "california-example.yaml"),
                                 map=os.path.join(PACKS, "california.map.yaml"), as_of="1999-06-30")
        axes = california.plot_distribution("spending", "primary_junior", language="en")
        self.assertIn("359 schools", axes.get_title())
        self.assertTrue(self.draw(axes))
        with self.assertRaises(lb.BalanceError):
            california.plot_cv()
        self.assertTrue(self.draw(california.plot_cv(district=california.census.districts[0].code)))

    def test_into_axes_of_ones_own(self):
        self.has_font()
        from matplotlib import pyplot
        figure, (left, right) = pyplot.subplots(1, 2)
        self.assertIs(self.evaluation.plot_cv("primary", ax=left), left)
        self.assertIs(self.evaluation.plot_distribution("R1", "junior", ax=right), right)
        self.assertEqual(len(figure.axes), 2)

    def test_what_cannot_be_drawn(self):
        for call in (lambda: self.evaluation.plot_distribution("R99", "primary"), lambda: self.evaluation.plot_distribution("R6"),
                     lambda: self.evaluation.plot_distribution("R6", "kindergarten"),
                     lambda: self.evaluation.plot_lorenz("R6", "primary", weight="nothing")):
            with self.assertRaises(lb.BalanceError):
                call()

    def test_no_font_is_said(self):
        from libbalance import _fonts
        with mock.patch.object(_fonts, "find", lambda: None):
            with self.assertWarnsRegex(UserWarning, "(?s)汉字.*fonts-noto-cjk"):
                self.evaluation.plot_cv("primary", language="zh")


if __name__ == "__main__":
    unittest.main()
