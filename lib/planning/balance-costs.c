/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-costs-private.h"

#include <string.h>

#include "base/balance-data-private.h"

/**
 * BalanceCosts:
 *
 * What can be done about what is lacking, what each unit of it costs, and how much of it is possible: measures with
 * steps and unit costs, limits, budgets by year, schools for which something is impossible, actions that are decided
 * already. Read from YAML; the schema for editors is `costs.schema.json`.
 *
 * The names of fields are those of a data dictionary. Nothing is known about a measure but what the file says.
 *
 * Immutable once it is read; may be used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceCosts, balance_costs, G_TYPE_OBJECT)

static void
balance_costs_finalize (GObject *object)
{
  BalanceCosts *self = BALANCE_COSTS (object);

  g_free (self->file);
  g_free (self->id);
  balance_text_clear (&self->title);
  balance_text_clear (&self->note);
  g_clear_object (&self->dictionary);
  g_clear_pointer (&self->budgets, g_array_unref);
  g_strfreev (self->goal);
  g_clear_pointer (&self->measures, g_ptr_array_unref);
  g_clear_pointer (&self->limits, g_ptr_array_unref);
  g_clear_pointer (&self->restrictions, g_ptr_array_unref);
  g_clear_pointer (&self->decided, g_ptr_array_unref);

  G_OBJECT_CLASS (balance_costs_parent_class)->finalize (object);
}

static void
balance_costs_class_init (BalanceCostsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_costs_finalize;
}

static void
balance_costs_init (BalanceCosts *self)
{
}

static BalanceCosts *
read_costs (GBytes *bytes, const char *name, BalanceDictionary *dictionary, BalanceProblems *problems, GError **error)
{
  g_autoptr(BalanceCosts) self = g_object_new (BALANCE_TYPE_COSTS, NULL);
  g_autoptr(BalanceYaml) root = NULL;
  const char *data;
  gsize length;

  self->dictionary = dictionary != NULL ? g_object_ref (dictionary) : balance_dictionary_get_default (error);
  if (self->dictionary == NULL)
    return NULL;
  self->file = g_strdup (name);
  data = g_bytes_get_data (bytes, &length);
  root = balance_yaml_parse (data, length, name, problems);
  if (root == NULL || !balance_costs_read (self, root, problems))
    {
      balance_problems_throw (problems, BALANCE_ERROR_INVALID_PACK, error);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * balance_costs_new_from_bytes:
 * @bytes: costs as UTF-8 YAML
 * @name: what to call them in messages, such as their file name
 * @dictionary: (nullable): where the fields are looked up, that of the standard; %NULL: the shipped one
 * @error: return location for a [error@Balance.Error]
 *
 * Reads costs. The error names the first faults; [func@Balance.Costs.check] lists all.
 *
 * Returns: (transfer full): the costs
 *
 * Since: 1.0
 */
BalanceCosts *
balance_costs_new_from_bytes (GBytes             *bytes,
                              const char         *name,
                              BalanceDictionary  *dictionary,
                              GError            **error)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (dictionary == NULL || BALANCE_IS_DICTIONARY (dictionary), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return read_costs (bytes, name, dictionary, problems, error);
}

/**
 * balance_costs_new_from_file:
 * @path: (type filename): a file of costs
 * @dictionary: (nullable): where the fields are looked up, that of the standard; %NULL: the shipped one
 * @error: return location for a [error@Balance.Error]
 *
 * Reads costs from a file.
 *
 * Returns: (transfer full): the costs
 *
 * Since: 1.0
 */
BalanceCosts *
balance_costs_new_from_file (const char         *path,
                             BalanceDictionary  *dictionary,
                             GError            **error)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(GBytes) bytes = NULL;
  BalanceError code = BALANCE_ERROR_INVALID_PACK;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (dictionary == NULL || BALANCE_IS_DICTIONARY (dictionary), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  bytes = balance_data_read (path, problems, &code);
  if (bytes == NULL)
    {
      balance_problems_throw (problems, code, error);
      return NULL;
    }

  return read_costs (bytes, path, dictionary, problems, error);
}

/**
 * balance_costs_lookup:
 * @id: the id of shipped costs: "example", whose figures are assumptions
 * @dictionary: (nullable): where the fields are looked up, that of the standard; %NULL: the shipped one
 * @error: return location for a [error@Balance.Error]
 *
 * Reads one of the costs that come with the library.
 *
 * Returns: (transfer full): the costs; %NULL with %BALANCE_ERROR_NOT_FOUND
 *
 * Since: 1.0
 */
BalanceCosts *
balance_costs_lookup (const char         *id,
                      BalanceDictionary  *dictionary,
                      GError            **error)
{
  g_autofree char *file = NULL, *path = NULL;

  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  file = g_strdup_printf ("costs/%s.yaml", id);
  if (strchr (id, '/') == NULL && *id != '.')
    path = balance_data_path (file);
  if (path == NULL)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND, "There are no costs “%s”; the shipped ones are “example”\n没有名为“%s”的单价文件；随软件提供的是“example”", id, id);
      return NULL;
    }

  return balance_costs_new_from_file (path, dictionary, error);
}

/**
 * balance_costs_check:
 * @bytes: costs as UTF-8 YAML
 * @name: what to call them in messages
 * @dictionary: (nullable): where the fields are looked up; %NULL: the shipped one
 *
 * Finds all faults of a file of costs, each with line and column.
 *
 * Returns: (transfer full): a list of [class@Balance.Problem], empty where all is well
 *
 * Since: 1.0
 */
GListModel *
balance_costs_check (GBytes            *bytes,
                     const char        *name,
                     BalanceDictionary *dictionary)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(BalanceCosts) costs = NULL;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (dictionary == NULL || BALANCE_IS_DICTIONARY (dictionary), NULL);

  costs = read_costs (bytes, name, dictionary, problems, NULL);

  return balance_problems_dup_list (problems);
}

/**
 * balance_costs_get_id:
 * @self: costs
 *
 * Gets the name of the costs.
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
balance_costs_get_id (BalanceCosts *self)
{
  g_return_val_if_fail (BALANCE_IS_COSTS (self), NULL);

  return self->id;
}

/**
 * balance_costs_get_title:
 * @self: costs
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the title of the costs.
 *
 * Returns: (transfer none): the title, the id where there is none
 *
 * Since: 1.0
 */
const char *
balance_costs_get_title (BalanceCosts *self,
                         const char   *language)
{
  const char *title;

  g_return_val_if_fail (BALANCE_IS_COSTS (self), NULL);

  title = balance_text_get (&self->title, balance_language_parse (language));

  return *title != '\0' ? title : self->id;
}

/**
 * balance_costs_get_years:
 * @self: costs
 *
 * Gets over how many years a plan runs unless it is told otherwise.
 *
 * Returns: 1 to 10
 *
 * Since: 1.0
 */
guint
balance_costs_get_years (BalanceCosts *self)
{
  g_return_val_if_fail (BALANCE_IS_COSTS (self), 0);

  return self->years;
}

/**
 * balance_costs_dup_measures:
 * @self: costs
 *
 * Gets what can be done.
 *
 * Returns: (transfer full): the ids of the measures, in the order of the file
 *
 * Since: 1.0
 */
char **
balance_costs_dup_measures (BalanceCosts *self)
{
  char **ids;

  g_return_val_if_fail (BALANCE_IS_COSTS (self), NULL);

  ids = g_new0 (char *, self->measures->len + 1);
  for (guint i = 0; i < self->measures->len; i++)
    ids[i] = g_strdup (((const BalanceMeasureCost *) g_ptr_array_index (self->measures, i))->id);

  return ids;
}
