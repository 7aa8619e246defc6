/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-problem-private.h"
#include "census/balance-dictionary-private.h"

G_BEGIN_DECLS

/* What can be wrong with one value of one field. */
typedef enum
{
  BALANCE_FAULT_NONE,
  BALANCE_FAULT_NO_NUMBER,
  BALANCE_FAULT_TOO_LONG,
  BALANCE_FAULT_NOT_WHOLE,
  BALANCE_FAULT_NEGATIVE,
  BALANCE_FAULT_OUT_OF_BOUNDS,
  BALANCE_FAULT_NO_FLAG,
  BALANCE_FAULT_UNKNOWN_CHOICE,
  BALANCE_FAULT_NO_DATE,
  BALANCE_FAULT_NO_YEAR,
} BalanceFault;

/* Is the text nothing but blanks? Moves both ends inwards past ASCII blanks, no-break and full-width spaces. */
gboolean     balance_value_trim   (const char          **text,
                                   gsize                *length);

/* Reads a trimmed, non-empty text as a value of the field; not for texts. Numbers are multiplied by `factor`
 * (nullable) and lose trailing zeros; flags are 0 or 1, choices their code, dates days since 1970-01-01. */
BalanceFault balance_value_parse  (BalanceField         *field,
                                   const char           *text,
                                   gsize                 length,
                                   const BalanceDecimal *factor,
                                   BalanceDecimal       *value);

/* The same of a cell as people write them: with thousands separators, full-width digits, a leading apostrophe and a
 * unit of its own, which then counts instead of `factor`. */
BalanceFault balance_value_parse_cell (BalanceDictionary    *dictionary,
                                       BalanceField         *field,
                                       const char           *text,
                                       gsize                 length,
                                       const BalanceDecimal *factor,
                                       BalanceDecimal       *value);

/* What stands in a cell so that it is not empty. */
typedef enum
{
  BALANCE_FILLER_NONE,
  BALANCE_FILLER_DASH,      /* —, /, … */
  BALANCE_FILLER_WORD,      /* 无, 不详, N/A: may mean nothing is known or there is none */
} BalanceFiller;

BalanceFiller balance_value_is_filler (const char           *text,
                                       gsize                 length);

/* A number that is there already, multiplied by `factor` (nullable) and checked; drops trailing zeros. */
BalanceFault balance_value_take   (BalanceField         *field,
                                   const BalanceDecimal *factor,
                                   BalanceDecimal       *value);

/* Type and bounds of a number that is there already; drops trailing zeros. */
BalanceFault balance_value_check  (BalanceField         *field,
                                   BalanceDecimal       *value);

/* Does a school-level field add up, so that each section may have a part of its own? */
gboolean     balance_field_is_shared (BalanceField      *field);

int          balance_decimal_compare (const BalanceDecimal *a,
                                      const BalanceDecimal *b);

/* One problem about the value at `place`, with what is expected and how to mend it. */
void         balance_value_report (BalanceFault          fault,
                                   BalanceField         *field,
                                   BalanceSeverity       severity,
                                   const BalancePlace   *place,
                                   BalanceProblems      *problems);

G_END_DECLS
