/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-problem-private.h"
#include "io/balance-csv-private.h"
#include "io/balance-map-private.h"

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

/* Never NULL; problems say what could not be understood. */
BalanceHeader *balance_header_read (BalanceDictionary *dictionary,
                                    BalanceMap        *map,
                                    const BalanceSpan *cells,
                                    guint              n_cells,
                                    const char        *file,
                                    const char        *sheet,
                                    guint              row,
                                    BalanceProblems   *problems);
/* Is this name of a formula the header, with _ for what a name cannot have? */
gboolean       balance_header_is_named (const char        *header,
                                        const char        *name);
void           balance_header_free (BalanceHeader     *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceHeader, balance_header_free)

/* (transfer full) how the header of one stage of a field can be written: "小学在校生数" or "pupils.primary" */
char          *balance_header_for_stage (BalanceField    *field,
                                         const BalanceChoice *stage,
                                         BalanceLanguage  language);

G_END_DECLS
