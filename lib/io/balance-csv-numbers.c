/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Compiled once for each instruction set, like the loops over columns. */

#include "io/balance-csv-numbers-private.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#define JOIN2(a, b) a##b
#define JOIN(a, b)  JOIN2 (a, b)
#define NUMBERS     JOIN (balance_csv_numbers_, BALANCE_KERNELS_NAME)

guint NUMBERS (const char            *text,
               const BalanceCsvCells *cells,
               guint                  scale,
               gint64                *digits);

static inline guint
read_one_by_one (const char            *text,
                 const BalanceCsvCells *cells,
                 guint                  from,
                 guint                  scale,
                 gint64                *digits)
{
  for (guint i = from; i < cells->n; i++)
    {
      const guint32 *end = cells->ends + (gsize) i * cells->stride;
      const guint32 length = end[0] - end[-1] - 1;
      guint its_scale;

      if (length == 0)
        digits[i] = BALANCE_CSV_MISSING;
      else if (length > 8 || !balance_csv_read_short_number (text + end[0], length, &digits[i], &its_scale) || its_scale != scale)
        return i;
    }

  return cells->n;
}

#if defined(__AVX2__)

/* Where a cell ends and, in the lower half, where the one before it does. */
static inline gint64
load_ends (const guint32 *end)
{
  gint64 ends;

  memcpy (&ends, end - 1, sizeof ends);

  return ends;
}

static inline gint64
load_last (const char    *text,
           const guint32 *end)
{
  return (gint64) balance_csv_load_word (text + end[0] - 8);
}

#endif

#if defined(__AVX512BW__)

#define LANES 8

static inline __m512i
repeat (guint64 word)
{
  return _mm512_set1_epi64 ((gint64) word);
}

/* As balance_csv_read_short_number() does it, eight at once; the place of the point follows from the scale. */
static inline guint
read_lanes (const char            *text,
            const BalanceCsvCells *cells,
            guint                  scale,
            gint64                *digits)
{
  const guint at = 8 * (7 - scale);
  const guint64 before = (G_GUINT64_CONSTANT (1) << at) - 1;
  const gsize step = cells->stride;
  const guint32 *end = cells->ends;
  guint i = 0;

  for (; i + LANES <= cells->n; i += LANES)
    {
      const guint32 *const a = end, *const b = a + step, *const c = b + step, *const d = c + step;
      const guint32 *const e = d + step, *const f = e + step, *const g = f + step, *const h = g + step;
      const __m512i ends = _mm512_set_epi64 (load_ends (h), load_ends (g), load_ends (f), load_ends (e),
                                             load_ends (d), load_ends (c), load_ends (b), load_ends (a));
      const __m512i length = _mm512_sub_epi64 (_mm512_srli_epi64 (ends, 32), _mm512_add_epi64 (_mm512_and_si512 (ends, repeat (G_MAXUINT32)), repeat (1)));
      __m512i word, number;
      __mmask8 good, empty;

      end = h + step;
      empty = _mm512_testn_epi64_mask (length, length);
      /* many a column has hardly anything */
      if (empty == (1 << LANES) - 1)
        {
          _mm512_storeu_si512 (digits + i, repeat ((guint64) BALANCE_CSV_MISSING));
          continue;
        }

      /* of no length, and of more than eight, nothing is left */
      word = _mm512_sllv_epi64 (repeat (G_MAXUINT64), _mm512_sub_epi64 (repeat (64), _mm512_slli_epi64 (length, 3)));
      word = _mm512_and_si512 (word, _mm512_xor_si512 (repeat (BALANCE_CSV_ONES * '0'),
        _mm512_set_epi64 (load_last (text, h), load_last (text, g), load_last (text, f), load_last (text, e),
                          load_last (text, d), load_last (text, c), load_last (text, b), load_last (text, a))));
      good = _mm512_cmplt_epu64_mask (length, repeat (9));
      if (scale > 0)
        {
          const __m512i point = _mm512_and_si512 (word, repeat (G_GUINT64_CONSTANT (0xff) << at));

          good &= _mm512_cmpeq_epi64_mask (point, repeat ((guint64) ('.' ^ '0') << at));
          good &= _mm512_cmpgt_epi64_mask (length, repeat (scale + 1));
          word = _mm512_or_si512 (_mm512_and_si512 (word, repeat (~(before << 8 | 0xff))),
                                  _mm512_slli_epi64 (_mm512_and_si512 (word, repeat (before)), 8));
        }
      number = _mm512_or_si512 (_mm512_add_epi8 (word, repeat (BALANCE_CSV_ONES * (0x80 - 10))), word);
      good &= _mm512_testn_epi64_mask (number, repeat (BALANCE_CSV_ONES * 0x80));
      good |= empty;

      number = _mm512_maddubs_epi16 (word, repeat (G_GUINT64_CONSTANT (0x010a010a010a010a)));
      number = _mm512_madd_epi16 (number, repeat (G_GUINT64_CONSTANT (0x0001006400010064)));
      number = _mm512_add_epi64 (_mm512_mul_epu32 (number, repeat (10000)), _mm512_srli_epi64 (number, 32));
      _mm512_storeu_si512 (digits + i, _mm512_mask_mov_epi64 (number, empty, repeat ((guint64) BALANCE_CSV_MISSING)));

      if (good != (1 << LANES) - 1)
        return i + (guint) __builtin_ctz (~(guint) good);
    }

  return read_one_by_one (text, cells, i, scale, digits);
}

#elif defined(__AVX2__)

#define LANES 4

static inline __m256i
repeat (guint64 word)
{
  return _mm256_set1_epi64x ((gint64) word);
}

/* The same, four at once. */
static inline guint
read_lanes (const char            *text,
            const BalanceCsvCells *cells,
            guint                  scale,
            gint64                *digits)
{
  const guint at = 8 * (7 - scale);
  const guint64 before = (G_GUINT64_CONSTANT (1) << at) - 1;
  const gsize step = cells->stride;
  const guint32 *end = cells->ends;
  guint i = 0;

  for (; i + LANES <= cells->n; i += LANES)
    {
      const guint32 *const a = end, *const b = a + step, *const c = b + step, *const d = c + step;
      const __m256i ends = _mm256_set_epi64x (load_ends (d), load_ends (c), load_ends (b), load_ends (a));
      const __m256i length = _mm256_sub_epi64 (_mm256_srli_epi64 (ends, 32), _mm256_add_epi64 (_mm256_and_si256 (ends, repeat (G_MAXUINT32)), repeat (1)));
      __m256i word, good, empty, number;
      guint mask;

      end = d + step;
      word = _mm256_set_epi64x (load_last (text, d), load_last (text, c), load_last (text, b), load_last (text, a));

      /* of no length, and of more than eight, nothing is left */
      word = _mm256_and_si256 (_mm256_xor_si256 (word, repeat (BALANCE_CSV_ONES * '0')),
                               _mm256_sllv_epi64 (repeat (G_MAXUINT64), _mm256_sub_epi64 (repeat (64), _mm256_slli_epi64 (length, 3))));
      empty = _mm256_cmpeq_epi64 (length, repeat (0));
      good = _mm256_cmpgt_epi64 (repeat (9), length);
      if (scale > 0)
        {
          const __m256i point = _mm256_and_si256 (word, repeat (G_GUINT64_CONSTANT (0xff) << at));

          good = _mm256_and_si256 (good, _mm256_cmpeq_epi64 (point, repeat ((guint64) ('.' ^ '0') << at)));
          good = _mm256_and_si256 (good, _mm256_cmpgt_epi64 (length, repeat (scale + 1)));
          word = _mm256_or_si256 (_mm256_and_si256 (word, repeat (~(before << 8 | 0xff))),
                                  _mm256_slli_epi64 (_mm256_and_si256 (word, repeat (before)), 8));
        }
      number = _mm256_or_si256 (_mm256_add_epi8 (word, repeat (BALANCE_CSV_ONES * (0x80 - 10))), word);
      number = _mm256_and_si256 (number, repeat (BALANCE_CSV_ONES * 0x80));
      good = _mm256_or_si256 (_mm256_and_si256 (good, _mm256_cmpeq_epi64 (number, repeat (0))), empty);

      number = _mm256_maddubs_epi16 (word, repeat (G_GUINT64_CONSTANT (0x010a010a010a010a)));
      number = _mm256_madd_epi16 (number, repeat (G_GUINT64_CONSTANT (0x0001006400010064)));
      number = _mm256_add_epi64 (_mm256_mul_epu32 (number, repeat (10000)), _mm256_srli_epi64 (number, 32));
      number = _mm256_blendv_epi8 (number, repeat ((guint64) BALANCE_CSV_MISSING), empty);
      _mm256_storeu_si256 ((gpointer) (digits + i), number);

      mask = (guint) _mm256_movemask_pd (_mm256_castsi256_pd (good));
      if (mask != (1 << LANES) - 1)
        return i + (guint) __builtin_ctz (~mask);
    }

  return read_one_by_one (text, cells, i, scale, digits);
}

#endif

#if defined(__AVX2__)

guint
NUMBERS (const char            *text,
         const BalanceCsvCells *cells,
         guint                  scale,
         gint64                *digits)
{
  if (scale == 0)
    return read_lanes (text, cells, 0, digits);

  /* more places have no room among eight characters */
  return scale < 7 ? read_lanes (text, cells, scale, digits) : 0;
}

#else

guint
NUMBERS (const char            *text,
         const BalanceCsvCells *cells,
         guint                  scale,
         gint64                *digits)
{
  return scale < 7 ? read_one_by_one (text, cells, 0, scale, digits) : 0;
}

#endif
