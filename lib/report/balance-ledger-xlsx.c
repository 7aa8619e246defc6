/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The ledger as a workbook that people edit and that comes back. */

#include <string.h>

#include "base/balance-float-private.h"
#include "io/balance-xlsx-private.h"
#include "planning/balance-ledger-private.h"
#include "planning/balance-plan-private.h"
#include "planning/balance-task-columns-private.h"

#define HEADER_ROW 2

/* Rows below the last task in which new ones can be written with the same choices. */
#define SPARE_ROWS 200

typedef struct
{
  BalanceLedger     *ledger;
  BalanceDictionary *dictionary;     /* nullable */
  BalanceLanguage    language;
  BalanceXlsx       *xlsx;
  lxw_worksheet     *sheet;
  guint              row;
} Writer;

static const char *
word (Writer *self, const char *en, const char *zh)
{
  return self->language == BALANCE_LANGUAGE_ZH ? zh : en;
}

/* What the person who is responsible fills in, beside what the plan says. */
static gboolean
is_input (BalanceTaskField field)
{
  switch ((int) field)
    {
    case BALANCE_TASK_RESPONSIBLE_UNIT:
    case BALANCE_TASK_RESPONSIBLE_PERSON:
    case BALANCE_TASK_START:
    case BALANCE_TASK_DEADLINE:
    case BALANCE_TASK_STATUS:
    case BALANCE_TASK_PROGRESS:
    case BALANCE_TASK_FINISHED:
    case BALANCE_TASK_REASON:
    case BALANCE_TASK_EVIDENCE:
      return TRUE;

    default:
      return FALSE;
    }
}

static gboolean
is_date (BalanceTaskField field)
{
  return field == BALANCE_TASK_START || field == BALANCE_TASK_DEADLINE || field == BALANCE_TASK_FINISHED;
}

static gboolean
is_number (BalanceTaskField field)
{
  return field == BALANCE_TASK_QUANTITY || field == BALANCE_TASK_COST || balance_task_field_is_number (field);
}

static BalanceXlsxShade
get_shade (Writer *self, BalanceTask *task, BalanceTaskField field)
{
  if (field == BALANCE_TASK_DEADLINE && balance_task_is_late (task, self->ledger->as_of))
    return BALANCE_XLSX_UNMET;

  return is_input (field) ? BALANCE_XLSX_INPUT : BALANCE_XLSX_CLEAR;
}

static void
write_digits (Writer *self, guint column, const char *digits, BalanceXlsxShade shade)
{
  const char *point = digits != NULL ? strchr (digits, '.') : NULL;

  balance_xlsx_digits (self->xlsx, self->sheet, self->row, column, digits,
                       balance_xlsx_format (self->xlsx, BALANCE_XLSX_NUMBER, shade, point != NULL ? (int) strlen (point + 1) : 0));
}

static void
write_date (Writer *self, guint column, const char *date, BalanceXlsxShade shade)
{
  lxw_format *format = balance_xlsx_format (self->xlsx, BALANCE_XLSX_DATE, shade, -1);
  lxw_datetime day = { 0 };

  if (date == NULL)
    {
      balance_xlsx_text (self->xlsx, self->sheet, self->row, column, NULL, format);
      return;
    }
  day.year = (int) g_ascii_strtoll (date, NULL, 10);
  day.month = (int) g_ascii_strtoll (date + 5, NULL, 10);
  day.day = (int) g_ascii_strtoll (date + 8, NULL, 10);
  balance_lxw->worksheet_write_datetime (self->sheet, self->row, (lxw_col_t) column, &day, format);
}

static void
write_task (Writer *self, BalanceTask *task)
{
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, task->id), *revision = g_strdup_printf ("%" G_GINT64_FORMAT, task->revision);
  guint lines = 1;

  write_digits (self, 0, task->id > 0 ? id : NULL, BALANCE_XLSX_CLEAR);
  write_digits (self, BALANCE_TASK_N_COLUMNS - 1, task->id > 0 ? revision : NULL, BALANCE_XLSX_CLEAR);
  for (guint column = 1; column < BALANCE_TASK_N_COLUMNS - 1; column++)
    {
      BalanceTaskField field = balance_task_column_get_field (column);
      BalanceXlsxShade shade = get_shade (self, task, field);
      const char *value = task->values[field];
      g_autofree char *shown = NULL;

      if (is_number (field))
        write_digits (self, column, value, shade);
      else if (is_date (field))
        write_date (self, column, value, shade);
      else
        {
          gboolean code = field == BALANCE_TASK_DISTRICT || field == BALANCE_TASK_SCHOOL || field == BALANCE_TASK_GIVER || field == BALANCE_TASK_DEPENDS_ON ||
                          field == BALANCE_TASK_REQUIREMENTS;

          shown = balance_task_field_show (field, self->dictionary, value, self->language);
          balance_xlsx_text (self->xlsx, self->sheet, self->row, column, *shown != '\0' ? shown : NULL,
                             balance_xlsx_format (self->xlsx, code ? BALANCE_XLSX_CODE : BALANCE_XLSX_TEXT, shade, -1));
          lines = MAX (lines, balance_xlsx_lines (shown, balance_task_column_get_width (column)));
        }
    }
  balance_lxw->worksheet_set_row (self->sheet, self->row, 13.5 * MIN (28, lines) + 3, NULL);
  self->row++;
}

/* -- checks -------------------------------------------------------------------------------------------- */

static void
add_choices (Writer *self, BalanceTaskField field, guint last)
{
  const char *choices[8] = { NULL };
  guint n = 0;

  if (field == BALANCE_TASK_STATUS)
    {
      /* verified is for a census to say */
      for (guint i = BALANCE_TASK_OPEN; i <= BALANCE_TASK_WAIVED; i++)
        if (i != BALANCE_TASK_VERIFIED)
          choices[n++] = balance_task_status_word ((BalanceTaskStatus) i, self->language);
    }
  else
    {
      for (guint i = BALANCE_TASK_MEND; i <= BALANCE_TASK_MOVE; i++)
        choices[n++] = balance_task_kind_word ((BalanceTaskKind) i, self->language);
    }
  for (guint column = 0; column < BALANCE_TASK_N_COLUMNS; column++)
    if (balance_task_column_get_field (column) == field)
      balance_xlsx_choices (self->xlsx, self->sheet, HEADER_ROW + 1, column, last, column, choices);
}

static void
add_checks (Writer *self, guint last)
{
  lxw_data_validation date = { .validate = LXW_VALIDATION_TYPE_DATE, .criteria = LXW_VALIDATION_CRITERIA_BETWEEN, .ignore_blank = LXW_VALIDATION_ON };
  lxw_data_validation percent = { .validate = LXW_VALIDATION_TYPE_INTEGER, .criteria = LXW_VALIDATION_CRITERIA_BETWEEN, .ignore_blank = LXW_VALIDATION_ON,
                                  .minimum_number = 0, .maximum_number = 100 };

  date.minimum_datetime = (lxw_datetime) { 2000, 1, 1, 0, 0, 0.0 };
  date.maximum_datetime = (lxw_datetime) { 2199, 12, 31, 0, 0, 0.0 };
  date.error_title = (char *) word (self, "Not a date", "日期不符");
  date.error_message = (char *) word (self, "Please write a date such as 2026-08-31.", "请填写日期，如2026-08-31。");
  percent.error_title = (char *) word (self, "Not a percentage", "百分比不符");
  percent.error_message = (char *) word (self, "Please write a whole number from 0 to 100.", "请填写0至100的整数。");
  add_choices (self, BALANCE_TASK_STATUS, last);
  add_choices (self, BALANCE_TASK_KIND, last);
  for (guint column = 0; column < BALANCE_TASK_N_COLUMNS; column++)
    {
      BalanceTaskField field = balance_task_column_get_field (column);

      if (is_date (field))
        balance_lxw->worksheet_data_validation_range (self->sheet, HEADER_ROW + 1, (lxw_col_t) column, last, (lxw_col_t) column, &date);
      else if (field == BALANCE_TASK_PROGRESS)
        balance_lxw->worksheet_data_validation_range (self->sheet, HEADER_ROW + 1, (lxw_col_t) column, last, (lxw_col_t) column, &percent);
    }
}

/* -- sheets -------------------------------------------------------------------------------------------- */

static void
write_head (Writer *self, guint n_columns, const char *title, const char *above)
{
  balance_xlsx_merge (self->xlsx, self->sheet, 0, 0, 0, n_columns - 1, title, balance_xlsx_format (self->xlsx, BALANCE_XLSX_TITLE, BALANCE_XLSX_CLEAR, -1));
  balance_lxw->worksheet_set_row (self->sheet, 0, 30, NULL);
  balance_xlsx_merge (self->xlsx, self->sheet, 1, 0, 1, n_columns - 1, above, balance_xlsx_format (self->xlsx, BALANCE_XLSX_ABOVE, BALANCE_XLSX_CLEAR, -1));
}

static void
write_tasks (Writer *self)
{
  g_autofree char *above = g_strdup_printf (
    word (self, "As of %s. Green columns are to be kept up to date by those responsible. Leave the number of the task and the revision as they are; write a new task "
                "below with both empty. What is under way counts as not done; a census verifies what is done.",
          "截至%s。绿色各列由责任单位更新。请勿改动任务编号和版本号；新增任务写在下方，这两列留空。整改中的任务按未完成计；已完成的任务由年度数据核验销号。"),
    self->ledger->as_of);

  self->sheet = balance_xlsx_add_sheet (self->xlsx, word (self, "Tasks", "整改台账"));
  for (guint i = 0; i < BALANCE_TASK_N_COLUMNS; i++)
    balance_lxw->worksheet_set_column (self->sheet, (lxw_col_t) i, (lxw_col_t) i, balance_task_column_get_width (i), NULL);
  write_head (self, BALANCE_TASK_N_COLUMNS, word (self, "Tasks", "整改台账"), above);
  balance_lxw->worksheet_set_row (self->sheet, 1, 30, NULL);
  for (guint i = 0; i < BALANCE_TASK_N_COLUMNS; i++)
    {
      BalanceTaskField field = balance_task_column_get_field (i);

      balance_xlsx_text (self->xlsx, self->sheet, HEADER_ROW, i, balance_task_column_get_title (i, self->language),
                         balance_xlsx_format (self->xlsx, BALANCE_XLSX_HEADER, is_input (field) ? BALANCE_XLSX_INPUT : BALANCE_XLSX_CLEAR, -1));
    }
  balance_lxw->worksheet_set_row (self->sheet, HEADER_ROW, 31, NULL);
  self->row = HEADER_ROW + 1;
  for (guint i = 0; i < self->ledger->tasks->len; i++)
    write_task (self, g_ptr_array_index (self->ledger->tasks, i));
  add_checks (self, self->row + SPARE_ROWS);
  if (self->ledger->tasks->len > 0)
    balance_lxw->worksheet_autofilter (self->sheet, HEADER_ROW, 0, self->row - 1, BALANCE_TASK_N_COLUMNS - 1);
  balance_lxw->worksheet_freeze_panes (self->sheet, HEADER_ROW + 1, 5);
  balance_xlsx_print (self->xlsx, self->sheet, HEADER_ROW, HEADER_ROW);
}

static void
write_summary_row (Writer *self, BalanceTaskSummary *summary)
{
  const guint counts[] = { summary->n_due, summary->n_done, summary->n_verified, summary->n_late, summary->n_waived, summary->n_finished };
  const gint64 sums[] = { summary->due, summary->done, summary->late };
  g_autofree char *title = balance_task_summary_dup_title (summary, word (self, "en", "zh"));

  balance_xlsx_text (self->xlsx, self->sheet, self->row, 0, summary->quarter != NULL ? summary->quarter : summary->total ? word (self, "All", "合计") : word (self, "none", "未定"),
                     balance_xlsx_format (self->xlsx, BALANCE_XLSX_CENTRE, BALANCE_XLSX_CLEAR, -1));
  balance_xlsx_text (self->xlsx, self->sheet, self->row, 1, summary->total ? NULL : title, balance_xlsx_format (self->xlsx, BALANCE_XLSX_TEXT, BALANCE_XLSX_CLEAR, -1));
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autofree char *count = g_strdup_printf ("%u", counts[i]);

      write_digits (self, 2 + i, count, i == 3 && counts[i] > 0 ? BALANCE_XLSX_UNMET : BALANCE_XLSX_CLEAR);
    }
  for (guint i = 0; i < G_N_ELEMENTS (sums); i++)
    {
      g_autofree char *sum = balance_money_to_string (sums[i]);

      write_digits (self, 8 + i, sum, BALANCE_XLSX_CLEAR);
    }
  self->row++;
}

static void
write_summary (Writer *self)
{
  static const struct { const char *en, *zh; double width; } columns[] = {
    { "Quarter", "季度", 9 },
    { "Responsible unit", "责任单位", 20 },
    { "Due", "应完成", 8 },
    { "Done", "已完成", 8 },
    { "Verified", "其中已销号", 11 },
    { "Late", "逾期", 8 },
    { "Waived", "不再整改", 9 },
    { "Finished in the quarter", "本季度完成", 12 },
    { "Cost due (yuan)", "应完成费用（元）", 16 },
    { "Cost done (yuan)", "已完成费用（元）", 16 },
    { "Cost late (yuan)", "逾期费用（元）", 16 },
  };
  g_autoptr(GListModel) list = balance_ledger_summarise (self->ledger, BALANCE_TASK_BY_UNIT);
  g_autoptr(BalanceTaskSummary) total = balance_ledger_get_total (self->ledger);
  g_autofree char *above = g_strdup_printf (word (self, "As of %s, by the deadline of the tasks. Costs as far as they are known.", "截至%s，按任务完成时限统计；费用为已知部分。"), self->ledger->as_of);

  self->sheet = balance_xlsx_add_sheet (self->xlsx, word (self, "Quarters", "季度汇总"));
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    balance_lxw->worksheet_set_column (self->sheet, (lxw_col_t) i, (lxw_col_t) i, columns[i].width, NULL);
  write_head (self, G_N_ELEMENTS (columns), word (self, "Progress by quarter", "整改进展季度汇总"), above);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    balance_xlsx_text (self->xlsx, self->sheet, HEADER_ROW, i, word (self, columns[i].en, columns[i].zh), balance_xlsx_format (self->xlsx, BALANCE_XLSX_HEADER, BALANCE_XLSX_CLEAR, -1));
  balance_lxw->worksheet_set_row (self->sheet, HEADER_ROW, 31, NULL);
  self->row = HEADER_ROW + 1;
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(BalanceTaskSummary) summary = g_list_model_get_item (list, i);

      write_summary_row (self, summary);
    }
  write_summary_row (self, total);
  balance_lxw->worksheet_freeze_panes (self->sheet, HEADER_ROW + 1, 2);
  balance_xlsx_print (self->xlsx, self->sheet, HEADER_ROW, HEADER_ROW);
}

/**
 * balance_ledger_write_xlsx:
 * @self: a ledger
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the ledger as a workbook (XLSX): a sheet with a row for each task, to be edited and read back by
 * [method@Balance.Store.import_tasks], and one with the summary by quarters and responsible units.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_ledger_write_xlsx (BalanceLedger  *self,
                           const char     *language,
                           GOutputStream  *stream,
                           GCancellable   *cancellable,
                           GError        **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr(BalanceDictionary) dictionary = balance_dictionary_get_default (NULL);
  g_autoptr(BalanceXlsx) xlsx = NULL;
  Writer writer;

  g_return_val_if_fail (BALANCE_IS_LEDGER (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  writer = (Writer) { .ledger = self, .dictionary = dictionary, .language = balance_language_parse (language) };
  writer.xlsx = xlsx = balance_xlsx_new (writer.language, word (&writer, "Tasks", "整改台账"), self->as_of, error);
  if (xlsx == NULL)
    return FALSE;
  write_tasks (&writer);
  write_summary (&writer);

  return balance_xlsx_finish (xlsx, stream, cancellable, error);
}
