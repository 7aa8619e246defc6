/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ODS, from content.xml itself: OGR's driver keeps neither percent nor merged regions, hidden rows and sheets or
 * blanks at the ends of a text, and computes formulas by itself. */

#include "sheet-formats.h"

#include <stdlib.h>
#include <string.h>

#include "sheet-number.h"
#include "sheet-writer.h"
#include "sheet-xml.h"

typedef struct
{
  guint  column, repeat;
  guint8 kind;
  gsize  start, length;
} Cell;

typedef struct
{
  /* styles */
  GHashTable *hidden_styles;    /* set of names of table styles */
  char       *style;

  guint       skip;             /* depth inside something that is no cell of the table */
  gboolean    in_table, in_row, in_cell, in_paragraph;

  guint64     row;              /* that is read, from 1 */
  guint       row_repeat;
  gboolean    row_hidden;
  GArray     *cells;
  GString    *texts;

  guint64     column;
  guint       repeat;
  gboolean    covered;
  char       *type, *value, *formula;
  gboolean    is_error;
  guint       n_paragraphs;
  gboolean    after_space;
  GString    *text, *shown;
} Book;

static guint
get_repeat (const SheetXmlTag *tag,
            const char        *attribute)
{
  return MAX (1, sheet_xml_get_number (tag, attribute, 1, G_MAXINT32));
}

/* ---- cells */

/* PT08H30M00.5S in seconds; negative where it is no duration. */
static double
parse_duration (const char *text)
{
  double seconds = 0;

  if (!g_str_has_prefix (text, "PT"))
    return -1;
  for (text += 2; *text != '\0'; text++)
    {
      char *end;
      double n = g_ascii_strtod (text, &end);

      if (end == text || n < 0 || n > 1e9)
        return -1;
      text = end;
      if (*text == 'H')
        seconds += 3600 * n;
      else if (*text == 'M')
        seconds += 60 * n;
      else if (*text == 'S')
        seconds += n;
      else
        return -1;
    }

  return seconds;
}

/* 2024-09-01T12:30:00.000000000: no more than is needed. */
static void
append_date (GString    *to,
             const char *text)
{
  gsize start = to->len;

  g_string_append (to, text);
  if (strchr (text, '.') != NULL)
    {
      while (to->str[to->len - 1] == '0')
        g_string_truncate (to, to->len - 1);
      if (to->str[to->len - 1] == '.')
        g_string_truncate (to, to->len - 1);
    }
  if (g_str_has_suffix (to->str + start, "T00:00:00"))
    g_string_truncate (to, to->len - strlen ("T00:00:00"));
}

static void
start_cell (Book              *book,
            const char        *name,
            const SheetXmlTag *tag)
{
  static const char *const values[] = { "value", "date-value", "time-value", "boolean-value", "string-value" };
  g_autofree char *own_type = sheet_xml_dup (tag, "calcext:value-type");
  guint columns = get_repeat (tag, "number-columns-spanned");
  guint rows = get_repeat (tag, "number-rows-spanned");

  book->in_cell = TRUE;
  book->covered = strcmp (name, "covered-table-cell") == 0;
  book->column++;
  book->repeat = get_repeat (tag, "number-columns-repeated");
  book->type = sheet_xml_dup (tag, "value-type");
  book->formula = sheet_xml_dup (tag, "formula");
  book->is_error = g_strcmp0 (own_type, "error") == 0;
  for (guint i = 0; i < G_N_ELEMENTS (values) && book->value == NULL; i++)
    book->value = sheet_xml_dup (tag, values[i]);
  book->n_paragraphs = 0;
  g_string_truncate (book->text, 0);

  if (!book->covered && (columns > 1 || rows > 1) && book->row < G_MAXINT32 && book->column <= BALANCE_MAX_COLUMNS)
    sheet_writer_merge ((guint) book->row, (guint) book->column,
                        (guint) MIN (book->row + rows - 1, G_MAXINT32),
                        (guint) MIN (book->column + columns - 1, BALANCE_MAX_COLUMNS));
}

static BalanceGridCellKind
show_cell (Book *book)
{
  const char *type = book->type != NULL ? book->type : "";
  GString *shown = book->shown;

  g_string_truncate (shown, 0);
  if (book->is_error)
    {
      g_string_append (shown, book->text->str);
      return BALANCE_GRID_CELL_ERROR;
    }
  /* the prefix of a formula names its language */
  if (book->formula != NULL && (book->type == NULL || (book->value == NULL && strcmp (type, "string") != 0)))
    {
      const char *equals = strchr (book->formula, '=');

      g_string_append_printf (shown, "=%s", equals != NULL ? equals + 1 : book->formula);
      return BALANCE_GRID_CELL_UNCOMPUTED;
    }

  if (book->value != NULL &&
      (strcmp (type, "float") == 0 || strcmp (type, "currency") == 0 || strcmp (type, "percentage") == 0))
    return sheet_number_show (shown, book->value,
                              *type == 'p' ? SHEET_FORMAT_PERCENT : SHEET_FORMAT_PLAIN, FALSE);
  if (book->value != NULL && strcmp (type, "date") == 0)
    {
      append_date (shown, book->value);
      return BALANCE_GRID_CELL_DATE;
    }
  if (book->value != NULL && strcmp (type, "time") == 0 && parse_duration (book->value) >= 0)
    return sheet_number_show_time (shown, parse_duration (book->value));
  if (book->value != NULL && strcmp (type, "boolean") == 0)
    {
      g_string_append (shown, strcmp (book->value, "true") == 0 ? "TRUE" : "FALSE");
      return BALANCE_GRID_CELL_PLAIN;
    }

  /* the value of a string stands for its paragraphs where there are none */
  g_string_append (shown, book->n_paragraphs == 0 && book->value != NULL ? book->value : book->text->str);

  return BALANCE_GRID_CELL_PLAIN;
}

static void
end_cell (Book *book)
{
  /* what lies below a merged cell nobody sees */
  if (!book->covered)
    {
      Cell cell = { .kind = (guint8) show_cell (book), .start = book->texts->len, .length = book->shown->len };

      if (cell.length > 0 && book->column + book->repeat - 1 > BALANCE_MAX_COLUMNS)
        sheet_fault (BALANCE_SHEET_TOO_LARGE, (guint) MIN (book->row, G_MAXINT32), 0, "> %u columns",
                     BALANCE_MAX_COLUMNS);
      if (cell.length > 0)
        {
          cell.column = (guint) book->column;
          cell.repeat = book->repeat;
          g_string_append_len (book->texts, book->shown->str, (gssize) book->shown->len);
          g_array_append_val (book->cells, cell);
        }
    }

  book->in_cell = FALSE;
  book->column += book->repeat - 1;
  g_clear_pointer (&book->type, g_free);
  g_clear_pointer (&book->value, g_free);
  g_clear_pointer (&book->formula, g_free);
}

/* ---- rows */

static void
start_row (Book              *book,
           const SheetXmlTag *tag)
{
  g_autofree char *visibility = sheet_xml_dup (tag, "visibility");

  book->in_row = TRUE;
  book->row++;
  book->column = 0;
  book->row_repeat = get_repeat (tag, "number-rows-repeated");
  book->row_hidden = visibility != NULL && strcmp (visibility, "visible") != 0;
  g_array_set_size (book->cells, 0);
  g_string_truncate (book->texts, 0);
}

static void
end_row (Book *book)
{
  book->in_row = FALSE;
  for (guint i = 0; i < book->row_repeat && book->cells->len > 0; i++)
    {
      sheet_writer_begin_row ((guint) MIN (book->row + i, G_MAXUINT32), book->row_hidden);
      for (guint j = 0; j < book->cells->len; j++)
        {
          const Cell *cell = &g_array_index (book->cells, Cell, j);

          for (guint k = 0; k < cell->repeat; k++)
            sheet_writer_cell (cell->column + k, cell->kind, book->texts->str + cell->start, (gssize) cell->length);
        }
      sheet_writer_end_row ();
    }
  book->row += book->row_repeat - 1;
}

/* ---- texts */

static void
append_text (Book       *book,
             const char *text,
             gsize       length)
{
  for (gsize i = 0; i < length; i++)
    {
      gboolean space = strchr (" \t\r\n", text[i]) != NULL && text[i] != '\0';

      if (!space)
        g_string_append_c (book->text, text[i]);
      else if (!book->after_space)
        g_string_append_c (book->text, ' ');
      book->after_space = space;
    }
}

static void
start_in_cell (Book              *book,
               const char        *name,
               const SheetXmlTag *tag)
{
  if (strcmp (name, "p") == 0)
    {
      if (book->n_paragraphs++ > 0)
        g_string_append_c (book->text, '\n');
      book->in_paragraph = TRUE;
      book->after_space = TRUE;
    }
  else if (book->in_paragraph && strcmp (name, "s") == 0)
    {
      guint n = sheet_xml_get_number (tag, "c", 1, BALANCE_MAX_CELL_LENGTH);

      for (guint i = 0; i < n; i++)
        g_string_append_c (book->text, ' ');
      if (book->text->len > BALANCE_MAX_CELL_LENGTH)
        sheet_fault (BALANCE_SHEET_TOO_LONG, (guint) MIN (book->row, G_MAXINT32),
                     (guint) MIN (book->column, G_MAXINT32), " ");
      book->after_space = FALSE;
    }
  else if (book->in_paragraph && strcmp (name, "tab") == 0)
    {
      g_string_append_c (book->text, '\t');
    }
  else if (book->in_paragraph && strcmp (name, "line-break") == 0)
    {
      g_string_append_c (book->text, '\n');
      book->after_space = TRUE;
    }
  else if (strcmp (name, "annotation") == 0 || strcmp (name, "ruby-text") == 0 || strcmp (name, "table") == 0 ||
           strcmp (name, "frame") == 0 || strcmp (name, "custom-shape") == 0)
    {
      book->skip = 1;
    }
}

/* ---- content.xml */

static void
start_table (Book              *book,
             const SheetXmlTag *tag)
{
  g_autofree char *name = sheet_xml_dup (tag, "name");
  g_autofree char *style = sheet_xml_dup (tag, "style-name");

  book->in_table = TRUE;
  book->row = 0;
  sheet_writer_begin_sheet (name != NULL ? name : "",
                            style != NULL && g_hash_table_contains (book->hidden_styles, style));
}

static void
start_style (Book              *book,
             const char        *name,
             const SheetXmlTag *tag)
{
  if (strcmp (name, "style") == 0)
    {
      g_free (book->style);
      book->style = sheet_xml_dup (tag, "name");
    }
  else if (strcmp (name, "table-properties") == 0 && book->style != NULL)
    {
      g_autofree char *display = sheet_xml_dup (tag, "display");

      if (g_strcmp0 (display, "false") == 0)
        g_hash_table_add (book->hidden_styles, g_strdup (book->style));
    }
}

static void
start_content (gpointer           data,
               const char        *name,
               const SheetXmlTag *tag)
{
  Book *book = data;

  if (book->skip > 0)
    book->skip++;
  else if (book->in_cell)
    start_in_cell (book, name, tag);
  else if (book->in_row && (strcmp (name, "table-cell") == 0 || strcmp (name, "covered-table-cell") == 0))
    start_cell (book, name, tag);
  else if (book->in_table && !book->in_row && strcmp (name, "table-row") == 0)
    start_row (book, tag);
  else if (strcmp (name, "tracked-changes") == 0 || strcmp (name, "shapes") == 0)
    book->skip = 1;
  else if (!book->in_table && strcmp (name, "table") == 0)
    start_table (book, tag);
  else if (!book->in_table)
    start_style (book, name, tag);
}

static void
end_content (gpointer    data,
             const char *name)
{
  Book *book = data;

  if (book->skip > 0)
    {
      book->skip--;
    }
  else if (book->in_cell)
    {
      if (strcmp (name, "p") == 0)
        book->in_paragraph = FALSE;
      else if (strcmp (name, "table-cell") == 0 || strcmp (name, "covered-table-cell") == 0)
        end_cell (book);
    }
  else if (book->in_row)
    {
      if (strcmp (name, "table-row") == 0)
        end_row (book);
    }
  else if (strcmp (name, "table") == 0)
    {
      book->in_table = FALSE;
    }
}

static void
text_content (gpointer    data,
              const char *text,
              gsize       length)
{
  Book *book = data;

  if (book->skip == 0 && book->in_paragraph)
    append_text (book, text, length);
}

void
sheet_read_ods (void)
{
  static const SheetXmlHandler handler = { start_content, end_content, text_content };
  g_autofree char *manifest = sheet_xml_read_part ("META-INF/manifest.xml", 1 << 20);
  Book book = { 0 };

  if (manifest != NULL && strstr (manifest, "encryption-data") != NULL)
    sheet_fault (BALANCE_SHEET_ENCRYPTED, 0, 0, "ODS");

  book.hidden_styles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  book.cells = g_array_new (FALSE, FALSE, sizeof (Cell));
  book.texts = g_string_new (NULL);
  book.text = g_string_new (NULL);
  book.shown = g_string_new (NULL);

  sheet_writer_begin ("ODS");
  if (!sheet_xml_parse ("content.xml", &handler, &book))
    sheet_fault (BALANCE_SHEET_DAMAGED, 0, 0, "content.xml");
  sheet_writer_end ();
}
