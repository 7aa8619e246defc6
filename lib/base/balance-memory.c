/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-memory-private.h"

#include <string.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#define LINE 64

gpointer
balance_memory_resize (gpointer memory,
                       gsize    old_size,
                       gsize    size)
{
  gpointer moved, aligned;

  if (memory == NULL)
    return g_aligned_alloc (1, size, LINE);

  moved = realloc (memory, size);
  if (G_UNLIKELY (moved == NULL))
    g_error ("failed to allocate %" G_GSIZE_FORMAT " bytes", size);
  if ((guintptr) moved % LINE == 0)
    return moved;

  aligned = g_aligned_alloc (1, size, LINE);
  memcpy (aligned, moved, MIN (old_size, size));
  free (moved);

  return aligned;
}

void
balance_memory_trim (void)
{
#ifdef __GLIBC__
  malloc_trim (0);
#endif
}
