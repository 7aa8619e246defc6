/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-solver-private.h"

#include <math.h>

#include "base/balance-helper-private.h"

/* The program ends itself at its limit; this is for one that does not. */
#define GRACE_SECONDS 20

typedef struct
{
  double   lower, upper, cost;
  gboolean whole;
} Variable;

typedef struct
{
  double lower, upper;
  guint  first;            /* of its entries */
} Row;

typedef struct
{
  guint  variable;
  double coefficient;
} Entry;

struct _BalanceSolver
{
  GArray *variables;       /* of Variable */
  GArray *rows;            /* of Row */
  GArray *entries;         /* of Entry, row after row */
};

BalanceSolver *
balance_solver_new (void)
{
  BalanceSolver *self = g_new0 (BalanceSolver, 1);

  self->variables = g_array_new (FALSE, FALSE, sizeof (Variable));
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));

  return self;
}

void
balance_solver_free (BalanceSolver *self)
{
  g_array_unref (self->variables);
  g_array_unref (self->rows);
  g_array_unref (self->entries);
  g_free (self);
}

guint
balance_solver_add_variable (BalanceSolver *self,
                             double         lower,
                             double         upper,
                             double         cost,
                             gboolean       whole)
{
  Variable variable = { lower, upper, cost, whole };

  g_array_append_val (self->variables, variable);

  return self->variables->len - 1;
}

guint
balance_solver_add_row (BalanceSolver *self,
                        double         lower,
                        double         upper)
{
  Row row = { lower, upper, self->entries->len };

  g_array_append_val (self->rows, row);

  return self->rows->len - 1;
}

void
balance_solver_add_entry (BalanceSolver *self,
                          guint          variable,
                          double         coefficient)
{
  const Row *row = &g_array_index (self->rows, Row, self->rows->len - 1);
  Entry entry = { variable, coefficient };

  if (!(fabs (coefficient) > 0))
    return;
  for (guint i = row->first; i < self->entries->len; i++)
    {
      Entry *known = &g_array_index (self->entries, Entry, i);

      if (known->variable == variable)
        {
          known->coefficient += coefficient;
          return;
        }
      /* only short rows repeat a variable; long ones are made by loops over variables */
      if (i - row->first >= 64)
        break;
    }
  g_array_append_val (self->entries, entry);
}

void
balance_solver_set_bounds (BalanceSolver *self,
                           guint          variable,
                           double         lower,
                           double         upper)
{
  Variable *known = &g_array_index (self->variables, Variable, variable);

  known->lower = lower;
  known->upper = upper;
}

void
balance_solver_get_bounds (BalanceSolver *self,
                           guint          variable,
                           double        *lower,
                           double        *upper)
{
  const Variable *known = &g_array_index (self->variables, Variable, variable);

  *lower = known->lower;
  *upper = known->upper;
}

void
balance_solver_set_row_bounds (BalanceSolver *self,
                               guint          row,
                               double         lower,
                               double         upper)
{
  Row *known = &g_array_index (self->rows, Row, row);

  known->lower = lower;
  known->upper = upper;
}

void
balance_solver_set_cost (BalanceSolver *self,
                         guint          variable,
                         double         cost)
{
  g_array_index (self->variables, Variable, variable).cost = cost;
}

double
balance_solver_get_cost (BalanceSolver *self,
                         guint          variable)
{
  return g_array_index (self->variables, Variable, variable).cost;
}

gboolean
balance_solver_holds (BalanceSolver *self,
                      guint          row,
                      const double  *values)
{
  const Row *of = &g_array_index (self->rows, Row, row);
  guint end = row + 1 < self->rows->len ? (of + 1)->first : self->entries->len;
  double sum = 0;

  for (guint i = of->first; i < end; i++)
    sum += g_array_index (self->entries, Entry, i).coefficient * values[g_array_index (self->entries, Entry, i).variable];

  return sum >= of->lower - 1e-6 && sum <= of->upper + 1e-6;
}

guint
balance_solver_get_n_variables (BalanceSolver *self)
{
  return self->variables->len;
}

guint
balance_solver_get_n_rows (BalanceSolver *self)
{
  return self->rows->len;
}

void
balance_solver_truncate (BalanceSolver *self,
                         guint          n_variables,
                         guint          n_rows)
{
  if (n_rows < self->rows->len)
    {
      g_array_set_size (self->entries, g_array_index (self->rows, Row, n_rows).first);
      g_array_set_size (self->rows, n_rows);
    }
  if (n_variables < self->variables->len)
    g_array_set_size (self->variables, n_variables);
}

/* -- the text ---------------------------------------------------------------------------------------- */

static void
append_number (GString *text, double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (isinf (number))
    g_string_append (text, number > 0 ? "inf" : "-inf");
  else if (fabs (number) < 1e15 && !(fabs (number - trunc (number)) > 0))
    g_string_append_printf (text, "%" G_GINT64_FORMAT, (gint64) number);
  else
    g_string_append (text, g_ascii_dtostr (buffer, sizeof buffer, number));
}

static void
append_rows (BalanceSolver *self, GString *text)
{
  g_string_append_printf (text, "rows %u %u\n", self->rows->len, self->entries->len);
  for (guint r = 0; r < self->rows->len; r++)
    {
      const Row *row = &g_array_index (self->rows, Row, r);
      guint end = r + 1 < self->rows->len ? (row + 1)->first : self->entries->len;

      append_number (text, row->lower);
      g_string_append_c (text, ' ');
      append_number (text, row->upper);
      g_string_append_printf (text, " %u", end - row->first);
      for (guint i = row->first; i < end; i++)
        {
          const Entry *entry = &g_array_index (self->entries, Entry, i);

          g_string_append_printf (text, " %u ", entry->variable);
          append_number (text, entry->coefficient);
        }
      g_string_append_c (text, '\n');
    }
}

static GBytes *
write_problem (BalanceSolver *self, const BalanceSolverOptions *options)
{
  GString *text = g_string_sized_new (64 * self->variables->len + 24 * self->entries->len + 1024);

  g_string_append (text, "balance-solve 1\nseconds ");
  append_number (text, options->seconds);
  g_string_append (text, "\ngap ");
  append_number (text, options->gap);
  g_string_append_printf (text, "\nvariables %u\n", self->variables->len);
  for (guint i = 0; i < self->variables->len; i++)
    {
      const Variable *variable = &g_array_index (self->variables, Variable, i);

      append_number (text, variable->lower);
      g_string_append_c (text, ' ');
      append_number (text, variable->upper);
      g_string_append_c (text, ' ');
      append_number (text, variable->cost);
      g_string_append (text, variable->whole && !options->relaxed ? " w\n" : " r\n");
    }
  append_rows (self, text);
  g_string_append_printf (text, "start %u", options->start != NULL ? self->variables->len : 0);
  for (guint i = 0; options->start != NULL && i < self->variables->len; i++)
    {
      g_string_append_c (text, ' ');
      append_number (text, options->start[i]);
    }
  g_string_append (text, "\nend\n");

  return g_string_free_to_bytes (text);
}

/* -- solving ----------------------------------------------------------------------------------------- */

typedef struct
{
  BalanceSolverWatch watch;
  gpointer           data;
} Watching;

static void
look (const char *answer, gsize length, gpointer data)
{
  const Watching *watching = data;
  double best, bound;

  if (balance_solver_answer_get_progress (answer, length, &best, &bound))
    watching->watch (best, bound, watching->data);
}

/* The helper runner speaks English alone; a plan that cannot be computed says so in both languages. */
static void
explain_missing (GError **error)
{
  BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };

  if (error == NULL || !g_error_matches (*error, BALANCE_ERROR, BALANCE_ERROR_HELPER_MISSING))
    return;
  g_clear_error (error);
  balance_helper_explain_missing (BALANCE_SOLVER_PROGRAM, &message, &remedy);
  g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_HELPER_MISSING, "%s; %s\n%s；%s", message.en, remedy.en, message.zh, remedy.zh);
  balance_text_clear (&message);
  balance_text_clear (&remedy);
}

BalanceSolverAnswer *
balance_solver_solve (BalanceSolver              *self,
                      const BalanceSolverOptions *options,
                      BalanceSolverWatch          watch,
                      gpointer                    data,
                      GCancellable               *cancellable,
                      GError                    **error)
{
  g_autoptr(GBytes) input = write_problem (self, options), output = NULL;
  BalanceHelperLimits limits = { .max_memory = options->max_memory,
                                 .max_seconds = options->seconds > 0 ? (guint) MIN (ceil (options->seconds), 1e6) + GRACE_SECONDS : 0,
                                 .max_output = 64 * (guint64) self->variables->len + (1 << 20) };
  Watching watching = { watch, data };
  BalanceSolverAnswer *answer;
  const char *text;
  gsize length;

  output = balance_helper_run_watched (BALANCE_SOLVER_PROGRAM, NULL, input, &limits, watch != NULL ? look : NULL, &watching, cancellable,
                                       error);
  if (output == NULL)
    {
      explain_missing (error);
      return NULL;
    }
  text = g_bytes_get_data (output, &length);
  answer = balance_solver_answer_read (text, length, self->variables->len, error);
  for (guint i = 0; answer != NULL && !options->relaxed && i < answer->n_values; i++)
    if (g_array_index (self->variables, Variable, i).whole)
      answer->values[i] = round (answer->values[i]);

  return answer;
}
