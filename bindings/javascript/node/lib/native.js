/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The library through node-gtk, and the ways around what node-gtk does badly. */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {randomUUID} from 'node:crypto';
import gi from 'node-gtk';

function load() {
    try {
        return gi.require('Balance', '1.0');
    } catch (error) {
        throw new Error('libbalance is not found by GObject-Introspection. Install it, or set GI_TYPELIB_PATH and LD_LIBRARY_PATH to ' +
            `the folder with Balance-1.0.typelib and libbalance-1.0.so (${error.message})\n` +
            '没有找到 libbalance。请先安装，或将 GI_TYPELIB_PATH 和 LD_LIBRARY_PATH 设为 Balance-1.0.typelib 与 libbalance-1.0.so 所在的目录。',
        {cause: error});
    }
}

export const Balance = load();
export const GLib = gi.require('GLib', '2.0');
export const Gio = gi.require('Gio', '2.0');

const context = GLib.MainContext.default();

// node-gtk releases a collected object in an idle of GLib's main loop, which a program without that loop never reaches:
// without this, every census ever read would stay. Called wherever a large object may have become garbage.
export function release() {
    while (context.pending())
        context.iteration(false);
}

// A file that has no name: what the library writes into a stream comes out as one buffer. GLib.Bytes.getData() would make an
// array of numbers of it, a hundred times slower, and node-gtk never frees a text that a function returns.
export function capture(write) {
    const name = path.join(os.tmpdir(), `libbalance-${randomUUID()}`);
    const descriptor = fs.openSync(name, 'wx+', 0o600);
    try {
        fs.unlinkSync(name);
        const stream = Gio.UnixOutputStream.new(descriptor, false);
        write(stream);
        stream.flush(null);
        const data = Buffer.from(new ArrayBuffer(fs.fstatSync(descriptor).size));
        for (let done = 0; done < data.length;)
            done += fs.readSync(descriptor, data, done, data.length - done, done);
        return data;
    } finally {
        fs.closeSync(descriptor);
    }
}

// The content of a GBytes in memory of its own, as elements of a type.
export function takeBytes(bytes, Type) {
    const data = capture(stream => writeAll(stream, bytes));
    return new Type(data.buffer, 0, data.length / Type.BYTES_PER_ELEMENT);
}

function writeAll(stream, bytes) {
    const size = Number(bytes.getSize());
    for (let done = 0; done < size;)
        done += Number(stream.writeBytes(done === 0 ? bytes : GLib.Bytes.newFromBytes(bytes, done, size - done), null));
}

export function* items(list) {
    const n = list.getNItems();
    for (let i = 0; i < n; i++)
        yield list.getItem(i);
}
