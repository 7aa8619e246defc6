/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What people changed, brought together with what others changed since. */

#include "store/balance-store-tasks-private.h"

#include <string.h>

typedef struct
{
  BalanceTaskStates *states;
  BalanceDictionary *dictionary;   /* nullable */
  BalanceMergeFault  fault;
  gpointer           user_data;
  guint              index;        /* of the task at hand */
  guint              n_faults;
} Merge;

BalanceTask *
balance_tasks_find (GPtrArray *tasks, gint64 id)
{
  guint low = 0, high = tasks->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      BalanceTask *task = g_ptr_array_index (tasks, middle);

      if (task->id == id)
        return task;
      if (task->id < id)
        low = middle + 1;
      else
        high = middle;
    }

  return NULL;
}

static void
pass_on (BalanceTaskField field, const BalanceText *message, const BalanceText *expected, gpointer user_data)
{
  Merge *self = user_data;

  self->n_faults++;
  self->fault (self->index, field, message, expected, self->user_data);
}

static void
tell (Merge *self, BalanceTaskField field, const char *en, const char *zh, const char *expected_en, const char *expected_zh)
{
  BalanceText message = { NULL }, expected = { NULL };

  balance_text_set (&message, en, zh);
  balance_text_set (&expected, expected_en, expected_zh);
  pass_on (field, &message, &expected, self);
  balance_text_clear (&message);
  balance_text_clear (&expected);
}

static void
tell_conflict (Merge *self, BalanceTaskField field, const char *base, const char *ours)
{
  g_autofree char *base_en = balance_task_field_show (field, self->dictionary, base, BALANCE_LANGUAGE_EN);
  g_autofree char *base_zh = balance_task_field_show (field, self->dictionary, base, BALANCE_LANGUAGE_ZH);
  g_autofree char *ours_en = balance_task_field_show (field, self->dictionary, ours, BALANCE_LANGUAGE_EN);
  g_autofree char *ours_zh = balance_task_field_show (field, self->dictionary, ours, BALANCE_LANGUAGE_ZH);
  g_autofree char *en = g_strdup_printf ("somebody else has changed this since it was written out: it was “%s” then and is “%s” now", base_en, ours_en);
  g_autofree char *zh = g_strdup_printf ("导出之后已有他人修改：导出时为“%s”，现为“%s”", base_zh, ours_zh);
  g_autofree char *want_en = g_strdup_printf ("“%s”, or a new edit of what stands there now", ours_en);
  g_autofree char *want_zh = g_strdup_printf ("“%s”，或重新导出后再修改", ours_zh);

  tell (self, field, en, zh, want_en, want_zh);
}

/* What is there now, with what was changed since the revision of `theirs`. NULL after telling what is wrong. */
static BalanceTask *
merge_one (Merge *self, BalanceTask *theirs, BalanceTask *ours, GError **error)
{
  g_autoptr(BalanceTask) merged = balance_task_copy (ours);
  GPtrArray *tasks;
  BalanceTask *base;
  guint before = self->n_faults;

  if (theirs->revision < 1 || theirs->revision > self->states->revision)
    {
      tell (self, BALANCE_TASK_STATUS, "the revision that it was written out from is missing or wrong", "缺少导出时的版本号，或版本号有误",
            "the revision as it was written out", "导出时的版本号");
      return NULL;
    }
  tasks = balance_task_states_get (self->states, theirs->revision, error);
  if (tasks == NULL)
    return NULL;
  base = balance_tasks_find (tasks, theirs->id);
  for (guint i = 0; i < BALANCE_TASK_N_FIELDS; i++)
    {
      BalanceTaskField field = (BalanceTaskField) i;
      const char *was = base != NULL ? base->values[i] : NULL, *wanted = theirs->values[i], *is = ours->values[i];

      if (g_strcmp0 (wanted, is) == 0 || g_strcmp0 (wanted, was) == 0)
        continue;
      if (g_strcmp0 (is, was) == 0)
        balance_task_set (merged, field, wanted);
      else
        tell_conflict (self, field, was, is);
    }

  return self->n_faults == before ? g_steal_pointer (&merged) : NULL;
}

/* What belonged to the state before goes with it, unless somebody wrote it anew. */
static void
drop_leftovers (BalanceTask *before, BalanceTask *after)
{
  BalanceTaskStatus status = balance_task_get_status (after);

  if (status != BALANCE_TASK_UNDER_WAY && g_strcmp0 (before->values[BALANCE_TASK_PROGRESS], after->values[BALANCE_TASK_PROGRESS]) == 0)
    balance_task_set (after, BALANCE_TASK_PROGRESS, NULL);
  if (status != BALANCE_TASK_DONE && status != BALANCE_TASK_VERIFIED &&
      g_strcmp0 (before->values[BALANCE_TASK_FINISHED], after->values[BALANCE_TASK_FINISHED]) == 0)
    balance_task_set (after, BALANCE_TASK_FINISHED, NULL);
}

/* The task as it is to be, NULL after telling what is wrong. */
static BalanceTask *
prepare (Merge *self, BalanceTask *theirs, const char *today, GError **error)
{
  BalanceTask *ours = theirs->id > 0 ? balance_tasks_find (self->states->now, theirs->id) : NULL;
  g_autoptr(BalanceTask) after = NULL;
  guint before = self->n_faults;

  if (theirs->id > 0 && ours == NULL)
    {
      tell (self, BALANCE_TASK_N_FIELDS, "there is no task of this number", "没有该编号的任务", "a number as it was written out, or nothing for a new task",
            "导出时的任务编号；新增任务请留空");
      return NULL;
    }
  after = ours != NULL ? merge_one (self, theirs, ours, error) : balance_task_copy (theirs);
  if (after == NULL)
    return NULL;
  if (ours != NULL)
    drop_leftovers (ours, after);
  balance_task_settle (after, today);
  balance_task_check (after, pass_on, self);
  balance_task_check_change (ours, after, pass_on, self);

  return self->n_faults == before ? g_steal_pointer (&after) : NULL;
}

/* -- dependencies ------------------------------------------------------------------------------------------ */

/* Depth first without recursion: a chain of tasks may be long. */
static gboolean
has_cycle (GHashTable *tasks, BalanceTask *from)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr(GPtrArray) stack = g_ptr_array_new ();

  g_ptr_array_add (stack, from);
  while (stack->len > 0)
    {
      BalanceTask *task = g_ptr_array_index (stack, stack->len - 1);
      g_autofree gint64 *ids = NULL;
      gsize n_ids;

      g_ptr_array_set_size (stack, (int) stack->len - 1);
      if (!g_hash_table_add (seen, &task->id))
        continue;
      ids = balance_task_dup_depends_on (task, &n_ids);
      for (gsize i = 0; i < n_ids; i++)
        {
          BalanceTask *next = g_hash_table_lookup (tasks, &ids[i]);

          if (next == from)
            return TRUE;
          if (next != NULL)
            g_ptr_array_add (stack, next);
        }
    }

  return FALSE;
}

static void
check_dependencies (Merge *self, GPtrArray *prepared)
{
  g_autoptr(GHashTable) tasks = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < self->states->now->len; i++)
    g_hash_table_insert (tasks, &((BalanceTask *) g_ptr_array_index (self->states->now, i))->id, g_ptr_array_index (self->states->now, i));
  for (guint i = 0; i < prepared->len; i++)
    {
      BalanceTask *task = g_ptr_array_index (prepared, i);

      if (task != NULL && task->id > 0)
        g_hash_table_replace (tasks, &task->id, task);
    }
  for (guint i = 0; i < prepared->len; i++)
    {
      BalanceTask *task = g_ptr_array_index (prepared, i);
      g_autofree gint64 *ids = NULL;
      gsize n_ids = 0;

      if (task == NULL)
        continue;
      self->index = i;
      ids = balance_task_dup_depends_on (task, &n_ids);
      for (gsize k = 0; k < n_ids; k++)
        if (!g_hash_table_contains (tasks, &ids[k]))
          {
            tell (self, BALANCE_TASK_DEPENDS_ON, "it depends on a task that does not exist", "前置任务不存在", "numbers of tasks of this ledger", "本台账中的任务编号");
            break;
          }
      if (n_ids > 0 && task->id > 0 && has_cycle (tasks, task))
        tell (self, BALANCE_TASK_DEPENDS_ON, "it waits for itself, directly or by way of others", "任务直接或间接地以自身为前置任务",
              "tasks that do not wait for this one", "不依赖本任务的任务编号");
    }
}

/* -- all ---------------------------------------------------------------------------------------------------- */

static gboolean
write_all (Merge *self, GPtrArray *prepared, const char *who, guint *n_added, guint *n_changed, GError **error)
{
  for (guint i = 0; i < prepared->len; i++)
    {
      BalanceTask *after = g_ptr_array_index (prepared, i), *before = balance_tasks_find (self->states->now, after->id);
      gboolean same = before != NULL;

      for (guint k = 0; k < BALANCE_TASK_N_FIELDS && same; k++)
        same = g_strcmp0 (before->values[k], after->values[k]) == 0;
      if (same)
        continue;
      if (!balance_tasks_write (self->states->database, before, after, who, error))
        return FALSE;
      *n_added += before == NULL;
      *n_changed += before != NULL;
    }

  return TRUE;
}

static void
object_unref0 (gpointer object)
{
  g_clear_object (&object);
}

gboolean
balance_tasks_merge (BalanceTaskStates  *self,
                     BalanceTask       **tasks,
                     guint               n_tasks,
                     const char         *who,
                     const char         *today,
                     BalanceMergeFault   fault,
                     gpointer            user_data,
                     guint              *n_added,
                     guint              *n_changed,
                     GError            **error)
{
  g_autoptr(BalanceDictionary) dictionary = balance_dictionary_get_default (NULL);
  g_autoptr(GHashTable) taken = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr(GPtrArray) prepared = g_ptr_array_new_with_free_func (object_unref0);
  g_autoptr(GError) local_error = NULL;
  Merge merge = { .states = self, .dictionary = dictionary, .fault = fault, .user_data = user_data };

  *n_added = *n_changed = 0;
  for (guint i = 0; i < n_tasks; i++)
    {
      merge.index = i;
      if (tasks[i]->id > 0 && !g_hash_table_add (taken, &tasks[i]->id))
        {
          tell (&merge, BALANCE_TASK_N_FIELDS, "this task is there twice", "同一任务重复出现", "each task once", "每项任务只出现一次");
          g_ptr_array_add (prepared, NULL);
          continue;
        }
      g_ptr_array_add (prepared, prepare (&merge, tasks[i], today, &local_error));
      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }
  check_dependencies (&merge, prepared);

  return merge.n_faults == 0 && write_all (&merge, prepared, who, n_added, n_changed, error);
}
