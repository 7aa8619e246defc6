/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fields that came from a pack or map are kept with the facts, so that a year can be read when that pack is gone. */

#include "store/balance-store-census-private.h"

#include <string.h>

#include "census/balance-field-private.h"

void
balance_definition_append_quoted (GString    *text,
                                  const char *value)
{
  g_string_append_c (text, '"');
  for (const char *p = value != NULL ? value : ""; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_printf (text, "\\%c", *p);
      else if ((guchar) *p < 0x20 || *p == 0x7f)
        g_string_append_printf (text, "\\u%04x", (guint) (guchar) *p);
      else
        g_string_append_c (text, *p);
    }
  g_string_append_c (text, '"');
}

char *
balance_definition_dup_list (char **items)
{
  g_autoptr(GString) text = g_string_new ("[");

  for (guint i = 0; items != NULL && items[i] != NULL; i++)
    {
      g_string_append (text, i > 0 ? ", " : "");
      balance_definition_append_quoted (text, items[i]);
    }
  g_string_append_c (text, ']');

  return g_strdup (text->str);
}

static void
append_title (GString           *text,
              const BalanceText *title)
{
  g_string_append (text, "\"zh\": ");
  balance_definition_append_quoted (text, balance_text_get (title, BALANCE_LANGUAGE_ZH));
  g_string_append (text, ", \"en\": ");
  balance_definition_append_quoted (text, balance_text_get (title, BALANCE_LANGUAGE_EN));
}

static void
append_list (GString    *text,
             const char *key,
             char      **items)
{
  if (items == NULL || items[0] == NULL)
    return;

  g_string_append_printf (text, ", \"%s\": [", key);
  for (guint i = 0; items[i] != NULL; i++)
    {
      g_string_append (text, i > 0 ? ", " : "");
      balance_definition_append_quoted (text, items[i]);
    }
  g_string_append_c (text, ']');
}

static void
append_bound (GString              *text,
              const char           *key,
              const BalanceDecimal *bound)
{
  g_autofree char *number = balance_decimal_to_string (bound);

  g_string_append_printf (text, ", \"%s\": %s", key, number);
}

static gboolean
has_numbers (BalanceField *field)
{
  return field->type <= BALANCE_FIELD_SHARE || field->type == BALANCE_FIELD_YEAR;
}

void
balance_definition_append_field (GString      *text,
                                 BalanceField *field)
{
  g_string_append (text, "{\"id\": ");
  balance_definition_append_quoted (text, field->id);
  g_string_append_printf (text, ", \"level\": \"%s\", \"type\": \"%s\"",
                          balance_level_to_string (field->level), balance_field_type_to_string (field->type));
  if (field->unit != NULL)
    {
      g_string_append (text, ", \"unit\": ");
      balance_definition_append_quoted (text, field->unit);
    }
  g_string_append (text, ", \"title\": {");
  append_title (text, &field->title);
  g_string_append_c (text, '}');
  if (has_numbers (field) && field->has_min)
    append_bound (text, "min", &field->min);
  if (has_numbers (field) && field->has_max)
    append_bound (text, "max", &field->max);
  for (guint i = 0; field->choices != NULL && i < field->choices->len; i++)
    {
      const BalanceChoice *choice = g_ptr_array_index (field->choices, i);

      g_string_append (text, i == 0 ? ", \"values\": {" : ", ");
      balance_definition_append_quoted (text, choice->id);
      g_string_append (text, ": {");
      append_title (text, &choice->title);
      if (choice->code >= 0)
        g_string_append_printf (text, ", \"code\": %d", choice->code);
      append_list (text, "stages", choice->stages);
      append_list (text, "holds", choice->holds);
      g_string_append_c (text, '}');
    }
  if (field->choices != NULL && field->choices->len > 0)
    g_string_append_c (text, '}');
  g_string_append_c (text, '}');
}

void
balance_definition_append_stage (GString             *text,
                                 const BalanceChoice *stage)
{
  g_string_append (text, "{\"id\": ");
  balance_definition_append_quoted (text, stage->id);
  g_string_append (text, ", \"title\": {");
  append_title (text, &stage->title);
  g_string_append_c (text, '}');
  append_list (text, "holds", stage->holds);
  g_string_append_c (text, '}');
}

/* A list of definitions as a tree; a definition that is damaged is left out and then not found. */
static BalanceYaml *
parse_all (GPtrArray       *definitions,
           BalanceProblems *problems)
{
  g_autoptr(GString) text = g_string_new ("[");

  for (guint i = 0; i < definitions->len; i++)
    {
      const char *definition = g_ptr_array_index (definitions, i);
      g_autoptr(BalanceYaml) node = balance_yaml_parse (definition, strlen (definition), "", problems);

      if (node != NULL && node->type == BALANCE_YAML_MAPPING)
        g_string_append_printf (text, "%s%s", text->len > 1 ? ",\n" : "", definition);
    }
  g_string_append_c (text, ']');

  return balance_yaml_parse (text->str, text->len, "", problems);
}

BalanceDictionary *
balance_definition_extend (BalanceDictionary *base,
                           GPtrArray         *fields,
                           GPtrArray         *stages)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(BalanceYaml) field_nodes = NULL, stage_nodes = NULL;

  if (fields->len == 0 && stages->len == 0)
    return g_object_ref (base);

  field_nodes = parse_all (fields, problems);
  stage_nodes = stages->len > 0 ? parse_all (stages, problems) : NULL;

  return balance_dictionary_extend (base, field_nodes, stage_nodes, NULL, "", problems);
}

BalanceDictionary *
balance_dictionary_extend_by_facts (BalanceDictionary *base,
                                    BalanceFacts      *facts)
{
  g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GPtrArray) stages = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < balance_dictionary_get_n_stages (facts->dictionary); i++)
    {
      const BalanceChoice *stage = balance_dictionary_get_stage (facts->dictionary, i);
      g_autoptr(GString) text = g_string_new (NULL);

      if (balance_dictionary_find_stage (base, stage->id) >= 0)
        continue;
      balance_definition_append_stage (text, stage);
      g_ptr_array_add (stages, g_strdup (text->str));
    }

  for (guint level = 0; level <= BALANCE_LEVEL_REGION; level++)
    {
      const BalanceTable *table = balance_facts_get_table (facts, level);

      for (guint i = 0; table != NULL && i < table->columns->len; i++)
        {
          BalanceField *field = ((BalanceColumn *) g_ptr_array_index (table->columns, i))->field;
          g_autoptr(GString) text = g_string_new (NULL);

          if (balance_dictionary_find (base, field->id) != NULL || !g_hash_table_add (seen, field->id))
            continue;
          balance_definition_append_field (text, field);
          g_ptr_array_add (fields, g_strdup (text->str));
        }
    }

  return balance_definition_extend (base, fields, stages);
}
