/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/balance-sheet-protocol-private.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static void
check_grid (const BalanceGrid *grid)
{
  if (!g_utf8_validate (grid->name, -1, NULL) || grid->starts[0] != 0)
    abort ();

  for (guint i = 0; i < grid->n_rows; i++)
    {
      guint n = grid->starts[i + 1] - grid->starts[i];

      if (grid->rows[i] == 0 || (i > 0 && grid->rows[i] <= grid->rows[i - 1]) || n == 0 || n > grid->n_columns)
        abort ();
    }
  for (guint i = 0; i < grid->starts[grid->n_rows]; i++)
    {
      const BalanceGridCell *cell = &grid->cells[i];

      if (cell->kind > BALANCE_GRID_CELL_UNCOMPUTED || cell->span.length > BALANCE_MAX_CELL_LENGTH ||
          !g_utf8_validate_len (cell->span.text, cell->span.length, NULL))
        abort ();
    }
  for (guint i = 0; i < grid->merges->len; i++)
    {
      const BalanceGridMerge *merge = &g_array_index (grid->merges, BalanceGridMerge, i);

      if (merge->top == 0 || merge->left == 0 || merge->bottom < merge->top || merge->right < merge->left)
        abort ();
    }
}

/* The answer of a helper without its first line, which would only be in the way. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(BalanceWorkbook) workbook = NULL;
  g_autoptr(GBytes) bytes = NULL;
  gsize magic = strlen (BALANCE_SHEET_MAGIC);
  char *answer = g_malloc (magic + size);

  memcpy (answer, BALANCE_SHEET_MAGIC, magic);
  if (size > 0)
    memcpy (answer + magic, data, size);
  bytes = g_bytes_new_take (answer, magic + size);

  balance_workbook_recognise ((const char *) data, size);
  workbook = balance_workbook_parse (bytes, "fuzz.xlsx", problems);
  if ((workbook == NULL) != (balance_problems_count (problems, BALANCE_SEVERITY_ERROR) == 1))
    abort ();
  for (guint i = 0; workbook != NULL && i < workbook->sheets->len; i++)
    check_grid (workbook->sheets->pdata[i]);

  return 0;
}
