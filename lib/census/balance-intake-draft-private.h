/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "census/balance-intake-private.h"

G_BEGIN_DECLS

/* The first rows of an intake, taken on the supposition that nothing has to be said about them: they are kept as records, in the
 * order of the input, and nobody looks whether their schools are known, which costs more than all the rest. Settling puts the records
 * into the order of the facts, finds those that are about the same school, and fills the intake once.
 *
 * A record is cut into bands: a pass over all records fetches only the band that it needs, and lets go of it. Band 0 begins with
 * the head (the code, zeros behind it, then the line, a bit for each stage and the only stage of the kind) and goes on with
 * values of schools; the others hold values of sections. Each value has the width that all of its column need,
 * the smallest number stands for one that is missing.
 *
 * While there is a draft, districts may be looked up and texts interned, but there are no rows of schools and sections. */

/* Codes that are longer are not drafted. */
#define BALANCE_DRAFT_MAX_CODE 55

/* Of the cache. */
#define BALANCE_DRAFT_LINE_SIZE 64

/* What can be read and written beyond the texts of a block. */
#define BALANCE_DRAFT_SLACK 64

/* In place of the only stage of the kind of a school. */
#define BALANCE_DRAFT_NO_STAGE 0xff

typedef struct
{
  BalanceCells *cells;
  BalanceLevel  level;           /* school or section */
  int           stage;           /* whose sections have it; -1: of a row with one stage all, of others that of the kind */
  gboolean      has_texts;       /* its values are places of texts of the block */
  guint         band;
} BalanceDraftColumn;

typedef struct
{
  guint  offset;                 /* in the band */
  guint8 width;                  /* 1, 2, 4, 8; 0: there is no value */
  guint8 scale;
} BalanceDraftPlace;

typedef struct
{
  guint              code_size;  /* with at least one zero behind the code, whole words */
  guint             *sizes;      /* [band] of a record */
  BalanceDraftPlace *places;     /* [column] */
} BalanceDraftLayout;

/* Where the parts of a head that follow its code begin, from there on, and all of them. */
#define BALANCE_DRAFT_LINE      0
#define BALANCE_DRAFT_STAGES    4
#define BALANCE_DRAFT_ONLY      8
#define BALANCE_DRAFT_HEAD_SIZE 9

typedef struct
{
  guint                     n_rows;
  const BalanceDraftLayout *layout;
  guint32                  *districts;   /* [row] */
  guint8                  **bands;       /* [band] the records, in memory of the draft */
  char                     *texts;       /* memory of the intake; nullable */
} BalanceDraftBlock;

/* Memory for the records of a band: pages that are large, as soon as they would fill some. */
typedef struct
{
  GPtrArray *pieces;
  guint8    *piece;              /* what is left of the last one .. */
  gsize      n_piece;            /* .. and how much */
  gsize      size;               /* of all */
} BalanceDraftMemory;

/* The values of a column in the rows of a block, at one scale, G_MININT64 = missing. */
typedef struct
{
  const gint64 *digits;
  guint         scale;
} BalanceDraftValues;

typedef struct _BalanceIntakeDraft
{
  gboolean   once;               /* a school may stand in one row only */
  guint      source;
  GArray    *columns;            /* of BalanceDraftColumn */
  guint      n_bands;
  GArray    *memories;           /* [band] of BalanceDraftMemory */
  guint64   *bounds;             /* [column] the bits that values at the scale of the last layout have, but for the sign */
  GPtrArray *layouts;            /* of BalanceDraftLayout; the last one holds all */
  GPtrArray *blocks;             /* of BalanceDraftBlock */
  guint      n_rows;
  guint      n_most;             /* rows of a block */
} BalanceIntakeDraft;

void               balance_intake_draft_free       (BalanceIntakeDraft *self);

/* FALSE if the intake has rows already, or had some that were left out. */
gboolean           balance_intake_begin_draft      (BalanceIntake      *self,
                                                    guint               source,
                                                    gboolean            once);
/* Before there are blocks. */
void               balance_intake_add_draft_column (BalanceIntake      *self,
                                                    BalanceCells       *cells,
                                                    BalanceLevel        level,
                                                    int                 stage,
                                                    gboolean            has_texts);
/* The rows with all their values; for the caller to fill in their heads with balance_draft_set_head() and, for the texts, memory
 * of `texts_size` bytes and BALANCE_DRAFT_SLACK, unless it is 0, that the facts will have. Takes `districts`. NULL and no trace if they cannot be drafted. */
BalanceDraftBlock *balance_intake_add_draft_block  (BalanceIntake            *self,
                                                    guint                     n_rows,
                                                    guint32                  *districts,
                                                    const BalanceDraftValues *values,
                                                    gsize                     code_length,
                                                    gsize                     texts_size);
/* The band of all records is no longer needed. */
void               balance_intake_draft_forget     (BalanceIntakeDraft *self,
                                                    guint               band);
/* All blocks get the layout of the last one. */
void               balance_intake_align_draft      (BalanceIntake      *self);

/* Puts the records into the intake, in the order of the facts. FALSE if there is something to be said: a school or a section stands
 * there twice, its rows have different values, or two districts have a school of the same code; then nothing has changed. */
gboolean           balance_intake_settle           (BalanceIntake      *self);

/* The bound of values at another, greater scale; FALSE if they may not fit 64 bits there. */
gboolean           balance_draft_rescale_bound     (guint64            *bound,
                                                    guint               from,
                                                    guint               to);

/* Of the values that are there no one is greater than this, be it below zero or above; G_MAXUINT64 if there are none. */
guint64            balance_draft_find_bound        (const gint64       *digits,
                                                    guint               n,
                                                    gboolean           *any_negative);
/* Puts the values of a column into records that lie `size` bytes apart. */
void               balance_draft_put_values        (guint8             *to,
                                                    gsize               size,
                                                    const BalanceDraftPlace *place,
                                                    const gint64       *digits,
                                                    guint               scale,
                                                    gboolean            any_negative,
                                                    guint               n);
/* The values of some records for the rows from `first` on. */
void               balance_draft_take_values       (BalanceCells            *cells,
                                                    const BalanceDraftPlace *place,
                                                    const guint8 *const     *records,
                                                    guint32                  first,
                                                    guint                    n);

/* As much as can be read from the code on is `readable`, at least its length. */
static inline void
balance_draft_set_head (const BalanceDraftBlock *block,
                        guint                    row,
                        const char              *code,
                        gsize                    length,
                        gsize                    readable,
                        guint32                  line,
                        guint32                  stages,
                        guint8                   only)
{
  guint8 *head = block->bands[0] + (gsize) row * block->layout->sizes[0], *rest = head + block->layout->code_size;
  guint64 words[2];

  if (G_LIKELY (block->layout->code_size == sizeof words && length < sizeof words && readable >= sizeof words))
    {
      memcpy (words, code, sizeof words);
      words[0] = GUINT64_FROM_LE (words[0]) & (length < 8 ? ((guint64) 1 << 8 * length) - 1 : G_MAXUINT64);
      words[1] = length > 8 ? GUINT64_FROM_LE (words[1]) & (((guint64) 1 << (8 * length - 64)) - 1) : 0;
      words[0] = GUINT64_TO_LE (words[0]);
      words[1] = GUINT64_TO_LE (words[1]);
      memcpy (head, words, sizeof words);
    }
  else
    {
      memset (head, 0, block->layout->code_size);
      memcpy (head, code, length);
    }
  memcpy (rest + BALANCE_DRAFT_LINE, &line, sizeof line);
  memcpy (rest + BALANCE_DRAFT_STAGES, &stages, sizeof stages);
  rest[BALANCE_DRAFT_ONLY] = only;
}

static inline guint32
balance_draft_get_line (const BalanceDraftLayout *layout,
                        const guint8             *head)
{
  guint32 line;

  memcpy (&line, head + layout->code_size + BALANCE_DRAFT_LINE, sizeof line);

  return line;
}

static inline guint32
balance_draft_get_stages (const BalanceDraftLayout *layout,
                          const guint8             *head)
{
  guint32 stages;

  memcpy (&stages, head + layout->code_size + BALANCE_DRAFT_STAGES, sizeof stages);

  return stages;
}

static inline guint8
balance_draft_get_only (const BalanceDraftLayout *layout,
                        const guint8             *head)
{
  return head[layout->code_size + BALANCE_DRAFT_ONLY];
}

/* The value of a record, or G_MININT64. */
static inline gint64
balance_draft_get_value (const BalanceDraftPlace *place,
                         const guint8            *record)
{
  const guint8 *from = record + place->offset;
  gint16 two;
  gint32 four;
  gint64 eight;

  switch (place->width)
    {
    case 1:
      return (gint8) *from == G_MININT8 ? G_MININT64 : (gint8) *from;
    case 2:
      memcpy (&two, from, sizeof two);
      return two == G_MININT16 ? G_MININT64 : two;
    case 4:
      memcpy (&four, from, sizeof four);
      return four == G_MININT32 ? G_MININT64 : four;
    case 8:
      memcpy (&eight, from, sizeof eight);
      return eight;
    default:
      return G_MININT64;
    }
}

G_END_DECLS
