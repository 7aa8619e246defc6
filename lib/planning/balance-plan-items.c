/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From decisions to things to do; what leaves schools is assigned to those that get it. */

#include "planning/balance-plan-private.h"

#include <string.h>

char *
balance_measure_dup_quantity (const BalanceMeasureCost *measure, gint64 steps)
{
  BalanceDecimal quantity = { measure->step.digits * steps, measure->step.scale };

  balance_decimal_normalize (&quantity);

  return balance_decimal_to_string (&quantity);
}

char *
balance_money_to_string (gint64 parts)
{
  BalanceDecimal money = { parts, BALANCE_MONEY_SCALE };

  balance_decimal_normalize (&money);

  return balance_decimal_to_string (&money);
}

static gboolean
is_decided (BalancePlan *self, BalancePlanModel *model, const BalanceDecision *decision)
{
  BalanceFacts *facts = model->evaluation->facts;

  for (guint i = 0; i < self->costs->decided->len && decision->school >= 0; i++)
    {
      const BalanceDecided *decided = g_ptr_array_index (self->costs->decided, i);

      if (decided->measure == decision->measure && strcmp (decided->school, facts->school_codes[decision->school]) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
add_item (BalancePlan *self, BalancePlanModel *model, const BalanceDecision *decision, int giver, gint64 steps, guint year)
{
  BalancePlanItem *item = g_object_new (BALANCE_TYPE_PLAN_ITEM, NULL);
  const BalanceMeasureCost *measure = balance_plan_model_get_measure (model, decision);

  item->costs = g_object_ref (self->costs);
  item->census = g_object_ref (model->evaluation->census);
  item->measure = decision->measure;
  item->district = (int) model->district;
  item->school = decision->school;
  item->giver = giver;
  item->stage = decision->stage;
  item->steps = steps;
  item->quantity = balance_measure_dup_quantity (measure, steps);
  item->cost = steps * measure->step_cost;
  item->year = year;
  item->decided = is_decided (self, model, decision);
  g_ptr_array_add (self->items, item);
}

typedef struct
{
  guint  decision;
  gint64 left;
} End;

static int
compare_ends (gconstpointer a, gconstpointer b)
{
  const End *x = a, *y = b;

  return x->left != y->left ? (x->left < y->left ? 1 : -1) : x->decision < y->decision ? -1 : x->decision > y->decision;
}

/* One pool: equal ends first, then the largest giver with the largest taker, so that few pairs remain. */
static void
pair (BalancePlan *self, BalancePlanModel *model, GArray *givers, GArray *takers, guint year)
{
  g_array_sort (givers, compare_ends);
  g_array_sort (takers, compare_ends);
  for (guint i = 0; i < givers->len; i++)
    for (guint k = 0; k < takers->len; k++)
      {
        End *giver = &g_array_index (givers, End, i), *taker = &g_array_index (takers, End, k);

        if (giver->left == 0 || giver->left != taker->left)
          continue;
        add_item (self, model, &g_array_index (model->decisions, BalanceDecision, taker->decision),
                  g_array_index (model->decisions, BalanceDecision, giver->decision).school, giver->left, year);
        giver->left = taker->left = 0;
      }
  for (guint i = 0, k = 0; i < givers->len && k < takers->len;)
    {
      End *giver = &g_array_index (givers, End, i), *taker = &g_array_index (takers, End, k);
      gint64 both = MIN (giver->left, taker->left);

      if (both > 0)
        add_item (self, model, &g_array_index (model->decisions, BalanceDecision, taker->decision),
                  g_array_index (model->decisions, BalanceDecision, giver->decision).school, both, year);
      giver->left -= both;
      taker->left -= both;
      if (giver->left == 0)
        i++;
      if (taker->left == 0)
        k++;
    }
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const BalancePlanItem *x = *(BalancePlanItem *const *) a, *y = *(BalancePlanItem *const *) b;

  if (x->school != y->school)
    return x->school < y->school ? -1 : 1;
  if (x->stage != y->stage)
    return x->stage < y->stage ? -1 : 1;
  if (x->year != y->year)
    return x->year < y->year ? -1 : 1;
  if (x->measure != y->measure)
    return x->measure < y->measure ? -1 : 1;

  return (x->giver > y->giver) - (x->giver < y->giver);
}

void
balance_plan_make_items (BalancePlan *self, BalancePlanModel *model, const gint64 *steps)
{
  guint n = self->years;

  for (guint year = 0; year < n; year++)
    {
      g_autoptr(GHashTable) done = g_hash_table_new (NULL, NULL);

      for (guint i = 0; i < model->decisions->len; i++)
        {
          const BalanceDecision *decision = &g_array_index (model->decisions, BalanceDecision, i);
          guint key = decision->measure * 1024 + (guint) (decision->stage + 1) + 1;
          g_autoptr(GArray) givers = NULL, takers = NULL;

          if (decision->role == BALANCE_ROLE_ADD)
            {
              if (steps[(gsize) i * n + year] > 0)
                add_item (self, model, decision, -1, steps[(gsize) i * n + year], year + 1);
              continue;
            }
          if (!g_hash_table_add (done, GUINT_TO_POINTER (key)))
            continue;
          givers = g_array_new (FALSE, FALSE, sizeof (End));
          takers = g_array_new (FALSE, FALSE, sizeof (End));
          for (guint k = i; k < model->decisions->len; k++)
            {
              const BalanceDecision *other = &g_array_index (model->decisions, BalanceDecision, k);
              End end = { k, steps[(gsize) k * n + year] };

              if (other->measure == decision->measure && other->stage == decision->stage && end.left > 0)
                g_array_append_val (other->role == BALANCE_ROLE_OUT ? givers : takers, end);
            }
          pair (self, model, givers, takers, year + 1);
        }
    }
  g_ptr_array_sort (self->items, compare_items);
}
