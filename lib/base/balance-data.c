/* SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE   /* dladdr() */

#include "base/balance-data-private.h"

#include "base/balance-errno-private.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

char *
balance_installed_dir (const char *dir)
{
  g_autofree char *own = NULL;
  Dl_info info;

  if (g_path_is_absolute (dir) || dladdr (balance_installed_dir, &info) == 0 || info.dli_fname == NULL)
    return g_strdup (dir);

  own = g_path_get_dirname (info.dli_fname);
  return g_build_filename (own, dir, NULL);
}

char **
balance_data_dirs (void)
{
  g_autofree char *installed = balance_installed_dir (BALANCE_DATADIR);
  const char *dir = g_getenv ("BALANCE_DATA_DIR");
  const char *dirs[3] = { NULL };
  guint n = 0;

  if (dir != NULL && *dir != '\0')
    dirs[n++] = dir;
  dirs[n++] = installed;

  return g_strdupv ((char **) dirs);
}

char *
balance_data_path (const char *relative)
{
  g_auto(GStrv) dirs = balance_data_dirs ();

  for (guint i = 0; dirs[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (dirs[i], relative, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }

  return NULL;
}

static void
add_unreadable (BalanceProblems *problems,
                const char      *path,
                int              saved_errno)
{
  BalancePlace place = { .file = path };
  BalanceText message = { NULL, NULL };
  BalanceText remedy = { NULL, NULL };

  message.en = g_strdup_printf ("The file cannot be read: %s.", balance_errno_describe (saved_errno, BALANCE_LANGUAGE_EN));
  message.zh = g_strdup_printf ("无法读取文件：%s。", balance_errno_describe (saved_errno, BALANCE_LANGUAGE_ZH));
  balance_text_set (&remedy,
                    "Check its name and whether you may read it.",
                    "请检查文件名和读取权限。");
  balance_problems_add (problems, BALANCE_SEVERITY_ERROR, "unreadable-file", &place, &message, NULL, &remedy);
}

GBytes *
balance_data_read (const char      *path,
                   BalanceProblems *problems,
                   BalanceError    *code)
{
  BalancePlace place = { .file = path };
  BalanceError ignored;
  g_autofree char *data = NULL;
  gsize size = 0, capacity;
  struct stat info;
  int fd;

  if (code == NULL)
    code = &ignored;
  *code = BALANCE_ERROR_FAILED;

  /* without blocking, so that a pipe nobody writes to cannot hang the caller */
  fd = g_open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
  if (fd < 0 || fstat (fd, &info) < 0)
    {
      int saved_errno = errno;

      *code = saved_errno == ENOENT || saved_errno == ENOTDIR ? BALANCE_ERROR_NOT_FOUND : BALANCE_ERROR_FAILED;
      add_unreadable (problems, path, saved_errno);
      if (fd >= 0)
        close (fd);
      return NULL;
    }

  if (!S_ISREG (info.st_mode))
    {
      close (fd);
      balance_problems_add_literal (problems, BALANCE_SEVERITY_ERROR, "unreadable-file", &place,
                                    "This is no ordinary file.", "这不是普通文件。",
                                    "an ordinary file", "普通文件",
                                    "Save the content to a file and name that.", "请把内容保存为文件后再指定。");
      return NULL;
    }

  /* one byte more than the size says shows whether the file has grown meanwhile */
  capacity = (gsize) CLAMP (info.st_size, 0, BALANCE_DATA_MAX_SIZE) + 1;
  data = g_try_malloc (capacity);
  while (data != NULL && size < capacity)
    {
      gssize n = read (fd, data + size, capacity - size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          add_unreadable (problems, path, errno);
          close (fd);
          return NULL;
        }
      if (n == 0)
        break;
      size += (gsize) n;
    }
  close (fd);

  if (data == NULL || size == capacity)
    {
      *code = BALANCE_ERROR_LIMIT;
      balance_problems_add_literal (problems, BALANCE_SEVERITY_ERROR, "too-large", &place,
                                    "The file is too large or grew while it was read.",
                                    "文件过大，或在读取时发生变化。",
                                    "at most 16 MiB", "不超过 16 MiB",
                                    "Split the file, or try again when nobody writes to it.",
                                    "请拆分文件，或在无人写入时重试。");
      return NULL;
    }

  return g_bytes_new_take (g_steal_pointer (&data), size);
}
