/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Of several districts: all of them in one table, of which some are shown in full. */

/* Beside a district in full the list of all others takes little room, and on paper none. */
function beside(shown, table) {
  if (shown && data.districts.length > 30) table.classList.add('short');
  return table;
}

const districtView = { query: '', sorting: {} };

function overviewSection(shown, choose) {
  const body = make('tbody');
  const head = make('thead');
  const columns = [['name', 'district'], ['code', 'code'], ['verdict', 'verdict'], ['unmet', 'schoolsUnmet'], ['undetermined', 'schoolsUndetermined'], ['met', 'schoolsMet']];
  const valueOf = (district, key) => {
    if (key === 'name') return districtName(district);
    if (key === 'code') return district.code;
    if (key === 'verdict') return ['unmet', 'undetermined', 'met', 'not_applicable'].indexOf(district.verdict);
    return district.counts[key];
  };
  const refresh = () => {
    const query = districtView.query.trim().toLocaleLowerCase();
    const found = data.districts.filter((district) => `${district.name || ''} ${district.code}`.toLocaleLowerCase().includes(query));
    head.replaceChildren(make('tr', {}, columns.map(([key, title], at) => sortHead(word(title), key, districtView.sorting, refresh, { class: at > 2 && 'number' }))));
    body.replaceChildren(...sorted(found, districtView.sorting, valueOf).map((district) => make('tr', { class: district === shown && 'shown' },
      make('th', { scope: 'row' }, district.requirements ? button(name(districtName(district)), () => choose(district), { class: 'link', 'aria-current': district === shown && 'true' }) : name(districtName(district))),
      make('td', {}, district.code),
      make('td', { class: `verdict ${district.verdict}` }, sign(district.verdict), word(district.verdict)),
      ['unmet', 'undetermined', 'met'].map((state) => make('td', { class: 'number' }, String(district.counts[state]))))));
  };
  refresh();
  const counts = { met: 0, unmet: 0, undetermined: 0, not_applicable: 0 };
  for (const district of data.districts) counts[district.verdict]++;
  const detailed = data.districts.filter((district) => district.requirements).length;
  const query = make('input', { type: 'search', id: 'district-query', placeholder: word('searchHint'), value: districtView.query, oninput: (event) => { districtView.query = event.currentTarget.value; refresh(); } });
  return section('overview', word('overview'),
    make('p', { class: 'intro' }, word('overviewNote'), ' ', detailed > 0 && word('overviewDetails'), ' ', detailed < data.districts.length && word('overviewOther')),
    make('p', {}, badge(data.verdict), ` ${countsText(counts)}`),
    make('div', { class: 'tools' }, make('label', { for: 'district-query' }, word('district'), query)),
    beside(shown, scroller(word('overview'), make('table', { class: 'plain overview' }, head, body))));
}
