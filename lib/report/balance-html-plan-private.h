/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "report/balance-html-texts-private.h"
#include "report/balance-plan-report-private.h"

G_BEGIN_DECLS

/* Adds the member "plan" for the pages of a plan: what it costs and proves, every section before and after, what is to
 * be done where and when. */
gboolean balance_html_plan_add (BalancePlan      *plan,
                                BalanceJson      *json,
                                BalanceHtmlPool  *texts,
                                GError          **error);

G_END_DECLS
