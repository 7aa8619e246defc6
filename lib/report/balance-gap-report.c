/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>

#include "base/balance-float-private.h"
#include "planning/balance-gap-private.h"
#include "report/balance-csv-private.h"
#include "report/balance-json-private.h"
#include "report/balance-layout-private.h"
#include "report/balance-gap-report-private.h"
#include "report/balance-wording-private.h"

static const char *
word (BalanceLanguage language, const char *en, const char *zh)
{
  return language == BALANCE_LANGUAGE_ZH ? zh : en;
}

char *
balance_gap_dup_missing_text (BalanceGap *gap, BalanceFinding *finding, BalanceLanguage language)
{
  GListModel *operands = balance_finding_get_operands (finding);
  g_autoptr(GPtrArray) titles = g_ptr_array_new_with_free_func (g_free);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (operands); i++)
    {
      g_autoptr(BalanceOperand) operand = g_list_model_get_item (operands, i);
      g_autofree char *subject = NULL, *text = NULL;

      if (!balance_operand_get_missing (operand))
        continue;
      /* of a district or stage it matters whose fact it is */
      subject = balance_gap_get_level (gap) >= BALANCE_LEVEL_STAGE ? balance_operand_dup_subject (operand, word (language, "en", "zh")) : NULL;
      text = subject != NULL ? g_strdup_printf (word (language, "%s: %s", "%s：%s"), subject, balance_operand_get_title (operand, word (language, "en", "zh")))
                             : g_strdup (balance_operand_get_title (operand, word (language, "en", "zh")));
      if (g_ptr_array_find_with_equal_func (titles, text, g_str_equal, NULL))
        continue;
      if (n++ < 5)
        g_ptr_array_add (titles, g_steal_pointer (&text));
    }
  if (n > 5)
    g_ptr_array_add (titles, g_strdup_printf (word (language, "and %u more", "等%u项"), n > 5 ? (language == BALANCE_LANGUAGE_ZH ? n : n - 5) : 0));
  g_ptr_array_add (titles, NULL);

  return g_strjoinv (word (language, ", ", "、"), (char **) titles->pdata);
}

static char *
dup_quantity (BalanceGap *self, const char *digits, BalanceLanguage language)
{
  g_autofree char *unit = balance_gap_dup_unit_title (self, word (language, "en", "zh"));

  if (!self->in_facts && g_strcmp0 (self->unit, "%") == 0)
    return g_strdup_printf (word (language, "%s points of per cent", "%s个百分点"), digits);
  if (*unit == '\0')
    return g_strdup (digits);
  return g_strdup_printf ("%s %s", digits, unit);
}

const char *
balance_gap_target_text (BalanceGap *self, BalanceLanguage language)
{
  if (self->verdict == BALANCE_VERDICT_UNDETERMINED)
    return word (language, "supply the missing facts", "补报缺失数据");

  switch (self->target)
    {
    case BALANCE_GAP_TARGET_FLOOR: return word (language, "to the floor; may stay below the limit", "达到底线，可暂不达到要求");
    case BALANCE_GAP_TARGET_NONE:  return word (language, "may stay", "可暂缓");
    case BALANCE_GAP_TARGET_LIMIT:
    default:                       return word (language, "to the limit", "达到要求");
    }
}

static char *
dup_gap_text (BalanceGap *self, BalanceFinding *finding, BalanceLanguage language)
{
  g_autofree char *amount = NULL, *floor = NULL, *missing = NULL;
  GString *text = g_string_new (NULL);

  if (self->verdict == BALANCE_VERDICT_UNDETERMINED)
    {
      missing = balance_gap_dup_missing_text (self, finding, language);
      g_string_append_printf (text, *missing != '\0' ? word (language, "missing: %s", "缺数据：%s") : "%s%s",
                              *missing != '\0' ? missing : balance_verdict_word (self->verdict, language), "");
      return g_string_free (text, FALSE);
    }
  if (self->amount == NULL)
    {
      g_string_append (text, balance_verdict_word (self->verdict, language));
      return g_string_free (text, FALSE);
    }

  amount = dup_quantity (self, self->amount, language);
  g_string_append_printf (text, self->lower ? word (language, "%s too many or too much", "须减少%s") : word (language, "lacks %s", "还差%s"), amount);
  if (self->floor_amount != NULL && g_ascii_strtod (self->floor_amount, NULL) > 0)
    {
      floor = dup_quantity (self, self->floor_amount, language);
      g_string_append_printf (text, word (language, ", to the floor %s", "，距底线%s"), floor);
    }
  if (self->target != BALANCE_GAP_TARGET_LIMIT)
    g_string_append_printf (text, word (language, " (%s)", "（%s）"), balance_gap_target_text (self, language));

  return g_string_free (text, FALSE);
}

/**
 * balance_gap_to_text:
 * @self: a gap
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Says what is lacking, such as "lacks 3 teachers, to the floor 1 teachers".
 *
 * Returns: (transfer full): one line
 *
 * Since: 1.0
 */
char *
balance_gap_to_text (BalanceGap *self,
                     const char *language)
{
  g_autoptr(BalanceFinding) finding = NULL;

  g_return_val_if_fail (BALANCE_IS_GAP (self), NULL);

  finding = balance_gap_get_finding (self);
  return dup_gap_text (self, finding, balance_language_parse (language));
}

/* -- text -------------------------------------------------------------------------------------------- */

static gboolean
same_holder (BalanceGap *a, BalanceGap *b)
{
  return balance_gap_get_school_row (a) == balance_gap_get_school_row (b) && balance_gap_get_district_row (a) == balance_gap_get_district_row (b);
}

static void
write_holder (BalanceLayout *layout, BalanceGap *gap)
{
  BalanceFacts *facts = gap->evaluation->facts;
  int school = balance_gap_get_school_row (gap), district = balance_gap_get_district_row (gap);
  g_autofree char *name = school >= 0 ? balance_facts_dup_subject (facts, BALANCE_LEVEL_SCHOOL, (guint) school, layout->language)
                          : district >= 0 ? balance_facts_dup_subject (facts, BALANCE_LEVEL_DISTRICT, (guint) district, layout->language)
                                          : balance_facts_dup_subject (facts, BALANCE_LEVEL_REGION, 0, layout->language);
  const char *code = school >= 0 ? facts->school_codes[school] : district >= 0 ? facts->district_codes[district] : NULL;
  g_autofree char *text = code != NULL ? g_strdup_printf ("%s %s", code, name) : g_strdup (name);

  balance_layout_blank (layout);
  balance_layout_paragraph (layout, 0, 2, BALANCE_INK_STRONG, text);
}

static void
write_gap (BalanceLayout *layout, BalanceGap *gap)
{
  g_autoptr(BalanceFinding) finding = balance_gap_get_finding (gap);
  const char *language = word (layout->language, "en", "zh"), *stage = balance_gap_get_stage (gap);
  g_autofree char *lacking = dup_gap_text (gap, finding, layout->language), *comparison = balance_finding_dup_comparison_text (finding, layout->language);
  g_autofree char *label = NULL, *line = NULL;
  int code = stage != NULL ? balance_dictionary_find_stage (gap->evaluation->facts->dictionary, stage) : -1;
  BalanceInk ink = gap->verdict == BALANCE_VERDICT_UNDETERMINED ? BALANCE_INK_DOUBT : gap->target == BALANCE_GAP_TARGET_NONE ? BALANCE_INK_FAINT : BALANCE_INK_BAD;

  label = g_strdup_printf (code >= 0 ? word (layout->language, "%2$s: %1$s %3$s", "%2$s：%1$s %3$s") : "%1$s%2$s %3$s", balance_gap_get_id (gap),
                           code >= 0 ? balance_text_get (&balance_dictionary_get_stage (gap->evaluation->facts->dictionary, (guint) code)->title, layout->language) : "",
                           balance_gap_get_title (gap, language));
  line = comparison != NULL && gap->verdict != BALANCE_VERDICT_UNDETERMINED ? g_strdup_printf (word (layout->language, "%s (%s)", "%s（%s）"), lacking, comparison)
                                                                            : g_strdup (lacking);
  balance_layout_paragraph (layout, 2, 4, BALANCE_INK_PLAIN, label);
  balance_layout_paragraph (layout, 6, 8, ink, line);
}

/**
 * balance_gap_list_write_text:
 * @self: a list of gaps
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the list as text of 80 columns, school by school, then what is asked of the county.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_gap_list_write_text (BalanceGapList  *self,
                             const char      *language,
                             GOutputStream   *stream,
                             GCancellable    *cancellable,
                             GError         **error)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceLayout layout;
  g_autofree char *text = NULL, *head = NULL;
  guint n_schools = 0;

  g_return_val_if_fail (BALANCE_IS_GAP_LIST (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  balance_layout_init (&layout, balance_language_parse (language), FALSE);
  for (guint i = 0; i < self->gaps->len; i++)
    n_schools += balance_gap_get_school_row (g_ptr_array_index (self->gaps, i)) >= 0 &&
                 (i == 0 || !same_holder (g_ptr_array_index (self->gaps, i - 1), g_ptr_array_index (self->gaps, i)));
  if (self->gaps->len == 0)
    {
      BalanceVerdict verdict = self->district != NULL ? balance_evaluation_get_district_verdict (self->evaluation, self->district)
                                                      : balance_evaluation_get_verdict (self->evaluation);

      /* a score that is too low, or nothing that could be judged */
      if (verdict == BALANCE_VERDICT_MET)
        head = g_strdup (word (layout.language, "Nothing is lacking.", "没有差距。"));
      else
        head = g_strdup_printf (word (layout.language, "No single requirement has a gap, but the verdict is: %s.", "没有可列出的单项差距，但结论为：%s。"),
                                balance_verdict_word (verdict, layout.language));
    }
  else
    head = g_strdup_printf (word (layout.language, "%u gaps, schools concerned: %u. Of indicators of which some may stay below the limit those are named that "
                                                   "would take the longest way as a share of the limit; costs are not known.",
                                  "差距共%u项，涉及学校%u所。允许有指标低于要求的，以距要求差额占要求值的比例最大者列为可暂缓；未考虑费用。"),
                            self->gaps->len, n_schools);
  balance_layout_paragraph (&layout, 0, 0, BALANCE_INK_PLAIN, head);
  for (guint i = 0; i < self->gaps->len; i++)
    {
      BalanceGap *gap = g_ptr_array_index (self->gaps, i);

      if (i == 0 || !same_holder (g_ptr_array_index (self->gaps, i - 1), gap))
        write_holder (&layout, gap);
      write_gap (&layout, gap);
    }
  text = balance_layout_end (&layout);

  return g_output_stream_write_all (stream, text, strlen (text), NULL, cancellable, error);
}

/* -- for programs ------------------------------------------------------------------------------------ */

static const char *
target_name (BalanceGap *gap)
{
  static const char *const names[] = { "limit", "floor", "none" };

  return gap->verdict == BALANCE_VERDICT_UNDETERMINED ? "facts" : names[gap->target];
}

static const char *
verdict_name (BalanceVerdict verdict)
{
  return verdict == BALANCE_VERDICT_UNDETERMINED ? "undetermined" : "unmet";
}

/**
 * balance_gap_list_write_json:
 * @self: a list of gaps
 * @language: (nullable): "zh" or "en" for titles; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the list as one JSON object. Amounts are texts with their decimals, `exact` a number.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_gap_list_write_json (BalanceGapList  *self,
                             const char      *language,
                             GOutputStream   *stream,
                             GCancellable    *cancellable,
                             GError         **error)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceLanguage chosen = balance_language_parse (language);
  const char *name = word (chosen, "en", "zh");
  g_autoptr(GString) text = g_string_new (NULL);
  BalanceJson json = { .text = text, .first = TRUE };

  g_return_val_if_fail (BALANCE_IS_GAP_LIST (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  balance_json_begin (&json, '{');
  balance_json_add_string (&json, "standard", self->evaluation->standard->pack->id);
  balance_json_add_string (&json, "as_of", self->evaluation->as_of);
  balance_json_key (&json, "gaps");
  balance_json_begin (&json, '[');
  for (guint i = 0; i < self->gaps->len; i++)
    {
      BalanceGap *gap = g_ptr_array_index (self->gaps, i);
      g_autoptr(BalanceFinding) finding = balance_gap_get_finding (gap);
      g_autofree char *subject = balance_gap_dup_subject (gap, name), *said = dup_gap_text (gap, finding, chosen);
      g_auto(GStrv) fields = balance_gap_dup_fields (gap);

      balance_json_next (&json);
      balance_json_begin (&json, '{');
      balance_json_add_string (&json, "path", gap->path);
      balance_json_add_string (&json, "id", balance_gap_get_id (gap));
      balance_json_add_string (&json, "title", balance_gap_get_title (gap, name));
      balance_json_add_string (&json, "subject", subject);
      balance_json_add_string (&json, "district", balance_gap_get_district_code (gap));
      balance_json_add_string (&json, "school", balance_gap_get_school_code (gap));
      balance_json_add_string (&json, "stage", balance_gap_get_stage (gap));
      balance_json_add_string (&json, "verdict", verdict_name (gap->verdict));
      balance_json_add_string (&json, "target", target_name (gap));
      balance_json_add_number (&json, "value", balance_finding_get_value (finding));
      balance_json_add_number (&json, "limit", balance_finding_get_limit (finding));
      balance_json_add_number (&json, "floor", balance_finding_get_floor (finding));
      balance_json_add_string (&json, "change", gap->amount == NULL ? NULL : gap->lower ? "less" : "more");
      balance_json_add_string (&json, "amount", gap->amount);
      balance_json_add_string (&json, "floor_amount", gap->floor_amount);
      balance_json_add_string (&json, "unit", gap->unit);
      balance_json_add_number (&json, "exact", gap->exact);
      balance_json_add_number (&json, "share", gap->share);
      balance_json_add_strings (&json, "fields", (const char *const *) fields);
      balance_json_add_string (&json, "text", said);
      balance_json_end (&json, '}');
    }
  balance_json_end (&json, ']');
  balance_json_end (&json, '}');
  g_string_append_c (text, '\n');

  return g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error);
}

/**
 * balance_gap_list_write_csv:
 * @self: a list of gaps
 * @language: (nullable): "zh" or "en" for titles; %NULL is "en"
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes the list as comma-separated values by RFC 4180, one row for each gap.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_gap_list_write_csv (BalanceGapList  *self,
                            const char      *language,
                            GOutputStream   *stream,
                            GCancellable    *cancellable,
                            GError         **error)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceLanguage chosen = balance_language_parse (language);
  const char *name = word (chosen, "en", "zh");
  g_autoptr(GString) text = g_string_new ("district,school,subject,stage,requirement,title,verdict,value,limit,amount,floor_amount,unit,change,target,share,fields,path\r\n");

  g_return_val_if_fail (BALANCE_IS_GAP_LIST (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  for (guint i = 0; i < self->gaps->len; i++)
    {
      BalanceGap *gap = g_ptr_array_index (self->gaps, i);
      g_autoptr(BalanceFinding) finding = balance_gap_get_finding (gap);
      g_autofree char *subject = balance_gap_dup_subject (gap, name), *value = balance_number_exact (balance_finding_get_value (finding));
      g_autofree char *limit = balance_number_exact (balance_finding_get_limit (finding)), *share = balance_number_exact (gap->share);
      g_auto(GStrv) fields = balance_gap_dup_fields (gap);
      g_autofree char *joined = g_strjoinv (" ", fields);

      balance_csv_append_cell (text, balance_gap_get_district_code (gap), FALSE);
      balance_csv_append_cell (text, balance_gap_get_school_code (gap), FALSE);
      balance_csv_append_cell (text, subject, FALSE);
      balance_csv_append_cell (text, balance_gap_get_stage (gap), FALSE);
      balance_csv_append_cell (text, balance_gap_get_id (gap), FALSE);
      balance_csv_append_cell (text, balance_gap_get_title (gap, name), FALSE);
      balance_csv_append_cell (text, verdict_name (gap->verdict), FALSE);
      balance_csv_append_cell (text, value, TRUE);
      balance_csv_append_cell (text, limit, TRUE);
      balance_csv_append_cell (text, gap->amount, TRUE);
      balance_csv_append_cell (text, gap->floor_amount, TRUE);
      balance_csv_append_cell (text, gap->unit, FALSE);
      balance_csv_append_cell (text, gap->amount == NULL ? NULL : gap->lower ? "less" : "more", FALSE);
      balance_csv_append_cell (text, target_name (gap), FALSE);
      balance_csv_append_cell (text, share, TRUE);
      balance_csv_append_cell (text, joined, FALSE);
      balance_csv_append_cell (text, gap->path, FALSE);
      balance_csv_end_line (text);
    }

  return g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error);
}
