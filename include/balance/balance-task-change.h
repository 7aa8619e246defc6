/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-types.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_TASK_CHANGE (balance_task_change_get_type ())

/* One change of one field of a task: who, when, from what to what. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceTaskChange, balance_task_change, BALANCE, TASK_CHANGE, GObject)

BALANCE_AVAILABLE_IN_1_0
gint64      balance_task_change_get_revision (BalanceTaskChange *self);
BALANCE_AVAILABLE_IN_1_0
gint64      balance_task_change_get_task     (BalanceTaskChange *self);
BALANCE_AVAILABLE_IN_1_0
const char *balance_task_change_get_time     (BalanceTaskChange *self);
BALANCE_AVAILABLE_IN_1_0
const char *balance_task_change_get_who      (BalanceTaskChange *self);
BALANCE_AVAILABLE_IN_1_0
const char *balance_task_change_get_field    (BalanceTaskChange *self);
BALANCE_AVAILABLE_IN_1_0
const char *balance_task_change_get_old      (BalanceTaskChange *self);
BALANCE_AVAILABLE_IN_1_0
const char *balance_task_change_get_new      (BalanceTaskChange *self);
BALANCE_AVAILABLE_IN_1_0
char       *balance_task_change_to_text      (BalanceTaskChange *self,
                                              const char        *language);
BALANCE_AVAILABLE_IN_1_0
gboolean    balance_task_change_write_text   (GListModel        *changes,
                                              const char        *language,
                                              GOutputStream     *stream,
                                              GCancellable      *cancellable,
                                              GError           **error);
BALANCE_AVAILABLE_IN_1_0
gboolean    balance_task_change_write_json   (GListModel        *changes,
                                              GOutputStream     *stream,
                                              GCancellable      *cancellable,
                                              GError           **error);

G_END_DECLS
