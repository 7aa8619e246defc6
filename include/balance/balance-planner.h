/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-evaluator.h>
#include <balance/balance-plan.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_PLANNER (balance_planner_get_type ())

/* Finds the least that has to be done. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalancePlanner, balance_planner, BALANCE, PLANNER, GObject)

BALANCE_AVAILABLE_IN_1_0
BalancePlanner   *balance_planner_new         (BalanceEvaluator     *evaluator,
                                               BalanceCosts         *costs);
BALANCE_AVAILABLE_IN_1_0
BalancePlanner   *balance_planner_new_full    (BalanceEvaluator     *evaluator,
                                               BalanceCosts         *costs,
                                               const char           *district,
                                               BalancePlanGoal       goal,
                                               double                budget,
                                               gboolean              moves_only,
                                               const char *const    *first,
                                               guint                 years,
                                               double                gap,
                                               double                time_limit);
BALANCE_AVAILABLE_IN_1_0
BalanceEvaluator *balance_planner_get_evaluator (BalancePlanner     *self);
BALANCE_AVAILABLE_IN_1_0
BalanceCosts     *balance_planner_get_costs   (BalancePlanner       *self);
BALANCE_AVAILABLE_IN_1_0
BalancePlan      *balance_planner_plan        (BalancePlanner       *self,
                                               BalanceCensus        *census,
                                               BalanceProgress      *progress,
                                               GCancellable         *cancellable,
                                               GError              **error);
BALANCE_AVAILABLE_IN_1_0
void              balance_planner_plan_async  (BalancePlanner       *self,
                                               BalanceCensus        *census,
                                               BalanceProgress      *progress,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
BALANCE_AVAILABLE_IN_1_0
BalancePlan      *balance_planner_plan_finish (BalancePlanner       *self,
                                               GAsyncResult         *result,
                                               GError              **error);
BALANCE_AVAILABLE_IN_1_0
GVariant         *balance_planner_trace       (BalancePlanner       *self,
                                               BalanceCensus        *census,
                                               guint                 points,
                                               BalanceProgress      *progress,
                                               GCancellable         *cancellable,
                                               GError              **error);

G_END_DECLS
