/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "census/balance-dictionary-private.h"

G_BEGIN_DECLS

void     balance_unit_free       (BalanceUnit       *unit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceUnit, balance_unit_free)

/* Is every part of a quotient such as "m2/pupil" the id of a unit? If not, `unknown` gets the first part
 * that is none (transfer full). */
gboolean balance_unit_check_text (BalanceDictionary *dictionary,
                                  const char        *text,
                                  char             **unknown);

G_END_DECLS
