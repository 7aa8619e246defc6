/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-list-private.h"
#include "planning/balance-plan-model-private.h"

G_BEGIN_DECLS

struct _BalancePlanItem
{
  GObject             parent_instance;

  BalanceCosts       *costs;        /* holds the measure */
  BalanceCensus      *census;       /* holds the names */
  guint               measure;
  int                 district;     /* row */
  int                 school;       /* row; -1: the district */
  int                 giver;        /* row; -1 unless it moves */
  int                 stage;        /* code; -1: the whole school */
  gint64              steps;
  char               *quantity;
  gint64              cost;         /* parts of a yuan */
  guint               year;         /* from 1 */
  gboolean            decided;
};

struct _BalancePlanBarrier
{
  GObject             parent_instance;

  char               *id;
  char               *school;       /* code; nullable */
  BalanceText         text;
  gboolean            rule;
  double              allowed, needed;
};

struct _BalancePlan
{
  GObject             parent_instance;

  GPtrArray          *items;        /* of BalancePlanItem: by school, stage, year, measure */
  BalanceCosts       *costs;
  guint               district;     /* row */
  guint               years;
  BalancePlanStatus   status;
  BalancePlanGoal     goal;
  gboolean            moves_only;
  gint64              cost;         /* parts of a yuan */
  double              bound;        /* parts of a yuan, or what the goal counts; NaN: none */
  double              gap;
  double              seconds;
  char               *solver;
  BalanceEvaluation  *before, *after;
  guint               n_schools, n_met_before, n_met_after;
  BalanceList        *barriers;
  GPtrArray          *beyond;       /* of BalanceText */
};

const BalanceMeasureCost *balance_plan_item_get_cost_of (BalancePlanItem *self);
/* Digits of a number of steps of a measure, in units. (transfer full) */
char *balance_measure_dup_quantity (const BalanceMeasureCost *measure, gint64 steps);
/* "1234567.50": parts of a yuan. (transfer full) */
char *balance_money_to_string      (gint64 parts);
/* The items of the steps of each decision and year. */
void  balance_plan_make_items      (BalancePlan *self, BalancePlanModel *model, const gint64 *steps);

G_END_DECLS
