/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-code-keys-private.h"

/* So many keys ahead codes are fetched from memory. */
#define AHEAD 12

/* Shorter runs are sorted by putting each where it belongs. */
#define RUN 12

void
balance_code_keys_read (BalanceCodeKey *keys,
                        gsize           n)
{
  for (gsize i = 0; i < n; i++)
    {
      if (i + AHEAD < n)
        __builtin_prefetch (keys[i + AHEAD].code);
      balance_code_get_words (keys[i].code, strnlen (keys[i].code, sizeof keys[i].words), keys[i].words);
    }
}

/* An item has room for so many digits of four bits. */
#define MAX_DIGITS 8

typedef struct
{
  guint  n;
  guint8 words[MAX_DIGITS], shifts[MAX_DIGITS];     /* where they are in a key, the last one first */
} Digits;

static gboolean
is_sorted (const BalanceCodeKey *keys,
           gsize                 n)
{
  for (gsize i = 1; i < n; i++)
    if (balance_code_key_compare (&keys[i - 1], &keys[i]) > 0)
      return FALSE;

  return TRUE;
}

static void
sort_run (BalanceCodeKey *keys,
          gsize           n)
{
  for (gsize i = 1; i < n; i++)
    {
      const BalanceCodeKey key = keys[i];
      gsize j = i;

      for (; j > 0 && balance_code_key_compare (&keys[j - 1], &key) > 0; j--)
        keys[j] = keys[j - 1];
      keys[j] = key;
    }
}

static void
merge (const BalanceCodeKey *from,
       gsize                 n_first,
       gsize                 n,
       BalanceCodeKey       *to)
{
  gsize a = 0, b = n_first;

  while (a < n_first && b < n)
    *to++ = balance_code_key_compare (&from[b], &from[a]) < 0 ? from[b++] : from[a++];
  memcpy (to, from + (a < n_first ? a : b), ((n_first - a) + (n - b)) * sizeof *to);
}

/* Where the four bits lie in which not all keys are the same, the last ones first; FALSE if there are more than fit an item, or if
 * some code goes on behind the words. */
static gboolean
find_digits (const BalanceCodeKey *keys,
             gsize                 n,
             Digits               *digits)
{
  guint64 differ[2] = { 0, 0 };
  gboolean is_long = FALSE;

  for (gsize i = 0; i < n; i++)
    {
      differ[0] |= keys[i].words[0] ^ keys[0].words[0];
      differ[1] |= keys[i].words[1] ^ keys[0].words[1];
      is_long |= balance_code_is_long (keys[i].words);
    }
  if (is_long || n > G_MAXUINT32)
    return FALSE;

  digits->n = 0;
  for (guint word = 2; word-- > 0;)
    for (guint shift = 0; shift < 64; shift += 4)
      if ((differ[word] >> shift & 0xf) != 0)
        {
          if (digits->n == MAX_DIGITS)
            return FALSE;
          digits->words[digits->n] = (guint8) word;
          digits->shifts[digits->n++] = (guint8) shift;
        }

  return TRUE;
}

/* Codes of one district mostly differ in few digits: keys are dropped into the places of the last one, then of the one before it.
 * Only numbers are moved: the digits, and in the lower half which key they are of. */
static void
sort_by_digits (BalanceCodeKey *keys,
                gsize           n,
                const Digits   *digits)
{
  g_autofree BalanceCodeKey *unsorted = g_memdup2 (keys, n * sizeof *keys);
  g_autofree guint64 *memory = g_new (guint64, 2 * n);
  guint64 *from = memory, *to = memory + n;
  guint32 next[MAX_DIGITS][16] = { 0 };

  for (gsize i = 0; i < n; i++)
    {
      guint64 item = 0;

      for (guint j = 0; j < digits->n; j++)
        {
          const guint digit = keys[i].words[digits->words[j]] >> digits->shifts[j] & 0xf;

          next[j][digit]++;
          item |= (guint64) digit << (32 + 4 * j);
        }
      from[i] = item | i;
    }
  for (guint j = 0; j < digits->n; j++)
    {
      guint64 *sorted = to;

      for (guint32 i = 0, begin = 0; i < 16; i++)
        {
          const guint32 n_items = next[j][i];

          next[j][i] = begin;
          begin += n_items;
        }
      for (gsize i = 0; i < n; i++)
        to[next[j][from[i] >> (32 + 4 * j) & 0xf]++] = from[i];
      to = from;
      from = sorted;
    }
  for (gsize i = 0; i < n; i++)
    keys[i] = unsorted[(guint32) from[i]];
}

void
balance_code_keys_sort (BalanceCodeKey *keys,
                        gsize           n)
{
  g_autofree BalanceCodeKey *buffer = NULL;
  BalanceCodeKey *from = keys, *to;
  Digits digits;

  if (is_sorted (keys, n))
    return;
  if (n > RUN && find_digits (keys, n, &digits))
    {
      sort_by_digits (keys, n, &digits);
      return;
    }
  for (gsize i = 0; i < n; i += RUN)
    sort_run (keys + i, MIN (RUN, n - i));
  if (n <= RUN)
    return;

  to = buffer = g_new (BalanceCodeKey, n);
  for (gsize size = RUN; size < n; size *= 2)
    {
      BalanceCodeKey *sorted = to;

      for (gsize i = 0; i < n; i += 2 * size)
        merge (from + i, MIN (size, n - i), MIN (2 * size, n - i), to + i);
      to = from;
      from = sorted;
    }
  if (from != keys)
    memcpy (keys, from, n * sizeof *keys);
}
