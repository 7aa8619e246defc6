/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

/* The input: texts and tables one after the other, each text with its NUL, each table with its length before it. */
typedef struct
{
  const char *at, *end;
} PostgresInput;

/* NULL at the end, or where the text does not end. */
const char *postgres_input_text  (PostgresInput *self);
gboolean    postgres_input_bytes (PostgresInput *self,
                                  const char   **bytes,
                                  gsize         *length);

/* One line to standard error, without any password that the connection has, and the end. */
G_NORETURN
void        postgres_fail        (const char    *format,
                                  ...) G_GNUC_PRINTF (1, 2);
/* The same with what the server said last. */
G_NORETURN
void        postgres_fail_server (PGconn        *connection,
                                  const char    *doing);
/* A command without an answer; ends the program where it fails. */
void        postgres_run         (PGconn        *connection,
                                  const char    *command);

/* A table, view or query as CSV to standard output. */
void        postgres_read        (PGconn        *connection,
                                  PostgresInput *input);
/* An evaluation into the tables of the schema balance_results; one that is there already is not written again. */
void        postgres_write       (PGconn        *connection,
                                  PostgresInput *input);

G_END_DECLS
