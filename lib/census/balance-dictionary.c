/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "census/balance-dictionary-read-private.h"

#include "base/balance-data-private.h"
#include "census/balance-field-private.h"
#include "census/balance-unit-private.h"

/**
 * BalanceDictionary:
 *
 * The data dictionary: all facts that the library knows, as a list of
 * [class@Balance.Field] in the order of its file, and the units they are
 * measured in.
 *
 * A dictionary never changes and may be used from any thread.
 *
 * Since: 1.0
 */

/* The fields that C code knows by name, and what it relies on. */
static const struct
{
  const char       *id;
  BalanceLevel      level;
  BalanceFieldType  type;
} identities[BALANCE_N_IDS] = {
  [BALANCE_ID_YEAR] = { "year", BALANCE_LEVEL_REGION, BALANCE_FIELD_YEAR },
  [BALANCE_ID_DISTRICT_CODE] = { "district_code", BALANCE_LEVEL_DISTRICT, BALANCE_FIELD_TEXT },
  [BALANCE_ID_DISTRICT_NAME] = { "district_name", BALANCE_LEVEL_DISTRICT, BALANCE_FIELD_TEXT },
  [BALANCE_ID_SCHOOL_CODE] = { "school_code", BALANCE_LEVEL_SCHOOL, BALANCE_FIELD_TEXT },
  [BALANCE_ID_SCHOOL_NAME] = { "school_name", BALANCE_LEVEL_SCHOOL, BALANCE_FIELD_TEXT },
  [BALANCE_ID_STAGE] = { "stage", BALANCE_LEVEL_SECTION, BALANCE_FIELD_CHOICE },
  [BALANCE_ID_KIND] = { "kind", BALANCE_LEVEL_SCHOOL, BALANCE_FIELD_CHOICE },
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BalanceDictionary, balance_dictionary, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GType
get_item_type (GListModel *model)
{
  return BALANCE_TYPE_FIELD;
}

static guint
get_n_items (GListModel *model)
{
  return BALANCE_DICTIONARY (model)->fields->len;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  BalanceDictionary *self = BALANCE_DICTIONARY (model);

  return position < self->fields->len ? g_object_ref (g_ptr_array_index (self->fields, position)) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
balance_dictionary_finalize (GObject *object)
{
  BalanceDictionary *self = (BalanceDictionary *) object;

  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->fields);
  g_ptr_array_unref (self->units);
  g_clear_pointer (&self->words, balance_words_unref);

  G_OBJECT_CLASS (balance_dictionary_parent_class)->finalize (object);
}

static void
balance_dictionary_class_init (BalanceDictionaryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_dictionary_finalize;
}

static void
balance_dictionary_init (BalanceDictionary *self)
{
  self->fields = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->units = g_ptr_array_new_with_free_func ((GDestroyNotify) balance_unit_free);
}

static void
find_identity (BalanceDictionary *self)
{
  for (guint i = 0; i < BALANCE_N_IDS; i++)
    self->identity[i] = balance_dictionary_find (self, identities[i].id);
}

static BalanceDictionary *
parse (GBytes          *bytes,
       const char      *name,
       BalanceProblems *problems)
{
  g_autoptr(BalanceDictionary) self = NULL;
  g_autoptr(BalanceYaml) root = NULL;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  root = balance_yaml_parse (data != NULL ? data : "", size, name, problems);
  if (root == NULL)
    return NULL;

  self = g_object_new (BALANCE_TYPE_DICTIONARY, NULL);
  self->shipped = balance_yaml_is_shipped (root);
  balance_dictionary_read_file (self, root, name, problems);
  find_identity (self);

  for (guint i = 0; i < BALANCE_N_IDS; i++)
    {
      const BalanceField *field = self->identity[i];

      if (field == NULL)
        balance_yaml_problem (root, name, problems, BALANCE_SEVERITY_ERROR, "missing-field",
                              "The field \"%s\" is missing or faulty; without it no data can be read.",
                              "缺少数据项“%s”或其定义有误，没有它无法读取数据。",
                              identities[i].id);
      else if (field->level != identities[i].level || field->type != identities[i].type)
        balance_yaml_problem (root, name, problems, BALANCE_SEVERITY_ERROR, "identity-field",
                              "The field \"%s\" in line %u must be of level %s and type %s.",
                              "数据项“%s”（第 %u 行）的层级必须是 %s，类型必须是 %s。",
                              identities[i].id, field->line,
                              balance_level_to_string (identities[i].level),
                              balance_field_type_to_string (identities[i].type));
    }

  return balance_problems_count (problems, BALANCE_SEVERITY_ERROR) == 0 ? g_steal_pointer (&self) : NULL;
}

/**
 * balance_dictionary_new_from_bytes:
 * @bytes: the dictionary in YAML
 * @name: what to call it in errors
 * @error: return location for a [struct@GLib.Error]
 *
 * Reads a data dictionary. The error names the first faults;
 * [func@Balance.Dictionary.check] gives all of them.
 *
 * Returns: (transfer full): a new dictionary
 *
 * Since: 1.0
 */
BalanceDictionary *
balance_dictionary_new_from_bytes (GBytes      *bytes,
                                   const char  *name,
                                   GError     **error)
{
  g_autoptr(BalanceProblems) problems = NULL;
  BalanceDictionary *self;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  problems = balance_problems_new ();
  self = parse (bytes, name, problems);
  if (self == NULL)
    balance_problems_throw (problems, BALANCE_ERROR_INVALID_PACK, error);

  return self;
}

/**
 * balance_dictionary_new_from_file:
 * @path: (type filename): the file
 * @error: return location for a [struct@GLib.Error]
 *
 * Reads a data dictionary from a YAML file.
 *
 * Returns: (transfer full): a new dictionary
 *
 * Since: 1.0
 */
BalanceDictionary *
balance_dictionary_new_from_file (const char  *path,
                                  GError     **error)
{
  g_autoptr(BalanceProblems) problems = NULL;
  g_autoptr(GBytes) bytes = NULL;
  BalanceError code;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  problems = balance_problems_new ();
  bytes = balance_data_read (path, problems, &code);
  if (bytes == NULL)
    {
      balance_problems_throw (problems, code, error);
      return NULL;
    }

  return balance_dictionary_new_from_bytes (bytes, path, error);
}

/**
 * balance_dictionary_check:
 * @bytes: a dictionary in YAML
 * @name: what to call it in problems
 *
 * Finds everything that is wrong with a data dictionary.
 *
 * Returns: (transfer full): a list of [class@Balance.Problem], empty if the dictionary is sound
 *
 * Since: 1.0
 */
GListModel *
balance_dictionary_check (GBytes     *bytes,
                          const char *name)
{
  g_autoptr(BalanceProblems) problems = NULL;
  g_autoptr(BalanceDictionary) self = NULL;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  problems = balance_problems_new ();
  self = parse (bytes, name, problems);

  return balance_problems_dup_list (problems);
}

static GMutex default_lock;
static BalanceDictionary *default_dictionary;   /* guarded by default_lock; kept for the life of the process */

/**
 * balance_dictionary_get_default:
 * @error: return location for a [struct@GLib.Error]
 *
 * Gets the data dictionary that comes with the library. It is read once, from
 * the directory named by the environment variable `BALANCE_DATA_DIR` or the
 * one where the library was installed.
 *
 * May be called from any thread.
 *
 * Returns: (transfer full): the dictionary
 *
 * Since: 1.0
 */
BalanceDictionary *
balance_dictionary_get_default (GError **error)
{
  BalanceDictionary *self;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  g_mutex_lock (&default_lock);
  if (default_dictionary == NULL)
    {
      g_autofree char *path = balance_data_path ("fields.yaml");

      if (path != NULL)
        {
          default_dictionary = balance_dictionary_new_from_file (path, error);
        }
      else
        {
          g_auto(GStrv) dirs = balance_data_dirs ();
          g_autofree char *en = g_strjoinv (", ", dirs);
          g_autofree char *zh = g_strjoinv ("、", dirs);

          g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                       "The data dictionary fields.yaml is in none of these directories: %s. "
                       "Install the data of the library, or set BALANCE_DATA_DIR to where they are.\n"
                       "以下目录中没有数据字典 fields.yaml：%s。请安装本库的数据文件，或把 BALANCE_DATA_DIR 设为其所在目录。",
                       en, zh);
        }
    }
  self = default_dictionary != NULL ? g_object_ref (default_dictionary) : NULL;
  g_mutex_unlock (&default_lock);

  return self;
}

/**
 * balance_dictionary_get_fields:
 * @self: a dictionary
 *
 * Gets the fields in the order of the file. The dictionary is itself that
 * list.
 *
 * Returns: (transfer none): a list of [class@Balance.Field]
 *
 * Since: 1.0
 */
GListModel *
balance_dictionary_get_fields (BalanceDictionary *self)
{
  g_return_val_if_fail (BALANCE_IS_DICTIONARY (self), NULL);

  return G_LIST_MODEL (self);
}

/**
 * balance_dictionary_lookup:
 * @self: a dictionary
 * @id: the id of a field
 *
 * Finds a field.
 *
 * Returns: (transfer none) (nullable): the field, %NULL if there is none of that id
 *
 * Since: 1.0
 */
BalanceField *
balance_dictionary_lookup (BalanceDictionary *self,
                           const char        *id)
{
  g_return_val_if_fail (BALANCE_IS_DICTIONARY (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  return balance_dictionary_find (self, id);
}

/**
 * balance_dictionary_dup_stages:
 * @self: a dictionary
 *
 * Gets the ids of all stages, in their order.
 *
 * Returns: (transfer full) (array zero-terminated=1): the ids
 *
 * Since: 1.0
 */
char **
balance_dictionary_dup_stages (BalanceDictionary *self)
{
  g_return_val_if_fail (BALANCE_IS_DICTIONARY (self), NULL);

  return balance_field_dup_choices (self->identity[BALANCE_ID_STAGE]);
}

BalanceField *
balance_dictionary_find (BalanceDictionary *self,
                         const char        *id)
{
  return g_hash_table_lookup (self->by_id, id);
}

BalanceField *
balance_dictionary_find_companion (BalanceDictionary *self,
                                   BalanceField      *field,
                                   const char        *part)
{
  g_autofree char *id = NULL;

  if (field->type != BALANCE_FIELD_ATTESTED)
    return NULL;
  id = g_strconcat (field->id, ".", part, NULL);

  return balance_dictionary_find (self, id);
}

guint
balance_dictionary_get_n_stages (BalanceDictionary *self)
{
  return self->identity[BALANCE_ID_STAGE]->choices->len;
}

const BalanceChoice *
balance_dictionary_get_stage (BalanceDictionary *self,
                              guint              stage)
{
  g_return_val_if_fail (stage < balance_dictionary_get_n_stages (self), NULL);

  return g_ptr_array_index (self->identity[BALANCE_ID_STAGE]->choices, stage);
}

int
balance_dictionary_find_stage (BalanceDictionary *self,
                               const char        *id)
{
  return balance_field_find_choice (self->identity[BALANCE_ID_STAGE], id);
}

BalanceDictionary *
balance_dictionary_extend (BalanceDictionary *base,
                           const BalanceYaml *fields,
                           const BalanceYaml *stages,
                           const BalanceYaml *words,
                           const char        *file,
                           BalanceProblems   *problems)
{
  BalanceDictionary *self = g_object_new (BALANCE_TYPE_DICTIONARY, NULL);

  /* fields that do not change are shared, and so are the units, which nothing changes after reading */
  for (guint i = 0; i < base->fields->len; i++)
    {
      BalanceField *field = g_ptr_array_index (base->fields, i);
      BalanceField *own = stages != NULL && field == base->identity[BALANCE_ID_STAGE]
                            ? balance_field_copy (field)
                            : g_object_ref (field);

      g_ptr_array_add (self->fields, own);
      g_hash_table_insert (self->by_id, own->id, own);
    }
  g_ptr_array_unref (self->units);
  self->units = g_ptr_array_ref (base->units);
  self->words = balance_words_read (base->words, words, file, problems);
  find_identity (self);

  balance_dictionary_read_stages (self, stages, file, problems);
  balance_dictionary_read_fields (self, fields, TRUE, file, problems);

  return self;
}
