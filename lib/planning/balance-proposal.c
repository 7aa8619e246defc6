/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "base/balance-data-private.h"
#include "base/balance-list-private.h"
#include "planning/balance-action-private.h"

/**
 * BalanceProposal:
 *
 * A named list of actions (方案), to be applied to a scenario: all of them or none.
 *
 * Proposals are read from a YAML file, several of them to be compared, or made of actions. A proposal is a list model of
 * [class@Balance.Action]; it is immutable and may be used from any thread.
 *
 * Since: 1.0
 */

static void proposal_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BalanceProposal, balance_proposal, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, proposal_iface_init))

/* No file of people has more; `after` could otherwise double them at every step. */
#define MAX_ACTIONS 100000

static GType
get_item_type (GListModel *model)
{
  return BALANCE_TYPE_ACTION;
}

static guint
get_n_items (GListModel *model)
{
  return BALANCE_PROPOSAL (model)->actions->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  BalanceProposal *self = BALANCE_PROPOSAL (model);

  return position < self->actions->len ? g_object_ref (g_ptr_array_index (self->actions, position)) : NULL;
}

static void
proposal_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
balance_proposal_finalize (GObject *object)
{
  BalanceProposal *self = BALANCE_PROPOSAL (object);

  g_free (self->id);
  balance_text_clear (&self->title);
  balance_text_clear (&self->note);
  g_ptr_array_unref (self->actions);
  g_clear_pointer (&self->source, balance_action_source_unref);

  G_OBJECT_CLASS (balance_proposal_parent_class)->finalize (object);
}

static void
balance_proposal_class_init (BalanceProposalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_proposal_finalize;
}

static void
balance_proposal_init (BalanceProposal *self)
{
  self->actions = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * balance_proposal_new:
 * @id: what to call it: letters, digits, “-” and “_”
 * @title_zh: (nullable): its title in Chinese
 * @title_en: (nullable): its title in English
 * @actions: (array length=n_actions): what is done, in this order
 * @n_actions: how many
 *
 * Makes a proposal of actions.
 *
 * Returns: (transfer full): a new proposal
 *
 * Since: 1.0
 */
BalanceProposal *
balance_proposal_new (const char *id, const char *title_zh, const char *title_en, BalanceAction **actions, gsize n_actions)
{
  BalanceProposal *self;

  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (actions != NULL || n_actions == 0, NULL);

  self = g_object_new (BALANCE_TYPE_PROPOSAL, NULL);
  self->id = g_strdup (id);
  balance_text_set (&self->title, title_en, title_zh);
  for (gsize i = 0; i < n_actions; i++)
    g_ptr_array_add (self->actions, g_object_ref (actions[i]));

  return self;
}

/* -- reading ------------------------------------------------------------------------------------------ */

typedef struct
{
  BalanceActionSource *source;
  BalanceProblems     *problems;
  BalanceList         *list;
} Reader;

#define ERROR(node, kind, ...) \
  balance_yaml_problem (node, reader->source->file, reader->problems, BALANCE_SEVERITY_ERROR, kind, __VA_ARGS__)

static BalanceProposal *
find (GListModel *list, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (BalanceProposal) proposal = g_list_model_get_item (list, i);

      /* the list keeps it */
      if (strcmp (proposal->id, id) == 0)
        return proposal;
    }

  return NULL;
}

static void
begin_after (Reader *reader, BalanceProposal *self, const BalanceYaml *node)
{
  const char *id = balance_yaml_get_string (node, "after", reader->source->file, reader->problems);
  BalanceProposal *other = id != NULL ? find (G_LIST_MODEL (reader->list), id) : NULL;

  if (id == NULL)
    return;
  if (other == NULL)
    {
      ERROR (balance_yaml_get (node, "after"), "unknown-name", "no proposal “%s” stands before this one", "前面没有方案“%s”", id);
      return;
    }
  for (guint i = 0; i < other->actions->len; i++)
    g_ptr_array_add (self->actions, g_object_ref (g_ptr_array_index (other->actions, i)));
}

static void
read_was (Reader *reader, BalanceProposal *self, const BalanceYaml *node)
{
  const BalanceYaml *was = balance_yaml_get (node, "was");

  if (was == NULL)
    return;
  if (was->type != BALANCE_YAML_MAPPING)
    {
      ERROR (was, "wrong-shape", "“was” maps old codes to codes of the census", "“was”应为旧代码与数据中代码的映射");
      return;
    }
  for (guint i = 0; i < was->n_items; i++)
    if (was->items[i]->type != BALANCE_YAML_SCALAR || *was->items[i]->text == '\0')
      ERROR (was->items[i], "wrong-shape", "one value is expected here", "此处应为单个值");
  self->was = was;
}

static void
read_proposal (Reader *reader, const BalanceYaml *node)
{
  static const char *const proposal_keys[] = { "id", "title", "note", "after", "was", "actions", NULL };
  g_autoptr (BalanceProposal) self = g_object_new (BALANCE_TYPE_PROPOSAL, NULL);
  const BalanceYaml *actions;
  const char *file = reader->source->file, *id;

  if (node->type != BALANCE_YAML_MAPPING)
    {
      ERROR (node, "wrong-shape", "a proposal is a mapping with id and actions", "方案应为含 id 和 actions 的映射");
      return;
    }
  balance_yaml_check_keys (node, proposal_keys, file, reader->problems);
  self->source = balance_action_source_ref (reader->source);
  id = balance_yaml_get_string (node, "id", file, reader->problems);
  if (id == NULL || *id == '\0')
    ERROR (node, "missing-key", "a proposal needs “id”", "方案须有“id”");
  else if (find (G_LIST_MODEL (reader->list), id) != NULL)
    ERROR (balance_yaml_get (node, "id"), "duplicate-id", "there are two proposals “%s”", "方案“%s”重复", id);
  self->id = g_strdup (id != NULL ? id : "");
  balance_yaml_get_text (balance_yaml_get (node, "title"), &self->title, file, reader->problems);
  balance_yaml_get_text (balance_yaml_get (node, "note"), &self->note, file, reader->problems);
  begin_after (reader, self, node);
  read_was (reader, self, node);

  actions = balance_yaml_get (node, "actions");
  if (actions == NULL || actions->type != BALANCE_YAML_SEQUENCE)
    ERROR (actions != NULL ? actions : node, "missing-key", "a proposal needs “actions”, a list", "方案须有“actions”列表");
  for (guint i = 0; actions != NULL && actions->type == BALANCE_YAML_SEQUENCE && i < actions->n_items; i++)
    {
      BalanceAction *action = balance_action_read (reader->source, actions->items[i], reader->problems);

      if (action != NULL)
        g_ptr_array_add (self->actions, action);
    }
  if (self->actions->len > MAX_ACTIONS)
    {
      ERROR (node, "too-large", "a proposal has at most %d actions", "一个方案最多 %d 项措施", MAX_ACTIONS);
      g_ptr_array_set_size (self->actions, 0);
    }
  balance_list_append (reader->list, self);
}

static GListModel *
read_root (BalanceYaml *root, const char *name, BalanceProblems *problems)
{
  static const char *const file_keys[] = { "bundles", "proposals", NULL };
  g_autoptr (BalanceActionSource) source = NULL;
  g_autoptr (BalanceList) list = balance_list_new (BALANCE_TYPE_PROPOSAL);
  Reader own = { NULL, problems, list }, *reader = &own;
  const BalanceYaml *proposals;

  reader->source = source = balance_action_source_new (name, root, NULL);
  balance_yaml_check_keys (root, file_keys, name, problems);
  source->bundles = balance_bundles_new (balance_yaml_get (root, "bundles"), name, problems);
  proposals = balance_yaml_get (root, "proposals");
  if (proposals == NULL || proposals->type != BALANCE_YAML_SEQUENCE || proposals->n_items == 0)
    ERROR (proposals != NULL ? proposals : root, "missing-key", "the file needs “proposals”, a list of at least one", "文件须有“proposals”列表，且不能为空");
  for (guint i = 0; proposals != NULL && i < proposals->n_items; i++)
    read_proposal (reader, proposals->items[i]);

  return balance_problems_count (problems, BALANCE_SEVERITY_ERROR) == 0 ? G_LIST_MODEL (g_steal_pointer (&list)) : NULL;
}

static GListModel *
finish (GListModel *list, BalanceProblems *problems, BalanceError code, GListModel **out, GError **error)
{
  if (out != NULL)
    *out = balance_problems_dup_list (problems);
  if (list == NULL)
    balance_problems_throw (problems, code, error);

  return list;
}

/**
 * balance_proposal_read:
 * @bytes: a file of proposals as UTF-8 YAML
 * @name: what to call it in messages, such as its file name
 * @problems: (out) (optional) (transfer full): all that is wrong, a list of [class@Balance.Problem]
 * @error: return location for a [error@Balance.Error]
 *
 * Reads proposals. What schools and fields they name is looked up when they are applied.
 *
 * Returns: (transfer full): a list of [class@Balance.Proposal]; %NULL with %BALANCE_ERROR_INVALID_DATA
 *
 * Since: 1.0
 */
GListModel *
balance_proposal_read (GBytes *bytes, const char *name, GListModel **problems, GError **error)
{
  g_autoptr (BalanceProblems) found = balance_problems_new ();
  BalanceYaml *root;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  root = balance_yaml_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), name, found);

  return finish (root != NULL ? read_root (root, name, found) : NULL, found, BALANCE_ERROR_INVALID_DATA, problems, error);
}

/**
 * balance_proposal_read_file:
 * @path: (type filename): a file of proposals
 * @problems: (out) (optional) (transfer full): all that is wrong, a list of [class@Balance.Problem]
 * @error: return location for a [error@Balance.Error]
 *
 * Reads proposals from a file.
 *
 * Returns: (transfer full): a list of [class@Balance.Proposal]; %NULL with %BALANCE_ERROR_INVALID_DATA, or another error
 *   where the file cannot be read
 *
 * Since: 1.0
 */
GListModel *
balance_proposal_read_file (const char *path, GListModel **problems, GError **error)
{
  g_autoptr (BalanceProblems) found = balance_problems_new ();
  g_autoptr (GBytes) bytes = NULL;
  BalanceError code = BALANCE_ERROR_INVALID_DATA;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  bytes = balance_data_read (path, found, &code);
  if (bytes != NULL)
    return balance_proposal_read (bytes, path, problems, error);

  return finish (NULL, found, code, problems, error);
}

/**
 * balance_proposal_get_id:
 * @self: a proposal
 *
 * Gets what it is called in files and on the command line.
 *
 * Returns: the id
 *
 * Since: 1.0
 */
const char *
balance_proposal_get_id (BalanceProposal *self)
{
  g_return_val_if_fail (BALANCE_IS_PROPOSAL (self), NULL);

  return self->id;
}

/**
 * balance_proposal_get_title:
 * @self: a proposal
 * @language: "zh" or "en"
 *
 * Gets its title.
 *
 * Returns: the title, the id where it has none
 *
 * Since: 1.0
 */
const char *
balance_proposal_get_title (BalanceProposal *self, const char *language)
{
  const char *title;

  g_return_val_if_fail (BALANCE_IS_PROPOSAL (self), NULL);

  title = balance_text_get (&self->title, balance_language_parse (language));

  return *title != '\0' ? title : self->id;
}

/**
 * balance_proposal_get_note:
 * @self: a proposal
 * @language: "zh" or "en"
 *
 * Gets what is noted about it.
 *
 * Returns: (nullable): the note
 *
 * Since: 1.0
 */
const char *
balance_proposal_get_note (BalanceProposal *self, const char *language)
{
  const char *note;

  g_return_val_if_fail (BALANCE_IS_PROPOSAL (self), NULL);

  note = balance_text_get (&self->note, balance_language_parse (language));

  return *note != '\0' ? note : NULL;
}

static void
add_text (GString *yaml, const char *key, const BalanceText *text)
{
  const BalanceYaml zh = { .type = BALANCE_YAML_SCALAR, .quoted = TRUE, .text = (char *) balance_text_get (text, BALANCE_LANGUAGE_ZH) };
  const BalanceYaml en = { .type = BALANCE_YAML_SCALAR, .quoted = TRUE, .text = (char *) balance_text_get (text, BALANCE_LANGUAGE_EN) };

  if (*zh.text == '\0')
    return;
  g_string_append_printf (yaml, "  %s: {zh: ", key);
  balance_yaml_write_flow (yaml, &zh);
  g_string_append (yaml, ", en: ");
  balance_yaml_write_flow (yaml, &en);
  g_string_append (yaml, "}\n");
}

/* Bundles that the actions use and that the library does not have. */
static void
add_bundles (GString *yaml, BalanceProposal *self)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new ();

  for (guint i = 0; i < self->actions->len; i++)
    {
      BalanceActionSource *source = ((BalanceAction *) g_ptr_array_index (self->actions, i))->source;
      const BalanceYaml *bundles = balance_yaml_get (source->root, "bundles");

      if (bundles == NULL || g_ptr_array_find (sources, source, NULL))
        continue;
      if (sources->len == 0)
        g_string_append (yaml, "bundles:\n");
      g_ptr_array_add (sources, source);
      for (guint k = 0; k < bundles->n_items; k++)
        {
          g_string_append (yaml, "- ");
          balance_yaml_write_flow (yaml, bundles->items[k]);
          g_string_append_c (yaml, '\n');
        }
    }
}

/**
 * balance_proposal_to_yaml:
 * @self: a proposal
 *
 * Writes the proposal as a file of its own, which reads as the same proposal.
 *
 * Returns: (transfer full): YAML
 *
 * Since: 1.0
 */
char *
balance_proposal_to_yaml (BalanceProposal *self)
{
  GString *yaml;
  BalanceYaml id = { .type = BALANCE_YAML_SCALAR };

  g_return_val_if_fail (BALANCE_IS_PROPOSAL (self), NULL);

  yaml = g_string_new (NULL);
  add_bundles (yaml, self);
  id.text = self->id;
  g_string_append (yaml, "proposals:\n- id: ");
  balance_yaml_write_flow (yaml, &id);
  g_string_append_c (yaml, '\n');
  add_text (yaml, "title", &self->title);
  add_text (yaml, "note", &self->note);
  if (self->was != NULL)
    {
      g_string_append (yaml, "  was: ");
      balance_yaml_write_flow (yaml, self->was);
      g_string_append_c (yaml, '\n');
    }
  g_string_append (yaml, self->actions->len > 0 ? "  actions:\n" : "  actions: []\n");
  for (guint i = 0; i < self->actions->len; i++)
    {
      g_autofree char *action = balance_action_to_yaml (g_ptr_array_index (self->actions, i));

      g_string_append_printf (yaml, "  - %s\n", action);
    }

  return g_string_free (yaml, FALSE);
}
