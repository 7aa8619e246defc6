/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-lxw-private.h"

#include <balance/balance.h>
#include <dlfcn.h>

#include "base/balance-data-private.h"

#pragma weak balance_lxw_functions

const BalanceLxw *balance_lxw = NULL;

/* Installed it stands in a directory of its own below the library, in a build tree beside it. */
static void *
open_module (char **reason)
{
  static const char *const places[] = { BALANCE_MODULE_SUBDIR, "." };
  void *module = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (places) && module == NULL; i++)
    {
      g_autofree char *dir = balance_installed_dir (places[i]);
      g_autofree char *path = g_build_filename (dir, BALANCE_LXW_MODULE, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      /* its functions are called through a table: all of them are needed at once or not at all */
      module = dlopen (path, RTLD_LAZY | RTLD_LOCAL);
      g_free (*reason);
      *reason = g_strdup (module == NULL ? dlerror () : NULL);
    }

  return module;
}

static const BalanceLxw *
find_functions (char **reason)
{
  const BalanceLxw *found;
  void *module;

  if (&balance_lxw_functions != NULL)
    return &balance_lxw_functions;

  module = open_module (reason);
  found = module != NULL ? dlsym (module, "balance_lxw_functions") : NULL;
  if (found != NULL && found->size == sizeof *found)
    return found;
  if (*reason == NULL)
    *reason = g_strdup (module == NULL ? BALANCE_LXW_MODULE : "version");

  return NULL;
}

gboolean
balance_lxw_load (GError **error)
{
  static gsize loaded = 0;
  static char *reason = NULL;

  /* what is missing is not looked for again: a process that finds half a library does not get a whole one later */
  if (g_once_init_enter (&loaded))
    {
      balance_lxw = find_functions (&reason);
      g_once_init_leave (&loaded, 1);
    }
  if (balance_lxw != NULL)
    return TRUE;

  g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_HELPER_MISSING,
               "the part of libbalance that writes workbooks is not installed or cannot start (%s); install all parts of libbalance and the "
               "Debian package libxlsxwriter4, or write CSV\n"
               "libbalance中写工作簿的部分未安装或无法启动（%s）；请完整安装libbalance和Debian软件包libxlsxwriter4，或改用CSV格式输出",
               reason, reason);

  return FALSE;
}
