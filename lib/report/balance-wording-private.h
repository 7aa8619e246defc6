/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "report/balance-layout-private.h"

G_BEGIN_DECLS

/* The words and numbers that all texts share. */
BalanceInk  balance_verdict_ink      (BalanceVerdict           verdict);
const char *balance_verdict_word     (BalanceVerdict           verdict,
                                      BalanceLanguage          language);
const char *balance_level_word       (BalanceLevel             level,
                                      BalanceLanguage          language);
/* "error: " */
const char *balance_severity_label   (BalanceSeverity          severity,
                                      BalanceLanguage          language);
/* "≥", "≤", ">", "<" for "at_least" and so on; "" for NULL */
const char *balance_comparison_sign  (const char              *comparison);
/* A number with that many decimals in the unit's way of writing (per cent as 97.1 %); "–" for NaN.
 * (transfer full) */
char       *balance_number_text      (double                   number,
                                      int                      decimals,
                                      const char              *unit);
/* The same with as many more decimals as it takes to see on which side of the limit the number lies. */
char       *balance_number_text_beside (double                 number,
                                        double                 limit,
                                        int                    decimals,
                                        const char            *unit);
/* A limit as it is written, with two decimals or more: 0.50, 0.455. (transfer full) */
char       *balance_number_limit_text (double                  number);
/* The shortest decimal that reads back to the same number; "" for NaN. (transfer full) */
char       *balance_number_exact     (double                   number);
/* The value as the official form prints it, with more decimals where it would seem to lie on the other side of the
 * limit or on it; nullable. (transfer full) */
char       *balance_finding_dup_plain_value_text (BalanceFinding *finding,
                                                  BalanceLanguage language);
/* "3.57 m2/pupil ≥ 4.5 m2/pupil"; NULL where nothing was computed. (transfer full) */
char       *balance_finding_dup_comparison_text (BalanceFinding *finding,
                                                 BalanceLanguage language);

G_END_DECLS
