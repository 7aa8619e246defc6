/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-dictionary.h>
#include <balance/balance-indicator.h>
#include <balance/balance-requirement.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_STANDARD (balance_standard_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceStandard, balance_standard, BALANCE, STANDARD, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceStandard   *balance_standard_lookup           (const char       *id,
                                                      GError          **error);
BALANCE_AVAILABLE_IN_1_0
char             **balance_standard_list_ids         (void);
BALANCE_AVAILABLE_IN_1_0
BalanceStandard   *balance_standard_new_from_file    (const char       *path,
                                                      GError          **error);
BALANCE_AVAILABLE_IN_1_0
BalanceStandard   *balance_standard_new_from_bytes   (GBytes           *bytes,
                                                      const char       *name,
                                                      GError          **error);
BALANCE_AVAILABLE_IN_1_0
GListModel        *balance_standard_check            (GBytes           *bytes,
                                                      const char       *name);
BALANCE_AVAILABLE_IN_1_0
GListModel        *balance_standard_check_file       (const char       *path);

BALANCE_AVAILABLE_IN_1_0
const char        *balance_standard_get_id           (BalanceStandard  *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_standard_get_title        (BalanceStandard  *self,
                                                      const char       *language);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_standard_get_reference    (BalanceStandard  *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_standard_get_effective    (BalanceStandard  *self);
BALANCE_AVAILABLE_IN_1_0
BalanceDictionary *balance_standard_get_dictionary   (BalanceStandard  *self);
BALANCE_AVAILABLE_IN_1_0
GListModel        *balance_standard_get_indicators   (BalanceStandard  *self);
BALANCE_AVAILABLE_IN_1_0
GListModel        *balance_standard_get_requirements (BalanceStandard  *self);
BALANCE_AVAILABLE_IN_1_0
BalanceIndicator  *balance_standard_find_indicator   (BalanceStandard  *self,
                                                      const char       *id);
BALANCE_AVAILABLE_IN_1_0
char             **balance_standard_dup_options      (BalanceStandard  *self);
BALANCE_AVAILABLE_IN_1_0
char              *balance_standard_to_text          (BalanceStandard  *self,
                                                      const char       *language);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_standard_write_template   (BalanceStandard    *self,
                                                      const char         *language,
                                                      const char         *as_of,
                                                      const char *const  *options,
                                                      GOutputStream      *stream,
                                                      GCancellable       *cancellable,
                                                      GError            **error);

G_END_DECLS
