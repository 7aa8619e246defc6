/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The ledger of a store: reading, changing, verifying. */

#include "store/balance-store-tasks-private.h"

#include <string.h>

#include "base/balance-list-private.h"
#include "base/balance-problem-private.h"
#include "evaluation/balance-evaluation-private.h"
#include "planning/balance-task-change-private.h"
#include "planning/balance-verification-private.h"
#include "store/balance-store-census-private.h"

/**
 * balance_store_read_ledger:
 * @self: a store
 * @as_of: (nullable): the date by which deadlines are past, YYYY-MM-DD; %NULL for today
 * @revision: the revision of the ledger, 0 for the present one
 * @error: return location for an error
 *
 * Reads the ledger of tasks, as it stands now or as it stood after any change since.
 *
 * Returns: (transfer full): the ledger
 *
 * Since: 1.0
 */
BalanceLedger *
balance_store_read_ledger (BalanceStore  *self,
                           const char    *as_of,
                           gint64         revision,
                           GError       **error)
{
  g_autoptr(GPtrArray) tasks = NULL;
  g_autofree char *date = NULL;
  gint64 last = 0;

  g_return_val_if_fail (BALANCE_IS_STORE (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  date = balance_ledger_read_date (as_of, error);
  if (date == NULL || !balance_store_begin (self, FALSE, NULL, error))
    return NULL;
  if (balance_tasks_get_revision (self->database, &last, error))
    {
      if (revision < 0 || revision > last)
        g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                     "the ledger has no revision %" G_GINT64_FORMAT "; the last one is %" G_GINT64_FORMAT "\n"
                     "整改台账没有版本 %" G_GINT64_FORMAT "，最近版本为 %" G_GINT64_FORMAT, revision, last, revision, last);
      else if (revision == 0)
        tasks = balance_tasks_read (self->database, last, error);
      else
        tasks = balance_tasks_replay (self->database, revision, error);
    }
  if (!balance_store_end (self, tasks != NULL, error))
    return NULL;

  return balance_ledger_new_take (g_steal_pointer (&tasks), date, revision > 0 ? revision : last);
}

/**
 * balance_store_get_task_changes:
 * @self: a store
 * @task: the number of a task, 0 for all
 * @error: return location for an error
 *
 * Lists everything that was ever changed of a task, or of all.
 *
 * Returns: (transfer full): a list of [class@Balance.TaskChange], the first change first
 *
 * Since: 1.0
 */
GListModel *
balance_store_get_task_changes (BalanceStore  *self,
                                gint64         task,
                                GError       **error)
{
  g_autoptr(BalanceStatement) statement = NULL;
  g_autoptr(BalanceList) list = NULL;
  gboolean row = TRUE, good = FALSE;

  g_return_val_if_fail (BALANCE_IS_STORE (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!balance_store_begin (self, FALSE, NULL, error))
    return NULL;
  list = balance_list_new (BALANCE_TYPE_TASK_CHANGE);
  statement = balance_database_prepare (self->database, "SELECT id, task, time, who, field, old, new FROM task_changes"
                                                        " WHERE ?1 = 0 OR task = ?1 ORDER BY id", error);
  if (statement != NULL)
    balance_statement_bind (statement, "i", task);
  while (statement != NULL && row)
    {
      const char *name;
      BalanceTaskChange *change;

      good = balance_database_step (self->database, statement, &row, error);
      if (!good || !row)
        break;
      name = balance_statement_get_text (statement, 4);
      if (name == NULL || balance_task_field_find (name) == BALANCE_TASK_N_FIELDS)
        {
          good = balance_database_throw_damaged (self->database, "the history of tasks names a field that tasks do not have", "任务变更记录含有未知数据项", error);
          break;
        }
      change = g_object_new (BALANCE_TYPE_TASK_CHANGE, NULL);
      change->revision = sqlite3_column_int64 (statement, 0);
      change->task = sqlite3_column_int64 (statement, 1);
      change->time = g_strdup (balance_statement_get_text (statement, 2));
      change->who = g_strdup (balance_statement_get_text (statement, 3));
      change->field = balance_task_field_find (name);
      change->old = g_strdup (balance_statement_get_text (statement, 5));
      change->new = g_strdup (balance_statement_get_text (statement, 6));
      balance_list_append (list, change);
      g_object_unref (change);
    }
  g_clear_pointer (&statement, sqlite3_finalize);

  return balance_store_end (self, good, error) ? G_LIST_MODEL (g_steal_pointer (&list)) : NULL;
}

/* -- changing ------------------------------------------------------------------------------------------- */

typedef struct
{
  BalanceProblems *problems;
  BalanceTask    **tasks;
} Faults;

static void
add_fault (guint index, BalanceTaskField field, const BalanceText *message, const BalanceText *expected, gpointer user_data)
{
  Faults *self = user_data;
  BalanceTask *task = self->tasks[index];
  BalancePlace place = { .field = field != BALANCE_TASK_N_FIELDS ? balance_task_field_get_id (field) : NULL,
                         .found = field != BALANCE_TASK_N_FIELDS ? task->values[field] : NULL };
  BalanceText whole = { NULL }, want = { NULL };

  if (task->id > 0)
    {
      whole.en = g_strdup_printf ("task %" G_GINT64_FORMAT ": %s", task->id, message->en);
      whole.zh = g_strdup_printf ("任务%" G_GINT64_FORMAT "：%s", task->id, message->zh);
    }
  else
    {
      whole.en = g_strdup_printf ("new task “%s”: %s", task->values[BALANCE_TASK_TITLE], message->en);
      whole.zh = g_strdup_printf ("新增任务“%s”：%s", task->values[BALANCE_TASK_TITLE], message->zh);
    }
  balance_text_copy (&want, expected);
  balance_problems_add (self->problems, BALANCE_SEVERITY_ERROR, "task", &place, &whole, &want, NULL);
}

/* Inside a transaction. */
static gboolean
merge (BalanceTaskStates *states, BalanceTask **tasks, gsize n_tasks, const char *who, const char *today, guint *n_added, guint *n_changed, GError **error)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(GError) local_error = NULL;
  Faults faults = { problems, tasks };

  if (balance_tasks_merge (states, tasks, (guint) n_tasks, who, today, add_fault, &faults, n_added, n_changed, &local_error))
    return TRUE;
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    balance_problems_throw (problems, BALANCE_ERROR_INVALID_DATA, error);

  return FALSE;
}

/**
 * balance_store_put_tasks:
 * @self: a store that is open for writing
 * @tasks: (array length=n_tasks): tasks
 * @n_tasks: how many
 * @who: who changes them
 * @as_of: (nullable): the day on which what is done without a date was finished; %NULL for today
 * @n_added: (out) (optional): return location for the number of new tasks
 * @n_changed: (out) (optional): return location for the number of tasks that were changed
 * @error: return location for an error that names all that is wrong
 *
 * Keeps tasks: those that are in no store yet are added, of the others what was changed since they were read is taken
 * over. Where somebody else has changed the same field since, it is an error. Either all is kept or nothing. What stood
 * there before stays in the history. Nobody can set a task verified: that is for [method@Balance.Store.verify_tasks].
 *
 * Returns: %TRUE if all was kept
 *
 * Since: 1.0
 */
gboolean
balance_store_put_tasks (BalanceStore  *self,
                         BalanceTask  **tasks,
                         gsize          n_tasks,
                         const char    *who,
                         const char    *as_of,
                         guint         *n_added,
                         guint         *n_changed,
                         GError       **error)
{
  g_auto(BalanceTaskStates) states = { NULL };
  g_autofree char *today = NULL;
  guint added = 0, changed = 0;
  gboolean good;

  g_return_val_if_fail (BALANCE_IS_STORE (self), FALSE);
  g_return_val_if_fail (tasks != NULL || n_tasks == 0, FALSE);
  g_return_val_if_fail (who != NULL && *who != '\0', FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  today = balance_ledger_read_date (as_of, error);
  if (today == NULL || !balance_store_begin (self, TRUE, NULL, error))
    return FALSE;
  good = balance_task_states_read (&states, self->database, error) && merge (&states, tasks, n_tasks, who, today, &added, &changed, error);
  if (!balance_store_end (self, good, error))
    return FALSE;
  if (n_added != NULL)
    *n_added = added;
  if (n_changed != NULL)
    *n_changed = changed;

  return TRUE;
}

/* The tasks that are not closed, found by the work they are about; of several the first. */
static GHashTable *
index_by_work (GPtrArray *known)
{
  GHashTable *index = g_hash_table_new (balance_task_hash_work, balance_task_is_same_work);

  for (guint i = 0; i < known->len; i++)
    {
      BalanceTask *task = g_ptr_array_index (known, i);
      BalanceTaskStatus status = balance_task_get_status (task);

      if (status != BALANCE_TASK_VERIFIED && status != BALANCE_TASK_WAIVED && !g_hash_table_contains (index, task))
        g_hash_table_add (index, task);
    }

  return index;
}

/* The task of the store that is about the same work and not closed, with what the new one says of it. */
static BalanceTask *
find_same (GHashTable *by_work, BalanceTask *task)
{
  BalanceTask *other = g_hash_table_lookup (by_work, task);
  BalanceTask *same;

  if (other == NULL)
    return g_object_ref (task);

  same = balance_task_copy (other);
  for (guint i = 0; i < BALANCE_TASK_N_FIELDS; i++)
    {
      /* what people wrote since stays: words, persons, days; and that a plan begins with everything open says nothing
       * of what was done */
      gboolean silent = (i == BALANCE_TASK_STATUS && balance_task_get_status (task) == BALANCE_TASK_OPEN) ||
                        (other->values[i] != NULL && !(task->stated >> i & 1));

      if (task->values[i] != NULL && !silent)
        balance_task_set (same, (BalanceTaskField) i, task->values[i]);
    }

  return same;
}

/**
 * balance_store_put_ledger:
 * @self: a store that is open for writing
 * @ledger: a ledger of tasks that are in no store yet, out of a plan or a list of gaps
 * @who: who enters it
 * @n_added: (out) (optional): return location for the number of new tasks
 * @n_changed: (out) (optional): return location for the number of tasks that were changed
 * @error: return location for an error that names all that is wrong
 *
 * Takes the tasks of a plan or a list of gaps into the ledger of the store. Where a task for the same work is there and
 * neither verified nor waived, its figures are brought up to date and nothing is added, so that a plan may be made again;
 * words, persons, days and progress stay as people wrote them. Either all is kept or nothing.
 *
 * Returns: %TRUE if all was kept
 *
 * Since: 1.0
 */
gboolean
balance_store_put_ledger (BalanceStore   *self,
                          BalanceLedger  *ledger,
                          const char     *who,
                          guint          *n_added,
                          guint          *n_changed,
                          GError        **error)
{
  g_auto(BalanceTaskStates) states = { NULL };
  g_autoptr(GPtrArray) tasks = NULL;
  guint added = 0, changed = 0;
  gboolean good = FALSE;

  g_return_val_if_fail (BALANCE_IS_STORE (self), FALSE);
  g_return_val_if_fail (BALANCE_IS_LEDGER (ledger), FALSE);
  g_return_val_if_fail (who != NULL && *who != '\0', FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!balance_store_begin (self, TRUE, NULL, error))
    return FALSE;
  tasks = g_ptr_array_new_with_free_func (g_object_unref);
  if (balance_task_states_read (&states, self->database, error))
    {
      g_autoptr(GHashTable) by_work = index_by_work (states.now);

      for (guint i = 0; i < ledger->tasks->len; i++)
        {
          BalanceTask *task = g_ptr_array_index (ledger->tasks, i);

          g_ptr_array_add (tasks, task->id > 0 ? g_object_ref (task) : find_same (by_work, task));
        }
      good = merge (&states, (BalanceTask **) tasks->pdata, tasks->len, who, ledger->as_of, &added, &changed, error);
    }
  if (!balance_store_end (self, good, error))
    return FALSE;
  if (n_added != NULL)
    *n_added = added;
  if (n_changed != NULL)
    *n_changed = changed;

  return TRUE;
}

/* -- verifying ------------------------------------------------------------------------------------------ */

/* Only what a store has as the facts of a year can verify anything: no scenario, no file beside it. */
static gboolean
check_facts (BalanceStore *self, BalanceFacts *facts, GError **error)
{
  g_autofree char *digest = balance_facts_dup_digest (facts);
  g_autoptr(BalanceStatement) statement = balance_database_prepare (self->database, "SELECT digest FROM censuses WHERE year = ?", error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  balance_statement_bind (statement, "i", (gint64) facts->year);
  if (!balance_database_step (self->database, statement, &row, error))
    return FALSE;
  if (row && g_strcmp0 (balance_statement_get_text (statement, 0), digest) == 0)
    return TRUE;
  g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
               "these are not the facts that %s has of %d; tasks are verified by the census of a year of the store only\n"
               "所评估的数据与 %s 中 %d 年度的数据不同；任务只能依据数据库中的年度数据核验", self->database->name, facts->year, self->database->name, facts->year);

  return FALSE;
}

static gboolean
write_outcomes (BalanceStore *self, BalanceVerification *verification, const char *who, GError **error)
{
  for (guint i = 0; i < verification->outcomes->len; i++)
    {
      BalanceTaskOutcome *outcome = g_ptr_array_index (verification->outcomes, i);

      if (outcome->after != outcome->before && !balance_tasks_write (self->database, outcome->before, outcome->after, who, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * balance_store_verify_tasks:
 * @self: a store that is open for writing
 * @evaluation: an evaluation of a year of the store
 * @counted_on: (nullable): the day on which the facts were counted, YYYY-MM-DD; %NULL for today
 * @who: who verifies
 * @error: return location for an error
 *
 * Holds the ledger against the census of a year of the store, closes what is there and reopens what is not; see
 * [class@Balance.Verification]. Facts that are not those of the store, as of a scenario, are refused.
 *
 * Returns: (transfer full): what became of each task
 *
 * Since: 1.0
 */
BalanceVerification *
balance_store_verify_tasks (BalanceStore       *self,
                            BalanceEvaluation  *evaluation,
                            const char         *counted_on,
                            const char         *who,
                            GError            **error)
{
  g_autoptr(BalanceVerification) verification = NULL;
  g_autoptr(BalanceLedger) ledger = NULL;
  g_autofree char *date = NULL;
  GPtrArray *tasks;
  gint64 revision;
  gboolean good = FALSE;

  g_return_val_if_fail (BALANCE_IS_STORE (self), NULL);
  g_return_val_if_fail (BALANCE_IS_EVALUATION (evaluation), NULL);
  g_return_val_if_fail (who != NULL && *who != '\0', NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  date = balance_ledger_read_date (counted_on, error);
  if (date == NULL || !balance_store_begin (self, TRUE, NULL, error))
    return NULL;
  if (check_facts (self, evaluation->facts, error) && balance_tasks_get_revision (self->database, &revision, error))
    {
      tasks = balance_tasks_read (self->database, revision, error);
      if (tasks != NULL)
        {
          ledger = balance_ledger_new_take (tasks, date, revision);
          verification = balance_verification_new (ledger, evaluation, date, error);
          good = verification != NULL && write_outcomes (self, verification, who, error);
        }
    }

  return balance_store_end (self, good, error) ? g_steal_pointer (&verification) : NULL;
}
