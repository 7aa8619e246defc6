/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "standard/balance-coverage-private.h"
#include "standard/balance-scheme-private.h"

G_BEGIN_DECLS

/* Adds what is wrong with a pack that could be read, beyond what keeps it from being used: titles and references
 * that are missing, things that nothing uses, then what its coverage shows. The schemes tell which names formulas
 * read; NULL where the pack has faults. */
void balance_pack_check_whole (BalancePack     *pack,
                               BalanceScheme   *plain,
                               BalanceScheme   *conceding,
                               BalanceProblems *problems,
                               BalanceCoverage *coverage);

/* Reads a standard and checks all of it; NULL where there are errors. */
BalanceStandard *balance_standard_read (GBytes          *bytes,
                                        const char      *name,
                                        BalanceProblems *problems,
                                        BalanceCoverage *coverage);

G_END_DECLS
