/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "base/balance-text-private.h"

G_BEGIN_DECLS

/* The words that all forms of the list of gaps share. */

/* The missing facts that keep it from being judged, the first five; "" if none. (transfer full) */
char       *balance_gap_dup_missing_text (BalanceGap      *gap,
                                          BalanceFinding  *finding,
                                          BalanceLanguage  language);
const char *balance_gap_target_text      (BalanceGap      *self,
                                          BalanceLanguage  language);

G_END_DECLS
