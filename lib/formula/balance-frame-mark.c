/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Trying values for missing facts: a frame goes back to what does not depend on them. */

#include <string.h>

#include "formula/balance-node-private.h"

struct _BalanceFrameMark
{
  gsize     block, used, n_items;
  guint     n_large;
  gpointer *vectors;     /* [node]; NULL where a missing fact may stand behind it */
  gpointer *plain;       /* [node] of the others, without fills; NULL where it was not computed yet */
  guint8   *open, *narrow;
};

/* More fills than this are likely to change most rows. */
#define MAX_FEW 64

/* Is a fact of the field missing in one of the frame's rows? */
static gboolean
has_missing (const BalanceFrame *self, const BalanceNode *node)
{
  const BalanceColumn *column = self->binding->fields[node->index].column;

  if (column == NULL)
    return TRUE;
  for (guint i = 0; i < self->n_rows[node->level]; i++)
    if (!balance_column_is_valid (column, self->offset[node->level] + i))
      return TRUE;
  return FALSE;
}

enum
{
  UNSEEN,
  FIXED,
  OPEN,
};

static gboolean
is_open (const BalanceFrame *self, const BalanceNode *node, guint8 *seen)
{
  if (seen[node->index] == UNSEEN)
    {
      gboolean open = node->kind == BALANCE_NODE_REQUIREMENT || node->kind == BALANCE_NODE_SCORE ||
                      (node->kind == BALANCE_NODE_FIELD && has_missing (self, node));

      for (guint i = 0; i < node->n_args && !open; i++)
        open = node->args[i] != NULL && is_open (self, node->args[i], seen);
      seen[node->index] = open ? OPEN : FIXED;
    }

  return seen[node->index] == OPEN;
}

enum
{
  UNKNOWN,
  WIDE,
  NARROW,
};

/* Does a fact of a school reach no further than the school, its sections and what is summed over these? Facts of other
 * levels are not filled where this is asked. */
static gboolean
is_narrow (const BalanceFrame *self, const BalanceNode *node, const guint8 *open, guint8 *seen)
{
  if (seen[node->index] == UNKNOWN)
    {
      gboolean narrow = open[node->index] != OPEN;
      gboolean local = node->kind != BALANCE_NODE_REQUIREMENT && node->kind != BALANCE_NODE_SCORE &&
                       !(self->region != NULL && node->uses_region) &&
                       !(node->kind == BALANCE_NODE_AGGREGATE && node->level != BALANCE_LEVEL_SCHOOL);

      for (guint i = 0; i < node->n_args && local && !narrow; i++)
        local = node->args[i] == NULL || is_narrow (self, node->args[i], open, seen);
      seen[node->index] = narrow || local ? NARROW : WIDE;
    }

  return seen[node->index] == NARROW;
}

BalanceFrameMark *
balance_frame_mark (BalanceFrame *self)
{
  BalanceFrameMark *mark = g_new0 (BalanceFrameMark, 1);
  GPtrArray *nodes = self->binding->program->nodes;
  guint n = MAX (1, nodes->len);

  mark->vectors = g_new0 (gpointer, n);
  mark->plain = g_new0 (gpointer, n);
  mark->open = g_new0 (guint8, n);
  mark->narrow = g_new0 (guint8, n);
  for (guint i = 0; i < nodes->len; i++)
    is_open (self, g_ptr_array_index (nodes, i), mark->open);
  for (guint i = 0; i < nodes->len; i++)
    is_narrow (self, g_ptr_array_index (nodes, i), mark->open, mark->narrow);
  for (guint i = 0; i < G_N_ELEMENTS (self->changed); i++)
    if (self->changed[i] == NULL)
      self->changed[i] = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->mark = mark;
  balance_frame_extend_mark (self, mark);

  return mark;
}

void
balance_frame_extend_mark (BalanceFrame *self, BalanceFrameMark *mark)
{
  GPtrArray *nodes = self->binding->program->nodes;

  mark->block = self->block;
  mark->used = self->used;
  mark->n_items = self->pool.n_items;
  mark->n_large = self->large->len;
  for (guint i = 0; i < nodes->len; i++)
    {
      const BalanceNode *node = g_ptr_array_index (nodes, i);

      if (mark->open[i] != OPEN)
        mark->vectors[i] = self->vectors[i];
      else if (self->vectors[i] != NULL && node->kind != BALANCE_NODE_REQUIREMENT && node->kind != BALANCE_NODE_SCORE)
        mark->plain[i] = self->vectors[i];
    }
}

gconstpointer
balance_frame_mark_get_plain (const BalanceFrameMark *self, const BalanceNode *node)
{
  return self->plain[node->index];
}

gboolean
balance_frame_is_narrow (const BalanceFrame *self, const BalanceNode *node)
{
  return self->few_changed && self->mark->narrow[node->index] == NARROW;
}

BalancePicked
balance_frame_pick_changed (const BalanceFrame *self, BalanceLevel level)
{
  if (self->n_fills == 0 || level > BALANCE_LEVEL_SCHOOL)
    return (BalancePicked) { 0, NULL };

  return (BalancePicked) { self->changed[level]->len, (gconstpointer) self->changed[level]->data };
}

/* The school that a fact is of; FALSE where it is of none. */
static gboolean
find_school (const BalanceFrame *self, const BalanceFill *fill, guint32 *school)
{
  if (fill->level == BALANCE_LEVEL_SECTION)
    *school = self->facts->section_school[fill->row];
  else if (fill->level == BALANCE_LEVEL_SCHOOL)
    *school = fill->row;
  else
    return FALSE;

  return TRUE;
}

static void
add_school (BalanceFrame *self, guint32 school)
{
  GArray *sections = self->changed[BALANCE_LEVEL_SECTION], *schools = self->changed[BALANCE_LEVEL_SCHOOL];
  guint32 row = school - self->offset[BALANCE_LEVEL_SCHOOL];

  if (school < self->offset[BALANCE_LEVEL_SCHOOL] || row >= self->n_rows[BALANCE_LEVEL_SCHOOL])
    return;
  for (guint i = 0; i < schools->len; i++)
    if (g_array_index (schools, guint32, i) == row)
      return;

  g_array_append_val (schools, row);
  for (guint32 k = self->facts->school_sections[school]; k < self->facts->school_sections[school + 1]; k++)
    {
      guint32 section = self->facts->school_section_rows[k] - self->offset[BALANCE_LEVEL_SECTION];

      g_array_append_val (sections, section);
    }
}

void
balance_frame_set_fills (BalanceFrame *self, const BalanceFill *fills, guint n_fills)
{
  guint32 school;

  self->fills = fills;
  self->n_fills = n_fills;
  self->few_changed = self->mark != NULL && n_fills <= MAX_FEW;
  if (!self->few_changed)
    return;

  g_array_set_size (self->changed[BALANCE_LEVEL_SECTION], 0);
  g_array_set_size (self->changed[BALANCE_LEVEL_SCHOOL], 0);
  for (guint i = 0; i < n_fills && self->few_changed; i++)
    {
      self->few_changed = find_school (self, &fills[i], &school);
      if (self->few_changed)
        add_school (self, school);
    }
}

void
balance_frame_go_back (BalanceFrame *self, const BalanceFrameMark *mark)
{
  memcpy (self->vectors, mark->vectors, sizeof (gpointer) * self->binding->program->nodes->len);
  g_ptr_array_set_size (self->large, (int) mark->n_large);
  self->block = mark->block;
  self->used = mark->used;
  balance_number_pool_truncate (&self->pool, mark->n_items);
}

void
balance_frame_mark_free (BalanceFrameMark *mark)
{
  if (mark == NULL)
    return;

  g_free (mark->vectors);
  g_free (mark->plain);
  g_free (mark->open);
  g_free (mark->narrow);
  g_free (mark);
}

void
balance_frame_fill (BalanceFrame *self, const BalanceNode *node, gpointer out)
{
  for (guint i = 0; i < self->n_fills; i++)
    {
      const BalanceFill *fill = &self->fills[i];
      guint row = fill->row - self->offset[node->level];

      if (fill->level != node->level || fill->row < self->offset[node->level] || row >= self->n_rows[node->level] ||
          strcmp (fill->field, node->field->id) != 0)
        continue;
      if (node->type == BALANCE_VALUE_NUMBER)
        ((BalanceNumber *) out)[row] = fill->number;
      else if (node->type == BALANCE_VALUE_FLAG)
        ((guint8 *) out)[row] = (guint8) fill->code;
      else
        ((gint32 *) out)[row] = fill->code;
    }
}
