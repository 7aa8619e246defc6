/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* What no program can do without: the yardsticks of the benchmark. */

/* The cells of a table, found and converted, and what came out of them; nothing else is kept. */
typedef struct
{
  guint64 n_cells;
  guint64 n_faults;             /* cells that should be a number and are none, rows of another length */
  guint64 text_bytes;
  gint64 *sums;                 /* of each column, in hundredths */
} CellTotals;

gboolean bound_cells   (const char     *path,
                        const gboolean *is_text,
                        guint           n_columns,
                        guint           n_threads,
                        CellTotals     *totals);

/* Reads each column once. */
typedef struct
{
  gpointer data;
  gsize    n_bytes;             /* a multiple of 8 */
} Span;

guint64  bound_columns (const Span     *columns,
                        guint           n_columns,
                        guint           n_threads);
