/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "audit/balance-checks-private.h"
#include "audit/balance-years-private.h"
#include "evaluation/balance-evaluation-private.h"

G_BEGIN_DECLS

/* More are counted and not kept: a nation of wrong figures stays readable and bounded. */
#define BALANCE_AUDIT_MAX_KEPT 10000
#define BALANCE_AUDIT_MAX_VALUES 48

/* One value that a finding names. */
typedef struct
{
  guint         year;       /* 0: the census; n: n years joined before it */
  BalanceLevel  level;
  guint32       row;
  BalanceField *field;      /* of the set's dictionary */
} BalanceAuditValue;

typedef struct
{
  guint         item;
  BalanceLevel  level;
  guint32       row;
  BalanceField *field;      /* what the key of the finding names; nullable */
  char         *message[2]; /* [BalanceLanguage] */
  guint         first_value, n_values;
  double        p, corrected;   /* NaN where nothing was tested */
  guint         n_tests;
} BalanceAuditRecord;

typedef struct
{
  guint n_found, n_held, n_unknown, n_tests, n_kept;
} BalanceAuditCount;

struct _BalanceAudit
{
  GObject            parent_instance;
  BalanceChecks     *checks;
  BalanceStandard   *standard;   /* nullable */
  BalanceCensus     *census;
  BalanceFacts      *facts;
  GPtrArray         *years;      /* of BalanceYear, the latest first */
  GArray            *records;    /* of BalanceAuditRecord, in the order of districts, schools, stages, checks */
  GArray            *values;     /* of BalanceAuditValue */
  BalanceAuditCount *counts;     /* [rule of the set] */
};

/* A field that a finding of an item names. */
typedef struct
{
  BalanceField *field;
  BalanceLevel  level;      /* on which the formula reads it */
  gboolean      previous;
} BalanceAuditNamed;

/* One test of a screen; kept until all of them are made, because they are corrected together. */
typedef struct
{
  guint         item;
  guint         district;
  guint         n, k;       /* of n cases k were of the kind that is looked for */
  double        chance;     /* of one case */
  double        p;
  BalanceField *field;      /* HEAPING, SUDDEN */
  guint         rule;       /* BUNCHING: of the standard */
  double        limit;      /* BUNCHING; NaN where rows differ */
  GArray       *rows;       /* of guint32: the first rows of that kind */
  BalanceLevel  level;      /* of those rows */
} BalanceAuditTest;

/* What one audit needs while it runs. */
typedef struct
{
  BalanceAudit        *audit;
  BalanceCheckSet     *set;
  BalanceFacts        *facts;       /* with the values of the year before */
  BalanceScheme       *scheme;
  BalanceBindings     *bindings;
  BalanceJudge        *judge;       /* of the district at hand, or of the region */
  guint               *rules;       /* [item] in the pack */
  int                 *indicators;  /* [item] in the pack; -1 = none */
  gboolean            *regional;    /* [item] needs all districts at once */
  BalanceMessageNodes *messages;    /* [item] */
  GArray             **named;       /* [item] of BalanceAuditNamed */
  BalanceNode        **masks[2];    /* [section, school][item] which rows a screen counts */
  BalanceScheme       *limits;      /* of the standard; nullable */
  BalanceBindings     *limit_bindings;
  BalanceJudge        *limit_judge;
  GPtrArray           *tests;       /* of BalanceAuditTest */
} BalanceAuditRun;

BalanceAudit      *balance_audit_run          (BalanceChecks    *checks,
                                               BalanceStandard  *standard,
                                               const char       *as_of,
                                               BalanceCensus    *census,
                                               GListModel       *previous,
                                               BalanceProgress  *progress,
                                               GCancellable     *cancellable,
                                               GError          **error);

/* For the parts of a run. Rows count from the first of their table, not of the frame. */
BalanceAuditCount *balance_audit_run_count    (BalanceAuditRun  *self,
                                               guint             item);
/* Begins a finding; NULL where enough are kept (it is counted all the same). Values follow. */
BalanceAuditRecord *balance_audit_run_find    (BalanceAuditRun      *self,
                                               guint                 item,
                                               guint32               row,
                                               BalanceField         *field,
                                               const BalanceSpecial *specials,
                                               guint                 n_specials);
void               balance_audit_run_name     (BalanceAuditRun    *self,
                                               BalanceAuditRecord *record,
                                               guint               year,
                                               BalanceLevel        level,
                                               guint32             row,
                                               BalanceField       *field);
/* The fields of the item, as they belong to a row. */
void               balance_audit_run_name_row (BalanceAuditRun    *self,
                                               BalanceAuditRecord *record,
                                               guint32             row);
guint              balance_audit_run_district (BalanceAuditRun    *self,
                                               BalanceLevel        level,
                                               guint32             row);

/* Comparisons with other rows and with parts. */
void               balance_audit_compare_peers (BalanceAuditRun   *self,
                                                guint              item);
void               balance_audit_compare_same  (BalanceAuditRun   *self,
                                                guint              item);
void               balance_audit_compare_parts (BalanceAuditRun   *self,
                                                guint              item);
/* Screens: first the tests of each district, then all together. */
void               balance_audit_screen        (BalanceAuditRun   *self,
                                                guint              item,
                                                guint              district);
void               balance_audit_finish_screens (BalanceAuditRun  *self);
void               balance_audit_test_free     (gpointer           data);

BalanceAuditFinding *balance_audit_finding_new (BalanceAudit      *audit,
                                                guint              record);

G_END_DECLS
