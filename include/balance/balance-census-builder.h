/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-dictionary.h>
#include <balance/balance-import.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_CENSUS_BUILDER (balance_census_builder_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceCensusBuilder, balance_census_builder, BALANCE, CENSUS_BUILDER, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceCensusBuilder *balance_census_builder_new          (BalanceDictionary    *dictionary,
                                                           int                   year);
BALANCE_AVAILABLE_IN_1_0
guint                 balance_census_builder_add_district (BalanceCensusBuilder *self,
                                                           const char           *district);
BALANCE_AVAILABLE_IN_1_0
guint                 balance_census_builder_add_school   (BalanceCensusBuilder *self,
                                                           const char           *district,
                                                           const char           *school);
BALANCE_AVAILABLE_IN_1_0
guint                 balance_census_builder_add_section  (BalanceCensusBuilder *self,
                                                           const char           *district,
                                                           const char           *school,
                                                           const char           *stage);
BALANCE_AVAILABLE_IN_1_0
void                  balance_census_builder_set_decimal  (BalanceCensusBuilder *self,
                                                           BalanceLevel          level,
                                                           guint                 row,
                                                           const char           *field,
                                                           gint64                digits,
                                                           guint                 scale);
BALANCE_AVAILABLE_IN_1_0
void                  balance_census_builder_set_number   (BalanceCensusBuilder *self,
                                                           BalanceLevel          level,
                                                           guint                 row,
                                                           const char           *field,
                                                           double                value);
BALANCE_AVAILABLE_IN_1_0
void                  balance_census_builder_set_text     (BalanceCensusBuilder *self,
                                                           BalanceLevel          level,
                                                           guint                 row,
                                                           const char           *field,
                                                           const char           *text);
BALANCE_AVAILABLE_IN_1_0
gboolean              balance_census_builder_set_column   (BalanceCensusBuilder *self,
                                                           BalanceLevel          level,
                                                           const char           *field,
                                                           GBytes               *doubles,
                                                           GBytes               *validity,
                                                           GError              **error);
BALANCE_AVAILABLE_IN_1_0
BalanceImport        *balance_census_builder_end          (BalanceCensusBuilder *self);

G_END_DECLS
