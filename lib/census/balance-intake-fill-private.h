/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "census/balance-intake-private.h"

G_BEGIN_DECLS

/* From the order of the input to the order of the facts and back. */
typedef struct
{
  guint    n;
  guint32 *order;          /* [new] = old; NULL: they stay where they are */
  guint32 *rank;           /* [old] = new; NULL until it is asked for, and where they stay */
} BalanceIntakeOrder;

static inline guint32
balance_intake_order_get (const BalanceIntakeOrder *self,
                          guint32                   row)
{
  return self->order != NULL ? self->order[row] : row;
}

static inline guint32
balance_intake_order_get_rank (const BalanceIntakeOrder *self,
                               guint32                   row)
{
  return self->order != NULL ? self->rank[row] : row;
}

/* Sections, schools, districts, the region. */
#define BALANCE_INTAKE_N_ORDERS 4

/* Will anybody ask where a row of the input went? */
gboolean balance_intake_needs_ranks (BalanceIntake            *self);

/* Makes the columns of all tables of the facts and what their rows come from. The values of the intake are let go. */
void     balance_intake_fill        (BalanceIntake            *self,
                                     BalanceFacts             *facts,
                                     const BalanceIntakeOrder *const orders[BALANCE_INTAKE_N_ORDERS],
                                     guint                     n_threads);

G_END_DECLS
