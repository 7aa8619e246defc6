/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* compile-yaml FILE…: runs while the library is built, and prints C for lib/base/balance-yaml-shipped.c: the trees of the
 * files of data/, with the digests of their texts. What our YAML refuses is refused here too. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/balance-yaml-shipped-private.h"

static const char *path;

static void
die (const char *why)
{
  fprintf (stderr, "compile-yaml: %s: %s\n", path, why);
  exit (1);
}

/* Seven bits a byte, the least first; the last has the high bit clear. */
static void
add_number (GByteArray *stream,
            gsize       number)
{
  guint8 byte;

  do
    {
      byte = (guint8) ((number & 0x7f) | (number > 0x7f ? 0x80 : 0));
      g_byte_array_append (stream, &byte, 1);
      number >>= 7;
    }
  while (number > 0);
}

static void
add_node (GByteArray        *stream,
          BalanceYamlRecord  record,
          const yaml_mark_t *mark,
          gsize              n)
{
  add_number (stream, record);
  add_number (stream, mark->line + 1);
  add_number (stream, mark->column + 1);
  add_number (stream, n);
}

static void
next_event (yaml_parser_t *parser,
            yaml_event_t  *event)
{
  if (!yaml_parser_parse (parser, event))
    die (parser->problem != NULL ? parser->problem : "not YAML");
}

/* What a list or mapping holds comes before it. Takes the event; FALSE if that ends what is around it. */
static gboolean
add_tree (yaml_parser_t *parser,
          yaml_event_t  *event,
          GByteArray    *stream)
{
  yaml_event_t below;
  gsize n = 0;

  switch (event->type)
    {
    case YAML_SCALAR_EVENT:
      if (event->data.scalar.anchor != NULL || event->data.scalar.tag != NULL ||
          memchr (event->data.scalar.value, '\0', event->data.scalar.length) != NULL)
        die ("an anchor, a tag or a NUL");
      add_node (stream, event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE ? BALANCE_YAML_RECORD_QUOTED : BALANCE_YAML_RECORD_PLAIN,
                &event->start_mark, event->data.scalar.length);
      g_byte_array_append (stream, event->data.scalar.value, (guint) event->data.scalar.length + 1);
      break;
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
      if (event->data.sequence_start.anchor != NULL || event->data.sequence_start.tag != NULL ||
          event->data.mapping_start.anchor != NULL || event->data.mapping_start.tag != NULL)
        die ("an anchor or a tag");
      for (next_event (parser, &below); add_tree (parser, &below, stream); next_event (parser, &below))
        n++;
      if (event->type == YAML_MAPPING_START_EVENT)
        add_node (stream, BALANCE_YAML_RECORD_MAPPING, &event->start_mark, n / 2);
      else
        add_node (stream, BALANCE_YAML_RECORD_SEQUENCE, &event->start_mark, n);
      break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      yaml_event_delete (event);
      return FALSE;
    default:
      die ("something that no tree of ours holds");
    }
  yaml_event_delete (event);

  return TRUE;
}

static GByteArray *
compile (const char *text,
         gsize       length)
{
  GByteArray *stream = g_byte_array_new ();
  yaml_parser_t parser;
  yaml_event_t event;

  if (!yaml_parser_initialize (&parser))
    die ("no memory");
  yaml_parser_set_input_string (&parser, (const unsigned char *) text, length);
  yaml_parser_set_encoding (&parser, YAML_UTF8_ENCODING);
  next_event (&parser, &event);
  yaml_event_delete (&event);
  next_event (&parser, &event);
  if (event.type != YAML_DOCUMENT_START_EVENT)
    die ("empty");
  yaml_event_delete (&event);
  next_event (&parser, &event);
  add_tree (&parser, &event, stream);
  next_event (&parser, &event);
  yaml_event_delete (&event);
  next_event (&parser, &event);
  if (event.type != YAML_STREAM_END_EVENT)
    die ("a second document");
  yaml_event_delete (&event);
  yaml_parser_delete (&parser);

  return stream;
}

static void
print_bytes (const guint8 *bytes,
             gsize         n)
{
  for (gsize i = 0; i < n; i++)
    printf ("%s%u,", i > 0 && i % 32 == 0 ? "\n" : "", bytes[i]);
}

int
main (int   argc,
      char *argv[])
{
  GString *table = g_string_new (NULL);

  printf ("/* Made by compile-yaml. */\n");
  for (int i = 1; i < argc; i++)
    {
      g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
      g_autoptr(GByteArray) stream = NULL;
      g_autofree char *text = NULL;
      guint8 digest[32];
      gsize length, n_digest = sizeof digest;

      path = argv[i];
      if (!g_file_get_contents (path, &text, &length, NULL))
        die ("cannot be read");
      if (!g_utf8_validate_len (text, length, NULL))
        die ("not UTF-8");
      stream = compile (text, length);
      g_checksum_update (checksum, (const guchar *) text, (gssize) length);
      g_checksum_get_digest (checksum, digest, &n_digest);

      printf ("static const guint8 stream_%d[] = {\n", i);
      print_bytes (stream->data, stream->len);
      printf ("\n};\n");
      g_string_append_printf (table, "{%" G_GSIZE_FORMAT ",{", length);
      for (gsize k = 0; k < n_digest; k++)
        g_string_append_printf (table, "%u,", digest[k]);
      g_string_append_printf (table, "},stream_%d,sizeof stream_%d},\n", i, i);
    }
  printf ("static const BalanceYamlShipped shipped[] = {\n%s};\n", table->str);
  g_string_free (table, TRUE);

  return 0;
}
