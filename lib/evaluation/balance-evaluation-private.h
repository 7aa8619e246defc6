/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "base/balance-bits-private.h"
#include "base/balance-list-private.h"
#include "census/balance-facts-reshape-private.h"
#include "evaluation/balance-deciding-private.h"
#include "evaluation/balance-judge-private.h"
#include "formula/balance-kernels-private.h"

G_BEGIN_DECLS

/* Verdicts of one scheme on a whole census: one byte per subject, and the sums that were made on the way. */
typedef struct
{
  BalanceScheme   *scheme;
  BalanceBindings *bindings;
  BalanceJudge    *region;       /* judge of all districts, complete before any thread starts; nullable */
  guint8         **verdicts;     /* [rule][row of its level]; NULL where not judged */
  guint64        **floors;       /* [rule] bits by row: unmet but known at its floor; NULL where nothing has a floor */
  BalanceSums    **sums;         /* [rule]; NULL for all but dispersions of groups */
  guint8          *districts;    /* verdict of each district */
  BalanceVerdict   region_verdict;
} BalanceResult;

struct _BalanceEvaluation
{
  GObject          parent_instance;

  BalanceStandard *standard;
  BalanceCensus   *census;
  BalanceFacts    *facts;
  char            *as_of;
  char           **options;
  char           **concessions;  /* ids of those in force */
  int              only;         /* index of the one requirement that was judged, -1 = all */
  gboolean        *judged;       /* [rule] part of what was asked */
  gboolean        *counts;       /* [rule] it and all around it are binding */
  BalanceResult    result;
  BalanceResult    strict;       /* without concessions; scheme NULL where there are none in force */
  guint8          *unsplit;      /* [district] has sections of several stages at once that the standard cannot see */
  BalanceVerdict   verdict;
  BalanceProblems *notices;
  GMutex           lock;
  GHashTable      *schools;      /* (mutex lock) code -> row + 1; absent = ambiguous; made on demand */
};

/* One district judged anew, for everything that is not kept: figures and findings. Shared by the
 * findings of a tree. Its columns are computed on demand, hence the lock. */
typedef struct
{
  gatomicrefcount    ref_count;
  BalanceEvaluation *evaluation;
  GMutex             lock;
  BalanceJudge      *judge;      /* (mutex lock) */
  BalanceJudge      *strict;     /* (mutex lock) nullable */
  guint              district, n_districts;
  GMutex             deciding_lock;
  BalanceDeciding   *deciding;   /* (mutex deciding_lock) nullable until asked for */
} BalanceReplay;

BalanceReplay *balance_replay_new   (BalanceEvaluation *evaluation, guint district);
/* To be asked under `deciding_lock` only. */
BalanceDeciding *balance_replay_get_deciding (BalanceReplay *self);
/* All districts at once, for what is asked of the region. */
BalanceReplay *balance_replay_new_region (BalanceEvaluation *evaluation);
/* The outermost findings of its district, or of the region; of a school of it. As balance_evaluation_get_findings() and
 * balance_evaluation_get_school_findings(), which judge the district anew each time. (transfer full) */
GListModel    *balance_replay_list_findings        (BalanceReplay *self, gboolean of_region);
GListModel    *balance_replay_list_school_findings (BalanceReplay *self, guint school);
BalanceReplay *balance_replay_ref   (BalanceReplay     *self);
void           balance_replay_unref (BalanceReplay     *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceReplay, balance_replay_unref)

/* `rule` -1 with an indicator: its value only, nothing is judged. `row` is absolute. */
BalanceFinding *balance_finding_new (BalanceReplay *replay, int rule, int indicator, guint row);
/* The value as the form prints it, without its unit: "3.57", "97.1"; NULL where there is none. */
const char     *balance_finding_get_value_digits (BalanceFinding *self);
BalanceGroup   *balance_group_new   (BalanceEvaluation *evaluation, guint group);
BalanceOperand *balance_operand_new_for_facts (BalanceFacts *facts, BalanceField *field, BalanceLevel level, guint row);
BalanceOperand *balance_operand_new (BalanceEvaluation *evaluation, BalanceField *field, BalanceLevel level, guint row);

/* How much it took to find what would decide it, in rows; the same whenever and wherever it is asked. */
guint64         balance_finding_get_deciding_work (BalanceFinding *self);

/* Verdict of everything that is asked of one section, or of one group. */
BalanceVerdict  balance_evaluation_get_section_verdict_at (BalanceEvaluation *self, guint section);
BalanceVerdict  balance_evaluation_get_group_verdict_at   (BalanceEvaluation *self, guint group);
/* Of n sections in the order of the census. */
void           balance_evaluation_get_section_verdicts   (BalanceEvaluation *self, guint first, guint n, guint8 *verdicts);
/* Is the group of a stage that the standard knows? */
gboolean       balance_evaluation_judges_group           (BalanceEvaluation *self, guint group);
/* The dispersion requirement that judges an indicator on its own, -1 if none; and the mask of the sections over
 * which its dispersion is shown: of that requirement, of one that combines it, or of one that asks it of sections. */
int             balance_evaluation_find_dispersion (BalanceEvaluation *self, guint indicator, BalanceNode **mask);
/* Is a section, absolute row of the district, among those over which the dispersion of an indicator is shown? */
gboolean        balance_replay_in_scope            (BalanceReplay *self, guint indicator, guint section);
/* -1 if the standard has none. */
int             balance_evaluation_find_indicator  (BalanceEvaluation *self, const char *id);
/* Nothing of the standard is called so. */
void            balance_evaluation_throw_unknown   (const char *id, GError **error);
gboolean        balance_evaluation_find_district   (BalanceEvaluation *self, const char *code, guint *district);
gboolean        balance_evaluation_school_is_unique (BalanceEvaluation *self, guint school);
/* Is the requirement the outermost one of its level: is its parent asked of something else? */
gboolean        balance_rule_is_top (const BalanceRule *rule);
guint           balance_facts_get_n_rows (BalanceFacts *facts, BalanceLevel level);
/* "实验学校（小学）", "Example County (primary)": a row by its name. (transfer full) */
char           *balance_facts_dup_subject (BalanceFacts *facts, BalanceLevel level, guint row, BalanceLanguage language);

/* The standard made ready for a day, with what of it is in force then and, where `conceding`, without concessions. Kept by the
 * evaluator as long as the day asked is the same. FALSE, and problems, where that does not work. (transfer full) */
gboolean           balance_evaluator_get_schemes (BalanceEvaluator  *self,
                                                  gint32             as_of,
                                                  const gboolean    *in_force,
                                                  gboolean           conceding,
                                                  BalanceScheme    **scheme,
                                                  BalanceScheme    **strict,
                                                  BalanceProblems   *problems);
BalanceEvaluation *balance_evaluation_run (BalanceEvaluator *evaluator,
                                           BalanceStandard  *standard,
                                           BalanceCensus    *census,
                                           const char       *as_of,
                                           BalanceConcessions concessions,
                                           const char       *only,
                                           const char *const *options,
                                           guint             n_threads,
                                           const char       *kernels,
                                           BalanceProgress  *progress,
                                           GCancellable     *cancellable,
                                           GError          **error);

/* Does the stage (of the census) hold several of the standard at once? */
gboolean        balance_evaluation_stage_is_unsplit (BalanceEvaluation *self, guint stage);
/* The same for facts with other rows: districts that were not touched keep their verdicts, the others are still to be
 * judged. Without notices, without verdicts beside concessions, and not for standards that ask something of the region. */
BalanceEvaluation *balance_evaluation_new_reshaped (BalanceEvaluation   *self,
                                                    BalanceCensus       *census,
                                                    const BalanceRowMap *map);

GBytes *balance_evaluation_dup_at_floor (BalanceEvaluation *self, const char *indicator);
GBytes *balance_evaluation_dup_weights  (BalanceEvaluation *self);

G_END_DECLS
