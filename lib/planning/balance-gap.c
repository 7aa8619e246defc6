/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-gap-private.h"

/**
 * BalanceGap:
 *
 * What one subject lacks for one requirement that it does not meet (差距): so many teachers, square metres, yuan or
 * rooms to the limit and to the floor.
 *
 * The amount is found from the formula of the standard. Where a value is a sum of facts, or a quotient of which they
 * are the upper part, the amount is of those facts: adding it to one of them makes the requirement met, and one whole
 * thing (0.01 of what is measured) less does not. For a school's amount that is divided among its stages it is what
 * the school as a whole needs for that stage. Where the formula is something else, it is the difference of value and
 * limit.
 *
 * Gaps are immutable and may be used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceGap, balance_gap, G_TYPE_OBJECT)

static void
balance_gap_finalize (GObject *object)
{
  BalanceGap *self = BALANCE_GAP (object);

  g_clear_object (&self->evaluation);
  g_free (self->path);
  g_free (self->amount);
  g_free (self->floor_amount);
  g_free (self->unit);
  g_strfreev (self->fields);

  G_OBJECT_CLASS (balance_gap_parent_class)->finalize (object);
}

static void
balance_gap_class_init (BalanceGapClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_gap_finalize;
}

static void
balance_gap_init (BalanceGap *self)
{
}

const BalanceRule *
balance_gap_get_rule (BalanceGap *self)
{
  return self->evaluation->result.scheme->rules[self->rule].rule;
}

int
balance_gap_get_school_row (BalanceGap *self)
{
  switch (balance_gap_get_rule (self)->level)
    {
    case BALANCE_LEVEL_SECTION:
      return (int) self->evaluation->facts->section_school[self->row];
    case BALANCE_LEVEL_SCHOOL:
      return (int) self->row;
    case BALANCE_LEVEL_STAGE:
    case BALANCE_LEVEL_DISTRICT:
    case BALANCE_LEVEL_REGION:
    default:
      return -1;
    }
}

int
balance_gap_get_district_row (BalanceGap *self)
{
  BalanceFacts *facts = self->evaluation->facts;
  int school = balance_gap_get_school_row (self);

  if (school >= 0)
    return (int) facts->school_district[school];
  switch (balance_gap_get_rule (self)->level)
    {
    case BALANCE_LEVEL_STAGE:
      return (int) facts->group_district[self->row];
    case BALANCE_LEVEL_DISTRICT:
      return (int) self->row;
    case BALANCE_LEVEL_SECTION:
    case BALANCE_LEVEL_SCHOOL:
    case BALANCE_LEVEL_REGION:
    default:
      return -1;
    }
}

/**
 * balance_gap_get_path:
 * @self: a gap
 *
 * Gets the path of the finding, see [method@Balance.Evaluation.find].
 *
 * Returns: (transfer none): the path
 *
 * Since: 1.0
 */
const char *
balance_gap_get_path (BalanceGap *self)
{
  g_return_val_if_fail (BALANCE_IS_GAP (self), NULL);

  return self->path;
}

/**
 * balance_gap_get_id:
 * @self: a gap
 *
 * Gets the id of the requirement or indicator.
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
balance_gap_get_id (BalanceGap *self)
{
  g_return_val_if_fail (BALANCE_IS_GAP (self), NULL);

  return balance_gap_get_rule (self)->id;
}

/**
 * balance_gap_get_title:
 * @self: a gap
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the title of the requirement or indicator.
 *
 * Returns: (transfer none): the title
 *
 * Since: 1.0
 */
const char *
balance_gap_get_title (BalanceGap *self,
                       const char *language)
{
  g_return_val_if_fail (BALANCE_IS_GAP (self), NULL);

  return balance_text_get (&balance_gap_get_rule (self)->title, balance_language_parse (language));
}

/**
 * balance_gap_get_reference:
 * @self: a gap
 *
 * Gets the document and article.
 *
 * Returns: (transfer none) (nullable): the reference
 *
 * Since: 1.0
 */
const char *
balance_gap_get_reference (BalanceGap *self)
{
  g_return_val_if_fail (BALANCE_IS_GAP (self), NULL);

  return balance_gap_get_rule (self)->reference;
}

/**
 * balance_gap_get_level:
 * @self: a gap
 *
 * Gets what lacks it: a stage of a school, a school, a stage of a district, a district or the region.
 *
 * Returns: the level
 *
 * Since: 1.0
 */
BalanceLevel
balance_gap_get_level (BalanceGap *self)
{
  g_return_val_if_fail (BALANCE_IS_GAP (self), BALANCE_LEVEL_SECTION);

  return balance_gap_get_rule (self)->level;
}

/**
 * balance_gap_dup_subject:
 * @self: a gap
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Says who lacks it, such as "实验学校（小学）".
 *
 * Returns: (transfer full): the subject
 *
 * Since: 1.0
 */
char *
balance_gap_dup_subject (BalanceGap *self,
                         const char *language)
{
  g_return_val_if_fail (BALANCE_IS_GAP (self), NULL);

  return balance_facts_dup_subject (self->evaluation->facts, balance_gap_get_rule (self)->level, self->row,
                                    balance_language_parse (language));
}

/**
 * balance_gap_get_district_code:
 * @self: a gap
 *
 * Gets the code of the district.
 *
 * Returns: (transfer none) (nullable): the code, %NULL for what is asked of the region
 *
 * Since: 1.0
 */
const char *
balance_gap_get_district_code (BalanceGap *self)
{
  int row;

  g_return_val_if_fail (BALANCE_IS_GAP (self), NULL);

  row = balance_gap_get_district_row (self);
  return row >= 0 ? self->evaluation->facts->district_codes[row] : NULL;
}

/**
 * balance_gap_get_school_code:
 * @self: a gap
 *
 * Gets the code of the school.
 *
 * Returns: (transfer none) (nullable): the code, %NULL where it is no school's
 *
 * Since: 1.0
 */
const char *
balance_gap_get_school_code (BalanceGap *self)
{
  int row;

  g_return_val_if_fail (BALANCE_IS_GAP (self), NULL);

  row = balance_gap_get_school_row (self);
  return row >= 0 ? self->evaluation->facts->school_codes[row] : NULL;
}

/**
 * balance_gap_get_stage:
 * @self: a gap
 *
 * Gets the stage.
 *
 * Returns: (transfer none) (nullable): the id of the stage, %NULL where it is of no one stage
 *
 * Since: 1.0
 */
const char *
balance_gap_get_stage (BalanceGap *self)
{
  BalanceFacts *facts;
  BalanceLevel level;

  g_return_val_if_fail (BALANCE_IS_GAP (self), NULL);

  facts = self->evaluation->facts;
  level = balance_gap_get_rule (self)->level;
  if (level != BALANCE_LEVEL_SECTION && level != BALANCE_LEVEL_STAGE)
    return NULL;
  return balance_dictionary_get_stage (facts->dictionary, level == BALANCE_LEVEL_SECTION ? facts->section_stage[self->row]
                                                                                         : facts->group_stage[self->row])->id;
}

/**
 * balance_gap_get_verdict:
 * @self: a gap
 *
 * Gets whether the requirement is unmet, or undetermined because facts are missing.
 *
 * Returns: the verdict
 *
 * Since: 1.0
 */
BalanceVerdict
balance_gap_get_verdict (BalanceGap *self)
{
  g_return_val_if_fail (BALANCE_IS_GAP (self), BALANCE_VERDICT_UNDETERMINED);

  return self->verdict;
}

/**
 * balance_gap_get_target:
 * @self: a gap
 *
 * Gets how far it has to be closed. Where a school may leave some of its indicators below the limit, those are chosen
 * to stay below whose way to the limit is the longest as a share of the limit; costs are not known.
 *
 * Returns: the target
 *
 * Since: 1.0
 */
BalanceGapTarget
balance_gap_get_target (BalanceGap *self)
{
  g_return_val_if_fail (BALANCE_IS_GAP (self), BALANCE_GAP_TARGET_LIMIT);

  return self->target;
}

/**
 * balance_gap_get_in_facts:
 * @self: a gap
 *
 * Gets whether the amounts are of facts that can be added, such as teachers. Else they are in the unit of the value.
 *
 * Returns: %TRUE if they are of facts
 *
 * Since: 1.0
 */
gboolean
balance_gap_get_in_facts (BalanceGap *self)
{
  g_return_val_if_fail (BALANCE_IS_GAP (self), FALSE);

  return self->in_facts;
}

/**
 * balance_gap_get_lower:
 * @self: a gap
 *
 * Gets whether something has to become less: pupils above the size of a school, a difference between schools.
 *
 * Returns: %TRUE if it has to become less, %FALSE if more
 *
 * Since: 1.0
 */
gboolean
balance_gap_get_lower (BalanceGap *self)
{
  g_return_val_if_fail (BALANCE_IS_GAP (self), FALSE);

  return self->lower;
}

/**
 * balance_gap_get_exact:
 * @self: a gap
 *
 * Gets what is lacking to the limit before it is rounded up.
 *
 * Returns: the amount, NaN where it is not known or there is none, as for a question of yes or no
 *
 * Since: 1.0
 */
double
balance_gap_get_exact (BalanceGap *self)
{
  g_return_val_if_fail (BALANCE_IS_GAP (self), 0.0);

  return self->exact;
}

/**
 * balance_gap_get_amount:
 * @self: a gap
 *
 * Gets the least that has to be added (or taken away) to reach the limit, as a decimal number: whole things, or
 * what is measured with two decimals.
 *
 * Returns: (transfer none) (nullable): the amount, %NULL where it is not known or there is none
 *
 * Since: 1.0
 */
const char *
balance_gap_get_amount (BalanceGap *self)
{
  g_return_val_if_fail (BALANCE_IS_GAP (self), NULL);

  return self->amount;
}

/**
 * balance_gap_get_floor_amount:
 * @self: a gap
 *
 * Gets the least that has to be added to reach the floor.
 *
 * Returns: (transfer none) (nullable): the amount, "0" where the floor is reached, %NULL where there is no floor or
 *   it is not known
 *
 * Since: 1.0
 */
const char *
balance_gap_get_floor_amount (BalanceGap *self)
{
  g_return_val_if_fail (BALANCE_IS_GAP (self), NULL);

  return self->floor_amount;
}

/**
 * balance_gap_get_unit:
 * @self: a gap
 *
 * Gets the unit of the amounts.
 *
 * Returns: (transfer none) (nullable): the unit, such as `m2`; amounts in `%` are points of per cent
 *
 * Since: 1.0
 */
const char *
balance_gap_get_unit (BalanceGap *self)
{
  g_return_val_if_fail (BALANCE_IS_GAP (self), NULL);

  return self->unit;
}

/**
 * balance_gap_dup_unit_title:
 * @self: a gap
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the unit as people write it.
 *
 * Returns: (transfer full): the unit, "" for a pure number
 *
 * Since: 1.0
 */
char *
balance_gap_dup_unit_title (BalanceGap *self,
                            const char *language)
{
  g_return_val_if_fail (BALANCE_IS_GAP (self), NULL);

  if (self->unit == NULL)
    return g_strdup ("");
  return balance_dictionary_dup_unit_title (self->evaluation->standard->pack->dictionary, self->unit, language);
}

/**
 * balance_gap_dup_fields:
 * @self: a gap
 *
 * Lists the fields of which one may take the amount: any teacher with a degree, whichever degree.
 *
 * Returns: (transfer full) (array zero-terminated=1): ids of fields, empty where the amounts are of no facts
 *
 * Since: 1.0
 */
char **
balance_gap_dup_fields (BalanceGap *self)
{
  g_return_val_if_fail (BALANCE_IS_GAP (self), NULL);

  return self->fields != NULL ? g_strdupv (self->fields) : g_new0 (char *, 1);
}

/**
 * balance_gap_get_share:
 * @self: a gap
 *
 * Gets how large the gap is as a share of the limit, by which gaps are sorted.
 *
 * Returns: the share; 1 where there is no such number
 *
 * Since: 1.0
 */
double
balance_gap_get_share (BalanceGap *self)
{
  g_return_val_if_fail (BALANCE_IS_GAP (self), 1.0);

  return self->share;
}

/**
 * balance_gap_get_finding:
 * @self: a gap
 *
 * Explains the verdict.
 *
 * Returns: (transfer full): the finding
 *
 * Since: 1.0
 */
BalanceFinding *
balance_gap_get_finding (BalanceGap *self)
{
  g_autoptr(BalanceReplay) replay = NULL;
  int district;

  g_return_val_if_fail (BALANCE_IS_GAP (self), NULL);

  district = balance_gap_get_district_row (self);
  replay = district >= 0 ? balance_replay_new (self->evaluation, (guint) district) : balance_replay_new_region (self->evaluation);

  return balance_finding_new (replay, (int) self->rule, -1, self->row);
}
