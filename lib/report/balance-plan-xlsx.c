/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>

#include "base/balance-float-private.h"
#include "planning/balance-task-private.h"
#include "report/balance-gap-report-private.h"
#include "report/balance-plan-report-private.h"
#include "report/balance-plan-xlsx-private.h"
#include "report/balance-wording-private.h"

#define HEADER_ROW BALANCE_PLAN_XLSX_HEADER_ROW
#define MAX_NOTES  10000

typedef BalancePlanXlsx Writer;

enum
{
  NUMBER,
  SCHOOL,
  NAME,
  STAGE,
  PROBLEM,
  REFERENCE,
  EXPECTED,
  MEASURE,
  QUANTITY,
  UNIT,
  GIVER,
  COST,
  YEAR,
  RESPONSIBLE,
  PERSON,
  DEADLINE,
  STATUS,
  REMARK,
  N_COLUMNS
};

static const struct { const char *en, *zh; double width; } columns[N_COLUMNS] = {
  { "No.", "序号", 5 },
  { "School code", "学校代码", 12 },
  { "School", "学校", 18 },
  { "Stage", "学段", 6 },
  { "Problem", "存在问题", 44 },
  { "Reference", "依据", 20 },
  { "Expected afterwards", "整改后预计", 13 },
  { "Measure", "整改措施", 24 },
  { "Quantity", "数量", 9 },
  { "Unit", "单位", 8 },
  { "From", "调出学校", 18 },
  { "Cost (yuan)", "费用（元）", 12 },
  { "Year", "实施年度", 8 },
  { "Responsible unit", "责任单位", 14 },
  { "Responsible person", "责任人", 9 },
  { "Deadline", "完成时限", 11 },
  { "Status", "进展", 9 },
  { "Remark", "备注", 12 },
};

/* What one row of the task book is about. */
typedef struct
{
  int        school;      /* row; -1: the county */
  int        item;        /* position; -1: the plan has no measure */
  guint      order;
  GPtrArray *gaps;        /* of BalancePlanGap, not owned */
} Row;

const char *
balance_plan_xlsx_word (Writer *self, const char *en, const char *zh)
{
  return self->language == BALANCE_LANGUAGE_ZH ? zh : en;
}

static const char *
word (Writer *self, const char *en, const char *zh)
{
  return balance_plan_xlsx_word (self, en, zh);
}

void
balance_plan_xlsx_begin (Writer *self, const char *name, const char *title, const char *above, guint n_columns, double width)
{
  self->sheet = balance_xlsx_add_sheet (self->xlsx, name);
  balance_xlsx_merge (self->xlsx, self->sheet, 0, 0, 0, n_columns - 1, title, balance_xlsx_format (self->xlsx, BALANCE_XLSX_TITLE, BALANCE_XLSX_CLEAR, -1));
  balance_lxw->worksheet_set_row (self->sheet, 0, 30, NULL);
  balance_xlsx_merge (self->xlsx, self->sheet, 1, 0, 1, n_columns - 1, above, balance_xlsx_format (self->xlsx, BALANCE_XLSX_ABOVE, BALANCE_XLSX_CLEAR, -1));
  balance_lxw->worksheet_set_row (self->sheet, 1, 13.5 * balance_xlsx_lines (above, width) + 3, NULL);
  self->row = HEADER_ROW + 1;
}

void
balance_plan_xlsx_digits (Writer *self, guint column, const char *digits)
{
  const char *point = strchr (digits, '.');

  balance_xlsx_digits (self->xlsx, self->sheet, self->row, column, digits,
                       balance_xlsx_format (self->xlsx, BALANCE_XLSX_NUMBER, BALANCE_XLSX_CLEAR, point != NULL ? (int) strlen (point + 1) : 0));
}

void
balance_plan_xlsx_count (Writer *self, guint column, guint number)
{
  g_autofree char *digits = g_strdup_printf ("%u", number);

  balance_plan_xlsx_digits (self, column, digits);
}

void
balance_plan_xlsx_money (Writer *self, guint column, gint64 parts)
{
  g_autofree char *digits = balance_money_to_string (parts);

  balance_plan_xlsx_digits (self, column, digits);
}

static void
put (Writer *self, guint column, BalanceXlsxKind kind, BalanceXlsxShade shade, const char *text, guint *lines)
{
  balance_xlsx_text (self->xlsx, self->sheet, self->row, column, text, balance_xlsx_format (self->xlsx, kind, shade, -1));
  if (text != NULL)
    *lines = MAX (*lines, balance_xlsx_lines (text, columns[column].width));
}

/* -- rows -------------------------------------------------------------------------------------------- */

static void
row_free (gpointer data)
{
  Row *row = data;

  g_ptr_array_unref (row->gaps);
  g_free (row);
}

static Row *
add_row (GPtrArray *rows, int school, int item)
{
  Row *row = g_new0 (Row, 1);

  *row = (Row) { school, item, rows->len, g_ptr_array_new () };
  g_ptr_array_add (rows, row);

  return row;
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const Row *x = *(const Row *const *) a, *y = *(const Row *const *) b;

  if (x->school != y->school)
    return x->school < 0 ? 1 : y->school < 0 ? -1 : x->school < y->school ? -1 : 1;

  return x->order < y->order ? -1 : 1;
}

/* School by school, first what is done and what that is for, then what the plan has no measure for. */
static GPtrArray *
make_rows (Writer *self)
{
  BalancePlan *plan = self->plan;
  GPtrArray *rows = g_ptr_array_new_with_free_func (row_free);

  for (guint i = 0; i < plan->items->len; i++)
    add_row (rows, ((BalancePlanItem *) g_ptr_array_index (plan->items, i))->school, (int) i);
  for (guint i = 0; i < self->gaps->len; i++)
    {
      BalancePlanGap *gap = g_ptr_array_index (self->gaps, i);

      for (guint k = 0; k < gap->items->len; k++)
        g_ptr_array_add (((Row *) g_ptr_array_index (rows, g_array_index (gap->items, guint, k)))->gaps, gap);
      if (gap->items->len == 0)
        g_ptr_array_add (add_row (rows, balance_gap_get_school_row (gap->gap), -1)->gaps, gap);
    }
  g_ptr_array_sort (rows, compare_rows);

  return rows;
}

/* -- cells ------------------------------------------------------------------------------------------- */

/* Numbers such as R2 or G11 stand in the official forms; names such as "G3_music" are for programs. Of "dispersion.R2" the
 * part says enough. */
static const char *
get_number (const char *id)
{
  const char *part = strrchr (id, '.') != NULL ? strrchr (id, '.') + 1 : id;
  gsize letters = strspn (part, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), digits = strspn (part + letters, "0123456789");

  return letters >= 1 && letters <= 3 && digits > 0 && part[letters + digits] == '\0' ? part : NULL;
}

static char *
dup_title (Writer *self, BalanceGap *gap)
{
  const char *number = get_number (balance_gap_get_id (gap)), *title = balance_gap_get_title (gap, word (self, "en", "zh"));
  g_autofree char *numbered = number != NULL ? g_strconcat (number, " ", title, NULL) : g_strdup (title);

  return g_strdup_printf (balance_gap_get_rule (gap)->kind == BALANCE_RULE_DISPERSION ? word (self, "coefficient of variation of %s", "%s的差异系数") : "%s", numbered);
}

/* "R6 生均教学仪器设备值：1699.75 元/人，要求 ≥ 2000 元/人" */
static char *
dup_problem (Writer *self, const BalancePlanGap *gap)
{
  const char *language = word (self, "en", "zh");
  g_autofree char *value = balance_finding_dup_plain_value_text (gap->before, self->language), *limit = balance_finding_dup_limit_text (gap->before, language);
  g_autofree char *subject = NULL, *title = dup_title (self, gap->gap);
  GString *text = g_string_new (NULL);

  /* among the tasks of the county it matters whose coefficient it is */
  if (balance_gap_get_level (gap->gap) == BALANCE_LEVEL_STAGE)
    {
      subject = balance_gap_dup_subject (gap->gap, language);
      g_string_append_printf (text, "%s%s", subject, word (self, ": ", "："));
    }
  g_string_append_printf (text, "%s%s", title, word (self, ": ", "："));
  if (gap->gap->verdict == BALANCE_VERDICT_UNDETERMINED)
    {
      g_autofree char *missing = balance_gap_dup_missing_text (gap->gap, gap->before, self->language);

      g_string_append_printf (text, word (self, "facts are missing: %s", "缺数据：%s"), missing);
    }
  else if (value == NULL)
    g_string_append (text, balance_verdict_word (gap->gap->verdict, self->language));
  else
    {
      g_string_append (text, value);
      if (limit != NULL)
        g_string_append_printf (text, word (self, ", required %s %s", "，要求 %s %s"), balance_comparison_sign (balance_finding_get_comparison (gap->before)), limit);
    }

  return g_string_free (text, FALSE);
}

/* What stays below may stay where enough of the others are met. */
static gboolean
may_stay (Writer *self, const BalancePlanGap *gap)
{
  const BalanceRule *parent = balance_gap_get_rule (gap->gap)->parent;

  return self->plan->after != NULL && parent != NULL && parent->kind == BALANCE_RULE_COMBINATION && parent->need >= 0 &&
         parent->level == balance_gap_get_rule (gap->gap)->level &&
         self->plan->after->result.verdicts[parent->index][gap->gap->row] == BALANCE_VERDICT_MET;
}

static const char *
get_without_measure (Writer *self, const BalancePlanGap *gap)
{
  if (gap->gap->verdict == BALANCE_VERDICT_UNDETERMINED)
    return balance_gap_target_text (gap->gap, self->language);
  if (may_stay (self, gap))
    return word (self, "may stay below the limit, enough others are met", "其余指标达标，本项可暂缓");
  if (gap->after != NULL && balance_finding_get_verdict (gap->after) == BALANCE_VERDICT_MET)
    return word (self, "met by the measures at other schools", "随其他学校的措施达到要求");

  return word (self, "not seen to by the plan; to be arranged", "方案未含措施，另行安排");
}

static BalanceXlsxShade
get_shade (const Row *row)
{
  const BalancePlanGap *gap;

  if (row->gaps->len == 0)
    return BALANCE_XLSX_CLEAR;
  gap = g_ptr_array_index (row->gaps, 0);

  return gap->gap->verdict == BALANCE_VERDICT_UNDETERMINED ? BALANCE_XLSX_DOUBT : gap->gap->at_floor ? BALANCE_XLSX_FLOOR : BALANCE_XLSX_UNMET;
}

/* One line for each gap; what repeats stands there once. */
static void
add_line (GString *text, const char *line)
{
  g_auto (GStrv) lines = g_strsplit (text->str, "\n", -1);

  if (line == NULL || *line == '\0' || g_strv_contains ((const char *const *) lines, line))
    return;
  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, line);
}

static void
write_problem (Writer *self, const Row *row, guint *lines)
{
  g_autoptr (GString) problem = g_string_new (NULL), reference = g_string_new (NULL), expected = g_string_new (NULL);

  for (guint i = 0; i < row->gaps->len; i++)
    {
      const BalancePlanGap *gap = g_ptr_array_index (row->gaps, i);
      g_autofree char *line = dup_problem (self, gap), *after = NULL;

      add_line (problem, line);
      add_line (reference, balance_gap_get_reference (gap->gap));
      if (gap->after != NULL && gap->items->len > 0)
        after = balance_finding_dup_plain_value_text (gap->after, self->language);
      add_line (expected, after != NULL ? after : gap->items->len > 0 ? balance_verdict_word (balance_finding_get_verdict (gap->after), self->language) : NULL);
    }
  if (row->gaps->len == 0)
    g_string_append (problem, word (self, "goes with the measures at other schools; nothing is unmet here for which it would be", "配合其他学校的措施，本校无对应的未达标项"));
  put (self, PROBLEM, BALANCE_XLSX_TEXT, get_shade (row), problem->str, lines);
  put (self, REFERENCE, BALANCE_XLSX_TEXT, BALANCE_XLSX_CLEAR, reference->str, lines);
  put (self, EXPECTED, BALANCE_XLSX_TEXT, BALANCE_XLSX_CLEAR, expected->str, lines);
}

static void
write_measure (Writer *self, const Row *row, guint *lines)
{
  const char *language = word (self, "en", "zh");
  BalancePlanItem *item;
  g_autofree char *giver = NULL, *year = NULL;

  if (row->item < 0)
    {
      put (self, MEASURE, BALANCE_XLSX_TEXT, BALANCE_XLSX_CLEAR, get_without_measure (self, g_ptr_array_index (row->gaps, 0)), lines);
      for (guint i = QUANTITY; i <= YEAR; i++)
        put (self, i, BALANCE_XLSX_TEXT, BALANCE_XLSX_CLEAR, NULL, lines);
      return;
    }

  item = g_ptr_array_index (self->plan->items, (guint) row->item);
  if (item->giver >= 0)
    giver = g_strdup_printf ("%s %s", balance_plan_item_get_giver_code (item), balance_plan_item_get_giver_name (item));
  year = g_strdup_printf (word (self, "year %u", "第%u年"), item->year);
  put (self, MEASURE, BALANCE_XLSX_TEXT, BALANCE_XLSX_CLEAR, balance_plan_item_get_title (item, language), lines);
  balance_plan_xlsx_digits (self, QUANTITY, item->quantity);
  put (self, UNIT, BALANCE_XLSX_CENTRE, BALANCE_XLSX_CLEAR, balance_plan_item_get_unit_title (item, language), lines);
  put (self, GIVER, BALANCE_XLSX_TEXT, BALANCE_XLSX_CLEAR, giver, lines);
  balance_plan_xlsx_money (self, COST, item->cost);
  put (self, YEAR, BALANCE_XLSX_CENTRE, BALANCE_XLSX_CLEAR, year, lines);
}

static void
write_row (Writer *self, const Row *row, guint number)
{
  BalancePlan *plan = self->plan;
  BalanceFacts *facts = plan->before->facts;
  const BalancePlanItem *item = row->item >= 0 ? g_ptr_array_index (plan->items, (guint) row->item) : NULL;
  const BalancePlanGap *first = row->gaps->len > 0 ? g_ptr_array_index (row->gaps, 0) : NULL;
  int stage = item != NULL ? item->stage : -1;
  guint lines = 1;

  if (stage < 0 && first != NULL && balance_gap_get_stage (first->gap) != NULL)
    stage = balance_dictionary_find_stage (facts->dictionary, balance_gap_get_stage (first->gap));

  balance_plan_xlsx_count (self, NUMBER, number);
  put (self, SCHOOL, BALANCE_XLSX_CODE, BALANCE_XLSX_CLEAR, row->school >= 0 ? facts->school_codes[row->school] : facts->district_codes[plan->district], &lines);
  put (self, NAME, BALANCE_XLSX_TEXT, BALANCE_XLSX_CLEAR, row->school >= 0 ? facts->school_names[row->school] : word (self, "the county itself", "县级"), &lines);
  put (self, STAGE, BALANCE_XLSX_CENTRE, BALANCE_XLSX_CLEAR,
       stage >= 0 ? balance_text_get (&balance_dictionary_get_stage (facts->dictionary, (guint) stage)->title, self->language) : NULL, &lines);
  write_problem (self, row, &lines);
  write_measure (self, row, &lines);
  for (guint i = RESPONSIBLE; i <= REMARK; i++)
    put (self, i, i == DEADLINE ? BALANCE_XLSX_DATE : BALANCE_XLSX_TEXT, BALANCE_XLSX_INPUT, NULL, &lines);
  balance_lxw->worksheet_set_row (self->sheet, self->row, 14 * MIN (28, lines) + 4, NULL);
  self->row++;
}

/* -- sheets ------------------------------------------------------------------------------------------ */

static void
add_checks (Writer *self)
{
  /* that something is verified only a census says */
  static const BalanceTaskStatus statuses[] = { BALANCE_TASK_OPEN, BALANCE_TASK_UNDER_WAY, BALANCE_TASK_DONE, BALANCE_TASK_WAIVED };
  const char *choices[G_N_ELEMENTS (statuses) + 1] = { NULL };
  lxw_data_validation date = { .validate = LXW_VALIDATION_TYPE_DATE, .criteria = LXW_VALIDATION_CRITERIA_BETWEEN, .ignore_blank = LXW_VALIDATION_ON };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    choices[i] = balance_task_status_word (statuses[i], self->language);
  balance_xlsx_choices (self->xlsx, self->sheet, HEADER_ROW + 1, STATUS, self->row - 1, STATUS, choices);
  date.minimum_datetime = (lxw_datetime) { 2000, 1, 1, 0, 0, 0.0 };
  date.maximum_datetime = (lxw_datetime) { 2199, 12, 31, 0, 0, 0.0 };
  date.error_title = (char *) word (self, "Not a date", "日期不符");
  date.error_message = (char *) word (self, "Please write a date such as 2025-08-31.", "请填写日期，如2025-08-31。");
  balance_lxw->worksheet_data_validation_range (self->sheet, HEADER_ROW + 1, DEADLINE, self->row - 1, DEADLINE, &date);
}

static char *
dup_above (Writer *self)
{
  BalancePlan *plan = self->plan;
  g_autofree char *cost = balance_money_text (balance_plan_get_cost (plan), self->language);
  const char *standard = balance_text_get (&plan->before->standard->pack->title, self->language);

  if (plan->after == NULL)
    return g_strdup (plan->status == BALANCE_PLAN_IMPOSSIBLE ? word (self, "No plan is possible within the limits; the notes say what stands in the way.", "在现有限制内没有可行方案，障碍见“说明”。")
                                                             : word (self, "No plan was found in the time given.", "在规定时间内未找到方案。"));
  return g_strdup_printf (word (self, "%s (%s), rules in force on %s. Things to do: %u, %s in all. Schools up to standard: %u of %u before, %u after. Green columns are to be filled in.",
                                "依据：%1$s（%2$s），按%3$s有效的规定。共%4$u项措施，合计%5$s。学校达标：共%7$u所，整改前%6$u所，整改后%8$u所。绿色各列由责任单位填写。"),
                          standard, plan->before->standard->pack->id, plan->before->as_of, plan->items->len, cost, plan->n_met_before, plan->n_schools, plan->n_met_after);
}

static void
write_tasks (Writer *self)
{
  BalancePlan *plan = self->plan;
  g_autoptr (GPtrArray) rows = make_rows (self);
  g_autofree char *district = balance_facts_dup_subject (plan->before->facts, BALANCE_LEVEL_DISTRICT, plan->district, self->language);
  g_autofree char *title = g_strdup_printf (word (self, "Task book: %s", "%s整改任务书"), district), *above = dup_above (self);

  balance_plan_xlsx_begin (self, word (self, "Task book", "整改任务书"), title, above, N_COLUMNS, 230);
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      balance_lxw->worksheet_set_column (self->sheet, (lxw_col_t) i, (lxw_col_t) i, columns[i].width, NULL);
      balance_xlsx_text (self->xlsx, self->sheet, HEADER_ROW, i, word (self, columns[i].en, columns[i].zh),
                         balance_xlsx_format (self->xlsx, BALANCE_XLSX_HEADER, i >= RESPONSIBLE ? BALANCE_XLSX_INPUT : BALANCE_XLSX_CLEAR, -1));
    }
  balance_lxw->worksheet_set_row (self->sheet, HEADER_ROW, 31, NULL);
  for (guint i = 0; i < rows->len; i++)
    write_row (self, g_ptr_array_index (rows, i), i + 1);
  if (rows->len > 0)
    {
      add_checks (self);
      balance_lxw->worksheet_autofilter (self->sheet, HEADER_ROW, 0, self->row - 1, N_COLUMNS - 1);
    }
  else
    {
      balance_xlsx_merge (self->xlsx, self->sheet, self->row, 0, self->row, N_COLUMNS - 1, word (self, "Nothing is lacking.", "没有差距。"),
                          balance_xlsx_format (self->xlsx, BALANCE_XLSX_CENTRE, BALANCE_XLSX_CLEAR, -1));
    }
  balance_lxw->worksheet_freeze_panes (self->sheet, HEADER_ROW + 1, STAGE);
  balance_xlsx_print (self->xlsx, self->sheet, HEADER_ROW, HEADER_ROW);
}

static void
write_note (Writer *self, const char *text)
{
  if (text == NULL || *text == '\0')
    return;
  balance_xlsx_text (self->xlsx, self->sheet, self->row, 0, text, balance_xlsx_format (self->xlsx, BALANCE_XLSX_NOTE, BALANCE_XLSX_CLEAR, -1));
  balance_lxw->worksheet_set_row (self->sheet, self->row++, 13.5 * balance_xlsx_lines (text, 120) + 3, NULL);
}

static void
write_notes (Writer *self)
{
  BalancePlan *plan = self->plan;
  g_auto (GStrv) beyond = balance_plan_dup_beyond (plan, word (self, "en", "zh"));
  GListModel *barriers = balance_plan_get_barriers (plan);
  g_autofree char *costs = g_strdup_printf (word (self, "Costs: %s.", "单价：%s。"), balance_costs_get_title (plan->costs, word (self, "en", "zh")));
  g_autofree char *proof = plan->after != NULL ? balance_plan_dup_proof (plan, self->language) : NULL;

  self->sheet = balance_xlsx_add_sheet (self->xlsx, word (self, "Notes", "说明"));
  balance_lxw->worksheet_set_column (self->sheet, 0, 0, 120, NULL);
  self->row = 0;
  write_note (self, costs);
  write_note (self, balance_text_get (&plan->costs->note, self->language));
  write_note (self, proof);
  if (g_list_model_get_n_items (barriers) > 0)
    write_note (self, word (self, "In the way stand, and none of them could be left out:", "障碍如下，缺一不可："));
  for (guint i = 0; i < g_list_model_get_n_items (barriers); i++)
    {
      g_autoptr (BalancePlanBarrier) barrier = g_list_model_get_item (barriers, i);
      g_autofree char *line = balance_plan_barrier_to_text (barrier, word (self, "en", "zh"));

      write_note (self, line);
    }
  if (beyond[0] != NULL)
    write_note (self, word (self, "Not seen to by this plan:", "本方案未涉及的未达标要求："));
  for (guint i = 0; beyond[i] != NULL && i < MAX_NOTES; i++)
    write_note (self, beyond[i]);
}

/**
 * balance_plan_write_xlsx:
 * @self: a plan
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the plan as the task book of a county (整改任务书, XLSX): school by school each problem with value, limit and
 * reference, what is done about it, how much, in which year and at what cost, what is expected afterwards, and columns
 * to fill in: responsible unit and person, deadline, status. What the plan has no measure for is listed as well. Further
 * sheets have the totals by school, those by measure and year, and notes.
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
  BALANCE_FLOAT_DEFAULT;
  g_autoptr(BalanceXlsx) xlsx = NULL;
  g_autoptr(GPtrArray) gaps = NULL;
  Writer writer;

  g_return_val_if_fail (BALANCE_IS_PLAN (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  writer = (Writer) { .plan = self, .language = balance_language_parse (language) };
  writer.xlsx = xlsx = balance_xlsx_new (writer.language, word (&writer, "Task book", "整改任务书"), self->before->as_of, error);
  if (xlsx == NULL)
    return FALSE;
  writer.gaps = gaps = balance_plan_gaps_new (self);
  write_tasks (&writer);
  balance_plan_xlsx_add_schools (&writer);
  if (self->items->len > 0)
    balance_plan_xlsx_add_years (&writer);
  write_notes (&writer);

  return balance_xlsx_finish (xlsx, stream, cancellable, error);
}
