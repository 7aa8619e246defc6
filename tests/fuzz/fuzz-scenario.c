/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as a file of proposals: refused with problems, or applied to a small census: wholly, with the verdicts of a
 * fresh evaluation and all the way back, or not at all. */

#include <stdint.h>
#include <string.h>

#include "evaluation/balance-evaluation-private.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static const char pack_text[] =
  "pack: fuzz\ntitle: {zh: 测试, en: Fuzzing}\nreference: none\nstages: [primary, junior]\nweight: pupils\n"
  "split: {fields: [books], weights: {primary: 1, junior: 1.1}, by: pupils}\n"
  "indicators:\n"
  "- {id: A, title: {zh: 甲, en: A}, reference: r, unit: book/pupil, value: books / pupils, at_least: 20}\n"
  "- {id: B, title: {zh: 乙, en: B}, reference: r, unit: teacher/pupil, value: teachers / pupils, at_least: 0.05}\n"
  "requirements:\n"
  "- {id: all, title: {zh: 全部, en: All}, reference: r, each: section, need: 1, of: [A, B]}\n"
  "- {id: spread, title: {zh: 差, en: Spread}, reference: r, each: stage, measure: cv, of: [A], at_most: 0.5}\n";

static BalanceCensus *
make_census (BalanceStandard *standard)
{
  static const struct { const char *district, *school, *stage; int pupils, teachers, books; } rows[] = {
    { "1", "A", "primary", 100, 6, 2500 }, { "1", "B", "primary", 200, 9, 3000 }, { "1", "C", "junior", 150, 12, 4000 },
    { "2", "D", "primary", 80, 4, 900 }, { "2", "E", "primary", 60, 5, 0 }, { "2", "E", "junior", 50, 5, 1800 },
  };
  g_autoptr (BalanceCensusBuilder) builder = balance_census_builder_new (balance_standard_get_dictionary (standard), 2026);
  g_autoptr (BalanceImport) import = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint row = balance_census_builder_add_section (builder, rows[i].district, rows[i].school, rows[i].stage);

      balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "pupils", rows[i].pupils, 0);
      balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "teachers", rows[i].teachers, 0);
      if (rows[i].books > 0)
        balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "books", rows[i].books, 0);
    }
  import = balance_census_builder_end (builder);

  return g_object_ref (balance_import_get_census (import));
}

static void
check (BalanceScenario *scenario)
{
  g_autoptr (BalanceEvaluation) fresh = balance_scenario_evaluate (scenario, NULL, NULL, NULL);

  if (fresh == NULL || balance_scenario_get_verdict (scenario) != balance_evaluation_get_verdict (fresh))
    abort ();
  for (guint i = 0; i < fresh->standard->pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (fresh->standard->pack->rules, i);
      g_autoptr (GBytes) a = balance_scenario_dup_verdicts (scenario, rule->id, NULL), b = balance_evaluation_dup_verdicts (fresh, rule->id, NULL);

      if (!g_bytes_equal (a, b))
        abort ();
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static BalanceStandard *standard;
  static BalanceCensus *census;
  static BalanceEvaluator *evaluator;
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GListModel) problems = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) proposals = balance_proposal_read (bytes, "fuzz.yaml", &problems, &error);

  if ((proposals == NULL) != (error != NULL) || (proposals == NULL) != (g_list_model_get_n_items (problems) > 0))
    abort ();
  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (problems, i);
      g_autofree char *text = balance_problem_to_text (problem, "zh");

      if (!g_utf8_validate (text, -1, NULL))
        abort ();
    }
  if (proposals == NULL)
    return 0;

  if (standard == NULL)
    {
      g_autoptr (GBytes) pack = g_bytes_new_static (pack_text, strlen (pack_text));

      standard = balance_standard_new_from_bytes (pack, "fuzz-pack.yaml", &error);
      if (standard == NULL)
        g_error ("%s", error->message);
      census = make_census (standard);
      evaluator = balance_evaluator_new (standard);
    }
  for (guint i = 0; i < MIN (3, g_list_model_get_n_items (proposals)); i++)
    {
      g_autoptr (BalanceProposal) proposal = g_list_model_get_item (proposals, i);
      g_autoptr (BalanceScenario) scenario = balance_scenario_new (evaluator, census, NULL, NULL);
      g_autoptr (GListModel) faults = NULL;
      g_autoptr (BalanceCensus) back = NULL;
      g_autofree char *yaml = balance_proposal_to_yaml (proposal);
      gboolean done = g_list_model_get_n_items (G_LIST_MODEL (proposal)) < 100 && balance_scenario_apply_proposal (scenario, proposal, &faults, NULL);

      if (!g_utf8_validate (yaml, -1, NULL))
        abort ();
      if (!done && balance_scenario_get_n_edits (scenario) != 0)
        abort ();
      check (scenario);
      while (balance_scenario_undo (scenario))
        ;
      back = balance_scenario_dup_census (scenario);
      if (back->facts->sections.n_rows != census->facts->sections.n_rows || back->facts->schools.n_rows != census->facts->schools.n_rows)
        abort ();
      check (scenario);
    }

  return 0;
}
