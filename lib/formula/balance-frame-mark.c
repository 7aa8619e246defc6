/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Trying values for missing facts: a frame goes back to what does not depend on them. */

#include <string.h>

#include "formula/balance-node-private.h"

struct _BalanceFrameMark
{
  gsize     block, used, n_items;
  guint     n_large;
  gpointer *vectors;     /* [node]; NULL where a missing fact may stand behind it */
};

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

BalanceFrameMark *
balance_frame_mark (BalanceFrame *self)
{
  BalanceFrameMark *mark = g_new0 (BalanceFrameMark, 1);
  GPtrArray *nodes = self->binding->program->nodes;
  g_autofree guint8 *seen = g_malloc0 (nodes->len + 1);

  mark->block = self->block;
  mark->used = self->used;
  mark->n_items = self->pool.n_items;
  mark->n_large = self->large->len;
  mark->vectors = g_memdup2 (self->vectors, sizeof (gpointer) * MAX (1, nodes->len));
  for (guint i = 0; i < nodes->len; i++)
    if (is_open (self, g_ptr_array_index (nodes, i), seen))
      mark->vectors[i] = NULL;

  return mark;
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
