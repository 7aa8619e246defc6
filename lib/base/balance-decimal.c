/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-decimal-private.h"

#include <math.h>
#include <string.h>

#include "base/balance-float-private.h"

#define MAX_DIGITS 18

/* Any exponent beyond this is out of range whatever the digits are, so larger ones need not be told apart. */
#define EXPONENT_CAP 1000000000

static const gint64 powers[MAX_DIGITS + 1] = {
  G_GINT64_CONSTANT (1),
  G_GINT64_CONSTANT (10),
  G_GINT64_CONSTANT (100),
  G_GINT64_CONSTANT (1000),
  G_GINT64_CONSTANT (10000),
  G_GINT64_CONSTANT (100000),
  G_GINT64_CONSTANT (1000000),
  G_GINT64_CONSTANT (10000000),
  G_GINT64_CONSTANT (100000000),
  G_GINT64_CONSTANT (1000000000),
  G_GINT64_CONSTANT (10000000000),
  G_GINT64_CONSTANT (100000000000),
  G_GINT64_CONSTANT (1000000000000),
  G_GINT64_CONSTANT (10000000000000),
  G_GINT64_CONSTANT (100000000000000),
  G_GINT64_CONSTANT (1000000000000000),
  G_GINT64_CONSTANT (10000000000000000),
  G_GINT64_CONSTANT (100000000000000000),
  G_GINT64_CONSTANT (1000000000000000000),
};

gint64
balance_power_of_ten (guint exponent)
{
  g_return_val_if_fail (exponent <= MAX_DIGITS, 1);

  return powers[exponent];
}

/* ".5" is read, because statistics packages write it; "1." is refused, because a number that ends in
 * its point has most likely lost what followed. Zeros at the end of the fraction that do not fit any
 * more are dropped: the value is the same. */
gboolean
balance_decimal_parse (const char     *text,
                       gssize          length,
                       BalanceDecimal *decimal)
{
  const char *p = text;
  const char *end;
  gboolean negative = FALSE, any = FALSE;
  gint64 value = 0;      /* the digits so far without the zeros at their end .. */
  guint n_digits = 0;
  gint64 zeros = 0;      /* .. and how many zeros those are */
  gint64 scale = 0;
  gint64 exponent = 0;

  g_return_val_if_fail (text != NULL, FALSE);

  end = text + (length < 0 ? strlen (text) : (gsize) length);

  if (p < end && (*p == '+' || *p == '-'))
    negative = *p++ == '-';

  for (gboolean fraction = FALSE; p < end; p++)
    {
      if (*p == '.' && !fraction)
        {
          fraction = TRUE;
          if (p + 1 == end || !g_ascii_isdigit (p[1]))
            return FALSE;
          continue;
        }
      if (!g_ascii_isdigit (*p))
        break;

      any = TRUE;
      if (fraction)
        scale++;
      if (*p == '0')
        {
          if (value != 0)
            zeros++;
          continue;
        }
      if (n_digits + zeros + 1 > MAX_DIGITS)
        return FALSE;
      value = value * powers[zeros + 1] + (*p - '0');
      n_digits += (guint) zeros + 1;
      zeros = 0;
    }

  if (!any)
    return FALSE;

  if (p < end && (*p == 'e' || *p == 'E'))
    {
      gboolean small = FALSE;

      p++;
      if (p < end && (*p == '+' || *p == '-'))
        small = *p++ == '-';
      if (p == end)
        return FALSE;
      for (; p < end && g_ascii_isdigit (*p); p++)
        exponent = MIN (exponent * 10 + (*p - '0'), EXPONENT_CAP);
      if (small)
        exponent = -exponent;
    }

  if (p != end)
    return FALSE;

  scale -= exponent;

  if (value == 0)
    {
      decimal->digits = 0;
      decimal->scale = (guint) CLAMP (scale, 0, BALANCE_DECIMAL_MAX_SCALE);
      return TRUE;
    }

  if (scale < 0)
    {
      zeros -= scale;
      scale = 0;
    }
  if (scale > BALANCE_DECIMAL_MAX_SCALE)
    {
      zeros -= scale - BALANCE_DECIMAL_MAX_SCALE;
      scale = BALANCE_DECIMAL_MAX_SCALE;
    }
  if (n_digits + zeros > MAX_DIGITS)
    {
      gint64 excess = n_digits + zeros - MAX_DIGITS;

      zeros -= excess;
      scale -= excess;
    }
  if (zeros < 0 || scale < 0)
    return FALSE;

  value *= powers[zeros];
  decimal->digits = negative ? -value : value;
  decimal->scale = (guint) scale;
  return TRUE;
}

/* Nearly every number of a table has few digits. A quotient of two numbers that are exact in binary is correctly rounded,
 * so it is what reading the decimal gives; and of two decimals of at most `most` digits only one can read back. */
static gboolean
find_short_decimal (double          value,
                    double          most,
                    gboolean        single,
                    BalanceDecimal *decimal)
{
  for (guint scale = 0; scale <= MAX_DIGITS; scale++)
    {
      double power = (double) powers[scale], digits = rint (value * power), back = digits / power;

      if (fabs (digits) >= most)
        return FALSE;
      if (single)
        back = (double) (float) back;
      if (back < value || back > value)
        continue;

      decimal->digits = (gint64) digits;
      decimal->scale = scale;
      return TRUE;
    }

  return FALSE;
}

static gboolean
find_decimal (double             value,
              const char *const *formats,
              guint              n_formats,
              gboolean           single,
              BalanceDecimal    *decimal)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < n_formats; i++)
    {
      double back;

      g_ascii_formatd (buffer, sizeof buffer, formats[i], value);
      back = g_ascii_strtod (buffer, NULL);
      if (single)
        back = (double) (float) back;
      if (back < value || back > value)
        continue;

      if (!balance_decimal_parse (buffer, -1, decimal))
        return FALSE;
      balance_decimal_normalize (decimal);
      return TRUE;
    }

  return FALSE;
}

gboolean
balance_decimal_from_double (double          value,
                             BalanceDecimal *decimal)
{
  BALANCE_FLOAT_DEFAULT;
  static const char *const formats[] = { "%.14e", "%.15e", "%.16e" };

  return isfinite (value) &&
         (find_short_decimal (value, 1e15, FALSE, decimal) ||
          find_decimal (value, formats, G_N_ELEMENTS (formats), FALSE, decimal));
}

gboolean
balance_decimal_from_float (float           value,
                            BalanceDecimal *decimal)
{
  BALANCE_FLOAT_DEFAULT;
  static const char *const formats[] = { "%.5e", "%.6e", "%.7e", "%.8e" };

  return isfinite (value) &&
         (find_short_decimal (value, 1e6, TRUE, decimal) ||
          find_decimal (value, formats, G_N_ELEMENTS (formats), TRUE, decimal));
}

void
balance_decimal_normalize (BalanceDecimal *decimal)
{
  while (decimal->scale > 0 && decimal->digits % 10 == 0)
    {
      decimal->digits /= 10;
      decimal->scale--;
    }
}

gboolean
balance_decimal_rescale (BalanceDecimal *decimal,
                         guint           scale)
{
  gint64 digits;

  if (scale < decimal->scale || scale > BALANCE_DECIMAL_MAX_SCALE)
    return FALSE;
  if (__builtin_mul_overflow (decimal->digits, powers[scale - decimal->scale], &digits))
    return FALSE;

  decimal->digits = digits;
  decimal->scale = scale;
  return TRUE;
}

gboolean
balance_decimal_add (const BalanceDecimal *a,
                     const BalanceDecimal *b,
                     BalanceDecimal       *sum)
{
  BalanceDecimal x = *a, y = *b;
  guint scale = MAX (x.scale, y.scale);

  if (!balance_decimal_rescale (&x, scale) || !balance_decimal_rescale (&y, scale) || __builtin_add_overflow (x.digits, y.digits, &x.digits))
    return FALSE;
  balance_decimal_normalize (&x);
  *sum = x;

  return TRUE;
}

char *
balance_decimal_to_string (const BalanceDecimal *decimal)
{
  guint64 magnitude = decimal->digits < 0 ? -(guint64) decimal->digits : (guint64) decimal->digits;
  const char *sign = decimal->digits < 0 ? "-" : "";
  guint64 power;

  g_return_val_if_fail (decimal->scale <= BALANCE_DECIMAL_MAX_SCALE, NULL);

  if (decimal->scale == 0)
    return g_strdup_printf ("%s%" G_GUINT64_FORMAT, sign, magnitude);

  power = (guint64) powers[decimal->scale];
  return g_strdup_printf ("%s%" G_GUINT64_FORMAT ".%0*" G_GUINT64_FORMAT,
                          sign, magnitude / power, (int) decimal->scale, magnitude % power);
}
