/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evaluation/balance-judge-private.h"

G_BEGIN_DECLS

/* How much a fact has to change for a value to reach its limit, found from the compiled formula alone: a value
 * k A / B, or a sum of facts, lacks limit B / k - A of any fact of A, for a school's amount that is split the
 * section's share taken into account. */
typedef struct
{
  gboolean      in_facts;     /* the amounts below are of `fields`; else in the value's own unit */
  gboolean      known;        /* all that they need is known */
  gboolean      lower;        /* it has to become less */
  gboolean      whole;        /* only whole things can be added */
  guint         decimals;     /* that `add` and `add_floor` are rounded to, away from zero */
  gboolean      has_floor;
  BalanceNumber exact, exact_floor;   /* > 0; what is lacking, exactly; floor: 0 where it is there */
  BalanceNumber add, add_floor;       /* the least that may be added */
  GPtrArray    *fields;       /* of BalanceField: any of them may take it; nullable, not owned fields */
  const char   *unit;         /* of the first of them; nullable */
} BalanceShortfall;

/* Of a requirement with value and limit on one row of the frame. Numbers belong to the frame's pool. */
void balance_shortfall_find  (BalanceShortfall *self,
                              BalanceJudge     *judge,
                              guint             rule,
                              guint             row);
void balance_shortfall_clear (BalanceShortfall *self);

G_END_DECLS
