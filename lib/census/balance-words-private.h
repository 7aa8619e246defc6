/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-yaml-private.h"

G_BEGIN_DECLS

/* What the words of tables are for; data/words.yaml says it of each. */
typedef enum
{
  BALANCE_WORDS_TOTAL,
  BALANCE_WORDS_TOTAL_ENDING,
  BALANCE_WORDS_TOTAL_COLUMN,
  BALANCE_WORDS_NOTE,
  BALANCE_WORDS_REPORTER,
  BALANCE_WORDS_AGENCY,
  BALANCE_WORDS_UNIT,
  BALANCE_WORDS_COLUMN_NUMBER,
  BALANCE_WORDS_ORDINAL,
  BALANCE_WORDS_SERIAL,
  BALANCE_WORDS_PREFIX,
  BALANCE_WORDS_ITEM,
  BALANCE_WORDS_YEAR,
  BALANCE_WORDS_SPAN,
  BALANCE_WORDS_ALL_STAGES,
  BALANCE_N_WORDS
} BalanceWordUse;

/* Words as they are written, for each use; never changed once made. */
typedef struct
{
  gatomicrefcount  refs;
  char           **lists[BALANCE_N_WORDS];
} BalanceWords;

#define BALANCE_MAX_WORD_LENGTH 64

/* Those that the library holds; never freed. */
BalanceWords *balance_words_get_default (void);
BalanceWords *balance_words_ref         (BalanceWords      *self);
void          balance_words_unref       (BalanceWords      *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceWords, balance_words_unref)

/* (transfer full) Those of `base` and those of the key `words` of a dictionary or map, which may be absent; less those
 * that it names under `without`. */
BalanceWords *balance_words_read        (BalanceWords      *base,
                                         const BalanceYaml *node,
                                         const char        *file,
                                         BalanceProblems   *problems);

G_END_DECLS
