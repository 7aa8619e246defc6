#!/usr/bin/env -S gjs -m
/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* balance-viewer.js [--standard ID] [--as-of DATE] [--lang zh|en] [FILE…]
 *
 * The schools of a county in a window: verdicts in a table that can be sorted, each explained down to its source cells.
 * It needs gjs and GTK 4 (Debian: gjs, gir1.2-gtk-4.0). */

import Gdk from 'gi://Gdk?version=4.0';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk?version=4.0';
import System from 'system';
import Balance from 'gi://Balance?version=1.0';

const VERDICTS = ['not-applicable', 'met', 'unmet', 'undetermined'];
const MAX_INDICATORS = 12;

const WORDS = {
    title: ['县域义务教育均衡评估', 'Balance of schools'],
    open: ['打开…', 'Open…'],
    openTitle: ['打开学校数据', 'Open school data'],
    tables: ['表格和数据库文件', 'Tables and stores'],
    allFiles: ['所有文件', 'All files'],
    cancel: ['取消', 'Cancel'],
    otherLanguage: ['English', '中文'],
    hint: ['打开一个表格（CSV、XLSX、XLS、ODS、DBF）查看评估结果。', 'Open a table (CSV, XLSX, XLS, ODS, DBF) to see how it is judged.'],
    cancelled: ['已取消，没有评估结果。', 'Cancelled; nothing was judged.'],
    refused: ['数据有错误，未作评估。请按下表逐项更正后重新打开。', 'The data have errors; nothing was judged. Mend what is listed and open it again.'],
    schools: ['学校', 'Schools'],
    problems: ['数据问题', 'Problems'],
    code: ['学校代码', 'Code'],
    name: ['学校名称', 'School'],
    stage: ['学段', 'Stage'],
    verdict: ['结论', 'Verdict'],
    severity: ['类别', 'Kind'],
    place: ['位置', 'Place'],
    found: ['发现的问题', 'What is wrong'],
    remedy: ['处理办法', 'What to do'],
    wholeDistrict: ['全县（市、区）', 'The whole district'],
    fact: ['数据项', 'Fact'],
    value: ['数值', 'Value'],
    cell: ['来源单元格', 'Source cell'],
    missing: ['缺失', 'missing'],
    tree: ['要求', 'Requirement'],
    'not-applicable': ['不适用', 'not applicable'],
    met: ['达标', 'met'],
    unmet: ['未达标', 'unmet'],
    undetermined: ['无法判定', 'undetermined'],
};
const SEVERITIES = [['提示', 'note'], ['警告', 'warning'], ['错误', 'error']];

const STYLE = `
.met { color: #1a7f37; } .unmet { color: #b3261e; font-weight: bold; }
.undetermined { color: #8a5a00; } .not-applicable { color: #6b6b6b; }
row:selected label { color: @theme_selected_fg_color; }
.explanation { font-family: "Noto Sans Mono CJK SC", monospace; font-size: 10pt; padding: 8px; }
.headline { font-size: 13pt; padding: 8px; } .hint { font-size: 14pt; padding: 40px; }`;

/* One stage of one school: a line of the table. */
const Line = GObject.registerClass(class Line extends GObject.Object {
    constructor(section) {
        super();
        this.section = section;
        this.row = section.get_row();
        this.school = section.get_school();
    }
});

export const Viewer = GObject.registerClass(class Viewer extends Gtk.ApplicationWindow {
    constructor(application, {standard = 'cn-2017-quality', asOf = null, language = 'zh'} = {}) {
        super({application, default_width: 1280, default_height: 800});
        this.language = language;
        this._asOf = asOf;
        this._paths = null;
        this._cancellable = null;
        this._evaluation = null;
        this._problems = new Gio.ListStore({item_type: Balance.Problem});
        this._labels = [];
        this._standards = Balance.Standard.list_ids();
        this._standard = Math.max(0, this._standards.indexOf(standard));
        this._build();
        this._translate();
        this._show('hint', this.word('hint'));
    }

    word(key) {
        return WORDS[key][this.language === 'zh' ? 0 : 1];
    }

    /* --- the window ------------------------------------------------------------------------------------------- */

    _build() {
        const header = new Gtk.HeaderBar();
        this.set_titlebar(header);

        this.openButton = new Gtk.Button();
        this.openButton.connect('clicked', () => this._choose());
        header.pack_start(this.openButton);
        this.standardList = new Gtk.DropDown();
        header.pack_start(this.standardList);
        this.districtList = new Gtk.DropDown({visible: false});
        this.districtList.connect('notify::selected', () => this._fill());
        header.pack_start(this.districtList);

        this.languageButton = new Gtk.Button();
        this.languageButton.connect('clicked', () => this.setLanguage(this.language === 'zh' ? 'en' : 'zh'));
        header.pack_end(this.languageButton);
        this.cancelButton = new Gtk.Button({visible: false});
        this.cancelButton.connect('clicked', () => this.cancel());
        header.pack_end(this.cancelButton);
        this.progressBar = new Gtk.ProgressBar({visible: false, show_text: true, valign: Gtk.Align.CENTER, width_request: 160});
        header.pack_end(this.progressBar);

        this.headline = new Gtk.Label({xalign: 0, wrap: true});
        this.headline.add_css_class('headline');
        this.hint = new Gtk.Label({wrap: true});
        this.hint.add_css_class('hint');

        this.stack = new Gtk.Stack();
        this.stack.add_named(this.hint, 'hint');
        this.stack.add_titled(this._buildResult(), 'result', '');
        this.stack.add_titled(this._buildProblems(), 'problems', '');
        const switcher = new Gtk.StackSwitcher({stack: this.stack});
        header.set_title_widget(switcher);

        const box = new Gtk.Box({orientation: Gtk.Orientation.VERTICAL});
        box.append(this.headline);
        box.append(this.stack);
        this.stack.vexpand = true;
        this.set_child(box);

        const keys = new Gtk.ShortcutController({scope: Gtk.ShortcutScope.GLOBAL});
        const bind = (trigger, callback) => keys.add_shortcut(new Gtk.Shortcut({
            trigger: Gtk.ShortcutTrigger.parse_string(trigger),
            action: Gtk.CallbackAction.new(() => {
                callback();
                return true;
            }),
        }));
        bind('<Control>o', () => this._choose());
        bind('Escape', () => this.cancel());
        this.add_controller(keys);
    }

    /* A column whose cells are labels; get(item) gives their text and, if wanted, the verdict that colours them. */
    _column(title, get, {sorter = null, expand = false, wrap = false} = {}) {
        const factory = new Gtk.SignalListItemFactory();
        factory.connect('setup', (_factory, item) => item.set_child(new Gtk.Label({xalign: 0, wrap, selectable: wrap})));
        factory.connect('bind', (_factory, item) => {
            const label = item.get_child();
            const [text, verdict] = get(item.get_item());
            label.set_label(text);
            label.set_css_classes(verdict === undefined ? [] : [VERDICTS[verdict]]);
        });
        const column = new Gtk.ColumnViewColumn({factory, resizable: true, expand});
        column.set_title(typeof title === 'string' ? title : title());
        if (typeof title !== 'string')
            this._labels.push(() => column.set_title(title()));
        if (sorter !== null)
            column.set_sorter(sorter);
        return column;
    }

    _textSorter(get) {
        return Gtk.StringSorter.new(Gtk.ClosureExpression.new(GObject.TYPE_STRING, get, null));
    }

    _numberSorter(get) {
        return Gtk.NumericSorter.new(Gtk.ClosureExpression.new(GObject.TYPE_DOUBLE, get, null));
    }

    _buildResult() {
        this._lines = new Gio.ListStore({item_type: Line});
        this.table = new Gtk.ColumnView({show_column_separators: true});
        this._sorted = Gtk.SortListModel.new(this._lines, this.table.get_sorter());
        this.tableSelection = new Gtk.SingleSelection({model: this._sorted, autoselect: false, can_unselect: true});
        this.tableSelection.connect('notify::selected', () => this._showFindings());
        this.table.set_model(this.tableSelection);

        this.wholeButton = new Gtk.Button({halign: Gtk.Align.START, margin_start: 8, margin_top: 4, margin_bottom: 4});
        this.wholeButton.connect('clicked', () => {
            this.tableSelection.set_selected(Gtk.INVALID_LIST_POSITION);
            this._showFindings();
        });

        this.tree = new Gtk.ListView({factory: this._treeFactory()});
        this.explanation = new Gtk.Label({xalign: 0, yalign: 0, selectable: true, wrap: false});
        this.explanation.add_css_class('explanation');
        this._operands = new Gio.ListStore({item_type: Balance.Operand});
        this.cells = new Gtk.ColumnView({model: new Gtk.NoSelection({model: this._operands})});
        this.cells.append_column(this._column(() => this.word('fact'), o => [o.get_title(this.language)], {expand: true}));
        this.cells.append_column(this._column(() => this.word('value'),
            o => o.get_missing() ? [this.word('missing'), Balance.Verdict.UNDETERMINED] : [o.dup_text(this.language) ?? '']));
        this.cells.append_column(this._column(() => this.word('cell'), o => [this._cellText(o.get_cell())], {expand: true}));

        const left = new Gtk.Box({orientation: Gtk.Orientation.VERTICAL});
        left.append(this.wholeButton);
        left.append(this._scrolled(this.table));
        const lower = new Gtk.Paned({orientation: Gtk.Orientation.VERTICAL, position: 260,
            start_child: this._scrolled(this.explanation), end_child: this._scrolled(this.cells)});
        const right = new Gtk.Paned({orientation: Gtk.Orientation.VERTICAL, position: 220,
            start_child: this._scrolled(this.tree), end_child: lower});
        return new Gtk.Paned({position: 700, start_child: left, end_child: right});
    }

    _buildProblems() {
        this.problemTable = new Gtk.ColumnView({model: new Gtk.NoSelection({model: this._problems}), show_row_separators: true});
        const columns = [
            ['severity', p => [SEVERITIES[p.get_severity()][this.language === 'zh' ? 0 : 1],
                p.get_severity() === Balance.Severity.ERROR ? Balance.Verdict.UNMET : Balance.Verdict.UNDETERMINED]],
            ['place', p => [this._place(p)]],
            ['found', p => [p.get_message(this.language) ?? '']],
            ['remedy', p => [p.get_remedy(this.language) ?? '']],
        ];
        for (const [key, get] of columns)
            this.problemTable.append_column(this._column(() => this.word(key), get, {expand: !/severity|place/.test(key), wrap: !/severity|place/.test(key)}));
        return this._scrolled(this.problemTable);
    }

    _scrolled(child) {
        return new Gtk.ScrolledWindow({child, vexpand: true, hexpand: true});
    }

    _treeFactory() {
        const factory = new Gtk.SignalListItemFactory();
        factory.connect('setup', (_factory, item) => {
            const expander = new Gtk.TreeExpander();
            expander.set_child(new Gtk.Label({xalign: 0, ellipsize: 3}));
            item.set_child(expander);
        });
        factory.connect('bind', (_factory, item) => {
            const expander = item.get_child();
            const row = item.get_item();
            const finding = row.get_item();
            expander.set_list_row(row);
            const label = expander.get_child();
            const value = finding.dup_value_text(this.language);
            label.set_label([finding.get_id(), finding.get_title(this.language), '—', this.word(VERDICTS[finding.get_verdict()]),
                value === null ? '' : `(${value})`].join(' ').trim());
            label.set_css_classes([VERDICTS[finding.get_verdict()]]);
        });
        return factory;
    }

    /* --- languages -------------------------------------------------------------------------------------------- */

    setLanguage(language) {
        this.language = language;
        this._translate();
        // cells are bound anew
        for (const view of [this.problemTable, this.cells]) {
            const model = view.get_model();
            view.set_model(null);
            view.set_model(model);
        }
        if (this._evaluation !== null) {
            const selected = this.tableSelection.get_selected();
            this._fill();
            this.tableSelection.set_selected(selected);
        }
        this.headline.set_label(this._headline());
        if (this._hintKey)
            this.hint.set_label(this.word(this._hintKey));
    }

    _translate() {
        this.set_title(this.word('title'));
        this.openButton.set_label(this.word('open'));
        this.cancelButton.set_label(this.word('cancel'));
        this.languageButton.set_label(this.word('otherLanguage'));
        this.wholeButton.set_label(this.word('wholeDistrict'));
        this.stack.get_page(this.stack.get_child_by_name('result')).set_title(this.word('schools'));
        this.stack.get_page(this.stack.get_child_by_name('problems')).set_title(this._problemsTitle());
        for (const set of this._labels)
            set();

        const titles = this._standards.map(id => Balance.Standard.lookup(id).get_title(this.language));
        if (this._standardSignal)
            this.standardList.disconnect(this._standardSignal);
        this.standardList.set_model(Gtk.StringList.new(titles));
        this.standardList.set_selected(this._standard);
        this._standardSignal = this.standardList.connect('notify::selected', () => {
            this._standard = this.standardList.get_selected();
            if (this._paths !== null)
                this.load(this._paths);
        });
    }

    _problemsTitle() {
        const n = this._problems.get_n_items();
        return n === 0 ? this.word('problems') : `${this.word('problems')} (${n})`;
    }

    _cellText(cell) {
        return cell === null ? '—' : GLib.path_get_basename(cell.to_text());
    }

    _place(problem) {
        const parts = [problem.get_file() === null ? null : GLib.path_get_basename(problem.get_file()), problem.get_sheet()];
        if (problem.get_row() > 0)
            parts.push(this.language === 'zh' ? `第 ${problem.get_row()} 行` : `row ${problem.get_row()}`);
        if (problem.get_column_name() !== null)
            parts.push(this.language === 'zh' ? `“${problem.get_column_name()}”列` : `column “${problem.get_column_name()}”`);
        return parts.filter(part => part !== null).join(this.language === 'zh' ? ' ' : ', ');
    }

    /* --- reading and judging ---------------------------------------------------------------------------------- */

    _choose() {
        const dialog = new Gtk.FileChooserNative({title: this.word('openTitle'), transient_for: this, modal: true,
            action: Gtk.FileChooserAction.OPEN, select_multiple: true});
        const tables = new Gtk.FileFilter({name: this.word('tables')});
        for (const suffix of ['csv', 'tsv', 'txt', 'xlsx', 'xls', 'ods', 'dbf'])
            tables.add_suffix(suffix);
        dialog.add_filter(tables);
        const all = new Gtk.FileFilter({name: this.word('allFiles')});
        all.add_pattern('*');
        dialog.add_filter(all);
        dialog.connect('response', (_dialog, response) => {
            if (response === Gtk.ResponseType.ACCEPT)
                this.load([...Array(dialog.get_files().get_n_items()).keys()].map(i => dialog.get_files().get_item(i).get_path()));
            dialog.destroy();
        });
        dialog.show();
        this._dialog = dialog;   // or it would be collected while it is open
    }

    cancel() {
        this._cancellable?.cancel();
    }

    /* Reads files and judges them, in threads of the library: the window stays alive. */
    async load(paths) {
        this.cancel();
        const cancellable = new Gio.Cancellable();
        this._cancellable = cancellable;
        this._paths = paths;
        this._clear();
        this._problems.remove_all();
        const progress = Balance.Progress.new();
        const timer = this._watch(progress);
        try {
            const standard = Balance.Standard.lookup(this._standards[this._standard]);
            const reader = Balance.Reader.new(standard.get_dictionary(), null, false);
            const imported = await reader.read_async(paths, progress, cancellable);
            for (const problem of imported.get_problems())
                this._problems.append(problem);
            const census = imported.get_census();
            if (census !== null) {
                const evaluator = Balance.Evaluator.new_full(standard, this._asOf, Balance.Concessions.AUTO, null, null, 0);
                this._evaluation = await evaluator.evaluate_async(census, progress, cancellable);
            }
            if (this._cancellable === cancellable)
                this._finish();
        } catch (error) {
            if (this._cancellable !== cancellable)
                return;   // another file was opened meanwhile
            this._clear();
            if (error instanceof GLib.Error && error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED))
                this._show('cancelled', this.word('cancelled'));
            else
                this._show(null, this._inLanguage(error.message));
        } finally {
            GLib.source_remove(timer);
            if (this._cancellable === cancellable) {
                this._cancellable = null;
                this.progressBar.set_visible(false);
                this.cancelButton.set_visible(false);
            }
        }
    }

    // What is on the screen asks its own evaluation, so it goes first.
    _clear() {
        this._lines.remove_all();
        this._evaluation = null;
    }

    _inLanguage(message) {
        const lines = message.split('\n');
        return lines.length === 2 ? lines[this.language === 'zh' ? 1 : 0] : message;
    }

    _watch(progress) {
        const step = () => {
            const fraction = progress.get_fraction();
            if (fraction > 0)
                this.progressBar.set_fraction(fraction);
            else
                this.progressBar.pulse();
            this.progressBar.set_text(progress.dup_phase(this.language) ?? '…');
            return GLib.SOURCE_CONTINUE;
        };
        step();
        this.progressBar.set_visible(true);
        this.cancelButton.set_visible(true);
        return GLib.timeout_add(GLib.PRIORITY_DEFAULT, 100, step);
    }

    /* --- what is shown ---------------------------------------------------------------------------------------- */

    _show(key, text) {
        this._hintKey = key;
        this.hint.set_label(text);
        this.headline.set_visible(false);
        this.districtList.set_visible(false);
        this.stack.set_visible_child_name('hint');
    }

    _finish() {
        this._hintKey = null;
        this.stack.get_page(this.stack.get_child_by_name('problems')).set_title(this._problemsTitle());
        this.headline.set_visible(true);
        if (this._evaluation === null) {
            this.districtList.set_visible(false);
            this.headline.set_label(this._headline());
            this.headline.set_css_classes(['headline', 'unmet']);
            this.stack.set_visible_child_name('problems');
            return;
        }
        this._districts = [...this._evaluation.get_census().get_districts()];
        this.districtList.set_model(Gtk.StringList.new(this._districts.map(d => d.get_name() ?? d.get_code())));
        this.districtList.set_visible(this._districts.length > 1);
        this.stack.set_visible_child_name('result');
        this._fill();
    }

    _district() {
        return this._districts[Math.min(this.districtList.get_selected(), this._districts.length - 1)];
    }

    _headline() {
        if (this._evaluation === null)
            return this.word('refused');
        const district = this._district();
        const verdict = this._evaluation.get_district_verdict(district.get_code());
        return [district.get_name() ?? district.get_code(), this._evaluation.get_standard().get_title(this.language),
            this._evaluation.get_as_of() ?? '', this.word(VERDICTS[verdict])].filter(part => part !== '').join(' · ');
    }

    // Figures come in whole columns; only the texts of lines on the screen are asked for one by one.
    _fill() {
        if (this._evaluation === null)
            return;
        const verdict = this._evaluation.get_district_verdict(this._district().get_code());
        this.headline.set_label(this._headline());
        this.headline.set_css_classes(['headline', VERDICTS[verdict]]);

        this._lines.remove_all();
        for (const column of [...Array(this.table.get_columns().get_n_items()).keys()].map(i => this.table.get_columns().get_item(i)))
            this.table.remove_column(column);
        const add = (title, get, sorter, expand) => this.table.append_column(this._column(title, get, {sorter, expand}));
        const verdictOf = line => this._evaluation.get_section_verdict(line.section);
        add(this.word('code'), l => [l.school.get_code()], this._textSorter(l => l.school.get_code()), false);
        add(this.word('name'), l => [l.school.get_name() ?? ''], this._textSorter(l => l.school.get_name() ?? ''), true);
        add(this.word('stage'), l => [l.section.get_stage_title(this.language) ?? l.section.get_stage()],
            this._textSorter(l => l.section.get_stage()), false);
        add(this.word('verdict'), l => [this.word(VERDICTS[verdictOf(l)]), verdictOf(l)], this._numberSorter(verdictOf), false);
        for (const indicator of this._sectionIndicators()) {
            const values = this._evaluation.getValues(indicator.get_id());
            const verdicts = this._evaluation.getVerdicts(indicator.get_id());
            add(indicator.get_id(), l => [this._valueText(l, indicator, values, verdicts), verdicts[l.row]],
                this._numberSorter(l => values[l.row]), false);
        }
        this._lines.splice(0, 0, [...this._district().get_sections()].map(section => new Line(section)));
        this._showFindings();
    }

    _sectionIndicators() {
        return [...this._evaluation.get_standard().get_indicators()].filter(indicator => {
            if (indicator.get_level() !== Balance.Level.SECTION)
                return false;
            try {
                return this._evaluation.getVerdicts(indicator.get_id()).length > 0;
            } catch (error) {
                return false;   // not an item of any requirement
            }
        }).slice(0, MAX_INDICATORS);
    }

    _valueText(line, indicator, values, verdicts) {
        if (Number.isNaN(values[line.row]))
            return this.word(verdicts[line.row] === Balance.Verdict.NOT_APPLICABLE ? 'not-applicable' : 'missing');
        const value = values[line.row];
        const limit = this._limit(line, indicator);
        let decimals = indicator.get_decimals();
        let text = value.toFixed(decimals);
        // A value just beside its limit must not look as if it stood on it.
        while (value !== limit && Number(text) === limit && decimals < 17)
            text = value.toFixed(++decimals);
        return text;
    }

    _limit(line, indicator) {
        return this._evaluation.find(`districts/${line.school.get_district_code()}/schools/${line.school.get_code()}/` +
            `${line.section.get_stage()}/${indicator.get_id()}`).get_limit();
    }

    /* The tree of the chosen school, or of the district where none is chosen. */
    _showFindings() {
        if (this._evaluation === null)
            return;
        const line = this.tableSelection.get_selected_item();
        const findings = line === null
            ? this._evaluation.get_findings(this._district().get_code())
            : this._evaluation.get_school_findings(line.school);
        const model = Gtk.TreeListModel.new(findings, false, false, finding => {
            const children = finding.get_children();
            return children.get_n_items() > 0 ? children : null;
        });
        this.treeSelection = new Gtk.SingleSelection({model});
        this.treeSelection.connect('notify::selected-item', () => this._explain());
        this.tree.set_model(this.treeSelection);
        this._explain();
    }

    _explain() {
        const finding = this.treeSelection.get_selected_item()?.get_item() ?? null;
        this.explanation.set_label(finding?.to_text(this.language) ?? '');
        this._operands.splice(0, this._operands.get_n_items(), finding === null ? [] : [...finding.get_operands()]);
    }
});

export function makeApplication(options, paths) {
    const application = new Gtk.Application({application_id: 'org.libbalance.Viewer',
        flags: Gio.ApplicationFlags.NON_UNIQUE});
    application.connect('startup', () => {
        const style = new Gtk.CssProvider();
        style.load_from_data(STYLE);
        Gtk.StyleContext.add_provider_for_display(Gdk.Display.get_default(), style, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION);
    });
    application.connect('activate', () => {
        const window = new Viewer(application, options);
        window.present();
        if (paths.length > 0)
            window.load(paths);
    });
    return application;
}

function readArguments(words) {
    const options = {language: GLib.get_language_names().some(name => name.startsWith('en')) ? 'en' : 'zh'};
    const paths = [];
    for (let i = 0; i < words.length; i++) {
        const [, name, value] = /^--(standard|as-of|lang)(?:=(.*))?$/.exec(words[i]) ?? [];
        if (name === undefined && words[i].startsWith('-'))
            throw new Error(`unknown: ${words[i]}`);
        if (name === undefined)
            paths.push(words[i]);
        else
            options[{standard: 'standard', 'as-of': 'asOf', lang: 'language'}[name]] = value ?? words[++i];
    }
    return [options, paths];
}

if (GLib.path_get_basename(System.programInvocationName) === 'balance-viewer.js') {
    const [options, paths] = readArguments(ARGV);
    System.exit(makeApplication(options, paths).run([]));
}
