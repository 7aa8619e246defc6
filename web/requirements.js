/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The requirements as a tree in a table. */

const LISTED_SCHOOLS = 60;

/* A row and, made when it is opened, the rows of its parts. */
function requirementRow(depth, entry) {
  const { state, title, figures, reference, notes, parts, open } = entry;
  const row = make('tr', { class: `depth${Math.min(depth, 4)}`, 'data-depth': depth });
  const toggle = parts && button('', () => {
    const expanded = toggle.getAttribute('aria-expanded') === 'true';
    setExpanded(row, !expanded);
  }, { class: 'toggle', 'aria-expanded': 'false', 'aria-label': word('showSchools', { title }) });
  row.entry = entry;
  row.toggle = toggle;
  const line = make('div', { class: 'tree' }, toggle || make('span', { class: 'toggle' }),
    make('div', {}, open ? button(title, (event) => open(event.currentTarget), { class: 'link', 'data-path': entry.path }) : make('span', {}, title),
      notes.map((note) => make('span', { class: 'doubt block' }, note)), entry.stated && make('span', { class: 'faint block' }, entry.stated)));
  line.style.marginInlineStart = `${depth * 1.1}em`;
  add(row, make('td', { class: 'title' }, line),
    make('td', { class: 'figures' }, figures),
    make('td', { class: `verdict ${state}` }, sign(state), word(state)),
    make('td', { class: 'reference' }, reference));
  return row;
}

function rowsBelow(row) {
  const rows = [];
  const depth = Number(row.dataset.depth);
  for (let next = row.nextElementSibling; next && Number(next.dataset.depth) > depth; next = next.nextElementSibling) rows.push(next);
  return rows;
}

function setExpanded(row, expanded) {
  if (!row.toggle) return;
  row.toggle.setAttribute('aria-expanded', String(expanded));
  for (const below of rowsBelow(row)) below.remove();
  if (expanded) row.after(...row.entry.parts().flatMap((part) => rowsOf(Number(row.dataset.depth) + 1, part)));
}

/* A row with those that stand open below it. */
function rowsOf(depth, entry) {
  const row = requirementRow(depth, entry);
  if (!entry.parts || !entry.expanded) return [row];
  row.toggle.setAttribute('aria-expanded', 'true');
  return [row, ...entry.parts().flatMap((part) => rowsOf(depth + 1, part))];
}

/* Most parts take the reference of what they are parts of. */
function ownReference(of, around) {
  return of.reference === undefined || (around && of.reference === around.reference) ? '' : text(of.reference);
}

function findingEntry(position, named, around) {
  const finding = data.findings[position];
  const notes = [];
  if (finding.verdict === 'undetermined' && !finding.children) notes.push([finding.reason !== undefined ? text(finding.reason) : '', missingText(finding)].filter(Boolean).join(word('clauseSeparator')));
  if (finding.strict_verdict) notes.push([finding.reason !== undefined ? text(finding.reason) : '', strictText(finding)].filter(Boolean).join(word('clauseSeparator')));
  if (finding.rounding_flips) notes.push(word('flips'));
  if (finding.informative) notes.push(word('informative'));
  const subject = named ? `${text(finding.subject)}${word('colon')}` : finding.level === 'stage' ? `${stageTitle(finding.stage)}${word('colon')}` : '';
  return {
    state: finding.verdict, title: `${subject}${titleOf(finding)}`, path: finding.path,
    stated: finding.conclusion !== undefined && `${word('attested')}${word('colon')}${text(finding.conclusion)}`,
    figures: finding.compared !== undefined ? text(finding.compared) : finding.value_text !== undefined && finding.verdict !== 'not_applicable' ? text(finding.value_text) : '',
    reference: ownReference(finding, around), notes: notes.filter(Boolean),
    parts: finding.children && finding.children.length > 0 && !isPerSchool(finding) ? () => finding.children.flatMap((child) => entriesOf(child, finding)) : undefined,
    expanded: !named && (finding.level === 'district' || finding.level === 'region'),
    open: (opener) => panel.open(position, opener),
  };
}

function entriesOf(child, around) {
  if (typeof child === 'number') return [findingEntry(child, false, around)];
  const order = ['unmet', 'undetermined', 'met', 'not_applicable'];
  const found = [...child.findings].sort((a, b) => order.indexOf(data.findings[a].verdict) - order.indexOf(data.findings[b].verdict));
  const schools = () => {
    const rows = found.slice(0, LISTED_SCHOOLS).map((position) => findingEntry(position, true, child));
    const rest = Object.values(child.counts).reduce((sum, count) => sum + count, 0) - rows.length;
    if (rest > 0) rows.push({ state: 'met', title: word('moreMet', { n: rest }), figures: '', reference: '', notes: [] });
    return rows;
  };
  return [{
    state: child.verdict, title: numbered(child.id, child.title), figures: countsText(child.counts),
    reference: ownReference(child, around),
    notes: child.informative ? [word('informative')] : [], parts: found.length > 0 ? schools : undefined, expanded: false,
  }];
}

function requirementsTable(children) {
  const body = make('tbody', {}, children.flatMap((child) => entriesOf(child)).flatMap((entry) => rowsOf(0, entry)));
  const table = make('table', { class: 'plain requirements' },
    make('thead', {}, make('tr', {}, ['requirement', 'figures', 'verdict', 'reference'].map((key) => make('th', { scope: 'col' }, word(key))))), body);
  const all = (expanded) => () => {
    /* what is asked of each school stays closed: that would be the whole county */
    for (const row of [...body.rows]) if (row.isConnected && (!expanded || !row.entry.figures)) setExpanded(row, expanded);
  };
  return [make('div', { class: 'tools' }, button(word('expandAll'), all(true)), button(word('collapseAll'), () => { for (const row of [...body.rows]) if (row.isConnected && row.dataset.depth === '0') setExpanded(row, false); })),
    scroller(word('requirements'), table)];
}

function requirementsSection(district) {
  if (district.requirements.length === 0) return undefined;
  return section('requirements', word('requirements'), make('p', { class: 'intro' }, word('requirementsIntro')), ...requirementsTable(district.requirements));
}

function regionSection() {
  if (data.region.length === 0) return undefined;
  return section('region', word('region'), ...(isAlone() ? [] : reasonLists(data.region_reasons)), ...requirementsTable(data.region));
}
