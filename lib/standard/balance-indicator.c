/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "standard/balance-scheme-private.h"

/**
 * BalanceIndicator:
 *
 * A formula over facts, such as pupils per teacher (指标).
 *
 * Indicators belong to a [class@Balance.Standard]; they are immutable and may be used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceIndicator, balance_indicator, G_TYPE_OBJECT)

static void
balance_indicator_finalize (GObject *object)
{
  g_clear_object (&BALANCE_INDICATOR (object)->standard);

  G_OBJECT_CLASS (balance_indicator_parent_class)->finalize (object);
}

static void
balance_indicator_class_init (BalanceIndicatorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_indicator_finalize;
}

static void
balance_indicator_init (BalanceIndicator *self)
{
}

BalanceIndicator *
balance_indicator_new (BalanceStandard *standard, BalanceIndicatorRule *rule)
{
  BalanceIndicator *self = g_object_new (BALANCE_TYPE_INDICATOR, NULL);

  self->standard = g_object_ref (standard);
  self->rule = rule;

  return self;
}

/**
 * balance_indicator_get_id:
 * @self: an indicator
 *
 * Gets the id, as formulas name it.
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
balance_indicator_get_id (BalanceIndicator *self)
{
  g_return_val_if_fail (BALANCE_IS_INDICATOR (self), NULL);

  return self->rule->id;
}

/**
 * balance_indicator_get_title:
 * @self: an indicator
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the official name.
 *
 * Returns: (transfer none): the title
 *
 * Since: 1.0
 */
const char *
balance_indicator_get_title (BalanceIndicator *self,
                             const char       *language)
{
  g_return_val_if_fail (BALANCE_IS_INDICATOR (self), NULL);

  return balance_text_get (&self->rule->title, balance_language_parse (language));
}

/**
 * balance_indicator_get_reference:
 * @self: an indicator
 *
 * Gets the document and article that the indicator comes from.
 *
 * Returns: (transfer none) (nullable): the reference
 *
 * Since: 1.0
 */
const char *
balance_indicator_get_reference (BalanceIndicator *self)
{
  g_return_val_if_fail (BALANCE_IS_INDICATOR (self), NULL);

  return self->rule->reference;
}

/**
 * balance_indicator_get_level:
 * @self: an indicator
 *
 * Gets what the indicator is computed for.
 *
 * Returns: the level, mostly %BALANCE_LEVEL_SECTION
 *
 * Since: 1.0
 */
BalanceLevel
balance_indicator_get_level (BalanceIndicator *self)
{
  g_return_val_if_fail (BALANCE_IS_INDICATOR (self), BALANCE_LEVEL_SECTION);

  return self->rule->level;
}

/**
 * balance_indicator_get_unit:
 * @self: an indicator
 *
 * Gets the unit of its values, such as "m2/pupil".
 *
 * Returns: (transfer none) (nullable): the unit, %NULL for pure numbers
 *
 * Since: 1.0
 */
const char *
balance_indicator_get_unit (BalanceIndicator *self)
{
  g_return_val_if_fail (BALANCE_IS_INDICATOR (self), NULL);

  return self->rule->unit;
}

/**
 * balance_indicator_get_decimals:
 * @self: an indicator
 *
 * Gets how many decimals the official form prints. Verdicts never use rounded values.
 *
 * Returns: the number of decimals, -1 where the standard does not say
 *
 * Since: 1.0
 */
int
balance_indicator_get_decimals (BalanceIndicator *self)
{
  g_return_val_if_fail (BALANCE_IS_INDICATOR (self), -1);

  return self->rule->decimals;
}

/* Position of a stage id in the pack, -1 for NULL or one that it does not have. */
static int
find_stage (BalanceIndicator *self, const char *stage)
{
  BalancePack *pack = self->standard->pack;
  int code = stage != NULL ? balance_dictionary_find_stage (pack->dictionary, stage) : -1;

  for (guint i = 0; i < pack->n_stages; i++)
    if (code >= 0 && pack->stages[i] == (guint) code)
      return (int) i;
  return -1;
}

/**
 * balance_indicator_get_formula:
 * @self: an indicator
 * @stage: (nullable): the id of a stage; %NULL for the formula of all stages
 *
 * Gets the formula as the pack states it.
 *
 * Returns: (transfer none) (nullable): the formula, %NULL where the stage has none
 *
 * Since: 1.0
 */
const char *
balance_indicator_get_formula (BalanceIndicator *self,
                               const char       *stage)
{
  g_return_val_if_fail (BALANCE_IS_INDICATOR (self), NULL);

  return balance_definition_get_source (self->rule->value, find_stage (self, stage));
}

/**
 * balance_indicator_get_limit:
 * @self: an indicator
 * @stage: (nullable): the id of a stage; %NULL for the limit of all stages
 * @comparison: (out) (optional) (nullable) (transfer none): return location for "at_least", "at_most", "above" or "below"
 *
 * Gets the limit as the pack states it; where limits differ by date, the latest.
 *
 * Returns: (transfer none) (nullable): the limit, %NULL where there is none
 *
 * Since: 1.0
 */
const char *
balance_indicator_get_limit (BalanceIndicator  *self,
                             const char        *stage,
                             const char       **comparison)
{
  const BalanceLimit *limit;

  g_return_val_if_fail (BALANCE_IS_INDICATOR (self), NULL);

  limit = &self->rule->limit;
  if (comparison != NULL)
    *comparison = balance_comparison_name (limit->comparison);
  if (limit->n == 0)
    return NULL;
  return balance_definition_get_source (limit->definitions[limit->n - 1], find_stage (self, stage));
}
