/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The workbook of the ledger, as people edited it, back into the store. */

#include "store/balance-store-tasks-private.h"

#include <string.h>

#include "base/balance-problem-private.h"
#include "census/balance-value-private.h"
#include "io/balance-workbook-private.h"
#include "planning/balance-task-columns-private.h"

#define MAX_HEADER_ROWS 10
#define MAX_CELL        20000
#define ID              0
#define REVISION        (BALANCE_TASK_N_COLUMNS - 1)

typedef struct
{
  BalanceTaskStates *states;
  BalanceDictionary *dictionary;    /* nullable */
  const char        *file;
  BalanceProblems   *problems;
  const BalanceGrid *sheet;
  guint              header_row;
  int                at[BALANCE_TASK_N_COLUMNS];    /* column from 0, -1 = none */
  GHashTable        *taken;         /* numbers of tasks that a row was found for */
  GPtrArray         *tasks;         /* of BalanceTask, as the rows say */
  GArray            *rows;          /* of guint: the row of each */
} Book;

static const BalanceGridCell *
get_cell (Book *self, guint row, int column)
{
  if (column < 0 || (guint) column >= self->sheet->starts[row + 1] - self->sheet->starts[row])
    return NULL;

  return &self->sheet->cells[self->sheet->starts[row] + (guint) column];
}

/* (transfer full) NULL where it is empty. */
static char *
dup_cell (Book *self, guint row, int column)
{
  const BalanceGridCell *cell = get_cell (self, row, column);
  const char *text;
  gsize length;

  if (cell == NULL)
    return NULL;
  text = cell->span.text;
  length = cell->span.length;
  if (balance_value_trim (&text, &length))
    return NULL;

  return g_utf8_make_valid (text, (gssize) MIN (length, MAX_CELL));
}

static void
report (Book *self, BalanceSeverity severity, guint row, int column, const char *kind, const BalanceText *message, const BalanceText *expected)
{
  g_autofree char *header = column >= 0 ? dup_cell (self, self->header_row, column) : NULL, *found = dup_cell (self, row, column);
  BalancePlace place = { .file = self->file, .sheet = *self->sheet->name != '\0' ? self->sheet->name : NULL, .row = self->sheet->rows[row],
                         .column = column >= 0 ? (guint) column + 1 : 0, .column_name = header, .found = found };
  BalanceText of = { NULL }, want = { NULL }, remedy = { NULL };

  balance_text_copy (&of, message);
  if (expected != NULL)
    balance_text_copy (&want, expected);
  if (severity == BALANCE_SEVERITY_ERROR)
    balance_text_set (&remedy, "correct the cell and read the workbook again; nothing was kept", "请改正该单元格后重新读入；本次未保存任何内容");
  balance_problems_add (self->problems, severity, kind, &place, &of, expected != NULL ? &want : NULL, severity == BALANCE_SEVERITY_ERROR ? &remedy : NULL);
}

static void
report_literal (Book *self, BalanceSeverity severity, guint row, int column, const char *kind, const char *en, const char *zh, const char *expected_en, const char *expected_zh)
{
  BalanceText message = { NULL }, expected = { NULL };

  balance_text_set (&message, en, zh);
  balance_text_set (&expected, expected_en, expected_zh);
  report (self, severity, row, column, kind, &message, expected_en != NULL ? &expected : NULL);
  balance_text_clear (&message);
  balance_text_clear (&expected);
}

/* -- head ----------------------------------------------------------------------------------------------- */

static int
find_column (const char *text)
{
  for (guint k = 0; k < BALANCE_TASK_N_COLUMNS; k++)
    if (strcmp (text, balance_task_column_get_title (k, BALANCE_LANGUAGE_ZH)) == 0 ||
        g_ascii_strcasecmp (text, balance_task_column_get_title (k, BALANCE_LANGUAGE_EN)) == 0)
      return (int) k;

  return -1;
}

static guint
column_of (BalanceTaskField field)
{
  guint column = 0;

  while (balance_task_column_get_field (column) != field)
    column++;

  return column;
}

/* The first row that has the number of the task and what is to be done. */
static gboolean
find_header (Book *self)
{
  for (guint row = 0; row < MIN (MAX_HEADER_ROWS, self->sheet->n_rows); row++)
    {
      for (guint k = 0; k < BALANCE_TASK_N_COLUMNS; k++)
        self->at[k] = -1;
      for (guint c = 0; c < self->sheet->starts[row + 1] - self->sheet->starts[row]; c++)
        {
          g_autofree char *text = dup_cell (self, row, (int) c);
          int column = text != NULL ? find_column (text) : -1;

          if (column >= 0 && self->at[column] < 0)
            self->at[column] = (int) c;
        }
      self->header_row = row;
      if (self->at[ID] >= 0 && self->at[column_of (BALANCE_TASK_TITLE)] >= 0)
        return TRUE;
    }

  return FALSE;
}

static void
check_header (Book *self)
{
  guint row = self->header_row;

  for (guint c = 0; c < self->sheet->starts[row + 1] - self->sheet->starts[row]; c++)
    {
      g_autofree char *text = dup_cell (self, row, (int) c);
      int column = text != NULL ? find_column (text) : -1;

      if (text != NULL && column < 0)
        report_literal (self, BALANCE_SEVERITY_NOTE, row, (int) c, "unknown-column", "the ledger has no such column; it was passed over", "台账没有该列，已忽略", NULL, NULL);
      else if (column >= 0 && self->at[column] != (int) c)
        report_literal (self, BALANCE_SEVERITY_ERROR, row, (int) c, "repeated-column", "this column is there twice", "该列重复出现", "each column once", "每列只出现一次");
    }
}

/* -- rows ----------------------------------------------------------------------------------------------- */

static gboolean
is_empty (Book *self, guint row)
{
  for (guint k = 0; k < BALANCE_TASK_N_COLUMNS; k++)
    {
      g_autofree char *text = dup_cell (self, row, self->at[k]);

      if (text != NULL)
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_number (const char *text, gint64 most, gint64 *number)
{
  BalanceDecimal decimal;

  if (text == NULL || !balance_decimal_parse (text, -1, &decimal))
    return FALSE;
  balance_decimal_normalize (&decimal);
  *number = decimal.digits;

  return decimal.scale == 0 && decimal.digits >= 1 && decimal.digits <= most;
}

/* Is the cell what was written out for this value, in either language? Then nobody has touched it, though what was
 * written may have lost something: two units of one title. */
static gboolean
is_as_written (Book *self, BalanceTaskField field, const char *value, const char *text)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *shown = balance_task_field_show (field, self->dictionary, value, i == 0 ? BALANCE_LANGUAGE_ZH : BALANCE_LANGUAGE_EN);
      const char *start = shown;
      gsize length = strlen (shown);

      balance_value_trim (&start, &length);
      if (strlen (text) == length && strncmp (start, text, length) == 0)
        return TRUE;
    }

  return FALSE;
}

/* FALSE after a problem. `base` (nullable): the task as it was written out. */
static gboolean
read_field (Book *self, guint row, guint column, BalanceTask *base, BalanceTask *task)
{
  BalanceTaskField field = balance_task_column_get_field (column);
  const BalanceGridCell *cell = get_cell (self, row, self->at[column]);
  g_autofree char *text = dup_cell (self, row, self->at[column]), *value = NULL;
  const char *was = base != NULL ? base->values[field] : NULL;
  BalanceText expected = { NULL };

  if (cell != NULL && text != NULL && (cell->kind == BALANCE_GRID_CELL_ERROR || cell->kind == BALANCE_GRID_CELL_UNCOMPUTED))
    {
      report_literal (self, BALANCE_SEVERITY_ERROR, row, self->at[column], "cell-error", "the cell holds an error or a formula without a value", "单元格为错误值或未计算的公式",
                      "a value", "具体的值");
      return FALSE;
    }
  if (text == NULL ? was == NULL : was != NULL && is_as_written (self, field, was, text))
    {
      balance_task_set (task, field, was);
      return TRUE;
    }
  if (!balance_task_field_read (field, self->dictionary, text, &value, &expected))
    {
      report_literal (self, BALANCE_SEVERITY_ERROR, row, self->at[column], "task-value", "this cannot be understood", "无法识别该内容",
                      balance_text_get (&expected, BALANCE_LANGUAGE_EN), balance_text_get (&expected, BALANCE_LANGUAGE_ZH));
      balance_text_clear (&expected);
      return FALSE;
    }
  if (!balance_task_field_is_edited (field) && g_strcmp0 (value, was) != 0)
    {
      report_literal (self, BALANCE_SEVERITY_ERROR, row, self->at[column], "task-value", "only a verification writes here", "该列只由核验填写", was != NULL ? was : "nothing", was != NULL ? was : "留空");
      return FALSE;
    }
  /* what every task has: of a new row the beginning, of another one it cannot be taken away */
  if (value == NULL && (field == BALANCE_TASK_STATUS || field == BALANCE_TASK_KIND))
    {
      if (base == NULL)
        return TRUE;
      report_literal (self, BALANCE_SEVERITY_ERROR, row, self->at[column], "task-value", "a task always has this", "该项不能为空", "one of the choices of the column", "该列的选项之一");
      return FALSE;
    }
  balance_task_set (task, field, value);

  return TRUE;
}

static BalanceTask *
begin_task (Book *self, guint row, gint64 id, BalanceTask **base, GError **error)
{
  g_autofree char *text = dup_cell (self, row, self->at[REVISION]);
  BalanceTask *ours = balance_tasks_find (self->states->now, id), *task;
  GPtrArray *tasks;
  gint64 revision, *key;

  if (ours == NULL)
    {
      report_literal (self, BALANCE_SEVERITY_ERROR, row, self->at[ID], "unknown-task", "there is no task of this number", "没有该编号的任务",
                      "a number as it was written out, or nothing for a new task", "导出时的任务编号；新增任务请留空");
      return NULL;
    }
  if (g_hash_table_contains (self->taken, &id))
    {
      report_literal (self, BALANCE_SEVERITY_ERROR, row, self->at[ID], "repeated-row", "this task stands in another row already", "该任务已在其他行出现",
                      "each task once; nothing for a new one", "每项任务只出现一次；新增任务请留空");
      return NULL;
    }
  key = g_new (gint64, 1);
  *key = id;
  g_hash_table_add (self->taken, key);
  if (!read_number (text, self->states->revision, &revision))
    {
      report_literal (self, BALANCE_SEVERITY_ERROR, row, self->at[REVISION], "revision", "the revision that the row was written out from is missing or wrong", "缺少导出时的版本号，或版本号有误",
                      "the revision as it was written out", "导出时的版本号");
      return NULL;
    }
  tasks = balance_task_states_get (self->states, revision, error);
  if (tasks == NULL)
    return NULL;
  *base = balance_tasks_find (tasks, id);
  task = balance_task_copy (*base != NULL ? *base : ours);
  task->revision = revision;

  return task;
}

static void
read_row (Book *self, guint row, GError **error)
{
  g_autofree char *number = dup_cell (self, row, self->at[ID]);
  char *nothing[BALANCE_TASK_N_FIELDS] = { NULL };
  g_autoptr(BalanceTask) task = NULL;
  BalanceTask *base = NULL;
  gboolean good = TRUE;
  gint64 id = 0;

  if (is_empty (self, row))
    return;
  if (number == NULL)
    {
      task = balance_task_new_take (0, 0, nothing);
    }
  else if (!read_number (number, G_MAXINT32, &id))
    {
      report_literal (self, BALANCE_SEVERITY_ERROR, row, self->at[ID], "unknown-task", "this is no number of a task", "任务编号有误",
                      "a number as it was written out, or nothing for a new task", "导出时的任务编号；新增任务请留空");
      return;
    }
  else
    {
      task = begin_task (self, row, id, &base, error);
    }
  if (task == NULL)
    return;
  for (guint k = ID + 1; k < REVISION; k++)
    if (self->at[k] >= 0)
      good = read_field (self, row, k, base, task) && good;
  if (!good)
    return;
  g_ptr_array_add (self->tasks, g_steal_pointer (&task));
  g_array_append_val (self->rows, row);
}

static void
add_fault (guint index, BalanceTaskField field, const BalanceText *message, const BalanceText *expected, gpointer user_data)
{
  Book *self = user_data;
  int column = -1;

  for (guint k = 0; k < BALANCE_TASK_N_COLUMNS && column < 0; k++)
    if (balance_task_column_get_field (k) == field)
      column = self->at[k];
  report (self, BALANCE_SEVERITY_ERROR, g_array_index (self->rows, guint, index), column, "task", message, expected);
}

/* -- all -------------------------------------------------------------------------------------------------- */

/* Inside a transaction; FALSE also without an error where there are problems. */
static gboolean
take_sheet (Book *self, const char *who, const char *today, guint *n_added, guint *n_changed, GError **error)
{
  g_autoptr(GError) local_error = NULL;

  check_header (self);
  for (guint row = self->header_row + 1; row < self->sheet->n_rows && local_error == NULL; row++)
    read_row (self, row, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  return balance_tasks_merge (self->states, (BalanceTask **) self->tasks->pdata, self->tasks->len, who, today, add_fault, self, n_added, n_changed, error) &&
         balance_problems_count (self->problems, BALANCE_SEVERITY_ERROR) == 0;
}

static const BalanceGrid *
find_sheet (Book *self, BalanceWorkbook *book, GError **error)
{
  for (guint i = 0; i < book->sheets->len; i++)
    {
      self->sheet = g_ptr_array_index (book->sheets, i);
      if (find_header (self))
        return self->sheet;
    }
  g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
               "%s has no table of tasks: no sheet has the headers “%s” and “%s”\n%s中没有整改台账：没有含“%s”和“%s”列的工作表", self->file,
               balance_task_column_get_title (ID, BALANCE_LANGUAGE_EN), balance_task_field_get_title (BALANCE_TASK_TITLE, BALANCE_LANGUAGE_EN), self->file,
               balance_task_column_get_title (ID, BALANCE_LANGUAGE_ZH), balance_task_field_get_title (BALANCE_TASK_TITLE, BALANCE_LANGUAGE_ZH));

  return NULL;
}

/**
 * balance_store_import_tasks:
 * @self: a store that is open for writing
 * @bytes: a workbook as [method@Balance.Ledger.write_xlsx] wrote it, edited
 * @name: what to call it in messages
 * @who: who changes the tasks
 * @as_of: (nullable): the day on which what is done without a date was finished; %NULL for today
 * @n_added: (out) (optional): return location for the number of new tasks
 * @n_changed: (out) (optional): return location for the number of tasks that were changed
 * @problems: (out) (transfer full) (optional): return location for a list of [class@Balance.Problem]
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Takes the edited workbook of the ledger back. Rows are known by the number of the task, so they may be sorted or left
 * out; a row without a number is a new task; columns that are not there change nothing. A cell that somebody changed
 * while somebody else changed the same field of the store is a problem, as is everything that cannot be understood or
 * does not go together. All problems are listed with sheet, row and column; if there is one, nothing at all is kept.
 *
 * Returns: %TRUE if everything was kept
 *
 * Since: 1.0
 */
gboolean
balance_store_import_tasks (BalanceStore  *self,
                            GBytes        *bytes,
                            const char    *name,
                            const char    *who,
                            const char    *as_of,
                            guint         *n_added,
                            guint         *n_changed,
                            GListModel   **problems,
                            GCancellable  *cancellable,
                            GError       **error)
{
  g_autoptr(BalanceProblems) list = balance_problems_new ();
  g_autoptr(BalanceDictionary) dictionary = balance_dictionary_get_default (NULL);
  g_autoptr(BalanceWorkbook) workbook = NULL;
  g_autoptr(GHashTable) taken = NULL;
  g_auto(BalanceTaskStates) states = { NULL };
  g_autoptr(GPtrArray) tasks = NULL;
  g_autoptr(GArray) rows = NULL;
  g_autoptr(GError) local_error = NULL;
  g_autofree char *today = NULL;
  Book book = { .dictionary = dictionary, .file = name, .problems = list };
  guint added = 0, changed = 0;
  gboolean good = FALSE;

  g_return_val_if_fail (BALANCE_IS_STORE (self), FALSE);
  g_return_val_if_fail (bytes != NULL && name != NULL, FALSE);
  g_return_val_if_fail (who != NULL && *who != '\0', FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  today = balance_ledger_read_date (as_of, &local_error);
  if (today != NULL)
    workbook = balance_workbook_read (bytes, name, list, cancellable, &local_error);
  if (workbook != NULL && find_sheet (&book, workbook, &local_error) != NULL && balance_store_begin (self, TRUE, cancellable, &local_error))
    {
      book.states = &states;
      book.taken = taken = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
      book.tasks = tasks = g_ptr_array_new_with_free_func (g_object_unref);
      book.rows = rows = g_array_new (FALSE, FALSE, sizeof (guint));
      good = balance_task_states_read (&states, self->database, &local_error) && take_sheet (&book, who, today, &added, &changed, &local_error);
      good = balance_store_end (self, good, local_error == NULL ? &local_error : NULL);
    }
  if (problems != NULL)
    *problems = balance_problems_dup_list (list);
  if (!good)
    {
      if (local_error != NULL)
        g_propagate_error (error, g_steal_pointer (&local_error));
      else
        balance_problems_throw (list, BALANCE_ERROR_INVALID_DATA, error);
      return FALSE;
    }
  if (n_added != NULL)
    *n_added = added;
  if (n_changed != NULL)
    *n_changed = changed;

  return TRUE;
}
