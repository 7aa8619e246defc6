/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "io/balance-csv-block-private.h"
#include "io/balance-file-private.h"

G_BEGIN_DECLS

/* A text cut into chunks of a fixed size, which several threads make blocks of while the caller takes them in order.
 * Whether a chunk begins within quotes only shows when all before it is known: each is read as if it did not, and read
 * again if the record before it turns out to end elsewhere than where its own first one was taken to begin. */
typedef struct _BalanceCsvChunks BalanceCsvChunks;

/* Text and the values that are made of it stay in the second cache. */
#define BALANCE_CSV_CHUNK_SIZE (1 << 18)

/* Where the text is: in memory, or in a file of which no more is read at once than the threads work on. */
typedef struct
{
  const char    *text;       /* nullable: it is in the file */
  int            fd;
  gsize          base;       /* where the text begins in the file */
  gsize          length;     /* of the text */
  BalanceDigest *digest;     /* takes in what is read of the file; nullable */
} BalanceCsvSource;

/* From `start`, which is `line` of the text. Threads end with balance_csv_chunks_free(). 0 threads: one a processor. */
BalanceCsvChunks *balance_csv_chunks_new     (const BalanceCsvPlan  *plan,
                                              const BalanceCsvSource *source,
                                              gsize                  start,
                                              guint                  line,
                                              gsize                  chunk_size,
                                              guint                  n_threads);
void              balance_csv_chunks_free    (BalanceCsvChunks      *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceCsvChunks, balance_csv_chunks_free)

/* The next records, or NULL at the end or when the file cannot be read; good until the next call. `offset` is where the text of the block stands,
 * `line` the number of its first line. */
const BalanceCsvBlock *balance_csv_chunks_next (BalanceCsvChunks    *self,
                                                gsize               *offset,
                                                guint               *line);

/* After the last block: waits for the digest. FALSE and errno if the file could not be read. */
gboolean          balance_csv_chunks_finish  (BalanceCsvChunks      *self);
/* The caller has read a record himself that was cut; the next one begins here. */
void              balance_csv_chunks_seek    (BalanceCsvChunks      *self,
                                              gsize                  start,
                                              guint                  line);

G_END_DECLS
