/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>

#include "base/balance-float-private.h"
#include "planning/balance-effects-private.h"
#include "report/balance-json-private.h"
#include "report/balance-layout-private.h"
#include "report/balance-wording-private.h"

/* What a text has room for: of margins those nearest to their limit, of contributions the largest. */
#define MAX_MARGINS 12
#define MAX_FLIPS   60

static const char *
name_of (BalanceLanguage language)
{
  return language == BALANCE_LANGUAGE_ZH ? "zh" : "en";
}

static const char *
title_of (BalanceEffects *self, BalanceLanguage language)
{
  if (self->proposal != NULL)
    return balance_proposal_get_title (self->proposal, name_of (language));

  return language == BALANCE_LANGUAGE_ZH ? "比较" : "Comparison";
}

static const char *
district_title (BalanceFacts *facts, guint district)
{
  return *facts->district_names[district] != '\0' ? facts->district_names[district] : facts->district_codes[district];
}

/* -- text --------------------------------------------------------------------------------------------- */

static void
write_actions (BalanceLayout *layout, BalanceEffects *self)
{
  if (self->proposal == NULL)
    return;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->proposal)); i++)
    {
      g_autoptr (BalanceAction) action = g_list_model_get_item (G_LIST_MODEL (self->proposal), i);
      g_autofree char *text = balance_action_to_text (action, name_of (layout->language));
      g_autofree char *line = g_strdup_printf ("%u. %s", i + 1, text);

      balance_layout_paragraph (layout, 2, 5, BALANCE_INK_PLAIN, line);
    }
  balance_layout_blank (layout);
}

static void
write_districts (BalanceLayout *layout, BalanceEffects *self)
{
  BalanceFacts *facts = self->after->facts;
  gboolean any = FALSE;

  for (guint d = 0; d < facts->districts.n_rows; d++)
    {
      BalanceVerdict was = BALANCE_VERDICT_NOT_APPLICABLE, is = (BalanceVerdict) self->after->result.districts[d];
      BalanceLayoutCell cells[4];

      if (!self->touched[d])
        continue;
      if (self->districts[d] != BALANCE_NEW_ROW)
        was = (BalanceVerdict) self->before->result.districts[self->districts[d]];
      cells[0] = (BalanceLayoutCell) { district_title (facts, d), 36, FALSE, BALANCE_INK_STRONG };
      cells[1] = (BalanceLayoutCell) { balance_verdict_word (was, layout->language), 14, FALSE, balance_verdict_ink (was) };
      cells[2] = (BalanceLayoutCell) { "→", 2, FALSE, BALANCE_INK_FAINT };
      cells[3] = (BalanceLayoutCell) { balance_verdict_word (is, layout->language), 14, FALSE, balance_verdict_ink (is) };
      balance_layout_row (layout, 2, cells, G_N_ELEMENTS (cells));
      any = TRUE;
    }
  if (!any)
    balance_layout_paragraph (layout, 2, 2, BALANCE_INK_FAINT, balance_layout_word (layout, "No district is touched.", "没有县（市、区）受影响。"));
}

static BalanceFinding *
shown (BalanceEffect *effect)
{
  return effect->after != NULL ? effect->after : effect->before;
}

static char *
value_text (BalanceFinding *finding, BalanceLanguage language)
{
  char *text = finding != NULL ? balance_finding_dup_plain_value_text (finding, language) : NULL;

  return text != NULL ? text : g_strdup ("–");
}

/* Both values, with as many decimals as it takes to tell them apart. */
static void
dup_values (BalanceEffect *effect, BalanceLanguage language, char **before, char **after)
{
  double was = balance_finding_get_value (effect->before), is = balance_finding_get_value (effect->after);
  const char *unit = balance_finding_get_unit (effect->after);

  *before = value_text (effect->before, language);
  *after = value_text (effect->after, language);
  if (strcmp (*before, *after) != 0 || isnan (was) || isnan (is) || (!(was < is) && !(was > is)))
    return;
  g_free (*before);
  g_free (*after);
  *before = balance_number_text_beside (was, is, MAX (0, balance_finding_get_decimals (effect->after)), unit);
  *after = balance_number_text_beside (is, was, MAX (0, balance_finding_get_decimals (effect->after)), unit);
}

static void
write_subject (BalanceLayout *layout, BalanceEffect *effect)
{
  BalanceFinding *finding = shown (effect);
  const char *language = name_of (layout->language);
  g_autofree char *subject = balance_finding_dup_subject (finding, language);
  g_autofree char *line = g_strdup_printf (balance_layout_word (layout, "%s: %s %s", "%s：%s %s"), subject, balance_finding_get_id (finding),
                                           balance_finding_get_title (finding, language));

  balance_layout_paragraph (layout, 2, 4, BALANCE_INK_PLAIN, line);
}

/* "3.57 → 4.61, limit ≥ 4.5" */
static char *
dup_change (BalanceEffect *effect, BalanceLanguage language)
{
  g_autofree char *limit = effect->after != NULL ? balance_finding_dup_limit_text (effect->after, name_of (language)) : NULL;
  g_autofree char *before = NULL, *after = NULL;

  if (effect->before == NULL || effect->after == NULL || isnan (balance_finding_get_limit (effect->after)) || limit == NULL)
    return NULL;
  dup_values (effect, language, &before, &after);

  return g_strdup_printf (language == BALANCE_LANGUAGE_ZH ? "%s → %s，要求 %s %s" : "%s → %s, limit %s %s", before, after,
                          balance_comparison_sign (balance_finding_get_comparison (effect->after)), limit);
}

static void
write_flip (BalanceLayout *layout, BalanceEffect *effect)
{
  BalanceVerdict was = effect->before != NULL ? balance_finding_get_verdict (effect->before) : BALANCE_VERDICT_NOT_APPLICABLE;
  BalanceVerdict is = effect->after != NULL ? balance_finding_get_verdict (effect->after) : BALANCE_VERDICT_NOT_APPLICABLE;
  g_autofree char *change = dup_change (effect, layout->language);
  g_autofree char *line = g_strdup_printf ("%s → %s%s%s", balance_verdict_word (was, layout->language), balance_verdict_word (is, layout->language),
                                           change != NULL ? balance_layout_word (layout, ": ", "：") : "", change != NULL ? change : "");

  write_subject (layout, effect);
  balance_layout_paragraph (layout, 6, 8, balance_verdict_ink (is), line);
}

static void
write_more (BalanceLayout *layout, guint n)
{
  g_autofree char *line = g_strdup_printf (balance_layout_word (layout, "… and %u more (all of them with --format json)", "……另有 %u 项（--format json 列出全部）"), n);

  balance_layout_paragraph (layout, 2, 2, BALANCE_INK_FAINT, line);
}

static void
write_kind (BalanceLayout *layout, BalanceEffects *self, BalanceEffectKind kind, const char *heading, BalanceVerdict only)
{
  guint n = 0;

  for (guint i = 0; i < self->effects->len; i++)
    {
      BalanceEffect *effect = g_ptr_array_index (self->effects, i);

      if (effect->kind != kind || (only != BALANCE_VERDICT_NOT_APPLICABLE && balance_finding_get_verdict (shown (effect)) != only))
        continue;
      if (n++ == 0)
        balance_layout_heading (layout, heading);
      if (n <= MAX_FLIPS)
        write_flip (layout, effect);
    }
  if (n > MAX_FLIPS)
    write_more (layout, n - MAX_FLIPS);
  if (n > 0)
    balance_layout_blank (layout);
}

/* How near to the limit, as a part of it. */
static double
nearness (BalanceEffect *effect)
{
  double limit = fabs (balance_finding_get_limit (effect->after)), margin = balance_finding_get_margin (effect->after);

  return limit > 0 ? margin / limit : margin;
}

static int
compare_nearness (gconstpointer a, gconstpointer b)
{
  double x = nearness (*(BalanceEffect *const *) a), y = nearness (*(BalanceEffect *const *) b);

  return (x > y) - (x < y);
}

static void
write_margins (BalanceLayout *layout, BalanceEffects *self)
{
  g_autoptr (GPtrArray) shrunk = g_ptr_array_new ();

  for (guint i = 0; i < self->effects->len; i++)
    {
      BalanceEffect *effect = g_ptr_array_index (self->effects, i);

      if (effect->kind == BALANCE_EFFECT_SHRANK && balance_finding_get_verdict (effect->after) == BALANCE_VERDICT_MET &&
          !isnan (balance_finding_get_margin (effect->after)))
        g_ptr_array_add (shrunk, effect);
    }
  if (shrunk->len == 0)
    return;
  g_ptr_array_sort (shrunk, compare_nearness);
  balance_layout_heading (layout, balance_layout_word (layout, "Margins that shrank, nearest to the limit first", "余量缩小（离要求最近的在前）"));
  for (guint i = 0; i < MIN (shrunk->len, MAX_MARGINS); i++)
    {
      BalanceEffect *effect = g_ptr_array_index (shrunk, i);
      g_autofree char *change = dup_change (effect, layout->language);
      g_autofree char *was = balance_number_text_beside (balance_finding_get_margin (effect->before), balance_finding_get_margin (effect->after),
                                                         MAX (2, balance_finding_get_decimals (effect->after)), balance_finding_get_unit (effect->after));
      g_autofree char *is = balance_number_text_beside (balance_finding_get_margin (effect->after), balance_finding_get_margin (effect->before),
                                                        MAX (2, balance_finding_get_decimals (effect->after)), balance_finding_get_unit (effect->after));
      g_autofree char *line = g_strdup_printf (balance_layout_word (layout, "%s; margin %s → %s", "%s；余量 %s → %s"), change != NULL ? change : "", was, is);

      write_subject (layout, effect);
      balance_layout_paragraph (layout, 6, 8, BALANCE_INK_PLAIN, line);
    }
  if (shrunk->len > MAX_MARGINS)
    write_more (layout, shrunk->len - MAX_MARGINS);
  balance_layout_blank (layout);
}

/* Dispersions of groups that changed, with who weighs most in them now. */
static gboolean
is_spread (BalanceEffects *self, BalanceEffect *effect, guint *group, const char **indicator)
{
  BalanceScheme *scheme = self->after->result.scheme;
  BalanceFacts *facts = self->after->facts;
  const BalanceRule *rule;
  guint district;

  if (effect->after == NULL || balance_finding_get_level (effect->after) != BALANCE_LEVEL_STAGE ||
      !balance_evaluation_find_district (self->after, balance_finding_get_district_code (effect->after), &district))
    return FALSE;
  for (guint i = 0; i < scheme->pack->rules->len; i++)
    {
      rule = scheme->rules[i].rule;
      if (rule->kind != BALANCE_RULE_DISPERSION || rule->combine || strcmp (rule->id, balance_finding_get_id (effect->after)) != 0)
        continue;
      *indicator = scheme->indicators[scheme->rules[i].indicators[0]].rule->id;
      for (guint g = facts->district_groups[district]; g < facts->district_groups[district + 1]; g++)
        if (strcmp (balance_dictionary_get_stage (facts->dictionary, facts->group_stage[g])->id, balance_finding_get_stage (effect->after)) == 0)
          {
            *group = g;
            return TRUE;
          }
    }

  return FALSE;
}

static void
write_contributions (BalanceLayout *layout, BalanceEffects *self)
{
  gboolean any = FALSE;

  for (guint i = 0; i < self->effects->len; i++)
    {
      BalanceEffect *effect = g_ptr_array_index (self->effects, i);
      const char *indicator;
      guint group;
      g_autoptr (GListModel) contributions = NULL;
      g_autoptr (GString) line = g_string_new (NULL);

      /* where it got worse; the others are in the JSON */
      if (effect->kind == BALANCE_EFFECT_GREW || !is_spread (self, effect, &group, &indicator))
        continue;
      contributions = balance_evaluation_get_contributions (self->after, indicator, group, NULL);
      if (contributions == NULL || g_list_model_get_n_items (contributions) == 0)
        continue;
      if (!any)
        balance_layout_heading (layout, balance_layout_word (layout, "Who weighs most in coefficients of variation that rose (parts of CV²)", "差异系数上升的指标中影响最大的学校（占差异系数平方的比例）"));
      any = TRUE;
      write_subject (layout, effect);
      {
        g_autofree char *change = dup_change (effect, layout->language);

        if (change != NULL)
          g_string_append_printf (line, "%s%s", change, balance_layout_word (layout, "; ", "；"));
      }
      for (guint k = 0; k < MIN (3, g_list_model_get_n_items (contributions)); k++)
        {
          g_autoptr (BalanceContribution) contribution = g_list_model_get_item (contributions, k);
          g_autofree char *share = balance_number_text (balance_contribution_get_share (contribution), 1, "%");

          g_string_append_printf (line, "%s%s %s", k > 0 ? balance_layout_word (layout, ", ", "、") : "", balance_contribution_get_school_name (contribution), share);
        }
      balance_layout_paragraph (layout, 6, 8, BALANCE_INK_PLAIN, line->str);
    }
  if (any)
    balance_layout_blank (layout);
}

static void
write_one (BalanceLayout *layout, BalanceEffects *self)
{
  const char *note = self->proposal != NULL ? balance_proposal_get_note (self->proposal, name_of (layout->language)) : NULL;

  balance_layout_heading (layout, title_of (self, layout->language));
  if (note != NULL)
    balance_layout_paragraph (layout, 2, 2, BALANCE_INK_PLAIN, note);
  write_actions (layout, self);
  write_districts (layout, self);
  balance_layout_blank (layout);
  write_kind (layout, self, BALANCE_EFFECT_FLIPPED, balance_layout_word (layout, "Verdicts that change", "结论改变"), BALANCE_VERDICT_NOT_APPLICABLE);
  write_kind (layout, self, BALANCE_EFFECT_APPEARED, balance_layout_word (layout, "Newly judged and not met", "新纳入且未达标"), BALANCE_VERDICT_UNMET);
  write_margins (layout, self);
  write_contributions (layout, self);
}

/* All alternatives beside one another: their districts' verdicts and what flips. */
static void
write_side_by_side (BalanceLayout *layout, BalanceEffects **alternatives, gsize n)
{
  BalanceEvaluation *before = alternatives[0]->before;
  BalanceFacts *facts = before->facts;

  balance_layout_heading (layout, balance_layout_word (layout, "Side by side", "方案比较"));
  for (guint d = 0; d < facts->districts.n_rows; d++)
    {
      gboolean touched = FALSE;

      for (gsize i = 0; i < n; i++)
        for (guint k = 0; k < alternatives[i]->after->facts->districts.n_rows; k++)
          touched = touched || (alternatives[i]->touched[k] && alternatives[i]->districts[k] == d);
      if (!touched)
        continue;
      balance_layout_paragraph (layout, 2, 4, BALANCE_INK_STRONG, district_title (facts, d));
      for (gsize i = 0; i <= n; i++)
        {
          BalanceVerdict verdict = (BalanceVerdict) before->result.districts[d];
          BalanceLayoutCell cells[2];

          for (guint k = 0; i > 0 && k < alternatives[i - 1]->after->facts->districts.n_rows; k++)
            if (alternatives[i - 1]->districts[k] == d)
              verdict = (BalanceVerdict) alternatives[i - 1]->after->result.districts[k];
          cells[0] = (BalanceLayoutCell) { i == 0 ? balance_layout_word (layout, "as it is", "现状") : title_of (alternatives[i - 1], layout->language), 56, FALSE, BALANCE_INK_PLAIN, 2 };
          cells[1] = (BalanceLayoutCell) { balance_verdict_word (verdict, layout->language), 14, FALSE, balance_verdict_ink (verdict) };
          balance_layout_row (layout, 4, cells, G_N_ELEMENTS (cells));
        }
    }
  balance_layout_blank (layout);
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *line = g_strdup_printf (balance_layout_word (layout, "%s: %u verdicts change, %u margins shrink, %u grow", "%s：结论改变 %u 项，余量缩小 %u 项，余量增大 %u 项"),
                                               title_of (alternatives[i], layout->language), balance_effects_count (alternatives[i], BALANCE_EFFECT_FLIPPED),
                                               balance_effects_count (alternatives[i], BALANCE_EFFECT_SHRANK), balance_effects_count (alternatives[i], BALANCE_EFFECT_GREW));

      balance_layout_paragraph (layout, 2, 4, BALANCE_INK_PLAIN, line);
    }
  balance_layout_blank (layout);
}

/**
 * balance_effects_to_text:
 * @self: the effects
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Says in lines of 80 columns what was done, which districts that touches, which verdicts change, which margins shrink and
 * which schools weigh most in the coefficients of variation that changed.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
balance_effects_to_text (BalanceEffects *self, const char *language)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceLayout layout;

  g_return_val_if_fail (BALANCE_IS_EFFECTS (self), NULL);

  balance_layout_init (&layout, balance_language_parse (language), FALSE);
  write_one (&layout, self);

  return balance_layout_end (&layout);
}

/**
 * balance_effects_write_text:
 * @alternatives: (array length=n_alternatives): what proposals do to the same evaluation
 * @n_alternatives: how many, at least one
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes effects as text of 80 columns; several side by side first, then each.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_effects_write_text (BalanceEffects **alternatives,
                            gsize            n_alternatives,
                            const char      *language,
                            GOutputStream   *stream,
                            GCancellable    *cancellable,
                            GError         **error)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceLayout layout;
  g_autofree char *text = NULL;

  g_return_val_if_fail (alternatives != NULL && n_alternatives > 0, FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  balance_layout_init (&layout, balance_language_parse (language), FALSE);
  if (n_alternatives > 1)
    write_side_by_side (&layout, alternatives, n_alternatives);
  for (gsize i = 0; i < n_alternatives; i++)
    write_one (&layout, alternatives[i]);
  text = balance_layout_end (&layout);

  return g_output_stream_write_all (stream, text, strlen (text), NULL, cancellable, error);
}

/* -- JSON --------------------------------------------------------------------------------------------- */

static const char *
verdict_name (BalanceVerdict verdict)
{
  static const char *const names[] = { "not_applicable", "met", "unmet", "undetermined" };

  return names[verdict];
}

static void
add_state (BalanceJson *json, const char *name, BalanceFinding *finding, const char *exact)
{
  if (finding == NULL)
    return;
  balance_json_key (json, name);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "path", balance_finding_get_path (finding));
  balance_json_add_string (json, "verdict", verdict_name (balance_finding_get_verdict (finding)));
  balance_json_add_number (json, "value", balance_finding_get_value (finding));
  balance_json_add_number (json, "limit", balance_finding_get_limit (finding));
  balance_json_add_number (json, "margin", balance_finding_get_margin (finding));
  balance_json_add_string (json, "exact", exact);
  balance_json_end (json, '}');
}

static void
add_effect (BalanceJson *json, BalanceEffects *self, BalanceEffect *effect, const char *language)
{
  static const char *const kinds[] = { "flipped", "shrank", "grew", "appeared", "gone" };
  BalanceFinding *finding = shown (effect);
  g_autofree char *subject = balance_finding_dup_subject (finding, language);
  const char *indicator;
  guint group;

  balance_json_next (json);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "kind", kinds[effect->kind]);
  balance_json_add_string (json, "district", balance_finding_get_district_code (finding));
  balance_json_add_string (json, "school", balance_finding_get_school_code (finding));
  balance_json_add_string (json, "stage", balance_finding_get_stage (finding));
  balance_json_add_string (json, "requirement", balance_finding_get_id (finding));
  balance_json_add_string (json, "title", balance_finding_get_title (finding, language));
  balance_json_add_string (json, "subject", subject);
  balance_json_add_string (json, "unit", balance_finding_get_unit (finding));
  balance_json_add_string (json, "comparison", balance_finding_get_comparison (finding));
  add_state (json, "before", effect->before, effect->exact_before);
  add_state (json, "after", effect->after, effect->exact_after);
  if (is_spread (self, effect, &group, &indicator))
    {
      g_autoptr (GListModel) contributions = balance_evaluation_get_contributions (self->after, indicator, group, NULL);

      balance_json_key (json, "contributions");
      balance_json_begin (json, '[');
      for (guint i = 0; contributions != NULL && i < g_list_model_get_n_items (contributions); i++)
        {
          g_autoptr (BalanceContribution) contribution = g_list_model_get_item (contributions, i);
          g_autofree char *exact = balance_contribution_dup_exact (contribution);

          balance_json_next (json);
          balance_json_begin (json, '{');
          balance_json_add_string (json, "school", balance_contribution_get_school_code (contribution));
          balance_json_add_string (json, "name", balance_contribution_get_school_name (contribution));
          balance_json_add_number (json, "value", balance_contribution_get_value (contribution));
          balance_json_add_number (json, "weight", balance_contribution_get_weight (contribution));
          balance_json_add_number (json, "amount", balance_contribution_get_amount (contribution));
          balance_json_add_string (json, "exact", exact);
          balance_json_add_number (json, "share", balance_contribution_get_share (contribution));
          balance_json_end (json, '}');
        }
      balance_json_end (json, ']');
    }
  balance_json_end (json, '}');
}

static void
add_one (BalanceJson *json, BalanceEffects *self, const char *language)
{
  BalanceFacts *facts = self->after->facts;
  guint n = self->proposal != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->proposal)) : 0;

  balance_json_next (json);
  balance_json_begin (json, '{');
  balance_json_add_string (json, "id", self->proposal != NULL ? balance_proposal_get_id (self->proposal) : NULL);
  balance_json_add_string (json, "title", title_of (self, balance_language_parse (language)));
  balance_json_key (json, "actions");
  balance_json_begin (json, '[');
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (BalanceAction) action = g_list_model_get_item (G_LIST_MODEL (self->proposal), i);
      g_autofree char *yaml = balance_action_to_yaml (action), *text = balance_action_to_text (action, language);

      balance_json_next (json);
      balance_json_begin (json, '{');
      balance_json_add_string (json, "action", yaml);
      balance_json_add_string (json, "text", text);
      balance_json_end (json, '}');
    }
  balance_json_end (json, ']');
  balance_json_key (json, "districts");
  balance_json_begin (json, '[');
  for (guint d = 0; d < facts->districts.n_rows; d++)
    if (self->touched[d])
      {
        balance_json_next (json);
        balance_json_begin (json, '{');
        balance_json_add_string (json, "code", facts->district_codes[d]);
        balance_json_add_string (json, "name", facts->district_names[d]);
        balance_json_add_string (json, "before", self->districts[d] != BALANCE_NEW_ROW ? verdict_name ((BalanceVerdict) self->before->result.districts[self->districts[d]]) : NULL);
        balance_json_add_string (json, "after", verdict_name ((BalanceVerdict) self->after->result.districts[d]));
        balance_json_end (json, '}');
      }
  balance_json_end (json, ']');
  balance_json_key (json, "effects");
  balance_json_begin (json, '[');
  for (guint i = 0; i < self->effects->len; i++)
    add_effect (json, self, g_ptr_array_index (self->effects, i), language);
  balance_json_end (json, ']');
  balance_json_end (json, '}');
}

/**
 * balance_effects_write_json:
 * @alternatives: (array length=n_alternatives): what proposals do to the same evaluation
 * @n_alternatives: how many, at least one
 * @language: (nullable): "zh" or "en", of titles and names; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes effects as JSON: an object with `standard`, `as_of` and `proposals`, each with actions, districts and effects. Figures
 * stand as numbers and, under `exact`, as fractions.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_effects_write_json (BalanceEffects **alternatives,
                            gsize            n_alternatives,
                            const char      *language,
                            GOutputStream   *stream,
                            GCancellable    *cancellable,
                            GError         **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autoptr (GString) text = g_string_new (NULL);
  BalanceJson json = { text, TRUE, FALSE };
  const char *name = name_of (balance_language_parse (language));

  g_return_val_if_fail (alternatives != NULL && n_alternatives > 0, FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  balance_json_begin (&json, '{');
  balance_json_add_string (&json, "standard", alternatives[0]->before->standard->pack->id);
  balance_json_add_string (&json, "as_of", alternatives[0]->before->as_of);
  balance_json_key (&json, "proposals");
  balance_json_begin (&json, '[');
  for (gsize i = 0; i < n_alternatives; i++)
    add_one (&json, alternatives[i], name);
  balance_json_end (&json, ']');
  balance_json_end (&json, '}');
  g_string_append_c (text, '\n');

  return g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error);
}
