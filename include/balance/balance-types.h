/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <gio/gio.h>
#include <balance/balance-version-macros.h>

G_BEGIN_DECLS

/**
 * BalanceLevel:
 * @BALANCE_LEVEL_SECTION: one stage of one school (学段部)
 * @BALANCE_LEVEL_SCHOOL: a school (学校)
 * @BALANCE_LEVEL_STAGE: all sections of one district and stage, a group (县内学段)
 * @BALANCE_LEVEL_DISTRICT: a district (县, 市, 区), the unit that is judged
 * @BALANCE_LEVEL_REGION: all districts of a census taken together (区域)
 *
 * What a fact, an indicator or a requirement is about.
 *
 * Section belongs to school, school to district; section belongs to stage
 * (of a district), stage to district; district to region.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_LEVEL_SECTION,
  BALANCE_LEVEL_SCHOOL,
  BALANCE_LEVEL_STAGE,
  BALANCE_LEVEL_DISTRICT,
  BALANCE_LEVEL_REGION,
} BalanceLevel;

/**
 * BalanceFieldType:
 * @BALANCE_FIELD_COUNT: a whole number that adds up over rows
 * @BALANCE_FIELD_AMOUNT: a decimal number that adds up over rows
 * @BALANCE_FIELD_NUMBER: a decimal number that does not add up
 * @BALANCE_FIELD_SHARE: a part of a whole, 0 to 1 unless the field says otherwise
 * @BALANCE_FIELD_FLAG: yes or no
 * @BALANCE_FIELD_CHOICE: one of a list of values
 * @BALANCE_FIELD_TEXT: free text
 * @BALANCE_FIELD_DATE: a calendar date
 * @BALANCE_FIELD_YEAR: a year
 * @BALANCE_FIELD_ATTESTED: yes or no, stated by a responsible person
 *
 * The type of a field of the data dictionary.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_FIELD_COUNT,
  BALANCE_FIELD_AMOUNT,
  BALANCE_FIELD_NUMBER,
  BALANCE_FIELD_SHARE,
  BALANCE_FIELD_FLAG,
  BALANCE_FIELD_CHOICE,
  BALANCE_FIELD_TEXT,
  BALANCE_FIELD_DATE,
  BALANCE_FIELD_YEAR,
  BALANCE_FIELD_ATTESTED,
} BalanceFieldType;

/**
 * BalanceSeverity:
 * @BALANCE_SEVERITY_NOTE: worth knowing, nothing is wrong
 * @BALANCE_SEVERITY_WARNING: suspicious; the data are used as they are
 * @BALANCE_SEVERITY_ERROR: wrong; the data cannot be used
 *
 * How grave a problem is.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_SEVERITY_NOTE,
  BALANCE_SEVERITY_WARNING,
  BALANCE_SEVERITY_ERROR,
} BalanceSeverity;

/**
 * BalanceVerdict:
 * @BALANCE_VERDICT_NOT_APPLICABLE: the requirement does not ask anything of the subject (不适用)
 * @BALANCE_VERDICT_MET: the requirement is met (达标)
 * @BALANCE_VERDICT_UNMET: the requirement is not met (未达标)
 * @BALANCE_VERDICT_UNDETERMINED: a needed value is missing and could decide either way (无法判定)
 *
 * The outcome of judging one requirement on one subject.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_VERDICT_NOT_APPLICABLE,
  BALANCE_VERDICT_MET,
  BALANCE_VERDICT_UNMET,
  BALANCE_VERDICT_UNDETERMINED,
} BalanceVerdict;

/**
 * BalanceConcessions:
 * @BALANCE_CONCESSIONS_AUTO: those in force on the date of the evaluation
 * @BALANCE_CONCESSIONS_ON: all, whatever the date
 * @BALANCE_CONCESSIONS_OFF: none
 *
 * Which concessions (放宽规定) of a standard an evaluation uses.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_CONCESSIONS_AUTO,
  BALANCE_CONCESSIONS_ON,
  BALANCE_CONCESSIONS_OFF,
} BalanceConcessions;

/**
 * BalanceCertainty:
 * @BALANCE_CERTAINTY_UNKNOWN: nothing is known
 * @BALANCE_CERTAINTY_EXACT: this is the smallest error that turns the verdict
 * @BALANCE_CERTAINTY_BETWEEN: the smallest error lies between two numbers
 * @BALANCE_CERTAINTY_AT_LEAST: it is at least so large
 * @BALANCE_CERTAINTY_NEVER: no error below 100 per cent turns it
 *
 * What is known of the error that turns a verdict.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_CERTAINTY_UNKNOWN,
  BALANCE_CERTAINTY_EXACT,
  BALANCE_CERTAINTY_BETWEEN,
  BALANCE_CERTAINTY_AT_LEAST,
  BALANCE_CERTAINTY_NEVER,
} BalanceCertainty;

/**
 * BalanceGapTarget:
 * @BALANCE_GAP_TARGET_LIMIT: to the limit
 * @BALANCE_GAP_TARGET_FLOOR: the limit may be missed, the floor must be reached
 * @BALANCE_GAP_TARGET_NONE: it may stay as it is
 *
 * How far a gap has to be closed.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_GAP_TARGET_LIMIT,
  BALANCE_GAP_TARGET_FLOOR,
  BALANCE_GAP_TARGET_NONE,
} BalanceGapTarget;

/**
 * BalanceEvaluationTable:
 * @BALANCE_EVALUATION_TABLE_SECTIONS: a row for each section, with the value and state of each indicator
 * @BALANCE_EVALUATION_TABLE_GROUPS: a row for each group, with mean and coefficient of variation of each indicator
 * @BALANCE_EVALUATION_TABLE_DISTRICTS: a row for each district
 * @BALANCE_EVALUATION_TABLE_FINDINGS: a row for each requirement on each subject
 *
 * What of an evaluation is given away as a table.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_EVALUATION_TABLE_SECTIONS,
  BALANCE_EVALUATION_TABLE_GROUPS,
  BALANCE_EVALUATION_TABLE_DISTRICTS,
  BALANCE_EVALUATION_TABLE_FINDINGS,
} BalanceEvaluationTable;

/**
 * BalancePlanKind:
 * @BALANCE_PLAN_ADD: something is bought, hired or trained (增补)
 * @BALANCE_PLAN_BUILD: something is built (建设)
 * @BALANCE_PLAN_MOVE: something goes from one school to another (调配)
 *
 * What a measure of a plan does.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_PLAN_ADD,
  BALANCE_PLAN_BUILD,
  BALANCE_PLAN_MOVE,
} BalancePlanKind;

/**
 * BalancePlanGoal:
 * @BALANCE_PLAN_CHEAPEST: all that is asked is met, at the least cost
 * @BALANCE_PLAN_MOST_SCHOOLS: as many schools as the budget allows meet what is asked of each school
 * @BALANCE_PLAN_MOST_PUPILS: the same, counting the pupils of the schools
 *
 * What a plan aims at.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_PLAN_CHEAPEST,
  BALANCE_PLAN_MOST_SCHOOLS,
  BALANCE_PLAN_MOST_PUPILS,
} BalancePlanGoal;

/**
 * BalancePlanStatus:
 * @BALANCE_PLAN_PROVEN: nothing better exists, within the gap that was asked for
 * @BALANCE_PLAN_TIME_LIMIT: it does what it says, but the time limit ended the search for a better one
 * @BALANCE_PLAN_IMPOSSIBLE: the limits leave no plan; the plan says which stand in the way
 * @BALANCE_PLAN_NOT_FOUND: the time limit ended the search before any plan was found
 *
 * What is known of a plan.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_PLAN_PROVEN,
  BALANCE_PLAN_TIME_LIMIT,
  BALANCE_PLAN_IMPOSSIBLE,
  BALANCE_PLAN_NOT_FOUND,
} BalancePlanStatus;

/**
 * BalanceTaskKind:
 * @BALANCE_TASK_MEND: a requirement is to be reached, in whatever way (整改)
 * @BALANCE_TASK_ADD: something is bought, hired or trained (增补)
 * @BALANCE_TASK_BUILD: something is built (建设)
 * @BALANCE_TASK_MOVE: something goes from one school to another (调配)
 *
 * What is done in a task.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_TASK_MEND,
  BALANCE_TASK_ADD,
  BALANCE_TASK_BUILD,
  BALANCE_TASK_MOVE,
} BalanceTaskKind;

/**
 * BalanceTaskStatus:
 * @BALANCE_TASK_OPEN: nothing was done yet (待整改)
 * @BALANCE_TASK_UNDER_WAY: it was begun (整改中); it counts as nothing until it is done
 * @BALANCE_TASK_DONE: whoever is responsible says that it is done (已完成)
 * @BALANCE_TASK_VERIFIED: a census shows its effect (已销号); only a verification sets this
 * @BALANCE_TASK_WAIVED: it will not be done, for a reason that is given (不再整改)
 *
 * How far a task is.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_TASK_OPEN,
  BALANCE_TASK_UNDER_WAY,
  BALANCE_TASK_DONE,
  BALANCE_TASK_VERIFIED,
  BALANCE_TASK_WAIVED,
} BalanceTaskStatus;

/**
 * BalanceTaskGrouping:
 * @BALANCE_TASK_BY_QUARTER: quarter by quarter only
 * @BALANCE_TASK_BY_UNIT: and by the responsible unit
 * @BALANCE_TASK_BY_KIND: and by the kind of task
 * @BALANCE_TASK_BY_SCHOOL: and by the school
 *
 * How a ledger is summed up.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_TASK_BY_QUARTER,
  BALANCE_TASK_BY_UNIT,
  BALANCE_TASK_BY_KIND,
  BALANCE_TASK_BY_SCHOOL,
} BalanceTaskGrouping;

/**
 * BalanceTaskEvidence:
 * @BALANCE_TASK_EVIDENCE_PRESENT: the census shows what the task was to bring
 * @BALANCE_TASK_EVIDENCE_LACKING: the census shows that it is not there
 * @BALANCE_TASK_EVIDENCE_UNKNOWN: the census does not tell: a value or the school is missing from it, or the task says
 *   nothing that a census could show
 *
 * What a census says of a task.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_TASK_EVIDENCE_PRESENT,
  BALANCE_TASK_EVIDENCE_LACKING,
  BALANCE_TASK_EVIDENCE_UNKNOWN,
} BalanceTaskEvidence;

G_END_DECLS
