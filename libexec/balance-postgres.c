/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reads from and writes to PostgreSQL for the library, told by standard input what to do. A process of its own, so
 * that libpq, with the TLS and Kerberos libraries it brings, stays out of the host. The connection is no argument,
 * as arguments can be seen by others. */

#include "balance-postgres.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than all verdicts of a nation. */
#define MOST_INPUT (G_GUINT64_CONSTANT (4) << 30)

/* of the connection, for messages to leave out */
static char *password;

const char *
postgres_input_text (PostgresInput *self)
{
  const char *text = self->at;
  const char *nul = text < self->end ? memchr (text, '\0', (gsize) (self->end - text)) : NULL;

  if (nul == NULL)
    return NULL;
  self->at = nul + 1;

  return text;
}

gboolean
postgres_input_bytes (PostgresInput  *self,
                      const char    **bytes,
                      gsize          *length)
{
  const char *text = postgres_input_text (self);
  guint64 number;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, (guint64) (self->end - self->at), &number, NULL))
    return FALSE;
  *bytes = self->at;
  *length = (gsize) number;
  self->at += number;

  return TRUE;
}

void
postgres_fail (const char *format,
               ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);

  if (password != NULL && *password != '\0')
    {
      g_auto(GStrv) parts = g_strsplit (message, password, -1);

      g_free (message);
      message = g_strjoinv ("…", parts);
    }
  /* what the server says may have several lines, of which the host shows the last */
  g_strdelimit (g_strchomp (message), "\r\n", ' ');
  fprintf (stderr, "%s\n", message);
  exit (EXIT_FAILURE);
}

void
postgres_fail_server (PGconn     *connection,
                      const char *doing)
{
  postgres_fail ("%s: %s", doing, PQerrorMessage (connection));
}

void
postgres_run (PGconn     *connection,
              const char *command)
{
  PGresult *result = PQexec (connection, command);

  if (PQresultStatus (result) != PGRES_COMMAND_OK && PQresultStatus (result) != PGRES_TUPLES_OK)
    postgres_fail_server (connection, "the server refused");
  PQclear (result);
}

/* Only its password is of interest; what is wrong in it is not repeated, as it may be the password. */
static void
look_at (const char *conninfo)
{
  char *message = NULL;
  PQconninfoOption *options = PQconninfoParse (conninfo, &message);

  if (options == NULL)
    postgres_fail ("the connection is neither a valid URI (postgresql://user@host/database) nor a valid list such as “host=… dbname=…”");
  for (PQconninfoOption *option = options; option->keyword != NULL; option++)
    if (strcmp (option->keyword, "password") == 0 && option->val != NULL)
      password = g_strdup (option->val);
  PQconninfoFree (options);
}

static void
ignore_notice (void           *data,
               const PGresult *result)
{
}

static PGconn *
open_connection (const char *conninfo)
{
  /* what stands before the connection it may change, what stands behind not */
  static const char *const keywords[] = {
    "connect_timeout", "application_name", "dbname", "client_encoding", NULL
  };
  const char *values[] = { "15", "libbalance", conninfo, "UTF8", NULL };
  PGconn *connection;

  look_at (conninfo);
  connection = PQconnectdbParams (keywords, values, 1);
  if (connection == NULL || PQstatus (connection) != CONNECTION_OK)
    postgres_fail_server (connection, "cannot connect");
  PQsetNoticeReceiver (connection, ignore_notice, NULL);
  postgres_run (connection, "SET DateStyle = ISO");

  return connection;
}

int
main (void)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  static guint8 buffer[1 << 16];
  PostgresInput input;
  const char *what, *conninfo;
  PGconn *connection;
  size_t n;

  while ((n = fread (buffer, 1, sizeof buffer, stdin)) > 0)
    {
      if (bytes->len + (guint64) n >= MIN (MOST_INPUT, G_MAXUINT))
        postgres_fail ("the input is too large");
      g_byte_array_append (bytes, buffer, (guint) n);
    }
  input.at = (const char *) bytes->data;
  input.end = input.at + bytes->len;

  what = postgres_input_text (&input);
  conninfo = postgres_input_text (&input);
  if (conninfo == NULL || (strcmp (what, "read") != 0 && strcmp (what, "write") != 0))
    postgres_fail ("balance-postgres is run by libbalance, which tells it by standard input what to do");

  connection = open_connection (conninfo);
  if (strcmp (what, "read") == 0)
    postgres_read (connection, &input);
  else
    postgres_write (connection, &input);
  PQfinish (connection);

  /* whoever reads knows by it that nothing is missing; no text of a database has a NUL */
  if (fwrite ("\0done", 1, 5, stdout) != 5 || fflush (stdout) != 0)
    postgres_fail ("the answer cannot be written");

  return EXIT_SUCCESS;
}
