/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Columns of 32 bits get another order of rows. Column by column each value would fetch a line of the cache of which
 * nothing else is used; so four columns are first laid side by side, and then those of a row come
 * with one line. More would need fewer lines, but a larger tile, that is in no cache. */

#define BALANCE_TILE_WIDTH 4

/* In place of a value that is missing. */
#define BALANCE_TILE_MISSING G_MININT32

/* Some rows of a column; min and max of the values that are there. */
typedef struct
{
  guint  n_valid;
  gint32 min, max;
} BalanceTileRange;

/* Lays rows from `begin` to `end` of one to four columns into the tile, which has four places for each row. */
void balance_tile_lay  (gint32              *tile,
                        guint                n_columns,
                        const gint32 *const *columns,
                        guint                begin,
                        guint                end,
                        BalanceTileRange    *ranges);

/* Takes rows order[begin] to order[end - 1] to rows `begin` to `end` of the columns, zero where a value is missing, and sets
 * a bit in valid[column], unless that is NULL, for each that is not. Both are multiples of 64, unless `end` is the end of all. */
void balance_tile_take (const gint32        *tile,
                        guint                n_columns,
                        const guint32       *order,
                        guint                begin,
                        guint                end,
                        gint32 *const       *columns,
                        guint64 *const      *valid);

/* Rows of one column that stay where they are: zero where a value is missing, and a bit in `valid` for each that is not. */
void balance_tile_keep (gint32              *values,
                        guint                n,
                        guint64             *valid,
                        BalanceTileRange    *range);

G_END_DECLS
