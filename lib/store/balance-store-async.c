/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/balance-store-private.h"

typedef struct
{
  BalanceImport          *import;
  BalanceEvaluation      *evaluation;
  BalanceDictionary      *dictionary;
  BalanceProgress        *progress;
  int                     year;
  BalanceStorePutMode  mode;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_object (&job->import);
  g_clear_object (&job->evaluation);
  g_clear_object (&job->dictionary);
  g_clear_object (&job->progress);
  g_free (job);
}

static void
run (BalanceStore        *self,
     Job                 *job,
     gpointer             tag,
     GTaskThreadFunc      func,
     GCancellable        *cancellable,
     GAsyncReadyCallback  callback,
     gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, func);
}

static void
import_in_thread (GTask        *task,
                  gpointer      source_object,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  GError *error = NULL;
  Job *job = task_data;

  if (balance_store_put (source_object, job->import, job->year, job->mode, job->progress, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * balance_store_put_async:
 * @self: a store that is open for writing
 * @import: what was read, with its problems
 * @year: the year of data that do not state theirs, or 0
 * @mode: what becomes of a year that the store has already
 * @progress: (nullable): tells how far the work is
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (nullable): called when it is done
 * @user_data: passed to @callback
 *
 * Keeps an import, in a thread. See [method@Balance.Store.put].
 *
 * Since: 1.0
 */
void
balance_store_put_async (BalanceStore        *self,
                         BalanceImport       *import,
                         int                  year,
                         BalanceStorePutMode  mode,
                         BalanceProgress     *progress,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  Job *job;

  g_return_if_fail (BALANCE_IS_STORE (self));
  g_return_if_fail (BALANCE_IS_IMPORT (import));
  g_return_if_fail (year >= 0 && year <= 9999);
  g_return_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress));

  job = g_new0 (Job, 1);
  job->import = g_object_ref (import);
  job->year = year;
  job->mode = mode;
  g_set_object (&job->progress, progress);
  run (self, job, balance_store_put_async, import_in_thread, cancellable, callback, user_data);
}

/**
 * balance_store_put_finish:
 * @self: a store
 * @result: the result handed to the callback
 * @error: return location for an error
 *
 * Ends what [method@Balance.Store.put_async] began.
 *
 * Returns: %TRUE if everything was kept
 *
 * Since: 1.0
 */
gboolean
balance_store_put_finish (BalanceStore  *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (BALANCE_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
read_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  GError *error = NULL;
  Job *job = task_data;
  BalanceImport *import = balance_store_read (source_object, job->year, job->dictionary, cancellable, &error);

  if (import != NULL)
    g_task_return_pointer (task, import, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * balance_store_read_async:
 * @self: a store
 * @year: a year
 * @dictionary: (nullable): the dictionary, or %NULL for that of the library
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (nullable): called when it is done
 * @user_data: passed to @callback
 *
 * Reads a year, in a thread. See [method@Balance.Store.read].
 *
 * Since: 1.0
 */
void
balance_store_read_async (BalanceStore        *self,
                          int                  year,
                          BalanceDictionary   *dictionary,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  Job *job;

  g_return_if_fail (BALANCE_IS_STORE (self));
  g_return_if_fail (dictionary == NULL || BALANCE_IS_DICTIONARY (dictionary));

  job = g_new0 (Job, 1);
  job->year = year;
  g_set_object (&job->dictionary, dictionary);
  run (self, job, balance_store_read_async, read_in_thread, cancellable, callback, user_data);
}

/**
 * balance_store_read_finish:
 * @self: a store
 * @result: the result handed to the callback
 * @error: return location for an error
 *
 * Ends what [method@Balance.Store.read_async] began.
 *
 * Returns: (transfer full): the import
 *
 * Since: 1.0
 */
BalanceImport *
balance_store_read_finish (BalanceStore  *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (BALANCE_IS_STORE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
save_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  GError *error = NULL;
  Job *job = task_data;
  gint64 *id = g_new (gint64, 1);

  *id = balance_store_save_evaluation (source_object, job->evaluation, job->progress, cancellable, &error);
  if (*id != 0)
    {
      g_task_return_pointer (task, id, g_free);
    }
  else
    {
      g_free (id);
      g_task_return_error (task, error);
    }
}

/**
 * balance_store_save_evaluation_async:
 * @self: a store that is open for writing
 * @evaluation: an evaluation
 * @progress: (nullable): tells how far the work is
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (nullable): called when it is done
 * @user_data: passed to @callback
 *
 * Keeps an evaluation, in a thread. See [method@Balance.Store.save_evaluation].
 *
 * Since: 1.0
 */
void
balance_store_save_evaluation_async (BalanceStore        *self,
                                     BalanceEvaluation   *evaluation,
                                     BalanceProgress     *progress,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  Job *job;

  g_return_if_fail (BALANCE_IS_STORE (self));
  g_return_if_fail (BALANCE_IS_EVALUATION (evaluation));
  g_return_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress));

  job = g_new0 (Job, 1);
  job->evaluation = g_object_ref (evaluation);
  g_set_object (&job->progress, progress);
  run (self, job, balance_store_save_evaluation_async, save_in_thread, cancellable, callback, user_data);
}

/**
 * balance_store_save_evaluation_finish:
 * @self: a store
 * @result: the result handed to the callback
 * @error: return location for an error
 *
 * Ends what [method@Balance.Store.save_evaluation_async] began.
 *
 * Returns: the number of the evaluation in the store, from 1; 0 on errors
 *
 * Since: 1.0
 */
gint64
balance_store_save_evaluation_finish (BalanceStore  *self,
                                      GAsyncResult  *result,
                                      GError       **error)
{
  g_autofree gint64 *id = NULL;

  g_return_val_if_fail (BALANCE_IS_STORE (self), 0);
  g_return_val_if_fail (g_task_is_valid (result, self), 0);

  id = g_task_propagate_pointer (G_TASK (result), error);

  return id != NULL ? *id : 0;
}
