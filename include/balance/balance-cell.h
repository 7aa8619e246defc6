/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-types.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_CELL (balance_cell_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceCell, balance_cell, BALANCE, CELL, GObject)

BALANCE_AVAILABLE_IN_1_0
const char *balance_cell_get_file   (BalanceCell *self);
BALANCE_AVAILABLE_IN_1_0
const char *balance_cell_get_sheet  (BalanceCell *self);
BALANCE_AVAILABLE_IN_1_0
guint       balance_cell_get_row    (BalanceCell *self);
BALANCE_AVAILABLE_IN_1_0
guint       balance_cell_get_column (BalanceCell *self);
BALANCE_AVAILABLE_IN_1_0
char       *balance_cell_to_text    (BalanceCell *self);

G_END_DECLS
