/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "uninstalled.h"

#include <gio/gio.h>

/* The build puts a file balance.data-dir beside the tool that names the data of the source tree. It is never installed,
 * so an installed tool carries no path of the machine it was built on. */
void
balance_tool_find_uninstalled_data (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *path = NULL;
  g_autofree char *data_dir = NULL;

  if (program == NULL || g_getenv ("BALANCE_DATA_DIR") != NULL)
    return;

  path = g_strconcat (program, ".data-dir", NULL);
  if (!g_file_get_contents (path, &data_dir, NULL, NULL))
    return;
  g_setenv ("BALANCE_DATA_DIR", g_strchomp (data_dir), FALSE);
}
