/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "base/balance-problem-private.h"
#include "census/balance-field-private.h"
#include "census/balance-value-private.h"
#include "io/balance-workbook-private.h"
#include "planning/balance-gap-columns-private.h"
#include "planning/balance-gap-private.h"

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

static const struct { const char *id, *en, *zh; } states[BALANCE_GAP_N_STATES] = {
  { "open", "open", "待整改" },
  { "under_way", "under way", "整改中" },
  { "done", "done", "已完成" },
  { "confirmed", "confirmed", "已销号" },
  { "dropped", "dropped", "不再整改" },
};

const char *
balance_gap_column_title (BalanceGapColumn column, BalanceLanguage language)
{
  return language == BALANCE_LANGUAGE_ZH ? columns[column].zh : columns[column].en;
}

const char *
balance_gap_state_id (guint state)
{
  return states[state].id;
}

const char *
balance_gap_state_title (guint state, BalanceLanguage language)
{
  return language == BALANCE_LANGUAGE_ZH ? states[state].zh : states[state].en;
}

/* -- reading ----------------------------------------------------------------------------------------- */

typedef struct
{
  BalanceGapList    *list;
  const char        *file;
  BalanceProblems   *problems;
  BalanceField      *date;       /* how dates are read */
  GHashTable        *taken;      /* gaps that a row was found for */
  GVariantBuilder    builder;
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

static void
add_text (GVariantBuilder *item, const char *key, const char *text)
{
  if (text != NULL)
    g_variant_builder_add (item, "{sv}", key, g_variant_new_string (text));
}

/* NULL where the cell is empty or wrong, which was reported. */
static char *
dup_deadline (Reader *self, guint row, gboolean *good)
{
  g_autofree char *text = dup_text (self, row, BALANCE_GAP_COLUMN_DEADLINE);
  BalanceDecimal days;

  if (text == NULL)
    return NULL;
  if (balance_value_parse (self->date, text, strlen (text), NULL, &days) == BALANCE_FAULT_NONE)
    return balance_date_to_string ((gint32) days.digits);
  *good = FALSE;
  report (self, row, self->at[BALANCE_GAP_COLUMN_DEADLINE], text, "date", "this is no date", "这不是日期", "a date such as 2025-08-31", "日期，如2025-08-31");

  return NULL;
}

static const char *
find_state (Reader *self, guint row, gboolean *good)
{
  g_autofree char *text = dup_text (self, row, BALANCE_GAP_COLUMN_STATUS);

  if (text == NULL)
    return NULL;
  for (guint i = 0; i < BALANCE_GAP_N_STATES; i++)
    if (strcmp (text, states[i].zh) == 0 || g_ascii_strcasecmp (text, states[i].en) == 0 || strcmp (text, states[i].id) == 0)
      return states[i].id;
  *good = FALSE;
  report (self, row, self->at[BALANCE_GAP_COLUMN_STATUS], text, "unknown-value", "this state is not known", "无法识别该进展",
          "open, under way, done, confirmed or dropped", "待整改、整改中、已完成、已销号或不再整改");

  return NULL;
}

static void
read_row (Reader *self, guint row)
{
  g_autofree char *id = dup_text (self, row, BALANCE_GAP_COLUMN_ID), *school = dup_text (self, row, BALANCE_GAP_COLUMN_SCHOOL);
  g_autofree char *district = dup_text (self, row, BALANCE_GAP_COLUMN_DISTRICT), *stage = dup_text (self, row, BALANCE_GAP_COLUMN_STAGE);
  g_autofree char *measure = dup_text (self, row, BALANCE_GAP_COLUMN_MEASURE), *unit = dup_text (self, row, BALANCE_GAP_COLUMN_RESPONSIBLE);
  g_autofree char *person = dup_text (self, row, BALANCE_GAP_COLUMN_PERSON), *deadline = NULL, *responsible = NULL, *any_status = NULL, *any_date = NULL;
  const char *status;
  BalanceGap *gap;
  GVariantBuilder item;
  gboolean good = TRUE;

  any_status = dup_text (self, row, BALANCE_GAP_COLUMN_STATUS);
  any_date = dup_text (self, row, BALANCE_GAP_COLUMN_DEADLINE);
  /* nothing filled in: nothing to keep */
  if (measure == NULL && unit == NULL && person == NULL && any_status == NULL && any_date == NULL)
    return;

  gap = id != NULL ? find_gap (self, district, school, stage, id) : NULL;
  if (gap == NULL)
    {
      report (self, row, self->at[BALANCE_GAP_COLUMN_ID], id, "unknown-row",
              "there is no such gap: no school or district lacks this for the requirement of that id",
              "没有对应的差距：该学校或区县在此项要求上没有差距，或编号有误",
              "district code, school code, stage and id as they were written", "区县代码、学校代码、学段和指标编号应与导出时一致");
      return;
    }
  if (!g_hash_table_add (self->taken, gap))
    {
      report (self, row, self->at[BALANCE_GAP_COLUMN_ID], id, "repeated-row", "this gap stands in another row already", "该差距已在其他行填写",
              NULL, NULL);
      return;
    }
  deadline = dup_deadline (self, row, &good);
  status = find_state (self, row, &good);
  if (!good)
    return;

  responsible = unit != NULL && person != NULL ? g_strdup_printf ("%s %s", unit, person) : g_strdup (unit != NULL ? unit : person);
  g_variant_builder_init (&item, G_VARIANT_TYPE_VARDICT);
  if (self->list->evaluation->facts->year != 0)
    g_variant_builder_add (&item, "{sv}", "year", g_variant_new_int64 (self->list->evaluation->facts->year));
  add_text (&item, "district", balance_gap_get_district_code (gap));
  add_text (&item, "school", balance_gap_get_school_code (gap));
  add_text (&item, "stage", balance_gap_get_stage (gap));
  add_text (&item, "requirement", balance_gap_get_id (gap));
  add_text (&item, "quantity", gap->amount);
  add_text (&item, "unit", gap->amount != NULL ? gap->unit : NULL);
  add_text (&item, "measure", measure);
  add_text (&item, "responsible", responsible);
  add_text (&item, "deadline", deadline);
  add_text (&item, "status", status);
  g_variant_builder_add_value (&self->builder, g_variant_builder_end (&item));
}

/**
 * balance_gap_list_read_plan:
 * @self: a list of gaps
 * @bytes: a workbook as [method@Balance.GapList.write_xlsx] wrote it, filled in
 * @name: what to call it in messages
 * @problems: (out) (transfer full) (optional): return location for a list of [class@Balance.Problem]
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error: the file cannot be read at all, or has no such table
 *
 * Reads what was filled in: measure, who is responsible, deadline and status. Rows are matched by district code, school
 * code, stage and the id of the requirement, so they may be sorted or left out. A row in which nothing was filled in
 * is passed over; one that belongs to no gap, stands twice, or has an impossible date or status is a problem and not
 * in the result.
 *
 * The result has type `aa{sv}` with the keys that [method@Balance.Store.add_rectification] takes.
 *
 * Returns: (transfer full) (nullable): the filled rows, %NULL on errors
 *
 * Since: 1.0
 */
GVariant *
balance_gap_list_read_plan (BalanceGapList  *self,
                            GBytes          *bytes,
                            const char      *name,
                            GListModel     **problems,
                            GCancellable    *cancellable,
                            GError         **error)
{
  g_autoptr(BalanceProblems) list = balance_problems_new ();
  g_autoptr(BalanceWorkbook) book = NULL;
  g_autoptr(BalanceField) date = NULL;
  g_autoptr(GHashTable) taken = g_hash_table_new (NULL, NULL);
  Reader reader = { .list = self, .file = name, .problems = list, .taken = taken };
  gboolean found = FALSE;

  g_return_val_if_fail (BALANCE_IS_GAP_LIST (self), NULL);
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

  reader.date = date = g_object_new (BALANCE_TYPE_FIELD, NULL);
  date->type = BALANCE_FIELD_DATE;
  g_variant_builder_init (&reader.builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < book->sheets->len; i++)
    {
      reader.sheet = g_ptr_array_index (book->sheets, i);
      if (!find_header (&reader))
        continue;
      found = TRUE;
      for (guint row = reader.header_row + 1; row < reader.sheet->n_rows; row++)
        read_row (&reader, row);
    }
  if (problems != NULL)
    *problems = balance_problems_dup_list (list);
  if (!found)
    {
      g_variant_builder_clear (&reader.builder);
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                   "%s has no table of gaps: no sheet has the headers “%s” and “%s”\n%s中没有差距清单：没有含“%s”和“%s”列的工作表",
                   name, columns[BALANCE_GAP_COLUMN_ID].en, columns[BALANCE_GAP_COLUMN_MEASURE].en,
                   name, columns[BALANCE_GAP_COLUMN_ID].zh, columns[BALANCE_GAP_COLUMN_MEASURE].zh);
      return NULL;
    }

  return g_variant_ref_sink (g_variant_builder_end (&reader.builder));
}
