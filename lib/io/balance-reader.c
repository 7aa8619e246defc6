/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <balance/balance.h>

#include "census/balance-import-private.h"
#include "io/balance-compare-private.h"
#include "io/balance-csv-chunks-private.h"
#include "io/balance-decode-private.h"
#include "io/balance-file-private.h"
#include "io/balance-input-private.h"
#include "io/balance-inspection-private.h"
#include "io/balance-reader-private.h"

/**
 * BalanceReader:
 *
 * Reads files into a census.
 *
 * Several files make one census: rows about the same district, school or
 * section are joined by their codes. Files of several years make one census
 * for each year.
 *
 * A table is found by its headers: ids, titles or aliases of fields of the
 * dictionary, with the unit in brackets where it is another one, in one row or
 * several with merged cells. Titles above the table and totals and notes below
 * it are left out and reported. With a column for the stage each row is a
 * section; with columns such as “小学在校生数” or “pupils.primary” each row is
 * a school. A sheet with a row for each field is a form.
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
  char              *encoding;
  gboolean           hidden_sheets;
  guint              n_threads;
  gboolean           digests;
  gsize              chunk_size;      /* of text */
  char              *kernels;         /* nullable */
};

#define DEFAULT_MAX_SIZE (G_GUINT64_CONSTANT (4) << 30)

enum
{
  PROP_DICTIONARY = 1,
  PROP_MAP,
  PROP_SKIP_BAD_ROWS,
  PROP_MAX_SIZE,
  PROP_ENCODING,
  PROP_HIDDEN_SHEETS,
  PROP_N_THREADS,
  PROP_DIGESTS,
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
  g_free (self->encoding);
  g_free (self->kernels);

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

    case PROP_ENCODING:
      g_value_set_string (value, self->encoding);
      break;

    case PROP_HIDDEN_SHEETS:
      g_value_set_boolean (value, self->hidden_sheets);
      break;

    case PROP_N_THREADS:
      g_value_set_uint (value, self->n_threads);
      break;

    case PROP_DIGESTS:
      g_value_set_boolean (value, self->digests);
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

    case PROP_ENCODING:
      self->encoding = g_value_dup_string (value);
      break;

    case PROP_HIDDEN_SHEETS:
      self->hidden_sheets = g_value_get_boolean (value);
      break;

    case PROP_N_THREADS:
      self->n_threads = g_value_get_uint (value);
      break;

    case PROP_DIGESTS:
      self->digests = g_value_get_boolean (value);
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

  /**
   * BalanceReader:encoding: (getter get_encoding)
   *
   * The encoding of text files, by a name that iconv knows such as "GB18030",
   * or %NULL to find it out: by a byte order mark, else UTF-8 if it is that,
   * else what makes headers and common characters of the text.
   *
   * Since: 1.0
   */
  properties[PROP_ENCODING] =
    g_param_spec_string ("encoding", NULL, NULL, NULL, flags);

  /**
   * BalanceReader:hidden-sheets: (getter get_hidden_sheets)
   *
   * Whether hidden sheets of workbooks are read as well. Otherwise they are
   * reported.
   *
   * Since: 1.0
   */
  properties[PROP_HIDDEN_SHEETS] =
    g_param_spec_boolean ("hidden-sheets", NULL, NULL, FALSE, flags);

  /**
   * BalanceReader:n-threads: (getter get_n_threads)
   *
   * How many threads may read a large text at once; 0 for one per processor.
   * What is read does not depend on it.
   *
   * Since: 1.0
   */
  properties[PROP_N_THREADS] =
    g_param_spec_uint ("n-threads", NULL, NULL, 0, 64, 0, flags);

  /**
   * BalanceReader:digests: (getter get_digests)
   *
   * Whether the SHA-256 of every file is computed, by which a store tells
   * later whether a file at hand is the one its facts came from.
   *
   * What is read is the same without it, somewhat sooner: a store then keeps
   * the names of files and sheets without a digest, for good. The digests of
   * facts, standards and evaluations do not depend on it.
   *
   * Since: 1.0
   */
  properties[PROP_DIGESTS] =
    g_param_spec_boolean ("digests", NULL, NULL, TRUE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
balance_reader_init (BalanceReader *self)
{
  self->chunk_size = BALANCE_CSV_CHUNK_SIZE;
}

void
balance_reader_set_bulk (BalanceReader *self,
                         gsize          chunk_size,
                         const char    *kernels)
{
  self->chunk_size = chunk_size;
  g_free (self->kernels);
  self->kernels = g_strdup (kernels);
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

/**
 * balance_reader_get_encoding: (get-property encoding)
 * @self: a reader
 *
 * Gets the encoding that text files are read in.
 *
 * Returns: (nullable): the encoding, or %NULL if it is found out
 *
 * Since: 1.0
 */
const char *
balance_reader_get_encoding (BalanceReader *self)
{
  g_return_val_if_fail (BALANCE_IS_READER (self), NULL);

  return self->encoding;
}

/**
 * balance_reader_get_hidden_sheets: (get-property hidden-sheets)
 * @self: a reader
 *
 * Gets whether hidden sheets are read.
 *
 * Returns: %TRUE if they are
 *
 * Since: 1.0
 */
gboolean
balance_reader_get_hidden_sheets (BalanceReader *self)
{
  g_return_val_if_fail (BALANCE_IS_READER (self), FALSE);

  return self->hidden_sheets;
}

/**
 * balance_reader_get_n_threads: (get-property n-threads)
 * @self: a reader
 *
 * Gets how many threads may read a large text at once.
 *
 * Returns: the number of threads, 0 for one per processor
 *
 * Since: 1.0
 */
guint
balance_reader_get_n_threads (BalanceReader *self)
{
  g_return_val_if_fail (BALANCE_IS_READER (self), 0);

  return self->n_threads;
}

/**
 * balance_reader_get_digests: (get-property digests)
 * @self: a reader
 *
 * Gets whether the SHA-256 of every file is computed.
 *
 * Returns: %TRUE if it is
 *
 * Since: 1.0
 */
gboolean
balance_reader_get_digests (BalanceReader *self)
{
  g_return_val_if_fail (BALANCE_IS_READER (self), FALSE);

  return self->digests;
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

gboolean
balance_reader_begin (BalanceReader     *self,
                      BalanceImportRun  *run,
                      GError           **error)
{
  *run = (BalanceImportRun) {
    .map = self->map, .skip_bad_rows = self->skip_bad_rows,
    .chunk_size = self->chunk_size, .n_threads = self->n_threads, .kernels = self->kernels,
    .digests = self->digests,
  };

  if (self->encoding != NULL && !balance_encoding_is_known (self->encoding))
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                   "the encoding “%s” is not known; known are UTF-8, GB18030, GBK, BIG5-HKSCS, UTF-16 and others\n"
                   "不支持编码“%s”；可用UTF-8、GB18030、GBK、BIG5-HKSCS、UTF-16等", self->encoding, self->encoding);
      return FALSE;
    }

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
  run->source_kinds = g_array_new (FALSE, TRUE, sizeof (guint8));
  run->names = balance_names_new (run->dictionary, self->map);

  return TRUE;
}

void
balance_import_run_clear (BalanceImportRun *run)
{
  balance_problems_unref (run->problems);
  g_ptr_array_unref (run->intakes);
  g_ptr_array_unref (run->sources);
  g_hash_table_unref (run->forms);
  g_array_unref (run->source_forms);
  g_array_unref (run->source_kinds);
  balance_names_free (run->names);
}

guint
balance_import_run_add_source (BalanceImportRun *run,
                               const char       *file,
                               const char       *sheet)
{
  BalanceSource *source = g_new0 (BalanceSource, 1);

  source->file = g_strdup (file);
  source->sheet = g_strdup (sheet);
  g_ptr_array_add (run->sources, source);

  return run->sources->len - 1;
}

/* So much of a text shows what it is. */
#define HEAD_SIZE (1 << 20)

/* Texts of fewer chunks are read as a whole. */
#define STREAMED_CHUNKS 4

/* One file of a reading. */
typedef struct
{
  GBytes       *bytes;       /* of a text that is streamed: its beginning */
  BalanceInput *input;
} OpenFile;

static void
open_file_clear (OpenFile *self)
{
  g_clear_pointer (&self->input, balance_input_free);
  g_clear_pointer (&self->bytes, g_bytes_unref);
}

/* A table that must be read after others. */
typedef struct
{
  guint file, table, source;
  guint rank;
} Waiting;

/* A large text is not read to memory as a whole if its beginning tells how it is to be read. */
static gboolean
open_stream (BalanceReader     *self,
             BalanceImportRun  *run,
             const char        *name,
             int                fd,
             gsize              size,
             OpenFile          *file)
{
  const gsize n_head = MIN (HEAD_SIZE, STREAMED_CHUNKS * self->chunk_size);
  g_autofree char *data = NULL;
  g_autoptr(GBytes) head = NULL;
  g_autoptr(BalanceInput) input = NULL;
  g_autoptr(BalanceProblems) problems = balance_problems_new ();

  if (self->chunk_size == 0 || size / STREAMED_CHUNKS < self->chunk_size)
    return FALSE;
  data = g_malloc (n_head);
  if (!balance_file_read_at (fd, 0, data, n_head))
    return FALSE;
  head = g_bytes_new_take (g_steal_pointer (&data), n_head);
  if (balance_workbook_recognise (g_bytes_get_data (head, NULL), n_head) || !balance_decode_is_settled (head, self->encoding))
    return FALSE;
  input = balance_input_new (head, name, self->encoding, FALSE, TRUE, run->names, problems, NULL, NULL);
  if (input == NULL || !balance_input_stream (input, fd, size))
    return FALSE;
  file->bytes = g_steal_pointer (&head);
  file->input = g_steal_pointer (&input);

  return TRUE;
}

static gboolean
open_file (BalanceReader     *self,
           BalanceImportRun  *run,
           const char        *path,
           GBytes            *bytes,
           OpenFile          *file,
           GCancellable      *cancellable,
           GError           **error)
{
  g_autofree char *name = g_filename_display_name (path);

  if (bytes != NULL)
    {
      file->bytes = g_bytes_ref (bytes);
    }
  else
    {
      gssize size;
      int fd = balance_file_open (path, self->max_size, &size, error);

      if (fd < 0)
        return FALSE;
      if (size > 0 && open_stream (self, run, name, fd, (gsize) size, file))
        return TRUE;
      file->bytes = balance_file_read_open (fd, path, size, self->max_size, cancellable, error);
    }
  if (file->bytes == NULL)
    return FALSE;

  file->input = balance_input_new (file->bytes, name, self->encoding, self->hidden_sheets, FALSE, run->names,
                                   run->problems, cancellable, error);

  return file->input != NULL;
}

static guint
count_read (BalanceInput *input)
{
  guint n = 0;

  for (guint i = 0; i < input->tables->len; i++)
    n += balance_input_table_is_read (g_ptr_array_index (input->tables, i));

  return n;
}

guint
balance_import_run_get_rank (const BalanceInputTable *table)
{
  const int *identity = table->outline->identity;

  return ((table->needs & BALANCE_NEEDS_DISTRICT) != 0 && identity[BALANCE_ID_DISTRICT_NAME] < 0 ? 4 : 0) +
         ((table->needs & BALANCE_NEEDS_SCHOOLS) != 0 ? 2 : 0) +
         ((table->needs & BALANCE_NEEDS_DISTRICT) != 0 ? 1 : 0);
}

static int
compare_waiting (gconstpointer a,
                 gconstpointer b)
{
  const Waiting *x = a, *y = b;

  if (x->rank != y->rank)
    return x->rank < y->rank ? -1 : 1;

  return x->source < y->source ? -1 : x->source > y->source;
}

/* The tables of a file that stand for themselves are read, the others are put on the list. */
static gboolean
read_file (BalanceImportRun  *run,
           OpenFile          *file,
           guint              index,
           gboolean           alone,
           GArray            *waiting,
           BalanceProgress   *progress,
           double             from,
           double             to,
           GCancellable      *cancellable,
           GError           **error)
{
  BalanceInput *input = file->input;
  const gboolean streamed = input->fd >= 0;
  const gsize size = input->source.base + input->source.length;
  BalanceDigest *digest = NULL;
  g_autofree char *hex = NULL;
  guint first_source = run->sources->len;
  gboolean done = TRUE, digested = FALSE;

  if (run->digests)
    digest = streamed ? balance_digest_new () : balance_digest_start (file->bytes);
  alone = alone && count_read (input) <= 1;
  balance_input_report (input, run->problems);
  if (input->tables->len == 0)
    balance_import_run_add_source (run, input->file, NULL);
  for (guint i = 0; i < input->tables->len && done; i++)
    {
      BalanceInputTable *table = g_ptr_array_index (input->tables, i);
      Waiting wait = { index, i, 0, 0 };

      if (table->sheet != NULL && !balance_input_table_is_read (table))
        continue;
      table->source = wait.source = balance_import_run_add_source (run, input->file, table->sheet);
      if (table->needs != BALANCE_NEEDS_NOTHING && !alone)
        {
          wait.rank = balance_import_run_get_rank (table);
          g_array_append_val (waiting, wait);
          continue;
        }
      input->source.digest = streamed ? digest : NULL;
      done = balance_input_import (input, table, run, progress,
                                   from + (to - from) * i / input->tables->len,
                                   from + (to - from) * (i + 1) / input->tables->len, cancellable, error);
      digested = streamed && input->is_digested;
      input->source.digest = NULL;
    }
  if (first_source == run->sources->len)
    balance_import_run_add_source (run, input->file, NULL);

  /* the reading of a stream sees all of it, unless there was nothing to read yet */
  if (done && digest != NULL && streamed && !digested && !balance_digest_add_file (digest, input->fd, size))
    {
      balance_file_throw (input->file, error);
      done = FALSE;
    }
  if (digest != NULL)
    hex = balance_digest_finish (digest);
  for (guint i = first_source; i < run->sources->len; i++)
    ((BalanceSource *) g_ptr_array_index (run->sources, i))->digest = g_strdup (hex);

  return done;
}

BalanceImport *
balance_import_run_end (BalanceImportRun *run,
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
  balance_import_compare (run);

  return balance_import_new (run->intakes, run->problems);
}

/* Tables without a year belong to the only year there is. */
static gboolean
settle_year (BalanceImportRun *run,
             guint             source)
{
  const BalanceSource *from = g_ptr_array_index (run->sources, source);
  BalancePlace place = { .file = from->file, .sheet = from->sheet, .row = 1 };
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

/* Tables that name no district belong to the only one there is. */
static void
settle_district (BalanceImportRun  *run,
                 BalanceInputTable *table)
{
  const BalanceSource *from = g_ptr_array_index (run->sources, table->source);
  BalancePlace place = { .file = from->file, .sheet = from->sheet, .row = table->outline->last_row };
  BalanceText message = { NULL, NULL };
  g_autofree char *code = NULL;

  if (table->outline->identity[BALANCE_ID_DISTRICT_NAME] >= 0)
    return;

  for (guint i = 0; i < run->intakes->len; i++)
    {
      BalanceIntake *intake = g_ptr_array_index (run->intakes, i);

      for (guint j = 0; j < intake->tables[BALANCE_LEVEL_DISTRICT].n_rows; j++)
        {
          const char *other = balance_intake_get_name (intake, BALANCE_LEVEL_DISTRICT, j);

          if (code != NULL && !g_str_equal (code, other))
            return;
          if (code == NULL)
            code = g_strdup (other);
        }
    }
  if (code == NULL)
    return;

  balance_outline_add_constant (table->outline, run->names, BALANCE_ID_DISTRICT_CODE, code, 0, 0);
  balance_text_printf (&message, "the table names no district; it is taken for that of the other tables, %s",
                       "本表没有指明区县，按其他表的区县%s处理", code);
  balance_problems_add (run->problems, BALANCE_SEVERITY_NOTE, "district-of-others", &place, &message, NULL, NULL);
}

gboolean
balance_import_run_settle (BalanceImportRun  *run,
                           BalanceInputTable *table)
{
  if ((table->needs & BALANCE_NEEDS_YEAR) != 0 && !settle_year (run, table->source))
    return FALSE;
  if ((table->needs & BALANCE_NEEDS_DISTRICT) != 0)
    settle_district (run, table);

  return TRUE;
}

static gboolean
read_waiting (BalanceReader       *self,
              BalanceImportRun    *run,
              const char *const   *paths,
              OpenFile            *files,
              const Waiting       *waiting,
              BalanceProgress     *progress,
              double               from,
              double               to,
              GCancellable        *cancellable,
              GError             **error)
{
  OpenFile *file = &files[waiting->file];
  BalanceInputTable *table;

  /* text is read again rather than kept: it may be large */
  if (file->input == NULL && !open_file (self, run, paths[waiting->file], NULL, file, cancellable, error))
    return FALSE;
  if (waiting->table >= file->input->tables->len)
    return TRUE;
  table = g_ptr_array_index (file->input->tables, waiting->table);
  table->source = waiting->source;

  if (!balance_import_run_settle (run, table))
    return TRUE;

  return balance_input_import (file->input, table, run, progress, from, to, cancellable, error);
}

static gboolean
read_files (BalanceReader       *self,
            BalanceImportRun    *run,
            const char *const   *paths,
            GBytes              *bytes,
            BalanceProgress     *progress,
            GCancellable        *cancellable,
            GError             **error)
{
  guint n = g_strv_length ((GStrv) paths);
  g_autoptr(GArray) waiting = g_array_new (FALSE, FALSE, sizeof (Waiting));
  g_autoptr(GArray) files = g_array_new (FALSE, TRUE, sizeof (OpenFile));

  g_array_set_clear_func (files, (GDestroyNotify) open_file_clear);
  g_array_set_size (files, n);

  for (guint i = 0; i < n; i++)
    {
      OpenFile *file = &g_array_index (files, OpenFile, i);

      if (!open_file (self, run, paths[i], bytes, file, cancellable, error) ||
          !read_file (run, file, i, n == 1, waiting, progress, (double) i / n, (i + 1.0) / n, cancellable, error))
        return FALSE;
      if (file->input->is_text)
        open_file_clear (file);
    }

  g_array_sort (waiting, compare_waiting);
  for (guint i = 0; i < waiting->len; i++)
    {
      const Waiting *wait = &g_array_index (waiting, Waiting, i);
      OpenFile *file = &g_array_index (files, OpenFile, wait->file);

      if (!read_waiting (self, run, paths, (OpenFile *) (gpointer) files->data, wait, progress,
                         (double) i / waiting->len, (i + 1.0) / waiting->len, cancellable, error))
        return FALSE;
      if (file->input->is_text)
        open_file_clear (file);
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

  if (!balance_reader_begin (self, &run, error))
    return NULL;

  if (progress != NULL)
    balance_progress_set_phase (progress, "reading", "正在读取");
  if (read_files (self, &run, paths, NULL, progress, cancellable, error))
    import = balance_import_run_end (&run, progress);
  balance_import_run_clear (&run);

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
  const char *const paths[] = { name, NULL };
  BalanceImport *import = NULL;
  BalanceImportRun run;

  g_return_val_if_fail (BALANCE_IS_READER (self), NULL);
  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!balance_reader_begin (self, &run, error))
    return NULL;

  if (progress != NULL)
    balance_progress_set_phase (progress, "reading", "正在读取");
  if (read_files (self, &run, paths, bytes, progress, cancellable, error))
    import = balance_import_run_end (&run, progress);
  balance_import_run_clear (&run);

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

/* ---- inspecting */

/**
 * balance_reader_inspect:
 * @self: a reader
 * @path: (type filename): a file
 * @cancellable: (nullable): stops the inspection
 * @error: return location for an error
 *
 * Finds out what a file is and how it would be read. Of a text file only the
 * beginning is looked at, however long it is.
 *
 * Returns: (transfer full): the inspection
 *
 * Since: 1.0
 */
BalanceInspection *
balance_reader_inspect (BalanceReader  *self,
                        const char     *path,
                        GCancellable   *cancellable,
                        GError        **error)
{
  BalanceInspection *inspection = NULL;
  BalanceImportRun run;
  g_autofree char *name = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(BalanceInput) input = NULL;
  gboolean is_head;

  g_return_val_if_fail (BALANCE_IS_READER (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!balance_reader_begin (self, &run, error))
    return NULL;

  name = g_filename_display_name (path);
  bytes = balance_file_read_head (path, HEAD_SIZE, &is_head, cancellable, error);
  /* of a workbook everything is needed */
  if (bytes != NULL && is_head && balance_workbook_recognise (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)))
    {
      g_bytes_unref (bytes);
      bytes = balance_file_read (path, self->max_size, cancellable, error);
    }
  if (bytes != NULL)
    input = balance_input_new (bytes, name, self->encoding, self->hidden_sheets, is_head, run.names, run.problems,
                               cancellable, error);
  if (input != NULL)
    inspection = balance_inspection_new (input, run.names, run.problems);
  balance_import_run_clear (&run);

  return inspection;
}

static void
inspect_in_thread (GTask        *task,
                   gpointer      source_object,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  GError *error = NULL;
  BalanceInspection *inspection = balance_reader_inspect (source_object, task_data, cancellable, &error);

  if (inspection != NULL)
    g_task_return_pointer (task, inspection, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * balance_reader_inspect_async:
 * @self: a reader
 * @path: (type filename): a file
 * @cancellable: (nullable): stops the inspection
 * @callback: (scope async) (nullable): called when it is done
 * @user_data: passed to @callback
 *
 * Inspects a file in a thread. See [method@Balance.Reader.inspect].
 *
 * Since: 1.0
 */
void
balance_reader_inspect_async (BalanceReader       *self,
                              const char          *path,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (BALANCE_IS_READER (self));
  g_return_if_fail (path != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, balance_reader_inspect_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, inspect_in_thread);
}

/**
 * balance_reader_inspect_finish:
 * @self: a reader
 * @result: the result handed to the callback
 * @error: return location for an error
 *
 * Ends what [method@Balance.Reader.inspect_async] began.
 *
 * Returns: (transfer full): the inspection
 *
 * Since: 1.0
 */
BalanceInspection *
balance_reader_inspect_finish (BalanceReader  *self,
                               GAsyncResult   *result,
                               GError        **error)
{
  g_return_val_if_fail (BALANCE_IS_READER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
