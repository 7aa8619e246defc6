/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "base/balance-float-private.h"
#include "io/balance-xlsx-private.h"
#include "planning/balance-gap-columns-private.h"
#include "planning/balance-gap-private.h"
#include "planning/balance-task-private.h"
#include "report/balance-gap-report-private.h"
#include "report/balance-wording-private.h"

#define HEADER_ROW 2

typedef struct
{
  BalanceGapList  *list;
  BalanceLanguage  language;
  BalanceXlsx     *xlsx;
  lxw_worksheet   *sheet;
  guint            row;
} Writer;

static const double widths[BALANCE_GAP_N_COLUMNS] = { 5, 9, 12, 20, 6, 9, 24, 12, 12, 10, 10, 8, 14, 24, 12, 9, 11, 9 };

static const char *
word (Writer *self, const char *en, const char *zh)
{
  return self->language == BALANCE_LANGUAGE_ZH ? zh : en;
}

static void
put (Writer *self, BalanceGapColumn column, BalanceXlsxKind kind, BalanceXlsxShade shade, const char *text, guint *lines)
{
  balance_xlsx_text (self->xlsx, self->sheet, self->row, column, text, balance_xlsx_format (self->xlsx, kind, shade, -1));
  if (text != NULL)
    *lines = MAX (*lines, balance_xlsx_lines (text, widths[column]));
}

static void
put_number (Writer *self, BalanceGapColumn column, BalanceXlsxShade shade, const char *digits)
{
  const char *point = digits != NULL ? strchr (digits, '.') : NULL;

  balance_xlsx_digits (self->xlsx, self->sheet, self->row, column, digits,
                       balance_xlsx_format (self->xlsx, BALANCE_XLSX_NUMBER, shade, point != NULL ? (int) strlen (point + 1) : 0));
}

static void
write_gap (Writer *self, BalanceGap *gap, guint number)
{
  const char *language = word (self, "en", "zh"), *stage = balance_gap_get_stage (gap);
  g_autoptr(BalanceFinding) finding = balance_gap_get_finding (gap);
  BalanceDictionary *dictionary = gap->evaluation->facts->dictionary;
  int code = stage != NULL ? balance_dictionary_find_stage (dictionary, stage) : -1, school = balance_gap_get_school_row (gap);
  g_autofree char *position = g_strdup_printf ("%u", number), *value = balance_finding_dup_value_text (finding, language);
  g_autofree char *limit_text = balance_finding_dup_limit_text (finding, language), *limit = NULL, *unit = NULL, *missing = NULL, *subject = NULL;
  BalanceXlsxShade shade = gap->verdict == BALANCE_VERDICT_UNDETERMINED ? BALANCE_XLSX_DOUBT
                           : gap->target != BALANCE_GAP_TARGET_LIMIT ? BALANCE_XLSX_FLOOR : BALANCE_XLSX_UNMET;
  guint lines = 1;

  /* rounding must not hide on which side of the limit it lies */
  if (value != NULL && balance_finding_get_rounding_flips (finding))
    {
      const char *blank = strchr (value, ' ');
      g_autofree char *longer = balance_number_text_beside (balance_finding_get_value (finding), balance_finding_get_limit (finding),
                                                            MAX (0, balance_finding_get_decimals (finding)), balance_finding_get_unit (finding));
      char *whole = blank == NULL || strchr (longer, ' ') != NULL ? g_strdup (longer) : g_strconcat (longer, blank, NULL);

      g_free (value);
      value = whole;
    }
  if (limit_text != NULL)
    limit = g_strdup_printf ("%s %s", balance_comparison_sign (balance_finding_get_comparison (finding)), limit_text);
  if (gap->amount != NULL)
    unit = !gap->in_facts && g_strcmp0 (gap->unit, "%") == 0 ? g_strdup (word (self, "points of %", "百分点")) : balance_gap_dup_unit_title (gap, language);
  if (gap->verdict == BALANCE_VERDICT_UNDETERMINED)
    {
      g_autofree char *titles = balance_gap_dup_missing_text (gap, finding, self->language);

      missing = g_strdup_printf (word (self, "missing: %s", "缺：%s"), titles);
    }
  subject = school >= 0 ? balance_facts_dup_subject (gap->evaluation->facts, BALANCE_LEVEL_SCHOOL, (guint) school, self->language)
                        : balance_gap_dup_subject (gap, language);

  put_number (self, BALANCE_GAP_COLUMN_NUMBER, BALANCE_XLSX_CLEAR, position);
  put (self, BALANCE_GAP_COLUMN_DISTRICT, BALANCE_XLSX_CODE, BALANCE_XLSX_CLEAR, balance_gap_get_district_code (gap), &lines);
  put (self, BALANCE_GAP_COLUMN_SCHOOL, BALANCE_XLSX_CODE, BALANCE_XLSX_CLEAR, balance_gap_get_school_code (gap), &lines);
  put (self, BALANCE_GAP_COLUMN_SUBJECT, BALANCE_XLSX_TEXT, BALANCE_XLSX_CLEAR, subject, &lines);
  put (self, BALANCE_GAP_COLUMN_STAGE, BALANCE_XLSX_CENTRE, BALANCE_XLSX_CLEAR,
       code >= 0 ? balance_text_get (&balance_dictionary_get_stage (dictionary, (guint) code)->title, self->language) : NULL, &lines);
  put (self, BALANCE_GAP_COLUMN_ID, BALANCE_XLSX_CODE, BALANCE_XLSX_CLEAR, balance_gap_get_id (gap), &lines);
  put (self, BALANCE_GAP_COLUMN_TITLE, BALANCE_XLSX_TEXT, BALANCE_XLSX_CLEAR, balance_gap_get_title (gap, language), &lines);
  put (self, BALANCE_GAP_COLUMN_VALUE, BALANCE_XLSX_TEXT, shade, value != NULL ? value : missing != NULL ? missing : balance_verdict_word (gap->verdict, self->language), &lines);
  put (self, BALANCE_GAP_COLUMN_LIMIT, BALANCE_XLSX_TEXT, BALANCE_XLSX_CLEAR, limit, &lines);
  put_number (self, BALANCE_GAP_COLUMN_AMOUNT, BALANCE_XLSX_CLEAR, gap->amount);
  put_number (self, BALANCE_GAP_COLUMN_FLOOR_AMOUNT, BALANCE_XLSX_CLEAR, gap->floor_amount);
  put (self, BALANCE_GAP_COLUMN_UNIT, BALANCE_XLSX_CENTRE, BALANCE_XLSX_CLEAR, unit, &lines);
  put (self, BALANCE_GAP_COLUMN_TARGET, BALANCE_XLSX_TEXT, BALANCE_XLSX_CLEAR, balance_gap_target_text (gap, self->language), &lines);
  for (guint i = BALANCE_GAP_COLUMN_MEASURE; i <= BALANCE_GAP_COLUMN_STATUS; i++)
    put (self, (BalanceGapColumn) i, i == BALANCE_GAP_COLUMN_DEADLINE ? BALANCE_XLSX_DATE : BALANCE_XLSX_TEXT, BALANCE_XLSX_INPUT, NULL, &lines);
  balance_lxw->worksheet_set_row (self->sheet, self->row, 13.5 * MIN (28, lines) + 3, NULL);
  self->row++;
}

/* -- sheets ------------------------------------------------------------------------------------------ */

static void
add_checks (Writer *self, guint last)
{
  /* what a task can begin with; a census closes it */
  const char *choices[] = { balance_task_status_word (BALANCE_TASK_OPEN, self->language), balance_task_status_word (BALANCE_TASK_UNDER_WAY, self->language),
                            balance_task_status_word (BALANCE_TASK_DONE, self->language), NULL };
  lxw_data_validation date = { .validate = LXW_VALIDATION_TYPE_DATE, .criteria = LXW_VALIDATION_CRITERIA_BETWEEN,
                               .ignore_blank = LXW_VALIDATION_ON };

  balance_xlsx_choices (self->xlsx, self->sheet, HEADER_ROW + 1, BALANCE_GAP_COLUMN_STATUS, last, BALANCE_GAP_COLUMN_STATUS, choices);
  date.minimum_datetime = (lxw_datetime) { 2000, 1, 1, 0, 0, 0.0 };
  date.maximum_datetime = (lxw_datetime) { 2199, 12, 31, 0, 0, 0.0 };
  date.error_title = (char *) word (self, "Not a date", "日期不符");
  date.error_message = (char *) word (self, "Please write a date such as 2025-08-31.", "请填写日期，如2025-08-31。");
  balance_lxw->worksheet_data_validation_range (self->sheet, HEADER_ROW + 1, BALANCE_GAP_COLUMN_DEADLINE, last, BALANCE_GAP_COLUMN_DEADLINE, &date);
}

static void
write_sheet (Writer *self, const char *name, const char *title, gboolean schools)
{
  guint number = 0, lines = 1;
  g_autofree char *above = g_strdup_printf (
    word (self, "%s (%s), rules in force on %s. Amounts are the least that has to be added or taken away; green columns are to be filled in. "
                "Where indicators may stay below the limit, the one with the longest way as a share of the limit is named (costs are not known).",
          "依据：%s（%s），按%s有效的规定。差额为须增加或减少的最小数量；绿色各列由责任单位填写。允许有指标低于要求的，以距要求差额占要求值的比例最大者列为可暂缓（未考虑费用）。"),
    balance_text_get (&self->list->evaluation->standard->pack->title, self->language), self->list->evaluation->standard->pack->id,
    self->list->evaluation->as_of);

  self->sheet = balance_xlsx_add_sheet (self->xlsx, name);
  for (guint i = 0; i < BALANCE_GAP_N_COLUMNS; i++)
    balance_lxw->worksheet_set_column (self->sheet, (lxw_col_t) i, (lxw_col_t) i, widths[i], NULL);
  balance_xlsx_merge (self->xlsx, self->sheet, 0, 0, 0, BALANCE_GAP_N_COLUMNS - 1, title, balance_xlsx_format (self->xlsx, BALANCE_XLSX_TITLE, BALANCE_XLSX_CLEAR, -1));
  balance_lxw->worksheet_set_row (self->sheet, 0, 30, NULL);
  balance_xlsx_merge (self->xlsx, self->sheet, 1, 0, 1, BALANCE_GAP_N_COLUMNS - 1, above, balance_xlsx_format (self->xlsx, BALANCE_XLSX_ABOVE, BALANCE_XLSX_CLEAR, -1));
  balance_lxw->worksheet_set_row (self->sheet, 1, 13.5 * balance_xlsx_lines (above, 230) + 3, NULL);
  for (guint i = 0; i < BALANCE_GAP_N_COLUMNS; i++)
    {
      const char *header = balance_gap_column_title ((BalanceGapColumn) i, self->language);

      balance_xlsx_text (self->xlsx, self->sheet, HEADER_ROW, i, header,
                         balance_xlsx_format (self->xlsx, BALANCE_XLSX_HEADER, i >= BALANCE_GAP_COLUMN_MEASURE ? BALANCE_XLSX_INPUT : BALANCE_XLSX_CLEAR, -1));
      lines = MAX (lines, balance_xlsx_lines (header, widths[i]));
    }
  balance_lxw->worksheet_set_row (self->sheet, HEADER_ROW, 13.5 * lines + 4, NULL);

  self->row = HEADER_ROW + 1;
  for (guint i = 0; i < self->list->gaps->len; i++)
    {
      BalanceGap *gap = g_ptr_array_index (self->list->gaps, i);

      if ((balance_gap_get_school_row (gap) >= 0) == schools)
        write_gap (self, gap, ++number);
    }
  if (number > 0)
    {
      add_checks (self, self->row - 1);
      balance_lxw->worksheet_autofilter (self->sheet, HEADER_ROW, 0, self->row - 1, BALANCE_GAP_N_COLUMNS - 1);
    }
  else
    {
      balance_xlsx_merge (self->xlsx, self->sheet, self->row, 0, self->row, BALANCE_GAP_N_COLUMNS - 1, word (self, "Nothing is lacking.", "没有差距。"),
                          balance_xlsx_format (self->xlsx, BALANCE_XLSX_CENTRE, BALANCE_XLSX_CLEAR, -1));
    }
  balance_lxw->worksheet_freeze_panes (self->sheet, HEADER_ROW + 1, BALANCE_GAP_COLUMN_STAGE);
  balance_xlsx_print (self->xlsx, self->sheet, HEADER_ROW, HEADER_ROW);
}

/**
 * balance_gap_list_write_xlsx:
 * @self: a list of gaps
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the list as a workbook (XLSX), one sheet for the schools and one for what is asked of the county, with columns
 * to fill in: measure, responsible unit and person, deadline, status. [ctor@Balance.Ledger.new_from_gap_book] makes tasks of it.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_gap_list_write_xlsx (BalanceGapList  *self,
                             const char      *language,
                             GOutputStream   *stream,
                             GCancellable    *cancellable,
                             GError         **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr(BalanceXlsx) xlsx = NULL;
  Writer writer;

  g_return_val_if_fail (BALANCE_IS_GAP_LIST (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  writer = (Writer) { .list = self, .language = balance_language_parse (language) };
  writer.xlsx = xlsx = balance_xlsx_new (writer.language, word (&writer, "Gaps", "整改任务书"), self->evaluation->as_of, error);
  if (xlsx == NULL)
    return FALSE;
  write_sheet (&writer, word (&writer, "Schools", "学校整改任务"), word (&writer, "Tasks of the schools", "学校整改任务书"), TRUE);
  write_sheet (&writer, word (&writer, "County", "县级整改任务"), word (&writer, "Tasks of the county", "县级整改任务书"), FALSE);

  return balance_xlsx_finish (xlsx, stream, cancellable, error);
}
