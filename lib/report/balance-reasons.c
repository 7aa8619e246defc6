/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/balance-reasons-private.h"

static void
reason_free (BalanceReason *reason)
{
  g_clear_object (&reason->finding);
  g_clear_pointer (&reason->failing, g_ptr_array_unref);
  g_free (reason);
}

gboolean
balance_finding_is_failure (BalanceFinding *finding)
{
  BalanceVerdict verdict = balance_finding_get_verdict (finding);

  return balance_finding_get_binding (finding) &&
         (verdict == BALANCE_VERDICT_UNMET || verdict == BALANCE_VERDICT_UNDETERMINED);
}

gboolean
balance_finding_is_per_school (BalanceFinding *finding)
{
  BalanceLevel level = balance_finding_get_level (finding);

  return level == BALANCE_LEVEL_SECTION || level == BALANCE_LEVEL_SCHOOL;
}

guint
balance_findings_count_run (GListModel *findings,
                            guint       first,
                            guint       counts[4])
{
  g_autoptr (BalanceFinding) head = g_list_model_get_item (findings, first);
  guint n_findings = g_list_model_get_n_items (findings);
  guint i = first;

  for (guint k = 0; k < 4; k++)
    counts[k] = 0;
  for (; i < n_findings; i++)
    {
      g_autoptr (BalanceFinding) finding = g_list_model_get_item (findings, i);

      if (g_strcmp0 (balance_finding_get_id (finding), balance_finding_get_id (head)) != 0)
        break;
      counts[balance_finding_get_verdict (finding)]++;
    }

  return i - first;
}

static BalanceReason *
add_reason (GPtrArray      *reasons,
            BalanceFinding *finding)
{
  BalanceReason *reason = g_new0 (BalanceReason, 1);

  reason->finding = g_object_ref (finding);
  g_ptr_array_add (reasons, reason);

  return reason;
}

/* The failures of a list; what is asked of each school is one reason. FALSE if there is none. */
static gboolean
collect (GPtrArray  *reasons,
         GListModel *findings,
         gboolean    unmet,
         gboolean    undetermined)
{
  guint n_findings = findings == NULL ? 0 : g_list_model_get_n_items (findings), n_run;
  gboolean told = FALSE;

  for (guint i = 0; i < n_findings; i += n_run)
    {
      BalanceReason *run = NULL;
      guint counts[4];
      gboolean told_before;

      n_run = balance_findings_count_run (findings, i, counts);
      /* a run with an unmet school is told among what is unmet */
      told_before = !unmet && counts[BALANCE_VERDICT_UNMET] > 0;
      for (guint j = i; j < i + n_run; j++)
        {
          g_autoptr (BalanceFinding) one = g_list_model_get_item (findings, j);
          gboolean open = balance_finding_get_verdict (one) == BALANCE_VERDICT_UNDETERMINED;

          if (!balance_finding_is_failure (one))
            continue;
          if (balance_finding_is_per_school (one))
            {
              if (run == NULL && ((open ? undetermined : unmet) || (unmet && counts[BALANCE_VERDICT_UNMET] > 0)))
                {
                  told = TRUE;
                  if (told_before)
                    break;
                  run = add_reason (reasons, one);
                  run->per_school = TRUE;
                  for (guint k = 0; k < 4; k++)
                    run->counts[k] = counts[k];
                  run->failing = g_ptr_array_new_with_free_func (g_object_unref);
                }
              if (run == NULL)
                continue;
              if (!open && balance_finding_get_verdict (run->finding) == BALANCE_VERDICT_UNDETERMINED)
                g_set_object (&run->finding, one);
              g_ptr_array_add (run->failing, g_object_ref (one));
            }
          else if (open ? undetermined : unmet)
            {
              told = TRUE;
              if (!collect (reasons, balance_finding_get_children (one), TRUE, TRUE))
                add_reason (reasons, one);
            }
        }
    }

  return told;
}

GPtrArray *
balance_reasons_new (GListModel *findings)
{
  GPtrArray *reasons = g_ptr_array_new_with_free_func ((GDestroyNotify) reason_free);

  collect (reasons, findings, TRUE, FALSE);
  collect (reasons, findings, FALSE, TRUE);

  return reasons;
}
