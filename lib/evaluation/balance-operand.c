/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>

#include "census/balance-view-private.h"
#include "evaluation/balance-evaluation-private.h"

/**
 * BalanceOperand:
 *
 * One fact that a finding rests on, with the cell it came from.
 *
 * Operands are immutable and may be used from any thread.
 *
 * Since: 1.0
 */

struct _BalanceOperand
{
  GObject        parent_instance;
  BalanceFacts  *facts;
  BalanceField  *field;      /* of the standard's dictionary */
  BalanceLevel   level;      /* of the row; the fact itself may be a section's part of a school's field */
  guint          row;
  const BalanceColumn *column;   /* nullable: the census has no such fact at all */
};

G_DEFINE_FINAL_TYPE (BalanceOperand, balance_operand, G_TYPE_OBJECT)

static void
balance_operand_finalize (GObject *object)
{
  BalanceOperand *self = BALANCE_OPERAND (object);

  g_clear_object (&self->field);
  g_clear_pointer (&self->facts, balance_facts_unref);

  G_OBJECT_CLASS (balance_operand_parent_class)->finalize (object);
}

static void
balance_operand_class_init (BalanceOperandClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_operand_finalize;
}

static void
balance_operand_init (BalanceOperand *self)
{
}

BalanceOperand *
balance_operand_new (BalanceEvaluation *evaluation, BalanceField *field, BalanceLevel level, guint row)
{
  return balance_operand_new_for_facts (evaluation->facts, field, level, row);
}

BalanceOperand *
balance_operand_new_for_facts (BalanceFacts *facts, BalanceField *field, BalanceLevel level, guint row)
{
  BalanceOperand *self = g_object_new (BALANCE_TYPE_OPERAND, NULL);

  self->facts = balance_facts_ref (facts);
  self->field = g_object_ref (field);
  self->level = level;
  self->row = row;
  self->column = balance_facts_find_column (self->facts, level, field->id);

  return self;
}

/**
 * balance_operand_get_field:
 * @self: an operand
 *
 * Gets the field of the data dictionary.
 *
 * Returns: (transfer none): the id of the field
 *
 * Since: 1.0
 */
const char *
balance_operand_get_field (BalanceOperand *self)
{
  g_return_val_if_fail (BALANCE_IS_OPERAND (self), NULL);

  return self->field->id;
}

/**
 * balance_operand_get_title:
 * @self: an operand
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the title of the field.
 *
 * Returns: (transfer none): the title
 *
 * Since: 1.0
 */
const char *
balance_operand_get_title (BalanceOperand *self,
                           const char     *language)
{
  g_return_val_if_fail (BALANCE_IS_OPERAND (self), NULL);

  return balance_text_get (&self->field->title, balance_language_parse (language));
}

/**
 * balance_operand_get_level:
 * @self: an operand
 *
 * Gets whose fact it is.
 *
 * Returns: the level
 *
 * Since: 1.0
 */
BalanceLevel
balance_operand_get_level (BalanceOperand *self)
{
  g_return_val_if_fail (BALANCE_IS_OPERAND (self), BALANCE_LEVEL_SECTION);

  return self->level;
}

/**
 * balance_operand_get_unit:
 * @self: an operand
 *
 * Gets the unit of the field.
 *
 * Returns: (transfer none) (nullable): the unit
 *
 * Since: 1.0
 */
const char *
balance_operand_get_unit (BalanceOperand *self)
{
  g_return_val_if_fail (BALANCE_IS_OPERAND (self), NULL);

  return self->field->unit;
}

/**
 * balance_operand_dup_unit_title:
 * @self: an operand
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the unit of the field as people write it.
 *
 * Returns: (transfer full): the unit, "" for pure numbers and what has none
 *
 * Since: 1.0
 */
char *
balance_operand_dup_unit_title (BalanceOperand *self,
                                const char     *language)
{
  g_return_val_if_fail (BALANCE_IS_OPERAND (self), NULL);

  return balance_dictionary_dup_unit_title (self->facts->dictionary, self->field->unit, language);
}

/**
 * balance_operand_get_year:
 * @self: an operand
 *
 * Gets the school year of the fact, where facts of several years stand side by side.
 *
 * Returns: the year, 0 if the data do not state it
 *
 * Since: 1.0
 */
int
balance_operand_get_year (BalanceOperand *self)
{
  g_return_val_if_fail (BALANCE_IS_OPERAND (self), 0);

  return self->facts->year;
}

/**
 * balance_operand_get_missing:
 * @self: an operand
 *
 * Gets whether the fact is missing. Missing is not zero.
 *
 * Returns: %TRUE where there is no value
 *
 * Since: 1.0
 */
gboolean
balance_operand_get_missing (BalanceOperand *self)
{
  g_return_val_if_fail (BALANCE_IS_OPERAND (self), TRUE);

  return self->column == NULL || !balance_column_is_valid (self->column, self->row);
}

/**
 * balance_operand_get_number:
 * @self: an operand
 *
 * Gets the value as a number: choices by their position, flags as 0 and 1.
 *
 * Returns: the value, NaN when missing
 *
 * Since: 1.0
 */
double
balance_operand_get_number (BalanceOperand *self)
{
  g_return_val_if_fail (BALANCE_IS_OPERAND (self), NAN);

  return balance_operand_get_missing (self) ? (double) NAN : balance_column_get_number (self->column, self->row);
}

/**
 * balance_operand_dup_text:
 * @self: an operand
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the value as text, exactly as it stands in the data; choices by their title.
 *
 * Returns: (transfer full): the text, "" when missing
 *
 * Since: 1.0
 */
char *
balance_operand_dup_text (BalanceOperand *self,
                          const char     *language)
{
  char *text;

  g_return_val_if_fail (BALANCE_IS_OPERAND (self), NULL);

  text = balance_operand_get_missing (self) ? NULL : balance_column_dup_text (self->facts, self->column, self->row, language);
  return text != NULL ? text : g_strdup ("");
}

/**
 * balance_operand_dup_subject:
 * @self: an operand
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Says whose fact it is, such as "实验学校（小学）".
 *
 * Returns: (transfer full): the subject
 *
 * Since: 1.0
 */
char *
balance_operand_dup_subject (BalanceOperand *self,
                             const char     *language)
{
  g_return_val_if_fail (BALANCE_IS_OPERAND (self), NULL);

  return balance_facts_dup_subject (self->facts, self->level, self->row, balance_language_parse (language));
}

/**
 * balance_operand_dup_path:
 * @self: an operand
 *
 * Says where the fact stands, by codes: "districts/CODE/schools/CODE/STAGE/FIELD",
 * "districts/CODE/schools/CODE/FIELD", "districts/CODE/FIELD" or "region/FIELD".
 *
 * Returns: (transfer full): the path
 *
 * Since: 1.0
 */
char *
balance_operand_dup_path (BalanceOperand *self)
{
  const BalanceFacts *facts;
  guint school, district;

  g_return_val_if_fail (BALANCE_IS_OPERAND (self), NULL);

  facts = self->facts;
  if (self->level == BALANCE_LEVEL_REGION)
    return g_strconcat ("region/", self->field->id, NULL);
  if (self->level == BALANCE_LEVEL_DISTRICT)
    return g_strdup_printf ("districts/%s/%s", facts->district_codes[self->row], self->field->id);
  if (self->level == BALANCE_LEVEL_STAGE)
    return g_strdup_printf ("districts/%s/%s/%s", facts->district_codes[facts->group_district[self->row]],
                            balance_dictionary_get_stage (facts->dictionary, facts->group_stage[self->row])->id, self->field->id);

  school = self->level == BALANCE_LEVEL_SECTION ? facts->section_school[self->row] : self->row;
  district = facts->school_district[school];
  if (self->level == BALANCE_LEVEL_SCHOOL)
    return g_strdup_printf ("districts/%s/schools/%s/%s", facts->district_codes[district], facts->school_codes[school], self->field->id);
  return g_strdup_printf ("districts/%s/schools/%s/%s/%s", facts->district_codes[district], facts->school_codes[school],
                          balance_dictionary_get_stage (facts->dictionary, facts->section_stage[self->row])->id, self->field->id);
}

/**
 * balance_operand_get_cell:
 * @self: an operand
 *
 * Gets the cell that the fact came from, or for a missing one, where it would stand; of a fact that an action of a
 * proposal made, where the action is written.
 *
 * Returns: (transfer full) (nullable): the cell; %NULL where the data came from a program
 *
 * Since: 1.0
 */
BalanceCell *
balance_operand_get_cell (BalanceOperand *self)
{
  guint source, row, column;
  BalanceCell *maker;

  g_return_val_if_fail (BALANCE_IS_OPERAND (self), NULL);

  maker = balance_facts_get_maker (self->facts, self->column, self->row);
  if (maker != NULL)
    return g_object_ref (maker);
  if (self->column == NULL || !balance_facts_get_cell (self->facts, self->level, self->column, self->row, &source, &row, &column))
    return NULL;
  {
    BalanceSource *from = g_ptr_array_index (self->facts->sources, source);

    return balance_cell_new (from->file, from->sheet, row, column);
  }
}

static BalanceOperand *
new_companion (BalanceOperand *self, const char *part)
{
  BalanceField *field = balance_dictionary_find_companion (self->facts->dictionary, self->field, part);
  BalanceOperand *companion;

  if (field == NULL)
    return NULL;
  companion = g_object_new (BALANCE_TYPE_OPERAND, NULL);
  companion->facts = balance_facts_ref (self->facts);
  companion->field = g_object_ref (field);
  companion->level = self->level;
  companion->row = self->row;
  companion->column = balance_facts_find_column (self->facts, self->level, field->id);

  return companion;
}

/**
 * balance_operand_get_conclusion:
 * @self: an operand
 *
 * Gets the conclusion in words that was stated with an attested fact (结论), as a fact with a cell of its own.
 *
 * Returns: (transfer full) (nullable): the conclusion, which may be missing; %NULL for facts that are not attested
 *
 * Since: 1.0
 */
BalanceOperand *
balance_operand_get_conclusion (BalanceOperand *self)
{
  g_return_val_if_fail (BALANCE_IS_OPERAND (self), NULL);

  return new_companion (self, BALANCE_CONCLUSION);
}

/**
 * balance_operand_get_evidence:
 * @self: an operand
 *
 * Gets the evidence that was named for an attested fact (佐证材料), as a fact with a cell of its own;
 * see [method@Balance.Operand.dup_documents].
 *
 * Returns: (transfer full) (nullable): the evidence, which may be missing; %NULL for facts that are not attested
 *
 * Since: 1.0
 */
BalanceOperand *
balance_operand_get_evidence (BalanceOperand *self)
{
  g_return_val_if_fail (BALANCE_IS_OPERAND (self), NULL);

  return new_companion (self, BALANCE_EVIDENCE);
}

/* The names in a cell, divided by semicolons, enumeration commas or line breaks. */
static void
split_documents (const char *text, GPtrArray *documents)
{
  const char *start = text;

  for (const char *p = text;; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == 0 || c == ';' || c == 0xff1b || c == 0x3001 || c == '\n' || c == '\r')
        {
          char *name = g_strstrip (g_strndup (start, (gsize) (p - start)));

          if (*name != '\0')
            g_ptr_array_add (documents, name);
          else
            g_free (name);
          start = c != 0 ? g_utf8_next_char (p) : p;
        }
      if (c == 0)
        return;
    }
}

/**
 * balance_operand_dup_documents:
 * @self: an operand
 *
 * Gets the documents that were named as evidence for an attested fact. In the cell they are divided by
 * semicolons (; or ；), enumeration commas (、) or line breaks.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names, empty where none are named
 *
 * Since: 1.0
 */
char **
balance_operand_dup_documents (BalanceOperand *self)
{
  g_autoptr(GPtrArray) documents = g_ptr_array_new ();
  g_autoptr(BalanceOperand) evidence = NULL;

  g_return_val_if_fail (BALANCE_IS_OPERAND (self), NULL);

  evidence = balance_operand_get_evidence (self);
  if (evidence != NULL)
    {
      g_autofree char *text = balance_operand_dup_text (evidence, NULL);

      split_documents (text, documents);
    }
  g_ptr_array_add (documents, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&documents), FALSE);
}
