/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-types.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_FIELD (balance_field_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceField, balance_field, BALANCE, FIELD, GObject)

BALANCE_AVAILABLE_IN_1_0
const char         *balance_field_get_id           (BalanceField *self);
BALANCE_AVAILABLE_IN_1_0
BalanceLevel        balance_field_get_level        (BalanceField *self);
BALANCE_AVAILABLE_IN_1_0
BalanceFieldType    balance_field_get_field_type   (BalanceField *self);
BALANCE_AVAILABLE_IN_1_0
const char         *balance_field_get_unit         (BalanceField *self);
BALANCE_AVAILABLE_IN_1_0
const char         *balance_field_get_title        (BalanceField *self,
                                                    const char   *language);
BALANCE_AVAILABLE_IN_1_0
const char * const *balance_field_get_aliases      (BalanceField *self);
BALANCE_AVAILABLE_IN_1_0
double              balance_field_get_minimum      (BalanceField *self);
BALANCE_AVAILABLE_IN_1_0
double              balance_field_get_maximum      (BalanceField *self);
BALANCE_AVAILABLE_IN_1_0
const char         *balance_field_get_formula      (BalanceField *self);
BALANCE_AVAILABLE_IN_1_0
char              **balance_field_dup_choices      (BalanceField *self);
BALANCE_AVAILABLE_IN_1_0
const char         *balance_field_get_choice_title (BalanceField *self,
                                                    const char   *choice,
                                                    const char   *language);

G_END_DECLS
