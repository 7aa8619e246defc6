/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The whole library as node-gtk gives it, with names in camelCase; see doc/javascript.md for what to watch. */
export {Balance as default, release} from './lib/native.js';
