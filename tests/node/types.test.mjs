/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The types: those of the whole library are made from its introspection data, a program in TypeScript is compiled with all checks
 * and run. */

import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

const folder = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(folder, '..', 'node_modules');

function run(...words) {
    const done = spawnSync(process.execPath, words, {cwd: folder, encoding: 'utf8'});
    assert.equal(done.status, 0, `${done.stdout}${done.stderr}`);
    return done.stdout;
}

test('a program in TypeScript compiles and runs', () => {
    run(path.join(modules, 'node-gtk', 'bin', 'node-gtk.js'), 'generate-types', 'Balance-1.0', '--no-docs',
        '--outdir', path.join('node_modules', 'libbalance', 'types'));
    fs.writeFileSync(path.join(folder, 'package.json'), '{"type": "module"}');
    fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({
        compilerOptions: {
            strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, skipLibCheck: false,
            target: 'es2022', module: 'nodenext', moduleResolution: 'nodenext', types: ['node'],
            typeRoots: [path.join(modules, '@types')], noEmitOnError: true,
        },
        files: ['usage.ts'],
    }));
    run(path.join(modules, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json');
    assert.equal(run('usage.js'), 'cn-2017-quality\n');
});
