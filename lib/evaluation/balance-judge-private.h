/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "equity/balance-dispersion-private.h"
#include "formula/balance-sums-private.h"
#include "standard/balance-scheme-private.h"

G_BEGIN_DECLS

/* Judges the requirements of a scheme on the rows of one frame: some districts, or all of them. */

/* What became of one requirement; one entry per row of its level in the frame. */
typedef struct
{
  guint8              *verdicts;      /* BalanceVerdict */
  guint8              *applies;       /* BalanceTruth: is the row asked at all? */
  guint8              *vetoed;        /* a veto in it is unmet; nullable = none */
  const BalanceNumber *values;        /* nullable: no number */
  const BalanceNumber *limits;        /* nullable */
  BalanceNumber       *scores;        /* nullable until asked for */
  guint8              *best, *worst;  /* positions in the grades; nullable */
} BalanceJudged;

typedef struct _BalanceJudge BalanceJudge;

typedef struct _BalanceJudgeMark BalanceJudgeMark;

struct _BalanceJudge
{
  const BalanceScheme *scheme;
  BalanceBinding      *binding;
  BalanceFrame        *frame;
  BalanceJudge        *region;        /* judge of all districts; nullable */
  BalanceJudge       **used;          /* judges of the packs that this one uses */
  BalanceJudged      **judged;        /* [rule]; NULL until asked for */
  guint8             **kept_verdicts; /* (borrowed) [rule][row of the census]; NULL, also for single rules, where none are known */
  BalanceSums        **kept_sums;     /* (borrowed) [rule] of groups; likewise */
  GPtrArray           *dispersions;   /* of BalanceDispersion, of the frame and cleared with it */
  GHashTable          *known;         /* the same, found by what they are of */
  BalanceJudgeMark    *mark;          /* borrowed; the last one; nullable */
};

/* Columns of a census for a scheme and those that it uses; shared by all judges. */
typedef struct _BalanceBindings BalanceBindings;

struct _BalanceBindings
{
  const BalanceScheme *scheme;
  BalanceBinding      *own;
  BalanceBindings    **used;
};

BalanceBindings *balance_bindings_new  (const BalanceScheme *scheme, BalanceFacts *facts);
void             balance_bindings_free (BalanceBindings     *self);

BalanceJudge        *balance_judge_new    (BalanceBindings *bindings, BalanceJudge *region);
void                 balance_judge_free   (BalanceJudge    *self);
void                 balance_judge_reset  (BalanceJudge    *self, guint first_district, guint n_districts);
/* What an evaluation has kept, so that only what stands behind one verdict has to be computed for telling it. Both must outlive
 * the judge. */
void                 balance_judge_keep   (BalanceJudge    *self, guint8 **verdicts, BalanceSums **sums);

/* Tries values for missing facts (borrowed until the next call), in this judge and those it uses. */
void                 balance_judge_fill   (BalanceJudge    *self, const BalanceFill *fills, guint n_fills);
/* What was computed so far and does not depend on missing facts; going back forgets the rest. */
BalanceJudgeMark    *balance_judge_mark      (BalanceJudge *self);
/* What was computed since, without fills, is part of it too. */
void                 balance_judge_extend_mark (BalanceJudge *self, BalanceJudgeMark *mark);
void                 balance_judge_go_back   (BalanceJudge *self, const BalanceJudgeMark *mark);
void                 balance_judge_mark_free (BalanceJudgeMark *mark);

const BalanceJudged *balance_judge_get    (BalanceJudge    *self, guint rule);
/* The verdict of a requirement as a row of another level sees it: every finer row, or the enclosing one. */
BalanceVerdict       balance_judge_get_verdict_at (BalanceJudge *self, guint rule, BalanceLevel level, guint row);
/* Scores of a requirement with points, or of a combination of such. */
const BalanceNumber *balance_judge_get_scores (BalanceJudge *self, guint rule);
/* Is the value at the floor of the combination around it? UNKNOWN where missing facts decide. */
BalanceTruth         balance_judge_get_floor  (BalanceJudge *self, guint rule, guint row);
/* The floor itself: limit x floor, or limit / floor for upper limits; FALSE if there is none. */
gboolean             balance_judge_get_floor_number (BalanceJudge *self, guint rule, guint row, BalanceNumber *floor);
/* The dispersion of one indicator among the sections in scope under a row. Valid until reset. */
BalanceDispersion   *balance_judge_get_dispersion (BalanceJudge *self,
                                                   guint         indicator,
                                                   BalanceNode  *mask,
                                                   BalanceLevel  level,
                                                   guint         row);
/* The sums of a dispersion as they were kept; FALSE where there are none that tell all, or no two sections. */
gboolean             balance_judge_get_sums       (BalanceJudge *self, guint rule, guint row, BalanceDispersionSums *sums);
/* Two fractions that the mean of several coefficients lies between, as balance_dispersion_get_enclosure(); one whose values
 * are all zero counts as 0. FALSE where the sums of any do not tell. */
gboolean             balance_judge_enclose_mean  (BalanceDispersion **dispersions,
                                                  guint               n,
                                                  mpq_ptr             low,
                                                  mpq_ptr             high);
/* Is the stage of a section or group one of the pack's? Other levels: always. */
gboolean             balance_judge_knows_stage   (BalanceJudge *self, BalanceLevel level, guint row);
/* Is the stage of a section or group one that the rule asks? Other levels: always. */
gboolean             balance_judge_stage_applies (BalanceJudge *self, guint rule, guint row);

/* What kernels summed up of a group, as the measures of dispersion want it. */
static inline BalanceDispersionSums
balance_sums_get_dispersion (const BalanceSums *sums, guint group)
{
  return (BalanceDispersionSums) {
    sums->weight[group], { sums->x[group], sums->x_rest != NULL ? sums->x_rest[group] : 0.0 }, { sums->q[group], sums->q_rest[group] },
    BALANCE_SUMS_ERROR (sums->n[group]), sums->n[group],
  };
}

BalanceTruth         balance_compare (const BalanceNumberPool *pool, BalanceComparison comparison,
                                      BalanceNumber value, BalanceNumber limit);
BalanceVerdict       balance_verdict_and (BalanceVerdict a, BalanceVerdict b);
BalanceVerdict       balance_verdict_from_truth (BalanceTruth truth);

G_END_DECLS
