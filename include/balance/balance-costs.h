/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-dictionary.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_COSTS (balance_costs_get_type ())

/* What can be done, what it costs and how much of it is possible. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceCosts, balance_costs, BALANCE, COSTS, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceCosts *balance_costs_lookup         (const char        *id,
                                            BalanceDictionary *dictionary,
                                            GError           **error);
BALANCE_AVAILABLE_IN_1_0
BalanceCosts *balance_costs_new_from_file  (const char        *path,
                                            BalanceDictionary *dictionary,
                                            GError           **error);
BALANCE_AVAILABLE_IN_1_0
BalanceCosts *balance_costs_new_from_bytes (GBytes            *bytes,
                                            const char        *name,
                                            BalanceDictionary *dictionary,
                                            GError           **error);
BALANCE_AVAILABLE_IN_1_0
GListModel   *balance_costs_check          (GBytes            *bytes,
                                            const char        *name,
                                            BalanceDictionary *dictionary);
BALANCE_AVAILABLE_IN_1_0
const char   *balance_costs_get_id         (BalanceCosts      *self);
BALANCE_AVAILABLE_IN_1_0
const char   *balance_costs_get_title      (BalanceCosts      *self,
                                            const char        *language);
BALANCE_AVAILABLE_IN_1_0
guint         balance_costs_get_years      (BalanceCosts      *self);
BALANCE_AVAILABLE_IN_1_0
char        **balance_costs_dup_measures   (BalanceCosts      *self);

G_END_DECLS
