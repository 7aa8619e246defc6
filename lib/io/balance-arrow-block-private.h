/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "io/balance-arrow-column-private.h"
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
/* A block of `n` rows, column by column: each is read the short way if it can be, so that its cells need not be decoded .. */
void                   balance_arrow_block_begin (BalanceArrowBlock         *self,
                                                  guint                      n);
gboolean               balance_arrow_block_read  (BalanceArrowBlock         *self,
                                                  guint                      index,
                                                  BalanceArrowDecoder       *decoder,
                                                  const struct ArrowArray   *array,
                                                  gint64                     first);
/* .. or is in `spans` and `values`. The block is valid until the next one begins. */
BalanceCsvBlock       *balance_arrow_block_make  (BalanceArrowBlock         *self,
                                                  const BalanceSpan *const  *spans,
                                                  const BalanceValueColumn  *values);

G_END_DECLS
