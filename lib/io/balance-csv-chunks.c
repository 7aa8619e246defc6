/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-csv-chunks-private.h"

#include <errno.h>
#include <pthread.h>

#define MAX_THREADS 64

/* What a thread reads beyond its chunk, so that the last record can end; a longer one is left to the caller. */
#define MIN_SLACK   256
#define MAX_SLACK   (1 << 14)

/* A thread is worth so many chunks. */
#define CHUNKS_PER_THREAD 2

typedef enum
{
  SLOT_FREE,
  SLOT_BUSY,      /* some thread reads it */
  SLOT_READY,
  SLOT_TAKEN,     /* its records are, but its bytes still have to go into the digest */
} SlotState;

typedef struct
{
  BalanceCsvBlock block;
  SlotState       state;
  const char     *text;      /* of the chunk, the byte before it and the slack behind it */
  char           *buffer;    /* of a file */
  int             error;     /* why it could not be read; 0: it was */
} Slot;

typedef enum
{
  TASK_NONE,
  TASK_READ,
  TASK_DIGEST,
} Task;

struct _BalanceCsvChunks
{
  const BalanceCsvPlan *plan;
  BalanceCsvSource      source;
  gsize                 start, chunk_size, slack;
  gsize                 n_chunks;

  /* only the caller's */
  gsize                 chunk;        /* the one whose records come next */
  const BalanceCsvBlock *current;     /* the block that the caller has; nullable */
  gsize                 next;         /* where the next record begins .. */
  guint                 line;         /* .. and its line */

  pthread_mutex_t       lock;         /* for all below */
  pthread_cond_t        changed;
  gsize                 claimed;      /* chunks before this one are being read, or were */
  gsize                 digested;     /* chunks before this one are in the digest */
  gboolean              digesting;    /* some thread does that one */
  gboolean              stop;
  int                   error;
  Slot                 *slots;        /* [chunk % n_slots] */
  guint                 n_slots;

  pthread_t             threads[MAX_THREADS];
  guint                 n_threads;
};

/* The byte before the chunk belongs to its text: it tells whether a record begins with the chunk. */
static gsize
get_offset (const BalanceCsvChunks *self,
            gsize                   chunk)
{
  gsize begin = self->start + chunk * self->chunk_size;

  return begin > 0 ? begin - 1 : 0;
}

static gsize
get_limit (const BalanceCsvChunks *self,
           gsize                   chunk)
{
  return MIN (self->source.length, self->start + (chunk + 1) * self->chunk_size);
}

/* Makes the text of a chunk be there. */
static void
load_chunk (const BalanceCsvChunks *self,
            gsize                   chunk,
            Slot                   *slot)
{
  const gsize offset = get_offset (self, chunk);
  const gsize end = MIN (self->source.length, get_limit (self, chunk) + self->slack);

  slot->error = 0;
  if (self->source.text != NULL)
    {
      slot->text = self->source.text + offset;
      return;
    }

  if (slot->buffer == NULL)
    slot->buffer = g_malloc (self->chunk_size + self->slack + 1);
  slot->text = slot->buffer;
  if (!balance_file_read_at (self->source.fd, self->source.base + offset, slot->buffer, end - offset))
    slot->error = errno;
}

/* Reads the records of a chunk from `begin`, or from where the first one seems to begin. */
static void
read_chunk (const BalanceCsvChunks *self,
            gsize                   chunk,
            const gsize            *begin,
            Slot                   *slot)
{
  const gsize offset = get_offset (self, chunk);
  const gsize limit = get_limit (self, chunk);
  const gsize end = MIN (self->source.length, limit + self->slack);
  const guint32 length = (guint32) (end - offset);
  guint32 from;

  if (begin != NULL)
    from = (guint32) (*begin - offset);
  else if (chunk == 0)
    from = (guint32) (self->start - offset);
  else
    from = balance_csv_find_record (slot->text, 1, length);

  balance_csv_block_read (&slot->block, self->plan, slot->text, length, end == self->source.length, from,
                          (guint32) (limit - offset));
}

/* With the lock: what could be done now. The digest comes first, for it goes by the order of the file. */
static Task
claim (BalanceCsvChunks *self,
       gsize            *chunk)
{
  Slot *slot = &self->slots[self->digested % self->n_slots];

  if (self->source.digest != NULL && !self->digesting && self->digested < self->claimed && slot->state >= SLOT_READY)
    {
      self->digesting = TRUE;
      *chunk = self->digested;
      return TASK_DIGEST;
    }

  slot = &self->slots[self->claimed % self->n_slots];
  if (self->claimed >= self->n_chunks || slot->state != SLOT_FREE)
    return TASK_NONE;
  slot->state = SLOT_BUSY;
  *chunk = self->claimed++;

  return TASK_READ;
}

/* With the lock, which is let go meanwhile. */
static void
do_task (BalanceCsvChunks *self,
         Task              task,
         gsize             chunk)
{
  Slot *slot = &self->slots[chunk % self->n_slots];

  pthread_mutex_unlock (&self->lock);
  if (task == TASK_DIGEST)
    {
      const gsize begin = self->start + chunk * self->chunk_size;

      if (slot->error == 0)
        balance_digest_add (self->source.digest, slot->text + (begin - get_offset (self, chunk)), get_limit (self, chunk) - begin);
    }
  else
    {
      load_chunk (self, chunk, slot);
      if (slot->error == 0)
        read_chunk (self, chunk, NULL, slot);
    }

  pthread_mutex_lock (&self->lock);
  if (task == TASK_DIGEST)
    {
      self->digesting = FALSE;
      self->digested++;
      if (slot->state == SLOT_TAKEN)
        slot->state = SLOT_FREE;
    }
  else
    {
      slot->state = SLOT_READY;
    }
  pthread_cond_broadcast (&self->changed);
}

static void *
run_thread (void *data)
{
  BalanceCsvChunks *self = data;

  pthread_mutex_lock (&self->lock);
  while (!self->stop && (self->claimed < self->n_chunks || (self->source.digest != NULL && self->digested < self->n_chunks)))
    {
      gsize chunk;
      Task task = claim (self, &chunk);

      if (task != TASK_NONE)
        do_task (self, task, chunk);
      else
        pthread_cond_wait (&self->changed, &self->lock);
    }
  pthread_mutex_unlock (&self->lock);

  return NULL;
}

BalanceCsvChunks *
balance_csv_chunks_new (const BalanceCsvPlan *plan,
                        const BalanceCsvSource *source,
                        gsize                 start,
                        guint                 line,
                        gsize                 chunk_size,
                        guint                 n_threads)
{
  BalanceCsvChunks *self = g_new0 (BalanceCsvChunks, 1);

  self->plan = plan;
  self->source = *source;
  self->start = self->next = start;
  self->line = line;
  self->chunk_size = chunk_size;
  self->slack = CLAMP (chunk_size, MIN_SLACK, MAX_SLACK);
  self->n_chunks = (source->length - start + chunk_size - 1) / chunk_size;

  if (n_threads == 0)
    n_threads = g_get_num_processors ();
  n_threads = (guint) MIN (MIN (n_threads, MAX_THREADS), 1 + self->n_chunks / CHUNKS_PER_THREAD);
  /* one that the caller takes, and one that each thread reads while another of its own waits */
  self->n_slots = n_threads > 1 ? 2 * n_threads : 1;
  self->slots = g_new0 (Slot, self->n_slots);
  for (guint i = 0; i < self->n_slots; i++)
    balance_csv_block_init (&self->slots[i].block, plan);

  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->changed, NULL);
  /* this thread reads too */
  for (guint i = 1; i < n_threads; i++)
    if (pthread_create (&self->threads[self->n_threads], NULL, run_thread, self) == 0)
      self->n_threads++;

  return self;
}

void
balance_csv_chunks_free (BalanceCsvChunks *self)
{
  pthread_mutex_lock (&self->lock);
  self->stop = TRUE;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->lock);
  for (guint i = 0; i < self->n_threads; i++)
    pthread_join (self->threads[i], NULL);

  pthread_cond_destroy (&self->changed);
  pthread_mutex_destroy (&self->lock);
  for (guint i = 0; i < self->n_slots; i++)
    {
      balance_csv_block_clear (&self->slots[i].block);
      g_free (self->slots[i].buffer);
    }
  g_free (self->slots);
  g_free (self);
}

/* The slot of a chunk once it is read; meanwhile this thread does what there is to do. */
static Slot *
wait_for (BalanceCsvChunks *self,
          gsize             chunk)
{
  Slot *slot = &self->slots[chunk % self->n_slots];

  pthread_mutex_lock (&self->lock);
  while (self->claimed <= chunk || slot->state != SLOT_READY)
    {
      gsize other;
      Task task = claim (self, &other);

      if (task != TASK_NONE)
        do_task (self, task, other);
      else
        pthread_cond_wait (&self->changed, &self->lock);
    }
  pthread_mutex_unlock (&self->lock);

  return slot;
}

/* Goes on to a chunk; those before it are not needed any more. */
static void
move_to (BalanceCsvChunks *self,
         gsize             chunk)
{
  for (; self->chunk < chunk; self->chunk++)
    {
      Slot *slot;
      gboolean skip;

      /* what nobody has read yet need not be, unless the digest wants it */
      pthread_mutex_lock (&self->lock);
      skip = self->claimed <= self->chunk && self->source.digest == NULL;
      if (skip)
        self->claimed = self->chunk = chunk;
      pthread_mutex_unlock (&self->lock);
      if (skip)
        return;

      slot = wait_for (self, self->chunk);
      pthread_mutex_lock (&self->lock);
      if (self->error == 0)
        self->error = slot->error;
      slot->state = self->source.digest != NULL && self->digested <= self->chunk ? SLOT_TAKEN : SLOT_FREE;
      pthread_cond_broadcast (&self->changed);
      pthread_mutex_unlock (&self->lock);
    }
}

const BalanceCsvBlock *
balance_csv_chunks_next (BalanceCsvChunks *self,
                         gsize            *offset,
                         guint            *line)
{
  Slot *slot;

  if (self->current != NULL)
    {
      self->next = get_offset (self, self->chunk) + self->current->end;
      self->line += self->current->n_lines;
      self->current = NULL;
    }
  if (self->next >= self->source.length)
    return NULL;

  move_to (self, (self->next - self->start) / self->chunk_size);
  slot = wait_for (self, self->chunk);
  *offset = get_offset (self, self->chunk);
  *line = self->line;
  if (slot->error != 0)
    {
      self->error = slot->error;
      return NULL;
    }
  if (*offset + slot->block.begin != self->next)
    read_chunk (self, self->chunk, &self->next, slot);
  self->current = &slot->block;

  return self->current;
}

void
balance_csv_chunks_seek (BalanceCsvChunks *self,
                         gsize             start,
                         guint             line)
{
  self->current = NULL;
  self->next = start;
  self->line = line;
}

gboolean
balance_csv_chunks_finish (BalanceCsvChunks *self)
{
  if (self->error == 0)
    move_to (self, self->n_chunks);

  pthread_mutex_lock (&self->lock);
  while (self->source.digest != NULL && self->error == 0 && self->digested < self->n_chunks)
    {
      gsize chunk;
      Task task = claim (self, &chunk);

      if (task != TASK_NONE)
        do_task (self, task, chunk);
      else
        pthread_cond_wait (&self->changed, &self->lock);
    }
  pthread_mutex_unlock (&self->lock);
  errno = self->error;

  return self->error == 0;
}
