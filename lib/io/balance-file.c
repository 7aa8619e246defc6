/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-file-private.h"

#include <balance/balance.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK (1 << 22)

/* Below this a thread costs more than the digest. */
#define THREAD_SIZE (1 << 18)

static GBytes *
throw_errno (const char  *path,
             int          fd,
             GError     **error)
{
  int saved = errno;
  g_autofree char *name = g_filename_display_name (path);

  if (fd >= 0)
    close (fd);
  g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (saved),
               "%s cannot be read: %s\n无法读取 %s：%s", name, g_strerror (saved), name, g_strerror (saved));

  return NULL;
}

static GBytes *
throw_size (const char  *path,
            int          fd,
            guint64      max_size,
            GError     **error)
{
  g_autofree char *name = g_filename_display_name (path);

  close (fd);
  g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_LIMIT,
               "%s is larger than %" G_GUINT64_FORMAT " bytes\n%s 超过 %" G_GUINT64_FORMAT " 字节", name, max_size, name, max_size);

  return NULL;
}

GBytes *
balance_file_read (const char    *path,
                   guint64        max_size,
                   GCancellable  *cancellable,
                   GError       **error)
{
  g_autofree char *data = NULL;
  gsize length = 0, size;
  struct stat info;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);

  if (fd < 0 || fstat (fd, &info) != 0)
    return throw_errno (path, fd, error);
  if (S_ISDIR (info.st_mode))
    {
      errno = EISDIR;
      return throw_errno (path, fd, error);
    }
  if (info.st_size > 0 && (guint64) info.st_size > max_size)
    return throw_size (path, fd, max_size, error);

  /* one byte more than expected finds the end without growing */
  size = S_ISREG (info.st_mode) ? (gsize) info.st_size + 1 : CHUNK;
  data = g_try_malloc (size);
  while (data != NULL)
    {
      gssize n;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        {
          close (fd);
          return NULL;
        }

      if (length == size)
        {
          char *larger = g_try_realloc (data, size * 2);

          if (larger == NULL)
            break;
          data = larger;
          size *= 2;
        }

      n = read (fd, data + length, MIN (size - length, CHUNK));
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return throw_errno (path, fd, error);
      if (n == 0)
        {
          close (fd);
          return g_bytes_new_take (g_steal_pointer (&data), length);
        }
      length += (gsize) n;
      if (length > max_size)
        return throw_size (path, fd, max_size, error);
    }

  errno = ENOMEM;
  return throw_errno (path, fd, error);
}

GBytes *
balance_file_read_head (const char    *path,
                        gsize          size,
                        gboolean      *is_head,
                        GCancellable  *cancellable,
                        GError       **error)
{
  /* one byte more tells whether there is more */
  g_autofree char *data = g_malloc (size + 1);
  gsize length = 0;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);

  if (fd < 0)
    return throw_errno (path, fd, error);
  while (length < size + 1)
    {
      gssize n;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        {
          close (fd);
          return NULL;
        }
      n = read (fd, data + length, size + 1 - length);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return throw_errno (path, fd, error);
      if (n == 0)
        break;
      length += (gsize) n;
    }
  close (fd);
  *is_head = length > size;

  return g_bytes_new (data, MIN (length, size));
}

struct _BalanceDigest
{
  GBytes  *bytes;
  GThread *thread;
};

static gpointer
digest_run (gpointer data)
{
  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, data);
}

BalanceDigest *
balance_digest_start (GBytes *bytes)
{
  BalanceDigest *self = g_new0 (BalanceDigest, 1);

  self->bytes = g_bytes_ref (bytes);
  if (g_bytes_get_size (bytes) >= THREAD_SIZE)
    self->thread = g_thread_try_new ("balance-digest", digest_run, bytes, NULL);

  return self;
}

char *
balance_digest_finish (BalanceDigest *self)
{
  char *digest = self->thread != NULL ? g_thread_join (self->thread) : digest_run (self->bytes);

  g_bytes_unref (self->bytes);
  g_free (self);

  return digest;
}
