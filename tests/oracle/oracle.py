#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A second evaluator of rule packs, in exact fractions.

It was written from the pack format and the rules alone, without the C code,
so that a misreading in one of the two shows as a difference.  It is slow and
plain on purpose: every number is an interval of fractions, a missing number is
the interval of its dictionary bounds, a flag is true, false or unknown.

    oracle.py --dictionary F --pack F --csv F [--as-of D] [--set K=V] --json
"""

import argparse
import copy
import csv
import datetime
import json
import math
import os
import re
import sys
from fractions import Fraction

import yaml

INF = float('inf')
MET, UNMET, OPEN, NA = 'met', 'unmet', 'undetermined', 'not_applicable'
LIMITS = ('at_least', 'at_most', 'above', 'below')
LEVELS = {'sections': 'section', 'schools': 'school', 'stages': 'stage',
          'districts': 'district'}
ABOVE = {'section': ('section', 'school', 'stage', 'district', 'region'),
         'school': ('school', 'district', 'region'),
         'stage': ('stage', 'district', 'region'),
         'district': ('district', 'region'),
         'region': ('region',)}


class PackError(Exception):
    pass


# ---------------------------------------------------------------- numbers

class Num:
    """An interval; `undef` is what a division by a known zero gives."""

    __slots__ = ('lo', 'hi', 'undef')

    def __init__(self, lo, hi=None, undef=False):
        self.lo = lo
        self.hi = lo if hi is None else hi
        self.undef = undef

    @property
    def point(self):
        return not self.undef and self.lo == self.hi

    def __repr__(self):
        return 'undef' if self.undef else f'[{self.lo}, {self.hi}]'


UNDEF = Num(-INF, INF, True)
ANY = Num(-INF, INF)


class Flag:
    __slots__ = ('v',)

    def __init__(self, v):
        self.v = v


class Text:
    __slots__ = ('v',)

    def __init__(self, v):
        self.v = v


class Day:
    __slots__ = ('v',)

    def __init__(self, v):
        self.v = v


def times(a, b):
    if a == 0 or b == 0:
        return Fraction(0)
    if isinstance(a, float) or isinstance(b, float):
        return INF if (a > 0) == (b > 0) else -INF
    return a * b


def plus(a, b):
    if isinstance(a, float):
        return a
    if isinstance(b, float):
        return b
    return a + b


def n_add(a, b):
    if a.undef or b.undef:
        return UNDEF
    return Num(plus(a.lo, b.lo), plus(a.hi, b.hi))


def n_neg(a):
    return UNDEF if a.undef else Num(-a.hi, -a.lo)


def n_mul(a, b):
    if a.undef or b.undef:
        return UNDEF
    c = [times(x, y) for x in (a.lo, a.hi) for y in (b.lo, b.hi)]
    return Num(min(c), max(c))


def n_div(a, b):
    if a.undef or b.undef or (b.lo == 0 and b.hi == 0):
        return UNDEF
    if b.lo < 0 < b.hi:
        return Num(-INF, INF)

    def inverse(x, at_zero):
        if x == 0:
            return at_zero
        return Fraction(0) if isinstance(x, float) else 1 / x
    return n_mul(a, Num(inverse(b.hi, -INF), inverse(b.lo, INF)))


def hull(a, b):
    if a.undef or b.undef:
        return UNDEF
    return Num(min(a.lo, b.lo), max(a.hi, b.hi))


def n_map(f, a):
    if a.undef:
        return UNDEF
    return Num(*(x if isinstance(x, float) else Fraction(f(x)) for x in (a.lo, a.hi)))


def round_away(x):
    """四舍五入: halves go away from zero."""
    return math.floor(x + Fraction(1, 2)) if x >= 0 else -math.floor(-x + Fraction(1, 2))


def root(q):
    """Square root: exact where rational, else true to more than 90 digits."""
    if isinstance(q, float):
        return q
    n, d = q.numerator, q.denominator
    rn, rd = math.isqrt(n), math.isqrt(d)
    if rn * rn == n and rd * rd == d:
        return Fraction(rn, rd)
    k = 100 + max(0, len(str(d)) - len(str(n)))
    return Fraction(math.isqrt(n * d * 10 ** (2 * k)), d * 10 ** k)


def compare(op, a, b):
    if a.undef or b.undef:
        return None
    if op == '<':
        return True if a.hi < b.lo else False if a.lo >= b.hi else None
    if op == '<=':
        return True if a.hi <= b.lo else False if a.lo > b.hi else None
    if op == '>':
        return compare('<', b, a)
    if op == '>=':
        return compare('<=', b, a)
    if op == '==':
        if a.point and b.point:
            return a.lo == b.lo
        return False if a.hi < b.lo or b.hi < a.lo else None
    r = compare('==', a, b)
    return None if r is None else not r


HOLDS = {'at_least': '>=', 'at_most': '<=', 'above': '>', 'below': '<'}


def t_and(values):
    unknown = False
    for v in values:
        if v is False:
            return False
        unknown = unknown or v is None
    return None if unknown else True


def t_or(values):
    unknown = False
    for v in values:
        if v is True:
            return True
        unknown = unknown or v is None
    return None if unknown else False


def t_not(v):
    return None if v is None else not v


# ---------------------------------------------------------------- formulas

TOKEN = re.compile(r"""\s*(?:(\d+(?:\.\d+)?)(%?)
                        |([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?)
                        |'([^']*)'
                        |(==|!=|<=|>=|[-<>+*/(),\[\]]))""", re.X)
KEYWORDS = {'if', 'then', 'else', 'or', 'and', 'not', 'in', 'over', 'where', 'weighted', 'by'}
SCALAR = {'min', 'max', 'ceil', 'floor', 'round', 'abs', 'missing', 'years'}
AGGREGATES = {'sum', 'mean', 'cv', 'min', 'max', 'count', 'share'}


class Parser:
    def __init__(self, text, units):
        self.text, self.units = text, units
        self.tokens, self.at = [], 0
        pos, end = 0, len(text.rstrip())
        while pos < end:
            m = TOKEN.match(text, pos)
            if not m:
                raise PackError(f'cannot read formula {text!r} at {pos}')
            pos = m.end()
            if m.group(1) is not None:
                v = Fraction(m.group(1))
                self.tokens.append(('num', v / 100 if m.group(2) else v))
            elif m.group(3) is not None:
                w = m.group(3)
                self.tokens.append(('key' if w in KEYWORDS else 'name', w))
            elif m.group(4) is not None:
                self.tokens.append(('text', m.group(4)))
            else:
                self.tokens.append(('op', m.group(5)))
        self.tokens.append(('end', ''))

    def peek(self, *values):
        return self.tokens[self.at][0] in ('op', 'key') and self.tokens[self.at][1] in values

    def take(self, *values):
        if self.peek(*values):
            self.at += 1
            return self.tokens[self.at - 1][1]
        return None

    def need(self, value):
        if not self.take(value):
            raise PackError(f'{self.text!r}: expected {value} before {self.tokens[self.at][1]!r}')

    def whole(self):
        e = self.expr()
        if self.tokens[self.at][0] != 'end':
            raise PackError(f'{self.text!r}: left over {self.tokens[self.at][1]!r}')
        return e

    def expr(self):
        if self.take('if'):
            c = self.expr()
            self.need('then')
            a = self.expr()
            self.need('else')
            return ('if', c, a, self.expr())
        e = self.conj()
        while self.take('or'):
            e = ('or', e, self.conj())
        return e

    def conj(self):
        e = self.negation()
        while self.take('and'):
            e = ('and', e, self.negation())
        return e

    def negation(self):
        if self.take('not'):
            return ('not', self.negation())
        return self.comparison()

    def comparison(self):
        e = self.total()
        op = self.take('==', '!=', '<', '<=', '>', '>=')
        if op:
            return ('cmp', op, e, self.total())
        if self.peek('not') and self.tokens[self.at + 1] == ('key', 'in'):
            self.at += 2
            return ('not', ('in', e, self.list()))
        if self.take('in'):
            return ('in', e, self.list())
        return e

    def list(self):
        self.need('[')
        items = [self.expr()]
        while self.take(','):
            items.append(self.expr())
        self.need(']')
        return items

    def total(self):
        e = self.product()
        while True:
            op = self.take('+', '-')
            if not op:
                return e
            e = (op, e, self.product())

    def product(self):
        e = self.unary()
        while True:
            op = self.take('*', '/')
            if not op:
                return e
            e = (op, e, self.unary())

    def unary(self):
        if self.take('-'):
            return ('neg', self.unary())
        kind, value = self.tokens[self.at]
        if kind == 'num':
            self.at += 1
            if self.tokens[self.at][0] == 'name':
                unit = self.tokens[self.at][1]
                self.at += 1
                if unit not in self.units:
                    raise PackError(f'{self.text!r}: unknown unit {unit}')
                value *= self.units[unit]
            return ('num', value)
        if kind == 'text':
            self.at += 1
            return ('text', value)
        if self.take('('):
            e = self.expr()
            self.need(')')
            return e
        if self.peek('if'):
            return self.expr()
        if kind != 'name':
            raise PackError(f'{self.text!r}: did not expect {value!r}')
        self.at += 1
        if not self.take('('):
            return ('name', value)
        return self.call(value)

    def call(self, name):
        if name == 'score':
            what = self.tokens[self.at][1]
            self.at += 1
            self.need(')')
            return ('score', what)
        args = [self.expr()]
        while self.take(','):
            args.append(self.expr())
        weight = over = where = None
        if self.take('weighted'):
            self.need('by')
            weight = self.expr()
        if self.take('over'):
            over = LEVELS[self.tokens[self.at][1]]
            self.at += 1
        if self.take('where'):
            where = self.expr()
        self.need(')')
        if name in AGGREGATES and len(args) == 1:
            return ('agg', name, args[0], weight, over, where)
        if name not in SCALAR:
            raise PackError(f'{self.text!r}: unknown function {name}')
        return ('call', name, args)


def outer_names(e):
    """Names of a formula that are not inside an aggregate."""
    if not isinstance(e, tuple) or e[0] == 'agg':
        return set()
    if e[0] == 'name':
        return {e[1]}
    if e[0] == 'score':
        return {e[1]}
    found = set()
    for part in e[1:]:
        for p in part if isinstance(part, list) else [part]:
            found |= outer_names(p)
    return found


# ---------------------------------------------------------------- dictionary and pack

def load_yaml(path):
    # every scalar stays the text that was written: 0.50 keeps its digits, dates stay dates
    with open(path, encoding='utf-8') as f:
        return yaml.load(f, Loader=getattr(yaml, 'CBaseLoader', yaml.BaseLoader))


class Dictionary:
    def __init__(self, path):
        d = load_yaml(path)
        self.fields = {f['id']: f for f in d['fields']}
        self.units, self.unit_rows = {}, d['units']
        for u in self.unit_rows:
            self.units[u['id']] = Fraction(1)
            for m, v in (u.get('multiples') or {}).items():
                self.units.setdefault(m, Fraction(v))


def merge(old, new):
    for k, v in new.items():
        if k in LIMITS:
            for other in LIMITS:
                if other != k:
                    old.pop(other, None)
        if isinstance(v, dict) and isinstance(old.get(k), dict):
            old[k].update(v)
        else:
            old[k] = v


def find_container(pack, ident):
    """The list that holds the item of this id, and its place there."""
    def look(items):
        for i, r in enumerate(items):
            if isinstance(r, dict):
                if r.get('id') == ident:
                    return items, i
                for key in ('of', 'items'):
                    if isinstance(r.get(key), list):
                        hit = look(r[key])
                        if hit:
                            return hit
        return None
    for key in ('options', 'fields', 'indicators', 'requirements', 'concessions'):
        hit = look(pack.get(key) or [])
        if hit:
            return hit
    return None


def load_pack(path, search=(), seen=()):
    pack = load_yaml(path)
    if pack['pack'] in seen:
        raise PackError('cycle of extends')
    parent_id = pack.get('extends')
    if not parent_id:
        return pack
    base = None
    for folder in (os.path.dirname(path) or '.', *search):
        p = os.path.join(folder, parent_id + '.yaml')
        if os.path.exists(p):
            base = copy.deepcopy(load_pack(p, search, (*seen, pack['pack'])))
            break
    if base is None:
        raise PackError(f'no pack {parent_id}')
    for key in ('pack', 'title', 'reference', 'effective'):
        if key in pack:
            base[key] = pack[key]
    for key in ('stages', 'scope', 'weight', 'split', 'uses'):
        if key in pack:
            base[key] = pack[key]
    for ident in pack.get('remove') or []:
        hit = find_container(base, ident)
        if not hit:
            raise PackError(f'remove: no {ident}')
        del hit[0][hit[1]]
    for c in pack.get('change') or []:
        hit = find_container(base, c['id'])
        if not hit:
            raise PackError(f"change: no {c['id']}")
        merge(hit[0][hit[1]], c)
    for key in ('options', 'fields', 'indicators', 'requirements', 'concessions'):
        for item in pack.get(key) or []:
            under = item.pop('under', None)
            hit = find_container(base, item['id'])
            if hit:
                hit[0][hit[1]] = item
            elif under:
                hit = find_container(base, under)
                hit[0][hit[1]]['of'].append(item)
            else:
                base.setdefault(key, []).append(item)
    return base


# ---------------------------------------------------------------- census

class Row:
    def __init__(self, level, key):
        self.level, self.key = level, key
        self.cells = {}
        self.up = {level: self}
        self.sections, self.schools, self.stages, self.districts = [], [], [], []

    def under(self, level):
        if level == self.level:
            return [self]
        return {'section': self.sections, 'school': self.schools,
                'stage': self.stages, 'district': self.districts}[level]


IDENTITY = ('district_code', 'district_name', 'school_code', 'school_name', 'stage', 'year')


def parse_cell(field, text):
    t = field['type']
    text = text.strip()
    if text == '':
        return None
    if t in ('count', 'amount', 'number', 'share', 'year'):
        text = text.replace(',', '')
        return Fraction(text[:-1]) / 100 if text[-1] in '%％' else Fraction(text)
    if t in ('flag', 'attested'):
        if text.lower() in ('yes', 'true', '1', '是'):
            return True
        if text.lower() in ('no', 'false', '0', '否'):
            return False
        raise ValueError(f'{text!r} is no flag')
    if t == 'choice':
        for ident, names in field['values'].items():
            if text in (ident, names.get('zh'), names.get('en'), *(names.get('aliases') or ())):
                return ident
        raise ValueError(f'{text!r} is no value of {field["id"]}')
    if t == 'date':
        return datetime.date.fromisoformat(text)
    return text


class Census:
    """Rows are dicts by field id; without `stage`, columns are `field.stage` or school fields."""

    def __init__(self, rows, fields):
        self.region = Row('region', 'region')
        self.fields = fields
        self.order = list(fields['stage']['values'])
        self.districts, self.schools, self.groups = {}, {}, {}
        self.sections = []
        for r in rows:
            self.add(r)
        self.sections.sort(key=lambda s: (s.district.key, self.order.index(s.stage_id), s.school.code))

    def add(self, r):
        f = self.fields
        code = r['district_code'].strip()
        d = self.districts.get(code)
        if d is None:
            d = self.districts[code] = Row('district', code)
            d.name = (r.get('district_name') or '').strip()
            d.up['region'] = self.region
            self.region.districts.append(d)
        d.name = d.name or (r.get('district_name') or '').strip()
        sc = (r.get('school_code') or '').strip()
        if not sc:
            # a row of facts of the district alone
            for name, text in r.items():
                if text and text.strip() and name not in IDENTITY and f[name]['level'] == 'district':
                    d.cells.setdefault(name, parse_cell(f[name], text))
            return
        s = self.schools.get((code, sc))
        if s is None:
            s = self.schools[code, sc] = Row('school', (code, sc))
            s.code, s.name = sc, (r.get('school_name') or '').strip()
            s.up.update(d.up)
            d.schools.append(s)
            self.region.schools.append(s)
        by_stage = {}
        if (r.get('stage') or '').strip():
            by_stage[parse_cell(f['stage'], r['stage'])] = None
        for column, text in r.items():
            if text is None or text.strip() == '' or column in IDENTITY:
                continue
            name, _, stage = column.partition('.')
            if stage:
                by_stage.setdefault(stage, {})[name] = parse_cell(f[name], text)
                continue
            value = parse_cell(f[name], text)
            level, t = f[name]['level'], f[name]['type']
            if level == 'district':
                d.cells.setdefault(name, value)
            elif level == 'region':
                self.region.cells.setdefault(name, value)
            elif level == 'section' or ('stage' in r and t in ('count', 'amount')):
                by_stage[next(iter(by_stage))] = by_stage[next(iter(by_stage))] or {}
                by_stage[next(iter(by_stage))][name] = value
            else:
                s.cells.setdefault(name, value)
        for stage, cells in by_stage.items():
            g = self.groups.get((code, stage))
            if g is None:
                g = self.groups[code, stage] = Row('stage', (code, stage))
                g.stage_id = stage
                g.up.update(d.up)
                d.stages.append(g)
                self.region.stages.append(g)
            x = Row('section', (code, sc, stage))
            x.up.update(s.up)
            x.up['stage'] = g
            x.cells = cells or {}
            x.stage_id, x.school, x.district = stage, s, d
            self.sections.append(x)
            for row in (s, g, d, self.region):
                row.sections.append(x)


class Headers:
    """Column heads as people write them: id, title or alias, a stage before or after, a unit in brackets."""

    def __init__(self, dictionary, fields):
        self.multiples = {}
        for u in dictionary.unit_rows:
            for m, v in (u.get('multiples') or {}).items():
                self.multiples[m] = Fraction(v)
        self.names = {}
        for f in fields.values():
            for n in (f['id'], *(f.get('title') or {}).values(), *(f.get('aliases') or ())):
                self.names.setdefault(n.lower(), f['id'])
        self.stages = {}
        for st, v in fields['stage']['values'].items():
            for n in (st, v['zh'], v['en'], *(v.get('aliases') or ())):
                self.stages[n.lower()] = st

    def read(self, head):
        """(column, factor); the column is the head itself where it is not understood."""
        factor = Fraction(1)
        m = re.fullmatch(r'(.*?)\s*[（(](.*)[）)]', head.strip())
        name = head.strip().lower()
        if m and name not in self.names:
            name = m.group(1).strip().lower()
            factor = self.multiples.get(m.group(2).strip(), factor)
        if name in self.names:
            return self.names[name], factor
        base, _, stage = name.rpartition('.')
        if base in self.names and stage in self.stages:
            return f'{self.names[base]}.{self.stages[stage]}', factor
        for n, st in self.stages.items():
            if name.startswith(n) and name[len(n):].strip() in self.names:
                return f'{self.names[name[len(n):].strip()]}.{st}', factor
        return None, factor


def read_csv(paths, headers=None):
    rows = []
    for p in paths:
        with open(p, encoding='utf-8-sig', newline='') as f:
            table = csv.reader(f)
            heads = next(table)
            columns = [headers.read(h) if headers else (h, Fraction(1)) for h in heads]
            for line in table:
                row = {}
                for (column, factor), text in zip(columns, line):
                    if column:
                        row[column] = text if factor == 1 or not text.strip() else str(Fraction(text) * factor)
                if any(t.strip() for t in line):
                    rows.append(row)
    return rows


# ---------------------------------------------------------------- evaluation

class J:
    """One judged requirement on one subject."""

    def __init__(self, verdict, value=None, limit=None, floor=None, score=None, veto=None, op=None):
        self.verdict, self.value, self.limit, self.op = verdict, value, limit, op
        self.floor = {MET: True, NA: True}.get(verdict, floor)
        self.score, self.veto = score, veto
        self.children = []
        self.grade = None


class Req:
    """A requirement with what it inherits; `ind` for an indicator that stands as an item."""

    def __init__(self, d, parent, ev, ind=None):
        self.d, self.parent, self.ind = d, parent, ind
        self.id = d['id']
        self.each = d.get('level', 'section') if ind else d.get('each', parent.each if parent else 'district')
        self.scopes = list(parent.scopes) if parent else []
        if not ind and 'scope' in d:
            self.scopes.append(d['scope'])
        self.binding = ind is not None or d.get('binding') != 'false'
        self.points = None if ind or 'points' not in d else ev.constant(d['points'])
        self.children = []
        if not ind and 'measure' not in d:
            for item in d.get('of') or []:
                if isinstance(item, str):
                    self.children.append(Req(ev.indicators[item], self, ev, ind=True))
                else:
                    self.children.append(Req(item, self, ev))

    def limit(self):
        for k in LIMITS:
            if k in self.d:
                return k
        return None


class Evaluator:
    def __init__(self, dictionary, pack, census, as_of, options=None, concessions=False, force=False, used=None):
        self.pack, self.census, self.as_of = pack, census, as_of
        self.units = dictionary.units
        self.used = used or {}
        self.fields = dict(dictionary.fields)
        for f in pack.get('fields') or []:
            self.fields[f['id']] = f
        self.stages = pack.get('stages') or list(self.fields['stage']['values'])
        self.options = {o['id']: o['default'] for o in pack.get('options') or []}
        for k, v in (options or {}).items():
            if k not in self.options:
                raise PackError(f'no option {k}')
            self.options[k] = v
        self.split = pack.get('split') or {'fields': [], 'weights': {}}
        self.split_w = {k: Fraction(v) for k, v in self.split['weights'].items()}
        self.indicators = {i['id']: i for i in pack.get('indicators') or []}
        self.memo, self.parsed, self.busy = {}, {}, set()
        self.relief = {}
        for c in (pack.get('concessions') or []) if concessions else []:
            for item in c['items']:
                begin, end = item.get('from', c.get('from')), item.get('until', c.get('until'))
                if force or self.dated({'from': begin, 'until': end}):
                    self.relief.setdefault(item['on'], []).append(item)
        self.roots = [Req(r, None, self) for r in pack['requirements']]
        self.reqs = {}

        def index(r):
            if not r.ind:
                self.reqs[r.id] = r
            for c in r.children:
                index(c)
        for r in self.roots:
            index(r)

    # -- formulas

    def parse(self, text):
        if text not in self.parsed:
            self.parsed[text] = Parser(text, self.units).whole()
        return self.parsed[text]

    def constant(self, text):
        return self.eval(self.parse(text), self.census.region, []).lo

    def dated(self, d):
        day = self.as_of.isoformat()
        return (not d.get('from') or d['from'] <= day) and (not d.get('until') or day <= d['until'])

    def name_level(self, name):
        if name in self.indicators:
            return self.indicators[name].get('level', 'section')
        if name in self.fields:
            return self.fields[name]['level']
        if name in self.reqs:
            return self.reqs[name].each
        if '.' in name:
            alias, _, ident = name.partition('.')
            return self.used[alias].reqs[ident].each
        return None

    def finest(self, *exprs):
        found = {self.name_level(n) for e in exprs if e is not None for n in outer_names(e)}
        if 'section' in found or {'school', 'stage'} <= found:
            return 'section'
        for level in ('school', 'stage', 'district', 'region'):
            if level in found:
                return level
        return None

    def flag(self, text, row, scopes, points=None):
        return self.eval(self.parse(text), row, scopes, points).v

    def eval(self, e, row, scopes, points=None):
        def ev(x):
            return self.eval(x, row, scopes, points)
        k = e[0]
        if k == 'num':
            return Num(e[1])
        if k == 'text':
            return Text(e[1])
        if k == 'name':
            if e[1] == 'points':
                return Num(points)
            return self.name(e[1], row)
        if k == '+':
            return n_add(ev(e[1]), ev(e[2]))
        if k == '-':
            return n_add(ev(e[1]), n_neg(ev(e[2])))
        if k == '*':
            return n_mul(ev(e[1]), ev(e[2]))
        if k == '/':
            return n_div(ev(e[1]), ev(e[2]))
        if k == 'neg':
            return n_neg(ev(e[1]))
        if k == 'and':
            return Flag(t_and([ev(e[1]).v, ev(e[2]).v]))
        if k == 'or':
            return Flag(t_or([ev(e[1]).v, ev(e[2]).v]))
        if k == 'not':
            return Flag(t_not(ev(e[1]).v))
        if k == 'cmp':
            a, b = ev(e[2]), ev(e[3])
            if isinstance(a, Num):
                return Flag(compare(e[1], a, b))
            if a.v is None or b.v is None:
                return Flag(None)
            return Flag({'==': a.v == b.v, '!=': a.v != b.v}[e[1]] if isinstance(a, (Text, Flag)) else
                        {'==': a.v == b.v, '!=': a.v != b.v, '<': a.v < b.v, '<=': a.v <= b.v,
                         '>': a.v > b.v, '>=': a.v >= b.v}[e[1]])
        if k == 'in':
            a = ev(e[1])
            if isinstance(a, Num):
                return Flag(t_or([compare('==', a, ev(x)) for x in e[2]]))
            return Flag(None if a.v is None else a.v in [ev(x).v for x in e[2]])
        if k == 'if':
            c = ev(e[1]).v
            if c is not None:
                return ev(e[2] if c else e[3])
            a, b = ev(e[2]), ev(e[3])
            if isinstance(a, Num):
                return hull(a, b)
            return a if a.v == b.v else type(a)(None)
        if k == 'score':
            r = self.reqs[e[1]]
            return self.judge(r, row).score
        if k == 'call':
            return self.call(e[1], [ev(x) for x in e[2]])
        return self.aggregate(e, row, scopes)

    def call(self, name, a):
        if name == 'missing':
            return Flag(not a[0].point if isinstance(a[0], Num) else a[0].v is None)
        if name == 'years':
            if a[0].v is None or a[1].v is None:
                return ANY
            x, y = a[0].v, a[1].v
            return Num(Fraction(y.year - x.year - ((y.month, y.day) < (x.month, x.day))))
        if any(x.undef for x in a):
            return UNDEF
        if name in ('min', 'max'):
            f = min if name == 'min' else max
            return Num(f(x.lo for x in a), f(x.hi for x in a))
        if name == 'abs':
            lo, hi = a[0].lo, a[0].hi
            return Num(Fraction(0) if lo <= 0 <= hi else min(abs(lo), abs(hi)), max(abs(lo), abs(hi)))
        return n_map({'ceil': math.ceil, 'floor': math.floor, 'round': round_away}[name], a[0])

    def aggregate(self, e, row, scopes):
        _, kind, arg, weight, over, where = e
        level = over or self.finest(arg, weight)
        if level is None:
            raise PackError(f'{kind}: no rows')
        rows = []
        for r in row.under(level):
            m = self.member(r, scopes)
            if where is not None and m is not False:
                m = t_and([m, self.eval(where, r, scopes).v])
            if m is not False:
                rows.append((r, m, self.eval(arg, r, scopes)))
        if kind == 'count':
            return Num(Fraction(sum(m is True and x.v is True for _, m, x in rows)),
                       Fraction(sum(x.v is not False for _, m, x in rows)))
        if kind == 'share':
            sure = [x.v for _, m, x in rows if m is True]
            maybe = [x.v for _, m, x in rows if m is None]
            if not sure:
                return Num(Fraction(0), Fraction(1)) if maybe else UNDEF
            ends = []
            for good in (False, True):
                # a row that may be out counts where it moves the share that way
                t = [good if v is None else v for v in sure]
                t += [good for v in maybe if v is None or v == good]
                ends.append(Fraction(sum(t), len(t)))
            return Num(*ends)
        zero = Num(Fraction(0))
        if kind in ('sum', 'mean'):
            total, count = zero, zero
            for r, m, x in rows:
                w = self.eval(weight, r, scopes) if weight is not None else Num(Fraction(1))
                x = n_mul(w, x)
                if m is None:
                    x, w = hull(zero, x), hull(zero, w)
                total, count = n_add(total, x), n_add(count, w)
            return total if kind == 'sum' else n_div(total, count)
        if kind in ('min', 'max'):
            if not rows or any(x.undef for _, _, x in rows):
                return UNDEF
            sure = [x for _, m, x in rows if m is True]
            f, g = (min, max) if kind == 'min' else (max, min)
            every = [x for _, _, x in rows]
            if not sure:
                return Num(min(x.lo for x in every), max(x.hi for x in every))
            a = f((x.lo if kind == 'min' else x.hi) for x in every)
            b = f((x.hi if kind == 'min' else x.lo) for x in sure)
            return Num(a, b) if kind == 'min' else Num(b, a)
        data = []
        for r, m, x in rows:
            w = self.eval(weight, r, scopes) if weight is not None else Num(Fraction(1))
            data.append((m, w, x))
        d = dispersion(data)
        if d.state == 'empty' or d.state == 'zero':
            return UNDEF
        if d.state == 'known':
            return Num(d.cv)
        return Num(root(d.lo), root(d.hi))

    def name(self, name, row):
        if name == 'as_of':
            return Day(self.as_of)
        if name in self.options:
            return Text(self.options[name])
        if name in self.indicators:
            i = self.indicators[name]
            return self.indicator(i, self.lift(name, i.get('level', 'section'), row))
        if name in self.fields:
            return self.field(self.fields[name], row)
        if '.' in name:
            alias, _, ident = name.partition('.')
            other = self.used[alias]
            return self.as_flag(other.judge_row(other.reqs[ident], self.lift(name, other.reqs[ident].each, row)))
        if name in self.reqs:
            r = self.reqs[name]
            return self.as_flag(self.judge_row(r, self.lift(name, r.each, row)))
        raise PackError(f'unknown name {name}')

    @staticmethod
    def as_flag(j):
        return Flag({MET: True, UNMET: False}.get(j.verdict))

    def lift(self, name, level, row):
        if level not in row.up:
            raise PackError(f'{name} of level {level} cannot be read at level {row.level}')
        return row.up[level]

    def missing(self, f):
        t = f['type']
        if t in ('flag', 'attested'):
            return Flag(None)
        if t in ('choice', 'text'):
            return Text(None)
        if t == 'date':
            return Day(None)
        lo = Fraction(f['min']) if 'min' in f else Fraction(0) if t in ('count', 'amount', 'number', 'share') else -INF
        hi = Fraction(f['max']) if 'max' in f else Fraction(1) if t == 'share' else INF
        return Num(lo, hi)

    @staticmethod
    def wrap(f, v):
        t = f['type']
        return Flag(v) if t in ('flag', 'attested') else Text(v) if t in ('choice', 'text') \
            else Day(v) if t == 'date' else Num(v)

    def field(self, f, row):
        ident = f['id']
        key = ('f', ident, row)
        if key not in self.memo:
            self.memo[key] = self.field_now(f, row)
        return self.memo[key]

    def field_now(self, f, row):
        ident, level = f['id'], f['level']
        if ident == 'stage' and row.level in ('section', 'stage'):
            return Text(row.stage_id)
        if level == 'school' and row.level == 'section' and f['type'] in ('count', 'amount'):
            if ident not in self.split['fields']:
                raise PackError(f'{ident} does not come down to sections')
            return self.split_value(f, row)
        if level != row.level:
            if f['type'] in ('count', 'amount'):
                raise PackError(f'{ident} does not come down to {row.level}')
            return self.field(f, self.lift(ident, level, row))
        if 'value' in f:
            key = ('busy', ident, row)
            if key in self.busy:
                raise PackError(f'{ident} depends on itself')
            self.busy.add(key)
            try:
                return self.eval(self.parse(self.of_stage(f['value'], row)), row, [])
            finally:
                self.busy.discard(key)
        if ident in ('school_code', 'school_name', 'district_code', 'district_name'):
            r = row.up['school' if ident.startswith('school') else 'district']
            return Text({'school_code': getattr(r, 'code', None), 'school_name': getattr(r, 'name', None),
                         'district_code': r.key, 'district_name': getattr(r, 'name', None)}[ident])
        if row.cells.get(ident) is not None:
            return self.wrap(f, row.cells[ident])
        if level == 'school' and f['type'] in ('count', 'amount'):
            own = [x.cells.get(ident) for x in row.sections]
            if own and None not in own:
                return Num(sum(own))
        return self.missing(f)

    def split_value(self, f, row):
        own = row.cells.get(f['id'])
        if own is not None:
            return Num(own)
        if 'value' in f or row.school.cells.get(f['id']) is not None:
            whole = self.field(f, row.school)
        else:
            whole = self.missing(f)
        if row.stage_id not in self.split_w:
            return Num(Fraction(0))
        by = self.parse(self.split['by'])
        part = n_mul(Num(self.split_w[row.stage_id]), self.eval(by, row, []))
        others = [n_mul(Num(self.split_w[x.stage_id]), self.eval(by, x, []))
                  for x in row.school.sections if x is not row and x.stage_id in self.split_w]
        rest = Num(Fraction(0))
        for x in others:
            rest = n_add(rest, x)
        if not others:
            return whole
        if part.point and rest.point and part.lo + rest.lo == 0:
            return UNDEF

        # the share p / (p + rest) grows with p and falls with rest
        def share(p, r):
            if isinstance(p, float):
                return Fraction(1)
            if isinstance(r, float) or p == 0:
                return Fraction(0)
            return p / (p + r)
        lo, hi = share(part.lo, rest.hi), share(part.hi, rest.lo)
        if part.point and part.lo == 0 and rest.lo == 0:
            hi = Fraction(1)    # nobody may be there at all
        return n_mul(whole, Num(lo, hi))

    def of_stage(self, v, row):
        if isinstance(v, list):
            now = [x for x in v if x['from'] <= self.as_of.isoformat()]
            return self.of_stage(now[-1]['is'], row) if now else None
        if isinstance(v, dict):
            return self.of_stage(v.get(getattr(row, 'stage_id', None)), row)
        return v

    # -- membership and weight

    def pack_member(self, section):
        if section.stage_id not in self.stages:
            return False
        if 'scope' not in self.pack:
            return True
        return self.scope_of(self.pack['scope'], section)

    def scope_of(self, text, section):
        key = ('scope', text, section)
        if key not in self.memo:
            e = self.parse(text)
            level = self.finest(e)
            row = section if level in ('section', 'stage') else section.school
            self.memo[key] = None
            self.memo[key] = self.eval(e, row, []).v
        return self.memo[key]

    def member(self, row, scopes):
        if row.level == 'section':
            return t_and([self.pack_member(row)] + [self.scope_of(s, row) for s in scopes])
        return t_or([self.member(x, scopes) for x in row.sections])

    def weight(self, section, ind=None):
        text = (ind or {}).get('weight', self.pack.get('weight', '1'))
        return self.eval(self.parse(self.of_stage(text, section)), section, [])

    # -- indicators

    def indicator(self, i, row):
        key = ('i', i['id'], row)
        if key not in self.memo:
            values = [self.eval(self.parse(alt['value']), row, []) for alt in self.alternatives(i, row, [])]
            v = values[0]
            for w in values[1:]:
                v = hull(v, w)
            self.memo[key] = v
        return self.memo[key]

    def alternatives(self, d, row, scopes):
        """The readings of an item that its concessions leave possible on this row."""
        plain = {k: self.of_stage(d[k], row) for k in ('value', *LIMITS) if k in d}
        found = []
        for item in self.relief.get(d['id'], []):
            w = self.flag(item['when'], row, scopes) if 'when' in item else True
            if w is False:
                continue
            alt = dict(plain)
            for k in ('value', *LIMITS):
                if k in item:
                    alt[k] = self.of_stage(item[k], row)
            found.append(alt)
            if w is True:
                return found
        return found + [plain]

    # -- requirements

    def judge(self, r, row):
        if r.each == row.level:
            return self.judge_row(r, row)
        if r.each in ABOVE[row.level]:
            return self.judge_row(r, row.up[r.each])
        key = ('every', id(r), row)
        if key not in self.memo:
            parts = [self.judge_row(r, x) for x in row.under(r.each) if self.exists(x)]
            self.memo[key] = self.every(r, parts)
        return self.memo[key]

    def exists(self, row):
        if row.level in ('section', 'stage'):
            return row.stage_id in self.stages
        return any(x.stage_id in self.stages for x in row.sections)

    def every(self, r, parts):
        v = [p.verdict for p in parts]
        verdict = UNMET if UNMET in v else OPEN if OPEN in v else MET if MET in v else NA
        floors = [p.floor for p in parts]
        j = J(verdict, floor=t_and(floors))
        vetoes = [p.veto for p in parts]
        j.veto = UNMET if UNMET in vetoes else OPEN if OPEN in vetoes else None
        j.score = self.default_score(r, verdict)
        return j

    def default_score(self, r, verdict):
        if r.points is None:
            return None
        return {MET: Num(r.points), NA: Num(r.points), UNMET: Num(Fraction(0)),
                OPEN: Num(Fraction(0), r.points)}[verdict]

    def applies(self, r, row):
        if not r.ind and not self.dated(r.d):
            return False
        if 'stages' in r.d and row.level in ('section', 'stage') and row.stage_id not in r.d['stages']:
            return False
        a = [self.member(row, r.scopes)]
        if row.level == 'section' and a[0] is not False:
            w = self.weight(row)
            a.append(compare('!=', w, Num(Fraction(0))))
        if 'when' in r.d and a[0] is not False:
            a.append(self.flag(r.d['when'], row, r.scopes))
        return t_and(a)

    def judge_row(self, r, row):
        key = ('j', id(r), row)
        if key in self.memo:
            return self.memo[key]
        if key in self.busy:
            raise PackError(f'{r.id} depends on itself')
        self.busy.add(key)
        try:
            j = self.judge_now(r, row)
        finally:
            self.busy.discard(key)
        self.memo[key] = j
        return j

    def judge_now(self, r, row):
        a = self.applies(r, row)
        if a is False:
            j = J(NA)
            j.score = self.default_score(r, NA)
            return j
        if r.ind or 'value' in r.d:
            j = self.judge_value(r, row)
        elif 'measure' in r.d:
            j = self.judge_cv(r, row)
        elif 'select' in r.d:
            j = self.judge_select(r, row)
        else:
            j = self.judge_of(r, row)
        if j.score is None:
            j.score = self.default_score(r, j.verdict)
        if a is None:
            # met or not asked is the same to every parent; unmet or not asked is open
            if j.verdict == UNMET:
                j.verdict = OPEN
            j.floor = True if j.floor is True else None
            if j.veto == UNMET:
                j.veto = OPEN
            if r.points is not None:
                j.score = hull(j.score, Num(r.points))
        if r.d.get('veto') == 'true' and not r.ind and j.verdict in (UNMET, OPEN):
            j.veto = UNMET if j.verdict == UNMET else j.veto or OPEN
        return j

    def judge_value(self, r, row):
        scopes = [] if r.ind else r.scopes
        out = []
        for alt in self.alternatives(r.d, row, scopes):
            v = self.eval(self.parse(alt['value']), row, scopes)
            if isinstance(v, Flag):
                out.append(J({True: MET, False: UNMET, None: OPEN}[v.v], floor=False if v.v is False else None))
                continue
            op = next((k for k in LIMITS if k in alt), None)
            if op is None or alt[op] is None:
                out.append(J(NA, value=v))
                continue
            limit = self.eval(self.parse(alt[op]), row, scopes)
            holds = compare(HOLDS[op], v, limit)
            j = J({True: MET, False: UNMET, None: OPEN}[holds], v, limit, op=op)
            share = self.floor_of(r)
            if share is not None and holds is not True:
                if op in ('at_least', 'above'):
                    j.floor = compare('>=', v, n_mul(limit, Num(share)))
                else:
                    j.floor = compare('<=', v, n_div(limit, Num(share)))
            out.append(j)
        j = out[0]
        for k in out[1:]:
            if k.verdict != j.verdict:
                j = J(OPEN, hull(j.value, k.value) if j.value else None, None,
                      floor=j.floor if j.floor is k.floor else None, op=j.op)
            else:
                j.floor = j.floor if j.floor is k.floor else None
                if j.value:
                    j.value = hull(j.value, k.value)
        if 'score' in r.d and not r.ind:
            s = self.eval(self.parse(r.d['score']), row, r.scopes, r.points)
            zero = Fraction(0)
            j.score = Num(zero, r.points) if s.undef else \
                Num(min(max(s.lo, zero), r.points), min(max(s.hi, zero), r.points))
        return j

    def floor_of(self, r):
        while r is not None:
            if not r.ind and 'floor' in r.d:
                return self.constant(r.d['floor'])
            r = r.parent
        return None

    def judge_of(self, r, row):
        counted = [(c, self.judge(c, row)) for c in r.children if c.binding]
        js = [j for _, j in counted]
        shown = [(c, self.judge(c, row)) for c in r.children]
        n = len(js)
        need = int(self.constant(r.d['need'])) if 'need' in r.d else n
        v = [j.verdict for j in js]
        lost = v.count(UNMET)
        score = None
        if any(c.points is not None for c, _ in counted):
            score, total = Num(Fraction(0)), Fraction(0)
            for c, j in counted:
                if c.points is not None:
                    score, total = n_add(score, j.score), total + c.points
            if r.points is not None and r.d.get('rescale') == 'true' and total != 0:
                score = n_mul(score, Num(r.points / total))
        floors = [j.floor for j in js] if 'floor' in r.d else []
        if all(x == NA for x in v):
            verdict = NA
        elif 'grades' in r.d or r.limit():
            verdict = None
        elif lost > n - need or False in floors:
            verdict = UNMET
        elif lost + v.count(OPEN) <= n - need and None not in floors:
            verdict = MET
        else:
            verdict = OPEN
        j = J(verdict or OPEN, value=score, score=score)
        if verdict is None and 'grades' in r.d:
            j.verdict, j.grade = self.grade(r, row, score)
        elif verdict is None:
            op = r.limit()
            j.op, j.limit = op, self.eval(self.parse(self.of_stage(r.d[op], row)), row, r.scopes)
            j.verdict = {True: MET, False: UNMET, None: OPEN}[compare(HOLDS[op], score, j.limit)]
        vetoes = [x.veto for x in js]
        if UNMET in vetoes:
            j.veto = j.verdict = UNMET
        elif OPEN in vetoes:
            j.veto = OPEN
            if j.verdict == MET:
                j.verdict = OPEN
        if j.verdict != MET:
            j.floor = None
        j.children = shown
        return j

    def grade(self, r, row, score):
        grades = r.d['grades']

        def index(x):
            for i, g in enumerate(grades):
                if 'at_least' not in g or x >= self.constant(g['at_least']):
                    return i
            return len(grades) - 1
        possible = set(range(index(score.hi), index(score.lo) + 1))
        ids = [g['id'] for g in grades]
        for cap in r.d.get('caps') or []:
            w = self.flag(cap['when'], row, r.scopes)
            if w is False:
                continue
            if 'lower' in cap:
                moved = {min(len(grades) - 1, i + int(cap['lower'])) for i in possible}
            else:
                moved = {max(i, ids.index(cap['at_most'])) for i in possible}
            possible = moved if w is True else possible | moved
        last = ids.index(r.d['met_from']) if 'met_from' in r.d else len(grades) - 2
        good = {i <= last for i in possible}
        verdict = OPEN if len(good) > 1 else MET if True in good else UNMET
        return verdict, ids[possible.pop()] if len(possible) == 1 else None

    def group_data(self, r, i, row):
        data = []
        for s in row.under('section'):
            if 'stages' in i and s.stage_id not in i['stages']:
                continue
            m = self.member(s, r.scopes if r else [])
            if m is not False:
                data.append((m, self.weight(s, i), self.indicator(i, s)))
        return dispersion(data)

    def judge_cv(self, r, row):
        op = r.limit()
        limit = None
        if op:
            text = self.of_stage(r.d[op], row)
            limit = self.eval(self.parse(text), row, r.scopes) if text is not None else None
        parts = [(i, self.group_data(r, self.indicators[i], row)) for i in r.d['of']]
        if r.d.get('combine') == 'mean':
            live = [d for _, d in parts if d.state != 'empty']
            if not live:
                return J(NA)
            n = len(live)
            if any(d.state == 'odd' or d.state == 'known' and d.x < 0 for d in live):
                # around a mean that is not positive S <= c X fails for every c
                return J(NA if limit is None else UNMET if op in ('at_most', 'below') else MET, None, limit, op=op)
            lo, hi = Fraction(0), Fraction(0)
            for d in live:
                lo, hi = plus(lo, root(d.lo)), plus(hi, root(d.hi))
            span = Num(lo / n, hi if hi == INF else hi / n)
            holds = compare(HOLDS[op], span, limit) if limit else None
            # values that are all zero differ by nothing
            known = all(d.state in ('known', 'zero') for d in live)
            return J({True: MET, False: UNMET, None: OPEN}[holds] if limit else NA, span if known else None, limit, op=op)
        js = []
        for i, d in parts:
            if d.state == 'empty' or limit is None:
                j = J(NA, value=Num(d.cv) if d.cv is not None else None)
            else:
                j = J(d.judge(op, limit), Num(d.cv) if d.cv is not None else None, limit, op=op)
            js.append((i, j))
        v = [j.verdict for _, j in js]
        verdict = UNMET if UNMET in v else OPEN if OPEN in v else MET if MET in v else NA
        out = J(verdict)
        out.children = js
        return out

    def judge_select(self, r, row):
        sel = r.d['select']
        best = int(self.constant(sel['best']))
        pool = [x for x in row.up[sel['within']].under(row.level) if self.applies(r, x) is not False]

        def keys(x):
            return [self.eval(self.parse(f), x, r.scopes) for f in sel['by']]

        def ahead(a, b):
            """Whether a surely / possibly stands at or before b."""
            possibly = True
            for x, y in zip(a, b):
                if compare('>', x, y) is True:
                    return possibly, True
                if compare('<', x, y) is True:
                    return False, False
                if not (x.point and y.point):
                    return True, None
            return True, None
        mine = keys(row)
        sure = maybe = 0
        for x in pool:
            if x is row:
                continue
            _, s = ahead(keys(x), mine)
            certain = self.applies(r, x) is True
            sure += s is True and certain
            maybe += s is not False
        return J(UNMET if sure >= best else MET if maybe < best else OPEN)


class Dispersion:
    """CV of a group; lo and hi bound CV² where it is not known."""

    def __init__(self, state, cv=None, mean=None, lo=Fraction(0), hi=INF, square=None, weight=None, n=0, x=None):
        self.state, self.cv, self.mean, self.lo, self.hi = state, cv, mean, lo, hi
        self.square, self.weight, self.n, self.x = square, weight, n, x

    def judge(self, op, limit):
        if not limit.point:
            return OPEN
        c = limit.lo
        if self.state == 'zero':
            # S <= c X holds and S < c X does not
            return {'at_most': MET, 'below': UNMET, 'at_least': MET, 'above': UNMET}[op]
        if self.state == 'known' and self.x < 0 or self.state == 'odd':
            return UNMET if op in ('at_most', 'below') else MET
        if c < 0:
            return UNMET if op in ('at_most', 'below') else MET
        span = Num(self.square) if self.state == 'known' else Num(self.lo, self.hi)
        return {True: MET, False: UNMET, None: OPEN}[compare(HOLDS[op], span, Num(c * c))]


def dispersion(data):
    """data: (membership, weight, value) of each section that may belong."""
    # what weighs exactly nothing says nothing, in scope or not
    data = [(m, w, v) for m, w, v in data if not (w.point and w.lo == 0)]
    n = len(data)
    sure = all(m is True and w.point for m, w, _ in data)
    live = [(w, v) for _, w, v in data]
    if not live:
        return Dispersion('empty')
    if not sure:
        return Dispersion('open', n=n)
    weight = sum(w.lo for w, _ in live)
    if any(v.undef for _, v in live):
        return Dispersion('open', weight=weight, n=n)
    known = [(w.lo, v.lo) for w, v in live if v.point]
    gone = [(w.lo, v) for w, v in live if not v.point]
    if len(live) == 1 and not (known and known[0][1] == 0):
        # one section differs from nobody, whatever its value is
        mean = known[0][1] if known else None
        return Dispersion('known' if known else 'open', Fraction(0) if known else None, mean,
                          Fraction(0), Fraction(0), Fraction(0), weight, n, Fraction(0))
    x = sum((p * v for p, v in known), Fraction(0))
    q = sum((p * v * v for p, v in known), Fraction(0))
    if gone:
        rest = sum(p for p, _ in gone)
        lo = Fraction(0) if x == 0 else max(Fraction(0), weight * q / (x * x + rest * q) - 1)
        hi = weight / min(w.lo for w, _ in live) - 1
        if any(v.lo < 0 for _, v in live):
            hi = INF
        return Dispersion('open', lo=lo, hi=hi, weight=weight, n=n)
    mean = x / weight
    if q == 0:
        return Dispersion('zero', mean=mean, lo=Fraction(0), hi=Fraction(0), weight=weight, n=n)
    if x == 0:
        return Dispersion('odd', mean=mean, lo=Fraction(0), weight=weight, n=n)
    square = weight * q / (x * x) - 1
    cv = root(square)
    return Dispersion('known', cv if x > 0 else -cv, mean, square, square, square, weight, n, x)


# ---------------------------------------------------------------- output

def number(v):
    if v is None:
        return None
    if isinstance(v, Num):
        if not v.point:
            return None
        v = v.lo
    try:
        return float(v)
    except OverflowError:
        return None


class Report:
    def __init__(self, ev, plain=None):
        self.ev, self.plain = ev, plain

    def limited(self):
        """Indicators in the order of the pack, with the requirements that ask for them."""
        ev, rows = self.ev, []
        asks, spreads = {}, {}

        def walk(r):
            if 'measure' in r.d and not r.ind:
                for i in r.d['of']:
                    if r.d.get('combine') != 'mean' or i not in spreads:
                        spreads[i] = r
            for c in r.children:
                if c.ind:
                    asks.setdefault(c.id, c)
                walk(c)
        for r in ev.roots:
            walk(r)
        for i in ev.indicators.values():
            if i.get('level', 'section') == 'section':
                rows.append((i, asks.get(i['id']), spreads.get(i['id'])))
        return rows

    def tops(self, level):
        """Binding requirements of this level that stand under a coarser one."""
        found = []

        def walk(r, inside):
            if not r.binding:
                return
            if r.each == level and not inside:
                found.append(r)
                return
            for c in r.children:
                walk(c, inside)
        for r in self.ev.roots:
            walk(r, False)
        return found

    def status(self, j):
        if j.verdict == UNMET and j.floor is True:
            return 'at_floor'
        return j.verdict

    def section(self, s, rows):
        ev = self.ev
        out = {'school': s.school.code, 'name': s.school.name, 'stage': s.stage_id,
               'weight': number(ev.weight(s)) if 'weight' in ev.pack else None, 'values': {}}
        lists = {k: [] for k in (MET, 'at_floor', UNMET, OPEN, NA)}
        for i, ask, _ in rows:
            if 'stages' in i and s.stage_id not in i['stages']:
                out['values'][i['id']] = None
            else:
                out['values'][i['id']] = number(ev.indicator(i, s))
            # an indicator that no requirement asks of sections is not judged on them
            lists[self.status(ev.judge_row(ask, s)) if ask else NA].append(i['id'])
        tops = [ev.judge_row(r, s).verdict for r in self.tops('section')]
        out['verdict'] = UNMET if UNMET in tops else OPEN if OPEN in tops else MET if MET in tops else NA
        out.update(lists)
        return out

    def group(self, g, rows):
        ev = self.ev
        sections = [s for s in g.sections if ev.pack_member(s) is not False]
        spread = next((r for _, _, r in rows if r), None)
        inside = [s for s in sections
                  if ev.member(s, spread.scopes if spread else []) is not False
                  and not (ev.weight(s).point and ev.weight(s).lo == 0)]
        total = Num(Fraction(0))
        for s in inside:
            total = n_add(total, ev.weight(s))
        out = {'stage': g.stage_id, 'sections': len(inside), 'weight': number(total) if 'weight' in ev.pack else None, 'indicators': []}
        cvs = []
        for i, ask, r in rows:
            if 'stages' in i and g.stage_id not in i['stages']:
                continue
            d = ev.group_data(r or ask, i, g)
            o = {'id': i['id'], 'mean': number(d.mean), 'cv': number(d.cv), 'cv_limit': None, 'verdict': NA}
            if r:
                cvs.append(d)
                j = ev.judge_row(r, g)
                op = r.limit()
                if op and r.d.get('combine') != 'mean':
                    o['cv_limit'] = number(ev.eval(ev.parse(ev.of_stage(r.d[op], g)), g, r.scopes))
                for k, c in j.children:
                    if k == i['id']:
                        o['verdict'] = c.verdict
            counts = dict.fromkeys((MET, 'at_floor', UNMET, OPEN, NA), 0)
            for s in g.sections:
                counts[self.status(ev.judge_row(ask, s)) if ask else NA] += 1
            o.update(counts)
            out['indicators'].append(o)
        composite = [r for r in ev.reqs.values() if r.d.get('combine') == 'mean' and r.each == 'stage']
        if composite:
            out['composite_cv'] = number(ev.judge_row(composite[0], g).value)
        elif cvs and all(d.state == 'zero' or d.state == 'known' and d.x >= 0 for d in cvs):
            out['composite_cv'] = number(sum(d.cv or Fraction(0) for d in cvs) / len(cvs))
        else:
            out['composite_cv'] = None
        tops = [ev.judge_row(r, g).verdict for r in self.tops('stage')]
        out['verdict'] = UNMET if UNMET in tops else OPEN if OPEN in tops else MET if MET in tops else NA
        return out

    def tree(self, r, row, ev=None):
        ev = ev or self.ev
        j = ev.judge(r, row)
        out = {'id': r.id, 'verdict': j.verdict}
        own = r.each == row.level or r.each in ABOVE[row.level]
        out['value'] = number(j.value) if own else None
        out['limit'] = number(j.limit) if own else None
        out['margin'] = None
        if own and j.value is not None and j.limit is not None and j.value.point and j.limit.point:
            m = j.value.lo - j.limit.lo
            out['margin'] = number(m if j.op in ('at_least', 'above') else -m)
        out['reported_only'] = 'measure' in r.d and not r.limit()
        if j.grade:
            out['grade'] = j.grade
        if not own:
            out['rows'] = {'/'.join(x.key) if isinstance(x.key, tuple) else x.key: ev.judge_row(r, x).verdict
                           for x in row.under(r.each) if ev.exists(x)}
        out['children'] = [self.tree(c, row, ev) for c in r.children]
        if 'measure' in r.d and r.d.get('combine') != 'mean':
            for i in r.d['of']:
                v = []
                for x in [row] if own else row.under(r.each):
                    if ev.exists(x):
                        v += [c.verdict for k, c in ev.judge_row(r, x).children if k == i]
                out['children'].append({
                    'id': f'{r.id}.{i}', 'children': [], 'reported_only': not r.limit(),
                    'verdict': UNMET if UNMET in v else OPEN if OPEN in v else MET if MET in v else NA})
        return out

    def district(self, d):
        ev = self.ev
        rows = self.limited()
        v = [ev.judge(r, d).verdict for r in ev.roots if r.binding
             and not ('measure' in r.d and not r.limit())]
        sections = sorted((s for s in d.sections if s.stage_id in ev.stages),
                          key=lambda s: (ev.census.order.index(s.stage_id), s.school.code))
        return {'code': d.key, 'name': d.name,
                'verdict': UNMET if UNMET in v else OPEN if OPEN in v or MET not in v else MET,
                'groups': [self.group(g, rows) for g in
                           sorted(d.stages, key=lambda g: ev.census.order.index(g.stage_id)) if g.stage_id in ev.stages],
                'sections': [self.section(s, rows) for s in sections],
                'requirements': [self.tree(r, d) for r in ev.roots]}

    def census(self):
        districts = [self.district(d) for d in sorted(self.ev.census.region.districts, key=lambda d: d.key)]
        v = [d['verdict'] for d in districts]
        out = {'standard': {'id': self.ev.pack['pack'], 'as_of': self.ev.as_of.isoformat(), 'options': self.ev.options},
               'verdict': UNMET if UNMET in v else OPEN if OPEN in v or not v else MET,
               'districts': districts}
        if self.plain:
            out['without_concessions'] = [d['verdict'] for d in Report(self.plain).census()['districts']]
        return out


def prepare(dictionary, pack_path, rows, as_of, options=None, concessions='auto', search=()):
    """Judge rows (dicts of texts by field id, or names of CSV files) by a pack; returns the report."""
    if isinstance(dictionary, str):
        dictionary = Dictionary(dictionary)
    pack = load_pack(pack_path, search)
    packs = {}
    for alias, ident in (pack.get('uses') or {}).items():
        for folder in (os.path.dirname(pack_path) or '.', *search):
            p = os.path.join(folder, ident + '.yaml')
            if os.path.exists(p):
                packs[alias] = load_pack(p, search)
    fields = dict(dictionary.fields)
    for p in (pack, *packs.values()):
        for f in p.get('fields') or []:
            fields[f['id']] = f
    if rows and isinstance(rows[0], str):
        rows = read_csv(rows, Headers(dictionary, fields))
    if isinstance(as_of, str):
        as_of = datetime.date.fromisoformat(as_of)
    census = Census(rows, fields)

    def build(on):
        used = {a: Evaluator(dictionary, p, census, as_of, None, on, concessions == 'on') for a, p in packs.items()}
        return Evaluator(dictionary, pack, census, as_of, options, on, concessions == 'on', used)
    ev = build(concessions != 'off')
    plain = build(False) if ev.relief else None
    return Report(ev, plain)


def evaluate(*args, **kw):
    """The report as a dict."""
    return prepare(*args, **kw).census()


def main():
    sys.setrecursionlimit(10000)
    here = os.path.dirname(os.path.abspath(__file__))
    a = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    a.add_argument('--dictionary', default=os.path.join(here, '..', '..', 'data', 'fields.yaml'))
    a.add_argument('--pack', required=True)
    a.add_argument('--csv', required=True, action='append')
    a.add_argument('--as-of', default=datetime.date.today().isoformat())
    a.add_argument('--set', action='append', default=[])
    a.add_argument('--concessions', choices=('auto', 'on', 'off'), default='auto')
    a.add_argument('--search', action='append', default=[], help='folder of packs for extends and uses')
    a.add_argument('--json', action='store_true')
    o = a.parse_args()
    options = dict(s.split('=', 1) for s in o.set)
    r = evaluate(o.dictionary, o.pack, o.csv, o.as_of, options, o.concessions, o.search)
    if o.json:
        json.dump(r, sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        for d in r['districts']:
            print(d['code'], d['name'], d['verdict'])


if __name__ == '__main__':
    main()
