/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-field.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_DICTIONARY (balance_dictionary_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceDictionary, balance_dictionary, BALANCE, DICTIONARY, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceDictionary *balance_dictionary_get_default    (GError            **error);
BALANCE_AVAILABLE_IN_1_0
BalanceDictionary *balance_dictionary_new_from_file  (const char         *path,
                                                      GError            **error);
BALANCE_AVAILABLE_IN_1_0
BalanceDictionary *balance_dictionary_new_from_bytes (GBytes             *bytes,
                                                      const char         *name,
                                                      GError            **error);
BALANCE_AVAILABLE_IN_1_0
GListModel        *balance_dictionary_check          (GBytes             *bytes,
                                                      const char         *name);
BALANCE_AVAILABLE_IN_1_0
GListModel        *balance_dictionary_get_fields     (BalanceDictionary  *self);
BALANCE_AVAILABLE_IN_1_0
BalanceField      *balance_dictionary_lookup         (BalanceDictionary  *self,
                                                      const char         *id);
BALANCE_AVAILABLE_IN_1_0
char             **balance_dictionary_dup_stages     (BalanceDictionary  *self);
BALANCE_AVAILABLE_IN_1_0
char              *balance_dictionary_dup_unit_title (BalanceDictionary  *self,
                                                      const char         *unit,
                                                      const char         *language);

G_END_DECLS
