/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-inspection-private.h"

#include "base/balance-float-private.h"
#include "census/balance-value-private.h"

#include <string.h>

/* Rows that are shown of a table. */
#define N_SAMPLES   3
#define MAX_COLUMNS 2000

/**
 * BalanceColumnInspection:
 *
 * One column of a table that was looked at: its header and what it is read as.
 *
 * In a form each row with a name and a value is a column here.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceColumnInspection, balance_column_inspection, G_TYPE_OBJECT)

/**
 * BalanceSheetInspection:
 *
 * One sheet of a workbook, or the table of a text file, that was looked at.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceSheetInspection, balance_sheet_inspection, G_TYPE_OBJECT)

/**
 * BalanceInspection:
 *
 * What a file is and which tables it holds, found out from its beginning.
 *
 * [method@Balance.Reader.inspect] makes it. It tells how the file would be
 * read without reading it: encoding, sheets, where the headers stand, what
 * each column is taken for and why one is not understood.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceInspection, balance_inspection, G_TYPE_OBJECT)

static void
balance_column_inspection_finalize (GObject *object)
{
  BalanceColumnInspection *self = (BalanceColumnInspection *) object;

  g_free (self->header);
  g_clear_object (&self->field);
  g_free (self->stage);
  g_free (self->value);
  g_strfreev (self->suggestions);
  g_clear_object (&self->problem);

  G_OBJECT_CLASS (balance_column_inspection_parent_class)->finalize (object);
}

static void
balance_column_inspection_class_init (BalanceColumnInspectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_column_inspection_finalize;
}

static void
balance_column_inspection_init (BalanceColumnInspection *self)
{
}

static void
balance_sheet_inspection_finalize (GObject *object)
{
  BalanceSheetInspection *self = (BalanceSheetInspection *) object;

  g_free (self->name);
  g_object_unref (self->columns);
  g_array_unref (self->sample_rows);
  g_ptr_array_unref (self->samples);

  G_OBJECT_CLASS (balance_sheet_inspection_parent_class)->finalize (object);
}

static void
balance_sheet_inspection_class_init (BalanceSheetInspectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_sheet_inspection_finalize;
}

static void
balance_sheet_inspection_init (BalanceSheetInspection *self)
{
  self->kind = "none";
  self->columns = g_list_store_new (BALANCE_TYPE_COLUMN_INSPECTION);
  self->sample_rows = g_array_new (FALSE, FALSE, sizeof (guint));
  self->samples = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
}

static void
balance_inspection_finalize (GObject *object)
{
  BalanceInspection *self = (BalanceInspection *) object;

  g_free (self->file);
  g_free (self->format);
  g_free (self->encoding);
  g_free (self->separator);
  g_object_unref (self->sheets);
  g_clear_object (&self->problems);

  G_OBJECT_CLASS (balance_inspection_parent_class)->finalize (object);
}

static void
balance_inspection_class_init (BalanceInspectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_inspection_finalize;
}

static void
balance_inspection_init (BalanceInspection *self)
{
  self->sheets = g_list_store_new (BALANCE_TYPE_SHEET_INSPECTION);
}

/* ---- making one */

static double
to_double (const BalanceDecimal *decimal)
{
  BALANCE_FLOAT_DEFAULT;
  double value = (double) decimal->digits;

  return value / (double) balance_power_of_ten (decimal->scale);
}

static char **
dup_suggestions (BalanceNames *names,
                 const char   *header)
{
  g_autofree char *plain = balance_name_make_plain (header, strlen (header));
  BalanceField *fields[BALANCE_MAX_SUGGESTIONS];
  guint n = balance_names_suggest (names, plain, fields);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < n; i++)
    g_strv_builder_add (builder, fields[i]->id);

  return g_strv_builder_end (builder);
}

static BalanceProblem *
find_problem (GListModel *problems,
              guint       row,
              guint       column)
{
  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr(BalanceProblem) problem = g_list_model_get_item (problems, i);

      if (balance_problem_get_row (problem) == row && balance_problem_get_column (problem) == column)
        return g_steal_pointer (&problem);
    }

  return NULL;
}

static const char *
get_kind (BalanceOutline *outline)
{
  const int *identity = outline->identity;

  if (identity[BALANCE_ID_STAGE] >= 0)
    return "sections";
  if (identity[BALANCE_ID_SCHOOL_CODE] >= 0 || identity[BALANCE_ID_SCHOOL_NAME] >= 0)
    return "schools";
  if (identity[BALANCE_ID_DISTRICT_CODE] >= 0 || identity[BALANCE_ID_DISTRICT_NAME] >= 0)
    return "districts";

  return "region";
}

static void
add_column (BalanceSheetInspection *self,
            BalanceNames           *names,
            BalanceOutline         *outline,
            const BalanceHeader    *header,
            GListModel             *problems,
            guint                   index)
{
  g_autoptr(BalanceColumnInspection) column = NULL;
  const BalanceHeaderPlace *place = &outline->places[index];
  gboolean real = index < outline->n_columns;
  guint row = place->header_row != 0 ? place->header_row : outline->last_row;

  /* columns without headers are no more than room between others */
  if (*outline->texts[index] == '\0')
    return;

  column = g_object_new (BALANCE_TYPE_COLUMN_INSPECTION, NULL);
  column->column = real ? index + 1 : place->column;
  column->header = g_strdup (outline->texts[index]);
  column->factor = 1.0;
  if (!real)
    column->value = g_strndup (outline->constants[index].text, outline->constants[index].length);

  for (guint i = 0; i < header->targets->len && column->field == NULL; i++)
    {
      const BalanceTarget *target = &g_array_index (header->targets, BalanceTarget, i);

      if (target->column != index)
        continue;
      column->field = g_object_ref (target->field);
      if (target->stage >= 0)
        column->stage = g_strdup (balance_dictionary_get_stage (names->dictionary, (guint) target->stage)->id);
      if (target->has_factor)
        column->factor = to_double (&target->factor);
    }
  column->in_formula = balance_names_in_formula (names, column->header);
  if (column->field == NULL && !column->in_formula)
    {
      column->problem = find_problem (problems, row, real ? index + 1 : place->header_column);
      column->suggestions = dup_suggestions (names, column->header);
    }
  else
    {
      self->n_known++;
      column->suggestions = g_new0 (char *, 1);
    }

  g_list_store_append (self->columns, column);
}

static void
add_samples (BalanceSheetInspection  *self,
             const BalanceInputTable *table)
{
  BalanceOutline *outline = table->outline;
  gboolean rows = outline->kind == BALANCE_OUTLINE_ROWS;

  for (guint i = rows ? outline->next : 0; i < table->preview.rows->len && self->samples->len < N_SAMPLES; i++)
    {
      const BalancePreviewRow *row = &g_array_index (table->preview.rows, BalancePreviewRow, i);
      g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

      if (row->faulty || (rows && balance_outline_classify (outline, row->cells, row->n_cells) != BALANCE_ROW_DATA))
        continue;
      for (guint j = 0; j < MIN (row->n_cells, MAX_COLUMNS); j++)
        {
          const char *text = row->cells[j].text;
          gsize length = row->cells[j].length;
          g_autofree char *cell = NULL;

          balance_value_trim (&text, &length);
          cell = balance_span_dup_found (text, length);
          g_strv_builder_add (builder, cell);
        }
      g_ptr_array_add (self->samples, g_strv_builder_end (builder));
      g_array_append_val (self->sample_rows, row->row);
    }
}

static BalanceSheetInspection *
inspect_table (BalanceInput            *input,
               const BalanceInputTable *table,
               BalanceNames            *names,
               BalanceProblems         *problems)
{
  BalanceSheetInspection *self = g_object_new (BALANCE_TYPE_SHEET_INSPECTION, NULL);
  g_autoptr(BalanceProblems) own = balance_problems_new ();
  g_autoptr(GListModel) list = NULL;
  g_autoptr(BalanceHeader) header = NULL;
  BalanceOutline *outline = table->outline;

  self->name = g_strdup (table->sheet);
  self->hidden = table->hidden;
  self->n_rows = table->n_rows;
  self->n_columns = table->n_columns;
  if (outline == NULL)
    return self;

  if (outline->kind != BALANCE_OUTLINE_NONE)
    {
      self->is_form = outline->kind == BALANCE_OUTLINE_FORM;
      self->first_header_row = outline->first_row;
      self->last_header_row = outline->last_row;
      if (self->n_columns == 0)
        self->n_columns = outline->n_columns;

      header = balance_header_read (names, (const char *const *) outline->texts, outline->n_headers, outline->places,
                                    input->file, table->sheet, outline->last_row, own);
      list = balance_problems_dup_list (own);
      for (guint i = 0; i < MIN (outline->n_headers, MAX_COLUMNS); i++)
        add_column (self, names, outline, header, list, i);
      if (self->n_known > 0)
        self->kind = get_kind (outline);
      balance_outline_report (outline, input->file, table->sheet, problems);
    }
  add_samples (self, table);

  return self;
}

BalanceInspection *
balance_inspection_new (BalanceInput    *input,
                        BalanceNames    *names,
                        BalanceProblems *problems)
{
  BalanceInspection *self = g_object_new (BALANCE_TYPE_INSPECTION, NULL);

  self->file = g_strdup (input->file);
  self->format = g_strdup (input->format);
  if (!input->is_workbook)
    {
      self->encoding = g_strdup (input->decoding.encoding);
      self->guessed = input->decoding.guessed;
    }
  if (input->is_text)
    self->separator = g_strndup (&input->csv.delimiter, 1);

  balance_input_report (input, problems);
  for (guint i = 0; i < input->tables->len; i++)
    {
      g_autoptr(BalanceSheetInspection) sheet = inspect_table (input, g_ptr_array_index (input->tables, i), names, problems);

      g_list_store_append (self->sheets, sheet);
    }
  self->problems = balance_problems_dup_list (problems);

  return self;
}

/* ---- asking one */

/**
 * balance_column_inspection_get_column:
 * @self: an inspection
 *
 * Gets the number of the column; of a form that of the value, and 0 for what
 * stands in no column.
 *
 * Returns: the column, from 1
 *
 * Since: 1.0
 */
guint
balance_column_inspection_get_column (BalanceColumnInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_COLUMN_INSPECTION (self), 0);

  return self->column;
}

/**
 * balance_column_inspection_get_header:
 * @self: an inspection
 *
 * Gets the header, composed of all rows of headers. A map names the column by
 * it.
 *
 * Returns: the header
 *
 * Since: 1.0
 */
const char *
balance_column_inspection_get_header (BalanceColumnInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_COLUMN_INSPECTION (self), NULL);

  return self->header;
}

/**
 * balance_column_inspection_get_field:
 * @self: an inspection
 *
 * Gets the field that the column is read as.
 *
 * Returns: (transfer none) (nullable): the field, or %NULL if the
 *   column is not read
 *
 * Since: 1.0
 */
BalanceField *
balance_column_inspection_get_field (BalanceColumnInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_COLUMN_INSPECTION (self), NULL);

  return self->field;
}

/**
 * balance_column_inspection_get_stage:
 * @self: an inspection
 *
 * Gets the stage that the column is about.
 *
 * Returns: (nullable): the id of the stage, or %NULL if it is not for one
 *
 * Since: 1.0
 */
const char *
balance_column_inspection_get_stage (BalanceColumnInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_COLUMN_INSPECTION (self), NULL);

  return self->stage;
}

/**
 * balance_column_inspection_get_factor:
 * @self: an inspection
 *
 * Gets what values are multiplied by to be in the unit of the field: 10000 for
 * a header in 万元.
 *
 * Returns: the factor, 1 for most
 *
 * Since: 1.0
 */
double
balance_column_inspection_get_factor (BalanceColumnInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_COLUMN_INSPECTION (self), 1.0);

  return self->factor;
}

/**
 * balance_column_inspection_get_in_formula:
 * @self: an inspection
 *
 * Gets whether a formula of the map uses the column.
 *
 * Returns: %TRUE if one does
 *
 * Since: 1.0
 */
gboolean
balance_column_inspection_get_in_formula (BalanceColumnInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_COLUMN_INSPECTION (self), FALSE);

  return self->in_formula;
}

/**
 * balance_column_inspection_get_value:
 * @self: an inspection
 *
 * Gets the value of a row of a form, or what stands above a table and holds for
 * all of its rows.
 *
 * Returns: (nullable): the text, or %NULL for a column of many values
 *
 * Since: 1.0
 */
const char *
balance_column_inspection_get_value (BalanceColumnInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_COLUMN_INSPECTION (self), NULL);

  return self->value;
}

/**
 * balance_column_inspection_get_suggestions:
 * @self: an inspection
 *
 * Gets the fields that a column which is not understood may be.
 *
 * Returns: (transfer none) (array zero-terminated=1): ids of fields, best first
 *
 * Since: 1.0
 */
const char * const *
balance_column_inspection_get_suggestions (BalanceColumnInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_COLUMN_INSPECTION (self), NULL);

  return (const char *const *) self->suggestions;
}

/**
 * balance_column_inspection_get_problem:
 * @self: an inspection
 *
 * Gets why the column is not read.
 *
 * Returns: (transfer none) (nullable): the problem, or %NULL
 *
 * Since: 1.0
 */
BalanceProblem *
balance_column_inspection_get_problem (BalanceColumnInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_COLUMN_INSPECTION (self), NULL);

  return self->problem;
}

/**
 * balance_sheet_inspection_get_name:
 * @self: an inspection
 *
 * Gets the name of the sheet.
 *
 * Returns: (nullable): the name, or %NULL for a text file
 *
 * Since: 1.0
 */
const char *
balance_sheet_inspection_get_name (BalanceSheetInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_SHEET_INSPECTION (self), NULL);

  return self->name;
}

/**
 * balance_sheet_inspection_get_hidden:
 * @self: an inspection
 *
 * Gets whether the sheet is hidden.
 *
 * Returns: %TRUE if it is
 *
 * Since: 1.0
 */
gboolean
balance_sheet_inspection_get_hidden (BalanceSheetInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_SHEET_INSPECTION (self), FALSE);

  return self->hidden;
}

/**
 * balance_sheet_inspection_get_n_rows:
 * @self: an inspection
 *
 * Gets how many rows of the sheet are not empty. Those of a text file are not
 * counted, as only its beginning is looked at.
 *
 * Returns: a number, 0 if not known
 *
 * Since: 1.0
 */
guint
balance_sheet_inspection_get_n_rows (BalanceSheetInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_SHEET_INSPECTION (self), 0);

  return self->n_rows;
}

/**
 * balance_sheet_inspection_get_n_columns:
 * @self: an inspection
 *
 * Gets how many columns there are.
 *
 * Returns: a number, 0 if not known
 *
 * Since: 1.0
 */
guint
balance_sheet_inspection_get_n_columns (BalanceSheetInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_SHEET_INSPECTION (self), 0);

  return self->n_columns;
}

/**
 * balance_sheet_inspection_get_kind:
 * @self: an inspection
 *
 * Gets what the rows are about: "sections", "schools", "districts", "region",
 * or "none" if the sheet holds no table that is known.
 *
 * Returns: the kind
 *
 * Since: 1.0
 */
const char *
balance_sheet_inspection_get_kind (BalanceSheetInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_SHEET_INSPECTION (self), NULL);

  return self->kind;
}

/**
 * balance_sheet_inspection_get_is_form:
 * @self: an inspection
 *
 * Gets whether it is a form: one thing, with a row for each of its fields.
 *
 * Returns: %TRUE if it is
 *
 * Since: 1.0
 */
gboolean
balance_sheet_inspection_get_is_form (BalanceSheetInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_SHEET_INSPECTION (self), FALSE);

  return self->is_form;
}

/**
 * balance_sheet_inspection_get_first_header_row:
 * @self: an inspection
 *
 * Gets the first row of the headers.
 *
 * Returns: a row, from 1; 0 if there is no table
 *
 * Since: 1.0
 */
guint
balance_sheet_inspection_get_first_header_row (BalanceSheetInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_SHEET_INSPECTION (self), 0);

  return self->first_header_row;
}

/**
 * balance_sheet_inspection_get_last_header_row:
 * @self: an inspection
 *
 * Gets the last row of the headers, with rows of units and numbers of columns.
 *
 * Returns: a row, from 1; 0 if there is no table
 *
 * Since: 1.0
 */
guint
balance_sheet_inspection_get_last_header_row (BalanceSheetInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_SHEET_INSPECTION (self), 0);

  return self->last_header_row;
}

/**
 * balance_sheet_inspection_get_columns:
 * @self: an inspection
 *
 * Gets the columns that have a header.
 *
 * Returns: (transfer none): a list of
 *   [class@Balance.ColumnInspection]
 *
 * Since: 1.0
 */
GListModel *
balance_sheet_inspection_get_columns (BalanceSheetInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_SHEET_INSPECTION (self), NULL);

  return G_LIST_MODEL (self->columns);
}

/**
 * balance_sheet_inspection_get_n_known:
 * @self: an inspection
 *
 * Gets how many columns are read.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
guint
balance_sheet_inspection_get_n_known (BalanceSheetInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_SHEET_INSPECTION (self), 0);

  return self->n_known;
}

/**
 * balance_sheet_inspection_get_n_samples:
 * @self: an inspection
 *
 * Gets how many of the first rows are at hand.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
guint
balance_sheet_inspection_get_n_samples (BalanceSheetInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_SHEET_INSPECTION (self), 0);

  return self->samples->len;
}

/**
 * balance_sheet_inspection_get_sample_row:
 * @self: an inspection
 * @sample: which of the first rows, from 0
 *
 * Gets the number of a row that is at hand.
 *
 * Returns: the row in the file, from 1
 *
 * Since: 1.0
 */
guint
balance_sheet_inspection_get_sample_row (BalanceSheetInspection *self,
                                         guint                   sample)
{
  g_return_val_if_fail (BALANCE_IS_SHEET_INSPECTION (self), 0);
  g_return_val_if_fail (sample < self->samples->len, 0);

  return g_array_index (self->sample_rows, guint, sample);
}

/**
 * balance_sheet_inspection_dup_sample:
 * @self: an inspection
 * @sample: which of the first rows, from 0
 *
 * Gets the cells of a row as they stand in the file.
 *
 * Returns: (transfer full) (array zero-terminated=1): the cells from the first
 *   column on
 *
 * Since: 1.0
 */
char **
balance_sheet_inspection_dup_sample (BalanceSheetInspection *self,
                                     guint                   sample)
{
  g_return_val_if_fail (BALANCE_IS_SHEET_INSPECTION (self), NULL);
  g_return_val_if_fail (sample < self->samples->len, NULL);

  return g_strdupv (g_ptr_array_index (self->samples, sample));
}

/**
 * balance_inspection_get_file:
 * @self: an inspection
 *
 * Gets the file, as it was named.
 *
 * Returns: the file
 *
 * Since: 1.0
 */
const char *
balance_inspection_get_file (BalanceInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_INSPECTION (self), NULL);

  return self->file;
}

/**
 * balance_inspection_get_format:
 * @self: an inspection
 *
 * Gets the format of the file, such as "CSV" or "XLSX".
 *
 * Returns: (nullable): the format, or %NULL of a workbook that cannot be read
 *
 * Since: 1.0
 */
const char *
balance_inspection_get_format (BalanceInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_INSPECTION (self), NULL);

  return self->format;
}

/**
 * balance_inspection_get_encoding:
 * @self: an inspection
 *
 * Gets the encoding of a text file.
 *
 * Returns: (nullable): the encoding, or %NULL of a workbook or where none fits
 *
 * Since: 1.0
 */
const char *
balance_inspection_get_encoding (BalanceInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_INSPECTION (self), NULL);

  return self->encoding;
}

/**
 * balance_inspection_get_encoding_guessed:
 * @self: an inspection
 *
 * Gets whether the encoding was found out by what the text looks like, and not
 * by a mark or because it is UTF-8.
 *
 * Returns: %TRUE if it was
 *
 * Since: 1.0
 */
gboolean
balance_inspection_get_encoding_guessed (BalanceInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_INSPECTION (self), FALSE);

  return self->guessed;
}

/**
 * balance_inspection_get_separator:
 * @self: an inspection
 *
 * Gets what parts the cells of a text file.
 *
 * Returns: (nullable): the separator, or %NULL of a workbook
 *
 * Since: 1.0
 */
const char *
balance_inspection_get_separator (BalanceInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_INSPECTION (self), NULL);

  return self->separator;
}

/**
 * balance_inspection_get_sheets:
 * @self: an inspection
 *
 * Gets the sheets; a text file has one.
 *
 * Returns: (transfer none): a list of
 *   [class@Balance.SheetInspection]
 *
 * Since: 1.0
 */
GListModel *
balance_inspection_get_sheets (BalanceInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_INSPECTION (self), NULL);

  return G_LIST_MODEL (self->sheets);
}

/**
 * balance_inspection_get_problems:
 * @self: an inspection
 *
 * Gets what is to be said of the file and of how its tables are understood.
 * What is wrong with columns stands with the columns.
 *
 * Returns: (transfer none): a list of [class@Balance.Problem]
 *
 * Since: 1.0
 */
GListModel *
balance_inspection_get_problems (BalanceInspection *self)
{
  g_return_val_if_fail (BALANCE_IS_INSPECTION (self), NULL);

  return self->problems;
}
