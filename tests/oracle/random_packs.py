#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random small packs and censuses, by seed.

Values are placed where a reader goes wrong: exactly on limits and floors, one
unit either side, on a coefficient of variation that is exactly its limit,
all zero, one section, no pupils, missing.

    random_packs.py SEED FOLDER      writes FOLDER/pack.yaml and FOLDER/data.csv
"""

import csv
import os
import random
import sys
from fractions import Fraction as F

WEIGHTS = {'primary': F(1), 'junior': F('1.1'), 'senior': F('1.32')}
SPLIT = ['teaching_area', 'indoor_sports_area', 'sports_ground_area', 'equipment_value', 'books', 'computers', 'multimedia_rooms']
KINDS = {'primary': ['primary'], 'teaching_point': ['primary'], 'junior': ['junior'], 'nine_year': ['primary', 'junior'],
         'complete_secondary': ['junior', 'senior'], 'twelve_year': ['primary', 'junior', 'senior'],
         'special': ['primary', 'junior']}
WHOLE = {'books', 'computers', 'multimedia_rooms', 'teachers', 'staff', 'teachers_bachelor', 'teachers_master',
         'teachers_pe', 'teachers_music', 'classes', 'pupils'}
BOTH = '{{zh: {0}, en: {0}}}'
AS_OF = '2024-09-01'


def decimal(x):
    """A fraction as the decimal that it is, else cut to four places."""
    x = F(x)
    n = F(int(x * 10000), 10000) if (x * 10 ** 6).denominator != 1 else x
    s = f'{int(n * 10 ** 6):d}'.rjust(7, '0')
    s = (s[:-6] + '.' + s[-6:]).rstrip('0').rstrip('.')
    return s or '0'


class Shape:
    """A formula and the way to give a section a wanted value."""

    def __init__(self, value, unit, op, limit, fields, assign):
        self.value, self.unit, self.op, self.limit = value, unit, op, limit
        self.fields, self.assign = fields, assign


def shapes(rng, options):
    def per_hundred(fields):
        text = ' + '.join(fields)

        def assign(put, p, t):
            total = t * p / 100
            first = F(int(total * rng.random())) if len(fields) > 1 else F(0)
            put(fields[0], total - first)
            for f in fields[1:]:
                put(f, first if f == fields[1] else F(0))
        return Shape(f'100 pupil * ({text}) / pupils', 'teacher', 'at_least', ['4.2', '5.30', '0.9', '1', '6'], fields, assign)

    def per_pupil(field, unit, limits):
        return Shape(f'{field} / pupils', f'{unit}/pupil', 'at_least', limits, [field],
                     lambda put, p, t: put(field, t * p))

    def less():
        def assign(put, p, t):
            gym = F(rng.choice([0, 0, 120, 300]))
            put('indoor_sports_area', gym)
            put('teaching_area', t * p + gym)
        return Shape('(teaching_area - indoor_sports_area) / pupils', 'm2/pupil', 'at_least', ['4.5', '5.8'],
                     ['teaching_area', 'indoor_sports_area'], assign)

    def two_areas():
        def assign(put, p, t):
            put('indoor_sports_area', t * p * F(1, 4))
            put('sports_ground_area', t * p * F(3, 4))
        return Shape('(indoor_sports_area + sports_ground_area) / pupils', 'm2/pupil', 'at_least', ['7.5', '10.2'],
                     ['indoor_sports_area', 'sports_ground_area'], assign)

    def ratio():
        return Shape('pupils / teachers', 'pupil/teacher', 'at_most', ['19', '13.5', '17'], ['teachers'],
                     lambda put, p, t: put('teachers', p / t if t else 0))

    def share():
        def assign(put, p, t):
            put('staff', F(20))
            put('teachers', 20 * min(t, F(1)))
        return Shape('teachers / staff', '%', 'at_least', ['85%', '0.95', '60%'], ['teachers', 'staff'], assign)

    def chosen():
        options['mode'] = ['narrow', 'wide']

        def assign(put, p, t):
            put('teachers_bachelor', t * p / 100)
            put('teachers_master', F(rng.choice([0, 0, 1])))
        return Shape("100 pupil * (teachers_bachelor + (if mode == 'wide' then teachers_master else 0)) / pupils", 'teacher',
                     'at_least', ['5', '4.2'], ['teachers_bachelor', 'teachers_master'], assign)

    def by_flag():
        return Shape('(if boarding then 0.8 * books else books) / pupils', 'book/pupil', 'at_least', ['25', '40', '15.5'],
                     ['books'], lambda put, p, t: put('books', t * p))

    def by_kind():
        return Shape("100 pupil * (if kind in ['nine_year', 'twelve_year'] or pupils < 100 then computers else computers * 0.9) / pupils",
                     'computer', 'at_least', ['10', '8'], ['computers'], lambda put, p, t: put('computers', t * p / 100))

    def extremes():
        return Shape('min(teaching_area, 3 * sports_ground_area) / max(pupils, 50)', 'm2/pupil', 'at_least', ['4', '4.25'],
                     ['teaching_area', 'sports_ground_area'],
                     lambda put, p, t: (put('teaching_area', t * max(p, 50)), put('sports_ground_area', t * max(p, 50) / rng.choice([1, 2, 4]))))

    def steps():
        return Shape('multimedia_rooms / (1 room * ceil(classes / 12 class))', '%', 'at_least', ['1', '2'],
                     ['multimedia_rooms'], lambda put, p, t: put('multimedia_rooms', t))

    def filled():
        return Shape('(if missing(equipment_value) then 500 yuan else equipment_value) / pupils', 'yuan/pupil', 'at_least',
                     ['2000', '2500'], ['equipment_value'], lambda put, p, t: put('equipment_value', t * p))

    def per_class():
        return Shape('pupils / classes', 'pupil/class', 'at_most', ['45', '50'], ['classes'],
                     lambda put, p, t: put('classes', p / t if t else 0))

    pool = [lambda: per_hundred(['teachers_bachelor', 'teachers_master']), lambda: per_hundred(['teachers_pe']),
            lambda: per_hundred(['teachers_pe', 'teachers_music']), lambda: per_pupil('books', 'book', ['25', '30.5']),
            lambda: per_pupil('equipment_value', 'yuan', ['2000', '2500']), lambda: per_pupil('teaching_area', 'm2', ['4.50', '5.8']),
            less, two_areas, ratio, share, chosen, by_flag, by_kind, extremes, steps, filled, per_class]
    return [rng.choice(pool)() for _ in range(rng.randint(1, 7))]


class World:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.options = {}
        self.shapes = shapes(self.rng, self.options)
        self.concession = None
        self.pack = self.make_pack()
        self.rows = self.make_census()

    # -- pack

    def limit(self, s):
        """A limit for each stage, as the pack writes it and as numbers."""
        rng = self.rng
        text = {st: rng.choice(s.limit) for st in ('primary', 'junior')}
        kind = rng.random()
        if kind < 0.35:
            text = dict.fromkeys(text, text['primary'])
            out = text['primary']
        elif kind < 0.85:
            out = '{' + ', '.join(f'{k}: {v}' for k, v in text.items()) + '}'
        elif kind < 0.93:
            later = rng.choice(s.limit)
            text = dict.fromkeys(text, text['primary'])
            out = f"[{{from: 2012-01-01, is: {text['primary']}}}, {{from: 2030-01-01, is: {later}}}]"
        else:
            small = rng.choice(s.limit)
            out = f"'if locality == ''rural'' then {small} else {text['primary']}'"
            text = dict.fromkeys(text, small)

        def value(t):
            return F(t[:-1]) / 100 if t.endswith('%') else F(t)
        return out, {k: value(v) for k, v in text.items()}

    def make_pack(self):
        rng = self.rng
        out = ['pack: pack', 'title: ' + BOTH.format('test'), 'reference: random', 'effective: 2012-01-01', 'stages: [primary, junior]']
        out.append('weight: ' + rng.choice(['pupils', 'pupils', 'pupils', 'classes', '1 pupil']))
        if rng.random() < 0.25:
            out.append("scope: kind != 'special'")
        out.append('split: {fields: [' + ', '.join(SPLIT) + '], weights: {primary: 1, junior: 1.1, senior: 1.32}, by: pupils}')
        if self.options:
            out.append('options:')
            for k, v in self.options.items():
                out.append(f'- {{id: {k}, values: [{", ".join(v)}], default: {rng.choice(v)}, title: {BOTH.format(k)}}}')
        counted = rng.random() < 0.5
        fields = []
        if counted:
            text = rng.choice(["kind != 'special' and not (kind == 'teaching_point' and pupils < 50)", "sponsor != 'private'", 'pupils >= 20'])
            fields.append(f'- {{id: counted, level: section, type: flag, value: "{text}", title: {BOTH.format("counted")}}}')
        self.rating = rng.random() < 0.4
        if self.rating:
            fields.append(f'- {{id: rating, level: school, type: number, min: 0, max: 10, title: {BOTH.format("rating")}}}')
        if fields:
            out += ['fields:'] + fields
        out.append('indicators:')
        self.limits = []
        ids = []
        for n, s in enumerate(self.shapes, 1):
            text, values = self.limit(s)
            self.limits.append(values)
            ids.append(f'I{n}')
            out.append(f'- id: I{n}\n  title: {BOTH.format(f"I{n}")}\n  unit: "{s.unit}"\n  decimals: 2\n  value: "{s.value}"\n  {s.op}: {text}')
        stage_indicator = rng.random() < 0.25
        if stage_indicator:
            out.append(f'- {{id: level_mean, level: stage, unit: pupil/class, decimals: 1, title: {BOTH.format("mean")}, value: sum(pupils) / sum(classes)}}')
        self.space = rng.random() < 0.3
        if self.space:
            for i, limit in (('A1', rng.choice(['6', '7.25'])), ('A2', '12')):
                out.append(f'- {{id: {i}, level: school, unit: m2/pupil, decimals: 2, title: {BOTH.format(i)}, '
                           f'value: {"floor_area" if i == "A1" else "site_area"} / sum(pupils), at_least: {limit}}}')
        out.append('requirements:')
        out += self.resources(ids, counted)
        if self.space:
            out.append(f'- {{id: space, each: school, binding: {rng.choice(["true", "false"])}, of: [A1, A2], '
                       f'{rng.choice(["need: 1, floor: 50%, ", ""])}title: {BOTH.format("space")}}}')
            out.append(f"- {{id: spacious, unit: '%', value: share(space over schools), at_least: {rng.choice(['50%', '100%', '85%'])}, title: {BOTH.format('spacious')}}}")
        if self.rating and rng.random() < 0.5:
            out.append(f'- {{id: model, each: school, binding: false, scope: rating > 1, select: {{best: {rng.randint(1, 2)}, within: '
                       f'{rng.choice(["district", "region"])}, by: [rating, sum(pupils)]}}, title: {BOTH.format("model")}}}')
        if rng.random() < 0.6:
            out += self.others(ids, stage_indicator)
        elif stage_indicator:
            out.append(f'- {{id: size, each: stage, unit: pupil/class, value: level_mean, at_most: 45, title: {BOTH.format("size")}}}')
        if self.rating:
            out.append(f'- {{id: rated, each: school, value: rating, {rng.choice(["at_least: 6", "above: 5", "at_most: 9", "below: 9.5"])}, title: {BOTH.format("rated")}}}')
        if rng.random() < 0.4:
            out += self.score()
        plain = [i for i, s in zip(ids, self.shapes) if s.value == 'books / pupils']
        if plain and rng.random() < 0.7:
            self.concession = True
            out += ['concessions:', f'- id: relief\n  title: {BOTH.format("relief")}\n  from: 2019-01-01\n  until: {rng.choice(["2023-12-31", "2026-12-31"])}\n  items:',
                    f'  - {{id: relief_item, on: {plain[0]}, when: small_rural, {rng.choice(["at_least: 20", "value: 1.25 * books / pupils"])}, title: {BOTH.format("item")}}}']
        return '\n'.join(out) + '\n'

    def resources(self, ids, counted):
        rng = self.rng
        out = ['- id: resources', '  title: ' + BOTH.format('resources')]
        if counted:
            out.append('  scope: counted')
        out.append('  of:')
        names = ', '.join(ids)
        need = rng.choice([len(ids), max(1, len(ids) - 1), max(1, len(ids) - 2)])
        self.floor = rng.choice(['85%', '60%', '85%', None])
        out += ['  - id: schools', '    each: section', '    title: ' + BOTH.format('schools'), f'    of: [{names}]', f'    need: {need}']
        if self.floor:
            out.append(f'    floor: {self.floor}')
        self.cv = {'primary': F('0.5'), 'junior': F('0.45')}
        some = ids if rng.random() < 0.7 else rng.sample(ids, rng.randint(1, len(ids)))
        some = [i for i in ids if i in some]
        out += ['  - id: dispersion', '    each: stage', '    title: ' + BOTH.format('dispersion'), '    measure: cv', f'    of: [{", ".join(some)}]',
                '    at_most: {primary: 0.50, junior: 0.45}', '    decimals: 3']
        if rng.random() < 0.6:
            limit = rng.choice(['', f'    at_most: {rng.choice(["0.4", "0.3", "0.50"])}'])
            out += ['  - id: composite', '    each: stage', '    title: ' + BOTH.format('composite'), '    measure: cv', '    combine: mean',
                    f'    of: [{", ".join(some)}]', '    decimals: 3'] + ([limit] if limit else [])
        return out

    def others(self, ids, stage_indicator):
        rng = self.rng
        pool = [
            ('survey', "unit: '%', decimals: 1, value: survey_satisfied / survey_valid, at_least: 85%"),
            ('survey_asked', "when: survey_valid > 0, unit: '%', decimals: 1, value: survey_satisfied / survey_valid, at_least: 85%"),
            ('rural_share', "unit: '%', value: share(locality == 'rural' over schools), at_most: 50%"),
            ('town_count', "unit: school, value: 1 school * count(locality == 'town' over schools where boarding), at_most: 2"),
            ('certified', "unit: '%', value: sum(teachers_bachelor) / sum(teachers), at_least: 60%"),
            ('per_teacher', "each: stage, unit: pupil/teacher, value: sum(pupils) / sum(teachers), at_most: {primary: 19, junior: 13.5}"),
            ('school_size', "each: school, unit: pupil, value: sum(pupils), at_most: if count(pupils > 0 over sections) > 1 then 700 else 600"),
            ('big_schools', "each: school, when: sum(pupils) >= 400, unit: class, value: sum(classes), at_least: 10"),
            ('small_rural_ok', "each: school, scope: locality == 'rural', value: small_rural or sum(pupils) >= 100"),
            ('weighted_mean', "unit: '%', value: mean(teachers / staff weighted by staff), at_least: 60%"),
            ('mean_pupils', "unit: pupil, value: mean(pupils where not missing(pupils)), at_least: 200"),
            ('largest', "unit: pupil, value: max(pupils) - min(pupils), at_most: 600"),
            ('sound', 'value: layout_sound'),
            ('clean', 'veto: true, value: not event_fraud'),
            ('good_schools', "unit: '%', value: share(schools over sections), at_least: 50%"),
            ('some_school', "value: count(schools over sections where locality != 'rural') > 0"),
            ('years', "unit: year, value: 'years(basic_certified_on, as_of)', at_least: 3"),
            ('funds', "when: special_pupils > 0, unit: yuan/pupil, value: special_funds / special_pupils, at_least: 8000"),
            ('steps', "each: section, unit: room, value: multimedia_rooms, at_least: 1 room * ceil(classes / 12 class)"),
            ('per_section', "each: section, unit: pupil/class, value: pupils / classes, at_most: {primary: 45, junior: 50}"),
        ]
        if stage_indicator:
            pool.append(('by_indicator', 'each: stage, unit: pupil/class, value: level_mean, at_most: {primary: 45, junior: 50}'))
        chosen = rng.sample(pool, rng.randint(1, 5))
        if stage_indicator and pool[-1] not in chosen:
            chosen.append(pool[-1])
        out = ['- id: government', '  title: ' + BOTH.format('government'), '  of:']
        for k, body in chosen:
            title = BOTH.format(k)
            if any(c in body.split('value: ')[1].split(', at_')[0] for c in ',') and "'" != body.split('value: ')[1][0]:
                body = body.replace('value: ', 'value: "', 1).replace(', at_', '", at_', 1)
            out.append(f'  - {{id: {k}, {body}, title: {title}}}')
        if len(chosen) > 2 and rng.random() < 0.4:
            out.insert(2, f'  need: {len(chosen) - 1}')
        return out

    def score(self):
        rng = self.rng
        t = BOTH.format('points')
        out = ['- id: duties', '  title: ' + t, '  points: 100']
        if rng.random() < 0.5:
            out.append(f'  at_least: {rng.choice([60, 85, 50])}')
        else:
            out += ['  grades:', f'  - {{id: good, at_least: 80, title: {t}}}', f'  - {{id: fair, at_least: 50, title: {t}}}',
                    f'  - {{id: poor, title: {t}}}', '  met_from: ' + rng.choice(['good', 'fair'])]
            if rng.random() < 0.5:
                out += ['  caps:', f"  - {{when: event_safety, {rng.choice(['lower: 1', 'at_most: fair'])}, title: {t}}}"]
        out += ['  of:',
                f'  - {{id: D1, points: 40, value: standards_unified, title: {t}}}',
                f"  - {{id: D2, points: 40, unit: yuan, value: teacher_salary, at_least: civil_servant_salary, score: 'points * min(1, teacher_salary / civil_servant_salary)', title: {t}}}",
                f'  - id: D3\n    points: 20\n    title: {t}\n    rescale: true\n    of:',
                f'    - {{id: D3a, points: 2, value: curriculum_complete, title: {t}}}',
                f"    - {{id: D3b, points: 3, when: rotation_eligible > 0, unit: '%', value: rotation_actual / rotation_eligible, at_least: 10%, title: {t}}}"]
        return out

    # -- census

    def make_census(self):
        rng = self.rng
        self.by_school = rng.random() < 0.5
        self.ease = rng.choice([0, 0.5, 0.9, 1])      # how often a section is given what it needs
        self.missing = rng.choice([0, 0, 0.01, 0.04, 0.15])
        self.unit = F(rng.choice(['0.01', '0.01', '0.000001']))
        self.miss = rng.choice([0, 0.02, 0.15])       # how often an amount is one unit off
        rows = []
        for d in range(1, rng.randint(1, 3) + 1):
            rows += self.district(f'33010{d}')
        columns = list(dict.fromkeys(k for r in rows for k in r))
        return [{c: r.get(c, '') for c in columns} for r in rows]

    def target(self, n, stage, plan):
        """The value that indicator n shall have on a section of this stage."""
        rng = self.rng
        limit = self.limits[n][stage]
        if plan == 'zero':
            return F(0)
        floor = F(self.floor[:-1]) / 100 if self.floor else F('0.85')
        at_floor = limit * floor if self.shapes[n].op == 'at_least' else limit / floor
        if rng.random() < self.ease:
            better = F(rng.randint(100, 150), 100)
            return rng.choice([limit, limit * better if self.shapes[n].op == 'at_least' else limit / better])
        return rng.choice([limit, limit, at_floor, limit * F(rng.randint(80, 140), 100), limit * F(rng.randint(95, 260), 100),
                           limit * rng.choice([F(1, 2), F(5, 4), F(3, 2), F(2)])])

    def district(self, code):
        rng = self.rng
        facts = {}

        def fact(k, v):
            facts[k] = '' if rng.random() < self.missing * 2 else str(v)
        valid = rng.choice([0, 100, 200, 1000])
        fact('survey_valid', valid)
        fact('survey_satisfied', min(valid, rng.choice([valid * 85 // 100, valid * 85 // 100 - 1, valid])) if valid else 0)
        for k in ('layout_sound', 'standards_unified', 'curriculum_complete'):
            fact(k, rng.choice(['yes'] * 9 + ['no']))
        for k in ('event_fraud', 'event_safety'):
            fact(k, rng.choice(['no'] * 9 + ['yes']))
        fact('teacher_salary', rng.choice([90000, 100000, 99999, 100000.5]))
        fact('civil_servant_salary', rng.choice([100000, 80000]))
        fact('rotation_eligible', rng.choice([0, 100, 150]))
        fact('rotation_actual', rng.choice([9, 10, 15, 14]))
        fact('special_pupils', rng.choice([0, 10, 30]))
        fact('special_funds', rng.choice([80000, 240000, 79999.99]))
        fact('basic_certified_on', rng.choice(['2021-09-01', '2021-09-02', '2019-03-31', '2024-01-01']))
        schools = []
        plan = rng.choice(['', '', '', 'zero', 'pair'])
        for n in range(rng.choice([1, 2, 2, 3, 4, 6, 9])):
            kind = 'primary' if plan == 'pair' else rng.choice(list(KINDS) + ['primary', 'nine_year'])
            schools.append((f'{code[-1]}{n:03d}', kind))
        pair = plan == 'pair' and len(schools) == 2
        swing = rng.choice([F('0.5'), F('0.51'), F('0.49')])
        exact = {n: rng.choice([F(2), F(4), F(10)]) for n in range(len(self.shapes))}
        same = rng.choice([100, 200])
        rows = []
        for at, (sc, kind) in enumerate(schools):
            rows += self.school(code, facts, sc, kind, plan,
                                {n: exact[n] * (1 + (swing if at else -swing)) for n in exact} if pair else None, same)
        return rows

    def school(self, code, facts, sc, kind, plan, forced, same):
        rng = self.rng

        def gap(v, more=1):
            return '' if rng.random() < self.missing * more else v
        base = {'district_code': code, 'district_name': f'County {code[-1]}', 'school_code': sc, 'school_name': f'School {sc}',
                'kind': kind, 'sponsor': rng.choice(['county_education', 'county_education', 'private']),
                'locality': gap(rng.choice(['urban', 'town', 'rural'])), 'boarding': gap(rng.choice(['yes', 'no'])),
                'small_rural': gap(rng.choice(['yes', 'no', 'no']))}
        if rng.random() < self.missing:
            base['kind'] = ''
        if self.rating:
            base['rating'] = gap(rng.choice(['6', '5.99', '6.01', '9', '10', '0', '9.5', '5']))
        base.update(facts)
        stages = KINDS[kind]
        pupils = {}
        for st in stages:
            pupils[st] = F(same) if forced else F(rng.choice([rng.randint(1, 60), rng.randint(60, 700), 100, 200, 400, 50, 49, 1000]))
            if rng.random() < 0.04:
                pupils[st] = F(0)
        cells = {st: {} for st in stages}
        whole = {}
        scale = sum(WEIGHTS[st] * pupils[st] for st in stages)

        def place(st, field, v):
            """Write an amount so that the section of this stage has it, after the split if there is one."""
            v = F(v)
            if rng.random() < self.miss and not forced:
                v += rng.choice([1, -1]) if field in WHOLE else rng.choice([self.unit, -self.unit])
            shared = field in SPLIT
            if shared and self.by_school and pupils[st]:
                v = v * scale / (WEIGHTS[st] * pupils[st])
            v = max(v, F(0))
            if field in WHOLE:
                v = F(int(v + F(1, 2)) if rng.random() < 0.5 else -int(-v // 1))
            if shared and self.by_school:
                whole[field] = v
            else:
                cells[st][field] = v
        for st in stages:
            c = cells[st]
            p = pupils[st]
            c['classes'] = F(max(1, int(p / rng.choice([30, 40, 45, 50]))))
            c['teachers'] = F(max(1, int(p / rng.choice([10, 13, 15, 19]))))
            c['staff'] = c['teachers'] + rng.choice([0, 1, 5])
            c['teachers_bachelor'] = F(int(c['teachers'] * rng.choice([0, F(1, 2), F(3, 5), 1])))
            for f in ('teachers_master', 'teachers_pe', 'teachers_music'):
                c[f] = F(rng.randint(0, 3))
        size = sum(pupils.values())
        for f, t in (('floor_area', rng.choice([F(6), F('7.25'), F(3), F(9), F(10)])), ('site_area', rng.choice([F(12), F(6), F('5.99'), F(20)]))):
            if self.by_school:
                whole[f] = t * size
            else:
                for at, st in enumerate(stages):
                    # parts that differ and add up to the wanted whole
                    cells[st][f] = t * size * (at + 1) / sum(range(1, len(stages) + 1))
                    cells[st][f] = F(decimal(cells[st][f]))
        if self.by_school:
            for f in SPLIT:
                whole[f] = F(rng.randint(0, 3000))
        else:
            for st in stages:
                for f in SPLIT:
                    cells[st][f] = F(rng.randint(1, 3000))
        order = list(stages)
        rng.shuffle(order)
        for st in order:
            if st == 'senior':
                continue
            for n, s in enumerate(self.shapes):
                t = forced[n] if forced else self.target(n, st, plan)
                s.assign(lambda f, v: place(st, f, v), pupils[st], t)
        if not self.by_school:
            # the same amount on both rows of a school is refused as entered twice
            for f in SPLIT:
                seen = set()
                for st in stages:
                    while cells[st][f] in seen and cells[st][f] != 0:
                        cells[st][f] += 1
                    seen.add(cells[st][f])
            out = []
            for st in stages:
                r = dict(base, stage=st, pupils=gap(decimal(pupils[st])))
                r.update({f: gap(decimal(v)) for f, v in cells[st].items()})
                r['classes'] = r['classes'] or decimal(cells[st]['classes'])
                out.append(r)
            return out
        r = dict(base)
        for st in stages:
            r[f'pupils.{st}'] = gap(decimal(pupils[st]))
            for f, v in cells[st].items():
                r[f'{f}.{st}'] = decimal(v) if f == 'classes' else gap(decimal(v))
        r.update({f: gap(decimal(v)) for f, v in whole.items()})
        return [r]


def write_rows(path, rows):
    columns = list(dict.fromkeys(k for r in rows for k in r))
    with open(path, 'w', encoding='utf-8', newline='') as f:
        w = csv.DictWriter(f, columns, lineterminator='\n')
        w.writeheader()
        w.writerows(rows)


def write(seed, folder):
    w = World(seed)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'pack.yaml'), 'w', encoding='utf-8') as f:
        f.write(w.pack)
    write_rows(os.path.join(folder, 'data.csv'), w.rows)
    return w


if __name__ == '__main__':
    write(int(sys.argv[1]), sys.argv[2])
