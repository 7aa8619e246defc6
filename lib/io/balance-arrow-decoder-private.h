/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "io/balance-arrow-column-private.h"

G_BEGIN_DECLS

/* The decoder of a column from within: one file decodes cells, another reads whole columns. */

typedef enum
{
  BALANCE_ARROW_TYPE_UNKNOWN,
  BALANCE_ARROW_TYPE_NULL,
  BALANCE_ARROW_TYPE_BOOL,
  BALANCE_ARROW_TYPE_INT8,
  BALANCE_ARROW_TYPE_UINT8,
  BALANCE_ARROW_TYPE_INT16,
  BALANCE_ARROW_TYPE_UINT16,
  BALANCE_ARROW_TYPE_INT32,
  BALANCE_ARROW_TYPE_UINT32,
  BALANCE_ARROW_TYPE_INT64,
  BALANCE_ARROW_TYPE_UINT64,
  BALANCE_ARROW_TYPE_FLOAT,
  BALANCE_ARROW_TYPE_DOUBLE,
  BALANCE_ARROW_TYPE_DECIMAL,
  BALANCE_ARROW_TYPE_UTF8,
  BALANCE_ARROW_TYPE_LARGE_UTF8,
  BALANCE_ARROW_TYPE_UTF8_VIEW,
  BALANCE_ARROW_TYPE_DAYS,
  BALANCE_ARROW_TYPE_MILLISECONDS,     /* a date all the same */
  BALANCE_ARROW_TYPE_TIMESTAMP,
} BalanceArrowType;

struct _BalanceArrowDecoder
{
  char                *format;
  BalanceArrowType     type;
  BalanceArrowClass    class;
  int                  scale;          /* of decimals; may be negative */
  guint                width;          /* bytes of a decimal */
  gint64               per_second;     /* of timestamps */
  GTimeZone           *zone;           /* of timestamps; NULL: local as they stand */
  BalanceArrowDecoder *dictionary;     /* nullable: the values; this is of the indices */

  BalanceValueForm     wanted;
  BalanceArrowCells   *cells;          /* those of a dictionary are the column's */
  BalanceArrowCells    own;
  BalanceSpan         *words;          /* of the dictionary of the batch; NULL until asked for */
  gboolean             words_usable;
  guint                batch;          /* how many batches were checked */
  char                *made;           /* texts of a chunk put one behind the other; nullable */
  gsize                n_made;
  gint32              *ends;           /* [BALANCE_ARROW_CHUNK + 1] where texts end; NULL until asked for */
  GStringChunk        *texts;          /* made of values, of the current chunk; of a dictionary the column's */
};

/* Views have texts of up to so many bytes within themselves. */
#define BALANCE_ARROW_INLINED 12

/* The text at a place of an array; FALSE if it does not lie within its buffers as far as those are known. */
gboolean balance_arrow_decoder_get_utf8  (BalanceArrowDecoder      *self,
                                          const struct ArrowArray  *array,
                                          gint64                    at,
                                          const char              **text,
                                          gsize                    *length);
/* The same of views. Of an inlined one as many bytes can be read as it can have. */
gboolean balance_arrow_get_view          (const struct ArrowArray  *array,
                                          gint64                    at,
                                          const char              **text,
                                          gsize                    *length);
/* The row of the dictionary that stands at a place of the indices; FALSE if there is none. */
gboolean balance_arrow_decoder_get_index (BalanceArrowDecoder      *self,
                                          const struct ArrowArray  *array,
                                          gint64                    at,
                                          gint64                   *row);

/* Whole numbers as they are, whatever lies where nothing is; FALSE of a type that has no such, or may be larger. */
gboolean balance_arrow_decoder_copy_integers (BalanceArrowDecoder     *self,
                                              const struct ArrowArray *array,
                                              gint64                   first,
                                              guint                    n,
                                              gint64                  *digits);

/* Characters of a whole number. */
#define BALANCE_ARROW_INTEGER_SIZE 20

/* Writes a number so that it ends before `end`; returns where it begins. */
static inline char *
balance_arrow_write_integer (char   *end,
                             gint64  value)
{
  guint64 rest = value < 0 ? -(guint64) value : (guint64) value;

  do
    {
      *--end = (char) ('0' + (int) (rest % 10));
      rest /= 10;
    }
  while (rest != 0);
  if (value < 0)
    *--end = '-';

  return end;
}

G_END_DECLS
