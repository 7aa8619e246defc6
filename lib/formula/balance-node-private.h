/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "formula/balance-program-private.h"

G_BEGIN_DECLS

typedef enum
{
  BALANCE_NODE_CONSTANT,      /* number, flag, text or date */
  BALANCE_NODE_FIELD,         /* a field on its own level */
  BALANCE_NODE_STAGE,         /* the stage of a section or group */
  BALANCE_NODE_SPLIT,         /* a section's part of its school's amount */
  BALANCE_NODE_RAISE,         /* the value of the enclosing row of a coarser level */
  BALANCE_NODE_BY_STAGE,      /* args[position of the stage in the pack]; NULL = no value */
  BALANCE_NODE_IN_STAGES,     /* flag: is the section's stage one of the pack's? */
  BALANCE_NODE_IF,
  BALANCE_NODE_OR,
  BALANCE_NODE_AND,
  BALANCE_NODE_NOT,
  BALANCE_NODE_LESS,
  BALANCE_NODE_LESS_EQUAL,
  BALANCE_NODE_EQUAL,         /* numbers, choices, texts, dates, flags */
  BALANCE_NODE_IN,            /* args[0] one of the constants after it */
  BALANCE_NODE_ADD,
  BALANCE_NODE_SUBTRACT,
  BALANCE_NODE_MULTIPLY,
  BALANCE_NODE_DIVIDE,
  BALANCE_NODE_MIN,
  BALANCE_NODE_MAX,
  BALANCE_NODE_ABS,
  BALANCE_NODE_ROUND,         /* `variant` is a BalanceRounding */
  BALANCE_NODE_MISSING,
  BALANCE_NODE_YEARS,
  BALANCE_NODE_AGGREGATE,     /* `variant` is a BalanceAggregate; args: value (nullable), weight (nullable), mask (nullable) */
  BALANCE_NODE_REQUIREMENT,   /* flag: verdict of requirement number `variant` */
  BALANCE_NODE_SCORE,         /* number: score of requirement number `variant` */
} BalanceNodeKind;

typedef enum
{
  BALANCE_AGGREGATE_SUM,
  BALANCE_AGGREGATE_MEAN,
  BALANCE_AGGREGATE_CV,
  BALANCE_AGGREGATE_MIN,
  BALANCE_AGGREGATE_MAX,
  BALANCE_AGGREGATE_COUNT,
  BALANCE_AGGREGATE_SHARE,
  BALANCE_AGGREGATE_ANY,      /* is the flag true for one of the rows? */
} BalanceAggregate;

struct _BalanceNode
{
  guint             index;
  BalanceNodeKind   kind;
  BalanceValueType  type;
  BalanceLevel      level;
  guint             variant;
  gboolean          uses_region;
  guint             depth;       /* of the graph below it, which is walked by recursion */
  BalanceField     *field;       /* FIELD, SPLIT; choice constants and choice columns: the field of the codes */
  BalanceNumber     number;      /* CONSTANT number */
  BalanceTruth      truth;       /* CONSTANT flag */
  char             *text;        /* CONSTANT text or choice */
  gint32            date;        /* CONSTANT date */
  BalanceLevel      rows;        /* AGGREGATE: level of the rows it sees */
  guint             n_args;
  BalanceNode     **args;
};

G_END_DECLS
