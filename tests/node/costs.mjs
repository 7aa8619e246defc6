/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* costs.mjs FILE: what each step costs a program in Node, in milliseconds of processor time; a line of JSON. */

import {evaluate, read} from 'libbalance';

const costs = {};
function time(name, n, callback) {
    const start = process.cpuUsage();
    let result;
    for (let i = 0; i < n; i++)
        result = callback(i);
    costs[name] = (({user, system}) => (user + system) / 1000 / n)(process.cpuUsage(start));
    return result;
}

const options = {asOf: '2024-09-01', only: 'resources', threads: 1};
const census = time('read', 1, () => read(process.argv[2]));
const evaluation = time('evaluate', 1, () => evaluate(census, options));
const values = time('values', 3, () => evaluation.values('R1'));
time('verdicts', 3, () => evaluation.verdicts('R1'));
const pupils = new Float64Array(10000).fill(100);
const columns = {district_code: Array(10000).fill('1'), school_code: Array.from(pupils, (_, i) => `S${i}`), stage: Array(10000).fill('primary'),
    kind: Array(10000).fill('primary'), pupils};
time('10000 rows in, as columns', 3, () => read({columns}));
const rows = Array.from(pupils, (n, i) => Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column[i]])));
time('10000 rows in, as objects', 3, () => read(rows));
const sections = census.native.getSections();
const n = Math.min(2000, sections.getNItems());
const path = time('section as an object', n, i => {
    const section = sections.getItem(i);
    return `districts/${section.getSchool().getDistrictCode()}/schools/${section.getSchool().getCode()}/${section.getStage()}/R1`;
});
time('finding as a plain object', 500, () => evaluation.find(path));
time('explanation', 200, () => evaluation.explain(path));
console.log(JSON.stringify({sections: values.length, costs}));
