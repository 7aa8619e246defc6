/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-float-private.h"
#include "census/balance-view-private.h"

#include <string.h>

/**
 * BalanceCensus:
 *
 * All facts of one school year, for one or many districts (年度学校数据).
 *
 * A census never changes. Districts, schools and sections are views that are
 * made on demand; [method@Balance.Census.dup_column] gives whole columns at
 * once, in the same order as the lists.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceCensus, balance_census, G_TYPE_OBJECT)

static void
balance_census_finalize (GObject *object)
{
  BalanceCensus *self = (BalanceCensus *) object;

  g_clear_pointer (&self->facts, balance_facts_unref);

  G_OBJECT_CLASS (balance_census_parent_class)->finalize (object);
}

static void
balance_census_class_init (BalanceCensusClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_census_finalize;
}

static void
balance_census_init (BalanceCensus *self)
{
}

BalanceCensus *
balance_census_new_take (BalanceFacts *facts)
{
  BalanceCensus *self = g_object_new (BALANCE_TYPE_CENSUS, NULL);

  self->facts = facts;

  return self;
}

/**
 * balance_census_get_year:
 * @self: a census
 *
 * Gets the school year, by the calendar year in which it begins.
 *
 * Returns: the year, or 0 if it is not stated
 *
 * Since: 1.0
 */
int
balance_census_get_year (BalanceCensus *self)
{
  g_return_val_if_fail (BALANCE_IS_CENSUS (self), 0);

  return self->facts->year;
}

/**
 * balance_census_get_dictionary:
 * @self: a census
 *
 * Gets the dictionary that names the fields of the census.
 *
 * Returns: (transfer none): the dictionary
 *
 * Since: 1.0
 */
BalanceDictionary *
balance_census_get_dictionary (BalanceCensus *self)
{
  g_return_val_if_fail (BALANCE_IS_CENSUS (self), NULL);

  return self->facts->dictionary;
}

/**
 * balance_census_dup_sources:
 * @self: a census
 *
 * Gets the files that the census was read from.
 *
 * Returns: (transfer full) (array zero-terminated=1): the files, as they were named
 *
 * Since: 1.0
 */
char **
balance_census_dup_sources (BalanceCensus *self)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (BALANCE_IS_CENSUS (self), NULL);

  for (guint i = 0; i < self->facts->sources->len; i++)
    g_strv_builder_add (builder, ((BalanceSource *) g_ptr_array_index (self->facts->sources, i))->file);

  return g_strv_builder_end (builder);
}

/**
 * balance_census_get_districts:
 * @self: a census
 *
 * Gets the districts, by code.
 *
 * Returns: (transfer full): a list of [class@Balance.District]
 *
 * Since: 1.0
 */
GListModel *
balance_census_get_districts (BalanceCensus *self)
{
  g_return_val_if_fail (BALANCE_IS_CENSUS (self), NULL);

  return balance_view_list_new (BALANCE_TYPE_DISTRICT, self->facts, NULL, 0, self->facts->districts.n_rows);
}

/**
 * balance_census_get_schools:
 * @self: a census
 *
 * Gets the schools, by district and code.
 *
 * Returns: (transfer full): a list of [class@Balance.School]
 *
 * Since: 1.0
 */
GListModel *
balance_census_get_schools (BalanceCensus *self)
{
  g_return_val_if_fail (BALANCE_IS_CENSUS (self), NULL);

  return balance_view_list_new (BALANCE_TYPE_SCHOOL, self->facts, NULL, 0, self->facts->schools.n_rows);
}

/**
 * balance_census_get_sections:
 * @self: a census
 *
 * Gets the sections, by district, stage and school.
 *
 * Returns: (transfer full): a list of [class@Balance.Section]
 *
 * Since: 1.0
 */
GListModel *
balance_census_get_sections (BalanceCensus *self)
{
  g_return_val_if_fail (BALANCE_IS_CENSUS (self), NULL);

  return balance_view_list_new (BALANCE_TYPE_SECTION, self->facts, NULL, 0, self->facts->sections.n_rows);
}

/* The row of a school; of several districts' schools of one code the first. */
static guint32
find_school (BalanceFacts *facts,
             const char   *code,
             const char   *district)
{
  guint32 row = BALANCE_NO_ROW;

  if (district != NULL)
    {
      row = balance_facts_find_district (facts, district);
      return row != BALANCE_NO_ROW ? balance_facts_find_school (facts, row, code) : BALANCE_NO_ROW;
    }
  for (guint i = 0; i < facts->districts.n_rows && row == BALANCE_NO_ROW; i++)
    row = balance_facts_find_school (facts, i, code);

  return row;
}

/**
 * balance_census_find_district:
 * @self: a census
 * @code: the code of a district
 *
 * Finds a district by its code.
 *
 * Returns: (transfer full) (nullable): the district, or %NULL if there is none
 *
 * Since: 1.0
 */
BalanceDistrict *
balance_census_find_district (BalanceCensus *self,
                              const char    *code)
{
  guint row;

  g_return_val_if_fail (BALANCE_IS_CENSUS (self), NULL);
  g_return_val_if_fail (code != NULL, NULL);

  row = balance_facts_find_district (self->facts, code);

  return row != BALANCE_NO_ROW ? balance_view_new (BALANCE_TYPE_DISTRICT, self->facts, row) : NULL;
}

/**
 * balance_census_find_school:
 * @self: a census
 * @code: the code of a school
 * @district: (nullable): the code of its district, or %NULL for any
 *
 * Finds a school by its code. Where schools of several districts have the
 * code, the one of the first district is found.
 *
 * Returns: (transfer full) (nullable): the school, or %NULL if there is none
 *
 * Since: 1.0
 */
BalanceSchool *
balance_census_find_school (BalanceCensus *self,
                            const char    *code,
                            const char    *district)
{
  guint row;

  g_return_val_if_fail (BALANCE_IS_CENSUS (self), NULL);
  g_return_val_if_fail (code != NULL, NULL);

  row = find_school (self->facts, code, district);

  return row != BALANCE_NO_ROW ? balance_view_new (BALANCE_TYPE_SCHOOL, self->facts, row) : NULL;
}

/**
 * balance_census_find_section:
 * @self: a census
 * @code: the code of a school
 * @stage: the id of a stage
 * @district: (nullable): the code of the district, or %NULL for any
 *
 * Finds a section by its school and stage.
 *
 * Returns: (transfer full) (nullable): the section, or %NULL if there is none
 *
 * Since: 1.0
 */
BalanceSection *
balance_census_find_section (BalanceCensus *self,
                             const char    *code,
                             const char    *stage,
                             const char    *district)
{
  BalanceFacts *facts;
  guint school;
  int number;

  g_return_val_if_fail (BALANCE_IS_CENSUS (self), NULL);
  g_return_val_if_fail (code != NULL, NULL);
  g_return_val_if_fail (stage != NULL, NULL);

  facts = self->facts;
  number = balance_dictionary_find_stage (facts->dictionary, stage);
  school = find_school (facts, code, district);
  if (number < 0 || school == BALANCE_NO_ROW)
    return NULL;

  for (guint i = facts->school_sections[school]; i < facts->school_sections[school + 1]; i++)
    if (facts->section_stage[facts->school_section_rows[i]] == number)
      return balance_view_new (BALANCE_TYPE_SECTION, facts, facts->school_section_rows[i]);

  return NULL;
}

/**
 * balance_census_has_value:
 * @self: a census
 * @field: the id of a field of level region
 *
 * Tells whether the region as a whole has a value of a field.
 *
 * Returns: %TRUE if there is a value
 *
 * Since: 1.0
 */
gboolean
balance_census_has_value (BalanceCensus *self,
                          const char    *field)
{
  g_return_val_if_fail (BALANCE_IS_CENSUS (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  return balance_facts_has_value (self->facts, BALANCE_LEVEL_REGION, 0, field);
}

/**
 * balance_census_get_number:
 * @self: a census
 * @field: the id of a field of level region
 *
 * Gets a fact of the region as a whole as a number.
 *
 * Returns: the number, or NaN if it is missing or no number
 *
 * Since: 1.0
 */
double
balance_census_get_number (BalanceCensus *self,
                           const char    *field)
{
  g_return_val_if_fail (BALANCE_IS_CENSUS (self), 0.0);
  g_return_val_if_fail (field != NULL, 0.0);

  return balance_facts_get_number (self->facts, BALANCE_LEVEL_REGION, 0, field);
}

/**
 * balance_census_dup_text:
 * @self: a census
 * @field: the id of a field of level region
 * @language: (nullable): a language such as "zh" or "en"
 *
 * Gets a fact of the region as a whole as text, as
 * [method@Balance.Section.dup_text] does for a section.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL if it is missing
 *
 * Since: 1.0
 */
char *
balance_census_dup_text (BalanceCensus *self,
                         const char    *field,
                         const char    *language)
{
  g_return_val_if_fail (BALANCE_IS_CENSUS (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  return balance_facts_dup_text (self->facts, BALANCE_LEVEL_REGION, 0, field, language);
}

/**
 * balance_census_get_cell:
 * @self: a census
 * @field: the id of a field of level region
 *
 * Gets the place that a fact of the region as a whole came from.
 *
 * Returns: (transfer full) (nullable): the cell, or %NULL if it did not come
 *   from a file
 *
 * Since: 1.0
 */
BalanceCell *
balance_census_get_cell (BalanceCensus *self,
                         const char    *field)
{
  g_return_val_if_fail (BALANCE_IS_CENSUS (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  return balance_facts_dup_cell (self->facts, BALANCE_LEVEL_REGION, 0, field);
}

/**
 * balance_census_dup_columns:
 * @self: a census
 * @level: a level other than %BALANCE_LEVEL_STAGE
 *
 * Gets which fields the census has on a level.
 *
 * Returns: (transfer full) (array zero-terminated=1): the ids of the fields
 *
 * Since: 1.0
 */
char **
balance_census_dup_columns (BalanceCensus *self,
                            BalanceLevel   level)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  BalanceTable *table;

  g_return_val_if_fail (BALANCE_IS_CENSUS (self), NULL);

  table = balance_facts_get_table (self->facts, level);
  for (guint i = 0; table != NULL && i < table->columns->len; i++)
    g_strv_builder_add (builder, ((BalanceColumn *) g_ptr_array_index (table->columns, i))->field->id);

  return g_strv_builder_end (builder);
}

/**
 * balance_census_dup_column:
 * @self: a census
 * @level: a level other than %BALANCE_LEVEL_STAGE
 * @field: the id of a field that the census has on this level
 * @validity: (out) (optional) (transfer full): return location for one byte per
 *   row: 1 where there is a value, 0 where it is missing
 * @error: return location for an error
 *
 * Copies the values of a field for all rows of a level, in the order of the
 * lists. Missing values are NaN. Choices are given as their number in the
 * dictionary; texts cannot be had this way.
 *
 * Returns: (transfer full): doubles in the byte order of the machine
 *
 * Since: 1.0
 */
GBytes *
balance_census_dup_column (BalanceCensus  *self,
                           BalanceLevel    level,
                           const char     *field,
                           GBytes        **validity,
                           GError        **error)
{
  BALANCE_FLOAT_DEFAULT;
  const BalanceColumn *column;
  guint n;
  double *values;
  guint8 *valid;

  g_return_val_if_fail (BALANCE_IS_CENSUS (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  column = balance_facts_find_column (self->facts, level, field);
  if (column == NULL || column->field->type == BALANCE_FIELD_TEXT)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                   column == NULL ? "the census has no field “%s” on this level\n数据在这一级没有字段“%s”"
                                  : "the field “%s” is a text\n字段“%s”是文本，不是数值", field, field);
      return NULL;
    }

  n = balance_facts_get_table (self->facts, level)->n_rows;
  values = g_new (double, n + 1);
  valid = g_new (guint8, n + 1);
  for (guint i = 0; i < n; i++)
    {
      values[i] = balance_column_get_number (column, i);
      valid[i] = balance_column_is_valid (column, i) ? 1 : 0;
    }

  if (validity != NULL)
    *validity = g_bytes_new_take (valid, n);
  else
    g_free (valid);

  return g_bytes_new_take (values, n * sizeof (double));
}
