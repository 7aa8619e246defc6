/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "store/balance-database-private.h"

G_BEGIN_DECLS

/* "Blnc", by which the first bytes of a file tell a store from any other SQLite database. */
#define BALANCE_SCHEMA_APPLICATION 0x426c6e63

/* The layout that this library writes; it reads older ones after bringing them here. */
#define BALANCE_SCHEMA_VERSION 3

/* Makes an empty database a store, or brings an older one to the present layout: all of it or nothing. */
gboolean balance_schema_migrate (BalanceDatabase  *self,
                                 guint             from,
                                 GError          **error);
/* Are all tables there, and nothing of them something else? A view in the place of a table, or a trigger on it,
 * would run what somebody else wrote. */
gboolean balance_schema_verify  (BalanceDatabase  *self,
                                 GError          **error);

G_END_DECLS
