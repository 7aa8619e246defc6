/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From a YAML file of costs to measures and limits. */

#include <string.h>

#include "census/balance-value-private.h"
#include "planning/balance-costs-private.h"

#define MAX_ITEMS  1000
#define MAX_MONEY  (G_GINT64_CONSTANT (1000000000000) * 10000)

typedef struct
{
  BalanceCosts    *costs;
  BalanceProblems *problems;
} Reader;

#define ERROR(node, kind, ...) balance_yaml_problem (node, reader->costs->file, reader->problems, BALANCE_SEVERITY_ERROR, kind, __VA_ARGS__)

gboolean
balance_money_parse (const BalanceDecimal *decimal, gint64 *parts)
{
  BalanceDecimal copy = *decimal;

  balance_decimal_normalize (&copy);
  if (copy.scale > BALANCE_MONEY_SCALE || !balance_decimal_rescale (&copy, BALANCE_MONEY_SCALE) || copy.digits < 0 || copy.digits > MAX_MONEY)
    return FALSE;
  *parts = copy.digits;

  return TRUE;
}

/* -- values ------------------------------------------------------------------------------------------ */

static gboolean
parse_number (const char *text, gboolean percent, BalanceDecimal *number)
{
  gsize length = strlen (text);

  if (percent && length > 1 && text[length - 1] == '%')
    {
      if (!balance_decimal_parse (text, (gssize) length - 1, number) || number->scale > BALANCE_DECIMAL_MAX_SCALE - 2)
        return FALSE;
      number->scale += 2;
    }
  else if (!balance_decimal_parse (text, -1, number))
    {
      return FALSE;
    }
  balance_decimal_normalize (number);

  return number->digits >= 0;
}

/* A number that is not below zero; FALSE where there is none, or after adding a problem. */
static gboolean
read_node_number (Reader *reader, const BalanceYaml *node, gboolean percent, BalanceDecimal *number)
{
  if (node->type == BALANCE_YAML_SCALAR && parse_number (node->text, percent, number))
    return TRUE;
  ERROR (node, "number", percent ? "A number that is not below zero was expected, or a share such as 10%%" : "A number that is not below zero was expected",
         percent ? "应为不小于零的数，或如 10%% 的比例" : "应为不小于零的数");

  return FALSE;
}

static gboolean
read_number (Reader *reader, const BalanceYaml *map, const char *key, gboolean percent, BalanceDecimal *number)
{
  const BalanceYaml *node = balance_yaml_get (map, key);

  return node != NULL && read_node_number (reader, node, percent, number);
}

static gboolean
read_count (Reader *reader, const BalanceYaml *map, const char *key, guint low, guint high, guint *count)
{
  const BalanceYaml *node = balance_yaml_get (map, key);
  BalanceDecimal number;

  if (node == NULL)
    return FALSE;
  if (node->type != BALANCE_YAML_SCALAR || !parse_number (node->text, FALSE, &number) || number.scale != 0 || number.digits < low ||
      number.digits > high)
    {
      ERROR (node, "number", "“%s” must be a whole number from %u to %u", "“%s”应为 %u 至 %u 的整数", key, low, high);
      return FALSE;
    }
  *count = (guint) number.digits;

  return TRUE;
}

static gboolean
read_money (Reader *reader, const BalanceYaml *node, gint64 *parts)
{
  BalanceDecimal number;

  if (!read_node_number (reader, node, FALSE, &number))
    return FALSE;
  if (!balance_money_parse (&number, parts))
    {
      ERROR (node, "number", "An amount of money has at most four decimals and twelve digits before them", "金额最多四位小数、十二位整数");
      return FALSE;
    }

  return TRUE;
}

/* Keeps the text of a key, which may be written in one language for both. */
static void
read_text (Reader *reader, const BalanceYaml *map, const char *key, BalanceText *text)
{
  const BalanceYaml *node = balance_yaml_get (map, key);

  if (node != NULL)
    balance_yaml_get_text (node, text, reader->costs->file, reader->problems);
}

static char *
dup_string (Reader *reader, const BalanceYaml *map, const char *key, gboolean needed)
{
  const char *text = balance_yaml_get_string (map, key, reader->costs->file, reader->problems);

  if (text == NULL && needed && balance_yaml_get (map, key) == NULL)
    ERROR (map, "missing-key", "The key “%s” is missing", "缺少键“%s”", key);

  return g_strdup (text);
}

static char *
dup_id (Reader *reader, const BalanceYaml *map, GHashTable *known)
{
  const BalanceYaml *node = balance_yaml_get (map, "id");
  char *id = dup_string (reader, map, "id", TRUE);

  if (id == NULL)
    return g_strdup ("");
  for (const char *p = id; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '_' && *p != '-')
      {
        ERROR (node, "id", "An id consists of letters, digits, _ and -", "标识只能由字母、数字、_ 和 - 组成");
        break;
      }
  if (!g_hash_table_add (known, g_strdup (id)))
    ERROR (node, "repeated-id", "There is another of this id", "标识重复");

  return id;
}

/* -- measures ---------------------------------------------------------------------------------------- */

static BalanceField *
find_field (Reader *reader, const BalanceYaml *node, const char *id)
{
  BalanceField *field = balance_dictionary_find (reader->costs->dictionary, id);

  if (field == NULL)
    ERROR (node, "unknown-name", "There is no field “%s” in the dictionary", "数据字典中没有数据项“%s”", id);
  else if (field->type > BALANCE_FIELD_SHARE || field->formula != NULL)
    ERROR (node, "type", "The field “%s” is no number that can be changed", "数据项“%s”不是可以变动的数", id);
  else
    return field;

  return NULL;
}

/* A mapping of fields to what one unit is of each. */
static GArray *
read_effects (Reader *reader, const BalanceYaml *node, gboolean of_district)
{
  GArray *effects = g_array_new (FALSE, FALSE, sizeof (BalanceMeasureEffect));

  if (node->type != BALANCE_YAML_MAPPING || node->n_items == 0 || node->n_items > 64)
    {
      ERROR (node, "wrong-shape", "A mapping of fields to amounts was expected", "应为“数据项: 数量”的映射");
      return effects;
    }
  for (guint i = 0; i < node->n_items; i++)
    {
      BalanceMeasureEffect effect = { find_field (reader, node->keys[i], node->keys[i]->text) };

      if (!read_node_number (reader, node->items[i], FALSE, &effect.amount) || effect.field == NULL)
        continue;
      if (effect.amount.digits == 0 || effect.amount.scale > 6 || effect.amount.digits > G_GINT64_CONSTANT (1000000000000))
        ERROR (node->items[i], "number", "An amount is above zero, has at most six decimals and is not larger than a billion",
               "数量应大于零，最多六位小数，不超过十亿");
      else if (of_district ? effect.field->level != BALANCE_LEVEL_DISTRICT
                           : effect.field->level != BALANCE_LEVEL_SECTION && effect.field->level != BALANCE_LEVEL_SCHOOL &&
                               effect.field->level != BALANCE_LEVEL_DISTRICT)
        ERROR (node->keys[i], "level", "A field of this level cannot be changed by a measure", "措施不能变动该层级的数据项");
      else if (!of_district && effects->len > 0 && g_array_index (effects, BalanceMeasureEffect, 0).field->level != effect.field->level)
        ERROR (node->keys[i], "level", "All fields of a measure must be of one level", "一项措施的数据项应属同一层级");
      else if (effect.field->type == BALANCE_FIELD_COUNT && effect.amount.scale > 0)
        ERROR (node->items[i], "number", "The field counts whole things", "该数据项只能为整数");
      else
        g_array_append_val (effects, effect);
    }

  return effects;
}

static void
filter_free (gpointer data)
{
  BalanceFilter *filter = data;

  g_array_unref (filter->codes);
  g_free (filter);
}

static void
read_filter (Reader *reader, const BalanceYaml *key, const BalanceYaml *node, GPtrArray *where)
{
  BalanceField *field = balance_dictionary_find (reader->costs->dictionary, key->text);
  g_auto(GStrv) values = NULL;
  BalanceFilter *filter;

  if (field == NULL || field->level != BALANCE_LEVEL_SCHOOL || (field->type != BALANCE_FIELD_CHOICE && field->type != BALANCE_FIELD_FLAG))
    {
      ERROR (key, "unknown-name", "“%s” is no choice or flag of schools", "“%s”不是学校的选项或是非数据项", key->text);
      return;
    }
  values = balance_yaml_dup_strv (node, reader->costs->file, reader->problems);
  filter = g_new0 (BalanceFilter, 1);
  filter->field = field;
  filter->codes = g_array_new (FALSE, FALSE, sizeof (int));
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    {
      const BalanceYaml *at = node->type == BALANCE_YAML_SEQUENCE ? node->items[i] : node;
      BalanceDecimal value;
      int code;

      if (balance_value_parse (field, values[i], strlen (values[i]), NULL, &value) != BALANCE_FAULT_NONE)
        {
          ERROR (at, "unknown-value", "“%s” is no value of this field", "“%s”不是该数据项的取值", values[i]);
          continue;
        }
      code = (int) value.digits;
      g_array_append_val (filter->codes, code);
    }
  g_ptr_array_add (where, filter);
}

static void
measure_free (gpointer data)
{
  BalanceMeasureCost *measure = data;

  g_free (measure->id);
  balance_text_clear (&measure->title);
  g_clear_pointer (&measure->effects, g_array_unref);
  g_clear_pointer (&measure->counts, g_array_unref);
  g_strfreev (measure->stages);
  g_ptr_array_unref (measure->where);
  g_free (measure->source);
  g_free (measure);
}

static void
read_kind (Reader *reader, const BalanceYaml *node, BalanceMeasureCost *measure)
{
  static const char *const names[] = { "add", "build", "move" };
  const BalanceYaml *kind = balance_yaml_get (node, "kind");
  g_autofree char *text = dup_string (reader, node, "kind", TRUE);

  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], text) == 0)
      {
        measure->kind = (BalancePlanKind) i;
        return;
      }
  if (text != NULL)
    ERROR (kind, "unknown-value", "A kind is add, build or move", "kind 只能为 add、build 或 move");
}

static void
read_amounts (Reader *reader, const BalanceYaml *node, BalanceMeasureCost *measure)
{
  const BalanceYaml *cost = balance_yaml_get (node, "cost"), *step = balance_yaml_get (node, "step");
  BalanceDecimal price = { 0, 0 };

  measure->step = (BalanceDecimal) { 1, 0 };
  if (step != NULL && read_node_number (reader, step, FALSE, &measure->step))
    {
      if (measure->step.digits == 0 || measure->step.scale > 4 || measure->step.digits > 1000000000)
        ERROR (step, "number", "A step is above zero and has at most four decimals", "步长应大于零，最多四位小数");
      for (guint i = 0; i < measure->effects->len; i++)
        if (g_array_index (measure->effects, BalanceMeasureEffect, i).field->type == BALANCE_FIELD_COUNT && measure->step.scale > 0)
          ERROR (step, "number", "What counts whole things is added in whole steps", "整数数据项的步长应为整数");
    }
  if (cost == NULL)
    ERROR (node, "missing-key", "The key “%s” is missing", "缺少键“%s”", "cost");
  else if (read_node_number (reader, cost, FALSE, &price))
    {
      BalanceDecimal product = { 0, price.scale + measure->step.scale };

      measure->cost = price;
      if (__builtin_mul_overflow (price.digits, measure->step.digits, &product.digits) || product.scale > BALANCE_DECIMAL_MAX_SCALE ||
          !balance_money_parse (&product, &measure->step_cost))
        ERROR (cost, "number", "An amount of money has at most four decimals and twelve digits before them", "金额最多四位小数、十二位整数");
    }
  measure->has_most = read_number (reader, node, "at_most", FALSE, &measure->most);
  measure->has_total = read_number (reader, node, "at_most_in_all", FALSE, &measure->total);
  measure->from = 1;
  read_count (reader, node, "from_year", 1, BALANCE_PLAN_MAX_YEARS, &measure->from);
}

static void
read_measure (Reader *reader, const BalanceYaml *node, GHashTable *known)
{
  static const char *const keys[] = { "id", "title", "kind", "changes", "counts", "stages", "where", "step", "cost", "at_most",
                                      "at_most_in_all", "from_year", "source", NULL };
  BalanceMeasureCost *measure = g_new0 (BalanceMeasureCost, 1);
  const BalanceYaml *changes = balance_yaml_get (node, "changes"), *counts = balance_yaml_get (node, "counts");
  const BalanceYaml *where = balance_yaml_get (node, "where"), *stages = balance_yaml_get (node, "stages");

  g_ptr_array_add (reader->costs->measures, measure);
  measure->where = g_ptr_array_new_with_free_func (filter_free);
  measure->line = node->line;
  balance_yaml_check_keys (node, keys, reader->costs->file, reader->problems);
  measure->id = dup_id (reader, node, known);
  read_text (reader, node, "title", &measure->title);
  measure->source = dup_string (reader, node, "source", TRUE);
  read_kind (reader, node, measure);
  if (changes == NULL)
    ERROR (node, "missing-key", "The key “%s” is missing", "缺少键“%s”", "changes");
  measure->effects = changes != NULL ? read_effects (reader, changes, FALSE) : g_array_new (FALSE, FALSE, sizeof (BalanceMeasureEffect));
  if (counts != NULL)
    measure->counts = read_effects (reader, counts, TRUE);
  if (measure->kind == BALANCE_PLAN_MOVE && measure->effects->len > 0 &&
      g_array_index (measure->effects, BalanceMeasureEffect, 0).field->level == BALANCE_LEVEL_DISTRICT)
    ERROR (changes, "level", "What belongs to the district cannot move between its schools", "区县层级的数据项不能在学校间调配");
  measure->stages = stages != NULL ? balance_yaml_dup_strv (stages, reader->costs->file, reader->problems) : NULL;
  for (guint i = 0; measure->stages != NULL && measure->stages[i] != NULL; i++)
    if (balance_dictionary_find_stage (reader->costs->dictionary, measure->stages[i]) < 0)
      ERROR (stages, "unknown-value", "“%s” is no stage", "“%s”不是学段", measure->stages[i]);
  if (where != NULL && where->type != BALANCE_YAML_MAPPING)
    ERROR (where, "wrong-shape", "A mapping of fields to values was expected", "应为“数据项: 取值”的映射");
  for (guint i = 0; where != NULL && where->type == BALANCE_YAML_MAPPING && i < where->n_items; i++)
    read_filter (reader, where->keys[i], where->items[i], measure->where);
  read_amounts (reader, node, measure);
}

/* -- limits ------------------------------------------------------------------------------------------ */

static int
find_measure (Reader *reader, const char *id)
{
  for (guint i = 0; i < reader->costs->measures->len; i++)
    if (strcmp (((BalanceMeasureCost *) g_ptr_array_index (reader->costs->measures, i))->id, id) == 0)
      return (int) i;

  return -1;
}

static GArray *
read_measures (Reader *reader, const BalanceYaml *map)
{
  const BalanceYaml *node = balance_yaml_get (map, "measures");
  g_auto(GStrv) ids = node != NULL ? balance_yaml_dup_strv (node, reader->costs->file, reader->problems) : NULL;
  GArray *measures = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++)
    {
      int measure = find_measure (reader, ids[i]);

      if (measure < 0)
        ERROR (node->type == BALANCE_YAML_SEQUENCE ? node->items[i] : node, "unknown-name", "There is no measure “%s” in this file",
               "本文件没有措施“%s”", ids[i]);
      else
        g_array_append_val (measures, measure);
    }

  return measures;
}

static void
limit_free (gpointer data)
{
  BalanceCostLimit *limit = data;

  g_free (limit->id);
  balance_text_clear (&limit->title);
  g_clear_pointer (&limit->measures, g_array_unref);
  g_free (limit->source);
  g_free (limit);
}

static gboolean
read_choice (Reader *reader, const BalanceYaml *map, const char *key, const char *usual, const char *other)
{
  const BalanceYaml *node = balance_yaml_get (map, key);
  g_autofree char *text = dup_string (reader, map, key, FALSE);

  if (text == NULL || strcmp (text, usual) == 0)
    return FALSE;
  if (strcmp (text, other) != 0)
    ERROR (node, "unknown-value", "“%s” is %s or %s", "“%s”只能为 %s 或 %s", key, usual, other);

  return TRUE;
}

static void
read_limit (Reader *reader, const BalanceYaml *node, GHashTable *known)
{
  static const char *const keys[] = { "id", "title", "measures", "of", "share", "at_most", "each", "every", "source", NULL };
  BalanceCostLimit *limit = g_new0 (BalanceCostLimit, 1);
  const BalanceYaml *of = balance_yaml_get (node, "of");
  g_autofree char *id = NULL;

  g_ptr_array_add (reader->costs->limits, limit);
  limit->line = node->line;
  balance_yaml_check_keys (node, keys, reader->costs->file, reader->problems);
  limit->id = dup_id (reader, node, known);
  read_text (reader, node, "title", &limit->title);
  limit->source = dup_string (reader, node, "source", TRUE);
  limit->measures = read_measures (reader, node);
  if (limit->measures->len == 0)
    ERROR (node, "missing-key", "A limit names the measures that it limits", "限制应写明所限的措施");
  if (of != NULL && (id = dup_string (reader, node, "of", FALSE)) != NULL)
    limit->of = find_field (reader, of, id);
  limit->has_share = read_number (reader, node, "share", TRUE, &limit->share);
  if (!limit->has_share && !read_number (reader, node, "at_most", FALSE, &limit->most))
    ERROR (node, "missing-key", "A limit has a share (with “of”) or “at_most”", "限制应有 share（与 of 同用）或 at_most");
  if (limit->has_share && of == NULL)
    ERROR (node, "missing-key", "A share is of a field: “of” is missing", "比例须写明数据项：缺少 of");
  limit->district = read_choice (reader, node, "each", "school", "district");
  limit->each_year = read_choice (reader, node, "every", "plan", "year");
}

static void
restriction_free (gpointer data)
{
  BalanceRestriction *restriction = data;

  g_free (restriction->school);
  g_clear_pointer (&restriction->measures, g_array_unref);
  balance_text_clear (&restriction->title);
  g_free (restriction->source);
  g_free (restriction);
}

static void
read_restriction (Reader *reader, const BalanceYaml *node)
{
  static const char *const keys[] = { "schools", "measures", "at_most", "title", "source", NULL };
  const BalanceYaml *schools = balance_yaml_get (node, "schools");
  g_auto(GStrv) codes = schools != NULL ? balance_yaml_dup_strv (schools, reader->costs->file, reader->problems) : NULL;

  balance_yaml_check_keys (node, keys, reader->costs->file, reader->problems);
  if (codes == NULL || codes[0] == NULL)
    ERROR (node, "missing-key", "The key “%s” is missing", "缺少键“%s”", "schools");
  for (guint i = 0; codes != NULL && codes[i] != NULL; i++)
    {
      BalanceRestriction *restriction = g_new0 (BalanceRestriction, 1);

      g_ptr_array_add (reader->costs->restrictions, restriction);
      restriction->school = g_strdup (codes[i]);
      restriction->measures = read_measures (reader, node);
      restriction->line = node->line;
      restriction->source = dup_string (reader, node, "source", i == 0);
      read_text (reader, node, "title", &restriction->title);
      read_number (reader, node, "at_most", FALSE, &restriction->most);
    }
}

static void
decided_free (gpointer data)
{
  BalanceDecided *decided = data;

  g_free (decided->school);
  g_free (decided->giver);
  g_free (decided->stage);
  g_free (decided);
}

static void
read_decided (Reader *reader, const BalanceYaml *node)
{
  static const char *const keys[] = { "school", "from", "stage", "measure", "quantity", "year", "source", NULL };
  BalanceDecided *decided = g_new0 (BalanceDecided, 1);
  const BalanceYaml *at = balance_yaml_get (node, "measure"), *quantity = balance_yaml_get (node, "quantity");
  g_autofree char *measure = NULL;
  int found = -1;

  g_ptr_array_add (reader->costs->decided, decided);
  decided->line = node->line;
  balance_yaml_check_keys (node, keys, reader->costs->file, reader->problems);
  decided->school = dup_string (reader, node, "school", TRUE);
  decided->giver = dup_string (reader, node, "from", FALSE);
  decided->stage = dup_string (reader, node, "stage", FALSE);
  measure = dup_string (reader, node, "measure", TRUE);
  if (measure != NULL)
    found = find_measure (reader, measure);
  if (measure != NULL && found < 0)
    ERROR (at, "unknown-name", "There is no measure “%s” in this file", "本文件没有措施“%s”", measure);
  decided->measure = (guint) MAX (found, 0);
  if (!read_number (reader, node, "quantity", FALSE, &decided->quantity) && quantity == NULL)
    ERROR (node, "missing-key", "The key “%s” is missing", "缺少键“%s”", "quantity");
  decided->year = 1;
  read_count (reader, node, "year", 1, BALANCE_PLAN_MAX_YEARS, &decided->year);
  if (found >= 0)
    {
      const BalanceMeasureCost *of = g_ptr_array_index (reader->costs->measures, (guint) found);

      if ((of->kind == BALANCE_PLAN_MOVE) != (decided->giver != NULL))
        ERROR (node, "missing-key", "“from” is for what moves, and what moves has it", "from 只用于调配措施，调配措施必须写明 from");
      if (decided->year < of->from)
        ERROR (node, "number", "The measure is not possible before year %u", "该措施最早在第 %u 年", of->from);
    }
}

/* -- the file ---------------------------------------------------------------------------------------- */

typedef void (*ReadItem) (Reader *reader, const BalanceYaml *node);

static const BalanceYaml *
get_list (Reader *reader, const BalanceYaml *root, const char *key)
{
  const BalanceYaml *list = balance_yaml_get (root, key);

  if (list == NULL)
    return NULL;
  if (list->type != BALANCE_YAML_SEQUENCE || list->n_items > MAX_ITEMS)
    {
      ERROR (list, "wrong-shape", "“%s” is a list of at most %d items", "“%s”应为列表，最多 %d 项", key, MAX_ITEMS);
      return NULL;
    }
  for (guint i = 0; i < list->n_items; i++)
    if (list->items[i]->type != BALANCE_YAML_MAPPING)
      {
        ERROR (list->items[i], "wrong-shape", "A mapping was expected", "应为映射");
        return NULL;
      }

  return list;
}

static void
read_budget (Reader *reader, const BalanceYaml *root)
{
  BalanceCosts *costs = reader->costs;
  const BalanceYaml *node = balance_yaml_get (root, "budget");
  gint64 parts;

  costs->budgets = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (node == NULL)
    return;
  costs->one_budget = node->type == BALANCE_YAML_SCALAR;
  if (costs->one_budget)
    {
      if (read_money (reader, node, &parts))
        g_array_append_val (costs->budgets, parts);
      return;
    }
  if (node->type != BALANCE_YAML_SEQUENCE || node->n_items != costs->years)
    {
      ERROR (node, "wrong-shape", "A budget is one amount, or a list with one for each of the %u years", "预算为一个总额，或为 %u 个年度各一项的列表",
             costs->years);
      return;
    }
  for (guint i = 0; i < node->n_items; i++)
    if (read_money (reader, node->items[i], &parts))
      g_array_append_val (costs->budgets, parts);
}

gboolean
balance_costs_read (BalanceCosts *self, const BalanceYaml *root, BalanceProblems *problems)
{
  static const char *const keys[] = { "costs", "title", "note", "years", "budget", "goal", "measures", "limits", "restrictions",
                                      "decided", NULL };
  Reader local = { self, problems }, *reader = &local;
  g_autoptr(GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const BalanceYaml *measures, *limits, *restrictions, *decided, *goal;

  self->measures = g_ptr_array_new_with_free_func (measure_free);
  self->limits = g_ptr_array_new_with_free_func (limit_free);
  self->restrictions = g_ptr_array_new_with_free_func (restriction_free);
  self->decided = g_ptr_array_new_with_free_func (decided_free);
  self->years = 1;
  if (root->type != BALANCE_YAML_MAPPING)
    {
      ERROR (root, "wrong-shape", "A mapping was expected", "应为映射");
      return FALSE;
    }

  balance_yaml_check_keys (root, keys, self->file, problems);
  self->id = dup_string (reader, root, "costs", TRUE);
  read_text (reader, root, "title", &self->title);
  read_text (reader, root, "note", &self->note);
  read_count (reader, root, "years", 1, BALANCE_PLAN_MAX_YEARS, &self->years);
  read_budget (reader, root);
  goal = balance_yaml_get (root, "goal");
  if (goal != NULL)
    self->goal = balance_yaml_dup_strv (goal, self->file, problems);

  measures = get_list (reader, root, "measures");
  if (balance_yaml_get (root, "measures") == NULL || (measures != NULL && measures->n_items == 0))
    ERROR (root, "missing-key", "The key “%s” is missing", "缺少键“%s”", "measures");
  for (guint i = 0; measures != NULL && i < measures->n_items; i++)
    read_measure (reader, measures->items[i], known);
  limits = get_list (reader, root, "limits");
  for (guint i = 0; limits != NULL && i < limits->n_items; i++)
    read_limit (reader, limits->items[i], known);
  restrictions = get_list (reader, root, "restrictions");
  for (guint i = 0; restrictions != NULL && i < restrictions->n_items; i++)
    read_restriction (reader, restrictions->items[i]);
  decided = get_list (reader, root, "decided");
  for (guint i = 0; decided != NULL && i < decided->n_items; i++)
    read_decided (reader, decided->items[i]);

  return balance_problems_count (problems, BALANCE_SEVERITY_ERROR) == 0;
}
