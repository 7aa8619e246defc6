/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "uninstalled.h"

#include <gio/gio.h>

static void
set_from_file (const char *program,
               const char *suffix,
               const char *variable)
{
  g_autofree char *path = g_strconcat (program, suffix, NULL);
  g_autofree char *dir = NULL;

  if (g_getenv (variable) == NULL && g_file_get_contents (path, &dir, NULL, NULL))
    g_setenv (variable, g_strchomp (dir), FALSE);
}

/* The build puts files beside the tool that name the data of the source tree and the helper programs of the build.
 * They are never installed, so an installed tool carries no path of the machine it was built on. */
void
balance_tool_find_uninstalled_data (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  if (program == NULL)
    return;
  set_from_file (program, ".data-dir", "BALANCE_DATA_DIR");
  set_from_file (program, ".libexec-dir", "BALANCE_LIBEXEC_DIR");
}
