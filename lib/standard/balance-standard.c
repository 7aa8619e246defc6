/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "base/balance-data-private.h"
#include "standard/balance-pack-check-private.h"

/**
 * BalanceStandard:
 *
 * An evaluation standard (督导评估标准): indicators and requirements with their legal reference,
 * read from a rule pack.
 *
 * A pack is a YAML file; its format is described in the pack author's guide. A standard is immutable
 * once it is read and may be used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceStandard, balance_standard, G_TYPE_OBJECT)

static void
balance_standard_finalize (GObject *object)
{
  BalanceStandard *self = BALANCE_STANDARD (object);

  for (guint i = 0; self->used != NULL && i < self->pack->uses->len; i++)
    balance_pack_free (self->used[i]);
  g_free (self->used);
  balance_pack_free (self->pack);

  G_OBJECT_CLASS (balance_standard_parent_class)->finalize (object);
}

static void
balance_standard_class_init (BalanceStandardClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_standard_finalize;
}

static void
balance_standard_init (BalanceStandard *self)
{
}

/* The packs that `uses` names. One level: a used pack may not use others in turn. */
static gboolean
load_used (BalanceStandard *self, BalanceProblems *problems)
{
  BalancePack *pack = self->pack;
  gboolean good = TRUE;

  self->used = g_new0 (BalancePack *, pack->uses->len + 1);
  for (guint i = 0; i < pack->uses->len; i++)
    {
      BalanceUse *use = g_ptr_array_index (pack->uses, i);
      g_autofree char *path = NULL;
      g_autoptr(GBytes) bytes = balance_pack_load ("standards", use->id, pack->file, &path);
      BalancePlace place = { .file = pack->file, .row = use->line, .found = use->id };

      if (bytes != NULL)
        self->used[i] = balance_pack_read (bytes, path, problems);
      if (self->used[i] != NULL && self->used[i]->uses->len == 0 && !self->used[i]->faulty)
        continue;
      good = FALSE;
      if (bytes == NULL)
        balance_problems_add_literal (problems, BALANCE_SEVERITY_ERROR, "not-found", &place,
                                      "the pack named under “uses” was not found", "找不到“uses”中的规则包",
                                      "a pack beside this file or a shipped standard", "本文件旁边的规则包或随附标准", NULL, NULL);
      else if (self->used[i] != NULL && self->used[i]->uses->len > 0)
        balance_problems_add_literal (problems, BALANCE_SEVERITY_ERROR, "cycle", &place,
                                      "a used pack cannot use others in turn", "被引用的规则包不能再引用其他规则包", NULL, NULL, NULL, NULL);
    }

  return good;
}

BalanceStandard *
balance_standard_read (GBytes          *bytes,
                       const char      *name,
                       BalanceProblems *problems,
                       BalanceCoverage *coverage)
{
  g_autoptr(BalanceStandard) self = g_object_new (BALANCE_TYPE_STANDARD, NULL);
  g_autoptr(BalanceScheme) plain = NULL, conceding = NULL;
  g_autofree gboolean *all = NULL;
  BalancePack *pack;
  gint32 today = (gint32) (g_get_real_time () / G_USEC_PER_SEC / 86400);
  gboolean good;

  self->pack = pack = balance_pack_read (bytes, name, problems);
  if (pack == NULL)
    return NULL;

  /* compiling is the check: every formula, with and without concessions */
  good = load_used (self, problems);
  /* what the build has found good is so; whoever asks for the proof gets it */
  if (good && pack->proved && coverage == NULL)
    return g_steal_pointer (&self);
  if (good)
    plain = balance_scheme_new (pack, self->used, NULL, today, NULL, problems);
  good = plain != NULL && !pack->faulty;
  if (good && pack->concessions->len > 0)
    {
      all = g_new (gboolean, pack->concessions->len);
      for (guint i = 0; i < pack->concessions->len; i++)
        all[i] = TRUE;
      conceding = balance_scheme_new (pack, self->used, NULL, today, all, problems);
      good = conceding != NULL;
    }
  balance_pack_check_whole (pack, good ? plain : NULL, conceding, problems, coverage);

  return balance_problems_count (problems, BALANCE_SEVERITY_ERROR) == 0 ? g_steal_pointer (&self) : NULL;
}

/**
 * balance_standard_new_from_bytes:
 * @bytes: a rule pack as UTF-8 YAML
 * @name: what to call it in messages, such as its file name; packs that it extends or uses are looked for
 *   beside it
 * @error: return location for a [error@Balance.Error]
 *
 * Reads a standard. The error names the first faults; [func@Balance.Standard.check] lists all.
 *
 * Returns: (transfer full): a new standard
 *
 * Since: 1.0
 */
BalanceStandard *
balance_standard_new_from_bytes (GBytes      *bytes,
                                 const char  *name,
                                 GError     **error)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  BalanceStandard *self;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = balance_standard_read (bytes, name, problems, NULL);
  if (self == NULL)
    balance_problems_throw (problems, BALANCE_ERROR_INVALID_PACK, error);

  return self;
}

/**
 * balance_standard_new_from_file:
 * @path: (type filename): a rule pack
 * @error: return location for a [error@Balance.Error]
 *
 * Reads a standard from a file.
 *
 * Returns: (transfer full): a new standard
 *
 * Since: 1.0
 */
BalanceStandard *
balance_standard_new_from_file (const char  *path,
                                GError     **error)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(GBytes) bytes = NULL;
  BalanceStandard *self = NULL;
  BalanceError code = BALANCE_ERROR_INVALID_PACK;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  bytes = balance_data_read (path, problems, &code);
  if (bytes != NULL)
    self = balance_standard_read (bytes, path, problems, NULL);
  if (self == NULL)
    balance_problems_throw (problems, bytes == NULL ? code : BALANCE_ERROR_INVALID_PACK, error);

  return self;
}

/**
 * balance_standard_lookup:
 * @id: the id of a shipped standard, such as "cn-2017-quality"
 * @error: return location for a [error@Balance.Error]
 *
 * Reads one of the standards that come with the library.
 *
 * Returns: (transfer full): the standard
 *
 * Since: 1.0
 */
BalanceStandard *
balance_standard_lookup (const char  *id,
                         GError     **error)
{
  g_autofree char *path = NULL;
  g_autoptr(GBytes) bytes = NULL;

  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  bytes = balance_pack_load ("standards", id, NULL, &path);
  if (bytes == NULL)
    {
      g_auto(GStrv) ids = balance_standard_list_ids ();
      g_autofree char *known = g_strjoinv (", ", ids);

      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                   "There is no standard “%s”; there are: %s\n没有标准“%s”；现有：%s", id, known, id, known);
      return NULL;
    }

  return balance_standard_new_from_bytes (bytes, path, error);
}

/**
 * balance_standard_list_ids:
 *
 * Lists the standards that come with the library.
 *
 * Returns: (transfer full) (array zero-terminated=1): their ids, sorted
 *
 * Since: 1.0
 */
char **
balance_standard_list_ids (void)
{
  return balance_pack_list_ids ("standards");
}

/**
 * balance_standard_check:
 * @bytes: a rule pack
 * @name: what to call it in messages
 *
 * Lists everything that is wrong or doubtful about a pack, with lines. Without a problem of severity
 * %BALANCE_SEVERITY_ERROR the pack can be used. [class@Balance.PackCheck] says besides what was proved.
 *
 * Returns: (transfer full): a list of [class@Balance.Problem]
 *
 * Since: 1.0
 */
GListModel *
balance_standard_check (GBytes     *bytes,
                        const char *name)
{
  g_autoptr(BalancePackCheck) check = NULL;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  check = balance_pack_check_new_from_bytes (bytes, name);

  return g_object_ref (balance_pack_check_get_problems (check));
}

/**
 * balance_standard_check_file:
 * @path: (type filename): a rule pack
 *
 * Like [func@Balance.Standard.check], for a file; a file that cannot be read is a problem too.
 *
 * Returns: (transfer full): a list of [class@Balance.Problem]
 *
 * Since: 1.0
 */
GListModel *
balance_standard_check_file (const char *path)
{
  g_autoptr(BalancePackCheck) check = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  check = balance_pack_check_new_from_file (path);

  return g_object_ref (balance_pack_check_get_problems (check));
}

/**
 * balance_standard_get_id:
 * @self: a standard
 *
 * Gets the id.
 *
 * Returns: (transfer none): the id
 *
 * Since: 1.0
 */
const char *
balance_standard_get_id (BalanceStandard *self)
{
  g_return_val_if_fail (BALANCE_IS_STANDARD (self), NULL);

  return self->pack->id;
}

/**
 * balance_standard_get_title:
 * @self: a standard
 * @language: (nullable): "zh" or "en"; %NULL is "en"
 *
 * Gets the official name.
 *
 * Returns: (transfer none): the title
 *
 * Since: 1.0
 */
const char *
balance_standard_get_title (BalanceStandard *self,
                            const char      *language)
{
  g_return_val_if_fail (BALANCE_IS_STANDARD (self), NULL);

  return balance_text_get (&self->pack->title, balance_language_parse (language));
}

/**
 * balance_standard_get_reference:
 * @self: a standard
 *
 * Gets the document that the standard comes from.
 *
 * Returns: (transfer none) (nullable): the reference
 *
 * Since: 1.0
 */
const char *
balance_standard_get_reference (BalanceStandard *self)
{
  g_return_val_if_fail (BALANCE_IS_STANDARD (self), NULL);

  return self->pack->reference;
}

/**
 * balance_standard_get_effective:
 * @self: a standard
 *
 * Gets the date from which the standard is in force.
 *
 * Returns: (transfer none) (nullable): an ISO date
 *
 * Since: 1.0
 */
const char *
balance_standard_get_effective (BalanceStandard *self)
{
  g_return_val_if_fail (BALANCE_IS_STANDARD (self), NULL);

  return self->pack->effective;
}

/**
 * balance_standard_get_dictionary:
 * @self: a standard
 *
 * Gets the data dictionary with the fields and stages that the standard adds. Give it to a reader or
 * census builder whose data hold such fields.
 *
 * Returns: (transfer none): the dictionary
 *
 * Since: 1.0
 */
BalanceDictionary *
balance_standard_get_dictionary (BalanceStandard *self)
{
  g_return_val_if_fail (BALANCE_IS_STANDARD (self), NULL);

  return self->pack->dictionary;
}

/**
 * balance_standard_get_indicators:
 * @self: a standard
 *
 * Gets the indicators, in the order of the pack.
 *
 * Returns: (transfer full): a list of [class@Balance.Indicator]
 *
 * Since: 1.0
 */
GListModel *
balance_standard_get_indicators (BalanceStandard *self)
{
  GListStore *list;

  g_return_val_if_fail (BALANCE_IS_STANDARD (self), NULL);

  list = g_list_store_new (BALANCE_TYPE_INDICATOR);
  for (guint i = 0; i < self->pack->indicators->len; i++)
    {
      g_autoptr(BalanceIndicator) indicator = balance_indicator_new (self, g_ptr_array_index (self->pack->indicators, i));

      g_list_store_append (list, indicator);
    }

  return G_LIST_MODEL (list);
}

/**
 * balance_standard_get_requirements:
 * @self: a standard
 *
 * Gets the outermost requirements.
 *
 * Returns: (transfer full): a list of [class@Balance.Requirement]
 *
 * Since: 1.0
 */
GListModel *
balance_standard_get_requirements (BalanceStandard *self)
{
  GListStore *list;

  g_return_val_if_fail (BALANCE_IS_STANDARD (self), NULL);

  list = g_list_store_new (BALANCE_TYPE_REQUIREMENT);
  for (guint i = 0; i < self->pack->roots->len; i++)
    {
      g_autoptr(BalanceRequirement) requirement = balance_requirement_new (self, g_ptr_array_index (self->pack->roots, i));

      g_list_store_append (list, requirement);
    }

  return G_LIST_MODEL (list);
}

/**
 * balance_standard_find_indicator:
 * @self: a standard
 * @id: the id of an indicator
 *
 * Finds an indicator.
 *
 * Returns: (transfer full) (nullable): the indicator
 *
 * Since: 1.0
 */
BalanceIndicator *
balance_standard_find_indicator (BalanceStandard *self,
                                 const char      *id)
{
  g_return_val_if_fail (BALANCE_IS_STANDARD (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  for (guint i = 0; i < self->pack->indicators->len; i++)
    if (strcmp (((BalanceIndicatorRule *) g_ptr_array_index (self->pack->indicators, i))->id, id) == 0)
      return balance_indicator_new (self, g_ptr_array_index (self->pack->indicators, i));

  return NULL;
}

/**
 * balance_standard_dup_options:
 * @self: a standard
 *
 * Lists the options of the standard with their defaults, as "id=value". An option is a doubt of the
 * official text; an evaluation may choose another position.
 *
 * Returns: (transfer full) (array zero-terminated=1): the options
 *
 * Since: 1.0
 */
char **
balance_standard_dup_options (BalanceStandard *self)
{
  GPtrArray *options = g_ptr_array_new ();

  g_return_val_if_fail (BALANCE_IS_STANDARD (self), NULL);

  for (guint i = 0; i < self->pack->options->len; i++)
    {
      BalanceOption *option = g_ptr_array_index (self->pack->options, i);

      g_ptr_array_add (options, g_strconcat (option->id, "=", option->value, NULL));
    }
  g_ptr_array_add (options, NULL);

  return (char **) g_ptr_array_free (options, FALSE);
}
