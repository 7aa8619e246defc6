/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "census/balance-dictionary-private.h"
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

/* --- indicators ---------------------------------------------------------------------------------------------- */

static char *
dup_unit (Writer           *writer,
          BalanceIndicator *indicator)
{
  const char *unit = balance_indicator_get_unit (indicator);

  return unit == NULL || *unit == '\0' ? NULL : balance_dictionary_dup_unit_title (writer->dictionary, unit, writer->language);
}

/* One line where all stages share a formula, else one per stage. */
static void
add_formulas (Writer           *writer,
              BalanceIndicator *indicator)
{
  const char *first = NULL;
  gboolean shared = TRUE;

  for (guint i = 0; writer->stages[i] != NULL; i++)
    {
      const char *formula = balance_indicator_get_formula (indicator, writer->stages[i]);

      if (formula != NULL && first == NULL)
        first = formula;
      else if (formula != NULL && !g_str_equal (formula, first))
        shared = FALSE;
    }

  if (shared)
    {
      if (first == NULL)
        first = balance_indicator_get_formula (indicator, NULL);
      if (first != NULL)
        balance_layout_labelled (&writer->layout, word (writer, "Formula", "公式"), BALANCE_INK_PLAIN, first);
      return;
    }

  for (guint i = 0; writer->stages[i] != NULL; i++)
    {
      const char *formula = balance_indicator_get_formula (indicator, writer->stages[i]);
      g_autofree char *text = NULL;

      if (formula == NULL)
        continue;
      text = g_strdup_printf (word (writer, "%s: %s", "%s：%s"), stage_title (writer, writer->stages[i]), formula);
      balance_layout_labelled (&writer->layout, formula == first ? word (writer, "Formula", "公式") : "", BALANCE_INK_PLAIN, text);
    }
}

static void
add_limits (Writer           *writer,
            BalanceIndicator *indicator)
{
  g_autofree char *unit = dup_unit (writer, indicator);
  GString *text = g_string_new (NULL);

  for (guint i = 0; writer->stages[i] != NULL; i++)
    {
      const char *comparison = NULL;
      const char *limit = balance_indicator_get_limit (indicator, writer->stages[i], &comparison);

      if (limit == NULL)
        continue;
      if (text->len > 0)
        g_string_append (text, word (writer, "; ", "；"));
      g_string_append_printf (text, "%s %s %s", stage_title (writer, writer->stages[i]), balance_comparison_sign (comparison), limit);
      if (unit != NULL && !g_str_has_suffix (limit, unit))
        g_string_append_printf (text, " %s", unit);
    }
  if (text->len > 0)
    balance_layout_labelled (&writer->layout, word (writer, "Limit", "限值"), BALANCE_INK_PLAIN, text->str);
  g_string_free (text, TRUE);
}

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
      add_formulas (writer, indicator);
      add_limits (writer, indicator);
      if (reference != NULL && *reference != '\0' && g_strcmp0 (reference, balance_standard_get_reference (writer->standard)) != 0)
        balance_layout_labelled (&writer->layout, word (writer, "Reference", "依据"), BALANCE_INK_FAINT, reference);
    }
  balance_layout_blank (&writer->layout);
}

/* --- requirements -------------------------------------------------------------------------------------------- */

static void
add_requirement (Writer             *writer,
                 BalanceRequirement *requirement,
                 BalanceLevel        outer_level,
                 const char         *outer_reference,
                 guint               depth)
{
  GListModel *children = balance_requirement_get_children (requirement);
  guint n_children = children == NULL ? 0 : g_list_model_get_n_items (children);
  guint indent = 2 * MIN (depth, 8);
  BalanceLevel level = balance_requirement_get_level (requirement);
  gboolean is_dispersion = requirement->rule->kind == BALANCE_RULE_DISPERSION;
  const char *reference = balance_requirement_get_reference (requirement);
  g_autofree char *rule = balance_requirement_dup_rule (requirement, writer->language);
  GString *title = g_string_new (balance_requirement_get_id (requirement));

  g_string_append_printf (title, " %s", balance_requirement_get_title (requirement, writer->language));
  if (level != outer_level)
    g_string_append_printf (title, word (writer, " [%s]", "［%s］"), balance_level_word (level, writer->layout.language));
  if (balance_requirement_get_veto (requirement))
    g_string_append (title, word (writer, " [veto]", "［一票否决］"));
  if (!balance_requirement_get_binding (requirement))
    g_string_append (title, word (writer, " [for information]", "［仅供参考］"));

  balance_layout_paragraph (&writer->layout, indent, indent + 2, depth == 0 ? BALANCE_INK_STRONG : BALANCE_INK_PLAIN, title->str);
  if (rule != NULL && *rule != '\0')
    balance_layout_paragraph (&writer->layout, indent + 4, indent + 6, BALANCE_INK_PLAIN, rule);
  if (reference != NULL && *reference != '\0' && g_strcmp0 (reference, outer_reference) != 0)
    {
      g_autofree char *text = g_strdup_printf (word (writer, "Reference: %s", "依据：%s"), reference);

      balance_layout_paragraph (&writer->layout, indent + 4, indent + 6, BALANCE_INK_FAINT, text);
    }

  /* The parts of a dispersion are its indicators, which the rule names. */
  for (guint i = 0; i < n_children && !is_dispersion; i++)
    {
      g_autoptr (BalanceRequirement) child = g_list_model_get_item (children, i);

      add_requirement (writer, child, level, reference, depth + 1);
    }
  g_string_free (title, TRUE);
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
  if (expression != NULL && expression->source != NULL)
    balance_layout_labelled (&writer->layout, label, BALANCE_INK_PLAIN, expression->source);
}

static void
add_split (Writer *writer)
{
  BalancePack *pack = writer->pack;
  g_autoptr (GString) weights = g_string_new (NULL);
  g_autofree char *fields = NULL, *text = NULL;
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
  fields = g_strjoinv (word (writer, ", ", "，"), pack->split_fields);
  text = g_strdup_printf (word (writer, "%s; by pupils, weighted %s", "%s；按学生数加权分摊（%s）"), fields, weights->str);
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
add_definition (Writer                  *writer,
                const char              *label,
                const char              *sign,
                const BalanceDefinition *definition)
{
  const char *source = balance_definition_get_source (definition, -1);

  if (source != NULL)
    {
      g_autofree char *text = g_strdup_printf ("%s%s%s", sign, *sign == '\0' ? "" : " ", source);

      balance_layout_labelled (&writer->layout, label, BALANCE_INK_PLAIN, text);
      return;
    }

  for (guint i = 0; writer->stages[i] != NULL; i++)
    {
      g_autofree char *text = NULL;

      source = balance_definition_get_source (definition, (int) i);
      if (source == NULL)
        continue;
      text = g_strdup_printf (word (writer, "%s: %s%s%s", "%s：%s%s%s"), stage_title (writer, writer->stages[i]), sign, *sign == '\0' ? "" : " ", source);
      balance_layout_labelled (&writer->layout, label, BALANCE_INK_PLAIN, text);
    }
}

static void
add_concession_item (Writer                      *writer,
                     const BalanceConcessionItem *item)
{
  g_autofree char *title = g_strdup_printf (word (writer, "%s %s (on %s)", "%s %s（%s）"), item->id,
                                            balance_text_get (&item->title, writer->layout.language), item->on);

  balance_layout_paragraph (&writer->layout, 2, 4, BALANCE_INK_PLAIN, title);
  add_source (writer, word (writer, "When", "条件"), item->when);
  if (item->value != NULL)
    add_definition (writer, word (writer, "Formula", "公式"), "", item->value);
  for (guint i = 0; item->has_limit && i < item->limit.n; i++)
    add_definition (writer, word (writer, "Limit", "限值"),
                    balance_comparison_sign (balance_comparison_name (item->limit.comparison)), item->limit.definitions[i]);
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
  add_indicators (&writer);
  add_requirements (&writer);
  add_options (&writer);
  add_concessions (&writer);

  return balance_layout_end (&writer.layout);
}
