#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The tool against the oracle, on random packs and censuses, and against itself.

    compare.py TOOL [--first N] [--seeds N] [--dictionary F] [--keep FOLDER]

Each difference is printed with its seed and path.  Exit status 1 if there is any.
"""

import argparse
import collections
import json
import os
import random
import subprocess
import sys
import tempfile

import oracle
import random_packs

AS_OF = random_packs.AS_OF
LISTS = ('met', 'at_floor', 'unmet', 'undetermined', 'not_applicable')
HARD = ('met', 'unmet')


class Failed(Exception):
    pass


def run(tool, folder, files, pack='pack.yaml', extra=()):
    p = subprocess.run([tool, 'evaluate', *files, '--standard', pack, '--as-of', AS_OF, '--format', 'json', *extra],
                       cwd=folder, capture_output=True, timeout=120)
    if p.returncode not in (0, 1):
        raise Failed(f'exit status {p.returncode}: {p.stderr.decode(errors="replace").strip()[:2000]}')
    try:
        return json.loads(p.stdout)
    except ValueError as e:
        raise Failed(f'no JSON: {e}: {p.stderr.decode(errors="replace").strip()[:500]}') from e


def subject(ev, path):
    """The row that a path of the tool names, and the id at its end."""
    parts = path.split('/')
    rows = ev.census
    if parts[0] == 'schools':
        school = next(s for (_, code), s in rows.schools.items() if code == parts[1])
        if len(parts) == 3:
            return school, parts[2]
        return next(x for x in school.sections if x.stage_id == parts[2]), parts[3]
    if parts[0] == 'districts':
        district = rows.districts[parts[1]]
        if len(parts) == 3:
            return district, parts[2]
        return next(g for g in district.stages if g.stage_id == parts[2]), parts[3]
    return rows.region, parts[-1]


def in_stages(ev, row):
    return row.level not in ('section', 'stage') or row.stage_id in ev.stages


def spread(ev, r, row, ident):
    """The part REQ.INDICATOR of a dispersion."""
    parts = dict(ev.judge_row(r, row).children)
    return parts.get(ident[len(r.id) + 1:], oracle.J('not_applicable'))


def compare_node(ev, plain, node, parent, reqs, row, out):
    """One node of the tool's tree of requirements, judged on `row` or on the row that its path names."""
    ident = node['id']
    if 'path' in node:
        row = subject(ev, node['path'])[0]
    if not in_stages(ev, row):
        if node['verdict'] != 'not_applicable':
            out.append((f"{node['path']}/verdict", node['verdict'], 'not_applicable'))
        return
    name = node.get('path') or f"{'/'.join(row.key) if isinstance(row.key, tuple) else row.key}/{ident}"
    r = reqs.get(ident)
    if r is None and parent is not None and ident.startswith(parent.id + '.'):
        j = spread(ev, parent, row, ident)
        k = spread(plain, plain.reqs[parent.id], row, ident) if plain else j
        shown = not parent.limit()
    else:
        if r is None:
            r = next(c for c in parent.children if c.id == ident)
        j = ev.judge(r, row)
        k = plain.judge(plain.reqs[ident], row) if plain and ident in plain.reqs else j
        shown = 'measure' in r.d and not r.limit() and not r.ind
    if not shown:
        for key, want in (('verdict', j.verdict), ('strict_verdict', k.verdict if ident in reqs else None)):
            if want and key in node and node[key] != want:
                out.append((f'{name}/{key}', node[key], want))
    if 'path' in node and not (r is not None and 'select' in r.d):
        for key, want in (('value', oracle.number(j.value)), ('limit', oracle.number(j.limit))):
            if node[key] != want and not (key == 'limit' and j.verdict == 'not_applicable'):
                out.append((f'{name}/{key}', node[key], want))
    elif r is not None and 'met' in node:
        under = [ev.judge_row(r, x).verdict for x in row.under(r.each) if ev.exists(x)]
        for v in ('met', 'unmet', 'undetermined'):
            if node[v] != under.count(v):
                out.append((f'{name}/{v}', node[v], under.count(v)))
        for f in node.get('failing', ()):
            compare_node(ev, plain, dict(f, id=ident), parent, reqs, row, out)
    for c in node.get('children') or []:
        compare_node(ev, plain, c, r, reqs, row, out)


def differences(tool, report):
    """(path, tool, oracle) wherever the two reports differ."""
    mine = report.census()
    out = []

    def check(path, a, b):
        if a != b or (isinstance(a, bool) != isinstance(b, bool)):
            out.append((path, a, b))

    def keyed(path, a, b, key):
        a, b = {key(x): x for x in a}, {key(x): x for x in b}
        for k in sorted(set(a) | set(b)):
            if k not in b and a[k].get('verdict') == 'not_applicable':
                continue    # a section of a stage that the pack does not judge
            if k not in a or k not in b:
                out.append((f'{path}/{k}', 'there' if k in a else 'absent', 'there' if k in b else 'absent'))
            else:
                yield f'{path}/{k}', a[k], b[k]
    check('/verdict', tool['verdict'], mine['verdict'])
    for dp, a, b in keyed('', tool['districts'], mine['districts'], lambda d: d['code']):
        check(dp + '/verdict', a['verdict'], b['verdict'])
        for gp, g, h in keyed(dp + '/groups', a['groups'], b['groups'], lambda g: g['stage']):
            for k in ('sections', 'weight', 'verdict', 'composite_cv'):
                check(f'{gp}/{k}', g[k], h[k])
            for ip, i, j in keyed(gp, g['indicators'], h['indicators'], lambda i: i['id']):
                for k in ('mean', 'cv', 'cv_limit', 'verdict', *LISTS):
                    check(f'{ip}/{k}', i[k], j[k])
        for sp, s, t in keyed(dp + '/sections', a['sections'], b['sections'], lambda s: s['school'] + '.' + s['stage']):
            for k in ('weight', 'verdict', 'values'):
                if k == 'values':
                    for vp, v, w in keyed(sp, [s[k]], [t[k]], lambda _: 'values'):
                        for i in sorted(set(v) | set(w)):
                            check(f'{vp}/{i}', v.get(i, 'absent'), w.get(i, 'absent'))
                else:
                    check(f'{sp}/{k}', s[k], t[k])
            for k in LISTS:
                check(f'{sp}/{k}', sorted(s[k]), sorted(t[k]))
        row = report.ev.census.districts[a['code']]
        for node in a['requirements']:
            compare_node(report.ev, report.plain, node, None, report.ev.reqs, row, out)
        seen = {r['id'] for r in a['requirements']}
        for r in report.ev.roots:
            if r.id not in seen and r.each != 'region' and any(report.ev.exists(x) for x in row.under(r.each)):
                out.append((f'{dp}/requirements/{r.id}', 'absent', 'there'))
    return out


def verdicts(report):
    """Every judged thing of a report by path."""
    out = {'census': report['verdict']}
    for d in report['districts']:
        out[d['code']] = d['verdict']
        for g in d['groups']:
            out[d['code'], g['stage']] = g['verdict']
            for i in g['indicators']:
                out[d['code'], g['stage'], i['id']] = i['verdict']
        for s in d['sections']:
            key = (d['code'], s['school'], s['stage'])
            out[key] = s['verdict']
            for k in LISTS:
                for i in s[k]:
                    out[(*key, i)] = 'unmet' if k == 'at_floor' else k

        def walk(r, above):
            key = r.get('path') or f"{above}/{r['id']}"
            out[key] = r['verdict']
            for f in r.get('failing') or []:
                out[f['path']] = f['verdict']
            for c in r.get('children') or []:
                walk(c, key)
        for r in d['requirements']:
            walk(r, d['code'])
    return out


def placeless(node):
    """Without the cells that facts came from."""
    if isinstance(node, dict):
        return {k: placeless(v) for k, v in node.items() if k != 'cell'}
    return [placeless(v) for v in node] if isinstance(node, list) else node


def without(report):
    r = placeless(report)
    r['census'] = {k: v for k, v in report.get('census', {}).items() if k != 'sources'}
    return r


def against_itself(tool, world, folder, rng):
    """What must not change, or not this way, when the input is changed."""
    out = []
    base = run(tool, folder, ['data.csv'])

    rows = list(world.rows)
    rng.shuffle(rows)
    random_packs.write_rows(os.path.join(folder, 'shuffled.csv'), rows)
    if without(run(tool, folder, ['shuffled.csv'])) != without(base):
        out.append(('row order', 'changed', 'the same'))

    if len(rows) > 1:
        at = rng.randint(1, len(world.rows) - 1)
        random_packs.write_rows(os.path.join(folder, 'first.csv'), world.rows[:at])
        random_packs.write_rows(os.path.join(folder, 'second.csv'), world.rows[at:])
        if placeless(run(tool, folder, ['first.csv', 'second.csv'])['districts']) != placeless(base['districts']):
            out.append((f'file split after row {at}', 'changed', 'the same'))

    if 'missing(' not in world.pack:
        fixed = ('district_', 'school_', 'stage', 'classes')
        cells = [(n, c) for n, r in enumerate(world.rows) for c, v in r.items() if v != '' and not c.startswith(fixed)]
        before = verdicts(base)
        for n, c in rng.sample(cells, min(2, len(cells))):
            rows = [dict(r) for r in world.rows]
            district, school = rows[n]['district_code'], rows[n]['school_code']
            # a fact of a school or district stands on all its rows
            one = '.' in c or c in random_packs.WHOLE or c in random_packs.SPLIT
            for k, r in enumerate(rows):
                if k == n or (not one and r['district_code'] == district and (
                        r['school_code'] == school or r.get(c) == world.rows[n][c] and c in FACTS)):
                    r[c] = ''
            random_packs.write_rows(os.path.join(folder, 'gap.csv'), rows)
            after = verdicts(run(tool, folder, ['gap.csv']))
            for k in before:
                a, b = before[k], after.get(k)
                if a in HARD and b in HARD and a != b:
                    out.append((f'{c} of row {n} removed: {k}', b, a))

    simple = [i for i, s in enumerate(world.shapes, 1) if s.op == 'at_least' and s.value.count('/') == 1
              and not any(w in s.value for w in ('if ', 'min', 'max', 'ceil', '/ staff'))]
    if simple:
        fields = {f for i in simple for f in world.shapes[i - 1].fields}
        rows = []
        for r in world.rows:
            rows.append({c: random_packs.decimal(3 * random_packs.F(v)) if v and c.split('.')[0] in fields else v
                         for c, v in r.items()})
        random_packs.write_rows(os.path.join(folder, 'scaled.csv'), rows)
        scaled = run(tool, folder, ['scaled.csv'])
        for d, e in zip(base['districts'], scaled['districts']):
            for g, h in zip(d['groups'], e['groups']):
                old, new = ({i['id']: i['cv'] for i in x['indicators']} for x in (g, h))
                for i in simple:
                    if old.get(f'I{i}') != new.get(f'I{i}'):
                        out.append((f"numerators of I{i} times 3: {d['code']} {g['stage']}", new[f'I{i}'], old[f'I{i}']))
    return out


FACTS = ('survey_valid', 'survey_satisfied', 'layout_sound', 'standards_unified', 'curriculum_complete', 'event_fraud',
         'event_safety', 'teacher_salary', 'civil_servant_salary', 'rotation_eligible', 'rotation_actual', 'special_pupils',
         'special_funds', 'basic_certified_on')


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    a = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    a.add_argument('tool')
    a.add_argument('--first', type=int, default=0)
    a.add_argument('--seeds', type=int, default=100)
    a.add_argument('--dictionary', default=os.path.join(here, '..', '..', 'data', 'fields.yaml'))
    a.add_argument('--keep', help='folder that keeps the packs and censuses')
    a.add_argument('--itself', type=int, default=4, help='every which seed is also tried against itself')
    a.add_argument('--pack', help='compare on this pack and these files instead of random ones')
    a.add_argument('--csv', action='append', default=[])
    a.add_argument('--set', action='append', default=[])
    a.add_argument('--concessions', choices=('auto', 'on', 'off'), default='auto')
    a.add_argument('--search', action='append', default=[], help='folder of packs for extends and uses')
    a.add_argument('--show', type=int, default=12, help='differences shown of one seed')
    o = a.parse_args()
    tool = os.path.abspath(o.tool)
    dictionary = oracle.Dictionary(o.dictionary)
    if o.pack:
        extra = [x for s in o.set for x in ('--set', s)]
        mine = oracle.prepare(dictionary, o.pack, o.csv, AS_OF, dict(s.split('=', 1) for s in o.set),
                              o.concessions, o.search)
        found = differences(run(tool, '.', o.csv, o.pack, [*extra, '--concessions', o.concessions]), mine)
        for path, x, y in found:
            print(f'{path}: tool {x!r}, expected {y!r}')
        print(f'{int(not found)} passed, {int(bool(found))} failed')
        return 1 if found else 0
    passed = failed = 0
    kinds = collections.Counter()
    with tempfile.TemporaryDirectory() as temporary:
        for seed in range(o.first, o.first + o.seeds):
            folder = os.path.join(o.keep or temporary, str(seed))
            world = random_packs.write(seed, folder)
            try:
                mode = ('auto', 'auto', 'on', 'off')[seed % 4] if world.concession else 'auto'
                extra = [] if mode == 'auto' else ['--concessions', mode]
                mine = oracle.prepare(dictionary, os.path.join(folder, 'pack.yaml'),
                                       [os.path.join(folder, 'data.csv')], AS_OF, concessions=mode)
                found = differences(run(tool, folder, ['data.csv'], extra=extra), mine)
                if seed % o.itself == 0:
                    found += against_itself(tool, world, folder, random.Random(seed))
            except (Failed, subprocess.TimeoutExpired) as e:
                found = [('/', str(e), 'a report')]
            if found:
                failed += 1
                for path, x, y in found[:o.show]:
                    print(f'seed {seed}: {path}: tool {x!r}, expected {y!r}')
                if len(found) > o.show:
                    print(f'seed {seed}: and {len(found) - o.show} more')
                for path, x, y in found:
                    kinds[path.rsplit('/', 1)[-1]] += 1
            else:
                passed += 1
    if kinds:
        print('differences by kind:', ', '.join(f'{k} {n}' for k, n in kinds.most_common(20)))
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
