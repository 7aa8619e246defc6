/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Prints a digest of what each kernel gives for made-up numbers, in a build of one architecture; that of another has
 * to print the same. Uses GLib's headers alone, so that no library of the other architecture is needed. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "formula/balance-kernels-private.h"

extern const BalanceKernels balance_kernels_baseline;

#define N      1000
#define SIZE   (N + BALANCE_KERNEL_SLACK)
#define WORDS  (BALANCE_KERNEL_WORDS (N) + BALANCE_KERNEL_WORD_SLACK)
#define GROUPS 200

static guint64 state = 1;

static guint32
next (guint32 below)
{
  state = state * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
  return (guint32) ((state >> 32) * below >> 32);
}

static guint64 digest;

static void
add (const void *data, gsize size)
{
  for (gsize i = 0; i < size; i++)
    digest = (digest ^ ((const guint8 *) data)[i]) * G_GUINT64_CONSTANT (0x100000001b3);
}

static void
say (const char *kernel)
{
  printf ("%s %016" PRIx64 "\n", kernel, digest);
  digest = G_GUINT64_CONSTANT (0xcbf29ce484222325);
}

static gint32 columns[9][SIZE], codes[SIZE];
static gint64 longs[SIZE];
static double a[SIZE], b[SIZE], den[SIZE], weight[SIZE], out[SIZE], bias = 1.0;
static double weights[3][SIZE + GROUPS * BALANCE_KERNEL_PAD], totals[GROUPS];
static guint32 n_counted[GROUPS], pads[GROUPS + 1];
static guint8 flags[SIZE], others[SIZE], results[SIZE], more[SIZE];
static guint32 parents[SIZE], starts[GROUPS + 1];
static guint64 bits[9][WORDS], unmet[WORDS], low[WORDS], any[WORDS];
static double x[GROUPS], x_rest[GROUPS], q[GROUPS], q_rest[GROUPS], total[GROUPS], squares[GROUPS];
static double fours[4 * GROUPS + BALANCE_KERNEL_SLACK];
static guint32 n_summed[GROUPS];
static guint8 known[GROUPS];
static const BalanceSums sums = { x, x_rest, q, q_rest, total, n_summed, known, 1.0 };
static BalanceKernelSpan spans[BALANCE_MAX_SPANS (GROUPS, N)];
static BalanceNumerator forms[5];
static guint8 form_of[GROUPS];

static void
add_sums (const BalanceKernels *k, guint n)
{
  k->coefficients (out, results, &sums, n);
  add (results, n);
  add (x, n * sizeof *x);
  add (x_rest, n * sizeof *x_rest);
  add (q, n * sizeof *q);
  add (q_rest, n * sizeof *q_rest);
  add (total, n * sizeof *total);
  add (n_summed, n * sizeof *n_summed);
  add (known, n);
  for (guint g = 0; g < n; g++)
    /* one that is not a number has no certain bits */
    if (results[g] && out[g] >= 0.0)
      add (&out[g], sizeof out[g]);
  for (guint comparison = 0; comparison < 4; comparison++)
    {
      results[n] = (guint8) k->compare (results, more, &sums, flags, squares, comparison, n);
      add (results, n + 1);
      add (more, n);
    }
}

static void
make (BalanceKernelGroups *groups)
{
  groups->starts = starts;
  groups->offset = starts[0] = 3;
  for (groups->n = 0; starts[groups->n] < groups->offset + N; groups->n++)
    starts[groups->n + 1] = MIN (starts[groups->n] + next (40), groups->offset + N);
  groups->pads = pads;
  balance_kernel_groups_pad (pads, starts, groups->n);
  for (guint g = 0; g < groups->n; g++)
    squares[g] = 1.0 + next (100) / 64.0;
  for (guint i = 0; i < N; i++)
    {
      for (guint k = 0; k < 9; k++)
        columns[k][i] = (gint32) next (2000000) - 1000000;
      codes[i] = (gint32) next (4) - 1;
      longs[i] = ((gint64) next (1 << 20) << 32) - next (G_MAXUINT32);
      a[i] = (double) next (1000000);
      b[i] = (double) next (1000000);
      den[i] = 1.0 + (double) next (3000);
      weight[i] = next (9) == 0 ? 0.0 : 1.0 + (double) next (3000);
      flags[i] = (guint8) next (3);
      others[i] = (guint8) next (3);
      parents[i] = 5 + next (N);
    }
}

int
main (void)
{
  const BalanceKernels *k = &balance_kernels_baseline;
  const BalanceWeights of = { weights[0], weights[1], weights[2], totals, n_counted };
  const guint64 *items[3] = { bits[0], bits[1], bits[2] }, *asked[3] = { bits[3], bits[4], bits[5] }, *lows[3] = { bits[6], bits[7], bits[8] };
  BalanceKernelGroups groups;
  BalanceTerm terms[9];
  guint n_spans = 0;

  make (&groups);
  say ("start");

  k->load_int32 (out, columns[0], N, 0);
  add (out, N * sizeof *out);
  k->load_int64 (out, longs, N);
  add (out, N * sizeof *out);
  say ("load");
  for (guint n_terms = 1; n_terms <= 9; n_terms++)
    {
      terms[n_terms - 1] = (BalanceTerm) { columns[n_terms - 1], (double) next (200) - 100.0 };
      k->linear (out, terms, n_terms, 7, N - 7, N);
      add (out, N * sizeof *out);
    }
  say ("linear");
  k->combine (out, a, 3.0, b, -7.0, N);
  add (out, N * sizeof *out);
  k->multiply (out, a, b, N);
  add (out, N * sizeof *out);
  k->scale (out, a, 11.0, N);
  add (out, N * sizeof *out);
  k->choose (out, flags, a, 2.0, b, 3.0, N);
  add (out, N * sizeof *out);
  say ("arithmetic");
  for (guint or_equal = 0; or_equal < 2; or_equal++)
    {
      k->less (results, a, 3.0, den, b, 4.0, NULL, or_equal, N);
      add (results, N);
    }
  k->equal (results, codes[0] > 0 ? a : b, 1.0, NULL, a, 1.0, NULL, N);
  add (results, N);
  results[0] = (guint8) k->is_zero (more, weight, N);
  add (results, 1);
  add (more, N);
  say ("comparison");
  k->raise (out, a, parents, 5, N);
  add (out, N * sizeof *out);
  k->raise_flags (results, flags, parents, 5, N);
  add (results, N);
  k->raise_codes (codes, columns[1], parents, 5, N);
  add (codes, N * sizeof *codes);
  k->share (out, a, parents, 5, b, 3.0, N);
  add (out, N * sizeof *out);
  say ("raise");
  results[0] = k->any (flags, N);
  add (results, 1);
  k->equal_code (results, columns[2], columns[2][7], columns[2][9], N);
  add (results, N);
  k->both (results, flags, others, N);
  add (results, N);
  k->either (results, flags, others, N);
  add (results, N);
  k->negate (results, flags, N);
  add (results, N);
  k->join (results, flags, others, N);
  add (results, N);
  k->doubt (results, others, N);
  add (results, N);
  k->weighty (results, weight, N);
  add (results, N);
  results[0] = (guint8) (k->any_both (flags, others, N) + 2 * k->any_light (weight, flags, N));
  add (results, 1);
  say ("truth");

  for (guint i = 0; i < 9; i++)
    {
      for (guint j = 0; j < N; j++)
        others[j] = (guint8) next (2);
      k->pack (bits[i], others, N);
      add (bits[i], BALANCE_KERNEL_WORDS (N) * sizeof **bits);
    }
  say ("pack");
  for (guint allowed = 0; allowed < 4; allowed++)
    {
      k->k_of_n (unmet, any, asked, items, allowed % 2 ? lows : NULL, 3, allowed, N);
      add (unmet, BALANCE_KERNEL_WORDS (N) * sizeof *unmet);
      add (any, BALANCE_KERNEL_WORDS (N) * sizeof *any);
    }
  say ("k_of_n");

  memset (results, 0, sizeof results);
  memset (more, 0, sizeof more);
  k->count (results, more, flags, N);
  k->count (results, more, others, N);
  add (results, N);
  add (more, N);
  say ("count");

  k->weigh (&of, weight, flags, &groups);
  add (weights[0], pads[groups.n] * sizeof (double));
  add (weights[1], pads[groups.n] * sizeof (double));
  add (totals, groups.n * sizeof *totals);
  for (guint form = 0; form < 4; form++)
    {
      k->reduce (&sums, form & 1 ? a : b, form & 2 ? den : NULL, &of, &groups);
      add_sums (k, groups.n);
    }
  say ("reduce");

  for (guint f = 0; f < G_N_ELEMENTS (forms); f++)
    {
      forms[f] = (BalanceNumerator) { .n_terms = f, .numbers = a, .terms[0].factor = 3.0, .b = (double) next (100), .fb = (double) next (100) };
      for (guint n = 0; n < f; n++)
        forms[f].terms[n] = (BalanceTerm) { columns[n], 1.0 + (double) next (9) };
    }
  for (guint g = 0; g < groups.n; g++)
    form_of[g] = (guint8) next (G_N_ELEMENTS (forms));
  for (guint f = 0; f < G_N_ELEMENTS (forms); f++)
    for (guint g = 0; g < groups.n; g++)
      if (form_of[g] == f)
        n_spans += balance_kernel_groups_split (&groups, g, spans + n_spans);
  for (guint comparison = 0; comparison < 4; comparison++)
    for (guint form = 0; form < 4; form++)
      {
        const BalanceGauge measure = { .forms = forms, .form_of = form_of, .den = den, .unmet = unmet, .low = form & 1 && comparison < 2 ? low : NULL,
                                         .comparison = comparison, .sums = form & 2 ? &sums : NULL, .weights = &of,
                                         .fours = fours, .bias = &bias };

        k->measure_start (&measure, &groups);
        k->measure (&measure, spans, n_spans);
        if (form & 2)
          k->measure_end (&measure, &groups);
        add (unmet, BALANCE_KERNEL_WORDS (N) * sizeof *unmet);
        if (measure.low != NULL)
          add (measure.low, BALANCE_KERNEL_WORDS (N) * sizeof *measure.low);
        k->tell (results, bits[0], unmet, N, 0);
        add (results, N);
        if (form & 2)
          add_sums (k, groups.n);
      }
  say ("measure");

  return 0;
}
