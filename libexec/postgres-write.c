/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "balance-postgres.h"

#include <stdio.h>
#include <string.h>

#define CHUNK (1 << 20)

/* Two that make the schema at once would get in each other's way; the number only has to be ours. */
#define LOCK "SELECT pg_advisory_xact_lock (1114402403)"

#define LAYOUT "1"

static const char schema[] =
  "CREATE SCHEMA balance_results;"
  "CREATE TABLE balance_results.layout (version integer NOT NULL);"
  "INSERT INTO balance_results.layout VALUES (" LAYOUT ");"
  "CREATE TABLE balance_results.evaluations ("
  "  digest text PRIMARY KEY, time timestamptz NOT NULL, year integer, standard text NOT NULL, standard_digest text NOT NULL,"
  "  title_zh text, title_en text, reference text, as_of text NOT NULL, options text NOT NULL, concessions text NOT NULL,"
  "  \"only\" text, facts_digest text NOT NULL, verdict text NOT NULL, program text NOT NULL);"
  "CREATE TABLE balance_results.requirements ("
  "  evaluation text NOT NULL REFERENCES balance_results.evaluations ON DELETE CASCADE, id text NOT NULL, level text NOT NULL,"
  "  title_zh text, title_en text, reference text, PRIMARY KEY (evaluation, id));"
  "CREATE TABLE balance_results.verdicts ("
  "  evaluation text NOT NULL REFERENCES balance_results.evaluations ON DELETE CASCADE, number integer NOT NULL,"
  "  requirement text NOT NULL, level text NOT NULL, district text, school text, stage text, verdict text NOT NULL,"
  "  strict_verdict text NOT NULL, value double precision, comparison text, \"limit\" double precision, margin double precision,"
  "  unit text, path text, PRIMARY KEY (evaluation, number));"
  "CREATE TABLE balance_results.group_figures ("
  "  evaluation text NOT NULL REFERENCES balance_results.evaluations ON DELETE CASCADE, district text NOT NULL, stage text NOT NULL,"
  "  indicator text NOT NULL, mean double precision, cv double precision, cv_limit double precision, cv_verdict text NOT NULL,"
  "  PRIMARY KEY (evaluation, district, stage, indicator));";

/* The one value that a query gives; "" if it gives none. */
static char *
ask (PGconn     *connection,
     const char *query,
     const char *value)
{
  const char *values[] = { value };
  PGresult *result = PQexecParams (connection, query, value != NULL, NULL, values, NULL, NULL, 0);
  char *answer;

  if (PQresultStatus (result) != PGRES_TUPLES_OK)
    postgres_fail_server (connection, "the server refused");
  answer = g_strdup (PQntuples (result) > 0 ? PQgetvalue (result, 0, 0) : "");
  PQclear (result);

  return answer;
}

static void
prepare_schema (PGconn *connection)
{
  /* asked first, as CREATE … IF NOT EXISTS wants a right that whoever only adds results does not have */
  g_autofree char *there = ask (connection, "SELECT count(*) FROM pg_namespace WHERE nspname = 'balance_results'", NULL);
  g_autofree char *version = NULL;

  if (strcmp (there, "0") == 0)
    postgres_run (connection, schema);
  version = ask (connection, "SELECT max (version) FROM balance_results.layout", NULL);
  if (strcmp (version, LAYOUT) != 0)
    postgres_fail ("the schema balance_results has layout %s, this version of the software knows " LAYOUT, version);
}

static void
copy_table (PGconn     *connection,
            const char *name,
            const char *bytes,
            gsize       length)
{
  /* the names are ours, checked against these */
  static const char *const tables[] = { "evaluations", "requirements", "verdicts", "group_figures", NULL };
  g_autofree char *copy = NULL;
  PGresult *result;

  if (!g_strv_contains (tables, name))
    postgres_fail ("there is no table “%s”", name);
  copy = g_strdup_printf ("COPY balance_results.%s FROM STDIN (FORMAT csv)", name);
  result = PQexec (connection, copy);
  if (PQresultStatus (result) != PGRES_COPY_IN)
    postgres_fail_server (connection, "the results cannot be written");
  PQclear (result);

  for (gsize i = 0; i < length; i += CHUNK)
    if (PQputCopyData (connection, bytes + i, (int) MIN (CHUNK, length - i)) != 1)
      postgres_fail_server (connection, "the results cannot be written");
  if (PQputCopyEnd (connection, NULL) != 1)
    postgres_fail_server (connection, "the results cannot be written");
  while ((result = PQgetResult (connection)) != NULL)
    {
      if (PQresultStatus (result) != PGRES_COMMAND_OK)
        postgres_fail_server (connection, "the results cannot be written");
      PQclear (result);
    }
}

void
postgres_write (PGconn        *connection,
                PostgresInput *input)
{
  const char *digest = postgres_input_text (input);
  const char *name, *bytes;
  g_autofree char *known = NULL;
  gsize length;

  if (digest == NULL)
    postgres_fail ("the input is not complete");

  postgres_run (connection, "BEGIN");
  g_free (ask (connection, LOCK, NULL));
  prepare_schema (connection);
  known = ask (connection, "SELECT count(*) FROM balance_results.evaluations WHERE digest = $1", digest);
  if (strcmp (known, "0") == 0)
    while ((name = postgres_input_text (input)) != NULL)
      {
        if (!postgres_input_bytes (input, &bytes, &length))
          postgres_fail ("the input is not complete");
        copy_table (connection, name, bytes, length);
      }
  postgres_run (connection, "COMMIT");

  fputs (strcmp (known, "0") == 0 ? "added" : "present", stdout);
}
