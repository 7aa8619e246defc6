/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BALANCE_DECIMAL_MAX_SCALE 18

/* digits / 10^scale, exactly as written: 0.50 is {50, 2} */
typedef struct
{
  gint64 digits;
  guint  scale;
} BalanceDecimal;

/* [+-]digits[.digits][(e|E)[+-]digits]; no blanks, no locale. FALSE if it is anything else or does
 * not fit 18 digits. "1e3" is {1000, 0}. */
gboolean balance_decimal_parse       (const char     *text,
                                      gssize          length,
                                      BalanceDecimal *decimal);
/* The 15-digit decimal of a binary number if that reads back to the same double, else the
 * shortest one that does. FALSE for infinities, NaN and what does not fit. */
gboolean balance_decimal_from_double (double          value,
                                      BalanceDecimal *decimal);
/* The same of a number of single precision: 6 digits if they read back to the same float, else the fewest that do. */
gboolean balance_decimal_from_float  (float           value,
                                      BalanceDecimal *decimal);
/* Drops trailing zeros of the fraction. */
void     balance_decimal_normalize   (BalanceDecimal *decimal);
/* Same value at another, larger scale; FALSE on overflow. */
gboolean balance_decimal_rescale     (BalanceDecimal *decimal,
                                      guint           scale);
/* Exactly, without trailing zeros of the fraction; FALSE on overflow. `sum` may be one of the two. */
gboolean balance_decimal_add         (const BalanceDecimal *a,
                                      const BalanceDecimal *b,
                                      BalanceDecimal       *sum);
/* (transfer full) */
char    *balance_decimal_to_string   (const BalanceDecimal *decimal);

gint64   balance_power_of_ten        (guint           exponent);   /* 0..18 */

/* ISO date YYYY-MM-DD to days since 1970-01-01 and back (proleptic Gregorian). */
gboolean balance_date_parse          (const char     *text,
                                      gssize          length,
                                      gint32         *days);
char    *balance_date_to_string      (gint32          days);       /* (transfer full) */
/* The day on which so many years are completed, as a date: that of 29 February is 1 March. NULL after 9999.
 * (transfer full) */
char    *balance_date_add_years      (gint32          days,
                                      guint           years);

G_END_DECLS
