/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-postgresql-private.h"

#include <balance/balance.h>
#include <string.h>

#include "base/balance-helper-private.h"

#define HELPER "balance-postgres"
#define END    "\0done"

/* libpq needs little; what it reads goes on at once. The database may take its time. */
static const BalanceHelperLimits limits = {
  .max_memory = G_GUINT64_CONSTANT (6) << 30,
  .max_seconds = 1800,
  .max_output = G_GUINT64_CONSTANT (4) << 30,
};

gboolean
balance_postgresql_is_uri (const char *text)
{
  return g_str_has_prefix (text, "postgresql://") || g_str_has_prefix (text, "postgres://");
}

static void
throw_both (const char    *doing_en,
            const char    *doing_zh,
            const GError  *reason,
            GError       **error)
{
  BalanceText message = { NULL, NULL };
  BalanceText remedy = { NULL, NULL };

  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_error_copy (reason));
    }
  else if (g_error_matches (reason, BALANCE_ERROR, BALANCE_ERROR_HELPER_MISSING))
    {
      balance_helper_explain_missing (HELPER, &message, &remedy);
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_HELPER_MISSING, "%s; %s\n%s；%s", message.en, remedy.en, message.zh, remedy.zh);
      balance_text_clear (&message);
      balance_text_clear (&remedy);
    }
  else
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_HELPER, "%s: %s\n%s：%s", doing_en, reason->message, doing_zh, reason->message);
    }
}

GBytes *
balance_postgresql_run (GBytes        *input,
                        const char    *doing_en,
                        const char    *doing_zh,
                        GCancellable  *cancellable,
                        GError       **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(GBytes) answer = balance_helper_run (HELPER, NULL, input, &limits, cancellable, &local_error);
  gsize length, n_end = sizeof END - 1;
  const char *data = answer != NULL ? g_bytes_get_data (answer, &length) : NULL;

  if (answer != NULL && (length < n_end || memcmp (data + length - n_end, END, n_end) != 0))
    {
      g_clear_pointer (&answer, g_bytes_unref);
      g_set_error_literal (&local_error, BALANCE_ERROR, BALANCE_ERROR_HELPER, "the answer of " HELPER " is not complete");
    }
  if (answer == NULL)
    {
      throw_both (doing_en, doing_zh, local_error, error);
      return NULL;
    }

  return g_bytes_new_from_bytes (answer, 0, length - n_end);
}

/**
 * balance_reader_read_database:
 * @self: a reader
 * @connection: how to reach a PostgreSQL database: a URI (`postgresql://user@host/database`) or a list of keywords
 *   and values (`host=… dbname=…`)
 * @table: (nullable): a table or view, with its schema where it needs one (`bureau.schools`), or %NULL for a query
 * @query: (nullable): a query, or %NULL for a table
 * @progress: (nullable): tells how far the reading is
 * @cancellable: (nullable): stops the reading
 * @error: return location for an error
 *
 * Reads a table, view or query of a PostgreSQL database like a file whose first row holds the names of its columns. It is
 * read in one transaction that changes nothing; a table that has a primary key in the order of that.
 *
 * Cells are called `postgresql:bureau.schools!B12`. A password is best kept where libpq looks for it, in `~/.pgpass` or
 * `PGPASSWORD`; in no case is it part of a message.
 *
 * Returns: (transfer full): the import
 *
 * Since: 1.0
 */
BalanceImport *
balance_reader_read_database (BalanceReader    *self,
                              const char       *connection,
                              const char       *table,
                              const char       *query,
                              BalanceProgress  *progress,
                              GCancellable     *cancellable,
                              GError          **error)
{
  g_autoptr(GByteArray) text = g_byte_array_new ();
  g_autoptr(GBytes) input = NULL, csv = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (BALANCE_IS_READER (self), NULL);
  g_return_val_if_fail (connection != NULL, NULL);
  g_return_val_if_fail ((table == NULL) != (query == NULL), NULL);
  g_return_val_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (progress != NULL)
    balance_progress_set_phase (progress, "asking the database", "正在查询数据库");
  g_byte_array_append (text, (const guint8 *) "read", sizeof "read");
  g_byte_array_append (text, (const guint8 *) connection, (guint) strlen (connection) + 1);
  if (table != NULL)
    g_byte_array_append (text, (const guint8 *) "table", sizeof "table");
  else
    g_byte_array_append (text, (const guint8 *) "query", sizeof "query");
  g_byte_array_append (text, (const guint8 *) (table != NULL ? table : query), (guint) strlen (table != NULL ? table : query) + 1);
  input = g_byte_array_free_to_bytes (g_steal_pointer (&text));

  csv = balance_postgresql_run (input, "the database cannot be read", "无法读取数据库", cancellable, error);
  if (csv == NULL)
    return NULL;
  name = g_strconcat ("postgresql:", table != NULL ? table : "query", NULL);

  return balance_reader_read_bytes (self, csv, name, progress, cancellable, error);
}

typedef struct
{
  char            *connection, *table, *query;
  BalanceProgress *progress;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->connection);
  g_free (job->table);
  g_free (job->query);
  g_clear_object (&job->progress);
  g_free (job);
}

static void
read_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  GError *error = NULL;
  Job *job = task_data;
  BalanceImport *import = balance_reader_read_database (source_object, job->connection, job->table, job->query, job->progress,
                                                        cancellable, &error);

  if (import != NULL)
    g_task_return_pointer (task, import, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * balance_reader_read_database_async:
 * @self: a reader
 * @connection: how to reach a PostgreSQL database
 * @table: (nullable): a table or view, or %NULL for a query
 * @query: (nullable): a query, or %NULL for a table
 * @progress: (nullable): tells how far the reading is
 * @cancellable: (nullable): stops the reading
 * @callback: (scope async) (nullable): called when it is done
 * @user_data: passed to @callback
 *
 * Reads a database in a thread. See [method@Balance.Reader.read_database].
 *
 * Since: 1.0
 */
void
balance_reader_read_database_async (BalanceReader       *self,
                                    const char          *connection,
                                    const char          *table,
                                    const char          *query,
                                    BalanceProgress     *progress,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  Job *job;

  g_return_if_fail (BALANCE_IS_READER (self));
  g_return_if_fail (connection != NULL);
  g_return_if_fail ((table == NULL) != (query == NULL));
  g_return_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress));

  job = g_new0 (Job, 1);
  job->connection = g_strdup (connection);
  job->table = g_strdup (table);
  job->query = g_strdup (query);
  g_set_object (&job->progress, progress);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, balance_reader_read_database_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, read_in_thread);
}

/**
 * balance_reader_read_database_finish:
 * @self: a reader
 * @result: the result handed to the callback
 * @error: return location for an error
 *
 * Ends what [method@Balance.Reader.read_database_async] began.
 *
 * Returns: (transfer full): the import
 *
 * Since: 1.0
 */
BalanceImport *
balance_reader_read_database_finish (BalanceReader  *self,
                                     GAsyncResult   *result,
                                     GError        **error)
{
  g_return_val_if_fail (BALANCE_IS_READER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
