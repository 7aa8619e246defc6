/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "base/balance-text-private.h"

G_BEGIN_DECLS

/* Where something is wrong. All strings are copied; NULL or 0 = not known. */
typedef struct
{
  const char *file;
  const char *sheet;
  guint       row;          /* line of a text file or row of a sheet, from 1 */
  guint       column;       /* from 1 */
  const char *column_name;  /* the header of the column */
  const char *field;        /* id of the field of the dictionary, or path in a pack */
  const char *found;        /* the text that was found there */
} BalancePlace;

/* (transfer full) One problem. The texts are taken over (cleared in the caller); expected and remedy may be NULL. */
BalanceProblem  *balance_problem_new           (BalanceSeverity     severity,
                                                const char         *kind,
                                                const BalancePlace *place,
                                                BalanceText        *message,
                                                BalanceText        *expected,
                                                BalanceText        *remedy);

/* A growing list of problems. Keeps the first 1000 of each kind and counts the rest, so that a
 * file of a million bad cells stays readable and bounded. Not thread-safe. */
typedef struct _BalanceProblems BalanceProblems;

BalanceProblems *balance_problems_new          (void);
BalanceProblems *balance_problems_ref          (BalanceProblems *self);
void             balance_problems_unref        (BalanceProblems *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceProblems, balance_problems_unref)

/* Adds one problem. `kind` is a static string such as "unknown-column". The texts are taken over
 * (cleared in the caller); expected and remedy may be NULL. */
void             balance_problems_add          (BalanceProblems    *self,
                                                BalanceSeverity     severity,
                                                const char         *kind,
                                                const BalancePlace *place,
                                                BalanceText        *message,
                                                BalanceText        *expected,
                                                BalanceText        *remedy);
/* The same with texts that need no arguments. expected_* and remedy_* may be NULL. */
void             balance_problems_add_literal  (BalanceProblems    *self,
                                                BalanceSeverity     severity,
                                                const char         *kind,
                                                const BalancePlace *place,
                                                const char         *message_en,
                                                const char         *message_zh,
                                                const char         *expected_en,
                                                const char         *expected_zh,
                                                const char         *remedy_en,
                                                const char         *remedy_zh);
guint            balance_problems_count        (BalanceProblems    *self,
                                                BalanceSeverity     at_least);
/* (transfer full) a list of BalanceProblem in file order; where problems of a kind were only
 * counted, one problem of kind "more" at the end says how many. */
GListModel      *balance_problems_dup_list     (BalanceProblems    *self);
/* Throws a BALANCE_ERROR_INVALID_DATA whose message names the first errors and how many there are. */
void             balance_problems_throw        (BalanceProblems    *self,
                                                BalanceError        code,
                                                GError            **error);

G_END_DECLS
