/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/balance-json-private.h"
#include "report/balance-wording-private.h"

static void
assert_width (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      ck_assert_msg (balance_text_width (lines[i]) <= BALANCE_LAYOUT_WIDTH, "too wide: %s", lines[i]);
      ck_assert_msg (!g_str_has_suffix (lines[i], " "), "blank at the end: %s", lines[i]);
    }
}

static char *
paragraph (const char *text)
{
  BalanceLayout layout;

  balance_layout_init (&layout, BALANCE_LANGUAGE_ZH, FALSE);
  balance_layout_paragraph (&layout, 2, 4, BALANCE_INK_BAD, text);

  return balance_layout_end (&layout);
}

START_TEST (test_paragraph_short)
{
  g_autofree char *text = paragraph ("达标 met");

  ck_assert_str_eq (text, "  达标 met\n");
}
END_TEST

START_TEST (test_paragraph_wraps)
{
  GString *source = g_string_new (NULL);
  g_autofree char *text = NULL, *joined = NULL;
  g_auto (GStrv) lines = NULL;

  for (guint i = 0; i < 40; i++)
    g_string_append (source, "校际差异系数，mean（均值）");
  text = paragraph (source->str);
  assert_width (text);

  /* Nothing is lost, and no line begins with what must not stand there. */
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      ck_assert (!g_str_has_prefix (g_strchug (lines[i]), "，"));
      ck_assert (!g_str_has_prefix (lines[i], "）"));
      ck_assert (!g_str_has_suffix (lines[i], "（"));
    }
  joined = g_strjoinv ("", lines);
  ck_assert_str_eq (joined, source->str);
  g_string_free (source, TRUE);
}
END_TEST

START_TEST (test_paragraph_long_word)
{
  g_autofree char *word = g_strnfill (500, 'x');
  g_autofree char *text = paragraph (word);
  guint n = 0;

  assert_width (text);
  for (const char *p = text; *p != '\0'; p++)
    n += *p == 'x';
  ck_assert_uint_eq (n, 500);
}
END_TEST

START_TEST (test_control_characters)
{
  static const char *const nasty[] = { "a\033[2Jb", "a\001b", "a\302\233b", "a\342\200\256b", "a\rb", "a\377b" };

  for (guint i = 0; i < G_N_ELEMENTS (nasty); i++)
    {
      g_autofree char *text = paragraph (nasty[i]);

      ck_assert (g_utf8_validate (text, -1, NULL));
      ck_assert_msg (strpbrk (text, "\033\001\r") == NULL, "case %u", i);
      ck_assert_msg (strstr (text, "\342\200\256") == NULL && strstr (text, "\302\233") == NULL, "case %u", i);
      ck_assert_msg (strchr (text, 'a') != NULL && strchr (text, 'b') != NULL, "case %u", i);
    }
}
END_TEST

START_TEST (test_colour)
{
  BalanceLayout layout;
  g_autofree char *text = NULL;

  balance_layout_init (&layout, BALANCE_LANGUAGE_EN, TRUE);
  balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_GOOD, "met");
  balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_PLAIN, "plain");
  text = balance_layout_end (&layout);
  ck_assert_str_eq (text, "\033[32mmet\033[0m\nplain\n");
}
END_TEST

START_TEST (test_row)
{
  const BalanceLayoutCell cells[] = {
    { "生均教学及辅助用房", 10, FALSE, BALANCE_INK_PLAIN },
    { "3.57", 6, TRUE, BALANCE_INK_PLAIN },
    { NULL, 4, FALSE, BALANCE_INK_PLAIN },
    { "达标", 6, FALSE, BALANCE_INK_PLAIN },
  };
  BalanceLayout layout;
  g_autofree char *text = NULL;

  balance_layout_init (&layout, BALANCE_LANGUAGE_ZH, FALSE);
  balance_layout_row (&layout, 1, cells, G_N_ELEMENTS (cells));
  text = balance_layout_end (&layout);
  ck_assert_str_eq (text, " 生均教学及    3.57        达标\n 辅助用房\n");
}
END_TEST

START_TEST (test_numbers)
{
  static const struct
  {
    double      number;
    int         decimals;
    const char *unit, *text;
  } cases[] = {
    { 3.5698, 2, "m2/pupil", "3.57" },
    { 0.97123, 1, "%", "97.1 %" },
    { 0.0, 2, NULL, "0.00" },
    { -1.25, 1, NULL, "-1.2" },
    { 100.0, 0, NULL, "100" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = balance_number_text (cases[i].number, cases[i].decimals, cases[i].unit);

      ck_assert_str_eq (text, cases[i].text);
    }

  {
    g_autofree char *missing = balance_number_text ((double) NAN, 2, NULL);
    g_autofree char *missing_exact = balance_number_exact ((double) NAN);

    ck_assert_str_eq (missing, "–");
    ck_assert_str_eq (missing_exact, "");
  }
}
END_TEST

/* A printed figure never looks as if it were on the other side of the limit, or on it. */
START_TEST (test_numbers_beside_limit)
{
  static const struct
  {
    double      number, limit;
    int         decimals;
    const char *text;
  } cases[] = {
    { 0.501787, 0.50, 3, "0.502" },
    { 0.50004, 0.50, 3, "0.50004" },
    { 0.4999996, 0.50, 3, "0.4999996" },
    { 0.50, 0.50, 3, "0.500" },
    { 0.312, 0.50, 3, "0.312" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = balance_number_text_beside (cases[i].number, cases[i].limit, cases[i].decimals, NULL);

      ck_assert_str_eq (text, cases[i].text);
    }
}
END_TEST

START_TEST (test_numbers_exact)
{
  static const double numbers[] = { 0.1, 1.0 / 3.0, 0.5152566298844764, 1e22, 123456789.125, 5e-324 };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *text = balance_number_exact (numbers[i]);
      double back = g_ascii_strtod (text, NULL);

      ck_assert (memcmp (&back, &numbers[i], sizeof back) == 0);
    }

  {
    g_autofree char *tenth = balance_number_exact (0.1);

    ck_assert_str_eq (tenth, "0.1");
  }
}
END_TEST

/* In a page nothing that stands in a text ends the element around it, opens a comment or ends a line of a script. */
START_TEST (test_json_strings)
{
  static const struct
  {
    const char *text, *plain, *in_html;
  } cases[] = {
    { NULL, "null", "null" },
    { "", "\"\"", "\"\"" },
    { "学校", "\"学校\"", "\"学校\"" },
    { "a\"b\\c", "\"a\\\"b\\\\c\"", "\"a\\\"b\\\\c\"" },
    { "\n\t\001\177", "\"\\n\\t\\u0001\\u007f\"", "\"\\n\\t\\u0001\\u007f\"" },
    { "</script>", "\"</script>\"", "\"\\u003c/script\\u003e\"" },
    { "<!--&", "\"<!--&\"", "\"\\u003c!--\\u0026\"" },
    { "a\342\200\250b\342\200\251", "\"a\342\200\250b\342\200\251\"", "\"a\\u2028b\\u2029\"" },
    { "\342\200\246\342\200", "\"\342\200\246\357\277\275\357\277\275\"", "\"\342\200\246\357\277\275\357\277\275\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) plain = g_string_new (NULL), in_html = g_string_new (NULL);
      BalanceJson json = { in_html, TRUE, TRUE };

      balance_json_append_string (plain, cases[i].text);
      balance_json_string (&json, cases[i].text);
      ck_assert_str_eq (plain->str, cases[i].plain);
      ck_assert_str_eq (in_html->str, cases[i].in_html);
    }
}
END_TEST

START_TEST (test_json_members)
{
  static const char *const words[] = { "a", "b", NULL };
  g_autoptr (GString) text = g_string_new (NULL);
  BalanceJson json = { text, TRUE, FALSE };

  balance_json_begin (&json, '{');
  balance_json_add_string (&json, "s", "x");
  balance_json_add_strings (&json, "l", words);
  balance_json_add_strings (&json, "none", NULL);
  balance_json_add_number (&json, "n", 0.1);
  balance_json_add_number (&json, "missing", (double) NAN);
  balance_json_add_count (&json, "c", 3);
  balance_json_add_flag (&json, "f", TRUE);
  balance_json_end (&json, '}');
  ck_assert_str_eq (text->str, "{\"s\":\"x\",\"l\":[\"a\",\"b\"],\"none\":[],\"n\":0.1,\"missing\":null,\"c\":3,\"f\":true}");
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("report");
  TCase *layout = tcase_create ("layout");
  TCase *numbers = tcase_create ("numbers");
  TCase *json = tcase_create ("json");
  SRunner *runner;
  int n_failed;

  tcase_add_test (layout, test_paragraph_short);
  tcase_add_test (layout, test_paragraph_wraps);
  tcase_add_test (layout, test_paragraph_long_word);
  tcase_add_test (layout, test_control_characters);
  tcase_add_test (layout, test_colour);
  tcase_add_test (layout, test_row);
  suite_add_tcase (suite, layout);

  tcase_add_test (numbers, test_numbers);
  tcase_add_test (numbers, test_numbers_beside_limit);
  tcase_add_test (numbers, test_numbers_exact);
  suite_add_tcase (suite, numbers);

  tcase_add_test (json, test_json_strings);
  tcase_add_test (json, test_json_members);
  suite_add_tcase (suite, json);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
