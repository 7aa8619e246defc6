/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "base/balance-text-private.h"

G_BEGIN_DECLS

/* Runs one of our helper programs (libexec), which do what must not happen in a host process: libraries with
 * another licence, with global state, or that can hang. Found in $BALANCE_LIBEXEC_DIR or where it was installed. */
typedef struct
{
  guint64 max_memory;      /* bytes of address space of the helper; 0 = no limit */
  guint   max_seconds;     /* processor time, and twice that by the clock; 0 = no limit */
  guint64 max_output;      /* bytes that it may answer; 0 = no limit */
} BalanceHelperLimits;

/* Is the helper there? */
gboolean  balance_helper_is_installed    (const char                *name);
/* What is missing, and what to do about it, where it is not. */
void      balance_helper_explain_missing (const char                *name,
                                          BalanceText               *message,
                                          BalanceText               *remedy);

/* Gives `input` (nullable) to the standard input of the helper and collects its answer. The caller's signal
 * handlers, children and descriptors are left alone; the helper dies with the cancellable or beyond a limit.
 * NULL with BALANCE_ERROR_HELPER_MISSING where it is not installed (naming the Debian package), and with
 * BALANCE_ERROR_HELPER where it failed: its last line of standard error is in the message.
 * A host that reaps all its children may take the exit status away; an answer must therefore show by itself
 * whether it is complete. */
GBytes   *balance_helper_run             (const char                *name,
                                          const char *const         *arguments,
                                          GBytes                    *input,
                                          const BalanceHelperLimits *limits,
                                          GCancellable              *cancellable,
                                          GError                   **error);

/* All that the helper has answered so far, each time there is more. Called in the thread that runs it. */
typedef void (*BalanceHelperWatch) (const char *answer, gsize length, gpointer data);

GBytes   *balance_helper_run_watched     (const char                *name,
                                          const char *const         *arguments,
                                          GBytes                    *input,
                                          const BalanceHelperLimits *limits,
                                          BalanceHelperWatch         watch,
                                          gpointer                   data,
                                          GCancellable              *cancellable,
                                          GError                   **error);

G_END_DECLS
