/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <check.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "census/balance-census-private.h"
#include "store/balance-store-census-private.h"

#define N_KILLS 120
#define N_THREADS 4

static char *program;          /* this one, for the process that is killed */
static char *folder;

/* -- help --------------------------------------------------------------------------------------------- */

static void
setup (void)
{
  folder = g_dir_make_tmp ("balance-store-XXXXXX", NULL);
  ck_assert_ptr_nonnull (folder);
}

static void
teardown (void)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
}

static char *
in_folder (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static char *
write_file (const char *name,
            const char *text)
{
  char *path = in_folder (name);

  ck_assert (g_file_set_contents (path, text, -1, NULL));

  return path;
}

static BalanceImport *
read_files (BalanceDictionary *dictionary,
            BalanceMap        *map,
            const char        *first,
            const char        *second)
{
  const char *paths[] = { first, second, NULL };
  g_autoptr(BalanceReader) reader = balance_reader_new (dictionary, map, FALSE);
  g_autoptr(GError) error = NULL;
  BalanceImport *import = balance_reader_read (reader, paths, NULL, NULL, &error);

  ck_assert_msg (import != NULL && balance_import_check (import, &error), "%s", error != NULL ? error->message : "");

  return import;
}

static BalanceImport *
read_sample (void)
{
  const char *source = g_getenv ("BALANCE_SOURCE_DIR");
  g_autofree char *sections = g_build_filename (source, "examples", "data", "sample-county.csv", NULL);
  g_autofree char *facts = g_build_filename (source, "examples", "data", "sample-county-facts.csv", NULL);

  return read_files (NULL, NULL, sections, facts);
}

static BalanceStore *
open_store (const char       *path,
            BalanceStoreMode  mode)
{
  g_autoptr(GError) error = NULL;
  BalanceStore *store = balance_store_open (path, mode, &error);

  ck_assert_msg (store != NULL, "%s", error != NULL ? error->message : "");

  return store;
}

static void
keep (BalanceStore           *store,
      BalanceImport          *import,
      int                     year,
      BalanceStorePutMode  mode)
{
  g_autoptr(GError) error = NULL;

  ck_assert_msg (balance_store_put (store, import, year, mode, NULL, NULL, &error), "%s", error != NULL ? error->message : "");
  ck_assert_ptr_null (error);
}

static BalanceCensus *
read_back (BalanceStore *store,
           int           year)
{
  g_autoptr(GError) error = NULL;
  BalanceCensus *census = balance_store_read_census (store, year, NULL, &error);

  ck_assert_msg (census != NULL, "%s", error != NULL ? error->message : "");

  return census;
}

static void
assert_error (const GError *error,
              BalanceError  code,
              const char   *text)
{
  ck_assert_ptr_nonnull (error);
  ck_assert_msg (g_error_matches (error, BALANCE_ERROR, (int) code), "%s", error->message);
  ck_assert_msg (strstr (error->message, text) != NULL, "%s", error->message);
  /* in both languages */
  ck_assert_msg (strchr (error->message, '\n') != NULL, "%s", error->message);
}

/* Values that are the same are written the same, whatever scale their columns have. */
static char *
dup_value (const BalanceFacts  *facts,
           const BalanceColumn *column,
           guint                row)
{
  BalanceDecimal value = { balance_column_get (column, row), balance_column_get_scale (column, row) };

  if (!balance_column_is_valid (column, row))
    return g_strdup ("(missing)");
  if (column->field->type == BALANCE_FIELD_TEXT)
    return g_strdup (facts->texts[value.digits]);
  if (column->field->type == BALANCE_FIELD_CHOICE)
    return g_strdup (((BalanceChoice *) g_ptr_array_index (column->field->choices, value.digits))->id);
  balance_decimal_normalize (&value);

  return balance_decimal_to_string (&value);
}

static void
assert_same_table (BalanceFacts *a,
                   BalanceFacts *b,
                   BalanceLevel  level)
{
  const BalanceTable *x = balance_facts_get_table (a, level), *y = balance_facts_get_table (b, level);

  ck_assert_uint_eq (x->n_rows, y->n_rows);
  ck_assert_uint_eq (x->columns->len, y->columns->len);
  for (guint i = 0; i < x->columns->len; i++)
    {
      const BalanceColumn *p = g_ptr_array_index (x->columns, i), *q = g_ptr_array_index (y->columns, i);

      ck_assert_str_eq (p->field->id, q->field->id);
      ck_assert_uint_eq (p->width, q->width);
      ck_assert_uint_eq (p->n_valid, q->n_valid);
      for (guint row = 0; row < x->n_rows; row++)
        {
          g_autofree char *left = dup_value (a, p, row);
          g_autofree char *right = dup_value (b, q, row);
          guint from[3], to[3];

          ck_assert_str_eq (left, right);
          ck_assert_int_eq (balance_facts_get_cell (a, level, p, row, &from[0], &from[1], &from[2]),
                            balance_facts_get_cell (b, level, q, row, &to[0], &to[1], &to[2]));
          for (guint k = 0; k < 3; k++)
            ck_assert_msg (from[k] == to[k], "%s row %u: %u %u %u against %u %u %u", p->field->id, row,
                           from[0], from[1], from[2], to[0], to[1], to[2]);
        }
    }
}

static void
assert_same (BalanceFacts *a,
             BalanceFacts *b)
{
  g_autofree char *left = balance_facts_dup_digest (a);
  g_autofree char *right = balance_facts_dup_digest (b);

  ck_assert_int_eq (a->year, b->year);
  ck_assert_int_eq (a->skipped, b->skipped);
  ck_assert_uint_eq (a->sources->len, b->sources->len);
  for (guint i = 0; i < a->sources->len; i++)
    {
      const BalanceSource *p = g_ptr_array_index (a->sources, i), *q = g_ptr_array_index (b->sources, i);

      ck_assert_str_eq (p->file, q->file);
      ck_assert_pstr_eq (p->sheet, q->sheet);
      ck_assert_pstr_eq (p->digest, q->digest);
    }
  assert_same_table (a, b, BALANCE_LEVEL_REGION);
  assert_same_table (a, b, BALANCE_LEVEL_DISTRICT);
  assert_same_table (a, b, BALANCE_LEVEL_SCHOOL);
  assert_same_table (a, b, BALANCE_LEVEL_SECTION);
  for (guint i = 0; i < a->sections.n_rows; i++)
    ck_assert_str_eq (balance_dictionary_get_stage (a->dictionary, a->section_stage[i])->id,
                      balance_dictionary_get_stage (b->dictionary, b->section_stage[i])->id);
  for (guint i = 0; i < a->districts.n_rows; i++)
    ck_assert_uint_eq (a->district_skipped[i], b->district_skipped[i]);
  ck_assert_str_eq (left, right);
}

static BalanceEvaluation *
evaluate (BalanceStandard *standard,
          BalanceCensus   *census)
{
  g_autoptr(BalanceEvaluator) evaluator =
    balance_evaluator_new_full (standard, "2024-09-01", BALANCE_CONCESSIONS_AUTO, NULL, NULL, 1);
  g_autoptr(GError) error = NULL;
  BalanceEvaluation *evaluation = balance_evaluator_evaluate (evaluator, census, NULL, NULL, &error);

  ck_assert_msg (evaluation != NULL, "%s", error != NULL ? error->message : "");

  return evaluation;
}

static char *
dup_json (BalanceEvaluation *evaluation)
{
  g_autoptr(GOutputStream) stream = g_memory_output_stream_new_resizable ();

  ck_assert (balance_evaluation_write_json (evaluation, stream, NULL, NULL));
  ck_assert (g_output_stream_write_all (stream, "", 1, NULL, NULL, NULL));
  ck_assert (g_output_stream_close (stream, NULL, NULL));

  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (stream));
}

/* One number that plain SQL gives, as another program would ask. */
static gint64
ask (const char *path,
     const char *sql)
{
  sqlite3 *db;
  sqlite3_stmt *statement;
  gint64 answer;

  ck_assert_int_eq (sqlite3_open (path, &db), SQLITE_OK);
  ck_assert_msg (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg (db));
  ck_assert_msg (sqlite3_step (statement) == SQLITE_ROW, "%s", sql);
  answer = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (db);

  return answer;
}

static void
change (const char *path,
        const char *sql)
{
  sqlite3 *db;
  char *message = NULL;

  ck_assert_int_eq (sqlite3_open (path, &db), SQLITE_OK);
  ck_assert_msg (sqlite3_exec (db, sql, NULL, NULL, &message) == SQLITE_OK, "%s: %s", sql, message);
  sqlite3_close (db);
}

/* -- facts -------------------------------------------------------------------------------------------- */

START_TEST (test_same_facts)
{
  g_autofree char *path = in_folder ("county.balance");
  g_autoptr(BalanceImport) import = read_sample ();
  g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_CREATE);
  g_autoptr(BalanceStandard) standard = balance_standard_lookup ("cn-2017-quality", NULL);
  g_autoptr(BalanceCensus) census = NULL;
  g_autoptr(BalanceEvaluation) before = NULL, after = NULL;
  g_autofree char *json_before = NULL, *json_after = NULL;

  keep (store, import, 0, BALANCE_STORE_PUT_ADD);
  census = read_back (store, balance_census_get_year (balance_import_get_census (import)));
  assert_same (balance_import_get_census (import)->facts, census->facts);

  before = evaluate (standard, balance_import_get_census (import));
  after = evaluate (standard, census);
  json_before = dup_json (before);
  json_after = dup_json (after);
  ck_assert_str_eq (json_before, json_after);
}
END_TEST

/* Numbers of every size, several tables in other orders, parts and totals, blanks. */
static const char first_table[] =
  "year,district_code,district_name,school_code,school_name,stage,kind,pupils,classes,teaching_area,equipment_value\n"
  "2025,B,“乙”县,2,\"二校, 分部\",primary,nine_year,500,12,0.0699999928474426,3607\n"
  "2025,B,“乙”县,2,,junior,,300,,12345678901234.567,0.1\n"
  "2025,A,甲县,9,九校,primary,primary,40,1,99.5,\n"
  "2025,B,“乙”县,10,十校,primary,teaching_point,,1,,123456789012345678\n";
static const char second_table[] =
  "year,district_code,school_code,kind,sports_ground_area,books,pupils.primary\n"
  "2025,A,9,,12.25,70,\n"
  "2025,B,10,,,900,7\n"
  "2025,B,2,,5.5,,\n";

START_TEST (test_exact_values)
{
  g_autofree char *path = in_folder ("county.balance");
  g_autofree char *first = write_file ("first.csv", first_table);
  g_autofree char *second = write_file ("second.csv", second_table);
  g_autoptr(BalanceImport) import = read_files (NULL, NULL, first, second);
  g_autoptr(BalanceCensus) census = NULL;
  g_autoptr(BalanceImport) again = NULL;
  GListModel *before, *after;

  {
    g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_CREATE);

    keep (store, import, 0, BALANCE_STORE_PUT_ADD);
  }
  {
    g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_READ);
    g_autoptr(GError) error = NULL;

    census = read_back (store, 2025);
    again = balance_store_read (store, 2025, NULL, NULL, &error);
    ck_assert_ptr_nonnull (again);
    ck_assert_msg (balance_store_check (store, NULL, &error), "%s", error != NULL ? error->message : "");
  }
  assert_same (balance_import_get_census (import)->facts, census->facts);

  before = balance_import_get_problems (import);
  after = balance_import_get_problems (again);
  ck_assert_uint_eq (g_list_model_get_n_items (before), g_list_model_get_n_items (after));
  for (guint i = 0; i < g_list_model_get_n_items (before); i++)
    {
      g_autoptr(BalanceProblem) x = g_list_model_get_item (before, i), y = g_list_model_get_item (after, i);
      g_autofree char *left = balance_problem_to_text (x, "zh");
      g_autofree char *right = balance_problem_to_text (y, "zh");

      ck_assert_str_eq (left, right);
      ck_assert_int_eq (balance_problem_get_severity (x), balance_problem_get_severity (y));
    }

  /* closed, it is one file */
  {
    g_autofree char *log = g_strconcat (path, "-wal", NULL);

    ck_assert (!g_file_test (log, G_FILE_TEST_EXISTS));
  }

  /* what others read */
  ck_assert_int_eq (ask (path, "SELECT value FROM v_facts WHERE school = '2' AND stage = 'junior' AND field = 'pupils'"), 300);
  ck_assert_int_eq (ask (path, "SELECT count(*) FROM v_facts WHERE school = '10' AND field = 'classes'"), 1);
  ck_assert_int_eq (ask (path, "SELECT count(*) FROM v_facts WHERE school = '2' AND stage = 'junior' AND field = 'classes'"), 0);
  ck_assert_int_eq (ask (path, "SELECT value = 0.1 FROM v_facts WHERE school = '2' AND stage = 'junior' AND field = 'equipment_value'"), 1);
  ck_assert_int_eq (ask (path, "SELECT count(*) FROM v_schools WHERE name = '二校, 分部'"), 1);
  ck_assert_int_eq (ask (path, "SELECT line FROM v_fact_places WHERE school = '9' AND field = 'books' AND file LIKE '%second.csv'"), 2);
  ck_assert_int_eq (ask (path, "SELECT \"column\" FROM v_fact_places WHERE school = '10' AND stage = 'primary' AND field = 'pupils'"), 7);
  ck_assert_int_eq (ask (path, "SELECT count(*) FROM v_facts") - ask (path, "SELECT count(*) FROM v_fact_places"), 0);
}
END_TEST

/* What a pack or map adds to the dictionary is kept with the facts. */
START_TEST (test_own_fields)
{
  static const char rules[] =
    "map: own\n"
    "stages: [{id: k8, title: {zh: K8, en: K-8}, holds: [primary, junior]}]\n"
    "fields:\n"
    "- {id: globes, level: section, type: amount, unit: book, min: 0, max: 99.5, title: {zh: 地球仪, en: \"Globes \\\"round\\\"\"}}\n"
    "- {id: colour, level: school, type: choice, title: {zh: 颜色, en: Colour}, values: {red: {zh: 红, en: Red}, blue: {zh: 蓝, en: Blue}}}\n"
    "columns: {globes: G, colour: C}\n";
  g_autofree char *path = in_folder ("county.balance");
  g_autofree char *table = write_file ("table.csv", "year,district_code,school_code,stage,pupils,G,C\n"
                                                    "2025,A,1,k8,10,2.5,blue\n2025,A,2,primary,20,,红\n");
  g_autoptr(GBytes) bytes = g_bytes_new_static (rules, sizeof rules - 1);
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceMap) map = balance_map_new_from_bytes (bytes, "own.map.yaml", NULL, &error);
  g_autoptr(BalanceImport) import = NULL, again = NULL;
  g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_CREATE);
  g_autoptr(BalanceCensus) census = NULL;
  BalanceField *field;

  ck_assert_msg (map != NULL, "%s", error != NULL ? error->message : "");
  import = read_files (NULL, map, table, NULL);
  keep (store, import, 0, BALANCE_STORE_PUT_ADD);
  census = read_back (store, 2025);
  assert_same (balance_import_get_census (import)->facts, census->facts);

  field = balance_dictionary_find (census->facts->dictionary, "globes");
  ck_assert_ptr_nonnull (field);
  ck_assert_str_eq (field->unit, "book");
  ck_assert_str_eq (field->title.en, "Globes \"round\"");
  ck_assert (field->has_max && field->max.digits == 995);

  /* into the dictionary that has them it is the same */
  again = balance_store_read (store, 2025, balance_map_get_dictionary (map), NULL, &error);
  ck_assert_ptr_nonnull (again);
  assert_same (balance_import_get_census (import)->facts, balance_import_get_census (again)->facts);
}
END_TEST

START_TEST (test_years_and_modes)
{
  g_autofree char *path = in_folder ("county.balance");
  g_autofree char *first = write_file ("first.csv", "district_code,school_code,school_name,stage,pupils,classes\nA,1,一校,primary,10,1\nA,2,二校,primary,20,2\n");
  g_autofree char *second = write_file ("second.csv", "district_code,school_code,stage,pupils,books\nA,3,junior,30,300\nA,1,primary,11,\nA,2,primary,,\n");
  g_autoptr(BalanceImport) old = read_files (NULL, NULL, first, NULL);
  g_autoptr(BalanceImport) new = read_files (NULL, NULL, second, NULL);
  g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_CREATE);
  g_autoptr(BalanceCensus) census = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceSection) section = NULL, other = NULL;
  g_autoptr(BalanceCell) cell = NULL, other_cell = NULL, kept_cell = NULL;
  g_autoptr(GVariant) sources = NULL;
  g_autofree int *years = NULL;
  gsize n_years;

  /* which year? */
  ck_assert (!balance_store_put (store, old, 0, BALANCE_STORE_PUT_ADD, NULL, NULL, &error));
  assert_error (error, BALANCE_ERROR_INVALID_DATA, "year");
  g_clear_error (&error);
  years = balance_store_get_years (store, &n_years, NULL);
  ck_assert_uint_eq (n_years, 0);
  g_clear_pointer (&years, g_free);

  keep (store, old, 2025, BALANCE_STORE_PUT_ADD);
  keep (store, old, 2023, BALANCE_STORE_PUT_ADD);
  years = balance_store_get_years (store, &n_years, NULL);
  ck_assert_uint_eq (n_years, 2);
  ck_assert_int_eq (years[0], 2023);
  ck_assert_int_eq (years[1], 2025);

  ck_assert (!balance_store_put (store, new, 2025, BALANCE_STORE_PUT_ADD, NULL, NULL, &error));
  assert_error (error, BALANCE_ERROR_EXISTS, "2025");
  g_clear_error (&error);
  census = read_back (store, 2025);
  ck_assert_uint_eq (census->facts->schools.n_rows, 2);
  g_clear_object (&census);

  keep (store, new, 2025, BALANCE_STORE_PUT_MERGE);
  census = read_back (store, 2025);
  ck_assert_uint_eq (census->facts->schools.n_rows, 3);
  section = balance_census_find_section (census, "1", "primary", NULL);
  ck_assert_double_eq (balance_section_get_number (section, "pupils"), 11);
  ck_assert_double_eq (balance_section_get_number (section, "classes"), 1);
  cell = balance_section_get_cell (section, "pupils");
  ck_assert_str_eq (balance_cell_get_file (cell), second);
  ck_assert_uint_eq (balance_cell_get_row (cell), 3);
  ck_assert_uint_eq (balance_cell_get_column (cell), 4);
  kept_cell = balance_section_get_cell (section, "classes");
  ck_assert_str_eq (balance_cell_get_file (kept_cell), first);
  ck_assert_uint_eq (balance_cell_get_row (kept_cell), 2);
  /* a blank replaces nothing */
  other = balance_census_find_section (census, "2", "primary", NULL);
  ck_assert_double_eq (balance_section_get_number (other, "pupils"), 20);
  other_cell = balance_section_get_cell (other, "pupils");
  ck_assert_str_eq (balance_cell_get_file (other_cell), first);
  g_clear_object (&census);

  keep (store, new, 2025, BALANCE_STORE_PUT_REPLACE);
  census = read_back (store, 2025);
  ck_assert_uint_eq (census->facts->schools.n_rows, 3);
  g_clear_object (&section);
  section = balance_census_find_section (census, "1", "primary", NULL);
  ck_assert (!balance_section_has_value (section, "classes"));
  g_clear_object (&census);
  census = read_back (store, 2023);
  ck_assert_uint_eq (census->facts->schools.n_rows, 2);

  sources = balance_store_list_sources (store, NULL);
  ck_assert_uint_eq (g_variant_n_children (sources), 2);
  ck_assert_ptr_null (balance_store_read_census (store, 1999, NULL, &error));
  assert_error (error, BALANCE_ERROR_NOT_FOUND, "1999");
}
END_TEST

/* -- opening ------------------------------------------------------------------------------------------ */

START_TEST (test_open)
{
  g_autofree char *path = in_folder ("county.balance");
  g_autofree char *text = write_file ("text.balance", "district_code,school_code\n");
  g_autofree char *other = in_folder ("other.sqlite");
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceImport) import = read_sample ();

  ck_assert_ptr_null (balance_store_open (path, BALANCE_STORE_WRITE, &error));
  assert_error (error, BALANCE_ERROR_NOT_FOUND, "county.balance");
  g_clear_error (&error);
  ck_assert_ptr_null (balance_store_open (text, BALANCE_STORE_CREATE, &error));
  assert_error (error, BALANCE_ERROR_INVALID_DATA, "no store");
  g_clear_error (&error);
  ck_assert (!balance_store_recognise (text));

  change (other, "CREATE TABLE t (a);");
  ck_assert_ptr_null (balance_store_open (other, BALANCE_STORE_CREATE, &error));
  assert_error (error, BALANCE_ERROR_INVALID_DATA, "another program");
  g_clear_error (&error);
  ck_assert (!balance_store_recognise (other));

  {
    g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_CREATE);

    /* known by its bytes from the first moment */
    ck_assert (balance_store_recognise (path));
    keep (store, import, 2024, BALANCE_STORE_PUT_ADD);
  }
  {
    g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_READ);

    ck_assert (!balance_store_put (store, import, 2024, BALANCE_STORE_PUT_REPLACE, NULL, NULL, &error));
    assert_error (error, BALANCE_ERROR_FAILED, "reading only");
    g_clear_error (&error);
  }

  change (path, "PRAGMA user_version = 99;");
  ck_assert_ptr_null (balance_store_open (path, BALANCE_STORE_WRITE, &error));
  assert_error (error, BALANCE_ERROR_NEWER, "99");
  g_clear_error (&error);
  change (path, "PRAGMA user_version = 3;");

  /* what others may put in, and what not */
  change (path, "CREATE TABLE notes (a); CREATE INDEX facts_by_value ON facts (value);");
  g_object_unref (open_store (path, BALANCE_STORE_WRITE));
  change (path, "CREATE TRIGGER t AFTER INSERT ON facts BEGIN DELETE FROM censuses; END;");
  ck_assert_ptr_null (balance_store_open (path, BALANCE_STORE_WRITE, &error));
  assert_error (error, BALANCE_ERROR_INVALID_DATA, "trigger");
  g_clear_error (&error);
  change (path, "DROP TRIGGER t; ALTER TABLE problems RENAME TO p; CREATE VIEW problems AS SELECT * FROM p;");
  ck_assert_ptr_null (balance_store_open (path, BALANCE_STORE_READ, &error));
  assert_error (error, BALANCE_ERROR_INVALID_DATA, "problems");
}
END_TEST

/* Values that no import writes are refused, with where they stand. */
START_TEST (test_damaged_values)
{
  static const char *const changes[] = {
    "UPDATE facts SET value = -5 WHERE \"column\" = (SELECT id FROM columns WHERE field = 'pupils')",
    "UPDATE facts SET value = 1.5 WHERE \"column\" = (SELECT id FROM columns WHERE field = 'pupils')",
    "UPDATE facts SET value = 'many' WHERE \"column\" = (SELECT id FROM columns WHERE field = 'pupils')",
    "UPDATE facts SET value = x'00' WHERE \"column\" = (SELECT id FROM columns WHERE field = 'pupils')",
    "UPDATE facts SET value = CAST (x'ff' AS TEXT) WHERE \"column\" = (SELECT id FROM columns WHERE field = 'school_name')",
    "UPDATE facts SET value = 'castle' WHERE \"column\" = (SELECT id FROM columns WHERE field = 'kind')",
    "INSERT INTO facts SELECT id, 1000000, 1 FROM columns WHERE field = 'pupils'",
    "UPDATE sections SET stage = 'college' WHERE number = 3",
    "UPDATE sections SET school = 1000000 WHERE number = 3",
    "UPDATE schools SET code = (SELECT code FROM schools WHERE number = 1) WHERE number = 2",
    "UPDATE schools SET code = ''",
    "DELETE FROM districts",
    "UPDATE columns SET level = 3, position = 1000 WHERE field = 'pupils'",
    "UPDATE columns SET field = 'no_such_field', definition = '{' WHERE field = 'pupils'",
    "UPDATE row_places SET source = source + 77",
    "UPDATE row_places SET line = -1",
    "UPDATE column_places SET stage = stage || 'college'",
    "UPDATE column_places SET number = 99999999999",
    "UPDATE censuses SET rows_left_out = 0; UPDATE census_sources SET number = number + 77",
  };
  g_autofree char *path = in_folder ("county.balance");
  g_autofree char *sound = NULL;
  gsize length;
  g_autoptr(BalanceImport) import = read_sample ();

  {
    g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_CREATE);

    keep (store, import, 2024, BALANCE_STORE_PUT_ADD);
  }
  ck_assert (g_file_get_contents (path, &sound, &length, NULL));

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr(BalanceStore) store = NULL;
      g_autoptr(BalanceCensus) census = NULL;
      g_autoptr(GError) error = NULL;
      g_autofree char *sql = g_strconcat ("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;", changes[i], NULL);

      ck_assert (g_file_set_contents (path, sound, (gssize) length, NULL));
      change (path, sql);
      store = open_store (path, BALANCE_STORE_READ);
      census = balance_store_read_census (store, 2024, NULL, &error);
      ck_assert_msg (census == NULL, "%s", changes[i]);
      assert_error (error, BALANCE_ERROR_INVALID_DATA, "damaged");
      g_clear_error (&error);
      ck_assert (!balance_store_check (store, NULL, &error));
    }
}
END_TEST

/* Whatever bytes are wrong, the answer is data or an error. */
START_TEST (test_damaged_bytes)
{
  g_autofree char *path = in_folder ("county.balance");
  g_autofree char *bad = in_folder ("bad.balance");
  g_autofree char *first = write_file ("first.csv", first_table);
  g_autofree char *sound = NULL;
  gsize length;
  g_autoptr(GRand) rand = g_rand_new_with_seed (20251);
  g_autoptr(BalanceImport) import = read_files (NULL, NULL, first, NULL);

  {
    g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_CREATE);

    keep (store, import, 0, BALANCE_STORE_PUT_ADD);
  }
  ck_assert (g_file_get_contents (path, &sound, &length, NULL));

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *copy = g_memdup2 (sound, length);
      gsize n = i % 10 == 0 ? (gsize) g_rand_int_range (rand, 0, (gint32) length) : length;
      g_autoptr(BalanceStore) store = NULL;
      g_autoptr(GError) error = NULL;

      for (guint k = 0; k < 1 + i % 40; k++)
        copy[g_rand_int_range (rand, 0, (gint32) length)] = (char) g_rand_int_range (rand, 0, 256);
      ck_assert (g_file_set_contents (bad, copy, (gssize) n, NULL));
      store = balance_store_open (bad, i % 2 == 0 ? BALANCE_STORE_READ : BALANCE_STORE_WRITE, &error);
      ck_assert ((store == NULL) == (error != NULL));
      if (store != NULL)
        {
          g_autoptr(BalanceImport) again = balance_store_read (store, 2025, NULL, NULL, &error);

          ck_assert ((again == NULL) == (error != NULL));
          g_clear_error (&error);
          balance_store_check (store, NULL, NULL);
        }
    }
}
END_TEST

/* -- evaluations -------------------------------------------------------------------------------------- */

START_TEST (test_evaluations)
{
  g_autofree char *path = in_folder ("county.balance");
  g_autoptr(BalanceImport) import = read_sample ();
  g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_CREATE);
  g_autoptr(BalanceStandard) standard = balance_standard_lookup ("cn-2017-quality", NULL), then = NULL;
  g_autoptr(BalanceCensus) census = NULL;
  g_autoptr(BalanceEvaluation) evaluation = NULL, again = NULL;
  g_autoptr(GVariant) list = NULL, first = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL;
  const char *verdict;
  gint64 id, current;

  keep (store, import, 2024, BALANCE_STORE_PUT_ADD);
  census = read_back (store, 2024);
  evaluation = evaluate (standard, census);
  id = balance_store_save_evaluation (store, evaluation, NULL, NULL, &error);
  ck_assert_msg (id == 1, "%s", error != NULL ? error->message : "");
  ck_assert_int_eq (balance_store_save_evaluation (store, evaluation, NULL, NULL, &error), 1);

  list = balance_store_list_evaluations (store, &error);
  ck_assert_uint_eq (g_variant_n_children (list), 1);
  first = g_variant_get_child_value (list, 0);
  ck_assert (g_variant_lookup (first, "verdict", "&s", &verdict));
  ck_assert_str_eq (verdict, "unmet");
  ck_assert (g_variant_lookup (first, "facts_are_current", "x", &current));
  ck_assert_int_eq (current, 1);

  /* again with the standard as it was kept */
  then = balance_store_read_standard (store, id, &error);
  ck_assert_msg (then != NULL, "%s", error != NULL ? error->message : "");
  again = evaluate (then, census);
  before = dup_json (evaluation);
  after = dup_json (again);
  ck_assert_str_eq (before, after);
  ck_assert_int_eq (balance_store_save_evaluation (store, again, NULL, NULL, &error), 1);
  ck_assert_ptr_null (balance_store_read_standard (store, 7, &error));
  assert_error (error, BALANCE_ERROR_NOT_FOUND, "7");

  ck_assert_int_eq (ask (path, "SELECT count(*) FROM v_verdicts WHERE requirement = '' AND level = 'section'"), census->facts->sections.n_rows);
  ck_assert_int_gt (ask (path, "SELECT count(*) FROM v_verdicts WHERE requirement = 'R1' AND verdict = 'unmet' AND value < \"limit\""), 0);
  ck_assert_int_eq (ask (path, "SELECT count(*) - count(DISTINCT path) FROM v_verdicts WHERE path IS NOT NULL"), 0);
  ck_assert_int_gt (ask (path, "SELECT count(*) FROM v_group_figures WHERE cv > 0"), 0);

  /* of other facts */
  {
    g_autofree char *text = write_file ("first.csv", first_table);
    g_autoptr(BalanceImport) other = read_files (NULL, NULL, text, NULL);

    keep (store, other, 0, BALANCE_STORE_PUT_ADD);
    ck_assert_int_eq (ask (path, "SELECT sum(facts_are_current) FROM v_evaluations"), 1);
    keep (store, import, 2024, BALANCE_STORE_PUT_REPLACE);
    ck_assert_int_eq (ask (path, "SELECT sum(facts_are_current) FROM v_evaluations"), 1);
    change (path, "UPDATE censuses SET digest = ''");
    ck_assert_int_eq (ask (path, "SELECT sum(facts_are_current) FROM v_evaluations"), 0);
  }
}
END_TEST

START_TEST (test_documents)
{
  g_autofree char *path = in_folder ("county.balance");
  g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_CREATE);
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) list = NULL;
  g_autoptr(GBytes) content = g_bytes_new_static ("evidence", 8), back = NULL;

  ck_assert_int_eq (balance_store_add_document (store, 2025, "D1", "G2", "plan.pdf", content, TRUE, "张", &error), 1);
  ck_assert_int_eq (balance_store_add_document (store, 2025, "D1", "G2", "photo.jpg", content, FALSE, "张", &error), 2);
  back = balance_store_read_document (store, 1, &error);
  ck_assert (back != NULL && g_bytes_equal (back, content));
  ck_assert_ptr_null (balance_store_read_document (store, 2, &error));
  assert_error (error, BALANCE_ERROR_NOT_FOUND, "2");
  list = balance_store_list_documents (store, NULL);
  ck_assert_uint_eq (g_variant_n_children (list), 2);
}
END_TEST

/* -- versions ----------------------------------------------------------------------------------------- */

/* The layout of version 1, as it was: no strict verdicts, no tasks, no documents. */
static const char version_1[] =
  "CREATE TABLE levels (level INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
  "INSERT INTO levels VALUES (0, 'section'), (1, 'school'), (2, 'stage'), (3, 'district'), (4, 'region');"
  "CREATE TABLE imports (id INTEGER PRIMARY KEY, time TEXT NOT NULL, mode TEXT NOT NULL, program TEXT NOT NULL);"
  "CREATE TABLE import_years (import INTEGER NOT NULL REFERENCES imports, year INTEGER NOT NULL, PRIMARY KEY (import, year)) WITHOUT ROWID;"
  "CREATE TABLE sources (id INTEGER PRIMARY KEY, import INTEGER NOT NULL REFERENCES imports, file TEXT NOT NULL, sheet TEXT, digest TEXT);"
  "CREATE TABLE problems (import INTEGER NOT NULL REFERENCES imports, number INTEGER NOT NULL, severity TEXT NOT NULL, kind TEXT NOT NULL,"
  " file TEXT, sheet TEXT, \"row\" INTEGER, \"column\" INTEGER, column_name TEXT, field TEXT, found TEXT, message_zh TEXT, message_en TEXT,"
  " expected_zh TEXT, expected_en TEXT, remedy_zh TEXT, remedy_en TEXT, PRIMARY KEY (import, number)) WITHOUT ROWID;"
  "CREATE TABLE censuses (id INTEGER PRIMARY KEY, year INTEGER NOT NULL UNIQUE, first_import INTEGER NOT NULL REFERENCES imports (id),"
  " last_import INTEGER NOT NULL REFERENCES imports (id), rows_left_out INTEGER NOT NULL, digest TEXT NOT NULL);"
  "CREATE TABLE census_sources (census INTEGER NOT NULL REFERENCES censuses, number INTEGER NOT NULL, source INTEGER NOT NULL REFERENCES sources,"
  " PRIMARY KEY (census, number)) WITHOUT ROWID;"
  "CREATE TABLE stages (census INTEGER NOT NULL REFERENCES censuses, number INTEGER NOT NULL, id TEXT NOT NULL, title_zh TEXT, title_en TEXT,"
  " definition TEXT NOT NULL, PRIMARY KEY (census, number)) WITHOUT ROWID;"
  "CREATE TABLE districts (census INTEGER NOT NULL REFERENCES censuses, number INTEGER NOT NULL, code TEXT NOT NULL, rows_left_out INTEGER NOT NULL,"
  " PRIMARY KEY (census, number)) WITHOUT ROWID;"
  "CREATE TABLE schools (census INTEGER NOT NULL REFERENCES censuses, number INTEGER NOT NULL, district INTEGER NOT NULL, code TEXT NOT NULL,"
  " PRIMARY KEY (census, number)) WITHOUT ROWID;"
  "CREATE INDEX schools_by_code ON schools (code);"
  "CREATE TABLE sections (census INTEGER NOT NULL REFERENCES censuses, number INTEGER NOT NULL, school INTEGER NOT NULL, stage TEXT NOT NULL,"
  " PRIMARY KEY (census, number)) WITHOUT ROWID;"
  "CREATE INDEX sections_by_school ON sections (census, school);"
  "CREATE TABLE columns (id INTEGER PRIMARY KEY, census INTEGER NOT NULL REFERENCES censuses, level INTEGER NOT NULL REFERENCES levels,"
  " position INTEGER NOT NULL, field TEXT NOT NULL, type TEXT NOT NULL, unit TEXT, title_zh TEXT, title_en TEXT, definition TEXT NOT NULL,"
  " UNIQUE (census, level, position));"
  "CREATE TABLE facts (\"column\" INTEGER NOT NULL REFERENCES columns (id), \"row\" INTEGER NOT NULL, value NOT NULL, PRIMARY KEY (\"column\", \"row\")) WITHOUT ROWID;"
  "CREATE TABLE row_places (census INTEGER NOT NULL REFERENCES censuses, level INTEGER NOT NULL REFERENCES levels, \"row\" INTEGER NOT NULL,"
  " source INTEGER NOT NULL, line INTEGER NOT NULL, PRIMARY KEY (census, level, \"row\", source)) WITHOUT ROWID;"
  "CREATE TABLE column_places (\"column\" INTEGER NOT NULL REFERENCES columns (id), source INTEGER NOT NULL, stage TEXT NOT NULL, number INTEGER NOT NULL,"
  " PRIMARY KEY (\"column\", source, stage)) WITHOUT ROWID;"
  "CREATE TABLE value_places (\"column\" INTEGER NOT NULL REFERENCES columns (id), \"row\" INTEGER NOT NULL, source INTEGER NOT NULL, line INTEGER NOT NULL,"
  " PRIMARY KEY (\"column\", \"row\")) WITHOUT ROWID;"
  "CREATE TABLE standards (digest TEXT PRIMARY KEY, id TEXT NOT NULL, title_zh TEXT, title_en TEXT, reference TEXT) WITHOUT ROWID;"
  "CREATE TABLE packs (standard TEXT NOT NULL REFERENCES standards, number INTEGER NOT NULL, file TEXT NOT NULL, digest TEXT NOT NULL, content BLOB NOT NULL,"
  " PRIMARY KEY (standard, number));"
  "CREATE TABLE evaluations (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, time TEXT NOT NULL, year INTEGER NOT NULL,"
  " standard TEXT NOT NULL REFERENCES standards, as_of TEXT NOT NULL, options TEXT NOT NULL, concessions TEXT NOT NULL, only TEXT, facts TEXT NOT NULL,"
  " verdict TEXT NOT NULL, program TEXT NOT NULL);"
  "CREATE TABLE requirements (evaluation INTEGER NOT NULL REFERENCES evaluations, id TEXT NOT NULL, level INTEGER NOT NULL REFERENCES levels,"
  " title_zh TEXT, title_en TEXT, reference TEXT, PRIMARY KEY (evaluation, id)) WITHOUT ROWID;"
  "CREATE TABLE verdicts (evaluation INTEGER NOT NULL REFERENCES evaluations, number INTEGER NOT NULL, requirement TEXT NOT NULL,"
  " level INTEGER NOT NULL REFERENCES levels, district TEXT, school TEXT, stage TEXT, verdict TEXT NOT NULL, value REAL, comparison TEXT,"
  " \"limit\" REAL, margin REAL, unit TEXT, path TEXT, PRIMARY KEY (evaluation, number)) WITHOUT ROWID;"
  "CREATE TABLE group_figures (evaluation INTEGER NOT NULL REFERENCES evaluations, district TEXT NOT NULL, stage TEXT NOT NULL, indicator TEXT NOT NULL,"
  " mean REAL, cv REAL, cv_limit REAL, cv_verdict TEXT, PRIMARY KEY (evaluation, district, stage, indicator)) WITHOUT ROWID;"
  /* one county of one school */
  "INSERT INTO imports VALUES (1, '2024-10-01T08:00:00Z', 'add', 'libbalance 0.0.9');"
  "INSERT INTO import_years VALUES (1, 2024);"
  "INSERT INTO sources VALUES (1, 1, '旧.csv', NULL, NULL);"
  "INSERT INTO problems VALUES (1, 0, 'warning', 'unknown-column', '旧.csv', NULL, 1, 5, '备注', NULL, '备注', '没有这一列', 'no such column', NULL, NULL, NULL, NULL);"
  "INSERT INTO censuses VALUES (1, 2024, 1, 1, 0, 'old');"
  "INSERT INTO census_sources VALUES (1, 0, 1);"
  "INSERT INTO stages VALUES (1, 0, 'primary', '小学', 'Primary', '{\"id\": \"primary\", \"title\": {\"zh\": \"小学\", \"en\": \"Primary\"}}');"
  "INSERT INTO districts VALUES (1, 0, 'D1', 0);"
  "INSERT INTO schools VALUES (1, 0, 0, 'S1');"
  "INSERT INTO sections VALUES (1, 0, 0, 'primary');"
  "INSERT INTO columns VALUES (1, 1, 0, 0, 'pupils', 'count', 'pupil', '在校生数', 'Pupils', '');"
  "INSERT INTO facts VALUES (1, 0, 120);"
  "INSERT INTO row_places VALUES (1, 0, 0, 0, 2);"
  "INSERT INTO column_places VALUES (1, 0, '', 4);"
  "INSERT INTO standards VALUES ('abc', 'old-standard', '旧', 'Old', NULL);"
  "INSERT INTO evaluations VALUES (1, 'e1', '2024-10-02T08:00:00Z', 2024, 'abc', '2024-10-02', '[]', '[]', NULL, 'old', 'unmet', 'libbalance 0.0.9');"
  "INSERT INTO verdicts VALUES (1, 0, '', 3, 'D1', NULL, NULL, 'unmet', NULL, NULL, NULL, NULL, NULL, NULL);"
  "PRAGMA application_id = 1114402403; PRAGMA user_version = 1;";

/* What version 2 added, with an item of each kind. */
static const char version_2[] =
  "ALTER TABLE verdicts ADD COLUMN strict_verdict TEXT;"
  "CREATE TABLE documents (id INTEGER PRIMARY KEY, year INTEGER NOT NULL, district TEXT NOT NULL, subject TEXT NOT NULL, file TEXT NOT NULL,"
  " digest TEXT NOT NULL, size INTEGER NOT NULL, content BLOB, time TEXT NOT NULL, who TEXT NOT NULL);"
  "CREATE TABLE rectification (id INTEGER PRIMARY KEY, year INTEGER, district TEXT, school TEXT, stage TEXT, requirement TEXT, quantity TEXT, unit TEXT,"
  " measure TEXT, responsible TEXT, deadline TEXT, status TEXT NOT NULL);"
  "CREATE TABLE rectification_history (id INTEGER PRIMARY KEY, item INTEGER NOT NULL REFERENCES rectification (id), time TEXT NOT NULL, who TEXT NOT NULL,"
  " field TEXT NOT NULL, old TEXT, new TEXT);"
  "CREATE INDEX rectification_history_by_item ON rectification_history (item);"
  "CREATE TRIGGER rectification_history_stays BEFORE UPDATE ON rectification_history BEGIN SELECT RAISE (ABORT, 'never'); END;"
  "CREATE TRIGGER rectification_history_is_kept BEFORE DELETE ON rectification_history BEGIN SELECT RAISE (ABORT, 'never'); END;"
  "CREATE TRIGGER rectification_is_kept BEFORE DELETE ON rectification BEGIN SELECT RAISE (ABORT, 'never'); END;"
  "INSERT INTO rectification VALUES (1, 2024, 'D1', 'S1', 'primary', 'R3', '12', 'm2', '扩建', '教育局', '2025-08-31', 'confirmed');"
  "INSERT INTO rectification VALUES (2, NULL, NULL, NULL, NULL, 'R1', NULL, NULL, NULL, NULL, NULL, 'dropped');"
  "INSERT INTO rectification_history VALUES (1, 1, '2024-10-03T08:00:00Z', '张', 'status', NULL, 'open'), (2, 1, '2024-10-03T08:00:00Z', '张', 'year', NULL, '2024'),"
  " (3, 1, '2024-10-03T08:00:00Z', '张', 'district', NULL, 'D1'), (4, 1, '2024-10-03T08:00:00Z', '张', 'school', NULL, 'S1'),"
  " (5, 1, '2024-10-03T08:00:00Z', '张', 'stage', NULL, 'primary'), (6, 1, '2024-10-03T08:00:00Z', '张', 'requirement', NULL, 'R3'),"
  " (7, 1, '2024-10-03T08:00:00Z', '张', 'quantity', NULL, '12'), (8, 1, '2024-10-03T08:00:00Z', '张', 'unit', NULL, 'm2'),"
  " (9, 1, '2024-10-03T08:00:00Z', '张', 'measure', NULL, '扩建'), (10, 1, '2024-10-03T08:00:00Z', '张', 'responsible', NULL, '教育局'),"
  " (11, 1, '2024-10-03T08:00:00Z', '张', 'deadline', NULL, '2025-08-31'), (12, 1, '2025-07-01T08:00:00Z', '王', 'status', 'open', 'confirmed'),"
  " (13, 2, '2024-10-03T08:00:00Z', '张', 'status', NULL, 'open'), (14, 2, '2024-10-03T08:00:00Z', '张', 'requirement', NULL, 'R1'),"
  " (15, 2, '2024-10-04T08:00:00Z', '张', 'status', 'open', 'dropped');"
  "PRAGMA user_version = 2;";

START_TEST (test_migration)
{
  g_autofree char *path = in_folder ("old.balance");
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceStore) store = NULL;
  g_autoptr(BalanceCensus) census = NULL;
  g_autoptr(BalanceSection) section = NULL;
  g_autoptr(BalanceCell) cell = NULL;
  g_autoptr(GListModel) problems = NULL;
  g_autoptr(BalanceLedger) ledger = NULL;

  change (path, version_1);
  ck_assert (balance_store_recognise (path));

  /* for reading only nothing is changed */
  ck_assert_ptr_null (balance_store_open (path, BALANCE_STORE_READ, &error));
  assert_error (error, BALANCE_ERROR_FAILED, "upgrade");
  g_clear_error (&error);
  ck_assert_int_eq (ask (path, "PRAGMA user_version"), 1);

  store = open_store (path, BALANCE_STORE_WRITE);
  ck_assert_int_eq (ask (path, "PRAGMA user_version"), 3);
  ck_assert_msg (balance_store_check (store, NULL, &error), "%s", error != NULL ? error->message : "");
  census = read_back (store, 2024);
  section = balance_census_find_section (census, "S1", "primary", "D1");
  ck_assert_double_eq (balance_section_get_number (section, "pupils"), 120);
  cell = balance_section_get_cell (section, "pupils");
  ck_assert_str_eq (balance_cell_get_file (cell), "旧.csv");
  ck_assert_uint_eq (balance_cell_get_column (cell), 4);
  problems = balance_store_get_problems (store, 2024, &error);
  ck_assert_uint_eq (g_list_model_get_n_items (problems), 1);
  ck_assert_int_eq (ask (path, "SELECT verdict = 'unmet' AND strict_verdict IS NULL FROM v_verdicts"), 1);
  ledger = balance_store_read_ledger (store, NULL, 0, &error);
  ck_assert_msg (ledger != NULL, "%s", error != NULL ? error->message : "");
  ck_assert_uint_eq (g_list_model_get_n_items (G_LIST_MODEL (ledger)), 0);
  g_clear_object (&store);
  g_object_unref (open_store (path, BALANCE_STORE_READ));
}
END_TEST

/* Items of rectification become tasks, with their history. */
START_TEST (test_migration_of_tasks)
{
  g_autofree char *path = in_folder ("old.balance");
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceStore) store = NULL;
  g_autoptr(BalanceLedger) ledger = NULL;
  g_autoptr(BalanceTask) first = NULL, second = NULL;
  g_autoptr(GListModel) changes = NULL;

  change (path, version_1);
  change (path, version_2);
  store = open_store (path, BALANCE_STORE_WRITE);
  ck_assert_msg (balance_store_check (store, NULL, &error), "%s", error != NULL ? error->message : "");
  ledger = balance_store_read_ledger (store, NULL, 0, &error);
  ck_assert_msg (ledger != NULL, "%s", error != NULL ? error->message : "");
  first = balance_ledger_find (ledger, 1);
  /* what people confirmed no census has shown */
  ck_assert_int_eq ((int) balance_task_get_status (first), (int) BALANCE_TASK_DONE);
  ck_assert_str_eq (balance_task_get_finished (first), "2025-07-01");
  ck_assert_str_eq (balance_task_get_title (first), "扩建");
  ck_assert_str_eq (balance_task_get_responsible_unit (first), "教育局");
  second = balance_ledger_find (ledger, 2);
  ck_assert_int_eq ((int) balance_task_get_status (second), (int) BALANCE_TASK_WAIVED);
  ck_assert_str_eq (balance_task_get_title (second), "R1");
  changes = balance_store_get_task_changes (store, 1, &error);
  ck_assert_uint_eq (g_list_model_get_n_items (changes), 14);
  ck_assert_int_eq (ask (path, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'rectification%'"), 0);
  {
    sqlite3 *db;

    ck_assert_int_eq (sqlite3_open (path, &db), SQLITE_OK);
    ck_assert_int_ne (sqlite3_exec (db, "UPDATE task_changes SET old = 'x'", NULL, NULL, NULL), SQLITE_OK);
    ck_assert_int_ne (sqlite3_exec (db, "DELETE FROM task_changes", NULL, NULL, NULL), SQLITE_OK);
    ck_assert_int_ne (sqlite3_exec (db, "DELETE FROM tasks", NULL, NULL, NULL), SQLITE_OK);
    /* what does not follow from the history is found */
    ck_assert_int_eq (sqlite3_exec (db, "UPDATE tasks SET status = 'verified' WHERE id = 1", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close (db);
  }
  ck_assert (!balance_store_check (store, NULL, &error));
  assert_error (error, BALANCE_ERROR_INVALID_DATA, "history");
}
END_TEST

/* A migration that cannot end leaves the old store. */
START_TEST (test_migration_fails)
{
  g_autofree char *path = in_folder ("old.balance");
  g_autoptr(GError) error = NULL;

  change (path, version_1);
  change (path, "CREATE TABLE rectification_history (a);");
  ck_assert_ptr_null (balance_store_open (path, BALANCE_STORE_WRITE, &error));
  ck_assert_ptr_nonnull (error);
  ck_assert_int_eq (ask (path, "PRAGMA user_version"), 1);
  ck_assert_int_eq (ask (path, "SELECT count(*) FROM sqlite_schema WHERE name = 'documents'"), 0);
}
END_TEST

/* -- being stopped ------------------------------------------------------------------------------------ */


START_TEST (test_cancel)
{
  g_autofree char *path = in_folder ("county.balance");
  g_autofree char *first = write_file ("first.csv", first_table);
  g_autoptr(BalanceImport) old = read_files (NULL, NULL, first, NULL);
  g_autoptr(BalanceImport) new = read_sample ();
  g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_CREATE);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  g_autofree int *years = NULL;
  gsize n_years;

  keep (store, old, 0, BALANCE_STORE_PUT_ADD);
  g_cancellable_cancel (cancellable);
  ck_assert (!balance_store_put (store, new, 2025, BALANCE_STORE_PUT_REPLACE, NULL, cancellable, &error));
  ck_assert (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  g_clear_error (&error);
  ck_assert_ptr_null (balance_store_read (store, 2025, NULL, cancellable, &error));
  ck_assert (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  years = balance_store_get_years (store, &n_years, NULL);
  ck_assert_uint_eq (n_years, 1);
}
END_TEST

static gpointer
cancel_in_between (gpointer data)
{
  gpointer *pair = data;

  while (balance_progress_get_fraction (pair[0]) < 0.2)
    g_usleep (50);
  g_cancellable_cancel (pair[1]);

  return NULL;
}

/* Wherever it is stopped, all of it is there or nothing. */
START_TEST (test_cancel_in_between)
{
  g_autofree char *path = in_folder ("county.balance");
  g_autofree char *first = write_file ("first.csv", first_table);
  g_autoptr(BalanceImport) old = read_files (NULL, NULL, first, NULL);
  g_autoptr(BalanceImport) new = read_sample ();
  g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_CREATE);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(BalanceProgress) progress = balance_progress_new ();
  gpointer pair[2] = { progress, cancellable };
  GThread *thread;
  g_autoptr(GError) error = NULL;
  g_autofree int *years = NULL;
  gsize n_years;
  gboolean good;

  keep (store, old, 0, BALANCE_STORE_PUT_ADD);
  thread = g_thread_new ("canceller", cancel_in_between, pair);
  good = balance_store_put (store, new, 0, BALANCE_STORE_PUT_ADD, progress, cancellable, &error);
  g_thread_join (thread);
  if (!good)
    ck_assert (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  g_clear_error (&error);

  years = balance_store_get_years (store, &n_years, NULL);
  ck_assert_uint_eq (n_years, good ? 2 : 1);
  ck_assert_msg (balance_store_check (store, NULL, &error), "%s", error != NULL ? error->message : "");
}
END_TEST

/* A writer elsewhere: readers go on with what was there. */
START_TEST (test_reader_beside_writer)
{
  g_autofree char *path = in_folder ("county.balance");
  g_autofree char *first = write_file ("first.csv", first_table);
  g_autoptr(BalanceImport) import = read_files (NULL, NULL, first, NULL);
  g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_CREATE), reader = NULL;
  g_autoptr(BalanceCensus) census = NULL;
  sqlite3 *db;

  keep (store, import, 0, BALANCE_STORE_PUT_ADD);
  ck_assert_int_eq (sqlite3_open (path, &db), SQLITE_OK);
  ck_assert_int_eq (sqlite3_exec (db, "BEGIN IMMEDIATE; DELETE FROM facts;", NULL, NULL, NULL), SQLITE_OK);
  reader = open_store (path, BALANCE_STORE_READ);
  census = read_back (reader, 2025);
  assert_same (balance_import_get_census (import)->facts, census->facts);
  sqlite3_close (db);
}
END_TEST

static gpointer
read_often (gpointer data)
{
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr(BalanceCensus) census = balance_store_read_census (data, 2025, NULL, &error);

      if (census == NULL)
        return g_strdup (error->message);
      g_usleep (10);
    }

  return NULL;
}

START_TEST (test_threads)
{
  g_autofree char *path = in_folder ("county.balance");
  g_autofree char *first = write_file ("first.csv", first_table);
  g_autoptr(BalanceImport) import = read_files (NULL, NULL, first, NULL);
  g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_CREATE);
  GThread *threads[N_THREADS];

  keep (store, import, 0, BALANCE_STORE_PUT_ADD);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("reader", read_often, store);
  keep (store, import, 0, BALANCE_STORE_PUT_REPLACE);
  for (guint i = 0; i < N_THREADS; i++)
    {
      g_autofree char *message = g_thread_join (threads[i]);

      ck_assert_msg (message == NULL, "%s", message);
    }
}
END_TEST

/* The process that is killed: puts a table into a store again and again. */
static int
import_for_ever (char **argv)
{
  const char *paths[] = { argv[3], NULL };
  g_autoptr(BalanceReader) reader = balance_reader_new (NULL, NULL, FALSE);
  g_autoptr(BalanceImport) import = balance_reader_read (reader, paths, NULL, NULL, NULL);
  g_autoptr(BalanceStore) store = balance_store_open (argv[2], BALANCE_STORE_WRITE, NULL);

  if (import == NULL || store == NULL || write (STDOUT_FILENO, "!", 1) != 1)
    return EXIT_FAILURE;
  while (balance_store_put (store, import, 0, BALANCE_STORE_PUT_REPLACE, NULL, NULL, NULL))
    if (write (STDOUT_FILENO, "+", 1) != 1)
      break;

  return EXIT_FAILURE;
}

/* The same with tasks: all of them get the next percentage, in one call. */
static int
change_tasks_for_ever (char **argv)
{
  g_autoptr(BalanceStore) store = balance_store_open (argv[2], BALANCE_STORE_WRITE, NULL);

  if (store == NULL || write (STDOUT_FILENO, "!", 1) != 1)
    return EXIT_FAILURE;
  for (guint round = 0;; round++)
    {
      g_autoptr(BalanceLedger) ledger = balance_store_read_ledger (store, NULL, 0, NULL);
      g_autoptr(GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
      g_autofree char *progress = g_strdup_printf ("%u", round % 101);
      const char *fields[] = { "status", "progress", NULL }, *values[] = { "under_way", progress, NULL };

      for (guint i = 0; ledger != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (ledger)); i++)
        {
          g_autoptr(BalanceTask) task = g_list_model_get_item (G_LIST_MODEL (ledger), i);

          g_ptr_array_add (tasks, balance_task_amend (task, fields, values, NULL));
        }
      if (tasks->len == 0 || !balance_store_put_tasks (store, (BalanceTask **) tasks->pdata, tasks->len, "张", NULL, NULL, NULL, NULL) || write (STDOUT_FILENO, "+", 1) != 1)
        return EXIT_FAILURE;
    }
}

static void
kill_one (const char *path,
          const char *what,
          const char *table,
          guint       n_imports,          /* that it may end before */
          guint       microseconds)
{
  const char *argv[] = { program, what, path, table, NULL };
  g_autoptr(GError) error = NULL;
  GPid pid;
  int out, status;
  char told;

  ck_assert_msg (g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                                           NULL, &out, NULL, &error), "%s", error != NULL ? error->message : "");
  for (guint i = 0; i <= n_imports; i++)
    ck_assert_int_eq (read (out, &told, 1), 1);
  g_usleep (microseconds);
  kill (pid, SIGKILL);
  waitpid (pid, &status, 0);
  ck_assert (WIFSIGNALED (status));
  close (out);
}

START_TEST (test_killed)
{
  g_autofree char *path = in_folder ("county.balance");
  g_auto (GStrv) tables = g_new0 (char *, 3);
  g_auto (GStrv) digests = g_new0 (char *, 3);
  g_autoptr(GRand) rand = g_rand_new_with_seed (7);
  gint64 duration = 0;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(GString) text = g_string_new ("year,district_code,school_code,stage,pupils,classes\n");
      g_autofree char *name = g_strdup_printf ("table%u.csv", i);
      g_autoptr(BalanceImport) import = NULL;
      g_autoptr(BalanceStore) store = NULL;

      for (guint k = 0; k < 200 + 50 * i; k++)
        g_string_append_printf (text, "2025,D%u,S%u,primary,%u,%u\n", k % 3, k, 100 + k + i, 3 + i);
      tables[i] = write_file (name, text->str);
      import = read_files (NULL, NULL, tables[i], NULL);
      digests[i] = balance_facts_dup_digest (balance_import_get_census (import)->facts);
      store = open_store (path, BALANCE_STORE_CREATE);
      duration = -g_get_monotonic_time ();
      keep (store, import, 0, BALANCE_STORE_PUT_REPLACE);
      duration += g_get_monotonic_time ();
    }
  ck_assert_str_ne (digests[0], digests[1]);

  for (guint i = 0; i < N_KILLS; i++)
    {
      g_autoptr(BalanceStore) store = NULL;
      g_autoptr(BalanceCensus) census = NULL;
      g_autoptr(GError) error = NULL;
      g_autofree char *digest = NULL;

      /* moments all through an import, whatever the machine does beside; every other one after an import has ended,
       * which then must be there */
      kill_one (path, "--import", tables[i / 2 % 2], i % 2, (guint) g_rand_double_range (rand, 0, 2.0 * (double) duration));
      store = open_store (path, i % 3 == 0 ? BALANCE_STORE_READ : BALANCE_STORE_WRITE);
      ck_assert_msg (balance_store_check (store, NULL, &error), "%s", error != NULL ? error->message : "");
      census = read_back (store, 2025);
      digest = balance_facts_dup_digest (census->facts);
      if (i % 2 == 1)
        ck_assert_str_eq (digest, digests[i / 2 % 2]);
      else
        ck_assert (g_str_equal (digest, digests[0]) || g_str_equal (digest, digests[1]));
    }
}
END_TEST

START_TEST (test_killed_tasks)
{
  g_autofree char *path = in_folder ("county.balance");
  g_autoptr(GRand) rand = g_rand_new_with_seed (8);
  gint64 duration;

  {
    g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_CREATE);
    const char *fields[] = { "district", "title", NULL }, *values[] = { "D1", "扩建", NULL };
    g_autoptr(GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < 20; i++)
      g_ptr_array_add (tasks, balance_task_new (fields, values, NULL));
    duration = -g_get_monotonic_time ();
    ck_assert_msg (balance_store_put_tasks (store, (BalanceTask **) tasks->pdata, tasks->len, "张", NULL, NULL, NULL, &error), "%s", error != NULL ? error->message : "");
    duration += g_get_monotonic_time ();
  }
  for (guint i = 0; i < N_KILLS / 4; i++)
    {
      g_autoptr(BalanceStore) store = NULL;
      g_autoptr(BalanceLedger) ledger = NULL;
      g_autoptr(GError) error = NULL;
      guint progress = 0;

      kill_one (path, "--tasks", "", i % 2, (guint) g_rand_double_range (rand, 0, 3.0 * (double) duration));
      store = open_store (path, BALANCE_STORE_WRITE);
      /* sound, and the history gives what stands there */
      ck_assert_msg (balance_store_check (store, NULL, &error), "%s", error != NULL ? error->message : "");
      ledger = balance_store_read_ledger (store, NULL, 0, &error);
      ck_assert_uint_eq (g_list_model_get_n_items (G_LIST_MODEL (ledger)), 20);
      for (guint k = 0; k < 20; k++)
        {
          g_autoptr(BalanceTask) task = g_list_model_get_item (G_LIST_MODEL (ledger), k);

          if (k == 0)
            progress = balance_task_get_progress (task);
          /* all or none of a call */
          ck_assert_uint_eq (balance_task_get_progress (task), progress);
        }
    }
}
END_TEST

/* -- asynchronously ------------------------------------------------------------------------------------ */

static void
note_result (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

START_TEST (test_async)
{
  g_autofree char *path = in_folder ("county.balance");
  g_autoptr(BalanceImport) import = read_sample (), back = NULL;
  g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_CREATE);
  g_autoptr(BalanceStandard) standard = balance_standard_lookup ("cn-2017-quality", NULL);
  g_autoptr(BalanceProgress) progress = balance_progress_new ();
  g_autoptr(BalanceEvaluation) evaluation = NULL;
  g_autoptr(GError) error = NULL;
  GAsyncResult *result = NULL;

  balance_store_put_async (store, import, 2024, BALANCE_STORE_PUT_ADD, progress, NULL, note_result, &result);
  ck_assert_msg (balance_store_put_finish (store, wait_for (&result), &error), "%s", error != NULL ? error->message : "");
  g_clear_object (&result);
  ck_assert_double_eq (balance_progress_get_fraction (progress), 1.0);

  balance_store_read_async (store, 2024, NULL, NULL, note_result, &result);
  back = balance_store_read_finish (store, wait_for (&result), &error);
  ck_assert_ptr_nonnull (back);
  g_clear_object (&result);

  evaluation = evaluate (standard, balance_import_get_census (back));
  balance_store_save_evaluation_async (store, evaluation, NULL, NULL, note_result, &result);
  ck_assert_int_eq (balance_store_save_evaluation_finish (store, wait_for (&result), &error), 1);
  g_clear_object (&result);
}
END_TEST

/* -- tables again -------------------------------------------------------------------------------------- */

START_TEST (test_export)
{
  static const BalanceLevel levels[] = { BALANCE_LEVEL_SECTION, BALANCE_LEVEL_SCHOOL, BALANCE_LEVEL_DISTRICT };
  g_autofree char *path = in_folder ("county.balance");
  g_autofree char *first = write_file ("first.csv", first_table);
  g_autofree char *second = write_file ("second.csv", second_table);
  g_autoptr(BalanceImport) import = read_files (NULL, NULL, first, second), again = NULL;
  g_autoptr(BalanceStore) store = open_store (path, BALANCE_STORE_CREATE);
  g_autoptr(BalanceReader) reader = balance_reader_new (NULL, NULL, FALSE);
  g_autofree char *paths[G_N_ELEMENTS (levels) + 1] = { NULL };
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr(GError) error = NULL;

  keep (store, import, 0, BALANCE_STORE_PUT_ADD);
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      g_autofree char *name = g_strdup_printf ("level%u.csv", i);
      g_autoptr(GOutputStream) stream = g_memory_output_stream_new_resizable ();

      ck_assert_msg (balance_store_export_csv (store, 2025, levels[i], stream, NULL, &error), "%s", error != NULL ? error->message : "");
      ck_assert (g_output_stream_write_all (stream, "", 1, NULL, NULL, NULL));
      paths[i] = write_file (name, g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (stream)));
    }

  again = balance_reader_read (reader, (const char *const *) paths, NULL, NULL, &error);
  ck_assert_msg (again != NULL && balance_import_check (again, &error), "%s", error != NULL ? error->message : "");
  before = balance_facts_dup_digest (balance_import_get_census (import)->facts);
  after = balance_facts_dup_digest (balance_import_get_census (again)->facts);
  ck_assert_str_eq (before, after);
  for (guint i = 1; i < G_N_ELEMENTS (levels); i++)
    g_clear_pointer (&paths[i], g_free);
}
END_TEST

int
main (int    argc,
      char **argv)
{
  Suite *suite = suite_create ("store");
  TCase *tcase = tcase_create ("store");
  SRunner *runner = srunner_create (suite);

  if (argc == 4 && strcmp (argv[1], "--import") == 0)
    return import_for_ever (argv);
  if (argc == 4 && strcmp (argv[1], "--tasks") == 0)
    return change_tasks_for_ever (argv);
  program = argv[0];

  tcase_set_timeout (tcase, 60);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_same_facts);
  tcase_add_test (tcase, test_exact_values);
  tcase_add_test (tcase, test_own_fields);
  tcase_add_test (tcase, test_years_and_modes);
  tcase_add_test (tcase, test_open);
  tcase_add_test (tcase, test_damaged_values);
  tcase_add_test (tcase, test_damaged_bytes);
  tcase_add_test (tcase, test_evaluations);
  tcase_add_test (tcase, test_documents);
  tcase_add_test (tcase, test_migration);
  tcase_add_test (tcase, test_migration_of_tasks);
  tcase_add_test (tcase, test_migration_fails);
  tcase_add_test (tcase, test_cancel);
  tcase_add_test (tcase, test_cancel_in_between);
  tcase_add_test (tcase, test_reader_beside_writer);
  tcase_add_test (tcase, test_threads);
  tcase_add_test (tcase, test_killed);
  tcase_add_test (tcase, test_killed_tasks);
  /* the thread sanitizer does not see how a GTask of a GLib that is not built for it hands its result over */
#ifndef __SANITIZE_THREAD__
  tcase_add_test (tcase, test_async);
#else
  (void) test_async;
#endif
  tcase_add_test (tcase, test_export);
  suite_add_tcase (suite, tcase);

  srunner_run_all (runner, CK_ENV);
  int n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
