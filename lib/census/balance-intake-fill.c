/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The last step of an intake: each column of values, in the order of the input, becomes one in the order of the facts. */

#include "census/balance-intake-fill-private.h"

#include "base/balance-memory-private.h"
#include "base/balance-tasks-private.h"
#include "census/balance-tile-private.h"

#include <stdlib.h>
#include <string.h>

/* Vector code reads whole blocks. */
#define TAIL 64

/* Rows that a task lays into a tile or takes out of it: whole words of bits and lines of the cache. */
#define ROWS_AT_ONCE 16384

static guint8
choose_width (const BalanceColumn *column)
{
  switch (column->field->type)
    {
    case BALANCE_FIELD_FLAG:
    case BALANCE_FIELD_ATTESTED:
      return 1;

    case BALANCE_FIELD_COUNT:
    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:
    case BALANCE_FIELD_SHARE:
    case BALANCE_FIELD_CHOICE:
    case BALANCE_FIELD_TEXT:
    case BALANCE_FIELD_DATE:
    case BALANCE_FIELD_YEAR:
    default:
      return column->min >= G_MININT32 && column->max <= G_MAXINT32 ? 4 : 8;
    }
}

static gpointer
new_values (guint n,
            guint width)
{
  guint8 *values = g_aligned_alloc (1, (gsize) n * width + TAIL, 64);

  balance_memory_prefer_huge (values, (gsize) n * width);
  memset (values + (gsize) n * width, 0, TAIL);

  return values;
}

/* Values that do not need their 64 bits get fewer. */
static void
narrow (BalanceColumn *column,
        guint          n,
        guint          width)
{
  gpointer values = column->data;

  column->width = choose_width (column);
  if (column->width == width)
    return;

  column->data = new_values (n, column->width);
  for (guint i = 0; i < n; i++)
    {
      const gint64 value = width == 4 ? ((const gint32 *) values)[i] : ((const gint64 *) values)[i];

      if (column->width == 1)
        ((guint8 *) column->data)[i] = (guint8) value;
      else
        ((gint32 *) column->data)[i] = (gint32) value;
    }
  g_aligned_free (values);
}

static guint64 *
new_valid (guint n)
{
  return g_new0 (guint64, n / 64 + 1 + TAIL / sizeof (guint64));
}

/* The rare case: values of 64 bits, for themselves. */
static void
gather_wide (BalanceCells             *cells,
             const BalanceIntakeOrder *rows,
             BalanceColumn            *column)
{
  const gint64 *from = cells->values;
  gint64 min = G_MAXINT64, max = G_MININT64, *to;

  column->data = to = new_values (rows->n, sizeof *to);
  column->valid = new_valid (rows->n);
  for (guint i = 0; i < rows->n; i += 64)
    {
      const guint n = MIN (64, rows->n - i);
      guint64 valid = 0;

      for (guint j = 0; j < n; j++)
        {
          const gint64 value = from[balance_intake_order_get (rows, i + j)];
          const gboolean known = value != G_MININT64;

          to[i + j] = known ? value : 0;
          valid |= (guint64) known << j;
          min = known && value < min ? value : min;
          max = known && value > max ? value : max;
        }
      column->valid[i >> 6] = valid;
      column->n_valid += (guint) __builtin_popcountll (valid);
    }
  if (column->n_valid > 0)
    {
      column->min = min;
      column->max = max;
    }
  if (cells->scales != NULL)
    {
      column->scales = g_new0 (guint8, rows->n);
      for (guint i = 0; i < rows->n; i++)
        if (balance_column_is_valid (column, i))
          column->scales[i] = cells->scales[balance_intake_order_get (rows, i)];
    }
  if (column->n_valid == rows->n)
    g_clear_pointer (&column->valid, g_free);
  narrow (column, rows->n, sizeof *to);

  /* what is copied must not be held twice */
  g_clear_pointer (&cells->values, g_aligned_free);
  g_clear_pointer (&cells->scales, g_free);
}

/* Columns of 32 bits, some at a time: they go into a tile, and come back into the same memory in their new order. */
typedef struct
{
  const BalanceIntakeOrder *rows;
  guint                     n;
  gint32                   *values[BALANCE_TILE_WIDTH];
  guint64                  *valid[BALANCE_TILE_WIDTH];
  BalanceTileRange        (*ranges)[BALANCE_TILE_WIDTH];    /* [task] */
  gint32                   *tile;
} Gathering;

static void
lay_rows (gpointer data,
          guint    task)
{
  const Gathering *self = data;
  const guint begin = task * ROWS_AT_ONCE;

  balance_tile_lay (self->tile, self->n, (const gint32 *const *) self->values, begin, MIN (self->rows->n, begin + ROWS_AT_ONCE), self->ranges[task]);
}

static void
take_rows (gpointer data,
           guint    task)
{
  const Gathering *self = data;
  const guint begin = task * ROWS_AT_ONCE;

  balance_tile_take (self->tile, self->n, self->rows->order, begin, MIN (self->rows->n, begin + ROWS_AT_ONCE), self->values, self->valid);
}

static void
set_range (BalanceColumn          *column,
           const BalanceTileRange *ranges,
           guint                   n)
{
  gint32 min = G_MAXINT32, max = G_MININT32;

  for (guint i = 0; i < n; i++)
    {
      const BalanceTileRange *range = &ranges[i * BALANCE_TILE_WIDTH];

      column->n_valid += range->n_valid;
      min = MIN (min, range->min);
      max = MAX (max, range->max);
    }
  if (column->n_valid > 0)
    {
      column->min = min;
      column->max = max;
    }
}

/* As many columns as fit a tile. */
static void
gather_narrow (Gathering     *self,
               BalanceCells **cells,
               BalanceColumn **columns,
               guint          n_threads)
{
  const guint n_rows = self->rows->n, n_tasks = (n_rows + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE;

  for (guint i = 0; i < self->n; i++)
    self->values[i] = cells[i]->values;
  balance_tasks_run (n_tasks, n_threads, lay_rows, self);

  for (guint i = 0; i < self->n; i++)
    {
      set_range (columns[i], &self->ranges[0][i], n_tasks);
      columns[i]->valid = self->valid[i] = columns[i]->n_valid < n_rows ? new_valid (n_rows) : NULL;
    }
  balance_tasks_run (n_tasks, n_threads, take_rows, self);

  for (guint i = 0; i < self->n; i++)
    {
      columns[i]->scale = cells[i]->scale;
      columns[i]->data = balance_cells_steal_values (cells[i], n_rows);
      narrow (columns[i], n_rows, sizeof (gint32));
    }
}

/* What is left to do of a table when its wide columns are done. */
static void
gather_table (GPtrArray                *cells,
              const BalanceIntakeOrder *rows,
              BalanceTable             *table,
              guint                     n_threads)
{
  const gsize size = (gsize) rows->n * BALANCE_TILE_WIDTH * sizeof (gint32);
  Gathering gathering = { .rows = rows };
  guint i = 0;

  gathering.tile = g_aligned_alloc (1, size + TAIL, size >= BALANCE_HUGE_PAGE ? BALANCE_HUGE_PAGE : TAIL);
  gathering.ranges = g_malloc0_n (rows->n / ROWS_AT_ONCE + 1, sizeof *gathering.ranges);
  balance_memory_prefer_huge (gathering.tile, size);
  while (i < cells->len)
    {
      BalanceCells *some[BALANCE_TILE_WIDTH];
      BalanceColumn *columns[BALANCE_TILE_WIDTH];

      for (gathering.n = 0; i < cells->len && gathering.n < BALANCE_TILE_WIDTH; i++)
        if (((const BalanceColumn *) g_ptr_array_index (table->columns, i))->data == NULL)
          {
            some[gathering.n] = g_ptr_array_index (cells, i);
            columns[gathering.n++] = g_ptr_array_index (table->columns, i);
          }
      if (gathering.n > 0)
        gather_narrow (&gathering, some, columns, n_threads);
    }
  g_aligned_free (gathering.tile);
  g_free (gathering.ranges);
}

/* The columns of a table whose rows stay where they are, one a task. */
typedef struct
{
  GPtrArray                *cells;
  const BalanceIntakeOrder *rows;
  BalanceTable             *table;
} Keeping;

static void
keep_column (gpointer data,
             guint    task)
{
  const Keeping *self = data;
  BalanceCells *cells = g_ptr_array_index (self->cells, task);
  BalanceColumn *column = g_ptr_array_index (self->table->columns, task);
  const guint n_rows = self->rows->n;
  BalanceTileRange range;

  if (column->data != NULL)
    return;
  column->valid = new_valid (n_rows);
  balance_tile_keep (cells->values, n_rows, column->valid, &range);
  column->n_valid = range.n_valid;
  if (column->n_valid > 0)
    {
      column->min = range.min;
      column->max = range.max;
    }
  if (column->n_valid == n_rows)
    g_clear_pointer (&column->valid, g_free);
  column->scale = cells->scale;
  column->data = balance_cells_steal_values (cells, n_rows);
  narrow (column, n_rows, sizeof (gint32));
}

static int
compare_origins (gconstpointer a,
                 gconstpointer b)
{
  const BalanceOrigin *x = a, *y = b;

  return (x->row > y->row) - (x->row < y->row);
}

static void
store_provenance (BalanceIntake            *self,
                  const BalanceCells       *cells,
                  const BalanceIntakeOrder *rows,
                  BalanceColumn            *column)
{
  gsize n = (gsize) self->sources->len * (self->n_stages + 1);

  column->source_columns = g_new0 (guint32, n);
  if (cells->columns->len > 0)
    memcpy (column->source_columns, cells->columns->data, MIN (n, cells->columns->len) * sizeof (guint32));

  if (cells->origins == NULL)
    return;

  column->n_origins = cells->origins->len;
  column->origins = g_memdup2 (cells->origins->data, column->n_origins * sizeof (BalanceOrigin));
  for (guint i = 0; i < column->n_origins; i++)
    column->origins[i].row = balance_intake_order_get_rank (rows, column->origins[i].row);
  qsort (column->origins, column->n_origins, sizeof (BalanceOrigin), compare_origins);
}

/* What can be done of a column without the others. */
static void
start_column (BalanceIntake            *self,
              BalanceCells             *cells,
              const BalanceIntakeOrder *rows,
              BalanceColumn            *column)
{
  balance_cells_settle (cells, rows->n);
  if (cells->width == 8)
    {
      column->scale = cells->scales == NULL ? cells->scale : 0;
      gather_wide (cells, rows, column);
    }
  store_provenance (self, cells, rows, column);
}

/* The usual case: one source, whose last line for each row is all that there is. */
static void
take_source_rows (const BalanceIntakeTable *from,
                  const BalanceIntakeOrder *rows,
                  BalanceSourceRows        *to)
{
  guint32 *lines = g_new (guint32, rows->n + 1);
  guint last = 0;

  to->first = rows->n;
  for (guint i = 0; i < rows->n; i++)
    {
      const guint32 row = balance_intake_order_get (rows, i);

      lines[i] = balance_intake_get_line (from, row);
      if (balance_intake_get_source (from, row) != 0)
        {
          to->first = MIN (to->first, i);
          last = i;
        }
    }
  if (to->first == rows->n)
    {
      g_free (lines);
      to->first = 0;
      return;
    }
  to->n = last - to->first + 1;
  to->rows = to->first == 0 ? g_renew (guint32, lines, to->n) : g_memdup2 (lines + to->first, to->n * sizeof (guint32));
  if (to->first != 0)
    g_free (lines);
}

static void
make_source_rows (BalanceIntake            *self,
                  BalanceLevel              level,
                  const BalanceIntakeOrder *rows,
                  BalanceTable             *table)
{
  GPtrArray *lines = self->tables[level].lines;

  table->n_rows = rows->n;
  table->source_rows = g_new0 (BalanceSourceRows, MAX (1, self->sources->len));
  if (self->sources->len <= 1)
    {
      take_source_rows (&self->tables[level], rows, &table->source_rows[0]);
      return;
    }

  for (guint i = 0; i < lines->len; i++)
    {
      BalanceSourceRows *to = &table->source_rows[i];
      GArray *pairs = g_ptr_array_index (lines, i);
      guint last = 0;

      if (pairs == NULL)
        continue;

      to->first = G_MAXUINT;
      for (guint j = 0; j < pairs->len; j++)
        {
          guint row = balance_intake_order_get_rank (rows, g_array_index (pairs, BalanceIntakeLine, j).row);

          to->first = MIN (to->first, row);
          last = MAX (last, row);
        }
      to->n = last - to->first + 1;
      to->rows = g_new0 (guint32, to->n);
      for (guint j = 0; j < pairs->len; j++)
        {
          const BalanceIntakeLine *line = &g_array_index (pairs, BalanceIntakeLine, j);

          to->rows[balance_intake_order_get_rank (rows, line->row) - to->first] = line->line;
        }

      g_clear_pointer (&lines->pdata[i], g_array_unref);
    }
}

static void
forget_source_rows (BalanceIntakeTable *table)
{
  g_clear_pointer (&table->seen_source, g_free);
  g_clear_pointer (&table->seen_line, g_free);
  g_clear_pointer (&table->joined, g_free);
}

static const BalanceLevel levels[BALANCE_INTAKE_N_ORDERS] = { BALANCE_LEVEL_SECTION, BALANCE_LEVEL_SCHOOL, BALANCE_LEVEL_DISTRICT, BALANCE_LEVEL_REGION };

typedef struct
{
  BalanceIntake                   *intake;
  const BalanceIntakeOrder *const *rows;
  BalanceTable                    *tables[G_N_ELEMENTS (levels)];
} Filling;

/* The tasks: the columns of all tables for themselves, then where their rows come from. */
static void
start_table (gpointer data,
            guint    task)
{
  const Filling *self = data;

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      GPtrArray *cells = self->intake->tables[levels[i]].cells;

      if (task < cells->len)
        {
          start_column (self->intake, g_ptr_array_index (cells, task), self->rows[i], g_ptr_array_index (self->tables[i]->columns, task));
          return;
        }
      task -= cells->len;
    }
  make_source_rows (self->intake, levels[task], self->rows[task], self->tables[task]);
  forget_source_rows (&self->intake->tables[levels[task]]);
}

/* With one source, and every value from the line that its row is from, nobody asks where a row went. */
gboolean
balance_intake_needs_ranks (BalanceIntake *self)
{
  gboolean needed = self->sources->len > 1;

  for (guint i = 0; i < G_N_ELEMENTS (levels) && !needed; i++)
    {
      GPtrArray *cells = self->tables[levels[i]].cells;

      for (guint j = 0; j < cells->len && !needed; j++)
        needed = ((const BalanceCells *) g_ptr_array_index (cells, j))->origins != NULL;
    }

  return needed;
}

void
balance_intake_fill (BalanceIntake            *self,
                     BalanceFacts             *facts,
                     const BalanceIntakeOrder *const orders[BALANCE_INTAKE_N_ORDERS],
                     guint                     n_threads)
{
  Filling filling = { self, orders, { &facts->sections, &facts->schools, &facts->districts, &facts->region } };
  guint n = G_N_ELEMENTS (levels);

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      GPtrArray *cells = self->tables[levels[i]].cells;

      for (guint j = 0; j < cells->len; j++)
        {
          BalanceColumn *column = g_new0 (BalanceColumn, 1);

          column->field = ((const BalanceCells *) g_ptr_array_index (cells, j))->field;
          g_ptr_array_add (filling.tables[i]->columns, column);
        }
      n += cells->len;
    }
  balance_tasks_run (n, n_threads, start_table, &filling);
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      Keeping keeping = { self->tables[levels[i]].cells, orders[i], filling.tables[i] };

      if (orders[i]->order == NULL)
        balance_tasks_run (keeping.cells->len, n_threads, keep_column, &keeping);
      else
        gather_table (keeping.cells, keeping.rows, keeping.table, n_threads);
    }
}
