/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "base/balance-text-private.h"
#include "io/balance-lxw-private.h"

G_BEGIN_DECLS

/* Writing workbooks. The work is libxlsxwriter's; this knows what must never happen to a host process or to a
 * reader: numbers by the locale's decimal point, text run as a formula, half a file, words on standard error. */
typedef struct _BalanceXlsx BalanceXlsx;

/* What a cell is for. */
typedef enum
{
  BALANCE_XLSX_PLAIN,      /* no border */
  BALANCE_XLSX_TITLE,      /* of the table, above it */
  BALANCE_XLSX_ABOVE,      /* the line between title and table */
  BALANCE_XLSX_NOTE,       /* below the table */
  BALANCE_XLSX_HEADER,
  BALANCE_XLSX_TEXT,       /* left */
  BALANCE_XLSX_CENTRE,
  BALANCE_XLSX_NUMBER,     /* right, with decimals */
  BALANCE_XLSX_CODE,       /* left, kept as text when somebody types a number */
  BALANCE_XLSX_DATE,
} BalanceXlsxKind;

typedef enum
{
  BALANCE_XLSX_CLEAR,
  BALANCE_XLSX_UNMET,
  BALANCE_XLSX_FLOOR,      /* unmet, not below the floor */
  BALANCE_XLSX_DOUBT,      /* undetermined, missing */
  BALANCE_XLSX_INPUT,      /* to be filled in */
  BALANCE_XLSX_OPTIONAL,   /* may be filled in */
} BalanceXlsxShade;

/* The colours, for legends and tests: "FFC7CE" .. */
const char    *balance_xlsx_shade_colour (BalanceXlsxShade shade);

/* `date` (ISO, nullable) becomes the date of the document, so that the same input gives the same bytes. */
BalanceXlsx   *balance_xlsx_new    (BalanceLanguage  language,
                                    const char      *title,
                                    const char      *date,
                                    GError         **error);
void           balance_xlsx_free   (BalanceXlsx     *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceXlsx, balance_xlsx_free)

/* The name is cut and changed where a workbook would refuse it. */
lxw_worksheet *balance_xlsx_add_sheet (BalanceXlsx  *self,
                                       const char   *name);
/* `decimals` of numbers; -1 = as many as there are. */
lxw_format    *balance_xlsx_format (BalanceXlsx     *self,
                                    BalanceXlsxKind  kind,
                                    BalanceXlsxShade shade,
                                    int              decimals);

/* Always text, whatever it begins with; too long a text is cut. NULL is an empty cell with its format. */
void           balance_xlsx_text   (BalanceXlsx     *self,
                                    lxw_worksheet   *sheet,
                                    guint            row,
                                    guint            column,
                                    const char      *text,
                                    lxw_format      *format);
/* A decimal number as its digits say; what is no number is written as text. */
void           balance_xlsx_digits (BalanceXlsx     *self,
                                    lxw_worksheet   *sheet,
                                    guint            row,
                                    guint            column,
                                    const char      *digits,
                                    lxw_format      *format);
/* One cell or a merged range with text. */
void           balance_xlsx_merge  (BalanceXlsx     *self,
                                    lxw_worksheet   *sheet,
                                    guint            top,
                                    guint            left,
                                    guint            bottom,
                                    guint            right,
                                    const char      *text,
                                    lxw_format      *format);
void           balance_xlsx_comment (BalanceXlsx    *self,
                                     lxw_worksheet  *sheet,
                                     guint           row,
                                     guint           column,
                                     const char     *text);
/* A drop-down on a range of cells. Choices that do not fit a workbook's limits are left out: nothing is checked. */
void           balance_xlsx_choices (BalanceXlsx       *self,
                                     lxw_worksheet     *sheet,
                                     guint              top,
                                     guint              left,
                                     guint              bottom,
                                     guint              right,
                                     const char *const *choices);
/* A4, landscape, as wide as one page, these header rows on each page, page numbers below. */
void           balance_xlsx_print  (BalanceXlsx     *self,
                                    lxw_worksheet   *sheet,
                                    guint            header_top,
                                    guint            header_bottom);
/* Lines that a text takes in a column of that many characters; Chinese ones count twice. */
guint          balance_xlsx_lines  (const char      *text,
                                    double           width);

/* Writes all of it to the stream, which stays open. */
gboolean       balance_xlsx_finish (BalanceXlsx     *self,
                                    GOutputStream   *stream,
                                    GCancellable    *cancellable,
                                    GError         **error);

G_END_DECLS
