/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-csv-import-private.h"

#include "io/balance-decode-private.h"

/* Rows between looking whether anybody wants to stop. */
#define ROWS_PER_CHECK 2048

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

/* The first record that is not blank is the header. */
static gboolean
find_header (BalanceCsv *csv)
{
  while (balance_csv_next (csv))
    if (csv->fault != BALANCE_CSV_FINE || csv->cells->len > 1 ||
        g_array_index (csv->cells, BalanceSpan, 0).length > 0)
      return TRUE;

  return FALSE;
}

BalanceCsvImportResult
balance_csv_import (BalanceImportRun *run,
                    guint             source,
                    const char       *data,
                    gsize             length,
                    gboolean          need_year,
                    BalanceProgress  *progress,
                    double            from,
                    double            to,
                    GCancellable     *cancellable)
{
  const BalanceSource *file = g_ptr_array_index (run->sources, source);
  BalancePlace place = { .file = file->file };
  g_autoptr(BalanceSheetImport) sheet = NULL;
  BalanceCsvImportResult result = BALANCE_CSV_IMPORT_DONE;
  BalanceCsv csv;
  guint n = 0;

  if (!balance_decode (&data, &length))
    {
      balance_problems_add_literal (run->problems, BALANCE_SEVERITY_ERROR, "encoding", &place,
                                    "the file is UTF-16 text", "文件是UTF-16文本",
                                    "UTF-8 text", "UTF-8文本",
                                    "save the file as “CSV UTF-8”", "请将文件另存为“CSV UTF-8”");
      return result;
    }

  balance_csv_init (&csv, data, length);
  if (!find_header (&csv))
    {
      balance_problems_add_literal (run->problems, BALANCE_SEVERITY_ERROR, "empty-file", &place,
                                    "the file is empty", "文件为空",
                                    "a first row with headers and rows below it", "第一行为列名，其下为数据行",
                                    "choose another file", "请选择其他文件");
      goto out;
    }
  if (csv.fault != BALANCE_CSV_FINE)
    {
      report_fault (run, &csv, source, BALANCE_SEVERITY_ERROR);
      goto out;
    }

  /* a table that waits for its year will be read again: it must not report twice */
  if (need_year)
    {
      BalanceProblems *problems = run->problems;
      gboolean has_year;

      run->problems = balance_problems_new ();
      sheet = balance_sheet_import_new (run, source, &g_array_index (csv.cells, BalanceSpan, 0), csv.cells->len, csv.line);
      balance_problems_unref (run->problems);
      run->problems = problems;
      has_year = balance_sheet_import_has_year (sheet);
      g_clear_pointer (&sheet, balance_sheet_import_free);
      if (!has_year)
        {
          result = BALANCE_CSV_IMPORT_NO_YEAR;
          goto out;
        }
    }

  sheet = balance_sheet_import_new (run, source, &g_array_index (csv.cells, BalanceSpan, 0), csv.cells->len, csv.line);
  if (!balance_sheet_import_begin (sheet))
    goto out;

  while (balance_csv_next (&csv))
    {
      if (csv.fault == BALANCE_CSV_FINE)
        {
          balance_sheet_import_add (sheet, &g_array_index (csv.cells, BalanceSpan, 0), csv.cells->len, csv.line);
        }
      else
        {
          report_fault (run, &csv, source, balance_sheet_import_get_row_severity (sheet));
          balance_sheet_import_skip (sheet);
        }

      if (++n % ROWS_PER_CHECK == 0)
        {
          if (g_cancellable_is_cancelled (cancellable))
            {
              result = BALANCE_CSV_IMPORT_CANCELLED;
              goto out;
            }
          if (progress != NULL)
            balance_progress_set_fraction (progress, from + (to - from) * (double) (csv.at - data) / (double) length);
        }
    }
  balance_sheet_import_end (sheet);

out:
  balance_csv_clear (&csv);

  return result;
}
