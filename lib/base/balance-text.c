/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-text-private.h"

#include <stdarg.h>
#include <string.h>

BalanceLanguage
balance_language_parse (const char *language)
{
  if (language == NULL || g_ascii_strncasecmp (language, "zh", 2) != 0)
    return BALANCE_LANGUAGE_EN;

  /* "zha" is another language */
  return g_ascii_isalpha (language[2]) ? BALANCE_LANGUAGE_EN : BALANCE_LANGUAGE_ZH;
}

void
balance_text_clear (BalanceText *text)
{
  g_clear_pointer (&text->en, g_free);
  g_clear_pointer (&text->zh, g_free);
}

void
balance_text_set (BalanceText *text,
                  const char  *en,
                  const char  *zh)
{
  char *new_en = g_strdup (en);
  char *new_zh = g_strdup (zh);

  balance_text_clear (text);
  text->en = new_en;
  text->zh = new_zh;
}

void
balance_text_copy (BalanceText       *dest,
                   const BalanceText *src)
{
  balance_text_set (dest, src->en, src->zh);
}

const char *
balance_text_get (const BalanceText *text,
                  BalanceLanguage    language)
{
  const char *wanted = language == BALANCE_LANGUAGE_ZH ? text->zh : text->en;
  const char *other = language == BALANCE_LANGUAGE_ZH ? text->en : text->zh;

  if (wanted != NULL && *wanted != '\0')
    return wanted;

  return other != NULL ? other : "";
}

void
balance_text_printf (BalanceText *text,
                     const char  *en,
                     const char  *zh,
                     ...)
{
  va_list args, copy;
  char *new_en, *new_zh;

  va_start (args, zh);
  va_copy (copy, args);
  new_en = g_strdup_vprintf (en, args);
  new_zh = g_strdup_vprintf (zh, copy);
  va_end (copy);
  va_end (args);

  balance_text_clear (text);
  text->en = new_en;
  text->zh = new_zh;
}

/* Eight bytes without a high bit, and without a zero, which is no text. */
static inline gboolean
are_ascii (guint64 word)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);

  return ((word | (word - ones)) & ones * 0x80) == 0;
}

/* Do the first six of eight bytes hold two characters of three bytes, as those of Chinese are? They begin with 0xe1 to 0xec. */
static inline gboolean
are_common (guint64 word)
{
  const guint64 low = word & 0x0f00000f, carry = 0x10000010;

  return (word & G_GUINT64_CONSTANT (0xc0c0f0c0c0f0)) == G_GUINT64_CONSTANT (0x8080e08080e0) &&
         ((low + 0x0f00000f) & carry) == carry && ((low + 0x03000003) & carry) == 0;
}

/* As balance_text_fold(), for what has nothing to fold but ASCII letters and blanks: most names. NULL for any other text, that
 * is where there is a character beyond ASCII and the unified ideographs U+4E00 to U+9FFF. */
static char *
fold_plain (const char *text)
{
  char *folded = g_malloc (strlen (text) + 1), *to = folded;

  for (const guchar *p = (const guchar *) text; *p != '\0';)
    {
      if (*p < 0x80)
        {
          if (!g_ascii_isspace ((char) *p))
            *to++ = g_ascii_tolower ((char) *p);
          p++;
        }
      else if (*p >= 0xe4 && *p <= 0xe9 && (*p > 0xe4 ? p[1] >= 0x80 : p[1] >= 0xb8) && p[2] >= 0x80)
        {
          memcpy (to, p, 3);
          to += 3;
          p += 3;
        }
      else
        {
          g_free (folded);
          return NULL;
        }
    }
  *to = '\0';

  return folded;
}

char *
balance_text_fold (const char *text)
{
  char *plain = fold_plain (text);
  g_autofree char *normal = plain == NULL ? g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE) : NULL;
  g_autofree char *folded = plain == NULL ? g_utf8_casefold (normal, -1) : NULL;
  GString *result;

  if (plain != NULL)
    return plain;
  result = g_string_new (NULL);

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_isspace (c))
        g_string_append_unichar (result, c);
    }

  return g_string_free (result, FALSE);
}

/* Nearly all is the one or the other. */
gboolean
balance_text_is_valid (const char *text,
                       gsize       length)
{
  const guchar *p = (const guchar *) text, *end;

  /* an empty text may be nowhere */
  if (length == 0)
    return TRUE;
  end = p + length;

  while (p < end)
    {
      if (end - p >= 8)
        {
          guint64 word;

          memcpy (&word, p, sizeof word);
          word = GUINT64_FROM_LE (word);
          if (are_ascii (word) || are_common (word))
            {
              p += (*p & 0x80) == 0 ? 8 : 6;
              continue;
            }
        }
      if (*p - 1u < 0x7f)
        p++;
      else if (end - p >= 3 && *p - 0xe1u <= 0xec - 0xe1 && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80)
        p += 3;
      else
        return g_utf8_validate_len ((const char *) p, (gsize) (end - p), NULL);
    }

  return TRUE;
}

guint
balance_character_width (gunichar c)
{
  /* what nearly all text consists of needs no tables: ASCII, Chinese characters, and the marks that go with these */
  if (c >= ' ' && c <= '~')
    return 1;
  if ((c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3000 && c <= 0x3029) || (c >= 0xff01 && c <= 0xff60))
    return 2;

  return g_unichar_iszerowidth (c) || g_unichar_iscntrl (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
}

guint
balance_text_width (const char *text)
{
  guint width = 0;

  while (*text != '\0')
    {
      gunichar c;

      if (*text >= ' ' && *text <= '~')
        {
          width++;
          text++;
          continue;
        }

      if ((guchar) text[0] >= 0xe5 && (guchar) text[0] <= 0xe9 && (text[1] & 0xc0) == 0x80 && (text[2] & 0xc0) == 0x80)
        {
          /* U+5000 to U+9FFF: Chinese characters */
          width += 2;
          text += 3;
          continue;
        }

      c = g_utf8_get_char_validated (text, -1);
      /* a terminal shows a broken byte as one replacement character */
      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          width++;
          text++;
          continue;
        }

      width += balance_character_width (c);
      text = g_utf8_next_char (text);
    }

  return width;
}
