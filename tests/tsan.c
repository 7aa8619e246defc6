/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* GLib's own locks are atomics in a library that the thread sanitizer has not seen being built, so it takes what they
 * guard for a race. These stand in front of them in programs built with that sanitizer and tell it what happens. */

#include <dlfcn.h>
#include <glib.h>

void __tsan_acquire (void *address);
void __tsan_release (void *address);

void
g_mutex_lock (GMutex *mutex)
{
  static void (*real) (GMutex *);

  if (g_atomic_pointer_get (&real) == NULL)
    g_atomic_pointer_set (&real, (void (*) (GMutex *)) dlsym (RTLD_NEXT, "g_mutex_lock"));
  real (mutex);
  __tsan_acquire (mutex);
}

gboolean
g_mutex_trylock (GMutex *mutex)
{
  static gboolean (*real) (GMutex *);

  if (g_atomic_pointer_get (&real) == NULL)
    g_atomic_pointer_set (&real, (gboolean (*) (GMutex *)) dlsym (RTLD_NEXT, "g_mutex_trylock"));
  if (!real (mutex))
    return FALSE;
  __tsan_acquire (mutex);
  return TRUE;
}

void
g_mutex_unlock (GMutex *mutex)
{
  static void (*real) (GMutex *);

  if (g_atomic_pointer_get (&real) == NULL)
    g_atomic_pointer_set (&real, (void (*) (GMutex *)) dlsym (RTLD_NEXT, "g_mutex_unlock"));
  __tsan_release (mutex);
  real (mutex);
}
