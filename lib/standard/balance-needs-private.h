/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "standard/balance-scheme-private.h"

G_BEGIN_DECLS

/* One field that formulas read. */
typedef struct
{
  BalanceField *field;
  gboolean     *stages;      /* fields of sections: [stage of the dictionary] read for that stage */
  GPtrArray    *rules;       /* of BalanceRule: the outermost ones first named; what the field is for */
} BalanceNeed;

/* Which fields a scheme reads, and for which stages: what somebody has to fill in so that everything can be
 * judged. In the order of the dictionary; identity is not among them unless a formula names it. */
typedef struct
{
  const BalanceScheme *scheme;
  BalanceNeed        **needs;     /* [field of the dictionary] nullable */
  GHashTable          *seen;      /* node -> stages it was walked with */
} BalanceNeeds;

BalanceNeeds      *balance_needs_new      (const BalanceScheme *scheme);
void               balance_needs_free     (BalanceNeeds        *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceNeeds, balance_needs_free)

/* One formula more, which somebody else compiled into the program of the scheme. */
void               balance_needs_add_node (BalanceNeeds        *self,
                                           const BalanceNode   *node);
/* NULL if nothing reads the field. */
const BalanceNeed *balance_needs_get      (BalanceNeeds        *self,
                                           BalanceField        *field);

G_END_DECLS
