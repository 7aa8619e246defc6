/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Judges many counties, a file each, on a pool of threads. Standard, reader and evaluator do not change, so all threads
 * share them; each evaluation takes one thread, because the files keep all of them busy. What is printed stands in the
 * order of the arguments, whichever thread was ready first.
 *
 *   cc counties.c -o counties $(pkg-config --cflags --libs balance-1.0)
 *   ./counties county-*.csv
 */

#include <locale.h>

#include <balance/balance.h>

typedef struct
{
  const char *path;
  char       *line;    /* what came out */
  gboolean    failed;
} Job;

typedef struct
{
  BalanceReader    *reader;
  BalanceEvaluator *evaluator;
} Shared;

static char *
summary (BalanceEvaluation *evaluation)
{
  g_autoptr (GListModel) districts = balance_census_get_districts (balance_evaluation_get_census (evaluation));
  g_autoptr (GEnumClass) verdicts = g_type_class_ref (BALANCE_TYPE_VERDICT);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (districts); i++)
    {
      g_autoptr (BalanceDistrict) district = g_list_model_get_item (districts, i);
      BalanceVerdict verdict = balance_evaluation_get_district_verdict (evaluation, balance_district_get_code (district));

      g_string_append_printf (text, "%s%s %s", i > 0 ? ", " : "", balance_district_get_name (district),
                              g_enum_get_value (verdicts, (int) verdict)->value_nick);
    }

  return g_strdup (text->str);
}

static void
judge (gpointer data, gpointer user_data)
{
  Job *job = data;
  Shared *shared = user_data;
  const char *paths[] = { job->path, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceImport) import = balance_reader_read (shared->reader, paths, NULL, NULL, &error);
  g_autoptr (BalanceEvaluation) evaluation = NULL;

  if (import != NULL && balance_import_check (import, &error))
    evaluation = balance_evaluator_evaluate (shared->evaluator, balance_import_get_census (import), NULL, NULL, &error);

  job->failed = evaluation == NULL;
  job->line = evaluation != NULL ? summary (evaluation) : g_strdup (error->message);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = NULL;
  g_autoptr (BalanceReader) reader = NULL;
  g_autoptr (BalanceEvaluator) evaluator = NULL;
  g_autofree Job *jobs = g_new0 (Job, argc);
  Shared shared;
  GThreadPool *pool;
  int status = 0;

  setlocale (LC_ALL, "");   /* for what g_print makes of other letters; the library does not need it */
  standard = balance_standard_lookup ("cn-2017-quality", &error);
  if (standard == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  reader = balance_reader_new (balance_standard_get_dictionary (standard), NULL, FALSE);
  evaluator = balance_evaluator_new_full (standard, "2024-09-01", BALANCE_CONCESSIONS_AUTO, NULL, NULL, 1);
  shared = (Shared) { reader, evaluator };

  pool = g_thread_pool_new (judge, &shared, (int) g_get_num_processors (), FALSE, NULL);
  for (int i = 1; i < argc; i++)
    {
      jobs[i].path = argv[i];
      g_thread_pool_push (pool, &jobs[i], NULL);
    }
  g_thread_pool_free (pool, FALSE, TRUE);   /* when all is done */

  for (int i = 1; i < argc; i++)
    {
      g_print ("%s: %s\n", jobs[i].path, jobs[i].line);
      g_free (jobs[i].line);
      if (jobs[i].failed)
        status = 2;
    }

  return status;
}
