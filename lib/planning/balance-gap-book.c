/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "base/balance-problem-private.h"
#include "census/balance-field-private.h"
#include "census/balance-value-private.h"
#include "io/balance-workbook-private.h"
#include "planning/balance-gap-columns-private.h"
#include "planning/balance-gap-private.h"
#include "planning/balance-ledger-make-private.h"

#define MAX_HEADER_ROWS 10
#define MAX_TEXT        4000

static const struct { const char *en, *zh; } columns[BALANCE_GAP_N_COLUMNS] = {
  { "No.", "序号" },
  { "District code", "区县代码" },
  { "School code", "学校代码" },
  { "Who", "对象" },
  { "Stage", "学段" },
  { "Id", "指标编号" },
  { "Requirement", "指标或要求" },
  { "Value", "现值" },
  { "Limit", "要求值" },
  { "Lacking to the limit", "距要求差额" },
  { "Lacking to the floor", "距底线差额" },
  { "Unit", "单位" },
  { "Target", "整改目标" },
  { "Measure", "措施" },
  { "Responsible unit", "责任单位" },
  { "Responsible person", "责任人" },
  { "Deadline", "完成时限" },
  { "Status", "进展" },
};

const char *
balance_gap_column_title (BalanceGapColumn column, BalanceLanguage language)
{
  return language == BALANCE_LANGUAGE_ZH ? columns[column].zh : columns[column].en;
}

/* -- reading ----------------------------------------------------------------------------------------- */

typedef struct
{
  BalanceGapList    *list;
  const char        *file;
  BalanceProblems   *problems;
  BalanceLanguage    language;
  GHashTable        *taken;      /* gaps that a row was found for */
  GPtrArray         *tasks;      /* of BalanceTask */
  const BalanceGrid *sheet;
  guint              header_row;
  int                at[BALANCE_GAP_N_COLUMNS];    /* column from 0, -1 = none */
} Reader;

static char *
dup_cell (const BalanceGrid *sheet, guint row, guint column)
{
  guint n = sheet->starts[row + 1] - sheet->starts[row];
  const char *text;
  gsize length;

  if (column >= n)
    return NULL;
  text = sheet->cells[sheet->starts[row] + column].span.text;
  length = sheet->cells[sheet->starts[row] + column].span.length;
  balance_value_trim (&text, &length);

  return length > 0 ? g_utf8_make_valid (text, (gssize) MIN (length, MAX_TEXT)) : NULL;
}

static char *
dup_text (Reader *self, guint row, BalanceGapColumn column)
{
  return self->at[column] >= 0 ? dup_cell (self->sheet, row, (guint) self->at[column]) : NULL;
}

/* The first row that has the id of the requirement and one of the columns to fill in. */
static gboolean
find_header (Reader *self)
{
  for (guint row = 0; row < MIN (MAX_HEADER_ROWS, self->sheet->n_rows); row++)
    {
      for (guint k = 0; k < BALANCE_GAP_N_COLUMNS; k++)
        self->at[k] = -1;
      for (guint c = 0; c < self->sheet->starts[row + 1] - self->sheet->starts[row]; c++)
        {
          g_autofree char *text = dup_cell (self->sheet, row, c);

          for (guint k = 0; text != NULL && k < BALANCE_GAP_N_COLUMNS; k++)
            if (self->at[k] < 0 && (strcmp (text, columns[k].zh) == 0 || g_ascii_strcasecmp (text, columns[k].en) == 0))
              self->at[k] = (int) c;
        }
      self->header_row = row;
      if (self->at[BALANCE_GAP_COLUMN_ID] >= 0 && self->at[BALANCE_GAP_COLUMN_MEASURE] >= 0)
        return TRUE;
    }

  return FALSE;
}

static void
report (Reader *self, guint row, int column, const char *found, const char *kind, const char *message_en, const char *message_zh,
        const char *expected_en, const char *expected_zh)
{
  g_autofree char *header = column >= 0 ? dup_cell (self->sheet, self->header_row, (guint) column) : NULL;
  BalancePlace place = { .file = self->file, .sheet = *self->sheet->name != '\0' ? self->sheet->name : NULL, .row = self->sheet->rows[row],
                         .column = column >= 0 ? (guint) column + 1 : 0, .column_name = header, .found = found };

  balance_problems_add_literal (self->problems, BALANCE_SEVERITY_ERROR, kind, &place, message_en, message_zh, expected_en, expected_zh,
                                "correct the cell and read the workbook again", "请改正该单元格后重新读入");
}

static gboolean
stage_is (BalanceGap *gap, const char *text)
{
  const char *stage = balance_gap_get_stage (gap);
  BalanceDictionary *dictionary = gap->evaluation->facts->dictionary;
  int code;

  if (stage == NULL || text == NULL)
    return stage == NULL && text == NULL;
  code = balance_dictionary_find_stage (dictionary, stage);
  return balance_field_match_choice (dictionary->identity[BALANCE_ID_STAGE], text, -1) == code;
}

static BalanceGap *
find_gap (Reader *self, const char *district, const char *school, const char *stage, const char *id)
{
  for (guint i = 0; i < self->list->gaps->len; i++)
    {
      BalanceGap *gap = g_ptr_array_index (self->list->gaps, i);

      if (strcmp (balance_gap_get_id (gap), id) == 0 && g_strcmp0 (balance_gap_get_school_code (gap), school) == 0 && stage_is (gap, stage) &&
          (district == NULL || g_strcmp0 (balance_gap_get_district_code (gap), district) == 0))
        return gap;
    }

  return NULL;
}

/* What was filled in, and the field of the task that it is. */
static const struct { BalanceGapColumn column; BalanceTaskField field; } inputs[] = {
  { BALANCE_GAP_COLUMN_MEASURE, BALANCE_TASK_TITLE },
  { BALANCE_GAP_COLUMN_RESPONSIBLE, BALANCE_TASK_RESPONSIBLE_UNIT },
  { BALANCE_GAP_COLUMN_PERSON, BALANCE_TASK_RESPONSIBLE_PERSON },
  { BALANCE_GAP_COLUMN_DEADLINE, BALANCE_TASK_DEADLINE },
  { BALANCE_GAP_COLUMN_STATUS, BALANCE_TASK_STATUS },
};

/* FALSE after a problem. */
static gboolean
read_input (Reader *self, guint row, guint input, char **value)
{
  BalanceGapColumn column = inputs[input].column;
  g_autofree char *text = dup_text (self, row, column);
  BalanceText expected = { NULL };

  if (!balance_task_field_read (inputs[input].field, self->list->evaluation->facts->dictionary, text, value, &expected))
    {
      report (self, row, self->at[column], text, inputs[input].field == BALANCE_TASK_DEADLINE ? "date" : "unknown-value", "this cannot be understood", "无法识别该内容",
              balance_text_get (&expected, BALANCE_LANGUAGE_EN), balance_text_get (&expected, BALANCE_LANGUAGE_ZH));
      balance_text_clear (&expected);
      return FALSE;
    }
  /* verified is for a census to say, and whoever waives a task gives the reason, for which this table has no room */
  if (inputs[input].field == BALANCE_TASK_STATUS && (g_strcmp0 (*value, "verified") == 0 || g_strcmp0 (*value, "waived") == 0))
    {
      report (self, row, self->at[column], text, "unknown-value", "this table begins tasks; it cannot close them", "整改任务书用于登记任务，不能在此销号或取消任务",
              "open, under way or done", "待整改、整改中或已完成");
      return FALSE;
    }

  return TRUE;
}

static BalanceGap *
find_row_gap (Reader *self, guint row)
{
  g_autofree char *id = dup_text (self, row, BALANCE_GAP_COLUMN_ID), *school = dup_text (self, row, BALANCE_GAP_COLUMN_SCHOOL);
  g_autofree char *district = dup_text (self, row, BALANCE_GAP_COLUMN_DISTRICT), *stage = dup_text (self, row, BALANCE_GAP_COLUMN_STAGE);
  BalanceGap *gap = id != NULL ? find_gap (self, district, school, stage, id) : NULL;

  if (gap == NULL)
    report (self, row, self->at[BALANCE_GAP_COLUMN_ID], id, "unknown-row",
            "there is no such gap: no school or district lacks this for the requirement of that id",
            "没有对应的差距：该学校或区县在此项要求上没有差距，或编号有误",
            "district code, school code, stage and id as they were written", "区县代码、学校代码、学段和指标编号应与导出时一致");
  else if (balance_gap_get_district_code (gap) == NULL)
    report (self, row, self->at[BALANCE_GAP_COLUMN_ID], id, "unknown-row", "this is asked of the region, no district can be given it as a task",
            "该项要求针对区域，不能作为区县的整改任务", "a gap of a school or a district", "学校或区县的差距");
  else if (!g_hash_table_add (self->taken, gap))
    report (self, row, self->at[BALANCE_GAP_COLUMN_ID], id, "repeated-row", "this gap stands in another row already", "该差距已在其他行填写",
            NULL, NULL);
  else
    return gap;

  return NULL;
}

static gboolean
read_row (Reader *self, guint row, GError **error)
{
  char *more[BALANCE_TASK_N_FIELDS] = { NULL };
  gboolean good = TRUE, filled = FALSE;
  BalanceGap *gap;
  BalanceTask *task = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++)
    {
      g_autofree char *text = dup_text (self, row, inputs[i].column);

      filled = filled || text != NULL;
    }
  /* nothing filled in: nothing to keep */
  if (!filled)
    return TRUE;
  gap = find_row_gap (self, row);
  for (guint i = 0; gap != NULL && i < G_N_ELEMENTS (inputs); i++)
    good = read_input (self, row, i, &more[inputs[i].field]) && good;
  if (gap != NULL && good)
    task = balance_task_new_from_gap (gap, self->language, (const char *const *) more, error);
  for (guint i = 0; i < BALANCE_TASK_N_FIELDS; i++)
    g_free (more[i]);
  if (task != NULL)
    g_ptr_array_add (self->tasks, task);

  return gap == NULL || !good || task != NULL;
}

/**
 * balance_ledger_new_from_gap_book:
 * @gaps: a list of gaps
 * @bytes: its workbook as [method@Balance.GapList.write_xlsx] wrote it, filled in
 * @name: what to call it in messages
 * @language: (nullable): "zh" or "en" of what is to be done where the workbook does not say; %NULL is "en"
 * @problems: (out) (transfer full) (optional): return location for a list of [class@Balance.Problem]
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error: the file cannot be read at all, or has no such table
 *
 * Makes tasks of the filled-in list of gaps (整改任务书): measure, who is responsible, deadline and status. Rows are
 * matched by district code, school code, stage and the id of the requirement, so they may be sorted or left out. A row in
 * which nothing was filled in is passed over; one that belongs to no gap, stands twice, or has an impossible date or
 * status is a problem and not in the result.
 *
 * Returns: (transfer full): the tasks of the filled rows
 *
 * Since: 1.0
 */
BalanceLedger *
balance_ledger_new_from_gap_book (BalanceGapList  *gaps,
                                  GBytes          *bytes,
                                  const char      *name,
                                  const char      *language,
                                  GListModel     **problems,
                                  GCancellable    *cancellable,
                                  GError         **error)
{
  g_autoptr(BalanceProblems) list = balance_problems_new ();
  g_autoptr(BalanceWorkbook) book = NULL;
  g_autoptr(GHashTable) taken = g_hash_table_new (NULL, NULL);
  g_autoptr(GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  Reader reader = { .list = gaps, .file = name, .problems = list, .language = balance_language_parse (language), .taken = taken, .tasks = tasks };
  gboolean found = FALSE, good = TRUE;

  g_return_val_if_fail (BALANCE_IS_GAP_LIST (gaps), NULL);
  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  book = balance_workbook_read (bytes, name, list, cancellable, error);
  if (book == NULL)
    {
      if (problems != NULL)
        *problems = balance_problems_dup_list (list);
      if (error == NULL || *error == NULL)
        balance_problems_throw (list, BALANCE_ERROR_INVALID_DATA, error);
      return NULL;
    }

  for (guint i = 0; i < book->sheets->len && good; i++)
    {
      reader.sheet = g_ptr_array_index (book->sheets, i);
      if (!find_header (&reader))
        continue;
      found = TRUE;
      for (guint row = reader.header_row + 1; row < reader.sheet->n_rows && good; row++)
        good = read_row (&reader, row, error);
    }
  if (problems != NULL)
    *problems = balance_problems_dup_list (list);
  if (!good)
    return NULL;
  if (!found)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                   "%s has no table of gaps: no sheet has the headers “%s” and “%s”\n%s中没有差距清单：没有含“%s”和“%s”列的工作表",
                   name, columns[BALANCE_GAP_COLUMN_ID].en, columns[BALANCE_GAP_COLUMN_MEASURE].en,
                   name, columns[BALANCE_GAP_COLUMN_ID].zh, columns[BALANCE_GAP_COLUMN_MEASURE].zh);
      return NULL;
    }

  return balance_ledger_new_take (g_steal_pointer (&tasks), gaps->evaluation->as_of, 0);
}
