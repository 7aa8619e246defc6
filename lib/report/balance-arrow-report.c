/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>

#include "base/balance-arrow-private.h"
#include "evaluation/balance-group-figures-private.h"
#include "evaluation/balance-walk-private.h"
#include "report/balance-indicator-columns-private.h"

/* As the enumeration counts them, so that the index of a word is a BalanceVerdict; the last only in states. */
static const char *const states[] = { "not_applicable", "met", "unmet", "undetermined", "at_floor" };

#define N_VERDICTS  4
#define STATE_FLOOR 4

static const char *const levels[] = { "section", "school", "stage", "district", "region" };

static const char *const comparisons[] = { "at_least", "at_most", "above", "below" };

/* The words of a requirement, by their numbers; -1: none. */
typedef struct
{
  int requirement, comparison, unit;
} RuleWords;

/* A table of an evaluation on its way out. */
typedef struct
{
  BalanceEvaluation   *evaluation;
  BalanceLevel         level;
  GPtrArray           *indicators;    /* of BalanceIndicatorColumn; of sections and districts */
  BalanceGroupFigures *figures;       /* of groups */
  GArray              *shown;         /* of guint: the indicators of the pack that have columns */
  BalanceWalk         *walk;          /* of findings */
  RuleWords           *words;         /* of findings: [rule] */
  GString             *path;          /* of findings: of the row */
  BalanceArrowTable   *table;         /* of findings: the one that is being filled */
  guint                n_rows;        /* of findings: in the batch */
  int                  next;          /* row, or district whose findings come next */
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  g_clear_pointer (&self->indicators, g_ptr_array_unref);
  g_clear_pointer (&self->figures, balance_group_figures_free);
  g_clear_pointer (&self->shown, g_array_unref);
  g_clear_pointer (&self->walk, balance_walk_free);
  g_free (self->words);
  if (self->path != NULL)
    g_string_free (self->path, TRUE);
  g_object_unref (self->evaluation);
  g_free (self);
}

static guint
add_text (BalanceArrowTable *table,
          const char        *name)
{
  return balance_arrow_table_add (table, name, BALANCE_ARROW_TEXT, NULL, 0);
}

static guint
add_words (BalanceArrowTable *table,
           const char        *name,
           const char *const *words,
           guint              n_words)
{
  return balance_arrow_table_add (table, name, BALANCE_ARROW_WORD, words, n_words);
}

static guint
add_verdict (BalanceArrowTable *table,
             const char        *name)
{
  return add_words (table, name, states, N_VERDICTS);
}

static guint
add_double (BalanceArrowTable *table,
            const char        *id,
            const char        *suffix)
{
  g_autofree char *name = g_strconcat (id, suffix, NULL);

  return balance_arrow_table_add (table, name, BALANCE_ARROW_DOUBLE, NULL, 0);
}

static void
add_stage (Export            *self,
           BalanceArrowTable *table)
{
  BalanceDictionary *dictionary = self->evaluation->facts->dictionary;
  g_autoptr(GPtrArray) words = g_ptr_array_new ();

  for (guint i = 0; i < balance_dictionary_get_n_stages (dictionary); i++)
    g_ptr_array_add (words, balance_dictionary_get_stage (dictionary, i)->id);
  add_words (table, "stage", (const char *const *) words->pdata, words->len);
}

static const char *
null_if_empty (const char *text)
{
  return *text != '\0' ? text : NULL;
}

/* ---- sections and districts */

static gboolean
open_indicators (Export            *self,
                 BalanceArrowTable *table,
                 GError           **error)
{
  self->indicators = balance_indicator_columns_new (self->evaluation, self->level, error);
  if (self->indicators == NULL)
    return FALSE;

  for (guint i = 0; i < self->indicators->len; i++)
    {
      const BalanceIndicatorColumn *column = g_ptr_array_index (self->indicators, i);
      g_autofree char *state = g_strconcat (column->id, "_state", NULL);

      add_double (table, column->id, "");
      add_words (table, state, states, G_N_ELEMENTS (states));
    }

  return TRUE;
}

static void
put_states (BalanceArrowTable            *table,
            guint                         to,
            const BalanceIndicatorColumn *column,
            guint                         first,
            guint                         n)
{
  const guint8 *verdicts = (const guint8 *) g_bytes_get_data (column->verdicts, NULL) + first;
  const guint8 *at_floor = column->at_floor != NULL ? (const guint8 *) g_bytes_get_data (column->at_floor, NULL) + first : NULL;
  gint8 *states_of = balance_arrow_table_add_words (table, to, n);

  for (guint i = 0; i < n; i++)
    states_of[i] = at_floor != NULL && at_floor[i] != 0 ? STATE_FLOOR : (gint8) verdicts[i];
}

static void
put_indicators (Export            *self,
                BalanceArrowTable *table,
                guint              at,
                guint              first,
                guint              n)
{
  for (guint i = 0; i < self->indicators->len; i++)
    {
      const BalanceIndicatorColumn *column = g_ptr_array_index (self->indicators, i);

      balance_arrow_table_put_doubles (table, at + 2 * i, (const double *) g_bytes_get_data (column->values, NULL) + first, n);
      put_states (table, at + 2 * i + 1, column, first, n);
    }
}

static gboolean
open_sections (Export            *self,
               BalanceArrowTable *table,
               GError           **error)
{
  self->level = BALANCE_LEVEL_SECTION;
  add_text (table, "district_code");
  add_text (table, "district_name");
  add_text (table, "school_code");
  add_text (table, "school_name");
  add_stage (self, table);
  add_verdict (table, "verdict");

  return open_indicators (self, table, error);
}

static int
fill_sections (BalanceArrowTable  *table,
               gpointer            data,
               GError            **error)
{
  Export *self = data;
  BalanceFacts *facts = self->evaluation->facts;
  guint first = (guint) self->next, n = MIN (facts->sections.n_rows - first, BALANCE_ARROW_BATCH);
  guint32 districts[BALANCE_ARROW_BATCH];
  gint8 *stages;

  if (n == 0)
    return 0;
  stages = balance_arrow_table_add_words (table, 4, n);
  for (guint i = 0; i < n; i++)
    {
      districts[i] = facts->school_district[facts->section_school[first + i]];
      stages[i] = (gint8) facts->section_stage[first + i];
    }
  balance_arrow_table_put_texts (table, 0, (const char *const *) facts->district_codes, districts, n, FALSE);
  balance_arrow_table_put_texts (table, 1, (const char *const *) facts->district_names, districts, n, TRUE);
  balance_arrow_table_put_texts (table, 2, (const char *const *) facts->school_codes, facts->section_school + first, n, FALSE);
  balance_arrow_table_put_texts (table, 3, (const char *const *) facts->school_names, facts->section_school + first, n, TRUE);
  balance_evaluation_get_section_verdicts (self->evaluation, first, n, (guint8 *) balance_arrow_table_add_words (table, 5, n));
  put_indicators (self, table, 6, first, n);
  self->next += (int) n;

  return (int) n;
}

static gboolean
open_districts (Export            *self,
                BalanceArrowTable *table,
                GError           **error)
{
  self->level = BALANCE_LEVEL_DISTRICT;
  add_text (table, "district_code");
  add_text (table, "district_name");
  add_verdict (table, "verdict");
  balance_arrow_table_add (table, "n_schools", BALANCE_ARROW_INT64, NULL, 0);
  balance_arrow_table_add (table, "n_sections", BALANCE_ARROW_INT64, NULL, 0);
  balance_arrow_table_add (table, "rows_left_out", BALANCE_ARROW_BOOL, NULL, 0);

  return open_indicators (self, table, error);
}

static int
fill_districts (BalanceArrowTable  *table,
                gpointer            data,
                GError            **error)
{
  Export *self = data;
  BalanceFacts *facts = self->evaluation->facts;
  guint first = (guint) self->next, n = MIN (facts->districts.n_rows - first, BALANCE_ARROW_BATCH);

  if (n == 0)
    return 0;
  for (guint row = first; row < first + n; row++)
    {
      balance_arrow_table_put_text (table, 0, facts->district_codes[row]);
      balance_arrow_table_put_text (table, 1, null_if_empty (facts->district_names[row]));
      balance_arrow_table_put_word (table, 2, (int) balance_evaluation_get_district_verdict (self->evaluation, facts->district_codes[row]));
      balance_arrow_table_put_int (table, 3, TRUE, facts->district_schools[row + 1] - facts->district_schools[row]);
      balance_arrow_table_put_int (table, 4, TRUE, facts->district_sections[row + 1] - facts->district_sections[row]);
      balance_arrow_table_put_int (table, 5, TRUE, facts->skipped || facts->district_skipped[row]);
    }
  put_indicators (self, table, 6, first, n);
  self->next += (int) n;

  return (int) n;
}

/* ---- groups */

static gboolean
open_groups (Export            *self,
             BalanceArrowTable *table,
             GError           **error)
{
  GPtrArray *indicators = self->evaluation->standard->pack->indicators;

  self->figures = balance_group_figures_new (self->evaluation);
  self->shown = g_array_new (FALSE, FALSE, sizeof (guint));
  add_text (table, "district_code");
  add_text (table, "district_name");
  add_stage (self, table);
  add_verdict (table, "verdict");
  balance_arrow_table_add (table, "n_sections", BALANCE_ARROW_INT64, NULL, 0);
  add_double (table, "weight", "");
  add_double (table, "composite_cv", "");
  for (guint i = 0; i < indicators->len; i++)
    {
      const BalanceIndicatorRule *indicator = g_ptr_array_index (indicators, i);
      g_autofree char *verdict = g_strconcat (indicator->id, "_cv_verdict", NULL);

      if (indicator->level != BALANCE_LEVEL_SECTION)
        continue;
      g_array_append_val (self->shown, i);
      add_double (table, indicator->id, "_mean");
      add_double (table, indicator->id, "_cv");
      add_double (table, indicator->id, "_cv_limit");
      add_verdict (table, verdict);
    }

  return TRUE;
}

static void
put_group (Export            *self,
           BalanceArrowTable *table,
           guint              row)
{
  BalanceFacts *facts = self->evaluation->facts;
  const guint district = facts->group_district[row];
  const BalanceGroupFigure *figures;
  guint n_sections, column = 0;
  double weight, composite;

  figures = balance_group_figures_get (self->figures, row, &n_sections, &weight, &composite);
  balance_arrow_table_put_text (table, column++, facts->district_codes[district]);
  balance_arrow_table_put_text (table, column++, null_if_empty (facts->district_names[district]));
  balance_arrow_table_put_word (table, column++, facts->group_stage[row]);
  balance_arrow_table_put_word (table, column++, (int) balance_evaluation_get_group_verdict_at (self->evaluation, row));
  balance_arrow_table_put_int (table, column++, TRUE, n_sections);
  balance_arrow_table_put_double (table, column++, weight);
  balance_arrow_table_put_double (table, column++, composite);
  for (guint i = 0; i < self->shown->len; i++)
    {
      const BalanceGroupFigure *figure = &figures[g_array_index (self->shown, guint, i)];

      balance_arrow_table_put_double (table, column++, figure->mean);
      balance_arrow_table_put_double (table, column++, figure->cv);
      balance_arrow_table_put_double (table, column++, figure->limit);
      balance_arrow_table_put_word (table, column++, (int) figure->verdict);
    }
}

static int
fill_groups (BalanceArrowTable  *table,
             gpointer            data,
             GError            **error)
{
  Export *self = data;
  guint n = 0;

  for (; n < BALANCE_ARROW_BATCH && (guint) self->next < self->evaluation->facts->n_groups; self->next++)
    if (balance_evaluation_judges_group (self->evaluation, (guint) self->next))
      {
        put_group (self, table, (guint) self->next);
        n++;
      }

  return (int) n;
}

/* ---- findings */

/* The number of a word, which is added where it is new; -1: no word. */
static int
get_word (GPtrArray *words,
          char      *word)
{
  guint at;

  if (word == NULL)
    return -1;
  if (!g_ptr_array_find_with_equal_func (words, word, g_str_equal, &at))
    {
      at = words->len;
      g_ptr_array_add (words, word);
    }

  return (int) at;
}

static int
find_comparison (const char *name)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (comparisons); i++)
    if (g_str_equal (name, comparisons[i]))
      return (int) i;

  return -1;
}

static gboolean
open_findings (Export            *self,
               BalanceArrowTable *table,
               GError           **error)
{
  GPtrArray *rules = self->evaluation->standard->pack->rules;
  g_autoptr(GPtrArray) requirements = g_ptr_array_new (), units = g_ptr_array_new ();

  self->next = -1;
  self->walk = balance_walk_new (self->evaluation);
  self->path = g_string_new (NULL);
  self->words = g_new (RuleWords, rules->len + 1);
  for (guint i = 0; i < rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (rules, i);
      const BalanceComparison comparison = self->evaluation->result.scheme->rules[i].measure.comparison;

      self->words[i] = (RuleWords) {
        get_word (requirements, rule->id), find_comparison (balance_comparison_name (comparison)), get_word (units, rule->unit),
      };
    }
  add_words (table, "requirement", (const char *const *) requirements->pdata, requirements->len);
  add_words (table, "level", levels, G_N_ELEMENTS (levels));
  add_text (table, "district_code");
  add_text (table, "school_code");
  add_stage (self, table);
  add_verdict (table, "verdict");
  add_verdict (table, "strict_verdict");
  add_double (table, "value", "");
  add_words (table, "comparison", comparisons, G_N_ELEMENTS (comparisons));
  add_double (table, "limit", "");
  add_double (table, "margin", "");
  add_words (table, "unit", (const char *const *) units->pdata, units->len);
  add_text (table, "path");

  return TRUE;
}

static gboolean
put_finding (const BalanceWalkRow  *row,
             gpointer               data,
             GError               **error)
{
  Export *self = data;
  BalanceFacts *facts = self->evaluation->facts;
  BalanceArrowTable *table = self->table;
  const RuleWords nothing = { -1, -1, -1 }, *words = row->rule != NULL ? &self->words[row->rule->index] : &nothing;
  guint column = 0;
  int district = -1, school = -1, stage = -1;

  switch (row->level)
    {
    case BALANCE_LEVEL_SECTION:
    case BALANCE_LEVEL_SCHOOL:
      school = (int) (row->level == BALANCE_LEVEL_SECTION ? facts->section_school[row->row] : row->row);
      district = (int) facts->school_district[school];
      if (row->level == BALANCE_LEVEL_SECTION)
        stage = facts->section_stage[row->row];
      break;
    case BALANCE_LEVEL_STAGE:
      district = (int) facts->group_district[row->row];
      stage = facts->group_stage[row->row];
      break;
    case BALANCE_LEVEL_DISTRICT:
      district = (int) row->row;
      break;
    case BALANCE_LEVEL_REGION:
    default:
      break;
    }
  g_string_truncate (self->path, 0);
  if (row->rule != NULL)
    balance_evaluation_append_path (self->evaluation, row->level, row->row, row->rule->id, self->path);

  balance_arrow_table_put_word (table, column++, words->requirement);
  balance_arrow_table_put_word (table, column++, (int) row->level);
  balance_arrow_table_put_text (table, column++, district >= 0 ? facts->district_codes[district] : NULL);
  balance_arrow_table_put_text (table, column++, school >= 0 ? facts->school_codes[school] : NULL);
  balance_arrow_table_put_word (table, column++, stage);
  balance_arrow_table_put_word (table, column++, (int) row->verdict);
  balance_arrow_table_put_word (table, column++, (int) row->strict_verdict);
  balance_arrow_table_put_double (table, column++, row->value);
  balance_arrow_table_put_word (table, column++, words->comparison);
  balance_arrow_table_put_double (table, column++, row->limit);
  balance_arrow_table_put_double (table, column++, row->margin);
  balance_arrow_table_put_word (table, column++, words->unit);
  balance_arrow_table_put_text (table, column++, null_if_empty (self->path->str));
  self->n_rows++;

  return TRUE;
}

/* Whole districts, as each is judged anew for its findings. */
static int
fill_findings (BalanceArrowTable  *table,
               gpointer            data,
               GError            **error)
{
  Export *self = data;
  int n_districts = (int) self->evaluation->facts->districts.n_rows;

  self->table = table;
  self->n_rows = 0;
  while (self->n_rows < BALANCE_ARROW_BATCH && self->next < n_districts)
    if (!balance_walk_run (self->walk, self->next++, put_finding, self, NULL, error))
      return -1;

  return (int) self->n_rows;
}

/* ---- */

/**
 * balance_evaluation_export_arrow:
 * @self: an evaluation
 * @table: which table
 * @stream: an empty `struct ArrowArrayStream` of the Arrow C stream interface; in Python its address as an integer
 * @error: return location for a [error@Balance.Error]
 *
 * Gives results as a table in memory, which data frames take as it is. Codes and names are texts, figures doubles, verdicts
 * dictionaries of `not_applicable`, `met`, `unmet` and `undetermined`, in the order of [enum@Balance.Verdict], to which
 * states add `at_floor`; what has no value is null. The columns are listed in the [guide](arrow.html).
 *
 * Rows stand in the order of the census, those of findings as [method@Balance.Evaluation.write_database] writes them:
 * the region, then each district with its groups, sections and the tree of its requirements. A finding without
 * requirement is about everything that is asked of its subject.
 *
 * Figures are computed batch by batch while the stream is read. The stream holds the evaluation and may be released in any
 * thread. Whoever takes it releases it; before the call it must hold nothing, after an error it holds nothing.
 *
 * Returns: %TRUE if the stream was made
 *
 * Since: 1.0
 */
gboolean
balance_evaluation_export_arrow (BalanceEvaluation       *self,
                                 BalanceEvaluationTable   table,
                                 gpointer                 stream,
                                 GError                 **error)
{
  static const struct
  {
    gboolean         (*open) (Export *export, BalanceArrowTable *columns, GError **error);
    BalanceArrowFill   fill;
  } kinds[] = {
    [BALANCE_EVALUATION_TABLE_SECTIONS] = { open_sections, fill_sections },
    [BALANCE_EVALUATION_TABLE_GROUPS] = { open_groups, fill_groups },
    [BALANCE_EVALUATION_TABLE_DISTRICTS] = { open_districts, fill_districts },
    [BALANCE_EVALUATION_TABLE_FINDINGS] = { open_findings, fill_findings },
  };
  g_autoptr(BalanceArrowTable) columns = NULL;
  Export *export;

  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), FALSE);
  g_return_val_if_fail ((guint) table < G_N_ELEMENTS (kinds), FALSE);
  g_return_val_if_fail (stream != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  *(struct ArrowArrayStream *) stream = (struct ArrowArrayStream) { 0 };
  columns = balance_arrow_table_new ();
  export = g_new0 (Export, 1);
  export->evaluation = g_object_ref (self);
  if (!kinds[table].open (export, columns, error))
    {
      export_free (export);
      return FALSE;
    }
  balance_arrow_table_export (g_steal_pointer (&columns), kinds[table].fill, export, export_free, stream);

  return TRUE;
}
