/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-view-private.h"

#include <math.h>

#include "base/balance-float-private.h"

gpointer
balance_view_new (GType         type,
                  BalanceFacts *facts,
                  guint         row)
{
  BalanceView *self = g_object_new (type, NULL);

  self->facts = balance_facts_ref (facts);
  self->row = row;

  return self;
}

static void
balance_view_finalize (GObject *object)
{
  BalanceView *self = (BalanceView *) object;
  GObjectClass *parent = g_type_class_peek (G_TYPE_OBJECT);

  g_clear_pointer (&self->facts, balance_facts_unref);

  parent->finalize (object);
}

void
balance_view_class_init (gpointer klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_view_finalize;
}

/* The column that holds a field for a row, and the row of it there: the row's own table, or that of an
 * enclosing row for what comes down. Counts and amounts of a school do not come down to its sections. */
static const BalanceColumn *
find_value (BalanceFacts *self,
            BalanceLevel *level,
            guint        *row,
            const char   *field)
{
  const BalanceColumn *column = balance_facts_find_column (self, *level, field);
  BalanceLevel asked = *level;
  BalanceField *known;

  if (column != NULL)
    return column;

  known = balance_dictionary_find (self->dictionary, field);
  if (known == NULL || known->level <= asked ||
      known->type == BALANCE_FIELD_COUNT || known->type == BALANCE_FIELD_AMOUNT)
    return NULL;

  if (asked == BALANCE_LEVEL_SECTION)
    *row = self->section_school[*row];
  if (asked <= BALANCE_LEVEL_SCHOOL && known->level >= BALANCE_LEVEL_DISTRICT)
    *row = self->school_district[*row];
  if (known->level == BALANCE_LEVEL_REGION)
    *row = 0;
  *level = known->level;

  return balance_facts_find_column (self, *level, field);
}

gboolean
balance_facts_has_value (BalanceFacts *self,
                         BalanceLevel  level,
                         guint         row,
                         const char   *field)
{
  const BalanceColumn *column = find_value (self, &level, &row, field);

  return column != NULL && balance_column_is_valid (column, row);
}

double
balance_column_get_number (const BalanceColumn *column,
                           guint                row)
{
  BALANCE_FLOAT_DEFAULT;
  gint64 digits;
  guint scale;
  char text[32];

  if (!balance_column_is_valid (column, row))
    return NAN;

  digits = balance_column_get (column, row);
  scale = balance_column_get_scale (column, row);
  if (scale == 0 && ABS (digits) < (G_GINT64_CONSTANT (1) << 53))
    return (double) digits;
  /* both are exact doubles, so one division rounds once */
  if (scale <= 15 && ABS (digits) < (G_GINT64_CONSTANT (1) << 53))
    return (double) digits / (double) balance_power_of_ten (scale);

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT "e-%u", digits, scale);
  return g_ascii_strtod (text, NULL);
}

double
balance_facts_get_number (BalanceFacts *self,
                          BalanceLevel  level,
                          guint         row,
                          const char   *field)
{
  const BalanceColumn *column = find_value (self, &level, &row, field);

  if (column == NULL || column->field->type == BALANCE_FIELD_TEXT ||
      column->field->type == BALANCE_FIELD_CHOICE)
    return NAN;

  return balance_column_get_number (column, row);
}

char *
balance_column_dup_text (BalanceFacts        *facts,
                         const BalanceColumn *column,
                         guint                row,
                         const char          *language)
{
  BalanceLanguage known = balance_language_parse (language);
  gint64 value;

  if (!balance_column_is_valid (column, row))
    return NULL;

  value = balance_column_get (column, row);
  switch (column->field->type)
    {
    case BALANCE_FIELD_TEXT:
      return g_strdup (balance_facts_get_text (facts, column, row));

    case BALANCE_FIELD_CHOICE:
      {
        const BalanceChoice *choice = g_ptr_array_index (column->field->choices, value);

        return g_strdup (language != NULL ? balance_text_get (&choice->title, known) : choice->id);
      }

    case BALANCE_FIELD_FLAG:
    case BALANCE_FIELD_ATTESTED:
      if (language == NULL)
        return g_strdup (value != 0 ? "true" : "false");
      if (known == BALANCE_LANGUAGE_ZH)
        return g_strdup (value != 0 ? "是" : "否");
      return g_strdup (value != 0 ? "yes" : "no");

    case BALANCE_FIELD_DATE:
      return balance_date_to_string ((gint32) value);

    case BALANCE_FIELD_COUNT:
    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:
    case BALANCE_FIELD_SHARE:
    case BALANCE_FIELD_YEAR:
    default:
      {
        BalanceDecimal decimal = { value, balance_column_get_scale (column, row) };

        balance_decimal_normalize (&decimal);
        return balance_decimal_to_string (&decimal);
      }
    }
}

char *
balance_facts_dup_text (BalanceFacts *self,
                        BalanceLevel  level,
                        guint         row,
                        const char   *field,
                        const char   *language)
{
  const BalanceColumn *column = find_value (self, &level, &row, field);

  return column != NULL ? balance_column_dup_text (self, column, row, language) : NULL;
}

BalanceCell *
balance_facts_dup_cell (BalanceFacts *self,
                        BalanceLevel  level,
                        guint         row,
                        const char   *field)
{
  const BalanceColumn *column = find_value (self, &level, &row, field);
  guint source, source_row, source_column;
  const BalanceSource *from;
  BalanceCell *maker = balance_facts_get_maker (self, column, row);

  if (maker != NULL)
    return g_object_ref (maker);
  if (!balance_facts_get_cell (self, level, column, row, &source, &source_row, &source_column))
    return NULL;

  from = g_ptr_array_index (self->sources, source);

  return balance_cell_new (from->file, from->sheet, source_row, source_column);
}
