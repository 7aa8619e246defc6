/* SPDX-License-Identifier: LGPL-2.1-or-later */

export type Verdict = 'not_applicable' | 'met' | 'unmet' | 'undetermined';
export type Level = 'section' | 'school' | 'stage' | 'district' | 'region';
export type Language = 'zh' | 'en';

/** A text in both languages. */
export interface Text {
    zh: string | null;
    en: string | null;
}

/** The names of verdicts by the numbers that {@link Evaluation.verdicts} gives. */
export const VERDICTS: readonly ['not_applicable', 'met', 'unmet', 'undetermined'];

/** Where a fact came from. Rows and columns count from 1. */
export interface Cell {
    file: string;
    sheet: string | null;
    row: number | null;
    column: number | null;
    text: string;
}

/** One thing wrong with an input. For rows and columns of a program's own, row 1 is the line of names. */
export interface Problem {
    kind: string;
    severity: 'note' | 'warning' | 'error';
    file: string | null;
    sheet: string | null;
    row: number | null;
    column: number | null;
    column_name: string | null;
    field: string | null;
    found: string | null;
    message: Text | null;
    expected: Text | null;
    remedy: Text | null;
}

export type ErrorCode = 'FAILED' | 'INVALID_DATA' | 'INVALID_PACK' | 'NOT_FOUND';

export class BalanceError extends Error {
    readonly name: 'BalanceError';
    readonly code: ErrorCode;
    /** All problems of the data, where there was no census. */
    readonly problems: Problem[];
    /** What happened, in one language. */
    text(language?: Language): string;
}

/** One value of a table of a program's own; what is missing is null, undefined or NaN. */
export type Value = string | number | bigint | boolean | null | undefined;
export type Row = Record<string, Value>;
export type Column = readonly Value[] | Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array |
    Uint8Array | BigInt64Array | BigUint64Array;

/**
 * A path, paths that are read together, the bytes of a file, the same with a name, rows or columns. Rows and columns are named
 * as a file's are: by ids of fields (`balance fields` lists them) or by the usual headers, Chinese or English.
 */
export type Input = string | string[] | Uint8Array | {name?: string; bytes: Uint8Array} | Row[] | {columns: Record<string, Column>};

export interface ReadOptions {
    /** Id of an installed standard, path of a rule pack, or its bytes; `cn-2017-quality` if not given. */
    standard?: string | Uint8Array;
    /** Path of a map of foreign columns and values. */
    map?: string;
    /** Leave rows with errors out; their district is never met. */
    skipBadRows?: boolean;
    /** false: without the SHA-256 of the files, for whoever keeps no store. */
    digests?: boolean;
    /** Which year of data that have several; the latest if not given. */
    year?: number;
}

export interface EvaluateOptions extends ReadOptions {
    /** By the rules in force on that day, YYYY-MM-DD; today if not given. */
    asOf?: string;
    /** Options that the standard declares. */
    options?: Record<string, string>;
    concessions?: 'auto' | 'on' | 'off';
    /** One requirement and what it consists of. */
    only?: string;
    /** Threads of the library; 0 or nothing: one per processor. */
    threads?: number;
}

export interface Section {
    district: string;
    school: string;
    name: string | null;
    stage: string;
}

/** The facts of one year. Lists and columns are in one order: by district, stage, school for sections. */
export class Census {
    private constructor();
    readonly problems: Problem[];
    readonly year: number | null;
    readonly sources: string[];
    readonly districts: {code: string; name: string | null}[];
    readonly schools: {district: string; code: string; name: string | null}[];
    readonly sections: Section[];
    /** Ids of the fields that the census has on a level. */
    columns(level?: 'section' | 'school' | 'district' | 'region'): string[];
    /** A field of all rows of a level; what is missing is NaN. */
    column(field: string, level?: 'section' | 'school' | 'district' | 'region'): Float64Array;
    /** The object behind, for what this class does not have; see `libbalance/raw`. */
    readonly native: any;
}

export interface Operand {
    field: string;
    title: Text;
    level: Level;
    path: string;
    subject: Text | null;
    year: number | null;
    missing: boolean;
    number: number | null;
    text: Text | null;
    unit: string | null;
    cell: Cell | null;
}

export interface Concession {
    id: string;
    item: string | null;
    title: Text | null;
    reference: string | null;
    certain: boolean;
    decides: boolean;
    worse: boolean;
    verdict_without: Verdict;
    value_without: number | null;
    limit_without: number | null;
    duty_years: number;
    duty_until: string | null;
}

/** One judged requirement on one subject. */
export interface Finding {
    path: string;
    id: string;
    title: Text;
    reference: string | null;
    level: Level;
    subject: Text | null;
    district: string | null;
    school: string | null;
    stage: string | null;
    verdict: Verdict;
    strict_verdict: Verdict;
    reason: Text | null;
    binding: boolean;
    at_floor: boolean;
    value: number | null;
    value_low: number | null;
    value_high: number | null;
    limit: number | null;
    floor: number | null;
    margin: number | null;
    comparison: 'at_least' | 'at_most' | 'above' | 'below' | null;
    unit: string | null;
    decimals: number;
    rounding_flips: boolean;
    value_text: Text | null;
    limit_text: Text | null;
    formula: string | null;
    despite_missing: boolean;
    conclusion: Text | null;
    evidence: string[];
    lacks_evidence: boolean;
    concession: Concession | null;
    operands: Operand[];
    /** Paths for {@link Evaluation.find}. */
    children: {path: string; verdict: Verdict}[];
}

/** The JSON report, as `balance evaluate --format json` prints it. */
export interface Report {
    balance: string;
    standard: {id: string; title: Text; reference: string | null; as_of: string; options: Record<string, string>; concessions: string[]};
    census: {year: number | null; sources: string[]; districts: number; schools: number; sections: number};
    verdict: Verdict;
    districts: {code: string; name: string | null; verdict: Verdict; [more: string]: unknown}[];
    [more: string]: unknown;
}

export class Evaluation {
    private constructor();
    readonly census: Census;
    /** What reading reported. */
    readonly problems: Problem[];
    readonly verdict: Verdict;
    /** The day by whose rules it was judged. */
    readonly asOf: string | null;
    districtVerdict(code: string): Verdict;
    /** The values of an indicator in the order of the census, NaN where there is none. */
    values(indicator: string): Float64Array;
    /** A verdict for each subject of a requirement or indicator; {@link VERDICTS} has the names. */
    verdicts(requirement: string): Uint8Array;
    find(path: string): Finding;
    /** The outermost findings of a district, or of the region. */
    findings(district?: string | null): Finding[];
    /** A finding as people read it, at most 80 columns wide. */
    explain(path: string, language?: Language): string;
    /** A whole report as the `balance` command writes it. */
    report(format?: 'text' | 'json' | 'csv' | 'html' | 'xlsx', options?: {language?: Language; district?: string | null}): Buffer;
    toJSON(): Report;
    readonly native: any;
}

/** Ids of the standards that are installed. */
export function standards(): string[];

/**
 * Reads data.
 * @throws {BalanceError} with all problems where there is no census
 */
export function read(input: Input, options?: ReadOptions): Census;

/**
 * Judges data by a standard. It does not return before it is done: a program that must answer meanwhile does it in a child process.
 * @throws {BalanceError}
 */
export function evaluate(input: Input | Census, options?: EvaluateOptions): Evaluation;
