/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* XLSX (and XLSM), from the parts themselves: OGR's driver gives the stored text of each cell, but neither percent
 * nor times of day, nor which text is a date, an error or a formula that was never computed; it knows no merged
 * regions, hidden rows or hidden sheets, and drops empty sheets. */

#include "sheet-formats.h"

#include <string.h>

#include "sheet-number.h"
#include "sheet-writer.h"
#include "sheet-xml.h"

typedef struct
{
  char     *id;
  char     *name;
  gboolean  hidden;
} Sheet;

typedef struct
{
  char *type;
  char *part;
} Relation;

typedef struct
{
  gboolean    is_workbook;
  gboolean    from_1904;
  GPtrArray  *sheets;           /* of Sheet */
  char       *directory;        /* of the workbook part */
  GHashTable *relations;        /* id -> Relation */

  /* styles */
  gboolean    in_formats, in_cell_formats;
  GHashTable *codes;            /* number of a format -> SheetFormat */
  GArray     *formats;          /* guint8 SheetFormat of each cell format */

  /* shared strings */
  GString    *strings;
  GArray     *starts;           /* gsize, one more than there are strings */

  /* text of a string */
  gboolean    in_text;
  guint       in_phonetic;

  /* the sheet */
  gboolean    in_data, in_row, in_cell, in_inline, in_value, in_formula;
  guint       row, column;
  guint       style;
  char        type[12];
  gboolean    has_formula, has_value;
  GString    *text, *formula, *shown;
  GHashTable *shared_formulas;  /* text of si -> formula */
  char       *shared;
} Book;

static void
ignore_end (gpointer    data,
            const char *name)
{
}

static void
ignore_text (gpointer    data,
             const char *text,
             gsize       length)
{
}

/* ---- relations */

static void
relation_free (gpointer data)
{
  Relation *relation = data;

  g_free (relation->type);
  g_free (relation->part);
  g_free (relation);
}

/* A target is relative to the directory of the part that names it, or begins at the root. */
static char *
resolve (const char *directory,
         const char *target)
{
  g_autofree char *joined = *target == '/' ? g_strdup (target) : g_strconcat ("/", directory, "/", target, NULL);
  g_autofree char *whole = g_canonicalize_filename (joined, "/");

  return g_strdup (whole + 1);
}

static void
start_relation (gpointer           data,
                const char        *name,
                const SheetXmlTag *tag)
{
  Book *book = data;
  g_autofree char *id = sheet_xml_dup (tag, "Id");
  g_autofree char *type = sheet_xml_dup (tag, "Type");
  g_autofree char *target = sheet_xml_dup (tag, "Target");
  g_autofree char *mode = sheet_xml_dup (tag, "TargetMode");
  Relation *relation;

  if (strcmp (name, "Relationship") != 0 || id == NULL || type == NULL || target == NULL ||
      g_strcmp0 (mode, "External") == 0)
    return;

  relation = g_new0 (Relation, 1);
  relation->type = g_strdup (strrchr (type, '/') != NULL ? strrchr (type, '/') + 1 : type);
  relation->part = resolve (book->directory, target);
  g_hash_table_replace (book->relations, g_steal_pointer (&id), relation);
}

static void
read_relations (Book       *book,
                const char *part)
{
  static const SheetXmlHandler handler = { start_relation, ignore_end, ignore_text };
  g_autofree char *base = g_path_get_basename (part);
  g_autofree char *path = NULL;

  g_free (book->directory);
  book->directory = g_path_get_dirname (part);
  if (strcmp (book->directory, ".") == 0)
    book->directory[0] = '\0';
  path = g_strdup_printf ("%s%s_rels/%s.rels", book->directory, *book->directory != '\0' ? "/" : "", base);
  if (!sheet_xml_parse (path, &handler, book))
    sheet_fault (BALANCE_SHEET_DAMAGED, 0, 0, "%s", path);
}

static const char *
find_relation (Book       *book,
               const char *type)
{
  GHashTableIter iter;
  gpointer relation;

  g_hash_table_iter_init (&iter, book->relations);
  while (g_hash_table_iter_next (&iter, NULL, &relation))
    if (strcmp (((Relation *) relation)->type, type) == 0)
      return ((Relation *) relation)->part;

  return NULL;
}

/* ---- workbook */

static void
start_workbook (gpointer           data,
                const char        *name,
                const SheetXmlTag *tag)
{
  Book *book = data;

  if (strcmp (name, "workbook") == 0)
    {
      book->is_workbook = TRUE;
    }
  else if (strcmp (name, "workbookPr") == 0)
    {
      book->from_1904 = sheet_xml_get_flag (tag, "date1904");
    }
  else if (strcmp (name, "sheet") == 0)
    {
      Sheet *sheet = g_new0 (Sheet, 1);
      g_autofree char *state = sheet_xml_dup (tag, "state");

      sheet->id = sheet_xml_dup (tag, "id");
      sheet->name = sheet_xml_dup (tag, "name");
      sheet->hidden = state != NULL && strcmp (state, "visible") != 0;
      g_ptr_array_add (book->sheets, sheet);
    }
}

/* ---- styles */

static void
start_style (gpointer           data,
             const char        *name,
             const SheetXmlTag *tag)
{
  Book *book = data;

  if (strcmp (name, "numFmts") == 0)
    {
      book->in_formats = TRUE;
    }
  else if (strcmp (name, "cellXfs") == 0)
    {
      book->in_cell_formats = TRUE;
    }
  else if (book->in_formats && strcmp (name, "numFmt") == 0)
    {
      guint id = sheet_xml_get_number (tag, "numFmtId", 0, G_MAXINT);
      g_autofree char *code = sheet_xml_dup (tag, "formatCode");

      if (code != NULL)
        g_hash_table_insert (book->codes, GUINT_TO_POINTER (id), GUINT_TO_POINTER (sheet_format_parse (code)));
    }
  else if (book->in_cell_formats && strcmp (name, "xf") == 0)
    {
      guint id = sheet_xml_get_number (tag, "numFmtId", 0, G_MAXINT);
      gpointer found;
      guint8 format;

      if (g_hash_table_lookup_extended (book->codes, GUINT_TO_POINTER (id), NULL, &found))
        format = (guint8) GPOINTER_TO_UINT (found);
      else
        format = (guint8) sheet_format_builtin (id);
      g_array_append_val (book->formats, format);
    }
}

static void
end_style (gpointer    data,
           const char *name)
{
  Book *book = data;

  if (strcmp (name, "numFmts") == 0)
    book->in_formats = FALSE;
  else if (strcmp (name, "cellXfs") == 0)
    book->in_cell_formats = FALSE;
}

/* ---- texts: runs of rich text are joined, phonetic guides left out */

static void
start_text (Book       *book,
            const char *name)
{
  if (strcmp (name, "rPh") == 0)
    book->in_phonetic++;
  else if (strcmp (name, "t") == 0)
    book->in_text = book->in_phonetic == 0;
}

static void
end_text (Book       *book,
          const char *name)
{
  if (strcmp (name, "rPh") == 0 && book->in_phonetic > 0)
    book->in_phonetic--;
  else if (strcmp (name, "t") == 0)
    book->in_text = FALSE;
}

/* Characters that XML cannot hold stand as _xHHHH_; and Excel's line ends are LF. */
static void
unescape (GString *string,
          gsize    start)
{
  char *from = string->str + start, *to = from;
  const char *end = string->str + string->len;

  while (from < end)
    {
      if (*from == '_' && end - from >= 7 && from[1] == 'x' && from[6] == '_' &&
          g_ascii_isxdigit (from[2]) && g_ascii_isxdigit (from[3]) && g_ascii_isxdigit (from[4]) &&
          g_ascii_isxdigit (from[5]))
        {
          gunichar c = (gunichar) g_ascii_strtoull (((char[]) { from[2], from[3], from[4], from[5], '\0' }), NULL, 16);

          if (c != 0 && g_unichar_validate (c))
            {
              to += g_unichar_to_utf8 (c, to);
              from += 7;
              continue;
            }
        }
      *to++ = *from++;
    }
  g_string_truncate (string, (gsize) (to - string->str));

  from = to = string->str + start;
  end = string->str + string->len;
  while (from < end)
    {
      if (*from == '\r' && from + 1 < end && from[1] == '\n')
        from++;
      *to++ = *from++;
    }
  g_string_truncate (string, (gsize) (to - string->str));
}

static void
start_shared (gpointer           data,
              const char        *name,
              const SheetXmlTag *tag)
{
  start_text (data, name);
}

static void
end_shared (gpointer    data,
            const char *name)
{
  Book *book = data;

  end_text (book, name);
  if (strcmp (name, "si") == 0)
    {
      gsize start = g_array_index (book->starts, gsize, book->starts->len - 1);

      unescape (book->strings, start);
      g_array_append_val (book->starts, book->strings->len);
      book->in_phonetic = 0;
    }
}

static void
text_shared (gpointer    data,
             const char *text,
             gsize       length)
{
  Book *book = data;

  if (book->in_text)
    g_string_append_len (book->strings, text, (gssize) length);
}

/* ---- sheets */

/* "AB12": 28 and 12; 0 where a part is missing. Both stay within what 31 bits hold. */
static const char *
parse_reference (const char *text,
                 guint      *column,
                 guint      *row)
{
  guint64 c = 0, r = 0;

  for (; g_ascii_isalpha (*text); text++)
    c = MIN (c * 26 + (guint64) (g_ascii_toupper (*text) - 'A' + 1), G_MAXINT32);
  for (; g_ascii_isdigit (*text); text++)
    r = MIN (r * 10 + (guint64) (*text - '0'), G_MAXINT32);
  *column = (guint) c;
  *row = (guint) r;

  return text;
}

static void
start_row (Book              *book,
           const SheetXmlTag *tag)
{
  guint row = sheet_xml_get_number (tag, "r", book->row + 1, G_MAXINT32);

  book->in_row = TRUE;
  book->row = row;
  book->column = 0;
  sheet_writer_begin_row (row, sheet_xml_get_flag (tag, "hidden"));
}

static void
start_cell (Book              *book,
            const SheetXmlTag *tag)
{
  g_autofree char *reference = sheet_xml_dup (tag, "r");
  g_autofree char *type = sheet_xml_dup (tag, "t");
  guint row, column = 0;

  book->in_cell = TRUE;
  book->has_formula = book->has_value = FALSE;
  g_string_truncate (book->text, 0);
  g_string_truncate (book->formula, 0);
  if (reference != NULL)
    parse_reference (reference, &column, &row);
  book->column = column > 0 ? column : book->column + 1;
  book->style = sheet_xml_get_number (tag, "s", 0, G_MAXINT32);
  g_strlcpy (book->type, type != NULL ? type : "n", sizeof book->type);
}

static void
start_formula (Book              *book,
               const SheetXmlTag *tag)
{
  g_autofree char *type = sheet_xml_dup (tag, "t");

  book->in_formula = TRUE;
  book->has_formula = TRUE;
  g_clear_pointer (&book->shared, g_free);
  if (g_strcmp0 (type, "shared") == 0)
    book->shared = sheet_xml_dup (tag, "si");
}

static void
end_formula (Book *book)
{
  book->in_formula = FALSE;
  if (book->shared == NULL)
    return;

  /* the first cell of a shared formula holds its text */
  if (book->formula->len > 0)
    g_hash_table_replace (book->shared_formulas, g_strdup (book->shared), g_strdup (book->formula->str));
  else if (g_hash_table_contains (book->shared_formulas, book->shared))
    g_string_assign (book->formula, g_hash_table_lookup (book->shared_formulas, book->shared));
}

static void
read_merge (const SheetXmlTag *tag)
{
  g_autofree char *reference = sheet_xml_dup (tag, "ref");
  BalanceGridMerge merge;
  const char *rest;

  if (reference == NULL)
    return;
  rest = parse_reference (reference, &merge.left, &merge.top);
  if (*rest != ':')
    return;
  parse_reference (rest + 1, &merge.right, &merge.bottom);
  if (merge.left == 0 || merge.top == 0 || merge.right < merge.left || merge.bottom < merge.top ||
      merge.right > BALANCE_MAX_COLUMNS)
    sheet_fault (BALANCE_SHEET_DAMAGED, merge.top, merge.left, "mergeCell %s", reference);

  sheet_writer_merge (merge.top, merge.left, merge.bottom, merge.right);
}

static void
start_sheet (gpointer           data,
             const char        *name,
             const SheetXmlTag *tag)
{
  Book *book = data;

  if (book->in_cell)
    {
      if (strcmp (name, "v") == 0)
        book->in_value = book->has_value = TRUE;
      else if (strcmp (name, "f") == 0)
        start_formula (book, tag);
      else if (strcmp (name, "is") == 0)
        book->in_inline = book->has_value = TRUE;
      else if (book->in_inline)
        start_text (book, name);
    }
  else if (book->in_row)
    {
      if (strcmp (name, "c") == 0)
        start_cell (book, tag);
    }
  else if (book->in_data)
    {
      if (strcmp (name, "row") == 0)
        start_row (book, tag);
    }
  else if (strcmp (name, "sheetData") == 0)
    {
      book->in_data = TRUE;
    }
  else if (strcmp (name, "mergeCell") == 0)
    {
      read_merge (tag);
    }
}

static void
write_shared (Book *book)
{
  guint64 index;
  gsize start;

  if (!g_ascii_string_to_unsigned (g_strstrip (book->text->str), 10, 0, G_MAXUINT32, &index, NULL) ||
      index + 1 >= book->starts->len)
    sheet_fault (BALANCE_SHEET_DAMAGED, book->row, book->column, "shared string %s", book->text->str);

  start = g_array_index (book->starts, gsize, index);
  sheet_writer_cell (book->column, BALANCE_GRID_CELL_PLAIN, book->strings->str + start,
                     (gssize) (g_array_index (book->starts, gsize, index + 1) - start));
}

static void
write_number (Book *book)
{
  SheetFormat format = SHEET_FORMAT_PLAIN;
  BalanceGridCellKind kind;

  if (book->style < book->formats->len)
    format = g_array_index (book->formats, guint8, book->style);
  g_string_truncate (book->shown, 0);
  kind = sheet_number_show (book->shown, g_strstrip (book->text->str), format, book->from_1904);
  sheet_writer_cell (book->column, kind, book->shown->str, (gssize) book->shown->len);
}

static void
end_cell (Book *book)
{
  const char *type = book->type;

  book->in_cell = FALSE;
  if (book->has_formula && (!book->has_value || (book->text->len == 0 && strcmp (type, "str") != 0)))
    {
      g_string_prepend_c (book->formula, '=');
      sheet_writer_cell (book->column, BALANCE_GRID_CELL_UNCOMPUTED, book->formula->str, (gssize) book->formula->len);
    }
  else if (book->text->len == 0)
    {
      return;
    }
  else if (strcmp (type, "s") == 0)
    {
      write_shared (book);
    }
  else if (strcmp (type, "n") == 0)
    {
      write_number (book);
    }
  else if (strcmp (type, "b") == 0)
    {
      sheet_writer_cell (book->column, BALANCE_GRID_CELL_PLAIN,
                         strcmp (book->text->str, "0") == 0 ? "FALSE" : "TRUE", -1);
    }
  else if (strcmp (type, "e") == 0)
    {
      sheet_writer_cell (book->column, BALANCE_GRID_CELL_ERROR, book->text->str, (gssize) book->text->len);
    }
  else if (strcmp (type, "d") == 0)
    {
      gsize day = strlen ("2024-09-01");

      if (g_str_has_prefix (book->text->str + MIN (day, book->text->len), "T00:00:00"))
        g_string_truncate (book->text, day);
      sheet_writer_cell (book->column, BALANCE_GRID_CELL_DATE, book->text->str, (gssize) book->text->len);
    }
  else
    {
      unescape (book->text, 0);
      sheet_writer_cell (book->column, BALANCE_GRID_CELL_PLAIN, book->text->str, (gssize) book->text->len);
    }
}

static void
end_sheet (gpointer    data,
           const char *name)
{
  Book *book = data;

  if (book->in_cell)
    {
      if (strcmp (name, "c") == 0)
        end_cell (book);
      else if (strcmp (name, "v") == 0)
        book->in_value = FALSE;
      else if (strcmp (name, "f") == 0)
        end_formula (book);
      else if (strcmp (name, "is") == 0)
        book->in_inline = FALSE;
      else if (book->in_inline)
        end_text (book, name);
    }
  else if (book->in_row)
    {
      if (strcmp (name, "row") == 0)
        {
          book->in_row = FALSE;
          sheet_writer_end_row ();
        }
    }
  else if (strcmp (name, "sheetData") == 0)
    {
      book->in_data = FALSE;
    }
}

static void
text_sheet (gpointer    data,
            const char *text,
            gsize       length)
{
  Book *book = data;

  if (book->in_formula)
    g_string_append_len (book->formula, text, (gssize) length);
  else if (book->in_value || (book->in_inline && book->in_text))
    g_string_append_len (book->text, text, (gssize) length);
}

static void
read_sheet (Book        *book,
            const Sheet *sheet)
{
  static const SheetXmlHandler handler = { start_sheet, end_sheet, text_sheet };
  const Relation *relation = sheet->id != NULL ? g_hash_table_lookup (book->relations, sheet->id) : NULL;

  /* sheets of charts and dialogues have no cells */
  if (relation != NULL && strcmp (relation->type, "worksheet") != 0)
    return;

  sheet_writer_begin_sheet (sheet->name != NULL ? sheet->name : "", sheet->hidden);
  book->row = 0;
  book->in_phonetic = 0;
  g_hash_table_remove_all (book->shared_formulas);
  if (relation == NULL || !sheet_xml_parse (relation->part, &handler, book))
    sheet_fault (BALANCE_SHEET_DAMAGED, 0, 0, "%s", relation != NULL ? relation->part : "r:id");
}

void
sheet_read_xlsx (const char *workbook_part)
{
  static const SheetXmlHandler workbook_handler = { start_workbook, ignore_end, ignore_text };
  static const SheetXmlHandler style_handler = { start_style, end_style, ignore_text };
  static const SheetXmlHandler shared_handler = { start_shared, end_shared, text_shared };
  Book book = { 0 };
  const char *styles, *strings;
  gsize zero = 0;

  book.sheets = g_ptr_array_new ();
  book.relations = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, relation_free);
  book.codes = g_hash_table_new (NULL, NULL);
  book.formats = g_array_new (FALSE, FALSE, sizeof (guint8));
  book.strings = g_string_new (NULL);
  book.starts = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_array_append_val (book.starts, zero);
  book.text = g_string_new (NULL);
  book.formula = g_string_new (NULL);
  book.shown = g_string_new (NULL);
  book.shared_formulas = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  if (!sheet_xml_parse (workbook_part, &workbook_handler, &book) || !book.is_workbook)
    sheet_fault (BALANCE_SHEET_UNKNOWN, 0, 0, "%s", workbook_part);
  read_relations (&book, workbook_part);
  styles = find_relation (&book, "styles");
  if (styles != NULL && !sheet_xml_parse (styles, &style_handler, &book))
    sheet_fault (BALANCE_SHEET_DAMAGED, 0, 0, "%s", styles);
  strings = find_relation (&book, "sharedStrings");
  if (strings != NULL && !sheet_xml_parse (strings, &shared_handler, &book))
    sheet_fault (BALANCE_SHEET_DAMAGED, 0, 0, "%s", strings);

  sheet_writer_begin ("XLSX");
  for (guint i = 0; i < book.sheets->len; i++)
    read_sheet (&book, book.sheets->pdata[i]);
  sheet_writer_end ();
}
