/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writes what was found, as a stream that the next program reads: a line of CSV for each school stage with the value of
 * an indicator and what became of it, or all findings as JSON. Either grows no faster than it is read. Values and
 * verdicts come as whole columns; only the codes are asked for row by row.
 *
 *   cc stream.c -o stream $(pkg-config --cflags --libs balance-1.0 gio-unix-2.0)
 *   ./stream sample-county.csv R4      or      ./stream sample-county.csv --json
 */

#include <string.h>
#include <unistd.h>

#include <balance/balance.h>
#include <gio/gunixoutputstream.h>

static gboolean
write_rows (BalanceEvaluation *evaluation,
            const char        *indicator,
            GOutputStream     *stream,
            GError           **error)
{
  g_autoptr (GListModel) sections = balance_census_get_sections (balance_evaluation_get_census (evaluation));
  g_autoptr (GEnumClass) names = g_type_class_ref (BALANCE_TYPE_VERDICT);
  g_autoptr (GBytes) valid = NULL;
  g_autoptr (GBytes) values = balance_evaluation_dup_values (evaluation, indicator, &valid, error);
  g_autoptr (GBytes) verdicts = NULL;
  const double *value;
  const guint8 *has_value, *verdict;

  if (values == NULL)
    return FALSE;
  verdicts = balance_evaluation_dup_verdicts (evaluation, indicator, error);
  if (verdicts == NULL)
    return FALSE;
  value = g_bytes_get_data (values, NULL);
  has_value = g_bytes_get_data (valid, NULL);
  verdict = g_bytes_get_data (verdicts, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (sections); i++)
    {
      g_autoptr (BalanceSection) section = g_list_model_get_item (sections, i);
      char number[G_ASCII_DTOSTR_BUF_SIZE] = "";

      /* no value is an empty cell, never a zero */
      if (has_value[i])
        g_ascii_dtostr (number, sizeof number, value[i]);
      if (!g_output_stream_printf (stream, NULL, NULL, error, "%s,%s,%s,%s,%s\n",
                                   balance_section_get_district_code (section),
                                   balance_section_get_school_code (section), balance_section_get_stage (section),
                                   number, g_enum_get_value (names, verdict[i])->value_nick))
        return FALSE;
    }

  return TRUE;
}

static gboolean
stream_results (const char *path,
                const char *what,
                GError    **error)
{
  const char *paths[] = { path, NULL };
  g_autoptr (BalanceStandard) standard = balance_standard_lookup ("cn-2017-quality", error);
  g_autoptr (BalanceReader) reader = NULL;
  g_autoptr (BalanceImport) import = NULL;
  g_autoptr (BalanceEvaluator) evaluator = NULL;
  g_autoptr (BalanceEvaluation) evaluation = NULL;
  g_autoptr (GOutputStream) out = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
  g_autoptr (GOutputStream) buffered = g_buffered_output_stream_new_sized (out, 65536);

  if (standard == NULL)
    return FALSE;
  reader = balance_reader_new (balance_standard_get_dictionary (standard), NULL, FALSE);
  import = balance_reader_read (reader, paths, NULL, NULL, error);
  if (import == NULL || !balance_import_check (import, error))
    return FALSE;
  evaluator = balance_evaluator_new_full (standard, "2024-09-01", BALANCE_CONCESSIONS_AUTO, NULL, NULL, 0);
  evaluation = balance_evaluator_evaluate (evaluator, balance_import_get_census (import), NULL, NULL, error);
  if (evaluation == NULL)
    return FALSE;

  return (strcmp (what, "--json") == 0 ? balance_evaluation_write_json (evaluation, buffered, NULL, error)
                                       : write_rows (evaluation, what, buffered, error)) &&
         g_output_stream_close (buffered, NULL, error);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;

  if (argc != 3)
    {
      g_printerr ("Usage: %s FILE INDICATOR|--json\n", argv[0]);
      return 2;
    }
  if (!stream_results (argv[1], argv[2], &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  return 0;
}
