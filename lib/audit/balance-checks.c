/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "audit/balance-checks-private.h"
#include "base/balance-data-private.h"
#include "census/balance-field-private.h"

/**
 * BalanceChecks:
 *
 * A set of checks of data (数据核查规则), read from YAML: what must hold within and between the figures of a county,
 * and where somebody should look.
 *
 * A set is immutable once it is read and may be used from any thread.
 *
 * Since: 1.0
 */

#define FOLDER "checks"

G_DEFINE_FINAL_TYPE (BalanceChecks, balance_checks, G_TYPE_OBJECT)

static void
balance_checks_finalize (GObject *object)
{
  balance_check_set_free (BALANCE_CHECKS (object)->set);

  G_OBJECT_CLASS (balance_checks_parent_class)->finalize (object);
}

static void
balance_checks_class_init (BalanceChecksClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_checks_finalize;
}

static void
balance_checks_init (BalanceChecks *self)
{
}

static BalanceChecks *
new_take (BalanceCheckSet *set)
{
  BalanceChecks *self;

  if (set == NULL)
    return NULL;
  self = g_object_new (BALANCE_TYPE_CHECKS, NULL);
  self->set = set;

  return self;
}

/**
 * balance_checks_new_from_bytes:
 * @bytes: a set of checks as UTF-8 YAML
 * @name: what to call it in messages, such as its file name; a set that it extends is looked for beside it
 * @error: return location for a [error@Balance.Error]
 *
 * Reads a set of checks. The error names the first faults; [func@Balance.Checks.check] lists all.
 *
 * Returns: (transfer full): a new set
 *
 * Since: 1.0
 */
BalanceChecks *
balance_checks_new_from_bytes (GBytes      *bytes,
                               const char  *name,
                               GError     **error)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  BalanceChecks *self;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = new_take (balance_check_set_read (bytes, name, problems));
  if (self == NULL)
    balance_problems_throw (problems, BALANCE_ERROR_INVALID_PACK, error);

  return self;
}

/**
 * balance_checks_new_from_file:
 * @path: (type filename): a set of checks
 * @error: return location for a [error@Balance.Error]
 *
 * Reads a set of checks from a file.
 *
 * Returns: (transfer full): a new set
 *
 * Since: 1.0
 */
BalanceChecks *
balance_checks_new_from_file (const char  *path,
                              GError     **error)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(GBytes) bytes = NULL;
  BalanceError code = BALANCE_ERROR_INVALID_PACK;
  BalanceChecks *self = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  bytes = balance_data_read (path, problems, &code);
  if (bytes != NULL)
    self = new_take (balance_check_set_read (bytes, path, problems));
  if (self == NULL)
    balance_problems_throw (problems, bytes == NULL ? code : BALANCE_ERROR_INVALID_PACK, error);

  return self;
}

/**
 * balance_checks_lookup:
 * @id: the id of a shipped set, such as "cn-compulsory"
 * @error: return location for a [error@Balance.Error]
 *
 * Reads one of the sets that come with the library.
 *
 * Returns: (transfer full): the set
 *
 * Since: 1.0
 */
BalanceChecks *
balance_checks_lookup (const char  *id,
                       GError     **error)
{
  g_autofree char *path = NULL;
  g_autoptr(GBytes) bytes = NULL;

  g_return_val_if_fail (id != NULL, NULL);

  bytes = balance_pack_load (FOLDER, id, NULL, &path);
  if (bytes == NULL)
    {
      g_auto(GStrv) ids = balance_checks_list_ids ();
      g_autofree char *known = g_strjoinv (", ", ids);

      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                   "There is no set of checks “%s”; there are: %s\n没有核查规则“%s”；现有：%s", id, known, id, known);
      return NULL;
    }

  return balance_checks_new_from_bytes (bytes, path, error);
}

/**
 * balance_checks_list_ids:
 *
 * Lists the sets of checks that come with the library.
 *
 * Returns: (transfer full) (array zero-terminated=1): their ids, sorted
 *
 * Since: 1.0
 */
char **
balance_checks_list_ids (void)
{
  return balance_pack_list_ids (FOLDER);
}

/**
 * balance_checks_check:
 * @bytes: a set of checks
 * @name: what to call it in messages
 *
 * Lists everything that is wrong or doubtful about a set of checks, with lines. Without a problem of severity
 * %BALANCE_SEVERITY_ERROR it can be used.
 *
 * Returns: (transfer full): a list of [class@Balance.Problem]
 *
 * Since: 1.0
 */
GListModel *
balance_checks_check (GBytes     *bytes,
                      const char *name)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  balance_check_set_free (balance_check_set_read (bytes, name, problems));

  return balance_problems_dup_list (problems);
}

/**
 * balance_checks_check_file:
 * @path: (type filename): a set of checks
 *
 * Like [func@Balance.Checks.check], for a file; a file that cannot be read is a problem too.
 *
 * Returns: (transfer full): a list of [class@Balance.Problem]
 *
 * Since: 1.0
 */
GListModel *
balance_checks_check_file (const char *path)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(GBytes) bytes = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  bytes = balance_data_read (path, problems, NULL);
  if (bytes != NULL)
    balance_check_set_free (balance_check_set_read (bytes, path, problems));

  return balance_problems_dup_list (problems);
}

/**
 * balance_checks_get_id:
 * @self: a set of checks
 *
 * Gets the id.
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
balance_checks_get_id (BalanceChecks *self)
{
  g_return_val_if_fail (BALANCE_IS_CHECKS (self), NULL);

  return self->set->pack->id;
}

/**
 * balance_checks_get_title:
 * @self: a set of checks
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the name.
 *
 * Returns: (transfer none): the title
 *
 * Since: 1.0
 */
const char *
balance_checks_get_title (BalanceChecks *self,
                          const char    *language)
{
  g_return_val_if_fail (BALANCE_IS_CHECKS (self), NULL);

  return balance_text_get (&self->set->pack->title, balance_language_parse (language));
}

/**
 * balance_checks_get_checks:
 * @self: a set of checks
 *
 * Gets the checks, in the order of the file.
 *
 * Returns: (transfer full): a list of [class@Balance.Check]
 *
 * Since: 1.0
 */
GListModel *
balance_checks_get_checks (BalanceChecks *self)
{
  GListStore *list;

  g_return_val_if_fail (BALANCE_IS_CHECKS (self), NULL);

  list = g_list_store_new (BALANCE_TYPE_CHECK);
  for (guint i = 0; i < self->set->rules->len; i++)
    {
      g_autoptr(BalanceCheck) check = balance_check_new (self, g_ptr_array_index (self->set->rules, i));

      g_list_store_append (list, check);
    }

  return G_LIST_MODEL (list);
}

/**
 * balance_checks_find:
 * @self: a set of checks
 * @id: the id of a check
 *
 * Finds a check.
 *
 * Returns: (transfer full) (nullable): the check
 *
 * Since: 1.0
 */
BalanceCheck *
balance_checks_find (BalanceChecks *self,
                     const char    *id)
{
  BalanceCheckRule *rule;

  g_return_val_if_fail (BALANCE_IS_CHECKS (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  rule = balance_check_set_find (self->set, id);

  return rule != NULL ? balance_check_new (self, rule) : NULL;
}

/**
 * balance_checks_get_dictionary:
 * @self: a set of checks
 *
 * Gets the data dictionary with the fields and stages that the set adds. Give it to a reader or census builder
 * whose data hold such fields.
 *
 * Returns: (transfer none): the dictionary
 *
 * Since: 1.0
 */
BalanceDictionary *
balance_checks_get_dictionary (BalanceChecks *self)
{
  g_return_val_if_fail (BALANCE_IS_CHECKS (self), NULL);

  return self->set->dictionary;
}

/**
 * balance_checks_dup_dictionary_with:
 * @self: a set of checks
 * @standard: (nullable): a standard
 *
 * Makes a data dictionary with the fields that the set adds and those that the standard adds, for data that are
 * both checked and judged. A field that both add is the one of the set.
 *
 * Returns: (transfer full): a dictionary
 *
 * Since: 1.0
 */
BalanceDictionary *
balance_checks_dup_dictionary_with (BalanceChecks   *self,
                                    BalanceStandard *standard)
{
  g_autoptr(BalanceProblems) problems = NULL;
  BalanceDictionary *dictionary, *other;

  g_return_val_if_fail (BALANCE_IS_CHECKS (self), NULL);
  g_return_val_if_fail (standard == NULL || BALANCE_IS_STANDARD (standard), NULL);

  if (standard == NULL)
    return g_object_ref (self->set->dictionary);

  problems = balance_problems_new ();
  other = balance_standard_get_dictionary (standard);
  dictionary = balance_dictionary_extend (self->set->dictionary, NULL, NULL, NULL, self->set->pack->file, problems);
  for (guint i = 0; i < other->fields->len; i++)
    {
      BalanceField *field = g_ptr_array_index (other->fields, i), *own;

      if (balance_dictionary_find (dictionary, field->id) != NULL)
        continue;
      own = balance_field_copy (field);
      own->index = dictionary->fields->len;
      g_ptr_array_add (dictionary->fields, own);
      g_hash_table_insert (dictionary->by_id, own->id, own);
    }

  return dictionary;
}
