/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "formula/balance-block-private.h"

#include <math.h>
#include <string.h>

#include "formula/balance-node-private.h"

/* Blocks walk the graph with much on the stack, in threads of a host; no formula of a standard is that deep. */
#define MAX_DEPTH 64

typedef enum
{
  UNSEEN,
  POSSIBLE,
  IMPOSSIBLE,
} Possibility;

/* A node that is a sum of columns, each times a factor, is computed in one pass over them. */
#define MAX_TERMS 16

typedef struct
{
  const BalanceNode   *node;            /* whose values the column has */
  const BalanceColumn *column;
  double               factor;
} Term;

struct _BalanceBlockPlan
{
  BalanceBinding    *binding;
  guint8            *possible;        /* [node] */
  BalanceBlockShape *shapes;          /* [node] */
  GArray           **terms;           /* [node] of Term; NULL where it is no such sum */
  double             split_factor;    /* weights of the stages are whole multiples of 1 / this */
  double            *split_weights;   /* [stage of the census] so many of these; 0 for a stage that takes no part */
  double             most_sections;   /* of one school; 0 until asked for */
};

/* -- what is possible, and within which range ---------------------------------------------------------- */

static gboolean
is_exact (double x)
{
  return fabs (x) <= BALANCE_EXACT_LIMIT;
}

double
balance_whole_common_divisor (double a, double b)
{
  while (b > 0.0)
    {
      double r = fmod (a, b);

      a = b;
      b = r;
    }
  return a;
}

static gboolean
set_factor (BalanceBlockShape *shape, double numerator, double denominator)
{
  double divisor;

  if (!is_exact (numerator) || !is_exact (denominator))
    return FALSE;
  divisor = balance_whole_common_divisor (numerator, denominator);
  shape->numerator = numerator / divisor;
  shape->denominator = denominator / divisor;

  return TRUE;
}

/* How num of a part has to be multiplied so that the parts have one factor. */
static gboolean
join_factors (const BalanceBlockShape *a, const BalanceBlockShape *b, BalanceBlockShape *shape, double *ka, double *kb)
{
  double denominator = a->denominator / balance_whole_common_divisor (a->denominator, b->denominator) * b->denominator, numerator;

  if (!is_exact (denominator))
    return FALSE;
  *ka = a->numerator * (denominator / a->denominator);
  *kb = b->numerator * (denominator / b->denominator);
  numerator = balance_whole_common_divisor (*ka, *kb);
  *ka /= numerator;
  *kb /= numerator;

  return is_exact (*ka) && is_exact (*kb) && set_factor (shape, numerator, denominator) && shape->denominator >= denominator &&
         shape->denominator <= denominator;
}

static gboolean
range_is_exact (const BalanceBlockShape *shape)
{
  return is_exact (shape->low) && is_exact (shape->high) && is_exact (shape->den_high);
}

static void
set_range (BalanceBlockShape *shape, double a, double b, double c, double d)
{
  shape->low = MIN (MIN (a, b), MIN (c, d));
  shape->high = MAX (MAX (a, b), MAX (c, d));
}

static gboolean possible (BalanceBlockPlan *self, const BalanceNode *node);

static gboolean
field_is_possible (BalanceBlockPlan *self, const BalanceNode *node, BalanceBlockShape *shape)
{
  const BalanceColumn *column = self->binding->fields[node->index].column;

  if (self->binding->fields[node->index].part != NULL || column == NULL || column->scales != NULL ||
      (node->type == BALANCE_VALUE_TEXT && self->binding->same != NULL))
    return FALSE;
  if (node->type != BALANCE_VALUE_NUMBER)
    return node->type == BALANCE_VALUE_FLAG ? column->width == 1 : column->width == 4;

  /* a missing value stands as 0 */
  shape->low = (double) (column->valid != NULL ? MIN (column->min, 0) : column->min);
  shape->high = (double) (column->valid != NULL ? MAX (column->max, 0) : column->max);
  return column->width > 1 && column->scale <= 15 && set_factor (shape, 1.0, (double) balance_power_of_ten (column->scale));
}

static double
get_most_sections (BalanceBlockPlan *self)
{
  const BalanceFacts *facts = self->binding->facts;

  if (!(self->most_sections > 0.0))
    {
      guint32 most = 1;

      for (guint i = 0; i < facts->schools.n_rows; i++)
        most = MAX (most, facts->school_sections[i + 1] - facts->school_sections[i]);
      self->most_sections = most;
    }
  return self->most_sections;
}

/* A school's amount over its sections: whole x weight x pupils / sum of weight x pupils. All such nodes share the
 * vector of those sums; a section that has a part of its own has it times the sum. */
static gboolean
split_is_possible (BalanceBlockPlan *self, const BalanceNode *node, BalanceBlockShape *shape)
{
  const BalanceColumn *part = self->binding->fields[node->index].part;
  const BalanceBlockShape *pupils = &self->shapes[node->args[1]->index], *whole;
  double heaviest = 0.0, sum, ka, kb;

  if (part != NULL && part->scales != NULL)
    return FALSE;
  if (part != NULL && part->valid == NULL)
    {
      shape->low = (double) MIN (part->min, 0);
      shape->high = (double) MAX (part->max, 0);
      return part->width > 1 && part->scale <= 15 && set_factor (shape, 1.0, (double) balance_power_of_ten (part->scale));
    }
  if (!possible (self, node->args[0]) || !possible (self, node->args[1]) || self->split_factor <= 0.0)
    return FALSE;
  whole = &self->shapes[node->args[0]->index];
  if (whole->den_key != NULL || pupils->den_key != NULL || pupils->low < 0.0)
    return FALSE;

  for (guint i = 0; i < balance_dictionary_get_n_stages (self->binding->facts->dictionary); i++)
    {
      const BalanceDecimal *weight = &self->binding->split_weights[i];

      heaviest = MAX (heaviest, (double) weight->digits * self->split_factor / (double) balance_power_of_ten (weight->scale));
    }
  sum = heaviest * pupils->high * get_most_sections (self);
  shape->den_key = self;
  shape->den_high = MAX (sum, 1.0);
  if (part == NULL)
    {
      set_range (shape, whole->low * shape->den_high, whole->high * shape->den_high, 0.0, 0.0);
      return set_factor (shape, whole->numerator, whole->denominator);
    }
  else
    {
      BalanceBlockShape own = { .low = (double) MIN (part->min, 0), .high = (double) MAX (part->max, 0) };

      if (part->width == 1 || part->scale > 15 || !set_factor (&own, 1.0, (double) balance_power_of_ten (part->scale)) ||
          !join_factors (whole, &own, shape, &ka, &kb))
        return FALSE;
      set_range (shape, whole->low * ka * shape->den_high, whole->high * ka * shape->den_high,
                 own.low * kb * shape->den_high, own.high * kb * shape->den_high);
      return TRUE;
    }
}

/* Multiplying with it, or dividing by it, changes the factor only. */
static gboolean
is_factor (const BalanceBlockShape *shape, const BalanceNode *node)
{
  return node->kind == BALANCE_NODE_CONSTANT && shape->low > 0.0;
}

static gboolean
arithmetic_is_possible (BalanceBlockPlan *self, const BalanceNode *node, BalanceBlockShape *shape)
{
  const BalanceBlockShape *a, *b;
  double ka, kb, sign = node->kind == BALANCE_NODE_SUBTRACT ? -1.0 : 1.0;

  if (!possible (self, node->args[0]) || !possible (self, node->args[1]))
    return FALSE;
  a = &self->shapes[node->args[0]->index];
  b = &self->shapes[node->args[1]->index];

  switch (node->kind)
    {
    case BALANCE_NODE_ADD:
    case BALANCE_NODE_SUBTRACT:
      if (a->den_key != b->den_key || !join_factors (a, b, shape, &ka, &kb))
        return FALSE;
      shape->den_key = a->den_key;
      shape->den_high = a->den_high;
      kb *= sign;
      set_range (shape, a->low * ka + b->low * kb, a->low * ka + b->high * kb, a->high * ka + b->low * kb, a->high * ka + b->high * kb);
      return is_exact (a->low * ka) && is_exact (a->high * ka) && is_exact (b->low * kb) && is_exact (b->high * kb);

    case BALANCE_NODE_MULTIPLY:
      if (is_factor (a, node->args[0]))
        {
          *shape = *b;
          return set_factor (shape, a->low * a->numerator * b->numerator, a->denominator * b->denominator);
        }
      if (a->den_key != NULL && b->den_key != NULL)
        return FALSE;
      shape->den_key = a->den_key != NULL ? a->den_key : b->den_key;
      shape->den_high = a->den_high * b->den_high;
      set_range (shape, a->low * b->low, a->low * b->high, a->high * b->low, a->high * b->high);
      return set_factor (shape, a->numerator * b->numerator, a->denominator * b->denominator);

    default:
      if (is_factor (b, node->args[1]))
        {
          *shape = *a;
          return set_factor (shape, a->numerator * b->denominator, a->denominator * b->low * b->numerator);
        }
      /* a fraction by a fraction would need a product of vectors more; nobody writes that */
      if (b->low < 0.0 || b->den_key != NULL)
        return FALSE;
      shape->den_key = a->den_key == NULL ? (gconstpointer) node->args[1] : (gconstpointer) node;
      shape->den_high = a->den_high * b->high;
      shape->low = a->low;
      shape->high = a->high;
      return set_factor (shape, a->numerator * b->denominator, a->denominator * b->numerator);
    }
}

static gboolean
comparison_is_possible (BalanceBlockPlan *self, const BalanceNode *node)
{
  const BalanceNode *first = node->args[0];
  const BalanceBlockShape *a, *b;

  if (!possible (self, first))
    return FALSE;
  if (first->type == BALANCE_VALUE_NUMBER)
    {
      if (node->n_args != 2 || node->kind == BALANCE_NODE_IN || !possible (self, node->args[1]))
        return FALSE;
      a = &self->shapes[first->index];
      b = &self->shapes[node->args[1]->index];
      return is_exact (MAX (fabs (a->low), fabs (a->high)) * a->numerator * b->denominator * b->den_high) &&
             is_exact (MAX (fabs (b->low), fabs (b->high)) * b->numerator * a->denominator * a->den_high);
    }
  if (first->type == BALANCE_VALUE_FLAG || node->kind == BALANCE_NODE_LESS || node->kind == BALANCE_NODE_LESS_EQUAL)
    return FALSE;
  for (guint i = 1; i < node->n_args; i++)
    if (node->args[i]->kind != BALANCE_NODE_CONSTANT)
      return FALSE;
  return first->kind != BALANCE_NODE_CONSTANT;
}

/* Choosing between numbers: all must have the same denominators, as vectors. */
static gboolean
choice_is_possible (BalanceBlockPlan *self, const BalanceNode *node, guint first, BalanceBlockShape *shape)
{
  const BalanceBlockShape *before = NULL;

  for (guint i = first; i < node->n_args; i++)
    {
      const BalanceBlockShape *arg;
      double ka, kb;

      if (node->args[i] == NULL)
        continue;
      if (!possible (self, node->args[i]))
        return FALSE;
      if (node->type != BALANCE_VALUE_NUMBER)
        continue;
      arg = &self->shapes[node->args[i]->index];
      if (before == NULL)
        {
          *shape = *arg;
        }
      else
        {
          BalanceBlockShape joined = *shape;

          if (arg->den_key != shape->den_key || !join_factors (shape, arg, &joined, &ka, &kb))
            return FALSE;
          set_range (&joined, shape->low * ka, shape->high * ka, arg->low * kb, arg->high * kb);
          *shape = joined;
        }
      before = arg;
    }

  /* doubts of the rows that no part covers, and a vector that starts at 0 */
  shape->low = MIN (shape->low, 0.0);
  shape->high = MAX (shape->high, 0.0);
  return node->type == BALANCE_VALUE_NUMBER ? before != NULL : node->type == BALANCE_VALUE_FLAG;
}

static gboolean
compute_possible (BalanceBlockPlan *self, const BalanceNode *node, BalanceBlockShape *shape)
{
  if (node->depth > MAX_DEPTH || node->uses_region || node->level == BALANCE_LEVEL_REGION)
    return FALSE;

  switch (node->kind)
    {
    case BALANCE_NODE_CONSTANT:
      if (node->type == BALANCE_VALUE_NUMBER)
        {
          if (!balance_number_is_small (node->number))
            return FALSE;
          shape->low = shape->high = (double) node->number.num;
          return is_exact (shape->low) && set_factor (shape, 1.0, (double) node->number.den);
        }
      return node->type == BALANCE_VALUE_FLAG;

    case BALANCE_NODE_FIELD:
      return field_is_possible (self, node, shape);

    case BALANCE_NODE_STAGE:
    case BALANCE_NODE_IN_STAGES:
      return node->level == BALANCE_LEVEL_SECTION;

    case BALANCE_NODE_SPLIT:
      return split_is_possible (self, node, shape);

    case BALANCE_NODE_RAISE:
      if (node->level != BALANCE_LEVEL_SECTION || !possible (self, node->args[0]))
        return FALSE;
      *shape = self->shapes[node->args[0]->index];
      shape->low = MIN (shape->low, 0.0);
      shape->high = MAX (shape->high, 0.0);
      return shape->den_key == NULL;

    case BALANCE_NODE_BY_STAGE:
      return node->level == BALANCE_LEVEL_SECTION && choice_is_possible (self, node, 0, shape);

    case BALANCE_NODE_IF:
      return possible (self, node->args[0]) && choice_is_possible (self, node, 1, shape);

    case BALANCE_NODE_OR:
    case BALANCE_NODE_AND:
      return possible (self, node->args[0]) && possible (self, node->args[1]);

    case BALANCE_NODE_NOT:
      return possible (self, node->args[0]);

    case BALANCE_NODE_LESS:
    case BALANCE_NODE_LESS_EQUAL:
    case BALANCE_NODE_EQUAL:
    case BALANCE_NODE_IN:
      return comparison_is_possible (self, node);

    case BALANCE_NODE_ADD:
    case BALANCE_NODE_SUBTRACT:
    case BALANCE_NODE_MULTIPLY:
    case BALANCE_NODE_DIVIDE:
      return arithmetic_is_possible (self, node, shape);

    case BALANCE_NODE_AGGREGATE:
      return node->variant == BALANCE_AGGREGATE_ANY && node->rows == BALANCE_LEVEL_SECTION && possible (self, node->args[0]);

    default:
      return FALSE;
    }
}

/* What num of a part is multiplied with to have the factor of the whole. */
static double
factor_within (const BalanceBlockShape *part, const BalanceBlockShape *whole)
{
  return part->numerator * (whole->denominator / part->denominator) / whole->numerator;
}

static gboolean
append_terms (BalanceBlockPlan *self, const BalanceNode *node, double factor, GArray *terms)
{
  const BalanceColumn *column = node->kind == BALANCE_NODE_FIELD ? self->binding->fields[node->index].column
                                : node->kind == BALANCE_NODE_SPLIT ? self->binding->fields[node->index].part : NULL;
  const BalanceBlockShape *shape = &self->shapes[node->index];

  if (column != NULL)
    {
      const Term term = { node, column, factor };

      /* a part is only half the story where some sections have none */
      if (column->width != 4 || (node->kind == BALANCE_NODE_SPLIT && column->valid != NULL) || terms->len == MAX_TERMS)
        return FALSE;
      g_array_append_val (terms, term);
      return TRUE;
    }
  switch (node->kind)
    {
    case BALANCE_NODE_ADD:
    case BALANCE_NODE_SUBTRACT:
      return append_terms (self, node->args[0], factor * factor_within (&self->shapes[node->args[0]->index], shape), terms) &&
             append_terms (self, node->args[1], factor * factor_within (&self->shapes[node->args[1]->index], shape) *
                                                  (node->kind == BALANCE_NODE_ADD ? 1.0 : -1.0), terms);
    case BALANCE_NODE_MULTIPLY:
      return is_factor (&self->shapes[node->args[0]->index], node->args[0]) && append_terms (self, node->args[1], factor, terms);
    case BALANCE_NODE_DIVIDE:
      return is_factor (&self->shapes[node->args[1]->index], node->args[1]) && append_terms (self, node->args[0], factor, terms);
    default:
      return FALSE;
    }
}

/* Whatever the order in which the terms are added, nothing may leave 2^53. */
static void
find_terms (BalanceBlockPlan *self, const BalanceNode *node)
{
  g_autoptr (GArray) terms = NULL;
  double sum = 0.0;

  if (node->type != BALANCE_VALUE_NUMBER || node->level != BALANCE_LEVEL_SECTION)
    return;
  terms = g_array_new (FALSE, FALSE, sizeof (Term));
  if (!append_terms (self, node, 1.0, terms))
    return;
  for (guint i = 0; i < terms->len; i++)
    {
      const Term *term = &g_array_index (terms, Term, i);

      sum += fabs (term->factor) * MAX (fabs ((double) term->column->min), fabs ((double) term->column->max));
    }
  if (is_exact (sum))
    self->terms[node->index] = g_steal_pointer (&terms);
}

static gboolean
possible (BalanceBlockPlan *self, const BalanceNode *node)
{
  guint8 *known = &self->possible[node->index];
  BalanceBlockShape *shape = &self->shapes[node->index];

  if (*known == UNSEEN)
    {
      *shape = (BalanceBlockShape) { .den_high = 1.0, .numerator = 1.0, .denominator = 1.0 };
      *known = compute_possible (self, node, shape) && range_is_exact (shape) ? POSSIBLE : IMPOSSIBLE;
      if (*known == POSSIBLE)
        find_terms (self, node);
    }
  return *known == POSSIBLE;
}

BalanceBlockPlan *
balance_block_plan_new (BalanceBinding *binding)
{
  BalanceBlockPlan *self = g_new0 (BalanceBlockPlan, 1);
  BalanceFacts *facts = binding->facts;

  self->binding = binding;
  self->possible = g_new0 (guint8, MAX (1, binding->program->nodes->len));
  self->shapes = g_new0 (BalanceBlockShape, MAX (1, binding->program->nodes->len));
  self->terms = g_new0 (GArray *, MAX (1, binding->program->nodes->len));
  self->split_factor = 1.0;
  for (guint i = 0; i < balance_dictionary_get_n_stages (facts->dictionary); i++)
    {
      const BalanceDecimal *weight = &binding->split_weights[i];

      if (weight->digits != 0)
        self->split_factor = weight->digits > 0 && weight->scale <= 6 ? MAX (self->split_factor, (double) balance_power_of_ten (weight->scale))
                                                                      : -1.0;
      if (self->split_factor < 0.0)
        break;
    }
  self->split_weights = g_new0 (double, balance_dictionary_get_n_stages (facts->dictionary) + 1);
  for (guint i = 0; i < balance_dictionary_get_n_stages (facts->dictionary) && self->split_factor > 0.0; i++)
    self->split_weights[i] = (double) binding->split_weights[i].digits *
                             (self->split_factor / (double) balance_power_of_ten (binding->split_weights[i].scale));

  return self;
}

void
balance_block_plan_free (BalanceBlockPlan *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->binding->program->nodes->len; i++)
    g_clear_pointer (&self->terms[i], g_array_unref);
  g_free (self->terms);
  g_free (self->split_weights);
  g_free (self->possible);
  g_free (self->shapes);
  g_free (self);
}

gboolean
balance_block_plan_add (BalanceBlockPlan *self, BalanceNode *node)
{
  return possible (self, node);
}

const BalanceBlockShape *
balance_block_plan_get_shape (BalanceBlockPlan *self, BalanceNode *node)
{
  return &self->shapes[node->index];
}

/* -- blocks ------------------------------------------------------------------------------------------- */

typedef struct _BalanceBlockSlot
{
  guint               generation;   /* of the vectors */
  gboolean            filled;       /* the same for all blocks */
  BalanceBlockVectors vectors;
  gpointer            own, own_den; /* memory; made when first needed */
  guint8             *own_doubt;
  guint8             *zeros;        /* where num is 0: nothing can be divided by it */
  guint               zeros_generation;
  gboolean            any_zeros;
} Slot;

BalanceBlock *
balance_block_new (BalanceBlockPlan *plan, const BalanceKernels *kernels, const guint *max_rows)
{
  BalanceBlock *self = g_new0 (BalanceBlock, 1);

  self->plan = plan;
  self->kernels = kernels;
  self->facts = plan->binding->facts;
  self->slots = g_new0 (Slot, MAX (1, plan->binding->program->nodes->len));
  memcpy (self->capacity, max_rows, sizeof self->capacity);

  return self;
}

void
balance_block_free (BalanceBlock *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->plan->binding->program->nodes->len; i++)
    {
      g_free (self->slots[i].own);
      g_free (self->slots[i].own_den);
      g_free (self->slots[i].own_doubt);
      g_free (self->slots[i].zeros);
    }
  g_free (self->slots);
  g_free (self->split_weights);
  g_free (self->split_sums);
  g_free (self->split_doubt);
  g_free (self->districts);
  g_free (self);
}

void
balance_block_move (BalanceBlock *self, guint first_district, guint n_districts)
{
  BalanceFacts *facts = self->facts;
  guint end = first_district + n_districts;

  self->generation++;
  self->offset[BALANCE_LEVEL_SECTION] = facts->district_sections[first_district];
  self->n_rows[BALANCE_LEVEL_SECTION] = facts->district_sections[end] - facts->district_sections[first_district];
  self->offset[BALANCE_LEVEL_SCHOOL] = facts->district_schools[first_district];
  self->n_rows[BALANCE_LEVEL_SCHOOL] = facts->district_schools[end] - facts->district_schools[first_district];
  self->offset[BALANCE_LEVEL_STAGE] = facts->district_groups[first_district];
  self->n_rows[BALANCE_LEVEL_STAGE] = facts->district_groups[end] - facts->district_groups[first_district];
  self->offset[BALANCE_LEVEL_DISTRICT] = first_district;
  self->n_rows[BALANCE_LEVEL_DISTRICT] = n_districts;
  self->n_rows[BALANCE_LEVEL_REGION] = 1;
  balance_block_expect (self, end);
}

void
balance_block_expect (BalanceBlock *self, guint next)
{
  const BalanceFacts *facts = self->facts;
  const gboolean behind = next >= self->offset[BALANCE_LEVEL_DISTRICT] && next < facts->districts.n_rows;

  self->ahead[BALANCE_LEVEL_SECTION] = behind ? facts->district_sections[next] - self->offset[BALANCE_LEVEL_SECTION] : 0;
  self->ahead[BALANCE_LEVEL_SCHOOL] = behind ? facts->district_schools[next] - self->offset[BALANCE_LEVEL_SCHOOL] : 0;
  self->ahead[BALANCE_LEVEL_STAGE] = behind ? facts->district_groups[next] - self->offset[BALANCE_LEVEL_STAGE] : 0;
  self->ahead[BALANCE_LEVEL_DISTRICT] = behind ? next - self->offset[BALANCE_LEVEL_DISTRICT] : 0;
}

static gpointer
own (BalanceBlock *self, gpointer *memory, BalanceLevel level, gsize size)
{
  if (*memory == NULL)
    *memory = g_malloc0_n (self->capacity[level] + BALANCE_KERNEL_SLACK, size);
  return *memory;
}

static double *
own_numbers (BalanceBlock *self, Slot *slot, BalanceLevel level)
{
  return own (self, &slot->own, level, sizeof (double));
}

static guint8 *
own_flags (BalanceBlock *self, Slot *slot, BalanceLevel level)
{
  return own (self, &slot->own, level, 1);
}

static guint8 *
own_doubt (BalanceBlock *self, Slot *slot, BalanceLevel level)
{
  return own (self, (gpointer *) &slot->own_doubt, level, 1);
}

/* Where a or b is doubtful; `slot` lends its memory where that is a vector of its own. */
static const guint8 *
join_doubts (BalanceBlock *self, Slot *slot, const BalanceNode *node, const guint8 *a, const guint8 *b)
{
  guint8 *out;

  if (a == NULL || a == b)
    return b;
  if (b == NULL)
    return a;
  out = own_doubt (self, slot, node->level);
  self->kernels->join (out, a, b, self->n_rows[node->level]);

  return out;
}

static gboolean
all_valid (const guint64 *valid, guint first, guint n)
{
  for (guint row = first; row < first + n;)
    {
      guint shift = row & 63, m = MIN (64 - shift, first + n - row);
      guint64 rows = (G_MAXUINT64 >> (64 - m)) << shift;

      if ((valid[row >> 6] & rows) != rows)
        return FALSE;
      row += m;
    }
  return TRUE;
}

/* 1 where the column has no value; NULL where it has one in all rows. */
static const guint8 *
doubt_of_column (BalanceBlock *self, Slot *slot, BalanceLevel level, const BalanceColumn *column)
{
  guint n = self->n_rows[level], offset = self->offset[level];
  guint8 *out;

  if (column->valid == NULL || all_valid (column->valid, offset, n))
    return NULL;
  out = own_doubt (self, slot, level);
  for (guint i = 0; i < n; i++)
    out[i] = !balance_column_is_valid (column, offset + i);

  return out;
}

/* `factor` times the terms of a node in this block, for the kernel; how many. */
static guint
get_terms (BalanceBlock *self, const BalanceNode *node, double factor, BalanceTerm *columns)
{
  const GArray *terms = self->plan->terms[node->index];

  for (guint i = 0; i < terms->len; i++)
    {
      const Term *term = &g_array_index (terms, Term, i);

      columns[i].column = (const gint32 *) term->column->data + self->offset[BALANCE_LEVEL_SECTION];
      columns[i].factor = term->factor * factor;
    }
  return terms->len;
}

static const guint8 *
doubt_of_terms (BalanceBlock *self, Slot *slot, const BalanceNode *node)
{
  const GArray *terms = self->plan->terms[node->index];
  const guint8 *doubt = NULL;

  for (guint i = 0; i < terms->len; i++)
    {
      const Term *term = &g_array_index (terms, Term, i);

      doubt = join_doubts (self, slot, node, doubt,
                           doubt_of_column (self, &self->slots[term->node->index], BALANCE_LEVEL_SECTION, term->column));
    }
  return doubt;
}

/* What stands so far ahead will be asked for next. */
static void
fetch_ahead (const void *data, gsize n, gsize size)
{
  for (gsize i = 0; i < n * size; i += 64)
    __builtin_prefetch ((const char *) data + i);
}

static void
load_column (BalanceBlock *self, double *out, const BalanceColumn *column, BalanceLevel level, guint offset, guint n)
{
  if (column->width == 4)
    self->kernels->load_int32 (out, (const gint32 *) column->data + offset, n, self->ahead[level]);
  else
    self->kernels->load_int64 (out, (const gint64 *) column->data + offset, n);
}

static void
get_field (BalanceBlock *self, const BalanceNode *node, Slot *slot)
{
  const BalanceColumn *column = self->plan->binding->fields[node->index].column;
  guint n = self->n_rows[node->level], offset = self->offset[node->level];
  const guint8 *doubt = doubt_of_column (self, slot, node->level, column);

  if (node->type == BALANCE_VALUE_NUMBER)
    {
      double *out = own_numbers (self, slot, node->level);

      load_column (self, out, column, node->level, offset, n);
      slot->vectors.num = out;
      slot->vectors.doubt = doubt;
    }
  else if (node->type == BALANCE_VALUE_FLAG)
    {
      guint8 *out = own_flags (self, slot, node->level);

      memcpy (out, (const guint8 *) column->data + offset, n);
      if (doubt != NULL)
        self->kernels->doubt (out, doubt, n);
      slot->vectors.flags = out;
    }
  else
    {
      const gint32 *in = (const gint32 *) column->data + offset;
      gint32 none = node->type == BALANCE_VALUE_DATE ? G_MININT32 : -1, *out;

      fetch_ahead (in + self->ahead[node->level], n, sizeof *in);
      slot->vectors.codes = in;
      if (doubt != NULL)
        {
          out = own (self, &slot->own, node->level, sizeof *out);
          for (guint i = 0; i < n; i++)
            out[i] = doubt[i] ? none : in[i];
          slot->vectors.codes = out;
        }
    }
}

/* For each section its weight x pupils, and the sum of those of its school; 1 and 1 where it is alone. */
static void
make_split (BalanceBlock *self, BalanceNode *pupils_node)
{
  const BalanceFacts *facts = self->facts;
  const double *weights = self->plan->split_weights;
  BalanceBlockVectors pupils = balance_block_get (self, pupils_node);
  guint n = self->n_rows[BALANCE_LEVEL_SECTION], offset = self->offset[BALANCE_LEVEL_SECTION], first = self->offset[BALANCE_LEVEL_SCHOOL];

  if (self->split_generation == self->generation)
    return;
  self->split_generation = self->generation;
  self->split_doubtful = FALSE;
  own (self, (gpointer *) &self->split_weights, BALANCE_LEVEL_SECTION, sizeof (double));
  own (self, (gpointer *) &self->split_sums, BALANCE_LEVEL_SECTION, sizeof (double));
  own (self, (gpointer *) &self->split_doubt, BALANCE_LEVEL_SECTION, 1);
  memset (self->split_doubt, 0, n);

  for (guint school = first; school < first + self->n_rows[BALANCE_LEVEL_SCHOOL]; school++)
    {
      const guint32 *rows = facts->school_section_rows + facts->school_sections[school];
      const guint n_sections = facts->school_sections[school + 1] - facts->school_sections[school];
      double sum = 0.0;
      guint n_taking = 0;
      guint8 doubt = 0;

      for (guint k = 0; k < n_sections; k++)
        {
          const guint row = rows[k] - offset;
          const double weight = weights[facts->section_stage[rows[k]]];

          self->split_sums[row] = 1.0;
          self->split_weights[row] = weight > 0.0 ? 1.0 : 0.0;
          n_taking += weight > 0.0;
          sum += weight * pupils.num[row];
          doubt |= (guint8) (pupils.doubt != NULL && weight > 0.0 && pupils.doubt[row]);
        }
      if (n_taking < 2)
        continue;
      doubt |= !(sum > 0.0);
      self->split_doubtful = self->split_doubtful || doubt != 0;
      for (guint k = 0; k < n_sections; k++)
        {
          const guint row = rows[k] - offset;
          const double weight = weights[facts->section_stage[rows[k]]];

          if (!(weight > 0.0))
            continue;
          self->split_sums[row] = sum;
          self->split_weights[row] = weight * pupils.num[row];
          self->split_doubt[row] = doubt;
        }
    }
}

/* Where the section's own part is given it needs no sum, but the sum is what all parts are divided by. */
static void
put_parts (BalanceBlock *self, const BalanceColumn *part, double factor, double *out, guint8 *doubt)
{
  const guint n = self->n_rows[BALANCE_LEVEL_SECTION], offset = self->offset[BALANCE_LEVEL_SECTION];

  for (guint i = 0; i < n; i++)
    if (balance_column_is_valid (part, offset + i))
      {
        out[i] = (double) balance_column_get (part, offset + i) * factor * self->split_sums[i];
        doubt[i] = self->split_doubt[i];
      }
}

static void
get_split (BalanceBlock *self, const BalanceNode *node, Slot *slot)
{
  const BalanceFacts *facts = self->facts;
  const BalanceColumn *part = self->plan->binding->fields[node->index].part;
  guint n = self->n_rows[BALANCE_LEVEL_SECTION], offset = self->offset[BALANCE_LEVEL_SECTION], first = self->offset[BALANCE_LEVEL_SCHOOL];
  double *out = own_numbers (self, slot, BALANCE_LEVEL_SECTION), kw = 1.0, kp = 1.0;
  BalanceBlockVectors whole;

  slot->vectors.num = out;
  if (part != NULL && part->valid == NULL)
    {
      load_column (self, out, part, BALANCE_LEVEL_SECTION, offset, n);
      return;
    }

  make_split (self, node->args[1]);
  whole = balance_block_get (self, node->args[0]);
  if (part != NULL)
    {
      BalanceBlockShape own_shape = { .numerator = 1.0, .denominator = (double) balance_power_of_ten (part->scale) }, joined = { 0 };

      join_factors (&self->plan->shapes[node->args[0]->index], &own_shape, &joined, &kw, &kp);
    }
  self->kernels->share (out, whole.num, facts->section_school + offset, first, self->split_weights, kw, n);
  slot->vectors.den = self->split_sums;
  slot->vectors.doubt = self->split_doubtful ? self->split_doubt : NULL;
  if (whole.doubt != NULL || part != NULL)
    {
      guint8 *doubt = own_doubt (self, slot, BALANCE_LEVEL_SECTION);

      memcpy (doubt, self->split_doubt, n);
      for (guint i = 0; i < n && whole.doubt != NULL; i++)
        doubt[i] |= (guint8) (whole.doubt[facts->section_school[offset + i] - first] & (self->split_weights[i] > 0.0));
      if (part != NULL)
        put_parts (self, part, kp, out, doubt);
      slot->vectors.doubt = doubt;
    }
}

/* For each section the row of a coarser level, in the block. */
static const guint32 *
get_parents (BalanceBlock *self, BalanceLevel level, guint32 *offset)
{
  guint n = self->n_rows[BALANCE_LEVEL_SECTION], section = self->offset[BALANCE_LEVEL_SECTION];
  BalanceFacts *facts = self->facts;
  guint32 *out;

  *offset = self->offset[level];
  if (level == BALANCE_LEVEL_SCHOOL || level == BALANCE_LEVEL_STAGE)
    {
      const guint32 *parents = (level == BALANCE_LEVEL_SCHOOL ? facts->section_school : facts->section_group) + section;

      fetch_ahead (parents + self->ahead[BALANCE_LEVEL_SECTION], n, sizeof *parents);
      return parents;
    }

  out = own (self, (gpointer *) &self->districts, BALANCE_LEVEL_SECTION, sizeof *out);
  for (guint i = 0; i < n; i++)
    out[i] = facts->school_district[facts->section_school[section + i]];

  return out;
}

static void
get_raised (BalanceBlock *self, const BalanceNode *node, Slot *slot)
{
  BalanceBlockVectors from = balance_block_get (self, node->args[0]);
  guint n = self->n_rows[node->level];
  guint32 offset;
  const guint32 *parents = get_parents (self, node->args[0]->level, &offset);

  if (from.num != NULL)
    {
      double *out = own_numbers (self, slot, node->level);

      self->kernels->raise (out, from.num, parents, offset, n);
      slot->vectors.num = out;
      if (from.doubt != NULL)
        {
          guint8 *doubt = own_doubt (self, slot, node->level);

          self->kernels->raise_flags (doubt, from.doubt, parents, offset, n);
          slot->vectors.doubt = doubt;
        }
    }
  else if (from.flags != NULL)
    {
      guint8 *out = own_flags (self, slot, node->level);

      self->kernels->raise_flags (out, from.flags, parents, offset, n);
      slot->vectors.flags = out;
    }
  else
    {
      gint32 *out = own (self, &slot->own, node->level, sizeof *out);

      self->kernels->raise_codes (out, from.codes, parents, offset, n);
      slot->vectors.codes = out;
    }
}

/* What a node by stage takes for the rows of one stage. */
typedef struct
{
  gboolean      made;
  BalanceNode  *node;              /* NULL: nothing */
  double        factor;
  BalanceTerm   terms[MAX_TERMS];
  guint         n_terms;           /* 0: a vector of its own */
  const double *num;
  const guint8 *doubt;
} Part;

static void
make_part (BalanceBlock *self, Slot *slot, const BalanceNode *node, int stage, Part *part)
{
  part->made = TRUE;
  part->node = stage >= 0 ? node->args[stage] : NULL;
  part->doubt = NULL;
  if (part->node == NULL)
    return;

  part->factor = factor_within (&self->plan->shapes[part->node->index], &self->plan->shapes[node->index]);
  part->n_terms = 0;
  if (self->plan->terms[part->node->index] != NULL)
    {
      part->n_terms = get_terms (self, part->node, part->factor, part->terms);
      part->doubt = doubt_of_terms (self, &self->slots[part->node->index], part->node);
    }
  else
    {
      BalanceBlockVectors vectors = balance_block_get (self, part->node);

      part->num = vectors.num;
      part->doubt = vectors.doubt;
      slot->vectors.den = vectors.den;
    }
}

/* Runs of rows of one stage lie side by side. */
static void
get_numbers_by_stage (BalanceBlock *self, const BalanceNode *node, Slot *slot)
{
  BalanceFacts *facts = self->facts;
  const int *positions = self->plan->binding->stage_back;
  guint n_rows = self->n_rows[node->level], n_groups = self->n_rows[BALANCE_LEVEL_STAGE], group = self->offset[BALANCE_LEVEL_STAGE];
  guint offset = self->offset[BALANCE_LEVEL_SECTION];
  double *numbers = own_numbers (self, slot, node->level);
  guint8 *doubt = own_doubt (self, slot, node->level);
  gboolean doubtful = FALSE;
  Part parts[4];

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    parts[i].made = FALSE;
  slot->vectors.num = numbers;
  memset (doubt, 0, n_rows);
  for (guint g = group; g < group + n_groups; g++)
    {
      guint from = facts->group_sections[g] - offset, n = facts->group_sections[g + 1] - facts->group_sections[g];
      int stage = positions[facts->group_stage[g]];
      Part another, *part = stage + 1 < (int) G_N_ELEMENTS (parts) ? &parts[stage + 1] : &another;

      if (part == &another || !part->made)
        make_part (self, slot, node, stage, part);
      if (part->node == NULL)
        {
          memset (numbers + from, 0, n * sizeof *numbers);
          memset (doubt + from, 1, n);
          doubtful = TRUE;
        }
      else if (part->n_terms > 0)
        self->kernels->linear (numbers + from, part->terms, part->n_terms, from, n, self->ahead[BALANCE_LEVEL_SECTION]);
      else
        self->kernels->scale (numbers + from, part->num + from, part->factor, n);
      if (part->doubt != NULL)
        {
          memcpy (doubt + from, part->doubt + from, n);
          doubtful = TRUE;
        }
    }
  slot->vectors.doubt = doubtful ? doubt : NULL;
}

static void
get_flags_by_stage (BalanceBlock *self, const BalanceNode *node, Slot *slot)
{
  BalanceFacts *facts = self->facts;
  guint group = self->offset[BALANCE_LEVEL_STAGE], offset = self->offset[BALANCE_LEVEL_SECTION];
  guint8 *flags = own_flags (self, slot, node->level);

  slot->vectors.flags = flags;
  for (guint g = group; g < group + self->n_rows[BALANCE_LEVEL_STAGE]; g++)
    {
      guint from = facts->group_sections[g] - offset, n = facts->group_sections[g + 1] - facts->group_sections[g];
      int stage = self->plan->binding->stage_back[facts->group_stage[g]];

      if (stage < 0 || node->args[stage] == NULL)
        memset (flags + from, 2, n);
      else
        memcpy (flags + from, balance_block_get (self, node->args[stage]).flags + from, n);
    }
}

static void
get_if (BalanceBlock *self, const BalanceNode *node, Slot *slot)
{
  const BalanceKernels *k = self->kernels;
  BalanceBlockVectors condition = balance_block_get (self, node->args[0]);
  BalanceBlockVectors yes = balance_block_get (self, node->args[1]), no = balance_block_get (self, node->args[2]);
  const BalanceBlockShape *shape = &self->plan->shapes[node->index];
  guint n = self->n_rows[node->level];

  if (node->type == BALANCE_VALUE_NUMBER)
    {
      double *out = own_numbers (self, slot, node->level);
      guint8 *doubt = own_doubt (self, slot, node->level);

      k->choose (out, condition.flags, yes.num, factor_within (&self->plan->shapes[node->args[1]->index], shape), no.num,
                 factor_within (&self->plan->shapes[node->args[2]->index], shape), n);
      for (guint i = 0; i < n; i++)
        doubt[i] = condition.flags[i] == 2 || (condition.flags[i] == 1 ? yes.doubt != NULL && yes.doubt[i] : no.doubt != NULL && no.doubt[i]);
      slot->vectors.num = out;
      slot->vectors.den = yes.den;
      slot->vectors.doubt = doubt;
    }
  else
    {
      guint8 *out = own_flags (self, slot, node->level);

      for (guint i = 0; i < n; i++)
        out[i] = condition.flags[i] == 2 ? 2 : condition.flags[i] == 1 ? yes.flags[i] : no.flags[i];
      slot->vectors.flags = out;
    }
}

/* Where a divisor is 0: nothing can be divided by it. NULL: nowhere. */
static const guint8 *
get_zeros (BalanceBlock *self, const BalanceNode *divisor, const double *numbers)
{
  Slot *slot = &self->slots[divisor->index];
  guint8 *zeros;

  if (self->plan->shapes[divisor->index].low > 0.0)
    return NULL;
  zeros = own (self, (gpointer *) &slot->zeros, divisor->level, 1);
  if (slot->zeros_generation != self->generation)
    slot->any_zeros = self->kernels->is_zero (zeros, numbers, self->n_rows[divisor->level]);
  slot->zeros_generation = self->generation;

  return slot->any_zeros ? zeros : NULL;
}

static void
get_arithmetic (BalanceBlock *self, const BalanceNode *node, Slot *slot)
{
  const BalanceKernels *k = self->kernels;
  const BalanceBlockShape *sa = &self->plan->shapes[node->args[0]->index], *sb = &self->plan->shapes[node->args[1]->index];
  const BalanceBlockShape *shape = &self->plan->shapes[node->index];
  BalanceBlockVectors a = balance_block_get (self, node->args[0]), b = balance_block_get (self, node->args[1]);
  guint n = self->n_rows[node->level];

  slot->vectors.doubt = join_doubts (self, slot, node, a.doubt, b.doubt);
  if ((node->kind == BALANCE_NODE_MULTIPLY && is_factor (sa, node->args[0])) ||
      (node->kind == BALANCE_NODE_DIVIDE && is_factor (sb, node->args[1])))
    {
      BalanceBlockVectors rest = node->kind == BALANCE_NODE_MULTIPLY ? b : a;

      slot->vectors.num = rest.num;
      slot->vectors.den = rest.den;
    }
  else if (node->kind == BALANCE_NODE_ADD || node->kind == BALANCE_NODE_SUBTRACT)
    {
      double *out = own_numbers (self, slot, node->level), kb = factor_within (sb, shape);

      k->combine (out, a.num, factor_within (sa, shape), b.num, node->kind == BALANCE_NODE_ADD ? kb : -kb, n);
      slot->vectors.num = out;
      slot->vectors.den = a.den;
    }
  else if (node->kind == BALANCE_NODE_MULTIPLY)
    {
      double *out = own_numbers (self, slot, node->level);

      k->multiply (out, a.num, b.num, n);
      slot->vectors.num = out;
      slot->vectors.den = a.den != NULL ? a.den : b.den;
    }
  else
    {
      slot->vectors.num = a.num;
      slot->vectors.den = b.num;
      if (a.den != NULL)
        {
          double *den = own (self, &slot->own_den, node->level, sizeof (double));

          k->multiply (den, a.den, b.num, n);
          slot->vectors.den = den;
        }
      slot->vectors.doubt = join_doubts (self, slot, node, slot->vectors.doubt, get_zeros (self, node->args[1], b.num));
    }
}

static void
get_comparison (BalanceBlock *self, const BalanceNode *node, Slot *slot)
{
  const BalanceKernels *k = self->kernels;
  BalanceBlockVectors a = balance_block_get (self, node->args[0]);
  guint n = self->n_rows[node->level];
  guint8 *out = own_flags (self, slot, node->level);

  slot->vectors.flags = out;
  if (a.num != NULL)
    {
      BalanceBlockVectors b = balance_block_get (self, node->args[1]);
      const BalanceBlockShape *sa = &self->plan->shapes[node->args[0]->index], *sb = &self->plan->shapes[node->args[1]->index];
      const guint8 *doubt = join_doubts (self, slot, node, a.doubt, b.doubt);
      double ka = sa->numerator * sb->denominator, kb = sb->numerator * sa->denominator;

      if (node->kind == BALANCE_NODE_EQUAL)
        k->equal (out, a.num, ka, a.den, b.num, kb, b.den, n);
      else
        k->less (out, a.num, ka, a.den, b.num, kb, b.den, node->kind == BALANCE_NODE_LESS_EQUAL, n);
      if (doubt != NULL)
        k->doubt (out, doubt, n);
    }
  else
    {
      gint32 none = node->args[0]->type == BALANCE_VALUE_DATE ? G_MININT32 : -1;
      guint8 *one = own_doubt (self, slot, node->level);

      for (guint i = 1; i < node->n_args; i++)
        {
          const BalanceNode *constant = node->args[i];
          gint32 code = constant->type == BALANCE_VALUE_DATE ? constant->date : *self->plan->binding->codes[constant->index];

          k->equal_code (i == 1 ? out : one, a.codes, code, none, n);
          if (i > 1)
            k->either (out, out, one, n);
        }
    }
}

static void
get_any (BalanceBlock *self, const BalanceNode *node, Slot *slot)
{
  BalanceFacts *facts = self->facts;
  BalanceBlockVectors from = balance_block_get (self, node->args[0]);
  guint8 *out = own_flags (self, slot, node->level);
  const guint first = self->offset[node->level], n = self->n_rows[node->level], offset = self->offset[BALANCE_LEVEL_SECTION];

  if (node->level == BALANCE_LEVEL_SECTION)
    {
      memcpy (out, from.flags, n);
    }
  else if (node->level == BALANCE_LEVEL_SCHOOL)
    {
      for (guint i = 0; i < n; i++)
        {
          guint8 any = 0;

          for (guint k = facts->school_sections[first + i]; k < facts->school_sections[first + i + 1]; k++)
            any |= from.flags[facts->school_section_rows[k] - offset];
          out[i] = (guint8) (any & 1 ? 1 : any);
        }
    }
  else
    {
      const guint32 *starts = node->level == BALANCE_LEVEL_STAGE ? facts->group_sections : facts->district_sections;

      self->kernels->any_of (out, from.flags, starts + first, offset, n);
    }
  slot->vectors.flags = out;
}

static void
get_constant (BalanceBlock *self, const BalanceNode *node, Slot *slot)
{
  guint n = self->capacity[node->level] + BALANCE_KERNEL_SLACK;

  if (node->type == BALANCE_VALUE_NUMBER)
    {
      double *out = own_numbers (self, slot, node->level);

      for (guint i = 0; i < n; i++)
        out[i] = (double) node->number.num;
      slot->vectors.num = out;
    }
  else
    {
      guint8 *out = own_flags (self, slot, node->level);

      memset (out, node->truth, n);
      slot->vectors.flags = out;
    }
  slot->filled = TRUE;
}

static void
get_stage (BalanceBlock *self, const BalanceNode *node, Slot *slot)
{
  const guint8 *stages = self->facts->section_stage + self->offset[BALANCE_LEVEL_SECTION];
  guint n = self->n_rows[BALANCE_LEVEL_SECTION];

  if (node->kind == BALANCE_NODE_STAGE)
    {
      gint32 *out = own (self, &slot->own, node->level, sizeof *out);

      for (guint i = 0; i < n; i++)
        out[i] = stages[i];
      slot->vectors.codes = out;
    }
  else
    {
      BalanceFacts *facts = self->facts;
      guint8 *out = own_flags (self, slot, node->level);
      guint first = self->offset[BALANCE_LEVEL_STAGE], offset = self->offset[BALANCE_LEVEL_SECTION];

      for (guint g = first; g < first + self->n_rows[BALANCE_LEVEL_STAGE]; g++)
        memset (out + (facts->group_sections[g] - offset), self->plan->binding->stage_back[facts->group_stage[g]] >= 0,
                facts->group_sections[g + 1] - facts->group_sections[g]);
      slot->vectors.flags = out;
    }
}

BalanceBlockVectors
balance_block_get (BalanceBlock *self, BalanceNode *node)
{
  Slot *slot = &self->slots[node->index];
  guint n = self->n_rows[node->level];

  if (slot->filled || slot->generation == self->generation)
    return slot->vectors;

  g_assert (self->plan->possible[node->index] == POSSIBLE);
  slot->generation = self->generation;
  memset (&slot->vectors, 0, sizeof slot->vectors);
  switch (node->kind)
    {
    case BALANCE_NODE_CONSTANT:
      get_constant (self, node, slot);
      break;
    case BALANCE_NODE_FIELD:
      get_field (self, node, slot);
      break;
    case BALANCE_NODE_STAGE:
    case BALANCE_NODE_IN_STAGES:
      get_stage (self, node, slot);
      break;
    case BALANCE_NODE_SPLIT:
      get_split (self, node, slot);
      break;
    case BALANCE_NODE_RAISE:
      get_raised (self, node, slot);
      break;
    case BALANCE_NODE_BY_STAGE:
      if (node->type == BALANCE_VALUE_NUMBER)
        get_numbers_by_stage (self, node, slot);
      else
        get_flags_by_stage (self, node, slot);
      break;
    case BALANCE_NODE_IF:
      get_if (self, node, slot);
      break;
    case BALANCE_NODE_OR:
    case BALANCE_NODE_AND:
      {
        BalanceBlockVectors a = balance_block_get (self, node->args[0]), b = balance_block_get (self, node->args[1]);
        guint8 *out = own_flags (self, slot, node->level);

        if (node->kind == BALANCE_NODE_OR)
          self->kernels->either (out, a.flags, b.flags, n);
        else
          self->kernels->both (out, a.flags, b.flags, n);
        slot->vectors.flags = out;
      }
      break;
    case BALANCE_NODE_NOT:
      {
        BalanceBlockVectors a = balance_block_get (self, node->args[0]);
        guint8 *out = own_flags (self, slot, node->level);

        self->kernels->negate (out, a.flags, n);
        slot->vectors.flags = out;
      }
      break;
    case BALANCE_NODE_ADD:
    case BALANCE_NODE_SUBTRACT:
      if (self->plan->terms[node->index] != NULL)
        {
          double *out = own_numbers (self, slot, node->level);
          BalanceTerm columns[MAX_TERMS];

          self->kernels->linear (out, columns, get_terms (self, node, 1.0, columns), 0, n, self->ahead[node->level]);
          slot->vectors.num = out;
          slot->vectors.doubt = doubt_of_terms (self, slot, node);
          break;
        }
      get_arithmetic (self, node, slot);
      break;
    case BALANCE_NODE_MULTIPLY:
    case BALANCE_NODE_DIVIDE:
      get_arithmetic (self, node, slot);
      break;
    case BALANCE_NODE_AGGREGATE:
      get_any (self, node, slot);
      break;
    default:
      get_comparison (self, node, slot);
      break;
    }

  return slot->vectors;
}

/* -- forms instead of vectors -------------------------------------------------------------------------- */

/* FALSE where the numerators of a stage are no short sum of columns without gaps. */
static gboolean
get_form (BalanceBlock *self, const BalanceNode *node, guint stage, double factor, BalanceNumerator *form, BalanceBlockRatio *ratio)
{
  const GArray *terms = self->plan->terms[node->index];
  const BalanceBlockShape *shape = &self->plan->shapes[node->index];

  if (terms != NULL)
    {
      double sum = 0.0;

      if (terms->len > G_N_ELEMENTS (form->terms))
        return FALSE;
      for (guint i = 0; i < terms->len; i++)
        {
          const Term *term = &g_array_index (terms, Term, i);

          if (term->column->valid != NULL &&
              !all_valid (term->column->valid, self->offset[BALANCE_LEVEL_SECTION], self->n_rows[BALANCE_LEVEL_SECTION]))
            return FALSE;
          sum += fabs (term->factor * factor) * MAX (fabs ((double) term->column->min), fabs ((double) term->column->max));
        }
      form->n_terms = get_terms (self, node, factor, form->terms);
      return is_exact (sum);
    }

  switch (node->kind)
    {
    case BALANCE_NODE_BY_STAGE:
      if (node->args[stage] == NULL)
        {
          form->n_terms = 0;
          return TRUE;
        }
      return get_form (self, node->args[stage], stage, factor * factor_within (&self->plan->shapes[node->args[stage]->index], shape), form, ratio);
    case BALANCE_NODE_MULTIPLY:
      return is_factor (&self->plan->shapes[node->args[0]->index], node->args[0]) && get_form (self, node->args[1], stage, factor, form, ratio);
    case BALANCE_NODE_DIVIDE:
      if (!is_factor (&self->plan->shapes[node->args[1]->index], node->args[1]))
        {
          if (ratio->divisor != NULL && ratio->divisor != node->args[1])
            return FALSE;
          ratio->divisor = node->args[1];
        }
      return get_form (self, node->args[0], stage, factor, form, ratio);
    default:
      return FALSE;
    }
}

gboolean
balance_block_plan_lacks_stage (BalanceBlockPlan *self, const BalanceNode *node, guint stage)
{
  const int position = self->binding->stage_back[stage];

  return node->kind == BALANCE_NODE_BY_STAGE && (position < 0 || node->args[position] == NULL);
}

gboolean
balance_block_plan_has_stage (BalanceBlockPlan *self, const BalanceNode *node, guint stage)
{
  switch (node->kind)
    {
    case BALANCE_NODE_BY_STAGE:
      return node->args[stage] != NULL && balance_block_plan_has_stage (self, node->args[stage], stage);
    case BALANCE_NODE_MULTIPLY:
      return is_factor (&self->shapes[node->args[0]->index], node->args[0]) && balance_block_plan_has_stage (self, node->args[1], stage);
    case BALANCE_NODE_DIVIDE:
      return balance_block_plan_has_stage (self, node->args[0], stage);
    default:
      return TRUE;
    }
}

BalanceBlockRatio
balance_block_get_forms (BalanceBlock *self, BalanceNode *node, double factor, BalanceNumerator *forms)
{
  guint n_stages = self->plan->binding->program->n_stages;
  BalanceBlockRatio ratio = { NULL };
  gconstpointer den_key = self->plan->shapes[node->index].den_key;
  gboolean all_forms = node->level == BALANCE_LEVEL_SECTION;

  for (guint i = 0; i < n_stages && all_forms; i++)
    {
      forms[i].numbers = NULL;
      all_forms = get_form (self, node, i, factor, &forms[i], &ratio);
      ratio.partial = ratio.partial || forms[i].n_terms == 0;
    }
  /* one vector divides them all, or none is divided */
  if (all_forms && (gconstpointer) ratio.divisor == den_key)
    {
      if (ratio.divisor != NULL)
        {
          BalanceBlockVectors vectors = balance_block_get (self, ratio.divisor);

          ratio.den = vectors.num;
          ratio.doubt = join_doubts (self, &self->slots[node->index], node, vectors.doubt, get_zeros (self, ratio.divisor, vectors.num));
        }
      return ratio;
    }

  {
    BalanceBlockVectors vectors = balance_block_get (self, node);

    for (guint i = 0; i < n_stages; i++)
      {
        forms[i].n_terms = 0;
        forms[i].numbers = vectors.num;
        forms[i].terms[0].factor = factor;
      }
    return (BalanceBlockRatio) { NULL, vectors.den, vectors.doubt, FALSE };
  }
}

/* -- one fact changed ---------------------------------------------------------------------------------- */

gboolean
balance_block_plan_rests_on (BalanceBlockPlan *self, BalanceNode *node, const BalanceColumn *column, guint8 *known)
{
  gboolean rests;

  if (known[node->index] != 0)
    return known[node->index] == 1;

  rests = self->binding->fields[node->index].column == column || self->binding->fields[node->index].part == column;
  for (guint i = 0; i < node->n_args; i++)
    if (node->args[i] != NULL && balance_block_plan_rests_on (self, node->args[i], column, known))
      rests = TRUE;
  known[node->index] = rests ? 1 : 2;

  return rests;
}

gboolean
balance_block_plan_is_by_row (BalanceBlockPlan *self, BalanceNode *node, const BalanceColumn *column, guint8 *rests, guint8 *known)
{
  gboolean by_row;

  if (!balance_block_plan_rests_on (self, node, column, rests))
    return TRUE;
  if (known[node->index] != 0)
    return known[node->index] == 1;

  by_row = node->level == BALANCE_LEVEL_SECTION && node->kind != BALANCE_NODE_AGGREGATE && node->kind != BALANCE_NODE_RAISE &&
           (node->kind != BALANCE_NODE_SPLIT || self->terms[node->index] != NULL);
  for (guint i = 0; i < node->n_args && by_row && node->kind != BALANCE_NODE_SPLIT; i++)
    by_row = node->args[i] == NULL || balance_block_plan_is_by_row (self, node->args[i], column, rests, known);
  known[node->index] = by_row ? 1 : 2;

  return by_row;
}

void
balance_block_forget (BalanceBlock *self, const guint *nodes, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      Slot *slot = &self->slots[nodes[i]];

      slot->generation = 0;
      slot->zeros_generation = 0;
    }
  if (n > 0)
    self->split_generation = 0;
}
