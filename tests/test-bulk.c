/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The quick path against the careful one: each kernel against a plain loop, each instruction set against the others,
 * and censuses that sit on every limit judged in bulk and district by district. */

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <balance/balance.h>

#include "evaluation/balance-bulk-private.h"

static const char *const sets[] = { "baseline", "avx2", "avx512" };

/* -- kernels ------------------------------------------------------------------------------------------ */

#define MAX_N 75

static guint32 state;

static guint32
next (guint32 below)
{
  state = state * 1664525u + 1013904223u;
  return (guint32) ((guint64) state * below >> 32);
}

static const BalanceKernels *
get_set (int i)
{
  return balance_kernels_get (sets[i]);
}

START_TEST (sums)
{
  const BalanceKernels *kernels = get_set (_i);

  if (kernels == NULL)
    return;
  state = 7;
  for (guint round = 0; round < 400; round++)
    {
      double num[MAX_N + BALANCE_KERNEL_SLACK], den[MAX_N + BALANCE_KERNEL_SLACK], weight[MAX_N + BALANCE_KERNEL_SLACK];
      double weighed[MAX_N + BALANCE_KERNEL_SLACK], reciprocal[MAX_N + BALANCE_KERNEL_SLACK];
      const BalanceWeights weights = { weighed, reciprocal };
      guint8 counts[MAX_N + BALANCE_KERNEL_SLACK];
      guint n = next (MAX_N) + 1, form = round % 3, expected_n = 0, n_counted;
      BalanceSums s;
      mpq_t w, x, q, v, p, got, bound;

      mpq_inits (w, x, q, v, p, got, bound, NULL);
      for (guint i = 0; i < n + BALANCE_KERNEL_SLACK; i++)
        {
          num[i] = next (1000000);
          den[i] = next (3000) + 1;
          weight[i] = next (3000) + 1;
          counts[i] = next (5) > 0;
        }
      kernels->weigh (&weights, weight, counts, n);
      kernels->reduce (&s, num, form == 0 ? weight : form == 1 ? den : NULL, form == 0, weighed, reciprocal, FALSE, n);
      for (guint i = 0; i < n; i++)
        {
          if (counts[i] != 1)
            continue;
          expected_n++;
          mpq_set_ui (v, (unsigned long) num[i], form == 0 ? (unsigned long) weight[i] : form == 1 ? (unsigned long) den[i] : 1);
          mpq_canonicalize (v);
          mpq_set_ui (p, (unsigned long) weight[i], 1);
          mpq_add (w, w, p);
          mpq_mul (p, p, v);
          mpq_add (x, x, p);
          mpq_mul (p, p, v);
          mpq_add (q, q, p);
        }
      ck_assert_double_eq (kernels->total (weighed, n, &n_counted), mpq_get_d (w));
      ck_assert_uint_eq (n_counted, expected_n);
      ck_assert (!s.negative);

      /* right to some 2^-95 */
      for (guint k = 0; k < 2; k++)
        {
          mpq_set_d (got, k == 0 ? s.x_hi : s.q_hi);
          mpq_set_d (v, k == 0 ? s.x_lo : s.q_lo);
          mpq_add (got, got, v);
          mpq_sub (got, got, k == 0 ? x : q);
          mpq_abs (got, got);
          mpq_div_2exp (bound, k == 0 ? x : q, 92);
          ck_assert_msg (mpq_cmp (got, bound) <= 0, "form %u, n %u, sum %u", form, n, k);
        }
      mpq_clears (w, x, q, v, p, got, bound, NULL);
    }
}
END_TEST

START_TEST (negative_values)
{
  const BalanceKernels *kernels = get_set (_i);
  double num[MAX_N + BALANCE_KERNEL_SLACK] = { 0 }, weight[MAX_N + BALANCE_KERNEL_SLACK], reciprocal[MAX_N + BALANCE_KERNEL_SLACK];

  if (kernels == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (weight); i++)
    {
      weight[i] = 2.0;
      reciprocal[i] = 0.5;
    }
  for (guint n = 1; n < MAX_N; n++)
    for (guint at = 0; at < n + 3; at++)
      {
        BalanceSums s;

        for (guint i = 0; i < n + 3; i++)
          num[i] = i == at ? -1.0 : 5.0;
        kernels->reduce (&s, num, weight, TRUE, weight, reciprocal, TRUE, n);
        ck_assert_uint_eq (s.negative, at < n);
        if (at < n)
          {
            weight[at] = 0.0;
            kernels->reduce (&s, num, weight, TRUE, weight, reciprocal, TRUE, n);
            ck_assert (!s.negative);
            weight[at] = 2.0;
          }
      }
}
END_TEST

START_TEST (truths)
{
  const BalanceKernels *kernels = get_set (_i);
  guint8 a[9 * 8], b[9 * 8], out[9 * 8 + BALANCE_KERNEL_SLACK];

  if (kernels == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (a); i++)
    {
      a[i] = (guint8) (i % 3);
      b[i] = (guint8) (i / 3 % 3);
    }
  kernels->both (out, a, b, G_N_ELEMENTS (a));
  for (guint i = 0; i < G_N_ELEMENTS (a); i++)
    ck_assert_uint_eq (out[i], a[i] == 0 || b[i] == 0 ? 0 : a[i] == 2 || b[i] == 2 ? 2 : 1);
  kernels->either (out, a, b, G_N_ELEMENTS (a));
  for (guint i = 0; i < G_N_ELEMENTS (a); i++)
    ck_assert_uint_eq (out[i], a[i] == 1 || b[i] == 1 ? 1 : a[i] == 2 || b[i] == 2 ? 2 : 0);
  kernels->negate (out, a, G_N_ELEMENTS (a));
  for (guint i = 0; i < G_N_ELEMENTS (a); i++)
    ck_assert_uint_eq (out[i], a[i] == 2 ? 2 : !a[i]);
}
END_TEST

START_TEST (items)
{
  const BalanceKernels *kernels = get_set (_i);

  if (kernels == NULL)
    return;
  state = 11;
  for (guint round = 0; round < 200; round++)
    {
      guint8 memory[7][600], floor_memory[7][600], applies[600], out[600];
      const guint8 *rows[7], *floors[7];
      guint allowed = next (8), n = next (600) + 1;
      gboolean has_floor = next (2);

      for (guint k = 0; k < 7; k++)
        {
          rows[k] = memory[k];
          floors[k] = floor_memory[k];
          for (guint i = 0; i < n; i++)
            {
              memory[k][i] = (guint8) next (3);
              floor_memory[k][i] = memory[k][i] == BALANCE_VERDICT_UNMET && next (2);
            }
        }
      for (guint i = 0; i < n; i++)
        applies[i] = next (4) > 0;
      kernels->k_of_n (out, rows, floors, 7, allowed, has_floor, applies, n);
      for (guint i = 0; i < n; i++)
        {
          guint unmet = 0, asked = 0, below = 0;

          for (guint k = 0; k < 7; k++)
            {
              unmet += memory[k][i] == BALANCE_VERDICT_UNMET;
              asked += memory[k][i] != BALANCE_VERDICT_NOT_APPLICABLE;
              below += has_floor && memory[k][i] == BALANCE_VERDICT_UNMET && !floor_memory[k][i];
            }
          ck_assert_uint_eq (out[i], !applies[i] || asked == 0 ? BALANCE_VERDICT_NOT_APPLICABLE
                                     : unmet > allowed || below > 0 ? BALANCE_VERDICT_UNMET : BALANCE_VERDICT_MET);
        }
    }
}
END_TEST

/* -- whole censuses ------------------------------------------------------------------------------------ */

#define PACK \
  "pack: test\ntitle: {zh: 名, en: Name}\nreference: none\nstages: [primary, junior]\nweight: pupils\nscope: not out\n" \
  "fields:\n" \
  "- {id: out, level: school, type: flag, title: {zh: 除外, en: Out}}\n" \
  "- {id: n, level: section, type: amount, title: {zh: 甲, en: N}}\n" \
  "- {id: m, level: section, type: amount, title: {zh: 乙, en: M}}\n" \
  "indicators:\n" \
  "- {id: A, title: {zh: 甲, en: A}, reference: r, value: 100 pupil * n / pupils, at_least: {primary: 4.2, junior: 5.3}}\n" \
  "- {id: B, title: {zh: 乙, en: B}, reference: r, unit: 1/pupil, value: (n - m) / pupils, at_most: {primary: 0.25, junior: 0.3}}\n" \
  "- {id: C, title: {zh: 丙, en: C}, reference: r, value: {primary: n / 3, junior: m}, above: 7}\n" \
  "requirements:\n" \
  "- id: all\n  title: {zh: 全, en: All}\n  reference: r\n  of:\n" \
  "  - {id: each, title: {zh: 每, en: Each}, each: section, of: [A, B, C], need: 2, floor: 85%}\n" \
  "  - {id: spread, title: {zh: 差, en: Spread}, each: stage, measure: cv, of: [A, C], at_most: {primary: 0.5, junior: 0.45}}\n"

/* Pupils and amounts from few values, so that many sections stand exactly on a limit; some facts are missing where
 * asked for, some schools are out, some have no pupils. */
static BalanceCensus *
make_census (BalanceStandard *standard, guint n_districts, gboolean with_gaps)
{
  g_autoptr (BalanceCensusBuilder) builder = balance_census_builder_new (balance_standard_get_dictionary (standard), 2024);
  g_autoptr (BalanceImport) import = NULL;

  for (guint d = 0; d < n_districts; d++)
    {
      g_autofree char *district = g_strdup_printf ("%04u", d);
      guint n_schools = next (40) + 1;

      for (guint s = 0; s < n_schools; s++)
        {
          g_autofree char *school = g_strdup_printf ("%04u%03u", d, s);
          guint school_row = balance_census_builder_add_school (builder, district, school);

          if (!with_gaps || next (60) > 0)
            balance_census_builder_set_number (builder, BALANCE_LEVEL_SCHOOL, school_row, "out", next (12) == 0);
          for (guint k = 0; k < 2; k++)
            {
              guint row;

              if (k == 0 ? next (4) == 0 : next (2) == 0)
                continue;
              row = balance_census_builder_add_section (builder, district, school, k == 0 ? "primary" : "junior");
              if (!with_gaps || next (50) > 0)
                balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "pupils", next (30) == 0 ? 0 : (gint64) (100 * (1 + next (5))), 0);
              if (!with_gaps || next (50) > 0)
                balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "n", 21 * (1 + next (12)) * 5, 1);
              if (!with_gaps || next (50) > 0)
                balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "m", next (3) == 0 ? 90000 : (gint64) (25 * next (8)), 2);
            }
        }
    }
  import = balance_census_builder_end (builder);
  ck_assert_ptr_nonnull (balance_import_get_census (import));

  return g_object_ref (balance_import_get_census (import));
}

static BalanceStandard *
make_standard (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (PACK, strlen (PACK));
  g_autoptr (GError) error = NULL;
  BalanceStandard *standard = balance_standard_new_from_bytes (bytes, "test.yaml", &error);

  ck_assert_msg (standard != NULL, "%s", error != NULL ? g_strdelimit (error->message, "\n", ' ') : "");
  return standard;
}

static BalanceEvaluation *
evaluate (BalanceStandard *standard, BalanceCensus *census, const char *kernels, guint n_threads)
{
  g_autoptr (BalanceEvaluator) evaluator = g_object_new (BALANCE_TYPE_EVALUATOR, "standard", standard, "as-of", "2024-09-01",
                                                         "kernels", kernels, "n-threads", n_threads, NULL);
  g_autoptr (GError) error = NULL;
  BalanceEvaluation *evaluation = balance_evaluator_evaluate (evaluator, census, NULL, NULL, &error);

  ck_assert_msg (evaluation != NULL, "%s", error != NULL ? error->message : "");
  return evaluation;
}

static guint
assert_same (BalanceEvaluation *a, BalanceEvaluation *b, const char *what)
{
  guint n_rules = a->standard->pack->rules->len, n_met = 0;

  ck_assert_int_eq (a->verdict, b->verdict);
  ck_assert_msg (memcmp (a->result.districts, b->result.districts, a->facts->districts.n_rows) == 0, "%s: districts", what);
  for (guint i = 0; i < n_rules; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (a->standard->pack->rules, i);
      guint n = balance_facts_get_n_rows (a->facts, rule->level);

      for (guint k = 0; k < n; k++)
        {
          ck_assert_msg (a->result.verdicts[i][k] == b->result.verdicts[i][k], "%s: %s, row %u: %d and %d", what, rule->id, k,
                         a->result.verdicts[i][k], b->result.verdicts[i][k]);
          n_met += a->result.verdicts[i][k] == BALANCE_VERDICT_MET;
        }
      if (a->result.floors[i] != NULL)
        ck_assert_msg (memcmp (a->result.floors[i], b->result.floors[i], n) == 0, "%s: floors of %s", what, rule->id);
    }

  return n_met;
}

START_TEST (every_path)
{
  g_autoptr (BalanceStandard) standard = make_standard ();

  state = 100 + (guint) _i;
  for (guint round = 0; round < 4; round++)
    {
      g_autoptr (BalanceCensus) census = make_census (standard, 40, round % 2);
      g_autoptr (BalanceEvaluation) careful = evaluate (standard, census, "none", 1);

      for (guint k = 0; k < G_N_ELEMENTS (sets); k++)
        {
          g_autoptr (BalanceEvaluation) one = evaluate (standard, census, sets[k], 1);
          g_autoptr (BalanceEvaluation) three = evaluate (standard, census, sets[k], 3);

          ck_assert_uint_gt (assert_same (careful, one, sets[k]), 100);
          assert_same (careful, three, sets[k]);
        }
    }
}
END_TEST

/* Or nothing above would show anything. */
START_TEST (used)
{
  g_autoptr (BalanceStandard) standard = make_standard ();
  g_autoptr (BalanceCensus) census = NULL;
  g_autoptr (BalanceEvaluation) evaluation = NULL;
  BalanceBulk *bulk;
  BalanceBulkRun *run;
  guint8 unsure[4096];
  guint n_unsure = 0, n_districts = 0;

  state = 5;
  census = make_census (standard, 60, FALSE);
  evaluation = evaluate (standard, census, "none", 1);
  bulk = balance_bulk_new (evaluation, &evaluation->result, balance_kernels_get (NULL));
  ck_assert_ptr_nonnull (bulk);
  ck_assert (balance_bulk_is_whole (bulk));
  run = balance_bulk_run_new (bulk);
  for (guint i = 0; i < balance_bulk_get_n_runs (bulk); i++)
    {
      guint first, n;

      balance_bulk_get_run (bulk, i, &first, &n);
      ck_assert_uint_eq (first, n_districts);
      balance_bulk_run_judge (run, first, n, unsure);
      for (guint d = 0; d < n; d++)
        n_unsure += unsure[d];
      n_districts += n;
    }
  ck_assert_uint_eq (n_districts, 60);
  /* those with a group that lies on its limit as far as doubles can tell */
  ck_assert_uint_lt (n_unsure, 60);
  balance_bulk_run_free (run);
  balance_bulk_free (bulk);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("bulk");
  TCase *tests = tcase_create ("kernels");
  SRunner *runner;
  int n_failed;

  tcase_set_timeout (tests, 60);
  tcase_add_loop_test (tests, sums, 0, G_N_ELEMENTS (sets));
  tcase_add_loop_test (tests, negative_values, 0, G_N_ELEMENTS (sets));
  tcase_add_loop_test (tests, truths, 0, G_N_ELEMENTS (sets));
  tcase_add_loop_test (tests, items, 0, G_N_ELEMENTS (sets));
  suite_add_tcase (suite, tests);

  tests = tcase_create ("censuses");
  tcase_set_timeout (tests, 120);
  tcase_add_loop_test (tests, every_path, 0, 3);
  tcase_add_test (tests, used);
  suite_add_tcase (suite, tests);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
