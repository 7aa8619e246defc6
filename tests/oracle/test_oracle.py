#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The oracle itself, on figures that were worked out elsewhere."""

import os
import tempfile
import unittest
from fractions import Fraction as F

import oracle
from oracle import INF, Num, Text, dispersion

HERE = os.path.dirname(os.path.abspath(__file__))
DICTIONARY = os.environ.get('ORACLE_DICTIONARY') or os.path.join(HERE, '..', '..', 'data', 'fields.yaml')

HEAD = '''
pack: case
title: {zh: 例, en: case}
reference: test
effective: 2012-01-20
stages: [primary, junior]
weight: pupils
split: {fields: [books, teaching_area], weights: {primary: 1, junior: 1.1, senior: 1.32}, by: pupils}
'''


def judge(body, rows, as_of='2024-09-01', **kw):
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, 'case.yaml')
        with open(path, 'w', encoding='utf-8') as f:
            f.write(HEAD + body)
        return oracle.evaluate(DICTIONARY, path, rows, as_of, **kw)


def section(school, stage, **cells):
    return {'district_code': '1', 'school_code': school, 'stage': stage, **{k: str(v) for k, v in cells.items()}}


BOOKS = '''
indicators:
- {id: B, unit: book/pupil, value: books / pupils, at_least: 5, title: {zh: 书, en: books}}
requirements:
- {id: spread, each: stage, measure: cv, of: [B], at_most: 0.50, title: {zh: 差异, en: spread}}
'''
OFFICIAL = list(zip((45, 37, 89, 76, 55), (279, 137, 935, 160, 402)))


def official():
    return [section(str(i), 'primary', pupils=p, books=b) for i, (p, b) in enumerate(OFFICIAL)]


class Published(unittest.TestCase):
    def test_five_schools(self):
        d = judge(BOOKS, official())['districts'][0]
        g = d['groups'][0]['indicators'][0]
        self.assertEqual(g['cv'], 0.5152566298844764)
        self.assertEqual(g['verdict'], 'unmet')
        exact = dispersion([(True, Num(F(p)), Num(F(b, p))) for p, b in OFFICIAL])
        self.assertEqual(exact.square, F(3343375367537, 12593253949265))

    def test_split(self):
        row = {'district_code': '1', 'school_code': 'a', 'pupils.primary': '166', 'pupils.junior': '210', 'books': '23226'}
        s = judge(BOOKS, [row])['districts'][0]['sections']
        self.assertEqual([x['stage'] for x in s], ['primary', 'junior'])
        self.assertEqual(s[0]['values']['B'], float(F(23226) / (166 + F('1.1') * 210)))
        self.assertAlmostEqual(s[0]['values']['B'] * 166, 9711.63, 2)
        self.assertAlmostEqual(s[1]['values']['B'] * 210, 13514.37, 2)

    def test_senior_takes_its_part(self):
        row = {'district_code': '1', 'school_code': 'a', 'pupils.junior': '100', 'pupils.senior': '50', 'books': '1000'}
        s = judge(BOOKS, [row])['districts'][0]['sections']
        self.assertEqual(len(s), 1)
        self.assertEqual(s[0]['values']['B'], float(1000 * F('1.1') / (110 + 66)))

    def test_own_parts_stay(self):
        rows = [section('a', 'primary', pupils=10, books=30), section('a', 'junior', pupils=10, books=70)]
        s = judge(BOOKS, rows)['districts'][0]['sections']
        self.assertEqual([x['values']['B'] for x in s], [3.0, 7.0])


class Spread(unittest.TestCase):
    def verdict(self, rows):
        g = judge(BOOKS, rows)['districts'][0]['groups'][0]['indicators'][0]
        return g['verdict'], g['cv']

    def two(self, a, b, p=100):
        return [section('a', 'primary', pupils=p, books=a), section('b', 'primary', pupils=p, books=b)]

    def test_limit(self):
        self.assertEqual(self.verdict(self.two(500, 1500)), ('met', 0.5))
        self.assertEqual(self.verdict(self.two(499, 1500))[0], 'unmet')

    def test_zero_and_single(self):
        self.assertEqual(self.verdict(self.two(0, 0)), ('met', None))
        self.assertEqual(self.verdict(self.two(7, 9)[:1]), ('met', 0.0))
        self.assertEqual(self.verdict(self.two(7, 9, p=0)), ('not_applicable', None))

    def test_missing(self):
        rows = official()
        rows[2]['books'] = ''
        self.assertEqual(self.verdict(rows), ('undetermined', None))
        # 90 of 100 pupils are known to differ too much whatever the rest is
        rows = [section('a', 'primary', pupils=45, books=0), section('b', 'primary', pupils=45, books=900),
                section('c', 'primary', pupils=10, books='')]
        self.assertEqual(self.verdict(rows), ('unmet', None))
        # W / min p - 1 = 1/9 at most for a group of one large and no other section
        rows = [section('a', 'primary', pupils=45, books='')]
        self.assertEqual(self.verdict(rows), ('met', None))
        rows = official()
        rows[0]['pupils'] = ''
        self.assertEqual(self.verdict(rows), ('undetermined', None))


class KofN(unittest.TestCase):
    BODY = '''
indicators:
- {id: A, unit: teacher, value: 100 pupil * teachers / pupils, at_least: 10, title: {zh: 甲, en: a}}
- {id: B, unit: teacher, value: 100 pupil * staff / pupils, at_least: 20, title: {zh: 乙, en: b}}
- {id: C, unit: pupil/class, value: pupils / classes, at_most: 17, title: {zh: 丙, en: c}}
requirements:
- {id: k, each: section, of: [A, B, C], need: 2, floor: 85%, title: {zh: 三项达二, en: two of three}}
'''

    def verdict(self, **cells):
        d = judge(self.BODY, [section('a', 'primary', **cells)])['districts'][0]
        return d['verdict'], d['sections'][0]['at_floor'], d['sections'][0]['undetermined']

    def test_all(self):
        self.assertEqual(self.verdict(pupils=340, teachers=34, staff=68, classes=20), ('met', [], []))
        self.assertEqual(self.verdict(pupils=400, teachers=34, staff=80, classes=24), ('met', ['A'], []))
        self.assertEqual(self.verdict(pupils=400, teachers=33, staff=80, classes=24), ('unmet', [], []))
        # the floor of at_most 17 at 85 % is exactly 20
        self.assertEqual(self.verdict(pupils=400, teachers=40, staff=80, classes=20), ('met', ['C'], []))
        self.assertEqual(self.verdict(pupils=400, teachers=40, staff=80, classes=19), ('unmet', [], []))
        self.assertEqual(self.verdict(pupils=400, teachers=40, staff='', classes=24), ('undetermined', [], ['B']))
        self.assertEqual(self.verdict(pupils=400, teachers=34, staff=68, classes=24), ('unmet', ['A', 'B'], []))
        self.assertEqual(self.verdict(pupils=0, teachers=34, staff=68, classes=24)[0], 'undetermined')


class Formulas(unittest.TestCase):
    def value(self, text, **cells):
        p = oracle.Parser(text, {'pupil': F(1), 'class': F(1)}).whole()
        ev = oracle.Evaluator.__new__(oracle.Evaluator)
        ev.name = lambda name, row: cells[name]
        return ev.eval(p, None, [])

    def test_arithmetic(self):
        for text, lo, hi in (('1 + 2 * 3', 7, 7), ('85% * 100 pupil', 85, 85), ('-2 * x', -INF, -2),
                             ('1 / x', 0, 1), ('1 / (x - 2)', -INF, INF), ('min(x, 5)', 1, 5), ('ceil(7 / 2)', 4, 4),
                             ('round(5 / 2)', 3, 3), ('abs(x - 3)', 0, INF), ('if x > 0 then 1 else 2', 1, 1),
                             ('if x > 3 then 1 else 2', 1, 2), ('0 * x', 0, 0), ('max(x, 2) - 1', 1, INF)):
            v = self.value(text, x=Num(F(1), INF))
            self.assertEqual((v.lo, v.hi), (lo, hi), text)
        self.assertTrue(self.value('1 / 0').undef)

    def test_logic(self):
        for text, v in (("k in ['a', 'b'] and not (k == 'b')", True), ("k not in ['a']", False),
                        ("m == 'a' or k == 'a'", True), ("m == 'a' and k == 'a'", None), ('missing(m)', True)):
            self.assertIs(self.value(text, k=Text('a'), m=Text(None)).v, v, text)


class Rules(unittest.TestCase):
    def district(self, body, rows, **kw):
        return judge(body, rows, **kw)['districts'][0]

    def test_dated_limit_and_when(self):
        body = '''
requirements:
- {id: r, unit: pupil, value: sum(pupils), at_least: [{from: 2020-01-01, is: 10}, {from: 2025-01-01, is: 20}], title: {zh: 甲, en: a}}
'''
        rows = [section('a', 'primary', pupils=15)]
        self.assertEqual(self.district(body, rows, as_of='2024-12-31')['verdict'], 'met')
        self.assertEqual(self.district(body, rows, as_of='2025-01-01')['verdict'], 'unmet')

    def test_score_and_veto(self):
        body = '''
requirements:
- id: g
  at_least: 60
  title: {zh: 甲, en: a}
  of:
  - {id: a, points: 60, value: layout_sound, title: {zh: 甲, en: a}}
  - {id: b, points: 40, value: standards_unified, title: {zh: 甲, en: a}}
  - {id: v, veto: true, value: not event_fraud, title: {zh: 甲, en: a}}
'''
        row = section('a', 'primary', pupils=15)
        for a, b, v, out in (('yes', '', 'no', 'met'), ('no', '', 'no', 'unmet'), ('', 'yes', 'no', 'undetermined'),
                             ('yes', 'yes', 'yes', 'unmet'), ('yes', 'yes', '', 'undetermined')):
            row.update(layout_sound=a, standards_unified=b, event_fraud=v)
            self.assertEqual(self.district(body, [row])['verdict'], out, (a, b, v))

    def test_concession(self):
        body = '''
requirements:
- {id: size, each: school, unit: pupil, value: sum(pupils), at_most: 2000, title: {zh: 甲, en: a}}
concessions:
- id: c
  title: {zh: 甲, en: a}
  from: 2019-01-01
  until: 2022-12-31
  items: [{id: old, on: size, when: built_by_2010, at_most: 2400, title: {zh: 甲, en: a}}]
'''
        row = section('a', 'primary', pupils=2200, built_by_2010='yes')
        self.assertEqual(self.district(body, [row], as_of='2021-01-01')['verdict'], 'met')
        self.assertEqual(self.district(body, [row], as_of='2023-01-01')['verdict'], 'unmet')
        self.assertEqual(self.district(body, [row], as_of='2023-01-01', concessions='on')['verdict'], 'met')
        row['built_by_2010'] = ''
        self.assertEqual(self.district(body, [row], as_of='2021-01-01')['verdict'], 'undetermined')
        row['pupils'] = '2401'
        self.assertEqual(self.district(body, [row], as_of='2021-01-01')['verdict'], 'unmet')

    def test_header_names(self):
        d = oracle.Dictionary(DICTIONARY)
        h = oracle.Headers(d, d.fields)
        for head, want in (('教学仪器设备资产值（万元）', ('equipment_value', 10000)), ('小学在校生数', ('pupils.primary', 1)),
                           ('pupils.junior', ('pupils.junior', 1)), ('学段', ('stage', 1)), ('没有的', (None, 1))):
            self.assertEqual(h.read(head), want)

    def test_extends(self):
        child = '''
pack: child
extends: case
title: {zh: 例, en: child}
reference: test
effective: 2020-01-01
change:
- {id: B, at_least: {junior: 4}, reference: x}
- {id: spread, at_most: 0.6}
remove: [size]
requirements:
- {id: more, under: all, each: section, value: pupils > 0, title: {zh: 甲, en: a}}
'''
        parent = '''
indicators:
- {id: B, unit: book/pupil, value: books / pupils, at_least: {primary: 5, junior: 9}, title: {zh: 书, en: books}}
requirements:
- id: all
  title: {zh: 甲, en: a}
  of:
  - {id: spread, each: stage, measure: cv, of: [B], at_most: 0.50, title: {zh: 差异, en: spread}}
  - {id: level, each: section, of: [B], title: {zh: 甲, en: a}}
  - {id: size, each: school, unit: pupil, value: sum(pupils), at_most: 1, title: {zh: 甲, en: a}}
'''
        rows = [section('a', 'junior', pupils=100, books=400), section('b', 'junior', pupils=100, books=1500)]
        with tempfile.TemporaryDirectory() as d:
            for name, text in (('case', HEAD + parent), ('child', child)):
                with open(os.path.join(d, name + '.yaml'), 'w', encoding='utf-8') as f:
                    f.write(text)
            r = oracle.evaluate(DICTIONARY, os.path.join(d, 'child.yaml'), rows, '2024-01-01')
            self.assertEqual(r['verdict'], 'met')
            ids = [c['id'] for c in r['districts'][0]['requirements'][0]['children']]
            self.assertEqual(ids, ['spread', 'level', 'more'])
            r = oracle.evaluate(DICTIONARY, os.path.join(d, 'case.yaml'), rows, '2024-01-01')
            self.assertEqual(r['verdict'], 'unmet')


if __name__ == '__main__':
    unittest.main()
