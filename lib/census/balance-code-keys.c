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

void
balance_code_keys_sort (BalanceCodeKey *keys,
                        gsize           n)
{
  g_autofree BalanceCodeKey *buffer = NULL;
  BalanceCodeKey *from = keys, *to;

  if (is_sorted (keys, n))
    return;
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
