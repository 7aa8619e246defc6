/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-evaluation.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_GAP (balance_gap_get_type ())

/* What one subject lacks for one requirement. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceGap, balance_gap, BALANCE, GAP, GObject)

BALANCE_AVAILABLE_IN_1_0
const char      *balance_gap_get_path          (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_gap_get_id            (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_gap_get_title         (BalanceGap *self,
                                                const char *language);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_gap_get_reference     (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
BalanceLevel     balance_gap_get_level         (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
char            *balance_gap_dup_subject       (BalanceGap *self,
                                                const char *language);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_gap_get_district_code (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_gap_get_school_code   (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_gap_get_stage         (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
BalanceVerdict   balance_gap_get_verdict       (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
BalanceGapTarget balance_gap_get_target        (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_gap_get_in_facts      (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
gboolean         balance_gap_get_lower         (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
double           balance_gap_get_exact         (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_gap_get_amount        (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_gap_get_floor_amount  (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_gap_get_unit          (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
char            *balance_gap_dup_unit_title    (BalanceGap *self,
                                                const char *language);
BALANCE_AVAILABLE_IN_1_0
char           **balance_gap_dup_fields        (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
double           balance_gap_get_share         (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
BalanceFinding  *balance_gap_get_finding       (BalanceGap *self);
BALANCE_AVAILABLE_IN_1_0
char            *balance_gap_to_text           (BalanceGap *self,
                                                const char *language);

#define BALANCE_TYPE_GAP_LIST (balance_gap_list_get_type ())

/* What a county lacks: a list model of BalanceGap. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceGapList, balance_gap_list, BALANCE, GAP_LIST, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceGapList    *balance_gap_list_new            (BalanceEvaluation  *evaluation,
                                                    const char         *district_code);
BALANCE_AVAILABLE_IN_1_0
BalanceEvaluation *balance_gap_list_get_evaluation (BalanceGapList     *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_gap_list_get_district   (BalanceGapList     *self);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_gap_list_write_text     (BalanceGapList     *self,
                                                    const char         *language,
                                                    GOutputStream      *stream,
                                                    GCancellable       *cancellable,
                                                    GError            **error);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_gap_list_write_csv      (BalanceGapList     *self,
                                                    const char         *language,
                                                    GOutputStream      *stream,
                                                    GCancellable       *cancellable,
                                                    GError            **error);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_gap_list_write_json     (BalanceGapList     *self,
                                                    const char         *language,
                                                    GOutputStream      *stream,
                                                    GCancellable       *cancellable,
                                                    GError            **error);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_gap_list_write_xlsx     (BalanceGapList     *self,
                                                    const char         *language,
                                                    GOutputStream      *stream,
                                                    GCancellable       *cancellable,
                                                    GError            **error);

G_END_DECLS
