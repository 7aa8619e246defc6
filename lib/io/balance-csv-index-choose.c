/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-csv-index-private.h"

#include <string.h>

#define DECLARE(set)                                                                                                      \
  void balance_csv_index_##set (const char *text, guint32 from, guint32 to, char delimiter, BalanceCsvMarks *marks);      \
  void balance_csv_figures_##set (const gint64 *digits, guint n, guint32 bit, guint32 *given, guint32 *more);              \
  gboolean balance_csv_validate_##set (const char *text, gsize length);                                                   \
  guint balance_csv_numbers_##set (const char *text, const BalanceCsvCells *cells, guint scale, gint64 *digits);

DECLARE (baseline)
DECLARE (avx2)
DECLARE (avx512)

typedef struct
{
  BalanceCsvIndex    index;
  BalanceCsvFigures  figures;
  BalanceCsvNumbers  numbers;
  BalanceCsvValidate validate;
} Set;

static gboolean
is_chosen (const char *name,
           const char *set)
{
  return name == NULL || strcmp (name, set) == 0;
}

static Set
choose (const char *name)
{
#ifdef BALANCE_HAVE_KERNELS_AVX512
  if (is_chosen (name, "avx512") && __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw") &&
      __builtin_cpu_supports ("avx512dq") && __builtin_cpu_supports ("avx512vl"))
    return (Set) { balance_csv_index_avx512, balance_csv_figures_avx512, balance_csv_numbers_avx512, balance_csv_validate_avx512 };
#endif
#ifdef BALANCE_HAVE_KERNELS_AVX2
  if (is_chosen (name, "avx2") && __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    return (Set) { balance_csv_index_avx2, balance_csv_figures_avx2, balance_csv_numbers_avx2, balance_csv_validate_avx2 };
#endif
  if (is_chosen (name, "baseline"))
    return (Set) { balance_csv_index_baseline, balance_csv_figures_baseline, balance_csv_numbers_baseline, balance_csv_validate_baseline };

  return (Set) { NULL, NULL, NULL, NULL };
}

BalanceCsvIndex
balance_csv_index_get (const char *name)
{
  return choose (name).index;
}

BalanceCsvFigures
balance_csv_figures_get (const char *name)
{
  return choose (name).figures;
}

BalanceCsvNumbers
balance_csv_numbers_get (const char *name)
{
  return choose (name).numbers;
}

BalanceCsvValidate
balance_csv_validate_get (const char *name)
{
  return choose (name).validate;
}
