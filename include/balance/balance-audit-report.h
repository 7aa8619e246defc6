/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-audit.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_AUDIT_REPORT (balance_audit_report_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceAuditReport, balance_audit_report, BALANCE, AUDIT_REPORT, GObject)

/* construct-only properties: audit (BalanceAudit), language ("zh" or "en"), district (code, nullable = all), colour */
BALANCE_AVAILABLE_IN_1_0
BalanceAuditReport *balance_audit_report_new        (BalanceAudit        *audit,
                                                     const char          *language,
                                                     const char          *district_code,
                                                     gboolean             colour);
BALANCE_AVAILABLE_IN_1_0
BalanceAudit       *balance_audit_report_get_audit  (BalanceAuditReport  *self);
BALANCE_AVAILABLE_IN_1_0
gboolean            balance_audit_report_write_text (BalanceAuditReport  *self,
                                                     GOutputStream       *stream,
                                                     GCancellable        *cancellable,
                                                     GError             **error);
BALANCE_AVAILABLE_IN_1_0
gboolean            balance_audit_report_write_json (BalanceAuditReport  *self,
                                                     GOutputStream       *stream,
                                                     GCancellable        *cancellable,
                                                     GError             **error);
BALANCE_AVAILABLE_IN_1_0
gboolean            balance_audit_report_write_csv  (BalanceAuditReport  *self,
                                                     GOutputStream       *stream,
                                                     GCancellable        *cancellable,
                                                     GError             **error);
BALANCE_AVAILABLE_IN_1_0
gboolean            balance_audit_report_write_xlsx (BalanceAuditReport  *self,
                                                     GOutputStream       *stream,
                                                     GCancellable        *cancellable,
                                                     GError             **error);

G_END_DECLS
