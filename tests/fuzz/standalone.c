/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Runs a fuzz target once over each file named on the command line, or over each file of a directory, where no
 * fuzzer drives it. A crash is the failure; TAP says how far it came. */

#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static guint n_run;
static guint n_unreadable;

static void
run_file (const char *path)
{
  g_autofree char *text = NULL;
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (GError) error = NULL;
  uint8_t *data;
  gsize length = 0;

  n_run++;
  if (!g_file_get_contents (path, &text, &length, &error))
    {
      n_unreadable++;
      g_print ("not ok %u - %s # %s\n", n_run, name, error->message);
      return;
    }

  /* Known even where the target crashes. */
  g_print ("# %s\n", name);
  fflush (stdout);

  /* A block of exactly this size lets the address sanitizer see a read past the end. */
  data = malloc (length > 0 ? length : 1);
  if (data == NULL)
    abort ();
  memcpy (data, text, length);
  LLVMFuzzerTestOneInput (data, length);
  free (data);

  g_print ("ok %u - %s\n", n_run, name);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
run_directory (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    return;
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_build_filename (path, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    run_file (g_ptr_array_index (names, i));
}

int
main (int    argc,
      char **argv)
{
  for (int i = 1; i < argc; i++)
    {
      if (g_file_test (argv[i], G_FILE_TEST_IS_DIR))
        run_directory (argv[i]);
      else
        run_file (argv[i]);
    }
  g_print ("1..%u\n", n_run);

  /* An empty corpus tests nothing and must not look like a success. */
  return n_run > 0 && n_unreadable == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
