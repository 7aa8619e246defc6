/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>

#include "base/balance-float-private.h"
#include "census/balance-view-private.h"
#include "evaluation/balance-evaluation-private.h"

/**
 * BalanceEvaluation:
 *
 * What a standard says about a census (评估结果): verdicts, group statistics, and on demand an explained
 * finding for every requirement and subject.
 *
 * Only verdicts are kept. Figures and findings are computed anew from the same program when they are
 * asked for, so they are always those that the verdict rests on. An evaluation is immutable and may be
 * used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceEvaluation, balance_evaluation, G_TYPE_OBJECT)

static void
result_clear (BalanceResult *self)
{
  if (self->scheme == NULL)
    return;

  for (guint i = 0; i < self->scheme->pack->rules->len; i++)
    {
      if (self->verdicts != NULL)
        g_free (self->verdicts[i]);
      if (self->floors != NULL)
        g_free (self->floors[i]);
      if (self->sums != NULL)
        balance_sums_free (self->sums[i]);
    }
  g_free (self->verdicts);
  g_free (self->floors);
  g_free (self->sums);
  g_free (self->districts);
  balance_judge_free (self->region);
  balance_bindings_free (self->bindings);
  balance_scheme_unref (self->scheme);
}

static void
balance_evaluation_finalize (GObject *object)
{
  BalanceEvaluation *self = BALANCE_EVALUATION (object);

  result_clear (&self->result);
  result_clear (&self->strict);
  g_clear_pointer (&self->schools, g_hash_table_unref);
  g_clear_pointer (&self->notices, balance_problems_unref);
  g_clear_pointer (&self->facts, balance_facts_unref);
  g_clear_object (&self->census);
  g_clear_object (&self->standard);
  g_strfreev (self->options);
  g_strfreev (self->concessions);
  g_free (self->as_of);
  g_free (self->judged);
  g_free (self->counts);
  g_free (self->unsplit);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (balance_evaluation_parent_class)->finalize (object);
}

static void
balance_evaluation_class_init (BalanceEvaluationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_evaluation_finalize;
}

static void
balance_evaluation_init (BalanceEvaluation *self)
{
  g_mutex_init (&self->lock);
}

/* -- replay ------------------------------------------------------------------------------------------ */

static BalanceReplay *
replay_new (BalanceEvaluation *evaluation, guint first, guint n)
{
  BalanceReplay *self = g_new0 (BalanceReplay, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->evaluation = g_object_ref (evaluation);
  g_mutex_init (&self->deciding_lock);
  self->district = first;
  self->n_districts = n;
  self->judge = balance_judge_new (evaluation->result.bindings, n == 1 ? evaluation->result.region : NULL);
  balance_judge_reset (self->judge, first, n);
  balance_judge_keep (self->judge, evaluation->result.verdicts, evaluation->result.sums);
  if (evaluation->strict.scheme != NULL)
    {
      self->strict = balance_judge_new (evaluation->strict.bindings, n == 1 ? evaluation->strict.region : NULL);
      balance_judge_reset (self->strict, first, n);
      balance_judge_keep (self->strict, evaluation->strict.verdicts, evaluation->strict.sums);
    }

  return self;
}

BalanceReplay *
balance_replay_new (BalanceEvaluation *evaluation, guint district)
{
  return replay_new (evaluation, district, 1);
}

BalanceReplay *
balance_replay_new_region (BalanceEvaluation *evaluation)
{
  return replay_new (evaluation, 0, evaluation->facts->districts.n_rows);
}

BalanceReplay *
balance_replay_ref (BalanceReplay *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
balance_replay_unref (BalanceReplay *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;

  balance_judge_free (self->judge);
  balance_judge_free (self->strict);
  balance_deciding_free (self->deciding);
  g_object_unref (self->evaluation);
  g_mutex_clear (&self->deciding_lock);
  g_mutex_clear (&self->lock);
  g_free (self);
}

BalanceDeciding *
balance_replay_get_deciding (BalanceReplay *self)
{
  if (self->deciding == NULL)
    self->deciding = balance_deciding_new (self->evaluation->result.bindings, self->evaluation->result.region, self->district,
                                           self->n_districts);
  return self->deciding;
}

/* -- looking things up ------------------------------------------------------------------------------- */

gboolean
balance_rule_is_top (const BalanceRule *rule)
{
  return rule->parent == NULL || rule->parent->level != rule->level;
}

gboolean
balance_evaluation_find_district (BalanceEvaluation *self, const char *code, guint *district)
{
  *district = balance_facts_find_district (self->facts, code);

  return *district != BALANCE_NO_ROW;
}

#define AMBIGUOUS G_MAXUINT

/* Row of a school code plus one; 0 = unknown, AMBIGUOUS = in several districts. */
static guint
find_school (BalanceEvaluation *self, const char *code)
{
  guint row;

  g_mutex_lock (&self->lock);
  if (self->schools == NULL)
    {
      self->schools = g_hash_table_new (g_str_hash, g_str_equal);
      for (guint i = 0; i < self->facts->schools.n_rows; i++)
        {
          gpointer key = (gpointer) self->facts->school_codes[i];

          g_hash_table_insert (self->schools, key,
                               GUINT_TO_POINTER (g_hash_table_contains (self->schools, key) ? AMBIGUOUS : i + 1));
        }
    }
  row = GPOINTER_TO_UINT (g_hash_table_lookup (self->schools, code));
  g_mutex_unlock (&self->lock);

  return row;
}

gboolean
balance_evaluation_school_is_unique (BalanceEvaluation *self, guint school)
{
  return find_school (self, self->facts->school_codes[school]) != AMBIGUOUS;
}

static guint
find_school_in (BalanceEvaluation *self, guint district, const char *code)
{
  for (guint i = self->facts->district_schools[district]; i < self->facts->district_schools[district + 1]; i++)
    if (strcmp (self->facts->school_codes[i], code) == 0)
      return i + 1;
  return 0;
}

int
balance_evaluation_find_dispersion (BalanceEvaluation *self, guint indicator, BalanceNode **mask)
{
  BalanceScheme *scheme = self->result.scheme;
  int found = -1, combined = -1, item = -1;

  for (guint i = 0; i < scheme->pack->rules->len; i++)
    {
      const BalanceSchemeRule *rule = &scheme->rules[i];

      if (rule->rule->kind == BALANCE_RULE_DISPERSION && rule->rule->level == BALANCE_LEVEL_STAGE && !rule->rule->combine &&
          rule->indicators[0] == indicator && found < 0)
        found = (int) i;
      for (guint k = 0; rule->rule->kind == BALANCE_RULE_DISPERSION && rule->rule->combine && k < rule->n_indicators; k++)
        if (rule->rule->level == BALANCE_LEVEL_STAGE && rule->indicators[k] == indicator && combined < 0)
          combined = (int) i;
      if (rule->rule->kind == BALANCE_RULE_INDICATOR && rule->indicators[0] == indicator && item < 0)
        item = (int) i;
    }
  if (mask != NULL)
    *mask = found >= 0 ? scheme->rules[found].mask
            : combined >= 0 ? scheme->rules[combined].mask
            : item >= 0 ? scheme->rules[item].mask : scheme->program->base_mask;

  return found;
}

gboolean
balance_replay_in_scope (BalanceReplay *self, guint indicator, guint section)
{
  BalanceNode *mask;
  gboolean in_scope = TRUE;

  balance_evaluation_find_dispersion (self->evaluation, indicator, &mask);
  if (mask == NULL)
    return TRUE;

  g_mutex_lock (&self->lock);
  in_scope = balance_frame_get_flags (self->judge->frame, mask)[section - self->judge->frame->offset[BALANCE_LEVEL_SECTION]] != BALANCE_FALSE;
  g_mutex_unlock (&self->lock);

  return in_scope;
}

static int
find_rule (BalanceEvaluation *self, const char *id)
{
  BalancePack *pack = self->standard->pack;
  BalanceRule *rule = balance_pack_find_rule (pack, id);

  if (rule != NULL)
    return (int) rule->index;
  for (guint i = 0; i < pack->rules->len; i++)
    if (strcmp (((BalanceRule *) g_ptr_array_index (pack->rules, i))->id, id) == 0)
      return (int) i;
  return -1;
}

int
balance_evaluation_find_indicator (BalanceEvaluation *self, const char *id)
{
  guint at;
  BalanceIndicatorRule *rule = balance_pack_find_indicator (self->standard->pack, id);

  return rule != NULL && g_ptr_array_find (self->standard->pack->indicators, rule, &at) ? (int) at : -1;
}

/* -- verdicts ---------------------------------------------------------------------------------------- */

void
balance_evaluation_get_section_verdicts (BalanceEvaluation *self, guint first, guint n, guint8 *verdicts)
{
  memset (verdicts, BALANCE_VERDICT_NOT_APPLICABLE, n);
  for (guint i = 0; i < self->standard->pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (self->standard->pack->rules, i);

      if (!self->counts[i] || rule->level != BALANCE_LEVEL_SECTION || !balance_rule_is_top (rule))
        continue;
      for (guint k = 0; k < n; k++)
        verdicts[k] = (guint8) balance_verdict_and ((BalanceVerdict) verdicts[k], (BalanceVerdict) self->result.verdicts[i][first + k]);
    }
}

BalanceVerdict
balance_evaluation_get_section_verdict_at (BalanceEvaluation *self, guint section)
{
  guint8 verdict;

  balance_evaluation_get_section_verdicts (self, section, 1, &verdict);

  return (BalanceVerdict) verdict;
}

gboolean
balance_evaluation_judges_group (BalanceEvaluation *self, guint group)
{
  return self->result.bindings->own->stage_back[self->facts->group_stage[group]] >= 0;
}

BalanceVerdict
balance_evaluation_get_group_verdict_at (BalanceEvaluation *self, guint group)
{
  BalanceVerdict verdict = BALANCE_VERDICT_NOT_APPLICABLE;

  for (guint i = 0; i < self->standard->pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (self->standard->pack->rules, i);

      if (self->counts[i] && rule->level == BALANCE_LEVEL_STAGE && balance_rule_is_top (rule))
        verdict = balance_verdict_and (verdict, (BalanceVerdict) self->result.verdicts[i][group]);
    }

  return verdict;
}

/**
 * balance_evaluation_get_standard:
 * @self: an evaluation
 *
 * Gets the standard that was applied.
 *
 * Returns: (transfer none): the standard
 *
 * Since: 1.0
 */
BalanceStandard *
balance_evaluation_get_standard (BalanceEvaluation *self)
{
  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), NULL);

  return self->standard;
}

/**
 * balance_evaluation_get_census:
 * @self: an evaluation
 *
 * Gets the census that was judged.
 *
 * Returns: (transfer none): the census
 *
 * Since: 1.0
 */
BalanceCensus *
balance_evaluation_get_census (BalanceEvaluation *self)
{
  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), NULL);

  return self->census;
}

/**
 * balance_evaluation_get_as_of:
 * @self: an evaluation
 *
 * Gets the date whose rules were applied.
 *
 * Returns: (transfer none): an ISO date
 *
 * Since: 1.0
 */
const char *
balance_evaluation_get_as_of (BalanceEvaluation *self)
{
  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), NULL);

  return self->as_of;
}

/**
 * balance_evaluation_dup_options:
 * @self: an evaluation
 *
 * Lists the options of the standard as they were used, defaults included, as "id=value".
 *
 * Returns: (transfer full) (array zero-terminated=1): the options
 *
 * Since: 1.0
 */
char **
balance_evaluation_dup_options (BalanceEvaluation *self)
{
  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), NULL);

  return g_strdupv (self->options);
}

/**
 * balance_evaluation_dup_concessions:
 * @self: an evaluation
 *
 * Lists the concessions that were in force.
 *
 * Returns: (transfer full) (array zero-terminated=1): their ids
 *
 * Since: 1.0
 */
char **
balance_evaluation_dup_concessions (BalanceEvaluation *self)
{
  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), NULL);

  return g_strdupv (self->concessions);
}

/* Do verdicts or values of the scheme need the whole census? */
static gboolean
rule_uses_region (const BalanceResult *result, guint rule)
{
  return result->scheme != NULL && result->scheme->rules[rule].uses_region;
}

static gboolean
indicator_uses_region (const BalanceResult *result, guint indicator)
{
  BalanceNode *value = result->scheme != NULL ? result->scheme->indicators[indicator].measure.value : NULL;

  return value != NULL && (result->scheme->indicators[indicator].rule->level == BALANCE_LEVEL_REGION || balance_node_uses_region (value));
}

/**
 * balance_evaluation_dup_region_items:
 * @self: an evaluation
 *
 * Lists what rests on all districts of the census taken together: requirements of the region, choices among schools of all
 * districts, whatever sums over the region or has such a part. Whoever judges districts apart from each other, one on each
 * machine, gets these wrong; all else is the same.
 *
 * Returns: (transfer full) (array zero-terminated=1): ids of requirements and indicators, in the order of the standard;
 *   mostly none
 *
 * Since: 1.0
 */
char **
balance_evaluation_dup_region_items (BalanceEvaluation *self)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  BalancePack *pack;

  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), NULL);

  pack = self->standard->pack;
  for (guint i = 0; i < pack->rules->len; i++)
    if (self->judged[i] && (rule_uses_region (&self->result, i) || rule_uses_region (&self->strict, i)))
      g_strv_builder_add (builder, ((const BalanceRule *) g_ptr_array_index (pack->rules, i))->id);
  for (guint i = 0; i < pack->indicators->len; i++)
    if (indicator_uses_region (&self->result, i) || indicator_uses_region (&self->strict, i))
      g_strv_builder_add (builder, ((const BalanceIndicatorRule *) g_ptr_array_index (pack->indicators, i))->id);

  return g_strv_builder_end (builder);
}

/**
 * balance_evaluation_get_verdict:
 * @self: an evaluation
 *
 * Gets the verdict on the whole census: every district and what is asked of the region.
 *
 * Returns: the verdict
 *
 * Since: 1.0
 */
BalanceVerdict
balance_evaluation_get_verdict (BalanceEvaluation *self)
{
  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), BALANCE_VERDICT_UNDETERMINED);

  return self->verdict;
}

/**
 * balance_evaluation_get_district_verdict:
 * @self: an evaluation
 * @district_code: the code of a district
 *
 * Gets the verdict on one district.
 *
 * Returns: the verdict; %BALANCE_VERDICT_NOT_APPLICABLE where the census has no such district
 *
 * Since: 1.0
 */
BalanceVerdict
balance_evaluation_get_district_verdict (BalanceEvaluation *self,
                                         const char        *district_code)
{
  guint district;

  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), BALANCE_VERDICT_UNDETERMINED);
  g_return_val_if_fail (district_code != NULL, BALANCE_VERDICT_UNDETERMINED);

  if (!balance_evaluation_find_district (self, district_code, &district))
    return BALANCE_VERDICT_NOT_APPLICABLE;
  return (BalanceVerdict) self->result.districts[district];
}

/**
 * balance_evaluation_get_section_verdict:
 * @self: an evaluation
 * @section: a section of the census
 *
 * Gets the verdict on everything that is asked of one section.
 *
 * Returns: the verdict
 *
 * Since: 1.0
 */
BalanceVerdict
balance_evaluation_get_section_verdict (BalanceEvaluation *self,
                                        BalanceSection    *section)
{
  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), BALANCE_VERDICT_UNDETERMINED);
  g_return_val_if_fail (BALANCE_IS_SECTION (section), BALANCE_VERDICT_UNDETERMINED);
  g_return_val_if_fail (section->view.facts == self->facts, BALANCE_VERDICT_UNDETERMINED);

  return balance_evaluation_get_section_verdict_at (self, section->view.row);
}

/**
 * balance_evaluation_get_groups:
 * @self: an evaluation
 *
 * Gets the groups (all sections of one district and stage) that the standard judges, in order of
 * district code and stage.
 *
 * Returns: (transfer full): a list of [class@Balance.Group]
 *
 * Since: 1.0
 */
GListModel *
balance_evaluation_get_groups (BalanceEvaluation *self)
{
  GListStore *list;

  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), NULL);

  list = g_list_store_new (BALANCE_TYPE_GROUP);
  for (guint i = 0; i < self->facts->n_groups; i++)
    if (balance_evaluation_judges_group (self, i))
      {
        g_autoptr(BalanceGroup) group = balance_group_new (self, i);

        g_list_store_append (list, group);
      }

  return G_LIST_MODEL (list);
}

/**
 * balance_evaluation_get_notices:
 * @self: an evaluation
 *
 * Gets what a reader must know beside the verdict: stages without data, sections without pupils, rows
 * that were left out on reading.
 *
 * Returns: (transfer full): a list of [class@Balance.Problem]
 *
 * Since: 1.0
 */
GListModel *
balance_evaluation_get_notices (BalanceEvaluation *self)
{
  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), NULL);

  return balance_problems_dup_list (self->notices);
}

/* -- bulk -------------------------------------------------------------------------------------------- */

void
balance_evaluation_throw_unknown (const char *id, GError **error)
{
  g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
               "The standard has nothing called “%s”\n标准中没有“%s”", id, id);
}

/**
 * balance_evaluation_dup_verdicts:
 * @self: an evaluation
 * @requirement: the id of a requirement, or of an indicator that is an item of one
 * @error: return location for a [error@Balance.Error]
 *
 * Gets the verdicts on all subjects of a requirement, in the order of the census.
 *
 * Returns: (transfer full): one byte per subject, a [enum@Balance.Verdict]
 *
 * Since: 1.0
 */
GBytes *
balance_evaluation_dup_verdicts (BalanceEvaluation  *self,
                                 const char         *requirement,
                                 GError            **error)
{
  int rule;
  BalanceLevel level;

  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), NULL);
  g_return_val_if_fail (requirement != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  rule = find_rule (self, requirement);
  if (rule >= 0)
    level = self->result.scheme->rules[rule].rule->level;
  else if (balance_evaluation_find_indicator (self, requirement) >= 0)
    level = self->result.scheme->indicators[balance_evaluation_find_indicator (self, requirement)].rule->level;
  else
    {
      balance_evaluation_throw_unknown (requirement, error);
      return NULL;
    }
  /* an indicator of which nothing is asked, or a part that was not judged: not applicable throughout */
  if (rule < 0 || self->result.verdicts[rule] == NULL)
    {
      guint n = balance_facts_get_n_rows (self->facts, level);

      return g_bytes_new_take (g_malloc0 (n + 1), n);
    }

  return g_bytes_new (self->result.verdicts[rule], balance_facts_get_n_rows (self->facts, level));
}

GBytes *
balance_evaluation_dup_at_floor (BalanceEvaluation *self, const char *indicator)
{
  int rule = find_rule (self, indicator);
  guint8 *bytes;
  guint n;

  if (rule < 0 || self->result.floors[rule] == NULL)
    return NULL;
  n = balance_facts_get_n_rows (self->facts, self->result.scheme->rules[rule].rule->level);
  bytes = g_malloc (n + 1);
  for (guint i = 0; i < n; i++)
    bytes[i] = (guint8) balance_bits_get (self->result.floors[rule], i);

  return g_bytes_new_take (bytes, n);
}

/* -- findings ---------------------------------------------------------------------------------------- */

static BalanceFinding *
find_at (BalanceEvaluation *self, const char *id, BalanceLevel level, guint row, guint district, GError **error)
{
  static const char *const names[] = { "section", "school", "stage", "district", "region" };
  g_autoptr(BalanceReplay) replay = NULL;
  int rule = find_rule (self, id), indicator = balance_evaluation_find_indicator (self, id);
  BalanceLevel asked;

  if (rule < 0 && indicator < 0)
    {
      balance_evaluation_throw_unknown (id, error);
      return NULL;
    }
  asked = rule >= 0 ? self->result.scheme->rules[rule].rule->level : self->result.scheme->indicators[indicator].rule->level;
  if (asked != level)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                   "“%s” is asked of each %s, not of a %s\n“%s”属于 %s 层级，而不是 %s 层级", id, names[asked], names[level],
                   id, names[asked], names[level]);
      return NULL;
    }
  if (rule >= 0 && !self->judged[rule])
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                   "“%s” was not part of this evaluation\n本次评估不包含“%s”", id, id);
      return NULL;
    }

  replay = level == BALANCE_LEVEL_REGION ? balance_replay_new_region (self) : balance_replay_new (self, district);
  return balance_finding_new (replay, rule, indicator, row);
}

static BalanceFinding *
bad_path (const char *path, GError **error)
{
  g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
               "“%s” leads nowhere; expected region/REQ, districts/CODE/REQ, districts/CODE/STAGE/REQ, schools/CODE/REQ or "
               "schools/CODE/STAGE/REQ (districts/CODE/schools/… where a school code is used in several districts)\n"
               "“%s”找不到对应的结论；应为 region/要求、districts/代码/要求、districts/代码/学段/要求、schools/代码/要求 或 schools/代码/学段/要求",
               path, path);
  return NULL;
}

static BalanceFinding *
find_in_school (BalanceEvaluation *self, guint school, char **rest, const char *path, GError **error)
{
  BalanceFacts *facts = self->facts;
  guint district = facts->school_district[school];

  if (rest[0] != NULL && rest[1] == NULL)
    return find_at (self, rest[0], BALANCE_LEVEL_SCHOOL, school, district, error);
  if (rest[0] != NULL && rest[1] != NULL && rest[2] == NULL)
    {
      int stage = balance_dictionary_find_stage (facts->dictionary, rest[0]);

      for (guint i = facts->school_sections[school]; i < facts->school_sections[school + 1]; i++)
        if (facts->section_stage[facts->school_section_rows[i]] == stage)
          return find_at (self, rest[1], BALANCE_LEVEL_SECTION, facts->school_section_rows[i], district, error);
    }
  return bad_path (path, error);
}

/**
 * balance_evaluation_find:
 * @self: an evaluation
 * @path: where the finding is: "region/REQ", "districts/CODE/REQ", "districts/CODE/STAGE/REQ",
 *   "schools/CODE/REQ" or "schools/CODE/STAGE/REQ", where REQ is the id of a requirement or indicator;
 *   a school whose code is used in several districts is "districts/CODE/schools/CODE/…"
 * @error: return location for a [error@Balance.Error]
 *
 * Explains one requirement on one subject.
 *
 * Returns: (transfer full): the finding
 *
 * Since: 1.0
 */
BalanceFinding *
balance_evaluation_find (BalanceEvaluation  *self,
                         const char         *path,
                         GError            **error)
{
  g_auto(GStrv) parts = NULL;
  guint n, district, school;

  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  parts = g_strsplit (path, "/", 8);
  n = g_strv_length (parts);
  if (n == 2 && strcmp (parts[0], "region") == 0)
    return find_at (self, parts[1], BALANCE_LEVEL_REGION, 0, 0, error);

  if (n >= 3 && strcmp (parts[0], "schools") == 0)
    {
      school = find_school (self, parts[1]);
      if (school == AMBIGUOUS)
        {
          g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                       "The school code “%s” is used in several districts; write districts/CODE/schools/%s/…\n"
                       "学校代码“%s”在多个区县中使用；请写作 districts/区县代码/schools/%s/…", parts[1], parts[1], parts[1], parts[1]);
          return NULL;
        }
      return school > 0 ? find_in_school (self, school - 1, parts + 2, path, error) : bad_path (path, error);
    }

  if (n >= 3 && strcmp (parts[0], "districts") == 0 && balance_evaluation_find_district (self, parts[1], &district))
    {
      BalanceFacts *facts = self->facts;
      int stage;

      if (n == 3)
        return find_at (self, parts[2], BALANCE_LEVEL_DISTRICT, district, district, error);
      if (n >= 5 && strcmp (parts[2], "schools") == 0)
        {
          school = find_school_in (self, district, parts[3]);
          return school > 0 ? find_in_school (self, school - 1, parts + 4, path, error) : bad_path (path, error);
        }
      stage = balance_dictionary_find_stage (facts->dictionary, parts[2]);
      for (guint g = facts->district_groups[district]; n == 4 && g < facts->district_groups[district + 1]; g++)
        if (facts->group_stage[g] == stage)
          return find_at (self, parts[3], BALANCE_LEVEL_STAGE, g, district, error);
    }

  return bad_path (path, error);
}

static void
append_rows (BalanceEvaluation *self, BalanceList *list, BalanceReplay *replay, const BalanceRule *rule)
{
  BalanceFrame *frame = replay->judge->frame;

  for (guint i = 0; i < frame->n_rows[rule->level]; i++)
    {
      g_autoptr(BalanceFinding) finding = NULL;

      if (!balance_judge_knows_stage (replay->judge, rule->level, i))
        continue;
      finding = balance_finding_new (replay, (int) rule->index, -1, frame->offset[rule->level] + i);
      balance_list_append (list, finding);
    }
}

GListModel *
balance_replay_list_findings (BalanceReplay *self, gboolean of_region)
{
  BalanceEvaluation *evaluation = self->evaluation;
  BalancePack *pack = evaluation->standard->pack;
  BalanceList *list = balance_list_new (BALANCE_TYPE_FINDING);

  for (guint i = 0; i < pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (pack->rules, i);

      if ((evaluation->only >= 0 ? (int) i == evaluation->only : rule->parent == NULL) &&
          (rule->level == BALANCE_LEVEL_REGION) == of_region)
        append_rows (evaluation, list, self, rule);
    }

  return G_LIST_MODEL (list);
}

/**
 * balance_evaluation_get_findings:
 * @self: an evaluation
 * @district_code: (nullable): the code of a district; %NULL for what is asked of the region
 *
 * Gets the outermost findings of a district. Their children lead to everything else.
 *
 * Returns: (transfer full): a list of [class@Balance.Finding]; empty where there is no such district
 *
 * Since: 1.0
 */
GListModel *
balance_evaluation_get_findings (BalanceEvaluation *self,
                                 const char        *district_code)
{
  g_autoptr(BalanceReplay) replay = NULL;
  guint district;

  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), NULL);

  if (self->facts->districts.n_rows > 0 && district_code == NULL)
    replay = balance_replay_new_region (self);
  else if (self->facts->districts.n_rows > 0 && balance_evaluation_find_district (self, district_code, &district))
    replay = balance_replay_new (self, district);

  return replay != NULL ? balance_replay_list_findings (replay, district_code == NULL)
                        : G_LIST_MODEL (balance_list_new (BALANCE_TYPE_FINDING));
}

GListModel *
balance_replay_list_school_findings (BalanceReplay *self, guint school)
{
  BalanceEvaluation *evaluation = self->evaluation;
  BalanceFacts *facts = evaluation->facts;
  BalanceList *list = balance_list_new (BALANCE_TYPE_FINDING);

  for (guint i = 0; i < evaluation->standard->pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (evaluation->standard->pack->rules, i);

      if (!evaluation->judged[i] || !balance_rule_is_top (rule))
        continue;
      if (rule->level == BALANCE_LEVEL_SCHOOL)
        {
          g_autoptr(BalanceFinding) finding = balance_finding_new (self, (int) i, -1, school);

          balance_list_append (list, finding);
        }
      for (guint k = facts->school_sections[school]; rule->level == BALANCE_LEVEL_SECTION && k < facts->school_sections[school + 1]; k++)
        {
          guint section = facts->school_section_rows[k];
          g_autoptr(BalanceFinding) finding = NULL;

          if (!balance_judge_knows_stage (self->judge, BALANCE_LEVEL_SECTION, section - self->judge->frame->offset[BALANCE_LEVEL_SECTION]))
            continue;
          finding = balance_finding_new (self, (int) i, -1, section);
          balance_list_append (list, finding);
        }
    }

  return G_LIST_MODEL (list);
}

/**
 * balance_evaluation_get_school_findings:
 * @self: an evaluation
 * @school: a school of the census
 *
 * Gets everything that is asked of one school and its sections: the outermost requirements of those
 * levels, in the order of the standard.
 *
 * Returns: (transfer full): a list of [class@Balance.Finding]
 *
 * Since: 1.0
 */
GListModel *
balance_evaluation_get_school_findings (BalanceEvaluation *self,
                                        BalanceSchool     *school)
{
  g_autoptr(BalanceReplay) replay = NULL;

  g_return_val_if_fail (BALANCE_IS_EVALUATION (self), NULL);
  g_return_val_if_fail (BALANCE_IS_SCHOOL (school), NULL);
  g_return_val_if_fail (school->view.facts == self->facts, NULL);

  replay = balance_replay_new (self, self->facts->school_district[school->view.row]);

  return balance_replay_list_school_findings (replay, school->view.row);
}
