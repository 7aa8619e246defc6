/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "evaluation/balance-evaluation-private.h"

G_BEGIN_DECLS

struct _BalanceGap
{
  GObject            parent_instance;

  BalanceEvaluation *evaluation;
  guint              rule;
  guint              row;          /* of the table of its level */
  char              *path;
  BalanceVerdict     verdict;
  gboolean           at_floor;
  BalanceGapTarget   target;
  gboolean           in_facts, lower, whole;
  double             exact;        /* NaN: not known, or nothing that has an amount */
  char              *amount;       /* digits; nullable */
  char              *floor_amount; /* digits; nullable: no floor, or not known */
  char              *unit;         /* nullable */
  char             **fields;       /* nullable */
  double             share;        /* of the limit; 1 where there is no amount */
};

struct _BalanceGapList
{
  GObject            parent_instance;

  BalanceEvaluation *evaluation;
  char              *district;     /* nullable */
  GPtrArray         *gaps;         /* of BalanceGap */
};

const BalanceRule *balance_gap_get_rule (BalanceGap *self);
/* The row of the school or district that a gap belongs to; -1 where it belongs to none. */
int                balance_gap_get_school_row   (BalanceGap *self);
int                balance_gap_get_district_row (BalanceGap *self);

G_END_DECLS
