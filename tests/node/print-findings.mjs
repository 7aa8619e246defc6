/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* print-findings.mjs CASES: what tests/print-findings.c prints of one case, in Node, for each of a list of cases. */

import fs from 'node:fs';
import {VERDICTS, BalanceError, evaluate, read} from 'libbalance';
import Balance, {release} from 'libbalance/raw';

const scratch = new DataView(new ArrayBuffer(8));
let output = [];

function bits(number) {
    if (Number.isNaN(number))
        return 'missing';
    scratch.setFloat64(0, number);
    return scratch.getBigUint64(0).toString(16).padStart(16, '0');
}

function printLine(...words) {
    output.push(JSON.stringify(words));
}

function* items(list) {
    for (let i = 0; i < list.getNItems(); i++)
        yield list.getItem(i);
}

function printFindings(findings) {
    for (const f of items(findings)) {
        const open = f.getVerdict() === Balance.Verdict.UNDETERMINED;
        printLine('finding', f.getPath(), VERDICTS[f.getVerdict()], VERDICTS[f.getStrictVerdict()], bits(f.getValue()), bits(f.getValueLow()),
            bits(f.getValueHigh()), bits(f.getLimit()), bits(f.getFloor()), bits(f.getMargin()), f.toJson(),
            open ? null : f.toText('zh'), open ? null : f.toText('en'));
        printFindings(f.getChildren());
    }
}

function orNull(callback) {
    try {
        return callback();
    } catch (error) {
        if (!(error instanceof BalanceError))
            throw error;
        return null;
    }
}

function printFacts(census) {
    for (const level of ['section', 'school', 'district']) {
        for (const field of census.columns(level)) {
            const values = orNull(() => census.column(field, level));
            if (values !== null)
                printLine('facts', field, ...Array.from(values, bits), ...Array.from(values, value => Number.isNaN(value) ? '0' : '1'));
        }
    }
}

function printEvaluation(evaluation) {
    const {native} = evaluation;
    printLine('verdict', evaluation.verdict);
    for (const indicator of items(native.getStandard().getIndicators())) {
        const id = indicator.getId();
        const words = [];
        const values = orNull(() => evaluation.values(id));
        if (values !== null)
            words.push(...Array.from(values, bits), ...Array.from(values, value => Number.isNaN(value) ? '0' : '1'));
        const verdicts = orNull(() => evaluation.verdicts(id));
        if (verdicts !== null)
            words.push(...Array.from(verdicts, verdict => VERDICTS[verdict]));
        printLine('values', id, ...words);
    }
    printFindings(native.getFindings(null));
    for (const district of items(native.getCensus().getDistricts())) {
        printFindings(native.getFindings(district.getCode()));
        for (const school of items(district.getSchools()))
            printFindings(native.getSchoolFindings(school));
    }
}

function printProblems(problems) {
    for (const problem of problems)
        printLine('problem', JSON.stringify(problem));
}

function printCase({standard, as_of: asOf, concessions, options, files}) {
    let census;
    try {
        census = read(files, {standard});
    } catch (error) {
        printProblems(error.problems);
        return;
    }
    printProblems(census.problems);
    printFacts(census);
    let evaluation;
    try {
        evaluation = evaluate(census, {standard, asOf, concessions, options: Object.fromEntries(options.map(o => o.split('='))), threads: 1});
    } catch (error) {
        printLine('error', error.message);
        return;
    }
    printEvaluation(evaluation);
}

for (const one of JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))) {
    printLine('case', one.name);
    printCase(one);
    fs.writeSync(1, `${output.join('\n')}\n`);
    output = [];
    release();
}
