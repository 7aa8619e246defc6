/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "standard/balance-scheme-private.h"

G_BEGIN_DECLS

/* What a finding knows of a concession that applied to it; the texts are in both languages or NULL. */
struct _BalanceAppliedConcession
{
  GObject                      parent_instance;

  BalanceStandard             *standard;
  const BalanceConcession     *concession;   /* of the standard's pack */
  const BalanceConcessionItem *item;
  gboolean                     certain;
  BalanceVerdict               verdict, verdict_without;
  double                       value_without, limit_without;
  BalanceText                  value_text, limit_text;
  char                        *duty_until;   /* ISO date; nullable */
};

BalanceAppliedConcession *balance_applied_concession_new (BalanceStandard               *standard,
                                                          const BalanceSchemeConcession *applied,
                                                          gboolean                       certain,
                                                          gint32                         as_of);

G_END_DECLS
