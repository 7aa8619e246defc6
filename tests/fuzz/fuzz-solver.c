/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as what goes into the program that solves plans, and as what it answers. */

#include <stdint.h>
#include <stdlib.h>

#include "planning/balance-solver-private.h"
#include "solve-read.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static void
read_problem (const char *text, gsize length)
{
  g_autofree char *message = NULL;
  g_autoptr(SolveProblem) problem = solve_problem_read (text, length, &message);

  if ((problem == NULL) != (message != NULL))
    abort ();
  for (guint k = 0; problem != NULL && k < problem->n_entries; k++)
    if (problem->columns[k] < 0 || (guint) problem->columns[k] >= problem->n_variables)
      abort ();
}

static void
read_answer (const char *text, gsize length)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceSolverAnswer) answer = balance_solver_answer_read (text, length, 3, &error);
  double best, bound;

  if ((answer == NULL) != (error != NULL) || (answer != NULL && answer->n_values > 3))
    abort ();
  balance_solver_answer_get_progress (text, length, &best, &bound);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  read_problem ((const char *) data, size);
  read_answer ((const char *) data, size);

  return 0;
}
