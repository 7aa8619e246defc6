/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The coefficient of variation against the same sums in plain GMP arithmetic. */

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "equity/balance-dispersion-private.h"

#define N_MAX 64

/* xorshift: the same groups on every machine */
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
  seed = G_GUINT64_CONSTANT (0x2545f4914f6cdd1d);
}

static gboolean
same (double a, double b)
{
  return memcmp (&a, &b, sizeof a) == 0;
}

typedef struct
{
  BalanceNumberPool pool;
  BalanceNumber     values[N_MAX], weights[N_MAX];
  guint             n;
} Group;

static void
add (Group *group, BalanceNumber value, BalanceNumber weight)
{
  group->values[group->n] = value;
  group->weights[group->n++] = weight;
}

static BalanceNumber
whole (gint64 value)
{
  return balance_number_small (value, 1);
}

static BalanceNumber
missing (Group *group)
{
  BalanceDecimal zero = { 0, 0 };

  return balance_number_from_bounds (&group->pool, &zero, NULL);
}

/* CV² = Σp Σpv² / (Σpv)² − 1 */
static gboolean
square_of (Group *group, mpq_ptr square)
{
  mpq_t w, x, q, p, v;
  gboolean defined;

  mpq_inits (w, x, q, p, v, NULL);
  for (guint i = 0; i < group->n; i++)
    {
      ck_assert (balance_number_get_mpq (&group->pool, group->weights[i], p));
      ck_assert (balance_number_get_mpq (&group->pool, group->values[i], v));
      mpq_add (w, w, p);
      mpq_mul (p, p, v);
      mpq_add (x, x, p);
      mpq_mul (p, p, v);
      mpq_add (q, q, p);
    }
  defined = mpq_sgn (x) > 0;
  if (defined)
    {
      mpq_mul (square, w, q);
      mpq_mul (x, x, x);
      mpq_div (square, square, x);
      mpq_set_ui (p, 1, 1);
      mpq_sub (square, square, p);
    }
  mpq_clears (w, x, q, p, v, NULL);

  return defined;
}

/* -- the official example ------------------------------------------------------------------------------ */

/* Books per pupil of five schools, as the official explanation of the coefficient computes it. */
static const struct { gint64 pupils, books; } official[] = {
  { 45, 279 }, { 37, 137 }, { 89, 935 }, { 76, 160 }, { 55, 402 },
};

START_TEST (official_example)
{
  Group group = { .n = 0 };
  BalanceDispersion dispersion;
  mpq_t square, expected, limit;
  double low, high;

  for (guint i = 0; i < G_N_ELEMENTS (official); i++)
    add (&group, balance_number_small (official[i].books, official[i].pupils), whole (official[i].pupils));
  balance_dispersion_init (&dispersion, &group.pool, group.values, group.weights, group.n);
  ck_assert_int_eq (dispersion.state, BALANCE_DISPERSION_KNOWN);

  mpq_inits (square, expected, limit, NULL);
  ck_assert (balance_dispersion_get_square (&dispersion, square));
  mpq_set_str (expected, "3343375367537/12593253949265", 10);
  mpq_canonicalize (expected);
  ck_assert (mpq_equal (square, expected));
  ck_assert (same (balance_dispersion_get_cv (&dispersion), 0.5152566298844764));
  ck_assert (same (balance_dispersion_get_mean (&dispersion), 1913.0 / 302.0));
  balance_dispersion_get_bounds (&dispersion, &low, &high);
  ck_assert (same (low, high) && same (low, 0.5152566298844764));

  mpq_set_ui (limit, 1, 2);
  ck_assert_int_eq (balance_dispersion_at_most (&dispersion, limit), BALANCE_FALSE);
  mpq_set_ui (limit, 515, 1000);
  mpq_canonicalize (limit);
  ck_assert_int_eq (balance_dispersion_at_most (&dispersion, limit), BALANCE_FALSE);
  mpq_set_ui (limit, 516, 1000);
  mpq_canonicalize (limit);
  ck_assert_int_eq (balance_dispersion_below (&dispersion, limit), BALANCE_TRUE);
  mpq_clears (square, expected, limit, NULL);
  balance_dispersion_clear (&dispersion);
  balance_number_pool_clear (&group.pool);
}
END_TEST

/* -- limits ------------------------------------------------------------------------------------------ */

static void
check_limit (Group *group, mpq_srcptr limit, BalanceTruth at_most, BalanceTruth below)
{
  for (int i = 0; i < 2; i++)
    {
      BalanceDispersion dispersion;

      balance_dispersion_init (&dispersion, &group->pool, group->values, group->weights, group->n);
      if (i == 1)
        dispersion.quick = FALSE;
      ck_assert_int_eq (balance_dispersion_at_most (&dispersion, limit), at_most);
      ck_assert_int_eq (balance_dispersion_below (&dispersion, limit), below);
      balance_dispersion_clear (&dispersion);
    }
}

/* Two equal sections with m - d and m + d have the coefficient d / m, whatever the size of the numbers. */
START_TEST (exactly_at_the_limit)
{
  for (guint i = 0; i < 2000; i++)
    {
      Group group = { .n = 0 };
      guint bits = 1 + (guint) (next_random () % 59);
      gint64 m = 1 + (gint64) (next_random () >> (64 - bits)), d = (gint64) (next_random () % (guint64) m);
      gint64 scale = 1 + (gint64) (next_random () % 1000), weight = 1 + (gint64) (next_random () % 1000000);
      mpq_t limit, hair;

      /* the same pair several times over changes nothing */
      for (guint k = 0; k <= i % 4; k++)
        {
          add (&group, balance_number_small (m - d, scale), balance_number_small (weight, 1 + k));
          add (&group, balance_number_small (m + d, scale), balance_number_small (weight, 1 + k));
        }
      mpq_inits (limit, hair, NULL);
      mpz_set_si (mpq_numref (limit), d);
      mpz_set_si (mpq_denref (limit), m);
      mpq_canonicalize (limit);
      check_limit (&group, limit, BALANCE_TRUE, BALANCE_FALSE);

      mpq_set_ui (hair, 1, 1);
      mpq_div_2exp (hair, hair, 300);
      mpq_add (limit, limit, hair);
      check_limit (&group, limit, BALANCE_TRUE, BALANCE_TRUE);
      mpq_sub (limit, limit, hair);
      mpq_sub (limit, limit, hair);
      check_limit (&group, limit, BALANCE_FALSE, BALANCE_FALSE);
      mpq_clears (limit, hair, NULL);
      balance_number_pool_clear (&group.pool);
    }
}
END_TEST

static BalanceNumber
random_value (guint kind)
{
  switch (kind)
    {
    case 0:   /* as in a census */
      return balance_number_small ((gint64) (next_random () % 100000), 1 + (gint64) (next_random () % 3000));
    case 1:   /* huge */
      return whole ((gint64) (next_random () >> 2));
    case 2:   /* tiny */
      return balance_number_small (1 + (gint64) (next_random () % 9), (gint64) (next_random () >> 2) | 1);
    case 3:   /* hardly different from one another */
      return balance_number_small (G_GINT64_CONSTANT (1000000000000) + (gint64) (next_random () % 3), 1000);
    case 4:   /* too long for the quick sums */
      return whole (G_MAXINT64 - (gint64) (next_random () % 1000));
    default:
      return whole ((gint64) (next_random () % 2));
    }
}

static void
random_group (Group *group, guint kind)
{
  guint n = 1 + (guint) (next_random () % (N_MAX - 1));

  memset (group, 0, sizeof *group);
  for (guint k = 0; k < n; k++)
    add (group, random_value (kind == 6 ? (guint) (next_random () % 6) : kind),
         kind % 2 ? balance_number_small (1 + (gint64) (next_random () % 2000), 1 + (gint64) (next_random () % 7))
                  : whole ((gint64) (next_random () % 2000)));
}

START_TEST (quick_and_exact_sums_agree)
{
  for (guint i = 0; i < 3500; i++)
    {
      Group group;
      BalanceDispersion quick, exact;
      mpq_t square, limit, half;
      double cv;

      random_group (&group, i % 7);
      balance_dispersion_init (&quick, &group.pool, group.values, group.weights, group.n);
      balance_dispersion_init (&exact, &group.pool, group.values, group.weights, group.n);
      exact.quick = FALSE;
      mpq_inits (square, limit, half, NULL);
      if (quick.state == BALANCE_DISPERSION_KNOWN)
        {
          ck_assert (square_of (&group, square));
          ck_assert (balance_dispersion_get_square (&exact, limit));
          ck_assert (mpq_equal (limit, square));
          cv = balance_dispersion_get_cv (&quick);
          ck_assert_msg (same (cv, balance_mpq_get_sqrt_double (square)), "group %u", i);
          ck_assert (same (cv, balance_dispersion_get_cv (&exact)));
          ck_assert (same (balance_dispersion_get_mean (&quick), balance_dispersion_get_mean (&exact)));

          /* limits next to the coefficient: the printed one and its neighbours */
          for (int k = -1; k <= 1; k++)
            {
              int order;

              mpq_set_d (limit, k == 0 ? cv : nextafter (cv, k < 0 ? -1.0 : INFINITY));
              if (mpq_sgn (limit) < 0)
                continue;
              mpq_mul (half, limit, limit);
              order = mpq_cmp (square, half);
              check_limit (&group, limit, order <= 0 ? BALANCE_TRUE : BALANCE_FALSE, order < 0 ? BALANCE_TRUE : BALANCE_FALSE);
            }
        }
      else
        {
          ck_assert_int_eq (quick.state, exact.state);
          ck_assert (isnan (balance_dispersion_get_cv (&quick)));
        }
      mpq_clears (square, limit, half, NULL);
      balance_dispersion_clear (&quick);
      balance_dispersion_clear (&exact);
      balance_number_pool_clear (&group.pool);
    }
}
END_TEST

START_TEST (limits_out_of_range)
{
  Group group = { .n = 0 };
  mpq_t limit;

  add (&group, whole (1), whole (1));
  add (&group, whole (3), whole (1));
  mpq_init (limit);
  mpz_ui_pow_ui (mpq_numref (limit), 10, 400);
  check_limit (&group, limit, BALANCE_TRUE, BALANCE_TRUE);
  mpq_inv (limit, limit);
  check_limit (&group, limit, BALANCE_FALSE, BALANCE_FALSE);
  mpq_neg (limit, limit);
  check_limit (&group, limit, BALANCE_FALSE, BALANCE_FALSE);
  mpq_clear (limit);
  balance_number_pool_clear (&group.pool);
}
END_TEST

/* -- groups that are none ------------------------------------------------------------------------------ */

static void
expect (Group *group, BalanceDispersionState state, BalanceTruth at_most, BalanceTruth below)
{
  BalanceDispersion dispersion;
  mpq_t limit;

  balance_dispersion_init (&dispersion, &group->pool, group->values, group->weights, group->n);
  ck_assert_int_eq (dispersion.state, state);
  balance_dispersion_clear (&dispersion);
  mpq_init (limit);
  mpq_set_ui (limit, 1, 2);
  check_limit (group, limit, at_most, below);
  mpq_clear (limit);
  balance_number_pool_clear (&group->pool);
  memset (group, 0, sizeof *group);
}

START_TEST (special_groups)
{
  Group group = { .n = 0 };
  BalanceDispersion dispersion;
  mpq_t zero;

  expect (&group, BALANCE_DISPERSION_EMPTY, BALANCE_UNKNOWN, BALANCE_UNKNOWN);
  add (&group, whole (7), whole (0));
  expect (&group, BALANCE_DISPERSION_EMPTY, BALANCE_UNKNOWN, BALANCE_UNKNOWN);

  /* one section differs from nobody: 0, which is not below 0 */
  add (&group, balance_number_small (1, 3), balance_number_small (22, 7));
  add (&group, whole (5), whole (0));
  balance_dispersion_init (&dispersion, &group.pool, group.values, group.weights, group.n);
  ck_assert (same (balance_dispersion_get_cv (&dispersion), 0.0));
  mpq_init (zero);
  ck_assert_int_eq (balance_dispersion_at_most (&dispersion, zero), BALANCE_TRUE);
  ck_assert_int_eq (balance_dispersion_below (&dispersion, zero), BALANCE_FALSE);
  mpq_clear (zero);
  balance_dispersion_clear (&dispersion);
  expect (&group, BALANCE_DISPERSION_KNOWN, BALANCE_TRUE, BALANCE_TRUE);

  /* nothing anywhere: no coefficient, but S <= c * mean holds */
  add (&group, whole (0), whole (10));
  add (&group, balance_number_small (0, 9), whole (20));
  balance_dispersion_init (&dispersion, &group.pool, group.values, group.weights, group.n);
  ck_assert (isnan (balance_dispersion_get_cv (&dispersion)));
  ck_assert (same (balance_dispersion_get_mean (&dispersion), 0.0));
  balance_dispersion_clear (&dispersion);
  expect (&group, BALANCE_DISPERSION_ZERO, BALANCE_TRUE, BALANCE_FALSE);

  /* a value of a section without weight is no matter, known or not */
  add (&group, missing (&group), whole (0));
  add (&group, balance_number_undefined (&group.pool), whole (0));
  add (&group, whole (1), whole (1));
  expect (&group, BALANCE_DISPERSION_KNOWN, BALANCE_TRUE, BALANCE_TRUE);

  add (&group, whole (1), missing (&group));
  add (&group, whole (1), whole (1));
  expect (&group, BALANCE_DISPERSION_UNKNOWN, BALANCE_UNKNOWN, BALANCE_UNKNOWN);
  add (&group, whole (1), whole (-1));
  expect (&group, BALANCE_DISPERSION_UNKNOWN, BALANCE_UNKNOWN, BALANCE_UNKNOWN);
  add (&group, balance_number_undefined (&group.pool), whole (1));
  expect (&group, BALANCE_DISPERSION_UNKNOWN, BALANCE_UNKNOWN, BALANCE_UNKNOWN);

  /* a mean that is not above zero can bound nothing */
  add (&group, whole (-3), whole (1));
  add (&group, whole (3), whole (1));
  expect (&group, BALANCE_DISPERSION_KNOWN, BALANCE_FALSE, BALANCE_FALSE);
  add (&group, whole (-3), whole (1));
  add (&group, whole (-3), whole (1));
  expect (&group, BALANCE_DISPERSION_KNOWN, BALANCE_FALSE, BALANCE_FALSE);
  /* but one section alone cannot differ, whatever its value */
  add (&group, whole (-3), whole (1));
  expect (&group, BALANCE_DISPERSION_KNOWN, BALANCE_TRUE, BALANCE_TRUE);
}
END_TEST

/* -- missing values ------------------------------------------------------------------------------------ */

/* Whatever the missing values are, the coefficient lies within its bounds, and no verdict is contradicted. */
START_TEST (missing_values)
{
  for (guint i = 0; i < 1500; i++)
    {
      Group group = { .n = 0 };
      gint64 values[8], weights[8];
      guint n = 2 + (guint) (next_random () % 6), first_missing;
      BalanceDispersion dispersion;
      double low, high;
      mpq_t limit, square, other;
      BalanceTruth at_most, below;
      gboolean positive = FALSE;

      first_missing = (guint) (next_random () % n);
      for (guint k = 0; k < n; k++)
        {
          weights[k] = 1 + (gint64) (next_random () % 50);
          values[k] = (gint64) (next_random () % 20);
          positive = positive || (k < first_missing && values[k] > 0);
          add (&group, k < first_missing ? whole (values[k]) : missing (&group), whole (weights[k]));
        }
      balance_dispersion_init (&dispersion, &group.pool, group.values, group.weights, group.n);
      ck_assert_int_eq (dispersion.state, BALANCE_DISPERSION_MISSING);
      ck_assert_uint_eq (dispersion.n_missing, n - first_missing);
      ck_assert (isnan (balance_dispersion_get_cv (&dispersion)));
      balance_dispersion_get_bounds (&dispersion, &low, &high);

      mpq_inits (limit, square, other, NULL);
      mpq_set_ui (limit, next_random () % 300, 100);
      mpq_canonicalize (limit);
      at_most = balance_dispersion_at_most (&dispersion, limit);
      below = balance_dispersion_below (&dispersion, limit);
      for (guint trial = 0; trial < 40; trial++)
        {
          Group full = { .n = 0 };

          for (guint k = 0; k < n; k++)
            {
              gint64 guess = trial == 0 ? 0 : trial < 20 ? (gint64) (next_random () % 30) : (gint64) (next_random () % 100000);

              add (&full, whole (k < first_missing ? values[k] : guess), whole (weights[k]));
            }
          if (square_of (&full, square))
            {
              double cv = balance_mpq_get_sqrt_double (square);

              ck_assert_msg (cv >= low && cv <= high, "group %u: %g not in %g .. %g", i, cv, low, high);
              mpq_mul (other, limit, limit);
              ck_assert (at_most == BALANCE_UNKNOWN || (at_most == BALANCE_TRUE) == (mpq_cmp (square, other) <= 0));
              ck_assert (below == BALANCE_UNKNOWN || (below == BALANCE_TRUE) == (mpq_cmp (square, other) < 0));
            }
          balance_number_pool_clear (&full.pool);
        }

      /* the lower bound is reached where all missing values equal Q / X of the known ones */
      if (positive)
        {
          Group full = { .n = 0 };
          gint64 x = 0, q = 0;

          for (guint k = 0; k < first_missing; k++)
            {
              x += weights[k] * values[k];
              q += weights[k] * values[k] * values[k];
            }
          for (guint k = 0; k < n; k++)
            add (&full, k < first_missing ? whole (values[k]) : balance_number_small (q, x), whole (weights[k]));
          ck_assert (square_of (&full, square));
          ck_assert (same (low, balance_mpq_get_sqrt_double (square)));
          balance_number_pool_clear (&full.pool);
        }
      mpq_clears (limit, square, other, NULL);
      balance_dispersion_clear (&dispersion);
      balance_number_pool_clear (&group.pool);
    }
}
END_TEST

START_TEST (missing_values_that_may_be_negative)
{
  Group group = { .n = 0 };

  /* with a value below zero the mean may come as near to zero as it likes */
  add (&group, balance_number_from_bounds (&group.pool, NULL, NULL), whole (1));
  add (&group, whole (3), whole (1));
  expect (&group, BALANCE_DISPERSION_MISSING, BALANCE_UNKNOWN, BALANCE_UNKNOWN);
  add (&group, whole (-3), whole (1));
  add (&group, whole (4), whole (1));
  add (&group, missing (&group), whole (1));
  expect (&group, BALANCE_DISPERSION_MISSING, BALANCE_FALSE, BALANCE_FALSE);
  /* one section alone cannot differ, known or not */
  add (&group, balance_number_from_bounds (&group.pool, NULL, NULL), whole (1));
  expect (&group, BALANCE_DISPERSION_MISSING, BALANCE_TRUE, BALANCE_TRUE);
}
END_TEST

/* -- as a number ---------------------------------------------------------------------------------------- */

START_TEST (as_a_number)
{
  for (guint i = 0; i < 700; i++)
    {
      Group group;
      BalanceDispersion dispersion;
      BalanceNumberPool pool = { 0 };
      BalanceNumber cv;
      mpq_t square, end;

      random_group (&group, i % 7);
      balance_dispersion_init (&dispersion, &group.pool, group.values, group.weights, group.n);
      cv = balance_dispersion_get_number (&dispersion, &pool, 256);
      if (dispersion.state == BALANCE_DISPERSION_KNOWN)
        {
          mpq_inits (square, end, NULL);
          ck_assert (balance_number_is_known (&pool, cv));
          ck_assert (same (balance_number_get_double (&pool, cv), balance_dispersion_get_cv (&dispersion)));
          ck_assert (square_of (&group, square));
          ck_assert (balance_number_get_low_mpq (&pool, cv, end));
          mpq_mul (end, end, end);
          ck_assert (mpq_cmp (end, square) <= 0);
          ck_assert (balance_number_get_high_mpq (&pool, cv, end));
          mpq_mul (end, end, end);
          ck_assert (mpq_cmp (end, square) >= 0);
          mpq_clears (square, end, NULL);
        }
      balance_dispersion_clear (&dispersion);
      balance_number_pool_clear (&group.pool);
      balance_number_pool_clear (&pool);
    }
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("dispersion");
  TCase *tests = tcase_create ("dispersion");
  SRunner *runner;
  int n_failed;

  tcase_add_checked_fixture (tests, setup, NULL);
  tcase_set_timeout (tests, 60);
  tcase_add_test (tests, official_example);
  tcase_add_test (tests, exactly_at_the_limit);
  tcase_add_test (tests, quick_and_exact_sums_agree);
  tcase_add_test (tests, limits_out_of_range);
  tcase_add_test (tests, special_groups);
  tcase_add_test (tests, missing_values);
  tcase_add_test (tests, missing_values_that_may_be_negative);
  tcase_add_test (tests, as_a_number);
  suite_add_tcase (suite, tests);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
