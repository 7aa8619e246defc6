/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-cell.h>
#include <balance/balance-dictionary.h>
#include <balance/balance-district.h>
#include <balance/balance-school.h>
#include <balance/balance-section.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_CENSUS (balance_census_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceCensus, balance_census, BALANCE, CENSUS, GObject)

BALANCE_AVAILABLE_IN_1_0
int                balance_census_get_year       (BalanceCensus *self);
BALANCE_AVAILABLE_IN_1_0
BalanceDictionary *balance_census_get_dictionary (BalanceCensus *self);
BALANCE_AVAILABLE_IN_1_0
char             **balance_census_dup_sources    (BalanceCensus *self);
BALANCE_AVAILABLE_IN_1_0
GListModel        *balance_census_get_districts  (BalanceCensus *self);
BALANCE_AVAILABLE_IN_1_0
GListModel        *balance_census_get_schools    (BalanceCensus *self);
BALANCE_AVAILABLE_IN_1_0
GListModel        *balance_census_get_sections   (BalanceCensus *self);
BALANCE_AVAILABLE_IN_1_0
BalanceDistrict   *balance_census_find_district  (BalanceCensus *self,
                                                  const char    *code);
BALANCE_AVAILABLE_IN_1_0
BalanceSchool     *balance_census_find_school    (BalanceCensus *self,
                                                  const char    *code,
                                                  const char    *district);
BALANCE_AVAILABLE_IN_1_0
BalanceSection    *balance_census_find_section   (BalanceCensus *self,
                                                  const char    *code,
                                                  const char    *stage,
                                                  const char    *district);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_census_has_value      (BalanceCensus *self,
                                                  const char    *field);
BALANCE_AVAILABLE_IN_1_0
double             balance_census_get_number     (BalanceCensus *self,
                                                  const char    *field);
BALANCE_AVAILABLE_IN_1_0
char              *balance_census_dup_text       (BalanceCensus *self,
                                                  const char    *field,
                                                  const char    *language);
BALANCE_AVAILABLE_IN_1_0
BalanceCell       *balance_census_get_cell       (BalanceCensus *self,
                                                  const char    *field);
BALANCE_AVAILABLE_IN_1_0
char             **balance_census_dup_columns    (BalanceCensus *self,
                                                  BalanceLevel   level);
BALANCE_AVAILABLE_IN_1_0
GBytes            *balance_census_dup_column     (BalanceCensus *self,
                                                  BalanceLevel   level,
                                                  const char    *field,
                                                  GBytes       **validity,
                                                  GError       **error);

G_END_DECLS
