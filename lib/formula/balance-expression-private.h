/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-decimal-private.h"
#include "base/balance-problem-private.h"

G_BEGIN_DECLS

/* The syntax of formulas: text to tree. Names are only names here; what they mean, their types, units
 * and levels are the business of whoever compiles the tree. Used for packs and for maps alike. */
typedef enum
{
  BALANCE_EXPRESSION_NUMBER,      /* decimal, unit (nullable), percent */
  BALANCE_EXPRESSION_TEXT,        /* text */
  BALANCE_EXPRESSION_NAME,        /* text */
  BALANCE_EXPRESSION_LIST,        /* args: literals, the right side of `in` */
  BALANCE_EXPRESSION_IF,          /* args: condition, then, else */
  BALANCE_EXPRESSION_OR,          /* args: two */
  BALANCE_EXPRESSION_AND,
  BALANCE_EXPRESSION_NOT,         /* args: one */
  BALANCE_EXPRESSION_EQUAL,       /* args: two */
  BALANCE_EXPRESSION_NOT_EQUAL,
  BALANCE_EXPRESSION_LESS,
  BALANCE_EXPRESSION_LESS_EQUAL,
  BALANCE_EXPRESSION_GREATER,
  BALANCE_EXPRESSION_GREATER_EQUAL,
  BALANCE_EXPRESSION_IN,          /* args: value, list; `not in` is NOT of it */
  BALANCE_EXPRESSION_ADD,
  BALANCE_EXPRESSION_SUBTRACT,
  BALANCE_EXPRESSION_MULTIPLY,
  BALANCE_EXPRESSION_DIVIDE,
  BALANCE_EXPRESSION_NEGATE,
  BALANCE_EXPRESSION_CALL,        /* text: function; args; weight, over, where for aggregates */
} BalanceExpressionKind;

typedef struct _BalanceExpression BalanceExpression;

struct _BalanceExpression
{
  BalanceExpressionKind   kind;
  guint                   position;   /* characters before it in the formula */
  /* of the outermost node: the formula as it is written, and where; the file belongs to whoever had it read */
  char                   *source;
  const char             *file;       /* nullable */
  guint                   line, column;
  char                   *text;
  BalanceDecimal          number;     /* 85% is {85, 2} with percent set */
  gboolean                percent;
  char                   *unit;       /* nullable */
  guint                   n_args;
  BalanceExpression     **args;
  BalanceExpression      *weight;     /* `weighted by`; nullable */
  char                   *over;       /* "sections", "schools", "stages", "districts"; nullable */
  BalanceExpression      *where;      /* nullable */
};

/* NULL and a problem of kind "formula" where the text is no formula. `place` gives file and row; the
 * column of the problem is its column plus the position in the formula. Nesting is limited to 100
 * levels and a formula to 64 KiB. */
BalanceExpression *balance_expression_parse (const char         *text,
                                             const BalancePlace *place,
                                             BalanceProblems    *problems);
/* Is it a word that cannot be a name? */
gboolean           balance_expression_is_keyword (const char *word);
void               balance_expression_free  (BalanceExpression  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceExpression, balance_expression_free)

G_END_DECLS
