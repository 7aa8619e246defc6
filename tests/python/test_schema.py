# SPDX-License-Identifier: LGPL-2.1-or-later
"""The schemas that editors use: they take every shipped file, know the keys that the readers know, and refuse what the
library refuses."""

import copy
import glob
import json
import os
import pathlib
import re
import unittest

import gi
import jsonschema
import yaml

gi.require_version("Balance", "1.0")
from gi.repository import Balance, GLib

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
SCHEMAS = pathlib.Path(SOURCE, "data", "schema").resolve()


class Loader(yaml.SafeLoader):
    """What editors see: the core schema of YAML 1.2, in which “on” is a text and a date as well."""

    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


for tag, pattern, first in (
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
        ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
        ("int", r"[-+]?[0-9]+", list("-+0123456789")),
        ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789"))):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)
Loader.add_constructor("tag:yaml.org,2002:map", Loader.construct_mapping)


def load(text):
    return yaml.load(text, Loader)


def read(*path):
    return pathlib.Path(SOURCE, *path).read_text(encoding="utf-8")


def schema(name):
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))


def validator(name):
    own = schema(name)
    resolver = jsonschema.RefResolver((SCHEMAS / f"{name}.schema.json").as_uri(), own)
    return jsonschema.Draft202012Validator(own, resolver=resolver)


class Dumper(yaml.SafeDumper):
    """Nothing is written as nothing: to the readers “null” is a text."""


Dumper.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", ""))


def dump(tree):
    return yaml.dump(tree, Dumper=Dumper, allow_unicode=True)


def faults(name, tree):
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in validator(name).iter_errors(tree)]


def errors(check, text, name):
    """What the library says, as texts."""
    problems = check(GLib.Bytes.new(text.encode()), name)
    return [problem.get_message("en") for problem in problems
            if problem.get_severity() == Balance.Severity.ERROR]


class ShippedFiles(unittest.TestCase):
    def check(self, name, paths):
        self.assertTrue(paths)
        for path in paths:
            with self.subTest(path):
                self.assertEqual(faults(name, load(read(path))), [])

    def test_schemas(self):
        for name in ("pack", "dictionary", "map", "checks", "costs", "scenario"):
            with self.subTest(name):
                jsonschema.Draft202012Validator.check_schema(schema(name))

    def test_standards(self):
        self.check("pack", sorted(glob.glob(os.path.join(SOURCE, "data", "standards", "*.yaml"))))

    def test_examples(self):
        paths = sorted(glob.glob(os.path.join(SOURCE, "examples", "packs", "*.yaml")))
        self.check("pack", [path for path in paths if not path.endswith(".map.yaml")])
        self.check("map", [path for path in paths if path.endswith(".map.yaml")])

    def test_dictionary(self):
        self.check("dictionary", ["data/fields.yaml"])
        self.assertEqual(faults("dictionary", load(read("data", "fields.yaml")) | load(read("data", "words.yaml"))), [])

    def test_scenarios(self):
        self.check("scenario", ["data/bundles.yaml"])
        self.check("scenario", sorted(glob.glob(os.path.join(SOURCE, "examples", "scenarios", "*.yaml"))))

    def test_costs(self):
        self.check("costs", sorted(glob.glob(os.path.join(SOURCE, "data", "costs", "*.yaml"))))

    def test_checks(self):
        self.check("checks", sorted(glob.glob(os.path.join(SOURCE, "data", "checks", "*.yaml"))))
        self.check("checks", sorted(glob.glob(os.path.join(SOURCE, "examples", "checks", "*.yaml"))))


def arrays(*path):
    """The constant lists of texts in a source file, by the function that they stand in ('' before the first) and name."""
    found, function = {}, ""
    pattern = re.compile(r"^(\w+) \(.*|static const char \*const (\w+)\[\] = \{([^}]*)\}", re.M)
    text = read("lib", *path)
    for match in pattern.finditer(text):
        if match[1]:
            function = match[1]
        else:
            # at the margin it belongs to the file, not to the function before it
            found["" if match.start() == 0 or text[match.start() - 1] == "\n" else function, match[2]] = set(re.findall(r'"([^"]*)"', match[3]))
    return found


class SameKeys(unittest.TestCase):
    """A key that is added to a reader and not to the schema, or the reverse, is noticed here."""

    def setUp(self):
        self.pack, self.dictionary, self.map = schema("pack"), schema("dictionary"), schema("map")

    def compare(self, found, expected):
        self.assertEqual(set(found), set(expected))
        for place, names in expected.items():
            with self.subTest(place):
                self.assertEqual(found[place], set(names))

    def test_pack(self):
        kinds = self.pack["$defs"]

        def keys(kind):
            return kinds[kind]["properties"]

        found = {}
        for name in ("read", "items", "rules", "values"):
            found.update(arrays("standard", f"balance-pack-{name}.c"))
        self.compare(found, {
            ("read_root", "keys"): keys("standard"),
            ("read_split", "keys"): keys("standard")["split"]["properties"],
            ("balance_pack_reader_read_limit", "keys"): keys("datedLimit"),
            ("balance_pack_reader_read_options", "keys"): keys("optionKeys"),
            ("balance_pack_reader_read_indicators", "keys"): keys("indicatorKeys"),
            ("read_rule", "keys"): keys("requirementKeys"),
            ("read_selection", "keys"): keys("selection"),
            ("read_grades", "keys"): keys("grade"),
            ("read_grades", "cap_keys"): keys("cap"),
            ("balance_pack_reader_read_concessions", "keys"): keys("concessionKeys"),
            ("read_concession_items", "keys"): keys("concessionItemKeys"),
            ("balance_pack_reader_read_level", "names"): kinds["level"]["enum"],
        })

    def test_extension(self):
        found = arrays("standard", "balance-pack-merge.c")
        keys = found["", "sections"] | found["apply", "plain"] | {"extends", "change", "remove"}
        self.assertEqual(set(self.pack["$defs"]["extension"]["properties"]), keys - {"checks", "rules"})
        self.assertEqual(set(schema("checks")["$defs"]["extension"]["properties"]), keys - {"pack", "requirements", "concessions"})

    def test_checks(self):
        kinds = schema("checks")["$defs"]
        found = arrays("audit", "balance-check-read.c")
        self.assertEqual(found["read_root", "keys"], set(kinds["set"]["properties"]))
        self.assertEqual(found["read_rule", "keys"], set(kinds["rule"]["properties"]))
        source = read("lib", "audit", "balance-check-read.c")
        for match in re.finditer(r'\{ "(\w+)", BALANCE_CHECK_\w+, \{ ([^}]*)NULL \}', source):
            with self.subTest(match[1]):
                own = kinds["rule"]["properties"][match[1]]
                self.assertEqual(set(re.findall(r'"(\w+)"', match[2])), set(own.get("properties", {})))

    def test_dictionary(self):
        kinds = self.dictionary["$defs"]
        self.compare(arrays("census", "balance-dictionary-read.c"), {
            ("balance_dictionary_read_file", "keys"): self.dictionary["properties"],
            ("read_unit", "keys"): kinds["unit"]["properties"],
            ("read_field", "keys"): kinds["fieldKeys"]["properties"],
            ("read_choice", "keys"): kinds["choice"]["properties"],
            ("read_stage", "keys"): kinds["stage"]["properties"],
            ("is_valid_id", "reserved"): kinds["id"]["not"]["enum"],
        })
        self.assertEqual(arrays("base", "balance-yaml-access.c")["balance_yaml_get_text", "languages"],
                         set(kinds["title"]["properties"]))

    def test_words_of_tables(self):
        words = self.dictionary["$defs"]["words"]["properties"]
        source = read("lib", "census", "balance-words.c")
        uses = set(words) - {"without"}
        self.assertEqual(set(re.findall(r'\[BALANCE_WORDS_\w+\] = "(\w+)"', source)), uses)
        self.assertEqual(set(load(read("data", "words.yaml"))["words"]), uses)
        self.assertEqual(set(words["without"]["properties"]), uses)

    def test_map(self):
        self.compare(arrays("io", "balance-map.c"), {("read_map", "keys"): self.map["properties"]})

    def test_scenarios(self):
        own = schema("scenario")
        kinds = own["$defs"]
        actions = kinds["action"]["properties"]
        expected = {("", f"{name}_keys"): action["properties"] for name, action in actions.items()}
        expected["", "give_keys"] = actions["close"]["properties"]["give"]["items"]["properties"]
        expected["check_value", "roundings"] = actions["grow"]["properties"]["rounding"]["enum"]
        self.compare(arrays("planning", "balance-action.c"), expected)
        self.compare(arrays("planning", "balance-proposal.c"), {
            ("read_proposal", "proposal_keys"): kinds["proposal"]["properties"],
            ("read_root", "file_keys"): own["properties"],
        })
        self.compare(arrays("planning", "balance-bundles.c"), {("read_list", "bundle_keys"): kinds["bundles"]["items"]["properties"]})

    def test_words(self):
        words = arrays("formula", "balance-expression.c")["", "keywords"]
        self.assertEqual(set(self.pack["$defs"]["id"]["not"]["enum"]), words | {"as_of", "points"})


PACK = """
pack: schema-example
uses: {basic: cn-2012-basic}
title: {zh: 示例, en: Example}
reference: 示例办法
effective: 2024-01-01
stages: [primary, {id: adult, title: {zh: 成人, en: Adult}}]
scope: kind == 'primary' or kind == 'junior'
weight: pupils
split: {fields: [books], weights: {primary: 1, junior: 1.1}, by: pupils}
options:
- {id: reading, title: {zh: 读法, en: Reading}, values: [wide, narrow], default: wide}
fields:
- {id: reading_hour, level: school, type: flag, title: {zh: 有阅读课, en: Reading hour}}
- {id: shelf, level: school, type: choice, values: {open: {zh: 开架, en: Open, code: 1}, closed: 闭架}, title: {zh: 借阅方式, en: Shelf}}
- {id: stacks, level: school, type: count, unit: room, min: 0, max: 99, title: {zh: 书库数, en: Stacks}}
indicators:
- {id: I1, title: {zh: 生均图书, en: Books per pupil}, unit: book/pupil, decimals: 2, value: books / pupils, at_least: {primary: 20, adult: 10}}
- {id: I2, title: {zh: 生师比, en: Pupils per teacher}, unit: pupil/teacher, value: pupils / teachers, at_most: [{from: 2020-01-01, is: 21}, {from: 2025-01-01, is: 19}]}
requirements:
- id: Q1
  title: {zh: 学校, en: Schools}
  each: section
  need: 1
  floor: 85%
  of:
  - I1
  - {id: Q1a, title: {zh: 阅读课, en: Reading hours}, value: "if reading == 'wide' then reading_hour else shelf == 'open'"}
- {id: Q2, title: {zh: 差异, en: Dispersion}, each: stage, measure: cv, combine: mean, of: [I1], at_most: 0.50, binding: false}
- {id: Q3, title: {zh: 评选, en: Selection}, each: school, select: {best: 3, within: district, by: [stacks]}}
- id: Q4
  title: {zh: 评分, en: Score}
  each: region
  points: 10
  of:
  - {id: Q4a, title: {zh: 书库, en: Stacks}, points: 10, score: points - 1 point * count(reading_hour over schools), value: count(reading_hour over schools), at_least: 1, veto: true}
  grades: [{id: good, title: {zh: 好, en: Good}, at_least: 8}, {id: poor, title: {zh: 差, en: Poor}}]
  met_from: good
  caps: [{when: count(reading_hour over schools) > 5, lower: 1, title: {zh: 降等, en: Lower}}]
concessions:
- id: C1
  title: {zh: 放宽, en: Relaxed}
  reference: 示例办法第9条
  from: 2020-01-01
  until: 2030-12-31
  duty_years: 3
  items:
  - {id: C1a, title: {zh: 图书, en: Books}, 'on': I1, when: founded_year <= 2016, at_least: {primary: 15, adult: 8}}
"""

EXTENSION = """
pack: schema-extension
extends: cn-2017-quality
title: {zh: 示例, en: Example}
reference: 示例
effective: 2024-01-01
change:
- {id: R4, at_least: {primary: 4.8}}
remove: [G4_vocational]
"""

MAP = """
map: schema-map
columns: {district_code: code, school_code: id, stage: stage, pupils.primary: n}
values: {kind: {P: primary, X: }}
derive: {teachers: posts / 2}
skip: missing(code)
words: {note: 审阅人, prefix: ['※']}
ignore: ['*']
"""

DICTIONARY = """
units:
- {id: room, title: {zh: 间, en: rooms}, multiples: {十间: 10}}
fields:
- {id: year, level: region, type: year, title: 年度}
- {id: district_code, level: district, type: text, title: 区县代码}
- {id: district_name, level: district, type: text, title: 区县名称}
- {id: school_code, level: school, type: text, title: 学校代码}
- {id: school_name, level: school, type: text, title: 学校名称}
- {id: stage, level: section, type: choice, title: 学段, values: {primary: 小学, junior: 初中}}
- {id: kind, level: school, type: choice, title: 学校类型, values: {primary: {zh: 小学, code: 1, stages: [primary]}}}
- {id: rooms, level: school, type: count, unit: room, min: 1, title: {zh: 教室, en: Rooms}}
words: {total: [总人数], span: ['/']}
"""

GONE = object()


def mutations(*table):
    """(path, value) pairs: GONE takes the key away, a key that is not there is added."""
    for path, value in table:
        yield f"{path} = {'gone' if value is GONE else value}", path.split("/"), value


def mutate(tree, path, value):
    tree = copy.deepcopy(tree)
    node = tree
    for step in path[:-1]:
        node = node[int(step) if isinstance(node, list) else step]
    last = int(path[-1]) if isinstance(node, list) else path[-1]
    if value is GONE:
        del node[last]
    else:
        node[last] = value
    return tree


class Refused(unittest.TestCase):
    def both_refuse(self, name, check, text, table):
        tree = load(text)
        self.assertEqual(faults(name, tree), [])
        self.assertEqual(errors(check, text, "schema-example.yaml"), [])

        for what, path, value in mutations(*table):
            with self.subTest(what):
                wrong = mutate(tree, path, value)
                self.assertNotEqual(faults(name, wrong), [], "the schema takes it")
                self.assertNotEqual(errors(check, dump(wrong), "schema-example.yaml"), [],
                                    "the library takes it")

    def test_pack(self):
        self.both_refuse("pack", Balance.Standard.check, PACK, [
            # unknown keys, one of each kind of mapping
            ("colour", "red"),
            ("extend", "cn-2012-basic"),
            ("change", []),
            ("title/fr", "Exemple"),
            ("stages/1/kind", "primary"),
            ("split/weight", {"primary": 1}),
            ("options/0/value", "wide"),
            ("fields/0/formula", "1"),
            ("fields/1/values/open/abbreviation", "o"),
            ("indicators/0/limit", 20),
            ("indicators/1/at_most/0/until", "2024-12-31"),
            ("requirements/0/level", "section"),
            ("requirements/0/of/1/values", "x"),
            ("requirements/2/select/ties", "all"),
            ("requirements/3/grades/0/value", 8),
            ("requirements/3/caps/0/id", "K1"),
            ("concessions/0/effective", "2020-01-01"),
            ("concessions/0/items/0/scope", "true"),
            # what must be there
            ("pack", GONE),
            ("stages", GONE),
            ("requirements", GONE),
            ("split/weights", GONE),
            ("split/fields", GONE),
            ("stages/1/id", GONE),
            ("stages/1/title", GONE),
            ("options/0/id", GONE),
            ("options/0/values", GONE),
            ("options/0/default", GONE),
            ("fields/0/id", GONE),
            ("fields/0/level", GONE),
            ("fields/0/type", GONE),
            ("fields/0/title", GONE),
            ("fields/1/values", GONE),
            ("indicators/0/id", GONE),
            ("indicators/0/value", GONE),
            ("indicators/1/at_most/1/is", GONE),
            ("indicators/1/at_most/1/from", GONE),
            ("requirements/0/id", GONE),
            ("requirements/0/of", GONE),
            ("requirements/0/of/1/value", GONE),
            ("requirements/1/of", GONE),
            ("requirements/2/select/best", GONE),
            ("requirements/2/select/by", GONE),
            ("requirements/3/grades/0/id", GONE),
            ("requirements/3/met_from", GONE),
            ("requirements/3/grades", GONE),
            ("requirements/3/of/0/points", GONE),
            ("requirements/3/caps/0/when", GONE),
            ("requirements/3/caps/0/lower", GONE),
            ("concessions/0/id", GONE),
            ("concessions/0/items/0/id", GONE),
            ("concessions/0/items/0/on", GONE),
            ("concessions/0/items/0/at_least", GONE),
            # nothing behind the key
            ("pack", None),
            ("reference", None),
            ("title/zh", None),
            ("indicators/0/value", None),
            ("requirements/0/need", None),
            # wrong types
            ("pack", ["schema-example"]),
            ("title", ["示例"]),
            ("reference", {"zh": "示例办法"}),
            ("effective", "2024"),
            ("effective", "2024-13-01"),
            ("stages", "primary"),
            ("stages", []),
            ("stages/0", ["primary"]),
            ("weight", ["pupils"]),
            ("scope", {"primary": "pupils > 0"}),
            ("uses", ["cn-2012-basic"]),
            ("uses/basic", ["cn-2012-basic"]),
            ("split", ["books"]),
            ("split/weights", [1, 1.1]),
            ("split/weights/primary", "half"),
            ("split/weights/primary", -1),
            ("split/by", ["pupils"]),
            ("options", {"reading": ["wide"]}),
            ("options/0", "reading"),
            ("fields", {"reading_hour": "flag"}),
            ("fields/0/level", "town"),
            ("fields/0/type", "boolean"),
            ("fields/0/unit", "room"),
            ("fields/0/values", ["a", "b"]),
            ("fields/1/values", []),
            ("fields/1/values/open/code", "first"),
            ("fields/1/values/open/stages", ["primary"]),
            ("fields/1/min", 0),
            ("fields/2/min", "none"),
            ("fields/2/max", 99.5),
            ("indicators", "I1"),
            ("indicators/0", "I1"),
            ("indicators/0/id", "I 1"),
            ("indicators/0/id", "where"),
            ("indicators/0/level", "county"),
            ("indicators/0/decimals", 10),
            ("indicators/0/decimals", "two"),
            ("indicators/0/value", []),
            ("indicators/0/value", {}),
            ("indicators/0/at_least", []),
            ("indicators/0/at_least", [20]),
            ("indicators/0/at_least/primary", [20]),
            ("indicators/1/at_most/0/from", "2020-1-1"),
            ("requirements", []),
            ("requirements/0", "I1"),
            ("requirements/0/each", "teacher"),
            ("requirements/0/stages", "primary"),
            ("requirements/0/from", "tomorrow"),
            ("requirements/0/need", -1),
            ("requirements/0/need", 1.5),
            ("requirements/0/floor", "0%"),
            ("requirements/0/floor", 1.01),
            ("requirements/0/floor", "most"),
            ("requirements/0/rescale", "maybe"),
            ("requirements/0/veto", "maybe"),
            ("requirements/0/points", -1),
            ("requirements/0/of", []),
            ("requirements/0/of", "I1"),
            ("requirements/0/of/0", ["I1"]),
            ("requirements/1/binding", 0),
            ("requirements/1/measure", "gini"),
            ("requirements/1/combine", "max"),
            ("requirements/1/each", "section"),
            ("requirements/1/of", ["I1", "I1"]),
            ("requirements/2/select", "best"),
            ("requirements/2/select/best", 0),
            ("requirements/2/select/within", "stage"),
            ("requirements/2/select/by", []),
            ("requirements/2/select/by", "stacks"),
            ("requirements/3/grades", "good"),
            ("requirements/3/grades/0/at_least", "many"),
            ("requirements/3/caps/0/lower", 0),
            ("concessions/0/duty_years", 0),
            ("concessions/0/items", "I1"),
            # one or the other
            ("indicators/0/at_most", 40),
            ("requirements/1/below", 0.65),
            ("concessions/0/items/0/above", 12),
            ("requirements/0/value", "reading_hour"),
            ("requirements/2/of", ["I1"]),
            ("requirements/2/at_least", 1),
            ("requirements/0/combine", "mean"),
            ("requirements/1/need", 1),
            ("requirements/0/met_from", "good"),
            ("requirements/0/of/1/floor", "85%"),
            ("requirements/0/of/1/score", "points"),
            ("requirements/3/caps/0/at_most", "poor"),
        ])

    def test_extension(self):
        self.both_refuse("pack", Balance.Standard.check, EXTENSION, [
            ("stages", ["primary"]),
            ("weight", "pupils"),
            ("uses", {"basic": "cn-2012-basic"}),
            ("note", "x"),
            ("extends", None),
            ("extends", ["cn-2017-quality"]),
            ("change", {"R4": 5}),
            ("change/0", "R4"),
            ("change/0/id", GONE),
            ("change/0/limit", 5),
            ("change/0/at_least/primary", ["4.8"]),
            ("change/0/decimals", "two"),
            ("remove", "G4_vocational"),
            ("remove/0", {"id": "G4_vocational"}),
        ])

    def test_map(self):
        self.both_refuse("map", Balance.Map.check, MAP, [
            ("map", GONE),
            ("map", None),
            ("column", {"pupils": "n"}),
            ("columns", ["pupils"]),
            ("columns/pupils.primary", ["n"]),
            ("columns/pupils.primary", None),
            ("columns/pupils number", "n"),
            ("values", ["kind"]),
            ("values/kind", "primary"),
            ("values/kind/P", ["primary"]),
            ("derive/teachers", {"primary": "1"}),
            ("skip", ["missing(code)"]),
            ("stages", "primary"),
            ("fields", [{"id": "x", "level": "school", "type": "flag"}]),
            ("ignore", {"a": "b"}),
        ])

    def test_dictionary(self):
        self.both_refuse("dictionary", Balance.Dictionary.check, DICTIONARY, [
            ("fields", GONE),
            ("fields", {"rooms": "count"}),
            ("field", []),
            ("units", {"room": "间"}),
            ("units/0", "room"),
            ("units/0/id", GONE),
            ("units/0/id", "2"),
            ("units/0/title", GONE),
            ("units/0/factor", 10),
            ("units/0/multiples", ["十间"]),
            ("units/0/multiples/十间", 0),
            ("units/0/multiples/十间", "ten"),
            ("fields/7/value", "1"),
            ("fields/7/level", "stage"),
            ("fields/7/titel", "教室"),
            ("fields/7/min", 0.5),
            ("fields/6/values/primary/code", -1),
            ("fields/6/values/primary/holds", ["junior"]),
            ("fields/5/values/primary", {"aliases": ["小学"]}),
        ])


if __name__ == "__main__":
    unittest.main()
