/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* costs.js FILE: what each step costs a program in gjs, in milliseconds of processor time; a line of JSON. */

import Balance from 'gi://Balance?version=1.0';
import GLib from 'gi://GLib';
import System from 'system';

const costs = {};

// The kernel counts in hundredths of a second.
function spent() {
    const fields = new TextDecoder().decode(GLib.file_get_contents('/proc/self/stat')[1]).split(') ')[1].split(' ');
    return 10 * (Number(fields[11]) + Number(fields[12]));
}

function time(name, n, callback) {
    const start = spent();
    let result;
    for (let i = 0; i < n; i++)
        result = callback(i);
    costs[name] = (spent() - start) / n;
    return result;
}

const standard = Balance.Standard.lookup('cn-2017-quality');
const reader = Balance.Reader.new(standard.get_dictionary(), null, false);
const census = time('read', 1, () => reader.read([System.programArgs[0]], null, null)).get_census();
const evaluator = Balance.Evaluator.new_full(standard, '2024-09-01', Balance.Concessions.AUTO, 'resources', null, 1);
const evaluation = time('evaluate', 1, () => evaluator.evaluate(census, null, null));
const values = time('values', 10, () => evaluation.getValues('R1'));
time('verdicts', 200, () => evaluation.getVerdicts('R1'));
const builder = Balance.CensusBuilder.new(null, 2024);
time('add 10000 sections', 1, () => {
    for (let i = 0; i < 10000; i++)
        builder.add_section('1', `S${i}`, 'primary');
});
time('column of 10000 in', 10, () => builder.setColumn(Balance.Level.SECTION, 'pupils', new Float64Array(10000).fill(100)));
const sections = census.get_sections();
const n = Math.min(2000, sections.get_n_items());
const paths = time('section as an object', n, i => {
    const section = sections.get_item(i);
    return `districts/${section.get_school().get_district_code()}/schools/${section.get_school().get_code()}/${section.get_stage()}/R1`;
});
time('finding', 500, () => evaluation.find(paths));
const finding = evaluation.find(paths);
time('finding as a plain object', 500, () => finding.toObject());
time('explanation', 200, () => finding.to_text('zh'));
print(JSON.stringify({sections: values.length, costs}));
