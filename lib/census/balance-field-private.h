/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "census/balance-dictionary-private.h"

G_BEGIN_DECLS

/* The words of the YAML form. */
const char    *balance_level_to_string      (BalanceLevel        level);
gboolean       balance_level_from_string    (const char         *text,
                                             BalanceLevel       *level);
const char    *balance_field_type_to_string (BalanceFieldType    type);
gboolean       balance_field_type_from_string (const char       *text,
                                               BalanceFieldType *type);

void           balance_choice_free (BalanceChoice       *choice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceChoice, balance_choice_free)

/* (transfer full) */
BalanceChoice *balance_choice_copy (const BalanceChoice *choice);

/* (transfer full) For building a dictionary: a field that somebody else may hold is never changed. */
BalanceField  *balance_field_copy  (BalanceField        *field);

G_END_DECLS
