/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Exact numbers against plain GMP arithmetic, and what is printed of them against its neighbours. */

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/balance-number-private.h"

/* xorshift: the same cases on every machine */
static guint64 seed;

static guint64
next_random (void)
{
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return seed;
}

static void
setup (void)
{
  seed = G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
}

/* Small and large magnitudes alike, zero and the ends of the range among them. */
static gint64
random_int64 (void)
{
  guint bits = (guint) (next_random () % 64);
  guint64 value = bits == 0 ? 0 : next_random () >> (64 - bits);

  switch (next_random () % 16)
    {
    case 0:
      return G_MAXINT64;
    case 1:
      return -G_MAXINT64;
    case 2:
      return 0;
    default:
      return next_random () & 1 ? -(gint64) value : (gint64) value;
    }
}

static BalanceNumber
random_small (void)
{
  gint64 den = random_int64 ();

  return balance_number_small (random_int64 (), den > 0 ? den : 1);
}

static void
set_ratio (mpq_ptr q, const char *text)
{
  ck_assert_int_eq (mpq_set_str (q, text, 10), 0);
  mpq_canonicalize (q);
}

static gboolean
same (double a, double b)
{
  return memcmp (&a, &b, sizeof a) == 0;
}

/* -- arithmetic on known numbers --------------------------------------------------------------------- */

START_TEST (arithmetic)
{
  for (guint i = 0; i < 20000; i++)
    {
      BalanceNumberPool pool = { 0 };
      BalanceNumber a = random_small (), b = random_small (), r;
      mpq_t x, y, z, expected;
      gboolean undefined = FALSE;
      guint operation = i % 6;

      mpq_inits (x, y, z, expected, NULL);
      ck_assert (balance_number_get_mpq (&pool, a, x));
      ck_assert (balance_number_get_mpq (&pool, b, y));
      switch (operation)
        {
        case 0:
          r = balance_number_add (&pool, a, b);
          mpq_add (expected, x, y);
          break;
        case 1:
          r = balance_number_subtract (&pool, a, b);
          mpq_sub (expected, x, y);
          break;
        case 2:
          r = balance_number_multiply (&pool, a, b);
          mpq_mul (expected, x, y);
          break;
        case 3:
          r = balance_number_divide (&pool, a, b);
          undefined = mpq_sgn (y) == 0;
          if (!undefined)
            mpq_div (expected, x, y);
          break;
        case 4:
          r = balance_number_operate_wide (&pool, BALANCE_OPERATION_MIN, a, b);
          mpq_set (expected, mpq_cmp (x, y) < 0 ? x : y);
          break;
        default:
          r = balance_number_operate_wide (&pool, BALANCE_OPERATION_MAX, a, b);
          mpq_set (expected, mpq_cmp (x, y) > 0 ? x : y);
          break;
        }

      ck_assert_int_eq (balance_number_is_undefined (&pool, r), undefined);
      ck_assert_int_eq (balance_number_is_known (&pool, r), !undefined);
      ck_assert_int_eq (balance_number_get_mpq (&pool, r, z), !undefined);
      if (!undefined)
        {
          ck_assert_msg (mpq_equal (z, expected), "case %u, operation %u", i, operation);
          /* a small number keeps its invariant, and the double is the one of the rational */
          ck_assert (!balance_number_is_small (r) || r.den > 0);
          ck_assert (same (balance_number_get_double (&pool, r), balance_mpq_get_double (expected)));
          ck_assert_int_eq (balance_number_less (&pool, a, b), mpq_cmp (x, y) < 0);
          ck_assert_int_eq (balance_number_less_equal (&pool, a, b), mpq_cmp (x, y) <= 0);
          ck_assert_int_eq (balance_number_equal (&pool, a, b), mpq_equal (x, y) != 0);
          ck_assert_int_eq (balance_number_equal (&pool, r, balance_number_from_mpq (&pool, expected)), BALANCE_TRUE);
        }
      mpq_clears (x, y, z, expected, NULL);
      balance_number_pool_clear (&pool);
    }
}
END_TEST

START_TEST (overflow_and_back)
{
  BalanceNumberPool pool = { 0 };
  BalanceNumber most = balance_number_small (G_MAXINT64, 1), least = balance_number_small (G_MININT64, 1);
  BalanceNumber one = balance_number_small (1, 1), wide, back;

  wide = balance_number_multiply (&pool, most, most);
  ck_assert (!balance_number_is_small (wide));
  ck_assert (balance_number_is_known (&pool, wide));
  back = balance_number_divide (&pool, wide, most);
  ck_assert_int_eq (balance_number_equal (&pool, back, most), BALANCE_TRUE);

  wide = balance_number_add (&pool, balance_number_small (G_MAXINT64 / 2, 3), balance_number_small (G_MAXINT64 / 2, 5));
  back = balance_number_subtract (&pool, wide, balance_number_small (G_MAXINT64 / 2, 5));
  ck_assert_int_eq (balance_number_equal (&pool, back, balance_number_small (G_MAXINT64 / 2, 3)), BALANCE_TRUE);

  /* what fits comes back small, and so is quick again */
  wide = balance_number_multiply (&pool, balance_number_small (G_MAXINT64, 6), balance_number_small (6, G_MAXINT64));
  ck_assert (balance_number_is_small (wide));
  ck_assert_int_eq (balance_number_compare_small (wide, one), 0);

  /* the least integer has no positive counterpart */
  ck_assert_int_eq (balance_number_equal (&pool, balance_number_negate (&pool, balance_number_negate (&pool, least)), least), BALANCE_TRUE);
  ck_assert_int_eq (balance_number_less (&pool, most, balance_number_abs (&pool, least)), BALANCE_TRUE);
  back = balance_number_divide (&pool, least, balance_number_small (-1, 1));
  ck_assert_int_eq (balance_number_less (&pool, most, back), BALANCE_TRUE);
  back = balance_number_divide (&pool, one, least);
  ck_assert_int_eq (balance_number_equal (&pool, balance_number_multiply (&pool, back, least), one), BALANCE_TRUE);
  ck_assert_int_eq (balance_number_compare_small (least, most), -1);
  ck_assert_int_eq (balance_number_compare_small (balance_number_small (G_MININT64, G_MAXINT64), balance_number_small (-1, 1)), -1);

  balance_number_pool_clear (&pool);
}
END_TEST

/* Squares of squares double their length each time: without an end the memory would be gone. */
START_TEST (growth_is_bounded)
{
  BalanceNumberPool pool = { 0 };
  BalanceNumber a = balance_number_small (G_MAXINT64, 3);

  for (guint i = 0; i < 80; i++)
    a = balance_number_multiply (&pool, a, a);
  ck_assert (!balance_number_is_known (&pool, a));
  ck_assert (!balance_number_is_undefined (&pool, a));
  ck_assert (same (balance_number_get_low (&pool, a), -INFINITY));
  ck_assert_int_eq (balance_number_less (&pool, a, balance_number_small (0, 1)), BALANCE_UNKNOWN);
  balance_number_pool_clear (&pool);
}
END_TEST

/* -- intervals ---------------------------------------------------------------------------------------- */

/* An interval with small whole ends, some of them open. */
typedef struct
{
  gint64   low, high;
  gboolean no_low, no_high;
} Range;

static BalanceNumber
number_of (BalanceNumberPool *pool, const Range *range)
{
  BalanceDecimal low = { range->low, 0 }, high = { range->high, 0 };

  return balance_number_from_bounds (pool, range->no_low ? NULL : &low, range->no_high ? NULL : &high);
}

static Range
random_range (void)
{
  Range range = { .low = (gint64) (next_random () % 9) - 4 };

  range.high = range.low + (gint64) (next_random () % 5);
  range.no_low = next_random () % 6 == 0;
  range.no_high = next_random () % 6 == 0;

  return range;
}

/* Points of a range: its ends, points inside, points far out where it is open. */
static guint
sample (const Range *range, gint64 *halves)
{
  gint64 low = range->no_low ? -20 : 2 * range->low, high = range->no_high ? 20 : 2 * range->high;
  guint n = 0;

  for (gint64 h = low; h <= high; h++)
    halves[n++] = h;
  if (range->no_low)
    halves[n++] = -2000000;
  if (range->no_high)
    halves[n++] = 2000000;

  return n;
}

static gboolean
contains (BalanceNumberPool *pool, BalanceNumber a, mpq_srcptr value)
{
  mpq_t end;
  gboolean inside = TRUE;

  mpq_init (end);
  if (balance_number_get_low_mpq (pool, a, end) && mpq_cmp (value, end) < 0)
    inside = FALSE;
  if (balance_number_get_high_mpq (pool, a, end) && mpq_cmp (value, end) > 0)
    inside = FALSE;
  mpq_clear (end);

  return inside;
}

/* Every value that operands may have leads to a value that the result may have; where nothing is divided and
 * nothing is open, the ends are reached. */
START_TEST (interval_arithmetic)
{
  static const BalanceOperation operations[] = {
    BALANCE_OPERATION_ADD, BALANCE_OPERATION_SUBTRACT, BALANCE_OPERATION_MULTIPLY,
    BALANCE_OPERATION_DIVIDE, BALANCE_OPERATION_MIN, BALANCE_OPERATION_MAX,
  };

  for (guint i = 0; i < 3000; i++)
    {
      BalanceNumberPool pool = { 0 };
      Range ra = random_range (), rb = random_range ();
      BalanceOperation operation = operations[i % G_N_ELEMENTS (operations)];
      BalanceNumber r = balance_number_operate_wide (&pool, operation, number_of (&pool, &ra), number_of (&pool, &rb));
      gint64 as[64], bs[64];
      guint n_a = sample (&ra, as), n_b = sample (&rb, bs);
      gboolean zero_divisor = operation == BALANCE_OPERATION_DIVIDE && rb.low == 0 && rb.high == 0 && !rb.no_low && !rb.no_high;
      gboolean low_reached = FALSE, high_reached = FALSE;
      mpq_t x, y, z, end;

      mpq_inits (x, y, z, end, NULL);
      ck_assert_int_eq (balance_number_is_undefined (&pool, r), zero_divisor);
      for (guint j = 0; j < n_a && !zero_divisor; j++)
        for (guint k = 0; k < n_b; k++)
          {
            mpq_set_si (x, as[j], 2);
            mpq_set_si (y, bs[k], 2);
            mpq_canonicalize (x);
            mpq_canonicalize (y);
            switch (operation)
              {
              case BALANCE_OPERATION_ADD:
                mpq_add (z, x, y);
                break;
              case BALANCE_OPERATION_SUBTRACT:
                mpq_sub (z, x, y);
                break;
              case BALANCE_OPERATION_MULTIPLY:
                mpq_mul (z, x, y);
                break;
              case BALANCE_OPERATION_DIVIDE:
                if (mpq_sgn (y) == 0)
                  continue;
                mpq_div (z, x, y);
                break;
              case BALANCE_OPERATION_MIN:
                mpq_set (z, mpq_cmp (x, y) < 0 ? x : y);
                break;
              case BALANCE_OPERATION_MAX:
              default:
                mpq_set (z, mpq_cmp (x, y) > 0 ? x : y);
                break;
              }
            ck_assert_msg (contains (&pool, r, z), "case %u: a value lies outside", i);
            low_reached = low_reached || (balance_number_get_low_mpq (&pool, r, end) && mpq_equal (end, z));
            high_reached = high_reached || (balance_number_get_high_mpq (&pool, r, end) && mpq_equal (end, z));
          }
      if (operation != BALANCE_OPERATION_DIVIDE && !ra.no_low && !ra.no_high && !rb.no_low && !rb.no_high)
        ck_assert_msg (low_reached && high_reached, "case %u: wider than need be", i);
      mpq_clears (x, y, z, end, NULL);
      balance_number_pool_clear (&pool);
    }
}
END_TEST

START_TEST (interval_comparison)
{
  for (guint i = 0; i < 3000; i++)
    {
      BalanceNumberPool pool = { 0 };
      Range ra = random_range (), rb = random_range ();
      BalanceNumber a = number_of (&pool, &ra), b = number_of (&pool, &rb);
      gint64 as[64], bs[64];
      guint n_a = sample (&ra, as), n_b = sample (&rb, bs), n = 0, less = 0, less_equal = 0, equal = 0;

      for (guint j = 0; j < n_a; j++)
        for (guint k = 0; k < n_b; k++, n++)
          {
            less += as[j] < bs[k];
            less_equal += as[j] <= bs[k];
            equal += as[j] == bs[k];
          }
      ck_assert_int_eq (balance_number_less (&pool, a, b), less == n ? BALANCE_TRUE : less == 0 ? BALANCE_FALSE : BALANCE_UNKNOWN);
      ck_assert_int_eq (balance_number_less_equal (&pool, a, b),
                        less_equal == n ? BALANCE_TRUE : less_equal == 0 ? BALANCE_FALSE : BALANCE_UNKNOWN);
      ck_assert_int_eq (balance_number_equal (&pool, a, b), equal == n ? BALANCE_TRUE : equal == 0 ? BALANCE_FALSE : BALANCE_UNKNOWN);
      balance_number_pool_clear (&pool);
    }
}
END_TEST

START_TEST (division_rules)
{
  BalanceNumberPool pool = { 0 };
  BalanceDecimal zero = { 0, 0 }, five = { 5, 0 }, minus = { -5, 0 };
  BalanceNumber any = balance_number_from_bounds (&pool, NULL, NULL);
  BalanceNumber up_to_five = balance_number_from_bounds (&pool, &zero, &five);
  BalanceNumber from_minus_five = balance_number_from_bounds (&pool, &minus, &zero);
  BalanceNumber around = balance_number_from_bounds (&pool, &minus, &five);
  BalanceNumber positive = balance_number_from_bounds (&pool, &five, NULL);
  BalanceNumber none = balance_number_small (0, 7), ten = balance_number_small (10, 1), r;

  ck_assert (balance_number_is_undefined (&pool, balance_number_divide (&pool, ten, none)));
  ck_assert (balance_number_is_undefined (&pool, balance_number_divide (&pool, none, none)));
  ck_assert (balance_number_is_undefined (&pool, balance_number_divide (&pool, any, none)));

  r = balance_number_divide (&pool, ten, up_to_five);
  ck_assert (same (balance_number_get_low (&pool, r), 2.0) && same (balance_number_get_high (&pool, r), INFINITY));
  r = balance_number_divide (&pool, ten, from_minus_five);
  ck_assert (same (balance_number_get_low (&pool, r), -INFINITY) && same (balance_number_get_high (&pool, r), -2.0));
  r = balance_number_divide (&pool, ten, around);
  ck_assert (same (balance_number_get_low (&pool, r), -INFINITY) && same (balance_number_get_high (&pool, r), INFINITY));
  r = balance_number_divide (&pool, ten, positive);
  ck_assert (same (balance_number_get_low (&pool, r), 0.0) && same (balance_number_get_high (&pool, r), 2.0));

  /* nothing comes of what is undefined, and nothing is said about it */
  r = balance_number_undefined (&pool);
  ck_assert (balance_number_is_undefined (&pool, balance_number_add (&pool, r, ten)));
  ck_assert (balance_number_is_undefined (&pool, balance_number_multiply (&pool, none, r)));
  ck_assert (balance_number_is_undefined (&pool, balance_number_operate_wide (&pool, BALANCE_OPERATION_MIN, r, ten)));
  ck_assert (balance_number_is_undefined (&pool, balance_number_hull (&pool, r, ten)));
  ck_assert (balance_number_is_undefined (&pool, balance_number_round (&pool, r, BALANCE_ROUNDING_NEAREST, 2)));
  ck_assert (balance_number_is_undefined (&pool, balance_number_abs (&pool, r)));
  ck_assert_int_eq (balance_number_less (&pool, r, ten), BALANCE_UNKNOWN);
  ck_assert_int_eq (balance_number_equal (&pool, r, r), BALANCE_UNKNOWN);
  ck_assert (!balance_number_is_known (&pool, r));
  ck_assert (isnan (balance_number_get_double (&pool, r)));

  /* nothing of an unknown number is known to be nothing */
  r = balance_number_multiply (&pool, any, none);
  ck_assert (balance_number_is_known (&pool, r));
  ck_assert_int_eq (balance_number_is_zero (&pool, r), BALANCE_TRUE);
  r = balance_number_abs (&pool, around);
  ck_assert (same (balance_number_get_low (&pool, r), 0.0) && same (balance_number_get_high (&pool, r), 5.0));
  r = balance_number_abs (&pool, from_minus_five);
  ck_assert (same (balance_number_get_low (&pool, r), 0.0) && same (balance_number_get_high (&pool, r), 5.0));

  balance_number_pool_clear (&pool);
}
END_TEST

START_TEST (enclosed)
{
  BalanceNumberPool pool = { 0 }, other = { 0 };
  BalanceNumber root, r;
  mpq_t low, high, value;

  /* the square root of two to forty digits */
  mpq_inits (low, high, value, NULL);
  set_ratio (low, "14142135623730950488016887242096980785696/10000000000000000000000000000000000000000");
  set_ratio (high, "14142135623730950488016887242096980785697/10000000000000000000000000000000000000000");
  root = balance_number_from_enclosure (&pool, low, high);
  ck_assert (balance_number_is_known (&pool, root));
  ck_assert (!balance_number_get_mpq (&pool, root, value));
  ck_assert (same (balance_number_get_double (&pool, root), sqrt (2.0)));
  ck_assert_int_eq (balance_number_less (&pool, root, balance_number_small (14143, 10000)), BALANCE_TRUE);
  ck_assert_int_eq (balance_number_less (&pool, root, balance_number_small (14142, 10000)), BALANCE_FALSE);

  r = balance_number_add (&pool, root, balance_number_small (1, 1));
  ck_assert (balance_number_is_known (&pool, r));
  ck_assert (same (balance_number_get_double (&pool, r), 1.0 + sqrt (2.0)));
  r = balance_number_add (&pool, root, balance_number_from_bounds (&pool, NULL, NULL));
  ck_assert (!balance_number_is_known (&pool, r));

  /* rounded it is an ordinary number */
  r = balance_number_round (&pool, root, BALANCE_ROUNDING_NEAREST, 3);
  ck_assert (balance_number_get_mpq (&pool, r, value));
  set_ratio (high, "1414/1000");
  ck_assert (mpq_equal (value, high));

  r = balance_number_import (&other, &pool, root);
  ck_assert (same (balance_number_get_double (&other, r), sqrt (2.0)));
  mpq_clears (low, high, value, NULL);
  balance_number_pool_clear (&pool);
  balance_number_pool_clear (&other);
}
END_TEST

/* -- rounding ---------------------------------------------------------------------------------------- */

START_TEST (rounding)
{
  static const gint64 powers[] = { 1, 10, 100 };

  for (gint64 num = -130; num <= 130; num++)
    for (gint64 den = 1; den <= 16; den++)
      for (guint decimals = 0; decimals < 3; decimals++)
        {
          BalanceNumberPool pool = { 0 };
          BalanceNumber a = balance_number_small (num, den);
          gint64 n = num * powers[decimals];
          gint64 floor = n >= 0 ? n / den : -((-n + den - 1) / den);
          gint64 ceil = n >= 0 ? (n + den - 1) / den : -(-n / den);
          gint64 nearest = n >= 0 ? (2 * n + den) / (2 * den) : -((-2 * n + den) / (2 * den));

          ck_assert_int_eq (balance_number_equal (&pool, balance_number_round (&pool, a, BALANCE_ROUNDING_FLOOR, decimals),
                                                  balance_number_small (floor, powers[decimals])), BALANCE_TRUE);
          ck_assert_int_eq (balance_number_equal (&pool, balance_number_round (&pool, a, BALANCE_ROUNDING_CEIL, decimals),
                                                  balance_number_small (ceil, powers[decimals])), BALANCE_TRUE);
          ck_assert_int_eq (balance_number_equal (&pool, balance_number_round (&pool, a, BALANCE_ROUNDING_NEAREST, decimals),
                                                  balance_number_small (nearest, powers[decimals])), BALANCE_TRUE);
          balance_number_pool_clear (&pool);
        }
}
END_TEST

static const struct
{
  const char *ratio;
  guint       decimals;
  const char *text;
} texts[] = {
  { "0", 0, "0" },
  { "0", 2, "0.00" },
  { "1/2", 0, "1" },
  { "-1/2", 0, "-1" },
  { "1/200", 2, "0.01" },
  { "-1/200", 2, "-0.01" },
  { "499999/100000000", 2, "0.00" },
  { "-499999/100000000", 2, "0.00" },
  { "1/3", 6, "0.333333" },
  { "2/3", 3, "0.667" },
  { "199/200", 2, "1.00" },
  { "-1999/200", 1, "-10.0" },
  { "12345678901234567890123/1000", 1, "12345678901234567890.1" },
  { "515256629/1000000000", 3, "0.515" },
  { "5155/10000", 3, "0.516" },
  { "5145/10000", 3, "0.515" },
  { "1/1000000000", 9, "0.000000001" },
};

START_TEST (printing)
{
  g_autofree char *text = NULL;
  mpq_t q;

  mpq_init (q);
  set_ratio (q, texts[_i].ratio);
  text = balance_mpq_to_string (q, texts[_i].decimals);
  ck_assert_str_eq (text, texts[_i].text);
  mpq_clear (q);
}
END_TEST

/* -- the nearest double ------------------------------------------------------------------------------ */

static gboolean
is_even (double value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  return (bits & 1) == 0;
}

/* Is d the double next to q, or of two equally near the even one? */
static gboolean
is_nearest (double d, mpq_srcptr q)
{
  mpq_t own, far, distance, other;
  gboolean good = TRUE;

  mpq_inits (own, far, distance, other, NULL);
  mpq_set_d (own, d);
  mpq_sub (distance, q, own);
  mpq_abs (distance, distance);
  for (int i = 0; i < 2; i++)
    {
      double neighbour = nextafter (d, i == 0 ? -INFINITY : INFINITY);
      int order;

      if (isinf (neighbour))
        continue;
      mpq_set_d (far, neighbour);
      mpq_sub (other, q, far);
      mpq_abs (other, other);
      order = mpq_cmp (distance, other);
      good = good && (order < 0 || (order == 0 && is_even (d)));
    }
  mpq_clears (own, far, distance, other, NULL);

  return good;
}

/* Is d the double next to the square root of q? The root is never halfway between two doubles by chance, so the
 * middle of two neighbours is compared by its square. */
static gboolean
is_nearest_root (double d, mpq_srcptr q)
{
  mpq_t own, middle;
  gboolean good = TRUE;

  mpq_inits (own, middle, NULL);
  for (int i = 0; i < 2; i++)
    {
      double neighbour = nextafter (d, i == 0 ? 0.0 : INFINITY);
      int order;

      mpq_set_d (own, d);
      mpq_set_d (middle, neighbour);
      mpq_add (middle, middle, own);
      mpq_div_2exp (middle, middle, 1);
      mpq_mul (middle, middle, middle);
      order = mpq_cmp (q, middle);
      good = good && (order == 0 ? is_even (d) : i == 0 ? order > 0 : order < 0);
    }
  mpq_clears (own, middle, NULL);

  return good;
}

static void
random_rational (mpq_ptr q, guint max_bits)
{
  guint n = 1 + (guint) (next_random () % max_bits), d = 1 + (guint) (next_random () % max_bits);

  mpz_set_ui (mpq_numref (q), 0);
  mpz_set_ui (mpq_denref (q), 0);
  for (guint i = 0; i < n; i += 32)
    {
      mpz_mul_2exp (mpq_numref (q), mpq_numref (q), 32);
      mpz_add_ui (mpq_numref (q), mpq_numref (q), next_random () & 0xffffffff);
    }
  for (guint i = 0; i < d; i += 32)
    {
      mpz_mul_2exp (mpq_denref (q), mpq_denref (q), 32);
      mpz_add_ui (mpq_denref (q), mpq_denref (q), next_random () & 0xffffffff);
    }
  mpz_add_ui (mpq_numref (q), mpq_numref (q), 1);
  mpz_add_ui (mpq_denref (q), mpq_denref (q), 1);
  mpq_canonicalize (q);
}

START_TEST (nearest_double)
{
  mpq_t q, step;

  mpq_inits (q, step, NULL);
  for (guint i = 0; i < 20000; i++)
    {
      random_rational (q, 200);
      if (i % 3 == 0)
        mpq_div_2exp (q, q, 900 + next_random () % 250);   /* down into and below the smallest doubles */
      if (i % 2 == 0)
        mpq_neg (q, q);
      ck_assert_msg (is_nearest (balance_mpq_get_double (q), q), "case %u", i);
    }

  /* exactly halfway between two doubles, and a hair to either side */
  for (guint i = 0; i < 2000; i++)
    {
      double d = ldexp ((double) (next_random () >> 11), (int) (next_random () % 200) - 100);

      mpq_set_d (q, d);
      mpq_set_d (step, nextafter (d, INFINITY));
      mpq_add (q, q, step);
      mpq_div_2exp (q, q, 1);
      ck_assert (is_nearest (balance_mpq_get_double (q), q));
      mpq_set_ui (step, 1, 1);
      mpq_div_2exp (step, step, 1000);
      mpq_add (q, q, step);
      ck_assert (same (balance_mpq_get_double (q), nextafter (d, INFINITY)));
      mpq_sub (q, q, step);
      mpq_sub (q, q, step);
      ck_assert (same (balance_mpq_get_double (q), d));
    }
  mpq_clears (q, step, NULL);
}
END_TEST

START_TEST (double_ends)
{
  mpq_t q;

  mpq_init (q);
  /* half of the least double is a tie with zero, which is even; anything more is not */
  mpq_set_ui (q, 1, 1);
  mpq_div_2exp (q, q, 1075);
  ck_assert (same (balance_mpq_get_double (q), 0.0));
  mpq_set_ui (q, 5, 4);
  mpq_div_2exp (q, q, 1075);
  ck_assert (same (balance_mpq_get_double (q), 0x1p-1074));
  mpq_set_ui (q, 3, 1);
  mpq_div_2exp (q, q, 1075);
  ck_assert (same (balance_mpq_get_double (q), 0x1p-1073));
  mpq_set_ui (q, 1, 1);
  mpq_div_2exp (q, q, 5000);
  ck_assert (same (balance_mpq_get_double (q), 0.0));
  /* the first number that rounds beyond the largest double, and the last that does not */
  mpq_set_ui (q, 1, 1);
  mpq_mul_2exp (q, q, 54);
  mpz_sub_ui (mpq_numref (q), mpq_numref (q), 1);
  mpq_mul_2exp (q, q, 970);
  ck_assert (same (balance_mpq_get_double (q), INFINITY));
  mpz_sub_ui (mpq_numref (q), mpq_numref (q), 1);
  ck_assert (same (balance_mpq_get_double (q), 0x1.fffffffffffffp1023));
  mpq_set_si (q, -1, 1);
  mpq_mul_2exp (q, q, 100000);
  ck_assert (same (balance_mpq_get_double (q), -INFINITY));
  mpq_clear (q);
}
END_TEST

START_TEST (nearest_root)
{
  mpq_t q, step;

  mpq_inits (q, step, NULL);
  ck_assert (same (balance_mpq_get_sqrt_double (q), 0.0));
  for (guint i = 0; i < 20000; i++)
    {
      random_rational (q, 300);
      ck_assert_msg (is_nearest_root (balance_mpq_get_sqrt_double (q), q), "case %u", i);
    }
  /* squares of doubles and of the middles between them */
  for (guint i = 0; i < 2000; i++)
    {
      double d = ldexp ((double) (1 + (next_random () >> 11)), (int) (next_random () % 200) - 100);

      mpq_set_d (q, d);
      mpq_mul (q, q, q);
      ck_assert (same (balance_mpq_get_sqrt_double (q), d));
      mpq_set_d (q, d);
      mpq_set_d (step, nextafter (d, INFINITY));
      mpq_add (q, q, step);
      mpq_div_2exp (q, q, 1);
      mpq_mul (q, q, q);
      ck_assert (is_nearest_root (balance_mpq_get_sqrt_double (q), q));
    }
  mpq_clears (q, step, NULL);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("number");
  TCase *tests = tcase_create ("number");
  SRunner *runner;
  int n_failed;

  tcase_add_checked_fixture (tests, setup, NULL);
  tcase_set_timeout (tests, 60);
  tcase_add_test (tests, arithmetic);
  tcase_add_test (tests, overflow_and_back);
  tcase_add_test (tests, growth_is_bounded);
  tcase_add_test (tests, interval_arithmetic);
  tcase_add_test (tests, interval_comparison);
  tcase_add_test (tests, division_rules);
  tcase_add_test (tests, enclosed);
  tcase_add_test (tests, rounding);
  tcase_add_loop_test (tests, printing, 0, G_N_ELEMENTS (texts));
  tcase_add_test (tests, nearest_double);
  tcase_add_test (tests, double_ends);
  tcase_add_test (tests, nearest_root);
  suite_add_tcase (suite, tests);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
