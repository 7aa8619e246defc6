/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-evaluation.h>
#include <balance/balance-import.h>
#include <balance/balance-reader.h>

G_BEGIN_DECLS

/* The Arrow C stream interface. A stream is a struct ArrowArrayStream of the caller. */

BALANCE_AVAILABLE_IN_1_0
BalanceImport *balance_census_import_arrow        (gpointer                stream,
                                                   const char             *name,
                                                   BalanceReader          *reader,
                                                   BalanceProgress        *progress,
                                                   GCancellable           *cancellable,
                                                   GError                **error);
/* several tables, joined by their codes; the streams lie one after the other */
BALANCE_AVAILABLE_IN_1_0
BalanceImport *balance_census_import_arrow_tables (gpointer                streams,
                                                   guint                   n_streams,
                                                   const char *const      *names,
                                                   BalanceReader          *reader,
                                                   BalanceProgress        *progress,
                                                   GCancellable           *cancellable,
                                                   GError                **error);
BALANCE_AVAILABLE_IN_1_0
void           balance_census_import_arrow_async  (gpointer                stream,
                                                   const char             *name,
                                                   BalanceReader          *reader,
                                                   BalanceProgress        *progress,
                                                   GCancellable           *cancellable,
                                                   GAsyncReadyCallback     callback,
                                                   gpointer                user_data);
BALANCE_AVAILABLE_IN_1_0
BalanceImport *balance_census_import_arrow_finish (GAsyncResult           *result,
                                                   GError                **error);

BALANCE_AVAILABLE_IN_1_0
gboolean       balance_census_export_arrow        (BalanceCensus          *self,
                                                   BalanceLevel            level,
                                                   gpointer                stream,
                                                   GError                **error);
BALANCE_AVAILABLE_IN_1_0
gboolean       balance_evaluation_export_arrow    (BalanceEvaluation      *self,
                                                   BalanceEvaluationTable  table,
                                                   gpointer                stream,
                                                   GError                **error);

G_END_DECLS
