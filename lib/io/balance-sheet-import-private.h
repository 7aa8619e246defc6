/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-problem-private.h"
#include "census/balance-intake-private.h"
#include "io/balance-csv-private.h"
#include "io/balance-map-private.h"

G_BEGIN_DECLS

/* What all tables of one reading share. */
typedef struct
{
  BalanceDictionary *dictionary;
  BalanceMap        *map;             /* nullable */
  gboolean           skip_bad_rows;
  BalanceProblems   *problems;
  GPtrArray         *sources;         /* of BalanceSource */
  GPtrArray         *intakes;         /* of BalanceIntake, one a year */
  gboolean           skipped;         /* rows of an unknown year were left out */
  int                year;            /* of tables without a year; 0 = not stated */
  GHashTable        *forms;           /* which columns a table has -> number */
  GArray            *source_forms;    /* guint [source]: that number */
} BalanceImportRun;

/* Takes the rows of one table, whatever its file format, into the intakes. */
typedef struct _BalanceSheetImport BalanceSheetImport;

BalanceSheetImport *balance_sheet_import_new      (BalanceImportRun   *run,
                                                   guint               source,
                                                   const BalanceSpan  *header,
                                                   guint               n_columns,
                                                   guint               row);
void                balance_sheet_import_free     (BalanceSheetImport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceSheetImport, balance_sheet_import_free)

/* Does a column give the year? */
gboolean            balance_sheet_import_has_year (BalanceSheetImport *self);
/* FALSE if the header is such that rows have no meaning. */
gboolean            balance_sheet_import_begin    (BalanceSheetImport *self);
void                balance_sheet_import_add      (BalanceSheetImport *self,
                                                   const BalanceSpan  *cells,
                                                   guint               n_cells,
                                                   guint               row);
/* A row that could not even be cut into cells; the problem is reported already. */
void                balance_sheet_import_skip     (BalanceSheetImport *self);
void                balance_sheet_import_end      (BalanceSheetImport *self);
BalanceSeverity     balance_sheet_import_get_row_severity (BalanceSheetImport *self);

/* (transfer full) a short, printable piece of a cell for a problem */
char               *balance_span_dup_found        (const char         *text,
                                                   gsize               length);

G_END_DECLS
