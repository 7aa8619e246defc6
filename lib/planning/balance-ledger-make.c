/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Ledgers out of plans and lists of gaps. */

#include <string.h>

#include "planning/balance-gap-private.h"
#include "planning/balance-ledger-make-private.h"
#include "planning/balance-plan-gaps-private.h"
#include "planning/balance-task-facts-private.h"

typedef struct
{
  char *values[BALANCE_TASK_N_FIELDS];
} Values;

static void
put (Values *self, BalanceTaskField field, const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  g_free (self->values[field]);
  self->values[field] = g_strdup (value);
}

static void
put_census (Values *self, BalanceFacts *facts, const char *district)
{
  BalanceTaskPlace place;
  g_autofree char *year = facts->year > 0 ? g_strdup_printf ("%d", facts->year) : NULL;

  put (self, BALANCE_TASK_YEAR, year);
  put (self, BALANCE_TASK_DISTRICT, district);
  if (district != NULL && balance_task_find_place (facts, district, NULL, NULL, &place))
    put (self, BALANCE_TASK_DISTRICT_NAME, facts->district_names[place.district]);
}

/* -- plans --------------------------------------------------------------------------------------------- */

typedef struct
{
  BalancePlan    *plan;
  GPtrArray      *gaps;        /* of BalancePlanGap */
  gint32          start;       /* days */
  const char     *language;
} Maker;

/* The requirements that come out better for it. */
static char *
dup_requirements (Maker *self, guint item)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; i < self->gaps->len; i++)
    {
      const BalancePlanGap *gap = g_ptr_array_index (self->gaps, i);
      const char *id = balance_gap_get_id (gap->gap);

      for (guint k = 0; k < gap->items->len; k++)
        if (g_array_index (gap->items, guint, k) == item && !g_ptr_array_find_with_equal_func (ids, id, g_str_equal, NULL))
          g_ptr_array_add (ids, (gpointer) id);
    }
  g_ptr_array_add (ids, NULL);

  return g_strjoinv (", ", (char **) ids->pdata);
}

/* What a unit of the measure does, and what the facts were before. */
static char *
dup_effects (Maker *self, BalancePlanItem *item)
{
  const BalanceMeasureCost *measure = balance_plan_item_get_cost_of (item);
  g_autoptr(GArray) effects = g_array_new (FALSE, TRUE, sizeof (BalanceTaskEffect));
  BalanceFacts *facts = self->plan->before->facts;
  BalanceTaskPlace place;
  gboolean found = balance_task_find_place (facts, balance_plan_item_get_district_code (item), balance_plan_item_get_school_code (item),
                                            balance_plan_item_get_stage (item), &place);

  for (guint i = 0; i < measure->effects->len; i++)
    {
      const BalanceMeasureEffect *of = &g_array_index (measure->effects, BalanceMeasureEffect, i);
      BalanceTaskEffect effect = { .field = of->field->id, .amount = of->amount };

      effect.has_before = found && balance_task_get_fact (facts, &place, of->field->id, &effect.before);
      g_array_append_val (effects, effect);
    }

  return balance_task_effects_to_string (effects);
}

/* Checked as what people write is, so that no other form of a value can come into a store. */
static BalanceTask *
make_task (Values *values, BalanceDictionary *dictionary, GError **error)
{
  Values clean = { { NULL } };

  for (guint i = 0; i < BALANCE_TASK_N_FIELDS; i++)
    {
      BalanceText expected = { NULL };

      if (balance_task_field_read ((BalanceTaskField) i, dictionary, values->values[i], &clean.values[i], &expected))
        continue;
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_LIMIT, "a task cannot hold “%s” as its %s: expected is %s\n任务无法记录“%s”（%s），应为%s",
                   values->values[i], balance_task_field_get_title ((BalanceTaskField) i, BALANCE_LANGUAGE_EN), balance_text_get (&expected, BALANCE_LANGUAGE_EN),
                   values->values[i], balance_task_field_get_title ((BalanceTaskField) i, BALANCE_LANGUAGE_ZH), balance_text_get (&expected, BALANCE_LANGUAGE_ZH));
      balance_text_clear (&expected);
      for (guint k = 0; k < BALANCE_TASK_N_FIELDS; k++)
        g_free (clean.values[k]);
      return NULL;
    }

  return balance_task_new_take (0, 0, clean.values);
}

static void
values_clear (Values *self)
{
  for (guint i = 0; i < BALANCE_TASK_N_FIELDS; i++)
    g_clear_pointer (&self->values[i], g_free);
}

/* The day before the same day `years` later. */
static char *
dup_last_day (gint32 start, guint years)
{
  g_autofree char *next = balance_date_add_years (start, years);
  gint32 days = start;

  return next != NULL && balance_date_parse (next, -1, &days) ? balance_date_to_string (days - 1) : NULL;
}

static BalanceTask *
task_from_item (Maker *self, guint position, GError **error)
{
  static const BalanceTaskKind kinds[] = { BALANCE_TASK_ADD, BALANCE_TASK_BUILD, BALANCE_TASK_MOVE };
  BalancePlanItem *item = g_ptr_array_index (self->plan->items, position);
  g_autofree char *requirements = dup_requirements (self, position), *effects = dup_effects (self, item), *cost = balance_money_to_string (item->cost);
  g_autofree char *phase = g_strdup_printf ("%u", item->year);
  g_autofree char *start = item->year > 1 ? balance_date_add_years (self->start, item->year - 1) : balance_date_to_string (self->start);
  g_autofree char *deadline = dup_last_day (self->start, item->year);
  Values values = { { NULL } };
  BalanceTask *task;

  put_census (&values, self->plan->before->facts, balance_plan_item_get_district_code (item));
  put (&values, BALANCE_TASK_SCHOOL, balance_plan_item_get_school_code (item));
  put (&values, BALANCE_TASK_SCHOOL_NAME, balance_plan_item_get_school_name (item));
  put (&values, BALANCE_TASK_GIVER, balance_plan_item_get_giver_code (item));
  put (&values, BALANCE_TASK_GIVER_NAME, balance_plan_item_get_giver_name (item));
  put (&values, BALANCE_TASK_STAGE, balance_plan_item_get_stage (item));
  put (&values, BALANCE_TASK_KIND, balance_task_kind_id (kinds[balance_plan_item_get_kind (item)]));
  put (&values, BALANCE_TASK_MEASURE, balance_plan_item_get_measure (item));
  put (&values, BALANCE_TASK_TITLE, balance_plan_item_get_title (item, self->language));
  put (&values, BALANCE_TASK_REQUIREMENTS, requirements);
  put (&values, BALANCE_TASK_QUANTITY, item->quantity);
  put (&values, BALANCE_TASK_UNIT, balance_plan_item_get_unit (item));
  put (&values, BALANCE_TASK_COST, cost);
  put (&values, BALANCE_TASK_EFFECTS, effects);
  put (&values, BALANCE_TASK_PHASE, phase);
  put (&values, BALANCE_TASK_START, start);
  put (&values, BALANCE_TASK_DEADLINE, deadline);
  task = make_task (&values, self->plan->before->standard->pack->dictionary, error);
  if (task != NULL)
    balance_task_state_figures (task, NULL);
  values_clear (&values);

  return task;
}

/**
 * balance_ledger_new_from_plan:
 * @plan: a plan
 * @start: (nullable): the day on which it begins, YYYY-MM-DD; %NULL for the day whose rules the plan follows
 * @language: (nullable): "zh" or "en" of what is to be done; %NULL is "en"
 * @error: return location for an error: no date, or figures that no task can hold
 *
 * Makes a task of each thing to do in a plan, all open: where, what, how much, at what cost, in which year of the plan, for
 * which of the requirements that were not met and come out better for it, and what it does to which facts. The first year
 * of the plan begins on the day @start, each has the last day of its year as deadline; who is responsible is still to be
 * said.
 *
 * Returns: (transfer full): the ledger
 *
 * Since: 1.0
 */
BalanceLedger *
balance_ledger_new_from_plan (BalancePlan  *plan,
                              const char   *start,
                              const char   *language,
                              GError      **error)
{
  g_autoptr(GPtrArray) gaps = NULL, tasks = NULL;
  g_autofree char *date = NULL;
  Maker maker;

  g_return_val_if_fail (BALANCE_IS_PLAN (plan), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  date = balance_ledger_read_date (start != NULL ? start : plan->before->as_of, error);
  if (date == NULL)
    return NULL;
  gaps = balance_plan_gaps_new (plan);
  maker = (Maker) { .plan = plan, .gaps = gaps, .language = language };
  balance_date_parse (date, -1, &maker.start);
  tasks = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < plan->items->len; i++)
    {
      BalanceTask *task = task_from_item (&maker, i, error);

      if (task == NULL)
        return NULL;
      g_ptr_array_add (tasks, task);
    }

  return balance_ledger_new_take (g_steal_pointer (&tasks), plan->before->as_of, 0);
}

/* -- gaps ---------------------------------------------------------------------------------------------- */

static char *
dup_aim (BalanceGap *gap, BalanceLanguage language)
{
  const char *title = balance_gap_get_title (gap, language == BALANCE_LANGUAGE_ZH ? "zh" : "en");
  gboolean zh = language == BALANCE_LANGUAGE_ZH;

  if (gap->verdict == BALANCE_VERDICT_UNDETERMINED)
    return g_strdup_printf (zh ? "补报数据：%s" : "Report what is missing: %s", title);
  if (gap->target == BALANCE_GAP_TARGET_FLOOR)
    return g_strdup_printf (zh ? "达到底线：%s" : "Bring to the floor: %s", title);

  return g_strdup_printf (zh ? "达到要求：%s" : "Bring to the limit: %s", title);
}

BalanceTask *
balance_task_new_from_gap (BalanceGap         *gap,
                           BalanceLanguage     language,
                           const char *const  *more,
                           GError            **error)
{
  BalanceFacts *facts = gap->evaluation->facts;
  int school = balance_gap_get_school_row (gap);
  gboolean floor = gap->target == BALANCE_GAP_TARGET_FLOOR;
  const char *amount = floor && gap->floor_amount != NULL ? gap->floor_amount : gap->amount;
  g_autofree char *aim = dup_aim (gap, language);
  Values values = { { NULL } };
  BalanceTask *task;

  put_census (&values, facts, balance_gap_get_district_code (gap));
  put (&values, BALANCE_TASK_SCHOOL, balance_gap_get_school_code (gap));
  put (&values, BALANCE_TASK_SCHOOL_NAME, school >= 0 ? facts->school_names[school] : NULL);
  put (&values, BALANCE_TASK_STAGE, balance_gap_get_stage (gap));
  put (&values, BALANCE_TASK_TITLE, aim);
  put (&values, BALANCE_TASK_REQUIREMENTS, balance_gap_get_id (gap));
  put (&values, BALANCE_TASK_TARGET, floor ? "floor" : "limit");
  /* how far a coefficient of variation or a share is off is no quantity that anybody could bring */
  if (gap->in_facts)
    {
      put (&values, BALANCE_TASK_QUANTITY, amount);
      put (&values, BALANCE_TASK_UNIT, amount != NULL ? gap->unit : NULL);
    }
  for (guint i = 0; more != NULL && i < BALANCE_TASK_N_FIELDS; i++)
    put (&values, (BalanceTaskField) i, more[i]);
  task = make_task (&values, gap->evaluation->standard->pack->dictionary, error);
  if (task != NULL)
    balance_task_state_figures (task, more);
  values_clear (&values);

  return task;
}

/**
 * balance_ledger_new_from_gaps:
 * @gaps: a list of gaps
 * @deadline: (nullable): the deadline of all tasks, YYYY-MM-DD; %NULL leaves it open
 * @language: (nullable): "zh" or "en" of what is to be done; %NULL is "en"
 * @error: return location for an error: no date, or figures that no task can hold
 *
 * Makes a task of each gap of a school, a stage or the county that has to be closed, to the limit or to the floor. Left
 * out is what may stay as it is, and what is asked of the region. How, by whom and until when is still to be said; such a
 * task is verified when the requirement is met.
 *
 * Returns: (transfer full): the ledger
 *
 * Since: 1.0
 */
BalanceLedger *
balance_ledger_new_from_gaps (BalanceGapList  *gaps,
                              const char      *deadline,
                              const char      *language,
                              GError         **error)
{
  g_autoptr(GPtrArray) tasks = NULL;
  g_autofree char *date = NULL;
  const char *more[BALANCE_TASK_N_FIELDS] = { NULL };

  g_return_val_if_fail (BALANCE_IS_GAP_LIST (gaps), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (deadline != NULL)
    {
      date = balance_ledger_read_date (deadline, error);
      if (date == NULL)
        return NULL;
      more[BALANCE_TASK_DEADLINE] = date;
    }
  tasks = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < gaps->gaps->len; i++)
    {
      BalanceGap *gap = g_ptr_array_index (gaps->gaps, i);
      BalanceTask *task;

      if (gap->target == BALANCE_GAP_TARGET_NONE || balance_gap_get_district_code (gap) == NULL)
        continue;
      task = balance_task_new_from_gap (gap, balance_language_parse (language), more, error);
      if (task == NULL)
        return NULL;
      g_ptr_array_add (tasks, task);
    }

  return balance_ledger_new_take (g_steal_pointer (&tasks), gaps->evaluation->as_of, 0);
}
