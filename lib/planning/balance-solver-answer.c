/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-solver-private.h"

#include <math.h>
#include <string.h>

#define MAX_LINE 200

typedef struct
{
  const char *at, *end;
} Lines;

/* The next whole line without its end, as a copy that is terminated. */
static gboolean
next_line (Lines *self, char line[MAX_LINE + 1])
{
  const char *stop = self->at < self->end ? memchr (self->at, '\n', (gsize) (self->end - self->at)) : NULL;
  gsize length;

  if (stop == NULL)
    return FALSE;
  length = (gsize) (stop - self->at);
  if (length > MAX_LINE || memchr (self->at, '\0', length) != NULL)
    return FALSE;
  memcpy (line, self->at, length);
  line[length] = '\0';
  self->at = stop + 1;

  return TRUE;
}

/* One number after blanks, and moves behind it. */
static gboolean
take_number (char **at, double *number)
{
  char *end;

  while (**at == ' ')
    (*at)++;
  if (g_str_has_prefix (*at, "inf") || g_str_has_prefix (*at, "-inf"))
    {
      *number = **at == '-' ? -INFINITY : INFINITY;
      *at += **at == '-' ? 4 : 3;
    }
  else
    {
      if (strchr ("+-.0123456789", **at) == NULL || **at == '\0')
        return FALSE;
      *number = g_ascii_strtod (*at, &end);
      if (end == *at || isnan (*number))
        return FALSE;
      *at = end;
    }

  return **at == ' ' || **at == '\0';
}

static gboolean
only_number (char *at, double *number)
{
  return take_number (&at, number) && *at == '\0';
}

/* A line of a keyword and one number. */
static gboolean
named_number (Lines *lines, const char *name, double *number)
{
  char line[MAX_LINE + 1];
  gsize length = strlen (name);

  return next_line (lines, line) && strncmp (line, name, length) == 0 && line[length] == ' ' && only_number (line + length, number);
}

static gboolean
read_progress (const char *line, double *best, double *bound)
{
  char *at = (char *) line + strlen ("progress");
  double seconds;

  return g_str_has_prefix (line, "progress ") && take_number (&at, &seconds) && take_number (&at, best) && take_number (&at, bound) &&
         *at == '\0';
}

static gboolean
read_status (const char *line, BalanceSolverStatus *status)
{
  static const char *const names[] = { "optimal", "feasible", "infeasible", "unbounded", "stopped" };

  if (!g_str_has_prefix (line, "status "))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (line + strlen ("status "), names[i]) == 0)
      {
        *status = (BalanceSolverStatus) i;
        return TRUE;
      }

  return FALSE;
}

static gboolean
read_values (Lines *lines, guint n_variables, BalanceSolverAnswer *answer)
{
  char line[MAX_LINE + 1];
  gboolean solved = answer->status == BALANCE_SOLVER_OPTIMAL || answer->status == BALANCE_SOLVER_FEASIBLE;
  double n;

  if (!named_number (lines, "values", &n) || n > n_variables || n < (solved ? n_variables : 0))
    return FALSE;
  answer->n_values = (guint) n;
  answer->values = g_new (double, (gsize) answer->n_values + 1);
  for (guint i = 0; i < answer->n_values; i++)
    if (!next_line (lines, line) || !only_number (line, &answer->values[i]) || !isfinite (answer->values[i]))
      return FALSE;

  return next_line (lines, line) && strcmp (line, "end") == 0 && lines->at == lines->end;
}

static gboolean
read_answer (Lines *lines, guint n_variables, BalanceSolverAnswer *answer)
{
  static const char head[] = "balance-solve 1 ";
  char line[MAX_LINE + 1];
  double best, bound;

  if (!next_line (lines, line) || !g_str_has_prefix (line, head))
    return FALSE;
  answer->version = g_utf8_make_valid (line + strlen (head), -1);
  do
    {
      if (!next_line (lines, line))
        return FALSE;
    }
  while (read_progress (line, &best, &bound));

  return read_status (line, &answer->status) && named_number (lines, "objective", &answer->objective) &&
         named_number (lines, "bound", &answer->bound) && named_number (lines, "seconds", &answer->seconds) &&
         read_values (lines, n_variables, answer);
}

BalanceSolverAnswer *
balance_solver_answer_read (const char *text,
                            gsize       length,
                            guint       n_variables,
                            GError    **error)
{
  g_autoptr(BalanceSolverAnswer) answer = g_new0 (BalanceSolverAnswer, 1);
  Lines lines = { text, text + length };

  if (!read_answer (&lines, n_variables, answer))
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_HELPER,
                   "The answer of %s is not complete; run the plan again\n%s的应答不完整，请重新计算方案", BALANCE_SOLVER_PROGRAM,
                   BALANCE_SOLVER_PROGRAM);
      return NULL;
    }

  return g_steal_pointer (&answer);
}

gboolean
balance_solver_answer_get_progress (const char *text,
                                    gsize       length,
                                    double     *best,
                                    double     *bound)
{
  Lines lines = { text, text + length };
  char line[MAX_LINE + 1];
  gboolean found = FALSE;

  *best = INFINITY;
  *bound = -INFINITY;
  while (next_line (&lines, line))
    {
      double one_best, one_bound;

      if (!read_progress (line, &one_best, &one_bound))
        {
          if (g_str_has_prefix (line, "status "))
            break;
          continue;
        }
      found = TRUE;
      *best = MIN (*best, one_best);
      *bound = MAX (*bound, one_bound);
    }

  return found;
}

void
balance_solver_answer_free (BalanceSolverAnswer *self)
{
  g_free (self->values);
  g_free (self->version);
  g_free (self);
}
