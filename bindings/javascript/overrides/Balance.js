/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* exported _init */

// Gio makes every list model iterable; nothing of the library needs more than introspection gives.
function _init() {
}
