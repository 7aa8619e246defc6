/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-number-private.h"

#include <math.h>
#include <string.h>

#include "base/balance-float-private.h"

/* Sums of fractions over a whole nation stay below this; nothing that is judged needs more. */
#define MAX_BITS (1u << 18)

/* -- big rationals --------------------------------------------------------------------------------- */

static void
mpz_set_int64 (mpz_ptr z, gint64 value)
{
#if G_MAXLONG == G_MAXINT64
  mpz_set_si (z, value);
#else
  guint64 magnitude = value < 0 ? -(guint64) value : (guint64) value;

  mpz_import (z, 1, 1, sizeof magnitude, 0, 0, &magnitude);
  if (value < 0)
    mpz_neg (z, z);
#endif
}

static gboolean
mpz_get_int64 (mpz_srcptr z, gint64 *value)
{
  guint64 magnitude = 0;

  if (mpz_sizeinbase (z, 2) > 62)
    return FALSE;

  mpz_export (&magnitude, NULL, 1, sizeof magnitude, 0, 0, z);
  *value = mpz_sgn (z) < 0 ? -(gint64) magnitude : (gint64) magnitude;

  return TRUE;
}

static void
mpq_set_small (mpq_ptr q, BalanceNumber a)
{
  mpz_set_int64 (mpq_numref (q), a.num);
  mpz_set_int64 (mpq_denref (q), a.den);
  if (a.den != 1)
    mpq_canonicalize (q);
}

static double
scaled (mpz_srcptr mantissa, gboolean inexact, long exponent)
{
  /* mantissa has at least 55 bits: keep 53 (fewer below the normal range), round half to even */
  mpz_t kept;
  long bits = (long) mpz_sizeinbase (mantissa, 2), drop = bits - 53;
  gboolean half, rest;
  double value;

  if (exponent + drop < -1074)
    drop = -1074 - exponent;

  mpz_init (kept);
  mpz_tdiv_q_2exp (kept, mantissa, (mp_bitcnt_t) drop);
  half = mpz_tstbit (mantissa, (mp_bitcnt_t) drop - 1) != 0;
  rest = inexact || mpz_scan1 (mantissa, 0) < (mp_bitcnt_t) drop - 1;
  if (half && (rest || mpz_tstbit (kept, 0)))
    mpz_add_ui (kept, kept, 1);
  value = ldexp (mpz_get_d (kept), (int) CLAMP (exponent + drop, -10000, 10000));
  mpz_clear (kept);

  return value;
}

double
balance_mpq_get_double (mpq_srcptr q)
{
  BALANCE_FLOAT_DEFAULT;
  mpz_t n, d, rest;
  long shift;
  double value;

  if (mpq_sgn (q) == 0)
    return 0.0;

  mpz_init (n);
  mpz_init (d);
  mpz_init (rest);
  mpz_abs (n, mpq_numref (q));
  mpz_set (d, mpq_denref (q));
  shift = 66 + (long) mpz_sizeinbase (d, 2) - (long) mpz_sizeinbase (n, 2);
  if (shift > 0)
    mpz_mul_2exp (n, n, (mp_bitcnt_t) shift);
  else
    mpz_mul_2exp (d, d, (mp_bitcnt_t) -shift);
  mpz_tdiv_qr (n, rest, n, d);
  value = scaled (n, mpz_sgn (rest) != 0, -shift);
  mpz_clear (n);
  mpz_clear (d);
  mpz_clear (rest);

  return mpq_sgn (q) < 0 ? -value : value;
}

double
balance_mpq_get_sqrt_double (mpq_srcptr q)
{
  BALANCE_FLOAT_DEFAULT;
  mpz_t n, rest;
  long shift;
  gboolean inexact;
  double value;

  if (mpq_sgn (q) <= 0)
    return 0.0;

  /* floor (sqrt (q) * 2^shift) with at least 60 bits */
  mpz_init (n);
  mpz_init (rest);
  shift = 66 + ((long) mpz_sizeinbase (mpq_denref (q), 2) - (long) mpz_sizeinbase (mpq_numref (q), 2)) / 2;
  if (shift < 0)
    shift = 0;
  mpz_mul_2exp (n, mpq_numref (q), (mp_bitcnt_t) (2 * shift));
  mpz_tdiv_qr (n, rest, n, mpq_denref (q));
  inexact = mpz_sgn (rest) != 0;
  mpz_sqrtrem (n, rest, n);
  inexact = inexact || mpz_sgn (rest) != 0;
  value = scaled (n, inexact, -shift);
  mpz_clear (n);
  mpz_clear (rest);

  return value;
}

static void
mpq_round (mpz_ptr result, mpq_srcptr q, BalanceRounding rounding, guint decimals)
{
  mpz_t power, n;

  mpz_init (power);
  mpz_init (n);
  mpz_ui_pow_ui (power, 10, decimals);
  mpz_mul (n, mpq_numref (q), power);
  switch (rounding)
    {
    case BALANCE_ROUNDING_CEIL:
      mpz_cdiv_q (result, n, mpq_denref (q));
      break;
    case BALANCE_ROUNDING_FLOOR:
      mpz_fdiv_q (result, n, mpq_denref (q));
      break;
    case BALANCE_ROUNDING_NEAREST:
    default:
      {
        int sign = mpz_sgn (n);

        mpz_abs (n, n);
        mpz_mul_2exp (n, n, 1);
        mpz_add (n, n, mpq_denref (q));
        mpz_mul_2exp (power, mpq_denref (q), 1);
        mpz_fdiv_q (result, n, power);
        if (sign < 0)
          mpz_neg (result, result);
      }
      break;
    }
  mpz_clear (power);
  mpz_clear (n);
}

char *
balance_mpq_to_string (mpq_srcptr q, guint decimals)
{
  g_autofree char *digits = NULL;
  GString *text;
  gsize length;
  mpz_t n;
  void (*gmp_free) (void *, size_t);
  char *raw;

  mpz_init (n);
  mpq_round (n, q, BALANCE_ROUNDING_NEAREST, decimals);
  text = g_string_new (mpz_sgn (n) < 0 ? "-" : NULL);
  mpz_abs (n, n);
  raw = mpz_get_str (NULL, 10, n);
  digits = g_strdup (raw);
  mp_get_memory_functions (NULL, NULL, &gmp_free);
  gmp_free (raw, strlen (raw) + 1);
  mpz_clear (n);

  length = strlen (digits);
  if (length <= decimals)
    {
      g_string_append_c (text, '0');
      if (decimals > 0)
        g_string_append_c (text, '.');
      for (gsize i = length; i < decimals; i++)
        g_string_append_c (text, '0');
      g_string_append (text, digits);
    }
  else
    {
      g_string_append_len (text, digits, (gssize) (length - decimals));
      if (decimals > 0)
        {
          g_string_append_c (text, '.');
          g_string_append (text, digits + length - decimals);
        }
    }

  return g_string_free (text, FALSE);
}

/* -- the pool --------------------------------------------------------------------------------------- */

void
balance_number_pool_clear (BalanceNumberPool *pool)
{
  for (gsize i = 0; i < pool->n_ready; i++)
    {
      mpq_clear (pool->items[i].low);
      mpq_clear (pool->items[i].high);
    }
  g_free (pool->items);
  memset (pool, 0, sizeof *pool);
}

void
balance_number_pool_truncate (BalanceNumberPool *pool, gsize n_items)
{
  pool->n_items = MIN (n_items, pool->n_items);
}

static inline gboolean
is_whole (mpq_srcptr q)
{
  return mpz_size (mpq_denref (q)) == 1 && mpz_getlimbn (mpq_denref (q), 0) == 1;
}

/* Most are zero already, and a look is cheaper than a call. */
static inline void
set_zero (mpq_ptr q)
{
  if (mpz_sgn (mpq_numref (q)) != 0)
    mpz_set_ui (mpq_numref (q), 0);
  if (!is_whole (q))
    mpz_set_ui (mpq_denref (q), 1);
}

/* GMP asks for memory with every number that is made: those that were given back are used again. */
static void
wide_init (BalanceNumberPool *pool, BalanceWide *wide)
{
  if (pool->n_ready > pool->n_items)
    {
      /* GMP numbers hold no pointers into themselves: moving the struct is allowed */
      *wide = pool->items[--pool->n_ready];
      set_zero (wide->low);
      set_zero (wide->high);
    }
  else
    {
      mpq_init (wide->low);
      mpq_init (wide->high);
    }
  wide->flags = 0;
}

static void
pool_reserve (BalanceNumberPool *pool)
{
  if (pool->n_ready < pool->size)
    return;
  pool->size = MAX (16, pool->size * 2);
  pool->items = g_renew (BalanceWide, pool->items, pool->size);
}

static void
wide_clear (BalanceNumberPool *pool, BalanceWide *wide)
{
  pool_reserve (pool);
  pool->items[pool->n_ready++] = *wide;
}

static gboolean
wide_is_point (const BalanceWide *wide)
{
  return wide->flags == 0 && mpq_equal (wide->low, wide->high);
}

static gboolean
wide_is_known (const BalanceWide *wide)
{
  return wide->flags == BALANCE_WIDE_ENCLOSED || wide_is_point (wide);
}

static gboolean
is_huge (mpq_srcptr q)
{
  /* the limbs tell of nearly all numbers that they are not */
  if ((mpz_size (mpq_numref (q)) | mpz_size (mpq_denref (q))) <= MAX_BITS / GMP_NUMB_BITS)
    return FALSE;

  return mpz_sizeinbase (mpq_numref (q), 2) > MAX_BITS || mpz_sizeinbase (mpq_denref (q), 2) > MAX_BITS;
}

/* Takes the interval; gives a small number where it is one. */
static BalanceNumber
pool_take (BalanceNumberPool *pool, BalanceWide *wide)
{
  gint64 num, den;

  /* whatever grows beyond use, as squares of squares do, is no longer followed: it may be anything */
  if ((wide->flags & BALANCE_WIDE_UNDEFINED) == 0 && (is_huge (wide->low) || is_huge (wide->high)))
    {
      wide->flags = BALANCE_WIDE_NO_LOW | BALANCE_WIDE_NO_HIGH;
      mpq_set_ui (wide->low, 0, 1);
      mpq_set_ui (wide->high, 0, 1);
    }

  if (wide_is_point (wide) &&
      mpz_get_int64 (mpq_numref (wide->low), &num) && mpz_get_int64 (mpq_denref (wide->low), &den))
    {
      wide_clear (pool, wide);
      return balance_number_small (num, den);
    }

  pool_reserve (pool);
  pool->items[pool->n_ready++] = pool->items[pool->n_items];
  pool->items[pool->n_items] = *wide;

  return balance_number_small ((gint64) pool->n_items++, 0);
}

const BalanceWide *
balance_number_get_wide (const BalanceNumberPool *pool, BalanceNumber a)
{
  g_assert (a.den == 0 && (gsize) a.num < pool->n_items);
  return &pool->items[a.num];
}

/* A copy that may be changed, of small and wide numbers alike, with memory of one pool and the value of another. */
static void
wide_from_number (BalanceNumberPool *memory, BalanceWide *wide, const BalanceNumberPool *pool, BalanceNumber a)
{
  wide_init (memory, wide);
  if (a.den != 0)
    {
      mpq_set_small (wide->low, a);
      mpq_set (wide->high, wide->low);
    }
  else
    {
      const BalanceWide *from = balance_number_get_wide (pool, a);

      mpq_set (wide->low, from->low);
      mpq_set (wide->high, from->high);
      wide->flags = from->flags;
    }
}

/* A number to be read only, without memory of its own. */
#define LIMBS ((64 + GMP_NUMB_BITS - 1) / GMP_NUMB_BITS)

typedef struct
{
  BalanceWide wide;
  mp_limb_t   num[LIMBS], den[LIMBS];
} View;

static guint64
common_divisor (guint64 a, guint64 b)
{
  while (b != 0)
    {
      guint64 rest = a % b;

      a = b;
      b = rest;
    }
  return a;
}

static void
set_limbs (mp_limb_t *limbs, guint64 value)
{
  for (guint i = 0; i < LIMBS; i++)
    limbs[i] = (mp_limb_t) (value >> (i * GMP_NUMB_BITS)) & GMP_NUMB_MASK;
}

/* Until the pool takes another number. */
static const BalanceWide *
view_number (View *self, const BalanceNumberPool *pool, BalanceNumber a)
{
  guint64 num, den;

  if (a.den == 0)
    return balance_number_get_wide (pool, a);

  /* GMP wants fractions reduced */
  num = a.num < 0 ? -(guint64) a.num : (guint64) a.num;
  den = (guint64) a.den;
  if (den != 1)
    {
      guint64 divisor = common_divisor (num, den);

      num /= divisor;
      den /= divisor;
    }
  set_limbs (self->num, num);
  set_limbs (self->den, den);
  mpz_roinit_n (mpq_numref (self->wide.low), self->num, a.num < 0 ? -LIMBS : LIMBS);
  mpz_roinit_n (mpq_denref (self->wide.low), self->den, LIMBS);
  *self->wide.high = *self->wide.low;
  self->wide.flags = 0;

  return &self->wide;
}

BalanceNumber
balance_number_from_decimal (const BalanceDecimal *decimal)
{
  return balance_number_small (decimal->digits, balance_power_of_ten (decimal->scale));
}

BalanceNumber
balance_number_from_bounds (BalanceNumberPool    *pool,
                            const BalanceDecimal *low,
                            const BalanceDecimal *high)
{
  BalanceWide wide;

  wide_init (pool, &wide);
  if (low != NULL)
    mpq_set_small (wide.low, balance_number_from_decimal (low));
  else
    wide.flags |= BALANCE_WIDE_NO_LOW;
  if (high != NULL)
    mpq_set_small (wide.high, balance_number_from_decimal (high));
  else
    wide.flags |= BALANCE_WIDE_NO_HIGH;

  return pool_take (pool, &wide);
}

BalanceNumber
balance_number_from_mpq (BalanceNumberPool *pool, mpq_srcptr value)
{
  BalanceWide wide;

  wide_init (pool, &wide);
  mpq_set (wide.low, value);
  mpq_set (wide.high, value);

  return pool_take (pool, &wide);
}

BalanceNumber
balance_number_from_enclosure (BalanceNumberPool *pool, mpq_srcptr low, mpq_srcptr high)
{
  BalanceWide wide;

  wide_init (pool, &wide);
  mpq_set (wide.low, low);
  mpq_set (wide.high, high);
  wide.flags = mpq_equal (low, high) ? 0 : BALANCE_WIDE_ENCLOSED;

  return pool_take (pool, &wide);
}

BalanceNumber
balance_number_undefined (BalanceNumberPool *pool)
{
  BalanceWide wide;

  wide_init (pool, &wide);
  wide.flags = BALANCE_WIDE_UNDEFINED | BALANCE_WIDE_NO_LOW | BALANCE_WIDE_NO_HIGH;

  return pool_take (pool, &wide);
}

BalanceNumber
balance_number_import (BalanceNumberPool *pool, const BalanceNumberPool *from, BalanceNumber a)
{
  BalanceWide wide;

  if (a.den != 0)
    return a;

  wide_from_number (pool, &wide, from, a);
  return pool_take (pool, &wide);
}

BalanceNumber
balance_number_hull (BalanceNumberPool *pool, BalanceNumber a, BalanceNumber b)
{
  BalanceWide x, y;

  if (a.den != 0 && b.den != 0 && balance_number_compare_small (a, b) == 0)
    return a;

  wide_from_number (pool, &x, pool, a);
  wide_from_number (pool, &y, pool, b);
  x.flags = (x.flags | y.flags) & (guint8) ~BALANCE_WIDE_ENCLOSED;
  if (mpq_cmp (y.low, x.low) < 0)
    mpq_swap (x.low, y.low);
  if (mpq_cmp (y.high, x.high) > 0)
    mpq_swap (x.high, y.high);
  wide_clear (pool, &y);

  return pool_take (pool, &x);
}

/* -- interval arithmetic ---------------------------------------------------------------------------- */

/* An end of an interval: finite, or infinite with a sign. */
typedef struct
{
  int        infinite;   /* -1, 0, 1 */
  mpq_srcptr value;
} End;

static End
low_end (const BalanceWide *wide)
{
  return (End) { (wide->flags & BALANCE_WIDE_NO_LOW) ? -1 : 0, wide->low };
}

static End
high_end (const BalanceWide *wide)
{
  return (End) { (wide->flags & BALANCE_WIDE_NO_HIGH) ? 1 : 0, wide->high };
}

static int
end_sign (End a)
{
  return a.infinite != 0 ? a.infinite : mpq_sgn (a.value);
}

static int
end_compare (End a, End b)
{
  if (a.infinite != b.infinite)
    return a.infinite < b.infinite ? -1 : 1;
  return a.infinite != 0 ? 0 : mpq_cmp (a.value, b.value);
}

static void
set_low (BalanceWide *wide, End end)
{
  wide->flags &= (guint8) ~BALANCE_WIDE_NO_LOW;
  if (end.infinite != 0)
    wide->flags |= BALANCE_WIDE_NO_LOW;
  else
    mpq_set (wide->low, end.value);
}

static void
set_high (BalanceWide *wide, End end)
{
  wide->flags &= (guint8) ~BALANCE_WIDE_NO_HIGH;
  if (end.infinite != 0)
    wide->flags |= BALANCE_WIDE_NO_HIGH;
  else
    mpq_set (wide->high, end.value);
}

static void
wide_multiply (BalanceWide *r, const BalanceWide *a, const BalanceWide *b)
{
  End ends[2][2] = { { low_end (a), high_end (a) }, { low_end (b), high_end (b) } };
  mpq_t products[4];
  End best_low = { 0, NULL }, best_high = { 0, NULL };

  /* two known numbers, the most frequent case, have one product */
  if (wide_is_point (a) && wide_is_point (b))
    {
      mpq_mul (r->low, a->low, b->low);
      mpq_set (r->high, r->low);
      return;
    }

  for (int i = 0; i < 4; i++)
    {
      End x = ends[0][i & 1], y = ends[1][i >> 1], p = { 0, NULL };

      mpq_init (products[i]);
      /* an infinite end times zero is zero: the end is never reached, zero is */
      if (end_sign (x) == 0 || end_sign (y) == 0)
        mpq_set_ui (products[i], 0, 1);
      else if (x.infinite != 0 || y.infinite != 0)
        p.infinite = end_sign (x) * end_sign (y);
      else
        mpq_mul (products[i], x.value, y.value);
      p.value = products[i];
      if (i == 0 || end_compare (p, best_low) < 0)
        best_low = p;
      if (i == 0 || end_compare (p, best_high) > 0)
        best_high = p;
    }
  set_low (r, best_low);
  set_high (r, best_high);
  for (int i = 0; i < 4; i++)
    mpq_clear (products[i]);
}

/* 1 / b, for a divisor that is not the point zero. */
static void
wide_invert (BalanceWide *r, const BalanceWide *b)
{
  End low = low_end (b), high = high_end (b);
  mpq_t end;

  if (end_sign (low) < 0 && end_sign (high) > 0)
    {
      r->flags |= BALANCE_WIDE_NO_LOW | BALANCE_WIDE_NO_HIGH;
      return;
    }

  mpq_init (end);
  if (end_sign (high) == 0)
    r->flags |= BALANCE_WIDE_NO_LOW;
  else if (high.infinite != 0)
    set_low (r, (End) { 0, end });
  else
    {
      mpq_inv (end, high.value);
      set_low (r, (End) { 0, end });
    }
  mpq_set_ui (end, 0, 1);
  if (end_sign (low) == 0)
    r->flags |= BALANCE_WIDE_NO_HIGH;
  else if (low.infinite != 0)
    set_high (r, (End) { 0, end });
  else
    {
      mpq_inv (end, low.value);
      set_high (r, (End) { 0, end });
    }
  mpq_clear (end);
}

/* Counts are whole, and GMP looks for common divisors even then. `r` is zero. */
static void
add_ends (mpq_t r, const mpq_t a, const mpq_t b)
{
  if (is_whole (a) && is_whole (b))
    mpz_add (mpq_numref (r), mpq_numref (a), mpq_numref (b));
  else
    mpq_add (r, a, b);
}

static void
subtract_ends (mpq_t r, const mpq_t a, const mpq_t b)
{
  if (is_whole (a) && is_whole (b))
    mpz_sub (mpq_numref (r), mpq_numref (a), mpq_numref (b));
  else
    mpq_sub (r, a, b);
}

BalanceNumber
balance_number_operate_wide (BalanceNumberPool *pool,
                             BalanceOperation   operation,
                             BalanceNumber      a,
                             BalanceNumber      b)
{
  View memory[2];
  const BalanceWide *x, *y;
  BalanceWide r;

  wide_init (pool, &r);
  x = view_number (&memory[0], pool, a);
  y = view_number (&memory[1], pool, b);

  if ((x->flags | y->flags) & BALANCE_WIDE_UNDEFINED)
    {
      r.flags = BALANCE_WIDE_UNDEFINED | BALANCE_WIDE_NO_LOW | BALANCE_WIDE_NO_HIGH;
    }
  else
    {
      switch (operation)
        {
        case BALANCE_OPERATION_ADD:
          r.flags = (x->flags | y->flags) & (guint8) ~BALANCE_WIDE_ENCLOSED;
          if ((r.flags & BALANCE_WIDE_NO_LOW) == 0)
            add_ends (r.low, x->low, y->low);
          if ((r.flags & BALANCE_WIDE_NO_HIGH) == 0)
            add_ends (r.high, x->high, y->high);
          break;

        case BALANCE_OPERATION_SUBTRACT:
          if ((x->flags & BALANCE_WIDE_NO_LOW) || (y->flags & BALANCE_WIDE_NO_HIGH))
            r.flags |= BALANCE_WIDE_NO_LOW;
          if ((x->flags & BALANCE_WIDE_NO_HIGH) || (y->flags & BALANCE_WIDE_NO_LOW))
            r.flags |= BALANCE_WIDE_NO_HIGH;
          if ((r.flags & BALANCE_WIDE_NO_LOW) == 0)
            subtract_ends (r.low, x->low, y->high);
          if ((r.flags & BALANCE_WIDE_NO_HIGH) == 0)
            subtract_ends (r.high, x->high, y->low);
          break;

        case BALANCE_OPERATION_MULTIPLY:
          wide_multiply (&r, x, y);
          break;

        case BALANCE_OPERATION_DIVIDE:
          if (wide_is_point (y) && mpq_sgn (y->low) == 0)
            {
              r.flags = BALANCE_WIDE_UNDEFINED | BALANCE_WIDE_NO_LOW | BALANCE_WIDE_NO_HIGH;
            }
          else
            {
              BalanceWide inverse;

              mpq_init (inverse.low);
              mpq_init (inverse.high);
              inverse.flags = 0;
              wide_invert (&inverse, y);
              wide_multiply (&r, x, &inverse);
              mpq_clear (inverse.low);
              mpq_clear (inverse.high);
            }
          break;

        case BALANCE_OPERATION_MIN:
        case BALANCE_OPERATION_MAX:
        default:
          {
            int sign = operation == BALANCE_OPERATION_MIN ? -1 : 1;

            set_low (&r, end_compare (low_end (x), low_end (y)) * sign > 0 ? low_end (x) : low_end (y));
            set_high (&r, end_compare (high_end (x), high_end (y)) * sign > 0 ? high_end (x) : high_end (y));
          }
          break;
        }
    }
  /* what is made of known numbers only is known, also where one of them is irrational */
  r.flags &= (guint8) ~BALANCE_WIDE_ENCLOSED;
  if (r.flags == 0 && !mpq_equal (r.low, r.high) && wide_is_known (x) && wide_is_known (y))
    r.flags = BALANCE_WIDE_ENCLOSED;
  /* open ends carry no number, so that equal intervals are equal in every bit */
  if (r.flags & BALANCE_WIDE_NO_LOW)
    set_zero (r.low);
  if (r.flags & BALANCE_WIDE_NO_HIGH)
    set_zero (r.high);

  return pool_take (pool, &r);
}

BalanceNumber
balance_number_negate (BalanceNumberPool *pool, BalanceNumber a)
{
  return balance_number_subtract (pool, balance_number_small (0, 1), a);
}

BalanceNumber
balance_number_abs (BalanceNumberPool *pool, BalanceNumber a)
{
  BalanceNumber negative;

  if (a.den != 0)
    return a.num >= 0 ? a : balance_number_negate (pool, a);

  /* max (a, -a), and not below zero where the interval holds it */
  negative = balance_number_negate (pool, a);
  return balance_number_operate_wide (pool, BALANCE_OPERATION_MAX, balance_number_small (0, 1),
                                      balance_number_operate_wide (pool, BALANCE_OPERATION_MAX, a, negative));
}

BalanceNumber
balance_number_round (BalanceNumberPool *pool,
                      BalanceNumber      a,
                      BalanceRounding    rounding,
                      guint              decimals)
{
  BalanceWide wide;
  mpz_t n, power;

  /* most calls round small fractions to whole numbers */
  if (a.den != 0 && decimals == 0 && rounding != BALANCE_ROUNDING_NEAREST)
    {
      gint64 q = a.num / a.den, rest = a.num % a.den;

      if (rest != 0 && rounding == BALANCE_ROUNDING_CEIL && a.num > 0)
        q++;
      if (rest != 0 && rounding == BALANCE_ROUNDING_FLOOR && a.num < 0)
        q--;
      return balance_number_small (q, 1);
    }

  wide_from_number (pool, &wide, pool, a);
  mpz_init (n);
  mpz_init (power);
  mpz_ui_pow_ui (power, 10, decimals);
  for (int i = 0; i < 2; i++)
    {
      mpq_ptr end = i == 0 ? wide.low : wide.high;

      mpq_round (n, end, rounding, decimals);
      mpz_set (mpq_numref (end), n);
      mpz_set (mpq_denref (end), power);
      mpq_canonicalize (end);
    }
  mpz_clear (n);
  mpz_clear (power);
  /* an enclosed number whose ends round alike is that round number */
  if (wide.flags == BALANCE_WIDE_ENCLOSED && mpq_equal (wide.low, wide.high))
    wide.flags = 0;

  return pool_take (pool, &wide);
}

/* -- comparison ------------------------------------------------------------------------------------- */

static BalanceTruth
compare_wide (const BalanceNumberPool *pool, BalanceNumber a, BalanceNumber b, gboolean or_equal)
{
  View memory[2];
  const BalanceWide *x = view_number (&memory[0], pool, a), *y = view_number (&memory[1], pool, b);
  BalanceTruth truth = BALANCE_UNKNOWN;

  if (((x->flags | y->flags) & BALANCE_WIDE_UNDEFINED) == 0)
    {
      int sure = end_compare (high_end (x), low_end (y));
      int never = end_compare (low_end (x), high_end (y));

      /* two infinite ends of one sign compare equal here, but then neither side is decided */
      if ((x->flags & BALANCE_WIDE_NO_HIGH) == 0 && (y->flags & BALANCE_WIDE_NO_LOW) == 0 &&
          (or_equal ? sure <= 0 : sure < 0))
        truth = BALANCE_TRUE;
      else if ((x->flags & BALANCE_WIDE_NO_LOW) == 0 && (y->flags & BALANCE_WIDE_NO_HIGH) == 0 &&
               (or_equal ? never > 0 : never >= 0))
        truth = BALANCE_FALSE;
    }

  return truth;
}

BalanceTruth
balance_number_less_wide (const BalanceNumberPool *pool, BalanceNumber a, BalanceNumber b)
{
  return compare_wide (pool, a, b, FALSE);
}

BalanceTruth
balance_number_less_equal_wide (const BalanceNumberPool *pool, BalanceNumber a, BalanceNumber b)
{
  return compare_wide (pool, a, b, TRUE);
}

BalanceTruth
balance_number_equal_wide (const BalanceNumberPool *pool, BalanceNumber a, BalanceNumber b)
{
  BalanceTruth below = balance_number_less_equal_wide (pool, a, b);
  BalanceTruth above = balance_number_less_equal_wide (pool, b, a);

  if (below == BALANCE_FALSE || above == BALANCE_FALSE)
    return BALANCE_FALSE;
  return below == BALANCE_TRUE && above == BALANCE_TRUE ? BALANCE_TRUE : BALANCE_UNKNOWN;
}

/* -- out -------------------------------------------------------------------------------------------- */

gboolean
balance_number_is_known (const BalanceNumberPool *pool, BalanceNumber a)
{
  return a.den != 0 || wide_is_known (balance_number_get_wide (pool, a));
}

gboolean
balance_number_is_undefined (const BalanceNumberPool *pool, BalanceNumber a)
{
  return a.den == 0 && (balance_number_get_wide (pool, a)->flags & BALANCE_WIDE_UNDEFINED) != 0;
}

BalanceTruth
balance_number_is_zero (const BalanceNumberPool *pool, BalanceNumber a)
{
  return balance_number_equal (pool, a, balance_number_small (0, 1));
}

gboolean
balance_number_get_mpq (const BalanceNumberPool *pool, BalanceNumber a, mpq_ptr value)
{
  if (a.den != 0)
    {
      mpq_set_small (value, a);
      return TRUE;
    }
  if (!wide_is_point (balance_number_get_wide (pool, a)))
    return FALSE;
  mpq_set (value, balance_number_get_wide (pool, a)->low);
  return TRUE;
}

gboolean
balance_number_get_low_mpq (const BalanceNumberPool *pool, BalanceNumber a, mpq_ptr value)
{
  if (a.den != 0)
    mpq_set_small (value, a);
  else if (balance_number_get_wide (pool, a)->flags & (BALANCE_WIDE_NO_LOW | BALANCE_WIDE_UNDEFINED))
    return FALSE;
  else
    mpq_set (value, balance_number_get_wide (pool, a)->low);
  return TRUE;
}

gboolean
balance_number_get_high_mpq (const BalanceNumberPool *pool, BalanceNumber a, mpq_ptr value)
{
  if (a.den != 0)
    mpq_set_small (value, a);
  else if (balance_number_get_wide (pool, a)->flags & (BALANCE_WIDE_NO_HIGH | BALANCE_WIDE_UNDEFINED))
    return FALSE;
  else
    mpq_set (value, balance_number_get_wide (pool, a)->high);
  return TRUE;
}

static double
small_get_double (BalanceNumber a)
{
  BALANCE_FLOAT_DEFAULT;
  const gint64 exact = G_GINT64_CONSTANT (1) << 53;
  mpq_t q;
  double value;

  /* two exact doubles: the processor's division is the correctly rounded one */
  if (a.num <= exact && a.num >= -exact && a.den <= exact)
    return a.num == 0 ? 0.0 : (double) a.num / (double) a.den;

  mpq_init (q);
  mpq_set_small (q, a);
  value = balance_mpq_get_double (q);
  mpq_clear (q);

  return value;
}

double
balance_number_get_double (const BalanceNumberPool *pool, BalanceNumber a)
{
  if (a.den != 0)
    return small_get_double (a);
  return balance_number_is_known (pool, a) ? balance_mpq_get_double (balance_number_get_wide (pool, a)->low) : NAN;
}

double
balance_number_get_low (const BalanceNumberPool *pool, BalanceNumber a)
{
  const BalanceWide *wide;

  if (a.den != 0)
    return small_get_double (a);
  wide = balance_number_get_wide (pool, a);
  return wide->flags & BALANCE_WIDE_NO_LOW ? -INFINITY : balance_mpq_get_double (wide->low);
}

double
balance_number_get_high (const BalanceNumberPool *pool, BalanceNumber a)
{
  const BalanceWide *wide;

  if (a.den != 0)
    return small_get_double (a);
  wide = balance_number_get_wide (pool, a);
  return wide->flags & BALANCE_WIDE_NO_HIGH ? INFINITY : balance_mpq_get_double (wide->high);
}
