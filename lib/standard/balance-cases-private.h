/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "standard/balance-pack-private.h"

G_BEGIN_DECLS

/* All cases that the conditions of a pack tell apart.
 *
 * A condition is a selector where it combines, by and / or / not / if, tests of one choice, text, flag or number
 * against constants. Then only finitely many cases differ: the values of choices and options, the stages of the
 * pack, the intervals between the constants and between the dates that occur. A statement about them is decided by
 * going through them, one variable after the other and no further than the answer needs. What is beyond selectors
 * (arithmetic over several fields, verdicts of other requirements) is a variable of its own, yes or no, the same one
 * wherever the same is written: a case that rests on it may be impossible and is not certain. */

typedef enum
{
  VARIABLE_STAGE,
  VARIABLE_CHOICE,
  VARIABLE_FLAG,
  VARIABLE_TEXT,
  VARIABLE_NUMBER,
  VARIABLE_OPTION,
  VARIABLE_DATE,
  VARIABLE_OPAQUE,     /* a condition that is no selector: yes or no */
} BalanceCaseVariableKind;

/* Something that conditions ask about. Its cases are numbered:
 * stage: position in the pack; choice: code; flag, opaque: 0 no, 1 yes; option: position among its values; text: position
 * among the constants, then any other; number: 2i + 1 = the i-th constant, even = between two of them; date: the i-th
 * interval. The last case of all is that it is missing, which is looked at only where missing() asks for it. */
typedef struct
{
  BalanceCaseVariableKind kind;
  char                 *key;
  const BalanceField   *field;       /* it rests on; nullable */
  const BalanceOption  *option;
  gboolean              opaque;      /* whether all its cases can occur is not known */
  gboolean              assumed;     /* opaque, but in conditions above that were looked at before */
  gboolean              whole;       /* a number without fractions */
  gboolean              sum;         /* over the rows of the subject */
  gboolean              may_miss;
  GPtrArray            *texts;       /* not owned */
  GArray               *numbers;     /* of BalanceDecimal, sorted when all are known */
  GArray               *dates;       /* of gint32, first days of the intervals */
  guint                 n_cases;     /* without missing */
  int                   chosen;      /* -1 none */
} BalanceCaseVariable;

/* Where a condition stands: names are resolved alike everywhere, what is aggregated is not. */
typedef struct
{
  BalanceLevel level;
  int          mask;     /* number of the requirement whose scope it sees, -1 for that of the pack */
} BalanceCasePlace;

/* A fault that was found, with the first case in which it shows. */
typedef struct
{
  gconstpointer what;            /* with `detail`: which one; the first case of each is kept */
  guint         detail;
  gboolean      certain;
  BalanceText   example;
  gconstpointer first, second;   /* for whoever adds it */
} BalanceCaseFault;

/* What all statements about a pack share. */
typedef struct
{
  BalancePack *pack;
  GHashTable  *options;          /* id -> BalanceOption */
  GHashTable  *codes;            /* text of a formula, by its place in memory -> the choice it names, and 2 */
  gint32       start;            /* first day of the pack's life */
  guint        n_steps;
  guint64      n_cases;          /* that were looked at */
} BalanceCaseSpace;

/* One statement that is being decided. */
typedef struct
{
  BalanceCaseSpace    *space;
  GPtrArray           *variables;
  GHashTable          *by_key;            /* key -> BalanceCaseVariable */
  GHashTable          *by_expression;     /* condition -> BalanceCaseVariable */
  GHashTable          *names;             /* name, by its place in memory -> what it stands for */
  BalanceCaseVariable *stage, *date;      /* NULL until somebody asks */
  GPtrArray           *path;              /* variables that have a value, in the order in which they got it */
  BalanceCaseVariable *wanted;
  gboolean             collecting;        /* all conditions are walked through to find the variables */
  gboolean             assuming;          /* opaque conditions may be taken for possible */
  gboolean             exceeded;          /* too many cases */
  guint                n_steps, nesting;
  gboolean             yes, certainly;    /* was what was looked for found, and in a case that certainly occurs? */
  GArray              *faults;            /* of BalanceCaseFault */
  GHashTable          *reached;           /* branches of if that somebody comes to */
} BalanceCases;

/* Beside TRUE, FALSE and UNKNOWN (a missing fact): another variable has to be given a value first. */
#define BALANCE_CASES_OPEN 3

/* Looks at one case; FALSE where another variable is wanted first. While variables are collected it walks through
 * everything that it would ask in any case. */
typedef gboolean (*BalanceCaseLook) (BalanceCases *self, gpointer data);

BalanceCases        *balance_cases_new       (BalanceCaseSpace *space);
void                 balance_cases_free      (BalanceCases     *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceCases, balance_cases_free)

void                 balance_cases_decide    (BalanceCases     *self,
                                              BalanceCaseLook   look,
                                              gpointer          data);

/* For those who look. Truths are BalanceTruth or OPEN. */
int                  balance_cases_evaluate  (BalanceCases            *self,
                                              const BalanceExpression *e,
                                              const BalanceCasePlace  *place);
/* The same as something that cannot be looked into. */
int                  balance_cases_evaluate_opaque (BalanceCases            *self,
                                                    const BalanceExpression *e,
                                                    const BalanceCasePlace  *place);
/* Joins by `and`; *all is what it was so far. FALSE where nothing more needs to be asked. */
gboolean             balance_cases_also      (BalanceCases        *self,
                                              int                  truth,
                                              int                 *all);
/* The case of a variable, -1 and a wish where it has none yet. */
int                  balance_cases_get       (BalanceCases        *self,
                                              BalanceCaseVariable *variable);
BalanceCaseVariable *balance_cases_get_stage (BalanceCases        *self);
BalanceCaseVariable *balance_cases_get_date  (BalanceCases        *self);
/* The variable of a plain name: a fact or an option. NULL for all else. The name has to stay where it is. */
BalanceCaseVariable *balance_cases_get_named (BalanceCases        *self,
                                              const char          *id);
/* A day on which something changes. */
void                 balance_cases_add_day   (BalanceCases        *self,
                                              gint32               day);
BalanceField        *balance_cases_find_field (BalanceCases       *self,
                                              const char          *id);
/* What was looked for is there. */
void                 balance_cases_found     (BalanceCases        *self);
void                 balance_cases_add_fault (BalanceCases        *self,
                                              gconstpointer        what,
                                              guint                detail,
                                              gconstpointer        first,
                                              gconstpointer        second);

/* A formula as text: what is written alike means the same in one place. */
void                 balance_cases_append_expression (GString                 *text,
                                                      const BalanceExpression *e);

G_END_DECLS
