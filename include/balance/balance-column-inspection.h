/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-field.h>
#include <balance/balance-problem.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_COLUMN_INSPECTION (balance_column_inspection_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceColumnInspection, balance_column_inspection, BALANCE, COLUMN_INSPECTION, GObject)

BALANCE_AVAILABLE_IN_1_0
guint balance_column_inspection_get_column (BalanceColumnInspection *self);
BALANCE_AVAILABLE_IN_1_0
const char *balance_column_inspection_get_header (BalanceColumnInspection *self);
BALANCE_AVAILABLE_IN_1_0
BalanceField *balance_column_inspection_get_field (BalanceColumnInspection *self);
BALANCE_AVAILABLE_IN_1_0
const char *balance_column_inspection_get_stage (BalanceColumnInspection *self);
BALANCE_AVAILABLE_IN_1_0
double balance_column_inspection_get_factor (BalanceColumnInspection *self);
BALANCE_AVAILABLE_IN_1_0
gboolean balance_column_inspection_get_in_formula (BalanceColumnInspection *self);
BALANCE_AVAILABLE_IN_1_0
const char *balance_column_inspection_get_value (BalanceColumnInspection *self);
BALANCE_AVAILABLE_IN_1_0
const char * const *balance_column_inspection_get_suggestions (BalanceColumnInspection *self);
BALANCE_AVAILABLE_IN_1_0
BalanceProblem *balance_column_inspection_get_problem (BalanceColumnInspection *self);

G_END_DECLS
