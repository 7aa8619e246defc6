/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "planning/balance-task-private.h"

G_BEGIN_DECLS

struct _BalanceLedger
{
  GObject    parent_instance;

  GPtrArray *tasks;        /* of BalanceTask, as they were added */
  char      *as_of;
  gint64     revision;     /* 0: in no store */
};

struct _BalanceTaskSummary
{
  GObject              parent_instance;

  char                *quarter;    /* "2026Q3"; NULL: all, or without a deadline */
  gboolean             total;
  BalanceTaskGrouping  grouping;
  char                *key;        /* unit, kind or school; nullable */
  char                *name;       /* of the school; nullable */
  guint                n_due, n_done, n_verified, n_late, n_waived, n_finished, n_without_cost;
  gint64               due, done, late;     /* parts of a yuan */
};

/* `as_of` is a date, or NULL for today; takes the tasks over. */
BalanceLedger *balance_ledger_new_take (GPtrArray *tasks, const char *as_of, gint64 revision);
/* A date as people write it, made canonical; today for NULL. NULL and an error where it is none. (transfer full) */
char          *balance_ledger_read_date (const char *date, GError **error);

G_END_DECLS
