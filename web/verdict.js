/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The conclusion, why, and what it rests on. */

function reasonItem(reason) {
  if (reason.finding !== undefined) {
    const finding = data.findings[reason.finding];
    return make('li', { class: reason.verdict }, sign(reason.verdict),
      make('div', {}, button(fullTitle(reason.finding), (event) => panel.open(reason.finding, event.currentTarget), { class: 'link', 'data-path': finding.path }),
        make('span', { class: 'because' }, becauseText(finding))));
  }

  const failing = reason.counts.unmet + reason.counts.undetermined;
  const schools = reason.findings.map((position) => {
    const finding = data.findings[position];
    return [button([sign(stateOf(finding)), name(text(finding.subject))], (event) => panel.open(position, event.currentTarget), { class: 'school', title: becauseText(finding) })];
  });
  return make('li', { class: reason.verdict }, sign(reason.verdict),
    make('div', {}, make('strong', {}, numbered(reason.id, reason.title)),
      make('span', { class: 'because' }, countsText(reason.counts)),
      make('span', { class: 'schools' }, schools, failing > schools.length && word('andMoreSchools', { n: failing - schools.length }))));
}

function reasonLists(all) {
  return [['whyUnmet', 'unmet'], ['whyUndetermined', 'undetermined']].map(([title, verdict]) => {
    const reasons = all.filter((reason) => reason.verdict === verdict);
    return reasons.length > 0 && [make('h3', {}, word(title)), make('ul', { class: 'reasons' }, reasons.map(reasonItem))];
  });
}

/* What holds only because a concession is in force, and the duty that comes with it. */
function concessionList(district) {
  const decided = [];
  everyFinding(district.requirements, (position) => {
    const finding = data.findings[position];
    if (finding.concession && finding.verdict === 'met' && finding.strict_verdict) decided.push(position);
  });
  const unique = [...new Set(decided)];
  if (unique.length === 0) return [];
  return [make('h3', {}, word('concessionsDecide')),
    make('ul', { class: 'reasons' }, unique.map((position) => {
      const finding = data.findings[position];
      return make('li', { class: 'concession' }, sign('met'),
        make('div', {}, button([name(text(finding.subject)), word('colon'), titleOf(finding)],
          (event) => panel.open(position, event.currentTarget), { class: 'link' }),
        make('span', { class: 'because' }, [text(finding.compared), text(finding.concession.title), strictText(finding),
          finding.concession.until && word('owed', { date: finding.concession.until })].filter(Boolean).join(word('clauseSeparator')))));
    }))];
}

/* The only district of the data answers for what is asked of the region, too. */
function isAlone() {
  return data.districts.length === 1;
}

function verdictOf(district) {
  return isAlone() ? data.verdict : district.verdict;
}

function reasonsOf(district) {
  return isAlone() ? [...district.reasons, ...data.region_reasons] : district.reasons;
}

function summarySentence(district) {
  const count = (verdict) => reasonsOf(district).filter((reason) => reason.verdict === verdict).length;
  const unmet = count('unmet'), undetermined = count('undetermined');
  if (unmet > 0 && undetermined > 0) return word('summaryBoth', { unmet, undetermined });
  if (unmet > 0) return word('summaryUnmet', { unmet });
  if (undetermined > 0) return word('summaryUndetermined', { undetermined });
  return word(verdictOf(district) === 'not_applicable' ? 'summaryNotApplicable' : 'summaryMet');
}

/* The school stages as one bar of four lengths, with their numbers in words. */
function shareBar(counts) {
  const order = ['met', 'unmet', 'undetermined', 'not_applicable'].filter((state) => counts[state] > 0);
  if (order.every((state) => state === 'not_applicable')) return undefined;
  const bar = make('div', { class: 'share', 'aria-hidden': 'true' });
  for (const state of order) {
    const part = make('span', { class: state });
    part.style.flexGrow = counts[state];
    add(bar, part);
  }
  return make('div', { class: 'shares' }, make('p', {}, word('sectionsCounted'),
    order.map((state) => make('span', { class: 'count' }, sign(state), `${word(state)} `, make('strong', {}, String(counts[state]))))), bar);
}

function basisList(district) {
  const standard = data.standard;
  const terms = make('dl', { class: 'terms' });
  const term = (key, ...content) => add(terms, make('dt', {}, word(key)), make('dd', {}, ...content));
  const reference = text(standard.reference);

  term('standard', `${text(standard.title)}${reference ? word('sectionSeparator') + reference : ''} `, make('code', {}, standard.id));
  term('asOf', standard.as_of);
  term('concessions', standard.concessions.length === 0 ? word('noConcessions') : standard.concessions.map((one) => make('p', {},
    `${text(one.title)}${one.duty_years ? word('sectionSeparator') + word('duty', { years: one.duty_years }) : ''}`,
    make('span', { class: 'faint block' }, text(one.reference)))));
  if (standard.options.length > 0)
    term('options', make('ul', { class: 'options' }, standard.options.map((one) => make('li', {},
      `${text(one.title) || one.id}${word('colon')}`, make('code', {}, one.value), one.chosen && make('strong', {}, ` ${word('chosen')}`),
      make('span', { class: 'faint block' }, text(one.reference))))));
  if (data.census.year) term('year', String(data.census.year));
  term('scope', word('scopeText', data.census));
  if (data.census.sources.length > 0) term('sources', make('ul', { class: 'options' }, data.census.sources.map((one) => make('li', {}, name(one)))));
  return make('details', { class: 'basis', open: true }, make('summary', {}, word('basis')), terms);
}

function districtName(district) {
  return district.name || district.code;
}

function verdictSection(district) {
  const notices = data.notices.map((notice) => make('li', { class: 'undetermined' }, sign('undetermined'), make('div', {}, text(notice.message))));
  return section('conclusion', word('conclusion'),
    make('div', { class: `hero ${verdictOf(district)}` },
      badge(verdictOf(district), true),
      make('div', {}, make('p', { class: 'sentence' }, make('strong', {}, name(districtName(district))), word('colon'), `${word(verdictOf(district))}${word('stop')}`, summarySentence(district)),
        shareBar(district.counts))),
    ...reasonLists(reasonsOf(district)),
    ...concessionList(district),
    notices.length > 0 && [make('h3', {}, word('notices')), make('ul', { class: 'reasons' }, notices)],
    basisList(district));
}
