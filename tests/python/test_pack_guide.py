# SPDX-License-Identifier: LGPL-2.1-or-later
"""doc/pack-guide.md as its reader goes through it: every block of YAML is saved or worked in, every command is run, and what the
guide prints comes out."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import gi
from test_schema import SOURCE, errors, faults, load

gi.require_version("Balance", "1.0")
from gi.repository import Balance

GUIDE = pathlib.Path(SOURCE, "doc", "pack-guide.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE, re.M | re.S)
EVALUATE = ["evaluate", "county.csv", "--standard", "books-example.yaml", "--as-of", "2024-06-30", "--format", "json"]


def sections(text):
    """The text of each key of the outermost mapping."""
    parts = re.split(r"^(?=\w+:)", text, flags=re.M)
    return {part.split(":")[0]: part.rstrip("\n") + "\n" for part in parts if part.strip()}


class Guide(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def run_tool(self, *arguments):
        environment = dict(os.environ, LC_ALL="C.UTF-8")
        environment.pop("LANGUAGE", None)
        return subprocess.run([os.environ["BALANCE_TOOL"], *arguments], cwd=self.directory, env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)

    def save(self, text):
        """Saves a pack, or works a part of one into the pack that is being built."""
        part = sections(text)
        name = re.match(r"pack: (\S+)\n", text)
        path = self.directory / f"{name[1] if name else 'books-example'}.yaml"
        if name and path.exists():
            # the whole pack at the end says what the steps have said
            self.assertEqual(load(text), load(path.read_text(encoding="utf-8")))
        if not name:
            text = "".join((sections(path.read_text(encoding="utf-8")) | part).values())
        path.write_text(text, encoding="utf-8")
        self.assertEqual(faults("pack", load(text)), [])

    def expect(self, output, text):
        """Each stretch between ellipses, in order."""
        for stretch in text.split("…"):
            stretch = stretch.strip("\n")
            self.assertIn(stretch, output)
            output = output[output.index(stretch) + len(stretch):]

    def test_steps(self):
        output, kinds = "", []
        for kind, text in BLOCKS:
            kinds.append(kind)
            with self.subTest(text):
                if kind == "csv":
                    (self.directory / "county.csv").write_text(text, encoding="utf-8")
                elif kind == "yaml" and text.startswith("#"):
                    self.assertTrue(pathlib.Path(SOURCE, "data", "schema", os.path.basename(text.strip())).exists())
                elif kind == "yaml":
                    self.save(text)
                elif kind == "sh":
                    output = ""
                    for line in text.splitlines():
                        command, *arguments = line.split()
                        self.assertEqual(command, "balance")
                        output += self.run_tool(*arguments).stdout
                elif kind == "text":
                    self.expect(output, text)
                else:
                    self.fail(f"a block of unknown kind “{kind}”")
        self.assertGreaterEqual(kinds.count("yaml"), 9)

    def evaluate(self, *arguments):
        """The requirements of the county by path."""
        run = self.run_tool(*EVALUATE, *arguments)
        self.assertEqual(run.returncode, 1, run.stdout)
        evaluation = json.loads(run.stdout)
        self.assertEqual(evaluation["verdict"], "unmet")
        found, left = {}, list(evaluation["districts"][0]["requirements"])
        while left:
            requirement = left.pop()
            found[requirement.get("path", requirement["id"])] = requirement
            left += requirement["children"]
        return found

    def test_results(self):
        """The table of results below the whole pack."""
        packs = [text for kind, text in BLOCKS if kind == "yaml" and text.startswith("pack: books-example\n")]
        self.assertEqual(len(packs), 2)
        self.assertNotEqual(errors(Balance.Standard.check, packs[0], "books-example.yaml"), [])
        self.assertEqual(errors(Balance.Standard.check, packs[1], "books-example.yaml"), [])
        self.save(packs[1])
        (table,) = [text for kind, text in BLOCKS if kind == "csv"]
        (self.directory / "county.csv").write_text(table, encoding="utf-8")

        found = self.evaluate()
        self.assertEqual(found["districts/990001/enough"]["verdict"], "unmet")
        (failing,) = found["books_per_pupil"]["failing"]
        self.assertEqual((failing["school"], failing["value"], failing["limit"]), ("S2", 18, 20))
        reading = found["districts/990001/reading"]
        self.assertEqual((reading["verdict"], reading["value_low"], reading["value_high"]), ("undetermined", 0.6, 0.8))
        primary = found["districts/990001/primary/even.books_per_pupil"]
        junior = found["districts/990001/junior/even.books_per_pupil"]
        self.assertEqual((primary["verdict"], round(primary["value"], 3)), ("met", 0.133))
        self.assertEqual((junior["verdict"], round(junior["value"], 3)), ("met", 0.033))

        primary = self.evaluate("--set", "weighting=schools")["districts/990001/primary/even.books_per_pupil"]
        self.assertEqual((primary["verdict"], round(primary["value"], 3)), ("unmet", 0.14))


if __name__ == "__main__":
    unittest.main()
