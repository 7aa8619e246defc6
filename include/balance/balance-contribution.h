/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-evaluation.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_CONTRIBUTION (balance_contribution_get_type ())

/* What one section adds to a coefficient of variation. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceContribution, balance_contribution, BALANCE, CONTRIBUTION, GObject)

BALANCE_AVAILABLE_IN_1_0
const char *balance_contribution_get_school_code (BalanceContribution *self);
BALANCE_AVAILABLE_IN_1_0
const char *balance_contribution_get_school_name (BalanceContribution *self);
BALANCE_AVAILABLE_IN_1_0
double      balance_contribution_get_amount      (BalanceContribution *self);
BALANCE_AVAILABLE_IN_1_0
char       *balance_contribution_dup_exact       (BalanceContribution *self);
BALANCE_AVAILABLE_IN_1_0
double      balance_contribution_get_share       (BalanceContribution *self);
BALANCE_AVAILABLE_IN_1_0
double      balance_contribution_get_value       (BalanceContribution *self);
BALANCE_AVAILABLE_IN_1_0
double      balance_contribution_get_weight      (BalanceContribution *self);
BALANCE_AVAILABLE_IN_1_0
GListModel *balance_evaluation_get_contributions (BalanceEvaluation   *self,
                                                  const char          *indicator,
                                                  guint                group,
                                                  GError             **error);

G_END_DECLS
