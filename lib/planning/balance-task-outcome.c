/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "planning/balance-verification-private.h"

/**
 * BalanceTaskOutcome:
 *
 * What a census says of one task: how much it was to bring and how much is there, which of its requirements are met now,
 * and what becomes of the task: closed (verified), reopened, or left as it is.
 *
 * Immutable; may be used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceTaskOutcome, balance_task_outcome, G_TYPE_OBJECT)

static void
balance_task_outcome_finalize (GObject *object)
{
  BalanceTaskOutcome *self = BALANCE_TASK_OUTCOME (object);

  g_clear_object (&self->before);
  g_clear_object (&self->after);
  g_clear_pointer (&self->effects, g_array_unref);
  g_free (self->now);
  g_free (self->known);
  g_strfreev (self->requirements);
  g_free (self->verdicts);
  g_free (self->at_floor);

  G_OBJECT_CLASS (balance_task_outcome_parent_class)->finalize (object);
}

static void
balance_task_outcome_class_init (BalanceTaskOutcomeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_task_outcome_finalize;
}

static void
balance_task_outcome_init (BalanceTaskOutcome *self)
{
}

/**
 * balance_task_outcome_get_before:
 * @self: an outcome
 *
 * Gets the task as it stood in the ledger.
 *
 * Returns: (transfer none): the task
 *
 * Since: 1.0
 */
BalanceTask *
balance_task_outcome_get_before (BalanceTaskOutcome *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_OUTCOME (self), NULL);

  return self->before;
}

/**
 * balance_task_outcome_get_after:
 * @self: an outcome
 *
 * Gets the task as it is to stand in the ledger.
 *
 * Returns: (transfer none): the task, the same one where nothing becomes of it
 *
 * Since: 1.0
 */
BalanceTask *
balance_task_outcome_get_after (BalanceTaskOutcome *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_OUTCOME (self), NULL);

  return self->after;
}

/**
 * balance_task_outcome_get_evidence:
 * @self: an outcome
 *
 * Gets whether the census shows what the task was to bring.
 *
 * Returns: whether it does
 *
 * Since: 1.0
 */
BalanceTaskEvidence
balance_task_outcome_get_evidence (BalanceTaskOutcome *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_OUTCOME (self), BALANCE_TASK_EVIDENCE_UNKNOWN);

  return self->evidence;
}

/**
 * balance_task_outcome_get_closed:
 * @self: an outcome
 *
 * Does the census close the task, which was not verified before?
 *
 * Returns: %TRUE if it does
 *
 * Since: 1.0
 */
gboolean
balance_task_outcome_get_closed (BalanceTaskOutcome *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_OUTCOME (self), FALSE);

  return self->after != self->before && balance_task_get_status (self->after) == BALANCE_TASK_VERIFIED;
}

/**
 * balance_task_outcome_get_reopened:
 * @self: an outcome
 *
 * Does the census reopen the task, which was said to be done or was verified by an earlier one?
 *
 * Returns: %TRUE if it does
 *
 * Since: 1.0
 */
gboolean
balance_task_outcome_get_reopened (BalanceTaskOutcome *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_OUTCOME (self), FALSE);

  return self->after != self->before && balance_task_get_status (self->after) == BALANCE_TASK_OPEN;
}

/**
 * balance_task_outcome_dup_fields:
 * @self: an outcome
 *
 * Gets which facts the task was to change.
 *
 * Returns: (transfer full): ids of fields
 *
 * Since: 1.0
 */
char **
balance_task_outcome_dup_fields (BalanceTaskOutcome *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_OUTCOME (self), NULL);

  return balance_task_dup_fields (self->before);
}

/**
 * balance_task_outcome_dup_planned:
 * @self: an outcome
 *
 * Gets by how much the task was to change each of the facts.
 *
 * Returns: (transfer full): digits, exactly
 *
 * Since: 1.0
 */
char **
balance_task_outcome_dup_planned (BalanceTaskOutcome *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_OUTCOME (self), NULL);

  return balance_task_dup_amounts (self->before);
}

/**
 * balance_task_outcome_dup_actual:
 * @self: an outcome
 *
 * Gets by how much each of the facts has changed since the task was made, whoever changed it.
 *
 * Returns: (transfer full): digits, exactly, below zero where it became less; empty where it is not known
 *
 * Since: 1.0
 */
char **
balance_task_outcome_dup_actual (BalanceTaskOutcome *self)
{
  char **actual;

  g_return_val_if_fail (BALANCE_IS_TASK_OUTCOME (self), NULL);

  actual = g_new0 (char *, self->effects->len + 1);
  for (guint i = 0; i < self->effects->len; i++)
    {
      const BalanceTaskEffect *effect = &g_array_index (self->effects, BalanceTaskEffect, i);
      BalanceDecimal less = { -effect->before.digits, effect->before.scale }, change;

      if (self->known[i] && effect->has_before && balance_decimal_add (&self->now[i], &less, &change))
        actual[i] = balance_decimal_to_string (&change);
      else
        actual[i] = g_strdup ("");
    }

  return actual;
}

/**
 * balance_task_outcome_dup_requirements:
 * @self: an outcome
 *
 * Lists the requirements that the task was made for; none of them was met then.
 *
 * Returns: (transfer full): their ids
 *
 * Since: 1.0
 */
char **
balance_task_outcome_dup_requirements (BalanceTaskOutcome *self)
{
  g_return_val_if_fail (BALANCE_IS_TASK_OUTCOME (self), NULL);

  return g_strdupv (self->requirements);
}

/**
 * balance_task_outcome_get_verdict:
 * @self: an outcome
 * @requirement: the id of one of the requirements
 *
 * Gets the verdict on a requirement by the census, where the task is done. Of a task for a whole school or district it is
 * the worst one of the stages.
 *
 * Returns: the verdict; not applicable where it was not judged
 *
 * Since: 1.0
 */
BalanceVerdict
balance_task_outcome_get_verdict (BalanceTaskOutcome *self,
                                  const char         *requirement)
{
  g_return_val_if_fail (BALANCE_IS_TASK_OUTCOME (self), BALANCE_VERDICT_NOT_APPLICABLE);
  g_return_val_if_fail (requirement != NULL, BALANCE_VERDICT_NOT_APPLICABLE);

  for (guint i = 0; self->requirements[i] != NULL; i++)
    if (strcmp (self->requirements[i], requirement) == 0)
      return self->verdicts[i];

  return BALANCE_VERDICT_NOT_APPLICABLE;
}

/**
 * balance_task_outcome_to_text:
 * @self: an outcome
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Says in a line what was planned and what is there.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
balance_task_outcome_to_text (BalanceTaskOutcome *self,
                              const char         *language)
{
  g_autoptr(BalanceDictionary) dictionary = balance_dictionary_get_default (NULL);
  g_auto(GStrv) fields = NULL, planned = NULL, actual = NULL;
  gboolean zh = balance_language_parse (language) == BALANCE_LANGUAGE_ZH;
  const char *none = zh ? "缺数据" : "not known";
  GString *text;

  g_return_val_if_fail (BALANCE_IS_TASK_OUTCOME (self), NULL);

  text = g_string_new (NULL);
  fields = balance_task_outcome_dup_fields (self);
  planned = balance_task_outcome_dup_planned (self);
  actual = balance_task_outcome_dup_actual (self);
  for (guint i = 0; fields[i] != NULL; i++)
    {
      BalanceField *field = dictionary != NULL ? balance_dictionary_find (dictionary, fields[i]) : NULL;
      const char *title = field != NULL ? balance_text_get (&field->title, zh ? BALANCE_LANGUAGE_ZH : BALANCE_LANGUAGE_EN) : fields[i];
      const char *sign = *actual[i] != '\0' && *actual[i] != '-' && strcmp (actual[i], "0") != 0 ? "+" : "";

      g_string_append_printf (text, zh ? "%s%s：计划+%s，实际%s%s" : "%s%s: planned +%s, actual %s%s", i == 0 ? "" : zh ? "；" : "; ", title, planned[i], sign,
                              *actual[i] != '\0' ? actual[i] : none);
    }
  for (guint i = 0; self->requirements[i] != NULL; i++)
    {
      static const char *const en[] = { "not applicable", "met", "unmet", "undetermined" }, *const words[] = { "不适用", "达标", "未达标", "无法判定" };
      BalanceVerdict verdict = self->verdicts[i];

      g_string_append_printf (text, zh ? "%s%s：%s" : "%s%s: %s", text->len == 0 ? "" : zh ? "；" : "; ", self->requirements[i], (zh ? words : en)[verdict]);
      if (self->at_floor[i])
        g_string_append (text, zh ? "（不低于底线）" : " (not below the floor)");
    }
  if (text->len == 0)
    g_string_append (text, zh ? "未注明对应指标，无法由年度数据核验" : "it names no requirement, so no census can show it");

  return g_string_free (text, FALSE);
}
