/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* All of the module that brings libxlsxwriter. */

#include "io/balance-lxw-private.h"

__attribute__ ((visibility ("default"))) const BalanceLxw balance_lxw_functions = {
  .size = sizeof (BalanceLxw),
#define BALANCE_LXW_MEMBER(function) .function = function,
  BALANCE_LXW_FUNCTIONS (BALANCE_LXW_MEMBER)
#undef BALANCE_LXW_MEMBER
};
