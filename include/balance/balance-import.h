/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-census.h>
#include <balance/balance-problem.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_IMPORT (balance_import_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceImport, balance_import, BALANCE, IMPORT, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceCensus *balance_import_get_census   (BalanceImport *self);
BALANCE_AVAILABLE_IN_1_0
GListModel    *balance_import_get_censuses (BalanceImport *self);
BALANCE_AVAILABLE_IN_1_0
GListModel    *balance_import_get_problems (BalanceImport *self);
BALANCE_AVAILABLE_IN_1_0
guint          balance_import_get_n_errors (BalanceImport *self);
BALANCE_AVAILABLE_IN_1_0
gboolean       balance_import_check        (BalanceImport *self,
                                            GError       **error);

G_END_DECLS
