/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-memory-private.h"
#include "census/balance-code-keys-private.h"
#include "census/balance-intake-draft-private.h"

void
balance_intake_draft_free (BalanceIntakeDraft *self)
{
  g_free (self->words);
  g_free (self);
}

gboolean
balance_intake_begin_draft (BalanceIntake *self,
                            gboolean       once)
{
  if (self->skipped)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (self->tables); i++)
    if (self->tables[i].n_rows > 0)
      return FALSE;

  self->draft = g_new0 (BalanceIntakeDraft, 1);
  self->draft->once = once;

  return TRUE;
}

guint32
balance_intake_add_draft_school (BalanceIntake *self,
                                 guint32        district,
                                 const char    *code,
                                 gsize          length)
{
  BalanceIntakeDraft *draft = self->draft;
  const guint32 row = balance_intake_add_row (self, BALANCE_LEVEL_SCHOOL);

  if (row >= draft->n_alloc)
    {
      draft->n_alloc = self->tables[BALANCE_LEVEL_SCHOOL].n_alloc;
      draft->words = g_realloc_n (draft->words, draft->n_alloc, sizeof *draft->words);
      balance_memory_prefer_huge (draft->words, draft->n_alloc * sizeof *draft->words);
    }
  balance_code_get_words (code, length, draft->words[row]);
  g_array_index (self->school_district, guint32, row) = district;
  g_array_index (self->school_text, guint32, row) = balance_intake_append_text (self, code, length);
  g_array_index (self->school_section, guint32, row) = 0;

  return row;
}
