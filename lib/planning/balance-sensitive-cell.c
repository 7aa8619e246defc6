/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-stability-private.h"

/**
 * BalanceSensitiveCell:
 *
 * One recorded fact on which a verdict rests: which way an error of it would work against the verdict, how strongly,
 * and how far it would have to be off if all others were right.
 *
 * Cells are immutable and may be used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceSensitiveCell, balance_sensitive_cell, G_TYPE_OBJECT)

static void
balance_sensitive_cell_finalize (GObject *object)
{
  g_clear_object (&BALANCE_SENSITIVE_CELL (object)->operand);

  G_OBJECT_CLASS (balance_sensitive_cell_parent_class)->finalize (object);
}

static void
balance_sensitive_cell_class_init (BalanceSensitiveCellClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_sensitive_cell_finalize;
}

static void
balance_sensitive_cell_init (BalanceSensitiveCell *self)
{
}

BalanceSensitiveCell *
balance_sensitive_cell_new (BalanceOperand *operand, int direction, double slope, double alone)
{
  BalanceSensitiveCell *self = g_object_new (BALANCE_TYPE_SENSITIVE_CELL, NULL);

  self->operand = operand;
  self->direction = direction;
  self->slope = slope;
  self->alone = alone;

  return self;
}

/**
 * balance_sensitive_cell_get_operand:
 * @self: a cell
 *
 * Gets the fact: field, value, and the cell of the source.
 *
 * Returns: (transfer none): the fact
 *
 * Since: 1.0
 */
BalanceOperand *
balance_sensitive_cell_get_operand (BalanceSensitiveCell *self)
{
  g_return_val_if_fail (BALANCE_IS_SENSITIVE_CELL (self), NULL);

  return self->operand;
}

/**
 * balance_sensitive_cell_get_direction:
 * @self: a cell
 *
 * Gets which way the fact would have to be wrong to work against the verdict.
 *
 * Returns: 1 if the true fact were larger, -1 if it were smaller, 0 if it does not matter
 *
 * Since: 1.0
 */
int
balance_sensitive_cell_get_direction (BalanceSensitiveCell *self)
{
  g_return_val_if_fail (BALANCE_IS_SENSITIVE_CELL (self), 0);

  return self->direction;
}

/**
 * balance_sensitive_cell_get_slope:
 * @self: a cell
 *
 * Gets the derivative by this fact of what is judged: of the value or, where differences between schools are judged, of
 * their coefficient of variation. With W = Σp, X = Σpv, Q = Σpv² and CV² = WQ/X² - 1
 *
 *     dCV/dv = (1 + CV²) / CV · p (v/Q - 1/X)
 *
 * times the derivative of v by the fact; weights are held.
 *
 * Returns: per unit of the fact; NaN where there is none
 *
 * Since: 1.0
 */
double
balance_sensitive_cell_get_slope (BalanceSensitiveCell *self)
{
  g_return_val_if_fail (BALANCE_IS_SENSITIVE_CELL (self), 0);

  return self->slope;
}

/**
 * balance_sensitive_cell_get_alone:
 * @self: a cell
 *
 * Gets how far this fact alone would have to be off to turn the verdict, as a share of itself: 0.03 for 3 per cent
 * more, -0.03 for 3 per cent less.
 *
 * Returns: the least such error; NaN if none of this fact alone turns it
 *
 * Since: 1.0
 */
double
balance_sensitive_cell_get_alone (BalanceSensitiveCell *self)
{
  g_return_val_if_fail (BALANCE_IS_SENSITIVE_CELL (self), 0);

  return self->alone;
}
