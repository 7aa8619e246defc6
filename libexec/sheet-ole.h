/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const guint8 *data;
  gsize         length;
  GArray       *fat, *mini_fat;     /* guint32 next sector */
  gsize         sector;             /* bytes */
  GByteArray   *directory, *mini;
} SheetOle;

/* An OLE container in memory. What is damaged ends the process with a fault. */
SheetOle   *sheet_ole_open (const guint8 *data,
                            gsize         length);
/* (transfer full) (nullable) a stream, wherever in the container it stands */
GByteArray *sheet_ole_read (SheetOle     *self,
                            const char   *name);

/* Little-endian numbers; the caller knows that they are there. */
static inline guint16
sheet_get_16 (const guint8 *at)
{
  return (guint16) (at[0] | at[1] << 8);
}

static inline guint32
sheet_get_32 (const guint8 *at)
{
  return (guint32) sheet_get_16 (at) | (guint32) sheet_get_16 (at + 2) << 16;
}

G_END_DECLS
