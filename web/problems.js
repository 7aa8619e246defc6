/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was wrong with the data, and what the report is. */

function problemPlace(problem) {
  const parts = [[problem.file, problem.sheet].filter(Boolean).join('!')];
  if (problem.row) parts.push(word('row', { n: problem.row }));
  if (problem.column_name) parts.push(word('columnNamed', { name: problem.column_name }));
  return parts.filter(Boolean).join(word('sectionSeparator'));
}

const severityStates = { error: 'unmet', warning: 'at_floor', note: 'undetermined' };

function problemsSection() {
  if (data.problems.length === 0)
    return section('problems', word('problems'), make('p', {}, word('noProblems')));

  const rows = data.problems.map((problem) => make('tr', {},
    make('td', {}, make('span', { class: `badge ${severityStates[problem.severity]}` }, word(problem.severity))),
    make('td', { class: 'place' }, name(problemPlace(problem))),
    make('td', {}, text(problem.message)),
    make('td', {}, problem.found === undefined ? '' : make('code', {}, name(problem.found))),
    make('td', {}, text(problem.expected)),
    make('td', {}, text(problem.remedy))));
  const table = make('table', { class: 'plain problems' },
    make('thead', {}, make('tr', {}, ['severity', 'place', 'problem', 'found', 'expectation', 'remedy'].map((key) => make('th', { scope: 'col' }, word(key))))),
    make('tbody', {}, rows));
  return section('problems', word('problems'), make('p', { class: 'intro' }, word('problemsIntro')), scroller(word('problems'), table),
    data.more_problems > 0 && make('p', { class: 'faint' }, word('moreProblems', { n: data.more_problems })));
}

function aboutSection() {
  const library = document.getElementById('echarts');
  return section('about', word('about'),
    make('p', {}, word('madeBy', { version: data.balance, standard: data.standard.id })),
    make('p', {}, `${word('judgedExactly')} ${word('missingIsNotZero')}`),
    make('p', {}, word(data.everything ? 'explainedAll' : 'explainedSome'), data.more_findings > 0 && ` ${word('moreFindings', { n: data.more_findings })}`),
    make('p', {}, library ? word('echarts', { version: library.dataset.version }) : word('noCharts')));
}
