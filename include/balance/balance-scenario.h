/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-evaluator.h>
#include <balance/balance-proposal.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_SCENARIO (balance_scenario_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceScenario, balance_scenario, BALANCE, SCENARIO, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceScenario   *balance_scenario_new          (BalanceEvaluator *evaluator,
                                                  BalanceCensus    *census,
                                                  GCancellable     *cancellable,
                                                  GError          **error);
BALANCE_AVAILABLE_IN_1_0
BalanceEvaluator  *balance_scenario_get_evaluator (BalanceScenario *self);
BALANCE_AVAILABLE_IN_1_0
BalanceCensus     *balance_scenario_get_base     (BalanceScenario  *self);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_scenario_set_decimal  (BalanceScenario  *self,
                                                  BalanceLevel      level,
                                                  guint             row,
                                                  const char       *field,
                                                  gint64            digits,
                                                  guint             scale,
                                                  GError          **error);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_scenario_set_text     (BalanceScenario  *self,
                                                  BalanceLevel      level,
                                                  guint             row,
                                                  const char       *field,
                                                  const char       *text,
                                                  GError          **error);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_scenario_clear        (BalanceScenario  *self,
                                                  BalanceLevel      level,
                                                  guint             row,
                                                  const char       *field,
                                                  GError          **error);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_scenario_apply        (BalanceScenario  *self,
                                                  BalanceAction    *action,
                                                  GListModel      **problems,
                                                  GError          **error);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_scenario_apply_proposal (BalanceScenario  *self,
                                                    BalanceProposal  *proposal,
                                                    GListModel      **problems,
                                                    GError          **error);
BALANCE_AVAILABLE_IN_1_0
BalanceAction     *balance_scenario_get_action   (BalanceScenario  *self,
                                                  guint             edit);
BALANCE_AVAILABLE_IN_1_0
guint              balance_scenario_get_n_edits  (BalanceScenario  *self);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_scenario_undo         (BalanceScenario  *self);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_scenario_redo         (BalanceScenario  *self);
BALANCE_AVAILABLE_IN_1_0
BalanceVerdict     balance_scenario_get_verdict  (BalanceScenario  *self);
BALANCE_AVAILABLE_IN_1_0
BalanceVerdict     balance_scenario_get_district_verdict (BalanceScenario *self,
                                                          guint            district);
BALANCE_AVAILABLE_IN_1_0
BalanceVerdict     balance_scenario_get_requirement_verdict (BalanceScenario *self,
                                                             const char      *requirement,
                                                             guint            row,
                                                             GError         **error);
BALANCE_AVAILABLE_IN_1_0
GBytes            *balance_scenario_dup_verdicts (BalanceScenario  *self,
                                                  const char       *requirement,
                                                  GError          **error);
BALANCE_AVAILABLE_IN_1_0
BalanceCensus     *balance_scenario_dup_census   (BalanceScenario  *self);
BALANCE_AVAILABLE_IN_1_0
BalanceEvaluation *balance_scenario_evaluate     (BalanceScenario  *self,
                                                  BalanceProgress  *progress,
                                                  GCancellable     *cancellable,
                                                  GError          **error);

G_END_DECLS
