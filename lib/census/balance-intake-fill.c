/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The last step of an intake: each column of values, in the order of the input, becomes one in the order of the facts. */

#include "census/balance-intake-fill-private.h"

#include "base/balance-memory-private.h"
#include "base/balance-tasks-private.h"

#include <stdlib.h>
#include <string.h>

/* Vector code reads whole blocks. */
#define TAIL 64

/* The values in their new order, in `to`, which is as wide as the cells are. */
#define GATHER(name, type, missing)                                             \
  static void                                                                   \
  name (const BalanceCells       *cells,                                        \
        const BalanceIntakeOrder *rows,                                         \
        BalanceColumn            *column,                                       \
        type                     *to)                                           \
  {                                                                             \
    const type *from = cells->values;                                           \
    gint64 min = G_MAXINT64, max = G_MININT64;                                  \
                                                                                \
    for (guint i = 0; i < rows->n; i += 64)                                     \
      {                                                                         \
        const guint n = MIN (64, rows->n - i);                                  \
        guint64 valid = 0;                                                      \
                                                                                \
        for (guint j = 0; j < n; j++)                                           \
          {                                                                     \
            const type value = from[rows->order[i + j]];                        \
            const gboolean known = value != missing;                            \
                                                                                \
            to[i + j] = known ? value : 0;                                      \
            valid |= (guint64) known << j;                                      \
            min = known && value < min ? value : min;                           \
            max = known && value > max ? value : max;                           \
          }                                                                     \
        column->valid[i >> 6] = valid;                                          \
        column->n_valid += (guint) __builtin_popcountll (valid);                \
      }                                                                         \
    if (column->n_valid > 0)                                                    \
      {                                                                         \
        column->min = min;                                                      \
        column->max = max;                                                      \
      }                                                                         \
  }

GATHER (gather_narrow, gint32, G_MININT32)
GATHER (gather_wide, gint64, G_MININT64)

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

static void
fill_values (BalanceCells             *cells,
             const BalanceIntakeOrder *rows,
             BalanceColumn            *column)
{
  gpointer values = new_values (rows->n, cells->width);

  balance_cells_settle (cells, rows->n);
  column->scale = cells->scales == NULL ? cells->scale : 0;
  if (cells->width == 4)
    gather_narrow (cells, rows, column, values);
  else
    gather_wide (cells, rows, column, values);
  if (cells->scales != NULL)
    {
      column->scales = g_new0 (guint8, rows->n);
      for (guint i = 0; i < rows->n; i++)
        if (balance_column_is_valid (column, i))
          column->scales[i] = cells->scales[rows->order[i]];
    }

  column->width = choose_width (column);
  column->data = values;
  if (column->width == cells->width)
    return;

  column->data = new_values (rows->n, column->width);
  for (guint i = 0; i < rows->n; i++)
    {
      gint64 value = cells->width == 4 ? ((const gint32 *) values)[i] : ((const gint64 *) values)[i];

      if (column->width == 1)
        ((guint8 *) column->data)[i] = (guint8) value;
      else
        ((gint32 *) column->data)[i] = (gint32) value;
    }
  g_aligned_free (values);
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
    column->origins[i].row = rows->rank[column->origins[i].row];
  qsort (column->origins, column->n_origins, sizeof (BalanceOrigin), compare_origins);
}

static void
free_values (BalanceCells *cells)
{
  g_clear_pointer (&cells->values, g_free);
  g_clear_pointer (&cells->scales, g_free);
}

static void
make_column (BalanceIntake            *self,
             BalanceCells             *cells,
             const BalanceIntakeOrder *rows,
             BalanceColumn            *column)
{
  column->valid = g_new0 (guint64, rows->n / 64 + 1 + TAIL / sizeof (guint64));
  fill_values (cells, rows, column);
  if (column->n_valid == rows->n)
    g_clear_pointer (&column->valid, g_free);
  store_provenance (self, cells, rows, column);
  /* what is copied must not be held twice */
  free_values (cells);
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
      const guint32 row = rows->order[i];

      lines[i] = from->seen_source[row] != 0 ? from->seen_line[row] : 0;
      if (from->seen_source[row] != 0)
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
          guint row = rows->rank[g_array_index (pairs, BalanceIntakeLine, j).row];

          to->first = MIN (to->first, row);
          last = MAX (last, row);
        }
      to->n = last - to->first + 1;
      to->rows = g_new0 (guint32, to->n);
      for (guint j = 0; j < pairs->len; j++)
        {
          const BalanceIntakeLine *line = &g_array_index (pairs, BalanceIntakeLine, j);

          to->rows[rows->rank[line->row] - to->first] = line->line;
        }

      g_clear_pointer (&lines->pdata[i], g_array_unref);
    }
}

static const BalanceLevel levels[BALANCE_INTAKE_N_ORDERS] = { BALANCE_LEVEL_SECTION, BALANCE_LEVEL_SCHOOL, BALANCE_LEVEL_DISTRICT, BALANCE_LEVEL_REGION };

typedef struct
{
  BalanceIntake                   *intake;
  const BalanceIntakeOrder *const *rows;
  BalanceTable                    *tables[G_N_ELEMENTS (levels)];
} Filling;

/* The tasks: the columns of all tables, then where their rows come from. */
static void
fill_table (gpointer data,
            guint    task)
{
  const Filling *self = data;

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      GPtrArray *cells = self->intake->tables[levels[i]].cells;

      if (task < cells->len)
        {
          make_column (self->intake, g_ptr_array_index (cells, task), self->rows[i], g_ptr_array_index (self->tables[i]->columns, task));
          return;
        }
      task -= cells->len;
    }
  make_source_rows (self->intake, levels[task], self->rows[task], self->tables[task]);
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
  balance_tasks_run (n, n_threads, fill_table, &filling);
}
