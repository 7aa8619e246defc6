/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* XLS of Excel 97 to 2003, from its records. FreeXL, and with it OGR's driver, gives the number 1 for an error cell
 * and other cells' texts after one that goes on in further records, and knows no merged regions, hidden rows and
 * sheets, or percent. */

#include "sheet-formats.h"

#include <stdlib.h>
#include <string.h>

#include "sheet-number.h"
#include "sheet-ole.h"
#include "sheet-writer.h"

enum
{
  REC_FORMULA      = 0x0006,
  REC_EOF          = 0x000a,
  REC_1904         = 0x0022,
  REC_FILEPASS     = 0x002f,
  REC_CONTINUE     = 0x003c,
  REC_BOUNDSHEET   = 0x0085,
  REC_MULRK        = 0x00bd,
  REC_RSTRING      = 0x00d6,
  REC_XF           = 0x00e0,
  REC_MERGEDCELLS  = 0x00e5,
  REC_SST          = 0x00fc,
  REC_LABELSST     = 0x00fd,
  REC_NUMBER       = 0x0203,
  REC_LABEL        = 0x0204,
  REC_BOOLERR      = 0x0205,
  REC_STRING       = 0x0207,
  REC_ROW          = 0x0208,
  REC_RK           = 0x027e,
  REC_FORMAT       = 0x041e,
  REC_BOF          = 0x0809,
};

#define BIFF8             0x0600
#define ROW_HIDDEN        0x20
#define RESULT_IS_SPECIAL 0xffff
#define CALC_ON_LOAD      0x0003

typedef struct
{
  guint32  start;
  guint8   type;
  gboolean hidden;
  char    *name;
} Sheet;

typedef struct
{
  guint16 row, column;
  guint8  kind;
  gsize   start, length;
} Cell;

typedef struct
{
  const guint8 *stream;
  gsize         length;
  gsize         next;             /* where the record after this one begins */

  /* the record, and how far it is read */
  guint         type;
  const guint8 *at, *end;

  gboolean      from_1904;
  GPtrArray    *sheets;           /* of Sheet */
  GHashTable   *codes;            /* number of a format -> SheetFormat */
  GArray       *formats;          /* guint8 SheetFormat of each cell format */
  GString      *strings;
  GArray       *starts;           /* gsize, one more than there are strings */
  GArray       *units;            /* gunichar2 of the text that is being read */

  /* the sheet */
  GArray       *cells;
  GString      *texts;
  GHashTable   *hidden_rows;
  Cell          awaits;           /* the formula whose text comes in the next record */
  gboolean      is_awaiting;
} Book;

static void G_GNUC_NORETURN
damaged (Book *book)
{
  sheet_fault (BALANCE_SHEET_DAMAGED, 0, 0, "XLS: 0x%04x @ %" G_GSIZE_FORMAT, book->type, book->next);
}

/* ---- records */

/* FALSE at the end of the stream. */
static gboolean
next_record (Book *book)
{
  gsize length;

  if (book->length - book->next < 4)
    return FALSE;
  book->type = sheet_get_16 (book->stream + book->next);
  length = sheet_get_16 (book->stream + book->next + 2);
  book->next += 4;
  if (length > book->length - book->next)
    damaged (book);
  book->at = book->stream + book->next;
  book->end = book->at + length;
  book->next += length;

  return TRUE;
}

/* Long records go on in the next ones. */
static void
need_more (Book *book)
{
  while (book->at == book->end)
    {
      if (book->length - book->next < 4 || sheet_get_16 (book->stream + book->next) != REC_CONTINUE)
        damaged (book);
      next_record (book);
    }
}

static guint
take_8 (Book *book)
{
  need_more (book);

  return *book->at++;
}

static guint
take_16 (Book *book)
{
  guint low = take_8 (book);

  return low | take_8 (book) << 8;
}

static guint32
take_32 (Book *book)
{
  guint32 low = take_16 (book);

  return low | (guint32) take_16 (book) << 16;
}

static double
take_double (Book *book)
{
  union { guint64 bits; double value; } number;

  number.bits = take_32 (book);
  number.bits |= (guint64) take_32 (book) << 32;

  return number.value;
}

static void
skip (Book    *book,
      guint64  length)
{
  while (length > 0)
    {
      gsize n;

      need_more (book);
      n = (gsize) MIN (length, (guint64) (book->end - book->at));
      book->at += n;
      length -= n;
    }
}

/* A text of `n` characters, whose options say how wide they are and what comes with it. A record that continues
 * it begins with the width again. */
static void
append_string (Book    *book,
               GString *to,
               guint    n)
{
  guint options = take_8 (book);
  guint runs = options & 8 ? take_16 (book) : 0;
  guint32 extra = options & 4 ? take_32 (book) : 0;
  g_autofree char *text = NULL;

  g_array_set_size (book->units, 0);
  for (guint i = 0; i < n; i++)
    {
      gunichar2 unit;

      if (book->at == book->end)
        {
          need_more (book);
          options = take_8 (book);
        }
      unit = (gunichar2) (options & 1 ? take_16 (book) : take_8 (book));
      g_array_append_val (book->units, unit);
    }
  skip (book, 4 * (guint64) runs + extra);
  if (n == 0)
    return;

  /* half of a pair means nothing */
  for (guint i = 0; i < book->units->len; i++)
    {
      gunichar2 *unit = &g_array_index (book->units, gunichar2, i);

      if (*unit >= 0xd800 && *unit < 0xdc00 && i + 1 < book->units->len && unit[1] >= 0xdc00 && unit[1] < 0xe000)
        i++;
      else if ((*unit >= 0xd800 && *unit < 0xe000) || *unit == 0)
        *unit = 0xfffd;
    }
  text = g_utf16_to_utf8 (&g_array_index (book->units, gunichar2, 0), book->units->len, NULL, NULL, NULL);
  if (text != NULL)
    g_string_append (to, text);
}

static char *
dup_string (Book  *book,
            guint  n)
{
  GString *text = g_string_new (NULL);

  append_string (book, text, n);

  return g_string_free (text, FALSE);
}

/* ---- what stands before the sheets */

static void
read_bound_sheet (Book *book)
{
  Sheet *sheet = g_new0 (Sheet, 1);

  sheet->start = take_32 (book);
  sheet->hidden = (take_8 (book) & 3) != 0;
  sheet->type = (guint8) take_8 (book);
  sheet->name = dup_string (book, take_8 (book));
  g_ptr_array_add (book->sheets, sheet);
}

static void
read_format (Book *book)
{
  guint id = take_16 (book);
  g_autofree char *code = dup_string (book, take_16 (book));

  g_hash_table_insert (book->codes, GUINT_TO_POINTER (id), GUINT_TO_POINTER (sheet_format_parse (code)));
}

/* The formats may come after the cell formats that use them, so their numbers are kept until then. */
static void
read_cell_format (Book *book)
{
  guint16 id;

  skip (book, 2);
  id = (guint16) take_16 (book);
  g_array_append_val (book->formats, id);
}

static SheetFormat
get_format (Book  *book,
            guint  style)
{
  guint id;
  gpointer found;

  if (style >= book->formats->len)
    return SHEET_FORMAT_PLAIN;
  id = g_array_index (book->formats, guint16, style);
  if (g_hash_table_lookup_extended (book->codes, GUINT_TO_POINTER (id), NULL, &found))
    return GPOINTER_TO_UINT (found);

  return sheet_format_builtin (id);
}

static void
read_strings (Book *book)
{
  guint32 n;

  skip (book, 4);
  n = take_32 (book);
  for (guint32 i = 0; i < n; i++)
    {
      append_string (book, book->strings, take_16 (book));
      g_array_append_val (book->starts, book->strings->len);
    }
}

static void
read_globals (Book *book)
{
  gsize zero = 0;

  if (!next_record (book) || book->type != REC_BOF || take_16 (book) != BIFF8)
    sheet_fault (BALANCE_SHEET_UNSUPPORTED, 0, 0, "Excel 5.0/95");
  g_array_append_val (book->starts, zero);

  while (next_record (book) && book->type != REC_EOF)
    switch (book->type)
      {
      case REC_FILEPASS:
        sheet_fault (BALANCE_SHEET_ENCRYPTED, 0, 0, "XLS");

      case REC_1904:
        book->from_1904 = take_16 (book) == 1;
        break;

      case REC_BOUNDSHEET:
        read_bound_sheet (book);
        break;

      case REC_FORMAT:
        read_format (book);
        break;

      case REC_XF:
        read_cell_format (book);
        break;

      case REC_SST:
        read_strings (book);
        break;

      default:
        break;
      }
}

/* ---- cells */

static Cell
begin_cell (Book  *book,
            guint *style)
{
  Cell cell = { .start = book->texts->len };

  cell.row = (guint16) take_16 (book);
  cell.column = (guint16) take_16 (book);
  *style = take_16 (book);

  return cell;
}

static void
add_cell (Book                *book,
          Cell                 cell,
          BalanceGridCellKind  kind)
{
  cell.kind = (guint8) kind;
  cell.length = book->texts->len - cell.start;
  if (cell.length > 0)
    g_array_append_val (book->cells, cell);
  if (book->cells->len > BALANCE_SHEET_MAX_CELLS)
    sheet_fault (BALANCE_SHEET_TOO_LARGE, cell.row + 1u, 0, "> %u cells", BALANCE_SHEET_MAX_CELLS);
  if (book->texts->len > BALANCE_SHEET_MAX_TEXT)
    sheet_fault (BALANCE_SHEET_TOO_LARGE, cell.row + 1u, 0, "> %u bytes of text", BALANCE_SHEET_MAX_TEXT);
}

static void
add_number (Book   *book,
            Cell    cell,
            guint   style,
            double  value)
{
  char text[64];

  g_ascii_formatd (text, sizeof text, "%.17g", value);
  add_cell (book, cell, sheet_number_show (book->texts, text, get_format (book, style), book->from_1904));
}

static void
add_error (Book  *book,
           Cell   cell,
           guint  code)
{
  static const struct
  {
    guint       code;
    const char *text;
  } errors[] = {
    { 0x00, "#NULL!" }, { 0x07, "#DIV/0!" }, { 0x0f, "#VALUE!" }, { 0x17, "#REF!" },
    { 0x1d, "#NAME?" }, { 0x24, "#NUM!" }, { 0x2a, "#N/A" },
  };
  const char *text = "#ERROR!";

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    if (errors[i].code == code)
      text = errors[i].text;
  g_string_append (book->texts, text);
  add_cell (book, cell, BALANCE_GRID_CELL_ERROR);
}

static void
add_flag (Book     *book,
          Cell      cell,
          gboolean  flag)
{
  g_string_append (book->texts, flag ? "TRUE" : "FALSE");
  add_cell (book, cell, BALANCE_GRID_CELL_PLAIN);
}

/* 30 bits of a whole number or of the front of a fraction, perhaps a hundredth of it. */
static double
decode_rk (guint32 rk)
{
  union { guint64 bits; double value; } number;
  double value;

  if (rk & 2)
    {
      value = (double) ((gint32) rk >> 2);
    }
  else
    {
      number.bits = (guint64) (rk & ~3u) << 32;
      value = number.value;
    }

  return rk & 1 ? value / 100 : value;
}

static void
read_mulrk (Book *book)
{
  guint row = take_16 (book);
  guint column = take_16 (book);

  while (book->end - book->at >= 8)
    {
      Cell cell = { .row = (guint16) row, .column = (guint16) column++, .start = book->texts->len };
      guint style = take_16 (book);

      add_number (book, cell, style, decode_rk (take_32 (book)));
    }
}

static void
read_formula (Book *book)
{
  guint style;
  Cell cell = begin_cell (book, &style);
  const guint8 *result = book->at;
  double number = take_double (book);
  guint flags = take_16 (book);

  if (book->at - result != 10)
    damaged (book);
  if (sheet_get_16 (result + 6) != RESULT_IS_SPECIAL)
    add_number (book, cell, style, number);
  else if (result[0] == 0)
    {
      book->awaits = cell;
      book->is_awaiting = TRUE;
    }
  else if (result[0] == 1)
    add_flag (book, cell, result[2] != 0);
  else if (result[0] == 2)
    add_error (book, cell, result[2]);
  else if (flags & CALC_ON_LOAD)
    {
      /* an empty text that is to be computed first; the formula itself is compiled */
      g_string_append_c (book->texts, '=');
      add_cell (book, cell, BALANCE_GRID_CELL_UNCOMPUTED);
    }
}

static void
read_cell (Book *book)
{
  guint style;
  Cell cell = begin_cell (book, &style);

  switch (book->type)
    {
    case REC_NUMBER:
      add_number (book, cell, style, take_double (book));
      break;

    case REC_RK:
      add_number (book, cell, style, decode_rk (take_32 (book)));
      break;

    case REC_BOOLERR:
      {
        guint value = take_8 (book);

        if (take_8 (book) != 0)
          add_error (book, cell, value);
        else
          add_flag (book, cell, value != 0);
        break;
      }

    case REC_LABELSST:
      {
        guint32 index = take_32 (book);
        gsize start;

        if (book->starts->len == 0 || index >= book->starts->len - 1)
          sheet_fault (BALANCE_SHEET_DAMAGED, cell.row + 1u, cell.column + 1u, "shared string %u", index);
        start = g_array_index (book->starts, gsize, index);
        g_string_append_len (book->texts, book->strings->str + start,
                             (gssize) (g_array_index (book->starts, gsize, index + 1) - start));
        add_cell (book, cell, BALANCE_GRID_CELL_PLAIN);
        break;
      }

    default:
      append_string (book, book->texts, take_16 (book));
      add_cell (book, cell, BALANCE_GRID_CELL_PLAIN);
    }
}

static void
read_merges (Book *book)
{
  guint n = take_16 (book);

  for (guint i = 0; i < n; i++)
    {
      guint top = take_16 (book), bottom = take_16 (book), left = take_16 (book), right = take_16 (book);

      if (bottom < top || right < left || right >= BALANCE_MAX_COLUMNS)
        damaged (book);
      sheet_writer_merge (top + 1, left + 1, bottom + 1, right + 1);
    }
}

static void
read_row (Book *book)
{
  guint row = take_16 (book);

  skip (book, 10);
  if (take_16 (book) & ROW_HIDDEN)
    g_hash_table_add (book->hidden_rows, GUINT_TO_POINTER (row));
}

static void
read_sheet_record (Book *book)
{
  switch (book->type)
    {
    case REC_ROW:
      read_row (book);
      break;

    case REC_NUMBER:
    case REC_RK:
    case REC_BOOLERR:
    case REC_LABELSST:
    case REC_LABEL:
    case REC_RSTRING:
      read_cell (book);
      break;

    case REC_MULRK:
      read_mulrk (book);
      break;

    case REC_FORMULA:
      read_formula (book);
      break;

    case REC_STRING:
      if (!book->is_awaiting)
        break;
      book->is_awaiting = FALSE;
      book->awaits.start = book->texts->len;
      append_string (book, book->texts, take_16 (book));
      add_cell (book, book->awaits, BALANCE_GRID_CELL_PLAIN);
      break;

    case REC_MERGEDCELLS:
      read_merges (book);
      break;

    default:
      break;
    }
}

static int
compare_cells (gconstpointer a,
               gconstpointer b)
{
  const Cell *one = a, *other = b;

  return one->row != other->row ? one->row - other->row : one->column - other->column;
}

static void
write_cells (Book *book)
{
  guint row = 0;

  g_array_sort (book->cells, compare_cells);
  for (guint i = 0; i < book->cells->len; i++)
    {
      const Cell *cell = &g_array_index (book->cells, Cell, i);

      if (cell->row + 1u != row)
        {
          if (row > 0)
            sheet_writer_end_row ();
          row = cell->row + 1u;
          sheet_writer_begin_row (row, g_hash_table_contains (book->hidden_rows, GUINT_TO_POINTER (cell->row)));
        }
      sheet_writer_cell (cell->column + 1u, cell->kind, book->texts->str + cell->start, (gssize) cell->length);
    }
  if (row > 0)
    sheet_writer_end_row ();
}

static void
read_sheet (Book        *book,
            const Sheet *sheet)
{
  guint depth = 0;

  /* charts and macros have no cells */
  if (sheet->type != 0)
    return;

  sheet_writer_begin_sheet (sheet->name, sheet->hidden);
  g_array_set_size (book->cells, 0);
  g_string_truncate (book->texts, 0);
  g_hash_table_remove_all (book->hidden_rows);
  book->is_awaiting = FALSE;
  if (sheet->start >= book->length)
    damaged (book);
  book->next = sheet->start;

  /* a chart on the sheet is a stream within the stream */
  do
    {
      if (!next_record (book) || (depth == 0 && book->type != REC_BOF))
        damaged (book);
      if (book->type == REC_BOF)
        depth++;
      else if (book->type == REC_EOF)
        depth--;
      else if (depth == 1)
        read_sheet_record (book);
    }
  while (depth > 0);

  write_cells (book);
}

void
sheet_read_xls (const guint8 *data,
                gsize         length)
{
  SheetOle *ole = sheet_ole_open (data, length);
  GByteArray *stream = sheet_ole_read (ole, "Workbook");
  Book book = { 0 };

  if (stream == NULL && sheet_ole_read (ole, "EncryptedPackage") != NULL)
    sheet_fault (BALANCE_SHEET_ENCRYPTED, 0, 0, "XLSX");
  if (stream == NULL && sheet_ole_read (ole, "Book") != NULL)
    sheet_fault (BALANCE_SHEET_UNSUPPORTED, 0, 0, "Excel 5.0/95");
  if (stream == NULL)
    sheet_fault (BALANCE_SHEET_UNKNOWN, 0, 0, "OLE");

  book.stream = stream->data;
  book.length = stream->len;
  book.sheets = g_ptr_array_new ();
  book.codes = g_hash_table_new (NULL, NULL);
  book.formats = g_array_new (FALSE, FALSE, sizeof (guint16));
  book.strings = g_string_new (NULL);
  book.starts = g_array_new (FALSE, FALSE, sizeof (gsize));
  book.units = g_array_new (FALSE, FALSE, sizeof (gunichar2));
  book.cells = g_array_new (FALSE, FALSE, sizeof (Cell));
  book.texts = g_string_new (NULL);
  book.hidden_rows = g_hash_table_new (NULL, NULL);

  sheet_writer_begin ("XLS");
  read_globals (&book);
  for (guint i = 0; i < book.sheets->len; i++)
    read_sheet (&book, book.sheets->pdata[i]);
  sheet_writer_end ();
}
