/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef void (*BalanceTaskFunc) (gpointer data,
                                 guint    task);

/* Does the tasks 0 to n - 1, each once and in no order, in up to so many threads, of which this is one; 0: one a
 * processor. All are done, and seen by this thread, when it returns. */
void balance_tasks_run (guint           n,
                        guint           n_threads,
                        BalanceTaskFunc func,
                        gpointer        data);

G_END_DECLS
