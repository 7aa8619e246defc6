/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tasks of a ledger: how they stand, which are open or late, and when each is due. */

const taskSigns = { open: '○', under_way: '◐', done: '●', verified: '✓', waived: '–' };
const taskView = { show: 'open_late', query: '', sorting: {} };
/* Beyond that a time line is none. */
const MAX_QUARTERS = 40;
const MAX_BARS = 300;

function tasksOf(district) {
  return data.ledger && data.ledger.districts.find((one) => one.district === district.code);
}

function taskBadge(task) {
  return make('span', { class: `status ${task.status}` }, make('span', { class: 'sign', 'aria-hidden': 'true' }, taskSigns[task.status]), word(`status_${task.status}`),
    task.progress !== undefined && ` ${task.progress} %`);
}

function lateMark(task) {
  return task.late && make('span', { class: 'badge unmet late' }, make('span', { class: 'sign', 'aria-hidden': 'true' }, '!'), word('late'));
}

function isOpen(task) {
  return task.status === 'open' || task.status === 'under_way';
}

function taskMatches(task) {
  const query = taskView.query.trim().toLocaleLowerCase();
  if (query && ![task.name, task.school, task.title, task.unit_of, task.person, String(task.id)].filter(Boolean).join(' ').toLocaleLowerCase().includes(query)) return false;
  return taskView.show === '' || (taskView.show === 'open_late' ? isOpen(task) || task.late : taskView.show === 'late' ? task.late : task.status === taskView.show);
}

function taskQuantity(task) {
  if (task.quantity === undefined) return '';
  const unit = text(task.unit);
  return language === 'zh' || unit === '' ? `${task.quantity}${unit}` : `${task.quantity} ${unit}`;
}

function taskTitle(task) {
  return [task.stage && `${stageTitle(task.stage)}${word('colon')}`, task.title].filter(Boolean).join('');
}

/* What was written on a task, beside its title. */
function taskRemarks(task) {
  return [
    task.giver && word('movedFrom', { school: task.giver_name || task.giver }),
    task.requirements && word('mends', { what: [...new Set(task.requirements.map((id) => id.slice(id.lastIndexOf('.') + 1)))].join(word('listSeparator')) }),
    task.waiting && word('waitsFor', { ids: task.waiting.join(word('listSeparator')) }),
    task.verified_year && word('verifiedBy', { year: task.verified_year }),
    task.reason && word('withReason', { reason: task.reason }),
    task.evidence && word('withEvidence', { evidence: task.evidence }),
  ].filter(Boolean).join(word('clauseSeparator'));
}

function taskRow(task) {
  return make('tr', { class: task.late && 'late' },
    make('td', { class: 'number' }, task.id > 0 && String(task.id)),
    make('th', { scope: 'row' }, name(task.name || task.school || word('wholeDistrict')), make('span', { class: 'faint block' }, task.school)),
    make('td', { class: 'task' }, name(taskTitle(task)), make('span', { class: 'faint block' }, name(taskRemarks(task)))),
    make('td', { class: 'number' }, taskQuantity(task)),
    make('td', { class: 'number' }, task.cost_text === undefined ? '–' : text(task.cost_text)),
    make('td', {}, [task.unit_of, task.person].filter(Boolean).map((who) => make('span', { class: 'block' }, name(who)))),
    make('td', { class: 'number' }, task.deadline || '–'),
    make('td', { class: 'state' }, taskBadge(task), lateMark(task)));
}

function taskValue(task, key) {
  if (key === 'school') return task.name || task.school || '';
  if (key === 'status') return Object.keys(taskSigns).indexOf(task.status);
  if (key === 'responsible') return [task.unit_of, task.person].filter(Boolean).join(' ') || null;
  if (key === 'task') return taskTitle(task);
  return task[key] ?? null;
}

function statusLine(own) {
  const counts = Object.keys(taskSigns).map((status) => [status, own.tasks.filter((task) => task.status === status).length]);
  const late = own.tasks.filter((task) => task.late).length;
  return make('p', { class: 'statuses' }, counts.filter(([, n]) => n > 0).map(([status, n]) => make('span', { class: 'count' }, taskBadge({ status }), ' ', make('strong', {}, String(n)))),
    late > 0 && make('span', { class: 'count' }, lateMark({ late: true }), ' ', make('strong', {}, String(late))));
}

/* Money that is due, and what of it was done for. */
function moneyLine(own) {
  const { cost_due: due, cost_done: done, without_cost: unknown } = own.total;
  return make('p', {}, word('moneyDone', { done: text(own.total.cost_done_text), due: text(own.total.cost_due_text), share: percentText(done, due) }),
    unknown > 0 && ` ${word('withoutCost', { n: unknown })}`);
}

function tasksSection(district) {
  const own = tasksOf(district);
  if (!own) return undefined;
  const head = make('thead'), body = make('tbody');
  const none = make('p', { class: 'faint', hidden: true }, word('noTasks'));
  const columns = [['id', 'taskNumber', 'number'], ['school', 'school'], ['task', 'taskColumn'], ['quantity', 'quantity', 'number'], ['cost', 'cost', 'number'],
    ['responsible', 'responsible'], ['deadline', 'deadline', 'number'], ['status', 'status']];
  const refresh = () => {
    const shown = sorted(own.tasks.filter(taskMatches), taskView.sorting, taskValue);
    head.replaceChildren(make('tr', {}, columns.map(([key, title, style]) => (key === 'quantity' ? make('th', { scope: 'col', class: style }, word(title))
      : sortHead(word(title), key, taskView.sorting, refresh, { class: style })))));
    body.replaceChildren(...shown.map(taskRow));
    none.hidden = shown.length > 0;
  };
  const choices = [['open_late', word('openOrLate')], ['late', word('late')], ...Object.keys(taskSigns).map((status) => [status, `${taskSigns[status]} ${word(`status_${status}`)}`]), ['', word('filterAll')]];
  const choice = make('select', { id: 'task-show', onchange: (event) => { taskView.show = event.currentTarget.value; refresh(); } },
    choices.map(([key, title]) => make('option', { value: key, selected: taskView.show === key }, title)));
  const query = make('input', { type: 'search', id: 'task-query', placeholder: word('taskHint'), value: taskView.query, oninput: (event) => { taskView.query = event.currentTarget.value; refresh(); } });
  refresh();
  return section('tasks', word('tasks'), make('p', { class: 'intro' }, word('tasksIntro', { date: data.ledger.as_of })),
    statusLine(own), moneyLine(own),
    make('div', { class: 'tools' }, make('label', { for: 'task-query' }, word('find'), query), make('label', { for: 'task-show' }, word('filter'), choice)),
    none, scroller(word('tasks'), make('table', { class: 'plain tasks' }, head, body)),
    own.more_tasks > 0 && make('p', { class: 'faint' }, word('moreTasks', { n: own.more_tasks })));
}

/* --- quarters --- */

function quarterIndex(date) {
  return Number(date.slice(0, 4)) * 4 + Math.floor((Number(date.slice(5, 7)) - 1) / 3);
}

function quarterTitle(index) {
  return word('quarterOf', { year: Math.floor(index / 4), n: index % 4 + 1 });
}

function quarterTable(own) {
  const row = (one, title, tag) => make('tr', {}, make('th', { scope: 'row' }, title),
    [one.due, one.done, one.verified].map((n) => make(tag, { class: 'number' }, String(n))),
    make(tag, { class: `number ${one.late > 0 ? 'bad' : ''}` }, one.late > 0 ? `! ${one.late}` : '0'), [one.waived, one.finished].map((n) => make(tag, { class: 'number' }, String(n))),
    [one.cost_due_text, one.cost_done_text, one.cost_late_text].map((money) => make(tag, { class: 'number' }, text(money))));
  return scroller(word('byQuarter'), make('table', { class: 'plain quarters' },
    make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, word('quarter')), ['nDue', 'nDone', 'nVerified', 'nLate', 'nWaived', 'nFinished', 'moneyDue', 'moneyOfDone', 'moneyLate'].map((key) => make('th', { scope: 'col', class: 'number' }, word(key))))),
    make('tbody', {}, own.quarters.map((one) => row(one, one.quarter ? word('quarterOf', { year: one.quarter.slice(0, 4), n: one.quarter.slice(-1) }) : word('noDeadline'), 'td'))),
    make('tfoot', {}, row(own.total, word('total'), 'td'))));
}

/* A bar from the quarter of the start to that of the deadline. What has only one of them takes one quarter. */
function ganttRow(task, first, n, now) {
  const from = quarterIndex(task.start || task.deadline), to = quarterIndex(task.deadline || task.start);
  const slot = (at) => make('td', { class: `slot ${first + at === now ? 'now' : ''}` });
  const cells = [];
  for (let at = 0; at < n; at++) {
    if (first + at < from || first + at > to) cells.push(slot(at));
    else if (first + at === from)
      cells.push(make('td', { class: 'slot', colspan: String(to - from + 1) },
        make('span', { class: `bar-of ${task.kind} status-${task.status} ${task.late ? 'late' : ''}`, title: `${task.start || ''} – ${task.deadline || ''}` }, taskBadge(task), task.late && ` ! ${word('late')}`)));
  }
  return make('tr', {}, make('th', { scope: 'row' }, name(task.name || task.school || word('wholeDistrict'))),
    make('td', { class: 'task' }, name(taskTitle(task)), make('span', { class: 'faint block' }, [taskQuantity(task), task.unit_of, task.deadline && word('until', { date: task.deadline })].filter(Boolean).join(word('sectionSeparator')))), cells);
}

function ganttTable(own) {
  const dated = own.tasks.filter((task) => (task.start || task.deadline) && task.status !== 'waived');
  if (dated.length === 0) return undefined;
  const now = quarterIndex(data.ledger.as_of);
  const first = Math.min(...dated.map((task) => quarterIndex(task.start || task.deadline)));
  const n = Math.max(...dated.map((task) => quarterIndex(task.deadline || task.start))) - first + 1;
  if (n > MAX_QUARTERS) return make('p', { class: 'faint' }, word('tooManyQuarters', { n }));
  const shown = [...dated].sort((a, b) => compareValues(a.deadline || null, b.deadline || null, 1) || compareValues(a.start || null, b.start || null, 1) || a.id - b.id);
  const heads = Array.from({ length: n }, (_, at) => make('th', { scope: 'col', class: `slot ${first + at === now ? 'now' : ''}` }, quarterTitle(first + at), first + at === now && make('span', { class: 'block' }, word('now'))));
  return [scroller(word('tasksTimeline'), make('table', { class: 'gantt quarterly' },
    make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, word('school')), make('th', { scope: 'col' }, word('taskColumn')), heads)),
    make('tbody', {}, shown.slice(0, MAX_BARS).map((task) => ganttRow(task, first, n, now))))),
  shown.length > MAX_BARS && make('p', { class: 'faint' }, word('moreTasks', { n: shown.length - MAX_BARS }))];
}

function taskTimeSection(district) {
  const own = tasksOf(district);
  if (!own) return undefined;
  return section('task-time', word('tasksTimeline'), make('p', { class: 'intro' }, word('tasksTimelineIntro', { date: data.ledger.as_of })),
    make('h3', {}, word('byQuarter')), quarterTable(own), make('h3', {}, word('taskByTask')), ganttTable(own) || make('p', { class: 'faint' }, word('noDates')));
}
