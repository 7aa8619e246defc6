/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-task-change-private.h"

/**
 * BalanceTaskChange:
 *
 * One change of one field of a task, as the history of the ledger keeps it: who, when, from what to what. A task begins
 * with one change for each field that it has, from nothing.
 *
 * Immutable; may be used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceTaskChange, balance_task_change, G_TYPE_OBJECT)

static void
balance_task_change_finalize (GObject *object)
{
  BalanceTaskChange *self = BALANCE_TASK_CHANGE (object);

  g_free (self->time);
  g_free (self->who);
  g_free (self->old);
  g_free (self->new);

  G_OBJECT_CLASS (balance_task_change_parent_class)->finalize (object);
}

static void
balance_task_change_class_init (BalanceTaskChangeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_task_change_finalize;
}

static void
balance_task_change_init (BalanceTaskChange *self)
{
}

/**
 * balance_task_change_get_revision:
 * @self: a change
 *
 * Gets the number of the change, which is the revision of the ledger from then on.
 *
 * Returns: the revision, from 1
 *
 * Since: 1.0
 */
gint64
balance_task_change_get_revision (BalanceTaskChange *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_CHANGE (self), 0);

  return self->revision;
}

/**
 * balance_task_change_get_task:
 * @self: a change
 *
 * Gets which task was changed.
 *
 * Returns: the number of the task
 *
 * Since: 1.0
 */
gint64
balance_task_change_get_task (BalanceTaskChange *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_CHANGE (self), 0);

  return self->task;
}

/**
 * balance_task_change_get_time:
 * @self: a change
 *
 * Gets when it was entered.
 *
 * Returns: (transfer none): UTC, ISO 8601
 *
 * Since: 1.0
 */
const char *
balance_task_change_get_time (BalanceTaskChange *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_CHANGE (self), NULL);

  return self->time;
}

/**
 * balance_task_change_get_who:
 * @self: a change
 *
 * Gets who entered it.
 *
 * Returns: (transfer none): the name
 *
 * Since: 1.0
 */
const char *
balance_task_change_get_who (BalanceTaskChange *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_CHANGE (self), NULL);

  return self->who;
}

/**
 * balance_task_change_get_field:
 * @self: a change
 *
 * Gets which field was changed.
 *
 * Returns: (transfer none): its name
 *
 * Since: 1.0
 */
const char *
balance_task_change_get_field (BalanceTaskChange *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_CHANGE (self), NULL);

  return balance_task_field_get_id (self->field);
}

/**
 * balance_task_change_get_old:
 * @self: a change
 *
 * Gets what stood there before.
 *
 * Returns: (transfer none) (nullable): the value, %NULL for nothing
 *
 * Since: 1.0
 */
const char *
balance_task_change_get_old (BalanceTaskChange *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_CHANGE (self), NULL);

  return self->old;
}

/**
 * balance_task_change_get_new:
 * @self: a change
 *
 * Gets what stands there since.
 *
 * Returns: (transfer none) (nullable): the value, %NULL for nothing
 *
 * Since: 1.0
 */
const char *
balance_task_change_get_new (BalanceTaskChange *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_CHANGE (self), NULL);

  return self->new;
}

/**
 * balance_task_change_to_text:
 * @self: a change
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Says in one line what was changed: “Status: open → done”.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
balance_task_change_to_text (BalanceTaskChange *self,
                             const char        *language)
{
  BalanceLanguage chosen = balance_language_parse (language);
  g_autoptr(BalanceDictionary) dictionary = balance_dictionary_get_default (NULL);
  g_autofree char *old = NULL, *new = NULL;
  const char *blank = chosen == BALANCE_LANGUAGE_ZH ? "（空）" : "(empty)";

  g_return_val_if_fail (BALANCE_IS_TASK_CHANGE (self), NULL);

  old = balance_task_field_show (self->field, dictionary, self->old, chosen);
  new = balance_task_field_show (self->field, dictionary, self->new, chosen);

  return g_strdup_printf (chosen == BALANCE_LANGUAGE_ZH ? "%s：%s → %s" : "%s: %s → %s", balance_task_field_get_title (self->field, chosen),
                          *old != '\0' ? old : blank, *new != '\0' ? new : blank);
}
