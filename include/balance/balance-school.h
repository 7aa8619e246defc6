/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-cell.h>
#include <balance/balance-district.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_SCHOOL (balance_school_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceSchool, balance_school, BALANCE, SCHOOL, GObject)

BALANCE_AVAILABLE_IN_1_0
const char      *balance_school_get_code          (BalanceSchool *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_school_get_name          (BalanceSchool *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_school_get_district_code (BalanceSchool *self);
BALANCE_AVAILABLE_IN_1_0
guint            balance_school_get_row           (BalanceSchool *self);
BALANCE_AVAILABLE_IN_1_0
BalanceDistrict *balance_school_get_district      (BalanceSchool *self);
BALANCE_AVAILABLE_IN_1_0
GListModel      *balance_school_get_sections      (BalanceSchool *self);
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_school_has_value         (BalanceSchool *self,
                                                   const char    *field);
BALANCE_AVAILABLE_IN_1_0
double           balance_school_get_number        (BalanceSchool *self,
                                                   const char    *field);
BALANCE_AVAILABLE_IN_1_0
char            *balance_school_dup_text          (BalanceSchool *self,
                                                   const char    *field,
                                                   const char    *language);
BALANCE_AVAILABLE_IN_1_0
BalanceCell     *balance_school_get_cell          (BalanceSchool *self,
                                                   const char    *field);
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_school_equal             (BalanceSchool *self,
                                                   BalanceSchool *other);
BALANCE_AVAILABLE_IN_1_0
guint            balance_school_hash              (BalanceSchool *self);

G_END_DECLS
