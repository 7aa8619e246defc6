/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-types.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_TASK_SUMMARY (balance_task_summary_get_type ())

/* What is due, done and late, in numbers and money: of one quarter, of a unit, a kind or a school in it, or of all. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceTaskSummary, balance_task_summary, BALANCE, TASK_SUMMARY, GObject)

BALANCE_AVAILABLE_IN_1_0
const char *balance_task_summary_get_quarter        (BalanceTaskSummary *self);
BALANCE_AVAILABLE_IN_1_0
const char *balance_task_summary_get_key            (BalanceTaskSummary *self);
BALANCE_AVAILABLE_IN_1_0
char       *balance_task_summary_dup_title          (BalanceTaskSummary *self,
                                                     const char         *language);
BALANCE_AVAILABLE_IN_1_0
guint       balance_task_summary_get_n_due          (BalanceTaskSummary *self);
BALANCE_AVAILABLE_IN_1_0
guint       balance_task_summary_get_n_done         (BalanceTaskSummary *self);
BALANCE_AVAILABLE_IN_1_0
guint       balance_task_summary_get_n_verified     (BalanceTaskSummary *self);
BALANCE_AVAILABLE_IN_1_0
guint       balance_task_summary_get_n_late         (BalanceTaskSummary *self);
BALANCE_AVAILABLE_IN_1_0
guint       balance_task_summary_get_n_waived       (BalanceTaskSummary *self);
BALANCE_AVAILABLE_IN_1_0
guint       balance_task_summary_get_n_finished     (BalanceTaskSummary *self);
BALANCE_AVAILABLE_IN_1_0
guint       balance_task_summary_get_n_without_cost (BalanceTaskSummary *self);
BALANCE_AVAILABLE_IN_1_0
double      balance_task_summary_get_cost_due       (BalanceTaskSummary *self);
BALANCE_AVAILABLE_IN_1_0
double      balance_task_summary_get_cost_done      (BalanceTaskSummary *self);
BALANCE_AVAILABLE_IN_1_0
double      balance_task_summary_get_cost_late      (BalanceTaskSummary *self);

G_END_DECLS
