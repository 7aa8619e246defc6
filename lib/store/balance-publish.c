/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <balance/balance.h>
#include <math.h>
#include <string.h>

#include "base/balance-float-private.h"
#include "evaluation/balance-evaluation-private.h"
#include "io/balance-postgresql-private.h"
#include "store/balance-store-census-private.h"
#include "store/balance-verdict-rows-private.h"

typedef struct
{
  const char *digest;
  GString    *requirements, *verdicts, *groups;
  GHashTable *known;
  guint       number;
} Tables;

/* As COPY reads it: what is not quoted and empty is NULL. */
static void
append_text (GString    *table,
             const char *text)
{
  if (table->len > 0 && table->str[table->len - 1] != '\n')
    g_string_append_c (table, ',');
  if (text == NULL)
    return;

  g_string_append_c (table, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (table, '"');
      g_string_append_c (table, *p);
    }
  g_string_append_c (table, '"');
}

/* After the first column, which is always a text. */
static void
append_number (GString *table,
               double   number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (table, ',');
  if (!isnan (number))
    g_string_append (table, g_ascii_dtostr (text, sizeof text, number));
}

static const char *
level_id (BalanceLevel level)
{
  static const char *const ids[] = { "section", "school", "stage", "district", "region" };

  return ids[level];
}

static gboolean
add_verdict (const BalanceVerdictRow  *row,
             gpointer                  data,
             GError                  **error)
{
  Tables *tables = data;

  if (row->title != NULL && g_hash_table_add (tables->known, g_strdup (row->requirement)))
    {
      append_text (tables->requirements, tables->digest);
      append_text (tables->requirements, row->requirement);
      append_text (tables->requirements, level_id (row->level));
      append_text (tables->requirements, balance_text_get (row->title, BALANCE_LANGUAGE_ZH));
      append_text (tables->requirements, balance_text_get (row->title, BALANCE_LANGUAGE_EN));
      append_text (tables->requirements, row->reference);
      g_string_append_c (tables->requirements, '\n');
    }

  append_text (tables->verdicts, tables->digest);
  g_string_append_printf (tables->verdicts, ",%u", tables->number++);
  append_text (tables->verdicts, row->requirement);
  append_text (tables->verdicts, level_id (row->level));
  append_text (tables->verdicts, row->district);
  append_text (tables->verdicts, row->school);
  append_text (tables->verdicts, row->stage);
  append_text (tables->verdicts, balance_verdict_id (row->verdict));
  append_text (tables->verdicts, balance_verdict_id (row->strict_verdict));
  append_number (tables->verdicts, row->value);
  append_text (tables->verdicts, row->comparison);
  append_number (tables->verdicts, row->limit);
  append_number (tables->verdicts, row->margin);
  append_text (tables->verdicts, row->unit);
  append_text (tables->verdicts, row->path);
  g_string_append_c (tables->verdicts, '\n');

  return TRUE;
}

static gboolean
add_group (const BalanceGroupRow  *row,
           gpointer                data,
           GError                **error)
{
  Tables *tables = data;

  append_text (tables->groups, tables->digest);
  append_text (tables->groups, row->district);
  append_text (tables->groups, row->stage);
  append_text (tables->groups, row->indicator);
  append_number (tables->groups, row->mean);
  append_number (tables->groups, row->cv);
  append_number (tables->groups, row->cv_limit);
  append_text (tables->groups, balance_verdict_id (row->verdict));
  g_string_append_c (tables->groups, '\n');

  return TRUE;
}

static char *
dup_head (BalanceEvaluation *evaluation,
          const char        *facts_digest,
          const char        *digest)
{
  BalanceStandard *standard = evaluation->standard;
  g_autofree char *standard_digest = balance_standard_dup_digest (standard);
  g_autofree char *time = balance_database_dup_time ();
  g_autofree char *options = balance_definition_dup_list (evaluation->options);
  g_autofree char *concessions = balance_definition_dup_list (evaluation->concessions);
  g_autofree char *only = balance_evaluation_dup_only (evaluation);
  GString *table = g_string_new (NULL);

  append_text (table, digest);
  append_text (table, time);
  if (evaluation->facts->year != 0)
    g_string_append_printf (table, ",%d", evaluation->facts->year);
  else
    append_text (table, NULL);
  append_text (table, balance_standard_get_id (standard));
  append_text (table, standard_digest);
  append_text (table, balance_standard_get_title (standard, "zh"));
  append_text (table, balance_standard_get_title (standard, "en"));
  append_text (table, balance_standard_get_reference (standard));
  append_text (table, evaluation->as_of);
  append_text (table, options);
  append_text (table, concessions);
  append_text (table, only);
  append_text (table, facts_digest);
  append_text (table, balance_verdict_id (evaluation->verdict));
  append_text (table, "libbalance " BALANCE_VERSION_S);
  g_string_append_c (table, '\n');

  return g_string_free (table, FALSE);
}

static gboolean
append_bytes (GByteArray  *input,
              const char  *bytes,
              gsize        length,
              GError     **error)
{
  if (length > G_MAXUINT / 2 - input->len)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_LIMIT,
                   "the evaluation has more than 2 GiB of verdicts; write it district by district\n评估结果超过 2 GiB，请分县写出");
      return FALSE;
    }
  g_byte_array_append (input, (const guint8 *) bytes, (guint) length);

  return TRUE;
}

static gboolean
append_table (GByteArray  *input,
              const char  *name,
              const char  *bytes,
              gsize        length,
              GError     **error)
{
  g_autofree char *number = g_strdup_printf ("%" G_GSIZE_FORMAT, length);

  return append_bytes (input, name, strlen (name) + 1, error) && append_bytes (input, number, strlen (number) + 1, error) &&
         append_bytes (input, bytes, length, error);
}

static GBytes *
make_input (BalanceEvaluation  *evaluation,
            const char         *connection,
            BalanceProgress    *progress,
            GCancellable       *cancellable,
            GError            **error)
{
  g_autofree char *facts_digest = balance_facts_dup_digest (evaluation->facts);
  g_autofree char *digest = balance_evaluation_dup_digest (evaluation, facts_digest);
  g_autofree char *head = dup_head (evaluation, facts_digest, digest);
  g_autoptr(GString) requirements = g_string_new (NULL), verdicts = g_string_new (NULL), groups = g_string_new (NULL);
  g_autoptr(GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GByteArray) input = g_byte_array_new ();
  Tables tables = { digest, requirements, verdicts, groups, known, 0 };

  if (!balance_evaluation_foreach_verdict (evaluation, add_verdict, &tables, progress, cancellable, error) ||
      !balance_evaluation_foreach_group (evaluation, add_group, &tables, error) ||
      !append_bytes (input, "write", sizeof "write", error) ||
      !append_bytes (input, connection, strlen (connection) + 1, error) ||
      !append_bytes (input, digest, strlen (digest) + 1, error) ||
      !append_table (input, "evaluations", head, strlen (head), error) ||
      !append_table (input, "requirements", requirements->str, requirements->len, error) ||
      !append_table (input, "verdicts", verdicts->str, verdicts->len, error) ||
      !append_table (input, "group_figures", groups->str, groups->len, error))
    return NULL;

  return g_byte_array_free_to_bytes (g_steal_pointer (&input));
}

/**
 * balance_evaluation_write_database:
 * @self: an evaluation
 * @connection: how to reach a PostgreSQL database: a URI (`postgresql://user@host/database`) or a list of keywords
 *   and values (`host=… dbname=…`)
 * @progress: (nullable): tells how far the work is
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes all results into the schema `balance_results` of a PostgreSQL database, which is made where it is missing:
 * tables `evaluations`, `requirements`, `verdicts` and `group_figures`. All is written or nothing; an evaluation that is
 * there already is not written again.
 *
 * Returns: %TRUE if the database has the evaluation
 *
 * Since: 1.0
 */
gboolean
balance_evaluation_write_database (BalanceEvaluation  *self,
                                   const char         *connection,
                                   BalanceProgress    *progress,
                                   GCancellable       *cancellable,
                                   GError            **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr(GBytes) input = NULL, answer = NULL;

  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), FALSE);
  g_return_val_if_fail (connection != NULL, FALSE);
  g_return_val_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (progress != NULL)
    balance_progress_set_phase (progress, "writing to the database", "正在写入数据库");
  input = make_input (self, connection, progress, cancellable, error);
  if (input != NULL)
    answer = balance_postgresql_run (input, "the results cannot be written to the database", "无法把结果写入数据库", cancellable, error);

  return answer != NULL;
}

typedef struct
{
  char            *connection;
  BalanceProgress *progress;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->connection);
  g_clear_object (&job->progress);
  g_free (job);
}

static void
write_in_thread (GTask        *task,
                 gpointer      source_object,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  GError *error = NULL;
  Job *job = task_data;

  if (balance_evaluation_write_database (source_object, job->connection, job->progress, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * balance_evaluation_write_database_async:
 * @self: an evaluation
 * @connection: how to reach a PostgreSQL database
 * @progress: (nullable): tells how far the work is
 * @cancellable: (nullable): stops it
 * @callback: (scope async) (nullable): called when it is done
 * @user_data: passed to @callback
 *
 * Writes all results into a database, in a thread. See [method@Balance.Evaluation.write_database].
 *
 * Since: 1.0
 */
void
balance_evaluation_write_database_async (BalanceEvaluation   *self,
                                         const char          *connection,
                                         BalanceProgress     *progress,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  Job *job;

  g_return_if_fail (BALANCE_IS_EVALUATION (self));
  g_return_if_fail (connection != NULL);
  g_return_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress));

  job = g_new0 (Job, 1);
  job->connection = g_strdup (connection);
  g_set_object (&job->progress, progress);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, balance_evaluation_write_database_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, write_in_thread);
}

/**
 * balance_evaluation_write_database_finish:
 * @self: an evaluation
 * @result: the result handed to the callback
 * @error: return location for an error
 *
 * Ends what [method@Balance.Evaluation.write_database_async] began.
 *
 * Returns: %TRUE if the database has the evaluation
 *
 * Since: 1.0
 */
gboolean
balance_evaluation_write_database_finish (BalanceEvaluation  *self,
                                          GAsyncResult       *result,
                                          GError            **error)
{
  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
