/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "planning/balance-ledger-private.h"
#include "store/balance-store-private.h"

G_BEGIN_DECLS

/* Tasks in the tables of a store. All run inside a transaction of the caller. */

/* -- reading (balance-task-history.c) */
gboolean       balance_tasks_get_revision (BalanceDatabase  *self,
                                           gint64           *revision,
                                           GError          **error);
/* (transfer full) All tasks as they stand now; NULL and an error where what stands there is none. */
GPtrArray     *balance_tasks_read         (BalanceDatabase  *self,
                                           gint64            revision,
                                           GError          **error);
/* (transfer full) All tasks as they stood after a change, out of the history alone. */
GPtrArray     *balance_tasks_replay       (BalanceDatabase  *self,
                                           gint64            revision,
                                           GError          **error);

/* The ledger as it stands, and as it stood when somebody took a copy of it. */
typedef struct
{
  BalanceDatabase *database;
  gint64           revision;      /* the last one */
  GPtrArray       *now;           /* of BalanceTask */
  GHashTable      *past;          /* revision -> GPtrArray of BalanceTask */
} BalanceTaskStates;

gboolean       balance_task_states_read   (BalanceTaskStates *self,
                                           BalanceDatabase   *database,
                                           GError           **error);
void           balance_task_states_clear  (BalanceTaskStates *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BalanceTaskStates, balance_task_states_clear)
/* All tasks of a revision up to the last; not owned. */
GPtrArray     *balance_task_states_get    (BalanceTaskStates *self,
                                           gint64             revision,
                                           GError           **error);
/* Does the history give what stands there now? FALSE and an error where not. */
gboolean       balance_tasks_check        (BalanceDatabase  *self,
                                           GError          **error);
/* Writes what is different, with its history; `before` NULL: a new task, which gets its number. */
gboolean       balance_tasks_write        (BalanceDatabase  *self,
                                           BalanceTask      *before,
                                           BalanceTask      *after,
                                           const char       *who,
                                           GError          **error);

/* -- changes by people (balance-task-merge.c) */

/* Something is wrong with what was given as number `index`; `message` and `expected` are the caller's. */
typedef void (*BalanceMergeFault) (guint              index,
                                   BalanceTaskField   field,
                                   const BalanceText *message,
                                   const BalanceText *expected,
                                   gpointer           user_data);

/* Brings tasks into the tables: those without a number are new, of the others what was changed since their revision is
 * taken over, unless somebody else changed the same field. All that is wrong is told; then nothing is written, and FALSE
 * is returned without an error. */
gboolean       balance_tasks_merge        (BalanceTaskStates *self,
                                           BalanceTask      **tasks,
                                           guint              n_tasks,
                                           const char        *who,
                                           const char        *today,
                                           BalanceMergeFault  fault,
                                           gpointer           user_data,
                                           guint             *n_added,
                                           guint             *n_changed,
                                           GError           **error);
/* The task of that number; nullable, not owned. */
BalanceTask   *balance_tasks_find         (GPtrArray         *tasks,
                                           gint64             id);

G_END_DECLS
