/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>

#include "base/balance-arrow-private.h"
#include "census/balance-view-private.h"

/* A census on its way out. */
typedef struct
{
  BalanceFacts *facts;
  BalanceLevel  level;
  GArray       *fields;     /* of Source, as the columns of the stream */
  guint         next;       /* row */
} Export;

typedef enum
{
  SOURCE_YEAR,
  SOURCE_DISTRICT,
  SOURCE_SCHOOL,
  SOURCE_COLUMN,
} SourceKind;

typedef struct
{
  SourceKind           kind;
  const BalanceColumn *column;
} Source;

static void
export_free (gpointer data)
{
  Export *self = data;

  g_array_unref (self->fields);
  balance_facts_unref (self->facts);
  g_free (self);
}

static void
put_value (BalanceArrowTable   *table,
           guint                to,
           BalanceFacts        *facts,
           const BalanceColumn *column,
           guint                row)
{
  gboolean valid = balance_column_is_valid (column, row);
  gint64 value = valid ? balance_column_get (column, row) : 0;

  switch (column->field->type)
    {
    case BALANCE_FIELD_TEXT:
      balance_arrow_table_put_text (table, to, valid ? balance_facts_get_text (facts, column, row) : NULL);
      break;

    case BALANCE_FIELD_CHOICE:
      balance_arrow_table_put_word (table, to, valid ? (int) value : -1);
      break;

    case BALANCE_FIELD_COUNT:
    case BALANCE_FIELD_FLAG:
    case BALANCE_FIELD_ATTESTED:
    case BALANCE_FIELD_DATE:
    case BALANCE_FIELD_YEAR:
      balance_arrow_table_put_int (table, to, valid, value);
      break;

    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:
    case BALANCE_FIELD_SHARE:
    default:
      balance_arrow_table_put_double (table, to, valid ? balance_column_get_number (column, row) : NAN);
      break;
    }
}

/* Codes of schools, or of their districts, for some rows. */
static void
put_codes (const Export      *self,
           BalanceArrowTable *table,
           guint              to,
           SourceKind         kind,
           guint              first,
           guint              n)
{
  BalanceFacts *facts = self->facts;
  guint32 which[BALANCE_ARROW_BATCH];

  for (guint i = 0; i < n; i++)
    {
      const guint32 school = self->level == BALANCE_LEVEL_SECTION ? facts->section_school[first + i] : first + i;

      which[i] = kind == SOURCE_SCHOOL ? school : facts->school_district[school];
    }
  balance_arrow_table_put_texts (table, to, (const char *const *) (kind == SOURCE_SCHOOL ? facts->school_codes : facts->district_codes), which, n, FALSE);
}

static void
put_texts (const Export        *self,
           BalanceArrowTable   *table,
           guint                to,
           const BalanceColumn *column,
           guint                first,
           guint                n)
{
  guint32 which[BALANCE_ARROW_BATCH];

  for (guint i = 0; i < n; i++)
    which[i] = (guint32) balance_column_get (column, first + i);
  balance_arrow_table_put_texts (table, to, (const char *const *) self->facts->texts, which, n, FALSE);
}

static int
fill (BalanceArrowTable  *table,
      gpointer            data,
      GError            **error)
{
  Export *self = data;
  BalanceFacts *facts = self->facts;
  guint n_rows = balance_facts_get_table (facts, self->level)->n_rows;
  guint n = MIN (n_rows - self->next, BALANCE_ARROW_BATCH);

  for (guint i = 0; i < self->fields->len && n > 0; i++)
    {
      const Source *source = &g_array_index (self->fields, Source, i);

      if (source->kind == SOURCE_DISTRICT || source->kind == SOURCE_SCHOOL)
        put_codes (self, table, i, source->kind, self->next, n);
      else if (source->kind == SOURCE_COLUMN && source->column->field->type == BALANCE_FIELD_TEXT && source->column->n_valid == n_rows)
        put_texts (self, table, i, source->column, self->next, n);
      else
        for (guint row = self->next; row < self->next + n; row++)
          {
            if (source->kind == SOURCE_YEAR)
              balance_arrow_table_put_int (table, i, TRUE, facts->year);
            else
              put_value (table, i, facts, source->column, row);
          }
    }
  self->next += n;

  return (int) n;
}

static void
add_identity (Export            *self,
              BalanceArrowTable *table,
              BalanceIdentity    identity,
              SourceKind         kind)
{
  const BalanceField *field = self->facts->dictionary->identity[identity];
  Source source = { kind, NULL };

  if (field == NULL)
    return;
  balance_arrow_table_add (table, field->id, kind == SOURCE_YEAR ? BALANCE_ARROW_INT32 : BALANCE_ARROW_TEXT, NULL, 0);
  g_array_append_val (self->fields, source);
}

static void
add_column (Export              *self,
            BalanceArrowTable   *table,
            const BalanceColumn *column)
{
  static const BalanceArrowKind kinds[] = {
    [BALANCE_FIELD_COUNT] = BALANCE_ARROW_INT64,
    [BALANCE_FIELD_AMOUNT] = BALANCE_ARROW_DOUBLE,
    [BALANCE_FIELD_NUMBER] = BALANCE_ARROW_DOUBLE,
    [BALANCE_FIELD_SHARE] = BALANCE_ARROW_DOUBLE,
    [BALANCE_FIELD_FLAG] = BALANCE_ARROW_BOOL,
    [BALANCE_FIELD_CHOICE] = BALANCE_ARROW_WORD,
    [BALANCE_FIELD_TEXT] = BALANCE_ARROW_TEXT,
    [BALANCE_FIELD_DATE] = BALANCE_ARROW_DATE,
    [BALANCE_FIELD_YEAR] = BALANCE_ARROW_INT32,
    [BALANCE_FIELD_ATTESTED] = BALANCE_ARROW_BOOL,
  };
  Source source = { SOURCE_COLUMN, column };
  g_autoptr(GPtrArray) words = g_ptr_array_new ();

  for (guint i = 0; column->field->choices != NULL && i < column->field->choices->len; i++)
    g_ptr_array_add (words, ((BalanceChoice *) g_ptr_array_index (column->field->choices, i))->id);
  balance_arrow_table_add (table, column->field->id, kinds[column->field->type], (const char *const *) words->pdata, words->len);
  g_array_append_val (self->fields, source);
}

/**
 * balance_census_export_arrow:
 * @self: a census
 * @level: a level other than %BALANCE_LEVEL_STAGE
 * @stream: an empty `struct ArrowArrayStream` of the Arrow C stream interface; in Python its address as an integer
 * @error: return location for a [error@Balance.Error]
 *
 * Gives the facts of one level as a table in memory, which data frames take as it is: the school year if it is known, the
 * codes that say who a row is about, then the fields that the census has, by their ids. Counts are 64-bit integers, other
 * numbers doubles, choices a dictionary of their ids, flags truth values, dates days; what is missing is null. Rows stand
 * in the order of the census. Read back by [func@Balance.Census.import_arrow], the tables of all levels are the same census
 * where no number has more than 15 digits.
 *
 * The stream holds what it needs and outlives the census. Whoever takes it releases it; before the call it must hold
 * nothing, after an error it holds nothing. It may be released in any thread.
 *
 * Returns: %TRUE if the stream was made
 *
 * Since: 1.0
 */
gboolean
balance_census_export_arrow (BalanceCensus  *self,
                             BalanceLevel    level,
                             gpointer        stream,
                             GError        **error)
{
  BalanceArrowTable *table;
  BalanceTable *facts;
  Export *export;

  g_return_val_if_fail (BALANCE_IS_CENSUS (self), FALSE);
  g_return_val_if_fail (stream != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  *(struct ArrowArrayStream *) stream = (struct ArrowArrayStream) { 0 };
  facts = balance_facts_get_table (self->facts, level);
  if (facts == NULL)
    {
      g_set_error_literal (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                           "a census has no facts of groups; take sections, schools, districts or the region\n"
                           "县内学段一级没有数据项；请使用学段部、学校、区县或区域");
      return FALSE;
    }

  table = balance_arrow_table_new ();
  export = g_new0 (Export, 1);
  export->facts = balance_facts_ref (self->facts);
  export->level = level;
  export->fields = g_array_new (FALSE, FALSE, sizeof (Source));
  if (self->facts->year != 0 && level != BALANCE_LEVEL_REGION)
    add_identity (export, table, BALANCE_ID_YEAR, SOURCE_YEAR);
  if (level == BALANCE_LEVEL_SECTION || level == BALANCE_LEVEL_SCHOOL)
    add_identity (export, table, BALANCE_ID_DISTRICT_CODE, SOURCE_DISTRICT);
  if (level == BALANCE_LEVEL_SECTION)
    add_identity (export, table, BALANCE_ID_SCHOOL_CODE, SOURCE_SCHOOL);
  /* who a row is about stands before what is known of it */
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < facts->columns->len; i++)
      {
        const BalanceColumn *column = g_ptr_array_index (facts->columns, i);
        gboolean is_identity = FALSE;

        for (guint k = 0; k < BALANCE_N_IDS; k++)
          is_identity = is_identity || self->facts->dictionary->identity[k] == column->field;
        if (is_identity == (pass == 0))
          add_column (export, table, column);
      }
  balance_arrow_table_export (table, fill, export, export_free, stream);

  return TRUE;
}
