/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-dictionary.h>
#include <balance/balance-import.h>
#include <balance/balance-inspection.h>
#include <balance/balance-map.h>
#include <balance/balance-progress.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_READER (balance_reader_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceReader, balance_reader, BALANCE, READER, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceReader     *balance_reader_new               (BalanceDictionary  *dictionary,
                                                     BalanceMap         *map,
                                                     gboolean            skip_bad_rows);
BALANCE_AVAILABLE_IN_1_0
BalanceDictionary *balance_reader_get_dictionary    (BalanceReader      *self);
BALANCE_AVAILABLE_IN_1_0
BalanceMap        *balance_reader_get_map           (BalanceReader      *self);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_reader_get_skip_bad_rows (BalanceReader      *self);
BALANCE_AVAILABLE_IN_1_0
guint64            balance_reader_get_max_size      (BalanceReader      *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_reader_get_encoding      (BalanceReader      *self);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_reader_get_hidden_sheets (BalanceReader      *self);
BALANCE_AVAILABLE_IN_1_0
guint              balance_reader_get_n_threads       (BalanceReader      *self);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_reader_get_digests         (BalanceReader      *self);
BALANCE_AVAILABLE_IN_1_0
BalanceImport     *balance_reader_read              (BalanceReader      *self,
                                                     const char *const  *paths,
                                                     BalanceProgress    *progress,
                                                     GCancellable       *cancellable,
                                                     GError            **error);
BALANCE_AVAILABLE_IN_1_0
void               balance_reader_read_async        (BalanceReader      *self,
                                                     const char *const  *paths,
                                                     BalanceProgress    *progress,
                                                     GCancellable       *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer            user_data);
BALANCE_AVAILABLE_IN_1_0
BalanceImport     *balance_reader_read_finish       (BalanceReader      *self,
                                                     GAsyncResult       *result,
                                                     GError            **error);
BALANCE_AVAILABLE_IN_1_0
BalanceImport     *balance_reader_read_bytes        (BalanceReader      *self,
                                                     GBytes             *bytes,
                                                     const char         *name,
                                                     BalanceProgress    *progress,
                                                     GCancellable       *cancellable,
                                                     GError            **error);
BALANCE_AVAILABLE_IN_1_0
BalanceImport     *balance_reader_read_database     (BalanceReader      *self,
                                                     const char         *connection,
                                                     const char         *table,
                                                     const char         *query,
                                                     BalanceProgress    *progress,
                                                     GCancellable       *cancellable,
                                                     GError            **error);
BALANCE_AVAILABLE_IN_1_0
void               balance_reader_read_database_async (BalanceReader    *self,
                                                     const char         *connection,
                                                     const char         *table,
                                                     const char         *query,
                                                     BalanceProgress    *progress,
                                                     GCancellable       *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer            user_data);
BALANCE_AVAILABLE_IN_1_0
BalanceImport     *balance_reader_read_database_finish (BalanceReader   *self,
                                                     GAsyncResult       *result,
                                                     GError            **error);
BALANCE_AVAILABLE_IN_1_0
BalanceInspection *balance_reader_inspect           (BalanceReader      *self,
                                                     const char         *path,
                                                     GCancellable       *cancellable,
                                                     GError            **error);
BALANCE_AVAILABLE_IN_1_0
void               balance_reader_inspect_async     (BalanceReader      *self,
                                                     const char         *path,
                                                     GCancellable       *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer            user_data);
BALANCE_AVAILABLE_IN_1_0
BalanceInspection *balance_reader_inspect_finish    (BalanceReader      *self,
                                                     GAsyncResult       *result,
                                                     GError            **error);

G_END_DECLS
