/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-types.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_DECIDING_SET (balance_deciding_set_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceDecidingSet, balance_deciding_set, BALANCE, DECIDING_SET, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceVerdict  balance_deciding_set_get_verdict (BalanceDecidingSet *self);
BALANCE_AVAILABLE_IN_1_0
GListModel     *balance_deciding_set_get_facts   (BalanceDecidingSet *self);
BALANCE_AVAILABLE_IN_1_0
gboolean        balance_deciding_set_get_proved  (BalanceDecidingSet *self);

G_END_DECLS
