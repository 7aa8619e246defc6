/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-list-private.h"
#include "standard/balance-pack-private.h"

G_BEGIN_DECLS

/* A pack made ready to judge: one choice of options, one date, with or without concessions, all formulas
 * compiled. Never changed after it is made; shared by all threads. */

typedef struct
{
  BalanceNode       *value;        /* number, or flag where there is no limit */
  BalanceNode       *limit;        /* nullable */
  BalanceComparison  comparison;
} BalanceMeasure;

typedef struct
{
  BalanceIndicatorRule *rule;
  BalanceMeasure        measure;
  BalanceNode          *weight;    /* level section only; nullable */
} BalanceSchemeIndicator;

typedef struct
{
  BalanceRule    *rule;
  gboolean        in_force;        /* by its dates */
  gboolean        uses_region;     /* has to be judged on the whole census */
  BalanceNode    *mask;            /* sections that its aggregates see: the pack's scope and all scopes above */
  BalanceNode    *subjects;        /* the same on its own level: which rows it asks */
  BalanceNode    *when;            /* nullable */
  BalanceMeasure  measure;         /* VALUE, INDICATOR: value and limit. DISPERSION, COMBINATION: limit only */
  BalanceNode    *score;           /* nullable */
  BalanceNode   **by;              /* SELECTION */
  BalanceNode   **caps;            /* conditions of the caps of a combination with grades */
  guint          *indicators;      /* INDICATOR, DISPERSION: indexes in `indicators` */
  guint           n_indicators;
} BalanceSchemeRule;

/* One formula that a concession put in the place of another, for explanations. */
typedef struct
{
  const BalanceConcession     *concession;
  const BalanceConcessionItem *item;
  BalanceNode                 *when;      /* on the level of what it changes; nullable = always */
} BalanceSchemeConcession;

typedef struct _BalanceScheme BalanceScheme;

struct _BalanceScheme
{
  gatomicrefcount         ref_count;
  BalancePack            *pack;           /* borrowed: the standard lives longer */
  BalanceProgram         *program;
  GHashTable             *names;
  BalanceSchemeRule      *rules;          /* [pack->rules->len] */
  BalanceSchemeIndicator *indicators;     /* [pack->indicators->len] */
  GArray                 *concessions;    /* of BalanceSchemeConcession */
  BalanceNode            *weight;         /* nullable */
  BalanceScheme         **used;           /* schemes of the packs that this one uses */
  guint                   n_used;
  gboolean                uses_region;
};

#define BALANCE_USED_SHIFT 20             /* requirement numbers of used packs: (use + 1) << 20 | number */

/* Does it give a value for a stage (position in the pack)? NULL says nothing against it. */
static inline gboolean
balance_definition_has_stage (const BalanceDefinition *definition, guint stage)
{
  return definition == NULL || definition->by_stage == NULL || definition->by_stage[stage] != NULL;
}

/* Of several limits that follow one another in time the one of a day; NULL before the first. */
const BalanceDefinition *balance_limit_in_force (const BalanceLimit *limit, gint32 as_of);

/* The packs that `uses` names, read once with the standard; same order as pack->uses. */
BalanceScheme *balance_scheme_new   (BalancePack        *pack,
                                     BalancePack *const *used,
                                     const char *const  *options,       /* "id=value"; nullable */
                                     gint32              as_of,
                                     const gboolean     *concessions,   /* [pack->concessions->len] in force; NULL = none */
                                     BalanceProblems    *problems);
BalanceScheme *balance_scheme_ref   (BalanceScheme      *self);
void           balance_scheme_unref (BalanceScheme      *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceScheme, balance_scheme_unref)

struct _BalanceStandard
{
  GObject       parent_instance;
  BalancePack  *pack;
  BalancePack **used;       /* [pack->uses->len] */
};

struct _BalanceIndicator
{
  GObject               parent_instance;
  BalanceStandard      *standard;
  BalanceIndicatorRule *rule;
};

struct _BalanceRequirement
{
  GObject          parent_instance;
  BalanceStandard *standard;
  BalanceRule     *rule;
  BalanceList     *children;   /* (atomic) nullable until asked for */
};

BalanceIndicator   *balance_indicator_new   (BalanceStandard *standard, BalanceIndicatorRule *rule);
BalanceRequirement *balance_requirement_new (BalanceStandard *standard, BalanceRule *rule);
/* A formula as it is written, for a stage (position in the pack, -1 = any); nullable. */
const char         *balance_definition_get_source (const BalanceDefinition *definition, int stage);

G_END_DECLS
