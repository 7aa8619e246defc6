/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "formula/balance-dimension-private.h"

#include <string.h>

gboolean
balance_dimension_multiply (BalanceDimension *self, const BalanceDimension *other, int sign)
{
  for (guint i = 0; i < other->n; i++)
    {
      guint at = 0;

      while (at < self->n && self->items[at].unit < other->items[i].unit)
        at++;
      if (at < self->n && self->items[at].unit == other->items[i].unit)
        {
          self->items[at].power = (gint16) (self->items[at].power + sign * other->items[i].power);
          if (ABS (self->items[at].power) > 100)
            return FALSE;
          if (self->items[at].power == 0)
            {
              self->n--;
              memmove (&self->items[at], &self->items[at + 1], (self->n - at) * sizeof self->items[0]);
            }
          continue;
        }
      if (self->n == BALANCE_DIMENSION_SIZE)
        return FALSE;
      memmove (&self->items[at + 1], &self->items[at], (self->n - at) * sizeof self->items[0]);
      self->items[at].unit = other->items[i].unit;
      self->items[at].power = (gint16) (sign * other->items[i].power);
      self->n++;
    }

  return TRUE;
}

gboolean
balance_dimension_equal (const BalanceDimension *a, const BalanceDimension *b)
{
  if (a->n != b->n)
    return FALSE;
  for (guint i = 0; i < a->n; i++)
    if (a->items[i].unit != b->items[i].unit || a->items[i].power != b->items[i].power)
      return FALSE;

  return TRUE;
}

gboolean
balance_dimension_parse (BalanceDimension  *self,
                         BalanceDictionary *dictionary,
                         const char        *unit)
{
  g_auto(GStrv) parts = NULL;

  memset (self, 0, sizeof *self);
  if (unit == NULL || strcmp (unit, "1") == 0 || strcmp (unit, "%") == 0)
    return TRUE;

  parts = g_strsplit (unit, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      BalanceDimension one = { 0 };

      if (i == 0 && strcmp (parts[i], "1") == 0)
        continue;
      if (!balance_dictionary_has_unit (dictionary, parts[i], &one.items[0].unit))
        return FALSE;
      one.n = 1;
      one.items[0].power = 1;
      if (!balance_dimension_multiply (self, &one, i == 0 ? 1 : -1))
        return FALSE;
    }

  return TRUE;
}

gboolean
balance_dictionary_has_unit (BalanceDictionary *dictionary, const char *id, guint16 *index)
{
  for (guint i = 0; i < dictionary->units->len && i < G_MAXUINT16; i++)
    {
      const BalanceUnit *unit = g_ptr_array_index (dictionary->units, i);

      if (strcmp (unit->id, id) == 0 && strcmp (id, "1") != 0)
        {
          *index = (guint16) i;
          return TRUE;
        }
    }

  return FALSE;
}

char *
balance_dimension_to_string (const BalanceDimension *self, BalanceDictionary *dictionary)
{
  GString *text = g_string_new (NULL);

  for (int sign = 1; sign >= -1; sign -= 2)
    for (guint i = 0; i < self->n; i++)
      {
        const BalanceUnit *unit = g_ptr_array_index (dictionary->units, self->items[i].unit);

        for (int power = self->items[i].power * sign; power > 0; power--)
          {
            if (sign < 0)
              g_string_append (text, text->len == 0 ? "1/" : "/");
            else if (text->len > 0)
              g_string_append_c (text, '*');
            g_string_append (text, unit->id);
          }
      }
  if (text->len == 0)
    g_string_append_c (text, '1');

  return g_string_free (text, FALSE);
}
