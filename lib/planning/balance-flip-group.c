/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-flip-private.h"

#include <math.h>

#include "formula/balance-node-private.h"

/* When the coefficient of variation of a group reaches its limit while each value v may be anywhere in its range.
 *
 *   1 + CV^2 = F(v) = W sum p v^2 / (sum p v)^2
 *
 * F <= 1 + c^2 is a second-order cone, so the least F over a box is a convex problem: at it v_i = t wherever its range
 * lets it, with t = sum p v^2 / sum p v. The greatest lies at a corner, and there the slope tells the end of every
 * value that is on one side of t whatever the others are; of a few that are on neither all corners are tried. */

/* So many that all their corners are looked at. */
#define MAX_UNCERTAIN 10

void
balance_flip_group_clear (BalanceFlipGroup *self)
{
  g_clear_pointer (&self->rows, g_free);
  g_clear_pointer (&self->values, g_free);
  g_clear_pointer (&self->weights, g_free);
  g_clear_pointer (&self->slopes, g_free);
}

/* How far a value goes for an error of 1; NaN where its slopes depend on the facts themselves. */
static double
find_slope (BalanceGradient *gradient, BalanceNode *value, guint row)
{
  double slope = 0.0;

  gradient->mode = BALANCE_GRADIENT_BOX;
  gradient->radius = 0.5;
  balance_gradient_zero (gradient);
  balance_gradient_spread (gradient, value, row, (BalanceRange) { 1.0, 1.0 });
  for (guint i = 0; i < gradient->facts->len; i++)
    {
      const BalanceInfluence *fact = &g_array_index (gradient->facts, BalanceInfluence, i);
      double one = fabs (balance_range_middle (fact->slope));

      if (!(fact->slope.high - fact->slope.low <= 1e-9 * one))
        return NAN;
      slope += one * fabs (fact->value);
    }

  return slope;
}

gboolean
balance_flip_group_find (BalanceFlipGroup *self, BalanceFlipper *flipper, guint rule, guint row)
{
  BalanceJudge *judge = flipper->judge;
  BalanceFrame *frame = flipper->frame;
  const BalanceSchemeRule *own = &judge->scheme->rules[rule];
  const BalanceSchemeIndicator *of;
  const guint8 *flags;
  const BalanceNumber *weights;
  const guint32 *sections;
  guint first, n;

  *self = (BalanceFlipGroup) { .straight = TRUE, .apart = TRUE };
  if (own->n_indicators != 1 || own->rule->combine ||
      (own->measure.comparison != BALANCE_COMPARISON_AT_MOST && own->measure.comparison != BALANCE_COMPARISON_BELOW))
    return FALSE;

  of = &judge->scheme->indicators[own->indicators[0]];
  flags = balance_frame_get_flags (frame, own->mask);
  weights = balance_frame_get_numbers (frame, of->weight);
  self->value = of->measure.value;
  self->weight = of->weight;
  n = balance_frame_get_rows (frame, own->rule->level, row, BALANCE_LEVEL_SECTION, &first, &sections);
  self->rows = g_new (guint, n + 1);
  self->values = g_new (double, n + 1);
  self->weights = g_new (double, n + 1);
  self->slopes = g_new (double, n + 1);

  balance_flipper_hold (flipper, balance_flipper_get_weight_fields (flipper, of->weight));
  for (guint i = 0; i < n; i++)
    {
      guint section = sections != NULL ? sections[i] - frame->offset[BALANCE_LEVEL_SECTION] : first + i;
      int stage = frame->binding->stage_back[frame->facts->section_stage[section + frame->offset[BALANCE_LEVEL_SECTION]]];
      const BalanceIndicatorRule *indicator = of->rule;
      double weight;

      if (flags[section] == BALANCE_FALSE || stage < 0 || (indicator->stages != NULL && !indicator->stages[stage]) ||
          !balance_definition_has_stage (indicator->value, (guint) stage))
        continue;
      weight = balance_number_get_double (&frame->pool, weights[section]);
      if (fabs (weight) <= 0.0)
        continue;
      balance_gradient_reset (&flipper->gradient);
      self->values[self->n] = balance_range_middle (balance_gradient_value (&flipper->gradient, self->value, section));
      if (isnan (weight) || flags[section] != BALANCE_TRUE || flipper->gradient.failed)
        {
          balance_flipper_hold (flipper, NULL);
          balance_flip_group_clear (self);
          return FALSE;
        }
      self->rows[self->n] = section;
      self->weights[self->n] = weight;
      self->slopes[self->n] = find_slope (&flipper->gradient, self->value, section);
      self->straight = self->straight && !isnan (self->slopes[self->n]);
      self->n++;
      /* facts of the section or its school stand behind no other value of the same stage */
      for (guint k = 0; k < flipper->gradient.facts->len; k++)
        if (g_array_index (flipper->gradient.facts, BalanceInfluence, k).level > BALANCE_LEVEL_SCHOOL ||
            own->rule->level > BALANCE_LEVEL_STAGE)
          self->apart = FALSE;
    }
  balance_flipper_hold (flipper, NULL);

  return self->n > 0;
}

/* -- what a box allows ------------------------------------------------------------------------------- */

typedef struct
{
  const BalanceFlipGroup *group;
  BalanceFlipper         *flipper;
  double                 *low, *high;      /* of each value, for the error that was set */
  guint                  *order;           /* by value */
  double                  total;           /* of the weights */
} Box;

/* The ends of a value whose slopes are not constant: at the corners that they point to. */
static void
bend (Box *self, guint i, double error)
{
  BalanceGradient *gradient = &self->flipper->gradient;
  double ends[2];

  balance_gradient_reset (gradient);
  (void) balance_gradient_value (gradient, self->group->value, self->group->rows[i]);
  balance_gradient_zero (gradient);
  balance_gradient_spread (gradient, self->group->value, self->group->rows[i], (BalanceRange) { 1.0, 1.0 });
  gradient->mode = BALANCE_GRADIENT_VERTEX;
  gradient->radius = error;
  for (int end = 0; end < 2; end++)
    {
      for (guint k = 0; k < gradient->facts->len; k++)
        {
          BalanceInfluence *fact = &g_array_index (gradient->facts, BalanceInfluence, k);
          double pull = balance_range_middle (fact->slope) * fact->value;

          fact->direction = (pull > 0.0) - (pull < 0.0);
          if (end == 0)
            fact->direction = -fact->direction;
        }
      ends[end] = balance_range_middle (balance_gradient_value (gradient, self->group->value, self->group->rows[i]));
    }
  gradient->failed = FALSE;
  self->low[i] = ends[0];
  self->high[i] = ends[1];
}

static void
set_error (Box *self, double error)
{
  const BalanceFlipGroup *group = self->group;

  for (guint i = 0; i < group->n; i++)
    if (isnan (group->slopes[i]))
      bend (self, i, error);
    else
      {
        self->low[i] = group->values[i] - error * group->slopes[i];
        self->high[i] = group->values[i] + error * group->slopes[i];
      }
}

static double
spread_of (const Box *self, double q, double x)
{
  return x > 0.0 ? self->total * q / (x * x) : INFINITY;
}

/* The least F: with v = t where the range has it, sum p v (v - t) = 0, which falls as t grows. */
static double
least_spread (const Box *self)
{
  const BalanceFlipGroup *group = self->group;
  double from = INFINITY, to = -INFINITY, q = 0.0, x = 0.0;

  for (guint i = 0; i < group->n; i++)
    {
      from = MIN (from, self->low[i]);
      to = MAX (to, self->high[i]);
    }
  for (guint round = 0; round < 200 && to - from > 1e-16 * fabs (to); round++)
    {
      double t = from + (to - from) / 2.0, sum = 0.0;

      if (!(t > from && t < to))
        break;
      for (guint i = 0; i < group->n; i++)
        {
          double v = CLAMP (t, self->low[i], self->high[i]);

          sum += group->weights[i] * v * (v - t);
        }
      if (sum > 0.0)
        from = t;
      else
        to = t;
    }
  for (guint i = 0; i < group->n; i++)
    {
      double v = CLAMP (to, self->low[i], self->high[i]);

      q += group->weights[i] * v * v;
      x += group->weights[i] * v;
    }

  return spread_of (self, q, x);
}

/* The greatest F among the corners where the lower values go down and the higher ones up. */
static double
threshold_spread (const Box *self)
{
  const BalanceFlipGroup *group = self->group;
  double q = 0.0, x = 0.0, greatest;

  for (guint i = 0; i < group->n; i++)
    {
      q += group->weights[i] * self->high[i] * self->high[i];
      x += group->weights[i] * self->high[i];
    }
  greatest = spread_of (self, q, x);
  for (guint k = 0; k < group->n; k++)
    {
      guint i = self->order[k];

      q += group->weights[i] * (self->low[i] * self->low[i] - self->high[i] * self->high[i]);
      x += group->weights[i] * (self->low[i] - self->high[i]);
      greatest = MAX (greatest, spread_of (self, MAX (q, 0.0), x));
    }

  return greatest;
}

/* Whatever the corner: above the greatest F. The ends of values that are surely above or below t are known; of the
 * others all corners, or where there are too many, squares of the one end and sums of the other. */
static double
spread_bound (const Box *self, gboolean *exact)
{
  const BalanceFlipGroup *group = self->group;
  double q_low = 0.0, q_high = 0.0, x_low = 0.0, x_high = 0.0, q = 0.0, x = 0.0, t_low, t_high, greatest = 0.0;
  guint uncertain[MAX_UNCERTAIN], n = 0;

  for (guint i = 0; i < group->n; i++)
    {
      q_low += group->weights[i] * self->low[i] * self->low[i];
      q_high += group->weights[i] * self->high[i] * self->high[i];
      x_low += group->weights[i] * self->low[i];
      x_high += group->weights[i] * self->high[i];
    }
  t_low = q_low / x_high;
  t_high = x_low > 0.0 ? q_high / x_low : INFINITY;
  for (guint i = 0; i < group->n; i++)
    if (self->low[i] > t_high || self->high[i] < t_low)
      {
        double v = self->low[i] > t_high ? self->high[i] : self->low[i];

        q += group->weights[i] * v * v;
        x += group->weights[i] * v;
      }
    else if (n++ < MAX_UNCERTAIN)
      uncertain[n - 1] = i;

  *exact = n <= MAX_UNCERTAIN;
  if (*exact)
    {
      for (guint corner = 0; corner < 1u << n; corner++)
        {
          double qc = q, xc = x;

          for (guint k = 0; k < n; k++)
            {
              guint i = uncertain[k];
              double v = corner >> k & 1 ? self->high[i] : self->low[i];

              qc += group->weights[i] * v * v;
              xc += group->weights[i] * v;
            }
          greatest = MAX (greatest, spread_of (self, qc, xc));
        }
      return greatest;
    }

  for (guint i = 0; i < group->n; i++)
    if (!(self->low[i] > t_high || self->high[i] < t_low))
      {
        q += group->weights[i] * self->high[i] * self->high[i];
        x += group->weights[i] * self->low[i];
      }

  return spread_of (self, q, x);
}

typedef double (*SpreadFunc) (const Box *self, gboolean *exact);

static double
least_of (const Box *self, gboolean *exact)
{
  return least_spread (self);
}

static double
threshold_of (const Box *self, gboolean *exact)
{
  return threshold_spread (self);
}

/* The first error at which F crosses `bound`, upwards or downwards; INFINITY if none below 1 does. */
static double
first_crossing (Box *self, SpreadFunc spread, double bound, gboolean upwards, gboolean *exact)
{
  double low = 0.0, high = 0.0;

  *exact = TRUE;
  /* in steps, so that the first crossing is found */
  for (double step = 1e-3;; step *= 2.0)
    {
      double value;

      high = MIN (low + step, BALANCE_FLIP_MOST);
      set_error (self, high);
      value = spread (self, exact);
      if (upwards ? value > bound : value <= bound)
        break;
      if (high >= BALANCE_FLIP_MOST)
        return INFINITY;
      low = high;
    }
  for (guint i = 0; i < 60 && high - low > 1e-15 * high; i++)
    {
      double at = low + (high - low) / 2.0, value;

      if (!(at > low && at < high))
        break;
      set_error (self, at);
      value = spread (self, exact);
      if (upwards ? value > bound : value <= bound)
        high = at;
      else
        low = at;
    }
  set_error (self, high);
  (void) spread (self, exact);

  return high;
}

static int
compare_values (gconstpointer a, gconstpointer b, gpointer data)
{
  const double *values = data;
  double x = values[*(const guint *) a], y = values[*(const guint *) b];

  return (x > y) - (x < y);
}

BalanceFlip
balance_flip_group_flip (BalanceFlipGroup *self, BalanceFlipper *flipper, double limit, gboolean met)
{
  g_autofree double *low = g_new (double, self->n), *high = g_new (double, self->n);
  g_autofree guint *order = g_new (guint, self->n);
  Box box = { self, flipper, low, high, order, 0.0 };
  double bound = 1.0 + limit * limit, conditions = INFINITY;
  BalanceFlip flip = { 0.0, INFINITY, -1, 0 };
  gboolean exact;

  for (guint i = 0; i < self->n; i++)
    {
      box.total += self->weights[i];
      order[i] = i;
      /* the cone needs values that are not negative */
      if (self->values[i] < 0.0)
        return (BalanceFlip) { 0.0, INFINITY, -1, 0 };
    }
  g_qsort_with_data (order, (int) self->n, sizeof *order, compare_values, self->values);

  /* pupils are held here, so what a section belongs to by its pupils is held too */
  balance_flipper_hold (flipper, balance_flipper_get_weight_fields (flipper, self->weight));
  if (!met)
    {
      flip.low = flip.high = first_crossing (&box, least_of, bound, FALSE, &exact);
    }
  else
    {
      flip.high = first_crossing (&box, threshold_of, bound, TRUE, &exact);
      flip.low = first_crossing (&box, spread_bound, bound, TRUE, &exact);
      if (exact)
        flip.high = flip.low;
      else
        flip.low = MIN (flip.low, flip.high);
    }
  if (!self->straight)
    flip.low = 0.0;
  if (!self->apart)
    flip.high = INFINITY;

  flipper->work = 0;
  for (guint i = 0; i < self->n; i++)
    conditions = MIN (conditions, balance_flipper_conditions (flipper, self->value, self->rows[i]));
  balance_flipper_hold (flipper, NULL);
  if (conditions < flip.high)
    flip = (BalanceFlip) { MIN (flip.low, conditions), INFINITY, -1, 0 };

  return flip;
}

/* -- weights that may be off as well ----------------------------------------------------------------- */

typedef struct
{
  BalanceFlipGroup *group;
  BalanceGradient  *gradient;
} Free;

static double
free_spread (Free *self, double error, double *values, double *weights)
{
  BalanceGradient *gradient = self->gradient;
  double w = 0.0, x = 0.0, q = 0.0;

  gradient->mode = error > 0.0 ? BALANCE_GRADIENT_VERTEX : BALANCE_GRADIENT_BOX;
  gradient->radius = error;
  gradient->work = 0;
  for (guint i = 0; i < self->group->n; i++)
    {
      values[i] = balance_range_middle (balance_gradient_value (gradient, self->group->value, self->group->rows[i]));
      weights[i] = balance_range_middle (balance_gradient_value (gradient, self->group->weight, self->group->rows[i]));
      w += weights[i];
      x += weights[i] * values[i];
      q += weights[i] * values[i] * values[i];
    }

  return x > 0.0 && !gradient->failed ? w * q / (x * x) : INFINITY;
}

/* Every fact to the end to which the slope of F at the present point sends it. */
static void
free_aim (Free *self, const double *values, const double *weights, gboolean upwards)
{
  BalanceGradient *gradient = self->gradient;
  double w = 0.0, x = 0.0, q = 0.0;

  for (guint i = 0; i < self->group->n; i++)
    {
      w += weights[i];
      x += weights[i] * values[i];
      q += weights[i] * values[i] * values[i];
    }
  balance_gradient_zero (gradient);
  for (guint i = 0; i < self->group->n; i++)
    {
      /* of log F */
      double by_value = 2.0 * weights[i] * values[i] / q - 2.0 * weights[i] / x;
      double by_weight = 1.0 / w + values[i] * values[i] / q - 2.0 * values[i] / x;

      balance_gradient_spread (gradient, self->group->value, self->group->rows[i], (BalanceRange) { by_value, by_value });
      balance_gradient_spread (gradient, self->group->weight, self->group->rows[i], (BalanceRange) { by_weight, by_weight });
    }
  for (guint k = 0; k < gradient->facts->len; k++)
    {
      BalanceInfluence *fact = &g_array_index (gradient->facts, BalanceInfluence, k);
      double pull = balance_range_middle (fact->slope) * fact->value;

      fact->direction = (pull > 0.0) - (pull < 0.0);
      if (!upwards)
        fact->direction = -fact->direction;
    }
}

double
balance_flip_group_flip_free (BalanceFlipGroup *self, BalanceFlipper *flipper, double limit, gboolean met)
{
  g_autofree double *values = g_new (double, self->n), *weights = g_new (double, self->n);
  Free free = { self, &flipper->free };
  double bound = 1.0 + limit * limit, best = INFINITY;

  flipper->free.held = NULL;
  balance_gradient_reset (&flipper->free);
  (void) free_spread (&free, 0.0, values, weights);
  if (flipper->free.failed)
    return INFINITY;

  /* once by the slopes at the data, once by those where that led */
  for (guint round = 0; round < 2; round++)
    {
      double low = 0.0, high = 1e-3;

      free_aim (&free, values, weights, met);
      while (met ? free_spread (&free, high, values, weights) <= bound : !(free_spread (&free, high, values, weights) <= bound))
        {
          low = high;
          high = MIN (high * 2.0, 0.5);
          if (low >= 0.5)
            return best;
        }
      for (guint i = 0; i < 50; i++)
        {
          double at = low + (high - low) / 2.0, value = free_spread (&free, at, values, weights);

          if (met ? value > bound : value <= bound)
            high = at;
          else
            low = at;
        }
      best = MIN (best, high);
      (void) free_spread (&free, high, values, weights);
    }

  return best;
}
