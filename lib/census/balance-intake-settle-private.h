/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "census/balance-code-keys-private.h"
#include "census/balance-intake-draft-private.h"

G_BEGIN_DECLS

/* So many districts are one task: what is read of them stays in the second cache. */
#define BALANCE_DISTRICTS_AT_ONCE 16

/* A draft on its way into the intake. A record is called by the number of its block and, in the lower bits, of its row there, or by
 * its place in the order of the facts. */
typedef struct
{
  BalanceIntake            *intake;
  BalanceIntakeDraft       *draft;
  const BalanceDraftLayout *layout;
  guint                     n_threads;
  guint                     n_districts, n_records;
  guint                     row_bits;
  guint8                 ***bands;        /* [band][block] */

  guint32                  *districts;    /* [by code] the row in the intake; the same order in all that follows */
  guint32                  *offsets;      /* [district] into `order` */
  guint32                  *order;        /* [place] records by district and code, those of one code as they came */
  guint8                   *again;        /* [place] it is the same school as before it */
  guint8                   *heads;        /* [place] band 0 of the record: fetched once from where it was, read often here */

  /* [district] where its own begin; while they are counted, each stands one place behind */
  guint32                  *schools;
  guint32                  *sections;     /* [district * n_stages + stage] */
  gsize                    *codes;        /* the bytes of codes of schools */

  /* set by any thread */
  gint                      unclear;      /* something is to be said */
  gint                      any_late;     /* a school has a value that only a later record has */
} BalanceSettling;

static inline const BalanceDraftBlock *
balance_settling_get_block (const BalanceSettling *self,
                            guint32                record)
{
  return g_ptr_array_index (self->draft->blocks, record >> self->row_bits);
}

static inline const guint8 *
balance_settling_get_record (const BalanceSettling *self,
                             guint                  band,
                             guint32                record)
{
  const guint32 row = record & (((guint32) 1 << self->row_bits) - 1);

  return self->bands[band][record >> self->row_bits] + (gsize) row * self->layout->sizes[band];
}

/* Brings records into the cache. Reads keep as many lines on their way as the processor can, of prefetches it drops some; and
 * none waits for another. */
static inline void
balance_settling_fetch (const BalanceSettling *self,
                        guint                  band,
                        const guint32         *records,
                        guint                  n)
{
  const guint size = self->layout->sizes[band], last = MAX (1, size) - 1;

  for (guint i = 0; i < n; i++)
    {
      const volatile guint8 *record = balance_settling_get_record (self, band, records[i]);

      for (guint at = 0; at < last; at += BALANCE_DRAFT_LINE_SIZE)
        (void) record[at];
      (void) record[last];
    }
}

static inline const guint8 *
balance_settling_get_head (const BalanceSettling *self,
                           guint32                place)
{
  return self->heads + (gsize) place * self->layout->sizes[0];
}

static inline BalanceCodeKey
balance_settling_make_key (const guint8 *head,
                           guint32       row)
{
  BalanceCodeKey key = { .code = (const char *) head, .row = row };

  memcpy (key.words, head, sizeof key.words);
  key.words[0] = GUINT64_FROM_BE (key.words[0]);
  key.words[1] = GUINT64_FROM_BE (key.words[1]);

  return key;
}

/* What all values of some cells fit: the scale, and 4 or 8 bytes; FALSE if there is no scale. */
gboolean balance_settling_measure (const BalanceSettling *self,
                                   const BalanceCells    *cells,
                                   guint                 *width,
                                   guint                 *scale);
/* Fills the intake, which has no rows of schools and sections yet; the records are let go. */
void     balance_settling_emit    (BalanceSettling       *self);

G_END_DECLS
