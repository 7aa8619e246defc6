/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "io/balance-sheet-import-private.h"

G_BEGIN_DECLS

/* Reports where tables that were read together do not fit: schools and districts that stand in one and not in the
 * other, years that have nothing in common. */
void balance_import_compare (BalanceImportRun *run);

G_END_DECLS
