/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-plan-private.h"

#include <math.h>
#include <string.h>

/**
 * BalancePlan:
 *
 * What to do so that what is asked holds: a list model of [class@Balance.PlanItem], by school, stage and year.
 *
 * A plan was judged: its evaluation after is that of the exact evaluator on the facts that the plan would bring about.
 * What the solver proved is the bound: no plan costs less. The limits of the costs hold in every year.
 *
 * Where nothing is possible the plan is empty and says which limits stand in the way: a set of which none can be left
 * out, by how much each would have to give, and what the cheapest plan would cost then.
 *
 * Immutable; may be used from any thread.
 *
 * Since: 1.0
 */

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BalancePlan, balance_plan, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
text_free (gpointer data)
{
  balance_text_clear (data);
  g_free (data);
}

static void
balance_plan_finalize (GObject *object)
{
  BalancePlan *self = BALANCE_PLAN (object);

  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_object (&self->costs);
  g_free (self->solver);
  g_clear_object (&self->before);
  g_clear_object (&self->after);
  g_clear_object (&self->barriers);
  g_clear_pointer (&self->beyond, g_ptr_array_unref);

  G_OBJECT_CLASS (balance_plan_parent_class)->finalize (object);
}

static void
balance_plan_class_init (BalancePlanClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_plan_finalize;
}

static void
balance_plan_init (BalancePlan *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->barriers = balance_list_new (BALANCE_TYPE_PLAN_BARRIER);
  self->beyond = g_ptr_array_new_with_free_func (text_free);
  self->bound = self->gap = NAN;
}

static GType
get_item_type (GListModel *model)
{
  return BALANCE_TYPE_PLAN_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return BALANCE_PLAN (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  BalancePlan *self = BALANCE_PLAN (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static double
to_yuan (double parts)
{
  return parts / (double) balance_power_of_ten (BALANCE_MONEY_SCALE);
}

/**
 * balance_plan_get_status:
 * @self: a plan
 *
 * Gets what is known of the plan.
 *
 * Returns: the status
 *
 * Since: 1.0
 */
BalancePlanStatus
balance_plan_get_status (BalancePlan *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN (self), BALANCE_PLAN_NOT_FOUND);

  return self->status;
}

/**
 * balance_plan_get_goal:
 * @self: a plan
 *
 * Gets what the plan aims at.
 *
 * Returns: the goal
 *
 * Since: 1.0
 */
BalancePlanGoal
balance_plan_get_goal (BalancePlan *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN (self), BALANCE_PLAN_CHEAPEST);

  return self->goal;
}

/**
 * balance_plan_get_costs:
 * @self: a plan
 *
 * Gets the costs that the plan was made with.
 *
 * Returns: (transfer none): the costs
 *
 * Since: 1.0
 */
BalanceCosts *
balance_plan_get_costs (BalancePlan *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN (self), NULL);

  return self->costs;
}

/**
 * balance_plan_get_district_code:
 * @self: a plan
 *
 * Gets the district of the plan.
 *
 * Returns: (transfer none): its code
 *
 * Since: 1.0
 */
const char *
balance_plan_get_district_code (BalancePlan *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN (self), NULL);

  return self->before->facts->district_codes[self->district];
}

/**
 * balance_plan_get_years:
 * @self: a plan
 *
 * Gets over how many years the plan runs.
 *
 * Returns: the number of years
 *
 * Since: 1.0
 */
guint
balance_plan_get_years (BalancePlan *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN (self), 0);

  return self->years;
}

/**
 * balance_plan_get_cost:
 * @self: a plan
 *
 * Gets what all of it costs. Where nothing is possible, what it would cost without the limits that stand in the way.
 *
 * Returns: yuan
 *
 * Since: 1.0
 */
double
balance_plan_get_cost (BalancePlan *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN (self), 0.0);

  return to_yuan ((double) self->cost);
}

/**
 * balance_plan_get_year_cost:
 * @self: a plan
 * @year: a year of the plan, from 1
 *
 * Gets what the things to do in one year cost.
 *
 * Returns: yuan
 *
 * Since: 1.0
 */
double
balance_plan_get_year_cost (BalancePlan *self, guint year)
{
  gint64 sum = 0;

  g_return_val_if_fail (BALANCE_IS_PLAN (self), 0.0);

  for (guint i = 0; i < self->items->len; i++)
    {
      const BalancePlanItem *item = g_ptr_array_index (self->items, i);

      sum += item->year == year ? item->cost : 0;
    }

  return to_yuan ((double) sum);
}

/**
 * balance_plan_get_bound:
 * @self: a plan
 *
 * Gets what is proven: no plan costs less; of a plan for the most schools or pupils: no plan reaches more of them.
 *
 * Returns: yuan, schools or pupils; NaN where nothing is proven
 *
 * Since: 1.0
 */
double
balance_plan_get_bound (BalancePlan *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN (self), NAN);

  return self->goal == BALANCE_PLAN_CHEAPEST ? to_yuan (self->bound) : self->bound;
}

/**
 * balance_plan_get_gap:
 * @self: a plan
 *
 * Gets how far the plan may be from the best one, as a share of its cost, or of what its goal counts.
 *
 * Returns: 0 for the best; NaN where nothing is proven
 *
 * Since: 1.0
 */
double
balance_plan_get_gap (BalancePlan *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN (self), NAN);

  return self->gap;
}

/**
 * balance_plan_get_seconds:
 * @self: a plan
 *
 * Gets how long the search took.
 *
 * Returns: seconds by the clock
 *
 * Since: 1.0
 */
double
balance_plan_get_seconds (BalancePlan *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN (self), 0.0);

  return self->seconds;
}

/**
 * balance_plan_get_solver:
 * @self: a plan
 *
 * Gets what solved the programs of the plan.
 *
 * Returns: (transfer none) (nullable): name and version, such as "cbc 2.10.8"
 *
 * Since: 1.0
 */
const char *
balance_plan_get_solver (BalancePlan *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN (self), NULL);

  return self->solver;
}

/**
 * balance_plan_get_before:
 * @self: a plan
 *
 * Gets the verdicts without the plan.
 *
 * Returns: (transfer none): the evaluation of the census
 *
 * Since: 1.0
 */
BalanceEvaluation *
balance_plan_get_before (BalancePlan *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN (self), NULL);

  return self->before;
}

/**
 * balance_plan_get_after:
 * @self: a plan
 *
 * Gets the verdicts with the plan carried out, by the exact evaluator; the census behind it has the facts.
 *
 * Returns: (transfer none) (nullable): the evaluation; %NULL where there is no plan
 *
 * Since: 1.0
 */
BalanceEvaluation *
balance_plan_get_after (BalancePlan *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN (self), NULL);

  return self->after;
}

/**
 * balance_plan_get_n_schools:
 * @self: a plan
 *
 * Gets of how many schools the plan was asked anything.
 *
 * Returns: the number of schools
 *
 * Since: 1.0
 */
guint
balance_plan_get_n_schools (BalancePlan *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN (self), 0);

  return self->n_schools;
}

/**
 * balance_plan_get_n_met_before:
 * @self: a plan
 *
 * Gets how many of the schools meet what is asked of a school now.
 *
 * Returns: the number of schools
 *
 * Since: 1.0
 */
guint
balance_plan_get_n_met_before (BalancePlan *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN (self), 0);

  return self->n_met_before;
}

/**
 * balance_plan_get_n_met_after:
 * @self: a plan
 *
 * Gets how many of the schools meet what is asked of a school when the plan is carried out.
 *
 * Returns: the number of schools
 *
 * Since: 1.0
 */
guint
balance_plan_get_n_met_after (BalancePlan *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN (self), 0);

  return self->n_met_after;
}

/**
 * balance_plan_get_barriers:
 * @self: a plan
 *
 * Gets the limits that stand in the way, where nothing is possible.
 *
 * Returns: (transfer none): a list of [class@Balance.PlanBarrier]
 *
 * Since: 1.0
 */
GListModel *
balance_plan_get_barriers (BalancePlan *self)
{
  g_return_val_if_fail (BALANCE_IS_PLAN (self), NULL);

  return G_LIST_MODEL (self->barriers);
}

/**
 * balance_plan_dup_beyond:
 * @self: a plan
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the requirements that are not met and that the plan cannot see to: no measure changes them, facts are missing, or
 * they are no linear condition.
 *
 * Returns: (transfer full): one line for each
 *
 * Since: 1.0
 */
char **
balance_plan_dup_beyond (BalancePlan *self,
                         const char  *language)
{
  char **lines;

  g_return_val_if_fail (BALANCE_IS_PLAN (self), NULL);

  lines = g_new0 (char *, self->beyond->len + 1);
  for (guint i = 0; i < self->beyond->len; i++)
    lines[i] = g_strdup (balance_text_get (g_ptr_array_index (self->beyond, i), balance_language_parse (language)));

  return lines;
}
