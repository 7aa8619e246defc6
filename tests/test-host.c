/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a host may do without changing a bit of what comes out: compute in another floating-point environment, or fork. */

#define _GNU_SOURCE   /* feenableexcept */

#include <check.h>
#include <fenv.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <balance/balance.h>

#include "base/balance-float-private.h"

static void
append_bytes (GByteArray *all, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  g_byte_array_append (all, data, (guint) size);
  g_bytes_unref (bytes);
}

static GBytes *
close_stream (GOutputStream *stream)
{
  ck_assert (g_output_stream_close (stream, NULL, NULL));
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (stream));
}

static void
append_columns (GByteArray *all, BalanceEvaluation *evaluation)
{
  static const char *const indicators[] = { "R1", "R2", "R3", "R4", "R5", "R6", "R7" };
  g_autoptr (GListModel) groups = balance_evaluation_get_groups (evaluation);

  for (guint i = 0; i < G_N_ELEMENTS (indicators); i++)
    {
      append_bytes (all, balance_evaluation_dup_values (evaluation, indicators[i], NULL, NULL));
      for (guint j = 0; j < g_list_model_get_n_items (groups); j++)
        {
          g_autoptr (BalanceGroup) group = g_list_model_get_item (groups, j);
          double numbers[] = { balance_group_get_mean (group, indicators[i]), balance_group_get_cv (group, indicators[i]) };

          g_byte_array_append (all, (const guint8 *) numbers, sizeof numbers);
        }
    }
}

static void
append_reports (GByteArray *all, BalanceEvaluation *evaluation)
{
  g_autoptr (BalanceReport) report = balance_report_new (evaluation, "zh");
  g_autoptr (BalanceGapList) gaps = balance_gap_list_new (evaluation, NULL);
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  GError *error = NULL;

  ck_assert (balance_report_write_json (report, stream, NULL, &error));
  ck_assert (balance_report_write_csv (report, stream, NULL, &error));
  ck_assert (balance_report_write_text (report, stream, NULL, &error));
  ck_assert (balance_report_write_html (report, stream, NULL, &error));
  ck_assert (balance_gap_list_write_json (gaps, "en", stream, NULL, &error));
  ck_assert_ptr_null (error);
  append_bytes (all, close_stream (stream));
}

static void
append_audit (GByteArray *all, BalanceStandard *standard, BalanceCensus *census)
{
  GError *error = NULL;
  g_autoptr (BalanceChecks) checks = balance_checks_lookup ("cn-compulsory", &error);
  g_autoptr (BalanceAuditor) auditor = NULL;
  g_autoptr (BalanceAudit) audit = NULL;
  g_autoptr (BalanceAuditReport) report = NULL;
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();

  ck_assert_ptr_nonnull (checks);
  auditor = balance_auditor_new (checks, standard, "2024-09-01");
  audit = balance_auditor_audit (auditor, census, NULL, NULL, NULL, &error);
  ck_assert_ptr_nonnull (audit);
  report = balance_audit_report_new (audit, "zh", NULL, FALSE);
  ck_assert (balance_audit_report_write_json (report, stream, NULL, &error));
  append_bytes (all, close_stream (stream));
}

static void
append_scenario (GByteArray *all, BalanceEvaluator *evaluator, BalanceCensus *census)
{
  GError *error = NULL;
  g_autoptr (BalanceScenario) scenario = balance_scenario_new (evaluator, census, NULL, &error);

  ck_assert_ptr_nonnull (scenario);
  for (guint row = 0; row < 8; row++)
    {
      guint8 verdict;

      ck_assert (balance_scenario_set_decimal (scenario, BALANCE_LEVEL_SECTION, row, "teachers_backbone", 3 * row, 0, &error));
      verdict = (guint8) balance_scenario_get_district_verdict (scenario, 0);
      g_byte_array_append (all, &verdict, 1);
    }
}

/* Numbers that a program hands over as doubles. */
static void
append_numbers (GByteArray *all)
{
  static const double numbers[] = { 0.1, 607.07, 1.0 / 3.0, 4503599627370497.5, 0.0699999928474426 };
  g_autoptr (BalanceCensusBuilder) builder = balance_census_builder_new (NULL, 2024);
  g_autoptr (BalanceImport) import = NULL;
  GBytes *column;

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *code = g_strdup_printf ("S%u", i);
      guint row = balance_census_builder_add_school (builder, "D", code);

      balance_census_builder_set_number (builder, BALANCE_LEVEL_SCHOOL, row, "teaching_area", numbers[i]);
    }
  import = balance_census_builder_end (builder);
  column = balance_census_dup_column (balance_import_get_census (import), BALANCE_LEVEL_SCHOOL, "teaching_area", NULL, NULL);
  ck_assert_ptr_nonnull (column);
  append_bytes (all, column);
}

static GByteArray *
everything (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("BALANCE_SOURCE_DIR"), "examples", "data", "sample-county.csv", NULL);
  const char *paths[] = { path, NULL };
  GByteArray *all = g_byte_array_new ();
  GError *error = NULL;
  g_autoptr (BalanceStandard) standard = balance_standard_lookup ("cn-2017-quality", &error);
  g_autoptr (BalanceReader) reader = NULL;
  g_autoptr (BalanceImport) import = NULL;
  g_autoptr (BalanceEvaluator) evaluator = NULL;
  g_autoptr (BalanceEvaluation) evaluation = NULL;

  ck_assert_ptr_nonnull (standard);
  reader = balance_reader_new (balance_standard_get_dictionary (standard), NULL, FALSE);
  import = balance_reader_read (reader, paths, NULL, NULL, &error);
  ck_assert_ptr_nonnull (import);
  evaluator = balance_evaluator_new_full (standard, "2024-09-01", BALANCE_CONCESSIONS_AUTO, NULL, NULL, 2);
  evaluation = balance_evaluator_evaluate (evaluator, balance_import_get_census (import), NULL, NULL, &error);
  ck_assert_ptr_nonnull (evaluation);

  append_columns (all, evaluation);
  append_reports (all, evaluation);
  append_audit (all, standard, balance_import_get_census (import));
  append_scenario (all, evaluator, balance_import_get_census (import));
  append_numbers (all);

  return all;
}

/* -- floating point ----------------------------------------------------------------------------------- */

static void round_up (void)     { fesetround (FE_UPWARD); }
static void round_down (void)   { fesetround (FE_DOWNWARD); }
static void round_to_zero (void) { fesetround (FE_TOWARDZERO); }
#ifdef __SSE2__
static void flush_to_zero (void) { _mm_setcsr (_mm_getcsr () | 0x8040); }
#endif
#ifdef __GLIBC__
static void stop_at_faults (void)
{
  feclearexcept (FE_ALL_EXCEPT);
  feenableexcept (FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW);
}
#endif

static const struct
{
  const char *name;
  void      (*set) (void);
} environments[] = {
  { "round up", round_up },
  { "round down", round_down },
  { "round to zero", round_to_zero },
#ifdef __SSE2__
  { "flush to zero", flush_to_zero },
#endif
#ifdef __GLIBC__
  { "stop at faults", stop_at_faults },
#endif
};

START_TEST (float_environment)
{
  g_autoptr (GByteArray) expected = everything (), got = NULL;
  fenv_t before, after;

  environments[_i].set ();
  fegetenv (&before);
  got = everything ();
  fegetenv (&after);
  fesetenv (FE_DFL_ENV);

  if (expected->len != got->len || memcmp (expected->data, got->data, got->len) != 0)
    {
      guint i = 0;

      while (i < expected->len && i < got->len && expected->data[i] == got->data[i])
        i++;
      ck_abort_msg ("%s: other bytes from %u of %u: …%.60s…", environments[_i].name, i, expected->len,
                    (const char *) got->data + (i > 30 ? i - 30 : 0));
    }
#ifdef __SSE2__
  /* as the host had it; what has happened meanwhile may be marked */
  ck_assert_uint_eq (before.__mxcsr & ~0x3fu, after.__mxcsr & ~0x3fu);
#endif
}
END_TEST

/* -- processes ---------------------------------------------------------------------------------------- */

START_TEST (forked)
{
  g_autoptr (GByteArray) expected = everything ();
  g_autofree char *expected_sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, expected->data, expected->len);
  char sum[65] = "";
  int fds[2], status;
  pid_t child;

  ck_assert_int_eq (pipe (fds), 0);
  child = fork ();
  ck_assert_int_ge (child, 0);
  if (child == 0)
    {
      g_autoptr (GByteArray) got = everything ();
      g_autofree char *got_sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, got->data, got->len);

      _exit (write (fds[1], got_sum, 64) == 64 ? 0 : 1);
    }
  close (fds[1]);
  ck_assert_int_eq (waitpid (child, &status, 0), child);
  ck_assert (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  ck_assert_int_eq (read (fds[0], sum, 64), 64);
  close (fds[0]);
  ck_assert_str_eq (sum, expected_sum);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("host");
  TCase *tcase = tcase_create ("host");
  SRunner *runner;
  int failed;

  tcase_set_timeout (tcase, 60);
  tcase_add_loop_test (tcase, float_environment, 0, G_N_ELEMENTS (environments));
  tcase_add_test (tcase, forked);
  suite_add_tcase (suite, tcase);
  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
