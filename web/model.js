/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The data of the report, as the library wrote them, and what can be asked of them. */

const data = JSON.parse(document.getElementById('data').textContent);

const signs = { met: '✓', at_floor: '△', unmet: '✗', undetermined: '?', not_applicable: '–' };
const states = Object.keys(signs);
const cellWords = { met: 'cellMet', at_floor: 'cellAtFloor', unmet: 'cellUnmet', undetermined: 'cellUndetermined', not_applicable: 'cellNotApplicable' };

/* Which finding each is a part of. */
const parents = new Map();
const positions = new Map();
data.findings.forEach((finding, position) => {
  positions.set(finding.path, position);
  for (const child of finding.children || [])
    for (const part of typeof child === 'number' ? [child] : child.findings) parents.set(part, position);
});

/* A text of the data in the language that is shown; '' where there is none. */
function text(id) {
  const entry = id === undefined ? '' : data.texts[id];
  return typeof entry === 'string' ? entry : entry[language === 'zh' ? 0 : 1];
}

function stageTitle(id) {
  const stage = data.stages.find((one) => one.id === id);
  return stage ? text(stage.title) : id;
}

function isPerSchool(finding) {
  return finding.level === 'section' || finding.level === 'school';
}

/* How a finding looks: its verdict, with what is between met and unmet told apart. */
function stateOf(finding) {
  return finding.verdict === 'unmet' && finding.at_floor ? 'at_floor' : finding.verdict;
}

/* Numbers such as R2 or G11 stand in the official forms and lead the title; names such as "dispersion" or "G8_salary"
 * are for programs. Of "dispersion.R2" the part says enough. */
function numbered(id, title) {
  const part = id.slice(id.lastIndexOf('.') + 1);
  return /^[A-Za-z]{1,3}\d+[a-z]?$/.test(part) ? `${part} ${text(title)}` : text(title);
}

function titleOf(finding) {
  return numbered(finding.id, finding.title);
}

/* "初中 · 各项指标校际差异系数 · R2 …": enough to know what a finding is about without its surroundings. */
function fullTitle(position) {
  const finding = data.findings[position];
  return (finding.level === 'stage' ? `${stageTitle(finding.stage)} · ` : '') + titleWithin(position);
}

/* The dispersion of an indicator has the title of the indicator; the requirement says that it is a dispersion. */
function titleWithin(position) {
  const finding = data.findings[position];
  const parent = data.findings[parents.get(position)];
  return (parent && finding.id.startsWith(`${parent.id}.`) ? `${text(parent.title)} · ` : '') + titleOf(finding);
}

/* "≥ 4.5 平方米/人"; '' where the indicator has no limit in a stage. */
function limitText(indicator, stage) {
  const limit = text(indicator.limits[stage]);
  return limit && [limit, text(indicator.unit)].filter(Boolean).join(' ');
}

function placeOf(operand) {
  const file = text(operand.file);
  return operand.cell ? `${file}!${operand.cell}` : file;
}

/* The same without folders, for sentences. */
function shortPlaceOf(operand) {
  return placeOf(operand).replace(/^.*\//, '');
}

/* "1 项未达标、3 项达标" */
function countsText(counts) {
  return ['unmet', 'undetermined', 'met', 'not_applicable']
    .filter((state) => counts[state] > 0)
    .map((state) => (language === 'zh' ? `${word(state)} ${counts[state]}` : `${counts[state]} ${word(state)}`))
    .join(word('sectionSeparator'));
}

/* What a finding would be by the full standard, in one clause. */
function strictText(finding) {
  const without = finding.concession && finding.concession.without;
  return word('strict', { verdict: word(finding.strict_verdict || finding.concession.verdict_without) }) + (without === undefined ? '' : word('named', { name: '', detail: text(without) }));
}

function missingOperands(finding) {
  return (finding.operands || []).map((id) => data.operands[id]).filter((operand) => operand.missing);
}

/* What is missing, in one clause. */
function missingText(finding) {
  const missing = missingOperands(finding);
  if (missing.length === 0) return '';
  const shown = missing.slice(0, 3).map((operand) =>
    operand.file === undefined
      ? word('missingFact', { whose: text(operand.whose), title: text(operand.title) })
      : word('missingFactAt', { whose: text(operand.whose), title: text(operand.title), place: shortPlaceOf(operand) }));
  if (missing.length > shown.length) shown.push(word('andMore', { n: missing.length }));
  return word('missingFacts', { n: missing.length, facts: shown.join(word('listSeparator')) });
}

/* Why a finding stands as it does, in one clause. */
function becauseText(finding) {
  const parts = [];
  if (finding.compared !== undefined) {
    const margin = finding.verdict === 'unmet' && finding.margin_text !== undefined ? word('shortBy', { margin: text(finding.margin_text) }) : '';
    parts.push(text(finding.compared) + margin);
  } else if (finding.value_text !== undefined) parts.push(text(finding.value_text));
  if (finding.verdict === 'undetermined') parts.push(missingText(finding));
  if (finding.reason !== undefined) parts.push(text(finding.reason));
  if (finding.conclusion !== undefined) parts.push(text(finding.conclusion));
  return parts.filter(Boolean).join(word('clauseSeparator')) || word(finding.verdict);
}

/* The outermost findings of each school of a district; made once, a county has thousands. */
const bySchool = new WeakMap();

function findingsBySchool(district) {
  if (bySchool.has(district)) return bySchool.get(district);
  const found = new Map();
  const visit = (children) => {
    for (const child of children || [])
      for (const position of typeof child === 'number' ? [child] : child.findings) {
        const finding = data.findings[position];
        if (!isPerSchool(finding)) visit(finding.children);
        else if (found.has(finding.school)) found.get(finding.school).push(position);
        else found.set(finding.school, [position]);
      }
  };
  visit(district.requirements);
  bySchool.set(district, found);
  return found;
}

/* What is asked of one stage of a school and of the school as a whole. */
function findingsOfSchool(district, code, stage) {
  return (findingsBySchool(district).get(code) || []).filter((position) => {
    const finding = data.findings[position];
    return finding.stage === undefined || finding.stage === stage;
  });
}

/* All findings under some that are asked of nothing smaller than a district's stage. */
function everyFinding(children, call) {
  for (const child of children || [])
    for (const position of typeof child === 'number' ? [child] : child.findings) {
      call(position);
      everyFinding(data.findings[position].children, call);
    }
}

/* The innermost findings that are not met, which explain all around them. */
function failuresIn(children) {
  const found = [];
  everyFinding(children, (position) => {
    const finding = data.findings[position];
    const fails = (one) => !one.informative && (one.verdict === 'unmet' || one.verdict === 'undetermined');
    const parts = (finding.children || []).flatMap((child) => (typeof child === 'number' ? [child] : child.findings));
    if (fails(finding) && !parts.some((part) => fails(data.findings[part]))) found.push(position);
  });
  return [...new Set(found)];
}

function quantile(sorted, share) {
  const at = (sorted.length - 1) * share;
  const low = Math.floor(at);
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

function decimalsOf(figure) {
  return (figure.match(/\.(\d+)/) || ['', ''])[1].length;
}

/* A figure of a chart or of its table: no more digits than its neighbours have. */
function formatLike(number, example) {
  const decimals = decimalsOf(example);
  return example.endsWith('%') ? `${(100 * number).toFixed(decimals)} %` : number.toFixed(decimals);
}
