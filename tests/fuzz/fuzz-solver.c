/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as what goes into the program that solves plans, as what it answers, and as the costs of a plan. */

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

static void
read_costs (const uint8_t *data, size_t size)
{
  g_autoptr(GBytes) bytes = g_bytes_new (data, size);
  g_autoptr(GListModel) problems = balance_costs_check (bytes, "fuzz.yaml", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceCosts) costs = balance_costs_new_from_bytes (bytes, "fuzz.yaml", NULL, &error);
  gboolean faulty = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr(BalanceProblem) problem = g_list_model_get_item (problems, i);
      g_autofree char *text = balance_problem_to_text (problem, "zh");

      faulty = faulty || balance_problem_get_severity (problem) == BALANCE_SEVERITY_ERROR;
      if (!g_utf8_validate (text, -1, NULL))
        abort ();
    }
  /* never refused without a reason, never taken in spite of one */
  if ((costs == NULL) != faulty || (costs == NULL) != (error != NULL))
    abort ();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  read_costs (data, size);
  read_problem ((const char *) data, size);
  read_answer ((const char *) data, size);

  return 0;
}
