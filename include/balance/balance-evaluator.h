/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-census.h>
#include <balance/balance-evaluation.h>
#include <balance/balance-progress.h>
#include <balance/balance-standard.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_EVALUATOR (balance_evaluator_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceEvaluator, balance_evaluator, BALANCE, EVALUATOR, GObject)

/* construct-only properties: standard (BalanceStandard), as-of (ISO date, nullable = today), concessions
 * (BalanceConcessions), n-threads (0 = all processors), only (id of a requirement, nullable), options (GStrv "id=value"),
 * kernels (nullable = the best of the machine) */
BALANCE_AVAILABLE_IN_1_0
BalanceEvaluator  *balance_evaluator_new             (BalanceStandard     *standard);
BALANCE_AVAILABLE_IN_1_0
BalanceEvaluator  *balance_evaluator_new_full        (BalanceStandard     *standard,
                                                      const char          *as_of,
                                                      BalanceConcessions   concessions,
                                                      const char          *only,
                                                      const char *const   *options,
                                                      guint                n_threads);
BALANCE_AVAILABLE_IN_1_0
BalanceStandard   *balance_evaluator_get_standard    (BalanceEvaluator    *self);
/* throws where an option, date or requirement of the evaluator does not exist, or the census cannot be judged */
BALANCE_AVAILABLE_IN_1_0
BalanceEvaluation *balance_evaluator_evaluate        (BalanceEvaluator    *self,
                                                      BalanceCensus       *census,
                                                      BalanceProgress     *progress,
                                                      GCancellable        *cancellable,
                                                      GError             **error);
BALANCE_AVAILABLE_IN_1_0
void               balance_evaluator_evaluate_async  (BalanceEvaluator    *self,
                                                      BalanceCensus       *census,
                                                      BalanceProgress     *progress,
                                                      GCancellable        *cancellable,
                                                      GAsyncReadyCallback  callback,
                                                      gpointer             user_data);
BALANCE_AVAILABLE_IN_1_0
BalanceEvaluation *balance_evaluator_evaluate_finish (BalanceEvaluator    *self,
                                                      GAsyncResult        *result,
                                                      GError             **error);

G_END_DECLS
