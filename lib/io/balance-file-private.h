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

/* Opens a file to be read; -1 and an error if it cannot be or is larger than `max_size`. `size` is -1 for what is no
 * regular file. */
int     balance_file_open      (const char    *path,
                                guint64        max_size,
                                gssize        *size,
                                GError       **error);
/* (transfer full) everything from where it stands; closes it in any case. */
GBytes *balance_file_read_open (int            fd,
                                const char    *path,
                                gssize         expected,
                                guint64        max_size,
                                GCancellable  *cancellable,
                                GError       **error);
/* FALSE and errno if the bytes cannot be read, or are not there. */
gboolean balance_file_read_at  (int            fd,
                                gsize          offset,
                                char          *to,
                                gsize          length);
/* The error for errno; returns NULL. */
GBytes *balance_file_throw     (const char    *path,
                                GError       **error);

/* SHA-256. */
typedef struct _BalanceDigest BalanceDigest;
BalanceDigest *balance_digest_new      (void);
void           balance_digest_add      (BalanceDigest *self,
                                        gconstpointer  data,
                                        gsize          length);
/* FALSE and errno if the file cannot be read. */
gboolean       balance_digest_add_file (BalanceDigest *self,
                                        int            fd,
                                        gsize          length);
/* The digest of the bytes alone, computed beside other work. */
BalanceDigest *balance_digest_start    (GBytes        *bytes);
/* (transfer full) in hexadecimal; frees the digest. */
char          *balance_digest_finish   (BalanceDigest *self);

G_END_DECLS
