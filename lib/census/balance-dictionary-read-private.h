/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "census/balance-dictionary-private.h"

G_BEGIN_DECLS

/* Reads the YAML form of dictionaries into one that is being built and that nobody else has yet. What is
 * wrong becomes problems; an entry with a fault is left out. */

/* The whole of a file such as data/fields.yaml. */
void balance_dictionary_read_file   (BalanceDictionary *self,
                                     const BalanceYaml *root,
                                     const char        *file,
                                     BalanceProblems   *problems);

/* The `fields` of a pack or map, which may compute some of them. */
void balance_dictionary_read_fields (BalanceDictionary *self,
                                     const BalanceYaml *fields,
                                     gboolean           computed_allowed,
                                     const char        *file,
                                     BalanceProblems   *problems);

/* The `stages` of a pack or map. */
void balance_dictionary_read_stages (BalanceDictionary *self,
                                     const BalanceYaml *stages,
                                     const char        *file,
                                     BalanceProblems   *problems);

G_END_DECLS
