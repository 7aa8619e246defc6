/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-costs.h>
#include <balance/balance-evaluation.h>
#include <balance/balance-plan-barrier.h>
#include <balance/balance-plan-item.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_PLAN (balance_plan_get_type ())

/* What to do, school by school and year by year: a list model of BalancePlanItem. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalancePlan, balance_plan, BALANCE, PLAN, GObject)

BALANCE_AVAILABLE_IN_1_0
BalancePlanStatus  balance_plan_get_status         (BalancePlan    *self);
BALANCE_AVAILABLE_IN_1_0
BalancePlanGoal    balance_plan_get_goal           (BalancePlan    *self);
BALANCE_AVAILABLE_IN_1_0
BalanceCosts      *balance_plan_get_costs          (BalancePlan    *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_plan_get_district_code  (BalancePlan    *self);
BALANCE_AVAILABLE_IN_1_0
guint              balance_plan_get_years          (BalancePlan    *self);
BALANCE_AVAILABLE_IN_1_0
double             balance_plan_get_cost           (BalancePlan    *self);
BALANCE_AVAILABLE_IN_1_0
double             balance_plan_get_year_cost      (BalancePlan    *self,
                                                    guint           year);
BALANCE_AVAILABLE_IN_1_0
double             balance_plan_get_bound          (BalancePlan    *self);
BALANCE_AVAILABLE_IN_1_0
double             balance_plan_get_gap            (BalancePlan    *self);
BALANCE_AVAILABLE_IN_1_0
double             balance_plan_get_seconds        (BalancePlan    *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_plan_get_solver         (BalancePlan    *self);
BALANCE_AVAILABLE_IN_1_0
BalanceEvaluation *balance_plan_get_before         (BalancePlan    *self);
BALANCE_AVAILABLE_IN_1_0
BalanceEvaluation *balance_plan_get_after          (BalancePlan    *self);
BALANCE_AVAILABLE_IN_1_0
guint              balance_plan_get_n_schools      (BalancePlan    *self);
BALANCE_AVAILABLE_IN_1_0
guint              balance_plan_get_n_met_before   (BalancePlan    *self);
BALANCE_AVAILABLE_IN_1_0
guint              balance_plan_get_n_met_after    (BalancePlan    *self);
BALANCE_AVAILABLE_IN_1_0
GListModel        *balance_plan_get_barriers       (BalancePlan    *self);
BALANCE_AVAILABLE_IN_1_0
char             **balance_plan_dup_beyond         (BalancePlan    *self,
                                                    const char     *language);
BALANCE_AVAILABLE_IN_1_0
char              *balance_plan_to_scenario        (BalancePlan    *self);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_plan_write_text         (BalancePlan    *self,
                                                    const char     *language,
                                                    GOutputStream  *stream,
                                                    GCancellable   *cancellable,
                                                    GError        **error);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_plan_write_json         (BalancePlan    *self,
                                                    const char     *language,
                                                    GOutputStream  *stream,
                                                    GCancellable   *cancellable,
                                                    GError        **error);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_plan_write_csv          (BalancePlan    *self,
                                                    const char     *language,
                                                    GOutputStream  *stream,
                                                    GCancellable   *cancellable,
                                                    GError        **error);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_plan_write_xlsx         (BalancePlan    *self,
                                                    const char     *language,
                                                    GOutputStream  *stream,
                                                    GCancellable   *cancellable,
                                                    GError        **error);

G_END_DECLS
