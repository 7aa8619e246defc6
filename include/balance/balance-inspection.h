/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-sheet-inspection.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_INSPECTION (balance_inspection_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceInspection, balance_inspection, BALANCE, INSPECTION, GObject)

BALANCE_AVAILABLE_IN_1_0
const char *balance_inspection_get_file (BalanceInspection *self);
BALANCE_AVAILABLE_IN_1_0
const char *balance_inspection_get_format (BalanceInspection *self);
BALANCE_AVAILABLE_IN_1_0
const char *balance_inspection_get_encoding (BalanceInspection *self);
BALANCE_AVAILABLE_IN_1_0
gboolean balance_inspection_get_encoding_guessed (BalanceInspection *self);
BALANCE_AVAILABLE_IN_1_0
const char *balance_inspection_get_separator (BalanceInspection *self);
BALANCE_AVAILABLE_IN_1_0
GListModel *balance_inspection_get_sheets (BalanceInspection *self);
BALANCE_AVAILABLE_IN_1_0
GListModel *balance_inspection_get_problems (BalanceInspection *self);
BALANCE_AVAILABLE_IN_1_0
char *balance_inspection_to_text (BalanceInspection *self,
                                  const char *language,
                                  gboolean colour);
BALANCE_AVAILABLE_IN_1_0
char *balance_inspection_to_json (BalanceInspection *self);

G_END_DECLS
