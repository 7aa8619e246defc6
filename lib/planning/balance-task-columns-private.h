/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "planning/balance-task-private.h"

G_BEGIN_DECLS

/* The columns of the workbook of the ledger: written by the report, edited by people, read back into the store. First the
 * number of the task, then fields, last the revision. */
#define BALANCE_TASK_N_COLUMNS 28

/* BALANCE_TASK_N_FIELDS for the number and the revision. */
BalanceTaskField balance_task_column_get_field (guint            column);
const char      *balance_task_column_get_title (guint            column,
                                                BalanceLanguage  language);
/* In characters. */
double           balance_task_column_get_width (guint            column);

G_END_DECLS
