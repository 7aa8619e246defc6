/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <balance/balance.h>

#include "census/balance-field-private.h"
#include "store/balance-store-census-private.h"

/* A decimal of so many digits is the same decimal again after it was a double. */
#define EXACT_DIGITS G_GINT64_CONSTANT (1000000000000000)

typedef struct
{
  BalanceDatabase *database;
  BalanceFacts    *facts;
  gint64           census;
  BalanceProgress *progress;
  guint            n_columns, n_done;
} Writer;

static gboolean
write_census (Writer  *writer,
              gint64   first_import,
              gint64   last_import,
              GError **error)
{
  g_autofree char *digest = balance_facts_dup_digest (writer->facts);
  g_autoptr(BalanceStatement) statement =
    balance_database_prepare (writer->database,
                              "INSERT INTO censuses (year, first_import, last_import, rows_left_out, digest)"
                              " VALUES (?, ?, ?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  balance_statement_bind (statement, "iiiit", (gint64) writer->facts->year, first_import, last_import,
                          (gint64) writer->facts->skipped, digest);
  if (!balance_database_run (writer->database, statement, error))
    return FALSE;
  writer->census = sqlite3_last_insert_rowid (writer->database->handle);

  return TRUE;
}

static gboolean
write_sources (Writer        *writer,
               const gint64  *sources,
               GError       **error)
{
  g_autoptr(BalanceStatement) statement =
    balance_database_prepare (writer->database, "INSERT INTO census_sources VALUES (?, ?, ?)", error);

  for (guint i = 0; statement != NULL && i < writer->facts->sources->len; i++)
    {
      balance_statement_bind (statement, "iii", writer->census, (gint64) i, sources[i]);
      if (!balance_database_run (writer->database, statement, error))
        return FALSE;
    }

  return statement != NULL;
}

static gboolean
write_stages (Writer  *writer,
              GError **error)
{
  BalanceDictionary *dictionary = writer->facts->dictionary;
  g_autoptr(BalanceStatement) statement =
    balance_database_prepare (writer->database, "INSERT INTO stages VALUES (?, ?, ?, ?, ?, ?)", error);

  for (guint i = 0; statement != NULL && i < balance_dictionary_get_n_stages (dictionary); i++)
    {
      const BalanceChoice *stage = balance_dictionary_get_stage (dictionary, i);
      g_autoptr(GString) definition = g_string_new (NULL);

      balance_definition_append_stage (definition, stage);
      balance_statement_bind (statement, "iitttt", writer->census, (gint64) i, stage->id,
                              balance_text_get (&stage->title, BALANCE_LANGUAGE_ZH),
                              balance_text_get (&stage->title, BALANCE_LANGUAGE_EN), definition->str);
      if (!balance_database_run (writer->database, statement, error))
        return FALSE;
    }

  return statement != NULL;
}

static gboolean
write_rows (Writer  *writer,
            GError **error)
{
  BalanceDatabase *database = writer->database;
  const BalanceFacts *facts = writer->facts;
  g_autoptr(BalanceStatement) districts = balance_database_prepare (database, "INSERT INTO districts VALUES (?, ?, ?, ?)", error);
  g_autoptr(BalanceStatement) schools =
    districts != NULL ? balance_database_prepare (database, "INSERT INTO schools VALUES (?, ?, ?, ?)", error) : NULL;
  g_autoptr(BalanceStatement) sections =
    schools != NULL ? balance_database_prepare (database, "INSERT INTO sections VALUES (?, ?, ?, ?)", error) : NULL;

  if (sections == NULL)
    return FALSE;

  for (guint i = 0; i < facts->districts.n_rows; i++)
    {
      balance_statement_bind (districts, "iiti", writer->census, (gint64) i, facts->district_codes[i], (gint64) facts->district_skipped[i]);
      if (!balance_database_run (database, districts, error))
        return FALSE;
    }
  for (guint i = 0; i < facts->schools.n_rows; i++)
    {
      balance_statement_bind (schools, "iiit", writer->census, (gint64) i, (gint64) facts->school_district[i], facts->school_codes[i]);
      if (!balance_database_run (database, schools, error))
        return FALSE;
    }
  for (guint i = 0; i < facts->sections.n_rows; i++)
    {
      balance_statement_bind (sections, "iiit", writer->census, (gint64) i, (gint64) facts->section_school[i],
                              balance_dictionary_get_stage (facts->dictionary, facts->section_stage[i])->id);
      if (!balance_database_run (database, sections, error))
        return FALSE;
    }

  return TRUE;
}

/* -- columns ------------------------------------------------------------------------------------------ */

/* Which row it is stands in the tables of rows already. */
static gboolean
is_identity (BalanceFacts        *facts,
             const BalanceColumn *column)
{
  BalanceField *const *identity = facts->dictionary->identity;

  return column->field == identity[BALANCE_ID_YEAR] || column->field == identity[BALANCE_ID_DISTRICT_CODE] ||
         column->field == identity[BALANCE_ID_SCHOOL_CODE] || column->field == identity[BALANCE_ID_STAGE];
}

static gboolean
write_column (Writer        *writer,
              BalanceLevel   level,
              guint          position,
              BalanceColumn *column,
              gint64        *id,
              GError       **error)
{
  const BalanceField *field = column->field;
  g_autoptr(GString) definition = g_string_new (NULL);
  g_autoptr(BalanceStatement) statement =
    balance_database_prepare (writer->database,
                              "INSERT INTO columns (census, level, position, field, type, unit, title_zh, title_en, definition)"
                              " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  balance_definition_append_field (definition, column->field);
  balance_statement_bind (statement, "iiitttttt", writer->census, (gint64) level, (gint64) position, field->id,
                          balance_field_type_to_string (field->type), field->unit,
                          balance_text_get (&field->title, BALANCE_LANGUAGE_ZH),
                          balance_text_get (&field->title, BALANCE_LANGUAGE_EN), definition->str);
  if (!balance_database_run (writer->database, statement, error))
    return FALSE;
  *id = sqlite3_last_insert_rowid (writer->database->handle);

  return TRUE;
}

static void
bind_number (BalanceStatement *statement,
             BalanceDecimal    value)
{
  balance_decimal_normalize (&value);
  if (value.scale == 0)
    {
      sqlite3_bind_int64 (statement, 3, value.digits);
    }
  else if (value.digits < EXACT_DIGITS && value.digits > -EXACT_DIGITS)
    {
      /* both are exact in a double, so the quotient is the double nearest to the decimal */
      sqlite3_bind_double (statement, 3, (double) value.digits / (double) balance_power_of_ten (value.scale));
    }
  else
    {
      sqlite3_bind_text (statement, 3, balance_decimal_to_string (&value), -1, g_free);
    }
}

static void
bind_value (BalanceStatement    *statement,
            const BalanceFacts  *facts,
            const BalanceColumn *column,
            guint                row)
{
  gint64 data = balance_column_get (column, row);
  const BalanceChoice *choice;

  switch (column->field->type)
    {
    case BALANCE_FIELD_FLAG:
    case BALANCE_FIELD_ATTESTED:
    case BALANCE_FIELD_YEAR:
      sqlite3_bind_int64 (statement, 3, data);
      break;

    case BALANCE_FIELD_CHOICE:
      choice = g_ptr_array_index (column->field->choices, data);
      sqlite3_bind_text (statement, 3, choice->id, -1, SQLITE_STATIC);
      break;

    case BALANCE_FIELD_TEXT:
      sqlite3_bind_text (statement, 3, balance_facts_get_text (facts, column, row), -1, SQLITE_STATIC);
      break;

    case BALANCE_FIELD_DATE:
      sqlite3_bind_text (statement, 3, balance_date_to_string ((gint32) data), -1, g_free);
      break;

    case BALANCE_FIELD_COUNT:
    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:
    case BALANCE_FIELD_SHARE:
    default:
      bind_number (statement, (BalanceDecimal) { data, balance_column_get_scale (column, row) });
    }
}

static gboolean
write_values (Writer               *writer,
              const BalanceColumn  *column,
              guint                 n_rows,
              gint64                id,
              BalanceStatement     *statement,
              GError              **error)
{
  if (is_identity (writer->facts, column))
    return TRUE;

  sqlite3_bind_int64 (statement, 1, id);
  for (guint row = 0; row < n_rows; row++)
    {
      if (!balance_column_is_valid (column, row))
        continue;
      sqlite3_bind_int64 (statement, 2, row);
      bind_value (statement, writer->facts, column, row);
      if (!balance_database_run (writer->database, statement, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
write_column_places (Writer               *writer,
                     const BalanceColumn  *column,
                     gint64                id,
                     GError              **error)
{
  const BalanceFacts *facts = writer->facts;
  guint n = balance_dictionary_get_n_stages (facts->dictionary) + 1;
  g_autoptr(BalanceStatement) columns =
    balance_database_prepare (writer->database, "INSERT INTO column_places VALUES (?, ?, ?, ?)", error);
  g_autoptr(BalanceStatement) values =
    columns != NULL ? balance_database_prepare (writer->database, "INSERT INTO value_places VALUES (?, ?, ?, ?)", error) : NULL;

  if (values == NULL)
    return FALSE;

  for (guint source = 0; column->source_columns != NULL && source < facts->sources->len; source++)
    for (guint stage = 0; stage < n; stage++)
      {
        guint number = column->source_columns[source * n + stage];

        if (number == 0)
          continue;
        balance_statement_bind (columns, "iiti", id, (gint64) source,
                                stage == 0 ? "" : balance_dictionary_get_stage (facts->dictionary, stage - 1)->id, (gint64) number);
        if (!balance_database_run (writer->database, columns, error))
          return FALSE;
      }

  for (guint i = 0; i < column->n_origins; i++)
    {
      const BalanceOrigin *origin = &column->origins[i];

      /* they are in order; of several of one row the look-up finds one, and so does whoever reads the table */
      if (i > 0 && column->origins[i - 1].row == origin->row)
        continue;
      balance_statement_bind (values, "iiii", id, (gint64) origin->row, (gint64) origin->source, (gint64) origin->source_row);
      if (!balance_database_run (writer->database, values, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
write_columns (Writer            *writer,
               BalanceLevel       level,
               BalanceStatement  *values,
               GError           **error)
{
  const BalanceTable *table = balance_facts_get_table (writer->facts, level);

  for (guint i = 0; i < table->columns->len; i++)
    {
      BalanceColumn *column = g_ptr_array_index (table->columns, i);
      gint64 id;

      if (g_cancellable_set_error_if_cancelled (writer->database->cancellable, error) ||
          !write_column (writer, level, i, column, &id, error) ||
          !write_values (writer, column, table->n_rows, id, values, error) ||
          !write_column_places (writer, column, id, error))
        return FALSE;
      if (writer->progress != NULL)
        balance_progress_set_fraction (writer->progress, (double) ++writer->n_done / writer->n_columns);
    }

  return TRUE;
}

/* In the order of the key: the sources of each row, not the rows of each source. */
static gboolean
write_row_places (Writer        *writer,
                  BalanceLevel   level,
                  GError       **error)
{
  const BalanceTable *table = balance_facts_get_table (writer->facts, level);
  g_autoptr(BalanceStatement) statement =
    balance_database_prepare (writer->database, "INSERT INTO row_places VALUES (?, ?, ?, ?, ?)", error);

  for (guint source = 0; statement != NULL && table->source_rows != NULL && source < writer->facts->sources->len; source++)
    {
      const BalanceSourceRows *rows = &table->source_rows[source];

      for (guint i = 0; i < rows->n; i++)
        {
          if (rows->rows[i] == 0)
            continue;
          balance_statement_bind (statement, "iiiii", writer->census, (gint64) level, (gint64) rows->first + i,
                                  (gint64) source, (gint64) rows->rows[i]);
          if (!balance_database_run (writer->database, statement, error))
            return FALSE;
        }
    }

  return statement != NULL;
}

gboolean
balance_store_write_facts (BalanceDatabase  *self,
                           BalanceFacts     *facts,
                           gint64            first_import,
                           gint64            last_import,
                           const gint64     *sources,
                           BalanceProgress  *progress,
                           GError          **error)
{
  static const BalanceLevel levels[] = {
    BALANCE_LEVEL_REGION, BALANCE_LEVEL_DISTRICT, BALANCE_LEVEL_SCHOOL, BALANCE_LEVEL_SECTION
  };
  Writer writer = { .database = self, .facts = facts, .progress = progress };
  g_autoptr(BalanceStatement) values = balance_database_prepare (self, "INSERT INTO facts VALUES (?, ?, ?)", error);

  if (values == NULL)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    writer.n_columns += balance_facts_get_table (facts, levels[i])->columns->len;

  if (!write_census (&writer, first_import, last_import, error) || !write_sources (&writer, sources, error) ||
      !write_stages (&writer, error) || !write_rows (&writer, error))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    if (!write_columns (&writer, levels[i], values, error) || !write_row_places (&writer, levels[i], error))
      return FALSE;

  return TRUE;
}

gboolean
balance_store_delete_facts (BalanceDatabase  *self,
                            int               year,
                            GError          **error)
{
  /* what points to something goes before it */
  static const char *const statements[] = {
    "DELETE FROM value_places WHERE \"column\" IN (SELECT c.id FROM columns c JOIN censuses k ON k.id = c.census WHERE k.year = ?)",
    "DELETE FROM column_places WHERE \"column\" IN (SELECT c.id FROM columns c JOIN censuses k ON k.id = c.census WHERE k.year = ?)",
    "DELETE FROM facts WHERE \"column\" IN (SELECT c.id FROM columns c JOIN censuses k ON k.id = c.census WHERE k.year = ?)",
    "DELETE FROM columns WHERE census IN (SELECT id FROM censuses WHERE year = ?)",
    "DELETE FROM row_places WHERE census IN (SELECT id FROM censuses WHERE year = ?)",
    "DELETE FROM sections WHERE census IN (SELECT id FROM censuses WHERE year = ?)",
    "DELETE FROM schools WHERE census IN (SELECT id FROM censuses WHERE year = ?)",
    "DELETE FROM districts WHERE census IN (SELECT id FROM censuses WHERE year = ?)",
    "DELETE FROM stages WHERE census IN (SELECT id FROM censuses WHERE year = ?)",
    "DELETE FROM census_sources WHERE census IN (SELECT id FROM censuses WHERE year = ?)",
    "DELETE FROM censuses WHERE year = ?",
  };

  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    {
      g_autoptr(BalanceStatement) statement = balance_database_prepare (self, statements[i], error);

      if (statement == NULL)
        return FALSE;
      balance_statement_bind (statement, "i", (gint64) year);
      if (!balance_database_run (self, statement, error))
        return FALSE;
    }

  return TRUE;
}
