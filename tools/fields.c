/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "judge.h"

static char *standard_name;

static const ToolOption options[] = {
  { "standard", G_OPTION_ARG_FILENAME, &standard_name, "ID|FILE", "标识|文件",
    "also the fields that this standard declares", "同时列出该标准自行声明的数据项" },
  { NULL }
};

static const char *
level_word (BalanceLevel level)
{
  switch (level)
    {
    case BALANCE_LEVEL_SECTION:  return tool_word ("school stage", "学段部");
    case BALANCE_LEVEL_SCHOOL:   return tool_word ("school", "学校");
    case BALANCE_LEVEL_STAGE:    return tool_word ("stage", "县内学段");
    case BALANCE_LEVEL_DISTRICT: return tool_word ("district", "县（市、区）");
    case BALANCE_LEVEL_REGION:
    default:                     return tool_word ("region", "区域");
    }
}

static const char *
type_word (BalanceFieldType type)
{
  switch (type)
    {
    case BALANCE_FIELD_COUNT:    return tool_word ("whole number", "整数");
    case BALANCE_FIELD_AMOUNT:   return tool_word ("amount", "数量");
    case BALANCE_FIELD_NUMBER:   return tool_word ("number", "数值");
    case BALANCE_FIELD_SHARE:    return tool_word ("share", "比例");
    case BALANCE_FIELD_FLAG:     return tool_word ("yes or no", "是否");
    case BALANCE_FIELD_CHOICE:   return tool_word ("one of a list", "选项");
    case BALANCE_FIELD_TEXT:     return tool_word ("text", "文字");
    case BALANCE_FIELD_DATE:     return tool_word ("date", "日期");
    case BALANCE_FIELD_YEAR:     return tool_word ("year", "年度");
    case BALANCE_FIELD_ATTESTED:
    default:                     return tool_word ("stated yes or no", "认定（是否）");
    }
}

static gboolean
contains (const char *text,
          const char *folded_pattern)
{
  g_autofree char *folded = text == NULL ? NULL : g_utf8_casefold (text, -1);

  return folded != NULL && strstr (folded, folded_pattern) != NULL;
}

static gboolean
matches (BalanceField *field,
         const char   *pattern)
{
  const char *const *aliases = balance_field_get_aliases (field);
  g_autofree char *folded = NULL;

  if (pattern == NULL)
    return TRUE;

  folded = g_utf8_casefold (pattern, -1);
  if (contains (balance_field_get_id (field), folded) || contains (balance_field_get_title (field, "zh"), folded) ||
      contains (balance_field_get_title (field, "en"), folded))
    return TRUE;

  for (guint i = 0; aliases != NULL && aliases[i] != NULL; i++)
    if (contains (aliases[i], folded))
      return TRUE;

  return FALSE;
}

static char *
dup_kind (BalanceDictionary *dictionary,
          BalanceField      *field)
{
  GString *kind = g_string_new (level_word (balance_field_get_level (field)));
  g_autofree char *unit = balance_field_get_unit (field) == NULL
                            ? NULL : balance_dictionary_dup_unit_title (dictionary, balance_field_get_unit (field), tool_language_name ());
  double minimum = balance_field_get_minimum (field), maximum = balance_field_get_maximum (field);

  g_string_append_printf (kind, tool_word (", %s", "，%s"), type_word (balance_field_get_field_type (field)));
  if (unit != NULL && *unit != '\0')
    g_string_append_printf (kind, tool_word (" in %s", "，单位 %s"), unit);
  if (isfinite (minimum))
    {
      g_autofree char *number = balance_number_exact (minimum);

      g_string_append_printf (kind, tool_word (", from %s", "，不小于 %s"), number);
    }
  if (isfinite (maximum))
    {
      g_autofree char *number = balance_number_exact (maximum);

      g_string_append_printf (kind, tool_word (", to %s", "，不大于 %s"), number);
    }

  return g_string_free (kind, FALSE);
}

static void
add_choices (BalanceLayout *layout,
             BalanceField  *field)
{
  g_auto (GStrv) choices = balance_field_dup_choices (field);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; choices != NULL && choices[i] != NULL; i++)
    g_string_append_printf (text, tool_word ("%s%s (%s)", "%s%s（%s）"), i == 0 ? "" : tool_word ("; ", "；"), choices[i],
                            balance_field_get_choice_title (field, choices[i], tool_language_name ()));
  if (text->len > 0)
    balance_layout_labelled (layout, tool_word ("Values", "取值"), BALANCE_INK_PLAIN, text->str);
}

static void
add_field (BalanceLayout     *layout,
           BalanceDictionary *dictionary,
           BalanceField      *field)
{
  const char *const *aliases = balance_field_get_aliases (field);
  const char *formula = balance_field_get_formula (field);
  g_autofree char *title = g_strdup_printf ("%s  %s", balance_field_get_id (field), balance_field_get_title (field, tool_language_name ()));
  g_autofree char *kind = dup_kind (dictionary, field);

  balance_layout_paragraph (layout, 0, 2, BALANCE_INK_STRONG, title);
  balance_layout_labelled (layout, tool_word ("Kind", "类型"), BALANCE_INK_PLAIN, kind);
  if (aliases != NULL && aliases[0] != NULL)
    {
      g_autofree char *joined = g_strjoinv (tool_word ("; ", "；"), (char **) aliases);

      balance_layout_labelled (layout, tool_word ("Headers", "其他列名"), BALANCE_INK_PLAIN, joined);
    }
  if (formula != NULL)
    balance_layout_labelled (layout, tool_word ("Formula", "公式"), BALANCE_INK_PLAIN, formula);
  add_choices (layout, field);
}

static BalanceDictionary *
load_dictionary (GError **error)
{
  g_autoptr (BalanceStandard) standard = NULL;

  if (standard_name == NULL)
    return balance_dictionary_get_default (error);

  standard = tool_load_standard (standard_name, error);

  return standard == NULL ? NULL : g_object_ref (balance_standard_get_dictionary (standard));
}

static int
run (char **arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceDictionary) dictionary = NULL;
  g_autofree char *text = NULL;
  BalanceLayout layout;
  GListModel *fields;
  guint n_shown = 0;

  if (arguments[0] != NULL && arguments[1] != NULL)
    return tool_fail ("%s", tool_word ("one pattern at most", "最多一个查找词"));

  dictionary = load_dictionary (&error);
  g_clear_pointer (&standard_name, g_free);
  if (dictionary == NULL)
    return tool_fail_error (error);

  balance_layout_init (&layout, tool_language (), tool_colour_for (STDOUT_FILENO));
  fields = balance_dictionary_get_fields (dictionary);
  for (guint i = 0; i < g_list_model_get_n_items (fields); i++)
    {
      g_autoptr (BalanceField) field = g_list_model_get_item (fields, i);

      if (matches (field, arguments[0]))
        {
          add_field (&layout, dictionary, field);
          n_shown++;
        }
    }
  text = balance_layout_end (&layout);
  tool_print (text);

  if (n_shown == 0)
    return tool_fail (tool_word ("no field matches “%s”", "没有与“%s”相符的数据项"), arguments[0]);

  return TOOL_MET;
}

const ToolCommand tool_fields = {
  .name = "fields",
  .usage_en = "[PATTERN] [OPTIONS]",
  .usage_zh = "[查找词] [选项]",
  .about_en = "Lists the fields that data may have, by id, title or header.",
  .about_zh = "按标识、名称或列名列出数据项。",
  .options = options,
  .run = run,
};
