/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* views.js FILE: walks all schools of a census as objects, then takes a column as bytes; prints a line of JSON. */

import Balance from 'gi://Balance?version=1.0';
import GLib from 'gi://GLib';
import System from 'system';

function peak() {
    const status = new TextDecoder().decode(GLib.file_get_contents('/proc/self/status')[1]);
    return 1024 * Number(/VmHWM:\s*(\d+)/.exec(status)[1]);
}

const imported = Balance.Reader.new(Balance.Dictionary.get_default(), null, false).read([System.programArgs[0]], null, null);
imported.check();
const census = imported.get_census();

let start = GLib.get_monotonic_time();
const bytes = census.dup_column(Balance.Level.SECTION, 'pupils')[0].toArray();
let pupils = 0;
for (const n of new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8))
    pupils += n;
const bulk = (GLib.get_monotonic_time() - start) / 1e6;

const before = peak();
start = GLib.get_monotonic_time();
const schools = census.get_schools();
const n = schools.get_n_items();
let length = 0;
for (let i = 0; i < n; i++) {
    const school = schools.get_item(i);
    length += school.get_code().length + school.get_name().length;
}
const views = (GLib.get_monotonic_time() - start) / 1e6;
const after = peak();

print(JSON.stringify({schools: n, views, bulk, peak: after, grown: after - before, pupils}));
