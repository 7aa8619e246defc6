/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "census/balance-words-private.h"

G_BEGIN_DECLS

#define BALANCE_N_BEGINNINGS 1024

/* The words of tables made ready for asking of each row. Texts are cells as they stand, without blanks around them;
 * plain texts are made by balance_name_make_plain(). */
typedef struct
{
  gatomicrefcount  refs;
  BalanceWords    *words;
  char           **plain[BALANCE_N_WORDS];
  GHashTable      *sets[BALANCE_N_WORDS];     /* of the same */
  guint64          notes[BALANCE_N_BEGINNINGS / 64];   /* how these words begin, one bit for each value of a hash */
  guint64          codes[BALANCE_N_BEGINNINGS / 64];
  gboolean         last_bytes[256];           /* of a total */
  GPtrArray       *last_letters;              /* of a total, those that are not ASCII */
} BalanceTableWords;

BalanceTableWords *balance_table_words_new          (BalanceWords            *words);
BalanceTableWords *balance_table_words_ref          (BalanceTableWords       *self);
void               balance_table_words_unref        (BalanceTableWords       *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceTableWords, balance_table_words_unref)

/* Is the plain text such a word? */
gboolean           balance_table_words_contain      (const BalanceTableWords *self,
                                                     BalanceWordUse           use,
                                                     const char              *plain);
/* The same of a text. */
gboolean           balance_table_words_contain_text (const BalanceTableWords *self,
                                                     BalanceWordUse           use,
                                                     const char              *text);
/* How many bytes at the beginning of the text are such a word, the longest; 0 if none. */
gsize              balance_table_words_get_prefix   (const BalanceTableWords *self,
                                                     BalanceWordUse           use,
                                                     const char              *text);
/* The same of its end. */
gsize              balance_table_words_get_suffix   (const BalanceTableWords *self,
                                                     BalanceWordUse           use,
                                                     const char              *text);
/* Does the text have such a word in it? */
gboolean           balance_table_words_are_in       (const BalanceTableWords *self,
                                                     BalanceWordUse           use,
                                                     const char              *text);

/* These are asked of every row: quick where they say no, which they nearly always do. */

/* Of the first letter, or of two where they are ASCII; the text has two bytes at least. */
static inline guint
balance_table_words_hash (const char *text,
                          gsize       length)
{
  guint hash = (guchar) text[0];

  if (hash < 0x80)
    return ((guint) (guchar) g_ascii_tolower (text[0]) * 31 + (guint) (guchar) g_ascii_tolower (text[1])) % BALANCE_N_BEGINNINGS;
  hash = hash * 31 + (guchar) text[1];
  if ((guchar) text[0] >= 0xe0 && length > 2)
    hash = hash * 31 + (guchar) text[2];

  return hash % BALANCE_N_BEGINNINGS;
}

static inline gboolean
balance_table_words_may_begin (const guint64  bits[BALANCE_N_BEGINNINGS / 64],
                               const char    *text,
                               gsize          length)
{
  guint hash;

  if (length < 2)
    return FALSE;
  hash = balance_table_words_hash (text, length);

  return (bits[hash / 64] >> hash % 64 & 1) != 0;
}

gboolean           balance_table_words_check_total  (const BalanceTableWords *self,
                                                     const char              *text,
                                                     gsize                    length);
gboolean           balance_table_words_is_total     (const BalanceTableWords *self,
                                                     const char              *text,
                                                     gsize                    length);
gboolean           balance_table_words_check_note   (const BalanceTableWords *self,
                                                     const char              *text,
                                                     gsize                    length);

static inline gboolean
balance_table_words_may_be_total (const BalanceTableWords *self,
                                  const char              *text,
                                  gsize                    length)
{
  return length > 0 && self->last_bytes[(guchar) text[length - 1]] && balance_table_words_check_total (self, text, length);
}

static inline gboolean
balance_table_words_is_note (const BalanceTableWords *self,
                             const char              *text,
                             gsize                    length)
{
  return balance_table_words_may_begin (self->notes, text, length) && balance_table_words_check_note (self, text, length);
}

/* FALSE only if no number of a column begins so. Letters and digits of any width, brackets, blanks and dashes stand
 * outside the Chinese characters. */
static inline gboolean
balance_table_words_may_be_code (const BalanceTableWords *self,
                                 const char              *text,
                                 gsize                    length)
{
  return length == 0 || (guchar) text[0] < 0xe4 || (guchar) text[0] > 0xe9 ||
         balance_table_words_may_begin (self->codes, text, length);
}

G_END_DECLS
