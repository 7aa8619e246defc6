/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-types.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_PLAN_ITEM (balance_plan_item_get_type ())

/* One thing to do: so much of one measure, at one school, in one year. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalancePlanItem, balance_plan_item, BALANCE, PLAN_ITEM, GObject)

BALANCE_AVAILABLE_IN_1_0
BalancePlanKind  balance_plan_item_get_kind          (BalancePlanItem *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_plan_item_get_measure       (BalancePlanItem *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_plan_item_get_title         (BalancePlanItem *self,
                                                      const char      *language);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_plan_item_get_source        (BalancePlanItem *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_plan_item_get_district_code (BalancePlanItem *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_plan_item_get_school_code   (BalancePlanItem *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_plan_item_get_school_name   (BalancePlanItem *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_plan_item_get_giver_code    (BalancePlanItem *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_plan_item_get_giver_name    (BalancePlanItem *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_plan_item_get_stage         (BalancePlanItem *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_plan_item_get_quantity      (BalancePlanItem *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_plan_item_get_unit          (BalancePlanItem *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_plan_item_get_unit_title    (BalancePlanItem *self,
                                                      const char      *language);
BALANCE_AVAILABLE_IN_1_0
char           **balance_plan_item_dup_fields        (BalancePlanItem *self);
BALANCE_AVAILABLE_IN_1_0
char           **balance_plan_item_dup_amounts       (BalancePlanItem *self);
BALANCE_AVAILABLE_IN_1_0
double           balance_plan_item_get_cost          (BalancePlanItem *self);
BALANCE_AVAILABLE_IN_1_0
guint            balance_plan_item_get_year          (BalancePlanItem *self);
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_plan_item_get_decided       (BalancePlanItem *self);

G_END_DECLS
