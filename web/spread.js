/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How much schools differ: coefficients of variation beside their limits, and where each school lies. */

/* What missing facts leave open of a coefficient. */
function intervalOf(one) {
  const finding = data.findings[one.finding];
  if (one.cv !== null || !finding || finding.value_low === undefined || finding.value_high === undefined) return undefined;
  return [finding.value_low, finding.value_high];
}

function cvText(one) {
  const interval = intervalOf(one);
  if (one.cv !== null) return text(one.cv_text);
  return interval ? word('between', { low: interval[0].toFixed(3), high: interval[1].toFixed(3) }) : word('noValue');
}

/* A bar of plain elements beside each figure, so that the table says all that the chart does. */
function cvBar(one, highest) {
  const bar = make('span', { class: `bar ${one.verdict}`, 'aria-hidden': 'true' });
  const interval = intervalOf(one);
  const share = (value) => `${Math.min(100, 100 * value / highest)}%`;   /* what missing facts leave open may have no end */
  if (one.cv !== null || interval) {
    const length = make('i', { class: interval ? 'open' : '' });
    length.style.left = interval ? share(interval[0]) : '0';
    length.style.width = share(interval ? interval[1] - interval[0] : one.cv);
    add(bar, length);
  }
  if (one.cv_limit !== null) {
    const limit = make('b');
    limit.style.left = share(one.cv_limit);
    add(bar, limit);
  }
  return bar;
}

/* The mean of the coefficients, where the standard asks for it. */
function compositeRow(group) {
  const finding = data.findings[group.composite_finding];
  if (!finding || (group.composite_cv === null && finding.verdict === 'not_applicable')) return undefined;
  return make('tfoot', {}, make('tr', {},
    make('th', { scope: 'row', colspan: '3' }, button(word('composite'), (event) => panel.open(group.composite_finding, event.currentTarget), { class: 'link', 'data-path': finding.path })),
    make('td', { class: group.composite_cv === null ? 'lacking' : 'number' }, group.composite_cv === null ? word('noValue') : text(group.composite_text)),
    make('td', { class: 'number' }, finding.limit_text === undefined ? '–' : text(finding.limit_text)),
    make('td', { class: `verdict ${finding.verdict}` }, sign(finding.verdict), word(finding.verdict))));
}

function cvTable(group) {
  const highest = 1.4 * Math.max(0.001, ...group.indicators.flatMap((one) => [one.cv ?? 0, one.cv_limit ?? 0, intervalOf(one)?.[0] ?? 0]));
  const rows = group.indicators.filter((one) => one.verdict !== 'not_applicable' || one.cv !== null).map((one) => {
    const indicator = data.indicators.find((each) => each.id === one.id);
    const title = `${one.id} ${text(indicator.title)}`;
    return make('tr', {},
      make('th', { scope: 'row' }, one.finding === undefined ? title
        : button(title, (event) => panel.open(one.finding, event.currentTarget), { class: 'link', 'data-path': data.findings[one.finding].path })),
      make('td', { class: 'number' }, text(one.mean_text)),
      make('td', { class: 'bars' }, cvBar(one, highest)),
      make('td', { class: one.cv === null ? 'lacking' : 'number' }, cvText(one)),
      make('td', { class: 'number' }, one.cv_limit === null ? '–' : `≤ ${text(one.limit_text)}`),
      make('td', { class: `verdict ${one.verdict}` }, sign(one.verdict), word(one.verdict)));
  });
  return make('table', { class: 'plain cvs' },
    make('thead', {}, make('tr', {}, [word('indicator'), word('mean'), '', word('cv'), word('limit'), word('verdict')].map((title, at) =>
      make('th', { scope: 'col', class: ['', 'number', 'bars', 'number', 'number', ''][at] }, title)))),
    make('tbody', {}, rows),
    compositeRow(group));
}

function spreadSection(district) {
  const groups = data.indicators.length === 0 ? [] : district.groups.filter((group) => group.sections > 0);
  if (groups.length === 0) return undefined;
  return section('spread', word('spread'), make('p', { class: 'intro' }, `${word('spreadIntro')} ${word('limitLine')}`),
    groups.map((group) => {
      const title = stageTitle(group.stage);
      return [make('h3', {}, title, ' ', badge(group.verdict), make('span', { class: 'faint' }, ` ${word('stageCounts', { title: '', n: group.sections }).replace(/^[:： ]+/, '')}${word('sectionSeparator')}${word('weight')} ${text(group.weight_text)}`)),
        scroller(`${word('spread')} ${title}`, cvTable(group))];
    }),
    distributions(district, groups));
}

/* --- distributions --- */

function valuesOf(district, stage, at) {
  return district.sections.filter((one) => one.stage === stage && !one.cells[at].outside)
    .map((one) => ({ one, cell: one.cells[at] }));
}

function distributionTable(district, group) {
  const body = make('tbody');
  data.indicators.forEach((indicator, at) => {
    const all = valuesOf(district, group.stage, at);
    const known = all.filter(({ cell }) => cell.value !== null).map(({ cell }) => cell);
    if (all.length === 0) return;
    /* some have more digits than usual, to show on which side of the limit they lie */
    const example = known.map((cell) => cell.text).reduce((best, one) => (best === '' || decimalsOf(one) < decimalsOf(best) ? one : best), '');
    const values = known.map((cell) => cell.value).sort((a, b) => a - b);
    const count = (state) => all.filter(({ cell }) => cell.state === state).length;
    add(body, make('tr', {}, make('th', { scope: 'row' }, `${indicator.id} ${text(indicator.title)}`),
      [0, 0.25, 0.5, 0.75, 1].map((share) => make('td', { class: 'number' }, values.length > 0 ? formatLike(quantile(values, share), example) : '–')),
      make('td', { class: 'number' }, limitText(indicator, group.stage) || '–'),
      ['met', 'at_floor', 'unmet', 'undetermined'].map((state) => make('td', { class: 'number' }, String(count(state))))));
  });
  return make('table', { class: 'plain' }, make('thead', {}, make('tr', {},
    [word('indicator'), word('minimum'), word('lowerQuartile'), word('median'), word('upperQuartile'), word('maximum'), word('limit'),
      ...['met', 'at_floor', 'unmet', 'undetermined'].map((state) => `${signs[state]}\u00a0${word(state)}`)].map((title, at) => make('th', { scope: 'col', class: at > 0 && 'number' }, title)))), body);
}

function distributions(district, groups) {
  return [make('h2', { id: 'distributions' }, word('distributions')),
    make('p', { class: 'intro' }, word(hasCharts() ? 'distributionsIntro' : 'noCharts')),
    groups.map((group) => {
      const title = stageTitle(group.stage);
      const table = scroller(`${word('distributions')} ${title}`, distributionTable(district, group));
      return [make('h3', {}, title),
        hasCharts() && make('div', { class: 'charts' }, data.indicators.map((indicator, at) => distributionChart(district, group, indicator, at))),
        hasCharts() ? make('details', { class: 'alternative' }, make('summary', {}, `${word('tableOf')}${word('colon')}${title}`), table) : table];
    })];
}
