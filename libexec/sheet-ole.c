/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The container of XLS files and of XLSX files with a password, as far as reading one stream needs it. */

#include "sheet-ole.h"

#include <string.h>

#include "sheet-writer.h"

#define HEADER_SIZE   512
#define MINI_SECTOR   64
#define MINI_CUTOFF   4096
#define ENTRY_SIZE    128
#define LAST_SECTOR   0xfffffff9u     /* what follows are marks */
#define N_IN_HEADER   109

#define TYPE_STREAM   2
#define TYPE_ROOT     5

static void G_GNUC_NORETURN
damaged (const char *what)
{
  sheet_fault (BALANCE_SHEET_DAMAGED, 0, 0, "OLE: %s", what);
}

/* (transfer none) the bytes of a sector; the last one of a file may be cut short */
static const guint8 *
get_sector (SheetOle *self,
            guint32   number,
            gsize    *length)
{
  guint64 start = ((guint64) number + 1) * self->sector;

  if (number > LAST_SECTOR || start >= self->length)
    damaged ("sector");
  *length = MIN (self->sector, self->length - start);

  return self->data + start;
}

static GByteArray *
read_chain (SheetOle *self,
            guint32   first)
{
  GByteArray *bytes = g_byte_array_new ();

  for (guint32 number = first; number <= LAST_SECTOR; number = g_array_index (self->fat, guint32, number))
    {
      gsize length;
      const guint8 *sector = get_sector (self, number, &length);

      if (number >= self->fat->len || bytes->len > self->length)
        damaged ("chain");
      g_byte_array_append (bytes, sector, (guint) length);
    }

  return bytes;
}

static void
append_fat_sector (SheetOle *self,
                   guint32   number)
{
  gsize length;
  const guint8 *sector;

  if (number > LAST_SECTOR)
    return;
  if (self->fat->len > self->length / self->sector + self->sector)
    damaged ("FAT");
  sector = get_sector (self, number, &length);
  for (gsize i = 0; i + 4 <= length; i += 4)
    {
      guint32 next = sheet_get_32 (sector + i);

      g_array_append_val (self->fat, next);
    }
}

static void
read_fat (SheetOle *self)
{
  guint32 more = sheet_get_32 (self->data + 68);
  guint n = 0;

  for (guint i = 0; i < N_IN_HEADER; i++)
    append_fat_sector (self, sheet_get_32 (self->data + 76 + 4 * i));

  /* further numbers of FAT sectors in sectors of their own, of which the last number is the next such sector */
  while (more <= LAST_SECTOR)
    {
      gsize length;
      const guint8 *sector = get_sector (self, more, &length);

      if (length < self->sector || n++ > self->length / self->sector)
        damaged ("FAT");
      for (gsize i = 0; i + 8 <= length; i += 4)
        append_fat_sector (self, sheet_get_32 (sector + i));
      more = sheet_get_32 (sector + length - 4);
    }
}

static const guint8 *
find_entry (SheetOle   *self,
            const char *name,
            guint8      type)
{
  gsize n = name != NULL ? strlen (name) : 0;

  for (gsize at = 0; at + ENTRY_SIZE <= self->directory->len; at += ENTRY_SIZE)
    {
      const guint8 *entry = self->directory->data + at;
      gboolean same = entry[66] == type && (name == NULL || sheet_get_16 (entry + 64) == 2 * (n + 1));

      for (gsize i = 0; same && i < n; i++)
        same = sheet_get_16 (entry + 2 * i) == (guchar) name[i];
      if (same)
        return entry;
    }

  return NULL;
}

SheetOle *
sheet_ole_open (const guint8 *data,
                gsize         length)
{
  SheetOle *self = g_new0 (SheetOle, 1);
  const guint8 *root;
  guint shift;

  if (length < HEADER_SIZE)
    damaged ("header");
  shift = sheet_get_16 (data + 30);
  if (shift != 9 && shift != 12)
    damaged ("header");
  self->data = data;
  self->length = length;
  self->sector = (gsize) 1 << shift;
  self->fat = g_array_new (FALSE, FALSE, sizeof (guint32));
  read_fat (self);
  self->directory = read_chain (self, sheet_get_32 (data + 48));

  root = find_entry (self, NULL, TYPE_ROOT);
  if (root == NULL)
    damaged ("directory");
  self->mini = read_chain (self, sheet_get_32 (root + 116));
  self->mini_fat = g_array_new (FALSE, FALSE, sizeof (guint32));
  if (sheet_get_32 (data + 60) <= LAST_SECTOR)
    {
      g_autoptr(GByteArray) numbers = read_chain (self, sheet_get_32 (data + 60));

      for (gsize i = 0; i + 4 <= numbers->len; i += 4)
        {
          guint32 next = sheet_get_32 (numbers->data + i);

          g_array_append_val (self->mini_fat, next);
        }
    }

  return self;
}

static GByteArray *
read_mini_chain (SheetOle *self,
                 guint32   first)
{
  GByteArray *bytes = g_byte_array_new ();

  for (guint32 number = first; number <= LAST_SECTOR; number = g_array_index (self->mini_fat, guint32, number))
    {
      guint64 start = (guint64) number * MINI_SECTOR;

      if (number >= self->mini_fat->len || start + MINI_SECTOR > self->mini->len || bytes->len > MINI_CUTOFF)
        damaged ("chain");
      g_byte_array_append (bytes, self->mini->data + start, MINI_SECTOR);
    }

  return bytes;
}

GByteArray *
sheet_ole_read (SheetOle   *self,
                const char *name)
{
  const guint8 *entry = find_entry (self, name, TYPE_STREAM);
  GByteArray *bytes;
  guint32 size;

  if (entry == NULL)
    return NULL;
  size = sheet_get_32 (entry + 120);
  bytes = size < MINI_CUTOFF ? read_mini_chain (self, sheet_get_32 (entry + 116)) :
                               read_chain (self, sheet_get_32 (entry + 116));
  if (bytes->len < size)
    damaged (name);
  g_byte_array_set_size (bytes, size);

  return bytes;
}
