/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-flip-private.h"

#include <math.h>

#include "formula/balance-node-private.h"

static const BalanceFlip never = { INFINITY, INFINITY, -1, 0 };
/* Nothing is known of it. */
static const BalanceFlip unknown = { 0.0, INFINITY, -1, 0 };

void
balance_flipper_init (BalanceFlipper *self, BalanceJudge *judge)
{
  *self = (BalanceFlipper) { .judge = judge, .frame = judge->frame };
  balance_gradient_init (&self->gradient, judge->frame, NULL);
  balance_gradient_init (&self->free, judge->frame, NULL);
  for (guint i = 0; i < 2; i++)
    self->flags[i] = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->fields = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_hash_table_unref);
  self->rules = g_new0 (BalanceFlip *, judge->scheme->pack->rules->len + 1);
}

void
balance_flipper_clear (BalanceFlipper *self)
{
  for (guint i = 0; i < self->judge->scheme->pack->rules->len; i++)
    g_free (self->rules[i]);
  g_clear_pointer (&self->rules, g_free);
  for (guint i = 0; i < 2; i++)
    g_clear_pointer (&self->flags[i], g_hash_table_unref);
  g_clear_pointer (&self->fields, g_hash_table_unref);
  balance_gradient_clear (&self->gradient);
  balance_gradient_clear (&self->free);
}

static void
note_field (BalanceField *field, BalanceLevel level, gboolean aggregated, gpointer data)
{
  g_hash_table_add (data, field->id);
}

GHashTable *
balance_flipper_get_weight_fields (BalanceFlipper *self, BalanceNode *weight)
{
  GHashTable *fields = g_hash_table_lookup (self->fields, weight);

  if (fields == NULL)
    {
      fields = g_hash_table_new (g_str_hash, g_str_equal);
      balance_node_foreach_field (weight, note_field, fields);
      g_hash_table_insert (self->fields, weight, fields);
    }

  return fields;
}

void
balance_flipper_hold (BalanceFlipper *self, GHashTable *fields)
{
  self->held = fields;
  self->gradient.held = fields;
  if (fields == NULL || fields == self->flags_held)
    return;
  g_hash_table_remove_all (self->flags[1]);
  self->flags_held = fields;
}

/* -- one difference ---------------------------------------------------------------------------------- */

BalanceRange
balance_difference_value (BalanceGradient *gradient, const BalanceDifference *self)
{
  BalanceRange a = balance_gradient_value (gradient, self->a, self->row), b = { self->limit, self->limit };

  if (self->b != NULL)
    b = balance_range_multiply (balance_gradient_value (gradient, self->b, self->row), balance_range_widen (self->factor, self->factor));

  return balance_range_widen (a.low - b.high, a.high - b.low);
}

void
balance_difference_spread (BalanceGradient *gradient, const BalanceDifference *self)
{
  balance_gradient_zero (gradient);
  balance_gradient_spread (gradient, self->a, self->row, (BalanceRange) { 1.0, 1.0 });
  if (self->b != NULL)
    balance_gradient_spread (gradient, self->b, self->row, (BalanceRange) { -self->factor, -self->factor });
}

/* Exactly zero, by the numbers of the frame and not by doubles. */
static gboolean
is_zero (BalanceFrame *frame, const BalanceDifference *self)
{
  BalanceNumber a, b;

  if (self->b == NULL || fabs (self->factor - 1.0) > 0.0)
    return FALSE;
  a = balance_frame_get_numbers (frame, self->a)[self->row];
  b = balance_frame_get_numbers (frame, self->b)[self->row];

  return balance_number_is_known (&frame->pool, a) && balance_number_is_known (&frame->pool, b) &&
         balance_number_equal (&frame->pool, a, b) == BALANCE_TRUE;
}

gboolean
balance_difference_aim (BalanceGradient *gradient, const BalanceDifference *self)
{
  double now;

  balance_gradient_reset (gradient);
  now = balance_range_middle (balance_difference_value (gradient, self));
  if (gradient->failed)
    return FALSE;
  if (is_zero (gradient->frame, self))
    now = 0.0;
  balance_difference_spread (gradient, self);
  for (guint i = 0; i < gradient->facts->len; i++)
    {
      BalanceInfluence *fact = &g_array_index (gradient->facts, BalanceInfluence, i);
      double pull = balance_range_middle (fact->slope) * fact->value;

      fact->direction = pull > 0.0 ? 1 : pull < 0.0 ? -1 : 0;
      if (now > 0.0 || (fabs (now) <= 0.0 && self->side > 0))
        fact->direction = -fact->direction;
    }

  return !gradient->failed;
}

/* Illinois: the secant through two points around the zero, which a quotient of sums needs a handful of. */
double
balance_difference_reach (BalanceGradient *gradient, const BalanceDifference *self, double most)
{
  double low = 0.0, high, at_low, at_high, sign;
  gboolean moves = FALSE;
  int side = 0;

  for (guint i = 0; i < gradient->facts->len; i++)
    moves = moves || g_array_index (gradient->facts, BalanceInfluence, i).direction != 0;
  if (!moves)
    return INFINITY;
  if (is_zero (gradient->frame, self))
    return 0.0;

  gradient->mode = BALANCE_GRADIENT_VERTEX;
  gradient->radius = 0.0;
  at_low = balance_range_middle (balance_difference_value (gradient, self));
  sign = at_low > 0.0 ? 1.0 : -1.0;
  if (fabs (at_low) <= 0.0)
    return 0.0;

  /* towards 1 a divisor may vanish: go there in steps */
  for (high = MIN (most, 1e-3);; high = MIN (most, high * 4.0))
    {
      gradient->radius = high;
      at_high = balance_range_middle (balance_difference_value (gradient, self));
      if (gradient->failed || isnan (at_high))
        {
          gradient->failed = FALSE;
          return INFINITY;
        }
      if (at_high * sign <= 0.0)
        break;
      if (high >= most)
        return INFINITY;
      low = high;
      at_low = at_high;
    }

  for (guint i = 0; i < 100 && high - low > 1e-15 * high; i++)
    {
      double at = low + (high - low) * (at_low / (at_low - at_high)), value;

      if (!(at > low && at < high))
        at = low + (high - low) / 2.0;
      if (!(at > low && at < high))
        break;
      gradient->radius = at;
      value = balance_range_middle (balance_difference_value (gradient, self));
      if (value * sign > 0.0)
        {
          low = at;
          at_low = value;
          if (side == 1)
            at_high /= 2.0;
          side = 1;
        }
      else
        {
          high = at;
          at_high = value;
          if (side == -1)
            at_low /= 2.0;
          side = -1;
          if (fabs (value) <= 0.0)
            break;
        }
    }

  return high;
}

/* Does every fact push one way only, wherever in the box? Then no point of it lies further than the vertex. */
static gboolean
is_monotone (BalanceGradient *gradient, const BalanceDifference *difference, double radius)
{
  gradient->mode = BALANCE_GRADIENT_BOX;
  gradient->radius = radius;
  (void) balance_difference_value (gradient, difference);
  if (!gradient->failed)
    balance_difference_spread (gradient, difference);
  if (gradient->failed)
    {
      gradient->failed = FALSE;
      return FALSE;
    }
  for (guint i = 0; i < gradient->facts->len; i++)
    {
      const BalanceInfluence *fact = &g_array_index (gradient->facts, BalanceInfluence, i);

      if (fact->slope.low < 0.0 && fact->slope.high > 0.0 && fabs (fact->value) > 0.0)
        return FALSE;
    }

  return TRUE;
}

/* The largest box in which the difference keeps its sign for certain. */
static double
certain_radius (BalanceGradient *gradient, const BalanceDifference *difference, double high)
{
  double low = 0.0;

  gradient->mode = BALANCE_GRADIENT_BOX;
  high = MIN (high, BALANCE_FLIP_MOST);
  for (guint i = 0; i < 40; i++)
    {
      double at = low + (high - low) / 2.0;
      BalanceRange range;

      gradient->radius = at;
      range = balance_difference_value (gradient, difference);
      if (!gradient->failed && (range.low > 0.0 || range.high < 0.0))
        low = at;
      else
        high = at;
      gradient->failed = FALSE;
    }

  return low;
}

static BalanceFlip
flip_difference (BalanceFlipper *self, const BalanceDifference *difference)
{
  BalanceGradient *gradient = &self->gradient;
  BalanceFlip flip = never;
  double conditions;

  if (!balance_difference_aim (gradient, difference))
    return unknown;
  flip.high = balance_difference_reach (gradient, difference, BALANCE_FLIP_MOST);
  flip.low = is_monotone (gradient, difference, isfinite (flip.high) ? flip.high : BALANCE_FLIP_MOST) ? flip.high
                                                                                                : certain_radius (gradient, difference, flip.high);

  self->work = 0;
  conditions = balance_flipper_conditions (self, difference->a, difference->row);
  if (difference->b != NULL)
    conditions = MIN (conditions, balance_flipper_conditions (self, difference->b, difference->row));
  if (conditions < flip.high)
    flip = (BalanceFlip) { MIN (flip.low, conditions), INFINITY, -1, 0 };

  return flip;
}

/* -- conditions -------------------------------------------------------------------------------------- */

/* The smallest that turns one of several, or the largest of all that have to turn. */
static void
take_first (BalanceFlip *all, BalanceFlip one)
{
  double high = MIN (all->high, one.high);

  if (one.low < all->low)
    *all = one;
  all->high = high;
}

static void
take_last (BalanceFlip *all, BalanceFlip one, guint n)
{
  if (n == 0 || one.low > all->low)
    *all = one;
  /* whether several can turn at once is not known */
  if (n > 0)
    all->high = INFINITY;
}

static BalanceFlip
find_flag (BalanceFlipper *self, BalanceNode *node, guint row)
{
  BalanceFlip flip = never;
  BalanceTruth truth;
  guint n = 0;

  if (balance_node_get_constant (node) != BALANCE_UNKNOWN)
    return never;
  if (node->kind == BALANCE_NODE_IF)
    {
      BalanceFlip condition = balance_flipper_flag (self, node->args[0], row);

      if (!balance_gradient_resolve (self->frame, &node, &row))
        return unknown;
      flip = balance_flipper_flag (self, node, row);
      if (condition.low < flip.high)
        flip = (BalanceFlip) { MIN (flip.low, condition.low), INFINITY, -1, 0 };
      return flip;
    }
  if (!balance_gradient_resolve (self->frame, &node, &row) || node->type != BALANCE_VALUE_FLAG)
    return unknown;
  if (balance_node_get_constant (node) != BALANCE_UNKNOWN)
    return never;
  truth = (BalanceTruth) balance_frame_get_flags (self->frame, node)[row];
  if (truth == BALANCE_UNKNOWN)
    return unknown;

  switch (node->kind)
    {
    case BALANCE_NODE_FIELD:
    case BALANCE_NODE_IN_STAGES:
    case BALANCE_NODE_IN:
    case BALANCE_NODE_MISSING:
      return never;

    case BALANCE_NODE_NOT:
      return balance_flipper_flag (self, node->args[0], row);

    case BALANCE_NODE_LESS:
    case BALANCE_NODE_LESS_EQUAL:
    case BALANCE_NODE_EQUAL:
      if (node->args[0]->type != BALANCE_VALUE_NUMBER)
        return never;
      flip = flip_difference (self, &(BalanceDifference) { node->args[0], node->args[1], 1.0, 0.0, row, 0 });
      /* what is equal ceases to be at once, if anything in it can be off at all */
      if (node->kind == BALANCE_NODE_EQUAL && truth == BALANCE_TRUE)
        flip.low = self->gradient.facts->len > 0 ? 0.0 : INFINITY;
      return flip;

    case BALANCE_NODE_AND:
    case BALANCE_NODE_OR:
      /* what made it so: one of them, or all */
      for (guint i = 0; i < node->n_args; i++)
        {
          BalanceTruth part = balance_node_get_constant (node->args[i]);

          if (part == BALANCE_UNKNOWN)
            part = (BalanceTruth) balance_frame_get_flags (self->frame, node->args[i])[row];
          if (truth != part)
            continue;
          if ((node->kind == BALANCE_NODE_AND) == (truth == BALANCE_TRUE))
            take_first (&flip, balance_flipper_flag (self, node->args[i], row));
          else
            take_last (&flip, balance_flipper_flag (self, node->args[i], row), n++);
        }
      return flip;

    case BALANCE_NODE_AGGREGATE:
      {
        guint first, count;
        const guint32 *rows;

        if (node->variant != BALANCE_AGGREGATE_ANY)
          return unknown;
        count = balance_frame_get_rows (self->frame, node->level, row, node->rows, &first, &rows);
        for (guint i = 0; i < count; i++)
          {
            guint at = rows != NULL ? rows[i] - self->frame->offset[node->rows] : first + i;

            if (balance_frame_get_flags (self->frame, node->args[0])[at] != (guint8) truth)
              continue;
            if (truth == BALANCE_FALSE)
              take_first (&flip, balance_flipper_flag (self, node->args[0], at));
            else
              take_last (&flip, balance_flipper_flag (self, node->args[0], at), n++);
          }
        return flip;
      }

    case BALANCE_NODE_REQUIREMENT:
    default:
      return unknown;
    }
}

BalanceFlip
balance_flipper_flag (BalanceFlipper *self, BalanceNode *node, guint row)
{
  gint64 key = (gint64) balance_node_get_index (node) << 32 | row, *own;
  GHashTable *flags = self->flags[self->held != NULL];
  BalanceFlip *known = g_hash_table_lookup (flags, &key);

  if (known == NULL)
    {
      known = g_new (BalanceFlip, 1);
      *known = find_flag (self, node, row);
      own = g_new (gint64, 1);
      *own = key;
      g_hash_table_insert (flags, own, known);
    }

  return *known;
}

double
balance_flipper_conditions (BalanceFlipper *self, BalanceNode *node, guint row)
{
  double least = INFINITY;

  if (balance_gradient_is_too_much (self->frame, ++self->work))
    return 0.0;
  if (node->kind == BALANCE_NODE_IF && balance_node_get_constant (node->args[0]) == BALANCE_UNKNOWN)
    least = balance_flipper_flag (self, node->args[0], row).low;
  if (!balance_gradient_resolve (self->frame, &node, &row))
    return 0.0;

  switch (node->kind)
    {
    case BALANCE_NODE_CONSTANT:
    case BALANCE_NODE_FIELD:
    case BALANCE_NODE_SPLIT:
    case BALANCE_NODE_YEARS:
      return least;

    case BALANCE_NODE_AGGREGATE:
      {
        guint first, count;
        const guint32 *rows;

        count = balance_frame_get_rows (self->frame, node->level, row, node->rows, &first, &rows);
        for (guint i = 0; i < count && least > 0.0; i++)
          {
            guint at = rows != NULL ? rows[i] - self->frame->offset[node->rows] : first + i;

            if (node->args[2] != NULL)
              {
                least = MIN (least, balance_flipper_flag (self, node->args[2], at).low);
                if (balance_frame_get_flags (self->frame, node->args[2])[at] != BALANCE_TRUE)
                  continue;
              }
            if (node->args[0]->type == BALANCE_VALUE_FLAG)
              least = MIN (least, balance_flipper_flag (self, node->args[0], at).low);
            else
              least = MIN (least, balance_flipper_conditions (self, node->args[0], at));
            if (node->args[1] != NULL)
              least = MIN (least, balance_flipper_conditions (self, node->args[1], at));
          }
        return least;
      }

    default:
      for (guint i = 0; i < node->n_args; i++)
        if (node->args[i] != NULL)
          least = MIN (least, balance_flipper_conditions (self, node->args[i], row));
      return least;
    }
}

double
balance_flipper_applies (BalanceFlipper *self, guint rule, guint row)
{
  const BalanceSchemeRule *own = &self->judge->scheme->rules[rule];
  double least = balance_flipper_flag (self, own->subjects, row).low;

  return own->when != NULL ? MIN (least, balance_flipper_flag (self, own->when, row).low) : least;
}

/* -- requirements ------------------------------------------------------------------------------------ */

gboolean
balance_flipper_get_difference (BalanceFlipper *self, guint rule, guint row, gboolean floor, BalanceDifference *difference)
{
  const BalanceSchemeRule *own = &self->judge->scheme->rules[rule];
  const BalanceRule *parent = own->rule->parent;

  *difference = (BalanceDifference) { own->measure.value, own->measure.limit, 1.0, 0.0, row, 1 };
  if (own->measure.comparison == BALANCE_COMPARISON_AT_MOST || own->measure.comparison == BALANCE_COMPARISON_BELOW)
    difference->side = -1;
  if (own->measure.value == NULL || own->measure.limit == NULL || (floor && (parent == NULL || !parent->has_floor)))
    return FALSE;
  if (floor)
    {
      difference->factor = (double) parent->floor.digits / (double) balance_power_of_ten (parent->floor.scale);
      if (own->measure.comparison == BALANCE_COMPARISON_AT_MOST || own->measure.comparison == BALANCE_COMPARISON_BELOW)
        difference->factor = 1.0 / difference->factor;
    }

  return TRUE;
}

static BalanceFlip
flip_value (BalanceFlipper *self, guint rule, guint row, gboolean floor)
{
  const BalanceSchemeRule *own = &self->judge->scheme->rules[rule];
  BalanceDifference difference;

  if (own->measure.comparison == BALANCE_COMPARISON_NONE)
    return balance_flipper_flag (self, own->measure.value, row);
  if (!balance_flipper_get_difference (self, rule, row, floor, &difference))
    return unknown;

  return flip_difference (self, &difference);
}

static BalanceFlip
flip_dispersion (BalanceFlipper *self, guint rule, guint row)
{
  const BalanceJudged *judged = balance_judge_get (self->judge, rule);
  double limit = balance_number_get_double (&self->frame->pool, judged->limits[row]);
  BalanceFlip flip = unknown;
  BalanceFlipGroup group;

  if (!isnan (limit) && balance_flip_group_find (&group, self, rule, row))
    {
      flip = balance_flip_group_flip (&group, self, limit, judged->verdicts[row] == BALANCE_VERDICT_MET);
      balance_flip_group_clear (&group);
    }

  return flip;
}

static int
compare_flips (gconstpointer a, gconstpointer b)
{
  const BalanceFlip *x = a, *y = b;

  return (x->low > y->low) - (x->low < y->low);
}

/* When so many of several have turned. */
static BalanceFlip
flip_several (BalanceFlip *flips, guint n, guint turning)
{
  BalanceFlip flip = never;

  if (turning > n)
    return never;
  for (guint i = 0; i < n && turning == 1; i++)
    take_first (&flip, flips[i]);
  if (turning > 1)
    {
      qsort (flips, n, sizeof *flips, compare_flips);
      flip = flips[turning - 1];
      flip.high = INFINITY;
    }

  return flip;
}

/* Rows of a child as a row of its parent sees them: every finer one, or the one that holds it. */
typedef struct
{
  guint          n, first, offset;
  const guint32 *rows;
} Below;

static void
find_below (BalanceFlipper *self, BalanceLevel level, guint row, BalanceLevel child, Below *below)
{
  *below = (Below) { .n = 1, .first = row, .offset = self->frame->offset[child] };
  if (child > level)
    below->first = balance_frame_get_parent (self->frame, level, row, child);
  else if (child < level)
    below->n = balance_frame_get_rows (self->frame, level, row, child, &below->first, &below->rows);
}

static guint
below_at (const Below *below, guint i)
{
  return below->rows != NULL ? below->rows[i] - below->offset : below->first + i;
}

/* To the floor, or from above it to below; what has none is lost with its limit. */
static BalanceFlip
flip_floor (BalanceFlipper *self, const BalanceRule *rule, guint row)
{
  BalanceFlip flip;

  if ((rule->kind == BALANCE_RULE_VALUE || rule->kind == BALANCE_RULE_INDICATOR) &&
      self->judge->scheme->rules[rule->index].measure.comparison != BALANCE_COMPARISON_NONE)
    {
      flip = flip_value (self, rule->index, row, TRUE);
      flip.rule = (int) rule->index;
      flip.row = row;
      return flip;
    }
  flip = balance_flipper_find (self, rule->index, row);

  flip.high = INFINITY;

  return flip;
}

/* When a child ceases to hold (`met`: the first of its rows), or begins to (the last). */
static BalanceFlip
flip_child (BalanceFlipper *self, const BalanceRule *child, BalanceLevel level, guint row, gboolean floor, gboolean met)
{
  const BalanceJudged *judged = balance_judge_get (self->judge, child->index);
  BalanceFlip flip = met ? never : (BalanceFlip) { 0.0, 0.0, -1, 0 };
  guint turning = 0;
  Below below;

  find_below (self, level, row, child->level, &below);
  for (guint i = 0; i < below.n; i++)
    {
      guint at = below_at (&below, i);
      BalanceVerdict verdict = (BalanceVerdict) judged->verdicts[at];
      gboolean holds = verdict == BALANCE_VERDICT_MET || (floor && balance_judge_get_floor (self->judge, child->index, at) == BALANCE_TRUE);
      BalanceFlip one;

      if (verdict == BALANCE_VERDICT_NOT_APPLICABLE)
        {
          /* it may come to be asked */
          if (met && balance_judge_knows_stage (self->judge, child->level, at) && balance_judge_stage_applies (self->judge, child->index, at))
            flip.low = MIN (flip.low, balance_flipper_applies (self, child->index, at));
          continue;
        }
      if (holds != met)
        continue;
      if (verdict == BALANCE_VERDICT_UNDETERMINED)
        one = met ? unknown : never;
      else
        one = floor ? flip_floor (self, child, at) : balance_flipper_find (self, child->index, at);
      if (met)
        take_first (&flip, one);
      else
        take_last (&flip, one, turning++);
    }

  return flip;
}

static gboolean
has_veto (const BalanceRule *rule)
{
  for (guint i = 0; i < rule->children->len; i++)
    {
      const BalanceRule *child = g_ptr_array_index (rule->children, i);

      if (child->veto || has_veto (child))
        return TRUE;
    }
  return FALSE;
}

/* Of scores and vetoes only this is followed: nothing turns before the first of all leaves below. */
static double
first_leaf (BalanceFlipper *self, const BalanceRule *rule, guint row)
{
  double least = INFINITY;

  if (rule->score != NULL)
    return 0.0;
  for (guint k = 0; k < rule->children->len && least > 0.0; k++)
    {
      const BalanceRule *child = g_ptr_array_index (rule->children, k);
      const BalanceJudged *judged = balance_judge_get (self->judge, child->index);
      Below below;

      find_below (self, rule->level, row, child->level, &below);
      for (guint i = 0; i < below.n && least > 0.0; i++)
        {
          guint at = below_at (&below, i);

          if (!balance_judge_knows_stage (self->judge, child->level, at) || !balance_judge_stage_applies (self->judge, child->index, at))
            continue;
          if (child->children->len > 0 || child->score != NULL)
            least = MIN (least, first_leaf (self, child, at));
          else if (judged->verdicts[at] == BALANCE_VERDICT_MET || judged->verdicts[at] == BALANCE_VERDICT_UNMET)
            least = MIN (least, balance_flipper_find (self, child->index, at).low);
          least = MIN (least, balance_flipper_applies (self, child->index, at));
        }
    }

  return least;
}

static BalanceFlip
flip_combination (BalanceFlipper *self, guint index, guint row)
{
  const BalanceRule *rule = self->judge->scheme->rules[index].rule;
  gboolean met = balance_judge_get (self->judge, index)->verdicts[row] == BALANCE_VERDICT_MET;
  g_autofree BalanceFlip *flips = g_new (BalanceFlip, rule->children->len + 1);
  guint n = 0, n_binding = 0, n_bad = 0, allowed, n_floors = 0;
  BalanceFlip flip = met ? never : (BalanceFlip) { 0.0, 0.0, -1, 0 };

  if (rule->limit.comparison != BALANCE_COMPARISON_NONE || rule->grades != NULL || has_veto (rule))
    return (BalanceFlip) { first_leaf (self, rule, row), INFINITY, -1, 0 };

  for (guint i = 0; i < rule->children->len; i++)
    {
      const BalanceRule *child = g_ptr_array_index (rule->children, i);
      BalanceVerdict verdict;
      BalanceFlip one = never;
      gboolean bad;

      if (!child->binding)
        continue;
      verdict = balance_judge_get_verdict_at (self->judge, child->index, rule->level, row);
      bad = verdict == BALANCE_VERDICT_UNMET || verdict == BALANCE_VERDICT_UNDETERMINED;
      n_binding++;
      n_bad += bad;
      if (bad != met)
        {
          if (verdict != BALANCE_VERDICT_UNDETERMINED)
            one = flip_child (self, child, rule->level, row, FALSE, met);
          flips[n++] = one;
        }
      if (!rule->has_floor)
        continue;
      one = flip_child (self, child, rule->level, row, TRUE, met);
      if (met)
        take_first (&flip, one);
      else if (one.low > 0.0 || one.high > 0.0)
        take_last (&flip, one, n_floors++);
    }

  allowed = rule->need < 0 || (guint) rule->need > n_binding ? 0 : n_binding - (guint) rule->need;
  if (met)
    take_first (&flip, flip_several (flips, n, allowed - n_bad + 1));
  else if (n_bad > allowed)
    take_last (&flip, flip_several (flips, n, n_bad - allowed), n_floors);

  return flip;
}

BalanceFlip
balance_flipper_find (BalanceFlipper *self, guint index, guint row)
{
  const BalanceRule *rule = self->judge->scheme->rules[index].rule;
  guint n = self->frame->n_rows[rule->level];
  BalanceFlip *flip;
  double applies;

  if (self->rules[index] == NULL)
    {
      self->rules[index] = g_new (BalanceFlip, n + 1);
      for (guint i = 0; i < n; i++)
        self->rules[index][i].low = NAN;
    }
  flip = &self->rules[index][row];
  if (!isnan (flip->low))
    return *flip;

  switch (rule->kind == BALANCE_RULE_DISPERSION && rule->children->len > 0 ? BALANCE_RULE_COMBINATION : rule->kind)
    {
    case BALANCE_RULE_VALUE:
    case BALANCE_RULE_INDICATOR:
      *flip = flip_value (self, index, row, FALSE);
      flip->rule = (int) index;
      flip->row = row;
      break;
    case BALANCE_RULE_DISPERSION:
      *flip = flip_dispersion (self, index, row);
      flip->rule = (int) index;
      flip->row = row;
      break;
    case BALANCE_RULE_COMBINATION:
      *flip = flip_combination (self, index, row);
      break;
    case BALANCE_RULE_SELECTION:
    default:
      *flip = unknown;
      break;
    }
  /* or it ceases to be asked */
  applies = balance_flipper_applies (self, index, row);
  if (applies < flip->high)
    *flip = (BalanceFlip) { MIN (flip->low, applies), INFINITY, -1, 0 };

  return *flip;
}
