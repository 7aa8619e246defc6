/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "report/balance-csv-private.h"

#include <string.h>

static gboolean
would_run (const char *value)
{
  return value != NULL && *value != '\0' && strchr ("=+-@\t\r", *value) != NULL;
}

static void
append_quoted (GString    *text,
               const char *value,
               gboolean    guarded)
{
  g_string_append_c (text, '"');
  if (guarded)
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
balance_csv_append (GString    *line,
                    const char *text)
{
  if (text == NULL)
    return;
  if (strpbrk (text, ",\"\r\n") != NULL)
    {
      append_quoted (line, text, would_run (text));
      return;
    }
  if (would_run (text))
    g_string_append_c (line, '\'');
  g_string_append (line, text);
}

void
balance_csv_append_cell (GString    *text,
                         const char *value,
                         gboolean    number)
{
  if (text->len > 0 && text->str[text->len - 1] != '\n')
    g_string_append_c (text, ',');
  append_quoted (text, value, !number && would_run (value));
}

void
balance_csv_end_line (GString *text)
{
  g_string_append (text, "\r\n");
}
