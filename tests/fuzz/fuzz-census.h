/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdlib.h>

#include <balance/balance.h>

/* Two districts with a school of two stages, a lone section, a section without pupils and blanks: enough for
 * whatever a pack asks to be computed, and to be explained. */
static inline BalanceCensus *
fuzz_census (void)
{
  static const struct { const char *district, *school, *stage; int pupils, classes, teachers; } sections[] = {
    { "1", "A", "primary", 300, 8, 20 }, { "1", "A", "junior", 100, 3, 9 }, { "1", "B", "primary", 45, 2, -1 },
    { "1", "C", "junior", 0, 0, 0 }, { "2", "D", "primary", 1, 1, 1 },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceDictionary) dictionary = balance_dictionary_get_default (&error);
  g_autoptr (BalanceCensusBuilder) builder = NULL;
  g_autoptr (BalanceImport) import = NULL;
  GListModel *censuses;
  guint row = 0;

  if (dictionary == NULL)
    g_error ("%s", error->message);
  builder = balance_census_builder_new (dictionary, 2021);
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    {
      row = balance_census_builder_add_section (builder, sections[i].district, sections[i].school, sections[i].stage);
      balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "pupils", sections[i].pupils, 0);
      balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "classes", sections[i].classes, 0);
      if (sections[i].teachers >= 0)
        balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "teachers", sections[i].teachers, 0);
    }
  row = balance_census_builder_add_school (builder, "1", "A");
  balance_census_builder_set_text (builder, BALANCE_LEVEL_SCHOOL, row, "kind", "nine_year");
  balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SCHOOL, row, "books", 4000, 0);
  row = balance_census_builder_add_school (builder, "1", "B");
  balance_census_builder_set_text (builder, BALANCE_LEVEL_SCHOOL, row, "kind", "primary");
  row = balance_census_builder_add_school (builder, "2", "D");
  balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SCHOOL, row, "teaching_area", 7, 0);

  import = balance_census_builder_end (builder);
  censuses = balance_import_get_censuses (import);
  if (g_list_model_get_n_items (censuses) != 1)
    {
      GListModel *problems = balance_import_get_problems (import);
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (problems, 0);

      g_error ("%s", balance_problem_get_message (problem, "en"));
    }

  return g_list_model_get_item (censuses, 0);
}

static inline void
fuzz_walk (BalanceEvaluation *evaluation, GListModel *findings, guint depth)
{
  for (guint i = 0; i < MIN (g_list_model_get_n_items (findings), 20); i++)
    {
      g_autoptr (BalanceFinding) finding = g_list_model_get_item (findings, i);
      GListModel *children = balance_finding_get_children (finding), *operands = balance_finding_get_operands (finding);
      g_autofree char *text = balance_finding_to_text (finding, "zh");

      if (!g_utf8_validate (text, -1, NULL) || balance_finding_get_path (finding) == NULL || operands == NULL)
        abort ();
      if (depth < 8)
        fuzz_walk (evaluation, children, depth + 1);
    }
}

/* Judges and explains everything, with and without concessions. */
static inline void
fuzz_judge (BalanceStandard *standard, BalanceCensus *census)
{
  static const BalanceConcessions which[] = { BALANCE_CONCESSIONS_ON, BALANCE_CONCESSIONS_AUTO };

  for (guint i = 0; i < G_N_ELEMENTS (which); i++)
    {
      g_autoptr (BalanceEvaluator) evaluator = balance_evaluator_new_full (standard, "2021-06-01", which[i], NULL, NULL, 1);
      g_autoptr (BalanceEvaluation) evaluation = balance_evaluator_evaluate (evaluator, census, NULL, NULL, NULL);
      g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
      g_autoptr (GListModel) districts = balance_census_get_districts (census);

      /* with its own options and a valid date a standard that was taken can be evaluated */
      if (evaluation == NULL || balance_evaluation_get_verdict (evaluation) == BALANCE_VERDICT_NOT_APPLICABLE)
        abort ();
      if (!balance_evaluation_write_json (evaluation, stream, NULL, NULL))
        abort ();
      for (guint d = 0; d < g_list_model_get_n_items (districts); d++)
        {
          g_autoptr (BalanceDistrict) district = g_list_model_get_item (districts, d);
          g_autoptr (GListModel) findings = balance_evaluation_get_findings (evaluation, balance_district_get_code (district));

          fuzz_walk (evaluation, findings, 0);
        }
    }
}
