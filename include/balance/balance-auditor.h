/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-audit.h>
#include <balance/balance-census.h>
#include <balance/balance-checks.h>
#include <balance/balance-progress.h>
#include <balance/balance-standard.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_AUDITOR (balance_auditor_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceAuditor, balance_auditor, BALANCE, AUDITOR, GObject)

/* construct-only properties: checks (BalanceChecks), standard (BalanceStandard, nullable), as-of (ISO date, nullable = today) */
BALANCE_AVAILABLE_IN_1_0
BalanceAuditor  *balance_auditor_new          (BalanceChecks        *checks,
                                               BalanceStandard      *standard,
                                               const char           *as_of);
BALANCE_AVAILABLE_IN_1_0
BalanceChecks   *balance_auditor_get_checks   (BalanceAuditor       *self);
BALANCE_AVAILABLE_IN_1_0
BalanceStandard *balance_auditor_get_standard (BalanceAuditor       *self);
BALANCE_AVAILABLE_IN_1_0
BalanceAudit    *balance_auditor_audit        (BalanceAuditor       *self,
                                               BalanceCensus        *census,
                                               GListModel           *previous,
                                               BalanceProgress      *progress,
                                               GCancellable         *cancellable,
                                               GError              **error);
BALANCE_AVAILABLE_IN_1_0
void             balance_auditor_audit_async  (BalanceAuditor       *self,
                                               BalanceCensus        *census,
                                               GListModel           *previous,
                                               BalanceProgress      *progress,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
BALANCE_AVAILABLE_IN_1_0
BalanceAudit    *balance_auditor_audit_finish (BalanceAuditor       *self,
                                               GAsyncResult         *result,
                                               GError              **error);

G_END_DECLS
