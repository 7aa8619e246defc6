/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is due, done and late, by quarters. */

#include <math.h>
#include <string.h>

#include "base/balance-list-private.h"
#include "planning/balance-costs-private.h"
#include "planning/balance-ledger-private.h"

/**
 * BalanceTaskSummary:
 *
 * Tasks summed up: how many are due, done, late and what they cost, of one quarter, of a unit, a kind or a school in it,
 * or of all. A task counts in the quarter of its deadline. Done is what is done or verified: a building of which 90 per
 * cent stand counts as nothing. What is waived is due no longer. Where the cost of tasks is not known, the sums are of
 * the others, and [method@Balance.TaskSummary.get_n_without_cost] says of how many it is missing.
 *
 * Immutable; may be used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceTaskSummary, balance_task_summary, G_TYPE_OBJECT)

static void
balance_task_summary_finalize (GObject *object)
{
  BalanceTaskSummary *self = BALANCE_TASK_SUMMARY (object);

  g_free (self->quarter);
  g_free (self->key);
  g_free (self->name);

  G_OBJECT_CLASS (balance_task_summary_parent_class)->finalize (object);
}

static void
balance_task_summary_class_init (BalanceTaskSummaryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_task_summary_finalize;
}

static void
balance_task_summary_init (BalanceTaskSummary *self)
{
}

/* -- summing ------------------------------------------------------------------------------------------ */

static void
add_due (BalanceTaskSummary *self, BalanceTask *task, const char *as_of)
{
  BalanceTaskStatus status = balance_task_get_status (task);
  gboolean done = status == BALANCE_TASK_DONE || status == BALANCE_TASK_VERIFIED, late = balance_task_is_late (task, as_of);
  gint64 money = 0;

  if (status == BALANCE_TASK_WAIVED)
    {
      self->n_waived++;
      return;
    }
  self->n_due++;
  self->n_done += done;
  self->n_verified += status == BALANCE_TASK_VERIFIED;
  self->n_late += late;
  if (!balance_task_get_money (task, &money))
    self->n_without_cost++;
  self->due += money;
  self->done += done ? money : 0;
  self->late += late ? money : 0;
}

static const char *
get_key (BalanceTask *task, BalanceTaskGrouping grouping)
{
  switch (grouping)
    {
    case BALANCE_TASK_BY_UNIT:
      return task->values[BALANCE_TASK_RESPONSIBLE_UNIT];

    case BALANCE_TASK_BY_KIND:
      return task->values[BALANCE_TASK_KIND];

    case BALANCE_TASK_BY_SCHOOL:
      return task->values[BALANCE_TASK_SCHOOL];

    case BALANCE_TASK_BY_QUARTER:
    default:
      return NULL;
    }
}

static BalanceTaskSummary *
get_summary (GPtrArray *list, GHashTable *index, BalanceTask *task, BalanceTaskGrouping grouping, const char *quarter)
{
  const char *key = get_key (task, grouping);
  g_autofree char *id = g_strconcat (quarter != NULL ? quarter : "", "\n", key != NULL ? key : "\n", NULL);
  BalanceTaskSummary *summary = g_hash_table_lookup (index, id);

  if (summary == NULL)
    {
      summary = g_object_new (BALANCE_TYPE_TASK_SUMMARY, NULL);
      summary->quarter = g_strdup (quarter);
      summary->grouping = grouping;
      summary->key = g_strdup (key);
      summary->name = grouping == BALANCE_TASK_BY_SCHOOL ? g_strdup (task->values[BALANCE_TASK_SCHOOL_NAME]) : NULL;
      g_ptr_array_add (list, summary);
      g_hash_table_insert (index, g_steal_pointer (&id), summary);
    }

  return summary;
}

/* What is last for everything that has no value. */
static int
compare_texts (const char *a, const char *b)
{
  return a == NULL || b == NULL ? (a == NULL) - (b == NULL) : strcmp (a, b);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const BalanceTaskSummary *x = *(BalanceTaskSummary *const *) a, *y = *(BalanceTaskSummary *const *) b;
  int order = compare_texts (x->quarter, y->quarter);

  return order != 0 ? order : compare_texts (x->key, y->key);
}

/**
 * balance_ledger_summarise:
 * @self: a ledger
 * @grouping: by what beside the quarter
 *
 * Sums up what is due, done and late in each quarter. What has no deadline comes last, without a quarter.
 *
 * Returns: (transfer full): a list of [class@Balance.TaskSummary], by quarter and then by unit, kind or school
 *
 * Since: 1.0
 */
GListModel *
balance_ledger_summarise (BalanceLedger       *self,
                          BalanceTaskGrouping  grouping)
{
  g_autoptr(GPtrArray) list = NULL;
  g_autoptr(GHashTable) index = NULL;
  BalanceList *model;

  g_return_val_if_fail (BALANCE_IS_LEDGER (self), NULL);

  list = g_ptr_array_new_with_free_func (g_object_unref);
  index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < self->tasks->len; i++)
    {
      BalanceTask *task = g_ptr_array_index (self->tasks, i);
      g_autofree char *due = balance_task_dup_quarter (task->values[BALANCE_TASK_DEADLINE]);
      g_autofree char *finished = balance_task_dup_quarter (task->values[BALANCE_TASK_FINISHED]);

      add_due (get_summary (list, index, task, grouping, due), task, self->as_of);
      if (finished != NULL)
        get_summary (list, index, task, grouping, finished)->n_finished++;
    }
  g_ptr_array_sort (list, compare);
  model = balance_list_new (BALANCE_TYPE_TASK_SUMMARY);
  for (guint i = 0; i < list->len; i++)
    balance_list_append (model, g_ptr_array_index (list, i));

  return G_LIST_MODEL (model);
}

/**
 * balance_ledger_get_total:
 * @self: a ledger
 *
 * Sums up all tasks.
 *
 * Returns: (transfer full): the sums, without a quarter
 *
 * Since: 1.0
 */
BalanceTaskSummary *
balance_ledger_get_total (BalanceLedger *self)
{
  BalanceTaskSummary *total;

  g_return_val_if_fail (BALANCE_IS_LEDGER (self), NULL);

  total = g_object_new (BALANCE_TYPE_TASK_SUMMARY, NULL);
  total->total = TRUE;
  for (guint i = 0; i < self->tasks->len; i++)
    {
      BalanceTask *task = g_ptr_array_index (self->tasks, i);

      add_due (total, task, self->as_of);
      total->n_finished += task->values[BALANCE_TASK_FINISHED] != NULL;
    }

  return total;
}

/* -- for callers -------------------------------------------------------------------------------------- */

/**
 * balance_task_summary_get_quarter:
 * @self: a summary
 *
 * Gets the quarter.
 *
 * Returns: (transfer none) (nullable): such as "2026Q3"; %NULL for the total and for what has no deadline
 *
 * Since: 1.0
 */
const char *
balance_task_summary_get_quarter (BalanceTaskSummary *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_SUMMARY (self), NULL);

  return self->quarter;
}

/**
 * balance_task_summary_get_key:
 * @self: a summary
 *
 * Gets the unit, the id of the kind or the code of the school.
 *
 * Returns: (transfer none) (nullable): the key; %NULL where nothing but the quarter was asked for, or tasks have none
 *
 * Since: 1.0
 */
const char *
balance_task_summary_get_key (BalanceTaskSummary *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_SUMMARY (self), NULL);

  return self->key;
}

/**
 * balance_task_summary_dup_title:
 * @self: a summary
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets what it is the sum of beside the quarter, in words: the unit, the kind, the name of the school.
 *
 * Returns: (transfer full): the title, empty where nothing but the quarter was asked for
 *
 * Since: 1.0
 */
char *
balance_task_summary_dup_title (BalanceTaskSummary *self,
                                const char         *language)
{
  gboolean zh = balance_language_parse (language) == BALANCE_LANGUAGE_ZH;

  g_return_val_if_fail (BALANCE_IS_TASK_SUMMARY (self), NULL);

  if (self->total)
    return g_strdup (zh ? "合计" : "All");
  if (self->grouping == BALANCE_TASK_BY_QUARTER)
    return g_strdup ("");
  if (self->key == NULL)
    return g_strdup (self->grouping == BALANCE_TASK_BY_UNIT ? (zh ? "未定责任单位" : "nobody yet") : (zh ? "县级" : "the county"));
  if (self->grouping == BALANCE_TASK_BY_KIND)
    return balance_task_field_show (BALANCE_TASK_KIND, NULL, self->key, balance_language_parse (language));

  return g_strdup (self->name != NULL && *self->name != '\0' ? self->name : self->key);
}

/**
 * balance_task_summary_get_n_due:
 * @self: a summary
 *
 * Gets how many tasks are due in the quarter, waived ones left out.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
balance_task_summary_get_n_due (BalanceTaskSummary *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_SUMMARY (self), 0);

  return self->n_due;
}

/**
 * balance_task_summary_get_n_done:
 * @self: a summary
 *
 * Gets how many of those that are due are done or verified.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
balance_task_summary_get_n_done (BalanceTaskSummary *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_SUMMARY (self), 0);

  return self->n_done;
}

/**
 * balance_task_summary_get_n_verified:
 * @self: a summary
 *
 * Gets how many of those that are due are verified.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
balance_task_summary_get_n_verified (BalanceTaskSummary *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_SUMMARY (self), 0);

  return self->n_verified;
}

/**
 * balance_task_summary_get_n_late:
 * @self: a summary
 *
 * Gets how many of those that are due are past their deadline and not done.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
balance_task_summary_get_n_late (BalanceTaskSummary *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_SUMMARY (self), 0);

  return self->n_late;
}

/**
 * balance_task_summary_get_n_waived:
 * @self: a summary
 *
 * Gets how many tasks of the quarter are waived.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
balance_task_summary_get_n_waived (BalanceTaskSummary *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_SUMMARY (self), 0);

  return self->n_waived;
}

/**
 * balance_task_summary_get_n_finished:
 * @self: a summary
 *
 * Gets how many tasks were finished in the quarter, whenever they were due.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
balance_task_summary_get_n_finished (BalanceTaskSummary *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_SUMMARY (self), 0);

  return self->n_finished;
}

/**
 * balance_task_summary_get_n_without_cost:
 * @self: a summary
 *
 * Gets how many of those that are due have no cost.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
balance_task_summary_get_n_without_cost (BalanceTaskSummary *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_SUMMARY (self), 0);

  return self->n_without_cost;
}

/**
 * balance_task_summary_get_cost_due:
 * @self: a summary
 *
 * Gets the cost of what is due, as far as it is known.
 *
 * Returns: yuan
 *
 * Since: 1.0
 */
double
balance_task_summary_get_cost_due (BalanceTaskSummary *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_SUMMARY (self), NAN);

  return (double) self->due / (double) balance_power_of_ten (BALANCE_MONEY_SCALE);
}

/**
 * balance_task_summary_get_cost_done:
 * @self: a summary
 *
 * Gets the cost of what of it is done or verified, as far as it is known.
 *
 * Returns: yuan
 *
 * Since: 1.0
 */
double
balance_task_summary_get_cost_done (BalanceTaskSummary *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_SUMMARY (self), NAN);

  return (double) self->done / (double) balance_power_of_ten (BALANCE_MONEY_SCALE);
}

/**
 * balance_task_summary_get_cost_late:
 * @self: a summary
 *
 * Gets the cost of what of it is late, as far as it is known.
 *
 * Returns: yuan
 *
 * Since: 1.0
 */
double
balance_task_summary_get_cost_late (BalanceTaskSummary *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_SUMMARY (self), NAN);

  return (double) self->late / (double) balance_power_of_ten (BALANCE_MONEY_SCALE);
}
