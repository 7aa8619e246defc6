/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evaluation/balance-evaluation-private.h"

G_BEGIN_DECLS

struct _BalanceFinding
{
  GObject         parent_instance;

  BalanceReplay  *replay;
  int             rule;         /* -1: only an indicator is shown */
  int             indicator;
  guint           row;          /* absolute */
  char           *path;
  BalanceVerdict  verdict, strict_verdict;
  gboolean        at_floor;
  double          value, low, high, limit, floor, margin;
  gboolean        flips;
  char           *value_text;   /* digits only, as the form prints them; nullable */
  char           *limit_text;
  BalanceText     reason;
  BalanceAppliedConcession *concession;   /* nullable */
  gboolean        despite_missing;
  BalanceList    *deciding;     /* (mutex replay->deciding_lock) nullable until asked for */
  guint64         n_deciding[4];   /* by verdict */
  guint           n_missing;
  guint64         deciding_work;   /* rows computed to find the sets */
  gboolean        deciding_exact;
  BalanceList    *operands;     /* (mutex replay->lock) nullable until asked for */
  BalanceList    *children;     /* (mutex replay->lock) nullable until asked for */
};

G_END_DECLS
