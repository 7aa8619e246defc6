/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "planning/balance-plan-gaps-private.h"

#include <math.h>

static void
gap_free (gpointer data)
{
  BalancePlanGap *self = data;

  g_clear_object (&self->gap);
  g_clear_object (&self->before);
  g_clear_object (&self->after);
  g_clear_pointer (&self->items, g_array_unref);
  g_free (self);
}

/* Of a value of many rows each field stands there many times. */
static GHashTable *
collect_fields (BalanceFinding *finding)
{
  GHashTable *fields = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GListModel *operands = balance_finding_get_operands (finding);

  for (guint i = 0; operands != NULL && i < g_list_model_get_n_items (operands); i++)
    {
      g_autoptr (BalanceOperand) operand = g_list_model_get_item (operands, i);

      if (!g_hash_table_contains (fields, balance_operand_get_field (operand)))
        g_hash_table_add (fields, g_strdup (balance_operand_get_field (operand)));
    }

  return fields;
}

static gboolean
touches (BalancePlanItem *item, GHashTable *fields)
{
  const BalanceMeasureCost *measure = balance_plan_item_get_cost_of (item);

  for (guint i = 0; i < measure->effects->len; i++)
    if (g_hash_table_contains (fields, g_array_index (measure->effects, BalanceMeasureEffect, i).field->id))
      return TRUE;

  return FALSE;
}

/* Does the item change facts of what the gap is asked of? Of a stage or district all its schools count. */
static gboolean
is_within (BalancePlanItem *item, BalanceGap *gap)
{
  const char *stage = balance_gap_get_stage (gap), *own = balance_plan_item_get_stage (item);
  int school = balance_gap_get_school_row (gap);

  if (school >= 0 && school != item->school)
    return FALSE;

  return stage == NULL || own == NULL || g_str_equal (stage, own);
}

static gboolean
comes_out_better (BalancePlanGap *self)
{
  double before, after;

  if (self->after == NULL)
    return FALSE;
  if (balance_finding_get_verdict (self->after) == BALANCE_VERDICT_MET)
    return TRUE;
  if (balance_gap_get_school_row (self->gap) < 0)
    return FALSE;
  before = balance_finding_get_margin (self->before);
  after = balance_finding_get_margin (self->after);

  return !isnan (before) && after > before;
}

static BalancePlanGap *
gap_new (BalancePlan *plan, BalanceGap *gap, BalanceReplay *before, BalanceReplay *after)
{
  BalancePlanGap *self = g_new0 (BalancePlanGap, 1);
  g_autoptr (GHashTable) fields = NULL;

  self->gap = g_object_ref (gap);
  self->items = g_array_new (FALSE, FALSE, sizeof (guint));
  self->before = balance_finding_new (before, (int) gap->rule, -1, gap->row);
  if (after != NULL)
    self->after = balance_finding_new (after, (int) gap->rule, -1, gap->row);
  if (!comes_out_better (self))
    return self;

  fields = collect_fields (self->before);
  for (guint i = 0; i < plan->items->len; i++)
    {
      BalancePlanItem *item = g_ptr_array_index (plan->items, i);

      if (is_within (item, gap) && touches (item, fields))
        g_array_append_val (self->items, i);
    }

  return self;
}

static int
compare_gaps (gconstpointer a, gconstpointer b)
{
  const BalancePlanGap *x = *(const BalancePlanGap *const *) a, *y = *(const BalancePlanGap *const *) b;
  int school_x = balance_gap_get_school_row (x->gap), school_y = balance_gap_get_school_row (y->gap);

  if (school_x != school_y)
    return school_x < 0 ? 1 : school_y < 0 ? -1 : school_x < school_y ? -1 : 1;
  if (x->gap->rule != y->gap->rule)
    return x->gap->rule < y->gap->rule ? -1 : 1;

  return x->gap->row < y->gap->row ? -1 : x->gap->row > y->gap->row ? 1 : 0;
}

GPtrArray *
balance_plan_gaps_new (BalancePlan *plan)
{
  GPtrArray *gaps = g_ptr_array_new_with_free_func (gap_free);
  g_autoptr (BalanceGapList) list = balance_gap_list_new (plan->before, plan->before->facts->district_codes[plan->district]);
  g_autoptr (BalanceReplay) before = balance_replay_new (plan->before, plan->district);
  g_autoptr (BalanceReplay) after = plan->after != NULL ? balance_replay_new (plan->after, plan->district) : NULL;

  for (guint i = 0; i < list->gaps->len; i++)
    g_ptr_array_add (gaps, gap_new (plan, g_ptr_array_index (list->gaps, i), before, after));
  g_ptr_array_sort (gaps, compare_gaps);

  return gaps;
}
