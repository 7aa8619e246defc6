/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "standard/balance-scheme-private.h"

G_BEGIN_DECLS

/* Data checks as they are written. The formulas of a set make a rule pack of their own, with one requirement for
 * each check: they are read, typed, scoped and judged like those of a standard. What a pack has no words for (how
 * grave a finding is, what it says, comparisons between schools and years) is kept here. */

typedef enum
{
  BALANCE_CHECK_HOLDS,      /* a condition on each row */
  BALANCE_CHECK_OUTLIER,    /* a ratio far off those of similar rows */
  BALANCE_CHECK_SLIP,       /* the same by about a known factor: a wrong unit */
  BALANCE_CHECK_SAME,       /* two rows with the same values in many fields */
  BALANCE_CHECK_PARTS,      /* what sections have against what their school has */
  BALANCE_CHECK_BUNCHING,   /* values that crowd on the good side of the limits of a standard */
  BALANCE_CHECK_HEAPING,    /* last digits */
  BALANCE_CHECK_SUDDEN,     /* changes in the last year only */
} BalanceCheckKind;

/* A piece of a message: as it stands, a formula of the row, or a value that the check itself computes. */
typedef struct
{
  char              *text;          /* literal, or the name of such a value */
  gboolean           special;
  BalanceExpression *expression;
} BalanceMessagePart;

typedef struct
{
  GArray *parts[2];                 /* [BalanceLanguage] of BalanceMessagePart */
} BalanceMessage;

/* One check as its author wrote it. */
typedef struct
{
  char             *id;
  BalanceText       title;
  BalanceText       remedy;
  char             *reference;
  char             *note;
  BalanceSeverity   severity;
  BalanceCheckKind  kind;
  BalanceLevel      level;
  guint             line;

  char            **fields;         /* those that the comparison is about; nullable */
  char            **among;          /* OUTLIER, SLIP: choice fields that similar rows share */
  guint             least;          /* rows, values or schools without which nothing is said */
  double            deviations;     /* OUTLIER: median absolute deviations, scaled to standard ones */
  double            factor;         /* OUTLIER: and at least so many times the median, or a part; SLIP: the factor */
  double            spread;         /* SLIP: how far around the factor */
  double            window;         /* BUNCHING: width of one bin, as a part of the limit */
  double            alpha;          /* BUNCHING, HEAPING, SUDDEN: of all tests of the check together */
  guint             digits[10];     /* HEAPING */
  guint             n_digits;
  gint64            from, step;     /* HEAPING: smallest value, unit of the last digit */
  double            change;         /* SUDDEN: relative change that counts as one */
  guint             years;          /* SUDDEN: censuses without which nothing is said */
  int               direction;      /* SUDDEN: 1 up, -1 down, 0 both */
} BalanceCheckRule;

/* One check on one field where it is written for several (`foreach`), else the check. */
typedef struct
{
  BalanceCheckRule *rule;
  char             *it;             /* nullable: the field */
  char             *requirement;    /* id in the pack */
  char             *indicator;      /* nullable */
  char            **fields;         /* named in findings; nullable: those of the condition */
  BalanceMessage    message;
} BalanceCheckItem;

typedef struct
{
  BalancePack       *pack;
  BalanceDictionary *dictionary;    /* for reading data: that of the pack without the values of the year before */
  GPtrArray         *rules;         /* of BalanceCheckRule */
  GPtrArray         *items;         /* of BalanceCheckItem */
} BalanceCheckSet;

/* NULL where anything is wrong; the problems say what. */
BalanceCheckSet *balance_check_set_read    (GBytes          *bytes,
                                            const char      *path,
                                            BalanceProblems *problems);
void             balance_check_set_free    (BalanceCheckSet *self);

/* Messages: texts with formulas in braces. */
void             balance_message_read      (BalanceMessage     *self,
                                            const BalanceText  *text,
                                            const char *const  *specials,
                                            const BalancePlace *place,
                                            BalanceProblems    *problems);
void             balance_message_clear     (BalanceMessage     *self);

/* A message ready to be filled in. */
typedef struct
{
  BalanceNode   **nodes[2];         /* [language][part]; NULL for literals */
  BalanceTyping  *typings[2];
} BalanceMessageNodes;

gboolean         balance_message_compile   (const BalanceMessage *self,
                                            BalanceProgram       *program,
                                            const BalanceContext *context,
                                            BalanceMessageNodes  *nodes);
void             balance_message_nodes_clear (BalanceMessageNodes *self);

/* A value that a check computes itself, for the messages that name it. */
typedef struct
{
  const char *name;
  char       *text[2];              /* [language] */
} BalanceSpecial;

/* (transfer full) `row` counts from the first row of the frame */
char            *balance_message_fill      (const BalanceMessage      *self,
                                            const BalanceMessageNodes *nodes,
                                            BalanceFrame              *frame,
                                            guint                      row,
                                            const BalanceSpecial      *specials,
                                            guint                      n_specials,
                                            BalanceLanguage            language);
/* A number as people write it, with its unit. (transfer full) */
char            *balance_message_number    (double             number,
                                            BalanceDictionary *dictionary,
                                            const char        *unit,
                                            BalanceLanguage    language);

struct _BalanceChecks
{
  GObject          parent_instance;
  BalanceCheckSet *set;
};

BalanceCheck     *balance_check_new        (BalanceChecks    *checks,
                                            BalanceCheckRule *rule);
BalanceCheckRule *balance_check_set_find   (BalanceCheckSet  *self,
                                            const char       *id);
const char       *balance_check_severity_name (BalanceSeverity severity);    /* "error", "warning", "look-here" */

G_END_DECLS
