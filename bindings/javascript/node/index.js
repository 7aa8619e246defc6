/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libbalance for Node. See index.d.ts for what each function takes and gives. Everything here runs to its end before it
 * returns: what must not block goes to a process of its own. */

import {Balance, GLib, capture, items, release, takeBytes} from './lib/native.js';
import {BalanceError, attempt, toProblems} from './lib/errors.js';
import {fromColumns, fromRows} from './lib/table.js';

export {BalanceError};
export const VERDICTS = Object.freeze(['not_applicable', 'met', 'unmet', 'undetermined']);

const LEVELS = {section: Balance.Level.SECTION, school: Balance.Level.SCHOOL, district: Balance.Level.DISTRICT, region: Balance.Level.REGION};
const CONCESSIONS = {auto: Balance.Concessions.AUTO, on: Balance.Concessions.ON, off: Balance.Concessions.OFF};
const FORMATS = {text: 'writeText', json: 'writeJson', csv: 'writeCsv', html: 'writeHtml', xlsx: 'writeXlsx'};

function choose(choices, value, what) {
    if (!Object.hasOwn(choices, value))
        throw new TypeError(`${what} is one of ${Object.keys(choices).join(', ')}, not ${value}`);
    return choices[value];
}

function natural(value, what) {
    if (!Number.isInteger(value) || value < 0 || value > 0xffffffff)
        throw new TypeError(`${what} is a whole number, not ${value}`);
    return value;
}

export function standards() {
    return Balance.Standard.listIds();
}

const known = new Map();

function findStandard(standard = 'cn-2017-quality') {
    if (standard instanceof Uint8Array)
        return attempt('INVALID_PACK', () => Balance.Standard.newFromBytes(new GLib.Bytes(standard), 'pack'));
    if (typeof standard !== 'string')
        throw new TypeError('a standard is an id, a file or the bytes of a rule pack');
    if (/\/|\.yaml$/.test(standard))
        return attempt('INVALID_PACK', () => Balance.Standard.newFromFile(standard));
    // Those that are shipped do not change while a program runs.
    if (!known.has(standard))
        known.set(standard, attempt('NOT_FOUND', () => Balance.Standard.lookup(standard)));
    return known.get(standard);
}

export class Census {
    #native;

    constructor(native, problems) {
        this.#native = native;
        this.problems = problems;
    }

    get native() {
        return this.#native;
    }

    get year() {
        return this.#native.getYear() || null;
    }

    get sources() {
        return this.#native.dupSources();
    }

    get districts() {
        return Array.from(items(this.#native.getDistricts()), d => ({code: d.getCode(), name: d.getName()}));
    }

    get schools() {
        return Array.from(items(this.#native.getSchools()), s => ({district: s.getDistrictCode(), code: s.getCode(), name: s.getName()}));
    }

    get sections() {
        return Array.from(items(this.#native.getSections()), s => {
            const school = s.getSchool();
            return {district: school.getDistrictCode(), school: school.getCode(), name: school.getName(), stage: s.getStage()};
        });
    }

    columns(level = 'section') {
        return this.#native.dupColumns(choose(LEVELS, level, 'level'));
    }

    column(field, level = 'section') {
        const [values] = attempt('NOT_FOUND', () => this.#native.dupColumn(choose(LEVELS, level, 'level'), field));
        return takeBytes(values, Float64Array);
    }
}

/* Where the data stand, and how to read them. */
function open(input, reader) {
    if (typeof input === 'string')
        return reader.read([input], null, null);
    if (input instanceof Uint8Array)
        return reader.readBytes(new GLib.Bytes(input), 'data', null, null);
    if (Array.isArray(input) && input.length > 0 && input.every(item => typeof item === 'string'))
        return reader.read(input, null, null);
    if (Array.isArray(input))
        return reader.readBytes(new GLib.Bytes(fromRows(input)), 'rows', null, null);
    if (input !== null && typeof input === 'object' && input.bytes instanceof Uint8Array)
        return reader.readBytes(new GLib.Bytes(input.bytes), String(input.name ?? 'data'), null, null);
    if (input !== null && typeof input === 'object' && input.columns !== null && typeof input.columns === 'object')
        return reader.readBytes(new GLib.Bytes(fromColumns(input.columns)), 'columns', null, null);
    throw new TypeError('the input is a path, several paths, bytes, {name, bytes}, an array of objects, {columns} or a census');
}

export function read(input, options = {}) {
    const standard = findStandard(options.standard);
    const dictionary = standard.getDictionary();
    const map = options.map === undefined ? null : attempt('INVALID_PACK', () => Balance.Map.newFromFile(options.map, dictionary));
    // node-gtk takes no null for a property
    const reader = new Balance.Reader({dictionary, ...map === null ? {} : {map},
        skipBadRows: options.skipBadRows === true, digests: options.digests !== false});
    try {
        const imported = attempt('FAILED', () => open(input, reader));
        const problems = toProblems(imported.getProblems());
        try {
            imported.check();
        } catch (error) {
            throw new BalanceError(error.message, {code: 'INVALID_DATA', problems, cause: error});
        }
        return new Census(pickYear(imported, options.year), problems);
    } finally {
        release();
    }
}

function pickYear(imported, year) {
    if (year === undefined)
        return imported.getCensus();
    const censuses = Array.from(items(imported.getCensuses()));
    const found = censuses.find(census => census.getYear() === year);
    if (found === undefined) {
        const years = censuses.map(census => census.getYear()).join(', ');
        throw new BalanceError(`there are no data of ${year}, only of ${years}\n没有 ${year} 年的数据，只有 ${years} 年的`, {code: 'NOT_FOUND'});
    }
    return found;
}

export class Evaluation {
    #native;
    #census;

    constructor(native, census) {
        this.#native = native;
        this.#census = census;
    }

    get native() {
        return this.#native;
    }

    get census() {
        return this.#census;
    }

    get problems() {
        return this.#census.problems;
    }

    get verdict() {
        return VERDICTS[this.#native.getVerdict()];
    }

    get asOf() {
        return this.#native.getAsOf();
    }

    districtVerdict(code) {
        return VERDICTS[this.#native.getDistrictVerdict(code)];
    }

    values(indicator) {
        const [values] = attempt('NOT_FOUND', () => this.#native.dupValues(indicator));
        return takeBytes(values, Float64Array);
    }

    verdicts(requirement) {
        return takeBytes(attempt('NOT_FOUND', () => this.#native.dupVerdicts(requirement)), Uint8Array);
    }

    find(path) {
        return JSON.parse(attempt('NOT_FOUND', () => this.#native.find(path)).toJson());
    }

    findings(district = null) {
        return Array.from(items(this.#native.getFindings(district)), finding => JSON.parse(finding.toJson()));
    }

    explain(path, language = 'zh') {
        return attempt('NOT_FOUND', () => this.#native.find(path)).toText(language);
    }

    report(format = 'json', {language = 'zh', district = null} = {}) {
        const write = choose(FORMATS, format, 'format');
        const report = Balance.Report.newFull(this.#native, language, district, null, false);
        return attempt('FAILED', () => capture(stream => report[write](stream, null)));
    }

    toJSON() {
        return JSON.parse(this.report('json').toString('utf8'));
    }
}

export function evaluate(input, options = {}) {
    const standard = findStandard(options.standard);
    const census = input instanceof Census ? input : read(input, options);
    const choices = Object.entries(options.options ?? {}).map(([key, value]) => `${key}=${value}`);
    const evaluator = attempt('FAILED', () => Balance.Evaluator.newFull(standard, options.asOf ?? null,
        choose(CONCESSIONS, options.concessions ?? 'auto', 'concessions'), options.only ?? null,
        choices.length > 0 ? choices : null, natural(options.threads ?? 0, 'threads')));
    try {
        return new Evaluation(attempt('FAILED', () => evaluator.evaluate(census.native, null, null)), census);
    } finally {
        release();
    }
}
