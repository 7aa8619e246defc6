/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "census/balance-census-private.h"
#include "store/balance-database-private.h"

G_BEGIN_DECLS

/* The facts of a year in the tables of a store and back. All run inside a transaction of the caller. */

/* `sources`: the id in the table `sources` of each source of the facts. */
gboolean      balance_store_write_facts   (BalanceDatabase   *self,
                                           BalanceFacts      *facts,
                                           gint64             first_import,
                                           gint64             last_import,
                                           const gint64      *sources,
                                           BalanceProgress   *progress,
                                           GError           **error);
/* TRUE also if there is no such year. */
gboolean      balance_store_delete_facts  (BalanceDatabase   *self,
                                           int                year,
                                           GError           **error);
/* `dictionary` NULL: the one of the library, with what the year has beyond it. Nothing that stands in the file is
 * taken on trust: the facts are built and checked as those of a table that is read. */
BalanceFacts *balance_store_read_facts    (BalanceDatabase   *self,
                                           int                year,
                                           BalanceDictionary *dictionary,
                                           GError           **error);

/* (transfer full) A dictionary that has what `base` has and the fields and stages of `facts` beyond it. */
BalanceDictionary *balance_dictionary_extend_by_facts (BalanceDictionary *base,
                                                       BalanceFacts      *facts);
/* (transfer full) `known` with the values of `added` put over it, each with its provenance: what `added` leaves
 * blank stays. NULL and an error where the dictionaries do not agree. The sources of `known` come first. */
BalanceFacts *balance_facts_merge         (BalanceFacts      *known,
                                           BalanceFacts      *added,
                                           GError           **error);

/* (transfer full) The same facts as those of a year. */
BalanceFacts *balance_facts_with_year     (BalanceFacts      *facts,
                                           int                year);

/* (transfer full) SHA-256 in hexadecimal of all facts, whatever file and order they came from. */
char         *balance_facts_dup_digest    (BalanceFacts      *self);

/* In quotes as both YAML and JSON have them. */
void          balance_definition_append_quoted (GString            *text,
                                               const char          *value);
/* (transfer full) texts as a list in JSON */
char         *balance_definition_dup_list     (char               **items);
/* One field or stage in the form of data/fields.yaml, on one line. */
void          balance_definition_append_field (GString             *text,
                                               BalanceField        *field);
void          balance_definition_append_stage (GString             *text,
                                               const BalanceChoice *stage);
/* (transfer full) `base` with the definitions that it lacks; a fault of one shows when its field is looked for. */
BalanceDictionary *balance_definition_extend  (BalanceDictionary   *base,
                                               GPtrArray           *fields,    /* of char */
                                               GPtrArray           *stages);

G_END_DECLS
