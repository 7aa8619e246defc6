/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Stability on the sample county: what every answer has to satisfy, the same in every thread. */

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <balance/balance.h>

static BalanceEvaluation *
evaluate (const char *only)
{
  g_autofree char *path = g_build_filename (g_getenv ("BALANCE_SOURCE_DIR"), "examples", "data", "sample-county.csv", NULL);
  const char *paths[] = { path, NULL };
  g_autoptr (BalanceStandard) standard = balance_standard_lookup ("cn-2017-quality", NULL);
  g_autoptr (BalanceReader) reader = balance_reader_new (balance_standard_get_dictionary (standard), NULL, FALSE);
  g_autoptr (BalanceImport) import = balance_reader_read (reader, paths, NULL, NULL, NULL);
  g_autoptr (BalanceEvaluator) evaluator = balance_evaluator_new_full (standard, "2024-09-01", BALANCE_CONCESSIONS_AUTO, only, NULL, 1);

  return balance_evaluator_evaluate (evaluator, balance_import_get_census (import), NULL, NULL, NULL);
}

static BalanceStability *
find (BalanceEvaluation *evaluation)
{
  GError *error = NULL;
  BalanceStability *stability = balance_stability_find (evaluation, NULL, NULL, NULL, &error);

  ck_assert_ptr_null (error);
  return stability;
}

START_TEST (answers)
{
  g_autoptr (BalanceEvaluation) evaluation = evaluate (NULL);
  g_autoptr (BalanceStability) stability = find (evaluation);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (stability)), kinds[BALANCE_CERTAINTY_NEVER + 1] = { 0 }, n_below = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (BalanceSensitivity) item = g_list_model_get_item (G_LIST_MODEL (stability), i);
      g_autoptr (BalanceFinding) finding = balance_sensitivity_get_finding (item);
      GListModel *cells = balance_sensitivity_get_cells (item);
      double low = balance_sensitivity_get_error_low (item), high = balance_sensitivity_get_error_high (item);
      double margin = balance_finding_get_margin (finding);
      BalanceCertainty certainty = balance_sensitivity_get_certainty (item);

      kinds[certainty]++;
      n_below += low < 0.01;
      ck_assert (low >= 0.0 && low <= high);
      ck_assert_int_eq (balance_sensitivity_get_verdict (item), balance_finding_get_verdict (finding));
      /* only what lies on its limit turns at once */
      if (certainty == BALANCE_CERTAINTY_EXACT && !balance_sensitivity_get_holds_weights (item) && fabs (margin) > 0.0 &&
          strcmp (balance_sensitivity_get_path (item), balance_sensitivity_get_cause (item)) == 0)
        ck_assert (low > 0.0);
      for (guint k = 0; k < g_list_model_get_n_items (cells); k++)
        {
          g_autoptr (BalanceSensitiveCell) cell = g_list_model_get_item (cells, k);
          double alone = balance_sensitive_cell_get_alone (cell);

          /* one fact alone has to be off further than all together */
          if (certainty == BALANCE_CERTAINTY_EXACT && !isnan (alone))
            ck_assert (fabs (alone) >= low * (1.0 - 1e-9));
          ck_assert (!balance_operand_get_missing (balance_sensitive_cell_get_operand (cell)));
        }
    }
  ck_assert_uint_gt (kinds[BALANCE_CERTAINTY_EXACT], 300);
  ck_assert_uint_gt (kinds[BALANCE_CERTAINTY_NEVER], 0);
  ck_assert_uint_eq (n_below, balance_stability_get_n_below (stability, 0.01));
}
END_TEST

static gpointer
read_all (gpointer data)
{
  BalanceStability *stability = data;
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (stability)); i += 7)
    {
      g_autoptr (BalanceSensitivity) item = g_list_model_get_item (G_LIST_MODEL (stability), i);
      g_autofree char *text = balance_sensitivity_to_text (item, "zh");

      g_string_append (all, text);
    }

  return g_string_free (all, FALSE);
}

START_TEST (threads)
{
  g_autoptr (BalanceEvaluation) evaluation = evaluate ("resources");
  g_autoptr (BalanceStability) stability = find (evaluation);
  GThread *readers[3];
  g_autofree char *expected = read_all (stability);

  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    readers[i] = g_thread_new ("reader", read_all, stability);
  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    {
      g_autofree char *got = g_thread_join (readers[i]);

      ck_assert_str_eq (got, expected);
    }
}
END_TEST

START_TEST (reports)
{
  g_autoptr (BalanceEvaluation) evaluation = evaluate ("resources");
  g_autoptr (BalanceStability) stability = find (evaluation);
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GError *error = NULL;

  ck_assert (balance_stability_write_text (stability, "zh", 0.01, stream, NULL, &error));
  ck_assert (balance_stability_write_json (stability, "en", INFINITY, stream, NULL, &error));
  ck_assert_ptr_null (error);

  ck_assert_ptr_null (balance_stability_find (evaluation, "nowhere", NULL, NULL, &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND));
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  ck_assert_ptr_null (balance_stability_find (evaluation, NULL, NULL, cancellable, &error));
  ck_assert (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  g_clear_error (&error);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("stability");
  TCase *tests = tcase_create ("sample county");
  SRunner *runner;
  int n_failed;

  tcase_set_timeout (tests, 60);
  tcase_add_test (tests, answers);
  tcase_add_test (tests, threads);
  tcase_add_test (tests, reports);
  suite_add_tcase (suite, tests);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
