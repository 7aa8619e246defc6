/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A plan: what it comes to, what it costs by measure and by school, and what is done in which year. */

const kinds = ['add', 'build', 'move'];
const MAX_BEYOND = 12;

function quantityText(measure, quantity) {
  const unit = text(measure.unit);
  return language === 'zh' || unit === '' ? `${quantity}${unit}` : `${quantity} ${unit}`;
}

/* "小学：招聘体育教师 2人，由X调出，12万元（第1年）" */
function itemText(plan, item) {
  const measure = plan.measures[item.measure];
  return [
    (item.stage === null ? '' : stageTitle(item.stage) + word('colon')) + `${text(measure.title)} ${quantityText(measure, item.quantity)}`,
    item.giver && word('movedFrom', { school: item.giver_name || item.giver }),
    item.cost > 0 && text(item.cost_text),
    plan.years.length > 1 && word('inYear', { n: item.year }),
    item.decided && word('decided'),
  ].filter(Boolean).join(word('sectionSeparator'));
}

/* By their numbers, where they have some. */
function mendedText(item) {
  const titles = item.mends.map((one) => [numbered(one.id, one.title), text(one.title)]).map(([title, plain]) => (title === plain ? title : title.split(' ')[0]));
  return [...new Set(titles)].join(word('listSeparator'));
}

function lines(list, style) {
  return make('ul', { class: 'reasons' }, list.map((id) => make('li', { class: style }, sign(style), make('div', {}, text(id)))));
}

function beyondList(plan) {
  if (plan.beyond.length === 0) return undefined;
  const list = lines(plan.beyond, 'undetermined');
  return plan.beyond.length <= MAX_BEYOND ? [make('h3', {}, word('beyond')), list]
    : make('details', { class: 'basis' }, make('summary', {}, `${word('beyond')} (${plan.beyond.length})`), list);
}

function planSection(district) {
  const plan = planOf(district);
  if (!plan) return undefined;
  const found = plan.verdict_after !== undefined;
  const sentence = found
    ? [plan.items.length === 0 ? word('nothingToDo') : word('planSentence', { n: plan.items.length, cost: text(plan.cost_text) }),
      word('planSchools', { all: plan.schools, before: plan.met_before, after: plan.met_after })].join('')
    : word(plan.status === 'impossible' ? 'planImpossible' : 'planNotFound');
  return section('plan', word('plan'),
    make('div', { class: `hero ${found ? plan.verdict_after : 'unmet'}` }, make('div', {},
      make('p', { class: 'sentence' }, sentence),
      found && make('p', { class: 'sides' }, word('districtVerdict'), verdictPair(plan.verdict_before, plan.verdict_after)),
      plan.proof !== undefined && make('p', { class: 'faint' }, text(plan.proof)),
      make('p', { class: 'faint' }, word('costsFrom', { title: text(plan.costs) }), text(plan.note)))),
    plan.barriers.length > 0 && [make('h3', {}, word('barriers')), lines(plan.barriers, 'unmet')],
    beyondList(plan));
}

/* --- costs --- */

/* One bar of plain elements, a length for each kind of measure; patterns tell them apart without colour. */
function costBar(parts, highest) {
  const bar = make('span', { class: 'costs', 'aria-hidden': 'true' });
  for (const [kind, cost] of parts) {
    if (cost <= 0) continue;
    const length = make('i', { class: kind });
    length.style.width = `${100 * cost / highest}%`;
    add(bar, length);
  }
  return bar;
}

function percentText(cost, total) {
  return total > 0 ? `${(100 * cost / total).toFixed(1)} %` : '–';
}

/* Yuan as the texts of the report have them. */
function moneyText(yuan) {
  if (language === 'zh') return `${+(yuan / 1e4).toFixed(4)}万元`;
  return `${yuan.toFixed(Math.abs(yuan - Math.round(yuan)) > 1e-6 ? 2 : 0)} yuan`;
}

function kindLegend(used) {
  return make('p', { class: 'legend', 'aria-label': word('legend') }, kinds.filter((kind) => used.has(kind)).map((kind) =>
    make('span', { class: 'key' }, make('i', { class: `patch ${kind}`, 'aria-hidden': 'true' }), word(`kind_${kind}`))));
}

function costTable(label, heads, rows, total) {
  return scroller(label, make('table', { class: 'plain money' },
    make('thead', {}, make('tr', {}, heads.map(([title, style]) => make('th', { scope: 'col', class: style }, title)))),
    make('tbody', {}, rows),
    make('tfoot', {}, make('tr', {}, total))));
}

function costsByMeasure(plan) {
  const highest = Math.max(1, ...plan.measures.map((one) => one.cost));
  const rows = plan.measures.map((measure, at) => {
    const schools = new Set(plan.items.filter((item) => item.measure === at).map((item) => item.school)).size;
    return make('tr', {}, make('th', { scope: 'row' }, text(measure.title), measure.source !== undefined && make('span', { class: 'faint block' }, text(measure.source))),
      make('td', { class: 'kind' }, make('i', { class: `patch ${measure.kind}`, 'aria-hidden': 'true' }), word(`kind_${measure.kind}`)),
      make('td', { class: 'number' }, quantityText(measure, measure.quantity)), make('td', { class: 'number' }, String(schools)),
      make('td', { class: 'bars' }, costBar([[measure.kind, measure.cost]], highest)),
      make('td', { class: 'number' }, text(measure.cost_text)), make('td', { class: 'number' }, percentText(measure.cost, plan.cost)));
  });
  return costTable(word('byMeasure'), [[word('measure')], [word('kind')], [word('quantity'), 'number'], [word('count'), 'number'], ['', 'bars'], [word('cost'), 'number'], [word('share'), 'number']],
    rows, [make('th', { scope: 'row', colspan: '5' }, word('total')), make('td', { class: 'number' }, text(plan.cost_text)), make('td', {})]);
}

/* Schools by what is spent there, the district itself among them. */
function spentAt(plan) {
  const found = new Map();
  for (const item of plan.items) {
    const key = item.school ?? '';
    if (!found.has(key)) found.set(key, { school: key, name: item.name, cost: 0, items: [], kinds: { add: 0, build: 0, move: 0 } });
    const one = found.get(key);
    one.cost += item.cost;
    one.kinds[plan.measures[item.measure].kind] += item.cost;
    one.items.push(item);
  }
  return [...found.values()];
}

function costsBySchool(plan, district) {
  const schools = spentAt(plan).sort((a, b) => b.cost - a.cost || collators[language].compare(a.school, b.school));
  const highest = Math.max(1, ...schools.map((one) => one.cost));
  const rows = schools.map((one) => make('tr', {},
    make('th', { scope: 'row' }, name(one.name || one.school || districtName(district)), make('span', { class: 'faint block' }, one.school)),
    make('td', { class: 'number' }, String(one.items.length)),
    make('td', { class: 'bars' }, costBar(kinds.map((kind) => [kind, one.kinds[kind]]), highest)),
    make('td', { class: 'number' }, moneyText(one.cost)), make('td', { class: 'number' }, percentText(one.cost, plan.cost))));
  return costTable(word('bySchool'), [[word('school')], [word('measures'), 'number'], ['', 'bars'], [word('cost'), 'number'], [word('share'), 'number']],
    rows, [make('th', { scope: 'row', colspan: '3' }, word('total')), make('td', { class: 'number' }, text(plan.cost_text)), make('td', {})]);
}

function costsSection(district) {
  const plan = planOf(district);
  if (!plan || plan.items.length === 0) return undefined;
  return section('costs', word('costs'), kindLegend(new Set(plan.measures.map((one) => one.kind))),
    make('h3', {}, word('byMeasure')), costsByMeasure(plan),
    make('h3', {}, word('bySchool')), costsBySchool(plan, district));
}

/* --- time line --- */

function timelineSection(district) {
  const plan = planOf(district);
  if (!plan || plan.items.length === 0) return undefined;
  const bodies = spentAt(plan).map((one) => make('tbody', {}, one.items.map((item, at) => {
    const measure = plan.measures[item.measure];
    return make('tr', {},
      at === 0 && make('th', { scope: 'rowgroup', rowspan: String(one.items.length) }, name(one.name || one.school || districtName(district)), make('span', { class: 'code' }, one.school)),
      make('td', { class: 'task' }, item.stage !== null && `${stageTitle(item.stage)}${word('colon')}`, text(measure.title),
        make('span', { class: 'faint block' }, [item.giver && word('movedFrom', { school: item.giver_name || item.giver }), item.decided && word('decided'),
          item.mends.length > 0 && word('mends', { what: mendedText(item) })].filter(Boolean).join(word('clauseSeparator')))),
      plan.years.map((year, of) => make('td', { class: 'slot' }, of + 1 === item.year && make('span', { class: `bar-of ${measure.kind}` },
        make('strong', {}, quantityText(measure, item.quantity)), item.cost > 0 && ` ${text(item.cost_text)}`))));
  })));
  const table = make('table', { class: 'gantt' },
    make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, word('school')), make('th', { scope: 'col' }, word('measure')),
      plan.years.map((year, at) => make('th', { scope: 'col', class: 'slot' }, word('yearN', { n: at + 1 }))))),
    bodies,
    make('tfoot', {}, make('tr', {}, make('th', { scope: 'row', colspan: '2' }, word('total')), plan.years.map((year) => make('td', { class: 'slot number' }, text(year.cost_text))))));
  return section('timeline', word('timeline'), make('p', { class: 'intro' }, word('timelineIntro')), kindLegend(new Set(plan.measures.map((one) => one.kind))), scroller(word('timeline'), table));
}
