/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* In place of a number that is missing. */
#define BALANCE_CSV_MISSING G_MININT64

/* Cells of one column in rows that follow each other: each begins behind the separator before the one that ends it. */
typedef struct
{
  const guint32 *ends;         /* where the first one ends */
  guint          stride;       /* so many separators are in a row */
  guint          n;
} BalanceCsvCells;

/* Reads cells as numbers until one is neither empty nor a number of one to eight characters at that scale; tells how many it
 * has read. Eight bytes can be read before the end of each. Digits of cells that it has not read may be anything. */
typedef guint (*BalanceCsvNumbers) (const char            *text,
                                    const BalanceCsvCells *cells,
                                    guint                  scale,
                                    gint64                *digits);

/* The best one that this machine can run, or the named one ("baseline", "avx2", "avx512"); NULL if it cannot run it. */
BalanceCsvNumbers balance_csv_numbers_get (const char *name);

#define BALANCE_CSV_ONES G_GUINT64_CONSTANT (0x0101010101010101)

static inline guint64
balance_csv_load_word (const char *text)
{
  guint64 word;

  memcpy (&word, text, sizeof word);

  return GUINT64_FROM_LE (word);
}

/* Zero if all bytes are values of digits; else the lowest bit tells the first byte that is none. */
static inline guint64
balance_csv_find_others (guint64 word)
{
  return ((word + BALANCE_CSV_ONES * (0x80 - 10)) | word) & BALANCE_CSV_ONES * 0x80;
}

/* One to eight digits, with a point among them or not, all at once. Eight bytes can be read before the end. */
static inline gboolean
balance_csv_read_short_number (const char *end,
                               gsize       length,
                               gint64     *digits,
                               guint      *scale)
{
  /* the values of the digits, zeros in front */
  guint64 word = (balance_csv_load_word (end - 8) ^ BALANCE_CSV_ONES * '0') & G_MAXUINT64 << (64 - 8 * (guint) length);
  guint64 other = balance_csv_find_others (word);

  *scale = 0;
  if (other != 0)
    {
      const guint at = (guint) __builtin_ctzll (other) / 8;
      const guint64 before = (G_GUINT64_CONSTANT (1) << (8 * at)) - 1;

      if ((other & (other - 1)) != 0 || (word >> (8 * at) & 0xff) != ('.' ^ '0') || at == 8 - length || at == 7)
        return FALSE;
      *scale = 7 - at;
      word = (word & ~(before << 8 | 0xff)) | (word & before) << 8;
    }

  word = (word * 10 + (word >> 8)) & G_GUINT64_CONSTANT (0x00ff00ff00ff00ff);
  word = (word * 100 + (word >> 16)) & G_GUINT64_CONSTANT (0x0000ffff0000ffff);
  *digits = (gint64) ((word * 10000 + (word >> 32)) & G_MAXUINT32);

  return TRUE;
}

G_END_DECLS
