/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An action as people and files write it. */

#include <string.h>

#include "census/balance-view-private.h"
#include "planning/balance-action-private.h"

/* -- YAML --------------------------------------------------------------------------------------------- */

/* Can it stand without quotes wherever flow style allows a text? */
static gboolean
is_plain (const char *text)
{
  if (!g_unichar_isalnum (g_utf8_get_char (text)) && *text != '-')
    return FALSE;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isalnum (g_utf8_get_char (p)) && strchr ("_-.%/", *p) == NULL)
      return FALSE;

  return TRUE;
}

static void
quote (GString *text, const char *value)
{
  g_string_append_c (text, '"');
  for (const char *p = value; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '"' || c == '\\')
        g_string_append_printf (text, "\\%c", (char) c);
      else if (c < 0x20 || c == 0x7f)
        g_string_append_printf (text, "\\x%02X", c);
      else if (g_unichar_isprint (c))
        g_string_append_unichar (text, c);
      else
        g_string_append_printf (text, "\\U%08X", c);
    }
  g_string_append_c (text, '"');
}

void
balance_yaml_write_flow (GString *text, const BalanceYaml *node)
{
  switch (node->type)
    {
    case BALANCE_YAML_MAPPING:
    case BALANCE_YAML_SEQUENCE:
      g_string_append_c (text, node->type == BALANCE_YAML_MAPPING ? '{' : '[');
      for (guint i = 0; i < node->n_items; i++)
        {
          g_string_append (text, i > 0 ? ", " : "");
          if (node->type == BALANCE_YAML_MAPPING)
            {
              balance_yaml_write_flow (text, node->keys[i]);
              g_string_append (text, ": ");
            }
          balance_yaml_write_flow (text, node->items[i]);
        }
      g_string_append_c (text, node->type == BALANCE_YAML_MAPPING ? '}' : ']');
      break;

    case BALANCE_YAML_SCALAR:
    default:
      if (node->quoted || !is_plain (node->text))
        quote (text, node->text);
      else
        g_string_append (text, node->text);
      break;
    }
}

/**
 * balance_action_to_yaml:
 * @self: an action
 *
 * Writes the action as it would stand in a file of proposals, in one line.
 *
 * Returns: (transfer full): YAML, without a line end
 *
 * Since: 1.0
 */
char *
balance_action_to_yaml (BalanceAction *self)
{
  GString *text;

  g_return_val_if_fail (BALANCE_IS_ACTION (self), NULL);

  text = g_string_new (self->node->keys[0]->text);
  g_string_append (text, ": ");
  balance_yaml_write_flow (text, self->body);

  return g_string_free (text, FALSE);
}

/**
 * balance_action_get_cell:
 * @self: an action
 *
 * Gets where the action is written.
 *
 * Returns: (transfer full) (nullable): file, line and column; %NULL for an action that a program made
 *
 * Since: 1.0
 */
BalanceCell *
balance_action_get_cell (BalanceAction *self)
{
  g_return_val_if_fail (BALANCE_IS_ACTION (self), NULL);

  return self->source->file != NULL ? balance_cell_new (self->source->file, NULL, self->node->line, self->node->column) : NULL;
}

/* -- sentences ---------------------------------------------------------------------------------------- */

typedef struct
{
  BalanceAction     *action;
  BalanceDictionary *dictionary;   /* nullable */
  BalanceLanguage    language;
  GString           *text;
} Writer;

static const char *
word (const Writer *writer, const char *en, const char *zh)
{
  return writer->language == BALANCE_LANGUAGE_ZH ? zh : en;
}

static void
add_title (Writer *writer, const char *field)
{
  BalanceField *known = writer->dictionary != NULL ? balance_dictionary_find (writer->dictionary, field) : NULL;

  g_string_append (writer->text, known != NULL ? balance_text_get (&known->title, writer->language) : field);
}

static void
add_stage (Writer *writer, const char *stage)
{
  int found = writer->dictionary != NULL ? balance_dictionary_find_stage (writer->dictionary, stage) : -1;

  g_string_append (writer->text, found >= 0 ? balance_text_get (&balance_dictionary_get_stage (writer->dictionary, (guint) found)->title, writer->language) : stage);
}

static const char *
get (const Writer *writer, const char *key)
{
  const BalanceYaml *node = balance_yaml_get (writer->action->body, key);

  return node != NULL && node->type == BALANCE_YAML_SCALAR ? node->text : NULL;
}

static void
add_names (Writer *writer, const BalanceYaml *node, gboolean fields)
{
  for (guint i = 0; i < MAX (1, node->n_items); i++)
    {
      const char *name = node->type == BALANCE_YAML_SEQUENCE ? node->items[i]->text : node->text;

      g_string_append (writer->text, i > 0 ? word (writer, ", ", "、") : "");
      if (fields)
        add_title (writer, name);
      else
        g_string_append (writer->text, name);
    }
}

static void
add_in_brackets (Writer *writer, const char *stage)
{
  if (stage == NULL)
    return;
  g_string_append (writer->text, word (writer, " (", "（"));
  add_stage (writer, stage);
  g_string_append (writer->text, word (writer, ")", "）"));
}

static void
add_bundle (Writer *writer, const char *id)
{
  const BalanceBundle *bundle = balance_bundles_find (writer->action->source->bundles, id);

  g_string_append (writer->text, bundle != NULL ? balance_text_get (&bundle->title, writer->language) : id);
}

static void
add_facts (Writer *writer, const BalanceYaml *facts, const char *sign)
{
  for (guint i = 0; facts != NULL && i < facts->n_items; i++)
    {
      gboolean negative = *sign == '+' && facts->items[i]->text[0] == '-';

      g_string_append (writer->text, i > 0 ? word (writer, ", ", "，") : "");
      add_title (writer, facts->keys[i]->text);
      g_string_append_printf (writer->text, " %s%s", negative ? "" : sign, facts->items[i]->text);
    }
}

/* ": fact, fact" after what was done */
static void
add_more_facts (Writer *writer)
{
  const BalanceYaml *facts = balance_yaml_get (writer->action->body, "facts");

  if (facts == NULL)
    return;
  g_string_append (writer->text, word (writer, "; ", "；"));
  add_facts (writer, facts, "= ");
}

static void
add_subject (Writer *writer)
{
  const char *school = get (writer, "school"), *district = get (writer, "district");

  g_string_append (writer->text, school != NULL ? school : district != NULL ? district : word (writer, "District or region", "县级数据"));
  add_in_brackets (writer, get (writer, "stage"));
}

static void
add_gives (Writer *writer)
{
  const BalanceYaml *give = balance_yaml_get (writer->action->body, "give");

  for (guint i = 0; give != NULL && i < give->n_items; i++)
    {
      const BalanceYaml *bundle = balance_yaml_get (give->items[i], "bundle"), *to = balance_yaml_get (give->items[i], "to");
      const BalanceYaml *stage = balance_yaml_get (give->items[i], "stage");

      g_string_append (writer->text, word (writer, "; ", "；"));
      if (bundle != NULL)
        add_bundle (writer, bundle->text);
      else
        add_names (writer, balance_yaml_get (give->items[i], "fields"), TRUE);
      add_in_brackets (writer, stage != NULL ? stage->text : NULL);
      g_string_append (writer->text, word (writer, " to ", "归"));
      for (guint k = 0; k < to->n_items; k++)
        g_string_append_printf (writer->text, "%s%s %s", k > 0 ? word (writer, ", ", "、") : "", to->keys[k]->text, to->items[k]->text);
    }
}

static void
add_stages (Writer *writer)
{
  const BalanceYaml *stages = balance_yaml_get (writer->action->body, "stages");

  for (guint i = 0; i < stages->n_items; i++)
    {
      g_string_append (writer->text, i > 0 ? word (writer, ", ", "、") : "");
      add_stage (writer, stages->keys[i]->text);
    }
}

static void
write_move (Writer *writer)
{
  const char *stage = get (writer, "stage"), *to_stage = get (writer, "to_stage");

  if (get (writer, "bundle") != NULL)
    {
      g_string_append_printf (writer->text, "%s × ", get (writer, "number"));
      add_bundle (writer, get (writer, "bundle"));
    }
  else
    add_facts (writer, balance_yaml_get (writer->action->body, "amounts"), "");
  g_string_append_printf (writer->text, word (writer, " from %s", "：从%s"), get (writer, "from"));
  add_in_brackets (writer, stage);
  g_string_append_printf (writer->text, word (writer, " to %s", "到%s"), get (writer, "to"));
  add_in_brackets (writer, to_stage != NULL ? to_stage : stage);
}

static void
write_grow (Writer *writer)
{
  const BalanceYaml *schools = balance_yaml_get (writer->action->body, "schools");

  if (get (writer, "bundle") != NULL)
    add_bundle (writer, get (writer, "bundle"));
  else
    add_names (writer, balance_yaml_get (writer->action->body, "fields"), TRUE);
  add_in_brackets (writer, get (writer, "stage"));
  if (get (writer, "district") != NULL)
    g_string_append_printf (writer->text, word (writer, " of %s", "，%s"), get (writer, "district"));
  if (schools != NULL)
    {
      g_string_append (writer->text, word (writer, " of ", "，"));
      add_names (writer, schools, FALSE);
    }
  g_string_append_printf (writer->text, word (writer, ": %s a year for %s years", "：年增长率 %s，共 %s 年"), get (writer, "rate"), get (writer, "years"));
}

/**
 * balance_action_to_text:
 * @self: an action
 * @language: "zh" or "en"
 *
 * Says in a sentence what the action does, with schools called as it calls them.
 *
 * Returns: (transfer full): the sentence, without a full stop
 *
 * Since: 1.0
 */
char *
balance_action_to_text (BalanceAction *self, const char *language)
{
  Writer writer = { self, balance_dictionary_get_default (NULL), balance_language_parse (language), g_string_new (NULL) };
  const BalanceYaml *schools;

  g_return_val_if_fail (BALANCE_IS_ACTION (self), NULL);

  schools = balance_yaml_get (self->body, "schools");
  switch (self->kind)
    {
    case BALANCE_ACTION_SET:
    case BALANCE_ACTION_ADD:
      add_subject (&writer);
      g_string_append (writer.text, word (&writer, ": ", "："));
      add_facts (&writer, balance_yaml_get (self->body, "facts"), self->kind == BALANCE_ACTION_ADD ? "+" : "= ");
      break;
    case BALANCE_ACTION_CLEAR:
      add_subject (&writer);
      g_string_append (writer.text, word (&writer, ": not known any more: ", "：设为缺失："));
      add_names (&writer, balance_yaml_get (self->body, "fields"), TRUE);
      break;
    case BALANCE_ACTION_MOVE:
      write_move (&writer);
      break;
    case BALANCE_ACTION_HAND_OVER:
      add_names (&writer, schools, FALSE);
      g_string_append_printf (writer.text, word (&writer, " handed over to %s", "划归%s"), get (&writer, "to"));
      add_more_facts (&writer);
      break;
    case BALANCE_ACTION_MERGE:
      add_names (&writer, schools, FALSE);
      g_string_append_printf (writer.text, word (&writer, " merged into %s", "并入%s"), get (&writer, "into"));
      add_more_facts (&writer);
      break;
    case BALANCE_ACTION_CLOSE:
      g_string_append (writer.text, word (&writer, "", "撤销"));
      add_subject (&writer);
      g_string_append (writer.text, word (&writer, " closed", ""));
      add_gives (&writer);
      break;
    case BALANCE_ACTION_OPEN:
      g_string_append_printf (writer.text, word (&writer, "%s (%s) opened: ", "新建%s（%s）："), get (&writer, "name"), get (&writer, "school"));
      add_stages (&writer);
      add_more_facts (&writer);
      break;
    case BALANCE_ACTION_EXTEND:
      g_string_append_printf (writer.text, word (&writer, "%s gets ", "%s增设"), get (&writer, "school"));
      add_stages (&writer);
      add_more_facts (&writer);
      break;
    case BALANCE_ACTION_RECODE:
      g_string_append (writer.text, get (&writer, "school"));
      if (get (&writer, "code") != NULL)
        g_string_append_printf (writer.text, word (&writer, ": code now %s", "：代码改为%s"), get (&writer, "code"));
      if (get (&writer, "name") != NULL)
        g_string_append_printf (writer.text, word (&writer, ": called %s", "：更名为%s"), get (&writer, "name"));
      break;
    case BALANCE_ACTION_GROW:
    default:
      write_grow (&writer);
      break;
    }

  return g_string_free (writer.text, FALSE);
}
