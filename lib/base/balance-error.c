/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <balance/balance.h>

G_DEFINE_QUARK (balance-error-quark, balance_error)
