/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From the tree of a pack to its definitions. Everything that can be said without compiling a formula is
 * checked here, and every fault is reported with its line. */

#include <string.h>

#include "standard/balance-pack-private.h"

typedef struct
{
  BalancePack     *pack;
  GHashTable      *files;      /* node -> path */
  GHashTable      *ids;        /* id -> node: the one name space of options, fields, indicators, requirements */
  BalanceProblems *problems;
} Reader;

/* far below what BALANCE_USED_SHIFT leaves room for */
#define MAX_RULES 100000

#define PROBLEM(node, severity, kind, ...) \
  balance_yaml_problem (node, file_of (reader, node), reader->problems, severity, kind, __VA_ARGS__)
#define ERROR(node, kind, ...) PROBLEM (node, BALANCE_SEVERITY_ERROR, kind, __VA_ARGS__)

static const char *
file_of (Reader *reader, const BalanceYaml *node)
{
  const char *file = g_hash_table_lookup (reader->files, node);

  return file != NULL ? file : reader->pack->file;
}

static const char *
get_string (Reader *reader, const BalanceYaml *node, const char *key)
{
  BalanceYaml *value = balance_yaml_get (node, key);

  return value == NULL ? NULL : balance_yaml_get_string (node, key, file_of (reader, value), reader->problems);
}

static void
get_text (Reader *reader, const BalanceYaml *node, const char *key, BalanceText *text)
{
  BalanceYaml *value = balance_yaml_get (node, key);

  if (value != NULL)
    balance_yaml_get_text (value, text, file_of (reader, value), reader->problems);
}

static void
check_keys (Reader *reader, const BalanceYaml *node, const char *const *allowed)
{
  balance_yaml_check_keys (node, allowed, file_of (reader, node), reader->problems);
}

static gboolean
expect (Reader *reader, const BalanceYaml *node, BalanceYamlType type, const char *what)
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

static char *
read_id (Reader *reader, const BalanceYaml *node)
{
  const char *id = get_string (reader, node, "id");

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

      ERROR (balance_yaml_get (node, "id"), "duplicate-id", "the name “%s” is used twice (first in line %u; 0: in the dictionary)",
             "名称“%s”重复（首次出现在第%u行；0表示在数据字典中）", id, first != NULL ? first->line : 0);
      return NULL;
    }
  g_hash_table_insert (reader->ids, (gpointer) id, (gpointer) node);

  return g_strdup (id);
}

/* -- scalars ----------------------------------------------------------------------------------------- */

static BalanceExpression *
read_formula (Reader *reader, const BalanceYaml *node, guint *line, guint *column)
{
  BalancePlace place;

  if (node == NULL || !expect (reader, node, BALANCE_YAML_SCALAR, "formula"))
    return NULL;
  /* a quoted scalar begins one character later */
  place = (BalancePlace) { .file = file_of (reader, node), .row = node->line, .column = node->column + (node->quoted ? 1 : 0) };
  if (line != NULL)
    *line = place.row;
  if (column != NULL)
    *column = place.column;
  return balance_expression_parse (node->text, &place, reader->problems);
}

static gboolean
read_decimal (Reader *reader, const BalanceYaml *node, BalanceDecimal *decimal)
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

static guint
read_whole (Reader *reader, const BalanceYaml *node, guint low, guint high)
{
  BalanceDecimal decimal;

  if (!read_decimal (reader, node, &decimal))
    return low;
  if (decimal.scale == 0 && decimal.digits >= (gint64) low && decimal.digits <= (gint64) high)
    return (guint) decimal.digits;
  ERROR (node, "number", "“%s” is not a whole number from %u to %u", "“%s”不是 %u 到 %u 之间的整数", node->text, low, high);
  return low;
}

static gboolean
read_flag (Reader *reader, const BalanceYaml *node, const char *key, gboolean fallback)
{
  const char *text = get_string (reader, node, key);

  if (text == NULL || strcmp (text, "true") == 0 || strcmp (text, "false") == 0)
    return text == NULL ? fallback : text[0] == 't';
  ERROR (balance_yaml_get (node, key), "type", "“%s” must be true or false, not “%s”", "“%s”应为 true 或 false，而不是“%s”", key, text);
  return fallback;
}

static gint32
read_date (Reader *reader, const BalanceYaml *node, const char *key)
{
  const char *text = get_string (reader, node, key);
  gint32 days;

  if (text == NULL)
    return BALANCE_NO_DATE;
  if (balance_date_parse (text, -1, &days))
    return days;
  ERROR (balance_yaml_get (node, key), "date", "“%s” is not a date (YYYY-MM-DD)", "“%s”不是日期（YYYY-MM-DD）", text);
  return BALANCE_NO_DATE;
}

static BalanceLevel
read_level (Reader *reader, const BalanceYaml *node, const char *key, BalanceLevel fallback)
{
  static const char *const names[] = { "section", "school", "stage", "district", "region" };
  const char *text = get_string (reader, node, key);

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
find_pack_stage (Reader *reader, const BalanceYaml *node, const char *id)
{
  int code = balance_dictionary_find_stage (reader->pack->dictionary, id);

  for (guint i = 0; i < reader->pack->n_stages; i++)
    if (code >= 0 && reader->pack->stages[i] == (guint) code)
      return (int) i;
  ERROR (node, "unknown-stage", "“%s” is not one of the stages of this pack", "“%s”不是本规则包的学段", id);
  return -1;
}

static gboolean *
read_stages (Reader *reader, const BalanceYaml *node, const gboolean *outer)
{
  BalanceYaml *list = balance_yaml_get (node, "stages");
  gboolean *stages = NULL;

  if (list == NULL)
    return outer != NULL ? g_memdup2 (outer, sizeof (gboolean) * reader->pack->n_stages) : NULL;
  if (!expect (reader, list, BALANCE_YAML_SEQUENCE, "stages"))
    return NULL;

  stages = g_new0 (gboolean, reader->pack->n_stages + 1);
  for (guint i = 0; i < list->n_items; i++)
    {
      int stage;

      if (!expect (reader, list->items[i], BALANCE_YAML_SCALAR, "stages"))
        continue;
      stage = find_pack_stage (reader, list->items[i], list->items[i]->text);
      if (stage >= 0)
        stages[stage] = outer == NULL || outer[stage];
    }

  return stages;
}

/* -- formulas by stage and by date ------------------------------------------------------------------- */

static void
definition_free (BalanceDefinition *self, guint n_stages)
{
  if (self == NULL)
    return;
  balance_expression_free (self->all);
  for (guint i = 0; self->by_stage != NULL && i < n_stages; i++)
    balance_expression_free (self->by_stage[i]);
  g_free (self->by_stage);
  g_free (self);
}

static void
limit_clear (BalanceLimit *self, guint n_stages)
{
  for (guint i = 0; i < self->n; i++)
    definition_free (self->definitions[i], n_stages);
  g_free (self->definitions);
  g_free (self->from);
}

static BalanceDefinition *
read_definition (Reader *reader, const BalanceYaml *node)
{
  BalanceDefinition *self = g_new0 (BalanceDefinition, 1);

  self->line = node->line;
  self->column = node->column;
  if (node->type == BALANCE_YAML_SCALAR)
    {
      self->all = read_formula (reader, node, &self->line, &self->column);
    }
  else if (node->type == BALANCE_YAML_MAPPING && node->n_items > 0)
    {
      self->by_stage = g_new0 (BalanceExpression *, reader->pack->n_stages + 1);
      for (guint i = 0; i < node->n_items; i++)
        {
          int stage = find_pack_stage (reader, node->keys[i], node->keys[i]->text);

          if (stage >= 0)
            self->by_stage[stage] = read_formula (reader, node->items[i], NULL, NULL);
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

static void
read_limit (Reader *reader, const BalanceYaml *node, BalanceLimit *limit)
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
      limit->definitions[0] = read_definition (reader, value);
      return;
    }

  for (guint i = 0; i < limit->n; i++)
    {
      const BalanceYaml *item = value->items[i], *is = balance_yaml_get (item, "is");

      if (!expect (reader, item, BALANCE_YAML_MAPPING, "from, is"))
        {
          limit->n = i;
          return;
        }
      check_keys (reader, item, keys);
      limit->from[i] = read_date (reader, item, "from");
      if (is == NULL || (i > 0 && limit->from[i] <= limit->from[i - 1]))
        ERROR (item, "date", "each dated limit needs “from” and “is”, in order of date", "每个分期限值须有“from”和“is”，并按日期排列");
      limit->definitions[i] = is != NULL ? read_definition (reader, is) : g_new0 (BalanceDefinition, 1);
    }
}

/* -- options, indicators ----------------------------------------------------------------------------- */

static void
read_options (Reader *reader, const BalanceYaml *list)
{
  static const char *const keys[] = { "id", "title", "values", "default", "reference", "note", NULL };

  for (guint i = 0; list != NULL && i < list->n_items; i++)
    {
      const BalanceYaml *node = list->items[i], *values = balance_yaml_get (node, "values");
      BalanceOption *option;
      char *id;

      if (!expect (reader, node, BALANCE_YAML_MAPPING, "options"))
        continue;
      check_keys (reader, node, keys);
      id = read_id (reader, node);
      if (id == NULL)
        continue;
      option = g_new0 (BalanceOption, 1);
      option->id = id;
      option->file = file_of (reader, node);
      option->line = node->line;
      get_text (reader, node, "title", &option->title);
      option->reference = g_strdup (get_string (reader, node, "reference"));
      option->value = g_strdup (get_string (reader, node, "default"));
      if (values != NULL)
        option->values = balance_yaml_dup_strv (values, file_of (reader, values), reader->problems);
      g_ptr_array_add (reader->pack->options, option);
      if (option->values == NULL || option->value == NULL ||
          !g_strv_contains ((const char *const *) option->values, option->value))
        ERROR (node, "option", "the option “%s” needs “values” and a “default” among them", "选项“%s”须有“values”，且“default”为其中之一", id);
    }
}

static void
read_indicators (Reader *reader, const BalanceYaml *list)
{
  static const char *const keys[] = { "id", "title", "reference", "level", "stages", "unit", "decimals", "weight", "value",
                                      "at_least", "at_most", "above", "below", "note", NULL };

  for (guint i = 0; list != NULL && i < list->n_items; i++)
    {
      const BalanceYaml *node = list->items[i], *value = balance_yaml_get (node, "value");
      BalanceYaml *decimals = balance_yaml_get (node, "decimals");
      BalanceIndicatorRule *self;
      char *id;

      if (!expect (reader, node, BALANCE_YAML_MAPPING, "indicators"))
        continue;
      check_keys (reader, node, keys);
      id = read_id (reader, node);
      if (id == NULL)
        continue;
      self = g_new0 (BalanceIndicatorRule, 1);
      self->id = id;
      self->file = file_of (reader, node);
      self->line = node->line;
      get_text (reader, node, "title", &self->title);
      self->reference = g_strdup (get_string (reader, node, "reference"));
      if (self->reference == NULL)
        self->reference = g_strdup (reader->pack->reference);
      self->note = g_strdup (get_string (reader, node, "note"));
      self->level = read_level (reader, node, "level", BALANCE_LEVEL_SECTION);
      self->stages = read_stages (reader, node, NULL);
      self->unit = g_strdup (get_string (reader, node, "unit"));
      self->has_unit = self->unit != NULL;
      self->decimals = decimals != NULL ? (int) read_whole (reader, decimals, 0, 9) : -1;
      if (balance_yaml_get (node, "weight") != NULL)
        self->weight = read_formula (reader, balance_yaml_get (node, "weight"), &self->weight_line, &self->weight_column);
      read_limit (reader, node, &self->limit);
      if (value != NULL)
        self->value = read_definition (reader, value);
      else
        {
          ERROR (node, "missing-key", "the indicator “%s” has no “value”", "指标“%s”缺少“value”", id);
          self->value = g_new0 (BalanceDefinition, 1);
        }
      g_ptr_array_add (reader->pack->indicators, self);
    }
}

/* -- requirements ------------------------------------------------------------------------------------ */

static void read_rules (Reader *reader, const BalanceYaml *list, BalanceRule *parent);

static BalanceRule *
new_rule (Reader *reader, BalanceRule *parent, BalanceRuleKind kind, char *id, const BalanceYaml *node)
{
  BalanceRule *self = g_new0 (BalanceRule, 1);

  self->index = reader->pack->rules->len;
  self->kind = kind;
  self->id = id;
  self->file = file_of (reader, node);
  self->line = node->line;
  self->parent = parent;
  self->children = g_ptr_array_new ();
  self->level = parent != NULL ? parent->level : BALANCE_LEVEL_DISTRICT;
  self->reference = g_strdup (parent != NULL ? parent->reference : reader->pack->reference);
  self->decimals = -1;
  self->binding = TRUE;
  self->need = -1;
  self->from = self->until = BALANCE_NO_DATE;
  g_ptr_array_add (reader->pack->rules, self);
  g_ptr_array_add (parent != NULL ? parent->children : reader->pack->roots, self);

  return self;
}

static void
add_indicator_item (Reader *reader, const BalanceYaml *node, BalanceRule *parent)
{
  BalanceIndicatorRule *indicator = balance_pack_find_indicator (reader->pack, node->text);
  BalanceRule *self;

  if (indicator == NULL)
    {
      ERROR (node, "unknown-name", "“%s” is no indicator of this pack", "“%s”不是本规则包的指标", node->text);
      return;
    }
  for (guint i = 0; i < parent->children->len; i++)
    if (((const BalanceRule *) g_ptr_array_index (parent->children, i))->indicator == indicator)
      {
        ERROR (node, "duplicate-id", "the indicator “%s” is listed twice", "指标“%s”重复", node->text);
        return;
      }
  self = new_rule (reader, parent, BALANCE_RULE_INDICATOR, g_strdup (indicator->id), node);
  self->indicator = indicator;
  self->level = indicator->level;
  balance_text_copy (&self->title, &indicator->title);
  g_free (self->reference);
  self->reference = g_strdup (indicator->reference);
  self->unit = g_strdup (indicator->unit);
  self->has_unit = indicator->has_unit;
  self->decimals = indicator->decimals;
  if (indicator->limit.comparison == BALANCE_COMPARISON_NONE)
    ERROR (node, "no-limit", "the indicator “%s” has no limit and cannot be met", "指标“%s”没有限值，无法判断是否达标", node->text);
}

static void
read_dispersion (Reader *reader, const BalanceYaml *node, BalanceRule *self)
{
  BalanceYaml *of = balance_yaml_get (node, "of");
  const char *measure = get_string (reader, node, "measure"), *combine = get_string (reader, node, "combine");

  if (strcmp (measure, "cv") != 0)
    ERROR (balance_yaml_get (node, "measure"), "unknown-value", "there is no measure “%s”; “cv” is the coefficient of variation",
           "没有度量“%s”；“cv”为差异系数", measure);
  if (combine != NULL && strcmp (combine, "mean") != 0)
    ERROR (balance_yaml_get (node, "combine"), "unknown-value", "“combine” can only be “mean”", "“combine”只能是“mean”");
  if (of == NULL || !expect (reader, of, BALANCE_YAML_SEQUENCE, "of"))
    {
      if (of == NULL)
        ERROR (node, "missing-key", "a dispersion needs “of”: the indicators", "差异系数须有“of”：所涉指标");
      return;
    }
  if (self->level == BALANCE_LEVEL_SECTION || self->level == BALANCE_LEVEL_SCHOOL)
    ERROR (node, "level", "a dispersion is judged on a stage, district or region: say “each: stage”",
           "差异系数按学段、区县或区域判断：请写“each: stage”");

  if (of->n_items == 0)
    ERROR (of, "missing-key", "an empty list requires nothing", "空列表没有任何要求");
  self->combine = combine != NULL;
  if (self->combine)
    {
      self->kind = BALANCE_RULE_DISPERSION;
      read_limit (reader, node, &self->limit);
    }
  for (guint i = 0; i < of->n_items; i++)
    {
      BalanceIndicatorRule *indicator;
      BalanceRule *child = self;

      if (!expect (reader, of->items[i], BALANCE_YAML_SCALAR, "of"))
        continue;
      indicator = balance_pack_find_indicator (reader->pack, of->items[i]->text);
      if (indicator == NULL || indicator->level != BALANCE_LEVEL_SECTION)
        {
          ERROR (of->items[i], "unknown-name", "“%s” is no indicator of sections in this pack", "“%s”不是本规则包中学段部层级的指标",
                 of->items[i]->text);
          continue;
        }
      for (guint k = 0; k < i; k++)
        if (of->items[k]->type == BALANCE_YAML_SCALAR && strcmp (of->items[k]->text, of->items[i]->text) == 0)
          ERROR (of->items[i], "duplicate-id", "the indicator “%s” is listed twice", "指标“%s”重复", of->items[i]->text);
      if (!self->combine)
        {
          child = new_rule (reader, self, BALANCE_RULE_DISPERSION, g_strconcat (self->id, ".", indicator->id, NULL), of->items[i]);
          balance_text_copy (&child->title, &indicator->title);
          child->decimals = self->decimals;
          child->stages = self->stages != NULL ? g_memdup2 (self->stages, sizeof (gboolean) * reader->pack->n_stages) : NULL;
          read_limit (reader, node, &child->limit);
          g_free (child->reference);
          child->reference = g_strdup (self->reference);
        }
      if (child->measured == NULL)
        child->measured = g_ptr_array_new ();
      g_ptr_array_add (child->measured, indicator);
    }
  if (self->combine && self->measured == NULL)
    self->measured = g_ptr_array_new ();
}

static void
read_selection (Reader *reader, const BalanceYaml *node, BalanceRule *self)
{
  static const char *const keys[] = { "best", "within", "by", NULL };
  BalanceYaml *best = balance_yaml_get (node, "best"), *by = balance_yaml_get (node, "by");

  if (!expect (reader, node, BALANCE_YAML_MAPPING, "select"))
    return;
  check_keys (reader, node, keys);
  self->best = best != NULL ? read_whole (reader, best, 1, 1000000) : 0;
  self->within = read_level (reader, node, "within", BALANCE_LEVEL_DISTRICT);
  if (self->within != BALANCE_LEVEL_DISTRICT && self->within != BALANCE_LEVEL_REGION)
    ERROR (balance_yaml_get (node, "within"), "level", "a selection is made within a district or the region", "评选范围应为 district 或 region");
  if (best == NULL || by == NULL || by->type != BALANCE_YAML_SEQUENCE || by->n_items == 0)
    {
      ERROR (node, "missing-key", "a selection needs “best” and a list “by”", "评选须有“best”和列表“by”");
      return;
    }
  self->by_line = by->line;
  self->by_column = by->column;
  self->by = g_new0 (BalanceExpression *, by->n_items);
  for (guint i = 0; i < by->n_items; i++)
    {
      BalanceExpression *key = read_formula (reader, by->items[i], &self->by_line, &self->by_column);

      if (key != NULL)
        self->by[self->n_by++] = key;
    }
}

/* Is it another one than those before, and lower? */
static gboolean
is_next_grade (GPtrArray *grades, const BalanceGrade *grade)
{
  const BalanceGrade *last = grades->len > 0 ? g_ptr_array_index (grades, grades->len - 1) : NULL;

  for (guint i = 0; i < grades->len; i++)
    if (g_strcmp0 (((const BalanceGrade *) g_ptr_array_index (grades, i))->id, grade->id) == 0)
      return FALSE;
  return last == NULL || !last->has_limit || !grade->has_limit ||
         balance_number_compare_small (balance_number_from_decimal (&last->at_least),
                                       balance_number_from_decimal (&grade->at_least)) > 0;
}

static void
read_grades (Reader *reader, const BalanceYaml *node, BalanceRule *self)
{
  static const char *const keys[] = { "id", "title", "at_least", NULL };
  static const char *const cap_keys[] = { "when", "lower", "at_most", "title", "reference", NULL };
  BalanceYaml *grades = balance_yaml_get (node, "grades"), *caps = balance_yaml_get (node, "caps");
  const char *met_from = get_string (reader, node, "met_from");

  self->met_from = -1;
  if (grades == NULL || !expect (reader, grades, BALANCE_YAML_SEQUENCE, "grades"))
    return;
  self->grades = g_ptr_array_new ();
  for (guint i = 0; i < grades->n_items; i++)
    {
      const BalanceYaml *item = grades->items[i], *at_least = balance_yaml_get (item, "at_least");
      BalanceGrade *grade;

      if (!expect (reader, item, BALANCE_YAML_MAPPING, "grades"))
        continue;
      check_keys (reader, item, keys);
      grade = g_new0 (BalanceGrade, 1);
      grade->line = item->line;
      grade->id = g_strdup (get_string (reader, item, "id"));
      get_text (reader, item, "title", &grade->title);
      grade->has_limit = at_least != NULL && read_decimal (reader, at_least, &grade->at_least);
      if (grade->id == NULL || (grade->has_limit == (i + 1 == grades->n_items)) || !is_next_grade (self->grades, grade))
        ERROR (item, "grades", "grades need an id of their own and, but for the last one, “at_least”, best first",
               "等级须有各自的 id；除最后一级外须有“at_least”，由高到低排列");
      if (met_from != NULL && g_strcmp0 (grade->id, met_from) == 0)
        self->met_from = (int) i;
      g_ptr_array_add (self->grades, grade);
    }
  if (self->met_from < 0)
    ERROR (node, "grades", "“met_from” must name the lowest grade that is met", "“met_from”须为视为达标的最低等级");

  if (caps == NULL || !expect (reader, caps, BALANCE_YAML_SEQUENCE, "caps"))
    return;
  self->caps = g_ptr_array_new ();
  for (guint i = 0; i < caps->n_items; i++)
    {
      const BalanceYaml *item = caps->items[i];
      BalanceCap *cap;
      gboolean known = FALSE;

      if (!expect (reader, item, BALANCE_YAML_MAPPING, "caps"))
        continue;
      check_keys (reader, item, cap_keys);
      cap = g_new0 (BalanceCap, 1);
      cap->when = read_formula (reader, balance_yaml_get (item, "when"), &cap->line, &cap->column);
      cap->at_most = g_strdup (get_string (reader, item, "at_most"));
      cap->reference = g_strdup (get_string (reader, item, "reference"));
      get_text (reader, item, "title", &cap->title);
      if (balance_yaml_get (item, "lower") != NULL)
        cap->lower = read_whole (reader, balance_yaml_get (item, "lower"), 1, 100);
      for (guint k = 0; k < self->grades->len && cap->at_most != NULL; k++)
        known = known || g_strcmp0 (((BalanceGrade *) g_ptr_array_index (self->grades, k))->id, cap->at_most) == 0;
      if (balance_yaml_get (item, "when") == NULL || (cap->lower == 0) == (cap->at_most == NULL) || (cap->at_most != NULL && !known))
        ERROR (item, "grades", "a cap needs “when” and either “lower: N” or “at_most: GRADE”", "限制条件须有“when”，以及“lower: N”或“at_most: 等级”之一");
      g_ptr_array_add (self->caps, cap);
    }
}

enum { KIND_VALUE = 1, KIND_OF = 2, KIND_MEASURE = 4, KIND_SELECT = 8 };

/* What a requirement of this kind would ignore must not look as if it did something. */
static void
check_kind_keys (Reader *reader, const BalanceYaml *node, guint kind)
{
  static const struct { const char *key; guint kinds; } keys[] = {
    { "need", KIND_OF }, { "floor", KIND_OF }, { "rescale", KIND_OF }, { "grades", KIND_OF }, { "met_from", KIND_OF },
    { "caps", KIND_OF }, { "alternatives", KIND_OF }, { "combine", KIND_MEASURE },
    { "at_least", KIND_VALUE | KIND_OF | KIND_MEASURE }, { "at_most", KIND_VALUE | KIND_OF | KIND_MEASURE },
    { "above", KIND_VALUE | KIND_OF | KIND_MEASURE }, { "below", KIND_VALUE | KIND_OF | KIND_MEASURE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const BalanceYaml *value = balance_yaml_get (node, keys[i].key);

      if (value != NULL && (keys[i].kinds & kind) == 0)
        ERROR (value, "unknown-key", "“%s” has no meaning for this kind of requirement", "“%s”不适用于此类要求", keys[i].key);
    }
  if (balance_yaml_get (node, "grades") == NULL && (kind & KIND_OF) != 0)
    for (guint i = 4; i < 6; i++)
      if (balance_yaml_get (node, keys[i].key) != NULL)
        ERROR (balance_yaml_get (node, keys[i].key), "grades", "“%s” needs “grades”", "“%s”须有“grades”", keys[i].key);
}

/* Which of them applies is asked of one subject, and one of them is no part of a count. */
static void
check_alternatives (Reader *reader, const BalanceYaml *node, BalanceRule *self)
{
  if (!self->alternatives)
    return;
  if (self->need >= 0)
    ERROR (balance_yaml_get (node, "need"), "number", "of alternatives only one applies: “need” has no meaning", "分情形的各项只适用其一，不能写“need”");
  for (guint i = 1; i < self->children->len; i++)
    if (((const BalanceRule *) g_ptr_array_index (self->children, i))->level !=
        ((const BalanceRule *) g_ptr_array_index (self->children, 0))->level)
      {
        ERROR (balance_yaml_get (node, "alternatives"), "level", "alternatives are asked on one level: restate “each”",
               "分情形的各项须在同一层级：请写明“each”");
        return;
      }
}

static void
read_rule (Reader *reader, const BalanceYaml *node, BalanceRule *parent)
{
  static const char *const keys[] = {
    "id", "title", "reference", "each", "scope", "stages", "when", "from", "until", "unit", "decimals", "binding", "veto", "evidence",
    "points", "score", "note", "under", "value", "at_least", "at_most", "above", "below", "of", "need", "floor", "rescale",
    "alternatives",
    "grades", "met_from", "caps", "measure", "combine", "select", NULL };
  BalanceYaml *value, *of, *measure, *select, *item;
  BalanceRule *self;
  const char *reference;
  char *id;
  guint n_kinds, n_binding;

  if (!expect (reader, node, BALANCE_YAML_MAPPING, "requirements"))
    return;
  check_keys (reader, node, keys);
  id = read_id (reader, node);
  if (id == NULL)
    return;

  self = new_rule (reader, parent, BALANCE_RULE_COMBINATION, id, node);
  get_text (reader, node, "title", &self->title);
  reference = get_string (reader, node, "reference");
  if (reference != NULL)
    {
      g_free (self->reference);
      self->reference = g_strdup (reference);
    }
  self->note = g_strdup (get_string (reader, node, "note"));
  self->level = read_level (reader, node, "each", self->level);
  self->stages = read_stages (reader, node, parent != NULL ? parent->stages : NULL);
  if ((item = balance_yaml_get (node, "scope")) != NULL)
    self->scope = read_formula (reader, item, &self->scope_line, &self->scope_column);
  if ((item = balance_yaml_get (node, "when")) != NULL)
    self->when = read_formula (reader, item, &self->when_line, &self->when_column);
  self->from = read_date (reader, node, "from");
  self->until = read_date (reader, node, "until");
  self->unit = g_strdup (get_string (reader, node, "unit"));
  self->has_unit = self->unit != NULL;
  if ((item = balance_yaml_get (node, "decimals")) != NULL)
    self->decimals = (int) read_whole (reader, item, 0, 9);
  self->binding = read_flag (reader, node, "binding", TRUE);
  self->veto = read_flag (reader, node, "veto", FALSE);
  self->evidence = read_flag (reader, node, "evidence", parent != NULL && parent->evidence);
  if ((item = balance_yaml_get (node, "points")) != NULL)
    {
      self->has_points = read_decimal (reader, item, &self->points);
      if (self->has_points && self->points.digits < 0)
        ERROR (item, "number", "points are not negative", "分值不能为负");
    }
  if ((item = balance_yaml_get (node, "score")) != NULL)
    {
      self->score = read_formula (reader, item, &self->score_line, &self->score_column);
      if (!self->has_points)
        ERROR (item, "missing-key", "“score” needs “points”", "“score”须有“points”");
    }

  value = balance_yaml_get (node, "value");
  of = balance_yaml_get (node, "of");
  measure = balance_yaml_get (node, "measure");
  select = balance_yaml_get (node, "select");
  n_kinds = (value != NULL) + (of != NULL || measure != NULL) + (select != NULL);
  if (n_kinds != 1)
    {
      ERROR (node, "missing-key", "the requirement “%s” needs exactly one of value, of, measure and select",
             "要求“%s”须有且只有 value、of、measure、select 之一", id);
      return;
    }

  check_kind_keys (reader, node, value != NULL ? KIND_VALUE : select != NULL ? KIND_SELECT : measure != NULL ? KIND_MEASURE : KIND_OF);
  if (value != NULL)
    {
      self->kind = BALANCE_RULE_VALUE;
      self->value = read_definition (reader, value);
      read_limit (reader, node, &self->limit);
    }
  else if (select != NULL)
    {
      self->kind = BALANCE_RULE_SELECTION;
      read_selection (reader, select, self);
    }
  else if (measure != NULL)
    {
      if (get_string (reader, node, "measure") != NULL)
        read_dispersion (reader, node, self);
    }
  else
    {
      if ((item = balance_yaml_get (node, "need")) != NULL)
        self->need = (int) read_whole (reader, item, 0, 1000000);
      if ((item = balance_yaml_get (node, "floor")) != NULL)
        self->has_floor = read_decimal (reader, item, &self->floor);
      self->rescale = read_flag (reader, node, "rescale", FALSE);
      self->alternatives = read_flag (reader, node, "alternatives", FALSE);
      read_limit (reader, node, &self->limit);
      read_grades (reader, node, self);
      read_rules (reader, of, self);
      check_alternatives (reader, node, self);
      n_binding = 0;
      for (guint i = 0; i < self->children->len; i++)
        n_binding += ((const BalanceRule *) g_ptr_array_index (self->children, i))->binding;
      if (self->need > (int) n_binding)
        ERROR (balance_yaml_get (node, "need"), "number", "“%s” needs %d of only %u items", "“%s”要求 %d 项，但只有 %u 项", id,
               self->need, n_binding);
      if (self->has_floor && (self->floor.digits <= 0 || self->floor.digits > balance_power_of_ten (self->floor.scale)))
        ERROR (balance_yaml_get (node, "floor"), "number", "a floor lies above 0 and at most at 100 %% of the limit",
               "底线应大于0且不超过限值的100%%");
    }
}

static void
read_rules (Reader *reader, const BalanceYaml *list, BalanceRule *parent)
{
  if (list == NULL || !expect (reader, list, BALANCE_YAML_SEQUENCE, parent != NULL ? "of" : "requirements"))
    return;

  for (guint i = 0; i < list->n_items; i++)
    if (parent != NULL && list->items[i]->type == BALANCE_YAML_SCALAR)
      add_indicator_item (reader, list->items[i], parent);
    else
      read_rule (reader, list->items[i], parent);
  if (list->n_items == 0)
    ERROR (list, "missing-key", "an empty list requires nothing", "空列表没有任何要求");
}

/* Points of children add up to those of the parent, unless they are rescaled. */
static void
check_points (Reader *reader)
{
  BalanceNumberPool pool = { 0 };

  for (guint i = 0; i < reader->pack->rules->len; i++)
    {
      BalanceRule *self = g_ptr_array_index (reader->pack->rules, i);
      BalanceNumber sum = { 0, 1 };
      gboolean any = FALSE, all = TRUE;

      if (self->kind != BALANCE_RULE_COMBINATION || self->children->len == 0)
        continue;
      for (guint k = 0; k < self->children->len; k++)
        {
          const BalanceRule *child = g_ptr_array_index (self->children, k);

          if (!child->binding)
            continue;
          any = any || child->has_points;
          all = all && child->has_points;
          if (child->has_points)
            sum = balance_number_add (&pool, sum, balance_number_from_decimal (&child->points));
        }
      if ((any || self->grades != NULL || self->limit.comparison != BALANCE_COMPARISON_NONE) && !all)
        balance_yaml_problem (g_hash_table_lookup (reader->ids, self->id), self->file, reader->problems, BALANCE_SEVERITY_ERROR,
                              "points", "“%s” is scored, but not all of its items have points", "“%s”计分，但其下并非各项都有分值", self->id);
      else if (all && self->has_points && !self->rescale &&
               balance_number_equal (&pool, sum, balance_number_from_decimal (&self->points)) != BALANCE_TRUE)
        balance_yaml_problem (g_hash_table_lookup (reader->ids, self->id), self->file, reader->problems, BALANCE_SEVERITY_ERROR,
                              "points", "the points of the items of “%s” do not add up to its own; if that is meant, say “rescale: true”",
                              "“%s”各项分值之和与本项分值不等；如确需如此，请写“rescale: true”", self->id);
    }
  balance_number_pool_clear (&pool);
}

/* -- concessions ------------------------------------------------------------------------------------- */

static void
read_concession_items (Reader *reader, const BalanceYaml *list, BalanceConcession *concession)
{
  static const char *const keys[] = { "id", "title", "reference", "on", "when", "value", "at_least", "at_most", "above", "below", "note", NULL };

  for (guint i = 0; list != NULL && i < list->n_items; i++)
    {
      const BalanceYaml *node = list->items[i], *value = balance_yaml_get (node, "value"), *when = balance_yaml_get (node, "when");
      BalanceConcessionItem *self;
      BalanceRule *rule;
      char *id;

      if (!expect (reader, node, BALANCE_YAML_MAPPING, "items"))
        continue;
      check_keys (reader, node, keys);
      id = read_id (reader, node);
      if (id == NULL)
        continue;
      self = g_new0 (BalanceConcessionItem, 1);
      self->id = id;
      self->file = file_of (reader, node);
      self->line = node->line;
      get_text (reader, node, "title", &self->title);
      self->reference = g_strdup (get_string (reader, node, "reference"));
      if (self->reference == NULL)
        self->reference = g_strdup (concession->reference);
      self->on = g_strdup (get_string (reader, node, "on"));
      if (when != NULL)
        self->when = read_formula (reader, when, &self->when_line, &self->when_column);
      if (value != NULL)
        self->value = read_definition (reader, value);
      read_limit (reader, node, &self->limit);
      self->has_limit = self->limit.comparison != BALANCE_COMPARISON_NONE;
      g_ptr_array_add (concession->items, self);

      rule = self->on != NULL ? balance_pack_find_rule (reader->pack, self->on) : NULL;
      if (self->on == NULL || (balance_pack_find_indicator (reader->pack, self->on) == NULL &&
                               (rule == NULL || rule->kind != BALANCE_RULE_VALUE)))
        ERROR (balance_yaml_get (node, "on") != NULL ? balance_yaml_get (node, "on") : node, "unknown-name",
               "“on” must name an indicator, or a requirement with a value, of this pack", "“on”须为本规则包的指标或带 value 的要求");
      if (self->value == NULL && !self->has_limit)
        ERROR (node, "missing-key", "a concession changes the value, the limit or both", "放宽规定须改变 value 或限值");
    }
}

static void
read_concessions (Reader *reader, const BalanceYaml *list)
{
  static const char *const keys[] = { "id", "title", "reference", "from", "until", "duty_years", "items", "note", NULL };

  for (guint i = 0; list != NULL && i < list->n_items; i++)
    {
      const BalanceYaml *node = list->items[i], *items = balance_yaml_get (node, "items");
      BalanceConcession *self;
      char *id;

      if (!expect (reader, node, BALANCE_YAML_MAPPING, "concessions"))
        continue;
      check_keys (reader, node, keys);
      id = read_id (reader, node);
      if (id == NULL)
        continue;
      self = g_new0 (BalanceConcession, 1);
      self->id = id;
      self->file = file_of (reader, node);
      self->line = node->line;
      self->items = g_ptr_array_new ();
      get_text (reader, node, "title", &self->title);
      self->reference = g_strdup (get_string (reader, node, "reference"));
      if (self->reference == NULL)
        self->reference = g_strdup (reader->pack->reference);
      self->from = read_date (reader, node, "from");
      self->until = read_date (reader, node, "until");
      if (self->from != BALANCE_NO_DATE && self->until != BALANCE_NO_DATE && self->until < self->from)
        ERROR (node, "date", "“until” lies before “from”", "“until”早于“from”");
      if (balance_yaml_get (node, "duty_years") != NULL)
        self->duty_years = read_whole (reader, balance_yaml_get (node, "duty_years"), 1, 100);
      g_ptr_array_add (reader->pack->concessions, self);
      if (items != NULL && expect (reader, items, BALANCE_YAML_SEQUENCE, "items"))
        read_concession_items (reader, items, self);
    }
}

/* -- the pack ---------------------------------------------------------------------------------------- */

static const BalanceYaml *
get_list (Reader *reader, const BalanceYaml *root, const char *key)
{
  BalanceYaml *list = balance_yaml_get (root, key);

  return list != NULL && expect (reader, list, BALANCE_YAML_SEQUENCE, key) ? list : NULL;
}

static void
read_pack_stages (Reader *reader, const BalanceYaml *list)
{
  BalancePack *pack = reader->pack;

  if (list == NULL)
    return;
  pack->stages = g_new0 (guint, list->n_items + 1);
  for (guint i = 0; i < list->n_items; i++)
    {
      const BalanceYaml *item = list->items[i];
      const char *id = item->type == BALANCE_YAML_SCALAR ? item->text : get_string (reader, item, "id");
      int code = id != NULL ? balance_dictionary_find_stage (pack->dictionary, id) : -1;

      if (code < 0)
        {
          ERROR (item, "unknown-stage", "there is no stage “%s” in the dictionary", "数据字典中没有学段“%s”", id != NULL ? id : "");
          continue;
        }
      for (guint k = 0; k < pack->n_stages; k++)
        if (pack->stages[k] == (guint) code)
          {
            ERROR (item, "duplicate-id", "the stage “%s” is listed twice", "学段“%s”重复", id);
            code = -1;
            break;
          }
      if (code >= 0)
        pack->stages[pack->n_stages++] = (guint) code;
    }
}

static void
read_split (Reader *reader, const BalanceYaml *node)
{
  static const char *const keys[] = { "fields", "weights", "by", NULL };
  BalancePack *pack = reader->pack;
  const BalanceYaml *fields = balance_yaml_get (node, "fields"), *weights = balance_yaml_get (node, "weights");
  const BalanceYaml *by = balance_yaml_get (node, "by");

  pack->split_weights = g_new0 (BalanceDecimal, balance_dictionary_get_n_stages (pack->dictionary) + 1);
  if (node == NULL || !expect (reader, node, BALANCE_YAML_MAPPING, "split"))
    return;
  check_keys (reader, node, keys);
  if (fields == NULL || by == NULL || weights == NULL || weights->type != BALANCE_YAML_MAPPING)
    {
      ERROR (node, "missing-key", "“split” needs “fields”, “weights” by stage and “by”, what the parts follow, such as the pupils",
             "“split”须有“fields”、按学段的“weights”和“by”（按什么拆分，如在校生数）");
      return;
    }
  pack->split_fields = balance_yaml_dup_strv (fields, file_of (reader, fields), reader->problems);
  for (guint i = 0; pack->split_fields != NULL && pack->split_fields[i] != NULL; i++)
    {
      BalanceField *field = balance_dictionary_find (pack->dictionary, pack->split_fields[i]);

      if (field == NULL || field->level != BALANCE_LEVEL_SCHOOL ||
          (field->type != BALANCE_FIELD_COUNT && field->type != BALANCE_FIELD_AMOUNT))
        ERROR (fields, "unknown-name", "“%s” is no count or amount of schools and cannot be split", "“%s”不是学校层级的数量，不能拆分",
               pack->split_fields[i]);
    }
  for (guint i = 0; i < weights->n_items; i++)
    {
      int code = balance_dictionary_find_stage (pack->dictionary, weights->keys[i]->text);
      BalanceDecimal weight;

      if (code < 0)
        ERROR (weights->keys[i], "unknown-stage", "there is no stage “%s” in the dictionary", "数据字典中没有学段“%s”", weights->keys[i]->text);
      else if (read_decimal (reader, weights->items[i], &weight))
        {
          if (weight.digits < 0)
            ERROR (weights->items[i], "number", "a weight is not negative", "权重不能为负");
          else
            pack->split_weights[code] = weight;
        }
    }
  pack->split_line = node->line;
  pack->split_column = node->column;
  pack->split_by = read_formula (reader, by, &pack->split_line, &pack->split_column);
}

static void
read_computed (Reader *reader, const BalanceYaml *list)
{
  for (guint i = 0; list != NULL && i < list->n_items; i++)
    {
      const BalanceYaml *node = list->items[i], *value = balance_yaml_get (node, "value");
      const char *id = value != NULL ? get_string (reader, node, "id") : NULL;

      if (id != NULL && !g_hash_table_contains (reader->pack->computed, id))
        g_hash_table_insert (reader->pack->computed, g_strdup (id), read_definition (reader, value));
    }
}

static void
read_uses (Reader *reader, const BalanceYaml *map)
{
  if (map == NULL || !expect (reader, map, BALANCE_YAML_MAPPING, "uses"))
    return;
  for (guint i = 0; i < map->n_items; i++)
    {
      BalanceUse *use;

      if (!expect (reader, map->items[i], BALANCE_YAML_SCALAR, "uses"))
        continue;
      use = g_new0 (BalanceUse, 1);
      use->alias = g_strdup (map->keys[i]->text);
      use->id = g_strdup (map->items[i]->text);
      use->line = map->keys[i]->line;
      g_ptr_array_add (reader->pack->uses, use);
    }
}

static void
read_root (Reader *reader, const BalanceYaml *root)
{
  static const char *const keys[] = { "pack", "uses", "title", "reference", "effective", "stages", "scope", "weight", "split",
                                      "options", "fields", "indicators", "requirements", "concessions", "note", NULL };
  BalancePack *pack = reader->pack;
  const BalanceYaml *stages = balance_yaml_get (root, "stages"), *fields = balance_yaml_get (root, "fields");
  const BalanceYaml *node;
  g_autoptr(BalanceDictionary) base = NULL;
  g_autoptr(GError) error = NULL;

  check_keys (reader, root, keys);
  pack->id = g_strdup (get_string (reader, root, "pack"));
  if (pack->id == NULL)
    {
      pack->id = g_strdup ("");
      ERROR (root, "missing-key", "a pack begins with “pack: ID”", "规则包须以“pack: 标识”开头");
    }
  get_text (reader, root, "title", &pack->title);
  pack->reference = g_strdup (get_string (reader, root, "reference"));
  pack->effective_days = read_date (reader, root, "effective");
  pack->effective = g_strdup (get_string (reader, root, "effective"));

  base = balance_dictionary_get_default (&error);
  if (base == NULL)
    {
      ERROR (root, "not-found", "the data dictionary cannot be read: %s", "无法读取数据字典：%s", error->message);
      return;
    }
  pack->dictionary = balance_dictionary_extend (base, fields, stages, pack->file, reader->problems);
  if (pack->dictionary == NULL)
    return;

  if (stages == NULL)
    ERROR (root, "missing-key", "a pack must say which “stages” it judges", "规则包须用“stages”说明所评学段");
  else if (expect (reader, stages, BALANCE_YAML_SEQUENCE, "stages"))
    read_pack_stages (reader, stages);
  if (stages != NULL && stages->type == BALANCE_YAML_SEQUENCE && stages->n_items == 0)
    ERROR (stages, "missing-key", "a pack must say which “stages” it judges", "规则包须用“stages”说明所评学段");
  if ((node = balance_yaml_get (root, "scope")) != NULL)
    pack->scope = read_formula (reader, node, &pack->scope_line, &pack->scope_column);
  if ((node = balance_yaml_get (root, "weight")) != NULL)
    pack->weight = read_formula (reader, node, &pack->weight_line, &pack->weight_column);
  read_split (reader, balance_yaml_get (root, "split"));
  read_uses (reader, balance_yaml_get (root, "uses"));
  read_options (reader, get_list (reader, root, "options"));
  read_computed (reader, get_list (reader, root, "fields"));
  read_indicators (reader, get_list (reader, root, "indicators"));
  if (get_list (reader, root, "requirements") != NULL)
    read_rules (reader, get_list (reader, root, "requirements"), NULL);
  else
    ERROR (root, "missing-key", "a pack without “requirements” judges nothing", "没有“requirements”的规则包不作任何判断");
  if (pack->rules->len > MAX_RULES)
    ERROR (root, "limit", "more than %d requirements", "要求超过%d项", MAX_RULES);
  read_concessions (reader, get_list (reader, root, "concessions"));
  check_points (reader);
}

/* Do nodes come from more than one file? */
static gboolean
is_merged (GHashTable *files, const char *path)
{
  GHashTableIter iter;
  gpointer file;

  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, NULL, &file))
    if (file != path)
      return TRUE;
  return FALSE;
}

static void
source_free (gpointer data)
{
  BalancePackFile *file = data;

  g_free (file->path);
  g_bytes_unref (file->bytes);
  g_free (file);
}

BalancePack *
balance_pack_read (GBytes          *bytes,
                   const char      *path,
                   BalanceProblems *problems)
{
  g_autoptr(GHashTable) files = g_hash_table_new (NULL, NULL), ids = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(BalanceYaml) root = NULL;
  g_autoptr(GChecksum) digest = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func (source_free);
  guint before = balance_problems_count (problems, BALANCE_SEVERITY_ERROR);
  Reader reader = { .files = files, .ids = ids, .problems = problems };
  BalancePack *self;

  root = balance_pack_merge (bytes, path, files, digest, sources, problems);
  if (root == NULL)
    return NULL;

  self = g_new0 (BalancePack, 1);
  self->file = g_strdup (path);
  self->effective_days = BALANCE_NO_DATE;
  self->uses = g_ptr_array_new ();
  self->options = g_ptr_array_new ();
  self->indicators = g_ptr_array_new ();
  self->rules = g_ptr_array_new ();
  self->roots = g_ptr_array_new ();
  self->concessions = g_ptr_array_new ();
  self->computed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->digest = g_strdup (g_checksum_get_string (digest));
  self->sources = g_ptr_array_ref (sources);
  reader.pack = self;
  read_root (&reader, root);

  /* without a dictionary and stages no formula can be looked at */
  if (self->dictionary == NULL || self->n_stages == 0)
    {
      balance_pack_free (self);
      return NULL;
    }
  self->extends = is_merged (files, g_intern_string (path));
  self->faulty = balance_problems_count (problems, BALANCE_SEVERITY_ERROR) > before;

  return self;
}

/* -- looking up and freeing -------------------------------------------------------------------------- */

BalanceIndicatorRule *
balance_pack_find_indicator (BalancePack *self, const char *id)
{
  for (guint i = 0; i < self->indicators->len; i++)
    {
      BalanceIndicatorRule *indicator = g_ptr_array_index (self->indicators, i);

      if (strcmp (indicator->id, id) == 0)
        return indicator;
    }
  return NULL;
}

BalanceRule *
balance_pack_find_rule (BalancePack *self, const char *id)
{
  for (guint i = 0; i < self->rules->len; i++)
    {
      BalanceRule *rule = g_ptr_array_index (self->rules, i);

      /* items that are indicators are found as indicators */
      if (rule->kind != BALANCE_RULE_INDICATOR && strcmp (rule->id, id) == 0)
        return rule;
    }
  return NULL;
}

static void
rule_free (BalanceRule *self, guint n_stages)
{
  g_free (self->id);
  balance_text_clear (&self->title);
  g_free (self->reference);
  g_free (self->note);
  g_ptr_array_unref (self->children);
  balance_expression_free (self->scope);
  balance_expression_free (self->when);
  g_free (self->stages);
  g_free (self->unit);
  balance_expression_free (self->score);
  definition_free (self->value, n_stages);
  limit_clear (&self->limit, n_stages);
  for (guint i = 0; self->grades != NULL && i < self->grades->len; i++)
    {
      BalanceGrade *grade = g_ptr_array_index (self->grades, i);

      g_free (grade->id);
      balance_text_clear (&grade->title);
      g_free (grade);
    }
  g_clear_pointer (&self->grades, g_ptr_array_unref);
  for (guint i = 0; self->caps != NULL && i < self->caps->len; i++)
    {
      BalanceCap *cap = g_ptr_array_index (self->caps, i);

      balance_text_clear (&cap->title);
      g_free (cap->reference);
      balance_expression_free (cap->when);
      g_free (cap->at_most);
      g_free (cap);
    }
  g_clear_pointer (&self->caps, g_ptr_array_unref);
  g_clear_pointer (&self->measured, g_ptr_array_unref);
  for (guint i = 0; i < self->n_by; i++)
    balance_expression_free (self->by[i]);
  g_free (self->by);
  g_free (self);
}

static void
concession_free (BalanceConcession *self, guint n_stages)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      BalanceConcessionItem *item = g_ptr_array_index (self->items, i);

      g_free (item->id);
      balance_text_clear (&item->title);
      g_free (item->reference);
      g_free (item->on);
      balance_expression_free (item->when);
      definition_free (item->value, n_stages);
      limit_clear (&item->limit, n_stages);
      g_free (item);
    }
  g_ptr_array_unref (self->items);
  g_free (self->id);
  balance_text_clear (&self->title);
  g_free (self->reference);
  g_free (self);
}

void
balance_pack_free (BalancePack *self)
{
  GHashTableIter iter;
  gpointer definition;

  if (self == NULL)
    return;

  for (guint i = 0; i < self->rules->len; i++)
    rule_free (g_ptr_array_index (self->rules, i), self->n_stages);
  for (guint i = 0; i < self->concessions->len; i++)
    concession_free (g_ptr_array_index (self->concessions, i), self->n_stages);
  for (guint i = 0; i < self->indicators->len; i++)
    {
      BalanceIndicatorRule *indicator = g_ptr_array_index (self->indicators, i);

      g_free (indicator->id);
      balance_text_clear (&indicator->title);
      g_free (indicator->reference);
      g_free (indicator->note);
      g_free (indicator->stages);
      g_free (indicator->unit);
      balance_expression_free (indicator->weight);
      definition_free (indicator->value, self->n_stages);
      limit_clear (&indicator->limit, self->n_stages);
      g_free (indicator);
    }
  for (guint i = 0; i < self->options->len; i++)
    {
      BalanceOption *option = g_ptr_array_index (self->options, i);

      g_free (option->id);
      balance_text_clear (&option->title);
      g_free (option->reference);
      g_strfreev (option->values);
      g_free (option->value);
      g_free (option);
    }
  for (guint i = 0; i < self->uses->len; i++)
    {
      BalanceUse *use = g_ptr_array_index (self->uses, i);

      g_free (use->alias);
      g_free (use->id);
      g_free (use);
    }
  g_hash_table_iter_init (&iter, self->computed);
  while (g_hash_table_iter_next (&iter, NULL, &definition))
    definition_free (definition, self->n_stages);
  g_hash_table_unref (self->computed);
  g_ptr_array_unref (self->rules);
  g_ptr_array_unref (self->roots);
  g_ptr_array_unref (self->concessions);
  g_ptr_array_unref (self->indicators);
  g_ptr_array_unref (self->options);
  g_ptr_array_unref (self->uses);
  g_clear_object (&self->dictionary);
  balance_expression_free (self->scope);
  balance_expression_free (self->weight);
  balance_expression_free (self->split_by);
  g_strfreev (self->split_fields);
  g_free (self->split_weights);
  g_free (self->stages);
  balance_text_clear (&self->title);
  g_free (self->reference);
  g_free (self->effective);
  g_free (self->digest);
  g_ptr_array_unref (self->sources);
  g_free (self->file);
  g_free (self->id);
  g_free (self);
}
