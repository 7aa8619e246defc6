/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-unit-private.h"

#include <string.h>

#define PURE "1"

void
balance_unit_free (BalanceUnit *unit)
{
  g_free (unit->id);
  balance_text_clear (&unit->title);
  g_strfreev (unit->aliases);
  g_strfreev (unit->multiple_names);
  g_free (unit->multiples);
  g_free (unit);
}

const BalanceUnit *
balance_dictionary_find_unit (BalanceDictionary *self,
                              const char        *id)
{
  for (guint i = 0; i < self->units->len; i++)
    {
      const BalanceUnit *unit = g_ptr_array_index (self->units, i);

      if (strcmp (unit->id, id) == 0)
        return unit;
    }

  return NULL;
}

gboolean
balance_unit_check_text (BalanceDictionary  *dictionary,
                         const char         *text,
                         char              **unknown)
{
  g_auto(GStrv) parts = g_strsplit (text, "/", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (balance_dictionary_find_unit (dictionary, parts[i]) == NULL)
        {
          *unknown = g_strdup (parts[i]);
          return FALSE;
        }
    }

  return parts[0] != NULL;
}

/* A written text of a cell or header that is not NUL-terminated. */
typedef struct
{
  const char *text;
  gsize       length;
} Span;

static gboolean
span_equal (Span        span,
            const char *name)
{
  return name != NULL && *name != '\0' && strlen (name) == span.length &&
         g_ascii_strncasecmp (name, span.text, span.length) == 0;
}

static gboolean
is_name_of (const BalanceUnit *unit,
            Span               span)
{
  if (span_equal (span, unit->id) || span_equal (span, unit->title.zh) || span_equal (span, unit->title.en))
    return TRUE;

  for (guint i = 0; unit->aliases != NULL && unit->aliases[i] != NULL; i++)
    {
      if (span_equal (span, unit->aliases[i]))
        return TRUE;
    }

  return FALSE;
}

static gboolean
match_part (const BalanceUnit *unit,
            Span               span,
            BalanceDecimal    *factor)
{
  if (is_name_of (unit, span))
    {
      *factor = (BalanceDecimal) { 1, 0 };
      return TRUE;
    }

  for (guint i = 0; unit->multiple_names != NULL && unit->multiple_names[i] != NULL; i++)
    {
      if (span_equal (span, unit->multiple_names[i]))
        {
          *factor = unit->multiples[i];
          return TRUE;
        }
    }

  return FALSE;
}

static Span
trim (Span span)
{
  while (span.length > 0 && g_ascii_isspace (span.text[0]))
    {
      span.text++;
      span.length--;
    }
  while (span.length > 0 && g_ascii_isspace (span.text[span.length - 1]))
    span.length--;

  return span;
}

/* Cuts the part before the next slash, ASCII or full-width, off the front. */
static Span
next_part (Span     *rest,
           gboolean *more)
{
  static const char wide_slash[] = "／";
  Span part = *rest;

  *more = FALSE;
  for (gsize i = 0; i < rest->length; i++)
    {
      gsize n = rest->text[i] == '/' ? 1 : 0;

      if (n == 0 && rest->length - i >= strlen (wide_slash) &&
          memcmp (rest->text + i, wide_slash, strlen (wide_slash)) == 0)
        n = strlen (wide_slash);
      if (n == 0)
        continue;

      part.length = i;
      rest->text += i + n;
      rest->length -= i + n;
      *more = TRUE;
      break;
    }

  return trim (part);
}

gboolean
balance_dictionary_match_unit (BalanceDictionary *self,
                               BalanceField      *field,
                               const char        *text,
                               gssize             length,
                               BalanceDecimal    *factor)
{
  g_auto(GStrv) parts = g_strsplit (field->unit != NULL ? field->unit : PURE, "/", -1);
  Span rest = { text, length < 0 ? strlen (text) : (gsize) length };
  BalanceDecimal found;
  gboolean more = FALSE;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      const BalanceUnit *unit = balance_dictionary_find_unit (self, parts[i]);
      Span part;

      /* the numerator may stand alone: 生均公用经费（元） */
      if (i == 1 && !more)
        break;
      if (i > 1 && !more)
        return FALSE;

      part = next_part (&rest, &more);
      if (unit == NULL)
        return FALSE;
      /* only the numerator may be a multiple: 元/万人 has no factor that is a decimal in general */
      if (i == 0 ? !match_part (unit, part, &found) : !is_name_of (unit, part))
        return FALSE;
    }

  if (more)
    return FALSE;

  *factor = found;
  return TRUE;
}

/**
 * balance_dictionary_dup_unit_title:
 * @self: a dictionary
 * @unit: (nullable): a unit such as `m2` or `m2/pupil`
 * @language: (nullable): `zh` for Chinese; everything else is English
 *
 * Gets how a unit is written for people, such as 平方米/人. Parts that the
 * dictionary does not know stay as they are.
 *
 * Returns: (transfer full): the title, `""` for a pure number
 *
 * Since: 1.0
 */
char *
balance_dictionary_dup_unit_title (BalanceDictionary *self,
                                   const char        *unit,
                                   const char        *language)
{
  g_autoptr(GString) title = NULL;
  g_auto(GStrv) parts = NULL;

  g_return_val_if_fail (BALANCE_IS_DICTIONARY (self), NULL);

  title = g_string_new (NULL);
  parts = g_strsplit (unit != NULL ? unit : PURE, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      const BalanceUnit *known = balance_dictionary_find_unit (self, parts[i]);

      if (i > 0)
        g_string_append_c (title, '/');
      /* English titles are plural; what something is counted by stands in the singular, as ids do */
      if (i > 0 && balance_language_parse (language) == BALANCE_LANGUAGE_EN)
        known = NULL;
      g_string_append (title,
                       known != NULL ? balance_text_get (&known->title, balance_language_parse (language)) : parts[i]);
    }

  return g_string_free (g_steal_pointer (&title), FALSE);
}
