/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-problem-private.h"
#include "census/balance-intake-private.h"
#include "io/balance-csv-block-private.h"
#include "io/balance-csv-private.h"
#include "io/balance-names-private.h"
#include "io/balance-outline-private.h"

G_BEGIN_DECLS

/* What the rows of a table are about. */
typedef enum
{
  BALANCE_TABLE_UNREAD,
  BALANCE_TABLE_SECTIONS,
  BALANCE_TABLE_SCHOOLS,
  BALANCE_TABLE_DISTRICTS,
  BALANCE_TABLE_REGION,
} BalanceTableKind;

/* What all tables of one reading share. */
typedef struct
{
  BalanceDictionary *dictionary;
  BalanceMap        *map;             /* nullable */
  BalanceNames      *names;
  gboolean           skip_bad_rows;
  gsize              chunk_size;      /* of text that is read in bulk; 0: row by row */
  guint              n_threads;       /* 0: one a processor */
  gboolean           digests;         /* of the files are computed */
  const char        *kernels;         /* nullable: the best that there are */
  BalanceProblems   *problems;
  GPtrArray         *sources;         /* of BalanceSource */
  GPtrArray         *intakes;         /* of BalanceIntake, one a year */
  gboolean           skipped;         /* rows of an unknown year were left out */
  int                year;            /* of tables without a year; 0 = not stated */
  GHashTable        *forms;           /* which columns a table has -> number */
  GArray            *source_forms;    /* guint [source]: that number; 0 = not read */
  GArray            *source_kinds;    /* guint8 [source]: BalanceTableKind */
} BalanceImportRun;

/* What the values of a column are wanted as. */
typedef enum
{
  BALANCE_VALUE_FORM_NONE,       /* nobody reads the column */
  BALANCE_VALUE_FORM_TEXT,
  BALANCE_VALUE_FORM_NUMBER,
  BALANCE_VALUE_FORM_FLAG,       /* 0 or 1 */
  BALANCE_VALUE_FORM_DATE,       /* days since 1970-01-01 */
  BALANCE_VALUE_FORM_YEAR,       /* text as well, of dates only their year */
} BalanceValueForm;

#define BALANCE_NO_VALUE 0xff    /* in place of a scale */

/* Values that need no text, of a column in memory. */
typedef struct
{
  const gint64 *digits;          /* [row] NULL: the texts of the cells count */
  const guint8 *scales;          /* [row] BALANCE_NO_VALUE: the text of this cell counts */
} BalanceValueColumn;

/* Takes the rows of one table, whatever its file format, into the intakes. */
typedef struct _BalanceSheetImport BalanceSheetImport;

/* `outline` must outlive it. With `ragged` the rows end at their last filled cell, as in workbooks. */
BalanceSheetImport *balance_sheet_import_new      (BalanceImportRun   *run,
                                                   guint               source,
                                                   BalanceOutline     *outline,
                                                   gboolean            ragged);
void                balance_sheet_import_free     (BalanceSheetImport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceSheetImport, balance_sheet_import_free)

/* FALSE if the header is such that rows have no meaning. */
gboolean            balance_sheet_import_begin    (BalanceSheetImport *self);
void                balance_sheet_import_add      (BalanceSheetImport *self,
                                                   const BalanceSpan  *cells,
                                                   guint               n_cells,
                                                   guint               row);
/* The same of a sheet, with what the cells are. */
void                balance_sheet_import_add_grid_row (BalanceSheetImport    *self,
                                                       const BalanceGridCell *cells,
                                                       guint                  n_cells,
                                                       guint                  row);
/* After it began: what the column is wanted as, and the field that it goes to (nullable). */
BalanceValueForm    balance_sheet_import_get_value_form (BalanceSheetImport  *self,
                                                         guint                column,
                                                         const BalanceField **field);
/* The same of columns in memory: row `index` of `values` counts before the text in `cells`, which has something for each
 * value that is there. */
void                balance_sheet_import_add_value_row (BalanceSheetImport       *self,
                                                        const BalanceSpan        *cells,
                                                        const BalanceValueColumn *values,
                                                        guint                     index,
                                                        guint                     n_cells,
                                                        guint                     row);
/* How blocks of the table's text are to be made, or NULL if its rows have to come one by one. After _begin(). */
BalanceCsvPlan     *balance_sheet_import_make_plan (BalanceSheetImport    *self,
                                                    char                   delimiter,
                                                    const char            *kernels);
/* Adds rows of a block, the first of which is number `from`; line 1 of the block is line `first_line` of the file.
 * Stops before the first row that must be added by itself, and returns its number. */
guint               balance_sheet_import_add_block (BalanceSheetImport    *self,
                                                    const BalanceCsvBlock *block,
                                                    guint                  from,
                                                    guint                  first_line);
/* What blocks gave is looked through, so that all is said that has to be said about it: before anything else is. */
void                balance_sheet_import_settle   (BalanceSheetImport *self);
/* So much of the table was added; its last rows show what is still to come. */
void                balance_sheet_import_expect   (BalanceSheetImport *self,
                                                   double              share);
/* The one thing that a form is about. */
void                balance_sheet_import_add_form (BalanceSheetImport *self);
/* A row that could not even be cut into cells; the problem is reported already. */
void                balance_sheet_import_skip     (BalanceSheetImport *self);
void                balance_sheet_import_end      (BalanceSheetImport *self);
BalanceSeverity     balance_sheet_import_get_row_severity (BalanceSheetImport *self);

/* (transfer full) a short, printable piece of a cell for a problem */
char               *balance_span_dup_found        (const char         *text,
                                                   gsize               length);

G_END_DECLS
