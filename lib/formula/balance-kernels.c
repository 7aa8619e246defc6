/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Compiled once for each instruction set; BALANCE_KERNELS_NAME tells which. Plain loops that the compiler turns
 * into vectors, except where the lanes matter. */

#include "formula/balance-kernels-private.h"

#include <string.h>

#include <balance/balance-types.h>

#ifdef __FMA__
# include <immintrin.h>
#endif

#define LOOP(n) for (guint i = 0; i < (n); i++)

/* -- numbers ------------------------------------------------------------------------------------------ */

static void
load_int32 (double *restrict out, const gint32 *restrict in, guint n)
{
  LOOP (n) out[i] = in[i];
}

static void
load_int64 (double *restrict out, const gint64 *restrict in, guint n)
{
  LOOP (n) out[i] = (double) in[i];
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

static void
is_zero (guint8 *restrict out, const double *restrict a, guint n)
{
  LOOP (n) out[i] = a[i] <= 0.0 && a[i] >= 0.0;
}

/* -- truths ------------------------------------------------------------------------------------------- */

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

static gboolean
any_both (const guint8 *restrict a, const guint8 *restrict b, guint n)
{
  guint8 any = 0;

  LOOP (n) any |= (guint8) ((a[i] != 0) & (b[i] != 0));
  return any != 0;
}

static gboolean
any_unknown (const guint8 *restrict flags, guint n)
{
  guint8 any = 0;

  LOOP (n) any |= flags[i];
  return (any & 2) != 0;
}

/* -- verdicts ----------------------------------------------------------------------------------------- */

/* One comparison for a whole loop, so that the compiler sees no branch in it. */
#define JUDGE(DEN, OP, FLOOR_OP) \
  if (floors == NULL) \
    for (guint i = 0; i < n; i++) \
      { \
        double l = num[i] * a, r = (DEN) * b[i]; \
\
        verdicts[i] = (guint8) (applies[i] == 0 ? BALANCE_VERDICT_NOT_APPLICABLE : l OP r ? BALANCE_VERDICT_MET : BALANCE_VERDICT_UNMET); \
      } \
  else \
    for (guint i = 0; i < n; i++) \
      { \
        double x = num[i], d = (DEN), l = x * a, r = d * b[i], fl = x * fa, fr = d * fb[i]; \
        guint8 ok = l OP r, near = fl FLOOR_OP fr, asked = applies[i] != 0; \
\
        verdicts[i] = (guint8) (asked ? BALANCE_VERDICT_UNMET - ok : BALANCE_VERDICT_NOT_APPLICABLE); \
        floors[i] = (guint8) (asked & (ok ^ 1) & near); \
      }

G_STATIC_ASSERT (BALANCE_VERDICT_UNMET == BALANCE_VERDICT_MET + 1);

#define JUDGE_EITHER(OP, FLOOR_OP) \
  if (den != NULL) \
    { \
      JUDGE (den[i], OP, FLOOR_OP) \
    } \
  else \
    { \
      JUDGE (1.0, OP, FLOOR_OP) \
    }

static void
judge (guint8 *restrict verdicts, guint8 *restrict floors, const double *restrict num, const double *restrict den,
       const guint8 *restrict applies, double a, const double *restrict b, double fa, const double *restrict fb,
       guint comparison, guint n)
{
  switch (comparison)
    {
    case 0:
      JUDGE_EITHER (>=, >=)
      break;
    case 1:
      JUDGE_EITHER (<=, <=)
      break;
    case 2:
      JUDGE_EITHER (>, >=)
      break;
    default:
      JUDGE_EITHER (<, <=)
      break;
    }
}

static void
k_of_n (guint8 *restrict verdicts, const guint8 *const *items, const guint8 *const *floors, guint n_items,
        guint allowed, gboolean has_floor, const guint8 *restrict applies, guint n)
{
  guint8 unmet[256], asked[256], below[256];

  for (guint from = 0; from < n; from += 256)
    {
      guint m = MIN (256, n - from);

      memset (unmet, 0, sizeof unmet);
      memset (asked, 0, sizeof asked);
      memset (below, 0, sizeof below);
      for (guint k = 0; k < n_items; k++)
        {
          const guint8 *restrict item = items[k] + from;

          for (guint i = 0; i < m; i++)
            {
              unmet[i] = (guint8) (unmet[i] + (item[i] == BALANCE_VERDICT_UNMET));
              asked[i] |= item[i];
            }
          if (has_floor)
            {
              const guint8 *restrict floor = floors[k] + from;

              for (guint i = 0; i < m; i++)
                below[i] |= (guint8) ((item[i] == BALANCE_VERDICT_UNMET) & (floor[i] == 0));
            }
        }
      for (guint i = 0; i < m; i++)
        {
          guint8 verdict = (guint8) (((unmet[i] > allowed) | (below[i] != 0)) ? BALANCE_VERDICT_UNMET : BALANCE_VERDICT_MET);

          verdicts[from + i] = (guint8) (((applies[from + i] != 0) & (asked[i] != 0)) ? verdict : BALANCE_VERDICT_NOT_APPLICABLE);
        }
    }
}

/* -- sums --------------------------------------------------------------------------------------------- */

/* As many lanes as a register has. The order in which rows are added differs from set to set, and with it the
 * last of the 100 bits; nothing that is printed or judged depends on them. */
#if defined (__AVX512F__)
# define LANES 8
#elif defined (__AVX2__)
# define LANES 4
#else
# define LANES 2
#endif

typedef double V __attribute__ ((vector_size (LANES * sizeof (double))));
typedef gint64 M __attribute__ ((vector_size (LANES * sizeof (gint64))));
typedef gint8 B __attribute__ ((vector_size (LANES)));

static inline V
load_lanes (const double *p)
{
  V v;

  memcpy (&v, p, sizeof v);
  return v;
}

static inline V
masked (V v, M mask)
{
  return (V) ((M) v & mask);
}

/* a b = p + error, exactly */
static inline V
product_error (V a, V b, V p)
{
#if defined (__AVX512F__)
  return (V) _mm512_fmsub_pd ((__m512d) a, (__m512d) b, (__m512d) p);
#elif defined (__FMA__)
  return (V) _mm256_fmsub_pd ((__m256d) a, (__m256d) b, (__m256d) p);
#else
  const double split = 134217729.0;   /* 2^27 + 1 (Dekker 1971) */
  V t = a * split, ah = t - (t - a), al = a - ah, u = b * split, bh = u - (u - b), bl = b - bh;

  return ((ah * bh - p) + ah * bl + al * bh) + al * bl;
#endif
}

/* A running sum of two doubles in each lane. */
static inline void
accumulate (V *hi, V *lo, V a, V b)
{
  V s = *hi + a, t = s - *hi;

  *lo += ((*hi - (s - t)) + (a - t)) + b;
  *hi = s;
}

static void
fold (V hi, V lo, double *out_hi, double *out_lo)
{
  double h = 0.0, l = 0.0;

  for (guint k = 0; k < LANES; k++)
    {
      double s = h + hi[k], t = s - h;

      l += ((h - (s - t)) + (hi[k] - t)) + lo[k];
      h = s;
    }
  *out_hi = h + l;
  *out_lo = l - (*out_hi - h);
}

static inline M
mask_of (const guint8 *counts, guint left)
{
  B bytes;
  M mask;

  memcpy (&bytes, counts, sizeof bytes);
  mask = -__builtin_convertvector (bytes & 1, M);
  if (left < LANES)
    for (guint k = left; k < LANES; k++)
      mask[k] = 0;
  return mask;
}

static void
weigh (const BalanceWeights *out, const double *weight, const guint8 *counts, guint n)
{
  const V one = (V) { 0 } + 1.0;

  for (guint i = 0; i < n; i += LANES)
    {
      M mask = mask_of (counts + i, n - i);
      V p = masked (load_lanes (weight + i), mask), r = one / (V) (((M) p & mask) | ((M) one & ~mask));

      memcpy (out->weight + i, &p, sizeof p);
      memcpy (out->reciprocal + i, &r, sizeof r);
    }
}

/* All ones in the first lanes. */
static inline M
first_lanes (guint n)
{
  M mask = { 0 };

  for (guint k = 0; k < LANES; k++)
    mask[k] = k < n ? -1 : 0;
  return mask;
}

static double
total (const double *weight, guint n, guint *n_counted)
{
  double sum = 0.0;
  guint count = 0;

  LOOP (n)
    {
      sum += weight[i];
      count += weight[i] > 0.0;
    }
  *n_counted = count;
  return sum;
}

static void
reduce (BalanceSums *sums, const double *num, const double *den, gboolean den_is_weight, const double *weight,
        const double *reciprocal, gboolean may_be_negative, guint n)
{
  const V zero = { 0 }, one = zero + 1.0;
  V x_hi = zero, x_lo = zero, q_hi = zero, q_lo = zero;
  M below = { 0 };

  for (guint i = 0; i < n; i += LANES)
    {
      V p = load_lanes (weight + i), a = load_lanes (num + i), r, r1, r2, t1, t2;
      M counts = (M) (p > zero);

      if (i + LANES > n)
        counts &= first_lanes (n - i);
      a = masked (a, counts);
      if (may_be_negative)
        below |= (M) (a < zero);
      if (den_is_weight)
        {
          /* p v = a, a whole number; p v^2 = a^2 / p */
          r = load_lanes (reciprocal + i);
          r1 = a * r;
          r2 = -product_error (r1, p, a) * r;
          x_hi += a;
          t1 = a * r1;
          t2 = product_error (a, r1, t1) + a * r2;
          accumulate (&q_hi, &q_lo, t1, t2);
          continue;
        }
      p = masked (p, counts);
      if (den != NULL)
        {
          V d = load_lanes (den + i);

          d = (V) (((M) d & counts) | ((M) one & ~counts));
          r = one / d;
          r1 = a * r;
          r2 = -product_error (r1, d, a) * r;
        }
      else
        {
          r1 = a;
          r2 = zero;
        }
      t1 = p * r1;
      t2 = product_error (p, r1, t1) + p * r2;
      accumulate (&x_hi, &x_lo, t1, t2);
      r = t1 * r1;
      accumulate (&q_hi, &q_lo, r, product_error (t1, r1, r) + (t1 * r2 + t2 * r1));
    }

  fold (x_hi, x_lo, &sums->x_hi, &sums->x_lo);
  fold (q_hi, q_lo, &sums->q_hi, &sums->q_lo);
  sums->negative = FALSE;
  for (guint k = 0; may_be_negative && k < LANES; k++)
    sums->negative = sums->negative || below[k] != 0;
}

#define TABLE_OF(name) balance_kernels_##name
#define TABLE(name)    TABLE_OF (name)
#define QUOTE_OF(name) #name
#define QUOTE(name)    QUOTE_OF (name)

extern const BalanceKernels TABLE (BALANCE_KERNELS_NAME);

const BalanceKernels TABLE (BALANCE_KERNELS_NAME) = {
  QUOTE (BALANCE_KERNELS_NAME),
  load_int32, load_int64, combine, multiply, scale, choose, less, equal, is_zero, equal_code, both, either, negate, join, doubt,
  judge, k_of_n, any_both, any_unknown, weigh, total, reduce,
};
