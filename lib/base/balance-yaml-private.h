/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-problem-private.h"

G_BEGIN_DECLS

/* A YAML document as a tree that knows its lines. Anchors, aliases, tags, duplicate keys, keys that
 * are no scalars, several documents, nesting over 64 and files over 16 MiB are refused: rule packs are
 * read by people, and nobody must be able to hide something in them. */
typedef enum
{
  BALANCE_YAML_SCALAR,
  BALANCE_YAML_SEQUENCE,
  BALANCE_YAML_MAPPING,
} BalanceYamlType;

typedef struct _BalanceYaml BalanceYaml;
typedef struct _BalanceYamlPool BalanceYamlPool;

/* All nodes of a tree, their texts and their lists lie in one pool, which goes with the tree. */
struct _BalanceYaml
{
  BalanceYamlType   type;
  gboolean          quoted;     /* scalar written in quotes or as a block */
  guint             line;       /* from 1 */
  guint             column;     /* from 1 */
  const char       *file;       /* the source that was named, not copied: nodes of several files can be in one tree; nullable */
  const char       *text;       /* scalar */
  guint             n_items;    /* sequence and mapping */
  guint             n_places;   /* of `items` and `keys`; for balance_yaml_append() and balance_yaml_set() */
  BalanceYaml     **items;      /* sequence: items; mapping: values */
  BalanceYaml     **keys;       /* mapping */
  BalanceYamlPool  *pool;
};

/* Never returns a partial tree: NULL if anything was refused; the problems say what and where.
 * `file` names the source in problems, and must stay as long as anybody asks a node for it. */
BalanceYaml *balance_yaml_parse      (const char        *data,
                                      gsize              length,
                                      const char        *file,
                                      BalanceProblems   *problems);
/* Takes the root that balance_yaml_parse() gave, and with it all nodes that were added to its tree. */
void         balance_yaml_free       (BalanceYaml       *root);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceYaml, balance_yaml_free)

/* Is it of the very text of a file that comes with the library, and unchanged? */
gboolean     balance_yaml_is_shipped (const BalanceYaml *root);

/* Changing a tree, of which `in` is any node. What is taken out of it stays in its pool.
 * A new node with nothing in it, that stands where another one (of any tree) does. */
BalanceYaml *balance_yaml_new_at     (const BalanceYaml *in,
                                      BalanceYamlType    type,
                                      const char        *text,
                                      const BalanceYaml *at);
/* A node of any tree and all below it. */
BalanceYaml *balance_yaml_copy       (const BalanceYaml *in,
                                      const BalanceYaml *node);
/* Another text for a scalar, which is copied. */
void         balance_yaml_set_text   (BalanceYaml       *scalar,
                                      const char        *text);
/* The item or value is one of the same tree. */
void         balance_yaml_append     (BalanceYaml       *list,
                                      BalanceYaml       *item);
/* Replaces the value of the key, or adds both. */
void         balance_yaml_set        (BalanceYaml       *map,
                                      BalanceYaml       *key,
                                      BalanceYaml       *value);
/* Of a sequence or mapping. */
void         balance_yaml_remove     (BalanceYaml       *node,
                                      guint              position);

/* (nullable) the value of a key of a mapping; NULL also where `node` is NULL or no mapping */
BalanceYaml *balance_yaml_get        (const BalanceYaml *node,
                                      const char        *key);
/* The scalar text of a key, or NULL where the key is absent; a key with another kind of value is a problem. */
const char  *balance_yaml_get_string (const BalanceYaml *node,
                                      const char        *key,
                                      const char        *file,
                                      BalanceProblems   *problems);
/* {zh: .., en: ..} or one scalar for both. FALSE and a problem if it is anything else. NULL node: TRUE, empty. */
gboolean     balance_yaml_get_text   (const BalanceYaml *node,
                                      BalanceText       *text,
                                      const char        *file,
                                      BalanceProblems   *problems);
/* A list of scalars (or one scalar) as a new NULL-terminated vector; absent = NULL. */
char       **balance_yaml_dup_strv   (const BalanceYaml *node,
                                      const char        *file,
                                      BalanceProblems   *problems);
/* One problem per key that is not in the NULL-terminated list `allowed`. */
gboolean     balance_yaml_check_keys (const BalanceYaml *node,
                                      const char *const *allowed,
                                      const char        *file,
                                      BalanceProblems   *problems);
/* Reports something about a node: fills file, row and column of the place from it. Formats as in balance_text_printf(). */
void         balance_yaml_problem    (const BalanceYaml *node,
                                      const char        *file,
                                      BalanceProblems   *problems,
                                      BalanceSeverity    severity,
                                      const char        *kind,
                                      const char        *en,
                                      const char        *zh,
                                      ...) G_GNUC_PRINTF (6, 8);

G_END_DECLS
