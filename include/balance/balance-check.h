/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-types.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_CHECK (balance_check_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceCheck, balance_check, BALANCE, CHECK, GObject)

BALANCE_AVAILABLE_IN_1_0
const char      *balance_check_get_id        (BalanceCheck *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_check_get_title     (BalanceCheck *self,
                                              const char   *language);
BALANCE_AVAILABLE_IN_1_0
BalanceSeverity  balance_check_get_severity  (BalanceCheck *self);
BALANCE_AVAILABLE_IN_1_0
BalanceLevel     balance_check_get_level     (BalanceCheck *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_check_get_reference (BalanceCheck *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_check_get_remedy    (BalanceCheck *self,
                                              const char   *language);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_check_get_note      (BalanceCheck *self);

G_END_DECLS
