/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "base/balance-float-private.h"
#include "report/balance-layout-private.h"
#include "report/balance-report-private.h"

/* Lists as long as a county's schools belong in the report; an explanation shows their beginning. */
#define MAX_LISTED 30

static const char *
get_language (BalanceLayout *layout)
{
  return balance_layout_word (layout, "en", "zh");
}

/* "3.57 m2/pupil" as the official form prints it, or an interval where only bounds are known. */
char *
balance_layout_dup_value_text (BalanceLayout  *layout,
                               BalanceFinding *finding)
{
  double value = balance_finding_get_value (finding);
  double low = balance_finding_get_value_low (finding);
  double high = balance_finding_get_value_high (finding);
  int decimals = balance_finding_get_decimals (finding);
  const char *unit = balance_finding_get_unit (finding);
  g_autofree char *low_text = NULL, *high_text = NULL;

  if (!isnan (value))
    return balance_finding_dup_value_text (finding, get_language (layout));
  if (!isfinite (low) && !isfinite (high))
    return NULL;

  low_text = balance_number_text (low, decimals, unit);
  high_text = balance_number_text (high, decimals, unit);
  if (!isfinite (high))
    return g_strdup_printf (balance_layout_word (layout, "%s or more, as some facts are missing", "部分数据缺失，不低于%s"), low_text);
  if (!isfinite (low))
    return g_strdup_printf (balance_layout_word (layout, "%s or less, as some facts are missing", "部分数据缺失，不高于%s"), high_text);

  return g_strdup_printf (balance_layout_word (layout, "between %s and %s, as some facts are missing", "部分数据缺失，介于%s与%s之间"),
                          low_text, high_text);
}

char *
balance_layout_dup_margin_text (BalanceLayout  *layout,
                                BalanceFinding *finding)
{
  double margin = balance_finding_get_margin (finding);
  const char *comparison = balance_finding_get_comparison (finding);
  g_autofree char *text = NULL;

  if (isnan (margin))
    return NULL;

  text = balance_number_text_beside (fabs (margin), 0, balance_finding_get_decimals (finding), balance_finding_get_unit (finding));
  if (margin >= 0)
    return g_strdup_printf (balance_layout_word (layout, "%s to spare", "余量 %s"), text);
  if (g_strcmp0 (comparison, "at_most") == 0 || g_strcmp0 (comparison, "below") == 0)
    return g_strdup_printf (balance_layout_word (layout, "%s too much", "超出 %s"), text);

  return g_strdup_printf (balance_layout_word (layout, "%s short", "差 %s"), text);
}

char *
balance_layout_dup_floor_text (BalanceLayout  *layout,
                               BalanceFinding *finding)
{
  double floor_limit = balance_finding_get_floor (finding);
  const char *sign = balance_comparison_sign (balance_finding_get_comparison (finding));
  g_autofree char *number = NULL;
  gsize length;

  if (isnan (floor_limit))
    return NULL;

  number = balance_number_text_beside (floor_limit, balance_finding_get_limit (finding),
                                       balance_finding_get_decimals (finding) + 1, balance_finding_get_unit (finding));
  length = strlen (number);
  /* a share of the limit may need one decimal more than the limit, but mostly does not */
  if (balance_finding_get_decimals (finding) >= 0 && length > 0 && number[length - 1] == '0' && strchr (number, '.') != NULL)
    number[length - 1] = '\0';
  if (balance_finding_get_verdict (finding) != BALANCE_VERDICT_UNMET)
    return g_strconcat (sign, " ", number, NULL);

  return g_strdup_printf (balance_finding_get_at_floor (finding)
                            ? balance_layout_word (layout, "%s %s, reached", "%s %s，已达到")
                            : balance_layout_word (layout, "%s %s, not reached", "%s %s，未达到"),
                          sign, number);
}

static void
add_limit (BalanceLayout  *layout,
           BalanceFinding *finding)
{
  g_autofree char *limit = balance_finding_dup_limit_text (finding, get_language (layout));
  g_autofree char *margin = balance_layout_dup_margin_text (layout, finding);
  g_autofree char *floor_text = balance_layout_dup_floor_text (layout, finding);
  const char *sign = balance_comparison_sign (balance_finding_get_comparison (finding));

  if (limit != NULL)
    {
      g_autofree char *text = g_strconcat (sign, " ", limit, margin == NULL ? "" : balance_layout_word (layout, ", ", "，"), margin, NULL);

      balance_layout_labelled (layout, balance_layout_word (layout, "Required", "要求"), BALANCE_INK_PLAIN, text);
    }
  if (floor_text != NULL)
    balance_layout_labelled (layout, balance_layout_word (layout, "Floor", "底线"), BALANCE_INK_PLAIN, floor_text);
}

static void
add_operands (BalanceLayout  *layout,
              BalanceFinding *finding)
{
  const char *language = get_language (layout);
  GListModel *operands = balance_finding_get_operands (finding);
  guint n_operands = operands == NULL ? 0 : g_list_model_get_n_items (operands);
  g_autofree char *subject = balance_finding_dup_subject (finding, language);

  for (guint i = 0; i < MIN (n_operands, MAX_LISTED); i++)
    {
      g_autoptr (BalanceOperand) operand = g_list_model_get_item (operands, i);
      g_autoptr (BalanceCell) cell = balance_operand_get_cell (operand);
      g_autofree char *whose = balance_operand_dup_subject (operand, language);
      g_autofree char *value = balance_operand_dup_text (operand, language);
      g_autofree char *place = cell == NULL ? NULL : balance_cell_to_text (cell);
      g_autofree char *unit = balance_operand_dup_unit_title (operand, language);
      gboolean missing = balance_operand_get_missing (operand);
      GString *text = g_string_new (balance_operand_get_title (operand, language));

      if (whose != NULL && *whose != '\0' && g_strcmp0 (whose, subject) != 0)
        g_string_append_printf (text, balance_layout_word (layout, " (%s)", "（%s）"), whose);
      g_string_append (text, missing ? balance_layout_word (layout, ": missing", "：缺失") : balance_layout_word (layout, ": ", "："));
      if (!missing)
        {
          g_string_append (text, value);
          if (*unit != '\0')
            g_string_append_printf (text, " %s", unit);
        }
      if (place != NULL)
        g_string_append_printf (text, "  [%s]", place);

      balance_layout_labelled (layout, i == 0 ? balance_layout_word (layout, "Facts", "数据") : "",
                               missing ? BALANCE_INK_DOUBT : BALANCE_INK_PLAIN, text->str);
      g_string_free (text, TRUE);
    }

  if (n_operands > MAX_LISTED)
    {
      g_autofree char *more = g_strdup_printf (balance_layout_word (layout, "and %u more facts", "另有 %u 项数据"), n_operands - MAX_LISTED);

      balance_layout_labelled (layout, "", BALANCE_INK_FAINT, more);
    }
}

static void
add_stated (BalanceLayout  *layout,
            const char     *label,
            const char     *text,
            BalanceOperand *from)
{
  g_autoptr (BalanceCell) cell = balance_operand_get_cell (from);
  g_autofree char *place = cell == NULL ? NULL : balance_cell_to_text (cell);
  g_autofree char *line = place == NULL ? g_strdup (text) : g_strdup_printf ("%s  [%s]", text, place);

  balance_layout_labelled (layout, label, BALANCE_INK_PLAIN, line);
}

/* What was stated in words with an attested item, and the documents named for it. */
static void
add_attested (BalanceLayout  *layout,
              BalanceFinding *finding)
{
  const char *language = get_language (layout);
  GListModel *operands = balance_finding_get_operands (finding);
  const char *evidence_label = balance_layout_word (layout, "Evidence", "佐证材料");
  gboolean named = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (operands); i++)
    {
      g_autoptr (BalanceOperand) operand = g_list_model_get_item (operands, i);
      g_autoptr (BalanceOperand) conclusion = balance_operand_get_conclusion (operand);
      g_autoptr (BalanceOperand) evidence = balance_operand_get_evidence (operand);

      if (conclusion != NULL && !balance_operand_get_missing (conclusion))
        {
          g_autofree char *words = balance_operand_dup_text (conclusion, language);

          add_stated (layout, balance_layout_word (layout, "Conclusion", "简要结论"), words, conclusion);
        }
      if (evidence != NULL)
        {
          g_auto (GStrv) documents = balance_operand_dup_documents (operand);

          for (guint k = 0; documents[k] != NULL; k++, named = TRUE)
            add_stated (layout, named ? "" : evidence_label, documents[k], evidence);
        }
    }
  if (balance_finding_get_lacks_evidence (finding))
    balance_layout_labelled (layout, named ? "" : evidence_label, BALANCE_INK_DOUBT,
                             named ? balance_layout_word (layout, "none named for another fact that is attested, though the standard asks for it",
                                                          "另有认定为“是”的事项未列佐证材料，标准要求列明")
                                   : balance_layout_word (layout, "none named, though the standard asks for it", "未列，标准要求列明"));
}

static void
add_value (BalanceLayout  *layout,
           BalanceFinding *finding)
{
  g_autofree char *value = balance_layout_dup_value_text (layout, finding);

  if (value == NULL)
    return;

  balance_layout_labelled (layout, balance_layout_word (layout, "Value", "计算值"), BALANCE_INK_STRONG, value);

  if (balance_finding_get_rounding_flips (finding))
    {
      g_autofree char *exact = balance_number_exact (balance_finding_get_value (finding));
      g_autofree char *text = g_strdup_printf (balance_layout_word (layout,
                                                                    "the verdict rests on the unrounded value %s; rounded as the official form prints it, "
                                                                    "the verdict would be another one",
                                                                    "以未修约的值 %s 判定；如按公布表格的小数位数修约，结论将不同"),
                                               exact);

      balance_layout_labelled (layout, balance_layout_word (layout, "Rounding", "修约"), BALANCE_INK_DOUBT, text);
    }
}

static void
add_children (BalanceLayout  *layout,
              BalanceFinding *finding)
{
  const char *language = get_language (layout);
  GListModel *children = balance_finding_get_children (finding);
  guint n_children = children == NULL ? 0 : g_list_model_get_n_items (children);
  g_autofree char *subject = balance_finding_dup_subject (finding, language);
  guint n_listed = 0, n_met = 0;

  if (n_children == 0)
    return;

  /* What is met is counted, not listed, where the list would be long. */
  for (guint i = 0; i < n_children; i++)
    {
      g_autoptr (BalanceFinding) child = g_list_model_get_item (children, i);
      BalanceVerdict verdict = balance_finding_get_verdict (child);
      g_autofree char *compared = NULL, *whose = NULL, *text = NULL;
      gboolean other;

      if (n_children > MAX_LISTED && (verdict == BALANCE_VERDICT_MET || verdict == BALANCE_VERDICT_NOT_APPLICABLE))
        {
          n_met++;
          continue;
        }
      if (n_listed == MAX_LISTED)
        continue;

      whose = balance_finding_dup_subject (child, language);
      other = g_strcmp0 (whose, subject) != 0;
      compared = balance_finding_dup_comparison_text (child, layout->language);
      text = g_strdup_printf ("%s%s%s %s%s%s%s%s",
                              other ? whose : "", other ? balance_layout_word (layout, ": ", "：") : "",
                              balance_finding_get_id (child), balance_finding_get_title (child, language),
                              balance_layout_word (layout, ": ", "："), balance_verdict_word (balance_finding_get_verdict (child), layout->language),
                              compared == NULL ? "" : balance_layout_word (layout, ", ", "，"), compared == NULL ? "" : compared);
      balance_layout_labelled (layout, n_listed == 0 ? balance_layout_word (layout, "Parts", "构成") : "", balance_verdict_ink (verdict), text);
      n_listed++;
    }

  if (n_listed + n_met < n_children)
    {
      g_autofree char *more = g_strdup_printf (balance_layout_word (layout, "and %u more that are unmet or undetermined", "另有 %u 项未达标或无法判定"),
                                               n_children - n_listed - n_met);

      balance_layout_labelled (layout, "", BALANCE_INK_FAINT, more);
    }
  if (n_met > 0)
    {
      g_autofree char *more = g_strdup_printf (balance_layout_word (layout, "%u more are met or do not apply", "其余 %u 项达标或不适用"), n_met);

      balance_layout_labelled (layout, n_listed == 0 ? balance_layout_word (layout, "Parts", "构成") : "", BALANCE_INK_FAINT, more);
    }
}

/* What it would be by the full standard: always where a concession changed something, also where the verdict is the same. */
static void
add_concession (BalanceLayout  *layout,
                BalanceFinding *finding)
{
  BalanceVerdict verdict = balance_finding_get_verdict (finding), strict = balance_finding_get_strict_verdict (finding);
  BalanceAppliedConcession *concession = balance_finding_get_concession (finding);
  const char *sign = balance_comparison_sign (balance_finding_get_comparison (finding));
  g_autofree char *value = NULL, *limit = NULL;
  GString *text;

  if (concession == NULL && strict == verdict)
    return;

  text = g_string_new (NULL);
  g_string_append_printf (text, balance_layout_word (layout, "%s with the concession, %s without it", "适用时%s，不适用时%s"),
                          balance_verdict_word (verdict, layout->language), balance_verdict_word (strict, layout->language));
  if (concession != NULL)
    {
      value = balance_applied_concession_dup_value_text (concession, get_language (layout));
      limit = balance_applied_concession_dup_limit_text (concession, get_language (layout));
    }
  if (value != NULL && limit != NULL)
    g_string_append_printf (text, balance_layout_word (layout, " (%s %s %s)", "（%s %s %s）"), value, sign, limit);
  else if (value != NULL)
    g_string_append_printf (text, balance_layout_word (layout, " (%s)", "（%s）"), value);
  balance_layout_labelled (layout, balance_layout_word (layout, "Concession", "放宽"), balance_verdict_ink (strict), text->str);
  g_string_free (text, TRUE);

  if (concession != NULL && balance_applied_concession_get_reference (concession) != NULL)
    balance_layout_labelled (layout, "", BALANCE_INK_FAINT, balance_applied_concession_get_reference (concession));
}

void
balance_layout_finding (BalanceLayout  *layout,
                        BalanceFinding *finding)
{
  const char *language = get_language (layout);
  BalanceVerdict verdict = balance_finding_get_verdict (finding);
  const char *reason = balance_finding_get_reason (finding, language);
  const char *reference = balance_finding_get_reference (finding);
  const char *formula = balance_finding_get_formula (finding);
  g_autofree char *subject = balance_finding_dup_subject (finding, language);
  g_autofree char *title = g_strdup_printf ("%s %s", balance_finding_get_id (finding), balance_finding_get_title (finding, language));

  balance_layout_heading (layout, title);
  balance_layout_labelled (layout, balance_layout_word (layout, "Subject", "对象"), BALANCE_INK_PLAIN, subject);
  balance_layout_labelled (layout, balance_layout_word (layout, "Verdict", "结论"), balance_verdict_ink (verdict),
                           balance_verdict_word (verdict, layout->language));
  if (reason != NULL && *reason != '\0')
    balance_layout_labelled (layout, balance_layout_word (layout, "Reason", "说明"), BALANCE_INK_PLAIN, reason);
  add_concession (layout, finding);
  if (!balance_finding_get_binding (finding))
    balance_layout_labelled (layout, "", BALANCE_INK_FAINT,
                             balance_layout_word (layout, "for information; does not count in the verdict", "仅供参考，不计入结论"));

  add_value (layout, finding);
  add_limit (layout, finding);
  balance_layout_deciding (layout, finding);
  if (formula != NULL && *formula != '\0')
    balance_layout_labelled (layout, balance_layout_word (layout, "Formula", "公式"), BALANCE_INK_PLAIN, formula);
  add_attested (layout, finding);
  add_operands (layout, finding);
  add_children (layout, finding);
  if (reference != NULL && *reference != '\0')
    balance_layout_labelled (layout, balance_layout_word (layout, "Reference", "依据"), BALANCE_INK_PLAIN, reference);
  balance_layout_labelled (layout, balance_layout_word (layout, "Path", "路径"), BALANCE_INK_FAINT, balance_finding_get_path (finding));
}

/**
 * balance_finding_to_text:
 * @self: a finding
 * @language: (nullable): the language of the text, such as `zh` or `en`
 *
 * Explains a finding as people read it: the verdict and its reason, the
 * value beside the limit, the formula, each fact with the cell that it came
 * from, the parts and the legal reference, in lines of at most 80 columns.
 *
 * Returns: (transfer full): the explanation, in several lines
 *
 * Since: 1.0
 */
char *
balance_finding_to_text (BalanceFinding *self,
                         const char     *language)
{
  BALANCE_FLOAT_DEFAULT;
  BalanceLayout layout;

  g_return_val_if_fail (BALANCE_IS_FINDING (self), NULL);

  balance_layout_init (&layout, balance_language_parse (language), FALSE);
  balance_layout_finding (&layout, self);

  return balance_layout_end (&layout);
}
