/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Charts, where the page was built with Apache ECharts. Each has a table beside it that says the same. */

const drawn = new Set();

function hasCharts() {
  return typeof echarts !== 'undefined';
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/* Charts take their colours and their width when they are drawn; both change. */
const resized = typeof ResizeObserver === 'undefined' ? undefined : new ResizeObserver((entries) => {
  for (const entry of entries) entry.target.chart?.resize();
});
const seen = typeof IntersectionObserver === 'undefined' ? undefined : new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) draw(entry.target);
}, { rootMargin: '400px' });

/* A box whose chart is drawn when it comes into view: a page opens at once, however many there are. */
function chartBox(properties, options, clicked, pointed) {
  const box = make('div', { class: 'chart', role: 'img', ...properties });
  Object.assign(box, { options, clicked, pointed });
  if (seen) seen.observe(box);
  else setTimeout(() => draw(box));
  return box;
}

function draw(box) {
  if (!box.isConnected) return;
  seen?.unobserve(box);
  if (!box.chart) {
    box.chart = echarts.init(box, null, { renderer: 'canvas', devicePixelRatio: Math.max(2, window.devicePixelRatio || 1) });
    box.chart.on('click', (event) => box.clicked(event, box));
    box.chart.on('mouseover', (event) => box.pointed(event));
    box.chart.on('mouseout', () => box.pointed());
    drawn.add(box);
    resized?.observe(box);
  }
  box.chart.setOption(box.options(), true);
}

function redrawCharts() {
  for (const box of drawn) if (box.isConnected) draw(box);
}

function drawAllCharts() {
  for (const box of document.querySelectorAll('.chart')) {
    draw(box);
    box.chart.resize();
  }
}

/* Of a page that is made anew. */
function dropCharts() {
  for (const box of drawn) {
    resized?.unobserve(box);
    box.chart.dispose();
  }
  drawn.clear();
}

/* Points of nearly the same value stand above one another. */
function stack(points, low, high) {
  const slots = new Map();
  const width = (high - low) / 60 || 1;
  return [...points].sort((a, b) => a.cell.value - b.cell.value).map((point) => {
    const slot = Math.round((point.cell.value - low) / width);
    const level = slots.get(slot) || 0;
    slots.set(slot, level + 1);
    return { point, level };
  });
}

const pointSymbols = { met: 'circle', at_floor: 'triangle', unmet: 'diamond', not_applicable: 'circle' };

function distributionChart(district, group, indicator, at) {
  const all = valuesOf(district, group.stage, at);
  const points = all.filter(({ cell }) => cell.value !== null);
  if (points.length === 0) return undefined;

  const limits = [...new Set(points.map(({ cell }) => cell.limit).filter((limit) => limit !== undefined))];
  const floors = [...new Set(points.map(({ cell }) => data.findings[cell.finding]?.floor).filter((floor) => floor !== undefined))];
  const marks = limits.length <= 3 ? limits : [];
  const edges = [...points.map(({ cell }) => cell.value), ...marks, ...(floors.length === 1 ? floors : [])];
  const span = Math.max(...edges) - Math.min(...edges) || Math.abs(edges[0]) || 1;
  const low = Math.min(...edges) - 0.04 * span, high = Math.max(...edges) + 0.04 * span;
  const stacked = stack(points, low, high);
  const top = Math.max(3, ...stacked.map(({ level }) => level + 1));
  const percent = points[0].cell.text.endsWith('%');
  const title = `${indicator.id} ${text(indicator.title)}`;
  const note = make('p', { class: 'note', 'aria-hidden': 'true' });
  const lacking = all.length - points.length;
  const usual = limitText(indicator, group.stage);
  const say = (event) => {
    const found = event && event.data && event.data.entry;
    note.replaceChildren(...(found ? [sign(found.cell.state), name(found.one.name || found.one.school), ` ${found.cell.text}`]
      : [usual ? `${word('limit')} ${usual}` : text(indicator.unit), lacking > 0 ? make('span', { class: 'lacking' }, ` ? ${word('lacking', { n: lacking })}`) : '']));
  };
  say();

  const line = (value, kind) => ({
    type: 'line', data: [[value, 0], [value, top + 0.5]], showSymbol: false, silent: true, animation: false,
    lineStyle: { type: kind, width: 1.5, color: colour(kind === 'dashed' ? 'mark' : 'faint') },
  });
  const options = () => ({
    animation: false,
    grid: { left: 14, right: 14, top: 6, bottom: 24 },
    xAxis: {
      type: 'value', min: low, max: high, splitNumber: 4, axisLine: { lineStyle: { color: colour('line') } }, splitLine: { show: false },
      axisTick: { lineStyle: { color: colour('line') } },
      axisLabel: { color: colour('faint'), showMinLabel: false, showMaxLabel: false, fontSize: 11, formatter: (value) => (percent ? `${+(100 * value).toFixed(1)} %` : String(+value.toPrecision(6))) },
    },
    yAxis: { type: 'value', min: -0.4, max: top + 0.5, show: false },
    series: [
      ...marks.map((value) => line(value, 'dashed')),
      ...(floors.length === 1 ? [line(floors[0], 'dotted')] : []),
      ...states.filter((state) => stacked.some(({ point }) => point.cell.state === state)).map((state) => ({
        type: 'line', lineStyle: { opacity: 0, width: 0 }, showSymbol: true, showAllSymbol: true, symbol: pointSymbols[state] || 'rect', symbolSize: state === 'met' ? 7 : 11,
        itemStyle: { color: colour(`dot-${state}`), borderColor: colour('page'), borderWidth: state === 'met' ? 0.5 : 1, opacity: 1 },
        z: state === 'met' ? 3 : 4, cursor: 'pointer',
        data: stacked.filter(({ point }) => point.cell.state === state).map(({ point, level }) => ({ value: [point.cell.value, level + 0.5], entry: point })),
      })),
    ],
  });
  return make('figure', {}, make('figcaption', {}, title),
    chartBox({ 'aria-label': word('distributionLabel', { stage: stageTitle(group.stage), title, n: points.length }) }, options, (event) => {
      const found = event.data && event.data.entry;
      if (found && found.cell.finding !== undefined) panel.open(found.cell.finding);
    }, say), note);
}
