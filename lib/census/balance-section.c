/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-view-private.h"

/**
 * BalanceSection:
 *
 * One stage of one school (学段部, such as 小学部): the row on which
 * indicators are computed.
 *
 * A light view of one row of a census, made on demand: the same section looked
 * up twice gives two objects, compare them with [method@Balance.Section.equal].
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceSection, balance_section, G_TYPE_OBJECT)

static void
balance_section_class_init (BalanceSectionClass *klass)
{
  balance_view_class_init (klass);
}

static void
balance_section_init (BalanceSection *self)
{
}

/**
 * balance_section_get_school_code:
 * @self: a section
 *
 * Gets the code of the school of the section.
 *
 * Returns: the code
 *
 * Since: 1.0
 */
const char *
balance_section_get_school_code (BalanceSection *self)
{
  g_return_val_if_fail (BALANCE_IS_SECTION (self), NULL);

  return self->view.facts->school_codes[self->view.facts->section_school[self->view.row]];
}

/**
 * balance_section_get_school_name:
 * @self: a section
 *
 * Gets the name of the school of the section.
 *
 * Returns: the name, empty if it is not known
 *
 * Since: 1.0
 */
const char *
balance_section_get_school_name (BalanceSection *self)
{
  g_return_val_if_fail (BALANCE_IS_SECTION (self), NULL);

  return self->view.facts->school_names[self->view.facts->section_school[self->view.row]];
}

/**
 * balance_section_get_district_code:
 * @self: a section
 *
 * Gets the code of the district of the section.
 *
 * Returns: the code
 *
 * Since: 1.0
 */
const char *
balance_section_get_district_code (BalanceSection *self)
{
  const BalanceFacts *facts;

  g_return_val_if_fail (BALANCE_IS_SECTION (self), NULL);

  facts = self->view.facts;

  return facts->district_codes[facts->school_district[facts->section_school[self->view.row]]];
}

/**
 * balance_section_get_row:
 * @self: a section
 *
 * Gets the position of the section in the columns of
 * [method@Balance.Census.dup_column].
 *
 * Returns: the row, from 0
 *
 * Since: 1.0
 */
guint
balance_section_get_row (BalanceSection *self)
{
  g_return_val_if_fail (BALANCE_IS_SECTION (self), 0);

  return self->view.row;
}

/**
 * balance_section_get_stage:
 * @self: a section
 *
 * Gets the stage of the section.
 *
 * Returns: the id of the stage
 *
 * Since: 1.0
 */
const char *
balance_section_get_stage (BalanceSection *self)
{
  g_return_val_if_fail (BALANCE_IS_SECTION (self), NULL);

  return balance_dictionary_get_stage (self->view.facts->dictionary,
                                       self->view.facts->section_stage[self->view.row])->id;
}

/**
 * balance_section_get_stage_title:
 * @self: a section
 * @language: (nullable): a language such as "zh" or "en"
 *
 * Gets the title of the stage of the section.
 *
 * Returns: the title
 *
 * Since: 1.0
 */
const char *
balance_section_get_stage_title (BalanceSection *self,
                                 const char     *language)
{
  const BalanceChoice *stage;

  g_return_val_if_fail (BALANCE_IS_SECTION (self), NULL);

  stage = balance_dictionary_get_stage (self->view.facts->dictionary,
                                        self->view.facts->section_stage[self->view.row]);

  return balance_text_get (&stage->title, balance_language_parse (language));
}

/**
 * balance_section_get_school:
 * @self: a section
 *
 * Gets the school of the section.
 *
 * Returns: (transfer full): the school
 *
 * Since: 1.0
 */
BalanceSchool *
balance_section_get_school (BalanceSection *self)
{
  g_return_val_if_fail (BALANCE_IS_SECTION (self), NULL);

  return balance_view_new (BALANCE_TYPE_SCHOOL, self->view.facts, self->view.facts->section_school[self->view.row]);
}

/**
 * balance_section_get_district:
 * @self: a section
 *
 * Gets the district of the section.
 *
 * Returns: (transfer full): the district
 *
 * Since: 1.0
 */
BalanceDistrict *
balance_section_get_district (BalanceSection *self)
{
  BalanceFacts *facts;

  g_return_val_if_fail (BALANCE_IS_SECTION (self), NULL);

  facts = self->view.facts;

  return balance_view_new (BALANCE_TYPE_DISTRICT, facts,
                           facts->school_district[facts->section_school[self->view.row]]);
}

/**
 * balance_section_has_value:
 * @self: a section
 * @field: the id of a field of the dictionary
 *
 * Tells whether the section has a value of a field.
 *
 * Flags, choices, numbers and texts of its school and district hold for the
 * section too. A count or amount of the school does not, unless the section
 * has a part of its own.
 *
 * Returns: %TRUE if there is a value
 *
 * Since: 1.0
 */
gboolean
balance_section_has_value (BalanceSection *self,
                           const char     *field)
{
  g_return_val_if_fail (BALANCE_IS_SECTION (self), FALSE);
  g_return_val_if_fail (field != NULL, FALSE);

  return balance_facts_has_value (self->view.facts, BALANCE_LEVEL_SECTION, self->view.row, field);
}

/**
 * balance_section_get_number:
 * @self: a section
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
balance_section_get_number (BalanceSection *self,
                            const char     *field)
{
  g_return_val_if_fail (BALANCE_IS_SECTION (self), 0.0);
  g_return_val_if_fail (field != NULL, 0.0);

  return balance_facts_get_number (self->view.facts, BALANCE_LEVEL_SECTION, self->view.row, field);
}

/**
 * balance_section_dup_text:
 * @self: a section
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
balance_section_dup_text (BalanceSection *self,
                          const char     *field,
                          const char     *language)
{
  g_return_val_if_fail (BALANCE_IS_SECTION (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  return balance_facts_dup_text (self->view.facts, BALANCE_LEVEL_SECTION, self->view.row, field, language);
}

/**
 * balance_section_get_cell:
 * @self: a section
 * @field: the id of a field of the dictionary
 *
 * Gets the place that the value of a field came from. For a missing value
 * it is the place where it would stand; the column is 0 where no input has one.
 *
 * Returns: (transfer full) (nullable): the cell, or %NULL if the section did not come from a file
 *
 * Since: 1.0
 */
BalanceCell *
balance_section_get_cell (BalanceSection *self,
                          const char     *field)
{
  g_return_val_if_fail (BALANCE_IS_SECTION (self), NULL);
  g_return_val_if_fail (field != NULL, NULL);

  return balance_facts_dup_cell (self->view.facts, BALANCE_LEVEL_SECTION, self->view.row, field);
}

/**
 * balance_section_equal:
 * @self: a section
 * @other: another section
 *
 * Tells whether two objects are the same section of the same census.
 *
 * Returns: %TRUE if they are
 *
 * Since: 1.0
 */
gboolean
balance_section_equal (BalanceSection *self,
                       BalanceSection *other)
{
  g_return_val_if_fail (BALANCE_IS_SECTION (self), FALSE);
  g_return_val_if_fail (BALANCE_IS_SECTION (other), FALSE);

  return self->view.facts == other->view.facts && self->view.row == other->view.row;
}

/**
 * balance_section_hash:
 * @self: a section
 *
 * Gets a hash value that agrees with [method@Balance.Section.equal].
 *
 * Returns: the hash value
 *
 * Since: 1.0
 */
guint
balance_section_hash (BalanceSection *self)
{
  g_return_val_if_fail (BALANCE_IS_SECTION (self), 0);

  return g_direct_hash (self->view.facts) * 31 + self->view.row;
}
