/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "planning/balance-gap-private.h"
#include "planning/balance-plan-private.h"

G_BEGIN_DECLS

/* What is lacking now, and which items of a plan see to it. */
typedef struct
{
  BalanceGap     *gap;
  BalanceFinding *before;
  BalanceFinding *after;     /* nullable: the plan was not found */
  GArray         *items;     /* of guint: positions in the plan; empty: none */
} BalancePlanGap;

/* All gaps of the district of the plan: schools in the order of the data, then stages and district. An item sees to a
 * gap where it changes a fact that the value rests on and the value comes out better for it: of a school at all, of a
 * stage or district so that it is met, as each item there changes it a little. (transfer full): of BalancePlanGap */
GPtrArray *balance_plan_gaps_new (BalancePlan *plan);

G_END_DECLS
