/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-types.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_APPLIED_CONCESSION (balance_applied_concession_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceAppliedConcession, balance_applied_concession, BALANCE, APPLIED_CONCESSION, GObject)

BALANCE_AVAILABLE_IN_1_0
const char    *balance_applied_concession_get_id              (BalanceAppliedConcession *self);
BALANCE_AVAILABLE_IN_1_0
const char    *balance_applied_concession_get_item            (BalanceAppliedConcession *self);
BALANCE_AVAILABLE_IN_1_0
const char    *balance_applied_concession_get_title           (BalanceAppliedConcession *self,
                                                               const char               *language);
BALANCE_AVAILABLE_IN_1_0
const char    *balance_applied_concession_get_reference       (BalanceAppliedConcession *self);
BALANCE_AVAILABLE_IN_1_0
gboolean       balance_applied_concession_get_certain         (BalanceAppliedConcession *self);
BALANCE_AVAILABLE_IN_1_0
BalanceVerdict balance_applied_concession_get_verdict_without (BalanceAppliedConcession *self);
BALANCE_AVAILABLE_IN_1_0
double         balance_applied_concession_get_value_without   (BalanceAppliedConcession *self);
BALANCE_AVAILABLE_IN_1_0
double         balance_applied_concession_get_limit_without   (BalanceAppliedConcession *self);
BALANCE_AVAILABLE_IN_1_0
char          *balance_applied_concession_dup_value_text      (BalanceAppliedConcession *self,
                                                               const char               *language);
BALANCE_AVAILABLE_IN_1_0
char          *balance_applied_concession_dup_limit_text      (BalanceAppliedConcession *self,
                                                               const char               *language);
BALANCE_AVAILABLE_IN_1_0
gboolean       balance_applied_concession_get_decides         (BalanceAppliedConcession *self);
BALANCE_AVAILABLE_IN_1_0
gboolean       balance_applied_concession_get_worse           (BalanceAppliedConcession *self);
BALANCE_AVAILABLE_IN_1_0
guint          balance_applied_concession_get_duty_years      (BalanceAppliedConcession *self);
BALANCE_AVAILABLE_IN_1_0
const char    *balance_applied_concession_get_duty_until      (BalanceAppliedConcession *self);

G_END_DECLS
