/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-sheet-protocol-private.h"

#include <string.h>

void
balance_grid_free (BalanceGrid *self)
{
  g_free (self->name);
  g_free (self->rows);
  g_free (self->starts);
  g_free (self->cells);
  g_clear_pointer (&self->merges, g_array_unref);
  g_clear_pointer (&self->hidden_rows, g_hash_table_unref);
  g_free (self);
}

void
balance_workbook_free (BalanceWorkbook *self)
{
  g_free (self->format);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->sheets, g_ptr_array_unref);
  g_free (self);
}

/* ---- faults that the helper found in the file */

static const struct
{
  const char *kind;
  const char *message_en, *message_zh;      /* with the detail as %s, or without */
  const char *expected_en, *expected_zh;
  const char *remedy_en, *remedy_zh;
} faults[BALANCE_SHEET_N_FAULTS] = {
  [BALANCE_SHEET_ENCRYPTED] =
    { "encrypted-workbook",
      "the workbook is protected by a password", "工作簿设有打开密码",
      NULL, NULL,
      "open it with the password, remove the password and save it", "请用密码打开，取消密码后保存" },
  [BALANCE_SHEET_DAMAGED] =
    { "damaged-workbook",
      "the workbook is damaged (%s)", "工作簿已损坏（%s）",
      NULL, NULL,
      "open it in a spreadsheet program, check it and save it under another name",
      "请用Excel或WPS表格打开，核对后另存" },
  [BALANCE_SHEET_UNKNOWN] =
    { "unknown-workbook",
      "this is no workbook, whatever its name says", "无论文件名如何，该文件都不是工作簿",
      "XLSX, XLS, ODS or DBF", "XLSX、XLS、ODS或DBF",
      "choose another file, or save the table in one of these formats", "请选择其他文件，或把表格另存为上述格式" },
  [BALANCE_SHEET_UNSUPPORTED] =
    { "unsupported-workbook",
      "workbooks of the format %s are not read", "不支持%s格式的工作簿",
      "XLSX, XLS, ODS, DBF or CSV", "XLSX、XLS、ODS、DBF或CSV",
      "save it as an Excel workbook (XLSX)", "请另存为“Excel工作簿（*.xlsx）”" },
  [BALANCE_SHEET_TOO_LARGE] =
    { "large-workbook",
      "the workbook is too large (%s)", "工作簿过大（%s）",
      "at most 16 million cells, 1000 sheets and 256 MiB of text", "不超过1600万个单元格、1000个工作表和256 MiB文字",
      "delete what is not needed, or split the workbook", "请删除不需要的内容，或拆分工作簿" },
  [BALANCE_SHEET_TOO_LONG] =
    { "long-cell",
      "the text of the cell is too long", "单元格文字过长",
      "at most 131072 bytes", "不超过131072字节",
      "shorten the text", "请缩短文字" },
};

static void
report_fault (BalanceProblems   *problems,
              BalanceSheetFault  fault,
              BalancePlace      *place,
              const char        *detail)
{
  BalanceText message = { NULL, NULL };
  BalanceText expected = { NULL, NULL };
  BalanceText remedy = { NULL, NULL };

  balance_text_printf (&message, faults[fault].message_en, faults[fault].message_zh, detail);
  balance_text_set (&expected, faults[fault].expected_en, faults[fault].expected_zh);
  balance_text_set (&remedy, faults[fault].remedy_en, faults[fault].remedy_zh);
  balance_problems_add (problems, BALANCE_SEVERITY_ERROR, faults[fault].kind, place, &message, &expected, &remedy);
}

/* ---- the answer */

typedef struct
{
  const char      *at, *end;
  gboolean         bad;

  const char      *name;          /* of the file */
  BalanceProblems *problems;
  BalanceWorkbook *workbook;

  /* the sheet that is being read */
  BalanceGrid     *grid;
  GArray          *rows, *starts; /* of guint */
  GArray          *cells;         /* of BalanceGridCell */
  guint            n_cells;       /* of all sheets */
  guint            n_merges;
} Parser;

static guint
take_byte (Parser *parser)
{
  if (parser->at == parser->end)
    {
      parser->bad = TRUE;
      return 0;
    }

  return (guchar) *parser->at++;
}

static guint32
take_number (Parser *parser)
{
  guint32 number;

  if (parser->end - parser->at < 4)
    {
      parser->bad = TRUE;
      return 0;
    }
  memcpy (&number, parser->at, 4);
  parser->at += 4;

  return GUINT32_FROM_LE (number);
}

static BalanceSpan
take_text (Parser *parser)
{
  BalanceSpan span = { "", take_number (parser) };

  if (!parser->bad && span.length > (gsize) (parser->end - parser->at))
    parser->bad = TRUE;
  if (!parser->bad && (span.length > BALANCE_MAX_CELL_LENGTH || !g_utf8_validate_len (parser->at, span.length, NULL)))
    parser->bad = TRUE;
  if (parser->bad)
    {
      span.length = 0;
      return span;
    }
  if (span.length > 0)
    span.text = parser->at;
  parser->at += span.length;

  return span;
}

static char *
take_string (Parser *parser)
{
  BalanceSpan span = take_text (parser);

  return g_strndup (span.text, span.length);
}

static void
end_sheet (Parser *parser)
{
  BalanceGrid *grid = parser->grid;

  if (grid == NULL)
    return;

  g_array_append_val (parser->starts, parser->cells->len);
  grid->n_rows = parser->rows->len;
  grid->rows = (guint *) g_array_steal (parser->rows, NULL);
  grid->starts = (guint *) g_array_steal (parser->starts, NULL);
  grid->cells = (BalanceGridCell *) g_array_steal (parser->cells, NULL);
  parser->grid = NULL;
}

static void
begin_sheet (Parser *parser)
{
  BalanceGrid *grid;

  end_sheet (parser);
  if (parser->workbook->sheets->len == BALANCE_SHEET_MAX_SHEETS)
    {
      parser->bad = TRUE;
      return;
    }

  grid = g_new0 (BalanceGrid, 1);
  grid->merges = g_array_new (FALSE, FALSE, sizeof (BalanceGridMerge));
  g_ptr_array_add (parser->workbook->sheets, grid);
  parser->grid = grid;
  grid->hidden = take_byte (parser) != 0;
  grid->name = take_string (parser);
}

static void
read_row (Parser *parser)
{
  BalanceGrid *grid = parser->grid;
  guint row = take_number (parser);
  gboolean hidden = take_byte (parser) != 0;
  guint n = take_number (parser);
  guint start = parser->cells->len;
  guint last = parser->rows->len > 0 ? g_array_index (parser->rows, guint, parser->rows->len - 1) : 0;

  if (parser->bad || grid == NULL || row <= last || row > G_MAXINT32 || n == 0 || n > BALANCE_MAX_COLUMNS ||
      n > BALANCE_SHEET_MAX_CELLS - parser->n_cells)
    {
      parser->bad = TRUE;
      return;
    }

  while (!parser->bad && parser->cells->len - start < n)
    {
      BalanceGridCell cell = { { "", 0 }, BALANCE_GRID_CELL_PLAIN };
      guint kind = take_byte (parser);
      guint gap = 0;

      if (kind == BALANCE_SHEET_GAP)
        {
          gap = take_number (parser);
          if (gap == 0 || gap > n - (parser->cells->len - start))
            parser->bad = TRUE;
        }
      else
        {
          cell.span = take_text (parser);
          cell.kind = (guint8) kind;
          gap = 1;
          if (kind > BALANCE_GRID_CELL_UNCOMPUTED)
            parser->bad = TRUE;
        }
      for (guint i = 0; i < gap && !parser->bad; i++)
        g_array_append_val (parser->cells, cell);
    }
  if (parser->bad)
    return;

  parser->n_cells += n;
  g_array_append_val (parser->rows, row);
  g_array_append_val (parser->starts, start);
  grid->n_columns = MAX (grid->n_columns, n);
  if (hidden)
    {
      if (grid->hidden_rows == NULL)
        grid->hidden_rows = g_hash_table_new (NULL, NULL);
      g_hash_table_add (grid->hidden_rows, GUINT_TO_POINTER (row));
    }
}

static void
read_merge (Parser *parser)
{
  BalanceGridMerge merge;

  merge.top = take_number (parser);
  merge.left = take_number (parser);
  merge.bottom = take_number (parser);
  merge.right = take_number (parser);
  if (parser->grid == NULL || merge.top == 0 || merge.left == 0 || merge.bottom < merge.top ||
      merge.right < merge.left || merge.bottom > G_MAXINT32 || merge.right > BALANCE_MAX_COLUMNS ||
      parser->n_merges == BALANCE_SHEET_MAX_MERGES)
    parser->bad = TRUE;
  if (parser->bad)
    return;

  parser->n_merges++;
  g_array_append_val (parser->grid->merges, merge);
}

static void
read_fault (Parser *parser)
{
  guint fault = take_byte (parser);
  g_autofree char *sheet = take_string (parser);
  BalancePlace place = { .file = parser->name };
  g_autofree char *detail = NULL;

  place.sheet = *sheet != '\0' ? sheet : NULL;
  place.row = take_number (parser);
  place.column = take_number (parser);
  detail = take_string (parser);
  if (fault >= BALANCE_SHEET_N_FAULTS || parser->at != parser->end)
    parser->bad = TRUE;
  if (!parser->bad)
    report_fault (parser->problems, fault, &place, detail);
}

/* TRUE where the workbook is complete; else the fault, if any, is reported. */
static gboolean
read_records (Parser   *parser,
              gboolean *reported)
{
  gsize magic = strlen (BALANCE_SHEET_MAGIC);

  if ((gsize) (parser->end - parser->at) < magic || memcmp (parser->at, BALANCE_SHEET_MAGIC, magic) != 0)
    return FALSE;
  parser->at += magic;

  while (!parser->bad)
    switch (take_byte (parser))
      {
      case BALANCE_SHEET_BOOK:
        if (parser->workbook->format != NULL)
          parser->bad = TRUE;
        else
          parser->workbook->format = take_string (parser);
        break;

      case BALANCE_SHEET_SHEET:
        begin_sheet (parser);
        break;

      case BALANCE_SHEET_ROW:
        read_row (parser);
        break;

      case BALANCE_SHEET_MERGE:
        read_merge (parser);
        break;

      case BALANCE_SHEET_FAULT:
        read_fault (parser);
        *reported = !parser->bad;
        return FALSE;

      case BALANCE_SHEET_END:
        end_sheet (parser);
        return !parser->bad && parser->at == parser->end && parser->workbook->format != NULL;

      default:
        return FALSE;
      }

  return FALSE;
}

BalanceWorkbook *
balance_workbook_parse (GBytes          *answer,
                        const char      *name,
                        BalanceProblems *problems)
{
  g_autoptr(BalanceWorkbook) workbook = g_new0 (BalanceWorkbook, 1);
  Parser parser = { .name = name, .problems = problems, .workbook = workbook };
  gboolean reported = FALSE, complete;
  gsize length;

  workbook->bytes = g_bytes_ref (answer);
  workbook->sheets = g_ptr_array_new_with_free_func ((GDestroyNotify) balance_grid_free);
  parser.at = g_bytes_get_data (answer, &length);
  if (parser.at == NULL)
    parser.at = "";
  parser.end = parser.at + length;
  parser.rows = g_array_new (FALSE, FALSE, sizeof (guint));
  parser.starts = g_array_new (FALSE, FALSE, sizeof (guint));
  parser.cells = g_array_new (FALSE, FALSE, sizeof (BalanceGridCell));

  complete = read_records (&parser, &reported);
  g_array_unref (parser.rows);
  g_array_unref (parser.starts);
  g_array_unref (parser.cells);
  if (complete)
    return g_steal_pointer (&workbook);

  if (!reported)
    {
      BalancePlace place = { .file = name };

      balance_problems_add_literal (problems, BALANCE_SEVERITY_ERROR, "workbook-unread", &place,
                                    "the program that reads workbooks gave an answer that is not complete",
                                    "读取工作簿的程序返回的内容不完整",
                                    NULL, NULL,
                                    "save the workbook under another name and try again, or save the sheet as CSV UTF-8",
                                    "请将工作簿另存后重试，或把工作表另存为“CSV UTF-8”");
    }

  return NULL;
}
