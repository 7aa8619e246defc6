/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "store/balance-store-census-private.h"
#include "store/balance-store-private.h"

#define CHUNK (1 << 16)

static void
append_cell (GString    *text,
             const char *value)
{
  if (text->len > 0 && text->str[text->len - 1] != '\n')
    g_string_append_c (text, ',');
  if (strpbrk (value, ",\"\r\n") == NULL && *value != ' ')
    {
      g_string_append (text, value);
      return;
    }

  g_string_append_c (text, '"');
  for (const char *p = value; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (text, '"');
      g_string_append_c (text, *p);
    }
  g_string_append_c (text, '"');
}

/* As it would be typed into a table, exactly. */
static char *
dup_value (BalanceFacts        *facts,
           const BalanceColumn *column,
           guint                row)
{
  BalanceDecimal value = { balance_column_get (column, row), balance_column_get_scale (column, row) };

  if (!balance_column_is_valid (column, row))
    return g_strdup ("");

  switch (column->field->type)
    {
    case BALANCE_FIELD_TEXT:
      return g_strdup (balance_facts_get_text (facts, column, row));

    case BALANCE_FIELD_CHOICE:
      return g_strdup (((const BalanceChoice *) g_ptr_array_index (column->field->choices, value.digits))->id);

    case BALANCE_FIELD_DATE:
      return balance_date_to_string ((gint32) value.digits);

    case BALANCE_FIELD_COUNT:
    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:
    case BALANCE_FIELD_SHARE:
    case BALANCE_FIELD_FLAG:
    case BALANCE_FIELD_YEAR:
    case BALANCE_FIELD_ATTESTED:
    default:
      balance_decimal_normalize (&value);
      return balance_decimal_to_string (&value);
    }
}

static gboolean
is_identity (BalanceFacts *facts,
             BalanceField *field)
{
  BalanceField *const *identity = facts->dictionary->identity;

  return field == identity[BALANCE_ID_YEAR] || field == identity[BALANCE_ID_DISTRICT_CODE] ||
         field == identity[BALANCE_ID_SCHOOL_CODE] || field == identity[BALANCE_ID_STAGE];
}

static void
append_identity (GString      *text,
                 BalanceFacts *facts,
                 BalanceLevel  level,
                 guint         row)
{
  g_autofree char *year = g_strdup_printf ("%d", facts->year);
  guint school = level == BALANCE_LEVEL_SECTION ? facts->section_school[row] : row;

  append_cell (text, year);
  if (level == BALANCE_LEVEL_DISTRICT)
    {
      append_cell (text, facts->district_codes[row]);
    }
  else if (level != BALANCE_LEVEL_REGION)
    {
      append_cell (text, facts->district_codes[facts->school_district[school]]);
      append_cell (text, facts->school_codes[school]);
    }
  if (level == BALANCE_LEVEL_SECTION)
    append_cell (text, balance_dictionary_get_stage (facts->dictionary, facts->section_stage[row])->id);
}

static gboolean
flush (GString        *text,
       gsize           at_least,
       GOutputStream  *stream,
       GCancellable   *cancellable,
       GError        **error)
{
  if (text->len < at_least)
    return TRUE;
  if (!g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error))
    return FALSE;
  g_string_truncate (text, 0);

  return TRUE;
}

static gboolean
write_table (BalanceFacts   *facts,
             BalanceLevel    level,
             GOutputStream  *stream,
             GCancellable   *cancellable,
             GError        **error)
{
  static const char *const identity[] = {
    [BALANCE_LEVEL_SECTION] = "year,district_code,school_code,stage",
    [BALANCE_LEVEL_SCHOOL] = "year,district_code,school_code",
    [BALANCE_LEVEL_DISTRICT] = "year,district_code",
    [BALANCE_LEVEL_REGION] = "year",
  };
  const BalanceTable *table = balance_facts_get_table (facts, level);
  g_autoptr(GString) text = g_string_new (identity[level]);

  for (guint i = 0; i < table->columns->len; i++)
    {
      const BalanceColumn *column = g_ptr_array_index (table->columns, i);

      if (!is_identity (facts, column->field))
        append_cell (text, column->field->id);
    }
  g_string_append_c (text, '\n');

  for (guint row = 0; row < table->n_rows; row++)
    {
      append_identity (text, facts, level, row);
      for (guint i = 0; i < table->columns->len; i++)
        {
          const BalanceColumn *column = g_ptr_array_index (table->columns, i);
          g_autofree char *value = NULL;

          if (is_identity (facts, column->field))
            continue;
          value = dup_value (facts, column, row);
          append_cell (text, value);
        }
      g_string_append_c (text, '\n');
      if (!flush (text, CHUNK, stream, cancellable, error))
        return FALSE;
    }

  return flush (text, 0, stream, cancellable, error);
}

/**
 * balance_store_export_csv:
 * @self: a store
 * @year: a year
 * @level: %BALANCE_LEVEL_SECTION, %BALANCE_LEVEL_SCHOOL, %BALANCE_LEVEL_DISTRICT or %BALANCE_LEVEL_REGION
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the facts of one level as CSV in UTF-8: a row for each section, school or district, a column for each field,
 * headed by its id, every value exactly and a blank where it is missing. The tables of all levels read together
 * are the census again.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_store_export_csv (BalanceStore   *self,
                          int             year,
                          BalanceLevel    level,
                          GOutputStream  *stream,
                          GCancellable   *cancellable,
                          GError        **error)
{
  g_autoptr(BalanceCensus) census = NULL;

  g_return_val_if_fail (BALANCE_IS_STORE (self), FALSE);
  g_return_val_if_fail (level <= BALANCE_LEVEL_REGION && level != BALANCE_LEVEL_STAGE, FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  census = balance_store_read_census (self, year, cancellable, error);

  return census != NULL && write_table (census->facts, level, stream, cancellable, error);
}
