/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The formula language: what its texts mean, and which of them are refused where. */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <balance/balance.h>

#include "formula/balance-expression-private.h"

/* -- syntax ------------------------------------------------------------------------------------------- */

/* A tree as (operator arguments). */
static void
write_tree (GString *text, const BalanceExpression *e)
{
  static const char *const names[] = {
    "number", "text", "name", "list", "if", "or", "and", "not", "==", "!=", "<", "<=", ">", ">=", "in",
    "+", "-", "*", "/", "neg", "call",
  };

  switch (e->kind)
    {
    case BALANCE_EXPRESSION_NUMBER:
      {
        g_autofree char *number = balance_decimal_to_string (&e->number);

        g_string_append_printf (text, "%s%s%s%s", number, e->percent ? "%" : "", e->unit != NULL ? " " : "", e->unit != NULL ? e->unit : "");
      }
      return;
    case BALANCE_EXPRESSION_TEXT:
      g_string_append_printf (text, "'%s'", e->text);
      return;
    case BALANCE_EXPRESSION_NAME:
      g_string_append (text, e->text);
      return;
    default:
      break;
    }

  g_string_append_printf (text, "(%s", e->kind == BALANCE_EXPRESSION_CALL ? e->text : names[e->kind]);
  for (guint i = 0; i < e->n_args; i++)
    {
      g_string_append_c (text, ' ');
      write_tree (text, e->args[i]);
    }
  if (e->weight != NULL)
    {
      g_string_append (text, " :weight ");
      write_tree (text, e->weight);
    }
  if (e->over != NULL)
    g_string_append_printf (text, " :over %s", e->over);
  if (e->where != NULL)
    {
      g_string_append (text, " :where ");
      write_tree (text, e->where);
    }
  g_string_append_c (text, ')');
}

static const struct
{
  const char *formula;
  const char *tree;
} trees[] = {
  { "1", "1" },
  { " \t\n\r1 \n", "1" },
  { ".5", "0.5" },
  { "0.50", "0.50" },
  { "85%", "0.85%" },
  { "85 %", "0.85%" },
  { "100 pupil", "100 pupil" },
  { "'a'", "'a'" },
  { "'it''s'", "'it's'" },
  { "''", "''" },
  { "'学校'", "'学校'" },
  { "a_1", "a_1" },
  { "q.requirement", "q.requirement" },
  { "a + b - c", "(- (+ a b) c)" },
  { "a - b - c", "(- (- a b) c)" },
  { "a - (b - c)", "(- a (- b c))" },
  { "a / b / c", "(/ (/ a b) c)" },
  { "a + b * c", "(+ a (* b c))" },
  { "(a + b) * c", "(* (+ a b) c)" },
  { "-a * b", "(* (neg a) b)" },
  { "a * -b", "(* a (neg b))" },
  { "a - -b", "(- a (neg b))" },
  { "--a", "(neg (neg a))" },
  { "a / b < c + 1", "(< (/ a b) (+ c 1))" },
  { "a <= b", "(<= a b)" },
  { "a > b", "(> a b)" },
  { "a >= b", "(>= a b)" },
  { "a == b", "(== a b)" },
  { "a != b", "(!= a b)" },
  { "a in [1, 2]", "(in a (list 1 2))" },
  { "a in ['x']", "(in a (list 'x'))" },
  { "a not in ['x', 'y']", "(not (in a (list 'x' 'y')))" },
  { "a or b and c", "(or a (and b c))" },
  { "(a or b) and c", "(and (or a b) c)" },
  { "not a and b", "(and (not a) b)" },
  { "not a == b", "(not (== a b))" },
  { "not not a", "(not (not a))" },
  { "a or b or c", "(or (or a b) c)" },
  { "if a then b else c", "(if a b c)" },
  { "if a then 1 else if b then 2 else 3", "(if a 1 (if b 2 3))" },
  { "if a then b else c + 1", "(if a b (+ c 1))" },
  { "(if a then b else c) + 1", "(+ (if a b c) 1)" },
  { "f()", "(f)" },
  { "min(a, b, c)", "(min a b c)" },
  { "min (a)", "(min a)" },
  { "sum(a / b)", "(sum (/ a b))" },
  { "sum(a over schools)", "(sum a :over schools)" },
  { "mean(a weighted by b over sections where c == 1)", "(mean a :weight b :over sections :where (== c 1))" },
  { "count(a > 1 over districts where b)", "(count (> a 1) :over districts :where b)" },
  { "share(not a over stages)", "(share (not a) :over stages)" },
  { "a+b", "(+ a b)" },
  { "a<b", "(< a b)" },
  { "1-2", "(- 1 2)" },
  { "2*3%", "(* 2 0.03%)" },
};

START_TEST (parsing)
{
  g_autoptr (BalanceProblems) problems = balance_problems_new ();
  BalancePlace place = { .file = "formula" };
  g_autoptr (BalanceExpression) e = balance_expression_parse (trees[_i].formula, &place, problems);
  GString *text = g_string_new (NULL);
  g_autofree char *stripped = g_strstrip (g_strdup (trees[_i].formula));

  ck_assert_msg (e != NULL, "%s", trees[_i].formula);
  ck_assert_uint_eq (balance_problems_count (problems, BALANCE_SEVERITY_NOTE), 0);
  write_tree (text, e);
  ck_assert_str_eq (text->str, trees[_i].tree);
  ck_assert_str_eq (e->source, stripped);
  g_string_free (text, TRUE);
}
END_TEST

static const struct
{
  const char *formula;
  guint       column;   /* of the fault, from 1 */
} refused[] = {
  { "", 1 },
  { "   ", 4 },
  { "a +", 4 },
  { "a + * b", 5 },
  { "a b", 3 },
  { "(a", 3 },
  { "a)", 2 },
  { "()", 2 },
  { "f(a", 4 },
  { "f(a,)", 5 },
  { "f(,a)", 3 },
  { "f(a over classes)", 10 },
  { "f(a over)", 9 },
  { "f(a weighted b)", 14 },
  { "f(a where)", 10 },
  { "f(a where b over schools)", 13 },
  { "a == b == c", 8 },
  { "a < b < c", 7 },
  { "a = b", 3 },
  { "a ! b", 3 },
  { "a <> b", 4 },
  { "a in b", 6 },
  { "a in []", 7 },
  { "a in [b]", 7 },
  { "a in [1", 8 },
  { "a in [1,]", 9 },
  { "a not b", 7 },
  { "not", 4 },
  { "if a then b", 12 },
  { "if a else b", 6 },
  { "if then", 4 },
  { "then", 1 },
  { "weighted", 1 },
  { "a and", 6 },
  { "or a", 1 },
  { "'abc", 1 },
  { "a == 'abc", 6 },
  { "'a''", 1 },
  { "\"a\"", 1 },
  { "a & b", 3 },
  { "a; b", 2 },
  { "a ^ 2", 3 },
  { "学生 + 1", 1 },
  { "a == '学校' + 。", 13 },   /* characters are counted, not bytes */
  { "1.2.3", 4 },
  { "1e", 0 },
  { "12345678901234567890", 1 },
  { "0.1234567890123456789", 1 },
  { "1.", 1 },
  { ".", 1 },
  { "12 %%", 5 },
  { "a.", 2 },
  { ".a", 1 },
  { "a..b", 2 },
  { "a\xff", 2 },
  { "\xe5\xad", 1 },
  { "a == '\xf0\x9f", 6 },
  { "a \xf0", 3 },
};

START_TEST (refusing)
{
  g_autoptr (BalanceProblems) problems = balance_problems_new ();
  BalancePlace place = { .file = "formula", .row = 7, .column = 1 };
  g_autoptr (GListModel) list = NULL;
  g_autoptr (BalanceProblem) problem = NULL;
  g_autoptr (BalanceExpression) e = balance_expression_parse (refused[_i].formula, &place, problems);

  /* a number and a word after it may be a unit: that is for the dictionary to say */
  if (refused[_i].column == 0)
    {
      ck_assert (e != NULL);
      return;
    }
  ck_assert_msg (e == NULL, "“%s” is no formula", refused[_i].formula);
  ck_assert_uint_eq (balance_problems_count (problems, BALANCE_SEVERITY_ERROR), 1);
  list = balance_problems_dup_list (problems);
  problem = g_list_model_get_item (list, 0);
  ck_assert_str_eq (balance_problem_get_kind (problem), "formula");
  ck_assert_uint_eq (balance_problem_get_row (problem), 7);
  ck_assert_msg (balance_problem_get_column (problem) == refused[_i].column, "“%s”: column %u instead of %u",
                 refused[_i].formula, balance_problem_get_column (problem), refused[_i].column);
  ck_assert_ptr_nonnull (balance_problem_get_message (problem, "zh"));
  ck_assert (g_utf8_validate (balance_problem_get_message (problem, "en"), -1, NULL));
}
END_TEST

static gboolean
parses (const char *formula)
{
  g_autoptr (BalanceProblems) problems = balance_problems_new ();
  BalancePlace place = { .file = "formula" };
  g_autoptr (BalanceExpression) e = balance_expression_parse (formula, &place, problems);

  ck_assert_int_eq (e == NULL, balance_problems_count (problems, BALANCE_SEVERITY_ERROR) == 1);
  return e != NULL;
}

static char *
repeated (const char *before, guint n, const char *middle, const char *after)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, before);
  g_string_append (text, middle);
  for (guint i = 0; i < n; i++)
    g_string_append (text, after);

  return g_string_free (text, FALSE);
}

START_TEST (limits)
{
  static const struct { const char *before, *middle, *after; } nests[] = {
    { "(", "a", ")" }, { "not ", "a", "" }, { "-", "a", "" }, { "f(", "a", ")" },
    { "if a then ", "b", " else c" }, { "if ", "a", " then b else c" }, { "f(a where ", "a", ")" },
    { "f(a weighted by ", "a", ")" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (nests); i++)
    {
      g_autofree char *fits = repeated (nests[i].before, 99, nests[i].middle, nests[i].after);
      g_autofree char *deep = repeated (nests[i].before, 101, nests[i].middle, nests[i].after);
      g_autofree char *deeper = repeated (nests[i].before, 60000 / (guint) strlen (nests[i].before), nests[i].middle, "");

      ck_assert_msg (parses (fits), "99 times %s", nests[i].before);
      ck_assert_msg (!parses (deep), "101 times %s", nests[i].before);
      ck_assert (!parses (deeper));
    }

  {
    g_autofree char *fits = repeated ("a+", 2000, "a", ""), *more = repeated ("a+", 2001, "a", "");

    ck_assert (parses (fits));
    ck_assert (!parses (more));
  }
  {
    g_autofree char *fits = g_strnfill (65536, ' '), *more = g_strnfill (65537, ' '), *huge = g_strnfill (5000000, '(');

    fits[0] = more[0] = '1';
    ck_assert (parses (fits));
    ck_assert (!parses (more));
    ck_assert (!parses (huge));
  }
}
END_TEST

/* -- types, units and levels -------------------------------------------------------------------------- */

static const char head[] =
  "pack: test\n"
  "title: {zh: 测试, en: Test}\n"
  "reference: none\n"
  "stages: [primary, junior]\n"
  "weight: sc\n"
  "split: {fields: [kc], weights: {primary: 1, junior: 1.1}, by: sc}\n"
  "options:\n"
  "- {id: o, title: {zh: 选, en: O}, values: [x, y], default: x}\n"
  "fields:\n"
  "- {id: sc, level: section, type: count, unit: pupil, title: {zh: 甲一, en: A1}}\n"
  "- {id: sn, level: section, type: number, unit: m2, title: {zh: 甲二, en: A2}}\n"
  "- {id: sf, level: section, type: flag, title: {zh: 甲三, en: A3}}\n"
  "- {id: sd, level: section, type: date, title: {zh: 甲四, en: A4}}\n"
  "- {id: st, level: section, type: text, title: {zh: 甲五, en: A5}}\n"
  "- {id: kc, level: school, type: count, unit: book, title: {zh: 甲六, en: A6}}\n"
  "- {id: kn, level: school, type: number, title: {zh: 甲七, en: A7}}\n"
  "- {id: kx, level: school, type: amount, unit: yuan, title: {zh: 甲八, en: A8}}\n"
  "- {id: kk, level: school, type: choice, values: {a: {zh: 一, en: a}, b: {zh: 二, en: b}}, title: {zh: 甲九, en: A9}}\n"
  "- {id: kl, level: school, type: choice, values: {a: {zh: 一, en: a}, c: {zh: 三, en: c}}, title: {zh: 乙一, en: B1}}\n"
  "- {id: ka, level: school, type: attested, title: {zh: 乙二, en: B2}}\n"
  "- {id: df, level: district, type: flag, title: {zh: 乙三, en: B3}}\n"
  "- {id: dn, level: district, type: number, unit: pupil, title: {zh: 乙四, en: B4}}\n"
  "- {id: dc, level: district, type: count, unit: pupil, title: {zh: 乙五, en: B5}}\n"
  "- {id: rn, level: region, type: number, title: {zh: 乙六, en: B6}}\n"
  "- {id: ks, level: school, type: share, title: {zh: 乙七, en: B7}}\n"
  "- {id: cn, level: section, type: number, unit: m2/pupil, value: sn / sc, title: {zh: 乙八, en: B8}}\n"
  "indicators:\n"
  "- {id: ind, title: {zh: 指标, en: Indicator}, unit: book/pupil, value: kc / sc, at_least: 1}\n"
  "requirements:\n"
  "- {id: other, title: {zh: 另, en: Other}, value: df}\n"
  "- {id: deep, title: {zh: 深, en: Deep}, each: section, value: sf}\n";

static GListModel *
check_formula (const char *level, const char *unit, const char *formula)
{
  GString *pack = g_string_new (head);
  GBytes *bytes;
  GListModel *list;

  /* the formula begins in column 9 of the last line but one */
  g_string_append_printf (pack, "- id: tested\n  title: {zh: 试, en: Tested}\n  each: %s\n", level);
  if (unit != NULL)
    g_string_append_printf (pack, "  unit: '%s'\n  at_most: 1\n", unit);
  g_string_append_printf (pack, "  value:\n    \"%s\"\n", formula);
  bytes = g_string_free_to_bytes (pack);
  list = balance_standard_check (bytes, "test.yaml");
  g_bytes_unref (bytes);

  return list;
}

static const struct
{
  const char *level;
  const char *unit;     /* NULL: a condition */
  const char *formula;
  const char *kind;     /* NULL: no fault */
  guint       column;   /* in the formula, from 1; 0 = not asked */
} typings[] = {
  /* types */
  { "section", NULL, "sf", NULL, 0 },
  { "section", NULL, "sc", "type", 0 },
  { "section", "pupil", "sc", NULL, 0 },
  { "section", "pupil", "sf", "type", 0 },
  { "section", "pupil", "sd", "type", 0 },
  { "section", NULL, "kk", "type", 0 },
  { "section", NULL, "sf and sc", "type", 8 },
  { "section", NULL, "not sc", "type", 5 },
  { "section", NULL, "sf or ka and df", NULL, 0 },
  { "section", NULL, "sf + 1 > 2", "type", 4 },
  { "section", NULL, "-sf > 2", "type", 1 },
  { "section", NULL, "if sf then ka else df", NULL, 0 },
  { "section", NULL, "if sf then ka else 1", "type", 1 },
  { "section", NULL, "if sc then ka else df", "type", 4 },
  { "section", NULL, "(if sf then kk else kl) == 'a'", "type", 0 },
  { "section", NULL, "(if sf then kk else kk) == 'a'", NULL, 0 },
  { "section", NULL, "sf == ka", NULL, 0 },
  { "section", NULL, "sf < ka", "type", 4 },
  { "section", NULL, "st == 'abc'", NULL, 0 },
  { "section", NULL, "st < 'abc'", "type", 0 },
  { "section", NULL, "st == 1", "type", 0 },
  { "section", NULL, "sd < as_of", NULL, 0 },
  { "section", NULL, "sd < 2020", "type", 0 },
  { "section", NULL, "years(sd, as_of) >= 3", NULL, 0 },
  { "section", NULL, "years(sd, as_of) >= 3 year", NULL, 0 },
  { "section", NULL, "years(sd, as_of) >= 3 pupil", "unit", 0 },
  { "section", NULL, "years(sd) >= 3", "arguments", 0 },
  { "section", NULL, "years(sd, sc) >= 3", "type", 0 },
  { "section", NULL, "missing(sd) or missing(kk) or missing(st) or missing(sc) or missing(sf)", NULL, 0 },
  { "section", NULL, "missing(sd, sc)", "arguments", 0 },
  { "section", NULL, "nothing", "unknown-name", 1 },
  { "section", NULL, "sf and nothing", "unknown-name", 8 },
  { "section", NULL, "nothing(sc) > 1", "unknown-name", 1 },
  { "section", NULL, "a.b", "unknown-name", 1 },
  { "section", "1", "[1]", "formula", 1 },
  /* values of choices and options */
  { "section", NULL, "kk == 'a'", NULL, 0 },
  { "section", NULL, "'a' == kk", NULL, 0 },
  { "section", NULL, "kk == 'c'", "unknown-value", 0 },
  { "section", NULL, "kk != 'c'", "unknown-value", 0 },
  { "section", NULL, "kk in ['a', 'c']", "unknown-value", 13 },
  { "section", NULL, "kk not in ['a', 'b']", NULL, 0 },
  { "section", NULL, "kk in [1]", "type", 8 },
  { "section", NULL, "kk == 1", "type", 0 },
  { "section", NULL, "kk == kl", "type", 0 },
  { "section", NULL, "kk == kk", NULL, 0 },
  { "section", NULL, "stage == 'primary'", NULL, 0 },
  { "section", NULL, "stage == 'college'", "unknown-value", 0 },
  { "stage", NULL, "stage in ['primary']", NULL, 0 },
  { "school", NULL, "stage == 'primary'", "level", 0 },
  { "section", NULL, "o == 'x'", NULL, 0 },
  { "section", NULL, "o == 'z'", "unknown-value", 0 },
  { "section", NULL, "'z' == o", "unknown-value", 0 },
  { "section", NULL, "o != 'z'", "unknown-value", 0 },
  { "section", NULL, "o in ['x', 'y']", NULL, 0 },
  { "section", NULL, "o in ['x', 'z']", "unknown-value", 12 },
  { "section", NULL, "o == kk", "unknown-value", 0 },
  { "section", NULL, "o", "type", 0 },
  { "section", NULL, "sc in [1, 2 pupil]", NULL, 0 },
  { "section", NULL, "sc in [1, 2 m2]", "unit", 0 },
  { "section", NULL, "sc in ['x']", "type", 0 },
  /* units */
  { "section", "m2/pupil", "sn / sc", NULL, 0 },
  { "section", "m2/pupil", "cn", NULL, 0 },
  { "section", "m2", "sn / sc", "unit", 0 },
  { "section", "pupil/m2", "sn / sc", "unit", 0 },
  { "section", "m2", "cn * sc", NULL, 0 },
  { "section", "m2", "sn + sc", "unit", 4 },
  { "section", "m2", "sn + 1", NULL, 0 },
  { "section", "m2", "1 + sn", NULL, 0 },
  { "section", "m2", "sn + 1 pupil", "unit", 0 },
  { "section", "m2", "sn + 1 m2", NULL, 0 },
  { "section", "m2", "2 * sn", NULL, 0 },
  { "section", "m2", "2 m2 * sn", "unit", 0 },
  { "section", "m2", "max(sn, 3, 4 m2)", NULL, 0 },
  { "section", "m2", "max(sn, sc)", "unit", 0 },
  { "section", "m2", "if sf then sn else 0", NULL, 0 },
  { "section", "m2", "if sf then sn else sc", "unit", 0 },
  { "section", "m2", "abs(-sn)", NULL, 0 },
  { "section", "m2", "ceil(sn)", NULL, 0 },
  { "section", NULL, "sn > sc", "unit", 4 },
  { "section", NULL, "sn / sc >= 3.5 m2", "unit", 0 },
  { "section", NULL, "sn == 3", NULL, 0 },
  { "section", "1", "sn / sn", NULL, 0 },
  { "section", "%", "sn / sn", NULL, 0 },
  { "section", "%", "ks", NULL, 0 },
  { "section", "light-year", "sn", "unknown-unit", 0 },
  { "section", "m2", "3 parsec", "unknown-unit", 0 },
  { "section", "m2", "3", NULL, 0 },
  /* levels */
  { "section", NULL, "df", NULL, 0 },
  { "section", "pupil", "dn", NULL, 0 },
  { "section", "1", "rn", NULL, 0 },
  { "section", "pupil", "dc", "level", 1 },
  { "section", "book", "kc", NULL, 0 },
  { "section", "yuan", "kx", "level", 1 },
  { "school", "yuan", "kx", NULL, 0 },
  { "school", NULL, "sf", "level", 1 },
  { "school", "pupil", "sum(sc)", NULL, 0 },
  { "school", "book", "kc", NULL, 0 },
  { "stage", "book", "sum(kc over sections)", NULL, 0 },
  { "stage", "book", "sum(kc)", "level", 0 },
  { "stage", "book", "kc", "level", 0 },
  { "district", "book", "sum(kc)", NULL, 0 },
  { "district", "m2/pupil", "mean(cn)", NULL, 0 },
  { "district", "m2/pupil", "mean(cn weighted by sc)", NULL, 0 },
  { "district", "m2/pupil", "mean(cn weighted by sf)", "type", 0 },
  { "district", "m2/pupil", "sum(cn weighted by sc)", "arguments", 0 },
  { "district", "1", "cv(cn)", NULL, 0 },
  { "district", "m2/pupil", "cv(cn)", "unit", 0 },
  { "district", "m2/pupil", "min(cn)", NULL, 0 },
  { "district", "m2/pupil", "cn", "level", 1 },
  { "district", "1", "count(sf over sections)", NULL, 0 },
  { "district", "1", "count(sf)", "arguments", 0 },
  { "district", "1", "count(sc over sections)", "type", 0 },
  { "district", "1", "share(sf over sections where sc > 100)", NULL, 0 },
  { "district", "1", "share(sf over sections where sc)", "type", 0 },
  { "district", "1", "share(sf over schools)", "level", 0 },
  { "district", "1", "share(count(sf over sections) > 1 over schools)", NULL, 0 },
  { "district", "pupil", "sum(1)", "arguments", 0 },
  { "district", "pupil", "sum(sc, sc)", "arguments", 0 },
  { "district", "pupil", "sum(dn over districts)", "level", 0 },
  { "district", "pupil", "sum(sf)", "type", 0 },
  { "district", "1", "round(sc over sections)", "arguments", 0 },
  { "section", "1", "count(sf over sections)", "level", 0 },
  { "region", "1", "share(df over districts)", NULL, 0 },
  { "region", "pupil", "sum(dc)", NULL, 0 },
  { "region", NULL, "df", "level", 0 },
  { "district", "1", "share(df over districts)", "level", 0 },
  /* requirements */
  { "district", NULL, "other", NULL, 0 },
  { "section", NULL, "other", NULL, 0 },
  { "district", NULL, "deep", "level", 0 },
  { "district", "1", "share(deep over sections)", NULL, 0 },
  { "district", "book/pupil", "mean(ind)", NULL, 0 },
  { "section", "book/pupil", "ind", NULL, 0 },
  { "district", "point", "score(other)", NULL, 0 },
  { "district", "point", "score(ind)", "arguments", 0 },
  { "district", "point", "score(deep)", "level", 0 },
  { "district", "point", "points", "unknown-name", 0 },
  /* what names itself */
  { "district", NULL, "tested", "cycle", 0 },
  { "district", NULL, "not tested or df", "cycle", 0 },
  { "district", "point", "score(tested)", "cycle", 0 },
};

/* Warnings, such as of fields of the test pack that this formula does not use, are no matter of typing. */
static BalanceProblem *
first_error (GListModel *list)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      BalanceProblem *problem = g_list_model_get_item (list, i);

      if (balance_problem_get_severity (problem) == BALANCE_SEVERITY_ERROR)
        return problem;
      g_object_unref (problem);
    }
  return NULL;
}

START_TEST (typing)
{
  g_autoptr (GListModel) list = check_formula (typings[_i].level, typings[_i].unit, typings[_i].formula);
  g_autoptr (BalanceProblem) problem = first_error (list);
  g_autofree char *text = problem != NULL ? balance_problem_to_text (problem, "en") : NULL;

  if (typings[_i].kind == NULL)
    {
      ck_assert_msg (problem == NULL, "%s (%s): %s", typings[_i].formula, typings[_i].level, text);
      return;
    }
  ck_assert_msg (problem != NULL, "%s (%s) was taken", typings[_i].formula, typings[_i].level);
  ck_assert_msg (strcmp (balance_problem_get_kind (problem), typings[_i].kind) == 0, "%s (%s): %s instead of %s: %s",
                 typings[_i].formula, typings[_i].level, balance_problem_get_kind (problem), typings[_i].kind, text);
  ck_assert_str_eq (balance_problem_get_file (problem), "test.yaml");
  ck_assert_ptr_nonnull (balance_problem_get_message (problem, "zh"));
  if (typings[_i].column > 0)
    ck_assert_msg (balance_problem_get_column (problem) == 5 + typings[_i].column, "%s: column %u: %s", typings[_i].formula,
                   balance_problem_get_column (problem), text);
}
END_TEST

/* Fields that name one another: found out in time that grows with their number, not with the paths between them. */
START_TEST (chains)
{
  for (guint kind = 0; kind < 4; kind++)
    {
      GString *pack = g_string_new ("pack: test\ntitle: {zh: 测试, en: Test}\nreference: none\nstages: [primary]\nfields:\n");
      guint n = kind == 3 ? 400 : 60;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GListModel) list = NULL;
      g_autoptr (BalanceProblem) problem = NULL;

      for (guint i = 0; i < n; i++)
        {
          g_string_append_printf (pack, "- {id: f%u, level: section, type: number, unit: pupil, title: {zh: 字%u, en: F%u}, value: ", i, i, i);
          if (i + 1 < n)
            g_string_append_printf (pack, "f%u + f%u}\n", i + 1, i + 1);
          else if (kind == 1)
            g_string_append (pack, "nothing}\n");
          else if (kind == 2)
            g_string_append (pack, "f0}\n");
          else
            g_string_append (pack, "pupils}\n");
        }
      g_string_append (pack, "requirements:\n- {id: r, title: {zh: 要求, en: R}, each: section, value: f0 > 1}\n");
      bytes = g_string_free_to_bytes (pack);
      list = balance_standard_check (bytes, "test.yaml");
      if (kind == 0)
        {
          ck_assert_uint_eq (g_list_model_get_n_items (list), 0);
          continue;
        }
      ck_assert_uint_ge (g_list_model_get_n_items (list), 1);
      ck_assert_uint_le (g_list_model_get_n_items (list), 3);
      problem = g_list_model_get_item (list, 0);
      ck_assert_str_eq (balance_problem_get_kind (problem), kind == 1 ? "unknown-name" : kind == 2 ? "cycle" : "nesting");
    }
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("formula");
  TCase *tests = tcase_create ("syntax");
  SRunner *runner;
  int n_failed;

  tcase_set_timeout (tests, 30);
  tcase_add_loop_test (tests, parsing, 0, G_N_ELEMENTS (trees));
  tcase_add_loop_test (tests, refusing, 0, G_N_ELEMENTS (refused));
  tcase_add_test (tests, limits);
  suite_add_tcase (suite, tests);

  tests = tcase_create ("typing");
  tcase_set_timeout (tests, 30);
  tcase_add_loop_test (tests, typing, 0, G_N_ELEMENTS (typings));
  tcase_add_test (tests, chains);
  suite_add_tcase (suite, tests);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
