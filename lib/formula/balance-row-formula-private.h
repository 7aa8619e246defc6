/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-problem-private.h"

G_BEGIN_DECLS

/* Formulas over one row of foreign data, for maps: the operators of the formula language without levels,
 * units and aggregates, on exact fractions, texts and flags. */

typedef enum
{
  BALANCE_ROW_MISSING,
  BALANCE_ROW_NUMBER,
  BALANCE_ROW_FLAG,
  BALANCE_ROW_TEXT,
} BalanceRowKind;

typedef struct
{
  BalanceRowKind  kind;
  gint64          numerator;      /* flags: 0 or 1 */
  gint64          denominator;    /* positive; lowest terms */
  const char     *text;           /* not terminated, not owned */
  gsize           length;
} BalanceRowValue;

typedef struct _BalanceRowFormula BalanceRowFormula;

/* The operand that a name stands for; FALSE if there is none. */
typedef gboolean (*BalanceRowNameFunc) (const char *name,
                                        gpointer    data,
                                        guint      *operand);

/* NULL and a problem if the formula cannot be understood. `file` and `line` say where it stands. */
BalanceRowFormula *balance_row_formula_new  (const char            *text,
                                             const char            *file,
                                             guint                  line,
                                             BalanceRowNameFunc     resolve,
                                             gpointer               data,
                                             BalanceProblems       *problems);
void               balance_row_formula_free (BalanceRowFormula     *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceRowFormula, balance_row_formula_free)

/* Missing operands make what depends on them missing. FALSE and a static text in `why` where there is no
 * value: division by zero, a number out of range, a text where a number is needed. The result may point
 * into the operands and the formula. */
gboolean           balance_row_formula_eval (const BalanceRowFormula *self,
                                             const BalanceRowValue   *operands,
                                             BalanceRowValue         *result,
                                             const char             **why_en,
                                             const char             **why_zh);

G_END_DECLS
