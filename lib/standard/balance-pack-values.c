/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What stands behind a key of a pack: names, formulas, numbers, dates, stages, limits. */

#include <string.h>

#include "standard/balance-pack-reader-private.h"

const char *
balance_pack_reader_get_file (BalancePackReader *reader, const BalanceYaml *node)
{
  return node->file != NULL ? node->file : reader->pack->file;
}

const char *
balance_pack_reader_get_string (BalancePackReader *reader, const BalanceYaml *node, const char *key)
{
  BalanceYaml *value = balance_yaml_get (node, key);

  return value == NULL ? NULL : balance_yaml_get_string (node, key, balance_pack_reader_get_file (reader, value), reader->problems);
}

void
balance_pack_reader_get_text (BalancePackReader *reader, const BalanceYaml *node, const char *key, BalanceText *text)
{
  BalanceYaml *value = balance_yaml_get (node, key);

  if (value != NULL)
    balance_yaml_get_text (value, text, balance_pack_reader_get_file (reader, value), reader->problems);
}

void
balance_pack_reader_check_keys (BalancePackReader *reader, const BalanceYaml *node, const char *const *allowed)
{
  balance_yaml_check_keys (node, allowed, balance_pack_reader_get_file (reader, node), reader->problems);
}

gboolean
balance_pack_reader_expect (BalancePackReader *reader, const BalanceYaml *node, BalanceYamlType type, const char *what)
{
  if (node->type == type)
    return TRUE;
  if (type == BALANCE_YAML_SCALAR)
    ERROR (node, "type", "“%s” must be a single value", "“%s”应为单个值", what);
  else if (type == BALANCE_YAML_SEQUENCE)
    ERROR (node, "type", "“%s” must be a list", "“%s”应为列表", what);
  else
    ERROR (node, "type", "“%s” must be a mapping", "“%s”应为映射", what);
  return FALSE;
}

/* Names that formulas can say: letters, digits, underscores. */
static gboolean
is_id (const char *id)
{
  if (!g_ascii_isalpha (id[0]) && id[0] != '_')
    return FALSE;
  for (; *id != '\0'; id++)
    if (!g_ascii_isalnum (*id) && *id != '_')
      return FALSE;
  return TRUE;
}

char *
balance_pack_reader_read_id (BalancePackReader *reader, const BalanceYaml *node)
{
  const char *id = balance_pack_reader_get_string (reader, node, "id");

  if (id == NULL)
    {
      ERROR (node, "missing-key", "an item without “id”", "此项缺少“id”");
      return NULL;
    }
  if (!is_id (id))
    {
      ERROR (balance_yaml_get (node, "id"), "invalid-id", "“%s” cannot be a name: letters, digits and underscores only",
             "“%s”不能作为名称：只能使用字母、数字和下划线", id);
      return NULL;
    }
  if (balance_expression_is_keyword (id))
    {
      ERROR (balance_yaml_get (node, "id"), "invalid-id", "“%s” is a word of the formula language and cannot be a name",
             "“%s”是公式语言的保留词，不能作为名称", id);
      return NULL;
    }
  if (balance_dictionary_find (reader->pack->dictionary, id) != NULL || g_hash_table_contains (reader->ids, id) ||
      strcmp (id, "as_of") == 0 || strcmp (id, "points") == 0)
    {
      const BalanceYaml *first = g_hash_table_lookup (reader->ids, id);

      if (first != NULL)
        ERROR (balance_yaml_get (node, "id"), "duplicate-id", "the name “%s” is used twice, first in line %u", "名称“%s”重复，首次出现在第%u行", id, first->line);
      else if (balance_dictionary_find (reader->pack->dictionary, id) != NULL)
        ERROR (balance_yaml_get (node, "id"), "duplicate-id", "the name “%s” is that of a field already", "名称“%s”已是数据项的标识", id);
      else
        ERROR (balance_yaml_get (node, "id"), "duplicate-id", "the name “%s” has a meaning of its own in formulas", "名称“%s”在公式中另有含义", id);
      return NULL;
    }
  g_hash_table_insert (reader->ids, (gpointer) id, (gpointer) node);

  return g_strdup (id);
}

/* -- scalars ----------------------------------------------------------------------------------------- */

BalanceExpression *
balance_pack_reader_read_formula (BalancePackReader *reader, const BalanceYaml *node, guint *line, guint *column)
{
  BalancePlace place;

  if (node == NULL || !balance_pack_reader_expect (reader, node, BALANCE_YAML_SCALAR, "formula"))
    return NULL;
  /* a quoted scalar begins one character later */
  place = (BalancePlace) { .file = balance_pack_reader_get_file (reader, node), .row = node->line, .column = node->column + (node->quoted ? 1 : 0) };
  if (line != NULL)
    *line = place.row;
  if (column != NULL)
    *column = place.column;
  return balance_expression_parse (node->text, &place, reader->problems);
}

gboolean
balance_pack_reader_read_decimal (BalancePackReader *reader, const BalanceYaml *node, BalanceDecimal *decimal)
{
  gsize length;

  if (node->type == BALANCE_YAML_SCALAR)
    {
      length = strlen (node->text);
      if (length > 0 && node->text[length - 1] == '%')
        {
          if (balance_decimal_parse (node->text, (gssize) length - 1, decimal) && decimal->scale + 2 <= BALANCE_DECIMAL_MAX_SCALE)
            {
              decimal->scale += 2;
              return TRUE;
            }
        }
      else if (balance_decimal_parse (node->text, (gssize) length, decimal))
        return TRUE;
    }
  ERROR (node, "number", "“%s” is not a number", "“%s”不是数字", node->text != NULL ? node->text : "…");
  return FALSE;
}

guint
balance_pack_reader_read_whole (BalancePackReader *reader, const BalanceYaml *node, guint low, guint high)
{
  BalanceDecimal decimal;

  if (!balance_pack_reader_read_decimal (reader, node, &decimal))
    return low;
  if (decimal.scale == 0 && decimal.digits >= (gint64) low && decimal.digits <= (gint64) high)
    return (guint) decimal.digits;
  ERROR (node, "number", "“%s” is not a whole number from %u to %u", "“%s”不是 %u 到 %u 之间的整数", node->text, low, high);
  return low;
}

gboolean
balance_pack_reader_read_flag (BalancePackReader *reader, const BalanceYaml *node, const char *key, gboolean fallback)
{
  const char *text = balance_pack_reader_get_string (reader, node, key);

  if (text == NULL || strcmp (text, "true") == 0 || strcmp (text, "false") == 0)
    return text == NULL ? fallback : text[0] == 't';
  ERROR (balance_yaml_get (node, key), "type", "“%s” must be true or false, not “%s”", "“%s”应为 true 或 false，而不是“%s”", key, text);
  return fallback;
}

gint32
balance_pack_reader_read_date (BalancePackReader *reader, const BalanceYaml *node, const char *key)
{
  const char *text = balance_pack_reader_get_string (reader, node, key);
  gint32 days;

  if (text == NULL)
    return BALANCE_NO_DATE;
  if (balance_date_parse (text, -1, &days))
    return days;
  ERROR (balance_yaml_get (node, key), "date", "“%s” is not a date (YYYY-MM-DD)", "“%s”不是日期（YYYY-MM-DD）", text);
  return BALANCE_NO_DATE;
}

BalanceLevel
balance_pack_reader_read_level (BalancePackReader *reader, const BalanceYaml *node, const char *key, BalanceLevel fallback)
{
  static const char *const names[] = { "section", "school", "stage", "district", "region" };
  const char *text = balance_pack_reader_get_string (reader, node, key);

  if (text == NULL)
    return fallback;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (text, names[i]) == 0)
      return (BalanceLevel) i;
  ERROR (balance_yaml_get (node, key), "level", "“%s” is no level: section, school, stage, district or region",
         "“%s”不是层级：应为 section、school、stage、district 或 region", text);
  return fallback;
}

/* Position of a stage in the pack, -1 and a problem if it is not one of its stages. */
static int
find_pack_stage (BalancePackReader *reader, const BalanceYaml *node, const char *id)
{
  int code = balance_dictionary_find_stage (reader->pack->dictionary, id);

  for (guint i = 0; i < reader->pack->n_stages; i++)
    if (code >= 0 && reader->pack->stages[i] == (guint) code)
      return (int) i;
  ERROR (node, "unknown-stage", "“%s” is not one of the stages of this pack", "“%s”不是本规则包的学段", id);
  return -1;
}

gboolean *
balance_pack_reader_read_stages (BalancePackReader *reader, const BalanceYaml *node, const gboolean *outer)
{
  BalanceYaml *list = balance_yaml_get (node, "stages");
  gboolean *stages = NULL;

  if (list == NULL)
    return outer != NULL ? g_memdup2 (outer, sizeof (gboolean) * reader->pack->n_stages) : NULL;
  if (!balance_pack_reader_expect (reader, list, BALANCE_YAML_SEQUENCE, "stages"))
    return NULL;

  stages = g_new0 (gboolean, reader->pack->n_stages + 1);
  for (guint i = 0; i < list->n_items; i++)
    {
      int stage;

      if (!balance_pack_reader_expect (reader, list->items[i], BALANCE_YAML_SCALAR, "stages"))
        continue;
      stage = find_pack_stage (reader, list->items[i], list->items[i]->text);
      if (stage >= 0)
        stages[stage] = outer == NULL || outer[stage];
    }

  return stages;
}

/* -- formulas by stage and by date ------------------------------------------------------------------- */

BalanceDefinition *
balance_pack_reader_read_definition (BalancePackReader *reader, const BalanceYaml *node)
{
  BalanceDefinition *self = g_new0 (BalanceDefinition, 1);

  self->line = node->line;
  self->column = node->column;
  if (node->type == BALANCE_YAML_SCALAR)
    {
      self->all = balance_pack_reader_read_formula (reader, node, &self->line, &self->column);
    }
  else if (node->type == BALANCE_YAML_MAPPING && node->n_items > 0)
    {
      self->by_stage = g_new0 (BalanceExpression *, reader->pack->n_stages + 1);
      for (guint i = 0; i < node->n_items; i++)
        {
          int stage = find_pack_stage (reader, node->keys[i], node->keys[i]->text);

          if (stage >= 0)
            self->by_stage[stage] = balance_pack_reader_read_formula (reader, node->items[i], NULL, NULL);
          self->faulty = self->faulty || stage < 0 || self->by_stage[stage] == NULL;
        }
    }
  else
    {
      ERROR (node, "type", "a formula, or a mapping from stages to formulas, is expected here", "此处应为公式，或学段到公式的映射");
    }

  return self;
}

static const struct { const char *key; BalanceComparison comparison; } comparisons[] = {
  { "at_least", BALANCE_COMPARISON_AT_LEAST }, { "at_most", BALANCE_COMPARISON_AT_MOST },
  { "above", BALANCE_COMPARISON_ABOVE }, { "below", BALANCE_COMPARISON_BELOW },
};

const char *
balance_comparison_name (BalanceComparison comparison)
{
  return comparison == BALANCE_COMPARISON_NONE ? NULL : comparisons[comparison - 1].key;
}

void
balance_pack_reader_read_limit (BalancePackReader *reader, const BalanceYaml *node, BalanceLimit *limit)
{
  static const char *const keys[] = { "from", "is", NULL };
  const BalanceYaml *value = NULL;

  memset (limit, 0, sizeof *limit);
  for (guint i = 0; i < G_N_ELEMENTS (comparisons); i++)
    {
      BalanceYaml *found = balance_yaml_get (node, comparisons[i].key);

      if (found == NULL)
        continue;
      if (value != NULL)
        {
          ERROR (found, "duplicate-key", "only one of at_least, at_most, above and below may stand here",
                 "at_least、at_most、above、below 只能写一个");
          continue;
        }
      value = found;
      limit->comparison = comparisons[i].comparison;
    }
  if (value == NULL)
    return;

  limit->line = value->line;
  limit->n = value->type == BALANCE_YAML_SEQUENCE ? value->n_items : 1;
  limit->from = g_new0 (gint32, limit->n + 1);
  limit->definitions = g_new0 (BalanceDefinition *, limit->n + 1);
  if (limit->n == 0)
    ERROR (value, "missing-key", "an empty list of limits limits nothing", "空的限值列表不起限制作用");
  if (value->type != BALANCE_YAML_SEQUENCE)
    {
      limit->from[0] = BALANCE_NO_DATE;
      limit->definitions[0] = balance_pack_reader_read_definition (reader, value);
      return;
    }

  for (guint i = 0; i < limit->n; i++)
    {
      const BalanceYaml *item = value->items[i], *is = balance_yaml_get (item, "is");

      if (!balance_pack_reader_expect (reader, item, BALANCE_YAML_MAPPING, "from, is"))
        {
          limit->n = i;
          return;
        }
      balance_pack_reader_check_keys (reader, item, keys);
      limit->from[i] = balance_pack_reader_read_date (reader, item, "from");
      if (is == NULL || (i > 0 && limit->from[i] <= limit->from[i - 1]))
        ERROR (item, "date", "each dated limit needs “from” and “is”, in order of date", "每个分期限值须有“from”和“is”，并按日期排列");
      limit->definitions[i] = is != NULL ? balance_pack_reader_read_definition (reader, is) : g_new0 (BalanceDefinition, 1);
    }
}
