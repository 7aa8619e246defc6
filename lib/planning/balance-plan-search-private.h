/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "planning/balance-plan-model-private.h"

G_BEGIN_DECLS

typedef enum
{
  BALANCE_SEARCH_FOUND,
  BALANCE_SEARCH_INFEASIBLE,
  BALANCE_SEARCH_STOPPED,
} BalanceSearchResult;

typedef struct
{
  BalancePlanModel *model;
  BalanceScenario  *scenario;      /* where solutions are judged exactly */
  gint64            deadline;      /* monotonic; 0: none */
  double            gap;
  guint64           max_memory;
  BalanceProgress  *progress;      /* nullable */
  GCancellable     *cancellable;   /* nullable */

  /* results */
  double            bound;         /* of the objective of the program; -infinite: none */
  double            objective;
  gboolean          timed_out;
  guint             n_solved;      /* programs */
  char             *version;       /* of the solver */
  gint64           *steps;         /* [decision] of the best that was judged good; nullable */
} BalancePlanSearch;

/* Solves, judges exactly, cuts, and solves again, until the evaluator agrees. -1 with an error where something failed. */
int      balance_plan_search_run       (BalancePlanSearch    *self,
                                        const BalancePlanAsk *ask,
                                        GError              **error);
void     balance_plan_search_clear     (BalancePlanSearch    *self);
/* Puts the facts of the model's decisions (`steps`, over all years up to `year`) into the scenario. FALSE where one of
 * them is no value that its field can have. */
gboolean balance_plan_search_apply     (BalancePlanModel     *model,
                                        BalanceScenario      *scenario,
                                        const gint64         *steps);
/* Which limits stand in the way where nothing is possible: a set of which none can be left out. Their `excess` is set, the
 * steps are those of the cheapest plan without them. FALSE with an error. */
gboolean balance_plan_search_barriers  (BalancePlanSearch    *self,
                                        const BalancePlanAsk *ask,
                                        GArray               *barriers,
                                        GError              **error);

G_END_DECLS
