/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* SQLite as the store uses it: one connection, errors as GErrors that name the file, statements bound in one line,
 * and nothing that stands in a file taken on trust. A connection is for one thread at a time. */
typedef struct
{
  sqlite3      *handle;
  char         *name;           /* the file as messages name it */
  GCancellable *cancellable;    /* of the call that is under way; nullable, not owned */
} BalanceDatabase;

typedef struct sqlite3_stmt BalanceStatement;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceStatement, sqlite3_finalize)

/* NULL and an error where the file cannot be opened. `flags`: SQLITE_OPEN_… */
BalanceDatabase  *balance_database_open       (const char       *path,
                                               int               flags,
                                               GError          **error);
void              balance_database_close      (BalanceDatabase  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceDatabase, balance_database_close)

/* What SQLite said last, as an error; always FALSE. */
gboolean          balance_database_throw      (BalanceDatabase  *self,
                                               GError          **error);
/* The file holds something that this library never writes; always FALSE. */
gboolean          balance_database_throw_damaged (BalanceDatabase *self,
                                               const char       *en,
                                               const char       *zh,
                                               GError          **error);

gboolean          balance_database_exec       (BalanceDatabase  *self,
                                               const char       *sql,
                                               GError          **error);
BalanceStatement *balance_database_prepare    (BalanceDatabase  *self,
                                               const char       *sql,
                                               GError          **error);
/* Parameters from the first on, one letter each: i gint64, d double (NaN is NULL), t text (nullable), b GBytes. */
void              balance_statement_bind      (BalanceStatement *statement,
                                               const char       *types,
                                               ...);
/* TRUE with `row` telling whether there is one more. */
gboolean          balance_database_step       (BalanceDatabase  *self,
                                               BalanceStatement *statement,
                                               gboolean         *row,
                                               GError          **error);
/* Steps through, and makes the statement ready for other parameters. */
gboolean          balance_database_run        (BalanceDatabase  *self,
                                               BalanceStatement *statement,
                                               GError          **error);

/* A column of the current row, checked. FALSE if it is no whole number from 0 to `max`. */
gboolean          balance_statement_get_uint  (BalanceStatement *statement,
                                               int               column,
                                               guint             max,
                                               guint            *value);
/* Valid UTF-8 until the next step, "" where it is empty; NULL where it is NULL or no text. */
const char       *balance_statement_get_text  (BalanceStatement *statement,
                                               int               column);
/* The one whole number that a query gives; FALSE and an error where it gives none. */
gboolean          balance_database_get_int    (BalanceDatabase  *self,
                                               const char       *sql,
                                               gint64           *value,
                                               GError          **error);

/* Everything between them is done or, whatever happens, none of it. */
gboolean          balance_database_begin      (BalanceDatabase  *self,
                                               gboolean          write,
                                               GError          **error);
gboolean          balance_database_commit     (BalanceDatabase  *self,
                                               GError          **error);
void              balance_database_rollback   (BalanceDatabase  *self);

/* (transfer full) now, UTC, ISO 8601 */
char             *balance_database_dup_time   (void);

G_END_DECLS
