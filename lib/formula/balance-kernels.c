/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Compiled once for each instruction set; BALANCE_KERNELS_NAME tells which. Plain loops that the compiler turns
 * into vectors, except where the lanes matter. */

#include "formula/balance-kernels-private.h"

#include <string.h>

#include <balance/balance-types.h>

#include "formula/balance-lanes-private.h"

/* Far more than what a sum of doubles, a product and a quotient of them can be off. */
#define DOUBTFUL 0x1p-36

#define LOOP(n) for (gsize i = 0; i < (n); i++)

/* -- numbers ------------------------------------------------------------------------------------------ */

static void
load_int32 (double *restrict out, const gint32 *restrict in, guint n, gsize ahead)
{
  for (guint i = 0; i < n; i += 64 / sizeof (gint32))
    __builtin_prefetch (in + ahead + i);
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
linear (double *restrict out, const BalanceTerm *terms, guint n_terms, guint from, guint n, gsize ahead)
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

static void
share (double *restrict out, const double *restrict in, const guint32 *restrict parents, guint32 offset, const double *restrict weights,
       double k, guint n)
{
  _Pragma ("GCC unroll 8")
  LOOP (n) out[i] = in[parents[i] - offset] * (weights[i] * k);
}

static guint8
any (const guint8 *restrict flags, guint n)
{
  return any_bits (flags, n);
}

static void
any_of (guint8 *restrict out, const guint8 *restrict flags, const guint32 *restrict starts, guint32 offset, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      const guint8 bits = any_bits (flags + (starts[i] - offset), starts[i + 1] - starts[i]);

      out[i] = bits & 1 ? 1 : bits;
    }
}

static void
equal_code (guint8 *restrict out, const gint32 *restrict codes, gint32 code, gint32 none, guint n)
{
  guint first = 0;

#if defined (__AVX2__)
  for (; first + 32 <= n; first += 32)
    put_equal_codes (out + first, codes + first, code, none);
#endif
  for (guint i = first; i < n; i++)
    out[i] = (guint8) (codes[i] == none ? 2 : codes[i] == code);
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

G_STATIC_ASSERT (BALANCE_VERDICT_NOT_APPLICABLE == 0 && BALANCE_VERDICT_MET == 1 && BALANCE_VERDICT_UNMET == 2);

/* The bits of 64 rows from any on; the word after the last of these can be read. */
static inline guint64
bits_from (const guint64 *words, guint at)
{
  return words[at / 64] >> (at % 64) | words[at / 64 + 1] << 1 << (63 - at % 64);
}

static void
tell (guint8 *restrict verdicts, const guint64 *restrict asked, const guint64 *restrict unmet, guint n, gsize ahead)
{
  /* registers as wide as a line of the cache are stored in one line each */
  const guint to_line = sizeof (V) < 64 ? 0 : (guint) (-(guintptr) verdicts % 64);

  for (guint from = 0, m; from < n; from += m)
    {
      const guint64 of = to_line == 0 ? asked[from / 64] : bits_from (asked, from);
      const guint64 failed = to_line == 0 ? unmet[from / 64] : bits_from (unmet, from);

      /* others write what is beyond the end at the same time */
      m = MIN (from == 0 && to_line > 0 ? to_line : 64, n - from);
      __builtin_prefetch (verdicts + from + ahead, 1);
      put_bytes (verdicts + from, of, of & failed, m);
    }
}

static inline M
load_words (const guint64 *words)
{
  M m;

  memcpy (&m, words, sizeof m);
  return m;
}

/* Counts up to 255, one bit of them in each word. */
static inline __attribute__ ((always_inline)) void
count_bits (guint64 *restrict unmet, guint64 *restrict any, const guint64 *const *asked, const guint64 *const *unmet_items,
            const guint64 *const *low, guint n_items, guint n_bits, guint allowed, guint n_words)
{
  const M none = { 0 };

  for (guint w = 0; w < n_words; w += LANES)
    {
      M count[8] = { none }, below = none, all_asked = none, more = none, equal = ~none;

      for (guint k = 0; k < n_items; k++)
        {
          const M of = load_words (asked[k] + w), failed = of & load_words (unmet_items[k] + w);
          M carry = failed;

          all_asked |= of;
          if (low != NULL)
            below |= failed & load_words (low[k] + w);
          for (guint b = 0; b < n_bits; b++)
            {
              const M both_set = count[b] & carry;

              count[b] ^= carry;
              carry = both_set;
            }
        }
      for (guint b = n_bits; b-- > 0;)
        {
          const M bit = allowed >> b & 1 ? ~none : none;

          more |= equal & count[b] & ~bit;
          equal &= ~(count[b] ^ bit);
        }
      if (allowed >> n_bits != 0)
        more = none;
      more |= below;
      memcpy (unmet + w, &more, sizeof more);
      memcpy (any + w, &all_asked, sizeof all_asked);
    }
}

static void
k_of_n (guint64 *restrict unmet, guint64 *restrict any, const guint64 *const *asked, const guint64 *const *unmet_items,
        const guint64 *const *low, guint n_items, guint allowed, guint n)
{
  guint n_words = BALANCE_KERNEL_WORDS (n);

  if (n_items < 8)
    count_bits (unmet, any, asked, unmet_items, low, n_items, 3, allowed, n_words);
  else
    count_bits (unmet, any, asked, unmet_items, low, n_items, 8, allowed, n_words);
}

static void
count (guint8 *restrict met, guint8 *restrict unmet, const guint8 *restrict verdicts, guint n)
{
  LOOP (n)
    {
      met[i] = (guint8) (met[i] + (verdicts[i] == BALANCE_VERDICT_MET));
      unmet[i] = (guint8) (unmet[i] + (verdicts[i] == BALANCE_VERDICT_UNMET));
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

/* The weights of the rows of a group, `n` of them from `row` on. */
static inline __attribute__ ((always_inline)) void
weigh_lanes (const BalanceWeights *out, const double *weight, const guint8 *flags, gsize pad, M mine, V *sum, V *count)
{
  const V one = all (1.0), zero = all (0.0);
  V p = masked (load_lanes (weight), mask_of_flags (flags) & mine);
  M weighs = (M) (p > zero);
  V counts = masked (one, weighs), reciprocal = masked (one / p, weighs);

  memcpy (out->weight + pad, &p, sizeof p);
  memcpy (out->reciprocal + pad, &reciprocal, sizeof reciprocal);
  memcpy (out->counts + pad, &counts, sizeof counts);
  *sum += p;
  *count += counts;
}

static void
weigh (const BalanceWeights *out, const double *weight, const guint8 *flags, const BalanceKernelGroups *groups)
{
  for (guint g = 0; g < groups->n; g++)
    {
      gsize first = groups->starts[g] - groups->offset, n = groups->starts[g + 1] - groups->starts[g], pad = groups->pads[g], i = 0;
      V sum = all (0.0), count = all (0.0);

      for (; i + LANES <= n; i += LANES)
        weigh_lanes (out, weight + first + i, flags + first + i, pad + i, (M) { 0 } - 1, &sum, &count);
      for (; i < groups->pads[g + 1] - pad; i += LANES)
        weigh_lanes (out, weight + first + i, flags + first + i, pad + i, first_lanes (n - MIN (i, n)), &sum, &count);
      out->totals[g] = sum_lanes (sum)[0];
      out->n_counted[g] = (guint32) sum_lanes (count)[0];
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

/* What values are made of, and what eight rows are multiplied and compared with: kept apart from the gauge, so that nothing that is
 * written can change it. */
typedef struct
{
  const gint32 *columns[BALANCE_NUMERATOR_TERMS];
  const double *numbers, *den;
  V             factors[BALANCE_NUMERATOR_TERMS];
  V             b, fb;
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

/* The vectors of weights, in registers. */
typedef struct
{
  const double *weight, *reciprocal, *counts;
} Weighed;

static inline __attribute__ ((always_inline)) V
get_numbers (guint n_terms, const Constants *constants, gsize row)
{
  V sum;

  if (n_terms == 0)
    return multiply_add (load_lanes (constants->numbers + row), constants->factors[0], all (0.0));
  sum = multiply_add (load_int32_lanes (constants->columns[0] + row), constants->factors[0], all (0.0));
  _Pragma ("GCC unroll 4")
  for (guint k = 1; k < n_terms; k++)
    sum = multiply_add (load_int32_lanes (constants->columns[k] + row), constants->factors[k], sum);

  return sum;
}

/* Has num a sign that says that it fails? For a lower limit b comes negated: of one that is subtracted a zero has its sign
 * on every processor, but not under valgrind. The product is exact, and what is left is never a negative zero: num is none, and a
 * difference is none where both are the same. */
static inline V
compare_lanes (V num, V den, V b, gboolean upper)
{
  return upper ? multiply_subtract (den, b, num) : multiply_add (den, b, num);
}

/* Eight rows, `at` in the columns and `pad` in what is padded. */
static inline __attribute__ ((always_inline)) void
measure_8 (guint n_terms, guint n_limits, gboolean upper, gboolean sums, const Constants *constants, const Weighed *weighed, gsize at,
           gsize pad, Running *running, guint64 *failed, guint64 *failed_floor)
{
  V over[8 / LANES], over_floor[8 / LANES];

  _Pragma ("GCC unroll 8")
  for (gsize k = 0; k < 8; k += LANES)
    {
      V num = get_numbers (n_terms, constants, at + k);

      if (n_limits > 0)
        {
          V den = load_lanes (constants->den + at + k);

          over[k / LANES] = compare_lanes (num, den, constants->b, upper);
          if (n_limits > 1)
            over_floor[k / LANES] = compare_lanes (num, den, constants->fb, upper);
        }
      if (sums)
        {
          V v = num * load_lanes (weighed->reciprocal + pad + k), rest;
          V e = product_error (v, load_lanes (weighed->weight + pad + k), num);

          running->x = multiply_add (num, load_lanes (weighed->counts + pad + k), running->x);
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

/* Spans of one form. What is summed up is added to its group's four: x, then q in multiples of the bias, what they leave, and something
 * below zero where a value is. */
static inline __attribute__ ((always_inline)) void
measure_spans (const BalanceGauge *of, const BalanceNumerator *form, const BalanceKernelSpan *spans, guint n_spans, guint n_terms,
               guint n_limits, gboolean upper, gboolean sums)
{
  const guint64 strict = of->comparison > 1 ? G_MAXUINT64 : 0;
  Constants constants = { .numbers = form->numbers, .den = of->den, .b = all (upper ? form->b : -form->b), .fb = all (upper ? form->fb : -form->fb) };
  const Weighed weighed = { sums ? of->weights->weight : NULL, sums ? of->weights->reciprocal : NULL, sums ? of->weights->counts : NULL };
  const V bias = all (sums ? *of->bias : 0.0);
  guint64 *unmet = of->unmet, *low = of->low;
  const gsize ahead = of->ahead;
  double *fours = of->fours;

  _Pragma ("GCC unroll 4")
  for (guint k = 0; k < MAX (n_terms, 1); k++)
    {
      constants.columns[k] = form->terms[k].column;
      constants.factors[k] = all (form->terms[k].factor);
    }
  for (const BalanceKernelSpan *span = spans; span < spans + n_spans; span++)
    {
      const gsize first = span->first, n = span->n;
      const gsize pad = sums ? span->pad : 0;
      const Weighed mine = sums ? (Weighed) { weighed.weight + pad, weighed.reciprocal + pad, weighed.counts + pad } : weighed;
      guint64 failed = 0, failed_floor = 0, eight = 0, eight_floor = 0;
      Running running = { .hi = bias };

      for (gsize i = 0; i < n; i += 8)
        {
          _Pragma ("GCC unroll 4")
          for (guint t = 0; t < n_terms; t++)
            __builtin_prefetch (constants.columns[t] + ahead + first + i, 0, 2);
          measure_8 (n_terms, n_limits, upper, sums, &constants, &mine, first + i, i, &running, &eight, &eight_floor);
          failed |= eight << i;
          failed_floor |= eight_floor << i;
        }
      if (n_limits > 0)
        put_bits (unmet, first, (order_bits (failed) ^ strict) & (G_MAXUINT64 >> (64 - n)));
      if (n_limits > 1)
        put_bits (low, first, order_bits (failed_floor) & (G_MAXUINT64 >> (64 - n)));
      /* multiples of 2^-52 C below 2 C: exactly */
      if (sums)
        add_four (fours + 4 * (gsize) span->group, running.x, running.hi - bias, running.lo, running.lowest);
    }
}

typedef void (*MeasureSpans) (const BalanceGauge *of, const BalanceNumerator *form, const BalanceKernelSpan *spans, guint n);

/* One function for each length of form and each of what may be asked, so that no loop has a branch more than it needs. */
#define FORM(terms, limits, upper, sums) \
  static void \
  measure_##terms##limits##upper##sums (const BalanceGauge *of, const BalanceNumerator *form, const BalanceKernelSpan *spans, guint n) \
  { \
    measure_spans (of, form, spans, n, terms, limits, upper, sums); \
  }
#define FORMS(limits, upper, sums) \
  FORM (0, limits, upper, sums) FORM (1, limits, upper, sums) FORM (2, limits, upper, sums) FORM (3, limits, upper, sums) FORM (4, limits, upper, sums)
#define NAMES(limits, upper, sums) \
  { measure_0##limits##upper##sums, measure_1##limits##upper##sums, measure_2##limits##upper##sums, measure_3##limits##upper##sums, \
    measure_4##limits##upper##sums }

FORMS (1, 0, 0)
FORMS (1, 1, 0)
FORMS (2, 0, 0)
FORMS (2, 1, 0)
FORMS (0, 0, 1)
FORMS (1, 0, 1)
FORMS (1, 1, 1)
FORMS (2, 0, 1)
FORMS (2, 1, 1)

/* [sums][limits][upper][terms] */
static const MeasureSpans measures[2][3][2][BALANCE_NUMERATOR_TERMS + 1] = {
  { { { NULL }, { NULL } }, { NAMES (1, 0, 0), NAMES (1, 1, 0) }, { NAMES (2, 0, 0), NAMES (2, 1, 0) } },
  { { NAMES (0, 0, 1), NAMES (0, 0, 1) }, { NAMES (1, 0, 1), NAMES (1, 1, 1) }, { NAMES (2, 0, 1), NAMES (2, 1, 1) } },
};

/* The sums of some groups from what was added up of them. Of a group where nobody counts all is known. */
static void
settle (const BalanceGauge *of, guint from, guint n)
{
  const BalanceSums *sums = of->sums;
  const V zero = all (0.0);
  guint8 some[LANES];

  for (guint i = from; i < from + n; i += LANES)
    {
      const guint m = MIN (LANES, from + n - i);
      V four[4], sum, rest;

      take_fours (of->fours + 4 * (gsize) i, four);
      sum = four[1] + four[2];
      rest = four[2] - (sum - four[1]);
      if (m == LANES)
        {
          memcpy (sums->x + i, &four[0], sizeof four[0]);
          memcpy (sums->q + i, &sum, sizeof sum);
          memcpy (sums->q_rest + i, &rest, sizeof rest);
        }
      else
        {
          memcpy (sums->x + i, &four[0], m * sizeof *sums->x);
          memcpy (sums->q + i, &sum, m * sizeof *sums->q);
          memcpy (sums->q_rest + i, &rest, m * sizeof *sums->q_rest);
        }
      memset (some, BALANCE_SUMS_KNOWN, sizeof some);
      if (any_lane ((M) (four[3] < zero) | (M) (four[3] > zero)))
        for (guint k = 0; k < m; k++)
          some[k] = four[3][k] < 0.0 ? BALANCE_SUMS_NEGATIVE : four[3][k] > 0.0 && sums->n[i + k] > 0 ? BALANCE_SUMS_NONE : BALANCE_SUMS_KNOWN;
      if (m == LANES)
        memcpy (sums->state + i, some, sizeof some);
      else
        memcpy (sums->state + i, some, m);
    }
}

/* Is it a sum for which the bias was right? */
static inline gboolean
fits (double sum, double bias)
{
  return !(sum > 0.0) || (sum <= bias && sum >= 0x1p-14 * bias);
}

static gboolean
all_fit (const double *restrict sums, double bias, guint n)
{
  guint misfits = 0;

  LOOP (n) misfits += (sums[i] > bias) | ((sums[i] > 0.0) & (sums[i] < 0x1p-14 * bias));
  return misfits == 0;
}

/* Groups from `g` on begin anew. */
static void
clear_sums (const BalanceGauge *of, guint g, guint n)
{
  memset (of->fours + 4 * (gsize) g, 0, n * 4 * sizeof *of->fours);
}

/* The same rows again, until the bias is right: the sum is found well enough with any to tell the next. */
static void
measure_again (const BalanceGauge *of, MeasureSpans measure_them, const BalanceNumerator *form, const BalanceKernelGroups *groups, guint g)
{
  do
    {
      *of->bias = choose_bias (of->sums->q[g]);
      clear_sums (of, g, 1);
      for (guint32 from = 0, n_rows = groups->starts[g + 1] - groups->starts[g]; from < n_rows; from += BALANCE_SPAN_ROWS)
        {
          const BalanceKernelSpan span = { groups->starts[g] - groups->offset + from, groups->pads[g] + from, MIN (BALANCE_SPAN_ROWS, n_rows - from), g };

          measure_them (of, form, &span, 1);
        }
      settle (of, g, 1);
    }
  while (!fits (of->sums->q[g], *of->bias));
}

static const MeasureSpans *
get_measures (const BalanceGauge *of)
{
  /* what fails is below the limit; where the limit itself fails, it is what is not above it */
  return measures[of->sums != NULL][of->low != NULL ? 2 : of->unmet != NULL ? 1 : 0][of->comparison == 1 || of->comparison == 2];
}

/* The sums that will be written next come into the cache meanwhile. */
static void
fetch_sums (const BalanceSums *sums, gsize ahead, guint n)
{
  for (gsize i = 0; i < n; i += 64 / sizeof (double))
    {
      __builtin_prefetch (sums->x + ahead + i, 1);
      __builtin_prefetch (sums->q + ahead + i, 1);
      __builtin_prefetch (sums->q_rest + ahead + i, 1);
      __builtin_prefetch (sums->weight + ahead + i, 1);
      __builtin_prefetch (sums->n + ahead + i, 1);
    }
}

static void
measure_start (const BalanceGauge *of, const BalanceKernelGroups *groups)
{
  guint n = groups->starts[groups->n] - groups->offset;

  if (of->unmet != NULL && of->others)
    clear_bits (of->unmet, groups->starts[0] - groups->offset, n);
  else if (of->unmet != NULL)
    memset (of->unmet, 0, (BALANCE_KERNEL_WORDS (n) + 1) * sizeof *of->unmet);
  if (of->low != NULL && of->others)
    clear_bits (of->low, groups->starts[0] - groups->offset, n);
  else if (of->low != NULL)
    memset (of->low, 0, (BALANCE_KERNEL_WORDS (n) + 1) * sizeof *of->low);
  if (of->sums == NULL)
    return;
  memcpy (of->sums->weight, of->weights->totals, groups->n * sizeof *of->sums->weight);
  memcpy (of->sums->n, of->weights->n_counted, groups->n * sizeof *of->sums->n);
  if (of->sums->x_rest != NULL)
    memset (of->sums->x_rest, 0, groups->n * sizeof *of->sums->x_rest);
  clear_sums (of, 0, groups->n);
  fetch_sums (of->sums, of->groups_ahead, groups->n);
}

/* A first bias, from the first span whose sum is not zero. What that adds up is forgotten. */
static void
find_bias (const BalanceGauge *of, const MeasureSpans *by_terms, const BalanceKernelSpan *spans, guint n)
{
  for (guint i = 0; i < n && !(*of->bias > 0.0); i++)
    {
      const guint g = spans[i].group;
      const BalanceNumerator *form = &of->forms[of->form_of[g]];
      double sum;

      if (form->n_terms == 0 && form->numbers == NULL)
        continue;
      *of->bias = 1.0;
      by_terms[form->n_terms] (of, form, &spans[i], 1);
      sum = of->fours[4 * (gsize) g + 1] + of->fours[4 * (gsize) g + 2];
      *of->bias = sum > 0.0 ? choose_bias (sum) : 0.0;
      clear_sums (of, g, 1);
    }
}

/* Of groups that have no values there are no sums: nothing else is above zero there. */
static void
mark_formless (const BalanceGauge *of, const BalanceKernelSpan *spans, guint n)
{
  for (guint i = 0; i < n && of->sums != NULL; i++)
    of->fours[4 * (gsize) spans[i].group + 3] = 1.0;
}

static void
measure (const BalanceGauge *of, const BalanceKernelSpan *spans, guint n)
{
  const MeasureSpans *by_terms = get_measures (of);
  gboolean all_zero = FALSE;

  if (of->sums != NULL && !(*of->bias > 0.0))
    {
      find_bias (of, by_terms, spans, n);
      all_zero = !(*of->bias > 0.0);
      *of->bias = all_zero ? 1.0 : *of->bias;
    }
  for (guint from = 0, to; from < n; from = to)
    {
      guint8 index = of->form_of[spans[from].group];
      const BalanceNumerator *form = &of->forms[index];

      /* those of a form stand side by side, and mostly all are of one */
      to = of->form_of[spans[n - 1].group] == index ? n : from + 1;
      while (to < n && of->form_of[spans[to].group] == index)
        to++;
      if (form->n_terms > 0 || form->numbers != NULL)
        by_terms[form->n_terms] (of, form, spans + from, to - from);
      else
        mark_formless (of, spans + from, to - from);
    }
  if (all_zero)
    *of->bias = 0.0;
}

static void
measure_end (const BalanceGauge *of, const BalanceKernelGroups *groups)
{
  const double bias = *of->bias;

  settle (of, 0, groups->n);
  if (all_fit (of->sums->q, bias, groups->n))
    return;
  for (guint g = 0; g < groups->n; g++)
    {
      const BalanceNumerator *form = &of->forms[of->form_of[g]];

      if (!fits (of->sums->q[g], bias))
        measure_again (of, get_measures (of)[form->n_terms], form, groups, g);
    }
}

/* Values divided by anything else: a term keeps what its quotient, square and product round off, some 2^-102 of it; what is
 * rounded off in a running sum of n terms is itself below n 2^-53, and adding that up rounds n times more. */
static inline __attribute__ ((always_inline)) void
reduce_values (const BalanceSums *sums, const double *restrict num, const double *restrict den, const BalanceWeights *weights,
               const BalanceKernelGroups *groups)
{
  const V zero = all (0.0), one = all (1.0);

  for (guint g = 0; g < groups->n; g++)
    {
      guint first = groups->starts[g] - groups->offset, n = groups->starts[g + 1] - groups->starts[g], pad = groups->pads[g];
      V x_hi = zero, x_lo = zero, q_hi = zero, q_lo = zero;
      M below = { 0 };

      for (guint i = 0; i < n; i += LANES)
        {
          V p = load_lanes (weights->weight + pad + i);
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
      fold (x_hi, x_lo, &sums->x[g], &sums->x_rest[g]);
      fold (q_hi, q_lo, &sums->q[g], &sums->q_rest[g]);
      sums->weight[g] = weights->totals[g];
      sums->n[g] = weights->n_counted[g];
      sums->state[g] = any_lane (below) ? BALANCE_SUMS_NEGATIVE : BALANCE_SUMS_KNOWN;
    }
}

static void
reduce (const BalanceSums *sums, const double *num, const double *den, const BalanceWeights *weights, const BalanceKernelGroups *groups)
{
  if (den != NULL)
    reduce_values (sums, num, den, weights, groups);
  else
    reduce_values (sums, num, NULL, weights, groups);
}

/* S against the mean, as their squares: W Q against (1 + limit^2) X^2. Doubles tell unless these are nearly the same. */
static gboolean
compare (guint8 *restrict verdicts, guint8 *restrict doubts, const BalanceSums *sums, const guint8 *restrict asked, const double *restrict squares,
         guint comparison, guint n)
{
  const gboolean strict = comparison > 1, lower_limit = comparison % 2 == 0;
  const V zero = all (0.0), one = all (1.0), doubtful_part = all (DOUBTFUL);
  guint64 any_doubt = 0;

  for (guint from = 0; from < n; from += 64)
    {
      const guint m = MIN (64, n - from);
      guint64 met = 0, doubtful = 0, applies = 0;

      for (guint i = from; i < from + m; i += LANES)
        {
          const V weight = load_first (sums->weight + i, n - i), x = load_first (sums->x + i, n - i), q = load_first (sums->q + i, n - i);
          const V square = load_first (squares + i, n - i), count = load_first_uint32 (sums->n + i, n - i);
          const V found = weight * q, limit = square * (x * x), difference = found - limit;
          /* where the mean is zero so is S, and one section differs from nothing */
          const M positive = (M) (x > zero), alone = (M) (count <= one), less_than = (M) (found < limit);
          const M truth = strict == lower_limit ? ~positive | alone | less_than : positive & ((alone & (M) (square > one)) | (~alone & less_than));

          met |= (guint64) lane_bits (truth) << (i - from);
          doubtful |= (guint64) lane_bits (positive & ~alone & (M) (magnitude (difference) <= doubtful_part * limit)) << (i - from);
          applies |= (guint64) lane_bits ((M) (count > zero)) << (i - from);
        }
      applies &= bits_of_bytes (asked + from, m);
      doubtful &= applies;
      any_doubt |= doubtful;
      if (lower_limit)
        met = ~met;
      put_bytes (verdicts + from, applies & ~doubtful, applies & ~doubtful & ~met, m);
      put_bytes (doubts + from, doubtful, 0, m);
    }
  for (const guint8 *at = memchr (sums->state, BALANCE_SUMS_NEGATIVE, n); at != NULL;)
    {
      guint g = (guint) (at - sums->state);

      if (asked[g] != 0)
        {
          verdicts[g] = BALANCE_VERDICT_NOT_APPLICABLE;
          doubts[g] = TRUE;
          any_doubt = TRUE;
        }
      at = memchr (at + 1, BALANCE_SUMS_NEGATIVE, n - g - 1);
    }

  return any_doubt != 0;
}

/* The root of W Q - X^2, over X, in two doubles: each step keeps what it rounds off, so that beside the error of the sums
 * there are but a few of 2^-104 of W Q. A quotient is a product with a reciprocal, for what that is off is found with the rest. */
static void
coefficients (double *out, guint8 *sure, const BalanceSums *sums, guint n)
{
  const V zero = all (0.0), one = all (1.0), none = all (__builtin_nan (""));

  for (guint i = 0; i < n; i += LANES)
    {
      const V w = load_first (sums->weight + i, n - i), x = load_first (sums->x + i, n - i), q = load_first (sums->q + i, n - i);
      const V q_rest = load_first (sums->q_rest + i, n - i), x_rest = sums->x_rest != NULL ? load_first (sums->x_rest + i, n - i) : zero;
      const V counted = load_first_uint32 (sums->n + i, n - i);
      const V product = w * q, product_rest = product_error (w, q, product) + w * q_rest;
      const V square = x * x, square_rest = product_error (x, x, square) + (x + x) * x_rest;
      const V difference = product - square;
      V rest, t, root, root_rest, c, c_rest, by_x, by_root, error, result;
      M is_sure, empty, alone;
      guint bits;

      t = difference - product;
      rest = ((product - (difference - t)) - (square + t)) + (product_rest - square_rest);
      t = difference + rest;
      rest -= t - difference;
      root = square_root (t);
      by_root = one / root;
      by_x = one / x;
      root_rest = (rest - product_error (root, root, t)) * (all (0.5) * by_root);
      c = root * by_x;
      c_rest = (root_rest - product_error (c, x, root) - c * x_rest) * by_x;
      error = ((counted * counted + counted * all (16.0) + all (64.0)) * all (0x1p-90) + all (0x1p-100)) * product;
      /* of roots near to zero only exact sums can tell */
      is_sure = (M) (t > all (0x1p40) * error);
      error = error * by_root * by_x + c * all (0x1p-98);
      result = c + c_rest;
      is_sure &= (M) (c + (c_rest - error) >= result) & (M) (c + (c_rest + error) <= result);

      empty = ~(M) (counted > zero) | ~(M) (x > zero);
      alone = ~empty & (M) (counted <= one);
      result = (V) (((M) result & ~(empty | alone)) | ((M) none & empty));
      bits = lane_bits (is_sure | empty | alone);
      memcpy (out + i, &result, MIN (LANES, n - i) * sizeof *out);
      for (guint k = 0; k < LANES && i + k < n; k++)
        sure[i + k] = (bits >> k & 1) & (sums->state[i + k] == BALANCE_SUMS_KNOWN);
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
  share, any, any_of, equal_code, both, either, negate, join,
  doubt, weighty, any_both, any_light, pack, measure_start, measure, measure_end, tell, k_of_n, count, weigh, reduce, compare, coefficients,
};
