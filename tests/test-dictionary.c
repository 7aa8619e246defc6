/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "census/balance-dictionary-private.h"

/* The smallest sound dictionary: what C code relies on, in lines 1 to 15. */
#define BASE \
  "units:\n" \
  "- {id: pupil, title: {zh: 人, en: pupils}, aliases: [名, 生]}\n" \
  "- {id: yuan, title: {zh: 元, en: yuan}, multiples: {万元: 10000}}\n" \
  "- {id: m2, title: {zh: 平方米, en: m²}, aliases: [㎡], multiples: {亩: 666.6667}}\n" \
  "- {id: '1', title: {zh: '', en: ''}, multiples: {'%': 0.01, '‰': 0.001}}\n" \
  "\n" \
  "fields:\n" \
  "- {id: year, level: region, type: year, title: {zh: 年度, en: School year}}\n" \
  "- {id: district_code, level: district, type: text, title: {zh: 区县代码, en: District code}}\n" \
  "- {id: district_name, level: district, type: text, title: {zh: 区县名称, en: District}}\n" \
  "- {id: school_code, level: school, type: text, title: {zh: 学校代码, en: School code}}\n" \
  "- {id: school_name, level: school, type: text, title: {zh: 学校名称, en: School}, aliases: [校名]}\n" \
  "- {id: stage, level: section, type: choice, title: {zh: 学段, en: Stage}, values: {primary: {zh: 小学, en: Primary, aliases: [小学部]}, junior: {zh: 初中, en: Junior}, both: {zh: 合计, en: Both, holds: [primary, junior]}}}\n" \
  "- {id: kind, level: school, type: choice, title: {zh: 学校类型, en: Kind}, values: {primary: {code: 211, zh: 小学, en: Primary school, stages: [primary]}, nine: {code: 312, zh: 九年一贯制, en: Nine-year school, stages: [primary, junior]}}}\n" \
  "- {id: pupils, level: section, type: count, unit: pupil, title: {zh: 在校生数, en: Pupils}, aliases: [学生数]}\n"

#define LINE 16   /* the first line after it */

static BalanceDictionary *
load (const char *text)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr(GError) error = NULL;
  BalanceDictionary *self = balance_dictionary_new_from_bytes (bytes, "d.yaml", &error);

  ck_assert_msg (self != NULL, "%s", error != NULL ? error->message : "");
  return self;
}

static const struct
{
  const char *name;
  const char *more;       /* after BASE */
  const char *kind;
  guint       row;
} faults[] = {
  { "unknown key", "- {id: x, level: school, type: flag, title: 甲, colour: red}\n", "unknown-key", LINE },
  { "no mapping", "- x\n", "wrong-shape", LINE },
  { "no id", "- {level: school, type: flag, title: 甲}\n", "missing-key", LINE },
  { "bad id", "- {id: 2x, level: school, type: flag, title: 甲}\n", "invalid-id", LINE },
  { "reserved id", "- {id: where, level: school, type: flag, title: 甲}\n", "invalid-id", LINE },
  { "duplicate id", "\n- {id: pupils, level: school, type: flag, title: 甲}\n", "duplicate-id", LINE + 1 },
  { "no level", "- {id: x, type: flag, title: 甲}\n", "missing-key", LINE },
  { "unknown level", "- id: x\n  type: flag\n  level: village\n  title: 甲\n", "unknown-level", LINE + 2 },
  { "stage level", "- {id: x, level: stage, type: flag, title: 甲}\n", "unknown-level", LINE },
  { "no type", "- {id: x, level: school, title: 甲}\n", "missing-key", LINE },
  { "unknown type", "- id: x\n  level: school\n  type: float\n  title: 甲\n", "unknown-type", LINE + 2 },
  { "unknown unit", "- {id: x, level: school, type: count, title: 甲,\n   unit: horse}\n", "unknown-unit", LINE + 1 },
  { "unknown part of unit", "- {id: x, level: school, type: number, unit: m2/horse, title: 甲}\n", "unknown-unit", LINE },
  { "empty part of unit", "- {id: x, level: school, type: number, unit: m2/, title: 甲}\n", "unknown-unit", LINE },
  { "unit of a flag", "- {id: x, level: school, type: flag, unit: m2, title: 甲}\n", "unit-without-number", LINE },
  { "no title", "- {id: x, level: school, type: flag}\n", "missing-key", LINE },
  { "empty title", "- {id: x, level: school, type: flag, title: {zh: '', en: ''}}\n", "missing-key", LINE },
  { "blank title", "- {id: x, level: school, type: flag, title: }\n", "empty-value", LINE },
  { "title in French", "- {id: x, level: school, type: flag, title: {zh: 甲, fr: A}}\n", "unknown-key", LINE },
  { "title taken", "- {id: x, level: school, type: flag, title: 学校代码}\n", "ambiguous-header", LINE },
  { "alias taken", "- id: x\n  level: school\n  type: flag\n  title: 甲\n  aliases:\n  - 乙\n  - 学生数\n", "ambiguous-header", LINE + 6 },
  { "alias taken but for case and width", "- {id: x, level: school, type: flag, title: 甲, aliases: [ＳＣＨＯＯＬ code]}\n", "ambiguous-header", LINE },
  { "id is the title of another", "- {id: district, level: school, type: flag, title: 甲}\n", "ambiguous-header", LINE },
  { "min over max", "- {id: x, level: school, type: number, title: 甲, min: 2.5, max: 2.49}\n", "crossed-bounds", LINE },
  { "max under the default min", "- {id: x, level: school, type: number, title: 甲, max: -1}\n", "crossed-bounds", LINE },
  { "bound no number", "- {id: x, level: school, type: number, title: 甲, min: one}\n", "invalid-bound", LINE },
  { "bound no whole number", "- {id: x, level: school, type: count, title: 甲, max: 1.5}\n", "invalid-bound", LINE },
  { "bound of a text", "- {id: x, level: school, type: text, title: 甲, min: 1}\n", "invalid-bound", LINE },
  { "values of a flag", "- {id: x, level: school, type: flag, title: 甲, values: [a]}\n", "values-without-choice", LINE },
  { "choice without values", "- {id: x, level: school, type: choice, title: 甲}\n", "missing-key", LINE },
  { "choice with an empty list", "- {id: x, level: school, type: choice, title: 甲, values: []}\n", "wrong-shape", LINE },
  { "value given twice", "- {id: x, level: school, type: choice, title: 甲, values: [a, b, a]}\n", "duplicate-id", LINE },
  { "value without title", "- {id: x, level: school, type: choice, title: 甲, values: {a: {code: 1}}}\n", "missing-key", LINE },
  { "two values of one name", "- id: x\n  level: school\n  type: choice\n  title: 甲\n  values:\n    a: {zh: 一}\n    b: {zh: 二, aliases: [一]}\n", "ambiguous-choice", LINE + 6 },
  { "two values of one code", "- {id: x, level: school, type: choice, title: 甲, values: {a: {zh: 一, code: 1}, b: {zh: 二, code: 1}}}\n", "ambiguous-choice", LINE },
  { "code no number", "- {id: x, level: school, type: choice, title: 甲, values: {a: {zh: 一, code: A}}}\n", "invalid-code", LINE },
  { "stages of an ordinary choice", "- {id: x, level: school, type: choice, title: 甲, values: {a: {zh: 一, stages: [primary]}}}\n", "unknown-key", LINE },
  { "formula", "- {id: x, level: school, type: flag, title: 甲, value: pupils > 0}\n", "computed-field", LINE },
};

static void
check_single (GListModel *list,
              const char *name,
              const char *kind,
              guint       row)
{
  g_autoptr(BalanceProblem) problem = g_list_model_get_item (list, 0);
  g_autofree char *text = problem != NULL ? balance_problem_to_text (problem, "en") : NULL;

  ck_assert_msg (g_list_model_get_n_items (list) == 1, "%s: %u: %s", name, g_list_model_get_n_items (list), text);
  ck_assert_msg (strcmp (balance_problem_get_kind (problem), kind) == 0, "%s: %s", name, text);
  ck_assert_msg (balance_problem_get_row (problem) == row, "%s: %s", name, text);
  ck_assert_str_ne (balance_problem_get_message (problem, "zh"), balance_problem_get_message (problem, "en"));
}

START_TEST (fault)
{
  g_autofree char *text = g_strconcat (BASE, faults[_i].more, NULL);
  g_autoptr(GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr(GListModel) list = balance_dictionary_check (bytes, "d.yaml");
  g_autoptr(BalanceDictionary) dictionary = NULL;
  g_autoptr(GError) error = NULL;

  check_single (list, faults[_i].name, faults[_i].kind, faults[_i].row);
  dictionary = balance_dictionary_new_from_bytes (bytes, "d.yaml", &error);
  ck_assert_ptr_null (dictionary);
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_PACK));
  ck_assert_ptr_nonnull (strstr (error->message, "d.yaml:"));
}
END_TEST

/* Faults in the base itself: one text of it is replaced. */
static const struct
{
  const char *from, *to;
  const char *kind;
  guint       row;
} edits[] = {
  { "id: yuan, title", "id: pupil, title", "duplicate-id", 3 },
  { "{万元: 10000}", "{万元: 0}", "invalid-factor", 3 },
  { "{万元: 10000}", "{万元: ten}", "invalid-factor", 3 },
  { "{万元: 10000}", "{元: 10000}", "duplicate-id", 3 },
  { "multiples: {万元: 10000}", "multiples: [万元]", "invalid-factor", 3 },
  { "title: {zh: 元, en: yuan}, ", "", "missing-key", 3 },
  { "holds: [primary, junior]", "holds: [primary, senior]", "unknown-stage", 13 },
  { "holds: [primary, junior]", "holds: [primary, both]", "nested-stage", 13 },
  { "stages: [primary]", "stages: [primaire]", "unknown-stage", 14 },
  { "id: district_name", "id: district_nam", "missing-field", 1 },
  { "level: region, type: year", "level: region, type: text", "identity-field", 1 },
  { "units:", "unit:", "unknown-key", 1 },
  { "units:", "words: [合计]\nunits:", "wrong-shape", 1 },
  { "units:", "words:\n  totals: [合计]\nunits:", "unknown-key", 2 },
  { "units:", "words:\n  total:\n  - 年报\n  - {zh: 合计}\nunits:", "wrong-shape", 4 },
  { "units:", "words: {note: {zh: 注}}\nunits:", "wrong-shape", 1 },
  { "units:", "words: {total_ending: ['2024']}\nunits:", "invalid-word", 1 },
  { "units:", "words: {total_ending: ['（']}\nunits:", "invalid-word", 1 },
  { "units:", "words: {total_ending: [l]}\nunits:", "invalid-word", 1 },
  { "units:", "words: {note: ['']}\nunits:", "invalid-word", 1 },
  { "units:", "words: {prefix: [' 1']}\nunits:", "invalid-word", 1 },
  { "units:", "words: {without: {note: [校工]}}\nunits:", "unknown-word", 1 },
  { "units:", "words: {without: {note: [校长, 校长]}}\nunits:", "unknown-word", 1 },
  { "units:", "words:\n  without: [校长]\nunits:", "wrong-shape", 2 },
  { "units:", "words:\n  without:\n    note: [{zh: 校长}]\nunits:", "wrong-shape", 3 },
  { "units:", "words:\n  without: {notes: [校长]}\nunits:", "unknown-key", 2 },
  { "units:", "words:\n  without: {without: {}}\nunits:", "unknown-key", 2 },
  { "units:", "words: {note: 这个词太长这个词太长这个词太长这个词太长这个词太长}\nunits:", "invalid-word", 1 },
};

START_TEST (base_fault)
{
  g_auto(GStrv) parts = g_strsplit (BASE, edits[_i].from, 2);
  g_autofree char *text = g_strjoinv (edits[_i].to, parts);
  g_autoptr(GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr(GListModel) list = balance_dictionary_check (bytes, "d.yaml");
  g_autoptr(BalanceProblem) problem = g_list_model_get_item (list, 0);

  ck_assert_uint_eq (g_strv_length (parts), 2);
  ck_assert_msg (problem != NULL, "%s", edits[_i].to);
  ck_assert_msg (strcmp (balance_problem_get_kind (problem), edits[_i].kind) == 0, "%s: %s", edits[_i].to,
                 balance_problem_get_message (problem, "en"));
  ck_assert_msg (balance_problem_get_row (problem) == edits[_i].row, "%s", edits[_i].to);
}
END_TEST

START_TEST (too_many_words)
{
  g_autoptr(GString) text = g_string_new (BASE "words:\n  note:\n");
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GListModel) list = NULL;

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (text, "  - 词%u\n", i);
  bytes = g_bytes_new (text->str, text->len);
  list = balance_dictionary_check (bytes, "d.yaml");
  check_single (list, "500", "limit", LINE + 2);
}
END_TEST

static BalanceDictionary *
extend (BalanceDictionary *base,
        const char        *text,
        BalanceProblems   *problems)
{
  g_autoptr(BalanceYaml) root = balance_yaml_parse (text, strlen (text), "p.yaml", problems);

  ck_assert_ptr_nonnull (root);
  return balance_dictionary_extend (base, balance_yaml_get (root, "fields"), balance_yaml_get (root, "stages"),
                                    balance_yaml_get (root, "words"), "p.yaml", problems);
}

/* What a dictionary says is added to what the library knows, and what a map says to both. */
START_TEST (words)
{
  g_autoptr(BalanceDictionary) plain = load (BASE);
  g_autoptr(BalanceDictionary) own = load (BASE "words: {note: 审阅人, prefix: ['※']}\n");
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(BalanceDictionary) extended = extend (own, "words: {note: [批准人]}\n", problems);
  const char *const *lists[] = {
    (const char *const *) plain->words->lists[BALANCE_WORDS_NOTE],
    (const char *const *) own->words->lists[BALANCE_WORDS_NOTE],
    (const char *const *) extended->words->lists[BALANCE_WORDS_NOTE]
  };

  ck_assert_uint_eq (balance_problems_count (problems, BALANCE_SEVERITY_ERROR), 0);
  ck_assert_ptr_eq (plain->words, balance_words_get_default ());
  for (guint i = 0; i < BALANCE_N_WORDS; i++)
    ck_assert_uint_gt (g_strv_length (plain->words->lists[i]), 0);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      ck_assert (g_strv_contains (lists[i], "填表人"));
      ck_assert_int_eq (g_strv_contains (lists[i], "审阅人"), i > 0);
      ck_assert_int_eq (g_strv_contains (lists[i], "批准人"), i > 1);
    }
  ck_assert (g_strv_contains ((const char *const *) extended->words->lists[BALANCE_WORDS_PREFIX], "※"));
}
END_TEST

/* What one level takes away another may give back. */
START_TEST (words_taken_away)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(BalanceDictionary) own = load (BASE "words: {note: 审阅人, without: {note: [校长, 填表人], item: [名称]}}\n");
  g_autoptr(BalanceDictionary) extended = extend (own, "words: {note: 校长, without: {note: 审阅人}}\n", problems);
  const char *const *lists[] = { (const char *const *) own->words->lists[BALANCE_WORDS_NOTE],
                                 (const char *const *) extended->words->lists[BALANCE_WORDS_NOTE] };

  ck_assert_uint_eq (balance_problems_count (problems, BALANCE_SEVERITY_ERROR), 0);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      ck_assert (!g_strv_contains (lists[i], "填表人"));
      ck_assert (g_strv_contains (lists[i], "局长"));
      ck_assert_int_eq (g_strv_contains (lists[i], "校长"), i == 1);
      ck_assert_int_eq (g_strv_contains (lists[i], "审阅人"), i == 0);
    }
  ck_assert (!g_strv_contains ((const char *const *) extended->words->lists[BALANCE_WORDS_ITEM], "名称"));
}
END_TEST

START_TEST (all_faults_at_once)
{
  static const char text[] = BASE
    "- {id: a, level: village, type: flag, title: 甲}\n"
    "- {id: b, level: school, type: float, title: 乙}\n"
    "- {id: c, level: school, type: count, unit: horse, min: x, title: 丙}\n";
  g_autoptr(GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr(GListModel) list = balance_dictionary_check (bytes, "d.yaml");

  ck_assert_uint_eq (g_list_model_get_n_items (list), 4);
}
END_TEST

START_TEST (not_a_dictionary)
{
  static const char *const texts[] = { "", "x", "[]", "{}", "fields: x", "fields: {a: 1}", "units: 1\nfields: []", "fields: [[], 1]" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GBytes) bytes = g_bytes_new_static (texts[i], strlen (texts[i]));
      g_autoptr(GListModel) list = balance_dictionary_check (bytes, "d.yaml");

      ck_assert_msg (g_list_model_get_n_items (list) > 0, "%s", texts[i]);
    }
}
END_TEST

START_TEST (file_not_found)
{
  g_autoptr(GError) error = NULL;

  ck_assert_ptr_null (balance_dictionary_new_from_file ("/nonexistent/fields.yaml", &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND));
}
END_TEST

START_TEST (lookups)
{
  g_autoptr(BalanceDictionary) dictionary = load (BASE
    "- {id: rate, level: district, type: share, title: {zh: 入学率, en: Rate}}\n"
    "- {id: gross, level: district, type: share, max: 2, title: 毛入学率}\n"
    "- {id: change, level: district, type: number, min: -100, title: 变化}\n"
    "- {id: pure, level: district, type: count, unit: '1', title: 数}\n"
    "- {id: colour, level: school, type: choice, title: 颜色, values: [red, green]}\n");
  g_autoptr(BalanceField) last = NULL;
  g_auto(GStrv) stages = balance_dictionary_dup_stages (dictionary);
  g_auto(GStrv) colours = NULL;
  g_autofree char *unit = balance_dictionary_dup_unit_title (dictionary, "yuan/pupil", "zh");
  BalanceField *pupils = balance_dictionary_lookup (dictionary, "pupils");
  BalanceField *kind = balance_dictionary_lookup (dictionary, "kind");
  BalanceField *rate = balance_dictionary_lookup (dictionary, "rate");
  GListModel *fields = balance_dictionary_get_fields (dictionary);

  ck_assert_uint_eq (g_list_model_get_n_items (fields), 13);
  ck_assert_ptr_null (g_list_model_get_item (fields, 13));
  last = g_list_model_get_item (fields, 12);
  ck_assert_str_eq (balance_field_get_id (last), "colour");
  ck_assert_uint_eq (last->index, 12);
  ck_assert_ptr_null (balance_dictionary_lookup (dictionary, "nothing"));

  ck_assert_str_eq (balance_field_get_title (pupils, "zh_CN"), "在校生数");
  ck_assert_str_eq (balance_field_get_unit (pupils), "pupil");
  ck_assert_str_eq (balance_field_get_aliases (pupils)[0], "学生数");
  ck_assert_ptr_null (balance_field_get_aliases (rate)[0]);
  ck_assert_int_eq (balance_field_get_level (pupils), BALANCE_LEVEL_SECTION);
  ck_assert_int_eq (balance_field_get_field_type (pupils), BALANCE_FIELD_COUNT);
  ck_assert_double_eq (balance_field_get_minimum (pupils), 0.0);
  ck_assert_double_nan (balance_field_get_maximum (pupils));
  ck_assert_double_eq (balance_field_get_maximum (rate), 1.0);
  ck_assert_double_eq (balance_field_get_maximum (balance_dictionary_lookup (dictionary, "gross")), 2.0);
  ck_assert_double_eq (balance_field_get_minimum (balance_dictionary_lookup (dictionary, "change")), -100.0);
  ck_assert_ptr_null (balance_field_get_unit (balance_dictionary_lookup (dictionary, "pure")));
  ck_assert_uint_eq (pupils->line, 15);

  ck_assert_uint_eq (g_strv_length (stages), 3);
  ck_assert_str_eq (stages[1], "junior");
  ck_assert_int_eq (balance_dictionary_find_stage (dictionary, "both"), 2);
  ck_assert_int_eq (balance_dictionary_find_stage (dictionary, "小学"), -1);
  ck_assert_str_eq (balance_dictionary_get_stage (dictionary, 2)->holds[1], "junior");

  ck_assert_int_eq (balance_field_match_choice (kind, "九年一贯制", -1), 1);
  ck_assert_int_eq (balance_field_match_choice (kind, "NINE-YEAR school", -1), 1);
  ck_assert_int_eq (balance_field_match_choice (kind, "nine,", 4), 1);
  ck_assert_int_eq (balance_field_match_choice (kind, "312", -1), 1);
  ck_assert_int_eq (balance_field_match_choice (kind, "0211", -1), 0);
  ck_assert_int_eq (balance_field_match_choice (kind, "3120", -1), -1);
  ck_assert_int_eq (balance_field_match_choice (kind, "99999999999999999999", -1), -1);
  ck_assert_int_eq (balance_field_match_choice (kind, "", -1), -1);
  ck_assert_int_eq (balance_field_match_choice (pupils, "1", -1), -1);
  ck_assert_str_eq (balance_field_get_choice_title (kind, "nine", "zh"), "九年一贯制");
  ck_assert_ptr_null (balance_field_get_choice_title (kind, "ten", "zh"));
  colours = balance_field_dup_choices (last);
  ck_assert_str_eq (colours[1], "green");

  ck_assert_str_eq (unit, "元/人");
}
END_TEST

static const struct
{
  const char *field;
  const char *text;
  const char *factor;    /* NULL: no match */
} units[] = {
  { "money", "元", "1" },
  { "money", "yuan", "1" },
  { "money", "YUAN", "1" },
  { "money", "万元", "10000" },
  { "money", "万", NULL },
  { "money", "元/人", NULL },
  { "money", "", NULL },
  { "norm", "元", "1" },
  { "norm", "元/人", "1" },
  { "norm", "元／生", "1" },
  { "norm", "万元 / pupil", "10000" },
  { "norm", "元/元", NULL },
  { "norm", "元/", NULL },
  { "norm", "/人", NULL },
  { "norm", "元/人/人", NULL },
  { "area", "m²", "1" },
  { "area", "㎡", "1" },
  { "area", "亩", "666.6667" },
  { "rate", "%", "0.01" },
  { "rate", "‰", "0.001" },
  { "rate", "元", NULL },
  { "rate", "", NULL },
  { "count", "%", "0.01" },
};

START_TEST (unit_matching)
{
  g_autoptr(BalanceDictionary) dictionary = load (BASE
    "- {id: money, level: school, type: amount, unit: yuan, title: 钱}\n"
    "- {id: norm, level: school, type: number, unit: yuan/pupil, title: 定额}\n"
    "- {id: area, level: school, type: amount, unit: m2, title: 面积}\n"
    "- {id: rate, level: district, type: share, title: 率}\n"
    "- {id: count, level: district, type: count, title: 数}\n");
  g_autofree char *longer = g_strconcat (units[_i].text, "/人", NULL);
  BalanceDecimal factor = { 0, 0 };
  gboolean ok = balance_dictionary_match_unit (dictionary, balance_dictionary_find (dictionary, units[_i].field),
                                               longer, (gssize) strlen (units[_i].text), &factor);

  ck_assert_msg (ok == (units[_i].factor != NULL), "%s %s", units[_i].field, units[_i].text);
  if (ok)
    {
      g_autofree char *text = balance_decimal_to_string (&factor);

      ck_assert_str_eq (text, units[_i].factor);
    }
}
END_TEST

START_TEST (extension)
{
  g_autoptr(BalanceDictionary) base = load (BASE);
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(BalanceDictionary) extended = extend (base,
    "stages: [primary, {id: elementary, title: {zh: 初等, en: Elementary}, aliases: [K-5]}, {id: k8, title: K-8, holds: [elementary, junior]}]\n"
    "fields:\n"
    "- {id: counted, level: school, type: flag, title: 学校代码, value: kind != 'nine'}\n"
    "- {id: drift, level: stage, type: number, title: 差距, value: mean(pupils)}\n"
    "- {id: score, level: school, type: number, max: 100, title: 得分}\n",
    problems);
  BalanceField *counted;

  ck_assert_uint_eq (balance_problems_count (problems, BALANCE_SEVERITY_NOTE), 0);
  ck_assert_uint_eq (balance_dictionary_get_n_stages (base), 3);
  ck_assert_uint_eq (balance_dictionary_get_n_stages (extended), 5);
  ck_assert_int_eq (balance_dictionary_find_stage (extended, "k8"), 4);
  ck_assert_int_eq (balance_field_match_choice (balance_dictionary_find (extended, "stage"), "k-5", -1), 3);

  counted = balance_dictionary_find (extended, "counted");
  ck_assert_str_eq (balance_field_get_formula (counted), "kind != 'nine'");
  ck_assert_uint_eq (counted->line, 3);
  ck_assert_ptr_null (balance_dictionary_find (base, "counted"));
  ck_assert_ptr_eq (balance_dictionary_find (extended, "pupils"), balance_dictionary_find (base, "pupils"));
  ck_assert (!balance_dictionary_find (extended, "drift")->has_min);
  ck_assert_double_eq (balance_field_get_maximum (balance_dictionary_find (extended, "score")), 100.0);
  ck_assert_uint_eq (balance_dictionary_find (extended, "score")->index, base->fields->len + 2);
}
END_TEST

static const struct
{
  const char *name;
  const char *text;
  const char *kind;
  guint       row;
} extension_faults[] = {
  { "field of the base", "fields:\n- {id: pupils, level: school, type: flag, title: 甲}\n", "duplicate-id", 2 },
  { "header of the base", "fields:\n- {id: x, level: school, type: flag, title: 学生数}\n", "ambiguous-header", 2 },
  { "no list", "a: 1\nfields: {x: 1}\n", "wrong-shape", 2 },
  { "unknown stage", "stages:\n- primary\n- kindergarten\n", "unknown-stage", 3 },
  { "stage exists", "stages:\n- {id: primary, title: 小}\n", "duplicate-id", 2 },
  { "stage without title", "stages:\n- {id: k8}\n", "missing-key", 2 },
  { "stage in a list", "stages:\n- [k8]\n", "unknown-stage", 2 },
  { "stage of a taken name", "stages: [{id: k8, title: 小学}]\n", "ambiguous-choice", 1 },
  { "stage holds unknown", "stages:\n- {id: k8, title: K, holds: [x]}\n", "unknown-stage", 2 },
};

START_TEST (extension_fault)
{
  g_autoptr(BalanceDictionary) base = load (BASE);
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(BalanceDictionary) extended = extend (base, extension_faults[_i].text, problems);
  g_autoptr(GListModel) list = balance_problems_dup_list (problems);

  ck_assert_ptr_nonnull (extended);
  check_single (list, extension_faults[_i].name, extension_faults[_i].kind, extension_faults[_i].row);
}
END_TEST

static gpointer
get_default (gpointer data)
{
  return balance_dictionary_get_default (NULL);
}

START_TEST (shipped)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceDictionary) dictionary = NULL;
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("default", get_default, NULL);
  dictionary = balance_dictionary_get_default (&error);
  ck_assert_msg (dictionary != NULL, "%s", error != NULL ? error->message : "");
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr(BalanceDictionary) same = g_thread_join (threads[i]);

      ck_assert_ptr_eq (same, dictionary);
    }

  ck_assert_uint_gt (g_list_model_get_n_items (G_LIST_MODEL (dictionary)), 100);
  ck_assert_int_ge (balance_dictionary_find_stage (dictionary, "primary"), 0);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("dictionary");
  TCase *tcase;
  SRunner *runner;
  int n_failed;

  tcase = tcase_create ("faults");
  tcase_add_loop_test (tcase, fault, 0, G_N_ELEMENTS (faults));
  tcase_add_loop_test (tcase, base_fault, 0, G_N_ELEMENTS (edits));
  tcase_add_test (tcase, too_many_words);
  tcase_add_test (tcase, words_taken_away);
  tcase_add_test (tcase, words);
  tcase_add_test (tcase, all_faults_at_once);
  tcase_add_test (tcase, not_a_dictionary);
  tcase_add_test (tcase, file_not_found);
  suite_add_tcase (suite, tcase);

  tcase = tcase_create ("use");
  tcase_add_test (tcase, lookups);
  tcase_add_loop_test (tcase, unit_matching, 0, G_N_ELEMENTS (units));
  tcase_add_test (tcase, extension);
  tcase_add_loop_test (tcase, extension_fault, 0, G_N_ELEMENTS (extension_faults));
  tcase_add_test (tcase, shipped);
  suite_add_tcase (suite, tcase);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
