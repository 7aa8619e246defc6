/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-view-private.h"

/**
 * BalanceSchool:
 *
 * A school (学校).
 *
 * A light view of one row of a census, made on demand: the same school looked
 * up twice gives two objects, compare them with [method@Balance.School.equal].
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceSchool, balance_school, G_TYPE_OBJECT)

static void
balance_school_class_init (BalanceSchoolClass *klass)
{
  balance_view_class_init (klass);
}

static void
balance_school_init (BalanceSchool *self)
{
}

/**
 * balance_school_get_code:
 * @self: a school
 *
 * Gets the code of the school; its name where the input knows no code.
 *
 * Returns: the code
 *
 * Since: 1.0
 */
const char *
balance_school_get_code (BalanceSchool *self)
{
  g_return_val_if_fail (BALANCE_IS_SCHOOL (self), NULL);

  return self->view.facts->school_codes[self->view.row];
}

/**
 * balance_school_get_name:
 * @self: a school
 *
 * Gets the name of the school.
 *
 * Returns: the name, empty if it is not known
 *
 * Since: 1.0
 */
const char *
balance_school_get_name (BalanceSchool *self)
{
  g_return_val_if_fail (BALANCE_IS_SCHOOL (self), NULL);

  return self->view.facts->school_names[self->view.row];
}

/**
 * balance_school_get_district_code:
 * @self: a school
 *
 * Gets the code of the district of the school.
 *
 * Returns: the code
 *
 * Since: 1.0
 */
const char *
balance_school_get_district_code (BalanceSchool *self)
{
  g_return_val_if_fail (BALANCE_IS_SCHOOL (self), NULL);

  return self->view.facts->district_codes[self->view.facts->school_district[self->view.row]];
}

/**
 * balance_school_get_row:
 * @self: a school
 *
 * Gets the position of the school in the columns of
 * [method@Balance.Census.dup_column].
 *
 * Returns: the row, from 0
 *
 * Since: 1.0
 */
guint
balance_school_get_row (BalanceSchool *self)
{
  g_return_val_if_fail (BALANCE_IS_SCHOOL (self), 0);

  return self->view.row;
}

/**
 * balance_school_get_district:
 * @self: a school
 *
 * Gets the district of the school.
 *
 * Returns: (transfer full): the district
 *
 * Since: 1.0
 */
BalanceDistrict *
balance_school_get_district (BalanceSchool *self)
{
  g_return_val_if_fail (BALANCE_IS_SCHOOL (self), NULL);

  return balance_view_new (BALANCE_TYPE_DISTRICT, self->view.facts,
                           self->view.facts->school_district[self->view.row]);
}

/**
 * balance_school_get_sections:
 * @self: a school
 *
 * Gets the sections of the school, by stage.
 *
 * Returns: (transfer full): a list of [class@Balance.Section]
 *
 * Since: 1.0
 */
GListModel *
balance_school_get_sections (BalanceSchool *self)
{
  BalanceFacts *facts;
  const guint32 *offsets;

  g_return_val_if_fail (BALANCE_IS_SCHOOL (self), NULL);

  facts = self->view.facts;
  offsets = facts->school_sections + self->view.row;

  return balance_view_list_new (BALANCE_TYPE_SECTION, facts, facts->school_section_rows + offsets[0],
                                0, offsets[1] - offsets[0]);
}

/**
 * balance_school_has_value:
 * @self: a school
 * @field: the id of a field of the dictionary
 *
 * Tells whether the school has a value of a field.
 *
 * Returns: %TRUE if there is a value
 *
 * Since: 1.0
 */
gboolean
balance_school_has_value (BalanceSchool *self,
                          const char    *field)
{
  g_return_val_if_fail (BALANCE_IS_SCHOOL (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  return balance_facts_has_value (self->view.facts, BALANCE_LEVEL_SCHOOL, self->view.row, field);
}

/**
 * balance_school_get_number:
 * @self: a school
 * @field: the id of a field of the dictionary
 *
 * Gets the value of a field as a number: numbers in the base unit of
 * the field, flags as 0 or 1, dates as days since 1970-01-01.
 *
 * Returns: the number, or NaN if it is missing or no number
 *
 * Since: 1.0
 */
double
balance_school_get_number (BalanceSchool *self,
                           const char    *field)
{
  g_return_val_if_fail (BALANCE_IS_SCHOOL (self), 0.0);
  g_return_val_if_fail (field != NULL, 0.0);

  return balance_facts_get_number (self->view.facts, BALANCE_LEVEL_SCHOOL, self->view.row, field);
}

/**
 * balance_school_dup_text:
 * @self: a school
 * @field: the id of a field of the dictionary
 * @language: (nullable): a language such as "zh" or "en"
 *
 * Gets the value of a field as text: numbers exactly as decimals, dates
 * as YYYY-MM-DD, choices and flags by their title, or without a language
 * by their id, true or false.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL if it is missing
 *
 * Since: 1.0
 */
char *
balance_school_dup_text (BalanceSchool *self,
                         const char    *field,
                         const char    *language)
{
  g_return_val_if_fail (BALANCE_IS_SCHOOL (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  return balance_facts_dup_text (self->view.facts, BALANCE_LEVEL_SCHOOL, self->view.row, field, language);
}

/**
 * balance_school_get_cell:
 * @self: a school
 * @field: the id of a field of the dictionary
 *
 * Gets the place that the value of a field came from. For a missing value
 * it is the place where it would stand; the column is 0 where no input has one.
 *
 * Returns: (transfer full) (nullable): the cell, or %NULL if the school did not come from a file
 *
 * Since: 1.0
 */
BalanceCell *
balance_school_get_cell (BalanceSchool *self,
                         const char    *field)
{
  g_return_val_if_fail (BALANCE_IS_SCHOOL (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  return balance_facts_dup_cell (self->view.facts, BALANCE_LEVEL_SCHOOL, self->view.row, field);
}

/**
 * balance_school_equal:
 * @self: a school
 * @other: another school
 *
 * Tells whether two objects are the same school of the same census.
 *
 * Returns: %TRUE if they are
 *
 * Since: 1.0
 */
gboolean
balance_school_equal (BalanceSchool *self,
                      BalanceSchool *other)
{
  g_return_val_if_fail (BALANCE_IS_SCHOOL (self), FALSE);
  g_return_val_if_fail (BALANCE_IS_SCHOOL (other), FALSE);

  return self->view.facts == other->view.facts && self->view.row == other->view.row;
}

/**
 * balance_school_hash:
 * @self: a school
 *
 * Gets a hash value that agrees with [method@Balance.School.equal].
 *
 * Returns: the hash value
 *
 * Since: 1.0
 */
guint
balance_school_hash (BalanceSchool *self)
{
  g_return_val_if_fail (BALANCE_IS_SCHOOL (self), 0);

  return g_direct_hash (self->view.facts) * 31 + self->view.row;
}
