/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-evaluation.h>
#include <balance/balance-gap.h>
#include <balance/balance-plan.h>
#include <balance/balance-task.h>
#include <balance/balance-task-summary.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_LEDGER (balance_ledger_get_type ())

/* All tasks as they stand at one moment: a list model of BalanceTask. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceLedger, balance_ledger, BALANCE, LEDGER, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceLedger      *balance_ledger_new           (BalanceTask         **tasks,
                                                  gsize                 n_tasks,
                                                  const char           *as_of,
                                                  GError              **error);
BALANCE_AVAILABLE_IN_1_0
BalanceLedger      *balance_ledger_new_from_plan (BalancePlan          *plan,
                                                  const char           *start,
                                                  const char           *language,
                                                  GError              **error);
BALANCE_AVAILABLE_IN_1_0
BalanceLedger      *balance_ledger_new_from_gaps (BalanceGapList       *gaps,
                                                  const char           *deadline,
                                                  const char           *language,
                                                  GError              **error);
BALANCE_AVAILABLE_IN_1_0
BalanceLedger      *balance_ledger_new_from_gap_book (BalanceGapList   *gaps,
                                                  GBytes               *bytes,
                                                  const char           *name,
                                                  const char           *language,
                                                  GListModel          **problems,
                                                  GCancellable         *cancellable,
                                                  GError              **error);
BALANCE_AVAILABLE_IN_1_0
const char         *balance_ledger_get_as_of     (BalanceLedger        *self);
BALANCE_AVAILABLE_IN_1_0
gint64              balance_ledger_get_revision  (BalanceLedger        *self);
BALANCE_AVAILABLE_IN_1_0
BalanceTask        *balance_ledger_find          (BalanceLedger        *self,
                                                  gint64                id);
BALANCE_AVAILABLE_IN_1_0
GListModel         *balance_ledger_get_waiting   (BalanceLedger        *self,
                                                  BalanceTask          *task);
BALANCE_AVAILABLE_IN_1_0
BalanceLedger      *balance_ledger_filter        (BalanceLedger        *self,
                                                  const char *const    *fields,
                                                  const char *const    *values,
                                                  gboolean              late,
                                                  GError              **error);
BALANCE_AVAILABLE_IN_1_0
GListModel         *balance_ledger_summarise     (BalanceLedger        *self,
                                                  BalanceTaskGrouping   grouping);
BALANCE_AVAILABLE_IN_1_0
BalanceTaskSummary *balance_ledger_get_total     (BalanceLedger        *self);
BALANCE_AVAILABLE_IN_1_0
gboolean            balance_ledger_write_text (BalanceLedger *self,
                                                  const char           *language,
                                                  GOutputStream        *stream,
                                                  GCancellable         *cancellable,
                                                  GError              **error);
BALANCE_AVAILABLE_IN_1_0
gboolean            balance_ledger_write_json (BalanceLedger *self,
                                                  const char           *language,
                                                  GOutputStream        *stream,
                                                  GCancellable         *cancellable,
                                                  GError              **error);
BALANCE_AVAILABLE_IN_1_0
gboolean            balance_ledger_write_csv (BalanceLedger *self,
                                                  GOutputStream        *stream,
                                                  GCancellable         *cancellable,
                                                  GError              **error);
BALANCE_AVAILABLE_IN_1_0
gboolean            balance_ledger_write_xlsx (BalanceLedger *self,
                                                  const char           *language,
                                                  GOutputStream        *stream,
                                                  GCancellable         *cancellable,
                                                  GError              **error);
BALANCE_AVAILABLE_IN_1_0
gboolean            balance_ledger_write_summary_text (BalanceLedger *self,
                                                  BalanceTaskGrouping   grouping,
                                                  const char           *language,
                                                  GOutputStream        *stream,
                                                  GCancellable         *cancellable,
                                                  GError              **error);
BALANCE_AVAILABLE_IN_1_0
gboolean            balance_ledger_write_summary_json (BalanceLedger *self,
                                                  BalanceTaskGrouping   grouping,
                                                  const char           *language,
                                                  GOutputStream        *stream,
                                                  GCancellable         *cancellable,
                                                  GError              **error);
BALANCE_AVAILABLE_IN_1_0
gboolean            balance_ledger_write_summary_csv (BalanceLedger *self,
                                                  BalanceTaskGrouping   grouping,
                                                  const char           *language,
                                                  GOutputStream        *stream,
                                                  GCancellable         *cancellable,
                                                  GError              **error);

G_END_DECLS
