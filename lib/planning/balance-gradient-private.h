/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evaluation/balance-judge-private.h"

G_BEGIN_DECLS

/* A value of the compiled formula while the facts behind it are off by some share of themselves, and how it changes with
 * each of them (reverse accumulation). Ranges are of doubles, rounded outwards; that a condition of the formula stays
 * what it is, is for the caller to see to. */

typedef struct
{
  double low, high;
} BalanceRange;

static inline double
balance_range_middle (BalanceRange range)
{
  return range.low + (range.high - range.low) / 2.0;
}

/* A number of facts, each a field on a row of its table (absolute). */
typedef struct
{
  BalanceLevel  level;
  guint         row;
  BalanceField *field;
  double        value;
  BalanceRange  slope;      /* of the value by this fact, over the box */
  int           direction;  /* to which end it goes: -1, 0, 1 */
} BalanceInfluence;

typedef enum
{
  BALANCE_GRADIENT_BOX,     /* every fact anywhere within its error */
  BALANCE_GRADIENT_VERTEX,  /* every fact at the end that its direction says */
} BalanceGradientMode;

typedef struct
{
  BalanceFrame        *frame;
  GHashTable          *held;      /* ids of fields without error; borrowed, nullable */
  BalanceGradientMode  mode;
  double               radius;    /* the error, as a share of each fact */
  gboolean             failed;    /* a fact is missing, or a formula of a kind that has no such range, or too much work */
  guint64              work;      /* nodes that were visited since the last reset */
  GArray              *facts;     /* of BalanceInfluence */
  GHashTable          *index;     /* of the same */
} BalanceGradient;

void         balance_gradient_init   (BalanceGradient *self, BalanceFrame *frame, GHashTable *held);
void         balance_gradient_clear  (BalanceGradient *self);
/* Forgets the facts, for another value. */
void         balance_gradient_reset  (BalanceGradient *self);
/* Facts that are met the first time get direction 0. */
BalanceRange balance_gradient_value  (BalanceGradient *self, BalanceNode *node, guint row);
/* Adds slope x value's slope to each fact. */
void         balance_gradient_spread (BalanceGradient *self, BalanceNode *node, guint row, BalanceRange slope);
void         balance_gradient_zero   (BalanceGradient *self);   /* all slopes */

/* A formula may use another many times over, and walking it so takes ever longer: there is an end to it. */
gboolean     balance_gradient_is_too_much (BalanceFrame *frame, guint64 work);
/* Follows stages, conditions and coarser rows to the operation that makes the value; FALSE where that is not known. */
gboolean     balance_gradient_resolve (BalanceFrame *frame, BalanceNode **node, guint *row);

BalanceRange balance_range_widen     (double low, double high);
BalanceRange balance_range_multiply  (BalanceRange a, BalanceRange b);

G_END_DECLS
