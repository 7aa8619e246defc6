/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tables of results are made without an object for a row: bit by bit they must say what the objects say. */

#include <check.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evaluation/balance-finding-private.h"
#include "evaluation/balance-walk-private.h"
#include "blank-out.h"

typedef struct
{
  const char *standard, *as_of, *only;      /* the last nullable */
  const char *files[2];                     /* below examples/data; the second nullable */
  guint       blanks;                       /* of a thousand figures so many are blank */
} Example;

static const Example examples[] = {
  { "cn-2017-quality", "2024-09-01", NULL, { "sample-county.csv", "sample-county-facts.csv" }, 0 },
  { "cn-2017-quality", "2024-09-01", NULL, { "sample-county.csv", NULL }, 3 },
  { "cn-2017-quality", "2020-09-01", NULL, { "sample-county.csv", "sample-county-facts.csv" }, 1 },
  { "cn-2017-quality", "2024-09-01", "resources", { "example-city.csv", NULL }, 0 },
  { "cn-2017-quality", "2024-09-01", "resources", { "example-city.csv", NULL }, 20 },
  { "cn-2017-quality", "2024-09-01", "schools", { "example-city.csv", NULL }, 5 },
  { "cn-2017-quality", "2024-09-01", "composite", { "example-city.csv", NULL }, 1 },
  { "cn-2017-quality", "2024-09-01", "dispersion", { "example-city.csv", NULL }, 1 },
  { "cn-2012-basic", "2016-09-01", NULL, { "sample-county.csv", "sample-county-facts.csv" }, 0 },
  { "cn-2012-basic", "2016-09-01", NULL, { "example-city.csv", NULL }, 5 },
  { "examples/packs/city-targets-example.yaml", "2024-09-01", NULL, { "example-city.csv", NULL }, 0 },
  { "examples/packs/city-targets-example.yaml", "2024-09-01", NULL, { "example-city.csv", NULL }, 10 },
  { "examples/packs/duty-score-example.yaml", "2024-09-01", NULL, { "sample-county.csv", "sample-county-facts.csv" }, 2 },
};

static BalanceCensus *
read_census (const Example     *example,
             BalanceDictionary *dictionary)
{
  g_autoptr(BalanceReader) reader = balance_reader_new (dictionary, NULL, FALSE);
  g_autoptr(BalanceImport) import = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("balance-walk-XXXXXX", NULL);
  char *paths[3] = { NULL, NULL, NULL };

  for (guint i = 0; i < 2 && example->files[i] != NULL; i++)
    {
      g_autofree char *from = g_build_filename (g_getenv ("BALANCE_SOURCE_DIR"), "examples", "data", example->files[i], NULL);
      g_autofree char *text = NULL;
      g_autofree char *blanked = NULL;

      ck_assert (g_file_get_contents (from, &text, NULL, &error));
      blanked = i == 0 ? blank_out (text, example->blanks) : g_strdup (text);
      paths[i] = g_build_filename (dir, example->files[i], NULL);
      ck_assert (g_file_set_contents (paths[i], blanked, -1, &error));
    }
  import = balance_reader_read (reader, (const char *const *) paths, NULL, NULL, &error);
  for (guint i = 0; i < 2; i++)
    {
      if (paths[i] != NULL)
        g_unlink (paths[i]);
      g_free (paths[i]);
    }
  g_rmdir (dir);
  ck_assert_msg (import != NULL && balance_import_check (import, &error), "%s", error != NULL ? error->message : "");

  return g_object_ref (balance_import_get_census (import));
}

static BalanceEvaluation *
evaluate (const Example      *example,
          const char         *kernels,
          BalanceConcessions  concessions)
{
  g_autofree char *path = g_build_filename (g_getenv ("BALANCE_SOURCE_DIR"), example->standard, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceStandard) standard = g_str_has_suffix (path, ".yaml") ? balance_standard_new_from_file (path, &error)
                                                                         : balance_standard_lookup (example->standard, &error);
  g_autoptr(BalanceEvaluator) evaluator = NULL;
  g_autoptr(BalanceCensus) census = NULL;
  BalanceEvaluation *evaluation;

  ck_assert_msg (standard != NULL, "%s", error != NULL ? error->message : "");
  census = read_census (example, balance_standard_get_dictionary (standard));
  evaluator = g_object_new (BALANCE_TYPE_EVALUATOR, "standard", standard, "as-of", example->as_of, "concessions", concessions,
                            "only", example->only, "n-threads", 1, "kernels", kernels, NULL);
  evaluation = balance_evaluator_evaluate (evaluator, census, NULL, NULL, &error);
  ck_assert_msg (evaluation != NULL, "%s", error != NULL ? error->message : "");

  return evaluation;
}

static gboolean
same_bits (double a,
           double b)
{
  return memcmp (&a, &b, sizeof a) == 0 || (isnan (a) && isnan (b));
}

/* ---- findings */

typedef struct
{
  char           *path;
  BalanceVerdict  verdict, strict_verdict;
  double          value, limit, margin;
} Said;

static void
clear_said (gpointer data)
{
  g_free (((Said *) data)->path);
}

static void
collect_objects (GListModel *findings,
                 GHashTable *seen,
                 GArray     *all)
{
  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr(BalanceFinding) finding = g_list_model_get_item (findings, i);
      const Said said = {
        g_strdup (balance_finding_get_path (finding)), balance_finding_get_verdict (finding), balance_finding_get_strict_verdict (finding),
        balance_finding_get_value (finding), balance_finding_get_limit (finding), balance_finding_get_margin (finding),
      };

      if (!g_hash_table_add (seen, g_strdup (said.path)))
        {
          g_free (said.path);
          continue;
        }
      g_array_append_val (all, said);
      collect_objects (balance_finding_get_children (finding), seen, all);
    }
}

typedef struct
{
  BalanceEvaluation *evaluation;
  const GArray      *objects;
  guint              n;
  guint              n_whole[BALANCE_LEVEL_REGION + 1];
} Comparison;

static gboolean
compare (const BalanceWalkRow  *row,
         gpointer               data,
         GError               **error)
{
  Comparison *self = data;
  g_autoptr(GString) path = g_string_new (NULL);
  const Said *said;

  if (row->rule == NULL)
    {
      self->n_whole[row->level]++;
      ck_assert (isnan (row->value) && isnan (row->limit) && isnan (row->margin));
      return TRUE;
    }
  ck_assert_uint_lt (self->n, self->objects->len);
  said = &g_array_index (self->objects, Said, self->n++);
  balance_evaluation_append_path (self->evaluation, row->level, row->row, row->rule->id, path);
  ck_assert_str_eq (path->str, said->path);
  ck_assert_msg (row->verdict == said->verdict && row->strict_verdict == said->strict_verdict, "%s: %d %d, %d %d", path->str, row->verdict,
                 row->strict_verdict, said->verdict, said->strict_verdict);
  ck_assert_msg (same_bits (row->value, said->value) && same_bits (row->limit, said->limit) && same_bits (row->margin, said->margin),
                 "%s: %.17g %.17g %.17g, %.17g %.17g %.17g", path->str, row->value, row->limit, row->margin, said->value, said->limit, said->margin);

  return TRUE;
}

static void
check_findings (BalanceEvaluation *evaluation)
{
  g_autoptr(BalanceWalk) walk = balance_walk_new (evaluation);
  guint n_all = 0;

  for (int district = -1; district < (int) evaluation->facts->districts.n_rows; district++)
    {
      g_autoptr(GListModel) findings = balance_evaluation_get_findings (evaluation, district >= 0 ? evaluation->facts->district_codes[district] : NULL);
      g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_autoptr(GArray) objects = g_array_new (FALSE, FALSE, sizeof (Said));
      Comparison comparison = { .evaluation = evaluation, .objects = objects };
      g_autoptr(GError) error = NULL;

      g_array_set_clear_func (objects, clear_said);
      collect_objects (findings, seen, objects);
      ck_assert (balance_walk_run (walk, district, compare, &comparison, NULL, &error));
      ck_assert_uint_eq (comparison.n, objects->len);
      if (district >= 0)
        ck_assert_uint_eq (comparison.n_whole[BALANCE_LEVEL_SECTION],
                           evaluation->facts->district_sections[district + 1] - evaluation->facts->district_sections[district]);
      n_all += objects->len;
    }
  ck_assert_uint_gt (n_all, 5);
}

START_TEST (test_findings)
{
  static const BalanceConcessions concessions[] = { BALANCE_CONCESSIONS_AUTO, BALANCE_CONCESSIONS_ON };

  for (guint i = 0; i < G_N_ELEMENTS (concessions); i++)
    {
      g_autoptr(BalanceEvaluation) evaluation = evaluate (&examples[_i], NULL, concessions[i]);

      check_findings (evaluation);
    }
}
END_TEST

/* ---- told from what was kept, and judged anew */

static void
compare_told (GListModel *kept,
              GListModel *anew,
              GHashTable *seen)
{
  ck_assert_uint_eq (g_list_model_get_n_items (kept), g_list_model_get_n_items (anew));
  for (guint i = 0; i < g_list_model_get_n_items (kept); i++)
    {
      g_autoptr(BalanceFinding) a = g_list_model_get_item (kept, i), b = g_list_model_get_item (anew, i);
      const char *path = balance_finding_get_path (a);

      ck_assert_str_eq (path, balance_finding_get_path (b));
      if (!g_hash_table_add (seen, g_strdup (path)))
        continue;
      ck_assert_msg (balance_finding_get_verdict (a) == balance_finding_get_verdict (b), "%s", path);
      ck_assert_msg (balance_finding_get_strict_verdict (a) == balance_finding_get_strict_verdict (b), "%s", path);
      ck_assert_msg (balance_finding_get_at_floor (a) == balance_finding_get_at_floor (b), "%s", path);
      ck_assert_msg (balance_finding_get_rounding_flips (a) == balance_finding_get_rounding_flips (b), "%s", path);
      ck_assert_msg (same_bits (balance_finding_get_value (a), balance_finding_get_value (b)), "%s", path);
      ck_assert_msg (same_bits (balance_finding_get_value_low (a), balance_finding_get_value_low (b)), "%s", path);
      ck_assert_msg (same_bits (balance_finding_get_value_high (a), balance_finding_get_value_high (b)), "%s", path);
      ck_assert_msg (same_bits (balance_finding_get_limit (a), balance_finding_get_limit (b)), "%s", path);
      ck_assert_msg (same_bits (balance_finding_get_floor (a), balance_finding_get_floor (b)), "%s", path);
      ck_assert_msg (same_bits (balance_finding_get_margin (a), balance_finding_get_margin (b)), "%s", path);
      ck_assert_pstr_eq (a->value_text, b->value_text);
      ck_assert_pstr_eq (a->limit_text, b->limit_text);
      ck_assert_pstr_eq (balance_finding_get_reason (a, "zh"), balance_finding_get_reason (b, "zh"));
      compare_told (balance_finding_get_children (a), balance_finding_get_children (b), seen);
    }
}

static void
forget_kept (BalanceReplay *replay)
{
  balance_judge_keep (replay->judge, NULL, NULL);
  if (replay->strict != NULL)
    balance_judge_keep (replay->strict, NULL, NULL);
}

START_TEST (test_told)
{
  static const BalanceConcessions concessions[] = { BALANCE_CONCESSIONS_AUTO, BALANCE_CONCESSIONS_ON };
  guint n_kept = 0;

  for (guint i = 0; i < G_N_ELEMENTS (concessions); i++)
    {
      g_autoptr(BalanceEvaluation) evaluation = evaluate (&examples[_i], NULL, concessions[i]);

      for (int district = -1; district < (int) evaluation->facts->districts.n_rows; district++)
        {
          g_autoptr(BalanceReplay) kept = district >= 0 ? balance_replay_new (evaluation, (guint) district) : balance_replay_new_region (evaluation);
          g_autoptr(BalanceReplay) anew = district >= 0 ? balance_replay_new (evaluation, (guint) district) : balance_replay_new_region (evaluation);
          g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
          g_autoptr(GListModel) a = NULL;
          g_autoptr(GListModel) b = NULL;

          forget_kept (anew);
          a = balance_replay_list_findings (kept, district < 0);
          b = balance_replay_list_findings (anew, district < 0);
          compare_told (a, b, seen);
          n_kept += g_hash_table_size (seen);
        }
    }
  ck_assert_uint_gt (n_kept, 10);
}
END_TEST

static gboolean
stop (const BalanceWalkRow  *row,
      gpointer               data,
      GError               **error)
{
  guint *left = data;

  if ((*left)-- > 0)
    return TRUE;
  g_set_error_literal (error, BALANCE_ERROR, BALANCE_ERROR_FAILED, "enough\n够了");

  return FALSE;
}

START_TEST (test_stopped)
{
  g_autoptr(BalanceEvaluation) evaluation = evaluate (&examples[3], NULL, BALANCE_CONCESSIONS_AUTO);
  g_autoptr(BalanceWalk) walk = balance_walk_new (evaluation);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  guint left = 100;

  ck_assert (!balance_walk_run (walk, 0, stop, &left, NULL, &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_FAILED));
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  left = 100;
  ck_assert (!balance_walk_run (walk, 0, stop, &left, cancellable, &error));
  ck_assert (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  ck_assert_uint_eq (left, 100);
}
END_TEST

/* ---- values and groups */

/* Values of all rows against those that are found for one row. */
static void
check_values (BalanceEvaluation *evaluation)
{
  GPtrArray *indicators = evaluation->standard->pack->indicators;

  for (guint i = 0; i < indicators->len; i++)
    {
      const BalanceIndicatorRule *indicator = g_ptr_array_index (indicators, i);
      g_autoptr(GBytes) valid = NULL;
      g_autoptr(GBytes) values = balance_evaluation_dup_values (evaluation, indicator->id, &valid, NULL);
      const double *all = g_bytes_get_data (values, NULL);

      if (indicator->level != BALANCE_LEVEL_SECTION)
        continue;
      for (guint row = 0; row < evaluation->facts->sections.n_rows; row++)
        {
          g_autoptr(BalanceReplay) replay = balance_replay_new (evaluation, evaluation->facts->school_district[evaluation->facts->section_school[row]]);
          g_autoptr(BalanceFinding) finding = balance_finding_new (replay, -1, (int) i, row);

          ck_assert_msg (same_bits (all[row], balance_finding_get_value (finding)), "%s %u: %.17g %.17g", indicator->id, row, all[row],
                         balance_finding_get_value (finding));
          ck_assert_int_eq (((const guint8 *) g_bytes_get_data (valid, NULL))[row], !isnan (all[row]));
        }
    }
}

/* From the sums of the verdicts, and where no sums are known. */
static void
check_groups (BalanceEvaluation *a,
              BalanceEvaluation *b)
{
  g_autoptr(GListModel) quick = balance_evaluation_get_groups (a), slow = balance_evaluation_get_groups (b);
  GPtrArray *indicators = a->standard->pack->indicators;

  ck_assert_uint_eq (g_list_model_get_n_items (quick), g_list_model_get_n_items (slow));
  for (guint i = 0; i < g_list_model_get_n_items (quick); i++)
    {
      g_autoptr(BalanceGroup) x = g_list_model_get_item (quick, i), y = g_list_model_get_item (slow, i);

      ck_assert_uint_eq (balance_group_get_n_sections (x), balance_group_get_n_sections (y));
      ck_assert (same_bits (balance_group_get_weight (x), balance_group_get_weight (y)));
      ck_assert (same_bits (balance_group_get_composite_cv (x), balance_group_get_composite_cv (y)));
      for (guint k = 0; k < indicators->len; k++)
        {
          const char *id = ((const BalanceIndicatorRule *) g_ptr_array_index (indicators, k))->id;

          ck_assert_msg (same_bits (balance_group_get_mean (x, id), balance_group_get_mean (y, id)), "%s: mean", id);
          ck_assert_msg (same_bits (balance_group_get_cv (x, id), balance_group_get_cv (y, id)), "%s: coefficient", id);
          ck_assert_msg (same_bits (balance_group_get_cv_limit (x, id), balance_group_get_cv_limit (y, id)), "%s: limit", id);
          ck_assert_msg (balance_group_get_cv_verdict (x, id) == balance_group_get_cv_verdict (y, id), "%s: verdict", id);
        }
    }
}

START_TEST (test_values_and_groups)
{
  g_autoptr(BalanceEvaluation) evaluation = evaluate (&examples[_i], NULL, BALANCE_CONCESSIONS_AUTO);
  g_autoptr(BalanceEvaluation) careful = evaluate (&examples[_i], "none", BALANCE_CONCESSIONS_AUTO);

  check_values (evaluation);
  check_groups (evaluation, careful);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("walk");
  TCase *findings = tcase_create ("findings"), *values = tcase_create ("values");
  SRunner *runner;
  int n_failed;

  tcase_set_timeout (findings, 60);
  tcase_set_timeout (values, 60);
  tcase_add_loop_test (findings, test_findings, 0, G_N_ELEMENTS (examples));
  tcase_add_loop_test (findings, test_told, 0, G_N_ELEMENTS (examples));
  tcase_add_test (findings, test_stopped);
  tcase_add_loop_test (values, test_values_and_groups, 0, G_N_ELEMENTS (examples));
  suite_add_tcase (suite, findings);
  suite_add_tcase (suite, values);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
