/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/balance-verdict-rows-private.h"

#include <math.h>

#include "evaluation/balance-walk-private.h"
#include "standard/balance-scheme-private.h"

/* What rows are made for. */
typedef struct
{
  BalanceEvaluation     *evaluation;
  BalanceVerdictRowFunc  func;
  gpointer               data;
  GString               *path;          /* of the row */
} Receiver;

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

/* The codes that say who a row is about, as far as its level has them. */
static void
set_subject (BalanceFacts      *facts,
             guint              row,
             BalanceVerdictRow *to)
{
  const BalanceLevel level = to->level;
  const guint school = level == BALANCE_LEVEL_SECTION ? facts->section_school[row] : row;

  if (level == BALANCE_LEVEL_SECTION || level == BALANCE_LEVEL_STAGE)
    to->stage = balance_dictionary_get_stage (facts->dictionary, level == BALANCE_LEVEL_SECTION ? facts->section_stage[row]
                                                                                               : facts->group_stage[row])->id;
  if (level == BALANCE_LEVEL_SECTION || level == BALANCE_LEVEL_SCHOOL)
    {
      to->school = facts->school_codes[school];
      to->district = facts->district_codes[facts->school_district[school]];
    }
  else if (level != BALANCE_LEVEL_REGION)
    {
      to->district = facts->district_codes[level == BALANCE_LEVEL_STAGE ? facts->group_district[row] : row];
    }
}

static gboolean
make_row (const BalanceWalkRow  *found,
          gpointer               data,
          GError               **error)
{
  Receiver *self = data;
  const BalanceRule *rule = found->rule;
  BalanceVerdictRow row = {
    .requirement = "", .level = found->level, .verdict = found->verdict, .strict_verdict = found->strict_verdict,
    .value = found->value, .limit = found->limit, .margin = found->margin,
  };

  set_subject (self->evaluation->facts, found->row, &row);
  if (rule != NULL)
    {
      g_string_truncate (self->path, 0);
      balance_evaluation_append_path (self->evaluation, found->level, found->row, rule->id, self->path);
      row.requirement = rule->id;
      row.comparison = balance_comparison_name (self->evaluation->result.scheme->rules[rule->index].measure.comparison);
      row.unit = rule->unit;
      row.path = self->path->str;
      row.title = &rule->title;
      row.reference = rule->reference;
    }

  return self->func (&row, self->data, error);
}

gboolean
balance_evaluation_foreach_verdict (BalanceEvaluation      *self,
                                    BalanceVerdictRowFunc   func,
                                    gpointer                data,
                                    BalanceProgress        *progress,
                                    GCancellable           *cancellable,
                                    GError                **error)
{
  g_autoptr(BalanceWalk) walk = balance_walk_new (self);
  g_autoptr(GString) path = g_string_new (NULL);
  Receiver receiver = { self, func, data, path };
  int n = (int) self->facts->districts.n_rows;

  for (int i = -1; i < n; i++)
    {
      if (!balance_walk_run (walk, i, make_row, &receiver, cancellable, error))
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
