/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "formula/balance-program-private.h"

G_BEGIN_DECLS

/* self *= other^sign; FALSE where the product has too many units. */
gboolean balance_dimension_multiply  (BalanceDimension       *self,
                                      const BalanceDimension *other,
                                      int                     sign);
gboolean balance_dictionary_has_unit (BalanceDictionary      *dictionary,
                                      const char             *id,
                                      guint16                *index);

G_END_DECLS
