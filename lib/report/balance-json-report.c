/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "census/balance-census-private.h"
#include "report/balance-indicator-columns-private.h"
#include "report/balance-json-private.h"
#include "report/balance-report-private.h"

#define CHUNK (64 * 1024)
#define N_STATES 5

/* Written as it goes: a tree of a nation in memory would take hundreds of megabytes. */
typedef struct
{
  GString           *text;
  gboolean           first;      /* nothing stands before in this object or list */
  GOutputStream     *stream;
  GCancellable      *cancellable;

  BalanceEvaluation *evaluation;
  BalanceStandard   *standard;
  BalanceFacts      *facts;
  GListModel        *sections;
  GPtrArray         *columns;    /* of BalanceIndicatorColumn */
  GBytes            *weights;    /* doubles per section; nullable */
} Writer;

/* --- syntax -------------------------------------------------------------------------------------------------- */

void
balance_json_append_string (GString    *text,
                            const char *value)
{
  g_autofree char *valid = NULL;

  if (value == NULL)
    {
      g_string_append (text, "null");
      return;
    }
  if (!g_utf8_validate (value, -1, NULL))
    value = valid = g_utf8_make_valid (value, -1);

  g_string_append_c (text, '"');
  for (const char *p = value; *p != '\0'; p++)
    switch (*p)
      {
      case '"':  g_string_append (text, "\\\""); break;
      case '\\': g_string_append (text, "\\\\"); break;
      case '\n': g_string_append (text, "\\n"); break;
      case '\r': g_string_append (text, "\\r"); break;
      case '\t': g_string_append (text, "\\t"); break;
      default:
        if ((guchar) *p < 0x20 || *p == 0x7f)
          g_string_append_printf (text, "\\u%04x", (guint) (guchar) *p);
        else
          g_string_append_c (text, *p);
      }
  g_string_append_c (text, '"');
}

static void
next (Writer *writer)
{
  if (!writer->first)
    g_string_append_c (writer->text, ',');
  writer->first = FALSE;
}

static void
key (Writer     *writer,
     const char *name)
{
  next (writer);
  balance_json_append_string (writer->text, name);
  g_string_append_c (writer->text, ':');
}

static void
begin (Writer *writer,
       char    bracket)
{
  g_string_append_c (writer->text, bracket);
  writer->first = TRUE;
}

static void
end (Writer *writer,
     char    bracket)
{
  g_string_append_c (writer->text, bracket);
  writer->first = FALSE;
}

static void
add_string (Writer     *writer,
            const char *name,
            const char *value)
{
  key (writer, name);
  balance_json_append_string (writer->text, value);
}

static void
append_number (GString *text,
               double   number)
{
  g_autofree char *exact = isfinite (number) ? balance_number_exact (number) : g_strdup ("null");

  g_string_append (text, exact);
}

static void
add_number (Writer     *writer,
            const char *name,
            double      number)
{
  key (writer, name);
  append_number (writer->text, number);
}

static void
add_count (Writer     *writer,
           const char *name,
           guint       count)
{
  key (writer, name);
  g_string_append_printf (writer->text, "%u", count);
}

static void
add_flag (Writer     *writer,
          const char *name,
          gboolean    flag)
{
  key (writer, name);
  g_string_append (writer->text, flag ? "true" : "false");
}

static void
add_strings (Writer             *writer,
             const char         *name,
             const char *const  *values)
{
  key (writer, name);
  begin (writer, '[');
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    {
      next (writer);
      balance_json_append_string (writer->text, values[i]);
    }
  end (writer, ']');
}

static void
add_verdict (Writer         *writer,
             BalanceVerdict  verdict)
{
  add_string (writer, "verdict", balance_state_name (verdict, FALSE));
}

static gboolean
flush (Writer  *writer,
       gsize    at_least,
       GError **error)
{
  if (writer->text->len < at_least)
    return TRUE;
  if (!g_output_stream_write_all (writer->stream, writer->text->str, writer->text->len, NULL, writer->cancellable, error))
    return FALSE;
  g_string_truncate (writer->text, 0);

  return TRUE;
}

/* --- what was judged ----------------------------------------------------------------------------------------- */

static void
add_standard (Writer *writer)
{
  g_auto (GStrv) options = balance_evaluation_dup_options (writer->evaluation);
  g_auto (GStrv) concessions = balance_evaluation_dup_concessions (writer->evaluation);

  key (writer, "standard");
  begin (writer, '{');
  add_string (writer, "id", balance_standard_get_id (writer->standard));
  key (writer, "title");
  begin (writer, '{');
  add_string (writer, "zh", balance_standard_get_title (writer->standard, "zh"));
  add_string (writer, "en", balance_standard_get_title (writer->standard, "en"));
  end (writer, '}');
  add_string (writer, "reference", balance_standard_get_reference (writer->standard));
  add_string (writer, "as_of", balance_evaluation_get_as_of (writer->evaluation));
  key (writer, "options");
  begin (writer, '{');
  for (guint i = 0; options != NULL && options[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (options[i], "=", 2);

      if (pair[0] != NULL)
        add_string (writer, pair[0], pair[1]);
    }
  end (writer, '}');
  add_strings (writer, "concessions", (const char *const *) concessions);
  end (writer, '}');
}

static void
add_census (Writer *writer)
{
  g_auto (GStrv) sources = balance_census_dup_sources (balance_evaluation_get_census (writer->evaluation));

  key (writer, "census");
  begin (writer, '{');
  key (writer, "year");
  if (writer->facts->year == 0)
    g_string_append (writer->text, "null");
  else
    g_string_append_printf (writer->text, "%d", writer->facts->year);
  add_strings (writer, "sources", (const char *const *) sources);
  add_count (writer, "districts", writer->facts->districts.n_rows);
  add_count (writer, "schools", writer->facts->schools.n_rows);
  add_count (writer, "sections", writer->facts->sections.n_rows);
  end (writer, '}');
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

  next (writer);
  begin (writer, '{');
  add_string (writer, "stage", balance_group_get_stage (group));
  add_count (writer, "sections", balance_group_get_n_sections (group));
  add_number (writer, "weight", balance_group_get_weight (group));
  add_verdict (writer, balance_group_get_verdict (group));
  add_number (writer, "composite_cv", balance_group_get_composite_cv (group));
  key (writer, "indicators");
  begin (writer, '[');
  for (guint i = 0; i < writer->columns->len; i++)
    {
      BalanceIndicatorColumn *column = g_ptr_array_index (writer->columns, i);
      guint counts[N_STATES] = { 0 };

      for (guint row = writer->facts->district_sections[district]; row < writer->facts->district_sections[district + 1]; row++)
        if (writer->facts->section_stage[row] == stage)
          counts[get_state (column, row)]++;

      next (writer);
      begin (writer, '{');
      add_string (writer, "id", column->id);
      add_number (writer, "mean", balance_group_get_mean (group, column->id));
      add_number (writer, "cv", balance_group_get_cv (group, column->id));
      add_number (writer, "cv_limit", balance_group_get_cv_limit (group, column->id));
      add_verdict (writer, balance_group_get_cv_verdict (group, column->id));
      for (guint state = 0; state < N_STATES; state++)
        add_count (writer, balance_state_name (states[state].verdict, states[state].at_floor), counts[state]);
      end (writer, '}');
    }
  end (writer, ']');
  end (writer, '}');
}

static void
add_section (Writer *writer,
             guint   row)
{
  g_autoptr (BalanceSection) section = g_list_model_get_item (writer->sections, row);
  const double *weights = writer->weights == NULL ? NULL : g_bytes_get_data (writer->weights, NULL);
  guint school = writer->facts->section_school[row];

  next (writer);
  begin (writer, '{');
  add_string (writer, "school", writer->facts->school_codes[school]);
  add_string (writer, "name", writer->facts->school_names[school]);
  add_string (writer, "stage", balance_section_get_stage (section));
  add_number (writer, "weight", weights == NULL ? (double) NAN : weights[row]);
  add_verdict (writer, balance_evaluation_get_section_verdict (writer->evaluation, section));
  key (writer, "values");
  begin (writer, '{');
  for (guint i = 0; i < writer->columns->len; i++)
    {
      BalanceIndicatorColumn *column = g_ptr_array_index (writer->columns, i);

      add_number (writer, column->id, balance_indicator_column_get_value (column, row));
    }
  end (writer, '}');
  for (guint state = 0; state < N_STATES; state++)
    {
      key (writer, balance_state_name (states[state].verdict, states[state].at_floor));
      begin (writer, '[');
      for (guint i = 0; i < writer->columns->len; i++)
        {
          BalanceIndicatorColumn *column = g_ptr_array_index (writer->columns, i);

          if (get_state (column, row) == state)
            {
              next (writer);
              balance_json_append_string (writer->text, column->id);
            }
        }
      end (writer, ']');
    }
  end (writer, '}');
}

/* --- requirements -------------------------------------------------------------------------------------------- */

static gboolean
is_per_school (BalanceFinding *finding)
{
  BalanceLevel level = balance_finding_get_level (finding);

  return level == BALANCE_LEVEL_SECTION || level == BALANCE_LEVEL_SCHOOL;
}

/* What it would be by the full standard. */
static void
add_concession (Writer         *writer,
                BalanceFinding *finding)
{
  BalanceAppliedConcession *concession = balance_finding_get_concession (finding);

  add_string (writer, "strict_verdict", balance_state_name (balance_finding_get_strict_verdict (finding), FALSE));
  key (writer, "concession");
  if (concession == NULL)
    {
      g_string_append (writer->text, "null");
      return;
    }
  begin (writer, '{');
  add_string (writer, "id", balance_applied_concession_get_id (concession));
  add_string (writer, "item", balance_applied_concession_get_item (concession));
  add_string (writer, "reference", balance_applied_concession_get_reference (concession));
  add_flag (writer, "certain", balance_applied_concession_get_certain (concession));
  add_flag (writer, "worse", balance_applied_concession_get_worse (concession));
  add_string (writer, "verdict_without", balance_state_name (balance_applied_concession_get_verdict_without (concession), FALSE));
  add_number (writer, "value_without", balance_applied_concession_get_value_without (concession));
  add_number (writer, "limit_without", balance_applied_concession_get_limit_without (concession));
  add_count (writer, "duty_years", balance_applied_concession_get_duty_years (concession));
  add_string (writer, "duty_until", balance_applied_concession_get_duty_until (concession));
  end (writer, '}');
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
  add_string (writer, "conclusion", conclusion);
  add_strings (writer, "evidence", (const char *const *) evidence);
  add_flag (writer, "lacks_evidence", lacks);
}

/* A requirement on each school is one entry: how many stand how, and who does not meet it. */
static guint
add_run (Writer     *writer,
         GListModel *findings,
         guint       first_child)
{
  g_autoptr (BalanceFinding) head = g_list_model_get_item (findings, first_child);
  guint n_findings = g_list_model_get_n_items (findings);
  guint counts[4] = { 0 }, i = first_child;
  BalanceVerdict verdict;
  g_autoptr (GPtrArray) failing = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) conceded = g_ptr_array_new_with_free_func (g_object_unref);

  for (; i < n_findings; i++)
    {
      g_autoptr (BalanceFinding) finding = g_list_model_get_item (findings, i);

      if (g_strcmp0 (balance_finding_get_id (finding), balance_finding_get_id (head)) != 0)
        break;
      verdict = balance_finding_get_verdict (finding);
      counts[verdict]++;
      if (verdict == BALANCE_VERDICT_UNMET || verdict == BALANCE_VERDICT_UNDETERMINED)
        g_ptr_array_add (failing, g_steal_pointer (&finding));
      else if (balance_finding_get_strict_verdict (finding) != verdict)
        g_ptr_array_add (conceded, g_steal_pointer (&finding));
    }

  verdict = counts[BALANCE_VERDICT_UNMET] > 0          ? BALANCE_VERDICT_UNMET
            : counts[BALANCE_VERDICT_UNDETERMINED] > 0 ? BALANCE_VERDICT_UNDETERMINED
            : counts[BALANCE_VERDICT_MET] > 0          ? BALANCE_VERDICT_MET
                                                       : BALANCE_VERDICT_NOT_APPLICABLE;

  next (writer);
  begin (writer, '{');
  add_string (writer, "id", balance_finding_get_id (head));
  add_verdict (writer, verdict);
  /* the same keys as every requirement has; figures and parts stand with the sections and in `failing` */
  add_number (writer, "value", NAN);
  add_number (writer, "limit", NAN);
  add_number (writer, "margin", NAN);
  key (writer, "children");
  begin (writer, '[');
  end (writer, ']');
  add_string (writer, "each", balance_finding_get_level (head) == BALANCE_LEVEL_SECTION ? "section" : "school");
  add_count (writer, "met", counts[BALANCE_VERDICT_MET]);
  add_count (writer, "unmet", counts[BALANCE_VERDICT_UNMET]);
  add_count (writer, "undetermined", counts[BALANCE_VERDICT_UNDETERMINED]);
  add_count (writer, "not_applicable", counts[BALANCE_VERDICT_NOT_APPLICABLE]);
  add_string (writer, "reference", balance_finding_get_reference (head));
  key (writer, "failing");
  begin (writer, '[');
  for (guint j = 0; j < failing->len; j++)
    {
      BalanceFinding *finding = g_ptr_array_index (failing, j);

      next (writer);
      begin (writer, '{');
      add_string (writer, "path", balance_finding_get_path (finding));
      add_string (writer, "school", balance_finding_get_school_code (finding));
      add_string (writer, "stage", balance_finding_get_stage (finding));
      add_verdict (writer, balance_finding_get_verdict (finding));
      add_number (writer, "value", balance_finding_get_value (finding));
      add_number (writer, "limit", balance_finding_get_limit (finding));
      add_number (writer, "margin", balance_finding_get_margin (finding));
      add_concession (writer, finding);
      end (writer, '}');
    }
  end (writer, ']');
  key (writer, "by_concession");
  begin (writer, '[');
  for (guint j = 0; j < conceded->len; j++)
    {
      BalanceFinding *finding = g_ptr_array_index (conceded, j);

      next (writer);
      begin (writer, '{');
      add_string (writer, "path", balance_finding_get_path (finding));
      add_string (writer, "school", balance_finding_get_school_code (finding));
      add_string (writer, "stage", balance_finding_get_stage (finding));
      add_verdict (writer, balance_finding_get_verdict (finding));
      add_concession (writer, finding);
      end (writer, '}');
    }
  end (writer, ']');
  end (writer, '}');

  return i;
}

static void
add_finding (Writer         *writer,
             BalanceFinding *finding)
{
  GListModel *children = balance_finding_get_children (finding);
  guint n_children = children == NULL ? 0 : g_list_model_get_n_items (children);

  next (writer);
  begin (writer, '{');
  add_string (writer, "id", balance_finding_get_id (finding));
  add_string (writer, "path", balance_finding_get_path (finding));
  if (balance_finding_get_level (finding) == BALANCE_LEVEL_STAGE)
    add_string (writer, "stage", balance_finding_get_stage (finding));
  add_verdict (writer, balance_finding_get_verdict (finding));
  add_concession (writer, finding);
  add_flag (writer, "binding", balance_finding_get_binding (finding));
  add_number (writer, "value", balance_finding_get_value (finding));
  /* what missing facts leave open; null on a side without bound */
  if (isnan (balance_finding_get_value (finding)) && !isnan (balance_finding_get_value_low (finding)))
    {
      add_number (writer, "value_low", balance_finding_get_value_low (finding));
      add_number (writer, "value_high", balance_finding_get_value_high (finding));
    }
  add_number (writer, "limit", balance_finding_get_limit (finding));
  add_number (writer, "margin", balance_finding_get_margin (finding));
  add_flag (writer, "rounding_flips", balance_finding_get_rounding_flips (finding));
  add_string (writer, "reference", balance_finding_get_reference (finding));
  add_attested (writer, finding);
  key (writer, "children");
  begin (writer, '[');
  for (guint i = 0; i < n_children;)
    {
      g_autoptr (BalanceFinding) child = g_list_model_get_item (children, i);

      if (is_per_school (child))
        {
          i = add_run (writer, children, i);
          continue;
        }
      add_finding (writer, child);
      i++;
    }
  end (writer, ']');
  end (writer, '}');
}

static void
add_requirements (Writer       *writer,
                  const char   *district_code)
{
  g_autoptr (GListModel) findings = balance_evaluation_get_findings (writer->evaluation, district_code);

  key (writer, "requirements");
  begin (writer, '[');
  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr (BalanceFinding) finding = g_list_model_get_item (findings, i);

      /* Without a district only what is asked of the region belongs here. */
      if (district_code != NULL || balance_finding_get_level (finding) == BALANCE_LEVEL_REGION)
        add_finding (writer, finding);
    }
  end (writer, ']');
}

static gboolean
add_district (Writer      *writer,
              guint        district,
              GListModel  *groups,
              guint       *next_group,
              GError     **error)
{
  const char *code = writer->facts->district_codes[district];

  next (writer);
  begin (writer, '{');
  add_string (writer, "code", code);
  add_string (writer, "name", writer->facts->district_names[district]);
  add_verdict (writer, balance_evaluation_get_district_verdict (writer->evaluation, code));

  key (writer, "groups");
  begin (writer, '[');
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
  end (writer, ']');

  key (writer, "sections");
  begin (writer, '[');
  for (guint row = writer->facts->district_sections[district]; row < writer->facts->district_sections[district + 1]; row++)
    {
      add_section (writer, row);
      if (!flush (writer, CHUNK, error))
        return FALSE;
    }
  end (writer, ']');

  add_requirements (writer, code);
  end (writer, '}');
  g_string_append_c (writer->text, '\n');

  return flush (writer, CHUNK, error);
}

static gboolean
write_all (Writer      *writer,
           const char  *only_district,
           GError     **error)
{
  g_autoptr (GListModel) groups = balance_evaluation_get_groups (writer->evaluation);
  guint next_group = 0;

  begin (writer, '{');
  add_string (writer, "balance", BALANCE_VERSION_S);
  add_standard (writer);
  add_census (writer);
  add_verdict (writer, balance_evaluation_get_verdict (writer->evaluation));
  key (writer, "districts");
  begin (writer, '[');
  for (guint district = 0; district < writer->facts->districts.n_rows; district++)
    if (only_district == NULL || g_strcmp0 (only_district, writer->facts->district_codes[district]) == 0)
      if (!add_district (writer, district, groups, &next_group, error))
        return FALSE;
  end (writer, ']');
  add_requirements (writer, NULL);
  end (writer, '}');
  g_string_append_c (writer->text, '\n');

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
  g_autoptr (GPtrArray) columns = balance_indicator_columns_new (self, error);
  g_autoptr (GBytes) weights = balance_evaluation_dup_weights (self);
  Writer writer = {
    .text = text,
    .first = TRUE,
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
  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), FALSE);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);

  return balance_evaluation_write_json_filtered (self, NULL, stream, cancellable, error);
}
