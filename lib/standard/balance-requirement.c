/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "standard/balance-scheme-private.h"

/**
 * BalanceRequirement:
 *
 * What must hold (要求): a limit, an attested fact, a combination, a dispersion or a selection.
 * Requirements form a tree.
 *
 * Requirements belong to a [class@Balance.Standard]; they are immutable and may be used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceRequirement, balance_requirement, G_TYPE_OBJECT)

static void
balance_requirement_finalize (GObject *object)
{
  BalanceRequirement *self = BALANCE_REQUIREMENT (object);

  g_clear_object (&self->children);
  g_clear_object (&self->standard);

  G_OBJECT_CLASS (balance_requirement_parent_class)->finalize (object);
}

static void
balance_requirement_class_init (BalanceRequirementClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_requirement_finalize;
}

static void
balance_requirement_init (BalanceRequirement *self)
{
}

BalanceRequirement *
balance_requirement_new (BalanceStandard *standard, BalanceRule *rule)
{
  BalanceRequirement *self = g_object_new (BALANCE_TYPE_REQUIREMENT, NULL);

  self->standard = g_object_ref (standard);
  self->rule = rule;

  return self;
}

/**
 * balance_requirement_get_id:
 * @self: a requirement
 *
 * Gets the id.
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
balance_requirement_get_id (BalanceRequirement *self)
{
  g_return_val_if_fail (BALANCE_IS_REQUIREMENT (self), NULL);

  return self->rule->id;
}

/**
 * balance_requirement_get_title:
 * @self: a requirement
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the title.
 *
 * Returns: (transfer none): the title
 *
 * Since: 1.0
 */
const char *
balance_requirement_get_title (BalanceRequirement *self,
                               const char         *language)
{
  g_return_val_if_fail (BALANCE_IS_REQUIREMENT (self), NULL);

  return balance_text_get (&self->rule->title, balance_language_parse (language));
}

/**
 * balance_requirement_get_reference:
 * @self: a requirement
 *
 * Gets the document and article, its own or that of the requirement above.
 *
 * Returns: (transfer none) (nullable): the reference
 *
 * Since: 1.0
 */
const char *
balance_requirement_get_reference (BalanceRequirement *self)
{
  g_return_val_if_fail (BALANCE_IS_REQUIREMENT (self), NULL);

  return self->rule->reference;
}

/**
 * balance_requirement_get_level:
 * @self: a requirement
 *
 * Gets whom the requirement asks.
 *
 * Returns: the level
 *
 * Since: 1.0
 */
BalanceLevel
balance_requirement_get_level (BalanceRequirement *self)
{
  g_return_val_if_fail (BALANCE_IS_REQUIREMENT (self), BALANCE_LEVEL_DISTRICT);

  return self->rule->level;
}

/**
 * balance_requirement_get_binding:
 * @self: a requirement
 *
 * Gets whether the requirement counts towards the verdict; others are only shown.
 *
 * Returns: %TRUE if it counts
 *
 * Since: 1.0
 */
gboolean
balance_requirement_get_binding (BalanceRequirement *self)
{
  g_return_val_if_fail (BALANCE_IS_REQUIREMENT (self), FALSE);

  return self->rule->binding;
}

/**
 * balance_requirement_get_veto:
 * @self: a requirement
 *
 * Gets whether failing it fails everything around it (一票否决).
 *
 * Returns: %TRUE for a veto
 *
 * Since: 1.0
 */
gboolean
balance_requirement_get_veto (BalanceRequirement *self)
{
  g_return_val_if_fail (BALANCE_IS_REQUIREMENT (self), FALSE);

  return self->rule->veto;
}

const char *
balance_definition_get_source (const BalanceDefinition *definition, int stage)
{
  const BalanceExpression *expression = definition->all;

  if (expression == NULL && definition->by_stage != NULL && stage >= 0)
    expression = definition->by_stage[stage];
  return expression != NULL ? expression->source : NULL;
}

/* A limit or value: one text, or one for each stage. */
static void
append_definition (GString *text, BalanceRequirement *self, const BalanceDefinition *definition, BalanceLanguage language)
{
  BalancePack *pack = self->standard->pack;
  gboolean any = FALSE;

  if (definition->all != NULL)
    {
      g_string_append (text, definition->all->source);
      return;
    }
  for (guint i = 0; definition->by_stage != NULL && i < pack->n_stages; i++)
    if (definition->by_stage[i] != NULL)
      {
        const BalanceChoice *stage = balance_dictionary_get_stage (pack->dictionary, pack->stages[i]);

        g_string_append_printf (text, language == BALANCE_LANGUAGE_ZH ? "%s%s %s" : "%s%s: %s", any ? ", " : "",
                                balance_text_get (&stage->title, language), definition->by_stage[i]->source);
        any = TRUE;
      }
}

static void
append_limit (GString *text, BalanceRequirement *self, const BalanceLimit *limit, BalanceLanguage language)
{
  static const char *const signs[] = { "", "≥", "≤", ">", "<" };

  for (guint i = 0; i < limit->n; i++)
    {
      if (limit->from[i] != BALANCE_NO_DATE)
        {
          g_autofree char *date = balance_date_to_string (limit->from[i]);

          g_string_append_printf (text, language == BALANCE_LANGUAGE_ZH ? "；自%s起" : "; from %s", date);
        }
      g_string_append_printf (text, " %s ", signs[limit->comparison]);
      append_definition (text, self, limit->definitions[i], language);
    }
}

/**
 * balance_requirement_dup_rule:
 * @self: a requirement
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Says in one line what the requirement asks.
 *
 * Returns: (transfer full): the rule as text
 *
 * Since: 1.0
 */
char *
balance_requirement_dup_rule (BalanceRequirement *self,
                              const char         *language)
{
  BalanceLanguage l = balance_language_parse (language);
  gboolean zh = l == BALANCE_LANGUAGE_ZH;
  BalanceRule *rule;
  GString *text;

  g_return_val_if_fail (BALANCE_IS_REQUIREMENT (self), NULL);

  rule = self->rule;
  text = g_string_new (NULL);
  switch (rule->kind)
    {
    case BALANCE_RULE_VALUE:
      append_definition (text, self, rule->value, l);
      append_limit (text, self, &rule->limit, l);
      break;

    case BALANCE_RULE_INDICATOR:
      append_definition (text, self, rule->indicator->value, l);
      append_limit (text, self, &rule->indicator->limit, l);
      break;

    case BALANCE_RULE_DISPERSION:
      if (rule->combine)
        g_string_append (text, zh ? "各项差异系数的平均值" : "mean of the coefficients of variation");
      else
        g_string_append_printf (text, zh ? "%s的差异系数" : "coefficient of variation of %s",
                                ((BalanceIndicatorRule *) g_ptr_array_index (rule->measured, 0))->id);
      append_limit (text, self, &rule->limit, l);
      break;

    case BALANCE_RULE_SELECTION:
      g_string_append_printf (text, zh ? "前%u名，依次按 " : "the best %u by ", rule->best);
      for (guint i = 0; i < rule->n_by; i++)
        g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", rule->by[i]->source);
      break;

    case BALANCE_RULE_COMBINATION:
    default:
      if (rule->grades != NULL)
        g_string_append_printf (text, zh ? "按得分定等级，%s及以上达标" : "graded by score, met from %s",
                                ((BalanceGrade *) g_ptr_array_index (rule->grades, (guint) rule->met_from))->id);
      else if (rule->limit.comparison != BALANCE_COMPARISON_NONE)
        g_string_append (text, zh ? "总分" : "score");
      else if (rule->need >= 0)
        g_string_append_printf (text, zh ? "%2$u项中至少%1$d项" : "at least %d of %u", rule->need, rule->children->len);
      else if (rule->alternatives)
        g_string_append (text, zh ? "按情形适用下列其中一项，并须达到" : "the one of the items below that applies");
      else
        g_string_append (text, zh ? "以下各项全部达到" : "all of the items below");
      if (rule->has_floor)
        {
          BalanceDecimal percent = { rule->floor.digits * 100, rule->floor.scale };
          g_autofree char *floor = NULL;

          balance_decimal_normalize (&percent);
          floor = balance_decimal_to_string (&percent);
          g_string_append_printf (text, zh ? "，其余不低于限值的%s%%" : ", the rest at %s %% of the limit or better", floor);
        }
      append_limit (text, self, &rule->limit, l);
      break;
    }
  if (rule->when != NULL)
    g_string_append_printf (text, zh ? "（条件：%s）" : " (when %s)", rule->when->source);

  return g_string_free (text, FALSE);
}

/**
 * balance_requirement_get_children:
 * @self: a requirement
 *
 * Gets the requirements that it is made of.
 *
 * Returns: (transfer none): a list of [class@Balance.Requirement]
 *
 * Since: 1.0
 */
GListModel *
balance_requirement_get_children (BalanceRequirement *self)
{
  BalanceList *list;

  g_return_val_if_fail (BALANCE_IS_REQUIREMENT (self), NULL);

  if (g_atomic_pointer_get (&self->children) != NULL)
    return G_LIST_MODEL (self->children);

  list = balance_list_new (BALANCE_TYPE_REQUIREMENT);
  for (guint i = 0; i < self->rule->children->len; i++)
    {
      g_autoptr(BalanceRequirement) child = balance_requirement_new (self->standard, g_ptr_array_index (self->rule->children, i));

      balance_list_append (list, child);
    }
  /* two threads may have made one at the same time */
  if (!g_atomic_pointer_compare_and_exchange (&self->children, (BalanceList *) NULL, list))
    g_object_unref (list);

  return G_LIST_MODEL (self->children);
}
