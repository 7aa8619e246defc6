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

/* Some bits of a word, in one step each way, for others may change the rest at the same time. */
static inline void
balance_bits_put_some (guint64 *word, guint shift, guint64 bits, guint n)
{
  const guint64 mask = G_MAXUINT64 >> (64 - n);

  __atomic_fetch_and (word, ~(mask << shift), __ATOMIC_RELAXED);
  __atomic_fetch_or (word, (bits & mask) << shift, __ATOMIC_RELAXED);
}

/* The first n bits of `in`, whatever follows them, become those from `at` on. Threads may do that at the same time, each for rows of its own. */
static inline void
balance_bits_put (guint64 *self, gsize at, const guint64 *in, gsize n)
{
  const guint lead = (guint) MIN (-at % 64, n);
  const gsize n_words = (n - lead) / 64;
  const guint rest = (guint) (n - lead) % 64;
  guint64 *words = self + (at + lead) / 64;

  if (lead > 0)
    balance_bits_put_some (self + at / 64, at % 64, in[0], lead);
  for (gsize w = 0; w < n_words; w++)
    words[w] = lead > 0 ? in[w] >> lead | in[w + 1] << (64 - lead) : in[w];
  if (rest > 0)
    balance_bits_put_some (words + n_words, 0, lead > 0 && lead + rest > 64 ? in[n_words] >> lead | in[n_words + 1] << (64 - lead)
                                                                            : in[n_words] >> lead, rest);
}

G_END_DECLS
