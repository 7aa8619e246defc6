/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Compiled once for each instruction set, like the loops over columns. */

#include "io/balance-csv-index-private.h"

#include <string.h>

#if defined(__AVX512BW__) || defined(__AVX2__) || defined(__SSE2__)
#include <immintrin.h>
#endif

#define BLOCK 64

#define JOIN2(a, b) a##b
#define JOIN(a, b)  JOIN2 (a, b)
#define FUNCTION    JOIN (balance_csv_index_, BALANCE_KERNELS_NAME)

gsize FUNCTION (const char *text,
                guint32     from,
                guint32     to,
                char        delimiter,
                guint32    *positions);

/* A bit for each of 64 bytes that is one of the four. */
#if defined(__AVX512BW__)

static inline guint64
find (const char *text,
      char        delimiter)
{
  __m512i bytes = _mm512_loadu_si512 (text);

  return _mm512_cmpeq_epi8_mask (bytes, _mm512_set1_epi8 (delimiter)) | _mm512_cmpeq_epi8_mask (bytes, _mm512_set1_epi8 ('"')) |
         _mm512_cmpeq_epi8_mask (bytes, _mm512_set1_epi8 ('\n')) | _mm512_cmpeq_epi8_mask (bytes, _mm512_set1_epi8 ('\r'));
}

#elif defined(__AVX2__)

static inline guint64
find_32 (const char *text,
         char        delimiter)
{
  __m256i bytes = _mm256_loadu_si256 ((const __m256i *) (gconstpointer) text);
  __m256i found = _mm256_or_si256 (_mm256_or_si256 (_mm256_cmpeq_epi8 (bytes, _mm256_set1_epi8 (delimiter)),
                                                    _mm256_cmpeq_epi8 (bytes, _mm256_set1_epi8 ('"'))),
                                   _mm256_or_si256 (_mm256_cmpeq_epi8 (bytes, _mm256_set1_epi8 ('\n')),
                                                    _mm256_cmpeq_epi8 (bytes, _mm256_set1_epi8 ('\r'))));

  return (guint32) _mm256_movemask_epi8 (found);
}

static inline guint64
find (const char *text,
      char        delimiter)
{
  return find_32 (text, delimiter) | find_32 (text + 32, delimiter) << 32;
}

#elif defined(__SSE2__)

static inline guint64
find_16 (const char *text,
         char        delimiter)
{
  __m128i bytes = _mm_loadu_si128 ((const __m128i *) (gconstpointer) text);
  __m128i found = _mm_or_si128 (_mm_or_si128 (_mm_cmpeq_epi8 (bytes, _mm_set1_epi8 (delimiter)),
                                              _mm_cmpeq_epi8 (bytes, _mm_set1_epi8 ('"'))),
                                _mm_or_si128 (_mm_cmpeq_epi8 (bytes, _mm_set1_epi8 ('\n')),
                                              _mm_cmpeq_epi8 (bytes, _mm_set1_epi8 ('\r'))));

  return (guint32) _mm_movemask_epi8 (found);
}

static inline guint64
find (const char *text,
      char        delimiter)
{
  return find_16 (text, delimiter) | find_16 (text + 16, delimiter) << 16 |
         find_16 (text + 32, delimiter) << 32 | find_16 (text + 48, delimiter) << 48;
}

#else

#define ONES G_GUINT64_CONSTANT (0x0101010101010101)
#define LOW7 G_GUINT64_CONSTANT (0x7f7f7f7f7f7f7f7f)

/* The highest bit of every byte that is zero, exactly. */
static inline guint64
zero_bytes (guint64 word)
{
  return ~(((word & LOW7) + LOW7) | word | LOW7);
}

static inline guint64
find (const char *text,
      char        delimiter)
{
  guint64 mask = 0;

  for (guint i = 0; i < BLOCK; i += 8)
    {
      guint64 word, found;

      memcpy (&word, text + i, sizeof word);
      word = GUINT64_FROM_LE (word);
      found = zero_bytes (word ^ ONES * (guchar) delimiter) | zero_bytes (word ^ ONES * '"') |
              zero_bytes (word ^ ONES * '\n') | zero_bytes (word ^ ONES * '\r');
      /* gathers the eight bits at the top */
      mask |= ((found >> 7) * G_GUINT64_CONSTANT (0x0102040810204080) >> 56) << i;
    }

  return mask;
}

#endif

/* Nearly always there are a few in 64 bytes; writing too many at once is cheaper than asking before each. */
static inline gsize
note (guint64  mask,
      guint32  base,
      guint32 *positions)
{
  gsize n = (gsize) __builtin_popcountll (mask);

  for (gsize i = 0; i < n; i += 8)
    for (guint j = 0; j < 8; j++)
      {
        positions[i + j] = base + (guint32) __builtin_ctzll (mask | G_GUINT64_CONSTANT (1) << 63);
        mask &= mask - 1;
      }

  return n;
}

gsize
FUNCTION (const char *text,
          guint32     from,
          guint32     to,
          char        delimiter,
          guint32    *positions)
{
  gsize n = 0;

  for (; to - from >= BLOCK; from += BLOCK)
    n += note (find (text + from, delimiter), from, positions + n);

  if (from < to)
    {
      char rest[BLOCK] = { 0 };
      guint64 mask;

      memcpy (rest, text + from, to - from);
      mask = find (rest, delimiter) & ((G_GUINT64_CONSTANT (1) << (to - from)) - 1);
      n += note (mask, from, positions + n);
    }

  return n;
}
