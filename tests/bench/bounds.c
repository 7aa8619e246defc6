/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The yardsticks: how long it takes merely to find and convert every cell of a table, and merely to read columns once.
 *
 * The cells: each thread reads its rows in pieces that stay in its caches. The loops are those of the library, the fastest that
 * we know: one lists where separators stand, 64 bytes at a time, the other converts the cells of a column, as many
 * at once as the lanes hold. Every number is checked to be one; of texts only the length is taken. Nothing is kept. */

#include "bounds.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/balance-csv-index-private.h"

#define MAX_THREADS 64
#define BUFFER (256 * 1024)
#define SLACK 64                /* readable before and behind the buffer */

/* -- what the cells hold ------------------------------------------------------------------------------ */

/* Decimals of a number that are looked at; all are added up in these parts. */
#define DECIMALS 2

/* A number of any length, in hundredths. */
static gboolean
convert_long (const char *at, const char *end, gint64 *value)
{
  int decimals = -1;

  *value = 0;
  for (; at < end; at++)
    {
      if (*at == '.' && decimals < 0)
        decimals = 0;
      else if (*at < '0' || *at > '9' || decimals == DECIMALS || *value > G_MAXINT64 / 10000)
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

/* -- rows --------------------------------------------------------------------------------------------- */

typedef struct
{
  int               fd;
  goffset           begin;      /* rows that begin from here on … */
  goffset           end;        /* … and before this */
  const gboolean   *is_text;
  guint             n_columns;
  BalanceCsvIndex   index;
  BalanceCsvNumbers numbers;
  gint64           *digits;     /* of one column */
  guint8           *scales;     /* [column] that its numbers had last */
  CellTotals        totals;
  gboolean          failed;
} CellTask;

/* Reads from `offset` until `n` bytes are there or the file ends. */
static gssize
read_fully (int fd, char *bytes, gsize n, goffset offset)
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
  char bytes[4096];

  while (offset > 0 && offset < size)
    {
      gssize n = read_fully (fd, bytes, sizeof bytes, offset - 1);
      const char *found = n > 0 ? memchr (bytes, '\n', (gsize) n) : NULL;

      if (found != NULL)
        return offset + (found - bytes);
      offset += MAX (n, 1);
    }
  return MIN (offset, size);
}

/* Adds up the numbers of a column. Those that the loop leaves, being long or of another scale, are converted one by one. */
static void
convert_column (CellTask *task, const char *text, const guint32 *ends, guint column, guint n)
{
  static const gint64 parts[DECIMALS + 1] = { 100, 10, 1 };
  gint64 sum = 0;
  guint done = 0;

  while (done < n)
    {
      const BalanceCsvCells cells = { ends + (gsize) done * task->n_columns, task->n_columns, n - done };
      const guint scale = task->scales[column];
      const guint n_read = task->numbers (text, &cells, scale, task->digits);
      gint64 part = 0;

      for (guint i = 0; i < n_read; i++)
        part += task->digits[i] == BALANCE_CSV_MISSING ? 0 : task->digits[i];
      sum += part * parts[scale];
      done += n_read;
      if (done < n)
        {
          const guint32 *end = ends + (gsize) done++ * task->n_columns;
          /* of the first cell of a piece it is 0 */
          const guint32 begin = end[-1] + 1;
          const char *point = memchr (text + begin, '.', end[0] - begin);
          gint64 value = 0;

          task->totals.n_faults += !convert_long (text + begin, text + end[0], &value);
          task->scales[column] = (guint8) (point == NULL ? 0 : MIN (DECIMALS, text + end[0] - point - 1));
          sum += value;
        }
    }
  task->totals.sums[column] += sum;
}

/* The rows that end within the marks; returns where the next one begins. */
static const char *
convert_rows (CellTask *task, const char *text, const BalanceCsvMarks *marks)
{
  const guint n_columns = task->n_columns, n = (guint) marks->n_breaks;
  const guint32 *ends = marks->positions;
  guint64 text_bytes = 0;

  if (n == 0)
    return text;
  /* that each row has its cells, and no quotes, is seen from where the line ends stand */
  for (guint row = 0; row < n; row++)
    if (marks->breaks[row] != (row + 1) * n_columns - 1)
      {
        task->failed = TRUE;
        return text;
      }
  for (guint column = 0; column < n_columns; column++)
    if (!task->is_text[column])
      convert_column (task, text, ends + column, column, n);
    else
      for (gsize i = column; i < (gsize) n * n_columns; i += n_columns)
        text_bytes += ends[i] - (i > 0 ? ends[i - 1] + 1 : 0);
  task->totals.text_bytes += text_bytes;
  task->totals.n_cells += (guint64) n * n_columns;

  return text + ends[(gsize) n * n_columns - 1] + 1;
}

static gpointer
convert_part (gpointer data)
{
  CellTask *task = data;
  char *memory = g_aligned_alloc0 (1, SLACK + BUFFER + SLACK, 64), *buffer = memory + SLACK;
  /* one more in front: before the first cell of a piece ends none */
  guint32 *positions = g_new (guint32, 1 + BUFFER + BALANCE_CSV_INDEX_SLACK), *breaks = g_new (guint32, BUFFER + BALANCE_CSV_INDEX_SLACK);
  gsize kept = 0;               /* bytes of an unfinished row, moved to the front of the buffer */

  task->digits = g_new (gint64, BUFFER);
  task->scales = g_new0 (guint8, task->n_columns);
  positions[0] = G_MAXUINT32;
  for (goffset offset = task->begin; offset < task->end && !task->failed;)
    {
      gsize wanted = (gsize) MIN ((goffset) (BUFFER - kept), task->end - offset);
      gssize got = read_fully (task->fd, buffer + kept, wanted, offset);
      BalanceCsvMarks marks = { .positions = positions + 1, .breaks = breaks, .is_valid = TRUE };
      const char *next;

      if (got <= 0 || kept == BUFFER)
        {
          task->failed = TRUE;
          break;
        }
      offset += got;
      task->index (buffer, 0, (guint32) (kept + (gsize) got), ',', &marks);
      next = convert_rows (task, buffer, &marks);
      kept = (gsize) (buffer + kept + got - next);
      memmove (buffer, next, kept);
    }
  task->totals.n_faults += kept > 0;

  g_free (task->digits);
  g_free (task->scales);
  g_free (positions);
  g_free (breaks);
  g_aligned_free (memory);
  return NULL;
}

/* Converts each cell of a table with a header; texts are only counted. FALSE with errno when the file cannot be read, or has
 * quotes or rows of another length. */
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
  errno = 0;
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
        .index = balance_csv_index_get (NULL),
        .numbers = balance_csv_numbers_get (NULL),
      };
      tasks[i].totals.sums = g_new0 (gint64, n_columns);
      if (i > 0)
        pthread_create (&threads[i], NULL, convert_part, &tasks[i]);
    }
  convert_part (&tasks[0]);

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
      if (tasks[i].failed && ok && errno == 0)
        errno = EINVAL;
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
