/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-table-words-private.h"

#include "io/balance-names-private.h"

#include <string.h>

/* Longer cells are no totals, and of longer notes the beginning says it. */
#define MAX_TOTAL_TEXT 96
#define MAX_NOTE_TEXT  (2 * BALANCE_MAX_WORD_LENGTH)

/* Sets the bits that balance_table_words_begin() asks for. */
static void
add_beginnings (guint64   bits[BALANCE_N_BEGINNINGS / 64],
                char    **words)
{
  for (guint i = 0; words[i] != NULL; i++)
    {
      guint hash = balance_table_words_hash (words[i], strlen (words[i]));

      bits[hash / 64] |= G_GUINT64_CONSTANT (1) << hash % 64;
    }
}

static void
add_last_letter (BalanceTableWords *self,
                 gunichar           letter)
{
  char text[7] = "";
  int length = g_unichar_to_utf8 (letter, text);

  self->last_bytes[(guchar) text[length - 1]] = TRUE;
  if (length > 1 && !g_ptr_array_find_with_equal_func (self->last_letters, text, g_str_equal, NULL))
    g_ptr_array_add (self->last_letters, g_strdup (text));
}

/* However the end of the word may be written. */
static void
add_end (BalanceTableWords *self,
         const char        *plain)
{
  gunichar last = g_utf8_get_char (g_utf8_prev_char (plain + strlen (plain)));

  add_last_letter (self, last);
  if (last < 128)
    {
      add_last_letter (self, last + 0xfee0);
      add_last_letter (self, (guchar) g_ascii_toupper ((char) last));
      add_last_letter (self, (gunichar) (guchar) g_ascii_toupper ((char) last) + 0xfee0);
    }
}

static void
add_ends (BalanceTableWords *self)
{
  static const BalanceWordUse uses[] = { BALANCE_WORDS_TOTAL, BALANCE_WORDS_TOTAL_ENDING };
  /* brackets behind a total, a colon, a star: what a plain name writes in one way or leaves out */
  static const gunichar closing[] = { ')', 0xff09, ']', 0xff3d, 0x3011, 0x3015, ':', 0xff1a, '*', 0xff0a };

  for (guint i = 0; i < G_N_ELEMENTS (uses); i++)
    for (guint j = 0; self->plain[uses[i]][j] != NULL; j++)
      add_end (self, self->plain[uses[i]][j]);
  for (guint i = 0; i < G_N_ELEMENTS (closing); i++)
    add_last_letter (self, closing[i]);
}

BalanceTableWords *
balance_table_words_new (BalanceWords *words)
{
  BalanceTableWords *self = g_new0 (BalanceTableWords, 1);

  g_atomic_ref_count_init (&self->refs);
  self->words = balance_words_ref (words);
  self->last_letters = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < BALANCE_N_WORDS; i++)
    {
      GPtrArray *plain = g_ptr_array_new ();

      self->sets[i] = g_hash_table_new (g_str_hash, g_str_equal);
      for (guint j = 0; words->lists[i][j] != NULL; j++)
        {
          char *word = balance_name_make_plain (words->lists[i][j], strlen (words->lists[i][j]));

          /* several words may be the same as plain ones: - and ～ */
          if (*word == '\0' || g_hash_table_contains (self->sets[i], word))
            {
              g_free (word);
              continue;
            }
          g_hash_table_add (self->sets[i], word);
          g_ptr_array_add (plain, word);
        }
      g_ptr_array_add (plain, NULL);
      self->plain[i] = (char **) g_ptr_array_free (plain, FALSE);
    }

  add_beginnings (self->notes, self->plain[BALANCE_WORDS_NOTE]);
  add_beginnings (self->codes, self->plain[BALANCE_WORDS_COLUMN_NUMBER]);
  add_beginnings (self->codes, self->plain[BALANCE_WORDS_ORDINAL]);
  add_ends (self);

  return self;
}

BalanceTableWords *
balance_table_words_ref (BalanceTableWords *self)
{
  g_atomic_ref_count_inc (&self->refs);

  return self;
}

void
balance_table_words_unref (BalanceTableWords *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  for (guint i = 0; i < BALANCE_N_WORDS; i++)
    {
      g_hash_table_unref (self->sets[i]);
      g_strfreev (self->plain[i]);
    }
  g_ptr_array_unref (self->last_letters);
  balance_words_unref (self->words);
  g_free (self);
}

gboolean
balance_table_words_contain (const BalanceTableWords *self,
                             BalanceWordUse           use,
                             const char              *plain)
{
  return g_hash_table_contains (self->sets[use], plain);
}

gboolean
balance_table_words_contain_text (const BalanceTableWords *self,
                                  BalanceWordUse           use,
                                  const char              *text)
{
  g_autofree char *plain = balance_name_make_plain (text, strlen (text));

  return balance_table_words_contain (self, use, plain);
}

gsize
balance_table_words_get_prefix (const BalanceTableWords *self,
                                BalanceWordUse           use,
                                const char              *text)
{
  gsize best = 0;

  for (guint i = 0; self->words->lists[use][i] != NULL; i++)
    {
      const char *word = self->words->lists[use][i];
      gsize length = strlen (word);

      if (length > best && g_ascii_strncasecmp (text, word, length) == 0)
        best = length;
    }

  return best;
}

gsize
balance_table_words_get_suffix (const BalanceTableWords *self,
                                BalanceWordUse           use,
                                const char              *text)
{
  gsize n = strlen (text), best = 0;

  for (guint i = 0; self->words->lists[use][i] != NULL; i++)
    {
      const char *word = self->words->lists[use][i];
      gsize length = strlen (word);

      if (length > best && length <= n && g_ascii_strcasecmp (text + n - length, word) == 0)
        best = length;
    }

  return best;
}

gboolean
balance_table_words_are_in (const BalanceTableWords *self,
                            BalanceWordUse           use,
                            const char              *text)
{
  g_autofree char *plain = balance_name_make_plain (text, strlen (text));

  for (guint i = 0; self->plain[use][i] != NULL; i++)
    if (strstr (plain, self->plain[use][i]) != NULL)
      return TRUE;

  return FALSE;
}

gboolean
balance_table_words_check_total (const BalanceTableWords *self,
                                 const char              *text,
                                 gsize                    length)
{
  if (length > MAX_TOTAL_TEXT)
    return FALSE;
  if ((guchar) text[length - 1] < 128)
    return TRUE;
  for (guint i = 0; i < self->last_letters->len; i++)
    {
      const char *letter = g_ptr_array_index (self->last_letters, i);
      gsize n = strlen (letter);

      if (length >= n && memcmp (text + length - n, letter, n) == 0)
        return TRUE;
    }

  return FALSE;
}

/* 合计, 全县总计, 小学小计, 合计（60所） */
gboolean
balance_table_words_is_total (const BalanceTableWords *self,
                              const char              *text,
                              gsize                    length)
{
  g_autofree char *plain = NULL;
  char *open;

  if (!balance_table_words_may_be_total (self, text, length))
    return FALSE;
  plain = balance_name_make_plain (text, length);
  open = strrchr (plain, '(');
  if (open != NULL && open != plain && g_str_has_suffix (plain, ")"))
    *open = '\0';
  if (balance_table_words_contain (self, BALANCE_WORDS_TOTAL, plain))
    return TRUE;
  for (guint i = 0; self->plain[BALANCE_WORDS_TOTAL_ENDING][i] != NULL; i++)
    if (g_str_has_suffix (plain, self->plain[BALANCE_WORDS_TOTAL_ENDING][i]))
      return TRUE;

  return FALSE;
}

gboolean
balance_table_words_check_note (const BalanceTableWords *self,
                                const char              *text,
                                gsize                    length)
{
  g_autofree char *plain = NULL;
  gsize n = MIN (length, MAX_NOTE_TEXT);

  while (n < length && n > 0 && ((guchar) text[n] & 0xc0) == 0x80)
    n--;
  plain = balance_name_make_plain (text, n);

  for (guint i = 0; self->plain[BALANCE_WORDS_NOTE][i] != NULL; i++)
    {
      const char *word = self->plain[BALANCE_WORDS_NOTE][i];
      const char *rest = plain + strlen (word);

      if (!g_str_has_prefix (plain, word))
        continue;
      if (*rest == '\0' ? n == length : strchr (":.(", *rest) != NULL || g_ascii_isdigit (*rest) || g_str_has_prefix (rest, "、"))
        return TRUE;
    }

  return FALSE;
}
