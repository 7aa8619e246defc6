/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What one group's sums are worth; where both are said of parts of a group, the worse is. */
typedef enum
{
  BALANCE_SUMS_NONE     = 0,
  BALANCE_SUMS_KNOWN    = 1,
  BALANCE_SUMS_NEGATIVE = 3, /* a value is below zero: the sums mean nothing */
} BalanceSumsState;

/* Sums over the rows of groups that count, values v and weights p: x = sum p v,  q = sum p v^2, as pairs of doubles, of values that
 * are all `scale` times what they stand for. Columns by group, so that whatever is done with many groups is done in lanes. */
typedef struct
{
  double  *x, *x_rest;   /* the latter nullable: zero */
  double  *q, *q_rest;
  double  *weight;       /* sum p, exactly */
  guint32 *n;            /* how many count */
  guint8  *state;        /* BalanceSumsState */
  double   scale;        /* whole */
} BalanceSums;

/* A sum of n terms is off by no more than its own size times this; see where they are made. */
#define BALANCE_SUMS_ERROR(n) (((double) (n) * (double) (n) + 16.0 * (double) (n) + 64.0) * 0x1p-90)

/* Of groups whose state is NONE. */
BalanceSums *balance_sums_new      (guint              n_groups);
void         balance_sums_free     (BalanceSums       *self);
/* Before anything is kept whose sums of values are rounded. */
void         balance_sums_add_rest (BalanceSums       *self,
                                    guint              n_groups);
/* What was summed up at another scale is forgotten. */
void         balance_sums_set_scale (BalanceSums      *self,
                                    double             scale,
                                    guint              n_groups);
/* Those of group from[i] become those of group i; NONE where that is `none`. NULL of NULL. */
BalanceSums *balance_sums_carry    (const BalanceSums *self,
                                    const guint32     *from,
                                    guint32            none,
                                    guint              n_groups);

/* The same from a group on. */
static inline BalanceSums
balance_sums_at (const BalanceSums *self, guint group)
{
  return (BalanceSums) {
    self->x + group, self->x_rest != NULL ? self->x_rest + group : NULL, self->q + group, self->q_rest + group,
    self->weight + group, self->n + group, self->state + group, self->scale,
  };
}

/* Are there sums that tell everything about a group? */
static inline gboolean
balance_sums_tell (const BalanceSums *self, guint group)
{
  return self != NULL && self->state[group] == BALANCE_SUMS_KNOWN && self->n[group] > 0;
}

G_END_DECLS
