/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "formula/balance-kernels-private.h"
#include "formula/balance-program-private.h"

G_BEGIN_DECLS

/* The quick way to compute columns of a program: over some hundred rows at once, in doubles that hold whole
 * numbers. Before anything is computed the ranges of the census' columns prove that nothing leaves 2^53, so that
 * every result is exact; a node for which that proof fails, or whose operation is not one of those here, is left
 * to the frame. So is every row where a fact is missing: it is marked as doubtful, never guessed. */

#define BALANCE_EXACT_LIMIT 9007199254740992.0   /* 2^53 */

/* Of whole numbers that are not negative. */
double balance_whole_common_divisor (double a, double b);

/* value = num numerator / (den denominator) */
typedef struct
{
  double low, high;              /* range of num */
  double den_high;               /* den is in 0 … this; 0 is doubtful */
  double numerator, denominator; /* whole, above 0 */
  gconstpointer den_key;         /* the same for nodes with the same den; NULL: den is 1 everywhere */
} BalanceBlockShape;

typedef struct _BalanceBlockPlan BalanceBlockPlan;

BalanceBlockPlan *balance_block_plan_new  (BalanceBinding   *binding);
void              balance_block_plan_free (BalanceBlockPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceBlockPlan, balance_block_plan_free)
/* Can the node be computed here? Call for all nodes that are wanted before the first block is made. */
gboolean          balance_block_plan_add  (BalanceBlockPlan *self,
                                           BalanceNode      *node);
/* Of a number. */
const BalanceBlockShape *balance_block_plan_get_shape (BalanceBlockPlan *self,
                                                       BalanceNode      *node);

/* One vector each; those that a node has not are NULL. Valid until the block moves. */
typedef struct
{
  const double *num, *den;
  const guint8 *doubt;           /* numbers: 1 where there is none or it is not known; NULL = nowhere */
  const guint8 *flags;           /* 2 where not known, or perhaps only not known here */
  const gint32 *codes;
} BalanceBlockVectors;

typedef struct
{
  BalanceBlockPlan     *plan;
  const BalanceKernels *kernels;
  BalanceFacts         *facts;
  guint                 offset[BALANCE_N_LEVELS];
  guint                 n_rows[BALANCE_N_LEVELS];
  guint                 capacity[BALANCE_N_LEVELS];
  gsize                 ahead[BALANCE_N_LEVELS];     /* so many rows further stand those that will be asked for next; 0: unknown */
  struct _BalanceBlockSlot *slots;   /* [node] */
  guint                 generation;
  double               *split_weights, *split_sums;   /* of the sections; made on demand */
  guint8               *split_doubt;
  gboolean              split_doubtful;  /* is any row? */
  guint                 split_generation;
  guint32              *districts;     /* of the sections */
} BalanceBlock;

/* `max_rows` by level: the most that any move will bring. */
BalanceBlock *balance_block_new  (BalanceBlockPlan     *plan,
                                  const BalanceKernels *kernels,
                                  const guint          *max_rows);
void          balance_block_free (BalanceBlock         *self);
void          balance_block_move (BalanceBlock         *self,
                                  guint                 first_district,
                                  guint                 n_districts);
/* Which districts the block will move to next, so that their columns are fetched meanwhile: those that follow, unless
 * this says otherwise after a move. None where `next` is not behind these. */
void          balance_block_expect (BalanceBlock       *self,
                                    guint               next);
BalanceBlockVectors balance_block_get (BalanceBlock    *self,
                                       BalanceNode     *node);
/* How the numerators of a node of sections are found, for each stage of the pack. Cheaper than their vector: that is only
 * made where there is no other way. */
typedef struct
{
  BalanceNode  *divisor;         /* nullable */
  const double *den;             /* NULL: 1 */
  const guint8 *doubt;           /* as of the vectors */
  gboolean      partial;         /* there are stages without a form */
} BalanceBlockRatio;

/* ... of `factor` times the node. */
BalanceBlockRatio balance_block_get_forms (BalanceBlock     *self,
                                           BalanceNode      *node,
                                           double            factor,
                                           BalanceNumerator *forms);
/* Has it a form for a stage of the pack? */
gboolean          balance_block_plan_has_stage (BalanceBlockPlan  *self,
                                                const BalanceNode *node,
                                                guint              stage);
/* Is it by stage, and says nothing of a stage of the census? Then its sections have no value, whatever their facts are. */
gboolean      balance_block_plan_lacks_stage (BalanceBlockPlan  *self,
                                              const BalanceNode *node,
                                              guint              stage);
/* Does the node rest on a column? `known` [node] keeps what was found: 0 not asked yet, 1 yes, 2 no. */
gboolean      balance_block_plan_rests_on (BalanceBlockPlan    *self,
                                           BalanceNode         *node,
                                           const BalanceColumn *column,
                                           guint8              *known);
/* Does a row of sections rest on the column only by its own value there? `rests` as `known` above; `known` the same for this. */
gboolean      balance_block_plan_is_by_row (BalanceBlockPlan    *self,
                                            BalanceNode         *node,
                                            const BalanceColumn *column,
                                            guint8              *rests,
                                            guint8              *known);
/* Forgets the vectors of some nodes, by their indexes. */
void          balance_block_forget (BalanceBlock   *self,
                                    const guint    *nodes,
                                    guint           n);

G_END_DECLS
