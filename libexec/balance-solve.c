/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Solves one mixed-integer linear program with CBC: the problem comes from standard input, what is known so far and
 * the answer go to standard output, a complaint to standard error. The form of both is in doc/planning.md. CBC is
 * under another licence, keeps global state and prints where it likes, hence a process of its own. */

#include <coin/Cbc_C_Interface.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "solve-read.h"

#define LARGEST_INPUT   ((gsize) 2 << 30)
#define EXIT_BAD    2

static FILE *answer;
static gint64 began;

static void G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN
fail (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  vfprintf (stderr, format, arguments);
  va_end (arguments);
  fputc ('\n', stderr);
  exit (EXIT_BAD);
}

static double
elapsed (void)
{
  return (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC;
}

static void
print_number (double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (isinf (number))
    fputs (number > 0 ? " inf" : " -inf", answer);
  else
    fprintf (answer, " %s", g_ascii_dtostr (buffer, sizeof buffer, number));
}

/* A line now and then so that whoever waits can tell how far it is: seconds, best solution, proven bound. */
static void
print_progress (double best, double bound)
{
  fputs ("progress", answer);
  print_number (elapsed ());
  print_number (fabs (best) < 1e49 ? best : INFINITY);
  print_number (fabs (bound) < 1e49 ? bound : -INFINITY);
  fputc ('\n', answer);
  fflush (answer);
}

/* CBC tells how far it is only on standard output, in lines for people. */
static gpointer
listen (gpointer data)
{
  g_autofree char *line = NULL;
  size_t size = 0;
  FILE *stream = data;

  /* getline allocates by malloc, as GLib does */
  while (getline (&line, &size, stream) > 0)
    {
      double best = INFINITY, bound = -INFINITY;
      const char *found = strstr (line, "I Integer solution of ");

      if (g_str_has_prefix (line, "Cbc0010I ") &&
          sscanf (line, "Cbc0010I After %*d nodes, %*d on tree, %lf best solution, best possible %lf", &best, &bound) == 2)
        print_progress (best, bound);
      else if (g_str_has_prefix (line, "Cbc00") && found != NULL && sscanf (found, "I Integer solution of %lf", &best) == 1)
        print_progress (best, -INFINITY);
    }
  fclose (stream);

  return NULL;
}

static char *
read_all (gsize *length)
{
  gsize size = 1 << 16;
  char *text = g_malloc (size);

  *length = 0;
  for (;;)
    {
      gssize n = read (STDIN_FILENO, text + *length, size - *length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        fail ("the problem cannot be read: %s", g_strerror (errno));
      if (n == 0)
        return text;
      *length += (gsize) n;
      if (*length == size)
        {
          if (size >= LARGEST_INPUT)
            fail ("the problem is larger than %" G_GSIZE_FORMAT " bytes", LARGEST_INPUT);
          size *= 2;
          text = g_try_realloc (text, size);
          if (text == NULL)
            fail ("no memory for the problem");
        }
    }
}

/* Our lines go where standard output was; what CBC prints there goes to a thread that listens. */
static GThread *
take_output (void)
{
  int own = dup (STDOUT_FILENO), ends[2];
  FILE *stream;

  answer = own >= 0 ? fdopen (own, "w") : NULL;
  if (answer == NULL || pipe (ends) != 0 || dup2 (ends[1], STDOUT_FILENO) < 0 || (stream = fdopen (ends[0], "r")) == NULL)
    fail ("no standard output: %s", g_strerror (errno));
  close (ends[1]);
  setvbuf (stdout, NULL, _IOLBF, 0);

  return g_thread_new ("listen", listen, stream);
}

static void
load (Cbc_Model *model, const SolveProblem *problem)
{
  g_autofree CoinBigIndex *starts = g_new0 (CoinBigIndex, problem->n_variables + 1);
  g_autofree int *rows = g_new (int, problem->n_entries + 1);
  g_autofree double *values = g_new (double, problem->n_entries + 1);
  g_autofree CoinBigIndex *next = NULL;

  /* rows to columns */
  for (guint k = 0; k < problem->n_entries; k++)
    starts[problem->columns[k] + 1]++;
  for (guint i = 0; i < problem->n_variables; i++)
    starts[i + 1] += starts[i];
  next = g_memdup2 (starts, (problem->n_variables + 1) * sizeof *starts);
  for (guint r = 0; r < problem->n_rows; r++)
    for (guint k = problem->starts[r]; k < problem->starts[r + 1]; k++)
      {
        CoinBigIndex at = next[problem->columns[k]]++;

        rows[at] = (int) r;
        values[at] = problem->values[k];
      }

  Cbc_loadProblem (model, (int) problem->n_variables, (int) problem->n_rows, starts, rows, values, problem->lower, problem->upper,
                   problem->cost, problem->row_lower, problem->row_upper);
  Cbc_setObjSense (model, 1.0);
  for (guint i = 0; i < problem->n_variables; i++)
    if (problem->whole[i])
      Cbc_setInteger (model, (int) i);
}

static void
set_limits (Cbc_Model *model, const SolveProblem *problem)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  /* One thread and fixed seeds: the same problem has the same answer, unless time ends it. */
  Cbc_setParameter (model, "log", "1");
  Cbc_setParameter (model, "threads", "0");
  Cbc_setParameter (model, "randomSeed", "1234567");
  Cbc_setParameter (model, "randomCbcSeed", "1234567");
  Cbc_setParameter (model, "timeMode", "elapsed");
  if (problem->gap > 0)
    Cbc_setParameter (model, "ratioGap", g_ascii_dtostr (buffer, sizeof buffer, problem->gap));
  else
    {
      Cbc_setParameter (model, "ratioGap", "0");
      Cbc_setParameter (model, "allowableGap", "0");
    }
  if (problem->seconds > 0)
    Cbc_setParameter (model, "seconds", g_ascii_dtostr (buffer, sizeof buffer, problem->seconds));
}

static void
print_values (const double *values, guint n)
{
  fprintf (answer, "values %u\n", n);
  for (guint i = 0; i < n; i++)
    {
      print_number (values[i]);
      fputc ('\n', answer);
    }
}

static gboolean
is_finite_vector (const double *values, guint n)
{
  for (guint i = 0; i < n; i++)
    if (!isfinite (values[i]))
      return FALSE;

  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autofree char *text = NULL, *message = NULL;
  g_autoptr(SolveProblem) problem = NULL;
  GThread *listener;
  Cbc_Model *model;
  const char *status;
  const double *solution = NULL;
  gboolean mixed = FALSE;
  double bound;
  gsize length;

  began = g_get_monotonic_time ();
  text = read_all (&length);
  problem = solve_problem_read (text, length, &message);
  if (problem == NULL)
    fail ("%s", message);
  g_clear_pointer (&text, g_free);
  for (guint i = 0; i < problem->n_variables; i++)
    mixed = mixed || problem->whole[i];

  listener = take_output ();
  fprintf (answer, "balance-solve 1 cbc %s\n", Cbc_getVersion ());
  fflush (answer);
  model = Cbc_newModel ();
  load (model, problem);
  set_limits (model, problem);
  if (problem->start != NULL && mixed)
    {
      g_autofree int *columns = g_new (int, problem->n_variables + 1);

      for (guint i = 0; i < problem->n_variables; i++)
        columns[i] = (int) i;
      Cbc_setMIPStartI (model, (int) problem->n_variables, columns, problem->start);
    }
  Cbc_solve (model);
  fclose (stdout);
  g_thread_join (listener);

  if (mixed)
    solution = Cbc_bestSolution (model);
  else if (Cbc_isProvenOptimal (model))
    solution = Cbc_getColSolution (model);
  if (solution != NULL && !is_finite_vector (solution, problem->n_variables))
    solution = NULL;
  if (Cbc_isProvenInfeasible (model))
    status = "infeasible";
  else if (Cbc_isContinuousUnbounded (model))
    status = "unbounded";
  else if (Cbc_isProvenOptimal (model) && solution != NULL)
    status = "optimal";
  else
    status = solution != NULL ? "feasible" : "stopped";

  fprintf (answer, "status %s\nobjective", status);
  print_number (solution != NULL ? Cbc_getObjValue (model) : INFINITY);
  bound = mixed ? Cbc_getBestPossibleObjValue (model) : Cbc_getObjValue (model);
  fputs ("\nbound", answer);
  print_number (fabs (bound) < 1e49 && (mixed || solution != NULL) ? bound : -INFINITY);
  fputs ("\nseconds", answer);
  print_number (elapsed ());
  fputc ('\n', answer);
  print_values (solution, solution != NULL ? problem->n_variables : 0);
  fputs ("end\n", answer);
  if (fclose (answer) != 0)
    fail ("the answer cannot be written: %s", g_strerror (errno));
  Cbc_deleteModel (model);

  return EXIT_SUCCESS;
}
