/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#ifdef __linux__
#include <sys/mman.h>
#endif

G_BEGIN_DECLS

#define BALANCE_HUGE_PAGE (2 << 20)

/* For large memory that is read in no order: of whole pages of that size within it the processor has to look up fewer, and
 * the first touch of each costs one fault in place of 512. */
static inline void
balance_memory_prefer_huge (gpointer memory,
                            gsize    size)
{
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  const guintptr begin = ((guintptr) memory + BALANCE_HUGE_PAGE - 1) / BALANCE_HUGE_PAGE * BALANCE_HUGE_PAGE;
  const guintptr end = ((guintptr) memory + size) / BALANCE_HUGE_PAGE * BALANCE_HUGE_PAGE;

  if (begin < end)
    madvise ((gpointer) begin, end - begin, MADV_HUGEPAGE);
#endif
}

/* Memory of g_aligned_alloc() for values, which begin with a line of the cache, gets another size. That is memory of
 * malloc(), whose pages realloc() moves where copying would take long; only small ones may come to lie elsewhere. */
gpointer balance_memory_resize (gpointer memory,
                                gsize    old_size,
                                gsize    size);

/* After much was freed at once: gives pages back that malloc() would keep for more of the kind. */
void     balance_memory_trim   (void);

G_END_DECLS
