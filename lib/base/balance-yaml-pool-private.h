/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-yaml-private.h"

G_BEGIN_DECLS

/* Memory of a tree: taken piece by piece, given back as a whole. */
BalanceYamlPool *balance_yaml_pool_new       (void);
void             balance_yaml_pool_free      (BalanceYamlPool *self);
/* Aligned for pointers, not cleared; NULL for nothing. */
gpointer         balance_yaml_pool_alloc     (BalanceYamlPool *self,
                                              gsize            size);
char            *balance_yaml_pool_copy_text (BalanceYamlPool *self,
                                              const char      *text,
                                              gsize            length);
/* Says that the tree is one that came with the library, until it is changed. */
void             balance_yaml_pool_set_shipped (BalanceYamlPool *self);
/* Cleared, of this pool. */
BalanceYaml     *balance_yaml_pool_new_node  (BalanceYamlPool *self);

G_END_DECLS
