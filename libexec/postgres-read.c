/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "balance-postgres.h"

#include <stdio.h>
#include <string.h>

/* of pg_type, fixed for ever */
#define TYPE_BOOLEAN 16

static void
append_identifier (GString    *sql,
                   PGconn     *connection,
                   const char *name,
                   gsize       length)
{
  char *quoted = PQescapeIdentifier (connection, name, length);

  if (quoted == NULL)
    postgres_fail_server (connection, "a name cannot be used");
  g_string_append (sql, quoted);
  PQfreemem (quoted);
}

/* “schema.table” or “table”, as it is written: nothing in it is SQL. */
static char *
quote_table (PGconn     *connection,
             const char *table)
{
  g_autoptr(GString) sql = g_string_new (NULL);
  const char *dot = strchr (table, '.');

  if (dot != NULL)
    {
      append_identifier (sql, connection, table, (gsize) (dot - table));
      g_string_append_c (sql, '.');
      table = dot + 1;
    }
  append_identifier (sql, connection, table, strlen (table));

  return g_string_free (g_steal_pointer (&sql), FALSE);
}

/* In the order of the primary key, if there is one, so that the number of a row means the same tomorrow. */
static void
append_order (GString    *sql,
              PGconn     *connection,
              const char *table)
{
  const char *values[] = { table };
  PGresult *result =
    PQexecParams (connection,
                  "SELECT a.attname FROM pg_index i CROSS JOIN LATERAL unnest (i.indkey) WITH ORDINALITY k (attnum, position)"
                  " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum"
                  " WHERE i.indrelid = $1::regclass AND i.indisprimary ORDER BY k.position",
                  1, NULL, values, NULL, NULL, 0);

  if (PQresultStatus (result) != PGRES_TUPLES_OK)
    postgres_fail_server (connection, "the table cannot be read");
  for (int i = 0; i < PQntuples (result); i++)
    {
      const char *name = PQgetvalue (result, i, 0);

      g_string_append (sql, i == 0 ? " ORDER BY " : ", ");
      append_identifier (sql, connection, name, strlen (name));
    }
  PQclear (result);
}

/* Flags as 0 and 1; PostgreSQL writes t and f. */
static char *
make_copy (PGconn     *connection,
           const char *query)
{
  g_autoptr(GString) sql = g_string_new ("COPY (SELECT ");
  g_autoptr(GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  PGresult *result = PQprepare (connection, "source", query, 0, NULL);

  if (PQresultStatus (result) != PGRES_COMMAND_OK)
    postgres_fail_server (connection, "the query cannot be run");
  PQclear (result);
  result = PQdescribePrepared (connection, "source");
  if (PQresultStatus (result) != PGRES_COMMAND_OK || PQnfields (result) == 0)
    postgres_fail ("the query gives no columns");

  for (int i = 0; i < PQnfields (result); i++)
    {
      const char *name = PQfname (result, i);

      if (!g_hash_table_add (names, g_strdup (name)))
        postgres_fail ("the query gives two columns of the name “%s”; give one of them another with AS", name);
      g_string_append (sql, i == 0 ? "" : ", ");
      append_identifier (sql, connection, name, strlen (name));
      if (PQftype (result, i) == TYPE_BOOLEAN)
        {
          g_string_append (sql, "::integer AS ");
          append_identifier (sql, connection, name, strlen (name));
        }
    }
  PQclear (result);
  /* on lines of its own, or a comment at its end would take the rest */
  g_string_append_printf (sql, " FROM (\n%s\n) source) TO STDOUT (FORMAT csv, HEADER)", query);

  return g_string_free (g_steal_pointer (&sql), FALSE);
}

static char *
dup_query (PGconn        *connection,
           PostgresInput *input)
{
  const char *kind = postgres_input_text (input);
  const char *text = postgres_input_text (input);

  if (text == NULL || *text == '\0')
    postgres_fail ("no table and no query is named");

  if (strcmp (kind, "table") == 0)
    {
      g_autofree char *table = quote_table (connection, text);
      g_autoptr(GString) sql = g_string_new (NULL);

      g_string_printf (sql, "SELECT * FROM %s", table);
      append_order (sql, connection, table);
      return g_string_free (g_steal_pointer (&sql), FALSE);
    }
  else
    {
      char *query = g_strchomp (g_strdup (text));
      gsize length = strlen (query);

      while (length > 0 && (query[length - 1] == ';' || g_ascii_isspace (query[length - 1])))
        query[--length] = '\0';
      return query;
    }
}

void
postgres_read (PGconn        *connection,
               PostgresInput *input)
{
  g_autofree char *query = NULL;
  g_autofree char *copy = NULL;
  PGresult *result;
  char *data;
  int length;

  /* a source is only read, and all of it at one moment */
  postgres_run (connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  query = dup_query (connection, input);
  copy = make_copy (connection, query);

  /* with parameters, of which there are none, the server takes one statement only */
  result = PQexecParams (connection, copy, 0, NULL, NULL, NULL, NULL, 0);
  if (PQresultStatus (result) != PGRES_COPY_OUT)
    postgres_fail_server (connection, "the query cannot be run");
  PQclear (result);

  while ((length = PQgetCopyData (connection, &data, 0)) > 0)
    {
      if (fwrite (data, 1, (gsize) length, stdout) != (gsize) length)
        postgres_fail ("the answer cannot be written");
      PQfreemem (data);
    }
  if (length == -2)
    postgres_fail_server (connection, "reading broke off");
  while ((result = PQgetResult (connection)) != NULL)
    {
      if (PQresultStatus (result) != PGRES_COMMAND_OK)
        postgres_fail_server (connection, "reading broke off");
      PQclear (result);
    }
  postgres_run (connection, "COMMIT");
}
