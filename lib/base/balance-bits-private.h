/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Truths of many rows, 64 to a word, the first lowest. */

static inline guint64 *
balance_bits_new (gsize n)
{
  return g_new0 (guint64, n / 64 + 1);
}

static inline gboolean
balance_bits_get (const guint64 *self, gsize at)
{
  return (self[at / 64] >> (at % 64) & 1) != 0;
}

static inline void
balance_bits_set (guint64 *self, gsize at, gboolean truth)
{
  self[at / 64] = (self[at / 64] & ~(G_GUINT64_CONSTANT (1) << (at % 64))) | (guint64) (truth != 0) << (at % 64);
}

/* The first n bits of `in`, whatever follows them, become those from `at` on. Threads may do that at the same time, each for rows of its own:
 * words that they share are changed in one step. */
static inline void
balance_bits_put (guint64 *self, gsize at, const guint64 *in, gsize n)
{
  for (gsize done = 0, m; done < n; done += m)
    {
      const guint shift = (at + done) % 64, skip = done % 64;
      guint64 *word = self + (at + done) / 64, mask, bits;

      m = MIN (64 - shift, n - done);
      mask = G_MAXUINT64 >> (64 - m);
      bits = in[done / 64] >> skip;
      if (skip + m > 64)
        bits |= in[done / 64 + 1] << (64 - skip);
      if (m == 64)
        {
          *word = bits;
          continue;
        }
      __atomic_fetch_and (word, ~(mask << shift), __ATOMIC_RELAXED);
      __atomic_fetch_or (word, (bits & mask) << shift, __ATOMIC_RELAXED);
    }
}

G_END_DECLS
