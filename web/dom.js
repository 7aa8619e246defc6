/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Building elements. Whatever comes from the data becomes text, never markup. */

function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (value === undefined || value === false || value === null) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  add(element, ...children);
  return element;
}

function add(element, ...children) {
  for (const child of children.flat(Infinity))
    if (child !== undefined && child !== null && child !== false && child !== '') element.append(child);
  return element;
}

/* Names that come from files may be written in either direction. */
function name(value) {
  return make('bdi', {}, value);
}

function button(label, action, properties = {}) {
  return make('button', { type: 'button', ...properties, onclick: action }, label);
}

function sign(state) {
  return make('span', { class: `sign ${state}`, 'aria-hidden': 'true' }, signs[state]);
}

/* Sign, colour and word. */
function badge(state, large = false) {
  return make('span', { class: `badge ${state}${large ? ' large' : ''}` }, sign(state), word(state));
}

function section(id, title, ...children) {
  return make('section', { id, 'aria-labelledby': `${id}-title` }, make('h2', { id: `${id}-title` }, title), ...children);
}

/* A table that may be wider than the page scrolls by itself. */
function scroller(label, table) {
  return make('div', { class: 'scroller', role: 'region', 'aria-label': label, tabindex: '0' }, table);
}

/* The head of a column that sorts: once up, twice down, then as it was. */
function sortHead(label, key, sorting, changed, properties = {}, ...more) {
  const direction = sorting.key === key ? sorting.direction : 0;
  return make('th', { scope: 'col', 'aria-sort': direction > 0 ? 'ascending' : direction < 0 ? 'descending' : 'none', ...properties },
    button([label, make('span', { class: 'arrow', 'aria-hidden': 'true' }, direction > 0 ? '▲' : direction < 0 ? '▼' : '')], () => {
      sorting.direction = direction === 0 ? 1 : direction === 1 ? -1 : 0;
      sorting.key = sorting.direction === 0 ? undefined : key;
      changed();
    }, { class: 'sort', title: word('sortBy', { column: typeof label === 'string' ? label : key }) }),
    ...more);
}

const collators = { zh: new Intl.Collator('zh-Hans-CN', { numeric: true }), en: new Intl.Collator('en', { numeric: true }) };

/* What is missing comes last in either direction. */
function compareValues(a, b, direction) {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return direction * (typeof a === 'number' ? a - b : collators[language].compare(a, b));
}

function sorted(rows, sorting, valueOf) {
  if (!sorting.key) return rows;
  return rows.map((row, at) => [row, at])
    .sort((a, b) => compareValues(valueOf(a[0], sorting.key), valueOf(b[0], sorting.key), sorting.direction) || a[1] - b[1])
    .map((pair) => pair[0]);
}
