/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-ledger-private.h"

#include <string.h>

#include "base/balance-list-private.h"

/**
 * BalanceLedger:
 *
 * All tasks of a county as they stand at one moment (整改台账): a list model of [class@Balance.Task]. The date
 * [method@Balance.Ledger.get_as_of] says which deadlines are past.
 *
 * A ledger comes from a plan ([ctor@Balance.Ledger.new_from_plan]), from a list of gaps
 * ([ctor@Balance.Ledger.new_from_gaps]), or from a store ([method@Balance.Store.read_ledger]), which keeps it with its
 * history.
 *
 * Immutable; may be used from any thread.
 *
 * Since: 1.0
 */

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BalanceLedger, balance_ledger, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
balance_ledger_finalize (GObject *object)
{
  BalanceLedger *self = BALANCE_LEDGER (object);

  g_clear_pointer (&self->tasks, g_ptr_array_unref);
  g_free (self->as_of);

  G_OBJECT_CLASS (balance_ledger_parent_class)->finalize (object);
}

static void
balance_ledger_class_init (BalanceLedgerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_ledger_finalize;
}

static void
balance_ledger_init (BalanceLedger *self)
{
}

static GType
get_item_type (GListModel *model)
{
  return BALANCE_TYPE_TASK;
}

static guint
get_n_items (GListModel *model)
{
  return BALANCE_LEDGER (model)->tasks->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  BalanceLedger *self = BALANCE_LEDGER (model);

  return position < self->tasks->len ? g_object_ref (g_ptr_array_index (self->tasks, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

BalanceLedger *
balance_ledger_new_take (GPtrArray *tasks, const char *as_of, gint64 revision)
{
  BalanceLedger *self = g_object_new (BALANCE_TYPE_LEDGER, NULL);

  self->tasks = tasks;
  self->as_of = as_of != NULL ? g_strdup (as_of) : balance_task_dup_today ();
  self->revision = revision;

  return self;
}

char *
balance_ledger_read_date (const char *date, GError **error)
{
  BalanceText expected = { NULL };
  char *value = NULL;

  if (date == NULL)
    return balance_task_dup_today ();
  if (!balance_task_field_read (BALANCE_TASK_DEADLINE, NULL, date, &value, &expected) || value == NULL)
    g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA, "“%s” is not a date (YYYY-MM-DD)\n“%s”不是日期（YYYY-MM-DD）", date, date);
  balance_text_clear (&expected);

  return value;
}

/**
 * balance_ledger_new:
 * @tasks: (array length=n_tasks): tasks
 * @n_tasks: how many
 * @as_of: (nullable): the date by which deadlines are past; %NULL for today
 * @error: return location for an error: it is no date
 *
 * Makes a ledger of tasks.
 *
 * Returns: (transfer full): the ledger
 *
 * Since: 1.0
 */
BalanceLedger *
balance_ledger_new (BalanceTask **tasks,
                    gsize         n_tasks,
                    const char   *as_of,
                    GError      **error)
{
  g_autofree char *date = NULL;
  GPtrArray *copy;

  g_return_val_if_fail (tasks != NULL || n_tasks == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  date = balance_ledger_read_date (as_of, error);
  if (date == NULL)
    return NULL;
  copy = g_ptr_array_new_with_free_func (g_object_unref);
  for (gsize i = 0; i < n_tasks; i++)
    g_ptr_array_add (copy, g_object_ref (tasks[i]));

  return balance_ledger_new_take (copy, date, 0);
}

/**
 * balance_ledger_get_as_of:
 * @self: a ledger
 *
 * Gets the date by which deadlines are past.
 *
 * Returns: (transfer none): a date, YYYY-MM-DD
 *
 * Since: 1.0
 */
const char *
balance_ledger_get_as_of (BalanceLedger *self)
{
  g_return_val_if_fail (BALANCE_IS_LEDGER (self), NULL);

  return self->as_of;
}

/**
 * balance_ledger_get_revision:
 * @self: a ledger
 *
 * Gets the number of the last change that is in it.
 *
 * Returns: the revision, 0 where it is of no store
 *
 * Since: 1.0
 */
gint64
balance_ledger_get_revision (BalanceLedger *self)
{
  g_return_val_if_fail (BALANCE_IS_LEDGER (self), 0);

  return self->revision;
}

/**
 * balance_ledger_find:
 * @self: a ledger
 * @id: the number of a task
 *
 * Finds a task.
 *
 * Returns: (transfer full) (nullable): the task, %NULL where there is none
 *
 * Since: 1.0
 */
BalanceTask *
balance_ledger_find (BalanceLedger *self,
                     gint64         id)
{
  g_return_val_if_fail (BALANCE_IS_LEDGER (self), NULL);

  for (guint i = 0; id > 0 && i < self->tasks->len; i++)
    {
      BalanceTask *task = g_ptr_array_index (self->tasks, i);

      if (task->id == id)
        return g_object_ref (task);
    }

  return NULL;
}

/**
 * balance_ledger_get_waiting:
 * @self: a ledger
 * @task: a task
 *
 * Lists what a task has to wait for: tasks that it depends on and that are neither done nor waived.
 *
 * Returns: (transfer full): a list of [class@Balance.Task]
 *
 * Since: 1.0
 */
GListModel *
balance_ledger_get_waiting (BalanceLedger *self,
                            BalanceTask   *task)
{
  BalanceList *list;
  g_autofree gint64 *ids = NULL;
  gsize n_ids;

  g_return_val_if_fail (BALANCE_IS_LEDGER (self), NULL);
  g_return_val_if_fail (BALANCE_IS_TASK (task), NULL);

  list = balance_list_new (BALANCE_TYPE_TASK);
  ids = balance_task_dup_depends_on (task, &n_ids);
  for (gsize i = 0; i < n_ids; i++)
    {
      g_autoptr(BalanceTask) before = balance_ledger_find (self, ids[i]);
      BalanceTaskStatus status = before != NULL ? balance_task_get_status (before) : BALANCE_TASK_WAIVED;

      if (status == BALANCE_TASK_OPEN || status == BALANCE_TASK_UNDER_WAY)
        balance_list_append (list, before);
    }

  return G_LIST_MODEL (list);
}

/* One of the items of a list (requirements, tasks), or the whole value. */
static gboolean
has_value (BalanceTask *task, BalanceTaskField field, const char *value)
{
  g_auto(GStrv) items = NULL;

  if (task->values[field] == NULL || value == NULL)
    return task->values[field] == value;
  if (field != BALANCE_TASK_REQUIREMENTS && field != BALANCE_TASK_DEPENDS_ON)
    return strcmp (task->values[field], value) == 0;
  items = g_strsplit (task->values[field], ", ", -1);

  return g_strv_contains ((const char *const *) items, value);
}

/**
 * balance_ledger_filter:
 * @self: a ledger
 * @fields: (array zero-terminated=1): names of fields, or their titles
 * @values: (array zero-terminated=1): what they have to be; an empty text asks for nothing being there
 * @late: only tasks that are late
 * @error: return location for an error: there is no such field, or no such value
 *
 * Makes a ledger of some of the tasks: those that have all of these values. Of requirements and of tasks to wait for one
 * of several is enough.
 *
 * Returns: (transfer full): the ledger
 *
 * Since: 1.0
 */
BalanceLedger *
balance_ledger_filter (BalanceLedger      *self,
                       const char *const  *fields,
                       const char *const  *values,
                       gboolean            late,
                       GError            **error)
{
  g_autoptr(BalanceDictionary) dictionary = balance_dictionary_get_default (NULL);
  g_autoptr(GPtrArray) kept = NULL;

  g_return_val_if_fail (BALANCE_IS_LEDGER (self), NULL);
  g_return_val_if_fail (fields != NULL && values != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  kept = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < self->tasks->len; i++)
    {
      BalanceTask *task = g_ptr_array_index (self->tasks, i);

      if (!late || balance_task_is_late (task, self->as_of))
        g_ptr_array_add (kept, g_object_ref (task));
    }
  for (guint i = 0; fields[i] != NULL && values[i] != NULL; i++)
    {
      BalanceTaskField field = balance_task_field_find (fields[i]);
      BalanceText expected = { NULL };
      g_autofree char *value = NULL;

      if (field == BALANCE_TASK_N_FIELDS)
        {
          g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND, "a task has no field “%s”\n任务没有数据项“%s”", fields[i], fields[i]);
          return NULL;
        }
      if (!balance_task_field_read (field, dictionary, values[i], &value, &expected))
        {
          g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA, "%s is “%s”, expected is %s\n%s为“%s”，应为%s",
                       balance_task_field_get_title (field, BALANCE_LANGUAGE_EN), values[i], balance_text_get (&expected, BALANCE_LANGUAGE_EN),
                       balance_task_field_get_title (field, BALANCE_LANGUAGE_ZH), values[i], balance_text_get (&expected, BALANCE_LANGUAGE_ZH));
          balance_text_clear (&expected);
          return NULL;
        }
      for (guint k = kept->len; k-- > 0;)
        if (!has_value (g_ptr_array_index (kept, k), field, value))
          g_ptr_array_remove_index (kept, k);
    }

  return balance_ledger_new_take (g_steal_pointer (&kept), self->as_of, self->revision);
}
