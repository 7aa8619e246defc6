/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>
#include <gmp.h>

#include "planning/balance-bundles-private.h"

G_BEGIN_DECLS

/* What actions are written in; shared by all actions of a file. */
typedef struct
{
  gatomicrefcount  ref_count;
  char            *file;       /* nullable: an action of a program */
  BalanceYaml     *root;
  BalanceBundles  *bundles;
} BalanceActionSource;

struct _BalanceAction
{
  GObject              parent_instance;

  BalanceActionSource *source;
  const BalanceYaml   *node;       /* the mapping with one key */
  const BalanceYaml   *body;       /* what stands under the key; its shape has been checked */
  BalanceActionKind    kind;
};

/* Takes over `root` and `bundles`. */
BalanceActionSource *balance_action_source_new   (const char          *file,
                                                  BalanceYaml         *root,
                                                  BalanceBundles      *bundles);
BalanceActionSource *balance_action_source_ref   (BalanceActionSource *self);
void                 balance_action_source_unref (BalanceActionSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceActionSource, balance_action_source_unref)

/* NULL with problems; whatever is wrong but needs no census to tell. */
BalanceAction       *balance_action_read         (BalanceActionSource *source,
                                                  const BalanceYaml   *node,
                                                  BalanceProblems     *problems);
/* "60%", "0.6", "3/5"; a decimal may be negative. */
gboolean             balance_action_parse_ratio  (const char          *text,
                                                  mpq_ptr              ratio);
/* Appends a node in flow style. */
void                 balance_yaml_write_flow     (GString             *text,
                                                  const BalanceYaml   *node);

/* Does it to a scenario, or says why not. `failed` (nullable): names that actions would have made that failed, which are no
 * fault of this one; grows. */
gboolean             balance_action_apply        (BalanceAction       *self,
                                                  BalanceScenario     *scenario,
                                                  GHashTable          *failed,
                                                  BalanceProblems     *problems);

struct _BalanceProposal
{
  GObject              parent_instance;

  char                *id;
  BalanceText          title, note;
  GPtrArray           *actions;      /* of BalanceAction */
  BalanceActionSource *source;       /* nullable */
  const BalanceYaml   *was;          /* of the source; nullable */
};

G_END_DECLS
