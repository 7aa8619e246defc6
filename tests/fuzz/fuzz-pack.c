/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as a rule pack: refused with problems, or a standard that judges and explains a census. */

#include <stdint.h>

#include "fuzz-census.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static BalanceCensus *census;
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GListModel) problems = balance_standard_check (bytes, "fuzz.yaml");
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = balance_standard_new_from_bytes (bytes, "fuzz.yaml", &error);
  gboolean faulty = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (problems, i);
      g_autofree char *text = balance_problem_to_text (problem, "zh");

      faulty = faulty || balance_problem_get_severity (problem) == BALANCE_SEVERITY_ERROR;
      if (!g_utf8_validate (text, -1, NULL))
        abort ();
    }
  /* never refused without a reason, never taken in spite of one */
  if ((standard == NULL) != faulty || (standard == NULL) != (error != NULL))
    abort ();
  if (standard == NULL)
    return 0;

  if (census == NULL)
    census = fuzz_census ();
  fuzz_judge (standard, census);
  {
    g_autofree char *text = balance_standard_to_text (standard, "en");

    if (!g_utf8_validate (text, -1, NULL))
      abort ();
  }

  return 0;
}
