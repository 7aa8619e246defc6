/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which missing facts a verdict waits for, and which values are worth trying for them. */

#include <math.h>
#include <string.h>

#include "evaluation/balance-deciding-private.h"
#include "formula/balance-node-private.h"

#define ENOUGH 1000000000000.0   /* in the place of a bound that a field does not have */
#define MAX_CONSTANTS 12

/* -- what is waited for -------------------------------------------------------------------------------- */

typedef struct
{
  BalanceDeciding *deciding;
  GHashTable      *seen;      /* judge, node or rule, and row */
  GArray          *found;     /* of guint */
  GPtrArray       *leaves;    /* nullable */
} Walk;

static void walk (Walk *self, BalanceJudge *judge, BalanceNode *node, guint row);
static void walk_rule (Walk *self, BalanceJudge *judge, guint rule, guint row);

static gboolean
is_new (Walk *self, gconstpointer what, guint row)
{
  return g_hash_table_add (self->seen, g_strdup_printf ("%p %u", what, row));
}

static void
add_cell (Walk *self, BalanceLevel level, guint row, BalanceField *field)
{
  g_autofree char *key = g_strdup_printf ("%d %u %s", (int) level, row, field->id);
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (self->deciding->numbers, key));

  if (number == 0)
    {
      BalanceMissing missing = { level, row, field };

      g_array_append_val (self->deciding->cells, missing);
      number = self->deciding->cells->len;
      g_hash_table_insert (self->deciding->numbers, g_steal_pointer (&key), GUINT_TO_POINTER (number));
    }
  number--;
  g_array_append_val (self->found, number);
}

/* Is the value there, so that nothing behind it matters? */
static gboolean
is_settled (BalanceJudge *judge, BalanceNode *node, guint row)
{
  switch (node->type)
    {
    case BALANCE_VALUE_NUMBER:
      return balance_number_is_known (&judge->frame->pool, balance_frame_get_numbers (judge->frame, node)[row]);
    case BALANCE_VALUE_FLAG:
      return balance_frame_get_flags (judge->frame, node)[row] != BALANCE_UNKNOWN;
    case BALANCE_VALUE_DATE:
      return balance_frame_get_codes (judge->frame, node)[row] != G_MININT32;
    case BALANCE_VALUE_CHOICE:
    case BALANCE_VALUE_TEXT:
    default:
      return balance_frame_get_codes (judge->frame, node)[row] != -1;
    }
}

static void
walk_split (Walk *self, BalanceJudge *judge, BalanceNode *node, guint row)
{
  BalanceFrame *frame = judge->frame;
  BalanceFacts *facts = frame->facts;
  guint school = facts->section_school[row + frame->offset[BALANCE_LEVEL_SECTION]];

  walk (self, judge, node->args[0], school - frame->offset[BALANCE_LEVEL_SCHOOL]);
  for (guint i = facts->school_sections[school]; i < facts->school_sections[school + 1]; i++)
    walk (self, judge, node->args[1], facts->school_section_rows[i] - frame->offset[BALANCE_LEVEL_SECTION]);
}

static void
walk_aggregate (Walk *self, BalanceJudge *judge, BalanceNode *node, guint row)
{
  BalanceFrame *frame = judge->frame;
  const guint8 *mask = node->n_args > 2 && node->args[2] != NULL ? balance_frame_get_flags (frame, node->args[2]) : NULL;
  guint first, n;
  const guint32 *rows;

  n = balance_frame_get_rows (frame, node->level, row, node->rows, &first, &rows);
  for (guint i = 0; i < n; i++)
    {
      guint at = rows != NULL ? rows[i] - frame->offset[node->rows] : first + i;

      if (mask != NULL && mask[at] == BALANCE_FALSE)
        continue;
      for (guint k = 0; k < node->n_args; k++)
        walk (self, judge, node->args[k], at);
    }
}

static void
walk (Walk *self, BalanceJudge *judge, BalanceNode *node, guint row)
{
  BalanceFrame *frame = judge->frame;

  if (node == NULL || !is_new (self, node, row) || is_settled (judge, node, row))
    return;

  switch (node->kind)
    {
    case BALANCE_NODE_CONSTANT:
    case BALANCE_NODE_STAGE:
    case BALANCE_NODE_IN_STAGES:
      break;
    case BALANCE_NODE_FIELD:
      add_cell (self, node->level, row + frame->offset[node->level], node->field);
      break;
    case BALANCE_NODE_SPLIT:
      walk_split (self, judge, node, row);
      break;
    case BALANCE_NODE_RAISE:
      walk (self, judge, node->args[0], balance_frame_get_parent (frame, node->level, row, node->args[0]->level));
      break;
    case BALANCE_NODE_BY_STAGE:
      {
        BalanceFacts *facts = frame->facts;
        guint absolute = row + frame->offset[node->level];
        int k = frame->binding->stage_back[node->level == BALANCE_LEVEL_SECTION ? facts->section_stage[absolute]
                                                                                : facts->group_stage[absolute]];

        if (k >= 0)
          walk (self, judge, node->args[k], row);
      }
      break;
    case BALANCE_NODE_IF:
      {
        guint8 condition = balance_frame_get_flags (frame, node->args[0])[row];

        walk (self, judge, node->args[0], row);
        if (condition != BALANCE_FALSE)
          walk (self, judge, node->args[1], row);
        if (condition != BALANCE_TRUE)
          walk (self, judge, node->args[2], row);
      }
      break;
    case BALANCE_NODE_AGGREGATE:
      walk_aggregate (self, judge, node, row);
      break;
    case BALANCE_NODE_REQUIREMENT:
    case BALANCE_NODE_SCORE:
      {
        guint use = node->variant >> BALANCE_USED_SHIFT, rule = node->variant & ((1u << BALANCE_USED_SHIFT) - 1);

        walk_rule (self, use > 0 ? judge->used[use - 1] : judge, rule, row);
      }
      break;
    default:
      for (guint i = 0; i < node->n_args; i++)
        walk (self, judge, node->args[i], row);
    }
}

static void
walk_dispersion (Walk *self, BalanceJudge *judge, const BalanceSchemeRule *rule, guint row)
{
  BalanceFrame *frame = judge->frame;
  const guint8 *mask = rule->mask != NULL ? balance_frame_get_flags (frame, rule->mask) : NULL;
  BalanceLevel level = rule->rule->level;
  guint first = row, n = 1;
  const guint32 *rows = NULL;

  if (level > BALANCE_LEVEL_SECTION)
    n = balance_frame_get_rows (frame, level, row, BALANCE_LEVEL_SECTION, &first, &rows);
  for (guint i = 0; i < n; i++)
    {
      guint at = rows != NULL ? rows[i] - frame->offset[BALANCE_LEVEL_SECTION] : first + i;

      if (mask != NULL && mask[at] == BALANCE_FALSE)
        continue;
      walk (self, judge, rule->mask, at);
      for (guint k = 0; k < rule->n_indicators; k++)
        {
          walk (self, judge, judge->scheme->indicators[rule->indicators[k]].measure.value, at);
          walk (self, judge, judge->scheme->indicators[rule->indicators[k]].weight, at);
        }
    }
}

static void
walk_children (Walk *self, BalanceJudge *judge, const BalanceSchemeRule *rule, guint row)
{
  BalanceFrame *frame = judge->frame;
  BalanceLevel own = rule->rule->level;

  for (guint k = 0; k < rule->rule->children->len; k++)
    {
      const BalanceRule *child = g_ptr_array_index (rule->rule->children, k);
      const BalanceJudged *judged;
      guint first, n = 1;
      const guint32 *rows = NULL;

      if (!child->binding)
        continue;
      if (child->level >= own)
        first = balance_frame_get_parent (frame, own, row, child->level);
      else
        n = balance_frame_get_rows (frame, own, row, child->level, &first, &rows);
      judged = balance_judge_get (judge, child->index);
      for (guint i = 0; i < n; i++)
        {
          guint at = rows != NULL ? rows[i] - frame->offset[child->level] : first + i;

          if (judged->verdicts[at] == BALANCE_VERDICT_UNDETERMINED ||
              (rule->rule->has_floor && balance_judge_get_floor (judge, child->index, at) == BALANCE_UNKNOWN) ||
              (child->has_points && !balance_number_is_known (&frame->pool, balance_judge_get_scores (judge, child->index)[at])))
            walk_rule (self, judge, child->index, at);
        }
    }
}

static void
walk_rule (Walk *self, BalanceJudge *judge, guint index, guint row)
{
  const BalanceSchemeRule *rule = &judge->scheme->rules[index];
  const BalanceJudged *judged = balance_judge_get (judge, index);
  gboolean leaf = rule->rule->kind != BALANCE_RULE_COMBINATION;
  guint before = self->found->len;

  if (!is_new (self, rule, row) || !rule->in_force || judged->applies[row] == BALANCE_FALSE)
    return;
  if (judged->applies[row] == BALANCE_UNKNOWN)
    {
      walk (self, judge, rule->subjects, row);
      walk (self, judge, rule->when, row);
      if (rule->rule->level == BALANCE_LEVEL_SECTION)
        walk (self, judge, rule->rule->kind == BALANCE_RULE_INDICATOR ? judge->scheme->indicators[rule->indicators[0]].weight
                                                                      : judge->scheme->weight, row);
    }
  walk (self, judge, rule->measure.limit, row);
  walk (self, judge, rule->score, row);
  switch (rule->rule->kind)
    {
    case BALANCE_RULE_VALUE:
    case BALANCE_RULE_INDICATOR:
      walk (self, judge, rule->measure.value, row);
      break;
    case BALANCE_RULE_DISPERSION:
      walk_dispersion (self, judge, rule, row);
      break;
    case BALANCE_RULE_SELECTION:
      for (guint i = 0; i < judge->frame->n_rows[rule->rule->level]; i++)
        {
          if (judged->applies[i] == BALANCE_UNKNOWN)
            walk (self, judge, rule->subjects, i);
          for (guint k = 0; k < rule->rule->n_by && judged->applies[i] != BALANCE_FALSE; k++)
            walk (self, judge, rule->by[k], i);
        }
      break;
    case BALANCE_RULE_COMBINATION:
    default:
      for (guint i = 0; rule->rule->caps != NULL && i < rule->rule->caps->len; i++)
        walk (self, judge, rule->caps[i], row);
      walk_children (self, judge, rule, row);
    }

  if (leaf && self->leaves != NULL && judge == self->deciding->judge)
    {
      BalanceDecidingLeaf *one = g_new0 (BalanceDecidingLeaf, 1);

      one->rule = index;
      one->row = row;
      one->cells = g_array_new (FALSE, FALSE, sizeof (guint));
      if (self->found->len > before)
        g_array_append_vals (one->cells, &g_array_index (self->found, guint, before), self->found->len - before);
      g_ptr_array_add (self->leaves, one);
    }
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *) a, y = *(const guint *) b;

  return (x > y) - (x < y);
}

static void
sort_out (GArray *cells)
{
  guint n = 0;

  g_array_sort (cells, compare_numbers);
  for (guint i = 0; i < cells->len; i++)
    if (n == 0 || g_array_index (cells, guint, n - 1) != g_array_index (cells, guint, i))
      g_array_index (cells, guint, n++) = g_array_index (cells, guint, i);
  g_array_set_size (cells, n);
}

/* Facts that several leaves share are seen once by a walk; each leaf has to know all of its own. */
static void
complete_leaf (BalanceDeciding *self, BalanceDecidingLeaf *leaf)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Walk walker = { self, seen, leaf->cells, NULL };

  g_array_set_size (leaf->cells, 0);
  walk_rule (&walker, self->judge, leaf->rule, leaf->row);
  sort_out (leaf->cells);
}

GArray *
balance_deciding_collect (BalanceDeciding *self, guint rule, guint row, GPtrArray *leaves)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Walk walker = { self, seen, g_array_new (FALSE, FALSE, sizeof (guint)), leaves };

  walk_rule (&walker, self->judge, rule, row);
  sort_out (walker.found);
  for (guint i = 0; leaves != NULL && i < leaves->len; i++)
    complete_leaf (self, g_ptr_array_index (leaves, i));

  return walker.found;
}

/* -- what is tried ------------------------------------------------------------------------------------- */

gboolean
balance_deciding_fill_number (BalanceDeciding *self, guint cell, double number, gboolean up, BalanceFill *fill)
{
  const BalanceMissing *missing = balance_deciding_get_missing (self, cell);
  const BalanceField *field = missing->field;
  gboolean whole = field->type == BALANCE_FIELD_COUNT || field->type == BALANCE_FIELD_YEAR;
  double scale = whole ? 1.0 : 10000.0;
  BalanceNumber value, bound;

  if (!isfinite (number) || fabs (number) > ENOUGH)
    return FALSE;
  value = balance_number_small ((gint64) (up ? ceil (number * scale) : floor (number * scale)), (gint64) scale);
  if (field->has_min)
    {
      bound = balance_number_from_decimal (&field->min);
      if (balance_number_compare_small (value, bound) < 0)
        value = bound;
    }
  if (field->has_max)
    {
      bound = balance_number_from_decimal (&field->max);
      if (balance_number_compare_small (value, bound) > 0)
        value = bound;
    }
  *fill = (BalanceFill) { missing->level, missing->row, field->id, value, 0 };

  return TRUE;
}

static void
add_candidate (GArray *list, const BalanceFill *fill, gboolean numeric)
{
  for (guint i = 0; i < list->len; i++)
    {
      const BalanceFill *other = &g_array_index (list, BalanceFill, i);

      if (numeric ? balance_number_compare_small (other->number, fill->number) == 0 : other->code == fill->code)
        return;
    }
  g_array_append_val (list, *fill);
}

static void
add_number (BalanceDeciding *self, GArray *list, guint cell, double number)
{
  BalanceFill fill;

  if (balance_deciding_fill_number (self, cell, number, FALSE, &fill))
    add_candidate (list, &fill, TRUE);
}

static void
add_code (BalanceDeciding *self, GArray *list, guint cell, gint32 code)
{
  const BalanceMissing *missing = balance_deciding_get_missing (self, cell);
  BalanceFill fill = { missing->level, missing->row, missing->field->id, { 0, 1 }, code };

  add_candidate (list, &fill, FALSE);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* The weight of a row: of the sections under it. NaN where it is not known. */
static double
weight_of (BalanceDeciding *self, BalanceLevel level, guint row)
{
  BalanceFrame *frame = self->judge->frame;
  const BalanceNumber *weights;
  guint first = row, n = 1;
  const guint32 *rows = NULL;
  double sum = 0.0;

  if (self->judge->scheme->weight == NULL)
    return NAN;
  weights = balance_frame_get_numbers (frame, self->judge->scheme->weight);
  if (level != BALANCE_LEVEL_SECTION)
    n = balance_frame_get_rows (frame, level, row, BALANCE_LEVEL_SECTION, &first, &rows);
  for (guint i = 0; i < n; i++)
    sum += balance_number_get_double (&frame->pool, weights[rows != NULL ? rows[i] - frame->offset[BALANCE_LEVEL_SECTION] : first + i]);

  return sum;
}

/* What others have: in proportion to their size, in the middle, at both ends. */
static void
add_usual (BalanceDeciding *self, GArray *list, guint cell)
{
  const BalanceMissing *missing = balance_deciding_get_missing (self, cell);
  BalanceFrame *frame = self->judge->frame;
  const BalanceColumn *column = balance_facts_find_column (frame->facts, missing->level, missing->field->id);
  guint offset = frame->offset[missing->level];
  gboolean sized = missing->level == BALANCE_LEVEL_SECTION || missing->level == BALANCE_LEVEL_SCHOOL;
  double sum = 0.0, weights = 0.0, own = sized ? weight_of (self, missing->level, missing->row - offset) : (double) NAN;
  g_autoptr(GArray) values = g_array_new (FALSE, FALSE, sizeof (double));

  if (column == NULL)
    return;
  for (guint i = 0; i < frame->n_rows[missing->level]; i++)
    {
      double value, weight;

      if (!balance_column_is_valid (column, offset + i))
        continue;
      value = (double) balance_column_get (column, offset + i) /
              (double) balance_power_of_ten (balance_column_get_scale (column, offset + i));
      g_array_append_val (values, value);
      weight = sized ? weight_of (self, missing->level, i) : (double) NAN;
      if (weight > 0.0)
        {
          sum += value;
          weights += weight;
        }
    }
  if (values->len == 0)
    return;
  g_array_sort (values, compare_doubles);
  if (weights > 0.0 && own > 0.0)
    add_number (self, list, cell, sum / weights * own);
  add_number (self, list, cell, g_array_index (values, double, values->len / 2));
  add_number (self, list, cell, g_array_index (values, double, 0));
  add_number (self, list, cell, g_array_index (values, double, values->len - 1));
}

/* Constants that the field itself is compared with, and what lies beside them. */
static void
add_constants (BalanceDeciding *self, BalanceJudge *judge, GArray *list, guint cell)
{
  const BalanceMissing *missing = balance_deciding_get_missing (self, cell);
  GPtrArray *nodes = judge->scheme->program->nodes;
  guint limit = list->len + MAX_CONSTANTS;

  for (guint i = 0; i < nodes->len && list->len < limit; i++)
    {
      const BalanceNode *node = g_ptr_array_index (nodes, i);
      gboolean mine = FALSE;

      if (node->kind != BALANCE_NODE_LESS && node->kind != BALANCE_NODE_LESS_EQUAL && node->kind != BALANCE_NODE_EQUAL &&
          node->kind != BALANCE_NODE_IN && node->kind != BALANCE_NODE_YEARS)
        continue;
      for (guint k = 0; k < node->n_args; k++)
        mine = mine || (node->args[k]->field != NULL && node->args[k]->kind != BALANCE_NODE_CONSTANT &&
                        strcmp (node->args[k]->field->id, missing->field->id) == 0);
      for (guint k = 0; mine && k < node->n_args; k++)
        {
          const BalanceNode *constant = node->args[k];

          if (constant->kind != BALANCE_NODE_CONSTANT)
            continue;
          if (constant->type == BALANCE_VALUE_NUMBER)
            for (int step = -1; step <= 1; step++)
              add_number (self, list, cell, balance_number_get_double (&judge->frame->pool, constant->number) + step);
          else if (constant->type == BALANCE_VALUE_DATE)
            for (int step = -1; step <= 1; step++)
              add_code (self, list, cell, constant->date + step);
          else if (constant->type == BALANCE_VALUE_TEXT && judge->binding->codes[constant->index] != NULL)
            add_code (self, list, cell, *judge->binding->codes[constant->index]);
        }
    }
  for (guint i = 0; i < judge->scheme->n_used; i++)
    add_constants (self, judge->used[i], list, cell);
}

GArray *
balance_deciding_candidates (BalanceDeciding *self, guint cell)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (BalanceFill));
  const BalanceMissing *missing = balance_deciding_get_missing (self, cell);
  const BalanceField *field = missing->field;
  gint32 as_of = self->judge->scheme->program->as_of;

  switch (field->type)
    {
    case BALANCE_FIELD_FLAG:
    case BALANCE_FIELD_ATTESTED:
      add_code (self, list, cell, TRUE);
      add_code (self, list, cell, FALSE);
      break;
    case BALANCE_FIELD_CHOICE:
      {
        /* the codes are those of the census, whose dictionary may order them otherwise */
        BalanceField *there = balance_dictionary_find (self->judge->frame->facts->dictionary, field->id);

        for (guint i = 0; there != NULL && there->choices != NULL && i < there->choices->len; i++)
          add_code (self, list, cell, (gint32) i);
      }
      break;
    case BALANCE_FIELD_TEXT:
      add_constants (self, self->judge, list, cell);
      add_code (self, list, cell, G_MAXINT32);   /* a text that nothing else is */
      break;
    case BALANCE_FIELD_DATE:
      add_code (self, list, cell, as_of);
      add_constants (self, self->judge, list, cell);
      for (gint32 years = 1; years <= 40; years += years < 8 ? 1 : 8)
        add_code (self, list, cell, as_of - years * 366);
      add_code (self, list, cell, as_of + 366);
      break;
    case BALANCE_FIELD_COUNT:
    case BALANCE_FIELD_AMOUNT:
    case BALANCE_FIELD_NUMBER:
    case BALANCE_FIELD_SHARE:
    case BALANCE_FIELD_YEAR:
    default:
      add_usual (self, list, cell);
      add_number (self, list, cell, 1.0);
      add_number (self, list, cell, ENOUGH);
      add_number (self, list, cell, field->has_min ? 0.0 : -ENOUGH);
      if (field->has_min)
        add_number (self, list, cell, -ENOUGH);   /* the bound itself */
      add_constants (self, self->judge, list, cell);
      break;
    }

  return list;
}
