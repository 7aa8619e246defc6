/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-input-private.h"

#include "census/balance-value-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Rows between looking whether anybody wants to stop. */
#define ROWS_PER_CHECK 2048

/* Headers show in the first rows; a form may be as long as the dictionary. */
#define FIRST_ROWS 64
#define MAX_ROWS   1000

/* A record that is longer than the chunks of a file show is read in pieces from this size on. */
#define LONG_RECORD (1 << 20)

/* Where a record of the text begins. */
typedef struct
{
  gsize at;
  guint line;
} Start;

static const struct
{
  const char *kind;
  const char *message_en, *message_zh;
  const char *remedy_en, *remedy_zh;
} faults[] = {
  [BALANCE_CSV_STRAY_QUOTE] = {
    "stray-quote",
    "there is a quote inside a cell that does not begin with one", "未以引号开头的单元格中有引号",
    "put the whole cell in quotes and double the quotes inside", "请给整个单元格加引号，并将其中的引号写两次",
  },
  [BALANCE_CSV_AFTER_QUOTE] = {
    "stray-quote",
    "there is text between a closing quote and the end of the cell", "结束引号与单元格结尾之间有文字",
    "double the quotes that belong to the text", "请将属于文字的引号写两次",
  },
  [BALANCE_CSV_UNTERMINATED] = {
    "unterminated-quote",
    "a quote opens here and the file ends before it closes", "此处的引号直到文件结尾都没有结束",
    "close the quote", "请补上结束引号",
  },
  [BALANCE_CSV_TOO_MANY_CELLS] = {
    "too-many-columns",
    "the row has more than 16384 cells", "本行超过16384个单元格",
    "check whether the file is a table with one row per line", "请检查文件是否为一行一条记录的表格",
  },
  [BALANCE_CSV_TOO_LONG] = {
    "too-long-cell",
    "a cell is longer than 131072 bytes", "单元格超过131072字节",
    "look for a missing quote before this row", "请检查本行之前是否缺少引号",
  },
  [BALANCE_CSV_NUL] = {
    "nul-byte",
    "there is a NUL byte in the text", "文本中有空字节（NUL）",
    "save the file as UTF-8 text again", "请将文件重新保存为UTF-8文本",
  },
  [BALANCE_CSV_INVALID_TEXT] = {
    "encoding",
    "the text is not valid UTF-8", "文本不是有效的UTF-8",
    "save the file as “CSV UTF-8”", "请将文件另存为“CSV UTF-8”",
  },
};

static void
report_fault (BalanceImportRun *run,
              const BalanceCsv *csv,
              guint             source,
              BalanceSeverity   severity)
{
  const BalanceSource *from = g_ptr_array_index (run->sources, source);
  BalancePlace place = { .file = from->file, .row = csv->line, .column = csv->fault_column };
  g_autofree char *found = NULL;

  if (csv->fault_column > 0 && csv->fault_column <= csv->cells->len)
    {
      const BalanceSpan *cell = &g_array_index (csv->cells, BalanceSpan, csv->fault_column - 1);

      place.found = found = balance_span_dup_found (cell->text, cell->length);
    }
  balance_problems_add_literal (run->problems, severity, faults[csv->fault].kind, &place,
                                faults[csv->fault].message_en, faults[csv->fault].message_zh, NULL, NULL,
                                faults[csv->fault].remedy_en, faults[csv->fault].remedy_zh);
}

static void
table_free (gpointer data)
{
  BalanceInputTable *table = data;

  for (guint i = 0; i < table->preview.rows->len; i++)
    g_free ((gpointer) g_array_index (table->preview.rows, BalancePreviewRow, i).cells);
  g_array_unref (table->preview.rows);
  g_clear_pointer (&table->starts, g_array_unref);
  g_clear_pointer (&table->outline, balance_outline_free);
  g_free (table);
}

static BalanceInputTable *
add_table (BalanceInput *self,
           const char   *sheet)
{
  BalanceInputTable *table = g_new0 (BalanceInputTable, 1);

  table->sheet = table->preview.sheet = sheet;
  table->preview.rows = g_array_new (FALSE, TRUE, sizeof (BalancePreviewRow));
  g_ptr_array_add (self->tables, table);

  return table;
}

static gboolean
is_blank_row (const BalanceSpan *cells,
              guint              n_cells)
{
  for (guint i = 0; i < n_cells; i++)
    {
      const char *text = cells[i].text;
      gsize length = cells[i].length;

      if (!balance_value_trim (&text, &length))
        return FALSE;
    }

  return TRUE;
}

/* The record goes when the next one is read, so its cells are copied. */
static void
keep_record (BalanceInput      *self,
             BalanceInputTable *table,
             const Start       *start)
{
  BalancePreviewRow row = { .row = self->csv.line, .n_cells = self->csv.cells->len, .faulty = self->csv.fault != BALANCE_CSV_FINE };
  BalanceSpan *cells = g_new (BalanceSpan, row.n_cells + 1);

  for (guint i = 0; i < row.n_cells; i++)
    {
      cells[i] = g_array_index (self->csv.cells, BalanceSpan, i);
      for (guint j = 0; j < self->csv.escaped->len && !row.faulty; j++)
        if (g_array_index (self->csv.escaped, guint, j) == i)
          cells[i].text = g_string_chunk_insert_len (self->chunk, cells[i].text, (gssize) cells[i].length);
    }
  row.cells = cells;
  g_array_append_val (table->preview.rows, row);
  g_array_append_val (table->starts, *start);
}

/* FALSE at the end of the text. */
static gboolean
read_preview (BalanceInput      *self,
              BalanceInputTable *table,
              guint              n)
{
  while (table->preview.rows->len < n)
    {
      Start start = { (gsize) (self->csv.at - self->decoding.text), self->csv.next_line };

      if (!balance_csv_next (&self->csv))
        return FALSE;
      if (self->csv.fault != BALANCE_CSV_FINE ||
          !is_blank_row (&g_array_index (self->csv.cells, BalanceSpan, 0), self->csv.cells->len))
        keep_record (self, table, &start);
    }

  return TRUE;
}

static void
open_text (BalanceInput *self,
           BalanceNames *names)
{
  BalanceInputTable *table = add_table (self, NULL);
  gboolean more;

  table->starts = g_array_new (FALSE, FALSE, sizeof (Start));
  table->preview.first_row_decides = TRUE;
  balance_csv_init (&self->csv, self->decoding.text, self->decoding.length);
  self->is_text = TRUE;

  more = read_preview (self, table, FIRST_ROWS);
  table->outline = balance_outline_new (names, &table->preview);
  if (more && !balance_outline_is_clear (table->outline))
    {
      read_preview (self, table, MAX_ROWS);
      balance_outline_free (table->outline);
      table->outline = balance_outline_new (names, &table->preview);
    }
  if (table->outline->kind == BALANCE_OUTLINE_NONE && table->preview.rows->len > 0)
    table->fault_row = g_array_index (table->preview.rows, BalancePreviewRow, 0).row;
}

/* Hands a row of a grid over as spans. (transfer full) */
static BalanceSpan *
dup_spans (const BalanceGrid *grid,
           guint              index,
           guint             *n)
{
  const BalanceGridCell *cells = grid->cells + grid->starts[index];
  BalanceSpan *spans;

  *n = grid->starts[index + 1] - grid->starts[index];
  spans = g_new (BalanceSpan, *n + 1);
  for (guint i = 0; i < *n; i++)
    spans[i] = cells[i].span;

  return spans;
}

static void
open_sheet (BalanceInput *self,
            BalanceGrid  *grid,
            gboolean      hidden_sheets,
            BalanceNames *names)
{
  BalanceInputTable *table = add_table (self, *grid->name != '\0' ? grid->name : NULL);

  table->grid = grid;
  table->hidden = grid->hidden;
  table->n_rows = grid->n_rows;
  table->n_columns = grid->n_columns;
  table->preview.merges = grid->merges;
  table->preview.n_columns = grid->n_columns;
  if (grid->hidden && !hidden_sheets)
    return;

  for (guint i = 0; i < grid->n_rows && table->preview.rows->len < MAX_ROWS; i++)
    {
      BalancePreviewRow row = { .row = grid->rows[i] };
      BalanceSpan *spans = dup_spans (grid, i, &row.n_cells);

      row.cells = spans;
      if (is_blank_row (spans, row.n_cells))
        g_free (spans);
      else
        g_array_append_val (table->preview.rows, row);
    }
  table->outline = balance_outline_new (names, &table->preview);
}

/* Is it about more than the region? */
static gboolean
has_lower_level (BalanceNames   *names,
                 BalanceOutline *outline)
{
  for (guint i = 0; i < outline->n_headers; i++)
    {
      g_autofree char *plain = balance_name_make_plain (outline->texts[i], strlen (outline->texts[i]));
      BalanceMatch match;

      if (balance_names_match_one (names, plain, &match) && match.field->level < BALANCE_LEVEL_REGION)
        return TRUE;
    }

  return FALSE;
}

/* What the rows need that no column and no caption gives. */
BalanceNeeds
balance_input_find_needs (BalanceNames   *names,
                          BalanceOutline *outline)
{
  const int *identity = outline->identity;
  BalanceNeeds needs = BALANCE_NEEDS_NOTHING;

  if (outline->kind == BALANCE_OUTLINE_NONE)
    return needs;
  if (identity[BALANCE_ID_YEAR] < 0)
    needs |= BALANCE_NEEDS_YEAR;
  if (identity[BALANCE_ID_DISTRICT_CODE] < 0 && names->dictionary->identity[BALANCE_ID_DISTRICT_CODE] != NULL &&
      has_lower_level (names, outline))
    needs |= BALANCE_NEEDS_DISTRICT;
  if (identity[BALANCE_ID_SCHOOL_CODE] < 0 && identity[BALANCE_ID_SCHOOL_NAME] >= 0)
    needs |= BALANCE_NEEDS_SCHOOLS;

  return needs;
}

BalanceInput *
balance_input_new (GBytes           *bytes,
                   const char       *file,
                   const char       *encoding,
                   gboolean          hidden_sheets,
                   gboolean          is_head,
                   BalanceNames     *names,
                   BalanceProblems  *problems,
                   GCancellable     *cancellable,
                   GError          **error)
{
  g_autoptr(BalanceInput) self = g_new0 (BalanceInput, 1);
  g_autoptr(GError) local = NULL;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  self->file = g_strdup (file);
  self->fd = -1;
  self->format = "CSV";
  self->tables = g_ptr_array_new_with_free_func (table_free);
  self->chunk = g_string_chunk_new (1024);

  if (length > 0 && balance_workbook_recognise (data, length))
    {
      self->is_workbook = TRUE;
      self->format = NULL;
      self->workbook = balance_workbook_read (bytes, file, problems, cancellable, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      for (guint i = 0; self->workbook != NULL && i < self->workbook->sheets->len; i++)
        open_sheet (self, g_ptr_array_index (self->workbook->sheets, i), hidden_sheets, names);
      if (self->workbook != NULL)
        self->format = self->workbook->format;
    }
  else
    {
      balance_decode (&self->decoding, bytes, encoding, is_head, names);
      /* the end of a head cuts a line */
      while (is_head && self->decoding.length > 0 && self->decoding.text[self->decoding.length - 1] != '\n' &&
             memchr (self->decoding.text, '\n', self->decoding.length) != NULL)
        self->decoding.length--;
      if (self->decoding.result == BALANCE_DECODE_FINE)
        open_text (self, names);
      self->source.text = self->decoding.text;
      self->source.length = self->decoding.length;
    }

  for (guint i = 0; i < self->tables->len; i++)
    {
      BalanceInputTable *table = g_ptr_array_index (self->tables, i);

      if (table->outline != NULL)
        table->needs = balance_input_find_needs (names, table->outline);
    }

  return g_steal_pointer (&self);
}

gboolean
balance_input_stream (BalanceInput *self,
                      int           fd,
                      gsize         length)
{
  const gsize base = (gsize) (self->decoding.text - (const char *) g_bytes_get_data (self->decoding.owner, NULL));

  /* a preview that ends with the beginning might have gone on */
  if (!self->is_text || self->csv.at >= self->csv.end)
    return FALSE;
  self->fd = fd;
  self->source = (BalanceCsvSource) { .fd = fd, .base = base, .length = length - base };

  return TRUE;
}

void
balance_input_free (BalanceInput *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->head, g_bytes_unref);
  g_ptr_array_unref (self->tables);
  if (self->is_text)
    balance_csv_clear (&self->csv);
  balance_decoding_clear (&self->decoding);
  g_clear_pointer (&self->workbook, balance_workbook_free);
  g_string_chunk_free (self->chunk);
  g_free (self->file);
  g_free (self);
}

gboolean
balance_input_table_is_read (const BalanceInputTable *table)
{
  return table->outline != NULL && table->outline->kind != BALANCE_OUTLINE_NONE;
}

static void
report_text (BalanceInput    *self,
             BalanceProblems *problems)
{
  const BalanceInputTable *table = g_ptr_array_index (self->tables, 0);
  BalancePlace place = { .file = self->file };

  if (table->preview.rows->len == 0)
    balance_problems_add_literal (problems, BALANCE_SEVERITY_ERROR, "empty-file", &place,
                                  "the file is empty", "文件为空",
                                  "a first row with headers and rows below it", "第一行为列名，其下为数据行",
                                  "choose another file", "请选择其他文件");
}

/* What of a sheet is not read, and what is though nobody sees it. */
static void
report_sheet (BalanceInput            *self,
              const BalanceInputTable *table,
              BalanceProblems         *problems)
{
  BalancePlace place = { .file = self->file, .sheet = table->sheet };
  BalanceText message = { NULL, NULL };
  guint n_hidden = table->grid->hidden_rows != NULL ? g_hash_table_size (table->grid->hidden_rows) : 0;

  if (table->outline == NULL)
    {
      balance_problems_add_literal (problems, BALANCE_SEVERITY_WARNING, "hidden-sheet", &place,
                                    "the sheet is hidden and not read", "工作表已隐藏，不读取",
                                    NULL, NULL,
                                    "unhide it, or ask for hidden sheets (--hidden-sheets)",
                                    "请取消隐藏，或要求读取隐藏的工作表（--hidden-sheets）");
    }
  else if (!balance_input_table_is_read (table))
    {
      if (table->preview.rows->len == 0)
        balance_text_set (&message, "the sheet is empty", "工作表为空");
      else
        balance_text_printf (&message, "the sheet holds no table that is known (%u headers) and is not read",
                             "工作表中没有可识别的表（识别%u个列名），不读取", table->outline->n_known);
      balance_problems_add (problems, BALANCE_SEVERITY_NOTE, "no-table", &place, &message, NULL, NULL);
    }
  else if (n_hidden > 0)
    {
      balance_text_printf (&message, "%u hidden rows are read as well", "%u个隐藏行也一并读取", n_hidden);
      balance_problems_add (problems, BALANCE_SEVERITY_WARNING, "hidden-rows", &place, &message, NULL, NULL);
    }
}

static void
report_workbook (BalanceInput    *self,
                 BalanceProblems *problems)
{
  BalancePlace place = { .file = self->file };
  gboolean any = FALSE;

  for (guint i = 0; i < self->tables->len; i++)
    {
      report_sheet (self, g_ptr_array_index (self->tables, i), problems);
      any |= balance_input_table_is_read (g_ptr_array_index (self->tables, i));
    }
  if (!any)
    balance_problems_add_literal (problems, BALANCE_SEVERITY_ERROR, "no-known-table", &place,
                                  "no sheet holds a table that is known", "没有一个工作表中有可识别的表",
                                  "headers that are ids or titles of fields; `balance fields` lists them",
                                  "数据项的标识或名称作为列名（用 balance fields 查看）",
                                  "give the columns the titles of fields, or name them in a map file",
                                  "请使用数据项的名称作为列名，或在映射文件中指定");
}

void
balance_input_report (BalanceInput    *self,
                      BalanceProblems *problems)
{
  if (self->is_workbook)
    {
      if (self->workbook != NULL)
        report_workbook (self, problems);
      return;
    }

  balance_decoding_report (&self->decoding, self->file, problems);
  if (self->is_text)
    report_text (self, problems);
}

static gboolean
check_progress (BalanceProgress *progress,
                double           fraction,
                GCancellable    *cancellable,
                GError         **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (progress != NULL)
    balance_progress_set_fraction (progress, fraction);

  return TRUE;
}

static gboolean
throw_unread (BalanceInput  *self,
              GError       **error)
{
  balance_file_throw (self->file, error);

  return FALSE;
}

/* All of the text in place of its beginning. */
static gboolean
load_text (BalanceInput  *self,
           GCancellable  *cancellable,
           GError       **error)
{
  char *data;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  data = g_try_malloc (self->source.length + 1);
  if (data == NULL)
    errno = ENOMEM;
  if (data == NULL || !balance_file_read_at (self->source.fd, self->source.base, data, self->source.length))
    {
      g_free (data);
      return throw_unread (self, error);
    }
  /* what was previewed stays */
  self->head = g_steal_pointer (&self->decoding.owner);
  self->decoding.owner = g_bytes_new_take (data, self->source.length);
  self->decoding.text = self->source.text = data;
  self->decoding.length = self->source.length;
  balance_csv_set_text (&self->csv, data, self->source.length, 1);

  return TRUE;
}

/* Takes the record that the text stands before. */
static void
add_record (BalanceInput       *self,
            BalanceInputTable  *table,
            BalanceSheetImport *sheet,
            BalanceImportRun   *run)
{
  if (self->csv.fault == BALANCE_CSV_FINE)
    {
      balance_sheet_import_add (sheet, &g_array_index (self->csv.cells, BalanceSpan, 0), self->csv.cells->len, self->csv.line);
      return;
    }
  report_fault (run, &self->csv, table->source, balance_sheet_import_get_row_severity (sheet));
  balance_sheet_import_skip (sheet);
}

/* Takes the record that begins at `offset` of the text and is longer than what the chunks show of it. */
static gboolean
add_long_record (BalanceInput       *self,
                 BalanceInputTable  *table,
                 BalanceSheetImport *sheet,
                 BalanceImportRun   *run,
                 gsize              *offset,
                 guint              *line)
{
  const gsize rest = self->source.length - *offset;
  g_autofree char *data = NULL;

  if (self->source.text != NULL)
    {
      balance_csv_set_text (&self->csv, self->source.text + *offset, rest, *line);
      balance_csv_next (&self->csv);
      *offset = (gsize) (self->csv.at - self->source.text);
    }
  else
    {
      /* until it ends before the piece does: then the end is none of the piece */
      for (gsize size = MIN (rest, LONG_RECORD);; size = MIN (rest, size * 2))
        {
          g_free (data);
          data = g_try_malloc (size);
          if (data == NULL)
            {
              errno = ENOMEM;
              return FALSE;
            }
          if (!balance_file_read_at (self->source.fd, self->source.base + *offset, data, size))
            return FALSE;
          balance_csv_set_text (&self->csv, data, size, *line);
          balance_csv_next (&self->csv);
          if (size == rest || self->csv.at < self->csv.end)
            break;
        }
      *offset += (gsize) (self->csv.at - data);
    }
  *line = self->csv.next_line;
  add_record (self, table, sheet, run);

  return TRUE;
}

/* Records in bulk; those that are not plain one by one, in their places. */
static gboolean
import_blocks (BalanceInput         *self,
               BalanceInputTable    *table,
               BalanceSheetImport   *sheet,
               const BalanceCsvPlan *plan,
               BalanceImportRun     *run,
               BalanceProgress      *progress,
               double                from,
               double                to,
               GCancellable         *cancellable,
               GError              **error)
{
  const gsize start = (gsize) (self->csv.at - self->decoding.text);
  g_autoptr(BalanceCsvChunks) chunks = NULL;
  const BalanceCsvBlock *block;
  gsize offset;
  guint line;

  /* what stands before the records is in the head */
  if (self->source.digest != NULL)
    balance_digest_add (self->source.digest, self->decoding.text - self->source.base, self->source.base + start);
  chunks = balance_csv_chunks_new (plan, &self->source, start, self->csv.next_line, run->chunk_size, run->n_threads);
  while ((block = balance_csv_chunks_next (chunks, &offset, &line)) != NULL)
    {
      guint row = 0;

      while (row < block->n_rows)
        {
          row = balance_sheet_import_add_block (sheet, block, row, line);
          if (row == block->n_rows)
            break;
          balance_sheet_import_settle (sheet);
          balance_csv_set_text (&self->csv, block->text + block->starts[row], block->starts[row + 1] - block->starts[row],
                                line + block->lines[row]);
          balance_csv_next (&self->csv);
          add_record (self, table, sheet, run);
          row++;
        }
      offset += block->end;
      line += block->n_lines;
      balance_sheet_import_expect (sheet, (double) offset / (double) self->source.length);
      if (block->cut)
        {
          balance_sheet_import_settle (sheet);
          if (!add_long_record (self, table, sheet, run, &offset, &line))
            return throw_unread (self, error);
          balance_csv_chunks_seek (chunks, offset, line);
        }

      if (!check_progress (progress, from + (to - from) * (double) offset / (double) self->source.length, cancellable, error))
        return FALSE;
    }

  if (!balance_csv_chunks_finish (chunks))
    return throw_unread (self, error);
  self->is_digested = self->source.digest != NULL;

  return TRUE;
}

static gboolean
import_records (BalanceInput       *self,
                BalanceInputTable  *table,
                BalanceSheetImport *sheet,
                BalanceImportRun   *run,
                BalanceProgress    *progress,
                double              from,
                double              to,
                GCancellable       *cancellable,
                GError            **error)
{
  const char *data = self->decoding.text;
  guint n = 0;

  while (balance_csv_next (&self->csv))
    {
      add_record (self, table, sheet, run);
      if (++n % ROWS_PER_CHECK == 0 &&
          !check_progress (progress, from + (to - from) * (double) (self->csv.at - data) / (double) self->decoding.length,
                           cancellable, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
import_text (BalanceInput       *self,
             BalanceInputTable  *table,
             BalanceSheetImport *sheet,
             BalanceImportRun   *run,
             BalanceProgress    *progress,
             double              from,
             double              to,
             GCancellable       *cancellable,
             GError            **error)
{
  BalanceCsvPlan *plan = run->chunk_size > 0 ? balance_sheet_import_make_plan (sheet, self->csv.delimiter, run->kernels) : NULL;
  gboolean done;

  /* what is read record by record is all in memory */
  if (plan == NULL && self->source.text == NULL && !load_text (self, cancellable, error))
    return FALSE;
  if (table->outline->next < table->starts->len)
    {
      const Start *start = &g_array_index (table->starts, Start, table->outline->next);

      balance_csv_seek (&self->csv, self->decoding.text + start->at, start->line);
    }
  if (plan == NULL)
    return import_records (self, table, sheet, run, progress, from, to, cancellable, error);

  done = import_blocks (self, table, sheet, plan, run, progress, from, to, cancellable, error);
  balance_csv_plan_free (plan);

  return done;
}

static gboolean
import_grid (BalanceInputTable  *table,
             BalanceSheetImport *sheet,
             BalanceProgress    *progress,
             double              from,
             double              to,
             GCancellable       *cancellable,
             GError            **error)
{
  const BalanceGrid *grid = table->grid;

  for (guint i = 0; i < grid->n_rows; i++)
    {
      if (grid->rows[i] > table->outline->last_row)
        balance_sheet_import_add_grid_row (sheet, grid->cells + grid->starts[i], grid->starts[i + 1] - grid->starts[i],
                                           grid->rows[i]);
      if ((i + 1) % ROWS_PER_CHECK == 0 &&
          !check_progress (progress, from + (to - from) * (double) i / (double) grid->n_rows, cancellable, error))
        return FALSE;
    }

  return TRUE;
}

/* The first record cannot be cut and nothing below it is a table. */
static void
report_first_record (BalanceInput      *self,
                     BalanceInputTable *table,
                     BalanceImportRun  *run)
{
  const Start *start = &g_array_index (table->starts, Start, 0);

  balance_csv_seek (&self->csv, self->decoding.text + start->at, start->line);
  if (balance_csv_next (&self->csv) && self->csv.fault != BALANCE_CSV_FINE)
    report_fault (run, &self->csv, table->source, BALANCE_SEVERITY_ERROR);
}

gboolean
balance_input_import (BalanceInput      *self,
                      BalanceInputTable *table,
                      BalanceImportRun  *run,
                      BalanceProgress   *progress,
                      double             from,
                      double             to,
                      GCancellable      *cancellable,
                      GError           **error)
{
  g_autoptr(BalanceSheetImport) sheet = NULL;

  if (!balance_input_table_is_read (table))
    {
      if (table->fault_row != 0)
        report_first_record (self, table, run);
      return TRUE;
    }

  balance_outline_report (table->outline, self->file, table->sheet, run->problems);
  sheet = balance_sheet_import_new (run, table->source, table->outline, table->grid != NULL);
  if (!balance_sheet_import_begin (sheet))
    return TRUE;

  if (table->outline->kind == BALANCE_OUTLINE_FORM)
    balance_sheet_import_add_form (sheet);
  else if (table->grid != NULL ? !import_grid (table, sheet, progress, from, to, cancellable, error)
                               : !import_text (self, table, sheet, run, progress, from, to, cancellable, error))
    return FALSE;
  balance_sheet_import_end (sheet);

  return TRUE;
}
