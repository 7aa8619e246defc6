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

/* Names and cells come from files: what would move the cursor, start an escape sequence or turn the
 * direction of writing becomes a replacement character. */
static char *
make_printable (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text == NULL ? "" : text, -1);
  GString *result = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\t')
        g_string_append_c (result, ' ');
      else if ((g_unichar_iscntrl (c) && c != '\n') || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
        g_string_append (result, "\357\277\275");
      else
        g_string_append_unichar (result, c);
    }

  return g_string_free (result, FALSE);
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

static GPtrArray *
wrap (const char *text,
      guint       first_width,
      guint       width)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  const char *next = text;

  while (next != NULL)
    {
      const char *start = next;
      const char *end = find_line_end (start, lines->len == 0 ? first_width : width, &next);

      g_ptr_array_add (lines, g_strndup (start, (gsize) (end - start)));
    }

  return lines;
}

static void
append_spaces (BalanceLayout *self,
               guint          n)
{
  for (guint i = 0; i < n; i++)
    g_string_append_c (self->text, ' ');
}

static void
append_inked (BalanceLayout *self,
              BalanceInk     ink,
              const char    *text)
{
  static const char *const codes[] = { "", "1", "2", "32", "1;31", "33" };

  if (!self->colour || ink == BALANCE_INK_PLAIN || *text == '\0')
    g_string_append (self->text, text);
  else
    g_string_append_printf (self->text, "\033[%sm%s\033[0m", codes[ink], text);
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
  g_autofree char *printable = make_printable (text);
  g_autoptr (GPtrArray) lines = wrap (printable, room_beside (indent), room_beside (hang));

  for (guint i = 0; i < lines->len; i++)
    {
      append_spaces (self, i == 0 ? indent : hang);
      append_inked (self, ink, g_ptr_array_index (lines, i));
      end_line (self);
    }
}

void
balance_layout_line (BalanceLayout *self,
                     BalanceInk     ink,
                     const char    *label,
                     const char    *text)
{
  g_autofree char *printable = make_printable (text);

  g_strdelimit (printable, "\n", ' ');
  append_inked (self, ink, label);
  g_string_append (self->text, printable);
  end_line (self);
}

void
balance_layout_heading (BalanceLayout *self,
                        const char    *text)
{
  g_autofree char *printable = make_printable (text);
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
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  guint height = 0;

  for (guint i = 0; i < n_cells; i++)
    {
      g_autofree char *printable = make_printable (cells[i].text);
      GPtrArray *lines = wrap (printable, cells[i].width, cells[i].width - cells[i].hang);

      height = MAX (height, lines->len);
      g_ptr_array_add (columns, lines);
    }

  for (guint line = 0; line < height; line++)
    {
      append_spaces (self, indent);
      for (guint i = 0; i < n_cells; i++)
        {
          GPtrArray *lines = g_ptr_array_index (columns, i);
          const char *text = line < lines->len ? g_ptr_array_index (lines, line) : "";
          guint hang = line == 0 || *text == '\0' ? 0 : cells[i].hang;
          guint width = balance_text_width (text) + hang;
          guint fill = width < cells[i].width ? cells[i].width - width : 0;

          if (i > 0)
            append_spaces (self, GAP);
          if (cells[i].right)
            append_spaces (self, fill);
          append_spaces (self, hang);
          append_inked (self, cells[i].ink, text);
          if (!cells[i].right)
            append_spaces (self, fill);
        }
      end_line (self);
    }
}
