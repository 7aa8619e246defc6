/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* exported _init */

// What introspection alone does not give to programs in gjs. Nothing that exists behaves otherwise than in C: methods of
// the library keep their names (get_findings), what is added here is written as JavaScript writes it (toObject).

const {Gio, GLib} = imports.gi;

// gjs iterates over a Gio.ListStore only. Many lists are of classes of their own, which it meets when it gets the first one.
const LISTS = {
    Audit: ['get_findings'],
    AuditFinding: ['get_operands'],
    Census: ['get_districts', 'get_schools', 'get_sections'],
    Checks: ['get_checks'],
    DecidingSet: ['get_facts'],
    Dictionary: ['get_fields'],
    District: ['get_schools', 'get_sections'],
    Evaluation: ['get_contributions', 'get_deciding_sets', 'get_findings', 'get_groups', 'get_notices', 'get_school_findings'],
    Finding: ['get_children', 'get_deciding_sets', 'get_operands'],
    Import: ['get_censuses', 'get_problems'],
    Inspection: ['get_problems', 'get_sheets'],
    Ledger: ['get_waiting', 'summarise'],
    PackCheck: ['get_problems'],
    Plan: ['get_barriers'],
    Report: ['get_problems'],
    Requirement: ['get_children'],
    School: ['get_sections'],
    Sensitivity: ['get_cells'],
    SheetInspection: ['get_columns'],
    Standard: ['get_indicators', 'get_requirements'],
    Store: ['get_problems', 'get_task_changes'],
};

// Classes that are lists themselves.
const THEMSELVES = ['Effects', 'GapList', 'Ledger', 'Plan', 'Proposal', 'Stability', 'Verification'];

// Without a callback these return a promise.
const ASYNC = {
    Auditor: ['audit'],
    Evaluation: ['write_database'],
    Evaluator: ['evaluate'],
    Planner: ['plan'],
    Reader: ['inspect', 'read', 'read_database'],
    Store: ['put', 'read', 'save_evaluation'],
};

function* iterate() {
    for (let i = 0; i < this.get_n_items(); i++)
        yield this.get_item(i);
}

// The bytes of a GBytes, copied once into memory of their own, as elements of another type.
function view(bytes, Type) {
    const data = bytes.toArray();
    const whole = data.byteOffset % Type.BYTES_PER_ELEMENT === 0 && data.buffer.byteLength === data.byteLength;
    const buffer = whole ? data.buffer : data.slice().buffer;
    return new Type(buffer, 0, buffer.byteLength / Type.BYTES_PER_ELEMENT);
}

// gjs would make one byte of each element of another typed array, and NaN of a string.
function toBytes(values, Type, what) {
    const typed = values instanceof Type ? values : Type.from(values, (value, i) => {
        if (typeof value === 'number' || typeof value === 'boolean')
            return Number(value);
        if (value === null || value === undefined)
            return NaN;
        throw new TypeError(`${what}[${i}] is no number: ${value}`);
    });
    return new GLib.Bytes(new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength));
}

function writeJson(object, ...args) {
    const stream = Gio.MemoryOutputStream.new_resizable();
    object.write_json(stream, ...args);
    stream.close(null);
    return new TextDecoder().decode(stream.steal_as_bytes().toArray());
}

function _init() {
    const Balance = this;

    for (const [name, methods] of Object.entries(LISTS)) {
        const prototype = Balance[name].prototype;
        for (const method of methods) {
            const original = prototype[method];
            prototype[method] = function (...args) {
                const list = original.apply(this, args);
                if (list !== null)
                    Object.getPrototypeOf(list)[Symbol.iterator] ??= iterate;
                return list;
            };
        }
    }
    for (const name of THEMSELVES)
        Balance[name].prototype[Symbol.iterator] = iterate;
    for (const [name, methods] of Object.entries(ASYNC)) {
        for (const method of methods)
            Gio._promisify(Balance[name].prototype, `${method}_async`, `${method}_finish`);
    }

    // Plain objects, which JSON.stringify() takes as well.
    for (const class_ of [Balance.Finding, Balance.Problem]) {
        class_.prototype.toObject = function () {
            return JSON.parse(this.to_json());
        };
    }
    Balance.Evaluation.prototype.toObject = function () {
        return JSON.parse(writeJson(this, null));
    };
    for (const class_ of [Balance.Finding, Balance.Problem, Balance.Evaluation]) {
        class_.prototype.toJSON = function () {
            return this.toObject();
        };
    }

    // An import without a census throws an error that carries all problems.
    const check = Balance.Import.prototype.check;
    Balance.Import.prototype.check = function () {
        try {
            return check.call(this);
        } catch (error) {
            error.problems = [...this.get_problems()].map(problem => problem.toObject());
            throw error;
        }
    };

    // Columns as typed arrays, in the order of the census; what is missing is NaN.
    Balance.Evaluation.prototype.getValues = function (indicator) {
        return view(this.dup_values(indicator)[0], Float64Array);
    };
    Balance.Evaluation.prototype.getVerdicts = function (requirement) {
        return view(this.dup_verdicts(requirement), Uint8Array);
    };
    Balance.Census.prototype.getColumn = function (level, field) {
        return view(this.dup_column(level, field)[0], Float64Array);
    };
    Balance.CensusBuilder.prototype.setColumn = function (level, field, values, valid = null) {
        return this.set_column(level, field, toBytes(values, Float64Array, field),
            valid === null ? null : toBytes(valid, Uint8Array, 'valid'));
    };
}
