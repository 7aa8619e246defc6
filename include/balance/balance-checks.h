/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-check.h>
#include <balance/balance-dictionary.h>
#include <balance/balance-standard.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_CHECKS (balance_checks_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceChecks, balance_checks, BALANCE, CHECKS, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceChecks     *balance_checks_lookup         (const char       *id,
                                                  GError          **error);
BALANCE_AVAILABLE_IN_1_0
char             **balance_checks_list_ids       (void);
BALANCE_AVAILABLE_IN_1_0
BalanceChecks     *balance_checks_new_from_file  (const char       *path,
                                                  GError          **error);
BALANCE_AVAILABLE_IN_1_0
BalanceChecks     *balance_checks_new_from_bytes (GBytes           *bytes,
                                                  const char       *name,
                                                  GError          **error);
BALANCE_AVAILABLE_IN_1_0
GListModel        *balance_checks_check          (GBytes           *bytes,
                                                  const char       *name);
BALANCE_AVAILABLE_IN_1_0
GListModel        *balance_checks_check_file     (const char       *path);

BALANCE_AVAILABLE_IN_1_0
const char        *balance_checks_get_id         (BalanceChecks    *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_checks_get_title      (BalanceChecks    *self,
                                                  const char       *language);
BALANCE_AVAILABLE_IN_1_0
GListModel        *balance_checks_get_checks     (BalanceChecks    *self);
BALANCE_AVAILABLE_IN_1_0
BalanceCheck      *balance_checks_find           (BalanceChecks    *self,
                                                  const char       *id);
BALANCE_AVAILABLE_IN_1_0
BalanceDictionary *balance_checks_get_dictionary (BalanceChecks    *self);
BALANCE_AVAILABLE_IN_1_0
BalanceDictionary *balance_checks_dup_dictionary_with (BalanceChecks   *self,
                                                       BalanceStandard *standard);

G_END_DECLS
