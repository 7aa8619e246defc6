/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A census may keep the same text several times, as most rows come in without anybody looking whether there are others
 * alike. Nobody may see that: the same tables with every text once must give the same, whatever is asked. */

#include <check.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/balance-arrow-private.h"
#include "census/balance-census-private.h"
#include "store/balance-store-census-private.h"

#define T "title: {zh: 名, en: Name}"

#define PACK \
  "pack: test\n" T "\nreference: none\nstages: [primary, junior]\nweight: pupils\n" \
  "fields:\n- {id: remark, level: section, type: text, title: {zh: 附注, en: Remark}}\n" \
  "- {id: heir, level: school, type: text, title: {zh: 前身, en: Heir}}\n" \
  "- {id: note, level: district, type: text, title: {zh: 说明, en: Note}}\n" \
  "requirements:\n" \
  "- {id: name, " T ", each: school, value: \"school_name == '同名小学'\"}\n" \
  "- {id: some, " T ", each: section, value: \"remark in ['好', '同名小学', '从未有']\"}\n" \
  "- {id: both, " T ", each: section, value: school_name == remark}\n" \
  "- {id: old, " T ", each: school, value: heir == school_name}\n" \
  "- {id: up, " T ", each: section, value: remark == note}\n" \
  "- {id: chosen, " T ", each: section, value: \"remark == '同县' or not (school_name != '同名小学')\"}\n" \
  "- {id: share, " T ", each: district, value: \"count(school_name == heir over schools) <= 7\"}\n" \
  "- {id: sum, " T ", each: district, value: \"sum(pupils over sections where remark == '好') >= 2500\"}\n"

#define CHECKS \
  "checks: little\ntitle: {zh: 小, en: Little}\nreference: 测试\nstages: [primary, junior]\n" \
  "fields:\n- {id: remark, level: section, type: text, title: {zh: 附注, en: Remark}}\n" \
  "- {id: heir, level: school, type: text, title: {zh: 前身, en: Heir}}\n" \
  "rules:\n" \
  "- {id: a, level: section, outlier: {value: pupils, among: [school_name, heir], least: 8, deviations: 3, factor: 2}, unit: pupil, " \
  "title: {zh: 某, en: Some}, message: {zh: \"{school_name} {value}\", en: \"{school_name} {value}\"}}\n" \
  "- {id: b, level: section, same: {fields: [pupils, teachers], least: 2}, title: {zh: 某, en: Some}, " \
  "message: {zh: \"{school_name} {other}\", en: \"{school_name} {other}\"}}\n" \
  "- {id: c, level: section, holds: school_name != remark, title: {zh: 某, en: Some}, " \
  "message: {zh: \"{school_name} {remark}\", en: \"{school_name} {remark}\"}}\n" \
  "- {id: d, level: section, holds: pupils >= previous(pupils), title: {zh: 某, en: Some}, message: {zh: \"{school_name}\", en: \"{school_name}\"}}\n"

/* -- help --------------------------------------------------------------------------------------------- */

/* The tests speak one line each. */
static void
expect_no_error (GError *error)
{
  if (error != NULL)
    g_strdelimit (error->message, "\n", ' ');
  ck_assert_msg (error == NULL, "%s", error != NULL ? error->message : "");
}

static BalanceStandard *
new_standard (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (PACK, strlen (PACK));
  g_autoptr (GError) error = NULL;
  BalanceStandard *standard = balance_standard_new_from_bytes (bytes, "test.yaml", &error);

  expect_no_error (error);
  return standard;
}

/* Most names and remarks once, the rest the same; of two counties with schools of the same names. */
static char *
new_table (guint year)
{
  GString *text = g_string_new ("学年,区县代码,区县名称,说明,学校代码,学校名称,前身,学段,附注,在校生数,专任教师数\n");

  for (guint i = 0; i < 240; i++)
    {
      const gboolean usual = i < 160;
      g_autofree char *name = usual ? g_strdup_printf ("第%u小学", i / 2) : g_strdup (i % 3 == 0 ? "同名小学" : "中心小学");
      g_autofree char *heir = i % 5 == 0 ? g_strdup (name) : i % 5 == 1 ? g_strdup ("") : g_strdup_printf ("前%u", i);
      g_autofree char *remark = usual ? g_strdup_printf ("注%u", i) : g_strdup (i % 4 == 0 ? "好" : i % 4 == 1 ? name : i % 4 == 2 ? "" : "同县");

      g_string_append_printf (text, "%u,%u,%s,同县,%s%03u,%s,%s,primary,%s,%u,%u\n", year, 901 + i % 2, i % 2 ? "乙县" : "甲县",
                              i % 7 == 0 && year == 2023 ? "K" : "S", i, name, heir, remark,
                              i == 200 ? 9000 : 100 + i / 4 * 4 + (year == 2023 ? i % 2 : 0), 10 + i / 4);
    }

  return g_string_free (text, FALSE);
}

static BalanceImport *
read_table (BalanceDictionary *dictionary, guint year)
{
  g_autofree char *text = new_table (year);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (BalanceReader) reader = balance_reader_new (dictionary, NULL, FALSE);
  g_autoptr (GError) error = NULL;
  BalanceImport *import = balance_reader_read_bytes (reader, bytes, "t.csv", NULL, NULL, &error);

  expect_no_error (error);
  ck_assert_uint_eq (g_list_model_get_n_items (balance_import_get_problems (import)), 0);
  ck_assert_ptr_nonnull (balance_import_get_census (import));

  return import;
}

static gboolean
keeps_texts_several_times (BalanceFacts *facts)
{
  g_autoptr (GHashTable) first = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree gint32 *same = balance_facts_find_same_texts (facts, first);

  for (guint i = 0; same != NULL && i < facts->n_texts; i++)
    {
      ck_assert_int_le (same[i], (gint32) i);
      ck_assert_str_eq (facts->texts[same[i]], facts->texts[i]);
    }

  return same != NULL;
}

/* The same tables twice: [0] as they were read, [1] with every text once. */
static void
make_both (BalanceDictionary *dictionary, guint year, BalanceCensus **both)
{
  g_autoptr (BalanceImport) import = read_table (dictionary, year);
  BalanceFacts *once;

  both[0] = g_object_ref (balance_import_get_census (import));
  once = balance_facts_with_year (both[0]->facts, (int) year);
  both[1] = balance_census_new_take (once);
  ck_assert (keeps_texts_several_times (both[0]->facts));
  ck_assert (!keeps_texts_several_times (both[1]->facts));
}

static void
expect_same_facts (BalanceFacts *a, BalanceFacts *b)
{
  g_autofree char *one = balance_facts_dup_digest (a), *other = balance_facts_dup_digest (b);

  ck_assert_str_eq (one, other);
}

static char *
end_stream (GOutputStream *stream)
{
  g_assert_true (g_output_stream_write_all (stream, "", 1, NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (stream, NULL, NULL));
  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (stream));
}

static void
expect_same_output (char **outputs, const char *what)
{
  ck_assert_uint_gt (strlen (outputs[0]), 100);
  ck_assert_msg (strcmp (outputs[0], outputs[1]) == 0, "%s: texts that are kept several times show", what);
  for (guint i = 0; i < 2; i++)
    g_clear_pointer (&outputs[i], g_free);
}

/* -- what is asked ------------------------------------------------------------------------------------ */

START_TEST (verdicts_and_reports)
{
  static const char *const kernels[] = { NULL, "none" };
  g_autoptr (BalanceStandard) standard = new_standard ();
  BalanceCensus *both[2];

  make_both (balance_standard_get_dictionary (standard), 2024, both);
  for (guint k = 0; k < G_N_ELEMENTS (kernels); k++)
    {
      g_autoptr (BalanceEvaluator) evaluator = g_object_new (BALANCE_TYPE_EVALUATOR, "standard", standard, "kernels", kernels[k], NULL);
      gboolean (*const write[]) (BalanceReport *, GOutputStream *, GCancellable *, GError **) =
        { balance_report_write_text, balance_report_write_csv, balance_report_write_json, balance_report_write_html };
      BalanceEvaluation *evaluations[2];
      g_autoptr (BalanceEffects) effects = NULL;
      g_auto (GStrv) districts = NULL;
      g_autoptr (GError) error = NULL;
      char *outputs[2];

      for (guint i = 0; i < 2; i++)
        {
          evaluations[i] = balance_evaluator_evaluate (evaluator, both[i], NULL, NULL, &error);
          expect_no_error (error);
        }
      for (guint w = 0; w < G_N_ELEMENTS (write); w++)
        {
          for (guint i = 0; i < 2; i++)
            {
              g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
              g_autoptr (BalanceReport) report = balance_report_new (evaluations[i], "zh");

              write[w] (report, stream, NULL, &error);
              expect_no_error (error);
              outputs[i] = end_stream (stream);
            }
          expect_same_output (outputs, "a report");
        }
      /* one after the other nothing has changed */
      effects = balance_effects_new (evaluations[0], evaluations[1], NULL, &error);
      expect_no_error (error);
      districts = balance_effects_dup_districts (effects);
      ck_assert_uint_eq (g_strv_length (districts), 0);
      ck_assert_uint_eq (g_list_model_get_n_items (G_LIST_MODEL (effects)), 0);
      g_object_unref (evaluations[0]);
      g_object_unref (evaluations[1]);
    }
  g_object_unref (both[0]);
  g_object_unref (both[1]);
}
END_TEST

START_TEST (data_checks)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (CHECKS, strlen (CHECKS));
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = new_standard ();
  g_autoptr (BalanceChecks) checks = balance_checks_new_from_bytes (bytes, "little.yaml", &error);
  g_autoptr (BalanceAuditor) auditor = NULL;
  BalanceCensus *now[2], *before[2];
  char *outputs[2];

  expect_no_error (error);
  auditor = balance_auditor_new (checks, NULL, NULL);
  make_both (balance_standard_get_dictionary (standard), 2024, now);
  make_both (balance_standard_get_dictionary (standard), 2023, before);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
      g_autoptr (GListStore) previous = g_list_store_new (BALANCE_TYPE_CENSUS);
      g_autoptr (BalanceAudit) audit = NULL;
      g_autoptr (BalanceAuditReport) report = NULL;

      g_list_store_append (previous, before[i]);
      audit = balance_auditor_audit (auditor, now[i], G_LIST_MODEL (previous), NULL, NULL, &error);
      expect_no_error (error);
      for (char id[] = "a"; *id <= 'd'; (*id)++)
        ck_assert_msg (balance_audit_get_n_found (audit, id) > 0, "check %s finds nothing", id);
      report = balance_audit_report_new (audit, "zh", NULL, FALSE);
      balance_audit_report_write_json (report, stream, NULL, &error);
      expect_no_error (error);
      outputs[i] = end_stream (stream);
    }
  expect_same_output (outputs, "an audit");
  for (guint i = 0; i < 2; i++)
    {
      g_object_unref (now[i]);
      g_object_unref (before[i]);
    }
}
END_TEST

START_TEST (changes)
{
  static const char *const actions[] = {
    "recode: {school: S161, code: NEW, name: 同名小学}",
    "merge: {schools: [S162], into: S160}",
    "hand_over: {schools: [S164], to: '902'}",
    "close: {school: S166, give: [{bundle: pupils, to: {S168: 1}}]}",
    "open: {school: N1, name: 中心小学, district: '901', stages: {primary: {pupils: 10}}}",
  };
  g_autoptr (BalanceStandard) standard = new_standard ();
  g_autoptr (BalanceEvaluator) evaluator = g_object_new (BALANCE_TYPE_EVALUATOR, "standard", standard, NULL);
  BalanceCensus *both[2];
  char *outputs[2];
  guint n_done[2] = { 0, 0 };

  make_both (balance_standard_get_dictionary (standard), 2024, both);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
      g_autoptr (GError) error = NULL;
      g_autoptr (BalanceScenario) scenario = balance_scenario_new (evaluator, both[i], NULL, &error);
      g_autoptr (BalanceEvaluation) evaluation = NULL;
      g_autoptr (BalanceReport) report = NULL;
      BalanceCensus *changed;

      expect_no_error (error);
      for (guint k = 0; k < G_N_ELEMENTS (actions); k++)
        {
          g_autoptr (BalanceAction) action = balance_action_new (actions[k], &error);

          if (action != NULL && balance_scenario_apply (scenario, action, NULL, &error))
            n_done[i]++;
          expect_no_error (error);
        }
      changed = balance_scenario_dup_census (scenario);
      evaluation = balance_evaluator_evaluate (evaluator, changed, NULL, NULL, &error);
      expect_no_error (error);
      report = balance_report_new (evaluation, "zh");
      balance_report_write_json (report, stream, NULL, &error);
      expect_no_error (error);
      outputs[i] = end_stream (stream);
      g_object_unref (both[i]);
      both[i] = changed;
    }
  ck_assert_uint_eq (n_done[0], G_N_ELEMENTS (actions));
  expect_same_output (outputs, "a scenario");
  expect_same_facts (both[0]->facts, both[1]->facts);
  g_object_unref (both[0]);
  g_object_unref (both[1]);
}
END_TEST

static void
expect_same_exports (BalanceStore *store, BalanceLevel level, BalanceStore *other)
{
  BalanceStore *const stores[] = { store, other };
  char *outputs[2];

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
      g_autoptr (GError) error = NULL;

      balance_store_export_csv (stores[i], 2024, level, stream, NULL, &error);
      expect_no_error (error);
      outputs[i] = end_stream (stream);
    }
  if (strlen (outputs[0]) > 100)
    {
      expect_same_output (outputs, "an export");
      return;
    }
  ck_assert_str_eq (outputs[0], outputs[1]);
  g_free (outputs[0]);
  g_free (outputs[1]);
}

START_TEST (kept_in_stores)
{
  g_autofree char *folder = g_dir_make_tmp ("balance-texts-XXXXXX", NULL);
  g_autoptr (BalanceStandard) standard = new_standard ();
  BalanceDictionary *dictionary = balance_standard_get_dictionary (standard);
  g_autoptr (BalanceImport) import = read_table (dictionary, 2024);
  BalanceFacts *facts = balance_import_get_census (import)->facts;
  char *paths[2] = { g_build_filename (folder, "a.balance", NULL), g_build_filename (folder, "b.balance", NULL) };
  BalanceStore *stores[2];
  g_autoptr (GError) error = NULL;

  ck_assert (keeps_texts_several_times (facts));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (BalanceImport) again = NULL;

      stores[i] = balance_store_open (paths[i], BALANCE_STORE_CREATE, &error);
      expect_no_error (error);
      if (i == 1)
        again = balance_store_read (stores[0], 2024, dictionary, NULL, &error);
      expect_no_error (error);
      balance_store_put (stores[i], again != NULL ? again : import, 0, BALANCE_STORE_PUT_REPLACE, NULL, NULL, &error);
      expect_no_error (error);
      /* what is put again over the same is the same */
      balance_store_put (stores[i], import, 0, BALANCE_STORE_PUT_MERGE, NULL, NULL, &error);
      expect_no_error (error);
      g_clear_object (&again);
      again = balance_store_read (stores[i], 2024, dictionary, NULL, &error);
      expect_no_error (error);
      expect_same_facts (balance_import_get_census (again)->facts, facts);
    }
  expect_same_exports (stores[0], BALANCE_LEVEL_SECTION, stores[1]);
  expect_same_exports (stores[0], BALANCE_LEVEL_SCHOOL, stores[1]);
  expect_same_exports (stores[0], BALANCE_LEVEL_DISTRICT, stores[1]);
  for (guint i = 0; i < 2; i++)
    {
      g_object_unref (stores[i]);
      g_unlink (paths[i]);
      g_free (paths[i]);
    }
  ck_assert_int_eq (g_rmdir (folder), 0);
}
END_TEST

/* Through tables in memory and back. */
START_TEST (arrow_tables)
{
  static const BalanceLevel levels[] = { BALANCE_LEVEL_SECTION, BALANCE_LEVEL_SCHOOL, BALANCE_LEVEL_DISTRICT };
  static const char *const names[] = { "sections", "schools", "districts", NULL };
  g_autoptr (BalanceStandard) standard = new_standard ();
  g_autoptr (BalanceReader) reader = balance_reader_new (balance_standard_get_dictionary (standard), NULL, FALSE);
  BalanceCensus *both[2];

  make_both (balance_standard_get_dictionary (standard), 2024, both);
  for (guint i = 0; i < 2; i++)
    {
      struct ArrowArrayStream streams[G_N_ELEMENTS (levels)];
      g_autoptr (BalanceImport) import = NULL;
      g_autoptr (GError) error = NULL;

      for (guint k = 0; k < G_N_ELEMENTS (levels); k++)
        {
          balance_census_export_arrow (both[i], levels[k], &streams[k], &error);
          expect_no_error (error);
        }
      import = balance_census_import_arrow_tables (streams, G_N_ELEMENTS (levels), names, reader, NULL, NULL, &error);
      expect_no_error (error);
      ck_assert_ptr_nonnull (balance_import_get_census (import));
      expect_same_facts (balance_import_get_census (import)->facts, both[0]->facts);
    }
  g_object_unref (both[0]);
  g_object_unref (both[1]);
}
END_TEST

/* A text that no row has is still one, and not the same as another that no row has. */
START_TEST (texts_that_nobody_has)
{
  g_autoptr (BalanceStandard) standard = NULL;
  g_autoptr (BalanceCensusBuilder) builder = NULL;
  g_autoptr (BalanceImport) import = NULL;
  g_autoptr (BalanceEvaluator) evaluator = NULL;
  g_autoptr (BalanceEvaluation) evaluation = NULL;
  static const char pack[] =
    "pack: test\n" T "\nreference: none\nstages: [primary, junior]\nweight: pupils\n"
    "fields:\n- {id: remark, level: section, type: text, title: {zh: 附注, en: Remark}}\n"
    "requirements:\n"
    "- {id: one, " T ", each: section, value: remark == 'A'}\n"
    "- {id: two, " T ", each: section, value: remark == 'A' and remark == 'B'}\n"
    "- {id: again, " T ", each: section, value: \"remark == 'A' and not (remark in ['B', 'C'])\"}\n";
  static const struct { const char *path, *verdicts; } expected[] = {
    { "schools/S/primary/one", "mu" }, { "schools/S/primary/two", "u" }, { "schools/S/primary/again", "mu" },
  };
  g_autoptr (GBytes) bytes = g_bytes_new_static (pack, strlen (pack));
  g_autoptr (GError) error = NULL;
  guint row;

  standard = balance_standard_new_from_bytes (bytes, "test.yaml", &error);
  expect_no_error (error);
  builder = balance_census_builder_new (balance_standard_get_dictionary (standard), 2024);
  row = balance_census_builder_add_section (builder, "1", "S", "primary");
  balance_census_builder_set_text (builder, BALANCE_LEVEL_SECTION, row, "pupils", "10");
  import = balance_census_builder_end (builder);
  evaluator = g_object_new (BALANCE_TYPE_EVALUATOR, "standard", standard, NULL);
  evaluation = balance_evaluator_evaluate (evaluator, balance_import_get_census (import), NULL, NULL, &error);
  expect_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (BalanceFinding) finding = balance_evaluation_find (evaluation, expected[i].path, &error);
      g_autoptr (GString) verdicts = g_string_new (NULL);
      GListModel *sets;

      ck_assert_ptr_nonnull (finding);
      sets = balance_finding_get_deciding_sets (finding);
      for (guint k = 0; k < g_list_model_get_n_items (sets); k++)
        {
          g_autoptr (BalanceDecidingSet) set = g_list_model_get_item (sets, k);

          g_string_append_c (verdicts, balance_deciding_set_get_verdict (set) == BALANCE_VERDICT_MET ? 'm' : 'u');
        }
      ck_assert_msg (strcmp (verdicts->str, expected[i].verdicts) == 0, "%s could be decided as %s, not %s", expected[i].path,
                     verdicts->str, expected[i].verdicts);
    }
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("texts");
  TCase *tcase = tcase_create ("texts");
  SRunner *runner;
  int n_failed;

  tcase_set_timeout (tcase, 60);
  tcase_add_test (tcase, verdicts_and_reports);
  tcase_add_test (tcase, data_checks);
  tcase_add_test (tcase, changes);
  tcase_add_test (tcase, kept_in_stores);
  tcase_add_test (tcase, arrow_tables);
  tcase_add_test (tcase, texts_that_nobody_has);
  suite_add_tcase (suite, tcase);
  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
