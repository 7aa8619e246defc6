/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-tile-private.h"

#include <string.h>

#define QUAD BALANCE_TILE_WIDTH

/* So many rows ahead a line of the tile is asked for. */
#define AHEAD 24

/* A row of the tile, or four rows of a column: what a register of every machine holds. */
typedef gint32 Vector __attribute__ ((vector_size (QUAD * sizeof (gint32))));
typedef guint32 Bits __attribute__ ((vector_size (QUAD * sizeof (guint32))));

static inline Vector
load (const gint32 *from)
{
  Vector result;

  memcpy (&result, from, sizeof result);

  return result;
}

static inline void
store (gint32 *to,
       Vector  vector)
{
  memcpy (to, &vector, sizeof vector);
}

/* Lanes of two vectors: clang knows the one way, gcc before 12 only the other. */
#if defined (__clang__) || __GNUC__ >= 12
# define SHUFFLE(v, w, ...) __builtin_shufflevector (v, w, __VA_ARGS__)
#else
# define SHUFFLE(v, w, ...) __builtin_shuffle (v, w, (Vector) { __VA_ARGS__ })
#endif

/* Rows become columns, or columns rows. */
static inline void
transpose (Vector v[QUAD])
{
  const Vector a = SHUFFLE (v[0], v[1], 0, 4, 1, 5), b = SHUFFLE (v[2], v[3], 0, 4, 1, 5);
  const Vector c = SHUFFLE (v[0], v[1], 2, 6, 3, 7), d = SHUFFLE (v[2], v[3], 2, 6, 3, 7);

  v[0] = SHUFFLE (a, b, 0, 1, 4, 5);
  v[1] = SHUFFLE (a, b, 2, 3, 6, 7);
  v[2] = SHUFFLE (c, d, 0, 1, 4, 5);
  v[3] = SHUFFLE (c, d, 2, 3, 6, 7);
}

static inline Vector
select_lanes (Vector mask,
              Vector yes,
              Vector no)
{
  return (yes & mask) | (no & ~mask);
}

static void
add_to_range (BalanceTileRange *range,
              gint32            value)
{
  if (value == BALANCE_TILE_MISSING)
    return;
  range->min = MIN (range->min, value);
  range->max = MAX (range->max, value);
  range->n_valid++;
}

void
balance_tile_lay (gint32              *tile,
                  guint                n_columns,
                  const gint32 *const *columns,
                  guint                begin,
                  guint                end,
                  BalanceTileRange    *ranges)
{
  const gint32 *from[QUAD];
  Vector n_missing[QUAD], min[QUAD], max[QUAD];
  guint i = begin;

  for (guint c = 0; c < QUAD; c++)
    {
      /* the last one stands for those that lack */
      from[c] = columns[MIN (c, n_columns - 1)];
      n_missing[c] = (Vector) { 0 };
      min[c] = (Vector) { G_MAXINT32, G_MAXINT32, G_MAXINT32, G_MAXINT32 };
      max[c] = (Vector) { G_MININT32, G_MININT32, G_MININT32, G_MININT32 };
    }

  for (; i + QUAD <= end; i += QUAD)
    {
      Vector rows[QUAD];

      for (guint c = 0; c < QUAD; c++)
        {
          const Vector v = rows[c] = load (from[c] + i);
          const Vector missing = v == BALANCE_TILE_MISSING;
          /* what is missing is the smallest number; as the greatest one it is no minimum either */
          const Vector low = v ^ missing;

          n_missing[c] += missing;
          min[c] = select_lanes (low < min[c], low, min[c]);
          max[c] = select_lanes (v > max[c], v, max[c]);
        }
      transpose (rows);
      for (guint j = 0; j < QUAD; j++)
        store (tile + (gsize) (i + j) * QUAD, rows[j]);
    }

  for (guint c = 0; c < n_columns; c++)
    {
      BalanceTileRange *range = &ranges[c];

      *range = (BalanceTileRange) { i - begin, G_MAXINT32, G_MININT32 };
      for (guint lane = 0; lane < QUAD; lane++)
        {
          range->n_valid -= (guint) -n_missing[c][lane];
          range->min = MIN (range->min, min[c][lane]);
          range->max = MAX (range->max, max[c][lane]);
        }
      for (guint j = i; j < end; j++)
        add_to_range (range, from[c][j]);
    }
  for (; i < end; i++)
    for (guint c = 0; c < QUAD; c++)
      tile[(gsize) i * QUAD + c] = from[c][i];
}

/* Sixty-four rows; with `ahead` more follow, whose lines are asked for in time. */
static inline void
take_rows (const gint32   *tile,
           guint           n,
           const guint32  *order,
           gboolean        ahead,
           gint32 *const  *columns,
           guint64 *const *valid,
           guint           row)
{
  for (guint half = 0; half < 2; half++)
    {
      Bits bits = { 1, 2, 4, 8 }, known_bits[QUAD] = { { 0 } };

      for (guint i = half * 32; i < half * 32 + 32; i += QUAD)
        {
          Vector rows[QUAD];

          for (guint j = 0; j < QUAD; j++)
            {
              if (ahead)
                __builtin_prefetch (tile + (gsize) order[i + j + AHEAD] * QUAD);
              rows[j] = load (tile + (gsize) order[i + j] * QUAD);
            }
          transpose (rows);
          for (guint c = 0; c < n; c++)
            {
              const Vector known = rows[c] != BALANCE_TILE_MISSING;

              store (columns[c] + row + i, rows[c] & known);
              known_bits[c] |= (Bits) known & bits;
            }
          bits <<= QUAD;
        }
      for (guint c = 0; c < n; c++)
        if (valid[c] != NULL)
          {
            const Bits v = known_bits[c];

            valid[c][row / 64] |= (guint64) (v[0] | v[1] | v[2] | v[3]) << (32 * half);
          }
    }
}

void
balance_tile_take (const gint32   *tile,
                   guint           n_columns,
                   const guint32  *order,
                   guint           begin,
                   guint           end,
                   gint32 *const  *columns,
                   guint64 *const *valid)
{
  guint i = begin;

  for (; i + 64 <= end; i += 64)
    if (n_columns == QUAD)
      take_rows (tile, QUAD, order + i, i + 64 + AHEAD <= end, columns, valid, i);
    else
      take_rows (tile, n_columns, order + i, i + 64 + AHEAD <= end, columns, valid, i);

  for (; i < end; i++)
    for (guint c = 0; c < n_columns; c++)
      {
        const gint32 value = tile[(gsize) order[i] * QUAD + c];
        const gboolean known = value != BALANCE_TILE_MISSING;

        columns[c][i] = known ? value : 0;
        if (known && valid[c] != NULL)
          valid[c][i / 64] |= G_GUINT64_CONSTANT (1) << (i % 64);
      }
}

/* Sixty-four rows of which some are missing: zero in place of these, and the bits of the others. */
static guint64
keep_known (gint32 *values)
{
  guint64 word = 0;

  for (guint i = 0; i < 64; i++)
    {
      const gboolean known = values[i] != BALANCE_TILE_MISSING;

      values[i] = known ? values[i] : 0;
      word |= (guint64) known << i;
    }

  return word;
}

void
balance_tile_keep (gint32           *values,
                   guint             n,
                   guint64          *valid,
                   BalanceTileRange *range)
{
  Vector min = { G_MAXINT32, G_MAXINT32, G_MAXINT32, G_MAXINT32 }, max = { G_MININT32, G_MININT32, G_MININT32, G_MININT32 };
  guint i = 0;

  *range = (BalanceTileRange) { 0, G_MAXINT32, G_MININT32 };
  for (; i + 64 <= n; i += 64)
    {
      Vector any = { 0 };

      for (guint j = 0; j < 64; j += QUAD)
        {
          const Vector v = load (values + i + j);
          const Vector missing = v == BALANCE_TILE_MISSING;
          /* what is missing is the smallest number; as the greatest one it is no minimum either */
          const Vector low = v ^ missing;

          any |= missing;
          min = select_lanes (low < min, low, min);
          max = select_lanes (v > max, v, max);
        }
      valid[i / 64] = (any[0] | any[1] | any[2] | any[3]) != 0 ? keep_known (values + i) : G_MAXUINT64;
      range->n_valid += (guint) __builtin_popcountll (valid[i / 64]);
    }
  for (guint lane = 0; lane < QUAD; lane++)
    {
      range->min = MIN (range->min, min[lane]);
      range->max = MAX (range->max, max[lane]);
    }
  for (; i < n; i++)
    {
      add_to_range (range, values[i]);
      if (values[i] == BALANCE_TILE_MISSING)
        values[i] = 0;
      else
        valid[i / 64] |= G_GUINT64_CONSTANT (1) << (i % 64);
    }
}
