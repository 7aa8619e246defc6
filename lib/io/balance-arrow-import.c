/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <balance/balance.h>

#include <string.h>

#include "base/balance-float-private.h"
#include "io/balance-arrow-block-private.h"
#include "io/balance-arrow-column-private.h"
#include "io/balance-reader-private.h"

/* What a stream is called where nobody gives it a name. */
#define DEFAULT_NAME "arrow"

/* Before the first row is imported, rows are fetched until there are so many, and two batches, but no more batches than these. */
#define AHEAD_ROWS    (1 << 18)
#define AHEAD_BATCHES 1024

/* One stream of a reading. */
typedef struct
{
  BalanceImportRun        *run;
  struct ArrowArrayStream *stream;
  char                    *name;
  BalanceInputTable        table;        /* its outline (NULL if it cannot be read), source and what it needs of others */
  guint                    rank;         /* 0: stands for itself */
  guint                    n_columns;
  BalanceArrowDecoder    **decoders;     /* [column] */
  BalanceSheetImport      *sheet;
  const BalanceSpan      **spans;        /* [column] of the chunk */
  BalanceSpan             *cells;        /* [column] of the row */
  BalanceValueColumn      *values;       /* [column] of the chunk */
  BalanceArrowBlock       *block;        /* NULL if rows have to come one by one */
  gboolean                *undecoded;    /* [column] the block read it the short way */
  guint64                  n_rows;

  GArray                  *ahead;        /* of struct ArrowArray: batches that were fetched and not imported yet, .. */
  guint                    n_taken;      /* .. without the first ones, which were taken out */
  guint64                  n_all_rows;   /* of the batches that were fetched */
  gboolean                 is_end;       /* the stream gave its last one .. */
  int                      code;         /* .. and failed after it unless this is 0 */
} ArrowImport;

static void
arrow_import_free (gpointer data)
{
  ArrowImport *self = data;

  for (guint i = 0; self->decoders != NULL && i < self->n_columns; i++)
    g_clear_pointer (&self->decoders[i], balance_arrow_decoder_free);
  g_free (self->decoders);
  g_clear_pointer (&self->block, balance_arrow_block_free);
  g_clear_pointer (&self->ahead, g_array_unref);
  g_clear_pointer (&self->sheet, balance_sheet_import_free);
  g_clear_pointer (&self->table.outline, balance_outline_free);
  g_free (self->undecoded);
  g_free (self->spans);
  g_free (self->cells);
  g_free (self->values);
  g_free (self->name);
  g_free (self);
}

static void
release_schema (struct ArrowSchema *schema)
{
  if (schema->release != NULL)
    schema->release (schema);
}

static void
release_array (struct ArrowArray *array)
{
  if (array->release != NULL)
    array->release (array);
}

/* One that was taken out is marked as released. */
static void
clear_array (gpointer array)
{
  release_array (array);
}

static void
release_stream (struct ArrowArrayStream *stream)
{
  if (stream->release != NULL)
    stream->release (stream);
}

typedef struct ArrowSchema Schema;
typedef struct ArrowArray Array;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Schema, release_schema)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Array, release_array)

/* What comes does not hold together: whoever made the stream has a fault. Takes the text why. */
static void
report_broken (ArrowImport *self,
               const char  *column,
               BalanceText *why)
{
  BalancePlace place = { .file = self->name, .column_name = column };
  BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };

  if (self->sheet != NULL)
    balance_sheet_import_settle (self->sheet);
  message.en = g_strdup_printf ("the Arrow stream cannot be read: %s", why->en);
  message.zh = g_strdup_printf ("无法读取Arrow数据流：%s", why->zh);
  balance_text_set (&remedy, "this is a fault of the program that made the stream; hand the table over as a file",
                    "这是生成数据流的程序的错误；请改用文件传递数据");
  balance_problems_add (self->run->problems, BALANCE_SEVERITY_ERROR, "broken-stream", &place, &message, NULL, &remedy);
  balance_text_clear (why);
}

static gboolean
check_schema (ArrowImport              *self,
              const struct ArrowSchema *schema)
{
  BalanceText why = { NULL, NULL };

  if (schema->release == NULL || schema->format == NULL || !g_str_equal (schema->format, "+s") || schema->dictionary != NULL)
    balance_text_set (&why, "it is no table: its schema is no structure of columns", "不是表：其模式（schema）不是由列组成的结构");
  else if (schema->n_children < 0 || (schema->n_children > 0 && schema->children == NULL))
    balance_text_set (&why, "the schema says that it has columns and has none", "模式（schema）声明有列但没有列");
  else if (schema->n_children > BALANCE_MAX_COLUMNS)
    balance_text_printf (&why, "the table has more than %d columns", "表超过%d列", BALANCE_MAX_COLUMNS);
  else
    return TRUE;
  report_broken (self, NULL, &why);

  return FALSE;
}

static gboolean
open_columns (ArrowImport              *self,
              const struct ArrowSchema *schema)
{
  self->n_columns = (guint) schema->n_children;
  self->decoders = g_new0 (BalanceArrowDecoder *, self->n_columns + 1);
  self->spans = g_new0 (const BalanceSpan *, self->n_columns + 1);
  self->cells = g_new0 (BalanceSpan, self->n_columns + 1);
  self->values = g_new0 (BalanceValueColumn, self->n_columns + 1);
  self->undecoded = g_new0 (gboolean, self->n_columns + 1);
  for (guint i = 0; i < self->n_columns; i++)
    {
      BalanceText why = { NULL, NULL };

      self->decoders[i] = balance_arrow_decoder_new (schema->children[i], &why);
      if (self->decoders[i] == NULL)
        {
          const struct ArrowSchema *child = schema->children[i];
          g_autofree char *name = child != NULL && child->release != NULL && child->name != NULL
                                    ? g_utf8_make_valid (child->name, -1) : NULL;

          report_broken (self, name, &why);
          return FALSE;
        }
    }

  return TRUE;
}

/* The names of the columns are a row of headers that stands above the first. */
static void
open_header (ArrowImport              *self,
             const struct ArrowSchema *schema)
{
  g_autofree BalanceSpan *cells = g_new0 (BalanceSpan, self->n_columns + 1);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  BalancePreviewRow row = { .n_cells = self->n_columns, .cells = cells };
  BalancePreview preview = { .n_columns = self->n_columns, .first_row_decides = TRUE };

  for (guint i = 0; i < self->n_columns; i++)
    {
      const char *name = schema->children[i]->name;
      char *valid = g_utf8_make_valid (name != NULL ? name : "", -1);

      g_ptr_array_add (names, valid);
      cells[i] = (BalanceSpan) { valid, strlen (valid) };
    }
  preview.rows = g_array_new (FALSE, FALSE, sizeof row);
  g_array_append_val (preview.rows, row);
  self->table.outline = balance_outline_new (self->run->names, &preview);
  g_array_unref (preview.rows);
}

static void
report_unknown_type (ArrowImport        *self,
                     guint               column,
                     const BalanceField *field)
{
  BalancePlace place = { .file = self->name, .column = column + 1, .column_name = self->table.outline->texts[column], .field = field->id };
  BalanceText message = { NULL, NULL }, expected = { NULL, NULL }, remedy = { NULL, NULL };
  g_autofree char *type = balance_arrow_decoder_dup_type (self->decoders[column]);

  place.found = type;
  balance_text_printf (&message, "the column is of the Arrow type %s, which holds no single values",
                       "该列的Arrow类型为%s，不是可读取的单个数值", type);
  balance_text_set (&expected, "integers, floating-point or decimal numbers, texts, truth values, dates, or a dictionary of them",
                    "整数、浮点数、小数、文本、逻辑值、日期，或以上类型的字典");
  balance_text_set (&remedy, "cast the column before it is handed over, in pyarrow for example with column.cast(pa.float64()) or .cast(pa.string())",
                    "请在传递前转换该列的类型，例如在pyarrow中用column.cast(pa.float64())或.cast(pa.string())");
  balance_problems_add (self->run->problems, BALANCE_SEVERITY_ERROR, "unknown-type", &place, &message, &expected, &remedy);
}

/* FALSE if rows have no meaning; why is reported. */
static gboolean
open_sheet (ArrowImport *self)
{
  gboolean ready, known = TRUE;
  BalanceCsvPlan *plan;

  self->sheet = balance_sheet_import_new (self->run, self->table.source, self->table.outline, TRUE);
  ready = balance_sheet_import_begin (self->sheet);
  for (guint i = 0; ready && i < self->n_columns; i++)
    {
      BalanceArrowClass class = balance_arrow_decoder_get_class (self->decoders[i]);
      const BalanceField *field = NULL;
      BalanceValueForm form = i < self->table.outline->n_columns ? balance_sheet_import_get_value_form (self->sheet, i, &field)
                                                           : BALANCE_VALUE_FORM_NONE;
      const BalanceArrowCells *cells;
      gboolean typed = (form == BALANCE_VALUE_FORM_NUMBER && class == BALANCE_ARROW_CLASS_NUMBER) ||
                       (form == BALANCE_VALUE_FORM_FLAG && class == BALANCE_ARROW_CLASS_TRUTH) ||
                       (form == BALANCE_VALUE_FORM_DATE && class == BALANCE_ARROW_CLASS_DATE);

      if (field != NULL && class == BALANCE_ARROW_CLASS_UNKNOWN)
        {
          report_unknown_type (self, i, field);
          known = FALSE;
        }
      if (!typed && form != BALANCE_VALUE_FORM_NONE && form != BALANCE_VALUE_FORM_YEAR)
        form = BALANCE_VALUE_FORM_TEXT;
      balance_arrow_decoder_set_wanted (self->decoders[i], form);
      cells = balance_arrow_decoder_get_cells (self->decoders[i]);
      self->spans[i] = cells->spans;
      if (typed)
        self->values[i] = (BalanceValueColumn) { cells->digits, cells->scales };
    }

  if (!ready || !known)
    return FALSE;
  plan = self->run->chunk_size > 0 ? balance_sheet_import_make_plan (self->sheet, ',', self->run->kernels) : NULL;
  if (plan != NULL)
    self->block = balance_arrow_block_new (plan, BALANCE_ARROW_CHUNK);

  return TRUE;
}

static gboolean
check_batch (ArrowImport             *self,
             const struct ArrowArray *batch)
{
  BalanceText why = { NULL, NULL };

  if (batch->length < 0 || batch->offset < 0 || batch->length > G_MAXUINT32 || batch->offset > G_MAXINT64 / 64 ||
      self->n_rows + (guint64) batch->length > G_MAXUINT32 - 1)
    balance_text_set (&why, "length or offset of a batch cannot be", "批次的长度或偏移量不合理");
  else if (batch->n_children != self->n_columns || (self->n_columns > 0 && batch->children == NULL))
    balance_text_printf (&why, "a batch has %" G_GINT64_FORMAT " columns, its schema has %u", "批次有%" G_GINT64_FORMAT "列，模式（schema）有%u列",
                         batch->n_children, self->n_columns);
  else if (batch->n_buffers > 0 && batch->buffers == NULL)
    balance_text_set (&why, "a batch lacks buffers", "批次缺少缓冲区");
  for (guint i = 0; why.en == NULL && i < self->n_columns; i++)
    if (!balance_arrow_decoder_check (self->decoders[i], batch->children[i], batch->offset + batch->length, &why))
      {
        report_broken (self, self->table.outline->texts[i], &why);
        return FALSE;
      }
  if (why.en == NULL)
    return TRUE;
  report_broken (self, NULL, &why);

  return FALSE;
}

/* A cell that is no text at all takes its row with it, as in a file. */
static gboolean
check_cells (ArrowImport *self,
             guint        row)
{
  for (guint i = 0; i < self->n_columns; i++)
    {
      BalancePlace place = { .file = self->name, .row = row, .column = i + 1, .column_name = self->table.outline->texts[i] };
      BalanceSeverity severity = balance_sheet_import_get_row_severity (self->sheet);

      if (G_LIKELY (self->cells[i].text != NULL))
        continue;
      if (self->cells[i].length == BALANCE_ARROW_TOO_LONG)
        balance_problems_add_literal (self->run->problems, severity, "too-long-cell", &place,
                                      "a cell is longer than 131072 bytes", "单元格超过131072字节", NULL, NULL,
                                      "shorten the text", "请缩短文本");
      else
        balance_problems_add_literal (self->run->problems, severity, "encoding", &place,
                                      "the text is not valid UTF-8, or has a zero byte in it", "文本不是有效的UTF-8，或含有零字节",
                                      NULL, NULL, "hand the column over as UTF-8 without zero bytes", "请将该列以不含零字节的UTF-8传递");
      return FALSE;
    }

  return TRUE;
}

/* One row that has something to say, or of a table whose rows may not be taken together. */
static void
import_row (ArrowImport             *self,
            const struct ArrowArray *batch,
            gint64                   first,
            guint                    row)
{
  guint line = (guint) self->n_rows + row + 1;

  /* a structure that is missing altogether is an empty row */
  if (!balance_arrow_is_valid (batch, first + row))
    return;
  for (guint i = 0; i < self->n_columns; i++)
    self->cells[i] = self->spans[i][row];
  if (check_cells (self, line))
    balance_sheet_import_add_value_row (self->sheet, self->cells, self->values, row, self->n_columns, line);
  else
    balance_sheet_import_skip (self->sheet);
}

/* Cells of a column, for rows that have to be looked at one by one. */
static gboolean
decode_column (ArrowImport             *self,
               const struct ArrowArray *batch,
               gint64                   first,
               guint                    n,
               guint                    column)
{
  BalanceText why = { NULL, NULL };

  if (balance_arrow_decoder_decode (self->decoders[column], batch->children[column], batch->offset + first, n, &why))
    return TRUE;
  report_broken (self, self->table.outline->texts[column], &why);

  return FALSE;
}

static gboolean
import_chunk (ArrowImport             *self,
              const struct ArrowArray *batch,
              gint64                   first,
              guint                    n)
{
  BalanceCsvBlock *block = NULL;
  gboolean decoded = TRUE;

  if (self->block != NULL)
    balance_arrow_block_begin (self->block, n);
  for (guint i = 0; i < self->n_columns; i++)
    {
      self->undecoded[i] = self->block != NULL && i < self->table.outline->n_columns &&
                           balance_arrow_block_read (self->block, i, self->decoders[i], batch->children[i], batch->offset + first);
      if (self->undecoded[i])
        decoded = FALSE;
      else if (!decode_column (self, batch, first, n, i))
        return FALSE;
    }

  if (self->block != NULL)
    {
      block = balance_arrow_block_make (self->block, self->spans, self->values);
      for (guint row = 0; row < n; row++)
        if (!balance_arrow_is_valid (batch, first + row))
          block->flags[row] = 0;
    }
  for (guint row = 0; row < n;)
    {
      guint next = block != NULL ? balance_sheet_import_add_block (self->sheet, block, row, (guint) self->n_rows + 1) : row;

      /* what could be read the short way can be decoded */
      for (guint i = 0; next == row && !decoded && i < self->n_columns; i++)
        if (self->undecoded[i] && !decode_column (self, batch, first, n, i))
          return FALSE;
      decoded = decoded || next == row;
      if (next == row)
        {
          balance_sheet_import_settle (self->sheet);
          import_row (self, batch, first, next++);
        }
      row = next;
    }
  self->n_rows += n;

  return TRUE;
}

static gboolean
throw_stream (ArrowImport  *self,
              int           code,
              GError      **error)
{
  const char *message = self->stream->get_last_error != NULL ? self->stream->get_last_error (self->stream) : NULL;
  g_autofree char *valid = g_utf8_make_valid (message != NULL ? message : g_strerror (code), -1);

  g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_FAILED,
               "the Arrow stream “%s” failed: %s\nArrow数据流“%s”出错：%s", self->name, valid, self->name, valid);

  return FALSE;
}

static void
fetch_batch (ArrowImport *self)
{
  struct ArrowArray batch = { 0 };

  self->code = self->stream->get_next (self->stream, &batch);
  /* what is given with an error is nothing */
  self->is_end = self->code != 0 || batch.release == NULL;
  if (self->is_end)
    return;
  self->n_all_rows += (guint64) MAX (0, batch.length);
  g_array_append_val (self->ahead, batch);
}

/* The next batch, which holds nothing at the end. Tables that lie in memory have an end that is soon seen: then all rows are
 * known to come, and there is room for them at once. Of streams that go on no more is fetched than is needed. */
static struct ArrowArray
take_batch (ArrowImport *self)
{
  struct ArrowArray batch = { 0 }, *first;

  if (self->n_taken == self->ahead->len)
    {
      g_array_set_size (self->ahead, 0);
      self->n_taken = 0;
    }
  while (!self->is_end && (self->ahead->len == 0 || (self->n_rows == 0 && self->ahead->len < AHEAD_BATCHES &&
                                                     (self->ahead->len < 2 || self->n_all_rows < AHEAD_ROWS))))
    fetch_batch (self);
  if (self->n_taken == self->ahead->len)
    return batch;

  first = &g_array_index (self->ahead, struct ArrowArray, self->n_taken++);
  batch = *first;
  first->release = NULL;

  return batch;
}

/* FALSE only for what stops everything. */
static gboolean
import_batches (ArrowImport   *self,
                GCancellable  *cancellable,
                GError       **error)
{
  self->ahead = g_array_new (FALSE, FALSE, sizeof (struct ArrowArray));
  g_array_set_clear_func (self->ahead, clear_array);
  for (;;)
    {
      g_auto(Array) batch = take_batch (self);

      if (batch.release == NULL)
        break;
      if (!check_batch (self, &batch))
        return TRUE;
      for (gint64 first = 0; first < batch.length; first += BALANCE_ARROW_CHUNK)
        {
          if (g_cancellable_set_error_if_cancelled (cancellable, error))
            return FALSE;
          if (!import_chunk (self, &batch, first, (guint) MIN (batch.length - first, BALANCE_ARROW_CHUNK)))
            return TRUE;
          if (self->is_end)
            balance_sheet_import_expect (self->sheet, (double) self->n_rows / (double) self->n_all_rows);
        }
    }
  if (self->code != 0)
    return throw_stream (self, self->code, error);
  balance_sheet_import_end (self->sheet);

  return TRUE;
}

/* Finds out what the table is; without an outline it cannot be read, and why is reported. FALSE only for what stops
 * everything. */
static gboolean
open_stream (ArrowImport  *self,
             GError      **error)
{
  g_auto(Schema) schema = { 0 };
  int code;

  if (self->stream->release == NULL || self->stream->get_schema == NULL || self->stream->get_next == NULL)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                   "the Arrow stream “%s” was read or released before\nArrow数据流“%s”已被读取或释放", self->name, self->name);
      return FALSE;
    }
  code = self->stream->get_schema (self->stream, &schema);
  if (code != 0)
    {
      schema.release = NULL;
      return throw_stream (self, code, error);
    }
  if (!check_schema (self, &schema) || !open_columns (self, &schema))
    return TRUE;

  open_header (self, &schema);
  if (self->table.outline->kind != BALANCE_OUTLINE_ROWS)
    {
      BalancePlace place = { .file = self->name };

      balance_problems_add_literal (self->run->problems, BALANCE_SEVERITY_ERROR, "no-known-column", &place,
                                    "the table has no columns", "表中没有列", NULL, NULL,
                                    "hand over a table whose columns are named as fields", "请传递以数据项命名各列的表");
      g_clear_pointer (&self->table.outline, balance_outline_free);
      return TRUE;
    }
  self->table.needs = balance_input_find_needs (self->run->names, self->table.outline);

  return TRUE;
}

static gboolean
import_stream (ArrowImport   *self,
               GCancellable  *cancellable,
               GError       **error)
{
  if (self->table.outline == NULL || (self->rank > 0 && !balance_import_run_settle (self->run, &self->table)))
    return TRUE;
  balance_outline_report (self->table.outline, self->name, NULL, self->run->problems);

  return !open_sheet (self) || import_batches (self, cancellable, error);
}

/* Tables that know who their rows are about come first, whatever their order: others may be joined to them. */
static int
compare_imports (gconstpointer a,
                 gconstpointer b)
{
  const ArrowImport *x = *(const ArrowImport *const *) a, *y = *(const ArrowImport *const *) b;

  if (x->rank != y->rank)
    return x->rank < y->rank ? -1 : 1;

  return x->table.source < y->table.source ? -1 : x->table.source > y->table.source;
}

static gboolean
import_streams (BalanceImportRun         *run,
                struct ArrowArrayStream  *streams,
                guint                     n_streams,
                const char *const        *names,
                BalanceProgress          *progress,
                GCancellable             *cancellable,
                GError                  **error)
{
  g_autoptr(GPtrArray) imports = g_ptr_array_new_with_free_func (arrow_import_free);

  for (guint i = 0; i < n_streams; i++)
    {
      ArrowImport *self = g_new0 (ArrowImport, 1);
      const char *name = names != NULL && *names != NULL ? *names++ : "";

      g_ptr_array_add (imports, self);
      self->run = run;
      self->stream = &streams[i];
      self->name = g_utf8_make_valid (*name != '\0' ? name : DEFAULT_NAME, -1);
      self->table.source = balance_import_run_add_source (run, self->name, NULL);
      if (!open_stream (self, error))
        return FALSE;
      if (n_streams > 1 && self->table.needs != BALANCE_NEEDS_NOTHING)
        self->rank = 1 + balance_import_run_get_rank (&self->table);
    }
  g_ptr_array_sort (imports, compare_imports);

  for (guint i = 0; i < n_streams; i++)
    {
      if (!import_stream (g_ptr_array_index (imports, i), cancellable, error))
        return FALSE;
      if (progress != NULL)
        balance_progress_set_fraction (progress, (i + 1.0) / n_streams);
    }

  return TRUE;
}

/* Releases the streams. `names` may end early. */
static BalanceImport *
import (struct ArrowArrayStream  *streams,
        guint                     n_streams,
        const char *const        *names,
        BalanceReader            *reader,
        BalanceProgress          *progress,
        GCancellable             *cancellable,
        GError                  **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr(BalanceReader) default_reader = NULL;
  BalanceImport *result = NULL;
  BalanceImportRun run;

  if (reader == NULL)
    reader = default_reader = balance_reader_new (NULL, NULL, FALSE);
  if (balance_reader_begin (reader, &run, error))
    {
      if (progress != NULL)
        balance_progress_set_phase (progress, "reading", "正在读取");
      if (import_streams (&run, streams, n_streams, names, progress, cancellable, error))
        result = balance_import_run_end (&run, progress);
      balance_import_run_clear (&run);
    }
  for (guint i = 0; i < n_streams; i++)
    release_stream (&streams[i]);

  return result;
}

/* Moves the stream out of memory that is not ours. */
static struct ArrowArrayStream
take_stream (gpointer stream)
{
  struct ArrowArrayStream *from = stream;
  struct ArrowArrayStream taken = *from;

  from->release = NULL;

  return taken;
}

/**
 * balance_census_import_arrow:
 * @stream: a `struct ArrowArrayStream` of the Arrow C stream interface; in Python its address as an integer
 * @name: (nullable): what to call the table in problems and cells, or %NULL for "arrow"
 * @reader: (nullable): gives dictionary, map and what happens to bad rows, or %NULL for the defaults
 * @progress: (nullable): tells how far the reading is
 * @cancellable: (nullable): stops the reading
 * @error: return location for a [error@Balance.Error]
 *
 * Reads a table from the memory of another program, such as a data frame, as [method@Balance.Reader.read] reads a file
 * whose first row holds the names of the columns: ids, titles or aliases of fields, or what the map of the reader says.
 * Rows are numbered from 1.
 *
 * Numbers may be integers, decimals or floating-point numbers, of which the decimal of 15 digits (6 in single precision)
 * is taken if it reads back to the same binary number, else the shortest that does. NaN is missing, as in data frames;
 * an infinity is a problem. Nulls are missing. Texts, truth values, dates and points in time, and dictionaries of all of
 * these are understood; of a column of another type that a field needs, a problem says how to convert it.
 *
 * Batches are fetched ahead until some 260,000 rows are there or the stream ends, later one by one as they are needed.
 *
 * The stream is always taken: it is released when this returns, also with an error, and marked as released. An error
 * is thrown only for what stops everything, such as a stream that fails; what is wrong in the table is in the problems of
 * the import.
 *
 * Returns: (transfer full): the import
 *
 * Since: 1.0
 */
BalanceImport *
balance_census_import_arrow (gpointer          stream,
                             const char       *name,
                             BalanceReader    *reader,
                             BalanceProgress  *progress,
                             GCancellable     *cancellable,
                             GError          **error)
{
  const char *names[] = { name, NULL };
  struct ArrowArrayStream taken;

  g_return_val_if_fail (stream != NULL, NULL);
  g_return_val_if_fail (reader == NULL || BALANCE_IS_READER (reader), NULL);
  g_return_val_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  taken = take_stream (stream);

  return import (&taken, 1, names, reader, progress, cancellable, error);
}

/**
 * balance_census_import_arrow_tables:
 * @streams: the first of several `struct ArrowArrayStream` that lie one after the other; in Python its address
 * @n_streams: how many there are
 * @names: (nullable) (array zero-terminated=1): what to call them, in their order
 * @reader: (nullable): gives dictionary, map and what happens to bad rows, or %NULL for the defaults
 * @progress: (nullable): tells how far the reading is
 * @cancellable: (nullable): stops the reading
 * @error: return location for a [error@Balance.Error]
 *
 * Reads several tables as one census, such as schools in one and their sections in another, as [method@Balance.Reader.read]
 * reads several files: rows about the same are joined by their codes, or by names that another table gives codes, and a
 * table without a year or district is taken for the only one there is. All streams are taken, also with an error.
 * See [func@Balance.Census.import_arrow].
 *
 * Returns: (transfer full): the import
 *
 * Since: 1.0
 */
BalanceImport *
balance_census_import_arrow_tables (gpointer            streams,
                                    guint               n_streams,
                                    const char *const  *names,
                                    BalanceReader      *reader,
                                    BalanceProgress    *progress,
                                    GCancellable       *cancellable,
                                    GError            **error)
{
  struct ArrowArrayStream *from = streams;
  g_autofree struct ArrowArrayStream *taken = NULL;

  g_return_val_if_fail (streams != NULL && n_streams > 0, NULL);
  g_return_val_if_fail (reader == NULL || BALANCE_IS_READER (reader), NULL);
  g_return_val_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  taken = g_new (struct ArrowArrayStream, n_streams);
  for (guint i = 0; i < n_streams; i++)
    taken[i] = take_stream (&from[i]);

  return import (taken, n_streams, names, reader, progress, cancellable, error);
}

typedef struct
{
  struct ArrowArrayStream  stream;
  char                    *name;
  BalanceReader           *reader;
  BalanceProgress         *progress;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  /* a task that is cancelled before it starts never reads it */
  release_stream (&job->stream);
  g_free (job->name);
  g_clear_object (&job->reader);
  g_clear_object (&job->progress);
  g_free (job);
}

static void
import_in_thread (GTask        *task,
                  gpointer      source_object,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  GError *error = NULL;
  Job *job = task_data;
  const char *names[] = { job->name, NULL };
  struct ArrowArrayStream stream = take_stream (&job->stream);
  BalanceImport *result = import (&stream, 1, names, job->reader, job->progress, cancellable, &error);

  if (result != NULL)
    g_task_return_pointer (task, result, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * balance_census_import_arrow_async:
 * @stream: a `struct ArrowArrayStream` of the Arrow C stream interface; in Python its address as an integer
 * @name: (nullable): what to call the table in problems and cells, or %NULL for "arrow"
 * @reader: (nullable): gives dictionary, map and what happens to bad rows, or %NULL for the defaults
 * @progress: (nullable): tells how far the reading is
 * @cancellable: (nullable): stops the reading
 * @callback: (scope async) (nullable): called when it is done
 * @user_data: passed to @callback
 *
 * Reads a table from memory in a thread. The stream is taken at once and read in that thread.
 * See [func@Balance.Census.import_arrow].
 *
 * Since: 1.0
 */
void
balance_census_import_arrow_async (gpointer             stream,
                                   const char          *name,
                                   BalanceReader       *reader,
                                   BalanceProgress     *progress,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  Job *job;

  g_return_if_fail (stream != NULL);
  g_return_if_fail (reader == NULL || BALANCE_IS_READER (reader));
  g_return_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress));

  job = g_new0 (Job, 1);
  job->stream = take_stream (stream);
  job->name = g_strdup (name);
  g_set_object (&job->reader, reader);
  g_set_object (&job->progress, progress);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, balance_census_import_arrow_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, import_in_thread);
}

/**
 * balance_census_import_arrow_finish:
 * @result: the result handed to the callback
 * @error: return location for an error
 *
 * Ends what [func@Balance.Census.import_arrow_async] began.
 *
 * Returns: (transfer full): the import
 *
 * Since: 1.0
 */
BalanceImport *
balance_census_import_arrow_finish (GAsyncResult  *result,
                                    GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
