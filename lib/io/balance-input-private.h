/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "io/balance-csv-chunks-private.h"
#include "io/balance-decode-private.h"
#include "io/balance-outline-private.h"
#include "io/balance-sheet-import-private.h"
#include "io/balance-workbook-private.h"

G_BEGIN_DECLS

/* What a table must learn from others before its rows mean something. */
typedef enum
{
  BALANCE_NEEDS_NOTHING  = 0,
  BALANCE_NEEDS_YEAR     = 1 << 0,
  BALANCE_NEEDS_DISTRICT = 1 << 1,   /* it names none, or no code of one */
  BALANCE_NEEDS_SCHOOLS  = 1 << 2,   /* it names schools without their codes */
} BalanceNeeds;

/* One sheet, or the only table of a text file. */
typedef struct
{
  const char     *sheet;       /* nullable */
  gboolean        hidden;
  guint           n_rows, n_columns;    /* of a sheet; 0: not counted */
  BalancePreview  preview;
  BalanceOutline *outline;     /* NULL for a hidden sheet that is not read */
  BalanceNeeds    needs;
  guint           source;      /* for the caller */

  BalanceGrid    *grid;        /* NULL: text */
  GArray         *starts;      /* of where the records of the preview begin */
  guint           fault_row;   /* the first record of the text that could not be cut, where no table was found */
} BalanceInputTable;

/* A file that was opened: what it is and which tables it holds. */
typedef struct
{
  char            *file;       /* as problems name it */
  const char      *format;     /* "CSV", "XLSX", …; NULL for a workbook that cannot be read */
  BalanceDecoding  decoding;   /* of text; of a file that is streamed only of its beginning */
  BalanceCsvSource source;     /* of text: all of it */
  int              fd;         /* of text that is streamed; -1 */
  gboolean         is_digested;   /* the digest of the source has all bytes of the file */
  GBytes          *head;       /* what the preview is of, where it is not `decoding`; nullable */
  BalanceCsv       csv;
  gboolean         is_text, is_workbook;
  BalanceWorkbook *workbook;   /* nullable */
  GPtrArray       *tables;     /* of BalanceInputTable */
  GStringChunk    *chunk;
} BalanceInput;

/* `encoding` is nullable. With `is_head` the bytes are only the beginning of a text file. NULL and an error for what
 * stops everything; a workbook that cannot be read is a problem, and what is to be said of the file otherwise is told
 * by balance_input_report(). */
BalanceInput *balance_input_new    (GBytes             *bytes,
                                    const char         *file,
                                    const char         *encoding,
                                    gboolean            hidden_sheets,
                                    gboolean            is_head,
                                    BalanceNames       *names,
                                    BalanceProblems    *problems,
                                    GCancellable       *cancellable,
                                    GError            **error);
/* The text goes on in the file as it begins in the head, and is read from there; takes the descriptor. FALSE if the
 * head is not enough to know how. */
gboolean      balance_input_stream (BalanceInput       *self,
                                    int                 fd,
                                    gsize               length);
void          balance_input_free   (BalanceInput       *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceInput, balance_input_free)

/* What is to be said of the file as a whole. */
void          balance_input_report (BalanceInput       *self,
                                    BalanceProblems    *problems);
/* Is there a table to read, be it only to say that none of its columns is known? */
gboolean      balance_input_table_is_read (const BalanceInputTable *table);

/* What the rows of a table need that no column and no caption gives. */
BalanceNeeds  balance_input_find_needs (BalanceNames       *names,
                                        BalanceOutline     *outline);

/* Takes the rows into the intakes of the run. Progress goes from `from` to `to`. FALSE and an error if
 * cancelled, or if the file cannot be read any more. */
gboolean      balance_input_import (BalanceInput       *self,
                                    BalanceInputTable  *table,
                                    BalanceImportRun   *run,
                                    BalanceProgress    *progress,
                                    double              from,
                                    double              to,
                                    GCancellable       *cancellable,
                                    GError            **error);

G_END_DECLS
