/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The ledger of tasks: values as people write them, changes of several people at once, history, verification. */

#include <check.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "planning/balance-verification-private.h"
#include "store/balance-store-tasks-private.h"

static char *path;

static void
setup (void)
{
  g_autofree char *folder = g_dir_make_tmp ("balance-tasks-XXXXXX", NULL);

  ck_assert_ptr_nonnull (folder);
  path = g_build_filename (folder, "county.balance", NULL);
}

static void
teardown (void)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_unlink (path);
  g_rmdir (folder);
  g_clear_pointer (&path, g_free);
}

static void
assert_good (gboolean good, GError *error)
{
  ck_assert_msg (good, "%s", error != NULL ? error->message : "");
}

static BalanceStore *
open_store (void)
{
  g_autoptr(GError) error = NULL;
  BalanceStore *store = balance_store_open (path, BALANCE_STORE_CREATE, &error);

  assert_good (store != NULL, error);

  return store;
}

/* "field=value" … as two lists */
static void
split (const char *text, char ***fields, char ***values)
{
  g_auto(GStrv) items = g_strsplit (text, "|", -1);
  guint n = g_strv_length (items);

  *fields = g_new0 (char *, n + 1);
  *values = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    {
      char *equal = strchr (items[i], '=');

      (*fields)[i] = g_strndup (items[i], (gsize) (equal - items[i]));
      (*values)[i] = g_strdup (equal + 1);
    }
}

static BalanceTask *
try_task (BalanceTask *from, const char *text, GError **error)
{
  g_auto(GStrv) fields = NULL, values = NULL;

  split (text, &fields, &values);

  return from == NULL ? balance_task_new ((const char *const *) fields, (const char *const *) values, error)
                      : balance_task_amend (from, (const char *const *) fields, (const char *const *) values, error);
}

static BalanceTask *
task_of (BalanceTask *from, const char *text)
{
  g_autoptr(GError) error = NULL;
  BalanceTask *task = try_task (from, text, &error);

  assert_good (task != NULL, error);

  return task;
}

static BalanceLedger *
read_ledger (BalanceStore *store, const char *as_of)
{
  g_autoptr(GError) error = NULL;
  BalanceLedger *ledger = balance_store_read_ledger (store, as_of, 0, &error);

  assert_good (ledger != NULL, error);

  return ledger;
}

static BalanceTask *
get_task (BalanceStore *store, gint64 id)
{
  g_autoptr(BalanceLedger) ledger = read_ledger (store, NULL);
  BalanceTask *task = balance_ledger_find (ledger, id);

  ck_assert_ptr_nonnull (task);

  return task;
}

static void
put (BalanceStore *store, BalanceTask *task, const char *who)
{
  g_autoptr(GError) error = NULL;

  assert_good (balance_store_put_tasks (store, &task, 1, who, "2026-03-31", NULL, NULL, &error), error);
}

static void
change (BalanceStore *store, gint64 id, const char *text)
{
  g_autoptr(BalanceTask) before = get_task (store, id), after = task_of (before, text);

  put (store, after, "李");
}

/* -- values --------------------------------------------------------------------------------------------- */

static const struct { const char *given, *field, *kept; } values[] = {
  { "deadline=2026年8月31日", "deadline", "2026-08-31" },
  { "deadline=2026/8/31", "deadline", "2026-08-31" },
  { "cost=15万元", "cost", "150000" },
  { "cost=1,234.50", "cost", "1234.5" },
  { "quantity= 12.50 ", "quantity", "12.5" },
  { "status=整改中", "status", "under_way" },
  { "status=under way|progress=40%", "progress", "40" },
  { "kind=建设", "kind", "build" },
  { "stage=小学", "stage", "primary" },
  { "requirements=R3，R5、R3", "requirements", "R3, R5" },
  { "depends_on=12；3 3", "depends_on", "3, 12" },
  { "responsible_person=", "responsible_person", NULL },
  { "target=达到底线", "target", "floor" },
};

START_TEST (test_values)
{
  g_autofree char *text = g_strconcat ("district=D1|title=买书|", values[_i].given, NULL);
  g_autoptr(BalanceTask) task = task_of (NULL, text);

  ck_assert_ptr_eq (balance_task_get_value (task, "colour"), NULL);
  if (values[_i].kept == NULL)
    ck_assert_ptr_null (balance_task_get_value (task, values[_i].field));
  else
    ck_assert_str_eq (balance_task_get_value (task, values[_i].field), values[_i].kept);
}
END_TEST

static const struct { const char *given, *said; } wrong[] = {
  { "title=买书", "district" },
  { "district=D1", "title" },
  { "district=D1|title=t|deadline=soon", "2026-08-31" },
  { "district=D1|title=t|cost=-1", "yuan" },
  { "district=D1|title=t|cost=0.00001", "four decimals" },
  { "district=D1|title=t|progress=40", "under way" },
  { "district=D1|title=t|status=under_way|progress=101", "100" },
  { "district=D1|title=t|status=waived", "reason" },
  { "district=D1|title=t|status=已销号", "by hand" },
  { "district=D1|title=t|finished=2026-01-01", "done" },
  { "district=D1|title=t|start=2026-05-01|deadline=2026-04-30", "before the start" },
  { "district=D1|title=t|kind=move|school=S1|giver=S1", "another school" },
  { "district=D1|title=t|depends_on=x", "numbers of tasks" },
  { "district=D1|title=t|effects=teachers:many", "field:amount" },
  { "district=D1|title=t|colour=red", "no such field" },
};

START_TEST (test_wrong)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceTask) task = try_task (NULL, wrong[_i].given, &error);

  ck_assert_ptr_null (task);
  ck_assert_msg (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA) && strstr (error->message, wrong[_i].said) != NULL, "%s", error->message);
  ck_assert_ptr_nonnull (strchr (error->message, '\n'));
}
END_TEST

START_TEST (test_all_faults_at_once)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceTask) task = try_task (NULL, "deadline=soon|cost=much|colour=red", &error);

  ck_assert_ptr_null (task);
  ck_assert_ptr_nonnull (strstr (error->message, "soon"));
  ck_assert_ptr_nonnull (strstr (error->message, "much"));
  ck_assert_ptr_nonnull (strstr (error->message, "colour"));
}
END_TEST

START_TEST (test_effects)
{
  g_autoptr(BalanceTask) task = task_of (NULL, "district=D1|title=t|quantity=3|effects=teachers:1:10,equipment_value:0.5");
  g_autoptr(BalanceTask) more = task_of (task, "quantity=4");
  g_auto(GStrv) fields = balance_task_dup_fields (task), amounts = balance_task_dup_amounts (task), before = balance_task_dup_before (task), now = balance_task_dup_amounts (more);

  ck_assert_str_eq (fields[1], "equipment_value");
  ck_assert_str_eq (amounts[0], "3");
  ck_assert_str_eq (amounts[1], "1.5");
  ck_assert_str_eq (before[0], "10");
  ck_assert_str_eq (before[1], "");
  ck_assert_str_eq (now[1], "2");
  ck_assert (isnan (balance_task_get_cost (task)));
}
END_TEST

/* -- the ledger ----------------------------------------------------------------------------------------- */

START_TEST (test_summary)
{
  g_autoptr(BalanceStore) store = open_store ();
  g_autoptr(BalanceLedger) ledger = NULL, late = NULL;
  g_autoptr(GListModel) quarters = NULL, kinds = NULL;
  g_autoptr(BalanceTaskSummary) first = NULL, second = NULL, last = NULL, total = NULL;
  static const char *const none[] = { NULL };
  static const char *const tasks[] = {
    "district=D1|title=a|deadline=2026-01-31|cost=100|status=done|finished=2026-04-02",
    "district=D1|title=b|deadline=2026-03-31|cost=0.5|status=under_way|progress=99|kind=build",
    "district=D1|title=c|deadline=2026-04-01|status=open",
    "district=D1|title=d|deadline=2026-04-01|cost=7|status=waived|reason=merged",
    "district=D1|title=e",
  };

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      g_autoptr(BalanceTask) task = task_of (NULL, tasks[i]);

      put (store, task, "张");
    }
  ledger = read_ledger (store, "2026-04-01");
  quarters = balance_ledger_summarise (ledger, BALANCE_TASK_BY_QUARTER);
  ck_assert_uint_eq (g_list_model_get_n_items (quarters), 3);
  first = g_list_model_get_item (quarters, 0);
  ck_assert_str_eq (balance_task_summary_get_quarter (first), "2026Q1");
  ck_assert_uint_eq (balance_task_summary_get_n_due (first), 2);
  ck_assert_uint_eq (balance_task_summary_get_n_done (first), 1);
  /* 99 per cent of a building are nothing */
  ck_assert_uint_eq (balance_task_summary_get_n_late (first), 1);
  ck_assert_double_eq (balance_task_summary_get_cost_due (first), 100.5);
  ck_assert_double_eq (balance_task_summary_get_cost_done (first), 100);
  ck_assert_double_eq (balance_task_summary_get_cost_late (first), 0.5);
  ck_assert_uint_eq (balance_task_summary_get_n_finished (first), 0);
  second = g_list_model_get_item (quarters, 1);
  ck_assert_uint_eq (balance_task_summary_get_n_due (second), 1);
  ck_assert_uint_eq (balance_task_summary_get_n_waived (second), 1);
  ck_assert_uint_eq (balance_task_summary_get_n_finished (second), 1);
  /* due that day is not late */
  ck_assert_uint_eq (balance_task_summary_get_n_late (second), 0);
  ck_assert_uint_eq (balance_task_summary_get_n_without_cost (second), 1);
  last = g_list_model_get_item (quarters, 2);
  ck_assert_ptr_null (balance_task_summary_get_quarter (last));
  kinds = balance_ledger_summarise (ledger, BALANCE_TASK_BY_KIND);
  ck_assert_uint_eq (g_list_model_get_n_items (kinds), 4);
  total = balance_ledger_get_total (ledger);
  ck_assert_uint_eq (balance_task_summary_get_n_due (total), 4);
  late = balance_ledger_filter (ledger, none, none, TRUE, NULL);
  ck_assert_uint_eq (g_list_model_get_n_items (G_LIST_MODEL (late)), 1);
}
END_TEST

/* Two people have read the same ledger. */
START_TEST (test_conflict)
{
  g_autoptr(BalanceStore) store = open_store ();
  g_autoptr(BalanceTask) new = task_of (NULL, "district=D1|title=a|deadline=2026-06-30");
  g_autoptr(BalanceTask) read = NULL, first = NULL, second = NULL, third = NULL, now = NULL;
  g_autoptr(GListModel) changes = NULL;
  g_autoptr(GError) error = NULL;
  guint added = 9, changed = 9;

  put (store, new, "张");
  read = get_task (store, 1);
  first = task_of (read, "responsible_unit=教育局|evidence=照片1");
  second = task_of (read, "deadline=2026-09-30");
  third = task_of (read, "deadline=2026-12-31|evidence=照片2");
  put (store, first, "李");
  /* another field: both stay */
  put (store, second, "王");
  now = get_task (store, 1);
  ck_assert_str_eq (balance_task_get_deadline (now), "2026-09-30");
  ck_assert_str_eq (balance_task_get_responsible_unit (now), "教育局");
  /* the same fields: nothing is kept, both are named */
  ck_assert (!balance_store_put_tasks (store, &third, 1, "赵", NULL, NULL, NULL, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "deadline"));
  ck_assert_ptr_nonnull (strstr (error->message, "照片1"));
  g_clear_error (&error);
  /* the same change twice is none */
  assert_good (balance_store_put_tasks (store, &second, 1, "赵", NULL, &added, &changed, &error), error);
  ck_assert_uint_eq (added + changed, 0);
  changes = balance_store_get_task_changes (store, 1, NULL);
  ck_assert_uint_eq (g_list_model_get_n_items (changes), 5 + 2 + 1 - 0);
}
END_TEST

START_TEST (test_dependencies)
{
  g_autoptr(BalanceStore) store = open_store ();
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceLedger) ledger = NULL;
  g_autoptr(GListModel) waiting = NULL;
  g_autoptr(BalanceTask) missing = task_of (NULL, "district=D1|title=x|depends_on=99"), circle = NULL, first = NULL, last = NULL;
  BalanceTask *both[2];

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr(BalanceTask) task = task_of (NULL, "district=D1|title=a");

      put (store, task, "张");
    }
  ck_assert (!balance_store_put_tasks (store, &missing, 1, "张", NULL, NULL, NULL, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "does not exist"));
  g_clear_error (&error);
  change (store, 2, "depends_on=1");
  change (store, 3, "depends_on=2");
  first = get_task (store, 1);
  circle = task_of (first, "depends_on=3");
  ck_assert (!balance_store_put_tasks (store, &circle, 1, "张", NULL, NULL, NULL, &error));
  ck_assert_ptr_nonnull (strstr (error->message, "waits for itself"));
  g_clear_error (&error);
  /* one task twice in one call */
  both[0] = both[1] = first;
  ck_assert (!balance_store_put_tasks (store, both, 2, "张", NULL, NULL, NULL, &error));
  g_clear_error (&error);
  ledger = read_ledger (store, NULL);
  last = balance_ledger_find (ledger, 3);
  waiting = balance_ledger_get_waiting (ledger, last);
  ck_assert_uint_eq (g_list_model_get_n_items (waiting), 1);
}
END_TEST

/* Whatever is done: the history gives the present state, and every state that ever was. */
START_TEST (test_history)
{
  g_autoptr(BalanceStore) store = open_store ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (11);
  g_autoptr(GPtrArray) states = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GError) error = NULL;
  static const char *const edits[] = {
    "status=under_way|progress=30", "status=done", "status=open", "status=waived|reason=并校", "deadline=2026-08-31", "deadline=", "cost=12.5", "evidence=验收单",
    "title=改建", "responsible_unit=镇政府|responsible_person=钱", "progress=70|status=under_way",
  };

  for (guint i = 0; i < 60; i++)
    {
      guint n = i < 3 ? 0 : g_rand_int_range (rand, 0, 4);
      g_autoptr(BalanceTask) task = n == 0 ? task_of (NULL, "district=D1|school=S1|title=新建|quantity=5") : NULL;

      if (task != NULL)
        put (store, task, "张");
      else
        change (store, g_rand_int_range (rand, 1, 4), edits[g_rand_int_range (rand, 0, G_N_ELEMENTS (edits))]);
      g_ptr_array_add (states, read_ledger (store, NULL));
    }
  assert_good (balance_store_check (store, NULL, &error), error);
  for (guint i = 0; i < states->len; i++)
    {
      BalanceLedger *then = g_ptr_array_index (states, i);
      g_autoptr(BalanceLedger) replayed = balance_store_read_ledger (store, NULL, balance_ledger_get_revision (then), &error);

      assert_good (replayed != NULL, error);
      ck_assert_uint_eq (replayed->tasks->len, then->tasks->len);
      for (guint k = 0; k < then->tasks->len; k++)
        for (guint f = 0; f < BALANCE_TASK_N_FIELDS; f++)
          ck_assert_pstr_eq (((BalanceTask *) g_ptr_array_index (replayed->tasks, k))->values[f], ((BalanceTask *) g_ptr_array_index (then->tasks, k))->values[f]);
    }
  ck_assert_ptr_null (balance_store_read_ledger (store, NULL, 1000000, &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND));
}
END_TEST

/* -- verification ---------------------------------------------------------------------------------------- */

static const char pack[] =
  "pack: books\ntitle: {zh: 图书, en: Books}\nreference: synthetic\neffective: 2020-01-01\nstages: [primary]\nweight: pupils\n"
  "requirements:\n- {id: enough, each: section, title: {zh: 生均图书, en: Books per pupil}, value: teachers / pupils, unit: teacher/pupil, at_least: 10, decimals: 1}\n";

static BalanceEvaluation *
evaluate (BalanceStore *store, int year, const char *books_1, const char *books_2)
{
  g_autofree char *text = g_strdup_printf ("year,district_code,school_code,stage,pupils,teachers\n%d,D1,S1,primary,100,%s\n%d,D1,S2,primary,100,%s\n", year, books_1, year, books_2);
  g_autoptr(GBytes) rules = g_bytes_new_static (pack, strlen (pack));
  g_autofree char *file = g_strconcat (path, ".csv", NULL);
  const char *files[] = { file, NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceStandard) standard = balance_standard_new_from_bytes (rules, "books.yaml", &error);
  g_autoptr(BalanceReader) reader = NULL;
  g_autoptr(BalanceImport) import = NULL;
  g_autoptr(BalanceEvaluator) evaluator = NULL;
  BalanceEvaluation *evaluation;

  assert_good (standard != NULL, error);
  assert_good (g_file_set_contents (file, text, -1, &error), error);
  reader = balance_reader_new (balance_standard_get_dictionary (standard), NULL, FALSE);
  import = balance_reader_read (reader, files, NULL, NULL, &error);
  g_unlink (file);
  assert_good (import != NULL && balance_import_check (import, &error), error);
  if (store != NULL)
    assert_good (balance_store_put (store, import, 0, BALANCE_STORE_PUT_REPLACE, NULL, NULL, &error), error);
  evaluator = balance_evaluator_new (standard);
  evaluation = balance_evaluator_evaluate (evaluator, balance_import_get_census (import), NULL, NULL, &error);
  assert_good (evaluation != NULL, error);

  return evaluation;
}

static void
assert_status (BalanceStore *store, gint64 id, BalanceTaskStatus status)
{
  g_autoptr(BalanceTask) task = get_task (store, id);

  ck_assert_int_eq ((int) balance_task_get_status (task), (int) status);
}

START_TEST (test_verify)
{
  g_autoptr(BalanceStore) store = open_store ();
  g_autoptr(BalanceEvaluation) base = evaluate (store, 2025, "500", "900"), next = NULL, worse = NULL, other = NULL;
  g_autoptr(BalanceVerification) seen = NULL;
  g_autoptr(BalanceTaskOutcome) outcome = NULL;
  g_autoptr(BalanceTask) verified = NULL, bad = NULL;
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) actual = NULL;
  static const char *const tasks[] = {
    /* both raise the same fact: 500 books more are enough for the first, not for both */
    "year=2025|district=D1|school=S1|stage=primary|title=a|kind=add|quantity=300|effects=teachers:1:500|requirements=enough|status=done|finished=2026-01-01",
    "year=2025|district=D1|school=S1|stage=primary|title=b|kind=add|quantity=300|effects=teachers:1:500|status=done|finished=2026-02-01|deadline=2026-06-30",
    /* by its requirement; nobody has reported it */
    "year=2025|district=D1|school=S2|stage=primary|title=c|requirements=enough",
    "year=2025|district=D1|school=S3|stage=primary|title=gone|requirements=enough|status=done|finished=2026-01-01",
    "year=2025|district=D1|title=words only|status=done|finished=2026-01-01",
    "year=2025|district=D1|school=S1|stage=primary|title=d|kind=add|quantity=1|effects=teachers:1:500|status=waived|reason=x",
  };

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      g_autoptr(BalanceTask) task = task_of (NULL, tasks[i]);

      put (store, task, "张");
    }

  /* the census that the tasks came from reopens nothing */
  seen = balance_store_verify_tasks (store, base, "2026-03-01", "核", &error);
  assert_good (seen != NULL, error);
  ck_assert_uint_eq (balance_verification_get_n_closed (seen) + balance_verification_get_n_reopened (seen), 0);
  ck_assert_uint_eq (g_list_model_get_n_items (G_LIST_MODEL (seen)), 5);
  g_clear_object (&seen);

  /* figures that are not those of the store verify nothing */
  other = evaluate (NULL, 2026, "5000", "5000");
  ck_assert_ptr_null (balance_store_verify_tasks (store, other, "2026-09-01", "核", &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA));
  g_clear_error (&error);

  next = evaluate (store, 2026, "1000", "1000");
  seen = balance_store_verify_tasks (store, next, "2026-09-01", "核", &error);
  assert_good (seen != NULL, error);
  ck_assert_uint_eq (balance_verification_get_n_closed (seen), 2);
  ck_assert_uint_eq (balance_verification_get_n_reopened (seen), 1);
  ck_assert_uint_eq (balance_verification_get_n_unknown (seen), 2);
  outcome = g_list_model_get_item (G_LIST_MODEL (seen), 0);
  actual = balance_task_outcome_dup_actual (outcome);
  ck_assert_str_eq (actual[0], "500");
  ck_assert_int_eq ((int) balance_task_outcome_get_verdict (outcome, "enough"), (int) BALANCE_VERDICT_MET);
  /* without a deadline comes first among what is done */
  assert_status (store, 1, BALANCE_TASK_VERIFIED);
  assert_status (store, 2, BALANCE_TASK_OPEN);
  assert_status (store, 3, BALANCE_TASK_VERIFIED);
  assert_status (store, 4, BALANCE_TASK_DONE);
  assert_status (store, 5, BALANCE_TASK_DONE);
  assert_status (store, 6, BALANCE_TASK_WAIVED);
  verified = get_task (store, 1);
  ck_assert_int_eq (balance_task_get_verified_year (verified), 2026);
  ck_assert_ptr_null (try_task (verified, "quantity=9", &error));
  g_clear_error (&error);
  bad = task_of (verified, "evidence=发票");
  put (store, bad, "张");

  /* what is finished after the count stays; what slipped is reopened, verified or not */
  change (store, 2, "status=done|finished=2027-10-01");
  worse = evaluate (store, 2027, "600", "1000");
  g_clear_object (&seen);
  seen = balance_store_verify_tasks (store, worse, "2027-09-01", "核", &error);
  assert_good (seen != NULL, error);
  assert_status (store, 1, BALANCE_TASK_OPEN);
  assert_status (store, 2, BALANCE_TASK_DONE);
  assert_status (store, 3, BALANCE_TASK_VERIFIED);
  assert_good (balance_store_check (store, NULL, &error), error);
}
END_TEST

/* A move takes from one school what the other gets; a school that gave needs less to show what it got. */
START_TEST (test_verify_moves)
{
  g_autoptr(BalanceStore) store = open_store ();
  g_autoptr(BalanceEvaluation) base = evaluate (store, 2025, "500", "900"), next = NULL;
  g_autoptr(BalanceVerification) seen = NULL;
  g_autoptr(GError) error = NULL;
  static const char *const tasks[] = {
    "year=2025|district=D1|school=S2|stage=primary|title=buy|kind=add|quantity=100|effects=teachers:1:900|status=done|finished=2026-01-01",
    "year=2025|district=D1|school=S1|giver=S2|stage=primary|title=move|kind=move|quantity=100|effects=teachers:1:500|status=done|finished=2026-01-01",
  };

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      g_autoptr(BalanceTask) task = task_of (NULL, tasks[i]);

      put (store, task, "张");
    }
  /* S2 bought 100 and gave 100 */
  next = evaluate (store, 2026, "600", "900");
  seen = balance_store_verify_tasks (store, next, "2026-09-01", "核", &error);
  assert_good (seen != NULL, error);
  assert_status (store, 1, BALANCE_TASK_VERIFIED);
  assert_status (store, 2, BALANCE_TASK_VERIFIED);
  /* S1 has nothing of it: nothing was moved, and nothing was bought either */
  g_clear_object (&seen);
  g_clear_object (&next);
  next = evaluate (store, 2027, "500", "900");
  seen = balance_store_verify_tasks (store, next, "2027-09-01", "核", &error);
  assert_good (seen != NULL, error);
  assert_status (store, 1, BALANCE_TASK_OPEN);
  assert_status (store, 2, BALANCE_TASK_OPEN);
}
END_TEST

/* The same plan twice brings tasks up to date; what was done since stays. */
START_TEST (test_again)
{
  g_autoptr(BalanceStore) store = open_store ();
  g_autoptr(BalanceTask) first = task_of (NULL, "year=2025|district=D1|school=S1|kind=add|measure=books|title=buy|quantity=5|cost=100");
  g_autoptr(BalanceTask) again = task_of (first, "quantity=7"), now = NULL;
  g_autoptr(BalanceLedger) ledger = balance_ledger_new (&first, 1, "2026-01-01", NULL), other = balance_ledger_new (&again, 1, "2026-01-01", NULL), kept = NULL;
  g_autoptr(GError) error = NULL;
  guint added, changed;

  assert_good (balance_store_put_ledger (store, ledger, "张", &added, &changed, &error), error);
  change (store, 1, "status=under_way|progress=10");
  assert_good (balance_store_put_ledger (store, other, "张", &added, &changed, &error), error);
  ck_assert_uint_eq (added, 0);
  ck_assert_uint_eq (changed, 1);
  now = get_task (store, 1);
  ck_assert_str_eq (balance_task_get_quantity (now), "7");
  ck_assert_int_eq ((int) balance_task_get_status (now), (int) BALANCE_TASK_UNDER_WAY);
  change (store, 1, "status=waived|reason=x");
  assert_good (balance_store_put_ledger (store, other, "张", &added, &changed, &error), error);
  ck_assert_uint_eq (added, 1);
  kept = read_ledger (store, NULL);
  ck_assert_uint_eq (g_list_model_get_n_items (G_LIST_MODEL (kept)), 2);
}
END_TEST

/* What is about the same work as what the store has, and what is not. */
START_TEST (test_same_work)
{
  static const char *const known[] = {
    "year=2025|district=D1|school=S1|kind=add|measure=books|title=buy",
    "year=2025|district=D1|school=S1|kind=add|measure=books|title=buy once more",
    "year=2025|district=D1|school=S1|requirements=R1|title=mend",
    "year=2025|district=D1|title=meet",
    "year=2025|district=D1|school=S9|kind=add|measure=books|title=buy|status=waived|reason=x",
  };
  static const struct
  {
    const char *task;
    guint       id;      /* of the known one; 0: none */
  } cases[] = {
    { "year=2025|district=D1|school=S1|kind=add|measure=books|title=purchase|requirements=R7|quantity=1", 1 },
    { "year=2025|district=D1|school=S1|stage=primary|kind=add|measure=books|title=buy|quantity=1", 0 },
    { "year=2025|district=D1|school=S1|kind=add|measure=rooms|title=buy|quantity=1", 0 },
    { "year=2025|district=D1|school=S1|requirements=R1|title=renew|quantity=1", 3 },
    { "year=2025|district=D1|school=S1|requirements=R2|title=mend|quantity=1", 0 },
    { "year=2025|district=D1|title=meet|quantity=1", 4 },
    { "year=2025|district=D1|title=visit|quantity=1", 0 },
    { "year=2026|district=D1|title=meet|quantity=1", 0 },
    { "year=2025|district=D1|school=S9|kind=add|measure=books|title=buy|quantity=1", 0 },
  };
  g_autoptr(BalanceStore) store = open_store ();
  g_autoptr(BalanceTask) task = task_of (NULL, cases[_i].task);
  g_autoptr(BalanceLedger) ledger = balance_ledger_new (&task, 1, "2026-01-01", NULL);
  g_autoptr(BalanceTask) now = NULL;
  g_autoptr(GError) error = NULL;
  guint added, changed;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autoptr(BalanceTask) one = task_of (NULL, known[i]);

      put (store, one, "张");
    }
  assert_good (balance_store_put_ledger (store, ledger, "张", &added, &changed, &error), error);
  ck_assert_uint_eq (added, cases[_i].id == 0);
  ck_assert_uint_eq (changed, cases[_i].id != 0);
  now = get_task (store, cases[_i].id != 0 ? cases[_i].id : G_N_ELEMENTS (known) + 1);
  ck_assert_str_eq (balance_task_get_quantity (now), "1");
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("tasks");
  TCase *tcase = tcase_create ("tasks");
  SRunner *runner = srunner_create (suite);

  tcase_set_timeout (tcase, 60);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_values, 0, G_N_ELEMENTS (values));
  tcase_add_loop_test (tcase, test_wrong, 0, G_N_ELEMENTS (wrong));
  tcase_add_test (tcase, test_all_faults_at_once);
  tcase_add_test (tcase, test_effects);
  tcase_add_test (tcase, test_summary);
  tcase_add_test (tcase, test_conflict);
  tcase_add_test (tcase, test_dependencies);
  tcase_add_test (tcase, test_history);
  tcase_add_test (tcase, test_verify);
  tcase_add_test (tcase, test_verify_moves);
  tcase_add_test (tcase, test_again);
  tcase_add_loop_test (tcase, test_same_work, 0, 9);
  suite_add_tcase (suite, tcase);

  srunner_run_all (runner, CK_ENV);
  int n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
