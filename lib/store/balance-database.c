/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/balance-database-private.h"

#include <balance/balance.h>
#include <math.h>
#include <stdarg.h>

/* How long to wait for another program that writes. */
#define BUSY_MILLISECONDS 10000

/* Between looking whether anybody wants to stop, in steps of SQLite's machine. */
#define STEPS_PER_CHECK 20000

/* A text or blob of a file that is larger was not written by us: packs are at most 1 MiB, documents 64. */
#define MAX_VALUE (65 * 1024 * 1024)

gboolean
balance_database_throw_damaged (BalanceDatabase  *self,
                                const char       *en,
                                const char       *zh,
                                GError          **error)
{
  g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
               "%s is damaged: %s\n%s 已损坏：%s", self->name, en, self->name, zh);

  return FALSE;
}

gboolean
balance_database_throw (BalanceDatabase  *self,
                        GError          **error)
{
  int code = sqlite3_errcode (self->handle) & 0xff;
  const char *message = sqlite3_errmsg (self->handle);
  const char *name = self->name;

  switch (code)
    {
    case SQLITE_INTERRUPT:
      if (!g_cancellable_set_error_if_cancelled (self->cancellable, error))
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Operation was cancelled");
      break;

    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_BUSY,
                   "%s is in use by another program; try again when that has ended\n%s 正被其他程序使用，请稍后再试", name, name);
      break;

    case SQLITE_READONLY:
    case SQLITE_PERM:
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_FAILED,
                   "%s cannot be written; check the permissions of the file and its folder\n"
                   "无法写入 %s，请检查文件及其所在文件夹的权限", name, name);
      break;

    case SQLITE_FULL:
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_FAILED,
                   "there is no room left for %s; nothing was changed\n磁盘空间不足，%s 未作更改", name, name);
      break;

    case SQLITE_NOTADB:
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                   "%s is no store; expected a .balance file\n%s 不是数据库文件，应为 .balance 文件", name, name);
      break;

    case SQLITE_TOOBIG:
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_LIMIT,
                   "a value is too large for %s\n有数据超出 %s 的容量限制", name, name);
      break;

    case SQLITE_CANTOPEN:
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_FAILED,
                   "%s cannot be opened: %s\n无法打开 %s：%s", name, message, name, message);
      break;

    case SQLITE_CORRUPT:
    case SQLITE_FORMAT:
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT:
    case SQLITE_ERROR:
      balance_database_throw_damaged (self, message, message, error);
      break;

    default:
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_FAILED, "%s: %s\n%s：%s", name, message, name, message);
    }

  return FALSE;
}

static int
look_whether_cancelled (gpointer data)
{
  const BalanceDatabase *self = data;

  return g_cancellable_is_cancelled (self->cancellable);
}

/* What is in a file may come from anywhere: no function of its schema is trusted, nothing in it can reach outside. */
static void
harden (sqlite3 *handle)
{
  sqlite3_db_config (handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
  sqlite3_limit (handle, SQLITE_LIMIT_LENGTH, MAX_VALUE);
  sqlite3_limit (handle, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_busy_timeout (handle, BUSY_MILLISECONDS);
}

BalanceDatabase *
balance_database_open (const char  *path,
                       int          flags,
                       GError     **error)
{
  BalanceDatabase *self = g_new0 (BalanceDatabase, 1);
  int result;

  self->name = g_filename_display_name (path);
  result = sqlite3_open_v2 (path, &self->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);
  if (result != SQLITE_OK || self->handle == NULL)
    {
      if (self->handle == NULL)
        g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_LIMIT, "there is no memory for %s\n内存不足，无法打开 %s", self->name, self->name);
      else
        balance_database_throw (self, error);
      balance_database_close (self);
      return NULL;
    }

  sqlite3_extended_result_codes (self->handle, 1);
  sqlite3_progress_handler (self->handle, STEPS_PER_CHECK, look_whether_cancelled, self);
  harden (self->handle);
  /* a shared map of a file that somebody cuts short would end the process */
  if (!balance_database_exec (self, "PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON;", error))
    {
      balance_database_close (self);
      return NULL;
    }

  return self;
}

void
balance_database_close (BalanceDatabase *self)
{
  sqlite3_close_v2 (self->handle);
  g_free (self->name);
  g_free (self);
}

gboolean
balance_database_exec (BalanceDatabase  *self,
                       const char       *sql,
                       GError          **error)
{
  if (sqlite3_exec (self->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
    return balance_database_throw (self, error);

  return TRUE;
}

BalanceStatement *
balance_database_prepare (BalanceDatabase  *self,
                          const char       *sql,
                          GError          **error)
{
  BalanceStatement *statement = NULL;

  if (sqlite3_prepare_v2 (self->handle, sql, -1, &statement, NULL) != SQLITE_OK)
    balance_database_throw (self, error);

  return statement;
}

void
balance_statement_bind (BalanceStatement *statement,
                        const char       *types,
                        ...)
{
  va_list args;
  int i = 0;

  va_start (args, types);
  for (const char *type = types; *type != '\0'; type++)
    {
      i++;
      if (*type == 'i')
        {
          sqlite3_bind_int64 (statement, i, va_arg (args, gint64));
        }
      else if (*type == 'd')
        {
          /* SQLite binds NaN as NULL */
          sqlite3_bind_double (statement, i, va_arg (args, double));
        }
      else if (*type == 't')
        {
          /* kept by reference until the step that every bind is followed by, or copied where it may not last */
          sqlite3_bind_text (statement, i, va_arg (args, const char *), -1, SQLITE_TRANSIENT);
        }
      else if (*type == 'b')
        {
          gsize length;
          gconstpointer data = g_bytes_get_data (va_arg (args, GBytes *), &length);

          sqlite3_bind_blob64 (statement, i, data != NULL ? data : "", length, SQLITE_TRANSIENT);
        }
      else
        {
          g_assert_not_reached ();
        }
    }
  va_end (args);
}

gboolean
balance_database_step (BalanceDatabase   *self,
                       BalanceStatement  *statement,
                       gboolean          *row,
                       GError           **error)
{
  int result = sqlite3_step (statement);

  *row = result == SQLITE_ROW;
  if (result != SQLITE_ROW && result != SQLITE_DONE)
    return balance_database_throw (self, error);

  return TRUE;
}

gboolean
balance_database_run (BalanceDatabase   *self,
                      BalanceStatement  *statement,
                      GError           **error)
{
  gboolean row = TRUE;

  while (row)
    if (!balance_database_step (self, statement, &row, error))
      {
        sqlite3_reset (statement);
        return FALSE;
      }
  sqlite3_reset (statement);

  return TRUE;
}

gboolean
balance_statement_get_uint (BalanceStatement *statement,
                            int               column,
                            guint             max,
                            guint            *value)
{
  gint64 number;

  if (sqlite3_column_type (statement, column) != SQLITE_INTEGER)
    return FALSE;
  number = sqlite3_column_int64 (statement, column);
  if (number < 0 || number > (gint64) max)
    return FALSE;
  *value = (guint) number;

  return TRUE;
}

const char *
balance_statement_get_text (BalanceStatement *statement,
                            int               column)
{
  const char *text;

  if (sqlite3_column_type (statement, column) != SQLITE_TEXT)
    return NULL;
  text = (const char *) sqlite3_column_text (statement, column);

  return text != NULL && g_utf8_validate_len (text, (gsize) sqlite3_column_bytes (statement, column), NULL) ? text : NULL;
}

gboolean
balance_database_get_int (BalanceDatabase  *self,
                          const char       *sql,
                          gint64           *value,
                          GError          **error)
{
  g_autoptr(BalanceStatement) statement = balance_database_prepare (self, sql, error);
  gboolean row;

  if (statement == NULL || !balance_database_step (self, statement, &row, error))
    return FALSE;
  if (!row || sqlite3_column_type (statement, 0) != SQLITE_INTEGER)
    return balance_database_throw_damaged (self, "a number is missing", "缺少数值", error);
  *value = sqlite3_column_int64 (statement, 0);

  return TRUE;
}

gboolean
balance_database_begin (BalanceDatabase  *self,
                        gboolean          write,
                        GError          **error)
{
  /* a writer that begins as a reader can be refused in the middle */
  return balance_database_exec (self, write ? "BEGIN IMMEDIATE" : "BEGIN", error);
}

gboolean
balance_database_commit (BalanceDatabase  *self,
                         GError          **error)
{
  if (balance_database_exec (self, "COMMIT", error))
    return TRUE;
  balance_database_rollback (self);

  return FALSE;
}

void
balance_database_rollback (BalanceDatabase *self)
{
  /* some errors have ended the transaction already */
  if (!sqlite3_get_autocommit (self->handle))
    sqlite3_exec (self->handle, "ROLLBACK", NULL, NULL, NULL);
}

char *
balance_database_dup_time (void)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();

  return g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
}
