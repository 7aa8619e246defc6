/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

G_BEGIN_DECLS

/* Why a district is not met. The outermost requirements say little ("resources"), the innermost too much
 * (every school): told is what stands between. */
typedef struct
{
  BalanceFinding *finding;      /* of many subjects the first that is unmet, else the first that is undetermined */
  gboolean        per_school;   /* stands for the same requirement on all schools */
  guint           counts[4];    /* by verdict, where it does */
  GPtrArray      *failing;      /* of BalanceFinding, where it does; else NULL */
} BalanceReason;

/* Binding and unmet or undetermined. */
gboolean   balance_finding_is_failure    (BalanceFinding *finding);
/* Asked of each school or of each stage of each school. */
gboolean   balance_finding_is_per_school (BalanceFinding *finding);
/* How many findings from `first` on ask the same; what became of them. */
guint      balance_findings_count_run    (GListModel     *findings,
                                          guint           first,
                                          guint           counts[4]);
/* What is lost before what is open. (transfer full): of BalanceReason */
GPtrArray *balance_reasons_new           (GListModel     *findings);

G_END_DECLS
