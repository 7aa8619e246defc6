/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The wording of the page. Texts of standards, fields and schools come with the data. */

const wording = {
  zh: {
    other: 'English', otherLabel: '切换为英文 Switch to English',
    dark: '深色', light: '浅色', themeLabel: '切换深色或浅色', print: '打印', skip: '跳到正文', contents: '目录',

    met: '达标', at_floor: '达到底线', unmet: '未达标', undetermined: '无法判定', not_applicable: '不适用',
    cellMet: '达标', cellAtFloor: '未达标，但不低于底线', cellUnmet: '未达标', cellUndetermined: '缺数据，无法判定', cellNotApplicable: '不适用',
    missing: '缺失', missingShort: '缺', sectionSeparator: '，', listSeparator: '、', clauseSeparator: '；', colon: '：',
    named: '{name}（{detail}）', stop: '。',

    conclusion: '结论', basis: '本次评估的依据和口径', standard: '标准', asOf: '按此日的规定', year: '年度', sources: '数据文件',
    scope: '范围', scopeText: '{districts} 个县（市、区），{schools} 所学校，{sections} 个学段部', concessions: '放宽规定', noConcessions: '未适用',
    duty: '须在 {years} 年内达到规定标准', options: '口径', chosen: '另行选定', defaultOption: '标准的缺省取值',
    summaryMet: '各项要求均已达到。',
    summaryUnmet: '{unmet} 项要求未达到。', summaryUndetermined: '{undetermined} 项因缺少数据无法判定。',
    summaryBoth: '{unmet} 项要求未达到，另有 {undetermined} 项因缺少数据无法判定。',
    summaryNotApplicable: '标准对本县没有提出可判定的要求。',
    whyUnmet: '未达到的要求', whyUndetermined: '因缺少数据无法判定的要求', concessionsDecide: '靠放宽规定达到的要求',
    notices: '注意',
    sectionsCounted: '每所学校的每个学段：', shortBy: '，{margin}',
    missingFacts: '缺 {n} 项数据：{facts}', missingFact: '{whose}的“{title}”', missingFactAt: '{whose}的“{title}”（{place}）', andMore: '等 {n} 项',
    andMoreSchools: '，另有 {n} 个',
    asOfDay: '按 {date} 的规定', ofYear: '{year} 年度数据',

    overview: '各县（市、区）', district: '县（市、区）', code: '代码', schoolsUnmet: '未达标学段部', schoolsUndetermined: '无法判定学段部', schoolsMet: '达标学段部',
    overviewNote: '这里列出数据中的全部县（市、区）。', overviewDetails: '带链接的县（市、区）在本报告中有详情。',
    overviewOther: '要看其中一个的详情，请用 --district 代码 另出一份报告。', region: '对区域的要求',

    schools: '各校指标', schoolsIntro: '一行是一所学校的一个学段。点击任一格，或用方向键移动后按回车，可看到公式、每个数据及其所在单元格。',
    school: '学校', verdictColumn: '校级结论', weight: '权重', mean: '均值', cv: '差异系数', limit: '限值', legend: '图例',
    search: '查找学校', searchHint: '名称或代码', filter: '显示', filterAll: '全部', nShown: '{n} 行', sortBy: '按“{column}”排序',
    stageCounts: '{title}：纳入 {n} 个', outside: '{title}：{n} 个学段部不在评估范围内。', nothingFound: '没有符合条件的学校。',
    moreSections: '学校很多，本报告未列出另外 {n} 个学段部（均已达标，或超出可列数量）；CSV 格式列出全部。',

    spread: '校际差异', spreadIntro: '差异系数不超过限值为达标；系数越小，学校之间越接近。',
    indicator: '指标', composite: '综合差异系数', tableOf: '表格', barLabel: '{stage}各项指标的差异系数与限值', limitLine: '竖线为限值。',
    between: '缺数据，介于 {low} 与 {high} 之间', noValue: '缺数据',
    distributions: '各项指标的分布', distributionsIntro: '一个点是一所学校；虚线是限值，点线是底线。移到点上可看学校和数值，点击可看说明。',
    distributionLabel: '{stage}：{title}的分布，{n} 所学校', minimum: '最小', lowerQuartile: '下四分位', median: '中位', upperQuartile: '上四分位', maximum: '最大',
    count: '学校数', noCharts: '本报告未含图表（生成本报告的程序没有带图表组件），数字均在表格中。', lacking: '缺数据 {n} 所',

    remarks: '各校备注', remarksIntro: '写明每所学校每个学段哪些指标达标、哪些达到底线、哪些未达到，以及其他未达到的校级要求。',
    remark: '备注', onlyNotMet: '只列未达标和无法判定的', remarkMet: '达标 {n} 项（{ids}）', remarkFloor: '达到底线 {n} 项（{ids}）',
    remarkUnmet: '未达到 {n} 项（{ids}）', remarkUndetermined: '缺数据 {n} 项（{ids}）', remarkOther: '其他未达到：{ids}', remarkOpen: '其他无法判定：{ids}',
    allMet: '所有学校均达标。',

    requirements: '各项要求', requirementsIntro: '点击一项可看说明；左侧箭头展开其组成。', requirement: '要求', figures: '数值与要求', verdict: '结论', reference: '依据',
    expandAll: '全部展开', collapseAll: '全部收起', showSchools: '展开 {title}', moreMet: '其余 {n} 个达标或不适用，未逐一列出',
    strict: '不适用放宽规定时：{verdict}', owed: '须在 {date} 前达到规定标准', attested: '简要结论', evidence: '佐证材料', lacksEvidence: '未列，标准要求列明', flips: '如按公布表格的小数位数修约，结论将不同', informative: '仅供参考，不计入结论',

    problems: '数据问题', problemsIntro: '读取数据时发现的问题。', severity: '程度', place: '位置', found: '发现', expectation: '应为', remedy: '如何改正', problem: '问题',
    note: '提示', warning: '警告', error: '错误', noProblems: '读取数据时没有发现问题。', moreProblems: '另有 {n} 条未列出。', row: '第 {n} 行', columnNamed: '列“{name}”',

    deciding: '补齐哪些数据即可判定', noDeciding: '缺 {n} 项数据，未找到补齐即可判定的较小组合。', couldMake: '补齐后可能判为{verdicts}', or: '或', byTrial: '逐步试算所得，可能另有其他组合。',
    explanation: '说明', close: '关闭', back: '返回', subject: '对象', value: '计算值', exactValue: '未修约的值', required: '要求', floor: '底线', margin: '与要求相比',
    rounding: '修约', roundedAsLimit: '以未修约的值 {exact} 判定；如按限值的小数位数修约，结论将不同。', roundedAsPrinted: '以未修约的值 {exact} 判定；如按公布表格的小数位数修约（{printed}），结论将不同。', reason: '说明', concession: '放宽',
    formula: '公式', substituted: '代入', asWritten: '原文', facts: '数据', fact: '数据项', number: '数值', source: '来源（文件!表!单元格）', whose: '所属', parts: '构成',
    path: '路径', showAll: '全部显示（{n}）', moreFacts: '另有 {n} 项数据未列出。', factsElsewhere: '另有 {n} 项数据，见本报告的电子版。', notExplained: '本报告因学校较多未附此项说明；可用 balance explain 查看。', partOf: '属于',
    explanationsPrinted: '未达标和无法判定事项的说明', morePrinted: '另有 {n} 项，见本报告的电子版。',
    schoolSummary: '对这所学校的全部要求',

    plan: '整改方案', planSentence: '共 {n} 项措施，合计{cost}。', planSchools: '学校达标：共 {all} 所，实施前 {before} 所，实施后 {after} 所。', nothingToDo: '无须采取措施。',
    planImpossible: '在现有限制内没有可行方案。', planNotFound: '在规定时间内未找到方案。', districtVerdict: '区县结论：', costsFrom: '单价：{title}。', barriers: '障碍（缺一不可）', beyond: '本方案未涉及的未达标要求',
    beforeAfter: '整改前后', beforeAfterIntro: '一行是一所学校的一个学段。有变化的格分左右两半：左为整改前，右为整改后，均由精确评估得出。点击一格可看该校的措施和说明。',
    show: '显示', show_distance: '与要求的距离（占要求值的比例）', show_verdict: '结论', show_value: '数值', onlyChanged: '只列有变化或整改后仍未达标的', shownOf: '{all} 行中的 {n} 行', fromTo: '整改前 {before}；整改后 {after}',
    before: '整改前', after: '整改后', plannedHere: '对该校的措施', nothingPlanned: '方案对该校没有措施。', movedFrom: '由{school}调出', inYear: '第 {n} 年', decided: '含已定措施', mends: '解决：{what}',
    costs: '费用', byMeasure: '按措施', bySchool: '按学校', measure: '措施', measures: '措施数', kind: '类别', kind_add: '增补', kind_build: '建设', kind_move: '调配', kind_mend: '整改', quantity: '数量', cost: '费用', share: '占比', total: '合计',
    timeline: '进度安排', timelineIntro: '每项措施在哪一年完成、花费多少。', yearN: '第 {n} 年',

    tasks: '整改任务', tasksIntro: '截至 {date} 的台账。按完成百分比计的进度在完成之前不计为完成。', noTasks: '没有这样的任务。', moreTasks: '另有 {n} 项任务未列出。', wholeDistrict: '县级',
    status_open: '待整改', status_under_way: '整改中', status_done: '已完成', status_verified: '已销号', status_waived: '不再整改', late: '逾期', openOrLate: '未完成和逾期的',
    find: '查找', taskHint: '学校、措施、单位或责任人', taskNumber: '编号', taskColumn: '任务', responsible: '责任单位、责任人', deadline: '完成时限', status: '进展',
    waitsFor: '须先完成任务 {ids}', verifiedBy: '{year} 年度数据已核验', withReason: '理由：{reason}', withEvidence: '佐证：{evidence}', until: '至 {date}',
    moneyDone: '已完成任务的费用 {done}，应完成 {due}（{share}）。', withoutCost: '{n} 项任务没有费用数。', tasksTimeline: '任务进度（按季度）', tasksTimelineIntro: '每项任务从开始到完成时限的季度；截至 {date}。',
    byQuarter: '季度汇总', taskByTask: '逐项任务', quarter: '季度', quarterOf: '{year} 年第 {n} 季度', noDeadline: '未定时限', now: '本季度', noDates: '任务未定时间。', tooManyQuarters: '任务跨 {n} 个季度，不画进度图。',
    nDue: '应完成', nDone: '已完成', nVerified: '其中已销号', nLate: '逾期', nWaived: '不再整改', nFinished: '本季度完成', moneyDue: '应完成费用', moneyOfDone: '已完成费用', moneyLate: '逾期费用',

    about: '关于本报告', madeBy: '由 libbalance {version} 生成，标准 {standard}。本文件自成一体，打开时不联网；打印和另存不影响内容。',
    explainedAll: '每一格、每项要求都附有说明。', explainedSome: '学校超过 600 个学段部，只附未达标、无法判定以及结论受放宽规定或修约影响的事项的说明。',
    moreFindings: '另有 {n} 项说明因数量过多未附。',
    echarts: '图表由 Apache ECharts {version} 绘制，按 Apache-2.0 许可使用；许可和声明全文见本文件源代码中的注释。',
    missingIsNotZero: '空白的数据是缺失，不作 0 处理；缺失的数据会影响结论时，结论为“无法判定”。', judgedExactly: '结论以未修约的数值判定，显示的数值按公布表格的小数位数修约。',
    printed: '{title} · 按 {date} 的规定',
  },

  en: {
    other: '中文', otherLabel: '切换为中文 Switch to Chinese',
    dark: 'Dark', light: 'Light', themeLabel: 'Switch between dark and light', print: 'Print', skip: 'Skip to the content', contents: 'Contents',

    met: 'met', at_floor: 'at the floor', unmet: 'unmet', undetermined: 'undetermined', not_applicable: 'not applicable',
    cellMet: 'met', cellAtFloor: 'unmet, but not below the floor', cellUnmet: 'unmet', cellUndetermined: 'a fact is missing, undetermined', cellNotApplicable: 'not applicable',
    missing: 'missing', missingShort: 'missing', sectionSeparator: ', ', listSeparator: ', ', clauseSeparator: '; ', colon: ': ',
    named: '{name} ({detail})', stop: '. ',

    conclusion: 'Conclusion', basis: 'What this evaluation rests on', standard: 'Standard', asOf: 'Rules in force on', year: 'Year', sources: 'Data files',
    scope: 'Extent', scopeText: 'districts: {districts}; schools: {schools}; school stages: {sections}', concessions: 'Concessions', noConcessions: 'none in force',
    duty: 'the full standard is owed within {years} years', options: 'Options', chosen: 'chosen', defaultOption: 'as the standard presets it',
    summaryMet: 'All requirements are met.',
    summaryUnmet: 'Requirements unmet: {unmet}.', summaryUndetermined: 'Requirements undetermined for want of facts: {undetermined}.',
    summaryBoth: 'Requirements unmet: {unmet}; undetermined for want of facts: {undetermined}.',
    summaryNotApplicable: 'The standard asks nothing of this district that could be judged.',
    whyUnmet: 'What is not met', whyUndetermined: 'What cannot be decided because facts are missing', concessionsDecide: 'What is met only by a concession',
    notices: 'Please note',
    sectionsCounted: 'Each stage of each school: ', shortBy: ', {margin}',
    missingFacts: 'facts missing ({n}): {facts}', missingFact: '“{title}” of {whose}', missingFactAt: '“{title}” of {whose} ({place})', andMore: 'and others, {n} in all',
    andMoreSchools: ', and {n} more',
    asOfDay: 'rules in force on {date}', ofYear: 'data of {year}',

    overview: 'Districts', district: 'District', code: 'Code', schoolsUnmet: 'School stages unmet', schoolsUndetermined: 'School stages undetermined', schoolsMet: 'School stages met',
    overviewNote: 'All districts of the data.', overviewDetails: 'Those with a link are shown in full in this report.',
    overviewOther: 'To see another one in full, write a report with --district CODE.', region: 'Requirements on the region',

    schools: 'Schools by indicator', schoolsIntro: 'A row is one stage of one school. Click a cell, or move there with the arrow keys and press Enter, to see the formula and each fact with the cell it came from.',
    school: 'School', verdictColumn: 'Verdict', weight: 'Weight', mean: 'Mean', cv: 'Coefficient of variation', limit: 'Limit', legend: 'Key',
    search: 'Find a school', searchHint: 'name or code', filter: 'Show', filterAll: 'all', nShown: 'rows: {n}', sortBy: 'Sort by {column}',
    stageCounts: '{title}: {n} in scope', outside: '{title}: {n} school stages are outside the scope of the evaluation.', nothingFound: 'No school matches.',
    moreSections: 'There are very many schools. This report leaves out {n} school stages (they are met, or beyond what can be listed); the CSV form has all.',

    spread: 'Differences between schools', spreadIntro: 'A coefficient of variation up to the limit is met. The smaller it is, the closer the schools are to one another.',
    indicator: 'Indicator', composite: 'Composite coefficient of variation', tableOf: 'As a table', barLabel: '{stage}: coefficients of variation and their limits', limitLine: 'The upright line is the limit.',
    between: 'facts are missing, between {low} and {high}', noValue: 'facts are missing',
    distributions: 'Distribution of each indicator', distributionsIntro: 'A point is a school, the dashed line is the limit, the dotted one the floor. Point at one for its name and figure, click it for the explanation.',
    distributionLabel: '{stage}: distribution of {title} over {n} schools', minimum: 'Lowest', lowerQuartile: 'Lower quartile', median: 'Median', upperQuartile: 'Upper quartile', maximum: 'Highest',
    count: 'Schools', noCharts: 'This report has no charts (the program that made it came without them); all figures are in the tables.', lacking: 'facts missing: {n}',

    remarks: 'Remarks on each school', remarksIntro: 'Which indicators each school stage meets, reaches to the floor or misses, and what else it falls short of.',
    remark: 'Remark', onlyNotMet: 'Only those unmet or undetermined', remarkMet: 'met {n} ({ids})', remarkFloor: 'at the floor {n} ({ids})',
    remarkUnmet: 'unmet {n} ({ids})', remarkUndetermined: 'facts missing {n} ({ids})', remarkOther: 'also unmet: {ids}', remarkOpen: 'also undetermined: {ids}',
    allMet: 'All schools meet what is asked of them.',

    requirements: 'Requirements', requirementsIntro: 'Click one for its explanation; the arrow on the left shows what it consists of.', requirement: 'Requirement', figures: 'Value and limit', verdict: 'Verdict', reference: 'Reference',
    expandAll: 'Expand all', collapseAll: 'Collapse all', showSchools: 'Expand {title}', moreMet: '{n} more are met or do not apply and are not listed',
    strict: 'without concessions: {verdict}', owed: 'the full standard is owed by {date}', attested: 'Conclusion', evidence: 'Evidence', lacksEvidence: 'none named, though the standard asks for it', flips: 'rounded as the official form prints it, the verdict would be another one', informative: 'for information; does not count in the verdict',

    problems: 'Problems of the data', problemsIntro: 'What was found when the data were read.', severity: 'Severity', place: 'Place', found: 'Found', expectation: 'Expected', remedy: 'How to mend it', problem: 'Problem',
    note: 'note', warning: 'warning', error: 'error', noProblems: 'Nothing was found wrong when the data were read.', moreProblems: '{n} more are not listed.', row: 'row {n}', columnNamed: 'column “{name}”',

    deciding: 'Which missing facts would decide it', noDeciding: 'Facts that are missing: {n}; no small set of them was found that decides.', couldMake: 'once known, they can make it {verdicts}', or: ' or ', byTrial: 'Found by trial step by step: there may be others.',
    explanation: 'Explanation', close: 'Close', back: 'Back', subject: 'Subject', value: 'Value', exactValue: 'Unrounded', required: 'Required', floor: 'Floor', margin: 'Margin',
    rounding: 'Rounding', roundedAsLimit: 'The verdict rests on the unrounded value {exact}; rounded to the decimals of the limit, the verdict would be another one.', roundedAsPrinted: 'The verdict rests on the unrounded value {exact}; rounded as the official form prints it ({printed}), the verdict would be another one.', reason: 'Reason', concession: 'Concession',
    formula: 'Formula', substituted: 'With figures', asWritten: 'As written', facts: 'Facts', fact: 'Fact', number: 'Value', source: 'Source (file!sheet!cell)', whose: 'Of', parts: 'Parts',
    path: 'Path', showAll: 'Show all ({n})', moreFacts: '{n} more facts are not listed.', factsElsewhere: '{n} more facts are in the electronic form of this report.', notExplained: 'With so many schools this report does not hold this explanation; balance explain shows it.', partOf: 'Part of',
    explanationsPrinted: 'Explanations of what is unmet or undetermined', morePrinted: '{n} more are in the electronic form of this report.',
    schoolSummary: 'All that is asked of this school',

    plan: 'Plan', planSentence: '{n} things to do, {cost} in all. ', planSchools: 'Schools up to standard: {before} of {all} before, {after} after.', nothingToDo: 'Nothing has to be done. ',
    planImpossible: 'No plan is possible within the limits.', planNotFound: 'No plan was found in the time given.', districtVerdict: 'Verdict on the county: ', costsFrom: 'Costs: {title}. ', barriers: 'In the way stand, and none of them could be left out', beyond: 'Not seen to by this plan',
    beforeAfter: 'Before and after', beforeAfterIntro: 'A row is one stage of one school. A cell that changes has two halves: before on the left, after on the right, both from the exact evaluation. Click a cell for what is done at the school and why.',
    show: 'Show', show_distance: 'how far from the limit, as a share of it', show_verdict: 'verdicts', show_value: 'values', onlyChanged: 'only what changes or is not met afterwards', shownOf: '{n} of {all} rows', fromTo: 'before {before}; after {after}',
    before: 'Before', after: 'After', plannedHere: 'What is done at this school', nothingPlanned: 'The plan does nothing here.', movedFrom: 'from {school}', inYear: 'year {n}', decided: 'in part decided already', mends: 'for {what}',
    costs: 'Costs', byMeasure: 'By measure', bySchool: 'By school', measure: 'Measure', measures: 'Things to do', kind: 'Kind', kind_add: 'added', kind_build: 'built', kind_move: 'moved', kind_mend: 'mended', quantity: 'Quantity', cost: 'Cost', share: 'Share', total: 'Total',
    timeline: 'Time line', timelineIntro: 'In which year each measure is carried out, and what it costs.', yearN: 'Year {n}',

    tasks: 'Tasks', tasksIntro: 'The ledger as of {date}. Progress in per cent counts as nothing until a task is done.', noTasks: 'There are no such tasks.', moreTasks: '{n} more tasks are not listed.', wholeDistrict: 'the county itself',
    status_open: 'open', status_under_way: 'under way', status_done: 'done', status_verified: 'verified', status_waived: 'waived', late: 'late', openOrLate: 'not done, or late',
    find: 'Find', taskHint: 'school, task, unit or person', taskNumber: 'No.', taskColumn: 'Task', responsible: 'Responsible', deadline: 'Deadline', status: 'Status',
    waitsFor: 'waits for {ids}', verifiedBy: 'verified by the census of {year}', withReason: 'reason: {reason}', withEvidence: 'evidence: {evidence}', until: 'until {date}',
    moneyDone: 'Done for {done} of {due} ({share}).', withoutCost: 'Tasks without a cost: {n}.', tasksTimeline: 'Tasks by quarter', tasksTimelineIntro: 'Each task in its quarters, from its start to its deadline; as of {date}.',
    byQuarter: 'Sums by quarter', taskByTask: 'Task by task', quarter: 'Quarter', quarterOf: '{year} Q{n}', noDeadline: 'no deadline', now: 'now', noDates: 'No task has a date.', tooManyQuarters: 'The tasks span {n} quarters; no time line is drawn.',
    nDue: 'Due', nDone: 'Done', nVerified: 'Of these verified', nLate: 'Late', nWaived: 'Waived', nFinished: 'Finished then', moneyDue: 'Cost due', moneyOfDone: 'Cost done', moneyLate: 'Cost late',

    about: 'About this report', madeBy: 'Made by libbalance {version} with the standard {standard}. This file is complete in itself and opens without a network.',
    explainedAll: 'Every cell and every requirement has its explanation.', explainedSome: 'There are more than 600 school stages: explained is what is unmet, undetermined, or rests on a concession or on rounding.',
    moreFindings: '{n} more explanations were left out for their number.',
    echarts: 'Charts are drawn by Apache ECharts {version}, used under the Apache License 2.0; licence and notice stand in a comment of this file.',
    missingIsNotZero: 'A blank is missing, not zero. Where a missing fact could decide, the verdict is “undetermined”.', judgedExactly: 'Verdicts rest on unrounded figures; what is shown is rounded as the official form prints it.',
    printed: '{title} · rules in force on {date}',
  },
};

let language = 'zh';

/* A piece of wording with its {places} filled. */
function word(key, values = {}) {
  return wording[language][key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

function setLanguage(name) {
  language = name in wording ? name : 'en';
}
