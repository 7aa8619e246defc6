/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-problem-private.h"
#include "census/balance-dictionary-private.h"
#include "io/balance-map-private.h"
#include "io/balance-table-words-private.h"

G_BEGIN_DECLS

/* The names that headers are known by: ids, titles and aliases of fields, with stages and units around them, and
 * the headers that a map names. */
typedef struct
{
  BalanceDictionary *dictionary;
  BalanceMap        *map;          /* nullable */
  BalanceTableWords *words;
  GHashTable        *fields;       /* plain name -> GPtrArray of BalanceField */
  GPtrArray         *stage_names;  /* [stage] GPtrArray of plain names */
  GHashTable        *units;        /* plain names of units and their multiples */
  GHashTable        *map_columns;  /* plain header -> GPtrArray of BalanceMapItem */
  GHashTable        *ignored;      /* plain headers */
} BalanceNames;

typedef struct
{
  BalanceField   *field;
  int             stage;        /* -1: not for one stage */
  gboolean        has_factor;
  BalanceDecimal  factor;       /* of the unit in the header */
} BalanceMatch;

#define BALANCE_MAX_SUGGESTIONS 3

BalanceNames *balance_names_new         (BalanceDictionary *dictionary,
                                         BalanceMap        *map);
void          balance_names_free        (BalanceNames      *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceNames, balance_names_free)

/* (transfer full) What is the same for a reader: no blanks, ASCII in lower case and of one width, one kind of dash. */
char         *balance_name_make_plain   (const char        *text,
                                         gsize              length);

/* Adds to `matches` (of BalanceMatch) what a plain header can be. `odd_bracket` becomes the field that a header
 * names, where only its bracket is not understood. The map has no part in it. */
void          balance_names_match       (BalanceNames      *self,
                                         const char        *plain,
                                         GArray            *matches,
                                         BalanceField     **odd_bracket);
/* Is it one field for sure, by the map or by the dictionary? `match` is nullable. */
gboolean      balance_names_match_one   (BalanceNames      *self,
                                         const char        *plain,
                                         BalanceMatch      *match);
/* The same of a cell as it stands. */
gboolean      balance_names_know        (BalanceNames      *self,
                                         const char        *text,
                                         gsize              length);
/* -1 if it is no name of a stage. */
int           balance_names_find_stage  (BalanceNames      *self,
                                         const char        *plain);
gboolean      balance_names_is_unit     (BalanceNames      *self,
                                         const char        *plain);
/* The fields whose names are most like it, best first; how many. */
guint         balance_names_suggest     (BalanceNames      *self,
                                         const char        *plain,
                                         BalanceField      *suggestions[BALANCE_MAX_SUGGESTIONS]);
/* Does a formula of the map use the column? */
gboolean      balance_names_in_formula  (BalanceNames      *self,
                                         const char        *header);
/* Is this name of a formula the header, with _ for what a plain name cannot have, or but for blanks, widths and
 * case? */
gboolean      balance_names_is_meant    (const char        *header,
                                         const char        *name);

G_END_DECLS
