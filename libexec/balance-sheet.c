/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reads a workbook from standard input and answers with its cells, see balance-sheet-protocol-private.h. A process
 * of its own, so that GDAL, its licences and the faults that a hostile file may find in it stay out of the host. */

#include <cpl_error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "sheet-formats.h"
#include "sheet-writer.h"

/* Sanitizers reserve more address space than any limit would allow. */
#if defined (__SANITIZE_ADDRESS__) || defined (__SANITIZE_THREAD__)
# define LIMIT_MEMORY FALSE
#elif defined (__has_feature)
# if __has_feature (address_sanitizer) || __has_feature (thread_sanitizer)
#  define LIMIT_MEMORY FALSE
# endif
#endif
#ifndef LIMIT_MEMORY
# define LIMIT_MEMORY TRUE
#endif

/* Also for whoever runs it by hand; the host sets its own limits. */
#define MAX_MEMORY  (G_GUINT64_CONSTANT (3) << 30)
#define MAX_SECONDS 120

static void
limit (int     resource,
       guint64 most)
{
  struct rlimit now;

  if (getrlimit (resource, &now) == 0 && (now.rlim_cur == RLIM_INFINITY || now.rlim_cur > most))
    {
      now.rlim_cur = (rlim_t) most;
      setrlimit (resource, &now);
    }
}

static GByteArray *
read_input (void)
{
  GByteArray *input = g_byte_array_new ();
  static guint8 buffer[1 << 16];
  size_t n;

  while ((n = fread (buffer, 1, sizeof buffer, stdin)) > 0)
    g_byte_array_append (input, buffer, (guint) n);

  return input;
}

/* Tables that are web pages, or the XML of Excel 2003, under the name of a workbook. */
static gboolean
is_markup (const GByteArray *input)
{
  guint i = input->len >= 3 && memcmp (input->data, "\357\273\277", 3) == 0 ? 3 : 0;

  while (i < input->len && g_ascii_isspace (input->data[i]))
    i++;

  return i < input->len && input->data[i] == '<';
}

int
main (void)
{
  static const char ole[] = "\320\317\021\340\241\261\032\341";
  GByteArray *input;

  limit (RLIMIT_CPU, MAX_SECONDS);
  if (LIMIT_MEMORY)
    limit (RLIMIT_AS, MAX_MEMORY);

  /* What libraries want to say is asked for where it matters. */
  CPLSetErrorHandler (CPLQuietErrorHandler);
  fputs (BALANCE_SHEET_MAGIC, stdout);

  input = read_input ();
  if (input->len >= 4 && memcmp (input->data, "PK", 2) == 0)
    sheet_read_zip (input->data, input->len);
  else if (input->len >= 8 && memcmp (input->data, ole, 8) == 0)
    sheet_read_xls (input->data, input->len);
  else if (is_markup (input))
    sheet_fault (BALANCE_SHEET_UNSUPPORTED, 0, 0, "HTML/XML");
  else
    sheet_read_dbf (input->data, input->len);
}
