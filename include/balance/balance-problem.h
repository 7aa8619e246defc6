/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-types.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_PROBLEM (balance_problem_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceProblem, balance_problem, BALANCE, PROBLEM, GObject)

BALANCE_AVAILABLE_IN_1_0
const char      *balance_problem_get_kind        (BalanceProblem *self);
BALANCE_AVAILABLE_IN_1_0
BalanceSeverity  balance_problem_get_severity    (BalanceProblem *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_problem_get_file        (BalanceProblem *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_problem_get_sheet       (BalanceProblem *self);
BALANCE_AVAILABLE_IN_1_0
guint            balance_problem_get_row         (BalanceProblem *self);
BALANCE_AVAILABLE_IN_1_0
guint            balance_problem_get_column      (BalanceProblem *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_problem_get_column_name (BalanceProblem *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_problem_get_field       (BalanceProblem *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_problem_get_found       (BalanceProblem *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_problem_get_message     (BalanceProblem *self,
                                                  const char     *language);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_problem_get_expected    (BalanceProblem *self,
                                                  const char     *language);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_problem_get_remedy      (BalanceProblem *self,
                                                  const char     *language);
BALANCE_AVAILABLE_IN_1_0
char            *balance_problem_to_text         (BalanceProblem *self,
                                                  const char     *language);
BALANCE_AVAILABLE_IN_1_0
char            *balance_problem_to_json         (BalanceProblem *self);

G_END_DECLS
