/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-csv-index-private.h"

#include <string.h>

void balance_csv_index_baseline (const char *text, guint32 from, guint32 to, char delimiter, BalanceCsvMarks *marks);
#ifdef BALANCE_HAVE_KERNELS_AVX2
void balance_csv_index_avx2 (const char *text, guint32 from, guint32 to, char delimiter, BalanceCsvMarks *marks);
#endif
#ifdef BALANCE_HAVE_KERNELS_AVX512
void balance_csv_index_avx512 (const char *text, guint32 from, guint32 to, char delimiter, BalanceCsvMarks *marks);
#endif

BalanceCsvIndex
balance_csv_index_get (const char *name)
{
#ifdef BALANCE_HAVE_KERNELS_AVX512
  if ((name == NULL || strcmp (name, "avx512") == 0) && __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw") &&
      __builtin_cpu_supports ("avx512dq") && __builtin_cpu_supports ("avx512vl"))
    return balance_csv_index_avx512;
#endif
#ifdef BALANCE_HAVE_KERNELS_AVX2
  if ((name == NULL || strcmp (name, "avx2") == 0) && __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    return balance_csv_index_avx2;
#endif
  if (name == NULL || strcmp (name, "baseline") == 0)
    return balance_csv_index_baseline;

  return NULL;
}
