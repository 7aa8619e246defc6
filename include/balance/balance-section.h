/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-cell.h>
#include <balance/balance-district.h>
#include <balance/balance-school.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_SECTION (balance_section_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceSection, balance_section, BALANCE, SECTION, GObject)

BALANCE_AVAILABLE_IN_1_0
const char      *balance_section_get_school_code   (BalanceSection *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_section_get_school_name   (BalanceSection *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_section_get_district_code (BalanceSection *self);
BALANCE_AVAILABLE_IN_1_0
guint            balance_section_get_row           (BalanceSection *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_section_get_stage         (BalanceSection *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_section_get_stage_title   (BalanceSection *self,
                                                    const char     *language);
BALANCE_AVAILABLE_IN_1_0
BalanceSchool   *balance_section_get_school        (BalanceSection *self);
BALANCE_AVAILABLE_IN_1_0
BalanceDistrict *balance_section_get_district      (BalanceSection *self);
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_section_has_value         (BalanceSection *self,
                                                    const char     *field);
BALANCE_AVAILABLE_IN_1_0
double           balance_section_get_number        (BalanceSection *self,
                                                    const char     *field);
BALANCE_AVAILABLE_IN_1_0
char            *balance_section_dup_text          (BalanceSection *self,
                                                    const char     *field,
                                                    const char     *language);
BALANCE_AVAILABLE_IN_1_0
BalanceCell     *balance_section_get_cell          (BalanceSection *self,
                                                    const char     *field);
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_section_equal             (BalanceSection *self,
                                                    BalanceSection *other);
BALANCE_AVAILABLE_IN_1_0
guint            balance_section_hash              (BalanceSection *self);

G_END_DECLS
