/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-decimal-private.h"
#include "census/balance-intake-private.h"
#include "io/balance-csv-index-private.h"
#include "io/balance-outline-private.h"

G_BEGIN_DECLS

/* Rows of a large text in bulk. A *block* is a piece of the text that was cut into records and its cells turned into
 * numbers, codes and places of texts, column by column. Only rows about which nothing is to be said are *plain*: as
 * many cells as headers, every cell empty or right, certainly data. All others are only cut, for whoever looks at
 * them one by one. Making a block touches nothing but the block, so several can be made at once. */

typedef enum
{
  BALANCE_CSV_UNUSED,     /* nobody wants it; its text must be valid */
  BALANCE_CSV_UNTITLED,   /* the same without a header: that it has something must be said once */
  BALANCE_CSV_NUMBER,
  BALANCE_CSV_CHOICE,
  BALANCE_CSV_TEXT,
  BALANCE_CSV_OTHER,      /* flags, dates, years */
} BalanceCsvColumnKind;

/* What is done with one column. */
typedef struct
{
  BalanceCsvColumnKind  kind;
  BalanceField         *field;
  const BalanceDecimal *factor;      /* of the unit; nullable */
  GHashTable           *values;      /* what foreign texts mean; nullable */
  gboolean              quick;       /* what is a number without a sign is a value, unless a count has a fraction */
  gboolean              needed;      /* a row without it is not plain */
  gboolean              hashed;      /* hashes of its texts are asked for */
} BalanceCsvColumn;

typedef struct _BalanceCsvPlan
{
  BalanceDictionary      *dictionary;
  const BalanceOutline   *outline;
  const BalanceCsvColumn *columns;
  guint                   n_columns;
  guint                   code;       /* column of the school code */
  char                    delimiter;
  BalanceCsvIndex         index;
  BalanceCsvNumbers       numbers;
  BalanceCsvValidate      validate;
} BalanceCsvPlan;

/* Where the text of a cell stands in the block; length 0: there is none. The hash is 0 where nobody has computed it: not many are
 * asked for. */
typedef struct
{
  guint32 at, length, hash;
} BalanceCsvText;

typedef struct
{
  gint64         *digits;      /* [row] at one scale for the block, or BALANCE_CSV_MISSING; of texts NULL */
  BalanceCsvText *texts;       /* [row] */
  guint           scale;
  struct _BalanceCsvChoices *choices;
} BalanceCsvValues;

enum
{
  BALANCE_CSV_ROW_PLAIN    = 1 << 0,
  BALANCE_CSV_ROW_UNTITLED = 1 << 1,   /* a column without header has something */
};

typedef struct _BalanceCsvBlock
{
  const char       *text;           /* the piece and what follows it, so that its last record can end */
  guint32           length;

  guint32           begin;          /* where its first record begins, or `length` if none begins here .. */
  guint32           end;            /* .. and where the one after the last one does */
  guint32           n_lines;        /* line ends between the two */
  gboolean          cut;            /* the record at `end` does not end within `length` */

  guint             n_rows, n_alloc;
  guint32          *starts;         /* [row] where it begins; n_rows: = `end` */
  guint32          *lines;          /* [row] line ends before it */
  guint8           *flags;          /* [row] */
  BalanceCsvValues *values;         /* [column] */
  guint             n_columns;
  gboolean          numbered;       /* what begins with digits alone is no row of titles or headers */

  BalanceCsvMarks   marks;          /* of what is being read; one more position fits in front of the first */
  gsize             n_marks_alloc;
} BalanceCsvBlock;

static inline guint32
balance_csv_block_get_hash (const BalanceCsvBlock *self,
                            const BalanceCsvText  *text)
{
  if (text->length == 0)
    return 0;

  return text->hash != 0 ? text->hash : balance_text_hash (self->text + text->at, text->length);
}

void balance_csv_plan_free   (BalanceCsvPlan        *self);

void balance_csv_block_init  (BalanceCsvBlock       *self,
                              const BalanceCsvPlan  *plan);
void balance_csv_block_clear (BalanceCsvBlock       *self);

/* Where the first record begins at `from` or later, if `from` is not within quotes. Looks at the byte before it. */
guint32 balance_csv_find_record (const char         *text,
                                 guint32             from,
                                 guint32             length);

/* Reads the records that begin from `begin` to before `limit`; fewer if they are very many. With `is_end` nothing
 * follows the `length` bytes of text. */
void balance_csv_block_read  (BalanceCsvBlock       *self,
                              const BalanceCsvPlan  *plan,
                              const char            *text,
                              guint32                length,
                              gboolean               is_end,
                              guint32                begin,
                              guint32                limit);

G_END_DECLS
