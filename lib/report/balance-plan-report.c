/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>

#include "planning/balance-plan-private.h"
#include "report/balance-csv-private.h"
#include "report/balance-json-private.h"
#include "report/balance-plan-report-private.h"
#include "report/balance-wording-private.h"

static const char *
word (BalanceLanguage language, const char *en, const char *zh)
{
  return language == BALANCE_LANGUAGE_ZH ? zh : en;
}

char *
balance_money_text (double yuan, BalanceLanguage language)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (isnan (yuan))
    return g_strdup ("–");
  if (language == BALANCE_LANGUAGE_ZH)
    {
      g_autofree char *digits = g_strdup (g_ascii_formatd (buffer, sizeof buffer, "%.4f", yuan / 1e4));
      gsize length = strlen (digits);

      while (length > 0 && digits[length - 1] == '0')
        digits[--length] = '\0';
      if (length > 0 && digits[length - 1] == '.')
        digits[length - 1] = '\0';
      return g_strdup_printf ("%s万元", digits);
    }
  return g_strdup_printf ("%s yuan", g_ascii_formatd (buffer, sizeof buffer, fabs (yuan - round (yuan)) > 1e-6 ? "%.2f" : "%.0f", yuan));
}

static char *
dup_stage_title (BalancePlanItem *item, BalanceLanguage language)
{
  return item->stage < 0 ? NULL : g_strdup (balance_text_get (&balance_dictionary_get_stage (item->census->facts->dictionary, (guint) item->stage)->title, language));
}

static char *
dup_holder (BalancePlanItem *item, BalanceLanguage language)
{
  BalanceFacts *facts = item->census->facts;
  g_autofree char *name = item->school >= 0 ? balance_facts_dup_subject (facts, BALANCE_LEVEL_SCHOOL, (guint) item->school, language)
                                            : balance_facts_dup_subject (facts, BALANCE_LEVEL_DISTRICT, (guint) item->district, language);

  return g_strdup_printf ("%s %s", item->school >= 0 ? facts->school_codes[item->school] : facts->district_codes[item->district], name);
}

/* "Hire a teacher: 3 teachers, from 9900010001 X" */
char *
balance_plan_item_dup_line (BalancePlanItem *item, BalanceLanguage language)
{
  const char *name = word (language, "en", "zh"), *unit = balance_plan_item_get_unit_title (item, name);
  g_autofree char *stage = dup_stage_title (item, language), *giver = NULL;
  GString *line = g_string_new (NULL);

  if (stage != NULL)
    g_string_append_printf (line, word (language, "%s: ", "%s："), stage);
  g_string_append (line, balance_plan_item_get_title (item, name));
  g_string_append_printf (line, *unit != '\0' ? word (language, ": %s %s", "：%s%s") : word (language, ": %s%s", "：%s%s"), item->quantity, unit);
  if (item->giver >= 0)
    {
      giver = balance_facts_dup_subject (item->census->facts, BALANCE_LEVEL_SCHOOL, (guint) item->giver, language);
      g_string_append_printf (line, word (language, " from %s %s", "，由%s %s调出"), balance_plan_item_get_giver_code (item), giver);
    }
  if (item->decided)
    g_string_append (line, word (language, " (decided)", "（含已定）"));

  return g_string_free (line, FALSE);
}

char *
balance_plan_dup_proof (BalancePlan *self, BalanceLanguage language)
{
  char gap[G_ASCII_DTOSTR_BUF_SIZE], seconds[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *bound = balance_money_text (balance_plan_get_bound (self), language);
  GString *text = g_string_new (NULL);

  g_ascii_formatd (gap, sizeof gap, "%.3f", isnan (self->gap) ? 0.0 : ceil (MAX (0.0, self->gap * 1e5 - 1e-6)) / 1e3);
  g_ascii_formatd (seconds, sizeof seconds, "%.1f", self->seconds);
  if (self->goal == BALANCE_PLAN_CHEAPEST && !isnan (self->gap))
    g_string_append_printf (text, word (language, "Proven: no plan costs less than %s; this one is at most %s %% dearer.",
                                        "已证明：任何方案的费用不低于%s，本方案与最优方案相差不超过%s%%。"), bound, gap);
  else if (!isnan (self->bound))
    g_string_append_printf (text, self->goal == BALANCE_PLAN_MOST_PUPILS ? word (language, "Proven: no plan within the budget reaches more than %.0f pupils.", "已证明：预算内任何方案惠及学生不超过%.0f人。")
                                                                         : word (language, "Proven: no plan within the budget brings more than %.0f schools to standard.",
                                                                                 "已证明：预算内任何方案达标学校不超过%.0f所。"), self->bound);
  else
    g_string_append (text, word (language, "Nothing is proven about better plans.", "未能证明是否有更优方案。"));
  if (self->status == BALANCE_PLAN_TIME_LIMIT)
    g_string_append (text, word (language, " The time limit ended the search.", "因达到时间限制而停止搜索。"));
  g_string_append_printf (text, word (language, " Every verdict was computed again by the exact evaluator. %s s, %s.", "全部结论均由精确评估重新计算。用时%s秒，%s。"),
                          seconds, self->solver != NULL ? self->solver : "–");

  return g_string_free (text, FALSE);
}

static void
write_list (BalanceLayout *layout, const char *title, char **lines, BalanceInk ink)
{
  guint n = g_strv_length (lines);

  if (n == 0)
    return;
  balance_layout_blank (layout);
  balance_layout_paragraph (layout, 0, 2, BALANCE_INK_STRONG, title);
  for (guint i = 0; i < n && i < 50; i++)
    balance_layout_paragraph (layout, 2, 4, ink, lines[i]);
  if (n > 50)
    {
      g_autofree char *more = g_strdup_printf (word (layout->language, "and %u more", "等共%u项"), layout->language == BALANCE_LANGUAGE_ZH ? n : n - 50);

      balance_layout_paragraph (layout, 2, 4, BALANCE_INK_FAINT, more);
    }
}

static void
write_barriers (BalanceLayout *layout, BalancePlan *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->barriers));
  g_autofree char *cost = balance_money_text (balance_plan_get_cost (self), layout->language), *after = NULL;

  balance_layout_paragraph (layout, 0, 0, BALANCE_INK_BAD,
                            word (layout->language, "No plan is possible within the limits.", "在现有限制内没有可行方案。"));
  if (n == 0)
    return;
  balance_layout_blank (layout);
  balance_layout_paragraph (layout, 0, 2, BALANCE_INK_STRONG,
                            word (layout->language, "In the way stand, and none of them could be left out:", "障碍如下，缺一不可："));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(BalancePlanBarrier) barrier = g_list_model_get_item (G_LIST_MODEL (self->barriers), i);
      g_autofree char *line = balance_plan_barrier_to_text (barrier, word (layout->language, "en", "zh"));

      balance_layout_paragraph (layout, 2, 4, BALANCE_INK_BAD, line);
    }
  balance_layout_blank (layout);
  after = g_strdup_printf (word (layout->language, "Were they lifted that far, the plan would cost about %s.", "如放宽到上述程度，方案费用约为%s。"), cost);
  balance_layout_paragraph (layout, 0, 0, BALANCE_INK_PLAIN, after);
}

static void
write_years (BalanceLayout *layout, BalancePlan *self)
{
  for (guint year = 1; self->years > 1 && year <= self->years; year++)
    {
      g_autofree char *cost = balance_money_text (balance_plan_get_year_cost (self, year), layout->language);
      g_autofree char *line = g_strdup_printf (word (layout->language, "Year %u: %s", "第%u年：%s"), year, cost);

      balance_layout_paragraph (layout, 2, 4, BALANCE_INK_PLAIN, line);
    }
}

/* What is spent on each measure. */
static void
write_measures (BalanceLayout *layout, BalancePlan *self)
{
  const char *name = word (layout->language, "en", "zh");

  balance_layout_blank (layout);
  balance_layout_paragraph (layout, 0, 2, BALANCE_INK_STRONG, word (layout->language, "By measure", "按措施合计"));
  for (guint m = 0; m < self->costs->measures->len; m++)
    {
      const BalanceMeasureCost *measure = g_ptr_array_index (self->costs->measures, m);
      BalancePlanItem *any = NULL;
      gint64 steps = 0, cost = 0;

      for (guint i = 0; i < self->items->len; i++)
        {
          BalancePlanItem *item = g_ptr_array_index (self->items, i);

          if (item->measure != m)
            continue;
          any = item;
          steps += item->steps;
          cost += item->cost;
        }
      if (any != NULL)
        {
          g_autofree char *quantity = balance_measure_dup_quantity (measure, steps), *money = balance_money_text ((double) cost / 1e4, layout->language);
          g_autofree char *line = g_strdup_printf (word (layout->language, "%s: %s %s, %s", "%s：%s%s，%s"), balance_plan_item_get_title (any, name), quantity,
                                                   balance_plan_item_get_unit_title (any, name), money);

          balance_layout_paragraph (layout, 2, 4, BALANCE_INK_PLAIN, line);
        }
    }
}

static void
write_items (BalanceLayout *layout, BalancePlan *self)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      BalancePlanItem *item = g_ptr_array_index (self->items, i), *before = i > 0 ? g_ptr_array_index (self->items, i - 1) : NULL;
      g_autofree char *line = balance_plan_item_dup_line (item, layout->language), *cost = balance_money_text (balance_plan_item_get_cost (item), layout->language);
      g_autofree char *end = NULL;

      if (before == NULL || before->school != item->school)
        {
          g_autofree char *holder = dup_holder (item, layout->language);

          balance_layout_blank (layout);
          balance_layout_paragraph (layout, 0, 2, BALANCE_INK_STRONG, holder);
        }
      end = self->years > 1 ? g_strdup_printf (word (layout->language, "%s; year %u, %s", "%s；第%u年，%s"), line, item->year, cost)
                            : g_strdup_printf (word (layout->language, "%s; %s", "%s；%s"), line, cost);
      balance_layout_paragraph (layout, 2, 4, BALANCE_INK_PLAIN, end);
    }
}

static void
write_head (BalanceLayout *layout, BalancePlan *self)
{
  BalanceLanguage language = layout->language;
  g_autofree char *district = balance_facts_dup_subject (self->before->facts, BALANCE_LEVEL_DISTRICT, self->district, language);
  g_autofree char *title = g_strdup_printf (word (language, "What it would take: %s", "达标所需措施：%s"), district);
  g_autofree char *basis = g_strdup_printf (word (language, "Costs: %s.", "单价：%s。"), balance_costs_get_title (self->costs, word (language, "en", "zh")));
  const char *note = balance_text_get (&self->costs->note, language);

  balance_layout_heading (layout, title);
  balance_layout_paragraph (layout, 0, 0, BALANCE_INK_PLAIN, basis);
  if (*note != '\0')
    balance_layout_paragraph (layout, 0, 0, BALANCE_INK_FAINT, note);
  balance_layout_blank (layout);
}

static void
write_totals (BalanceLayout *layout, BalancePlan *self)
{
  BalanceLanguage language = layout->language;
  g_autofree char *cost = balance_money_text (balance_plan_get_cost (self), language), *proof = balance_plan_dup_proof (self, language);
  g_autofree char *total = g_strdup_printf (word (language, "%u things to do, %s in all.", "共%u项措施，合计%s。"), self->items->len, cost);
  const char *code = self->before->facts->district_codes[self->district];
  g_autofree char *schools = g_strdup_printf (word (language, "Schools up to standard: %u of %u before, %u after.", "学校达标：共%2$u所，实施前%1$u所，实施后%3$u所。"), self->n_met_before,
                                              self->n_schools, self->n_met_after);
  g_autofree char *verdicts = g_strdup_printf (word (language, "Verdict on the county: %s before, %s after.", "区县结论：实施前%s，实施后%s。"),
                                               balance_verdict_word (balance_evaluation_get_district_verdict (self->before, code), language),
                                               balance_verdict_word (balance_evaluation_get_district_verdict (self->after, code), language));

  if (self->items->len == 0)
    balance_layout_paragraph (layout, 0, 0, BALANCE_INK_GOOD, word (language, "Nothing has to be done.", "无须采取措施。"));
  else
    balance_layout_paragraph (layout, 0, 0, BALANCE_INK_STRONG, total);
  write_years (layout, self);
  balance_layout_paragraph (layout, 0, 0, BALANCE_INK_PLAIN, schools);
  balance_layout_paragraph (layout, 0, 0, BALANCE_INK_PLAIN, verdicts);
  balance_layout_paragraph (layout, 0, 0, BALANCE_INK_PLAIN, proof);
}

/**
 * balance_plan_write_text:
 * @self: a plan
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the plan as text of 80 columns: totals and what is proven, then school by school what to do.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_plan_write_text (BalancePlan    *self,
                         const char     *language,
                         GOutputStream  *stream,
                         GCancellable   *cancellable,
                         GError        **error)
{
  BalanceLayout layout;
  g_autofree char *text = NULL;
  g_auto(GStrv) beyond = NULL;

  g_return_val_if_fail (BALANCE_IS_PLAN (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  balance_layout_init (&layout, balance_language_parse (language), FALSE);
  write_head (&layout, self);
  if (self->status == BALANCE_PLAN_IMPOSSIBLE)
    write_barriers (&layout, self);
  else if (self->after == NULL)
    balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_DOUBT,
                              word (layout.language, "No plan was found in the time given; give it more.", "在规定时间内未找到方案，请延长时间限制。"));
  else
    write_totals (&layout, self);
  beyond = balance_plan_dup_beyond (self, word (layout.language, "en", "zh"));
  write_list (&layout, word (layout.language, "Not seen to by this plan:", "本方案未涉及的未达标要求："), beyond, BALANCE_INK_DOUBT);
  if (self->items->len > 0)
    {
      write_measures (&layout, self);
      write_items (&layout, self);
    }
  text = balance_layout_end (&layout);

  return g_output_stream_write_all (stream, text, strlen (text), NULL, cancellable, error);
}

/* -- for programs ------------------------------------------------------------------------------------ */

static const char *const kind_names[] = { "add", "build", "move" };
static const char *const status_names[] = { "proven", "time_limit", "impossible", "not_found" };
static const char *const goal_names[] = { "cheapest", "most_schools", "most_pupils" };
static const char *const verdict_names[] = { "not_applicable", "met", "unmet", "undetermined" };

static void
write_json_item (BalanceJson *json, BalancePlanItem *item, BalanceLanguage language)
{
  const char *name = word (language, "en", "zh");
  g_auto(GStrv) fields = balance_plan_item_dup_fields (item), amounts = balance_plan_item_dup_amounts (item);
  g_autofree char *line = balance_plan_item_dup_line (item, language);

  balance_json_next (json);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "measure", balance_plan_item_get_measure (item));
  balance_json_add_string (json, "kind", kind_names[balance_plan_item_get_kind (item)]);
  balance_json_add_string (json, "title", balance_plan_item_get_title (item, name));
  balance_json_add_string (json, "school", balance_plan_item_get_school_code (item));
  balance_json_add_string (json, "school_name", balance_plan_item_get_school_name (item));
  balance_json_add_string (json, "giver", balance_plan_item_get_giver_code (item));
  balance_json_add_string (json, "stage", balance_plan_item_get_stage (item));
  balance_json_add_string (json, "quantity", item->quantity);
  balance_json_add_string (json, "unit", balance_plan_item_get_unit (item));
  balance_json_add_number (json, "cost", balance_plan_item_get_cost (item));
  balance_json_add_count (json, "year", item->year);
  balance_json_add_flag (json, "decided", item->decided);
  balance_json_add_strings (json, "fields", (const char *const *) fields);
  balance_json_add_strings (json, "amounts", (const char *const *) amounts);
  balance_json_add_string (json, "text", line);
  balance_json_end (json, '}');
}

static void
write_json_barriers (BalanceJson *json, BalancePlan *self, BalanceLanguage language)
{
  balance_json_key (json, "barriers");
  balance_json_begin (json, '[');
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->barriers)); i++)
    {
      g_autoptr(BalancePlanBarrier) barrier = g_list_model_get_item (G_LIST_MODEL (self->barriers), i);
      g_autofree char *line = balance_plan_barrier_to_text (barrier, word (language, "en", "zh"));

      balance_json_next (json);
      balance_json_begin (json, '{');
      balance_json_add_string (json, "id", barrier->id);
      balance_json_add_string (json, "school", barrier->school);
      balance_json_add_flag (json, "requirement", barrier->rule);
      balance_json_add_number (json, "allowed", barrier->allowed);
      balance_json_add_number (json, "needed", barrier->needed);
      balance_json_add_string (json, "text", line);
      balance_json_end (json, '}');
    }
  balance_json_end (json, ']');
}

/**
 * balance_plan_write_json:
 * @self: a plan
 * @language: (nullable): "zh" or "en" for titles; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the plan as one JSON object. Quantities are texts with their digits, costs numbers in yuan.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_plan_write_json (BalancePlan    *self,
                         const char     *language,
                         GOutputStream  *stream,
                         GCancellable   *cancellable,
                         GError        **error)
{
  BalanceLanguage chosen = balance_language_parse (language);
  g_autoptr(GString) text = g_string_new (NULL);
  g_auto(GStrv) beyond = NULL;
  BalanceJson json = { .text = text, .first = TRUE };
  const char *code;

  g_return_val_if_fail (BALANCE_IS_PLAN (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  code = balance_plan_get_district_code (self);
  beyond = balance_plan_dup_beyond (self, language);
  balance_json_begin (&json, '{');
  balance_json_add_string (&json, "standard", self->before->standard->pack->id);
  balance_json_add_string (&json, "as_of", self->before->as_of);
  balance_json_add_string (&json, "costs", self->costs->id);
  balance_json_add_string (&json, "district", code);
  balance_json_add_string (&json, "goal", goal_names[self->goal]);
  balance_json_add_string (&json, "status", status_names[self->status]);
  balance_json_add_count (&json, "years", self->years);
  balance_json_add_number (&json, "cost", balance_plan_get_cost (self));
  balance_json_add_number (&json, "bound", balance_plan_get_bound (self));
  balance_json_add_number (&json, "gap", self->gap);
  balance_json_add_number (&json, "seconds", self->seconds);
  balance_json_add_string (&json, "solver", self->solver);
  balance_json_add_count (&json, "schools", self->n_schools);
  balance_json_add_count (&json, "schools_met_before", self->n_met_before);
  balance_json_add_count (&json, "schools_met_after", self->n_met_after);
  balance_json_add_string (&json, "verdict_before", verdict_names[balance_evaluation_get_district_verdict (self->before, code)]);
  balance_json_add_string (&json, "verdict_after", self->after != NULL ? verdict_names[balance_evaluation_get_district_verdict (self->after, code)] : NULL);
  write_json_barriers (&json, self, chosen);
  balance_json_add_strings (&json, "beyond", (const char *const *) beyond);
  balance_json_key (&json, "items");
  balance_json_begin (&json, '[');
  for (guint i = 0; i < self->items->len; i++)
    write_json_item (&json, g_ptr_array_index (self->items, i), chosen);
  balance_json_end (&json, ']');
  balance_json_end (&json, '}');
  g_string_append_c (text, '\n');

  return g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error);
}

/**
 * balance_plan_write_csv:
 * @self: a plan
 * @language: (nullable): "zh" or "en" for titles; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the things to do as comma-separated values by RFC 4180, one row for each.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_plan_write_csv (BalancePlan    *self,
                        const char     *language,
                        GOutputStream  *stream,
                        GCancellable   *cancellable,
                        GError        **error)
{
  const char *name = word (balance_language_parse (language), "en", "zh");
  g_autoptr(GString) text = g_string_new ("district,school,school_name,stage,year,kind,measure,title,quantity,unit,giver,giver_name,cost\r\n");

  g_return_val_if_fail (BALANCE_IS_PLAN (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  for (guint i = 0; i < self->items->len; i++)
    {
      BalancePlanItem *item = g_ptr_array_index (self->items, i);
      g_autofree char *year = g_strdup_printf ("%u", item->year), *cost = balance_money_to_string (item->cost);

      balance_csv_append_cell (text, balance_plan_item_get_district_code (item), FALSE);
      balance_csv_append_cell (text, balance_plan_item_get_school_code (item), FALSE);
      balance_csv_append_cell (text, balance_plan_item_get_school_name (item), FALSE);
      balance_csv_append_cell (text, balance_plan_item_get_stage (item), FALSE);
      balance_csv_append_cell (text, year, TRUE);
      balance_csv_append_cell (text, kind_names[balance_plan_item_get_kind (item)], FALSE);
      balance_csv_append_cell (text, balance_plan_item_get_measure (item), FALSE);
      balance_csv_append_cell (text, balance_plan_item_get_title (item, name), FALSE);
      balance_csv_append_cell (text, item->quantity, TRUE);
      balance_csv_append_cell (text, balance_plan_item_get_unit (item), FALSE);
      balance_csv_append_cell (text, balance_plan_item_get_giver_code (item), FALSE);
      balance_csv_append_cell (text, balance_plan_item_get_giver_name (item), FALSE);
      balance_csv_append_cell (text, cost, TRUE);
      balance_csv_end_line (text);
    }

  return g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error);
}
