/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A pack that was read: finding its parts and freeing it. */

#include <string.h>

#include "standard/balance-pack-private.h"

BalanceIndicatorRule *
balance_pack_find_indicator (BalancePack *self, const char *id)
{
  for (guint i = 0; i < self->indicators->len; i++)
    {
      BalanceIndicatorRule *indicator = g_ptr_array_index (self->indicators, i);

      if (strcmp (indicator->id, id) == 0)
        return indicator;
    }
  return NULL;
}

BalanceRule *
balance_pack_find_rule (BalancePack *self, const char *id)
{
  for (guint i = 0; i < self->rules->len; i++)
    {
      BalanceRule *rule = g_ptr_array_index (self->rules, i);

      /* items that are indicators are found as indicators */
      if (rule->kind != BALANCE_RULE_INDICATOR && strcmp (rule->id, id) == 0)
        return rule;
    }
  return NULL;
}

static void
definition_free (BalanceDefinition *self, guint n_stages)
{
  if (self == NULL)
    return;
  balance_expression_free (self->all);
  for (guint i = 0; self->by_stage != NULL && i < n_stages; i++)
    balance_expression_free (self->by_stage[i]);
  g_free (self->by_stage);
  g_free (self);
}

static void
limit_clear (BalanceLimit *self, guint n_stages)
{
  for (guint i = 0; i < self->n; i++)
    definition_free (self->definitions[i], n_stages);
  g_free (self->definitions);
  g_free (self->from);
}

static void
rule_free (BalanceRule *self, guint n_stages)
{
  g_free (self->id);
  balance_text_clear (&self->title);
  g_free (self->reference);
  g_free (self->note);
  g_ptr_array_unref (self->children);
  balance_expression_free (self->scope);
  balance_expression_free (self->when);
  g_free (self->stages);
  g_free (self->unit);
  balance_expression_free (self->score);
  definition_free (self->value, n_stages);
  limit_clear (&self->limit, n_stages);
  for (guint i = 0; self->grades != NULL && i < self->grades->len; i++)
    {
      BalanceGrade *grade = g_ptr_array_index (self->grades, i);

      g_free (grade->id);
      balance_text_clear (&grade->title);
      g_free (grade);
    }
  g_clear_pointer (&self->grades, g_ptr_array_unref);
  for (guint i = 0; self->caps != NULL && i < self->caps->len; i++)
    {
      BalanceCap *cap = g_ptr_array_index (self->caps, i);

      balance_text_clear (&cap->title);
      g_free (cap->reference);
      balance_expression_free (cap->when);
      g_free (cap->at_most);
      g_free (cap);
    }
  g_clear_pointer (&self->caps, g_ptr_array_unref);
  g_clear_pointer (&self->measured, g_ptr_array_unref);
  for (guint i = 0; i < self->n_by; i++)
    balance_expression_free (self->by[i]);
  g_free (self->by);
  g_free (self);
}

static void
concession_free (BalanceConcession *self, guint n_stages)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      BalanceConcessionItem *item = g_ptr_array_index (self->items, i);

      g_free (item->id);
      balance_text_clear (&item->title);
      g_free (item->reference);
      g_free (item->on);
      balance_expression_free (item->when);
      definition_free (item->value, n_stages);
      limit_clear (&item->limit, n_stages);
      g_free (item);
    }
  g_ptr_array_unref (self->items);
  g_free (self->id);
  balance_text_clear (&self->title);
  g_free (self->reference);
  g_free (self);
}

void
balance_pack_free (BalancePack *self)
{
  GHashTableIter iter;
  gpointer definition;

  if (self == NULL)
    return;

  for (guint i = 0; i < self->rules->len; i++)
    rule_free (g_ptr_array_index (self->rules, i), self->n_stages);
  for (guint i = 0; i < self->concessions->len; i++)
    concession_free (g_ptr_array_index (self->concessions, i), self->n_stages);
  for (guint i = 0; i < self->indicators->len; i++)
    {
      BalanceIndicatorRule *indicator = g_ptr_array_index (self->indicators, i);

      g_free (indicator->id);
      balance_text_clear (&indicator->title);
      g_free (indicator->reference);
      g_free (indicator->note);
      g_free (indicator->stages);
      g_free (indicator->unit);
      balance_expression_free (indicator->weight);
      definition_free (indicator->value, self->n_stages);
      limit_clear (&indicator->limit, self->n_stages);
      g_free (indicator);
    }
  for (guint i = 0; i < self->options->len; i++)
    {
      BalanceOption *option = g_ptr_array_index (self->options, i);

      g_free (option->id);
      balance_text_clear (&option->title);
      g_free (option->reference);
      g_strfreev (option->values);
      g_free (option->value);
      g_free (option);
    }
  for (guint i = 0; i < self->uses->len; i++)
    {
      BalanceUse *use = g_ptr_array_index (self->uses, i);

      g_free (use->alias);
      g_free (use->id);
      g_free (use);
    }
  g_hash_table_iter_init (&iter, self->computed);
  while (g_hash_table_iter_next (&iter, NULL, &definition))
    definition_free (definition, self->n_stages);
  g_hash_table_unref (self->computed);
  g_ptr_array_unref (self->rules);
  g_ptr_array_unref (self->roots);
  g_ptr_array_unref (self->concessions);
  g_ptr_array_unref (self->indicators);
  g_ptr_array_unref (self->options);
  g_ptr_array_unref (self->uses);
  g_clear_object (&self->dictionary);
  balance_expression_free (self->scope);
  balance_expression_free (self->weight);
  balance_expression_free (self->split_by);
  g_strfreev (self->split_fields);
  g_free (self->split_weights);
  g_free (self->stages);
  balance_text_clear (&self->title);
  g_free (self->reference);
  g_free (self->effective);
  g_free (self->digest);
  g_ptr_array_unref (self->sources);
  g_free (self->file);
  g_free (self->id);
  g_free (self);
}
