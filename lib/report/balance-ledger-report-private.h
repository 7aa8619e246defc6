/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "planning/balance-ledger-private.h"
#include "report/balance-json-private.h"
#include "report/balance-layout-private.h"

G_BEGIN_DECLS

/* The words that all forms of the ledger share. */

BalanceInk  balance_task_status_ink (BalanceTask        *task,
                                     const char         *as_of);
/* "under way 40 %", "open, late" (transfer full) */
char       *balance_task_dup_state  (BalanceTask        *task,
                                     const char         *as_of,
                                     BalanceLanguage     language);
/* The members of a JSON object. */
void        balance_task_write_json_members (BalanceJson *json,
                                             BalanceTask *task,
                                             const char  *as_of,
                                             const char  *language);

G_END_DECLS
