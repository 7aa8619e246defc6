/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evaluation/balance-judge-private.h"

G_BEGIN_DECLS

/* Which facts a value depends on, and how: found from the compiled formula alone. A value that is a sum of facts, each
 * times a number that no decision touches, has a form; so has a quotient of two such sums. */

/* One fact: a field on a row of its table, absolute. */
typedef struct
{
  BalanceLevel  level;
  guint         row;
  BalanceField *field;        /* of the pack's dictionary */
} BalanceFactKey;

typedef struct
{
  guint         fact;         /* index into `facts` of the reader */
  BalanceNumber coefficient;
} BalanceLinearTerm;

typedef struct
{
  BalanceNumber constant;     /* of everything as it is now, the terms' facts at their present values included */
  GArray       *terms;        /* of BalanceLinearTerm, each fact once */
} BalanceLinear;

typedef enum
{
  BALANCE_LINEAR_FOUND,
  BALANCE_LINEAR_MISSING,     /* a fact that it needs is missing */
  BALANCE_LINEAR_OTHER,       /* it is no such sum */
} BalanceLinearResult;

typedef struct
{
  BalanceFrame *frame;
  GHashTable   *fields;       /* ids of the fields that decisions may change; borrowed */
  GHashTable   *programs;     /* program -> states of its nodes: 0 not asked, 1 untouched, 2 touched */
  GArray       *facts;        /* of BalanceFactKey */
  GHashTable   *index;        /* BalanceFactKey -> position + 1 */
} BalanceLinearReader;

void     balance_linear_reader_init  (BalanceLinearReader *self, BalanceFrame *frame, GHashTable *fields);
void     balance_linear_reader_clear (BalanceLinearReader *self);

/* May a decision change the node's value? */
gboolean balance_linear_is_touched   (BalanceLinearReader *self, BalanceNode *node);
guint    balance_linear_add_fact     (BalanceLinearReader *self, BalanceLevel level, guint row, BalanceField *field);

/* The forms above and below the line of a value on a row of the frame; `below` is 1 where nothing is divided by what
 * decisions change. Cleared by the caller whatever the result. Coefficients belong to the frame's pool. */
BalanceLinearResult balance_linear_find (BalanceLinearReader *self,
                                         BalanceNode         *node,
                                         guint                row,
                                         BalanceLinear       *above,
                                         BalanceLinear       *below);
void     balance_linear_clear        (BalanceLinear *self);
/* self += factor * other */
void     balance_linear_add          (BalanceNumberPool *pool, BalanceLinear *self, const BalanceLinear *other, BalanceNumber factor);
gboolean balance_linear_is_constant  (const BalanceLinear *self);

G_END_DECLS
