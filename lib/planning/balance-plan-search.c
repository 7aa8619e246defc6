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
solve (BalancePlanSearch *self, gboolean relaxed, double gap, const double *start, GError **error)
{
  BalanceSolverOptions options = { .gap = gap, .relaxed = relaxed, .start = start, .max_memory = self->max_memory };
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
relax (BalancePlanSearch *self, double **values, GError **error)
{
  for (guint round = 0; round < RELAXED_ROUNDS && self->model->cones->len > 0 && !is_late (self); round++)
    {
      g_autoptr(BalanceSolverAnswer) answer = solve (self, TRUE, 0.0, NULL, error);

      if (answer == NULL)
        return -1;
      if (answer->status == BALANCE_SOLVER_INFEASIBLE)
        return BALANCE_SEARCH_INFEASIBLE;
      if (answer->n_values == 0)
        return BALANCE_SEARCH_STOPPED;
      /* whatever is whole costs no less */
      self->bound = MAX (self->bound, answer->bound);
      if (values != NULL)
        {
          g_free (*values);
          *values = g_steal_pointer (&answer->values);
        }
      if (balance_plan_model_cut (self->model, values != NULL ? *values : answer->values, 1e-4) == 0)
        break;
    }

  return BALANCE_SEARCH_FOUND;
}

/* -- a first plan for large counties ------------------------------------------------------------------ */

/* So many decisions that a search from nothing takes long to find anything. */
#define LARGE        1500
#define DIVE_ROUNDS  8
#define DIVE_SHARE   0.4

static BalanceDecision *
decision_at (BalancePlanModel *model, guint i)
{
  return &g_array_index (model->decisions, BalanceDecision, i);
}

typedef struct
{
  guint  variable;
  double value;
} Stayer;

static int
compare_stayers (gconstpointer a, gconstpointer b)
{
  const Stayer *x = a, *y = b;

  return (x->value < y->value) - (x->value > y->value);
}

/* Of each choice those stay that stay most in the relaxation. */
static void
fix_choices (BalancePlanModel *model, const double *values)
{
  for (guint c = 0; c < model->choices->len; c++)
    {
      g_autoptr(GArray) own = g_array_new (FALSE, FALSE, sizeof (Stayer));

      for (guint i = 0; i < model->rows->len; i++)
        {
          const BalancePlanRow *row = &g_array_index (model->rows, BalancePlanRow, i);
          Stayer stayer = { row->stays, row->choice == (int) c ? values[row->stays] : 0.0 };

          if (row->choice == (int) c)
            g_array_append_val (own, stayer);
        }
      g_array_sort (own, compare_stayers);
      for (guint i = 0; i < own->len; i++)
        {
          double stays = i < g_array_index (model->choices, BalancePlanChoice, c).allowed;

          balance_solver_set_bounds (model->solver, g_array_index (own, Stayer, i).variable, stays, stays);
        }
    }
}

static double
round_move (BalancePlanModel *model, guint i, double value)
{
  double lower, upper;

  balance_solver_get_bounds (model->solver, decision_at (model, i)->variable, &lower, &upper);

  /* what leaves a school has a limit that several measures share */
  return CLAMP (decision_at (model, i)->role == BALANCE_ROLE_OUT ? floor (value + 1e-6) : round (value), lower, floor (upper + 1e-9));
}

/* What moves is rounded, and less of it where a pool would not balance. */
static void
fix_moves (BalancePlanModel *model, const double *values)
{
  g_autofree double *whole = g_new0 (double, model->decisions->len + 1);
  g_autofree gboolean *done = g_new0 (gboolean, model->decisions->len + 1);

  for (guint i = 0; i < model->decisions->len; i++)
    whole[i] = round_move (model, i, values[decision_at (model, i)->variable]);
  for (guint i = 0; i < model->decisions->len; i++)
    {
      const BalanceDecision *pool = decision_at (model, i);
      double out = 0, in = 0;

      if (done[i] || pool->role == BALANCE_ROLE_ADD)
        continue;
      for (guint k = i; k < model->decisions->len; k++)
        {
          const BalanceDecision *other = decision_at (model, k);

          if (other->measure != pool->measure || other->stage != pool->stage)
            continue;
          done[k] = TRUE;
          if (other->role == BALANCE_ROLE_OUT)
            out += whole[k];
          else
            in += whole[k];
        }
      for (guint k = model->decisions->len; k-- > i && fabs (out - in) > 0.5;)
        {
          const BalanceDecision *other = decision_at (model, k);
          double *sum = other->role == BALANCE_ROLE_OUT ? &out : &in, less;

          if (other->measure != pool->measure || other->stage != pool->stage || *sum <= MIN (out, in))
            continue;
          less = MIN (whole[k] - other->lower, *sum - MIN (out, in));
          whole[k] -= less;
          *sum -= less;
        }
    }
  for (guint i = 0; i < model->decisions->len; i++)
    if (decision_at (model, i)->role != BALANCE_ROLE_ADD)
      balance_solver_set_bounds (model->solver, decision_at (model, i)->variable, whole[i], whole[i]);
}

/* What is added is rounded up. */
static void
round_up (BalancePlanModel *model, double *values)
{
  for (guint i = 0; i < model->decisions->len; i++)
    if (decision_at (model, i)->role == BALANCE_ROLE_ADD)
      values[decision_at (model, i)->variable] = ceil (values[decision_at (model, i)->variable] - 1e-6);
    else
      values[decision_at (model, i)->variable] = round (values[decision_at (model, i)->variable]);
  balance_plan_model_complete (model, values);
}

static double
objective_of (BalancePlanModel *model, const double *values)
{
  double sum = 0;

  for (guint i = 0; i < balance_solver_get_n_variables (model->solver); i++)
    sum += balance_solver_get_cost (model->solver, i) * values[i];

  return sum;
}

/* Rounding up may have gone beyond a limit. */
static gboolean
is_within (BalancePlanModel *model)
{
  g_autofree double *values = g_new0 (double, balance_solver_get_n_variables (model->solver) + 1);

  for (guint i = 0; i < model->decisions->len; i++)
    values[decision_at (model, i)->variable] = (double) decision_at (model, i)->steps;
  for (guint i = 0; i < model->decisions->len; i++)
    if (values[decision_at (model, i)->variable] > decision_at (model, i)->upper + 1e-6)
      return FALSE;
  for (guint i = 0; i < model->barriers->len; i++)
    if (!balance_solver_holds (model->solver, g_array_index (model->barriers, BalanceBarrier, i).solver_row, values))
      return FALSE;

  return TRUE;
}

/* Does everything hold that held before? */
static gboolean
still_holds (BalancePlanModel *model, const guint8 *held, const double *values)
{
  for (guint r = 0; r < balance_solver_get_n_rows (model->solver); r++)
    if (held[r] && !balance_solver_holds (model->solver, r, values))
      return FALSE;

  return TRUE;
}

static int
compare_costs (gconstpointer a, gconstpointer b)
{
  const Stayer *x = a, *y = b;

  return x->value < y->value ? 1 : x->value > y->value ? -1 : x->variable < y->variable ? -1 : 1;
}

/* Rounding everything up is more than is needed: takes single steps away again, the dearest first. */
static void
trim (BalancePlanModel *model, double *values)
{
  g_autoptr(GArray) order = g_array_new (FALSE, FALSE, sizeof (Stayer));
  guint n_rows = balance_solver_get_n_rows (model->solver);
  g_autofree guint8 *held = g_new (guint8, n_rows + 1);

  for (guint r = 0; r < n_rows; r++)
    held[r] = balance_solver_holds (model->solver, r, values);
  for (guint i = 0; i < model->decisions->len; i++)
    {
      const BalanceDecision *decision = decision_at (model, i);
      Stayer one = { decision->variable, balance_solver_get_cost (model->solver, decision->variable) };

      if (decision->role == BALANCE_ROLE_ADD && values[decision->variable] > decision->lower + 0.5)
        g_array_append_val (order, one);
    }
  g_array_sort (order, compare_costs);
  for (guint i = 0; i < order->len; i++)
    {
      guint variable = g_array_index (order, Stayer, i).variable;

      values[variable] -= 1;
      balance_plan_model_complete (model, values);
      if (!still_holds (model, held, values))
        values[variable] += 1;
    }
  balance_plan_model_complete (model, values);
}

typedef struct
{
  double lower, upper;
} Bounds;

static void keep (BalancePlanSearch *self);

/* From the relaxation to a plan: choices as it has them, then moves, and a search for the rest, which is easy then. What
 * it finds is judged exactly; nothing is proven by it. FALSE with an error. */
static gboolean
dive (BalancePlanSearch *self, const double *values, double **start, GError **error)
{
  BalancePlanModel *model = self->model;
  guint n = balance_solver_get_n_variables (model->solver), n_rows = balance_solver_get_n_rows (model->solver);
  g_autofree Bounds *bounds = g_new (Bounds, n + 1);
  g_autoptr(BalanceSolverAnswer) relaxed = NULL;
  gint64 deadline = self->deadline;
  gboolean good = TRUE;

  for (guint i = 0; i < n; i++)
    balance_solver_get_bounds (model->solver, i, &bounds[i].lower, &bounds[i].upper);
  if (deadline != 0)
    self->deadline = g_get_monotonic_time () + (gint64) (DIVE_SHARE * seconds_left (self) * G_USEC_PER_SEC);
  fix_choices (model, values);
  relaxed = solve (self, TRUE, 0.0, NULL, error);
  good = relaxed != NULL;
  if (good && relaxed->n_values > 0)
    {
      fix_moves (model, relaxed->values);
      for (guint round = 0; good && round < DIVE_ROUNDS && !is_late (self); round++)
        {
          g_autoptr(BalanceSolverAnswer) answer = solve (self, TRUE, 0.0, NULL, error);
          gboolean tightened = FALSE;
          int n_missed;

          good = answer != NULL;
          if (!good || answer->n_values == 0)
            break;
          round_up (model, answer->values);
          trim (model, answer->values);
          balance_plan_model_take (model, answer->values);
          n_missed = is_within (model) ? judge (self, answer->values, TRUE, &tightened) : -1;
          if (n_missed == 0)
            {
              self->objective = objective_of (model, answer->values);
              keep (self);
              g_free (*start);
              *start = g_steal_pointer (&answer->values);
            }
          if (n_missed <= 0)
            break;
          balance_plan_model_cut (model, answer->values, 1e-9);
        }
    }
  self->deadline = deadline;
  for (guint i = 0; i < n; i++)
    balance_solver_set_bounds (model->solver, i, bounds[i].lower, bounds[i].upper);
  /* margins are not for the proof */
  balance_solver_truncate (model->solver, n, n_rows);
  for (guint i = 0; i < model->rows->len; i++)
    g_array_index (model->rows, BalancePlanRow, i).margin = 0;
  for (guint i = 0; i < model->cones->len; i++)
    g_array_index (model->cones, BalancePlanCone, i).margin = 0;

  return good;
}

/* Is what was found near enough to what is proven? */
static gboolean
is_good_enough (BalancePlanSearch *self)
{
  return self->steps != NULL && isfinite (self->bound) && self->objective - self->bound <= self->gap * fabs (self->objective);
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
  g_autofree double *relaxed = NULL, *start = NULL;
  gboolean tightened = FALSE;
  int result;

  self->bound = -INFINITY;
  self->objective = INFINITY;
  self->timed_out = FALSE;
  g_clear_pointer (&self->steps, g_free);
  balance_plan_model_build (self->model, ask);
  result = relax (self, &relaxed, error);
  if (result != BALANCE_SEARCH_FOUND)
    {
      self->timed_out = result == BALANCE_SEARCH_STOPPED;
      return result;
    }

  if (relaxed != NULL && self->gap > 0 && self->model->decisions->len >= LARGE)
    {
      if (!dive (self, relaxed, &start, error))
        return -1;
      if (is_good_enough (self))
        return BALANCE_SEARCH_FOUND;
    }

  for (guint round = 0; round < MAX_ROUNDS; round++)
    {
      g_autoptr(BalanceSolverAnswer) answer = NULL;
      gboolean tighten = self->gap > 0 ? round >= PATIENCE : round >= MAX_ROUNDS / 2;
      int n_missed;

      if (round > 0 && is_late (self))
        break;
      answer = solve (self, FALSE, self->gap * 0.7, tightened ? NULL : start, error);
      if (answer == NULL)
        return -1;
      if (!tightened)
        self->bound = MAX (self->bound, answer->bound);
      if (is_good_enough (self))
        return BALANCE_SEARCH_FOUND;
      if (answer->status == BALANCE_SOLVER_INFEASIBLE && !tightened)
        return BALANCE_SEARCH_INFEASIBLE;
      if (answer->n_values == 0)
        break;
      balance_plan_model_take (self->model, answer->values);
      n_missed = judge (self, answer->values, tighten, &tightened);
      if (n_missed == 0)
        {
          self->timed_out = answer->status != BALANCE_SOLVER_OPTIMAL;
          if (self->steps == NULL || answer->objective < self->objective)
            {
              self->objective = answer->objective;
              keep (self);
            }
          return BALANCE_SEARCH_FOUND;
        }
      if (n_missed < 0)
        break;
      balance_plan_model_cut (self->model, answer->values, 1e-9);
    }
  self->timed_out = TRUE;

  return self->steps != NULL ? BALANCE_SEARCH_FOUND : BALANCE_SEARCH_STOPPED;
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
      BalanceSolverAnswer *answer = solve (self, FALSE, gap, NULL, error);

      if (answer == NULL || answer->n_values == 0 || balance_plan_model_cut (self->model, answer->values, 1e-6) == 0 || is_late (self))
        return answer;
      balance_solver_answer_free (answer);
    }

  return solve (self, FALSE, gap, NULL, error);
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
  if (relax (self, NULL, error) < 0)
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
