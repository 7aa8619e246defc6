# SPDX-License-Identifier: LGPL-2.1-or-later
"""What findings tell beside the verdict: attested items, concessions, and an explanation for everything."""

import json
import os
import re
import tempfile
import unittest

import gi

gi.require_version("Balance", "1.0")
from gi.repository import Balance, Gio

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
EXAMPLES = os.path.join(SOURCE, "examples", "data")
SAMPLE = [os.path.join(EXAMPLES, name) for name in ("sample-county.csv", "sample-county-facts.csv")]


def read(paths=None, text=None, standard=None):
    with tempfile.TemporaryDirectory() as folder:
        if text is not None:
            paths = [os.path.join(folder, "county.csv")]
            with open(paths[0], "w", encoding="utf-8") as file:
                file.write(text)
        reader = Balance.Reader.new(standard.get_dictionary() if standard is not None else None, None, False)
        imported = reader.read(paths, None, None)
    census = list(imported.get_censuses())
    assert census, [problem.to_text("en") for problem in imported.get_problems()]
    return census[-1]


def evaluate(standard, census, as_of="2024-09-01", concessions=Balance.Concessions.AUTO, only=None):
    return Balance.Evaluator.new_full(standard, as_of, concessions, only, None, 1).evaluate(census, None, None)


def to_json(evaluation):
    stream = Gio.MemoryOutputStream.new_resizable()
    evaluation.write_json(stream, None)
    stream.close(None)
    return json.loads(stream.steal_as_bytes().get_data())


def walk(findings):
    for finding in findings:
        yield finding
        yield from walk(finding.get_children())


def walk_json(entries):
    for entry in entries:
        yield entry
        yield from walk_json(entry["children"])


class TestAttested(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.standard = Balance.Standard.lookup("cn-2017-quality")
        cls.evaluation = evaluate(cls.standard, read(SAMPLE))

    def test_conclusion_and_evidence(self):
        finding = self.evaluation.find("districts/990001/G10")
        self.assertEqual(finding.dup_conclusion("zh"), "编制和岗位由教育局在总量内统筹（合成示例）")
        self.assertEqual(finding.dup_evidence(), ["示例县教职工编制统筹方案.pdf", "示例县岗位设置表.xlsx"])
        self.assertFalse(finding.get_lacks_evidence())
        operand, = finding.get_operands()
        self.assertEqual(operand.get_conclusion().get_cell().get_row(), 2)
        self.assertNotEqual(operand.get_conclusion().get_cell().get_column(), operand.get_cell().get_column())
        self.assertEqual(operand.get_evidence().get_field(), "staffing_coordinated.evidence")
        self.assertIsNone(operand.get_conclusion().get_conclusion())

    def test_other_findings_have_none(self):
        finding = self.evaluation.find("districts/990001/G12")
        self.assertIsNone(finding.dup_conclusion("zh"))
        self.assertEqual(finding.dup_evidence(), [])

    def test_yes_without_evidence_is_pointed_out(self):
        finding = self.evaluation.find("districts/990001/Q8")
        self.assertTrue(finding.get_lacks_evidence())
        self.assertEqual(finding.get_verdict(), Balance.Verdict.MET)
        notice, = (n for n in self.evaluation.get_notices() if n.get_kind() == "no-evidence")
        self.assertIn("Q8", notice.get_message("zh"))
        # not stated at all, and vetoes that did not happen, owe nothing
        for requirement in ("Q5", "V1", "V5"):
            self.assertFalse(self.evaluation.find(f"districts/990001/{requirement}").get_lacks_evidence())

    def test_texts_and_json(self):
        zh = self.evaluation.find("districts/990001/G10").to_text("zh")
        self.assertIn("简要结论", zh)
        self.assertRegex(zh, r"佐证材料 +示例县教职工编制统筹方案.pdf")
        self.assertIn("none named", self.evaluation.find("districts/990001/Q8").to_text("en"))
        entries = {e["id"]: e for d in to_json(self.evaluation)["districts"] for e in walk_json(d["requirements"])}
        self.assertEqual(entries["G10"]["evidence"], ["示例县教职工编制统筹方案.pdf", "示例县岗位设置表.xlsx"])
        self.assertTrue(entries["Q8"]["lacks_evidence"])
        self.assertNotIn("evidence", entries["G12"])

    def test_ids_headers_and_separators(self):
        census = read(text="district_code,school_code,stage,layout_sound,layout_sound.conclusion,学校规划布局合理佐证材料\n"
                           "D,s,primary,是,well placed,\"a.pdf；b.pdf、c.pdf\nd.pdf; \"\n")
        finding = evaluate(self.standard, census).find("districts/D/G1")
        self.assertEqual(finding.dup_conclusion("en"), "well placed")
        self.assertEqual(finding.dup_evidence(), ["a.pdf", "b.pdf", "c.pdf", "d.pdf"])

    def test_several_facts_of_one_requirement(self):
        census = read(text="district_code,school_code,stage,event_safety,event_safety.conclusion,event_fraud,event_fraud.conclusion,"
                           "event_fraud.evidence\nD,s,primary,否,none,否,nothing found,check.pdf\n")
        finding = evaluate(self.standard, census).find("districts/D/V5")
        self.assertEqual(finding.dup_conclusion("en"), "Major accident or serious misconduct: none; Falsified data: nothing found")
        self.assertEqual(finding.dup_evidence(), ["check.pdf"])

    def test_formulas_may_ask_for_evidence(self):
        pack = """
pack: strict
title: {zh: 严, en: Strict}
stages: [primary]
reference: 试验规定
requirements:
- {id: shown, title: {zh: 示, en: Shown}, value: layout_sound and not missing(layout_sound.evidence)}
"""
        from gi.repository import GLib
        standard = Balance.Standard.new_from_bytes(GLib.Bytes.new(pack.encode()), "strict.yaml")
        header = "district_code,school_code,stage,layout_sound,layout_sound.evidence\n"
        for evidence, verdict in (("", Balance.Verdict.UNMET), ("a.pdf", Balance.Verdict.MET)):
            self.assertEqual(evaluate(standard, read(text=f"{header}D,s,primary,是,{evidence}\n")).get_verdict(), verdict)


class TestConcessions(unittest.TestCase):
    TABLE = ("district_code,school_code,kind,pupils.primary,migrant_pupils.primary,built_by_2010,single_stage_campus\n"
             "D,old,primary,2400,0,yes,no\nD,new,primary,2000,0,no,no\nD,big,primary,2401,0,yes,no\nD,open,primary,2400,0,,no\n")

    @classmethod
    def setUpClass(cls):
        cls.standard = Balance.Standard.lookup("cn-2017-quality")
        cls.evaluation = evaluate(cls.standard, read(text=cls.TABLE), as_of="2020-02-29", only="government")

    def test_both_verdicts_values_and_the_day(self):
        concession = self.evaluation.find("schools/old/G4_size").get_concession()
        self.assertEqual((concession.get_id(), concession.get_item()), ("procedure_2019", "size_2010"))
        self.assertEqual(concession.get_verdict_without(), Balance.Verdict.UNMET)
        self.assertEqual((concession.get_value_without(), concession.get_limit_without()), (2400.0, 2000.0))
        self.assertEqual((concession.get_duty_years(), concession.get_duty_until()), (3, "2023-03-01"))
        self.assertTrue(concession.get_certain() and concession.get_decides())
        self.assertFalse(concession.get_worse())
        self.assertIn("国教督办函", concession.get_reference())

    def test_none_where_none_applies(self):
        self.assertIsNone(self.evaluation.find("schools/new/G4_size").get_concession())
        strict = evaluate(self.standard, read(text=self.TABLE), concessions=Balance.Concessions.OFF, only="government")
        self.assertIsNone(strict.find("schools/old/G4_size").get_concession())

    def test_not_known_whether_it_applies(self):
        concession = self.evaluation.find("schools/open/G4_size").get_concession()
        self.assertFalse(concession.get_certain())

    def test_report_lists_who_stands_by_a_concession_alone(self):
        stream = Gio.MemoryOutputStream.new_resizable()
        Balance.Report.new(self.evaluation, "zh").write_text(stream, None)
        stream.close(None)
        text = stream.steal_as_bytes().get_data().decode()
        section = text.split("仅因适用放宽规定而达标的学校")[1].split("各项要求")[0]
        self.assertIn("old", section)
        self.assertIn("2023-03-01", section)
        for other in ("new", "big", "open"):
            self.assertNotIn(other, section)

    def test_json(self):
        entries = {e["id"]: e for d in to_json(self.evaluation)["districts"] for e in walk_json(d["requirements"])}
        conceded = [e for e in entries["G4"].get("by_concession", [])]
        self.assertEqual([e["school"] for e in conceded], ["old"])
        # a combination has no concession of its own, but both verdicts
        self.assertEqual((conceded[0]["verdict"], conceded[0]["strict_verdict"], conceded[0]["concession"]), ("met", "unmet", None))
        failing = {e["school"]: e for e in entries["G4"]["failing"]}
        self.assertEqual(set(failing), {"big", "open"})

    def test_json_of_the_concession(self):
        table = ("district_code,school_code,kind,stage,pupils,crowded_centre,indoor_sports_area,sports_ground_area,"
                 "other_ground_area,leased_ground_area\nD,a,primary,primary,100,yes,0,300,300,0\nD,b,primary,primary,100,no,0,100,0,0\n")
        evaluation = evaluate(self.standard, read(text=table), as_of="2020-02-29", only="resources")
        entry, = (e for d in to_json(evaluation)["districts"] for e in walk_json(d["requirements"]) if e["id"] == "dispersion.R5")
        self.assertEqual(entry["concession"], {
            "id": "procedure_2019", "item": "more_grounds", "reference": "国教督办函〔2019〕30号（文号R1，内容R3；起止日K）",
            "certain": True, "worse": True, "verdict_without": "met", "value_without": 0.5, "limit_without": 0.5,
            "duty_years": 3, "duty_until": "2023-03-01"})
        finding = evaluation.find("districts/D/primary/dispersion.R5")
        self.assertIn("worse with the concession", finding.get_reason("en"))
        self.assertIn("反而更差", finding.to_text("zh"))


PACKS = sorted(os.path.join(folder, name) for folder in (os.path.join(SOURCE, "data", "standards"), os.path.join(SOURCE, "examples", "packs"))
               for name in os.listdir(folder) if name.endswith(".yaml") and not name.endswith(".map.yaml"))


class TestEverythingExplains(unittest.TestCase):
    """Every requirement of every pack, on every subject of the sample county: an explanation without an empty part, and
    the same number and verdict when it is asked for again by its path."""

    # a label alone in its line, a colon or bracket with nothing after it, what no person wants to read
    EMPTY = re.compile(r"^  \S.*\S {2,}$|[:：] *$(?!\n +\S)|\(\)|（）|\[\]|\(null\)|\bnan\b|\binf\b", re.M)

    def check_pack(self, path):
        standard = Balance.Standard.new_from_file(path)
        evaluation = evaluate(standard, read(SAMPLE, standard=standard), concessions=Balance.Concessions.ON)
        texts, n = set(), 0
        codes = [None] + [d.get_code() for d in evaluation.get_census().get_districts()]
        for finding in walk(f for code in codes for f in evaluation.get_findings(code)):
            n += 1
            again = evaluation.find(finding.get_path())
            for what in ("verdict", "strict_verdict", "value", "value_low", "value_high", "limit", "margin", "floor", "rounding_flips", "at_floor"):
                mine, other = getattr(finding, f"get_{what}")(), getattr(again, f"get_{what}")()
                self.assertTrue(mine == other or (mine != mine and other != other), f"{finding.get_path()}: {what}")
            # of subjects that stand alike one is read
            alike = finding.get_id(), finding.get_verdict(), finding.get_strict_verdict(), finding.get_stage(), finding.get_reason("en")
            if alike in texts:
                continue
            texts.add(alike)
            for language, verdict in (("zh", {"met": "达标", "unmet": "未达标", "undetermined": "无法判定", "not_applicable": "不适用"}),
                                      ("en", {"met": "met", "unmet": "unmet", "undetermined": "undetermined",
                                              "not_applicable": "not applicable"})):
                text = finding.to_text(language)
                self.assertIn(verdict[finding.get_verdict().value_nick.replace("-", "_")], text)
                self.assertIn(finding.get_path(), text.replace("\n", "").replace(" ", ""))
                self.assertIsNone(self.EMPTY.search(text), f"{finding.get_path()}:\n{text}")
                if finding.get_formula():
                    self.assertIn("公式" if language == "zh" else "Formula", text)
                if finding.get_verdict() in (Balance.Verdict.UNDETERMINED, Balance.Verdict.NOT_APPLICABLE):
                    told = finding.get_reason(language) or finding.get_n_missing() or finding.get_children().get_n_items()
                    self.assertTrue(told, f"{finding.get_path()} does not say why:\n{text}")
        self.assertGreater(n, 0)

    def test_all_packs(self):
        self.assertGreater(len(PACKS), 5)
        for path in PACKS:
            with self.subTest(os.path.basename(path)):
                self.check_pack(path)


if __name__ == "__main__":
    unittest.main()
