/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-number-private.h"
#include "planning/balance-action-private.h"
#include "planning/balance-scenario-private.h"

G_BEGIN_DECLS

#define NONE BALANCE_NO_ROW

/* A fact that is to be another one. Rows are handles of the reshaping, where there is one. */
typedef struct
{
  BalanceLevel  level;
  guint32       row;
  BalanceField *field;
  BalanceFact   fact;
} BalanceApplyPut;

typedef struct
{
  BalanceAction   *action;
  BalanceScenario *scenario;
  BalanceFacts    *facts;
  BalanceProblems *problems;
  GHashTable      *failed_names;   /* nullable */
  BalanceReshape  *reshape;        /* nullable until rows change */
  GArray          *puts;           /* of BalanceApplyPut */
  GHashTable      *index;          /* of BalanceApplyPut (hashed by place) -> position + 1 */
  gboolean         failed;
  mpq_t            a, b, c;        /* to compute with */
} BalanceApply;

/* For files that apply actions: `apply` is the one. */
#define BODY(apply, key) balance_yaml_get ((apply)->action->body, key)

#define ERROR(node, kind, ...) G_STMT_START { \
    apply->failed = TRUE; \
    balance_yaml_problem (node, apply->action->source->file, apply->problems, BALANCE_SEVERITY_ERROR, kind, __VA_ARGS__); \
  } G_STMT_END

/* Of whom `facts` tells: what is not known is found out when the first field needs it. */
typedef struct
{
  const BalanceYaml *district_node, *school_node, *stage_node;
  guint32            district, school, section;
  gboolean           tried_district, tried_section;
} BalanceApplySubject;

typedef struct
{
  guint32 school, section;      /* section NONE: not needed */
} BalanceApplyPlace;

/* Names. What is not found has been told, unless it is excused: an action that would have made the name has failed and said so. */
gboolean balance_apply_is_excused (BalanceApply *apply, const char *name);
guint32 balance_apply_find_district (BalanceApply *apply, const BalanceYaml *node);
guint32 balance_apply_find_school (BalanceApply *apply, const BalanceYaml *node, const char *text);
int balance_apply_find_stage (BalanceApply *apply, const BalanceYaml *node);
guint32 balance_apply_get_section (BalanceFacts *facts, guint32 school, int stage);
const char *balance_apply_school_name (BalanceFacts *facts, guint32 school);
guint32 balance_apply_find_section (BalanceApply *apply, guint32 school, const BalanceYaml *stage,
                                    const BalanceYaml *at);
BalanceField *balance_apply_find_field (BalanceApply *apply, const BalanceYaml *node, const char *id);
gboolean balance_apply_adds_up (const BalanceField *field);
GArray *balance_apply_find_schools (BalanceApply *apply, const BalanceYaml *node);
BalanceField *balance_apply_find_bundle_field (BalanceApply *apply, const BalanceYaml *at, const BalanceBundleItem *item);
GPtrArray *balance_apply_list_fields (BalanceApply *apply, const BalanceYaml *node);

/* Facts as this action leaves them; they are put into the scenario when all of it is worked out. */
guint balance_apply_hash_put (gconstpointer key);
gboolean balance_apply_equal_puts (gconstpointer a, gconstpointer b);
BalanceFact balance_apply_get_fact (BalanceApply *apply, BalanceLevel level, guint32 row, BalanceField *field);
void balance_apply_put_fact (BalanceApply *apply, BalanceLevel level, guint32 row, BalanceField *field, gboolean valid,
                             BalanceDecimal value);
void balance_apply_add_to_fact (BalanceApply *apply, const BalanceYaml *at, BalanceLevel level, guint32 row,
                                BalanceField *field, const BalanceDecimal *amount);
gboolean balance_apply_locate (BalanceApply *apply, BalanceField *field, guint32 school, guint32 section,
                               BalanceLevel *level, guint32 *row);
void balance_apply_begin_subject (BalanceApply *apply, BalanceApplySubject *subject);
void balance_apply_set_facts (BalanceApply *apply, BalanceApplySubject *subject, const BalanceYaml *facts);

/* Amounts. FALSE beyond 18 digits. */
gboolean balance_apply_decimal_to_mpq (const BalanceDecimal *decimal, mpq_ptr value);
gboolean balance_apply_mpq_to_decimal (mpq_srcptr value, guint scale, BalanceRounding rounding,
                                       BalanceDecimal *decimal);
gboolean balance_apply_share_out (const BalanceDecimal *total, mpq_t *exact, guint n, guint scale,
                                  BalanceDecimal *parts);

/* Made when rows change for the first time. */
BalanceReshape *balance_apply_get_reshape (BalanceApply *apply);

/* What each kind of action does. */
void balance_apply_add (BalanceApply *apply);
void balance_apply_clear (BalanceApply *apply);
void balance_apply_move (BalanceApply *apply);
void balance_apply_grow (BalanceApply *apply);
void balance_apply_hand_over (BalanceApply *apply);
void balance_apply_recode (BalanceApply *apply);
void balance_apply_merge (BalanceApply *apply);
void balance_apply_open (BalanceApply *apply);
void balance_apply_extend (BalanceApply *apply);
void balance_apply_close (BalanceApply *apply);

G_END_DECLS
