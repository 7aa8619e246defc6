/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Nothing that a plan of a city needs is larger. */
#define SOLVE_MAX_VARIABLES 4000000
#define SOLVE_MAX_ROWS      4000000
#define SOLVE_MAX_ENTRIES   50000000

/* A mixed-integer linear program: least sum of cost x, with lower <= x <= upper and row_lower <= A x <= row_upper. */
typedef struct
{
  double  seconds;          /* by the clock; 0 = no limit */
  double  gap;              /* relative, at which to stop */

  guint   n_variables;
  double *lower, *upper;    /* may be infinite */
  double *cost;
  guint8 *whole;            /* only whole numbers? */

  guint   n_rows;
  double *row_lower, *row_upper;
  guint  *starts;           /* [n_rows + 1] */
  guint   n_entries;
  int    *columns;
  double *values;

  double *start;            /* [n_variables] a solution that is known; nullable */
} SolveProblem;

/* Reads the text that is described in doc/planning.md. NULL with a message that names the line. */
SolveProblem *solve_problem_read (const char    *text,
                                  gsize          length,
                                  char         **message);
void          solve_problem_free (SolveProblem  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SolveProblem, solve_problem_free)

G_END_DECLS
