/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a finding says: "学历教师合计{teachers_college + teachers_bachelor}多于专任教师{teachers}". */

#include <math.h>
#include <string.h>

#include "audit/balance-checks-private.h"
#include "formula/balance-node-private.h"
#include "formula/balance-dimension-private.h"

static void
part_clear (gpointer data)
{
  BalanceMessagePart *part = data;

  g_free (part->text);
  balance_expression_free (part->expression);
}

static void
add_part (GArray *parts, const char *text, gsize length, gboolean special, BalanceExpression *expression)
{
  BalanceMessagePart part = { .text = g_strndup (text, length), .special = special, .expression = expression };

  g_array_append_val (parts, part);
}

static GArray *
read_parts (const char *text, const char *const *specials, const BalancePlace *place, BalanceProblems *problems)
{
  GArray *parts = g_array_new (FALSE, TRUE, sizeof (BalanceMessagePart));

  g_array_set_clear_func (parts, part_clear);
  while (*text != '\0')
    {
      const char *open = strchr (text, '{'), *close = open != NULL ? strchr (open, '}') : NULL;
      g_autofree char *inside = NULL;

      if (open == NULL)
        {
          add_part (parts, text, strlen (text), FALSE, NULL);
          break;
        }
      if (open > text)
        add_part (parts, text, (gsize) (open - text), FALSE, NULL);
      if (close == NULL)
        {
          balance_problems_add_literal (problems, BALANCE_SEVERITY_ERROR, "message", place,
                                        "a “{” in a message has no “}”", "消息中的“{”缺少对应的“}”",
                                        "a formula or value in braces", "花括号中的公式或数值", NULL, NULL);
          break;
        }
      inside = g_strstrip (g_strndup (open + 1, (gsize) (close - open - 1)));
      if (specials != NULL && g_strv_contains (specials, inside))
        {
          add_part (parts, inside, strlen (inside), TRUE, NULL);
        }
      else
        {
          BalanceExpression *expression = balance_expression_parse (inside, place, problems);

          if (expression != NULL)
            add_part (parts, "", 0, FALSE, expression);
        }
      text = close + 1;
    }

  return parts;
}

void
balance_message_read (BalanceMessage     *self,
                      const BalanceText  *text,
                      const char *const  *specials,
                      const BalancePlace *place,
                      BalanceProblems    *problems)
{
  for (guint i = 0; i < 2; i++)
    self->parts[i] = read_parts (balance_text_get (text, (BalanceLanguage) i), specials, place, problems);
}

void
balance_message_clear (BalanceMessage *self)
{
  for (guint i = 0; i < 2; i++)
    g_clear_pointer (&self->parts[i], g_array_unref);
}

gboolean
balance_message_compile (const BalanceMessage *self,
                         BalanceProgram       *program,
                         const BalanceContext *context,
                         BalanceMessageNodes  *nodes)
{
  gboolean good = TRUE;

  for (guint i = 0; i < 2; i++)
    {
      guint n = self->parts[i]->len;

      nodes->nodes[i] = g_new0 (BalanceNode *, n + 1);
      nodes->typings[i] = g_new0 (BalanceTyping, n + 1);
      for (guint k = 0; k < n; k++)
        {
          const BalanceMessagePart *part = &g_array_index (self->parts[i], BalanceMessagePart, k);

          if (part->expression == NULL)
            continue;
          nodes->nodes[i][k] = balance_program_compile (program, part->expression, context, &nodes->typings[i][k]);
          good = good && nodes->nodes[i][k] != NULL;
        }
    }

  return good;
}

void
balance_message_nodes_clear (BalanceMessageNodes *self)
{
  for (guint i = 0; i < 2; i++)
    {
      g_free (self->nodes[i]);
      g_free (self->typings[i]);
    }
}

static void
append_unit (GString *text, BalanceDictionary *dictionary, const char *unit, BalanceLanguage language)
{
  gboolean zh = language == BALANCE_LANGUAGE_ZH;
  g_autofree char *title = balance_dictionary_dup_unit_title (dictionary, unit, zh ? "zh" : "en");

  if (*title != '\0')
    g_string_append_printf (text, zh ? "%s" : " %s", title);
}

/* Trailing zeros of the fraction say nothing here. */
static void
append_plain (GString *text, char *number)
{
  if (strchr (number, '.') != NULL)
    {
      char *end = number + strlen (number);

      while (end[-1] == '0')
        *--end = '\0';
      if (end[-1] == '.')
        end[-1] = '\0';
    }
  g_string_append (text, number);
}

char *
balance_message_number (double             number,
                        BalanceDictionary *dictionary,
                        const char        *unit,
                        BalanceLanguage    language)
{
  GString *text = g_string_new (NULL);
  char buffer[G_ASCII_DTOSTR_BUF_SIZE + 350];

  append_plain (text, g_ascii_formatd (buffer, sizeof buffer, "%.2f", number));
  append_unit (text, dictionary, unit, language);

  return g_string_free (text, FALSE);
}

static void
append_number (GString *text, BalanceFrame *frame, BalanceNumber number, const BalanceTyping *typing, BalanceLanguage language)
{
  BalanceDictionary *dictionary = frame->binding->program->dictionary;
  g_autofree char *unit = NULL, *digits = NULL;
  mpq_t value;

  if (!balance_number_is_known (&frame->pool, number))
    {
      g_string_append (text, language == BALANCE_LANGUAGE_ZH ? "（缺）" : "(missing)");
      return;
    }
  mpq_init (value);
  if (balance_number_get_mpq (&frame->pool, number, value))
    digits = balance_mpq_to_string (value, 2);
  mpq_clear (value);
  if (digits == NULL)
    digits = g_strdup ("");
  append_plain (text, digits);
  unit = balance_dimension_to_string (&typing->dimension, dictionary);
  if (!typing->bare && typing->dimension.n > 0)
    append_unit (text, dictionary, unit, language);
}

static void
append_node (GString *text, BalanceFrame *frame, BalanceNode *node, const BalanceTyping *typing, guint row, BalanceLanguage language)
{
  gboolean zh = language == BALANCE_LANGUAGE_ZH;
  gint32 code;

  switch (balance_node_get_type_of (node))
    {
    case BALANCE_VALUE_NUMBER:
      append_number (text, frame, balance_frame_get_numbers (frame, node)[row], typing, language);
      break;

    case BALANCE_VALUE_FLAG:
      switch (balance_frame_get_flags (frame, node)[row])
        {
        case BALANCE_TRUE:  g_string_append (text, zh ? "是" : "yes"); break;
        case BALANCE_FALSE: g_string_append (text, zh ? "否" : "no"); break;
        default:            g_string_append (text, zh ? "（缺）" : "(missing)"); break;
        }
      break;

    case BALANCE_VALUE_CHOICE:
      code = balance_frame_get_codes (frame, node)[row];
      if (node->field != NULL && node->field->choices != NULL && code >= 0 && (guint) code < node->field->choices->len)
        g_string_append (text, balance_text_get (&((const BalanceChoice *) g_ptr_array_index (node->field->choices, (guint) code))->title, language));
      break;

    case BALANCE_VALUE_DATE:
      code = balance_frame_get_codes (frame, node)[row];
      if (code != G_MININT32)
        {
          g_autofree char *date = balance_date_to_string (code);

          g_string_append (text, date);
        }
      break;

    case BALANCE_VALUE_TEXT:
    default:
      code = balance_frame_get_codes (frame, node)[row];
      if (code >= 0 && (guint) code < frame->facts->n_texts)
        g_string_append (text, frame->facts->texts[code]);
      break;
    }
}

char *
balance_message_fill (const BalanceMessage      *self,
                      const BalanceMessageNodes *nodes,
                      BalanceFrame              *frame,
                      guint                      row,
                      const BalanceSpecial      *specials,
                      guint                      n_specials,
                      BalanceLanguage            language)
{
  GString *text = g_string_new (NULL);
  const GArray *parts = self->parts[language];

  for (guint i = 0; i < parts->len; i++)
    {
      const BalanceMessagePart *part = &g_array_index (parts, BalanceMessagePart, i);

      if (part->expression != NULL)
        append_node (text, frame, nodes->nodes[language][i], &nodes->typings[language][i], row, language);
      else if (!part->special)
        g_string_append (text, part->text);
      else
        for (guint k = 0; k < n_specials; k++)
          if (strcmp (specials[k].name, part->text) == 0)
            g_string_append (text, specials[k].text[language]);
    }

  return g_string_free (text, FALSE);
}
