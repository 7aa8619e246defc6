/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "report/balance-layout-private.h"
#include "standard/balance-pack-private.h"

G_BEGIN_DECLS

/* A formula as people read it: titles for names, the usual signs, words for functions. */
char *balance_formula_dup_words (BalancePack             *pack,
                                 const BalanceExpression *expression,
                                 BalanceLanguage          language);

G_END_DECLS
