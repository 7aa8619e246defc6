/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-problem-private.h"
#include "io/balance-names-private.h"

G_BEGIN_DECLS

/* One field that the columns of a table give. */
typedef struct
{
  guint           column;      /* index from 0; BALANCE_DERIVED if a formula gives it */
  BalanceField   *field;
  int             stage;       /* -1: not for one stage */
  gboolean        has_factor;
  BalanceDecimal  factor;      /* of the unit in the header */
} BalanceTarget;

#define BALANCE_DERIVED G_MAXUINT

typedef struct
{
  guint    n_columns;
  char   **names;              /* the headers, trimmed; "" where there is none */
  GArray  *targets;            /* of BalanceTarget */
} BalanceHeader;

/* Where a header stands and where the only value under it does; 0: as for any other column of the table. */
typedef struct
{
  guint header_row, header_column;
  guint row, column;
} BalanceHeaderPlace;

/* Never NULL; problems say what could not be understood. `places` is nullable. */
BalanceHeader *balance_header_read (BalanceNames             *names,
                                    const char *const        *texts,
                                    guint                     n_columns,
                                    const BalanceHeaderPlace *places,
                                    const char               *file,
                                    const char               *sheet,
                                    guint                     row,
                                    BalanceProblems          *problems);
void           balance_header_free (BalanceHeader     *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceHeader, balance_header_free)

/* (transfer full) how the header of one stage of a field can be written: "小学在校生数" or "pupils.primary" */
char          *balance_header_for_stage (BalanceField    *field,
                                         const BalanceChoice *stage,
                                         BalanceLanguage  language);

G_END_DECLS
