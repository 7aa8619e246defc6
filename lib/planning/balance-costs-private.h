/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "base/balance-decimal-private.h"
#include "base/balance-yaml-private.h"

G_BEGIN_DECLS

/* Money is counted in so many parts of a yuan, as whole numbers. */
#define BALANCE_MONEY_SCALE 4
#define BALANCE_PLAN_MAX_YEARS 10

/* What a measure does to one fact for each unit of it. */
typedef struct
{
  BalanceField   *field;
  BalanceDecimal  amount;
} BalanceMeasureEffect;

/* Only where a choice or flag of the school has one of these values. */
typedef struct
{
  BalanceField *field;
  GArray       *codes;        /* of int */
} BalanceFilter;

typedef struct
{
  char            *id;
  BalanceText      title;
  BalancePlanKind  kind;
  GArray          *effects;   /* of BalanceMeasureEffect; all fields of one level */
  GArray          *counts;    /* of BalanceMeasureEffect, of districts: what each unit that moves counts for */
  char           **stages;    /* ids; nullable: all */
  GPtrArray       *where;     /* of BalanceFilter */
  BalanceDecimal   step;      /* units */
  BalanceDecimal   cost;      /* of one unit */
  gint64           step_cost; /* of one step, in parts of a yuan */
  gboolean         has_most;
  BalanceDecimal   most;      /* units in one place, over the whole plan */
  gboolean         has_total;
  BalanceDecimal   total;     /* units in the district, over the whole plan */
  guint            from;      /* first year in which it can have its effect, from 1 */
  char            *source;
  guint            line;
} BalanceMeasureCost;

/* So much and no more of several measures together, in each place or in the district. */
typedef struct
{
  char           *id;
  BalanceText     title;
  GArray         *measures;   /* of guint */
  BalanceField   *of;         /* counted in this field; NULL: in units */
  gboolean        has_share;
  BalanceDecimal  share;      /* of what the place has of it */
  BalanceDecimal  most;       /* without a share */
  gboolean        district;   /* of the district instead of each place */
  gboolean        each_year;
  char           *source;
  guint           line;
} BalanceCostLimit;

typedef struct
{
  char           *school;     /* code */
  GArray         *measures;   /* of guint; empty: all */
  BalanceDecimal  most;
  BalanceText     title;
  char           *source;
  guint           line;
} BalanceRestriction;

typedef struct
{
  char           *school;     /* code; who gets it */
  char           *giver;      /* of moves; nullable */
  char           *stage;      /* nullable */
  guint           measure;
  BalanceDecimal  quantity;   /* units */
  guint           year;       /* from 1 */
  guint           line;
} BalanceDecided;

struct _BalanceCosts
{
  GObject            parent_instance;

  char              *file;
  char              *id;
  BalanceText        title;
  BalanceText        note;
  BalanceDictionary *dictionary;
  guint              years;
  GArray            *budgets;      /* of gint64 in parts of a yuan, one per year; or one for all, see `one_budget` */
  gboolean           one_budget;
  char             **goal;         /* ids of requirements; nullable */
  GPtrArray         *measures;     /* of BalanceMeasureCost */
  GPtrArray         *limits;       /* of BalanceCostLimit */
  GPtrArray         *restrictions; /* of BalanceRestriction */
  GPtrArray         *decided;      /* of BalanceDecided */
};

/* FALSE after adding problems. */
gboolean balance_costs_read  (BalanceCosts *self, const BalanceYaml *root, BalanceProblems *problems);
/* In parts of a yuan; FALSE if it has more decimals or is too large. */
gboolean balance_money_parse (const BalanceDecimal *decimal, gint64 *parts);

G_END_DECLS
