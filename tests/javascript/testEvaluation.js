/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The main path as a user of gjs walks it: standard, census, evaluation, school, findings. Prints TAP. */

import GLib from 'gi://GLib';
import Gio from 'gi://Gio';
import System from 'system';
import Balance from 'gi://Balance?version=1.0';

const source = GLib.getenv('BALANCE_SOURCE_DIR');
const SAMPLE = GLib.build_filenamev([source, 'examples', 'data', 'sample-county.csv']);
const PACK = GLib.build_filenamev([source, 'data', 'standards', 'cn-2017-quality.yaml']);

let nTests = 0;
let nFailed = 0;

function equal(got, wanted, what) {
    if (!Object.is(got, wanted))
        throw new Error(`${what}: got ${got}, wanted ${wanted}`);
}

function throws(callback, domain, what) {
    try {
        callback();
    } catch (error) {
        if (!(error instanceof GLib.Error))
            throw error;
        if (domain !== null)
            equal(error.domain, domain, what);
        return error;
    }
    throw new Error(`${what}: nothing was thrown`);
}

async function test(name, callback) {
    nTests++;
    try {
        await callback();
        print(`ok ${nTests} - ${name}`);
    } catch (error) {
        nFailed++;
        print(`not ok ${nTests} - ${name}`);
        print(`# ${error.message}\n${error.stack ?? ''}`.trim().replace(/\n/g, '\n# '));
    }
}

function doubles(bytes) {
    const data = bytes.toArray();
    return new Float64Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
}

function build() {
    const builder = Balance.CensusBuilder.new(null, 2023);
    [[400, 5, [20005, 1]], [300, 1, [1000, 0]]].forEach(([pupils, backbone, [digits, scale]], i) => {
        const code = `S${i + 1}`;
        const row = builder.add_section('110101', code, 'primary');
        builder.set_number(Balance.Level.SECTION, row, 'pupils', pupils);
        builder.set_number(Balance.Level.SECTION, row, 'teachers_backbone', backbone);
        const school = builder.add_school('110101', code);
        builder.set_text(Balance.Level.SCHOOL, school, 'school_name', `示例第${i + 1}小学`);
        builder.set_text(Balance.Level.SCHOOL, school, 'kind', 'primary');
        builder.set_decimal(Balance.Level.SCHOOL, school, 'teaching_area', digits, scale);
        builder.set_number(Balance.Level.SCHOOL, school, 'indoor_sports_area', 0);
    });
    return builder.end();
}

function evaluator() {
    return Balance.Evaluator.new_full(Balance.Standard.lookup('cn-2017-quality'), '2024-06-30',
        Balance.Concessions.AUTO, 'resources', null, 1);
}

await test('a standard by its id and from its file', () => {
    const standard = Balance.Standard.lookup('cn-2017-quality');
    equal(standard.get_id(), 'cn-2017-quality', 'id');
    equal(Balance.Standard.new_from_file(PACK).get_title('zh'), standard.get_title('zh'), 'title');
    equal([...standard.get_indicators()].filter(i => /^R\d$/.test(i.get_id())).length, 7, 'indicators');
});

await test('errors are exceptions', () => {
    throws(() => Balance.Standard.lookup('no-such-standard'), Balance.error_quark(), 'unknown standard');
    throws(() => Balance.Standard.new_from_file('/nowhere/pack.yaml'), null, 'missing file');
});

await test('problems are objects', () => {
    const text = 'district_code,school_code,stage,pupils\n110101,S1,primary,12\n110101,S2,primary,-3\n110101,S3,primary,many\n';
    const reader = Balance.Reader.new(null, null, false);
    const imported = reader.read_bytes(new GLib.Bytes(new TextEncoder().encode(text)), 'county.csv', null, null);
    const problems = [...imported.get_problems()].filter(p => p.get_severity() === Balance.Severity.ERROR);
    equal(problems.map(p => `${p.get_row()}:${p.get_column()} ${p.get_found()}`).join(), '3:4 -3,4:4 many', 'places');
    equal(problems.every(p => p.get_message('zh') && p.get_message('en')), true, 'messages');
    throws(() => imported.check(), Balance.error_quark(), 'check');
});

await test('a census through the builder', () => {
    const census = build().get_census();
    const schools = [...census.get_schools()];
    equal(schools.map(s => s.get_name()).join(), '示例第1小学,示例第2小学', 'names');
    equal(schools[0].get_number('teaching_area'), 2000.5, 'area');
    equal(schools[0].equal(census.find_school('S1', null)), true, 'equal views');
    equal(schools[0].equal(schools[1]), false, 'different views');
    equal([...schools[1].get_sections()][0].get_number('pupils'), 300, 'pupils');
    equal(census.find_section('S1', 'primary', null).get_number('books'), NaN, 'missing');
});

await test('from an evaluation to a school and its findings', () => {
    const census = build().get_census();
    const evaluation = evaluator().evaluate(census, null, null);
    equal(evaluation.get_verdict(), Balance.Verdict.UNMET, 'verdict');

    const flat = findings => [...findings].flatMap(f => [f, ...flat(f.get_children())]);
    const findings = flat(evaluation.get_school_findings(census.find_school('S2', null)));
    const finding = findings.find(f => f.get_id() === 'R4');
    equal(finding.get_verdict(), Balance.Verdict.UNMET, 'R4');
    equal(finding.get_value(), 1000 / 300, 'value');
    equal(finding.get_limit(), 4.5, 'limit');
    equal([...finding.get_operands()].find(o => o.get_field() === 'pupils').get_number(), 300, 'operand');
    equal(evaluation.find(finding.get_path()).get_value(), finding.get_value(), 'path');
    // Nothing is known of the rest, so nothing is claimed of it.
    equal(evaluation.find('schools/S2/primary/R6').get_verdict(), Balance.Verdict.UNDETERMINED, 'R6');
});

await test('asynchronous evaluation', async () => {
    const census = build().get_census();
    const evaluation = await new Promise((resolve, reject) => {
        evaluator().evaluate_async(census, null, null, (self, result) => {
            try {
                resolve(self.evaluate_finish(result));
            } catch (error) {
                reject(error);
            }
        });
    });
    equal(evaluation.get_district_verdict('110101'), Balance.Verdict.UNMET, 'verdict');
});

await test('the same bits as the tool in C', () => {
    const tool = Gio.Subprocess.new([GLib.getenv('BALANCE_TOOL'), 'evaluate', SAMPLE, '--as-of', '2024-06-30',
        '--format', 'json'], Gio.SubprocessFlags.STDOUT_PIPE);
    const [, output] = tool.communicate(null, null);
    const result = JSON.parse(new TextDecoder().decode(output.toArray()));

    const census = Balance.Reader.new(null, null, false).read([SAMPLE], null, null).get_census();
    const evaluation = Balance.Evaluator.new_full(Balance.Standard.lookup('cn-2017-quality'), '2024-06-30',
        Balance.Concessions.AUTO, null, null, 0).evaluate(census, null, null);
    const rows = new Map();
    [...census.get_sections()].forEach((section, row) => {
        rows.set([section.get_district().get_code(), section.get_school().get_code(), section.get_stage()].join('/'), row);
    });
    const columns = {};
    let nCompared = 0;
    for (const district of result.districts) {
        for (const section of district.sections) {
            const row = rows.get([district.code, section.school, section.stage].join('/'));
            for (const [id, value] of Object.entries(section.values)) {
                columns[id] ??= doubles(evaluation.dup_values(id)[0]);
                equal(columns[id][row], value ?? NaN, `${section.school} ${id}`);
                nCompared++;
            }
        }
    }
    equal(nCompared > 300, true, `compared ${nCompared} values`);
});

print(`1..${nTests}`);
System.exit(nFailed > 0 ? 1 : 0);
