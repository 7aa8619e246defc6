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

await test('every list of the library is iterable', () => {
    const [, gir] = GLib.file_get_contents(GLib.getenv('BALANCE_GIR'));
    const [, override] = GLib.file_get_contents(GLib.build_filenamev([source, 'bindings', 'javascript', 'overrides', 'Balance.js']));
    const text = new TextDecoder().decode(gir);
    const table = new TextDecoder().decode(override);
    let nLists = 0;
    for (const [, class_, body] of text.matchAll(/<class name="(\w+)"(.*?)<\/class>/gs)) {
        const line = table.match(new RegExp(`^    ${class_}: \\[(.*)\\],$`, 'm'))?.[1] ?? '';
        for (const [, method, rest] of body.matchAll(/<method name="(\w+)"(.*?)<\/method>/gs)) {
            if (!/<return-value[^>]*>(?:(?!<\/return-value>).)*<type name="Gio.ListModel"/s.test(rest))
                continue;
            nLists++;
            equal(line.includes(`'${method}'`), true, `${class_}.${method} in the override`);
        }
    }
    equal(nLists > 20, true, `${nLists} lists`);
    const standard = Balance.Standard.lookup('cn-2017-quality');
    equal([...standard.get_dictionary().get_fields()].length > 50, true, 'fields');
    equal([...[...standard.get_requirements()][0].get_children()].length > 1, true, 'requirements');
});

await test('findings and problems as plain objects', () => {
    const census = build().get_census();
    const evaluation = evaluator().evaluate(census, null, null);
    const finding = evaluation.find('schools/S2/primary/R4');
    const plain = finding.toObject();
    equal(plain.value, 1000 / 300, 'value');
    equal(plain.verdict, 'unmet', 'verdict');
    equal(plain.title.zh, finding.get_title('zh'), 'title');
    equal(plain.operands.find(o => o.field === 'pupils').number, 300, 'operand');
    equal(plain.floor, finding.get_floor(), 'floor');
    equal(JSON.stringify(finding), JSON.stringify(plain), 'JSON.stringify');
    const open = evaluation.find('schools/S2/primary/R6').toObject();
    equal(open.value, null, 'no value');
    equal(open.operands.some(o => o.missing && o.number === null), true, 'missing operand');
    equal(evaluation.toObject().verdict, 'unmet', 'evaluation');
    equal(evaluation.find('districts/110101/resources').toObject().children.length > 0, true, 'children');
});

await test('an import without a census throws its problems', () => {
    const text = 'district_code,school_code,stage,pupils\n110101,S1,primary,-3\n110101,S2,primary,many\n';
    const imported = Balance.Reader.new(null, null, false)
        .read_bytes(new GLib.Bytes(new TextEncoder().encode(text)), 'county.csv', null, null);
    const error = throws(() => imported.check(), Balance.error_quark(), 'check');
    equal(error.matches(Balance.Error, Balance.Error.INVALID_DATA), true, 'code');
    const errors = error.problems.filter(p => p.severity === 'error');
    equal(errors.map(p => `${p.file}:${p.row}:${p.column} ${p.found}`).join(), 'county.csv:2:4 -3,county.csv:3:4 many', 'places');
    equal(errors.every(p => /\p{Script=Han}/u.test(p.message.zh) && p.message.en && p.remedy.en), true, 'texts');
});

await test('a reader without digests', () => {
    const reader = new Balance.Reader({digests: false});
    equal(reader.digests, false, 'property');
    equal(Balance.Reader.new(null, null, false).get_digests(), true, 'default');
    equal(reader.read([SAMPLE], null, null).get_census().get_sections().get_n_items(), 72, 'sections');
});

await test('columns as typed arrays', () => {
    const imported = Balance.Reader.new(null, null, false).read([SAMPLE], null, null);
    imported.check();
    const census = imported.get_census();
    const evaluation = Balance.Evaluator.new_full(Balance.Standard.lookup('cn-2017-quality'), '2024-06-30',
        Balance.Concessions.AUTO, null, null, 1).evaluate(census, null, null);
    const sections = [...census.get_sections()];
    const pupils = census.getColumn(Balance.Level.SECTION, 'pupils');
    const values = evaluation.getValues('R1');
    const verdicts = evaluation.getVerdicts('R1');
    equal(pupils instanceof Float64Array && verdicts instanceof Uint8Array, true, 'types');
    equal([pupils.length, values.length, verdicts.length].join(), [72, 72, 72].join(), 'lengths');
    sections.forEach((section, row) => {
        equal(pupils[row], section.get_number('pupils'), 'pupils');
        const path = `schools/${section.get_school().get_code()}/${section.get_stage()}/R1`;
        const finding = evaluation.find(path);
        equal(verdicts[row], finding.get_verdict(), path);
        if (finding.get_verdict() !== Balance.Verdict.NOT_APPLICABLE)
            equal(values[row], finding.get_value(), path);
    });
    throws(() => evaluation.getValues('no-such'), Balance.error_quark(), 'unknown indicator');
});

await test('columns in', () => {
    const builder = Balance.CensusBuilder.new(null, 2023);
    for (const code of ['S1', 'S2', 'S3'])
        builder.add_section('110101', code, 'primary');
    builder.setColumn(Balance.Level.SECTION, 'pupils', new Float64Array([400, NaN, 200]));
    builder.setColumn(Balance.Level.SECTION, 'teachers_backbone', [4, null, 0]);
    builder.setColumn(Balance.Level.SECTION, 'classes', Float64Array.of(0, 9, 10, 8).subarray(1), [1, 0, 1]);
    const census = builder.end().get_census();
    const text = field => census.getColumn(Balance.Level.SECTION, field).join();
    equal(text('pupils'), '400,NaN,200', 'typed array');
    equal(text('teachers_backbone'), '4,NaN,0', 'array');
    equal(text('classes'), '9,NaN,8', 'part of an array, validity');
    let message = '';
    try {
        Balance.CensusBuilder.new(null, 2023).setColumn(Balance.Level.SECTION, 'pupils', [1, 'x']);
    } catch (error) {
        message = `${error.constructor.name} ${error.message}`;
    }
    equal(message, 'TypeError pupils[1] is no number: x', 'a string is no number');
    throws(() => builder.setColumn(Balance.Level.SECTION, 'pupils', [1]), Balance.error_quark(), 'too short');
});

await test('promises, progress, cancellation', async () => {
    const reader = Balance.Reader.new(null, null, false);
    const progress = Balance.Progress.new();
    const imported = await reader.read_async([SAMPLE], progress, null);
    const evaluation = await evaluator().evaluate_async(imported.get_census(), progress, null);
    equal(/\p{Script=Han}/u.test(progress.dup_phase('zh')), true, 'phase');
    equal(evaluation.get_census().get_schools().get_n_items(), 60, 'schools');
    const cancellable = new Gio.Cancellable();
    cancellable.cancel();
    let code = null;
    await evaluator().evaluate_async(imported.get_census(), null, cancellable).catch(error => {
        code = error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED);
    });
    equal(code, true, 'cancelled');
});

await test('repeated evaluation keeps the memory flat', () => {
    const resident = () => Number(new TextDecoder().decode(GLib.file_get_contents('/proc/self/statm')[1]).split(' ')[1]) * 4;
    const standard = Balance.Standard.lookup('cn-2017-quality');
    const once = () => {
        const census = Balance.Reader.new(standard.get_dictionary(), null, false).read([SAMPLE], null, null).get_census();
        const evaluation = Balance.Evaluator.new_full(standard, '2024-06-30', Balance.Concessions.AUTO, null, null, 1)
            .evaluate(census, null, null);
        evaluation.getValues('R1');
        for (const finding of evaluation.get_findings('990001'))
            finding.toObject();
    };
    const rounds = n => {
        for (let i = 0; i < n; i++) {
            once();
            if (i % 10 === 9)
                System.gc();
        }
        return resident();
    };
    const first = rounds(20);
    const last = rounds(60);
    // One census and its evaluation weigh some 400 KB: of 60, none may stay.
    equal(last - first < 8 * 1024, true, `grew by ${last - first} KB`);
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
                columns[id] ??= evaluation.getValues(id);
                equal(columns[id][row], value ?? NaN, `${section.school} ${id}`);
                nCompared++;
            }
        }
    }
    equal(nCompared > 300, true, `compared ${nCompared} values`);
});

await test('what if: a proposal, its effects, and back', () => {
    const path = GLib.build_filenamev([source, 'examples', 'data', 'example-city.csv']);
    const census = Balance.Reader.new(null, null, false).read([path], null, null).get_census();
    const evaluator = Balance.Evaluator.new_full(Balance.Standard.lookup('cn-2017-quality'), '2026-09-01',
        Balance.Concessions.AUTO, 'resources', null, 1);
    const scenario = Balance.Scenario.new(evaluator, census, null);
    const before = scenario.evaluate(null, null);
    const [proposals] = Balance.Proposal.read_file(GLib.build_filenamev([source, 'examples', 'scenarios', 'example-city.yaml']));
    const proposal = proposals.get_item(0);
    scenario.apply_proposal(proposal);
    const effects = Balance.Effects.new(before, scenario.evaluate(null, null), proposal);
    equal(effects.dup_districts().join(), '990100,990101', 'districts');
    equal(effects.count(Balance.EffectKind.FLIPPED) >= 2, true, 'flipped');
    equal(effects.get_item(0).get_kind(), Balance.EffectKind.FLIPPED, 'the first');
    equal(effects.to_text('zh').includes('结论改变'), true, 'text');
    while (scenario.undo());
    equal(scenario.get_verdict(), before.get_verdict(), 'back again');
    throws(() => scenario.apply(Balance.Action.new_merge(['nobody'], '9901020003')), Balance.error_quark(), 'an unknown school');
});

/* 县域义务教育校际均衡指标计算方法（以生均图书册数为例） */
function booksPlanner(measures) {
    const bytes = text => new GLib.Bytes(new TextEncoder().encode(text));
    const standard = Balance.Standard.new_from_bytes(bytes(`
pack: books
title: {zh: 图书, en: Books}
reference: made up
effective: 2012-01-20
stages: [primary]
weight: pupils
split: {fields: [books], weights: {primary: 1, junior: 1.1}, by: pupils}
indicators:
- {id: books_per_pupil, unit: book/pupil, decimals: 2, value: books / pupils, title: {zh: 生均图书册数, en: Books per pupil}}
requirements:
- {id: dispersion, each: stage, measure: cv, of: [books_per_pupil], at_most: 0.50, decimals: 3, title: {zh: 差异系数, en: CV}}
`), 'books.yaml');
    const builder = Balance.CensusBuilder.new(standard.get_dictionary(), 2012);
    [[45, 279], [37, 137], [89, 935], [76, 160], [55, 402]].forEach(([pupils, books], i) => {
        builder.set_number(Balance.Level.SECTION, builder.add_section('D', `S${i + 1}`, 'primary'), 'pupils', pupils);
        builder.set_number(Balance.Level.SCHOOL, builder.add_school('D', `S${i + 1}`), 'books', books);
    });
    const costs = Balance.Costs.new_from_bytes(bytes(`costs: t\nmeasures:\n${measures}`), 'costs.yaml', standard.get_dictionary());
    return [Balance.Planner.new(Balance.Evaluator.new(standard), costs), builder.end().get_census()];
}

const BUY = '- {id: buy, kind: add, changes: {books: 1}, cost: 20, source: made up}\n';
const solver = GLib.build_filenamev([GLib.getenv('BALANCE_LIBEXEC_DIR') ?? '', 'balance-solve']);
const planTest = GLib.file_test(solver, GLib.FileTest.IS_EXECUTABLE) ? test : name => {
    nTests++;
    print(`ok ${nTests} - ${name} # SKIP libbalance was built without CBC (coinor-libcbc-dev)`);
};

await planTest('the least-cost plan of the five-school example', () => {
    const [planner, census] = booksPlanner(BUY);
    const plan = planner.plan(census, null, null);
    equal(plan.get_status(), Balance.PlanStatus.PROVEN, 'status');
    equal([...plan].map(i => `${i.get_school_code()} ${i.get_quantity()}`).join(), 'S4 17', 'what to do');
    equal(plan.get_cost(), 340, 'cost');
    equal(plan.get_after().get_verdict(), Balance.Verdict.MET, 'after');
    // as proposals it is judged the same
    const [proposals] = Balance.Proposal.read(new GLib.Bytes(new TextEncoder().encode(plan.to_scenario())), 'plan.yaml');
    const scenario = Balance.Scenario.new(planner.get_evaluator(), census, null);
    scenario.apply_proposal(proposals.get_item(proposals.get_n_items() - 1));
    equal(scenario.get_verdict(), Balance.Verdict.MET, 'as a scenario');
    const points = planner.trace(census, 5, null, null).deepUnpack();
    equal(points.length > 0 && points.every(point => point.length === 3), true, 'curve');
});

await planTest('what stands in the way of a plan', () => {
    const none = [1, 2, 4, 5].map(i => `- {schools: [S${i}], measures: [buy], at_most: 0, source: made up}\n`).join('');
    const [planner, census] = booksPlanner(`${BUY}restrictions:\n${none}`);
    const plan = planner.plan(census, null, null);
    equal(plan.get_status(), Balance.PlanStatus.IMPOSSIBLE, 'status');
    equal(plan.get_after(), null, 'after');
    equal([...plan.get_barriers()].map(b => b.get_school_code()).join(), 'S4', 'barriers');
});

await planTest('a plan in the background, with progress, and one that is cancelled', async () => {
    const [planner, census] = booksPlanner(BUY);
    const progress = Balance.Progress.new();
    equal((await planner.plan_async(census, progress, null)).get_cost(), 340, 'cost');
    equal(progress.get_fraction(), 1, 'progress');
    const cancellable = new Gio.Cancellable();
    cancellable.cancel();
    const error = await planner.plan_async(census, null, cancellable).then(() => null, found => found);
    equal(error?.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED), true, 'cancelled');
});

print(`1..${nTests}`);
System.exit(nFailed > 0 ? 1 : 0);
