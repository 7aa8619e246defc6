/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Trees of YAML: their memory, and what changes them after they were read. */

#include "base/balance-yaml-pool-private.h"

#include <string.h>

/* A small document takes little, a large one few blocks; none so large that it is mapped and unmapped for itself. */
#define FIRST_BLOCK (4 * 1024)
#define LARGEST_BLOCK (32 * 1024)

typedef struct _Block Block;

struct _Block
{
  Block *next;
};

struct _BalanceYamlPool
{
  Block   *blocks;
  char    *free;         /* in the first of them */
  gsize    n_free;
  gsize    block_size;   /* of the next one */
  gboolean shipped;
};

BalanceYamlPool *
balance_yaml_pool_new (void)
{
  BalanceYamlPool *self = g_new0 (BalanceYamlPool, 1);

  self->block_size = FIRST_BLOCK;
  return self;
}

void
balance_yaml_pool_free (BalanceYamlPool *self)
{
  for (Block *block = self->blocks, *next; block != NULL; block = next)
    {
      next = block->next;
      g_free (block);
    }
  g_free (self);
}

gpointer
balance_yaml_pool_alloc (BalanceYamlPool *self,
                         gsize            size)
{
  gpointer memory;

  if (size == 0)
    return NULL;

  size = (size + sizeof (gpointer) - 1) / sizeof (gpointer) * sizeof (gpointer);
  if (size > self->n_free)
    {
      gsize n = MAX (size, self->block_size - sizeof (Block));
      Block *block = g_malloc (sizeof (Block) + n);

      block->next = self->blocks;
      self->blocks = block;
      self->free = (char *) (block + 1);
      self->n_free = n;
      self->block_size = MIN (2 * self->block_size, LARGEST_BLOCK);
    }
  memory = self->free;
  self->free += size;
  self->n_free -= size;

  return memory;
}

char *
balance_yaml_pool_copy_text (BalanceYamlPool *self,
                             const char      *text,
                             gsize            length)
{
  char *copy = balance_yaml_pool_alloc (self, length + 1);

  memcpy (copy, text, length);
  copy[length] = '\0';

  return copy;
}

BalanceYaml *
balance_yaml_pool_new_node (BalanceYamlPool *self)
{
  BalanceYaml *node = balance_yaml_pool_alloc (self, sizeof *node);

  memset (node, 0, sizeof *node);
  node->pool = self;

  return node;
}

void
balance_yaml_pool_set_shipped (BalanceYamlPool *self)
{
  self->shipped = TRUE;
}

gboolean
balance_yaml_is_shipped (const BalanceYaml *root)
{
  return root->pool->shipped;
}

void
balance_yaml_free (BalanceYaml *root)
{
  if (root != NULL)
    balance_yaml_pool_free (root->pool);
}

/* -- changing a tree --------------------------------------------------------------------------------------- */

BalanceYaml *
balance_yaml_new_at (const BalanceYaml *in,
                     BalanceYamlType    type,
                     const char        *text,
                     const BalanceYaml *at)
{
  BalanceYaml *node = balance_yaml_pool_new_node (in->pool);

  node->type = type;
  node->file = at->file;
  node->line = at->line;
  node->column = at->column;
  if (text != NULL)
    balance_yaml_set_text (node, text);

  return node;
}

void
balance_yaml_set_text (BalanceYaml *scalar,
                       const char  *text)
{
  scalar->pool->shipped = FALSE;
  scalar->text = balance_yaml_pool_copy_text (scalar->pool, text, strlen (text));
}

BalanceYaml *
balance_yaml_copy (const BalanceYaml *in,
                   const BalanceYaml *node)
{
  BalanceYaml *copy = balance_yaml_new_at (in, node->type, node->text, node);

  copy->quoted = node->quoted;
  copy->n_items = copy->n_places = node->n_items;
  copy->items = balance_yaml_pool_alloc (in->pool, node->n_items * sizeof *copy->items);
  if (node->keys != NULL)
    copy->keys = balance_yaml_pool_alloc (in->pool, node->n_items * sizeof *copy->keys);
  for (guint i = 0; i < node->n_items; i++)
    {
      copy->items[i] = balance_yaml_copy (in, node->items[i]);
      if (node->keys != NULL)
        copy->keys[i] = balance_yaml_copy (in, node->keys[i]);
    }

  return copy;
}

/* Room for one more item, and key. */
static void
make_room (BalanceYaml *node)
{
  guint n = MAX (2 * node->n_places, 4);
  BalanceYaml **items, **keys;

  if (node->n_items < node->n_places)
    return;

  items = balance_yaml_pool_alloc (node->pool, n * sizeof *items);
  if (node->n_items > 0)
    memcpy (items, node->items, node->n_items * sizeof *items);
  node->items = items;
  if (node->type == BALANCE_YAML_MAPPING)
    {
      keys = balance_yaml_pool_alloc (node->pool, n * sizeof *keys);
      if (node->n_items > 0)
        memcpy (keys, node->keys, node->n_items * sizeof *keys);
      node->keys = keys;
    }
  node->n_places = n;
}

void
balance_yaml_append (BalanceYaml *list,
                     BalanceYaml *item)
{
  list->pool->shipped = FALSE;
  make_room (list);
  list->items[list->n_items++] = item;
}

void
balance_yaml_set (BalanceYaml *map,
                  BalanceYaml *key,
                  BalanceYaml *value)
{
  map->pool->shipped = FALSE;
  for (guint i = 0; i < map->n_items; i++)
    if (strcmp (map->keys[i]->text, key->text) == 0)
      {
        map->items[i] = value;
        return;
      }

  make_room (map);
  map->keys[map->n_items] = key;
  map->items[map->n_items++] = value;
}

void
balance_yaml_remove (BalanceYaml *node,
                     guint        position)
{
  node->pool->shipped = FALSE;
  node->n_items--;
  memmove (&node->items[position], &node->items[position + 1], (node->n_items - position) * sizeof node->items[0]);
  if (node->keys != NULL)
    memmove (&node->keys[position], &node->keys[position + 1], (node->n_items - position) * sizeof node->keys[0]);
}
