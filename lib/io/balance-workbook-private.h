/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "base/balance-problem-private.h"
#include "io/balance-csv-private.h"

G_BEGIN_DECLS

/* The raw cells of a table, whatever file they come from: text as the author of the file sees it, at its own row
 * and column. A CSV file is a workbook of one sheet without a name. */

typedef enum
{
  BALANCE_GRID_CELL_PLAIN,
  BALANCE_GRID_CELL_PERCENT,    /* shown as per cent: the text is already multiplied and ends in % */
  BALANCE_GRID_CELL_DATE,       /* the text is ISO */
  BALANCE_GRID_CELL_ERROR,      /* #N/A and its kin; the text says which */
  BALANCE_GRID_CELL_UNCOMPUTED, /* a formula without a cached value; the text is the formula */
} BalanceGridCellKind;

typedef struct
{
  BalanceSpan span;             /* into the bytes of the workbook */
  guint8      kind;             /* BalanceGridCellKind */
} BalanceGridCell;

typedef struct
{
  guint top, left, bottom, right;     /* from 1, inclusive */
} BalanceGridMerge;

typedef struct
{
  char             *name;             /* "" for CSV */
  gboolean          hidden;
  guint             n_rows;           /* rows that are not empty */
  guint             n_columns;        /* of the widest */
  guint            *rows;             /* [n_rows] number in the file, from 1, rising */
  guint            *starts;           /* [n_rows + 1] into `cells` */
  BalanceGridCell  *cells;            /* of row i: column 1 … starts[i + 1] - starts[i] */
  GArray           *merges;           /* of BalanceGridMerge */
  GHashTable       *hidden_rows;      /* of GUINT_TO_POINTER (row); nullable */
} BalanceGrid;

typedef struct
{
  char      *format;                  /* "XLSX", "XLS", "ODS", "DBF" */
  GBytes    *bytes;                   /* what the cells point into; a blank cell is "" */
  GPtrArray *sheets;                  /* of BalanceGrid */
} BalanceWorkbook;

/* By its first bytes: a ZIP or OLE container, a DBF header, or the markup of a web page that calls itself a workbook;
 * no CSV file begins with any of them. */
gboolean         balance_workbook_recognise (const char       *data,
                                             gsize             length);
/* Through the helper balance-sheet. NULL with a problem where the file or the helper is at fault, and with an
 * error only where it was cancelled. */
BalanceWorkbook *balance_workbook_read      (GBytes           *bytes,
                                             const char       *name,
                                             BalanceProblems  *problems,
                                             GCancellable     *cancellable,
                                             GError          **error);
/* What the helper answers about the file `name`, made into a workbook; bounded, never trusts a length.
 * NULL with a problem. */
BalanceWorkbook *balance_workbook_parse     (GBytes           *answer,
                                             const char       *name,
                                             BalanceProblems  *problems);
void             balance_workbook_free      (BalanceWorkbook  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceWorkbook, balance_workbook_free)

void             balance_grid_free          (BalanceGrid      *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceGrid, balance_grid_free)

G_END_DECLS
