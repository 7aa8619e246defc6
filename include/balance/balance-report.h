/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-evaluation.h>
#include <balance/balance-ledger.h>
#include <balance/balance-plan.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_REPORT (balance_report_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceReport, balance_report, BALANCE, REPORT, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceReport     *balance_report_new            (BalanceEvaluation  *evaluation,
                                                  const char         *language);
BALANCE_AVAILABLE_IN_1_0
BalanceReport     *balance_report_new_full       (BalanceEvaluation  *evaluation,
                                                  const char         *language,
                                                  const char         *district,
                                                  GListModel         *problems,
                                                  gboolean            colour);
BALANCE_AVAILABLE_IN_1_0
BalanceReport     *balance_report_new_for_plan   (BalancePlan        *plan,
                                                  const char         *language,
                                                  GListModel         *problems);
BALANCE_AVAILABLE_IN_1_0
BalanceReport     *balance_report_new_for_ledger (BalanceLedger      *ledger,
                                                  BalanceEvaluation  *evaluation,
                                                  BalancePlan        *plan,
                                                  const char         *language,
                                                  const char         *district,
                                                  GListModel         *problems);
BALANCE_AVAILABLE_IN_1_0
BalanceEvaluation *balance_report_get_evaluation (BalanceReport      *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_report_get_language   (BalanceReport      *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_report_get_district   (BalanceReport      *self);
BALANCE_AVAILABLE_IN_1_0
GListModel        *balance_report_get_problems   (BalanceReport      *self);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_report_get_colour     (BalanceReport      *self);
BALANCE_AVAILABLE_IN_1_0
BalancePlan       *balance_report_get_plan       (BalanceReport      *self);
BALANCE_AVAILABLE_IN_1_0
BalanceLedger     *balance_report_get_ledger     (BalanceReport      *self);

BALANCE_AVAILABLE_IN_1_0
gboolean           balance_report_write_html     (BalanceReport      *self,
                                                  GOutputStream      *stream,
                                                  GCancellable       *cancellable,
                                                  GError            **error);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_report_write_text     (BalanceReport      *self,
                                                  GOutputStream      *stream,
                                                  GCancellable       *cancellable,
                                                  GError            **error);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_report_write_csv      (BalanceReport      *self,
                                                  GOutputStream      *stream,
                                                  GCancellable       *cancellable,
                                                  GError            **error);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_report_write_json     (BalanceReport      *self,
                                                  GOutputStream      *stream,
                                                  GCancellable       *cancellable,
                                                  GError            **error);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_report_write_xlsx     (BalanceReport      *self,
                                                  GOutputStream      *stream,
                                                  GCancellable       *cancellable,
                                                  GError            **error);

G_END_DECLS
