/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/balance-store-census-private.h"

#include <string.h>

#define CHUNK (1 << 16)

typedef struct
{
  GChecksum  *checksum;
  GByteArray *pending;
} Writer;

static void
flush (Writer *writer)
{
  g_checksum_update (writer->checksum, writer->pending->data, (gssize) writer->pending->len);
  g_byte_array_set_size (writer->pending, 0);
}

static void
add (Writer        *writer,
     gconstpointer  data,
     gsize          length)
{
  g_byte_array_append (writer->pending, data, (guint) length);
  if (writer->pending->len >= CHUNK)
    flush (writer);
}

static void
add_text (Writer     *writer,
          const char *text)
{
  add (writer, text, strlen (text) + 1);
}

static void
add_number (Writer *writer,
            gint64  number)
{
  gint64 bytes = GINT64_TO_LE (number);

  add (writer, &bytes, sizeof bytes);
}

static int
compare_columns (gconstpointer a,
                 gconstpointer b)
{
  const BalanceColumn *const *x = a, *const *y = b;

  return strcmp ((*x)->field->id, (*y)->field->id);
}

static void
add_value (Writer              *writer,
           BalanceFacts        *facts,
           const BalanceColumn *column,
           guint                row)
{
  BalanceDecimal value = { balance_column_get (column, row), balance_column_get_scale (column, row) };

  switch (column->field->type)
    {
    case BALANCE_FIELD_TEXT:
      add_text (writer, balance_facts_get_text (facts, column, row));
      break;

    case BALANCE_FIELD_CHOICE:
      add_text (writer, ((const BalanceChoice *) g_ptr_array_index (column->field->choices, value.digits))->id);
      break;

    case BALANCE_FIELD_COUNT:
    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:
    case BALANCE_FIELD_SHARE:
    case BALANCE_FIELD_FLAG:
    case BALANCE_FIELD_DATE:
    case BALANCE_FIELD_YEAR:
    case BALANCE_FIELD_ATTESTED:
    default:
      balance_decimal_normalize (&value);
      add_number (writer, value.digits);
      add_number (writer, (gint64) value.scale);
    }
}

static void
add_table (Writer       *writer,
           BalanceFacts *facts,
           BalanceLevel  level)
{
  const BalanceTable *table = balance_facts_get_table (facts, level);
  g_autoptr(GPtrArray) columns = NULL;

  if (table == NULL)
    return;

  columns = g_ptr_array_copy (table->columns, NULL, NULL);
  g_ptr_array_set_free_func (columns, NULL);
  g_ptr_array_sort (columns, compare_columns);
  add_number (writer, level);
  add_number (writer, table->n_rows);
  for (guint i = 0; i < columns->len; i++)
    {
      const BalanceColumn *column = g_ptr_array_index (columns, i);

      /* a column that nobody filled in says no more than none */
      if (column->n_valid == 0)
        continue;
      add_text (writer, column->field->id);
      for (guint row = 0; row < table->n_rows; row++)
        if (balance_column_is_valid (column, row))
          {
            add_number (writer, row);
            add_value (writer, facts, column, row);
          }
      add_number (writer, -1);
    }
}

char *
balance_facts_dup_digest (BalanceFacts *self)
{
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr(GByteArray) pending = g_byte_array_sized_new (CHUNK + 256);
  Writer writer = { checksum, pending };

  add_number (&writer, self->year);
  add_number (&writer, self->skipped);
  for (guint i = 0; i < self->districts.n_rows; i++)
    {
      add_text (&writer, self->district_codes[i]);
      add_number (&writer, self->district_skipped[i]);
    }
  for (guint i = 0; i < self->schools.n_rows; i++)
    {
      add_number (&writer, self->school_district[i]);
      add_text (&writer, self->school_codes[i]);
    }
  for (guint i = 0; i < self->sections.n_rows; i++)
    {
      add_number (&writer, self->section_school[i]);
      add_text (&writer, balance_dictionary_get_stage (self->dictionary, self->section_stage[i])->id);
    }
  for (guint level = 0; level <= BALANCE_LEVEL_REGION; level++)
    add_table (&writer, self, level);
  flush (&writer);

  return g_strdup (g_checksum_get_string (checksum));
}
