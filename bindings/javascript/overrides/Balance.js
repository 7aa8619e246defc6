/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* exported _init */

// gjs iterates over a Gio.ListStore only. The lists of a census and of an evaluation are of classes of their own, which
// it meets when it gets the first one.
function _init() {
    const Balance = this;
    const lists = [
        [Balance.Census, ['get_districts', 'get_schools', 'get_sections']],
        [Balance.District, ['get_schools', 'get_sections']],
        [Balance.School, ['get_sections']],
        [Balance.Requirement, ['get_children']],
        [Balance.Evaluation, ['get_findings', 'get_school_findings', 'get_deciding_sets']],
        [Balance.Finding, ['get_operands', 'get_children', 'get_deciding_sets']],
        [Balance.DecidingSet, ['get_facts']],
    ];

    function* iterate() {
        for (let i = 0; i < this.get_n_items(); i++)
            yield this.get_item(i);
    }

    for (const [class_, names] of lists) {
        for (const name of names) {
            const original = class_.prototype[name];

            class_.prototype[name] = function (...args) {
                const list = original.apply(this, args);
                Object.getPrototypeOf(list)[Symbol.iterator] ??= iterate;
                return list;
            };
        }
    }
}
