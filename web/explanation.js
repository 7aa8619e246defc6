/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why a verdict is what it is, down to the cell; beside the page or, printed, in a list. */

const SHOWN_OPERANDS = 12;
const SHOWN_PARTS = 20;

/* A formula as people write it: units behind numbers left out, fields by `replace`, which gives undefined for what it
 * does not know. */
function writeFormula(formula, replace) {
  return formula
    .replace(/(\d(?:[\d.]*)%?)\s+(?!and\b|or\b|not\b|if\b|then\b|else\b|in\b|where\b|over\b)[A-Za-z_]\w*(?:\/[A-Za-z_]\w*)?/g, '$1')
    .replace(/'[^']*'|[A-Za-z_]\w*/g, (found) => replace(found) ?? found)
    .replace(/\s*\*\s*/g, ' × ').replace(/\s*\/\s*/g, ' ÷ ').replace(/>=/g, '≥').replace(/<=/g, '≤');
}

/* The formula with titles, and with figures where each field has exactly one. */
function formulaLines(finding) {
  const formula = text(finding.formula);
  const operands = (finding.operands || []).map((id) => data.operands[id]);
  const byField = (field) => operands.filter((operand) => operand.field === field);
  const lines = [];
  if (operands.length > 0 && !/^\w+$/.test(formula))
    lines.push(['formula', writeFormula(formula, (found) => { const of = byField(found); return of.length > 0 ? text(of[0].title) : undefined; })]);

  const plain = /^[\w\s+\-*/().%]*$/.test(formula) && !/\b(if|sum|count|max|min|mean|where|and|or|not|over)\b/.test(formula);
  if (lines.length > 0 && plain && finding.value !== undefined && (finding.level === 'section' || finding.level === 'district')) {
    /* where an amount is shared by the stages of a school, the pupils of all of them are among the operands */
    let known = true;
    const figures = writeFormula(formula, (found) => {
      const of = byField(found);
      if (of.length !== 1 || of[0].missing) known = false;
      return of.length > 0 && !of[0].missing ? text(of[0].value) : undefined;
    });
    if (known) lines.push(['substituted', `${figures} = ${text(finding.value_text)}`]);
  }
  lines.push(['asWritten', formula]);
  return lines;
}

function factsTable(finding) {
  const operands = (finding.operands || []).map((id) => data.operands[id]);
  const subject = text(finding.subject);
  const others = operands.some((operand) => text(operand.whose) !== subject);
  const rows = (list) => list.map((operand) => make('tr', { class: operand.missing && 'missing' },
    make('td', {}, text(operand.title), others && make('span', { class: 'whose' }, name(text(operand.whose)))),
    make('td', { class: 'number' }, operand.missing ? make('span', { class: 'lacking' }, sign('undetermined'), word('missing'))
      : [name(text(operand.value)), operand.unit !== undefined && make('span', { class: 'unit' }, ` ${text(operand.unit)}`)]),
    make('td', { class: 'place' }, operand.file === undefined ? '–' : make('bdi', { title: placeOf(operand) }, shortPlaceOf(operand)))));
  const body = make('tbody', {}, rows(operands.slice(0, SHOWN_OPERANDS)));
  const table = make('table', { class: 'facts' },
    make('thead', {}, make('tr', {}, ['fact', 'number', 'source'].map((key) => make('th', { scope: 'col' }, word(key))))), body);
  const parts = [table];
  if (operands.length > SHOWN_OPERANDS)
    parts.push(button(word('showAll', { n: operands.length }), (event) => {
      add(body, rows(operands.slice(SHOWN_OPERANDS)));
      event.currentTarget.remove();
    }, { class: 'more' }));
  if (finding.more_operands) parts.push(make('p', { class: 'faint' }, word('moreFacts', { n: finding.more_operands })));
  return parts;
}

/* A finding as one line that leads to its explanation. */
function findingButton(position, withSubject) {
  const finding = data.findings[position];
  return button([sign(stateOf(finding)),
    make('span', { class: 'what' },
      withSubject && [name(text(finding.subject)), word('colon')],
      titleOf(finding),
      make('span', { class: 'because' }, `${word(stateOf(finding))}${finding.compared !== undefined ? word('sectionSeparator') + text(finding.compared) : ''}`)),
  ], () => panel.open(position), { class: 'part', 'data-finding': position });
}

function partsList(finding) {
  const order = ['unmet', 'undetermined', 'met', 'not_applicable'];
  const list = make('ul', { class: 'parts' });
  for (const child of finding.children || []) {
    if (typeof child === 'number') {
      add(list, make('li', {}, findingButton(child, false)));
      continue;
    }
    const found = [...child.findings].sort((a, b) => order.indexOf(data.findings[a].verdict) - order.indexOf(data.findings[b].verdict));
    add(list, make('li', { class: 'run' }, sign(child.verdict), ` ${numbered(child.id, child.title)}${word('colon')}${countsText(child.counts)}`));
    add(list, found.slice(0, SHOWN_PARTS).map((position) => make('li', { class: 'inner' }, findingButton(position, true))));
    const rest = found.slice(SHOWN_PARTS);
    if (rest.length > 0) {
      const more = make('li', { class: 'inner' }, button(word('showAll', { n: found.length }), () =>
        more.replaceWith(...rest.map((position) => make('li', { class: 'inner' }, findingButton(position, true)))), { class: 'more' }));
      add(list, more);
    }
  }
  return list;
}

/* A value may turn where it is rounded as the form prints it, or as its limit is written. */
function roundingText(finding) {
  const printed = text(finding.printed);
  return word(printed === text(finding.value_text) ? 'roundedAsLimit' : 'roundedAsPrinted', { exact: text(finding.exact), printed });
}

/* What is known of a finding, as pairs of a term and what it is. */
function termsOf(finding) {
  const terms = [];
  const term = (key, content) => terms.push([word(key), content]);

  if (finding.value_text !== undefined) term('value', make('strong', {}, name(text(finding.value_text))));
  else if (finding.verdict === 'undetermined') term('value', make('span', { class: 'lacking' }, missingText(finding) || word('noValue')));
  if (finding.value !== undefined && !finding.rounding_flips && !Number.isInteger(finding.value)) term('exactValue', String(finding.value));
  if (finding.limit_text !== undefined) term('required', text(finding.limit_text));
  if (finding.margin_text !== undefined) term('margin', text(finding.margin_text));
  if (finding.floor_text !== undefined) term('floor', text(finding.floor_text));
  if (finding.rounding_flips) term('rounding', make('span', { class: 'doubt' }, roundingText(finding)));
  if (finding.reason !== undefined) term('reason', text(finding.reason));
  if (finding.strict_verdict || finding.concession)
    term('concession', [strictText(finding), finding.concession && finding.concession.reference !== undefined && make('span', { class: 'faint block' }, text(finding.concession.reference))]);
  if (finding.conclusion !== undefined) term('attested', text(finding.conclusion));
  if (finding.evidence || finding.lacks_evidence)
    term('evidence', [(finding.evidence || []).map((one) => make('span', { class: 'block' }, name(one))), finding.lacks_evidence && make('span', { class: 'doubt' }, word('lacksEvidence'))]);
  if (finding.informative) term('verdict', word('informative'));
  if (finding.reference !== undefined) term('reference', text(finding.reference));

  return terms;
}

/* "教学仪器设备资产值（county.csv!CT48）": what to ask for, and where it belongs. */
function factText(finding, operand) {
  const whose = text(operand.whose) === text(finding.subject) ? '' : text(operand.whose);
  const detail = [whose, operand.file !== undefined && shortPlaceOf(operand)].filter(Boolean).join(word('sectionSeparator'));
  return detail ? word('named', { name: text(operand.title), detail }) : text(operand.title);
}

/* The smallest sets of missing facts that could decide it. The same set may do so either way. */
function decidingBlock(finding) {
  if (!finding.deciding) return undefined;
  const { sets, missing, trial } = finding.deciding;
  if (sets.length === 0) return [make('h3', {}, word('deciding')), make('p', {}, word('noDeciding', { n: missing }))];
  const ways = new Map();
  for (const set of sets) {
    const key = set.facts.join();
    if (!ways.has(key)) ways.set(key, { set, verdicts: [] });
    ways.get(key).verdicts.push(word(set.verdict));
  }
  return [make('h3', {}, word('deciding')), make('ul', { class: 'deciding' }, [...ways.values()].map(({ set, verdicts }) => make('li', {},
    name(set.facts.map((id) => factText(finding, data.operands[id])).join(word('listSeparator'))),
    set.n_facts > set.facts.length && ` ${word('andMore', { n: set.n_facts })}`,
    make('span', { class: 'faint block' }, word('couldMake', { verdicts: verdicts.join(word('or')) }))))),
  trial && make('p', { class: 'faint' }, word('byTrial'))];
}

function explain(position) {
  const finding = data.findings[position];
  const blocks = [make('dl', { class: 'terms' }, termsOf(finding).map(([key, content]) => [make('dt', {}, key), make('dd', {}, content)]))];
  const deciding = decidingBlock(finding);
  if (deciding) blocks.push(...deciding);
  if (finding.formula !== undefined)
    blocks.push(make('h3', {}, word('formula')), make('dl', { class: 'formulas' },
      formulaLines(finding).map(([key, line]) => [key !== 'formula' && make('dt', {}, word(key)), make('dd', { class: key }, name(line))])));
  if (finding.operands) blocks.push(make('h3', {}, word('facts')), factsTable(finding));
  if (finding.children) blocks.push(make('h3', {}, word('parts')), partsList(finding));
  return blocks;
}

/* The same on paper, in running text. The facts of a group are the tables of the county: of them those that are missing. */
function explainInShort(position) {
  const finding = data.findings[position];
  const operands = (finding.operands || []).map((id) => data.operands[id]);
  const shown = operands.length <= SHOWN_OPERANDS ? operands : operands.filter((operand) => operand.missing).slice(0, SHOWN_OPERANDS);
  const subject = text(finding.subject);
  const line = (title, ...content) => make('p', {}, make('span', { class: 'faint' }, title, word('colon')), ...content);
  const facts = shown.map((operand, at) => [at > 0 && word('clauseSeparator'), text(operand.title),
    text(operand.whose) !== subject && [' ', name(word('named', { name: '', detail: text(operand.whose) }))], ' ',
    operand.missing ? make('strong', { class: 'lacking' }, word('missing')) : make('strong', {}, name(text(operand.value)), operand.unit !== undefined && ` ${text(operand.unit)}`),
    operand.file !== undefined && make('span', { class: 'faint' }, ' ', name(`[${shortPlaceOf(operand)}]`))]);
  const [formula] = finding.formula === undefined ? [] : formulaLines(finding);
  return [
    make('p', {}, termsOf(finding).map(([key, content], at) => [at > 0 && word('clauseSeparator'), make('span', { class: 'faint' }, key), ' ', content])),
    formula && line(word('formula'), name(formula[1])),
    facts.length > 0 && line(word('facts'), facts),
    shown.length < operands.length && make('p', { class: 'faint' }, word('factsElsewhere', { n: operands.length - shown.length })),
  ];
}

/* The panel beside the page. */
const panel = {
  element: undefined,
  opener: undefined,
  trail: [],

  build() {
    this.element = make('aside', { id: 'explanation', 'aria-label': word('explanation'), hidden: true, tabindex: '-1' });
    this.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.close();
    });
    return this.element;
  },

  /* `what` is the position of a finding or a function that gives title, state and blocks of something else. */
  open(what, opener) {
    if (opener) {
      this.opener?.classList.remove('current');
      opener.classList.add('current');
      this.opener = opener;
      this.trail = [];
    }
    this.trail.push(what);
    this.show();
  },

  show() {
    const what = this.trail[this.trail.length - 1];
    const parent = typeof what === 'number' ? parents.get(what) : undefined;
    const finding = data.findings[what];
    const content = typeof what === 'number'
      ? { over: text(finding.subject), title: titleWithin(what), state: stateOf(finding), blocks: explain(what), path: finding.path }
      : what();
    const heading = make('h2', { tabindex: '-1' }, name(content.title));
    this.element.hidden = false;
    document.body.classList.add('explaining');
    this.element.replaceChildren(
      make('header', {},
        this.trail.length > 1 && button(`‹ ${word('back')}`, () => { this.trail.pop(); this.show(); }, { class: 'back' }),
        button('×', () => this.close(), { class: 'close', 'aria-label': word('close'), title: `${word('close')} (Esc)` })),
      make('div', { class: 'content' },
        make('p', { class: 'over' }, name(content.over)),
        heading,
        make('p', {}, badge(content.state)),
        ...content.blocks,
        parent !== undefined && this.trail[this.trail.length - 2] !== parent &&
          [make('h3', {}, word('partOf')), make('ul', { class: 'parts' }, make('li', {}, findingButton(parent, isPerSchool(data.findings[parent]) !== isPerSchool(finding))))],
        content.path && make('p', { class: 'path' }, `${word('path')} `, make('code', {}, content.path))));
    this.element.scrollTop = 0;
    heading.focus({ preventScroll: true });
    /* the page has become narrower */
    if (this.trail.length === 1 && this.opener) this.opener.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    this.remember(content.path);
  },

  /* The address names what is shown, so that it can be handed on; some browsers forbid that for files. */
  remember(path) {
    try {
      history.replaceState(null, '', path ? `#${encodeURI(path)}` : location.pathname + location.search);
    } catch { /* the report works without */ }
  },

  close() {
    if (!this.element || this.element.hidden) return;
    this.element.hidden = true;
    document.body.classList.remove('explaining');
    this.opener?.classList.remove('current');
    this.trail = [];
    this.remember();
    if (this.opener && this.opener.isConnected) this.opener.focus();
  },
};

/* Everything that fails, for paper. */
const MAX_PRINTED = 150;

function printedExplanations(district) {
  const failures = failuresIn(district ? district.requirements : data.region);
  const rank = (position) => (data.findings[position].verdict === 'unmet' ? 0 : 1);
  failures.sort((a, b) => rank(a) - rank(b) || a - b);
  if (failures.length === 0) return [];
  return [make('section', { id: 'printed' },
    make('h2', {}, word('explanationsPrinted')),
    failures.slice(0, MAX_PRINTED).map((position) => {
      const finding = data.findings[position];
      return make('article', { class: 'printed' },
        make('h4', {}, sign(stateOf(finding)), ' ', name(text(finding.subject)), word('colon'), fullTitle(position)),
        ...explainInShort(position).filter(Boolean));
    }),
    failures.length > MAX_PRINTED && make('p', {}, word('morePrinted', { n: failures.length - MAX_PRINTED })))];
}
