/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "io/balance-csv-block-private.h"
#include "io/balance-sheet-import-private.h"

G_BEGIN_DECLS

/* Rows of a table in memory as a block, so that those about which nothing is to be said are added many at a time, as those
 * of a large text are. */
typedef struct _BalanceArrowBlock BalanceArrowBlock;

/* For blocks of at most `n_rows` rows; takes the plan. */
BalanceArrowBlock     *balance_arrow_block_new  (BalanceCsvPlan            *plan,
                                                 guint                      n_rows);
void                   balance_arrow_block_free (BalanceArrowBlock         *self);
/* Makes a block of `n` rows; `spans` and `values` are those of the columns. Valid until the next one is made. */
BalanceCsvBlock       *balance_arrow_block_make (BalanceArrowBlock         *self,
                                                 const BalanceSpan *const  *spans,
                                                 const BalanceValueColumn  *values,
                                                 guint                      n);

G_END_DECLS
