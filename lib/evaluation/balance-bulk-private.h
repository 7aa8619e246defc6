/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evaluation/balance-evaluation-private.h"
#include "formula/balance-kernels-private.h"

G_BEGIN_DECLS

/* Judges many districts at once in blocks of columns, where the requirements allow it: values of sections against
 * limits by stage, k of n, coefficients of variation of groups, and combinations of these. Its verdicts are those of
 * BalanceJudge; a district for which it cannot be sure of that is left to it. */
typedef struct _BalanceBulk BalanceBulk;
typedef struct _BalanceBulkRun BalanceBulkRun;

/* Which requirements of an evaluation can be judged so; shared by all threads. NULL if none can. */
BalanceBulk    *balance_bulk_new       (BalanceEvaluation    *evaluation,
                                        BalanceResult        *result,
                                        const BalanceKernels *kernels);
void            balance_bulk_free      (BalanceBulk          *self);
gboolean        balance_bulk_has_rule  (BalanceBulk          *self,
                                        guint                 rule);
/* Can it judge all that is asked? */
gboolean        balance_bulk_is_whole  (BalanceBulk          *self);

/* Those of its requirements that make the verdict of a district. */
const guint    *balance_bulk_get_roots (BalanceBulk          *self,
                                        guint                *n);

/* For tests alone, while nothing is judged: how many rows a block may have, where a district is not larger; 0 for as many as
 * usual. */
void            balance_bulk_set_rows_per_run (guint         rows);
/* Districts are taken in runs of so many rows that a loop is worth its start. */
guint           balance_bulk_get_n_runs (BalanceBulk         *self);
void            balance_bulk_get_run    (BalanceBulk         *self,
                                         guint                run,
                                         guint               *first_district,
                                         guint               *n_districts);

BalanceBulkRun *balance_bulk_run_new   (BalanceBulk          *self);
void            balance_bulk_run_free  (BalanceBulkRun       *self);
/* Writes the verdicts of its requirements. unsure[i] is set for a district that has to be judged otherwise. Which districts
 * will be asked next is told so that their facts are fetched meanwhile. */
void            balance_bulk_run_judge (BalanceBulkRun       *self,
                                        guint                 first_district,
                                        guint                 n_districts,
                                        guint                 next_district,
                                        guint8               *unsure);

/* The same again for the districts judged last, after a value of one column has changed: only what rests on it. `group`
 * is that of the section whose value it is, -1 where it is none or there are several. */
void            balance_bulk_run_update (BalanceBulkRun      *self,
                                         const BalanceColumn *column,
                                         int                  group,
                                         guint8              *unsure);

/* Can it tell which sections have no pupils? Then it appends the rows of those of the districts judged last that
 * would be asked otherwise. */
gboolean        balance_bulk_finds_empty (BalanceBulk        *self);
void            balance_bulk_run_find_empty (BalanceBulkRun  *self,
                                             GArray          *rows);

/* -- of an evaluation, for those who judge a part of it ------------------------------------------------- */

/* Only the outermost requirements make the verdict. */
gboolean        balance_evaluation_is_root        (BalanceEvaluation *self,
                                                   const BalanceRule *rule);
/* Judges what was not judged in bulk; all where `bulk` is NULL. Adds to the verdict of the district. */
void            balance_evaluation_judge_district (BalanceEvaluation *self,
                                                   BalanceResult     *result,
                                                   BalanceJudge      *judge,
                                                   BalanceBulk       *bulk,
                                                   guint              district);
/* What the requirements that were judged in bulk make of a district. */
BalanceVerdict  balance_evaluation_get_bulk_verdict (BalanceEvaluation *self,
                                                     BalanceResult     *result,
                                                     BalanceBulk       *bulk,
                                                     guint              district);
/* What was left out on reading weighs on the verdict of a district. */
void            balance_evaluation_withhold (BalanceEvaluation *self,
                                             BalanceResult     *result,
                                             guint              district);
/* The verdict of all from those of the districts. */
void            balance_evaluation_sum_up (BalanceEvaluation *self);

G_END_DECLS
