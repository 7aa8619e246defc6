/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-types.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_PACK_CHECK (balance_pack_check_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalancePackCheck, balance_pack_check, BALANCE, PACK_CHECK, GObject)

BALANCE_AVAILABLE_IN_1_0
BalancePackCheck *balance_pack_check_new_from_file     (const char       *path);
BALANCE_AVAILABLE_IN_1_0
BalancePackCheck *balance_pack_check_new_from_bytes    (GBytes           *bytes,
                                                        const char       *name);

BALANCE_AVAILABLE_IN_1_0
const char       *balance_pack_check_get_name          (BalancePackCheck *self);
BALANCE_AVAILABLE_IN_1_0
GListModel       *balance_pack_check_get_problems      (BalancePackCheck *self);
BALANCE_AVAILABLE_IN_1_0
guint             balance_pack_check_get_n_errors      (BalancePackCheck *self);
BALANCE_AVAILABLE_IN_1_0
guint             balance_pack_check_get_n_warnings    (BalancePackCheck *self);
BALANCE_AVAILABLE_IN_1_0
guint             balance_pack_check_get_n_requirements (BalancePackCheck *self);
BALANCE_AVAILABLE_IN_1_0
guint             balance_pack_check_get_n_alternatives (BalancePackCheck *self);
BALANCE_AVAILABLE_IN_1_0
guint             balance_pack_check_get_n_concessions (BalancePackCheck *self);
BALANCE_AVAILABLE_IN_1_0
guint             balance_pack_check_get_n_unproved    (BalancePackCheck *self);
BALANCE_AVAILABLE_IN_1_0
guint64           balance_pack_check_get_n_cases       (BalancePackCheck *self);
BALANCE_AVAILABLE_IN_1_0
char             *balance_pack_check_to_text           (BalancePackCheck *self,
                                                        const char       *language);
BALANCE_AVAILABLE_IN_1_0
char             *balance_pack_check_to_json           (BalancePackCheck *self);

G_END_DECLS
