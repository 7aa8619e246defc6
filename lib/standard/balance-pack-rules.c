/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The tree of requirements of a pack. */

#include <string.h>

#include "standard/balance-pack-reader-private.h"

/* -- requirements ------------------------------------------------------------------------------------ */

static BalanceRule *
new_rule (BalancePackReader *reader, BalanceRule *parent, BalanceRuleKind kind, char *id, const BalanceYaml *node)
{
  BalanceRule *self = g_new0 (BalanceRule, 1);

  self->index = reader->pack->rules->len;
  self->kind = kind;
  self->id = id;
  self->file = balance_pack_reader_get_file (reader, node);
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
add_indicator_item (BalancePackReader *reader, const BalanceYaml *node, BalanceRule *parent)
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
read_dispersion (BalancePackReader *reader, const BalanceYaml *node, BalanceRule *self)
{
  BalanceYaml *of = balance_yaml_get (node, "of");
  const char *measure = balance_pack_reader_get_string (reader, node, "measure"), *combine = balance_pack_reader_get_string (reader, node, "combine");

  if (strcmp (measure, "cv") != 0)
    ERROR (balance_yaml_get (node, "measure"), "unknown-value", "there is no measure “%s”; “cv” is the coefficient of variation",
           "没有度量“%s”；“cv”为差异系数", measure);
  if (combine != NULL && strcmp (combine, "mean") != 0)
    ERROR (balance_yaml_get (node, "combine"), "unknown-value", "“combine” can only be “mean”", "“combine”只能是“mean”");
  if (of == NULL || !balance_pack_reader_expect (reader, of, BALANCE_YAML_SEQUENCE, "of"))
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
      balance_pack_reader_read_limit (reader, node, &self->limit);
    }
  for (guint i = 0; i < of->n_items; i++)
    {
      BalanceIndicatorRule *indicator;
      BalanceRule *child = self;

      if (!balance_pack_reader_expect (reader, of->items[i], BALANCE_YAML_SCALAR, "of"))
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
          balance_pack_reader_read_limit (reader, node, &child->limit);
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
read_selection (BalancePackReader *reader, const BalanceYaml *node, BalanceRule *self)
{
  static const char *const keys[] = { "best", "within", "by", NULL };
  BalanceYaml *best = balance_yaml_get (node, "best"), *by = balance_yaml_get (node, "by");

  if (!balance_pack_reader_expect (reader, node, BALANCE_YAML_MAPPING, "select"))
    return;
  balance_pack_reader_check_keys (reader, node, keys);
  self->best = best != NULL ? balance_pack_reader_read_whole (reader, best, 1, 1000000) : 0;
  self->within = balance_pack_reader_read_level (reader, node, "within", BALANCE_LEVEL_DISTRICT);
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
      BalanceExpression *key = balance_pack_reader_read_formula (reader, by->items[i], &self->by_line, &self->by_column);

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
read_grades (BalancePackReader *reader, const BalanceYaml *node, BalanceRule *self)
{
  static const char *const keys[] = { "id", "title", "at_least", NULL };
  static const char *const cap_keys[] = { "when", "lower", "at_most", "title", "reference", NULL };
  BalanceYaml *grades = balance_yaml_get (node, "grades"), *caps = balance_yaml_get (node, "caps");
  const char *met_from = balance_pack_reader_get_string (reader, node, "met_from");

  self->met_from = -1;
  if (grades == NULL || !balance_pack_reader_expect (reader, grades, BALANCE_YAML_SEQUENCE, "grades"))
    return;
  self->grades = g_ptr_array_new ();
  for (guint i = 0; i < grades->n_items; i++)
    {
      const BalanceYaml *item = grades->items[i], *at_least = balance_yaml_get (item, "at_least");
      BalanceGrade *grade;

      if (!balance_pack_reader_expect (reader, item, BALANCE_YAML_MAPPING, "grades"))
        continue;
      balance_pack_reader_check_keys (reader, item, keys);
      grade = g_new0 (BalanceGrade, 1);
      grade->line = item->line;
      grade->id = g_strdup (balance_pack_reader_get_string (reader, item, "id"));
      balance_pack_reader_get_text (reader, item, "title", &grade->title);
      grade->has_limit = at_least != NULL && balance_pack_reader_read_decimal (reader, at_least, &grade->at_least);
      if (grade->id == NULL || (grade->has_limit == (i + 1 == grades->n_items)) || !is_next_grade (self->grades, grade))
        ERROR (item, "grades", "grades need an id of their own and, but for the last one, “at_least”, best first",
               "等级须有各自的 id；除最后一级外须有“at_least”，由高到低排列");
      if (met_from != NULL && g_strcmp0 (grade->id, met_from) == 0)
        self->met_from = (int) i;
      g_ptr_array_add (self->grades, grade);
    }
  if (self->met_from < 0)
    ERROR (node, "grades", "“met_from” must name the lowest grade that is met", "“met_from”须为视为达标的最低等级");

  if (caps == NULL || !balance_pack_reader_expect (reader, caps, BALANCE_YAML_SEQUENCE, "caps"))
    return;
  self->caps = g_ptr_array_new ();
  for (guint i = 0; i < caps->n_items; i++)
    {
      const BalanceYaml *item = caps->items[i];
      BalanceCap *cap;
      gboolean known = FALSE;

      if (!balance_pack_reader_expect (reader, item, BALANCE_YAML_MAPPING, "caps"))
        continue;
      balance_pack_reader_check_keys (reader, item, cap_keys);
      cap = g_new0 (BalanceCap, 1);
      cap->when = balance_pack_reader_read_formula (reader, balance_yaml_get (item, "when"), &cap->line, &cap->column);
      cap->at_most = g_strdup (balance_pack_reader_get_string (reader, item, "at_most"));
      cap->reference = g_strdup (balance_pack_reader_get_string (reader, item, "reference"));
      balance_pack_reader_get_text (reader, item, "title", &cap->title);
      if (balance_yaml_get (item, "lower") != NULL)
        cap->lower = balance_pack_reader_read_whole (reader, balance_yaml_get (item, "lower"), 1, 100);
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
check_kind_keys (BalancePackReader *reader, const BalanceYaml *node, guint kind)
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
check_alternatives (BalancePackReader *reader, const BalanceYaml *node, BalanceRule *self)
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
read_rule (BalancePackReader *reader, const BalanceYaml *node, BalanceRule *parent)
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

  if (!balance_pack_reader_expect (reader, node, BALANCE_YAML_MAPPING, "requirements"))
    return;
  balance_pack_reader_check_keys (reader, node, keys);
  id = balance_pack_reader_read_id (reader, node);
  if (id == NULL)
    return;

  self = new_rule (reader, parent, BALANCE_RULE_COMBINATION, id, node);
  balance_pack_reader_get_text (reader, node, "title", &self->title);
  reference = balance_pack_reader_get_string (reader, node, "reference");
  if (reference != NULL)
    {
      g_free (self->reference);
      self->reference = g_strdup (reference);
    }
  self->note = g_strdup (balance_pack_reader_get_string (reader, node, "note"));
  self->level = balance_pack_reader_read_level (reader, node, "each", self->level);
  self->stages = balance_pack_reader_read_stages (reader, node, parent != NULL ? parent->stages : NULL);
  if ((item = balance_yaml_get (node, "scope")) != NULL)
    self->scope = balance_pack_reader_read_formula (reader, item, &self->scope_line, &self->scope_column);
  if ((item = balance_yaml_get (node, "when")) != NULL)
    self->when = balance_pack_reader_read_formula (reader, item, &self->when_line, &self->when_column);
  self->from = balance_pack_reader_read_date (reader, node, "from");
  self->until = balance_pack_reader_read_date (reader, node, "until");
  self->unit = g_strdup (balance_pack_reader_get_string (reader, node, "unit"));
  self->has_unit = self->unit != NULL;
  if ((item = balance_yaml_get (node, "decimals")) != NULL)
    self->decimals = (int) balance_pack_reader_read_whole (reader, item, 0, 9);
  self->binding = balance_pack_reader_read_flag (reader, node, "binding", TRUE);
  self->veto = balance_pack_reader_read_flag (reader, node, "veto", FALSE);
  self->evidence = balance_pack_reader_read_flag (reader, node, "evidence", parent != NULL && parent->evidence);
  if ((item = balance_yaml_get (node, "points")) != NULL)
    {
      self->has_points = balance_pack_reader_read_decimal (reader, item, &self->points);
      if (self->has_points && self->points.digits < 0)
        ERROR (item, "number", "points are not negative", "分值不能为负");
    }
  if ((item = balance_yaml_get (node, "score")) != NULL)
    {
      self->score = balance_pack_reader_read_formula (reader, item, &self->score_line, &self->score_column);
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
      self->value = balance_pack_reader_read_definition (reader, value);
      balance_pack_reader_read_limit (reader, node, &self->limit);
    }
  else if (select != NULL)
    {
      self->kind = BALANCE_RULE_SELECTION;
      read_selection (reader, select, self);
    }
  else if (measure != NULL)
    {
      if (balance_pack_reader_get_string (reader, node, "measure") != NULL)
        read_dispersion (reader, node, self);
    }
  else
    {
      if ((item = balance_yaml_get (node, "need")) != NULL)
        self->need = (int) balance_pack_reader_read_whole (reader, item, 0, 1000000);
      if ((item = balance_yaml_get (node, "floor")) != NULL)
        self->has_floor = balance_pack_reader_read_decimal (reader, item, &self->floor);
      self->rescale = balance_pack_reader_read_flag (reader, node, "rescale", FALSE);
      self->alternatives = balance_pack_reader_read_flag (reader, node, "alternatives", FALSE);
      balance_pack_reader_read_limit (reader, node, &self->limit);
      read_grades (reader, node, self);
      balance_pack_reader_read_rules (reader, of, self);
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

void
balance_pack_reader_read_rules (BalancePackReader *reader, const BalanceYaml *list, BalanceRule *parent)
{
  if (list == NULL || !balance_pack_reader_expect (reader, list, BALANCE_YAML_SEQUENCE, parent != NULL ? "of" : "requirements"))
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
void
balance_pack_reader_check_points (BalancePackReader *reader)
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
