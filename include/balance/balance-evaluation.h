/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-census.h>
#include <balance/balance-finding.h>
#include <balance/balance-progress.h>
#include <balance/balance-standard.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_GROUP (balance_group_get_type ())

/* All sections of one district and stage, judged: 县内学段 */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceGroup, balance_group, BALANCE, GROUP, GObject)

BALANCE_AVAILABLE_IN_1_0
const char    *balance_group_get_district_code (BalanceGroup *self);
BALANCE_AVAILABLE_IN_1_0
const char    *balance_group_get_stage         (BalanceGroup *self);
/* sections in scope of the standard */
BALANCE_AVAILABLE_IN_1_0
guint          balance_group_get_n_sections    (BalanceGroup *self);
BALANCE_AVAILABLE_IN_1_0
double         balance_group_get_weight        (BalanceGroup *self);
BALANCE_AVAILABLE_IN_1_0
BalanceVerdict balance_group_get_verdict       (BalanceGroup *self);
BALANCE_AVAILABLE_IN_1_0
double         balance_group_get_composite_cv  (BalanceGroup *self);
BALANCE_AVAILABLE_IN_1_0
double         balance_group_get_mean          (BalanceGroup *self,
                                                const char   *indicator);
BALANCE_AVAILABLE_IN_1_0
double         balance_group_get_cv            (BalanceGroup *self,
                                                const char   *indicator);
BALANCE_AVAILABLE_IN_1_0
double         balance_group_get_cv_limit      (BalanceGroup *self,
                                                const char   *indicator);
BALANCE_AVAILABLE_IN_1_0
BalanceVerdict balance_group_get_cv_verdict    (BalanceGroup *self,
                                                const char   *indicator);

#define BALANCE_TYPE_EVALUATION (balance_evaluation_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceEvaluation, balance_evaluation, BALANCE, EVALUATION, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceStandard *balance_evaluation_get_standard         (BalanceEvaluation  *self);
BALANCE_AVAILABLE_IN_1_0
BalanceCensus   *balance_evaluation_get_census           (BalanceEvaluation  *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_evaluation_get_as_of            (BalanceEvaluation  *self);
BALANCE_AVAILABLE_IN_1_0
char           **balance_evaluation_dup_options          (BalanceEvaluation  *self);
BALANCE_AVAILABLE_IN_1_0
char           **balance_evaluation_dup_concessions      (BalanceEvaluation  *self);
/* what rests on all districts taken together */
BALANCE_AVAILABLE_IN_1_0
char           **balance_evaluation_dup_region_items     (BalanceEvaluation  *self);
BALANCE_AVAILABLE_IN_1_0
BalanceVerdict   balance_evaluation_get_verdict          (BalanceEvaluation  *self);
BALANCE_AVAILABLE_IN_1_0
BalanceVerdict   balance_evaluation_get_district_verdict (BalanceEvaluation  *self,
                                                          const char         *district_code);
/* verdict of one section on everything that is asked of sections */
BALANCE_AVAILABLE_IN_1_0
BalanceVerdict   balance_evaluation_get_section_verdict  (BalanceEvaluation  *self,
                                                          BalanceSection     *section);
BALANCE_AVAILABLE_IN_1_0
GListModel      *balance_evaluation_get_groups           (BalanceEvaluation  *self);
/* things that a reader must know: absent stages, zero pupils, skipped rows; list of BalanceProblem */
BALANCE_AVAILABLE_IN_1_0
GListModel      *balance_evaluation_get_notices          (BalanceEvaluation  *self);
BALANCE_AVAILABLE_IN_1_0
GBytes          *balance_evaluation_dup_values           (BalanceEvaluation  *self,
                                                          const char         *indicator,
                                                          GBytes            **validity,
                                                          GError            **error);
BALANCE_AVAILABLE_IN_1_0
GBytes          *balance_evaluation_dup_dispersions      (BalanceEvaluation  *self,
                                                          const char         *indicator,
                                                          GBytes            **validity,
                                                          GError            **error);
BALANCE_AVAILABLE_IN_1_0
GBytes          *balance_evaluation_dup_verdicts         (BalanceEvaluation  *self,
                                                          const char         *requirement,
                                                          GError            **error);
BALANCE_AVAILABLE_IN_1_0
BalanceFinding  *balance_evaluation_find                 (BalanceEvaluation  *self,
                                                          const char         *path,
                                                          GError            **error);
/* the roots of the requirement tree, judged on one district; region roots too when district_code is NULL */
BALANCE_AVAILABLE_IN_1_0
GListModel      *balance_evaluation_get_findings         (BalanceEvaluation  *self,
                                                          const char         *district_code);
/* everything judged on one school and its sections, outermost requirement first */
BALANCE_AVAILABLE_IN_1_0
GListModel      *balance_evaluation_get_school_findings  (BalanceEvaluation  *self,
                                                          BalanceSchool      *school);
/* what to ask for first: the smallest sets of missing facts that could decide an undetermined district */
BALANCE_AVAILABLE_IN_1_0
GListModel      *balance_evaluation_get_deciding_sets    (BalanceEvaluation  *self,
                                                          const char         *district_code);
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_evaluation_write_json           (BalanceEvaluation  *self,
                                                          GOutputStream      *stream,
                                                          GCancellable       *cancellable,
                                                          GError            **error);
/* into the schema balance_results of a PostgreSQL database */
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_evaluation_write_database       (BalanceEvaluation  *self,
                                                          const char         *connection,
                                                          BalanceProgress    *progress,
                                                          GCancellable       *cancellable,
                                                          GError            **error);
BALANCE_AVAILABLE_IN_1_0
void             balance_evaluation_write_database_async (BalanceEvaluation  *self,
                                                          const char         *connection,
                                                          BalanceProgress    *progress,
                                                          GCancellable       *cancellable,
                                                          GAsyncReadyCallback callback,
                                                          gpointer            user_data);
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_evaluation_write_database_finish (BalanceEvaluation *self,
                                                          GAsyncResult       *result,
                                                          GError            **error);

G_END_DECLS
