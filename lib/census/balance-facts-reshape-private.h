/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "census/balance-census-private.h"

G_BEGIN_DECLS

#define BALANCE_NEW_ROW G_MAXUINT32

/* Facts with other rows than those they are made from: schools and sections moved, added, taken away. Districts stay
 * what they are. The order of rows is that of a census, so what comes out is what a reader would have made; values
 * keep the cells that they came from.
 *
 * Schools and sections are called by handles: the row for those that there are, further numbers for new ones. */
typedef struct _BalanceReshape BalanceReshape;

/* From old rows to new ones and back. */
typedef struct
{
  guint32 *section_from, *school_from, *group_from;   /* [new row] old row, or BALANCE_NEW_ROW */
  guint32 *section_to, *school_to;                    /* [handle] new row, or BALANCE_NEW_ROW: gone */
  guint    n_sections, n_schools, n_groups;           /* new */
  guint8  *touched;                                   /* [district] */
} BalanceRowMap;

void            balance_row_map_clear           (BalanceRowMap  *self);

BalanceReshape *balance_reshape_new             (BalanceFacts   *from);
void            balance_reshape_free            (BalanceReshape *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceReshape, balance_reshape_free)

void            balance_reshape_move_school     (BalanceReshape *self,
                                                 guint           school,
                                                 guint           district);
/* NULL: as it is. A school of another code remembers the one it had. */
void            balance_reshape_rename_school   (BalanceReshape *self,
                                                 guint           school,
                                                 const char     *code,
                                                 const char     *name);
/* A code that a school of the same district had before. */
void            balance_reshape_add_former      (BalanceReshape *self,
                                                 guint           school,
                                                 const char     *code);
guint           balance_reshape_add_school      (BalanceReshape *self,
                                                 guint           district,
                                                 const char     *code,
                                                 const char     *name);
/* With all its sections that no other school has taken. `into`: the school that it is part of now, -1 = none. */
void            balance_reshape_remove_school   (BalanceReshape *self,
                                                 guint           school,
                                                 int             into);
guint           balance_reshape_add_section     (BalanceReshape *self,
                                                 guint           school,
                                                 guint           stage);
void            balance_reshape_take_section    (BalanceReshape *self,
                                                 guint           school,
                                                 guint           section);
void            balance_reshape_remove_section  (BalanceReshape *self,
                                                 guint           section);

/* The new facts, never to change; once. */
BalanceFacts   *balance_reshape_end             (BalanceReshape *self,
                                                 BalanceRowMap  *map);

G_END_DECLS
