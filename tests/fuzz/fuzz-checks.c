/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as a set of data checks: refused with problems, or checks that are made on a census and the same one as
 * its own year before. */

#include <stdint.h>
#include <string.h>

#include "census/balance-census-private.h"
#include "fuzz-census.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static void
audit (BalanceChecks *checks, BalanceStandard *standard, BalanceCensus *census, GListStore *previous)
{
  g_autoptr (BalanceAuditor) auditor = balance_auditor_new (checks, standard, "2021-06-01");
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceAudit) result = balance_auditor_audit (auditor, census, G_LIST_MODEL (previous), NULL, NULL, &error);
  g_autoptr (BalanceAuditReport) report = NULL;
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();

  if (result == NULL)
    g_error ("%s", error->message);
  report = balance_audit_report_new (result, "zh", NULL, TRUE);
  if (!balance_audit_report_write_text (report, stream, NULL, &error) || !balance_audit_report_write_json (report, stream, NULL, &error) ||
      !balance_audit_report_write_csv (report, stream, NULL, &error))
    g_error ("%s", error->message);
  if (!g_utf8_validate (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (stream)),
                        (gssize) g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (stream)), NULL))
    abort ();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static BalanceCensus *census;
  static BalanceStandard *standard;
  static GListStore *previous;
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GListModel) problems = balance_checks_check (bytes, "fuzz.yaml");
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceChecks) checks = balance_checks_new_from_bytes (bytes, "fuzz.yaml", &error);
  gboolean faulty = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (problems, i);
      g_autofree char *text = balance_problem_to_text (problem, "zh");

      faulty = faulty || balance_problem_get_severity (problem) == BALANCE_SEVERITY_ERROR;
      if (!g_utf8_validate (text, -1, NULL))
        abort ();
    }
  /* never refused without a reason, never taken in spite of one */
  if ((checks == NULL) != faulty || (checks == NULL) != (error != NULL))
    abort ();
  if (checks == NULL)
    return 0;

  if (census == NULL)
    {
      census = fuzz_census ();
      standard = balance_standard_lookup ("cn-2017-quality", NULL);
      previous = g_list_store_new (BALANCE_TYPE_CENSUS);
      for (int year = 2019; year < 2021; year++)
        {
          g_autoptr (BalanceCensus) earlier = fuzz_census ();

          earlier->facts->year = year;
          g_list_store_append (previous, earlier);
        }
    }
  audit (checks, NULL, census, NULL);
  audit (checks, standard, census, previous);

  return 0;
}
