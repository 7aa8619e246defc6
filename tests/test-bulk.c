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

/* Rows in groups of any size, some of them empty. */
static guint
make_groups (guint32 *starts, guint offset, guint n_rows)
{
  guint n = 0;

  starts[0] = offset;
  while (starts[n] < offset + n_rows)
    {
      guint size = next (4) == 0 ? next (3) : next (n_rows + 1);

      starts[n + 1] = MIN (starts[n] + size, offset + n_rows);
      n++;
    }

  return n;
}

static void
assert_near (double hi, double lo, mpq_srcptr expected, double error, const char *what)
{
  mpq_t got, bound;

  mpq_inits (got, bound, NULL);
  mpq_set_d (got, hi);
  mpq_set_d (bound, lo);
  mpq_add (got, got, bound);
  mpq_sub (got, got, expected);
  mpq_abs (got, got);
  mpq_set_d (bound, error);
  mpq_mul (bound, bound, expected);
  ck_assert_msg (mpq_cmp (got, bound) <= 0, "%s", what);
  mpq_clears (got, bound, NULL);
}

#define MAX_GROUPS (20 * MAX_N)
#define MAX_PADDED (BALANCE_KERNEL_PAD * 3 * MAX_N + BALANCE_KERNEL_SLACK)

/* The correctly rounded root of W Q / X^2 - 1. */
static double
coefficient (mpq_srcptr w, mpq_srcptr x, mpq_srcptr q)
{
  double result;
  mpq_t square, one;

  if (mpq_sgn (x) == 0)
    return NAN;
  mpq_inits (square, one, NULL);
  mpq_mul (square, w, q);
  mpq_div (square, square, x);
  mpq_div (square, square, x);
  mpq_set_ui (one, 1, 1);
  mpq_sub (square, square, one);
  result = balance_mpq_get_sqrt_double (square);
  mpq_clears (square, one, NULL);

  return result;
}

/* Vectors of sums and of weights on a stack. */
typedef struct
{
  double      x[3 * MAX_GROUPS], x_rest[3 * MAX_GROUPS], q[3 * MAX_GROUPS], q_rest[3 * MAX_GROUPS], weight[3 * MAX_GROUPS];
  guint32     n[3 * MAX_GROUPS];
  guint8      state[3 * MAX_GROUPS];
  BalanceSums sums;
} Sums;

typedef struct
{
  double         weight[MAX_PADDED], reciprocal[MAX_PADDED], counts[MAX_PADDED], totals[3 * MAX_GROUPS];
  guint32        n_counted[3 * MAX_GROUPS], pads[3 * MAX_GROUPS + 1];
  BalanceWeights weights;
} Weights;

static void
init_sums (Sums *self)
{
  self->sums = (BalanceSums) { self->x, self->x_rest, self->q, self->q_rest, self->weight, self->n, self->state };
}

static void
init_weights (Weights *self, BalanceKernelGroups *groups)
{
  self->weights = (BalanceWeights) { self->weight, self->reciprocal, self->counts, self->totals, self->n_counted };
  balance_kernel_groups_pad (self->pads, groups->starts, groups->n);
  groups->pads = self->pads;
}

/* All groups, those of a form side by side, else in no order; how many. */
static guint
make_spans (BalanceKernelSpan *spans, const BalanceKernelGroups *groups, const guint8 *form_of, guint n_forms)
{
  guint n = 0;

  for (guint f = 0; f < n_forms; f++)
    {
      guint first = n;

      for (guint g = 0; g < groups->n; g++)
        if (form_of[g] == f)
          n += balance_kernel_groups_split (groups, g, spans + n);
      for (guint i = n; i > first + 1; i--)
        {
          guint other = first + next (i - first);
          BalanceKernelSpan span = spans[i - 1];

          spans[i - 1] = spans[other];
          spans[other] = span;
        }
    }
  return n;
}

/* Numbers that are divided by their weight, as they are or as sums of columns. */
static void
measure_sums (const BalanceKernels *kernels, const BalanceSums *sums, const double *num, const BalanceWeights *weights,
              const BalanceKernelGroups *groups, double *bias)
{
  const BalanceNumerator form = { .numbers = num, .terms[0].factor = 1.0 };
  guint8 form_of[MAX_GROUPS] = { 0 };
  BalanceKernelSpan spans[BALANCE_MAX_SPANS (MAX_GROUPS, MAX_N)];
  double fours[4 * MAX_GROUPS + BALANCE_KERNEL_SLACK];
  const BalanceGauge measure = { .forms = &form, .form_of = form_of, .sums = sums, .weights = weights, .fours = fours, .bias = bias };
  guint n = make_spans (spans, groups, form_of, 1), first = next (n + 1);

  kernels->measure_start (&measure, groups);
  kernels->measure (&measure, spans, first);
  kernels->measure (&measure, spans + first, n - first);
  kernels->measure_end (&measure, groups);
}

START_TEST (sums)
{
  const BalanceKernels *kernels = get_set (_i);

  double bias = next (2);
  guint n_unsure = 0, n_sure = 0;

  if (kernels == NULL)
    return;
  state = 7;
  for (guint round = 0; round < 600; round++)
    {
      double num[MAX_N + BALANCE_KERNEL_SLACK], den[MAX_N + BALANCE_KERNEL_SLACK], weight[MAX_N + BALANCE_KERNEL_SLACK];
      guint32 starts[MAX_GROUPS + 1];
      Weights weights;
      guint8 counts[MAX_N + BALANCE_KERNEL_SLACK];
      guint n = next (MAX_N) + 1, form = round % 3;
      BalanceKernelGroups groups = { .starts = starts, .offset = 17 };
      Sums s;
      double found[MAX_GROUPS];
      guint8 sure[MAX_GROUPS];

      groups.n = make_groups (starts, groups.offset, n);
      init_sums (&s);
      init_weights (&weights, &groups);
      for (guint i = 0; i < n + BALANCE_KERNEL_SLACK; i++)
        {
          /* large ones, too: whatever is below 2^53 when it is added up */
          num[i] = round % 2 ? next (1000000) : (double) next (4000000000u) * 20000.0 + next (20000);
          den[i] = next (3000) + 1;
          weight[i] = next (8) == 0 ? 0 : round % 4 < 2 ? next (3000) + 1 : (double) next (4000000000u) * 1000.0 + 1.0;
          counts[i] = next (5) > 0;
        }
      kernels->weigh (&weights.weights, weight, counts, &groups);
      if (form == 0)
        measure_sums (kernels, &s.sums, num, &weights.weights, &groups, &bias);
      else
        kernels->reduce (&s.sums, num, form == 1 ? den : NULL, &weights.weights, &groups);
      kernels->coefficients (found, sure, &s.sums, groups.n);
      for (guint g = 0; g < groups.n; g++)
        {
          guint expected_n = 0;
          mpq_t w, x, q, v, p;

          mpq_inits (w, x, q, v, p, NULL);
          for (guint i = starts[g] - groups.offset; i < starts[g + 1] - groups.offset; i++)
            {
              if (counts[i] != 1 || !(weight[i] > 0.0))
                continue;
              expected_n++;
              mpq_set_d (v, num[i]);
              mpq_set_d (p, form == 0 ? weight[i] : form == 1 ? den[i] : 1.0);
              mpq_div (v, v, p);
              mpq_set_d (p, weight[i]);
              mpq_add (w, w, p);
              mpq_mul (p, p, v);
              mpq_add (x, x, p);
              mpq_mul (p, p, v);
              mpq_add (q, q, p);
            }
          ck_assert_uint_eq (s.state[g], BALANCE_SUMS_KNOWN);
          ck_assert_double_eq (s.weight[g], mpq_get_d (w));
          ck_assert_uint_eq (s.n[g], expected_n);
          assert_near (s.x[g], s.x_rest[g], x, form == 0 ? 0.0 : BALANCE_SUMS_ERROR (expected_n), "sum of values");
          assert_near (s.q[g], s.q_rest[g], q, BALANCE_SUMS_ERROR (expected_n), "sum of squares");
          n_unsure += !sure[g];
          n_sure += sure[g];
          if (sure[g])
            {
              double cv = coefficient (w, x, q);

              ck_assert_mem_eq (&found[g], isnan (cv) ? &found[g] : &cv, sizeof cv);
              ck_assert (isnan (found[g]) == isnan (cv));
            }
          mpq_clears (w, x, q, v, p, NULL);
        }
    }
  /* what is left to exact sums is rare */
  ck_assert_uint_lt (n_unsure, n_sure / 100);
}
END_TEST

START_TEST (negative_values)
{
  const BalanceKernels *kernels = get_set (_i);
  double num[MAX_N + BALANCE_KERNEL_SLACK] = { 0 }, weight[MAX_N + BALANCE_KERNEL_SLACK];
  Weights weights;
  guint8 counts[MAX_N + BALANCE_KERNEL_SLACK];

  if (kernels == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (weight); i++)
    {
      weight[i] = 2.0;
      counts[i] = 1;
    }
  for (guint n = 1; n < MAX_N; n++)
    for (guint at = 0; at < n + 3; at++)
      for (guint form = 0; form < 2; form++)
        {
          const guint32 starts[2] = { 0, n };
          BalanceKernelGroups groups = { .starts = starts, .n = 1 };
          Sums s;
          double bias = next (2);

          init_sums (&s);
          init_weights (&weights, &groups);

          for (guint i = 0; i < n + 3; i++)
            num[i] = i == at ? -1.0 : 5.0;
          kernels->weigh (&weights.weights, weight, counts, &groups);
          if (form == 0)
            measure_sums (kernels, &s.sums, num, &weights.weights, &groups, &bias);
          else
            kernels->reduce (&s.sums, num, weight, &weights.weights, &groups);
          ck_assert_uint_eq (s.state[0], at < n ? BALANCE_SUMS_NEGATIVE : BALANCE_SUMS_KNOWN);
          if (at < n)
            {
              counts[at] = 0;
              kernels->weigh (&weights.weights, weight, counts, &groups);
              if (form == 0)
                measure_sums (kernels, &s.sums, num, &weights.weights, &groups, &bias);
              else
                kernels->reduce (&s.sums, num, weight, &weights.weights, &groups);
              ck_assert_uint_eq (s.state[0], BALANCE_SUMS_KNOWN);
              counts[at] = 1;
            }
        }
}
END_TEST

/* Bits of some rows among those of others. */
START_TEST (bits)
{
  for (guint round = 0; round < 2000; round++)
    {
      guint64 in[8], kept[10], before[10];
      const guint n = next (8 * 64 + 1), at = next (10 * 64 - n);

      for (guint w = 0; w < G_N_ELEMENTS (in); w++)
        in[w] = (guint64) next (1 << 30) << 34 ^ (guint64) next (1 << 30) << 13 ^ next (1 << 30);
      for (guint w = 0; w < G_N_ELEMENTS (kept); w++)
        before[w] = kept[w] = (guint64) next (1 << 30) << 34 ^ (guint64) next (1 << 30) << 13 ^ next (1 << 30);
      balance_bits_put (kept, at, in, n);
      for (guint i = 0; i < 10 * 64; i++)
        ck_assert_int_eq (balance_bits_get (kept, i), i >= at && i < at + n ? balance_bits_get (in, i - at) : balance_bits_get (before, i));
      balance_bits_set (kept, at, round % 2 == 0);
      ck_assert_int_eq (balance_bits_get (kept, at), round % 2 == 0);
    }
}
END_TEST

/* Verdicts on coefficients from their sums, against the same as fractions; near to the limit doubles do not tell. */
START_TEST (limits_of_groups)
{
  const BalanceKernels *kernels = get_set (_i);
  guint n_doubtful = 0, n_told = 0;

  if (kernels == NULL)
    return;
  state = 31;
  for (guint round = 0; round < 400; round++)
    {
      Sums s;
      guint8 asked[3 * MAX_GROUPS + BALANCE_KERNEL_SLACK], verdicts[3 * MAX_GROUPS + 1], doubts[3 * MAX_GROUPS + 1];
      double squares[3 * MAX_GROUPS];
      guint n = next (3 * MAX_GROUPS) + 1, comparison = round % 4;
      gboolean any = FALSE, found;

      init_sums (&s);
      memset (verdicts, 99, sizeof verdicts);
      memset (doubts, 99, sizeof doubts);
      for (guint g = 0; g < n; g++)
        {
          s.n[g] = next (5);
          s.weight[g] = s.n[g] * (1.0 + next (100));
          s.x[g] = s.n[g] > 0 && next (6) > 0 ? 1.0 + next (1000) : 0.0;
          squares[g] = 1.0 + next (3) / 4.0;
          /* on the limit, near to it, or anywhere */
          s.q[g] = s.n[g] == 0 ? 0.0 : s.x[g] * s.x[g] / s.weight[g] * (s.n[g] == 1 ? 1.0 : next (3) == 0 ? squares[g] : 1.0 + next (4) / 4.0);
          if (next (4) == 0)
            s.q[g] *= 1.0 + ldexp (1.0, -(int) next (52));
          s.state[g] = next (20) == 0 && s.n[g] > 0 ? BALANCE_SUMS_NEGATIVE : BALANCE_SUMS_KNOWN;
          asked[g] = (guint8) next (3);
        }
      found = kernels->compare (verdicts, doubts, &s.sums, asked, squares, comparison, n);
      for (guint g = 0; g < n; g++)
        {
          double square = s.weight[g] * s.q[g], limit = squares[g] * s.x[g] * s.x[g];
          gboolean applies = asked[g] != 0 && s.n[g] > 0, far = fabs (square - limit) > limit * 0x1p-35, near = fabs (square - limit) < limit * 0x1p-37;
          /* S <= limit mean, and S < limit mean */
          gboolean at_most = s.n[g] == 1 || !(s.x[g] > 0.0) || square < limit;
          gboolean below = s.x[g] > 0.0 && (s.n[g] == 1 ? squares[g] > 1.0 : square < limit);
          gboolean met = comparison == 0 ? !below : comparison == 1 ? at_most : comparison == 2 ? !at_most : below;

          any = any || doubts[g];
          ck_assert_uint_le (doubts[g], 1);
          if (!applies)
            ck_assert (!doubts[g] && verdicts[g] == BALANCE_VERDICT_NOT_APPLICABLE);
          else if (s.state[g] == BALANCE_SUMS_NEGATIVE || (s.n[g] > 1 && s.x[g] > 0.0 && near))
            ck_assert (doubts[g] && verdicts[g] == BALANCE_VERDICT_NOT_APPLICABLE);
          else if (s.n[g] == 1 || !(s.x[g] > 0.0) || far)
            ck_assert (!doubts[g] && verdicts[g] == (met ? BALANCE_VERDICT_MET : BALANCE_VERDICT_UNMET));
          n_doubtful += doubts[g];
          n_told += applies && !doubts[g];
        }
      ck_assert (any == found);
      /* others write there */
      ck_assert_uint_eq (verdicts[n], 99);
    }
  ck_assert_uint_gt (n_doubtful, 1000);
  ck_assert_uint_gt (n_told, 1000);
}
END_TEST

START_TEST (forms)
{
  const BalanceKernels *kernels = get_set (_i);
  gint32 columns[9][MAX_N + BALANCE_KERNEL_SLACK];
  double out[MAX_N + BALANCE_KERNEL_SLACK];

  if (kernels == NULL)
    return;
  state = 3;
  for (guint n_terms = 1; n_terms <= 9; n_terms++)
    for (guint n = 1; n < MAX_N; n++)
      {
        BalanceTerm terms[9];

        for (guint k = 0; k < n_terms; k++)
          {
            terms[k] = (BalanceTerm) { columns[k], (double) next (2001) - 1000.0 };
            for (guint i = 0; i < n; i++)
              columns[k][i] = (gint32) ((gint64) next (4000000000u) - 2000000000);
          }
        kernels->linear (out, terms, n_terms, 0, n, n);
        for (guint i = 0; i < n; i++)
          {
            double sum = 0.0;

            for (guint k = 0; k < n_terms; k++)
              sum += terms[k].factor * columns[k][i];
            ck_assert_double_eq (out[i], sum);
          }
      }
}
END_TEST

/* Numbers so near to the limit that a division would miss which side they are on; forms of all lengths beside each other. */
START_TEST (comparisons)
{
  const BalanceKernels *kernels = get_set (_i);

  if (kernels == NULL)
    return;
  state = 23;
  for (guint round = 0; round < 1600; round++)
    {
      static gint32 columns[BALANCE_NUMERATOR_TERMS][3 * MAX_N + BALANCE_KERNEL_SLACK];
      double num[3 * MAX_N + BALANCE_KERNEL_SLACK], den[3 * MAX_N + BALANCE_KERNEL_SLACK];
      double bias = next (2);
      Weights weights;
      BalanceKernelSpan spans[BALANCE_MAX_SPANS (3 * MAX_GROUPS, 3 * MAX_N)];
      double fours[4 * 3 * MAX_GROUPS + BALANCE_KERNEL_SLACK];
      guint64 unmet[8], low[8], asked[8];
      guint8 verdicts[4 * MAX_N], flags[3 * MAX_N + BALANCE_KERNEL_SLACK], form_of[3 * MAX_GROUPS];
      guint32 starts[3 * MAX_GROUPS + 1];
      Sums with;
      BalanceNumerator numerators[6];
      BalanceGauge measure = { .forms = numerators, .form_of = form_of, .den = den, .unmet = unmet, .comparison = round % 4 };
      BalanceGauge apart = { .forms = numerators, .form_of = form_of, .den = den, .unmet = low, .comparison = round % 2 };
      /* num a >= den b is what is asked: both as often as makes the factors of num the same */
      double a = 1.0 + next (100), fa = 1.0 + next (120), b[6], fb[6];
      BalanceKernelGroups groups = { .starts = starts, .offset = 5 };
      guint n = next (3 * MAX_N) + 1;
      gboolean has_den = next (3) > 0, has_floor = next (3) > 0, has_sums = next (2);

      groups.n = make_groups (starts, groups.offset, n);
      init_sums (&with);
      init_weights (&weights, &groups);
      for (guint f = 0; f < G_N_ELEMENTS (numerators); f++)
        {
          b[f] = (double) next (100) - 10.0;
          fb[f] = (double) next (100) - 10.0;
          numerators[f] = (BalanceNumerator) { .n_terms = f % 5, .numbers = f == 0 ? num : NULL, .terms[0].factor = a * fa, .b = b[f] * fa, .fb = fb[f] * a };
          for (guint k = 0; k < numerators[f].n_terms; k++)
            numerators[f].terms[k] = (BalanceTerm) { columns[k], (k == 0 ? 1.0 : (double) next (7) - 3.0) * a * fa };
        }
      for (guint g = 0; g < groups.n; g++)
        {
          const BalanceNumerator *form = &numerators[form_of[g] = (guint8) next (G_N_ELEMENTS (numerators))];

          for (guint i = starts[g] - groups.offset; i < starts[g + 1] - groups.offset; i++)
            {
              double by = next (2) ? a : fa;

              den[i] = has_den ? (double) (next (30000) + 1) * by : 1.0;
              num[i] = next (10) == 0 ? -0.0 : floor (den[i] / by * (next (2) ? b[form_of[g]] : fb[form_of[g]])) + (double) next (3) - 1.0;
              for (guint k = 1; k < BALANCE_NUMERATOR_TERMS; k++)
                {
                  columns[k][i] = (gint32) next (1000);
                  if (k < form->n_terms)
                    num[i] += form->terms[k].factor / (a * fa) * columns[k][i];
                }
              columns[0][i] = (gint32) num[i];
              for (guint k = 1; k < form->n_terms; k++)
                columns[0][i] -= (gint32) (form->terms[k].factor / (a * fa) * columns[k][i]);
              if (form->n_terms == 0 && form->numbers == NULL)
                num[i] = 0.0;
            }
        }
      for (guint i = 0; i < n; i++)
        flags[i] = (guint8) next (3);
      memset (verdicts, 99, sizeof verdicts);
      measure.low = has_floor && measure.comparison < 2 ? low : NULL;
      if (has_sums)
        {
          kernels->weigh (&weights.weights, den, flags, &groups);
          measure.sums = &with.sums;
          measure.weights = &weights.weights;
          measure.fours = fours;
          measure.bias = &bias;
        }
      kernels->pack (asked, flags, n);
      kernels->measure_start (&measure, &groups);
      kernels->measure (&measure, spans, make_spans (spans, &groups, form_of, G_N_ELEMENTS (numerators)));
      if (has_sums)
        kernels->measure_end (&measure, &groups);
      if (has_floor && measure.low == NULL)
        {
          for (guint f = 0; f < G_N_ELEMENTS (numerators); f++)
            numerators[f].b = numerators[f].fb;
          kernels->measure_start (&apart, &groups);
          kernels->measure (&apart, spans, make_spans (spans, &groups, form_of, G_N_ELEMENTS (numerators)));
        }
      kernels->tell (verdicts, asked, unmet, n, 0);
      for (guint g = 0; g < groups.n; g++)
        {
          const BalanceNumerator *form = &numerators[form_of[g]];
          double sum = 0.0;

          for (guint i = starts[g] - groups.offset; i < starts[g + 1] - groups.offset; i++)
            {
              double l = num[i] * a, r = den[i] * b[form_of[g]], fl = num[i] * fa, fr = den[i] * fb[form_of[g]];
              gboolean met = measure.comparison == 0 ? l >= r : measure.comparison == 1 ? l <= r : measure.comparison == 2 ? l > r : l < r;
              gboolean near = measure.comparison % 2 == 0 ? fl >= fr : fl <= fr;

              sum += flags[i] == 1 ? num[i] * a * fa : 0.0;
              if (form->n_terms == 0 && form->numbers == NULL)
                continue;
              ck_assert_uint_eq (verdicts[i], flags[i] == 0 ? BALANCE_VERDICT_NOT_APPLICABLE : met ? BALANCE_VERDICT_MET : BALANCE_VERDICT_UNMET);
              if (has_floor)
                ck_assert (met || balance_bits_get (low, i) == !near);
            }
          if (has_sums && (form->n_terms > 0 || form->numbers != NULL))
            ck_assert (with.x[g] >= sum && with.x[g] <= sum);
          else if (has_sums)
            ck_assert_uint_eq (with.state[g], with.n[g] > 0 ? BALANCE_SUMS_NONE : BALANCE_SUMS_KNOWN);
        }
      /* others write there */
      ck_assert_uint_eq (verdicts[n], 99);
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
  for (guint round = 0; round < 300; round++)
    {
      guint64 memory[9][10 + BALANCE_KERNEL_WORD_SLACK], low_memory[9][10 + BALANCE_KERNEL_WORD_SLACK];
      guint64 asked_memory[9][10 + BALANCE_KERNEL_WORD_SLACK], unmet[10 + BALANCE_KERNEL_WORD_SLACK], any[10 + BALANCE_KERNEL_WORD_SLACK];
      const guint64 *rows[9], *floors[9], *asked[9];
      guint n_items = next (9) + 1, allowed = next (n_items + 2), n = next (600) + 1;
      gboolean has_floor = next (2);

      for (guint k = 0; k < n_items; k++)
        {
          rows[k] = memory[k];
          floors[k] = low_memory[k];
          asked[k] = asked_memory[k];
          for (guint w = 0; w < 10; w++)
            {
              memory[k][w] = (guint64) next (G_MAXUINT32) << 32 | next (G_MAXUINT32);
              low_memory[k][w] = (guint64) next (G_MAXUINT32) << 32 | next (G_MAXUINT32);
              asked_memory[k][w] = (guint64) next (G_MAXUINT32) << 32 | next (G_MAXUINT32);
            }
        }
      kernels->k_of_n (unmet, any, asked, rows, has_floor ? floors : NULL, n_items, allowed, n);
      for (guint i = 0; i < n; i++)
        {
          guint n_unmet = 0, n_asked = 0, below = 0;

          for (guint k = 0; k < n_items; k++)
            {
              gboolean is_asked = asked[k][i / 64] >> (i % 64) & 1, is_unmet = is_asked && (rows[k][i / 64] >> (i % 64) & 1);

              n_asked += is_asked;
              n_unmet += is_unmet;
              below += has_floor && is_unmet && (floors[k][i / 64] >> (i % 64) & 1);
            }
          ck_assert_uint_eq (any[i / 64] >> (i % 64) & 1, n_asked > 0);
          ck_assert_uint_eq (unmet[i / 64] >> (i % 64) & 1, n_unmet > allowed || below > 0);
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
read_standard (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;
  BalanceStandard *standard = balance_standard_new_from_bytes (bytes, "test.yaml", &error);

  ck_assert_msg (standard != NULL, "%s", error != NULL ? g_strdelimit (error->message, "\n", ' ') : "");
  return standard;
}

static BalanceStandard *
make_standard (void)
{
  return read_standard (PACK);
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
      for (guint k = 0; k < n && a->result.floors[i] != NULL; k++)
        ck_assert_msg (balance_bits_get (a->result.floors[i], k) == balance_bits_get (b->result.floors[i], k), "%s: %s, floor of row %u",
                       what, rule->id, k);
    }

  return n_met;
}

/* The bits of all coefficients of variation. */
static void
assert_same_dispersions (BalanceEvaluation *a, BalanceEvaluation *b, const char *what)
{
  static const char *const indicators[] = { "A", "B", "C" };

  for (guint i = 0; i < G_N_ELEMENTS (indicators); i++)
    {
      g_autoptr (GBytes) va = NULL, vb = NULL;
      g_autoptr (GBytes) x = balance_evaluation_dup_dispersions (a, indicators[i], &va, NULL);
      g_autoptr (GBytes) y = balance_evaluation_dup_dispersions (b, indicators[i], &vb, NULL);

      ck_assert_msg (g_bytes_equal (x, y) && g_bytes_equal (va, vb), "%s: dispersions of %s", what, indicators[i]);
    }
}

/* The quick way to all of them against each group asked by itself. */
START_TEST (dispersions)
{
  static const char *const indicators[] = { "A", "B", "C" };
  g_autoptr (BalanceStandard) standard = make_standard ();
  g_autoptr (BalanceCensus) census = NULL;
  g_autoptr (BalanceEvaluation) evaluation = NULL;
  g_autoptr (GListModel) groups = NULL;
  g_autoptr (GError) error = NULL;
  guint n_known = 0, n_kept = 0, n_groups;

  state = 900 + (guint) _i;
  census = make_census (standard, 30, _i % 2);
  evaluation = evaluate (standard, census, NULL, 1);
  groups = balance_evaluation_get_groups (evaluation);
  n_groups = g_list_model_get_n_items (groups);
  for (guint i = 0; i < G_N_ELEMENTS (indicators); i++)
    {
      g_autoptr (GBytes) validity = NULL;
      g_autoptr (GBytes) bytes = balance_evaluation_dup_dispersions (evaluation, indicators[i], &validity, &error);
      const double *values = g_bytes_get_data (bytes, NULL);
      const guint8 *valid = g_bytes_get_data (validity, NULL);

      ck_assert_uint_eq (g_bytes_get_size (bytes), n_groups * sizeof (double));
      ck_assert_uint_eq (g_bytes_get_size (validity), n_groups);
      for (guint g = 0; g < n_groups; g++)
        {
          g_autoptr (BalanceGroup) group = g_list_model_get_item (groups, g);
          double cv = balance_group_get_cv (group, indicators[i]);

          ck_assert_uint_eq (valid[g], !isnan (cv));
          ck_assert (valid[g] ? values[g] >= cv && values[g] <= cv : isnan (values[g]));
          n_known += valid[g];
        }
    }
  ck_assert_uint_gt (n_known, n_groups);
  /* or the quick way was not taken */
  for (guint r = 0; r < evaluation->standard->pack->rules->len; r++)
    for (guint g = 0; evaluation->result.sums[r] != NULL && g < evaluation->facts->n_groups; g++)
      n_kept += evaluation->result.sums[r]->state[g] == BALANCE_SUMS_KNOWN;
  ck_assert_uint_gt (n_kept, n_groups / 2);

  ck_assert_ptr_null (balance_evaluation_dup_dispersions (evaluation, "none", NULL, &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND));
}
END_TEST

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
          static const guint blocks[] = { 1, 64, 100, 512, 4000 };

          for (guint b = 0; b < G_N_ELEMENTS (blocks); b++)
            {
              g_autoptr (BalanceEvaluation) one = NULL;

              balance_bulk_set_rows_per_run (blocks[b]);
              one = evaluate (standard, census, sets[k], 1);
              ck_assert_uint_gt (assert_same (careful, one, sets[k]), 100);
              if (b == 0)
                assert_same_dispersions (careful, one, sets[k]);
            }
          balance_bulk_set_rows_per_run (0);
        }
    }
}
END_TEST

/* Sections of a stage of which the standard does not speak have no value that is by stage, and others as all have; what is missing
 * beside them changes nothing. */
START_TEST (stages_without_value)
{
  g_autoptr (BalanceStandard) standard = make_standard ();
  g_autoptr (BalanceCensusBuilder) builder = balance_census_builder_new (balance_standard_get_dictionary (standard), 2024);
  g_autoptr (BalanceImport) import = NULL;
  g_autoptr (BalanceEvaluation) evaluation = NULL;
  g_autoptr (GBytes) a = NULL, c = NULL;
  static const char *const stages[] = { "primary", "junior", "senior" };
  const double *by_all, *by_stage;

  for (guint d = 0; d < 2; d++)
    for (guint k = 0; k < G_N_ELEMENTS (stages); k++)
      {
        const guint row = balance_census_builder_add_section (builder, d == 0 ? "1" : "2", "S", stages[k]);

        balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "pupils", 100, 0);
        balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "n", 6, 0);
        /* one is missing beside a senior section */
        if (d == 0 || k != 1)
          balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "m", 9, 0);
      }
  import = balance_census_builder_end (builder);
  evaluation = evaluate (standard, balance_import_get_census (import), NULL, 1);
  a = balance_evaluation_dup_values (evaluation, "A", NULL, NULL);
  c = balance_evaluation_dup_values (evaluation, "C", NULL, NULL);
  by_all = g_bytes_get_data (a, NULL);
  by_stage = g_bytes_get_data (c, NULL);
  for (guint row = 0; row < 6; row++)
    {
      const char *stage = balance_dictionary_get_stage (evaluation->facts->dictionary, evaluation->facts->section_stage[row])->id;
      const double expected = g_str_equal (stage, "primary") ? 2.0 : g_str_equal (stage, "junior") && row < 3 ? 9.0 : NAN;

      ck_assert (fabs (by_all[row] - 6.0) < 1e-12);
      ck_assert_msg (isnan (expected) ? isnan (by_stage[row]) : fabs (by_stage[row] - expected) < 1e-12, "%u %s: %g", row, stage, by_stage[row]);
    }
}
END_TEST

/* A limit whose square is lost beside one. */
START_TEST (tiny_limits)
{
  static const char *const names[] = { "below", "at_most", "at_least", "above" };
  guint n_met = 0;

  state = 77;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = g_strconcat (PACK "  - {id: alike, title: {zh: 齐, en: Alike}, each: stage, measure: cv, of: [A], ", names[i],
                                           ": 0.00000001}\n", NULL);
      g_autoptr (BalanceStandard) standard = read_standard (text);
      g_autoptr (BalanceCensus) census = make_census (standard, 60, FALSE);
      g_autoptr (BalanceEvaluation) careful = evaluate (standard, census, "none", 1), quick = evaluate (standard, census, NULL, 1);

      n_met += assert_same (careful, quick, names[i]);
    }
  ck_assert_uint_gt (n_met, 0);
}
END_TEST

/* Threads start where there is enough for each: so many sections that all of them do. */
START_TEST (every_thread)
{
  static const guint threads[] = { 2, 3, 8 };
  g_autoptr (BalanceStandard) standard = make_standard ();
  g_autoptr (BalanceCensus) census = NULL;
  g_autoptr (BalanceEvaluation) one = NULL;

  state = 400;
  census = make_census (standard, 3600, TRUE);
  one = evaluate (standard, census, sets[_i], 1);
  for (guint k = 0; k < G_N_ELEMENTS (threads); k++)
    {
      g_autoptr (BalanceEvaluation) many = evaluate (standard, census, sets[_i], threads[k]);

      assert_same (one, many, sets[_i]);
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
      balance_bulk_run_judge (run, first, n, first + n, unsure);
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
  tcase_add_loop_test (tests, limits_of_groups, 0, G_N_ELEMENTS (sets));
  tcase_add_loop_test (tests, negative_values, 0, G_N_ELEMENTS (sets));
  tcase_add_loop_test (tests, forms, 0, G_N_ELEMENTS (sets));
  tcase_add_loop_test (tests, comparisons, 0, G_N_ELEMENTS (sets));
  tcase_add_loop_test (tests, truths, 0, G_N_ELEMENTS (sets));
  tcase_add_loop_test (tests, items, 0, G_N_ELEMENTS (sets));
  suite_add_tcase (suite, tests);

  tests = tcase_create ("censuses");
  tcase_set_timeout (tests, 120);
  tcase_add_loop_test (tests, every_path, 0, 3);
  tcase_add_test (tests, bits);
  tcase_add_test (tests, stages_without_value);
  tcase_add_test (tests, tiny_limits);
  tcase_add_loop_test (tests, dispersions, 0, 4);
  tcase_add_loop_test (tests, every_thread, 0, G_N_ELEMENTS (sets));
  tcase_add_test (tests, used);
  suite_add_tcase (suite, tests);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
