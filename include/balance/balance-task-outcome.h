/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-task.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_TASK_OUTCOME (balance_task_outcome_get_type ())

/* What a census says of one task: what was planned, what is there, and what becomes of the task. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceTaskOutcome, balance_task_outcome, BALANCE, TASK_OUTCOME, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceTask         *balance_task_outcome_get_before       (BalanceTaskOutcome *self);
BALANCE_AVAILABLE_IN_1_0
BalanceTask         *balance_task_outcome_get_after        (BalanceTaskOutcome *self);
BALANCE_AVAILABLE_IN_1_0
BalanceTaskEvidence  balance_task_outcome_get_evidence     (BalanceTaskOutcome *self);
BALANCE_AVAILABLE_IN_1_0
gboolean             balance_task_outcome_get_closed       (BalanceTaskOutcome *self);
BALANCE_AVAILABLE_IN_1_0
gboolean             balance_task_outcome_get_reopened     (BalanceTaskOutcome *self);
BALANCE_AVAILABLE_IN_1_0
char               **balance_task_outcome_dup_fields       (BalanceTaskOutcome *self);
BALANCE_AVAILABLE_IN_1_0
char               **balance_task_outcome_dup_planned      (BalanceTaskOutcome *self);
BALANCE_AVAILABLE_IN_1_0
char               **balance_task_outcome_dup_actual       (BalanceTaskOutcome *self);
BALANCE_AVAILABLE_IN_1_0
char               **balance_task_outcome_dup_requirements (BalanceTaskOutcome *self);
BALANCE_AVAILABLE_IN_1_0
BalanceVerdict       balance_task_outcome_get_verdict      (BalanceTaskOutcome *self,
                                                            const char         *requirement);
BALANCE_AVAILABLE_IN_1_0
char                *balance_task_outcome_to_text          (BalanceTaskOutcome *self,
                                                            const char         *language);

G_END_DECLS
