/* SPDX-License-Identifier: LGPL-2.1-or-later */
// Types of the whole library, made from its introspection data on the machine where it is installed: npm run types
import * as Balance from './types/Balance-1.0.js';
export default Balance;

/** Gives back what the garbage collector has found; node-gtk does so only where GLib's main loop runs. */
export function release(): void;
