/* SPDX-License-Identifier: LGPL-2.1-or-later */
import {items} from './native.js';

/* What the library says comes in pairs of lines, English and Chinese. */
export class BalanceError extends Error {
    constructor(message, {code = 'FAILED', problems = [], cause} = {}) {
        super(message, {cause});
        this.name = 'BalanceError';
        this.code = code;
        this.problems = problems;
    }

    text(language = 'zh') {
        const lines = this.message.split('\n');
        if (lines.length % 2 !== 0)
            return this.message;
        return lines.filter((_line, i) => i % 2 === (language === 'zh' ? 1 : 0)).join('\n');
    }
}

/* node-gtk keeps only the message of a GError: its code is known where we know what we asked. */
export function attempt(code, callback) {
    try {
        return callback();
    } catch (error) {
        if (error instanceof BalanceError || error instanceof TypeError || error instanceof RangeError)
            throw error;
        throw new BalanceError(error.message, {code, cause: error});
    }
}

export function toProblems(list) {
    return Array.from(items(list), problem => JSON.parse(problem.toJson()));
}
