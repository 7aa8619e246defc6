/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <string.h>

/* As many doubles as a register of the instruction set has, and the few operations on them that are not those of C:
 * all else in the kernels is plain C or GCC's vector types. Included by the kernels alone, once for each set. */

#if defined (__AVX512F__)
# define LANES 8
#elif defined (__AVX2__)
# define LANES 4
#else
# define LANES 2
#endif

#if defined (__SSE2__)
# include <immintrin.h>
#elif defined (__aarch64__)
# include <arm_neon.h>
#endif

typedef double V __attribute__ ((vector_size (LANES * sizeof (double))));
typedef gint64 M __attribute__ ((vector_size (LANES * sizeof (gint64))));

static inline V
load_lanes (const double *p)
{
  V v;

  memcpy (&v, p, sizeof v);
  return v;
}

/* Of `n` numbers the first, zeros for those that there are not. */
static inline V
load_first (const double *p, gsize n)
{
  V v = { 0 };

  if (n >= LANES)
    return load_lanes (p);
  memcpy (&v, p, n * sizeof *p);
  return v;
}

static inline V
load_int32_lanes (const gint32 *p)
{
#if defined (__AVX512F__)
  return (V) _mm512_cvtepi32_pd (_mm256_loadu_si256 ((const __m256i *) (const void *) p));
#elif defined (__AVX2__)
  return (V) _mm256_cvtepi32_pd (_mm_loadu_si128 ((const __m128i *) (const void *) p));
#else
  gint32 v __attribute__ ((vector_size (LANES * sizeof (gint32))));

  memcpy (&v, p, sizeof v);
  return __builtin_convertvector (v, V);
#endif
}

/* Of `n` numbers below 2^31 the first, zeros for those that there are not. */
static inline V
load_first_uint32 (const guint32 *p, gsize n)
{
  gint32 v[LANES] = { 0 };

  if (n >= LANES)
    return load_int32_lanes ((const gint32 *) p);
  memcpy (v, p, n * sizeof *p);
  return load_int32_lanes (v);
}

static inline V
all (double x)
{
#if defined (__AVX512F__)
  return (V) _mm512_set1_pd (x);
#elif defined (__AVX2__)
  return (V) _mm256_set1_pd (x);
#elif defined (__SSE2__)
  return (V) _mm_set1_pd (x);
#else
  return (V) { x, x };
#endif
}

static inline V
masked (V v, M mask)
{
  return (V) ((M) v & mask);
}

/* All ones in the first lanes. */
static inline M
first_lanes (gsize n)
{
  static const gint64 ones[2 * LANES] = {
#if LANES == 8
    -1, -1, -1, -1,
#endif
#if LANES >= 4
    -1, -1,
#endif
    -1, -1,
  };
  M mask;

  memcpy (&mask, ones + LANES - MIN (n, LANES), sizeof mask);
  return mask;
}

/* All ones where a flag is yes. */
static inline M
mask_of_flags (const guint8 *flags)
{
#if defined (__AVX512F__)
  __m128i bytes = _mm_loadl_epi64 ((const __m128i *) (const void *) flags);

  return -(M) _mm512_and_si512 (_mm512_cvtepu8_epi64 (bytes), _mm512_set1_epi64 (1));
#elif defined (__AVX2__)
  gint32 four;

  memcpy (&four, flags, sizeof four);
  return -(M) _mm256_and_si256 (_mm256_cvtepu8_epi64 (_mm_cvtsi32_si128 (four)), _mm256_set1_epi64x (1));
#else
  return (M) { -(gint64) (flags[0] & 1), -(gint64) (flags[1] & 1) };
#endif
}

/* Lanes in another order: clang knows the one way, gcc before 12 only the other. */
#if defined (__clang__) || __GNUC__ >= 12
# define SHUFFLE(v, ...) __builtin_shufflevector (v, v, __VA_ARGS__)
#else
# define SHUFFLE(v, ...) __builtin_shuffle (v, (M) { __VA_ARGS__ })
#endif

static inline V
rotate (V v, guint by)
{
#if LANES == 8
  return by == 4 ? SHUFFLE (v, 4, 5, 6, 7, 0, 1, 2, 3)
         : by == 2 ? SHUFFLE (v, 2, 3, 0, 1, 6, 7, 4, 5) : SHUFFLE (v, 1, 0, 3, 2, 5, 4, 7, 6);
#elif LANES == 4
  return by == 2 ? SHUFFLE (v, 2, 3, 0, 1) : SHUFFLE (v, 1, 0, 3, 2);
#else
  return SHUFFLE (v, 1, 0);
#endif
}

/* What lanes add up to is added to four numbers. */
static inline void
add_four (double *four, V a, V b, V c, V d)
{
#if defined (__AVX2__)
# if defined (__AVX512F__)
#  define HALVES(v) _mm256_add_pd (_mm512_castpd512_pd256 ((__m512d) (v)), _mm512_extractf64x4_pd ((__m512d) (v), 1))
# else
#  define HALVES(v) ((__m256d) (v))
# endif
  const __m256d ab = _mm256_hadd_pd (HALVES (a), HALVES (b)), cd = _mm256_hadd_pd (HALVES (c), HALVES (d));
  const __m256d sum = _mm256_add_pd (_mm256_permute2f128_pd (ab, cd, 0x21), _mm256_blend_pd (ab, cd, 0xc));

  _mm256_storeu_pd (four, _mm256_add_pd (_mm256_loadu_pd (four), sum));
# undef HALVES
#else
  const V of[] = { a, b, c, d };

  for (guint i = 0; i < 4; i++)
    for (guint k = 0; k < LANES; k++)
      four[i] += of[i][k];
#endif
}

/* As many fours as there are lanes, each number of theirs in a register of its own. */
static inline void
take_fours (const double *fours, V *out)
{
#if defined (__AVX2__)
  for (guint k = 0; k < LANES; k += 4)
    {
      const __m256d a = _mm256_loadu_pd (fours + 4 * k), b = _mm256_loadu_pd (fours + 4 * k + 4);
      const __m256d c = _mm256_loadu_pd (fours + 4 * k + 8), d = _mm256_loadu_pd (fours + 4 * k + 12);
      const __m256d ab = _mm256_unpacklo_pd (a, b), cd = _mm256_unpacklo_pd (c, d);
      const __m256d ab_next = _mm256_unpackhi_pd (a, b), cd_next = _mm256_unpackhi_pd (c, d);

      _mm256_storeu_pd ((double *) &out[0] + k, _mm256_permute2f128_pd (ab, cd, 0x20));
      _mm256_storeu_pd ((double *) &out[1] + k, _mm256_permute2f128_pd (ab_next, cd_next, 0x20));
      _mm256_storeu_pd ((double *) &out[2] + k, _mm256_permute2f128_pd (ab, cd, 0x31));
      _mm256_storeu_pd ((double *) &out[3] + k, _mm256_permute2f128_pd (ab_next, cd_next, 0x31));
    }
#else
  for (guint i = 0; i < 4; i++)
    for (guint k = 0; k < LANES; k++)
      out[i][k] = fours[4 * k + i];
#endif
}

/* One bit for each lane, the first lowest. */
static inline guint
lane_bits (M mask)
{
#if defined (__AVX512F__)
  return _mm512_movepi64_mask ((__m512i) mask);
#elif defined (__AVX2__)
  return (guint) _mm256_movemask_pd ((__m256d) mask);
#elif defined (__SSE2__)
  return (guint) _mm_movemask_pd ((__m128d) mask);
#else
  guint bits = 0;

  for (guint k = 0; k < LANES; k++)
    bits |= (guint) (mask[k] & 1) << k;
  return bits;
#endif
}

/* Without their sign. */
static inline V
magnitude (V v)
{
  return (V) ((M) v & G_MAXINT64);
}

static inline gboolean
any_lane (M mask)
{
#if defined (__AVX512F__)
  return _mm512_movepi64_mask ((__m512i) mask) != 0;
#elif defined (__AVX2__)
  return _mm256_movemask_pd ((__m256d) mask) != 0;
#else
  gint64 any = 0;

  for (guint k = 0; k < LANES; k++)
    any |= mask[k];
  return any != 0;
#endif
}

/* a b + c, where the product is exact */
static inline V
multiply_add (V a, V b, V c)
{
#if defined (__AVX512F__)
  return (V) _mm512_fmadd_pd ((__m512d) a, (__m512d) b, (__m512d) c);
#elif defined (__FMA__)
  return (V) _mm256_fmadd_pd ((__m256d) a, (__m256d) b, (__m256d) c);
#else
  return a * b + c;
#endif
}

/* c - a b, rounded once or twice: with the right sign where the product is exact */
static inline V
subtract_product (V c, V a, V b)
{
#if defined (__AVX512F__)
  return (V) _mm512_fnmadd_pd ((__m512d) a, (__m512d) b, (__m512d) c);
#elif defined (__FMA__)
  return (V) _mm256_fnmadd_pd ((__m256d) a, (__m256d) b, (__m256d) c);
#else
  return c - a * b;
#endif
}

/* a b - p, where p is near to a b: exactly */
static inline V
product_error (V a, V b, V p)
{
#if defined (__AVX512F__)
  return (V) _mm512_fmsub_pd ((__m512d) a, (__m512d) b, (__m512d) p);
#elif defined (__FMA__)
  return (V) _mm256_fmsub_pd ((__m256d) a, (__m256d) b, (__m256d) p);
#elif defined (__aarch64__)
  return (V) vfmaq_f64 ((float64x2_t) -p, (float64x2_t) a, (float64x2_t) b);
#else
  const double split = 134217729.0;   /* 2^27 + 1 (Dekker 1971) */
  V t = a * split, ah = t - (t - a), al = a - ah, u = b * split, bh = u - (u - b), bl = b - bh;

  return ((ah * bh - p) + ah * bl + al * bh) + al * bl;
#endif
}

/* a b - c, where the products are exact */
static inline V
multiply_subtract (V a, V b, V c)
{
#if defined (__AVX512F__)
  return (V) _mm512_fmsub_pd ((__m512d) a, (__m512d) b, (__m512d) c);
#elif defined (__FMA__)
  return (V) _mm256_fmsub_pd ((__m256d) a, (__m256d) b, (__m256d) c);
#else
  return a * b - c;
#endif
}

/* sum + a b, and in `rest` what of a b is not in that, where no product is above the sum: with an error of its own last
 * bit only. */
static inline V
add_product (V sum, V a, V b, V *rest)
{
#if defined (__AVX512F__) || defined (__FMA__)
  V s = multiply_add (a, b, sum);

  *rest = multiply_subtract (a, b, s - sum);
#else
  V t = a * b, s = sum + t;

  *rest = (t - (s - sum)) + product_error (a, b, t);
#endif
  return s;
}

static inline V
lower (V a, V b)
{
#if defined (__AVX512F__)
  return (V) _mm512_min_pd ((__m512d) a, (__m512d) b);
#elif defined (__AVX2__)
  return (V) _mm256_min_pd ((__m256d) a, (__m256d) b);
#elif defined (__SSE2__)
  return (V) _mm_min_pd ((__m128d) a, (__m128d) b);
#else
  M less = (M) (a < b);

  return (V) (((M) a & less) | ((M) b & ~less));
#endif
}

static inline V
square_root (V v)
{
#if defined (__AVX512F__)
  return (V) _mm512_sqrt_pd ((__m512d) v);
#elif defined (__AVX2__)
  return (V) _mm256_sqrt_pd ((__m256d) v);
#elif defined (__SSE2__)
  return (V) _mm_sqrt_pd ((__m128d) v);
#elif defined (__aarch64__)
  return (V) vsqrtq_f64 ((float64x2_t) v);
#else
  for (guint k = 0; k < LANES; k++)
    v[k] = __builtin_sqrt (v[k]);
  return v;
#endif
}

/* One bit for each of eight lanes that has a sign, in the order that order_bits() puts right. */
static inline guint
signs_of_8 (const V *v)
{
#if defined (__AVX512F__)
  return _mm512_movepi64_mask ((__m512i) v[0]);
#elif defined (__AVX2__)
  return (guint) _mm256_movemask_ps (_mm256_shuffle_ps ((__m256) v[0], (__m256) v[1], 0xdd));
#elif defined (__SSE2__)
  return (guint) (_mm_movemask_ps (_mm_shuffle_ps ((__m128) v[0], (__m128) v[1], 0xdd)) |
                  _mm_movemask_ps (_mm_shuffle_ps ((__m128) v[2], (__m128) v[3], 0xdd)) << 4);
#else
  guint bits = 0;

  for (guint k = 0; k < 8; k++)
    bits |= (guint) ((guint64) ((M) v[k / LANES])[k % LANES] >> 63) << k;
  return bits;
#endif
}

/* Of eight times eight rows. */
static inline guint64
order_bits (guint64 bits)
{
#if defined (__AVX2__) && !defined (__AVX512F__)
  /* a register of two halves takes rows 0, 1, 4, 5 before 2, 3, 6, 7 */
  guint64 other = (bits >> 2 ^ bits) & G_GUINT64_CONSTANT (0x0c0c0c0c0c0c0c0c);

  return bits ^ (other + (other << 2));
#else
  return bits;
#endif
}

/* -- bytes and bits ------------------------------------------------------------------------------------ */

/* Bits of the first n of up to 64 bytes that are not 0; all 64 can be read. */
static inline guint64
bits_of_bytes (const guint8 *bytes, guint n)
{
  guint64 bits = 0;

#if defined (__AVX2__)
  for (guint i = 0; i < n; i += 32)
    {
      __m256i v = _mm256_loadu_si256 ((const __m256i *) (const void *) (bytes + i));

      bits |= (guint64) ~(guint32) _mm256_movemask_epi8 (_mm256_cmpeq_epi8 (v, _mm256_setzero_si256 ())) << i;
    }
#elif defined (__SSE2__)
  for (guint i = 0; i < n; i += 16)
    {
      __m128i v = _mm_loadu_si128 ((const __m128i *) (const void *) (bytes + i));

      bits |= (guint64) (guint16) ~_mm_movemask_epi8 (_mm_cmpeq_epi8 (v, _mm_setzero_si128 ())) << i;
    }
#else
  for (guint i = 0; i < n; i++)
    bits |= (guint64) (bytes[i] != 0) << i;
#endif

  return bits & (G_MAXUINT64 >> (64 - n));
}

#if defined (__AVX2__)
/* 2 for each of 32 numbers that is the other code, else 1 where it is the one. */
static inline void
put_equal_codes (guint8 *out, const gint32 *codes, gint32 one, gint32 other)
{
  const __m256i ones = _mm256_set1_epi32 (one), others = _mm256_set1_epi32 (other);
  /* registers are packed half by half */
  const __m256i order = _mm256_setr_epi32 (0, 4, 1, 5, 2, 6, 3, 7);
  __m256i is_one[4], is_other[4];

  for (guint i = 0; i < 4; i++)
    {
      const __m256i eight = _mm256_loadu_si256 ((const __m256i *) (const void *) (codes + 8 * i));

      is_one[i] = _mm256_cmpeq_epi32 (eight, ones);
      is_other[i] = _mm256_cmpeq_epi32 (eight, others);
    }
  is_one[0] = _mm256_packs_epi16 (_mm256_packs_epi32 (is_one[0], is_one[1]), _mm256_packs_epi32 (is_one[2], is_one[3]));
  is_other[0] = _mm256_packs_epi16 (_mm256_packs_epi32 (is_other[0], is_other[1]), _mm256_packs_epi32 (is_other[2], is_other[3]));
  is_one[0] = _mm256_max_epu8 (_mm256_and_si256 (is_one[0], _mm256_set1_epi8 (1)), _mm256_and_si256 (is_other[0], _mm256_set1_epi8 (2)));
  _mm256_storeu_si256 ((__m256i *) (void *) out, _mm256_permutevar8x32_epi32 (is_one[0], order));
}
#endif

/* The two lowest bits that any of n bytes has; 32 past the end can be read. */
static inline guint8
any_bits (const guint8 *bytes, gsize n)
{
#if defined (__AVX2__)
  static const guint8 ones[64] = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
                                   255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 };
  __m256i any = _mm256_setzero_si256 ();

  for (gsize i = 0; i < n; i += 32)
    {
      __m256i mine = _mm256_loadu_si256 ((const __m256i *) (const void *) (ones + 32 - MIN (32, n - i)));

      any = _mm256_or_si256 (any, _mm256_and_si256 (mine, _mm256_loadu_si256 ((const __m256i *) (const void *) (bytes + i))));
    }
  return (guint8) ((_mm256_movemask_epi8 (_mm256_slli_epi16 (any, 7)) != 0) | (_mm256_movemask_epi8 (_mm256_slli_epi16 (any, 6)) != 0) << 1);
#else
  guint8 bits = 0;

  for (gsize i = 0; i < n; i++)
    bits |= bytes[i];
  return bits;
#endif
}

/* Writes the bits of up to 57 rows that start anywhere; the word after theirs can be written. */
static inline void
put_bits (guint64 *words, gsize at, guint64 bits)
{
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  guint8 *bytes = (guint8 *) words + at / 8;
  guint64 word;

  memcpy (&word, bytes, sizeof word);
  word |= bits << (at % 8);
  memcpy (bytes, &word, sizeof word);
#else
  words[at / 64] |= bits << (at % 64);
  /* twice, for no shift may be as wide as the word */
  words[at / 64 + 1] |= (bits >> 1) >> (63 - at % 64);
#endif
}

/* Writes the first n of 64 bytes, each the sum of its two bits. */
static inline void
put_bytes (guint8 *out, guint64 a, guint64 b, guint n)
{
  guint8 last[64];
  guint8 *bytes = n == 64 ? out : last;

#if defined (__AVX512BW__)
  _mm512_storeu_si512 (bytes, _mm512_add_epi8 (_mm512_maskz_set1_epi8 (a, 1), _mm512_maskz_set1_epi8 (b, 1)));
#elif defined (__AVX2__)
  const __m256i which = _mm256_setr_epi64x (0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
  const __m256i bit = _mm256_set1_epi64x ((gint64) G_GUINT64_CONSTANT (0x8040201008040201));
  const __m256i all_a = _mm256_set1_epi64x ((gint64) a), all_b = _mm256_set1_epi64x ((gint64) b);

  for (guint i = 0; i < 64; i += 32)
    {
      const __m256i mine = _mm256_add_epi8 (which, _mm256_set1_epi8 ((char) (i / 8)));
      __m256i x = _mm256_and_si256 (_mm256_shuffle_epi8 (all_a, mine), bit), y = _mm256_and_si256 (_mm256_shuffle_epi8 (all_b, mine), bit);

      x = _mm256_add_epi8 (_mm256_cmpeq_epi8 (x, bit), _mm256_cmpeq_epi8 (y, bit));
      _mm256_storeu_si256 ((__m256i *) (void *) (bytes + i), _mm256_sub_epi8 (_mm256_setzero_si256 (), x));
    }
#else
  for (guint i = 0; i < 64; i += 8)
    {
      const guint64 bit = G_GUINT64_CONSTANT (0x8040201008040201), ones = G_GUINT64_CONSTANT (0x0101010101010101);
      guint64 x = ((a >> i & 0xff) * ones) & bit, y = ((b >> i & 0xff) * ones) & bit;

      /* one bit in each byte, wherever it is, to the lowest */
      x = (x + 0x7f * ones) >> 7 & ones;
      y = (y + 0x7f * ones) >> 7 & ones;
      x = GUINT64_TO_LE (x + y);
      memcpy (bytes + i, &x, sizeof x);
    }
#endif
  if (n < 64)
    memcpy (out, last, n);
}
