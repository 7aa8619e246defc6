/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-view-private.h"

/**
 * BalanceDistrict:
 *
 * A district (县, 市, 区): the unit that is judged.
 *
 * A light view of one row of a census, made on demand: the same district looked
 * up twice gives two objects, compare them with [method@Balance.District.equal].
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceDistrict, balance_district, G_TYPE_OBJECT)

static void
balance_district_class_init (BalanceDistrictClass *klass)
{
  balance_view_class_init (klass);
}

static void
balance_district_init (BalanceDistrict *self)
{
}

/**
 * balance_district_get_code:
 * @self: a district
 *
 * Gets the code of the district; its name where the input knows no code.
 *
 * Returns: the code
 *
 * Since: 1.0
 */
const char *
balance_district_get_code (BalanceDistrict *self)
{
  g_return_val_if_fail (BALANCE_IS_DISTRICT (self), NULL);

  return self->view.facts->district_codes[self->view.row];
}

/**
 * balance_district_get_name:
 * @self: a district
 *
 * Gets the name of the district.
 *
 * Returns: the name, empty if it is not known
 *
 * Since: 1.0
 */
const char *
balance_district_get_name (BalanceDistrict *self)
{
  g_return_val_if_fail (BALANCE_IS_DISTRICT (self), NULL);

  return self->view.facts->district_names[self->view.row];
}

/**
 * balance_district_get_row:
 * @self: a district
 *
 * Gets the position of the district in the columns of
 * [method@Balance.Census.dup_column].
 *
 * Returns: the row, from 0
 *
 * Since: 1.0
 */
guint
balance_district_get_row (BalanceDistrict *self)
{
  g_return_val_if_fail (BALANCE_IS_DISTRICT (self), 0);

  return self->view.row;
}

/**
 * balance_district_get_skipped:
 * @self: a district
 *
 * Tells whether rows of the district were left out on reading. Such a
 * district is never met.
 *
 * Returns: %TRUE if rows were left out
 *
 * Since: 1.0
 */
gboolean
balance_district_get_skipped (BalanceDistrict *self)
{
  g_return_val_if_fail (BALANCE_IS_DISTRICT (self), FALSE);

  return self->view.facts->district_skipped[self->view.row] != 0;
}

/**
 * balance_district_get_schools:
 * @self: a district
 *
 * Gets the schools of the district, by code.
 *
 * Returns: (transfer full): a list of [class@Balance.School]
 *
 * Since: 1.0
 */
GListModel *
balance_district_get_schools (BalanceDistrict *self)
{
  BalanceFacts *facts;
  const guint32 *offsets;

  g_return_val_if_fail (BALANCE_IS_DISTRICT (self), NULL);

  facts = self->view.facts;
  offsets = facts->district_schools + self->view.row;

  return balance_view_list_new (BALANCE_TYPE_SCHOOL, facts, NULL, offsets[0], offsets[1] - offsets[0]);
}

/**
 * balance_district_get_sections:
 * @self: a district
 *
 * Gets the sections of the district, by stage and school.
 *
 * Returns: (transfer full): a list of [class@Balance.Section]
 *
 * Since: 1.0
 */
GListModel *
balance_district_get_sections (BalanceDistrict *self)
{
  BalanceFacts *facts;
  const guint32 *offsets;

  g_return_val_if_fail (BALANCE_IS_DISTRICT (self), NULL);

  facts = self->view.facts;
  offsets = facts->district_sections + self->view.row;

  return balance_view_list_new (BALANCE_TYPE_SECTION, facts, NULL, offsets[0], offsets[1] - offsets[0]);
}

/**
 * balance_district_has_value:
 * @self: a district
 * @field: the id of a field of the dictionary
 *
 * Tells whether the district has a value of a field.
 *
 * Returns: %TRUE if there is a value
 *
 * Since: 1.0
 */
gboolean
balance_district_has_value (BalanceDistrict *self,
                            const char      *field)
{
  g_return_val_if_fail (BALANCE_IS_DISTRICT (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  return balance_facts_has_value (self->view.facts, BALANCE_LEVEL_DISTRICT, self->view.row, field);
}

/**
 * balance_district_get_number:
 * @self: a district
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
balance_district_get_number (BalanceDistrict *self,
                             const char      *field)
{
  g_return_val_if_fail (BALANCE_IS_DISTRICT (self), 0.0);
  g_return_val_if_fail (field != NULL, 0.0);

  return balance_facts_get_number (self->view.facts, BALANCE_LEVEL_DISTRICT, self->view.row, field);
}

/**
 * balance_district_dup_text:
 * @self: a district
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
balance_district_dup_text (BalanceDistrict *self,
                           const char      *field,
                           const char      *language)
{
  g_return_val_if_fail (BALANCE_IS_DISTRICT (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  return balance_facts_dup_text (self->view.facts, BALANCE_LEVEL_DISTRICT, self->view.row, field, language);
}

/**
 * balance_district_get_cell:
 * @self: a district
 * @field: the id of a field of the dictionary
 *
 * Gets the place that the value of a field came from. For a missing value
 * it is the place where it would stand; the column is 0 where no input has one.
 *
 * Returns: (transfer full) (nullable): the cell, or %NULL if the district did not come from a file
 *
 * Since: 1.0
 */
BalanceCell *
balance_district_get_cell (BalanceDistrict *self,
                           const char      *field)
{
  g_return_val_if_fail (BALANCE_IS_DISTRICT (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  return balance_facts_dup_cell (self->view.facts, BALANCE_LEVEL_DISTRICT, self->view.row, field);
}

/**
 * balance_district_equal:
 * @self: a district
 * @other: another district
 *
 * Tells whether two objects are the same district of the same census.
 *
 * Returns: %TRUE if they are
 *
 * Since: 1.0
 */
gboolean
balance_district_equal (BalanceDistrict *self,
                        BalanceDistrict *other)
{
  g_return_val_if_fail (BALANCE_IS_DISTRICT (self), FALSE);
  g_return_val_if_fail (BALANCE_IS_DISTRICT (other), FALSE);

  return self->view.facts == other->view.facts && self->view.row == other->view.row;
}

/**
 * balance_district_hash:
 * @self: a district
 *
 * Gets a hash value that agrees with [method@Balance.District.equal].
 *
 * Returns: the hash value
 *
 * Since: 1.0
 */
guint
balance_district_hash (BalanceDistrict *self)
{
  g_return_val_if_fail (BALANCE_IS_DISTRICT (self), 0);

  return g_direct_hash (self->view.facts) * 31 + self->view.row;
}
