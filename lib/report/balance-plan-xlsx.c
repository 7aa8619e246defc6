/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>

#include "io/balance-xlsx-private.h"
#include "report/balance-plan-report-private.h"
#include "report/balance-wording-private.h"

#define HEADER_ROW 2

enum
{
  NUMBER,
  SCHOOL,
  NAME,
  STAGE,
  YEAR,
  MEASURE,
  QUANTITY,
  UNIT,
  GIVER,
  GIVER_NAME,
  COST,
  SOURCE,
  N_COLUMNS
};

static const struct { const char *en, *zh; double width; } columns[N_COLUMNS] = {
  { "No.", "序号", 5 },
  { "School code", "学校代码", 13 },
  { "School", "学校", 22 },
  { "Stage", "学段", 7 },
  { "Year", "年度", 6 },
  { "Measure", "措施", 28 },
  { "Quantity", "数量", 10 },
  { "Unit", "单位", 8 },
  { "From: code", "调出学校代码", 13 },
  { "From: school", "调出学校", 22 },
  { "Cost (yuan)", "费用（元）", 13 },
  { "Basis of the cost", "单价依据", 34 },
};

typedef struct
{
  BalancePlan     *plan;
  BalanceLanguage  language;
  BalanceXlsx     *xlsx;
  lxw_worksheet   *sheet;
  guint            row;
} Writer;

static const char *
word (Writer *self, const char *en, const char *zh)
{
  return self->language == BALANCE_LANGUAGE_ZH ? zh : en;
}

static void
put (Writer *self, guint column, BalanceXlsxKind kind, const char *text, guint *lines)
{
  balance_xlsx_text (self->xlsx, self->sheet, self->row, column, text, balance_xlsx_format (self->xlsx, kind, BALANCE_XLSX_CLEAR, -1));
  if (text != NULL)
    *lines = MAX (*lines, balance_xlsx_lines (text, columns[column].width));
}

static void
put_number (Writer *self, guint column, const char *digits)
{
  const char *point = strchr (digits, '.');

  balance_xlsx_digits (self->xlsx, self->sheet, self->row, column, digits,
                       balance_xlsx_format (self->xlsx, BALANCE_XLSX_NUMBER, BALANCE_XLSX_CLEAR, point != NULL ? (int) strlen (point + 1) : 0));
}

static void
write_item (Writer *self, BalancePlanItem *item, guint number)
{
  const char *language = word (self, "en", "zh");
  const char *stage = item->stage >= 0 ? balance_text_get (&balance_dictionary_get_stage (item->census->facts->dictionary, (guint) item->stage)->title, self->language) : NULL;
  g_autofree char *position = g_strdup_printf ("%u", number), *year = g_strdup_printf ("%u", item->year), *cost = balance_money_to_string (item->cost);
  guint lines = 1;

  put_number (self, NUMBER, position);
  put (self, SCHOOL, BALANCE_XLSX_CODE, balance_plan_item_get_school_code (item), &lines);
  put (self, NAME, BALANCE_XLSX_TEXT, balance_plan_item_get_school_name (item), &lines);
  put (self, STAGE, BALANCE_XLSX_CENTRE, stage, &lines);
  put_number (self, YEAR, year);
  put (self, MEASURE, BALANCE_XLSX_TEXT, balance_plan_item_get_title (item, language), &lines);
  put_number (self, QUANTITY, item->quantity);
  put (self, UNIT, BALANCE_XLSX_CENTRE, balance_plan_item_get_unit_title (item, language), &lines);
  put (self, GIVER, BALANCE_XLSX_CODE, balance_plan_item_get_giver_code (item), &lines);
  put (self, GIVER_NAME, BALANCE_XLSX_TEXT, balance_plan_item_get_giver_name (item), &lines);
  put_number (self, COST, cost);
  put (self, SOURCE, BALANCE_XLSX_TEXT, balance_plan_item_get_source (item), &lines);
  worksheet_set_row (self->sheet, self->row, 13.5 * MIN (28, lines) + 3, NULL);
  self->row++;
}

static char *
dup_above (Writer *self)
{
  BalancePlan *plan = self->plan;
  g_autofree char *cost = balance_money_text (balance_plan_get_cost (plan), self->language);
  g_autofree char *bound = balance_money_text (plan->goal == BALANCE_PLAN_CHEAPEST ? balance_plan_get_bound (plan) : NAN, self->language);

  if (plan->after == NULL)
    return g_strdup (plan->status == BALANCE_PLAN_IMPOSSIBLE ? word (self, "No plan is possible within the limits.", "在现有限制内没有可行方案。")
                                                             : word (self, "No plan was found in the time given.", "在规定时间内未找到方案。"));
  return g_strdup_printf (word (self, "Costs: %s. In all %s; proven lower bound %s. Schools up to standard: %u of %u before, %u after.",
                                "单价：%1$s。合计%2$s；已证明的费用下限%3$s。学校达标：共%5$u所，实施前%4$u所，实施后%6$u所。"),
                          balance_costs_get_title (plan->costs, word (self, "en", "zh")), cost, bound, plan->n_met_before, plan->n_schools, plan->n_met_after);
}

static void
write_notes (Writer *self)
{
  g_auto(GStrv) beyond = balance_plan_dup_beyond (self->plan, word (self, "en", "zh"));
  lxw_format *format = balance_xlsx_format (self->xlsx, BALANCE_XLSX_NOTE, BALANCE_XLSX_CLEAR, -1);
  GListModel *barriers = balance_plan_get_barriers (self->plan);

  if (g_list_model_get_n_items (barriers) == 0 && beyond[0] == NULL)
    return;
  self->sheet = balance_xlsx_add_sheet (self->xlsx, word (self, "Notes", "说明"));
  worksheet_set_column (self->sheet, 0, 0, 110, NULL);
  self->row = 0;
  for (guint i = 0; i < g_list_model_get_n_items (barriers); i++)
    {
      g_autoptr(BalancePlanBarrier) barrier = g_list_model_get_item (barriers, i);
      g_autofree char *line = balance_plan_barrier_to_text (barrier, word (self, "en", "zh"));

      balance_xlsx_text (self->xlsx, self->sheet, self->row++, 0, line, format);
    }
  for (guint i = 0; beyond[i] != NULL && i < 10000; i++)
    balance_xlsx_text (self->xlsx, self->sheet, self->row++, 0, beyond[i], format);
}

/**
 * balance_plan_write_xlsx:
 * @self: a plan
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the plan as a workbook (XLSX), a row for each thing to do.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_plan_write_xlsx (BalancePlan    *self,
                         const char     *language,
                         GOutputStream  *stream,
                         GCancellable   *cancellable,
                         GError        **error)
{
  g_autoptr(BalanceXlsx) xlsx = NULL;
  g_autofree char *above = NULL;
  Writer writer;

  g_return_val_if_fail (BALANCE_IS_PLAN (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  writer = (Writer) { .plan = self, .language = balance_language_parse (language) };
  writer.xlsx = xlsx = balance_xlsx_new (writer.language, word (&writer, "Plan", "整改方案"), self->before->as_of, error);
  if (xlsx == NULL)
    return FALSE;
  writer.sheet = balance_xlsx_add_sheet (xlsx, word (&writer, "Plan", "整改方案"));
  for (guint i = 0; i < N_COLUMNS; i++)
    worksheet_set_column (writer.sheet, (lxw_col_t) i, (lxw_col_t) i, columns[i].width, NULL);
  balance_xlsx_merge (xlsx, writer.sheet, 0, 0, 0, N_COLUMNS - 1, word (&writer, "What it would take", "达标整改方案"),
                      balance_xlsx_format (xlsx, BALANCE_XLSX_TITLE, BALANCE_XLSX_CLEAR, -1));
  worksheet_set_row (writer.sheet, 0, 30, NULL);
  above = dup_above (&writer);
  balance_xlsx_merge (xlsx, writer.sheet, 1, 0, 1, N_COLUMNS - 1, above, balance_xlsx_format (xlsx, BALANCE_XLSX_ABOVE, BALANCE_XLSX_CLEAR, -1));
  worksheet_set_row (writer.sheet, 1, 13.5 * balance_xlsx_lines (above, 180) + 3, NULL);
  for (guint i = 0; i < N_COLUMNS; i++)
    balance_xlsx_text (xlsx, writer.sheet, HEADER_ROW, i, word (&writer, columns[i].en, columns[i].zh),
                       balance_xlsx_format (xlsx, BALANCE_XLSX_HEADER, BALANCE_XLSX_CLEAR, -1));
  worksheet_set_row (writer.sheet, HEADER_ROW, 31, NULL);
  writer.row = HEADER_ROW + 1;
  for (guint i = 0; i < self->items->len; i++)
    write_item (&writer, g_ptr_array_index (self->items, i), i + 1);
  if (self->items->len > 0)
    worksheet_autofilter (writer.sheet, HEADER_ROW, 0, writer.row - 1, N_COLUMNS - 1);
  worksheet_freeze_panes (writer.sheet, HEADER_ROW + 1, STAGE);
  balance_xlsx_print (xlsx, writer.sheet, HEADER_ROW, HEADER_ROW);
  write_notes (&writer);

  return balance_xlsx_finish (xlsx, stream, cancellable, error);
}
