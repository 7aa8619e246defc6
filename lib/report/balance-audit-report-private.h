/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "audit/balance-audit-private.h"
#include "report/balance-report-private.h"

G_BEGIN_DECLS

struct _BalanceAuditReport
{
  GObject          parent_instance;
  BalanceAudit    *audit;
  BalanceLanguage  language;
  char            *district;    /* code; nullable: all */
  gboolean         colour;
};

/* "错误", "look here" */
const char *balance_audit_severity_word   (BalanceSeverity      severity,
                                           BalanceLanguage      language);
/* Does the finding concern what is shown? That of the region always. */
gboolean    balance_audit_report_shows    (BalanceAuditReport  *self,
                                           BalanceAuditFinding *finding);
/* (transfer full) the text report */
char       *balance_audit_report_dup_text (BalanceAuditReport  *self);

/* One line of the sheet that schools answer: a value of this census that a finding names, or the finding itself
 * where it names none. */
typedef struct
{
  char *cells[10];
} BalanceAnswerLine;

#define BALANCE_ANSWER_COLUMNS 10

/* The headers of that sheet. */
const char *balance_answer_header         (guint                column,
                                           BalanceLanguage      language);
/* Calls back with every line; FALSE from it ends. */
typedef gboolean (*BalanceAnswerFunc)     (const BalanceAnswerLine *line,
                                           gpointer                 data);
gboolean    balance_answer_foreach        (BalanceAuditReport  *self,
                                           BalanceAnswerFunc    func,
                                           gpointer             data);

G_END_DECLS
