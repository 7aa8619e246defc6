/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Compiled once for each instruction set; BALANCE_KERNELS_NAME tells which. Plain loops that the compiler turns
 * into vectors, except where the lanes matter. */

#include "formula/balance-kernels-private.h"

#include <string.h>

#include <balance/balance-types.h>

#include "formula/balance-lanes-private.h"

#define LOOP(n) for (gsize i = 0; i < (n); i++)

/* -- numbers ------------------------------------------------------------------------------------------ */

static void
load_int32 (double *restrict out, const gint32 *restrict in, guint n)
{
  for (guint i = 0; i < n; i += 64 / sizeof (gint32))
    __builtin_prefetch (in + n + i);
  LOOP (n) out[i] = in[i];
}

static void
load_int64 (double *restrict out, const gint64 *restrict in, guint n)
{
  LOOP (n) out[i] = (double) in[i];
}

static inline __attribute__ ((always_inline)) void
linear_up_to_4 (double *restrict out, const BalanceTerm *terms, guint n_terms, gboolean more, gsize from, gsize n, gsize ahead)
{
  for (gsize i = 0; i < n; i += LANES)
    {
      V sum = load_int32_lanes (terms[0].column + from + i) * all (terms[0].factor);

      for (guint k = 1; k < n_terms; k++)
        sum = multiply_add (load_int32_lanes (terms[k].column + from + i), all (terms[k].factor), sum);
      if (more)
        sum += load_lanes (out + i);
      memcpy (out + i, &sum, sizeof sum);
    }
  for (guint k = 0; k < n_terms; k++)
    for (gsize i = 0; i < n; i += 64 / sizeof (gint32))
      __builtin_prefetch (terms[k].column + from + ahead + i);
}

/* Up to four columns in one pass over the output. Writes some rows past the end, as columns and vectors allow. */
static void
linear (double *restrict out, const BalanceTerm *terms, guint n_terms, guint from, guint n, guint ahead)
{
  for (guint k = 0; k < n_terms; k += 4)
    {
      if (k > 0)
        {
          /* the rows past the end are added up, too, to nothing that is used */
          const BalanceTerm none = { terms[0].column, 0.0 };
          BalanceTerm rest[4] = { none, none, none, none };

          memcpy (rest, terms + k, MIN (4, n_terms - k) * sizeof *rest);
          linear_up_to_4 (out, rest, 4, TRUE, from, n, ahead);
        }
      else if (n_terms == 1)
        linear_up_to_4 (out, terms, 1, FALSE, from, n, ahead);
      else if (n_terms == 2)
        linear_up_to_4 (out, terms, 2, FALSE, from, n, ahead);
      else if (n_terms == 3)
        linear_up_to_4 (out, terms, 3, FALSE, from, n, ahead);
      else
        linear_up_to_4 (out, terms, 4, FALSE, from, n, ahead);
    }
}

static void
combine (double *restrict out, const double *a, double ka, const double *b, double kb, guint n)
{
  LOOP (n) out[i] = a[i] * ka + b[i] * kb;
}

static void
multiply (double *restrict out, const double *a, const double *b, guint n)
{
  LOOP (n) out[i] = a[i] * b[i];
}

static void
scale (double *restrict out, const double *restrict a, double k, guint n)
{
  LOOP (n) out[i] = a[i] * k;
}

static void
choose (double *restrict out, const guint8 *restrict condition, const double *yes, double ky, const double *no, double kn, guint n)
{
  LOOP (n) out[i] = condition[i] == 1 ? yes[i] * ky : no[i] * kn;
}

static void
less (guint8 *restrict out, const double *a, double ka, const double *ad, const double *b, double kb, const double *bd,
      gboolean or_equal, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      double l = a[i] * ka * (bd != NULL ? bd[i] : 1.0), r = b[i] * kb * (ad != NULL ? ad[i] : 1.0);

      out[i] = or_equal ? l <= r : l < r;
    }
}

static void
equal (guint8 *restrict out, const double *a, double ka, const double *ad, const double *b, double kb, const double *bd, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      double l = a[i] * ka * (bd != NULL ? bd[i] : 1.0), r = b[i] * kb * (ad != NULL ? ad[i] : 1.0);

      out[i] = l <= r && l >= r;
    }
}

static gboolean
is_zero (guint8 *restrict out, const double *restrict a, guint n)
{
  guint8 any = 0;

  LOOP (n)
    {
      out[i] = a[i] <= 0.0 && a[i] >= 0.0;
      any |= out[i];
    }
  return any != 0;
}

/* -- truths ------------------------------------------------------------------------------------------- */

static void
raise_numbers (double *restrict out, const double *restrict in, const guint32 *restrict parents, guint32 offset, guint n)
{
  _Pragma ("GCC unroll 8")
  LOOP (n) out[i] = in[parents[i] - offset];
}

static void
raise_flags (guint8 *restrict out, const guint8 *restrict in, const guint32 *restrict parents, guint32 offset, guint n)
{
  _Pragma ("GCC unroll 8")
  LOOP (n) out[i] = in[parents[i] - offset];
}

static void
raise_codes (gint32 *restrict out, const gint32 *restrict in, const guint32 *restrict parents, guint32 offset, guint n)
{
  _Pragma ("GCC unroll 8")
  LOOP (n) out[i] = in[parents[i] - offset];
}

static guint8
any (const guint8 *restrict flags, guint n)
{
  guint8 bits = 0;

  LOOP (n) bits |= flags[i];
  return bits;
}

static void
equal_code (guint8 *restrict out, const gint32 *restrict codes, gint32 code, gint32 none, guint n)
{
  LOOP (n) out[i] = (guint8) (codes[i] == none ? 2 : codes[i] == code);
}

static void
both (guint8 *out, const guint8 *a, const guint8 *b, guint n)
{
  LOOP (n) out[i] = (guint8) (((a[i] == 0) | (b[i] == 0)) ? 0 : (a[i] | b[i]) > 1 ? 2 : 1);
}

static void
either (guint8 *out, const guint8 *a, const guint8 *b, guint n)
{
  LOOP (n) out[i] = (guint8) (((a[i] | b[i]) & 1) != 0 ? 1 : a[i] | b[i]);
}

static void
negate (guint8 *out, const guint8 *a, guint n)
{
  LOOP (n) out[i] = (guint8) (a[i] == 2 ? 2 : 1 - a[i]);
}

static void
join (guint8 *out, const guint8 *a, const guint8 *b, guint n)
{
  LOOP (n) out[i] = (a[i] | b[i]) != 0;
}

static void
doubt (guint8 *restrict flags, const guint8 *restrict doubts, guint n)
{
  LOOP (n) flags[i] = (guint8) (doubts[i] != 0 ? 2 : flags[i]);
}

static void
weighty (guint8 *restrict flags, const double *restrict weight, guint n)
{
  LOOP (n) flags[i] = (guint8) (weight[i] > 0.0 ? flags[i] : 0);
}

static gboolean
any_both (const guint8 *restrict a, const guint8 *restrict b, guint n)
{
  guint8 any = 0;

  LOOP (n) any |= (guint8) ((a[i] != 0) & (b[i] != 0));
  return any != 0;
}

static gboolean
any_light (const double *restrict weight, const guint8 *restrict flags, guint n)
{
  guint8 any = 0;

  LOOP (n) any |= (guint8) ((weight[i] <= 0.0) & (flags[i] != 0));
  return any != 0;
}

static void
pack (guint64 *restrict bits, const guint8 *restrict flags, guint n)
{
  for (guint from = 0; from < n; from += 64)
    bits[from / 64] = bits_of_bytes (flags + from, MIN (64, n - from));
}

/* -- verdicts ----------------------------------------------------------------------------------------- */

/* Writes the bits of up to 64 rows that start anywhere. */
static inline void
put_bits (guint64 *words, gsize at, guint64 bits)
{
  words[at / 64] |= bits << (at % 64);
  /* twice, for no shift may be as wide as the word */
  words[at / 64 + 1] |= (bits >> 1) >> (63 - at % 64);
}

/* The sign of a difference of exact products tells; `inverted` is the sign of den b - num a, and `strict` makes the
 * difference 0 a failure. One loop for each form, so that the compiler sees no branch in it. */
static inline __attribute__ ((always_inline)) void
judge_groups (guint64 *restrict unmet, guint64 *restrict low, const double *restrict num, const double *restrict den,
              const BalanceLimits *limits, const BalanceKernelGroups *groups, gboolean inverted, gboolean strict)
{
  const V a = all (limits->a), fa = all (limits->fa), one = all (1.0);

  for (guint g = 0; g < groups->n; g++)
    {
      gsize first = groups->starts[g] - groups->offset, end = groups->starts[g + 1] - groups->offset;
      const V b = all (limits->b[g]), fb = all (low != NULL ? limits->fb[g] : 0.0);

      for (gsize from = first; from < end; from += 64)
        {
          gsize m = MIN (64, end - from);
          const double *x_of = num + from, *d_of = den != NULL ? den + from : NULL;
          guint64 failed = 0, failed_floor = 0, rows = G_MAXUINT64 >> (64 - m);

          for (gsize i = 0; i < m; i += 8)
            {
              guint eight = 0, eight_floor = 0;

              for (guint k = 0; k < 8; k += LANES)
                {
                  V x = load_lanes (x_of + i + k), d = den != NULL ? load_lanes (d_of + i + k) : one;

                  /* what must not be below 0, or if strict the negative of it must */
                  eight |= (inverted != strict ? signs_of_difference (d * b, x, a) : signs_of_difference_from (d * b, x, a)) << k;
                  if (low != NULL)
                    eight_floor |= (inverted ? signs_of_difference (d * fb, x, fa) : signs_of_difference_from (d * fb, x, fa)) << k;
                }
              failed |= (guint64) eight << i;
              failed_floor |= (guint64) eight_floor << i;
            }
          put_bits (unmet, from, (strict ? ~failed : failed) & rows);
          if (low != NULL)
            put_bits (low, from, failed_floor & rows);
        }
    }
}

static void
judge (guint64 *restrict unmet, guint64 *restrict low, const double *restrict num, const double *restrict den,
       const BalanceLimits *limits, const BalanceKernelGroups *groups)
{
  guint n = groups->starts[groups->n] - groups->offset;
  gboolean inverted = limits->comparison == 1 || limits->comparison == 3, strict = limits->comparison > 1;

  memset (unmet, 0, (BALANCE_KERNEL_WORDS (n) + 1) * sizeof *unmet);
  if (low != NULL)
    memset (low, 0, (BALANCE_KERNEL_WORDS (n) + 1) * sizeof *low);

#define FORM(LOW, DEN) \
  if (inverted && strict) \
    judge_groups (unmet, LOW, num, DEN, limits, groups, TRUE, TRUE); \
  else if (inverted) \
    judge_groups (unmet, LOW, num, DEN, limits, groups, TRUE, FALSE); \
  else if (strict) \
    judge_groups (unmet, LOW, num, DEN, limits, groups, FALSE, TRUE); \
  else \
    judge_groups (unmet, LOW, num, DEN, limits, groups, FALSE, FALSE)

  if (low != NULL && den != NULL)
    {
      FORM (low, den);
    }
  else if (low != NULL)
    {
      FORM (low, NULL);
    }
  else if (den != NULL)
    {
      FORM (NULL, den);
    }
  else
    {
      FORM (NULL, NULL);
    }
}

G_STATIC_ASSERT (BALANCE_VERDICT_NOT_APPLICABLE == 0 && BALANCE_VERDICT_MET == 1 && BALANCE_VERDICT_UNMET == 2);

static void
tell (guint8 *restrict verdicts, guint8 *restrict floors, const guint64 *restrict asked, const guint64 *restrict unmet,
      const guint64 *restrict low, guint n)
{
  for (guint from = 0; from < n; from += 64)
    {
      guint64 of = asked[from / 64], failed = of & unmet[from / 64];
      guint m = MIN (64, n - from);

      /* others write what is beyond the end at the same time */
      put_bytes (verdicts + from, of, failed, m);
      if (floors != NULL)
        put_bytes (floors + from, failed & ~low[from / 64], 0, m);
    }
}

/* Counts up to 255, one bit of them in each word. */
static void
k_of_n (guint64 *restrict unmet, guint64 *restrict any, const guint64 *const *asked, const guint64 *const *unmet_items,
        const guint64 *const *low, guint n_items, guint allowed, guint n)
{
  guint n_words = BALANCE_KERNEL_WORDS (n), n_bits = 1;

  while (n_items >> n_bits != 0)
    n_bits++;
  for (guint w = 0; w < n_words; w++)
    {
      guint64 count[8] = { 0 }, below = 0, all_asked = 0, more = 0, equal = G_MAXUINT64;

      for (guint k = 0; k < n_items; k++)
        {
          guint64 failed = asked[k][w] & unmet_items[k][w], carry = failed;

          all_asked |= asked[k][w];
          if (low != NULL)
            below |= failed & low[k][w];
          for (guint b = 0; b < n_bits; b++)
            {
              guint64 both_set = count[b] & carry;

              count[b] ^= carry;
              carry = both_set;
            }
        }
      for (guint b = n_bits; b-- > 0;)
        {
          guint64 bit = allowed >> b & 1 ? G_MAXUINT64 : 0;

          more |= equal & count[b] & ~bit;
          equal &= ~(count[b] ^ bit);
        }
      unmet[w] = (allowed >> n_bits != 0 ? 0 : more) | below;
      any[w] = all_asked;
    }
}

/* -- sums --------------------------------------------------------------------------------------------- */

/* The order in which rows are added differs from set to set with its lanes, and with it the last of the 100 bits;
 * nothing that is printed or judged depends on them. */

/* A running sum of two doubles in each lane. */
static inline void
accumulate (V *hi, V *lo, V a, V b)
{
  V s = *hi + a, t = s - *hi;

  *lo += ((*hi - (s - t)) + (a - t)) + b;
  *hi = s;
}

static inline void
fold (V hi, V lo, double *out_hi, double *out_lo)
{
  double s;

  for (guint k = LANES / 2; k > 0; k /= 2)
    accumulate (&hi, &lo, rotate (hi, k), rotate (lo, k));
  s = hi[0] + lo[0];
  *out_lo = lo[0] - (s - hi[0]);
  *out_hi = s;
}

static inline V
sum_lanes (V v)
{
  for (guint k = LANES / 2; k > 0; k /= 2)
    v += rotate (v, k);
  return v;
}

static void
weigh (const BalanceWeights *out, const double *weight, const guint8 *flags, const BalanceKernelGroups *groups)
{
  const V one = all (1.0), zero = all (0.0);
  gsize n_rows = groups->starts[groups->n] - groups->offset;

  for (gsize i = 0; i < n_rows; i += LANES)
    {
      M mask = mask_of_flags (flags + i);
      V p = masked (load_lanes (weight + i), mask), count = masked (one, (M) (p > zero));
      V r = masked (one / p, (M) (p > zero));

      memcpy (out->weight + i, &p, sizeof p);
      memcpy (out->reciprocal + i, &r, sizeof r);
      memcpy (out->counts + i, &count, sizeof count);
    }
  for (guint g = 0; g < groups->n; g++)
    {
      gsize first = groups->starts[g] - groups->offset, n = groups->starts[g + 1] - groups->starts[g], i = 0;
      const double *p = out->weight + first, *c = out->counts + first;
      V sum = zero, count = zero;

      for (; i + LANES <= n; i += LANES)
        {
          sum += load_lanes (p + i);
          count += load_lanes (c + i);
        }
      if (i < n)
        {
          sum += masked (load_lanes (p + i), first_lanes (n - i));
          count += masked (load_lanes (c + i), first_lanes (n - i));
        }
      out->totals[g] = sum_lanes (sum)[0];
      out->n_counted[g] = (guint) sum_lanes (count)[0];
    }
}

/* Values that are divided by their weight: p v = a, a whole number, and p v^2 = a^2 / p. */
static inline __attribute__ ((always_inline)) void
reduce_ratios (BalanceSums *sums, const double *nums, const BalanceWeights *weights, gboolean may_be_negative,
               const BalanceKernelGroups *groups)
{
  const V zero = all (0.0);

  for (guint g = 0; g < groups->n; g++)
    {
      gsize first = groups->starts[g] - groups->offset, n = groups->starts[g + 1] - groups->starts[g], i = 0;
      const double *num = nums + first, *p = weights->weight + first, *r = weights->reciprocal + first, *one = weights->counts + first;
      V x = zero, hi = zero, lo = zero;
      M below = { 0 };

      /* a^2 / p is a r1 - r1 e, where r1 is a r rounded and e is what r1 p is more than a */
#define STEP(ROWS) \
  V a = ROWS (load_lanes (num + i)), r1 = a * ROWS (load_lanes (r + i)), c = ROWS (load_lanes (one + i)); \
  V e = product_error (r1, ROWS (load_lanes (p + i)), a), t = a * r1; \
\
  x = multiply_add (a, c, x); \
  accumulate (&hi, &lo, t, subtract_product (product_error (a, r1, t), r1, e)); \
  if (may_be_negative) \
    below |= (M) (a * c < zero);
#define ALL_ROWS(v) (v)
#define LAST_ROWS(v) masked (v, first_lanes (n - i))

      for (; i + LANES <= n; i += LANES)
        {
          STEP (ALL_ROWS)
        }
      if (i < n)
        {
          STEP (LAST_ROWS)
        }
      sums[g].x_hi = sum_lanes (x)[0];
      sums[g].x_lo = 0.0;
      fold (hi, lo, &sums[g].q_hi, &sums[g].q_lo);
      sums[g].weight = weights->totals[g];
      sums[g].n = weights->n_counted[g];
      sums[g].state = may_be_negative && any_lane (below) ? BALANCE_SUMS_NEGATIVE : BALANCE_SUMS_KNOWN;
    }
}

static inline __attribute__ ((always_inline)) void
reduce_values (BalanceSums *sums, const double *restrict num, const double *restrict den, const BalanceWeights *weights,
               const BalanceKernelGroups *groups)
{
  const V zero = all (0.0), one = all (1.0);

  for (guint g = 0; g < groups->n; g++)
    {
      guint first = groups->starts[g] - groups->offset, n = groups->starts[g + 1] - groups->starts[g];
      V x_hi = zero, x_lo = zero, q_hi = zero, q_lo = zero;
      M below = { 0 };

      for (guint i = 0; i < n; i += LANES)
        {
          V p = masked (load_lanes (weights->weight + first + i), first_lanes (n - i));
          M counts = (M) (p > zero);
          V a = masked (load_lanes (num + first + i), counts), r1 = a, r2 = zero, t1, t2, t;

          below |= (M) (a < zero);
          if (den != NULL)
            {
              V d = load_lanes (den + first + i), r;

              d = (V) (((M) d & counts) | ((M) one & ~counts));
              r = one / d;
              r1 = a * r;
              r2 = -product_error (r1, d, a) * r;
            }
          t1 = p * r1;
          t2 = product_error (p, r1, t1) + p * r2;
          accumulate (&x_hi, &x_lo, t1, t2);
          t = t1 * r1;
          accumulate (&q_hi, &q_lo, t, product_error (t1, r1, t) + (t1 * r2 + t2 * r1));
        }
      fold (x_hi, x_lo, &sums[g].x_hi, &sums[g].x_lo);
      fold (q_hi, q_lo, &sums[g].q_hi, &sums[g].q_lo);
      sums[g].weight = weights->totals[g];
      sums[g].n = weights->n_counted[g];
      sums[g].state = any_lane (below) ? BALANCE_SUMS_NEGATIVE : BALANCE_SUMS_KNOWN;
    }
}

static void
reduce (BalanceSums *sums, const double *num, const double *den, gboolean den_is_weight, const BalanceWeights *weights,
        gboolean may_be_negative, const BalanceKernelGroups *groups)
{
  if (den_is_weight && !may_be_negative)
    reduce_ratios (sums, num, weights, FALSE, groups);
  else if (den_is_weight)
    reduce_ratios (sums, num, weights, TRUE, groups);
  else if (den != NULL)
    reduce_values (sums, num, den, weights, groups);
  else
    reduce_values (sums, num, NULL, weights, groups);
}

#define TABLE_OF(name) balance_kernels_##name
#define TABLE(name)    TABLE_OF (name)
#define QUOTE_OF(name) #name
#define QUOTE(name)    QUOTE_OF (name)

extern const BalanceKernels TABLE (BALANCE_KERNELS_NAME);

const BalanceKernels TABLE (BALANCE_KERNELS_NAME) = {
  QUOTE (BALANCE_KERNELS_NAME),
  load_int32, load_int64, linear, combine, multiply, scale, choose, less, equal, is_zero, raise_numbers, raise_flags, raise_codes,
  any, equal_code, both, either, negate, join,
  doubt, weighty, any_both, any_light, pack, judge, tell, k_of_n, weigh, reduce,
};
