/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Parts of the data checks that no user sees by themselves: tails, corrections, joined years, faults of check files.
 * What each shipped check finds is tested by tests/checks. */

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audit/balance-audit-private.h"
#include "audit/balance-binomial-private.h"

/* -- tails ------------------------------------------------------------------------------------------- */

static const struct
{
  guint  n, k;
  double p, tail;
} tails[] = {
#include "binomial-table.h"
};

START_TEST (test_binomial_tail)
{
  for (guint i = 0; i < G_N_ELEMENTS (tails); i++)
    {
      double tail = balance_binomial_tail (tails[i].n, tails[i].k, tails[i].p);
      double allowed = tails[i].tail * 1e-9 + 1e-300;

      /* far before the mean the tail is what is left of 1 */
      if (tails[i].tail > 0.5)
        allowed = 1e-11;
      ck_assert_msg (fabs (tail - tails[i].tail) <= allowed, "n %u, k %u, p %.17g: %.17g, exactly %.17g", tails[i].n, tails[i].k,
                     tails[i].p, tail, tails[i].tail);
    }
}
END_TEST

START_TEST (test_holm)
{
  const double p[] = { 0.04, 0.001, 0.5, 0.02 };
  /* 4 x 0.001, 3 x 0.02, 2 x 0.04 raised to the one before, 1 x 0.5 */
  const double expected[] = { 0.08, 0.004, 0.5, 0.06 };
  double corrected[4];

  balance_holm_correct (p, 4, corrected);
  for (guint i = 0; i < 4; i++)
    ck_assert_double_eq_tol (corrected[i], expected[i], 1e-12);
  balance_holm_correct (p, 0, corrected);
  balance_holm_correct ((const double[]) { 0.9, 0.9 }, 2, corrected);
  ck_assert_double_eq_tol (corrected[0], 1.0, 1e-12);
}
END_TEST

/* -- censuses ---------------------------------------------------------------------------------------- */

/* Lines "district school name stage pupils". */
static BalanceCensus *
new_census (int year, const char *const *lines)
{
  g_autoptr (BalanceDictionary) dictionary = balance_dictionary_get_default (NULL);
  g_autoptr (BalanceCensusBuilder) builder = balance_census_builder_new (dictionary, year);
  g_autoptr (BalanceImport) import = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);
      guint school = balance_census_builder_add_school (builder, words[0], words[1]);
      guint section = balance_census_builder_add_section (builder, words[0], words[1], words[3]);

      balance_census_builder_set_text (builder, BALANCE_LEVEL_SCHOOL, school, "school_name", words[2]);
      balance_census_builder_set_text (builder, BALANCE_LEVEL_SECTION, section, "pupils", words[4]);
    }
  import = balance_census_builder_end (builder);

  return g_object_ref (balance_import_get_census (import));
}

static guint32
find_section (BalanceFacts *facts, const char *school, const char *stage)
{
  for (guint i = 0; i < facts->sections.n_rows; i++)
    if (g_str_equal (facts->school_codes[facts->section_school[i]], school) &&
        g_str_equal (balance_dictionary_get_stage (facts->dictionary, facts->section_stage[i])->id, stage))
      return i;

  return G_MAXUINT32;
}

static const char *
earlier_school (BalanceFacts *later, BalanceYear *year, const char *school, const char *stage)
{
  guint32 row = balance_year_get_row (year, BALANCE_LEVEL_SECTION, find_section (later, school, stage));

  return row == BALANCE_NO_ROW ? "" : year->facts->school_codes[year->facts->section_school[row]];
}

START_TEST (test_years)
{
  static const char *const now[] = { "D1 A 甲 primary 100", "D1 B 乙 primary 200", "D1 C 丙 primary 300", "D1 C 丙 junior 50",
                                     "D1 X 丁 primary 70", "D1 Y 戊 primary 71", "D1 Z 戊 primary 72", "D2 A 庚 primary 5", NULL };
  /* B has moved from code K, X is new to its code, 戊 was one school and is two, C had no junior part */
  static const char *const before[] = { "D1 A 甲改 primary 90", "D1 K 乙 primary 190", "D1 C 丙 primary 290",
                                        "D1 V 戊 primary 150", "D2 A 庚 primary 6", "D3 X 丁 primary 9", NULL };
  g_autoptr (BalanceCensus) later = new_census (2024, now), earlier = new_census (2023, before);
  BalanceYear *year = balance_year_new (later->facts, earlier->facts);

  ck_assert_str_eq (earlier_school (later->facts, year, "A", "primary"), "A");
  ck_assert_str_eq (earlier_school (later->facts, year, "B", "primary"), "K");
  ck_assert_str_eq (earlier_school (later->facts, year, "C", "primary"), "C");
  ck_assert_str_eq (earlier_school (later->facts, year, "C", "junior"), "");
  ck_assert_str_eq (earlier_school (later->facts, year, "X", "primary"), "");
  ck_assert_str_eq (earlier_school (later->facts, year, "Y", "primary"), "");
  ck_assert_str_eq (earlier_school (later->facts, year, "Z", "primary"), "");
  balance_year_free (year);
}
END_TEST

static BalanceChecks *
new_checks (const char *rules, GError **error)
{
  g_autofree char *text = g_strconcat ("checks: little\ntitle: {zh: 小, en: Little}\nreference: 测试\nstages: [primary, junior]\n", rules, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return balance_checks_new_from_bytes (bytes, "little.yaml", error);
}

START_TEST (test_previous)
{
  static const char *const now[] = { "D1 A 甲 primary 100", "D1 B 乙 primary 200", "D1 N 新 primary 30", NULL };
  static const char *const before[] = { "D1 B 乙 primary 190", "D1 A 甲 primary 50", NULL };
  g_autoptr (BalanceCensus) later = new_census (2024, now), earlier = new_census (2023, before);
  g_autoptr (GListStore) previous = g_list_store_new (BALANCE_TYPE_CENSUS);
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceChecks) checks = new_checks ("rules:\n- {id: growth, title: {zh: 增长, en: Growth}, level: section, severity: warning, "
                                                 "holds: pupils <= 1.5 * previous(pupils), message: {zh: '{pupils}，上年{previous(pupils)}', "
                                                 "en: '{pupils}, before {previous(pupils)}'}}\n", &error);
  g_autoptr (BalanceAuditor) auditor = NULL;
  g_autoptr (BalanceAudit) audit = NULL, alone = NULL, backwards = NULL;
  g_autoptr (GListModel) findings = NULL, operands = NULL;
  g_autoptr (BalanceAuditFinding) finding = NULL;
  g_autofree char *key = NULL;

  ck_assert_msg (checks != NULL, "%s", error != NULL ? error->message : "");
  g_list_store_append (previous, earlier);
  auditor = balance_auditor_new (checks, NULL, NULL);
  audit = balance_auditor_audit (auditor, later, G_LIST_MODEL (previous), NULL, NULL, &error);
  ck_assert_ptr_nonnull (audit);
  findings = balance_audit_get_findings (audit);
  ck_assert_uint_eq (g_list_model_get_n_items (findings), 1);
  finding = g_list_model_get_item (findings, 0);
  ck_assert_str_eq (balance_audit_finding_get_message (finding, "en"), "100 pupils, before 50 pupils");
  ck_assert_str_eq (balance_audit_finding_get_message (finding, "zh"), "100人，上年50人");
  key = balance_audit_finding_dup_key (finding);
  ck_assert_str_eq (key, "D1/A/primary:growth");
  operands = balance_audit_finding_get_operands (finding);
  ck_assert_uint_eq (g_list_model_get_n_items (operands), 2);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (BalanceOperand) operand = g_list_model_get_item (operands, i);

      ck_assert_str_eq (balance_operand_get_field (operand), "pupils");
      ck_assert_int_eq (balance_operand_get_year (operand), 2024 - (int) i);
      ck_assert_double_eq (balance_operand_get_number (operand), (i == 0 ? 100 : 50));
    }
  ck_assert_uint_eq (balance_audit_get_n_held (audit, "growth"), 1);
  ck_assert_uint_eq (balance_audit_get_n_not_checked (audit, "growth"), 1);

  alone = balance_auditor_audit (auditor, later, NULL, NULL, NULL, &error);
  ck_assert_uint_eq (balance_audit_get_n_not_checked (alone, "growth"), 3);
  ck_assert_uint_eq (balance_audit_get_n_held (alone, "growth"), 0);

  /* a later year is no year before */
  g_list_store_remove_all (previous);
  g_list_store_append (previous, later);
  backwards = balance_auditor_audit (auditor, earlier, G_LIST_MODEL (previous), NULL, NULL, &error);
  ck_assert_ptr_null (backwards);
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA));
}
END_TEST

START_TEST (test_cancelled)
{
  static const char *const now[] = { "D1 A 甲 primary 100", NULL };
  g_autoptr (BalanceCensus) census = new_census (2024, now);
  g_autoptr (BalanceChecks) checks = balance_checks_lookup ("cn-compulsory", NULL);
  g_autoptr (BalanceAuditor) auditor = balance_auditor_new (checks, NULL, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  ck_assert_ptr_null (balance_auditor_audit (auditor, census, NULL, NULL, cancellable, &error));
  ck_assert (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}
END_TEST

/* -- faults of check files --------------------------------------------------------------------------- */

#define MESSAGE ", title: {zh: 某, en: Some}, message: {zh: 某, en: some}}\n"

static const struct
{
  const char *rules;
  const char *kind;     /* of a problem that must be there */
  guint       line;     /* 5 is the first of the rules */
} faults[] = {
  { "rules:\n- {id: a, level: section, holds: pupils > 0" MESSAGE, NULL, 0 },
  { "rules:\n- {id: a, level: section, holds: pupil > 0" MESSAGE, "unknown-name", 6 },
  { "rules:\n- {id: a, level: section, holds: pupils > teachers" MESSAGE, "unit", 6 },
  { "rules:\n- {id: a, level: section, holds: pupils" MESSAGE, "type", 6 },
  { "rules:\n- {id: a, level: section, holds: books > 0" MESSAGE, "level", 6 },
  { "rules:\n- {id: a, level: section, holds: pupils > (0" MESSAGE, "formula", 6 },
  { "rules:\n- {id: a, level: section, holds: pupils > 0" MESSAGE "- {id: a, level: section, holds: pupils > 1" MESSAGE, "duplicate-id", 7 },
  { "rules:\n- {id: pupils, level: section, holds: pupils > 0" MESSAGE, "duplicate-id", 6 },
  { "rules:\n- {level: section, holds: pupils > 0" MESSAGE, "missing-key", 6 },
  { "rules:\n- {id: a, holds: pupils > 0" MESSAGE, "missing-key", 6 },
  { "rules:\n- {id: a, level: section" MESSAGE, "missing-key", 6 },
  { "rules:\n- {id: a, level: section, holds: pupils > 0, title: {zh: 某, en: Some}}\n", "missing-key", 6 },
  { "rules:\n- {id: a, level: room, holds: pupils > 0" MESSAGE, "level", 6 },
  { "rules:\n- {id: a, level: section, severity: guilty, holds: pupils > 0" MESSAGE, "unknown-value", 6 },
  { "rules:\n- {id: a, level: section, colour: red, holds: pupils > 0" MESSAGE, "unknown-key", 6 },
  { "rules:\n- {id: a, level: section, holds: pupils > 0, same: {fields: [pupils]}" MESSAGE, "duplicate-key", 6 },
  { "rules:\n- {id: a, level: section, foreach: [pupils, nobody], holds: it > 0" MESSAGE, "unknown-name", 6 },
  { "rules:\n- {id: a, level: section, foreach: [pupils, books], holds: it > 0" MESSAGE, "level", 6 },
  { "rules:\n- {id: a, level: section, holds: previous(kind) == 'primary'" MESSAGE, "unknown-name", 6 },
  { "rules:\n- {id: a, level: section, holds: previous(pupils + 1) > 0" MESSAGE, "arguments", 6 },
  { "rules:\n- id: a\n  level: section\n  title: {zh: 某, en: Some}\n  holds: pupils > 0\n  message: {zh: '{pupil}', en: x}\n", "unknown-name", 10 },
  { "rules:\n- id: a\n  level: section\n  title: {zh: 某, en: Some}\n  holds: pupils > 0\n  message: {zh: 'a{pupils', en: x}\n", "message", 10 },
  { "rules:\n- {id: a, level: section, outlier: {value: pupils / classes, deviations: many}" MESSAGE, "number", 6 },
  { "rules:\n- {id: a, level: section, outlier: {value: pupils / classes}" MESSAGE, "unit", 6 },
  { "rules:\n- {id: a, level: section, outlier: {least: 3}" MESSAGE, "missing-key", 6 },
  { "rules:\n- {id: a, level: district, outlier: {value: sum(pupils)}, unit: pupil" MESSAGE, "level", 6 },
  { "rules:\n- {id: a, level: section, same: {fields: [books]}" MESSAGE, "level", 6 },
  { "rules:\n- {id: a, level: section, same: {fields: [kind]}" MESSAGE, "level", 6 },
  { "rules:\n- {id: a, level: section, parts: {fields: [pupils]}" MESSAGE, "level", 6 },
  { "rules:\n- {id: a, level: section, bunching: {window: 5%}" MESSAGE, "level", 6 },
  { "rules:\n- {id: a, level: district, bunching: {window: 500%}" MESSAGE, "number", 6 },
  { "rules:\n- {id: a, level: district, heaping: {fields: [pupils], digits: [10]}" MESSAGE, "number", 6 },
  { "rules:\n- {id: a, level: district, sudden: {fields: [pupils], direction: sideways}" MESSAGE, "unknown-value", 6 },
  { "rules: []\n", "missing-key", 1 },
  { "requirements: []\nrules:\n- {id: a, level: section, holds: pupils > 0" MESSAGE, "unknown-key", 5 },
};

START_TEST (test_faults)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *text = g_strconcat ("checks: little\ntitle: {zh: 小, en: Little}\nreference: 测试\nstages: [primary, junior]\n", faults[i].rules, NULL);
      g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
      g_autoptr (GListModel) problems = balance_checks_check (bytes, "little.yaml");
      g_autoptr (GError) error = NULL;
      g_autoptr (BalanceChecks) checks = balance_checks_new_from_bytes (bytes, "little.yaml", &error);
      g_autoptr (GString) all = g_string_new (NULL);
      gboolean found = FALSE;

      for (guint k = 0; k < g_list_model_get_n_items (problems); k++)
        {
          g_autoptr (BalanceProblem) problem = g_list_model_get_item (problems, k);
          g_autofree char *en = balance_problem_to_text (problem, "en");

          g_string_append_printf (all, "\n%s: %s", balance_problem_get_kind (problem), en);
          found = found || (g_strcmp0 (balance_problem_get_kind (problem), faults[i].kind) == 0 &&
                            balance_problem_get_row (problem) == faults[i].line &&
                            balance_problem_get_severity (problem) == BALANCE_SEVERITY_ERROR);
          ck_assert_str_ne (balance_problem_get_message (problem, "zh"), balance_problem_get_message (problem, "en"));
        }
      if (faults[i].kind == NULL)
        {
          ck_assert_msg (checks != NULL && all->len == 0, "%s:%s", faults[i].rules, all->str);
          continue;
        }
      ck_assert_msg (checks == NULL && error != NULL, "taken: %s", faults[i].rules);
      ck_assert_msg (found, "no %s in line %u: %s%s", faults[i].kind, faults[i].line, faults[i].rules, all->str);
    }
}
END_TEST

/* Peers are those with the same text, also where the census keeps one for each of them. */
START_TEST (test_peers_by_text)
{
  static const char rules[] = "checks: little\ntitle: {zh: 小, en: Little}\nreference: 测试\nstages: [primary, junior]\nrules:\n"
                              "- {id: a, level: section, outlier: {value: pupils, among: [school_name], least: 8, deviations: 6, factor: 2}, unit: pupil" MESSAGE;
  g_autoptr (BalanceDictionary) dictionary = balance_dictionary_get_default (NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static (rules, sizeof rules - 1), table = NULL;
  g_autoptr (GString) text = g_string_new ("区县代码,学校代码,学校名称,学段,在校生数\n");
  g_autoptr (BalanceReader) reader = balance_reader_new (dictionary, NULL, FALSE);
  g_autoptr (BalanceImport) import = NULL;
  g_autoptr (BalanceChecks) checks = NULL;
  g_autoptr (BalanceAuditor) auditor = NULL;
  g_autoptr (BalanceAudit) audit = NULL;
  g_autoptr (GListModel) findings = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = i < 80 ? g_strdup_printf ("第%u小学", i) : g_strdup ("中心小学");

      g_string_append_printf (text, "901,S%02u,%s,小学,%u\n", i, name, i < 80 ? 100 + i : 1000 + i);
    }
  table = g_bytes_new (text->str, text->len);
  import = balance_reader_read_bytes (reader, table, "t.csv", NULL, NULL, &error);
  ck_assert_msg (import != NULL && balance_import_get_census (import) != NULL, "%s", error != NULL ? error->message : "");

  checks = balance_checks_new_from_bytes (bytes, "little.yaml", &error);
  ck_assert_msg (checks != NULL, "%s", error != NULL ? error->message : "");
  auditor = balance_auditor_new (checks, NULL, NULL);
  audit = balance_auditor_audit (auditor, balance_import_get_census (import), NULL, NULL, NULL, &error);
  ck_assert_msg (audit != NULL, "%s", error != NULL ? error->message : "");
  findings = balance_audit_get_findings (audit);
  ck_assert_uint_eq (g_list_model_get_n_items (findings), 0);
  ck_assert_uint_eq (balance_audit_get_n_held (audit, "a"), 100);
}
END_TEST

/* A pack of a standard has no year before. */
START_TEST (test_packs_have_no_previous)
{
  static const char text[] = "pack: little\ntitle: {zh: 小, en: Little}\nreference: 测试\nstages: [primary]\n"
                             "requirements:\n- {id: a, each: section, value: pupils > previous(pupils), title: {zh: 某, en: Some}}\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = balance_standard_new_from_bytes (bytes, "little.yaml", &error);

  ck_assert_ptr_null (standard);
  ck_assert_ptr_nonnull (strstr (error->message, "year before"));
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("audit");
  TCase *tcase = tcase_create ("audit");
  SRunner *runner;
  int n_failed;

  tcase_set_timeout (tcase, 60);
  tcase_add_test (tcase, test_binomial_tail);
  tcase_add_test (tcase, test_holm);
  tcase_add_test (tcase, test_years);
  tcase_add_test (tcase, test_previous);
  tcase_add_test (tcase, test_cancelled);
  tcase_add_test (tcase, test_faults);
  tcase_add_test (tcase, test_peers_by_text);
  tcase_add_test (tcase, test_packs_have_no_previous);
  suite_add_tcase (suite, tcase);
  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
