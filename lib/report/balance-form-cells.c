/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "report/balance-form-cells-private.h"

#include <math.h>
#include <string.h>

#include "formula/balance-node-private.h"
#include "report/balance-wording-private.h"

static const char *
word (BalanceFormCells *self, const char *en, const char *zh)
{
  return self->language == BALANCE_LANGUAGE_ZH ? zh : en;
}

static const char *
language_name (BalanceFormCells *self)
{
  return word (self, "en", "zh");
}

void
balance_form_shown_clear (BalanceFormShown *shown)
{
  g_clear_pointer (&shown->text, g_free);
  g_clear_pointer (&shown->flip, g_free);
}

static void
show_text (BalanceFormShown *shown, const char *text)
{
  g_free (shown->text);
  shown->text = g_strdup (text);
  shown->number = FALSE;
}

static void
show_missing (BalanceFormCells *self, BalanceFormShown *shown)
{
  show_text (shown, word (self, "missing", "缺"));
  shown->shade = BALANCE_XLSX_DOUBT;
}

static void
show_nothing (BalanceFormCells *self, BalanceFormShown *shown)
{
  show_text (shown, "—");
}

static const char *
verdict_answer (BalanceFormCells *self, BalanceVerdict verdict)
{
  switch (verdict)
    {
    case BALANCE_VERDICT_MET:          return word (self, "yes", "是");
    case BALANCE_VERDICT_UNMET:        return word (self, "no", "否");
    case BALANCE_VERDICT_UNDETERMINED: return word (self, "undetermined", "无法判定");
    case BALANCE_VERDICT_NOT_APPLICABLE:
    default:                           return word (self, "not applicable", "不适用");
    }
}

static BalanceXlsxShade
verdict_shade (BalanceVerdict verdict, gboolean at_floor)
{
  return verdict == BALANCE_VERDICT_UNMET ? (at_floor ? BALANCE_XLSX_FLOOR : BALANCE_XLSX_UNMET)
         : verdict == BALANCE_VERDICT_UNDETERMINED ? BALANCE_XLSX_DOUBT : BALANCE_XLSX_CLEAR;
}

/* -- who and what ------------------------------------------------------------------------------------ */

static int
find_rule (BalanceFormCells *self, const char *id)
{
  BalancePack *pack = self->evaluation->standard->pack;

  for (guint i = 0; id != NULL && i < pack->rules->len; i++)
    if (strcmp (((BalanceRule *) g_ptr_array_index (pack->rules, i))->id, id) == 0)
      return (int) i;
  return -1;
}

static int
find_indicator (BalanceFormCells *self, const char *id)
{
  guint at;
  BalancePack *pack = self->evaluation->standard->pack;
  BalanceIndicatorRule *indicator = id != NULL ? balance_pack_find_indicator (pack, id) : NULL;

  return indicator != NULL && g_ptr_array_find (pack->indicators, indicator, &at) ? (int) at : -1;
}

static const BalanceRule *
get_rule (BalanceFormCells *self, int rule)
{
  return g_ptr_array_index (self->evaluation->standard->pack->rules, (guint) rule);
}

static gboolean
is_judged (BalanceFormCells *self, int rule)
{
  return rule >= 0 && self->evaluation->judged[rule];
}

/* The group of a stage in the district, -1 if it has none. */
static int
find_group (BalanceFormCells *self, const char *stage)
{
  int code = stage != NULL ? balance_dictionary_find_stage (self->facts->dictionary, stage) : -1;

  for (guint i = self->facts->district_groups[self->district]; code >= 0 && i < self->facts->district_groups[self->district + 1]; i++)
    if (self->facts->group_stage[i] == code)
      return (int) i;
  return -1;
}

/* The row of the table of a level that a cell is about, -1 if there is none. */
static int
find_row (BalanceFormCells *self, BalanceLevel level, int section, const char *stage)
{
  switch (level)
    {
    case BALANCE_LEVEL_SECTION:
      return section;
    case BALANCE_LEVEL_SCHOOL:
      return section >= 0 ? (int) self->facts->section_school[section] : -1;
    case BALANCE_LEVEL_STAGE:
      return find_group (self, stage);
    case BALANCE_LEVEL_DISTRICT:
      return (int) self->district;
    case BALANCE_LEVEL_REGION:
    default:
      return -1;
    }
}

/* -- numbers ----------------------------------------------------------------------------------------- */

/* Digits of an exact number, half away from zero; NULL where it is not known. */
static char *
dup_digits (const BalanceNumberPool *pool, BalanceNumber number, int decimals)
{
  char *text = NULL;
  mpq_t q;

  mpq_init (q);
  if (balance_number_is_known (pool, number) && balance_number_get_low_mpq (pool, number, q))
    {
      text = balance_mpq_to_string (q, decimals >= 0 ? (guint) decimals : 6);
      if (decimals < 0 && strchr (text, '.') != NULL)
        {
          gsize length = strlen (text);

          while (text[length - 1] == '0')
            length--;
          text[text[length - 1] == '.' ? length - 1 : length] = '\0';
        }
    }
  mpq_clear (q);

  return text;
}

/* The value of a compiled formula in a row of its level, as people write it. NULL where it is missing. */
static char *
dup_value (BalanceFormCells *self, const BalanceExpression *formula, int section, int decimals, gboolean code, gboolean *is_number)
{
  BalanceNode *node = g_hash_table_lookup (self->nodes, formula);
  BalanceFrame *frame = self->judge->frame;
  BalanceLevel level = section >= 0 ? BALANCE_LEVEL_SECTION : BALANCE_LEVEL_DISTRICT;
  guint row = section >= 0 ? (guint) section - frame->offset[level] : 0;
  gint32 value;

  *is_number = FALSE;
  switch (balance_node_get_type_of (node))
    {
    case BALANCE_VALUE_NUMBER:
      *is_number = TRUE;
      return dup_digits (&frame->pool, balance_frame_get_numbers (frame, node)[row], decimals);

    case BALANCE_VALUE_FLAG:
      switch ((BalanceTruth) balance_frame_get_flags (frame, node)[row])
        {
        case BALANCE_TRUE:  return g_strdup (word (self, "yes", "是"));
        case BALANCE_FALSE: return g_strdup (word (self, "no", "否"));
        case BALANCE_UNKNOWN:
        default:            return NULL;
        }

    case BALANCE_VALUE_DATE:
      value = balance_frame_get_codes (frame, node)[row];
      return value == G_MININT32 ? NULL : balance_date_to_string (value);

    case BALANCE_VALUE_TEXT:
      value = balance_frame_get_codes (frame, node)[row];
      return value < 0 || (guint) value >= self->facts->n_texts ? NULL : g_strdup (self->facts->texts[value]);

    case BALANCE_VALUE_CHOICE:
    default:
      {
        /* codes are those of the census, whose dictionary may have more */
        BalanceField *field = balance_dictionary_find (self->facts->dictionary, node->field->id);
        const BalanceChoice *choice;

        value = balance_frame_get_codes (frame, node)[row];
        if (value < 0 || field == NULL || field->choices == NULL || (guint) value >= field->choices->len)
          return NULL;
        choice = g_ptr_array_index (field->choices, (guint) value);
        *is_number = code && choice->code >= 0;
        return *is_number ? g_strdup_printf ("%d", choice->code) : g_strdup (balance_text_get (&choice->title, self->language));
      }
    }
}

/* -- findings ---------------------------------------------------------------------------------------- */

static BalanceFinding *
new_finding (BalanceFormCells *self, int rule, int indicator, int section, const char *stage)
{
  BalanceLevel level = rule >= 0 ? get_rule (self, rule)->level
                                 : ((BalanceIndicatorRule *) g_ptr_array_index (self->evaluation->standard->pack->indicators, (guint) indicator))->level;
  int row = find_row (self, level, section, stage);

  return row >= 0 ? balance_finding_new (self->replay, rule, indicator, (guint) row) : NULL;
}

static char *
dup_flip (BalanceFormCells *self, BalanceFinding *finding)
{
  g_autofree char *subject = NULL, *comparison = NULL;

  if (!balance_finding_get_rounding_flips (finding))
    return NULL;
  subject = balance_finding_dup_subject (finding, language_name (self));
  comparison = balance_finding_dup_comparison_text (finding, self->language);

  return g_strdup_printf (word (self, "%s, %s %s: %s", "%s，%s %s：%s"), subject, balance_finding_get_id (finding),
                          balance_finding_get_title (finding, language_name (self)), comparison);
}

static void
show_figure (BalanceFormCells *self, const char *id, int section, const char *stage, BalanceFormShown *shown)
{
  int rule = find_rule (self, id), indicator = find_indicator (self, id);
  g_autoptr(BalanceFinding) finding = NULL;
  const char *digits;

  /* not part of this evaluation, and no indicator whose value could be shown anyway */
  if (!is_judged (self, rule) && indicator < 0)
    {
      show_nothing (self, shown);
      return;
    }
  finding = new_finding (self, is_judged (self, rule) ? rule : -1, is_judged (self, rule) ? -1 : indicator, section, stage);
  if (finding == NULL)
    {
      show_nothing (self, shown);
      return;
    }
  digits = balance_finding_get_value_digits (finding);
  if (digits != NULL)
    {
      show_text (shown, digits);
      shown->number = TRUE;
      shown->decimals = balance_finding_get_decimals (finding);
      shown->shade = verdict_shade (balance_finding_get_verdict (finding), balance_finding_get_at_floor (finding));
      shown->flip = dup_flip (self, finding);
    }
  /* a figure that is only reported is missing too where a fact for it is */
  else if (is_judged (self, rule) && balance_finding_get_verdict (finding) == BALANCE_VERDICT_NOT_APPLICABLE &&
           isnan (balance_finding_get_value_low (finding)))
    {
      show_nothing (self, shown);
    }
  else
    {
      show_missing (self, shown);
      /* lost whatever the missing value is */
      if (balance_finding_get_verdict (finding) == BALANCE_VERDICT_UNMET)
        shown->shade = BALANCE_XLSX_UNMET;
    }
}

static BalanceVerdict
verdict_of (BalanceFormCells *self, char **of, int section, const char *stage, gboolean *any)
{
  BalanceVerdict verdict = BALANCE_VERDICT_NOT_APPLICABLE;
  BalanceFrame *frame = self->replay->judge->frame;

  *any = FALSE;
  for (guint i = 0; of != NULL && of[i] != NULL; i++)
    {
      int rule = find_rule (self, of[i]), row;
      BalanceLevel level = section >= 0 ? BALANCE_LEVEL_SECTION : stage != NULL ? BALANCE_LEVEL_STAGE : BALANCE_LEVEL_DISTRICT;

      if (!is_judged (self, rule))
        continue;
      *any = TRUE;
      if (get_rule (self, rule)->level == BALANCE_LEVEL_REGION)
        level = BALANCE_LEVEL_REGION;
      row = level == BALANCE_LEVEL_REGION ? 0 : find_row (self, level, section, stage);
      if (level == BALANCE_LEVEL_REGION)
        verdict = balance_verdict_and (verdict, (BalanceVerdict) self->evaluation->result.verdicts[rule][0]);
      else if (row >= 0)
        verdict = balance_verdict_and (verdict, balance_judge_get_verdict_at (self->replay->judge, (guint) rule, level, (guint) row - frame->offset[level]));
    }

  return verdict;
}

static void
show_verdict (BalanceFormCells *self, char **of, int section, const char *stage, BalanceFormShown *shown)
{
  gboolean any = TRUE;
  BalanceVerdict verdict = of == NULL && section >= 0 ? balance_evaluation_get_section_verdict_at (self->evaluation, (guint) section)
                                                      : verdict_of (self, of, section, stage, &any);

  if (!any)
    {
      show_nothing (self, shown);
      return;
    }
  show_text (shown, verdict_answer (self, verdict));
  shown->shade = verdict_shade (verdict, FALSE);
}

/* -- how many ---------------------------------------------------------------------------------------- */

/* Subjects of the district (in a stage) by their verdict; FALSE if the requirement was not judged. */
static gboolean
count_verdicts (BalanceFormCells *self, const char *id, const char *stage, guint counts[4])
{
  int rule = find_rule (self, id), code = stage != NULL ? balance_dictionary_find_stage (self->facts->dictionary, stage) : -1;
  const guint8 *verdicts;
  BalanceLevel level;
  BalanceFrame *frame = self->replay->judge->frame;

  memset (counts, 0, sizeof (guint) * 4);
  if (!is_judged (self, rule))
    return FALSE;
  level = get_rule (self, rule)->level;
  verdicts = self->evaluation->result.verdicts[rule];
  if (level == BALANCE_LEVEL_REGION)
    return FALSE;
  for (guint i = 0; i < frame->n_rows[level]; i++)
    {
      guint row = i + frame->offset[level];

      if (stage != NULL && level == BALANCE_LEVEL_SECTION && self->facts->section_stage[row] != code)
        continue;
      if (stage != NULL && level == BALANCE_LEVEL_STAGE && self->facts->group_stage[row] != code)
        continue;
      counts[verdicts[row]]++;
    }

  return TRUE;
}

static void
show_count (BalanceFormCells *self, const char *id, const char *stage, gboolean share, int decimals, BalanceFormShown *shown)
{
  guint counts[4], asked;

  if (!count_verdicts (self, id, stage, counts))
    {
      show_nothing (self, shown);
      return;
    }
  asked = counts[BALANCE_VERDICT_MET] + counts[BALANCE_VERDICT_UNMET] + counts[BALANCE_VERDICT_UNDETERMINED];
  if (asked == 0)
    {
      show_nothing (self, shown);
      return;
    }
  shown->number = TRUE;
  shown->decimals = share ? MAX (0, decimals) : 0;
  if (share)
    {
      mpq_t q;

      mpq_init (q);
      mpq_set_ui (q, 100ul * counts[BALANCE_VERDICT_MET], asked);
      mpq_canonicalize (q);
      shown->text = balance_mpq_to_string (q, (guint) shown->decimals);
      mpq_clear (q);
    }
  else
    {
      shown->text = g_strdup_printf ("%u", counts[BALANCE_VERDICT_MET]);
    }
}

/* -- dispersion -------------------------------------------------------------------------------------- */

static void
show_mean (BalanceFormCells *self, const char *id, const char *stage, int decimals, BalanceFormShown *shown)
{
  int indicator = find_indicator (self, id), group = find_group (self, stage);
  const BalanceIndicatorRule *rule;
  BalanceDispersion *dispersion;
  BalanceNode *mask;
  mpq_t mean;

  if (indicator < 0 || group < 0)
    {
      show_nothing (self, shown);
      return;
    }
  rule = g_ptr_array_index (self->evaluation->standard->pack->indicators, (guint) indicator);
  if (rule->level != BALANCE_LEVEL_SECTION || self->evaluation->result.scheme->indicators[indicator].weight == NULL)
    {
      show_nothing (self, shown);
      return;
    }
  balance_evaluation_find_dispersion (self->evaluation, (guint) indicator, &mask);
  g_mutex_lock (&self->replay->lock);
  dispersion = balance_judge_get_dispersion (self->replay->judge, (guint) indicator, mask, BALANCE_LEVEL_STAGE,
                                             (guint) group - self->replay->judge->frame->offset[BALANCE_LEVEL_STAGE]);
  mpq_init (mean);
  if (balance_dispersion_get_mean_exactly (dispersion, mean))
    {
      shown->decimals = decimals >= 0 ? decimals : rule->decimals;
      shown->number = TRUE;
      shown->text = balance_mpq_to_string (mean, shown->decimals >= 0 ? (guint) shown->decimals : 2);
    }
  else if (dispersion->state == BALANCE_DISPERSION_EMPTY)
    show_nothing (self, shown);
  else
    show_missing (self, shown);
  mpq_clear (mean);
  g_mutex_unlock (&self->replay->lock);
}

static void
show_cv (BalanceFormCells *self, const char *id, const char *stage, BalanceFormShown *shown)
{
  int rule = find_rule (self, id), indicator = find_indicator (self, id);

  /* of an indicator: of what judges its dispersion */
  if (indicator >= 0)
    rule = balance_evaluation_find_dispersion (self->evaluation, (guint) indicator, NULL);
  if (!is_judged (self, rule) || get_rule (self, rule)->kind != BALANCE_RULE_DISPERSION)
    {
      show_nothing (self, shown);
      return;
    }
  show_figure (self, get_rule (self, rule)->id, -1, stage, shown);
}

/* -- remarks and sentences ---------------------------------------------------------------------------- */

typedef struct
{
  GString *met, *floor, *below, *missing, *flips;
} Remark;

static void
note_number (GString *text, guint number, const char *separator)
{
  g_string_append_printf (text, "%s%u", text->len > 0 ? separator : "", number);
}

static void
add_part (GString *text, const char *label, const GString *numbers, const char *separator)
{
  if (numbers->len > 0)
    g_string_append_printf (text, "%s%s%s", text->len > 0 ? separator : "", label, numbers->str);
}

static void
show_remark (BalanceFormCells *self, const char *id, int section, BalanceFormShown *shown)
{
  int index = find_rule (self, id);
  const BalanceRule *rule;
  Remark remark = { g_string_new (NULL), g_string_new (NULL), g_string_new (NULL), g_string_new (NULL), g_string_new (NULL) };
  g_autoptr(GString) text = g_string_new (NULL);
  const char *comma = word (self, ", ", "、"), *stop = word (self, "; ", "；");
  g_autofree char *floor = NULL, *at = NULL, *below = NULL;
  guint n_applying = 0, n_met = 0;

  rule = is_judged (self, index) ? get_rule (self, index) : NULL;
  for (guint i = 0; rule != NULL && i < rule->children->len; i++)
    {
      const BalanceRule *child = g_ptr_array_index (rule->children, i);
      g_autoptr(BalanceFinding) finding = new_finding (self, (int) child->index, -1, section, NULL);
      BalanceVerdict verdict = finding != NULL ? balance_finding_get_verdict (finding) : BALANCE_VERDICT_NOT_APPLICABLE;

      n_applying += verdict != BALANCE_VERDICT_NOT_APPLICABLE;
      if (verdict == BALANCE_VERDICT_MET)
        {
          n_met++;
          note_number (remark.met, i + 1, comma);
        }
      else if (verdict == BALANCE_VERDICT_UNMET)
        note_number (balance_finding_get_at_floor (finding) ? remark.floor : remark.below, i + 1, comma);
      else if (verdict == BALANCE_VERDICT_UNDETERMINED)
        note_number (remark.missing, i + 1, comma);
      if (finding != NULL && balance_finding_get_rounding_flips (finding))
        note_number (remark.flips, i + 1, comma);
    }

  if (rule != NULL && rule->has_floor)
    {
      BalanceDecimal percent = rule->floor;
      mpq_t q;

      mpq_init (q);
      mpz_set_si (mpq_numref (q), percent.digits * 100);
      mpz_set_si (mpq_denref (q), balance_power_of_ten (percent.scale));
      mpq_canonicalize (q);
      floor = balance_mpq_to_string (q, mpz_cmp_ui (mpq_denref (q), 1) == 0 ? 0 : 2);
      mpq_clear (q);
    }
  at = floor != NULL ? g_strdup_printf (word (self, "at %s %% of the limit: ", "达到要求的%s%%："), floor) : g_strdup ("");
  below = floor != NULL ? g_strdup_printf (word (self, "below %s %%: ", "低于要求的%s%%："), floor) : g_strdup (word (self, "unmet: ", "未达标："));
  if (n_applying > 0 && n_met == n_applying)
    g_string_append_printf (text, word (self, "all %u met", "%u项均达标"), n_met);
  else
    add_part (text, word (self, "met: ", "达标："), remark.met, stop);
  add_part (text, at, remark.floor, stop);
  add_part (text, below, remark.below, stop);
  add_part (text, word (self, "missing: ", "缺数据："), remark.missing, stop);
  add_part (text, word (self, "rounded figures would be judged otherwise: ", "按四舍五入后的数字会得出不同结论："), remark.flips, stop);
  show_text (shown, text->str);
  g_string_free (remark.met, TRUE);
  g_string_free (remark.floor, TRUE);
  g_string_free (remark.below, TRUE);
  g_string_free (remark.missing, TRUE);
  g_string_free (remark.flips, TRUE);
}

static void
append_missing (BalanceFormCells *self, GString *text, gboolean *missing)
{
  g_string_append (text, word (self, "(missing)", "（缺）"));
  if (missing != NULL)
    *missing = TRUE;
}

/* "G13 primary": an id and perhaps a stage */
static void
append_figure (BalanceFormCells *self, GString *text, const char *of, gboolean *missing)
{
  g_auto(GStrv) names = g_strsplit (of, " ", 2);
  BalanceFormShown shown = { .decimals = -1 };

  show_figure (self, names[0], -1, names[0] != NULL ? names[1] : NULL, &shown);
  if (shown.text != NULL && shown.number)
    g_string_append (text, shown.text);
  else if (shown.text != NULL && strcmp (shown.text, "—") == 0)
    g_string_append (text, shown.text);
  else
    append_missing (self, text, missing);
  balance_form_shown_clear (&shown);
}

static char *
dup_sentence (BalanceFormCells *self, GPtrArray *parts, int section, gboolean *missing)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < parts->len; i++)
    {
      const BalanceFormPart *part = g_ptr_array_index (parts, i);
      guint counts[4];
      gboolean is_number;
      g_autofree char *value = NULL;

      switch (part->kind)
        {
        case BALANCE_FORM_PART_LITERAL:
          g_string_append (text, part->text);
          break;

        case BALANCE_FORM_PART_FORMULA:
          value = dup_value (self, part->formula, section, part->decimals, FALSE, &is_number);
          if (value != NULL)
            g_string_append (text, value);
          else
            append_missing (self, text, missing);
          break;

        case BALANCE_FORM_PART_FIGURE:
          append_figure (self, text, part->text, missing);
          break;

        case BALANCE_FORM_PART_MET:
        case BALANCE_FORM_PART_UNMET:
        case BALANCE_FORM_PART_UNDETERMINED:
        default:
          if (count_verdicts (self, part->text, NULL, counts))
            g_string_append_printf (text, "%u", counts[part->kind == BALANCE_FORM_PART_MET ? BALANCE_VERDICT_MET
                                                       : part->kind == BALANCE_FORM_PART_UNMET ? BALANCE_VERDICT_UNMET : BALANCE_VERDICT_UNDETERMINED]);
          else
            append_missing (self, text, missing);
          break;
        }
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The conclusion in words, and that nothing proves it. */
static void
append_attested (BalanceFormCells *self, BalanceFinding *finding, GString *text)
{
  g_autofree char *conclusion = balance_finding_dup_conclusion (finding, language_name (self));

  if (conclusion != NULL)
    g_string_append_printf (text, word (self, ". %s", "。%s"), conclusion);
  if (balance_finding_get_lacks_evidence (finding))
    g_string_append (text, word (self, " (no evidence listed)", "（未列佐证材料）"));
}

/* What is known of a requirement that the form has no sentence for. */
static void
append_known (BalanceFormCells *self, int index, const char *stage, GString *text)
{
  const BalanceRule *rule = get_rule (self, index);
  guint counts[4];

  if (rule->level == BALANCE_LEVEL_DISTRICT || (rule->level == BALANCE_LEVEL_STAGE && stage != NULL))
    {
      g_autoptr(BalanceFinding) finding = new_finding (self, index, -1, -1, stage);
      g_autofree char *comparison = NULL;
      GListModel *operands;

      if (finding == NULL || balance_finding_get_verdict (finding) == BALANCE_VERDICT_NOT_APPLICABLE)
        return;
      comparison = balance_finding_dup_comparison_text (finding, self->language);
      if (comparison != NULL)
        {
          g_string_append (text, comparison);
          return;
        }
      if (rule->kind != BALANCE_RULE_VALUE)
        {
          g_string_append (text, rule->kind == BALANCE_RULE_COMBINATION
                                   ? balance_verdict_word (balance_finding_get_verdict (finding), self->language) : "");
          return;
        }
      operands = balance_finding_get_operands (finding);
      for (guint i = 0; i < MIN (3, g_list_model_get_n_items (operands)); i++)
        {
          g_autoptr(BalanceOperand) operand = g_list_model_get_item (operands, i);
          g_autofree char *value = balance_operand_get_missing (operand) ? g_strdup (word (self, "(missing)", "（缺）"))
                                                                         : balance_operand_dup_text (operand, language_name (self));

          g_string_append_printf (text, "%s%s%s%s", i > 0 ? word (self, "; ", "；") : "", balance_operand_get_title (operand, language_name (self)),
                                  word (self, ": ", "："), value);
        }
      append_attested (self, finding, text);
      return;
    }

  if (count_verdicts (self, rule->id, stage, counts))
    {
      g_string_append_printf (text, word (self, "met %u, unmet %u", "达标%u，未达标%u"), counts[BALANCE_VERDICT_MET], counts[BALANCE_VERDICT_UNMET]);
      if (counts[BALANCE_VERDICT_UNDETERMINED] > 0)
        g_string_append_printf (text, word (self, ", undetermined %u", "，无法判定%u"), counts[BALANCE_VERDICT_UNDETERMINED]);
    }
}

/* Every figure under a requirement that rounding would turn. */
static void
collect_flips (BalanceFormCells *self, int index, GString *flips)
{
  const BalanceRule *rule = get_rule (self, index);
  BalanceFrame *frame = self->replay->judge->frame;

  for (guint i = 0; i < rule->children->len; i++)
    collect_flips (self, (int) ((BalanceRule *) g_ptr_array_index (rule->children, i))->index, flips);
  if (rule->level == BALANCE_LEVEL_REGION || rule->kind == BALANCE_RULE_COMBINATION || rule->kind == BALANCE_RULE_SELECTION)
    return;
  for (guint i = 0; i < frame->n_rows[rule->level]; i++)
    {
      g_autoptr(BalanceFinding) finding = balance_finding_new (self->replay, index, -1, i + frame->offset[rule->level]);
      g_autofree char *flip = dup_flip (self, finding);

      if (flip != NULL)
        g_string_append_printf (flips, "%s%s", flips->len > 0 ? word (self, "; ", "；") : "", flip);
    }
}

static void
show_sentence (BalanceFormCells *self, const BalanceFormCell *with_text, char **of, int section, const char *stage, BalanceFormShown *shown)
{
  g_autoptr(GString) flips = g_string_new (NULL);
  gboolean missing = FALSE, any;
  BalanceVerdict verdict = verdict_of (self, of, section, stage, &any);

  if (of != NULL && !any)
    {
      show_text (shown, word (self, "not judged", "未评定"));
      return;
    }
  if (any && verdict == BALANCE_VERDICT_NOT_APPLICABLE)
    {
      show_text (shown, verdict_answer (self, verdict));
      return;
    }
  if (with_text != NULL && with_text->text[self->language] != NULL)
    {
      shown->text = dup_sentence (self, with_text->text[self->language], section, &missing);
    }
  else
    {
      g_autoptr(GString) text = g_string_new (NULL);

      for (guint i = 0; of != NULL && of[i] != NULL; i++)
        if (is_judged (self, find_rule (self, of[i])))
          append_known (self, find_rule (self, of[i]), stage, text);
      shown->text = g_string_free (g_steal_pointer (&text), FALSE);
    }
  shown->number = FALSE;
  for (guint i = 0; of != NULL && of[i] != NULL; i++)
    if (is_judged (self, find_rule (self, of[i])) && section < 0)
      collect_flips (self, find_rule (self, of[i]), flips);
  if (flips->len > 0)
    shown->flip = g_strdup (flips->str);
  if (missing)
    shown->shade = BALANCE_XLSX_DOUBT;
}

/* -- one cell ---------------------------------------------------------------------------------------- */

BalanceFormShow
balance_form_cells_get_show (const BalanceFormCell *cell, const BalanceFormCell *row_cell)
{
  if (cell->has_show || row_cell == NULL)
    return cell->show;
  return row_cell->has_show ? row_cell->show : cell->show;
}

/* 小学部: the part of a school of several stages */
static void
show_subject (BalanceFormCells *self, int section, BalanceFormShown *shown)
{
  BalanceFacts *facts = self->facts;
  guint school;
  g_autofree char *name = NULL;
  const BalanceChoice *stage;

  if (section < 0)
    {
      shown->text = balance_facts_dup_subject (facts, BALANCE_LEVEL_DISTRICT, self->district, self->language);
      return;
    }
  school = facts->section_school[section];
  name = balance_facts_dup_subject (facts, BALANCE_LEVEL_SCHOOL, school, self->language);
  stage = balance_dictionary_get_stage (facts->dictionary, facts->section_stage[section]);
  if (facts->school_sections[school + 1] - facts->school_sections[school] > 1)
    shown->text = g_strdup_printf (word (self, "%s (%s)", "%s（%s部）"), name, balance_text_get (&stage->title, self->language));
  else
    shown->text = g_steal_pointer (&name);
}

void
balance_form_cells_show (BalanceFormCells      *self,
                         const BalanceFormCell *cell,
                         const BalanceFormCell *row_cell,
                         int                    section,
                         BalanceFormShown      *shown)
{
  BalanceFormShow show = balance_form_cells_get_show (cell, row_cell);
  char **of = cell->of != NULL ? cell->of : row_cell != NULL ? row_cell->of : NULL;
  const char *id = of != NULL ? of[0] : NULL;
  const char *stage = cell->stage != NULL ? cell->stage : row_cell != NULL ? row_cell->stage : NULL;
  const BalanceExpression *value = cell->value != NULL ? cell->value : row_cell != NULL ? row_cell->value : NULL;
  int decimals = cell->decimals >= 0 ? cell->decimals : row_cell != NULL ? row_cell->decimals : -1;

  *shown = (BalanceFormShown) { .decimals = -1 };
  switch (show)
    {
    case BALANCE_FORM_SUBJECT:
      show_subject (self, section, shown);
      break;

    case BALANCE_FORM_CODE:
      shown->text = g_strdup (section >= 0 ? self->facts->school_codes[self->facts->section_school[section]] : self->facts->district_codes[self->district]);
      break;

    case BALANCE_FORM_VALUE:
      if (value == NULL)
        break;
      shown->text = dup_value (self, value, section, decimals, cell->code, &shown->number);
      shown->decimals = decimals;
      if (shown->text == NULL)
        show_missing (self, shown);
      break;

    case BALANCE_FORM_TEXT:
      show_sentence (self, row_cell != NULL && row_cell->text[0] != NULL ? row_cell : cell, of, section, stage, shown);
      break;

    case BALANCE_FORM_FIGURE:
      show_figure (self, id, section, stage, shown);
      break;

    case BALANCE_FORM_VERDICT:
      show_verdict (self, of, section, stage, shown);
      break;

    case BALANCE_FORM_REMARK:
      show_remark (self, id, section, shown);
      break;

    case BALANCE_FORM_MET:
      show_count (self, id, stage, FALSE, decimals, shown);
      break;

    case BALANCE_FORM_MET_SHARE:
      show_count (self, id, stage, TRUE, decimals, shown);
      break;

    case BALANCE_FORM_MEAN:
      show_mean (self, id, stage, decimals, shown);
      break;

    case BALANCE_FORM_CV:
      show_cv (self, id, stage, shown);
      break;

    case BALANCE_FORM_BLANK:
    case BALANCE_FORM_NUMBER:
    case BALANCE_FORM_TITLE:
    case BALANCE_FORM_GROUP:
    default:
      break;
    }
}

char *
balance_form_cells_dup_title (BalanceFormCells *self, const BalanceFormRow *row)
{
  const char *title = balance_text_get (&row->title, self->language);
  int rule = row->cell->of != NULL ? find_rule (self, row->cell->of[0]) : -1;

  if (*title == '\0' && rule >= 0)
    title = balance_text_get (&get_rule (self, rule)->title, self->language);
  return g_strdup (title);
}

char *
balance_form_cells_dup_note (BalanceFormCells *self, const BalanceFormCell *note)
{
  return note->text[self->language] != NULL ? dup_sentence (self, note->text[self->language], -1, NULL) : g_strdup ("");
}

/* -- districts --------------------------------------------------------------------------------------- */

GArray *
balance_form_cells_get_sections (BalanceFormCells *self, const BalanceFormSheet *sheet)
{
  GArray *sections = g_array_new (FALSE, FALSE, sizeof (guint));
  int rule = find_rule (self, sheet->of);
  BalanceFrame *frame = self->replay->judge->frame;

  for (guint i = 0; i < frame->n_rows[BALANCE_LEVEL_SECTION]; i++)
    {
      guint row = i + frame->offset[BALANCE_LEVEL_SECTION];

      /* sections of stages that the standard does not know, and those that it does not ask */
      if (!balance_judge_knows_stage (self->replay->judge, BALANCE_LEVEL_SECTION, i))
        continue;
      if (is_judged (self, rule) && get_rule (self, rule)->level == BALANCE_LEVEL_SECTION &&
          self->evaluation->result.verdicts[rule][row] == BALANCE_VERDICT_NOT_APPLICABLE)
        continue;
      g_array_append_val (sections, row);
    }

  return sections;
}

void
balance_form_cells_set_district (BalanceFormCells *self, guint district)
{
  self->district = district;
  g_clear_pointer (&self->replay, balance_replay_unref);
  self->replay = balance_replay_new (self->evaluation, district);
  balance_judge_reset (self->judge, district, 1);
}

/* -- compiling --------------------------------------------------------------------------------------- */

static void
compile_formula (const BalanceExpression *formula, BalanceLevel level, guint line, guint column, gpointer data)
{
  BalanceFormCells *self = data;
  BalanceContext context = { .level = level, .file = formula->file, .line = line, .column = column };
  BalanceTyping typing;
  BalanceNode *node = balance_program_compile (self->scheme->program, formula, &context, &typing);

  if (node != NULL)
    g_hash_table_insert (self->nodes, (gpointer) formula, node);
}

typedef struct
{
  BalanceFormCells *cells;
  BalanceProblems  *problems;
} Check;

static void
check_id (Check *check, const BalanceFormCell *cell)
{
  for (guint i = 0; cell != NULL && cell->of != NULL && cell->of[i] != NULL; i++)
    if (find_rule (check->cells, cell->of[i]) < 0 && find_indicator (check->cells, cell->of[i]) < 0)
      {
        BalancePlace place = { .file = check->cells->form->file, .row = cell->line, .found = cell->of[i] };

        balance_problems_add_literal (check->problems, BALANCE_SEVERITY_ERROR, "unknown-name", &place,
                                      "the standard has no requirement or indicator of this name", "标准中没有此名称的要求或指标",
                                      NULL, NULL, NULL, NULL);
      }
}

static void
check_columns (Check *check, GPtrArray *columns)
{
  for (guint i = 0; i < columns->len; i++)
    {
      const BalanceFormColumn *column = g_ptr_array_index (columns, i);

      if (column->columns != NULL)
        check_columns (check, column->columns);
      check_id (check, column->cell);
      for (guint k = 0; column->cells != NULL && k < column->cells->len; k++)
        check_id (check, g_ptr_array_index (column->cells, k));
    }
}

static void
check_form (Check *check)
{
  BalanceForm *form = check->cells->form;

  for (guint i = 0; i < form->sheets->len; i++)
    {
      const BalanceFormSheet *sheet = g_ptr_array_index (form->sheets, i);

      check_columns (check, sheet->columns);
      for (guint k = 0; sheet->rows != NULL && k < sheet->rows->len; k++)
        check_id (check, ((const BalanceFormRow *) g_ptr_array_index (sheet->rows, k))->cell);
    }
}

BalanceFormCells *
balance_form_cells_new (BalanceEvaluation  *evaluation,
                        BalanceForm        *form,
                        BalanceLanguage     language,
                        GError            **error)
{
  g_autoptr(BalanceFormCells) self = g_new0 (BalanceFormCells, 1);
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  BalancePack *pack = evaluation->standard->pack;
  g_autofree gboolean *concessions = g_new0 (gboolean, pack->concessions->len + 1);
  Check check = { self, problems };
  gint32 as_of = evaluation->result.scheme->program->as_of;

  self->evaluation = g_object_ref (evaluation);
  self->facts = evaluation->facts;
  self->form = form;
  self->language = language;
  self->nodes = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < pack->concessions->len; i++)
    concessions[i] = g_strv_contains ((const char *const *) evaluation->concessions, ((BalanceConcession *) g_ptr_array_index (pack->concessions, i))->id);

  self->scheme = balance_scheme_new (pack, evaluation->standard->used, (const char *const *) evaluation->options, as_of, concessions, problems);
  if (self->scheme != NULL)
    {
      check_form (&check);
      balance_form_foreach_formula (form, compile_formula, self);
    }
  if (balance_problems_count (problems, BALANCE_SEVERITY_ERROR) > 0)
    {
      balance_problems_throw (problems, BALANCE_ERROR_INVALID_PACK, error);
      return NULL;
    }

  self->bindings = balance_bindings_new (self->scheme, self->facts);
  if (self->scheme->uses_region)
    {
      self->region = balance_judge_new (self->bindings, NULL);
      balance_judge_reset (self->region, 0, self->facts->districts.n_rows);
    }
  self->judge = balance_judge_new (self->bindings, self->region);

  return g_steal_pointer (&self);
}

void
balance_form_cells_free (BalanceFormCells *self)
{
  if (self == NULL)
    return;

  balance_judge_free (self->judge);
  balance_judge_free (self->region);
  g_clear_pointer (&self->bindings, balance_bindings_free);
  balance_scheme_unref (self->scheme);
  balance_replay_unref (self->replay);
  g_hash_table_unref (self->nodes);
  g_object_unref (self->evaluation);
  g_free (self);
}
