/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sheet-formats.h"

#include <string.h>

#include "sheet-writer.h"
#include "sheet-xml.h"

#define ODS_TYPE "application/vnd.oasis.opendocument.spreadsheet"

static void
start_root_relation (gpointer           data,
                     const char        *name,
                     const SheetXmlTag *tag)
{
  char **part = data;
  g_autofree char *type = sheet_xml_dup (tag, "Type");

  if (strcmp (name, "Relationship") == 0 && type != NULL && g_str_has_suffix (type, "/officeDocument") &&
      *part == NULL)
    *part = sheet_xml_dup (tag, "Target");
}

static void
ignore_end (gpointer    data,
            const char *name)
{
}

static void
ignore_text (gpointer    data,
             const char *text,
             gsize       length)
{
}

void
sheet_read_zip (const guint8 *data,
                gsize         length)
{
  static const SheetXmlHandler handler = { start_root_relation, ignore_end, ignore_text };
  g_autofree char *type = NULL;
  g_autofree char *part = NULL;

  sheet_xml_open (data, length);

  type = sheet_xml_read_part ("mimetype", 200);
  if (type != NULL && g_str_has_prefix (type, ODS_TYPE))
    sheet_read_ods ();

  if (!sheet_xml_parse ("_rels/.rels", &handler, &part) || part == NULL)
    sheet_fault (BALANCE_SHEET_UNKNOWN, 0, 0, "ZIP");
  if (g_str_has_suffix (part, "workbook.bin"))
    sheet_fault (BALANCE_SHEET_UNSUPPORTED, 0, 0, "XLSB");
  sheet_read_xlsx (*part == '/' ? part + 1 : part);
}
