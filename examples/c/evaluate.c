/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Judges the county in a table by the national standard of 2017 and says what it falls short in.
 *
 *   cc evaluate.c -o evaluate $(pkg-config --cflags --libs balance-1.0)
 *   ./evaluate sample-county.csv
 */

#include <locale.h>

#include <balance/balance.h>

static const char *
verdict_name (BalanceVerdict verdict)
{
  switch (verdict)
    {
    case BALANCE_VERDICT_NOT_APPLICABLE:
      return "not applicable";
    case BALANCE_VERDICT_MET:
      return "met";
    case BALANCE_VERDICT_UNMET:
      return "unmet";
    case BALANCE_VERDICT_UNDETERMINED:
      return "undetermined";
    default:
      return "?";
    }
}

static void
print_problems (BalanceImport *import)
{
  GListModel *problems = balance_import_get_problems (import);

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (problems, i);
      g_autofree char *text = balance_problem_to_text (problem, "en");

      g_printerr ("%s\n", text);
    }
}

static void
print_district (BalanceEvaluation *evaluation,
                BalanceDistrict   *district)
{
  const char *code = balance_district_get_code (district);
  g_autoptr (GListModel) findings = balance_evaluation_get_findings (evaluation, code);

  g_print ("%s %s: %s\n", code, balance_district_get_name (district),
           verdict_name (balance_evaluation_get_district_verdict (evaluation, code)));

  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr (BalanceFinding) finding = g_list_model_get_item (findings, i);

      g_print ("  %-14s %s (%s)\n", verdict_name (balance_finding_get_verdict (finding)),
               balance_finding_get_title (finding, "en"), balance_finding_get_reference (finding));
    }
}

static gboolean
evaluate (const char *path,
          GError    **error)
{
  const char *paths[] = { path, NULL };
  g_autoptr (BalanceStandard) standard = NULL;
  g_autoptr (BalanceReader) reader = NULL;
  g_autoptr (BalanceImport) import = NULL;
  g_autoptr (BalanceEvaluator) evaluator = NULL;
  g_autoptr (BalanceEvaluation) evaluation = NULL;
  g_autoptr (GListModel) districts = NULL;
  BalanceCensus *census;

  standard = balance_standard_lookup ("cn-2017-quality", error);
  if (standard == NULL)
    return FALSE;

  reader = balance_reader_new (balance_standard_get_dictionary (standard), NULL, FALSE);
  import = balance_reader_read (reader, paths, NULL, NULL, error);
  if (import == NULL)
    return FALSE;
  print_problems (import);
  if (!balance_import_check (import, error))
    return FALSE;
  census = balance_import_get_census (import);

  evaluator = balance_evaluator_new (standard);
  evaluation = balance_evaluator_evaluate (evaluator, census, NULL, NULL, error);
  if (evaluation == NULL)
    return FALSE;

  districts = balance_census_get_districts (census);
  for (guint i = 0; i < g_list_model_get_n_items (districts); i++)
    {
      g_autoptr (BalanceDistrict) district = g_list_model_get_item (districts, i);

      print_district (evaluation, district);
    }

  return TRUE;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");   /* for what g_print makes of other letters; the library does not need it */
  if (argc != 2)
    {
      g_printerr ("Usage: %s FILE\n", argv[0]);
      return 2;
    }
  if (!evaluate (argv[1], &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  return 0;
}
