/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-evaluation.h>
#include <balance/balance-sensitive-cell.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_SENSITIVITY (balance_sensitivity_get_type ())

/* How large an error of the recorded facts could turn one verdict. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceSensitivity, balance_sensitivity, BALANCE, SENSITIVITY, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceFinding   *balance_sensitivity_get_finding     (BalanceSensitivity *self);
BALANCE_AVAILABLE_IN_1_0
const char       *balance_sensitivity_get_path        (BalanceSensitivity *self);
BALANCE_AVAILABLE_IN_1_0
BalanceVerdict    balance_sensitivity_get_verdict     (BalanceSensitivity *self);
BALANCE_AVAILABLE_IN_1_0
BalanceCertainty  balance_sensitivity_get_certainty   (BalanceSensitivity *self);
BALANCE_AVAILABLE_IN_1_0
double            balance_sensitivity_get_error_low   (BalanceSensitivity *self);
BALANCE_AVAILABLE_IN_1_0
double            balance_sensitivity_get_error_high  (BalanceSensitivity *self);
BALANCE_AVAILABLE_IN_1_0
gboolean          balance_sensitivity_get_holds_weights (BalanceSensitivity *self);
BALANCE_AVAILABLE_IN_1_0
double            balance_sensitivity_get_error_free  (BalanceSensitivity *self);
BALANCE_AVAILABLE_IN_1_0
gboolean          balance_sensitivity_get_rounding_flips (BalanceSensitivity *self);
BALANCE_AVAILABLE_IN_1_0
const char       *balance_sensitivity_get_cause       (BalanceSensitivity *self);
BALANCE_AVAILABLE_IN_1_0
GListModel       *balance_sensitivity_get_cells       (BalanceSensitivity *self);
BALANCE_AVAILABLE_IN_1_0
char             *balance_sensitivity_to_text         (BalanceSensitivity *self,
                                                       const char         *language);

G_END_DECLS
