/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "planning/balance-ledger-private.h"
#include "planning/balance-task-facts-private.h"

G_BEGIN_DECLS

struct _BalanceTaskOutcome
{
  GObject              parent_instance;

  BalanceTask         *before, *after;     /* the same where nothing becomes of it */
  BalanceTaskEvidence  evidence;
  GArray              *effects;            /* of BalanceTaskEffect */
  BalanceDecimal      *now;                /* [effects->len] */
  gboolean            *known;              /* [effects->len] whether the census has it */
  char               **requirements;
  BalanceVerdict      *verdicts;           /* [requirements] */
  gboolean            *at_floor;           /* [requirements] unmet, but not below the floor */
  /* while it is made */
  gboolean             found;
  BalanceTaskPlace     place, giver;
  gboolean             has_giver;
};

struct _BalanceVerification
{
  GObject              parent_instance;

  BalanceEvaluation   *evaluation;
  BalanceLedger       *ledger;             /* what was held against it */
  GPtrArray           *outcomes;           /* of BalanceTaskOutcome, as the tasks stand in the ledger */
};

G_END_DECLS
