/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "equity/balance-dispersion-private.h"
#include "evaluation/balance-evaluation-private.h"
#include "formula/balance-kernels-private.h"

G_BEGIN_DECLS

/* What is known of one indicator in one group. */
typedef struct
{
  double         mean, cv, limit;        /* NaN = none */
  BalanceVerdict verdict;
} BalanceGroupFigure;

/* Computes the figures of groups, one after the other: from the sums that the verdicts were made with where these tell all
 * bits, else anew. For one thread at a time; the evaluation must outlive it. */
typedef struct _BalanceGroupFigures BalanceGroupFigures;

BalanceGroupFigures      *balance_group_figures_new  (BalanceEvaluation   *evaluation);
void                      balance_group_figures_free (BalanceGroupFigures *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceGroupFigures, balance_group_figures_free)
/* [indicator of the pack], for a group of the census; valid until the next. In the order of the census it is quickest. */
const BalanceGroupFigure *balance_group_figures_get  (BalanceGroupFigures *self,
                                                      guint                group,
                                                      guint               *n_sections,
                                                      double              *weight,
                                                      double              *composite);
/* The last of them alone; and is it what the requirement combines? */
double                    balance_group_figures_get_composite (BalanceGroupFigures *self,
                                                               guint                group);
gboolean                  balance_group_figures_is_composite  (BalanceGroupFigures *self,
                                                               guint                rule);

G_END_DECLS
