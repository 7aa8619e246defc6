/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <balance/balance.h>
#include <stdint.h>
#include <stdlib.h>

#include "io/balance-reader-private.h"

#include "fuzz-import.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static const char map_text[] =
  "map: fuzz\n"
  "columns: {pupils: count}\n"
  "values: {stage: {x: primary}}\n"
  "derive:\n"
  "  trained: a / b * 0.5\n"
  "  value: round(max(a, b) * pupils)\n"
  "skip: a in [1, 'q'] or missing(b) and a > 2\n"
  "ignore: [z]\n";

/* (transfer full) everything that was read and said */
static char *
read_bytes (BalanceReader *reader,
            GBytes        *bytes)
{
  g_autoptr(GString) all = g_string_new (NULL);
  g_autoptr(BalanceImport) import = balance_reader_read_bytes (reader, bytes, "fuzz.csv", NULL, NULL, NULL);
  BalanceCensus *census;
  g_autoptr(GListModel) sections = NULL;

  if (import == NULL)
    abort ();

  fuzz_append_problems (all, import);

  census = balance_import_get_census (import);
  if ((census == NULL) != (balance_import_get_n_errors (import) > 0))
    abort ();
  if (census == NULL)
    return g_string_free (g_steal_pointer (&all), FALSE);

  sections = balance_census_get_sections (census);
  for (guint i = 0; i < g_list_model_get_n_items (sections); i++)
    {
      static const char *const fields[] = { "pupils", "value", "boarding", "district_name", "income", "year", "kind" };
      g_autoptr(BalanceSection) section = g_list_model_get_item (sections, i);

      for (guint j = 0; j < G_N_ELEMENTS (fields); j++)
        {
          g_autofree char *text = balance_section_dup_text (section, fields[j], "zh");
          g_autoptr(BalanceCell) cell = balance_section_get_cell (section, fields[j]);
          g_autofree char *where = cell != NULL ? balance_cell_to_text (cell) : NULL;

          if ((text != NULL) != balance_section_has_value (section, fields[j]) ||
              (text != NULL && !g_utf8_validate (text, -1, NULL)))
            abort ();
          g_string_append_printf (all, "%s %s\n", text, where);
        }
    }

  return g_string_free (g_steal_pointer (&all), FALSE);
}

/* The first byte chooses how the rest is read: with or without a map, with bad rows or without, and in chunks of which
 * size by how many threads. Row by row it must come out the same. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static const gsize chunk_sizes[] = { 1 << 20, 1, 3, 16, 40, 100, 256, 1000 };
  static BalanceReader *readers[4], *bulk_readers[32];
  g_autoptr(GBytes) bytes = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *found = NULL;

  if (readers[0] == NULL)
    {
      g_autoptr(GBytes) rules = g_bytes_new_static (map_text, sizeof map_text - 1);
      g_autoptr(BalanceDictionary) dictionary = fuzz_dictionary ();
      g_autoptr(BalanceMap) map = balance_map_new_from_bytes (rules, "fuzz.map.yaml", dictionary, NULL);

      if (map == NULL)
        abort ();
      for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
        {
          readers[i] = balance_reader_new (dictionary, i % 2 == 1 ? map : NULL, i >= 2);
          balance_reader_set_bulk (readers[i], 0, NULL);
        }
      for (guint i = 0; i < G_N_ELEMENTS (bulk_readers); i++)
        {
          bulk_readers[i] = g_object_new (BALANCE_TYPE_READER, "dictionary", dictionary, "map", i % 2 == 1 ? map : NULL,
                                          "skip-bad-rows", i % 4 >= 2, "n-threads", i / 4 % 3 + 1, NULL);
          balance_reader_set_bulk (bulk_readers[i], chunk_sizes[i / 4], NULL);
        }
    }

  if (size == 0)
    return 0;

  bytes = g_bytes_new (data + 1, size - 1);
  expected = read_bytes (readers[data[0] % G_N_ELEMENTS (readers)], bytes);
  found = read_bytes (bulk_readers[data[0] % G_N_ELEMENTS (bulk_readers)], bytes);
  if (!g_str_equal (expected, found))
    abort ();

  return 0;
}
