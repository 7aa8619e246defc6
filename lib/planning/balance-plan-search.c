/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Solving in rounds: the program bounds, the exact evaluator decides. */

#include "planning/balance-plan-search-private.h"

#include <math.h>
#include <string.h>

#include "formula/balance-node-private.h"

#define MAX_ROUNDS   60
#define RELAXED_ROUNDS 12
/* From here on a cone that is missed by a hair is asked for a little more, if a gap is allowed. */
#define PATIENCE     2
#define SMALLEST     1e-9

/* -- facts ------------------------------------------------------------------------------------------- */

/* now + steps * change over all that touches one fact, exactly. */
static gboolean
add_decimal (BalanceDecimal *sum, const BalanceDecimal *change, gint64 steps)
{
  BalanceDecimal more = *change;
  guint scale = MAX (sum->scale, more.scale);

  return !__builtin_mul_overflow (more.digits, steps, &more.digits) && balance_decimal_rescale (&more, scale) &&
         balance_decimal_rescale (sum, scale) && !__builtin_add_overflow (sum->digits, more.digits, &sum->digits);
}

gboolean
balance_plan_search_apply (BalancePlanModel *model,
                           BalanceScenario  *scenario,
                           const gint64     *steps)
{
  BalanceFacts *facts = model->evaluation->facts;
  g_autofree BalanceDecimal *sums = g_new0 (BalanceDecimal, model->reader.facts->len + 1);
  g_autofree gboolean *changed = g_new0 (gboolean, model->reader.facts->len + 1);

  for (guint i = 0; i < model->changes->len; i++)
    {
      const BalanceChange *change = &g_array_index (model->changes, BalanceChange, i);

      if (steps[change->decision] == 0)
        continue;
      if (!changed[change->fact])
        {
          const BalanceFactKey *fact = &g_array_index (model->reader.facts, BalanceFactKey, change->fact);
          const BalanceColumn *column = balance_facts_find_column (facts, fact->level, fact->field->id);

          sums[change->fact] = (BalanceDecimal) { balance_column_get (column, fact->row), balance_column_get_scale (column, fact->row) };
          changed[change->fact] = TRUE;
        }
      if (!add_decimal (&sums[change->fact], &change->change, steps[change->decision]))
        return FALSE;
    }
  for (guint i = 0; i < model->reader.facts->len; i++)
    {
      const BalanceFactKey *fact = &g_array_index (model->reader.facts, BalanceFactKey, i);

      balance_decimal_normalize (&sums[i]);
      if (changed[i] && !balance_scenario_set_decimal (scenario, fact->level, fact->row, fact->field->id, sums[i].digits, sums[i].scale, NULL))
        return FALSE;
    }

  return TRUE;
}

/* -- judging ----------------------------------------------------------------------------------------- */

static const guint8 *
verdicts_of (BalanceScenario *scenario, GHashTable *known, const BalanceRule *rule)
{
  GBytes *bytes = g_hash_table_lookup (known, rule);

  if (bytes == NULL)
    {
      bytes = balance_scenario_dup_verdicts (scenario, rule->id, NULL);
      g_hash_table_insert (known, (gpointer) rule, bytes);
    }

  return bytes != NULL ? g_bytes_get_data (bytes, NULL) : NULL;
}

static gboolean
is_met (BalanceScenario *scenario, GHashTable *known, const BalanceRule *rule, guint row)
{
  const guint8 *verdicts = verdicts_of (scenario, known, rule);

  return verdicts == NULL || verdicts[row] == BALANCE_VERDICT_MET || verdicts[row] == BALANCE_VERDICT_NOT_APPLICABLE;
}

/* Is it asked of this solution? */
static gboolean
is_owed (BalancePlanModel *model, const double *values, int school, gboolean met)
{
  int complete;

  if (model->complete == NULL)
    return TRUE;
  complete = school < 0 ? -1 : model->complete[(guint) school - model->evaluation->facts->district_schools[model->district]];

  return complete < 0 ? met : values[complete] > 0.5;
}

/* A choice is judged as a whole where nothing beyond the plan's reach spoils it. */
static gboolean
choice_is_sound (BalancePlanModel *model, const BalancePlanChoice *choice)
{
  for (guint i = 0; i < model->beyond->len; i++)
    {
      const BalanceBeyond *beyond = &g_array_index (model->beyond, BalanceBeyond, i);

      if (beyond->rule->parent == choice->rule && beyond->row == choice->row)
        return FALSE;
    }

  return TRUE;
}

/* Judges the steps of the model. Rows that are missed are tightened, and cones that are missed by no more than rounding,
 * or whatever is missed with `tighten`; `tightened` tells. How much was missed; -1: the values are none. */
static int
judge (BalancePlanSearch *self, const double *values, gboolean tighten, gboolean *tightened)
{
  BalancePlanModel *model = self->model;
  BalanceScenario *scenario = self->scenario;
  g_autoptr(GHashTable) known = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_bytes_unref);
  g_autofree gint64 *steps = g_new (gint64, model->decisions->len + 1);
  guint before = balance_scenario_get_n_edits (scenario);
  gboolean good;
  int n_missed = 0;

  for (guint i = 0; i < model->decisions->len; i++)
    steps[i] = g_array_index (model->decisions, BalanceDecision, i).steps;
  good = balance_plan_search_apply (model, scenario, steps);
  for (guint i = 0; i < model->rows->len && good; i++)
    {
      const BalancePlanRow *row = &g_array_index (model->rows, BalancePlanRow, i);
      const BalancePlanChoice *choice = row->choice >= 0 ? &g_array_index (model->choices, BalancePlanChoice, (guint) row->choice) : NULL;
      gboolean stays = row->stays != G_MAXUINT && values[row->stays] > 0.5;

      if (!is_owed (model, values, row->school, row->met) || is_met (scenario, known, row->rule, row->row))
        continue;
      if (choice != NULL && (stays || !choice_is_sound (model, choice)) && is_met (scenario, known, choice->rule, choice->row))
        continue;
      if (choice != NULL && stays && !choice_is_sound (model, choice))
        continue;
      balance_plan_model_tighten_row (model, i);
      *tightened = TRUE;
      n_missed++;
    }
  for (guint i = 0; i < model->cones->len && good; i++)
    {
      const BalancePlanCone *cone = &g_array_index (model->cones, BalancePlanCone, i);
      double mean = cone->active ? values[cone->mean] : 0.0, squares = 0, excess;

      if (!cone->active || is_met (scenario, known, cone->rule, cone->row))
        continue;
      n_missed++;
      for (guint k = 0; k < cone->n; k++)
        squares += cone->weights[k] * values[cone->first_value + k] * values[cone->first_value + k];
      excess = mean > 0 ? squares / (mean * mean) / (1 + cone->limit * cone->limit) - 1 : 0.0;
      if (tighten || excess < SMALLEST)
        {
          balance_plan_model_tighten_cone (model, i, MAX (MAX (SMALLEST, 9 * cone->margin * (excess < SMALLEST)), 1.5 * excess));
          *tightened = TRUE;
        }
    }
  while (balance_scenario_get_n_edits (scenario) > before)
    balance_scenario_undo (scenario);

  return good ? n_missed : -1;
}

/* -- rounds ------------------------------------------------------------------------------------------ */

static double
seconds_left (BalancePlanSearch *self)
{
  return self->deadline == 0 ? 0.0 : MAX (0.0, (double) (self->deadline - g_get_monotonic_time ()) / G_USEC_PER_SEC);
}

static void
show (double best, double bound, gpointer data)
{
  BalancePlanSearch *self = data;

  if (self->progress != NULL && isfinite (best) && isfinite (bound) && fabs (best) > 0)
    balance_progress_set_fraction (self->progress, CLAMP (1 - fabs (best - bound) / fabs (best), 0.0, 0.99));
}

static BalanceSolverAnswer *
solve (BalancePlanSearch *self, gboolean relaxed, double gap, GError **error)
{
  BalanceSolverOptions options = { .gap = gap, .relaxed = relaxed, .max_memory = self->max_memory };
  BalanceSolverAnswer *answer;

  options.seconds = seconds_left (self);
  if (self->deadline != 0)
    options.seconds = MAX (0.05, options.seconds);
  answer = balance_solver_solve (self->model->solver, &options, relaxed ? NULL : show, self, self->cancellable, error);
  if (answer != NULL)
    {
      g_free (self->version);
      self->version = g_strdup (answer->version);
      self->n_solved++;
    }

  return answer;
}

static gboolean
is_late (BalancePlanSearch *self)
{
  return self->deadline != 0 && g_get_monotonic_time () >= self->deadline;
}

/* The relaxation with its cones first: it costs little and leaves few rounds for the rest. -1: an error; else a result. */
static int
relax (BalancePlanSearch *self, GError **error)
{
  for (guint round = 0; round < RELAXED_ROUNDS && self->model->cones->len > 0 && !is_late (self); round++)
    {
      g_autoptr(BalanceSolverAnswer) answer = solve (self, TRUE, 0.0, error);

      if (answer == NULL)
        return -1;
      if (answer->status == BALANCE_SOLVER_INFEASIBLE)
        return BALANCE_SEARCH_INFEASIBLE;
      if (answer->n_values == 0)
        return BALANCE_SEARCH_STOPPED;
      if (balance_plan_model_cut (self->model, answer->values, 1e-4) == 0)
        break;
    }

  return BALANCE_SEARCH_FOUND;
}

static void
keep (BalancePlanSearch *self)
{
  g_free (self->steps);
  self->steps = g_new (gint64, self->model->decisions->len + 1);
  for (guint i = 0; i < self->model->decisions->len; i++)
    self->steps[i] = g_array_index (self->model->decisions, BalanceDecision, i).steps;
}

int
balance_plan_search_run (BalancePlanSearch    *self,
                         const BalancePlanAsk *ask,
                         GError              **error)
{
  gboolean tightened = FALSE;
  int result;

  self->bound = -INFINITY;
  self->objective = INFINITY;
  self->timed_out = FALSE;
  g_clear_pointer (&self->steps, g_free);
  balance_plan_model_build (self->model, ask);
  result = relax (self, error);
  if (result != BALANCE_SEARCH_FOUND)
    {
      self->timed_out = result == BALANCE_SEARCH_STOPPED;
      return result;
    }

  for (guint round = 0; round < MAX_ROUNDS; round++)
    {
      g_autoptr(BalanceSolverAnswer) answer = NULL;
      gboolean tighten = self->gap > 0 ? round >= PATIENCE : round >= MAX_ROUNDS / 2;
      int n_missed;

      if (round > 0 && is_late (self))
        break;
      answer = solve (self, FALSE, self->gap * 0.7, error);
      if (answer == NULL)
        return -1;
      if (!tightened)
        self->bound = MAX (self->bound, answer->bound);
      if (answer->status == BALANCE_SOLVER_INFEASIBLE)
        return tightened ? BALANCE_SEARCH_STOPPED : BALANCE_SEARCH_INFEASIBLE;
      if (answer->n_values == 0)
        break;
      balance_plan_model_take (self->model, answer->values);
      n_missed = judge (self, answer->values, tighten, &tightened);
      if (n_missed == 0)
        {
          self->objective = answer->objective;
          self->timed_out = answer->status != BALANCE_SOLVER_OPTIMAL;
          keep (self);
          return BALANCE_SEARCH_FOUND;
        }
      if (n_missed < 0)
        break;
      balance_plan_model_cut (self->model, answer->values, 1e-9);
    }
  self->timed_out = TRUE;

  return BALANCE_SEARCH_STOPPED;
}

void
balance_plan_search_clear (BalancePlanSearch *self)
{
  g_clear_pointer (&self->version, g_free);
  g_clear_pointer (&self->steps, g_free);
}

/* -- what stands in the way -------------------------------------------------------------------------- */

/* Solves the elastic program to integers; NULL with or without an error. */
static BalanceSolverAnswer *
solve_elastic (BalancePlanSearch *self, double gap, GError **error)
{
  for (guint round = 0; round < 8; round++)
    {
      BalanceSolverAnswer *answer = solve (self, FALSE, gap, error);

      if (answer == NULL || answer->n_values == 0 || balance_plan_model_cut (self->model, answer->values, 1e-6) == 0 || is_late (self))
        return answer;
      balance_solver_answer_free (answer);
    }

  return solve (self, FALSE, gap, error);
}

static void
set_slack (BalancePlanModel *model, const BalanceBarrier *barrier, gboolean free)
{
  balance_solver_set_bounds (model->solver, (guint) barrier->slack, 0, free ? INFINITY : 0);
}

/* What the slack of a barrier means in its own unit. */
static double
to_units (BalancePlanModel *model, const BalanceBarrier *barrier, double slack)
{
  switch (barrier->kind)
    {
    case BALANCE_BARRIER_BUDGET:
      return slack * 1e4;
    case BALANCE_BARRIER_MOST:
    case BALANCE_BARRIER_TOTAL:
      {
        const BalanceMeasureCost *measure = g_ptr_array_index (model->costs->measures, barrier->index);

        return slack * (double) measure->step.digits / (double) balance_power_of_ten (measure->step.scale);
      }
    case BALANCE_BARRIER_LIMIT:
    case BALANCE_BARRIER_RULE:
    default:
      return slack;
    }
}

gboolean
balance_plan_search_barriers (BalancePlanSearch    *self,
                              const BalancePlanAsk *ask,
                              GArray               *found,
                              GError              **error)
{
  BalancePlanModel *model = self->model;
  BalancePlanAsk elastic = *ask;
  g_autoptr(BalanceSolverAnswer) answer = NULL;
  g_autofree gboolean *member = NULL;

  elastic.elastic = TRUE;
  balance_plan_model_build (model, &elastic);
  if (relax (self, error) < 0)
    return FALSE;
  answer = solve_elastic (self, 0.01, error);
  if (answer == NULL)
    return FALSE;
  if (answer->n_values == 0)
    return TRUE;

  member = g_new0 (gboolean, model->barriers->len + 1);
  for (guint i = 0; i < model->barriers->len; i++)
    {
      const BalanceBarrier *barrier = &g_array_index (model->barriers, BalanceBarrier, i);

      member[i] = answer->values[barrier->slack] > 1e-6;
      if (!member[i])
        set_slack (model, barrier, FALSE);
    }
  /* one after the other: can it do without? */
  for (guint i = 0; i < model->barriers->len && !is_late (self); i++)
    {
      const BalanceBarrier *barrier = &g_array_index (model->barriers, BalanceBarrier, i);
      g_autoptr(BalanceSolverAnswer) without = NULL;

      if (!member[i])
        continue;
      set_slack (model, barrier, FALSE);
      without = solve_elastic (self, 0.5, error);
      if (without == NULL)
        return FALSE;
      member[i] = without->n_values == 0;
      if (member[i])
        set_slack (model, barrier, TRUE);
    }
  /* and the cheapest that is left */
  for (guint i = 0; i < model->decisions->len; i++)
    {
      const BalanceDecision *decision = &g_array_index (model->decisions, BalanceDecision, i);

      if (decision->role != BALANCE_ROLE_IN)
        balance_solver_set_cost (model->solver, decision->variable, (double) balance_plan_model_get_measure (model, decision)->step_cost / 1e8);
    }
  g_clear_pointer (&answer, balance_solver_answer_free);
  answer = solve_elastic (self, MAX (self->gap, 1e-3), error);
  if (answer == NULL)
    return FALSE;
  if (answer->n_values == 0)
    return TRUE;
  balance_plan_model_take (model, answer->values);
  keep (self);
  for (guint i = 0; i < model->barriers->len; i++)
    {
      BalanceBarrier barrier = g_array_index (model->barriers, BalanceBarrier, i);

      if (!member[i])
        continue;
      barrier.excess = to_units (model, &barrier, answer->values[barrier.slack]);
      g_array_append_val (found, barrier);
    }

  return TRUE;
}
