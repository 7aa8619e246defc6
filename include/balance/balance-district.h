/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-cell.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_DISTRICT (balance_district_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceDistrict, balance_district, BALANCE, DISTRICT, GObject)

BALANCE_AVAILABLE_IN_1_0
const char  *balance_district_get_code     (BalanceDistrict *self);
BALANCE_AVAILABLE_IN_1_0
const char  *balance_district_get_name     (BalanceDistrict *self);
BALANCE_AVAILABLE_IN_1_0
guint        balance_district_get_row      (BalanceDistrict *self);
BALANCE_AVAILABLE_IN_1_0
gboolean     balance_district_get_skipped  (BalanceDistrict *self);
BALANCE_AVAILABLE_IN_1_0
GListModel  *balance_district_get_schools  (BalanceDistrict *self);
BALANCE_AVAILABLE_IN_1_0
GListModel  *balance_district_get_sections (BalanceDistrict *self);
BALANCE_AVAILABLE_IN_1_0
gboolean     balance_district_has_value    (BalanceDistrict *self,
                                            const char      *field);
BALANCE_AVAILABLE_IN_1_0
double       balance_district_get_number   (BalanceDistrict *self,
                                            const char      *field);
BALANCE_AVAILABLE_IN_1_0
char        *balance_district_dup_text     (BalanceDistrict *self,
                                            const char      *field,
                                            const char      *language);
BALANCE_AVAILABLE_IN_1_0
BalanceCell *balance_district_get_cell     (BalanceDistrict *self,
                                            const char      *field);
BALANCE_AVAILABLE_IN_1_0
gboolean     balance_district_equal        (BalanceDistrict *self,
                                            BalanceDistrict *other);
BALANCE_AVAILABLE_IN_1_0
guint        balance_district_hash         (BalanceDistrict *self);

G_END_DECLS
