/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-arrow-private.h"
#include "base/balance-text-private.h"
#include "io/balance-sheet-import-private.h"

G_BEGIN_DECLS

/* Rows that are decoded at once. */
#define BALANCE_ARROW_CHUNK 2048

/* Stands for a value that needs no text. It is no total, no number of a column and not empty. */
#define BALANCE_ARROW_PLACEHOLDER "0.5"

typedef enum
{
  BALANCE_ARROW_CLASS_UNKNOWN,   /* lists, structures, bytes, times of day …: no value of ours */
  BALANCE_ARROW_CLASS_NULL,
  BALANCE_ARROW_CLASS_NUMBER,
  BALANCE_ARROW_CLASS_TRUTH,
  BALANCE_ARROW_CLASS_TEXT,
  BALANCE_ARROW_CLASS_DATE,      /* dates and points in time */
} BalanceArrowClass;

/* What is wrong with the text of a cell: in place of its length where the text is NULL. */
typedef enum
{
  BALANCE_ARROW_NO_UTF8,
  BALANCE_ARROW_TOO_LONG,
} BalanceArrowCellFault;

/* Reads one column of a stream, some rows of a batch at a time. */
typedef struct _BalanceArrowDecoder BalanceArrowDecoder;

/* What was decoded, [row]. */
typedef struct
{
  BalanceSpan *spans;            /* the text, or something in its place where a value counts */
  gint64      *digits;
  guint8      *scales;           /* BALANCE_NO_VALUE: the text counts */
} BalanceArrowCells;

/* NULL and a text why where the schema is none. */
BalanceArrowDecoder     *balance_arrow_decoder_new         (const struct ArrowSchema  *schema,
                                                            BalanceText               *why);
void                     balance_arrow_decoder_free        (BalanceArrowDecoder       *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceArrowDecoder, balance_arrow_decoder_free)
BalanceArrowClass        balance_arrow_decoder_get_class   (BalanceArrowDecoder       *self);
/* The type as users know it, such as "list" or "decimal(10, 2)". (transfer full) */
char                    *balance_arrow_decoder_dup_type    (BalanceArrowDecoder       *self);
/* Must be called before decoding. */
void                     balance_arrow_decoder_set_wanted  (BalanceArrowDecoder       *self,
                                                            BalanceValueForm           wanted);
const BalanceArrowCells *balance_arrow_decoder_get_cells   (BalanceArrowDecoder       *self);

/* Is the array one of the schema, with at least `n_rows` rows? FALSE and a text why if not. */
gboolean                 balance_arrow_decoder_check       (BalanceArrowDecoder       *self,
                                                            const struct ArrowArray   *array,
                                                            gint64                     n_rows,
                                                            BalanceText               *why);
/* Decodes rows `first` .. `first + n - 1`, n <= BALANCE_ARROW_CHUNK. FALSE and a text why where they lie outside of the
 * buffers of the array. */
gboolean                 balance_arrow_decoder_decode      (BalanceArrowDecoder       *self,
                                                            const struct ArrowArray   *array,
                                                            gint64                     first,
                                                            guint                      n,
                                                            BalanceText               *why);

/* The same of a column as the interface has it, without a number printed: NULL or FALSE where something would have to be
 * said, or where the type has no short way; then _decode() tells. Of all rows at once, at most BALANCE_ARROW_CHUNK. */

/* Numbers at one scale, none below zero; `missing` in place of those that are not there. Of whole numbers the scale is 0. They
 * are in `digits`, or the buffer of the array itself holds them. */
const gint64            *balance_arrow_decoder_read_numbers (BalanceArrowDecoder      *self,
                                                             const struct ArrowArray  *array,
                                                             gint64                    first,
                                                             guint                     n,
                                                             gint64                    missing,
                                                             gint64                   *digits,
                                                             guint                    *scale);
/* Texts one behind the other, none longer than a cell may be. Good until the next ones are read. */
typedef struct
{
  const char   *data;
  const gint32 *ends;            /* [n + 1] where each begins, and the last one ends; bytes from `data` on can be read */
  gboolean      all_valid;       /* else rows without a validity bit hold nothing, whatever lies there */
  gboolean      is_made;         /* they were printed, and are ASCII; of others nobody has looked yet what they are */
} BalanceArrowRun;

gboolean                 balance_arrow_decoder_read_run     (BalanceArrowDecoder      *self,
                                                             const struct ArrowArray  *array,
                                                             gint64                    first,
                                                             guint                     n,
                                                             BalanceArrowRun          *run);
/* All words of the dictionary of a batch, all valid; those that are missing are empty. `batch` is another number for each batch. */
const BalanceSpan       *balance_arrow_decoder_get_words    (BalanceArrowDecoder      *self,
                                                             const struct ArrowArray  *array,
                                                             guint                    *n_words,
                                                             guint                    *batch);
/* Where in the dictionary they are; G_MAXUINT32 in place of those that are missing. */
gboolean                 balance_arrow_decoder_read_indices (BalanceArrowDecoder      *self,
                                                             const struct ArrowArray  *array,
                                                             gint64                    first,
                                                             guint                     n,
                                                             guint32                  *indices);

/* The bit of a row in the validity bitmap of an array; rows count from its offset. */
static inline gboolean
balance_arrow_is_valid (const struct ArrowArray *array,
                        gint64                   row)
{
  const guint8 *bits = array->n_buffers > 0 ? array->buffers[0] : NULL;
  const gint64 at = array->offset + row;

  return bits == NULL || (bits[at / 8] >> (at % 8) & 1) != 0;
}

G_END_DECLS
