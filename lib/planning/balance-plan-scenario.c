/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A plan as proposals for what-if scenarios: one for each year, each beginning with the one before. */

#include "planning/balance-plan-private.h"

#include <string.h>

/* A text in single quotes, which YAML takes as it is. */
static void
append_quoted (GString *text, const char *value)
{
  g_string_append_c (text, '\'');
  for (const char *p = value; *p != '\0'; p++)
    {
      if (*p == '\'')
        g_string_append_c (text, '\'');
      g_string_append_c (text, g_ascii_iscntrl (*p) ? ' ' : *p);
    }
  g_string_append_c (text, '\'');
}

static void
append_amounts (GString *text, BalancePlanItem *item)
{
  g_auto(GStrv) fields = balance_plan_item_dup_fields (item), amounts = balance_plan_item_dup_amounts (item);

  for (guint i = 0; fields[i] != NULL; i++)
    g_string_append_printf (text, "%s%s: %s", i > 0 ? ", " : "", fields[i], amounts[i]);
}

static void
append_item (GString *text, BalancePlanItem *item)
{
  const char *stage = balance_plan_item_get_stage (item);

  if (item->giver >= 0)
    {
      g_string_append (text, "  - move: {from: ");
      append_quoted (text, balance_plan_item_get_giver_code (item));
      g_string_append (text, ", to: ");
      append_quoted (text, balance_plan_item_get_school_code (item));
    }
  else if (item->school >= 0)
    {
      g_string_append (text, "  - add: {school: ");
      append_quoted (text, balance_plan_item_get_school_code (item));
    }
  else
    {
      g_string_append (text, "  - add: {district: ");
      append_quoted (text, balance_plan_item_get_district_code (item));
    }
  if (stage != NULL)
    g_string_append_printf (text, ", stage: %s", stage);
  g_string_append_printf (text, ", %s: {", item->giver >= 0 ? "amounts" : "facts");
  append_amounts (text, item);
  g_string_append (text, "}}\n");
}

/* What moved counts for, summed over a year. */
static void
append_counts (GString *text, BalancePlan *self, guint year)
{
  for (guint m = 0; m < self->costs->measures->len; m++)
    {
      const BalanceMeasureCost *measure = g_ptr_array_index (self->costs->measures, m);
      gint64 steps = 0;

      for (guint i = 0; i < self->items->len; i++)
        {
          const BalancePlanItem *item = g_ptr_array_index (self->items, i);

          steps += item->measure == m && item->year == year ? item->steps : 0;
        }
      for (guint i = 0; measure->counts != NULL && steps > 0 && i < measure->counts->len; i++)
        {
          const BalanceMeasureEffect *effect = &g_array_index (measure->counts, BalanceMeasureEffect, i);
          BalanceDecimal amount = { effect->amount.digits * measure->step.digits * steps, effect->amount.scale + measure->step.scale };
          const BalanceColumn *column = balance_facts_find_column (self->before->facts, BALANCE_LEVEL_DISTRICT, effect->field->id);
          g_autofree char *digits = NULL;

          if (column == NULL || !balance_column_is_valid (column, self->district))
            continue;
          balance_decimal_normalize (&amount);
          digits = balance_decimal_to_string (&amount);
          g_string_append (text, "  - add: {district: ");
          append_quoted (text, self->before->facts->district_codes[self->district]);
          g_string_append_printf (text, ", facts: {%s: %s}}\n", effect->field->id, digits);
        }
    }
}

/**
 * balance_plan_to_scenario:
 * @self: a plan
 *
 * Writes the plan as proposals for what-if scenarios: one for each year, `year_1`, `year_2` and so on, each beginning with
 * the actions of the one before. What the last one does is what the plan does.
 *
 * Returns: (transfer full): YAML by the schema `scenario.schema.json`
 *
 * Since: 1.0
 */
char *
balance_plan_to_scenario (BalancePlan *self)
{
  GString *text;

  g_return_val_if_fail (BALANCE_IS_PLAN (self), NULL);

  text = g_string_new ("proposals:\n");
  for (guint year = 1; year <= self->years; year++)
    {
      guint n = 0;

      g_string_append_printf (text, "- id: year_%u\n  title: {zh: 第%u年, en: Year %u}\n", year, year, year);
      if (year > 1)
        g_string_append_printf (text, "  after: year_%u\n", year - 1);
      for (guint i = 0; i < self->items->len; i++)
        n += ((const BalancePlanItem *) g_ptr_array_index (self->items, i))->year == year;
      g_string_append (text, n > 0 ? "  actions:\n" : "  actions: []\n");
      for (guint i = 0; i < self->items->len; i++)
        {
          BalancePlanItem *item = g_ptr_array_index (self->items, i);

          if (item->year == year)
            append_item (text, item);
        }
      append_counts (text, self, year);
    }

  return g_string_free (text, FALSE);
}
