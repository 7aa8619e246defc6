/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <check.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/balance-data-private.h"
#include "base/balance-decimal-private.h"
#include "base/balance-problem-private.h"
#include "base/balance-text-private.h"
#include "base/balance-yaml-private.h"

/* -- decimals -------------------------------------------------------------------------------------- */

static const struct
{
  const char *text;
  gboolean    ok;
  gint64      digits;
  guint       scale;
} decimals[] = {
  { "0", TRUE, 0, 0 },
  { "-0", TRUE, 0, 0 },
  { "-0.00", TRUE, 0, 2 },
  { "+5", TRUE, 5, 0 },
  { "0.50", TRUE, 50, 2 },
  { "-3.57", TRUE, -357, 2 },
  { "0012.30", TRUE, 1230, 2 },
  { "1e3", TRUE, 1000, 0 },
  { "1.5E-3", TRUE, 15, 4 },
  { "1.50e+1", TRUE, 150, 1 },
  { "1500e-2", TRUE, 1500, 2 },
  { "1e-18", TRUE, 1, 18 },
  { "10e-19", TRUE, 1, 18 },
  { "1e-19", FALSE, 0, 0 },
  { "1e17", TRUE, G_GINT64_CONSTANT (100000000000000000), 0 },
  { "1e18", FALSE, 0, 0 },
  { "1e999999999999999999999", FALSE, 0, 0 },
  { "1e-999999999999999999999", FALSE, 0, 0 },
  { "0e999999999999999999999", TRUE, 0, 0 },
  { "0e-99", TRUE, 0, 18 },
  { "999999999999999999", TRUE, G_GINT64_CONSTANT (999999999999999999), 0 },
  { "-999999999999999999", TRUE, -G_GINT64_CONSTANT (999999999999999999), 0 },
  { "1000000000000000000", FALSE, 0, 0 },
  { "9223372036854775808", FALSE, 0, 0 },
  { "0.123456789012345678", TRUE, G_GINT64_CONSTANT (123456789012345678), 18 },
  { "0.1234567890123456789", FALSE, 0, 0 },
  { "1.234567890123456789", FALSE, 0, 0 },
  { "0.10000000000000000000000", TRUE, G_GINT64_CONSTANT (100000000000000000), 18 },
  { "12345678901234567.000", TRUE, G_GINT64_CONSTANT (123456789012345670), 1 },
  { "0000000000000000000000000007", TRUE, 7, 0 },
  { ".5", TRUE, 5, 1 },
  { "-.5", TRUE, -5, 1 },
  { "1.", FALSE, 0, 0 },
  { ".", FALSE, 0, 0 },
  { "", FALSE, 0, 0 },
  { "-", FALSE, 0, 0 },
  { "e5", FALSE, 0, 0 },
  { "1e", FALSE, 0, 0 },
  { "1e+", FALSE, 0, 0 },
  { "1.2.3", FALSE, 0, 0 },
  { "1,5", FALSE, 0, 0 },
  { "1 000", FALSE, 0, 0 },
  { " 1", FALSE, 0, 0 },
  { "1 ", FALSE, 0, 0 },
  { "0x10", FALSE, 0, 0 },
  { "nan", FALSE, 0, 0 },
  { "inf", FALSE, 0, 0 },
  { "１", FALSE, 0, 0 },
  { "--1", FALSE, 0, 0 },
};

START_TEST (decimal_parse)
{
  BalanceDecimal decimal = { 77, 7 };
  const char *text = decimals[_i].text;
  g_autofree char *longer = g_strconcat (text, "9", NULL);

  ck_assert_msg (balance_decimal_parse (text, -1, &decimal) == decimals[_i].ok, "%s", text);
  if (!decimals[_i].ok)
    return;
  ck_assert_msg (decimal.digits == decimals[_i].digits && decimal.scale == decimals[_i].scale,
                 "%s: %" G_GINT64_FORMAT " %u", text, decimal.digits, decimal.scale);

  /* the length counts, not the end of the string */
  ck_assert (balance_decimal_parse (longer, (gssize) strlen (text), &decimal));
  ck_assert_msg (decimal.digits == decimals[_i].digits, "%s", text);
}
END_TEST

static const struct
{
  double      value;
  const char *text;   /* NULL: refused */
} doubles[] = {
  { 0.0, "0" },
  { -0.0, "0" },
  { 0.1, "0.1" },
  { 0.1 + 0.2, "0.30000000000000004" },
  { 3.57, "3.57" },
  { -2.5, "-2.5" },
  { 1e17, "100000000000000000" },
  { 123456789012345.0, "123456789012345" },
  { 9007199254740993.0, "9007199254740992" },
  { 1.0 / 3.0, "0.3333333333333333" },
  { 1e-18, "0.000000000000000001" },
  { 1e-19, NULL },
  { 1e18, NULL },
  { 1e300, NULL },
  { 5e-324, NULL },
  { (double) INFINITY, NULL },
  { (double) -INFINITY, NULL },
  { (double) NAN, NULL },
};

START_TEST (decimal_from_double)
{
  BalanceDecimal decimal;
  gboolean ok = balance_decimal_from_double (doubles[_i].value, &decimal);

  ck_assert_msg (ok == (doubles[_i].text != NULL), "%g", doubles[_i].value);
  if (ok)
    {
      g_autofree char *text = balance_decimal_to_string (&decimal);

      ck_assert_str_eq (text, doubles[_i].text);
      ck_assert (!(g_ascii_strtod (text, NULL) < doubles[_i].value));
      ck_assert (!(g_ascii_strtod (text, NULL) > doubles[_i].value));
    }
}
END_TEST

START_TEST (decimal_scale)
{
  BalanceDecimal decimal = { 1500, 3 };
  g_autofree char *small = NULL;
  g_autofree char *least = NULL;

  balance_decimal_normalize (&decimal);
  ck_assert_int_eq (decimal.digits, 15);
  ck_assert_uint_eq (decimal.scale, 1);

  ck_assert (balance_decimal_rescale (&decimal, 4));
  ck_assert_int_eq (decimal.digits, 15000);
  ck_assert (!balance_decimal_rescale (&decimal, 3));
  ck_assert (!balance_decimal_rescale (&decimal, 19));
  ck_assert (!balance_decimal_rescale (&(BalanceDecimal) { G_GINT64_CONSTANT (999999999999999999), 0 }, 2));

  decimal = (BalanceDecimal) { 100, 0 };
  balance_decimal_normalize (&decimal);
  ck_assert_int_eq (decimal.digits, 100);

  small = balance_decimal_to_string (&(BalanceDecimal) { -5, 3 });
  ck_assert_str_eq (small, "-0.005");
  least = balance_decimal_to_string (&(BalanceDecimal) { G_MININT64, 18 });
  ck_assert_str_eq (least, "-9.223372036854775808");
}
END_TEST

static const struct
{
  const char *text;
  gboolean    ok;
  gint32      days;
} dates[] = {
  { "1970-01-01", TRUE, 0 },
  { "1969-12-31", TRUE, -1 },
  { "2000-03-01", TRUE, 11017 },
  { "2024-02-29", TRUE, 19782 },
  { "0001-01-01", TRUE, -719162 },
  { "9999-12-31", TRUE, 2932896 },
  { "2023-02-29", FALSE, 0 },
  { "1900-02-29", FALSE, 0 },
  { "2023-13-01", FALSE, 0 },
  { "2023-00-10", FALSE, 0 },
  { "2023-04-31", FALSE, 0 },
  { "0000-01-01", FALSE, 0 },
  { "2023-4-3", FALSE, 0 },
  { "2023/04/03", FALSE, 0 },
  { "+023-04-03", FALSE, 0 },
  { "2023-04-031", FALSE, 0 },
  { "", FALSE, 0 },
};

START_TEST (date_table)
{
  gint32 days = 42;

  ck_assert_msg (balance_date_parse (dates[_i].text, -1, &days) == dates[_i].ok, "%s", dates[_i].text);
  if (dates[_i].ok)
    {
      g_autofree char *back = balance_date_to_string (days);

      ck_assert_int_eq (days, dates[_i].days);
      ck_assert_str_eq (back, dates[_i].text);
    }
}
END_TEST

/* -- texts ----------------------------------------------------------------------------------------- */

static const struct
{
  const char *text;
  guint       width;
} widths[] = {
  { "", 0 },
  { "abc", 3 },
  { "汉字", 4 },
  { "a汉b", 4 },
  { "（县）", 6 },
  { "e\xcc\x81", 1 },           /* e with a combining accent */
  { "\xf0\x9f\x98\x80", 2 },    /* an emoji */
  { "a\xe2\x80\x8d", 1 },       /* zero width joiner */
  { "m²", 2 },
  { "a\xff" "b", 3 },           /* broken UTF-8 */
  { "\xe6\xb1", 2 },            /* cut off in a character */
  { "\x1b[1m", 3 },
};

START_TEST (text_width)
{
  ck_assert_msg (balance_text_width (widths[_i].text) == widths[_i].width, "%d: %u", _i,
                 balance_text_width (widths[_i].text));
}
END_TEST

/* What GLib says, of random bytes, most of them of valid text. */
START_TEST (text_valid)
{
  static const char *const parts[] = { "a", "1234567", "汉", "（县）", "é", "\xf0\x9f\x98\x80", "\xed\x9f\xbf", "\xed\xa0\x80", "\xe0\x80\x80", "\xe0\xa4\x85",
                                       "\xff", "\x80", "\xe6\xb1", "\xef\xbf\xbf", "\x7f" };
  g_autoptr(GRand) rand = g_rand_new_with_seed (11);
  guint n_valid = 0;

  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr(GString) text = g_string_new (NULL);
      const gint32 n_parts = i % 2 == 0 ? 6 : (gint32) G_N_ELEMENTS (parts);
      g_autofree char *exact = NULL;

      for (gint32 n = g_rand_int_range (rand, 0, 12); n > 0; n--)
        g_string_append (text, parts[g_rand_int_range (rand, 0, n_parts)]);
      if (i % 8 == 0)
        g_string_insert_c (text, g_rand_int_range (rand, 0, (gint32) text->len + 1), '\0');
      /* of its own size, so that reading beyond it is seen */
      exact = g_memdup2 (text->str, MAX (1, text->len));
      ck_assert_int_eq (balance_text_is_valid (exact, text->len), g_utf8_validate_len (exact, text->len, NULL));
      n_valid += balance_text_is_valid (exact, text->len);
    }
  ck_assert_uint_gt (n_valid, 5000);
  ck_assert_uint_lt (n_valid, 15000);

  /* each byte of two characters, all that it may be */
  for (guint i = 0; i < 6; i++)
    for (guint byte = 0; byte < 256; byte++)
      {
        char text[] = "汉字ab";

        text[i] = (char) byte;
        ck_assert_int_eq (balance_text_is_valid (text, 8), g_utf8_validate_len (text, 8, NULL));
      }
}
END_TEST

START_TEST (text_languages)
{
  BalanceText text = { NULL, NULL };

  ck_assert_int_eq (balance_language_parse ("zh_CN.UTF-8"), BALANCE_LANGUAGE_ZH);
  ck_assert_int_eq (balance_language_parse ("ZH-Hans"), BALANCE_LANGUAGE_ZH);
  ck_assert_int_eq (balance_language_parse ("zh"), BALANCE_LANGUAGE_ZH);
  ck_assert_int_eq (balance_language_parse ("zha"), BALANCE_LANGUAGE_EN);
  ck_assert_int_eq (balance_language_parse ("z"), BALANCE_LANGUAGE_EN);
  ck_assert_int_eq (balance_language_parse (""), BALANCE_LANGUAGE_EN);
  ck_assert_int_eq (balance_language_parse (NULL), BALANCE_LANGUAGE_EN);

  ck_assert_str_eq (balance_text_get (&text, BALANCE_LANGUAGE_EN), "");
  balance_text_set (&text, NULL, "甲");
  ck_assert_str_eq (balance_text_get (&text, BALANCE_LANGUAGE_EN), "甲");
  balance_text_printf (&text, "%s of %d", "%2$d 中的 %1$s", "one", 3);
  ck_assert_str_eq (balance_text_get (&text, BALANCE_LANGUAGE_EN), "one of 3");
  ck_assert_str_eq (balance_text_get (&text, BALANCE_LANGUAGE_ZH), "3 中的 one");
  /* a text may be made from its own parts */
  balance_text_printf (&text, "%s!", "%s！", text.en);
  ck_assert_str_eq (text.en, "one of 3!");
  balance_text_clear (&text);
}
END_TEST

/* -- problems -------------------------------------------------------------------------------------- */

static char *
text_of (const BalancePlace *place,
         const char         *message,
         const char         *expected,
         const char         *remedy,
         const char         *language)
{
  g_autoptr(BalanceProblem) problem = NULL;
  BalanceText texts[3] = { { NULL, NULL } };

  balance_text_set (&texts[0], message, message);
  balance_text_set (&texts[1], expected, expected);
  balance_text_set (&texts[2], remedy, remedy);
  problem = balance_problem_new (BALANCE_SEVERITY_ERROR, "test", place, &texts[0], &texts[1], &texts[2]);
  return balance_problem_to_text (problem, language);
}

static const struct
{
  BalancePlace  place;
  const char   *message, *expected, *remedy;
  const char   *language;
  const char   *text;
} problem_texts[] = {
  { { "县表.csv", NULL, 12, 3, "小学在校生数", "pupils", "-5" }, NULL, "不小于 0 的整数", "请更正后重试。", "zh",
    "县表.csv:12: 列“小学在校生数”（C）: 找到 “-5”，应为不小于 0 的整数。请更正后重试。" },
  { { "county.csv", NULL, 12, 3, "pupils", "pupils", "-5" }, NULL, "a whole number of at least 0", "Mend it", "en",
    "county.csv:12, column 3 \"pupils\" (pupils): found \"-5\", expected a whole number of at least 0. Mend it." },
  { { "a.xlsx", "表Ⅱ-2", 17, 28, NULL, NULL, NULL }, "The cell is empty.", NULL, NULL, "en",
    "a.xlsx!表Ⅱ-2!AB17: The cell is empty." },
  { { "p.yaml", NULL, 3, 7, NULL, "R3", "x" }, "Unknown name \"x\".", "a field", NULL, NULL,
    "p.yaml:3:7 (R3): Unknown name \"x\"; expected a field." },
  { { NULL, NULL, 0, 0, NULL, NULL, "b" }, "No.", NULL, "Stop.", "en", "No: found \"b\". Stop." },
  { { "f\n\x1b[31m", NULL, 1, 0, NULL, NULL, "\xff" }, NULL, NULL, NULL, "en",
    "f\\n\\x1b[31m:1: found \"\xef\xbf\xbd\"." },
};

START_TEST (problem_text)
{
  g_autofree char *text = text_of (&problem_texts[_i].place, problem_texts[_i].message, problem_texts[_i].expected,
                                   problem_texts[_i].remedy, problem_texts[_i].language);

  ck_assert_str_eq (text, problem_texts[_i].text);
}
END_TEST

START_TEST (problem_cuts_long_text)
{
  g_autoptr(BalanceProblem) problem = NULL;
  g_autofree char *found = g_strnfill (100000, 'x');
  BalancePlace place = { .found = found };
  BalanceText message = { NULL, NULL };
  const char *shown;

  problem = balance_problem_new (BALANCE_SEVERITY_NOTE, "test", &place, &message, NULL, NULL);
  shown = balance_problem_get_found (problem);
  ck_assert_int_eq (g_utf8_strlen (shown, -1), 201);
  ck_assert (g_str_has_suffix (shown, "x…"));
  ck_assert_str_eq (balance_problem_get_message (problem, "zh"), "");
}
END_TEST

START_TEST (problem_properties)
{
  g_autoptr(BalanceProblem) problem = NULL;
  g_autofree char *file = NULL;
  BalancePlace place = { .file = "f", .row = 4 };
  BalanceText message = { NULL, NULL };
  BalanceSeverity severity;
  guint row;

  problem = balance_problem_new (BALANCE_SEVERITY_WARNING, "test", &place, &message, NULL, NULL);
  g_object_get (problem, "file", &file, "row", &row, "severity", &severity, NULL);
  ck_assert_str_eq (file, "f");
  ck_assert_uint_eq (row, 4);
  ck_assert_int_eq (severity, BALANCE_SEVERITY_WARNING);
  ck_assert_str_eq (balance_problem_get_kind (problem), "test");
}
END_TEST

static void
add_row (BalanceProblems *problems,
         const char      *kind,
         BalanceSeverity  severity,
         const char      *file,
         guint            row)
{
  BalancePlace place = { .file = file, .row = row };

  balance_problems_add_literal (problems, severity, kind, &place, "bad", "坏", NULL, NULL, NULL, NULL);
}

START_TEST (problems_bounded_and_sorted)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(GListModel) list = NULL;
  g_autoptr(BalanceProblem) first = NULL;
  g_autoptr(BalanceProblem) last = NULL;
  g_autoptr(BalanceProblem) other_file = NULL;
  g_autoptr(GError) error = NULL;
  guint n;

  for (guint i = 0; i < 1500; i++)
    add_row (problems, "cell", BALANCE_SEVERITY_ERROR, "b.csv", 2000 - i);
  add_row (problems, "other", BALANCE_SEVERITY_WARNING, "a.csv", 1);

  ck_assert_uint_eq (balance_problems_count (problems, BALANCE_SEVERITY_ERROR), 1500);
  ck_assert_uint_eq (balance_problems_count (problems, BALANCE_SEVERITY_NOTE), 1501);

  list = balance_problems_dup_list (problems);
  n = g_list_model_get_n_items (list);
  ck_assert_uint_eq (n, 1002);
  first = g_list_model_get_item (list, 0);
  ck_assert_uint_eq (balance_problem_get_row (first), 1001);
  other_file = g_list_model_get_item (list, 1000);
  ck_assert_str_eq (balance_problem_get_file (other_file), "a.csv");
  last = g_list_model_get_item (list, n - 1);
  ck_assert_str_eq (balance_problem_get_kind (last), "more");
  ck_assert_int_eq (balance_problem_get_severity (last), BALANCE_SEVERITY_ERROR);
  ck_assert_ptr_nonnull (strstr (balance_problem_get_message (last, "en"), "500"));
  ck_assert_ptr_nonnull (strstr (balance_problem_get_message (last, "zh"), "500"));

  balance_problems_throw (problems, BALANCE_ERROR_INVALID_DATA, &error);
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA));
  ck_assert_ptr_nonnull (strstr (error->message, "b.csv:1001: bad."));
  ck_assert_ptr_nonnull (strstr (error->message, "b.csv:1001: 坏。"));
  ck_assert_ptr_nonnull (strstr (error->message, "1500"));
  ck_assert_ptr_null (strstr (error->message, "b.csv:1004"));
}
END_TEST

/* -- YAML ------------------------------------------------------------------------------------------ */

static const struct
{
  const char *name;
  const char *data;
  const char *kind;
  guint       row, column;
} refusals[] = {
  { "anchor", "a: 1\nb: &x 2\n", "anchor", 2, 4 },
  { "alias", "a: 1\nb: [1, *x]\n", "alias", 2, 8 },
  { "tag", "a: 1\n\nb: !!str 2\n", "tag", 3, 4 },
  { "local tag", "a: !x {}\n", "tag", 1, 4 },
  { "tag directive", "%TAG ! tag:x,2000:\n---\na: 1\n", "tag", 1, 1 },
  { "duplicate key", "a: 1\nb: 2\na: 3\n", "duplicate-key", 3, 1 },
  { "duplicate quoted key", "{a: 1, 'a': 2}\n", "duplicate-key", 1, 8 },
  { "list as key", "a: 1\n[b]: 2\n", "key", 2, 1 },
  { "mapping as key", "? {a: 1}\n: 2\n", "key", 1, 3 },
  { "two documents", "a: 1\n---\nb: 2\n", "several-documents", 2, 1 },
  { "empty", "", "empty", 1, 1 },
  { "only comments", "# nothing\n\n", "empty", 1, 1 },
  { "empty document", "---\n", "empty", 2, 1 },
  { "unclosed brace", "a: {b: 1\nc: 2\n", "syntax", 2, 2 },
  { "unclosed quote", "a: 'b\nc: 2\n", "syntax", 3, 1 },
  { "second colon", "a: 1\nb: c: d\n", "syntax", 2, 5 },
  { "tab", "a:\n\tb: 1\n", "syntax", 2, 1 },
  { "bad indent", "a:\n  b: 1\n c: 2\n", "syntax", 3, 2 },
  { "control", "a: 1\nb: 学\x01\n", "syntax", 2, 5 },
  { "not UTF-8", "a: 1\nb: \xd0\xa1\xff\n", "encoding", 2, 5 },
  { "UTF-16", "\xff\xfe" "a", "encoding", 1, 1 },
  { "escaped NUL", "a: 1\nb: \"x\\0y\"\n", "nul", 2, 4 },
};

START_TEST (yaml_refusal)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(BalanceYaml) root = NULL;
  g_autoptr(GListModel) list = NULL;
  g_autoptr(BalanceProblem) problem = NULL;

  root = balance_yaml_parse (refusals[_i].data, strlen (refusals[_i].data), "f.yaml", problems);
  ck_assert_msg (root == NULL, "%s", refusals[_i].name);
  list = balance_problems_dup_list (problems);
  ck_assert_msg (g_list_model_get_n_items (list) == 1, "%s: %u", refusals[_i].name, g_list_model_get_n_items (list));
  problem = g_list_model_get_item (list, 0);
  ck_assert_str_eq (balance_problem_get_kind (problem), refusals[_i].kind);
  ck_assert_msg (balance_problem_get_row (problem) == refusals[_i].row &&
                 balance_problem_get_column (problem) == refusals[_i].column,
                 "%s: %u:%u", refusals[_i].name, balance_problem_get_row (problem), balance_problem_get_column (problem));
  ck_assert_str_eq (balance_problem_get_file (problem), "f.yaml");
  ck_assert_str_ne (balance_problem_get_message (problem, "zh"), balance_problem_get_message (problem, "en"));
}
END_TEST

START_TEST (yaml_all_faults_at_once)
{
  static const char data[] = "a: &x 1\nb: *x\na: !t 2\n";
  g_autoptr(BalanceProblems) problems = balance_problems_new ();

  ck_assert_ptr_null (balance_yaml_parse (data, strlen (data), "f", problems));
  ck_assert_uint_eq (balance_problems_count (problems, BALANCE_SEVERITY_ERROR), 4);
}
END_TEST

START_TEST (yaml_nul_byte)
{
  static const char data[] = "a: 1\nb: x\0y\n";
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(GListModel) list = NULL;
  g_autoptr(BalanceProblem) problem = NULL;

  ck_assert_ptr_null (balance_yaml_parse (data, sizeof data - 1, "f", problems));
  list = balance_problems_dup_list (problems);
  problem = g_list_model_get_item (list, 0);
  ck_assert_str_eq (balance_problem_get_kind (problem), "nul");
  ck_assert_uint_eq (balance_problem_get_row (problem), 2);
  ck_assert_uint_eq (balance_problem_get_column (problem), 5);
}
END_TEST

static gboolean
parses (const char *data)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(BalanceYaml) root = balance_yaml_parse (data, strlen (data), "f", problems);

  ck_assert ((root != NULL) == (balance_problems_count (problems, BALANCE_SEVERITY_NOTE) == 0));
  return root != NULL;
}

START_TEST (yaml_limits)
{
  g_autofree char *open = g_strnfill (100000, '[');
  g_autofree char *deep_open = g_strnfill (65, '[');
  g_autofree char *deep_close = g_strnfill (65, ']');
  g_autofree char *deep = g_strconcat (deep_open, deep_close, NULL);
  g_autofree char *deeper = g_strconcat ("[", deep, "]", NULL);
  g_autofree char *large = g_strnfill (BALANCE_DATA_MAX_SIZE + 1, ' ');
  g_autoptr(GString) many = g_string_new ("[");

  ck_assert (!parses (open));
  ck_assert (parses (deep));
  ck_assert (!parses (deeper));
  ck_assert (!parses (large));
  for (guint i = 0; i < 1000001; i++)
    g_string_append (many, "1,");
  g_string_append_c (many, ']');
  ck_assert (!parses (many->str));
}
END_TEST

/* Few keys are compared one by one, many are looked up. */
START_TEST (yaml_repeated_keys)
{
  static const guint sizes[] = { 2, 15, 16, 17, 18, 40 };

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (guint first = 0; first + 1 < sizes[s]; first++)
      {
        g_autoptr(GString) text = g_string_new (NULL);
        g_autoptr(BalanceProblems) problems = balance_problems_new ();
        g_autoptr(GListModel) list = NULL;
        g_autoptr(BalanceProblem) problem = NULL;
        g_autofree char *expected = g_strdup_printf ("The key \"k%u\" is given twice; the first is in line %u.", first, first + 1);

        for (guint i = 0; i < sizes[s]; i++)
          g_string_append_printf (text, "k%u: [a, {b: c}]\n", i);
        ck_assert (parses (text->str));
        g_string_append_printf (text, "k%u: x\n", first);
        ck_assert_ptr_null (balance_yaml_parse (text->str, text->len, "f", problems));
        list = balance_problems_dup_list (problems);
        ck_assert_uint_eq (g_list_model_get_n_items (list), 1);
        problem = g_list_model_get_item (list, 0);
        ck_assert_str_eq (balance_problem_get_kind (problem), "duplicate-key");
        ck_assert_uint_eq (balance_problem_get_row (problem), sizes[s] + 1);
        ck_assert_str_eq (balance_problem_get_message (problem, "en"), expected);
      }
}
END_TEST

static char *
dup_flow (const BalanceYaml *node)
{
  GString *text;

  if (node->type == BALANCE_YAML_SCALAR)
    return g_strdup (node->text);
  text = g_string_new (node->type == BALANCE_YAML_SEQUENCE ? "[" : "{");
  for (guint i = 0; i < node->n_items; i++)
    {
      g_autofree char *item = dup_flow (node->items[i]);

      if (i > 0)
        g_string_append_c (text, ' ');
      if (node->type == BALANCE_YAML_MAPPING)
        g_string_append_printf (text, "%s:", node->keys[i]->text);
      g_string_append (text, item);
    }
  g_string_append_c (text, node->type == BALANCE_YAML_SEQUENCE ? ']' : '}');

  return g_string_free (text, FALSE);
}

/* A tree that is changed, with nodes of another that is gone before it. */
START_TEST (yaml_changes)
{
  static const char data[] = "list: [a]\nmap: {x: 1, y: 2}\nempty: []\n", other_data[] = "\nk: {deep: [1, [2]], z: 'q'}\n";
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(BalanceYaml) root = balance_yaml_parse (data, strlen (data), "f", problems);
  BalanceYaml *other = balance_yaml_parse (other_data, strlen (other_data), "g", problems);
  BalanceYaml *list = balance_yaml_get (root, "list"), *map = balance_yaml_get (root, "map"), *copy, *empty;
  g_autofree char *text = NULL;

  copy = balance_yaml_copy (root, balance_yaml_get (other, "k"));
  for (guint i = 0; i < 9; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i);
      BalanceYaml *item = balance_yaml_new_at (root, BALANCE_YAML_SCALAR, number, other->keys[0]);

      balance_yaml_append (list, item);
      balance_yaml_set (map, balance_yaml_copy (root, item), item);
    }
  balance_yaml_free (other);
  balance_yaml_set (map, map->keys[0], copy);
  balance_yaml_remove (list, 0);
  balance_yaml_remove (map, 1);
  balance_yaml_remove (map, map->n_items - 1);
  balance_yaml_set_text (list->items[0], "zero");
  empty = balance_yaml_get (root, "empty");
  balance_yaml_append (empty, balance_yaml_new_at (root, BALANCE_YAML_MAPPING, NULL, root));

  text = dup_flow (root);
  ck_assert_str_eq (text, "{list:[zero 1 2 3 4 5 6 7 8] map:{x:{deep:[1 [2]] z:q} 0:zero 1:1 2:2 3:3 4:4 5:5 6:6 7:7} empty:[{}]}");
  ck_assert_str_eq (copy->file, "g");
  ck_assert_uint_eq (copy->line, 2);
  ck_assert_uint_eq (copy->column, 4);
  ck_assert (balance_yaml_get (copy, "z")->quoted);
  ck_assert_str_eq (list->items[1]->file, "g");
  ck_assert_str_eq (map->file, "f");
}
END_TEST

/* -- trees that lie in the library ------------------------------------------------------------------ */

static void
same_tree (const BalanceYaml *a, const BalanceYaml *b)
{
  ck_assert_int_eq (a->type, b->type);
  ck_assert_int_eq (a->quoted, b->quoted);
  ck_assert_uint_eq (a->line, b->line);
  ck_assert_uint_eq (a->column, b->column);
  ck_assert_uint_eq (a->n_items, b->n_items);
  ck_assert_pstr_eq (a->file, b->file);
  ck_assert_pstr_eq (a->text, b->text);
  for (guint i = 0; i < a->n_items; i++)
    {
      if (a->type == BALANCE_YAML_MAPPING)
        same_tree (a->keys[i], b->keys[i]);
      same_tree (a->items[i], b->items[i]);
    }
}

static const char *const shipped_files[] = {
  "bundles.yaml", "fields.yaml", "checks/cn-compulsory.yaml", "forms/cn-2017-quality.yaml", "standards/cn-2012-basic.yaml",
  "standards/cn-2017-quality.yaml", "standards/cn-2020-preschool.yaml", "words.yaml",
};

START_TEST (yaml_shipped)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autofree char *path = balance_data_path (shipped_files[_i]), *text = NULL, *edited = NULL;
  g_autoptr(BalanceYaml) root = NULL;
  g_autoptr(BalanceYaml) parsed = NULL;
  gsize length;

  ck_assert (g_file_get_contents (path, &text, &length, NULL));
  edited = g_strconcat (text, "# edited\n", NULL);
  root = balance_yaml_parse (text, length, "f", problems);
  parsed = balance_yaml_parse (edited, strlen (edited), "f", problems);
  ck_assert_ptr_nonnull (root);
  ck_assert_ptr_nonnull (parsed);
  /* built for another machine, all is parsed */
#if __has_include ("base/balance-yaml-shipped-trees.h")
  ck_assert (balance_yaml_is_shipped (root));
#endif
  ck_assert (!balance_yaml_is_shipped (parsed));
  same_tree (root, parsed);

  /* one letter is enough to be another file */
  g_clear_pointer (&parsed, balance_yaml_free);
  text[2] = '~';
  parsed = balance_yaml_parse (text, length, "f", problems);
  ck_assert (parsed == NULL || !balance_yaml_is_shipped (parsed));

  if (root->type == BALANCE_YAML_MAPPING)
    balance_yaml_remove (root, 0);
  else
    balance_yaml_append (root, root->items[0]);
  ck_assert (!balance_yaml_is_shipped (root));
}
END_TEST

START_TEST (yaml_tree)
{
  static const char data[] =
    "\xef\xbb\xbf# comment\n"
    "- {id: R1, title: {zh: 甲, en: 'A: b'}, empty: '', blank: }\n"
    "- id: R2\n"
    "  title: 乙\n"
    "  list: [a, b]\n"
    "  block: |\n"
    "    two\n"
    "    lines\n";
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(BalanceYaml) root = balance_yaml_parse (data, strlen (data), "f", problems);
  g_auto(GStrv) list = NULL;
  g_auto(GStrv) single = NULL;
  BalanceText text = { NULL, NULL };
  const BalanceYaml *first, *second;

  ck_assert_ptr_nonnull (root);
  ck_assert_uint_eq (root->n_items, 2);
  first = root->items[0];
  second = root->items[1];
  ck_assert_uint_eq (first->line, 2);
  ck_assert_uint_eq (second->line, 3);
  ck_assert_uint_eq (balance_yaml_get (second, "list")->line, 5);
  ck_assert_uint_eq (balance_yaml_get (second, "list")->column, 9);

  ck_assert (balance_yaml_get_text (balance_yaml_get (first, "title"), &text, "f", problems));
  ck_assert_str_eq (text.zh, "甲");
  ck_assert_str_eq (text.en, "A: b");
  ck_assert (balance_yaml_get_text (balance_yaml_get (second, "title"), &text, "f", problems));
  ck_assert_str_eq (text.en, "乙");
  ck_assert (balance_yaml_get_text (NULL, &text, "f", problems));
  ck_assert_ptr_null (text.en);

  ck_assert_str_eq (balance_yaml_get_string (first, "empty", "f", problems), "");
  ck_assert_str_eq (balance_yaml_get_string (second, "block", "f", problems), "two\nlines\n");
  ck_assert (balance_yaml_get (second, "block")->quoted);
  ck_assert (!balance_yaml_get (second, "id")->quoted);
  ck_assert_ptr_null (balance_yaml_get_string (second, "absent", "f", problems));
  ck_assert_ptr_null (balance_yaml_get (NULL, "x"));
  ck_assert_ptr_null (balance_yaml_dup_strv (NULL, "f", problems));

  list = balance_yaml_dup_strv (balance_yaml_get (second, "list"), "f", problems);
  ck_assert_uint_eq (g_strv_length (list), 2);
  ck_assert_str_eq (list[1], "b");
  single = balance_yaml_dup_strv (balance_yaml_get (second, "id"), "f", problems);
  ck_assert_str_eq (single[0], "R2");
  ck_assert_uint_eq (balance_problems_count (problems, BALANCE_SEVERITY_NOTE), 0);

  ck_assert_ptr_null (balance_yaml_get_string (first, "blank", "f", problems));
  ck_assert_uint_eq (balance_problems_count (problems, BALANCE_SEVERITY_NOTE), 1);
  ck_assert_ptr_null (balance_yaml_get_string (second, "list", "f", problems));
  ck_assert_uint_eq (balance_problems_count (problems, BALANCE_SEVERITY_NOTE), 2);
  ck_assert (!balance_yaml_check_keys (second, (const char *const[]) { "id", "title", "list", NULL }, "f", problems));
  ck_assert_uint_eq (balance_problems_count (problems, BALANCE_SEVERITY_NOTE), 3);
  ck_assert (!balance_yaml_get_text (second, &text, "f", problems));
  balance_text_clear (&text);
}
END_TEST

/* -- data files ------------------------------------------------------------------------------------ */

START_TEST (data_read)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(GBytes) bytes = NULL;
  BalanceError code = BALANCE_ERROR_INVALID_DATA;

  ck_assert_ptr_null (balance_data_read ("/nonexistent/x.yaml", problems, &code));
  ck_assert_int_eq (code, BALANCE_ERROR_NOT_FOUND);
  ck_assert_ptr_null (balance_data_read ("/dev/zero", problems, &code));
  ck_assert_int_eq (code, BALANCE_ERROR_FAILED);
  ck_assert_ptr_null (balance_data_read ("/", problems, NULL));
  ck_assert_uint_eq (balance_problems_count (problems, BALANCE_SEVERITY_ERROR), 3);
}
END_TEST

START_TEST (data_path)
{
  g_autofree char *dir = g_dir_make_tmp ("balance-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (dir, "x.yaml", NULL);
  g_autofree char *path = NULL;
  g_autofree char *absent = NULL;
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(GBytes) bytes = NULL;

  ck_assert (g_file_set_contents (file, "a: 1\n", -1, NULL));
  g_setenv ("BALANCE_DATA_DIR", dir, TRUE);
  path = balance_data_path ("x.yaml");
  absent = balance_data_path ("y.yaml");
  bytes = balance_data_read (file, problems, NULL);
  g_remove (file);
  g_rmdir (dir);

  ck_assert_str_eq (path, file);
  ck_assert_ptr_null (absent);
  ck_assert_uint_eq (g_bytes_get_size (bytes), 5);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("base");
  TCase *tcase;
  SRunner *runner;
  int n_failed;

  tcase = tcase_create ("decimal");
  tcase_add_loop_test (tcase, decimal_parse, 0, G_N_ELEMENTS (decimals));
  tcase_add_loop_test (tcase, decimal_from_double, 0, G_N_ELEMENTS (doubles));
  tcase_add_test (tcase, decimal_scale);
  tcase_add_loop_test (tcase, date_table, 0, G_N_ELEMENTS (dates));
  suite_add_tcase (suite, tcase);

  tcase = tcase_create ("text");
  tcase_add_loop_test (tcase, text_width, 0, G_N_ELEMENTS (widths));
  tcase_add_test (tcase, text_valid);
  tcase_add_test (tcase, text_languages);
  suite_add_tcase (suite, tcase);

  tcase = tcase_create ("problem");
  tcase_add_loop_test (tcase, problem_text, 0, G_N_ELEMENTS (problem_texts));
  tcase_add_test (tcase, problem_cuts_long_text);
  tcase_add_test (tcase, problem_properties);
  tcase_add_test (tcase, problems_bounded_and_sorted);
  suite_add_tcase (suite, tcase);

  tcase = tcase_create ("yaml");
  tcase_set_timeout (tcase, 20);
  tcase_add_loop_test (tcase, yaml_refusal, 0, G_N_ELEMENTS (refusals));
  tcase_add_test (tcase, yaml_all_faults_at_once);
  tcase_add_test (tcase, yaml_nul_byte);
  tcase_add_test (tcase, yaml_limits);
  tcase_add_test (tcase, yaml_repeated_keys);
  tcase_add_test (tcase, yaml_changes);
  tcase_add_test (tcase, yaml_tree);
  tcase_add_loop_test (tcase, yaml_shipped, 0, G_N_ELEMENTS (shipped_files));
  suite_add_tcase (suite, tcase);

  tcase = tcase_create ("data");
  tcase_add_test (tcase, data_read);
  tcase_add_test (tcase, data_path);
  suite_add_tcase (suite, tcase);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
