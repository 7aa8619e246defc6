/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "standard/balance-pack-private.h"

G_BEGIN_DECLS

/* Reading a pack: the tree of its YAML in, a BalancePack and problems out. */
typedef struct
{
  BalancePack     *pack;
  GHashTable      *ids;        /* id -> node: the one name space of options, fields, indicators, requirements */
  BalanceProblems *problems;
} BalancePackReader;

/* In functions that have a `reader`. Formats in both languages take the same arguments. */
#define PROBLEM(node, severity, kind, ...) \
  balance_yaml_problem (node, balance_pack_reader_get_file (reader, node), reader->problems, severity, kind, __VA_ARGS__)
#define ERROR(node, kind, ...) PROBLEM (node, BALANCE_SEVERITY_ERROR, kind, __VA_ARGS__)

/* -- what stands behind a key ----------------------------------------------------------------------------- */

/* The file that a node was written in: a pack that extends another has nodes of both. */
const char        *balance_pack_reader_get_file      (BalancePackReader *reader, const BalanceYaml *node);
const char        *balance_pack_reader_get_string    (BalancePackReader *reader, const BalanceYaml *node, const char *key);
void               balance_pack_reader_get_text      (BalancePackReader *reader, const BalanceYaml *node, const char *key,
                                                      BalanceText *text);
void               balance_pack_reader_check_keys    (BalancePackReader *reader, const BalanceYaml *node,
                                                      const char *const *allowed);
gboolean           balance_pack_reader_expect        (BalancePackReader *reader, const BalanceYaml *node,
                                                      BalanceYamlType type, const char *what);
/* (transfer full) a new name; NULL and a problem where it is none or taken */
char              *balance_pack_reader_read_id       (BalancePackReader *reader, const BalanceYaml *node);
BalanceExpression *balance_pack_reader_read_formula  (BalancePackReader *reader, const BalanceYaml *node,
                                                      guint *line, guint *column);
gboolean           balance_pack_reader_read_decimal  (BalancePackReader *reader, const BalanceYaml *node,
                                                      BalanceDecimal *decimal);
guint              balance_pack_reader_read_whole    (BalancePackReader *reader, const BalanceYaml *node, guint low, guint high);
gboolean           balance_pack_reader_read_flag     (BalancePackReader *reader, const BalanceYaml *node, const char *key,
                                                      gboolean fallback);
gint32             balance_pack_reader_read_date     (BalancePackReader *reader, const BalanceYaml *node, const char *key);
BalanceLevel       balance_pack_reader_read_level    (BalancePackReader *reader, const BalanceYaml *node, const char *key,
                                                      BalanceLevel fallback);
gboolean          *balance_pack_reader_read_stages   (BalancePackReader *reader, const BalanceYaml *node, const gboolean *outer);
BalanceDefinition *balance_pack_reader_read_definition (BalancePackReader *reader, const BalanceYaml *node);
void               balance_pack_reader_read_limit    (BalancePackReader *reader, const BalanceYaml *node, BalanceLimit *limit);

/* -- the lists of a pack; NULL is an empty one -------------------------------------------------------------- */

void balance_pack_reader_read_options     (BalancePackReader *reader, const BalanceYaml *list);
void balance_pack_reader_read_indicators  (BalancePackReader *reader, const BalanceYaml *list);
void balance_pack_reader_read_rules       (BalancePackReader *reader, const BalanceYaml *list, BalanceRule *parent);
void balance_pack_reader_check_points     (BalancePackReader *reader);
void balance_pack_reader_read_concessions (BalancePackReader *reader, const BalanceYaml *list);

G_END_DECLS
