/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Evidence: documents by name and digest. */

#include "store/balance-store-private.h"

#define MAX_DOCUMENT (64 * 1024 * 1024)

/**
 * balance_store_add_document:
 * @self: a store that is open for writing
 * @year: the year that it is evidence for
 * @district: the code of a district
 * @subject: what it is evidence of, such as the id of a requirement
 * @file: the name of the file
 * @content: what is in it
 * @keep: whether to keep the content too, or only its digest
 * @who: who adds it
 * @error: return location for an error
 *
 * Notes a document that is evidence (佐证材料) of a conclusion, by name and SHA-256.
 *
 * Returns: the number of the document, from 1; 0 on errors
 *
 * Since: 1.0
 */
gint64
balance_store_add_document (BalanceStore  *self,
                            int            year,
                            const char    *district,
                            const char    *subject,
                            const char    *file,
                            GBytes        *content,
                            gboolean       keep,
                            const char    *who,
                            GError       **error)
{
  g_autoptr(BalanceStatement) statement = NULL;
  g_autofree char *digest = NULL;
  g_autofree char *time = balance_database_dup_time ();
  gint64 id = 0;
  gboolean good;

  g_return_val_if_fail (BALANCE_IS_STORE (self), 0);
  g_return_val_if_fail (district != NULL && subject != NULL && file != NULL && content != NULL && who != NULL, 0);
  g_return_val_if_fail (error == NULL || *error == NULL, 0);

  if (keep && g_bytes_get_size (content) > MAX_DOCUMENT)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_LIMIT,
                   "%s is larger than 64 MiB; keep it elsewhere, the store then holds its digest\n"
                   "%s 超过 64 MiB，请另行保存，数据库只记录其摘要", file, file);
      return 0;
    }

  digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);
  if (!balance_store_begin (self, TRUE, NULL, error))
    return 0;
  statement = balance_database_prepare (self->database,
                                        keep ? "INSERT INTO documents (year, district, subject, file, digest, size, time, who, content)"
                                               " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                                             : "INSERT INTO documents (year, district, subject, file, digest, size, time, who)"
                                               " VALUES (?, ?, ?, ?, ?, ?, ?, ?)", error);
  good = statement != NULL;
  if (good)
    {
      balance_statement_bind (statement, keep ? "ittttittb" : "ittttitt", (gint64) year, district, subject, file, digest,
                              (gint64) g_bytes_get_size (content), time, who, content);
      good = balance_database_run (self->database, statement, error);
      id = sqlite3_last_insert_rowid (self->database->handle);
    }
  g_clear_pointer (&statement, sqlite3_finalize);

  return balance_store_end (self, good, error) ? id : 0;
}

/**
 * balance_store_list_documents:
 * @self: a store
 * @error: return location for an error
 *
 * Lists the evidence.
 *
 * The result has type `aa{sv}` with the keys `document` (x, its number), `year` (x), `district`, `subject`, `file`,
 * `digest` (s), `size` (x), `time`, `who` (s) and `kept` (x: 1 where the content is in the store).
 *
 * Returns: (transfer full): the documents, as they were added
 *
 * Since: 1.0
 */
GVariant *
balance_store_list_documents (BalanceStore  *self,
                              GError       **error)
{
  g_autoptr(BalanceStatement) statement = NULL;
  g_autoptr(GVariant) list = NULL;

  g_return_val_if_fail (BALANCE_IS_STORE (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!balance_store_begin (self, FALSE, NULL, error))
    return NULL;
  statement = balance_database_prepare (self->database, "SELECT id AS document, year, district, subject, file, digest, size, time, who,"
                                                        " content IS NOT NULL AS kept FROM documents ORDER BY id", error);
  if (statement != NULL)
    list = balance_store_list (self, statement, error);
  g_clear_pointer (&statement, sqlite3_finalize);

  return balance_store_end (self, list != NULL, error) ? g_steal_pointer (&list) : NULL;
}

/**
 * balance_store_read_document:
 * @self: a store
 * @document: the number of a document
 * @error: return location for an error
 *
 * Reads the content of a document that was kept.
 *
 * Returns: (transfer full): the content
 *
 * Since: 1.0
 */
GBytes *
balance_store_read_document (BalanceStore  *self,
                             gint64         document,
                             GError       **error)
{
  g_autoptr(BalanceStatement) statement = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) local_error = NULL;
  gboolean row = FALSE;

  g_return_val_if_fail (BALANCE_IS_STORE (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!balance_store_begin (self, FALSE, NULL, error))
    return NULL;
  statement = balance_database_prepare (self->database, "SELECT content FROM documents WHERE id = ?", &local_error);
  if (statement != NULL)
    {
      balance_statement_bind (statement, "i", document);
      if (balance_database_step (self->database, statement, &row, &local_error) && row &&
          sqlite3_column_type (statement, 0) == SQLITE_BLOB)
        bytes = g_bytes_new (sqlite3_column_blob (statement, 0), (gsize) sqlite3_column_bytes (statement, 0));
      else if (local_error == NULL)
        g_set_error (&local_error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                     "%s does not hold the content of document %" G_GINT64_FORMAT "\n%s 未保存第 %" G_GINT64_FORMAT " 份材料的内容",
                     self->database->name, document, self->database->name, document);
    }
  g_clear_pointer (&statement, sqlite3_finalize);
  balance_store_end (self, bytes != NULL, local_error == NULL ? &local_error : NULL);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  return g_steal_pointer (&bytes);
}
