/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "report/balance-html-texts-private.h"
#include "report/balance-report-private.h"

G_BEGIN_DECLS

/* Adds the member "ledger" for the pages of tasks: by district each task as it stands, and the sums by quarter. */
gboolean balance_html_ledger_add (BalanceReport    *report,
                                  BalanceJson      *json,
                                  BalanceHtmlPool  *texts,
                                  GError          **error);

G_END_DECLS
