/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-map-private.h"

#include "census/balance-value-private.h"
#include "formula/balance-expression-private.h"
#include "io/balance-file-private.h"

#include <string.h>

/**
 * BalanceMap:
 *
 * What the columns and values of a foreign file mean.
 *
 * A map is a YAML file:
 *
 * ```yaml
 * map: north-carolina
 * columns: {school_code: school_id, pupils: enrolment}   # our field: their header
 * values: {stage: {E: primary, M: junior}}               # their value: our value
 * derive: {trained_share: trained_pct / 100}             # computed from their columns
 * skip: missing(district_id)                             # rows that are no data
 * ignore: [remarks]                                      # or '*' for all that is not named
 * ```
 *
 * It may add `fields` and `stages` to the dictionary, written as in a rule
 * pack.
 *
 * Since: 1.0
 */

/* As for packs: what people read. */
#define MAX_SIZE (16 << 20)

G_DEFINE_FINAL_TYPE (BalanceMap, balance_map, G_TYPE_OBJECT)

static void
item_free (gpointer data)
{
  BalanceMapItem *item = data;

  g_free (item->text);
  g_free (item);
}

static void
balance_map_finalize (GObject *object)
{
  BalanceMap *self = (BalanceMap *) object;

  g_free (self->id);
  g_free (self->file);
  g_clear_object (&self->dictionary);
  g_ptr_array_unref (self->columns);
  g_ptr_array_unref (self->derive);
  g_hash_table_unref (self->values);
  g_hash_table_unref (self->names);
  g_free (self->skip);
  g_strfreev (self->ignore);

  G_OBJECT_CLASS (balance_map_parent_class)->finalize (object);
}

static void
balance_map_class_init (BalanceMapClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_map_finalize;
}

static void
balance_map_init (BalanceMap *self)
{
  self->columns = g_ptr_array_new_with_free_func (item_free);
  self->derive = g_ptr_array_new_with_free_func (item_free);
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* "pupils", "pupils.primary", or "layout_sound.evidence", which is a field of its own */
static gboolean
find_field (BalanceMap         *self,
            const BalanceYaml  *key,
            BalanceProblems    *problems,
            BalanceField      **field,
            int                *stage)
{
  const char *point = balance_dictionary_find (self->dictionary, key->text) == NULL ? strrchr (key->text, '.') : NULL;
  g_autofree char *id = point != NULL ? g_strndup (key->text, (gsize) (point - key->text)) : g_strdup (key->text);

  *stage = -1;
  *field = balance_dictionary_find (self->dictionary, id);
  if (*field == NULL)
    {
      balance_yaml_problem (key, self->file, problems, BALANCE_SEVERITY_ERROR, "unknown-field",
                            "there is no field “%s”", "没有数据项“%s”", id);
      return FALSE;
    }
  if (point == NULL)
    return TRUE;

  *stage = balance_dictionary_find_stage (self->dictionary, point + 1);
  if (*stage < 0 || ((*field)->level != BALANCE_LEVEL_SECTION && !balance_field_is_shared (*field)) ||
      *field == self->dictionary->identity[BALANCE_ID_STAGE])
    {
      balance_yaml_problem (key, self->file, problems, BALANCE_SEVERITY_ERROR, "unknown-stage",
                            "“%s” is not a stage of this field", "“%s”不是该数据项的学段", point + 1);
      return FALSE;
    }

  return TRUE;
}

static void
read_items (BalanceMap        *self,
            const BalanceYaml *node,
            GPtrArray         *items,
            BalanceProblems   *problems)
{
  if (node != NULL && node->type != BALANCE_YAML_MAPPING)
    {
      balance_yaml_problem (node, self->file, problems, BALANCE_SEVERITY_ERROR, "wrong-type",
                            "a mapping from fields to texts is wanted here", "此处应为从数据项到文本的映射");
      return;
    }

  for (guint i = 0; node != NULL && i < node->n_items; i++)
    {
      const BalanceYaml *value = node->items[i];
      BalanceMapItem *item;
      BalanceField *field;
      int stage;

      if (!find_field (self, node->keys[i], problems, &field, &stage))
        continue;
      if (value->type != BALANCE_YAML_SCALAR || *value->text == '\0')
        {
          balance_yaml_problem (value, self->file, problems, BALANCE_SEVERITY_ERROR, "wrong-type",
                                "a text is wanted for “%s”", "“%s”应为文本", node->keys[i]->text);
          continue;
        }

      item = g_new (BalanceMapItem, 1);
      item->field = field;
      item->stage = stage;
      item->text = g_strdup (value->text);
      item->line = value->line;
      g_ptr_array_add (items, item);
    }
}

static void
check_items (BalanceMap        *self,
             const BalanceYaml *derive,
             BalanceProblems   *problems)
{
  for (guint i = 0; i < self->derive->len; i++)
    for (guint j = 0; j < self->columns->len; j++)
      {
        const BalanceMapItem *derived = g_ptr_array_index (self->derive, i);
        const BalanceMapItem *column = g_ptr_array_index (self->columns, j);

        if (derived->field == column->field && derived->stage == column->stage)
          balance_yaml_problem (derive, self->file, problems, BALANCE_SEVERITY_ERROR, "repeated-field",
                                "“%s” has a column and is derived as well", "“%s”既指定了列，又由公式得出",
                                derived->field->id);
      }
}

static void
read_values_of (BalanceMap        *self,
                const BalanceYaml *node,
                BalanceField      *field,
                BalanceProblems   *problems)
{
  g_autoptr(GHashTable) table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  if (node->type != BALANCE_YAML_MAPPING)
    {
      balance_yaml_problem (node, self->file, problems, BALANCE_SEVERITY_ERROR, "wrong-type",
                            "a mapping from their values to ours is wanted for “%s”",
                            "“%s”应为从外部取值到本系统取值的映射", field->id);
      return;
    }

  for (guint i = 0; i < node->n_items; i++)
    {
      const BalanceYaml *ours = node->items[i];
      BalanceDecimal value;

      if (ours->type != BALANCE_YAML_SCALAR)
        balance_yaml_problem (ours, self->file, problems, BALANCE_SEVERITY_ERROR, "wrong-type",
                              "a value of “%s” is wanted", "应为“%s”的取值", field->id);
      else if (*ours->text != '\0' && field->type != BALANCE_FIELD_TEXT &&
               balance_value_parse (field, ours->text, strlen (ours->text), NULL, &value) != BALANCE_FAULT_NONE)
        balance_yaml_problem (ours, self->file, problems, BALANCE_SEVERITY_ERROR, "unknown-value",
                              "“%s” is not a value of “%s”", "“%s”不是“%s”的取值", ours->text, field->id);
      else
        g_hash_table_insert (table, g_strdup (node->keys[i]->text), g_strdup (ours->text));
    }

  g_hash_table_insert (self->values, g_strdup (field->id), g_steal_pointer (&table));
}

static void
read_values (BalanceMap        *self,
             const BalanceYaml *node,
             BalanceProblems   *problems)
{
  if (node != NULL && node->type != BALANCE_YAML_MAPPING)
    {
      balance_yaml_problem (node, self->file, problems, BALANCE_SEVERITY_ERROR, "wrong-type",
                            "a mapping from fields to values is wanted here", "此处应为从数据项到取值的映射");
      return;
    }

  for (guint i = 0; node != NULL && i < node->n_items; i++)
    {
      BalanceField *field;
      int stage;

      if (find_field (self, node->keys[i], problems, &field, &stage))
        read_values_of (self, node->items[i], field, problems);
    }
}

static void
collect_names (BalanceMap              *self,
               const BalanceExpression *expression)
{
  if (expression->kind == BALANCE_EXPRESSION_NAME)
    g_hash_table_add (self->names, g_strdup (expression->text));
  for (guint i = 0; i < expression->n_args; i++)
    collect_names (self, expression->args[i]);
}

/* What the names mean shows when a file is there; whether it is a formula at all shows now. */
static void
check_formula (BalanceMap      *self,
               const char      *text,
               guint            line,
               BalanceProblems *problems)
{
  BalancePlace place = { .file = self->file, .row = line };
  g_autoptr(BalanceExpression) expression = balance_expression_parse (text, &place, problems);

  if (expression != NULL)
    collect_names (self, expression);
}

static void
check_formulas (BalanceMap      *self,
                BalanceProblems *problems)
{
  for (guint i = 0; i < self->derive->len; i++)
    {
      const BalanceMapItem *item = g_ptr_array_index (self->derive, i);

      check_formula (self, item->text, item->line, problems);
    }
  if (self->skip != NULL)
    check_formula (self, self->skip, self->skip_line, problems);
}

static void
read_ignore (BalanceMap        *self,
             const BalanceYaml *node,
             BalanceProblems   *problems)
{
  self->ignore = balance_yaml_dup_strv (node, self->file, problems);
  for (guint i = 0; self->ignore != NULL && self->ignore[i] != NULL; i++)
    if (g_str_equal (self->ignore[i], "*"))
      self->ignore_rest = TRUE;
}

static void
read_map (BalanceMap        *self,
          const BalanceYaml *root,
          BalanceDictionary *dictionary,
          BalanceProblems   *problems)
{
  static const char *const keys[] = {
    "map", "columns", "values", "derive", "skip", "stages", "fields", "words", "ignore", NULL
  };
  const BalanceYaml *skip = balance_yaml_get (root, "skip");

  if (root->type != BALANCE_YAML_MAPPING)
    {
      balance_yaml_problem (root, self->file, problems, BALANCE_SEVERITY_ERROR, "wrong-type",
                            "a map file begins with “map: ID”", "映射文件应以“map: 标识”开头");
      return;
    }

  balance_yaml_check_keys (root, keys, self->file, problems);
  self->id = g_strdup (balance_yaml_get_string (root, "map", self->file, problems));
  if (self->id == NULL)
    balance_yaml_problem (root, self->file, problems, BALANCE_SEVERITY_ERROR, "missing-key",
                          "a map file needs “map: ID”", "映射文件缺少“map: 标识”");

  self->dictionary = balance_dictionary_extend (dictionary, balance_yaml_get (root, "fields"),
                                                balance_yaml_get (root, "stages"), balance_yaml_get (root, "words"), self->file,
                                                problems);
  if (self->dictionary == NULL)
    return;

  read_items (self, balance_yaml_get (root, "columns"), self->columns, problems);
  read_items (self, balance_yaml_get (root, "derive"), self->derive, problems);
  check_items (self, balance_yaml_get (root, "derive"), problems);
  read_values (self, balance_yaml_get (root, "values"), problems);
  self->skip = g_strdup (balance_yaml_get_string (root, "skip", self->file, problems));
  if (skip != NULL)
    self->skip_line = skip->line;
  check_formulas (self, problems);
  read_ignore (self, balance_yaml_get (root, "ignore"), problems);
}

/* (nullable) (transfer full) */
static BalanceMap *
parse_map (GBytes            *bytes,
           const char        *name,
           BalanceDictionary *dictionary,
           BalanceProblems   *problems)
{
  g_autoptr(BalanceMap) self = g_object_new (BALANCE_TYPE_MAP, NULL);
  g_autoptr(BalanceYaml) root = NULL;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  self->file = g_filename_display_name (name);
  root = balance_yaml_parse (data != NULL ? data : "", length, self->file, problems);
  if (root == NULL)
    return NULL;

  read_map (self, root, dictionary, problems);

  return balance_problems_count (problems, BALANCE_SEVERITY_ERROR) == 0 ? g_steal_pointer (&self) : NULL;
}

/**
 * balance_map_new_from_file: (constructor)
 * @path: (type filename): a map file
 * @dictionary: (nullable): the dictionary, or %NULL for the one of the library
 * @error: return location for an error
 *
 * Reads a map from a file.
 *
 * Returns: (transfer full): the map
 *
 * Since: 1.0
 */
BalanceMap *
balance_map_new_from_file (const char         *path,
                           BalanceDictionary  *dictionary,
                           GError            **error)
{
  g_autoptr(GBytes) bytes = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (dictionary == NULL || BALANCE_IS_DICTIONARY (dictionary), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  bytes = balance_file_read (path, MAX_SIZE, NULL, error);
  if (bytes == NULL)
    return NULL;

  return balance_map_new_from_bytes (bytes, path, dictionary, error);
}

/**
 * balance_map_new_from_bytes: (constructor)
 * @bytes: the content of a map file
 * @name: what to call it in problems
 * @dictionary: (nullable): the dictionary, or %NULL for the one of the library
 * @error: return location for an error
 *
 * Reads a map that is in memory already.
 *
 * Returns: (transfer full): the map
 *
 * Since: 1.0
 */
BalanceMap *
balance_map_new_from_bytes (GBytes             *bytes,
                            const char         *name,
                            BalanceDictionary  *dictionary,
                            GError            **error)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  BalanceMap *self;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (dictionary == NULL || BALANCE_IS_DICTIONARY (dictionary), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (dictionary == NULL)
    dictionary = balance_dictionary_get_default (error);
  if (dictionary == NULL)
    return NULL;

  self = parse_map (bytes, name, dictionary, problems);
  if (self == NULL)
    balance_problems_throw (problems, BALANCE_ERROR_INVALID_DATA, error);

  return self;
}

/**
 * balance_map_check:
 * @bytes: the content of a map file
 * @name: what to call it in problems
 * @dictionary: (nullable): the dictionary, or %NULL for the one of the library
 *
 * Finds everything that is wrong in a map file. What the names in formulas
 * mean is checked when a file is read with the map, as its columns are known
 * only then.
 *
 * Returns: (transfer full): a list of [class@Balance.Problem], empty if the
 *   map is good
 *
 * Since: 1.0
 */
GListModel *
balance_map_check (GBytes            *bytes,
                   const char        *name,
                   BalanceDictionary *dictionary)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(BalanceMap) self = NULL;
  g_autoptr(GError) error = NULL;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (dictionary == NULL || BALANCE_IS_DICTIONARY (dictionary), NULL);

  if (dictionary == NULL)
    dictionary = balance_dictionary_get_default (&error);
  if (dictionary != NULL)
    {
      self = parse_map (bytes, name, dictionary, problems);
    }
  else
    {
      BalancePlace place = { .file = name };

      balance_problems_add_literal (problems, BALANCE_SEVERITY_ERROR, "no-dictionary", &place,
                                    error->message, error->message, NULL, NULL, NULL, NULL);
    }

  return balance_problems_dup_list (problems);
}

/**
 * balance_map_get_id:
 * @self: a map
 *
 * Gets the id of the map.
 *
 * Returns: the id
 *
 * Since: 1.0
 */
const char *
balance_map_get_id (BalanceMap *self)
{
  g_return_val_if_fail (BALANCE_IS_MAP (self), NULL);

  return self->id;
}

/**
 * balance_map_get_dictionary:
 * @self: a map
 *
 * Gets the dictionary, with the fields and stages that the map adds to it.
 *
 * Returns: (transfer none): the dictionary
 *
 * Since: 1.0
 */
BalanceDictionary *
balance_map_get_dictionary (BalanceMap *self)
{
  g_return_val_if_fail (BALANCE_IS_MAP (self), NULL);

  return self->dictionary;
}
