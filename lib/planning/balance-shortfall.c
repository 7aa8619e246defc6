/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-shortfall-private.h"

#include "formula/balance-node-private.h"

/* Amounts of money and area are collected with two decimals. */
#define AMOUNT_DECIMALS 2
#define NO_ROW G_MAXUINT

/* A node on one row; NO_ROW inside a sum, where the row is any of those it sees. */
typedef struct
{
  BalanceNode *node;
  guint        row;
} Place;

typedef struct
{
  BalanceField  *field;
  BalanceNumber  coefficient;
} Term;

typedef struct
{
  BalanceJudge *judge;
  BalanceFrame *frame;
  GArray       *terms;     /* of Term */
} Work;

static int
stage_position (Work *work, BalanceLevel level, guint row)
{
  BalanceFacts *facts = work->frame->facts;
  guint absolute = row + work->frame->offset[level];

  return work->frame->binding->stage_back[level == BALANCE_LEVEL_SECTION ? facts->section_stage[absolute] : facts->group_stage[absolute]];
}

/* Follows what depends on the row until the operation that makes the value there; FALSE where that is not known. */
static gboolean
resolve (Work *work, Place *place)
{
  for (;;)
    {
      BalanceNode *node = place->node;

      if (node->kind == BALANCE_NODE_BY_STAGE)
        {
          int stage = place->row != NO_ROW ? stage_position (work, node->level, place->row) : -1;

          if (stage < 0 || (guint) stage >= node->n_args || node->args[stage] == NULL)
            return FALSE;
          place->node = node->args[stage];
        }
      else if (node->kind == BALANCE_NODE_IF)
        {
          BalanceTruth truth = balance_node_get_constant (node->args[0]);

          if (truth == BALANCE_UNKNOWN && place->row != NO_ROW)
            truth = (BalanceTruth) balance_frame_get_flags (work->frame, node->args[0])[place->row];
          if (truth == BALANCE_UNKNOWN)
            return FALSE;
          place->node = node->args[truth == BALANCE_TRUE ? 1 : 2];
        }
      else if (node->kind == BALANCE_NODE_RAISE)
        {
          if (place->row != NO_ROW)
            place->row = balance_frame_get_parent (work->frame, node->level, place->row, node->args[0]->level);
          place->node = node->args[0];
        }
      else
        {
          return TRUE;
        }
    }
}

static BalanceNumber
number_at (Work *work, const Place *place)
{
  return balance_frame_get_numbers (work->frame, place->node)[place->row];
}

static gboolean
constant_at (Work *work, BalanceNode *node, guint row, BalanceNumber *number)
{
  Place place = { node, row };

  if (!resolve (work, &place) || place.node->kind != BALANCE_NODE_CONSTANT || place.node->type != BALANCE_VALUE_NUMBER)
    return FALSE;
  *number = place.node->number;

  return TRUE;
}

static void
add_term (Work *work, BalanceField *field, BalanceNumber coefficient)
{
  Term term = { field, coefficient };

  for (guint i = 0; i < work->terms->len; i++)
    {
      Term *known = &g_array_index (work->terms, Term, i);

      if (known->field != field)
        continue;
      known->coefficient = balance_number_add (&work->frame->pool, known->coefficient, coefficient);
      return;
    }
  g_array_append_val (work->terms, term);
}

/* The facts of which a value is the weighted sum; FALSE if it is none. */
static gboolean
collect_terms (Work *work, BalanceNode *node, guint row, BalanceNumber coefficient)
{
  BalanceNumberPool *pool = &work->frame->pool;
  Place place = { node, row };
  BalanceNumber factor;

  if (!resolve (work, &place))
    return FALSE;
  node = place.node;
  row = place.row;
  switch (node->kind)
    {
    case BALANCE_NODE_CONSTANT:
      return TRUE;

    case BALANCE_NODE_FIELD:
      add_term (work, node->field, coefficient);
      return TRUE;

    case BALANCE_NODE_SPLIT:
      if (row == NO_ROW)
        return FALSE;
      factor = balance_frame_get_split_share (work->frame, node, row);
      if (!balance_number_is_known (pool, factor) || balance_number_is_zero (pool, factor) != BALANCE_FALSE)
        return FALSE;
      add_term (work, node->field, balance_number_multiply (pool, coefficient, factor));
      return TRUE;

    case BALANCE_NODE_ADD:
      return collect_terms (work, node->args[0], row, coefficient) && collect_terms (work, node->args[1], row, coefficient);

    case BALANCE_NODE_SUBTRACT:
      return collect_terms (work, node->args[0], row, coefficient) &&
             collect_terms (work, node->args[1], row, balance_number_negate (pool, coefficient));

    case BALANCE_NODE_MULTIPLY:
      for (guint i = 0; i < 2; i++)
        if (constant_at (work, node->args[i], row, &factor))
          return collect_terms (work, node->args[1 - i], row, balance_number_multiply (pool, coefficient, factor));
      return FALSE;

    case BALANCE_NODE_DIVIDE:
      return constant_at (work, node->args[1], row, &factor) && balance_number_is_zero (pool, factor) == BALANCE_FALSE &&
             collect_terms (work, node->args[0], row, balance_number_divide (pool, coefficient, factor));

    case BALANCE_NODE_AGGREGATE:
      return node->variant == BALANCE_AGGREGATE_SUM && node->args[0] != NULL && (node->n_args < 2 || node->args[1] == NULL) &&
             collect_terms (work, node->args[0], NO_ROW, coefficient);

    default:
      return FALSE;
    }
}

/* -- fields that also stand elsewhere ---------------------------------------------------------------- */

/* Unlike balance_node_foreach_field() also in the conditions of sums: whether a row counts matters here. */
static void
note_fields (const BalanceNode *node, GHashTable *seen, GHashTable *fields)
{
  if (node == NULL || !g_hash_table_add (seen, (gpointer) node))
    return;
  if (node->kind == BALANCE_NODE_FIELD || node->kind == BALANCE_NODE_SPLIT)
    g_hash_table_add (fields, node->field);
  for (guint i = 0; i < node->n_args; i++)
    note_fields (node->args[i], seen, fields);
}

/* -- the quotient ------------------------------------------------------------------------------------ */

typedef struct
{
  Place         above;       /* A */
  BalanceNode  *below_node;  /* B; NULL = 1 */
  BalanceNumber factor;      /* k */
  BalanceNumber below;
} Quotient;

static gboolean
find_quotient (Work *work, BalanceNode *value, guint row, Quotient *quotient)
{
  BalanceNumberPool *pool = &work->frame->pool;
  Place place = { value, row };

  *quotient = (Quotient) { .factor = balance_number_small (1, 1), .below = balance_number_small (1, 1) };
  for (;;)
    {
      BalanceNode *node;
      BalanceNumber constant;
      Place below;

      if (!resolve (work, &place))
        return FALSE;
      node = place.node;
      if (node->kind == BALANCE_NODE_MULTIPLY && (constant_at (work, node->args[0], place.row, &constant) ||
                                                  constant_at (work, node->args[1], place.row, &constant)))
        {
          BalanceNumber ignored;

          quotient->factor = balance_number_multiply (pool, quotient->factor, constant);
          place.node = node->args[constant_at (work, node->args[0], place.row, &ignored) ? 1 : 0];
          continue;
        }
      if (node->kind != BALANCE_NODE_DIVIDE)
        break;
      if (constant_at (work, node->args[1], place.row, &constant))
        {
          if (balance_number_is_zero (pool, constant) != BALANCE_FALSE)
            return FALSE;
          quotient->factor = balance_number_divide (pool, quotient->factor, constant);
        }
      else
        {
          /* a quotient of quotients is something else */
          if (quotient->below_node != NULL)
            return FALSE;
          below = (Place) { node->args[1], place.row };
          quotient->below_node = node->args[1];
          quotient->below = number_at (work, &below);
        }
      place.node = node->args[0];
    }
  quotient->above = place;

  return balance_number_is_zero (pool, quotient->factor) == BALANCE_FALSE;
}

/* The least multiple of a step that makes `comparison` hold when it is added: what is lacking, rounded up. */
static BalanceNumber
round_up (BalanceNumberPool *pool, BalanceNumber lacking, gboolean strict, guint decimals)
{
  BalanceNumber step = balance_number_small (1, balance_power_of_ten (decimals));
  BalanceNumber rounded = balance_number_round (pool, lacking, BALANCE_ROUNDING_CEIL, decimals);

  if (strict && balance_number_equal (pool, rounded, lacking) == BALANCE_TRUE)
    rounded = balance_number_add (pool, rounded, step);
  return rounded;
}

static BalanceNumber
not_below_zero (BalanceNumberPool *pool, BalanceNumber number)
{
  return balance_number_less (pool, number, balance_number_small (0, 1)) == BALANCE_TRUE ? balance_number_small (0, 1) : number;
}

/* Which facts may take it: those that count most, so that the least has to be added. */
static gboolean
choose_fields (Work *work, const Quotient *quotient, BalanceNode *limit, BalanceShortfall *self, BalanceNumber *coefficient)
{
  BalanceNumberPool *pool = &work->frame->pool;
  g_autoptr(GHashTable) seen = g_hash_table_new (NULL, NULL), elsewhere = g_hash_table_new (NULL, NULL);
  gboolean positive = balance_number_less (pool, balance_number_small (0, 1), quotient->factor) == BALANCE_TRUE;

  note_fields (quotient->below_node, seen, elsewhere);
  note_fields (limit, seen, elsewhere);
  self->fields = g_ptr_array_new ();
  for (guint i = 0; i < work->terms->len; i++)
    {
      const Term *term = &g_array_index (work->terms, Term, i);
      BalanceNumber own = positive ? term->coefficient : balance_number_negate (pool, term->coefficient);

      /* adding to it would move limit or denominator as well */
      if (g_hash_table_contains (elsewhere, term->field) ||
          balance_number_less (pool, balance_number_small (0, 1), own) != BALANCE_TRUE)
        continue;
      if (self->fields->len > 0 && balance_number_less (pool, own, *coefficient) == BALANCE_TRUE)
        continue;
      if (self->fields->len > 0 && balance_number_less (pool, *coefficient, own) == BALANCE_TRUE)
        g_ptr_array_set_size (self->fields, 0);
      /* things of another unit cannot stand in for one another */
      if (self->fields->len > 0 && g_strcmp0 (term->field->unit, ((BalanceField *) g_ptr_array_index (self->fields, 0))->unit) != 0)
        continue;
      *coefficient = own;
      g_ptr_array_add (self->fields, term->field);
    }
  if (self->fields->len == 0)
    g_clear_pointer (&self->fields, g_ptr_array_unref);

  return self->fields != NULL;
}

/* Inside a sum over sections whose condition reads the field itself, or an aggregate of it, more of it changes more. */
static gboolean
conditions_are_free (const BalanceNode *node, GPtrArray *fields)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (NULL, NULL), read = g_hash_table_new (NULL, NULL);

  if (node == NULL)
    return TRUE;
  if (node->kind == BALANCE_NODE_AGGREGATE && node->n_args > 2)
    note_fields (node->args[2], seen, read);
  if (node->kind == BALANCE_NODE_IF)
    note_fields (node->args[0], seen, read);
  for (guint i = 0; i < fields->len; i++)
    if (g_hash_table_contains (read, g_ptr_array_index (fields, i)))
      return FALSE;
  for (guint i = 0; i < node->n_args; i++)
    if (!conditions_are_free (node->args[i], fields))
      return FALSE;

  return TRUE;
}

/* How much of a fact that counts `coefficient` times brings k A / B to a bound. */
static BalanceNumber
lacking (const BalanceShortfall *self, BalanceNumberPool *pool, const Quotient *quotient, BalanceNumber above, BalanceNumber bound,
         BalanceNumber coefficient)
{
  BalanceNumber target = balance_number_divide (pool, balance_number_multiply (pool, bound, quotient->below), quotient->factor);
  BalanceNumber amount = balance_number_divide (pool, balance_number_subtract (pool, target, above), coefficient);
  gboolean negative = balance_number_less (pool, quotient->factor, balance_number_small (0, 1)) == BALANCE_TRUE;

  /* the coefficient is that of the value as a whole, A has its sign without the factor */
  return negative != self->lower ? balance_number_negate (pool, amount) : amount;
}

static gboolean
in_facts (BalanceShortfall *self, Work *work, const BalanceSchemeRule *rule, guint row, BalanceNumber limit,
          const BalanceNumber *floor)
{
  BalanceNumberPool *pool = &work->frame->pool;
  BalanceComparison comparison = rule->measure.comparison;
  BalanceNumber coefficient = balance_number_small (1, 1), above;
  Quotient quotient;
  gboolean strict = comparison == BALANCE_COMPARISON_ABOVE || comparison == BALANCE_COMPARISON_BELOW;

  if (!find_quotient (work, rule->measure.value, row, &quotient) ||
      !collect_terms (work, quotient.above.node, quotient.above.row, balance_number_small (1, 1)) ||
      !choose_fields (work, &quotient, rule->measure.limit, self, &coefficient) ||
      !conditions_are_free (rule->measure.value, self->fields))
    return FALSE;

  above = number_at (work, &quotient.above);
  /* where it is divided by less than nothing, more of a fact means less of the value */
  if (balance_number_less (pool, balance_number_small (0, 1), quotient.below) != BALANCE_TRUE)
    return FALSE;
  self->exact = lacking (self, pool, &quotient, above, limit, coefficient);
  if (!balance_number_is_known (pool, self->exact))
    return FALSE;
  self->whole = TRUE;
  for (guint i = 0; i < self->fields->len; i++)
    self->whole = self->whole && ((BalanceField *) g_ptr_array_index (self->fields, i))->type == BALANCE_FIELD_COUNT;
  self->decimals = self->whole ? 0 : AMOUNT_DECIMALS;
  self->unit = ((BalanceField *) g_ptr_array_index (self->fields, 0))->unit;
  self->add = round_up (pool, self->exact, strict, self->decimals);
  if (floor != NULL)
    {
      self->exact_floor = not_below_zero (pool, lacking (self, pool, &quotient, above, *floor, coefficient));
      self->add_floor = round_up (pool, self->exact_floor, FALSE, self->decimals);
    }

  return TRUE;
}

/* What is lacking in the value itself, for formulas that are no such quotient. */
static void
in_own_unit (BalanceShortfall *self, Work *work, const BalanceSchemeRule *rule, BalanceNumber value, BalanceNumber limit,
             const BalanceNumber *floor)
{
  BalanceNumberPool *pool = &work->frame->pool;
  gboolean percent = g_strcmp0 (rule->rule->unit, "%") == 0;
  int decimals = rule->rule->decimals >= 0 ? rule->rule->decimals : AMOUNT_DECIMALS;
  gboolean strict = rule->measure.comparison == BALANCE_COMPARISON_ABOVE || rule->measure.comparison == BALANCE_COMPARISON_BELOW;

  g_clear_pointer (&self->fields, g_ptr_array_unref);
  self->unit = rule->rule->unit;
  self->whole = FALSE;
  self->exact = self->lower ? balance_number_subtract (pool, value, limit) : balance_number_subtract (pool, limit, value);
  self->decimals = (guint) decimals + (percent ? 2 : 0);
  /* so many decimals that rounding up does not double it */
  while (self->decimals < 9)
    {
      self->add = round_up (pool, self->exact, strict, self->decimals);
      if (balance_number_less_equal (pool, self->add, balance_number_multiply (pool, self->exact, balance_number_small (2, 1))) == BALANCE_TRUE)
        break;
      self->decimals++;
    }
  self->add = round_up (pool, self->exact, strict, self->decimals);
  if (floor != NULL)
    {
      self->exact_floor = not_below_zero (pool, self->lower ? balance_number_subtract (pool, value, *floor) : balance_number_subtract (pool, *floor, value));
      self->add_floor = round_up (pool, self->exact_floor, FALSE, self->decimals);
    }
}

void
balance_shortfall_find (BalanceShortfall *self,
                        BalanceJudge     *judge,
                        guint             rule,
                        guint             row)
{
  const BalanceSchemeRule *own = &judge->scheme->rules[rule];
  const BalanceJudged *judged = balance_judge_get (judge, rule);
  g_autoptr(GArray) terms = g_array_new (FALSE, FALSE, sizeof (Term));
  Work work = { judge, judge->frame, terms };
  BalanceNumberPool *pool = &judge->frame->pool;
  BalanceNumber floor;

  *self = (BalanceShortfall) { .lower = own->measure.comparison == BALANCE_COMPARISON_AT_MOST || own->measure.comparison == BALANCE_COMPARISON_BELOW };
  if (own->measure.value == NULL || own->measure.limit == NULL || judged->values == NULL || judged->limits == NULL ||
      !balance_number_is_known (pool, judged->values[row]) || !balance_number_is_known (pool, judged->limits[row]))
    return;

  self->has_floor = balance_judge_get_floor_number (judge, rule, row, &floor) && balance_number_is_known (pool, floor);
  self->in_facts = in_facts (self, &work, own, row, judged->limits[row], self->has_floor ? &floor : NULL);
  if (!self->in_facts)
    in_own_unit (self, &work, own, judged->values[row], judged->limits[row], self->has_floor ? &floor : NULL);
  self->known = TRUE;
}

void
balance_shortfall_clear (BalanceShortfall *self)
{
  g_clear_pointer (&self->fields, g_ptr_array_unref);
}
