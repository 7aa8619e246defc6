/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-audit-finding.h>
#include <balance/balance-census.h>
#include <balance/balance-checks.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_AUDIT (balance_audit_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceAudit, balance_audit, BALANCE, AUDIT, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceChecks   *balance_audit_get_checks           (BalanceAudit    *self);
BALANCE_AVAILABLE_IN_1_0
BalanceStandard *balance_audit_get_standard         (BalanceAudit    *self);
BALANCE_AVAILABLE_IN_1_0
BalanceCensus   *balance_audit_get_census           (BalanceAudit    *self);
BALANCE_AVAILABLE_IN_1_0
int             *balance_audit_get_previous_years   (BalanceAudit    *self,
                                                     gsize           *n_years);
BALANCE_AVAILABLE_IN_1_0
GListModel      *balance_audit_get_findings         (BalanceAudit    *self);
BALANCE_AVAILABLE_IN_1_0
guint            balance_audit_count                (BalanceAudit    *self,
                                                     BalanceSeverity  severity,
                                                     const char      *district_code);
BALANCE_AVAILABLE_IN_1_0
guint            balance_audit_get_n_found          (BalanceAudit    *self,
                                                     const char      *check);
BALANCE_AVAILABLE_IN_1_0
guint            balance_audit_get_n_held           (BalanceAudit    *self,
                                                     const char      *check);
BALANCE_AVAILABLE_IN_1_0
guint            balance_audit_get_n_not_checked    (BalanceAudit    *self,
                                                     const char      *check);
BALANCE_AVAILABLE_IN_1_0
guint            balance_audit_get_n_tests          (BalanceAudit    *self,
                                                     const char      *check);

G_END_DECLS
