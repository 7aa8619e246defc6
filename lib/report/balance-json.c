/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/balance-json-private.h"

#include <math.h>

#include "report/balance-wording-private.h"

void
balance_json_next (BalanceJson *self)
{
  if (!self->first)
    g_string_append_c (self->text, ',');
  self->first = FALSE;
}

void
balance_json_key (BalanceJson *self,
                  const char  *name)
{
  balance_json_next (self);
  balance_json_string (self, name);
  g_string_append_c (self->text, ':');
}

void
balance_json_begin (BalanceJson *self,
                    char         bracket)
{
  g_string_append_c (self->text, bracket);
  self->first = TRUE;
}

void
balance_json_end (BalanceJson *self,
                  char         bracket)
{
  g_string_append_c (self->text, bracket);
  self->first = FALSE;
}

/* U+2028 and U+2029, which end a line for scripts. */
static gboolean
is_separator (const char *p)
{
  return (guchar) p[0] == 0xe2 && (guchar) p[1] == 0x80 && ((guchar) p[2] == 0xa8 || (guchar) p[2] == 0xa9);
}

void
balance_json_string (BalanceJson *self,
                     const char  *value)
{
  g_autofree char *valid = NULL;

  if (value == NULL)
    {
      g_string_append (self->text, "null");
      return;
    }
  if (!g_utf8_validate (value, -1, NULL))
    value = valid = g_utf8_make_valid (value, -1);

  g_string_append_c (self->text, '"');
  for (const char *p = value; *p != '\0'; p++)
    switch (*p)
      {
      case '"':  g_string_append (self->text, "\\\""); break;
      case '\\': g_string_append (self->text, "\\\\"); break;
      case '\n': g_string_append (self->text, "\\n"); break;
      case '\r': g_string_append (self->text, "\\r"); break;
      case '\t': g_string_append (self->text, "\\t"); break;
      default:
        if ((guchar) *p < 0x20 || *p == 0x7f ||
            (self->in_html && (*p == '<' || *p == '>' || *p == '&')))
          g_string_append_printf (self->text, "\\u%04x", (guint) (guchar) *p);
        else if (self->in_html && is_separator (p))
          {
            g_string_append_printf (self->text, "\\u20%02x", (guint) (guchar) p[2] - 0x80);
            p += 2;
          }
        else
          g_string_append_c (self->text, *p);
      }
  g_string_append_c (self->text, '"');
}

void
balance_json_append_string (GString    *text,
                            const char *value)
{
  BalanceJson json = { text, TRUE, FALSE };

  balance_json_string (&json, value);
}

void
balance_json_number (BalanceJson *self,
                     double       value)
{
  g_autofree char *exact = isfinite (value) ? balance_number_exact (value) : g_strdup ("null");

  g_string_append (self->text, exact);
}

void
balance_json_count (BalanceJson *self,
                    guint        value)
{
  g_string_append_printf (self->text, "%u", value);
}

void
balance_json_add_string (BalanceJson *self,
                         const char  *name,
                         const char  *value)
{
  balance_json_key (self, name);
  balance_json_string (self, value);
}

void
balance_json_add_strings (BalanceJson       *self,
                          const char        *name,
                          const char *const *values)
{
  balance_json_key (self, name);
  balance_json_begin (self, '[');
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    {
      balance_json_next (self);
      balance_json_string (self, values[i]);
    }
  balance_json_end (self, ']');
}

void
balance_json_add_number (BalanceJson *self,
                         const char  *name,
                         double       value)
{
  balance_json_key (self, name);
  balance_json_number (self, value);
}

void
balance_json_add_count (BalanceJson *self,
                        const char  *name,
                        guint        value)
{
  balance_json_key (self, name);
  balance_json_count (self, value);
}

void
balance_json_add_flag (BalanceJson *self,
                       const char  *name,
                       gboolean     value)
{
  balance_json_key (self, name);
  g_string_append (self->text, value ? "true" : "false");
}
