/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-memory-private.h"
#include "census/balance-intake-private.h"

/* Vector code reads whole blocks. */
#define TAIL 64

BalanceCells *
balance_cells_new (BalanceField *field,
                   guint         n_alloc)
{
  BalanceCells *self = g_new0 (BalanceCells, 1);

  self->field = field;
  self->first_source = G_MAXUINT;
  self->columns = g_array_new (FALSE, TRUE, sizeof (guint32));
  self->width = 4;
  balance_cells_grow (self, n_alloc);

  return self;
}

void
balance_cells_free (gpointer cells)
{
  BalanceCells *self = cells;

  g_aligned_free (self->values);
  g_free (self->scales);
  g_array_unref (self->columns);
  g_clear_pointer (&self->origins, g_array_unref);
  g_free (self);
}

void
balance_cells_grow (BalanceCells *self,
                    guint         n_alloc)
{
  if (n_alloc <= self->n_alloc)
    return;

  self->values = balance_memory_resize (self->values, (gsize) self->n_alloc * self->width + TAIL, (gsize) n_alloc * self->width + TAIL);
  balance_memory_prefer_huge (self->values, (gsize) n_alloc * self->width);
  if (self->width == 4)
    for (guint i = self->n_alloc; i < n_alloc; i++)
      ((gint32 *) self->values)[i] = G_MININT32;
  else
    for (guint i = self->n_alloc; i < n_alloc; i++)
      ((gint64 *) self->values)[i] = G_MININT64;
  if (self->scales != NULL)
    self->scales = g_renew (guint8, self->scales, n_alloc);
  self->n_alloc = n_alloc;
}

gpointer
balance_cells_steal_values (BalanceCells *self,
                            guint         n)
{
  gpointer values = g_steal_pointer (&self->values);
  const gsize size = (gsize) n * self->width;

  values = balance_memory_resize (values, (gsize) self->n_alloc * self->width + TAIL, size + TAIL);
  memset ((guint8 *) values + size, 0, TAIL);
  self->n_alloc = 0;

  return values;
}

static void
widen (BalanceCells *self)
{
  const gint32 *narrow = self->values;
  gint64 *wide;

  if (self->width == 8)
    return;
  wide = balance_memory_resize (NULL, 0, (gsize) self->n_alloc * sizeof *wide + TAIL);
  balance_memory_prefer_huge (wide, (gsize) self->n_alloc * sizeof *wide);
  for (guint i = 0; i < self->n_alloc; i++)
    wide[i] = narrow[i] == G_MININT32 ? G_MININT64 : narrow[i];
  g_aligned_free (self->values);
  self->values = wide;
  self->width = 8;
}

/* From one scale for all to each its own, without zeros at the end. */
static void
part_scales (BalanceCells *self)
{
  gint64 *values;

  widen (self);
  values = self->values;
  self->scales = g_new0 (guint8, self->n_alloc);
  for (guint i = 0; i < self->n_alloc; i++)
    if (values[i] != G_MININT64)
      {
        BalanceDecimal value = { values[i], self->scale };

        balance_decimal_normalize (&value);
        values[i] = value.digits;
        self->scales[i] = (guint8) value.scale;
      }
}

static gboolean
fits_narrow (gint64 value)
{
  return value > G_MININT32 && value <= G_MAXINT32;
}

/* All values at a finer scale; where some value does not fit it, each gets its own. */
static void
refine (BalanceCells *self,
        guint         scale)
{
  const gint64 factor = balance_power_of_ten (scale - self->scale);
  gboolean fits = TRUE, narrow = self->width == 4;

  for (guint i = 0; i < self->n_alloc && fits; i++)
    {
      gint64 value;

      if (!balance_cells_has (self, i))
        continue;
      fits = !__builtin_mul_overflow (balance_cells_get_raw (self, i), factor, &value) && value != G_MININT64;
      narrow &= fits_narrow (value);
    }
  if (!fits)
    {
      part_scales (self);
      return;
    }

  if (!narrow)
    widen (self);
  for (guint i = 0; i < self->n_alloc; i++)
    if (!balance_cells_has (self, i))
      continue;
    else if (self->width == 4)
      ((gint32 *) self->values)[i] *= (gint32) factor;
    else
      ((gint64 *) self->values)[i] *= factor;
  self->scale = (guint8) scale;
}

void
balance_cells_set (BalanceCells         *self,
                   guint32               row,
                   const BalanceDecimal *value)
{
  gint64 digits = value->digits;

  if (self->scales == NULL && value->scale > self->scale)
    refine (self, value->scale);
  if (self->scales == NULL && value->scale < self->scale &&
      __builtin_mul_overflow (digits, balance_power_of_ten (self->scale - value->scale), &digits))
    {
      digits = value->digits;
      part_scales (self);
    }
  if (self->scales != NULL)
    self->scales[row] = (guint8) value->scale;
  if (self->width == 4 && !fits_narrow (digits))
    widen (self);

  if (self->width == 4)
    ((gint32 *) self->values)[row] = (gint32) digits;
  else
    ((gint64 *) self->values)[row] = digits;
}

void
balance_cells_set_picked (BalanceCells  *self,
                          const guint32 *rows,
                          const gint64  *digits,
                          const guint32 *picked,
                          guint          scale,
                          guint          n)
{
  guint i = 0;

  if (self->scales == NULL && scale > self->scale)
    refine (self, scale);
  /* the usual case: narrow numbers of one scale, of which those that are missing are missing there too */
  if (self->scales == NULL && self->width == 4 && self->scale == scale)
    for (gint32 *to = self->values; i < n; i++)
      {
        const gint64 value = digits[picked[i]];

        if (G_LIKELY (fits_narrow (value)))
          to[rows[i]] = (gint32) value;
        else if (value != G_MININT64)
          break;
      }

  for (; i < n; i++)
    if (digits[picked[i]] != G_MININT64)
      {
        BalanceDecimal value = { digits[picked[i]], scale };

        if (scale > 0)
          balance_decimal_normalize (&value);
        balance_cells_set (self, rows[i], &value);
      }
}

void
balance_cells_fill (BalanceCells *self,
                    const gint32 *values,
                    guint         n)
{
  g_clear_pointer (&self->scales, g_free);
  self->scale = 0;
  self->width = 4;
  g_aligned_free (self->values);
  self->values = balance_memory_resize (NULL, 0, n * sizeof (gint32) + TAIL);
  if (n > 0)
    memcpy (self->values, values, n * sizeof (gint32));
  self->n_alloc = n;
}

gboolean
balance_cells_get (const BalanceCells *self,
                   guint32             row,
                   BalanceDecimal     *value)
{
  if (!balance_cells_has (self, row))
    return FALSE;

  value->digits = balance_cells_get_raw (self, row);
  value->scale = balance_cells_get_scale (self, row);
  balance_decimal_normalize (value);

  return TRUE;
}

void
balance_cells_clear (BalanceCells *self,
                     guint32       row)
{
  if (self->width == 4)
    ((gint32 *) self->values)[row] = G_MININT32;
  else
    ((gint64 *) self->values)[row] = G_MININT64;
}

void
balance_cells_begin (BalanceCells *self,
                     guint         n,
                     guint         width,
                     guint         scale)
{
  self->width = (guint8) width;
  self->scale = (guint8) scale;
  g_aligned_free (self->values);
  self->values = balance_memory_resize (NULL, 0, (gsize) n * width + TAIL);
  balance_memory_prefer_huge (self->values, (gsize) n * width);
  self->n_alloc = n;
}

/* Values may have been replaced since the scale was found, or come with zeros at their end. */
void
balance_cells_settle (BalanceCells *self,
                      guint         n)
{
  gboolean coarser;

  if (self->scales != NULL)
    {
      guint scale = 0;

      for (guint i = 0; i < n; i++)
        if (balance_cells_has (self, i))
          scale = MAX (scale, self->scales[i]);
      for (guint i = 0; i < n; i++)
        {
          gint64 value;

          if (balance_cells_has (self, i) &&
              __builtin_mul_overflow (balance_cells_get_raw (self, i), balance_power_of_ten (scale - self->scales[i]), &value))
            return;
        }
      for (guint i = 0; i < n; i++)
        if (balance_cells_has (self, i))
          ((gint64 *) self->values)[i] *= balance_power_of_ten (scale - self->scales[i]);
      g_clear_pointer (&self->scales, g_free);
      self->scale = (guint8) scale;
      return;
    }

  for (coarser = self->scale > 0; coarser;)
    {
      for (guint i = 0; i < n && coarser; i++)
        coarser = !balance_cells_has (self, i) || balance_cells_get_raw (self, i) % 10 == 0;
      if (!coarser)
        break;
      for (guint i = 0; i < n; i++)
        if (!balance_cells_has (self, i))
          continue;
        else if (self->width == 4)
          ((gint32 *) self->values)[i] /= 10;
        else
          ((gint64 *) self->values)[i] /= 10;
      coarser = --self->scale > 0;
    }
}
