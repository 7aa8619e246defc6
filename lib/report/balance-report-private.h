/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "report/balance-wording-private.h"

G_BEGIN_DECLS

struct _BalanceReport
{
  GObject            parent_instance;

  BalanceEvaluation *evaluation;
  BalanceLanguage    language;
  char              *district;    /* code; NULL = all */
  GListModel        *problems;    /* of BalanceProblem; nullable */
  gboolean           colour;
  BalancePlan       *plan;        /* nullable */
  BalanceLedger     *ledger;      /* nullable */
};

/* Explains one finding with all that is known of it. */
void  balance_layout_finding   (BalanceLayout  *self,
                                BalanceFinding *finding);

/* Of a finding, in words: its value or the bounds of it, its distance from the limit, its floor. NULL where there is
 * none. (transfer full) */
char *balance_layout_dup_value_text  (BalanceLayout  *self,
                                      BalanceFinding *finding);
char *balance_layout_dup_margin_text (BalanceLayout  *self,
                                      BalanceFinding *finding);
char *balance_layout_dup_floor_text  (BalanceLayout  *self,
                                      BalanceFinding *finding);
/* Which missing facts would decide it; nothing for what is determined. */
void  balance_layout_deciding  (BalanceLayout  *self,
                                BalanceFinding *finding);
/* "Pupils (School A) [a.csv!K17] and ..."; whose they are is left out for the subject. (transfer full) */
char *balance_deciding_set_dup_text (BalanceDecidingSet *self,
                                     const char         *subject,
                                     BalanceLanguage     language);

/* Given by the evaluation: what it took to find what would decide a finding. A report of a district in which very much
 * is missing stops asking after so much: some seconds. */
#define BALANCE_MAX_DECIDING_WORK 1000000
guint64  balance_finding_get_deciding_work      (BalanceFinding     *self);

/* The text report; see balance_report_write_text(). (transfer full) */
char *balance_report_dup_text  (BalanceReport  *self);

/* The JSON of one district, or of all where the code is NULL. */
gboolean balance_evaluation_write_json_filtered (BalanceEvaluation  *self,
                                                 const char         *district_code,
                                                 GOutputStream      *stream,
                                                 GCancellable       *cancellable,
                                                 GError            **error);

/* Given by the evaluation: which values are not met but not below the floor (guint8 per section; NULL where
 * nothing has a floor), and the weights (double per section, NaN = missing or out of scope; nullable). */
GBytes  *balance_evaluation_dup_at_floor        (BalanceEvaluation  *self,
                                                 const char         *indicator);
GBytes  *balance_evaluation_dup_weights         (BalanceEvaluation  *self);

G_END_DECLS
