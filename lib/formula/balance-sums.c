/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "formula/balance-sums-private.h"

#include <string.h>

BalanceSums *
balance_sums_new (guint n_groups)
{
  BalanceSums *self = g_new0 (BalanceSums, 1);

  self->x = g_new (double, n_groups + 1);
  self->q = g_new (double, n_groups + 1);
  self->q_rest = g_new (double, n_groups + 1);
  self->weight = g_new (double, n_groups + 1);
  self->n = g_new (guint32, n_groups + 1);
  self->state = g_malloc0 (n_groups + 1);
  self->scale = 1.0;

  return self;
}

void
balance_sums_free (BalanceSums *self)
{
  if (self == NULL)
    return;

  g_free (self->x);
  g_free (self->x_rest);
  g_free (self->q);
  g_free (self->q_rest);
  g_free (self->weight);
  g_free (self->n);
  g_free (self->state);
  g_free (self);
}

void
balance_sums_add_rest (BalanceSums *self, guint n_groups)
{
  if (self->x_rest == NULL)
    self->x_rest = g_new0 (double, n_groups + 1);
}

void
balance_sums_set_scale (BalanceSums *self, double scale, guint n_groups)
{
  if (scale < self->scale || scale > self->scale)
    memset (self->state, BALANCE_SUMS_NONE, n_groups);
  self->scale = scale;
}

BalanceSums *
balance_sums_carry (const BalanceSums *self, const guint32 *from, guint32 none, guint n_groups)
{
  BalanceSums *sums;

  if (self == NULL)
    return NULL;

  sums = balance_sums_new (n_groups);
  sums->scale = self->scale;
  if (self->x_rest != NULL)
    balance_sums_add_rest (sums, n_groups);
  for (guint i = 0; i < n_groups; i++)
    {
      if (from[i] == none || self->state[from[i]] == BALANCE_SUMS_NONE)
        continue;
      sums->x[i] = self->x[from[i]];
      if (self->x_rest != NULL)
        sums->x_rest[i] = self->x_rest[from[i]];
      sums->q[i] = self->q[from[i]];
      sums->q_rest[i] = self->q_rest[from[i]];
      sums->weight[i] = self->weight[from[i]];
      sums->n[i] = self->n[from[i]];
      sums->state[i] = self->state[from[i]];
    }

  return sums;
}
