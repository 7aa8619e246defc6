/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <balance/balance.h>

#include "base/balance-text-private.h"

/**
 * BalanceProgress:
 *
 * How far a long operation is.
 *
 * Make one, hand it to the operation and ask it from any thread, as often as
 * is convenient.
 *
 * Since: 1.0
 */

struct _BalanceProgress
{
  GObject      parent_instance;

  int          parts;         /* of PARTS; atomic */
  GMutex       mutex;         /* guards the phase */
  BalanceText  phase;
};

/* The fraction is kept as an integer, which every machine can store at once. */
#define PARTS 1000000

G_DEFINE_FINAL_TYPE (BalanceProgress, balance_progress, G_TYPE_OBJECT)

static void
balance_progress_finalize (GObject *object)
{
  BalanceProgress *self = (BalanceProgress *) object;

  balance_text_clear (&self->phase);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (balance_progress_parent_class)->finalize (object);
}

static void
balance_progress_class_init (BalanceProgressClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_progress_finalize;
}

static void
balance_progress_init (BalanceProgress *self)
{
  g_mutex_init (&self->mutex);
}

/**
 * balance_progress_new:
 *
 * Creates a progress that is at 0.
 *
 * Returns: (transfer full): a new progress
 *
 * Since: 1.0
 */
BalanceProgress *
balance_progress_new (void)
{
  return g_object_new (BALANCE_TYPE_PROGRESS, NULL);
}

/**
 * balance_progress_get_fraction:
 * @self: a progress
 *
 * Gets how much of the operation is done. This can be called from any thread.
 *
 * Returns: a number from 0 to 1
 *
 * Since: 1.0
 */
double
balance_progress_get_fraction (BalanceProgress *self)
{
  g_return_val_if_fail (BALANCE_IS_PROGRESS (self), 0.0);

  return (double) g_atomic_int_get (&self->parts) / PARTS;
}

/**
 * balance_progress_set_fraction:
 * @self: a progress
 * @fraction: how much is done, from 0 to 1
 *
 * Sets how much of the operation is done. This can be called from any thread.
 *
 * Since: 1.0
 */
void
balance_progress_set_fraction (BalanceProgress *self,
                               double           fraction)
{
  g_return_if_fail (BALANCE_IS_PROGRESS (self));

  g_atomic_int_set (&self->parts, (int) (CLAMP (fraction, 0.0, 1.0) * PARTS));
}

/**
 * balance_progress_dup_phase:
 * @self: a progress
 * @language: (nullable): a language such as "zh" or "en"
 *
 * Gets what the operation is doing. This can be called from any thread.
 *
 * Returns: (transfer full): a short text, empty before the operation starts
 *
 * Since: 1.0
 */
char *
balance_progress_dup_phase (BalanceProgress *self,
                            const char      *language)
{
  char *phase;

  g_return_val_if_fail (BALANCE_IS_PROGRESS (self), NULL);

  g_mutex_lock (&self->mutex);
  phase = g_strdup (balance_text_get (&self->phase, balance_language_parse (language)));
  g_mutex_unlock (&self->mutex);

  return phase;
}

/**
 * balance_progress_set_phase:
 * @self: a progress
 * @en: what the operation is doing, in English
 * @zh: the same in Chinese
 *
 * Sets what the operation is doing. This can be called from any thread.
 *
 * Since: 1.0
 */
void
balance_progress_set_phase (BalanceProgress *self,
                            const char      *en,
                            const char      *zh)
{
  g_return_if_fail (BALANCE_IS_PROGRESS (self));
  g_return_if_fail (en != NULL);
  g_return_if_fail (zh != NULL);

  g_mutex_lock (&self->mutex);
  balance_text_clear (&self->phase);
  balance_text_set (&self->phase, en, zh);
  g_mutex_unlock (&self->mutex);
}
