/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "planning/balance-ledger-private.h"

G_BEGIN_DECLS

/* The task that closes a gap; `more` (nullable) holds by field what somebody said of it beyond. */
BalanceTask *balance_task_new_from_gap (BalanceGap         *gap,
                                        BalanceLanguage     language,
                                        const char *const  *more,
                                        GError            **error);

G_END_DECLS
