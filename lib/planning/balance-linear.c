/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-linear-private.h"

#include "formula/balance-node-private.h"

enum
{
  NOT_ASKED,
  UNTOUCHED,
  TOUCHED,
};

/* -- forms ------------------------------------------------------------------------------------------- */

static void
init (BalanceLinear *self)
{
  self->constant = balance_number_small (0, 1);
  self->terms = g_array_new (FALSE, FALSE, sizeof (BalanceLinearTerm));
}

void
balance_linear_clear (BalanceLinear *self)
{
  g_clear_pointer (&self->terms, g_array_unref);
}

static void
add_term (BalanceNumberPool *pool, BalanceLinear *self, guint fact, BalanceNumber coefficient)
{
  BalanceLinearTerm term = { fact, coefficient };

  for (guint i = 0; i < self->terms->len; i++)
    {
      BalanceLinearTerm *known = &g_array_index (self->terms, BalanceLinearTerm, i);

      if (known->fact == fact)
        {
          known->coefficient = balance_number_add (pool, known->coefficient, coefficient);
          return;
        }
    }
  g_array_append_val (self->terms, term);
}

void
balance_linear_add (BalanceNumberPool *pool, BalanceLinear *self, const BalanceLinear *other, BalanceNumber factor)
{
  self->constant = balance_number_add (pool, self->constant, balance_number_multiply (pool, other->constant, factor));
  for (guint i = 0; i < other->terms->len; i++)
    {
      const BalanceLinearTerm *term = &g_array_index (other->terms, BalanceLinearTerm, i);

      add_term (pool, self, term->fact, balance_number_multiply (pool, term->coefficient, factor));
    }
}

gboolean
balance_linear_is_constant (const BalanceLinear *self)
{
  return self->terms->len == 0;
}

static void
scale (BalanceNumberPool *pool, BalanceLinear *self, BalanceNumber factor)
{
  self->constant = balance_number_multiply (pool, self->constant, factor);
  for (guint i = 0; i < self->terms->len; i++)
    {
      BalanceLinearTerm *term = &g_array_index (self->terms, BalanceLinearTerm, i);

      term->coefficient = balance_number_multiply (pool, term->coefficient, factor);
    }
}

/* -- what is touched --------------------------------------------------------------------------------- */

static guint
hash_fact (gconstpointer key)
{
  const BalanceFactKey *fact = key;

  return g_str_hash (fact->field->id) * 31 + fact->row * 7 + fact->level;
}

/* Packs that use one another have dictionaries of their own: fields are the same by id. */
static gboolean
equal_facts (gconstpointer a, gconstpointer b)
{
  const BalanceFactKey *x = a, *y = b;

  return x->level == y->level && x->row == y->row && g_str_equal (x->field->id, y->field->id);
}

void
balance_linear_reader_init (BalanceLinearReader *self, BalanceFrame *frame, GHashTable *fields)
{
  self->frame = frame;
  self->fields = fields;
  self->programs = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->facts = g_array_new (FALSE, FALSE, sizeof (BalanceFactKey));
  self->index = g_hash_table_new_full (hash_fact, equal_facts, g_free, NULL);
}

void
balance_linear_reader_clear (BalanceLinearReader *self)
{
  g_clear_pointer (&self->programs, g_hash_table_unref);
  g_clear_pointer (&self->facts, g_array_unref);
  g_clear_pointer (&self->index, g_hash_table_unref);
}

guint
balance_linear_add_fact (BalanceLinearReader *self, BalanceLevel level, guint row, BalanceField *field)
{
  BalanceFactKey key = { level, row, field };
  guint position = GPOINTER_TO_UINT (g_hash_table_lookup (self->index, &key));

  if (position > 0)
    return position - 1;
  g_array_append_val (self->facts, key);
  g_hash_table_insert (self->index, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (self->facts->len));

  return self->facts->len - 1;
}

static gboolean
is_touched (BalanceLinearReader *self, guint8 *states, BalanceNode *node)
{
  gboolean touched = FALSE;

  if (node == NULL)
    return FALSE;
  if (states[node->index] != NOT_ASKED)
    return states[node->index] == TOUCHED;

  /* what a verdict or a score depends on is not looked into */
  if (node->kind == BALANCE_NODE_REQUIREMENT || node->kind == BALANCE_NODE_SCORE)
    touched = TRUE;
  else if (node->kind == BALANCE_NODE_FIELD || node->kind == BALANCE_NODE_SPLIT)
    touched = g_hash_table_contains (self->fields, node->field->id);
  for (guint i = 0; i < node->n_args && !touched; i++)
    touched = is_touched (self, states, node->args[i]);
  states[node->index] = touched ? TOUCHED : UNTOUCHED;

  return touched;
}

gboolean
balance_linear_is_touched (BalanceLinearReader *self, BalanceNode *node)
{
  BalanceProgram *program = self->frame->binding->program;
  guint8 *states = g_hash_table_lookup (self->programs, program);

  if (states == NULL)
    {
      states = g_malloc0 (program->nodes->len + 1);
      g_hash_table_insert (self->programs, program, states);
    }

  return is_touched (self, states, node);
}

/* -- finding ----------------------------------------------------------------------------------------- */

static int
stage_position (BalanceLinearReader *self, BalanceLevel level, guint row)
{
  BalanceFacts *facts = self->frame->facts;
  guint absolute = row + self->frame->offset[level];

  return self->frame->binding->stage_back[level == BALANCE_LEVEL_SECTION ? facts->section_stage[absolute] : facts->group_stage[absolute]];
}

/* Follows what only chooses between formulas, or between rows. */
static BalanceLinearResult
resolve (BalanceLinearReader *self, BalanceNode **node, guint *row)
{
  for (;;)
    {
      BalanceNode *at = *node;

      if (at->kind == BALANCE_NODE_BY_STAGE)
        {
          int stage = stage_position (self, at->level, *row);

          if (stage < 0 || (guint) stage >= at->n_args || at->args[stage] == NULL)
            return BALANCE_LINEAR_OTHER;
          *node = at->args[stage];
        }
      else if (at->kind == BALANCE_NODE_IF)
        {
          BalanceTruth truth = balance_node_get_constant (at->args[0]);

          if (truth == BALANCE_UNKNOWN && balance_linear_is_touched (self, at->args[0]))
            return BALANCE_LINEAR_OTHER;
          if (truth == BALANCE_UNKNOWN)
            truth = (BalanceTruth) balance_frame_get_flags (self->frame, at->args[0])[*row];
          if (truth == BALANCE_UNKNOWN)
            return BALANCE_LINEAR_MISSING;
          *node = at->args[truth == BALANCE_TRUE ? 1 : 2];
        }
      else if (at->kind == BALANCE_NODE_RAISE)
        {
          *row = balance_frame_get_parent (self->frame, at->level, *row, at->args[0]->level);
          *node = at->args[0];
        }
      else
        {
          return BALANCE_LINEAR_FOUND;
        }
    }
}

static BalanceLinearResult
number_at (BalanceLinearReader *self, BalanceNode *node, guint row, BalanceNumber *number)
{
  *number = balance_frame_get_numbers (self->frame, node)[row];

  return balance_number_is_known (&self->frame->pool, *number) ? BALANCE_LINEAR_FOUND : BALANCE_LINEAR_MISSING;
}

static BalanceLinearResult collect (BalanceLinearReader *self, BalanceNode *node, guint row, BalanceNumber factor, BalanceLinear *form);

/* A section's part of its school's amount: the fact is the section's own part where it has one, else the school's. */
static BalanceLinearResult
collect_split (BalanceLinearReader *self, BalanceNode *node, guint row, BalanceNumber factor, BalanceLinear *form)
{
  BalanceFrame *frame = self->frame;
  const BalanceColumn *part = frame->binding->fields[node->index].part;
  guint absolute = row + frame->offset[BALANCE_LEVEL_SECTION];
  BalanceNumber number, share;

  if (balance_linear_is_touched (self, node->args[1]))
    return BALANCE_LINEAR_OTHER;
  if (number_at (self, node, row, &number) != BALANCE_LINEAR_FOUND)
    return BALANCE_LINEAR_MISSING;
  form->constant = balance_number_add (&frame->pool, form->constant, balance_number_multiply (&frame->pool, number, factor));
  if (part != NULL && balance_column_is_valid (part, absolute))
    {
      add_term (&frame->pool, form, balance_linear_add_fact (self, BALANCE_LEVEL_SECTION, absolute, node->field), factor);
      return BALANCE_LINEAR_FOUND;
    }
  share = balance_frame_get_split_share (frame, node, row);
  if (!balance_number_is_known (&frame->pool, share))
    return BALANCE_LINEAR_MISSING;
  if (balance_number_is_zero (&frame->pool, share) == BALANCE_FALSE)
    add_term (&frame->pool, form,
              balance_linear_add_fact (self, BALANCE_LEVEL_SCHOOL, frame->facts->section_school[absolute], node->field),
              balance_number_multiply (&frame->pool, factor, share));

  return BALANCE_LINEAR_FOUND;
}

static BalanceLinearResult
collect_sum (BalanceLinearReader *self, BalanceNode *node, guint row, BalanceNumber factor, BalanceLinear *form)
{
  const guint8 *flags;
  const guint32 *rows;
  guint first, n;

  if (node->variant != BALANCE_AGGREGATE_SUM || node->args[0] == NULL || (node->n_args > 1 && node->args[1] != NULL) ||
      (node->n_args > 2 && balance_linear_is_touched (self, node->args[2])))
    return BALANCE_LINEAR_OTHER;
  flags = node->n_args > 2 && node->args[2] != NULL ? balance_frame_get_flags (self->frame, node->args[2]) : NULL;
  n = balance_frame_get_rows (self->frame, node->level, row, node->rows, &first, &rows);
  for (guint i = 0; i < n; i++)
    {
      guint finer = rows != NULL ? rows[i] - self->frame->offset[node->rows] : first + i;
      BalanceLinearResult result;

      if (flags != NULL && flags[finer] == BALANCE_FALSE)
        continue;
      if (flags != NULL && flags[finer] == BALANCE_UNKNOWN)
        return BALANCE_LINEAR_MISSING;
      result = collect (self, node->args[0], finer, factor, form);
      if (result != BALANCE_LINEAR_FOUND)
        return result;
    }

  return BALANCE_LINEAR_FOUND;
}

static BalanceLinearResult
collect (BalanceLinearReader *self, BalanceNode *node, guint row, BalanceNumber factor, BalanceLinear *form)
{
  BalanceNumberPool *pool = &self->frame->pool;
  BalanceLinearResult result;
  BalanceNumber number;

  if (!balance_linear_is_touched (self, node))
    {
      result = number_at (self, node, row, &number);
      if (result == BALANCE_LINEAR_FOUND)
        form->constant = balance_number_add (pool, form->constant, balance_number_multiply (pool, number, factor));
      return result;
    }
  result = resolve (self, &node, &row);
  if (result != BALANCE_LINEAR_FOUND)
    return result;

  switch (node->kind)
    {
    case BALANCE_NODE_FIELD:
      result = number_at (self, node, row, &number);
      if (result != BALANCE_LINEAR_FOUND)
        return result;
      form->constant = balance_number_add (pool, form->constant, balance_number_multiply (pool, number, factor));
      if (g_hash_table_contains (self->fields, node->field->id))
        add_term (pool, form, balance_linear_add_fact (self, node->level, row + self->frame->offset[node->level], node->field), factor);
      return BALANCE_LINEAR_FOUND;

    case BALANCE_NODE_SPLIT:
      return collect_split (self, node, row, factor, form);

    case BALANCE_NODE_ADD:
    case BALANCE_NODE_SUBTRACT:
      result = collect (self, node->args[0], row, factor, form);
      if (result != BALANCE_LINEAR_FOUND)
        return result;
      return collect (self, node->args[1], row, node->kind == BALANCE_NODE_ADD ? factor : balance_number_negate (pool, factor), form);

    case BALANCE_NODE_MULTIPLY:
      for (guint i = 0; i < 2; i++)
        if (!balance_linear_is_touched (self, node->args[i]))
          {
            result = number_at (self, node->args[i], row, &number);
            if (result != BALANCE_LINEAR_FOUND)
              return result;
            return collect (self, node->args[1 - i], row, balance_number_multiply (pool, factor, number), form);
          }
      return BALANCE_LINEAR_OTHER;

    case BALANCE_NODE_DIVIDE:
      if (balance_linear_is_touched (self, node->args[1]))
        return BALANCE_LINEAR_OTHER;
      result = number_at (self, node->args[1], row, &number);
      if (result != BALANCE_LINEAR_FOUND)
        return result;
      if (balance_number_is_zero (pool, number) != BALANCE_FALSE)
        return BALANCE_LINEAR_OTHER;
      return collect (self, node->args[0], row, balance_number_divide (pool, factor, number), form);

    case BALANCE_NODE_AGGREGATE:
      return collect_sum (self, node, row, factor, form);

    default:
      /* a choice may have led to what no decision touches */
      if (!balance_linear_is_touched (self, node))
        return collect (self, node, row, factor, form);
      return BALANCE_LINEAR_OTHER;
    }
}

BalanceLinearResult
balance_linear_find (BalanceLinearReader *self,
                     BalanceNode         *node,
                     guint                row,
                     BalanceLinear       *above,
                     BalanceLinear       *below)
{
  BalanceNumberPool *pool = &self->frame->pool;
  BalanceNumber factor = balance_number_small (1, 1), number;
  BalanceLinearResult result;

  init (above);
  init (below);
  below->constant = balance_number_small (1, 1);
  while (balance_linear_is_touched (self, node))
    {
      result = resolve (self, &node, &row);
      if (result != BALANCE_LINEAR_FOUND)
        return result;
      if (node->kind == BALANCE_NODE_MULTIPLY && !(balance_linear_is_touched (self, node->args[0]) && balance_linear_is_touched (self, node->args[1])))
        {
          guint constant = balance_linear_is_touched (self, node->args[0]) ? 1 : 0;

          result = number_at (self, node->args[constant], row, &number);
          if (result != BALANCE_LINEAR_FOUND)
            return result;
          factor = balance_number_multiply (pool, factor, number);
          node = node->args[1 - constant];
        }
      else if (node->kind == BALANCE_NODE_DIVIDE && balance_linear_is_touched (self, node->args[1]))
        {
          if (!balance_linear_is_constant (below))
            return BALANCE_LINEAR_OTHER;
          below->constant = balance_number_small (0, 1);
          result = collect (self, node->args[1], row, balance_number_small (1, 1), below);
          if (result != BALANCE_LINEAR_FOUND)
            return result;
          node = node->args[0];
        }
      else
        break;
    }
  result = collect (self, node, row, balance_number_small (1, 1), above);
  if (result == BALANCE_LINEAR_FOUND)
    scale (pool, above, factor);

  return result;
}
