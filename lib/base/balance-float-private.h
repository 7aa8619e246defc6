/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <fenv.h>
#include <glib.h>

#ifdef __SSE2__
# include <xmmintrin.h>
#endif

G_BEGIN_DECLS

/* A host may round upwards, flush small numbers to zero or stop at an inexact result; ours must not depend on it. Each
 * public function that computes with doubles begins with BALANCE_FLOAT_DEFAULT: the default environment until it returns.
 * Threads inherit the environment of whoever starts them. */

typedef struct
{
  fenv_t   host;
  gboolean changed;
} BalanceFloatState;

static inline gboolean
balance_float_is_default (void)
{
#ifdef __SSE2__
  /* all but the flags of what has happened; much quicker than to set what is set already */
  return (_mm_getcsr () & ~0x3fu) == 0x1f80;
#else
  return FALSE;
#endif
}

static inline BalanceFloatState
balance_float_begin (void)
{
  BalanceFloatState state;

  state.changed = !balance_float_is_default ();
  if (state.changed)
    {
      fegetenv (&state.host);
      fesetenv (FE_DFL_ENV);
    }

  return state;
}

static inline void
balance_float_end (BalanceFloatState *state)
{
  if (state->changed)
    fesetenv (&state->host);
}

#define BALANCE_FLOAT_DEFAULT \
  G_GNUC_UNUSED __attribute__ ((cleanup (balance_float_end))) BalanceFloatState balance_float_state = balance_float_begin ()

G_END_DECLS
