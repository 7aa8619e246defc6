/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The loops over the values of a draft: columns become records, and records columns. */

#include "base/balance-decimal-private.h"
#include "census/balance-intake-draft-private.h"

guint64
balance_draft_find_bound (const gint64 *digits,
                          guint         n,
                          gboolean     *any_negative)
{
  guint64 bits = 0, below = 0, all = G_MAXUINT64;

  /* of what is missing nothing is left in `bits` nor in `below`, which any value below zero gives the highest bit */
  for (guint i = 0; i < n; i++)
    {
      const guint64 value = (guint64) digits[i];

      bits |= value & G_MAXINT64;
      below |= value & (value - 1);
      all &= value;
    }
  *any_negative = FALSE;
  if (bits == 0 && all == (guint64) 1 << 63)
    return G_MAXUINT64;
  if (bits >> 32 == 0 && below >> 63 == 0)
    return bits;

  bits = 0;
  for (guint i = 0; i < n; i++)
    if (digits[i] != G_MININT64)
      {
        bits |= (guint64) ABS (digits[i]);
        *any_negative |= digits[i] < 0;
      }

  return bits;
}

/* What is missing is the smallest number of each width. */
#define PUT(type, least)                                                                  \
  G_STMT_START {                                                                          \
    for (guint i = 0; i < n; i++, to += size)                                             \
      {                                                                                   \
        const gint64 value = digits[i];                                                   \
        const type narrow = value == G_MININT64 ? (least) : (type) (value * factor);      \
                                                                                          \
        memcpy (to, &narrow, sizeof narrow);                                              \
      }                                                                                   \
  } G_STMT_END

/* Of numbers that are not below zero, at the right scale, only those that are missing have the highest bit. */
#define PUT_PLAIN(type, bits)                                                             \
  G_STMT_START {                                                                          \
    for (guint i = 0; i < n; i++, to += size)                                             \
      {                                                                                   \
        const guint64 value = (guint64) digits[i];                                        \
        const type narrow = (type) (value | value >> (64 - (bits)));                      \
                                                                                          \
        memcpy (to, &narrow, sizeof narrow);                                              \
      }                                                                                   \
  } G_STMT_END

void
balance_draft_put_values (guint8                  *to,
                          gsize                    size,
                          const BalanceDraftPlace *place,
                          const gint64            *digits,
                          guint                    scale,
                          gboolean                 any_negative,
                          guint                    n)
{
  const gint64 factor = balance_power_of_ten (place->scale > scale ? place->scale - scale : 0);
  const gboolean is_plain = factor == 1 && !any_negative;

  to += place->offset;
  if (is_plain && place->width == 1)
    PUT_PLAIN (guint8, 8);
  else if (is_plain && place->width == 2)
    PUT_PLAIN (guint16, 16);
  else if (is_plain && place->width == 4)
    PUT_PLAIN (guint32, 32);
  else if (place->width == 1)
    PUT (gint8, G_MININT8);
  else if (place->width == 2)
    PUT (gint16, G_MININT16);
  else if (place->width == 4)
    PUT (gint32, G_MININT32);
  else if (place->width == 8)
    PUT (gint64, G_MININT64);
}

/* Numbers of 32 bits that stay as they are; what is missing is the smallest number of each width. */
#define TAKE(type, least)                                                \
  G_STMT_START {                                                         \
    gint32 *values = (gint32 *) cells->values + first;                   \
                                                                         \
    for (guint i = 0; i < n; i++)                                        \
      {                                                                  \
        type value;                                                      \
                                                                         \
        memcpy (&value, records[i] + place->offset, sizeof value);       \
        values[i] = value == (least) ? G_MININT32 : value;               \
      }                                                                  \
  } G_STMT_END

/* Any numbers. */
static void
take_wide (BalanceCells            *cells,
           const BalanceDraftPlace *place,
           const guint8 *const     *records,
           guint32                  first,
           guint                    n)
{
  const gint64 factor = place->width > 0 ? balance_power_of_ten (cells->scale - place->scale) : 1;

  for (guint i = 0; i < n; i++)
    {
      const gint64 value = balance_draft_get_value (place, records[i]);

      if (cells->width == 4)
        ((gint32 *) cells->values)[first + i] = value == G_MININT64 ? G_MININT32 : (gint32) (value * factor);
      else
        ((gint64 *) cells->values)[first + i] = value == G_MININT64 ? G_MININT64 : value * factor;
    }
}

void
balance_draft_take_values (BalanceCells            *cells,
                           const BalanceDraftPlace *place,
                           const guint8 *const     *records,
                           guint32                  first,
                           guint                    n)
{
  if (cells->width != 4 || cells->scale != place->scale)
    take_wide (cells, place, records, first, n);
  else if (place->width == 1)
    TAKE (gint8, G_MININT8);
  else if (place->width == 2)
    TAKE (gint16, G_MININT16);
  else if (place->width == 4)
    TAKE (gint32, G_MININT32);
  else
    take_wide (cells, place, records, first, n);
}
