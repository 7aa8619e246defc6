/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "planning/balance-gradient-private.h"

G_BEGIN_DECLS

/* How large an error of the facts can turn a verdict: each fact may be off by the same share of itself, up or down.
 * Below `low` the verdict stands for certain; at `high` facts are known that turn it. Where both are the same, that is
 * the answer. An error of 1 leaves nothing of a fact; beyond it nothing is asked: INFINITY. */
/* An error of all but this leaves something of every fact, so that it can be divided by. */
#define BALANCE_FLIP_MOST (1.0 - 0x1p-20)

typedef struct
{
  double low, high;
  int    rule;      /* the requirement with a value or CV by which it turns; -1: a condition */
  guint  row;       /* of it, in the frame */
} BalanceFlip;

typedef struct
{
  BalanceJudge    *judge;
  BalanceFrame    *frame;
  BalanceGradient  gradient;
  BalanceGradient  free;       /* the same for other questions, while `gradient` is in use */
  GHashTable      *held;       /* ids of fields without error; nullable, borrowed */
  GHashTable      *flags[2];   /* (node, row) -> BalanceFlip; without and with `held` */
  GHashTable      *flags_held; /* what the second is for */
  GHashTable      *fields;     /* node of a weight -> ids of the fields behind it */
  guint64          work;       /* nodes that were visited for the conditions of one formula */
  BalanceFlip    **rules;      /* [rule][row], NaN where not asked yet */
} BalanceFlipper;

/* One CV: what it is made of, and how far each value may go. */
typedef struct
{
  guint         n;
  guint        *rows;          /* sections of the frame */
  double       *values, *weights;
  double       *slopes;        /* how far a value goes for an error of 1, where that is all there is to say */
  gboolean      straight;      /* it is, for all of them */
  gboolean      apart;         /* no fact stands behind two values */
  BalanceNode  *value, *weight;
} BalanceFlipGroup;

void        balance_flipper_init  (BalanceFlipper *self, BalanceJudge *judge);
void        balance_flipper_clear (BalanceFlipper *self);
/* Of a requirement that is met or unmet on a row of the frame. */
BalanceFlip balance_flipper_find  (BalanceFlipper *self, guint rule, guint row);

/* -- inside ------------------------------------------------------------------------------------------ */

/* a - factor x b, on one row; b NULL: a - limit */
typedef struct
{
  BalanceNode *a, *b;
  double       factor, limit;
  guint        row;
  int          side;      /* on which it has to be: 1 above zero, -1 below; 0 if that is not asked */
} BalanceDifference;

BalanceRange balance_difference_value  (BalanceGradient *gradient, const BalanceDifference *self);
void         balance_difference_spread (BalanceGradient *gradient, const BalanceDifference *self);
/* Directions of all facts that take it towards zero. FALSE where there is no such difference. */
gboolean     balance_difference_aim    (BalanceGradient *gradient, const BalanceDifference *self);
/* When it reaches zero, its facts going in their directions; INFINITY if not within `most`. */
double       balance_difference_reach  (BalanceGradient *gradient, const BalanceDifference *self, double most);
/* What a requirement with value and limit compares on a row; `floor` asks for the floor instead of the limit. */
gboolean     balance_flipper_get_difference (BalanceFlipper *self, guint rule, guint row, gboolean floor, BalanceDifference *difference);
/* When the conditions inside a formula, or a condition itself, can turn. */
double       balance_flipper_conditions (BalanceFlipper *self, BalanceNode *node, guint row);
BalanceFlip  balance_flipper_flag       (BalanceFlipper *self, BalanceNode *node, guint row);
/* When it can turn whether a requirement asks a row. */
double       balance_flipper_applies    (BalanceFlipper *self, guint rule, guint row);

/* The CV of one requirement on one row. FALSE where it is of another kind, or facts are missing. */
gboolean     balance_flip_group_find  (BalanceFlipGroup *self, BalanceFlipper *flipper, guint rule, guint row);
void         balance_flip_group_clear (BalanceFlipGroup *self);
BalanceFlip  balance_flip_group_flip  (BalanceFlipGroup *self, BalanceFlipper *flipper, double limit, gboolean met);
/* An error at which it turns where the weights may be off as well; INFINITY if none was found. */
double       balance_flip_group_flip_free (BalanceFlipGroup *self, BalanceFlipper *flipper, double limit, gboolean met);
/* The ids of the fields behind a weight. */
GHashTable  *balance_flipper_get_weight_fields (BalanceFlipper *self, BalanceNode *weight);
void         balance_flipper_hold      (BalanceFlipper *self, GHashTable *fields);

G_END_DECLS
