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
#define INDEX       JOIN (balance_csv_index_, BALANCE_KERNELS_NAME)
#define FIGURES     JOIN (balance_csv_figures_, BALANCE_KERNELS_NAME)
#define VALIDATE    JOIN (balance_csv_validate_, BALANCE_KERNELS_NAME)

void INDEX   (const char      *text,
              guint32          from,
              guint32          to,
              char             delimiter,
              BalanceCsvMarks *marks);
void FIGURES (const gint64    *digits,
              guint            n,
              guint32          bit,
              guint32         *given,
              guint32         *more);
gboolean VALIDATE (const char *text,
                   gsize       length);

/* Of 64 bytes at once a bit for each: equal() to a byte, above() one where both have a sign. */
#if defined(__AVX512BW__)

typedef __m512i Bytes;

static inline Bytes
load (const char *text)
{
  return _mm512_loadu_si512 (text);
}

static inline guint64
equal (Bytes bytes,
       char  c)
{
  return _mm512_cmpeq_epi8_mask (bytes, _mm512_set1_epi8 (c));
}

static inline guint64
above (Bytes  bytes,
       gint8  c)
{
  return _mm512_cmpgt_epi8_mask (bytes, _mm512_set1_epi8 (c));
}

#elif defined(__AVX2__)

typedef struct
{
  __m256i parts[2];
} Bytes;

static inline Bytes
load (const char *text)
{
  const __m256i *parts = (gconstpointer) text;

  return (Bytes) { { _mm256_loadu_si256 (parts), _mm256_loadu_si256 (parts + 1) } };
}

static inline guint64
join (__m256i low,
      __m256i high)
{
  return (guint32) _mm256_movemask_epi8 (low) | (guint64) (guint32) _mm256_movemask_epi8 (high) << 32;
}

static inline guint64
equal (Bytes bytes,
       char  c)
{
  return join (_mm256_cmpeq_epi8 (bytes.parts[0], _mm256_set1_epi8 (c)), _mm256_cmpeq_epi8 (bytes.parts[1], _mm256_set1_epi8 (c)));
}

static inline guint64
above (Bytes  bytes,
       gint8  c)
{
  return join (_mm256_cmpgt_epi8 (bytes.parts[0], _mm256_set1_epi8 (c)), _mm256_cmpgt_epi8 (bytes.parts[1], _mm256_set1_epi8 (c)));
}

#elif defined(__SSE2__)

typedef struct
{
  __m128i parts[4];
} Bytes;

static inline Bytes
load (const char *text)
{
  const __m128i *parts = (gconstpointer) text;

  return (Bytes) { { _mm_loadu_si128 (parts), _mm_loadu_si128 (parts + 1), _mm_loadu_si128 (parts + 2), _mm_loadu_si128 (parts + 3) } };
}

static inline guint64
equal (Bytes bytes,
       char  c)
{
  guint64 mask = 0;

  for (guint i = 0; i < G_N_ELEMENTS (bytes.parts); i++)
    mask |= (guint64) (guint) _mm_movemask_epi8 (_mm_cmpeq_epi8 (bytes.parts[i], _mm_set1_epi8 (c))) << 16 * i;

  return mask;
}

static inline guint64
above (Bytes  bytes,
       gint8  c)
{
  guint64 mask = 0;

  for (guint i = 0; i < G_N_ELEMENTS (bytes.parts); i++)
    mask |= (guint64) (guint) _mm_movemask_epi8 (_mm_cmpgt_epi8 (bytes.parts[i], _mm_set1_epi8 (c))) << 16 * i;

  return mask;
}

#else

#define ONES G_GUINT64_CONSTANT (0x0101010101010101)
#define LOW7 G_GUINT64_CONSTANT (0x7f7f7f7f7f7f7f7f)

typedef struct
{
  guint64 words[8];
} Bytes;

static inline Bytes
load (const char *text)
{
  Bytes bytes;

  memcpy (bytes.words, text, sizeof bytes.words);
  for (guint i = 0; i < G_N_ELEMENTS (bytes.words); i++)
    bytes.words[i] = GUINT64_FROM_LE (bytes.words[i]);

  return bytes;
}

/* The highest bits of eight bytes. */
static inline guint64
gather (guint64 word)
{
  return ((word >> 7) & ONES) * G_GUINT64_CONSTANT (0x0102040810204080) >> 56;
}

static inline guint64
equal (Bytes bytes,
       char  c)
{
  guint64 mask = 0;

  for (guint i = 0; i < G_N_ELEMENTS (bytes.words); i++)
    {
      const guint64 word = bytes.words[i] ^ ONES * (guchar) c;

      /* the highest bit of every byte that is zero, exactly */
      mask |= gather (~(((word & LOW7) + LOW7) | word | LOW7)) << 8 * i;
    }

  return mask;
}

static inline guint64
above (Bytes  bytes,
       gint8  c)
{
  guint64 mask = 0;

  for (guint i = 0; i < G_N_ELEMENTS (bytes.words); i++)
    {
      /* without signs: as if 128 were added to both */
      const guint64 word = bytes.words[i] ^ ~LOW7;
      const guint64 limit = ONES * (guint8) (c + 128);
      /* of the lower seven bits, and where the highest differ */
      const guint64 low = (word | ~LOW7) - (limit & LOW7) - ONES;

      mask |= gather ((word & ~limit) | (~(word ^ limit) & low)) << 8 * i;
    }

  return mask;
}

#endif

#if defined(__AVX512BW__)

/* Of sixteen bytes at once. What is stored behind the last place is overwritten by the next ones. */
static inline gsize
note (guint64  mask,
      guint32  base,
      guint32 *positions)
{
  const __m512i first = _mm512_setr_epi32 (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  gsize n = 0;

  for (guint i = 0; i < BLOCK; i += 16)
    {
      const __mmask16 some = (__mmask16) (mask >> i);

      _mm512_storeu_si512 (positions + n, _mm512_maskz_compress_epi32 (some, _mm512_add_epi32 (first, _mm512_set1_epi32 ((gint32) (base + i)))));
      n += (gsize) __builtin_popcount (some);
    }

  return n;
}

#else

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

#endif

/* Every byte must be what the ones before it ask for. Characters whose second byte has limits of its own (those that
 * begin with E0, ED and F0 and above) are rare enough to be looked at one by one. */
static inline void
validate (Bytes            bytes,
          guint64          within,
          BalanceCsvMarks *marks)
{
  const guint64 ascii = above (bytes, 0);
  guint64 rest, two, three, expected;

  if (G_LIKELY ((ascii | ~within) == G_MAXUINT64 && marks->carry == 0))
    return;

  rest = ~above (bytes, (gint8) 0xbf);                                              /* 80 to BF */
  two = above (bytes, (gint8) 0xc1) & ~above (bytes, (gint8) 0xdf) & within;
  three = above (bytes, (gint8) 0xe0) & ~above (bytes, (gint8) 0xef) & ~equal (bytes, (char) 0xed) & within;
  expected = two << 1 | three << 1 | three << 2 | marks->carry;
  if (((expected ^ rest) & within) != 0 || ((ascii | rest | two | three) & within) != within)
    marks->is_valid = FALSE;
  marks->carry = two >> 63 | three >> 63 | three >> 62;
}

static inline void
mark_block (const char      *text,
            guint32          at,
            guint64          within,
            char             delimiter,
            BalanceCsvMarks *marks)
{
  const Bytes bytes = load (text);
  const guint64 delimiters = equal (bytes, delimiter) & within;
  guint64 others = (equal (bytes, '"') | equal (bytes, '\n') | equal (bytes, '\r')) & within;
  const guint64 all = delimiters | others;

#ifdef __POPCNT__
  /* often one and hardly ever more, in no order that a processor could learn */
  marks->breaks[marks->n_breaks] = (guint32) marks->n_positions + (guint32) __builtin_popcountll (all & ((others & -others) - 1));
  marks->n_breaks += others != 0;
  others &= others - 1;
#endif
  for (; G_UNLIKELY (others != 0); others &= others - 1)
    marks->breaks[marks->n_breaks++] = (guint32) marks->n_positions + (guint32) __builtin_popcountll (all & ((others & -others) - 1));
  marks->n_positions += note (all, at, marks->positions + marks->n_positions);
  validate (bytes, within, marks);
}

void
INDEX (const char      *text,
       guint32          from,
       guint32          to,
       char             delimiter,
       BalanceCsvMarks *marks)
{
  /* of its own, so that it stays in registers */
  BalanceCsvMarks found = *marks;

  for (; to - from >= BLOCK; from += BLOCK)
    mark_block (text + from, from, G_MAXUINT64, delimiter, &found);

  if (from < to)
    {
      char rest[BLOCK] = { 0 };

      memcpy (rest, text + from, to - from);
      mark_block (rest, from, (G_GUINT64_CONSTANT (1) << (to - from)) - 1, delimiter, &found);
    }
  *marks = found;
}

gboolean
VALIDATE (const char *text,
          gsize       length)
{
  BalanceCsvMarks found = { .is_valid = TRUE };

  for (; length >= BLOCK; text += BLOCK, length -= BLOCK)
    validate (load (text), G_MAXUINT64, &found);
  if (length > 0)
    {
      char rest[BLOCK];

      memset (rest, ' ', sizeof rest);
      memcpy (rest, text, length);
      validate (load (rest), G_MAXUINT64, &found);
    }

  return found.is_valid && found.carry == 0;
}

void
FIGURES (const gint64 *digits,
         guint         n,
         guint32       bit,
         guint32      *restrict given,
         guint32      *restrict more)
{
  for (guint i = 0; i < n; i++)
    {
      given[i] |= digits[i] != BALANCE_CSV_MISSING ? bit : 0;
      more[i] |= digits[i] != BALANCE_CSV_MISSING && digits[i] != 0 ? bit : 0;
    }
}
