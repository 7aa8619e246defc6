/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Selections by sorting, against comparing every two rows. */

#include <check.h>
#include <stdlib.h>

#include "evaluation/balance-selection-private.h"

#define MAX_ROWS 40
#define N_KEYS 3

/* Is row a ahead of row b? UNKNOWN for a tie in all keys or where a key is missing. */
static BalanceTruth
is_ahead (const BalanceNumberPool *pool, const BalanceNumber *const *keys, guint a, guint b)
{
  for (guint k = 0; k < N_KEYS; k++)
    {
      BalanceTruth above = balance_number_less (pool, keys[k][b], keys[k][a]);
      BalanceTruth below = balance_number_less (pool, keys[k][a], keys[k][b]);

      if (above == BALANCE_TRUE || below == BALANCE_TRUE)
        return above == BALANCE_TRUE ? BALANCE_TRUE : BALANCE_FALSE;
      if (above == BALANCE_UNKNOWN || below == BALANCE_UNKNOWN)
        return BALANCE_UNKNOWN;
    }

  return BALANCE_UNKNOWN;
}

static BalanceNumber
random_number (GRand *rand, BalanceNumberPool *pool)
{
  BalanceDecimal low = { g_rand_int_range (rand, 0, 5), 0 }, high = { low.digits + g_rand_int_range (rand, 0, 3), 0 };

  switch (g_rand_int_range (rand, 0, 9))
    {
    case 0:
      return balance_number_from_bounds (pool, &low, &high);
    case 1:
      return balance_number_from_bounds (pool, NULL, &high);
    case 2:
      return balance_number_from_bounds (pool, &low, NULL);
    case 3:
      return g_rand_boolean (rand) ? balance_number_from_bounds (pool, NULL, NULL) : balance_number_undefined (pool);
    case 4:
      /* the same value, written otherwise */
      return balance_number_small (3 * low.digits, 3);
    default:
      return balance_number_small (low.digits, 1);
    }
}

START_TEST (against_pairs)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) _i);
  BalanceNumberPool pool = { 0 };
  BalanceNumber numbers[N_KEYS][MAX_ROWS];
  const BalanceNumber *keys[N_KEYS];
  guint8 applies[MAX_ROWS];
  guint rows[MAX_ROWS], ahead[MAX_ROWS], maybe[MAX_ROWS], n = 0;

  for (guint i = 0; i < MAX_ROWS; i++)
    {
      for (guint k = 0; k < N_KEYS; k++)
        numbers[k][i] = random_number (rand, &pool);
      applies[i] = g_rand_int_range (rand, 0, 4) == 0 ? BALANCE_UNKNOWN : BALANCE_TRUE;
      if (g_rand_int_range (rand, 0, 3) > 0)
        rows[n++] = i;
    }
  for (guint k = 0; k < N_KEYS; k++)
    keys[k] = numbers[k];

  balance_selection_count (&pool, keys, N_KEYS, applies, rows, n, ahead, maybe);
  for (guint i = 0; i < n; i++)
    {
      guint sure = 0, doubtful = 0;

      for (guint k = 0; k < n; k++)
        {
          BalanceTruth truth = k == i ? BALANCE_FALSE : is_ahead (&pool, keys, rows[k], rows[i]);

          if (truth == BALANCE_TRUE && applies[rows[k]] == BALANCE_TRUE)
            sure++;
          else if (truth != BALANCE_FALSE)
            doubtful++;
        }
      ck_assert_uint_eq (ahead[rows[i]], sure);
      ck_assert_uint_eq (maybe[rows[i]], doubtful);
    }
  balance_number_pool_clear (&pool);
}
END_TEST

/* As many as a nation has: comparing every two would take hours. */
START_TEST (many)
{
  const guint n = 200000;
  BalanceNumberPool pool = { 0 };
  g_autofree BalanceNumber *scores = g_new (BalanceNumber, n);
  const BalanceNumber *keys[] = { scores };
  g_autofree guint8 *applies = g_malloc (n);
  g_autofree guint *rows = g_new (guint, n), *ahead = g_new (guint, n), *maybe = g_new (guint, n);

  for (guint i = 0; i < n; i++)
    {
      scores[i] = balance_number_small ((gint64) ((guint64) i * 7919 % n), 1);
      applies[i] = BALANCE_TRUE;
      rows[i] = i;
    }
  balance_selection_count (&pool, keys, 1, applies, rows, n, ahead, maybe);
  for (guint i = 0; i < n; i++)
    {
      ck_assert_uint_eq (ahead[i], n - 1 - (guint) scores[i].num);
      ck_assert_uint_eq (maybe[i], 0);
    }
  balance_number_pool_clear (&pool);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("selection");
  TCase *tests = tcase_create ("selection");
  SRunner *runner;
  int n_failed;

  tcase_set_timeout (tests, 60);
  tcase_add_loop_test (tests, against_pairs, 0, 300);
  tcase_add_test (tests, many);
  suite_add_tcase (suite, tests);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
