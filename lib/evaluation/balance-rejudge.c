/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evaluation/balance-rejudge-private.h"

static void
prepare (BalanceRejudge *self)
{
  if (self->kernels != NULL)
    self->bulk = balance_bulk_new (self->evaluation, &self->evaluation->result, self->kernels);
  if (self->bulk != NULL)
    self->run = balance_bulk_run_new (self->bulk);
  self->current = -1;
}

static void
forget (BalanceRejudge *self)
{
  g_clear_pointer (&self->judge, balance_judge_free);
  g_clear_pointer (&self->run, balance_bulk_run_free);
  g_clear_pointer (&self->bulk, balance_bulk_free);
}

BalanceRejudge *
balance_rejudge_new (BalanceEvaluation *evaluation, const BalanceKernels *kernels)
{
  BalanceRejudge *self = g_new0 (BalanceRejudge, 1);

  self->evaluation = g_object_ref (evaluation);
  self->kernels = kernels;
  prepare (self);

  return self;
}

void
balance_rejudge_free (BalanceRejudge *self)
{
  if (self == NULL)
    return;

  forget (self);
  g_object_unref (self->evaluation);
  g_free (self);
}

void
balance_rejudge_rebind (BalanceRejudge *self)
{
  BalanceResult *result = &self->evaluation->result;

  forget (self);
  balance_bindings_free (result->bindings);
  result->bindings = balance_bindings_new (result->scheme, self->evaluation->facts);
  prepare (self);
}

/* Sums that nobody has made anew. */
static void
forget_sums (BalanceRejudge *self, guint district)
{
  BalanceResult *result = &self->evaluation->result;
  const guint32 *groups = self->evaluation->facts->district_groups + district;

  for (guint i = 0; i < result->scheme->pack->rules->len; i++)
    if (result->sums[i] != NULL && (self->bulk == NULL || !balance_bulk_has_rule (self->bulk, i)))
      for (guint g = groups[0]; g < groups[1]; g++)
        result->sums[i]->state[g] = BALANCE_SUMS_NONE;
}

void
balance_rejudge_district (BalanceRejudge *self, guint district, const BalanceColumn *column, int group)
{
  BalanceEvaluation *evaluation = self->evaluation;
  BalanceResult *result = &evaluation->result;
  guint8 unsure = 1;

  if (self->bulk != NULL)
    {
      if (self->current == (int) district && column != NULL)
        balance_bulk_run_update (self->run, column, group, &unsure);
      else
        balance_bulk_run_judge (self->run, district, 1, district, &unsure);
      self->current = (int) district;
    }

  result->districts[district] = BALANCE_VERDICT_NOT_APPLICABLE;
  if (!unsure)
    result->districts[district] = (guint8) balance_evaluation_get_bulk_verdict (evaluation, result, self->bulk, district);
  if (unsure || !balance_bulk_is_whole (self->bulk))
    {
      forget_sums (self, district);
      if (self->judge == NULL)
        self->judge = balance_judge_new (result->bindings, NULL);
      balance_evaluation_judge_district (evaluation, result, self->judge, unsure ? NULL : self->bulk, district);
    }
  balance_evaluation_withhold (evaluation, result, district);
}
