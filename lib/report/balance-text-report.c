/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "census/balance-census-private.h"
#include "evaluation/balance-evaluation-private.h"
#include "report/balance-reasons-private.h"
#include "report/balance-report-private.h"

/* More districts than this are told in one line each. */
#define MAX_DETAILED_DISTRICTS 3
#define MAX_SCHOOLS 60
#define MAX_REASONS 12
#define MAX_PROBLEMS 30

#define TITLE_WIDTH 35
#define VERDICT_WIDTH 12

typedef struct
{
  BalanceLayout      layout;
  BalanceReport     *report;
  BalanceEvaluation *evaluation;
  BalanceStandard   *standard;
  BalanceFacts      *facts;
  GListModel        *sections;
  GListModel        *groups;
  const char        *language;
  guint64            deciding_work;
  int                district;       /* that is written about, -1 the region */
  BalanceReplay     *replay;         /* of it; nullable */
  GListModel        *findings;       /* the outermost ones of it; nullable */
} Writer;

typedef struct
{
  guint sections[4];    /* by verdict */
} Tally;

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

/* All that is told of a district comes from judging it anew once. */
static void
turn_to (Writer *writer,
         int     district)
{
  if (writer->replay != NULL && writer->district == district)
    return;

  g_clear_pointer (&writer->replay, balance_replay_unref);
  g_clear_object (&writer->findings);
  writer->district = district;
  writer->replay = district >= 0 ? balance_replay_new (writer->evaluation, (guint) district)
                                 : balance_replay_new_region (writer->evaluation);
}

static GListModel *
get_findings (Writer *writer,
              int     district)
{
  turn_to (writer, district);
  if (writer->findings == NULL)
    writer->findings = balance_replay_list_findings (writer->replay, district < 0);

  return writer->findings;
}

/* (transfer full) */
static GListModel *
list_school_findings (Writer *writer,
                      guint   school)
{
  turn_to (writer, (int) writer->facts->school_district[school]);

  return balance_replay_list_school_findings (writer->replay, school);
}

/* "not applicable" is too long for a column */
static const char *
short_verdict (Writer         *writer,
               BalanceVerdict  verdict)
{
  if (verdict == BALANCE_VERDICT_NOT_APPLICABLE)
    return word (writer, "n/a", "不适用");

  return balance_verdict_word (verdict, writer->layout.language);
}

static const char *
stage_title (Writer     *writer,
             const char *stage)
{
  BalanceDictionary *dictionary = balance_standard_get_dictionary (writer->standard);
  int code = stage == NULL ? -1 : balance_dictionary_find_stage (dictionary, stage);

  return code < 0 ? stage : balance_text_get (&balance_dictionary_get_stage (dictionary, (guint) code)->title, writer->layout.language);
}

static char *
dup_district_title (Writer *writer,
                    guint   district)
{
  const char *code = writer->facts->district_codes[district];
  const char *name = writer->facts->district_names[district];

  if (name == NULL || *name == '\0')
    return g_strdup (code);
  if (*code == '\0' || g_str_equal (name, code))
    return g_strdup (name);

  return g_strdup_printf (word (writer, "%s (%s)", "%s（%s）"), name, code);
}

static Tally
count_sections (Writer *writer,
                guint   district)
{
  Tally tally = { { 0 } };

  for (guint row = writer->facts->district_sections[district]; row < writer->facts->district_sections[district + 1]; row++)
    {
      g_autoptr (BalanceSection) section = g_list_model_get_item (writer->sections, row);

      tally.sections[balance_evaluation_get_section_verdict (writer->evaluation, section)]++;
    }

  return tally;
}

/* --- why ----------------------------------------------------------------------------------------------------- */

static char *
dup_title (Writer         *writer,
           BalanceFinding *finding)
{
  g_autofree char *stage = NULL;

  if (balance_finding_get_level (finding) == BALANCE_LEVEL_STAGE && balance_finding_get_stage (finding) != NULL)
    stage = g_strdup_printf (word (writer, "%s: ", "%s："), stage_title (writer, balance_finding_get_stage (finding)));

  return g_strdup_printf ("%s%s %s", stage == NULL ? "" : stage, balance_finding_get_id (finding),
                          balance_finding_get_title (finding, writer->language));
}

static char *
dup_tally_text (Writer      *writer,
                const Tally *tally)
{
  GString *text = g_string_new (NULL);
  static const BalanceVerdict order[] = { BALANCE_VERDICT_UNMET, BALANCE_VERDICT_UNDETERMINED, BALANCE_VERDICT_MET };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (tally->sections[order[i]] > 0)
      g_string_append_printf (text, word (writer, "%1$s%3$u %2$s", "%1$s%2$s %3$u"), text->len == 0 ? "" : word (writer, ", ", "，"),
                              balance_verdict_word (order[i], writer->layout.language), tally->sections[order[i]]);
  if (text->len == 0)
    g_string_append (text, balance_verdict_word (BALANCE_VERDICT_NOT_APPLICABLE, writer->layout.language));

  return g_string_free (text, FALSE);
}

/* One line for each; what is asked of each school is told once, by numbers. */
static void
add_reasons (Writer *writer,
             guint   district)
{
  g_autoptr (GPtrArray) reasons = balance_reasons_new (get_findings (writer, (int) district));

  for (guint i = 0; i < MIN (reasons->len, MAX_REASONS); i++)
    {
      BalanceReason *reason = g_ptr_array_index (reasons, i);
      BalanceFinding *finding = reason->finding;
      const Tally tally = { { reason->counts[0], reason->counts[1], reason->counts[2], reason->counts[3] } };
      g_autofree char *title = dup_title (writer, finding);
      g_autofree char *what = reason->per_school ? dup_tally_text (writer, &tally)
                                                 : balance_finding_dup_comparison_text (finding, writer->layout.language);
      const char *why = reason->per_school ? NULL : balance_finding_get_reason (finding, writer->language);
      g_autofree char *line = NULL;

      if (what == NULL)
        what = g_strdup (balance_verdict_word (balance_finding_get_verdict (finding), writer->layout.language));
      line = g_strdup_printf (word (writer, "- %s: %s", "- %s：%s"), title, what);
      if (why != NULL && *why != '\0')
        {
          g_autofree char *both = g_strdup_printf (word (writer, "%s (%s)", "%s（%s）"), line, why);

          g_free (line);
          line = g_steal_pointer (&both);
        }
      balance_layout_paragraph (&writer->layout, 2, 4, balance_verdict_ink (balance_finding_get_verdict (finding)), line);
    }

  if (reasons->len > MAX_REASONS)
    {
      g_autofree char *more = g_strdup_printf (word (writer, "- and %u more, see the requirements below", "- 另有 %u 项，见下列各项要求"),
                                               reasons->len - MAX_REASONS);

      balance_layout_paragraph (&writer->layout, 2, 4, BALANCE_INK_FAINT, more);
    }
}

/* What to ask for first where a district is undetermined. */
static void
add_first (Writer     *writer,
           const char *district)
{
  g_autoptr (GListModel) sets = balance_evaluation_get_deciding_sets (writer->evaluation, district);
  guint n_sets = g_list_model_get_n_items (sets);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  gboolean both;

  for (guint i = 0; i < n_sets; i++)
    {
      g_autoptr (BalanceDecidingSet) set = g_list_model_get_item (sets, i);

      g_ptr_array_add (lines, balance_deciding_set_dup_text (set, NULL, writer->layout.language));
    }
  both = n_sets == 2 && g_str_equal (g_ptr_array_index (lines, 0), g_ptr_array_index (lines, 1));
  if (n_sets > 0)
    balance_layout_paragraph (&writer->layout, 2, 2, BALANCE_INK_STRONG, word (writer, "What to ask for first:", "建议先补的数据："));
  for (guint i = 0; i < (both ? 1 : n_sets); i++)
    {
      g_autoptr (BalanceDecidingSet) set = g_list_model_get_item (sets, i);
      guint n_facts = g_list_model_get_n_items (balance_deciding_set_get_facts (set));
      const char *form;
      g_autofree char *line = NULL;

      if (both)
        form = word (writer, "- facts that could decide it (%u): %s", "- 补齐以下 %u 项，即可能得出结论：%s");
      else if (balance_deciding_set_get_verdict (set) == BALANCE_VERDICT_UNMET)
        form = word (writer, "- facts that could already show it to be unmet (%u): %s", "- 仅补以下 %u 项，就可能判为未达标：%s");
      else if (balance_deciding_set_get_proved (set))
        form = word (writer, "- facts that are needed at least before it can be met (%u): %s", "- 至少须补齐以下 %u 项，才可能判为达标：%s");
      else
        form = word (writer, "- facts that are enough for it to be met, fewer may do (%u): %s", "- 补齐以下 %u 项（逐步试算所得），可能判为达标：%s");
      line = g_strdup_printf (form, n_facts, (const char *) g_ptr_array_index (lines, i));
      balance_layout_paragraph (&writer->layout, 2, 4, BALANCE_INK_DOUBT, line);
    }
}

/* --- groups -------------------------------------------------------------------------------------------------- */

static void
add_indicator_row (Writer           *writer,
                   BalanceGroup     *group,
                   BalanceIndicator *indicator)
{
  const char *id = balance_indicator_get_id (indicator);
  double mean = balance_group_get_mean (group, id);
  double cv = balance_group_get_cv (group, id);
  double limit = balance_group_get_cv_limit (group, id);
  BalanceVerdict verdict = balance_group_get_cv_verdict (group, id);
  g_autofree char *title = g_strdup_printf ("%s %s", id, balance_indicator_get_title (indicator, writer->language));
  g_autofree char *mean_text = balance_number_text (mean, MAX (0, balance_indicator_get_decimals (indicator)),
                                                    balance_indicator_get_unit (indicator));
  g_autofree char *cv_text = balance_number_text_beside (cv, limit, 3, NULL);
  g_autofree char *limit_text = balance_number_limit_text (limit);
  const BalanceLayoutCell cells[] = {
    { title, TITLE_WIDTH, FALSE, BALANCE_INK_PLAIN, 3 },
    { mean_text, 10, TRUE, BALANCE_INK_PLAIN },
    { cv_text, 7, TRUE, BALANCE_INK_PLAIN },
    { limit_text, 6, TRUE, BALANCE_INK_FAINT },
    { short_verdict (writer, verdict), VERDICT_WIDTH, FALSE, balance_verdict_ink (verdict) },
  };

  if (isnan (mean) && isnan (cv) && verdict == BALANCE_VERDICT_NOT_APPLICABLE)
    return;

  balance_layout_row (&writer->layout, 2, cells, G_N_ELEMENTS (cells));
}

static void
add_group (Writer       *writer,
           BalanceGroup *group)
{
  g_autoptr (GListModel) indicators = balance_standard_get_indicators (writer->standard);
  BalanceVerdict verdict = balance_group_get_verdict (group);
  double composite = balance_group_get_composite_cv (group);
  g_autofree char *weight = balance_number_text (balance_group_get_weight (group), 0, NULL);
  g_autofree char *title = g_strdup_printf (word (writer, "%s: %u in scope, weight %s", "%s：纳入 %u 个，权重合计 %s"),
                                            stage_title (writer, balance_group_get_stage (group)),
                                            balance_group_get_n_sections (group), weight);
  const BalanceLayoutCell head[] = {
    { title, TITLE_WIDTH, FALSE, BALANCE_INK_STRONG },
    { word (writer, "mean", "均值"), 10, TRUE, BALANCE_INK_FAINT },
    { word (writer, "CV", "差异系数"), 8, TRUE, BALANCE_INK_FAINT },
    { word (writer, "limit", "限值"), 5, TRUE, BALANCE_INK_FAINT },
    { short_verdict (writer, verdict), VERDICT_WIDTH, FALSE, balance_verdict_ink (verdict) },
  };

  balance_layout_row (&writer->layout, 2, head, G_N_ELEMENTS (head));
  for (guint i = 0; i < g_list_model_get_n_items (indicators); i++)
    {
      g_autoptr (BalanceIndicator) indicator = g_list_model_get_item (indicators, i);

      if (balance_indicator_get_level (indicator) == BALANCE_LEVEL_SECTION)
        add_indicator_row (writer, group, indicator);
    }

  if (!isnan (composite))
    {
      g_autofree char *number = balance_number_text (composite, 3, NULL);
      const BalanceLayoutCell cells[] = {
        { word (writer, "composite coefficient of variation", "综合差异系数"), TITLE_WIDTH, FALSE, BALANCE_INK_PLAIN },
        { NULL, 10, TRUE, BALANCE_INK_PLAIN },
        { number, 7, TRUE, BALANCE_INK_PLAIN },
      };

      balance_layout_row (&writer->layout, 2, cells, G_N_ELEMENTS (cells));
    }
  balance_layout_blank (&writer->layout);
}

/* --- schools ------------------------------------------------------------------------------------------------- */

/* The first set of missing facts that would decide it. */
static void
append_missing (Writer         *writer,
                BalanceFinding *finding,
                GString        *text)
{
  g_autoptr (BalanceDecidingSet) set = NULL;
  g_autofree char *subject = NULL, *facts = NULL;

  if (writer->deciding_work >= BALANCE_MAX_DECIDING_WORK)
    return;
  set = g_list_model_get_item (balance_finding_get_deciding_sets (finding), 0);
  writer->deciding_work += balance_finding_get_deciding_work (finding);
  subject = balance_finding_dup_subject (finding, writer->language);
  facts = set == NULL ? NULL : balance_deciding_set_dup_text (set, subject, writer->layout.language);
  if (facts != NULL)
    g_string_append_printf (text, word (writer, "; missing: %s", "；待补：%s"), facts);
}

/* The innermost requirements that a school does not meet. */
static void
add_failures (Writer         *writer,
              BalanceFinding *finding)
{
  GListModel *children = balance_finding_get_children (finding);
  guint n_children = children == NULL ? 0 : g_list_model_get_n_items (children);
  BalanceVerdict verdict = balance_finding_get_verdict (finding);
  gboolean told = FALSE;

  for (guint i = 0; i < n_children; i++)
    {
      g_autoptr (BalanceFinding) child = g_list_model_get_item (children, i);

      if (balance_finding_is_failure (child))
        {
          add_failures (writer, child);
          told = TRUE;
        }
    }

  if (!told)
    {
      g_autofree char *compared = balance_finding_dup_comparison_text (finding, writer->layout.language);
      double floor_limit = balance_finding_get_floor (finding);
      const char *reason = balance_finding_get_reason (finding, writer->language);
      GString *text = g_string_new (NULL);

      g_string_append_printf (text, word (writer, "%s %s: ", "%s %s："), balance_finding_get_id (finding),
                              balance_finding_get_title (finding, writer->language));
      g_string_append (text, compared != NULL ? compared : balance_verdict_word (verdict, writer->layout.language));
      if (verdict == BALANCE_VERDICT_UNMET && !isnan (floor_limit) && !balance_finding_get_at_floor (finding))
        g_string_append (text, word (writer, ", below the floor", "，低于底线"));
      if (verdict == BALANCE_VERDICT_UNDETERMINED && reason != NULL && *reason != '\0')
        g_string_append_printf (text, word (writer, " (%s)", "（%s）"), reason);
      append_missing (writer, finding, text);
      balance_layout_paragraph (&writer->layout, 6, 8, verdict == BALANCE_VERDICT_UNDETERMINED ? BALANCE_INK_DOUBT : BALANCE_INK_PLAIN,
                                text->str);
      g_string_free (text, TRUE);
    }
}

static void
add_school (Writer         *writer,
            guint           school_row,
            guint           section_row,
            BalanceVerdict  verdict)
{
  g_autoptr (GListModel) findings = list_school_findings (writer, school_row);
  const BalanceChoice *stage = balance_dictionary_get_stage (writer->facts->dictionary, writer->facts->section_stage[section_row]);
  const char *name = writer->facts->school_names[school_row];
  g_autofree char *title = g_strdup_printf (word (writer, "%s %s, %s", "%s %s，%s"), writer->facts->school_codes[school_row],
                                            name == NULL ? "" : name, balance_text_get (&stage->title, writer->layout.language));
  const BalanceLayoutCell cells[] = {
    { title, 64, FALSE, BALANCE_INK_STRONG },
    { short_verdict (writer, verdict), VERDICT_WIDTH, FALSE, balance_verdict_ink (verdict) },
  };

  balance_layout_row (&writer->layout, 2, cells, G_N_ELEMENTS (cells));
  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr (BalanceFinding) finding = g_list_model_get_item (findings, i);
      const char *finding_stage = balance_finding_get_stage (finding);

      if (balance_finding_is_failure (finding) && (finding_stage == NULL || g_str_equal (finding_stage, stage->id)))
        add_failures (writer, finding);
    }
}

static void
add_schools (Writer *writer,
             guint   district)
{
  BalanceFacts *facts = writer->facts;
  guint n_failing = 0;

  for (int undetermined = 0; undetermined <= 1; undetermined++)
    for (guint row = facts->district_sections[district]; row < facts->district_sections[district + 1]; row++)
      {
        g_autoptr (BalanceSection) section = g_list_model_get_item (writer->sections, row);
        BalanceVerdict verdict = balance_evaluation_get_section_verdict (writer->evaluation, section);

        if (verdict != (undetermined ? BALANCE_VERDICT_UNDETERMINED : BALANCE_VERDICT_UNMET))
          continue;
        if (n_failing == 0)
          balance_layout_heading (&writer->layout, word (writer, "Schools that do not meet what is asked of each school",
                                                         "未达到校级要求或无法判定的学校"));
        if (n_failing++ < MAX_SCHOOLS)
          add_school (writer, facts->section_school[row], row, verdict);
      }

  if (n_failing > MAX_SCHOOLS)
    {
      g_autofree char *more = g_strdup_printf (word (writer, "… and %u more; the CSV form has all", "……另有 %u 个，CSV 格式列出全部"),
                                               n_failing - MAX_SCHOOLS);

      balance_layout_paragraph (&writer->layout, 2, 2, BALANCE_INK_FAINT, more);
    }
  if (n_failing > 0)
    balance_layout_blank (&writer->layout);
}

/* --- concessions --------------------------------------------------------------------------------------------- */

/* The innermost requirements that are met only by a concession. */
static void
collect_conceded (BalanceFinding *finding,
                  GPtrArray      *list)
{
  GListModel *children = balance_finding_get_children (finding);

  if (balance_finding_get_verdict (finding) == BALANCE_VERDICT_MET && balance_finding_get_binding (finding) &&
      balance_finding_get_concession (finding) != NULL && balance_finding_get_strict_verdict (finding) != BALANCE_VERDICT_MET)
    g_ptr_array_add (list, g_object_ref (finding));
  for (guint i = 0; i < g_list_model_get_n_items (children); i++)
    {
      g_autoptr (BalanceFinding) child = g_list_model_get_item (children, i);

      collect_conceded (child, list);
    }
}

static void
add_conceded (Writer         *writer,
              BalanceFinding *finding)
{
  BalanceAppliedConcession *concession = balance_finding_get_concession (finding);
  BalanceVerdict strict = balance_finding_get_strict_verdict (finding);
  const char *until = balance_applied_concession_get_duty_until (concession);
  const char *sign = balance_comparison_sign (balance_finding_get_comparison (finding));
  g_autofree char *compared = balance_finding_dup_comparison_text (finding, writer->layout.language);
  g_autofree char *value = balance_applied_concession_dup_value_text (concession, writer->language);
  g_autofree char *limit = balance_applied_concession_dup_limit_text (concession, writer->language);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, word (writer, "%s %s: ", "%s %s："), balance_finding_get_id (finding),
                          balance_finding_get_title (finding, writer->language));
  g_string_append (text, compared != NULL ? compared : balance_verdict_word (BALANCE_VERDICT_MET, writer->layout.language));
  g_string_append_printf (text, word (writer, "; without the concession %s", "；不适用放宽规定时%s"),
                          balance_verdict_word (strict, writer->layout.language));
  if (value != NULL && limit != NULL)
    g_string_append_printf (text, word (writer, " (%s %s %s)", "（%s %s %s）"), value, sign, limit);
  g_string_append_printf (text, word (writer, "; %s", "；%s"), balance_applied_concession_get_title (concession, writer->language));
  if (until != NULL)
    g_string_append_printf (text, word (writer, "; owed by %s", "；须于%s前达到规定标准"), until);
  balance_layout_paragraph (&writer->layout, 6, 8, balance_verdict_ink (strict), text->str);
  g_string_free (text, TRUE);
}

static void
add_conceded_schools (Writer *writer,
                      guint   district)
{
  BalanceFacts *facts = writer->facts;
  g_auto (GStrv) in_force = balance_evaluation_dup_concessions (writer->evaluation);
  guint n_schools = 0;

  if (in_force == NULL || in_force[0] == NULL)
    return;

  for (guint row = facts->district_schools[district]; row < facts->district_schools[district + 1]; row++)
    {
      g_autoptr (GListModel) findings = list_school_findings (writer, row);
      g_autoptr (GPtrArray) conceded = g_ptr_array_new_with_free_func (g_object_unref);
      g_autofree char *title = NULL;

      for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
        {
          g_autoptr (BalanceFinding) finding = g_list_model_get_item (findings, i);

          collect_conceded (finding, conceded);
        }
      if (conceded->len == 0)
        continue;
      if (n_schools == 0)
        balance_layout_heading (&writer->layout, word (writer, "Schools that meet a requirement only by a concession",
                                                       "仅因适用放宽规定而达标的学校"));
      if (n_schools++ >= MAX_SCHOOLS)
        continue;
      title = g_strdup_printf ("%s %s", facts->school_codes[row], facts->school_names[row] == NULL ? "" : facts->school_names[row]);
      balance_layout_paragraph (&writer->layout, 2, 4, BALANCE_INK_STRONG, title);
      for (guint i = 0; i < conceded->len; i++)
        add_conceded (writer, g_ptr_array_index (conceded, i));
    }

  if (n_schools > MAX_SCHOOLS)
    {
      g_autofree char *more = g_strdup_printf (word (writer, "… and %u more; the JSON form has all", "……另有 %u 所，JSON 格式列出全部"),
                                               n_schools - MAX_SCHOOLS);

      balance_layout_paragraph (&writer->layout, 2, 2, BALANCE_INK_FAINT, more);
    }
  if (n_schools > 0)
    balance_layout_blank (&writer->layout);
}

/* --- requirements -------------------------------------------------------------------------------------------- */

static void
add_requirement_row (Writer         *writer,
                     guint           depth,
                     BalanceFinding *finding,
                     BalanceVerdict  verdict,
                     const char     *figures)
{
  g_autofree char *title = dup_title (writer, finding);
  guint indent = 2 + 2 * MIN (depth, 6);
  const BalanceLayoutCell cells[] = {
    { title, 40 - indent, FALSE, depth == 0 ? BALANCE_INK_STRONG : BALANCE_INK_PLAIN, 2 },
    { figures, 24, FALSE, BALANCE_INK_PLAIN },
    { short_verdict (writer, verdict), VERDICT_WIDTH, FALSE, balance_verdict_ink (verdict) },
  };
  BalanceVerdict strict = balance_finding_get_strict_verdict (finding);
  const char *reason = balance_finding_get_reason (finding, writer->language);

  balance_layout_row (&writer->layout, indent, cells, G_N_ELEMENTS (cells));

  if (verdict == BALANCE_VERDICT_UNDETERMINED && reason != NULL && *reason != '\0')
    balance_layout_paragraph (&writer->layout, indent + 2, indent + 2, BALANCE_INK_FAINT, reason);
  if (strict != balance_finding_get_verdict (finding))
    {
      gboolean worse = strict == BALANCE_VERDICT_MET ||
                       (strict == BALANCE_VERDICT_UNDETERMINED && balance_finding_get_verdict (finding) == BALANCE_VERDICT_UNMET);
      g_autofree char *text = g_strdup_printf (word (writer, "without concessions: %s%s", "不适用放宽规定时：%s%s"),
                                               balance_verdict_word (strict, writer->layout.language),
                                               worse ? word (writer, " (worse with the concession)", "（适用后反而更差）") : "");

      balance_layout_paragraph (&writer->layout, indent + 2, indent + 2, BALANCE_INK_DOUBT, text);
    }
  if (balance_finding_get_rounding_flips (finding))
    balance_layout_paragraph (&writer->layout, indent + 2, indent + 2, BALANCE_INK_DOUBT,
                              word (writer, "rounded as the official form prints it, the verdict would be another one",
                                    "如按公布表格的小数位数修约，结论将不同"));
}

static BalanceVerdict
worst (const Tally *tally)
{
  static const BalanceVerdict order[] = { BALANCE_VERDICT_UNMET, BALANCE_VERDICT_UNDETERMINED, BALANCE_VERDICT_MET };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (tally->sections[order[i]] > 0)
      return order[i];

  return BALANCE_VERDICT_NOT_APPLICABLE;
}

static void add_requirement (Writer *writer, guint depth, BalanceFinding *finding);

/* What is asked of each school is one row for all of them. */
static void
add_requirement_list (Writer     *writer,
                      guint       depth,
                      GListModel *findings,
                      const char *above)
{
  guint n_findings = findings == NULL ? 0 : g_list_model_get_n_items (findings), n_run;

  for (guint i = 0; i < n_findings; i += n_run)
    {
      g_autoptr (BalanceFinding) first = g_list_model_get_item (findings, i);
      Tally tally;

      n_run = balance_findings_count_run (findings, i, tally.sections);
      if (balance_finding_is_per_school (first))
        {
          g_autofree char *counts = dup_tally_text (writer, &tally);
          guint indent = 2 + 2 * MIN (depth, 6);

          /* The row of the requirement itself may be what all children share. */
          if (g_strcmp0 (balance_finding_get_id (first), above) == 0)
            balance_layout_paragraph (&writer->layout, indent, indent, BALANCE_INK_PLAIN, counts);
          else
            add_requirement_row (writer, depth, first, worst (&tally), counts);
          continue;
        }
      for (guint j = i; j < i + n_run; j++)
        {
          g_autoptr (BalanceFinding) one = g_list_model_get_item (findings, j);

          add_requirement (writer, depth, one);
        }
    }
}

static void
add_requirement (Writer         *writer,
                 guint           depth,
                 BalanceFinding *finding)
{
  BalanceLevel level = balance_finding_get_level (finding);
  g_autofree char *compared = balance_finding_dup_comparison_text (finding, writer->layout.language);

  add_requirement_row (writer, depth, finding, balance_finding_get_verdict (finding), compared);

  /* What a group consists of stands in its table above. */
  if (level == BALANCE_LEVEL_DISTRICT || level == BALANCE_LEVEL_REGION)
    add_requirement_list (writer, depth + 1, balance_finding_get_children (finding), balance_finding_get_id (finding));
}

static void
add_requirements (Writer *writer,
                  int     district)
{
  GListModel *findings = get_findings (writer, district);

  if (g_list_model_get_n_items (findings) == 0)
    return;

  balance_layout_heading (&writer->layout, district < 0 ? word (writer, "Requirements on the whole region", "对区域的要求")
                                                         : word (writer, "Requirements", "各项要求"));
  add_requirement_list (writer, 0, findings, NULL);
  balance_layout_blank (&writer->layout);
}

/* --- districts ----------------------------------------------------------------------------------------------- */

static void
add_district (Writer *writer,
              guint   district,
              guint   n_shown)
{
  const char *code = writer->facts->district_codes[district];
  BalanceVerdict verdict = balance_evaluation_get_district_verdict (writer->evaluation, code);
  g_autofree char *name = dup_district_title (writer, district);
  g_autofree char *title = g_strdup_printf (word (writer, "%s: %s", "%s：%s"), name, balance_verdict_word (verdict, writer->layout.language));

  if (n_shown > 1)
    {
      balance_layout_heading (&writer->layout, title);
      add_reasons (writer, district);
      add_first (writer, code);
      balance_layout_blank (&writer->layout);
    }
  balance_layout_heading (&writer->layout, word (writer, "Stages of the district", "县内各学段"));

  for (guint i = 0; i < g_list_model_get_n_items (writer->groups); i++)
    {
      g_autoptr (BalanceGroup) group = g_list_model_get_item (writer->groups, i);

      if (g_strcmp0 (balance_group_get_district_code (group), code) == 0 && balance_group_get_n_sections (group) > 0)
        add_group (writer, group);
    }

  add_schools (writer, district);
  add_conceded_schools (writer, district);
  add_requirements (writer, (int) district);
}

static void
add_district_line (Writer *writer,
                   guint   district)
{
  const char *code = writer->facts->district_codes[district];
  BalanceVerdict verdict = balance_evaluation_get_district_verdict (writer->evaluation, code);
  Tally tally = count_sections (writer, district);
  g_autofree char *n_sections = g_strdup_printf ("%u", tally.sections[BALANCE_VERDICT_MET] + tally.sections[BALANCE_VERDICT_UNMET] +
                                                         tally.sections[BALANCE_VERDICT_UNDETERMINED]);
  g_autofree char *n_unmet = g_strdup_printf ("%u", tally.sections[BALANCE_VERDICT_UNMET]);
  g_autofree char *n_undetermined = g_strdup_printf ("%u", tally.sections[BALANCE_VERDICT_UNDETERMINED]);
  const BalanceLayoutCell cells[] = {
    { code, 12, FALSE, BALANCE_INK_PLAIN },
    { writer->facts->district_names[district], 22, FALSE, BALANCE_INK_PLAIN },
    { n_sections, 6, TRUE, BALANCE_INK_PLAIN },
    { n_unmet, 6, TRUE, BALANCE_INK_PLAIN },
    { n_undetermined, 8, TRUE, BALANCE_INK_PLAIN },
    { short_verdict (writer, verdict), VERDICT_WIDTH, FALSE, balance_verdict_ink (verdict) },
  };

  balance_layout_row (&writer->layout, 2, cells, G_N_ELEMENTS (cells));
}

static void
add_district_lines (Writer *writer)
{
  const BalanceLayoutCell head[] = {
    { word (writer, "district", "县（市、区）"), 12, FALSE, BALANCE_INK_FAINT },
    { word (writer, "name", "名称"), 22, FALSE, BALANCE_INK_FAINT },
    { word (writer, "judged", "学段部"), 6, TRUE, BALANCE_INK_FAINT },
    { word (writer, "unmet", "未达标"), 6, TRUE, BALANCE_INK_FAINT },
    { word (writer, "undeter.", "无法判定"), 8, TRUE, BALANCE_INK_FAINT },
    { word (writer, "district", "县级结论"), VERDICT_WIDTH, FALSE, BALANCE_INK_FAINT },
  };

  balance_layout_heading (&writer->layout, word (writer, "Districts", "各县（市、区）"));
  balance_layout_row (&writer->layout, 2, head, G_N_ELEMENTS (head));
  for (guint i = 0; i < writer->facts->districts.n_rows; i++)
    add_district_line (writer, i);
  balance_layout_blank (&writer->layout);
  balance_layout_paragraph (&writer->layout, 2, 2, BALANCE_INK_FAINT,
                            word (writer, "Of so many districts only the summary is shown. Choose one district for its details.",
                                  "县（市、区）较多，仅列摘要；指定其中一个可查看详情。"));
  balance_layout_blank (&writer->layout);
}

/* --- the whole ----------------------------------------------------------------------------------------------- */

static void
add_list (Writer     *writer,
          const char *heading,
          GListModel *problems,
          gboolean    places)
{
  guint n_problems = problems == NULL ? 0 : g_list_model_get_n_items (problems), n_listed = 0, n_more = 0;

  for (guint i = 0; i < n_problems; i++)
    {
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (problems, i);
      BalanceSeverity severity = balance_problem_get_severity (problem);
      g_autofree char *text = NULL, *line = NULL;

      /* notes on the data, such as columns that a map leaves out, are nothing that a reader has to act on */
      if (places && severity == BALANCE_SEVERITY_NOTE)
        continue;
      if (n_listed == MAX_PROBLEMS)
        {
          n_more++;
          continue;
        }
      if (n_listed++ == 0)
        balance_layout_heading (&writer->layout, heading);
      text = places ? balance_problem_to_text (problem, writer->language) : g_strdup (balance_problem_get_message (problem, writer->language));
      line = g_strconcat ("- ", places ? balance_severity_label (severity, writer->layout.language) : "", text, NULL);
      balance_layout_paragraph (&writer->layout, 2, 4, BALANCE_INK_PLAIN, line);
    }
  if (n_more > 0)
    {
      g_autofree char *more = g_strdup_printf (word (writer, "- and %u more", "- 另有 %u 条"), n_more);

      balance_layout_paragraph (&writer->layout, 2, 4, BALANCE_INK_FAINT, more);
    }
  if (n_listed > 0)
    balance_layout_blank (&writer->layout);
}

static void
add_basis (Writer *writer)
{
  g_auto (GStrv) options = balance_evaluation_dup_options (writer->evaluation);
  g_auto (GStrv) concessions = balance_evaluation_dup_concessions (writer->evaluation);
  g_autofree char *options_text = options == NULL ? g_strdup ("") : g_strjoinv (word (writer, ", ", "，"), options);
  g_autofree char *concessions_text = concessions == NULL ? g_strdup ("") : g_strjoinv (word (writer, ", ", "，"), concessions);
  const char *reference = balance_standard_get_reference (writer->standard);
  GString *standard = g_string_new (balance_standard_get_title (writer->standard, writer->language));
  g_autofree char *size = g_strdup_printf (word (writer, "districts: %u; schools: %u; school stages: %u", "%u 个县（市、区），%u 所学校，%u 个学段部"),
                                           writer->facts->districts.n_rows, writer->facts->schools.n_rows, writer->facts->sections.n_rows);

  g_string_append_printf (standard, word (writer, " [%s]", "［%s］"), balance_standard_get_id (writer->standard));
  if (reference != NULL && *reference != '\0')
    g_string_append_printf (standard, word (writer, ", %s", "，%s"), reference);

  balance_layout_labelled (&writer->layout, word (writer, "Standard", "标准"), BALANCE_INK_PLAIN, standard->str);
  balance_layout_labelled (&writer->layout, word (writer, "As of", "按日期"), BALANCE_INK_PLAIN, balance_evaluation_get_as_of (writer->evaluation));
  balance_layout_labelled (&writer->layout, word (writer, "Concessions", "放宽规定"), BALANCE_INK_PLAIN,
                           *concessions_text == '\0' ? word (writer, "none in force", "未适用") : concessions_text);
  if (*options_text != '\0')
    balance_layout_labelled (&writer->layout, word (writer, "Options", "选项"), BALANCE_INK_PLAIN, options_text);
  if (writer->facts->year != 0)
    {
      g_autofree char *year = g_strdup_printf ("%d", writer->facts->year);

      balance_layout_labelled (&writer->layout, word (writer, "Year", "年度"), BALANCE_INK_PLAIN, year);
    }
  balance_layout_labelled (&writer->layout, word (writer, "Data", "数据"), BALANCE_INK_PLAIN, size);
  balance_layout_blank (&writer->layout);
  g_string_free (standard, TRUE);
}

static void
add_conclusion (Writer *writer,
                int     shown)
{
  BalanceVerdict verdict;
  g_autofree char *name = NULL, *line = NULL;
  guint n_districts = writer->facts->districts.n_rows;

  if (shown >= 0)
    verdict = balance_evaluation_get_district_verdict (writer->evaluation, writer->facts->district_codes[shown]);
  else
    verdict = balance_evaluation_get_verdict (writer->evaluation);

  if (shown >= 0 || n_districts == 1)
    name = dup_district_title (writer, shown >= 0 ? (guint) shown : 0);
  else
    name = g_strdup_printf (word (writer, "%u districts", "%u 个县（市、区）"), n_districts);

  line = g_strdup_printf (word (writer, "%s: %s", "%s：%s"), name, balance_verdict_word (verdict, writer->layout.language));
  balance_layout_paragraph (&writer->layout, 0, 0, balance_verdict_ink (verdict), line);

  if (shown >= 0 || n_districts == 1)
    {
      add_reasons (writer, shown >= 0 ? (guint) shown : 0);
      add_first (writer, writer->facts->district_codes[shown >= 0 ? shown : 0]);
    }
  else
    {
      Tally tally = { { 0 } };
      g_autofree char *counts = NULL;

      for (guint i = 0; i < n_districts; i++)
        tally.sections[balance_evaluation_get_district_verdict (writer->evaluation, writer->facts->district_codes[i])]++;
      counts = dup_tally_text (writer, &tally);
      line = (g_free (line), g_strdup_printf (word (writer, "- districts: %s", "- 县（市、区）：%s"), counts));
      balance_layout_paragraph (&writer->layout, 2, 4, BALANCE_INK_PLAIN, line);
    }
  balance_layout_blank (&writer->layout);
}

static int
find_district (BalanceFacts *facts,
               const char   *code)
{
  for (guint i = 0; i < facts->districts.n_rows; i++)
    if (g_strcmp0 (facts->district_codes[i], code) == 0)
      return (int) i;

  return -1;
}

char *
balance_report_dup_text (BalanceReport *self)
{
  BalanceCensus *census = balance_evaluation_get_census (self->evaluation);
  g_autoptr (GListModel) sections = balance_census_get_sections (census);
  g_autoptr (GListModel) groups = balance_evaluation_get_groups (self->evaluation);
  g_autoptr (GListModel) notices = balance_evaluation_get_notices (self->evaluation);
  Writer writer = {
    .report = self,
    .evaluation = self->evaluation,
    .standard = balance_evaluation_get_standard (self->evaluation),
    .facts = census->facts,
    .sections = sections,
    .groups = groups,
    .language = balance_report_get_language (self),
  };
  int shown = self->district == NULL ? -1 : find_district (writer.facts, self->district);

  balance_layout_init (&writer.layout, self->language, self->colour);

  add_conclusion (&writer, shown);
  add_list (&writer, word (&writer, "Please note", "注意"), notices, FALSE);
  add_basis (&writer);

  if (shown >= 0)
    add_district (&writer, (guint) shown, 1);
  else if (writer.facts->districts.n_rows <= MAX_DETAILED_DISTRICTS)
    for (guint i = 0; i < writer.facts->districts.n_rows; i++)
      add_district (&writer, i, writer.facts->districts.n_rows);
  else
    add_district_lines (&writer);

  if (writer.facts->districts.n_rows > 0)
    add_requirements (&writer, -1);
  add_list (&writer, word (&writer, "Problems of the data", "数据问题"), self->problems, TRUE);
  g_clear_pointer (&writer.replay, balance_replay_unref);
  g_clear_object (&writer.findings);

  return balance_layout_end (&writer.layout);
}
