/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The example window as its user meets it: what stands in its widgets, after each thing that can be done. Prints TAP; pictures go
 * to BALANCE_PICTURES. */

import GLib from 'gi://GLib';
import Gio from 'gi://Gio';
import Gtk from 'gi://Gtk?version=4.0';
import System from 'system';
import {makeApplication} from '../../examples/javascript/balance-viewer.js';

const source = GLib.getenv('BALANCE_SOURCE_DIR');
const pictures = GLib.getenv('BALANCE_PICTURES');
const SAMPLE = GLib.build_filenamev([source, 'examples', 'data', 'sample-county.csv']);
let nTests = 0;
let nFailed = 0;

function equal(got, wanted, what) {
    if (!Object.is(got, wanted))
        throw new Error(`${what}: got ${got}, wanted ${wanted}`);
}

function has(texts, wanted, what) {
    if (!texts.some(text => text.includes(wanted)))
        throw new Error(`${what}: “${wanted}” is not among ${JSON.stringify(texts.slice(0, 60))}`);
}

function later(milliseconds = 50) {
    return new Promise(resolve => GLib.timeout_add(GLib.PRIORITY_LOW, milliseconds, () => {
        resolve();
        return GLib.SOURCE_REMOVE;
    }));
}

async function until(condition, what) {
    for (let i = 0; i < 1200; i++) {
        if (condition())
            return;
        await later();
    }
    throw new Error(`never: ${what}`);
}

/* All that can be read within a widget. */
function texts(widget) {
    const own = widget instanceof Gtk.Label && widget.get_mapped() ? [widget.get_label()] : [];
    for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling())
        own.push(...texts(child));
    return own;
}

function items(model) {
    return [...Array(model.get_n_items()).keys()].map(i => model.get_item(i));
}

function columnTitles(view) {
    return items(view.get_columns()).map(column => column.get_title());
}

async function picture(name) {
    await later(400);
    const path = GLib.build_filenamev([pictures, `${name}.png`]);
    const run = Gio.Subprocess.new(['import', '-window', 'root', path], Gio.SubprocessFlags.NONE);
    await new Promise(resolve => run.wait_async(null, resolve));
    const count = Gio.Subprocess.new(['identify', '-format', '%k', path], Gio.SubprocessFlags.STDOUT_PIPE);
    const [, output] = count.communicate_utf8(null, null);
    if (!(Number(output) > 50))
        throw new Error(`${path} has ${output} colours: nothing was drawn`);
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

async function run(window) {
    const shown = name => () => window.stack.get_visible_child_name() === name && !window.progressBar.get_visible();

    await test('a file from the command line is judged', async () => {
        await until(shown('result'), 'a result');
        equal(window.get_title(), '县域义务教育均衡评估', 'title');
        equal(window.tableSelection.get_n_items(), 72, 'lines');
        equal(columnTitles(window.table).slice(0, 5).join(), '学校代码,学校名称,学段,结论,R1', 'columns');
        await until(() => texts(window.table).includes('示例县实验小学'), 'the first school');
        has(texts(window), '示例县（合成数据） · 县域义务教育优质均衡发展督导评估 · 2024-06-30 · 未达标', 'headline');
        has(texts(window.table), '未达标', 'a verdict');
        has(texts(window.table), '无法判定', 'a verdict');
        has(texts(window.table), '缺失', 'a missing value');
        // 7.49989… is below 7.5 and must not look like it
        equal(texts(window.table).includes('7.4999'), true, 'a value beside its limit');
    });

    await test('the whole district is explained first', async () => {
        has(texts(window.tree), 'resources 资源配置 — 未达标', 'requirement');
        equal(window.explanation.get_label().startsWith('resources 资源配置\n'), true, 'explanation');
    });

    await test('columns sort', async () => {
        const column = items(window.table.get_columns()).find(c => c.get_title() === 'R1');
        window.table.sort_by_column(column, Gtk.SortType.ASCENDING);
        const sorted = () => items(window.tableSelection).map(line => {
            const path = `schools/${line.school.get_code()}/${line.section.get_stage()}/R1`;
            return window._evaluation.find(path).get_value();
        }).filter(value => !Number.isNaN(value));
        equal(sorted().every((value, i, all) => i === 0 || all[i - 1] <= value), true, 'ascending');
        window.table.sort_by_column(column, Gtk.SortType.DESCENDING);
        equal(sorted().every((value, i, all) => i === 0 || all[i - 1] >= value), true, 'descending');
        window.table.sort_by_column(items(window.table.get_columns())[0], Gtk.SortType.ASCENDING);
        equal(window.tableSelection.get_item(0).school.get_code(), '9900010001', 'by code');
    });

    await test('a school is explained down to its cells', async () => {
        const place = items(window.tableSelection).findIndex(line => line.school.get_code() === '9900010013');
        window.tableSelection.set_selected(place);
        const findings = () => items(window.treeSelection.get_model()).map(row => row.get_item());
        equal(findings().every(finding => finding.get_school_code() === '9900010013'), true, 'its findings');
        const before = findings().length;
        const schools = items(window.treeSelection.get_model()).find(row => row.get_item().get_id() === 'schools');
        schools.set_expanded(true);
        equal(findings().length >= before + 7, true, `unfolded: ${before}, ${findings().length}`);
        const r6 = findings().findIndex(finding => finding.get_id() === 'R6');
        window.treeSelection.set_selected(r6);
        const text = window.explanation.get_label();
        has([text], '白塔镇中心小学（小学）', 'subject');
        has([text], '1699.75 元/人', 'value');
        await until(() => texts(window.cells).some(t => t.includes('sample-county.csv!')), 'source cells');
        has(texts(window.cells), '教学仪器设备', 'the fact');
        await picture('viewer-zh');
    });

    await test('the language changes everywhere and back', async () => {
        const selected = window.tableSelection.get_selected();
        window.languageButton.emit('clicked');
        await until(() => texts(window.table).includes('undetermined'), 'English');
        equal(window.get_title(), 'Balance of schools', 'title');
        equal(window.openButton.get_label(), 'Open…', 'button');
        equal(columnTitles(window.table).slice(0, 5).join(), 'Code,School,Stage,Verdict,R1', 'columns');
        equal(columnTitles(window.cells).join(), 'Fact,Value,Source cell', 'columns of cells');
        equal(columnTitles(window.problemTable).join(), 'Kind,Place,What is wrong,What to do', 'columns of problems');
        equal(window.tableSelection.get_selected(), selected, 'the chosen school');
        has([window.standardList.get_selected_item().get_string()], 'Quality-balanced', 'standard');
        has(texts(window.tree), 'unmet', 'tree');
        await picture('viewer-en');
        window.languageButton.emit('clicked');
        await until(() => texts(window.table).includes('无法判定'), 'Chinese');
        equal(columnTitles(window.table)[1], '学校名称', 'columns');
    });

    await test('another standard judges anew', async () => {
        const id = 'cn-2012-basic';
        window.standardList.set_selected(window._standards.indexOf(id));
        await until(() => shown('result')() && window._evaluation?.get_standard().get_id() === id, 'the other standard');
        has(texts(window), '2024-06-30', 'headline');
        equal(columnTitles(window.table).includes('R1'), false, 'its own indicators');
        window.standardList.set_selected(window._standards.indexOf('cn-2017-quality'));
        await until(() => shown('result')() && window._evaluation?.get_standard().get_id() === 'cn-2017-quality', 'the first standard');
    });

    await test('bad data are listed with place, problem and remedy', async () => {
        const path = GLib.build_filenamev([GLib.get_tmp_dir(), `balance-viewer-${GLib.get_monotonic_time()}.csv`]);
        GLib.file_set_contents(path, 'district_code,school_code,stage,pupils\n1,A,primary,-3\n1,B,primary,many\n');
        await window.load([path]);
        equal(shown('problems')(), true, 'list of problems');
        await until(() => texts(window.problemTable).length > 8, 'lines');
        has(texts(window), '数据有错误，未作评估', 'headline');
        has(texts(window.problemTable), '“-3”是负数', 'problem');
        has(texts(window.problemTable), '第 2 行 “pupils”列', 'place');
        has(texts(window.problemTable), '请核对该数字', 'remedy');
        has(texts(window.problemTable), '“many”不是数字', 'second problem');
        await picture('viewer-problems');
        GLib.unlink(path);
    });

    await test('what cannot be read is said', async () => {
        await window.load(['/nowhere/county.csv']);
        equal(shown('hint')(), true, 'hint');
        has([window.hint.get_label()], '/nowhere/county.csv', 'the file');
    });

    await test('reading and judging can be cancelled', async () => {
        const loading = window.load([SAMPLE]);
        equal(window.progressBar.get_visible() && window.cancelButton.get_visible(), true, 'progress is shown');
        window.cancelButton.emit('clicked');
        await loading;
        equal(window.hint.get_label(), '已取消，没有评估结果。', 'said');
        equal(window.progressBar.get_visible() || window.cancelButton.get_visible(), false, 'progress is gone');
        await window.load([SAMPLE]);
        equal(shown('result')(), true, 'works again');
    });

    await test('a second file while the first is read', async () => {
        const first = window.load([SAMPLE]);
        const second = window.load([SAMPLE]);
        await Promise.all([first, second]);
        equal(shown('result')(), true, 'a result');
        equal(window.tableSelection.get_n_items(), 72, 'lines');
    });
}

const application = makeApplication({asOf: '2024-06-30', language: 'zh'}, [SAMPLE]);
application.connect_after('activate', () => {
    run(application.get_active_window() ?? application.get_windows()[0]).catch(error => {
        nFailed++;
        print(`Bail out! ${error.message}`);
    }).finally(() => {
        print(`1..${nTests}`);
        application.quit();
    });
});
application.run([]);
System.exit(nFailed > 0 ? 1 : 0);
