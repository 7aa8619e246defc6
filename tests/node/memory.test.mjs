/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Repeated evaluation in one process: node-gtk frees nothing by itself where GLib's loop does not run. */

import assert from 'node:assert/strict';
import path from 'node:path';
import {test} from 'node:test';
import {evaluate} from 'libbalance';

const SAMPLE = path.join(process.env.BALANCE_SOURCE_DIR, 'examples', 'data', 'sample-county.csv');

test('repeated evaluation keeps the memory flat', async () => {
    async function rounds(n) {
        for (let i = 0; i < n; i++) {
            const evaluation = evaluate(SAMPLE, {asOf: '2024-06-30', threads: 1});
            evaluation.values('R1');
            evaluation.report('csv');
            if (i % 10 === 9) {
                globalThis.gc();
                // finalizers run between turns
                await new Promise(resolve => setTimeout(resolve, 5));
            }
        }
        evaluate(SAMPLE, {asOf: '2024-06-30', threads: 1});
        return process.memoryUsage.rss() / 1024;
    }
    const first = await rounds(40);
    const last = await rounds(60);
    // One census and its evaluation weigh some 400 KB: of 60, none may stay.
    assert.ok(last - first < 8 * 1024, `grew by ${last - first} KB`);
});
