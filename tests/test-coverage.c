/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Coverage of rule packs: nobody is left out by mistake, nobody is judged by two alternatives, and what cannot be
 * proved is said. Each fault comes with its line and a case in which it shows. */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <balance/balance.h>

#define T "title: {zh: 名, en: Name}"
#define HEAD "pack: test\n" T "\nreference: none\neffective: 2020-01-01\nstages: [primary, junior]\nweight: pupils\n"
#define R "requirements:\n"
#define ALWAYS "- {id: always, " T ", each: section, value: pupils > 0}\n"
/* two or three alternatives by condition, asked of `each` */
#define TWO(each, a, b) \
  R "- id: g\n  " T "\n  each: " each "\n  alternatives: true\n  of:\n" \
  "  - {id: a, " T ", when: " a ", value: not missing(school_name)}\n" \
  "  - {id: b, " T ", when: " b ", value: not missing(school_name)}\n"

/* The line that the problem must name ends with "# <<". */
static const struct
{
  const char *name;
  const char *pack;
  const char *kind;      /* NULL: nothing but what `unproved` counts */
  const char *example;   /* part of the English message */
  guint       n_unproved;
} packs[] = {
  { "nothing to say", HEAD R ALWAYS, NULL, NULL, 0 },

  /* -- limits -- */
  { "limit leaves out a stage", HEAD "indicators:\n- id: i\n  " T "\n  unit: teacher/pupil\n  value: teachers / pupils\n"
    "  at_least: {primary: 1} # <<\n" R "- {id: r, " T ", each: section, of: [i]}\n",
    "gap", "Stage Junior secondary, 2020-01-01: no limit", 0 },
  { "limit leaves out a stage that is not asked", HEAD "indicators:\n- {id: i, " T ", stages: [primary], unit: teacher/pupil, value: teachers / pupils, "
    "at_least: {primary: 1}}\n" R "- {id: r, " T ", each: section, of: [i]}\n" ALWAYS, NULL, NULL, 0 },
  { "limit leaves out a stage that is not in scope", HEAD R "- {id: r, " T ", each: section, scope: stage == 'primary', unit: class, value: classes, "
    "at_most: {primary: 1}}\n" ALWAYS, NULL, NULL, 0 },
  { "limit leaves out a stage that a computed field leaves out", HEAD
    "fields:\n- {id: small, level: section, type: flag, title: {zh: 甲, en: A}, value: \"stage in ['primary'] and kind != 'special'\"}\n"
    R "- {id: r, " T ", each: section, scope: small, unit: class, value: classes, at_most: {primary: 1}}\n" ALWAYS, NULL, NULL, 0 },
  { "limit leaves out a stage of some kinds", HEAD R "- id: r\n  " T "\n  each: section\n  scope: stage == 'primary' or kind == 'nine_year'\n"
    "  unit: class\n  value: classes\n  at_most: {primary: 1} # <<\n", "gap", "Kind of school Nine-year school, Stage Junior secondary", 0 },
  { "limit begins late", HEAD R "- id: r\n  " T "\n  each: section\n  unit: class\n  value: classes\n  at_most: # a list\n"
    "  - {from: 2021-06-01, is: 3} # <<\n", "gap", "2020-01-01: no limit", 0 },
  { "limit begins with the pack", HEAD R "- id: r\n  " T "\n  each: section\n  unit: class\n  value: classes\n  at_most:\n"
    "  - {from: 2020-01-01, is: 3}\n  - {from: 2021-01-01, is: {primary: 2, junior: 3}}\n", NULL, NULL, 0 },
  { "requirement begins with its limit", HEAD R "- id: r\n  " T "\n  each: section\n  from: 2021-06-01\n  unit: class\n  value: classes\n  at_most:\n"
    "  - {from: 2021-06-01, is: 3}\n", NULL, NULL, 0 },
  { "limit that ends for a stage", HEAD R "- id: r\n  " T "\n  each: section\n  unit: class\n  value: classes\n  at_most:\n"
    "  - {from: 2020-01-01, is: 3}\n  - from: 2021-01-01\n    is: {primary: 2} # <<\n", "gap", "Stage Junior secondary, 2021-01-01: no limit", 0 },
  { "limit that ends after the requirement", HEAD R "- id: r\n  " T "\n  each: section\n  until: 2020-12-31\n  unit: class\n  value: classes\n  at_most:\n"
    "  - {from: 2020-01-01, is: 3}\n  - {from: 2021-01-01, is: {primary: 2}}\n" ALWAYS, NULL, NULL, 0 },
  { "limit that ends a day before the requirement", HEAD R "- id: r\n  " T "\n  each: section\n  until: 2021-01-01\n  unit: class\n  value: classes\n"
    "  at_most:\n  - {from: 2020-01-01, is: 3}\n  - from: 2021-01-01\n    is: {primary: 2} # <<\n", "gap", "2021-01-01", 0 },
  { "formula leaves out a stage", HEAD "indicators:\n- id: i\n  " T "\n  unit: class\n  at_least: 1\n  value: {primary: classes} # <<\n"
    R "- {id: r, " T ", each: section, of: [i]}\n", "gap", "Stage Junior secondary, 2020-01-01: no formula", 0 },
  { "coefficient without a limit for a stage", HEAD "indicators:\n- {id: i, " T ", unit: class, value: classes}\n- {id: j, " T ", unit: teacher, value: teachers}\n"
    R "- id: r\n  " T "\n  each: stage\n  measure: cv\n  of: [i, j]\n  at_most: {junior: 0.5} # <<\n", "gap", "Stage Primary", 0 },
  { "score without a limit yet", HEAD R "- id: r\n  " T "\n  of: [{id: s, " T ", points: 1, value: monitoring_kept}]\n  at_least:\n"
    "  - {from: 2022-01-01, is: 1} # <<\n", "gap", "2020-01-01", 0 },

  /* -- who is asked -- */
  { "asked of nobody", HEAD R ALWAYS "- id: r\n  " T "\n  each: section\n  value: pupils > 1\n"
    "  when: kind == 'special' and kind == 'primary' # <<\n", "never-asked", "r", 0 },
  { "asked of nobody with what is above", HEAD R ALWAYS "- id: r\n  " T "\n  each: section\n  scope: kind == 'special'\n  of:\n"
    "  - {id: s, " T ", value: pupils > 1}\n  - id: t\n    " T "\n    value: pupils > 1\n    scope: kind in ['primary', 'junior'] # <<\n", "never-asked", "t", 0 },
  { "asked of no number", HEAD R ALWAYS "- id: r\n  " T "\n  each: section\n  value: pupils > 1\n  when: pupils < 50 and pupils > 49 # <<\n",
    "never-asked", "r", 0 },
  { "asked of one number", HEAD R ALWAYS "- {id: r, " T ", each: section, value: pupils > 1, when: pupils < 51 and pupils > 49}\n", NULL, NULL, 0 },
  { "asked below the least", HEAD R ALWAYS "- id: r\n  " T "\n  each: section\n  value: pupils > 1\n  when: pupils < 0 # <<\n", "never-asked", "r", 0 },
  { "asked of the missing", HEAD R ALWAYS "- {id: r, " T ", each: section, value: pupils > 1, when: missing(locality)}\n", NULL, NULL, 0 },
  { "asked before the pack", HEAD R ALWAYS "- {id: r, " T ", each: section, value: pupils > 1, until: 2019-12-31} # <<\n", "never-asked", "r", 0 },
  { "asked of nobody in the scope of the pack", HEAD "scope: kind != 'special'\n" R ALWAYS
    "- id: r\n  " T "\n  each: section\n  value: pupils > 1\n  scope: kind == 'special' # <<\n", "never-asked", "r", 0 },
  { "asked of nobody by option", HEAD "options:\n- {id: o, " T ", values: [x, y], default: x}\n" R ALWAYS
    "- id: r\n  " T "\n  each: section\n  value: pupils > 1\n  when: o == 'x' and o == 'y' # <<\n", "never-asked", "r", 0 },
  { "asked by another option", HEAD "options:\n- {id: o, " T ", values: [x, y], default: x}\n" R ALWAYS
    "- {id: r, " T ", each: section, value: pupils > 1, when: o == 'y'}\n", NULL, NULL, 0 },
  { "beyond selectors", HEAD R ALWAYS "- id: r\n  " T "\n  each: section\n  value: pupils > 1\n  when: pupils > 20 * classes / 1 class * 1 pupil # <<\n",
    "unproved", "r", 1 },
  { "beyond selectors, but not needed", HEAD R ALWAYS
    "- {id: r, " T ", each: section, value: pupils > 1, when: \"pupils > 20 * classes / 1 class * 1 pupil or kind == 'primary'\"}\n", NULL, NULL, 0 },
  { "nobody looks at them", HEAD R "- {id: r, " T ", each: section, scope: kind != 'special', value: pupils > 1}\n", "left-out", "Special school, Junior secondary", 0 },

  /* -- branches -- */
  { "branch that nobody comes to", HEAD R "- id: r\n  " T "\n  each: section\n  unit: class\n  value: classes\n"
    "  at_most: \"if kind in ['primary', 'junior'] then 1 else if kind == 'junior' then 2 else 3\" # <<\n", "unreachable", "“2”", 0 },
  { "branch for a stage that the map has taken", HEAD R "- id: r\n  " T "\n  each: section\n  unit: class\n  value: classes\n  at_most:\n"
    "    primary: \"if stage == 'primary' then 1 else 2\" # <<\n    junior: 1\n", "unreachable", "“2”", 0 },
  { "branches for all", HEAD R "- {id: r, " T ", each: section, unit: class, value: classes, "
    "at_most: \"if kind in ['primary', 'junior'] then 1 else if kind == 'special' then 2 else 3\"}\n", NULL, NULL, 0 },

  /* -- alternatives -- */
  { "one or the other", HEAD TWO ("section", "pupils < 50", "pupils >= 50"), NULL, NULL, 0 },
  { "one or the other of whole numbers", HEAD TWO ("section", "pupils <= 49", "pupils >= 50"), NULL, NULL, 0 },
  { "neither", HEAD TWO ("section", "pupils < 50", "pupils > 50"), "gap", "Pupils = 50, 2020-01-01: none", 0 },
  { "both", HEAD TWO ("section", "pupils <= 50", "pupils >= 50"), "overlap", "Pupils = 50, 2020-01-01: both “a” and “b”", 0 },
  { "by kind", HEAD TWO ("section", "\"kind in ['primary', 'teaching_point']\"", "\"kind not in ['primary', 'teaching_point']\""), NULL, NULL, 0 },
  { "by kind, one forgotten", HEAD TWO ("section", "\"kind in ['primary', 'teaching_point']\"",
    "\"kind in ['kindergarten', 'nine_year', 'complete_secondary', 'twelve_year', 'senior', 'special', 'vocational']\""), "gap", "Junior secondary school", 0 },
  { "of a sum", HEAD TWO ("school", "sum(pupils) < 50", "sum(pupils) > 50"), "gap", "sum(pupils) = 50", 0 },
  { "of the same ratio", HEAD TWO ("school", "sum(pupils) / sum(classes) < 45", "not (sum(pupils) / sum(classes) < 45)"),
    "unproved", "“b”: it cannot be proved that it is ever asked", 2 },
  { "of one ratio and another", HEAD TWO ("school", "sum(pupils) / sum(classes) < 45", "sum(classes) / sum(pupils) < 0.03"),
    "unproved", "exactly one", 3 },
  { "of a sum and what it sums", HEAD R "- id: g\n  " T "\n  each: school\n  when: sum(pupils) > 0\n  alternatives: true\n  of:\n"
    "  - {id: a, " T ", scope: stage == 'primary', value: not missing(school_name)}\n"
    "  - {id: b, " T ", scope: stage == 'junior', value: not missing(school_name)}\n", "unproved", "exactly one", 1 },
  { "of a number by text", HEAD "fields:\n- {id: f, level: school, type: text, title: {zh: 甲, en: Owner}}\n"
    TWO ("school", "f == 'x'", "f == 'y'"), "gap", "another Owner", 0 },
  { "by date", HEAD R "- id: g\n  " T "\n  each: section\n  alternatives: true\n  of:\n"
    "  - {id: a, " T ", until: 2021-12-31, value: pupils > 1}\n  - {id: b, " T ", from: 2022-01-01, value: pupils > 1}\n", NULL, NULL, 0 },
  { "by date with a hole", HEAD R "- id: g # <<\n  " T "\n  each: section\n  alternatives: true\n  of:\n"
    "  - {id: a, " T ", until: 2021-12-31, value: pupils > 1}\n  - {id: b, " T ", from: 2022-01-02, value: pupils > 1}\n", "gap", "2022-01-01: none", 0 },
  { "by date with a day of both", HEAD R "- id: g\n  " T "\n  each: section\n  alternatives: true\n  of:\n"
    "  - {id: a, " T ", until: 2022-01-01, value: pupils > 1}\n  - {id: b, " T ", from: 2022-01-01, value: pupils > 1} # <<\n", "overlap", "2022-01-01: both", 0 },
  { "by option", HEAD "options:\n- {id: o, " T ", values: [x, y, z], default: x}\n" TWO ("section", "o == 'x'", "o == 'y'"), "gap", "o = z", 0 },
  { "by flag, of those asked", HEAD R "- id: g\n  " T "\n  each: section\n  scope: not boarding or kind == 'special'\n  alternatives: true\n  of:\n"
    "  - {id: a, " T ", when: not boarding, value: pupils > 1}\n  - {id: b, " T ", when: boarding and kind == 'special', value: pupils > 1}\n" ALWAYS, NULL, NULL, 0 },
  { "by stage", HEAD "indicators:\n- {id: i, " T ", stages: [primary], unit: class, value: classes, at_most: 1}\n"
    "- {id: j, " T ", stages: [junior], unit: class, value: classes, at_most: 2}\n"
    R "- {id: g, " T ", each: section, alternatives: true, of: [i, j]}\n", NULL, NULL, 0 },

  /* -- concessions -- */
  { "concession that applies", HEAD R "- {id: r, " T ", each: section, unit: class, value: classes, at_most: 1}\n"
    "concessions:\n- id: c\n  " T "\n  items:\n  - {id: ci, " T ", on: r, when: boarding, at_most: 2}\n", NULL, NULL, 0 },
  { "concession for those who are not asked", HEAD R "- {id: r, " T ", each: section, scope: not boarding, unit: class, value: classes, at_most: 1}\n" ALWAYS
    "concessions:\n- id: c\n  " T "\n  items:\n  - id: ci\n    " T "\n    on: r\n    when: boarding # <<\n    at_most: 2\n", "never-applies", "ci", 0 },
  { "concession on an indicator that is asked of others", HEAD "indicators:\n- {id: i, " T ", unit: class, value: classes, at_most: 1}\n"
    R "- {id: r, " T ", each: section, scope: \"kind == 'primary'\", of: [i]}\n" ALWAYS
    "concessions:\n- id: c\n  " T "\n  items:\n  - id: ci\n    " T "\n    on: i\n    when: kind == 'junior' # <<\n    at_most: 2\n", "never-applies", "ci", 0 },
  { "concession behind one for all", HEAD R "- {id: r, " T ", each: section, unit: class, value: classes, at_most: 1}\n"
    "concessions:\n- id: c\n  " T "\n  items:\n  - {id: ci, " T ", on: r, at_most: 2}\n"
    "  - id: cj\n    " T "\n    on: r\n    when: boarding # <<\n    at_most: 3\n", "never-applies", "cj", 0 },
  { "two concessions for some", HEAD R "- {id: r, " T ", each: section, unit: class, value: classes, at_most: 1}\n"
    "concessions:\n- id: c\n  " T "\n  items:\n  - {id: ci, " T ", on: r, when: boarding, at_most: 2}\n"
    "  - {id: cj, " T ", on: r, when: kind == 'special', at_most: 3} # <<\n", "first-applies", "Special school", 0 },
  { "two concessions one after the other", HEAD R "- {id: r, " T ", each: section, unit: class, value: classes, at_most: 1}\n"
    "concessions:\n- id: c\n  " T "\n  until: 2021-12-31\n  items:\n  - {id: ci, " T ", on: r, when: boarding, at_most: 2}\n"
    "- id: d\n  " T "\n  from: 2022-01-01\n  items:\n  - {id: di, " T ", on: r, when: boarding, at_most: 3}\n", NULL, NULL, 0 },
  { "concession whose time is over", HEAD R "- {id: r, " T ", each: section, unit: class, value: classes, at_most: 1}\n"
    "concessions:\n- id: c\n  " T "\n  until: 2019-12-31\n  items:\n  - {id: ci, " T ", on: r, when: boarding, at_most: 2} # <<\n", "never-applies", "no day", 0 },
  { "concession beyond selectors", HEAD R "- {id: r, " T ", each: section, unit: class, value: classes, at_most: 1}\n"
    "concessions:\n- id: c\n  " T "\n  items:\n  - id: ci\n    " T "\n    on: r\n    when: migrant_pupils > 0.5 * pupils # <<\n    at_most: 2\n", "unproved", "ci", 1 },

  /* -- titles, references, what nothing uses -- */
  { "title in one language", HEAD R "- {id: always, title: {zh: 名}, each: section, value: pupils > 0} # <<\n", "no-title", "both languages", 0 },
  { "number without a document", "pack: test\n" T "\nstages: [primary]\n" R
    "- {id: r, " T ", each: section, unit: class, value: classes, at_most: 1} # <<\n", "no-reference", "document", 0 },
  { "option without a use", HEAD "options:\n- {id: o, " T ", values: [x, y], default: x} # <<\n" R ALWAYS, "unused-option", "option", 0 },
  { "limit without a use", HEAD "indicators:\n- {id: i, " T ", unit: class, value: classes, at_most: 1} # <<\n" R ALWAYS, "unused-limit", "limit", 0 },
};

static guint
marked_line (const char *text)
{
  const char *mark = strstr (text, "# <<");
  guint line = 1;

  for (const char *p = text; mark != NULL && p < mark; p++)
    line += *p == '\n';

  return mark != NULL ? line : 0;
}

START_TEST (coverage)
{
  const char *text = packs[_i].pack;
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (BalancePackCheck) check = balance_pack_check_new_from_bytes (bytes, "test.yaml");
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = balance_standard_new_from_bytes (bytes, "test.yaml", &error);
  GListModel *list = balance_pack_check_get_problems (check);
  guint line = marked_line (text);
  gboolean found = FALSE;
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (list, i);
      g_autofree char *one = balance_problem_to_text (problem, "en");
      g_autofree char *zh = balance_problem_to_text (problem, "zh");

      g_string_append_printf (all, "\n  [%s] %s", balance_problem_get_kind (problem), one);
      ck_assert_str_ne (one, zh);
      if (g_strcmp0 (balance_problem_get_kind (problem), packs[_i].kind) == 0 &&
          (line == 0 || balance_problem_get_row (problem) == line) && strstr (balance_problem_get_message (problem, "en"), packs[_i].example) != NULL)
        found = TRUE;
    }

  /* what has errors is not judged by */
  ck_assert_msg ((standard != NULL) == (balance_pack_check_get_n_errors (check) == 0), "%s: %s", packs[_i].name, error != NULL ? error->message : "");
  if (packs[_i].kind == NULL)
    ck_assert_msg (g_list_model_get_n_items (list) == 0, "%s:%s", packs[_i].name, all->str);
  else
    ck_assert_msg (found, "%s: no %s in line %u with “%s”:%s", packs[_i].name, packs[_i].kind, line, packs[_i].example, all->str);
  ck_assert_msg (balance_pack_check_get_n_unproved (check) == packs[_i].n_unproved, "%s:%s", packs[_i].name, all->str);
}
END_TEST

/* What alternatives cannot be is said by the reader. */
START_TEST (no_alternatives)
{
  static const char *const texts[] = {
    HEAD R "- {id: g, " T ", alternatives: true, value: monitoring_kept}\n",
    HEAD R "- {id: g, " T ", alternatives: true, need: 1, of: [{id: a, " T ", value: monitoring_kept}]}\n",
    HEAD R "- {id: g, " T ", alternatives: maybe, of: [{id: a, " T ", value: monitoring_kept}]}\n",
    HEAD R "- {id: g, " T ", alternatives: true, of: [{id: a, " T ", value: monitoring_kept}, {id: b, " T ", each: section, value: pupils > 1}]}\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (texts[i], strlen (texts[i]));
      g_autoptr (BalanceStandard) standard = balance_standard_new_from_bytes (bytes, "test.yaml", NULL);

      ck_assert_msg (standard == NULL, "%u", i);
    }
}
END_TEST

/* Conditions that could keep one busy for ever end with a note. */
START_TEST (bounded)
{
  g_autoptr (GString) text = g_string_new (HEAD R "- id: g\n  " T "\n  each: school\n  alternatives: true\n  of:\n");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (BalancePackCheck) check = NULL;

  for (guint k = 0; k < 2; k++)
    {
      g_string_append_printf (text, "  - id: s%u\n    " T "\n    value: not missing(school_name)\n    when: ", k);
      /* an odd number of many counts, or not: no case can be left out */
      for (guint i = 0; i < 40; i++)
        g_string_append_printf (text, "%s(count(pupils > %u over sections) > 0) %s ", i == 0 && k == 1 ? "not " : "", i, i < 39 ? "== " : "");
      g_string_append (text, "\n");
    }
  bytes = g_string_free_to_bytes (g_steal_pointer (&text));
  check = balance_pack_check_new_from_bytes (bytes, "test.yaml");
  ck_assert_uint_ge (g_list_model_get_n_items (balance_pack_check_get_problems (check)), 1);
}
END_TEST

START_TEST (many_cases)
{
  g_autoptr (GString) text = g_string_new (HEAD "fields:\n");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (BalancePackCheck) check = NULL;

  for (guint i = 0; i < 40; i++)
    g_string_append_printf (text, "- {id: f%u, level: school, type: flag, title: {zh: 标记%u, en: Flag %u}}\n", i, i, i);
  g_string_append (text, R "- id: g\n  " T "\n  each: school\n  alternatives: true\n  of:\n");
  for (guint k = 0; k < 40; k++)
    {
      g_string_append_printf (text, "  - {id: s%u, " T ", value: not missing(school_name), when: (f%u and not f%u) or (f%u and f%u)}\n",
                              k, k, (k + 7) % 40, (k + 13) % 40, (k + 22) % 40);
    }
  bytes = g_string_free_to_bytes (g_steal_pointer (&text));
  check = balance_pack_check_new_from_bytes (bytes, "test.yaml");
  ck_assert_uint_eq (balance_pack_check_get_n_unproved (check), 1);
}
END_TEST

START_TEST (reports)
{
  static const char text[] = HEAD R "- {id: r, " T ", each: section, scope: kind != 'special', unit: class, value: classes, at_most: {primary: 1}}\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, sizeof text - 1);
  g_autoptr (BalancePackCheck) check = balance_pack_check_new_from_bytes (bytes, "a \"test\".yaml");
  g_autofree char *en = balance_pack_check_to_text (check, "en"), *zh = balance_pack_check_to_text (check, "zh");
  g_autofree char *json = balance_pack_check_to_json (check);

  ck_assert_str_eq (balance_pack_check_get_name (check), "a \"test\".yaml");
  ck_assert_uint_eq (balance_pack_check_get_n_errors (check), 1);
  ck_assert_uint_eq (balance_pack_check_get_n_warnings (check), 0);
  ck_assert_uint_eq (balance_pack_check_get_n_requirements (check), 0);
  ck_assert_ptr_nonnull (strstr (en, "1 error,"));
  ck_assert_ptr_nonnull (strstr (zh, "1 个错误"));
  ck_assert_ptr_nonnull (strstr (json, "{\"name\":\"a \\\"test\\\".yaml\",\"sound\":false,\"errors\":1,"));
  ck_assert_ptr_nonnull (strstr (json, "\"kind\":\"gap\""));
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("coverage");
  TCase *tests = tcase_create ("coverage");
  SRunner *runner;
  int n_failed;

  tcase_set_timeout (tests, 60);
  tcase_add_loop_test (tests, coverage, 0, G_N_ELEMENTS (packs));
  tcase_add_test (tests, no_alternatives);
  tcase_add_test (tests, bounded);
  tcase_add_test (tests, many_cases);
  tcase_add_test (tests, reports);
  suite_add_tcase (suite, tests);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
