/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-types.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_REQUIREMENT (balance_requirement_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceRequirement, balance_requirement, BALANCE, REQUIREMENT, GObject)

BALANCE_AVAILABLE_IN_1_0
const char   *balance_requirement_get_id          (BalanceRequirement *self);
BALANCE_AVAILABLE_IN_1_0
const char   *balance_requirement_get_title       (BalanceRequirement *self,
                                                   const char         *language);
BALANCE_AVAILABLE_IN_1_0
const char   *balance_requirement_get_reference   (BalanceRequirement *self);
BALANCE_AVAILABLE_IN_1_0
BalanceLevel  balance_requirement_get_level       (BalanceRequirement *self);
BALANCE_AVAILABLE_IN_1_0
gboolean      balance_requirement_get_binding     (BalanceRequirement *self);
BALANCE_AVAILABLE_IN_1_0
gboolean      balance_requirement_get_veto        (BalanceRequirement *self);
BALANCE_AVAILABLE_IN_1_0
char         *balance_requirement_dup_rule        (BalanceRequirement *self,
                                                   const char         *language);
BALANCE_AVAILABLE_IN_1_0
GListModel   *balance_requirement_get_children    (BalanceRequirement *self);

G_END_DECLS
