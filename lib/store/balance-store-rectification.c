/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "base/balance-decimal-private.h"
#include "store/balance-store-private.h"

/* What an item says of itself, in the order of the table after `id`. */
static const char *const fields[] = {
  "year", "district", "school", "stage", "requirement", "quantity", "unit", "measure", "responsible", "deadline", "status", NULL
};

static const char *const states[] = { "open", "under_way", "done", "confirmed", "dropped", NULL };

#define SELECT_ITEM "SELECT id AS item, year, district, school, stage, requirement, quantity, unit, measure, responsible," \
                    " deadline, status FROM rectification"

static gboolean
throw_value (const char  *key,
             const char  *found,
             const char  *expected_en,
             const char  *expected_zh,
             GError     **error)
{
  g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
               "rectification: %s is “%s”, expected is %s\n整改台账：%s 为“%s”，应为%s", key, found, expected_en, key, found, expected_zh);

  return FALSE;
}

/* (transfer full) A value as the table holds it; NULL without an error where it is blank. */
static char *
read_value (const char  *key,
            GVariant    *value,
            GError     **error)
{
  g_autofree char *text = NULL;
  BalanceDecimal decimal;
  gint32 days;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    text = g_variant_dup_string (value, NULL);
  else
    text = g_variant_print (value, FALSE);
  if (*text == '\0')
    return NULL;

  if (strcmp (key, "status") == 0 && !g_strv_contains (states, text))
    throw_value (key, text, "open, under_way, done, confirmed or dropped", "open（待整改）、under_way（整改中）、done（已完成）、confirmed（已销号）或 dropped（不再整改）", error);
  else if (strcmp (key, "deadline") == 0 && !balance_date_parse (text, -1, &days))
    throw_value (key, text, "a date such as 2026-08-31", "2026-08-31 形式的日期", error);
  else if (strcmp (key, "quantity") == 0 && !balance_decimal_parse (text, -1, &decimal))
    throw_value (key, text, "a decimal number", "十进制数", error);
  else if (strcmp (key, "year") == 0 && (!balance_decimal_parse (text, -1, &decimal) || decimal.scale != 0 || decimal.digits < 1 || decimal.digits > 9999))
    throw_value (key, text, "a year", "年份", error);
  else
    return g_steal_pointer (&text);

  return NULL;
}

static gboolean
write_history (BalanceDatabase  *database,
               gint64            item,
               const char       *who,
               const char       *field,
               const char       *old,
               const char       *new,
               GError          **error)
{
  g_autofree char *time = balance_database_dup_time ();
  g_autoptr(BalanceStatement) statement =
    balance_database_prepare (database, "INSERT INTO rectification_history (item, time, who, field, old, new)"
                                        " VALUES (?, ?, ?, ?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  balance_statement_bind (statement, "itttt" "t", item, time, who, field, old, new);

  return balance_database_run (database, statement, error);
}

/* (transfer full) what stands there now; FALSE on errors and where there is no such item */
static gboolean
read_old (BalanceDatabase  *database,
          gint64            item,
          const char       *field,
          char            **old,
          GError          **error)
{
  /* the name is one of ours */
  g_autofree char *sql = g_strdup_printf ("SELECT CAST (%s AS TEXT) FROM rectification WHERE id = ?", field);
  g_autoptr(BalanceStatement) statement = balance_database_prepare (database, sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  balance_statement_bind (statement, "i", item);
  if (!balance_database_step (database, statement, &row, error))
    return FALSE;
  if (!row)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                   "%s has no item of rectification %" G_GINT64_FORMAT "\n%s 的整改台账中没有第 %" G_GINT64_FORMAT " 项",
                   database->name, item, database->name, item);
      return FALSE;
    }
  *old = g_strdup (balance_statement_get_text (statement, 0));

  return TRUE;
}

static gboolean
change_field (BalanceDatabase  *database,
              gint64            item,
              const char       *field,
              const char       *new,
              const char       *who,
              GError          **error)
{
  g_autofree char *old = NULL;
  g_autofree char *sql = g_strdup_printf ("UPDATE rectification SET %s = ? WHERE id = ?", field);
  g_autoptr(BalanceStatement) statement = NULL;

  if (!read_old (database, item, field, &old, error))
    return FALSE;
  if (g_strcmp0 (old, new) == 0)
    return TRUE;

  statement = balance_database_prepare (database, sql, error);
  if (statement == NULL)
    return FALSE;
  balance_statement_bind (statement, "ti", new, item);

  return balance_database_run (database, statement, error) && write_history (database, item, who, field, old, new, error);
}

static gboolean
change_item (BalanceDatabase  *database,
             gint64            item,
             GVariant         *values,
             const char       *who,
             GError          **error)
{
  GVariantIter iter;
  const char *key;
  GVariant *boxed;

  g_variant_iter_init (&iter, values);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &boxed))
    {
      g_autoptr(GVariant) value = boxed;
      g_autoptr(GError) local_error = NULL;
      g_autofree char *text = NULL;

      if (!g_strv_contains (fields, key))
        {
          g_autofree char *known = g_strjoinv (", ", (char **) fields);

          return throw_value ("key", key, known, known, error);
        }
      text = read_value (key, value, &local_error);
      if (local_error == NULL && text == NULL && strcmp (key, "status") == 0)
        throw_value (key, "", "open, under_way, done, confirmed or dropped", "open、under_way、done、confirmed 或 dropped", &local_error);
      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (!change_field (database, item, key, text, who, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * balance_store_add_rectification:
 * @self: a store that is open for writing
 * @values: what is known of the item, of type `a{sv}`
 * @who: who adds it
 * @error: return location for an error
 *
 * Adds an item to the list of rectification (整改台账).
 *
 * The keys of @values are `year`, `district`, `school`, `stage`, `requirement` (codes and ids), `quantity` (a decimal
 * number, as text or number), `unit`, `measure`, `responsible`, `deadline` (a date, YYYY-MM-DD) and `status` (`open`,
 * which is the default, `under_way`, `done`, `confirmed` or `dropped`). All may be left out.
 *
 * Returns: the number of the item, from 1; 0 on errors
 *
 * Since: 1.0
 */
gint64
balance_store_add_rectification (BalanceStore  *self,
                                 GVariant      *values,
                                 const char    *who,
                                 GError       **error)
{
  gint64 item = 0;
  gboolean good;

  g_return_val_if_fail (BALANCE_IS_STORE (self), 0);
  g_return_val_if_fail (values != NULL && g_variant_is_of_type (values, G_VARIANT_TYPE_VARDICT), 0);
  g_return_val_if_fail (who != NULL, 0);
  g_return_val_if_fail (error == NULL || *error == NULL, 0);

  if (!balance_store_begin (self, TRUE, NULL, error))
    return 0;
  good = balance_database_exec (self->database, "INSERT INTO rectification (status) VALUES ('open')", error);
  if (good)
    {
      item = sqlite3_last_insert_rowid (self->database->handle);
      good = write_history (self->database, item, who, "status", NULL, "open", error) &&
             change_item (self->database, item, values, who, error);
    }

  return balance_store_end (self, good, error) ? item : 0;
}

/**
 * balance_store_update_rectification:
 * @self: a store that is open for writing
 * @item: the number of an item
 * @values: what changes, of type `a{sv}`, with keys as in [method@Balance.Store.add_rectification]; an empty text clears
 * @who: who changes it
 * @error: return location for an error
 *
 * Changes an item of rectification. What stood there before stays in the history of the item.
 *
 * Returns: %TRUE if it was changed
 *
 * Since: 1.0
 */
gboolean
balance_store_update_rectification (BalanceStore  *self,
                                    gint64         item,
                                    GVariant      *values,
                                    const char    *who,
                                    GError       **error)
{
  g_autofree char *status = NULL;
  gboolean good;

  g_return_val_if_fail (BALANCE_IS_STORE (self), FALSE);
  g_return_val_if_fail (values != NULL && g_variant_is_of_type (values, G_VARIANT_TYPE_VARDICT), FALSE);
  g_return_val_if_fail (who != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!balance_store_begin (self, TRUE, NULL, error))
    return FALSE;
  good = read_old (self->database, item, "status", &status, error) && change_item (self->database, item, values, who, error);

  return balance_store_end (self, good, error);
}

static GVariant *
list_all (BalanceStore  *self,
          const char    *sql,
          const char    *types,
          const char    *text,
          gint64         number,
          GError       **error)
{
  g_autoptr(BalanceStatement) statement = NULL;
  g_autoptr(GVariant) list = NULL;

  if (!balance_store_begin (self, FALSE, NULL, error))
    return NULL;
  statement = balance_database_prepare (self->database, sql, error);
  if (statement != NULL)
    {
      if (*types == 't')
        balance_statement_bind (statement, "t", text);
      else if (*types == 'i')
        balance_statement_bind (statement, "i", number);
      list = balance_store_list (self, statement, error);
    }
  g_clear_pointer (&statement, sqlite3_finalize);

  return balance_store_end (self, list != NULL, error) ? g_steal_pointer (&list) : NULL;
}

/**
 * balance_store_list_rectification:
 * @self: a store
 * @district: (nullable): the code of a district, or %NULL for all
 * @error: return location for an error
 *
 * Lists the items of rectification.
 *
 * The result has type `aa{sv}` with the keys of [method@Balance.Store.add_rectification] (`year` x, all others s) and
 * `item` (x), the number. What is not known is left out.
 *
 * Returns: (transfer full): the items, as they were added
 *
 * Since: 1.0
 */
GVariant *
balance_store_list_rectification (BalanceStore  *self,
                                  const char    *district,
                                  GError       **error)
{
  g_return_val_if_fail (BALANCE_IS_STORE (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (district == NULL)
    return list_all (self, SELECT_ITEM " ORDER BY id", "", NULL, 0, error);

  return list_all (self, SELECT_ITEM " WHERE district = ? ORDER BY id", "t", district, 0, error);
}

/**
 * balance_store_list_rectification_history:
 * @self: a store
 * @item: the number of an item
 * @error: return location for an error
 *
 * Lists everything that was ever changed of an item of rectification.
 *
 * The result has type `aa{sv}` with the keys `time`, `who`, `field`, `old` and `new` (s); a blank is left out.
 *
 * Returns: (transfer full): the changes, the first one first
 *
 * Since: 1.0
 */
GVariant *
balance_store_list_rectification_history (BalanceStore  *self,
                                          gint64         item,
                                          GError       **error)
{
  g_return_val_if_fail (BALANCE_IS_STORE (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return list_all (self, "SELECT time, who, field, old, new FROM rectification_history WHERE item = ? ORDER BY id", "i", NULL, item, error);
}

/* -- plans ------------------------------------------------------------------------------------------- */

static gboolean
same_text (GVariant *a, GVariant *b, const char *key)
{
  const char *x = NULL, *y = NULL;

  g_variant_lookup (a, key, "&s", &x);
  g_variant_lookup (b, key, "&s", &y);

  return g_strcmp0 (x != NULL && *x == '\0' ? NULL : x, y != NULL && *y == '\0' ? NULL : y) == 0;
}

static gboolean
is_closed (GVariant *item)
{
  const char *status = NULL;

  g_variant_lookup (item, "status", "&s", &status);

  return g_strcmp0 (status, "confirmed") == 0 || g_strcmp0 (status, "dropped") == 0;
}

/* The open item that is about the same thing: year, district, school, stage and requirement; 0 if none. */
static gint64
find_same (GVariant *known, GVariant *values)
{
  static const char *const keys[] = { "district", "school", "stage", "requirement" };

  for (gsize i = 0; i < g_variant_n_children (known); i++)
    {
      g_autoptr(GVariant) item = g_variant_get_child_value (known, i);
      gint64 year = 0, other = 0, id = 0;
      gboolean same;

      g_variant_lookup (item, "year", "x", &year);
      g_variant_lookup (values, "year", "x", &other);
      same = year == other && !is_closed (item);
      for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
        same = same && same_text (item, values, keys[k]);
      if (same && g_variant_lookup (item, "item", "x", &id))
        return id;
    }

  return 0;
}

/* One item of a plan: as balance_store_add_rectification() and balance_store_update_rectification(), in one transaction. */
static gboolean
put_item (BalanceStore *self, gint64 item, GVariant *values, const char *who, GError **error)
{
  if (item == 0)
    {
      if (!balance_database_exec (self->database, "INSERT INTO rectification (status) VALUES ('open')", error))
        return FALSE;
      item = sqlite3_last_insert_rowid (self->database->handle);
      if (!write_history (self->database, item, who, "status", NULL, "open", error))
        return FALSE;
    }

  return change_item (self->database, item, values, who, error);
}

/**
 * balance_store_put_plan:
 * @self: a store that is open for writing
 * @plan: items of type `aa{sv}`, as [method@Balance.GapList.read_plan] gives them
 * @who: who enters it
 * @n_added: (out) (optional): return location for the number of new items
 * @n_changed: (out) (optional): return location for the number of items that were there
 * @error: return location for an error
 *
 * Keeps a plan in the list of rectification: an item of the same year, district, school, stage and requirement that is
 * neither confirmed nor dropped is changed, any other is added. Either all is kept or nothing.
 *
 * Returns: %TRUE if it was kept
 *
 * Since: 1.0
 */
gboolean
balance_store_put_plan (BalanceStore  *self,
                        GVariant      *plan,
                        const char    *who,
                        guint         *n_added,
                        guint         *n_changed,
                        GError       **error)
{
  g_autoptr(GVariant) known = NULL;
  guint added = 0, changed = 0;
  gboolean good = TRUE;

  g_return_val_if_fail (BALANCE_IS_STORE (self), FALSE);
  g_return_val_if_fail (plan != NULL && g_variant_is_of_type (plan, G_VARIANT_TYPE ("aa{sv}")), FALSE);
  g_return_val_if_fail (who != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  known = balance_store_list_rectification (self, NULL, error);
  if (known == NULL || !balance_store_begin (self, TRUE, NULL, error))
    return FALSE;
  for (gsize i = 0; i < g_variant_n_children (plan) && good; i++)
    {
      g_autoptr(GVariant) values = g_variant_get_child_value (plan, i);
      gint64 item = find_same (known, values);

      good = put_item (self, item, values, who, error);
      added += item == 0;
      changed += item != 0;
    }
  if (!balance_store_end (self, good, error))
    return FALSE;
  if (n_added != NULL)
    *n_added = added;
  if (n_changed != NULL)
    *n_changed = changed;

  return TRUE;
}

/* -- evidence ----------------------------------------------------------------------------------------- */

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
  g_return_val_if_fail (BALANCE_IS_STORE (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return list_all (self, "SELECT id AS document, year, district, subject, file, digest, size, time, who,"
                         " content IS NOT NULL AS kept FROM documents ORDER BY id", "", NULL, 0, error);
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
