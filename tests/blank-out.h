/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* A table with some figures blank, so many of a thousand; codes, names and what a school is stay. */
static inline char *
blank_out (const char *text,
           guint       per_mille)
{
  const guint first = 16;
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr(GRand) rand = g_rand_new_with_seed (per_mille);

  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_auto(GStrv) cells = g_strsplit (lines[i], ",", -1);

      for (guint k = first; k < g_strv_length (cells); k++)
        if (g_rand_int_range (rand, 0, 1000) < (gint32) per_mille)
          *cells[k] = '\0';
      g_free (lines[i]);
      lines[i] = g_strjoinv (",", cells);
    }

  return g_strjoinv ("\n", lines);
}
