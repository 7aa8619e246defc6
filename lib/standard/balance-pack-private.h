/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-decimal-private.h"
#include "base/balance-yaml-private.h"
#include "formula/balance-program-private.h"

G_BEGIN_DECLS

/* A rule pack as it is written: definitions and their formulas as trees, nothing compiled yet. */

#define BALANCE_NO_DATE G_MININT32

typedef enum
{
  BALANCE_COMPARISON_NONE,
  BALANCE_COMPARISON_AT_LEAST,
  BALANCE_COMPARISON_AT_MOST,
  BALANCE_COMPARISON_ABOVE,
  BALANCE_COMPARISON_BELOW,
} BalanceComparison;

/* One limit, or several that follow one another in time. */
typedef struct
{
  BalanceComparison  comparison;
  guint              n;
  gint32            *from;           /* [n] BALANCE_NO_DATE for "always" */
  BalanceDefinition **definitions;   /* [n] */
  guint              line;
} BalanceLimit;

typedef struct
{
  char        *id;
  BalanceText  title;
  char        *reference;
  char       **values;
  char        *value;     /* the default */
  const char  *file;      /* it stands in, which may be a pack that this one extends */
  guint        line;
} BalanceOption;

typedef struct
{
  char              *id;
  BalanceText        title;
  char              *reference;
  char              *note;
  BalanceLevel       level;
  gboolean          *stages;        /* [n_stages of the pack]; NULL = all */
  char              *unit;
  gboolean           has_unit;
  int                decimals;      /* -1 = not stated */
  BalanceExpression *weight;        /* nullable: the pack's */
  guint              weight_line, weight_column;
  BalanceDefinition *value;
  BalanceLimit       limit;
  const char        *file;    /* it stands in, which may be a pack that this one extends */
  guint              line;
} BalanceIndicatorRule;

typedef enum
{
  BALANCE_RULE_VALUE,         /* a number against a limit, or a condition */
  BALANCE_RULE_INDICATOR,     /* an indicator with its own limit */
  BALANCE_RULE_COMBINATION,
  BALANCE_RULE_DISPERSION,    /* of one indicator, or the mean of several */
  BALANCE_RULE_SELECTION,
} BalanceRuleKind;

typedef struct
{
  char          *id;
  BalanceText    title;
  gboolean       has_limit;
  BalanceDecimal at_least;
  guint          line;
} BalanceGrade;

typedef struct
{
  BalanceText        title;
  char              *reference;
  BalanceExpression *when;
  guint              line, column;
  guint              lower;        /* grades down; 0 where `at_most` is used */
  char              *at_most;      /* id of a grade */
} BalanceCap;

typedef struct _BalanceRule BalanceRule;

struct _BalanceRule
{
  guint              index;
  char              *id;           /* dispersions of several indicators have children REQ.INDICATOR */
  BalanceText        title;
  char              *reference;    /* own or the parent's */
  char              *note;
  BalanceRuleKind    kind;
  BalanceLevel       level;        /* `each` */
  BalanceRule       *parent;
  const char        *file;
  GPtrArray         *children;     /* of BalanceRule, not owned */
  BalanceExpression *scope;        /* own part only; joined with the parents' when compiled */
  BalanceExpression *when;
  guint              scope_line, scope_column, when_line, when_column, line;
  gboolean          *stages;       /* own and the parents' together; NULL = all */
  gint32             from, until;  /* BALANCE_NO_DATE */
  char              *unit;
  gboolean           has_unit;
  int                decimals;
  gboolean           binding;
  gboolean           veto;
  gboolean           evidence;     /* what is attested with yes has to name evidence; own or the parent's */
  gboolean           has_points;
  BalanceDecimal     points;
  BalanceExpression *score;
  guint              score_line, score_column;
  BalanceDefinition *value;        /* VALUE */
  BalanceLimit       limit;
  int                need;         /* COMBINATION: -1 = all */
  gboolean           has_floor;
  BalanceDecimal     floor;
  gboolean           rescale;
  gboolean           alternatives; /* of the items exactly one applies to each subject */
  GPtrArray         *grades;       /* of BalanceGrade, best first; nullable */
  int                met_from;     /* index of the last grade that is met */
  GPtrArray         *caps;         /* of BalanceCap; nullable */
  BalanceIndicatorRule *indicator; /* INDICATOR */
  GPtrArray         *measured;     /* DISPERSION: of BalanceIndicatorRule, not owned */
  gboolean           combine;      /* DISPERSION: mean of them */
  guint              best;         /* SELECTION */
  BalanceLevel       within;
  BalanceExpression **by;
  guint              n_by, by_line, by_column;
};

typedef struct
{
  char              *id;
  BalanceText        title;
  char              *reference;
  char              *on;           /* id of an indicator or requirement */
  BalanceExpression *when;         /* nullable */
  const char        *file;
  guint              when_line, when_column, line;
  BalanceDefinition *value;        /* nullable: unchanged */
  BalanceLimit       limit;
  gboolean           has_limit;
} BalanceConcessionItem;

typedef struct
{
  char        *id;
  BalanceText  title;
  char        *reference;
  gint32       from, until;        /* until: last day */
  guint        duty_years;
  GPtrArray   *items;              /* of BalanceConcessionItem */
  const char  *file;
  guint        line;
} BalanceConcession;

typedef struct
{
  char *alias;
  char *id;
  guint line;
} BalanceUse;

typedef struct
{
  char              *id;
  char              *file;          /* as named by the caller, for problems */
  BalanceText        title;
  char              *reference;
  char              *effective;     /* ISO date; nullable */
  gint32             effective_days;
  BalanceDictionary *dictionary;    /* the default one with the pack's own fields and stages */
  guint             *stages;        /* codes */
  guint              n_stages;
  BalanceExpression *scope;
  guint              scope_line, scope_column;
  BalanceExpression *weight;
  guint              weight_line, weight_column;
  char             **split_fields;
  BalanceDecimal    *split_weights; /* [stages of the dictionary] */
  BalanceExpression *split_by;
  guint              split_line, split_column;
  GPtrArray         *uses;          /* of BalanceUse */
  GPtrArray         *options;       /* of BalanceOption */
  GPtrArray         *indicators;    /* of BalanceIndicatorRule */
  GPtrArray         *rules;         /* of BalanceRule, owned; parents before children */
  GPtrArray         *roots;         /* of BalanceRule */
  GPtrArray         *concessions;   /* of BalanceConcession */
  GHashTable        *computed;      /* field id -> BalanceDefinition: fields of the pack that have a value */
  gboolean           faulty;
  gboolean           proved;        /* it comes with the library, whose build has proved it, and so does the dictionary */
  gboolean           extends;       /* it is a change of another pack */
  char              *digest;        /* SHA-256 of all files it was made of */
  GPtrArray         *sources;       /* of BalancePackFile: those files, its own first */
} BalancePack;

/* A file that a pack was made of. */
typedef struct
{
  char   *path;
  GBytes *bytes;
} BalancePackFile;

/* How a pack finds the packs that it names. Returns the bytes and the path, or NULL. */
typedef GBytes *(*BalancePackLoad) (const char *id, const char *beside, char **path);

/* NULL where not even its formulas can be checked; `faulty` where anything is wrong with it: such a pack is
 * compiled only to find the rest of its faults, never judged by. `path` names the source. */
BalancePack  *balance_pack_read         (GBytes          *bytes,
                                         const char      *path,
                                         BalanceProblems *problems);
/* The same of a tree that is merged already: one of balance_pack_merge(), or made of its nodes. */
BalancePack  *balance_pack_read_tree    (const BalanceYaml *root,
                                         const char      *path,
                                         GPtrArray       *sources,
                                         BalanceProblems *problems);
/* (transfer full) an empty list of BalancePackFile */
GPtrArray    *balance_pack_sources_new  (void);
void          balance_pack_free         (BalancePack     *self);
/* Beside a file, then in a folder of the shipped data ("standards"). */
GBytes       *balance_pack_load         (const char      *folder,
                                         const char      *id,
                                         const char      *beside,
                                         char           **path);

/* The names of the files of such a folder, sorted. (transfer full) */
char        **balance_pack_list_ids     (const char      *folder);

/* The tree of a pack with those of the packs that it extends merged in; the files of its nodes are interned, and
 * every file that was read is added to `sources` (of BalancePackFile). */
BalanceYaml  *balance_pack_merge        (GBytes          *bytes,
                                         const char      *path,
                                         const char      *folder,
                                         GPtrArray       *sources,
                                         BalanceProblems *problems);

BalanceIndicatorRule *balance_pack_find_indicator (BalancePack *self, const char *id);
BalanceRule          *balance_pack_find_rule      (BalancePack *self, const char *id);
const char           *balance_comparison_name     (BalanceComparison comparison);   /* "at_least"; NULL for none */

G_END_DECLS
