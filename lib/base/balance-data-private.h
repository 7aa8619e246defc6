/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-problem-private.h"

G_BEGIN_DECLS

/* No dictionary, rule pack or map is larger. */
#define BALANCE_DATA_MAX_SIZE (16 * 1024 * 1024)

/* (transfer full) (nullable) Where a file of the library's own data lies, such as "fields.yaml" or
 * "standards/cn-2017-quality.yaml": under $BALANCE_DATA_DIR, else where the library was installed.
 * NULL if it is in neither. */
char   *balance_data_path (const char      *relative);

/* (transfer full) Where the library was installed; a relative name is one beside the library itself, as in a wheel of
 * Python, which may lie anywhere. */
char   *balance_installed_dir (const char      *dir);

/* (transfer full) The directories that are searched, first one first, NULL-terminated. */
char  **balance_data_dirs (void);

/* (transfer full) (nullable) The bytes of a small regular file. NULL and a problem if it cannot be read
 * or is too large; `code`, if not NULL, then gets the error that a caller may throw for it. */
GBytes *balance_data_read (const char      *path,
                           BalanceProblems *problems,
                           BalanceError    *code);

G_END_DECLS
