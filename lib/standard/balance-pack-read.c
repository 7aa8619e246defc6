/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From the tree of a pack to its definitions. Everything that can be said without compiling a formula is
 * checked here, and every fault is reported with its line. */

#include <nettle/sha2.h>
#include <string.h>

#include "standard/balance-pack-reader-private.h"

/* far below what BALANCE_USED_SHIFT leaves room for */
#define MAX_RULES 100000

/* -- the pack ---------------------------------------------------------------------------------------- */

static const BalanceYaml *
get_list (BalancePackReader *reader, const BalanceYaml *root, const char *key)
{
  BalanceYaml *list = balance_yaml_get (root, key);

  return list != NULL && balance_pack_reader_expect (reader, list, BALANCE_YAML_SEQUENCE, key) ? list : NULL;
}

static void
read_pack_stages (BalancePackReader *reader, const BalanceYaml *list)
{
  BalancePack *pack = reader->pack;

  if (list == NULL)
    return;
  pack->stages = g_new0 (guint, list->n_items + 1);
  for (guint i = 0; i < list->n_items; i++)
    {
      const BalanceYaml *item = list->items[i];
      const char *id = item->type == BALANCE_YAML_SCALAR ? item->text : balance_pack_reader_get_string (reader, item, "id");
      int code = id != NULL ? balance_dictionary_find_stage (pack->dictionary, id) : -1;

      if (code < 0)
        {
          ERROR (item, "unknown-stage", "there is no stage “%s” in the dictionary", "数据字典中没有学段“%s”", id != NULL ? id : "");
          continue;
        }
      for (guint k = 0; k < pack->n_stages; k++)
        if (pack->stages[k] == (guint) code)
          {
            ERROR (item, "duplicate-id", "the stage “%s” is listed twice", "学段“%s”重复", id);
            code = -1;
            break;
          }
      if (code >= 0)
        pack->stages[pack->n_stages++] = (guint) code;
    }
}

static void
read_split (BalancePackReader *reader, const BalanceYaml *node)
{
  static const char *const keys[] = { "fields", "weights", "by", NULL };
  BalancePack *pack = reader->pack;
  const BalanceYaml *fields = balance_yaml_get (node, "fields"), *weights = balance_yaml_get (node, "weights");
  const BalanceYaml *by = balance_yaml_get (node, "by");

  pack->split_weights = g_new0 (BalanceDecimal, balance_dictionary_get_n_stages (pack->dictionary) + 1);
  if (node == NULL || !balance_pack_reader_expect (reader, node, BALANCE_YAML_MAPPING, "split"))
    return;
  balance_pack_reader_check_keys (reader, node, keys);
  if (fields == NULL || by == NULL || weights == NULL || weights->type != BALANCE_YAML_MAPPING)
    {
      ERROR (node, "missing-key", "“split” needs “fields”, “weights” by stage and “by”, what the parts follow, such as the pupils",
             "“split”须有“fields”、按学段的“weights”和“by”（按什么拆分，如在校生数）");
      return;
    }
  pack->split_fields = balance_yaml_dup_strv (fields, balance_pack_reader_get_file (reader, fields), reader->problems);
  for (guint i = 0; pack->split_fields != NULL && pack->split_fields[i] != NULL; i++)
    {
      BalanceField *field = balance_dictionary_find (pack->dictionary, pack->split_fields[i]);

      if (field == NULL || field->level != BALANCE_LEVEL_SCHOOL ||
          (field->type != BALANCE_FIELD_COUNT && field->type != BALANCE_FIELD_AMOUNT))
        ERROR (fields, "unknown-name", "“%s” is no count or amount of schools and cannot be split", "“%s”不是学校层级的数量，不能拆分",
               pack->split_fields[i]);
    }
  for (guint i = 0; i < weights->n_items; i++)
    {
      int code = balance_dictionary_find_stage (pack->dictionary, weights->keys[i]->text);
      BalanceDecimal weight;

      if (code < 0)
        ERROR (weights->keys[i], "unknown-stage", "there is no stage “%s” in the dictionary", "数据字典中没有学段“%s”", weights->keys[i]->text);
      else if (balance_pack_reader_read_decimal (reader, weights->items[i], &weight))
        {
          if (weight.digits < 0)
            ERROR (weights->items[i], "number", "a weight is not negative", "权重不能为负");
          else
            pack->split_weights[code] = weight;
        }
    }
  pack->split_line = node->line;
  pack->split_column = node->column;
  pack->split_by = balance_pack_reader_read_formula (reader, by, &pack->split_line, &pack->split_column);
}

static void
read_computed (BalancePackReader *reader, const BalanceYaml *list)
{
  for (guint i = 0; list != NULL && i < list->n_items; i++)
    {
      const BalanceYaml *node = list->items[i], *value = balance_yaml_get (node, "value");
      const char *id = value != NULL ? balance_pack_reader_get_string (reader, node, "id") : NULL;

      if (id != NULL && !g_hash_table_contains (reader->pack->computed, id))
        g_hash_table_insert (reader->pack->computed, g_strdup (id), balance_pack_reader_read_definition (reader, value));
    }
}

static void
read_uses (BalancePackReader *reader, const BalanceYaml *map)
{
  if (map == NULL || !balance_pack_reader_expect (reader, map, BALANCE_YAML_MAPPING, "uses"))
    return;
  for (guint i = 0; i < map->n_items; i++)
    {
      BalanceUse *use;

      if (!balance_pack_reader_expect (reader, map->items[i], BALANCE_YAML_SCALAR, "uses"))
        continue;
      use = g_new0 (BalanceUse, 1);
      use->alias = g_strdup (map->keys[i]->text);
      use->id = g_strdup (map->items[i]->text);
      use->line = map->keys[i]->line;
      g_ptr_array_add (reader->pack->uses, use);
    }
}

static void
read_root (BalancePackReader *reader, const BalanceYaml *root)
{
  static const char *const keys[] = { "pack", "uses", "title", "reference", "effective", "stages", "scope", "weight", "split",
                                      "options", "fields", "indicators", "requirements", "concessions", "note", NULL };
  BalancePack *pack = reader->pack;
  const BalanceYaml *stages = balance_yaml_get (root, "stages"), *fields = balance_yaml_get (root, "fields");
  const BalanceYaml *node;
  g_autoptr(BalanceDictionary) base = NULL;
  g_autoptr(GError) error = NULL;

  balance_pack_reader_check_keys (reader, root, keys);
  pack->id = g_strdup (balance_pack_reader_get_string (reader, root, "pack"));
  if (pack->id == NULL)
    {
      pack->id = g_strdup ("");
      ERROR (root, "missing-key", "a pack begins with “pack: ID”", "规则包须以“pack: 标识”开头");
    }
  balance_pack_reader_get_text (reader, root, "title", &pack->title);
  pack->reference = g_strdup (balance_pack_reader_get_string (reader, root, "reference"));
  pack->effective_days = balance_pack_reader_read_date (reader, root, "effective");
  pack->effective = g_strdup (balance_pack_reader_get_string (reader, root, "effective"));

  base = balance_dictionary_get_default (&error);
  if (base == NULL)
    {
      ERROR (root, "not-found", "the data dictionary cannot be read: %s", "无法读取数据字典：%s", error->message);
      return;
    }
  pack->proved = base->shipped;
  pack->dictionary = balance_dictionary_extend (base, fields, stages, NULL, pack->file, reader->problems);
  if (pack->dictionary == NULL)
    return;

  if (stages == NULL)
    ERROR (root, "missing-key", "a pack must say which “stages” it judges", "规则包须用“stages”说明所评学段");
  else if (balance_pack_reader_expect (reader, stages, BALANCE_YAML_SEQUENCE, "stages"))
    read_pack_stages (reader, stages);
  if (stages != NULL && stages->type == BALANCE_YAML_SEQUENCE && stages->n_items == 0)
    ERROR (stages, "missing-key", "a pack must say which “stages” it judges", "规则包须用“stages”说明所评学段");
  if ((node = balance_yaml_get (root, "scope")) != NULL)
    pack->scope = balance_pack_reader_read_formula (reader, node, &pack->scope_line, &pack->scope_column);
  if ((node = balance_yaml_get (root, "weight")) != NULL)
    pack->weight = balance_pack_reader_read_formula (reader, node, &pack->weight_line, &pack->weight_column);
  read_split (reader, balance_yaml_get (root, "split"));
  read_uses (reader, balance_yaml_get (root, "uses"));
  balance_pack_reader_read_options (reader, get_list (reader, root, "options"));
  read_computed (reader, get_list (reader, root, "fields"));
  balance_pack_reader_read_indicators (reader, get_list (reader, root, "indicators"));
  if (get_list (reader, root, "requirements") != NULL)
    balance_pack_reader_read_rules (reader, get_list (reader, root, "requirements"), NULL);
  else
    ERROR (root, "missing-key", "a pack without “requirements” judges nothing", "没有“requirements”的规则包不作任何判断");
  if (pack->rules->len > MAX_RULES)
    ERROR (root, "limit", "more than %d requirements", "要求超过%d项", MAX_RULES);
  balance_pack_reader_read_concessions (reader, get_list (reader, root, "concessions"));
  balance_pack_reader_check_points (reader);
}

static void
source_free (gpointer data)
{
  BalancePackFile *file = data;

  g_free (file->path);
  g_bytes_unref (file->bytes);
  g_free (file);
}

GPtrArray *
balance_pack_sources_new (void)
{
  return g_ptr_array_new_with_free_func (source_free);
}

/* Of all files one after the other. */
static char *
dup_digest (GPtrArray *sources)
{
  struct sha256_ctx context;
  guint8 digest[SHA256_DIGEST_SIZE];
  char *text = g_malloc (2 * sizeof digest + 1);

  sha256_init (&context);
  for (guint i = 0; i < sources->len; i++)
    {
      const BalancePackFile *file = g_ptr_array_index (sources, i);
      gsize length;
      const guint8 *data = g_bytes_get_data (file->bytes, &length);

      sha256_update (&context, length, data);
    }
  sha256_digest (&context, sizeof digest, digest);
  for (guint i = 0; i < sizeof digest; i++)
    g_snprintf (text + 2 * i, 3, "%02x", digest[i]);

  return text;
}

BalancePack *
balance_pack_read_tree (const BalanceYaml *root,
                        const char        *path,
                        GPtrArray         *sources,
                        BalanceProblems   *problems)
{
  g_autoptr(GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  guint before = balance_problems_count (problems, BALANCE_SEVERITY_ERROR);
  BalancePackReader reader = { .ids = ids, .problems = problems };
  BalancePack *self = g_new0 (BalancePack, 1);

  self->file = g_strdup (path);
  self->effective_days = BALANCE_NO_DATE;
  self->uses = g_ptr_array_new ();
  self->options = g_ptr_array_new ();
  self->indicators = g_ptr_array_new ();
  self->rules = g_ptr_array_new ();
  self->roots = g_ptr_array_new ();
  self->concessions = g_ptr_array_new ();
  self->computed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->digest = dup_digest (sources);
  self->sources = g_ptr_array_ref (sources);
  reader.pack = self;
  read_root (&reader, root);

  /* without a dictionary and stages no formula can be looked at */
  if (self->dictionary == NULL || self->n_stages == 0)
    {
      balance_pack_free (self);
      return NULL;
    }
  self->extends = sources->len > 1;
  self->faulty = balance_problems_count (problems, BALANCE_SEVERITY_ERROR) > before;

  return self;
}

BalancePack *
balance_pack_read (GBytes          *bytes,
                   const char      *path,
                   BalanceProblems *problems)
{
  g_autoptr(GPtrArray) sources = balance_pack_sources_new ();
  guint before = balance_problems_count (problems, BALANCE_SEVERITY_ERROR);
  g_autoptr(BalanceYaml) root = balance_pack_merge (bytes, path, "standards", sources, problems);
  BalancePack *self;

  if (root == NULL)
    return NULL;

  self = balance_pack_read_tree (root, path, sources, problems);
  if (self == NULL)
    return NULL;
  self->faulty = self->faulty || balance_problems_count (problems, BALANCE_SEVERITY_ERROR) > before;
  self->proved = self->proved && !self->faulty && !self->extends && self->uses->len == 0 && balance_yaml_is_shipped (root);

  return self;
}
