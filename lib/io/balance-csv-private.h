/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a spreadsheet can hold; more is no table. */
#define BALANCE_MAX_COLUMNS     16384
#define BALANCE_MAX_CELL_LENGTH 131072

typedef struct
{
  const char *text;        /* not terminated */
  gsize       length;
} BalanceSpan;

typedef enum
{
  BALANCE_CSV_FINE,
  BALANCE_CSV_STRAY_QUOTE,        /* a quote inside an unquoted cell */
  BALANCE_CSV_AFTER_QUOTE,        /* text between a closing quote and the end of the cell */
  BALANCE_CSV_UNTERMINATED,       /* the input ends inside quotes */
  BALANCE_CSV_TOO_MANY_CELLS,
  BALANCE_CSV_TOO_LONG,           /* a cell is too long */
  BALANCE_CSV_NUL,
  BALANCE_CSV_INVALID_TEXT,       /* no valid UTF-8 */
} BalanceCsvFault;

/* Cuts comma-separated text (RFC 4180) into records. LF, CRLF and CR end a line. Cells point into the text,
 * except those with doubled quotes, which are valid until the next record. */
typedef struct
{
  const char      *at, *end;
  char             delimiter;
  guint8           special[256];
  guint            next_line;
  char            *scratch;
  gsize            scratch_size;
  GArray          *escaped;       /* of guint: the cells with doubled quotes */
  GArray          *cells;         /* of BalanceSpan */

  /* the record */
  guint            line;          /* where it starts, from 1 */
  BalanceCsvFault  fault;         /* the first one */
  guint            fault_column;  /* from 1; 0 = the whole record */
} BalanceCsv;

/* The delimiter is the one of comma, tab and semicolon that cuts most of the first lines alike. */
void     balance_csv_init  (BalanceCsv *self,
                            const char *data,
                            gsize       length);
void     balance_csv_clear (BalanceCsv *self);
/* Goes back to where a record began: `at` and `next_line` as they were before it. */
void     balance_csv_seek  (BalanceCsv *self,
                            const char *at,
                            guint       line);
/* Goes on in another piece of the same text, of which `line` is the first. */
void     balance_csv_set_text (BalanceCsv *self,
                               const char *data,
                               gsize       length,
                               guint       line);
/* FALSE at the end of the input. */
gboolean balance_csv_next  (BalanceCsv *self);

G_END_DECLS
