/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-file-private.h"

#include "base/balance-errno-private.h"

#include <balance/balance.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <nettle/sha2.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK (1 << 22)

/* Below this a thread costs more than the digest. */
#define THREAD_SIZE (1 << 20)

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
               "%s cannot be read: %s\n无法读取 %s：%s", name, balance_errno_describe (saved, BALANCE_LANGUAGE_EN),
               name, balance_errno_describe (saved, BALANCE_LANGUAGE_ZH));

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

int
balance_file_open (const char  *path,
                   guint64      max_size,
                   gssize      *size,
                   GError     **error)
{
  struct stat info;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);

  if (fd < 0 || fstat (fd, &info) != 0)
    {
      throw_errno (path, fd, error);
      return -1;
    }
  if (S_ISDIR (info.st_mode))
    {
      errno = EISDIR;
      throw_errno (path, fd, error);
      return -1;
    }
  if (info.st_size > 0 && (guint64) info.st_size > max_size)
    {
      throw_size (path, fd, max_size, error);
      return -1;
    }
  *size = S_ISREG (info.st_mode) ? (gssize) info.st_size : -1;

  return fd;
}

GBytes *
balance_file_read_open (int            fd,
                        const char    *path,
                        gssize         expected,
                        guint64        max_size,
                        GCancellable  *cancellable,
                        GError       **error)
{
  g_autofree char *data = NULL;
  /* one byte more than expected finds the end without growing */
  gsize length = 0, size = expected >= 0 ? (gsize) expected + 1 : CHUNK;

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
balance_file_read (const char    *path,
                   guint64        max_size,
                   GCancellable  *cancellable,
                   GError       **error)
{
  gssize size;
  int fd = balance_file_open (path, max_size, &size, error);

  return fd >= 0 ? balance_file_read_open (fd, path, size, max_size, cancellable, error) : NULL;
}

gboolean
balance_file_read_at (int    fd,
                      gsize  offset,
                      char  *to,
                      gsize  length)
{
  for (gsize done = 0; done < length;)
    {
      gssize n = pread (fd, to + done, length - done, (off_t) (offset + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n == 0)
        errno = EIO;
      if (n <= 0)
        return FALSE;
      done += (gsize) n;
    }

  return TRUE;
}

GBytes *
balance_file_throw (const char  *path,
                    GError     **error)
{
  return throw_errno (path, -1, error);
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
  struct sha256_ctx  context;
  GBytes            *bytes;
  GThread           *thread;
};

BalanceDigest *
balance_digest_new (void)
{
  BalanceDigest *self = g_new0 (BalanceDigest, 1);

  sha256_init (&self->context);

  return self;
}

void
balance_digest_add (BalanceDigest *self,
                    gconstpointer  data,
                    gsize          length)
{
  sha256_update (&self->context, length, data);
}

static gpointer
digest_run (gpointer data)
{
  BalanceDigest *self = data;
  gsize length;
  gconstpointer bytes = g_bytes_get_data (self->bytes, &length);

  balance_digest_add (self, bytes, length);

  return NULL;
}

BalanceDigest *
balance_digest_start (GBytes *bytes)
{
  BalanceDigest *self = balance_digest_new ();

  self->bytes = g_bytes_ref (bytes);
  if (g_bytes_get_size (bytes) >= THREAD_SIZE)
    self->thread = g_thread_try_new ("balance-digest", digest_run, self, NULL);
  if (self->thread == NULL)
    digest_run (self);

  return self;
}

gboolean
balance_digest_add_file (BalanceDigest *self,
                         int            fd,
                         gsize          length)
{
  g_autofree char *data = g_malloc (CHUNK);

  for (gsize done = 0; done < length; done += MIN (CHUNK, length - done))
    {
      gsize n = MIN (CHUNK, length - done);

      if (!balance_file_read_at (fd, done, data, n))
        return FALSE;
      balance_digest_add (self, data, n);
    }

  return TRUE;
}

char *
balance_digest_finish (BalanceDigest *self)
{
  guint8 digest[SHA256_DIGEST_SIZE];
  GString *hex = g_string_sized_new (2 * sizeof digest);

  if (self->thread != NULL)
    g_thread_join (self->thread);
  sha256_digest (&self->context, sizeof digest, digest);
  for (guint i = 0; i < sizeof digest; i++)
    g_string_append_printf (hex, "%02x", digest[i]);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);

  return g_string_free (hex, FALSE);
}
