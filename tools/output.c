/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixoutputstream.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/balance-errno-private.h"
#include "console.h"

#define BUFFER_SIZE (64 * 1024)

typedef struct
{
  char          *path;        /* NULL: standard output or a device */
  char          *temporary;
  mode_t         mode;
  guint          slot;        /* in `unfinished` */
  GOutputStream *stream;
} Output;

/* What an interrupted run must not leave behind; read by the signal handler. */
static char unfinished[TOOL_MAX_OUTPUTS][4096];

static void
interrupted (int signal_number)
{
  for (guint i = 0; i < TOOL_MAX_OUTPUTS; i++)
    if (unfinished[i][0] != '\0')
      unlink (unfinished[i]);
  signal (signal_number, SIG_DFL);
  raise (signal_number);
}

static GOutputStream *
new_stream (int      fd,
            gboolean close_fd)
{
  g_autoptr (GOutputStream) base = g_unix_output_stream_new (fd, close_fd);

  return g_buffered_output_stream_new_sized (base, BUFFER_SIZE);
}

static gboolean
throw_errno (const char  *path,
             int          code,
             GError     **error)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
               tool_word ("cannot write %s: %s", "无法写出 %s：%s"), path, balance_errno_describe (code, tool_language ()));

  return FALSE;
}

static gboolean
open_temporary (Output  *self,
                const char  *path,
                GError     **error)
{
  g_autofree char *directory = NULL, *name = NULL, *hidden = NULL;
  char *resolved = realpath (path, NULL);
  struct stat status;
  mode_t mask = umask (0);
  int fd;

  umask (mask);

  /* A link stays, what it points to is replaced. */
  self->path = resolved == NULL ? g_strdup (path) : g_strdup (resolved);
  free (resolved);
  self->mode = stat (self->path, &status) == 0 ? status.st_mode & 07777 : 0666 & ~mask;

  directory = g_path_get_dirname (self->path);
  name = g_path_get_basename (self->path);
  hidden = g_strdup_printf (".%s.XXXXXX", name);
  self->temporary = g_build_filename (directory, hidden, NULL);
  fd = g_mkstemp_full (self->temporary, O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      int code = errno;

      g_clear_pointer (&self->temporary, g_free);
      return throw_errno (path, code, error);
    }

  g_strlcpy (unfinished[self->slot], self->temporary, sizeof unfinished[self->slot]);
  signal (SIGINT, interrupted);
  signal (SIGTERM, interrupted);
  signal (SIGHUP, interrupted);
  self->stream = new_stream (fd, TRUE);

  return TRUE;
}

/* Leaves no trace. */
static void
discard (Output *self)
{
  if (self->temporary != NULL)
    unlink (self->temporary);
  unfinished[self->slot][0] = '\0';

  g_clear_object (&self->stream);
  g_free (self->temporary);
  g_free (self->path);
  g_free (self);
}

static Output *
open_output (const char  *path,
             guint        slot,
             GError     **error)
{
  Output *self = g_new0 (Output, 1);
  struct stat status;

  self->slot = slot;
  if (path == NULL || g_str_equal (path, "-"))
    {
      self->stream = new_stream (STDOUT_FILENO, FALSE);
      return self;
    }

  /* A device or pipe cannot be replaced, only written to. */
  if (stat (path, &status) == 0 && !S_ISREG (status.st_mode) && !S_ISDIR (status.st_mode))
    {
      int fd = open (path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

      if (fd >= 0)
        {
          self->stream = new_stream (fd, TRUE);
          return self;
        }
      throw_errno (path, errno, error);
    }
  else if (stat (path, &status) == 0 && S_ISDIR (status.st_mode))
    throw_errno (path, EISDIR, error);
  else if (open_temporary (self, path, error))
    return self;

  discard (self);

  return NULL;
}

/* Nobody shall find the one where the other was written. */
static gboolean
check_paths (Output  *const *outputs,
             guint           n,
             GError        **error)
{
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < i; k++)
      {
        g_autofree char *path = outputs[i]->path != NULL ? g_canonicalize_filename (outputs[i]->path, NULL) : NULL;
        g_autofree char *other = outputs[k]->path != NULL ? g_canonicalize_filename (outputs[k]->path, NULL) : NULL;

        if (path == NULL || g_strcmp0 (path, other) != 0)
          continue;
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                     tool_word ("%s would be written twice: give each file a name of its own",
                                "%s 会被写出两次：请为每个文件指定各自的名称"), outputs[i]->path);
        return FALSE;
      }

  return TRUE;
}

/* Makes the file appear. */
static gboolean
commit (Output  *self,
        GError **error)
{
  if (self->temporary == NULL)
    return TRUE;
  if (chmod (self->temporary, self->mode) != 0 || rename (self->temporary, self->path) != 0)
    return throw_errno (self->path, errno, error);
  g_clear_pointer (&self->temporary, g_free);

  return TRUE;
}

/* All that is to be said of one; it is not under its name yet. */
static gboolean
fill (Output            *self,
      const ToolOutput  *output,
      GError           **error)
{
  g_autoptr (GError) local_error = NULL;
  const gboolean is_file = self->temporary != NULL;

  if ((!output->mark || !is_file || g_output_stream_write_all (self->stream, "\357\273\277", 3, NULL, NULL, &local_error)) &&
      output->write (output->data, self->stream, &local_error) &&
      g_output_stream_close (self->stream, NULL, &local_error))
    return TRUE;
  /* The reader of a pipe has seen enough. */
  if (!is_file && g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

int
tool_output_write_all (const ToolOutput *outputs,
                       guint             n)
{
  g_autoptr (GError) error = NULL;
  Output *opened[TOOL_MAX_OUTPUTS] = { NULL };
  gboolean done = TRUE;

  g_return_val_if_fail (n <= TOOL_MAX_OUTPUTS, TOOL_BAD_INPUT);

  for (guint i = 0; i < n && done; i++)
    done = (opened[i] = open_output (outputs[i].path, i, &error)) != NULL;
  done = done && check_paths (opened, n, &error);
  for (guint i = 0; i < n && done; i++)
    done = fill (opened[i], &outputs[i], &error);
  for (guint i = 0; i < n && done; i++)
    done = commit (opened[i], &error);
  for (guint i = 0; i < n && opened[i] != NULL; i++)
    discard (opened[i]);

  return done ? TOOL_MET : tool_fail_error (error);
}

int
tool_output_write (const char    *path,
                   gboolean       mark,
                   ToolWriteFunc  write,
                   gpointer       data)
{
  const ToolOutput output = { path, mark, write, data };

  return tool_output_write_all (&output, 1);
}
