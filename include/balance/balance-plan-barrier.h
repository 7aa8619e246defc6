/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-types.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_PLAN_BARRIER (balance_plan_barrier_get_type ())

/* A limit that stands in the way of a plan. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalancePlanBarrier, balance_plan_barrier, BALANCE, PLAN_BARRIER, GObject)

BALANCE_AVAILABLE_IN_1_0
const char *balance_plan_barrier_get_id      (BalancePlanBarrier *self);
BALANCE_AVAILABLE_IN_1_0
char       *balance_plan_barrier_to_text     (BalancePlanBarrier *self,
                                              const char         *language);
BALANCE_AVAILABLE_IN_1_0
gboolean    balance_plan_barrier_get_is_rule (BalancePlanBarrier *self);
BALANCE_AVAILABLE_IN_1_0
double      balance_plan_barrier_get_allowed (BalancePlanBarrier *self);
BALANCE_AVAILABLE_IN_1_0
double      balance_plan_barrier_get_needed  (BalancePlanBarrier *self);
BALANCE_AVAILABLE_IN_1_0
const char *balance_plan_barrier_get_school_code (BalancePlanBarrier *self);

G_END_DECLS
