/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/balance-html-plan-private.h"

#include <math.h>

#include "evaluation/balance-evaluation-private.h"
#include "planning/balance-plan-gaps-private.h"
#include "report/balance-html-data-private.h"
#include "report/balance-indicator-columns-private.h"
#include "report/balance-wording-private.h"

/* One of the two sides, before and after. */
typedef struct
{
  BalanceEvaluation *evaluation;
  BalanceReplay     *replay;
  GPtrArray         *columns;     /* of BalanceIndicatorColumn */
  GListModel        *groups, *sections;
} Side;

typedef struct
{
  BalancePlan       *plan;
  BalanceJson       *json;
  BalanceHtmlPool   *texts;
  GPtrArray         *indicators;  /* of BalanceIndicator, as the columns */
  GArray            *rules;       /* of int: the requirement that asks the indicator of sections, -1 if none */
  Side               before, after;
} Writer;

static gboolean
side_init (Side               *self,
           BalanceEvaluation  *evaluation,
           guint               district,
           GError            **error)
{
  self->evaluation = evaluation;
  self->columns = balance_indicator_columns_new (evaluation, BALANCE_LEVEL_SECTION, error);
  if (self->columns == NULL)
    return FALSE;
  self->replay = balance_replay_new (evaluation, district);
  self->groups = balance_evaluation_get_groups (evaluation);
  self->sections = balance_census_get_sections (balance_evaluation_get_census (evaluation));

  return TRUE;
}

static void
side_clear (Side *self)
{
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  g_clear_pointer (&self->replay, balance_replay_unref);
  g_clear_object (&self->groups);
  g_clear_object (&self->sections);
}

static void
add_money (Writer     *writer,
           const char *name,
           double      yuan)
{
  balance_html_texts_take (writer->texts, writer->json, name, balance_money_text (yuan, BALANCE_LANGUAGE_ZH),
                           balance_money_text (yuan, BALANCE_LANGUAGE_EN));
}

static void
add_verdict (Writer            *writer,
             const char        *name,
             BalanceEvaluation *evaluation)
{
  if (evaluation == NULL)
    return;
  balance_json_add_string (writer->json, name,
                           balance_state_name (balance_evaluation_get_district_verdict (evaluation, balance_plan_get_district_code (writer->plan)), FALSE));
}

static void
add_lines (Writer      *writer,
           const char  *name,
           GStrv        zh,
           GStrv        en)
{
  balance_json_key (writer->json, name);
  balance_json_begin (writer->json, '[');
  for (guint i = 0; zh[i] != NULL && i < BALANCE_HTML_MAX_PROBLEMS; i++)
    {
      balance_json_next (writer->json);
      balance_json_count (writer->json, balance_html_texts_get (writer->texts, zh[i], en[i]));
    }
  balance_json_end (writer->json, ']');
}

static void
add_barriers (Writer *writer)
{
  GListModel *barriers = balance_plan_get_barriers (writer->plan);
  g_autoptr (GStrvBuilder) zh = g_strv_builder_new (), en = g_strv_builder_new ();
  g_auto (GStrv) lines_zh = NULL, lines_en = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (barriers); i++)
    {
      g_autoptr (BalancePlanBarrier) barrier = g_list_model_get_item (barriers, i);
      g_autofree char *line_zh = balance_plan_barrier_to_text (barrier, "zh"), *line_en = balance_plan_barrier_to_text (barrier, "en");

      g_strv_builder_add (zh, line_zh);
      g_strv_builder_add (en, line_en);
    }
  lines_zh = g_strv_builder_end (zh);
  lines_en = g_strv_builder_end (en);
  add_lines (writer, "barriers", lines_zh, lines_en);
}

static void
add_summary (Writer *writer)
{
  static const char *const goals[] = { "cheapest", "most_schools", "most_pupils" };
  static const char *const statuses[] = { "proven", "time_limit", "impossible", "not_found" };
  BalancePlan *plan = writer->plan;
  BalanceJson *json = writer->json;
  g_auto (GStrv) beyond_zh = balance_plan_dup_beyond (plan, "zh"), beyond_en = balance_plan_dup_beyond (plan, "en");

  balance_json_add_string (json, "district", balance_plan_get_district_code (plan));
  balance_json_add_string (json, "goal", goals[plan->goal]);
  balance_json_add_string (json, "status", statuses[plan->status]);
  balance_json_add_number (json, "cost", balance_plan_get_cost (plan));
  add_money (writer, "cost_text", balance_plan_get_cost (plan));
  if (plan->after != NULL)
    balance_html_texts_take (writer->texts, json, "proof", balance_plan_dup_proof (plan, BALANCE_LANGUAGE_ZH), balance_plan_dup_proof (plan, BALANCE_LANGUAGE_EN));
  balance_html_texts_add (writer->texts, json, "costs", balance_costs_get_title (plan->costs, "zh"), balance_costs_get_title (plan->costs, "en"));
  balance_html_texts_add (writer->texts, json, "note", balance_text_get (&plan->costs->note, BALANCE_LANGUAGE_ZH),
                          balance_text_get (&plan->costs->note, BALANCE_LANGUAGE_EN));
  balance_json_add_count (json, "schools", plan->n_schools);
  balance_json_add_count (json, "met_before", plan->n_met_before);
  balance_json_add_count (json, "met_after", plan->n_met_after);
  add_verdict (writer, "verdict_before", plan->before);
  add_verdict (writer, "verdict_after", plan->after);
  add_barriers (writer);
  add_lines (writer, "beyond", beyond_zh, beyond_en);
  balance_json_key (json, "years");
  balance_json_begin (json, '[');
  for (guint year = 1; year <= plan->years; year++)
    {
      balance_json_next (json);
      balance_json_begin (json, '{');
      balance_json_add_number (json, "cost", balance_plan_get_year_cost (plan, year));
      add_money (writer, "cost_text", balance_plan_get_year_cost (plan, year));
      balance_json_end (json, '}');
    }
  balance_json_end (json, ']');
}

/* --- before and after ---------------------------------------------------------------------------------------- */

/* How far a value is on the right side of its limit, as a share of the limit; NaN where that is not known. */
static double
get_distance (BalanceFinding *finding)
{
  double limit = balance_finding_get_limit (finding), margin = balance_finding_get_margin (finding);

  return fabs (limit) > 0 ? margin / fabs (limit) : (double) NAN;
}

static void
add_cell_side (Writer     *writer,
               const char *name,
               const Side *side,
               guint       column,
               guint       row)
{
  BalanceJson *json = writer->json;
  const BalanceIndicatorColumn *of = g_ptr_array_index (side->columns, column);
  BalanceIndicator *indicator = g_ptr_array_index (writer->indicators, column);
  int rule = g_array_index (writer->rules, int, column);
  g_autoptr (BalanceFinding) finding = rule < 0 ? NULL : balance_finding_new (side->replay, rule, -1, row);
  double value = balance_indicator_column_get_value (of, row), limit = finding == NULL ? (double) NAN : balance_finding_get_limit (finding);
  double distance = finding == NULL ? (double) NAN : get_distance (finding);

  balance_json_key (json, name);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "state", balance_state_name (balance_indicator_column_get_verdict (of, row), balance_indicator_column_get_at_floor (of, row)));
  if (!isnan (value))
    {
      g_autofree char *text = balance_number_text_beside (value, limit, MAX (0, balance_indicator_get_decimals (indicator)), balance_indicator_get_unit (indicator));

      balance_json_add_number (json, "value", value);
      balance_json_add_string (json, "text", text);
    }
  if (isfinite (distance))
    balance_json_add_number (json, "distance", distance);
  balance_json_end (json, '}');
}

static void
add_section (Writer *writer,
             guint   row)
{
  BalanceJson *json = writer->json;
  BalanceFacts *facts = writer->before.evaluation->facts;
  guint school = facts->section_school[row];
  g_autoptr (BalanceSection) before = g_list_model_get_item (writer->before.sections, row), after = g_list_model_get_item (writer->after.sections, row);

  balance_json_next (json);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "school", facts->school_codes[school]);
  balance_json_add_string (json, "name", facts->school_names[school]);
  balance_json_add_string (json, "stage", balance_section_get_stage (before));
  balance_json_add_string (json, "before", balance_state_name (balance_evaluation_get_section_verdict (writer->before.evaluation, before), FALSE));
  balance_json_add_string (json, "after", balance_state_name (balance_evaluation_get_section_verdict (writer->after.evaluation, after), FALSE));
  balance_json_key (json, "cells");
  balance_json_begin (json, '[');
  for (guint i = 0; i < writer->indicators->len; i++)
    {
      balance_json_next (json);
      balance_json_begin (json, '{');
      add_cell_side (writer, "before", &writer->before, i, row);
      add_cell_side (writer, "after", &writer->after, i, row);
      balance_json_end (json, '}');
    }
  balance_json_end (json, ']');
  balance_json_end (json, '}');
}

static void
add_sections (Writer *writer)
{
  BalanceFacts *facts = writer->before.evaluation->facts;
  guint first = facts->district_sections[writer->plan->district], end = facts->district_sections[writer->plan->district + 1];
  guint n = MIN (end - first, BALANCE_HTML_MAX_SECTIONS);

  balance_json_key (writer->json, "sections");
  balance_json_begin (writer->json, '[');
  for (guint row = first; row < first + n; row++)
    add_section (writer, row);
  balance_json_end (writer->json, ']');
  balance_json_add_count (writer->json, "more_sections", end - first - n);
}

static BalanceGroup *
find_group (const Side *side,
            const char *district,
            const char *stage)
{
  for (guint i = 0; i < g_list_model_get_n_items (side->groups); i++)
    {
      g_autoptr (BalanceGroup) group = g_list_model_get_item (side->groups, i);

      if (g_strcmp0 (balance_group_get_district_code (group), district) == 0 && g_strcmp0 (balance_group_get_stage (group), stage) == 0)
        return g_steal_pointer (&group);
    }

  return NULL;
}

static void
add_coefficient (Writer       *writer,
                 const char   *name,
                 BalanceGroup *group,
                 const char   *indicator)
{
  double cv = balance_group_get_cv (group, indicator);
  g_autofree char *text = balance_number_text_beside (cv, balance_group_get_cv_limit (group, indicator), 3, NULL);

  balance_json_key (writer->json, name);
  balance_json_begin (writer->json, '{');
  balance_json_add_string (writer->json, "state", balance_state_name (balance_group_get_cv_verdict (group, indicator), FALSE));
  if (!isnan (cv))
    balance_json_add_string (writer->json, "text", text);
  balance_json_end (writer->json, '}');
}

static void
add_groups (Writer *writer)
{
  BalanceJson *json = writer->json;
  const char *district = balance_plan_get_district_code (writer->plan);

  balance_json_key (json, "groups");
  balance_json_begin (json, '[');
  for (guint i = 0; i < g_list_model_get_n_items (writer->before.groups); i++)
    {
      g_autoptr (BalanceGroup) before = g_list_model_get_item (writer->before.groups, i), after = NULL;

      if (g_strcmp0 (balance_group_get_district_code (before), district) != 0)
        continue;
      after = find_group (&writer->after, district, balance_group_get_stage (before));
      if (after == NULL)
        continue;
      balance_json_next (json);
      balance_json_begin (json, '{');
      balance_json_add_string (json, "stage", balance_group_get_stage (before));
      balance_json_key (json, "cells");
      balance_json_begin (json, '[');
      for (guint k = 0; k < writer->indicators->len; k++)
        {
          const char *indicator = balance_indicator_get_id (g_ptr_array_index (writer->indicators, k));
          double limit = balance_group_get_cv_limit (before, indicator);

          balance_json_next (json);
          balance_json_begin (json, '{');
          add_coefficient (writer, "before", before, indicator);
          add_coefficient (writer, "after", after, indicator);
          if (!isnan (limit))
            balance_html_texts_take (writer->texts, json, "limit", balance_number_limit_text (limit), balance_number_limit_text (limit));
          balance_json_end (json, '}');
        }
      balance_json_end (json, ']');
      balance_json_end (json, '}');
    }
  balance_json_end (json, ']');
}

static int
find_rule (BalancePack *pack,
           const char  *id)
{
  for (guint i = 0; i < pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (pack->rules, i);

      if (rule->level == BALANCE_LEVEL_SECTION && g_str_equal (rule->id, id))
        return (int) rule->index;
    }

  return -1;
}

static void
add_indicators (Writer *writer)
{
  BalanceStandard *standard = balance_evaluation_get_standard (writer->plan->before);

  balance_json_key (writer->json, "indicators");
  balance_json_begin (writer->json, '[');
  for (guint i = 0; i < writer->before.columns->len; i++)
    {
      const BalanceIndicatorColumn *column = g_ptr_array_index (writer->before.columns, i);
      BalanceIndicator *indicator = balance_standard_find_indicator (standard, column->id);
      int rule = find_rule (standard->pack, column->id);

      g_ptr_array_add (writer->indicators, indicator);
      g_array_append_val (writer->rules, rule);
      balance_json_next (writer->json);
      balance_json_begin (writer->json, '{');
      balance_json_add_string (writer->json, "id", column->id);
      balance_html_texts_add (writer->texts, writer->json, "title", balance_indicator_get_title (indicator, "zh"), balance_indicator_get_title (indicator, "en"));
      balance_json_end (writer->json, '}');
    }
  balance_json_end (writer->json, ']');
}

/* --- what is to be done -------------------------------------------------------------------------------------- */

/* Only those that the plan uses; their positions for the items. */
static void
add_measures (Writer *writer,
              guint  *positions)
{
  static const char *const kinds[] = { "add", "build", "move" };
  BalancePlan *plan = writer->plan;
  BalanceJson *json = writer->json;
  guint n = 0;

  balance_json_key (json, "measures");
  balance_json_begin (json, '[');
  for (guint m = 0; m < plan->costs->measures->len; m++)
    {
      const BalanceMeasureCost *measure = g_ptr_array_index (plan->costs->measures, m);
      BalancePlanItem *any = NULL;
      gint64 steps = 0, cost = 0;
      g_autofree char *quantity = NULL;

      for (guint i = 0; i < plan->items->len; i++)
        {
          BalancePlanItem *item = g_ptr_array_index (plan->items, i);

          if (item->measure != m)
            continue;
          any = item;
          steps += item->steps;
          cost += item->cost;
        }
      if (any == NULL)
        continue;
      quantity = balance_measure_dup_quantity (measure, steps);
      positions[m] = n++;
      balance_json_next (json);
      balance_json_begin (json, '{');
      balance_html_texts_add (writer->texts, json, "title", balance_plan_item_get_title (any, "zh"), balance_plan_item_get_title (any, "en"));
      balance_html_texts_add (writer->texts, json, "unit", balance_plan_item_get_unit_title (any, "zh"), balance_plan_item_get_unit_title (any, "en"));
      balance_html_texts_add (writer->texts, json, "source", measure->source, measure->source);
      balance_json_add_string (json, "kind", kinds[measure->kind]);
      balance_json_add_string (json, "quantity", quantity);
      balance_json_add_number (json, "cost", (double) cost / 1e4);
      add_money (writer, "cost_text", (double) cost / 1e4);
      balance_json_end (json, '}');
    }
  balance_json_end (json, ']');
}

/* What an item sees to, as the titles of requirements. */
static void
add_mended (Writer    *writer,
            GPtrArray *gaps,
            guint      item)
{
  balance_json_key (writer->json, "mends");
  balance_json_begin (writer->json, '[');
  for (guint i = 0; i < gaps->len; i++)
    {
      const BalancePlanGap *gap = g_ptr_array_index (gaps, i);

      for (guint k = 0; k < gap->items->len; k++)
        if (g_array_index (gap->items, guint, k) == item)
          {
            balance_json_next (writer->json);
            balance_json_begin (writer->json, '{');
            balance_json_add_string (writer->json, "id", balance_gap_get_id (gap->gap));
            balance_html_texts_add (writer->texts, writer->json, "title", balance_gap_get_title (gap->gap, "zh"), balance_gap_get_title (gap->gap, "en"));
            balance_json_end (writer->json, '}');
          }
    }
  balance_json_end (writer->json, ']');
}

static void
add_items (Writer *writer)
{
  BalancePlan *plan = writer->plan;
  BalanceJson *json = writer->json;
  g_autofree guint *positions = g_new0 (guint, plan->costs->measures->len + 1);
  g_autoptr (GPtrArray) gaps = balance_plan_gaps_new (plan);

  add_measures (writer, positions);
  balance_json_key (json, "items");
  balance_json_begin (json, '[');
  for (guint i = 0; i < plan->items->len; i++)
    {
      BalancePlanItem *item = g_ptr_array_index (plan->items, i);

      balance_json_next (json);
      balance_json_begin (json, '{');
      balance_json_add_string (json, "school", balance_plan_item_get_school_code (item));
      balance_json_add_string (json, "name", balance_plan_item_get_school_name (item));
      balance_json_add_string (json, "stage", balance_plan_item_get_stage (item));
      balance_json_add_count (json, "measure", positions[item->measure]);
      balance_json_add_count (json, "year", item->year);
      balance_json_add_string (json, "quantity", item->quantity);
      balance_json_add_number (json, "cost", balance_plan_item_get_cost (item));
      add_money (writer, "cost_text", balance_plan_item_get_cost (item));
      if (item->giver >= 0)
        {
          balance_json_add_string (json, "giver", balance_plan_item_get_giver_code (item));
          balance_json_add_string (json, "giver_name", balance_plan_item_get_giver_name (item));
        }
      if (item->decided)
        balance_json_add_flag (json, "decided", TRUE);
      add_mended (writer, gaps, i);
      balance_json_end (json, '}');
    }
  balance_json_end (json, ']');
}

gboolean
balance_html_plan_add (BalancePlan      *plan,
                       BalanceJson      *json,
                       BalanceHtmlPool  *texts,
                       GError          **error)
{
  Writer writer = { .plan = plan, .json = json, .texts = texts };
  gboolean done = TRUE;

  balance_json_key (json, "plan");
  balance_json_begin (json, '{');
  add_summary (&writer);
  add_items (&writer);
  /* without a solution there is no after */
  if (plan->after != NULL)
    {
      writer.indicators = g_ptr_array_new_with_free_func (g_object_unref);
      writer.rules = g_array_new (FALSE, FALSE, sizeof (int));
      done = side_init (&writer.before, plan->before, plan->district, error) && side_init (&writer.after, plan->after, plan->district, error);
      if (done)
        {
          add_indicators (&writer);
          add_sections (&writer);
          add_groups (&writer);
        }
      side_clear (&writer.before);
      side_clear (&writer.after);
      g_ptr_array_unref (writer.indicators);
      g_array_unref (writer.rules);
    }
  balance_json_end (json, '}');

  return done;
}
