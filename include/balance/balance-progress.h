/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-types.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_PROGRESS (balance_progress_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceProgress, balance_progress, BALANCE, PROGRESS, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceProgress *balance_progress_new          (void);
BALANCE_AVAILABLE_IN_1_0
double           balance_progress_get_fraction (BalanceProgress *self);
BALANCE_AVAILABLE_IN_1_0
void             balance_progress_set_fraction (BalanceProgress *self,
                                                double           fraction);
BALANCE_AVAILABLE_IN_1_0
char            *balance_progress_dup_phase    (BalanceProgress *self,
                                                const char      *language);
BALANCE_AVAILABLE_IN_1_0
void             balance_progress_set_phase    (BalanceProgress *self,
                                                const char      *en,
                                                const char      *zh);

G_END_DECLS
