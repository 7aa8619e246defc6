/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows and columns of a program's own, as the table that the library reads: one way in, with all its checks. A number is
 * written with the digits that read back to it, so that 0.1 is one tenth. */

const LIMIT = 2 ** 29;   // characters: about what one string of V8 can hold

function cell(value, where) {
    switch (typeof value) {
    case 'undefined':
        return '';
    case 'number':
        if (Number.isNaN(value))
            return '';
        if (!Number.isFinite(value))
            throw new TypeError(`${where} is ${value}`);
        return plain(value);
    case 'bigint':
        return String(value);
    case 'boolean':
        return value ? '1' : '0';
    case 'string':
        return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
    default:
        if (value === null)
            return '';
        throw new TypeError(`${where} is neither a number, a text, true, false nor missing: ${Object.prototype.toString.call(value)}`);
    }
}

// Without an exponent.
function plain(value) {
    const text = String(value);
    const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
    if (match === null)
        return text;
    const [, sign, first, rest = '', exponent] = match;
    const digits = first + rest;
    const point = 1 + Number(exponent);
    if (point <= 0)
        return `${sign}0.${'0'.repeat(-point)}${digits}`;
    return `${sign}${digits.padEnd(point, '0')}`;
}

function join(header, nRows, get) {
    const parts = [header.map(name => cell(name, 'a name')).join(',')];
    let length = 0;
    for (let row = 0; row < nRows; row++) {
        const line = header.map(name => cell(get(name, row), `row ${row}, ${name}`)).join(',');
        length += line.length + 1;
        if (length > LIMIT)
            throw new RangeError('the table is too large for one call; write it to a file');
        // a line of one empty cell would be no row at all
        parts.push(line === '' ? '""' : line);
    }
    return Buffer.from(`${parts.join('\n')}\n`, 'utf8');
}

export function fromRows(rows) {
    const names = new Set();
    rows.forEach((row, i) => {
        if (row === null || typeof row !== 'object' || Array.isArray(row))
            throw new TypeError(`row ${i} is no object`);
        for (const name of Object.keys(row))
            names.add(name);
    });
    return join([...names], rows.length, (name, row) => rows[row][name]);
}

export function fromColumns(columns) {
    const names = Object.keys(columns);
    const nRows = names.length === 0 ? 0 : columns[names[0]].length;
    for (const name of names) {
        const column = columns[name];
        if (!Array.isArray(column) && !(ArrayBuffer.isView(column) && !(column instanceof DataView)))
            throw new TypeError(`${name} is neither an array nor a typed array`);
        if (column.length !== nRows)
            throw new RangeError(`${name} has ${column.length} values, ${names[0]} has ${nRows}`);
    }
    return join(names, nRows, (name, row) => columns[name][row]);
}
