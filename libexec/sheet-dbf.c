/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* DBF, by GDAL. The names of the fields become the first row; record 1 is row 2. */

#include "sheet-formats.h"

#include <cpl_conv.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_api.h>
#include <string.h>

#include "sheet-number.h"
#include "sheet-ole.h"
#include "sheet-writer.h"

#define FILE_NAME "/vsimem/book.dbf"
#define DRIVER    "ESRI Shapefile"

/* What the header says about the encoding; most writers say nothing. */
static const char *
get_encoding (guint8 language)
{
  switch (language)
    {
    case 0x4d: case 0x7a:
      return "GB18030";

    case 0x4f: case 0x78:
      return "BIG5";

    case 0x03: case 0x57:
      return "WINDOWS-1252";

    default:
      return NULL;
    }
}

static gboolean
is_utf8 (OGRLayerH layer)
{
  OGRFeatureDefnH fields = OGR_L_GetLayerDefn (layer);
  int n = OGR_FD_GetFieldCount (fields);
  OGRFeatureH feature;
  gboolean valid = TRUE;

  for (int i = 0; i < n; i++)
    valid = valid && g_utf8_validate (OGR_Fld_GetNameRef (OGR_FD_GetFieldDefn (fields, i)), -1, NULL);

  OGR_L_ResetReading (layer);
  while (valid && (feature = OGR_L_GetNextFeature (layer)) != NULL)
    {
      for (int i = 0; i < n && valid; i++)
        if (OGR_Fld_GetType (OGR_FD_GetFieldDefn (fields, i)) == OFTString)
          valid = g_utf8_validate (OGR_F_GetFieldAsString (feature, i), -1, NULL);
      OGR_F_Destroy (feature);
    }

  return valid;
}

static void
write_text (guint       column,
            const char *text,
            const char *encoding)
{
  g_autofree char *converted = NULL;

  if (encoding != NULL)
    converted = g_convert_with_fallback (text, -1, "UTF-8", encoding, "\357\277\275", NULL, NULL, NULL);
  if (converted != NULL)
    text = converted;
  sheet_writer_cell (column, BALANCE_GRID_CELL_PLAIN, text, -1);
}

static void
write_field (OGRFeatureH  feature,
             OGRFieldType type,
             int          field,
             const char  *encoding)
{
  guint column = (guint) field + 1;
  int year, month, day, hour, minute, second, zone;

  if (!OGR_F_IsFieldSetAndNotNull (feature, field))
    return;

  if (type == OFTDate && OGR_F_GetFieldAsDateTime (feature, field, &year, &month, &day, &hour, &minute, &second, &zone))
    {
      char text[40];

      g_snprintf (text, sizeof text, "%04d-%02d-%02d", year, month, day);
      sheet_writer_cell (column, BALANCE_GRID_CELL_DATE, text, -1);
    }
  else if (type == OFTInteger || type == OFTInteger64 || type == OFTReal)
    {
      g_autoptr(GString) shown = g_string_new (NULL);
      g_autofree char *text = g_strstrip (g_strdup (OGR_F_GetFieldAsString (feature, field)));

      if (!sheet_number_append (shown, text, FALSE))
        g_string_assign (shown, text);
      sheet_writer_cell (column, BALANCE_GRID_CELL_PLAIN, shown->str, (gssize) shown->len);
    }
  else
    {
      write_text (column, OGR_F_GetFieldAsString (feature, field), encoding);
    }
}

void
sheet_read_dbf (const guint8 *data,
                gsize         length)
{
  static const char *const drivers[] = { DRIVER, NULL };
  static const char *const options[] = { "ENCODING=", NULL };     /* texts as they are stored */
  GDALDatasetH book;
  OGRLayerH layer;
  OGRFeatureDefnH fields;
  OGRFeatureH feature;
  const char *encoding;
  guint64 n_records;
  int n;

  if (length < 33)
    sheet_fault (BALANCE_SHEET_UNKNOWN, 0, 0, " ");

  GDALAllRegister ();
  VSIFCloseL (VSIFileFromMemBuffer (FILE_NAME, (GByte *) data, length, FALSE));
  book = GDALOpenEx (FILE_NAME, GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers, options, NULL);
  if (book == NULL || GDALDatasetGetLayerCount (book) == 0)
    sheet_fault (BALANCE_SHEET_UNKNOWN, 0, 0, " ");
  /* of a table that was cut off, GDAL gives what is left */
  n_records = sheet_get_32 (data + 4);
  if (sheet_get_16 (data + 8) + n_records * sheet_get_16 (data + 10) > length)
    sheet_fault (BALANCE_SHEET_DAMAGED, 0, 0, "DBF");
  layer = GDALDatasetGetLayer (book, 0);
  fields = OGR_L_GetLayerDefn (layer);
  n = OGR_FD_GetFieldCount (fields);

  encoding = get_encoding (data[29]);
  if (encoding == NULL && !is_utf8 (layer))
    encoding = "GB18030";

  sheet_writer_begin ("DBF");
  sheet_writer_begin_sheet ("", FALSE);
  sheet_writer_begin_row (1, FALSE);
  for (int i = 0; i < n; i++)
    write_text ((guint) i + 1, OGR_Fld_GetNameRef (OGR_FD_GetFieldDefn (fields, i)), encoding);
  sheet_writer_end_row ();

  OGR_L_ResetReading (layer);
  while ((feature = OGR_L_GetNextFeature (layer)) != NULL)
    {
      gint64 record = OGR_F_GetFID (feature);

      sheet_writer_begin_row ((guint) MIN (record + 2, G_MAXUINT32), FALSE);
      for (int i = 0; i < n; i++)
        write_field (feature, OGR_Fld_GetType (OGR_FD_GetFieldDefn (fields, i)), i, encoding);
      sheet_writer_end_row ();
      OGR_F_Destroy (feature);
    }
  sheet_writer_end ();
}
