/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* `extends`: the parent's tree with the child's changes, removals and additions worked in. What comes
 * out is one ordinary pack, whose nodes still know which file they were written in: their paths are interned. */

#include <string.h>

#include "base/balance-data-private.h"
#include "standard/balance-pack-private.h"

#define MAX_EXTENDS 16
/* forty times the longest pack that exists; keeps everything that looks names up one after the other quick */
#define MAX_LENGTH (1024 * 1024)

static const char *const sections[] = { "options", "fields", "indicators", "requirements", "concessions", "rules", NULL };

typedef struct
{
  const char      *folder;     /* of the data in which other packs are looked for */
  GPtrArray       *sources;
  BalanceProblems *problems;
  GPtrArray       *chain;      /* ids being extended */
} Merge;

static const char *
item_id (const BalanceYaml *item)
{
  const BalanceYaml *id = balance_yaml_get (item, "id");

  return id != NULL && id->type == BALANCE_YAML_SCALAR ? id->text : NULL;
}

/* Finds an item by id in a list and in the lists inside its items. */
static BalanceYaml *
find_in_list (BalanceYaml *list, const char *id, BalanceYaml **holder, guint *position)
{
  if (list == NULL || list->type != BALANCE_YAML_SEQUENCE)
    return NULL;

  for (guint i = 0; i < list->n_items; i++)
    {
      BalanceYaml *item = list->items[i], *found;
      const char *own = item_id (item);

      if (own != NULL && strcmp (own, id) == 0)
        {
          *holder = list;
          *position = i;
          return item;
        }
      found = find_in_list (balance_yaml_get (item, "of"), id, holder, position);
      if (found == NULL)
        found = find_in_list (balance_yaml_get (item, "items"), id, holder, position);
      if (found != NULL)
        return found;
    }

  return NULL;
}

static BalanceYaml *
find_item (BalanceYaml *pack, const char *id, BalanceYaml **holder, guint *position)
{
  for (guint i = 0; sections[i] != NULL; i++)
    {
      BalanceYaml *found = find_in_list (balance_yaml_get (pack, sections[i]), id, holder, position);

      if (found != NULL)
        return found;
    }

  return NULL;
}

/* One key of a map and its value, into another map. */
static void
copy_key (BalanceYaml *into, const BalanceYaml *map, guint position)
{
  balance_yaml_set (into, balance_yaml_copy (into, map->keys[position]), balance_yaml_copy (into, map->items[position]));
}

static void
change_item (BalanceYaml *item, const BalanceYaml *change)
{
  static const char *const limits[] = { "at_least", "at_most", "above", "below", NULL };

  for (guint i = 0; i < change->n_items; i++)
    {
      const char *key = change->keys[i]->text;
      BalanceYaml *old = balance_yaml_get (item, key);

      if (strcmp (key, "id") == 0)
        continue;
      /* maps merge key by key (one stage of a limit, one language of a title); all else is replaced */
      if (old != NULL && old->type == BALANCE_YAML_MAPPING && change->items[i]->type == BALANCE_YAML_MAPPING)
        {
          for (guint k = 0; k < change->items[i]->n_items; k++)
            copy_key (old, change->items[i], k);
          continue;
        }
      /* another kind of limit takes the place of the old one */
      if (g_strv_contains (limits, key))
        for (guint k = item->n_items; k-- > 0;)
          if (g_strv_contains (limits, item->keys[k]->text) && strcmp (item->keys[k]->text, key) != 0)
            balance_yaml_remove (item, k);
      copy_key (item, change, i);
    }
}

static void
report_unknown (Merge *merge, const BalanceYaml *node, const char *path, const char *id)
{
  balance_yaml_problem (node, path, merge->problems, BALANCE_SEVERITY_ERROR, "unknown-name",
                        "the extended pack has nothing called “%s”", "被扩展的规则包中没有“%s”", id != NULL ? id : "");
}

static void
add_items (Merge *merge, BalanceYaml *parent, const BalanceYaml *key, const BalanceYaml *list, const char *path)
{
  for (guint i = 0; i < list->n_items; i++)
    {
      BalanceYaml *item = list->items[i], *holder = NULL, *under_list;
      const char *id = item_id (item), *under = balance_yaml_get_string (item, "under", path, merge->problems);
      guint position = 0;
      BalanceYaml *copy = balance_yaml_copy (parent, item);

      if (id != NULL && under == NULL && find_in_list (balance_yaml_get (parent, key->text), id, &holder, &position) != NULL)
        {
          holder->items[position] = copy;
          continue;
        }
      if (under != NULL)
        {
          BalanceYaml *above = find_item (parent, under, &holder, &position);

          under_list = above != NULL ? balance_yaml_get (above, "of") : NULL;
          if (under_list == NULL || under_list->type != BALANCE_YAML_SEQUENCE)
            {
              report_unknown (merge, item, path, under);
              continue;
            }
          balance_yaml_append (under_list, copy);
          continue;
        }
      if (balance_yaml_get (parent, key->text) == NULL)
        balance_yaml_set (parent, balance_yaml_copy (parent, key), balance_yaml_new_at (parent, BALANCE_YAML_SEQUENCE, NULL, list));
      /* what is no list in the extended pack is a fault that its own reading reports */
      if (balance_yaml_get (parent, key->text)->type == BALANCE_YAML_SEQUENCE)
        balance_yaml_append (balance_yaml_get (parent, key->text), copy);
    }
}

static void
apply (Merge *merge, BalanceYaml *parent, const BalanceYaml *child, const char *path)
{
  static const char *const plain[] = { "pack", "checks", "title", "reference", "effective", NULL };

  for (guint i = 0; i < child->n_items; i++)
    {
      const BalanceYaml *key = child->keys[i];
      BalanceYaml *value = child->items[i], *holder;
      guint position;

      if (strcmp (key->text, "extends") == 0)
        continue;
      if (g_strv_contains (plain, key->text))
        {
          copy_key (parent, child, i);
        }
      else if (value->type != BALANCE_YAML_SEQUENCE)
        {
          balance_yaml_problem (key, path, merge->problems, BALANCE_SEVERITY_ERROR, "unknown-key",
                                "“%s” cannot stand in a pack that extends another", "扩展其他规则包时不能使用“%s”", key->text);
        }
      else if (strcmp (key->text, "change") == 0)
        {
          for (guint k = 0; k < value->n_items; k++)
            {
              const char *id = item_id (value->items[k]);
              BalanceYaml *item = id != NULL ? find_item (parent, id, &holder, &position) : NULL;

              if (item == NULL)
                report_unknown (merge, value->items[k], path, id);
              else
                change_item (item, value->items[k]);
            }
        }
      else if (strcmp (key->text, "remove") == 0)
        {
          for (guint k = 0; k < value->n_items; k++)
            {
              const char *id = value->items[k]->type == BALANCE_YAML_SCALAR ? value->items[k]->text : NULL;

              if (id == NULL || find_item (parent, id, &holder, &position) == NULL)
                {
                  report_unknown (merge, value->items[k], path, id);
                  continue;
                }
              balance_yaml_remove (holder, position);
            }
        }
      else if (g_strv_contains (sections, key->text))
        {
          add_items (merge, parent, key, value, path);
        }
      else
        {
          balance_yaml_problem (key, path, merge->problems, BALANCE_SEVERITY_ERROR, "unknown-key",
                                "“%s” cannot stand in a pack that extends another", "扩展其他规则包时不能使用“%s”", key->text);
        }
    }
}

static void
add_source (Merge *merge, GBytes *bytes, const char *path)
{
  BalancePackFile *file = g_new (BalancePackFile, 1);

  file->path = g_strdup (path);
  file->bytes = g_bytes_ref (bytes);
  g_ptr_array_add (merge->sources, file);
}

static BalanceYaml *
read_tree (Merge *merge, GBytes *bytes, const char *path)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autoptr(BalanceYaml) child = NULL, parent = NULL;
  g_autoptr(GBytes) parent_bytes = NULL;
  g_autofree char *parent_path = NULL;
  const char *extends, *interned = g_intern_string (path);

  if (length > MAX_LENGTH)
    {
      BalancePlace place = { .file = interned };

      balance_problems_add_literal (merge->problems, BALANCE_SEVERITY_ERROR, "limit", &place,
                                    "the pack is larger than 1 MiB", "规则包超过1 MiB", NULL, NULL, NULL, NULL);
      return NULL;
    }

  add_source (merge, bytes, path);
  child = balance_yaml_parse (data, length, interned, merge->problems);
  if (child == NULL)
    return NULL;
  if (child->type != BALANCE_YAML_MAPPING)
    {
      balance_yaml_problem (child, interned, merge->problems, BALANCE_SEVERITY_ERROR, "type",
                            "a pack is a mapping that begins with “pack: ID”", "规则包应为以“pack: 标识”开头的映射");
      return NULL;
    }

  extends = balance_yaml_get_string (child, "extends", interned, merge->problems);
  if (extends == NULL)
    return g_steal_pointer (&child);

  if (g_ptr_array_find_with_equal_func (merge->chain, extends, g_str_equal, NULL) || merge->chain->len >= MAX_EXTENDS)
    {
      balance_yaml_problem (balance_yaml_get (child, "extends"), interned, merge->problems, BALANCE_SEVERITY_ERROR, "cycle",
                            "the pack “%s” extends itself, directly or through others", "规则包“%s”直接或间接扩展了自身", extends);
      return NULL;
    }
  g_ptr_array_add (merge->chain, (gpointer) g_intern_string (extends));

  parent_bytes = balance_pack_load (merge->folder, extends, path, &parent_path);
  if (parent_bytes == NULL)
    {
      balance_yaml_problem (balance_yaml_get (child, "extends"), interned, merge->problems, BALANCE_SEVERITY_ERROR, "not-found",
                            "there is no pack “%s” beside this file nor among the shipped standards",
                            "本文件旁边和随附标准中都没有规则包“%s”", extends);
      return NULL;
    }
  parent = read_tree (merge, parent_bytes, parent_path);
  if (parent == NULL)
    return NULL;

  apply (merge, parent, child, interned);

  return g_steal_pointer (&parent);
}

BalanceYaml *
balance_pack_merge (GBytes          *bytes,
                    const char      *path,
                    const char      *folder,
                    GPtrArray       *sources,
                    BalanceProblems *problems)
{
  g_autoptr(GPtrArray) chain = g_ptr_array_new ();
  Merge merge = { .folder = folder, .sources = sources, .problems = problems, .chain = chain };

  return read_tree (&merge, bytes, path);
}

/* A pack is looked for beside the one that names it, then among the shipped ones. */
GBytes *
balance_pack_load (const char *folder, const char *id, const char *beside, char **path)
{
  g_autofree char *name = g_strconcat (id, ".yaml", NULL);
  char *contents;
  gsize length;

  *path = NULL;
  /* an id is a name, never a way through directories */
  if (strpbrk (id, "/\\") != NULL || id[0] == '.' || id[0] == '\0')
    return NULL;

  if (beside != NULL)
    {
      g_autofree char *directory = g_path_get_dirname (beside);
      g_autofree char *file = g_build_filename (directory, name, NULL);

      if (g_file_get_contents (file, &contents, &length, NULL))
        {
          *path = g_steal_pointer (&file);
          return g_bytes_new_take (contents, length);
        }
    }
  {
    g_autofree char *relative = g_build_filename (folder, name, NULL);
    g_autofree char *file = balance_data_path (relative);

    if (file != NULL && g_file_get_contents (file, &contents, &length, NULL))
      {
        *path = g_steal_pointer (&file);
        return g_bytes_new_take (contents, length);
      }
  }

  return NULL;
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char **
balance_pack_list_ids (const char *folder)
{
  g_auto(GStrv) directories = balance_data_dirs ();
  g_autoptr(GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; directories[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (directories[i], folder, NULL);
      g_autoptr(GDir) directory = g_dir_open (path, 0, NULL);
      const char *name;

      while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
        if (g_str_has_suffix (name, ".yaml"))
          {
            char *id = g_strndup (name, strlen (name) - strlen (".yaml"));

            if (g_ptr_array_find_with_equal_func (ids, id, g_str_equal, NULL))
              g_free (id);
            else
              g_ptr_array_add (ids, id);
          }
    }
  g_ptr_array_sort (ids, compare_strings);
  g_ptr_array_add (ids, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&ids), FALSE);
}
