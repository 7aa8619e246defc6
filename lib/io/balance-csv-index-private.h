/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "io/balance-csv-numbers-private.h"

G_BEGIN_DECLS

/* Room that the last block of bytes needs behind the positions that are counted. */
#define BALANCE_CSV_INDEX_SLACK 64

/* What stands where in a piece of text. */
typedef struct
{
  guint32  *positions;     /* of every delimiter, quote, line feed and carriage return, in order */
  gsize     n_positions;
  guint32  *breaks;        /* numbers of those positions where something else than a delimiter stands */
  gsize     n_breaks;

  gboolean  is_valid;      /* all that was looked at is certainly UTF-8 without NUL: ASCII and most characters of two or
                            * three bytes, up to the last one, which may go on in the next piece */
  guint64   carry;         /* a bit for each of the bytes of that character that are still to come */
} BalanceCsvMarks;

/* Adds what is found in `text` from `from` to `to`. Both lists have room for one position a byte and the slack. Not a
 * byte outside of the range is read. */
typedef void (*BalanceCsvIndex) (const char      *text,
                                 guint32          from,
                                 guint32          to,
                                 char             delimiter,
                                 BalanceCsvMarks *marks);

/* Sets a bit in `given` for each of n numbers that is not missing, and one in `more` for each that is not zero either. */
typedef void (*BalanceCsvFigures) (const gint64 *digits,
                                   guint         n,
                                   guint32       bit,
                                   guint32      *given,
                                   guint32      *more);

/* Is a text certainly UTF-8 without NUL, as above? Not a byte outside of it is read. */
typedef gboolean (*BalanceCsvValidate) (const char *text,
                                        gsize       length);

/* The best ones that this machine can run, or the named ones ("baseline", "avx2", "avx512"); NULL if it cannot run them. */
BalanceCsvIndex   balance_csv_index_get   (const char *name);
BalanceCsvFigures balance_csv_figures_get (const char *name);
BalanceCsvValidate balance_csv_validate_get (const char *name);

G_END_DECLS
