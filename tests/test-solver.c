/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The solver of plans: what it computes against enumeration, what it refuses, how it ends. */

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "planning/balance-solver-private.h"

static const BalanceSolverOptions plain = { .seconds = 60 };

static void
assert_near (double value, double expected)
{
  ck_assert_msg (fabs (value - expected) <= 1e-6 * MAX (1.0, fabs (expected)), "%.17g, expected %.17g", value, expected);
}

/* -- the text of both ends --------------------------------------------------------------------------- */

#define HEAD "balance-solve 1 cbc 2.10.8\n"
#define TAIL "objective 4\nbound 3.5\nseconds 0.25\nvalues 2\n 4\n -1e-3\nend\n"

static const struct
{
  const char *text;
  gboolean    good;
} answers[] = {
  { HEAD "status optimal\n" TAIL, TRUE },
  { HEAD "progress 0.1 inf 2\nprogress 0.2 5 3\nstatus feasible\n" TAIL, TRUE },
  { HEAD "status infeasible\nobjective inf\nbound -inf\nseconds 0\nvalues 0\nend\n", TRUE },
  { HEAD "status optimal\nobjective inf\nbound -inf\nseconds 0\nvalues 0\nend\n", FALSE },
  { HEAD "status optimal\n" TAIL "more\n", FALSE },
  { HEAD "status optimal\nobjective 4\nbound 3.5\nseconds 0.25\nvalues 2\n 4\n nan\nend\n", FALSE },
  { HEAD "status optimal\nobjective 4\nbound 3.5\nseconds 0.25\nvalues 3\n 4\n 1\n 1\nend\n", FALSE },
  { HEAD "status optimal\nobjective 4\nbound 3.5\nseconds 0.25\nvalues 2\n 4\n 1\n", FALSE },
  { HEAD "status optimal\nobjective 4,0\nbound 3.5\nseconds 0.25\nvalues 2\n 4\n 1\nend\n", FALSE },
  { HEAD "status splendid\n" TAIL, FALSE },
  { HEAD "progress 1 2\nstatus optimal\n" TAIL, FALSE },
  { "balance-solve 2 cbc\nstatus optimal\n" TAIL, FALSE },
  { HEAD "progress 0.1 inf 2\n", FALSE },
  { "", FALSE },
};

START_TEST (test_answer)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceSolverAnswer) answer = balance_solver_answer_read (answers[_i].text, strlen (answers[_i].text), 2, &error);

  ck_assert_int_eq (answer != NULL, answers[_i].good);
  ck_assert_int_eq (error == NULL, answers[_i].good);
  if (answer == NULL)
    ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_HELPER) && strchr (error->message, '\n') != NULL);
  else if (answer->n_values > 0)
    {
      ck_assert_str_eq (answer->version, "cbc 2.10.8");
      assert_near (answer->values[1], -1e-3);
      assert_near (answer->bound, 3.5);
    }
}
END_TEST

START_TEST (test_progress)
{
  static const char text[] = HEAD "progress 0.1 inf 2\nprogress 0.2 5 -inf\nprogress 0.3 6";
  double best, bound;

  ck_assert (balance_solver_answer_get_progress (text, sizeof text - 1, &best, &bound));
  assert_near (best, 5);
  assert_near (bound, 2);
  ck_assert (!balance_solver_answer_get_progress (HEAD, sizeof HEAD - 1, &best, &bound));
}
END_TEST

START_TEST (test_missing)
{
  g_autoptr(BalanceSolver) solver = balance_solver_new ();
  g_autoptr(GError) error = NULL;

  g_setenv ("BALANCE_LIBEXEC_DIR", "/nonexistent", TRUE);
  ck_assert_ptr_null (balance_solver_solve (solver, &plain, NULL, NULL, NULL, &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_HELPER_MISSING));
  ck_assert_ptr_nonnull (strstr (error->message, "coinor-libcbc3"));
  ck_assert_ptr_nonnull (strstr (error->message, "\n计算整改方案的程序"));
}
END_TEST

#ifdef HAVE_SOLVER

static BalanceSolverAnswer *
solve (BalanceSolver *solver, const BalanceSolverOptions *options)
{
  g_autoptr(GError) error = NULL;
  BalanceSolverAnswer *answer = balance_solver_solve (solver, options, NULL, NULL, NULL, &error);

  ck_assert_msg (answer != NULL, "%s", error != NULL ? error->message : "");

  return answer;
}

/* -- against enumeration ----------------------------------------------------------------------------- */

#define N 4
#define MOST 4

/* Small random programs with whole numbers, each of which is also solved by trying all points. */
START_TEST (test_random)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed ((guint32) _i + 1);
  g_autoptr(BalanceSolver) solver = balance_solver_new ();
  g_autoptr(BalanceSolverAnswer) answer = NULL;
  int cost[N], weights[3][N], least[3], best = G_MAXINT;

  for (guint i = 0; i < N; i++)
    {
      cost[i] = g_rand_int_range (rand, -3, 20);
      balance_solver_add_variable (solver, 0, MOST, cost[i], TRUE);
    }
  for (guint r = 0; r < 3; r++)
    {
      least[r] = g_rand_int_range (rand, 5, 60);
      balance_solver_add_row (solver, least[r], INFINITY);
      for (guint i = 0; i < N; i++)
        balance_solver_add_entry (solver, i, weights[r][i] = g_rand_int_range (rand, -4, 9));
    }
  for (guint point = 0; point < 625; point++)
    {
      int x[N] = { (int) point % 5, (int) point / 5 % 5, (int) point / 25 % 5, (int) point / 125 }, sum = 0;
      gboolean good = TRUE;

      for (guint i = 0; i < N; i++)
        sum += cost[i] * x[i];
      for (guint r = 0; r < 3; r++)
        good = good && weights[r][0] * x[0] + weights[r][1] * x[1] + weights[r][2] * x[2] + weights[r][3] * x[3] >= least[r];
      if (good && sum < best)
        best = sum;
    }

  answer = solve (solver, &plain);
  if (best == G_MAXINT)
    ck_assert_int_eq (answer->status, BALANCE_SOLVER_INFEASIBLE);
  else
    {
      ck_assert_int_eq (answer->status, BALANCE_SOLVER_OPTIMAL);
      ck_assert_uint_eq (answer->n_values, N);
      assert_near (answer->objective, best);
      ck_assert_double_le (answer->bound, best + 1e-6);
    }
}
END_TEST

/* A row more, and taken away again; the relaxation is no dearer. */
START_TEST (test_rounds)
{
  g_autoptr(BalanceSolver) solver = balance_solver_new ();
  BalanceSolverOptions relaxed = plain;
  double start[2] = { 4, 0 };
  BalanceSolverAnswer *answer;

  relaxed.relaxed = TRUE;
  balance_solver_add_variable (solver, 0, 10, 1, TRUE);
  balance_solver_add_variable (solver, 0, INFINITY, 2.5, FALSE);
  balance_solver_add_row (solver, 3.5, INFINITY);
  balance_solver_add_entry (solver, 0, 1);
  balance_solver_add_entry (solver, 1, 0.5);
  balance_solver_add_entry (solver, 1, 0.5);

  answer = solve (solver, &plain);
  assert_near (answer->objective, 4);
  balance_solver_answer_free (answer);
  answer = solve (solver, &relaxed);
  assert_near (answer->objective, 3.5);
  assert_near (answer->bound, 3.5);
  balance_solver_answer_free (answer);

  relaxed = plain;
  relaxed.start = start;
  answer = solve (solver, &relaxed);
  assert_near (answer->objective, 4);
  balance_solver_answer_free (answer);

  balance_solver_add_row (solver, 0, 2);
  balance_solver_add_entry (solver, 0, 1);
  answer = solve (solver, &plain);
  assert_near (answer->objective, 2 + 1.5 * 2.5);
  balance_solver_answer_free (answer);

  balance_solver_truncate (solver, 2, 1);
  ck_assert_uint_eq (balance_solver_get_n_rows (solver), 1);
  answer = solve (solver, &plain);
  assert_near (answer->objective, 4);
  balance_solver_answer_free (answer);
}
END_TEST

START_TEST (test_unbounded)
{
  g_autoptr(BalanceSolver) solver = balance_solver_new ();
  g_autoptr(BalanceSolverAnswer) answer = NULL;

  balance_solver_add_variable (solver, 0, INFINITY, -1, TRUE);
  balance_solver_add_variable (solver, 0, 1, -1, TRUE);
  answer = solve (solver, &plain);
  ck_assert_int_eq (answer->status, BALANCE_SOLVER_UNBOUNDED);
  ck_assert_uint_eq (answer->n_values, 0);
}
END_TEST

/* -- hard ones --------------------------------------------------------------------------------------- */

/* Market splitting: no search finds its way through this in a second. */
static BalanceSolver *
hard_problem (void)
{
  BalanceSolver *solver = balance_solver_new ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (7);
  enum { ROWS = 6, COLUMNS = 50 };

  for (guint i = 0; i < COLUMNS; i++)
    balance_solver_add_variable (solver, 0, 1, 0, TRUE);
  for (guint r = 0; r < ROWS; r++)
    {
      int sum = 0, weights[COLUMNS];
      guint over = balance_solver_add_variable (solver, 0, INFINITY, 1, FALSE), under = balance_solver_add_variable (solver, 0, INFINITY, 1, FALSE);

      for (guint i = 0; i < COLUMNS; i++)
        sum += weights[i] = g_rand_int_range (rand, 0, 100);
      balance_solver_add_row (solver, sum / 2, sum / 2);
      for (guint i = 0; i < COLUMNS; i++)
        balance_solver_add_entry (solver, i, weights[i]);
      balance_solver_add_entry (solver, over, 1);
      balance_solver_add_entry (solver, under, -1);
    }

  return solver;
}

START_TEST (test_time_limit)
{
  g_autoptr(BalanceSolver) solver = hard_problem ();
  BalanceSolverOptions options = { .seconds = 1 };
  g_autoptr(BalanceSolverAnswer) answer = solve (solver, &options);

  ck_assert (answer->status == BALANCE_SOLVER_FEASIBLE || answer->status == BALANCE_SOLVER_STOPPED);
  ck_assert_double_lt (answer->bound, answer->objective);
}
END_TEST

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (200000);
  g_cancellable_cancel (cancellable);

  return NULL;
}

START_TEST (test_cancel)
{
  g_autoptr(BalanceSolver) solver = hard_problem ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_autoptr(GError) error = NULL;

  ck_assert_ptr_null (balance_solver_solve (solver, &plain, NULL, NULL, cancellable, &error));
  ck_assert (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  g_thread_join (thread);
}
END_TEST

static void
count (double best, double bound, gpointer data)
{
  guint *n = data;

  ck_assert (best >= bound);
  (*n)++;
}

START_TEST (test_watch)
{
  g_autoptr(BalanceSolver) solver = hard_problem ();
  BalanceSolverOptions options = { .seconds = 1 };
  g_autoptr(GError) error = NULL;
  guint n = 0;
  g_autoptr(BalanceSolverAnswer) answer = balance_solver_solve (solver, &options, count, &n, NULL, &error);

  ck_assert_ptr_nonnull (answer);
  ck_assert_uint_gt (n, 0);
}
END_TEST

/* The program names the line of what it cannot read. */
START_TEST (test_nonsense)
{
  g_autoptr(BalanceSolver) solver = balance_solver_new ();
  g_autoptr(GError) error = NULL;

  balance_solver_add_variable (solver, 2, 1, 0, TRUE);
  ck_assert_ptr_null (balance_solver_solve (solver, &plain, NULL, NULL, NULL, &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_HELPER));
  ck_assert_msg (strstr (error->message, "line 5: a lower bound above the upper bound") != NULL, "%s", error->message);
}
END_TEST

#endif

int
main (void)
{
  Suite *suite = suite_create ("solver");
  TCase *text = tcase_create ("text");
  SRunner *runner = srunner_create (suite);
  int n_failed;

  tcase_add_loop_test (text, test_answer, 0, G_N_ELEMENTS (answers));
  tcase_add_test (text, test_progress);
  tcase_add_test (text, test_missing);
  suite_add_tcase (suite, text);
#ifdef HAVE_SOLVER
  {
    TCase *solving = tcase_create ("solving");

    g_setenv ("BALANCE_LIBEXEC_DIR", HAVE_SOLVER, TRUE);
    tcase_set_timeout (solving, 60);
    tcase_add_loop_test (solving, test_random, 0, 40);
    tcase_add_test (solving, test_rounds);
    tcase_add_test (solving, test_unbounded);
    tcase_add_test (solving, test_time_limit);
    tcase_add_test (solving, test_cancel);
    tcase_add_test (solving, test_watch);
    tcase_add_test (solving, test_nonsense);
    suite_add_tcase (suite, solving);
  }
#endif

  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
