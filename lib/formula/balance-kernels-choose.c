/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "formula/balance-kernels-private.h"

#include <string.h>

extern const BalanceKernels balance_kernels_baseline;
#ifdef BALANCE_HAVE_KERNELS_AVX2
extern const BalanceKernels balance_kernels_avx2;
#endif
#ifdef BALANCE_HAVE_KERNELS_AVX512
extern const BalanceKernels balance_kernels_avx512;
#endif

const BalanceKernels *
balance_kernels_get (const char *name)
{
#ifdef BALANCE_HAVE_KERNELS_AVX512
  if ((name == NULL || strcmp (name, "avx512") == 0) && __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw") &&
      __builtin_cpu_supports ("avx512dq") && __builtin_cpu_supports ("avx512vl") && __builtin_cpu_supports ("bmi2"))
    return &balance_kernels_avx512;
#endif
#ifdef BALANCE_HAVE_KERNELS_AVX2
  if ((name == NULL || strcmp (name, "avx2") == 0) && __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma") && __builtin_cpu_supports ("bmi2"))
    return &balance_kernels_avx2;
#endif
  if (name == NULL || strcmp (name, "baseline") == 0)
    return &balance_kernels_baseline;

  return NULL;
}

const BalanceKernels *
balance_kernels_choose (const char *name)
{
  const BalanceKernels *kernels;

  if (g_strcmp0 (name, "none") == 0)
    return NULL;
  kernels = balance_kernels_get (name);

  return kernels != NULL ? kernels : balance_kernels_get (NULL);
}
