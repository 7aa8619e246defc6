/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-decimal-private.h"

#include <string.h>

static gboolean
parse_digits (const char *text,
              guint       n,
              int        *value)
{
  *value = 0;
  for (guint i = 0; i < n; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      *value = *value * 10 + (text[i] - '0');
    }

  return TRUE;
}

/* GDate counts days from 0001-01-01 as day 1. */
#define JULIAN_1970 719163

gboolean
balance_date_parse (const char *text,
                    gssize      length,
                    gint32     *days)
{
  int year, month, day;
  GDate date;

  g_return_val_if_fail (text != NULL, FALSE);

  if ((length < 0 ? strlen (text) : (gsize) length) != 10 ||
      !parse_digits (text, 4, &year) || text[4] != '-' ||
      !parse_digits (text + 5, 2, &month) || text[7] != '-' ||
      !parse_digits (text + 8, 2, &day) ||
      !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return FALSE;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  *days = (gint32) g_date_get_julian (&date) - JULIAN_1970;
  return TRUE;
}

char *
balance_date_to_string (gint32 days)
{
  gint64 julian = (gint64) days + JULIAN_1970;
  GDate date;

  g_return_val_if_fail (julian > 0 && julian <= 3652059 /* 9999-12-31 */, NULL);

  g_date_clear (&date, 1);
  g_date_set_julian (&date, (guint32) julian);
  return g_strdup_printf ("%04d-%02d-%02d", g_date_get_year (&date), (int) g_date_get_month (&date), g_date_get_day (&date));
}

char *
balance_date_add_years (gint32 days,
                        guint  years)
{
  gint64 julian = (gint64) days + JULIAN_1970;
  GDate date;
  GDateDay day;
  GDateMonth month;
  guint year;

  g_return_val_if_fail (julian > 0 && julian <= 3652059 /* 9999-12-31 */, NULL);

  g_date_clear (&date, 1);
  g_date_set_julian (&date, (guint32) julian);
  day = g_date_get_day (&date);
  month = g_date_get_month (&date);
  year = g_date_get_year (&date);
  if (years > 9999 - year)
    return NULL;

  year += years;
  if (!g_date_valid_dmy (day, month, (GDateYear) year))
    {
      day = 1;
      month = G_DATE_MARCH;
    }

  return g_strdup_printf ("%04u-%02d-%02d", year, (int) month, day);
}
