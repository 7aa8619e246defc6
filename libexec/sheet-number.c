/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sheet-number.h"

#include <math.h>
#include <string.h>

#define MS_PER_DAY     G_GINT64_CONSTANT (86400000)
#define N_DIGITS       15
#define LAST_SERIAL    2958465     /* 9999-12-31 */

/* Beyond these an exponent stays, for the digits would only be zeros. */
#define MAX_PLACES     40

/* ---- formats */

/* The first section of a format code decides; the others are for negative numbers, zero and text. */
SheetFormat
sheet_format_parse (const char *code)
{
  gboolean month = FALSE, day = FALSE, time = FALSE, percent = FALSE;

  for (const char *p = code; *p != '\0' && *p != ';'; p++)
    switch (*p)
      {
      case '"':
        p = strchr (p + 1, '"');
        if (p == NULL)
          return SHEET_FORMAT_PLAIN;
        break;

      case '\\':
      case '_':
      case '*':
        /* the next character stands for itself; of a longer one the rest means nothing either */
        if (p[1] == '\0')
          return SHEET_FORMAT_PLAIN;
        p++;
        break;

      case '[':
        /* [h], [mm], [ss] count on beyond a day; others are colours, conditions and languages */
        if (strchr ("hHmMsS", p[1]) != NULL && p[1] != '\0' && strspn (p + 1, "hHmMsS") + 1 == strcspn (p, "]"))
          time = TRUE;
        p = strchr (p + 1, ']');
        if (p == NULL)
          return SHEET_FORMAT_PLAIN;
        break;

      case 'G':
      case 'g':
        if (g_ascii_strncasecmp (p, "general", 7) == 0)
          p += 6;
        break;

      case 'E':
      case 'e':
        if (p[1] != '+' && p[1] != '-')
          day = TRUE;
        break;

      case 'Y':
      case 'y':
      case 'D':
      case 'd':
        day = TRUE;
        break;

      case 'M':
      case 'm':
        month = TRUE;
        break;

      case 'H':
      case 'h':
      case 'S':
      case 's':
        time = TRUE;
        break;

      case '%':
        percent = TRUE;
        break;

      default:
        break;
      }

  if (percent)
    return SHEET_FORMAT_PERCENT;

  /* an m beside hours or seconds alone is a minute */
  return (day || (month && !time) ? SHEET_FORMAT_DATE : 0) | (time ? SHEET_FORMAT_TIME : 0);
}

SheetFormat
sheet_format_builtin (guint id)
{
  switch (id)
    {
    case 9:
    case 10:
      return SHEET_FORMAT_PERCENT;

    case 22:
      return SHEET_FORMAT_DATE | SHEET_FORMAT_TIME;

    /* 32 to 35 and 55, 56 are times in Chinese */
    case 18: case 19: case 20: case 21:
    case 32: case 33: case 34: case 35:
    case 45: case 46: case 47:
    case 55: case 56:
      return SHEET_FORMAT_TIME;

    case 14: case 15: case 16: case 17:
    case 27: case 28: case 29: case 30: case 31: case 36:
    case 50: case 51: case 52: case 53: case 54: case 57: case 58:
      return SHEET_FORMAT_DATE;

    default:
      return SHEET_FORMAT_PLAIN;
    }
}

/* ---- numbers */

/* A decimal: sign, digits without zeros at either end, and where the point is (0.digits × 10^point). */
typedef struct
{
  gboolean negative;
  char     digits[48];
  gsize    n;
  int      point;
} Decimal;

/* FALSE where it is no number, or has more digits than anyone writes. */
static gboolean
decimal_parse (Decimal    *decimal,
               const char *text)
{
  gboolean any = FALSE, fraction = FALSE;
  const char *p = text;
  gint64 exponent = 0;
  gsize trailing = 0;

  memset (decimal, 0, sizeof *decimal);
  if (*p == '+' || *p == '-')
    decimal->negative = *p++ == '-';

  for (; g_ascii_isdigit (*p) || (*p == '.' && !fraction); p++)
    {
      if (*p == '.')
        {
          fraction = TRUE;
          continue;
        }
      any = TRUE;
      if (!fraction && (decimal->n > 0 || *p != '0'))
        decimal->point++;
      if (fraction && decimal->n == 0 && *p == '0')
        decimal->point--;
      if (decimal->n == 0 && *p == '0')
        continue;
      if (decimal->n == sizeof decimal->digits)
        return FALSE;
      decimal->digits[decimal->n++] = *p;
    }
  if (!any)
    return FALSE;

  if (*p == 'e' || *p == 'E')
    {
      char *end;

      if (!g_ascii_isdigit (p[1]) && p[1] != '-' && p[1] != '+')
        return FALSE;
      exponent = g_ascii_strtoll (p + 1, &end, 10);
      if (end == p + 1)
        return FALSE;
      p = end;
    }
  if (*p != '\0' || exponent < -1000 || exponent > 1000)
    return FALSE;

  while (decimal->n > 0 && decimal->digits[decimal->n - 1 - trailing] == '0')
    if (++trailing == decimal->n)
      break;
  decimal->n -= trailing;
  decimal->point = decimal->n == 0 ? 0 : decimal->point + (int) exponent;

  return TRUE;
}

static void
append_zeros (GString *to,
              int      n)
{
  for (int i = 0; i < n; i++)
    g_string_append_c (to, '0');
}

static void
decimal_append (const Decimal *decimal,
                GString       *to)
{
  int n = (int) decimal->n;

  if (n == 0)
    {
      g_string_append_c (to, '0');
      return;
    }

  if (decimal->negative)
    g_string_append_c (to, '-');
  if (decimal->point > MAX_PLACES || n - decimal->point > MAX_PLACES)
    {
      g_string_append_c (to, decimal->digits[0]);
      if (n > 1)
        {
          g_string_append_c (to, '.');
          g_string_append_len (to, decimal->digits + 1, n - 1);
        }
      g_string_append_printf (to, "e%d", decimal->point - 1);
    }
  else if (decimal->point <= 0)
    {
      g_string_append (to, "0.");
      append_zeros (to, -decimal->point);
      g_string_append_len (to, decimal->digits, n);
    }
  else if (decimal->point >= n)
    {
      g_string_append_len (to, decimal->digits, n);
      append_zeros (to, decimal->point - n);
    }
  else
    {
      g_string_append_len (to, decimal->digits, decimal->point);
      g_string_append_c (to, '.');
      g_string_append_len (to, decimal->digits + decimal->point, n - decimal->point);
    }
}

gboolean
sheet_number_append (GString    *to,
                     const char *text,
                     gboolean    percent)
{
  Decimal decimal;

  if (!decimal_parse (&decimal, text))
    return FALSE;

  /* Whole numbers have no noise: their digits are what was entered. */
  if (decimal.n > N_DIGITS && (int) decimal.n > decimal.point)
    {
      char rounded[64];

      g_ascii_formatd (rounded, sizeof rounded, "%.14e", g_ascii_strtod (text, NULL));
      if (!decimal_parse (&decimal, rounded))
        return FALSE;
    }

  if (percent && decimal.n > 0)
    decimal.point += 2;
  decimal_append (&decimal, to);
  if (percent)
    g_string_append_c (to, '%');

  return TRUE;
}

gboolean
sheet_number_append_double (GString  *to,
                            double    value,
                            gboolean  percent)
{
  char text[64];

  if (!isfinite (value))
    return FALSE;
  g_ascii_formatd (text, sizeof text, "%.17g", value);

  return sheet_number_append (to, text, percent);
}

/* ---- dates */

static void
append_day (GString *to,
            gint64   serial,
            gboolean from_1904)
{
  GDate date;

  /* Excel believes that 1900 was a leap year; before its 29 February the days count from one day later. */
  g_date_clear (&date, 1);
  if (from_1904)
    g_date_set_dmy (&date, 1, G_DATE_JANUARY, 1904);
  else
    g_date_set_dmy (&date, serial < 60 ? 31 : 30, G_DATE_DECEMBER, 1899);
  g_date_add_days (&date, (guint) serial);
  g_string_append_printf (to, "%04u-%02u-%02u", g_date_get_year (&date), (guint) g_date_get_month (&date),
                          g_date_get_day (&date));
}

static void
append_time (GString *to,
             gint64   ms)
{
  g_string_append_printf (to, "%02" G_GINT64_FORMAT ":%02d:%02d", ms / 3600000, (int) (ms / 60000 % 60),
                          (int) (ms / 1000 % 60));
  if (ms % 1000 != 0)
    g_string_append_printf (to, ".%03d", (int) (ms % 1000));
}

BalanceGridCellKind
sheet_number_show_time (GString *to,
                        double   seconds)
{
  gint64 ms = (gint64) floor (seconds * 1000 + 0.5);

  append_time (to, ms);

  return ms < MS_PER_DAY ? BALANCE_GRID_CELL_DATE : BALANCE_GRID_CELL_PLAIN;
}

BalanceGridCellKind
sheet_number_show (GString     *to,
                   const char  *text,
                   SheetFormat  format,
                   gboolean     from_1904)
{
  if (format & (SHEET_FORMAT_DATE | SHEET_FORMAT_TIME))
    {
      double value = g_ascii_strtod (text, NULL);
      double last = LAST_SERIAL - (from_1904 ? 1462 : 0);
      gint64 ms, day;

      /* a day that the calendar of spreadsheets does not have is only a number */
      if (value >= 0 && value < last + 1 && ((format & SHEET_FORMAT_TIME) || value >= 1 || from_1904))
        {
          ms = (gint64) floor (value * MS_PER_DAY + 0.5);
          day = ms / MS_PER_DAY;
          if (!(format & SHEET_FORMAT_DATE))
            return sheet_number_show_time (to, value * 86400);
          if (day == 60 && !from_1904)
            {
              sheet_number_append (to, text, FALSE);
              return BALANCE_GRID_CELL_PLAIN;
            }

          if (day > 0 || from_1904)
            append_day (to, (format & SHEET_FORMAT_TIME) ? day : (gint64) floor (value), from_1904);
          if ((format & SHEET_FORMAT_TIME) && (ms % MS_PER_DAY != 0 || day == 0))
            {
              if (day > 0 || from_1904)
                g_string_append_c (to, 'T');
              append_time (to, ms % MS_PER_DAY);
            }
          return BALANCE_GRID_CELL_DATE;
        }
    }

  if (!sheet_number_append (to, text, (format & SHEET_FORMAT_PERCENT) != 0))
    {
      g_string_append (to, text);
      return BALANCE_GRID_CELL_PLAIN;
    }

  return format & SHEET_FORMAT_PERCENT ? BALANCE_GRID_CELL_PERCENT : BALANCE_GRID_CELL_PLAIN;
}
