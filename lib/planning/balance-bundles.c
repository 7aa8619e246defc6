/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-bundles-private.h"

#include "base/balance-data-private.h"

#include <string.h>

#define SHIPPED "bundles.yaml"

static void
clear_item (gpointer data)
{
  g_free (((BalanceBundleItem *) data)->field);
}

static void
bundle_free (gpointer data)
{
  BalanceBundle *self = data;

  g_free (self->id);
  balance_text_clear (&self->title);
  g_array_unref (self->items);
  g_free (self);
}

static void
read_items (BalanceBundle *bundle, const BalanceYaml *node, const char *file, BalanceProblems *problems)
{
  if (node == NULL || node->type != BALANCE_YAML_MAPPING || node->n_items == 0)
    {
      balance_yaml_problem (node, file, problems, BALANCE_SEVERITY_ERROR, "wrong-shape",
                            "“fields” of a bundle is a mapping of fields: {teachers: 1, …}", "组合的“fields”应为数据项的映射：{teachers: 1, …}");
      return;
    }
  for (guint i = 0; i < node->n_items; i++)
    {
      const BalanceYaml *value = node->items[i];
      const char *text = value->type == BALANCE_YAML_SCALAR ? value->text : "";
      BalanceBundleItem item = { .field = g_strdup (node->keys[i]->text), .kind = BALANCE_BUNDLE_NUMBER };

      if (g_str_equal (text, "part"))
        item.kind = BALANCE_BUNDLE_PART;
      else if (g_str_equal (text, "whole"))
        item.kind = BALANCE_BUNDLE_WHOLE;
      else if (!balance_decimal_parse (text, -1, &item.number) || item.number.digits <= 0)
        balance_yaml_problem (value, file, problems, BALANCE_SEVERITY_ERROR, "number",
                              "“%s” is neither a number above 0 nor “part” or “whole”", "“%s”不是大于 0 的数，也不是 part 或 whole", text);
      if (i == 0 && item.kind == BALANCE_BUNDLE_PART)
        balance_yaml_problem (value, file, problems, BALANCE_SEVERITY_ERROR, "unknown-value",
                              "the first field of a bundle cannot be “part”: the parts go by it", "组合的第一个数据项不能是 part：其他数据项按它的比例");
      g_array_append_val (bundle->items, item);
    }
}

static void
read_list (BalanceBundles *self, const BalanceYaml *list, const char *file, BalanceProblems *problems)
{
  static const char *const bundle_keys[] = { "id", "title", "conserved", "fields", NULL };

  if (list == NULL)
    return;
  if (list->type != BALANCE_YAML_SEQUENCE)
    {
      balance_yaml_problem (list, file, problems, BALANCE_SEVERITY_ERROR, "wrong-shape", "“bundles” is a list", "“bundles”应为列表");
      return;
    }
  for (guint i = 0; i < list->n_items; i++)
    {
      const BalanceYaml *node = list->items[i], *conserved;
      BalanceBundle *bundle;
      const char *id;

      if (node->type != BALANCE_YAML_MAPPING)
        {
          balance_yaml_problem (node, file, problems, BALANCE_SEVERITY_ERROR, "wrong-shape", "a bundle is a mapping with id, title and fields",
                                "组合应为含 id、title、fields 的映射");
          continue;
        }
      balance_yaml_check_keys (node, bundle_keys, file, problems);
      bundle = g_new0 (BalanceBundle, 1);
      bundle->items = g_array_new (FALSE, TRUE, sizeof (BalanceBundleItem));
      g_array_set_clear_func (bundle->items, clear_item);
      g_ptr_array_add (self->list, bundle);
      id = balance_yaml_get_string (node, "id", file, problems);
      bundle->id = g_strdup (id != NULL ? id : "");
      if (balance_yaml_get (node, "id") == NULL || balance_yaml_get (node, "title") == NULL)
        balance_yaml_problem (node, file, problems, BALANCE_SEVERITY_ERROR, "missing-key", "a bundle needs “id” and “title”", "组合须有“id”和“title”");
      balance_yaml_get_text (balance_yaml_get (node, "title"), &bundle->title, file, problems);
      conserved = balance_yaml_get (node, "conserved");
      if (conserved != NULL)
        {
          bundle->conserved = conserved->type == BALANCE_YAML_SCALAR && g_str_equal (conserved->text, "true");
          if (!bundle->conserved && (conserved->type != BALANCE_YAML_SCALAR || !g_str_equal (conserved->text, "false")))
            balance_yaml_problem (conserved, file, problems, BALANCE_SEVERITY_ERROR, "unknown-value", "“conserved” is true or false", "“conserved”应为 true 或 false");
        }
      read_items (bundle, balance_yaml_get (node, "fields"), file, problems);
    }
}

/* Read once; a library whose data are not there has none. */
BalanceBundles *
balance_bundles_get_shipped (void)
{
  static gsize once;
  static BalanceBundles *shipped;

  if (g_once_init_enter (&once))
    {
      g_autoptr (BalanceProblems) problems = balance_problems_new ();
      g_autofree char *path = balance_data_path (SHIPPED);
      g_autoptr (GBytes) bytes = path != NULL ? balance_data_read (path, problems, NULL) : NULL;
      g_autoptr (BalanceYaml) root = NULL;

      shipped = g_new0 (BalanceBundles, 1);
      g_atomic_ref_count_init (&shipped->ref_count);
      shipped->list = g_ptr_array_new_with_free_func (bundle_free);
      if (bytes != NULL)
        root = balance_yaml_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), path, problems);
      read_list (shipped, balance_yaml_get (root, "bundles"), path, problems);
      g_once_init_leave (&once, 1);
    }

  return shipped;
}

BalanceBundles *
balance_bundles_new (const BalanceYaml *node, const char *file, BalanceProblems *problems)
{
  BalanceBundles *self;

  if (node == NULL)
    return balance_bundles_ref (balance_bundles_get_shipped ());
  self = g_new0 (BalanceBundles, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->list = g_ptr_array_new_with_free_func (bundle_free);
  read_list (self, node, file, problems);

  return self;
}

BalanceBundles *
balance_bundles_ref (BalanceBundles *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
balance_bundles_unref (BalanceBundles *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_ptr_array_unref (self->list);
  g_free (self);
}

const BalanceBundle *
balance_bundles_find (BalanceBundles *self, const char *id)
{
  for (guint i = 0; i < self->list->len; i++)
    if (strcmp (((const BalanceBundle *) g_ptr_array_index (self->list, i))->id, id) == 0)
      return g_ptr_array_index (self->list, i);

  return self != balance_bundles_get_shipped () ? balance_bundles_find (balance_bundles_get_shipped (), id) : NULL;
}
