/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "census/balance-census-private.h"

G_BEGIN_DECLS

/* A school of the earlier year that is part of another one now. */
typedef struct
{
  guint32 later, row;
} BalanceJoined;

/* An earlier census, joined to a later one row by row.
 *
 * A school is the same by its code within its district. What is left on both sides is joined by a name that
 * only one school of each side has: a school that only got another code. Districts join by code; where each
 * census has one district only, these two. Where the later facts tell what a school was before (another code, another
 * district, several schools), that counts. */
typedef struct
{
  BalanceFacts *facts;
  guint32      *sections, *schools, *districts;   /* [row of the later census] row here, or BALANCE_NO_ROW */
  GArray       *joined;                           /* of BalanceJoined; nullable */
} BalanceYear;

BalanceYear *balance_year_new      (BalanceFacts *later,
                                    BalanceFacts *facts);
void         balance_year_free     (BalanceYear  *self);
/* The row that was this one; not for stages. */
guint32      balance_year_get_row  (const BalanceYear *self,
                                    BalanceLevel       level,
                                    guint              row);
/* Puts a column beside those of the later census: the values of `field` in the earlier one, under the field `twin`. */
void         balance_year_add_twin (const BalanceYear *self,
                                    BalanceFacts      *later,
                                    BalanceLevel       level,
                                    const char        *field,
                                    BalanceField      *twin);

G_END_DECLS
