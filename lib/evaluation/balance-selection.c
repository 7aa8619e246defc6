/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdlib.h>

#include "evaluation/balance-selection-private.h"

/* The values that one row may have in one key. */
typedef struct
{
  guint    row;
  gboolean sure;         /* it takes part */
  guint8   flags;        /* of BalanceWideFlags */
  gboolean exact;
  mpq_t    low, high;
} Entry;

typedef struct
{
  const BalanceNumberPool    *pool;
  const BalanceNumber *const *keys;
  guint                       n_keys;
  const guint8               *applies;
  guint                      *ahead, *maybe;
} Count;

static void
entry_init (Entry *self, const Count *count, guint row, BalanceNumber number)
{
  self->row = row;
  self->sure = count->applies[row] == BALANCE_TRUE;
  mpq_inits (self->low, self->high, NULL);
  if (balance_number_is_small (number))
    {
      mpz_set_si (mpq_numref (self->low), number.num);
      mpz_set_si (mpq_denref (self->low), number.den);
      mpq_canonicalize (self->low);
      mpq_set (self->high, self->low);
      self->flags = 0;
    }
  else
    {
      const BalanceWide *wide = balance_number_get_wide (count->pool, number);

      mpq_set (self->low, wide->low);
      mpq_set (self->high, wide->high);
      self->flags = wide->flags;
    }
  self->exact = (self->flags & (BALANCE_WIDE_NO_LOW | BALANCE_WIDE_NO_HIGH | BALANCE_WIDE_UNDEFINED)) == 0 &&
                mpq_equal (self->low, self->high);
}

/* Without a value, without a low end, then by the low end. */
static int
compare_low (gconstpointer a, gconstpointer b)
{
  const Entry *x = *(const Entry *const *) a, *y = *(const Entry *const *) b;
  int open_x = (x->flags & BALANCE_WIDE_NO_LOW) != 0, open_y = (y->flags & BALANCE_WIDE_NO_LOW) != 0;

  return open_x != open_y ? open_y - open_x : open_x ? 0 : mpq_cmp (x->low, y->low);
}

static int
compare_high (gconstpointer a, gconstpointer b)
{
  const Entry *x = *(const Entry *const *) a, *y = *(const Entry *const *) b;
  int open_x = (x->flags & BALANCE_WIDE_NO_HIGH) != 0, open_y = (y->flags & BALANCE_WIDE_NO_HIGH) != 0;

  return open_x != open_y ? open_x - open_y : open_x ? 0 : mpq_cmp (x->high, y->high);
}

/* The first of those sorted by their low ends that lies above a value. */
static guint
first_above (Entry *const *by_low, guint n, mpq_srcptr value)
{
  guint low = 0, high = n;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if ((by_low[middle]->flags & BALANCE_WIDE_NO_LOW) != 0 || mpq_cmp (by_low[middle]->low, value) <= 0)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

/* How many of those sorted by their high ends lie below a value. */
static guint
count_below (Entry *const *by_high, guint n, mpq_srcptr value)
{
  guint low = 0, high = n;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if ((by_high[middle]->flags & BALANCE_WIDE_NO_HIGH) == 0 && mpq_cmp (by_high[middle]->high, value) < 0)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

static void count_key (Count *count, guint key, const guint *rows, guint n_rows);

/* Rows whose key is the same: the next key tells. */
static void
count_ties (Count *count, guint key, Entry *const *by_low, guint n)
{
  g_autofree guint *rows = g_new (guint, n + 1);

  for (guint i = 0, end; i < n; i = end)
    {
      guint n_same = 0;

      end = i + 1;
      if (!by_low[i]->exact)
        continue;
      /* what has only its low end in common may stand among them */
      for (end = i; end < n && mpq_equal (by_low[end]->low, by_low[i]->low); end++)
        if (by_low[end]->exact)
          rows[n_same++] = by_low[end]->row;
      for (guint k = 0; k < n_same; k++)
        count->maybe[rows[k]] -= n_same - 1;
      count_key (count, key + 1, rows, n_same);
    }
}

static void
count_key (Count *count, guint key, const guint *rows, guint n_rows)
{
  g_autofree Entry *entries = NULL;
  g_autofree Entry **by_low = NULL, **by_high = NULL;
  g_autofree guint *sure = NULL;
  guint n = 0;

  if (n_rows < 2)
    return;
  if (key >= count->n_keys)
    {
      for (guint i = 0; i < n_rows; i++)
        count->maybe[rows[i]] += n_rows - 1;
      return;
    }

  entries = g_new (Entry, n_rows);
  by_low = g_new (Entry *, n_rows);
  by_high = g_new (Entry *, n_rows);
  sure = g_new (guint, n_rows + 1);
  for (guint i = 0; i < n_rows; i++)
    {
      entry_init (&entries[i], count, rows[i], count->keys[key][rows[i]]);
      if ((entries[i].flags & BALANCE_WIDE_UNDEFINED) == 0)
        by_low[n++] = &entries[i];
    }
  for (guint i = 0; i < n; i++)
    by_high[i] = by_low[i];
  if (n > 1)
    {
      qsort (by_low, n, sizeof *by_low, compare_low);
      qsort (by_high, n, sizeof *by_high, compare_high);
    }
  sure[n] = 0;
  for (guint i = n; i-- > 0;)
    sure[i] = sure[i + 1] + by_low[i]->sure;

  for (guint i = 0; i < n_rows; i++)
    {
      const Entry *entry = &entries[i];
      guint above = n, n_behind = 0;

      if ((entry->flags & (BALANCE_WIDE_UNDEFINED | BALANCE_WIDE_NO_HIGH)) == 0)
        above = first_above (by_low, n, entry->high);
      if ((entry->flags & (BALANCE_WIDE_UNDEFINED | BALANCE_WIDE_NO_LOW)) == 0)
        n_behind = count_below (by_high, n, entry->low);
      count->ahead[entry->row] += sure[above];
      count->maybe[entry->row] += n_rows - 1 - n_behind - sure[above];
    }
  count_ties (count, key, by_low, n);
  for (guint i = 0; i < n_rows; i++)
    mpq_clears (entries[i].low, entries[i].high, NULL);
}

void
balance_selection_count (const BalanceNumberPool    *pool,
                         const BalanceNumber *const *keys,
                         guint                       n_keys,
                         const guint8               *applies,
                         const guint                *rows,
                         guint                       n_rows,
                         guint                      *ahead,
                         guint                      *maybe)
{
  Count count = { pool, keys, n_keys, applies, ahead, maybe };

  for (guint i = 0; i < n_rows; i++)
    ahead[rows[i]] = maybe[rows[i]] = 0;
  count_key (&count, 0, rows, n_rows);
}
