/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <glib.h>
#include <balance/balance-version.h>

#ifndef _BALANCE_EXTERN
# if defined (BALANCE_COMPILATION) && defined (__GNUC__)
#  define _BALANCE_EXTERN __attribute__((visibility ("default"))) extern
# else
#  define _BALANCE_EXTERN extern
# endif
#endif

#define BALANCE_VERSION_1_0 (G_ENCODE_VERSION (1, 0))

#define BALANCE_AVAILABLE_IN_ALL _BALANCE_EXTERN
#define BALANCE_AVAILABLE_IN_1_0 _BALANCE_EXTERN
