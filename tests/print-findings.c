/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* print-findings STANDARD DATE CONCESSIONS OPTION=VALUE… FILE…: reads and evaluates, and prints all that a program can
 * ask about the result, a list of JSON on each line, doubles as the hexadecimal digits of their bits. The runners of
 * other languages print the same, and the tests compare. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/balance-json-private.h"
#include <balance/balance.h>

static GString *line;

static void
word (const char *value)
{
  g_string_append_c (line, line->len == 0 ? '[' : ',');
  balance_json_append_string (line, value);
}

static void
bits (double value)
{
  char digits[17];
  guint64 number;

  memcpy (&number, &value, sizeof number);
  g_snprintf (digits, sizeof digits, "%016" G_GINT64_MODIFIER "x", number);
  /* which of the many a missing value is, is not promised */
  word (isnan (value) ? "missing" : digits);
}

static void
end_line (void)
{
  g_string_append (line, "]\n");
  fputs (line->str, stdout);
  g_string_truncate (line, 0);
}

static void
column (GBytes *values, GBytes *validity)
{
  gsize n_values, n_valid;
  const double *data = g_bytes_get_data (values, &n_values);
  const guint8 *valid = g_bytes_get_data (validity, &n_valid);

  for (gsize i = 0; i < n_values / sizeof (double); i++)
    bits (data[i]);
  for (gsize i = 0; i < n_valid; i++)
    word (valid[i] != 0 ? "1" : "0");
}

static const char *
verdict_name (BalanceVerdict verdict)
{
  static const char *const names[] = { "not_applicable", "met", "unmet", "undetermined" };

  return names[verdict];
}

static void
print_finding (BalanceFinding *finding)
{
  GListModel *children = balance_finding_get_children (finding);
  g_autofree char *json = balance_finding_to_json (finding);
  /* What would decide it stands in the text, and is searched for a while. */
  gboolean open = balance_finding_get_verdict (finding) == BALANCE_VERDICT_UNDETERMINED;
  g_autofree char *zh = open ? NULL : balance_finding_to_text (finding, "zh");
  g_autofree char *en = open ? NULL : balance_finding_to_text (finding, "en");

  word ("finding");
  word (balance_finding_get_path (finding));
  word (verdict_name (balance_finding_get_verdict (finding)));
  word (verdict_name (balance_finding_get_strict_verdict (finding)));
  bits (balance_finding_get_value (finding));
  bits (balance_finding_get_value_low (finding));
  bits (balance_finding_get_value_high (finding));
  bits (balance_finding_get_limit (finding));
  bits (balance_finding_get_floor (finding));
  bits (balance_finding_get_margin (finding));
  word (json);
  word (zh);
  word (en);
  end_line ();

  for (guint i = 0; children != NULL && i < g_list_model_get_n_items (children); i++)
    {
      g_autoptr (BalanceFinding) child = g_list_model_get_item (children, i);

      print_finding (child);
    }
}

static void
print_findings (GListModel *findings)
{
  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr (BalanceFinding) finding = g_list_model_get_item (findings, i);

      print_finding (finding);
    }
}

static void
print_problems (GListModel *problems)
{
  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (problems, i);
      g_autofree char *json = balance_problem_to_json (problem);

      word ("problem");
      word (json);
      end_line ();
    }
}

static void
print_facts (BalanceCensus *census)
{
  static const BalanceLevel levels[] = { BALANCE_LEVEL_SECTION, BALANCE_LEVEL_SCHOOL, BALANCE_LEVEL_DISTRICT };

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      g_auto (GStrv) fields = balance_census_dup_columns (census, levels[i]);

      for (guint j = 0; fields[j] != NULL; j++)
        {
          g_autoptr (GBytes) validity = NULL;
          g_autoptr (GBytes) values = balance_census_dup_column (census, levels[i], fields[j], &validity, NULL);

          if (values == NULL)
            continue;      /* texts */
          word ("facts");
          word (fields[j]);
          column (values, validity);
          end_line ();
        }
    }
}

static void
print_evaluation (BalanceEvaluation *evaluation)
{
  g_autoptr (GListModel) indicators = balance_standard_get_indicators (balance_evaluation_get_standard (evaluation));
  g_autoptr (GListModel) districts = balance_census_get_districts (balance_evaluation_get_census (evaluation));
  g_autoptr (GListModel) region = balance_evaluation_get_findings (evaluation, NULL);

  word ("verdict");
  word (verdict_name (balance_evaluation_get_verdict (evaluation)));
  end_line ();

  for (guint i = 0; i < g_list_model_get_n_items (indicators); i++)
    {
      g_autoptr (BalanceIndicator) indicator = g_list_model_get_item (indicators, i);
      const char *id = balance_indicator_get_id (indicator);
      g_autoptr (GBytes) validity = NULL;
      g_autoptr (GBytes) values = balance_evaluation_dup_values (evaluation, id, &validity, NULL);
      g_autoptr (GBytes) verdicts = balance_evaluation_dup_verdicts (evaluation, id, NULL);

      word ("values");
      word (id);
      if (values != NULL)
        column (values, validity);
      if (verdicts != NULL)
        {
          gsize size;
          const guint8 *data = g_bytes_get_data (verdicts, &size);

          for (gsize k = 0; k < size; k++)
            word (verdict_name ((BalanceVerdict) data[k]));
        }
      end_line ();
    }

  print_findings (region);
  for (guint i = 0; i < g_list_model_get_n_items (districts); i++)
    {
      g_autoptr (BalanceDistrict) district = g_list_model_get_item (districts, i);
      g_autoptr (GListModel) findings = balance_evaluation_get_findings (evaluation, balance_district_get_code (district));
      g_autoptr (GListModel) schools = balance_district_get_schools (district);

      print_findings (findings);
      for (guint k = 0; k < g_list_model_get_n_items (schools); k++)
        {
          g_autoptr (BalanceSchool) school = g_list_model_get_item (schools, k);
          g_autoptr (GListModel) own = balance_evaluation_get_school_findings (evaluation, school);

          print_findings (own);
        }
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = NULL;
  g_autoptr (BalanceReader) reader = NULL;
  g_autoptr (BalanceImport) import = NULL;
  g_autoptr (BalanceEvaluator) evaluator = NULL;
  g_autoptr (BalanceEvaluation) evaluation = NULL;
  g_autoptr (GStrvBuilder) options = g_strv_builder_new ();
  g_auto (GStrv) chosen = NULL;
  BalanceConcessions concessions;
  BalanceCensus *census;
  int first = 4;

  if (argc < 5)
    {
      fprintf (stderr, "Usage: print-findings STANDARD DATE CONCESSIONS OPTION=VALUE… FILE…\n");
      return 2;
    }
  while (first < argc && strchr (argv[first], '=') != NULL)
    g_strv_builder_add (options, argv[first++]);
  chosen = g_strv_builder_end (options);
  concessions = strcmp (argv[3], "on") == 0    ? BALANCE_CONCESSIONS_ON
                : strcmp (argv[3], "off") == 0 ? BALANCE_CONCESSIONS_OFF
                                               : BALANCE_CONCESSIONS_AUTO;
  line = g_string_new (NULL);

  standard = strchr (argv[1], '/') != NULL ? balance_standard_new_from_file (argv[1], &error)
                                           : balance_standard_lookup (argv[1], &error);
  if (standard != NULL)
    {
      reader = balance_reader_new (balance_standard_get_dictionary (standard), NULL, FALSE);
      import = balance_reader_read (reader, (const char *const *) argv + first, NULL, NULL, &error);
    }
  if (import == NULL)
    {
      fprintf (stderr, "print-findings: %s\n", error->message);
      return 2;
    }

  print_problems (balance_import_get_problems (import));
  census = balance_import_get_census (import);
  if (census != NULL)
    {
      print_facts (census);
      evaluator = balance_evaluator_new_full (standard, argv[2], concessions, NULL,
                                              chosen[0] == NULL ? NULL : (const char *const *) chosen, 1);
      evaluation = balance_evaluator_evaluate (evaluator, census, NULL, NULL, &error);
      if (evaluation != NULL)
        {
          print_evaluation (evaluation);
        }
      else
        {
          word ("error");
          word (error->message);
          end_line ();
        }
    }
  g_string_free (line, TRUE);

  return 0;
}
