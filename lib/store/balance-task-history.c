/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tasks as they stand in the tables, and as their history gives them. */

#include "store/balance-store-tasks-private.h"

#include <string.h>

#define MAX_TASKS 1000000

gboolean
balance_tasks_get_revision (BalanceDatabase *self, gint64 *revision, GError **error)
{
  return balance_database_get_int (self, "SELECT coalesce (max (id), 0) FROM task_changes", revision, error);
}

static gboolean
throw_damaged (BalanceDatabase *self, gint64 id, BalanceTaskField field, GError **error)
{
  const char *name = balance_task_field_get_id (field);
  g_autofree char *en = g_strdup_printf ("task %" G_GINT64_FORMAT " has a value in “%s” that nothing writes there", id, name);
  g_autofree char *zh = g_strdup_printf ("第 %" G_GINT64_FORMAT " 项任务的“%s”含有非法取值", id, name);

  return balance_database_throw_damaged (self, en, zh, error);
}

/* Nothing that stands in the file is taken on trust. */
static gboolean
take_value (BalanceDatabase *self, gint64 id, BalanceTaskField field, const char *text, char **value, GError **error)
{
  BalanceText expected = { NULL };

  g_clear_pointer (value, g_free);
  if (balance_task_field_read (field, NULL, text, value, &expected))
    return TRUE;
  balance_text_clear (&expected);

  return throw_damaged (self, id, field, error);
}

static void
clear_values (char **values)
{
  for (guint i = 0; i < BALANCE_TASK_N_FIELDS; i++)
    g_clear_pointer (&values[i], g_free);
}

/* What every task has, or other code would stumble. */
static gboolean
check_values (BalanceDatabase *self, gint64 id, char **values, GError **error)
{
  static const BalanceTaskField fields[] = { BALANCE_TASK_DISTRICT, BALANCE_TASK_TITLE, BALANCE_TASK_KIND, BALANCE_TASK_STATUS };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (values[fields[i]] == NULL)
      return throw_damaged (self, id, fields[i], error);

  return TRUE;
}

static char *
dup_columns (void)
{
  GString *columns = g_string_new (NULL);

  for (guint i = 0; i < BALANCE_TASK_N_FIELDS; i++)
    g_string_append_printf (columns, ", CAST (%s AS TEXT)", balance_task_field_get_id ((BalanceTaskField) i));

  return g_string_free (columns, FALSE);
}

GPtrArray *
balance_tasks_read (BalanceDatabase *self, gint64 revision, GError **error)
{
  g_autofree char *columns = dup_columns (), *sql = g_strdup_printf ("SELECT id%s FROM tasks ORDER BY id LIMIT %d", columns, MAX_TASKS);
  g_autoptr(BalanceStatement) statement = balance_database_prepare (self, sql, error);
  g_autoptr(GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean row;

  while (statement != NULL)
    {
      char *values[BALANCE_TASK_N_FIELDS] = { NULL };
      gint64 id;
      gboolean good = TRUE;

      if (!balance_database_step (self, statement, &row, error))
        return NULL;
      if (!row)
        return g_steal_pointer (&tasks);
      id = sqlite3_column_int64 (statement, 0);
      for (guint i = 0; i < BALANCE_TASK_N_FIELDS && good; i++)
        {
          const char *text = balance_statement_get_text (statement, (int) i + 1);

          good = (text != NULL || sqlite3_column_type (statement, (int) i + 1) == SQLITE_NULL || throw_damaged (self, id, (BalanceTaskField) i, error)) &&
                 take_value (self, id, (BalanceTaskField) i, text, &values[i], error);
        }
      if (!good || !check_values (self, id, values, error))
        {
          clear_values (values);
          return NULL;
        }
      g_ptr_array_add (tasks, balance_task_new_take (id, revision, values));
    }

  return NULL;
}

/* -- history -------------------------------------------------------------------------------------------- */

typedef struct
{
  gint64 id;
  char  *values[BALANCE_TASK_N_FIELDS];
} Replayed;

static void
replayed_free (gpointer data)
{
  Replayed *replayed = data;

  clear_values (replayed->values);
  g_free (replayed);
}

static int
compare_replayed (gconstpointer a, gconstpointer b)
{
  const Replayed *x = a, *y = b;

  return (x->id > y->id) - (x->id < y->id);
}

static gboolean
apply_change (BalanceDatabase *self, BalanceStatement *statement, GHashTable *tasks, GError **error)
{
  gint64 id = sqlite3_column_int64 (statement, 0);
  const char *name = balance_statement_get_text (statement, 1), *old = balance_statement_get_text (statement, 2), *new = balance_statement_get_text (statement, 3);
  BalanceTaskField field = name != NULL ? balance_task_field_find (name) : BALANCE_TASK_N_FIELDS;
  Replayed *task = g_hash_table_lookup (tasks, &id);

  if (field == BALANCE_TASK_N_FIELDS)
    return balance_database_throw_damaged (self, "the history of tasks names a field that tasks do not have", "任务变更记录含有未知数据项", error);
  if (task == NULL)
    {
      task = g_new0 (Replayed, 1);
      task->id = id;
      g_hash_table_insert (tasks, &task->id, task);
    }
  /* each change says what it found */
  if (g_strcmp0 (task->values[field], old) != 0)
    return throw_damaged (self, id, field, error);

  return take_value (self, id, field, new, &task->values[field], error);
}

GPtrArray *
balance_tasks_replay (BalanceDatabase *self, gint64 revision, GError **error)
{
  g_autoptr(BalanceStatement) statement =
    balance_database_prepare (self, "SELECT task, field, old, new FROM task_changes WHERE id <= ? ORDER BY id", error);
  g_autoptr(GHashTable) index = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, replayed_free);
  g_autoptr(GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GList) list = NULL;
  gboolean row;

  if (statement == NULL)
    return NULL;
  balance_statement_bind (statement, "i", revision);
  for (;;)
    {
      if (!balance_database_step (self, statement, &row, error))
        return NULL;
      if (!row)
        break;
      if (!apply_change (self, statement, index, error))
        return NULL;
    }
  list = g_list_sort (g_hash_table_get_values (index), compare_replayed);
  for (GList *item = list; item != NULL; item = item->next)
    {
      Replayed *task = item->data;

      /* a revision in the midst of what one call wrote shows some tasks half made: they are none yet */
      if (task->values[BALANCE_TASK_DISTRICT] == NULL || task->values[BALANCE_TASK_TITLE] == NULL)
        continue;
      g_ptr_array_add (tasks, balance_task_new_take (task->id, revision, task->values));
      memset (task->values, 0, sizeof task->values);
    }

  return g_steal_pointer (&tasks);
}

/* -- states ------------------------------------------------------------------------------------------- */

gboolean
balance_task_states_read (BalanceTaskStates *self, BalanceDatabase *database, GError **error)
{
  self->database = database;
  self->past = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  if (!balance_tasks_get_revision (database, &self->revision, error))
    return FALSE;
  self->now = balance_tasks_read (database, self->revision, error);

  return self->now != NULL;
}

void
balance_task_states_clear (BalanceTaskStates *self)
{
  g_clear_pointer (&self->now, g_ptr_array_unref);
  g_clear_pointer (&self->past, g_hash_table_unref);
}

GPtrArray *
balance_task_states_get (BalanceTaskStates *self, gint64 revision, GError **error)
{
  GPtrArray *tasks;
  gint64 *key;

  if (revision == self->revision)
    return self->now;
  tasks = g_hash_table_lookup (self->past, &revision);
  if (tasks != NULL)
    return tasks;
  tasks = balance_tasks_replay (self->database, revision, error);
  if (tasks == NULL)
    return NULL;
  key = g_new (gint64, 1);
  *key = revision;
  g_hash_table_insert (self->past, key, tasks);

  return tasks;
}

gboolean
balance_tasks_check (BalanceDatabase *self, GError **error)
{
  g_autoptr(GPtrArray) now = NULL, replayed = NULL;
  gint64 revision;

  if (!balance_tasks_get_revision (self, &revision, error))
    return FALSE;
  now = balance_tasks_read (self, revision, error);
  replayed = now != NULL ? balance_tasks_replay (self, revision, error) : NULL;
  if (replayed == NULL)
    return FALSE;
  if (now->len != replayed->len)
    return balance_database_throw_damaged (self, "there are tasks without a history, or a history without its task", "任务与变更记录不一致", error);
  for (guint i = 0; i < now->len; i++)
    {
      BalanceTask *a = g_ptr_array_index (now, i), *b = g_ptr_array_index (replayed, i);

      for (guint k = 0; k < BALANCE_TASK_N_FIELDS; k++)
        if (a->id != b->id || g_strcmp0 (a->values[k], b->values[k]) != 0)
          return balance_database_throw_damaged (self, "a task is not what its history gives", "任务内容与变更记录不一致", error);
    }

  return TRUE;
}

/* -- writing ---------------------------------------------------------------------------------------------- */

static gboolean
write_change (BalanceDatabase *self, gint64 task, const char *time, const char *who, BalanceTaskField field, const char *old, const char *new, GError **error)
{
  g_autoptr(BalanceStatement) statement =
    balance_database_prepare (self, "INSERT INTO task_changes (task, time, who, field, old, new) VALUES (?, ?, ?, ?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  balance_statement_bind (statement, "ittttt", task, time, who, balance_task_field_get_id (field), old, new);

  return balance_database_run (self, statement, error);
}

/* The names are ours, never from outside. A number is kept as one by the type of its column. */
static gboolean
write_value (BalanceDatabase *self, gint64 task, BalanceTaskField field, const char *value, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("UPDATE tasks SET %s = ? WHERE id = ?", balance_task_field_get_id (field));
  g_autoptr(BalanceStatement) statement = balance_database_prepare (self, sql, error);

  if (statement == NULL)
    return FALSE;
  balance_statement_bind (statement, "ti", value, task);

  return balance_database_run (self, statement, error);
}

static gboolean
insert_task (BalanceDatabase *self, BalanceTask *task, GError **error)
{
  g_autoptr(BalanceStatement) statement =
    balance_database_prepare (self, "INSERT INTO tasks (district, title, kind, status) VALUES (?, ?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  balance_statement_bind (statement, "tttt", task->values[BALANCE_TASK_DISTRICT], task->values[BALANCE_TASK_TITLE],
                          task->values[BALANCE_TASK_KIND], task->values[BALANCE_TASK_STATUS]);
  if (!balance_database_run (self, statement, error))
    return FALSE;
  task->id = sqlite3_last_insert_rowid (self->handle);

  return TRUE;
}

gboolean
balance_tasks_write (BalanceDatabase *self, BalanceTask *before, BalanceTask *after, const char *who, GError **error)
{
  g_autofree char *time = balance_database_dup_time ();

  if (before == NULL && !insert_task (self, after, error))
    return FALSE;
  for (guint i = 0; i < BALANCE_TASK_N_FIELDS; i++)
    {
      BalanceTaskField field = (BalanceTaskField) i;
      const char *old = before != NULL ? before->values[i] : NULL;

      if (g_strcmp0 (old, after->values[i]) != 0 &&
          (!write_value (self, after->id, field, after->values[i], error) ||
           !write_change (self, after->id, time, who, field, old, after->values[i], error)))
        return FALSE;
    }

  return TRUE;
}
