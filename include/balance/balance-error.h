/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-types.h>

G_BEGIN_DECLS

/**
 * BALANCE_ERROR:
 *
 * Error domain of the library. Errors in this domain are from the
 * [error@Balance.Error] enumeration.
 *
 * Since: 1.0
 */
#define BALANCE_ERROR (balance_error_quark ())

/**
 * BalanceError:
 * @BALANCE_ERROR_INVALID_DATA: the data cannot be used; the message names the first problems
 * @BALANCE_ERROR_INVALID_PACK: a rule pack, map or dictionary has faults
 * @BALANCE_ERROR_INVALID_FORMULA: a formula cannot be understood or does not fit its place
 * @BALANCE_ERROR_NOT_FOUND: nothing has that name, or there is no such file
 * @BALANCE_ERROR_LIMIT: the input is larger than the library accepts
 * @BALANCE_ERROR_FAILED: the operation failed for another reason
 * @BALANCE_ERROR_HELPER_MISSING: a helper program that does this is not installed
 * @BALANCE_ERROR_HELPER: a helper program failed, or was stopped because it took too long or too much
 * @BALANCE_ERROR_BUSY: another program uses the file
 * @BALANCE_ERROR_EXISTS: there is one already
 * @BALANCE_ERROR_NEWER: a newer version of the library wrote it
 *
 * Error codes of the library.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_ERROR_INVALID_DATA,
  BALANCE_ERROR_INVALID_PACK,
  BALANCE_ERROR_INVALID_FORMULA,
  BALANCE_ERROR_NOT_FOUND,
  BALANCE_ERROR_LIMIT,
  BALANCE_ERROR_FAILED,
  BALANCE_ERROR_HELPER_MISSING,
  BALANCE_ERROR_HELPER,
  BALANCE_ERROR_BUSY,
  BALANCE_ERROR_EXISTS,
  BALANCE_ERROR_NEWER,
} BalanceError;

BALANCE_AVAILABLE_IN_1_0
GQuark balance_error_quark (void);

G_END_DECLS
