/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-plan-private.h"

/**
 * BalancePlanBarrier:
 *
 * A limit that stands in the way of a plan: with the others of its list it makes every plan impossible, and none of them
 * can be left out.
 *
 * Immutable; may be used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalancePlanBarrier, balance_plan_barrier, G_TYPE_OBJECT)

static void
balance_plan_barrier_finalize (GObject *object)
{
  BalancePlanBarrier *self = (BalancePlanBarrier *) object;

  g_free (self->id);
  g_free (self->school);
  balance_text_clear (&self->text);

  G_OBJECT_CLASS (balance_plan_barrier_parent_class)->finalize (object);
}

static void
balance_plan_barrier_class_init (BalancePlanBarrierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_plan_barrier_finalize;
}

static void
balance_plan_barrier_init (BalancePlanBarrier *self)
{
}

/**
 * balance_plan_barrier_get_id:
 * @self: a barrier
 *
 * Gets which limit it is.
 *
 * Returns: (transfer none): id of the measure, of the limit in the costs, or of the requirement; "budget"
 *
 * Since: 1.0
 */
const char *
balance_plan_barrier_get_id (BalancePlanBarrier *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_BARRIER (self), NULL);

  return self->id;
}

/**
 * balance_plan_barrier_to_text:
 * @self: a barrier
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Says which limit stands in the way, and how much it would have to give.
 *
 * Returns: (transfer full): one line
 *
 * Since: 1.0
 */
char *
balance_plan_barrier_to_text (BalancePlanBarrier *self,
                              const char         *language)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_BARRIER (self), NULL);

  return g_strdup (balance_text_get (&self->text, balance_language_parse (language)));
}

/**
 * balance_plan_barrier_get_is_rule:
 * @self: a barrier
 *
 * Gets whether it is a requirement itself: no measure, however much of it, would do.
 *
 * Returns: %TRUE for a requirement, %FALSE for a limit of the costs
 *
 * Since: 1.0
 */
gboolean
balance_plan_barrier_get_is_rule (BalancePlanBarrier *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_BARRIER (self), FALSE);

  return self->rule;
}

/**
 * balance_plan_barrier_get_allowed:
 * @self: a barrier
 *
 * Gets what the limit allows.
 *
 * Returns: in its own unit, yuan for budgets; NaN for requirements
 *
 * Since: 1.0
 */
double
balance_plan_barrier_get_allowed (BalancePlanBarrier *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_BARRIER (self), 0.0);

  return self->allowed;
}

/**
 * balance_plan_barrier_get_needed:
 * @self: a barrier
 *
 * Gets what the limit would have to allow, for the cheapest plan without the limits of the list.
 *
 * Returns: in its own unit, yuan for budgets; NaN for requirements
 *
 * Since: 1.0
 */
double
balance_plan_barrier_get_needed (BalancePlanBarrier *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_BARRIER (self), 0.0);

  return self->needed;
}

/**
 * balance_plan_barrier_get_school_code:
 * @self: a barrier
 *
 * Gets the school whose limit it is.
 *
 * Returns: (transfer none) (nullable): its code; %NULL for the district
 *
 * Since: 1.0
 */
const char *
balance_plan_barrier_get_school_code (BalancePlanBarrier *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN_BARRIER (self), NULL);

  return self->school;
}
