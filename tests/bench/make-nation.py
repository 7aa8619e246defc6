#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the school table of a made-up nation, for timing.

Every name says that it is synthetic. One row per section, or with --layout
school one row per school whose shared amounts the standard has to split. The
same arguments give the same bytes.
"""

import argparse
import random
import sys

IDENTITY = ['district_code', 'district_name', 'school_code', 'school_name', 'kind', 'sponsor', 'locality']
SECTION = ['pupils', 'classes', 'teachers', 'teachers_college', 'teachers_bachelor', 'teachers_master',
           'teachers_doctor', 'teachers_backbone', 'teachers_pe', 'teachers_music', 'teachers_fine_arts',
           'teachers_arts']
SHARED = ['teaching_area', 'indoor_sports_area', 'sports_ground_area', 'equipment_value', 'multimedia_rooms']

KINDS = ['primary', 'teaching_point', 'junior', 'nine_year', 'complete_secondary', 'twelve_year', 'special']
# roughly what the yearly statistics of compulsory education show
SHARES = [61, 13, 17, 6.5, 1.2, 0.3, 1]
STAGES = {'primary': ['primary'], 'teaching_point': ['primary'], 'junior': ['junior'],
          'nine_year': ['primary', 'junior'], 'complete_secondary': ['junior', 'senior'],
          'twelve_year': ['primary', 'junior', 'senior'], 'special': ['primary', 'junior']}
TITLES = {'primary': '小学', 'teaching_point': '教学点', 'junior': '初级中学', 'nine_year': '九年一贯制学校',
          'complete_secondary': '完全中学', 'twelve_year': '十二年一贯制学校', 'special': '特殊教育学校'}
# median and largest number of pupils of a section
SIZES = {'primary': (520, 2400), 'teaching_point': (45, 160), 'junior': (760, 2600), 'nine_year': (420, 1600),
         'complete_secondary': (700, 2000), 'twelve_year': (600, 1800), 'special': (60, 200)}
SPLIT = {'primary': 1, 'junior': 1.1, 'senior': 1.32}
# what a pupil has in the middle school of the nation, by stage
TEACHERS = {'primary': 6.2, 'junior': 7.9, 'senior': 8.2}
TEACHING = {'primary': 6.0, 'junior': 7.6, 'senior': 8.4}
SPORTS = {'primary': 9.6, 'junior': 13.0, 'senior': 13.5}
EQUIPMENT = {'primary': 2700, 'junior': 3500, 'senior': 4200}
ROOMS = {'primary': 3.1, 'junior': 3.2, 'senior': 3.3}


def section(rng, stage, pupils, county, school):
    """The teachers of one section; county and school are how much better off they are than the median."""
    teachers = max(1, round(pupils * TEACHERS[stage] / 100 * county * school))
    master = round(teachers * 0.08 * rng.random())
    doctor = 1 if teachers > 60 and rng.random() < 0.02 else 0
    bachelor = round((teachers - master - doctor) * rng.uniform(0.62, 0.95))
    college = (teachers - master - doctor - bachelor) if stage != 'senior' else 0
    special = pupils * 1.15 / 100 * county * school
    pe, music, art = (max(0, round(special * part * rng.uniform(0.7, 1.3))) for part in (0.45, 0.27, 0.28))
    return {'pupils': pupils, 'classes': max(1, -(-pupils // 42)), 'teachers': teachers,
            'teachers_college': college, 'teachers_bachelor': bachelor, 'teachers_master': master,
            'teachers_doctor': doctor, 'teachers_backbone': round(pupils * 1.35 / 100 * county * rng.uniform(0.5, 1.6)),
            'teachers_pe': pe, 'teachers_music': music, 'teachers_fine_arts': art,
            'teachers_arts': 1 if special > 12 and rng.random() < 0.3 else 0}


def shared(rng, stages, pupils, county, school):
    """What all sections of a school have together, in hundredths of square metres and in yuan."""
    def whole(per_pupil, spread):
        return sum(n * per_pupil[s] for s, n in zip(stages, pupils)) * county * school * rng.lognormvariate(0, spread)
    sports = whole(SPORTS, 0.16)
    gym = sports * 0.12 if sum(pupils) > 600 and rng.random() < 0.5 else 0
    return {'teaching_area': round(100 * (whole(TEACHING, 0.12) + gym)), 'indoor_sports_area': round(100 * gym),
            'sports_ground_area': round(100 * (sports - gym)), 'equipment_value': round(whole(EQUIPMENT, 0.2)),
            'multimedia_rooms': round(whole({s: ROOMS[s] / 100 for s in ROOMS}, 0.12))}


def text(field, value):
    if field.endswith('_area'):
        return f'{value // 100}.{value % 100:02d}'
    return str(value)


def parts(amount, weights):
    """An amount laid out over the sections, so that the parts add up to it."""
    total, used, given = sum(weights), 0, []
    for w in weights[:-1]:
        given.append(int(amount * w / total))
        used += given[-1]
    given.append(amount - used)
    # the same figure on two rows of a school would look like a total entered twice
    for _ in given:
        for i in range(1, len(given)):
            if given[i] in given[:i] and given[i] > 0:
                given[i - 1], given[i] = given[i - 1] - 1, given[i] + 1
    return given


def schools(args, rng):
    # counties differ in size; every one has at least one school
    sizes = [1] * args.counties
    for county in rng.choices(range(args.counties), [rng.lognormvariate(0, 0.6) for _ in range(args.counties)],
                              k=max(0, args.schools - args.counties)):
        sizes[county] += 1
    kinds = []
    for county, n in enumerate(sizes):
        code = f'{900000 + county:06d}'
        name = f'合成县{county + 1:04d}'
        wealth = rng.lognormvariate(0.05, 0.14)
        if len(kinds) < n:
            kinds += rng.choices(KINDS, SHARES, k=100000)
        for i in range(n):
            kind = kinds.pop()
            stages = STAGES[kind]
            median, largest = SIZES[kind]
            pupils = [min(largest, max(6, round(median * rng.lognormvariate(0, 0.62)))) for _ in stages]
            yield {'district_code': code, 'district_name': name, 'school_code': f'{code}{i + 1:05d}',
                   'school_name': f'{name}第{i + 1}{TITLES[kind]}', 'kind': kind,
                   'sponsor': 'private' if kind != 'teaching_point' and rng.random() < 0.06 else 'county_education',
                   'locality': rng.choice(('urban', 'town', 'rural'))}, stages, pupils, wealth, rng.lognormvariate(0, 0.17)


def by_section(args, rng):
    rows = []
    for identity, stages, pupils, wealth, own in schools(args, rng):
        amounts = shared(rng, stages, pupils, wealth, own)
        weights = [n * SPLIT[s] for s, n in zip(stages, pupils)]
        given = {f: parts(amounts[f], weights) for f in SHARED}
        head = ','.join(identity.values())
        for i, stage in enumerate(stages):
            s = section(rng, stage, pupils[i], wealth, own)
            rows.append(f"{head},{stage},{','.join(str(s[f]) for f in SECTION)},"
                        f"{','.join(text(f, given[f][i]) for f in SHARED)}\n")
    return ','.join(IDENTITY + ['stage'] + SECTION + SHARED) + '\n', rows


def by_school(args, rng):
    order = list(SPLIT)
    rows = []
    for identity, stages, pupils, wealth, own in schools(args, rng):
        amounts = shared(rng, stages, pupils, wealth, own)
        cells = dict.fromkeys(order, [''] * len(SECTION))
        for i, stage in enumerate(stages):
            s = section(rng, stage, pupils[i], wealth, own)
            cells[stage] = [str(s[f]) for f in SECTION]
        rows.append(','.join([*identity.values(), *(c for stage in order for c in cells[stage]),
                              *(text(f, amounts[f]) for f in SHARED)]) + '\n')
    return ','.join(IDENTITY + [f'{f}.{s}' for s in order for f in SECTION] + SHARED) + '\n', rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--schools', type=int, default=210000, metavar='N')
    parser.add_argument('--counties', type=int, default=2895, metavar='M')
    parser.add_argument('--seed', type=int, default=1, metavar='S')
    parser.add_argument('--layout', choices=('section', 'school'), default='section', help='what a row is')
    parser.add_argument('-o', '--output', metavar='FILE', help='default: standard output')
    args = parser.parse_args()
    if args.counties < 1 or args.schools < args.counties:
        parser.error('a county has at least one school')
    rng = random.Random(args.seed)
    head, rows = (by_section if args.layout == 'section' else by_school)(args, rng)
    rng.shuffle(rows)
    out = open(args.output, 'w', encoding='utf-8', newline='') if args.output else sys.stdout
    with out:
        out.write(head)
        out.writelines(rows)


if __name__ == '__main__':
    main()
