/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sheet-xml.h"

#include <cpl_error.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

#include "sheet-writer.h"

#define CONTAINER "/vsimem/book.zip"
#define ROOT      "/vsizip/{" CONTAINER "}"

/* No workbook of as many cells as are read has more text in its parts. */
#define MAX_UNPACKED (G_GUINT64_CONSTANT (4) << 30)

struct _SheetXmlTag
{
  const xmlChar **attributes;     /* name, prefix, namespace, value, end of the value */
  int             n;
};

typedef struct
{
  const char            *part;
  VSILFILE              *file;
  const SheetXmlHandler *handler;
  gpointer               data;
} Parse;

static GHashTable *parts;         /* name in lower case -> name */
static guint64 n_unpacked;

/* ---- the container */

void
sheet_xml_open (const guint8 *data,
                gsize         length)
{
  char **names;

  VSIFCloseL (VSIFileFromMemBuffer (CONTAINER, (GByte *) data, length, FALSE));

  parts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  names = VSIReadDirRecursive (ROOT);
  for (char **name = names; name != NULL && *name != NULL; name++)
    g_hash_table_insert (parts, g_ascii_strdown (*name, -1), g_strdup (*name));
  CSLDestroy (names);
  if (g_hash_table_size (parts) == 0)
    sheet_fault (BALANCE_SHEET_DAMAGED, 0, 0, "ZIP");
}

const char *
sheet_xml_find_part (const char *part)
{
  g_autofree char *lower = g_ascii_strdown (part, -1);

  return g_hash_table_lookup (parts, lower);
}

static VSILFILE *
open_part (const char *part)
{
  const char *name = sheet_xml_find_part (part);
  g_autofree char *path = name != NULL ? g_strconcat (ROOT "/", name, NULL) : NULL;
  VSILFILE *file = path != NULL ? VSIFOpenL (path, "rb") : NULL;

  if (name != NULL && file == NULL)
    sheet_fault (BALANCE_SHEET_DAMAGED, 0, 0, "%s", part);

  return file;
}

char *
sheet_xml_read_part (const char *part,
                     gsize       max_length)
{
  VSILFILE *file = open_part (part);
  char *text;

  if (file == NULL)
    return NULL;
  text = g_malloc0 (max_length + 1);
  VSIFReadL (text, 1, max_length, file);
  VSIFCloseL (file);

  return text;
}

/* ---- XML */

char *
sheet_xml_dup (const SheetXmlTag *tag,
               const char        *attribute)
{
  gboolean own = g_str_has_prefix (attribute, "calcext:");

  if (own)
    attribute += strlen ("calcext:");
  for (int i = 0; i < tag->n; i++)
    {
      const xmlChar **a = tag->attributes + 5 * i;

      /* LibreOffice repeats attributes of the standard in a namespace of its own */
      if (strcmp ((const char *) a[0], attribute) == 0 &&
          own == (a[2] != NULL && g_str_has_prefix ((const char *) a[2], "urn:org:documentfoundation:")))
        return g_strndup ((const char *) a[3], (gsize) (a[4] - a[3]));
    }

  return NULL;
}

gboolean
sheet_xml_get_flag (const SheetXmlTag *tag,
                    const char        *attribute)
{
  g_autofree char *value = sheet_xml_dup (tag, attribute);

  return value != NULL && (strcmp (value, "1") == 0 || strcmp (value, "true") == 0 || strcmp (value, "on") == 0);
}

guint
sheet_xml_get_number (const SheetXmlTag *tag,
                      const char        *attribute,
                      guint              fallback,
                      guint              max)
{
  g_autofree char *value = sheet_xml_dup (tag, attribute);
  guint64 number;

  if (value == NULL || !g_ascii_string_to_unsigned (value, 10, 0, max, &number, NULL))
    return fallback;

  return (guint) number;
}

static int
read_bytes (void *context,
            char *buffer,
            int   length)
{
  Parse *parse = context;
  gsize n = VSIFReadL (buffer, 1, (gsize) length, parse->file);

  n_unpacked += n;
  if (n_unpacked > MAX_UNPACKED)
    sheet_fault (BALANCE_SHEET_TOO_LARGE, 0, 0, "%s", parse->part);

  return (int) n;
}

static int
close_nothing (void *context)
{
  return 0;
}

static void
on_doctype (void          *context,
            const xmlChar *name,
            const xmlChar *id,
            const xmlChar *system)
{
  Parse *parse = context;

  sheet_fault (BALANCE_SHEET_DAMAGED, 0, 0, "%s: <!DOCTYPE>", parse->part);
}

static void
on_start (void           *context,
          const xmlChar  *name,
          const xmlChar  *prefix,
          const xmlChar  *uri,
          int             n_namespaces,
          const xmlChar **namespaces,
          int             n_attributes,
          int             n_defaulted,
          const xmlChar **attributes)
{
  Parse *parse = context;
  SheetXmlTag tag = { attributes, n_attributes };

  parse->handler->start (parse->data, (const char *) name, &tag);
}

static void
on_end (void          *context,
        const xmlChar *name,
        const xmlChar *prefix,
        const xmlChar *uri)
{
  Parse *parse = context;

  parse->handler->end (parse->data, (const char *) name);
}

static void
on_text (void          *context,
         const xmlChar *text,
         int            length)
{
  Parse *parse = context;

  parse->handler->text (parse->data, (const char *) text, (gsize) length);
}

/* The first error decides; libxml2 would go on. */
static void
on_error (void        *context,
          xmlErrorPtr  error)
{
  Parse *parse = context;
  g_autofree char *message = NULL;

  if (error == NULL || error->level < XML_ERR_ERROR || error->domain == XML_FROM_NAMESPACE)
    return;
  message = g_strstrip (g_strdup (error->message != NULL ? error->message : ""));
  sheet_fault (BALANCE_SHEET_DAMAGED, 0, 0, "%s:%d: %s", parse->part, error->line, message);
}

gboolean
sheet_xml_parse (const char            *part,
                 const SheetXmlHandler *handler,
                 gpointer               data)
{
  Parse parse = { .part = part, .handler = handler, .data = data, .file = open_part (part) };
  xmlSAXHandler sax = {
    .initialized = XML_SAX2_MAGIC,
    .internalSubset = on_doctype,
    .startElementNs = on_start,
    .endElementNs = on_end,
    .characters = on_text,
    .ignorableWhitespace = on_text,
    .cdataBlock = on_text,
    .serror = on_error,
  };
  xmlParserCtxtPtr context;
  char rest[4096];

  if (parse.file == NULL)
    return FALSE;

  CPLErrorReset ();
  context = xmlCreateIOParserCtxt (&sax, &parse, read_bytes, close_nothing, &parse, XML_CHAR_ENCODING_NONE);
  if (context == NULL)
    sheet_fault (BALANCE_SHEET_DAMAGED, 0, 0, "%s", part);
  /* Without a document type there are no entities but &amp; and its kin, and those are to be replaced. */
  xmlCtxtUseOptions (context, XML_PARSE_NONET | XML_PARSE_NOENT);
  if (xmlParseDocument (context) != 0 || !context->wellFormed)
    sheet_fault (BALANCE_SHEET_DAMAGED, 0, 0, "%s", part);
  xmlFreeParserCtxt (context);

  /* only at its end does the container know whether the checksum fits */
  while (read_bytes (&parse, rest, sizeof rest) > 0)
    ;
  if (CPLGetLastErrorType () >= CE_Failure)
    sheet_fault (BALANCE_SHEET_DAMAGED, 0, 0, "%s: %s", part, CPLGetLastErrorMsg ());
  VSIFCloseL (parse.file);

  return TRUE;
}
