# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the cases of tests/conformance, whose format its README describes, through introspection."""

import glob
import math
import os
import re
import tempfile

import gi
import yaml

gi.require_version("Balance", "1.0")
from gi.repository import Balance, GLib

SOURCE = os.environ.get("BALANCE_SOURCE_DIR", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
FOLDER = os.path.join(SOURCE, "tests", "conformance")
KEYS = {"path", "verdict", "value", "within", "limit", "margin", "at_floor", "rounding_flip", "strict_verdict", "duty_years", "duty_until",
        "concession_item", "worse", "value_without", "limit_without",
        "grade", "decimals"}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Only true and false are truth values: `on`, `off`, `yes` and `no` are words, as keys too."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def load_yaml(text):
    return yaml.load(text, Loader=_Loader)


def load_case(path):
    with open(path, encoding="utf-8") as file:
        return load_yaml(file)


def case_files():
    return sorted(glob.glob(os.path.join(FOLDER, "*.yaml")))


def nick(value):
    return value.value_nick.replace("-", "_")


def conjunction(verdicts):
    for verdict in ("unmet", "undetermined", "met"):
        if verdict in verdicts:
            return verdict
    return "not_applicable"


class Standards:
    """The standards that cases name, each read once; some may be replaced by other packs."""

    def __init__(self, replaced=None):
        self.replaced = replaced or {}
        self.known = {}

    def get(self, name):
        if name not in self.known:
            self.known[name] = self._read(name)
        return self.known[name]

    def _read(self, name):
        if "\n" in name:
            return Balance.Standard.new_from_bytes(GLib.Bytes.new(name.encode()), "case")
        if name in self.replaced:
            path = name if name.endswith(".yaml") else f"data/standards/{name}.yaml"
            return Balance.Standard.new_from_bytes(GLib.Bytes.new(self.replaced[name].encode()),
                                                   os.path.join(SOURCE, path))
        if name.endswith(".yaml"):
            return Balance.Standard.new_from_file(os.path.join(SOURCE, name))
        return Balance.Standard.lookup(name)


class Subject:
    """What a path of a case names: one finding, or the conjunction over finer subjects."""

    def __init__(self, evaluation, path):
        try:
            self.findings = [evaluation.find(path)]
            self.single = True
        except GLib.Error:
            self.findings = list(self._finer(evaluation, path))
            self.single = False
            if not self.findings:
                raise

    @staticmethod
    def _finer(evaluation, path):
        census = evaluation.get_census()
        *where, requirement = path.split("/")
        schools, groups = [], []
        if where[:1] == ["schools"] and len(where) == 2:
            schools = [census.find_school(where[1], None)]
        elif where[:1] == ["districts"] and len(where) == 2 and census.find_district(where[1]):
            schools = list(census.find_district(where[1]).get_schools())
            groups = [g for g in evaluation.get_groups() if g.get_district_code() == where[1]]
        elif where == ["region"]:
            schools = list(census.get_schools())
            groups = list(evaluation.get_groups())
        paths = [f"districts/{g.get_district_code()}/{g.get_stage()}/{requirement}" for g in groups]
        for school in filter(None, schools):
            subject = f"districts/{school.get_district_code()}/schools/{school.get_code()}"
            paths.append(f"{subject}/{requirement}")
            paths += [f"{subject}/{section.get_stage()}/{requirement}" for section in school.get_sections()]
        if where == ["region"]:
            paths += [f"districts/{district.get_code()}/{requirement}" for district in census.get_districts()]
        for finer in paths:
            try:
                yield evaluation.find(finer)
            except GLib.Error:
                pass

    def observe(self, key):
        """What the library says for a key of the format."""
        if key in ("verdict", "strict_verdict"):
            return conjunction({nick(getattr(finding, f"get_{key}")()) for finding in self.findings})
        if not self.single:
            raise ValueError(f"“{key}” of several subjects")
        finding, = self.findings
        if key in ("value", "limit", "margin"):
            number = getattr(finding, f"get_{key}")()
            return None if math.isnan(number) else number
        if key == "grade":
            match = re.search("(?:^|; )grade: ([^;]*)", finding.get_reason("en") or "")
            return match and match[1]
        if key == "duty_years":
            concession = finding.get_concession()
            return concession and concession.get_duty_years()
        if key in ("duty_until", "concession_item", "worse"):
            concession = finding.get_concession()
            return concession and getattr(concession, f"get_{key.replace('concession_', '')}")()
        if key in ("value_without", "limit_without"):
            concession = finding.get_concession()
            number = getattr(concession, f"get_{key}")() if concession else math.nan
            return None if math.isnan(number) else number
        if key == "rounding_flip":
            return finding.get_rounding_flips()
        return getattr(finding, f"get_{key}")()


def _grade_titles(standard):
    """English titles of grades by id, from the text of the pack that a case names."""
    with open(os.path.join(SOURCE, standard), encoding="utf-8") as file:
        pack = load_yaml(file)
    titles = {}

    def walk(node):
        if isinstance(node, dict):
            for grade in node.get("grades", []):
                titles[grade["id"]] = grade["title"]["en"]
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(pack)
    return titles


def _read(reader, inputs):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, text in enumerate(inputs, 1):
            paths.append(os.path.join(folder, f"input{number}.csv"))
            with open(paths[-1], "w", encoding="utf-8", newline="") as file:
                file.write(text)
        return reader.read(paths, None, None)


def _check_finding(expected, evaluation, titles):
    unknown = set(expected) - KEYS
    if unknown:
        yield f"unknown keys {sorted(unknown)}"
    try:
        subject = Subject(evaluation, expected["path"])
    except GLib.Error as error:
        yield f"{expected['path']}: {error.message.splitlines()[0]}"
        return
    for key in sorted(KEYS & set(expected) - {"path", "within"}):
        wanted = expected[key]
        try:
            found = subject.observe(key)
        except ValueError as error:
            yield f"{expected['path']}: {error}"
            continue
        if key == "grade":
            wanted = titles()[wanted]
        if key in ("value", "limit", "margin", "value_without", "limit_without") and wanted is not None and found is not None:
            wanted = float(wanted)
            if key == "value" and abs(found - wanted) <= expected.get("within", 0.0):
                continue
        # -0.0 is no value that a form can hold, so == compares doubles bit for bit here
        if found != wanted:
            yield f"{expected['path']}: {key} is {found!r}, expected {wanted!r}"


def _check_input(case, imported):
    """Yields what is wrong with the problems that reading reported."""
    problems = list(imported.get_problems())
    found = [(problem.get_kind(), problem.get_row()) for problem in problems]
    for expected in case["expect"]:
        if "problem" in expected and not any(
                kind == expected["problem"] and row == expected.get("row", row) for kind, row in found):
            yield f"no problem {expected}; found {found}"
    if case["case"].startswith("refused-"):
        if imported.get_census() is not None:
            yield "the input is not refused"
        return
    if imported.get_census() is None:
        yield "the input is refused: " + "; ".join(problem.to_text("en") for problem in problems)
        return
    named = {expected.get("problem") for expected in case["expect"]}
    for problem in problems:
        if problem.get_severity() != Balance.Severity.NOTE and problem.get_kind() not in named:
            yield f"a problem that the case does not name: {problem.to_text('en')}"


def _check_evaluation(case, standard, census):
    options = [f"{key}={value}" for key, value in case.get("options", {}).items()]
    concessions = getattr(Balance.Concessions, case.get("concessions", "auto").upper())
    evaluator = Balance.Evaluator.new_full(standard, case["as_of"], concessions, None, options or None, 1)
    try:
        evaluation = evaluator.evaluate(census, None, None)
    except GLib.Error as error:
        yield f"not evaluated: {error.message}"
        return
    if "verdict" in case and nick(evaluation.get_verdict()) != case["verdict"]:
        yield f"the verdict is {nick(evaluation.get_verdict())}, expected {case['verdict']}"
    titles = {}

    def grade_titles():
        return titles or titles.update(_grade_titles(case["standard"])) or titles

    for expected in case["expect"]:
        if "path" in expected:
            yield from _check_finding(expected, evaluation, grade_titles)


def run(case, standards, imports=None):
    """Yields a line for each expectation of the case that does not come out.

    With a dictionary `imports`, the input of each case is read only once."""
    imports = {} if imports is None else imports
    try:
        standard = standards.get(case["standard"])
    except GLib.Error as error:
        yield f"the standard is refused: {error.message}"
        return
    if case["case"] not in imports:
        inputs = case["input"] if isinstance(case["input"], list) else [case["input"]]
        imports[case["case"]] = _read(Balance.Reader.new(standard.get_dictionary(), None, False), inputs)
    imported = imports[case["case"]]
    yield from _check_input(case, imported)
    if imported.get_census() is not None:
        yield from _check_evaluation(case, standard, imported.get_census())
