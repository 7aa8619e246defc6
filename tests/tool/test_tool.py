# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command-line tool as its users meet it: statuses, languages, widths, files, pipes.

BALANCE_TOOL names the built tool, BALANCE_DATA_DIR the dictionary and the packs.
"""

import csv
import json
import os
import re
import stat
import subprocess
import tempfile
import unicodedata
import unittest
import zipfile

TOOL = os.environ["BALANCE_TOOL"]

PACK = """\
pack: little
title: {zh: 小测试标准, en: A little standard}
reference: 测试〔2024〕1号
effective: 2024-01-01
stages: [primary, junior]
weight: pupils
fields:
- {id: atlases, level: section, type: count, unit: book, title: {zh: 地图册数, en: Atlases}}
- {id: globes, level: section, type: count, unit: book, title: {zh: 地球仪数, en: Globes}}
indicators:
- {id: A, title: {zh: 每百名学生地图册数, en: Atlases per 100 pupils}, unit: book, decimals: 2, value: 100 pupil * atlases / pupils, at_least: {primary: 4.5, junior: 5}}
- {id: G, title: {zh: 每百名学生地球仪数, en: Globes per 100 pupils}, unit: book, decimals: 2, value: 100 pupil * globes / pupils, at_least: 1}
requirements:
- id: resources
  title: {zh: 资源配置, en: Resources}
  of:
  - {id: schools, each: section, of: [A, G], title: {zh: 每校达标, en: Every school meets the limits}}
  - {id: spread, each: stage, measure: cv, of: [A, G], at_most: 0.50, decimals: 3, title: {zh: 差异系数, en: Coefficient of variation}}
"""

HEADER = "district_code,district_name,school_code,school_name,stage,pupils,atlases,globes\n"
GOOD = [
    "D1,东县（合成）,S1,东县第一小学,primary,200,10,3",
    "D1,东县（合成）,S2,东县第二小学,primary,400,20,6",
]
BAD_ROW = "D2,西县（合成）,S3,西县小学,primary,1000,44,20"
BLANK_ROW = "D3,南县（合成）,S4,南县小学,primary,100,,5"


def width(line):
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in line
    )


class ToolCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.pack = self.write("little.yaml", PACK)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def table(self, *rows, name="table.csv", header=HEADER):
        return self.write(name, header + "".join(row + "\n" for row in rows))

    def run_tool(self, *args, status=0, **env):
        environment = {k: v for k, v in os.environ.items() if k not in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE", "NO_COLOR")}
        environment.update({"LC_ALL": "C"}, **env)
        done = subprocess.run([TOOL, *args], capture_output=True, env=environment, cwd=self.folder, timeout=60)
        self.out = done.stdout.decode("utf-8")
        self.err = done.stderr.decode("utf-8")
        self.assertEqual(done.returncode, status, self.out + self.err)
        return self.out

    def evaluate(self, *args, status=0, **env):
        return self.run_tool("evaluate", *args, "--standard", self.pack, "--as-of", "2024-06-01", status=status, **env)

    def explain(self, *args, status=0, **env):
        return self.run_tool("explain", *args, "--standard", self.pack, "--as-of", "2024-06-01", status=status, **env)

    def assertFits(self, text):
        for line in text.splitlines():
            self.assertLessEqual(width(line), 80, line)


class Help(ToolCase):
    def test_every_help_in_both_languages(self):
        names = re.findall(r"^  ([a-z]+) ", self.run_tool("--help").split("Options of every command")[0], re.M)
        self.assertGreater(len(names), 10)
        for command in (["--help"], *([name, "--help"] for name in names), ["help", "evaluate"], ["explain", "-h"]):
            with self.subTest(command=command):
                english = self.run_tool(*command)
                chinese = self.run_tool(*command, "--lang", "zh")
                self.assertFits(english)
                self.assertFits(chinese)
                self.assertIn("Usage: balance", english)
                self.assertIn("用法：balance", chinese)
                if command[0] == "tasks":
                    english = english.replace("责任单位", "")      # the example of a title
                self.assertFalse(re.search(r"[\u4e00-\u9fff]", english))
                # no option is so long that its name is broken
                for text in (english, chinese):
                    options = re.split(r"^(?:Options|选项).*$", text, maxsplit=1, flags=re.M)[-1]
                    if command != ["--help"]:
                        self.assertEqual(re.findall(r"^  [^ -].*$", options, re.M), [])

    def test_language(self):
        self.assertIn("用法", self.run_tool("--help", LC_ALL="zh_CN.UTF-8"))
        self.assertIn("用法", self.run_tool("--help", LC_ALL="", LANG="zh_CN.GBK"))
        self.assertIn("用法", self.run_tool("--help", LC_ALL="", LC_MESSAGES="zh_TW", LANG="en_US"))
        self.assertIn("Usage", self.run_tool("--help", LC_ALL="de_DE.UTF-8", LANG="zh_CN"))
        self.assertIn("用法", self.run_tool("--lang=zh", "evaluate", "--help"))
        self.assertIn("Usage", self.run_tool("evaluate", "--help", "--lang", "en", LC_ALL="zh_CN"))

    def test_version(self):
        self.assertRegex(self.run_tool("--version"), r"^balance \d+\.\d+\.\d+\n$")

    def test_bad_usage(self):
        for args in ([], ["nonsense"], ["evaluate"], ["evaluate", "--nope", "x.csv"], ["evaluate", "x.csv", "--threads", "many"],
                     ["evaluate", "x.csv", "--threads", "-1"], ["evaluate", "x.csv", "--format", "pdf"], ["--lang", "fr"], ["--lang"],
                     ["evaluate", "x.csv", "--color", "blue"], ["evaluate", "x.csv", "--concessions", "maybe"], ["explain", "x.csv"],
                     ["standard"], ["standard", "show"], ["standard", "dance"], ["fields", "a", "b"], ["help", "nonsense"],
                     [b"evaluate", b"\xff.csv"]):
            for language in ("C", "zh_CN.UTF-8"):
                with self.subTest(args=args, language=language):
                    self.run_tool(*args, status=2, LC_ALL=language)
                    self.assertEqual(self.out, "")
                    self.assertRegex(self.err, r"^balance: ")


class Status(ToolCase):
    def test_met(self):
        self.assertIn("met", self.evaluate(self.table(*GOOD)).splitlines()[0])

    def test_unmet(self):
        out = self.evaluate(self.table(*GOOD, BAD_ROW), "--district", "D2", status=1)
        self.assertIn("unmet", out.splitlines()[0])
        self.assertIn("S3", out)
        self.assertIn("4.40", out)

    def test_undetermined(self):
        self.assertIn("无法判定", self.evaluate(self.table(BLANK_ROW), "--lang", "zh", status=1).splitlines()[0])

    def test_district_decides(self):
        table = self.table(*GOOD, BAD_ROW)
        self.evaluate(table, status=1)
        self.evaluate(table, "--district", "D1", status=0)
        self.evaluate(table, "--district", "东县（合成）", status=0)
        self.evaluate(table, "--district", "D9", status=2)
        self.assertIn("D9", self.err)

    def test_names_what_is_like_it(self):
        table = self.table(*GOOD, BAD_ROW)
        self.evaluate(table, "--district", "西县", status=2)
        self.assertIn("there are: D2 西县（合成）\n", self.err)
        self.evaluate(table, "--district", "北县", "--lang", "zh", status=2)
        self.assertIn("现有：D1 东县（合成）、D2 西县（合成）\n", self.err)
        self.run_tool("audit", table, "--district", "西县", "--standard", self.pack, "--lang", "zh", status=2)
        self.assertIn("现有：D2 西县（合成）\n", self.err)
        self.explain(table, "--school", "第二", "--lang", "zh", status=2)
        self.assertIn("数据中没有学校“第二”；现有：S2 东县第二小学\n", self.err)
        many = self.table(*(f"D{i},县{i},T{i},小学{i},primary,200,10,3" for i in range(1, 10)), name="many.csv")
        self.explain(many, "--school", "小学", status=2)
        self.assertIn("there are: T1 小学1, T2 小学2, T3 小学3, T4 小学4, T5 小学5 …\n", self.err)
        self.evaluate(many, "--district", "北县", status=2)
        self.assertEqual(self.err, "balance: the data have no district “北县”\n")

    def test_day_before_the_standard(self):
        table = self.table(*GOOD)
        self.run_tool("evaluate", table, "--standard", self.pack, "--as-of", "2023-12-31")
        self.assertIn("in force from 2024-01-01", self.err)
        self.run_tool("evaluate", table, "--standard", self.pack, "--as-of", "2024-01-01")
        self.assertEqual(self.err, "")

    def test_no_such_file(self):
        self.evaluate(os.path.join(self.folder, "absent.csv"), status=2)
        self.assertIn("absent.csv", self.err)
        self.assertEqual(self.out, "")

    def test_one_language_at_a_time(self):
        table = self.table(*GOOD)
        for args, english, chinese in (
                (["absent.csv"], "absent.csv cannot be read: there is no such file", "无法读取 absent.csv：没有这个文件"),
                ([self.folder], "it is a folder", "这是文件夹"),
                ([table, "--map", "absent.yaml"], "there is no such file", "没有这个文件"),
                ([table, "--standard", "./absent.yaml"], "there is no such file", "没有这个文件"),
                ([table, "--output", "absent/x"], "cannot write absent/x: there is no such", "无法写出 absent/x：没有这个文件")):
            with self.subTest(args):
                self.run_tool("evaluate", *args, "--lang", "en", status=2, LC_ALL="zh_CN.UTF-8")
                self.assertIn(english, self.err)
                self.assertFalse(re.search(r"[\u4e00-\u9fff]", self.err), self.err)
                self.run_tool("evaluate", *args, "--lang", "zh", status=2)
                self.assertIn(chinese, self.err)
                self.assertNotIn("such file", self.err)

    def test_no_table(self):
        for data, english, chinese in (
                (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 9, "the file is no text", "这不是文本文件"),
                ("\n".join(["区县代码,区县名称,学校代码,学校名称,学段,在校生数"] + ["D1,东县,S%d,东县小学,小学,9" % i for i in range(99)]).encode("gb18030")
                 .replace(b"S50,", b"S50,\xff\xff"), ":52: byte number", ":52: 第")):
            with self.subTest(english):
                with open(os.path.join(self.folder, "odd.csv"), "wb") as file:
                    file.write(data)
                self.evaluate("odd.csv", status=2)
                self.assertIn(english, self.err)
                self.evaluate("odd.csv", "--lang", "zh", status=2)
                self.assertIn(chinese, self.err)

    def test_no_such_standard(self):
        self.run_tool("evaluate", self.table(*GOOD), "--standard", "absent", status=2)
        self.assertIn("absent", self.err)
        self.run_tool("evaluate", self.table(*GOOD), "--standard", "./absent.yaml", status=2)
        self.assertIn("absent.yaml", self.err)

    def test_bad_settings(self):
        table = self.table(*GOOD)
        for args in (["--as-of", "yesterday"], ["--as-of", "2023-02-29"], ["--only", "absent"], ["--set", "absent=1"], ["--set", "x"], ["--year", "1999"]):
            with self.subTest(args=args):
                self.run_tool("evaluate", table, "--standard", self.pack, *args, status=2)
                self.assertEqual(self.out, "")
                self.assertIn("balance: ", self.err)


class Problems(ToolCase):
    def test_several_faults_are_a_line_each(self):
        faults = self.write("faults.map.yaml", "map: m\nwords: {note: '1', notes: [x]}\ncolumn: {}\n")
        self.evaluate(self.table(*GOOD), "--map", faults, status=2)
        self.assertRegex(self.err, r"\A(balance: \S*faults\.map\.yaml:\d:\d.*\n){3}\Z")

    def test_errors_have_places(self):
        table = self.table(GOOD[0], "D1,东县（合成）,S2,东县第二小学,primary,many,20,6", "D1,东县（合成）,S1,东县第一小学,primary,200,-10,3")
        self.evaluate(table, status=2)
        self.assertEqual(self.out, "")
        self.assertRegex(self.err, r"(?m)^error: .*table\.csv:3.*many")
        self.assertRegex(self.err, r"(?m)^error: .*table\.csv:4")
        self.evaluate(table, "--lang", "zh", status=2)
        self.assertRegex(self.err, r"(?m)^错误：.*table\.csv:3.*many")

    def test_fifty_and_all(self):
        rows = [f"D1,东县,S{i},校{i},primary,many,20,6" for i in range(80)]
        self.evaluate(self.table(*rows), status=2)
        self.assertEqual(len(re.findall("(?m)^error: ", self.err)), 50)
        self.assertIn("--all-problems", self.err)
        self.evaluate(self.table(*rows), "--all-problems", status=2)
        self.assertGreaterEqual(len(re.findall("(?m)^error: ", self.err)), 80)

    def test_skipped_rows_never_met(self):
        table = self.table(*GOOD, "D1,东县（合成）,S5,东县第五小学,primary,many,20,6")
        self.evaluate(table, status=2)
        self.evaluate(table, "--skip-bad-rows", status=1)
        self.assertIn("table.csv:4", self.err)

    def test_control_characters_stay_out(self):
        self.evaluate(self.table("D1,东\x1b[2J县,S1,一\x1b]0;x\x07小,primary,1000,44,20"), status=1)
        self.assertNotIn("\x1b", self.out)
        self.assertNotIn("\x1b", self.err)


class Text(ToolCase):
    def test_width_and_languages(self):
        long_name = "东方红人民公社第一完全小学暨附属中学" * 4
        table = self.table(*GOOD, BAD_ROW, BLANK_ROW, f"D4,{long_name},S6,{long_name},junior,30,1,0")
        for args in ([], ["--district", "D1"], ["--district", "D2"], ["--district", "D4"]):
            for language in ("zh", "en"):
                with self.subTest(args=args, language=language):
                    out = self.evaluate(table, *args, "--lang", language, status=0 if args[1:] == ["D1"] else 1)
                    self.assertFits(out)
                    self.assertNotIn("\x1b", out)
                    self.assertFalse(re.search(r"(?m) $", out))

    def test_names_what_was_used(self):
        out = self.evaluate(self.table(*GOOD))
        self.assertIn("2024-06-01", out)
        self.assertIn("little", out)
        self.assertIn("测试〔2024〕1号", out)

    def test_colour_only_when_asked(self):
        table = self.table(*GOOD)
        self.assertNotIn("\x1b", self.evaluate(table))
        self.assertIn("\x1b[32m", self.evaluate(table, "--color", "always"))
        self.assertNotIn("\x1b", self.evaluate(table, "--color=always", "--output", os.path.join(self.folder, "o.txt")))
        with open(os.path.join(self.folder, "o.txt"), encoding="utf-8") as file:
            self.assertNotIn("\x1b", file.read())

    def test_many_districts_one_line_each(self):
        rows = [f"D{i:03},县{i}（合成）,S{i},学校{i},primary,{100 + i},{10 + i},8" for i in range(30)]
        out = self.evaluate(self.table(*rows))
        self.assertFits(out)
        for i in range(30):
            self.assertEqual(len(re.findall(rf"(?m)^  D{i:03} ", out)), 1)

    def test_years(self):
        header = "year," + HEADER
        table = self.table(*("2022," + row for row in GOOD), *("2023," + row for row in GOOD), header=header)
        out = self.evaluate(table)
        self.assertIn("2023", out)
        self.assertIn("2022", self.err)
        self.assertIn("2022", self.evaluate(table, "--year", "2022"))
        self.assertEqual(self.err, "")
        self.evaluate(table, "--year", "2020", status=2)


class Machine(ToolCase):
    def test_json(self):
        table = self.table(*GOOD, BAD_ROW, BLANK_ROW)
        whole = json.loads(self.evaluate(table, "--format", "json", status=1))
        self.assertEqual(whole["standard"]["id"], "little")
        self.assertEqual(whole["standard"]["as_of"], "2024-06-01")
        self.assertEqual(whole["verdict"], "unmet")
        self.assertEqual([d["code"] for d in whole["districts"]], ["D1", "D2", "D3"])
        self.assertEqual([d["verdict"] for d in whole["districts"]], ["met", "unmet", "undetermined"])
        values = {s["school"]: s["values"] for d in whole["districts"] for s in d["sections"]}
        self.assertEqual(values["S3"]["A"], 4.4)
        self.assertIsNone(values["S4"]["A"])
        one = json.loads(self.evaluate(table, "--format", "json", "--district", "D2", status=1))
        self.assertEqual(one["districts"], [whole["districts"][1]])
        self.assertEqual(whole, json.loads(self.evaluate(table, "--format", "json", "--lang", "zh", status=1)))

    def test_csv(self):
        table = self.table(*GOOD, BAD_ROW, BLANK_ROW, 'D4,北县,S7,"=1+1,""x""",junior,100,10,10', "D4,北县,S8,@cmd,junior,100,10,10")
        out = self.evaluate(table, "--format", "csv", status=1)
        self.assertFalse(out.startswith("\ufeff"))
        self.assertTrue(out.endswith("\r\n"))
        rows = {row["school_code"]: row for row in csv.DictReader(out.splitlines())}
        self.assertEqual(list(rows), ["S1", "S2", "S3", "S4", "S7", "S8"])
        self.assertEqual(rows["S1"]["verdict"], "met")
        self.assertEqual(rows["S3"]["verdict"], "unmet")
        self.assertEqual(rows["S3"]["A"], "4.4")
        self.assertEqual(rows["S3"]["A_state"], "unmet")
        self.assertEqual(rows["S3"]["G_state"], "met")
        self.assertEqual((rows["S4"]["A"], rows["S4"]["A_state"]), ("", "undetermined"))
        self.assertEqual(rows["S7"]["school_name"], "'=1+1,\"x\"")
        self.assertEqual(rows["S8"]["school_name"], "'@cmd")
        self.assertEqual(rows["S8"]["stage"], "junior")
        one = self.evaluate(table, "--format", "csv", "--district", "D3", status=1)
        self.assertEqual([row["school_code"] for row in csv.DictReader(one.splitlines())], ["S4"])


class Output(ToolCase):
    def setUp(self):
        super().setUp()
        self.target = os.path.join(self.folder, "result.txt")

    def read(self):
        with open(self.target, "rb") as file:
            return file.read().decode("utf-8")

    def test_new_file(self):
        table = self.table(*GOOD)
        expected = self.evaluate(table)
        self.assertEqual(self.evaluate(table, "--output", self.target), "")
        self.assertEqual(self.read(), expected)
        self.assertEqual(sorted(os.listdir(self.folder)), ["little.yaml", "result.txt", "table.csv"])

    def test_replaced_only_by_a_result(self):
        self.write("result.txt", "before")
        os.chmod(self.target, 0o640)
        self.evaluate(self.table("D1,东县,S1,一小,primary,many,1,1"), "--output", self.target, status=2)
        self.assertEqual(self.read(), "before")
        self.evaluate(self.table(*GOOD), "--output", self.target)
        self.assertNotEqual(self.read(), "before")
        self.assertEqual(stat.S_IMODE(os.stat(self.target).st_mode), 0o640)
        self.assertEqual(sorted(os.listdir(self.folder)), ["little.yaml", "result.txt", "table.csv"])

    def test_link_stays(self):
        real = self.write("real.txt", "before")
        os.symlink("real.txt", self.target)
        self.evaluate(self.table(*GOOD), "--output", self.target)
        self.assertTrue(os.path.islink(self.target))
        with open(real, encoding="utf-8") as file:
            self.assertNotEqual(file.read(), "before")

    def test_stability(self):
        table = self.table(*GOOD, BAD_ROW)
        for language, words in (("en", "an error of less than 5.00 %"), ("zh", "数据误差不足5.00 %")):
            out = self.run_tool("stability", table, "--standard", self.pack, "--as-of", "2024-06-01", "--lang", language, "--error", "5%", status=1)
            self.assertIn(words, out.replace("\n", "" if language == "zh" else " "))
            for line in out.splitlines():
                self.assertLessEqual(width(line), 80, line)
        # 44 atlases, 45 are asked: 44 (1 + e) = 45 (1 - e)
        document = json.loads(self.run_tool("stability", table, "--standard", self.pack, "--as-of", "2024-06-01", "--format", "json", "--all"))
        unmet = [s for s in document["sensitivities"] if s["verdict"] == "unmet" and s["cells"]]
        self.assertIn(round(1 / 89, 9), [round(s["error_low"], 9) for s in unmet])
        self.run_tool("stability", table, "--standard", self.pack, "--error", "200%", status=2)
        self.run_tool("stability", table, "--standard", self.pack, "--format", "xml", status=2)

    def test_gaps(self):
        table = self.table(*GOOD, BAD_ROW, BLANK_ROW)
        out = self.run_tool("gaps", table, "--standard", self.pack, "--as-of", "2024-06-01", "--lang", "en", status=1)
        # 44 atlases for 1000 pupils, 4.5 for 100 are asked
        self.assertIn("lacks 1 books", out)
        self.assertIn("missing: Atlases", out)
        for line in out.splitlines():
            self.assertLessEqual(width(line), 80, line)
        out = self.run_tool("gaps", table, "--standard", self.pack, "--as-of", "2024-06-01", "--district", "D1", "--lang", "zh")
        self.assertIn("没有差距", out)
        document = json.loads(self.run_tool("gaps", table, "--standard", self.pack, "--as-of", "2024-06-01", "--format", "json", status=1))
        self.assertEqual([g["amount"] for g in document["gaps"] if g["verdict"] == "unmet"], ["1"])
        self.run_tool("gaps", table, "--standard", self.pack, "--format", "html", status=2)
        self.run_tool("gaps", table, "--standard", self.pack, "--plan", table, "--who", "x", status=2)

    def test_codes_that_went_wrong(self):
        # a spreadsheet made numbers of long codes
        self.evaluate(self.table(*(row.replace("S1", "3.30102E+09").replace("S2", "3.30102E+09") for row in GOOD)), "--lang", "zh", status=2)
        self.assertIn("科学计数法", self.err)
        # one district in two forms, of the same name
        two = self.table(GOOD[0].replace("D1", "330102"), GOOD[1].replace("D1", "３３０１０２"))
        out = self.evaluate(two, "--lang", "zh", "--only", "schools")
        self.assertIn("似为“330102”的另一种写法", self.err)
        self.assertIn("330102 东县（合成）、３３０１０２ 东县（合成）（共2", out.replace("\n", "").replace("    ", ""))
        self.evaluate(self.table(GOOD[0].replace("D1", "330102"), GOOD[1].replace("D1", "330102.0")), "--lang", "en")
        self.assertIn("“330102.0” seems to be “330102” in another form", self.err)
        # no year to choose from
        self.evaluate(self.table(*GOOD), "--year", "2020", "--lang", "en", status=2)
        self.assertIn("years of the files: none stated", self.err)

    def test_several_formats(self):
        table = self.table(*GOOD)
        folder = os.path.join(self.folder, "new", "results")
        self.assertEqual(self.evaluate(table, "--format", "csv,json,xlsx,text", "-o", folder), "")
        self.assertEqual(sorted(os.listdir(folder)), ["evaluation.csv", "evaluation.json", "evaluation.txt", "evaluation.xlsx"])
        with open(os.path.join(folder, "evaluation.xlsx"), "rb") as file:
            self.assertEqual(file.read(4), b"PK\x03\x04")
        with open(os.path.join(folder, "evaluation.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["verdict"], "met")
        # nowhere to put them
        self.evaluate(table, "--format", "csv,json", status=2)
        self.assertIn("DIR", self.err)
        self.evaluate(table, "--format", "csv,json", "-o", table, status=2)
        self.evaluate(table, "--format", "csv,pdf", "-o", folder, status=2)
        self.assertIn("xlsx", self.err)
        # where one cannot be written, none is
        half = os.path.join(self.folder, "half")
        os.makedirs(os.path.join(half, "evaluation.xlsx"))
        self.evaluate(table, "--format", "text,csv,xlsx", "-o", half, status=2)
        self.assertIn("evaluation.xlsx", self.err)
        self.assertEqual(os.listdir(half), ["evaluation.xlsx"])

    def test_template(self):
        path = os.path.join(self.folder, "form.xlsx")
        self.run_tool("template", "--standard", self.pack, "-o", path)
        with open(path, "rb") as file:
            self.assertEqual(file.read(4), b"PK\x03\x04")
        self.run_tool("template", "--language", "fr", "-o", path, status=2)
        self.run_tool("template", "surplus", "-o", path, status=2)
        self.run_tool("template", "--standard", "no-such", "-o", path, status=2)
        # in a pipe it is the workbook itself
        done = subprocess.run([TOOL, "template", "--standard", self.pack], capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout[:2]), (0, b"PK"))

    def test_bad_places(self):
        table = self.table(*GOOD)
        self.evaluate(table, "--output", self.folder, status=2)
        self.evaluate(table, "--output", os.path.join(self.folder, "absent", "x"), status=2)
        self.evaluate(table, "--output", "/dev/full", status=2)
        self.assertEqual(sorted(os.listdir(self.folder)), ["little.yaml", "table.csv"])

    def test_csv_file_has_mark(self):
        self.evaluate(self.table(*GOOD), "--format", "csv", "--output", self.target)
        self.assertTrue(self.read().startswith("\ufeffdistrict_code,"))

    def test_reader_goes_away(self):
        rows = [f"D{i},县{i},S{i},学校{i},primary,{100 + i % 50},10,8" for i in range(5000)]
        table = self.table(*rows)
        for kind in ("text", "csv", "json"):
            with self.subTest(format=kind):
                process = subprocess.Popen([TOOL, "evaluate", table, "--standard", self.pack, "--format", kind, "--lang", "en"],
                                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"})
                process.stdout.read(10)
                process.stdout.close()
                self.assertEqual(process.stderr.read(), b"")
                process.stderr.close()
                self.assertIn(process.wait(timeout=60), (0, 1))

    def test_full_disk(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([TOOL, "fields"], stdout=full, stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, 2)


class Explain(ToolCase):
    def test_down_to_the_cell(self):
        table = self.table(*GOOD, BAD_ROW)
        for language, school in (("en", "S3"), ("zh", "西县小学")):
            out = self.explain(table, "--school", school, "--indicator", "A", "--lang", language, status=1)
            self.assertFits(out)
            self.assertRegex(out, r"table\.csv![A-Z]+4\b")
            self.assertIn("100 pupil * atlases / pupils", out)
            self.assertIn("4.40", out)
            self.assertIn("44", out)
            self.assertIn("4.5", out)
        self.explain(table, "--school", "S1", "--indicator", "A", status=0)

    def test_missing_cell(self):
        out = self.explain(self.table(BLANK_ROW), "--school", "S4", "--indicator", "A", "--lang", "zh", status=1)
        self.assertIn("无法判定", out)
        self.assertIn("缺失", out)
        self.assertRegex(out, r"table\.csv![A-Z]+2\b")

    def test_list_of_a_school(self):
        out = self.explain(self.table(*GOOD, BAD_ROW), "--school", "S3", status=1)
        self.assertFits(out)
        self.assertIn("Atlases per 100 pupils", out)
        self.assertIn("Globes per 100 pupils", out)

    def test_path_of_an_explanation(self):
        table = self.table(*GOOD, BAD_ROW)
        out = self.explain(table, "--school", "S3", "--indicator", "A", status=1)
        path = re.search(r"(?m)^  Path +(.*)$", out)[1]
        self.assertEqual(self.explain(table, "--path", path, status=1), out)
        self.explain(table, "--path", "no/such/path", status=2)

    def test_district_requirement(self):
        out = self.explain(self.table(*GOOD), "--indicator", "resources", "--district", "D1")
        self.assertIn("Every school meets the limits", out)

    def test_unknown(self):
        table = self.table(*GOOD, "D1,东县（合成）,S9,东县第二小学,primary,400,20,6")
        self.explain(table, "--school", "S99", "--indicator", "A", status=2)
        self.explain(table, "--school", "东县第二小学", "--indicator", "A", status=2)
        self.assertIn("2 schools", self.err)
        self.explain(table, "--school", "S1", "--indicator", "Z", status=2)
        self.explain(table, "--school", "S1", "--stage", "junior", "--indicator", "A", status=2)


class Standards(ToolCase):
    def test_list(self):
        self.assertIn("cn-2017-quality", self.run_tool("standard", "list"))
        self.assertIn("优质均衡", self.run_tool("standard", "list", "--lang", "zh"))

    def test_show(self):
        source = os.environ["BALANCE_SOURCE_DIR"]
        packs = [f"{source}/examples/packs/{name}" for name in sorted(os.listdir(f"{source}/examples/packs"))
                 if name.endswith(".yaml") and not name.endswith(".map.yaml")]
        for language in ("en", "zh"):
            for standard in ["cn-2017-quality", "cn-2012-basic", "cn-2020-preschool", *packs, self.pack]:
                with self.subTest(language=language, standard=standard):
                    out = self.run_tool("standard", "show", standard, "--lang", language)
                    self.assertFits(out)
        self.assertIn("÷ 在校生数", out)
        self.assertNotIn("atlases /", out)
        self.assertIn("≥ 4.5", out)
        self.assertIn("差异系数", out)
        self.run_tool("standard", "show", "absent", status=2)

    def test_show_in_words(self):
        zh = " ".join(self.run_tool("standard", "show", "cn-2017-quality", "--lang", "zh").split())
        en = " ".join(self.run_tool("standard", "show", "cn-2017-quality", "--lang", "en").split())
        for text in ("100 人 × 县级及以上骨干教师数 ÷ 在校生数", "范围：学校类型 = 职业学校", "非“以考试方式招生”", "备注：",
                     "在校生数合计 ≤ 若兼有小学和初中，则2500，否则2000", "R7各项的差异系数：小学 ≤ 0.50；初中 ≤ 0.45"):
            self.assertIn(text, zh)
        for text in ("(Teaching and auxiliary rooms − Indoor sports area) ÷ Pupils", "Kind of school is none of Special school, Vocational school",
                     "the one of the items below that applies", "at least 6 of the 7 items below, the rest at 85 % of the limit or better",
                     "not “Boarding school”"):
            self.assertIn(text, en)
        score = " ".join(self.run_tool("standard", "show", "cn-2012-basic", "--lang", "en").split())
        self.assertIn("sum of the points of the items below ≥ 85 points", score)
        self.assertIn("W6 Separate budget and three growths [10 points]", score)

    def test_check(self):
        self.run_tool("standard", "check", self.pack)
        broken = self.write("broken.yaml", PACK.replace("pack: little", "pack: broken").replace("atlases / pupils", "atlantes / pupils"))
        self.run_tool("standard", "check", self.pack, broken, status=2)
        line = PACK.splitlines().index(next(x for x in PACK.splitlines() if "atlases / pupils" in x)) + 1
        self.assertRegex(self.err, rf"broken\.yaml:{line}\b.*atlantes")
        self.run_tool("evaluate", self.table(*GOOD), "--standard", broken, status=2)
        self.assertRegex(self.err, rf"broken\.yaml:{line}\b.*atlantes")

    def test_check_proves(self):
        hole = self.write("hole.yaml", PACK.replace("pack: little", "pack: hole").replace("at_least: {primary: 4.5, junior: 5}", "at_least: {primary: 4.5}"))
        out = self.run_tool("standard", "check", "--format", "json", self.pack, hole, status=2)
        sound, broken = json.loads(out)
        self.assertTrue(sound["sound"])
        self.assertGreater(sound["proved"]["requirements"], 0)
        self.assertFalse(broken["sound"])
        problem, = [problem for problem in broken["problems"] if problem["kind"] == "gap"]
        self.assertIn("初中", problem["message"]["zh"])
        for language, word in (("en", "no limit"), ("zh", "没有限值")):
            self.assertFits(self.run_tool("standard", "check", hole, "--lang", language, status=2))
            self.assertIn(word, self.err)
        self.run_tool("standard", "check", "--format", "csv", self.pack, status=2)


class Fields(ToolCase):
    def test_pattern(self):
        self.assertIn("pupils", self.run_tool("fields", "在校生"))
        self.assertIn("在校生数", self.run_tool("fields", "PUPILS", "--lang", "zh"))
        self.run_tool("fields", "nothing-has-this", status=2)

    def test_all(self):
        for language in ("en", "zh"):
            self.assertFits(self.run_tool("fields", "--lang", language))

    def test_fields_of_a_standard(self):
        self.run_tool("fields", "atlases", status=2)
        self.assertIn("Atlases", self.run_tool("fields", "atlases", "--standard", self.pack))


class Audit(ToolCase):
    HEADER = "year,district_code,district_name,school_code,school_name,stage,pupils,classes,teachers,teachers_certified\n"
    GOOD = ["2024,D1,东县（合成）,S1,东县第一小学,primary,400,10,24,24", "2024,D1,东县（合成）,S2,东县第二小学,primary,200,5,13,12"]
    BAD = "2024,D1,东县（合成）,S3,东县第三小学,primary,300,8,18,19"

    def data(self, *rows, name="table.csv"):
        return self.table(*rows, name=name, header=self.HEADER)

    def audit(self, *args, status=0, **env):
        return self.run_tool("audit", *args, "--as-of", "2024-06-01", status=status, **env)

    def test_statuses(self):
        self.audit(self.data(*self.GOOD))
        self.audit(self.data(*self.GOOD, self.BAD), status=1)
        # what only asks to look is no fault
        little = self.write("look.yaml", "checks: look\ntitle: {zh: 看, en: Look}\nreference: 测试\nstages: [primary]\nrules:\n"
                                         "- {id: a, level: section, severity: look-here, holds: pupils < 300, "
                                         "title: {zh: 人数, en: Pupils}, message: {zh: '{pupils}', en: '{pupils}'}}\n")
        self.assertIn("look here", self.audit(self.data(*self.GOOD), "--checks", little))
        for wrong in ([], ["nowhere.csv"], [self.data(*self.GOOD), "--format", "pdf"], [self.data(*self.GOOD), "--district", "D9"],
                      [self.data(*self.GOOD), "--year", "1999"], [self.data(*self.GOOD), "--previous", self.data(*self.GOOD, name="b.csv")],
                      [self.data(*self.GOOD), "--checks", "nonsense"]):
            with self.subTest(wrong):
                self.audit(*wrong, status=2)
                self.assertEqual(self.out, "")
                self.assertTrue(self.err.startswith("balance: "), self.err)

    def test_faults_of_checks_have_lines(self):
        wrong = self.write("wrong.yaml", "checks: wrong\ntitle: {zh: 错, en: Wrong}\nreference: 测试\nstages: [primary]\nrules:\n"
                                         "- {id: a, level: section, holds: pupil > 0, title: {zh: 某, en: Some}, message: x}\n")
        self.audit(self.data(*self.GOOD), "--checks", wrong, status=2)
        self.assertIn("wrong.yaml:6:", self.err)

    def test_text(self):
        table = self.data(*self.GOOD, self.BAD)
        for language, words in (("en", ("error", "Teachers with a certificate: 19 teachers, more than 18 teachers", "Not checked")),
                                ("zh", ("错误", "持教师资格证专任教师数19人，多于专任教师总数18人", "未核查"))):
            text = self.audit(table, "--lang", language, status=1)
            self.assertFits(text)
            flat = "".join(line.strip() + " " for line in text.splitlines()).replace(" ", "")
            for word in words:
                self.assertIn(word.replace(" ", ""), flat)
            self.assertIn("!J4", text)

    def test_previous_year(self):
        before = self.data(*(row.replace("2024", "2023", 1).replace(",400,", ",100,") for row in self.GOOD), name="before.csv")
        self.assertIn("last year 100 pupils", self.audit(self.data(*self.GOOD), "--previous", before, "--lang", "en", status=1))
        # several years in one file
        rows = [*self.GOOD, *(row.replace("2024", "2023", 1).replace(",400,", ",100,") for row in self.GOOD)]
        self.assertIn("last year 100 pupils", self.audit(self.data(*rows), "--lang", "en", status=1))
        self.assertIn("no earlier year", self.audit(self.data(*rows), "--year", "2023", "--lang", "en"))

    def test_sheet(self):
        rows = list(csv.reader(self.audit(self.data(*self.GOOD, self.BAD), "--format", "csv", "--lang", "zh", status=1).splitlines()))
        self.assertEqual(rows[0], ["学校", "检查项", "性质", "单元格", "现值", "说明", "学校答复（核实/更正）", "更正值", "佐证材料", "编号（请勿改动）"])
        self.assertEqual([row[9] for row in rows[1:]], ["D1/S3/primary:part_of_teachers:teachers_certified", "D1/S3/primary:part_of_teachers:teachers"])
        self.assertEqual(rows[1][0], "东县第三小学（小学）")
        self.assertEqual(rows[1][4], "持教师资格证专任教师数 19人")
        self.assertEqual(rows[1][6:9], ["", "", ""])
        path = os.path.join(self.folder, "sheet.csv")
        self.audit(self.data(*self.GOOD, self.BAD), "--format", "csv", "--output", path, status=1)
        with open(path, "rb") as file:
            self.assertTrue(file.read().startswith(b"\xef\xbb\xbfSchool,"))

    def test_workbook(self):
        path = os.path.join(self.folder, "sheet.xlsx")
        self.audit(self.data(*self.GOOD, self.BAD), "--format", "xlsx", "--lang", "zh", "--output", path, status=1)
        with zipfile.ZipFile(path) as book:
            texts = book.read("xl/sharedStrings.xml").decode("utf-8")
            sheet = book.read("xl/worksheets/sheet1.xml").decode("utf-8")
        for text in ("学校答复（核实/更正）", "D1/S3/primary:part_of_teachers:teachers_certified", "东县第三小学（小学）"):
            self.assertIn(text, texts)
        self.assertIn("核实,更正", sheet)

    def test_json(self):
        result = json.loads(self.audit(self.data(*self.GOOD, self.BAD), "--format", "json", status=1))
        self.assertEqual((result["set"], result["year"], result["errors"], result["warnings"]), ("cn-compulsory", 2024, 1, 0))
        finding, = result["findings"]
        self.assertEqual(finding["key"], "D1/S3/primary:part_of_teachers:teachers_certified")
        self.assertEqual([value["value"] for value in finding["values"]], ["19", "18"])
        counts = {check["id"]: check for check in result["checks"]}
        self.assertEqual((counts["part_of_teachers"]["found"], counts["part_of_teachers"]["held"]), (1, 2))
        self.assertGreater(counts["jump_pupils"]["not_checked"], 0)
        self.assertEqual(counts["jump_pupils"]["held"], 0)

    def test_sample_county(self):
        data = os.path.join(os.environ["BALANCE_SOURCE_DIR"], "examples", "data")
        files = [os.path.join(data, "sample-county.csv"), os.path.join(data, "sample-county-facts.csv")]
        clean = json.loads(self.audit(*files, "--format", "json"))
        self.assertEqual(clean["findings"], [])
        planted = json.loads(self.audit(*files, "--previous", os.path.join(data, "sample-county-2023.csv"), "--format", "json", status=1))
        self.assertEqual({finding["key"] for finding in planted["findings"]},
                         {"990001/9900010003:slip_since_last_year:equipment_value", "990001/9900010015/primary:jump_pupils",
                          "990001/9900010045:jump_area:site_area"})


class Plan(ToolCase):
    COSTS = ("costs: little\nmeasures:\n"
             "- {id: atlas, title: {zh: 购置地图册, en: Buy an atlas}, kind: add, changes: {atlases: 1}, cost: 30, source: test}\n")

    def plan(self, *args, status=0, **env):
        costs = self.write("costs.yaml", self.COSTS)
        try:
            return self.run_tool("plan", *args, "--standard", self.pack, "--as-of", "2024-06-01", "--costs", costs, status=status, **env)
        except AssertionError:
            if "balance-solve" in self.err:
                self.skipTest("balance-solve is not built (coinor-libcbc-dev)")
            raise

    def test_plan(self):
        table = self.table(BAD_ROW)
        scenario = os.path.join(self.folder, "plan-out.yaml")
        answer = json.loads(self.plan(table, "--format", "json", "--scenario", scenario))
        self.assertEqual((answer["status"], answer["cost"], answer["bound"]), ("proven", 30, 30))
        self.assertEqual((answer["verdict_before"], answer["verdict_after"]), ("unmet", "met"))
        self.assertEqual([(item["school"], item["quantity"], item["year"]) for item in answer["items"]], [("S3", "1", 1)])
        # one file cannot be both
        both = os.path.join(self.folder, "both.yaml")
        self.plan(table, "--format", "json", "--scenario", both, "-o", os.path.join(self.folder, ".", "both.yaml"), status=2)
        self.assertIn("both.yaml", self.err)
        self.assertFalse(os.path.exists(both))
        with open(scenario, encoding="utf-8") as file:
            self.assertIn("add: {school: 'S3', stage: primary, facts: {atlases: 1}}", file.read())
        for language, word in (("en", "Buy an atlas: 1"), ("zh", "购置地图册：1")):
            text = self.plan(table, "--lang", language)
            self.assertFits(text)
            self.assertIn(word, text)
        self.assertEqual(len(self.plan(table, "--format", "csv").splitlines()), 2)
        self.assertIn("schools", self.plan(table, "--curve"))
        self.plan(table, "--budget", "10", "--aim", "all", status=1)
        self.assertIn("budget", self.out)

    def test_bad_usage(self):
        table = self.table(BAD_ROW)
        self.run_tool("plan", table, "--standard", self.pack, status=2)
        self.assertIn("--costs", self.err)
        for wrong in (["--budget", "lots"], ["--gap", "-1"], ["--aim", "high"], ["--years", "40"], ["--format", "pdf"]):
            with self.subTest(wrong):
                self.plan(table, *wrong, status=2)
                self.assertEqual(self.out, "")
        self.run_tool("plan", table, "--standard", self.pack, "--costs", "nowhere", status=2)


if __name__ == "__main__":
    unittest.main()
