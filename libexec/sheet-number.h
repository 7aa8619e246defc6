/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "io/balance-workbook-private.h"

G_BEGIN_DECLS

/* How a number format shows a number, as far as it changes what the number means. */
typedef enum
{
  SHEET_FORMAT_PLAIN,
  SHEET_FORMAT_PERCENT = 1 << 0,
  SHEET_FORMAT_DATE    = 1 << 1,     /* has a year, month or day */
  SHEET_FORMAT_TIME    = 1 << 2,     /* has hours, minutes or seconds */
} SheetFormat;

/* Of a format code of Excel, such as yyyy"年"m"月" or 0.0%. */
SheetFormat          sheet_format_parse   (const char   *code);
/* Of the formats that have a number and no code. */
SheetFormat          sheet_format_builtin (guint         id);

/* The number as a person would write it. `text` is what the file stores: beyond the 15 digits that spreadsheets
 * reckon with there is only the noise of binary fractions. FALSE where it is no number. */
gboolean             sheet_number_append  (GString      *to,
                                           const char   *text,
                                           gboolean      percent);
gboolean             sheet_number_append_double
                                          (GString      *to,
                                           double        value,
                                           gboolean      percent);

/* A number as its format shows it: dates count days since 1900 (or 1904). Returns the kind. */
BalanceGridCellKind  sheet_number_show    (GString      *to,
                                           const char   *text,
                                           SheetFormat   format,
                                           gboolean      from_1904);
/* The same of a duration in seconds, h:mm:ss; a time of a day is a DATE. */
BalanceGridCellKind  sheet_number_show_time
                                          (GString      *to,
                                           double        seconds);

G_END_DECLS
