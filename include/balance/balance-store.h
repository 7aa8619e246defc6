/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-evaluation.h>
#include <balance/balance-import.h>
#include <balance/balance-ledger.h>
#include <balance/balance-progress.h>
#include <balance/balance-standard.h>
#include <balance/balance-task-change.h>
#include <balance/balance-verification.h>

G_BEGIN_DECLS

/**
 * BalanceStoreMode:
 * @BALANCE_STORE_READ: an existing store, of which nothing is changed
 * @BALANCE_STORE_WRITE: an existing store; one of an older version is brought to the present one
 * @BALANCE_STORE_CREATE: like @BALANCE_STORE_WRITE, and a new store where there is no file
 *
 * What a store is opened for.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_STORE_READ,
  BALANCE_STORE_WRITE,
  BALANCE_STORE_CREATE,
} BalanceStoreMode;

/**
 * BalanceStorePutMode:
 * @BALANCE_STORE_PUT_ADD: years that the store does not have; it is an error if it has one
 * @BALANCE_STORE_PUT_REPLACE: the data take the place of everything that the store has of their years
 * @BALANCE_STORE_PUT_MERGE: the data are put over what the store has of their years: districts, schools and values
 *   that they have are added or replaced, everything else stays; a blank replaces nothing
 *
 * What becomes of a year that a store has already.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_STORE_PUT_ADD,
  BALANCE_STORE_PUT_REPLACE,
  BALANCE_STORE_PUT_MERGE,
} BalanceStorePutMode;

#define BALANCE_TYPE_STORE (balance_store_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceStore, balance_store, BALANCE, STORE, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceStore    *balance_store_open                   (const char              *path,
                                                       BalanceStoreMode         mode,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_store_recognise              (const char              *path);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_store_get_path               (BalanceStore            *self);
BALANCE_AVAILABLE_IN_1_0
BalanceStoreMode balance_store_get_mode               (BalanceStore            *self);
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_store_check                  (BalanceStore            *self,
                                                       GCancellable            *cancellable,
                                                       GError                 **error);

/* the facts */
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_store_put                    (BalanceStore            *self,
                                                       BalanceImport           *import,
                                                       int                      year,
                                                       BalanceStorePutMode      mode,
                                                       BalanceProgress         *progress,
                                                       GCancellable            *cancellable,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
void             balance_store_put_async              (BalanceStore            *self,
                                                       BalanceImport           *import,
                                                       int                      year,
                                                       BalanceStorePutMode      mode,
                                                       BalanceProgress         *progress,
                                                       GCancellable            *cancellable,
                                                       GAsyncReadyCallback      callback,
                                                       gpointer                 user_data);
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_store_put_finish             (BalanceStore            *self,
                                                       GAsyncResult            *result,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
int             *balance_store_get_years              (BalanceStore            *self,
                                                       gsize                   *n_years,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
BalanceImport   *balance_store_read                   (BalanceStore            *self,
                                                       int                      year,
                                                       BalanceDictionary       *dictionary,
                                                       GCancellable            *cancellable,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
void             balance_store_read_async             (BalanceStore            *self,
                                                       int                      year,
                                                       BalanceDictionary       *dictionary,
                                                       GCancellable            *cancellable,
                                                       GAsyncReadyCallback      callback,
                                                       gpointer                 user_data);
BALANCE_AVAILABLE_IN_1_0
BalanceImport   *balance_store_read_finish            (BalanceStore            *self,
                                                       GAsyncResult            *result,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
BalanceCensus   *balance_store_read_census            (BalanceStore            *self,
                                                       int                      year,
                                                       GCancellable            *cancellable,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
GListModel      *balance_store_get_problems           (BalanceStore            *self,
                                                       int                      year,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
GVariant        *balance_store_list_sources           (BalanceStore            *self,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_store_export_csv             (BalanceStore            *self,
                                                       int                      year,
                                                       BalanceLevel             level,
                                                       GOutputStream           *stream,
                                                       GCancellable            *cancellable,
                                                       GError                 **error);

/* evaluations */
BALANCE_AVAILABLE_IN_1_0
gint64           balance_store_save_evaluation        (BalanceStore            *self,
                                                       BalanceEvaluation       *evaluation,
                                                       BalanceProgress         *progress,
                                                       GCancellable            *cancellable,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
void             balance_store_save_evaluation_async  (BalanceStore            *self,
                                                       BalanceEvaluation       *evaluation,
                                                       BalanceProgress         *progress,
                                                       GCancellable            *cancellable,
                                                       GAsyncReadyCallback      callback,
                                                       gpointer                 user_data);
BALANCE_AVAILABLE_IN_1_0
gint64           balance_store_save_evaluation_finish (BalanceStore            *self,
                                                       GAsyncResult            *result,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
GVariant        *balance_store_list_evaluations       (BalanceStore            *self,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
BalanceStandard *balance_store_read_standard          (BalanceStore            *self,
                                                       gint64                   evaluation,
                                                       GError                 **error);

/* evidence */
BALANCE_AVAILABLE_IN_1_0
gint64           balance_store_add_document           (BalanceStore            *self,
                                                       int                      year,
                                                       const char              *district,
                                                       const char              *subject,
                                                       const char              *file,
                                                       GBytes                  *content,
                                                       gboolean                 keep,
                                                       const char              *who,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
GVariant        *balance_store_list_documents         (BalanceStore            *self,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
GBytes          *balance_store_read_document          (BalanceStore            *self,
                                                       gint64                   document,
                                                       GError                 **error);

/* tasks */
BALANCE_AVAILABLE_IN_1_0
BalanceLedger   *balance_store_read_ledger            (BalanceStore            *self,
                                                       const char              *as_of,
                                                       gint64                   revision,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
GListModel      *balance_store_get_task_changes       (BalanceStore            *self,
                                                       gint64                   task,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_store_put_tasks              (BalanceStore            *self,
                                                       BalanceTask            **tasks,
                                                       gsize                    n_tasks,
                                                       const char              *who,
                                                       const char              *as_of,
                                                       guint                   *n_added,
                                                       guint                   *n_changed,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_store_put_ledger             (BalanceStore            *self,
                                                       BalanceLedger           *ledger,
                                                       const char              *who,
                                                       guint                   *n_added,
                                                       guint                   *n_changed,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_store_import_tasks           (BalanceStore            *self,
                                                       GBytes                  *bytes,
                                                       const char              *name,
                                                       const char              *who,
                                                       const char              *as_of,
                                                       guint                   *n_added,
                                                       guint                   *n_changed,
                                                       GListModel             **problems,
                                                       GCancellable            *cancellable,
                                                       GError                 **error);
BALANCE_AVAILABLE_IN_1_0
BalanceVerification *balance_store_verify_tasks       (BalanceStore            *self,
                                                       BalanceEvaluation       *evaluation,
                                                       const char              *counted_on,
                                                       const char              *who,
                                                       GError                 **error);

G_END_DECLS
