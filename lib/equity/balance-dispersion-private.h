/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-number-private.h"

G_BEGIN_DECLS

/* The weighted coefficient of variation of a group, judged exactly.
 *
 *   W = sum p,  X = sum p v,  Q = sum p v^2,  mean = X / W,  CV^2 = W Q / X^2 - 1
 *
 * (Population form, weighted, around the pooled mean.) Sums are carried to 106 bits with a
 * proven bound of their error; where that does not decide a comparison or the last bit of a printed
 * figure, the same sums are made anew in big rationals. */
typedef enum
{
  BALANCE_DISPERSION_EMPTY,      /* no row has weight */
  BALANCE_DISPERSION_KNOWN,
  BALANCE_DISPERSION_ZERO,       /* all values are zero: no CV, and S <= c * mean holds */
  BALANCE_DISPERSION_MISSING,    /* some values are missing: bounds only */
  BALANCE_DISPERSION_UNKNOWN,    /* a weight is missing or a value is undefined: nothing can be said */
} BalanceDispersionState;

/* An unevaluated sum of two doubles: about 106 bits. */
typedef struct
{
  double hi, lo;
} BalanceDouble2;

typedef struct
{
  BalanceDispersionState   state;
  const BalanceNumberPool *pool;
  const BalanceNumber     *values;      /* borrowed: must live as long as this */
  const BalanceNumber     *weights;
  guint                    n;           /* rows given */
  guint                    n_counted;   /* rows with weight */
  guint                    n_missing;   /* values missing among them */
  gboolean                 may_be_negative;   /* a value is, or a missing one could be */
  /* sums of the rows with a value; valid if `quick` */
  gboolean                 quick;
  BalanceDouble2           w, x, q;
  BalanceDouble2           w_missing;   /* weight of the rows without a value */
  /* the same, exact; made on demand */
  gboolean                 exact;
  mpq_t                    ew, ex, eq, ew_missing, ew_least;
} BalanceDispersion;

void         balance_dispersion_init     (BalanceDispersion       *self,
                                          const BalanceNumberPool *pool,
                                          const BalanceNumber     *values,
                                          const BalanceNumber     *weights,
                                          guint                    n);
void         balance_dispersion_clear    (BalanceDispersion       *self);

/* Sums of n > 0 rows that count, none of whose values is missing or negative: that of the weights exactly, the others
 * within a relative error. */
typedef struct
{
  double         weight;
  BalanceDouble2 x, q;
  double         relative_error;
  guint          n;
} BalanceDispersionSums;

/* What get_cv and get_mean_cv give; FALSE where the sums do not tell all bits. */
gboolean     balance_dispersion_get_cv_of_sums      (const BalanceDispersionSums *sums,
                                                     double                      *result);
gboolean     balance_dispersion_get_mean_cv_of_sums (const BalanceDispersionSums *sums,
                                                     guint                        n,
                                                     double                      *result);
/* How far the coefficient is above a limit, which is a small number; NaN where there is no coefficient. FALSE as before. */
gboolean     balance_dispersion_get_excess_of_sums  (const BalanceDispersionSums *sums,
                                                     BalanceNumber                limit,
                                                     double                      *result);
/* As get_enclosure, of two rows or more. */
gboolean     balance_dispersion_get_enclosure_of_sums (const BalanceDispersionSums *sums,
                                                     mpq_ptr                      low,
                                                     mpq_ptr                      high);
/* What get_mean gives for values numerator / denominator times those that were summed up. */
gboolean     balance_dispersion_get_mean_of_sums    (const BalanceDispersionSums *sums,
                                                     double                       numerator,
                                                     double                       denominator,
                                                     double                      *result);

/* CV <= limit, CV < limit; UNKNOWN where missing values could decide. */
BalanceTruth balance_dispersion_at_most  (BalanceDispersion *self, mpq_srcptr limit);
BalanceTruth balance_dispersion_below    (BalanceDispersion *self, mpq_srcptr limit);
/* Is the mean above zero? Else S <= c * mean fails whatever c is, unless all values are zero. */
gboolean     balance_dispersion_has_positive_mean (BalanceDispersion *self);
/* Two fractions that the CV lies between, some 2^-90 of it apart, from the sums to 106 bits; FALSE where these do not tell. */
gboolean     balance_dispersion_get_enclosure (BalanceDispersion *self, mpq_ptr low, mpq_ptr high);
/* Correctly rounded; NaN where there is none. */
double       balance_dispersion_get_cv   (BalanceDispersion *self);
double       balance_dispersion_get_mean (BalanceDispersion *self);
/* The mean as a rational; FALSE where there is none. */
gboolean     balance_dispersion_get_mean_exactly (BalanceDispersion *self, mpq_ptr mean);
/* Bounds of the CV: the value itself, or what missing values allow; high may be infinite. */
void         balance_dispersion_get_bounds (BalanceDispersion *self, double *low, double *high);
/* CV^2 as a rational; FALSE unless KNOWN. */
gboolean     balance_dispersion_get_square (BalanceDispersion *self, mpq_ptr square);
/* The CV as a number of a computation: exact where rational, else enclosed to `bits` bits. */
BalanceNumber balance_dispersion_get_number (BalanceDispersion *self, BalanceNumberPool *pool, guint bits);
/* The plain mean of several CVs, correctly rounded; values that are all zero differ by nothing and count as 0.
 * NaN unless all are KNOWN or ZERO, with means above zero. */
double       balance_dispersion_get_mean_cv (BalanceDispersion *const *dispersions, guint n);

G_END_DECLS
