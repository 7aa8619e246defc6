/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Ties the names of a program to the columns of one census. */

#include <string.h>

#include "formula/balance-node-private.h"


/* The codes of a census for a text constant: a number of a choice list, or of the first text that is the same. */
static gint32 *
bind_constant (BalanceFacts *facts, GHashTable *texts, const BalanceNode *node)
{
  gint32 *code = g_new (gint32, 1);

  *code = G_MININT32 + 1;   /* equal to nothing */
  if (node->type == BALANCE_VALUE_CHOICE)
    {
      BalanceField *field = balance_dictionary_find (facts->dictionary, node->field->id);
      int choice = field != NULL ? balance_field_find_choice (field, node->text) : -1;

      if (choice >= 0)
        *code = choice;
    }
  else if (node->text != NULL)
    {
      gpointer index;

      /* a text that is nowhere in the census has a code of its own, as a missing value may be it */
      if (g_hash_table_lookup_extended (texts, node->text, NULL, &index))
        *code = GPOINTER_TO_INT (index);
      else
        g_hash_table_insert (texts, node->text, GINT_TO_POINTER (*code += (gint32) g_hash_table_size (texts)));
    }

  return code;
}

/* Text constants that are compared with texts of a census; those of options were compared when the pack was compiled. */
static gboolean
compares_texts (const BalanceProgram *program)
{
  for (guint i = 0; i < program->nodes->len; i++)
    {
      const BalanceNode *node = g_ptr_array_index (program->nodes, i);

      if ((node->kind == BALANCE_NODE_EQUAL || node->kind == BALANCE_NODE_IN) && node->args[0]->type == BALANCE_VALUE_TEXT)
        return TRUE;
    }

  return FALSE;
}

BalanceBinding *
balance_binding_new (BalanceProgram *program, BalanceFacts *facts)
{
  BalanceBinding *self = g_new0 (BalanceBinding, 1);
  g_autoptr(GHashTable) texts = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_stages = balance_dictionary_get_n_stages (program->dictionary);
  guint n_census_stages = balance_dictionary_get_n_stages (facts->dictionary);

  self->program = program;
  self->facts = balance_facts_ref (facts);
  self->fields = g_malloc0_n (MAX (1, program->nodes->len), sizeof *self->fields);
  self->codes = g_new0 (gint32 *, MAX (1, program->nodes->len));

  if (compares_texts (program))
    self->same = balance_facts_find_same_texts (facts, texts);

  for (guint i = 0; i < program->nodes->len; i++)
    {
      const BalanceNode *node = g_ptr_array_index (program->nodes, i);

      if (node->kind == BALANCE_NODE_FIELD)
        {
          self->fields[i].column = balance_facts_find_column (facts, node->level, node->field->id);
          if (node->level == BALANCE_LEVEL_SCHOOL)
            self->fields[i].part = balance_facts_find_column (facts, BALANCE_LEVEL_SECTION, node->field->id);
        }
      else if (node->kind == BALANCE_NODE_SPLIT)
        {
          self->fields[i].part = balance_facts_find_column (facts, BALANCE_LEVEL_SECTION, node->field->id);
        }
      else if (node->kind == BALANCE_NODE_CONSTANT && (node->type == BALANCE_VALUE_CHOICE || node->type == BALANCE_VALUE_TEXT))
        {
          self->codes[i] = bind_constant (facts, texts, node);
        }
    }

  self->stage_map = g_new (int, MAX (1, n_stages));
  self->stage_back = g_new (int, MAX (1, n_census_stages));
  self->split_weights = g_new0 (BalanceDecimal, MAX (1, n_census_stages));
  for (guint i = 0; i < n_census_stages; i++)
    self->stage_back[i] = -1;
  for (guint i = 0; i < n_stages; i++)
    {
      int there = balance_dictionary_find_stage (facts->dictionary, balance_dictionary_get_stage (program->dictionary, i)->id);

      self->stage_map[i] = there;
      if (there >= 0)
        self->split_weights[there] = program->split_weights[i];
    }
  for (guint i = 0; i < program->n_stages; i++)
    if (self->stage_map[program->stages[i]] >= 0)
      self->stage_back[self->stage_map[program->stages[i]]] = (int) i;

  return self;
}

void
balance_binding_free (BalanceBinding *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->program->nodes->len; i++)
    g_free (self->codes[i]);
  g_free (self->codes);
  g_free (self->same);
  g_free (self->fields);
  g_free (self->stage_map);
  g_free (self->stage_back);
  g_free (self->split_weights);
  balance_facts_unref (self->facts);
  g_free (self);
}
