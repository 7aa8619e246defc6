/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>

#include "evaluation/balance-applied-concession-private.h"

/**
 * BalanceAppliedConcession:
 *
 * A concession (放宽规定) that applied to a finding: what the finding would be by the full standard, and
 * until when the full standard is owed.
 *
 * Applied concessions are immutable and may be used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceAppliedConcession, balance_applied_concession, G_TYPE_OBJECT)

static void
balance_applied_concession_finalize (GObject *object)
{
  BalanceAppliedConcession *self = BALANCE_APPLIED_CONCESSION (object);

  balance_text_clear (&self->value_text);
  balance_text_clear (&self->limit_text);
  g_free (self->duty_until);
  g_clear_object (&self->standard);

  G_OBJECT_CLASS (balance_applied_concession_parent_class)->finalize (object);
}

static void
balance_applied_concession_class_init (BalanceAppliedConcessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_applied_concession_finalize;
}

static void
balance_applied_concession_init (BalanceAppliedConcession *self)
{
  self->value_without = self->limit_without = NAN;
}

BalanceAppliedConcession *
balance_applied_concession_new (BalanceStandard               *standard,
                                const BalanceSchemeConcession *applied,
                                gboolean                       certain,
                                gint32                         as_of)
{
  BalanceAppliedConcession *self = g_object_new (BALANCE_TYPE_APPLIED_CONCESSION, NULL);

  self->standard = g_object_ref (standard);
  self->concession = applied->concession;
  self->item = applied->item;
  self->certain = certain;
  if (self->concession->duty_years > 0)
    self->duty_until = balance_date_add_years (as_of, self->concession->duty_years);

  return self;
}

/**
 * balance_applied_concession_get_id:
 * @self: an applied concession
 *
 * Gets the concession, such as "procedure_2019".
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
balance_applied_concession_get_id (BalanceAppliedConcession *self)
{
  g_return_val_if_fail (BALANCE_IS_APPLIED_CONCESSION (self), NULL);

  return self->concession->id;
}

/**
 * balance_applied_concession_get_item:
 * @self: an applied concession
 *
 * Gets which item of the concession it was.
 *
 * Returns: (transfer none): the id of the item
 *
 * Since: 1.0
 */
const char *
balance_applied_concession_get_item (BalanceAppliedConcession *self)
{
  g_return_val_if_fail (BALANCE_IS_APPLIED_CONCESSION (self), NULL);

  return self->item->id;
}

/**
 * balance_applied_concession_get_title:
 * @self: an applied concession
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets what the item relaxes.
 *
 * Returns: (transfer none): the title of the item
 *
 * Since: 1.0
 */
const char *
balance_applied_concession_get_title (BalanceAppliedConcession *self,
                                      const char               *language)
{
  g_return_val_if_fail (BALANCE_IS_APPLIED_CONCESSION (self), NULL);

  return balance_text_get (&self->item->title, balance_language_parse (language));
}

/**
 * balance_applied_concession_get_reference:
 * @self: an applied concession
 *
 * Gets the document and article of the item, or of the concession where the item names none.
 *
 * Returns: (transfer none) (nullable): the reference
 *
 * Since: 1.0
 */
const char *
balance_applied_concession_get_reference (BalanceAppliedConcession *self)
{
  g_return_val_if_fail (BALANCE_IS_APPLIED_CONCESSION (self), NULL);

  return self->item->reference != NULL ? self->item->reference : self->concession->reference;
}

/**
 * balance_applied_concession_get_certain:
 * @self: an applied concession
 *
 * Gets whether its condition is known to hold. Where a fact of the condition is missing, the finding holds
 * for both cases.
 *
 * Returns: %TRUE if it is known to apply
 *
 * Since: 1.0
 */
gboolean
balance_applied_concession_get_certain (BalanceAppliedConcession *self)
{
  g_return_val_if_fail (BALANCE_IS_APPLIED_CONCESSION (self), FALSE);

  return self->certain;
}

/**
 * balance_applied_concession_get_verdict_without:
 * @self: an applied concession
 *
 * Gets the verdict by the full standard.
 *
 * Returns: the verdict without any concession
 *
 * Since: 1.0
 */
BalanceVerdict
balance_applied_concession_get_verdict_without (BalanceAppliedConcession *self)
{
  g_return_val_if_fail (BALANCE_IS_APPLIED_CONCESSION (self), BALANCE_VERDICT_UNDETERMINED);

  return self->verdict_without;
}

/**
 * balance_applied_concession_get_value_without:
 * @self: an applied concession
 *
 * Gets the value by the full standard.
 *
 * Returns: the value in the unit of the finding (shares as 0 to 1), NaN where there is none
 *
 * Since: 1.0
 */
double
balance_applied_concession_get_value_without (BalanceAppliedConcession *self)
{
  g_return_val_if_fail (BALANCE_IS_APPLIED_CONCESSION (self), NAN);

  return self->value_without;
}

/**
 * balance_applied_concession_get_limit_without:
 * @self: an applied concession
 *
 * Gets the limit of the full standard.
 *
 * Returns: the limit in the unit of the finding (shares as 0 to 1), NaN where there is none
 *
 * Since: 1.0
 */
double
balance_applied_concession_get_limit_without (BalanceAppliedConcession *self)
{
  g_return_val_if_fail (BALANCE_IS_APPLIED_CONCESSION (self), NAN);

  return self->limit_without;
}

static char *
dup_text (const BalanceText *text, const char *language)
{
  return text->en != NULL ? g_strdup (balance_text_get (text, balance_language_parse (language))) : NULL;
}

/**
 * balance_applied_concession_dup_value_text:
 * @self: an applied concession
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the value by the full standard as the official form prints it, with its unit.
 *
 * Returns: (transfer full) (nullable): the value, %NULL where there is none
 *
 * Since: 1.0
 */
char *
balance_applied_concession_dup_value_text (BalanceAppliedConcession *self,
                                           const char               *language)
{
  g_return_val_if_fail (BALANCE_IS_APPLIED_CONCESSION (self), NULL);

  return dup_text (&self->value_text, language);
}

/**
 * balance_applied_concession_dup_limit_text:
 * @self: an applied concession
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the limit of the full standard, with its unit.
 *
 * Returns: (transfer full) (nullable): the limit, %NULL where there is none
 *
 * Since: 1.0
 */
char *
balance_applied_concession_dup_limit_text (BalanceAppliedConcession *self,
                                           const char               *language)
{
  g_return_val_if_fail (BALANCE_IS_APPLIED_CONCESSION (self), NULL);

  return dup_text (&self->limit_text, language);
}

/**
 * balance_applied_concession_get_decides:
 * @self: an applied concession
 *
 * Gets whether the verdict would be another one without it.
 *
 * Returns: %TRUE if the two verdicts differ
 *
 * Since: 1.0
 */
gboolean
balance_applied_concession_get_decides (BalanceAppliedConcession *self)
{
  g_return_val_if_fail (BALANCE_IS_APPLIED_CONCESSION (self), FALSE);

  return self->verdict != self->verdict_without;
}

static guint
rank (BalanceVerdict verdict)
{
  return verdict == BALANCE_VERDICT_UNMET ? 0 : verdict == BALANCE_VERDICT_UNDETERMINED ? 1 : 2;
}

/**
 * balance_applied_concession_get_worse:
 * @self: an applied concession
 *
 * Gets whether the finding is worse off with the concession, as a dispersion can be when some schools count
 * more than others.
 *
 * Returns: %TRUE if the full standard gives the better verdict
 *
 * Since: 1.0
 */
gboolean
balance_applied_concession_get_worse (BalanceAppliedConcession *self)
{
  g_return_val_if_fail (BALANCE_IS_APPLIED_CONCESSION (self), FALSE);

  return rank (self->verdict) < rank (self->verdict_without);
}

/**
 * balance_applied_concession_get_duty_years:
 * @self: an applied concession
 *
 * Gets within how many years the full standard is owed.
 *
 * Returns: the years, 0 where the standard sets no time
 *
 * Since: 1.0
 */
guint
balance_applied_concession_get_duty_years (BalanceAppliedConcession *self)
{
  g_return_val_if_fail (BALANCE_IS_APPLIED_CONCESSION (self), 0);

  return self->concession->duty_years;
}

/**
 * balance_applied_concession_get_duty_until:
 * @self: an applied concession
 *
 * Gets until when the full standard is owed: so many years from the date whose rules were applied.
 *
 * Returns: (transfer none) (nullable): an ISO date, %NULL where the standard sets no time
 *
 * Since: 1.0
 */
const char *
balance_applied_concession_get_duty_until (BalanceAppliedConcession *self)
{
  g_return_val_if_fail (BALANCE_IS_APPLIED_CONCESSION (self), NULL);

  return self->duty_until;
}
