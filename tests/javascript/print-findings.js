/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* print-findings.js CASES: what tests/print-findings.c prints of one case, in gjs, for each of a list of cases. */

import GLib from 'gi://GLib';
import Balance from 'gi://Balance?version=1.0';

const VERDICTS = ['not_applicable', 'met', 'unmet', 'undetermined'];
const LEVELS = [Balance.Level.SECTION, Balance.Level.SCHOOL, Balance.Level.DISTRICT];
const scratch = new DataView(new ArrayBuffer(8));
let output = [];

function print_line(...words) {
    output.push(JSON.stringify(words));
}

function bits(number) {
    if (Number.isNaN(number))
        return 'missing';
    scratch.setFloat64(0, number);
    return scratch.getBigUint64(0).toString(16).padStart(16, '0');
}

function print_findings(findings) {
    for (const f of findings) {
        const open = f.get_verdict() === Balance.Verdict.UNDETERMINED;
        print_line('finding', f.get_path(), VERDICTS[f.get_verdict()], VERDICTS[f.get_strict_verdict()], bits(f.get_value()),
            bits(f.get_value_low()), bits(f.get_value_high()), bits(f.get_limit()), bits(f.get_floor()), bits(f.get_margin()),
            f.to_json(), open ? null : f.to_text('zh'), open ? null : f.to_text('en'));
        print_findings(f.get_children());
    }
}

function orNull(callback) {
    try {
        return callback();
    } catch (error) {
        if (!(error instanceof GLib.Error))
            throw error;
        return null;
    }
}

function print_facts(census) {
    for (const level of LEVELS) {
        for (const field of census.dup_columns(level)) {
            const values = orNull(() => census.getColumn(level, field));
            if (values === null)
                continue;
            const validity = census.dup_column(level, field)[1].toArray();
            print_line('facts', field, ...Array.from(values, bits), ...Array.from(validity, String));
        }
    }
}

function print_evaluation(evaluation) {
    print_line('verdict', VERDICTS[evaluation.get_verdict()]);
    for (const indicator of evaluation.get_standard().get_indicators()) {
        const id = indicator.get_id();
        const words = [];
        const values = orNull(() => evaluation.getValues(id));
        if (values !== null)
            words.push(...Array.from(values, bits), ...Array.from(evaluation.dup_values(id)[1].toArray(), String));
        const verdicts = orNull(() => evaluation.getVerdicts(id));
        if (verdicts !== null)
            words.push(...Array.from(verdicts, v => VERDICTS[v]));
        print_line('values', id, ...words);
    }
    print_findings(evaluation.get_findings(null));
    for (const district of evaluation.get_census().get_districts()) {
        print_findings(evaluation.get_findings(district.get_code()));
        for (const school of district.get_schools())
            print_findings(evaluation.get_school_findings(school));
    }
}

function print_case({standard: name, as_of, concessions, options, files}) {
    const standard = name.includes('/') ? Balance.Standard.new_from_file(name) : Balance.Standard.lookup(name);
    const imported = Balance.Reader.new(standard.get_dictionary(), null, false).read(files, null, null);
    for (const problem of imported.get_problems())
        print_line('problem', problem.to_json());
    const census = imported.get_census();
    if (census === null)
        return;
    print_facts(census);
    const evaluator = Balance.Evaluator.new_full(standard, as_of, Balance.Concessions[concessions.toUpperCase()], null,
        options.length > 0 ? options : null, 1);
    let evaluation;
    try {
        evaluation = evaluator.evaluate(census, null, null);
    } catch (error) {
        print_line('error', error.message);
        return;
    }
    print_evaluation(evaluation);
}

const [, contents] = GLib.file_get_contents(ARGV[0]);
for (const one of JSON.parse(new TextDecoder().decode(contents))) {
    print_line('case', one.name);
    print_case(one);
    print(output.join('\n'));
    output = [];
}
