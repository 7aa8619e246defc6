/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* (transfer full) the bytes of a file, read and not mapped, so that nothing that happens to the file later
 * can reach us; NULL and an error if it cannot be read or is larger than `max_size`. */
GBytes *balance_file_read (const char    *path,
                           guint64        max_size,
                           GCancellable  *cancellable,
                           GError       **error);

/* (transfer full) the first `size` bytes of a file, or all of a smaller one. */
GBytes *balance_file_read_head (const char    *path,
                                gsize          size,
                                gboolean      *is_head,
                                GCancellable  *cancellable,
                                GError       **error);

/* (transfer full) SHA-256 of the bytes, in hexadecimal; computed beside other work. */
typedef struct _BalanceDigest BalanceDigest;
BalanceDigest *balance_digest_start  (GBytes        *bytes);
char          *balance_digest_finish (BalanceDigest *self);

G_END_DECLS
