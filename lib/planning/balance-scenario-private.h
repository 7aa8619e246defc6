/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "census/balance-facts-reshape-private.h"

G_BEGIN_DECLS

/* What actions do to a scenario. All after a begin, up to the next, is undone and redone as one. */
BalanceFacts *balance_scenario_get_facts   (BalanceScenario   *self);
/* The school that a text was found to mean in the facts as they are; G_MAXUINT32: nobody knows yet. */
guint32       balance_scenario_recall_school (BalanceScenario *self,
                                              const char      *text);
void          balance_scenario_keep_school (BalanceScenario   *self,
                                            const char        *text,
                                            guint32            school);
void          balance_scenario_begin_step  (BalanceScenario   *self,
                                            BalanceAction     *action);   /* nullable */
/* The value must be one that the field can have there. */
void          balance_scenario_put         (BalanceScenario   *self,
                                            BalanceLevel       level,
                                            guint              row,
                                            BalanceField      *field,
                                            const BalanceFact *fact);
/* Other rows; ends the reshaping. */
void          balance_scenario_reshape     (BalanceScenario   *self,
                                            BalanceReshape    *reshape,
                                            BalanceRowMap     *map);

/* What could be redone, kept while it is not sure whether new steps will stay. */
typedef struct _BalanceScenarioMark BalanceScenarioMark;

BalanceScenarioMark *balance_scenario_mark    (BalanceScenario     *self);
/* Frees the mark. `stay` FALSE: all is again as it was. */
void                 balance_scenario_resolve (BalanceScenario     *self,
                                               BalanceScenarioMark *mark,
                                               gboolean             stay);

G_END_DECLS
