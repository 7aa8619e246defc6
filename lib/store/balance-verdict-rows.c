/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/balance-verdict-rows-private.h"

#include <math.h>

#include "evaluation/balance-evaluation-private.h"
#include "standard/balance-scheme-private.h"

typedef struct
{
  BalanceEvaluation     *evaluation;
  BalanceVerdictRowFunc  func;
  gpointer               data;
  GCancellable          *cancellable;
  GHashTable            *seen;          /* paths of this district: parents may share a child */
} Walk;

const char *
balance_verdict_id (BalanceVerdict verdict)
{
  static const char *const ids[] = {
    [BALANCE_VERDICT_NOT_APPLICABLE] = "not_applicable",
    [BALANCE_VERDICT_MET] = "met",
    [BALANCE_VERDICT_UNMET] = "unmet",
    [BALANCE_VERDICT_UNDETERMINED] = "undetermined",
  };

  return ids[verdict];
}

static gboolean
visit_all (Walk        *walk,
           GListModel  *findings,
           GError     **error)
{
  for (guint i = 0; findings != NULL && i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr(BalanceFinding) finding = g_list_model_get_item (findings, i);
      const char *path = balance_finding_get_path (finding);
      BalanceVerdictRow row = {
        .requirement = balance_finding_get_id (finding),
        .level = balance_finding_get_level (finding),
        .district = balance_finding_get_district_code (finding),
        .school = balance_finding_get_school_code (finding),
        .stage = balance_finding_get_stage (finding),
        .verdict = balance_finding_get_verdict (finding),
        .strict_verdict = balance_finding_get_strict_verdict (finding),
        .value = balance_finding_get_value (finding),
        .limit = balance_finding_get_limit (finding),
        .margin = balance_finding_get_margin (finding),
        .comparison = balance_finding_get_comparison (finding),
        .unit = balance_finding_get_unit (finding),
        .path = path,
        .finding = finding,
      };

      if (g_cancellable_set_error_if_cancelled (walk->cancellable, error))
        return FALSE;
      if (!g_hash_table_add (walk->seen, g_strdup (path)))
        continue;
      if (!walk->func (&row, walk->data, error) || !visit_all (walk, balance_finding_get_children (finding), error))
        return FALSE;
    }

  return TRUE;
}

/* The verdict on everything that is asked of one subject. */
static gboolean
visit_whole (Walk            *walk,
             BalanceLevel     level,
             const char      *district,
             const char      *school,
             const char      *stage,
             BalanceVerdict   verdict,
             GError         **error)
{
  BalanceVerdictRow row = {
    .requirement = "", .level = level, .district = district, .school = school, .stage = stage,
    .verdict = verdict, .strict_verdict = verdict, .value = NAN, .limit = NAN, .margin = NAN,
  };

  return walk->func (&row, walk->data, error);
}

static gboolean
visit_district (Walk    *walk,
                guint    district,
                GError **error)
{
  BalanceFacts *facts = walk->evaluation->facts;
  const char *code = facts->district_codes[district];
  g_autoptr(GListModel) findings = balance_evaluation_get_findings (walk->evaluation, code);

  g_hash_table_remove_all (walk->seen);
  if (!visit_whole (walk, BALANCE_LEVEL_DISTRICT, code, NULL, NULL,
                    balance_evaluation_get_district_verdict (walk->evaluation, code), error))
    return FALSE;
  for (guint i = facts->district_groups[district]; i < facts->district_groups[district + 1]; i++)
    if (!visit_whole (walk, BALANCE_LEVEL_STAGE, code, NULL,
                      balance_dictionary_get_stage (facts->dictionary, facts->group_stage[i])->id,
                      balance_evaluation_get_group_verdict_at (walk->evaluation, i), error))
      return FALSE;
  for (guint i = facts->district_sections[district]; i < facts->district_sections[district + 1]; i++)
    if (!visit_whole (walk, BALANCE_LEVEL_SECTION, code, facts->school_codes[facts->section_school[i]],
                      balance_dictionary_get_stage (facts->dictionary, facts->section_stage[i])->id,
                      balance_evaluation_get_section_verdict_at (walk->evaluation, i), error))
      return FALSE;

  return visit_all (walk, findings, error);
}

gboolean
balance_evaluation_foreach_verdict_of (BalanceEvaluation      *self,
                                       int                     district,
                                       BalanceVerdictRowFunc   func,
                                       gpointer                data,
                                       GCancellable           *cancellable,
                                       GError                **error)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GListModel) findings = NULL;
  Walk walk = { self, func, data, cancellable, seen };

  if (district >= 0)
    return visit_district (&walk, (guint) district, error);

  findings = balance_evaluation_get_findings (self, NULL);

  return visit_whole (&walk, BALANCE_LEVEL_REGION, NULL, NULL, NULL, self->verdict, error) && visit_all (&walk, findings, error);
}

gboolean
balance_evaluation_foreach_verdict (BalanceEvaluation      *self,
                                    BalanceVerdictRowFunc   func,
                                    gpointer                data,
                                    BalanceProgress        *progress,
                                    GCancellable           *cancellable,
                                    GError                **error)
{
  int n = (int) self->facts->districts.n_rows;

  for (int i = -1; i < n; i++)
    {
      if (!balance_evaluation_foreach_verdict_of (self, i, func, data, cancellable, error))
        return FALSE;
      if (progress != NULL && i >= 0)
        balance_progress_set_fraction (progress, (i + 1.0) / n);
    }

  return TRUE;
}

gboolean
balance_evaluation_foreach_group (BalanceEvaluation    *self,
                                  BalanceGroupRowFunc   func,
                                  gpointer              data,
                                  GError              **error)
{
  g_autoptr(GListModel) groups = balance_evaluation_get_groups (self);
  g_autoptr(GListModel) indicators = balance_standard_get_indicators (self->standard);

  for (guint i = 0; i < g_list_model_get_n_items (groups); i++)
    {
      g_autoptr(BalanceGroup) group = g_list_model_get_item (groups, i);

      for (guint j = 0; j < g_list_model_get_n_items (indicators); j++)
        {
          g_autoptr(BalanceIndicator) indicator = g_list_model_get_item (indicators, j);
          const char *id = balance_indicator_get_id (indicator);
          BalanceGroupRow row = {
            .district = balance_group_get_district_code (group),
            .stage = balance_group_get_stage (group),
            .indicator = id,
            .mean = balance_group_get_mean (group, id),
            .cv = balance_group_get_cv (group, id),
            .cv_limit = balance_group_get_cv_limit (group, id),
            .verdict = balance_group_get_cv_verdict (group, id),
          };

          if (isnan (row.mean) && isnan (row.cv) && row.verdict == BALANCE_VERDICT_NOT_APPLICABLE)
            continue;
          if (!func (&row, data, error))
            return FALSE;
        }
    }

  return TRUE;
}

static void
add_text (GChecksum  *checksum,
          const char *text)
{
  /* with its end, so that two texts are not the same as one */
  if (text != NULL)
    g_checksum_update (checksum, (const guchar *) text, -1);
  g_checksum_update (checksum, (const guchar *) (text != NULL ? "\0\1" : "\0\2"), 2);
}

char *
balance_standard_dup_digest (BalanceStandard *self)
{
  g_autoptr(GChecksum) checksum = NULL;

  if (self->pack->uses->len == 0)
    return g_strdup (self->pack->digest);

  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  add_text (checksum, self->pack->digest);
  for (guint i = 0; i < self->pack->uses->len; i++)
    add_text (checksum, self->used[i]->digest);

  return g_strdup (g_checksum_get_string (checksum));
}

char *
balance_evaluation_dup_only (BalanceEvaluation *self)
{
  const BalanceRule *rule = self->only >= 0 ? g_ptr_array_index (self->standard->pack->rules, self->only) : NULL;

  return rule != NULL ? g_strdup (rule->id) : NULL;
}

char *
balance_evaluation_dup_digest (BalanceEvaluation *self,
                               const char        *facts_digest)
{
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *standard = balance_standard_dup_digest (self->standard);
  g_autofree char *only = balance_evaluation_dup_only (self);

  add_text (checksum, BALANCE_VERSION_S);
  add_text (checksum, facts_digest);
  add_text (checksum, standard);
  add_text (checksum, self->as_of);
  for (guint i = 0; self->options != NULL && self->options[i] != NULL; i++)
    add_text (checksum, self->options[i]);
  add_text (checksum, NULL);
  for (guint i = 0; self->concessions != NULL && self->concessions[i] != NULL; i++)
    add_text (checksum, self->concessions[i]);
  add_text (checksum, NULL);
  add_text (checksum, only);

  return g_strdup (g_checksum_get_string (checksum));
}
