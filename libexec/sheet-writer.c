/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sheet-writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  guint  column;
  guint8 kind;
  gsize  start, length;     /* in the texts of the row */
} Cell;

static GString *sheet_name;
static guint    n_sheets, n_cells, n_merges;
static gsize    n_bytes;

static guint    row_number;
static gboolean row_hidden;
static GArray  *row_cells;
static GString *row_texts;

/* ---- bytes */

static void
put (const void *data,
     gsize       length)
{
  /* where nobody listens any more there is nobody to tell */
  if (length > 0 && fwrite (data, 1, length, stdout) != length)
    _exit (EXIT_FAILURE);
}

static void
put_byte (guint byte)
{
  guint8 b = (guint8) byte;

  put (&b, 1);
}

static void
put_number (gsize number)
{
  guint32 le = GUINT32_TO_LE ((guint32) number);

  put (&le, sizeof le);
}

static void
put_text (const char *text,
          gsize       length)
{
  put_number (length);
  put (text, length);
}

/* Without what libraries would tidy up. */
static void G_GNUC_NORETURN
finish (void)
{
  _exit (fflush (stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

void
sheet_fault (BalanceSheetFault  fault,
             guint              row,
             guint              column,
             const char        *detail,
             ...)
{
  g_autofree char *text = NULL;
  g_autofree char *valid = NULL;
  va_list args;

  va_start (args, detail);
  text = g_strdup_vprintf (detail, args);
  va_end (args);
  valid = g_utf8_make_valid (text, (gssize) MIN (strlen (text), 500));

  put_byte (BALANCE_SHEET_FAULT);
  put_byte (fault);
  put_text (sheet_name != NULL ? sheet_name->str : "", sheet_name != NULL ? sheet_name->len : 0);
  put_number (row);
  put_number (column);
  put_text (valid, strlen (valid));
  finish ();
}

/* ---- what the formats say */

void
sheet_writer_begin (const char *format)
{
  row_cells = g_array_new (FALSE, FALSE, sizeof (Cell));
  row_texts = g_string_new (NULL);

  put_byte (BALANCE_SHEET_BOOK);
  put_text (format, strlen (format));
}

void
sheet_writer_begin_sheet (const char *name,
                          gboolean    hidden)
{
  g_autofree char *valid = g_utf8_make_valid (name, (gssize) MIN (strlen (name), 1000));

  if (sheet_name == NULL)
    sheet_name = g_string_new (NULL);
  g_string_assign (sheet_name, valid);
  if (++n_sheets > BALANCE_SHEET_MAX_SHEETS)
    sheet_fault (BALANCE_SHEET_TOO_LARGE, 0, 0, "> %u sheets", BALANCE_SHEET_MAX_SHEETS);

  put_byte (BALANCE_SHEET_SHEET);
  put_byte (hidden);
  put_text (sheet_name->str, sheet_name->len);
  row_number = 0;
}

void
sheet_writer_merge (guint top,
                    guint left,
                    guint bottom,
                    guint right)
{
  if (++n_merges > BALANCE_SHEET_MAX_MERGES)
    sheet_fault (BALANCE_SHEET_TOO_LARGE, top, left, "> %u merged regions", BALANCE_SHEET_MAX_MERGES);

  put_byte (BALANCE_SHEET_MERGE);
  put_number (top);
  put_number (left);
  put_number (bottom);
  put_number (right);
}

void
sheet_writer_begin_row (guint    row,
                        gboolean hidden)
{
  if (row <= row_number || row > G_MAXINT32)
    sheet_fault (BALANCE_SHEET_DAMAGED, row, 0, "row %u after row %u", row, row_number);

  row_number = row;
  row_hidden = hidden;
  g_array_set_size (row_cells, 0);
  g_string_truncate (row_texts, 0);
}

void
sheet_writer_cell (guint                column,
                   BalanceGridCellKind  kind,
                   const char          *text,
                   gssize               length)
{
  Cell cell = { .column = column, .kind = (guint8) kind, .start = row_texts->len };
  guint last = row_cells->len > 0 ? g_array_index (row_cells, Cell, row_cells->len - 1).column : 0;

  if (column <= last)
    sheet_fault (BALANCE_SHEET_DAMAGED, row_number, column, "column %u after column %u", column, last);
  if (column > BALANCE_MAX_COLUMNS)
    sheet_fault (BALANCE_SHEET_TOO_LARGE, row_number, 0, "> %u columns", BALANCE_MAX_COLUMNS);

  if (length < 0)
    length = (gssize) strlen (text);
  if (length == 0)
    return;
  if (memchr (text, '\0', (gsize) length) != NULL || !g_utf8_validate (text, length, NULL))
    {
      g_autofree char *valid = g_utf8_make_valid (text, length);

      g_string_append (row_texts, valid);
    }
  else
    {
      g_string_append_len (row_texts, text, length);
    }
  cell.length = row_texts->len - cell.start;
  if (cell.length > BALANCE_MAX_CELL_LENGTH)
    sheet_fault (BALANCE_SHEET_TOO_LONG, row_number, column, "%u", (guint) MIN (cell.length, G_MAXUINT));

  g_array_append_val (row_cells, cell);
}

void
sheet_writer_end_row (void)
{
  guint n, next = 1;

  if (row_cells->len == 0)
    return;

  n = g_array_index (row_cells, Cell, row_cells->len - 1).column;
  n_bytes += row_texts->len;
  if (n > BALANCE_SHEET_MAX_CELLS - n_cells)
    sheet_fault (BALANCE_SHEET_TOO_LARGE, row_number, 0, "> %u cells", BALANCE_SHEET_MAX_CELLS);
  if (n_bytes > BALANCE_SHEET_MAX_TEXT)
    sheet_fault (BALANCE_SHEET_TOO_LARGE, row_number, 0, "> %u bytes of text", BALANCE_SHEET_MAX_TEXT);
  n_cells += n;

  put_byte (BALANCE_SHEET_ROW);
  put_number (row_number);
  put_byte (row_hidden);
  put_number (n);
  for (guint i = 0; i < row_cells->len; i++)
    {
      const Cell *cell = &g_array_index (row_cells, Cell, i);

      if (cell->column > next)
        {
          put_byte (BALANCE_SHEET_GAP);
          put_number (cell->column - next);
        }
      put_byte (cell->kind);
      put_text (row_texts->str + cell->start, cell->length);
      next = cell->column + 1;
    }
}

void
sheet_writer_end (void)
{
  put_byte (BALANCE_SHEET_END);
  finish ();
}
