/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Puts the page together, and again when the language or the district changes. */

const root = document.getElementById('report');
const view = { district: data.districts.find((district) => district.requirements), theme: undefined };
const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');

function isDark() {
  return view.theme === undefined ? prefersDark.matches : view.theme === 'dark';
}

function applyTheme(printing = false) {
  document.documentElement.dataset.theme = isDark() && !printing ? 'dark' : 'light';
  redrawCharts();
}

function header() {
  const standard = data.standard;
  const subject = view.district ? districtName(view.district) : word('scopeText', data.census);
  const theme = button(word(isDark() ? 'light' : 'dark'), (event) => {
    view.theme = isDark() ? 'light' : 'dark';
    applyTheme();
    event.currentTarget.textContent = word(isDark() ? 'light' : 'dark');
  }, { id: 'theme', title: word('themeLabel') });
  const other = language === 'zh' ? 'en' : 'zh';
  return make('header', { class: 'top' },
    make('a', { class: 'skip', href: '#main' }, word('skip')),
    make('div', { class: 'masthead' },
      make('div', {}, make('p', { class: 'over' }, [text(standard.title), text(standard.reference), word('asOfDay', { date: standard.as_of }), data.census.year && word('ofYear', { year: data.census.year })].filter(Boolean).join(' · ')), make('h1', {}, name(subject))),
      make('div', { class: 'controls' },
        button(word('other'), () => { setLanguage(other); build(); document.getElementById('language').focus(); }, { id: 'language', lang: other, title: word('otherLabel') }),
        theme,
        button(word('print'), () => window.print(), { id: 'print' }))));
}

function contents(sections) {
  return make('nav', { class: 'contents', 'aria-label': word('contents') },
    make('ul', {}, sections.map((one) => make('li', {}, make('a', { href: `#${one.id}` }, one.querySelector('h2').textContent)))));
}

function build() {
  const district = view.district;
  dropCharts();
  panel.close();
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  const sections = [
    ...(district ? [verdictSection(district)] : []),
    ...(data.districts.length > 1 ? [overviewSection(district, (chosen) => { view.district = chosen; build(); window.scrollTo(0, 0); document.getElementById('conclusion').querySelector('h2').scrollIntoView(); })] : []),
    ...(district ? [tasksSection(district), taskTimeSection(district), planSection(district), beforeAfterSection(district), costsSection(district), timelineSection(district)] : []),
    ...(district ? [schoolsSection(district), spreadSection(district), remarksSection(district), requirementsSection(district)] : []),
    regionSection(), problemsSection(), aboutSection(),
  ].filter(Boolean);
  document.title = [district ? districtName(district) : undefined, text(data.standard.title)].filter(Boolean).join(' · ');
  root.replaceChildren(header(), contents(sections), make('main', { id: 'main', tabindex: '-1' }, sections),
    make('div', { id: 'paper' }), panel.build(),
    make('footer', {}, word('printed', { title: document.title, date: data.standard.as_of })));
}

function openFromAddress() {
  let path = '';
  try {
    path = decodeURI(location.hash.slice(1));
  } catch { /* not one of ours */ }
  if (positions.has(path)) panel.open(positions.get(path));
}

/* On paper: light, every chart drawn, and the explanations that one would click for. */
window.addEventListener('beforeprint', () => {
  document.getElementById('paper').replaceChildren(...printedExplanations(view.district));
  for (const details of document.querySelectorAll('details.basis')) details.open = true;
  applyTheme(true);
  if (hasCharts()) drawAllCharts();
});
window.addEventListener('afterprint', () => {
  document.getElementById('paper').replaceChildren();
  applyTheme();
});
prefersDark.addEventListener('change', () => applyTheme());
window.addEventListener('hashchange', openFromAddress);
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') panel.close(); });

setLanguage(data.language);
applyTheme();
build();
openFromAddress();
