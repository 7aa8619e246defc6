/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "formula/balance-sums-private.h"

G_BEGIN_DECLS

/* Loops over columns of one block, compiled once for each instruction set and chosen when the program starts.
 *
 * Numbers are whole and below 2^53, so every operation here is exact and all sets give the same results; only
 * the sums of `reduce` are rounded, to about 100 bits with a known bound, and are used for nothing that the
 * bound does not decide.
 *
 * Truths are bytes: 0 no, 1 yes, 2 unknown. Every vector is readable and writable for BALANCE_KERNEL_SLACK
 * elements past its end, whatever they hold. */
#define BALANCE_KERNEL_SLACK 64

/* Truths of the rows of a block as bits, 64 rows to a word; so many words past the end can be read and written. */
#define BALANCE_KERNEL_WORDS(n) (((n) + 63) / 64)
#define BALANCE_KERNEL_WORD_SLACK 8

/* One term of a linear form. */
typedef struct
{
  const gint32 *column;
  double        factor;
} BalanceTerm;

/* Groups are runs of rows, one after the other: group g of a block has rows starts[g] - offset up to
 * starts[g + 1] - offset, as facts have them. What is made of a row for its group alone stands in padded vectors, where group g
 * begins at pads[g] and ends with zeros, so that nobody has to ask where in eight rows a group ends. */
#define BALANCE_KERNEL_PAD 8

typedef struct
{
  const guint32 *starts, *pads;
  guint          offset, n;
} BalanceKernelGroups;

/* Where groups begin in padded vectors, and the end: [n + 1]. */
static inline void
balance_kernel_groups_pad (guint32 *pads, const guint32 *starts, guint n)
{
  pads[0] = 0;
  for (guint g = 0; g < n; g++)
    pads[g + 1] = pads[g] + (starts[g + 1] - starts[g] + BALANCE_KERNEL_PAD - 1) / BALANCE_KERNEL_PAD * BALANCE_KERNEL_PAD;
}

/* A group, or a part of one, whose rows are measured in one go. Those of one form have to stand side by side; where those of a
 * length do, too, the processor knows what comes. */
#define BALANCE_SPAN_ROWS 56

typedef struct
{
  guint32 first, pad;    /* row of the block, and place in padded vectors */
  guint32 n;             /* rows: 1 ... BALANCE_SPAN_ROWS */
  guint32 group;
} BalanceKernelSpan;

/* How many there can be of `n` groups over so many rows. */
#define BALANCE_MAX_SPANS(n, rows) ((n) + (rows) / BALANCE_SPAN_ROWS)

/* Those of one group; how many. */
static inline guint
balance_kernel_groups_split (const BalanceKernelGroups *self, guint group, BalanceKernelSpan *spans)
{
  guint32 first = self->starts[group] - self->offset, n_rows = self->starts[group + 1] - self->starts[group];
  guint n = 0;

  for (guint32 from = 0; from < n_rows; from += BALANCE_SPAN_ROWS)
    spans[n++] = (BalanceKernelSpan) { first + from, self->pads[group] + from, MIN (BALANCE_SPAN_ROWS, n_rows - from), group };

  return n;
}

/* What all columns with the same weights have in common, so that it is found once. Rows that do not count weigh nothing. */
typedef struct
{
  double  *weight;       /* padded; 0 in rows that do not count */
  double  *reciprocal;   /* padded; 1 / weight, 0 in rows that do not count */
  double  *counts;       /* padded; 1 in rows that count, else 0 */
  double  *totals;       /* [group] sum of weights */
  guint32 *n_counted;    /* [group] */
} BalanceWeights;

#define BALANCE_NUMERATOR_TERMS 4

/* How the values of some groups are found: the sum of columns x factors, or numbers that there are already x the first factor,
 * over `den`. And their limits: num >= den b (or <=, >, <), and whether what fails that still reaches num >= den fb (or <=). */
typedef struct
{
  BalanceTerm   terms[BALANCE_NUMERATOR_TERMS];
  guint         n_terms;         /* 0: numbers */
  const double *numbers;         /* NULL too: these groups have no values */
  double        b, fb;
} BalanceNumerator;

/* What is asked of the values of some groups. */
typedef struct
{
  const BalanceNumerator    *forms;
  const guint8         *form_of;         /* [group] */
  const double         *den;             /* above 0, or the row means nothing */
  gsize                 ahead;           /* columns are fetched so many rows further: they will be asked for next */
  gsize                 groups_ahead;    /* the same of the sums of groups, which will be written next */
  /* Bits of the rows that fail their limit, and of those that fail its floor, whether they are asked or not */
  guint64              *unmet, *low;     /* nullable; `low` only with `unmet`, where that is >= or <= */
  gboolean              others;          /* the bits of other groups stay as they are */
  guint                 comparison;      /* 0 >=, 1 <=, 2 >, 3 < */
  /* sums of values that are divided by their weight */
  const BalanceSums    *sums;            /* nullable */
  const BalanceWeights *weights;
  double               *fours;           /* [group][4]: what is being added up; BALANCE_KERNEL_SLACK more can be read */
  double               *bias;            /* a power of two, or 0 for one that has to be found; kept from block to block */
} BalanceGauge;

typedef struct
{
  const char *name;
  /* What stands `ahead` rows further is fetched, for it is what will be asked for next. */
  void (*load_int32) (double *out, const gint32 *in, guint n, gsize ahead);
  void (*load_int64) (double *out, const gint64 *in, guint n);
  /* The sum of column x factor, for rows `from` up to from + n of the columns; `ahead` as above. */
  void (*linear)     (double *out, const BalanceTerm *terms, guint n_terms, guint from, guint n, gsize ahead);
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
  /* Is any row so? */
  gboolean (*is_zero) (guint8 *out, const double *a, guint n);
  /* out = in[parents - offset] */
  void (*raise)      (double *out, const double *in, const guint32 *parents, guint32 offset, guint n);
  void (*raise_flags) (guint8 *out, const guint8 *in, const guint32 *parents, guint32 offset, guint n);
  void (*raise_codes) (gint32 *out, const gint32 *in, const guint32 *parents, guint32 offset, guint n);
  /* out = in[parents - offset] x weights k */
  void (*share)      (double *out, const double *in, const guint32 *parents, guint32 offset, const double *weights, double k, guint n);
  /* The bits that any of the rows has. */
  guint8 (*any)      (const guint8 *flags, guint n);
  /* Is a flag yes (1), or at least not known (2), among those of each run? starts: [n + 1] */
  void (*any_of)     (guint8 *out, const guint8 *flags, const guint32 *starts, guint32 offset, guint n);
  void (*equal_code) (guint8 *out, const gint32 *codes, gint32 code, gint32 none, guint n);
  void (*both)       (guint8 *out, const guint8 *a, const guint8 *b, guint n);
  void (*either)     (guint8 *out, const guint8 *a, const guint8 *b, guint n);
  void (*negate)     (guint8 *out, const guint8 *a, guint n);
  /* 1 where a or b is not 0 */
  void (*join)       (guint8 *out, const guint8 *a, const guint8 *b, guint n);
  /* 2 where doubt is not 0 */
  void (*doubt)      (guint8 *flags, const guint8 *doubt, guint n);
  /* 0 where a weight is 0 */
  void (*weighty)    (guint8 *flags, const double *weight, guint n);
  /* Has a row both? */
  gboolean (*any_both) (const guint8 *a, const guint8 *b, guint n);
  /* Is a number 0 or below where the flag is not 0? */
  gboolean (*any_light) (const double *weight, const guint8 *flags, guint n);
  /* Bits of the rows that are not 0. */
  void (*pack)       (guint64 *bits, const guint8 *flags, guint n);
  /* Before the first span; all spans of all groups, those of one form side by side, some at a time; and after the last, for sums alone. */
  void (*measure_start) (const BalanceGauge *of, const BalanceKernelGroups *groups);
  void (*measure)    (const BalanceGauge *of, const BalanceKernelSpan *spans, guint n);
  void (*measure_end) (const BalanceGauge *of, const BalanceKernelGroups *groups);
  /* Bits as verdicts: those asked are met or unmet. `ahead` as above, of what will be written next. */
  void (*tell)       (guint8 *verdicts, const guint64 *asked, const guint64 *unmet, guint n, gsize ahead);
  /* k of n items: which rows have more than `allowed` unmet, or one below its floor; and which are asked anything.
   * `low` nullable. */
  void (*k_of_n)     (guint64 *unmet, guint64 *any, const guint64 *const *asked, const guint64 *const *unmet_items,
                      const guint64 *const *low, guint n_items, guint allowed, guint n);
  /* Adds 1 where a verdict is met, and where it is unmet; at most 255 times. */
  void (*count)      (guint8 *met, guint8 *unmet, const guint8 *verdicts, guint n);
  void (*weigh)      (const BalanceWeights *out, const double *weight, const guint8 *counts, const BalanceKernelGroups *groups);
  /* Values num / den, for each group; `den` nullable = 1. */
  void (*reduce)     (const BalanceSums *sums, const double *num, const double *den, const BalanceWeights *weights,
                      const BalanceKernelGroups *groups);
  /* Verdicts on the coefficient of variation of each group where it is asked, against limits whose `squares` are 1 + limit^2;
   * `comparison` as above. `doubt` where doubles do not tell; is there any? */
  gboolean (*compare) (guint8 *verdicts, guint8 *doubt, const BalanceSums *sums, const guint8 *asked, const double *squares, guint comparison,
                       guint n);
  /* The coefficient of variation of each group, correctly rounded where `sure` is 1. */
  void (*coefficients) (double *out, guint8 *sure, const BalanceSums *sums, guint n);
} BalanceKernels;

/* Those of a set by name ("baseline", "avx2", "avx512"), NULL where this machine or build has it not; NULL name:
 * the best. */
const BalanceKernels *balance_kernels_get (const char *name);
/* What an evaluator asked for: the best instead of a set that is not there; NULL for "none". */
const BalanceKernels *balance_kernels_choose (const char *name);

G_END_DECLS
