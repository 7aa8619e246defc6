/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "equity/balance-dispersion-private.h"

#include <math.h>
#include <string.h>

#include "base/balance-float-private.h"

/* -- sums of two doubles (Dekker 1971, Knuth): need round-to-nearest and no fast-math ------------------ */

static inline BalanceDouble2
two_sum (double a, double b)
{
  double s = a + b, t = s - a;

  return (BalanceDouble2) { s, (a - (s - t)) + (b - t) };
}

static inline BalanceDouble2
fast_two_sum (double a, double b)
{
  double s = a + b;

  return (BalanceDouble2) { s, b - (s - a) };
}

static inline BalanceDouble2
two_product (double a, double b)
{
  const double split = 134217729.0;   /* 2^27 + 1 */
  double p = a * b, t, ah, al, bh, bl;

  t = split * a;
  ah = t - (t - a);
  al = a - ah;
  t = split * b;
  bh = t - (t - b);
  bl = b - bh;

  return (BalanceDouble2) { p, ((ah * bh - p) + ah * bl + al * bh) + al * bl };
}

static inline BalanceDouble2
from_int64 (gint64 i)
{
  double hi = (double) i;

  return (BalanceDouble2) { hi, (double) (i - (gint64) hi) };
}

static inline BalanceDouble2
add (BalanceDouble2 a, BalanceDouble2 b)
{
  BalanceDouble2 s = two_sum (a.hi, b.hi), t = two_sum (a.lo, b.lo);

  s.lo += t.hi;
  s = fast_two_sum (s.hi, s.lo);
  s.lo += t.lo;
  return fast_two_sum (s.hi, s.lo);
}

static inline BalanceDouble2
multiply (BalanceDouble2 a, BalanceDouble2 b)
{
  BalanceDouble2 p = two_product (a.hi, b.hi);

  p.lo += a.hi * b.lo + a.lo * b.hi;
  return fast_two_sum (p.hi, p.lo);
}

static inline BalanceDouble2
negate (BalanceDouble2 a)
{
  return (BalanceDouble2) { -a.hi, -a.lo };
}

static inline BalanceDouble2
divide (BalanceDouble2 a, BalanceDouble2 b)
{
  double q1 = a.hi / b.hi, q2, q3;
  BalanceDouble2 r, q;

  r = add (a, negate (multiply (b, (BalanceDouble2) { q1, 0.0 })));
  q2 = r.hi / b.hi;
  r = add (r, negate (multiply (b, (BalanceDouble2) { q2, 0.0 })));
  q3 = r.hi / b.hi;
  q = fast_two_sum (q1, q2);
  return add (q, (BalanceDouble2) { q3, 0.0 });
}

/* Of whole numbers; exact ones below 2^53 need two steps only. */
static inline BalanceDouble2
divide_whole (gint64 a, gint64 b)
{
  const gint64 exact = G_GINT64_CONSTANT (1) << 53;

  if (b == 1)
    return from_int64 (a);
  if (a <= exact && b <= exact && a >= -exact)
    {
      double n = (double) a, d = (double) b, q = n / d;
      BalanceDouble2 p = two_product (q, d);

      return fast_two_sum (q, ((n - p.hi) - p.lo) / d);
    }
  return divide (from_int64 (a), from_int64 (b));
}

static BalanceDouble2
square_root (BalanceDouble2 a)
{
  double x = 1.0 / sqrt (a.hi), ax = a.hi * x;
  BalanceDouble2 square = two_product (ax, ax), rest = add (a, negate (square));
  BalanceDouble2 root = two_sum (ax, rest.hi * (x * 0.5));

  /* one more Newton step in full width: root + (a - root^2) / (2 root) */
  rest = add (a, negate (multiply (root, root)));
  return add (root, (BalanceDouble2) { rest.hi / (2.0 * root.hi), 0.0 });
}

/* -- sums -------------------------------------------------------------------------------------------- */

#define QUICK_LIMIT (G_GINT64_CONSTANT (1) << 62)

/* Sums of n non-negative terms, each with a few roundings of 2^-102, are this exact. */
static double
sum_error (const BalanceDispersion *self)
{
  return ((double) self->n + 64.0) * 0x1p-98;
}

void
balance_dispersion_init (BalanceDispersion       *self,
                         const BalanceNumberPool *pool,
                         const BalanceNumber     *values,
                         const BalanceNumber     *weights,
                         guint                    n)
{
  gboolean all_zero = TRUE;

  memset (self, 0, sizeof *self);
  self->pool = pool;
  self->values = values;
  self->weights = weights;
  self->n = n;
  self->quick = TRUE;

  for (guint i = 0; i < n; i++)
    {
      BalanceNumber v = values[i], p = weights[i];
      BalanceTruth zero = balance_number_is_zero (pool, p);
      BalanceDouble2 dp, dv, dx;

      if (zero == BALANCE_TRUE)
        continue;
      if (!balance_number_is_known (pool, p) || balance_number_is_undefined (pool, v) ||
          balance_number_less (pool, p, balance_number_small (0, 1)) == BALANCE_TRUE)
        {
          self->state = BALANCE_DISPERSION_UNKNOWN;
          return;
        }
      self->n_counted++;
      if (!balance_number_is_small (p) || p.num >= QUICK_LIMIT || p.den >= QUICK_LIMIT)
        self->quick = FALSE;

      dp = self->quick ? divide_whole (p.num, p.den) : (BalanceDouble2) { 0.0, 0.0 };
      if (balance_number_less_equal (pool, balance_number_small (0, 1), v) != BALANCE_TRUE)
        self->may_be_negative = TRUE;
      if (!balance_number_is_known (pool, v))
        {
          self->n_missing++;
          self->w_missing = add (self->w_missing, dp);
          continue;
        }
      /* bounds of the error are relative: they need terms of one sign */
      if (!balance_number_is_small (v) || v.num < 0 || v.num >= QUICK_LIMIT || v.den >= QUICK_LIMIT)
        self->quick = FALSE;
      if (balance_number_is_zero (pool, v) != BALANCE_TRUE)
        all_zero = FALSE;
      if (!self->quick)
        continue;

      dv = divide_whole (v.num, v.den);
      dx = multiply (dv, dp);
      self->w = add (self->w, dp);
      self->x = add (self->x, dx);
      self->q = add (self->q, multiply (dx, dv));
    }

  if (self->n_counted == 0)
    self->state = BALANCE_DISPERSION_EMPTY;
  else if (self->n_missing > 0)
    self->state = BALANCE_DISPERSION_MISSING;
  else
    self->state = all_zero ? BALANCE_DISPERSION_ZERO : BALANCE_DISPERSION_KNOWN;
}

void
balance_dispersion_clear (BalanceDispersion *self)
{
  if (self->exact)
    {
      mpq_clear (self->ew);
      mpq_clear (self->ex);
      mpq_clear (self->eq);
      mpq_clear (self->ew_missing);
      mpq_clear (self->ew_least);
      self->exact = FALSE;
    }
}

static void
make_exact (BalanceDispersion *self)
{
  mpq_t p, v;

  if (self->exact)
    return;

  self->exact = TRUE;
  mpq_init (self->ew);
  mpq_init (self->ex);
  mpq_init (self->eq);
  mpq_init (self->ew_missing);
  mpq_init (self->ew_least);
  mpq_init (p);
  mpq_init (v);
  for (guint i = 0; i < self->n; i++)
    {
      if (!balance_number_get_mpq (self->pool, self->weights[i], p) || mpq_sgn (p) == 0)
        continue;
      if (mpq_sgn (self->ew_least) == 0 || mpq_cmp (p, self->ew_least) < 0)
        mpq_set (self->ew_least, p);
      if (!balance_number_get_mpq (self->pool, self->values[i], v))
        {
          mpq_add (self->ew_missing, self->ew_missing, p);
          continue;
        }
      mpq_add (self->ew, self->ew, p);
      mpq_mul (p, p, v);
      mpq_add (self->ex, self->ex, p);
      mpq_mul (p, p, v);
      mpq_add (self->eq, self->eq, p);
    }
  mpq_clear (p);
  mpq_clear (v);
}

/* -- comparison -------------------------------------------------------------------------------------- */

static BalanceDouble2
from_mpq (mpq_srcptr q)
{
  BalanceDouble2 r;
  mpq_t rest;

  r.hi = balance_mpq_get_double (q);
  r.lo = 0.0;
  /* a limit beyond all doubles: the exact sums decide */
  if (!isfinite (r.hi))
    return r;
  mpq_init (rest);
  mpq_set_d (rest, r.hi);
  mpq_sub (rest, q, rest);
  r.lo = balance_mpq_get_double (rest);
  mpq_clear (rest);

  return r;
}

/* The quotient that is compared with 1 + c^2: W Q / X^2, or with values missing its least possible value
 * W Q / (X^2 + P Q) for all weights W and missing weight P: the missing values then all equal Q / X. */
static BalanceDouble2
quick_ratio (const BalanceDispersion *self)
{
  BalanceDouble2 w = add (self->w, self->w_missing), below = multiply (self->x, self->x);

  if (self->n_missing > 0)
    below = add (below, multiply (self->w_missing, self->q));
  return divide (multiply (w, self->q), below);
}

static void
exact_ratio (BalanceDispersion *self, mpq_ptr ratio)
{
  mpq_t below;

  make_exact (self);
  mpq_init (below);
  mpq_add (ratio, self->ew, self->ew_missing);
  mpq_mul (ratio, ratio, self->eq);
  mpq_mul (below, self->ex, self->ex);
  if (self->n_missing > 0)
    {
      mpq_t more;

      mpq_init (more);
      mpq_mul (more, self->ew_missing, self->eq);
      mpq_add (below, below, more);
      mpq_clear (more);
    }
  mpq_div (ratio, ratio, below);
  mpq_clear (below);
}

/* Sign of (ratio - 1) - limit^2. */
static int
compare_ratio (BalanceDispersion *self, mpq_srcptr limit)
{
  mpq_t bound, ratio;
  int sign = 0;
  gboolean decided = FALSE;

  mpq_init (bound);
  mpq_mul (bound, limit, limit);
  mpq_set_ui (bound, 1, 1);
  {
    mpq_t square;

    mpq_init (square);
    mpq_mul (square, limit, limit);
    mpq_add (bound, bound, square);
    mpq_clear (square);
  }

  if (self->quick)
    {
      BalanceDouble2 r = quick_ratio (self), difference;
      double error = fabs (r.hi) * sum_error (self);

      difference = add (r, negate (from_mpq (bound)));
      if (isfinite (error) && fabs (difference.hi) > 4.0 * error)
        {
          sign = difference.hi > 0.0 ? 1 : -1;
          decided = TRUE;
        }
    }
  if (!decided)
    {
      mpq_init (ratio);
      exact_ratio (self, ratio);
      sign = mpq_cmp (ratio, bound);
      mpq_clear (ratio);
    }
  mpq_clear (bound);

  return sign;
}

/* Is the mean above zero, as every fact about pupils, rooms and money has it? */
static int
mean_sign (BalanceDispersion *self)
{
  if (self->quick)
    return self->x.hi > 0.0 ? 1 : 0;
  make_exact (self);
  return mpq_sgn (self->ex);
}

gboolean
balance_dispersion_has_positive_mean (BalanceDispersion *self)
{
  return self->n_counted == 1 || mean_sign (self) > 0;
}

/* The largest CV^2 + 1 that any values of the missing rows allow: W over the least weight, as long as no
 * value is negative. */
static int
compare_highest (BalanceDispersion *self, mpq_srcptr limit)
{
  mpq_t ratio, bound;
  int sign;

  if (self->may_be_negative)
    return 1;

  make_exact (self);
  mpq_init (ratio);
  mpq_init (bound);
  mpq_add (ratio, self->ew, self->ew_missing);
  mpq_div (ratio, ratio, self->ew_least);
  mpq_mul (bound, limit, limit);
  mpq_sub (ratio, ratio, bound);
  mpq_set_ui (bound, 1, 1);
  sign = mpq_cmp (ratio, bound);
  mpq_clear (ratio);
  mpq_clear (bound);

  return sign;
}

static BalanceTruth
judge (BalanceDispersion *self, mpq_srcptr limit, gboolean or_equal)
{
  int sign;

  /* one section differs from nothing, whatever its value */
  if (self->n_counted == 1 && (self->state == BALANCE_DISPERSION_KNOWN || self->state == BALANCE_DISPERSION_MISSING))
    return or_equal ? mpq_sgn (limit) >= 0 : mpq_sgn (limit) > 0;

  switch (self->state)
    {
    case BALANCE_DISPERSION_EMPTY:
    case BALANCE_DISPERSION_UNKNOWN:
      return BALANCE_UNKNOWN;

    case BALANCE_DISPERSION_ZERO:
      /* S and the mean are both zero */
      return or_equal;

    case BALANCE_DISPERSION_KNOWN:
      if (mpq_sgn (limit) < 0 || mean_sign (self) <= 0)
        return BALANCE_FALSE;
      sign = compare_ratio (self, limit);
      return or_equal ? sign <= 0 : sign < 0;

    case BALANCE_DISPERSION_MISSING:
    default:
      if (mpq_sgn (limit) < 0)
        return BALANCE_FALSE;
      if (mean_sign (self) > 0)
        {
          sign = compare_ratio (self, limit);
          if (or_equal ? sign > 0 : sign >= 0)
            return BALANCE_FALSE;
        }
      sign = compare_highest (self, limit);
      return (or_equal ? sign <= 0 : sign < 0) ? BALANCE_TRUE : BALANCE_UNKNOWN;
    }
}

BalanceTruth
balance_dispersion_at_most (BalanceDispersion *self, mpq_srcptr limit)
{
  return judge (self, limit, TRUE);
}

BalanceTruth
balance_dispersion_below (BalanceDispersion *self, mpq_srcptr limit)
{
  return judge (self, limit, FALSE);
}

/* -- figures ----------------------------------------------------------------------------------------- */

gboolean
balance_dispersion_get_square (BalanceDispersion *self, mpq_ptr square)
{
  mpq_t one;

  if (self->state != BALANCE_DISPERSION_KNOWN)
    return FALSE;
  make_exact (self);
  if (mpq_sgn (self->ex) == 0)
    return FALSE;
  exact_ratio (self, square);
  mpq_init (one);
  mpq_set_ui (one, 1, 1);
  mpq_sub (square, square, one);
  mpq_clear (one);

  return TRUE;
}

/* The CV from its square plus one, to 106 bits, with the bound of its absolute error; FALSE where only exact sums can
 * tell. */
static gboolean
root_of_ratio (BalanceDouble2 ratio, double relative_error, BalanceDouble2 *cv, double *error)
{
  double e = 4.0 * ratio.hi * relative_error;
  BalanceDouble2 square = add (ratio, (BalanceDouble2) { -1.0, 0.0 });

  if (!(square.hi > 0x1p40 * e))
    return FALSE;

  *cv = square_root (square);
  *error = e / cv->hi + cv->hi * 0x1p-98;
  return TRUE;
}

static gboolean
get_quick (BalanceDispersion *self, BalanceDouble2 *cv, double *error)
{
  return self->quick && self->state == BALANCE_DISPERSION_KNOWN && root_of_ratio (quick_ratio (self), sum_error (self), cv, error);
}

/* What lies around a sum of two doubles with an error. */
static void
enclose (BalanceDouble2 cv, double error, mpq_ptr low, mpq_ptr high)
{
  mpq_t part;

  mpq_init (part);
  mpq_set_d (low, cv.hi);
  mpq_set_d (part, cv.lo);
  mpq_add (low, low, part);
  mpq_set_d (part, error);
  mpq_add (high, low, part);
  mpq_sub (low, low, part);
  mpq_clear (part);
}

gboolean
balance_dispersion_get_enclosure (BalanceDispersion *self, mpq_ptr low, mpq_ptr high)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceDouble2 cv;
  double error;

  if (!balance_dispersion_has_positive_mean (self) || self->n_counted < 2 || !get_quick (self, &cv, &error))
    return FALSE;
  enclose (cv, error, low, high);

  return TRUE;
}

/* The double nearest to a sum of two with an error, if every number within the error rounds to it. */
static gboolean
rounds_to (BalanceDouble2 value, double error, double *result)
{
  *result = value.hi + value.lo;
  return value.hi + (value.lo - error) >= *result && value.hi + (value.lo + error) <= *result;
}

double
balance_dispersion_get_cv (BalanceDispersion *self)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceDouble2 cv;
  double error, result = NAN;
  mpq_t square;

  if (self->state != BALANCE_DISPERSION_KNOWN)
    return NAN;
  if (self->n_counted == 1)
    return 0.0;
  if (get_quick (self, &cv, &error) && rounds_to (cv, error, &result))
    return result;

  mpq_init (square);
  if (balance_dispersion_get_square (self, square))
    result = balance_mpq_get_sqrt_double (square) * (mpq_sgn (self->ex) < 0 ? -1.0 : 1.0);
  else
    result = NAN;
  mpq_clear (square);

  return result;
}

static gboolean
root_of_sums (const BalanceDispersionSums *sums, BalanceDouble2 *cv, double *error)
{
  const BalanceDouble2 weight = { sums->weight, 0.0 };

  return root_of_ratio (divide (multiply (weight, sums->q), multiply (sums->x, sums->x)), sums->relative_error + 0x1p-98, cv, error);
}

gboolean
balance_dispersion_get_cv_of_sums (const BalanceDispersionSums *sums, double *result)
{
  BalanceDouble2 cv;
  double error;

  *result = NAN;
  if (sums->n == 0 || !(sums->x.hi > 0.0))
    return TRUE;
  if (sums->n == 1)
    {
      *result = 0.0;
      return TRUE;
    }

  return root_of_sums (sums, &cv, &error) && rounds_to (cv, error, result);
}

gboolean
balance_dispersion_get_enclosure_of_sums (const BalanceDispersionSums *sums, mpq_ptr low, mpq_ptr high)
{
  BalanceDouble2 cv;
  double error;

  if (sums->n < 2 || !(sums->x.hi > 0.0) || !root_of_sums (sums, &cv, &error))
    return FALSE;
  enclose (cv, error, low, high);

  return TRUE;
}

gboolean
balance_dispersion_get_excess_of_sums (const BalanceDispersionSums *sums, BalanceNumber limit, double *result)
{
  BalanceDouble2 cv = { 0.0, 0.0 }, bound;
  double error = 0.0;

  *result = NAN;
  if (sums->n == 0 || !(sums->x.hi > 0.0))
    return TRUE;
  if (sums->n > 1 && !root_of_sums (sums, &cv, &error))
    return FALSE;
  bound = limit.num != 0 ? divide (from_int64 (limit.num), from_int64 (limit.den)) : (BalanceDouble2) { 0.0, 0.0 };

  return rounds_to (add (cv, negate (bound)), error + (cv.hi + fabs (bound.hi)) * 0x1p-98, result);
}

/* The mean of some CVs from their sum. */
static gboolean
mean_rounds_to (BalanceDouble2 sum, guint n, double error, double *result)
{
  const BalanceDouble2 mean = divide (sum, (BalanceDouble2) { (double) n, 0.0 });

  return rounds_to (mean, error + mean.hi * 0x1p-96, result);
}

gboolean
balance_dispersion_get_mean_cv_of_sums (const BalanceDispersionSums *sums, guint n, double *result)
{
  BalanceDouble2 sum = { 0.0, 0.0 }, cv;
  double error = 0.0, one;

  for (guint i = 0; i < n; i++)
    {
      /* all zero, or but one row: no difference */
      if (!(sums[i].x.hi > 0.0) || sums[i].n == 1)
        continue;
      if (!root_of_sums (&sums[i], &cv, &one))
        return FALSE;
      sum = add (sum, cv);
      error += one;
    }

  return mean_rounds_to (sum, n, error, result);
}

gboolean
balance_dispersion_get_mean_of_sums (const BalanceDispersionSums *sums, double numerator, double denominator, double *result)
{
  BalanceDouble2 mean;

  *result = 0.0;
  if (!(sums->x.hi > 0.0))
    return TRUE;
  mean = divide (multiply (sums->x, (BalanceDouble2) { numerator, 0.0 }), two_product (sums->weight, denominator));

  return rounds_to (mean, 4.0 * mean.hi * (sums->relative_error + 0x1p-98), result);
}

double
balance_dispersion_get_mean (BalanceDispersion *self)
{
  BALANCE_FLOAT_DEFAULT;
  double result;
  mpq_t mean;

  if (self->state != BALANCE_DISPERSION_KNOWN && self->state != BALANCE_DISPERSION_ZERO)
    return NAN;
  if (self->state == BALANCE_DISPERSION_ZERO)
    return 0.0;
  if (self->quick)
    {
      BalanceDouble2 quotient = divide (self->x, self->w);

      if (rounds_to (quotient, 4.0 * quotient.hi * sum_error (self), &result))
        return result;
    }

  make_exact (self);
  mpq_init (mean);
  mpq_div (mean, self->ex, self->ew);
  result = balance_mpq_get_double (mean);
  mpq_clear (mean);

  return result;
}

gboolean
balance_dispersion_get_mean_exactly (BalanceDispersion *self, mpq_ptr mean)
{
  if (self->state != BALANCE_DISPERSION_KNOWN && self->state != BALANCE_DISPERSION_ZERO)
    return FALSE;

  make_exact (self);
  mpq_div (mean, self->ex, self->ew);

  return TRUE;
}

void
balance_dispersion_get_bounds (BalanceDispersion *self, double *low, double *high)
{
  BALANCE_FLOAT_DEFAULT;
  mpq_t ratio, one;

  *low = 0.0;
  *high = INFINITY;
  if (self->state == BALANCE_DISPERSION_KNOWN)
    *low = *high = balance_dispersion_get_cv (self);
  if (self->state != BALANCE_DISPERSION_MISSING)
    return;
  if (self->n_counted == 1)
    {
      *high = 0.0;
      return;
    }

  mpq_init (ratio);
  mpq_init (one);
  mpq_set_ui (one, 1, 1);
  make_exact (self);
  if (mpq_sgn (self->ex) > 0)
    {
      exact_ratio (self, ratio);
      mpq_sub (ratio, ratio, one);
      *low = balance_mpq_get_sqrt_double (ratio);
    }
  if (!self->may_be_negative)
    {
      mpq_add (ratio, self->ew, self->ew_missing);
      mpq_div (ratio, ratio, self->ew_least);
      mpq_sub (ratio, ratio, one);
      *high = balance_mpq_get_sqrt_double (ratio);
    }
  mpq_clear (ratio);
  mpq_clear (one);
}

BalanceNumber
balance_dispersion_get_number (BalanceDispersion *self, BalanceNumberPool *pool, guint bits)
{
  BalanceDecimal zero = { 0, 0 };
  BalanceNumber result;
  mpq_t square, low, high;
  mpz_t root, rest;
  mp_bitcnt_t shift;

  if (self->state == BALANCE_DISPERSION_MISSING || self->state == BALANCE_DISPERSION_UNKNOWN)
    return balance_number_from_bounds (pool, &zero, NULL);

  mpq_init (square);
  if (!balance_dispersion_get_square (self, square))
    {
      mpq_clear (square);
      return balance_number_undefined (pool);
    }

  mpq_init (low);
  mpq_init (high);
  mpz_init (root);
  mpz_init (rest);
  if (mpz_perfect_square_p (mpq_numref (square)) && mpz_perfect_square_p (mpq_denref (square)))
    {
      mpz_sqrt (mpq_numref (low), mpq_numref (square));
      mpz_sqrt (mpq_denref (low), mpq_denref (square));
      mpq_set (high, low);
    }
  else
    {
      /* root <= sqrt (square) * 2^shift < root + 1, with at least `bits` bits in root */
      shift = bits + mpz_sizeinbase (mpq_denref (square), 2);
      mpz_mul_2exp (rest, mpq_numref (square), 2 * shift);
      mpz_tdiv_q (rest, rest, mpq_denref (square));
      mpz_sqrt (root, rest);
      mpz_set (mpq_numref (low), root);
      mpz_add_ui (mpq_numref (high), root, 1);
      mpz_set_ui (mpq_denref (low), 1);
      mpz_mul_2exp (mpq_denref (low), mpq_denref (low), shift);
      mpz_set (mpq_denref (high), mpq_denref (low));
      mpq_canonicalize (low);
      mpq_canonicalize (high);
    }
  result = balance_number_from_enclosure (pool, low, high);
  mpz_clear (root);
  mpz_clear (rest);
  mpq_clear (low);
  mpq_clear (high);
  mpq_clear (square);

  return result;
}

double
balance_dispersion_get_mean_cv (BalanceDispersion *const *dispersions, guint n)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceDouble2 sum = { 0.0, 0.0 }, cv;
  BalanceNumberPool pool = { 0 };
  BalanceNumber exact = balance_number_small (0, 1);
  double error = 0.0, one, result;
  gboolean quick = n > 0;

  for (guint i = 0; i < n; i++)
    {
      if (dispersions[i]->state == BALANCE_DISPERSION_ZERO)
        continue;
      if (dispersions[i]->state != BALANCE_DISPERSION_KNOWN || !balance_dispersion_has_positive_mean (dispersions[i]))
        return NAN;
      quick = quick && get_quick (dispersions[i], &cv, &one);
      if (!quick)
        continue;
      sum = add (sum, cv);
      error += one;
    }
  if (quick && mean_rounds_to (sum, n, error, &result))
    return result;

  for (guint i = 0; i < n; i++)
    if (dispersions[i]->state != BALANCE_DISPERSION_ZERO)
      exact = balance_number_add (&pool, exact, balance_dispersion_get_number (dispersions[i], &pool, 256));
  result = balance_number_get_double (&pool, balance_number_divide (&pool, exact, balance_number_small (n, 1)));
  balance_number_pool_clear (&pool);

  return result;
}
