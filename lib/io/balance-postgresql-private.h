/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* "postgresql://…" or "postgres://…" */
gboolean balance_postgresql_is_uri (const char    *text);
/* Lets the helper do what `input` says (libexec/balance-postgres.h); its answer without the mark of its end. Errors
 * are in both languages and never repeat the connection. */
GBytes  *balance_postgresql_run    (GBytes        *input,
                                    const char    *doing_en,
                                    const char    *doing_zh,
                                    GCancellable  *cancellable,
                                    GError       **error);

G_END_DECLS
