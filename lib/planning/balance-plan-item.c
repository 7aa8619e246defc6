/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-plan-private.h"

/**
 * BalancePlanItem:
 *
 * One thing to do in a plan: so much of one measure, at one school and stage, in one year. What moves has a giver beside
 * the school that gets it.
 *
 * Immutable; may be used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalancePlanItem, balance_plan_item, G_TYPE_OBJECT)

static void
balance_plan_item_finalize (GObject *object)
{
  BalancePlanItem *self = (BalancePlanItem *) object;

  g_clear_object (&self->costs);
  g_clear_object (&self->census);
  g_free (self->quantity);

  G_OBJECT_CLASS (balance_plan_item_parent_class)->finalize (object);
}

static void
balance_plan_item_class_init (BalancePlanItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_plan_item_finalize;
}

static void
balance_plan_item_init (BalancePlanItem *self)
{
}

const BalanceMeasureCost *
balance_plan_item_get_cost_of (BalancePlanItem *self)
{
  return g_ptr_array_index (self->costs->measures, self->measure);
}

static const BalanceField *
first_field (BalancePlanItem *self)
{
  return g_array_index (balance_plan_item_get_cost_of (self)->effects, BalanceMeasureEffect, 0).field;
}

/**
 * balance_plan_item_get_kind:
 * @self: an item of a plan
 *
 * Gets what kind of measure it is.
 *
 * Returns: the kind
 *
 * Since: 1.0
 */
BalancePlanKind
balance_plan_item_get_kind (BalancePlanItem *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), BALANCE_PLAN_ADD);

  return balance_plan_item_get_cost_of (self)->kind;
}

/**
 * balance_plan_item_get_measure:
 * @self: an item of a plan
 *
 * Gets the id of the measure in the costs.
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
balance_plan_item_get_measure (BalancePlanItem *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), NULL);

  return balance_plan_item_get_cost_of (self)->id;
}

/**
 * balance_plan_item_get_title:
 * @self: an item of a plan
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets what is to be done.
 *
 * Returns: (transfer none): the title of the measure
 *
 * Since: 1.0
 */
const char *
balance_plan_item_get_title (BalancePlanItem *self,
                             const char      *language)
{
  const BalanceMeasureCost *measure;
  const char *title;

  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), NULL);

  measure = balance_plan_item_get_cost_of (self);
  title = balance_text_get (&measure->title, balance_language_parse (language));

  return *title != '\0' ? title : measure->id;
}

/**
 * balance_plan_item_get_source:
 * @self: an item of a plan
 *
 * Gets where the unit cost comes from, or that it is an assumption.
 *
 * Returns: (transfer none): the source as the costs state it
 *
 * Since: 1.0
 */
const char *
balance_plan_item_get_source (BalancePlanItem *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), NULL);

  return balance_plan_item_get_cost_of (self)->source;
}

/**
 * balance_plan_item_get_district_code:
 * @self: an item of a plan
 *
 * Gets the district.
 *
 * Returns: (transfer none): its code
 *
 * Since: 1.0
 */
const char *
balance_plan_item_get_district_code (BalancePlanItem *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), NULL);

  return self->census->facts->district_codes[self->district];
}

/**
 * balance_plan_item_get_school_code:
 * @self: an item of a plan
 *
 * Gets the school where it is done; of what moves, the one that gets it.
 *
 * Returns: (transfer none) (nullable): its code, %NULL where the district does it
 *
 * Since: 1.0
 */
const char *
balance_plan_item_get_school_code (BalancePlanItem *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), NULL);

  return self->school >= 0 ? self->census->facts->school_codes[self->school] : NULL;
}

/**
 * balance_plan_item_get_school_name:
 * @self: an item of a plan
 *
 * Gets the name of the school where it is done.
 *
 * Returns: (transfer none) (nullable): the name, empty where the census has none; %NULL where the district does it
 *
 * Since: 1.0
 */
const char *
balance_plan_item_get_school_name (BalancePlanItem *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), NULL);

  return self->school >= 0 ? self->census->facts->school_names[self->school] : NULL;
}

/**
 * balance_plan_item_get_giver_code:
 * @self: an item of a plan
 *
 * Gets the school that gives away what moves.
 *
 * Returns: (transfer none) (nullable): its code, %NULL for what does not move
 *
 * Since: 1.0
 */
const char *
balance_plan_item_get_giver_code (BalancePlanItem *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), NULL);

  return self->giver >= 0 ? self->census->facts->school_codes[self->giver] : NULL;
}

/**
 * balance_plan_item_get_giver_name:
 * @self: an item of a plan
 *
 * Gets the name of the school that gives away what moves.
 *
 * Returns: (transfer none) (nullable): the name; %NULL for what does not move
 *
 * Since: 1.0
 */
const char *
balance_plan_item_get_giver_name (BalancePlanItem *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), NULL);

  return self->giver >= 0 ? self->census->facts->school_names[self->giver] : NULL;
}

/**
 * balance_plan_item_get_stage:
 * @self: an item of a plan
 *
 * Gets the stage.
 *
 * Returns: (transfer none) (nullable): its id, %NULL where the school as a whole or the district is concerned
 *
 * Since: 1.0
 */
const char *
balance_plan_item_get_stage (BalancePlanItem *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), NULL);

  return self->stage >= 0 ? balance_dictionary_get_stage (self->census->facts->dictionary, (guint) self->stage)->id : NULL;
}

/**
 * balance_plan_item_get_quantity:
 * @self: an item of a plan
 *
 * Gets how much of the measure.
 *
 * Returns: (transfer none): the digits, exactly
 *
 * Since: 1.0
 */
const char *
balance_plan_item_get_quantity (BalancePlanItem *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), NULL);

  return self->quantity;
}

/**
 * balance_plan_item_get_unit:
 * @self: an item of a plan
 *
 * Gets the unit of the quantity: that of the first field which the measure changes.
 *
 * Returns: (transfer none) (nullable): id of the unit, such as "teacher"
 *
 * Since: 1.0
 */
const char *
balance_plan_item_get_unit (BalancePlanItem *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), NULL);

  return first_field (self)->unit;
}

/**
 * balance_plan_item_get_unit_title:
 * @self: an item of a plan
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the unit of the quantity in words.
 *
 * Returns: (transfer none): the title of the unit, empty where there is none
 *
 * Since: 1.0
 */
const char *
balance_plan_item_get_unit_title (BalancePlanItem *self,
                                  const char      *language)
{
  const char *id;
  const BalanceUnit *unit;

  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), NULL);

  id = first_field (self)->unit;
  unit = id != NULL ? balance_dictionary_find_unit (self->costs->dictionary, id) : NULL;

  return unit != NULL ? balance_text_get (&unit->title, balance_language_parse (language)) : id != NULL ? id : "";
}

/**
 * balance_plan_item_dup_fields:
 * @self: an item of a plan
 *
 * Gets which facts it changes.
 *
 * Returns: (transfer full): ids of fields
 *
 * Since: 1.0
 */
char **
balance_plan_item_dup_fields (BalancePlanItem *self)
{
  const BalanceMeasureCost *measure;
  char **fields;

  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), NULL);

  measure = balance_plan_item_get_cost_of (self);
  fields = g_new0 (char *, measure->effects->len + 1);
  for (guint i = 0; i < measure->effects->len; i++)
    fields[i] = g_strdup (g_array_index (measure->effects, BalanceMeasureEffect, i).field->id);

  return fields;
}

/**
 * balance_plan_item_dup_amounts:
 * @self: an item of a plan
 *
 * Gets how much is added to each of the facts, in the order of [method@Balance.PlanItem.dup_fields]. What moves is taken
 * from the giver.
 *
 * Returns: (transfer full): digits, exactly
 *
 * Since: 1.0
 */
char **
balance_plan_item_dup_amounts (BalancePlanItem *self)
{
  const BalanceMeasureCost *measure;
  char **amounts;

  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), NULL);

  measure = balance_plan_item_get_cost_of (self);
  amounts = g_new0 (char *, measure->effects->len + 1);
  for (guint i = 0; i < measure->effects->len; i++)
    {
      const BalanceDecimal *of = &g_array_index (measure->effects, BalanceMeasureEffect, i).amount;
      BalanceDecimal amount = { of->digits * measure->step.digits * self->steps, of->scale + measure->step.scale };

      balance_decimal_normalize (&amount);
      amounts[i] = balance_decimal_to_string (&amount);
    }

  return amounts;
}

/**
 * balance_plan_item_get_cost:
 * @self: an item of a plan
 *
 * Gets what it costs.
 *
 * Returns: yuan
 *
 * Since: 1.0
 */
double
balance_plan_item_get_cost (BalancePlanItem *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), 0.0);

  return (double) self->cost / (double) balance_power_of_ten (BALANCE_MONEY_SCALE);
}

/**
 * balance_plan_item_get_year:
 * @self: an item of a plan
 *
 * Gets when it is done.
 *
 * Returns: the year of the plan, from 1
 *
 * Since: 1.0
 */
guint
balance_plan_item_get_year (BalancePlanItem *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), 0);

  return self->year;
}

/**
 * balance_plan_item_get_decided:
 * @self: an item of a plan
 *
 * Gets whether the costs say that such a thing was decided already at this school; the item may hold more of it.
 *
 * Returns: %TRUE if it was
 *
 * Since: 1.0
 */
gboolean
balance_plan_item_get_decided (BalancePlanItem *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_ITEM (self), FALSE);

  return self->decided;
}
