/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "evaluation/balance-evaluation-private.h"

G_BEGIN_DECLS

struct _BalanceEffect
{
  GObject            parent_instance;

  BalanceEffectKind  kind;
  BalanceFinding    *before, *after;              /* nullable */
  char              *exact_before, *exact_after;  /* nullable */
};

struct _BalanceEffects
{
  GObject            parent_instance;

  BalanceEvaluation *before, *after;
  BalanceProposal   *proposal;      /* nullable */
  guint8            *touched;       /* [district of after] */
  guint32           *districts;     /* [district of after] district of before, or BALANCE_NEW_ROW */
  GPtrArray         *effects;       /* of BalanceEffect */
};

G_END_DECLS
