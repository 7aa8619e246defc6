/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "base/balance-float-private.h"
#include "census/balance-census-private.h"
#include "evaluation/balance-finding-private.h"
#include "report/balance-indicator-columns-private.h"
#include "report/balance-json-private.h"
#include "report/balance-report-private.h"

#define CHUNK (64 * 1024)
#define N_STATES 5

/* A set of all schools' facts is listed by its beginning. */
#define MAX_FACTS 100

/* Written as it goes: a tree of a nation in memory would take hundreds of megabytes. */
typedef struct
{
  BalanceJson        json;
  GOutputStream     *stream;
  GCancellable      *cancellable;

  BalanceEvaluation *evaluation;
  BalanceStandard   *standard;
  BalanceFacts      *facts;
  GListModel        *sections;
  GPtrArray         *columns;    /* of BalanceIndicatorColumn */
  GBytes            *weights;    /* doubles per section; nullable */
  guint64            deciding_work;   /* for the district so far */
} Writer;

static void
add_verdict (Writer         *writer,
             BalanceVerdict  verdict)
{
  balance_json_add_string (&writer->json, "verdict", balance_state_name (verdict, FALSE));
}

static gboolean
flush (Writer  *writer,
       gsize    at_least,
       GError **error)
{
  if (writer->json.text->len < at_least)
    return TRUE;
  if (!g_output_stream_write_all (writer->stream, writer->json.text->str, writer->json.text->len, NULL, writer->cancellable, error))
    return FALSE;
  g_string_truncate (writer->json.text, 0);

  return TRUE;
}

/* --- what was judged ----------------------------------------------------------------------------------------- */

static void
add_standard (Writer *writer)
{
  g_auto (GStrv) options = balance_evaluation_dup_options (writer->evaluation);
  g_auto (GStrv) concessions = balance_evaluation_dup_concessions (writer->evaluation);

  balance_json_key (&writer->json, "standard");
  balance_json_begin (&writer->json, '{');
  balance_json_add_string (&writer->json, "id", balance_standard_get_id (writer->standard));
  balance_json_key (&writer->json, "title");
  balance_json_begin (&writer->json, '{');
  balance_json_add_string (&writer->json, "zh", balance_standard_get_title (writer->standard, "zh"));
  balance_json_add_string (&writer->json, "en", balance_standard_get_title (writer->standard, "en"));
  balance_json_end (&writer->json, '}');
  balance_json_add_string (&writer->json, "reference", balance_standard_get_reference (writer->standard));
  balance_json_add_string (&writer->json, "as_of", balance_evaluation_get_as_of (writer->evaluation));
  balance_json_key (&writer->json, "options");
  balance_json_begin (&writer->json, '{');
  for (guint i = 0; options != NULL && options[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (options[i], "=", 2);

      if (pair[0] != NULL)
        balance_json_add_string (&writer->json, pair[0], pair[1]);
    }
  balance_json_end (&writer->json, '}');
  balance_json_add_strings (&writer->json, "concessions", (const char *const *) concessions);
  balance_json_end (&writer->json, '}');
}

static void
add_census (Writer *writer)
{
  g_auto (GStrv) sources = balance_census_dup_sources (balance_evaluation_get_census (writer->evaluation));

  balance_json_key (&writer->json, "census");
  balance_json_begin (&writer->json, '{');
  balance_json_key (&writer->json, "year");
  if (writer->facts->year == 0)
    g_string_append (writer->json.text, "null");
  else
    g_string_append_printf (writer->json.text, "%d", writer->facts->year);
  balance_json_add_strings (&writer->json, "sources", (const char *const *) sources);
  balance_json_add_count (&writer->json, "districts", writer->facts->districts.n_rows);
  balance_json_add_count (&writer->json, "schools", writer->facts->schools.n_rows);
  balance_json_add_count (&writer->json, "sections", writer->facts->sections.n_rows);
  balance_json_end (&writer->json, '}');
}

/* --- districts ----------------------------------------------------------------------------------------------- */

/* The states in the order in which they are listed. */
static const struct
{
  BalanceVerdict verdict;
  gboolean       at_floor;
} states[N_STATES] = {
  { BALANCE_VERDICT_MET, FALSE },
  { BALANCE_VERDICT_UNMET, TRUE },
  { BALANCE_VERDICT_UNMET, FALSE },
  { BALANCE_VERDICT_UNDETERMINED, FALSE },
  { BALANCE_VERDICT_NOT_APPLICABLE, FALSE },
};

static guint
get_state (BalanceIndicatorColumn *column,
           guint                   row)
{
  BalanceVerdict verdict = balance_indicator_column_get_verdict (column, row);
  gboolean at_floor = balance_indicator_column_get_at_floor (column, row);

  for (guint i = 0; i < N_STATES; i++)
    if (states[i].verdict == verdict && states[i].at_floor == at_floor)
      return i;

  return N_STATES - 1;
}

static void
add_group (Writer       *writer,
           BalanceGroup *group,
           guint         district)
{
  int stage = balance_dictionary_find_stage (writer->facts->dictionary, balance_group_get_stage (group));

  balance_json_next (&writer->json);
  balance_json_begin (&writer->json, '{');
  balance_json_add_string (&writer->json, "stage", balance_group_get_stage (group));
  balance_json_add_count (&writer->json, "sections", balance_group_get_n_sections (group));
  balance_json_add_number (&writer->json, "weight", balance_group_get_weight (group));
  add_verdict (writer, balance_group_get_verdict (group));
  balance_json_add_number (&writer->json, "composite_cv", balance_group_get_composite_cv (group));
  balance_json_key (&writer->json, "indicators");
  balance_json_begin (&writer->json, '[');
  for (guint i = 0; i < writer->columns->len; i++)
    {
      BalanceIndicatorColumn *column = g_ptr_array_index (writer->columns, i);
      guint counts[N_STATES] = { 0 };

      for (guint row = writer->facts->district_sections[district]; row < writer->facts->district_sections[district + 1]; row++)
        if (writer->facts->section_stage[row] == stage)
          counts[get_state (column, row)]++;

      balance_json_next (&writer->json);
      balance_json_begin (&writer->json, '{');
      balance_json_add_string (&writer->json, "id", column->id);
      balance_json_add_number (&writer->json, "mean", balance_group_get_mean (group, column->id));
      balance_json_add_number (&writer->json, "cv", balance_group_get_cv (group, column->id));
      balance_json_add_number (&writer->json, "cv_limit", balance_group_get_cv_limit (group, column->id));
      add_verdict (writer, balance_group_get_cv_verdict (group, column->id));
      for (guint state = 0; state < N_STATES; state++)
        balance_json_add_count (&writer->json, balance_state_name (states[state].verdict, states[state].at_floor), counts[state]);
      balance_json_end (&writer->json, '}');
    }
  balance_json_end (&writer->json, ']');
  balance_json_end (&writer->json, '}');
}

static void
add_section (Writer *writer,
             guint   row)
{
  g_autoptr (BalanceSection) section = g_list_model_get_item (writer->sections, row);
  const double *weights = writer->weights == NULL ? NULL : g_bytes_get_data (writer->weights, NULL);
  guint school = writer->facts->section_school[row];

  balance_json_next (&writer->json);
  balance_json_begin (&writer->json, '{');
  balance_json_add_string (&writer->json, "school", writer->facts->school_codes[school]);
  balance_json_add_string (&writer->json, "name", writer->facts->school_names[school]);
  balance_json_add_string (&writer->json, "stage", balance_section_get_stage (section));
  balance_json_add_number (&writer->json, "weight", weights == NULL ? (double) NAN : weights[row]);
  add_verdict (writer, balance_evaluation_get_section_verdict (writer->evaluation, section));
  balance_json_key (&writer->json, "values");
  balance_json_begin (&writer->json, '{');
  for (guint i = 0; i < writer->columns->len; i++)
    {
      BalanceIndicatorColumn *column = g_ptr_array_index (writer->columns, i);

      balance_json_add_number (&writer->json, column->id, balance_indicator_column_get_value (column, row));
    }
  balance_json_end (&writer->json, '}');
  for (guint state = 0; state < N_STATES; state++)
    {
      balance_json_key (&writer->json, balance_state_name (states[state].verdict, states[state].at_floor));
      balance_json_begin (&writer->json, '[');
      for (guint i = 0; i < writer->columns->len; i++)
        {
          BalanceIndicatorColumn *column = g_ptr_array_index (writer->columns, i);

          if (get_state (column, row) == state)
            {
              balance_json_next (&writer->json);
              balance_json_string (&writer->json, column->id);
            }
        }
      balance_json_end (&writer->json, ']');
    }
  balance_json_end (&writer->json, '}');
}

/* --- requirements -------------------------------------------------------------------------------------------- */

/* What it would be by the full standard. */
static void
add_concession (Writer         *writer,
                BalanceFinding *finding)
{
  BalanceAppliedConcession *concession = balance_finding_get_concession (finding);

  balance_json_add_string (&writer->json, "strict_verdict", balance_state_name (balance_finding_get_strict_verdict (finding), FALSE));
  balance_json_key (&writer->json, "concession");
  if (concession == NULL)
    {
      g_string_append (writer->json.text, "null");
      return;
    }
  balance_json_begin (&writer->json, '{');
  balance_json_add_string (&writer->json, "id", balance_applied_concession_get_id (concession));
  balance_json_add_string (&writer->json, "item", balance_applied_concession_get_item (concession));
  balance_json_add_string (&writer->json, "reference", balance_applied_concession_get_reference (concession));
  balance_json_add_flag (&writer->json, "certain", balance_applied_concession_get_certain (concession));
  balance_json_add_flag (&writer->json, "worse", balance_applied_concession_get_worse (concession));
  balance_json_add_string (&writer->json, "verdict_without", balance_state_name (balance_applied_concession_get_verdict_without (concession), FALSE));
  balance_json_add_number (&writer->json, "value_without", balance_applied_concession_get_value_without (concession));
  balance_json_add_number (&writer->json, "limit_without", balance_applied_concession_get_limit_without (concession));
  balance_json_add_count (&writer->json, "duty_years", balance_applied_concession_get_duty_years (concession));
  balance_json_add_string (&writer->json, "duty_until", balance_applied_concession_get_duty_until (concession));
  balance_json_end (&writer->json, '}');
}

static void
add_deciding_set (Writer             *writer,
                  BalanceDecidingSet *set)
{
  GListModel *facts = balance_deciding_set_get_facts (set);
  guint n_facts = g_list_model_get_n_items (facts);

  balance_json_next (&writer->json);
  balance_json_begin (&writer->json, '{');
  add_verdict (writer, balance_deciding_set_get_verdict (set));
  balance_json_add_flag (&writer->json, "proved", balance_deciding_set_get_proved (set));
  balance_json_add_count (&writer->json, "n_facts", n_facts);
  balance_json_key (&writer->json, "facts");
  balance_json_begin (&writer->json, '[');
  for (guint i = 0; i < MIN (n_facts, MAX_FACTS); i++)
    {
      g_autoptr (BalanceOperand) fact = g_list_model_get_item (facts, i);
      g_autoptr (BalanceCell) cell = balance_operand_get_cell (fact);
      g_autofree char *path = balance_operand_dup_path (fact);
      g_autofree char *place = cell == NULL ? NULL : balance_cell_to_text (cell);

      balance_json_next (&writer->json);
      balance_json_begin (&writer->json, '{');
      balance_json_add_string (&writer->json, "path", path);
      balance_json_add_string (&writer->json, "cell", place);
      balance_json_end (&writer->json, '}');
    }
  balance_json_end (&writer->json, ']');
  balance_json_end (&writer->json, '}');
}

/* Which missing facts would decide it; null for what is determined. */
static void
add_deciding (Writer         *writer,
              BalanceFinding *finding)
{
  GListModel *sets;

  balance_json_add_flag (&writer->json, "despite_missing", balance_finding_get_despite_missing (finding));
  balance_json_key (&writer->json, "deciding");
  if (balance_finding_get_verdict (finding) != BALANCE_VERDICT_UNDETERMINED || writer->deciding_work >= BALANCE_MAX_DECIDING_WORK)
    {
      g_string_append (writer->json.text, "null");
      return;
    }

  sets = balance_finding_get_deciding_sets (finding);
  writer->deciding_work += balance_finding_get_deciding_work (finding);
  balance_json_begin (&writer->json, '{');
  balance_json_add_count (&writer->json, "missing", balance_finding_get_n_missing (finding));
  balance_json_add_flag (&writer->json, "exact", balance_finding_get_deciding_exact (finding));
  balance_json_add_count (&writer->json, "met", balance_finding_get_n_deciding_sets (finding, BALANCE_VERDICT_MET));
  balance_json_add_count (&writer->json, "unmet", balance_finding_get_n_deciding_sets (finding, BALANCE_VERDICT_UNMET));
  balance_json_add_count (&writer->json, "not_applicable", balance_finding_get_n_deciding_sets (finding, BALANCE_VERDICT_NOT_APPLICABLE));
  balance_json_key (&writer->json, "sets");
  balance_json_begin (&writer->json, '[');
  for (guint i = 0; i < g_list_model_get_n_items (sets); i++)
    {
      g_autoptr (BalanceDecidingSet) set = g_list_model_get_item (sets, i);

      add_deciding_set (writer, set);
    }
  balance_json_end (&writer->json, ']');
  balance_json_end (&writer->json, '}');
}

/* What was stated in words with an attested item, and the documents named for it; nothing for other items. */
static void
add_attested (Writer         *writer,
              BalanceFinding *finding)
{
  g_autofree char *conclusion = balance_finding_dup_conclusion (finding, "zh");
  g_auto (GStrv) evidence = balance_finding_dup_evidence (finding);
  gboolean lacks = balance_finding_get_lacks_evidence (finding);

  if (conclusion == NULL && evidence[0] == NULL && !lacks)
    return;
  balance_json_add_string (&writer->json, "conclusion", conclusion);
  balance_json_add_strings (&writer->json, "evidence", (const char *const *) evidence);
  balance_json_add_flag (&writer->json, "lacks_evidence", lacks);
}

/* A requirement on each school is one entry: how many stand how, and who does not meet it. Only those become findings. */
static void
add_run (Writer            *writer,
         BalanceFinding    *parent,
         const BalanceRule *rule)
{
  BalanceReplay *replay = parent->replay;
  const BalanceEvaluation *evaluation = replay->evaluation;
  BalanceFrame *frame = replay->judge->frame;
  const BalanceLevel level = balance_finding_get_level (parent);
  const guint8 *verdicts = evaluation->result.verdicts[rule->index];
  const guint8 *strict = evaluation->strict.scheme != NULL ? evaluation->strict.verdicts[rule->index] : verdicts;
  const guint at = parent->row - frame->offset[level];
  guint counts[4] = { 0 }, first = 0, n = 1, n_asked = 0;
  const guint32 *rows = NULL;
  BalanceVerdict verdict;
  g_autoptr (GPtrArray) failing = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) conceded = g_ptr_array_new_with_free_func (g_object_unref);

  if (rule->level >= level)
    first = balance_frame_get_parent (frame, level, at, rule->level);
  else
    n = balance_frame_get_rows (frame, level, at, rule->level, &first, &rows);
  for (guint i = 0; i < n; i++)
    {
      const guint row = rows != NULL ? rows[i] : first + i + frame->offset[rule->level];

      if (!balance_judge_knows_stage (replay->judge, rule->level, row - frame->offset[rule->level]))
        continue;
      n_asked++;
      verdict = (BalanceVerdict) verdicts[row];
      counts[verdict]++;
      if (verdict == BALANCE_VERDICT_UNMET || verdict == BALANCE_VERDICT_UNDETERMINED)
        g_ptr_array_add (failing, balance_finding_new (replay, (int) rule->index, -1, row));
      else if (strict[row] != verdicts[row])
        g_ptr_array_add (conceded, balance_finding_new (replay, (int) rule->index, -1, row));
    }
  if (n_asked == 0)
    return;

  verdict = counts[BALANCE_VERDICT_UNMET] > 0          ? BALANCE_VERDICT_UNMET
            : counts[BALANCE_VERDICT_UNDETERMINED] > 0 ? BALANCE_VERDICT_UNDETERMINED
            : counts[BALANCE_VERDICT_MET] > 0          ? BALANCE_VERDICT_MET
                                                       : BALANCE_VERDICT_NOT_APPLICABLE;

  balance_json_next (&writer->json);
  balance_json_begin (&writer->json, '{');
  balance_json_add_string (&writer->json, "id", rule->id);
  add_verdict (writer, verdict);
  /* the same keys as every requirement has; figures and parts stand with the sections and in `failing` */
  balance_json_add_number (&writer->json, "value", NAN);
  balance_json_add_number (&writer->json, "limit", NAN);
  balance_json_add_number (&writer->json, "margin", NAN);
  balance_json_key (&writer->json, "children");
  balance_json_begin (&writer->json, '[');
  balance_json_end (&writer->json, ']');
  balance_json_add_string (&writer->json, "each", rule->level == BALANCE_LEVEL_SECTION ? "section" : "school");
  balance_json_add_count (&writer->json, "met", counts[BALANCE_VERDICT_MET]);
  balance_json_add_count (&writer->json, "unmet", counts[BALANCE_VERDICT_UNMET]);
  balance_json_add_count (&writer->json, "undetermined", counts[BALANCE_VERDICT_UNDETERMINED]);
  balance_json_add_count (&writer->json, "not_applicable", counts[BALANCE_VERDICT_NOT_APPLICABLE]);
  balance_json_add_string (&writer->json, "reference", rule->reference);
  balance_json_key (&writer->json, "failing");
  balance_json_begin (&writer->json, '[');
  for (guint j = 0; j < failing->len; j++)
    {
      BalanceFinding *finding = g_ptr_array_index (failing, j);

      balance_json_next (&writer->json);
      balance_json_begin (&writer->json, '{');
      balance_json_add_string (&writer->json, "path", balance_finding_get_path (finding));
      balance_json_add_string (&writer->json, "school", balance_finding_get_school_code (finding));
      balance_json_add_string (&writer->json, "stage", balance_finding_get_stage (finding));
      add_verdict (writer, balance_finding_get_verdict (finding));
      balance_json_add_number (&writer->json, "value", balance_finding_get_value (finding));
      balance_json_add_number (&writer->json, "limit", balance_finding_get_limit (finding));
      balance_json_add_number (&writer->json, "margin", balance_finding_get_margin (finding));
      add_concession (writer, finding);
      add_deciding (writer, finding);
      balance_json_end (&writer->json, '}');
    }
  balance_json_end (&writer->json, ']');
  balance_json_key (&writer->json, "by_concession");
  balance_json_begin (&writer->json, '[');
  for (guint j = 0; j < conceded->len; j++)
    {
      BalanceFinding *finding = g_ptr_array_index (conceded, j);

      balance_json_next (&writer->json);
      balance_json_begin (&writer->json, '{');
      balance_json_add_string (&writer->json, "path", balance_finding_get_path (finding));
      balance_json_add_string (&writer->json, "school", balance_finding_get_school_code (finding));
      balance_json_add_string (&writer->json, "stage", balance_finding_get_stage (finding));
      add_verdict (writer, balance_finding_get_verdict (finding));
      add_concession (writer, finding);
      balance_json_end (&writer->json, '}');
    }
  balance_json_end (&writer->json, ']');
  balance_json_end (&writer->json, '}');
}

static void add_children (Writer *writer, BalanceFinding *finding);

static void
add_finding (Writer         *writer,
             BalanceFinding *finding)
{

  balance_json_next (&writer->json);
  balance_json_begin (&writer->json, '{');
  balance_json_add_string (&writer->json, "id", balance_finding_get_id (finding));
  balance_json_add_string (&writer->json, "path", balance_finding_get_path (finding));
  if (balance_finding_get_level (finding) == BALANCE_LEVEL_STAGE)
    balance_json_add_string (&writer->json, "stage", balance_finding_get_stage (finding));
  add_verdict (writer, balance_finding_get_verdict (finding));
  add_concession (writer, finding);
  balance_json_add_flag (&writer->json, "binding", balance_finding_get_binding (finding));
  balance_json_add_number (&writer->json, "value", balance_finding_get_value (finding));
  /* what missing facts leave open; null on a side without bound */
  if (isnan (balance_finding_get_value (finding)) && !isnan (balance_finding_get_value_low (finding)))
    {
      balance_json_add_number (&writer->json, "value_low", balance_finding_get_value_low (finding));
      balance_json_add_number (&writer->json, "value_high", balance_finding_get_value_high (finding));
    }
  balance_json_add_number (&writer->json, "limit", balance_finding_get_limit (finding));
  balance_json_add_number (&writer->json, "margin", balance_finding_get_margin (finding));
  balance_json_add_flag (&writer->json, "rounding_flips", balance_finding_get_rounding_flips (finding));
  balance_json_add_string (&writer->json, "reference", balance_finding_get_reference (finding));
  add_attested (writer, finding);
  add_deciding (writer, finding);
  balance_json_key (&writer->json, "children");
  balance_json_begin (&writer->json, '[');
  add_children (writer, finding);
  balance_json_end (&writer->json, ']');
  balance_json_end (&writer->json, '}');
}

static void
add_children (Writer         *writer,
              BalanceFinding *finding)
{
  GPtrArray *rules = writer->standard->pack->rules;
  const BalanceRule *rule = finding->rule >= 0 ? g_ptr_array_index (rules, finding->rule) : NULL;
  const BalanceLevel level = balance_finding_get_level (finding);
  BalanceFrame *frame = finding->replay->judge->frame;

  for (guint k = 0; rule != NULL && k < rule->children->len; k++)
    {
      const BalanceRule *child = g_ptr_array_index (rule->children, k);
      const guint at = finding->row - frame->offset[level];
      const guint32 *rows = NULL;
      guint first = 0, n = 1;

      if (child->level == BALANCE_LEVEL_SECTION || child->level == BALANCE_LEVEL_SCHOOL)
        {
          add_run (writer, finding, child);
          continue;
        }
      if (child->level >= level)
        first = balance_frame_get_parent (frame, level, at, child->level);
      else
        n = balance_frame_get_rows (frame, level, at, child->level, &first, &rows);
      for (guint i = 0; i < n; i++)
        {
          const guint row = rows != NULL ? rows[i] : first + i + frame->offset[child->level];
          g_autoptr (BalanceFinding) made = NULL;

          if (!balance_judge_knows_stage (finding->replay->judge, child->level, row - frame->offset[child->level]))
            continue;
          made = balance_finding_new (finding->replay, (int) child->index, -1, row);
          add_finding (writer, made);
        }
    }
}

static void
add_requirements (Writer       *writer,
                  const char   *district_code)
{
  g_autoptr (GListModel) findings = balance_evaluation_get_findings (writer->evaluation, district_code);

  balance_json_key (&writer->json, "requirements");
  balance_json_begin (&writer->json, '[');
  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr (BalanceFinding) finding = g_list_model_get_item (findings, i);

      /* Without a district only what is asked of the region belongs here. */
      if (district_code != NULL || balance_finding_get_level (finding) == BALANCE_LEVEL_REGION)
        add_finding (writer, finding);
    }
  balance_json_end (&writer->json, ']');
}

/* What to ask for first: the smallest sets that could decide the district; empty where it is determined. */
static void
add_first (Writer     *writer,
           const char *district_code)
{
  g_autoptr (GListModel) sets = balance_evaluation_get_deciding_sets (writer->evaluation, district_code);

  balance_json_key (&writer->json, "deciding");
  balance_json_begin (&writer->json, '[');
  for (guint i = 0; i < g_list_model_get_n_items (sets); i++)
    {
      g_autoptr (BalanceDecidingSet) set = g_list_model_get_item (sets, i);

      add_deciding_set (writer, set);
    }
  balance_json_end (&writer->json, ']');
}

static gboolean
add_district (Writer      *writer,
              guint        district,
              GListModel  *groups,
              guint       *next_group,
              GError     **error)
{
  const char *code = writer->facts->district_codes[district];

  balance_json_next (&writer->json);
  balance_json_begin (&writer->json, '{');
  balance_json_add_string (&writer->json, "code", code);
  balance_json_add_string (&writer->json, "name", writer->facts->district_names[district]);
  add_verdict (writer, balance_evaluation_get_district_verdict (writer->evaluation, code));

  balance_json_key (&writer->json, "groups");
  balance_json_begin (&writer->json, '[');
  /* Groups stand in the order of their districts. */
  for (; *next_group < g_list_model_get_n_items (groups); (*next_group)++)
    {
      g_autoptr (BalanceGroup) group = g_list_model_get_item (groups, *next_group);
      int order = g_strcmp0 (balance_group_get_district_code (group), code);

      if (order > 0)
        break;
      if (order == 0)
        add_group (writer, group, district);
    }
  balance_json_end (&writer->json, ']');

  balance_json_key (&writer->json, "sections");
  balance_json_begin (&writer->json, '[');
  for (guint row = writer->facts->district_sections[district]; row < writer->facts->district_sections[district + 1]; row++)
    {
      add_section (writer, row);
      if (!flush (writer, CHUNK, error))
        return FALSE;
    }
  balance_json_end (&writer->json, ']');

  writer->deciding_work = 0;
  add_requirements (writer, code);
  add_first (writer, code);
  balance_json_end (&writer->json, '}');
  g_string_append_c (writer->json.text, '\n');

  return flush (writer, CHUNK, error);
}

static gboolean
write_all (Writer      *writer,
           const char  *only_district,
           GError     **error)
{
  g_autoptr (GListModel) groups = balance_evaluation_get_groups (writer->evaluation);
  guint next_group = 0;

  balance_json_begin (&writer->json, '{');
  balance_json_add_string (&writer->json, "balance", BALANCE_VERSION_S);
  add_standard (writer);
  add_census (writer);
  add_verdict (writer, balance_evaluation_get_verdict (writer->evaluation));
  balance_json_key (&writer->json, "districts");
  balance_json_begin (&writer->json, '[');
  for (guint district = 0; district < writer->facts->districts.n_rows; district++)
    if (only_district == NULL || g_strcmp0 (only_district, writer->facts->district_codes[district]) == 0)
      if (!add_district (writer, district, groups, &next_group, error))
        return FALSE;
  balance_json_end (&writer->json, ']');
  add_requirements (writer, NULL);
  balance_json_end (&writer->json, '}');
  g_string_append_c (writer->json.text, '\n');

  return flush (writer, 0, error);
}

gboolean
balance_evaluation_write_json_filtered (BalanceEvaluation  *self,
                                        const char         *district_code,
                                        GOutputStream      *stream,
                                        GCancellable       *cancellable,
                                        GError            **error)
{
  BalanceCensus *census = balance_evaluation_get_census (self);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GListModel) sections = balance_census_get_sections (census);
  g_autoptr (GPtrArray) columns = balance_indicator_columns_new (self, BALANCE_LEVEL_SECTION, error);
  g_autoptr (GBytes) weights = balance_evaluation_dup_weights (self);
  Writer writer = {
    .json = { text, TRUE, FALSE },
    .stream = stream,
    .cancellable = cancellable,
    .evaluation = self,
    .standard = balance_evaluation_get_standard (self),
    .facts = census->facts,
    .sections = sections,
    .columns = columns,
    .weights = weights,
  };

  return columns != NULL && write_all (&writer, district_code, error);
}

/**
 * balance_evaluation_write_json:
 * @self: an evaluation
 * @stream: where to write
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes all results as one JSON object, as they are computed, with numbers
 * in full precision and `null` for what is missing.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
balance_evaluation_write_json (BalanceEvaluation  *self,
                               GOutputStream      *stream,
                               GCancellable       *cancellable,
                               GError            **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  return balance_evaluation_write_json_filtered (self, NULL, stream, cancellable, error);
}
