/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <string.h>

#include "base/balance-float-private.h"
#include "evaluation/balance-evaluation-private.h"
#include "standard/balance-scheme-private.h"
#include "store/balance-store-census-private.h"
#include "store/balance-store-private.h"
#include "store/balance-verdict-rows-private.h"

#define MAX_PACKS 1000

/* -- standards ---------------------------------------------------------------------------------------- */

static gboolean
write_pack (BalanceDatabase   *database,
            BalanceStatement  *statement,
            const char        *standard,
            const BalancePack *pack,
            gint64            *number,
            GError           **error)
{
  for (guint i = 0; i < pack->sources->len; i++)
    {
      const BalancePackFile *file = g_ptr_array_index (pack->sources, i);
      g_autofree char *name = g_path_get_basename (file->path);
      g_autofree char *shown = g_filename_display_name (name);
      g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, file->bytes);

      balance_statement_bind (statement, "tittb", standard, (*number)++, shown, digest, file->bytes);
      if (!balance_database_run (database, statement, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
write_standard (BalanceDatabase  *database,
                BalanceStandard  *standard,
                const char       *digest,
                GError          **error)
{
  g_autoptr(BalanceStatement) insert =
    balance_database_prepare (database, "INSERT INTO standards VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", error);
  g_autoptr(BalanceStatement) packs =
    insert != NULL ? balance_database_prepare (database, "INSERT INTO packs VALUES (?, ?, ?, ?, ?)", error) : NULL;
  gint64 number = 0;

  if (packs == NULL)
    return FALSE;

  balance_statement_bind (insert, "ttttt", digest, balance_standard_get_id (standard), balance_standard_get_title (standard, "zh"),
                          balance_standard_get_title (standard, "en"), balance_standard_get_reference (standard));
  if (!balance_database_run (database, insert, error))
    return FALSE;
  if (sqlite3_changes (database->handle) == 0)
    return TRUE;

  if (!write_pack (database, packs, digest, standard->pack, &number, error))
    return FALSE;
  for (guint i = 0; i < standard->pack->uses->len; i++)
    if (!write_pack (database, packs, digest, standard->used[i], &number, error))
      return FALSE;

  return TRUE;
}

/* -- saving ------------------------------------------------------------------------------------------- */

typedef struct
{
  BalanceDatabase  *database;
  BalanceStatement *verdicts, *requirements, *groups;
  gint64            evaluation;
  gint64            number;
  GHashTable       *known;       /* requirements that are written */
} Writer;

static gboolean
write_requirement (Writer                   *writer,
                   const BalanceVerdictRow  *row,
                   GError                  **error)
{
  if (row->title == NULL || !g_hash_table_add (writer->known, g_strdup (row->requirement)))
    return TRUE;

  balance_statement_bind (writer->requirements, "itittt", writer->evaluation, row->requirement, (gint64) row->level,
                          balance_text_get (row->title, BALANCE_LANGUAGE_ZH), balance_text_get (row->title, BALANCE_LANGUAGE_EN),
                          row->reference);

  return balance_database_run (writer->database, writer->requirements, error);
}

static gboolean
write_verdict (const BalanceVerdictRow  *row,
               gpointer                  data,
               GError                  **error)
{
  Writer *writer = data;

  if (!write_requirement (writer, row, error))
    return FALSE;

  balance_statement_bind (writer->verdicts, "iititttttdtddtt", writer->evaluation, writer->number++, row->requirement,
                          (gint64) row->level, row->district, row->school, row->stage, balance_verdict_id (row->verdict),
                          balance_verdict_id (row->strict_verdict), row->value, row->comparison, row->limit, row->margin,
                          row->unit, row->path);

  return balance_database_run (writer->database, writer->verdicts, error);
}

static gboolean
write_group (const BalanceGroupRow  *row,
             gpointer                data,
             GError                **error)
{
  Writer *writer = data;

  balance_statement_bind (writer->groups, "itttdddt", writer->evaluation, row->district, row->stage, row->indicator,
                          row->mean, row->cv, row->cv_limit, balance_verdict_id (row->verdict));

  return balance_database_run (writer->database, writer->groups, error);
}

/* The id of an evaluation that is kept already; 0 if there is none. FALSE on errors. */
static gboolean
find_evaluation (BalanceDatabase  *database,
                 const char       *digest,
                 gint64           *id,
                 GError          **error)
{
  g_autoptr(BalanceStatement) statement = balance_database_prepare (database, "SELECT id FROM evaluations WHERE digest = ?", error);
  gboolean row;

  *id = 0;
  if (statement == NULL)
    return FALSE;
  balance_statement_bind (statement, "t", digest);
  if (!balance_database_step (database, statement, &row, error))
    return FALSE;
  if (row)
    *id = sqlite3_column_int64 (statement, 0);

  return TRUE;
}

static gboolean
write_head (BalanceDatabase    *database,
            BalanceEvaluation  *evaluation,
            const char         *facts_digest,
            const char         *digest,
            gint64             *id,
            GError            **error)
{
  g_autofree char *standard = balance_standard_dup_digest (evaluation->standard);
  g_autofree char *time = balance_database_dup_time ();
  g_autofree char *options = balance_definition_dup_list (evaluation->options);
  g_autofree char *concessions = balance_definition_dup_list (evaluation->concessions);
  g_autofree char *only = balance_evaluation_dup_only (evaluation);
  g_autoptr(BalanceStatement) statement = NULL;

  if (!write_standard (database, evaluation->standard, standard, error))
    return FALSE;
  statement = balance_database_prepare (database,
                                        "INSERT INTO evaluations (digest, time, year, standard, as_of, options, concessions,"
                                        " only, facts, verdict, program) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", error);
  if (statement == NULL)
    return FALSE;
  balance_statement_bind (statement, "ttittttttt" "t", digest, time, (gint64) evaluation->facts->year, standard, evaluation->as_of,
                          options, concessions, only, facts_digest, balance_verdict_id (evaluation->verdict),
                          "libbalance " BALANCE_VERSION_S);
  if (!balance_database_run (database, statement, error))
    return FALSE;
  *id = sqlite3_last_insert_rowid (database->handle);

  return TRUE;
}

static gboolean
write_verdicts (BalanceDatabase    *database,
                BalanceEvaluation  *evaluation,
                gint64              id,
                BalanceProgress    *progress,
                GCancellable       *cancellable,
                GError            **error)
{
  g_autoptr(GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(BalanceStatement) verdicts = NULL, requirements = NULL, groups = NULL;
  Writer writer = { .database = database, .evaluation = id, .known = known };

  verdicts = balance_database_prepare (database,
                                       "INSERT INTO verdicts (evaluation, number, requirement, level, district, school, stage,"
                                       " verdict, strict_verdict, value, comparison, \"limit\", margin, unit, path)"
                                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", error);
  if (verdicts != NULL)
    requirements = balance_database_prepare (database, "INSERT INTO requirements VALUES (?, ?, ?, ?, ?, ?)", error);
  if (requirements != NULL)
    groups = balance_database_prepare (database, "INSERT INTO group_figures VALUES (?, ?, ?, ?, ?, ?, ?, ?)", error);
  if (groups == NULL)
    return FALSE;

  writer.verdicts = verdicts;
  writer.requirements = requirements;
  writer.groups = groups;

  return balance_evaluation_foreach_verdict (evaluation, write_verdict, &writer, progress, cancellable, error) &&
         balance_evaluation_foreach_group (evaluation, write_group, &writer, error);
}

/**
 * balance_store_save_evaluation:
 * @self: a store that is open for writing
 * @evaluation: an evaluation
 * @progress: (nullable): tells how far the work is
 * @cancellable: (nullable): stops it
 * @error: return location for an error
 *
 * Keeps an evaluation: the standard with all its packs, date, options and concessions, the digest of the facts, and
 * every verdict with value and limit. The same evaluation of the same facts is kept once.
 *
 * The facts need not be those of the store; `facts_are_current` of the listed evaluations tells whether they are.
 *
 * Returns: the number of the evaluation in the store, from 1; 0 on errors
 *
 * Since: 1.0
 */
gint64
balance_store_save_evaluation (BalanceStore       *self,
                               BalanceEvaluation  *evaluation,
                               BalanceProgress    *progress,
                               GCancellable       *cancellable,
                               GError            **error)
{
  BALANCE_FLOAT_DEFAULT;
  g_autofree char *facts_digest = NULL;
  g_autofree char *digest = NULL;
  gint64 id = 0;
  gboolean good;

  g_return_val_if_fail (BALANCE_IS_STORE (self), 0);
  g_return_val_if_fail (BALANCE_IS_EVALUATION (evaluation), 0);
  g_return_val_if_fail (progress == NULL || BALANCE_IS_PROGRESS (progress), 0);
  g_return_val_if_fail (error == NULL || *error == NULL, 0);

  facts_digest = balance_facts_dup_digest (evaluation->facts);
  digest = balance_evaluation_dup_digest (evaluation, facts_digest);
  if (!balance_store_begin (self, TRUE, cancellable, error))
    return 0;

  if (progress != NULL)
    balance_progress_set_phase (progress, "storing", "正在保存");
  good = find_evaluation (self->database, digest, &id, error);
  if (good && id == 0)
    good = write_head (self->database, evaluation, facts_digest, digest, &id, error) &&
           write_verdicts (self->database, evaluation, id, progress, cancellable, error);

  return balance_store_end (self, good, error) ? id : 0;
}

/**
 * balance_store_list_evaluations:
 * @self: a store
 * @error: return location for an error
 *
 * Lists the evaluations that are kept.
 *
 * The result has type `aa{sv}`; the keys of an evaluation are `evaluation` (x, its number), `time` (s, ISO 8601, UTC),
 * `year` (x), `standard` (s, its id), `title_zh`, `title_en`, `as_of` (s), `options` and `concessions` (s, lists in
 * JSON), `only` (s), `verdict` (s: `met`, `unmet`, `undetermined`, `not_applicable`), `standard_digest`,
 * `facts_digest` (s) and `facts_are_current` (x: 1 where the store has these facts for that year). What there is none
 * of is left out.
 *
 * Returns: (transfer full): the evaluations, as they were saved
 *
 * Since: 1.0
 */
GVariant *
balance_store_list_evaluations (BalanceStore  *self,
                                GError       **error)
{
  g_autoptr(BalanceStatement) statement = NULL;
  g_autoptr(GVariant) list = NULL;

  g_return_val_if_fail (BALANCE_IS_STORE (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!balance_store_begin (self, FALSE, NULL, error))
    return NULL;
  statement = balance_database_prepare (self->database,
                                        "SELECT e.id AS evaluation, e.time, e.year, s.id AS standard, s.title_zh, s.title_en, e.as_of,"
                                        " e.options, e.concessions, e.only, e.verdict, e.standard AS standard_digest,"
                                        " e.facts AS facts_digest, EXISTS (SELECT 1 FROM censuses k WHERE k.year = e.year"
                                        " AND k.digest = e.facts) AS facts_are_current"
                                        " FROM evaluations e JOIN standards s ON s.digest = e.standard ORDER BY e.id", error);
  if (statement != NULL)
    list = balance_store_list (self, statement, error);
  g_clear_pointer (&statement, sqlite3_finalize);

  return balance_store_end (self, list != NULL, error) ? g_steal_pointer (&list) : NULL;
}

/* -- repeating ---------------------------------------------------------------------------------------- */

/* A name that cannot lead anywhere else. */
static gboolean
is_plain_name (const char *name)
{
  return name != NULL && *name != '\0' && *name != '.' && strchr (name, '/') == NULL && strlen (name) < 200;
}

static gboolean
unpack (BalanceDatabase  *database,
        gint64            evaluation,
        const char       *directory,
        GPtrArray        *paths,
        GError          **error)
{
  g_autoptr(BalanceStatement) statement =
    balance_database_prepare (database, "SELECT p.file, p.content FROM evaluations e JOIN packs p ON p.standard = e.standard"
                                        " WHERE e.id = ? ORDER BY p.number", error);
  gboolean row = statement != NULL;

  if (statement == NULL)
    return FALSE;
  balance_statement_bind (statement, "i", evaluation);
  while (row)
    {
      const char *name;
      g_autofree char *path = NULL;

      if (!balance_database_step (database, statement, &row, error))
        return FALSE;
      if (!row)
        break;
      name = balance_statement_get_text (statement, 0);
      if (!is_plain_name (name) || sqlite3_column_type (statement, 1) != SQLITE_BLOB || paths->len >= MAX_PACKS)
        return balance_database_throw_damaged (database, "a pack of an evaluation cannot be read", "无法读取某次评估的规则包", error);
      path = g_build_filename (directory, name, NULL);
      if (!g_file_set_contents (path, sqlite3_column_blob (statement, 1), sqlite3_column_bytes (statement, 1), error))
        return FALSE;
      g_ptr_array_add (paths, g_steal_pointer (&path));
    }
  if (paths->len > 0)
    return TRUE;

  g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
               "%s has no evaluation %" G_GINT64_FORMAT "\n%s 中没有第 %" G_GINT64_FORMAT " 次评估",
               database->name, evaluation, database->name, evaluation);

  return FALSE;
}

/**
 * balance_store_read_standard:
 * @self: a store
 * @evaluation: the number of an evaluation
 * @error: return location for an error
 *
 * Reads the standard of an evaluation as it was then, whatever has become of its packs since. With the same facts,
 * date, options and concessions it judges the same.
 *
 * Returns: (transfer full): the standard
 *
 * Since: 1.0
 */
BalanceStandard *
balance_store_read_standard (BalanceStore  *self,
                             gint64         evaluation,
                             GError       **error)
{
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *directory = NULL;
  BalanceStandard *standard = NULL;
  gboolean good;

  g_return_val_if_fail (BALANCE_IS_STORE (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!balance_store_begin (self, FALSE, NULL, error))
    return NULL;
  /* packs find those that they extend and use beside them */
  directory = g_dir_make_tmp ("balance-XXXXXX", error);
  good = balance_store_end (self, directory != NULL && unpack (self->database, evaluation, directory, paths, error), error);
  if (good)
    standard = balance_standard_new_from_file (g_ptr_array_index (paths, 0), error);

  for (guint i = 0; i < paths->len; i++)
    g_unlink (g_ptr_array_index (paths, i));
  if (directory != NULL)
    g_rmdir (directory);

  return standard;
}
