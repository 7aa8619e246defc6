/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The process in which http-server.mjs evaluates, one request at a time. A hang or a crash ends here. */

import {evaluate, standards, BalanceError} from 'libbalance';

process.on('message', ({bytes, name, options}) => {
    let answer;
    try {
        const evaluation = evaluate({bytes, name}, {...options, threads: 1, digests: false});
        answer = {status: 200, json: evaluation.report('json'), problems: evaluation.problems};
    } catch (error) {
        if (!(error instanceof BalanceError)) {
            // What went wrong in here is for the log, not for whoever asked.
            console.error(error);
            process.exit(1);
        }
        answer = {status: error.problems.length > 0 ? 422 : 400, zh: error.text('zh'), en: error.text('en'), problems: error.problems};
    }
    process.send(answer);
});
process.on('disconnect', () => process.exit());
process.send({ready: true, standards: standards()});
