/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-finding.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_SENSITIVE_CELL (balance_sensitive_cell_get_type ())

/* One recorded fact on which a verdict rests, and how much it weighs. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceSensitiveCell, balance_sensitive_cell, BALANCE, SENSITIVE_CELL, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceOperand *balance_sensitive_cell_get_operand   (BalanceSensitiveCell *self);
BALANCE_AVAILABLE_IN_1_0
int             balance_sensitive_cell_get_direction (BalanceSensitiveCell *self);
BALANCE_AVAILABLE_IN_1_0
double          balance_sensitive_cell_get_slope     (BalanceSensitiveCell *self);
BALANCE_AVAILABLE_IN_1_0
double          balance_sensitive_cell_get_alone     (BalanceSensitiveCell *self);
BALANCE_AVAILABLE_IN_1_0
char           *balance_sensitive_cell_to_text       (BalanceSensitiveCell *self,
                                                      const char           *language);

G_END_DECLS
