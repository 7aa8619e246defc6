/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "store/balance-database-private.h"

G_BEGIN_DECLS

struct _BalanceStore
{
  GObject           parent_instance;

  char             *path;
  BalanceStoreMode  mode;
  GMutex            lock;
  BalanceDatabase  *database;     /* (mutex lock) */
};

/* One call at a time: takes the lock and, where it is to `write`, begins a transaction. FALSE and an error where
 * that cannot be; then there is nothing to end. */
gboolean  balance_store_begin (BalanceStore  *self,
                               gboolean       write,
                               GCancellable  *cancellable,
                               GError       **error);
/* Ends it: all is done, or where `good` is FALSE nothing is. Returns whether all is done. */
gboolean  balance_store_end   (BalanceStore  *self,
                               gboolean       good,
                               GError       **error);

/* (transfer full) The rows of a query as aa{sv}, the names of its columns being the keys; NULL values are left out. */
GVariant *balance_store_list  (BalanceStore      *self,
                               BalanceStatement  *statement,
                               GError           **error);

G_END_DECLS
