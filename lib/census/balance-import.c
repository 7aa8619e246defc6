/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-import-private.h"

/**
 * BalanceImport:
 *
 * What came of reading data: the censuses, if they could be built, and all
 * problems that were found.
 *
 * Where there is an error there is no census: nothing that is half right is
 * handed out.
 *
 * Since: 1.0
 */

struct _BalanceImport
{
  GObject          parent_instance;

  GListStore      *censuses;
  BalanceProblems *problems;
  GListModel      *list;
};

G_DEFINE_FINAL_TYPE (BalanceImport, balance_import, G_TYPE_OBJECT)

static void
balance_import_finalize (GObject *object)
{
  BalanceImport *self = (BalanceImport *) object;

  g_clear_object (&self->censuses);
  g_clear_object (&self->list);
  g_clear_pointer (&self->problems, balance_problems_unref);

  G_OBJECT_CLASS (balance_import_parent_class)->finalize (object);
}

static void
balance_import_class_init (BalanceImportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_import_finalize;
}

static void
balance_import_init (BalanceImport *self)
{
  self->censuses = g_list_store_new (BALANCE_TYPE_CENSUS);
}

static int
compare_years (gconstpointer a,
               gconstpointer b)
{
  const BalanceIntake *const *x = a, *const *y = b;

  return ((*x)->year > (*y)->year) - ((*x)->year < (*y)->year);
}

BalanceImport *
balance_import_new (GPtrArray       *intakes,
                    BalanceProblems *problems)
{
  BalanceImport *self = g_object_new (BALANCE_TYPE_IMPORT, NULL);
  g_autoptr(GPtrArray) facts = g_ptr_array_new_with_free_func ((GDestroyNotify) balance_facts_unref);

  self->problems = balance_problems_ref (problems);

  g_ptr_array_sort (intakes, compare_years);
  for (guint i = 0; i < intakes->len; i++)
    g_ptr_array_add (facts, balance_intake_finish (g_ptr_array_index (intakes, i), problems));

  if (balance_problems_count (problems, BALANCE_SEVERITY_ERROR) == 0)
    for (guint i = 0; i < facts->len; i++)
      {
        g_autoptr(BalanceCensus) census = balance_census_new_take (balance_facts_ref (g_ptr_array_index (facts, i)));

        g_list_store_append (self->censuses, census);
      }

  self->list = balance_problems_dup_list (problems);

  return self;
}

BalanceImport *
balance_import_new_from_census (BalanceCensus *census,
                                GListModel    *problems)
{
  BalanceImport *self = g_object_new (BALANCE_TYPE_IMPORT, NULL);

  self->problems = balance_problems_new ();
  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr(BalanceProblem) problem = g_list_model_get_item (problems, i);

      balance_problems_add_literal (self->problems, balance_problem_get_severity (problem), balance_problem_get_kind (problem), NULL,
                                    balance_problem_get_message (problem, "en"), balance_problem_get_message (problem, "zh"),
                                    NULL, NULL, NULL, NULL);
    }
  self->list = g_object_ref (problems);
  g_list_store_append (self->censuses, census);

  return self;
}

/**
 * balance_import_get_census:
 * @self: an import
 *
 * Gets the census; of several years the last one.
 *
 * Returns: (transfer none) (nullable): the census, or %NULL if there were errors
 *
 * Since: 1.0
 */
BalanceCensus *
balance_import_get_census (BalanceImport *self)
{
  g_autoptr(BalanceCensus) last = NULL;
  guint n;

  g_return_val_if_fail (BALANCE_IS_IMPORT (self), NULL);

  n = g_list_model_get_n_items (G_LIST_MODEL (self->censuses));
  if (n > 0)
    last = g_list_model_get_item (G_LIST_MODEL (self->censuses), n - 1);

  /* the list keeps it alive */
  return last;
}

/**
 * balance_import_get_censuses:
 * @self: an import
 *
 * Gets the censuses of all years, by year.
 *
 * Returns: (transfer none): a list of [class@Balance.Census], empty if there
 *   were errors
 *
 * Since: 1.0
 */
GListModel *
balance_import_get_censuses (BalanceImport *self)
{
  g_return_val_if_fail (BALANCE_IS_IMPORT (self), NULL);

  return G_LIST_MODEL (self->censuses);
}

/**
 * balance_import_get_problems:
 * @self: an import
 *
 * Gets everything that was found wrong, in the order of the input.
 *
 * Returns: (transfer none): a list of [class@Balance.Problem]
 *
 * Since: 1.0
 */
GListModel *
balance_import_get_problems (BalanceImport *self)
{
  g_return_val_if_fail (BALANCE_IS_IMPORT (self), NULL);

  return self->list;
}

/**
 * balance_import_get_n_errors:
 * @self: an import
 *
 * Gets how many problems are errors, those that are only counted included.
 *
 * Returns: the number of errors
 *
 * Since: 1.0
 */
guint
balance_import_get_n_errors (BalanceImport *self)
{
  g_return_val_if_fail (BALANCE_IS_IMPORT (self), 0);

  return balance_problems_count (self->problems, BALANCE_SEVERITY_ERROR);
}

/**
 * balance_import_check:
 * @self: an import
 * @error: return location for an error
 *
 * Throws a summary of the problems if there is no census.
 *
 * Returns: %TRUE if there is a census
 *
 * Since: 1.0
 */
gboolean
balance_import_check (BalanceImport  *self,
                      GError        **error)
{
  g_return_val_if_fail (BALANCE_IS_IMPORT (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (g_list_model_get_n_items (G_LIST_MODEL (self->censuses)) > 0)
    return TRUE;

  balance_problems_throw (self->problems, BALANCE_ERROR_INVALID_DATA, error);

  return FALSE;
}
