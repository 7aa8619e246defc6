/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whatever is changed, undone and redone: the verdicts of a scenario are those of a fresh evaluation of its facts. */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <balance/balance.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "evaluation/balance-evaluation-private.h"

static guint32 state;

static guint32
next (guint32 below)
{
  state = state * 1664525u + 1013904223u;
  return (guint32) ((guint64) state * below >> 32);
}

static BalanceCensus *
read_sample (void)
{
  g_autofree char *a = g_build_filename (g_getenv ("BALANCE_SOURCE_DIR"), "examples", "data", "sample-county.csv", NULL);
  g_autofree char *b = g_build_filename (g_getenv ("BALANCE_SOURCE_DIR"), "examples", "data", "sample-county-facts.csv", NULL);
  const char *const paths[] = { a, b, NULL };
  g_autoptr (BalanceReader) reader = balance_reader_new (NULL, NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceImport) import = balance_reader_read (reader, paths, NULL, NULL, &error);

  ck_assert_msg (import != NULL, "%s", error != NULL ? error->message : "");
  return g_object_ref (balance_import_get_census (import));
}

static BalanceEvaluator *
make_evaluator (const char *pack, const char *only, const char *kernels)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = balance_standard_lookup (pack, &error);

  ck_assert_msg (standard != NULL, "%s", error != NULL ? error->message : "");
  return g_object_new (BALANCE_TYPE_EVALUATOR, "standard", standard, "as-of", "2021-09-01", "only", only, "kernels", kernels,
                       "n-threads", 1, NULL);
}

static guint
assert_fresh (BalanceScenario *scenario, const char *when)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceEvaluation) fresh = balance_scenario_evaluate (scenario, NULL, NULL, &error);
  guint n_unmet = 0;

  ck_assert_msg (fresh != NULL, "%s", error != NULL ? error->message : "");
  ck_assert_msg (balance_scenario_get_verdict (scenario) == balance_evaluation_get_verdict (fresh), "%s: the whole", when);
  for (guint i = 0; i < fresh->standard->pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (fresh->standard->pack->rules, i);
      g_autoptr (GBytes) a = balance_scenario_dup_verdicts (scenario, rule->id, NULL), b = balance_evaluation_dup_verdicts (fresh, rule->id, NULL);

      ck_assert_msg (g_bytes_equal (a, b), "%s: %s", when, rule->id);
      for (gsize k = 0; k < g_bytes_get_size (a); k++)
        n_unmet += ((const guint8 *) g_bytes_get_data (a, NULL))[k] == BALANCE_VERDICT_UNMET;
    }

  return n_unmet;
}

static const char *const section_fields[] = { "pupils", "teachers_college", "teachers_bachelor", "teachers_backbone", "teachers_pe" };
static const char *const school_fields[] = { "teaching_area", "indoor_sports_area", "equipment_value", "multimedia_rooms", "music_rooms_ge96",
                                             "public_funds_assessed" };
static const char *const kinds[] = { "primary", "teaching_point", "special", "nine_year" };

static void
change (BalanceScenario *scenario, guint n_sections, guint n_schools)
{
  g_autoptr (GError) error = NULL;
  gboolean done;

  switch (next (8))
    {
    case 0:
      done = balance_scenario_clear (scenario, BALANCE_LEVEL_SECTION, next (n_sections), section_fields[next (G_N_ELEMENTS (section_fields))], &error);
      break;
    case 1:
      done = balance_scenario_clear (scenario, BALANCE_LEVEL_SCHOOL, next (n_schools), school_fields[next (G_N_ELEMENTS (school_fields))], &error);
      break;
    case 2:
      done = balance_scenario_set_text (scenario, BALANCE_LEVEL_SCHOOL, next (n_schools), "kind", kinds[next (G_N_ELEMENTS (kinds))], &error);
      break;
    case 3:
      done = balance_scenario_set_decimal (scenario, BALANCE_LEVEL_SCHOOL, next (n_schools), "teaching_area", next (4000000), next (4), &error);
      break;
    case 4:
      done = balance_scenario_set_decimal (scenario, BALANCE_LEVEL_SCHOOL, next (n_schools), "equipment_value",
                                           next (5) == 0 ? G_GINT64_CONSTANT (40000000000) : (gint64) next (9000000), 0, &error);
      break;
    case 5:
      done = balance_scenario_set_decimal (scenario, BALANCE_LEVEL_DISTRICT, 0, "rotation_actual", next (200), 0, &error);
      break;
    default:
      done = balance_scenario_set_decimal (scenario, BALANCE_LEVEL_SECTION, next (n_sections),
                                           section_fields[next (G_N_ELEMENTS (section_fields))], next (10) == 0 ? 0 : next (120), 0, &error);
      break;
    }
  if (error != NULL)
    g_strdelimit (error->message, "\n", ' ');
  ck_assert_msg (done, "%s", error != NULL ? error->message : "");
}

static const struct
{
  const char *pack, *only, *kernels;
} ways[] = {
  { "cn-2017-quality", "resources", NULL },
  { "cn-2017-quality", "resources", "baseline" },
  { "cn-2017-quality", "resources", "none" },
  { "cn-2017-quality", NULL, NULL },
  { "cn-2012-basic", NULL, NULL },
};

START_TEST (any_sequence)
{
  g_autoptr (BalanceCensus) census = read_sample ();
  g_autoptr (BalanceEvaluator) evaluator = make_evaluator (ways[_i].pack, ways[_i].only, ways[_i].kernels);
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceScenario) scenario = balance_scenario_new (evaluator, census, NULL, &error);
  guint n_sections, n_schools, first;

  ck_assert_msg (scenario != NULL, "%s", error != NULL ? error->message : "");
  n_sections = census->facts->sections.n_rows;
  n_schools = census->facts->schools.n_rows;
  first = assert_fresh (scenario, "at first");
  state = 17 + (guint) _i;
  for (guint round = 0; round < 25; round++)
    {
      g_autofree char *when = g_strdup_printf ("round %u", round);
      guint n = next (6) + 1;

      for (guint i = 0; i < n; i++)
        {
          change (scenario, n_sections, n_schools);
          /* now and then every change is judged by itself, now and then several at once */
          if (round % 2)
            balance_scenario_get_verdict (scenario);
        }
      for (guint i = next (4); i > 0; i--)
        balance_scenario_undo (scenario);
      for (guint i = next (3); i > 0; i--)
        balance_scenario_redo (scenario);
      assert_fresh (scenario, when);
    }
  ck_assert_uint_gt (balance_scenario_get_n_edits (scenario), 10);

  while (balance_scenario_undo (scenario))
    ;
  ck_assert_uint_eq (balance_scenario_get_n_edits (scenario), 0);
  ck_assert_uint_eq (assert_fresh (scenario, "back again"), first);
}
END_TEST

/* Of pupils, teachers, areas, money; so that later ones lie among the first. */
static guint
next_value (guint field)
{
  guint least = field == 0 ? 100 : field < 10 ? 3 : field == 13 ? 100000 : 300;

  return least + next (8 * least);
}

/* Without gaps, a row for each section and nothing to share out: values are made from the columns as they stand, and a change
 * measures the section's own group alone. */
START_TEST (no_gaps)
{
  static const char *const fields[] = { "pupils", "teachers_college", "teachers_bachelor", "teachers_master", "teachers_doctor", "teachers_backbone",
                                        "teachers_pe", "teachers_music", "teachers_fine_arts", "teachers_arts", "teaching_area", "indoor_sports_area",
                                        "sports_ground_area", "equipment_value", "multimedia_rooms" };
  g_autoptr (GString) text = g_string_new ("district_code,district_name,school_code,school_name,kind,stage");
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceReader) reader = balance_reader_new (NULL, NULL, FALSE);
  g_autoptr (BalanceImport) import = NULL;
  g_autoptr (BalanceEvaluator) evaluator = make_evaluator ("cn-2017-quality", "resources", _i == 0 ? NULL : "baseline");
  g_autoptr (BalanceScenario) scenario = NULL;
  guint n = 0;
  int fd = g_file_open_tmp ("balance-scenario-XXXXXX.csv", &path, &error);

  ck_assert_msg (fd >= 0, "%s", error != NULL ? error->message : "");
  state = 5;
  for (guint f = 0; f < G_N_ELEMENTS (fields); f++)
    g_string_append_printf (text, ",%s", fields[f]);
  for (guint school = 0; school < 40; school++)
    for (guint stage = 0; stage < 2; stage++)
      {
        /* one school has both stages */
        if (stage != school % 2 && school != 7)
          continue;
        n++;
        g_string_append_printf (text, "\n%06u,D%u,S%02u,S%02u,%s,%s", 990001u, 1u, school, school,
                                school == 7 ? "nine_year" : stage == 0 ? "primary" : "junior", stage == 0 ? "primary" : "junior");
        for (guint f = 0; f < G_N_ELEMENTS (fields); f++)
          g_string_append_printf (text, ",%u", next_value (f));
      }
  g_string_append_c (text, '\n');
  ck_assert (g_file_set_contents (path, text->str, -1, NULL));
  import = balance_reader_read (reader, (const char *const[]) { path, NULL }, NULL, NULL, &error);
  ck_assert_msg (import != NULL && balance_import_check (import, &error), "%s", error != NULL ? error->message : "");
  close (fd);
  g_unlink (path);
  ck_assert_uint_eq (balance_import_get_census (import)->facts->sections.n_rows, n);

  scenario = balance_scenario_new (evaluator, balance_import_get_census (import), NULL, &error);
  ck_assert_msg (scenario != NULL, "%s", error != NULL ? error->message : "");
  balance_scenario_get_verdict (scenario);
  for (guint round = 0; round < 200; round++)
    {
      g_autofree char *when = g_strdup_printf ("round %u", round);

      for (guint i = next (3) + 1; i > 0; i--)
        {
          guint f = next (G_N_ELEMENTS (fields));

          ck_assert (balance_scenario_set_decimal (scenario, BALANCE_LEVEL_SECTION, next (n), fields[f], next_value (f), 0, NULL));
          if (round % 3 == 0)
            balance_scenario_get_verdict (scenario);
        }
      if (next (3) == 0)
        balance_scenario_undo (scenario);
      assert_fresh (scenario, when);
    }
}
END_TEST

static BalanceSection *
get_section (BalanceCensus *census, guint row)
{
  g_autoptr (GListModel) sections = balance_census_get_sections (census);

  return g_list_model_get_item (sections, row);
}

START_TEST (the_census_stays)
{
  g_autoptr (BalanceCensus) census = read_sample (), changed = NULL, later = NULL;
  g_autoptr (BalanceEvaluator) evaluator = make_evaluator ("cn-2017-quality", "resources", NULL);
  g_autoptr (BalanceScenario) scenario = balance_scenario_new (evaluator, census, NULL, NULL);
  g_autoptr (BalanceSection) before = NULL, after = NULL, last = NULL;
  g_autoptr (BalanceCell) cell = NULL, other = NULL;
  double pupils;

  before = get_section (census, 3);
  pupils = balance_section_get_number (before, "pupils");
  ck_assert (balance_scenario_set_decimal (scenario, BALANCE_LEVEL_SECTION, 3, "pupils", 123456, 0, NULL));
  changed = balance_scenario_dup_census (scenario);
  ck_assert (balance_scenario_set_decimal (scenario, BALANCE_LEVEL_SECTION, 3, "pupils", 5, 0, NULL));
  later = balance_scenario_dup_census (scenario);

  after = get_section (changed, 3);
  last = get_section (later, 3);
  ck_assert_double_eq (balance_section_get_number (before, "pupils"), pupils);
  ck_assert_double_eq (balance_section_get_number (after, "pupils"), 123456.0);
  ck_assert_double_eq (balance_section_get_number (last, "pupils"), 5.0);

  /* a changed value stands in no cell, its neighbour does */
  cell = balance_section_get_cell (after, "pupils");
  ck_assert_ptr_null (cell);
  other = balance_section_get_cell (after, "teachers_bachelor");
  ck_assert_ptr_nonnull (other);
  g_clear_object (&cell);
  cell = balance_section_get_cell (before, "pupils");
  ck_assert_ptr_nonnull (cell);
}
END_TEST

/* Weights alone: two schools alike, then one of them with a hundred times the pupils. */
START_TEST (weights)
{
  static const char pack[] =
    "pack: test\ntitle: {zh: 名, en: Name}\nreference: none\nstages: [primary]\nweight: pupils\n"
    "fields:\n- {id: n, level: section, type: count, title: {zh: 甲, en: N}}\n"
    "indicators:\n- {id: A, title: {zh: 甲, en: A}, reference: r, unit: 1/pupil, value: n / pupils}\n"
    "requirements:\n- {id: spread, title: {zh: 差, en: Spread}, reference: r, each: stage, measure: cv, of: [A], at_most: 0.5}\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (pack, strlen (pack));
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = balance_standard_new_from_bytes (bytes, "test.yaml", &error);
  g_autoptr (BalanceCensusBuilder) builder = NULL;
  g_autoptr (BalanceImport) import = NULL;
  g_autoptr (BalanceEvaluator) evaluator = NULL;
  g_autoptr (BalanceScenario) scenario = NULL;

  ck_assert_msg (standard != NULL, "%s", error != NULL ? g_strdelimit (error->message, "\n", ' ') : "");
  builder = balance_census_builder_new (balance_standard_get_dictionary (standard), 2024);
  for (guint i = 0; i < 2; i++)
    {
      guint row = balance_census_builder_add_section (builder, "1", i == 0 ? "A" : "B", "primary");

      balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "pupils", 10, 0);
      balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "n", 10, 0);
    }
  import = balance_census_builder_end (builder);
  evaluator = balance_evaluator_new (standard);
  scenario = balance_scenario_new (evaluator, balance_import_get_census (import), NULL, NULL);
  ck_assert_int_eq (balance_scenario_get_verdict (scenario), BALANCE_VERDICT_MET);

  /* the column has to take the number first, so that the next change finds nothing new about it */
  ck_assert (balance_scenario_set_decimal (scenario, BALANCE_LEVEL_SECTION, 1, "pupils", 1000, 0, NULL));
  ck_assert_int_eq (balance_scenario_get_verdict (scenario), BALANCE_VERDICT_UNMET);
  ck_assert (balance_scenario_undo (scenario));
  ck_assert_int_eq (balance_scenario_get_verdict (scenario), BALANCE_VERDICT_MET);
  ck_assert (balance_scenario_redo (scenario));
  ck_assert_int_eq (balance_scenario_get_verdict (scenario), BALANCE_VERDICT_UNMET);
  ck_assert (balance_scenario_clear (scenario, BALANCE_LEVEL_SECTION, 0, "n", NULL));
  ck_assert_int_eq (balance_scenario_get_district_verdict (scenario, 0), BALANCE_VERDICT_UNDETERMINED);
  ck_assert_int_eq (balance_scenario_get_requirement_verdict (scenario, "spread", 0, NULL), BALANCE_VERDICT_UNDETERMINED);
}
END_TEST

static const struct
{
  BalanceLevel level;
  guint row;
  const char *field, *text;
  BalanceError code;
} refused[] = {
  { BALANCE_LEVEL_SECTION, 0, "nonsense", "1", BALANCE_ERROR_NOT_FOUND },
  { BALANCE_LEVEL_SECTION, 100000, "pupils", "1", BALANCE_ERROR_NOT_FOUND },
  { BALANCE_LEVEL_SCHOOL, 0, "pupils", "1", BALANCE_ERROR_INVALID_DATA },
  { BALANCE_LEVEL_SECTION, 0, "kind", "primary", BALANCE_ERROR_INVALID_DATA },
  { BALANCE_LEVEL_SCHOOL, 0, "school_name", "甲", BALANCE_ERROR_INVALID_DATA },
  { BALANCE_LEVEL_SECTION, 0, "pupils", "-1", BALANCE_ERROR_INVALID_DATA },
  { BALANCE_LEVEL_SECTION, 0, "pupils", "1.5", BALANCE_ERROR_INVALID_DATA },
  { BALANCE_LEVEL_SECTION, 0, "pupils", "many", BALANCE_ERROR_INVALID_DATA },
  { BALANCE_LEVEL_SECTION, 0, "pupils", " ", BALANCE_ERROR_INVALID_DATA },
  { BALANCE_LEVEL_SCHOOL, 0, "kind", "castle", BALANCE_ERROR_INVALID_DATA },
};

START_TEST (refuses)
{
  g_autoptr (BalanceCensus) census = read_sample ();
  g_autoptr (BalanceEvaluator) evaluator = make_evaluator ("cn-2017-quality", "resources", NULL);
  g_autoptr (BalanceScenario) scenario = balance_scenario_new (evaluator, census, NULL, NULL);
  g_autoptr (GError) error = NULL;

  ck_assert (!balance_scenario_set_text (scenario, refused[_i].level, refused[_i].row, refused[_i].field, refused[_i].text, &error));
  ck_assert_msg (g_error_matches (error, BALANCE_ERROR, refused[_i].code), "%s", refused[_i].field);
  ck_assert_ptr_nonnull (strchr (error->message, '\n'));
  ck_assert_uint_eq (balance_scenario_get_n_edits (scenario), 0);
  ck_assert (!balance_scenario_undo (scenario));
  ck_assert (!balance_scenario_redo (scenario));
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("scenario");
  TCase *tests = tcase_create ("scenario");
  SRunner *runner;
  int n_failed;

  tcase_set_timeout (tests, 120);
  tcase_add_loop_test (tests, any_sequence, 0, G_N_ELEMENTS (ways));
  tcase_add_loop_test (tests, no_gaps, 0, 2);
  tcase_add_test (tests, weights);
  tcase_add_test (tests, the_census_stays);
  tcase_add_loop_test (tests, refuses, 0, G_N_ELEMENTS (refused));
  suite_add_tcase (suite, tests);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
