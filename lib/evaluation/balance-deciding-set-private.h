/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "evaluation/balance-deciding-private.h"

G_BEGIN_DECLS

BalanceDecidingSet *balance_deciding_set_new (BalanceEvaluation          *evaluation,
                                              BalanceDeciding            *deciding,
                                              const BalanceDecidingCells *cells,
                                              BalanceVerdict              verdict,
                                              gboolean                    proved);

G_END_DECLS
