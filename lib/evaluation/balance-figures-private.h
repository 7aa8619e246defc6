/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evaluation/balance-judge-private.h"

G_BEGIN_DECLS

/* Decimals of a figure whose form does not say how many it has. */
#define BALANCE_DECIMALS_OF_NONE 6

/* What is known of one requirement on one row in numbers: what a finding shows, without any words. */
typedef struct
{
  gboolean             has_value;   /* else all that follows says nothing */
  BalanceNumber        value;
  const BalanceNumber *limit;       /* NULL where there is none */
  gboolean             all_zero;    /* a dispersion of nothing but zeros */
  gboolean             spread;      /* of a dispersion; then also: */
  double               exact;       /* the coefficient that is shown; NaN where there is none */
  double               low, high;   /* its bounds where the value is undefined */
  double               excess;      /* how far it is above the limit, where that is known already; else NaN */
} BalanceFigures;

/* Valid until the judge is reset. */
void   balance_figures_get        (BalanceJudge         *judge,
                                   guint                 rule,
                                   guint                 row,
                                   BalanceFigures       *figures);
/* How far the value is on the good side of the limit; NaN where that is not known. */
double balance_figures_get_margin (const BalanceFigures *figures,
                                   BalanceNumberPool    *pool,
                                   BalanceComparison     comparison);
/* The value as it is shown; NaN where there is none. */
double balance_figures_get_value  (const BalanceFigures *figures,
                                   BalanceNumberPool    *pool);

G_END_DECLS
