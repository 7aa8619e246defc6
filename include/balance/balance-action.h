/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-cell.h>
#include <balance/balance-types.h>

G_BEGIN_DECLS

/**
 * BalanceActionKind:
 * @BALANCE_ACTION_SET: facts get other values
 * @BALANCE_ACTION_ADD: so much more or less of facts
 * @BALANCE_ACTION_CLEAR: facts become missing
 * @BALANCE_ACTION_MOVE: teachers, pupils, equipment go from one school to another
 * @BALANCE_ACTION_HAND_OVER: schools go to another district
 * @BALANCE_ACTION_MERGE: schools become part of another
 * @BALANCE_ACTION_CLOSE: a school, or one stage of it, ends
 * @BALANCE_ACTION_OPEN: a new school or campus
 * @BALANCE_ACTION_EXTEND: a school gets further stages
 * @BALANCE_ACTION_RECODE: a school gets another code or name
 * @BALANCE_ACTION_GROW: yearly growth
 *
 * What an action does.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_ACTION_SET,
  BALANCE_ACTION_ADD,
  BALANCE_ACTION_CLEAR,
  BALANCE_ACTION_MOVE,
  BALANCE_ACTION_HAND_OVER,
  BALANCE_ACTION_MERGE,
  BALANCE_ACTION_CLOSE,
  BALANCE_ACTION_OPEN,
  BALANCE_ACTION_EXTEND,
  BALANCE_ACTION_RECODE,
  BALANCE_ACTION_GROW,
} BalanceActionKind;

#define BALANCE_TYPE_ACTION (balance_action_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceAction, balance_action, BALANCE, ACTION, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceAction     *balance_action_new           (const char         *yaml,
                                                 GError            **error);
BALANCE_AVAILABLE_IN_1_0
BalanceAction     *balance_action_new_set       (const char         *district,
                                                 const char         *school,
                                                 const char         *stage,
                                                 const char         *field,
                                                 const char         *value,
                                                 GError            **error);
BALANCE_AVAILABLE_IN_1_0
BalanceAction     *balance_action_new_add       (const char         *district,
                                                 const char         *school,
                                                 const char         *stage,
                                                 const char         *field,
                                                 const char         *amount,
                                                 GError            **error);
BALANCE_AVAILABLE_IN_1_0
BalanceAction     *balance_action_new_move      (const char         *bundle,
                                                 const char         *number,
                                                 const char         *from,
                                                 const char         *to,
                                                 const char         *stage,
                                                 GError            **error);
BALANCE_AVAILABLE_IN_1_0
BalanceAction     *balance_action_new_hand_over (const char *const  *schools,
                                                 const char         *district,
                                                 GError            **error);
BALANCE_AVAILABLE_IN_1_0
BalanceAction     *balance_action_new_merge     (const char *const  *schools,
                                                 const char         *into,
                                                 GError            **error);
BALANCE_AVAILABLE_IN_1_0
BalanceActionKind  balance_action_get_kind      (BalanceAction      *self);
BALANCE_AVAILABLE_IN_1_0
BalanceCell       *balance_action_get_cell      (BalanceAction      *self);
BALANCE_AVAILABLE_IN_1_0
char              *balance_action_to_yaml       (BalanceAction      *self);
BALANCE_AVAILABLE_IN_1_0
char              *balance_action_to_text       (BalanceAction      *self,
                                                 const char         *language);

G_END_DECLS
