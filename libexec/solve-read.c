/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "solve-read.h"

#include <math.h>
#include <string.h>

/* A token is never longer: it is a word of ours, a count, or a number with 17 digits. */
#define MAX_TOKEN 40

typedef struct
{
  const char *at, *end;
  guint       line;
  char      **message;
} Reader;

static gboolean
refuse (Reader *self, const char *what)
{
  if (*self->message == NULL)
    *self->message = g_strdup_printf ("line %u: %s", self->line, what);

  return FALSE;
}

/* The next word of this line into `token`; FALSE where the line ends before one. */
static gboolean
get_token (Reader *self, char token[MAX_TOKEN + 1])
{
  gsize length = 0;

  while (self->at < self->end && *self->at == ' ')
    self->at++;
  while (self->at < self->end && *self->at != ' ' && *self->at != '\n')
    {
      if (length == MAX_TOKEN || (guchar) *self->at <= 0x20 || (guchar) *self->at >= 0x7f)
        return refuse (self, "a word that is none of this format");
      token[length++] = *self->at++;
    }
  token[length] = '\0';

  return length > 0 || refuse (self, "the line ends too early");
}

static gboolean
end_line (Reader *self)
{
  if (self->at == self->end || *self->at != '\n')
    return refuse (self, "more on the line than expected");
  self->at++;
  self->line++;

  return TRUE;
}

static gboolean
expect (Reader *self, const char *word)
{
  char token[MAX_TOKEN + 1];

  return get_token (self, token) && (strcmp (token, word) == 0 || refuse (self, "another keyword was expected"));
}

static gboolean
get_count (Reader *self, guint most, guint *count)
{
  char token[MAX_TOKEN + 1];
  guint64 value = 0;

  if (!get_token (self, token))
    return FALSE;
  for (const char *p = token; *p != '\0'; p++)
    {
      if (!g_ascii_isdigit (*p))
        return refuse (self, "a whole number was expected");
      value = value * 10 + (guint64) (*p - '0');
      if (value > most)
        return refuse (self, "a number that is too large");
    }
  *count = (guint) value;

  return TRUE;
}

/* A finite decimal number, or with `open` also inf and -inf. */
static gboolean
get_number (Reader *self, gboolean open, double *number)
{
  char token[MAX_TOKEN + 1], *end;

  if (!get_token (self, token))
    return FALSE;
  if (open && strcmp (token, "inf") == 0)
    *number = INFINITY;
  else if (open && strcmp (token, "-inf") == 0)
    *number = -INFINITY;
  else
    {
      if (strspn (token, "+-.0123456789eE") != strlen (token))
        return refuse (self, "a number was expected");
      *number = g_ascii_strtod (token, &end);
      if (end == token || *end != '\0' || !isfinite (*number))
        return refuse (self, "a finite number was expected");
    }

  return TRUE;
}

static gboolean
get_bounds (Reader *self, double *lower, double *upper)
{
  if (!get_number (self, TRUE, lower) || !get_number (self, TRUE, upper))
    return FALSE;

  return (*lower <= *upper && *lower < INFINITY && *upper > -INFINITY) || refuse (self, "a lower bound above the upper bound");
}

/* Memory for what a count promises; there are at least two bytes of text for each of them. */
static gboolean
allocate (Reader *self, gpointer where, gsize n, gsize size)
{
  gpointer *block = where;

  if (n > (gsize) (self->end - self->at))
    return refuse (self, "a count of more than the text holds");
  *block = g_try_malloc0_n (n + 1, size);

  return *block != NULL || refuse (self, "no memory for so many");
}

static gboolean
read_head (Reader *self, SolveProblem *problem)
{
  return expect (self, "balance-solve") && expect (self, "1") && end_line (self) &&
         expect (self, "seconds") && get_number (self, FALSE, &problem->seconds) && end_line (self) &&
         expect (self, "gap") && get_number (self, FALSE, &problem->gap) && end_line (self) &&
         ((problem->seconds >= 0 && problem->gap >= 0) || refuse (self, "a limit below zero"));
}

static gboolean
read_variables (Reader *self, SolveProblem *problem)
{
  if (!expect (self, "variables") || !get_count (self, SOLVE_MAX_VARIABLES, &problem->n_variables) || !end_line (self) ||
      !allocate (self, &problem->lower, problem->n_variables, sizeof (double)) ||
      !allocate (self, &problem->upper, problem->n_variables, sizeof (double)) ||
      !allocate (self, &problem->cost, problem->n_variables, sizeof (double)) ||
      !allocate (self, &problem->whole, problem->n_variables, sizeof (guint8)))
    return FALSE;

  for (guint i = 0; i < problem->n_variables; i++)
    {
      char kind[MAX_TOKEN + 1];

      if (!get_bounds (self, &problem->lower[i], &problem->upper[i]) || !get_number (self, FALSE, &problem->cost[i]) ||
          !get_token (self, kind))
        return FALSE;
      if (strcmp (kind, "w") != 0 && strcmp (kind, "r") != 0)
        return refuse (self, "a variable is w (whole) or r (real)");
      problem->whole[i] = *kind == 'w';
      if (!end_line (self))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_rows (Reader *self, SolveProblem *problem)
{
  guint filled = 0;

  if (!expect (self, "rows") || !get_count (self, SOLVE_MAX_ROWS, &problem->n_rows) ||
      !get_count (self, SOLVE_MAX_ENTRIES, &problem->n_entries) || !end_line (self) ||
      !allocate (self, &problem->row_lower, problem->n_rows, sizeof (double)) ||
      !allocate (self, &problem->row_upper, problem->n_rows, sizeof (double)) ||
      !allocate (self, &problem->starts, problem->n_rows, sizeof (guint)) ||
      !allocate (self, &problem->columns, problem->n_entries, sizeof (int)) ||
      !allocate (self, &problem->values, problem->n_entries, sizeof (double)))
    return FALSE;

  for (guint i = 0; i < problem->n_rows; i++)
    {
      guint n;

      problem->starts[i] = filled;
      if (!get_bounds (self, &problem->row_lower[i], &problem->row_upper[i]) || !get_count (self, problem->n_entries - filled, &n))
        return FALSE;
      for (guint k = 0; k < n; k++, filled++)
        {
          guint column;

          if (!get_count (self, G_MAXINT, &column) || !get_number (self, FALSE, &problem->values[filled]))
            return FALSE;
          if (column >= problem->n_variables)
            return refuse (self, "a variable that there is not");
          problem->columns[filled] = (int) column;
        }
      if (!end_line (self))
        return FALSE;
    }
  problem->starts[problem->n_rows] = filled;

  return filled == problem->n_entries || refuse (self, "the rows have fewer entries than announced");
}

static gboolean
read_start (Reader *self, SolveProblem *problem)
{
  guint n;

  if (!expect (self, "start") || !get_count (self, SOLVE_MAX_VARIABLES, &n))
    return FALSE;
  if (n != 0 && n != problem->n_variables)
    return refuse (self, "a start gives every variable, or none");
  if (n > 0 && !allocate (self, &problem->start, n, sizeof (double)))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!get_number (self, FALSE, &problem->start[i]))
      return FALSE;

  return end_line (self) && expect (self, "end") && end_line (self) && (self->at == self->end || refuse (self, "something after the end"));
}

void
solve_problem_free (SolveProblem *self)
{
  g_free (self->lower);
  g_free (self->upper);
  g_free (self->cost);
  g_free (self->whole);
  g_free (self->row_lower);
  g_free (self->row_upper);
  g_free (self->starts);
  g_free (self->columns);
  g_free (self->values);
  g_free (self->start);
  g_free (self);
}

SolveProblem *
solve_problem_read (const char  *text,
                    gsize        length,
                    char       **message)
{
  g_autoptr(SolveProblem) problem = g_new0 (SolveProblem, 1);
  Reader reader = { text, text + length, 1, message };

  *message = NULL;
  if (!read_head (&reader, problem) || !read_variables (&reader, problem) || !read_rows (&reader, problem) || !read_start (&reader, problem))
    return NULL;

  return g_steal_pointer (&problem);
}
