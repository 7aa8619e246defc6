/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <gmp.h>

#include "base/balance-decimal-private.h"

G_BEGIN_DECLS

/* An exact number of a computation.
 *
 * Nearly always a fraction of two 64-bit integers (den > 0, not necessarily reduced). What does not fit,
 * and what is not known exactly because a fact is missing, is "wide": den == 0 and num is the index of an
 * interval of big rationals in a pool. Every operation is exact on both, so that nothing is ever judged
 * by a rounded number. */
typedef struct
{
  gint64 num;
  gint64 den;
} BalanceNumber;

typedef enum
{
  BALANCE_WIDE_NO_LOW    = 1 << 0,   /* unbounded below */
  BALANCE_WIDE_NO_HIGH   = 1 << 1,   /* unbounded above */
  BALANCE_WIDE_UNDEFINED = 1 << 2,   /* division by zero: no value at all */
  BALANCE_WIDE_ENCLOSED  = 1 << 3,   /* one known, irrational value between the ends (a square root) */
} BalanceWideFlags;

typedef struct
{
  mpq_t  low, high;
  guint8 flags;
} BalanceWide;

typedef struct
{
  BalanceWide *items;     /* those in use, then those that wait to be used again */
  gsize        n_items;
  gsize        n_ready;
  gsize        size;
} BalanceNumberPool;

/* Unknown truth: a needed fact is missing. */
typedef enum
{
  BALANCE_FALSE = 0,
  BALANCE_TRUE = 1,
  BALANCE_UNKNOWN = 2,
} BalanceTruth;

typedef enum
{
  BALANCE_OPERATION_ADD,
  BALANCE_OPERATION_SUBTRACT,
  BALANCE_OPERATION_MULTIPLY,
  BALANCE_OPERATION_DIVIDE,
  BALANCE_OPERATION_MIN,
  BALANCE_OPERATION_MAX,
} BalanceOperation;

typedef enum
{
  BALANCE_ROUNDING_CEIL,
  BALANCE_ROUNDING_FLOOR,
  BALANCE_ROUNDING_NEAREST,   /* half away from zero, as forms are filled in */
} BalanceRounding;

void          balance_number_pool_clear    (BalanceNumberPool *pool);
/* Forgets what was added after the first `n_items`. */
void          balance_number_pool_truncate (BalanceNumberPool *pool, gsize n_items);
const BalanceWide *balance_number_get_wide (const BalanceNumberPool *pool, BalanceNumber a);

static inline BalanceNumber
balance_number_small (gint64 num, gint64 den)
{
  return (BalanceNumber) { num, den };
}

static inline gboolean
balance_number_is_small (BalanceNumber a)
{
  return a.den != 0;
}

BalanceNumber balance_number_from_decimal  (const BalanceDecimal *decimal);
/* All reals between two decimals; NULL = unbounded. */
BalanceNumber balance_number_from_bounds   (BalanceNumberPool    *pool,
                                            const BalanceDecimal *low,
                                            const BalanceDecimal *high);
BalanceNumber balance_number_from_mpq      (BalanceNumberPool    *pool,
                                            mpq_srcptr            value);
/* An irrational number by two ends so close that they round to the same double. */
BalanceNumber balance_number_from_enclosure (BalanceNumberPool   *pool,
                                            mpq_srcptr            low,
                                            mpq_srcptr            high);
/* The interval between two wide or small ends; takes the hull. */
BalanceNumber balance_number_hull          (BalanceNumberPool *pool, BalanceNumber a, BalanceNumber b);
BalanceNumber balance_number_undefined     (BalanceNumberPool *pool);
/* A number of another pool. */
BalanceNumber balance_number_import        (BalanceNumberPool *pool, const BalanceNumberPool *from, BalanceNumber a);

BalanceNumber balance_number_operate_wide  (BalanceNumberPool *pool, BalanceOperation operation,
                                            BalanceNumber a, BalanceNumber b);
BalanceNumber balance_number_negate        (BalanceNumberPool *pool, BalanceNumber a);
BalanceNumber balance_number_abs           (BalanceNumberPool *pool, BalanceNumber a);
/* to a multiple of 10^-decimals */
BalanceNumber balance_number_round         (BalanceNumberPool *pool, BalanceNumber a, BalanceRounding rounding, guint decimals);

/* -1, 0, 1 for small numbers */
static inline int
balance_number_compare_small (BalanceNumber a, BalanceNumber b)
{
  if (a.den == b.den)
    return (a.num > b.num) - (a.num < b.num);
  else
    {
      __int128 l = (__int128) a.num * b.den, r = (__int128) b.num * a.den;

      return (l > r) - (l < r);
    }
}

/* a < b, a <= b, a == b for every pair of values they may have */
BalanceTruth  balance_number_less_wide       (const BalanceNumberPool *pool, BalanceNumber a, BalanceNumber b);
BalanceTruth  balance_number_less_equal_wide (const BalanceNumberPool *pool, BalanceNumber a, BalanceNumber b);
BalanceTruth  balance_number_equal_wide      (const BalanceNumberPool *pool, BalanceNumber a, BalanceNumber b);

static inline BalanceTruth
balance_number_less (const BalanceNumberPool *pool, BalanceNumber a, BalanceNumber b)
{
  if (a.den != 0 && b.den != 0)
    return balance_number_compare_small (a, b) < 0;
  return balance_number_less_wide (pool, a, b);
}

static inline BalanceTruth
balance_number_less_equal (const BalanceNumberPool *pool, BalanceNumber a, BalanceNumber b)
{
  if (a.den != 0 && b.den != 0)
    return balance_number_compare_small (a, b) <= 0;
  return balance_number_less_equal_wide (pool, a, b);
}

static inline BalanceTruth
balance_number_equal (const BalanceNumberPool *pool, BalanceNumber a, BalanceNumber b)
{
  if (a.den != 0 && b.den != 0)
    return balance_number_compare_small (a, b) == 0;
  return balance_number_equal_wide (pool, a, b);
}

/* The fast cases in line; what overflows goes to big rationals and comes back small if it can. */
static inline BalanceNumber
balance_number_add (BalanceNumberPool *pool, BalanceNumber a, BalanceNumber b)
{
  BalanceNumber r;
  gint64 l, m;

  if (a.den != 0 && a.den == b.den)
    {
      if (!__builtin_add_overflow (a.num, b.num, &r.num))
        {
          r.den = a.den;
          return r;
        }
    }
  else if (a.den != 0 && b.den != 0 &&
           !__builtin_mul_overflow (a.num, b.den, &l) && !__builtin_mul_overflow (b.num, a.den, &m) &&
           !__builtin_add_overflow (l, m, &r.num) && !__builtin_mul_overflow (a.den, b.den, &r.den))
    return r;

  return balance_number_operate_wide (pool, BALANCE_OPERATION_ADD, a, b);
}

static inline BalanceNumber
balance_number_subtract (BalanceNumberPool *pool, BalanceNumber a, BalanceNumber b)
{
  BalanceNumber r;
  gint64 l, m;

  if (a.den != 0 && a.den == b.den)
    {
      if (!__builtin_sub_overflow (a.num, b.num, &r.num))
        {
          r.den = a.den;
          return r;
        }
    }
  else if (a.den != 0 && b.den != 0 &&
           !__builtin_mul_overflow (a.num, b.den, &l) && !__builtin_mul_overflow (b.num, a.den, &m) &&
           !__builtin_sub_overflow (l, m, &r.num) && !__builtin_mul_overflow (a.den, b.den, &r.den))
    return r;

  return balance_number_operate_wide (pool, BALANCE_OPERATION_SUBTRACT, a, b);
}

static inline BalanceNumber
balance_number_multiply (BalanceNumberPool *pool, BalanceNumber a, BalanceNumber b)
{
  BalanceNumber r;

  if (a.den != 0 && b.den != 0 &&
      !__builtin_mul_overflow (a.num, b.num, &r.num) && !__builtin_mul_overflow (a.den, b.den, &r.den))
    return r;

  return balance_number_operate_wide (pool, BALANCE_OPERATION_MULTIPLY, a, b);
}

static inline BalanceNumber
balance_number_divide (BalanceNumberPool *pool, BalanceNumber a, BalanceNumber b)
{
  BalanceNumber r;

  if (a.den != 0 && b.den != 0 && b.num != 0 && b.num != G_MININT64 && a.num != G_MININT64 &&
      !__builtin_mul_overflow (a.num, b.den, &r.num) && !__builtin_mul_overflow (a.den, b.num, &r.den))
    {
      if (r.den < 0 && r.num != G_MININT64 && r.den != G_MININT64)
        {
          r.num = -r.num;
          r.den = -r.den;
        }
      if (r.den > 0)
        return r;
    }

  return balance_number_operate_wide (pool, BALANCE_OPERATION_DIVIDE, a, b);
}

/* Known? Small numbers are; wide ones where both ends are the same or enclose one number. */
gboolean      balance_number_is_known      (const BalanceNumberPool *pool, BalanceNumber a);
gboolean      balance_number_is_undefined  (const BalanceNumberPool *pool, BalanceNumber a);
BalanceTruth  balance_number_is_zero       (const BalanceNumberPool *pool, BalanceNumber a);
/* The exact value into an initialised rational; FALSE if it is not known or irrational. */
gboolean      balance_number_get_mpq       (const BalanceNumberPool *pool, BalanceNumber a, mpq_ptr value);
/* The nearest double (ties to even); NaN if not known. Ends of an interval: -inf and inf where open. */
double        balance_number_get_double    (const BalanceNumberPool *pool, BalanceNumber a);
double        balance_number_get_low       (const BalanceNumberPool *pool, BalanceNumber a);
double        balance_number_get_high      (const BalanceNumberPool *pool, BalanceNumber a);
/* Low or high end as a number; FALSE where open or undefined. */
gboolean      balance_number_get_low_mpq   (const BalanceNumberPool *pool, BalanceNumber a, mpq_ptr value);
gboolean      balance_number_get_high_mpq  (const BalanceNumberPool *pool, BalanceNumber a, mpq_ptr value);
double        balance_mpq_get_double       (mpq_srcptr value);
/* The nearest double of the square root of a rational >= 0. */
double        balance_mpq_get_sqrt_double  (mpq_srcptr value);
/* Decimal text with a fixed number of decimals, half away from zero. (transfer full) */
char         *balance_mpq_to_string        (mpq_srcptr value, guint decimals);

G_END_DECLS
