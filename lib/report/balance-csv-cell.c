/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "report/balance-csv-private.h"

#include <string.h>

void
balance_csv_append_cell (GString    *text,
                         const char *value,
                         gboolean    number)
{
  if (text->len > 0 && text->str[text->len - 1] != '\n')
    g_string_append_c (text, ',');
  g_string_append_c (text, '"');
  if (value != NULL && !number && *value != '\0' && strchr ("=+-@\t\r", *value) != NULL)
    g_string_append_c (text, '\'');
  for (const char *p = value; p != NULL && *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (text, '"');
      g_string_append_c (text, *p);
    }
  g_string_append_c (text, '"');
}

void
balance_csv_end_line (GString *text)
{
  g_string_append (text, "\r\n");
}
