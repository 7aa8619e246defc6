/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The package as a program for Node uses it. */

import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {test} from 'node:test';
import {BalanceError, VERDICTS, evaluate, read, standards} from 'libbalance';
import * as everything from 'libbalance';
import Balance, {release} from 'libbalance/raw';

const SAMPLE = path.join(process.env.BALANCE_SOURCE_DIR, 'examples', 'data', 'sample-county.csv');
const FACTS = path.join(process.env.BALANCE_SOURCE_DIR, 'examples', 'data', 'sample-county-facts.csv');
const PACK = path.join(process.env.BALANCE_SOURCE_DIR, 'data', 'standards', 'cn-2017-quality.yaml');
const OPTIONS = {asOf: '2024-06-30'};

const ROWS = [
    {district_code: '110101', school_code: 'S1', school_name: '示例第1小学', stage: 'primary', kind: 'primary', pupils: 400, teachers_backbone: 5,
        teaching_area: 2000.5, indoor_sports_area: 0, boarding: true},
    {district_code: '110101', school_code: 'S2', school_name: '示例, "第2"小学', stage: 'primary', kind: 'primary', pupils: 300n,
        teachers_backbone: 1, teaching_area: 1000, indoor_sports_area: 0, boarding: false, books: null, classes: undefined, equipment_value: NaN},
];

function thrown(callback) {
    try {
        callback();
    } catch (error) {
        return error;
    }
    throw new Error('nothing was thrown');
}

test('a file is judged as the tool judges it, byte for byte', () => {
    const {stdout, status} = spawnSync(process.env.BALANCE_TOOL, ['evaluate', SAMPLE, FACTS, '--as-of', '2024-06-30', '--format', 'json'],
        {maxBuffer: 1 << 28});
    assert.equal(status, 1);
    const evaluation = evaluate([SAMPLE, FACTS], OPTIONS);
    assert.equal(evaluation.report('json').compare(stdout), 0);
    assert.deepEqual(evaluation.toJSON(), JSON.parse(stdout));
    assert.equal(JSON.stringify(evaluation), JSON.stringify(JSON.parse(stdout)));
    assert.equal(evaluation.verdict, 'unmet');
    assert.equal(evaluation.districtVerdict('990001'), 'unmet');
    assert.equal(evaluation.asOf, '2024-06-30');
});

test('columns are typed arrays in the order of the sections', () => {
    const evaluation = evaluate(SAMPLE, OPTIONS);
    const {census} = evaluation;
    const values = evaluation.values('R1');
    const verdicts = evaluation.verdicts('R1');
    assert.ok(values instanceof Float64Array && verdicts instanceof Uint8Array);
    assert.deepEqual([values.length, verdicts.length, census.sections.length, census.schools.length], [72, 72, 72, 60]);
    const pupils = census.column('pupils');
    census.sections.forEach(({district, school, stage}, row) => {
        const finding = evaluation.find(`districts/${district}/schools/${school}/${stage}/R1`);
        assert.equal(VERDICTS[verdicts[row]], finding.verdict);
        if (finding.verdict !== 'not_applicable')
            assert.ok(Object.is(values[row], finding.value ?? NaN), `${school} ${values[row]} ${finding.value}`);
        const operand = finding.operands.find(o => o.field === 'pupils');
        if (operand !== undefined)
            assert.equal(pupils[row], operand.number);
    });
    assert.ok(census.columns().includes('pupils') && census.columns('school').includes('school_code'));
    assert.deepEqual(census.districts.map(d => d.code), ['990001']);
    assert.equal(census.year, 2024);
    assert.deepEqual(census.sources, [SAMPLE]);
});

test('a finding is explained down to its cells, in both languages', () => {
    const evaluation = evaluate(SAMPLE, OPTIONS);
    const finding = evaluation.find('schools/9900010013/primary/R6');
    assert.equal(finding.value, 1699.75);
    assert.equal(finding.limit, 2000);
    assert.equal(finding.verdict, 'unmet');
    assert.equal(finding.operands.find(o => o.field === 'pupils').cell.text, `${SAMPLE}!Q14`);
    assert.match(evaluation.explain('schools/9900010013/primary/R6'), /结论 +未达标/);
    assert.match(evaluation.explain('schools/9900010013/primary/R6', 'en'), /Verdict +unmet/);
    const [resources] = evaluation.findings('990001');
    assert.equal(resources.id, 'resources');
    assert.equal(evaluation.find(resources.children[0].path).verdict, resources.children[0].verdict);
    assert.equal(evaluation.findings('no-such').length, 0);
});

test('rows of a program', () => {
    const evaluation = evaluate(ROWS, {...OPTIONS, only: 'resources'});
    assert.deepEqual(evaluation.census.schools.map(s => s.name), ['示例第1小学', '示例, "第2"小学']);
    assert.equal(evaluation.find('schools/S2/primary/R4').value, 1000 / 300);
    assert.equal(evaluation.find('schools/S1/primary/R4').value, 2000.5 / 400);
    assert.equal(evaluation.find('schools/S2/primary/R6').verdict, 'undetermined');
    assert.deepEqual([...evaluation.census.column('boarding', 'school')], [1, 0]);
    assert.equal(evaluation.find('schools/S1/primary/R4').operands[0].cell.file, 'rows');
});

test('columns of a program give what its rows give', () => {
    const names = Object.keys(ROWS[0]);
    const columns = Object.fromEntries(names.map(name => [name, ROWS.map(row => row[name])]));
    columns.pupils = Int32Array.of(400, 300);
    columns.teaching_area = Float64Array.of(2000.5, 1000);
    columns.equipment_value = Float64Array.of(NaN, NaN);
    const a = evaluate({columns}, {...OPTIONS, only: 'resources'}).toJSON();
    const b = evaluate(ROWS, {...OPTIONS, only: 'resources'}).toJSON();
    assert.deepEqual({...a, census: null}, {...b, census: null});
});

test('numbers keep every digit', () => {
    const numbers = [0.1, 1e21, 1e-7, 1.5e-9, 123456789.12345678, 0.30000000000000004, 5e-324, 2 ** 53];
    const rows = numbers.map((number, i) => ({district_code: '1', school_code: `S${i}`, kind: 'primary', equipment_value: number}));
    let census;
    try {
        census = read(rows);
    } catch (error) {
        // what is out of bounds is said, and not changed
        const bad = new Set(error.problems.map(problem => problem.row - 2));
        assert.ok(bad.size > 0 && error.problems.every(problem => problem.field === 'equipment_value' && problem.found !== null));
        const good = numbers.filter((_number, i) => !bad.has(i));
        assert.ok(good.length >= 4);
        census = read(rows.filter((_row, i) => !bad.has(i)));
        assert.deepEqual([...census.column('equipment_value', 'school')], good);
        return;
    }
    assert.deepEqual([...census.column('equipment_value', 'school')], numbers);
});

test('bytes of a file', () => {
    const bytes = fs.readFileSync(SAMPLE);
    const evaluation = evaluate({name: '申报表.csv', bytes}, OPTIONS);
    assert.deepEqual([...evaluation.values('R4')], [...evaluate(SAMPLE, OPTIONS).values('R4')]);
    assert.match(evaluation.find('schools/9900010013/primary/R6').operands[0].cell.text, /^申报表\.csv!/);
    assert.equal(evaluate(new Uint8Array(bytes), OPTIONS).verdict, 'unmet');
});

test('a workbook', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'balance-node-'));
    const file = path.join(folder, '申报表.xlsx');
    execFileSync('/usr/bin/python3', ['-c', `
import csv, openpyxl, sys
book = openpyxl.Workbook()
for row in csv.reader(open(sys.argv[1], encoding="utf-8-sig")):
    book.active.append(row)
book.save(sys.argv[2])`, SAMPLE, file]);
    assert.deepEqual([...evaluate(file, OPTIONS).values('R1')], [...evaluate(SAMPLE, OPTIONS).values('R1')]);
    fs.rmSync(folder, {recursive: true});
});

test('reports in all formats', () => {
    const evaluation = evaluate(SAMPLE, OPTIONS);
    assert.match(evaluation.report('text').toString(), /示例县/);
    assert.match(evaluation.report('text', {language: 'en'}).toString(), /unmet/);
    assert.match(evaluation.report('csv').toString(), /9900010013/);
    assert.match(evaluation.report('html').toString(), /^<!DOCTYPE html>/i);
    assert.equal(evaluation.report('xlsx').subarray(0, 2).toString(), 'PK');
});

test('all problems come with the error, in both languages', () => {
    const rows = [{...ROWS[0], pupils: -3}, {...ROWS[1], pupils: 'many'}, {...ROWS[1], school_code: 'S3', boarding: 'perhaps'}];
    const error = thrown(() => evaluate(rows, OPTIONS));
    assert.ok(error instanceof BalanceError && error instanceof Error);
    assert.equal(error.code, 'INVALID_DATA');
    const errors = error.problems.filter(problem => problem.severity === 'error');
    assert.deepEqual(errors.map(p => [p.row, p.kind, p.found]).sort(), [[2, 'negative', '-3'], [3, 'not-a-number', 'many'], [4, 'not-a-flag', 'perhaps']]);
    assert.ok(errors.every(p => /\p{Script=Han}/u.test(p.message.zh) && !/\p{Script=Han}/u.test(p.remedy.en)));
    assert.match(error.text('zh'), /负数/);
    assert.match(error.text('en'), /negative/);
    assert.doesNotMatch(error.text('en'), /负数/);
});

test('warnings stay with the census', () => {
    const census = read(ROWS.map(row => ({...row, unheard_of: 1})));
    assert.deepEqual(census.problems.map(p => [p.kind, p.severity]).find(([kind]) => kind === 'unknown-column')?.[0], 'unknown-column');
    assert.equal(read(ROWS.concat({...ROWS[0], school_code: 'S9', pupils: -1}), {skipBadRows: true}).schools.length, 2);
});

test('without digests of the files', () => {
    const judge = options => evaluate(SAMPLE, {...OPTIONS, ...options});
    const store = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'libbalance-')), 'a.balance');
    const reader = new Balance.Reader({skipBadRows: true, digests: false});
    assert.deepEqual([reader.getSkipBadRows(), reader.getDigests()], [true, false]);
    try {
        const kept = Balance.Store.open(store, Balance.StoreMode.CREATE);
        kept.put(reader.read([SAMPLE], null, null), 0, Balance.StorePutMode.ADD, null, null);
        assert.match(execFileSync(process.env.BALANCE_TOOL, ['store', 'info', store, '--lang', 'en'], {encoding: 'utf8'}), /no digest/);
    } finally {
        fs.rmSync(path.dirname(store), {recursive: true});
    }
    assert.ok(judge({digests: false}).report('json').equals(judge({}).report('json')));
    assert.throws(() => read('no-such-file.csv', {digests: false}), BalanceError);
});

test('years', () => {
    const rows = [2022, 2023].flatMap(year => ROWS.map(row => ({...row, year, pupils: Number(row.pupils) + year})));
    assert.equal(read(rows).year, 2023);
    assert.equal(read(rows, {year: 2022}).column('pupils')[0], 2422);
    assert.equal(thrown(() => read(rows, {year: 1999})).code, 'NOT_FOUND');
});

test('wrong use is an error that says so', () => {
    assert.equal(thrown(() => evaluate('/nowhere/county.csv')).code, 'FAILED');
    assert.equal(thrown(() => evaluate(ROWS, {standard: 'no-such'})).code, 'NOT_FOUND');
    assert.equal(thrown(() => evaluate(ROWS, {standard: '/nowhere/pack.yaml'})).code, 'INVALID_PACK');
    assert.match(thrown(() => evaluate(ROWS, {standard: 'no-such'})).text('zh'), /没有标准/);
    assert.equal(thrown(() => evaluate(ROWS, {asOf: 'yesterday'})).name, 'BalanceError');
    assert.equal(thrown(() => evaluate(ROWS, {options: {no_such: 'x'}})).name, 'BalanceError');
    for (const input of [null, undefined, 7, {}, [{...ROWS[0], pupils: {}}], [{...ROWS[0], pupils: Infinity}], [7], {columns: {a: 1}}])
        assert.ok(thrown(() => evaluate(input)) instanceof TypeError, JSON.stringify(input));
    assert.ok(thrown(() => evaluate({columns: {a: [1], b: [1, 2]}})) instanceof RangeError);
    for (const options of [{concessions: 'perhaps'}, {threads: -1}, {threads: 'two'}, {standard: 7}])
        assert.ok(thrown(() => evaluate(ROWS, options)) instanceof TypeError, JSON.stringify(options));
    const evaluation = evaluate(ROWS, OPTIONS);
    for (const callback of [() => evaluation.values('no-such'), () => evaluation.find('a/b'), () => evaluation.verdicts('no-such'),
        () => evaluation.census.column('no-such'), () => evaluation.explain('')])
        assert.equal(thrown(callback).code, 'NOT_FOUND');
    assert.ok(thrown(() => evaluation.report('pdf')) instanceof TypeError);
});

test('no rows, no names', () => {
    assert.equal(thrown(() => read([])).name, 'BalanceError');
    assert.equal(thrown(() => read([{}])).name, 'BalanceError');
    assert.equal(thrown(() => read(new Uint8Array(0))).name, 'BalanceError');
});

test('standards by id, file and bytes; concessions and options', () => {
    assert.ok(standards().includes('cn-2017-quality'));
    for (const standard of [PACK, fs.readFileSync(PACK)])
        assert.deepEqual([...evaluate(SAMPLE, {...OPTIONS, standard}).values('R1')], [...evaluate(SAMPLE, OPTIONS).values('R1')]);
    const options = {...OPTIONS, concessions: 'off', options: {backbone_base: 'eligible'}, threads: 2};
    assert.equal(evaluate(SAMPLE, options).toJSON().standard.options.backbone_base, 'eligible');
});

test('the same bits on any number of threads', () => {
    const census = read(SAMPLE);
    const [one, four] = [1, 4].map(threads => evaluate(census, {...OPTIONS, threads}).report('json'));
    assert.equal(one.compare(four), 0);
});

test('the whole library, in camelCase', () => {
    assert.equal(Balance.Standard.lookup('cn-2017-quality').getId(), 'cn-2017-quality');
    assert.equal(evaluate(ROWS, OPTIONS).census.native.getSchools().getNItems(), 2);
    release();
});

test('index.d.ts tells of everything that there is', () => {
    const types = fs.readFileSync(new URL('index.d.ts', import.meta.resolve('libbalance')), 'utf8');
    for (const [name, value] of Object.entries(everything)) {
        assert.match(types, new RegExp(`export (?:class|function|const) ${name}\\b`));
        const members = typeof value === 'function' && value.prototype ? Object.getOwnPropertyNames(value.prototype) : [];
        const body = types.match(new RegExp(`class ${name} [^]*?\\n}`))?.[0] ?? '';
        for (const member of members.filter(member => member !== 'constructor'))
            assert.match(body, new RegExp(`\\b${member}\\b`), `${name}.${member}`);
    }
    const finding = evaluate(ROWS, OPTIONS).find('schools/S1/primary/R4');
    const body = types.match(/interface Finding [^]*?\n}/)[0];
    assert.deepEqual(Object.keys(finding).sort(), [...body.matchAll(/^ {4}(\w+):/gm)].map(match => match[1]).sort());
    const operands = types.match(/interface Operand [^]*?\n}/)[0];
    assert.deepEqual(Object.keys(finding.operands[0]).sort(), [...operands.matchAll(/^ {4}(\w+):/gm)].map(match => match[1]).sort());
});
