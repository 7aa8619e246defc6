/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The parts of a workbook that is a ZIP container, read as streams of XML. A document type declaration, and with
 * it every entity, is refused; nothing is ever fetched. What is damaged ends the process with a fault. */

typedef struct _SheetXmlTag SheetXmlTag;

/* Names are without their prefix. */
typedef struct
{
  void (*start) (gpointer           data,
                 const char        *name,
                 const SheetXmlTag *tag);
  void (*end)   (gpointer           data,
                 const char        *name);
  void (*text)  (gpointer           data,
                 const char        *text,
                 gsize              length);
} SheetXmlHandler;

/* The container in memory. */
void      sheet_xml_open      (const guint8          *data,
                               gsize                  length);
/* (transfer none) (nullable) How the container writes the name of a part; case does not matter. */
const char *
          sheet_xml_find_part (const char            *part);
/* (transfer full) (nullable) the first bytes of a small part */
char     *sheet_xml_read_part (const char            *part,
                               gsize                  max_length);
/* FALSE where there is no such part. */
gboolean  sheet_xml_parse     (const char            *part,
                               const SheetXmlHandler *handler,
                               gpointer               data);

/* (transfer full) (nullable) "calcext:x" is the attribute x of LibreOffice's own namespace. */
char     *sheet_xml_dup       (const SheetXmlTag     *tag,
                               const char            *attribute);
gboolean  sheet_xml_get_flag  (const SheetXmlTag     *tag,
                               const char            *attribute);
/* `fallback` where there is none or it is no whole number of that range. */
guint     sheet_xml_get_number (const SheetXmlTag    *tag,
                                const char           *attribute,
                                guint                 fallback,
                                guint                 max);

G_END_DECLS
