/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evaluation/balance-bulk-private.h"

G_BEGIN_DECLS

/* Keeps the verdicts of an evaluation true while the facts behind it are edited, district by district. For one
 * thread, and for standards that ask nothing of the region: there a change anywhere can change everything. Verdicts
 * without concessions are not kept up. */
typedef struct
{
  BalanceEvaluation    *evaluation;
  const BalanceKernels *kernels;     /* nullable: all the careful way */
  BalanceBulk          *bulk;        /* nullable */
  BalanceBulkRun       *run;
  BalanceJudge         *judge;       /* made on demand */
  int                   current;     /* the district that the run holds, -1 = none */
} BalanceRejudge;

BalanceRejudge *balance_rejudge_new      (BalanceEvaluation    *evaluation,
                                          const BalanceKernels *kernels);
void            balance_rejudge_free     (BalanceRejudge       *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceRejudge, balance_rejudge_free)
/* After a column was added or has another width, scale or range. */
void            balance_rejudge_rebind   (BalanceRejudge       *self);
/* `column` NULL: anything may have changed. `group`: of the only sections whose values have; -1 for more. */
void            balance_rejudge_district (BalanceRejudge       *self,
                                          guint                 district,
                                          const BalanceColumn  *column,
                                          int                   group);

G_END_DECLS
