/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <balance/balance.h>

#include "census/balance-import-private.h"
#include "io/balance-csv-import-private.h"
#include "io/balance-file-private.h"

/**
 * BalanceReader:
 *
 * Reads files into a census.
 *
 * Several files make one census: rows about the same district, school or
 * section are joined by their codes. Files of several years make one census
 * for each year.
 *
 * The first row of a file holds headers: ids, titles or aliases of fields of
 * the dictionary, with the unit in brackets where it is another one. With a
 * column for the stage each row is a section; with columns such as
 * “小学在校生数” or “pupils.primary” each row is a school.
 *
 * A reader never changes and can be used from several threads at once.
 *
 * Since: 1.0
 */

struct _BalanceReader
{
  GObject            parent_instance;

  BalanceDictionary *dictionary;
  BalanceMap        *map;
  gboolean           skip_bad_rows;
  guint64            max_size;
};

#define DEFAULT_MAX_SIZE (G_GUINT64_CONSTANT (4) << 30)

enum
{
  PROP_DICTIONARY = 1,
  PROP_MAP,
  PROP_SKIP_BAD_ROWS,
  PROP_MAX_SIZE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BalanceReader, balance_reader, G_TYPE_OBJECT)

static void
balance_reader_finalize (GObject *object)
{
  BalanceReader *self = (BalanceReader *) object;

  g_clear_object (&self->dictionary);
  g_clear_object (&self->map);

  G_OBJECT_CLASS (balance_reader_parent_class)->finalize (object);
}

static void
balance_reader_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  BalanceReader *self = BALANCE_READER (object);

  switch (prop_id)
    {
    case PROP_DICTIONARY:
      g_value_set_object (value, self->dictionary);
      break;

    case PROP_MAP:
      g_value_set_object (value, self->map);
      break;

    case PROP_SKIP_BAD_ROWS:
      g_value_set_boolean (value, self->skip_bad_rows);
      break;

    case PROP_MAX_SIZE:
      g_value_set_uint64 (value, self->max_size);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
    }
}

static void
balance_reader_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  BalanceReader *self = BALANCE_READER (object);

  switch (prop_id)
    {
    case PROP_DICTIONARY:
      self->dictionary = g_value_dup_object (value);
      break;

    case PROP_MAP:
      self->map = g_value_dup_object (value);
      break;

    case PROP_SKIP_BAD_ROWS:
      self->skip_bad_rows = g_value_get_boolean (value);
      break;

    case PROP_MAX_SIZE:
      self->max_size = g_value_get_uint64 (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
    }
}

static void
balance_reader_class_init (BalanceReaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = balance_reader_finalize;
  object_class->get_property = balance_reader_get_property;
  object_class->set_property = balance_reader_set_property;

  /**
   * BalanceReader:dictionary: (getter get_dictionary)
   *
   * The dictionary that names the fields, or %NULL for that of the map or,
   * without a map, the one of the library.
   *
   * Since: 1.0
   */
  properties[PROP_DICTIONARY] =
    g_param_spec_object ("dictionary", NULL, NULL, BALANCE_TYPE_DICTIONARY, flags);

  /**
   * BalanceReader:map: (getter get_map)
   *
   * What foreign columns and values mean, or %NULL.
   *
   * Since: 1.0
   */
  properties[PROP_MAP] =
    g_param_spec_object ("map", NULL, NULL, BALANCE_TYPE_MAP, flags);

  /**
   * BalanceReader:skip-bad-rows: (getter get_skip_bad_rows)
   *
   * Whether rows with errors are left out and reported instead of making the
   * whole import fail. A district with rows left out is never met.
   *
   * Since: 1.0
   */
  properties[PROP_SKIP_BAD_ROWS] =
    g_param_spec_boolean ("skip-bad-rows", NULL, NULL, FALSE, flags);

  /**
   * BalanceReader:max-size: (getter get_max_size)
   *
   * The largest file that is read, in bytes.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_SIZE] =
    g_param_spec_uint64 ("max-size", NULL, NULL, 0, G_MAXSSIZE, DEFAULT_MAX_SIZE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
balance_reader_init (BalanceReader *self)
{
}

/**
 * balance_reader_new:
 * @dictionary: (nullable): the dictionary, or %NULL for that of the map or of the library
 * @map: (nullable): what foreign columns mean
 * @skip_bad_rows: whether rows with errors are left out
 *
 * Creates a reader.
 *
 * Returns: (transfer full): a new reader
 *
 * Since: 1.0
 */
BalanceReader *
balance_reader_new (BalanceDictionary *dictionary,
                    BalanceMap        *map,
                    gboolean           skip_bad_rows)
{
  return g_object_new (BALANCE_TYPE_READER,
                       "dictionary", dictionary,
                       "map", map,
                       "skip-bad-rows", skip_bad_rows,
                       NULL);
}

/**
 * balance_reader_get_dictionary: (get-property dictionary)
 * @self: a reader
 *
 * Gets the dictionary that was given to the reader.
 *
 * Returns: (transfer none) (nullable): the dictionary
 *
 * Since: 1.0
 */
BalanceDictionary *
balance_reader_get_dictionary (BalanceReader *self)
{
  g_return_val_if_fail (BALANCE_IS_READER (self), NULL);

  return self->dictionary;
}

/**
 * balance_reader_get_map: (get-property map)
 * @self: a reader
 *
 * Gets what foreign columns mean.
 *
 * Returns: (transfer none) (nullable): the map
 *
 * Since: 1.0
 */
BalanceMap *
balance_reader_get_map (BalanceReader *self)
{
  g_return_val_if_fail (BALANCE_IS_READER (self), NULL);

  return self->map;
}

/**
 * balance_reader_get_skip_bad_rows: (get-property skip-bad-rows)
 * @self: a reader
 *
 * Gets whether rows with errors are left out.
 *
 * Returns: %TRUE if they are
 *
 * Since: 1.0
 */
gboolean
balance_reader_get_skip_bad_rows (BalanceReader *self)
{
  g_return_val_if_fail (BALANCE_IS_READER (self), FALSE);

  return self->skip_bad_rows;
}

/**
 * balance_reader_get_max_size: (get-property max-size)
 * @self: a reader
 *
 * Gets the largest file that is read.
 *
 * Returns: a number of bytes
 *
 * Since: 1.0
 */
guint64
balance_reader_get_max_size (BalanceReader *self)
{
  g_return_val_if_fail (BALANCE_IS_READER (self), 0);

  return self->max_size;
}

/* ---- reading */

static void
source_free (gpointer data)
{
  BalanceSource *source = data;

  g_free (source->file);
  g_free (source->sheet);
  g_free (source->digest);
  g_free (source);
}

static gboolean
run_init (BalanceImportRun  *run,
          BalanceReader     *self,
          GError           **error)
{
  *run = (BalanceImportRun) { .map = self->map, .skip_bad_rows = self->skip_bad_rows };

  /* what the map adds to the dictionary is in the map's */
  if (self->map != NULL)
    run->dictionary = balance_map_get_dictionary (self->map);
  else if (self->dictionary != NULL)
    run->dictionary = self->dictionary;
  else
    run->dictionary = balance_dictionary_get_default (error);
  if (run->dictionary == NULL)
    return FALSE;

  run->problems = balance_problems_new ();
  run->sources = g_ptr_array_new_with_free_func (source_free);
  run->intakes = g_ptr_array_new_with_free_func ((GDestroyNotify) balance_intake_free);
  run->forms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  run->source_forms = g_array_new (FALSE, TRUE, sizeof (guint));

  return TRUE;
}

static void
run_clear (BalanceImportRun *run)
{
  balance_problems_unref (run->problems);
  g_ptr_array_unref (run->intakes);
  g_ptr_array_unref (run->sources);
  g_hash_table_unref (run->forms);
  g_array_unref (run->source_forms);
}

static void
add_source (BalanceImportRun *run,
            const char       *name)
{
  BalanceSource *source = g_new0 (BalanceSource, 1);

  source->file = g_filename_display_name (name);
  g_ptr_array_add (run->sources, source);
}

static gboolean
read_source (BalanceImportRun  *run,
             guint              source,
             GBytes            *bytes,
             gboolean           need_year,
             gboolean          *waits,
             BalanceProgress   *progress,
             double             from,
             double             to,
             GCancellable      *cancellable,
             GError           **error)
{
  BalanceSource *to_fill = g_ptr_array_index (run->sources, source);
  BalanceDigest *digest = to_fill->digest == NULL ? balance_digest_start (bytes) : NULL;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  BalanceCsvImportResult result = balance_csv_import (run, source, data != NULL ? data : "", length, need_year,
                                                      progress, from, to, cancellable);

  if (digest != NULL)
    to_fill->digest = balance_digest_finish (digest);
  *waits = result == BALANCE_CSV_IMPORT_NO_YEAR;

  return result != BALANCE_CSV_IMPORT_CANCELLED || !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static BalanceImport *
run_end (BalanceImportRun *run,
         BalanceProgress  *progress)
{
  if (progress != NULL)
    balance_progress_set_phase (progress, "sorting", "正在排序");

  for (guint i = 0; run->skipped && i < run->intakes->len; i++)
    ((BalanceIntake *) g_ptr_array_index (run->intakes, i))->skipped = TRUE;

  if (run->intakes->len == 0 && balance_problems_count (run->problems, BALANCE_SEVERITY_ERROR) == 0)
    {
      BalancePlace place = { .file = ((BalanceSource *) g_ptr_array_index (run->sources, 0))->file };

      balance_problems_add_literal (run->problems, BALANCE_SEVERITY_ERROR, "no-data", &place,
                                    "no row could be used", "没有可用的数据行",
                                    NULL, NULL,
                                    "choose another file, or correct its rows", "请选择其他文件，或改正其中的行");
    }

  return balance_import_new (run->intakes, run->problems);
}

/* Tables without a year belong to the only year there is. */
static gboolean
settle_year (BalanceImportRun *run,
             guint             source)
{
  BalancePlace place = { .file = ((BalanceSource *) g_ptr_array_index (run->sources, source))->file, .row = 1 };
  guint n = 0;

  for (guint i = 0; i < run->intakes->len; i++)
    if (((BalanceIntake *) g_ptr_array_index (run->intakes, i))->year != 0)
      {
        run->year = ((BalanceIntake *) g_ptr_array_index (run->intakes, i))->year;
        n++;
      }
  if (n <= 1)
    return TRUE;

  balance_problems_add_literal (run->problems, BALANCE_SEVERITY_ERROR, "missing-year", &place,
                                "the other files hold several years, but this one does not say which it is about",
                                "其他文件包含多个年度，但本文件没有指明年度",
                                "a column 年度 (year)", "“年度”列",
                                "add the column, or read the years one by one", "请增加该列，或分年度读取");

  return FALSE;
}

static gboolean
read_files (BalanceReader       *self,
            BalanceImportRun    *run,
            const char *const   *paths,
            BalanceProgress     *progress,
            GCancellable        *cancellable,
            GError             **error)
{
  guint n = g_strv_length ((GStrv) paths);
  g_autoptr(GArray) waiting = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < n; i++)
    add_source (run, paths[i]);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(GBytes) bytes = balance_file_read (paths[i], self->max_size, cancellable, error);
      gboolean waits;

      if (bytes == NULL ||
          !read_source (run, i, bytes, n > 1, &waits, progress, (double) i / n, (i + 1.0) / n, cancellable, error))
        return FALSE;
      if (waits)
        g_array_append_val (waiting, i);
    }

  for (guint i = 0; i < waiting->len; i++)
    {
      guint source = g_array_index (waiting, guint, i);
      g_autoptr(GBytes) bytes = NULL;
      gboolean waits;

      if (!settle_year (run, source))
        continue;
      bytes = balance_file_read (paths[source], self->max_size, cancellable, error);
      if (bytes == NULL ||
          !read_source (run, source, bytes, FALSE, &waits, progress,
                        (double) i / waiting->len, (i + 1.0) / waiting->len, cancellable, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * balance_reader_read:
 * @self: a reader
 * @paths: (array zero-terminated=1): the files
 * @progress: (nullable): tells how far the reading is
 * @cancellable: (nullable): stops the reading
 * @error: return location for an error
 *
 * Reads files. An error is thrown only for what stops everything, such as a
 * file that cannot be opened; what is wrong in a file is in the problems of
 * the import.
 *
 * Returns: (transfer full): the import
 *
 * Since: 1.0
 */
BalanceImport *
balance_reader_read (BalanceReader      *self,
                     const char *const  *paths,
                     BalanceProgress    *progress,
                     GCancellable       *cancellable,
                     GError            **error)
{
  BalanceImport *import = NULL;
  BalanceImportRun run;

  g_return_val_if_fail (BALANCE_IS_READER (self), NULL);
  g_return_val_if_fail (paths != NULL && paths[0] != NULL, NULL);
  g_return_val_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!run_init (&run, self, error))
    return NULL;

  if (progress != NULL)
    balance_progress_set_phase (progress, "reading", "正在读取");
  if (read_files (self, &run, paths, progress, cancellable, error))
    import = run_end (&run, progress);
  run_clear (&run);

  return import;
}

/**
 * balance_reader_read_bytes:
 * @self: a reader
 * @bytes: the content of a file
 * @name: what to call it in problems and cells
 * @progress: (nullable): tells how far the reading is
 * @cancellable: (nullable): stops the reading
 * @error: return location for an error
 *
 * Reads one file that is in memory already.
 *
 * Returns: (transfer full): the import
 *
 * Since: 1.0
 */
BalanceImport *
balance_reader_read_bytes (BalanceReader    *self,
                           GBytes           *bytes,
                           const char       *name,
                           BalanceProgress  *progress,
                           GCancellable     *cancellable,
                           GError          **error)
{
  BalanceImport *import = NULL;
  BalanceImportRun run;
  gboolean waits;

  g_return_val_if_fail (BALANCE_IS_READER (self), NULL);
  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!run_init (&run, self, error))
    return NULL;

  if (progress != NULL)
    balance_progress_set_phase (progress, "reading", "正在读取");
  add_source (&run, name);
  if (read_source (&run, 0, bytes, FALSE, &waits, progress, 0.0, 1.0, cancellable, error))
    import = run_end (&run, progress);
  run_clear (&run);

  return import;
}

typedef struct
{
  char            **paths;
  BalanceProgress  *progress;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_strfreev (job->paths);
  g_clear_object (&job->progress);
  g_free (job);
}

static void
read_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  GError *error = NULL;
  Job *job = task_data;
  BalanceImport *import = balance_reader_read (source_object, (const char *const *) job->paths, job->progress,
                                               cancellable, &error);

  if (import != NULL)
    g_task_return_pointer (task, import, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * balance_reader_read_async:
 * @self: a reader
 * @paths: (array zero-terminated=1): the files
 * @progress: (nullable): tells how far the reading is
 * @cancellable: (nullable): stops the reading
 * @callback: (scope async) (nullable): called when it is done
 * @user_data: passed to @callback
 *
 * Reads files in a thread. See [method@Balance.Reader.read].
 *
 * Since: 1.0
 */
void
balance_reader_read_async (BalanceReader       *self,
                           const char *const   *paths,
                           BalanceProgress     *progress,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  Job *job;

  g_return_if_fail (BALANCE_IS_READER (self));
  g_return_if_fail (paths != NULL && paths[0] != NULL);
  g_return_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress));

  job = g_new0 (Job, 1);
  job->paths = g_strdupv ((char **) paths);
  if (progress != NULL)
    job->progress = g_object_ref (progress);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, balance_reader_read_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, read_in_thread);
}

/**
 * balance_reader_read_finish:
 * @self: a reader
 * @result: the result handed to the callback
 * @error: return location for an error
 *
 * Ends what [method@Balance.Reader.read_async] began.
 *
 * Returns: (transfer full): the import
 *
 * Since: 1.0
 */
BalanceImport *
balance_reader_read_finish (BalanceReader  *self,
                            GAsyncResult   *result,
                            GError        **error)
{
  g_return_val_if_fail (BALANCE_IS_READER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
