# SPDX-License-Identifier: LGPL-2.1-or-later
"""doc/task-book.md and its Chinese counterpart as their readers go through them: in a clean directory every file is saved, every command
run and what it prints compared, every workbook filled in. "…" in what is shown stands for what is left out: a line of its
own for any lines, within a line for any words."""

import importlib.util
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

from test_tool import TOOL

SOURCE = pathlib.Path(os.environ["BALANCE_SOURCE_DIR"])
DATA = SOURCE / "examples" / "data"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


def blocks(page):
    """(language, text, the name of a file that the paragraph before names)"""
    text = (SOURCE / "doc" / page).read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        named = re.findall(r"`([\w.-]+\.\w+)`", text[:found.start()].rstrip().rsplit("\n\n", 1)[-1])
        yield found[1], found[2], named[-1] if named else None


def commands(text):
    """(command, what it prints) of a block of a terminal."""
    found = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append([line[2:], []])
        elif found[-1][0].endswith("\\"):
            found[-1][0] = found[-1][0][:-1] + line.strip()
        else:
            found[-1][1].append(line)
    return found


def pattern(lines):
    parts = []
    for line in lines:
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append("[^\n]*?".join(re.escape(part) for part in line.rstrip().split("…")) + r"\n")
    return "".join(parts)


class TaskBook(unittest.TestCase):
    maxDiff = None

    def go_through(self, page, locale):
        if not (pathlib.Path(TOOL).parent.parent / "libexec" / "balance-solve").exists():
            self.skipTest("balance-solve is not built (coinor-libcbc-dev)")
        if importlib.util.find_spec("openpyxl") is None:
            self.skipTest("openpyxl fills the workbooks in (python3-openpyxl)")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        shutil.copy(DATA / "sample-county.csv", pathlib.Path(folder.name, "county.csv"))
        shutil.copy(DATA / "sample-county-facts.csv", pathlib.Path(folder.name, "facts.csv"))
        environment = {key: value for key, value in os.environ.items() if key not in ("LC_MESSAGES", "LANG", "LANGUAGE")}
        environment["LC_ALL"] = locale
        run = []
        for language, text, name in blocks(page):
            if language == "yaml":
                pathlib.Path(folder.name, name).write_text(text, encoding="utf-8")
            elif language == "python":
                done = subprocess.run([sys.executable, "-"], input=text, cwd=folder.name, env=environment, text=True, capture_output=True, encoding="utf-8", check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""), text)
            else:
                self.assertEqual(language, "console")
                for command, shown in commands(text):
                    words = shlex.split(command)
                    self.assertEqual(words[0], "balance")
                    done = subprocess.run([TOOL, *words[1:]], cwd=folder.name, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                          encoding="utf-8", check=False)
                    printed = "\n".join(line.rstrip() for line in done.stdout.splitlines()) + "\n" if done.stdout else ""
                    self.assertIn(done.returncode, (0, 1), command + "\n" + printed)
                    if not re.fullmatch(pattern(shown), printed):
                        self.fail(f"{page}: {command}\nshown:\n" + "\n".join(shown) + "\nprinted:\n" + printed)
                    for at, word in enumerate(words):
                        if word in ("-o", "--output"):
                            self.assertTrue(os.path.getsize(os.path.join(folder.name, words[at + 1])) > 0)
                    run.append(words)
        return run

    def test_english(self):
        self.assertGreater(len(self.go_through("task-book.md", "en_US.UTF-8")), 20)

    def test_chinese(self):
        self.assertGreater(len(self.go_through("task-book.zh-CN.md", "zh_CN.UTF-8")), 20)

    def test_same_commands(self):
        def of(page):
            return [command for language, text, _ in blocks(page) if language == "console" for command, _ in commands(text)]
        self.assertEqual(of("task-book.md"), of("task-book.zh-CN.md"))


if __name__ == "__main__":
    unittest.main()
