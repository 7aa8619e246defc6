/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sheets of totals in the workbook of a plan. */

#include "report/balance-plan-xlsx-private.h"
#include "report/balance-wording-private.h"

#define HEADER_ROW BALANCE_PLAN_XLSX_HEADER_ROW

static lxw_format *
get_format (BalancePlanXlsx *self, BalanceXlsxKind kind)
{
  return balance_xlsx_format (self->xlsx, kind, BALANCE_XLSX_CLEAR, -1);
}

static void
put (BalancePlanXlsx *self, guint column, BalanceXlsxKind kind, const char *text)
{
  balance_xlsx_text (self->xlsx, self->sheet, self->row, column, text, get_format (self, kind));
}

static void
put_header (BalancePlanXlsx *self, guint column, double width, const char *en, const char *zh)
{
  balance_lxw->worksheet_set_column (self->sheet, (lxw_col_t) column, (lxw_col_t) column, width, NULL);
  balance_xlsx_text (self->xlsx, self->sheet, HEADER_ROW, column, balance_plan_xlsx_word (self, en, zh), get_format (self, BALANCE_XLSX_HEADER));
}

static void
put_year (BalancePlanXlsx *self, guint column, guint year, const char *en, const char *zh)
{
  g_autofree char *title_en = g_strdup_printf (en, year), *title_zh = g_strdup_printf (zh, year);

  put_header (self, column, 13, title_en, title_zh);
}

static void
finish (BalancePlanXlsx *self, guint frozen)
{
  balance_lxw->worksheet_set_row (self->sheet, HEADER_ROW, 31, NULL);
  balance_lxw->worksheet_freeze_panes (self->sheet, HEADER_ROW + 1, (lxw_col_t) frozen);
  balance_xlsx_print (self->xlsx, self->sheet, HEADER_ROW, HEADER_ROW);
}

/* -- by school --------------------------------------------------------------------------------------- */

/* Row -1 is what belongs to no school. */
typedef struct
{
  guint  gaps, seen, items;
  gint64 years[BALANCE_PLAN_MAX_YEARS], cost;
} Totals;

static Totals *
get_totals (Totals *all, BalancePlan *plan, int school)
{
  return &all[school >= 0 ? (guint) school : plan->before->facts->schools.n_rows];
}

static void
add_up (BalancePlanXlsx *self, Totals *all)
{
  BalancePlan *plan = self->plan;

  for (guint i = 0; i < self->gaps->len; i++)
    {
      const BalancePlanGap *gap = g_ptr_array_index (self->gaps, i);
      Totals *totals = get_totals (all, plan, balance_gap_get_school_row (gap->gap));

      totals->gaps++;
      totals->seen += gap->items->len > 0;
    }
  for (guint i = 0; i < plan->items->len; i++)
    {
      const BalancePlanItem *item = g_ptr_array_index (plan->items, i);
      Totals *totals = get_totals (all, plan, item->school);

      totals->items++;
      totals->years[item->year - 1] += item->cost;
      totals->cost += item->cost;
    }
}

/* A school is what its stages are: unmet if one is, else undetermined if one is. */
static BalanceVerdict
get_school_verdict (BalanceEvaluation *evaluation, guint school)
{
  BalanceFacts *facts = evaluation->facts;
  BalanceVerdict verdict = BALANCE_VERDICT_NOT_APPLICABLE;

  for (guint i = facts->school_sections[school]; i < facts->school_sections[school + 1]; i++)
    {
      BalanceVerdict own = balance_evaluation_get_section_verdict_at (evaluation, facts->school_section_rows[i]);

      if (own == BALANCE_VERDICT_UNMET || verdict == BALANCE_VERDICT_NOT_APPLICABLE ||
          (own == BALANCE_VERDICT_UNDETERMINED && verdict != BALANCE_VERDICT_UNMET))
        verdict = own;
    }

  return verdict;
}

static void
put_totals (BalancePlanXlsx *self, guint first, const Totals *totals)
{
  balance_plan_xlsx_count (self, first++, totals->gaps);
  balance_plan_xlsx_count (self, first++, totals->seen);
  balance_plan_xlsx_count (self, first++, totals->items);
  for (guint year = 0; year < self->plan->years; year++)
    balance_plan_xlsx_money (self, first++, totals->years[year]);
  balance_plan_xlsx_money (self, first, totals->cost);
  self->row++;
}

static void
write_school (BalancePlanXlsx *self, int school, const Totals *totals)
{
  BalancePlan *plan = self->plan;
  BalanceFacts *facts = plan->before->facts;

  put (self, 0, BALANCE_XLSX_CODE, school >= 0 ? facts->school_codes[school] : facts->district_codes[plan->district]);
  put (self, 1, BALANCE_XLSX_TEXT, school >= 0 ? facts->school_names[school] : balance_plan_xlsx_word (self, "the county itself", "县级"));
  for (guint side = 0; side < 2; side++)
    {
      BalanceEvaluation *evaluation = side == 0 ? plan->before : plan->after;

      put (self, 2 + side, BALANCE_XLSX_CENTRE, school >= 0 && evaluation != NULL ? balance_verdict_word (get_school_verdict (evaluation, (guint) school), self->language)
                                                                                 : NULL);
    }
  put_totals (self, 4, totals);
}

void
balance_plan_xlsx_add_schools (BalancePlanXlsx *self)
{
  BalancePlan *plan = self->plan;
  guint n_schools = plan->before->facts->schools.n_rows, column = 4;
  g_autofree Totals *all = g_new0 (Totals, n_schools + 1);
  Totals sum = { 0 };

  add_up (self, all);
  balance_plan_xlsx_begin (self, balance_plan_xlsx_word (self, "By school", "分校汇总"), balance_plan_xlsx_word (self, "Totals by school", "各校整改汇总"),
                           balance_plan_xlsx_word (self, "Schools that lack something or where something is done. Verdicts are those on what is asked of each school stage; costs in yuan.",
                                                   "列出有问题或有整改措施的学校。结论为对学校各学段要求的判定，费用单位为元。"), 8 + plan->years, 110);
  put_header (self, 0, 13, "School code", "学校代码");
  put_header (self, 1, 24, "School", "学校");
  put_header (self, 2, 11, "Verdict before", "整改前结论");
  put_header (self, 3, 11, "Verdict after", "整改后结论");
  put_header (self, column++, 9, "Problems", "存在问题数");
  put_header (self, column++, 9, "Of these seen to", "方案解决数");
  put_header (self, column++, 9, "Things to do", "措施数");
  for (guint year = 1; year <= plan->years; year++)
    put_year (self, column++, year, "Year %u (yuan)", "第%u年（元）");
  put_header (self, column, 14, "Cost (yuan)", "费用合计（元）");

  for (guint i = 0; i <= n_schools; i++)
    {
      if (all[i].gaps == 0 && all[i].items == 0)
        continue;
      write_school (self, i < n_schools ? (int) i : -1, &all[i]);
      sum.gaps += all[i].gaps;
      sum.seen += all[i].seen;
      sum.items += all[i].items;
      sum.cost += all[i].cost;
      for (guint year = 0; year < plan->years; year++)
        sum.years[year] += all[i].years[year];
    }
  balance_xlsx_merge (self->xlsx, self->sheet, self->row, 0, self->row, 3, balance_plan_xlsx_word (self, "Total", "合计"), get_format (self, BALANCE_XLSX_HEADER));
  put_totals (self, 4, &sum);
  finish (self, 2);
}

/* -- by measure and year ------------------------------------------------------------------------------ */

static const char *
get_kind_word (BalancePlanXlsx *self, BalancePlanKind kind)
{
  static const struct { const char *en, *zh; } words[] = { { "added", "增补" }, { "built", "建设" }, { "moved", "调配" } };

  return balance_plan_xlsx_word (self, words[kind].en, words[kind].zh);
}

static void
write_measure (BalancePlanXlsx *self, guint m)
{
  BalancePlan *plan = self->plan;
  const BalanceMeasureCost *measure = g_ptr_array_index (plan->costs->measures, m);
  gint64 steps[BALANCE_PLAN_MAX_YEARS + 1] = { 0 }, costs[BALANCE_PLAN_MAX_YEARS + 1] = { 0 };
  BalancePlanItem *any = NULL;
  guint column = 0;

  for (guint i = 0; i < plan->items->len; i++)
    {
      BalancePlanItem *item = g_ptr_array_index (plan->items, i);

      if (item->measure != m)
        continue;
      any = item;
      steps[item->year - 1] += item->steps;
      costs[item->year - 1] += item->cost;
      steps[plan->years] += item->steps;
      costs[plan->years] += item->cost;
    }
  if (any == NULL)
    return;

  put (self, column++, BALANCE_XLSX_TEXT, balance_plan_item_get_title (any, balance_plan_xlsx_word (self, "en", "zh")));
  put (self, column++, BALANCE_XLSX_CENTRE, get_kind_word (self, measure->kind));
  put (self, column++, BALANCE_XLSX_CENTRE, balance_plan_item_get_unit_title (any, balance_plan_xlsx_word (self, "en", "zh")));
  for (guint year = 0; year <= plan->years; year++)
    {
      g_autofree char *quantity = balance_measure_dup_quantity (measure, steps[year]);

      balance_plan_xlsx_digits (self, column++, quantity);
      balance_plan_xlsx_money (self, column++, costs[year]);
    }
  put (self, column, BALANCE_XLSX_TEXT, measure->source);
  balance_lxw->worksheet_set_row (self->sheet, self->row, 13.5 * balance_xlsx_lines (measure->source != NULL ? measure->source : "", 40) + 3, NULL);
  self->row++;
}

void
balance_plan_xlsx_add_years (BalancePlanXlsx *self)
{
  BalancePlan *plan = self->plan;
  guint column = 3;

  balance_plan_xlsx_begin (self, balance_plan_xlsx_word (self, "By year", "分年度汇总"), balance_plan_xlsx_word (self, "Totals by measure and year", "各年度整改措施汇总"),
                           balance_plan_xlsx_word (self, "Quantities in the unit of each measure, costs in yuan, counted in the year of the measure.",
                                                   "数量按各措施的单位，费用单位为元，计入措施实施的年度。"), 6 + 2 * plan->years, 110);
  put_header (self, 0, 30, "Measure", "整改措施");
  put_header (self, 1, 8, "Kind", "类别");
  put_header (self, 2, 9, "Unit", "单位");
  for (guint year = 1; year <= plan->years; year++)
    {
      put_year (self, column++, year, "Year %u: quantity", "第%u年数量");
      put_year (self, column++, year, "Year %u: cost", "第%u年费用");
    }
  put_header (self, column++, 11, "Quantity", "数量合计");
  put_header (self, column++, 14, "Cost (yuan)", "费用合计（元）");
  put_header (self, column, 40, "Basis of the unit cost", "单价依据");

  for (guint m = 0; m < plan->costs->measures->len; m++)
    write_measure (self, m);
  balance_xlsx_merge (self->xlsx, self->sheet, self->row, 0, self->row, 2, balance_plan_xlsx_word (self, "Total", "合计"), get_format (self, BALANCE_XLSX_HEADER));
  for (guint year = 0; year <= plan->years; year++)
    {
      gint64 cost = 0;

      for (guint i = 0; i < plan->items->len; i++)
        {
          const BalancePlanItem *item = g_ptr_array_index (plan->items, i);

          if (year == plan->years || item->year == year + 1)
            cost += item->cost;
        }
      put (self, 3 + 2 * year, BALANCE_XLSX_TEXT, NULL);
      balance_plan_xlsx_money (self, 4 + 2 * year, cost);
    }
  put (self, 5 + 2 * plan->years, BALANCE_XLSX_TEXT, NULL);
  self->row++;
  finish (self, 1);
}
