/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which missing facts would decide, in words. */

#include "report/balance-layout-private.h"
#include "report/balance-report-private.h"

/* A set of all schools' facts is told by its beginning. */
#define MAX_FACTS 8

char *
balance_deciding_set_dup_text (BalanceDecidingSet *self,
                               const char         *subject,
                               BalanceLanguage     language)
{
  gboolean zh = language == BALANCE_LANGUAGE_ZH;
  const char *tag = zh ? "zh" : "en";
  GListModel *facts = balance_deciding_set_get_facts (self);
  guint n_facts = g_list_model_get_n_items (facts);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < MIN (n_facts, MAX_FACTS); i++)
    {
      g_autoptr (BalanceOperand) fact = g_list_model_get_item (facts, i);
      g_autoptr (BalanceCell) cell = balance_operand_get_cell (fact);
      g_autofree char *place = cell == NULL ? NULL : balance_cell_to_text (cell);
      g_autofree char *whose = balance_operand_dup_subject (fact, tag);

      if (i > 0)
        g_string_append (text, zh ? "、" : " and ");
      g_string_append (text, balance_operand_get_title (fact, tag));
      if (g_strcmp0 (whose, subject) != 0)
        g_string_append_printf (text, zh ? "（%s）" : " (%s)", whose);
      if (place != NULL)
        g_string_append_printf (text, " [%s]", place);
    }
  if (n_facts > MAX_FACTS)
    g_string_append_printf (text, zh ? "等 %u 项" : " and %u more", zh ? n_facts : n_facts - MAX_FACTS);

  return g_string_free (text, FALSE);
}

static GPtrArray *
dup_lines (GListModel      *sets,
           BalanceVerdict   verdict,
           const char      *subject,
           BalanceLanguage  language)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < g_list_model_get_n_items (sets); i++)
    {
      g_autoptr (BalanceDecidingSet) set = g_list_model_get_item (sets, i);

      if (balance_deciding_set_get_verdict (set) == verdict)
        g_ptr_array_add (lines, balance_deciding_set_dup_text (set, subject, language));
    }

  return lines;
}

static gboolean
equal_lines (GPtrArray *a,
             GPtrArray *b)
{
  gboolean equal = a->len == b->len;

  for (guint i = 0; equal && i < a->len; i++)
    equal = g_str_equal (g_ptr_array_index (a, i), g_ptr_array_index (b, i));

  return equal;
}

static void
add_sets (BalanceLayout *layout,
          const char    *label,
          const char    *verdicts,
          GPtrArray     *lines,
          guint          n_sets)
{
  g_autofree char *head = NULL;

  if (lines->len == 1)
    head = g_strdup_printf (balance_layout_word (layout, "once known, these can make it %s:", "补齐以下数据后，可能判为%s："), verdicts);
  else
    head = g_strdup_printf (balance_layout_word (layout, "once known, any one line of these can make it %s:",
                                                 "补齐以下任一行的数据后，可能判为%s："), verdicts);
  balance_layout_labelled (layout, label, BALANCE_INK_DOUBT, head);
  for (guint i = 0; i < lines->len; i++)
    {
      g_autofree char *line = g_strconcat ("- ", g_ptr_array_index (lines, i), NULL);

      balance_layout_labelled (layout, "", BALANCE_INK_PLAIN, line);
    }
  if (n_sets > lines->len)
    {
      g_autofree char *more = g_strdup_printf (balance_layout_word (layout, "and %u more", "另有 %u 种"), n_sets - lines->len);

      balance_layout_labelled (layout, "", BALANCE_INK_FAINT, more);
    }
}

void
balance_layout_deciding (BalanceLayout  *layout,
                         BalanceFinding *finding)
{
  static const BalanceVerdict verdicts[] = { BALANCE_VERDICT_MET, BALANCE_VERDICT_UNMET, BALANCE_VERDICT_NOT_APPLICABLE };
  const char *language = balance_layout_word (layout, "en", "zh");
  const char *label = balance_layout_word (layout, "Missing", "待补数据");
  g_autofree char *subject = balance_finding_dup_subject (finding, language);
  GListModel *sets;
  g_autoptr (GPtrArray) met = NULL, unmet = NULL;

  if (balance_finding_get_verdict (finding) != BALANCE_VERDICT_UNDETERMINED || balance_finding_get_n_missing (finding) == 0)
    return;

  sets = balance_finding_get_deciding_sets (finding);
  if (g_list_model_get_n_items (sets) == 0)
    {
      g_autofree char *text = g_strdup_printf (balance_layout_word (layout, "facts that are missing: %u; no small set of them was found that decides",
                                                                    "缺 %u 项数据，未找到补齐即可判定的较小组合"),
                                               balance_finding_get_n_missing (finding));

      balance_layout_labelled (layout, label, BALANCE_INK_DOUBT, text);
      return;
    }

  met = dup_lines (sets, BALANCE_VERDICT_MET, subject, layout->language);
  unmet = dup_lines (sets, BALANCE_VERDICT_UNMET, subject, layout->language);
  for (guint v = 0; v < G_N_ELEMENTS (verdicts); v++)
    {
      g_autoptr (GPtrArray) lines = dup_lines (sets, verdicts[v], subject, layout->language);
      guint n_sets = balance_finding_get_n_deciding_sets (finding, verdicts[v]);
      gboolean both = met->len > 0 && equal_lines (met, unmet) &&
                      balance_finding_get_n_deciding_sets (finding, BALANCE_VERDICT_MET) ==
                        balance_finding_get_n_deciding_sets (finding, BALANCE_VERDICT_UNMET);

      if (lines->len == 0 || (both && verdicts[v] == BALANCE_VERDICT_UNMET))
        continue;
      add_sets (layout, label, both && v == 0 ? balance_layout_word (layout, "met or unmet", "达标或未达标")
                                              : balance_verdict_word (verdicts[v], layout->language), lines, n_sets);
      label = "";
    }
  if (!balance_finding_get_deciding_exact (finding))
    balance_layout_labelled (layout, "", BALANCE_INK_FAINT,
                             balance_layout_word (layout, "found by trial step by step: there may be others", "逐步试算所得，可能另有其他组合"));
}
