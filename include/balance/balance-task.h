/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-types.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_TASK (balance_task_get_type ())

/* One thing that somebody has to do, as it stands at one moment. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceTask, balance_task, BALANCE, TASK, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceTask       *balance_task_new                    (const char *const  *fields,
                                                        const char *const  *values,
                                                        GError            **error);
BALANCE_AVAILABLE_IN_1_0
BalanceTask       *balance_task_amend                  (BalanceTask        *self,
                                                        const char *const  *fields,
                                                        const char *const  *values,
                                                        GError            **error);
BALANCE_AVAILABLE_IN_1_0
char             **balance_task_list_fields            (void);
BALANCE_AVAILABLE_IN_1_0
char              *balance_task_dup_field_title        (const char         *field,
                                                        const char         *language);
BALANCE_AVAILABLE_IN_1_0
gint64             balance_task_get_id                 (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
gint64             balance_task_get_revision           (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_value              (BalanceTask        *self,
                                                        const char         *field);
BALANCE_AVAILABLE_IN_1_0
int                balance_task_get_year               (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_district_code      (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_district_name      (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_school_code        (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_school_name        (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_giver_code         (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_giver_name         (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_stage              (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
BalanceTaskKind    balance_task_get_kind               (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_measure            (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_title              (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
char             **balance_task_dup_requirements       (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
BalanceGapTarget   balance_task_get_target             (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_quantity           (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_unit               (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
double             balance_task_get_cost               (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
char             **balance_task_dup_fields             (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
char             **balance_task_dup_amounts            (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
char             **balance_task_dup_before             (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
guint              balance_task_get_phase              (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_responsible_unit   (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_responsible_person (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_start              (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_deadline           (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
gint64            *balance_task_dup_depends_on         (BalanceTask        *self,
                                                        gsize              *n_tasks);
BALANCE_AVAILABLE_IN_1_0
BalanceTaskStatus  balance_task_get_status             (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
guint              balance_task_get_progress           (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_finished           (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
int                balance_task_get_verified_year      (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_reason             (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
const char        *balance_task_get_evidence           (BalanceTask        *self);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_task_is_late                (BalanceTask        *self,
                                                        const char         *as_of);
BALANCE_AVAILABLE_IN_1_0
char              *balance_task_to_text                (BalanceTask        *self,
                                                        const char         *language);

G_END_DECLS
