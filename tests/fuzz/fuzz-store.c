/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz-import.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/* Of the statements that change a sound store. */
#define MAX_STEPS 200

static const char table_text[] =
  "year,district_code,district_name,school_code,school_name,stage,kind,boarding,opened,value,pupils,trained,other\n"
  "2025,D1,东县,S1,一校,primary,nine,1,1999-09-01,12.5,120,0.25,x\n"
  "2025,D1,,S1,,junior,,,,12345678901234.567,80,,\n"
  "2025,D2,西县,S2,二校,primary,one,0,,,60,1,\n";

static BalanceDictionary *dictionary;
static char *folder;
static char *path;
static char *sound;
static gsize sound_length;

static void
clean (void)
{
  static const char *const endings[] = { "", "-journal", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *name = g_strconcat (path, endings[i], NULL);

      g_unlink (name);
    }
}

static void
remove_folder (void)
{
  clean ();
  g_rmdir (folder);
}

/* A small store that all statements begin with. */
static void
make_sound (void)
{
  g_autoptr(GBytes) table = g_bytes_new_static (table_text, sizeof table_text - 1);
  g_autoptr(BalanceReader) reader = NULL;
  g_autoptr(BalanceImport) import = NULL;
  BalanceStore *store;

  dictionary = fuzz_dictionary ();
  folder = g_dir_make_tmp ("balance-fuzz-XXXXXX", NULL);
  if (dictionary == NULL || folder == NULL)
    abort ();
  path = g_build_filename (folder, "fuzz.balance", NULL);
  atexit (remove_folder);

  reader = balance_reader_new (dictionary, NULL, TRUE);
  import = balance_reader_read_bytes (reader, table, "table.csv", NULL, NULL, NULL);
  store = balance_store_open (path, BALANCE_STORE_CREATE, NULL);
  if (import == NULL || store == NULL || !balance_store_put (store, import, 0, BALANCE_STORE_PUT_ADD, NULL, NULL, NULL))
    abort ();
  for (guint i = 0; i < 2; i++)
    {
      const char *fields[] = { "district", "title", "school", "quantity", "effects", "deadline", "status", NULL };
      const char *values[] = { "D1", "扩建", "S1", "12.5", "value:1:100", "2026-08-31", i == 0 ? "open" : "done", NULL };
      g_autoptr(BalanceTask) task = balance_task_new (fields, values, NULL);

      if (task == NULL || !balance_store_put_tasks (store, &task, 1, "fuzz", "2026-01-01", NULL, NULL, NULL))
        abort ();
    }
  g_object_unref (store);
  if (!g_file_get_contents (path, &sound, &sound_length, NULL))
    abort ();
}

static int
count_steps (gpointer data)
{
  return ++*(guint *) data > MAX_STEPS;
}

static void
change (const char *sql)
{
  sqlite3 *db;
  guint n_steps = 0;

  if (sqlite3_open (path, &db) != SQLITE_OK)
    abort ();
  sqlite3_limit (db, SQLITE_LIMIT_LENGTH, 1 << 20);
  sqlite3_limit (db, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_progress_handler (db, 1000, count_steps, &n_steps);
  sqlite3_exec (db, sql, NULL, NULL, NULL);
  sqlite3_close (db);
}

static void
check_answer (gconstpointer  answer,
              GError       **error)
{
  /* one or the other, never both, never neither */
  if ((answer == NULL) != (*error != NULL))
    abort ();
  if (*error != NULL && !g_utf8_validate ((*error)->message, -1, NULL))
    abort ();
  g_clear_error (error);
}

static void
read_all (BalanceStore *store)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) list = NULL;
  g_autoptr(BalanceStandard) standard = NULL;
  g_autoptr(BalanceLedger) ledger = NULL, past = NULL;
  g_autoptr(GListModel) changes = NULL;
  g_autofree int *years = NULL;
  gsize n_years = 0;

  years = balance_store_get_years (store, &n_years, &error);
  check_answer (years, &error);
  for (gsize i = 0; i < n_years && i < 3; i++)
    {
      g_autoptr(BalanceImport) import = balance_store_read (store, years[i], dictionary, NULL, &error);
      g_autoptr(GListModel) sections = NULL;

      check_answer (import, &error);
      if (import == NULL)
        continue;
      sections = balance_census_get_sections (balance_import_get_census (import));
      for (guint k = 0; k < g_list_model_get_n_items (sections) && k < 100; k++)
        {
          static const char *const fields[] = { "pupils", "value", "boarding", "district_name", "opened", "kind" };
          g_autoptr(BalanceSection) section = g_list_model_get_item (sections, k);

          for (guint f = 0; f < G_N_ELEMENTS (fields); f++)
            {
              g_autofree char *text = balance_section_dup_text (section, fields[f], "zh");
              g_autoptr(BalanceCell) cell = balance_section_get_cell (section, fields[f]);
              g_autofree char *where = cell != NULL ? balance_cell_to_text (cell) : NULL;

              if ((text != NULL) != balance_section_has_value (section, fields[f]) || (text != NULL && !g_utf8_validate (text, -1, NULL)))
                abort ();
            }
        }
      /* a merge reads what is there and writes it again */
      if (balance_store_get_mode (store) != BALANCE_STORE_READ)
        {
          gboolean good = balance_store_put (store, import, 0, BALANCE_STORE_PUT_MERGE, NULL, NULL, &error);

          if (good != (error == NULL))
            abort ();
          g_clear_error (&error);
        }
    }

  list = balance_store_list_sources (store, &error);
  check_answer (list, &error);
  g_clear_pointer (&list, g_variant_unref);
  list = balance_store_list_evaluations (store, &error);
  check_answer (list, &error);
  g_clear_pointer (&list, g_variant_unref);
  ledger = balance_store_read_ledger (store, NULL, 0, &error);
  check_answer (ledger, &error);
  past = ledger != NULL ? balance_store_read_ledger (store, NULL, balance_ledger_get_revision (ledger) / 2, &error) : NULL;
  if (ledger != NULL)
    check_answer (past, &error);
  changes = balance_store_get_task_changes (store, 0, &error);
  check_answer (changes, &error);
  standard = balance_store_read_standard (store, 1, &error);
  check_answer (standard, &error);
}

/* “SQL” and statements: they change a sound store. Anything else is the file itself. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr(BalanceStore) store = NULL;
  g_autoptr(GError) error = NULL;

  if (sound == NULL)
    make_sound ();

  clean ();
  if (size > 3 && memcmp (data, "SQL", 3) == 0)
    {
      g_autofree char *sql = g_strndup ((const char *) data + 3, size - 3);

      if (!g_file_set_contents (path, sound, (gssize) sound_length, NULL))
        abort ();
      change (sql);
    }
  else if (!g_file_set_contents (path, (const char *) data, (gssize) size, NULL))
    {
      abort ();
    }

  balance_store_recognise (path);
  store = balance_store_open (path, size % 2 == 0 ? BALANCE_STORE_READ : BALANCE_STORE_WRITE, &error);
  check_answer (store, &error);
  if (store != NULL)
    read_all (store);

  return 0;
}
