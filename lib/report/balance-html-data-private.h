/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "report/balance-report-private.h"

G_BEGIN_DECLS

/* Explanations of everything are embedded up to this many sections, above it those of what is not plainly met. */
#define BALANCE_HTML_MAX_EXPLAINED 600
/* Several districts are all shown in detail up to this many; above it one that is chosen, beside the list of all. */
#define BALANCE_HTML_MAX_DETAILED 50
/* Bounds for what no reader will read, whatever comes in. What they leave out is counted in the report. */
#define BALANCE_HTML_MAX_SECTIONS 3000
#define BALANCE_HTML_MAX_FINDINGS 30000
#define BALANCE_HTML_MAX_OPERANDS 400
#define BALANCE_HTML_MAX_PROBLEMS 500
#define BALANCE_HTML_MAX_TASKS 5000
#define BALANCE_HTML_MAX_DECIDING 20

/* What the HTML report shows, as one JSON object that may stand in a <script> element. It is what the scripts in
 * web/ read. */
gboolean balance_html_data_write (BalanceReport  *report,
                                  GOutputStream  *stream,
                                  GCancellable   *cancellable,
                                  GError        **error);

G_END_DECLS
