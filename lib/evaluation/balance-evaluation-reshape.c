/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "evaluation/balance-evaluation-private.h"

/* Where the rows of a level were, and how many there are; NULL where they are the same as before. */
static const guint32 *
get_origins (const BalanceRowMap *map, BalanceLevel level, guint n_districts, guint *n)
{
  switch (level)
    {
    case BALANCE_LEVEL_SECTION:
      *n = map->n_sections;
      return map->section_from;
    case BALANCE_LEVEL_SCHOOL:
      *n = map->n_schools;
      return map->school_from;
    case BALANCE_LEVEL_STAGE:
      *n = map->n_groups;
      return map->group_from;
    case BALANCE_LEVEL_DISTRICT:
    case BALANCE_LEVEL_REGION:
    default:
      *n = level == BALANCE_LEVEL_DISTRICT ? n_districts : 1;
      return NULL;
    }
}

/* Verdicts of old rows at their new places. */
static guint8 *
carry (const guint8 *old, const guint32 *from, guint n)
{
  guint8 *verdicts;

  if (old == NULL)
    return NULL;
  if (from == NULL)
    return g_memdup2 (old, n + 1);

  verdicts = g_malloc0 (n + 1);
  for (guint i = 0; i < n; i++)
    if (from[i] != BALANCE_NEW_ROW)
      verdicts[i] = old[from[i]];

  return verdicts;
}

static guint64 *
carry_bits (const guint64 *old, const guint32 *from, guint n)
{
  guint64 *bits;

  if (old == NULL)
    return NULL;

  bits = balance_bits_new (n);
  for (guint i = 0; i < n; i++)
    if (from == NULL || from[i] != BALANCE_NEW_ROW)
      balance_bits_set (bits, i, balance_bits_get (old, from != NULL ? from[i] : i));

  return bits;
}

BalanceEvaluation *
balance_evaluation_new_reshaped (BalanceEvaluation *old, BalanceCensus *census, const BalanceRowMap *map)
{
  BalanceEvaluation *self = g_object_new (BALANCE_TYPE_EVALUATION, NULL);
  BalancePack *pack = old->standard->pack;
  guint n_districts = old->facts->districts.n_rows;

  self->standard = g_object_ref (old->standard);
  self->census = g_object_ref (census);
  self->facts = balance_facts_ref (census->facts);
  self->as_of = g_strdup (old->as_of);
  self->options = g_strdupv (old->options);
  self->concessions = g_strdupv (old->concessions);
  self->only = old->only;
  self->judged = g_memdup2 (old->judged, (pack->rules->len + 1) * sizeof (gboolean));
  self->counts = g_memdup2 (old->counts, (pack->rules->len + 1) * sizeof (gboolean));
  self->notices = balance_problems_new ();
  self->verdict = old->verdict;

  self->result.scheme = balance_scheme_ref (old->result.scheme);
  self->result.bindings = balance_bindings_new (self->result.scheme, self->facts);
  self->result.region_verdict = old->result.region_verdict;
  self->result.districts = g_memdup2 (old->result.districts, n_districts + 1);
  self->result.verdicts = g_new0 (guint8 *, pack->rules->len + 1);
  self->result.floors = g_new0 (guint64 *, pack->rules->len + 1);
  self->result.sums = g_new0 (BalanceSums *, pack->rules->len + 1);
  for (guint i = 0; i < pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (pack->rules, i);

      guint n;
      const guint32 *from = get_origins (map, rule->level, n_districts, &n);

      self->result.verdicts[i] = carry (old->result.verdicts[i], from, n);
      self->result.floors[i] = carry_bits (old->result.floors[i], from, n);
      self->result.sums[i] = balance_sums_carry (old->result.sums[i], map->group_from, BALANCE_NEW_ROW, map->n_groups);
    }

  self->unsplit = g_memdup2 (old->unsplit, n_districts + 1);
  for (guint d = 0; d < n_districts; d++)
    if (map->touched[d])
      {
        self->unsplit[d] = FALSE;
        for (guint g = self->facts->district_groups[d]; g < self->facts->district_groups[d + 1]; g++)
          if (balance_evaluation_stage_is_unsplit (self, self->facts->group_stage[g]))
            self->unsplit[d] = TRUE;
      }

  return self;
}
