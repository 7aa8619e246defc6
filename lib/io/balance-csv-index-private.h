/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Room that the last block of bytes needs behind the positions that are counted. */
#define BALANCE_CSV_INDEX_SLACK 64

/* Finds every delimiter, quote, line feed and carriage return of `text` from `from` to `to` and writes where they
 * are, in order. `positions` has room for one position a byte and the slack. Returns how many there are. Not a byte
 * outside of the range is read. */
typedef gsize (*BalanceCsvIndex) (const char *text,
                                  guint32     from,
                                  guint32     to,
                                  char        delimiter,
                                  guint32    *positions);

/* The best one that this machine can run, or the named one ("baseline", "avx2", "avx512"); NULL if it cannot run it. */
BalanceCsvIndex balance_csv_index_get (const char *name);

G_END_DECLS
