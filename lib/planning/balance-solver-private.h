/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

G_BEGIN_DECLS

#define BALANCE_SOLVER_PROGRAM "balance-solve"

/* A mixed-integer linear program: least sum of costs, with bounds on variables and on rows. It grows: rows are added
 * between one solution and the next. Not thread-safe. */
typedef struct _BalanceSolver BalanceSolver;

typedef enum
{
  BALANCE_SOLVER_OPTIMAL,       /* within the gap */
  BALANCE_SOLVER_FEASIBLE,      /* a solution, but time ended the search */
  BALANCE_SOLVER_INFEASIBLE,
  BALANCE_SOLVER_UNBOUNDED,
  BALANCE_SOLVER_STOPPED,       /* time ended the search before there was a solution */
} BalanceSolverStatus;

typedef struct
{
  BalanceSolverStatus status;
  double              objective;   /* infinite where there is no solution */
  double              bound;       /* none is less; -infinite where nothing is known */
  double              seconds;
  guint               n_values;    /* 0 where there is no solution */
  double             *values;
  char               *version;     /* of the solver: "cbc 2.10.8" */
} BalanceSolverAnswer;

typedef struct
{
  double        seconds;           /* by the clock; 0 = no limit */
  double        gap;               /* relative */
  gboolean      relaxed;           /* whole numbers are not asked for */
  const double *start;             /* a solution that is known; nullable */
  guint64       max_memory;        /* bytes; 0 = no limit */
} BalanceSolverOptions;

/* Best solution (infinite while there is none) and bound (-infinite while there is none) so far. */
typedef void (*BalanceSolverWatch) (double best, double bound, gpointer data);

BalanceSolver *balance_solver_new             (void);
void           balance_solver_free            (BalanceSolver *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceSolver, balance_solver_free)

guint          balance_solver_add_variable    (BalanceSolver *self,
                                               double         lower,
                                               double         upper,
                                               double         cost,
                                               gboolean       whole);
guint          balance_solver_add_row         (BalanceSolver *self,
                                               double         lower,
                                               double         upper);
/* To the row that was added last; entries of one variable add up. */
void           balance_solver_add_entry       (BalanceSolver *self,
                                               guint          variable,
                                               double         coefficient);
void           balance_solver_set_bounds      (BalanceSolver *self,
                                               guint          variable,
                                               double         lower,
                                               double         upper);
void           balance_solver_get_bounds      (BalanceSolver *self,
                                               guint          variable,
                                               double        *lower,
                                               double        *upper);
void           balance_solver_set_row_bounds  (BalanceSolver *self,
                                               guint          row,
                                               double         lower,
                                               double         upper);
void           balance_solver_set_cost        (BalanceSolver *self,
                                               guint          variable,
                                               double         cost);
double         balance_solver_get_cost        (BalanceSolver *self,
                                               guint          variable);
/* Do the values keep to the bounds of a row? */
gboolean       balance_solver_holds           (BalanceSolver *self,
                                               guint          row,
                                               const double  *values);
guint          balance_solver_get_n_variables (BalanceSolver *self);
guint          balance_solver_get_n_rows      (BalanceSolver *self);
/* Takes rows away again, those from `n` on; or variables, which no row that stays may name. */
void           balance_solver_truncate        (BalanceSolver *self,
                                               guint          n_variables,
                                               guint          n_rows);

/* Whole numbers in the answer are rounded to whole numbers. NULL with BALANCE_ERROR_HELPER_MISSING where the program
 * is not installed, BALANCE_ERROR_HELPER where it failed, G_IO_ERROR_CANCELLED. */
BalanceSolverAnswer *balance_solver_solve     (BalanceSolver              *self,
                                               const BalanceSolverOptions *options,
                                               BalanceSolverWatch          watch,
                                               gpointer                    data,
                                               GCancellable               *cancellable,
                                               GError                    **error);

/* Reads what the program answers about a problem of `n_variables`; NULL with BALANCE_ERROR_HELPER if it is anything else. */
BalanceSolverAnswer *balance_solver_answer_read (const char *text,
                                                 gsize       length,
                                                 guint       n_variables,
                                                 GError    **error);
/* The last line of progress in what was answered so far; FALSE if there is none. */
gboolean             balance_solver_answer_get_progress (const char *text,
                                                         gsize       length,
                                                         double     *best,
                                                         double     *bound);
void                 balance_solver_answer_free (BalanceSolverAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceSolverAnswer, balance_solver_answer_free)

G_END_DECLS
