/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "planning/balance-plan-private.h"

G_BEGIN_DECLS

/* "12500 yuan", "1.25万元"; "–" for NaN. (transfer full) */
char *balance_money_text         (double yuan, BalanceLanguage language);
/* What is proven about the plan, and how it was found. (transfer full) */
char *balance_plan_dup_proof     (BalancePlan *self, BalanceLanguage language);
/* What an item says in a list: stage, measure, quantity, who gives. (transfer full) */
char *balance_plan_item_dup_line (BalancePlanItem *item, BalanceLanguage language);

G_END_DECLS
