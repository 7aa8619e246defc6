/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Verdicts of small packs on small censuses, each said beforehand; findings against what the census and the
 * verdicts say. */

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <balance/balance.h>

#define T "title: {zh: 名, en: Name}"
#define HEAD "pack: test\n" T "\nreference: none\nstages: [primary, junior]\nweight: pupils\n"
#define D(id, type) "- {id: " #id ", level: district, type: " #type ", title: {zh: " #id "县, en: " #id "}}\n"
#define K(id, type) "- {id: " #id ", level: school, type: " #type ", title: {zh: " #id "校, en: " #id "}}\n"
#define S(id, type) "- {id: " #id ", level: section, type: " #type ", title: {zh: " #id "部, en: " #id "}}\n"
#define S0(id, type) "- {id: " #id ", level: section, type: " #type ", min: 0, title: {zh: " #id "部, en: " #id "}}\n"

/* -- helpers ------------------------------------------------------------------------------------------ */

static BalanceStandard *
new_standard (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  BalanceStandard *standard = balance_standard_new_from_bytes (bytes, "test.yaml", &error);

  /* the protocol of the tests is one line each */
  if (error != NULL)
    g_strdelimit (error->message, "\n", ' ');
  ck_assert_msg (standard != NULL, "%s", error != NULL ? error->message : "");
  return standard;
}

/* Lines such as "s 1 A primary pupils=10 x=3", "k 1 A kind=primary", "d 1 flag=true", "r dn=1". */
static BalanceCensus *
new_census (BalanceStandard *standard, const char *text)
{
  BalanceDictionary *dictionary = balance_standard_get_dictionary (standard);
  g_autoptr (BalanceCensusBuilder) builder = balance_census_builder_new (dictionary, 2021);
  g_autoptr (BalanceImport) import = NULL;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GListModel *censuses, *problems;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);
      BalanceLevel level = BALANCE_LEVEL_REGION;
      guint row = 0, first = 1;

      if (words[0] == NULL)
        continue;
      switch (words[0][0])
        {
        case 's':
          level = BALANCE_LEVEL_SECTION;
          row = balance_census_builder_add_section (builder, words[1], words[2], words[3]);
          first = 4;
          break;
        case 'k':
          level = BALANCE_LEVEL_SCHOOL;
          row = balance_census_builder_add_school (builder, words[1], words[2]);
          first = 3;
          break;
        case 'd':
          level = BALANCE_LEVEL_DISTRICT;
          row = balance_census_builder_add_district (builder, words[1]);
          first = 2;
          break;
        default:
          break;
        }
      for (guint k = first; words[k] != NULL; k++)
        {
          g_auto (GStrv) pair = g_strsplit (words[k], "=", 2);

          balance_census_builder_set_text (builder, level, row, pair[0], pair[1]);
        }
    }

  import = balance_census_builder_end (builder);
  censuses = balance_import_get_censuses (import);
  problems = balance_import_get_problems (import);
  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (problems, i);

      ck_assert_msg (balance_problem_get_severity (problem) != BALANCE_SEVERITY_ERROR, "%s", balance_problem_get_message (problem, "en"));
    }
  ck_assert_uint_eq (g_list_model_get_n_items (censuses), 1);

  return g_list_model_get_item (censuses, 0);
}

static BalanceEvaluation *
evaluate_full (BalanceStandard *standard, BalanceCensus *census, const char *as_of, BalanceConcessions concessions,
               const char *only, const char *const *options, guint n_threads)
{
  g_autoptr (BalanceEvaluator) evaluator = balance_evaluator_new_full (standard, as_of, concessions, only, options, n_threads);
  g_autoptr (GError) error = NULL;
  BalanceEvaluation *evaluation = balance_evaluator_evaluate (evaluator, census, NULL, NULL, &error);

  ck_assert_msg (evaluation != NULL, "%s", error != NULL ? error->message : "");
  return evaluation;
}

static BalanceEvaluation *
evaluate (const char *pack, const char *facts)
{
  g_autoptr (BalanceStandard) standard = new_standard (pack);
  g_autoptr (BalanceCensus) census = new_census (standard, facts);

  return evaluate_full (standard, census, "2021-06-01", BALANCE_CONCESSIONS_OFF, NULL, NULL, 1);
}

static BalanceFinding *
find (BalanceEvaluation *evaluation, const char *path)
{
  g_autoptr (GError) error = NULL;
  BalanceFinding *finding = balance_evaluation_find (evaluation, path, &error);

  ck_assert_msg (finding != NULL, "%s: %s", path, error != NULL ? error->message : "");
  return finding;
}

static char
letter (BalanceVerdict verdict)
{
  return "nmu?"[verdict];
}

static char
verdict_at (BalanceEvaluation *evaluation, const char *path)
{
  g_autoptr (BalanceFinding) finding = find (evaluation, path);

  return letter (balance_finding_get_verdict (finding));
}

/* n not applicable, m met, u unmet, ? undetermined */
static void
expect_verdict (BalanceEvaluation *evaluation, const char *path, char verdict)
{
  char found = verdict_at (evaluation, path);

  ck_assert_msg (found == verdict, "%s is %c, not %c", path, found, verdict);
}

static gboolean
same (double a, double b)
{
  return memcmp (&a, &b, sizeof a) == 0 || (isnan (a) && isnan (b));
}

/* -- k of n with a floor ---------------------------------------------------------------------------------- */

/* What is given for one item, and what it could be. */
static const struct
{
  const char *value;       /* NULL: missing */
  const char *applies;     /* NULL: missing */
  const char *worlds;      /* m met, f at the floor, b below it, n not applicable */
} items[] = {
  { "100", "true", "m" },
  { "99.999999999", "true", "f" },
  { "85", "true", "f" },
  { "84.999999999", "true", "b" },
  { NULL, "true", "mfb" },
  { "1", "false", "n" },
  { "84", NULL, "bn" },
  { "90", NULL, "fn" },
  { "100", NULL, "mn" },
};

/* All worlds that the given facts allow, judged one by one: what is the same in all of them is known. */
static char
expected (const guint *chosen, guint n, guint need, gboolean has_floor)
{
  guint at[3] = { 0, 0, 0 };
  gboolean can_meet = FALSE, can_fail = FALSE, can_apply = FALSE;

  for (;;)
    {
      guint unmet = 0, applying = 0, k;
      gboolean below = FALSE;

      for (k = 0; k < n; k++)
        {
          char world = items[chosen[k]].worlds[at[k]];

          applying += world != 'n';
          unmet += world == 'f' || world == 'b';
          below = below || world == 'b';
        }
      can_apply = can_apply || applying > 0;
      if (applying == 0 || (unmet <= n - need && !(has_floor && below)))
        can_meet = TRUE;
      else
        can_fail = TRUE;

      for (k = 0; k < n && items[chosen[k]].worlds[++at[k]] == '\0'; k++)
        at[k] = 0;
      if (k == n)
        break;
    }

  if (!can_apply)
    return 'n';
  return can_meet && can_fail ? '?' : can_meet ? 'm' : 'u';
}

START_TEST (k_of_n_with_floor)
{
  const guint n = G_N_ELEMENTS (items);
  gboolean upper = _i >= 8, has_floor = (_i & 4) != 0;
  guint need = (guint) (_i & 3);
  GString *pack = g_string_new (HEAD "fields:\n" S0 (x, number) S0 (y, number) S0 (z, number) S (fx, flag) S (fy, flag) S (fz, flag)
                                "requirements:\n- id: r\n  " T "\n  each: section\n");
  GString *facts = g_string_new (NULL);
  g_autoptr (BalanceEvaluation) evaluation = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize length;
  const guint8 *verdicts;

  g_string_append_printf (pack, "  need: %u\n%s  of:\n", need, has_floor ? "  floor: 85%\n" : "");
  for (guint k = 0; k < 3; k++)
    /* 10000 / x is at most 100 where x is at least 100, and at most 100 / 85 % where x is at least 85 */
    g_string_append_printf (pack, upper ? "  - {id: r%c, " T ", when: f%c, value: 10000 / %c, at_most: 100}\n"
                                        : "  - {id: r%c, " T ", when: f%c, value: %c, at_least: 100}\n", 'x' + k, 'x' + k, 'x' + k);
  for (guint i = 0; i < n * n * n; i++)
    {
      guint chosen[3] = { i % n, i / n % n, i / n / n };

      g_string_append_printf (facts, "s 1 %04u primary pupils=10", i);
      for (guint k = 0; k < 3; k++)
        {
          if (items[chosen[k]].value != NULL)
            g_string_append_printf (facts, " %c=%s", 'x' + k, items[chosen[k]].value);
          if (items[chosen[k]].applies != NULL)
            g_string_append_printf (facts, " f%c=%s", 'x' + k, items[chosen[k]].applies);
        }
      g_string_append_c (facts, '\n');
    }

  evaluation = evaluate (pack->str, facts->str);
  bytes = balance_evaluation_dup_verdicts (evaluation, "r", NULL);
  verdicts = g_bytes_get_data (bytes, &length);
  ck_assert_uint_eq (length, n * n * n);
  for (guint i = 0; i < n * n * n; i++)
    {
      guint chosen[3] = { i % n, i / n % n, i / n / n };
      char wanted = expected (chosen, 3, need, has_floor);

      ck_assert_msg (letter ((BalanceVerdict) verdicts[i]) == wanted, "%u of 3%s: %u %u %u is %c, not %c", need, has_floor ? " with floor" : "",
                     chosen[0], chosen[1], chosen[2], letter ((BalanceVerdict) verdicts[i]), wanted);
    }
  g_string_free (pack, TRUE);
  g_string_free (facts, TRUE);
}
END_TEST

/* -- tables of verdicts ----------------------------------------------------------------------------------- */

#define DF "fields:\n" D (f, flag) D (g, flag) D (h, flag) D (dn, number) D (dm, number)

/* Pack, facts, and verdicts as "PATH=letter …". */
static const struct
{
  const char *name;
  const char *pack;
  const char *facts;
  const char *verdicts;
} cases[] = {
  { "a condition", HEAD DF "requirements:\n- {id: r, " T ", value: f}\n",
    "d 1 f=true\nd 2 f=false\nd 3\ns 1 A primary\ns 2 B primary\ns 3 C primary",
    "districts/1/r=m districts/2/r=u districts/3/r=?" },
  { "three-valued logic", HEAD DF
    "requirements:\n- {id: a, " T ", value: f and g}\n- {id: o, " T ", value: f or g}\n- {id: n, " T ", value: not f}\n- {id: i, " T ", value: if f then g else g}\n"
    "- {id: j, " T ", value: if f then true_one else h}\n- {id: true_one, " T ", value: g or not g or missing(g)}\n",
    "d 1 g=false\nd 2 g=true\nd 3\ns 1 A primary\ns 2 A primary\ns 3 A primary",
    "districts/1/a=u districts/1/o=? districts/1/n=? districts/1/i=u districts/1/j=? "
    "districts/2/a=? districts/2/o=m districts/2/i=m districts/3/true_one=m districts/3/i=?" },
  { "bounds decide where values are missing", HEAD
    "fields:\n- {id: x, level: district, type: number, min: 0, max: 10, title: {zh: 甲, en: A}}\n"
    "requirements:\n- {id: a, " T ", value: x, at_least: 0}\n- {id: b, " T ", value: x, at_least: 11}\n- {id: c, " T ", value: x, at_most: 10}\n"
    "- {id: d, " T ", value: x, below: 10}\n- {id: e, " T ", value: x, above: 10}\n- {id: g, " T ", value: 2 * x + 1, at_least: 1}\n",
    "d 1\ns 1 A primary",
    "districts/1/a=m districts/1/b=u districts/1/c=m districts/1/d=? districts/1/e=u districts/1/g=m" },
  { "exactly at the limit", HEAD DF
    "requirements:\n- {id: a, " T ", value: dn, at_least: 0.3}\n- {id: b, " T ", value: dn, above: 0.3}\n- {id: c, " T ", value: dn, at_most: 0.3}\n- {id: d, " T ", value: dn, below: 0.3}\n"
    "- {id: e, " T ", value: dn / 3, at_least: 0.1}\n- {id: i, " T ", value: dn * 3 - 0.9, at_least: 0}\n",
    "d 1 dn=0.3\nd 2 dn=0.299999999999999999\ns 1 A primary\ns 2 A primary",
    "districts/1/a=m districts/1/b=u districts/1/c=m districts/1/d=u districts/1/e=m districts/1/i=m "
    "districts/2/a=u districts/2/b=u districts/2/c=m districts/2/d=m districts/2/e=u districts/2/i=u" },
  { "division by zero", HEAD DF
    "requirements:\n- {id: a, " T ", value: dn / dm, at_least: 1}\n- {id: b, " T ", when: dm > 0, value: dn / dm, at_least: 1}\n",
    "d 1 dn=1 dm=0\nd 2 dn=1 dm=1\nd 3 dn=1\ns 1 A primary\ns 2 A primary\ns 3 A primary",
    "districts/1/a=? districts/1/b=n districts/2/a=m districts/2/b=m districts/3/b=?" },
  { "when", HEAD DF "requirements:\n- {id: r, " T ", when: f, value: g}\n- {id: c, " T ", of: [{id: s, " T ", when: f, value: g}]}\n",
    "d 1 f=false g=false\nd 2 g=false\nd 3 g=true\nd 4 f=true g=false\nd 5 f=true\ns 1 A primary\ns 2 A primary\ns 3 A primary\ns 4 A primary\ns 5 A primary",
    "districts/1/r=n districts/2/r=? districts/3/r=m districts/4/r=u districts/5/r=? "
    "districts/1/c=n districts/2/c=? districts/3/c=m districts/4/c=u districts/5/c=?" },
  { "scope", HEAD "fields:\n" K (kf, flag) S (sf, flag) "scope: kf\nrequirements:\n- {id: r, " T ", each: section, scope: not sf, value: pupils > 5}\n"
    "- {id: k, " T ", each: school, value: sum(pupils) > 5}\n- {id: n, " T ", value: count(pupils > 5 over sections), at_least: 2}\n",
    "k 1 A kf=true\nk 1 B kf=false\nk 1 C\ns 1 A primary pupils=10 sf=false\ns 1 A junior pupils=3 sf=true\ns 1 B primary pupils=10 sf=false\ns 1 C primary pupils=3 sf=false\n"
    "s 1 D primary pupils=10",
    "schools/A/primary/r=m schools/A/junior/r=n schools/B/primary/r=n schools/C/primary/r=? schools/D/primary/r=m "
    "schools/A/k=m schools/B/k=n schools/C/k=? districts/1/n=?" },
  { "stages of a requirement", HEAD DF "requirements:\n- {id: r, " T ", each: section, stages: [junior], value: pupils > 5}\n"
    "- {id: l, " T ", each: section, stages: [primary], value: pupils, unit: pupil, at_least: {primary: 5}}\n"
    "- {id: v, " T ", each: section, stages: [junior], value: {junior: pupils > 5}}\n",
    "s 1 A primary pupils=1\ns 1 A junior pupils=1\ns 1 B primary pupils=7\ns 1 B senior pupils=7",
    "schools/A/primary/r=n schools/A/junior/r=u schools/A/primary/l=u schools/A/junior/l=n schools/B/primary/l=m schools/B/senior/r=n "
    "schools/A/primary/v=n schools/A/junior/v=u" },
  { "no pupils, not asked", HEAD "requirements:\n- {id: r, " T ", each: section, value: classes > 1}\n",
    "s 1 A primary pupils=0 classes=0\ns 1 B primary pupils=1 classes=1\ns 1 C primary classes=1\ns 1 D primary classes=2",
    "schools/A/primary/r=n schools/B/primary/r=u schools/C/primary/r=? schools/D/primary/r=m" },
  { "every row below", HEAD "requirements:\n- id: every\n  " T "\n  of:\n  - {id: r, " T ", each: section, value: pupils > 5}\n",
    "s 1 A primary pupils=10\ns 1 B primary pupils=10\ns 2 A primary pupils=10\ns 2 B primary pupils=1\ns 3 A primary pupils=10\ns 3 B primary\ns 4 A primary pupils=1\ns 4 B primary\ns 5 A senior pupils=1",
    "districts/1/every=m districts/2/every=u districts/3/every=? districts/4/every=u districts/5/every=n" },
  { "the row above", HEAD DF "requirements:\n- id: all\n  " T "\n  each: section\n  of:\n  - {id: r, " T ", value: pupils > 5}\n  - {id: s, " T ", each: district, value: f}\n",
    "d 1 f=true\nd 2 f=false\nd 3\ns 1 A primary pupils=10\ns 2 B primary pupils=10\ns 3 C primary pupils=10\ns 3 D primary pupils=1",
    "schools/A/primary/all=m schools/B/primary/all=u schools/C/primary/all=? schools/D/primary/all=u" },
  { "what does not bind", HEAD DF "requirements:\n- id: c\n  " T "\n  need: 1\n  of:\n  - {id: a, " T ", value: f}\n  - {id: b, " T ", value: g, binding: false, veto: true}\n"
    "- {id: e, " T ", value: g, binding: false}\n",
    "d 1 f=true g=false\nd 2 f=false g=true\ns 1 A primary\ns 2 A primary",
    "districts/1/c=m districts/1/b=u districts/2/c=u" },

  /* -- vetoes -- */
  { "veto", HEAD DF "requirements:\n- id: c\n  " T "\n  of:\n  - id: k\n    " T "\n    need: 1\n    of:\n    - {id: a, " T ", value: f}\n    - {id: v, " T ", value: g, veto: true}\n",
    "d 1 f=true g=true\nd 2 f=true g=false\nd 3 f=true\nd 4 f=false\nd 5 f=false g=true\ns 1 A primary\ns 2 A primary\ns 3 A primary\ns 4 A primary\ns 5 A primary",
    "districts/1/c=m districts/2/c=u districts/3/c=? districts/4/c=? districts/5/c=m districts/2/k=u" },
  { "a veto that may not apply", HEAD DF
    "requirements:\n- id: c\n  " T "\n  need: 0\n  of:\n  - id: k\n    " T "\n    when: h\n    need: 1\n    of:\n    - {id: a, " T ", value: f}\n    - {id: v, " T ", value: g, veto: true}\n",
    "d 1 f=true g=false h=true\nd 2 f=true g=false h=false\nd 3 f=true g=false\ns 1 A primary\ns 2 A primary\ns 3 A primary",
    "districts/1/c=u districts/2/c=n districts/3/c=? districts/3/k=?" },
  { "a veto of sections", HEAD DF "requirements:\n- id: c\n  " T "\n  need: 1\n  of:\n  - {id: a, " T ", value: f}\n  - {id: v, " T ", each: section, value: pupils > 5, veto: true}\n",
    "d 1 f=true\nd 2 f=true\nd 3 f=true\ns 1 A primary pupils=6\ns 1 B primary pupils=5\ns 2 A primary pupils=6\ns 3 A primary pupils=6\ns 3 B primary",
    "districts/1/c=u districts/2/c=m districts/3/c=?" },

  /* -- scores and grades -- */
  { "scores", HEAD DF "requirements:\n- id: s\n  " T "\n  points: 10\n  at_least: 6\n  of:\n  - {id: a, " T ", value: f, points: 5}\n  - {id: b, " T ", value: g, points: 3}\n"
    "  - {id: c, " T ", value: dn, at_least: 10, points: 2, score: points * dn / 10}\n",
    "d 1 f=true g=false dn=5\nd 2 f=true g=false dn=4.9\nd 3 f=true g=false dn=100\nd 4 f=true g=false dn=0\nd 5 f=true dn=0\nd 6 f=false dn=100\nd 7 g=true dn=0\nd 8 f=true g=true\nd 9 f=false g=true\n"
    "s 1 A primary\ns 2 A primary\ns 3 A primary\ns 4 A primary\ns 5 A primary\ns 6 A primary\ns 7 A primary\ns 8 A primary\ns 9 A primary",
    "districts/1/s=m districts/2/s=u districts/3/s=m districts/4/s=u districts/5/s=? districts/6/s=u districts/7/s=? districts/8/s=m districts/9/s=u" },
  { "what is not asked has full points", HEAD DF "requirements:\n- id: s\n  " T "\n  points: 10\n  at_least: 6\n  of:\n  - {id: a, " T ", value: f, points: 4}\n  - {id: b, " T ", when: h, value: g, points: 6}\n",
    "d 1 f=false g=false h=false\nd 2 f=true g=false\nd 3 f=false g=false h=true\nd 4 f=true g=false h=false\ns 1 A primary\ns 2 A primary\ns 3 A primary\ns 4 A primary",
    "districts/1/s=m districts/2/s=? districts/3/s=u districts/4/s=m" },
  { "rescaled", HEAD DF "requirements:\n- id: s\n  " T "\n  points: 10\n  rescale: true\n  at_least: 5\n  of:\n  - {id: a, " T ", value: f, points: 1}\n  - {id: b, " T ", value: g, points: 2}\n",
    "d 1 f=true g=false\nd 2 f=false g=true\nd 3 g=true\nd 4 f=true\ns 1 A primary\ns 2 A primary\ns 3 A primary\ns 4 A primary",
    "districts/1/s=u districts/2/s=m districts/3/s=m districts/4/s=?" },
  { "grades", HEAD DF "requirements:\n- id: s\n  " T "\n  grades: [{id: a, title: a, at_least: 9}, {id: b, title: b, at_least: 5}, {id: c, title: c}]\n  met_from: b\n"
    "  caps: [{when: h, lower: 1, title: h}, {when: dn > 1, at_most: c, title: c}]\n  of:\n  - {id: p, " T ", value: f, points: 5}\n  - {id: q, " T ", value: g, points: 5}\n",
    "d 1 f=true g=true h=false dn=0\nd 2 f=true g=false h=false dn=0\nd 3 f=false g=false h=false dn=0\nd 4 f=true g=true h=true dn=0\nd 5 f=true g=false h=true dn=0\n"
    "d 6 f=true g=true h=false dn=2\nd 7 f=true h=false dn=0\nd 8 f=true g=false dn=0\nd 9 f=true g=true dn=0\nd 10 f=true g=true h=false\nd 11 f=false g=false\n"
    "s 1 A primary\ns 2 A primary\ns 3 A primary\ns 4 A primary\ns 5 A primary\ns 6 A primary\ns 7 A primary\ns 8 A primary\ns 9 A primary\ns 10 A primary\ns 11 A primary",
    "districts/1/s=m districts/2/s=m districts/3/s=u districts/4/s=m districts/5/s=u districts/6/s=u districts/7/s=m districts/8/s=? districts/9/s=m districts/10/s=? districts/11/s=u" },
  { "veto before the score", HEAD DF "requirements:\n- id: s\n  " T "\n  at_least: 0\n  of:\n  - {id: p, " T ", value: f, points: 5, veto: true}\n",
    "d 1 f=true\nd 2 f=false\nd 3\ns 1 A primary\ns 2 A primary\ns 3 A primary", "districts/1/s=m districts/2/s=u districts/3/s=?" },

  /* -- selections -- */
  { "ties", HEAD "fields:\n" K (mark, number) "requirements:\n- {id: a, " T ", each: school, select: {best: 2, by: [mark]}}\n"
    "- {id: b, " T ", each: school, select: {best: 2, by: [mark, sum(pupils)]}}\n",
    "k 1 A mark=9\nk 1 B mark=8\nk 1 C mark=8\nk 1 D mark=7\ns 1 A primary pupils=1\ns 1 B primary pupils=5\ns 1 C primary pupils=6\ns 1 D primary pupils=100",
    "schools/A/a=m schools/B/a=? schools/C/a=? schools/D/a=u schools/A/b=m schools/B/b=u schools/C/b=m schools/D/b=u" },
  { "marks missing", HEAD "fields:\n- {id: mark, level: school, type: number, min: 0, max: 10, title: {zh: 分, en: Mark}}\n"
    "requirements:\n- {id: a, " T ", each: school, select: {best: 2, by: [mark]}}\n",
    "k 1 A mark=10\nk 1 B\nk 1 C mark=5\nk 1 D mark=4\ns 1 A primary pupils=1\ns 1 B primary pupils=5\ns 1 C primary pupils=6\ns 1 D primary pupils=100",
    "schools/A/a=m schools/B/a=? schools/C/a=? schools/D/a=u" },
  { "within the region", HEAD "fields:\n" K (mark, number) K (asks, flag) "requirements:\n- {id: a, " T ", each: school, scope: asks, select: {best: 2, within: region, by: [mark]}}\n"
    "- {id: b, " T ", each: school, scope: asks, select: {best: 1, within: district, by: [mark]}}\n",
    "k 1 A mark=9 asks=true\nk 1 B mark=8 asks=true\nk 2 C mark=7 asks=true\nk 2 D mark=99 asks=false\nk 3 E mark=9.5 asks=true\n"
    "s 1 A primary pupils=1\ns 1 B primary pupils=1\ns 2 C primary pupils=1\ns 2 D primary pupils=1\ns 3 E primary pupils=1",
    "schools/A/a=m schools/B/a=u schools/C/a=u schools/D/a=n schools/E/a=m schools/A/b=m schools/B/b=u schools/C/b=m schools/E/b=m" },

  /* -- the region -- */
  { "shares of districts", HEAD DF "requirements:\n- {id: r, " T ", each: region, value: share(q over districts), unit: '%', at_least: 50%}\n- {id: q, " T ", value: f}\n"
    "- {id: t, " T ", each: region, value: mean(dn over districts), at_least: 2}\n- {id: u, " T ", value: t}\n- {id: w, " T ", value: u}\n"
    "- {id: x, " T ", each: region, value: mean(dn over districts), above: 2}\n",
    "d 1 f=true dn=1\nd 2 f=false dn=3\nd 3 f=true dn=2\ns 1 A primary\ns 2 A primary\ns 3 A primary",
    "region/r=m districts/1/q=m districts/2/q=u region/t=m districts/2/u=m districts/2/w=m region/x=u" },
  { "a share that is missing", HEAD DF "requirements:\n- {id: r, " T ", each: region, value: share(q over districts), unit: '%', at_least: 50%}\n- {id: q, " T ", value: f}\n"
    "- {id: p, " T ", each: region, value: share(q over districts), unit: '%', at_least: 34%}\n- {id: o, " T ", each: region, value: share(q over districts), unit: '%', at_least: 67%}\n",
    "d 1 f=true\nd 2 f=false\nd 3\ns 1 A primary\ns 2 A primary\ns 3 A primary",
    "region/r=? region/p=? region/o=u" },

  /* -- dispersion -- */
  { "dispersion", HEAD "indicators:\n- {id: i, " T ", unit: teacher/pupil, value: teachers / pupils}\n- {id: j, " T ", unit: class/pupil, value: classes / pupils}\n"
    "requirements:\n- {id: c, " T ", each: stage, measure: cv, of: [i, j], at_most: {primary: 0.5, junior: 0.2}}\n- {id: m, " T ", each: stage, measure: cv, of: [i, j], combine: mean, at_most: 0.5}\n"
    "- {id: only_shown, " T ", each: stage, measure: cv, of: [i]}\n",
    /* equal weights, 1 and 3: the coefficient is 1/2; classes alike: 0 */
    "s 1 A primary pupils=10 teachers=10 classes=1\ns 1 B primary pupils=10 teachers=30 classes=1\ns 1 C junior pupils=10 teachers=1 classes=0\ns 1 D junior pupils=10 teachers=3 classes=0\n"
    "s 2 A primary pupils=10 teachers=10 classes=1\ns 2 B primary pupils=10 classes=1\ns 2 C junior pupils=5",
    "districts/1/primary/c.i=m districts/1/primary/c.j=m districts/1/primary/c=m districts/1/junior/c.i=u districts/1/junior/c.j=m districts/1/primary/m=m "
    "districts/1/primary/only_shown.i=n districts/2/primary/c.i=? districts/2/primary/c.j=m districts/2/junior/c.i=m" },
  { "floor of a dispersion", HEAD DF "indicators:\n- {id: i, " T ", unit: teacher/pupil, value: teachers / pupils}\n"
    "requirements:\n- id: k\n  " T "\n  each: stage\n  need: 1\n  floor: 80%\n  of:\n  - {id: c, " T ", measure: cv, of: [i], combine: mean, at_most: 0.4}\n  - {id: x, " T ", each: district, value: f}\n",
    "d 1 f=true\nd 2 f=true\nd 3 f=true\ns 1 A primary pupils=10 teachers=10\ns 1 B primary pupils=10 teachers=30\n"
    "s 2 A primary pupils=10 teachers=10\ns 2 B primary pupils=10 teachers=31\ns 3 A primary pupils=10 teachers=10\ns 3 B primary pupils=10",
    "districts/1/primary/c=u districts/1/primary/k=m districts/2/primary/k=u districts/3/primary/k=?" },

  /* -- split -- */
  { "split", HEAD "split: {fields: [books], weights: {primary: 1, junior: 1.1}, by: pupils}\n"
    "requirements:\n- {id: p, " T ", each: section, stages: [primary], value: books, unit: book, at_least: 100}\n- {id: q, " T ", each: section, stages: [junior], value: books, unit: book, at_least: 110}\n"
    "- {id: t, " T ", each: school, value: books, unit: book, at_least: 210}\n",
    "k 1 A books=210\nk 1 B books=209\nk 1 C books=99\nk 1 D books=100\n"
    "s 1 A primary pupils=100\ns 1 A junior pupils=100\ns 1 B primary pupils=100\ns 1 B junior pupils=100\ns 1 C primary pupils=100\ns 1 D primary pupils=50\ns 1 D senior pupils=50\n"
    "s 1 E primary pupils=50 books=104\ns 1 E junior pupils=50 books=106",
    "schools/A/primary/p=m schools/A/junior/q=m schools/B/primary/p=u schools/B/junior/q=u schools/C/primary/p=u schools/D/primary/p=m "
    "schools/E/primary/p=m schools/E/junior/q=u schools/A/t=m schools/B/t=u schools/E/t=m" },
};

START_TEST (verdicts)
{
  g_autoptr (BalanceEvaluation) evaluation = NULL;
  g_auto (GStrv) expectations = NULL;

  evaluation = evaluate (cases[_i].pack, cases[_i].facts);
  expectations = g_strsplit (cases[_i].verdicts, " ", -1);
  for (guint i = 0; expectations[i] != NULL; i++)
    {
      char *equals = strrchr (expectations[i], '=');
      char found;

      if (equals == NULL)
        continue;
      *equals = '\0';
      found = verdict_at (evaluation, expectations[i]);
      ck_assert_msg (found == equals[1], "%s: %s is %c, not %c", cases[_i].name, expectations[i], found, equals[1]);
    }
}
END_TEST


/* -- options, dates, concessions, a part ------------------------------------------------------------------- */

START_TEST (options)
{
  static const char *const y[] = { "o=y", NULL }, *const bad_value[] = { "o=z", NULL }, *const bad_name[] = { "p=x", NULL };
  static const char *const bad_form[] = { "o", NULL };
  g_autoptr (BalanceStandard) standard = new_standard (
    HEAD DF "options:\n- {id: o, " T ", values: [x, y], default: x}\nrequirements:\n- {id: r, " T ", value: if o == 'x' then f else g}\n");
  g_autoptr (BalanceCensus) census = new_census (standard, "d 1 f=true g=false\ns 1 A primary");
  g_autoptr (BalanceEvaluation) plain = evaluate_full (standard, census, NULL, BALANCE_CONCESSIONS_AUTO, NULL, NULL, 1);
  g_autoptr (BalanceEvaluation) other = evaluate_full (standard, census, NULL, BALANCE_CONCESSIONS_AUTO, NULL, y, 1);
  g_auto (GStrv) used = balance_evaluation_dup_options (other);
  const char *const *const bad[] = { bad_value, bad_name, bad_form };

  expect_verdict (plain, "districts/1/r", 'm');
  expect_verdict (other, "districts/1/r", 'u');
  ck_assert_str_eq (used[0], "o=y");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (BalanceEvaluator) evaluator = balance_evaluator_new_full (standard, NULL, BALANCE_CONCESSIONS_AUTO, NULL, bad[i], 1);
      g_autoptr (GError) error = NULL;
      g_autoptr (BalanceEvaluation) evaluation = balance_evaluator_evaluate (evaluator, census, NULL, NULL, &error);

      ck_assert_ptr_null (evaluation);
      ck_assert_ptr_nonnull (error);
      ck_assert_ptr_nonnull (strstr (error->message, bad[i][0]));
    }
}
END_TEST

START_TEST (dates_of_limits)
{
  static const struct { const char *as_of; char dated, staged_primary, staged_junior, from; } days[] = {
    { "2019-12-31", 'n', 'n', 'n', 'n' },
    { "2020-01-01", 'm', 'm', 'n', 'n' },
    { "2020-12-31", 'm', 'm', 'n', 'n' },
    { "2021-01-01", 'u', 'm', 'u', 'u' },
    { "2022-12-31", 'u', 'm', 'u', 'u' },
    { "2023-01-01", 'u', 'm', 'u', 'n' },
  };
  g_autoptr (BalanceStandard) standard = new_standard (
    HEAD "effective: 2021-01-01\n" DF "requirements:\n- {id: d, " T ", value: dn, at_least: [{from: 2020-01-01, is: 1}, {from: 2021-01-01, is: 2}]}\n"
    "- {id: s, " T ", each: section, value: pupils, unit: pupil, at_least: [{from: 2020-01-01, is: {primary: 1}}, {from: 2021-01-01, is: {primary: 5, junior: 50}}]}\n"
    "- {id: b, " T ", value: f, from: 2021-01-01, until: 2022-12-31}\n");
  g_autoptr (BalanceCensus) census = new_census (standard, "d 1 dn=1 f=false\ns 1 A primary pupils=10\ns 1 A junior pupils=10");

  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    {
      g_autoptr (BalanceEvaluation) evaluation = evaluate_full (standard, census, days[i].as_of, BALANCE_CONCESSIONS_AUTO, NULL, NULL, 1);

      ck_assert_str_eq (balance_evaluation_get_as_of (evaluation), days[i].as_of);
      expect_verdict (evaluation, "districts/1/d", days[i].dated);
      expect_verdict (evaluation, "schools/A/primary/s", days[i].staged_primary);
      expect_verdict (evaluation, "schools/A/junior/s", days[i].staged_junior);
      expect_verdict (evaluation, "districts/1/b", days[i].from);
    }
  {
    g_autoptr (BalanceEvaluator) evaluator = balance_evaluator_new_full (standard, "2021-02-29", BALANCE_CONCESSIONS_AUTO, NULL, NULL, 1);
    g_autoptr (GError) error = NULL;
    g_autoptr (BalanceEvaluation) evaluation = balance_evaluator_evaluate (evaluator, census, NULL, NULL, &error);

    ck_assert_ptr_null (evaluation);
    ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA));
  }
}
END_TEST

static const char conceding[] =
  HEAD DF
  "indicators:\n- {id: i, " T ", unit: class/pupil, value: classes / pupils, at_least: {primary: 0.5, junior: 0.5}}\n"
  "concessions:\n- id: c\n  " T "\n  from: 2020-01-01\n  until: 2022-12-31\n  items:\n"
  "  - {id: ci, " T ", on: i, when: f, at_least: {primary: 0.3}}\n"
  "  - {id: cj, " T ", on: r, value: f or g}\n"
  "requirements:\n- {id: k, " T ", each: section, of: [i]}\n- {id: r, " T ", value: g}\n";

START_TEST (concessions)
{
  static const struct { BalanceConcessions which; const char *as_of; gboolean in_force; } runs[] = {
    { BALANCE_CONCESSIONS_OFF, "2021-01-01", FALSE },
    { BALANCE_CONCESSIONS_ON, "2021-01-01", TRUE },
    { BALANCE_CONCESSIONS_ON, "2030-01-01", TRUE },
    { BALANCE_CONCESSIONS_AUTO, "2019-12-31", FALSE },
    { BALANCE_CONCESSIONS_AUTO, "2020-01-01", TRUE },
    { BALANCE_CONCESSIONS_AUTO, "2022-12-31", TRUE },
    { BALANCE_CONCESSIONS_AUTO, "2023-01-01", FALSE },
  };
  g_autoptr (BalanceStandard) standard = new_standard (conceding);
  g_autoptr (BalanceCensus) census = new_census (standard,
    "d 1 f=true g=false\nd 2 f=false g=false\nd 3 g=true\ns 1 A primary pupils=10 classes=4\ns 1 B junior pupils=10 classes=4\ns 1 C primary pupils=10 classes=2\n"
    "s 2 D primary pupils=10 classes=4\ns 3 E primary pupils=10 classes=4\ns 3 F primary pupils=10 classes=5\ns 3 G primary pupils=10 classes=2");

  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    {
      g_autoptr (BalanceEvaluation) evaluation = evaluate_full (standard, census, runs[i].as_of, runs[i].which, NULL, NULL, 1);
      g_autoptr (BalanceFinding) a = find (evaluation, "schools/A/primary/k"), r = find (evaluation, "districts/1/r");
      g_auto (GStrv) ids = balance_evaluation_dup_concessions (evaluation);
      gboolean on = runs[i].in_force;

      ck_assert_uint_eq (g_strv_length (ids), on ? 1 : 0);
      ck_assert_int_eq (letter (balance_finding_get_verdict (a)), on ? 'm' : 'u');
      ck_assert_int_eq (letter (balance_finding_get_strict_verdict (a)), 'u');
      ck_assert_int_eq (letter (balance_finding_get_verdict (r)), on ? 'm' : 'u');
      ck_assert_int_eq (letter (balance_finding_get_strict_verdict (r)), 'u');
      /* a stage that the concession leaves out keeps its limit */
      expect_verdict (evaluation, "schools/B/junior/k", 'u');
      expect_verdict (evaluation, "schools/C/primary/k", 'u');
      expect_verdict (evaluation, "schools/D/primary/k", 'u');
      /* where it is not known whether it applies, it is unknown what it would change */
      expect_verdict (evaluation, "schools/E/primary/k", on ? '?' : 'u');
      expect_verdict (evaluation, "schools/F/primary/k", 'm');
      expect_verdict (evaluation, "schools/G/primary/k", 'u');
      expect_verdict (evaluation, "districts/3/r", 'm');
    }
}
END_TEST

/* What an evaluator keeps from one evaluation to the next changes nothing, and outlives it with what was found. */
START_TEST (evaluator_used_again)
{
  static const char *const facts[] = { "d 1 f=true g=false\ns 1 A primary pupils=10 classes=4", "d 1 f=false g=true\ns 1 A primary pupils=10 classes=4" };
  static const char expected[][3] = { "mm", "um" };
  static const char *const bad[] = { "o=z", NULL };
  g_autoptr (BalanceStandard) standard = new_standard (conceding);
  g_autoptr (BalanceEvaluator) evaluator = balance_evaluator_new_full (standard, NULL, BALANCE_CONCESSIONS_ON, NULL, NULL, 1);
  g_autoptr (BalanceEvaluator) wrong = balance_evaluator_new_full (standard, NULL, BALANCE_CONCESSIONS_ON, NULL, bad, 1);
  g_autoptr (BalanceEvaluation) first = NULL;

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (BalanceCensus) census = new_census (standard, facts[i % 2]);
      g_autoptr (BalanceEvaluation) evaluation = balance_evaluator_evaluate (evaluator, census, NULL, NULL, NULL), none = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (BalanceFinding) k = find (evaluation, "schools/A/primary/k");

      expect_verdict (evaluation, "schools/A/primary/k", expected[i % 2][0]);
      expect_verdict (evaluation, "districts/1/r", expected[i % 2][1]);
      ck_assert_int_eq (letter (balance_finding_get_strict_verdict (k)), 'u');
      none = balance_evaluator_evaluate (wrong, census, NULL, NULL, &error);
      ck_assert_ptr_null (none);
      ck_assert_ptr_nonnull (strstr (error->message, bad[0]));
      if (first == NULL)
        first = g_steal_pointer (&evaluation);
    }
  g_clear_object (&evaluator);
  g_clear_object (&standard);
  expect_verdict (first, "schools/A/primary/k", 'm');
  expect_verdict (first, "districts/1/r", 'm');
}
END_TEST

/* Names of a large table are kept without looking whether there are others alike; as values they are the same. */
START_TEST (same_texts)
{
  static const char *const kernels[] = { NULL, "none" };
  g_autoptr (BalanceStandard) standard = new_standard (
    HEAD "fields:\n- {id: remark, level: section, type: text, title: {zh: 附注, en: Remark}}\nrequirements:\n"
    "- {id: k, " T ", each: school, value: school_name == '同名'}\n- {id: i, " T ", each: section, value: \"remark in ['好', '同名']\"}\n"
    "- {id: j, " T ", each: section, value: school_name == remark}\n");
  g_autoptr (GString) text = g_string_new ("区县代码,学校代码,学校名称,学段,附注,在校生数\n");
  g_autoptr (BalanceReader) reader = balance_reader_new (balance_standard_get_dictionary (standard), NULL, FALSE);
  g_autoptr (BalanceImport) import = NULL;
  g_autoptr (BalanceCensus) census = NULL;
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < 120; i++)
    if (i < 80 || i % 4 == 3)
      g_string_append_printf (text, "901,S%03u,校%u,primary,注%u,1\n", i, i, i);
    else
      g_string_append_printf (text, "901,S%03u,同名,primary,%s,1\n", i, i % 4 == 0 ? "好" : i % 4 == 1 ? "同名" : "");
  bytes = g_bytes_new (text->str, text->len);
  import = balance_reader_read_bytes (reader, bytes, "t.csv", NULL, NULL, NULL);
  ck_assert_uint_eq (g_list_model_get_n_items (balance_import_get_problems (import)), 0);
  census = g_list_model_get_item (balance_import_get_censuses (import), 0);

  for (guint k = 0; k < G_N_ELEMENTS (kernels); k++)
    {
      g_autoptr (BalanceEvaluator) evaluator = g_object_new (BALANCE_TYPE_EVALUATOR, "standard", standard, "kernels", kernels[k], NULL);
      g_autoptr (BalanceEvaluation) evaluation = balance_evaluator_evaluate (evaluator, census, NULL, NULL, NULL);

      for (guint i = 0; i < 120; i++)
        {
          static const char letters[][4] = { "mmu", "mmm", "m??", "uuu" };
          const char *expected = letters[i < 80 ? 3 : i % 4];
          g_autofree char *of_name = g_strdup_printf ("schools/S%03u/k", i);
          g_autofree char *of_remark = g_strdup_printf ("schools/S%03u/primary/i", i), *of_both = g_strdup_printf ("schools/S%03u/primary/j", i);

          expect_verdict (evaluation, of_name, expected[0]);
          expect_verdict (evaluation, of_remark, expected[1]);
          expect_verdict (evaluation, of_both, expected[2]);
        }
    }
}
END_TEST

START_TEST (only_a_part)
{
  g_autoptr (BalanceStandard) standard = new_standard (
    HEAD DF "requirements:\n- id: a\n  " T "\n  of:\n  - {id: p, " T ", value: f}\n  - {id: q, " T ", value: g}\n- {id: b, " T ", value: h}\n"
    "- {id: w, " T ", each: region, value: share(b over districts), unit: '%', at_least: 50%}\n- {id: x, " T ", value: w}\n");
  g_autoptr (BalanceCensus) census = new_census (standard, "d 1 f=true g=false h=true\nd 2 f=true g=false h=false\ns 1 A primary\ns 2 A primary");
  static const struct { const char *only; char verdict; } parts[] = { { NULL, 'u' }, { "a", 'u' }, { "p", 'm' }, { "q", 'u' }, { "b", 'u' }, { "w", 'm' }, { "x", 'm' } };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autoptr (BalanceEvaluation) evaluation = evaluate_full (standard, census, NULL, BALANCE_CONCESSIONS_AUTO, parts[i].only, NULL, 4);

      ck_assert_msg (letter (balance_evaluation_get_verdict (evaluation)) == parts[i].verdict, "only %s: %c",
                     parts[i].only, letter (balance_evaluation_get_verdict (evaluation)));
    }
  {
    g_autoptr (BalanceEvaluator) evaluator = balance_evaluator_new_full (standard, NULL, BALANCE_CONCESSIONS_AUTO, "nothing", NULL, 1);
    g_autoptr (GError) error = NULL;
    g_autoptr (BalanceEvaluation) evaluation = balance_evaluator_evaluate (evaluator, census, NULL, NULL, &error);

    ck_assert_ptr_null (evaluation);
    ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND));
  }
}
END_TEST

START_TEST (own_parts)
{
  g_autoptr (BalanceEvaluation) evaluation = evaluate (
    HEAD "split: {fields: [books], weights: {primary: 1, junior: 1.1, senior: 1.32}, by: pupils}\n"
    "indicators:\n- {id: i, " T ", unit: book/pupil, value: books / pupils, at_least: 1}\nrequirements:\n- {id: r, " T ", each: section, of: [i]}\n",
    "k 1 A books=421\nk 1 B books=100\ns 1 A primary pupils=100\ns 1 A junior pupils=100\ns 1 A senior pupils=100\ns 1 B primary pupils=3 books=7\ns 1 B junior pupils=5");
  static const struct { const char *path; double value; } values[] = {
    /* 421 · 100 / (100 + 110 + 132 = 342) / 100 */
    { "schools/A/primary/i", 421.0 / 342.0 },
    { "schools/A/junior/i", 4631.0 / 3420.0 },
    { "schools/B/primary/i", 7.0 / 3.0 },
    /* 100 · 5.5 / 8.5 / 5 */
    { "schools/B/junior/i", 550.0 / 42.5 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (BalanceFinding) finding = find (evaluation, values[i].path);

      ck_assert_msg (same (balance_finding_get_value (finding), values[i].value), "%s: %.17g, not %.17g", values[i].path,
                     balance_finding_get_value (finding), values[i].value);
    }
}
END_TEST

/* As deep as formulas may name one another. */
START_TEST (long_chains)
{
  GString *pack = g_string_new (HEAD "fields:\n" D (dn, number));
  g_autoptr (BalanceEvaluation) evaluation = NULL;
  g_autoptr (BalanceFinding) finding = NULL;

  for (guint i = 0; i < 2900; i++)
    g_string_append_printf (pack, "- {id: f%u, level: district, type: number, title: {zh: 字%u, en: F%u}, value: %s%u + 1}\n", i, i, i,
                            i == 0 ? "dn * " : "f", i == 0 ? 1 : i - 1);
  g_string_append (pack, "requirements:\n- {id: r, " T ", value: f2899, at_least: 2905}\n");
  evaluation = evaluate (pack->str, "d 1 dn=5\ns 1 A primary");
  finding = find (evaluation, "districts/1/r");
  ck_assert_int_eq (letter (balance_finding_get_verdict (finding)), 'm');
  ck_assert (same (balance_finding_get_value (finding), 2905.0));
  g_string_free (pack, TRUE);
}
END_TEST

START_TEST (intervals_of_scores)
{
  g_autoptr (BalanceEvaluation) evaluation = evaluate (
    HEAD DF "requirements:\n- id: s\n  " T "\n  at_least: 6\n  of:\n  - {id: a, " T ", value: f, points: 5}\n  - {id: b, " T ", value: g, points: 3}\n",
    "d 1 f=true\ns 1 A primary");
  g_autoptr (BalanceFinding) finding = find (evaluation, "districts/1/s");

  ck_assert (isnan (balance_finding_get_value (finding)));
  ck_assert (same (balance_finding_get_value_low (finding), 5.0));
  ck_assert (same (balance_finding_get_value_high (finding), 8.0));
  ck_assert (same (balance_finding_get_limit (finding), 6.0));
}
END_TEST

/* -- the whole ------------------------------------------------------------------------------------------ */

/* xorshift: the same census on every machine */
static guint64 seed = G_GUINT64_CONSTANT (0x853c49e6748fea9b);

static guint64
next_random (void)
{
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return seed;
}

static const char nation_pack[] =
  HEAD "split: {fields: [books], weights: {primary: 1, junior: 1.1}, by: pupils}\n"
  "fields:\n"
  "- {id: own_staff, level: district, type: number, unit: teacher/pupil, value: sum(teachers) / sum(pupils), title: {zh: 本县师生比, en: Own staff}}\n"
  "- {id: usual_staff, level: region, type: number, unit: teacher/pupil, value: mean(own_staff), title: {zh: 平均师生比, en: Usual staff}}\n"
  "indicators:\n"
  "- {id: i, " T ", unit: teacher/pupil, value: teachers / pupils, at_least: 0.06}\n"
  "- {id: j, " T ", unit: book/pupil, value: books / pupils, at_least: {primary: 15, junior: 25}}\n"
  "- {id: l, " T ", unit: class/pupil, value: classes / pupils, at_most: 0.03}\n"
  "requirements:\n"
  "- {id: k, " T ", each: section, of: [i, j, l], need: 2, floor: 85%}\n"
  "- {id: c, " T ", each: stage, measure: cv, of: [i, j], at_most: {primary: 0.5, junior: 0.45}}\n"
  "- {id: m, " T ", each: stage, measure: cv, of: [i, j], combine: mean, at_most: 0.5}\n"
  "- {id: w, " T ", value: share(k over sections), unit: '%', at_least: 30%}\n"
  "- {id: t, " T ", value: own_staff >= usual_staff}\n"
  "- {id: u, " T ", each: region, value: share(w over districts), unit: '%', at_least: 50%}\n"
  "- {id: v, " T ", value: u}\n";

static BalanceCensus *
make_nation (BalanceStandard *standard, guint n_districts, guint n_schools)
{
  g_autoptr (BalanceCensusBuilder) builder = balance_census_builder_new (balance_standard_get_dictionary (standard), 2021);
  g_autoptr (BalanceImport) import = NULL;

  for (guint d = 0; d < n_districts; d++)
    for (guint k = 0; k < n_schools; k++)
      {
        g_autofree char *district = g_strdup_printf ("%06u", d), *school = g_strdup_printf ("%06u%04u", d, k);
        guint kind = (guint) (next_random () % 3);

        for (guint stage = 0; stage < 2; stage++)
          {
            gint64 pupils = (gint64) (next_random () % 2000);
            guint row;

            if (kind != 2 && kind != stage)
              continue;
            row = balance_census_builder_add_section (builder, district, school, stage == 0 ? "primary" : "junior");
            balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "pupils", pupils, 0);
            if (next_random () % 500 != 0)
              balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "teachers", pupils / 15 + (gint64) (next_random () % 20), 0);
            balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "classes", pupils / 45 + 1, 0);
          }
        {
          guint row = balance_census_builder_add_school (builder, district, school);

          balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SCHOOL, row, "books", (gint64) (next_random () % 60000), 0);
        }
      }
  import = balance_census_builder_end (builder);

  return g_list_model_get_item (balance_import_get_censuses (import), 0);
}

static GBytes *
json_of (BalanceEvaluation *evaluation)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();

  ck_assert (balance_evaluation_write_json (evaluation, stream, NULL, NULL));
  ck_assert (g_output_stream_close (stream, NULL, NULL));

  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (stream));
}

START_TEST (threads)
{
  static const char *const requirements[] = { "k", "c.i", "c.j", "c", "m", "w", "t", "i", "j", "l" };
  static const char *const indicators[] = { "i", "j", "l" };
  g_autoptr (BalanceStandard) standard = new_standard (nation_pack);
  g_autoptr (BalanceCensus) census = make_nation (standard, 300, 100);
  g_autoptr (GListModel) sections = balance_census_get_sections (census);
  g_autoptr (BalanceEvaluation) one = evaluate_full (standard, census, "2021-06-01", BALANCE_CONCESSIONS_ON, NULL, NULL, 1);
  g_autoptr (BalanceEvaluation) four = evaluate_full (standard, census, "2021-06-01", BALANCE_CONCESSIONS_ON, NULL, NULL, 4);
  guint seen[4] = { 0 };

  ck_assert_uint_gt (g_list_model_get_n_items (sections), 38000);
  for (guint i = 0; i < G_N_ELEMENTS (requirements); i++)
    {
      g_autoptr (GBytes) a = balance_evaluation_dup_verdicts (one, requirements[i], NULL);
      g_autoptr (GBytes) b = balance_evaluation_dup_verdicts (four, requirements[i], NULL);
      gsize n;
      const guint8 *bytes;

      ck_assert_msg (a != NULL && b != NULL && g_bytes_equal (a, b), "%s", requirements[i]);
      bytes = g_bytes_get_data (a, &n);
      for (gsize k = 0; k < n; k++)
        seen[bytes[k]]++;
    }
  /* a census that shows only one verdict would show nothing */
  for (guint i = 0; i < G_N_ELEMENTS (seen); i++)
    ck_assert_uint_gt (seen[i], 50);

  for (guint i = 0; i < G_N_ELEMENTS (indicators); i++)
    {
      g_autoptr (GBytes) va = NULL, vb = NULL;
      g_autoptr (GBytes) a = balance_evaluation_dup_values (one, indicators[i], &va, NULL);
      g_autoptr (GBytes) b = balance_evaluation_dup_values (four, indicators[i], &vb, NULL);

      ck_assert (g_bytes_equal (a, b) && g_bytes_equal (va, vb));
    }
  {
    g_autoptr (GBytes) a = json_of (one), b = json_of (four);

    ck_assert (g_bytes_equal (a, b));
  }
}
END_TEST

typedef struct
{
  GMainLoop         *loop;
  BalanceEvaluation *evaluation;
  GError            *error;
} Waiting;

static void
on_evaluated (GObject *object, GAsyncResult *result, gpointer data)
{
  Waiting *waiting = data;

  waiting->evaluation = balance_evaluator_evaluate_finish (BALANCE_EVALUATOR (object), result, &waiting->error);
  g_main_loop_quit (waiting->loop);
}

static gboolean
cancel_now (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

START_TEST (asynchronously)
{
  g_autoptr (BalanceStandard) standard = new_standard (nation_pack);
  g_autoptr (BalanceCensus) census = make_nation (standard, 300, 100);
  g_autoptr (BalanceEvaluator) evaluator = balance_evaluator_new_full (standard, "2021-06-01", BALANCE_CONCESSIONS_ON, NULL, NULL, 2);
  g_autoptr (BalanceEvaluation) directly = balance_evaluator_evaluate (evaluator, census, NULL, NULL, NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (BalanceProgress) progress = balance_progress_new ();
  g_autoptr (GBytes) a = json_of (directly), b = NULL;
  Waiting waiting = { .loop = loop };

  balance_evaluator_evaluate_async (evaluator, census, progress, NULL, on_evaluated, &waiting);
  g_main_loop_run (loop);
  ck_assert_ptr_nonnull (waiting.evaluation);
  b = json_of (waiting.evaluation);
  ck_assert (g_bytes_equal (a, b));
  g_clear_object (&waiting.evaluation);

  /* cancelled before it begins, and while it runs */
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();

      if (i == 0)
        g_cancellable_cancel (cancellable);
      else
        g_timeout_add (1, cancel_now, cancellable);
      balance_evaluator_evaluate_async (evaluator, census, NULL, cancellable, on_evaluated, &waiting);
      g_main_loop_run (loop);
      ck_assert_ptr_null (waiting.evaluation);
      ck_assert (g_error_matches (waiting.error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
      g_clear_error (&waiting.error);
    }
}
END_TEST

/* -- findings --------------------------------------------------------------------------------------------- */

static BalanceEvaluation *
evaluate_sample (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("BALANCE_SOURCE_DIR"), "examples", "data", "sample-county.csv", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = balance_standard_lookup ("cn-2017-quality", &error);
  g_autoptr (BalanceReader) reader = NULL;
  g_autoptr (BalanceImport) import = NULL;
  g_autoptr (BalanceCensus) census = NULL;
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr (GBytes) bytes = NULL;

  ck_assert_msg (standard != NULL, "%s", error != NULL ? error->message : "");
  ck_assert (g_file_get_contents (path, &text, &length, NULL));
  bytes = g_bytes_new (text, length);
  reader = balance_reader_new (balance_standard_get_dictionary (standard), NULL, FALSE);
  import = balance_reader_read_bytes (reader, bytes, "sample-county.csv", NULL, NULL, &error);
  ck_assert_msg (import != NULL, "%s", error != NULL ? error->message : "");
  census = g_list_model_get_item (balance_import_get_censuses (import), 0);
  ck_assert_ptr_nonnull (census);

  return evaluate_full (standard, census, "2021-06-01", BALANCE_CONCESSIONS_ON, NULL, NULL, 1);
}

static void
check_same (BalanceFinding *a, BalanceFinding *b)
{
  g_autofree char *text_a = balance_finding_to_text (a, "zh"), *text_b = balance_finding_to_text (b, "zh");
  const char *path = balance_finding_get_path (a);

  ck_assert_str_eq (path, balance_finding_get_path (b));
  ck_assert_msg (balance_finding_get_verdict (a) == balance_finding_get_verdict (b), "%s", path);
  ck_assert_msg (balance_finding_get_strict_verdict (a) == balance_finding_get_strict_verdict (b), "%s", path);
  ck_assert_msg (same (balance_finding_get_value (a), balance_finding_get_value (b)), "%s", path);
  ck_assert_msg (same (balance_finding_get_value_low (a), balance_finding_get_value_low (b)), "%s", path);
  ck_assert_msg (same (balance_finding_get_value_high (a), balance_finding_get_value_high (b)), "%s", path);
  ck_assert_msg (same (balance_finding_get_limit (a), balance_finding_get_limit (b)), "%s", path);
  ck_assert_msg (same (balance_finding_get_floor (a), balance_finding_get_floor (b)), "%s", path);
  ck_assert_msg (same (balance_finding_get_margin (a), balance_finding_get_margin (b)), "%s", path);
  ck_assert_str_eq (text_a, text_b);
}

typedef struct
{
  BalanceEvaluation *evaluation;
  guint              n, n_operands, n_missing;
} Walk;

static void
walk (Walk *self, GListModel *findings)
{
  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr (BalanceFinding) finding = g_list_model_get_item (findings, i), again = NULL;
      GListModel *operands = balance_finding_get_operands (finding);
      double value = balance_finding_get_value (finding), limit = balance_finding_get_limit (finding);

      self->n++;
      again = find (self->evaluation, balance_finding_get_path (finding));
      check_same (finding, again);

      /* a known value is its own interval, and says itself what the verdict is */
      if (!isnan (value))
        {
          ck_assert_msg (balance_finding_get_value_low (finding) <= value && balance_finding_get_value_high (finding) >= value,
                         "%s: %g not in %g .. %g", balance_finding_get_path (finding), value,
                         balance_finding_get_value_low (finding), balance_finding_get_value_high (finding));
          if (!isnan (limit) && g_strcmp0 (balance_finding_get_comparison (finding), "at_least") == 0 &&
              (value > limit || value < limit) && balance_finding_get_verdict (finding) != BALANCE_VERDICT_NOT_APPLICABLE)
            ck_assert_msg ((balance_finding_get_verdict (finding) == BALANCE_VERDICT_MET) == (value > limit), "%s",
                           balance_finding_get_path (finding));
        }

      for (guint k = 0; k < g_list_model_get_n_items (operands); k++)
        {
          g_autoptr (BalanceOperand) operand = g_list_model_get_item (operands, k);
          g_autoptr (BalanceCell) cell = balance_operand_get_cell (operand);
          g_autofree char *text = balance_operand_dup_text (operand, "zh"), *subject = balance_operand_dup_subject (operand, "zh");

          self->n_operands++;
          ck_assert_str_ne (subject, "");
          if (balance_operand_get_missing (operand))
            {
              self->n_missing++;
              ck_assert_str_eq (text, "");
              continue;
            }
          ck_assert_str_ne (text, "");
          ck_assert_msg (cell != NULL, "%s of %s has no cell", balance_operand_get_field (operand), balance_finding_get_path (finding));
          ck_assert_str_eq (balance_cell_get_file (cell), "sample-county.csv");
          ck_assert_uint_ge (balance_cell_get_row (cell), 2);
          ck_assert_uint_ge (balance_cell_get_column (cell), 1);
        }
      walk (self, balance_finding_get_children (finding));
    }
}

START_TEST (every_finding)
{
  g_autoptr (BalanceEvaluation) evaluation = evaluate_sample ();
  g_autoptr (GListModel) districts = balance_census_get_districts (balance_evaluation_get_census (evaluation));
  g_autoptr (GListModel) schools = balance_census_get_schools (balance_evaluation_get_census (evaluation));
  Walk self = { .evaluation = evaluation };

  for (guint i = 0; i < g_list_model_get_n_items (districts); i++)
    {
      g_autoptr (BalanceDistrict) district = g_list_model_get_item (districts, i);
      g_autoptr (GListModel) findings = balance_evaluation_get_findings (evaluation, balance_district_get_code (district));

      walk (&self, findings);
    }
  ck_assert_uint_gt (self.n, 500);
  ck_assert_uint_gt (self.n_operands, 500);
  ck_assert_uint_gt (self.n_missing, 0);

  for (guint i = 0; i < g_list_model_get_n_items (schools); i += 7)
    {
      g_autoptr (BalanceSchool) school = g_list_model_get_item (schools, i);
      g_autoptr (GListModel) findings = balance_evaluation_get_school_findings (evaluation, school);

      walk (&self, findings);
    }
}
END_TEST

/* The figure of a finding, computed anew, is the one of the bulk columns bit for bit. */
START_TEST (replayed_values)
{
  g_autoptr (BalanceEvaluation) evaluation = evaluate_sample ();
  g_autoptr (GListModel) indicators = balance_standard_get_indicators (balance_evaluation_get_standard (evaluation));
  g_autoptr (GListModel) sections = balance_census_get_sections (balance_evaluation_get_census (evaluation));
  guint n_known = 0, n_unknown = 0;

  for (guint i = 0; i < g_list_model_get_n_items (indicators); i++)
    {
      g_autoptr (BalanceIndicator) indicator = g_list_model_get_item (indicators, i);
      g_autoptr (GBytes) validity = NULL;
      g_autoptr (GBytes) values = NULL;
      const double *numbers;
      const guint8 *valid;
      gsize length;

      if (balance_indicator_get_level (indicator) != BALANCE_LEVEL_SECTION)
        continue;
      values = balance_evaluation_dup_values (evaluation, balance_indicator_get_id (indicator), &validity, NULL);
      numbers = g_bytes_get_data (values, &length);
      valid = g_bytes_get_data (validity, NULL);
      ck_assert_uint_eq (length, g_list_model_get_n_items (sections) * sizeof (double));
      for (guint k = 0; k < g_list_model_get_n_items (sections); k++)
        {
          g_autoptr (BalanceSection) section = g_list_model_get_item (sections, k);
          g_autoptr (BalanceSchool) school = balance_section_get_school (section);
          g_autofree char *path = g_strdup_printf ("schools/%s/%s/%s", balance_school_get_code (school), balance_section_get_stage (section),
                                                   balance_indicator_get_id (indicator));
          g_autoptr (BalanceFinding) finding = find (evaluation, path);

          /* of what is not asked a finding says nothing */
          if (balance_finding_get_verdict (finding) == BALANCE_VERDICT_NOT_APPLICABLE && isnan (balance_finding_get_value (finding)))
            continue;
          ck_assert_msg (same (balance_finding_get_value (finding), numbers[k]), "%s: %.17g, not %.17g", path,
                         balance_finding_get_value (finding), numbers[k]);
          ck_assert_int_eq (valid[k] != 0, !isnan (numbers[k]));
          n_known += valid[k] != 0;
          n_unknown += valid[k] == 0;
        }
    }
  ck_assert_uint_gt (n_known, 200);
  ck_assert_uint_gt (n_unknown, 0);
}
END_TEST

static void
collect (GListModel *findings, GString *text)
{
  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr (BalanceFinding) finding = g_list_model_get_item (findings, i);
      g_autofree char *one = balance_finding_to_text (finding, "en");

      g_string_append (text, one);
      g_string_append_printf (text, "%u\n", g_list_model_get_n_items (balance_finding_get_operands (finding)));
      collect (balance_finding_get_children (finding), text);
    }
}

static gpointer
read_findings (gpointer data)
{
  GString *text = g_string_new (NULL);

  collect (data, text);
  return g_string_free (text, FALSE);
}

START_TEST (findings_from_several_threads)
{
  g_autoptr (BalanceEvaluation) evaluation = evaluate_sample ();
  g_autoptr (GListModel) shared = balance_evaluation_get_findings (evaluation, "990001"), alone = NULL;
  GThread *readers[4];
  g_autofree char *wanted = NULL;

  ck_assert_uint_gt (g_list_model_get_n_items (shared), 0);
  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    readers[i] = g_thread_new ("reader", read_findings, shared);
  alone = balance_evaluation_get_findings (evaluation, "990001");
  wanted = read_findings (alone);
  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    {
      g_autofree char *text = g_thread_join (readers[i]);

      ck_assert_str_eq (text, wanted);
    }
}
END_TEST

typedef struct
{
  BalanceEvaluator *evaluator;
  BalanceCensus    *census;
} Shared;

static gpointer
evaluate_shared (gpointer data)
{
  const Shared *shared = data;
  g_autoptr (BalanceEvaluation) evaluation = balance_evaluator_evaluate (shared->evaluator, shared->census, NULL, NULL, NULL);
  g_autoptr (GListModel) findings = balance_evaluation_get_findings (evaluation, "990001");

  return read_findings (findings);
}

/* Of those that come at once one compiles the standard, for all. */
START_TEST (evaluator_from_several_threads)
{
  g_autoptr (BalanceEvaluation) sample = evaluate_sample ();
  g_autoptr (BalanceEvaluator) evaluator =
    balance_evaluator_new_full (balance_evaluation_get_standard (sample), "2021-06-01", BALANCE_CONCESSIONS_ON, NULL, NULL, 2);
  g_autoptr (GListModel) findings = balance_evaluation_get_findings (sample, "990001");
  Shared shared = { evaluator, balance_evaluation_get_census (sample) };
  g_autofree char *wanted = read_findings (findings);
  GThread *callers[4];

  for (guint i = 0; i < G_N_ELEMENTS (callers); i++)
    callers[i] = g_thread_new ("evaluate", evaluate_shared, &shared);
  for (guint i = 0; i < G_N_ELEMENTS (callers); i++)
    {
      g_autofree char *text = g_thread_join (callers[i]);

      ck_assert_str_eq (text, wanted);
    }
}
END_TEST

static const char *const bad_paths[] = {
  "", "/", "r", "districts", "districts/1", "districts/9/r", "districts/1/nothing", "districts/1/primary/r", "schools/A/r", "schools/Z/primary/k",
  "schools/A/senior/k", "schools/A/primary", "schools/A/primary/r", "region/r", "region", "districts/1/r/", "districts/1//r", "districts/1/r/r",
  "schools/A/primary/k/extra", "//", "districts//r", "districts/1/schools/A/primary/nothing", "districts/2/schools/A/primary/k",
};

START_TEST (paths_to_nothing)
{
  g_autoptr (BalanceEvaluation) evaluation = evaluate (
    HEAD DF "requirements:\n- {id: r, " T ", value: f}\n- {id: k, " T ", each: section, value: pupils > 1}\n", "d 1 f=true\ns 1 A primary pupils=3");
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceFinding) finding = balance_evaluation_find (evaluation, bad_paths[_i], &error);

  ck_assert_msg (finding == NULL, "“%s” is no path", bad_paths[_i]);
  ck_assert_msg (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND), "“%s”", bad_paths[_i]);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("evaluation");
  TCase *tests = tcase_create ("verdicts");
  SRunner *runner;
  int n_failed;

  tcase_set_timeout (tests, 60);
  tcase_add_loop_test (tests, k_of_n_with_floor, 0, 16);
  tcase_add_loop_test (tests, verdicts, 0, G_N_ELEMENTS (cases));
  tcase_add_test (tests, options);
  tcase_add_test (tests, dates_of_limits);
  tcase_add_test (tests, concessions);
  tcase_add_test (tests, evaluator_used_again);
  tcase_add_test (tests, same_texts);
  tcase_add_test (tests, only_a_part);
  tcase_add_test (tests, own_parts);
  tcase_add_test (tests, intervals_of_scores);
  tcase_add_test (tests, long_chains);
  suite_add_tcase (suite, tests);

  tests = tcase_create ("whole");
  tcase_set_timeout (tests, 120);
  tcase_add_test (tests, threads);
  /* the thread sanitizer does not see how a GTask of a GLib that is not built for it hands its result over */
#ifndef __SANITIZE_THREAD__
  tcase_add_test (tests, asynchronously);
#else
  (void) asynchronously;
#endif
  suite_add_tcase (suite, tests);

  tests = tcase_create ("findings");
  tcase_set_timeout (tests, 120);
  tcase_add_test (tests, every_finding);
  tcase_add_test (tests, replayed_values);
  tcase_add_test (tests, findings_from_several_threads);
  tcase_add_test (tests, evaluator_from_several_threads);
  tcase_add_loop_test (tests, paths_to_nothing, 0, G_N_ELEMENTS (bad_paths));
  suite_add_tcase (suite, tests);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
