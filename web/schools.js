/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Schools by indicator, a table for each stage, and the remarks on each school. */

const schoolView = { query: '', state: '', sorting: {}, onlyNotMet: true };

/* Not asked anything and not counted. Where a standard asks only for small differences, schools are counted all the same. */
function isOutside(one) {
  return one.verdict === 'not_applicable' && one.cells.every((cell) => cell.outside);
}

/* All that is asked of one school and stage, for the panel. */
function schoolPanel(district, one) {
  return () => {
    const order = ['unmet', 'undetermined', 'met', 'not_applicable'];
    const found = findingsOfSchool(district, one.school, one.stage)
      .sort((a, b) => order.indexOf(data.findings[a].verdict) - order.indexOf(data.findings[b].verdict));
    return {
      over: `${one.school} · ${stageTitle(one.stage)}`, title: one.name || one.school, state: one.verdict,
      blocks: [make('p', {}, remarkText(district, one)),
        make('h3', {}, word('schoolSummary')),
        make('ul', { class: 'parts' }, found.map((position) => make('li', {}, findingButton(position, false))))],
    };
  };
}

function cellLabel(one, indicator, cell) {
  const parts = [one.name || one.school, `${indicator.id} ${text(indicator.title)}`, cell.text || word('missing'), word(cellWords[cell.state])];
  return parts.join(word('sectionSeparator'));
}

function heatCell(district, one, indicator, cell) {
  const open = cell.finding === undefined ? undefined : (event) => panel.open(cell.finding, event.currentTarget);
  return make('td', {
    class: `cell ${cell.state}`, role: 'gridcell', tabindex: '-1', 'aria-label': cellLabel(one, indicator, cell),
    title: cell.finding === undefined ? word(cell.state === 'met' ? 'notExplained' : cellWords[cell.state]) : word(cellWords[cell.state]),
    'data-path': cell.finding === undefined ? undefined : data.findings[cell.finding].path, onclick: open,
    onkeydown: open && ((event) => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); open(event); } }),
  }, make('span', { class: 'figure' }, cell.text || (cell.state === 'not_applicable' ? '' : word('missingShort'))), sign(cell.state));
}

function heatRow(district, one) {
  const open = (event) => panel.open(schoolPanel(district, one), event.currentTarget);
  return make('tr', {},
    make('th', { scope: 'row', role: 'rowheader' }, button([name(one.name || one.school), make('span', { class: 'code' }, one.school)], open, { class: 'link', tabindex: '-1' })),
    make('td', { class: `verdict ${one.verdict}`, role: 'gridcell', tabindex: '-1', onclick: open, onkeydown: (event) => { if (event.key === 'Enter') open(event); } },
      sign(one.verdict), word(one.verdict)),
    one.cells.map((cell, at) => heatCell(district, one, data.indicators[at], cell)));
}

/* Means, coefficients and limits of the stage under its schools. */
function heatFoot(group) {
  if (!group) return undefined;
  const line = (title, content) => make('tr', {}, make('th', { scope: 'row', colspan: '2' }, title), content);
  return make('tfoot', {},
    line(word('mean'), group.indicators.map((one) => make('td', { class: 'number' }, text(one.mean_text)))),
    line(word('cv'), group.indicators.map((one) => {
      const finding = one.finding;
      const content = [text(one.cv_text), ' ', sign(one.verdict)];
      return make('td', { class: `number cv ${one.verdict}` },
        finding === undefined ? content : button(content, (event) => panel.open(finding, event.currentTarget), { class: 'link', 'aria-label': `${word('cv')} ${text(one.cv_text)} ${word(one.verdict)}` }));
    })),
    line(word('limit'), group.indicators.map((one) => make('td', { class: 'number' }, one.cv_limit === null ? '' : `≤ ${text(one.limit_text)}`))));
}

/* Arrow keys move from cell to cell; only one cell is in the order of Tab. */
function makeGrid(table) {
  const rows = () => [...table.tBodies[0].rows].map((row) => [row.querySelector('th button'), ...row.querySelectorAll('td')]);
  const first = () => { const cells = rows(); if (cells.length > 0 && cells[0].length > 0) cells[0][0].tabIndex = 0; };
  table.addEventListener('keydown', (event) => {
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -99], End: [0, 99] };
    const cells = rows();
    const row = cells.findIndex((one) => one.includes(document.activeElement));
    if (row < 0 || !(event.key in steps)) return;
    const column = cells[row].indexOf(document.activeElement);
    const [down, right] = steps[event.key];
    const target = cells[Math.min(Math.max(row + down, 0), cells.length - 1)];
    const to = target[Math.min(Math.max(column + right, 0), target.length - 1)];
    event.preventDefault();
    to.focus();
    to.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });
  table.addEventListener('focusin', (event) => {
    const cells = rows().flat();
    if (!cells.includes(event.target)) return;
    for (const cell of cells) cell.tabIndex = cell === event.target ? 0 : -1;
  });
  first();
}

function matches(one) {
  const query = schoolView.query.trim().toLocaleLowerCase();
  if (query && !`${one.name || ''} ${one.school}`.toLocaleLowerCase().includes(query)) return false;
  return !schoolView.state || one.verdict === schoolView.state || one.cells.some((cell) => cell.state === schoolView.state);
}

function sortValue(one, key) {
  if (key === 'name') return one.name || one.school;
  if (key === 'verdict') return ['unmet', 'undetermined', 'met', 'not_applicable'].indexOf(one.verdict);
  return one.cells[data.indicators.findIndex((indicator) => indicator.id === key)].value;
}

function stageTable(district, stage, all, refresh) {
  const group = district.groups.find((one) => one.stage === stage.id);
  const title = text(stage.title);
  const shown = sorted(all.filter(matches), schoolView.sorting, sortValue);
  const head = make('thead', {}, make('tr', {},
    sortHead(word('school'), 'name', schoolView.sorting, refresh),
    sortHead(word('verdictColumn'), 'verdict', schoolView.sorting, refresh),
    data.indicators.map((indicator) => sortHead([make('span', { class: 'id' }, indicator.id), make('span', { class: 'title' }, text(indicator.title))], indicator.id,
      schoolView.sorting, refresh, { class: 'indicator' },
      make('span', { class: 'limit' }, limitText(indicator, stage.id) || text(indicator.unit))))));
  const table = make('table', { class: 'heat', role: 'grid', 'aria-label': `${word('schools')} ${title}` },
    make('caption', {}, make('strong', {}, title), group && ` ${word('stageCounts', { title: '', n: group.sections }).replace(/^[:： ]+/, '')}`,
      make('span', { class: 'faint' }, ` · ${word('nShown', { n: shown.length })}`)),
    head, make('tbody', {}, shown.map((one) => heatRow(district, one))), heatFoot(group));
  makeGrid(table);
  return shown.length === 0 ? make('p', { class: 'faint' }, `${title}${word('colon')}${word('nothingFound')}`) : scroller(`${word('schools')} ${title}`, table);
}

/* The page is made anew only where it changes, so that the field keeps what is typed. */
function schoolsSection(district) {
  if (data.indicators.length === 0 || district.sections.length === 0) return undefined;
  const tables = make('div', { class: 'stages' });
  const refresh = (event) => {
    const focused = document.activeElement && document.activeElement.closest('th.indicator, thead th');
    const at = focused ? [...tables.querySelectorAll('thead th')].indexOf(focused) : -1;
    tables.replaceChildren(...data.stages.flatMap((stage) => {
      const all = district.sections.filter((one) => one.stage === stage.id);
      if (all.length === 0) return [];
      if (all.every(isOutside)) return [make('p', { class: 'faint' }, word('outside', { title: text(stage.title), n: all.length }))];
      return [stageTable(district, stage, all, refresh)];
    }));
    if (at >= 0) tables.querySelectorAll('thead th')[at]?.querySelector('button').focus();
  };
  refresh();

  const query = make('input', { type: 'search', id: 'query', placeholder: word('searchHint'), value: schoolView.query, oninput: (event) => { schoolView.query = event.currentTarget.value; refresh(); } });
  const filter = make('select', { id: 'filter', onchange: (event) => { schoolView.state = event.currentTarget.value; refresh(); } },
    make('option', { value: '' }, word('filterAll')),
    states.map((state) => make('option', { value: state, selected: schoolView.state === state }, `${signs[state]} ${word(state)}`)));
  return section('schools', word('schools'),
    make('p', { class: 'intro' }, word('schoolsIntro')),
    make('div', { class: 'tools' },
      make('label', { for: 'query' }, word('search'), query), make('label', { for: 'filter' }, word('filter'), filter)),
    make('p', { class: 'legend', 'aria-label': word('legend') }, states.map((state) => make('span', { class: `key ${state}` }, sign(state), word(cellWords[state])))),
    tables,
    district.more_sections > 0 && make('p', { class: 'faint' }, word('moreSections', { n: district.more_sections })));
}

/* What the official form asks for under 备注. */
function remarkText(district, one) {
  const ids = (state) => data.indicators.filter((indicator, at) => one.cells[at].state === state).map((indicator) => indicator.id);
  const parts = [['met', 'remarkMet'], ['at_floor', 'remarkFloor'], ['unmet', 'remarkUnmet'], ['undetermined', 'remarkUndetermined']]
    .map(([state, key]) => [ids(state), key]).filter(([list]) => list.length > 0)
    .map(([list, key]) => word(key, { n: list.length, ids: list.join(word('listSeparator')) }));
  const indicators = new Set(data.indicators.map((indicator) => indicator.id));
  const others = (verdict) => findingsOfSchool(district, one.school, one.stage).map((position) => data.findings[position])
    .filter((finding) => finding.verdict === verdict && !finding.informative && !indicators.has(finding.id) &&
      !(finding.children || []).some((child) => typeof child === 'number' && indicators.has(data.findings[child].id)))
    .map((finding) => titleOf(finding));
  const unmet = others('unmet'), open = others('undetermined');
  if (unmet.length > 0) parts.push(word('remarkOther', { ids: unmet.join(word('listSeparator')) }));
  if (open.length > 0) parts.push(word('remarkOpen', { ids: open.join(word('listSeparator')) }));
  return parts.join(word('clauseSeparator')) || word(one.verdict);
}

function remarksSection(district) {
  if (district.sections.every((one) => one.verdict === 'not_applicable')) return undefined;
  const body = make('tbody');
  const table = make('table', { class: 'plain remarks' },
    make('thead', {}, make('tr', {}, [word('school'), word('weight'), word('verdictColumn'), word('remark')].map((title) => make('th', { scope: 'col' }, title)))), body);
  const rows = district.sections.filter((one) => one.verdict !== 'not_applicable');
  const none = make('p', { class: 'faint', hidden: true }, word('allMet'));
  const refresh = () => {
    const shown = rows.filter((one) => !schoolView.onlyNotMet || one.verdict === 'unmet' || one.verdict === 'undetermined' ||
      one.cells.some((cell) => cell.state === 'at_floor' || cell.state === 'unmet' || cell.state === 'undetermined'));
    none.hidden = shown.length > 0;
    body.replaceChildren(...shown.map((one) => make('tr', {},
      make('th', { scope: 'row' }, button([name(one.name || one.school), word('named', { name: '', detail: stageTitle(one.stage) })],
        (event) => panel.open(schoolPanel(district, one), event.currentTarget), { class: 'link' })),
      make('td', { class: 'number' }, text(one.weight_text)),
      make('td', { class: `verdict ${one.verdict}` }, sign(one.verdict), word(one.verdict)),
      make('td', {}, remarkText(district, one)))));
  };
  refresh();
  const toggle = make('input', { type: 'checkbox', id: 'only', checked: schoolView.onlyNotMet, onchange: (event) => { schoolView.onlyNotMet = event.currentTarget.checked; refresh(); } });
  return section('remarks', word('remarks'), make('p', { class: 'intro' }, word('remarksIntro')),
    make('div', { class: 'tools' }, make('label', { class: 'check', for: 'only' }, toggle, word('onlyNotMet'))), none, scroller(word('remarks'), table));
}
