/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-dictionary.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_MAP (balance_map_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceMap, balance_map, BALANCE, MAP, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceMap        *balance_map_new_from_file  (const char        *path,
                                               BalanceDictionary *dictionary,
                                               GError           **error);
BALANCE_AVAILABLE_IN_1_0
BalanceMap        *balance_map_new_from_bytes (GBytes            *bytes,
                                               const char        *name,
                                               BalanceDictionary *dictionary,
                                               GError           **error);
BALANCE_AVAILABLE_IN_1_0
GListModel        *balance_map_check          (GBytes            *bytes,
                                               const char        *name,
                                               BalanceDictionary *dictionary);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_map_get_id         (BalanceMap        *self);
BALANCE_AVAILABLE_IN_1_0
BalanceDictionary *balance_map_get_dictionary (BalanceMap        *self);

G_END_DECLS
