/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>

#include "base/balance-float-private.h"
#include "planning/balance-stability-private.h"

/**
 * BalanceSensitivity:
 *
 * How large an error of the recorded facts could turn one verdict (结论的稳定性). Every number among the facts may be
 * off by the same share of itself, up or down; asked is the smallest such share at which the verdict is another.
 *
 * For a value it is found at the corner of the box of errors to which the slopes of the formula point, and exact where
 * none of them changes its sign within the box. For a coefficient of variation the pupil numbers (the weights) are held:
 * from unmet to met it is the bound of a second-order cone and exact; from met to unmet it is exact where the slopes tell
 * the corner, else a bound. [method@Balance.Sensitivity.get_error_free] lets the weights be off as well and is a bound.
 * For a combination it follows from its parts.
 *
 * Objects are immutable and may be used from any thread.
 *
 * Since: 1.0
 */

/* A fact that has to grow further than this is no error any more. */
#define MOST_ALONE 1e4

G_DEFINE_FINAL_TYPE (BalanceSensitivity, balance_sensitivity, G_TYPE_OBJECT)

static void
balance_sensitivity_finalize (GObject *object)
{
  BalanceSensitivity *self = BALANCE_SENSITIVITY (object);

  g_clear_object (&self->evaluation);
  g_clear_object (&self->finding);
  g_clear_object (&self->cells);
  g_free (self->cause);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (balance_sensitivity_parent_class)->finalize (object);
}

static void
balance_sensitivity_class_init (BalanceSensitivityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_sensitivity_finalize;
}

static void
balance_sensitivity_init (BalanceSensitivity *self)
{
  g_mutex_init (&self->lock);
  self->error_free = NAN;
}

BalanceSensitivity *
balance_sensitivity_new (BalanceEvaluation *evaluation, const BalanceStabilityEntry *entry)
{
  BalanceSensitivity *self = g_object_new (BALANCE_TYPE_SENSITIVITY, NULL);

  self->evaluation = g_object_ref (evaluation);
  self->entry = *entry;

  return self;
}

const BalanceRule *
balance_sensitivity_get_rule (BalanceSensitivity *self)
{
  return self->evaluation->result.scheme->rules[self->entry.rule].rule;
}

/* The district whose facts stand behind a row; all of them for the region. */
static BalanceReplay *
replay_for (BalanceEvaluation *evaluation, const BalanceRule *rule, guint row)
{
  BalanceFacts *facts = evaluation->facts;

  switch (rule->level)
    {
    case BALANCE_LEVEL_SECTION:  return balance_replay_new (evaluation, facts->school_district[facts->section_school[row]]);
    case BALANCE_LEVEL_SCHOOL:   return balance_replay_new (evaluation, facts->school_district[row]);
    case BALANCE_LEVEL_STAGE:    return balance_replay_new (evaluation, facts->group_district[row]);
    case BALANCE_LEVEL_DISTRICT: return balance_replay_new (evaluation, row);
    case BALANCE_LEVEL_REGION:
    default:                     return balance_replay_new_region (evaluation);
    }
}

static BalanceFinding *
get_finding (BalanceSensitivity *self)
{
  g_autoptr(BalanceReplay) replay = NULL;

  if (self->finding == NULL)
    {
      replay = replay_for (self->evaluation, balance_sensitivity_get_rule (self), self->entry.row);
      self->finding = balance_finding_new (replay, (int) self->entry.rule, -1, self->entry.row);
    }

  return self->finding;
}

/**
 * balance_sensitivity_get_finding:
 * @self: a sensitivity
 *
 * Gets the finding whose verdict it is about.
 *
 * Returns: (transfer full): the finding
 *
 * Since: 1.0
 */
BalanceFinding *
balance_sensitivity_get_finding (BalanceSensitivity *self)
{
  g_autoptr(GMutexLocker) locker = NULL;

  g_return_val_if_fail (BALANCE_IS_SENSITIVITY (self), NULL);

  locker = g_mutex_locker_new (&self->lock);
  return g_object_ref (get_finding (self));
}

/**
 * balance_sensitivity_get_path:
 * @self: a sensitivity
 *
 * Gets the path of the finding.
 *
 * Returns: (transfer none): the path
 *
 * Since: 1.0
 */
const char *
balance_sensitivity_get_path (BalanceSensitivity *self)
{
  g_autoptr(GMutexLocker) locker = NULL;

  g_return_val_if_fail (BALANCE_IS_SENSITIVITY (self), NULL);

  locker = g_mutex_locker_new (&self->lock);
  return balance_finding_get_path (get_finding (self));
}

/**
 * balance_sensitivity_get_verdict:
 * @self: a sensitivity
 *
 * Gets the verdict as it is.
 *
 * Returns: %BALANCE_VERDICT_MET or %BALANCE_VERDICT_UNMET
 *
 * Since: 1.0
 */
BalanceVerdict
balance_sensitivity_get_verdict (BalanceSensitivity *self)
{
  g_return_val_if_fail (BALANCE_IS_SENSITIVITY (self), BALANCE_VERDICT_UNDETERMINED);

  return (BalanceVerdict) self->evaluation->result.verdicts[self->entry.rule][self->entry.row];
}

/**
 * balance_sensitivity_get_certainty:
 * @self: a sensitivity
 *
 * Gets what kind of answer it is.
 *
 * Returns: whether the error is known exactly, between two numbers, or from one side
 *
 * Since: 1.0
 */
BalanceCertainty
balance_sensitivity_get_certainty (BalanceSensitivity *self)
{
  double low, high;

  g_return_val_if_fail (BALANCE_IS_SENSITIVITY (self), BALANCE_CERTAINTY_UNKNOWN);

  low = self->entry.low;
  high = self->entry.high;
  if (isinf (low))
    return BALANCE_CERTAINTY_NEVER;
  if (isinf (high))
    return low > 0.0 ? BALANCE_CERTAINTY_AT_LEAST : BALANCE_CERTAINTY_UNKNOWN;
  if (low < high)
    return BALANCE_CERTAINTY_BETWEEN;

  return BALANCE_CERTAINTY_EXACT;
}

/**
 * balance_sensitivity_get_error_low:
 * @self: a sensitivity
 *
 * Gets up to which error of all facts the verdict stands for certain.
 *
 * Returns: the error as a share, 0.01 for one per cent; infinite if no error turns it, 0 if nothing is known
 *
 * Since: 1.0
 */
double
balance_sensitivity_get_error_low (BalanceSensitivity *self)
{
  g_return_val_if_fail (BALANCE_IS_SENSITIVITY (self), NAN);

  return self->entry.low;
}

/**
 * balance_sensitivity_get_error_high:
 * @self: a sensitivity
 *
 * Gets an error of the facts that turns the verdict.
 *
 * Returns: the error as a share; the same as the lower one where that is exact, infinite if none was found
 *
 * Since: 1.0
 */
double
balance_sensitivity_get_error_high (BalanceSensitivity *self)
{
  g_return_val_if_fail (BALANCE_IS_SENSITIVITY (self), NAN);

  return self->entry.high;
}

/**
 * balance_sensitivity_get_holds_weights:
 * @self: a sensitivity
 *
 * Gets whether pupil numbers, by which schools are weighted, were taken as right: so where differences between schools
 * are judged.
 *
 * Returns: %TRUE if they were
 *
 * Since: 1.0
 */
gboolean
balance_sensitivity_get_holds_weights (BalanceSensitivity *self)
{
  const BalanceRule *rule;

  g_return_val_if_fail (BALANCE_IS_SENSITIVITY (self), FALSE);

  rule = balance_sensitivity_get_rule (self);
  return rule->kind == BALANCE_RULE_DISPERSION && rule->children->len == 0;
}

/* The judge of its own replay, for what is not kept. */
typedef struct
{
  BalanceReplay *replay;
  BalanceFlipper flipper;
  guint          row;        /* in the frame */
} Work;

static void
work_init (Work *work, BalanceSensitivity *self)
{
  const BalanceRule *rule = balance_sensitivity_get_rule (self);

  work->replay = replay_for (self->evaluation, rule, self->entry.row);
  balance_flipper_init (&work->flipper, work->replay->judge);
  work->row = self->entry.row - work->replay->judge->frame->offset[rule->level];
}

static void
work_clear (Work *work)
{
  balance_flipper_clear (&work->flipper);
  balance_replay_unref (work->replay);
}

/**
 * balance_sensitivity_get_error_free:
 * @self: a sensitivity
 *
 * Gets an error that turns the verdict where the weights may be off, too. The problem is then not convex; what is found
 * by following the slopes is a bound from above.
 *
 * Returns: the error as a share; NaN where no weights are held, infinite if none was found
 *
 * Since: 1.0
 */
double
balance_sensitivity_get_error_free (BalanceSensitivity *self)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr(GMutexLocker) locker = NULL;

  g_return_val_if_fail (BALANCE_IS_SENSITIVITY (self), NAN);

  locker = g_mutex_locker_new (&self->lock);
  if (!self->free_known && balance_sensitivity_get_holds_weights (self))
    {
      const BalanceJudged *judged;
      BalanceFlipGroup group;
      Work work;

      work_init (&work, self);
      judged = balance_judge_get (work.replay->judge, self->entry.rule);
      self->error_free = INFINITY;
      if (balance_flip_group_find (&group, &work.flipper, self->entry.rule, work.row))
        {
          self->error_free = balance_flip_group_flip_free (&group, &work.flipper,
                                                           balance_number_get_double (&work.flipper.frame->pool, judged->limits[work.row]),
                                                           balance_sensitivity_get_verdict (self) == BALANCE_VERDICT_MET);
          self->error_free = MIN (self->error_free, self->entry.high);
          balance_flip_group_clear (&group);
        }
      work_clear (&work);
    }
  self->free_known = TRUE;

  return self->error_free;
}

/**
 * balance_sensitivity_get_rounding_flips:
 * @self: a sensitivity
 *
 * Gets whether rounding alone, as the official form prints the value, would turn the verdict.
 *
 * Returns: %TRUE if it would
 *
 * Since: 1.0
 */
gboolean
balance_sensitivity_get_rounding_flips (BalanceSensitivity *self)
{
  g_autoptr(GMutexLocker) locker = NULL;

  g_return_val_if_fail (BALANCE_IS_SENSITIVITY (self), FALSE);

  locker = g_mutex_locker_new (&self->lock);
  return balance_finding_get_rounding_flips (get_finding (self));
}

/**
 * balance_sensitivity_get_cause:
 * @self: a sensitivity
 *
 * Gets which value or coefficient turns the verdict: its own, or that of a part of a combination.
 *
 * Returns: (transfer none) (nullable): the path of a finding; %NULL where it is a condition, or nothing is known
 *
 * Since: 1.0
 */
const char *
balance_sensitivity_get_cause (BalanceSensitivity *self)
{
  g_autoptr(GMutexLocker) locker = NULL;

  g_return_val_if_fail (BALANCE_IS_SENSITIVITY (self), NULL);

  locker = g_mutex_locker_new (&self->lock);
  if (!self->cause_known && self->entry.cause >= 0)
    {
      const BalanceRule *rule = self->evaluation->result.scheme->rules[self->entry.cause].rule;
      g_autoptr(BalanceReplay) replay = replay_for (self->evaluation, rule, self->entry.cause_row);
      g_autoptr(BalanceFinding) finding = balance_finding_new (replay, self->entry.cause, -1, self->entry.cause_row);

      self->cause = g_strdup (balance_finding_get_path (finding));
    }
  self->cause_known = TRUE;

  return self->cause;
}

/* -- cells ------------------------------------------------------------------------------------------- */

static void
add_cell (BalanceSensitivity *self, const BalanceInfluence *fact, int direction, double slope, double alone)
{
  BalanceOperand *operand = balance_operand_new_for_facts (self->evaluation->facts, fact->field, fact->level, fact->row);
  g_autoptr(BalanceSensitiveCell) cell = balance_sensitive_cell_new (operand, direction, slope, alone);

  balance_list_append (self->cells, cell);
}

static void
add_value_cells (BalanceSensitivity *self, Work *work)
{
  BalanceGradient *gradient = &work->flipper.gradient;
  BalanceDifference difference;
  g_autofree int *directions = NULL;
  g_autofree double *slopes = NULL;
  guint n;

  if (!balance_flipper_get_difference (&work->flipper, self->entry.rule, work->row, FALSE, &difference) ||
      !balance_difference_aim (gradient, &difference))
    return;

  n = gradient->facts->len;
  directions = g_new (int, n + 1);
  slopes = g_new (double, n + 1);
  for (guint i = 0; i < n; i++)
    {
      directions[i] = g_array_index (gradient->facts, BalanceInfluence, i).direction;
      g_array_index (gradient->facts, BalanceInfluence, i).direction = 0;
    }
  /* of the value, whatever the limit depends on */
  gradient->mode = BALANCE_GRADIENT_BOX;
  gradient->radius = 0.0;
  balance_gradient_zero (gradient);
  balance_gradient_spread (gradient, difference.a, difference.row, (BalanceRange) { 1.0, 1.0 });
  for (guint i = 0; i < n; i++)
    slopes[i] = balance_range_middle (g_array_index (gradient->facts, BalanceInfluence, i).slope);

  for (guint i = 0; i < n; i++)
    {
      BalanceInfluence *fact = &g_array_index (gradient->facts, BalanceInfluence, i);
      double alone;

      if (directions[i] == 0)
        continue;
      fact->direction = directions[i];
      alone = balance_difference_reach (gradient, &difference, directions[i] < 0 ? BALANCE_FLIP_MOST : MOST_ALONE);
      fact->direction = 0;
      add_cell (self, fact, directions[i], slopes[i], isinf (alone) ? NAN : alone * directions[i]);
    }
}

/* How far one value alone has to go for F to be at its bound: a quadratic. */
static double
reach_alone (double total, double bound, double q, double x, double p, double v, double slope, double value)
{
  double q_rest = q - p * v * v, x_rest = x - p * v;
  double a = total * p - bound * p * p, b = -2.0 * bound * p * x_rest, c = total * q_rest - bound * x_rest * x_rest;
  double root = b * b - 4.0 * a * c, best = NAN;

  if (root < 0.0 || fabs (a) <= 0.0 || fabs (slope * value) <= 0.0)
    return NAN;
  for (int sign = -1; sign <= 1; sign += 2)
    {
      double to = (-b + sign * sqrt (root)) / (2.0 * a), change = (to - v) / (slope * value);

      if (to >= 0.0 && change > -1.0 && change < MOST_ALONE && (isnan (best) || fabs (change) < fabs (best)))
        best = change;
    }

  return best;
}

static void
add_spread_cells (BalanceSensitivity *self, Work *work)
{
  BalanceFlipper *flipper = &work->flipper;
  const BalanceJudged *judged = balance_judge_get (work->replay->judge, self->entry.rule);
  double limit = balance_number_get_double (&flipper->frame->pool, judged->limits[work->row]);
  gboolean met = balance_sensitivity_get_verdict (self) == BALANCE_VERDICT_MET;
  double total = 0.0, x = 0.0, q = 0.0, square, cv;
  BalanceFlipGroup group;

  if (!balance_flip_group_find (&group, flipper, self->entry.rule, work->row))
    return;
  for (guint i = 0; i < group.n; i++)
    {
      total += group.weights[i];
      x += group.weights[i] * group.values[i];
      q += group.weights[i] * group.values[i] * group.values[i];
    }
  square = total * q / (x * x);
  cv = sqrt (MAX (0.0, square - 1.0));

  balance_flipper_hold (flipper, balance_flipper_get_weight_fields (flipper, group.weight));
  for (guint i = 0; i < group.n; i++)
    {
      BalanceGradient *gradient = &flipper->gradient;
      double by_value = cv > 0.0 ? square / cv * group.weights[i] * (group.values[i] / q - 1.0 / x) : NAN;

      balance_gradient_reset (gradient);
      (void) balance_gradient_value (gradient, group.value, group.rows[i]);
      balance_gradient_spread (gradient, group.value, group.rows[i], (BalanceRange) { 1.0, 1.0 });
      for (guint k = 0; k < gradient->facts->len; k++)
        {
          const BalanceInfluence *fact = &g_array_index (gradient->facts, BalanceInfluence, k);
          double slope = balance_range_middle (fact->slope), pull = by_value * slope * fact->value;

          if (fabs (slope) <= 0.0)
            continue;
          add_cell (self, fact, isnan (pull) ? 0 : ((pull > 0.0) - (pull < 0.0)) * (met ? 1 : -1), by_value * slope,
                    reach_alone (total, 1.0 + limit * limit, q, x, group.weights[i], group.values[i], slope, fact->value));
        }
    }
  balance_flipper_hold (flipper, NULL);
  balance_flip_group_clear (&group);
}

static int
compare_cells (gconstpointer a, gconstpointer b)
{
  double x = fabs ((*(BalanceSensitiveCell *const *) a)->alone), y = fabs ((*(BalanceSensitiveCell *const *) b)->alone);

  if (isnan (x) || isnan (y))
    return (isnan (x) != 0) - (isnan (y) != 0);
  return (x > y) - (x < y);
}

/**
 * balance_sensitivity_get_cells:
 * @self: a sensitivity
 *
 * Gets the facts on which the verdict rests, first those that turn it alone with the least error. A combination has none
 * of its own: see [method@Balance.Sensitivity.get_cause].
 *
 * Returns: (transfer none): a list of [class@Balance.SensitiveCell]
 *
 * Since: 1.0
 */
GListModel *
balance_sensitivity_get_cells (BalanceSensitivity *self)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr(GMutexLocker) locker = NULL;

  g_return_val_if_fail (BALANCE_IS_SENSITIVITY (self), NULL);

  locker = g_mutex_locker_new (&self->lock);
  if (self->cells == NULL)
    {
      const BalanceRule *rule = balance_sensitivity_get_rule (self);
      Work work;

      self->cells = balance_list_new (BALANCE_TYPE_SENSITIVE_CELL);
      work_init (&work, self);
      if (balance_sensitivity_get_holds_weights (self))
        add_spread_cells (self, &work);
      else if (rule->kind == BALANCE_RULE_VALUE || rule->kind == BALANCE_RULE_INDICATOR)
        add_value_cells (self, &work);
      work_clear (&work);
      balance_list_sort (self->cells, compare_cells);
    }

  return G_LIST_MODEL (self->cells);
}
