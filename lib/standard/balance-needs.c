/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "standard/balance-needs-private.h"

#include <string.h>

#include "formula/balance-node-private.h"

/* The stages of the pack as bits; a pack has few. */
typedef guint32 Stages;

#define MAX_STAGES 32

static Stages
all_stages (const BalanceScheme *scheme)
{
  guint n = MIN (scheme->program->n_stages, MAX_STAGES);

  return n == MAX_STAGES ? ~(Stages) 0 : ((Stages) 1 << n) - 1;
}

static BalanceNeed *
get_need (BalanceNeeds *self, BalanceField *field)
{
  BalanceNeed **need = &self->needs[field->index];

  if (*need == NULL)
    {
      *need = g_new0 (BalanceNeed, 1);
      (*need)->field = field;
      (*need)->stages = g_new0 (gboolean, balance_dictionary_get_n_stages (self->scheme->pack->dictionary) + 1);
      (*need)->rules = g_ptr_array_new ();
    }

  return *need;
}

static void
add_field (BalanceNeeds *self, BalanceField *field, Stages stages, const BalanceRule *rule)
{
  BalanceNeed *need = get_need (self, field);
  const BalanceProgram *program = self->scheme->program;

  for (guint i = 0; i < MIN (program->n_stages, MAX_STAGES); i++)
    if (stages >> i & 1)
      need->stages[program->stages[i]] = TRUE;
  if (rule != NULL && !g_ptr_array_find (need->rules, rule, NULL))
    g_ptr_array_add (need->rules, (gpointer) rule);
}

/* The stages that a mask leaves, as far as it says so by plain comparisons. */
static Stages
mask_stages (BalanceNeeds *self, const BalanceNode *node)
{
  const BalanceProgram *program = self->scheme->program;
  Stages stages = all_stages (self->scheme);

  if (node == NULL)
    return stages;
  if (node->kind == BALANCE_NODE_AND)
    {
      for (guint i = 0; i < node->n_args; i++)
        stages &= mask_stages (self, node->args[i]);
    }
  else if (node->kind == BALANCE_NODE_RAISE)
    {
      stages = mask_stages (self, node->args[0]);
    }
  else if ((node->kind == BALANCE_NODE_EQUAL || node->kind == BALANCE_NODE_IN) && node->n_args >= 2)
    {
      const BalanceNode *subject = node->args[0], *last = node->args[node->n_args - 1];
      Stages found = 0;

      if (subject->kind != BALANCE_NODE_STAGE && !(node->kind == BALANCE_NODE_EQUAL && last->kind == BALANCE_NODE_STAGE))
        return stages;
      for (guint k = 0; k < node->n_args; k++)
        for (guint i = 0; i < MIN (program->n_stages, MAX_STAGES); i++)
          if (node->args[k]->kind == BALANCE_NODE_CONSTANT &&
              g_strcmp0 (node->args[k]->text, balance_dictionary_get_stage (program->dictionary, program->stages[i])->id) == 0)
            found |= (Stages) 1 << i;
      stages = found;
    }

  return stages;
}

static void
walk (BalanceNeeds *self, const BalanceNode *node, Stages stages, const BalanceRule *rule, GHashTable *seen)
{
  Stages before;

  if (node == NULL)
    return;
  before = (Stages) GPOINTER_TO_UINT (g_hash_table_lookup (seen, node));
  /* no stage at all is still a visit */
  if (g_hash_table_contains (seen, node) && (stages & ~before) == 0)
    return;
  g_hash_table_insert (seen, (gpointer) node, GUINT_TO_POINTER (before | stages));

  switch (node->kind)
    {
    case BALANCE_NODE_FIELD:
      add_field (self, node->field, node->level == BALANCE_LEVEL_SECTION ? stages : 0, rule);
      break;

    case BALANCE_NODE_SPLIT:
      {
        const BalanceProgram *program = self->scheme->program;
        guint n = balance_dictionary_get_n_stages (program->dictionary);

        walk (self, node->args[0], stages, rule, seen);
        walk (self, node->args[1], stages, rule, seen);
        /* the pupils of every stage that takes a part */
        for (guint i = 0; node->args[1]->kind == BALANCE_NODE_FIELD && i < n; i++)
          if (program->split_weights[i].digits != 0)
            get_need (self, node->args[1]->field)->stages[i] = TRUE;
        return;
      }

    case BALANCE_NODE_BY_STAGE:
      for (guint i = 0; i < node->n_args; i++)
        walk (self, node->args[i], i < MAX_STAGES ? stages & (Stages) 1 << i : 0, rule, seen);
      return;

    case BALANCE_NODE_AGGREGATE:
      if (node->level != BALANCE_LEVEL_STAGE && node->level != BALANCE_LEVEL_SECTION)
        stages = all_stages (self->scheme);
      if (node->n_args > 2)
        stages &= mask_stages (self, node->args[2]);
      break;

    default:
      break;
    }

  for (guint i = 0; i < node->n_args; i++)
    walk (self, node->args[i], stages, rule, seen);
}

/* Of the rule's own stages those in which its limit says something. */
static Stages
rule_stages (BalanceNeeds *self, const BalanceRule *rule, const gboolean *more)
{
  const BalanceScheme *scheme = self->scheme;
  const BalanceLimit *limit = rule->kind == BALANCE_RULE_INDICATOR ? &rule->indicator->limit : &rule->limit;
  const BalanceDefinition *definition = balance_limit_in_force (limit, scheme->program->as_of);
  Stages stages = 0;

  for (guint i = 0; i < MIN (scheme->program->n_stages, MAX_STAGES); i++)
    if ((rule->stages == NULL || rule->stages[i]) && (more == NULL || more[i]) &&
        (definition == NULL || definition->by_stage == NULL || definition->by_stage[i] != NULL))
      stages |= (Stages) 1 << i;

  return stages;
}

static void
add_rule (BalanceNeeds *self, guint index)
{
  const BalanceScheme *scheme = self->scheme;
  const BalanceSchemeRule *own = &scheme->rules[index];
  const BalanceRule *rule = own->rule;
  const BalanceNode *nodes[] = { own->when, own->measure.value, own->measure.limit, own->score, own->mask };
  gboolean value = rule->kind != BALANCE_RULE_DISPERSION && rule->kind != BALANCE_RULE_COMBINATION;
  Stages stages = rule_stages (self, rule, rule->kind == BALANCE_RULE_INDICATOR ? rule->indicator->stages : NULL);
  /* each requirement on its own, so that a field knows all that it is for */
  g_autoptr(GHashTable) seen = g_hash_table_new (NULL, NULL);

  if (!own->in_force || (own->when != NULL && balance_node_get_constant (own->when) == BALANCE_FALSE))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    walk (self, nodes[i], stages, value ? rule : NULL, seen);
  for (guint i = 0; own->by != NULL && i < rule->n_by; i++)
    walk (self, own->by[i], stages, rule, seen);
  for (guint i = 0; own->caps != NULL && i < rule->caps->len; i++)
    walk (self, own->caps[i], stages, rule, seen);
  for (guint i = 0; i < own->n_indicators; i++)
    {
      const BalanceSchemeIndicator *indicator = &scheme->indicators[own->indicators[i]];
      Stages there = rule_stages (self, rule, indicator->rule->stages);

      walk (self, indicator->measure.value, there, value ? rule : NULL, seen);
      walk (self, indicator->weight, there, NULL, seen);
    }
}

BalanceNeeds *
balance_needs_new (const BalanceScheme *scheme)
{
  BalanceNeeds *self = g_new0 (BalanceNeeds, 1);

  self->scheme = scheme;
  self->needs = g_new0 (BalanceNeed *, scheme->pack->dictionary->fields->len + 1);
  self->seen = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < scheme->pack->rules->len; i++)
    add_rule (self, i);
  walk (self, scheme->weight, all_stages (scheme), NULL, self->seen);
  walk (self, scheme->program->base_mask, all_stages (scheme), NULL, self->seen);

  return self;
}

void
balance_needs_free (BalanceNeeds *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->scheme->pack->dictionary->fields->len; i++)
    if (self->needs[i] != NULL)
      {
        g_free (self->needs[i]->stages);
        g_ptr_array_unref (self->needs[i]->rules);
        g_free (self->needs[i]);
      }
  g_free (self->needs);
  g_hash_table_unref (self->seen);
  g_free (self);
}

void
balance_needs_add_node (BalanceNeeds *self, const BalanceNode *node)
{
  walk (self, node, all_stages (self->scheme), NULL, self->seen);
}

const BalanceNeed *
balance_needs_get (BalanceNeeds *self, BalanceField *field)
{
  return self->needs[field->index];
}
