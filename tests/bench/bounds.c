/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The yardsticks: how long it takes merely to find and convert every cell of a table, and merely to read columns once.
 *
 * The cells: each thread reads its rows in pieces that stay in its caches. Of 64 bytes at a time a comparison gives the
 * places of separators as bits, which become a list of positions; then each cell is converted, eight characters at once
 * by three multiplications. No branch depends on the data but for what is rare: quotes, numbers of more than eight
 * characters. Every number is checked to be one; of texts only the length is taken. */

#include "bounds.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#define MAX_THREADS 64
#define PIECE (16 * 1024)       /* the positions in it are listed at once */
#define BUFFER (16 * PIECE)
#define SLACK 64                /* readable before and behind the buffer */

#define EVERY(byte) (G_GUINT64_CONSTANT (0x0101010101010101) * (byte))

/* -- where the separators are ------------------------------------------------------------------------- */

/* Bits of the separators and of the quotes among 64 bytes. */
typedef struct
{
  guint64 separators;
  guint64 quotes;
} Marks;

/* Lists where the separators outside of quotes are; `inside` is all ones where the bytes begin in a quoted cell.
 * Space for eight positions more than there are is written to. */
typedef guint (*ListFunc) (const guint8 *bytes, guint n, guint64 *inside, guint16 *positions);

static inline __attribute__ ((always_inline)) guint
list_marks (const guint8 *bytes, guint n, guint64 *inside, guint16 *positions, Marks (*mark) (const guint8 *bytes))
{
  guint n_positions = 0;

  for (guint at = 0; at < n; at += 64)
    {
      Marks marks = mark (bytes + at);
      guint64 bits = marks.separators;
      guint count;

      if (G_UNLIKELY (at + 64 > n))
        {
          marks.quotes &= (G_GUINT64_CONSTANT (1) << (n - at)) - 1;
          bits &= (G_GUINT64_CONSTANT (1) << (n - at)) - 1;
        }
      if (G_UNLIKELY (marks.quotes != 0 || *inside != 0))
        {
          guint64 quoted = marks.quotes;

          for (guint shift = 1; shift < 64; shift *= 2)
            quoted ^= quoted << shift;
          quoted ^= *inside;
          bits &= ~quoted;
          *inside = 0 - (quoted >> 63);
        }
      count = (guint) __builtin_popcountll (bits);
      /* by eights, whether they are there or not: what is too many is overwritten */
      for (guint i = 0; i < count; i += 8)
        for (guint k = 0; k < 8; k++)
          {
            positions[n_positions + i + k] = (guint16) (at + (guint) __builtin_ctzll (bits | G_GUINT64_CONSTANT (1) << 63));
            bits &= bits - 1;
          }
      n_positions += count;
    }
  return n_positions;
}

static inline __attribute__ ((always_inline)) Marks
mark_plain (const guint8 *bytes)
{
  Marks marks = { 0, 0 };

  for (guint i = 0; i < 64; i++)
    {
      marks.separators |= (guint64) (bytes[i] == ',' || bytes[i] == '\n') << i;
      marks.quotes |= (guint64) (bytes[i] == '"') << i;
    }
  return marks;
}

static guint
list_plain (const guint8 *bytes, guint n, guint64 *inside, guint16 *positions)
{
  return list_marks (bytes, n, inside, positions, mark_plain);
}

#ifdef __x86_64__
#define AVX2 __attribute__ ((target ("avx2,bmi,popcnt")))
#define AVX512 __attribute__ ((target ("avx512f,avx512bw,bmi,popcnt")))

static inline __attribute__ ((always_inline)) AVX2 Marks
mark_avx2 (const guint8 *bytes)
{
  const __m256i comma = _mm256_set1_epi8 (','), line = _mm256_set1_epi8 ('\n'), quote = _mm256_set1_epi8 ('"');
  Marks marks = { 0, 0 };

  for (guint half = 0; half < 2; half++)
    {
      __m256i v = _mm256_loadu_si256 ((const __m256i *) (const void *) (bytes + 32 * half));
      __m256i separators = _mm256_or_si256 (_mm256_cmpeq_epi8 (v, comma), _mm256_cmpeq_epi8 (v, line));

      marks.separators |= (guint64) (guint32) _mm256_movemask_epi8 (separators) << 32 * half;
      marks.quotes |= (guint64) (guint32) _mm256_movemask_epi8 (_mm256_cmpeq_epi8 (v, quote)) << 32 * half;
    }
  return marks;
}

static AVX2 guint
list_avx2 (const guint8 *bytes, guint n, guint64 *inside, guint16 *positions)
{
  return list_marks (bytes, n, inside, positions, mark_avx2);
}

static inline __attribute__ ((always_inline)) AVX512 Marks
mark_avx512 (const guint8 *bytes)
{
  __m512i v = _mm512_loadu_si512 (bytes);

  return (Marks) {
    _mm512_cmpeq_epi8_mask (v, _mm512_set1_epi8 (',')) | _mm512_cmpeq_epi8_mask (v, _mm512_set1_epi8 ('\n')),
    _mm512_cmpeq_epi8_mask (v, _mm512_set1_epi8 ('"')),
  };
}

static AVX512 guint
list_avx512 (const guint8 *bytes, guint n, guint64 *inside, guint16 *positions)
{
  return list_marks (bytes, n, inside, positions, mark_avx512);
}
#endif

static ListFunc
choose_list (void)
{
#ifdef __x86_64__
  __builtin_cpu_init ();
  if (__builtin_cpu_supports ("avx512bw"))
    return list_avx512;
  if (__builtin_cpu_supports ("avx2"))
    return list_avx2;
#endif
  return list_plain;
}

/* -- what the cells hold ------------------------------------------------------------------------------ */

/* A number of more than eight characters, in hundredths. */
static gboolean
convert_long (const guint8 *at, const guint8 *end, gint64 *value)
{
  int decimals = -1;

  *value = 0;
  for (; at < end; at++)
    {
      if (*at == '.' && decimals < 0)
        decimals = 0;
      else if (*at < '0' || *at > '9' || decimals == 2 || *value > G_MAXINT64 / 10000)
        return FALSE;
      else
        {
          *value = 10 * *value + (*at - '0');
          decimals += decimals >= 0;
        }
    }
  *value *= decimals == 2 ? 1 : decimals == 1 ? 10 : 100;
  return TRUE;
}

/* The number of at most eight characters that end before `end`, in hundredths; an empty cell is 0. */
static inline __attribute__ ((always_inline)) gboolean
convert (const guint8 *end, guint length, gint64 *value)
{
  guint64 v, dots, fault = 0;
  guint scale = 100;

  memcpy (&v, end - 8, 8);
  v = GUINT64_FROM_LE (v) ^ EVERY ('0');
  /* the cell to the upper end, zeros below it: the first character is the lowest byte */
  v = length > 0 ? v & ~G_GUINT64_CONSTANT (0) << (64 - 8 * length) : 0;
  dots = v ^ EVERY ('.' ^ '0');
  dots = (dots - EVERY (1)) & ~dots & EVERY (0x80);
  if (dots != 0)
    {
      /* what stands before the point moves up over it */
      guint bit = (guint) __builtin_ctzll (dots) & ~7u;

      v = (v & ~((G_GUINT64_CONSTANT (0x100) << bit) - 1)) | (v & ((G_GUINT64_CONSTANT (1) << bit) - 1)) << 8;
      scale = bit == 40 ? 1 : bit == 48 ? 10 : 100;
      fault = bit < 40;
    }
  fault |= ((v + EVERY (0x76)) | v) & EVERY (0x80);
  v = (v * 10) + (v >> 8);
  v = (((v & G_GUINT64_CONSTANT (0x000000ff000000ff)) * G_GUINT64_CONSTANT (0x000f424000000064)) +
       (((v >> 16) & G_GUINT64_CONSTANT (0x000000ff000000ff)) * G_GUINT64_CONSTANT (0x0000271000000001))) >> 32;
  *value = (gint64) (guint32) v * scale;
  return fault == 0;
}

/* -- rows --------------------------------------------------------------------------------------------- */

typedef struct
{
  int             fd;
  goffset         begin;        /* rows that begin from here on … */
  goffset         end;          /* … and before this */
  const gboolean *is_text;
  guint           n_columns;
  CellTotals      totals;
  gboolean        failed;
} CellTask;

/* Reads from `offset` until `n` bytes are there or the file ends. */
static gssize
read_fully (int fd, guint8 *bytes, gsize n, goffset offset)
{
  gsize got = 0;

  while (got < n)
    {
      ssize_t part = pread (fd, bytes + got, n - got, offset + (goffset) got);

      if (part < 0 && errno == EINTR)
        continue;
      if (part < 0)
        return -1;
      if (part == 0)
        break;
      got += (gsize) part;
    }
  return (gssize) got;
}

/* The first row that begins at `offset` or later. A line break within quotes would be taken for the end of a row; the
 * tables of the benchmark have none. */
static goffset
find_row (int fd, goffset offset, goffset size)
{
  guint8 bytes[4096];

  while (offset > 0 && offset < size)
    {
      gssize n = read_fully (fd, bytes, sizeof bytes, offset - 1);
      const guint8 *found = n > 0 ? memchr (bytes, '\n', (gsize) n) : NULL;

      if (found != NULL)
        return offset + (found - bytes);
      offset += MAX (n, 1);
    }
  return MIN (offset, size);
}

/* One cell: its characters counted if it is a text, else its number added. */
static inline __attribute__ ((always_inline)) guint
convert_cell (const guint8 *start, const guint8 *end, gboolean is_text, gint64 *sum, guint64 *text_bytes)
{
  guint length = (guint) (end - start);
  gint64 value = 0;
  gboolean ok;

  if (is_text)
    {
      *text_bytes += length;
      return 0;
    }
  ok = G_LIKELY (length <= 8) ? convert (end, length, &value) : convert_long (start, end, &value);
  *sum += value;
  return !ok;
}

/* The cells that end at these positions; returns where the next one begins. */
static const guint8 *
convert_cells (CellTask      *task,
               const guint8  *piece,
               const guint16 *positions,
               guint          n,
               const guint8  *start,
               guint         *column)
{
  const gboolean *is_text = task->is_text;
  gint64 *sums = task->totals.sums;
  guint n_columns = task->n_columns, at = *column, i = 0;
  guint64 text_bytes = 0, n_faults = 0;

  while (i < n)
    {
      /* to the end of the row, or as far as is known */
      guint end = MIN (n_columns, at + (n - i));

      for (; at < end; at++, i++)
        {
          n_faults += convert_cell (start, piece + positions[i], is_text[at], &sums[at], &text_bytes);
          start = piece + positions[i] + 1;
        }
      if (at == n_columns)
        {
          n_faults += start[-1] != '\n';
          at = 0;
        }
    }
  *column = at;
  task->totals.text_bytes += text_bytes;
  task->totals.n_faults += n_faults;
  return start;
}

static gpointer
convert_rows (gpointer data)
{
  CellTask *task = data;
  ListFunc list = choose_list ();
  guint8 *memory = g_aligned_alloc0 (1, SLACK + BUFFER + SLACK, 64), *buffer = memory + SLACK;
  guint16 *positions = g_new (guint16, PIECE + 8);
  gsize kept = 0;               /* bytes of an unfinished cell, moved to the front of the buffer */
  guint column = 0;
  guint64 inside = 0;

  for (goffset offset = task->begin; offset < task->end;)
    {
      gsize wanted = (gsize) MIN ((goffset) (BUFFER - kept), task->end - offset);
      gssize got = read_fully (task->fd, buffer + kept, wanted, offset);
      const guint8 *start = buffer, *limit;

      if (got <= 0)
        {
          task->failed = TRUE;
          break;
        }
      offset += got;
      limit = buffer + kept + got;
      /* what is kept holds no separator outside of quotes, so its quotes alone matter, and they have been seen */
      for (const guint8 *piece = buffer + kept; piece < limit; piece += PIECE)
        {
          guint n = list (piece, (guint) MIN (PIECE, limit - piece), &inside, positions);

          start = convert_cells (task, piece, positions, n, start, &column);
          task->totals.n_cells += n;
        }
      kept = (gsize) (limit - start);
      if (kept >= BUFFER)
        {
          task->failed = TRUE;
          break;
        }
      memmove (buffer, start, kept);
    }
  if (kept > 0 || column > 0)
    task->totals.n_faults++;

  g_free (positions);
  g_aligned_free (memory);
  return NULL;
}

/* Converts each cell of a table with a header; texts are only counted. FALSE with errno when the file cannot be read. */
gboolean
bound_cells (const char *path, const gboolean *is_text, guint n_columns, guint n_threads, CellTotals *totals)
{
  CellTask tasks[MAX_THREADS] = { 0 };
  pthread_t threads[MAX_THREADS];
  struct stat info;
  goffset first, part;
  gboolean ok = TRUE;
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0 || fstat (fd, &info) != 0)
    return FALSE;
  n_threads = CLAMP (n_threads, 1, MAX_THREADS);
  first = find_row (fd, 1, info.st_size);
  part = (info.st_size - first) / n_threads + 1;
  for (guint i = 0; i < n_threads; i++)
    {
      tasks[i] = (CellTask) {
        .fd = fd,
        .begin = i == 0 ? first : tasks[i - 1].end,
        .end = find_row (fd, first + part * (goffset) (i + 1), info.st_size),
        .is_text = is_text,
        .n_columns = n_columns,
      };
      tasks[i].totals.sums = g_new0 (gint64, n_columns);
      if (i > 0)
        pthread_create (&threads[i], NULL, convert_rows, &tasks[i]);
    }
  convert_rows (&tasks[0]);

  memset (totals->sums, 0, n_columns * sizeof *totals->sums);
  totals->n_cells = totals->n_faults = totals->text_bytes = 0;
  for (guint i = 0; i < n_threads; i++)
    {
      if (i > 0)
        pthread_join (threads[i], NULL);
      totals->n_cells += tasks[i].totals.n_cells;
      totals->n_faults += tasks[i].totals.n_faults;
      totals->text_bytes += tasks[i].totals.text_bytes;
      for (guint k = 0; k < n_columns; k++)
        totals->sums[k] += tasks[i].totals.sums[k];
      ok = ok && !tasks[i].failed;
      g_free (tasks[i].totals.sums);
    }
  close (fd);
  return ok;
}

/* -- columns ------------------------------------------------------------------------------------------ */

typedef struct
{
  const Span *columns;
  guint       n_columns;
  guint       part;
  guint       n_parts;
  guint64     sum;
} ColumnTask;

/* Four sums side by side, so that the machine waits for memory and not for additions. */
#if defined (__x86_64__) && defined (__gnu_linux__)
__attribute__ ((target_clones ("default", "avx2", "avx512f"), optimize ("O3")))
#endif
static guint64
add_words (const guint64 *words, gsize n)
{
  guint64 sum[32] = { 0 }, total = 0;
  gsize i = 0;

  for (; i + 32 <= n; i += 32)
    for (guint k = 0; k < 32; k++)
      sum[k] += words[i + k];
  for (; i < n; i++)
    sum[0] += words[i];
  for (guint k = 0; k < 32; k++)
    total += sum[k];
  return total;
}

static gpointer
read_columns (gpointer data)
{
  ColumnTask *task = data;

  for (guint i = 0; i < task->n_columns; i++)
    {
      gsize n = task->columns[i].n_bytes / 8, first = n * task->part / task->n_parts;
      gsize end = n * (task->part + 1) / task->n_parts;

      task->sum += add_words ((const guint64 *) task->columns[i].data + first, end - first);
    }
  return NULL;
}

/* Reads each column once; the result keeps the compiler from leaving that out. */
guint64
bound_columns (const Span *columns, guint n_columns, guint n_threads)
{
  ColumnTask tasks[MAX_THREADS];
  pthread_t threads[MAX_THREADS];
  guint64 sum = 0;

  n_threads = CLAMP (n_threads, 1, MAX_THREADS);
  for (guint i = 0; i < n_threads; i++)
    {
      tasks[i] = (ColumnTask) { columns, n_columns, i, n_threads, 0 };
      if (i > 0)
        pthread_create (&threads[i], NULL, read_columns, &tasks[i]);
    }
  read_columns (&tasks[0]);
  for (guint i = 0; i < n_threads; i++)
    {
      if (i > 0)
        pthread_join (threads[i], NULL);
      sum += tasks[i].sum;
    }
  return sum;
}
