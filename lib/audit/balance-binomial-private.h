/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* P (X >= k) for X ~ Bin (n, p): how likely at least that many are by chance. Relative error below 1e-9
 * down to 1e-300; 0 < p < 1. */
double balance_binomial_tail (guint n, guint k, double p);

/* Corrects p-values of several tests made at once (Holm): `corrected` gets, for each, the level at which it
 * would just be rejected; never above 1. */
void   balance_holm_correct  (const double *p, guint n, double *corrected);

G_END_DECLS
