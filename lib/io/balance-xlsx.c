/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-xlsx-private.h"

#include <balance/balance.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "base/balance-decimal-private.h"

#define MAX_CELL    32000   /* characters; a workbook allows 32,767 */
#define MAX_CHOICES 255     /* characters of a list of choices with its commas */
#define MAX_SHEET   31
#define MAX_HINT    255

struct _BalanceXlsx
{
  BalanceLanguage  language;
  char            *directory;     /* of our own */
  char            *path;
  lxw_workbook    *book;          /* NULL when it is written */
  GHashTable      *formats;       /* "kind shade decimals" -> lxw_format */
  GHashTable      *names;         /* of sheets */
};

const char *
balance_xlsx_shade_colour (BalanceXlsxShade shade)
{
  static const char *const colours[] = { NULL, "FFC7CE", "FFEB9C", "D9D9D9", "E2EFDA", "F2F2F2" };

  return colours[shade];
}

static void
remove_files (BalanceXlsx *self)
{
  if (self->path != NULL)
    g_unlink (self->path);
  if (self->directory != NULL)
    g_rmdir (self->directory);
}

/* libxlsxwriter prints numbers with the decimal point of the locale, and all of it when the book is closed. */
static lxw_error
close_book (BalanceXlsx *self)
{
  locale_t plain = newlocale (LC_ALL_MASK, "C", (locale_t) 0);
  locale_t before = plain != (locale_t) 0 ? uselocale (plain) : (locale_t) 0;
  lxw_error code = balance_lxw->workbook_close (self->book);

  self->book = NULL;
  if (plain != (locale_t) 0)
    {
      uselocale (before);
      freelocale (plain);
    }

  return code;
}

void
balance_xlsx_free (BalanceXlsx *self)
{
  if (self == NULL)
    return;

  if (self->book != NULL)
    close_book (self);
  remove_files (self);
  g_hash_table_unref (self->formats);
  g_hash_table_unref (self->names);
  g_free (self->directory);
  g_free (self->path);
  g_free (self);
}

BalanceXlsx *
balance_xlsx_new (BalanceLanguage   language,
                  const char       *title,
                  const char       *date,
                  GError          **error)
{
  g_autoptr(BalanceXlsx) self = g_new0 (BalanceXlsx, 1);
  lxw_workbook_options options = { 0 };
  lxw_doc_properties properties = { 0 };
  g_autofree char *valid = g_utf8_make_valid (title, -1);
  gint32 days;

  self->formats = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->language = language;
  if (!balance_lxw_load (error))
    return NULL;
  self->directory = g_dir_make_tmp ("balance-XXXXXX", error);
  if (self->directory == NULL)
    return NULL;
  self->path = g_build_filename (self->directory, "book.xlsx", NULL);

  options.tmpdir = self->directory;
  self->book = balance_lxw->workbook_new_opt (self->path, &options);
  if (self->book == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot begin a workbook in %s\n无法在%s中建立工作簿",
                   self->directory, self->directory);
      return NULL;
    }

  /* the day before the epoch began cannot be stored; the present time would make every file another one */
  properties.created = 86400;
  if (date != NULL && balance_date_parse (date, -1, &days) && days > 0)
    properties.created = (time_t) days * 86400;
  properties.title = valid;
  properties.comments = (char *) "libbalance " BALANCE_VERSION_S;
  balance_lxw->workbook_set_properties (self->book, &properties);

  return g_steal_pointer (&self);
}

/* What the text of a cell cannot hold becomes something that it can. `max` in characters. */
static char *
make_text (const char *text,
           glong       max)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *result;

  if (g_utf8_strlen (valid, -1) > max)
    {
      g_autofree char *start = g_utf8_substring (valid, 0, max - 1);

      g_free (valid);
      valid = g_strconcat (start, "…", NULL);
    }

  result = g_string_sized_new (strlen (valid));
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if ((g_unichar_iscntrl (c) && c != '\n' && c != '\t') || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
          c == 0xfffe || c == 0xffff)
        g_string_append (result, "\357\277\275");
      else
        g_string_append_unichar (result, c);
    }

  return g_string_free (result, FALSE);
}

lxw_worksheet *
balance_xlsx_add_sheet (BalanceXlsx *self,
                        const char  *name)
{
  g_autofree char *plain = make_text (name, MAX_SHEET);
  char *unique;

  g_strdelimit (plain, "[]:*?/\\'\n\t", '_');
  unique = g_strdup (*plain == '\0' ? "_" : plain);
  for (guint i = 2; g_hash_table_contains (self->names, unique); i++)
    {
      g_autofree char *number = g_strdup_printf (" (%u)", i);
      g_autofree char *start = g_utf8_substring (plain, 0, MIN (g_utf8_strlen (plain, -1), MAX_SHEET - (glong) strlen (number)));

      g_free (unique);
      unique = g_strconcat (start, number, NULL);
    }
  g_hash_table_add (self->names, unique);

  return balance_lxw->workbook_add_worksheet (self->book, unique);
}

static void
shade_format (lxw_format       *format,
              BalanceXlsxShade  shade)
{
  const char *colour = balance_xlsx_shade_colour (shade);

  if (colour == NULL)
    return;

  balance_lxw->format_set_pattern (format, LXW_PATTERN_SOLID);
  /* a solid pattern is drawn in its foreground colour */
  balance_lxw->format_set_bg_color (format, (lxw_color_t) g_ascii_strtoull (colour, NULL, 16));
}

static void
set_number_format (lxw_format *format,
                   int         decimals)
{
  g_autoptr(GString) text = g_string_new ("0");

  if (decimals < 0)
    return;
  for (int i = 0; i < decimals; i++)
    g_string_append (text, i == 0 ? ".0" : "0");
  balance_lxw->format_set_num_format (format, text->str);
}

lxw_format *
balance_xlsx_format (BalanceXlsx      *self,
                     BalanceXlsxKind   kind,
                     BalanceXlsxShade  shade,
                     int               decimals)
{
  g_autofree char *key = g_strdup_printf ("%d %d %d", (int) kind, (int) shade, decimals);
  lxw_format *format = g_hash_table_lookup (self->formats, key);
  gboolean zh = self->language == BALANCE_LANGUAGE_ZH;

  if (format != NULL)
    return format;

  format = balance_lxw->workbook_add_format (self->book);
  g_hash_table_insert (self->formats, g_steal_pointer (&key), format);
  balance_lxw->format_set_font_name (format, zh ? "宋体" : "Arial");
  balance_lxw->format_set_font_size (format, 10);
  balance_lxw->format_set_align (format, LXW_ALIGN_VERTICAL_CENTER);
  balance_lxw->format_set_text_wrap (format);
  if (kind >= BALANCE_XLSX_HEADER)
    balance_lxw->format_set_border (format, LXW_BORDER_THIN);
  shade_format (format, shade);

  switch (kind)
    {
    case BALANCE_XLSX_TITLE:
      balance_lxw->format_set_font_name (format, zh ? "黑体" : "Arial");
      balance_lxw->format_set_font_size (format, 16);
      balance_lxw->format_set_align (format, LXW_ALIGN_CENTER);
      if (!zh)
        balance_lxw->format_set_bold (format);
      break;

    case BALANCE_XLSX_HEADER:
      balance_lxw->format_set_bold (format);
      balance_lxw->format_set_align (format, LXW_ALIGN_CENTER);
      break;

    case BALANCE_XLSX_CENTRE:
      balance_lxw->format_set_align (format, LXW_ALIGN_CENTER);
      break;

    case BALANCE_XLSX_NUMBER:
      balance_lxw->format_set_align (format, LXW_ALIGN_RIGHT);
      set_number_format (format, decimals);
      break;

    case BALANCE_XLSX_CODE:
      balance_lxw->format_set_num_format (format, "@");
      break;

    case BALANCE_XLSX_DATE:
      balance_lxw->format_set_align (format, LXW_ALIGN_CENTER);
      balance_lxw->format_set_num_format (format, "yyyy-mm-dd");
      break;

    case BALANCE_XLSX_NOTE:
      balance_lxw->format_set_align (format, LXW_ALIGN_VERTICAL_TOP);
      balance_lxw->format_set_font_size (format, 9);
      break;

    case BALANCE_XLSX_PLAIN:
    case BALANCE_XLSX_ABOVE:
    case BALANCE_XLSX_TEXT:
    default:
      break;
    }

  return format;
}

void
balance_xlsx_text (BalanceXlsx   *self,
                   lxw_worksheet *sheet,
                   guint          row,
                   guint          column,
                   const char    *text,
                   lxw_format    *format)
{
  g_autofree char *plain = NULL;

  if (text == NULL || *text == '\0')
    {
      balance_lxw->worksheet_write_blank (sheet, row, (lxw_col_t) column, format);
      return;
    }

  plain = make_text (text, MAX_CELL);
  balance_lxw->worksheet_write_string (sheet, row, (lxw_col_t) column, plain, format);
}

void
balance_xlsx_digits (BalanceXlsx   *self,
                     lxw_worksheet *sheet,
                     guint          row,
                     guint          column,
                     const char    *digits,
                     lxw_format    *format)
{
  char *end = NULL;
  double number = digits == NULL ? 0.0 : g_ascii_strtod (digits, &end);

  if (digits == NULL || end == digits || *end != '\0')
    balance_xlsx_text (self, sheet, row, column, digits, format);
  else
    balance_lxw->worksheet_write_number (sheet, row, (lxw_col_t) column, number, format);
}

void
balance_xlsx_merge (BalanceXlsx   *self,
                    lxw_worksheet *sheet,
                    guint          top,
                    guint          left,
                    guint          bottom,
                    guint          right,
                    const char    *text,
                    lxw_format    *format)
{
  if (top != bottom || left != right)
    balance_lxw->worksheet_merge_range (sheet, top, (lxw_col_t) left, bottom, (lxw_col_t) right, "", format);
  balance_xlsx_text (self, sheet, top, left, text, format);
}

void
balance_xlsx_comment (BalanceXlsx   *self,
                      lxw_worksheet *sheet,
                      guint          row,
                      guint          column,
                      const char    *text)
{
  g_autofree char *plain = make_text (text, MAX_CELL);
  lxw_comment_options options = { .author = (char *) "libbalance", .font_size = 9, .width = 300 };

  options.height = (guint16) (20 + 14 * balance_xlsx_lines (plain, 48));
  balance_lxw->worksheet_write_comment_opt (sheet, row, (lxw_col_t) column, plain, &options);
}

void
balance_xlsx_choices (BalanceXlsx       *self,
                      lxw_worksheet     *sheet,
                      guint              top,
                      guint              left,
                      guint              bottom,
                      guint              right,
                      const char *const *choices)
{
  lxw_data_validation validation = { .validate = LXW_VALIDATION_TYPE_LIST };
  glong length = 0;
  gboolean zh = self->language == BALANCE_LANGUAGE_ZH;

  for (guint i = 0; choices[i] != NULL; i++)
    {
      length += g_utf8_strlen (choices[i], -1) + 1;
      /* the comma separates, and quotes would have to be doubled */
      if (strpbrk (choices[i], ",\"") != NULL)
        return;
    }
  if (length == 0 || length - 1 > MAX_CHOICES)
    return;

  validation.value_list = (char **) choices;
  validation.error_title = (char *) (zh ? "取值不符" : "Not one of the choices");
  validation.error_message = (char *) (zh ? "请从下拉列表中选择；未知的请留空。" : "Please choose from the list; leave the cell empty where it is not known.");
  balance_lxw->worksheet_data_validation_range (sheet, top, (lxw_col_t) left, bottom, (lxw_col_t) right, &validation);
}

void
balance_xlsx_print (BalanceXlsx   *self,
                    lxw_worksheet *sheet,
                    guint          header_top,
                    guint          header_bottom)
{
  balance_lxw->worksheet_set_paper (sheet, 9);   /* A4 */
  balance_lxw->worksheet_set_landscape (sheet);
  balance_lxw->worksheet_fit_to_pages (sheet, 1, 0);
  balance_lxw->worksheet_set_margins (sheet, 0.4, 0.4, 0.6, 0.6);
  balance_lxw->worksheet_center_horizontally (sheet);
  balance_lxw->worksheet_repeat_rows (sheet, header_top, header_bottom);
  balance_lxw->worksheet_set_footer (sheet, self->language == BALANCE_LANGUAGE_ZH ? "&C第 &P 页，共 &N 页" : "&CPage &P of &N");
}

guint
balance_xlsx_lines (const char *text,
                    double      width)
{
  guint lines = 0;

  for (const char *line = text; line != NULL; line = strchr (line, '\n') != NULL ? strchr (line, '\n') + 1 : NULL)
    {
      const char *end = strchr (line, '\n');
      g_autofree char *part = end != NULL ? g_strndup (line, (gsize) (end - line)) : g_strdup (line);
      /* lines break before they are full */
      double room = MAX (1.0, width - 1.0);

      lines += MAX (1, (guint) ((balance_text_width (part) + room - 0.5) / room));
    }

  return lines;
}

gboolean
balance_xlsx_finish (BalanceXlsx    *self,
                     GOutputStream  *stream,
                     GCancellable   *cancellable,
                     GError        **error)
{
  g_autoptr(GFile) file = g_file_new_for_path (self->path);
  g_autoptr(GFileInputStream) input = NULL;
  lxw_error code;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  code = close_book (self);
  if (code != LXW_NO_ERROR)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the workbook could not be written: %s\n无法写出工作簿：%s",
                   balance_lxw->lxw_strerror (code), balance_lxw->lxw_strerror (code));
      return FALSE;
    }

  input = g_file_read (file, cancellable, error);

  return input != NULL && g_output_stream_splice (stream, G_INPUT_STREAM (input), G_OUTPUT_STREAM_SPLICE_NONE, cancellable, error) >= 0;
}
