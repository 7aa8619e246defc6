/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-gradient-private.h"

#include <math.h>

#include "census/balance-view-private.h"
#include "formula/balance-node-private.h"

static const BalanceRange nothing_known = { -INFINITY, INFINITY };

/* -- ranges ------------------------------------------------------------------------------------------ */

/* Each operation below rounds a few times, by half a unit in the last place (1.2e-16) each. */
#define OUTWARDS 1e-15

BalanceRange
balance_range_widen (double low, double high)
{
  return (BalanceRange) { low - fabs (low) * OUTWARDS, high + fabs (high) * OUTWARDS };
}

static BalanceRange
range_add (BalanceRange a, BalanceRange b)
{
  return balance_range_widen (a.low + b.low, a.high + b.high);
}

static BalanceRange
range_negate (BalanceRange a)
{
  return (BalanceRange) { -a.high, -a.low };
}

BalanceRange
balance_range_multiply (BalanceRange a, BalanceRange b)
{
  double ll = a.low * b.low, lh = a.low * b.high, hl = a.high * b.low, hh = a.high * b.high;

  if (isnan (ll) || isnan (lh) || isnan (hl) || isnan (hh))
    return nothing_known;
  return balance_range_widen (MIN (MIN (ll, lh), MIN (hl, hh)), MAX (MAX (ll, lh), MAX (hl, hh)));
}

static BalanceRange
range_divide (BalanceRange a, BalanceRange b)
{
  if (b.low <= 0.0 && b.high >= 0.0)
    return nothing_known;
  return balance_range_multiply (a, balance_range_widen (1.0 / b.high, 1.0 / b.low));
}

/* -- facts ------------------------------------------------------------------------------------------- */

typedef struct
{
  BalanceField *field;
  guint         row;
  BalanceLevel  level;
} Key;

static guint
key_hash (gconstpointer key)
{
  const Key *k = key;

  return g_direct_hash (k->field) * 31u + k->row * 8u + (guint) k->level;
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  const Key *k = a, *l = b;

  return k->field == l->field && k->row == l->row && k->level == l->level;
}

void
balance_gradient_init (BalanceGradient *self, BalanceFrame *frame, GHashTable *held)
{
  *self = (BalanceGradient) { .frame = frame, .held = held };
  self->facts = g_array_new (FALSE, FALSE, sizeof (BalanceInfluence));
  self->index = g_hash_table_new_full (key_hash, key_equal, g_free, NULL);
}

void
balance_gradient_clear (BalanceGradient *self)
{
  g_clear_pointer (&self->facts, g_array_unref);
  g_clear_pointer (&self->index, g_hash_table_unref);
}

void
balance_gradient_reset (BalanceGradient *self)
{
  g_array_set_size (self->facts, 0);
  g_hash_table_remove_all (self->index);
  self->failed = FALSE;
  self->work = 0;
  self->radius = 0.0;
  self->mode = BALANCE_GRADIENT_BOX;
}

void
balance_gradient_zero (BalanceGradient *self)
{
  for (guint i = 0; i < self->facts->len; i++)
    g_array_index (self->facts, BalanceInfluence, i).slope = (BalanceRange) { 0.0, 0.0 };
}

static BalanceInfluence *
get_fact (BalanceGradient *self, BalanceField *field, BalanceLevel level, guint row, double value)
{
  Key key = { field, row, level };
  guint position = GPOINTER_TO_UINT (g_hash_table_lookup (self->index, &key));

  if (position == 0)
    {
      BalanceInfluence fact = { level, row, field, value, { 0.0, 0.0 }, 0 };
      Key *own = g_new (Key, 1);

      *own = key;
      g_array_append_val (self->facts, fact);
      position = self->facts->len;
      g_hash_table_insert (self->index, own, GUINT_TO_POINTER (position));
    }

  return &g_array_index (self->facts, BalanceInfluence, position - 1);
}

/* Years and the like are no amounts that could be a little off. */
static gboolean
can_err (BalanceGradient *self, const BalanceField *field)
{
  return (field->type == BALANCE_FIELD_COUNT || field->type == BALANCE_FIELD_AMOUNT || field->type == BALANCE_FIELD_NUMBER ||
          field->type == BALANCE_FIELD_SHARE) &&
         (self->held == NULL || !g_hash_table_contains (self->held, field->id));
}

static BalanceRange
fact_value (BalanceGradient *self, BalanceField *field, BalanceLevel level, const BalanceColumn *column, guint row)
{
  double value;
  BalanceInfluence *fact;

  if (column == NULL || !balance_column_is_valid (column, row))
    {
      self->failed = TRUE;
      return nothing_known;
    }
  value = balance_column_get_number (column, row);
  if (!can_err (self, field))
    return balance_range_widen (value, value);

  fact = get_fact (self, field, level, row, value);
  if (self->mode == BALANCE_GRADIENT_VERTEX)
    {
      value *= 1.0 + self->radius * fact->direction;
      return balance_range_widen (value, value);
    }
  return value >= 0.0 ? balance_range_widen (value * (1.0 - self->radius), value * (1.0 + self->radius))
                      : balance_range_widen (value * (1.0 + self->radius), value * (1.0 - self->radius));
}

static void
fact_spread (BalanceGradient *self, BalanceField *field, BalanceLevel level, const BalanceColumn *column, guint row, BalanceRange slope)
{
  BalanceInfluence *fact;

  if (column == NULL || !balance_column_is_valid (column, row) || !can_err (self, field))
    return;
  fact = get_fact (self, field, level, row, balance_column_get_number (column, row));
  fact->slope = range_add (fact->slope, slope);
}

/* -- the graph --------------------------------------------------------------------------------------- */

gboolean
balance_gradient_is_too_much (BalanceFrame *frame, guint64 work)
{
  return work > 4000000 + 400 * (guint64) frame->n_rows[BALANCE_LEVEL_SECTION];
}

/* Counts a node; FALSE, and the whole value has failed, where there were too many. */
static gboolean
take_step (BalanceGradient *self)
{
  if (balance_gradient_is_too_much (self->frame, ++self->work))
    self->failed = TRUE;
  return !self->failed;
}

gboolean
balance_gradient_resolve (BalanceFrame *frame, BalanceNode **node, guint *row)
{
  for (;;)
    {
      BalanceNode *at = *node;

      if (at->kind == BALANCE_NODE_BY_STAGE)
        {
          guint absolute = *row + frame->offset[at->level];
          int stage = frame->binding->stage_back[at->level == BALANCE_LEVEL_SECTION ? frame->facts->section_stage[absolute]
                                                                                     : frame->facts->group_stage[absolute]];

          if (stage < 0 || (guint) stage >= at->n_args || at->args[stage] == NULL)
            return FALSE;
          *node = at->args[stage];
        }
      else if (at->kind == BALANCE_NODE_IF)
        {
          BalanceTruth truth = balance_node_get_constant (at->args[0]);

          if (truth == BALANCE_UNKNOWN)
            truth = (BalanceTruth) balance_frame_get_flags (frame, at->args[0])[*row];
          if (truth == BALANCE_UNKNOWN)
            return FALSE;
          *node = at->args[truth == BALANCE_TRUE ? 1 : 2];
        }
      else if (at->kind == BALANCE_NODE_RAISE)
        {
          *row = balance_frame_get_parent (frame, at->level, *row, at->args[0]->level);
          *node = at->args[0];
        }
      else
        {
          return TRUE;
        }
    }
}

/* The other sections of a school, among which an amount is split. */
typedef struct
{
  double       weight;        /* of this section */
  BalanceRange own, rest;     /* weight x pupils of it, and of the others together */
  gboolean     takes, others, given;
} Split;

static void
find_split (BalanceGradient *self, const BalanceNode *node, guint row, Split *split)
{
  BalanceFrame *frame = self->frame;
  BalanceFacts *facts = frame->facts;
  const BalanceColumn *part = frame->binding->fields[node->index].part;
  guint offset = frame->offset[BALANCE_LEVEL_SECTION];
  guint32 school = facts->section_school[offset + row];

  *split = (Split) { .given = part != NULL && balance_column_is_valid (part, offset + row) };
  for (guint32 j = facts->school_sections[school]; !split->given && j < facts->school_sections[school + 1]; j++)
    {
      guint32 section = facts->school_section_rows[j];
      const BalanceDecimal *decimal = &frame->binding->split_weights[facts->section_stage[section]];
      double weight = (double) decimal->digits / (double) balance_power_of_ten (decimal->scale);
      BalanceRange share;

      if (decimal->digits == 0)
        continue;
      share = balance_range_multiply (balance_gradient_value (self, node->args[1], section - offset), balance_range_widen (weight, weight));
      if (section == offset + row)
        {
          split->own = share;
          split->weight = weight;
          split->takes = TRUE;
        }
      else
        {
          split->rest = range_add (split->rest, share);
          split->others = TRUE;
        }
    }
}

/* own / (own + rest) grows with the one and falls with the other: its ends are at theirs. */
static BalanceRange
split_share (const Split *split)
{
  if (!split->takes)
    return (BalanceRange) { 0.0, 0.0 };
  if (!split->others)
    return (BalanceRange) { 1.0, 1.0 };
  if (!(split->own.low + split->rest.low > 0.0))
    return (BalanceRange) { 0.0, 1.0 };
  return balance_range_widen (split->own.low / (split->own.low + split->rest.high), split->own.high / (split->own.high + split->rest.low));
}

static void
spread_split (BalanceGradient *self, const BalanceNode *node, guint row, BalanceRange slope)
{
  BalanceFrame *frame = self->frame;
  BalanceFacts *facts = frame->facts;
  guint offset = frame->offset[BALANCE_LEVEL_SECTION], school_row;
  guint32 school = facts->section_school[offset + row];
  BalanceRange total, square, whole;
  Split split;

  find_split (self, node, row, &split);
  if (split.given)
    {
      fact_spread (self, node->field, BALANCE_LEVEL_SECTION, frame->binding->fields[node->index].part, offset + row, slope);
      return;
    }
  if (!split.takes)
    return;

  school_row = school - frame->offset[BALANCE_LEVEL_SCHOOL];
  balance_gradient_spread (self, node->args[0], school_row, balance_range_multiply (slope, split_share (&split)));
  if (!split.others)
    return;
  whole = balance_range_multiply (slope, balance_gradient_value (self, node->args[0], school_row));
  total = range_add (split.own, split.rest);
  square = balance_range_multiply (total, total);
  for (guint32 j = facts->school_sections[school]; j < facts->school_sections[school + 1]; j++)
    {
      guint32 section = facts->school_section_rows[j];
      const BalanceDecimal *decimal = &frame->binding->split_weights[facts->section_stage[section]];
      double weight = (double) decimal->digits / (double) balance_power_of_ten (decimal->scale);
      BalanceRange part = range_divide (section == offset + row ? split.rest : range_negate (split.own), square);

      if (decimal->digits != 0)
        balance_gradient_spread (self, node->args[1], section - offset,
                                 balance_range_multiply (whole, balance_range_multiply (part, balance_range_widen (weight, weight))));
    }
}

/* -- aggregates -------------------------------------------------------------------------------------- */

typedef struct
{
  guint          n, first, offset;
  const guint32 *rows;
  const guint8  *mask;       /* nullable */
} Rows;

static void
find_rows (BalanceGradient *self, const BalanceNode *node, guint row, Rows *rows)
{
  rows->n = balance_frame_get_rows (self->frame, node->level, row, node->rows, &rows->first, &rows->rows);
  rows->offset = self->frame->offset[node->rows];
  rows->mask = node->args[2] != NULL ? balance_frame_get_flags (self->frame, node->args[2]) : NULL;
}

static guint
row_at (const Rows *rows, guint i)
{
  return rows->rows != NULL ? rows->rows[i] - rows->offset : rows->first + i;
}

static gboolean
counts (BalanceGradient *self, const Rows *rows, guint row)
{
  if (rows->mask == NULL || rows->mask[row] == BALANCE_TRUE)
    return TRUE;
  if (rows->mask[row] == BALANCE_UNKNOWN)
    self->failed = TRUE;
  return FALSE;
}

static BalanceRange
known_number (BalanceGradient *self, BalanceNode *node, guint row)
{
  BalanceNumber number = balance_frame_get_numbers (self->frame, node)[row];
  double value = balance_number_get_double (&self->frame->pool, number);

  if (isnan (value))
    {
      self->failed = TRUE;
      return nothing_known;
    }
  return balance_range_widen (value, value);
}

static BalanceRange
aggregate_value (BalanceGradient *self, BalanceNode *node, guint row)
{
  BalanceRange sum = { 0.0, 0.0 }, weight = { 0.0, 0.0 };
  gboolean any = FALSE;
  Rows rows;

  if (node->variant == BALANCE_AGGREGATE_COUNT || node->variant == BALANCE_AGGREGATE_SHARE)
    return known_number (self, node, row);
  if (node->variant == BALANCE_AGGREGATE_CV)
    {
      self->failed = TRUE;
      return nothing_known;
    }
  find_rows (self, node, row, &rows);
  for (guint i = 0; i < rows.n; i++)
    {
      guint at = row_at (&rows, i);
      BalanceRange one, w = { 1.0, 1.0 };

      if (!counts (self, &rows, at))
        continue;
      one = balance_gradient_value (self, node->args[0], at);
      if (node->variant == BALANCE_AGGREGATE_MEAN && node->args[1] != NULL)
        w = balance_gradient_value (self, node->args[1], at);
      if (node->variant == BALANCE_AGGREGATE_MIN)
        sum = any ? (BalanceRange) { MIN (sum.low, one.low), MIN (sum.high, one.high) } : one;
      else if (node->variant == BALANCE_AGGREGATE_MAX)
        sum = any ? (BalanceRange) { MAX (sum.low, one.low), MAX (sum.high, one.high) } : one;
      else
        sum = range_add (sum, balance_range_multiply (one, w));
      weight = range_add (weight, w);
      any = TRUE;
    }
  if (node->variant == BALANCE_AGGREGATE_MEAN)
    sum = range_divide (sum, weight);
  self->failed = self->failed || (node->variant != BALANCE_AGGREGATE_SUM && (!any || !isfinite (sum.low) || !isfinite (sum.high)));

  return sum;
}

static void
aggregate_spread (BalanceGradient *self, BalanceNode *node, guint row, BalanceRange slope)
{
  gboolean extreme = node->variant == BALANCE_AGGREGATE_MIN || node->variant == BALANCE_AGGREGATE_MAX;
  BalanceRange mean = { 0.0, 0.0 }, weight = { 0.0, 0.0 };
  Rows rows;

  if (node->variant == BALANCE_AGGREGATE_COUNT || node->variant == BALANCE_AGGREGATE_SHARE || node->variant == BALANCE_AGGREGATE_CV)
    return;
  find_rows (self, node, row, &rows);
  if (node->variant == BALANCE_AGGREGATE_MEAN)
    {
      mean = aggregate_value (self, node, row);
      for (guint i = 0; i < rows.n; i++)
        if (counts (self, &rows, row_at (&rows, i)))
          weight = range_add (weight, node->args[1] != NULL ? balance_gradient_value (self, node->args[1], row_at (&rows, i))
                                                            : (BalanceRange) { 1.0, 1.0 });
      slope = range_divide (slope, weight);
    }
  else if (extreme)
    {
      mean = aggregate_value (self, node, row);
    }
  for (guint i = 0; i < rows.n; i++)
    {
      guint at = row_at (&rows, i);
      BalanceRange own = slope, one;

      if (!counts (self, &rows, at))
        continue;
      one = balance_gradient_value (self, node->args[0], at);
      if (extreme)
        {
          /* it is the extreme for sure, perhaps or never */
          if (node->variant == BALANCE_AGGREGATE_MIN ? one.low > mean.high : one.high < mean.low)
            continue;
          own = balance_range_multiply (slope, one.low >= mean.low && one.high <= mean.high ? (BalanceRange) { 1.0, 1.0 }
                                                                                           : (BalanceRange) { 0.0, 1.0 });
        }
      else if (node->variant == BALANCE_AGGREGATE_MEAN && node->args[1] != NULL)
        {
          own = balance_range_multiply (slope, balance_gradient_value (self, node->args[1], at));
          balance_gradient_spread (self, node->args[1], at, balance_range_multiply (slope, range_add (one, range_negate (mean))));
        }
      balance_gradient_spread (self, node->args[0], at, own);
    }
}

/* -- a split amount for each of those by whom it is split --------------------------------------------- */

/* V w p / (sum of w p) / p counts p twice and says too little of it in ranges; V w / (sum of w p) does not. */
typedef struct
{
  BalanceNode *node;        /* what it is divided by, and where */
  guint        row;
} Divisor;

static gboolean
is_by (BalanceFrame *frame, BalanceNode *node, guint row, const Divisor *divisor)
{
  return balance_gradient_resolve (frame, &node, &row) && node == divisor->node && row == divisor->row;
}

/* Is there such a part in the sum above the line? */
static gboolean
has_split_by (BalanceGradient *self, BalanceNode *node, guint row, const Divisor *divisor)
{
  if (!take_step (self) || !balance_gradient_resolve (self->frame, &node, &row))
    return FALSE;
  if (node->kind == BALANCE_NODE_ADD || node->kind == BALANCE_NODE_SUBTRACT || node->kind == BALANCE_NODE_MULTIPLY)
    return has_split_by (self, node->args[0], row, divisor) || has_split_by (self, node->args[1], row, divisor);

  return node->kind == BALANCE_NODE_SPLIT && is_by (self->frame, node->args[1], row, divisor);
}

/* The factor before what is left of a product with a constant; NULL where it is none. */
static BalanceNode *
take_factor (BalanceGradient *self, BalanceNode *node, guint row, BalanceRange *factor)
{
  for (guint i = 0; i < 2; i++)
    {
      BalanceNode *constant = node->args[i];
      guint at = row;

      if (!balance_gradient_resolve (self->frame, &constant, &at) || constant->kind != BALANCE_NODE_CONSTANT)
        continue;
      *factor = known_number (self, constant, at);
      return node->args[1 - i];
    }
  return NULL;
}

static BalanceRange
value_by (BalanceGradient *self, BalanceNode *node, guint row, const Divisor *divisor)
{
  BalanceNode *rest;
  BalanceRange a, b;
  Split split;

  if (!take_step (self) || !balance_gradient_resolve (self->frame, &node, &row))
    {
      self->failed = TRUE;
      return nothing_known;
    }
  if (node->kind == BALANCE_NODE_ADD || node->kind == BALANCE_NODE_SUBTRACT)
    {
      a = value_by (self, node->args[0], row, divisor);
      b = value_by (self, node->args[1], row, divisor);
      return range_add (a, node->kind == BALANCE_NODE_ADD ? b : range_negate (b));
    }
  if (node->kind == BALANCE_NODE_MULTIPLY && (rest = take_factor (self, node, row, &a)) != NULL)
    return balance_range_multiply (a, value_by (self, rest, row, divisor));
  if (node->kind == BALANCE_NODE_SPLIT && is_by (self->frame, node->args[1], row, divisor))
    {
      find_split (self, node, row, &split);
      if (!split.given && split.takes)
        {
          guint school = self->frame->facts->section_school[row + self->frame->offset[BALANCE_LEVEL_SECTION]];

          a = balance_gradient_value (self, node->args[0], school - self->frame->offset[BALANCE_LEVEL_SCHOOL]);
          return range_divide (balance_range_multiply (a, balance_range_widen (split.weight, split.weight)), range_add (split.own, split.rest));
        }
    }

  return range_divide (balance_gradient_value (self, node, row), balance_gradient_value (self, divisor->node, divisor->row));
}

static void
spread_by (BalanceGradient *self, BalanceNode *node, guint row, const Divisor *divisor, BalanceRange slope)
{
  BalanceFrame *frame = self->frame;
  BalanceFacts *facts = frame->facts;
  guint offset = frame->offset[BALANCE_LEVEL_SECTION];
  BalanceNode *rest;
  BalanceRange a, b;
  Split split;

  if (!take_step (self) || !balance_gradient_resolve (frame, &node, &row))
    return;
  if (node->kind == BALANCE_NODE_ADD || node->kind == BALANCE_NODE_SUBTRACT)
    {
      spread_by (self, node->args[0], row, divisor, slope);
      spread_by (self, node->args[1], row, divisor, node->kind == BALANCE_NODE_ADD ? slope : range_negate (slope));
      return;
    }
  if (node->kind == BALANCE_NODE_MULTIPLY && (rest = take_factor (self, node, row, &a)) != NULL)
    {
      spread_by (self, rest, row, divisor, balance_range_multiply (slope, a));
      return;
    }
  if (node->kind == BALANCE_NODE_SPLIT && is_by (frame, node->args[1], row, divisor))
    {
      find_split (self, node, row, &split);
      if (!split.given && split.takes)
        {
          guint32 school = facts->section_school[row + offset];
          guint school_row = school - frame->offset[BALANCE_LEVEL_SCHOOL];
          BalanceRange part = range_divide (balance_range_widen (split.weight, split.weight), range_add (split.own, split.rest));
          BalanceRange each = range_divide (balance_range_multiply (slope, balance_range_multiply (balance_gradient_value (self, node->args[0], school_row), part)),
                                            range_add (split.own, split.rest));

          balance_gradient_spread (self, node->args[0], school_row, balance_range_multiply (slope, part));
          for (guint32 j = facts->school_sections[school]; j < facts->school_sections[school + 1]; j++)
            {
              guint32 section = facts->school_section_rows[j];
              const BalanceDecimal *decimal = &frame->binding->split_weights[facts->section_stage[section]];
              double weight = (double) decimal->digits / (double) balance_power_of_ten (decimal->scale);

              if (decimal->digits != 0)
                balance_gradient_spread (self, node->args[1], section - offset,
                                         balance_range_multiply (range_negate (each), balance_range_widen (weight, weight)));
            }
          return;
        }
    }

  a = balance_gradient_value (self, node, row);
  b = balance_gradient_value (self, divisor->node, divisor->row);
  balance_gradient_spread (self, node, row, range_divide (slope, b));
  balance_gradient_spread (self, divisor->node, divisor->row,
                           range_negate (balance_range_multiply (slope, range_divide (range_divide (a, b), b))));
}

static gboolean
find_divisor (BalanceGradient *self, const BalanceNode *node, guint row, Divisor *divisor)
{
  *divisor = (Divisor) { node->args[1], row };

  return balance_gradient_resolve (self->frame, &divisor->node, &divisor->row) && has_split_by (self, node->args[0], row, divisor);
}

/* -- values and slopes ------------------------------------------------------------------------------- */

/* A school's amount that is given per section only: their sum, as the frame takes it. */
static gboolean
is_sum_of_parts (BalanceGradient *self, const BalanceNode *node, guint row)
{
  const BalanceColumn *column = self->frame->binding->fields[node->index].column;

  return self->frame->binding->fields[node->index].part != NULL && node->level == BALANCE_LEVEL_SCHOOL &&
         (column == NULL || !balance_column_is_valid (column, row + self->frame->offset[node->level]));
}

BalanceRange
balance_gradient_value (BalanceGradient *self, BalanceNode *node, guint row)
{
  BalanceFrame *frame = self->frame;
  BalanceFacts *facts = frame->facts;
  BalanceRange a = { 0.0, 0.0 }, b = { 0.0, 0.0 };
  Divisor divisor;
  Split split;

  if (!take_step (self) || !balance_gradient_resolve (frame, &node, &row))
    {
      self->failed = TRUE;
      return nothing_known;
    }

  switch (node->kind)
    {
    case BALANCE_NODE_CONSTANT:
      return known_number (self, node, row);

    case BALANCE_NODE_FIELD:
      if (!is_sum_of_parts (self, node, row))
        return fact_value (self, node->field, node->level, frame->binding->fields[node->index].column, row + frame->offset[node->level]);
      for (guint32 j = facts->school_sections[row + frame->offset[BALANCE_LEVEL_SCHOOL]];
           j < facts->school_sections[row + frame->offset[BALANCE_LEVEL_SCHOOL] + 1]; j++)
        a = range_add (a, fact_value (self, node->field, BALANCE_LEVEL_SECTION, frame->binding->fields[node->index].part,
                                      facts->school_section_rows[j]));
      return a;

    case BALANCE_NODE_SPLIT:
      find_split (self, node, row, &split);
      if (split.given)
        return fact_value (self, node->field, BALANCE_LEVEL_SECTION, frame->binding->fields[node->index].part,
                           row + frame->offset[BALANCE_LEVEL_SECTION]);
      a = balance_gradient_value (self, node->args[0],
                                  facts->section_school[row + frame->offset[BALANCE_LEVEL_SECTION]] - frame->offset[BALANCE_LEVEL_SCHOOL]);
      return balance_range_multiply (a, split_share (&split));

    case BALANCE_NODE_AGGREGATE:
      return aggregate_value (self, node, row);

    case BALANCE_NODE_YEARS:
      return known_number (self, node, row);

    case BALANCE_NODE_ABS:
    case BALANCE_NODE_ROUND:
      a = balance_gradient_value (self, node->args[0], row);
      break;

    case BALANCE_NODE_DIVIDE:
      if (find_divisor (self, node, row, &divisor))
        {
          a = value_by (self, node->args[0], row, &divisor);
          self->failed = self->failed || !isfinite (a.low) || !isfinite (a.high);
          return a;
        }
      /* fall through */
    case BALANCE_NODE_ADD:
    case BALANCE_NODE_SUBTRACT:
    case BALANCE_NODE_MULTIPLY:
    case BALANCE_NODE_MIN:
    case BALANCE_NODE_MAX:
      a = balance_gradient_value (self, node->args[0], row);
      b = balance_gradient_value (self, node->args[1], row);
      break;

    default:
      self->failed = TRUE;
      return nothing_known;
    }

  switch (node->kind)
    {
    case BALANCE_NODE_ADD:      return range_add (a, b);
    case BALANCE_NODE_SUBTRACT: return range_add (a, range_negate (b));
    case BALANCE_NODE_MULTIPLY: return balance_range_multiply (a, b);
    case BALANCE_NODE_MIN:      return (BalanceRange) { MIN (a.low, b.low), MIN (a.high, b.high) };
    case BALANCE_NODE_MAX:      return (BalanceRange) { MAX (a.low, b.low), MAX (a.high, b.high) };
    case BALANCE_NODE_ABS:
      return a.low >= 0.0 ? a : a.high <= 0.0 ? range_negate (a) : (BalanceRange) { 0.0, MAX (-a.low, a.high) };
    case BALANCE_NODE_ROUND:
      /* how far depends on the decimals; what it decides is not followed */
      self->failed = TRUE;
      return nothing_known;
    default:
      a = range_divide (a, b);
      self->failed = self->failed || !isfinite (a.low) || !isfinite (a.high);
      return a;
    }
}

void
balance_gradient_spread (BalanceGradient *self, BalanceNode *node, guint row, BalanceRange slope)
{
  BalanceFrame *frame = self->frame;
  BalanceFacts *facts = frame->facts;
  BalanceRange a, b;
  Divisor divisor;

  if (!take_step (self) || !balance_gradient_resolve (frame, &node, &row))
    return;

  switch (node->kind)
    {
    case BALANCE_NODE_FIELD:
      if (!is_sum_of_parts (self, node, row))
        {
          fact_spread (self, node->field, node->level, frame->binding->fields[node->index].column, row + frame->offset[node->level], slope);
          return;
        }
      for (guint32 j = facts->school_sections[row + frame->offset[BALANCE_LEVEL_SCHOOL]];
           j < facts->school_sections[row + frame->offset[BALANCE_LEVEL_SCHOOL] + 1]; j++)
        fact_spread (self, node->field, BALANCE_LEVEL_SECTION, frame->binding->fields[node->index].part, facts->school_section_rows[j], slope);
      return;

    case BALANCE_NODE_SPLIT:
      spread_split (self, node, row, slope);
      return;

    case BALANCE_NODE_AGGREGATE:
      aggregate_spread (self, node, row, slope);
      return;

    case BALANCE_NODE_ADD:
      balance_gradient_spread (self, node->args[0], row, slope);
      balance_gradient_spread (self, node->args[1], row, slope);
      return;

    case BALANCE_NODE_SUBTRACT:
      balance_gradient_spread (self, node->args[0], row, slope);
      balance_gradient_spread (self, node->args[1], row, range_negate (slope));
      return;

    case BALANCE_NODE_ABS:
      a = balance_gradient_value (self, node->args[0], row);
      balance_gradient_spread (self, node->args[0], row,
                               balance_range_multiply (slope, a.low >= 0.0 ? (BalanceRange) { 1.0, 1.0 } :
                                                              a.high <= 0.0 ? (BalanceRange) { -1.0, -1.0 } : (BalanceRange) { -1.0, 1.0 }));
      return;

    case BALANCE_NODE_DIVIDE:
      if (!find_divisor (self, node, row, &divisor))
        break;
      spread_by (self, node->args[0], row, &divisor, slope);
      return;

    case BALANCE_NODE_MULTIPLY:
    case BALANCE_NODE_MIN:
    case BALANCE_NODE_MAX:
      break;

    default:
      return;
    }

  a = balance_gradient_value (self, node->args[0], row);
  b = balance_gradient_value (self, node->args[1], row);
  if (node->kind == BALANCE_NODE_MULTIPLY)
    {
      balance_gradient_spread (self, node->args[0], row, balance_range_multiply (slope, b));
      balance_gradient_spread (self, node->args[1], row, balance_range_multiply (slope, a));
    }
  else if (node->kind == BALANCE_NODE_DIVIDE)
    {
      balance_gradient_spread (self, node->args[0], row, range_divide (slope, b));
      balance_gradient_spread (self, node->args[1], row, range_negate (balance_range_multiply (slope, range_divide (range_divide (a, b), b))));
    }
  else
    {
      gboolean first = node->kind == BALANCE_NODE_MIN ? a.high <= b.low : a.low >= b.high;
      gboolean second = node->kind == BALANCE_NODE_MIN ? b.high < a.low : b.low > a.high;
      BalanceRange perhaps = balance_range_multiply (slope, (BalanceRange) { 0.0, 1.0 });

      if (!second)
        balance_gradient_spread (self, node->args[0], row, first ? slope : perhaps);
      if (!first)
        balance_gradient_spread (self, node->args[1], row, second ? slope : perhaps);
    }
}
