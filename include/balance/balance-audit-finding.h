/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-check.h>
#include <balance/balance-finding.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_AUDIT_FINDING (balance_audit_finding_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceAuditFinding, balance_audit_finding, BALANCE, AUDIT_FINDING, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceCheck    *balance_audit_finding_get_check         (BalanceAuditFinding *self);
BALANCE_AVAILABLE_IN_1_0
BalanceSeverity  balance_audit_finding_get_severity      (BalanceAuditFinding *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_audit_finding_get_field         (BalanceAuditFinding *self);
BALANCE_AVAILABLE_IN_1_0
char            *balance_audit_finding_dup_key           (BalanceAuditFinding *self);
BALANCE_AVAILABLE_IN_1_0
char            *balance_audit_finding_dup_subject       (BalanceAuditFinding *self,
                                                          const char          *language);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_audit_finding_get_district_code (BalanceAuditFinding *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_audit_finding_get_school_code   (BalanceAuditFinding *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_audit_finding_get_stage         (BalanceAuditFinding *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_audit_finding_get_message       (BalanceAuditFinding *self,
                                                          const char          *language);
BALANCE_AVAILABLE_IN_1_0
GListModel      *balance_audit_finding_get_operands      (BalanceAuditFinding *self);
BALANCE_AVAILABLE_IN_1_0
double           balance_audit_finding_get_p_value       (BalanceAuditFinding *self);
BALANCE_AVAILABLE_IN_1_0
double           balance_audit_finding_get_corrected_p_value (BalanceAuditFinding *self);
BALANCE_AVAILABLE_IN_1_0
guint            balance_audit_finding_get_n_tests       (BalanceAuditFinding *self);

G_END_DECLS
