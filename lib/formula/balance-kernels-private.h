/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Loops over columns of one block, compiled once for each instruction set and chosen when the program starts.
 *
 * Numbers are whole and below 2^53, so every operation here is exact and all sets give the same results; only
 * the sums of `reduce` are rounded, to about 100 bits with a known bound, and are used for nothing that the
 * bound does not decide.
 *
 * Truths are bytes: 0 no, 1 yes, 2 unknown. Every vector is readable and writable for BALANCE_KERNEL_SLACK
 * elements past its end, whatever they hold. */
#define BALANCE_KERNEL_SLACK 16

/* Sums over the rows of a group that count, values v = num / den and weights p:
 * x = sum p v,  q = sum p v^2, as pairs of doubles. */
typedef struct
{
  double   x_hi, x_lo, q_hi, q_lo;
  gboolean negative;     /* a value is below zero: the sums mean nothing */
} BalanceSums;

/* What all columns with the same weights have in common, for the rows of a group. Vectors of the block, so that
 * it is found once; rows that do not count weigh nothing. */
typedef struct
{
  double *weight;        /* 0 in rows that do not count */
  double *reciprocal;    /* 1 / weight; 1 in rows that do not count */
} BalanceWeights;

typedef struct
{
  const char *name;
  void (*load_int32) (double *out, const gint32 *in, guint n);
  void (*load_int64) (double *out, const gint64 *in, guint n);
  /* out = a ka + b kb */
  void (*combine)    (double *out, const double *a, double ka, const double *b, double kb, guint n);
  void (*multiply)   (double *out, const double *a, const double *b, guint n);
  void (*scale)      (double *out, const double *a, double k, guint n);
  /* yes where condition is yes, else no; unknown conditions take no */
  void (*choose)     (double *out, const guint8 *condition, const double *yes, double ky, const double *no, double kn, guint n);
  /* a ka bd < b kb ad, or <=; ad, bd nullable = 1 */
  void (*less)       (guint8 *out, const double *a, double ka, const double *ad, const double *b, double kb, const double *bd,
                      gboolean or_equal, guint n);
  void (*equal)      (guint8 *out, const double *a, double ka, const double *ad, const double *b, double kb, const double *bd,
                      guint n);
  void (*is_zero)    (guint8 *out, const double *a, guint n);
  void (*equal_code) (guint8 *out, const gint32 *codes, gint32 code, gint32 none, guint n);
  void (*both)       (guint8 *out, const guint8 *a, const guint8 *b, guint n);
  void (*either)     (guint8 *out, const guint8 *a, const guint8 *b, guint n);
  void (*negate)     (guint8 *out, const guint8 *a, guint n);
  /* 1 where a or b is not 0 */
  void (*join)       (guint8 *out, const guint8 *a, const guint8 *b, guint n);
  /* 2 where doubt is not 0 */
  void (*doubt)      (guint8 *flags, const guint8 *doubt, guint n);
  /* Verdicts of num a >= den b (or <=, >, <); and whether one that fails still reaches num fa >= den fb (or <=).
   * den nullable = 1; floors nullable. The limits b and fb stand by row. */
  void (*judge)      (guint8 *verdicts, guint8 *floors, const double *num, const double *den, const guint8 *applies,
                      double a, const double *b, double fa, const double *fb, guint comparison, guint n);
  /* Verdicts of k of n items whose verdicts are all decided. */
  void (*k_of_n)     (guint8 *verdicts, const guint8 *const *items, const guint8 *const *floors, guint n_items,
                      guint allowed, gboolean has_floor, const guint8 *applies, guint n);
  /* Has a row both? */
  gboolean (*any_both) (const guint8 *a, const guint8 *b, guint n);
  gboolean (*any_unknown) (const guint8 *flags, guint n);
  void (*weigh)      (const BalanceWeights *out, const double *weight, const guint8 *counts, guint n);
  /* The sum of weights, and how many rows count. */
  double (*total)    (const double *weight, guint n, guint *n_counted);
  /* Values num / den; `den` is NULL for 1 and, which is quicker, where it is the weight of rows that count. */
  void (*reduce)     (BalanceSums *sums, const double *num, const double *den, gboolean den_is_weight, const double *weight,
                      const double *reciprocal, gboolean may_be_negative, guint n);
} BalanceKernels;

/* Those of a set by name ("baseline", "avx2", "avx512"), NULL where this machine or build has it not; NULL name:
 * the best. */
const BalanceKernels *balance_kernels_get (const char *name);
/* What an evaluator asked for: the best instead of a set that is not there; NULL for "none". */
const BalanceKernels *balance_kernels_choose (const char *name);

G_END_DECLS
