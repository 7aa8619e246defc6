/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <balance/balance.h>
#include <string.h>

#include "census/balance-field-private.h"
#include "census/balance-intake-private.h"
#include "store/balance-store-census-private.h"

/* Takes the rows and values of one census after another into an intake. */
typedef struct
{
  BalanceIntake *intake;
  BalanceFacts  *facts;
  guint          first_source;                          /* number of its first source in the intake */
  guint32       *rows[BALANCE_LEVEL_REGION + 1];        /* [level][row of the facts] row of the intake */
  guint          n_before[BALANCE_LEVEL_REGION + 1];    /* rows that were there already */
} Pour;

static void
pour_clear (Pour *pour)
{
  for (guint i = 0; i < G_N_ELEMENTS (pour->rows); i++)
    g_free (pour->rows[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pour, pour_clear)

static void
pour_rows (Pour *pour)
{
  const BalanceFacts *facts = pour->facts;
  BalanceIntake *intake = pour->intake;

  for (guint level = 0; level <= BALANCE_LEVEL_REGION; level++)
    {
      const BalanceTable *table = balance_facts_get_table (pour->facts, level);

      pour->n_before[level] = intake->tables[level].n_rows;
      pour->rows[level] = g_new0 (guint32, table != NULL ? table->n_rows + 1 : 1);
    }

  pour->rows[BALANCE_LEVEL_REGION][0] = balance_intake_add_region (intake);
  for (guint i = 0; i < facts->districts.n_rows; i++)
    {
      guint32 row = balance_intake_add_district (intake, facts->district_codes[i], strlen (facts->district_codes[i]));

      pour->rows[BALANCE_LEVEL_DISTRICT][i] = row;
      g_array_index (intake->district_skipped, guint8, row) |= facts->district_skipped[i];
    }
  for (guint i = 0; i < facts->schools.n_rows; i++)
    pour->rows[BALANCE_LEVEL_SCHOOL][i] =
      balance_intake_add_school (intake, pour->rows[BALANCE_LEVEL_DISTRICT][facts->school_district[i]],
                                 facts->school_codes[i], strlen (facts->school_codes[i]));
  for (guint i = 0; i < facts->sections.n_rows; i++)
    {
      const BalanceChoice *stage = balance_dictionary_get_stage (facts->dictionary, facts->section_stage[i]);
      int code = balance_dictionary_find_stage (intake->dictionary, stage->id);

      pour->rows[BALANCE_LEVEL_SECTION][i] =
        balance_intake_add_section (intake, pour->rows[BALANCE_LEVEL_SCHOOL][facts->section_school[i]], (guint) code);
    }
  intake->skipped |= facts->skipped;
}

static void
pour_row_places (Pour         *pour,
                 BalanceLevel  level)
{
  const BalanceTable *table = balance_facts_get_table (pour->facts, level);

  for (guint source = 0; table->source_rows != NULL && source < pour->facts->sources->len; source++)
    {
      const BalanceSourceRows *rows = &table->source_rows[source];

      for (guint i = 0; i < rows->n; i++)
        if (rows->rows[i] != 0)
          balance_intake_touch (pour->intake, level, pour->rows[level][rows->first + i],
                                pour->first_source + source, rows->rows[i]);
    }
}

/* The value in the terms of the intake; FALSE if its field has no such choice there. */
static gboolean
translate (Pour                *pour,
           const BalanceColumn *column,
           const BalanceField  *field,
           guint                row,
           BalanceDecimal      *value)
{
  value->digits = balance_column_get (column, row);
  value->scale = balance_column_get_scale (column, row);

  if (field->type == BALANCE_FIELD_TEXT)
    {
      const char *text = balance_facts_get_text (pour->facts, column, row);

      value->digits = balance_intake_intern (pour->intake, text, strlen (text));
    }
  else if (field->type == BALANCE_FIELD_CHOICE)
    {
      const BalanceChoice *choice = g_ptr_array_index (column->field->choices, value->digits);

      value->digits = balance_field_find_choice ((BalanceField *) field, choice->id);
    }
  else
    {
      balance_decimal_normalize (value);
    }

  return value->digits >= 0 || field->type != BALANCE_FIELD_CHOICE;
}

/* Values that are replaced take their exceptions with them. */
static void
drop_origins (BalanceCells *cells,
              const guint8 *replaced)
{
  guint n = 0;

  for (guint i = 0; cells->origins != NULL && i < cells->origins->len; i++)
    {
      BalanceOrigin origin = g_array_index (cells->origins, BalanceOrigin, i);

      if (!replaced[origin.row])
        g_array_index (cells->origins, BalanceOrigin, n++) = origin;
    }
  if (cells->origins != NULL)
    g_array_set_size (cells->origins, n);
}

static void
pour_column_places (Pour                *pour,
                    const BalanceColumn *column,
                    BalanceCells        *cells)
{
  guint n = balance_dictionary_get_n_stages (pour->facts->dictionary) + 1;

  for (guint source = 0; column->source_columns != NULL && source < pour->facts->sources->len; source++)
    for (guint stage = 0; stage < n; stage++)
      if (column->source_columns[source * n + stage] != 0)
        {
          int code = stage == 0 ? -1
                                : balance_dictionary_find_stage (pour->intake->dictionary,
                                                                 balance_dictionary_get_stage (pour->facts->dictionary, stage - 1)->id);

          balance_intake_set_column (pour->intake, cells, pour->first_source + source, code,
                                     column->source_columns[source * n + stage]);
        }
}

static gboolean
pour_values (Pour                 *pour,
             BalanceLevel          level,
             const BalanceColumn  *column,
             BalanceCells         *cells,
             GError              **error)
{
  BalanceIntakeTable *table = &pour->intake->tables[level];
  guint n_rows = balance_facts_get_table (pour->facts, level)->n_rows;
  g_autofree guint8 *replaced = g_new0 (guint8, table->n_rows + 1);

  for (guint i = 0; i < n_rows; i++)
    if (balance_column_is_valid (column, i))
      replaced[pour->rows[level][i]] = 1;
  drop_origins (cells, replaced);

  for (guint i = 0; i < n_rows; i++)
    {
      guint32 row = pour->rows[level][i];
      BalanceDecimal value;
      guint source, line, number;

      if (!balance_column_is_valid (column, i))
        continue;
      if (!translate (pour, column, cells->field, i, &value))
        {
          g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                       "the field “%s” has other values in the store and in the new data, so they cannot be merged\n"
                       "数据项“%s”在数据库和新数据中的取值不一致，无法合并", cells->field->id, cells->field->id);
          return FALSE;
        }
      balance_cells_clear (cells, row);
      balance_intake_put (table, cells, row, &value, 0, 0);
      /* in a row that others named too it must be said which of them the value is from */
      if (row < pour->n_before[level] && balance_facts_get_cell (pour->facts, level, column, i, &source, &line, &number))
        balance_intake_note_origin (cells, row, pour->first_source + source, line);
    }

  for (guint i = 0; i < column->n_origins; i++)
    {
      const BalanceOrigin *origin = &column->origins[i];
      guint32 row = pour->rows[level][origin->row];

      if (row >= pour->n_before[level])
        balance_intake_note_origin (cells, row, pour->first_source + origin->source, origin->source_row);
    }

  return TRUE;
}

static gboolean
pour_table (Pour          *pour,
            BalanceLevel   level,
            GError       **error)
{
  const BalanceTable *table = balance_facts_get_table (pour->facts, level);

  if (table == NULL)
    return TRUE;

  pour_row_places (pour, level);
  for (guint i = 0; i < table->columns->len; i++)
    {
      const BalanceColumn *column = g_ptr_array_index (table->columns, i);
      BalanceField *field = balance_dictionary_find (pour->intake->dictionary, column->field->id);
      BalanceCells *cells;

      if (field == NULL || field->type != column->field->type || field->level != column->field->level)
        {
          g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                       "the field “%s” is another one in the store than in the new data, so they cannot be merged\n"
                       "数据项“%s”在数据库和新数据中的定义不同，无法合并", column->field->id, column->field->id);
          return FALSE;
        }
      cells = balance_intake_get_cells (pour->intake, level, field);
      pour_column_places (pour, column, cells);
      if (!pour_values (pour, level, column, cells, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
pour_all (BalanceIntake  *intake,
          BalanceFacts   *facts,
          guint           first_source,
          GError        **error)
{
  g_auto(Pour) pour = { .intake = intake, .facts = facts, .first_source = first_source };

  pour_rows (&pour);
  for (guint level = 0; level <= BALANCE_LEVEL_REGION; level++)
    if (!pour_table (&pour, level, error))
      return FALSE;

  return TRUE;
}

BalanceFacts *
balance_facts_merge (BalanceFacts  *known,
                     BalanceFacts  *added,
                     GError       **error)
{
  g_autoptr(BalanceDictionary) dictionary = balance_dictionary_extend_by_facts (added->dictionary, known);
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(GPtrArray) sources = g_ptr_array_new ();
  g_autoptr(BalanceIntake) intake = balance_intake_new (dictionary, known->year, sources);

  g_ptr_array_extend (sources, known->sources, NULL, NULL);
  g_ptr_array_extend (sources, added->sources, NULL, NULL);
  if (!pour_all (intake, known, 0, error) || !pour_all (intake, added, known->sources->len, error))
    return NULL;

  return balance_intake_finish (intake, problems);
}

BalanceFacts *
balance_facts_with_year (BalanceFacts *facts,
                         int           year)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(BalanceIntake) intake = balance_intake_new (facts->dictionary, year, facts->sources);
  gboolean poured = pour_all (intake, facts, 0, NULL);

  /* into their own dictionary they fit */
  g_assert (poured);

  return balance_intake_finish (intake, problems);
}
