/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Amounts as fractions, rounded and shared out without losing anything. */

#include "planning/balance-action-apply-private.h"

#include <stdlib.h>

gboolean
balance_apply_decimal_to_mpq (const BalanceDecimal *decimal, mpq_ptr value)
{
  mpz_set_si (mpq_numref (value), decimal->digits);
  mpz_ui_pow_ui (mpq_denref (value), 10, decimal->scale);
  mpq_canonicalize (value);

  return TRUE;
}

/* Rounded to so many decimals; FALSE beyond 18 digits. */
gboolean
balance_apply_mpq_to_decimal (mpq_srcptr value, guint scale, BalanceRounding rounding, BalanceDecimal *decimal)
{
  mpz_t number, twice;
  gboolean fits;

  mpz_inits (number, twice, NULL);
  mpz_ui_pow_ui (number, 10, scale);
  mpz_mul (number, number, mpq_numref (value));
  switch (rounding)
    {
    case BALANCE_ROUNDING_CEIL:
      mpz_cdiv_q (number, number, mpq_denref (value));
      break;
    case BALANCE_ROUNDING_FLOOR:
      mpz_fdiv_q (number, number, mpq_denref (value));
      break;
    case BALANCE_ROUNDING_NEAREST:
    default:
      /* half away from zero */
      mpz_mul_2exp (number, number, 1);
      mpz_mul_2exp (twice, mpq_denref (value), 1);
      if (mpz_sgn (number) >= 0)
        mpz_add (number, number, mpq_denref (value));
      else
        mpz_sub (number, number, mpq_denref (value));
      mpz_tdiv_q (number, number, twice);
      break;
    }
  fits = mpz_cmp_si (number, G_GINT64_CONSTANT (999999999999999999)) <= 0 && mpz_cmp_si (number, -G_GINT64_CONSTANT (999999999999999999)) >= 0;
  if (fits)
    *decimal = (BalanceDecimal) { mpz_get_si (number), scale };
  mpz_clears (number, twice, NULL);

  return fits;
}

typedef struct
{
  guint  at;
  mpq_t  rest;
} Remainder;

static int
compare_remainders (gconstpointer a, gconstpointer b)
{
  const Remainder *x = a, *y = b;
  int order = mpq_cmp (y->rest, x->rest);

  return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

/* Exact parts, in steps of 10^-scale, that make up `total` together: each its whole steps, the rest by largest remainder.
 * FALSE beyond 18 digits. */
gboolean
balance_apply_share_out (const BalanceDecimal *total, mpq_t *exact, guint n, guint scale, BalanceDecimal *parts)
{
  g_autofree Remainder *order = g_new (Remainder, n + 1);
  gint64 left = total->digits;
  gboolean fits = TRUE;
  mpq_t step;

  mpq_init (step);
  mpz_ui_pow_ui (mpq_denref (step), 10, scale);
  for (guint i = 0; i < n; i++)
    {
      order[i].at = i;
      mpq_init (order[i].rest);
      parts[i] = (BalanceDecimal) { 0, scale };
      fits = fits && balance_apply_mpq_to_decimal (exact[i], scale, BALANCE_ROUNDING_FLOOR, &parts[i]);
      left -= parts[i].digits;
      mpz_set_si (mpq_numref (step), parts[i].digits);
      mpz_ui_pow_ui (mpq_denref (step), 10, scale);
      mpq_canonicalize (step);
      mpq_sub (order[i].rest, exact[i], step);
    }
  qsort (order, n, sizeof (Remainder), compare_remainders);
  for (guint i = 0; fits && i < n && left > 0; i++, left--)
    parts[order[i].at].digits++;
  for (guint i = 0; i < n; i++)
    mpq_clear (order[i].rest);
  mpq_clear (step);

  return fits;
}
