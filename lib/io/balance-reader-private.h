/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "io/balance-input-private.h"

G_BEGIN_DECLS

/* A reading with the dictionary, map and options of a reader; FALSE and an error where those cannot be used. */
gboolean       balance_reader_begin           (BalanceReader     *self,
                                               BalanceImportRun  *run,
                                               GError           **error);
/* A table of the reading; gives its number. */
guint          balance_import_run_add_source  (BalanceImportRun  *run,
                                               const char        *file,
                                               const char        *sheet);
/* Of tables that must be read after others those that know more of themselves come first: with a lower rank. */
guint          balance_import_run_get_rank    (const BalanceInputTable *table);
/* Gives a table what it needs from those that were read: the only year or district there is. FALSE if it cannot be read; why
 * is reported. */
gboolean       balance_import_run_settle      (BalanceImportRun  *run,
                                               BalanceInputTable *table);
/* When all rows are in. (transfer full) */
BalanceImport *balance_import_run_end         (BalanceImportRun  *run,
                                               BalanceProgress   *progress);
void           balance_import_run_clear       (BalanceImportRun  *run);

/* For tests: the size of the chunks in which text is read, 0 for row by row, and the instruction set that is used
 * for it (nullable). Before the first reading. */
void balance_reader_set_bulk (BalanceReader *self,
                              gsize          chunk_size,
                              const char    *kernels);

G_END_DECLS
