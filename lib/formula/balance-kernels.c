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
  return any_bits (flags, n);
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

static void
clear_bits (guint64 *words, gsize first, gsize end)
{
  for (gsize i = first; i < end;)
    {
      gsize n = MIN (64 - i % 64, end - i);

      words[i / 64] &= ~((G_MAXUINT64 >> (64 - n)) << (i % 64));
      i += n;
    }
}

/* -- values, limits and sums in one pass ---------------------------------------------------------------- */

/* What eight rows are multiplied and compared with; the sign of num a - den b tells whether they fail, where every product
 * is exact. It is never that of a negative zero: num is none, and den is above zero. */
typedef struct
{
  V factors[BALANCE_NUMERATOR_TERMS];
  V a, b, fa, fb;
} Constants;

/* Sums of the values v = num / p of a group. p v is num, which is whole; p v^2 = num^2 / p is num v - v e, where v is num / p
 * rounded and e is what v p is more than num.
 *
 * Each lane of `hi` begins with the bias C, a power of two, and ends below 2 C, so that it only ever takes multiples of
 * 2^-52 C and what is rounded off, at most 2^-53 C, goes to `lo` with an error of 2^-53 of itself. All of n such rests
 * together err by no more than (n + 8) (n + 1) 2^-105 C. Where C is at most 2^14 times the sum, that is
 * BALANCE_SUMS_ERROR(n) of it and less; otherwise the group is taken again with another bias. */
typedef struct
{
  V x, hi, lo, lowest;
} Running;

static inline __attribute__ ((always_inline)) V
get_numbers (const BalanceNumerator *form, guint n_terms, const Constants *constants, gsize row)
{
  V sum;

  if (n_terms == 0)
    return load_lanes (form->numbers + row) + all (0.0);
  sum = multiply_add (load_int32_lanes (form->terms[0].column + row), constants->factors[0], all (0.0));
  _Pragma ("GCC unroll 4")
  for (guint k = 1; k < n_terms; k++)
    sum = multiply_add (load_int32_lanes (form->terms[k].column + row), constants->factors[k], sum);

  return sum;
}

/* The first `n` of eight rows; the others are of another group, or none. */
static inline __attribute__ ((always_inline)) void
measure_8 (const BalanceGauge *of, const BalanceNumerator *form, guint n_terms, guint n_limits, gboolean sums, const Constants *constants,
           gsize at, gsize n, Running *running, guint64 *failed, guint64 *failed_floor)
{
  V over[8 / LANES], over_floor[8 / LANES];

  _Pragma ("GCC unroll 8")
  for (gsize k = 0; k < 8; k += LANES)
    {
      gsize row = at + k;
      V num, den;

      num = get_numbers (form, n_terms, constants, row);
      if (n_limits > 0)
        {
          den = load_lanes (of->den + row);
          over[k / LANES] = multiply_subtract (num, constants->a, den * constants->b);
          if (n_limits > 1)
            over_floor[k / LANES] = multiply_subtract (num, constants->fa, den * constants->fb);
        }
      if (sums)
        {
          V reciprocal = load_lanes (of->weights->reciprocal + row), counts = load_lanes (of->weights->counts + row), v, e, rest;

          if (n < 8)
            {
              M mine = first_lanes (n - MIN (k, n));

              reciprocal = masked (reciprocal, mine);
              counts = masked (counts, mine);
            }
          v = num * reciprocal;
          e = product_error (v, load_lanes (of->weights->weight + row), num);
          running->x = multiply_add (num, counts, running->x);
          running->hi = add_product (running->hi, num, v, &rest);
          running->lo += subtract_product (rest, v, e);
          running->lowest = lower (running->lowest, v);
        }
    }
  if (n_limits > 0)
    *failed = signs_of_8 (over);
  if (n_limits > 1)
    *failed_floor = signs_of_8 (over_floor);
}

/* The power of two some 2^7 above a sum. */
static double
choose_bias (double sum)
{
  guint64 bits;

  memcpy (&bits, &sum, sizeof bits);
  bits = (bits >> 52 << 52) + ((guint64) 8 << 52);
  memcpy (&sum, &bits, sizeof bits);

  return sum;
}

/* Group `g`, whose rows are `first` up to `end`. FALSE where the bias did not fit; then it is another one. */
static inline __attribute__ ((always_inline)) gboolean
measure_group (const BalanceGauge *of, const BalanceNumerator *form, const Constants *signs, guint g, gsize first, gsize end, guint n_terms,
               guint n_limits, gboolean sums)
{
  const guint64 strict = of->comparison > 1 ? G_MAXUINT64 : 0;
  /* the negative of a limit of 0 is a negative zero, so that nothing less it is 0 */
  Constants constants = { .a = signs->a, .b = signs->b * all (form->b), .fa = signs->fa, .fb = signs->fb * all (form->fb) };
  const V bias = all (sums ? *of->bias : 0.0);
  Running running = { .hi = bias };

  _Pragma ("GCC unroll 4")
  for (guint k = 0; k < n_terms; k++)
    constants.factors[k] = all (form->terms[k].factor);
  for (gsize from = first; from < end; from += 64)
    {
      gsize n = MIN (64, end - from), i = 0;
      guint64 failed = 0, failed_floor = 0, eight = 0, eight_floor = 0;

      for (; i + 8 <= n; i += 8)
        {
          _Pragma ("GCC unroll 4")
          for (guint k = 0; k < n_terms; k++)
            __builtin_prefetch (form->terms[k].column + of->ahead + from + i, 0, 2);
          measure_8 (of, form, n_terms, n_limits, sums, &constants, from + i, 8, &running, &eight, &eight_floor);
          failed |= eight << i;
          failed_floor |= eight_floor << i;
        }
      if (i < n)
        {
          measure_8 (of, form, n_terms, n_limits, sums, &constants, from + i, n - i, &running, &eight, &eight_floor);
          failed |= eight << i;
          failed_floor |= eight_floor << i;
        }
      if (n_limits > 0)
        put_bits (of->unmet, from, (order_bits (failed) ^ strict) & (G_MAXUINT64 >> (64 - n)));
      if (n_limits > 1)
        put_bits (of->low, from, order_bits (failed_floor) & (G_MAXUINT64 >> (64 - n)));
    }
  if (sums)
    {
      /* multiples of 2^-52 C below 2 C: exactly */
      double hi = sum_lanes (running.hi - bias)[0], lo = sum_lanes (running.lo)[0], sum = hi + lo;
      BalanceSums *out = &of->sums[g];

      if (sum > 0.0 && !(sum <= bias[0] && sum >= 0x1p-14 * bias[0]))
        {
          *of->bias = choose_bias (sum);
          return FALSE;
        }
      out->x_hi = sum_lanes (running.x)[0];
      out->x_lo = 0.0;
      out->q_hi = sum;
      out->q_lo = lo - (sum - hi);
      out->weight = of->weights->totals[g];
      out->n = of->weights->n_counted[g];
      out->state = any_lane ((M) (running.lowest < all (0.0))) ? BALANCE_SUMS_NEGATIVE : BALANCE_SUMS_KNOWN;
    }

  return TRUE;
}

typedef gboolean (*MeasureGroup) (const BalanceGauge *of, const BalanceNumerator *form, const Constants *signs, guint g, gsize first, gsize end);

/* One function for each length of form and each of what may be asked, so that no loop has a branch more than it needs. */
#define FORM(terms, limits, sums) \
  static gboolean \
  measure_##terms##limits##sums (const BalanceGauge *of, const BalanceNumerator *form, const Constants *signs, guint g, gsize first, gsize end) \
  { \
    return measure_group (of, form, signs, g, first, end, terms, limits, sums); \
  }
#define FORMS(limits, sums) FORM (0, limits, sums) FORM (1, limits, sums) FORM (2, limits, sums) FORM (3, limits, sums) FORM (4, limits, sums)
#define NAMES(limits, sums) \
  { measure_0##limits##sums, measure_1##limits##sums, measure_2##limits##sums, measure_3##limits##sums, measure_4##limits##sums }

FORMS (1, 0)
FORMS (2, 0)
FORMS (0, 1)
FORMS (1, 1)
FORMS (2, 1)

static const MeasureGroup measures[2][3][BALANCE_NUMERATOR_TERMS + 1] = {
  { { NULL }, NAMES (1, 0), NAMES (2, 0) },
  { NAMES (0, 1), NAMES (1, 1), NAMES (2, 1) },
};

static void
measure (const BalanceGauge *of, const BalanceKernelGroups *groups)
{
  /* what fails is below 0; where the limit itself fails, it is what is not above it */
  const V sign = all (of->comparison == 1 || of->comparison == 2 ? -1.0 : 1.0), floor_sign = all (of->comparison % 2 == 1 ? -1.0 : 1.0);
  const Constants signs = { .a = sign * all (of->a), .b = sign, .fa = floor_sign * all (of->fa), .fb = floor_sign };
  const MeasureGroup *by_terms = measures[of->sums != NULL][of->low != NULL ? 2 : of->unmet != NULL ? 1 : 0];
  guint n = groups->starts[groups->n] - groups->offset;

  if (of->unmet != NULL && of->others)
    clear_bits (of->unmet, groups->starts[0] - groups->offset, n);
  else if (of->unmet != NULL)
    memset (of->unmet, 0, (BALANCE_KERNEL_WORDS (n) + 1) * sizeof *of->unmet);
  if (of->low != NULL && of->others)
    clear_bits (of->low, groups->starts[0] - groups->offset, n);
  else if (of->low != NULL)
    memset (of->low, 0, (BALANCE_KERNEL_WORDS (n) + 1) * sizeof *of->low);

  for (guint g = 0; g < groups->n; g++)
    {
      gsize first = groups->starts[g] - groups->offset, end = groups->starts[g + 1] - groups->offset;
      const BalanceNumerator *form = &of->forms[of->form_of[g]];

      if (form->n_terms > 0 || form->numbers != NULL)
        while (!by_terms[form->n_terms] (of, form, &signs, g, first, end))
          ;
      else if (of->sums != NULL)
        of->sums[g] = (BalanceSums) { .weight = of->weights->totals[g], .n = of->weights->n_counted[g],
                                      .state = of->weights->n_counted[g] == 0 ? BALANCE_SUMS_KNOWN : BALANCE_SUMS_NONE };
    }
}

/* Values divided by anything else: a term keeps what its quotient, square and product round off, some 2^-102 of it; what is
 * rounded off in a running sum of n terms is itself below n 2^-53, and adding that up rounds n times more. */
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
reduce (BalanceSums *sums, const double *num, const double *den, const BalanceWeights *weights, const BalanceKernelGroups *groups)
{
  if (den != NULL)
    reduce_values (sums, num, den, weights, groups);
  else
    reduce_values (sums, num, NULL, weights, groups);
}

/* The root of W Q - X^2, over X, in two doubles: each step keeps what it rounds off, so that beside the error of the sums
 * there are but a few of 2^-104 of W Q. */
static void
coefficients (double *out, guint8 *sure, const BalanceSums *sums, guint n)
{
  for (guint i = 0; i < n; i += LANES)
    {
      V w, x, x_rest, q, q_rest, counted, product, product_rest, square, square_rest, difference, rest, t, root, root_rest, c, c_rest, error, result;
      M is_sure;

      for (guint k = 0; k < LANES; k++)
        {
          const BalanceSums *of = &sums[MIN (i + k, n - 1)];

          w[k] = of->weight;
          x[k] = of->x_hi;
          x_rest[k] = of->x_lo;
          q[k] = of->q_hi;
          q_rest[k] = of->q_lo;
          counted[k] = (double) of->n;
        }
      error = (counted * counted + counted * all (16.0) + all (64.0)) * all (0x1p-90) + all (0x1p-100);
      product = w * q;
      product_rest = product_error (w, q, product) + w * q_rest;
      square = x * x;
      square_rest = product_error (x, x, square) + (x + x) * x_rest;
      difference = product - square;
      t = difference - product;
      rest = ((product - (difference - t)) - (square + t)) + (product_rest - square_rest);
      t = difference + rest;
      rest -= t - difference;
      root = square_root (t);
      root_rest = (rest - product_error (root, root, t)) / (root + root);
      c = root / x;
      c_rest = (root_rest - product_error (c, x, root) - c * x_rest) / x;
      error *= product;
      /* of roots near to zero only exact sums can tell */
      is_sure = (M) (t > all (0x1p40) * error);
      error = error / (root * x) + c * all (0x1p-99);
      result = c + c_rest;
      is_sure &= (M) (c + (c_rest - error) >= result) & (M) (c + (c_rest + error) <= result);
      for (guint k = 0; k < LANES && i + k < n; k++)
        {
          out[i + k] = result[k];
          sure[i + k] = is_sure[k] != 0;
        }
    }
  for (guint i = 0; i < n; i++)
    {
      gboolean empty = sums[i].n == 0 || !(sums[i].x_hi > 0.0);

      if (empty || sums[i].n == 1)
        {
          out[i] = empty ? __builtin_nan ("") : 0.0;
          sure[i] = TRUE;
        }
      if (sums[i].state != BALANCE_SUMS_KNOWN)
        sure[i] = FALSE;
    }
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
  doubt, weighty, any_both, any_light, pack, measure, tell, k_of_n, weigh, reduce, coefficients,
};
