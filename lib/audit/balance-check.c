/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "audit/balance-checks-private.h"

/**
 * BalanceCheck:
 *
 * One check of data (核查项), such as that the teachers of all degrees together are no more than the teachers.
 *
 * Checks belong to [class@Balance.Checks]; they are immutable and may be used from any thread.
 *
 * Since: 1.0
 */

struct _BalanceCheck
{
  GObject           parent_instance;
  BalanceChecks    *checks;
  BalanceCheckRule *rule;
};

G_DEFINE_FINAL_TYPE (BalanceCheck, balance_check, G_TYPE_OBJECT)

static void
balance_check_finalize (GObject *object)
{
  g_clear_object (&BALANCE_CHECK (object)->checks);

  G_OBJECT_CLASS (balance_check_parent_class)->finalize (object);
}

static void
balance_check_class_init (BalanceCheckClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_check_finalize;
}

static void
balance_check_init (BalanceCheck *self)
{
}

BalanceCheck *
balance_check_new (BalanceChecks    *checks,
                   BalanceCheckRule *rule)
{
  BalanceCheck *self = g_object_new (BALANCE_TYPE_CHECK, NULL);

  self->checks = g_object_ref (checks);
  self->rule = rule;

  return self;
}

/**
 * balance_check_get_id:
 * @self: a check
 *
 * Gets the id.
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
balance_check_get_id (BalanceCheck *self)
{
  g_return_val_if_fail (BALANCE_IS_CHECK (self), NULL);

  return self->rule->id;
}

/**
 * balance_check_get_title:
 * @self: a check
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets what is checked.
 *
 * Returns: (transfer none): the title
 *
 * Since: 1.0
 */
const char *
balance_check_get_title (BalanceCheck *self,
                         const char   *language)
{
  g_return_val_if_fail (BALANCE_IS_CHECK (self), NULL);

  return balance_text_get (&self->rule->title, balance_language_parse (language));
}

/**
 * balance_check_get_severity:
 * @self: a check
 *
 * Gets what a finding means: %BALANCE_SEVERITY_ERROR, the data contradict themselves;
 * %BALANCE_SEVERITY_WARNING, they are hardly right; %BALANCE_SEVERITY_NOTE, somebody should look at them,
 * nothing more.
 *
 * Returns: the severity
 *
 * Since: 1.0
 */
BalanceSeverity
balance_check_get_severity (BalanceCheck *self)
{
  g_return_val_if_fail (BALANCE_IS_CHECK (self), BALANCE_SEVERITY_NOTE);

  return self->rule->severity;
}

/**
 * balance_check_get_level:
 * @self: a check
 *
 * Gets what is checked one by one: sections, schools, stages of a district, districts or the region.
 *
 * Returns: the level
 *
 * Since: 1.0
 */
BalanceLevel
balance_check_get_level (BalanceCheck *self)
{
  g_return_val_if_fail (BALANCE_IS_CHECK (self), BALANCE_LEVEL_SECTION);

  return self->rule->level;
}

/**
 * balance_check_get_reference:
 * @self: a check
 *
 * Gets the document or form that the check follows from.
 *
 * Returns: (transfer none) (nullable): the reference
 *
 * Since: 1.0
 */
const char *
balance_check_get_reference (BalanceCheck *self)
{
  g_return_val_if_fail (BALANCE_IS_CHECK (self), NULL);

  return self->rule->reference != NULL ? self->rule->reference : self->checks->set->pack->reference;
}

/**
 * balance_check_get_remedy:
 * @self: a check
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets what to do about a finding.
 *
 * Returns: (transfer none): the remedy, "" if none is stated
 *
 * Since: 1.0
 */
const char *
balance_check_get_remedy (BalanceCheck *self,
                          const char   *language)
{
  g_return_val_if_fail (BALANCE_IS_CHECK (self), NULL);

  return balance_text_get (&self->rule->remedy, balance_language_parse (language));
}

/**
 * balance_check_get_note:
 * @self: a check
 *
 * Gets what the author remarks, such as when a finding means nothing.
 *
 * Returns: (transfer none) (nullable): the note
 *
 * Since: 1.0
 */
const char *
balance_check_get_note (BalanceCheck *self)
{
  g_return_val_if_fail (BALANCE_IS_CHECK (self), NULL);

  return self->rule->note;
}
