/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "report/balance-layout-private.h"

#define LABEL_WIDTH 12
#define GAP 2

void
balance_layout_init (BalanceLayout   *self,
                     BalanceLanguage  language,
                     gboolean         colour)
{
  self->text = g_string_new (NULL);
  self->language = language;
  self->colour = colour;
}

char *
balance_layout_end (BalanceLayout *self)
{
  return g_string_free (g_steal_pointer (&self->text), FALSE);
}

const char *
balance_layout_word (BalanceLayout *self,
                     const char    *en,
                     const char    *zh)
{
  return self->language == BALANCE_LANGUAGE_ZH ? zh : en;
}

void
balance_layout_blank (BalanceLayout *self)
{
  g_string_append_c (self->text, '\n');
}

/* How much of a text is printable as it stands, as nearly all is: ASCII, Chinese characters and their marks. */
static gsize
count_plain (const char *text)
{
  const guchar *p = (const guchar *) text;

  while (TRUE)
    {
      if ((*p >= ' ' && *p <= '~') || *p == '\n')
        p++;
      else if (((*p >= 0xe3 && *p <= 0xec) || *p == 0xef) && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80)
        p += 3;
      /* other marks, such as of comparisons, but those that turn the direction of writing */
      else if (*p == 0xe2 && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80 && ((p[1] == 0x80 && p[2] < 0xaa) || p[1] > 0x81))
        p += 3;
      else
        return (gsize) ((const char *) p - text);
    }
}

/* Names and cells come from files: what would move the cursor, start an escape sequence or turn the
 * direction of writing becomes a replacement character. Where nothing does, the text itself; `made` is to be freed. */
static const char *
make_printable (const char  *text,
                char       **made)
{
  g_autofree char *valid = NULL;
  gsize n_plain;
  GString *result;

  *made = NULL;
  if (text == NULL)
    return "";
  n_plain = count_plain (text);
  if (text[n_plain] == '\0')
    return text;

  valid = g_utf8_make_valid (text + n_plain, -1);
  result = g_string_sized_new (n_plain + strlen (valid));
  g_string_append_len (result, text, (gssize) n_plain);
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\t')
        g_string_append_c (result, ' ');
      else if ((g_unichar_iscntrl (c) && c != '\n') || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
        g_string_append (result, "\357\277\275");
      else
        g_string_append_len (result, p, g_utf8_next_char (p) - p);
    }

  return *made = g_string_free (result, FALSE);
}

static gboolean
is_one_of (gunichar    c,
           const char *characters)
{
  /* no mark is a Chinese character */
  return (c < 0x4e00 || c > 0x9fff) && g_utf8_strchr (characters, -1, c) != NULL;
}

/* `word` is the last character up to `before` that is no blank. */
static gboolean
can_break_between (gunichar word,
                   gunichar before,
                   gunichar after)
{
  /* A number keeps its unit, a comparison its limit. */
  if (before == ' ')
    return after != ' ' && !(g_unichar_isdigit (word) && (g_unichar_isalpha (after) || after == '%')) && !is_one_of (word, "≥≤<>");
  if (balance_character_width (before) != 2 && balance_character_width (after) != 2)
    return FALSE;

  return !is_one_of (after, "，。；：、？！）》」』〔〕】”’…,.;:)]}%") && !is_one_of (before, "（《「『〔【“‘([{");
}

/* The end of the line that begins at `start`, and where the next one begins. */
static const char *
find_line_end (const char  *start,
               guint        width,
               const char **next)
{
  const char *end = NULL, *after = NULL;
  gunichar before = 0, seen = 0;
  guint used = 0;

  for (const char *p = start; ; p = g_utf8_next_char (p))
    {
      gunichar c = *p == '\0' ? 0 : g_utf8_get_char (p);

      if (c == 0 || c == '\n')
        {
          *next = c == 0 ? NULL : p + 1;
          return p;
        }
      if (p > start && can_break_between (seen, before, c))
        {
          end = after = p;
          while (end > start && end[-1] == ' ')
            end--;
        }

      used += balance_character_width (c);
      if (used > width && c != ' ' && p > start)
        {
          /* A word that is longer than the line is cut. */
          if (end == NULL || end == start)
            end = after = p;
          *next = after;
          return end;
        }
      before = c;
      if (c != ' ')
        seen = c;
    }
}

typedef struct
{
  const char *start;
  gsize       length;
  guint       width;
} Line;

/* A text in lines. Most have one. */
typedef struct
{
  char   *made;      /* what the lines are part of, where it is not the text itself; nullable */
  Line    only;
  GArray *more;      /* of Line: all of them; NULL where there is one */
} Lines;

static guint
measure_line (const char *start,
              gsize       length)
{
  guint width = 0;

  for (const char *p = start; p < start + length; p = g_utf8_next_char (p))
    width += balance_character_width (g_utf8_get_char (p));

  return width;
}

/* (lines out) */
static void
wrap (const char *text,
      guint       first_width,
      guint       width,
      Lines      *lines)
{
  const char *next = make_printable (text, &lines->made);

  lines->more = NULL;
  lines->only = (Line) { next, strlen (next), balance_text_width (next) };
  if (lines->only.width <= first_width && memchr (next, '\n', lines->only.length) == NULL)
    return;

  lines->more = g_array_new (FALSE, FALSE, sizeof (Line));
  while (next != NULL)
    {
      const char *start = next;
      const char *end = find_line_end (start, lines->more->len == 0 ? first_width : width, &next);
      Line line = { start, (gsize) (end - start), measure_line (start, (gsize) (end - start)) };

      g_array_append_val (lines->more, line);
    }
}

static guint
count_lines (const Lines *lines)
{
  return lines->more != NULL ? lines->more->len : 1;
}

/* An empty one after the last. */
static Line
get_line (const Lines *lines,
          guint        i)
{
  if (i >= count_lines (lines))
    return (Line) { "", 0, 0 };

  return lines->more != NULL ? g_array_index (lines->more, Line, i) : lines->only;
}

static void
clear_lines (Lines *lines)
{
  g_free (lines->made);
  if (lines->more != NULL)
    g_array_unref (lines->more);
}

static void
append_spaces (BalanceLayout *self,
               guint          n)
{
  static const char spaces[] = "                                                                                ";

  for (guint left = n; left > 0; left -= MIN (left, sizeof spaces - 1))
    g_string_append_len (self->text, spaces, (gssize) MIN (left, sizeof spaces - 1));
}

static void
append_inked (BalanceLayout *self,
              BalanceInk     ink,
              const char    *text,
              gsize          length)
{
  static const char *const codes[] = { "", "1", "2", "32", "1;31", "33" };
  gboolean inked = self->colour && ink != BALANCE_INK_PLAIN && length > 0;

  if (inked)
    g_string_append_printf (self->text, "\033[%sm", codes[ink]);
  g_string_append_len (self->text, text, (gssize) length);
  if (inked)
    g_string_append (self->text, "\033[0m");
}

/* Blanks at the end of a line are noise in files and diffs. */
static void
end_line (BalanceLayout *self)
{
  gsize length = self->text->len;

  while (length > 0 && self->text->str[length - 1] == ' ')
    length--;
  g_string_truncate (self->text, length);
  g_string_append_c (self->text, '\n');
}

static guint
room_beside (guint indent)
{
  return indent + 10 < BALANCE_LAYOUT_WIDTH ? BALANCE_LAYOUT_WIDTH - indent : 10;
}

void
balance_layout_paragraph (BalanceLayout *self,
                          guint          indent,
                          guint          hang,
                          BalanceInk     ink,
                          const char    *text)
{
  Lines lines;

  wrap (text, room_beside (indent), room_beside (hang), &lines);
  for (guint i = 0; i < count_lines (&lines); i++)
    {
      Line line = get_line (&lines, i);

      append_spaces (self, i == 0 ? indent : hang);
      append_inked (self, ink, line.start, line.length);
      end_line (self);
    }
  clear_lines (&lines);
}

void
balance_layout_line (BalanceLayout *self,
                     BalanceInk     ink,
                     const char    *label,
                     const char    *text)
{
  g_autofree char *made = NULL;
  const char *printable = make_printable (text, &made);
  gsize start;

  append_inked (self, ink, label, strlen (label));
  start = self->text->len;
  g_string_append (self->text, printable);
  g_strdelimit (self->text->str + start, "\n", ' ');
  end_line (self);
}

void
balance_layout_heading (BalanceLayout *self,
                        const char    *text)
{
  g_autofree char *made = NULL;
  const char *printable = make_printable (text, &made);
  guint width = MIN (balance_text_width (printable), BALANCE_LAYOUT_WIDTH);

  balance_layout_paragraph (self, 0, 0, BALANCE_INK_STRONG, printable);
  for (guint i = 0; i < width; i++)
    g_string_append_c (self->text, '-');
  end_line (self);
}

void
balance_layout_labelled (BalanceLayout *self,
                         const char    *label,
                         BalanceInk     ink,
                         const char    *text)
{
  const BalanceLayoutCell cells[] = {
    { label, LABEL_WIDTH, FALSE, BALANCE_INK_FAINT },
    { text, BALANCE_LAYOUT_WIDTH - LABEL_WIDTH - GAP - 2, FALSE, ink },
  };

  balance_layout_row (self, 2, cells, G_N_ELEMENTS (cells));
}

void
balance_layout_row (BalanceLayout           *self,
                    guint                    indent,
                    const BalanceLayoutCell *cells,
                    guint                    n_cells)
{
  g_autofree Lines *columns = g_new (Lines, n_cells);
  guint height = 0;

  for (guint i = 0; i < n_cells; i++)
    {
      wrap (cells[i].text, cells[i].width, cells[i].width - cells[i].hang, &columns[i]);
      height = MAX (height, count_lines (&columns[i]));
    }

  for (guint i = 0; i < height; i++)
    {
      append_spaces (self, indent);
      for (guint k = 0; k < n_cells; k++)
        {
          Line line = get_line (&columns[k], i);
          guint hang = i == 0 || line.length == 0 ? 0 : cells[k].hang;
          guint width = line.width + hang;
          guint fill = width < cells[k].width ? cells[k].width - width : 0;

          if (k > 0)
            append_spaces (self, GAP);
          if (cells[k].right)
            append_spaces (self, fill);
          append_spaces (self, hang);
          append_inked (self, cells[k].ink, line.start, line.length);
          if (!cells[k].right)
            append_spaces (self, fill);
        }
      end_line (self);
    }

  for (guint i = 0; i < n_cells; i++)
    clear_lines (&columns[i]);
}
