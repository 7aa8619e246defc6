/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "audit/balance-binomial-private.h"

#include <math.h>
#include <stdlib.h>

/* log (n!) without lgamma(), which keeps a sign in a global variable and differs between C libraries: a sum for
 * small numbers, Stirling's series with terms to n^-9 for others, whose error there is below 1e-15. */
static double
log_factorial (guint n)
{
  double x = (double) n + 1, sum = 0, inverse, square;

  /* up to where the series is exact: log Γ(x) = log Γ(x + m) − log (x (x + 1) …) */
  for (; x < 20; x += 1)
    sum += log (x);
  inverse = 1 / x;
  square = inverse * inverse;

  return (x - 0.5) * log (x) - x + 0.91893853320467274178 +
         inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square / 1188)))) - sum;
}

/* The sum of terms falling from `k` outwards; each is the one before times a ratio. */
static double
sum_up (guint n, guint k, double p)
{
  double odds = p / (1 - p);
  double term = exp (log_factorial (n) - log_factorial (k) - log_factorial (n - k) +
                     (double) k * log (p) + (double) (n - k) * log1p (-p));
  double sum = term;

  for (guint i = k; i < n; i++)
    {
      term *= (double) (n - i) / (double) (i + 1) * odds;
      sum += term;
      if (term < sum * 1e-17)
        break;
    }

  return sum;
}

double
balance_binomial_tail (guint  n,
                       guint  k,
                       double p)
{
  g_return_val_if_fail (p > 0 && p < 1, 1.0);

  if (k == 0)
    return 1;
  if (k > n)
    return 0;
  /* beyond the mean the terms fall from k on; before it those of the other tail do */
  if ((double) k >= (double) n * p)
    return MIN (1.0, sum_up (n, k, p));

  return MAX (0.0, 1 - sum_up (n, n - k + 1, 1 - p));
}

typedef struct
{
  double p;
  guint  index;
} Ranked;

static int
compare_ranked (const void *a, const void *b)
{
  const Ranked *x = a, *y = b;

  if (x->p < y->p)
    return -1;
  if (x->p > y->p)
    return 1;
  return x->index < y->index ? -1 : 1;
}

void
balance_holm_correct (const double *p,
                      guint         n,
                      double       *corrected)
{
  g_autofree Ranked *ranked = g_new (Ranked, n + 1);
  double so_far = 0;

  for (guint i = 0; i < n; i++)
    ranked[i] = (Ranked) { p[i], i };
  qsort (ranked, n, sizeof *ranked, compare_ranked);
  for (guint i = 0; i < n; i++)
    {
      so_far = MAX (so_far, MIN (1.0, ranked[i].p * (double) (n - i)));
      corrected[ranked[i].index] = so_far;
    }
}
