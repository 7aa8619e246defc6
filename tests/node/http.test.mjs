/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The example endpoint: what it answers, what it refuses, what it survives. */

import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {fileURLToPath} from 'node:url';

const SAMPLE = path.join(process.env.BALANCE_SOURCE_DIR, 'examples', 'data', 'sample-county.csv');
const SERVER = fileURLToPath(new URL('./http-server.mjs', import.meta.url));
const CSV = {'Content-Type': 'text/csv'};
const BAD = 'district_code,school_code,stage,pupils\n1,A,primary,-3\n1,B,primary,many\n';

function start(...words) {
    const child = spawn(process.execPath, [SERVER, '--port', '0', ...words], {stdio: ['ignore', 'pipe', 'ignore']});
    return new Promise((resolve, reject) => {
        child.once('exit', () => reject(new Error('the server ended')));
        child.stdout.once('data', line => resolve({child, port: Number(/127\.0\.0\.1:(\d+)/.exec(line)[1])}));
    });
}

function stop({child}) {
    return new Promise(resolve => {
        child.once('exit', resolve);
        child.kill('SIGTERM');
    });
}

function ask({port}, {method = 'POST', path: where = '/evaluate?as_of=2024-06-30', headers = CSV, body = ''} = {}) {
    return new Promise((resolve, reject) => {
        const request = http.request({host: '127.0.0.1', port, method, path: where, headers, agent: false}, response => {
            const parts = [];
            response.on('data', part => parts.push(part));
            response.on('end', () => {
                const text = Buffer.concat(parts).toString();
                resolve({status: response.statusCode, headers: response.headers, text, json: JSON.parse(text)});
            });
        });
        request.on('error', reject);
        request.end(body);
    });
}

// Bytes as they are, for what no well-behaved client sends; the whole answer as text.
function talk({port}, words, {end = false} = {}) {
    return new Promise(resolve => {
        const socket = net.connect(port, '127.0.0.1', () => end ? socket.end(words) : socket.write(words));
        let text = '';
        socket.on('data', part => {
            text += part;
        });
        socket.on('error', () => {});
        socket.on('close', () => resolve(text));
    });
}

let server, small;
before(async () => {
    server = await start('--max-bytes', '200000', '--body-seconds', '1');
    small = await start('--worker', './slow-worker.mjs', '--evaluate-seconds', '1', '--workers', '1', '--queue', '1');
});
after(() => Promise.all([server, small].filter(one => one !== undefined).map(stop)));

test('good data: 200, and in it what the tool prints', async () => {
    const body = fs.readFileSync(SAMPLE);
    const {stdout} = spawnSync(process.env.BALANCE_TOOL, ['evaluate', SAMPLE, '--as-of', '2024-06-30', '--format', 'json'], {maxBuffer: 1 << 28});
    const answer = await ask(server, {body});
    assert.equal(answer.status, 200);
    assert.match(answer.headers['content-type'], /^application\/json/);
    // the tool names its file
    const wanted = stdout.toString().replaceAll(JSON.stringify(SAMPLE).slice(1, -1), 'data.csv');
    assert.equal(answer.text, `{"evaluation":${wanted},"problems":[]}`);
});

test('other standards and parts', async () => {
    const body = fs.readFileSync(SAMPLE);
    const answer = await ask(server, {body, path: '/evaluate?standard=cn-2012-basic&as_of=2016-09-01&concessions=off'});
    assert.equal(answer.json.evaluation.standard.id, 'cn-2012-basic');
    const part = await ask(server, {body, path: '/evaluate?as_of=2024-06-30&only=resources'});
    assert.deepEqual(part.json.evaluation.districts[0].requirements.map(r => r.id), ['resources']);
});

test('bad data: 422 with every problem, in the language that is asked for', async () => {
    for (const [header, language] of [[undefined, 'zh'], ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'], ['en-GB, zh;q=0.5', 'en'], ['fr', 'zh'], ['zh;q=0.1,en', 'en']]) {
        const answer = await ask(server, {body: BAD, headers: {...CSV, ...header === undefined ? {} : {'Accept-Language': header}}});
        assert.equal(answer.status, 422);
        assert.equal(answer.headers['content-language'], language, header);
        assert.equal(answer.json.error.message, answer.json.error[language]);
        assert.match(answer.json.error.zh, /“-3”是负数[^]*“many”不是数字/);
        assert.match(answer.json.error.en, /“-3” is negative[^]*“many” is not a number/);
        assert.deepEqual(answer.json.problems.map(p => [p.row, p.column, p.kind]), [[2, 4, 'negative'], [3, 4, 'not-a-number']]);
    }
    const binary = await ask(server, {body: Buffer.from([0, 1, 2, 3, 255, 254, 0, 0])});
    assert.equal(binary.status, 422);
});

test('what is asked wrongly: 400, 404, 405, 415, 421', async () => {
    const body = BAD;
    for (const query of ['?standard=no-such', '?standard=/etc/passwd', '?no_such=1', '?concessions=maybe'])
        assert.equal((await ask(server, {body, path: `/evaluate${query}`})).status, 400, query);
    assert.equal((await ask(server, {body: fs.readFileSync(SAMPLE), path: '/evaluate?as_of=yesterday'})).status, 400);
    assert.equal((await ask(server, {body, path: '/'})).status, 404);
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
        const answer = await ask(server, {method, body: ''});
        assert.equal(answer.status, 405, method);
        assert.equal(answer.headers.allow, 'POST');
    }
    for (const type of ['text/html', 'application/json', 'multipart/form-data; boundary=x', ''])
        assert.equal((await ask(server, {body, headers: type === '' ? {} : {'Content-Type': type}})).status, 415, type);
    assert.equal((await ask(server, {body, headers: {...CSV, 'Content-Encoding': 'gzip'}})).status, 415);
    assert.equal((await ask(server, {body, headers: {...CSV, Host: 'elsewhere.example'}})).status, 421);
});

test('too large: 413, whether it says so or not', async () => {
    const head = 'POST /evaluate HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\n';
    assert.match(await talk(server, `${head}Content-Length: 200001\r\n\r\n`), /^HTTP\/1\.1 413 /);
    const chunk = 'x'.repeat(50000);
    assert.match(await talk(server, `${head}Transfer-Encoding: chunked\r\n\r\n${`c350\r\n${chunk}\r\n`.repeat(5)}`), /^HTTP\/1\.1 413 /);
    assert.equal((await ask(server, {body: 'x'.repeat(200000)})).status, 422);
});

test('a slow body: 408', async () => {
    const answer = await talk(server, 'POST /evaluate HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: 100\r\n\r\ndistrict');
    assert.match(answer, /^HTTP\/1\.1 408 /);
    assert.match(answer, /未能在 1 秒内提交完表格/);
});

test('half a request and nonsense do no harm', async () => {
    await talk(server, 'POST /evaluate HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: 100\r\n\r\ndistrict', {end: true});
    assert.match(await talk(server, '\0\0\0\r\n\r\n'), /^HTTP\/1\.1 400 /);
    assert.equal((await ask(server, {body: BAD})).status, 422);
});

test('an evaluation that hangs is killed: 504; one that crashes: 500; the next is answered', async () => {
    const first = await ask(small, {body: 'fine'});
    assert.equal(first.status, 200);
    assert.equal((await ask(small, {body: 'hang'})).status, 504);
    const second = await ask(small, {body: 'fine'});
    assert.equal(second.status, 200);
    assert.notEqual(second.json.evaluation.process, first.json.evaluation.process);
    assert.equal((await ask(small, {body: 'crash'})).status, 500);
    assert.equal((await ask(small, {body: 'fine'})).status, 200);
});

test('more at once than may wait: 503', async () => {
    const answers = await Promise.all(Array.from({length: 6}, () => ask(small, {body: 'hang'})));
    const counts = {};
    for (const {status} of answers)
        counts[status] = (counts[status] ?? 0) + 1;
    assert.deepEqual(counts, {504: 2, 503: 4});
    assert.equal((await ask(small, {body: 'fine'})).status, 200);
});

test('who goes away frees his worker', async () => {
    await new Promise(resolve => {
        const request = http.request({host: '127.0.0.1', port: small.port, method: 'POST', path: '/evaluate', headers: CSV, agent: false});
        request.on('error', () => {});
        request.on('close', resolve);
        request.end('hang');
        setTimeout(() => request.destroy(), 100);
    });
    assert.equal((await ask(small, {body: 'fine'})).status, 200);
});

test('many at once are all answered alike', async () => {
    const body = fs.readFileSync(SAMPLE);
    const answers = await Promise.all(Array.from({length: 6}, () => ask(server, {body})));
    assert.deepEqual(answers.map(answer => answer.status), Array(6).fill(200));
    assert.equal(new Set(answers.map(answer => answer.text)).size, 1);
});

test('it is heard on this machine only', () => {
    const sockets = fs.readFileSync('/proc/net/tcp', 'utf8') + fs.readFileSync('/proc/net/tcp6', 'utf8');
    const port = server.port.toString(16).toUpperCase().padStart(4, '0');
    const listening = sockets.split('\n').map(line => line.trim().split(/\s+/)).filter(words => words[3] === '0A' && words[1]?.endsWith(`:${port}`));
    assert.deepEqual(listening.map(words => words[1]), [`0100007F:${port}`]);
});
