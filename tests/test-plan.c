/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Least-cost plans: against enumeration on small counties, and on what was computed by hand. */

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "planning/balance-linear-private.h"
#include "planning/balance-plan-gaps-private.h"
#include "planning/balance-plan-private.h"

static BalanceStandard *
standard_of (const char *text)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr(GError) error = NULL;
  BalanceStandard *standard = balance_standard_new_from_bytes (bytes, "test.yaml", &error);

  ck_assert_msg (standard != NULL, "%s", error != NULL ? error->message : "");

  return standard;
}

static BalanceCosts *
costs_of (const char *text, BalanceStandard *standard)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr(GError) error = NULL;
  BalanceCosts *costs = balance_costs_new_from_bytes (bytes, "costs.yaml", standard != NULL ? balance_standard_get_dictionary (standard) : NULL, &error);

  ck_assert_msg (costs != NULL, "%s", error != NULL ? error->message : "");

  return costs;
}

static BalanceCensus *
census_end (BalanceCensusBuilder *builder)
{
  g_autoptr(BalanceImport) import = balance_census_builder_end (builder);
  g_autoptr(GError) error = NULL;

  ck_assert_msg (balance_import_check (import, &error), "%s", error != NULL ? error->message : "");

  return g_object_ref (balance_import_get_census (import));
}

/* -- costs ------------------------------------------------------------------------------------------- */

#define MEASURE "- {id: m, title: M, kind: add, changes: {books: 1}, cost: 20, source: test}\n"

static const struct { const char *text, *found; guint line, column; } faults[] = {
  { "costs: t\nmeasures:\n- {id: m, kind: add, changes: {boks: 1}, cost: 20, source: t}\n", "boks", 3, 32 },
  { "costs: t\nmeasures:\n- {id: m, kind: give, changes: {books: 1}, cost: 20, source: t}\n", "add, build or move", 3, 17 },
  { "costs: t\nmeasures:\n- {id: m, kind: add, changes: {books: -1}, cost: 20, source: t}\n", "not below zero", 3, 39 },
  { "costs: t\nmeasures:\n- {id: m, kind: add, changes: {books: 0.5}, cost: 20, source: t}\n", "whole things", 3, 39 },
  { "costs: t\nmeasures:\n- {id: m, kind: add, changes: {books: 1}, source: t}\n", "“cost” is missing", 3, 3 },
  { "costs: t\nmeasures:\n- {id: m, kind: add, changes: {books: 1}, cost: 20}\n", "“source” is missing", 3, 3 },
  { "costs: t\nmeasures:\n- {id: m, kind: add, changes: {books: 1}, cost: 0.00001, source: t}\n", "four decimals", 3, 49 },
  { "costs: t\nmeasures:\n- {id: m, kind: add, changes: {books: 1, pupils: 1}, cost: 1, source: t}\n", "one level", 3, 42 },
  { "costs: t\nmeasures: []\n", "“measures” is missing", 1, 1 },
  { "costs: t\nyears: 99\nmeasures:\n" MEASURE, "from 1 to 10", 2, 8 },
  { "costs: t\nbudget: [1, 2]\nmeasures:\n" MEASURE, "each of the 1 years", 2, 9 },
  { "costs: t\nmeasures:\n" MEASURE "limits:\n- {id: l, measures: [x], at_most: 1, source: t}\n", "no measure “x”", 5, 22 },
  { "costs: t\nmeasures:\n" MEASURE "limits:\n- {id: l, measures: [m], share: 10%, source: t}\n", "“of” is missing", 5, 3 },
  { "costs: t\nmeasures:\n" MEASURE "decided:\n- {school: '1', measure: m, quantity: 1, from: '2'}\n", "“from” is for what moves", 5, 3 },
  { "costs: t\nmeasures:\n" MEASURE MEASURE, "another of this id", 4, 8 },
  { "costs: t\nmeasures:\n" MEASURE "extra: 1\n", "extra", 4, 1 },
  { "- 1\n", "mapping", 1, 1 },
  { "costs: t\nmeasures:\n- {id: m, kind: move, where: {kind: [nonsense]}, changes: {books: 1}, cost: 1, source: t}\n", "nonsense", 3, 38 },
};

START_TEST (test_fault)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static (faults[_i].text, strlen (faults[_i].text));
  g_autoptr(GListModel) problems = balance_costs_check (bytes, "costs.yaml", NULL);
  g_autoptr(GString) all = g_string_new (NULL);
  gboolean found = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr(BalanceProblem) problem = g_list_model_get_item (problems, i);
      g_autofree char *text = balance_problem_to_text (problem, "en"), *zh = balance_problem_to_text (problem, "zh");

      g_string_append_printf (all, "%s\n", text);
      ck_assert_str_ne (text, zh);
      found = found || (strstr (text, faults[_i].found) != NULL && balance_problem_get_row (problem) == faults[_i].line &&
                        balance_problem_get_column (problem) == faults[_i].column);
    }
  ck_assert_msg (found, "%s", all->str);
}
END_TEST

START_TEST (test_example_costs)
{
  g_autofree char *path = g_build_filename (g_getenv ("BALANCE_SOURCE_DIR"), "data", "costs", "example.yaml", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceCosts) costs = balance_costs_new_from_file (path, NULL, &error);

  ck_assert_msg (costs != NULL, "%s", error != NULL ? error->message : "");
  ck_assert_str_eq (balance_costs_get_id (costs), "example");
}
END_TEST

#ifdef HAVE_SOLVER

/* -- the official example ---------------------------------------------------------------------------- */

#define BOOKS_PACK \
  "pack: books\n" \
  "title: Books\n" \
  "reference: test\n" \
  "effective: 2012-01-20\n" \
  "stages: [primary]\n" \
  "weight: pupils\n" \
  "split: {fields: [books], weights: {primary: 1, junior: 1.1}, by: pupils}\n" \
  "indicators:\n" \
  "- {id: books_per_pupil, unit: book/pupil, decimals: 2, value: books / pupils, title: Books per pupil, reference: test}\n" \
  "requirements:\n" \
  "- {id: dispersion, each: stage, measure: cv, of: [books_per_pupil], at_most: 0.50, decimals: 3, title: CV, reference: test}\n"

/* 县域义务教育校际均衡指标计算方法（以生均图书册数为例） */
static const int official_pupils[] = { 45, 37, 89, 76, 55 }, official_books[] = { 279, 137, 935, 160, 402 };

static BalanceCensus *
official_census (BalanceStandard *standard)
{
  g_autoptr(BalanceCensusBuilder) builder = balance_census_builder_new (balance_standard_get_dictionary (standard), 2012);

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *school = g_strdup_printf ("S%u", i + 1);
      guint section = balance_census_builder_add_section (builder, "D", school, "primary");

      balance_census_builder_set_number (builder, BALANCE_LEVEL_SECTION, section, "pupils", official_pupils[i]);
      balance_census_builder_set_number (builder, BALANCE_LEVEL_SCHOOL, section, "books", official_books[i]);
    }

  return census_end (builder);
}

static BalancePlan *
plan_full (BalanceStandard *standard, const char *costs_text, BalanceCensus *census, BalancePlanGoal goal, double budget, gboolean moves_only,
           const char *first, double gap)
{
  g_autoptr(BalanceEvaluator) evaluator = balance_evaluator_new (standard);
  g_autoptr(BalanceCosts) costs = costs_of (costs_text, standard);
  const char *schools[] = { first, NULL };
  g_autoptr(BalancePlanner) planner = balance_planner_new_full (evaluator, costs, NULL, goal, budget, moves_only, first != NULL ? schools : NULL, 0, gap, 0);
  g_autoptr(GError) error = NULL;
  BalancePlan *plan = balance_planner_plan (planner, census, NULL, NULL, &error);

  ck_assert_msg (plan != NULL, "%s", error != NULL ? error->message : "");

  return plan;
}

static BalancePlan *
plan_official (const char *costs_text)
{
  g_autoptr(BalanceStandard) standard = standard_of (BOOKS_PACK);
  g_autoptr(BalanceCensus) census = official_census (standard);

  return plan_full (standard, costs_text, census, BALANCE_PLAN_CHEAPEST, -1, FALSE, NULL, 0);
}

START_TEST (test_official_add)
{
  g_autoptr(BalancePlan) plan = plan_official ("costs: t\nmeasures:\n" MEASURE);
  g_autoptr(BalancePlanItem) item = NULL;

  ck_assert_int_eq (balance_plan_get_status (plan), BALANCE_PLAN_PROVEN);
  ck_assert_uint_eq (g_list_model_get_n_items (G_LIST_MODEL (plan)), 1);
  item = g_list_model_get_item (G_LIST_MODEL (plan), 0);
  ck_assert_str_eq (balance_plan_item_get_school_code (item), "S4");
  ck_assert_str_eq (balance_plan_item_get_quantity (item), "17");
  ck_assert_double_eq (balance_plan_get_cost (plan), 340);
  ck_assert_int_eq (balance_evaluation_get_verdict (balance_plan_get_before (plan)), BALANCE_VERDICT_UNMET);
  ck_assert_int_eq (balance_evaluation_get_verdict (balance_plan_get_after (plan)), BALANCE_VERDICT_MET);
  ck_assert_double_le (balance_plan_get_gap (plan), 1e-9);
}
END_TEST

#define MOVE "- {id: m, kind: move, changes: {books: 1}, cost: 0, source: t}\n"

/* Twelve books move, not fewer; from the third school to the fourth where no other may take part. */
START_TEST (test_official_move)
{
  g_autoptr(BalancePlan) plan = plan_official (_i == 0 ? "costs: t\nmeasures:\n" MOVE
                                                       : "costs: t\nmeasures:\n" MOVE "restrictions:\n- {schools: [S1, S2, S3, S5], measures: [m], source: t}\n"
                                                         "limits:\n- {id: l, measures: [m], at_most: 100, source: t}\n");
  int sum = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (plan)); i++)
    {
      g_autoptr(BalancePlanItem) item = g_list_model_get_item (G_LIST_MODEL (plan), i);

      ck_assert_str_eq (balance_plan_item_get_school_code (item), "S4");
      if (_i == 1)
        ck_assert_str_eq (balance_plan_item_get_giver_code (item), "S3");
      sum += atoi (balance_plan_item_get_quantity (item));
    }
  ck_assert_int_eq (sum, 12);
  ck_assert_double_eq (balance_plan_get_cost (plan), 0);
  ck_assert_int_eq (balance_evaluation_get_verdict (balance_plan_get_after (plan)), BALANCE_VERDICT_MET);
}
END_TEST

/* No number of books to one of these schools alone ever does. */
START_TEST (test_official_never)
{
  static const char *const alone[] = { "S1", "S3", "S5" };
  g_autoptr(GString) text = g_string_new ("costs: t\nmeasures:\n" MEASURE "restrictions:\n");
  g_autoptr(BalancePlan) plan = NULL;
  GListModel *barriers;

  for (guint i = 1; i <= 5; i++)
    if (i != (guint) alone[_i][1] - '0')
      g_string_append_printf (text, "- {schools: [S%u], measures: [m], at_most: 0, source: t}\n", i);
  plan = plan_official (text->str);
  ck_assert_int_eq (balance_plan_get_status (plan), BALANCE_PLAN_IMPOSSIBLE);
  ck_assert_uint_eq (g_list_model_get_n_items (G_LIST_MODEL (plan)), 0);
  ck_assert_ptr_null (balance_plan_get_after (plan));

  /* one school with more is enough, and 17 books to the fourth are the least */
  barriers = balance_plan_get_barriers (plan);
  ck_assert_uint_eq (g_list_model_get_n_items (barriers), 1);
  {
    g_autoptr(BalancePlanBarrier) barrier = g_list_model_get_item (barriers, 0);
    g_autofree char *en = balance_plan_barrier_to_text (barrier, "en"), *zh = balance_plan_barrier_to_text (barrier, "zh");

    ck_assert_msg (g_strcmp0 (balance_plan_barrier_get_school_code (barrier), "S4") == 0, "%s", en);
    ck_assert_double_eq (balance_plan_barrier_get_allowed (barrier), 0);
    ck_assert_double_ge (balance_plan_barrier_get_needed (barrier), 1);
    ck_assert_str_ne (en, zh);
  }
}
END_TEST

/* -- against enumeration ----------------------------------------------------------------------------- */

#define SMALL_PACK \
  "pack: small\n" \
  "title: Small\n" \
  "reference: test\n" \
  "effective: 2012-01-20\n" \
  "stages: [primary]\n" \
  "weight: pupils\n" \
  "indicators:\n" \
  "- {id: I1, unit: teacher, decimals: 2, value: 100 pupil * teachers_backbone / pupils, at_least: {primary: 4}, title: I1, reference: test}\n" \
  "- {id: I2, unit: teacher, decimals: 2, value: 100 pupil * teachers_pe / pupils, at_least: {primary: 6}, title: I2, reference: test}\n" \
  "requirements:\n" \
  "- {id: schools, each: section, of: [I1, I2], need: 1, floor: 85%, title: Schools, reference: test}\n" \
  "- {id: spread, each: stage, measure: cv, of: [I1, I2], at_most: 0.30, decimals: 3, title: CV, reference: test}\n"

#define SMALL_COSTS \
  "costs: small\n" \
  "measures:\n" \
  "- {id: b, kind: add, changes: {teachers_backbone: 1}, cost: 7, at_most: 3, source: t}\n" \
  "- {id: p, kind: add, changes: {teachers_pe: 1}, cost: 5, at_most: 3, source: t}\n" \
  "- {id: m, kind: move, changes: {teachers_backbone: 1}, cost: 1, at_most: 2, source: t}\n"

enum { SCHOOLS = 3 };

typedef struct
{
  int pupils[SCHOOLS], backbone[SCHOOLS], pe[SCHOOLS];
} Small;

static gboolean
school_is_good (int pupils, int backbone, int pe)
{
  gboolean first = 100 * backbone >= 4 * pupils, second = 100 * pe >= 6 * pupils;

  return (first || second) && 10000 * backbone >= 4 * 85 * pupils && 10000 * pe >= 6 * 85 * pupils;
}

/* P sum x^2 / p <= (1 + 0.09) X^2, in whole numbers */
static gboolean
spread_is_good (const int *pupils, const int *x)
{
  gint64 all = (gint64) pupils[0] * pupils[1] * pupils[2], sum = 0, squares = 0, weight = 0;

  for (guint i = 0; i < SCHOOLS; i++)
    {
      sum += x[i];
      weight += pupils[i];
      squares += (gint64) x[i] * x[i] * (all / pupils[i]);
    }

  return 100 * weight * squares <= 109 * sum * sum * all;
}

static int
cheapest (const Small *small, gboolean moves, int budget, int *most)
{
  int best = -1;

  *most = -1;
  for (guint point = 0; point < 4096 * 25; point++)
    {
      int b[SCHOOLS], p[SCHOOLS], cost = 0, move[SCHOOLS] = { (int) (point / 4096) % 5 - 2, (int) (point / 4096) / 5 - 2, 0 }, n_good = 0;
      gboolean good = TRUE;

      move[2] = -move[0] - move[1];
      if (abs (move[2]) > 2 || (!moves && (move[0] != 0 || move[1] != 0)))
        continue;
      for (guint i = 0; i < SCHOOLS; i++)
        {
          int add = (int) (point % 4096) >> (4 * i) & 3, more = (int) (point % 4096) >> (4 * i + 2) & 3;

          b[i] = small->backbone[i] + add + move[i];
          p[i] = small->pe[i] + more;
          cost += 7 * add + 5 * more + MAX (move[i], 0);
          good = good && small->backbone[i] + add + move[i] >= 0;
          n_good += school_is_good (small->pupils[i], b[i], p[i]);
        }
      if (!good)
        continue;
      if (cost <= budget)
        {
          gboolean kept = TRUE;

          /* what is met now stays met */
          for (guint i = 0; i < SCHOOLS; i++)
            kept = kept && (!school_is_good (small->pupils[i], small->backbone[i], small->pe[i]) || school_is_good (small->pupils[i], b[i], p[i]));
          kept = kept && (!spread_is_good (small->pupils, small->backbone) || spread_is_good (small->pupils, b)) &&
                 (!spread_is_good (small->pupils, small->pe) || spread_is_good (small->pupils, p));
          if (kept)
            *most = MAX (*most, n_good);
        }
      if (n_good == SCHOOLS && spread_is_good (small->pupils, b) && spread_is_good (small->pupils, p) && (best < 0 || cost < best))
        best = cost;
    }

  return best;
}

static BalanceCensus *
small_census (BalanceStandard *standard, const Small *small)
{
  g_autoptr(BalanceCensusBuilder) builder = balance_census_builder_new (balance_standard_get_dictionary (standard), 2012);

  for (guint i = 0; i < SCHOOLS; i++)
    {
      g_autofree char *school = g_strdup_printf ("S%u", i + 1);
      guint section = balance_census_builder_add_section (builder, "D", school, "primary");

      balance_census_builder_set_number (builder, BALANCE_LEVEL_SECTION, section, "pupils", small->pupils[i]);
      balance_census_builder_set_number (builder, BALANCE_LEVEL_SECTION, section, "teachers_backbone", small->backbone[i]);
      balance_census_builder_set_number (builder, BALANCE_LEVEL_SECTION, section, "teachers_pe", small->pe[i]);
    }

  return census_end (builder);
}

static void
small_random (Small *small, guint seed)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);

  for (guint i = 0; i < SCHOOLS; i++)
    {
      small->pupils[i] = g_rand_int_range (rand, 20, 90);
      small->backbone[i] = g_rand_int_range (rand, 0, 5);
      small->pe[i] = g_rand_int_range (rand, 0, 7);
    }
}

static const char without_moves[] =
  "costs: small\n"
  "measures:\n"
  "- {id: b, kind: add, changes: {teachers_backbone: 1}, cost: 7, at_most: 3, source: t}\n"
  "- {id: p, kind: add, changes: {teachers_pe: 1}, cost: 5, at_most: 3, source: t}\n";

START_TEST (test_enumerated)
{
  g_autoptr(BalanceStandard) standard = standard_of (SMALL_PACK);
  gboolean moves = _i % 2 == 1;
  g_autoptr(BalanceCensus) census = NULL;
  g_autoptr(BalancePlan) plan = NULL;
  Small small;
  int best, most;

  small_random (&small, (guint) _i + 1);
  best = cheapest (&small, moves, 0, &most);
  census = small_census (standard, &small);
  plan = plan_full (standard, moves ? SMALL_COSTS : without_moves, census, BALANCE_PLAN_CHEAPEST, -1, FALSE, NULL, 0);
  if (best < 0)
    {
      ck_assert_int_eq (balance_plan_get_status (plan), BALANCE_PLAN_IMPOSSIBLE);
      ck_assert_uint_gt (g_list_model_get_n_items (balance_plan_get_barriers (plan)), 0);
      return;
    }
  ck_assert_int_eq (balance_plan_get_status (plan), BALANCE_PLAN_PROVEN);
  ck_assert_msg (fabs (balance_plan_get_cost (plan) - best) < 1e-6, "%g, enumerated %d", balance_plan_get_cost (plan), best);
  ck_assert_double_le (balance_plan_get_bound (plan), best + 1e-6);
  ck_assert_int_eq (balance_evaluation_get_verdict (balance_plan_get_after (plan)), BALANCE_VERDICT_MET);
}
END_TEST

/* A budget that is too small: as many schools as enumeration finds. */
START_TEST (test_most_schools)
{
  g_autoptr(BalanceStandard) standard = standard_of (SMALL_PACK);
  g_autoptr(BalanceCensus) census = NULL;
  g_autoptr(BalancePlan) plan = NULL;
  Small small;
  int best, most;

  small_random (&small, (guint) _i + 100);
  best = cheapest (&small, TRUE, 12, &most);
  census = small_census (standard, &small);
  plan = plan_full (standard, SMALL_COSTS, census, BALANCE_PLAN_MOST_SCHOOLS, 12, FALSE, NULL, 0);
  ck_assert_ptr_nonnull (balance_plan_get_after (plan));
  ck_assert_double_le (balance_plan_get_cost (plan), 12);
  if (best >= 0 && best <= 12)
    ck_assert_double_eq (balance_plan_get_cost (plan), best);
  else
    ck_assert_int_eq ((int) balance_plan_get_n_met_after (plan), most);
}
END_TEST

/* -- years, decided actions, moves only, curve ------------------------------------------------------- */

static const Small poor = { { 50, 60, 70 }, { 0, 2, 4 }, { 1, 4, 5 } };

START_TEST (test_years)
{
  g_autoptr(BalanceStandard) standard = standard_of (SMALL_PACK);
  g_autoptr(BalanceCensus) census = small_census (standard, &poor);
  g_autoptr(BalancePlan) one = plan_full (standard, without_moves, census, BALANCE_PLAN_CHEAPEST, -1, FALSE, NULL, 0), plan = NULL;
  double cost = balance_plan_get_cost (one), sum = 0;
  g_autofree char *text = g_strdup_printf ("%syears: 3\nbudget: [12, 12, 100]\ndecided:\n- {school: S3, measure: p, quantity: 1, year: 2}\n", without_moves);
  gboolean decided = FALSE;

  plan = plan_full (standard, text, census, BALANCE_PLAN_CHEAPEST, -1, FALSE, "S1", 0);
  ck_assert_int_eq (balance_plan_get_status (plan), BALANCE_PLAN_PROVEN);
  ck_assert_double_le (balance_plan_get_year_cost (plan, 1), 12);
  ck_assert_double_le (balance_plan_get_year_cost (plan, 2), 12);
  for (guint year = 1; year <= 3; year++)
    sum += balance_plan_get_year_cost (plan, year);
  ck_assert_double_eq (sum, balance_plan_get_cost (plan));
  ck_assert_double_ge (sum, cost);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (plan)); i++)
    {
      g_autoptr(BalancePlanItem) item = g_list_model_get_item (G_LIST_MODEL (plan), i);

      decided = decided || (strcmp (balance_plan_item_get_school_code (item), "S3") == 0 && strcmp (balance_plan_item_get_measure (item), "p") == 0 &&
                            balance_plan_item_get_year (item) == 2 && balance_plan_item_get_decided (item));
    }
  ck_assert (decided);
}
END_TEST

START_TEST (test_moves_only)
{
  static const Small uneven = { { 50, 50, 50 }, { 1, 3, 2 }, { 3, 3, 3 } };
  g_autoptr(BalanceStandard) standard = standard_of (SMALL_PACK);
  g_autoptr(BalanceCensus) census = small_census (standard, &uneven);
  g_autoptr(BalancePlan) plan = plan_full (standard, SMALL_COSTS, census, BALANCE_PLAN_CHEAPEST, -1, TRUE, NULL, 0);

  ck_assert_int_eq (balance_plan_get_status (plan), BALANCE_PLAN_PROVEN);
  ck_assert_uint_eq (g_list_model_get_n_items (G_LIST_MODEL (plan)), 1);
  {
    g_autoptr(BalancePlanItem) item = g_list_model_get_item (G_LIST_MODEL (plan), 0);
    g_autofree char *yaml = balance_plan_to_scenario (plan);

    ck_assert_int_eq (balance_plan_item_get_kind (item), BALANCE_PLAN_MOVE);
    ck_assert_str_eq (balance_plan_item_get_school_code (item), "S1");
    ck_assert_str_eq (balance_plan_item_get_giver_code (item), "S2");
    ck_assert_str_eq (yaml, "proposals:\n- id: year_1\n  title: {zh: 第1年, en: Year 1}\n  actions:\n"
                            "  - move: {from: 'S2', to: 'S1', stage: primary, amounts: {teachers_backbone: 1}}\n");
  }
}
END_TEST

/* The plan as what-if proposals brings about the same facts: its verdicts are those of the plan. */
START_TEST (test_scenario)
{
  g_autoptr(BalanceStandard) standard = standard_of (SMALL_PACK);
  g_autoptr(BalanceCensus) census = small_census (standard, &poor);
  g_autofree char *costs = g_strdup_printf ("%syears: 3\nbudget: [12, 12, 100]\n", SMALL_COSTS);
  g_autoptr(BalancePlan) plan = plan_full (standard, costs, census, BALANCE_PLAN_CHEAPEST, -1, FALSE, NULL, 0);
  g_autofree char *yaml = balance_plan_to_scenario (plan);
  g_autoptr(GBytes) bytes = g_bytes_new (yaml, strlen (yaml));
  g_autoptr(BalanceEvaluator) evaluator = balance_evaluator_new (standard);
  g_autoptr(GError) error = NULL;
  g_autoptr(GListModel) proposals = balance_proposal_read (bytes, "plan.yaml", NULL, &error);
  g_autoptr(BalanceScenario) scenario = balance_scenario_new (evaluator, census, NULL, &error);
  g_autoptr(BalanceProposal) last = NULL;
  g_autoptr(BalanceEvaluation) after = NULL;
  static const char *const rules[] = { "schools", "spread", "I1", "I2" };

  ck_assert_msg (proposals != NULL && g_list_model_get_n_items (proposals) == 3, "%s", error != NULL ? error->message : yaml);
  last = g_list_model_get_item (proposals, 2);
  ck_assert_msg (balance_scenario_apply_proposal (scenario, last, NULL, &error), "%s", error != NULL ? error->message : "");
  after = balance_scenario_evaluate (scenario, NULL, NULL, &error);
  ck_assert_ptr_nonnull (after);
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_autoptr(GBytes) a = balance_evaluation_dup_verdicts (after, rules[i], NULL);
      g_autoptr(GBytes) b = balance_evaluation_dup_verdicts (balance_plan_get_after (plan), rules[i], NULL);

      ck_assert (g_bytes_equal (a, b));
    }
  ck_assert_int_eq (balance_evaluation_get_verdict (after), BALANCE_VERDICT_MET);
}
END_TEST

START_TEST (test_curve)
{
  g_autoptr(BalanceStandard) standard = standard_of (SMALL_PACK);
  g_autoptr(BalanceCensus) census = small_census (standard, &poor);
  g_autoptr(BalanceEvaluator) evaluator = balance_evaluator_new (standard);
  g_autoptr(BalanceCosts) costs = costs_of (SMALL_COSTS, standard);
  g_autoptr(BalancePlanner) planner = balance_planner_new_full (evaluator, costs, NULL, BALANCE_PLAN_CHEAPEST, -1, FALSE, NULL, 0, 0, 0);
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) points = balance_planner_trace (planner, census, 10, NULL, NULL, &error);
  double before = 0, last = 0;
  guint schools = 0;

  ck_assert_msg (points != NULL, "%s", error != NULL ? error->message : "");
  ck_assert_uint_ge (g_variant_n_children (points), 2);
  for (gsize i = 0; i < g_variant_n_children (points); i++)
    {
      guint n;
      double cost, bound;

      g_variant_get_child (points, i, "(udd)", &n, &cost, &bound);
      ck_assert (i == 0 || n > schools);
      ck_assert_double_ge (cost, before);
      ck_assert_double_le (bound, cost + 1e-6);
      schools = n;
      before = last = cost;
    }
  ck_assert_uint_eq (schools, 3);
  ck_assert_double_gt (last, 0);
}
END_TEST

/* -- how it ends ------------------------------------------------------------------------------------- */

START_TEST (test_cancelled)
{
  g_autoptr(BalanceStandard) standard = standard_of (SMALL_PACK);
  g_autoptr(BalanceCensus) census = small_census (standard, &poor);
  g_autoptr(BalanceEvaluator) evaluator = balance_evaluator_new (standard);
  g_autoptr(BalanceCosts) costs = costs_of (SMALL_COSTS, standard);
  g_autoptr(BalancePlanner) planner = balance_planner_new (evaluator, costs);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;

  g_cancellable_cancel (cancellable);
  ck_assert_ptr_null (balance_planner_plan (planner, census, NULL, cancellable, &error));
  ck_assert (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}
END_TEST

static void
take_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

START_TEST (test_async)
{
  g_autoptr(BalanceStandard) standard = standard_of (SMALL_PACK);
  g_autoptr(BalanceCensus) census = small_census (standard, &poor);
  g_autoptr(BalanceEvaluator) evaluator = balance_evaluator_new (standard);
  g_autoptr(BalanceCosts) costs = costs_of (SMALL_COSTS, standard);
  g_autoptr(BalancePlanner) planner = balance_planner_new (evaluator, costs);
  g_autoptr(BalanceProgress) progress = balance_progress_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(BalancePlan) plan = NULL;

  balance_planner_plan_async (planner, census, progress, NULL, take_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  plan = balance_planner_plan_finish (planner, result, &error);
  ck_assert_msg (plan != NULL, "%s", error != NULL ? error->message : "");
  ck_assert_double_eq (balance_progress_get_fraction (progress), 1.0);
}
END_TEST

START_TEST (test_no_helper)
{
  g_autoptr(BalanceStandard) standard = standard_of (SMALL_PACK);
  g_autoptr(BalanceCensus) census = small_census (standard, &poor);
  g_autoptr(BalanceEvaluator) evaluator = balance_evaluator_new (standard);
  g_autoptr(BalanceCosts) costs = costs_of (SMALL_COSTS, standard);
  g_autoptr(BalancePlanner) planner = balance_planner_new (evaluator, costs);
  g_autoptr(GError) error = NULL;

  g_setenv ("BALANCE_LIBEXEC_DIR", "/nonexistent", TRUE);
  ck_assert_ptr_null (balance_planner_plan (planner, census, NULL, NULL, &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_HELPER_MISSING));
}
END_TEST

static const struct { const char *text; int code; } refused[] = {
  { SMALL_COSTS "goal: [nothing]\n", BALANCE_ERROR_NOT_FOUND },
  { SMALL_COSTS "decided:\n- {school: S9, measure: b, quantity: 1}\n", BALANCE_ERROR_INVALID_DATA },
  { SMALL_COSTS "decided:\n- {school: S1, measure: b, quantity: 1, year: 2}\n", BALANCE_ERROR_INVALID_DATA },
};

/* Each gap that comes out better names what was done about it, and nothing else does. */
START_TEST (test_gaps)
{
  g_autoptr(BalanceStandard) standard = standard_of (SMALL_PACK);
  g_autoptr(BalanceCensus) census = small_census (standard, &poor);
  g_autoptr(BalancePlan) plan = plan_full (standard, SMALL_COSTS, census, BALANCE_PLAN_CHEAPEST, -1, FALSE, NULL, 0);
  g_autoptr(GPtrArray) gaps = balance_plan_gaps_new (plan);
  guint n_seen = 0;

  ck_assert_uint_gt (gaps->len, 0);
  for (guint i = 0; i < gaps->len; i++)
    {
      const BalancePlanGap *gap = g_ptr_array_index (gaps, i);
      double before = balance_finding_get_margin (gap->before), after = balance_finding_get_margin (gap->after);

      ck_assert_int_ne (balance_finding_get_verdict (gap->before), BALANCE_VERDICT_MET);
      n_seen += gap->items->len > 0;
      if (gap->items->len > 0)
        ck_assert_msg (after > before, "%s: %g, %g", balance_gap_get_path (gap->gap), before, after);
      for (guint k = 0; k < gap->items->len; k++)
        {
          BalancePlanItem *item = g_ptr_array_index (plan->items, g_array_index (gap->items, guint, k));

          if (balance_gap_get_school_code (gap->gap) != NULL)
            ck_assert_str_eq (balance_gap_get_school_code (gap->gap), balance_plan_item_get_school_code (item));
        }
    }
  ck_assert_uint_gt (n_seen, 0);
}
END_TEST

static char *
write_page (BalanceReport *report)
{
  g_autoptr(GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr(GError) error = NULL;

  ck_assert_msg (balance_report_write_html (report, stream, NULL, &error), "%s", error != NULL ? error->message : "");
  ck_assert (g_output_stream_write_all (stream, "", 1, NULL, NULL, NULL));

  return g_strdup (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (stream)));
}

/* A plan that is none has pages as well: what stands in the way, and no after. */
START_TEST (test_pages)
{
  g_autoptr(BalancePlan) found = plan_official ("costs: t\nmeasures:\n" MEASURE);
  g_autoptr(BalancePlan) none = plan_official ("costs: t\nmeasures:\n" MEASURE
                                               "restrictions:\n- {schools: [S1, S2, S3, S4, S5], measures: [m], source: test}\n");
  g_autoptr(BalanceReport) of_found = balance_report_new_for_plan (found, "en", NULL), of_none = balance_report_new_for_plan (none, "en", NULL);
  g_autofree char *page = write_page (of_found), *other = write_page (of_none);

  ck_assert_int_eq (balance_plan_get_status (none), BALANCE_PLAN_IMPOSSIBLE);
  ck_assert_ptr_nonnull (strstr (page, "\"status\":\"proven\""));
  ck_assert_ptr_nonnull (strstr (page, "\"verdict_after\":\"met\""));
  ck_assert_ptr_nonnull (strstr (page, "\"quantity\":\"17\""));
  ck_assert_ptr_nonnull (strstr (other, "\"status\":\"impossible\""));
  ck_assert_ptr_null (strstr (other, "\"verdict_after\""));
  ck_assert_ptr_null (strstr (other, "\"barriers\":[]"));
}
END_TEST

/* Tasks that are late, done and nobody's yet, beside the evaluation that they came from. */
START_TEST (test_task_pages)
{
  g_autoptr(BalancePlan) plan = plan_official ("costs: t\nmeasures:\n" MEASURE);
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceLedger) made = balance_ledger_new_from_plan (plan, "2012-09-01", "en", &error), ledger = NULL;
  g_autoptr(BalanceTask) task = g_list_model_get_item (G_LIST_MODEL (made), 0), amended = NULL;
  const char *const fields[] = { "status", "progress", NULL }, *const values[] = { "under_way", "30", NULL };
  g_autoptr(BalanceReport) report = NULL, elsewhere = NULL;
  g_autofree char *page = NULL, *other = NULL;

  amended = balance_task_amend (task, fields, values, &error);
  ck_assert_msg (amended != NULL, "%s", error != NULL ? error->message : "");
  ledger = balance_ledger_new (&amended, 1, "2020-01-01", &error);
  ck_assert_msg (ledger != NULL, "%s", error != NULL ? error->message : "");
  report = balance_report_new_for_ledger (ledger, balance_plan_get_before (plan), plan, "zh", NULL, NULL);
  ck_assert_ptr_eq (balance_report_get_ledger (report), ledger);
  ck_assert_ptr_eq (balance_report_get_plan (report), plan);
  page = write_page (report);
  ck_assert_ptr_nonnull (strstr (page, "\"status\":\"under_way\",\"progress\":30,\"late\":true"));
  ck_assert_ptr_nonnull (strstr (page, "\"plan\":{"));
  ck_assert_ptr_nonnull (strstr (page, "\"requirements\":[\"dispersion.books_per_pupil\"]"));
  elsewhere = balance_report_new_for_ledger (ledger, balance_plan_get_before (plan), NULL, "zh", "nowhere", NULL);
  other = write_page (elsewhere);
  ck_assert_ptr_nonnull (strstr (other, "\"ledger\":{\"as_of\":\"2020-01-01\",\"districts\":[]}"));
}
END_TEST

START_TEST (test_refused)
{
  g_autoptr(BalanceStandard) standard = standard_of (SMALL_PACK);
  g_autoptr(BalanceCensus) census = small_census (standard, &poor);
  g_autoptr(BalanceEvaluator) evaluator = balance_evaluator_new (standard);
  g_autoptr(BalanceCosts) costs = costs_of (refused[_i].text, standard);
  g_autoptr(BalancePlanner) planner = balance_planner_new (evaluator, costs);
  g_autoptr(GError) error = NULL;

  ck_assert_ptr_null (balance_planner_plan (planner, census, NULL, NULL, &error));
  ck_assert_msg (g_error_matches (error, BALANCE_ERROR, refused[_i].code) && strchr (error->message, '\n') != NULL, "%s", error->message);
}
END_TEST

#endif

int
main (void)
{
  Suite *suite = suite_create ("plan");
  TCase *text = tcase_create ("costs");
  SRunner *runner = srunner_create (suite);
  int n_failed;

  tcase_add_loop_test (text, test_fault, 0, G_N_ELEMENTS (faults));
  tcase_add_test (text, test_example_costs);
  suite_add_tcase (suite, text);
#ifdef HAVE_SOLVER
  {
    TCase *official = tcase_create ("official"), *small = tcase_create ("small");

    g_setenv ("BALANCE_LIBEXEC_DIR", HAVE_SOLVER, TRUE);
    tcase_set_timeout (official, 60);
    tcase_add_test (official, test_official_add);
    tcase_add_loop_test (official, test_official_move, 0, 2);
    tcase_add_loop_test (official, test_official_never, 0, 3);
    suite_add_tcase (suite, official);
    tcase_add_loop_test (small, test_enumerated, 0, 30);
    tcase_add_loop_test (small, test_most_schools, 0, 10);
    tcase_add_test (small, test_years);
    tcase_add_test (small, test_moves_only);
    tcase_add_test (small, test_gaps);
    tcase_add_test (official, test_pages);
    tcase_add_test (official, test_task_pages);
    tcase_add_test (small, test_scenario);
    tcase_add_test (small, test_curve);
    tcase_add_test (small, test_cancelled);
    tcase_add_test (small, test_async);
    tcase_add_test (small, test_no_helper);
    tcase_add_loop_test (small, test_refused, 0, G_N_ELEMENTS (refused));
    tcase_set_timeout (small, 60);
    suite_add_tcase (suite, small);
  }
#endif

  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
