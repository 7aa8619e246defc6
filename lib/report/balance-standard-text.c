/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "census/balance-dictionary-private.h"
#include "report/balance-formula-words-private.h"
#include "report/balance-wording-private.h"
#include "standard/balance-scheme-private.h"

typedef struct
{
  BalanceLayout      layout;
  BalanceStandard   *standard;
  BalancePack       *pack;
  BalanceDictionary *dictionary;
  char             **stages;
  const char        *language;
} Writer;

static const char *
word (Writer     *writer,
      const char *en,
      const char *zh) G_GNUC_FORMAT (2) G_GNUC_FORMAT (3);

static const char *
word (Writer     *writer,
      const char *en,
      const char *zh)
{
  return balance_layout_word (&writer->layout, en, zh);
}

static const char *
stage_title (Writer     *writer,
             const char *stage)
{
  int code = balance_dictionary_find_stage (writer->dictionary, stage);

  return code < 0 ? stage : balance_text_get (&balance_dictionary_get_stage (writer->dictionary, (guint) code)->title, writer->layout.language);
}

static char *
dup_unit (Writer           *writer,
          BalanceIndicator *indicator)
{
  const char *unit = balance_indicator_get_unit (indicator);

  return unit == NULL || *unit == '\0' ? NULL : balance_dictionary_dup_unit_title (writer->dictionary, unit, writer->language);
}

/* --- formulas and limits in words ---------------------------------------------------------------------------- */

static char *
dup_words (Writer                  *writer,
           const BalanceExpression *expression)
{
  return balance_formula_dup_words (writer->pack, expression, writer->layout.language);
}

/* With the unit, where it is a bare number. */
static void
append_limit_words (Writer                  *writer,
                    GString                 *text,
                    const char              *sign,
                    const BalanceExpression *expression,
                    const char              *unit)
{
  g_autofree char *words = dup_words (writer, expression);

  g_string_append_printf (text, "%s%s%s", sign, *sign == '\0' ? "" : " ", words);
  if (unit != NULL && expression->kind == BALANCE_EXPRESSION_NUMBER && !expression->percent && expression->unit == NULL)
    g_string_append_printf (text, " %s", unit);
}

/* One for all stages, or one after the other. */
static void
append_definition (Writer                  *writer,
                   GString                 *text,
                   const char              *sign,
                   const BalanceDefinition *definition,
                   const char              *unit)
{
  gboolean any = FALSE;

  if (definition->all != NULL)
    append_limit_words (writer, text, sign, definition->all, unit);
  for (guint i = 0; definition->all == NULL && definition->by_stage != NULL && i < writer->pack->n_stages; i++)
    {
      if (definition->by_stage[i] == NULL)
        continue;
      g_string_append_printf (text, "%s%s%s", any ? word (writer, "; ", "；") : "", stage_title (writer, writer->stages[i]),
                              *sign == '\0' ? word (writer, ": ", "：") : " ");
      append_limit_words (writer, text, sign, definition->by_stage[i], unit);
      any = TRUE;
    }
}

static void
append_limit (Writer             *writer,
              GString            *text,
              const BalanceLimit *limit,
              const char         *unit)
{
  const char *sign = balance_comparison_sign (balance_comparison_name (limit->comparison));

  for (guint i = 0; i < limit->n; i++)
    {
      if (i > 0)
        g_string_append (text, word (writer, "; ", "；"));
      if (limit->from[i] != BALANCE_NO_DATE)
        {
          g_autofree char *date = balance_date_to_string (limit->from[i]);

          g_string_append_printf (text, word (writer, "from %s on ", "自%s起 "), date);
        }
      append_definition (writer, text, sign, limit->definitions[i], unit);
    }
}

static void
add_formulas (Writer                  *writer,
              const BalanceDefinition *definition)
{
  const char *label = word (writer, "Formula", "公式");

  if (definition->all != NULL)
    {
      g_autofree char *words = dup_words (writer, definition->all);

      balance_layout_labelled (&writer->layout, label, BALANCE_INK_PLAIN, words);
    }
  for (guint i = 0; definition->all == NULL && definition->by_stage != NULL && i < writer->pack->n_stages; i++)
    {
      g_autofree char *words = NULL, *text = NULL;

      if (definition->by_stage[i] == NULL)
        continue;
      words = dup_words (writer, definition->by_stage[i]);
      text = g_strdup_printf (word (writer, "%s: %s", "%s：%s"), stage_title (writer, writer->stages[i]), words);
      balance_layout_labelled (&writer->layout, label, BALANCE_INK_PLAIN, text);
      label = "";
    }
}

static void
add_limits (Writer             *writer,
            const BalanceLimit *limit,
            const char         *unit)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_limit (writer, text, limit, unit);
  if (text->len > 0)
    balance_layout_labelled (&writer->layout, word (writer, "Limit", "限值"), BALANCE_INK_PLAIN, text->str);
}

static char *
dup_stages (Writer         *writer,
            const gboolean *stages)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < writer->pack->n_stages; i++)
    if (stages == NULL || stages[i])
      g_string_append_printf (text, "%s%s", text->len == 0 ? "" : word (writer, ", ", "、"), stage_title (writer, writer->stages[i]));

  return g_string_free (text, FALSE);
}

/* --- indicators ---------------------------------------------------------------------------------------------- */

static void
add_indicators (Writer *writer)
{
  g_autoptr (GListModel) indicators = balance_standard_get_indicators (writer->standard);
  guint n_indicators = g_list_model_get_n_items (indicators);

  if (n_indicators == 0)
    return;

  balance_layout_heading (&writer->layout, word (writer, "Indicators", "指标"));
  for (guint i = 0; i < n_indicators; i++)
    {
      g_autoptr (BalanceIndicator) indicator = g_list_model_get_item (indicators, i);
      const char *reference = balance_indicator_get_reference (indicator);
      g_autofree char *unit = dup_unit (writer, indicator);
      g_autofree char *title = g_strdup_printf ("%s %s%s%s%s", balance_indicator_get_id (indicator),
                                                balance_indicator_get_title (indicator, writer->language),
                                                unit == NULL ? "" : word (writer, " (", "（"), unit == NULL ? "" : unit,
                                                unit == NULL ? "" : word (writer, ")", "）"));

      balance_layout_paragraph (&writer->layout, 0, 2, BALANCE_INK_STRONG, title);
      add_formulas (writer, indicator->rule->value);
      add_limits (writer, &indicator->rule->limit, unit);
      if (indicator->rule->stages != NULL)
        {
          g_autofree char *stages = dup_stages (writer, indicator->rule->stages);

          balance_layout_labelled (&writer->layout, word (writer, "Stages", "学段"), BALANCE_INK_PLAIN, stages);
        }
      if (indicator->rule->note != NULL)
        balance_layout_labelled (&writer->layout, word (writer, "Note", "备注"), BALANCE_INK_PLAIN, indicator->rule->note);
      if (reference != NULL && *reference != '\0' && g_strcmp0 (reference, balance_standard_get_reference (writer->standard)) != 0)
        balance_layout_labelled (&writer->layout, word (writer, "Reference", "依据"), BALANCE_INK_FAINT, reference);
    }
  balance_layout_blank (&writer->layout);
}

/* --- requirements -------------------------------------------------------------------------------------------- */

/* Several coefficients with one limit: the rule names the indicators, they are not listed again. */
static gboolean
is_dispersions (const BalanceRule *rule)
{
  return rule->kind == BALANCE_RULE_COMBINATION && rule->children->len > 0 &&
         ((const BalanceRule *) g_ptr_array_index (rule->children, 0))->kind == BALANCE_RULE_DISPERSION;
}

static void
append_measured (Writer            *writer,
                 GString           *text,
                 const BalanceRule *rule)
{
  for (guint i = 0; rule->measured != NULL && i < rule->measured->len; i++)
    g_string_append_printf (text, "%s%s", i == 0 ? "" : word (writer, ", ", "、"),
                            ((const BalanceIndicatorRule *) g_ptr_array_index (rule->measured, i))->id);
}

static void
append_grades (Writer            *writer,
               GString           *text,
               const BalanceRule *rule)
{
  for (guint i = 0; i < rule->grades->len; i++)
    {
      const BalanceGrade *grade = g_ptr_array_index (rule->grades, i);
      g_autofree char *at_least = grade->has_limit ? balance_decimal_to_string (&grade->at_least) : NULL;

      g_string_append_printf (text, "%s%s", i == 0 ? word (writer, "graded by the sum of points: ", "按得分之和定等级：") : word (writer, ", ", "，"),
                              balance_text_get (&grade->title, writer->layout.language));
      if (at_least != NULL)
        g_string_append_printf (text, word (writer, " from %s", " %s 分以上"), at_least);
      if ((int) i == rule->met_from)
        g_string_append (text, word (writer, " (met up to here)", "（至此为达标）"));
    }
}

static void
append_combination (Writer            *writer,
                    GString           *text,
                    const BalanceRule *rule)
{
  gboolean scored = FALSE;

  for (guint i = 0; i < rule->children->len; i++)
    scored = scored || ((const BalanceRule *) g_ptr_array_index (rule->children, i))->has_points;
  if (rule->grades != NULL)
    {
      append_grades (writer, text, rule);
    }
  else if (is_dispersions (rule))
    {
      const BalanceRule *first = g_ptr_array_index (rule->children, 0);

      g_string_append (text, word (writer, "coefficient of variation of each of ", ""));
      for (guint i = 0; i < rule->children->len; i++)
        {
          g_string_append (text, i == 0 ? "" : word (writer, ", ", "、"));
          append_measured (writer, text, g_ptr_array_index (rule->children, i));
        }
      g_string_append (text, word (writer, ": ", "各项的差异系数："));
      append_limit (writer, text, &first->limit, NULL);
      if (first->limit.comparison == BALANCE_COMPARISON_NONE)
        g_string_append (text, word (writer, "shown only", "仅列示"));
    }
  else if (rule->limit.comparison != BALANCE_COMPARISON_NONE)
    {
      g_string_append (text, word (writer, "sum of the points of the items below ", "下列各项得分之和 "));
      append_limit (writer, text, &rule->limit, word (writer, "points", "分"));
    }
  else if (rule->alternatives)
    {
      g_string_append (text, word (writer, "the one of the items below that applies", "按情形适用下列其中一项，并须达到"));
    }
  else if (rule->need >= 0)
    {
      g_string_append_printf (text, word (writer, "at least %1$d of the %2$u items below", "下列%2$u项中至少%1$d项达到"), rule->need, rule->children->len);
    }
  else
    {
      g_string_append (text, scored ? word (writer, "met where all items below are; scored by their points", "以下各项全部达到为达标；得分为各项之和")
                                    : word (writer, "all of the items below", "以下各项全部达到"));
    }
  if (rule->has_floor)
    {
      BalanceDecimal percent = rule->floor;
      g_autofree char *floor = NULL;

      if (percent.scale >= 2)
        percent.scale -= 2;
      else
        balance_decimal_rescale (&percent, percent.scale + 2);
      if (rule->floor.scale < 2)
        percent.scale -= 2;
      floor = balance_decimal_to_string (&percent);
      g_string_append_printf (text, word (writer, ", the rest at %s %% of the limit or better", "，其余不低于限值的%s%%"), floor);
    }
}

/* A value, and what leads from it to its limit. */
static void
append_value (Writer            *writer,
              GString           *text,
              const BalanceRule *rule)
{
  const BalanceLimit *limit = &rule->limit;
  gboolean by_stage = limit->n != 1 || limit->from[0] != BALANCE_NO_DATE || limit->definitions[0]->by_stage != NULL;
  gboolean brackets = limit->n > 0 && rule->value->all != NULL && rule->value->all->kind == BALANCE_EXPRESSION_IF;

  g_string_append (text, brackets ? word (writer, "(", "（") : "");
  append_definition (writer, text, "", rule->value, NULL);
  g_string_append (text, brackets ? word (writer, ")", "）") : "");
  if (limit->n == 0)
    return;
  if (rule->value->all == NULL)
    g_string_append (text, word (writer, ". Limit: ", "。限值："));
  else
    g_string_append (text, by_stage ? word (writer, ": ", "：") : " ");
}

static void
append_rule (Writer            *writer,
             GString           *text,
             const BalanceRule *rule)
{
  g_autofree char *unit = rule->unit == NULL ? NULL : balance_dictionary_dup_unit_title (writer->dictionary, rule->unit, writer->language);

  if (g_strcmp0 (unit, "%") == 0)
    g_clear_pointer (&unit, g_free);
  switch (rule->kind)
    {
    case BALANCE_RULE_VALUE:
      append_value (writer, text, rule);
      append_limit (writer, text, &rule->limit, unit);
      break;

    case BALANCE_RULE_INDICATOR:
      append_limit (writer, text, &rule->indicator->limit, unit);
      break;

    case BALANCE_RULE_DISPERSION:
      g_string_append (text, word (writer, "mean of the coefficients of variation of ", ""));
      append_measured (writer, text, rule);
      g_string_append (text, word (writer, ": ", "各项差异系数的平均值："));
      append_limit (writer, text, &rule->limit, NULL);
      if (rule->limit.comparison == BALANCE_COMPARISON_NONE)
        g_string_append (text, word (writer, "shown only", "仅列示"));
      break;

    case BALANCE_RULE_SELECTION:
      g_string_append_printf (text, rule->within == BALANCE_LEVEL_REGION
                                      ? word (writer, "the best %u of the region by ", "全区域前%u名，依次按 ")
                                      : word (writer, "the best %u of each district by ", "每县前%u名，依次按 "), rule->best);
      for (guint i = 0; i < rule->n_by; i++)
        {
          g_autofree char *words = dup_words (writer, rule->by[i]);

          g_string_append_printf (text, "%s%s", i == 0 ? "" : word (writer, ", then ", "、"), words);
        }
      break;

    case BALANCE_RULE_COMBINATION:
    default:
      append_combination (writer, text, rule);
    }
}

static void
add_line (Writer     *writer,
          guint       indent,
          BalanceInk  ink,
          const char *label,
          const char *text)
{
  g_autofree char *line = g_strdup_printf (word (writer, "%s: %s", "%s：%s"), label, text);

  balance_layout_paragraph (&writer->layout, indent + 4, indent + 6, ink, line);
}

static void
add_condition (Writer                  *writer,
               guint                    indent,
               const char              *label,
               const BalanceExpression *expression)
{
  g_autofree char *words = expression == NULL ? NULL : dup_words (writer, expression);

  if (words != NULL)
    add_line (writer, indent, BALANCE_INK_PLAIN, label, words);
}

/* Whom it asks, when, how it is scored. */
static void
add_conditions (Writer            *writer,
                guint              indent,
                const BalanceRule *rule)
{
  const gboolean *above = rule->parent != NULL ? rule->parent->stages : NULL;

  add_condition (writer, indent, word (writer, "Of", "范围"), rule->scope);
  if (rule->stages != NULL && (above == NULL || memcmp (above, rule->stages, sizeof (gboolean) * writer->pack->n_stages) != 0))
    {
      g_autofree char *stages = dup_stages (writer, rule->stages);

      add_line (writer, indent, BALANCE_INK_PLAIN, word (writer, "Stages", "学段"), stages);
    }
  add_condition (writer, indent, word (writer, "When", "条件"), rule->when);
  if (rule->from != BALANCE_NO_DATE || rule->until != BALANCE_NO_DATE)
    {
      g_autofree char *from = rule->from == BALANCE_NO_DATE ? g_strdup ("…") : balance_date_to_string (rule->from);
      g_autofree char *until = rule->until == BALANCE_NO_DATE ? g_strdup ("…") : balance_date_to_string (rule->until);
      g_autofree char *dates = g_strdup_printf (word (writer, "%s to %s", "%s 至 %s"), from, until);

      add_line (writer, indent, BALANCE_INK_PLAIN, word (writer, "In force", "有效期"), dates);
    }
  add_condition (writer, indent, word (writer, "Points", "得分"), rule->score);
  for (guint i = 0; rule->caps != NULL && i < rule->caps->len; i++)
    {
      const BalanceCap *cap = g_ptr_array_index (rule->caps, i);

      add_line (writer, indent, BALANCE_INK_PLAIN, word (writer, "Cap", "降等"), balance_text_get (&cap->title, writer->layout.language));
    }
}

static void
add_requirement (Writer             *writer,
                 BalanceRequirement *requirement,
                 BalanceLevel        outer_level,
                 const char         *outer_reference,
                 guint               depth)
{
  GListModel *children = balance_requirement_get_children (requirement);
  const BalanceRule *rule = requirement->rule;
  guint n_children = children == NULL || is_dispersions (rule) ? 0 : g_list_model_get_n_items (children);
  guint indent = 2 * MIN (depth, 8);
  BalanceLevel level = balance_requirement_get_level (requirement);
  const char *reference = balance_requirement_get_reference (requirement);
  g_autoptr (GString) title = g_string_new (balance_requirement_get_id (requirement)), text = g_string_new (NULL);

  g_string_append_printf (title, " %s", balance_requirement_get_title (requirement, writer->language));
  if (rule->has_points)
    {
      g_autofree char *points = balance_decimal_to_string (&rule->points);

      g_string_append_printf (title, word (writer, " [%s points]", "［%s 分］"), points);
    }
  if (level != outer_level)
    g_string_append_printf (title, word (writer, " [%s]", "［%s］"), balance_level_word (level, writer->layout.language));
  if (balance_requirement_get_veto (requirement))
    g_string_append (title, word (writer, " [veto]", "［一票否决］"));
  if (!balance_requirement_get_binding (requirement))
    g_string_append (title, word (writer, " [for information]", "［仅供参考］"));

  balance_layout_paragraph (&writer->layout, indent, indent + 2, depth == 0 ? BALANCE_INK_STRONG : BALANCE_INK_PLAIN, title->str);
  append_rule (writer, text, rule);
  if (text->len > 0)
    balance_layout_paragraph (&writer->layout, indent + 4, indent + 6, BALANCE_INK_PLAIN, text->str);
  if (rule->kind != BALANCE_RULE_INDICATOR)
    add_conditions (writer, indent, rule);
  if (rule->note != NULL)
    add_line (writer, indent, BALANCE_INK_PLAIN, word (writer, "Note", "备注"), rule->note);
  if (rule->kind != BALANCE_RULE_INDICATOR && reference != NULL && *reference != '\0' && g_strcmp0 (reference, outer_reference) != 0)
    add_line (writer, indent, BALANCE_INK_FAINT, word (writer, "Reference", "依据"), reference);

  for (guint i = 0; i < n_children; i++)
    {
      g_autoptr (BalanceRequirement) child = g_list_model_get_item (children, i);

      add_requirement (writer, child, level, reference, depth + 1);
    }
}

static void
add_requirements (Writer *writer)
{
  g_autoptr (GListModel) requirements = balance_standard_get_requirements (writer->standard);
  guint n_requirements = g_list_model_get_n_items (requirements);

  if (n_requirements == 0)
    return;

  balance_layout_heading (&writer->layout, word (writer, "Requirements", "要求"));
  for (guint i = 0; i < n_requirements; i++)
    {
      g_autoptr (BalanceRequirement) requirement = g_list_model_get_item (requirements, i);

      add_requirement (writer, requirement, BALANCE_LEVEL_DISTRICT, balance_standard_get_reference (writer->standard), 0);
    }
  balance_layout_blank (&writer->layout);
}

/* --- what the pack is about ---------------------------------------------------------------------------------- */

static void
add_source (Writer            *writer,
            const char        *label,
            BalanceExpression *expression)
{
  g_autofree char *words = expression == NULL ? NULL : dup_words (writer, expression);

  if (words != NULL)
    balance_layout_labelled (&writer->layout, label, BALANCE_INK_PLAIN, words);
}

static void
add_split (Writer *writer)
{
  BalancePack *pack = writer->pack;
  g_autoptr (GString) weights = g_string_new (NULL);
  g_autoptr (GString) fields = g_string_new (NULL);
  g_autofree char *by = NULL, *text = NULL;
  guint n_stages = balance_dictionary_get_n_stages (writer->dictionary);

  if (pack->split_fields == NULL)
    return;

  for (guint stage = 0; pack->split_weights != NULL && stage < n_stages; stage++)
    {
      g_autofree char *number = NULL;

      if (pack->split_weights[stage].digits == 0)
        continue;
      number = balance_decimal_to_string (&pack->split_weights[stage]);
      g_string_append_printf (weights, word (writer, "%s%s %s", "%s%s %s"), weights->len == 0 ? "" : word (writer, ", ", "，"),
                              balance_text_get (&balance_dictionary_get_stage (writer->dictionary, stage)->title, writer->layout.language),
                              number);
    }
  for (guint i = 0; pack->split_fields[i] != NULL; i++)
    {
      BalanceField *field = balance_dictionary_find (writer->dictionary, pack->split_fields[i]);

      g_string_append_printf (fields, "%s%s", i == 0 ? "" : word (writer, ", ", "、"),
                              field != NULL ? balance_text_get (&field->title, writer->layout.language) : pack->split_fields[i]);
    }
  by = pack->split_by != NULL ? dup_words (writer, pack->split_by) : g_strdup ("");
  text = g_strdup_printf (word (writer, "%s: among the stages of a school by %s, weighted %s", "%s：在一所学校的各学段之间按%s加权分摊（%s）"),
                          fields->str, by, weights->str);
  balance_layout_labelled (&writer->layout, word (writer, "Split", "分摊"), BALANCE_INK_PLAIN, text);
}

static void
add_head (Writer *writer)
{
  BalancePack *pack = writer->pack;
  const char *reference = balance_standard_get_reference (writer->standard);
  const char *effective = balance_standard_get_effective (writer->standard);
  g_autoptr (GString) stages = g_string_new (NULL);

  balance_layout_heading (&writer->layout, balance_standard_get_title (writer->standard, writer->language));
  balance_layout_labelled (&writer->layout, word (writer, "Id", "标识"), BALANCE_INK_PLAIN, balance_standard_get_id (writer->standard));
  if (reference != NULL && *reference != '\0')
    balance_layout_labelled (&writer->layout, word (writer, "Reference", "依据"), BALANCE_INK_PLAIN, reference);
  if (effective != NULL && *effective != '\0')
    balance_layout_labelled (&writer->layout, word (writer, "Effective", "施行日期"), BALANCE_INK_PLAIN, effective);

  for (guint i = 0; writer->stages[i] != NULL; i++)
    g_string_append_printf (stages, "%s%s", i == 0 ? "" : word (writer, ", ", "、"), stage_title (writer, writer->stages[i]));
  balance_layout_labelled (&writer->layout, word (writer, "Stages", "学段"), BALANCE_INK_PLAIN, stages->str);
  add_source (writer, word (writer, "Scope", "范围"), pack->scope);
  add_source (writer, word (writer, "Weight", "权重"), pack->weight);
  add_split (writer);
  balance_layout_blank (&writer->layout);
}

/* What formulas call by a name of the pack's own. */
static void
add_computed (Writer *writer)
{
  gboolean any = FALSE;

  for (guint i = 0; i < writer->dictionary->fields->len; i++)
    {
      const BalanceField *field = g_ptr_array_index (writer->dictionary->fields, i);
      const BalanceDefinition *definition = g_hash_table_lookup (writer->pack->computed, field->id);

      if (definition == NULL)
        continue;
      if (!any)
        balance_layout_heading (&writer->layout, word (writer, "Terms", "计算项"));
      any = TRUE;
      balance_layout_paragraph (&writer->layout, 0, 2, BALANCE_INK_STRONG, balance_text_get (&field->title, writer->layout.language));
      add_formulas (writer, definition);
    }
  if (any)
    balance_layout_blank (&writer->layout);
}

static void
add_options (Writer *writer)
{
  GPtrArray *options = writer->pack->options;

  if (options == NULL || options->len == 0)
    return;

  balance_layout_heading (&writer->layout, word (writer, "Options", "选项"));
  for (guint i = 0; i < options->len; i++)
    {
      const BalanceOption *option = g_ptr_array_index (options, i);
      g_autofree char *title = g_strdup_printf ("%s %s", option->id, balance_text_get (&option->title, writer->layout.language));
      g_autofree char *values = g_strjoinv (word (writer, ", ", "、"), option->values);
      g_autofree char *text = g_strdup_printf (word (writer, "%s (if not set: %s)", "%s（缺省 %s）"), values, option->value);

      balance_layout_paragraph (&writer->layout, 0, 2, BALANCE_INK_PLAIN, title);
      balance_layout_labelled (&writer->layout, word (writer, "Values", "取值"), BALANCE_INK_PLAIN, text);
      if (option->reference != NULL && *option->reference != '\0')
        balance_layout_labelled (&writer->layout, word (writer, "Reference", "依据"), BALANCE_INK_FAINT, option->reference);
    }
  balance_layout_blank (&writer->layout);
}

/* --- concessions --------------------------------------------------------------------------------------------- */

static void
add_concession_item (Writer                      *writer,
                     const BalanceConcessionItem *item)
{
  g_autofree char *title = g_strdup_printf (word (writer, "%s %s (on %s)", "%s %s（%s）"), item->id,
                                            balance_text_get (&item->title, writer->layout.language), item->on);

  balance_layout_paragraph (&writer->layout, 2, 4, BALANCE_INK_PLAIN, title);
  add_source (writer, word (writer, "When", "条件"), item->when);
  if (item->value != NULL)
    add_formulas (writer, item->value);
  add_limits (writer, &item->limit, NULL);
}

static void
add_concessions (Writer *writer)
{
  GPtrArray *concessions = writer->pack->concessions;

  if (concessions == NULL || concessions->len == 0)
    return;

  balance_layout_heading (&writer->layout, word (writer, "Concessions", "放宽规定"));
  for (guint i = 0; i < concessions->len; i++)
    {
      const BalanceConcession *concession = g_ptr_array_index (concessions, i);
      g_autofree char *title = g_strdup_printf ("%s %s", concession->id, balance_text_get (&concession->title, writer->layout.language));
      g_autofree char *from = concession->from == BALANCE_NO_DATE ? g_strdup ("…") : balance_date_to_string (concession->from);
      g_autofree char *until = concession->until == BALANCE_NO_DATE ? g_strdup ("…") : balance_date_to_string (concession->until);
      g_autofree char *dates = g_strdup_printf (word (writer, "%s to %s", "%s 至 %s"), from, until);

      balance_layout_paragraph (&writer->layout, 0, 2, BALANCE_INK_STRONG, title);
      balance_layout_labelled (&writer->layout, word (writer, "In force", "有效期"), BALANCE_INK_PLAIN, dates);
      if (concession->duty_years > 0)
        {
          g_autofree char *duty = g_strdup_printf (word (writer, "the full standard within %u years", "%u 年内达到规定标准"), concession->duty_years);

          balance_layout_labelled (&writer->layout, word (writer, "Duty", "义务"), BALANCE_INK_PLAIN, duty);
        }
      if (concession->reference != NULL && *concession->reference != '\0')
        balance_layout_labelled (&writer->layout, word (writer, "Reference", "依据"), BALANCE_INK_FAINT, concession->reference);
      for (guint j = 0; j < concession->items->len; j++)
        add_concession_item (writer, g_ptr_array_index (concession->items, j));
    }
  balance_layout_blank (&writer->layout);
}

/**
 * balance_standard_to_text:
 * @self: a standard
 * @language: (nullable): the language of the text, such as `zh` or `en`
 *
 * Prints a standard as people read it: indicators with formulas and limits,
 * the tree of requirements with their rules and references, options and
 * concessions, in lines of at most 80 columns.
 *
 * Returns: (transfer full): the text, in many lines
 *
 * Since: 1.0
 */
char *
balance_standard_to_text (BalanceStandard *self,
                          const char      *language)
{
  Writer writer = { .standard = self };
  g_auto (GStrv) stages = NULL;

  g_return_val_if_fail (BALANCE_IS_STANDARD (self), NULL);

  balance_layout_init (&writer.layout, balance_language_parse (language), FALSE);
  writer.pack = self->pack;
  writer.dictionary = balance_standard_get_dictionary (self);
  writer.language = writer.layout.language == BALANCE_LANGUAGE_ZH ? "zh" : "en";
  stages = g_new0 (char *, writer.pack->n_stages + 1);
  for (guint i = 0; i < writer.pack->n_stages; i++)
    stages[i] = g_strdup (balance_dictionary_get_stage (writer.dictionary, writer.pack->stages[i])->id);
  writer.stages = stages;

  add_head (&writer);
  add_computed (&writer);
  add_indicators (&writer);
  add_requirements (&writer);
  add_options (&writer);
  add_concessions (&writer);

  return balance_layout_end (&writer.layout);
}
