/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "io/balance-csv-private.h"
#include "io/balance-header-private.h"
#include "io/balance-names-private.h"
#include "io/balance-workbook-private.h"

G_BEGIN_DECLS

/* The first rows of a sheet or text file that are not empty. */
typedef struct
{
  guint              row;          /* number in the file, from 1 */
  guint              n_cells;
  const BalanceSpan *cells;
  gboolean           faulty;       /* it could not be cut into cells */
} BalancePreviewRow;

typedef struct
{
  const char   *sheet;             /* nullable */
  GArray       *rows;              /* of BalancePreviewRow */
  const GArray *merges;            /* of BalanceGridMerge; nullable */
  guint         n_columns;         /* of the whole sheet; 0: as many as the headers */
  gboolean      first_row_decides; /* the first row holds the headers unless another one is better */
} BalancePreview;

typedef enum
{
  BALANCE_OUTLINE_NONE,            /* no table of ours */
  BALANCE_OUTLINE_ROWS,            /* headers over rows */
  BALANCE_OUTLINE_FORM,            /* one thing, a row for each of its fields */
} BalanceOutlineKind;

/* What a row below the headers is. */
typedef enum
{
  BALANCE_ROW_DATA,
  BALANCE_ROW_TOTAL,
  BALANCE_ROW_NOTE,
  BALANCE_ROW_REPEATED,            /* headers once more, or the title above them */
  BALANCE_ROW_CODES,               /* numbers of the columns */
  BALANCE_ROW_HEADING,             /* one text over the rows that follow */
} BalanceRowClass;

typedef struct
{
  BalanceSeverity  severity;
  const char      *kind;
  guint            row, column;
  char            *found;
  BalanceText      message, remedy;
} BalanceRemark;

/* Where the table of a sheet stands and what its headers say. */
typedef struct
{
  BalanceOutlineKind   kind;
  gboolean             certain;     /* headers were recognised; else the first row is taken for want of better */
  guint                n_known;     /* headers that are recognised, at best */
  guint                first_row, last_row;   /* of the headers, numbers in the file */
  guint                next;        /* index in the preview of the first row below them */
  guint                n_columns;   /* that rows have */
  guint                n_headers;   /* the same and, behind them, what stands above the table */
  char               **texts;       /* [n_headers] composed of all rows of headers; "" where there is none */
  BalanceHeaderPlace  *places;      /* [n_headers] */
  BalanceSpan         *constants;   /* [n_headers] values that are no column */
  int                  identity[BALANCE_N_IDS];   /* index of the header, -1 if none */
  GArray              *remarks;     /* of BalanceRemark */

  BalanceTableWords   *words;
  GHashTable          *repeated;    /* texts of the title and header rows, joined */
  GPtrArray           *first_texts; /* the first text of each */
  GStringChunk        *chunk;
} BalanceOutline;

BalanceOutline  *balance_outline_new      (BalanceNames         *names,
                                           const BalancePreview *preview);
void             balance_outline_free     (BalanceOutline       *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceOutline, balance_outline_free)

/* So many headers are known that more rows of the sheet would change nothing. */
gboolean         balance_outline_is_clear (BalanceOutline       *self);
/* Gives every row a value that the sheet does not have; the place may be 0. */
void             balance_outline_add_constant (BalanceOutline   *self,
                                               BalanceNames     *names,
                                               BalanceIdentity   identity,
                                               const char       *value,
                                               guint             row,
                                               guint             column);
BalanceRowClass  balance_outline_classify (BalanceOutline       *self,
                                           const BalanceSpan    *cells,
                                           guint                 n_cells);
/* Of a row with a code of a school and at least one more cell: TRUE only if it would be classified as data. Quick. */
gboolean         balance_outline_is_certainly_data (const BalanceOutline *self,
                                                    const char           *first_text,
                                                    gsize                 first_length,
                                                    const char           *code,
                                                    gsize                 code_length);
/* Can a row of title and headers, or a note, begin with a cell of digits alone? */
gboolean         balance_outline_begins_with_number (const BalanceOutline *self);
void             balance_outline_report   (BalanceOutline       *self,
                                           const char           *file,
                                           const char           *sheet,
                                           BalanceProblems      *problems);

G_END_DECLS
