/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-column-inspection.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_SHEET_INSPECTION (balance_sheet_inspection_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceSheetInspection, balance_sheet_inspection, BALANCE, SHEET_INSPECTION, GObject)

BALANCE_AVAILABLE_IN_1_0
const char *balance_sheet_inspection_get_name (BalanceSheetInspection *self);
BALANCE_AVAILABLE_IN_1_0
gboolean balance_sheet_inspection_get_hidden (BalanceSheetInspection *self);
BALANCE_AVAILABLE_IN_1_0
guint balance_sheet_inspection_get_n_rows (BalanceSheetInspection *self);
BALANCE_AVAILABLE_IN_1_0
guint balance_sheet_inspection_get_n_columns (BalanceSheetInspection *self);
BALANCE_AVAILABLE_IN_1_0
const char *balance_sheet_inspection_get_kind (BalanceSheetInspection *self);
BALANCE_AVAILABLE_IN_1_0
gboolean balance_sheet_inspection_get_is_form (BalanceSheetInspection *self);
BALANCE_AVAILABLE_IN_1_0
guint balance_sheet_inspection_get_first_header_row (BalanceSheetInspection *self);
BALANCE_AVAILABLE_IN_1_0
guint balance_sheet_inspection_get_last_header_row (BalanceSheetInspection *self);
BALANCE_AVAILABLE_IN_1_0
GListModel *balance_sheet_inspection_get_columns (BalanceSheetInspection *self);
BALANCE_AVAILABLE_IN_1_0
guint balance_sheet_inspection_get_n_known (BalanceSheetInspection *self);
BALANCE_AVAILABLE_IN_1_0
guint balance_sheet_inspection_get_n_samples (BalanceSheetInspection *self);
BALANCE_AVAILABLE_IN_1_0
guint balance_sheet_inspection_get_sample_row (BalanceSheetInspection *self,
                                               guint sample);
BALANCE_AVAILABLE_IN_1_0
char **balance_sheet_inspection_dup_sample (BalanceSheetInspection *self,
                                            guint sample);

G_END_DECLS
