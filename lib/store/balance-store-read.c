/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <balance/balance.h>
#include <string.h>

#include "census/balance-field-private.h"
#include "census/balance-intake-private.h"
#include "census/balance-value-private.h"
#include "store/balance-store-census-private.h"

/* More than the largest nation has, and small enough that a forged number cannot ask for much memory. */
#define MAX_SOURCES 100000

typedef struct
{
  BalanceDatabase   *database;
  gint64             census;
  int                year;
  gboolean           rows_left_out;
  BalanceDictionary *dictionary;    /* of the facts, owned */
  GPtrArray         *sources;       /* of BalanceSource */
  BalanceIntake     *intake;
} Reader;

static void
source_free (gpointer data)
{
  BalanceSource *source = data;

  g_free (source->file);
  g_free (source->sheet);
  g_free (source->digest);
  g_free (source);
}

static void
reader_clear (Reader *reader)
{
  g_clear_pointer (&reader->intake, balance_intake_free);
  g_clear_pointer (&reader->sources, g_ptr_array_unref);
  g_clear_object (&reader->dictionary);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

static gboolean
throw_damaged (Reader      *reader,
               const char  *table,
               GError     **error)
{
  g_autofree char *en = g_strdup_printf ("the table %s of the year %d holds something that cannot stand there", table, reader->year);
  g_autofree char *zh = g_strdup_printf ("%d 年度的表 %s 含有不应出现的内容", reader->year, table);

  return balance_database_throw_damaged (reader->database, en, zh, error);
}

static BalanceStatement *
select_of_census (Reader      *reader,
                  const char  *sql,
                  GError     **error)
{
  BalanceStatement *statement = balance_database_prepare (reader->database, sql, error);

  if (statement != NULL)
    balance_statement_bind (statement, "i", reader->census);

  return statement;
}

/* FALSE at the end and on errors, which `failed` tells apart. */
static gboolean
next_row (Reader            *reader,
          BalanceStatement  *statement,
          gboolean          *failed,
          GError           **error)
{
  gboolean row = FALSE;

  *failed = !balance_database_step (reader->database, statement, &row, error);

  return row;
}

static gboolean
find_census (Reader  *reader,
             GError **error)
{
  g_autoptr(BalanceStatement) statement =
    balance_database_prepare (reader->database, "SELECT id, rows_left_out FROM censuses WHERE year = ?", error);
  gboolean row;
  guint flag;

  if (statement == NULL)
    return FALSE;
  balance_statement_bind (statement, "i", (gint64) reader->year);
  if (!balance_database_step (reader->database, statement, &row, error))
    return FALSE;
  if (!row)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND, "%s has no data of the year %d\n%s 中没有 %d 年度的数据",
                   reader->database->name, reader->year, reader->database->name, reader->year);
      return FALSE;
    }
  if (!balance_statement_get_uint (statement, 1, 1, &flag))
    return throw_damaged (reader, "censuses", error);
  reader->census = sqlite3_column_int64 (statement, 0);
  reader->rows_left_out = flag != 0;

  return TRUE;
}

/* -- what the facts are about ------------------------------------------------------------------------ */

static gboolean
collect (Reader      *reader,
         const char  *sql,
         const char  *table,
         gboolean     stages,
         GPtrArray   *definitions,
         GError     **error)
{
  g_autoptr(BalanceStatement) statement = select_of_census (reader, sql, error);
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean failed = statement == NULL;

  while (!failed && next_row (reader, statement, &failed, error))
    {
      const char *id = balance_statement_get_text (statement, 0);
      const char *definition = balance_statement_get_text (statement, 1);

      if (id == NULL || definition == NULL)
        return throw_damaged (reader, table, error);
      if ((stages ? balance_dictionary_find_stage (reader->dictionary, id) < 0
                  : balance_dictionary_find (reader->dictionary, id) == NULL) && g_hash_table_add (seen, g_strdup (id)))
        g_ptr_array_add (definitions, g_strdup (definition));
    }

  return !failed;
}

static gboolean
read_dictionary (Reader  *reader,
                 GError **error)
{
  g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GPtrArray) stages = g_ptr_array_new_with_free_func (g_free);
  BalanceDictionary *extended;

  if (!collect (reader, "SELECT id, definition FROM stages WHERE census = ? ORDER BY number", "stages", TRUE, stages, error) ||
      !collect (reader, "SELECT field, definition FROM columns WHERE census = ? ORDER BY id", "columns", FALSE, fields, error))
    return FALSE;

  extended = balance_definition_extend (reader->dictionary, fields, stages);
  g_object_unref (reader->dictionary);
  reader->dictionary = extended;

  return TRUE;
}

static gboolean
read_sources (Reader  *reader,
              GError **error)
{
  g_autoptr(BalanceStatement) statement =
    select_of_census (reader, "SELECT cs.number, s.file, s.sheet, s.digest FROM census_sources cs"
                              " JOIN sources s ON s.id = cs.source WHERE cs.census = ? ORDER BY cs.number", error);
  gboolean failed = statement == NULL;

  while (!failed && next_row (reader, statement, &failed, error))
    {
      BalanceSource *source;
      guint number;

      if (!balance_statement_get_uint (statement, 0, MAX_SOURCES, &number) || number != reader->sources->len ||
          balance_statement_get_text (statement, 1) == NULL)
        return throw_damaged (reader, "census_sources", error);
      source = g_new0 (BalanceSource, 1);
      source->file = g_strdup (balance_statement_get_text (statement, 1));
      source->sheet = g_strdup (balance_statement_get_text (statement, 2));
      source->digest = g_strdup (balance_statement_get_text (statement, 3));
      g_ptr_array_add (reader->sources, source);
    }

  return !failed;
}

static gboolean
read_districts (Reader  *reader,
                GError **error)
{
  g_autoptr(BalanceStatement) statement =
    select_of_census (reader, "SELECT number, code, rows_left_out FROM districts WHERE census = ? ORDER BY number", error);
  gboolean failed = statement == NULL;
  guint n = 0;

  for (; !failed && next_row (reader, statement, &failed, error); n++)
    {
      const char *code = balance_statement_get_text (statement, 1);
      guint number, skipped;

      if (!balance_statement_get_uint (statement, 0, G_MAXINT32, &number) || number != n || code == NULL || *code == '\0' ||
          !balance_statement_get_uint (statement, 2, 1, &skipped) ||
          balance_intake_add_district (reader->intake, code, strlen (code)) != n)
        return throw_damaged (reader, "districts", error);
      g_array_index (reader->intake->district_skipped, guint8, n) = (guint8) skipped;
    }

  return !failed;
}

static gboolean
read_schools (Reader  *reader,
              GError **error)
{
  g_autoptr(BalanceStatement) statement =
    select_of_census (reader, "SELECT number, district, code FROM schools WHERE census = ? ORDER BY number", error);
  guint n_districts = reader->intake->tables[BALANCE_LEVEL_DISTRICT].n_rows;
  gboolean failed = statement == NULL;
  guint n = 0;

  for (; !failed && next_row (reader, statement, &failed, error); n++)
    {
      const char *code = balance_statement_get_text (statement, 2);
      guint number, district;

      if (!balance_statement_get_uint (statement, 0, G_MAXINT32, &number) || number != n || code == NULL || *code == '\0' ||
          !balance_statement_get_uint (statement, 1, G_MAXINT32, &district) || district >= n_districts ||
          balance_intake_add_school (reader->intake, district, code, strlen (code)) != n)
        return throw_damaged (reader, "schools", error);
    }

  return !failed;
}

static gboolean
read_sections (Reader  *reader,
               GError **error)
{
  g_autoptr(BalanceStatement) statement =
    select_of_census (reader, "SELECT number, school, stage FROM sections WHERE census = ? ORDER BY number", error);
  guint n_schools = reader->intake->tables[BALANCE_LEVEL_SCHOOL].n_rows;
  gboolean failed = statement == NULL;
  guint n = 0;

  for (; !failed && next_row (reader, statement, &failed, error); n++)
    {
      const char *id = balance_statement_get_text (statement, 2);
      int stage = id != NULL ? balance_dictionary_find_stage (reader->dictionary, id) : -1;
      guint number, school;

      if (!balance_statement_get_uint (statement, 0, G_MAXINT32, &number) || number != n || stage < 0 ||
          !balance_statement_get_uint (statement, 1, G_MAXINT32, &school) || school >= n_schools ||
          balance_intake_add_section (reader->intake, school, (guint) stage) != n)
        return throw_damaged (reader, "sections", error);
    }

  return !failed;
}

/* -- values ------------------------------------------------------------------------------------------- */

static gboolean
is_valid_number (BalanceField   *field,
                 BalanceDecimal *value)
{
  switch (field->type)
    {
    case BALANCE_FIELD_FLAG:
    case BALANCE_FIELD_ATTESTED:
      return value->scale == 0 && (value->digits == 0 || value->digits == 1);

    case BALANCE_FIELD_YEAR:
      return value->scale == 0 && value->digits >= 0 && value->digits <= 9999;

    case BALANCE_FIELD_COUNT:
    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:
    case BALANCE_FIELD_SHARE:
      return balance_value_check (field, value) == BALANCE_FAULT_NONE;

    case BALANCE_FIELD_CHOICE:
    case BALANCE_FIELD_TEXT:
    case BALANCE_FIELD_DATE:
    default:
      return FALSE;
    }
}

static gboolean
read_text_value (Reader         *reader,
                 BalanceField   *field,
                 const char     *text,
                 BalanceDecimal *value)
{
  int choice;

  if (text == NULL)
    return FALSE;

  value->scale = 0;
  switch (field->type)
    {
    case BALANCE_FIELD_TEXT:
      value->digits = balance_intake_intern (reader->intake, text, strlen (text));
      return TRUE;

    case BALANCE_FIELD_CHOICE:
      choice = balance_field_find_choice (field, text);
      value->digits = choice;
      return choice >= 0;

    case BALANCE_FIELD_DATE:
      {
        gint32 days;

        if (!balance_date_parse (text, -1, &days))
          return FALSE;
        value->digits = days;
        return TRUE;
      }

    case BALANCE_FIELD_COUNT:
    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:
    case BALANCE_FIELD_SHARE:
    case BALANCE_FIELD_FLAG:
    case BALANCE_FIELD_YEAR:
    case BALANCE_FIELD_ATTESTED:
    default:
      /* what a double does not hold exactly */
      return balance_decimal_parse (text, -1, value) && is_valid_number (field, value);
    }
}

static gboolean
read_value (Reader            *reader,
            BalanceField      *field,
            BalanceStatement  *statement,
            int                column,
            BalanceDecimal    *value)
{
  switch (sqlite3_column_type (statement, column))
    {
    case SQLITE_INTEGER:
      value->digits = sqlite3_column_int64 (statement, column);
      value->scale = 0;
      return is_valid_number (field, value);

    case SQLITE_FLOAT:
      return balance_decimal_from_double (sqlite3_column_double (statement, column), value) && is_valid_number (field, value);

    case SQLITE_TEXT:
      return read_text_value (reader, field, balance_statement_get_text (statement, column), value);

    default:
      return FALSE;
    }
}

static gboolean
throw_value (Reader        *reader,
             BalanceField  *field,
             guint          row,
             const char    *found,
             GError       **error)
{
  const char *shown = found != NULL ? found : "?";
  g_autofree char *en = g_strdup_printf ("row %u of the field %s of the year %d holds “%.80s”, which is no value of it",
                                         row, field->id, reader->year, shown);
  g_autofree char *zh = g_strdup_printf ("%d 年度数据项 %s 第 %u 行的“%.80s”不是有效取值", reader->year, field->id, row, shown);

  if (!g_utf8_validate (en, -1, NULL))
    return throw_damaged (reader, "facts", error);

  return balance_database_throw_damaged (reader->database, en, zh, error);
}

static gboolean
read_values (Reader            *reader,
             BalanceLevel       level,
             BalanceCells      *cells,
             gint64             id,
             BalanceStatement  *statement,
             GError           **error)
{
  const BalanceIntakeTable *table = &reader->intake->tables[level];
  gboolean failed = FALSE;

  sqlite3_reset (statement);
  balance_statement_bind (statement, "i", id);
  while (next_row (reader, statement, &failed, error))
    {
      BalanceDecimal value;
      guint row;

      if (!balance_statement_get_uint (statement, 0, G_MAXINT32, &row) || row >= table->n_rows)
        return throw_damaged (reader, "facts", error);
      if (!read_value (reader, cells->field, statement, 1, &value))
        return throw_value (reader, cells->field, row, (const char *) sqlite3_column_text (statement, 1), error);
      balance_intake_put (table, cells, row, &value, 0, 0);
    }

  return !failed;
}

static gboolean
read_column_places (Reader            *reader,
                    BalanceCells      *cells,
                    gint64             id,
                    BalanceStatement  *statement,
                    GError           **error)
{
  gboolean failed = FALSE;

  sqlite3_reset (statement);
  balance_statement_bind (statement, "i", id);
  while (next_row (reader, statement, &failed, error))
    {
      const char *stage = balance_statement_get_text (statement, 1);
      int code = stage == NULL || *stage == '\0' ? -1 : balance_dictionary_find_stage (reader->dictionary, stage);
      guint source, number;

      if (!balance_statement_get_uint (statement, 0, G_MAXINT32, &source) || source >= reader->sources->len ||
          stage == NULL || (*stage != '\0' && code < 0) || !balance_statement_get_uint (statement, 2, G_MAXINT32, &number))
        return throw_damaged (reader, "column_places", error);
      balance_intake_set_column (reader->intake, cells, source, code, number);
    }

  return !failed;
}

static gboolean
read_value_places (Reader            *reader,
                   BalanceLevel       level,
                   BalanceCells      *cells,
                   gint64             id,
                   BalanceStatement  *statement,
                   GError           **error)
{
  gboolean failed = FALSE;

  sqlite3_reset (statement);
  balance_statement_bind (statement, "i", id);
  while (next_row (reader, statement, &failed, error))
    {
      guint row, source, line;

      if (!balance_statement_get_uint (statement, 0, G_MAXINT32, &row) || row >= reader->intake->tables[level].n_rows ||
          !balance_statement_get_uint (statement, 1, G_MAXINT32, &source) || source >= reader->sources->len ||
          !balance_statement_get_uint (statement, 2, G_MAXINT32, &line))
        return throw_damaged (reader, "value_places", error);
      balance_intake_note_origin (cells, row, source, line);
    }

  return !failed;
}

static gboolean
can_stand (BalanceField *field,
           BalanceLevel  level)
{
  return field->level == level || (level == BALANCE_LEVEL_SECTION && balance_field_is_shared (field));
}

static gboolean
read_columns (Reader  *reader,
              GError **error)
{
  BalanceDatabase *database = reader->database;
  g_autoptr(BalanceStatement) columns =
    select_of_census (reader, "SELECT id, level, field FROM columns WHERE census = ? ORDER BY level, position", error);
  g_autoptr(BalanceStatement) values = columns != NULL
    ? balance_database_prepare (database, "SELECT \"row\", value FROM facts WHERE \"column\" = ? ORDER BY \"row\"", error) : NULL;
  g_autoptr(BalanceStatement) column_places = values != NULL
    ? balance_database_prepare (database, "SELECT source, stage, number FROM column_places WHERE \"column\" = ? ORDER BY source, stage", error) : NULL;
  g_autoptr(BalanceStatement) value_places = column_places != NULL
    ? balance_database_prepare (database, "SELECT \"row\", source, line FROM value_places WHERE \"column\" = ? ORDER BY \"row\"", error) : NULL;
  gboolean failed = value_places == NULL;

  while (!failed && next_row (reader, columns, &failed, error))
    {
      gint64 id = sqlite3_column_int64 (columns, 0);
      const char *field_id = balance_statement_get_text (columns, 2);
      BalanceField *field = field_id != NULL ? balance_dictionary_find (reader->dictionary, field_id) : NULL;
      BalanceCells *cells;
      guint level;

      if (!balance_statement_get_uint (columns, 1, BALANCE_LEVEL_REGION, &level) || level == BALANCE_LEVEL_STAGE ||
          field == NULL || !can_stand (field, (BalanceLevel) level))
        return throw_damaged (reader, "columns", error);
      cells = balance_intake_get_cells (reader->intake, (BalanceLevel) level, field);
      if (!read_column_places (reader, cells, id, column_places, error) ||
          !read_values (reader, (BalanceLevel) level, cells, id, values, error) ||
          !read_value_places (reader, (BalanceLevel) level, cells, id, value_places, error))
        return FALSE;
    }

  return !failed;
}

static gboolean
read_row_places (Reader  *reader,
                 GError **error)
{
  g_autoptr(BalanceStatement) statement =
    select_of_census (reader, "SELECT level, \"row\", source, line FROM row_places WHERE census = ?"
                              " ORDER BY level, \"row\", source", error);
  gboolean failed = statement == NULL;

  while (!failed && next_row (reader, statement, &failed, error))
    {
      guint level, row, source, line;

      if (!balance_statement_get_uint (statement, 0, BALANCE_LEVEL_REGION, &level) || level == BALANCE_LEVEL_STAGE ||
          !balance_statement_get_uint (statement, 1, G_MAXINT32, &row) || row >= reader->intake->tables[level].n_rows ||
          !balance_statement_get_uint (statement, 2, G_MAXINT32, &source) || source >= reader->sources->len ||
          !balance_statement_get_uint (statement, 3, G_MAXINT32, &line) || line == 0)
        return throw_damaged (reader, "row_places", error);
      balance_intake_touch (reader->intake, (BalanceLevel) level, row, source, line);
    }

  return !failed;
}

BalanceFacts *
balance_store_read_facts (BalanceDatabase    *self,
                          int                 year,
                          BalanceDictionary  *dictionary,
                          GError            **error)
{
  g_auto(Reader) reader = { .database = self, .year = year };
  g_autoptr(BalanceProblems) problems = balance_problems_new ();

  reader.dictionary = dictionary != NULL ? g_object_ref (dictionary) : balance_dictionary_get_default (error);
  if (reader.dictionary == NULL)
    return NULL;

  reader.sources = g_ptr_array_new_with_free_func (source_free);
  if (!find_census (&reader, error) || !read_dictionary (&reader, error) || !read_sources (&reader, error))
    return NULL;

  reader.intake = balance_intake_new (reader.dictionary, year, reader.sources);
  reader.intake->skipped = reader.rows_left_out;
  balance_intake_add_region (reader.intake);
  if (!read_districts (&reader, error) || !read_schools (&reader, error) || !read_sections (&reader, error) ||
      !read_row_places (&reader, error) || !read_columns (&reader, error))
    return NULL;

  /* what it would report was reported when the data came in */
  return balance_intake_finish (reader.intake, problems);
}
