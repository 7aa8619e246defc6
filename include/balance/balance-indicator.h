/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-dictionary.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_INDICATOR (balance_indicator_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceIndicator, balance_indicator, BALANCE, INDICATOR, GObject)

BALANCE_AVAILABLE_IN_1_0
const char   *balance_indicator_get_id        (BalanceIndicator *self);
BALANCE_AVAILABLE_IN_1_0
const char   *balance_indicator_get_title     (BalanceIndicator *self,
                                               const char       *language);
BALANCE_AVAILABLE_IN_1_0
const char   *balance_indicator_get_reference (BalanceIndicator *self);
BALANCE_AVAILABLE_IN_1_0
BalanceLevel  balance_indicator_get_level     (BalanceIndicator *self);
BALANCE_AVAILABLE_IN_1_0
const char   *balance_indicator_get_unit      (BalanceIndicator *self);
BALANCE_AVAILABLE_IN_1_0
int           balance_indicator_get_decimals  (BalanceIndicator *self);
BALANCE_AVAILABLE_IN_1_0
const char   *balance_indicator_get_formula   (BalanceIndicator *self,
                                               const char       *stage);
BALANCE_AVAILABLE_IN_1_0
const char   *balance_indicator_get_limit     (BalanceIndicator *self,
                                               const char       *stage,
                                               const char      **comparison);

G_END_DECLS
