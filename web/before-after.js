/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every school stage before and after a plan: by verdict, by how far it is from the limit, or by value. */

const changeView = { show: 'distance', onlyChanged: true };

/* From far short of the limit to far beyond it. The floors of the standards in use lie at 85 % of the limit. */
const distanceSteps = [-0.15, -0.05, 0, 0.05, 0.15];

function planOf(district) {
  return data.plan && data.plan.district === district.code ? data.plan : undefined;
}

/* "−15%"; near the limit and its floor with a decimal, and never a zero that hides on which side of it a value lies. */
function distanceText(distance) {
  if (distance === 0) return '0%';
  const percent = 100 * Math.abs(distance);
  const shown = percent.toFixed(percent < 19.95 ? 1 : 0);
  return `${distance < 0 ? '−' : '+'}${shown === '0.0' ? '<0.1' : shown}%`;
}

function distanceClass(distance) {
  return `step${distanceSteps.filter((step) => (step === 0 ? distance >= 0 : distance > step)).length}`;
}

function sideText(side) {
  if (side.text === undefined) return side.state === 'not_applicable' ? '' : word('missingShort');
  if (changeView.show === 'value') return side.text;
  if (changeView.show === 'verdict') return '';
  return side.distance === undefined ? side.text : distanceText(side.distance);
}

function isChanged(cell) {
  return cell.before.state !== cell.after.state || cell.before.value !== cell.after.value;
}

function half(side) {
  const graded = changeView.show === 'distance' && side.distance !== undefined;
  return make('span', { class: `half ${graded ? distanceClass(side.distance) : `cell ${side.state}`}` },
    make('span', { class: 'figure' }, sideText(side)), make('span', { class: 'sign', 'aria-hidden': 'true' }, signs[side.state]));
}

function arrow() {
  return make('span', { class: 'to', 'aria-hidden': 'true' }, '→');
}

function sideLabel(side) {
  return [side.text || (side.state === 'not_applicable' ? '' : word('missing')), side.distance === undefined ? '' : distanceText(side.distance), word(cellWords[side.state])]
    .filter(Boolean).join(word('sectionSeparator'));
}

/* What the plan does at a school, as a list. */
function itemsOfSchool(plan, code, stage) {
  return plan.items.filter((item) => item.school === code && (item.stage === null || item.stage === stage));
}

function plannedBlock(plan, one) {
  const items = itemsOfSchool(plan, one.school, one.stage);
  return [make('h3', {}, word('plannedHere')), items.length === 0 ? make('p', { class: 'faint' }, word('nothingPlanned'))
    : make('ul', { class: 'options' }, items.map((item) => make('li', {}, itemText(plan, item))))];
}

/* One cell, explained: both sides, what is done, and why it was as it was. */
function changePanel(plan, one, indicator, cell) {
  return () => {
    const position = positions.get(`schools/${one.school}/${one.stage}/${indicator.id}`);
    return {
      over: `${one.name || one.school} · ${stageTitle(one.stage)}`, title: numbered(indicator.id, indicator.title), state: cell.after.state,
      blocks: [
        make('dl', { class: 'terms' }, make('dt', {}, word('before')), make('dd', {}, sign(cell.before.state), sideLabel(cell.before)),
          make('dt', {}, word('after')), make('dd', {}, sign(cell.after.state), sideLabel(cell.after))),
        plannedBlock(plan, one),
        position !== undefined && [make('h3', {}, word('before')), make('ul', { class: 'parts' }, make('li', {}, findingButton(position, false)))],
      ],
    };
  };
}

/* A school, explained: what is done there, and all that was asked of it before. */
function changedSchoolPanel(plan, district, one) {
  return () => {
    const before = district.sections.find((each) => each.school === one.school && each.stage === one.stage);
    return {
      over: `${one.school} · ${stageTitle(one.stage)}`, title: one.name || one.school, state: one.after,
      blocks: [plannedBlock(plan, one), before ? [make('h3', {}, word('before')), ...schoolPanel(district, before)().blocks] : []],
    };
  };
}

function changeCell(plan, one, indicator, cell) {
  const open = (event) => panel.open(changePanel(plan, one, indicator, cell), event.currentTarget);
  const changed = isChanged(cell);
  const label = [one.name || one.school, `${indicator.id} ${text(indicator.title)}`,
    changed ? word('fromTo', { before: sideLabel(cell.before), after: sideLabel(cell.after) }) : sideLabel(cell.before)].join(word('sectionSeparator'));
  return make('td', {
    class: `pair ${changed ? 'changed' : 'same'}`, role: 'gridcell', tabindex: '-1', 'aria-label': label, title: label, onclick: open,
    onkeydown: (event) => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); open(event); } },
  }, make('span', { class: 'halves' }, half(cell.before), changed && half(cell.after)));
}

function verdictPair(before, after) {
  const side = (state) => make('span', { class: `side ${state}` }, sign(state), word(state));
  return before === after ? side(before) : [side(before), arrow(), side(after)];
}

function isShown(one) {
  return one.before !== one.after || one.cells.some(isChanged) || one.after === 'unmet' || one.after === 'undetermined';
}

/* The coefficients under the schools, which a plan has to keep within their limits. */
function changeFoot(plan, stage) {
  const group = plan.groups.find((one) => one.stage === stage);
  if (!group) return undefined;
  const side = (one) => make('span', { class: `side ${one.state}` }, one.text || '–', sign(one.state));
  return make('tfoot', {},
    make('tr', {}, make('th', { scope: 'row', colspan: '2' }, word('cv')), group.cells.map((cell) => make('td', { class: 'number' },
      cell.before.text === cell.after.text && cell.before.state === cell.after.state ? side(cell.before) : [side(cell.before), arrow(), side(cell.after)]))),
    make('tr', {}, make('th', { scope: 'row', colspan: '2' }, word('limit')), group.cells.map((cell) => make('td', { class: 'number' }, cell.limit === undefined ? '' : `≤ ${text(cell.limit)}`))));
}

function changeTable(plan, district, stage) {
  const all = plan.sections.filter((one) => one.stage === stage.id && !(one.before === 'not_applicable' && one.after === 'not_applicable'));
  if (all.length === 0) return undefined;
  const shown = changeView.onlyChanged ? all.filter(isShown) : all;
  const title = text(stage.title);
  const table = make('table', { class: 'heat change', role: 'grid', 'aria-label': `${word('beforeAfter')} ${title}` },
    make('caption', {}, make('strong', {}, title), make('span', { class: 'faint' }, ` · ${word('shownOf', { n: shown.length, all: all.length })}`)),
    make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, word('school')), make('th', { scope: 'col' }, word('verdictColumn')),
      plan.indicators.map((indicator) => make('th', { scope: 'col', class: 'indicator' }, make('span', { class: 'id' }, indicator.id), make('span', { class: 'title' }, text(indicator.title)))))),
    make('tbody', {}, shown.map((one) => make('tr', {},
      make('th', { scope: 'row', role: 'rowheader' }, button([name(one.name || one.school), make('span', { class: 'code' }, one.school)],
        (event) => panel.open(changedSchoolPanel(plan, district, one), event.currentTarget), { class: 'link', tabindex: '-1' })),
      make('td', { class: 'verdict sides', role: 'gridcell', tabindex: '-1' }, verdictPair(one.before, one.after)),
      one.cells.map((cell, at) => changeCell(plan, one, plan.indicators[at], cell))))),
    changeFoot(plan, stage.id));
  makeGrid(table);
  return scroller(`${word('beforeAfter')} ${title}`, table);
}

function changeLegend() {
  const key = (style, ...content) => make('span', { class: `key ${style}` }, ...content);
  if (changeView.show !== 'distance')
    return make('p', { class: 'legend', 'aria-label': word('legend') }, states.map((state) => key(state, sign(state), word(cellWords[state]))));
  const percent = (step) => `${step < 0 ? '−' : '+'}${Math.round(100 * Math.abs(step))}%`;
  const edges = distanceSteps.map(percent);
  return make('p', { class: 'legend', 'aria-label': word('legend') },
    key('step0', `≤ ${edges[0]}`), key('step1', `${edges[0]} … ${edges[1]}`), key('step2', `${edges[1]} … 0`),
    key('step3', `0 … ${edges[3]}`), key('step4', `${edges[3]} … ${edges[4]}`), key('step5', `> ${edges[4]}`),
    states.filter((state) => state !== 'not_applicable').map((state) => key('', sign(state), word(state))));
}

function beforeAfterSection(district) {
  const plan = planOf(district);
  if (!plan || !plan.sections || plan.indicators.length === 0) return undefined;
  const tables = make('div', { class: 'stages' });
  const legend = make('div');
  const refresh = () => {
    legend.replaceChildren(changeLegend());
    tables.replaceChildren(...data.stages.map((stage) => changeTable(plan, district, stage)).filter(Boolean));
  };
  const choice = make('select', { id: 'change-show', onchange: (event) => { changeView.show = event.currentTarget.value; refresh(); } },
    ['distance', 'verdict', 'value'].map((key) => make('option', { value: key, selected: changeView.show === key }, word(`show_${key}`))));
  const only = make('input', { type: 'checkbox', id: 'change-only', checked: changeView.onlyChanged, onchange: (event) => { changeView.onlyChanged = event.currentTarget.checked; refresh(); } });
  refresh();
  return section('before-after', word('beforeAfter'), make('p', { class: 'intro' }, word('beforeAfterIntro')),
    make('div', { class: 'tools' }, make('label', { for: 'change-show' }, word('show'), choice), make('label', { class: 'check', for: 'change-only' }, only, word('onlyChanged'))),
    legend, tables, plan.more_sections > 0 && make('p', { class: 'faint' }, word('moreSections', { n: plan.more_sections })));
}
