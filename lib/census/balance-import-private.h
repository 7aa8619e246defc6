/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-problem-private.h"
#include "census/balance-intake-private.h"

G_BEGIN_DECLS

/* (transfer full) Makes a census of each intake unless there are errors; the intakes are spent.
 * `intakes`: of BalanceIntake, any order of years; not owned. */
BalanceImport *balance_import_new (GPtrArray       *intakes,
                                   BalanceProblems *problems);
/* (transfer full) What came of an earlier reading: a census and the problems that there were, in their order. */
BalanceImport *balance_import_new_from_census (BalanceCensus *census,
                                               GListModel    *problems);

G_END_DECLS
