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

struct _BalanceYaml
{
  BalanceYamlType   type;
  gboolean          quoted;     /* scalar written in quotes or as a block */
  guint             line;       /* from 1 */
  guint             column;     /* from 1 */
  char             *text;       /* scalar */
  guint             n_items;    /* sequence and mapping */
  BalanceYaml     **items;      /* sequence: items; mapping: values */
  BalanceYaml     **keys;       /* mapping */
};

/* Never returns a partial tree: NULL if anything was refused; the problems say what and where.
 * `file` names the source in problems. */
BalanceYaml *balance_yaml_parse      (const char        *data,
                                      gsize              length,
                                      const char        *file,
                                      BalanceProblems   *problems);
void         balance_yaml_free       (BalanceYaml       *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceYaml, balance_yaml_free)

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
