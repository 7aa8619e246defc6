/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-action.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_PROPOSAL (balance_proposal_get_type ())

/* A list of BalanceAction. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceProposal, balance_proposal, BALANCE, PROPOSAL, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceProposal *balance_proposal_new           (const char       *id,
                                                 const char       *title_zh,
                                                 const char       *title_en,
                                                 BalanceAction   **actions,
                                                 gsize             n_actions);
BALANCE_AVAILABLE_IN_1_0
GListModel      *balance_proposal_read          (GBytes           *bytes,
                                                 const char       *name,
                                                 GListModel      **problems,
                                                 GError          **error);
BALANCE_AVAILABLE_IN_1_0
GListModel      *balance_proposal_read_file     (const char       *path,
                                                 GListModel      **problems,
                                                 GError          **error);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_proposal_get_id        (BalanceProposal  *self);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_proposal_get_title     (BalanceProposal  *self,
                                                 const char       *language);
BALANCE_AVAILABLE_IN_1_0
const char      *balance_proposal_get_note      (BalanceProposal  *self,
                                                 const char       *language);
BALANCE_AVAILABLE_IN_1_0
char            *balance_proposal_to_yaml       (BalanceProposal  *self);

G_END_DECLS
