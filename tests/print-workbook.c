/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Prints what the library sees of the workbooks named on the command line, one JSON object a line, for tests that
 * compare it with what others see of them. Exit status 0 for a workbook, 1 for a problem. */

#include <balance/balance.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/balance-workbook-private.h"

static void
print_text (const char *text,
            gsize       length)
{
  putchar ('"');
  for (gsize i = 0; i < length; i++)
    {
      guchar c = (guchar) text[i];

      if (c == '"' || c == '\\')
        printf ("\\%c", c);
      else if (c < 0x20 || c == 0x7f)
        printf ("\\u%04x", c);
      else
        putchar (c);
    }
  putchar ('"');
}

static void
print_string (const char *text)
{
  print_text (text, text != NULL ? strlen (text) : 0);
}

static void
print_grid (const BalanceGrid *grid)
{
  static const char *const kinds[] = { "plain", "percent", "date", "error", "uncomputed" };

  printf ("{\"sheet\": ");
  print_string (grid->name);
  printf (", \"hidden\": %s, \"columns\": %u, \"merges\": [", grid->hidden ? "true" : "false", grid->n_columns);
  for (guint i = 0; i < grid->merges->len; i++)
    {
      const BalanceGridMerge *merge = &g_array_index (grid->merges, BalanceGridMerge, i);

      printf ("%s[%u, %u, %u, %u]", i > 0 ? ", " : "", merge->top, merge->left, merge->bottom, merge->right);
    }
  puts ("]}");

  for (guint i = 0; i < grid->n_rows; i++)
    {
      gboolean hidden = grid->hidden_rows != NULL &&
                        g_hash_table_contains (grid->hidden_rows, GUINT_TO_POINTER (grid->rows[i]));

      printf ("{\"row\": %u, \"hidden\": %s, \"cells\": [", grid->rows[i], hidden ? "true" : "false");
      for (guint j = grid->starts[i]; j < grid->starts[i + 1]; j++)
        {
          const BalanceGridCell *cell = &grid->cells[j];

          printf ("%s[\"%s\", ", j > grid->starts[i] ? ", " : "", kinds[cell->kind]);
          print_text (cell->span.text, cell->span.length);
          putchar (']');
        }
      puts ("]}");
    }
}

static void
print_problems (BalanceProblems *problems)
{
  g_autoptr(GListModel) list = balance_problems_dup_list (problems);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(BalanceProblem) problem = g_list_model_get_item (list, i);
      g_autofree char *en = balance_problem_to_text (problem, "en");
      g_autofree char *zh = balance_problem_to_text (problem, "zh");

      printf ("{\"problem\": ");
      print_string (balance_problem_get_kind (problem));
      printf (", \"en\": ");
      print_string (en);
      printf (", \"zh\": ");
      print_string (zh);
      puts ("}");
    }
}

static gboolean
print_file (const char *path)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(BalanceWorkbook) workbook = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autofree char *name = g_path_get_basename (path);
  char *data;
  gsize length;

  if (!g_file_get_contents (path, &data, &length, &error))
    g_error ("%s", error->message);
  bytes = g_bytes_new_take (data, length);
  printf ("{\"file\": ");
  print_string (name);
  printf (", \"recognised\": %s}\n", balance_workbook_recognise (data, length) ? "true" : "false");

  workbook = balance_workbook_read (bytes, name, problems, NULL, &error);
  if (workbook == NULL)
    {
      print_problems (problems);
      return FALSE;
    }
  printf ("{\"format\": ");
  print_string (workbook->format);
  puts ("}");
  for (guint i = 0; i < workbook->sheets->len; i++)
    print_grid (workbook->sheets->pdata[i]);

  return TRUE;
}

int
main (int    argc,
      char **argv)
{
  gboolean fine = TRUE;

  for (int i = 1; i < argc; i++)
    fine = print_file (argv[i]) && fine;

  return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
