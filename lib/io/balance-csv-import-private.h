/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "io/balance-sheet-import-private.h"

G_BEGIN_DECLS

typedef enum
{
  BALANCE_CSV_IMPORT_DONE,
  BALANCE_CSV_IMPORT_NO_YEAR,      /* nothing was read: the table has no year and `need_year` was asked for */
  BALANCE_CSV_IMPORT_CANCELLED,
} BalanceCsvImportResult;

/* Reads one CSV file into the intakes of the run. Progress goes from `from` to `to`. */
BalanceCsvImportResult balance_csv_import (BalanceImportRun *run,
                                           guint             source,
                                           const char       *data,
                                           gsize             length,
                                           gboolean          need_year,
                                           BalanceProgress  *progress,
                                           double            from,
                                           double            to,
                                           GCancellable     *cancellable);

G_END_DECLS
