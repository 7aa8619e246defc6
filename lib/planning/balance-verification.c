/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-verification-private.h"

#include <string.h>

#include "census/balance-value-private.h"
#include "evaluation/balance-evaluation-private.h"

/**
 * BalanceVerification:
 *
 * A ledger held against a census (核验销号): a list model of [class@Balance.TaskOutcome], one for each task that is not
 * waived.
 *
 * A task of a plan is there when the facts of its school are at least what they were when the task was made, and what it
 * was to bring on top of that. Where several tasks raise the same fact, each needs its own part: those that are verified
 * come first, then those that are said to be done, then the others, by their deadline. What schools gave away by moves that are done
 * is counted back. A task without such facts is there when its requirements are met, or are at the floor where that is
 * the target. Whether a requirement is met does not matter for a task of a plan: the outcome shows it beside.
 *
 * What is there closes a task. What is not there reopens one that was said to be done or was verified by an earlier
 * census, unless it was finished after the day on which the facts were counted, or the census is of the year that the
 * task grew out of. What the census does not tell changes nothing.
 *
 * Immutable; may be used from any thread.
 *
 * Since: 1.0
 */

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BalanceVerification, balance_verification, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
balance_verification_finalize (GObject *object)
{
  BalanceVerification *self = BALANCE_VERIFICATION (object);

  g_clear_object (&self->evaluation);
  g_clear_object (&self->ledger);
  g_clear_pointer (&self->outcomes, g_ptr_array_unref);

  G_OBJECT_CLASS (balance_verification_parent_class)->finalize (object);
}

static void
balance_verification_class_init (BalanceVerificationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_verification_finalize;
}

static void
balance_verification_init (BalanceVerification *self)
{
  self->outcomes = g_ptr_array_new_with_free_func (g_object_unref);
}

static GType
get_item_type (GListModel *model)
{
  return BALANCE_TYPE_TASK_OUTCOME;
}

static guint
get_n_items (GListModel *model)
{
  return BALANCE_VERIFICATION (model)->outcomes->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  BalanceVerification *self = BALANCE_VERIFICATION (model);

  return position < self->outcomes->len ? g_object_ref (g_ptr_array_index (self->outcomes, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* -- verdicts ----------------------------------------------------------------------------------------- */

typedef struct
{
  BalanceVerdict verdict;
  gboolean       at_floor;
} Judged;

/* The worse of two: unmet, undetermined, met, not applicable. */
static void
worsen (Judged *self, const BalanceResult *result, const BalanceRule *rule, guint row)
{
  static const int ranks[] = { [BALANCE_VERDICT_NOT_APPLICABLE] = 0, [BALANCE_VERDICT_MET] = 1, [BALANCE_VERDICT_UNDETERMINED] = 2, [BALANCE_VERDICT_UNMET] = 3 };
  BalanceVerdict verdict;
  gboolean at_floor;

  if (result->verdicts[rule->index] == NULL)
    return;
  verdict = (BalanceVerdict) result->verdicts[rule->index][row];
  at_floor = result->floors != NULL && result->floors[rule->index] != NULL && balance_bits_get (result->floors[rule->index], row);
  if (verdict == BALANCE_VERDICT_UNMET)
    self->at_floor = at_floor && (self->verdict != BALANCE_VERDICT_UNMET || self->at_floor);
  if (ranks[verdict] > ranks[self->verdict])
    self->verdict = verdict;
}

static const BalanceRule *
find_rule (BalanceEvaluation *evaluation, const char *id)
{
  const GPtrArray *rules = evaluation->standard->pack->rules;

  for (guint i = 0; i < rules->len; i++)
    if (strcmp (((const BalanceRule *) g_ptr_array_index (rules, i))->id, id) == 0)
      return g_ptr_array_index (rules, i);

  return NULL;
}

/* On the place of a task: where that is a whole school or district, on all its stages. */
static Judged
judge_requirement (BalanceEvaluation *evaluation, BalanceTaskOutcome *self, const char *id)
{
  const BalanceRule *rule = find_rule (evaluation, id);
  BalanceFacts *facts = evaluation->facts;
  const BalanceTaskPlace *place = &self->place;
  const char *stage = self->before->values[BALANCE_TASK_STAGE];
  int code = stage != NULL ? balance_dictionary_find_stage (facts->dictionary, stage) : -1;
  gboolean section = place->level == BALANCE_LEVEL_SECTION;
  guint school = section ? facts->section_school[place->row] : place->row;
  Judged judged = { BALANCE_VERDICT_NOT_APPLICABLE, FALSE };

  if (rule == NULL || !self->found)
    return judged;
  switch (rule->level)
    {
    case BALANCE_LEVEL_SECTION:
      if (section)
        worsen (&judged, &evaluation->result, rule, place->row);
      for (guint i = facts->school_sections[school]; place->level == BALANCE_LEVEL_SCHOOL && i < facts->school_sections[school + 1]; i++)
        worsen (&judged, &evaluation->result, rule, facts->school_section_rows[i]);
      break;

    case BALANCE_LEVEL_SCHOOL:
      if (place->level != BALANCE_LEVEL_DISTRICT)
        worsen (&judged, &evaluation->result, rule, school);
      break;

    case BALANCE_LEVEL_STAGE:
      for (guint i = facts->district_groups[place->district]; i < facts->district_groups[place->district + 1]; i++)
        {
          gboolean own = stage == NULL || facts->group_stage[i] == code;

          /* the stages that the school has */
          for (guint k = facts->school_sections[school]; own && stage == NULL && place->level == BALANCE_LEVEL_SCHOOL; k++)
            {
              if (k == facts->school_sections[school + 1])
                own = FALSE;
              else if (facts->section_stage[facts->school_section_rows[k]] == facts->group_stage[i])
                break;
            }
          if (own)
            worsen (&judged, &evaluation->result, rule, i);
        }
      break;

    case BALANCE_LEVEL_DISTRICT:
      worsen (&judged, &evaluation->result, rule, place->district);
      break;

    case BALANCE_LEVEL_REGION:
    default:
      worsen (&judged, &evaluation->result, rule, 0);
      break;
    }

  return judged;
}

static void
judge_outcome (BalanceVerification *self, BalanceTaskOutcome *outcome)
{
  guint n = g_strv_length (outcome->requirements), present = 0, lacking = 0;
  gboolean floor = balance_task_get_target (outcome->before) == BALANCE_GAP_TARGET_FLOOR;

  outcome->verdicts = g_new0 (BalanceVerdict, n + 1);
  outcome->at_floor = g_new0 (gboolean, n + 1);
  for (guint i = 0; i < n; i++)
    {
      Judged judged = judge_requirement (self->evaluation, outcome, outcome->requirements[i]);

      outcome->verdicts[i] = judged.verdict;
      outcome->at_floor[i] = judged.verdict == BALANCE_VERDICT_UNMET && judged.at_floor;
      present += judged.verdict == BALANCE_VERDICT_MET || (floor && judged.at_floor);
      lacking += judged.verdict == BALANCE_VERDICT_UNMET && !(floor && judged.at_floor);
    }
  outcome->evidence = lacking > 0 ? BALANCE_TASK_EVIDENCE_LACKING : n > 0 && present == n ? BALANCE_TASK_EVIDENCE_PRESENT : BALANCE_TASK_EVIDENCE_UNKNOWN;
}

/* -- facts ---------------------------------------------------------------------------------------------- */

/* What tasks of the same year took from or gave to one fact. */
static BalanceDecimal *
get_sum (GHashTable *sums, const BalanceTaskPlace *place, const char *field, int year)
{
  g_autofree char *key = g_strdup_printf ("%d/%u/%s/%d", (int) place->level, place->row, field, year);
  BalanceDecimal *sum = g_hash_table_lookup (sums, key);

  if (sum == NULL)
    {
      sum = g_new0 (BalanceDecimal, 1);
      g_hash_table_insert (sums, g_steal_pointer (&key), sum);
    }

  return sum;
}

static GHashTable *
sums_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static gboolean
is_claimed (BalanceTask *task)
{
  BalanceTaskStatus status = balance_task_get_status (task);

  return status == BALANCE_TASK_DONE || status == BALANCE_TASK_VERIFIED;
}

/* now + lost >= before + granted + amount, for every fact */
static BalanceTaskEvidence
weigh (BalanceTaskOutcome *self, GHashTable *granted, GHashTable *lost)
{
  int year = balance_task_get_year (self->before);
  BalanceTaskEvidence evidence = BALANCE_TASK_EVIDENCE_PRESENT;

  if (!self->found)
    return BALANCE_TASK_EVIDENCE_UNKNOWN;
  for (guint i = 0; i < self->effects->len; i++)
    {
      const BalanceTaskEffect *effect = &g_array_index (self->effects, BalanceTaskEffect, i);
      BalanceDecimal have, want;

      if (!self->known[i] || !effect->has_before ||
          !balance_decimal_add (&self->now[i], get_sum (lost, &self->place, effect->field, year), &have) ||
          !balance_decimal_add (&effect->before, get_sum (granted, &self->place, effect->field, year), &want) ||
          !balance_decimal_add (&want, &effect->amount, &want))
        evidence = evidence == BALANCE_TASK_EVIDENCE_LACKING ? evidence : BALANCE_TASK_EVIDENCE_UNKNOWN;
      else if (balance_decimal_compare (&have, &want) < 0)
        evidence = BALANCE_TASK_EVIDENCE_LACKING;
    }

  return evidence;
}

static void
add_all (BalanceTaskOutcome *self, const BalanceTaskPlace *place, GHashTable *sums)
{
  for (guint i = 0; i < self->effects->len; i++)
    {
      const BalanceTaskEffect *effect = &g_array_index (self->effects, BalanceTaskEffect, i);
      BalanceDecimal *sum = get_sum (sums, place, effect->field, balance_task_get_year (self->before));

      /* a sum that does not fit is none that a census could show */
      if (!balance_decimal_add (sum, &effect->amount, sum))
        *sum = (BalanceDecimal) { G_MAXINT64 / 10, 0 };
    }
}

static int
compare_claims (gconstpointer a, gconstpointer b)
{
  static const int ranks[] = { [BALANCE_TASK_VERIFIED] = 0, [BALANCE_TASK_DONE] = 1, [BALANCE_TASK_UNDER_WAY] = 2, [BALANCE_TASK_OPEN] = 3, [BALANCE_TASK_WAIVED] = 4 };
  BalanceTask *x = (*(BalanceTaskOutcome *const *) a)->before, *y = (*(BalanceTaskOutcome *const *) b)->before;
  int order = ranks[balance_task_get_status (x)] - ranks[balance_task_get_status (y)];

  if (order == 0)
    order = g_strcmp0 (x->values[BALANCE_TASK_DEADLINE], y->values[BALANCE_TASK_DEADLINE]);

  return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

/* A school that gave something away shows that much less. Which moves really took place shows where they went to, so
 * those that did not are left out until no more are found; each round leaves out one at least, or is the last. */
static void
weigh_all (GPtrArray *outcomes)
{
  g_autoptr(GPtrArray) order = g_ptr_array_new ();
  g_autoptr(GHashTable) disproved = g_hash_table_new (NULL, NULL);
  guint before;

  for (guint i = 0; i < outcomes->len; i++)
    {
      BalanceTaskOutcome *outcome = g_ptr_array_index (outcomes, i);

      if (outcome->effects->len > 0)
        g_ptr_array_add (order, outcome);
    }
  g_ptr_array_sort (order, compare_claims);
  do
    {
      g_autoptr(GHashTable) granted = sums_new (), lost = sums_new ();

      before = g_hash_table_size (disproved);
      for (guint i = 0; i < order->len; i++)
        {
          BalanceTaskOutcome *outcome = g_ptr_array_index (order, i);

          if (outcome->has_giver && is_claimed (outcome->before) && !g_hash_table_contains (disproved, outcome))
            add_all (outcome, &outcome->giver, lost);
        }
      for (guint i = 0; i < order->len; i++)
        {
          BalanceTaskOutcome *outcome = g_ptr_array_index (order, i);

          outcome->evidence = weigh (outcome, granted, lost);
          if (outcome->evidence == BALANCE_TASK_EVIDENCE_PRESENT)
            add_all (outcome, &outcome->place, granted);
          else if (outcome->has_giver && is_claimed (outcome->before))
            g_hash_table_add (disproved, outcome);
        }
    }
  while (g_hash_table_size (disproved) > before);
}

/* -- outcomes ------------------------------------------------------------------------------------------- */

static BalanceTaskOutcome *
outcome_new (BalanceEvaluation *evaluation, BalanceTask *task)
{
  BalanceTaskOutcome *self = g_object_new (BALANCE_TYPE_TASK_OUTCOME, NULL);
  BalanceFacts *facts = evaluation->facts;
  const char *giver = task->values[BALANCE_TASK_GIVER];

  self->before = g_object_ref (task);
  self->after = g_object_ref (task);
  self->effects = balance_task_dup_effects (task);
  self->requirements = balance_task_dup_requirements (task);
  self->now = g_new0 (BalanceDecimal, self->effects->len + 1);
  self->known = g_new0 (gboolean, self->effects->len + 1);
  self->found = balance_task_find_place (facts, task->values[BALANCE_TASK_DISTRICT], task->values[BALANCE_TASK_SCHOOL], task->values[BALANCE_TASK_STAGE], &self->place);
  self->has_giver = giver != NULL && balance_task_find_place (facts, task->values[BALANCE_TASK_DISTRICT], giver, task->values[BALANCE_TASK_STAGE], &self->giver);
  for (guint i = 0; self->found && i < self->effects->len; i++)
    self->known[i] = balance_task_get_fact (facts, &self->place, g_array_index (self->effects, BalanceTaskEffect, i).field, &self->now[i]);

  return self;
}

static void
decide (BalanceTaskOutcome *self, int year, const char *counted_on)
{
  BalanceTaskStatus status = balance_task_get_status (self->before);
  const char *finished = self->before->values[BALANCE_TASK_FINISHED];
  g_autofree char *of = g_strdup_printf ("%d", year);
  int own = balance_task_get_year (self->before);

  /* of a year before the task came up nothing follows */
  if (own > year)
    self->evidence = BALANCE_TASK_EVIDENCE_UNKNOWN;
  if (self->evidence == BALANCE_TASK_EVIDENCE_PRESENT && status != BALANCE_TASK_VERIFIED)
    {
      g_object_unref (self->after);
      self->after = balance_task_copy (self->before);
      balance_task_set (self->after, BALANCE_TASK_STATUS, balance_task_status_id (BALANCE_TASK_VERIFIED));
      balance_task_set (self->after, BALANCE_TASK_PROGRESS, NULL);
      balance_task_set (self->after, BALANCE_TASK_VERIFIED_YEAR, of);
      balance_task_settle (self->after, counted_on);
    }
  else if (self->evidence == BALANCE_TASK_EVIDENCE_LACKING && is_claimed (self->before) && own < year &&
           (finished == NULL || strcmp (finished, counted_on) <= 0))
    {
      g_object_unref (self->after);
      self->after = balance_task_copy (self->before);
      balance_task_set (self->after, BALANCE_TASK_STATUS, balance_task_status_id (BALANCE_TASK_OPEN));
      balance_task_set (self->after, BALANCE_TASK_FINISHED, NULL);
      balance_task_settle (self->after, counted_on);
    }
}

/**
 * balance_verification_new:
 * @ledger: a ledger
 * @evaluation: an evaluation of a census that says of which year it is
 * @counted_on: (nullable): the day on which the facts of the census were counted, YYYY-MM-DD; %NULL for that of the ledger
 * @error: return location for an error: no date, or a census without a year
 *
 * Holds a ledger against a census. Nothing is kept: that is for [method@Balance.Store.verify_tasks].
 *
 * Returns: (transfer full): what the census says of each task
 *
 * Since: 1.0
 */
BalanceVerification *
balance_verification_new (BalanceLedger      *ledger,
                          BalanceEvaluation  *evaluation,
                          const char         *counted_on,
                          GError            **error)
{
  g_autoptr(BalanceVerification) self = NULL;
  g_autofree char *date = NULL;
  int year;

  g_return_val_if_fail (BALANCE_IS_LEDGER (ledger), NULL);
  g_return_val_if_fail (BALANCE_IS_EVALUATION (evaluation), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  date = balance_ledger_read_date (counted_on != NULL ? counted_on : ledger->as_of, error);
  if (date == NULL)
    return NULL;
  year = evaluation->facts->year;
  if (year <= 0)
    {
      g_set_error_literal (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                           "the census does not say of which year it is, so it can verify nothing\n年度数据未注明年度，不能用于核验");
      return NULL;
    }
  self = g_object_new (BALANCE_TYPE_VERIFICATION, NULL);
  self->evaluation = g_object_ref (evaluation);
  self->ledger = g_object_ref (ledger);
  for (guint i = 0; i < ledger->tasks->len; i++)
    {
      BalanceTask *task = g_ptr_array_index (ledger->tasks, i);
      BalanceTaskOutcome *outcome;

      if (balance_task_get_status (task) == BALANCE_TASK_WAIVED)
        continue;
      outcome = outcome_new (evaluation, task);
      judge_outcome (self, outcome);
      g_ptr_array_add (self->outcomes, outcome);
    }
  weigh_all (self->outcomes);
  for (guint i = 0; i < self->outcomes->len; i++)
    decide (g_ptr_array_index (self->outcomes, i), year, date);

  return g_steal_pointer (&self);
}

/**
 * balance_verification_get_evaluation:
 * @self: a verification
 *
 * Gets the evaluation of the census.
 *
 * Returns: (transfer none): the evaluation
 *
 * Since: 1.0
 */
BalanceEvaluation *
balance_verification_get_evaluation (BalanceVerification *self)
{
  g_return_val_if_fail (BALANCE_IS_VERIFICATION (self), NULL);

  return self->evaluation;
}

/**
 * balance_verification_get_ledger:
 * @self: a verification
 *
 * Gets the ledger as it was before.
 *
 * Returns: (transfer none): the ledger
 *
 * Since: 1.0
 */
BalanceLedger *
balance_verification_get_ledger (BalanceVerification *self)
{
  g_return_val_if_fail (BALANCE_IS_VERIFICATION (self), NULL);

  return self->ledger;
}

/**
 * balance_verification_get_n_closed:
 * @self: a verification
 *
 * Counts the tasks that the census closes.
 *
 * Returns: how many
 *
 * Since: 1.0
 */
guint
balance_verification_get_n_closed (BalanceVerification *self)
{
  guint n = 0;

  g_return_val_if_fail (BALANCE_IS_VERIFICATION (self), 0);

  for (guint i = 0; i < self->outcomes->len; i++)
    n += balance_task_outcome_get_closed (g_ptr_array_index (self->outcomes, i));

  return n;
}

/**
 * balance_verification_get_n_reopened:
 * @self: a verification
 *
 * Counts the tasks that the census reopens.
 *
 * Returns: how many
 *
 * Since: 1.0
 */
guint
balance_verification_get_n_reopened (BalanceVerification *self)
{
  guint n = 0;

  g_return_val_if_fail (BALANCE_IS_VERIFICATION (self), 0);

  for (guint i = 0; i < self->outcomes->len; i++)
    n += balance_task_outcome_get_reopened (g_ptr_array_index (self->outcomes, i));

  return n;
}

/**
 * balance_verification_get_n_unknown:
 * @self: a verification
 *
 * Counts the tasks of which the census does not tell.
 *
 * Returns: how many
 *
 * Since: 1.0
 */
guint
balance_verification_get_n_unknown (BalanceVerification *self)
{
  guint n = 0;

  g_return_val_if_fail (BALANCE_IS_VERIFICATION (self), 0);

  for (guint i = 0; i < self->outcomes->len; i++)
    n += ((BalanceTaskOutcome *) g_ptr_array_index (self->outcomes, i))->evidence == BALANCE_TASK_EVIDENCE_UNKNOWN;

  return n;
}
