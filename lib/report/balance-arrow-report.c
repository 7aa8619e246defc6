/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>

#include "base/balance-arrow-private.h"
#include "evaluation/balance-evaluation-private.h"
#include "report/balance-indicator-columns-private.h"
#include "store/balance-verdict-rows-private.h"

/* As the enumeration counts them, so that the index of a word is a BalanceVerdict; the last only in states. */
static const char *const states[] = { "not_applicable", "met", "unmet", "undetermined", "at_floor" };

#define N_VERDICTS  4
#define STATE_FLOOR 4

static const char *const levels[] = { "section", "school", "stage", "district", "region" };

static const char *const comparisons[] = { "at_least", "at_most", "above", "below" };

/* A table of an evaluation on its way out. */
typedef struct
{
  BalanceEvaluation *evaluation;
  BalanceLevel       level;
  GPtrArray         *indicators;    /* of BalanceIndicatorColumn; of sections and districts */
  GListModel        *groups;        /* of groups */
  GPtrArray         *ids;           /* of groups: the indicators that have columns */
  GHashTable        *requirements;  /* of findings: id -> index of its word + 1 */
  GHashTable        *units;         /* of findings: the same */
  BalanceArrowTable *table;         /* of findings: the one that is being filled */
  guint              n_rows;        /* of findings: in the batch */
  int                next;          /* row, or district whose findings come next */
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  g_clear_pointer (&self->indicators, g_ptr_array_unref);
  g_clear_pointer (&self->ids, g_ptr_array_unref);
  g_clear_pointer (&self->requirements, g_hash_table_unref);
  g_clear_pointer (&self->units, g_hash_table_unref);
  g_clear_object (&self->groups);
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
put_indicators (Export            *self,
                BalanceArrowTable *table,
                guint              at,
                guint              first,
                guint              n)
{
  for (guint i = 0; i < self->indicators->len; i++)
    {
      const BalanceIndicatorColumn *column = g_ptr_array_index (self->indicators, i);

      for (guint row = first; row < first + n; row++)
        {
          balance_arrow_table_put_double (table, at + 2 * i, balance_indicator_column_get_value (column, row));
          balance_arrow_table_put_word (table, at + 2 * i + 1,
                                        balance_indicator_column_get_at_floor (column, row)
                                          ? STATE_FLOOR : (int) balance_indicator_column_get_verdict (column, row));
        }
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

  for (guint row = first; row < first + n; row++)
    {
      guint school = facts->section_school[row], district = facts->school_district[school];

      balance_arrow_table_put_text (table, 0, facts->district_codes[district]);
      balance_arrow_table_put_text (table, 1, null_if_empty (facts->district_names[district]));
      balance_arrow_table_put_text (table, 2, facts->school_codes[school]);
      balance_arrow_table_put_text (table, 3, null_if_empty (facts->school_names[school]));
      balance_arrow_table_put_word (table, 4, facts->section_stage[row]);
      balance_arrow_table_put_word (table, 5, (int) balance_evaluation_get_section_verdict_at (self->evaluation, row));
    }
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
  g_autoptr(GListModel) indicators = balance_standard_get_indicators (self->evaluation->standard);

  self->groups = balance_evaluation_get_groups (self->evaluation);
  self->ids = g_ptr_array_new ();
  add_text (table, "district_code");
  add_text (table, "district_name");
  add_stage (self, table);
  add_verdict (table, "verdict");
  balance_arrow_table_add (table, "n_sections", BALANCE_ARROW_INT64, NULL, 0);
  add_double (table, "weight", "");
  add_double (table, "composite_cv", "");
  for (guint i = 0; i < g_list_model_get_n_items (indicators); i++)
    {
      g_autoptr(BalanceIndicator) indicator = g_list_model_get_item (indicators, i);
      const char *id = balance_indicator_get_id (indicator);
      g_autofree char *verdict = g_strconcat (id, "_cv_verdict", NULL);

      if (balance_indicator_get_level (indicator) != BALANCE_LEVEL_SECTION)
        continue;
      /* the standard keeps the id */
      g_ptr_array_add (self->ids, (gpointer) id);
      add_double (table, id, "_mean");
      add_double (table, id, "_cv");
      add_double (table, id, "_cv_limit");
      add_verdict (table, verdict);
    }

  return TRUE;
}

static int
fill_groups (BalanceArrowTable  *table,
             gpointer            data,
             GError            **error)
{
  Export *self = data;
  guint first = (guint) self->next, n = MIN (g_list_model_get_n_items (self->groups) - first, BALANCE_ARROW_BATCH);

  for (guint row = first; row < first + n; row++)
    {
      g_autoptr(BalanceGroup) group = g_list_model_get_item (self->groups, row);
      const char *code = balance_group_get_district_code (group);
      guint district = 0, column = 0;

      balance_evaluation_find_district (self->evaluation, code, &district);
      balance_arrow_table_put_text (table, column++, code);
      balance_arrow_table_put_text (table, column++, null_if_empty (self->evaluation->facts->district_names[district]));
      balance_arrow_table_put_word (table, column++, balance_dictionary_find_stage (self->evaluation->facts->dictionary,
                                                                                    balance_group_get_stage (group)));
      balance_arrow_table_put_word (table, column++, (int) balance_group_get_verdict (group));
      balance_arrow_table_put_int (table, column++, TRUE, balance_group_get_n_sections (group));
      balance_arrow_table_put_double (table, column++, balance_group_get_weight (group));
      balance_arrow_table_put_double (table, column++, balance_group_get_composite_cv (group));
      for (guint i = 0; i < self->ids->len; i++)
        {
          const char *id = g_ptr_array_index (self->ids, i);

          balance_arrow_table_put_double (table, column++, balance_group_get_mean (group, id));
          balance_arrow_table_put_double (table, column++, balance_group_get_cv (group, id));
          balance_arrow_table_put_double (table, column++, balance_group_get_cv_limit (group, id));
          balance_arrow_table_put_word (table, column++, (int) balance_group_get_cv_verdict (group, id));
        }
    }
  self->next += (int) n;

  return (int) n;
}

/* ---- findings */

/* A word for each of the texts that the requirements have. */
static GHashTable *
add_word_set (Export            *self,
              BalanceArrowTable *table,
              const char        *name,
              gboolean           units)
{
  BalancePack *pack = self->evaluation->standard->pack;
  GHashTable *numbers = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) words = g_ptr_array_new ();

  for (guint i = 0; i < pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (pack->rules, i);
      char *word = units ? rule->unit : rule->id;

      if (word == NULL || g_hash_table_contains (numbers, word))
        continue;
      g_ptr_array_add (words, word);
      /* the standard keeps it */
      g_hash_table_insert (numbers, word, GUINT_TO_POINTER (words->len));
    }
  add_words (table, name, (const char *const *) words->pdata, words->len);

  return numbers;
}

static gboolean
open_findings (Export            *self,
               BalanceArrowTable *table,
               GError           **error)
{
  self->next = -1;
  self->requirements = add_word_set (self, table, "requirement", FALSE);
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
  self->units = add_word_set (self, table, "unit", TRUE);
  add_text (table, "path");

  return TRUE;
}

static int
find_word (GHashTable *words,
           const char *text)
{
  return text != NULL ? GPOINTER_TO_INT (g_hash_table_lookup (words, text)) - 1 : -1;
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
put_finding (const BalanceVerdictRow  *row,
             gpointer                  data,
             GError                  **error)
{
  Export *self = data;
  BalanceArrowTable *table = self->table;
  guint column = 0;

  balance_arrow_table_put_word (table, column++, find_word (self->requirements, row->requirement));
  balance_arrow_table_put_word (table, column++, (int) row->level);
  balance_arrow_table_put_text (table, column++, row->district);
  balance_arrow_table_put_text (table, column++, row->school);
  balance_arrow_table_put_word (table, column++, row->stage != NULL
                                  ? balance_dictionary_find_stage (self->evaluation->facts->dictionary, row->stage) : -1);
  balance_arrow_table_put_word (table, column++, (int) row->verdict);
  balance_arrow_table_put_word (table, column++, (int) row->strict_verdict);
  balance_arrow_table_put_double (table, column++, row->value);
  balance_arrow_table_put_word (table, column++, find_comparison (row->comparison));
  balance_arrow_table_put_double (table, column++, row->limit);
  balance_arrow_table_put_double (table, column++, row->margin);
  balance_arrow_table_put_word (table, column++, find_word (self->units, row->unit));
  balance_arrow_table_put_text (table, column++, row->path);
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
    if (!balance_evaluation_foreach_verdict_of (self->evaluation, self->next++, put_finding, self, NULL, error))
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
