/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-decimal-private.h"
#include "base/balance-yaml-private.h"

G_BEGIN_DECLS

/* How much of a field goes with one of a bundle. */
typedef enum
{
  BALANCE_BUNDLE_NUMBER,
  BALANCE_BUNDLE_PART,      /* as much of it as of the first field */
  BALANCE_BUNDLE_WHOLE,     /* only where everything goes */
} BalanceBundleKind;

typedef struct
{
  char              *field;
  BalanceBundleKind  kind;
  BalanceDecimal     number;
} BalanceBundleItem;

/* Facts that go together when something moves. */
typedef struct
{
  char        *id;
  BalanceText  title;
  gboolean     conserved;
  GArray      *items;       /* of BalanceBundleItem */
} BalanceBundle;

typedef struct
{
  gatomicrefcount  ref_count;
  GPtrArray       *list;    /* of BalanceBundle; earlier ones win */
} BalanceBundles;

/* Those of a sequence node and after them those that come with the library. NULL node: the latter. */
BalanceBundles      *balance_bundles_new   (const BalanceYaml *node,
                                            const char        *file,
                                            BalanceProblems   *problems);
/* (transfer none) */
BalanceBundles      *balance_bundles_get_shipped (void);
BalanceBundles      *balance_bundles_ref   (BalanceBundles    *self);
void                 balance_bundles_unref (BalanceBundles    *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceBundles, balance_bundles_unref)
const BalanceBundle *balance_bundles_find  (BalanceBundles    *self,
                                            const char        *id);

G_END_DECLS
