/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-evaluation.h>
#include <balance/balance-ledger.h>
#include <balance/balance-task-outcome.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_VERIFICATION (balance_verification_get_type ())

/* A ledger held against a census: a list model of BalanceTaskOutcome. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceVerification, balance_verification, BALANCE, VERIFICATION, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceVerification *balance_verification_new            (BalanceLedger        *ledger,
                                                          BalanceEvaluation    *evaluation,
                                                          const char           *counted_on,
                                                          GError              **error);
BALANCE_AVAILABLE_IN_1_0
BalanceEvaluation   *balance_verification_get_evaluation (BalanceVerification  *self);
BALANCE_AVAILABLE_IN_1_0
BalanceLedger       *balance_verification_get_ledger     (BalanceVerification  *self);
BALANCE_AVAILABLE_IN_1_0
guint                balance_verification_get_n_closed   (BalanceVerification  *self);
BALANCE_AVAILABLE_IN_1_0
guint                balance_verification_get_n_reopened (BalanceVerification  *self);
BALANCE_AVAILABLE_IN_1_0
guint                balance_verification_get_n_unknown  (BalanceVerification  *self);
BALANCE_AVAILABLE_IN_1_0
gboolean            balance_verification_write_text (BalanceVerification *self,
                                                  const char           *language,
                                                  GOutputStream        *stream,
                                                  GCancellable         *cancellable,
                                                  GError              **error);
BALANCE_AVAILABLE_IN_1_0
gboolean            balance_verification_write_json (BalanceVerification *self,
                                                  const char           *language,
                                                  GOutputStream        *stream,
                                                  GCancellable         *cancellable,
                                                  GError              **error);

G_END_DECLS
