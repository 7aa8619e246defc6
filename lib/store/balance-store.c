/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/balance-store-private.h"
#include "store/balance-store-tasks-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "census/balance-import-private.h"
#include "store/balance-schema-private.h"
#include "store/balance-store-census-private.h"

#define HEADER_SIZE 100

/**
 * BalanceStore:
 *
 * A file that keeps the data of a county, a city or a nation over the years (数据库文件, `.balance`): the facts of
 * each year with the cell each came from, the problems of their import, standards, evaluations, evidence and
 * the ledger of tasks.
 *
 * A store is an SQLite database, whose tables and views are documented for other programs. A change is either done
 * or, whatever happens to the program or the machine, not done. Several programs may have a store open at once;
 * one at a time writes, and those that read go on with what was there when they began.
 *
 * A store may be used from several threads; its calls wait for each other. For reading at the same time, open it
 * once in each thread.
 *
 * Since: 1.0
 */

enum
{
  PROP_PATH = 1,
  PROP_MODE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BalanceStore, balance_store, G_TYPE_OBJECT)

static void
balance_store_finalize (GObject *object)
{
  BalanceStore *self = BALANCE_STORE (object);

  g_clear_pointer (&self->database, balance_database_close);
  g_mutex_clear (&self->lock);
  g_free (self->path);

  G_OBJECT_CLASS (balance_store_parent_class)->finalize (object);
}

static void
balance_store_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  BalanceStore *self = BALANCE_STORE (object);

  switch (prop_id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;

    case PROP_MODE:
      g_value_set_enum (value, (int) self->mode);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
    }
}

static void
balance_store_class_init (BalanceStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = balance_store_finalize;
  object_class->get_property = balance_store_get_property;

  /**
   * BalanceStore:path: (getter get_path)
   *
   * The file.
   *
   * Since: 1.0
   */
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);

  /**
   * BalanceStore:mode: (getter get_mode)
   *
   * What it was opened for.
   *
   * Since: 1.0
   */
  properties[PROP_MODE] =
    g_param_spec_enum ("mode", NULL, NULL, BALANCE_TYPE_STORE_MODE, (int) BALANCE_STORE_READ, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
balance_store_init (BalanceStore *self)
{
  g_mutex_init (&self->lock);
}

/* -- opening ------------------------------------------------------------------------------------------ */

/**
 * balance_store_recognise:
 * @path: (type filename): a file
 *
 * Tells a store from other files, by its first bytes.
 *
 * Returns: %TRUE if the file can be read and is a store, of whatever version
 *
 * Since: 1.0
 */
gboolean
balance_store_recognise (const char *path)
{
  guint8 header[HEADER_SIZE];
  guint32 application;
  gsize n;
  FILE *file;

  g_return_val_if_fail (path != NULL, FALSE);

  /* a pipe would lose what is read of it */
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return FALSE;
  file = g_fopen (path, "rbe");
  if (file == NULL)
    return FALSE;
  n = fread (header, 1, sizeof header, file);
  fclose (file);

  memcpy (&application, header + 68, sizeof application);

  return n == sizeof header && memcmp (header, "SQLite format 3", 16) == 0 &&
         GUINT32_FROM_BE (application) == BALANCE_SCHEMA_APPLICATION;
}

static BalanceDatabase *
open_immutable (const char  *path,
                GError     **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *base = g_filename_to_uri (absolute, NULL, error);
  g_autofree char *uri = base != NULL ? g_strconcat (base, "?immutable=1", NULL) : NULL;
  BalanceDatabase *database;

  if (uri == NULL)
    return NULL;
  database = balance_database_open (uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, error);
  if (database != NULL)
    {
      g_free (database->name);
      database->name = g_filename_display_name (path);
    }

  return database;
}

/* In a folder that cannot be written SQLite has no place for the file by which readers see a writer; where there is
 * no writer it is not needed. */
static gboolean
is_at_rest (const char *path)
{
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  GStatBuf info;

  return g_stat (log, &info) != 0 || info.st_size == 0;
}

static gboolean
read_stamp (BalanceDatabase  *database,
            gint64           *application,
            gint64           *version,
            gint64           *n_objects,
            GError          **error)
{
  return balance_database_get_int (database, "PRAGMA application_id", application, error) &&
         balance_database_get_int (database, "PRAGMA user_version", version, error) &&
         balance_database_get_int (database, "SELECT count(*) FROM sqlite_schema", n_objects, error);
}

static gboolean
throw_no_store (BalanceStore  *self,
                GError       **error)
{
  const char *name = self->database->name;

  g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
               "%s is a database of another program, no store\n%s 是其他程序的数据库，不是本程序的数据库文件", name, name);

  return FALSE;
}

static gboolean
settle_version (BalanceStore  *self,
                GError       **error)
{
  const char *name = self->database->name;
  gint64 application, version, n_objects;
  gboolean is_new;

  if (!read_stamp (self->database, &application, &version, &n_objects, error))
    return FALSE;

  is_new = self->mode == BALANCE_STORE_CREATE && application == 0 && version == 0 && n_objects == 0;
  if (!is_new && (application != BALANCE_SCHEMA_APPLICATION || version < 1))
    return throw_no_store (self, error);
  if (version > BALANCE_SCHEMA_VERSION)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NEWER,
                   "%s was written by a newer version of this software (layout %" G_GINT64_FORMAT ", known is %d); please update\n"
                   "%s 由更新版本的软件写成（格式 %" G_GINT64_FORMAT "，本版本只支持到 %d），请升级软件",
                   name, version, BALANCE_SCHEMA_VERSION, name, version, BALANCE_SCHEMA_VERSION);
      return FALSE;
    }
  if (version < BALANCE_SCHEMA_VERSION && self->mode == BALANCE_STORE_READ)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_FAILED,
                   "%s was written by an older version of this software; bring it to the present one with “balance store upgrade %s”\n"
                   "%s 由旧版本的软件写成，请先用“balance store upgrade %s”升级", name, name, name, name);
      return FALSE;
    }
  if (version < BALANCE_SCHEMA_VERSION && !balance_schema_migrate (self->database, (guint) version, error))
    return FALSE;

  return balance_schema_verify (self->database, error);
}

static gboolean
prepare (BalanceStore  *self,
         GError       **error)
{
  if (!settle_version (self, error))
    return FALSE;

  /* readers and a writer do not stand in each other's way; after the layout, so that the file says from its first
   * moment what it is */
  if (self->mode != BALANCE_STORE_READ)
    return balance_database_exec (self->database, "PRAGMA journal_mode = WAL;", error);

  return balance_database_exec (self->database, "PRAGMA query_only = ON;", error);
}

static gboolean
open_database (BalanceStore  *self,
               GError       **error)
{
  int flags = SQLITE_OPEN_READWRITE | (self->mode == BALANCE_STORE_CREATE ? SQLITE_OPEN_CREATE : 0);
  g_autoptr(GError) first = NULL;

  /* also for reading, as whoever closes last takes the log of changes into the file; what cannot be written
   * SQLite opens for reading */
  self->database = balance_database_open (self->path, flags, error);
  if (self->database == NULL)
    return FALSE;
  if (self->mode != BALANCE_STORE_READ && sqlite3_db_readonly (self->database->handle, "main") == 1)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_FAILED,
                   "%s cannot be written; check the permissions of the file and its folder\n"
                   "无法写入 %s，请检查文件及其所在文件夹的权限", self->database->name, self->database->name);
      return FALSE;
    }
  if (prepare (self, &first))
    return TRUE;

  if (self->mode == BALANCE_STORE_READ && is_at_rest (self->path) &&
      (sqlite3_errcode (self->database->handle) & 0xff) == SQLITE_CANTOPEN)
    {
      g_clear_pointer (&self->database, balance_database_close);
      self->database = open_immutable (self->path, error);
      return self->database != NULL && prepare (self, error);
    }
  g_propagate_error (error, g_steal_pointer (&first));

  return FALSE;
}

/**
 * balance_store_open:
 * @path: (type filename): a file
 * @mode: what for
 * @error: return location for an error
 *
 * Opens a store.
 *
 * The errors are %BALANCE_ERROR_NOT_FOUND where there is no file, %BALANCE_ERROR_INVALID_DATA where it is no store or
 * damaged, %BALANCE_ERROR_NEWER where a newer version of the library wrote it, %BALANCE_ERROR_BUSY where another
 * program keeps it and %BALANCE_ERROR_FAILED where it cannot be read or written.
 *
 * Returns: (transfer full): the store
 *
 * Since: 1.0
 */
BalanceStore *
balance_store_open (const char        *path,
                    BalanceStoreMode   mode,
                    GError           **error)
{
  g_autoptr(BalanceStore) self = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (mode != BALANCE_STORE_CREATE && !g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_autofree char *name = g_filename_display_name (path);

      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND, "there is no file %s\n没有文件 %s", name, name);
      return NULL;
    }

  self = g_object_new (BALANCE_TYPE_STORE, NULL);
  self->path = g_strdup (path);
  self->mode = mode;
  if (!open_database (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * balance_store_get_path: (get-property path)
 * @self: a store
 *
 * Gets the file.
 *
 * Returns: (transfer none): the path, as it was given
 *
 * Since: 1.0
 */
const char *
balance_store_get_path (BalanceStore *self)
{
  g_return_val_if_fail (BALANCE_IS_STORE (self), NULL);

  return self->path;
}

/**
 * balance_store_get_mode: (get-property mode)
 * @self: a store
 *
 * Gets what the store was opened for.
 *
 * Returns: the mode
 *
 * Since: 1.0
 */
BalanceStoreMode
balance_store_get_mode (BalanceStore *self)
{
  g_return_val_if_fail (BALANCE_IS_STORE (self), BALANCE_STORE_READ);

  return self->mode;
}

/* -- calls -------------------------------------------------------------------------------------------- */

gboolean
balance_store_begin (BalanceStore  *self,
                     gboolean       write,
                     GCancellable  *cancellable,
                     GError       **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  g_mutex_lock (&self->lock);
  self->database->cancellable = cancellable;
  if (write && self->mode == BALANCE_STORE_READ)
    g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_FAILED, "%s was opened for reading only\n%s 是以只读方式打开的",
                 self->database->name, self->database->name);
  /* reading too is a transaction, or its queries could see different states */
  else if (balance_database_begin (self->database, write, error))
    return TRUE;
  self->database->cancellable = NULL;
  g_mutex_unlock (&self->lock);

  return FALSE;
}

gboolean
balance_store_end (BalanceStore  *self,
                   gboolean       good,
                   GError       **error)
{
  if (good)
    good = balance_database_commit (self->database, error);
  else
    balance_database_rollback (self->database);
  self->database->cancellable = NULL;
  g_mutex_unlock (&self->lock);

  return good;
}

static GVariant *
get_value (BalanceStatement *statement,
           int               column)
{
  const char *text;

  switch (sqlite3_column_type (statement, column))
    {
    case SQLITE_INTEGER:
      return g_variant_new_int64 (sqlite3_column_int64 (statement, column));

    case SQLITE_FLOAT:
      return g_variant_new_double (sqlite3_column_double (statement, column));

    case SQLITE_TEXT:
      text = balance_statement_get_text (statement, column);
      return text != NULL ? g_variant_new_string (text) : NULL;

    default:
      return NULL;
    }
}

GVariant *
balance_store_list (BalanceStore      *self,
                    BalanceStatement  *statement,
                    GError           **error)
{
  g_auto(GVariantBuilder) list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  gboolean row = TRUE;

  while (row)
    {
      if (!balance_database_step (self->database, statement, &row, error))
        return NULL;
      if (!row)
        break;
      g_variant_builder_open (&list, G_VARIANT_TYPE_VARDICT);
      for (int i = 0; i < sqlite3_column_count (statement); i++)
        {
          GVariant *value = get_value (statement, i);

          if (value != NULL)
            g_variant_builder_add (&list, "{sv}", sqlite3_column_name (statement, i), value);
        }
      g_variant_builder_close (&list);
    }

  return g_variant_ref_sink (g_variant_builder_end (&list));
}

/**
 * balance_store_check:
 * @self: a store
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Checks that the file is whole: its pages, its references, and that the data of every year can be read.
 *
 * Returns: %TRUE if it is
 *
 * Since: 1.0
 */
gboolean
balance_store_check (BalanceStore  *self,
                     GCancellable  *cancellable,
                     GError       **error)
{
  g_autoptr(BalanceStatement) statement = NULL;
  g_autoptr(GError) local_error = NULL;
  g_autofree int *years = NULL;
  gsize n_years = 0;
  gboolean good = FALSE, row;

  g_return_val_if_fail (BALANCE_IS_STORE (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!balance_store_begin (self, FALSE, cancellable, error))
    return FALSE;
  statement = balance_database_prepare (self->database, "PRAGMA integrity_check (1)", &local_error);
  if (statement != NULL && balance_database_step (self->database, statement, &row, &local_error))
    {
      const char *answer = row ? balance_statement_get_text (statement, 0) : NULL;

      good = g_strcmp0 (answer, "ok") == 0;
      if (!good)
        balance_database_throw_damaged (self->database, answer != NULL ? answer : "?", answer != NULL ? answer : "?", &local_error);
    }
  g_clear_pointer (&statement, sqlite3_finalize);
  if (good)
    statement = balance_database_prepare (self->database, "PRAGMA foreign_key_check", &local_error);
  good = good && statement != NULL && balance_database_step (self->database, statement, &row, &local_error);
  if (good && row)
    good = balance_database_throw_damaged (self->database, "something points to what is not there", "存在失效的引用", &local_error);
  g_clear_pointer (&statement, sqlite3_finalize);
  good = good && balance_tasks_check (self->database, &local_error);
  if (!balance_store_end (self, good, local_error == NULL ? &local_error : NULL))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  years = balance_store_get_years (self, &n_years, error);
  for (gsize i = 0; years != NULL && i < n_years; i++)
    {
      g_autoptr(BalanceImport) import = balance_store_read (self, years[i], NULL, cancellable, error);

      if (import == NULL)
        return FALSE;
    }

  return years != NULL;
}

/**
 * balance_store_get_years:
 * @self: a store
 * @n_years: (out): return location for their number
 * @error: return location for an error
 *
 * Lists the years of which the store has data.
 *
 * Returns: (transfer full) (array length=n_years): the years, rising
 *
 * Since: 1.0
 */
int *
balance_store_get_years (BalanceStore  *self,
                         gsize         *n_years,
                         GError       **error)
{
  g_autoptr(BalanceStatement) statement = NULL;
  g_autoptr(GArray) years = g_array_new (TRUE, FALSE, sizeof (int));
  gboolean row, good;

  g_return_val_if_fail (BALANCE_IS_STORE (self), NULL);
  g_return_val_if_fail (n_years != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  *n_years = 0;
  if (!balance_store_begin (self, FALSE, NULL, error))
    return NULL;
  statement = balance_database_prepare (self->database, "SELECT year FROM censuses ORDER BY year", error);
  good = row = statement != NULL;
  while (good && row)
    {
      guint year;

      good = balance_database_step (self->database, statement, &row, error);
      if (!good || !row)
        break;
      good = balance_statement_get_uint (statement, 0, 9999, &year);
      if (!good)
        balance_database_throw_damaged (self->database, "a year is no year", "年度无效", error);
      g_array_append_val (years, year);
    }
  g_clear_pointer (&statement, sqlite3_finalize);
  if (!balance_store_end (self, good, error))
    return NULL;
  *n_years = years->len;

  return (int *) (gpointer) g_array_free (g_steal_pointer (&years), FALSE);
}

/* -- importing ---------------------------------------------------------------------------------------- */

static const char *const mode_names[] = {
  [BALANCE_STORE_PUT_ADD] = "add",
  [BALANCE_STORE_PUT_REPLACE] = "replace",
  [BALANCE_STORE_PUT_MERGE] = "merge",
};

static const char *const severity_names[] = {
  [BALANCE_SEVERITY_NOTE] = "note",
  [BALANCE_SEVERITY_WARNING] = "warning",
  [BALANCE_SEVERITY_ERROR] = "error",
};

static gboolean
write_import (BalanceDatabase      *database,
              BalanceStorePutMode   mode,
              gint64               *id,
              GError              **error)
{
  g_autofree char *time = balance_database_dup_time ();
  g_autoptr(BalanceStatement) statement =
    balance_database_prepare (database, "INSERT INTO imports (time, mode, program) VALUES (?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  balance_statement_bind (statement, "ttt", time, mode_names[mode], "libbalance " BALANCE_VERSION_S);
  if (!balance_database_run (database, statement, error))
    return FALSE;
  *id = sqlite3_last_insert_rowid (database->handle);

  return TRUE;
}

/* The sources of an import are those of each of its years. */
static GArray *
write_sources (BalanceDatabase  *database,
               BalanceFacts     *facts,
               gint64            import,
               GError          **error)
{
  g_autoptr(GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr(BalanceStatement) statement =
    balance_database_prepare (database, "INSERT INTO sources (import, file, sheet, digest) VALUES (?, ?, ?, ?)", error);

  if (statement == NULL)
    return NULL;
  for (guint i = 0; i < facts->sources->len; i++)
    {
      const BalanceSource *source = g_ptr_array_index (facts->sources, i);
      gint64 id;

      balance_statement_bind (statement, "ittt", import, source->file, source->sheet, source->digest);
      if (!balance_database_run (database, statement, error))
        return NULL;
      id = sqlite3_last_insert_rowid (database->handle);
      g_array_append_val (ids, id);
    }

  return g_steal_pointer (&ids);
}

static gboolean
write_problems (BalanceDatabase  *database,
                GListModel       *problems,
                gint64            import,
                GError          **error)
{
  g_autoptr(BalanceStatement) statement =
    balance_database_prepare (database, "INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?, nullif (?, 0), nullif (?, 0), ?, ?, ?,"
                                        " ?, ?, ?, ?, ?, ?)", error);

  for (guint i = 0; statement != NULL && i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr(BalanceProblem) problem = g_list_model_get_item (problems, i);

      balance_statement_bind (statement, "iittttiittttttttt", import, (gint64) i,
                              severity_names[balance_problem_get_severity (problem)], balance_problem_get_kind (problem),
                              balance_problem_get_file (problem), balance_problem_get_sheet (problem),
                              (gint64) balance_problem_get_row (problem), (gint64) balance_problem_get_column (problem),
                              balance_problem_get_column_name (problem), balance_problem_get_field (problem),
                              balance_problem_get_found (problem),
                              balance_problem_get_message (problem, "zh"), balance_problem_get_message (problem, "en"),
                              balance_problem_get_expected (problem, "zh"), balance_problem_get_expected (problem, "en"),
                              balance_problem_get_remedy (problem, "zh"), balance_problem_get_remedy (problem, "en"));
      if (!balance_database_run (database, statement, error))
        return FALSE;
    }

  return statement != NULL;
}

/* FALSE on errors only; `first_import` 0 if there is no such year. */
static gboolean
find_year (BalanceDatabase  *database,
           int               year,
           gint64           *first_import,
           GArray           *sources,       /* of gint64, to be added to */
           GError          **error)
{
  g_autoptr(BalanceStatement) statement =
    balance_database_prepare (database, "SELECT k.first_import, cs.source FROM censuses k"
                                        " LEFT JOIN census_sources cs ON cs.census = k.id WHERE k.year = ? ORDER BY cs.number", error);
  gboolean row = statement != NULL;

  *first_import = 0;
  if (statement == NULL)
    return FALSE;
  balance_statement_bind (statement, "i", (gint64) year);
  while (row)
    {
      gint64 source;

      if (!balance_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      *first_import = sqlite3_column_int64 (statement, 0);
      source = sqlite3_column_int64 (statement, 1);
      if (sqlite3_column_type (statement, 1) == SQLITE_INTEGER)
        g_array_append_val (sources, source);
    }

  return TRUE;
}

static gboolean
import_year (BalanceStore         *self,
             BalanceFacts         *added,
             GArray               *added_sources,
             gint64                import,
             BalanceStorePutMode   mode,
             BalanceProgress      *progress,
             GError              **error)
{
  BalanceDatabase *database = self->database;
  g_autoptr(GArray) sources = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr(BalanceStatement) statement = NULL;
  g_autoptr(BalanceFacts) facts = NULL;
  gint64 first_import;

  if (!find_year (database, added->year, &first_import, sources, error))
    return FALSE;
  if (first_import != 0 && mode == BALANCE_STORE_PUT_ADD)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_EXISTS,
                   "%s has data of the year %d already; say whether they are to be replaced or merged\n"
                   "%s 中已有 %d 年度的数据，请指明替换还是合并", database->name, added->year, database->name, added->year);
      return FALSE;
    }

  if (first_import != 0 && mode == BALANCE_STORE_PUT_MERGE)
    {
      g_autoptr(BalanceFacts) known = balance_store_read_facts (database, added->year, NULL, error);

      facts = known != NULL ? balance_facts_merge (known, added, error) : NULL;
      if (facts == NULL)
        return FALSE;
    }
  else
    {
      facts = balance_facts_ref (added);
      first_import = import;
      g_array_set_size (sources, 0);
    }
  g_array_append_vals (sources, added_sources->data, added_sources->len);

  statement = balance_database_prepare (database, "INSERT INTO import_years VALUES (?, ?)", error);
  if (statement == NULL)
    return FALSE;
  balance_statement_bind (statement, "ii", import, (gint64) added->year);

  return balance_database_run (database, statement, error) &&
         balance_store_delete_facts (database, added->year, error) &&
         balance_store_write_facts (database, facts, first_import, import, (const gint64 *) (gpointer) sources->data, progress, error);
}

static gboolean
import_all (BalanceStore         *self,
            BalanceImport        *import,
            int                   year,
            BalanceStorePutMode   mode,
            BalanceProgress      *progress,
            GError              **error)
{
  GListModel *censuses = balance_import_get_censuses (import);
  g_autoptr(GArray) sources = NULL;
  gint64 id;

  if (!write_import (self->database, mode, &id, error) ||
      !write_problems (self->database, balance_import_get_problems (import), id, error))
    return FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (censuses); i++)
    {
      g_autoptr(BalanceCensus) census = g_list_model_get_item (censuses, i);
      g_autoptr(BalanceFacts) facts = census->facts->year != 0 ? balance_facts_ref (census->facts)
                                                               : balance_facts_with_year (census->facts, year);

      if (facts->year == 0)
        {
          g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                       "the data do not say of which year they are, and a store keeps data by year; name the year\n"
                       "数据没有写明年度，而数据库按年度保存，请指明年度");
          return FALSE;
        }
      if (sources == NULL)
        sources = write_sources (self->database, facts, id, error);
      if (sources == NULL || !import_year (self, facts, sources, id, mode, progress, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * balance_store_put:
 * @self: a store that is open for writing
 * @import: what was read, with its problems
 * @year: the year of data that do not state theirs, or 0
 * @mode: what becomes of a year that the store has already
 * @progress: (nullable): tells how far the work is
 * @cancellable: (nullable): stops it
 * @error: return location for an error
 *
 * Keeps the censuses of all years of an import, in one step: if it fails or is cancelled, or the program dies, the
 * store is as before.
 *
 * An import with errors has no census and is not kept.
 *
 * Returns: %TRUE if everything was kept
 *
 * Since: 1.0
 */
gboolean
balance_store_put (BalanceStore         *self,
                   BalanceImport        *import,
                   int                   year,
                   BalanceStorePutMode   mode,
                   BalanceProgress      *progress,
                   GCancellable         *cancellable,
                   GError              **error)
{
  gboolean good;

  g_return_val_if_fail (BALANCE_IS_STORE (self), FALSE);
  g_return_val_if_fail (BALANCE_IS_IMPORT (import), FALSE);
  g_return_val_if_fail (year >= 0 && year <= 9999, FALSE);
  g_return_val_if_fail (mode <= BALANCE_STORE_PUT_MERGE, FALSE);
  g_return_val_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!balance_import_check (import, error) || !balance_store_begin (self, TRUE, cancellable, error))
    return FALSE;

  if (progress != NULL)
    balance_progress_set_phase (progress, "storing", "正在保存");
  good = import_all (self, import, year, mode, progress, error);

  return balance_store_end (self, good, error);
}

/* -- reading ------------------------------------------------------------------------------------------ */

static GListModel *
read_problems (BalanceStore  *self,
               int            year,
               GError       **error)
{
  g_autoptr(GListStore) list = g_list_store_new (BALANCE_TYPE_PROBLEM);
  g_autoptr(BalanceStatement) statement =
    balance_database_prepare (self->database,
                              "SELECT p.severity, p.kind, p.file, p.sheet, p.\"row\", p.\"column\", p.column_name, p.field, p.found,"
                              " p.message_zh, p.message_en, p.expected_zh, p.expected_en, p.remedy_zh, p.remedy_en"
                              " FROM censuses k JOIN import_years y ON y.year = k.year AND y.import BETWEEN k.first_import AND k.last_import"
                              " JOIN problems p ON p.import = y.import WHERE k.year = ? ORDER BY p.import, p.number", error);
  gboolean row = statement != NULL;

  if (statement == NULL)
    return NULL;
  balance_statement_bind (statement, "i", (gint64) year);
  while (row)
    {
      BalancePlace place = { NULL };
      BalanceText texts[3] = { { NULL, NULL } };
      g_autoptr(BalanceProblem) problem = NULL;
      const char *kind, *severity;
      guint level = 0;

      if (!balance_database_step (self->database, statement, &row, error))
        return NULL;
      if (!row)
        break;
      severity = balance_statement_get_text (statement, 0);
      while (level < G_N_ELEMENTS (severity_names) && g_strcmp0 (severity, severity_names[level]) != 0)
        level++;
      kind = balance_statement_get_text (statement, 1);
      if (level == G_N_ELEMENTS (severity_names) || kind == NULL || strlen (kind) > 64)
        {
          balance_database_throw_damaged (self->database, "the table problems holds something that cannot stand there",
                                          "表 problems 含有不应出现的内容", error);
          return NULL;
        }
      place.file = balance_statement_get_text (statement, 2);
      place.sheet = balance_statement_get_text (statement, 3);
      balance_statement_get_uint (statement, 4, G_MAXINT32, &place.row);
      balance_statement_get_uint (statement, 5, G_MAXINT32, &place.column);
      place.column_name = balance_statement_get_text (statement, 6);
      place.field = balance_statement_get_text (statement, 7);
      place.found = balance_statement_get_text (statement, 8);
      for (int i = 0; i < 3; i++)
        balance_text_set (&texts[i], balance_statement_get_text (statement, 10 + 2 * i), balance_statement_get_text (statement, 9 + 2 * i));
      problem = balance_problem_new ((BalanceSeverity) level, kind, &place, &texts[0], &texts[1], &texts[2]);
      for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        balance_text_clear (&texts[i]);
      g_list_store_append (list, problem);
    }

  return G_LIST_MODEL (g_steal_pointer (&list));
}

/**
 * balance_store_read:
 * @self: a store
 * @year: a year
 * @dictionary: (nullable): the dictionary, such as that of the standard to judge by, or %NULL for that of the library
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Reads a year: its census, equal in every fact and place to the one that was imported, and the problems of its
 * imports. Fields and stages that the dictionary lacks are added to it as they were when the data were imported.
 *
 * Returns: (transfer full): the import
 *
 * Since: 1.0
 */
BalanceImport *
balance_store_read (BalanceStore       *self,
                    int                 year,
                    BalanceDictionary  *dictionary,
                    GCancellable       *cancellable,
                    GError            **error)
{
  g_autoptr(BalanceFacts) facts = NULL;
  g_autoptr(GListModel) problems = NULL;
  g_autoptr(BalanceCensus) census = NULL;

  g_return_val_if_fail (BALANCE_IS_STORE (self), NULL);
  g_return_val_if_fail (dictionary == NULL || BALANCE_IS_DICTIONARY (dictionary), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!balance_store_begin (self, FALSE, cancellable, error))
    return NULL;
  facts = balance_store_read_facts (self->database, year, dictionary, error);
  if (facts != NULL)
    problems = read_problems (self, year, error);
  if (!balance_store_end (self, problems != NULL, error))
    return NULL;
  census = balance_census_new_take (g_steal_pointer (&facts));

  return balance_import_new_from_census (census, problems);
}

/**
 * balance_store_read_census:
 * @self: a store
 * @year: a year
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Reads the census of a year. See [method@Balance.Store.read].
 *
 * Returns: (transfer full): the census
 *
 * Since: 1.0
 */
BalanceCensus *
balance_store_read_census (BalanceStore  *self,
                           int            year,
                           GCancellable  *cancellable,
                           GError       **error)
{
  g_autoptr(BalanceImport) import = balance_store_read (self, year, NULL, cancellable, error);

  return import != NULL ? g_object_ref (balance_import_get_census (import)) : NULL;
}

/**
 * balance_store_get_problems:
 * @self: a store
 * @year: a year
 * @error: return location for an error
 *
 * Gets the problems of the imports that the data of a year come from.
 *
 * Returns: (transfer full): a list of [class@Balance.Problem]; empty if there is no such year
 *
 * Since: 1.0
 */
GListModel *
balance_store_get_problems (BalanceStore  *self,
                            int            year,
                            GError       **error)
{
  g_autoptr(GListModel) list = NULL;

  g_return_val_if_fail (BALANCE_IS_STORE (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!balance_store_begin (self, FALSE, NULL, error))
    return NULL;
  list = read_problems (self, year, error);

  return balance_store_end (self, list != NULL, error) ? g_steal_pointer (&list) : NULL;
}

/**
 * balance_store_list_sources:
 * @self: a store
 * @error: return location for an error
 *
 * Lists the tables that the data of each year came from.
 *
 * The result has type `aa{sv}`; the keys of a source are `year` (x), `number` (x), `file`, `sheet`, `digest`
 * (SHA-256), `time` of the import (ISO 8601, UTC), `mode` (`add`, `replace`, `merge`) and `program` (all s). What is
 * not known is left out.
 *
 * Returns: (transfer full): the sources, by year and as they came
 *
 * Since: 1.0
 */
GVariant *
balance_store_list_sources (BalanceStore  *self,
                            GError       **error)
{
  g_autoptr(BalanceStatement) statement = NULL;
  g_autoptr(GVariant) list = NULL;

  g_return_val_if_fail (BALANCE_IS_STORE (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!balance_store_begin (self, FALSE, NULL, error))
    return NULL;
  statement = balance_database_prepare (self->database,
                                        "SELECT k.year, cs.number, s.file, s.sheet, s.digest, i.time, i.mode, i.program"
                                        " FROM census_sources cs JOIN censuses k ON k.id = cs.census"
                                        " JOIN sources s ON s.id = cs.source JOIN imports i ON i.id = s.import"
                                        " ORDER BY k.year, cs.number", error);
  if (statement != NULL)
    list = balance_store_list (self, statement, error);
  g_clear_pointer (&statement, sqlite3_finalize);

  return balance_store_end (self, list != NULL, error) ? g_steal_pointer (&list) : NULL;
}
