/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "evaluation/balance-judge-private.h"

G_BEGIN_DECLS

/* Which missing facts would decide an undetermined requirement.
 *
 * A set of them leads to a verdict if there are values for it with which the requirement has that verdict
 * whatever the other missing facts are: with which the engine says so, asked with these values and the rest
 * left missing. Only the smallest such sets are wanted: those of which no part does the same.
 *
 * Values are tried, not solved for: bounds, what the column holds elsewhere, and those at which a limit is just
 * reached. What is found is therefore true; that nothing was missed is exact where each missing fact moves what
 * it is part of in one direction, as in limits on sums and ratios, and in k of n. */

/* One missing fact. */
typedef struct
{
  BalanceLevel  level;
  guint         row;       /* absolute */
  BalanceField *field;     /* of the standard's dictionary */
} BalanceMissing;

/* A set, with values that lead to the verdict. */
typedef struct
{
  guint        n;
  guint       *cells;      /* [n] ascending numbers of missing facts */
  BalanceFill *values;     /* [n] */
} BalanceDecidingCells;

/* All sets that lead to one verdict. */
typedef struct
{
  GPtrArray *sets;         /* of BalanceDecidingCells, smallest first; not more than are kept */
  guint64    count;        /* of all */
  gboolean   exact;        /* none is missing, all are smallest */
} BalanceDecidingFamily;

typedef struct _BalanceDeciding BalanceDeciding;

/* `n_districts` from `first` on; a single one takes the region's part from `region`, which is nullable. */
BalanceDeciding *balance_deciding_new  (BalanceBindings *bindings, BalanceJudge *region, guint first, guint n_districts);
void             balance_deciding_free (BalanceDeciding *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceDeciding, balance_deciding_free)

const BalanceMissing *balance_deciding_get_missing (BalanceDeciding *self, guint cell);
/* How many missing facts a requirement waits for. `row` is absolute. */
guint            balance_deciding_count_missing (BalanceDeciding *self, guint rule, guint row);
/* The sets that lead to a verdict; NOT_APPLICABLE only where no part of them leads to another. (transfer full) */
BalanceDecidingFamily *balance_deciding_find (BalanceDeciding *self, guint rule, guint row, BalanceVerdict verdict);
/* The smallest set found that leads to a verdict on several requirements of a district together; `roots` are rules.
 * (transfer full) (nullable) */
BalanceDecidingCells *balance_deciding_find_smallest (BalanceDeciding *self, const guint *roots, guint n_roots, guint district,
                                                      BalanceVerdict verdict, gboolean *proved);

void             balance_deciding_cells_free  (BalanceDecidingCells *cells);
void             balance_deciding_family_free (BalanceDecidingFamily *family);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceDecidingCells, balance_deciding_cells_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceDecidingFamily, balance_deciding_family_free)

/* -- between the two files that do it ----------------------------------------------------------------- */

/* A requirement without parts under the one that is asked about, or that one itself. */
typedef struct
{
  guint   rule, row;       /* row of the frame */
  GArray *cells;           /* of guint: what it waits for itself */
} BalanceDecidingLeaf;

struct _BalanceDeciding
{
  BalanceJudge     *judge;
  BalanceJudgeMark *mark;
  GArray           *cells;      /* of BalanceMissing */
  GHashTable       *numbers;    /* "level row field" -> number of the cell + 1 */
  guint             budget;     /* trials that one question may still take */
  guint64           work;       /* rows computed for all trials so far */
};

/* What a requirement waits for, ascending; leaves (nullable) gets BalanceDecidingLeaf. `row` is of the frame. */
GArray *balance_deciding_collect       (BalanceDeciding *self, guint rule, guint row, GPtrArray *leaves);
/* Values to try for a fact, likely ones first; GArray of BalanceFill. */
GArray *balance_deciding_candidates    (BalanceDeciding *self, guint cell);
/* The cell's fill with a number in reach of its bounds and type; FALSE if there is none. */
gboolean balance_deciding_fill_number  (BalanceDeciding *self, guint cell, double number, gboolean up, BalanceFill *fill);

G_END_DECLS
