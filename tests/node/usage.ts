/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a program in TypeScript writes: compiled with all checks, then run. */

import {BalanceError, Census, Evaluation, Finding, Problem, VERDICTS, Verdict, evaluate, read} from 'libbalance';
import Balance from 'libbalance/raw';

const census: Census = read([{district_code: '1', school_code: 'A', stage: 'primary', kind: 'primary', pupils: 100, teachers_backbone: 1}]);
const evaluation: Evaluation = evaluate(census, {standard: 'cn-2017-quality', asOf: '2024-09-01', concessions: 'off', only: 'resources'});
const values: Float64Array = evaluation.values('R2');
const finding: Finding = evaluation.find('schools/A/primary/R2');
const verdict: Verdict | undefined = VERDICTS[evaluation.verdicts('R2')[0]!];
const place: string | undefined = finding.operands[0]?.cell?.text;
if (values[0] !== 1 || finding.value !== 1 || verdict !== 'met' || place === undefined || evaluation.toJSON().verdict !== evaluation.verdict)
    throw new Error(`${values[0]} ${finding.value} ${verdict} ${place}`);

try {
    read({columns: {district_code: ['1'], school_code: ['A'], stage: ['primary'], pupils: Float64Array.of(-1)}});
    throw new Error('nothing was thrown');
} catch (error) {
    if (!(error instanceof BalanceError))
        throw error;
    const problem: Problem | undefined = error.problems[0];
    if (problem?.message?.zh === undefined || error.code !== 'INVALID_DATA')
        throw error;
}

// the generated types of the whole library
const standard: Balance.Standard = Balance.Standard.lookup('cn-2017-quality');
console.log(standard.getId());

/* Never called: what must not compile. */
export function mistakes(): void {
    // @ts-expect-error: no such level
    census.column('pupils', 'planet');
    // @ts-expect-error: no such format
    evaluation.report('pdf');
    // @ts-expect-error: a table is no number
    read(7);
    // @ts-expect-error: no such option
    evaluate(census, {concessions: 'perhaps'});
    // @ts-expect-error: an id is no number
    const id: number = standard.getId();
    console.log(id);
}
