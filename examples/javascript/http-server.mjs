/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* http-server.mjs [--port N] [--max-bytes N] [--body-seconds N] [--evaluate-seconds N] [--workers N] [--queue N]
 *
 * Evaluation for programs in other languages, on this machine only:
 *
 *     curl --data-binary @county.csv -H 'Content-Type: text/csv' 'http://127.0.0.1:8642/evaluate?as_of=2024-09-01'
 *
 * answers {"evaluation": what `balance evaluate --format json` prints, "problems": [...]}. Data with errors are answered with
 * 422 and all problems; what else goes wrong with {"error": {"message", "zh", "en"}}, the message in the language that
 * Accept-Language prefers. Evaluation runs in child processes, so that one that hangs is killed and nothing waits for it. */

import http from 'node:http';
import {fork} from 'node:child_process';
import {parseArgs} from 'node:util';

const TYPES = new Map([
    ['text/csv', 'data.csv'],
    ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'data.xlsx'],
]);
const JOBS_PER_WORKER = 500;   // node-gtk never frees the texts that functions return, so a process does not live for ever

const settings = readSettings();

function readSettings() {
    const defaults = {port: 8642, 'max-bytes': 16 * 1024 * 1024, 'body-seconds': 20, 'evaluate-seconds': 60, workers: 2, queue: 8};
    const options = Object.fromEntries(Object.keys(defaults).map(name => [name, {type: 'string'}]));
    const {values} = parseArgs({options: {...options, worker: {type: 'string'}}});
    const result = {worker: new URL(values.worker ?? './http-worker.mjs', import.meta.url)};
    for (const [name, normal] of Object.entries(defaults)) {
        result[name] = values[name] === undefined ? normal : Number(values[name]);
        if (!Number.isFinite(result[name]) || result[name] < 0)
            throw new TypeError(`--${name} takes a number`);
    }
    return result;
}

/* --- what is answered ----------------------------------------------------------------------------------------- */

class Refusal extends Error {
    constructor(status, en, zh, headers = {}) {
        super(en);
        Object.assign(this, {status, en, zh, headers});
    }
}

// zh or en, whichever the client ranks higher; Chinese if neither is named.
function chooseLanguage(header = '') {
    const ranks = {};
    for (const part of header.split(',').slice(0, 50)) {
        const [tag, ...parameters] = part.trim().toLowerCase().split(';');
        const language = tag.split('-')[0];
        const quality = parameters.map(p => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(p)?.[1]).find(q => q !== undefined) ?? '1';
        if (language === 'zh' || language === 'en')
            ranks[language] = Math.max(ranks[language] ?? 0, Number(quality));
    }
    return (ranks.en ?? 0) > (ranks.zh ?? 0) ? 'en' : 'zh';
}

function send(request, response, status, body, headers = {}) {
    if (response.headersSent || response.destroyed)
        return;
    const parts = Array.isArray(body) ? body : [Buffer.from(JSON.stringify(body))];
    response.writeHead(status, {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': parts.reduce((sum, part) => sum + part.length, 0),
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
        Vary: 'Accept-Language',
        // what was not read to its end cannot be followed by another request
        ...request.complete ? {} : {Connection: 'close'},
        ...headers,
    });
    for (const part of parts)
        response.write(part);
    response.end();
}

function sendRefusal(request, response, refusal) {
    const language = chooseLanguage(request.headers['accept-language']);
    const {status, en, zh, problems, headers} = refusal;
    send(request, response, status, {error: {message: language === 'zh' ? zh : en, zh, en}, ...problems ? {problems} : {}},
        {...headers, 'Content-Language': language});
}

/* --- what is asked -------------------------------------------------------------------------------------------- */

function checkRequest(request, url) {
    // A page in a browser may be led here by a name of its own: only requests for this machine are for us.
    if (!/^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(request.headers.host ?? ''))
        throw new Refusal(421, 'this service answers on this machine only', '本服务只应答本机的请求');
    if (url.pathname !== '/evaluate')
        throw new Refusal(404, 'there is only /evaluate', '只有 /evaluate 一个地址');
    if (request.method !== 'POST')
        throw new Refusal(405, 'send the table with POST', '请用 POST 方法提交表格', {Allow: 'POST'});
    const type = (request.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
    if (!TYPES.has(type)) {
        throw new Refusal(415, `the content is ${type || 'of no type'}; expected ${[...TYPES.keys()].join(' or ')}`,
            `内容类型是“${type || '（未注明）'}”，应为 ${[...TYPES.keys()].join(' 或 ')}`);
    }
    if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
        throw new Refusal(415, 'send the content without compression', '请提交未压缩的内容');
    if (Number(request.headers['content-length'] ?? 0) > settings['max-bytes'])
        throw tooLarge();
    return type;
}

function tooLarge() {
    return new Refusal(413, `the table has more than ${settings['max-bytes']} bytes`, `表格超过 ${settings['max-bytes']} 字节`);
}

function readOptions(url) {
    const options = {};
    for (const [name, value] of url.searchParams) {
        if (name === 'standard') {
            if (!pool.standards.includes(value)) {
                throw new Refusal(400, `there is no standard ${JSON.stringify(value)}; there are ${pool.standards.join(', ')}`,
                    `没有标准“${value}”；现有 ${pool.standards.join('、')}`);
            }
            options.standard = value;
        } else if (name === 'as_of') {
            options.asOf = value;
        } else if (name === 'only') {
            options.only = value;
        } else if (name === 'concessions' && ['auto', 'on', 'off'].includes(value)) {
            options.concessions = value;
        } else {
            throw new Refusal(400, `unknown: ${name}=${value}; expected standard, as_of, only, concessions=auto|on|off`,
                `不认识的参数 ${name}=${value}；可用的有 standard、as_of、only、concessions=auto|on|off`);
        }
    }
    return options;
}

// The whole body, within its size and its time.
function readBody(request) {
    return new Promise((resolve, reject) => {
        const parts = [];
        let size = 0;
        const timer = setTimeout(() => {
            request.pause();
            reject(new Refusal(408, `the table was not sent within ${settings['body-seconds']} seconds`,
                `未能在 ${settings['body-seconds']} 秒内提交完表格`));
        }, settings['body-seconds'] * 1000);
        request.on('data', part => {
            size += part.length;
            if (size <= settings['max-bytes']) {
                parts.push(part);
            } else {
                clearTimeout(timer);
                request.pause();
                reject(tooLarge());
            }
        });
        request.on('end', () => {
            clearTimeout(timer);
            resolve(Buffer.concat(parts));
        });
        request.on('close', () => {
            clearTimeout(timer);
            reject(new Refusal(400, 'the table ended early', '表格没有提交完'));
        });
        request.on('error', () => {});
    });
}

/* --- workers -------------------------------------------------------------------------------------------------- */

class Pool {
    standards = [];
    #workers = new Set();
    #waiting = [];
    #closed = false;

    async start() {
        await Promise.all(Array.from({length: settings.workers}, () => this.#spawn()));
    }

    #spawn() {
        return new Promise((resolve, reject) => {
            const child = fork(settings.worker, {serialization: 'advanced', execArgv: ['--max-old-space-size=512'],
                stdio: ['ignore', 'ignore', 'inherit', 'ipc']});
            const worker = {child, job: null, nDone: 0};
            child.once('message', ({standards}) => {
                this.standards = standards;
                child.on('message', answer => this.#finish(worker, answer));
                this.#workers.add(worker);
                this.#next();
                resolve();
            });
            child.once('exit', () => {
                const wasReady = this.#workers.delete(worker);
                worker.job?.reject(worker.job.refusal ??
                    new Refusal(500, 'the evaluation failed', '评估失败'));
                if (wasReady && !this.#closed)
                    this.#spawn().catch(error => console.error(error.message));
                reject(new Error('a worker ended before it was ready'));
            });
        });
    }

    #finish(worker, answer) {
        const {job} = worker;
        worker.job = null;
        worker.nDone++;
        clearTimeout(job.timer);
        job.resolve(answer);
        if (worker.nDone >= JOBS_PER_WORKER)
            worker.child.disconnect();
        else
            this.#next();
    }

    #next() {
        for (const worker of this.#workers) {
            if (worker.job !== null || !worker.child.connected)
                continue;
            const job = this.#waiting.shift();
            if (job === undefined)
                return;
            worker.job = job;
            job.worker = worker;
            job.timer = setTimeout(() => this.#kill(job, new Refusal(504,
                `the evaluation took more than ${settings['evaluate-seconds']} seconds`,
                `评估超过 ${settings['evaluate-seconds']} 秒`)), settings['evaluate-seconds'] * 1000);
            worker.child.send(job.task);
        }
    }

    #kill(job, refusal) {
        clearTimeout(job.timer);
        job.refusal = refusal;
        job.worker.child.kill('SIGKILL');
    }

    /* Refused at once where too many wait already. */
    run(task, gone) {
        if (this.#waiting.length >= settings.queue)
            throw new Refusal(503, 'too many requests at once; try again', '同时提交的请求过多，请稍后再试', {'Retry-After': '5'});
        return new Promise((resolve, reject) => {
            const job = {task, resolve, reject, worker: null};
            gone.addEventListener('abort', () => {
                const place = this.#waiting.indexOf(job);
                if (place >= 0)
                    this.#waiting.splice(place, 1);
                else if (job.worker?.job === job)
                    this.#kill(job, null);
                reject(new Refusal(499, 'nobody waits for the answer', '请求已取消'));
            }, {once: true});
            this.#waiting.push(job);
            this.#next();
        });
    }

    close() {
        this.#closed = true;
        for (const {child} of this.#workers)
            child.kill('SIGKILL');
    }
}

const pool = new Pool();

/* --- the server ----------------------------------------------------------------------------------------------- */

async function handle(request, response) {
    const url = new URL(request.url, 'http://localhost');
    const type = checkRequest(request, url);
    const options = readOptions(url);
    const gone = new AbortController();
    response.on('close', () => {
        if (!response.writableFinished)
            gone.abort();
    });
    const bytes = await readBody(request);
    const answer = await pool.run({bytes, name: TYPES.get(type), options}, gone.signal);
    if (answer.status !== 200)
        throw Object.assign(new Refusal(answer.status, answer.en, answer.zh), answer.problems.length > 0 ? {problems: answer.problems} : {});
    send(request, response, 200, [Buffer.from('{"evaluation":'), Buffer.from(answer.json), Buffer.from(',"problems":'),
        Buffer.from(JSON.stringify(answer.problems)), Buffer.from('}')]);
}

const server = http.createServer({headersTimeout: 10_000, requestTimeout: 0, keepAliveTimeout: 5_000, maxHeaderSize: 16 * 1024},
    (request, response) => {
        handle(request, response).catch(error => {
            if (!(error instanceof Refusal)) {
                console.error(error);
                error = new Refusal(500, 'internal error', '内部错误');
            }
            sendRefusal(request, response, error);
        });
    });
server.maxConnections = 64;

await pool.start();
server.listen(settings.port, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/evaluate`));
for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
        server.close();
        server.closeAllConnections();
        pool.close();
    });
}
