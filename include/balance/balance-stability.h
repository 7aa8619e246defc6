/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-sensitivity.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_STABILITY (balance_stability_get_type ())

/* How much the verdicts of an evaluation hang on a few figures: a list model of BalanceSensitivity. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceStability, balance_stability, BALANCE, STABILITY, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceStability  *balance_stability_find            (BalanceEvaluation   *evaluation,
                                                     const char          *district_code,
                                                     BalanceProgress     *progress,
                                                     GCancellable        *cancellable,
                                                     GError             **error);
BALANCE_AVAILABLE_IN_1_0
void               balance_stability_find_async      (BalanceEvaluation   *evaluation,
                                                     const char          *district_code,
                                                     BalanceProgress     *progress,
                                                     GCancellable        *cancellable,
                                                     GAsyncReadyCallback  callback,
                                                     gpointer             user_data);
BALANCE_AVAILABLE_IN_1_0
BalanceStability  *balance_stability_find_finish     (GAsyncResult        *result,
                                                     GError             **error);
BALANCE_AVAILABLE_IN_1_0
BalanceEvaluation *balance_stability_get_evaluation (BalanceStability    *self);
BALANCE_AVAILABLE_IN_1_0
guint              balance_stability_get_n_below    (BalanceStability    *self,
                                                     double               error);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_stability_write_text     (BalanceStability    *self,
                                                     const char          *language,
                                                     double               below,
                                                     GOutputStream       *stream,
                                                     GCancellable        *cancellable,
                                                     GError             **error);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_stability_write_json     (BalanceStability    *self,
                                                     const char          *language,
                                                     double               below,
                                                     GOutputStream       *stream,
                                                     GCancellable        *cancellable,
                                                     GError             **error);

G_END_DECLS
