/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Facts that differ from others in some values: columns are copied when they are first changed. */

#include <string.h>

#include "census/balance-census-private.h"

#define TAIL 64

/* source_columns and origins are few words a column: copied, so that every column frees its own */
static BalanceColumn *
borrow_column (BalanceFacts *facts, const BalanceColumn *from)
{
  BalanceColumn *column = g_memdup2 (from, sizeof *from);
  gsize n_numbers = (gsize) facts->sources->len * (balance_dictionary_get_n_stages (facts->dictionary) + 1);

  column->borrowed = TRUE;
  column->edited = NULL;
  column->makers = NULL;
  column->source_columns = from->source_columns != NULL ? g_memdup2 (from->source_columns, n_numbers * sizeof (guint32)) : NULL;
  column->origins = from->origins != NULL ? g_memdup2 (from->origins, from->n_origins * sizeof (BalanceOrigin)) : NULL;

  return column;
}

static gsize
n_words (guint n_rows)
{
  return ((gsize) n_rows + 63) / 64 + 1;
}

/* Its own data instead of those it borrowed. */
static void
take_over (BalanceColumn *column, guint n_rows)
{
  gsize size = (gsize) n_rows * column->width;
  gpointer data;

  if (!column->borrowed)
    return;

  data = g_aligned_alloc0 (1, size + TAIL, 64);
  memcpy (data, column->data, size);
  column->data = data;
  if (column->valid != NULL)
    column->valid = g_memdup2 (column->valid, ((gsize) n_rows + 63) / 64 * sizeof (guint64));
  if (column->scales != NULL)
    column->scales = g_memdup2 (column->scales, n_rows);
  column->borrowed = FALSE;
}

static void
copy_table (BalanceFacts *facts, BalanceTable *to, const BalanceTable *from, gboolean keep_edits)
{
  *to = *from;
  to->columns = g_ptr_array_new_with_free_func (balance_column_free);
  for (guint i = 0; i < from->columns->len; i++)
    {
      const BalanceColumn *column = g_ptr_array_index (from->columns, i);
      BalanceColumn *copy = borrow_column (facts, column);

      if (keep_edits && !column->borrowed)
        take_over (copy, from->n_rows);
      if (column->edited != NULL)
        copy->edited = g_memdup2 (column->edited, n_words (from->n_rows) * sizeof (guint64));
      if (column->makers != NULL)
        copy->makers = g_memdup2 (column->makers, (from->n_rows + 1) * sizeof (guint32));
      g_ptr_array_add (to->columns, copy);
    }
}

static gpointer
copy_object (gconstpointer object, gpointer data)
{
  return g_object_ref ((gpointer) object);
}

static BalanceFacts *
copy_facts (BalanceFacts *from, BalanceFacts *base)
{
  BalanceFacts *self = g_memdup2 (from, sizeof *from);

  g_atomic_ref_count_init (&self->ref_count);
  self->base = balance_facts_ref (base);
  self->parent = NULL;
  /* a list of its own: it may grow while the other is read */
  self->makers = from->makers != NULL ? g_ptr_array_copy (from->makers, copy_object, NULL) : NULL;
  copy_table (self, &self->sections, &from->sections, from != base);
  copy_table (self, &self->schools, &from->schools, from != base);
  copy_table (self, &self->districts, &from->districts, from != base);
  copy_table (self, &self->region, &from->region, from != base);

  return self;
}

BalanceFacts *
balance_facts_new_editable (BalanceFacts *base)
{
  return copy_facts (base, base);
}

BalanceFacts *
balance_facts_snapshot (BalanceFacts *self)
{
  return copy_facts (self, self->base);
}

void
balance_facts_share_table (BalanceFacts *self, BalanceTable *to, const BalanceTable *from)
{
  copy_table (self, to, from, TRUE);
  to->shared_rows = TRUE;
}

guint32
balance_facts_add_maker (BalanceFacts *self, BalanceCell *cell)
{
  guint at;

  if (self->makers == NULL)
    self->makers = g_ptr_array_new_with_free_func (g_object_unref);
  if (!g_ptr_array_find (self->makers, cell, &at))
    {
      g_ptr_array_add (self->makers, g_object_ref (cell));
      at = self->makers->len - 1;
    }

  return at + 1;
}

/* -- changing ----------------------------------------------------------------------------------------- */

BalanceColumn *
balance_facts_edit_column (BalanceFacts *self, BalanceLevel table, BalanceField *field, gboolean *added)
{
  BalanceTable *rows = balance_facts_get_table (self, table);
  BalanceColumn *column = (BalanceColumn *) balance_facts_find_column (self, table, field->id);

  *added = column == NULL;
  if (column == NULL)
    {
      column = g_new0 (BalanceColumn, 1);
      column->field = field;
      column->width = field->type == BALANCE_FIELD_FLAG || field->type == BALANCE_FIELD_ATTESTED ? 1 : 4;
      column->data = g_aligned_alloc0 (1, (gsize) rows->n_rows * column->width + TAIL, 64);
      column->valid = g_new0 (guint64, n_words (rows->n_rows));
      g_ptr_array_add (rows->columns, column);
    }
  take_over (column, rows->n_rows);
  if (column->edited == NULL)
    column->edited = g_new0 (guint64, n_words (rows->n_rows));

  return column;
}

BalanceColumn *
balance_facts_add_column (BalanceFacts *self,
                          BalanceLevel  table,
                          BalanceField *field,
                          guint         scale)
{
  BalanceTable *rows = balance_facts_get_table (self, table);
  BalanceColumn *column = g_new0 (BalanceColumn, 1);

  column->field = field;
  column->width = sizeof (gint64);
  column->scale = (guint8) scale;
  column->data = g_aligned_alloc0 (rows->n_rows / 8 + 2, 64, 64);
  column->valid = g_new0 (guint64, rows->n_rows / 64 + 2);
  g_ptr_array_add (rows->columns, column);

  return column;
}

static void
widen (BalanceColumn *column, guint n_rows)
{
  gint64 *data = g_aligned_alloc0 (1, (gsize) n_rows * sizeof *data + TAIL, 64);

  for (guint i = 0; i < n_rows; i++)
    data[i] = balance_column_get (column, i);
  g_aligned_free (column->data);
  column->data = data;
  column->width = 8;
}

static void
put (BalanceColumn *column, guint row, gint64 digits)
{
  switch (column->width)
    {
    case 1:
      ((guint8 *) column->data)[row] = (guint8) digits;
      break;
    case 4:
      ((gint32 *) column->data)[row] = (gint32) digits;
      break;
    default:
      ((gint64 *) column->data)[row] = digits;
      break;
    }
}

/* The whole column with more decimals; FALSE where that leaves 64 bits. */
static gboolean
refine (BalanceColumn *column, guint n_rows, guint scale)
{
  gint64 factor = balance_power_of_ten (scale - column->scale), low, high;

  if (__builtin_mul_overflow (column->min, factor, &low) || __builtin_mul_overflow (column->max, factor, &high))
    return FALSE;
  if (column->width == 4)
    widen (column, n_rows);
  for (guint i = 0; i < n_rows; i++)
    ((gint64 *) column->data)[i] *= factor;
  column->min = low;
  column->max = high;
  column->scale = (guint8) scale;

  return TRUE;
}

static void
scale_each (BalanceColumn *column, guint n_rows)
{
  column->scales = g_malloc (MAX (1, n_rows));
  memset (column->scales, column->scale, n_rows);
}

static void
set_bit (guint64 *bits, guint row, gboolean value)
{
  guint64 bit = G_GUINT64_CONSTANT (1) << (row & 63);

  if (value)
    bits[row >> 6] |= bit;
  else
    bits[row >> 6] &= ~bit;
}

gboolean
balance_facts_set (BalanceFacts *self, BalanceLevel table, BalanceColumn *column, guint row, const BalanceFact *fact, BalanceFact *before)
{
  guint n_rows = balance_facts_get_table (self, table)->n_rows;
  BalanceDecimal value = fact->value;
  gboolean reshaped = FALSE, was_valid = balance_column_is_valid (column, row);

  if (before != NULL)
    {
      before->valid = was_valid;
      before->edited = column->edited[row >> 6] >> (row & 63) & 1;
      before->maker = column->makers != NULL ? column->makers[row] : 0;
      before->value = (BalanceDecimal) { balance_column_get (column, row), balance_column_get_scale (column, row) };
    }

  if (!fact->valid)
    value = (BalanceDecimal) { 0, column->scale };
  if (column->scales == NULL && value.scale > column->scale)
    {
      if (!refine (column, n_rows, value.scale))
        scale_each (column, n_rows);
      reshaped = TRUE;
    }
  if (column->scales == NULL && value.scale < column->scale)
    {
      gint64 digits;

      if (__builtin_mul_overflow (value.digits, balance_power_of_ten (column->scale - value.scale), &digits))
        {
          scale_each (column, n_rows);
          reshaped = TRUE;
        }
      else
        {
          value.digits = digits;
        }
    }
  if (column->scales != NULL)
    column->scales[row] = (guint8) value.scale;
  if (column->width == 4 && value.digits != (gint32) value.digits)
    {
      widen (column, n_rows);
      reshaped = TRUE;
    }
  put (column, row, value.digits);

  /* only ever wider, and by more than is needed, so that the next step in the same direction changes nothing */
  if (fact->valid && (value.digits < column->min || value.digits > column->max))
    {
      gint64 twice;

      if (__builtin_mul_overflow (value.digits, 2, &twice))
        twice = value.digits;
      column->min = MIN (column->min, twice);
      column->max = MAX (column->max, twice);
      reshaped = TRUE;
    }

  if (column->valid == NULL && !fact->valid)
    {
      column->valid = g_new (guint64, n_words (n_rows));
      memset (column->valid, 0xff, n_words (n_rows) * sizeof (guint64));
      reshaped = TRUE;
    }
  if (column->valid != NULL)
    set_bit (column->valid, row, fact->valid);
  if (fact->valid && !was_valid)
    column->n_valid++;
  else if (!fact->valid && was_valid)
    column->n_valid--;
  set_bit (column->edited, row, fact->edited);
  if (column->makers == NULL && fact->maker != 0)
    column->makers = g_new0 (guint32, n_rows + 1);
  if (column->makers != NULL)
    column->makers[row] = fact->maker;

  return reshaped;
}
