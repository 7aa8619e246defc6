/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evaluation/balance-deciding-set-private.h"

#include "evaluation/balance-evaluation-private.h"

/**
 * BalanceDecidingSet:
 *
 * Missing facts that could decide a verdict together: there are values for them with which the verdict is
 * known whatever else is missing, and none of them can be spared.
 *
 * Sets are immutable and may be used from any thread.
 *
 * Since: 1.0
 */

struct _BalanceDecidingSet
{
  GObject         parent_instance;

  BalanceVerdict  verdict;
  gboolean        proved;
  BalanceList    *facts;
};

G_DEFINE_FINAL_TYPE (BalanceDecidingSet, balance_deciding_set, G_TYPE_OBJECT)

static void
balance_deciding_set_finalize (GObject *object)
{
  g_clear_object (&BALANCE_DECIDING_SET (object)->facts);

  G_OBJECT_CLASS (balance_deciding_set_parent_class)->finalize (object);
}

static void
balance_deciding_set_class_init (BalanceDecidingSetClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_deciding_set_finalize;
}

static void
balance_deciding_set_init (BalanceDecidingSet *self)
{
}

BalanceDecidingSet *
balance_deciding_set_new (BalanceEvaluation          *evaluation,
                          BalanceDeciding            *deciding,
                          const BalanceDecidingCells *cells,
                          BalanceVerdict              verdict,
                          gboolean                    proved)
{
  BalanceDecidingSet *self = g_object_new (BALANCE_TYPE_DECIDING_SET, NULL);

  self->verdict = verdict;
  self->proved = proved;
  self->facts = balance_list_new (BALANCE_TYPE_OPERAND);
  for (guint i = 0; i < cells->n; i++)
    {
      const BalanceMissing *missing = balance_deciding_get_missing (deciding, cells->cells[i]);
      g_autoptr(BalanceOperand) operand = balance_operand_new (evaluation, missing->field, missing->level, missing->row);

      balance_list_append (self->facts, operand);
    }

  return self;
}

/**
 * balance_deciding_set_get_verdict:
 * @self: a set
 *
 * Gets the verdict that values of these facts can lead to.
 *
 * Returns: the verdict
 *
 * Since: 1.0
 */
BalanceVerdict
balance_deciding_set_get_verdict (BalanceDecidingSet *self)
{
  g_return_val_if_fail (BALANCE_IS_DECIDING_SET (self), BALANCE_VERDICT_UNDETERMINED);

  return self->verdict;
}

/**
 * balance_deciding_set_get_facts:
 * @self: a set
 *
 * Gets the missing facts, with the cells where they would stand.
 *
 * Returns: (transfer none): a list of [class@Balance.Operand]
 *
 * Since: 1.0
 */
GListModel *
balance_deciding_set_get_facts (BalanceDecidingSet *self)
{
  g_return_val_if_fail (BALANCE_IS_DECIDING_SET (self), NULL);

  return G_LIST_MODEL (self->facts);
}

/**
 * balance_deciding_set_get_proved:
 * @self: a set
 *
 * Gets whether it is certain that nothing smaller does the same. Where very many facts are missing, a set is
 * found step by step: it leads to the verdict, but another one may be smaller.
 *
 * Returns: %TRUE where it is as small as can be
 *
 * Since: 1.0
 */
gboolean
balance_deciding_set_get_proved (BalanceDecidingSet *self)
{
  g_return_val_if_fail (BALANCE_IS_DECIDING_SET (self), FALSE);

  return self->proved;
}
