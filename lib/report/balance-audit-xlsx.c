/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-float-private.h"
#include "io/balance-xlsx-private.h"
#include "report/balance-audit-report-private.h"

/* More lines than this are for CSV or JSON: nobody answers them in a workbook. */
#define MAX_LINES 50000

typedef struct
{
  BalanceXlsx     *xlsx;
  lxw_worksheet   *sheet;
  BalanceLanguage  language;
  guint            row;
} Sheet;

/* characters; the answers get room to write */
static const double widths[BALANCE_ANSWER_COLUMNS] = { 24, 26, 9, 18, 26, 44, 14, 14, 24, 30 };
/* what the school fills in */
#define FIRST_ANSWER 6
#define LAST_ANSWER 8

static gboolean
add_line (const BalanceAnswerLine *line, gpointer data)
{
  Sheet *self = data;
  guint lines = 1;

  for (guint i = 0; i < BALANCE_ANSWER_COLUMNS; i++)
    {
      gboolean answer = i >= FIRST_ANSWER && i <= LAST_ANSWER;
      lxw_format *format = balance_xlsx_format (self->xlsx, i == BALANCE_ANSWER_COLUMNS - 1 ? BALANCE_XLSX_CODE : BALANCE_XLSX_TEXT,
                                                answer ? i == FIRST_ANSWER ? BALANCE_XLSX_INPUT : BALANCE_XLSX_OPTIONAL : BALANCE_XLSX_CLEAR, -1);

      balance_xlsx_text (self->xlsx, self->sheet, self->row, i, line->cells[i], format);
      if (line->cells[i] != NULL)
        lines = MAX (lines, balance_xlsx_lines (line->cells[i], widths[i]));
    }
  balance_lxw->worksheet_set_row (self->sheet, self->row, 15.0 * MIN (lines, 20), NULL);
  self->row++;

  return self->row <= MAX_LINES;
}

/**
 * balance_audit_report_write_xlsx:
 * @self: a report
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the sheet of [method@Balance.AuditReport.write_csv] as a workbook: cells for the answers are coloured, and the
 * answer itself is chosen from a list. It holds the first 50,000 lines.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_audit_report_write_xlsx (BalanceAuditReport  *self,
                                 GOutputStream       *stream,
                                 GCancellable        *cancellable,
                                 GError             **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr (BalanceXlsx) xlsx = NULL;
  gboolean zh;
  Sheet sheet;

  g_return_val_if_fail (BALANCE_IS_AUDIT_REPORT (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  zh = self->language == BALANCE_LANGUAGE_ZH;
  xlsx = balance_xlsx_new (self->language, balance_checks_get_title (self->audit->checks, zh ? "zh" : "en"), NULL, error);
  if (xlsx == NULL)
    return FALSE;

  sheet = (Sheet) { xlsx, balance_xlsx_add_sheet (xlsx, zh ? "数据核查表" : "Data checks"), self->language, 1 };
  for (guint i = 0; i < BALANCE_ANSWER_COLUMNS; i++)
    {
      balance_lxw->worksheet_set_column (sheet.sheet, (lxw_col_t) i, (lxw_col_t) i, widths[i], NULL);
      balance_xlsx_text (xlsx, sheet.sheet, 0, i, balance_answer_header (i, self->language),
                         balance_xlsx_format (xlsx, BALANCE_XLSX_HEADER, BALANCE_XLSX_CLEAR, -1));
    }
  balance_lxw->worksheet_set_row (sheet.sheet, 0, 45, NULL);
  balance_lxw->worksheet_freeze_panes (sheet.sheet, 1, 1);
  balance_answer_foreach (self, add_line, &sheet);
  if (sheet.row > 1)
    {
      const char *const en[] = { "confirmed", "corrected", NULL }, *const chinese[] = { "核实", "更正", NULL };

      balance_xlsx_choices (xlsx, sheet.sheet, 1, FIRST_ANSWER, sheet.row - 1, FIRST_ANSWER, zh ? chinese : en);
    }
  balance_xlsx_print (xlsx, sheet.sheet, 0, 0);

  return balance_xlsx_finish (xlsx, stream, cancellable, error);
}
