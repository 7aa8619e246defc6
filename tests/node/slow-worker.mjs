/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stands in for a worker of the HTTP server: does what the first line of the table says, hang or crash. */
process.on('message', ({bytes}) => {
    const word = Buffer.from(bytes).toString().split('\n')[0];
    if (word === 'crash')
        process.abort();
    else if (word === 'hang')
        for (;;);
    else
        process.send({status: 200, json: Buffer.from(`{"process":${process.pid}}`), problems: []});
});
process.on('disconnect', () => process.exit());
process.send({ready: true, standards: ['cn-2017-quality']});
