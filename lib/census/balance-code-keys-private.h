/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include <string.h>

G_BEGIN_DECLS

/* Rows by their codes. The first bytes of a code are two numbers that compare as it does, so that most comparisons end there. */
typedef struct
{
  guint64      words[2];
  const char  *code;      /* looked at only if it may go on behind the words */
  guint32      row;
} BalanceCodeKey;

static inline void
balance_code_get_words (const char *code,
                        gsize       length,
                        guint64     words[2])
{
  words[0] = words[1] = 0;
  memcpy (words, code, MIN (length, 2 * sizeof *words));
  words[0] = GUINT64_FROM_BE (words[0]);
  words[1] = GUINT64_FROM_BE (words[1]);
}

/* Does a code of these words go on behind them, as far as they tell? */
static inline gboolean
balance_code_is_long (const guint64 words[2])
{
  return (words[1] & 0xff) != 0;
}

static inline gsize
balance_code_key_get_length (const BalanceCodeKey *key)
{
  if (balance_code_is_long (key->words))
    return strlen (key->code);
  if (key->words[1] != 0)
    return 16 - (gsize) __builtin_ctzll (key->words[1]) / 8;

  return key->words[0] != 0 ? 8 - (gsize) __builtin_ctzll (key->words[0]) / 8 : 0;
}

static inline int
balance_code_key_compare (const BalanceCodeKey *a,
                          const BalanceCodeKey *b)
{
  if (a->words[0] != b->words[0])
    return a->words[0] < b->words[0] ? -1 : 1;
  if (a->words[1] != b->words[1])
    return a->words[1] < b->words[1] ? -1 : 1;

  return balance_code_is_long (a->words) ? strcmp (a->code, b->code) : 0;
}

/* The words of codes that lie anywhere in memory. */
void balance_code_keys_read (BalanceCodeKey *keys,
                             gsize           n);
/* Those of the same code stay in their order. */
void balance_code_keys_sort (BalanceCodeKey *keys,
                             gsize           n);

G_END_DECLS
